"""One entry cell of a sheet to an entry; every reason why not becomes a problem."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from assessor.problems import Problem, error, note, warning
from assessor.returns.reading import Entry, EntryStatus
from assessor.returns.values import (
    CHOSEN,
    Written,
    as_percent,
    fault_of,
    parse_entry,
    percent_code,
    read_text,
    rule_broken,
)
from assessor.scheme.plan import Blank, EntryRule, FormPlan, Kind, PlanTable, Repeat
from assessor.scheme.plans_votes import VOTE_LAYOUTS
from assessor.sheets.cells import Cell, NotApplicable, Number, Refused, parse_number
from assessor.sheets.grid import Grid, a1, as_text
from assessor.sheets.scan import Mark, Marks

_MARK_ERRORS = {
    Mark.ERROR: "cell_error_value",
    Mark.FORMULA_EMPTY: "cell_formula_empty",
    Mark.MERGED: "cell_merged",
}
_MARK_REMARKS: Mapping[Mark | None, tuple[Callable[..., Problem], str]] = {
    Mark.FORMULA: (note, "cell_formula"),
    Mark.FORMULA_EXTERNAL: (warning, "cell_formula_external"),
}


@dataclass
class Reader:
    """Reads one sheet; collects entries and problems."""

    grid: Grid
    plan: FormPlan
    marks: Marks
    checked: bool = False
    """Whether 已核 is ticked: what may stay empty then counts as none."""
    classes: Mapping[str, str] = field(default_factory=dict)
    """Class of a unit by its code, for the rows of a roster."""
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def mark_of(self, cell: EntryCell) -> Mark | None:
        """Return what the markup of a cell tells beside its value."""
        return self.marks.cells.get((cell.row, cell.column))


@dataclass(frozen=True, slots=True)
class EntryCell:
    """Which cell is read: its table, row code and column, its rule, its 0-based place."""

    table: PlanTable
    code: str
    key: str
    rule: EntryRule
    row: int
    column: int

    @property
    def criterion(self) -> str:
        """What a problem of the cell is about: ``unit/criterion`` where criteria are columns."""
        if self.table.key == "votes":
            return self.key  # the row is a paper
        return f"{self.code}/{self.key}" if self.table.key == "roster" else self.code

    @property
    def name(self) -> str:
        """What the cell is called in messages."""
        return f"{self.code} {_title(self.table, self.code, self.key)}".strip()

    def entry(self, raw: str, status: EntryStatus, value: Decimal | None = None) -> Entry:
        """Return the entry of this cell."""
        where = a1(self.row, self.column)
        return Entry(self.table.key, self.code, self.key, where, raw, value, status)


def read_cell(reader: Reader, cell: EntryCell) -> Entry:
    """Return what one entry cell counts as."""
    raw = reader.grid.at(cell.row, cell.column)
    mark = reader.mark_of(cell)
    if cell.rule.kind is Kind.TEXT:
        return _text_entry(reader, cell)
    if mark is None and type(raw) is float and cell.rule.kind not in _LOOKED_AT:
        # Nearly every cell is a plain number that is right: nothing is worded for it.
        plain_cell = parse_number(raw)
        if isinstance(plain_cell, Number) and not rule_broken(cell.rule, plain_cell.value):
            return cell.entry(f"{raw:.15g}", EntryStatus.GIVEN, plain_cell.value)
    written = Written(raw, mark)
    return _marked_entry(reader, cell, written) or _plain_entry(reader, cell, written)


_LOOKED_AT = CHOSEN | {Kind.PERCENT}
"""Kinds of which a plain number does not say enough."""


def _text_entry(reader: Reader, cell: EntryCell) -> Entry:
    found = read_text(reader.grid.at(cell.row, cell.column), cell.rule)
    if isinstance(found, NotApplicable):
        return cell.entry(found.text, EntryStatus.NOT_APPLICABLE)
    if found:
        return cell.entry(found, EntryStatus.GIVEN)
    if cell.rule.blank is Blank.MISSING:
        refused = _marked_entry(reader, cell, Written("", reader.mark_of(cell)))
        if refused is None:
            _tell(reader, cell, error, "text_missing", "")
        return refused or cell.entry("", EntryStatus.REFUSED)
    return cell.entry("", EntryStatus.BLANK)


def _marked_entry(reader: Reader, cell: EntryCell, written: Written) -> Entry | None:
    """Return the refused entry of a cell whose mark alone is an error."""
    text = as_text(written.raw)
    if written.mark in _MARK_ERRORS:
        code = _MARK_ERRORS[written.mark]
    elif written.mark is Mark.PERCENT and text and cell.rule.kind not in _LOOKED_AT:
        code = percent_code(cell.rule)
    else:
        return None
    shown = reader.marks.errors.get((cell.row, cell.column), text)
    facts = {"error_value": shown, "suggestion": as_percent(written.raw)}
    _tell(reader, cell, error, code, text, **facts)
    return cell.entry(text, EntryStatus.REFUSED)


def _plain_entry(reader: Reader, cell: EntryCell, written: Written) -> Entry:
    text = as_text(written.raw)
    if written.mark in _MARK_REMARKS:
        make, problem = _MARK_REMARKS[written.mark]
        _tell(reader, cell, make, problem, text)
    found = parse_entry(written, cell.rule)
    fault = fault_of(cell.rule, found)
    if softer := _softer(reader, fault):
        _tell(reader, cell, note, softer, text)
        return cell.entry(text, EntryStatus.BLANK)
    if fault:
        suggestion = (found.suggestion if isinstance(found, Refused) else "") or "—"
        facts = {"suggestion": suggestion, "error_value": suggestion}
        _tell(reader, cell, error, fault, text, **facts)
        return cell.entry(text, EntryStatus.REFUSED)
    return _right_entry(reader, cell, written.text, found)


def _softer(reader: Reader, fault: str) -> str:
    """Return the code of a note in place of a fault: two answers on a ballot are an abstention."""
    ballot = reader.plan.layout in VOTE_LAYOUTS
    return "vote_several" if ballot and fault == "choice_several" else ""


def _right_entry(reader: Reader, cell: EntryCell, text: str, found: Cell) -> Entry:
    """Return the entry of a cell in which nothing is wrong."""
    if isinstance(found, Number):
        if found.note:
            _tell(reader, cell, note, found.note, text, number=found.value)
        return cell.entry(text, EntryStatus.GIVEN, found.value)
    if isinstance(found, NotApplicable):
        return cell.entry(text, EntryStatus.NOT_APPLICABLE)
    if cell.rule.blank is Blank.ALLOWED:
        return cell.entry(text, EntryStatus.BLANK)
    if cell.rule.blank is Blank.NONE and reader.checked:
        return cell.entry(text, EntryStatus.NONE, Decimal(0))
    return cell.entry(text, EntryStatus.REFUSED)


def _tell(
    reader: Reader,
    cell: EntryCell,
    make: Callable[..., Problem],
    code: str,
    value: str,
    **more: object,
) -> None:
    facts: dict[str, object] = {"name": cell.name, "rule": cell.rule, "value": value, **more}
    place = reader.grid.place(cell.row, cell.column)
    reader.problems.append(of_criterion(make(code, place, **facts), cell.criterion))


def of_criterion(problem: Problem, criterion: str) -> Problem:
    """Return the problem with the criterion it is about."""
    return replace(problem, criterion=criterion)


def _title(table: PlanTable, code: str, key: str) -> str:
    if table.repeat is Repeat.ROSTER or len(table.entry_columns) > 1:
        return next(column.title for column in table.columns if column.key == key)
    row = next((row for row in table.rows if row.key == code), None)
    return str(row.cells.get("title", "")) if row else ""
