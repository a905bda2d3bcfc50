"""The inverse of the form writer: a grid and its plan to entries and problems. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from assessor.decimals import from_float
from assessor.problems import Place, Problem, error, note, warning
from assessor.returns.blocks import Block, entry_positions, find_blocks, folded, is_checked
from assessor.returns.entry_cells import EntryCell, Reader, of_criterion, read_cell
from assessor.returns.reading import Entry, EntryStatus
from assessor.returns.values import rule_broken
from assessor.scheme.copies import split_roster_code
from assessor.scheme.plan import Blank, EntryRule, FormPlan, Kind, PlanRow, PlanTable, Repeat
from assessor.sheets.cells import Number, parse_number
from assessor.sheets.grid import Grid, as_text
from assessor.sheets.scan import Marks

__all__ = ["entry_positions", "find_blocks", "read_sheet", "rule_broken"]

_TOTAL_WORDS = ("合计", "小计", "总计", "总分", "total", "sum")


def read_sheet(
    grid: Grid,
    plan: FormPlan,
    blocks: Sequence[Block],
    marks: Marks,
    classes: Mapping[str, str] | None = None,
) -> tuple[list[Entry], list[Problem]]:
    """Return every entry of a form and every problem, all at once.

    `classes` are the units' classes: on a roster they say what a unit is asked for.
    """
    reader = Reader(grid, plan, marks, is_checked(grid, plan, blocks), classes or {})
    found = {block.table.key for block in blocks}
    for table in plan.tables:
        if table.key not in found:
            titles = [table.columns[0].title, *(c.title for c in table.entry_columns)]
            reader.problems.append(
                error("table_missing", Place(grid.file, grid.sheet), titles=titles)
            )
    for block in blocks:
        _read_block(reader, block)
    return reader.entries, reader.problems


def _read_block(reader: Reader, block: Block) -> None:
    table, grid = block.table, reader.grid
    for column in table.entry_columns:
        if column.key not in block.columns:
            place = grid.place(block.header, 0)
            reader.problems.append(error("column_missing", place, column=column.title))
    _report_moves(reader, block)
    lines = list(_lines(reader, block))
    if table.repeat is Repeat.PAPERS:
        _read_papers(reader, block, lines)
        return
    rows = _rows_by_key(table)
    seen: dict[str, int] = {}
    unchecked: list[str] = []
    for number, code in lines:
        row = _row_of(reader, table, rows, code)
        if not code or row is None:
            _stray_row(reader, block, number, code)
        elif code in seen:
            if row.rules:
                place = grid.place(number, block.columns["code"])
                reader.problems.append(
                    of_criterion(error("row_doubled", place, code=code, other=seen[code] + 1), code)
                )
        else:
            seen[code] = number
            _read_row(reader, block, number, code, row, unchecked)
    _report_rows(reader, block, seen, unchecked)


def _rows_by_key(table: PlanTable) -> dict[str, list[PlanRow]]:
    """Return the rows that may stand on a sheet; on a roster a key may have one for each class."""
    rows: dict[str, list[PlanRow]] = {}
    for row in table.rows:
        if row.kind in {"item", "section"}:
            rows.setdefault(row.key, []).append(row)
    return rows


def _row_of(
    reader: Reader, table: PlanTable, rows: Mapping[str, list[PlanRow]], code: str
) -> PlanRow | None:
    """Return the row of the plan that a code names; on a roster the one for the unit's class."""
    unit, key = split_roster_code(code, table) if table.repeat is Repeat.ROSTER else ("", code)
    same = rows.get(key, [])
    if len(same) < 2:
        return same[0] if same else None
    return next((row for row in same if reader.classes.get(unit) in row.classes), same[0])


def _lines(reader: Reader, block: Block) -> Iterator[tuple[int, str]]:
    """Yield the rows of a block with their codes, an unambiguous number back as its code."""
    table, grid = block.table, reader.grid
    position = block.columns["code"]
    known = [row.key for row in table.rows]
    titles = {other.title for other in reader.plan.tables if other.title}
    for number in range(block.header + 1, block.end):
        raw = grid.at(number, position)
        code = as_text(raw)
        if code in titles:
            continue
        if isinstance(raw, float) and table.repeat is Repeat.ONCE:
            code = _code_of_number(reader, number, position, raw, known)
        yield number, code


def _code_of_number(reader: Reader, row: int, column: int, raw: float, known: Sequence[str]) -> str:
    number = from_float(raw)
    same = [code for code in known if _as_number(code) == number]
    if len(same) == 1:
        return same[0]
    place = reader.grid.place(row, column)
    reader.problems.append(error("code_ambiguous", place, value=as_text(raw), codes=same or ["—"]))
    return ""


def _as_number(code: str) -> Decimal | None:
    cell = parse_number(code)
    return cell.value if isinstance(cell, Number) else None


def _report_moves(reader: Reader, block: Block) -> None:
    order = [column.key for column in block.table.columns if column.key in block.columns]
    positions = [block.columns[key] for key in order]
    expected = [index for index, c in enumerate(block.table.columns) if c.key in block.columns]
    if positions != expected:
        place = reader.grid.place(block.header, 0)
        reader.problems.append(note("column_moved", place))


def _stray_row(reader: Reader, block: Block, number: int, code: str) -> None:
    """A row that the plan does not know: harmless where nothing counts in it."""
    grid = reader.grid
    cells = [block.columns[c.key] for c in block.table.entry_columns if c.key in block.columns]
    filled = [column for column in cells if as_text(grid.at(number, column))]
    if not filled:
        return
    texts = " ".join(
        as_text(value).lower() for value in grid.rows[number] if isinstance(value, str)
    )
    if not code and any(word in texts for word in _TOTAL_WORDS):
        return
    place = grid.place(number, filled[0])
    reader.problems.append(
        error("row_unknown", place, code=code or "—", value=grid.text(number, filled[0]))
    )


def _read_row(
    reader: Reader, block: Block, number: int, code: str, row: PlanRow, unchecked: list[str]
) -> None:
    if block.table.repeat is Repeat.ONCE:
        _compare_texts(reader, block, number, row)
    if number in reader.marks.hidden_rows and row.rules:
        reader.problems.append(
            of_criterion(warning("row_hidden", reader.grid.place(number, 0), code=code), code)
        )
    for key, rule in row.rules.items():
        if key not in block.columns:
            reader.entries.append(
                Entry(block.table.key, code, key, "", "", None, EntryStatus.REFUSED)
            )
            continue
        column = block.columns[key]
        cell = EntryCell(block.table, code, key, rule, number, column)
        entry = read_cell(reader, cell)
        if entry.status is EntryStatus.REFUSED and entry.raw == "" and rule.blank is Blank.NONE:
            unchecked.append(entry.cell)
        reader.entries.append(entry)
    for key in row.beside:
        if key in block.columns:
            cell = EntryCell(block.table, code, key, _FREE, number, block.columns[key])
            entry = read_cell(reader, cell)
            if entry.status is EntryStatus.GIVEN:
                reader.entries.append(entry)


_FREE = EntryRule(Kind.TEXT, blank=Blank.ALLOWED)


def _compare_texts(reader: Reader, block: Block, number: int, row: PlanRow) -> None:
    """Warn where the text or the points of a row are not ours: our own copy counts."""
    for key, problem in (("title", "text_changed"), ("points", "points_changed")):
        ours, position = row.cells.get(key), block.columns.get(key)
        if ours is None or position is None:
            continue
        theirs = reader.grid.at(number, position)
        same = (
            theirs == ours or folded(as_text(theirs)) == folded(ours)
            if isinstance(ours, str)
            else _as_number(as_text(theirs)) == ours
        )
        if not same:
            shown = ours if isinstance(ours, str) else f"{ours:f}"
            place = reader.grid.place(number, position)
            facts = {"code": row.key, "ours": shown, "theirs": as_text(theirs)}
            reader.problems.append(of_criterion(warning(problem, place, **facts), row.key))


def _report_rows(
    reader: Reader, block: Block, seen: Mapping[str, int], unchecked: Sequence[str]
) -> None:
    table, grid = block.table, reader.grid
    place = grid.place(block.header, block.columns["code"])
    if table.repeat is Repeat.ONCE:
        missing = [row for row in table.rows if row.rules and row.key not in seen]
        for row in missing:
            for key in row.rules:
                entry = Entry(table.key, row.key, key, "", "", None, EntryStatus.REFUSED)
                reader.entries.append(entry)
            name = f"{row.key} {row.cells.get('title', '')}"
            reader.problems.append(of_criterion(error("row_missing", place, name=name), row.key))
        last = max(seen.values(), default=block.header)
        if not missing and last - block.header > _rows_before_last_item(table):
            reader.problems.append(note("row_inserted", place))
    _report_unchecked(reader, unchecked)


def _report_unchecked(reader: Reader, unchecked: Sequence[str]) -> None:
    """Report the empty cells of which nobody knows whether they mean none or were forgotten."""
    if unchecked:
        facts = {"cells": _few(unchecked), "count": len(unchecked), "label": _label(reader)}
        where = Place(reader.grid.file, reader.grid.sheet, unchecked[0])
        reader.problems.append(error("entry_unchecked", where, **facts))


def _label(reader: Reader) -> str:
    return next((f.label for f in reader.plan.foot if f.key == "checked"), "")


def _rows_before_last_item(table: PlanTable) -> int:
    return max(
        number for number, row in enumerate(table.rows, 1) if row.kind in {"item", "section"}
    )


def _few(cells: Sequence[str]) -> list[str]:
    return [*cells[:8], "…"] if len(cells) > 8 else list(cells)


def _read_papers(reader: Reader, block: Block, lines: Sequence[tuple[int, str]]) -> None:
    """Every row with anything in it is a paper; empty rows are none."""
    (row,) = block.table.rows
    positions = [block.columns[key] for key in row.rules if key in block.columns]
    seen: dict[str, int] = {}
    unchecked: list[str] = []
    for number, code in lines:
        if not any(as_text(reader.grid.at(number, column)) for column in positions):
            continue
        paper = code or f"@{number + 1}"
        if paper in seen:
            place = reader.grid.place(number, block.columns["code"])
            reader.problems.append(error("row_doubled", place, code=paper, other=seen[paper] + 1))
            continue
        seen[paper] = number
        _read_row(reader, block, number, paper, row, unchecked)
    _report_unchecked(reader, unchecked)
    if block.table.key == "claims" and not seen and not reader.checked:
        place = reader.grid.place(block.header, block.columns["code"])
        reader.problems.append(error("claims_unchecked", place, label=_label(reader)))
        entry = Entry(block.table.key, "", "verified", "", "", None, EntryStatus.REFUSED)
        reader.entries.append(entry)
