"""Whether a sheet is the form that its number says, where no stamp of ours vouches for it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from assessor.decimals import from_float
from assessor.i18n import Term
from assessor.problems import Place, Problem, error, note
from assessor.returns.blocks import Block, find_blocks, folded
from assessor.returns.context import Context
from assessor.returns.heads import Head
from assessor.scheme.copies import CopyKey, split_roster_code
from assessor.scheme.plan import FormPlan, PlanTable, Repeat
from assessor.sheets.cells import Number, parse_number
from assessor.sheets.grid import Grid, as_text


def unit_fault(head: Head, key: CopyKey, place: Place, context: Context) -> Problem | None:
    """Return what is wrong with the unit that a sheet shows: another code, or another's name."""
    if not key.unit:
        return None
    if head.unit and head.unit != key.unit:
        return error("unit_differs", place, stamped=key.unit, visible=head.unit)
    name = folded(head.name)
    if not name or name in map(folded, context.names.get(key.unit, ())):
        return None
    others = [code for code, names in context.names.items() if name in map(folded, names)]
    if others:
        facts = {"stamped": key.unit, "name": head.name, "visible": others[0]}
        return error("unit_name_differs", place, **facts)
    ours = context.names.get(key.unit, ("",))[0]
    return note("unit_name_unknown", place, name=head.name, ours=ours, unit=key.unit)


def unproved(grid: Grid, head: Head, key: CopyKey, plan: FormPlan, context: Context) -> list[Term]:
    """Return what keeps a sheet without a stamp of ours from being taken: all must agree."""
    return [
        *_whose(head, key, context),
        *([Term("proof.rehearsal")] if head.rehearsal != context.rehearsal else []),
        *([] if has_all_codes(grid, plan) else [Term("proof.codes")]),
    ]


def _whose(head: Head, key: CopyKey, context: Context) -> Iterator[Term]:
    if key.unit:
        if head.unit != key.unit:
            yield Term("proof.unit")
    elif not key.paper and not folded(head.filler).startswith(
        folded(context.raters.get(key.rater, ""))
    ):
        yield Term("proof.rater")


def has_all_codes(grid: Grid, plan: FormPlan) -> bool:
    """Say whether every table of a plan stands on a sheet, with every code of its rows and no
    other code that has an entry beside it."""
    blocks = find_blocks(grid, plan)
    return len(blocks) == len(plan.tables) and all(_is_whole(grid, block) for block in blocks)


def _is_whole(grid: Grid, block: Block) -> bool:
    table = block.table
    if any(column.key not in block.columns for column in table.entry_columns):
        return False
    if table.repeat is Repeat.PAPERS:
        return True  # its lines are numbered, whatever is asked
    codes = set(_codes(grid, block))
    if table.repeat is Repeat.ONCE:
        asked = {row.key for row in table.rows if row.rules}
        return asked <= codes and codes <= {row.key for row in table.rows}
    units = {split_roster_code(code, table) for code in codes}
    keys = {row.key for row in table.rows}
    return bool(codes) and all(row in keys for _, row in units)


def _codes(grid: Grid, block: Block) -> Iterator[str]:
    """Yield the codes of the lines in which something may be entered."""
    table = block.table
    entries = [block.columns[column.key] for column in table.entry_columns]
    for number in range(block.header + 1, block.end):
        raw = grid.at(number, block.columns[table.columns[0].key])
        code = _as_code(raw, table) if isinstance(raw, float) else as_text(raw)
        known = any(row.key == code and row.rules for row in table.rows)
        if code and (known or any(as_text(grid.at(number, at)) for at in entries)):
            yield code


def _as_code(raw: float, table: PlanTable) -> str:
    """Return the only code that a number may have been; the number itself where there is none."""
    same = [
        row.key
        for row in table.rows
        if isinstance(cell := parse_number(row.key), Number) and cell.value == from_float(raw)
    ]
    return same[0] if len(same) == 1 else as_text(raw)
