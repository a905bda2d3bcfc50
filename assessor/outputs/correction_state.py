"""When a line of the list of corrections is done, as a condition that a spreadsheet computes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.outputs.form_marks import mended
from assessor.returns.asides import CHECKED
from assessor.returns.carrying import CellKey
from assessor.returns.flaws import Flaw
from assessor.returns.mending import MendedForm

_MOST_CELLS = 40
_LONGEST_TEXT = 255
"""Cells and characters of a text that a formula may be long."""


@dataclass(frozen=True, slots=True)
class ListedForm:
    """A form of a correction: its sheet, where its cells stand, and its flaws as worded there."""

    form: MendedForm
    sheet: str
    addresses: Mapping[CellKey, str]
    flaws: tuple[Flaw, ...]

    def address(self, key: CellKey) -> str:
        """Return the address of a cell for a formula on another sheet."""
        return f"{quoted(self.sheet)}!{self.addresses[key]}"


def quoted(sheet: str) -> str:
    """Return the name of a sheet as formulas and links have it."""
    return "'" + sheet.replace("'", "''") + "'"


def done_condition(flaw: Flaw, mine: ListedForm, forms: Sequence[ListedForm]) -> str:
    """Return the Excel condition under which a flaw is mended; nothing where none can tell."""
    if not flaw.must or not flaw.cells or len(flaw.cells) > _MOST_CELLS:
        return ""
    if condition := _of_a_tally(flaw, mine, forms):
        return condition
    carried = mine.form.carried
    waiting = [key for key in flaw.cells if carried.is_open(key)]
    if waiting:
        checked = mine.address(CHECKED)
        parts = [mended(carried.rules.get(key), mine.address(key), checked) for key in waiting]
        return f"AND({','.join(parts)})"
    changed = [_changed(mine, key) for key in flaw.cells]
    return f"OR({','.join(changed)})" if all(changed) else ""


def _changed(mine: ListedForm, key: CellKey) -> str:
    """Return the condition that a cell no longer holds what was carried over."""
    value = mine.form.carried.values.get(key, "")
    if isinstance(value, Decimal):
        return f"{mine.address(key)}<>{value:f}"
    text = str(value).replace('"', '""')
    return f'{mine.address(key)}<>"{text}"' if len(text) <= _LONGEST_TEXT else ""


def _of_a_tally(flaw: Flaw, mine: ListedForm, forms: Sequence[ListedForm]) -> str:
    """Return the condition of a count that is wrong only beside another one."""
    match flaw.problem.code:
        case "tally_differs":
            return _tellers_agree(flaw, mine, forms)
        case "tally_exceeds_valid":
            return _votes_within(flaw, mine)
        case "turnout_rises":
            return _falls(flaw, mine)
    return ""


def _tellers_agree(flaw: Flaw, mine: ListedForm, forms: Sequence[ListedForm]) -> str:
    (key,) = flaw.cells
    twins = [
        other.address(key)
        for other in forms
        if other is not mine
        and other.form.copy.key.teller
        and other.form.copy.key.form == mine.form.copy.key.form
    ]
    return f"{mine.address(key)}={twins[0]}" if twins else ""


def _votes_within(flaw: Flaw, mine: ListedForm) -> str:
    """Return the condition that the votes of a row are not more than its valid papers."""
    valid = str(flaw.problem.facts.get("there", ""))
    if valid not in mine.addresses.values():
        return ""
    votes = ",".join(mine.address(key) for key in flaw.cells)
    return f"SUM({votes})<={quoted(mine.sheet)}!{valid}"


def _falls(flaw: Flaw, mine: ListedForm) -> str:
    """Return the condition that a number of a turnout is not above the one before it."""
    (key,) = flaw.cells
    table = next(table for table in mine.form.copy.plan.tables if table.key == key[0])
    columns = [column.key for column in table.entry_columns]
    before = columns[columns.index(key[2]) - 1]
    return f"{mine.address(key)}<={mine.address((key[0], key[1], before))}"
