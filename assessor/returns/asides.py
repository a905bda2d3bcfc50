"""What people write beside their entries: remarks, and the foot of a form. It is never scored, but
a copy for correction brings it back, so that nobody has to write it twice. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assessor.returns.blocks import Block, folded, is_checked
from assessor.scheme.plan import FormPlan, Kind, Repeat, Role
from assessor.sheets.grid import Grid

FOOT = "foot"
CHECKED = (FOOT, "checked", "value")
"""The place of the 已核 cell, in the manner of (table, row, column)."""

Aside = tuple[str, str, str, str]
"""Table, row code and column of what was written, and the text."""


def read_asides(grid: Grid, plan: FormPlan, blocks: Sequence[Block]) -> tuple[Aside, ...]:
    """Return every remark and every field of the foot that is filled in."""
    found = [aside for block in blocks for aside in _remarks(grid, block)]
    if is_checked(grid, plan, blocks):
        found.append((*CHECKED, "√"))
    return (*found, *_foot(grid, plan, blocks))


def _remarks(grid: Grid, block: Block) -> Iterator[Aside]:
    table = block.table
    columns = [
        (column.key, block.columns[column.key])
        for column in table.columns
        if column.role is Role.REMARK and column.key in block.columns
    ]
    for number in range(block.header + 1, block.end) if columns else ():
        code = grid.text(number, block.columns["code"])
        if not code and table.repeat is Repeat.PAPERS:
            code = f"@{number + 1}"
        for key, position in columns if code else ():
            if text := grid.text(number, position):
                yield table.key, code, key, text


def _foot(grid: Grid, plan: FormPlan, blocks: Sequence[Block]) -> Iterator[Aside]:
    labels = {folded(field.label): field.key for field in plan.foot if field.kind is not Kind.TICK}
    for number in range(blocks[-1].end if blocks else 0, len(grid.rows)):
        texts = [grid.text(number, column) for column in range(len(grid.rows[number]))]
        place = next((at for at, text in enumerate(texts) if folded(text) in labels), None)
        if place is None:
            continue
        answer = next((text for text in texts[place + 1 :] if text), "")
        if answer:
            yield FOOT, labels.pop(folded(texts[place])), "value", answer
