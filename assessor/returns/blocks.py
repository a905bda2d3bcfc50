"""Where the tables of a plan stand on a sheet that came back: found by headers, not by place."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assessor.scheme.plan import FormPlan, PlanTable
from assessor.sheets.cells import is_tick
from assessor.sheets.grid import Grid


@dataclass(frozen=True, slots=True)
class Block:
    """Where a table of the plan was found on the sheet."""

    table: PlanTable
    header: int
    end: int
    columns: Mapping[str, int]


def find_blocks(grid: Grid, plan: FormPlan) -> list[Block]:
    """Return where the tables of a plan stand, by their headers, whatever was moved."""
    headers: list[tuple[PlanTable, int, dict[str, int]]] = []
    row = 0
    for table in plan.tables:
        found = _find_header(grid, table, row)
        if found is not None:
            headers.append((table, *found))
            row = found[0] + 1
    if not headers:
        return []
    foot = _foot_row(grid, plan, headers[-1][1])
    ends = [header for _, header, _ in headers[1:]] + [foot]
    return [
        Block(table, header, end, columns)
        for (table, header, columns), end in zip(headers, ends, strict=True)
    ]


def _find_header(grid: Grid, table: PlanTable, start: int) -> tuple[int, dict[str, int]] | None:
    titles = {folded(column.title): column.key for column in table.columns}
    code = table.columns[0].key
    entries = {column.key for column in table.entry_columns}
    for row in range(start, len(grid.rows)):
        columns: dict[str, int] = {}
        for position, value in enumerate(grid.rows[row]):
            key = titles.get(folded(value)) if isinstance(value, str) and value else None
            if key is not None:
                columns.setdefault(key, position)
        if code in columns and entries & set(columns):
            return row, columns
    return None


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Return a text without spaces, in narrow characters and small letters."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def _foot_row(grid: Grid, plan: FormPlan, start: int) -> int:
    labels = {folded(entry.label) for entry in plan.foot}
    for row in range(start, len(grid.rows)):
        texts = (value for value in grid.rows[row][:3] if isinstance(value, str) and value)
        if any(folded(text) in labels for text in texts):
            return row
    return len(grid.rows)


def entry_positions(blocks: Sequence[Block]) -> set[int]:
    """Return the columns whose cells are taken, for the scan: entries and what is beside them."""
    return {
        block.columns[key]
        for block in blocks
        for key in (
            *(column.key for column in block.table.entry_columns),
            *(key for row in block.table.rows for key in row.beside),
        )
        if key in block.columns
    }


def key_positions(blocks: Sequence[Block]) -> set[int]:
    """Return the columns that say what a row is."""
    return {block.columns[block.table.columns[0].key] for block in blocks}


def is_checked(grid: Grid, plan: FormPlan, blocks: Sequence[Block]) -> bool:
    """Say whether the 已核 cell of a form was ticked."""
    label = next((folded(f.label) for f in plan.foot if f.key == "checked"), "")
    for row in range(blocks[-1].end if blocks else 0, len(grid.rows)):
        line = grid.rows[row]
        for column, value in enumerate(line):
            if isinstance(value, str) and folded(value) == label:
                answer = next((v for v in line[column + 1 :] if v != ""), "")
                return is_tick(answer)
    return False
