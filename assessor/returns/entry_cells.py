"""One entry cell of a sheet to an entry; every reason why not becomes a problem."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

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
)
from assessor.scheme.plan import Blank, EntryRule, FormPlan, Kind, PlanTable, Repeat
from assessor.scheme.plans_votes import VOTE_LAYOUTS
from assessor.scheme.policies import MAKES, REFUSE, USUAL, Policies
from assessor.sheets.cells import Cell, NotApplicable, Number, Refused, parse_number
from assessor.sheets.grid import Grid, a1, as_text
from assessor.sheets.scan import Mark, Marks, fault_of_mark


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
    policies: Policies = USUAL
    unnamed: bool = False
    """Whether it is an anonymous paper: nobody can be asked what was meant."""
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def mark_of(self, cell: EntryCell) -> Mark:
        """Return what the markup of a cell tells beside its value."""
        return self.marks.cells.get((cell.row, cell.column), Mark.NONE)


@dataclass(frozen=True, slots=True)
class EntryCell:
    """Which cell is read: its table, row code and column, its rule, its 0-based place."""

    table: PlanTable
    code: str
    key: str
    rule: EntryRule
    row: int
    column: int

    where: str
    """Its address."""
    quick: bool
    """Whether a plain number that keeps its rule needs no second look."""

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
        return Entry(self.table.key, self.code, self.key, self.where, raw, value, status)


def entry_cell(
    table: PlanTable, code: str, key: str, rule: EntryRule, row: int, column: int
) -> EntryCell:
    """Return the cell at a 0-based place."""
    quick = rule.kind not in _LOOKED_AT and rule.kind is not Kind.TEXT
    return EntryCell(table, code, key, rule, row, column, a1(row, column), quick)


def read_cell(reader: Reader, cell: EntryCell) -> Entry:
    """Return what one entry cell counts as."""
    raw = reader.grid.at(cell.row, cell.column)
    mark = reader.mark_of(cell)
    if cell.rule.kind is Kind.TEXT:
        return _text_entry(reader, cell)
    written = Written(raw, mark)
    return _marked_entry(reader, cell, written) or _plain_entry(reader, cell, written)


@lru_cache(maxsize=8192)
def plain_number(raw: float) -> tuple[str, Decimal] | None:
    """Return a float as the text and the number that were typed; None where it is no number."""
    found = parse_number(raw)
    return (f"{raw:.15g}", found.value) if isinstance(found, Number) else None


_LOOKED_AT = CHOSEN | {Kind.PERCENT}
"""Kinds of which a plain number does not say enough."""
_NO_TEXT = Mark.ERROR | Mark.FORMULA_EMPTY | Mark.DISPUTED
"""Marks of cells whose text is not what their sender sees."""


def _text_entry(reader: Reader, cell: EntryCell) -> Entry:
    found = read_text(reader.grid.at(cell.row, cell.column), cell.rule)
    mark = reader.mark_of(cell)
    if mark & _NO_TEXT and (refused := _marked_entry(reader, cell, Written("", mark & _NO_TEXT))):
        return refused
    if isinstance(found, NotApplicable):
        return cell.entry(found.text, EntryStatus.NOT_APPLICABLE)
    if found:
        return cell.entry(found, EntryStatus.GIVEN)
    if cell.rule.blank is Blank.MISSING:
        refused = _marked_entry(reader, cell, Written("", mark))
        if refused is None:
            _tell(reader, cell, error, "text_missing", "")
        return refused or cell.entry("", EntryStatus.REFUSED)
    return cell.entry("", EntryStatus.BLANK)


def _marked_entry(reader: Reader, cell: EntryCell, written: Written) -> Entry | None:
    """Return the refused entry of a cell whose mark alone is an error."""
    text = as_text(written.raw)
    code = fault_of_mark(written.mark)
    if not code and Mark.PERCENT in written.mark and text and cell.rule.kind not in _LOOKED_AT:
        code = percent_code(cell.rule)
    if not code:
        return None
    shown = reader.marks.texts.get((cell.row, cell.column), "") or text
    facts = {"error_value": shown, "suggestion": as_percent(written.raw), "other": shown or "—"}
    _tell(reader, cell, error, code, text or "—" if code == "cell_disputed" else text, **facts)
    return cell.entry(text, EntryStatus.REFUSED)


def _plain_entry(reader: Reader, cell: EntryCell, written: Written) -> Entry:
    text = as_text(written.raw)
    found = parse_entry(written, cell.rule)
    fault = fault_of(cell.rule, found)
    if softer := _softer(reader, cell, fault):
        _tell(reader, cell, _SOFTER[softer], softer, text)
        return cell.entry(text, EntryStatus.BLANK)
    refused = not fault and _formula_refused(reader, cell, written)
    if fault:
        suggestion = (found.suggestion if isinstance(found, Refused) else "") or "—"
        facts = {"suggestion": suggestion, "error_value": suggestion}
        _tell(reader, cell, error, fault, text, **facts)
    if fault or refused:
        return cell.entry(text, EntryStatus.REFUSED)
    return _right_entry(reader, cell, written.text, found)


_FORMULA_CODES = {
    (False, False): "cell_formula",
    (True, False): "cell_formula_external",
    (False, True): "cell_formula_refused",
    (True, True): "cell_formula_external_refused",
}
"""What is said of a formula: whether it reaches outside, and whether it is refused."""


def _formula_refused(reader: Reader, cell: EntryCell, written: Written) -> bool:
    """Say of a formula what the scheme wants said, and whether it does not count."""
    if not written.mark & (Mark.FORMULA | Mark.FORMULA_EXTERNAL):
        return False
    policy = reader.policies.formulas
    external = Mark.FORMULA_EXTERNAL in written.mark
    code = _FORMULA_CODES[external, policy == REFUSE]
    make = warning if external and policy != REFUSE else MAKES[policy]
    _tell(reader, cell, make, code, written.text)
    return policy == REFUSE


_SOFTER: Mapping[str, Callable[..., Problem]] = {"vote_several": note, "vote_unclear": warning}
"""What is said of answers that count as abstentions."""


def _softer(reader: Reader, cell: EntryCell, fault: str) -> str:
    """Return what is said in place of a fault: two answers on a ballot are an abstention, and
    so is what cannot be read on a paper whose voter nobody knows."""
    if reader.plan.layout not in VOTE_LAYOUTS or not fault:
        return ""
    if fault == "choice_several":
        return "vote_several"
    return "vote_unclear" if reader.unnamed and cell.rule.kind in CHOSEN else ""


def _right_entry(reader: Reader, cell: EntryCell, text: str, found: Cell) -> Entry:
    """Return the entry of a cell in which nothing is wrong."""
    if isinstance(found, Number):
        if found.note and not _taken_cleaned(reader, cell, found, text):
            return cell.entry(text, EntryStatus.REFUSED)
        if shown := reader.marks.shown.get((cell.row, cell.column)):
            facts = {"name": cell.name, "value": text, "shown": shown}
            place = reader.grid.place(cell.row, cell.column)
            told = note("cell_shown_rounded", place, **facts)
            reader.problems.append(of_criterion(told, cell.criterion))
        return cell.entry(text, EntryStatus.GIVEN, found.value)
    if isinstance(found, NotApplicable):
        return cell.entry(text, EntryStatus.NOT_APPLICABLE)
    if cell.rule.blank is Blank.ALLOWED:
        return cell.entry(text, EntryStatus.BLANK)
    if cell.rule.blank is Blank.NONE and reader.checked:
        return cell.entry(text, EntryStatus.NONE, Decimal(0))
    return cell.entry(text, EntryStatus.REFUSED)


def _taken_cleaned(reader: Reader, cell: EntryCell, found: Number, text: str) -> bool:
    """Say what was cleaned, and whether the scheme lets it count."""
    policy = reader.policies.cleaned
    code = "cell_cleaned_refused" if policy == REFUSE else found.note
    _tell(reader, cell, MAKES[policy], code, text, number=found.value)
    return policy != REFUSE


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
