"""The entries of a return, carried over to a fresh form for its sender to mend. Pure.

What was read keeps its value. What was refused is shown as it was written, and in such a way that
it is refused again if nobody touches it: no error may go away by being sent back and forth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from assessor.decimals import from_float
from assessor.i18n import Catalog
from assessor.problems import Problem
from assessor.returns.asides import CHECKED
from assessor.returns.reading import Entry, EntryStatus, FormReading
from assessor.returns.values import Written, fault_of, parse_entry
from assessor.scheme.copies import Copy, bound_rows
from assessor.scheme.plan import Blank, EntryRule, Kind, Repeat
from assessor.sheets.cells import Number

CellKey = tuple[str, str, str]
"""Table, row code and column of a cell of a form."""

_SHOWN = ("cell_date", "cell_percent_format", "number_percent_format", "percent_hundredfold")
"""Problems whose suggestion is what the cell showed; the file holds another value."""
_LONGEST = 32_767
_LONGEST_REFUSED = 200
"""Characters that a cell can hold, and of a refused one that are shown again."""
_OF_WORDS = frozenset({Kind.CHOICE, Kind.YES_NO, Kind.VETO})


@dataclass(frozen=True)
class Carried:
    """A fresh copy with what its sender had written."""

    copy: Copy
    rules: Mapping[CellKey, EntryRule]
    values: dict[CellKey, object] = field(default_factory=dict)
    """What is written into the copy, remarks and foot too."""
    places: dict[str, CellKey] = field(default_factory=dict)
    """The cell of the copy by the address that it had in the file that came back."""
    open: dict[CellKey, str] = field(default_factory=dict)
    """Cells in which nothing stands that counts, with what was written there."""

    def is_open(self, key: CellKey) -> bool:
        """Say whether nothing that counts stands in a cell, the 已核 cell included."""
        return key in self.open or (key == CHECKED and key not in self.values)

    def may_be_none(self, key: CellKey) -> bool:
        """Say whether a cell is open and empty, so that a tick in 已核 would make it nothing."""
        rule = self.rules.get(key)
        empty = key in self.open and key not in self.values
        return empty and rule is not None and rule.blank is Blank.NONE

    @property
    def unchecked(self) -> bool:
        """Whether the form has a 已核 cell, and it waits to be ticked."""
        return CHECKED not in self.values and any(
            field.key == "checked" for field in self.copy.plan.foot
        )

    def hold(self, key: CellKey, written: str, words: Catalog) -> None:
        """Open a cell that was filled in: what it says is shown, and refused until confirmed."""
        self.open[key] = written
        rule = self.rules[key]
        text = still_refused(written, rule, words) or words.text("correction.pending_blank")
        if rule.kind is not Kind.TEXT:
            self.values[key] = text


def entry_rules(copy: Copy) -> dict[CellKey, EntryRule]:
    """Return the rule of every entry cell of a copy, in the order of the form."""
    return {
        (table.key, bound.code, column): rule
        for table in copy.plan.tables
        for bound in bound_rows(table, copy)
        for column, rule in bound.row.rules.items()
    }


def carry(
    copy: Copy, reading: FormReading | None, faults: Mapping[str, Problem], words: Catalog
) -> Carried:
    """Return a copy with the entries of a reading; `faults` are its errors by cell."""
    codes: dict[tuple[str, str], str] = {}
    if reading is not None:
        copy, codes = _with_room(copy, reading)
    carried = Carried(copy, entry_rules(copy))
    _carry_asides(carried, reading, codes)
    for entry in reading.entries if reading is not None else ():
        key = (entry.table, codes.get((entry.table, entry.row), entry.row), entry.column)
        rule = carried.rules.get(key)
        if rule is None:
            continue
        if entry.cell:
            carried.places[entry.cell] = key
        value = as_read(entry, rule) if entry.status is not EntryStatus.REFUSED else None
        if value is None:
            carried.open[key] = written = _written(entry, faults.get(entry.cell))
            value = still_refused(written, rule, words)
        if value != "":
            carried.values[key] = value
    return _with_open(carried, reading)


def _carry_asides(
    carried: Carried, reading: FormReading | None, codes: Mapping[tuple[str, str], str]
) -> None:
    for table, row, column, text in reading.asides if reading is not None else ():
        carried.values[table, codes.get((table, row), row), column] = text[:_LONGEST]


def _with_open(carried: Carried, reading: FormReading | None) -> Carried:
    """Add the cells that were not in the return; take back 已核 where it would make nothing of
    what is still open."""
    known = {*carried.places.values(), *carried.open}
    lines = {table.key for table in carried.copy.plan.tables if table.repeat is Repeat.PAPERS}
    for key in carried.rules:
        if key[0] not in lines and key not in known:
            carried.open[key] = ""
    refused = reading is not None and any(
        entry.status is EntryStatus.REFUSED and entry.table in lines for entry in reading.entries
    )
    if refused or any(carried.may_be_none(key) for key in carried.open):
        carried.values.pop(CHECKED, None)
    return carried


def _with_room(copy: Copy, reading: FormReading) -> tuple[Copy, dict[tuple[str, str], str]]:
    """Return the copy with lines enough for the papers of a return, and the line of each paper:
    its own where its number is one of the form, else the next that is free."""
    codes: dict[tuple[str, str], str] = {}
    for table in copy.plan.tables:
        if table.repeat is not Repeat.PAPERS:
            continue
        papers = list(dict.fromkeys(e.row for e in reading.entries if e.table == table.key))
        if len(papers) > copy.plan.papers:
            copy = replace(copy, plan=replace(copy.plan, papers=len(papers)))
        lines = [bound.code for bound in bound_rows(table, copy)]
        taken = set(papers)
        free: Iterator[str] = (line for line in lines if line not in taken)
        known = set(lines)
        codes |= {
            (table.key, paper): paper if paper in known else next(free, paper) for paper in papers
        }
    return copy, codes


# -- one cell ------------------------------------------------------------------------------------


def as_read(entry: Entry, rule: EntryRule) -> object:
    """Return what to write so that a cell is read again as what it was read as: a number, a word
    of the drop-down, or a text; None where the rule of today no longer takes it."""
    value = entry.value
    if entry.status is EntryStatus.NOT_APPLICABLE:
        return entry.raw if rule.kind is Kind.TEXT else "/"
    if entry.status is not EntryStatus.GIVEN or value is None or rule.kind is Kind.TEXT:
        return "" if entry.status is EntryStatus.NONE else entry.raw[:_LONGEST]
    if fault_of(rule, Number(value)):
        return None
    if rule.kind in _OF_WORDS:
        # The words of an older form may have stood in another order: the word counts.
        found = parse_entry(Written(entry.raw), rule)
        return rule.choices[int(found.value)] if isinstance(found, Number) else None
    if rule.kind is Kind.TICK:
        return "√" if value == 1 else entry.raw
    if rule.kind is Kind.PERCENT and 0 < abs(value) <= 1:
        return f"{value:f}%"  # bare, it might be a share
    # A cell holds a float: what it cannot hold exactly stays text.
    return value if from_float(float(value)) == value else f"{value:f}"


def _written(entry: Entry, fault: Problem | None) -> str:
    """Return what the sender saw in a refused cell."""
    facts = fault.facts if fault is not None else {}
    seen = str(facts.get("suggestion", "—")) if fault and fault.code in _SHOWN else "—"
    if seen == "—" and not entry.raw:
        seen = str(facts.get("error_value", "—"))
    return entry.raw if seen == "—" else seen


def still_refused(written: str, rule: EntryRule, words: Catalog) -> str:
    """Return what stands in a cell until somebody mends it: what was written, as long as that is
    no right entry; else with a word before it that makes it none. Nothing where blank is refused.
    """
    text = written[:_LONGEST_REFUSED]
    if text and _is_refused(text, rule):
        return text
    if rule.kind is Kind.TEXT:
        return ""
    if text:
        return words.text("correction.pending", value=text)
    return words.text("correction.pending_blank") if rule.blank is Blank.ALLOWED else ""


def _is_refused(text: str, rule: EntryRule) -> bool:
    return rule.kind is not Kind.TEXT and bool(fault_of(rule, parse_entry(Written(text), rule)))
