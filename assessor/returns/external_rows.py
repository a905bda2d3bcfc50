"""The rows of one table from elsewhere: whose they are, and what each says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from assessor.i18n import Term
from assessor.problems import Place, Problem, error, note, warning
from assessor.returns.external_tables import Codes, Header, rows_of
from assessor.scheme.model import Input, Scheme
from assessor.scoring.column import Status
from assessor.sheets.cells import (
    Blank,
    Cell,
    NotApplicable,
    Number,
    Refused,
    date_of,
    parse_number,
)
from assessor.sheets.grid import Grid, as_text
from assessor.sheets.scan import Mark, Marks, fault_of_mark

_FEW = 5
"""So many unknown codes are named one by one; of more, only the number is told."""
_TOTALS = frozenset({"合计", "小计", "总计", "平均", "total", "sum", "mean", "average"})
_STATUSES = {status.word: status for status in Status}
"""What the column ``status`` of this program's own results may say."""


@dataclass(frozen=True, slots=True)
class Value:
    """What a table says of one unit."""

    place: Place
    status: Status
    value: Decimal | None = None


@dataclass
class RowReader:
    """Reads the rows of one input; afterwards it knows how many there were, and the problems."""

    scheme: Scheme
    item: Input
    grid: Grid
    header: Header
    marks: Marks
    codes: Codes
    needed: set[int]
    """The units, by index, that cannot do without a value: others' faults are nobody's problem."""
    rows: int = 0
    strangers: list[int] = field(default_factory=list)
    """Rows whose code belongs to no unit."""
    problems: list[Problem] = field(default_factory=list)

    def read(self) -> dict[int, Value]:
        """Return what the table says of each unit in it, by the unit's index."""
        found: dict[int, list[Value]] = {}
        for row, unit in self._lines():
            self.rows += 1
            if unit is not None:
                found.setdefault(unit, []).append(self._value(row, unit))
        self._tell_strangers()
        values = {unit: self._settle(unit, mine) for unit, mine in sorted(found.items())}
        self._tell_provisional(values)
        return values

    # -- whose row it is -------------------------------------------------------------------------

    def _lines(self) -> Iterator[tuple[int, int | None]]:
        """Yield the rows with the unit that each is about, None for a stranger."""
        for row in rows_of(self.grid, self.header):
            raw = self.grid.at(row, self.header.key)
            text = as_text(raw)
            if text.lower() in _TOTALS:
                continue
            if not text:
                self._tell_nameless(row)
                continue
            unit = self.codes.find(raw)
            if unit is None:
                self.strangers.append(row)
            yield row, unit

    def _tell_nameless(self, row: int) -> None:
        """Report a row without a code, unless it is a row of totals."""
        if not any(as_text(value).lower() in _TOTALS for value in self.grid.rows[row]):
            place = self.grid.place(row, self.header.key)
            self.problems.append(warning("input_key_empty", place, name=self.item.title))

    def _tell_strangers(self) -> None:
        """Name the rows whose code belongs to nobody; of many, the first and the number.

        With a code map that is how it should be: the map says which rows are meant.
        """
        column = self.header.key
        if self.strangers and (self.item.map or len(self.strangers) > _FEW):
            place = self.grid.place(self.strangers[0], column)
            some = [self.grid.text(row, column) for row in self.strangers[:_FEW]]
            shown = [*some, "…"] if len(self.strangers) > _FEW else some
            facts = {"name": self.item.title, "count": len(self.strangers), "codes": shown}
            if self.item.map:
                self.problems.append(note("input_codes_unknown", place, **facts))
            else:
                self.problems.append(warning("input_codes_unknown", place, **facts))
            return
        for row in self.strangers:
            raw = self.grid.at(row, column)
            told = {"code": as_text(raw), "guess": self.codes.guess(raw) or "—"}
            place = self.grid.place(row, column)
            self.problems.append(warning("input_code_unknown", place, **told))

    def tell_none(self) -> bool:
        """Report that no row at all was taken by the condition; return whether it is so."""
        if self.rows or self.header.where is None:
            return False
        place = self.grid.place(self.header.row, self.header.where)
        self.problems.append(error("input_where_none", place, where=self.item.where))
        return True

    def tell_row_missing(self, unit: int, place: Place) -> None:
        """Report a unit that needs a value and has no row."""
        self._tell(error("input_row_missing", place, **self._facts(unit)), unit)

    def tell_elsewhere(self, unit: int, place: Place, other: str) -> None:
        """Report a unit that stands in another file too."""
        facts = {"other": other, **self._facts(unit)}
        self._tell(error("input_unit_two_files", place, **facts), unit)

    # -- what it says ----------------------------------------------------------------------------

    def _value(self, row: int, unit: int) -> Value:
        """Return what a row says of a unit; every reason why it says nothing is a problem."""
        where = (row, self.header.value)
        raw = self.grid.at(*where)
        cell, mark = parse_number(raw), self.marks.cells.get(where, Mark.NONE)
        if Mark.DATE in mark and isinstance(raw, float | str) and raw != "":
            cell = date_of(raw)
        place, said = self.grid.place(*where), self._said(row)
        fault = fault_of_mark(mark) or ("cell_percent_format" if Mark.PERCENT in mark else "")
        if fault:
            facts = self._words(where, unit, cell)
            self._tell(error(fault, place, **facts), unit)
            return Value(place, Status.AWAITING)
        if isinstance(cell, Number):
            if cell.note:
                facts = self._words(where, unit, cell)
                self._tell(note(cell.note, place, number=cell.value, **facts), unit)
            self._tell_out_of_range(place, unit, cell.value)
            status = Status.PROVISIONAL if said is Status.PROVISIONAL else Status.SCORED
            return Value(place, status, cell.value)
        if isinstance(cell, Blank):
            return self._blank(place, unit, said)
        if isinstance(cell, NotApplicable):
            told = {"value": cell.text, **self._facts(unit)}
            self._tell(warning("input_not_applicable", place, **told), unit)
            return Value(place, Status.NOT_APPLICABLE)
        self._tell(error(cell.code, place, **self._words(where, unit, cell)), unit)
        return Value(place, Status.AWAITING)

    def _tell_out_of_range(self, place: Place, unit: int, value: Decimal) -> None:
        """Report a score below zero or above the full mark of what it enters: it counts as it
        stands, with a bonus it may be right, but somebody should look."""
        full = self.scheme.input_points(self.item.code)
        if value < 0 or (full is not None and value > full):
            facts = {"value": value, "points": "—" if full is None else full, **self._facts(unit)}
            self._tell(warning("input_out_of_range", place, **facts), unit)

    def _said(self, row: int) -> Status | None:
        """Return the status that a result of this program gives a unit."""
        position = self.header.status
        return _STATUSES.get(self.grid.text(row, position)) if position is not None else None

    def _blank(self, place: Place, unit: int, said: Status | None) -> Value:
        """Return why a value is not there: as the result says, else it is missing."""
        if said is not None and said.left_out:
            return Value(place, said)
        self._tell(error("input_value_blank", place, **self._facts(unit)), unit)
        return Value(place, Status.MISSING if said is None or said.has_value else said)

    def _settle(self, unit: int, values: Sequence[Value]) -> Value:
        """Return the one value of a unit; two that differ count for nothing."""
        first = values[0]
        for other in values[1:]:
            facts = {"other": first.place.cell, **self._facts(unit)}
            if (other.status, other.value) != (first.status, first.value):
                self._tell(error("input_unit_twice", other.place, **facts), unit)
                return Value(other.place, Status.AWAITING)
            self._tell(note("input_unit_again", other.place, **facts), unit)
        return first

    def _tell_provisional(self, values: Mapping[int, Value]) -> None:
        """Say once which units' values are not final where they come from."""
        units = [
            self.scheme.units[unit].name
            for unit, value in values.items()
            if value.status is Status.PROVISIONAL and unit in self.needed
        ]
        if units:
            facts = {"name": self.item.title, "count": len(units), "units": [*units[:_FEW]]}
            place = Place(self.grid.file, self.grid.sheet)
            self.problems.append(warning("input_provisional", place, **facts))

    # -- words -----------------------------------------------------------------------------------

    def _facts(self, unit: int) -> dict[str, object]:
        return {"name": self.item.title, "unit": self.scheme.units[unit].name}

    def _words(self, where: tuple[int, int], unit: int, cell: Cell) -> dict[str, object]:
        """Return the facts of a cell that is not as it should be."""
        suggestion = (cell.suggestion if isinstance(cell, Refused) else "") or "—"
        return {
            "name": f"{self.item.title} {self.scheme.units[unit].name}",
            "value": self.grid.text(*where),
            "suggestion": suggestion,
            "error_value": self.marks.texts.get(where, suggestion),
            "rule": Term("external.number"),
        }

    def _tell(self, problem: Problem, unit: int) -> None:
        """Note a problem of a unit that needs the value."""
        if unit in self.needed:
            code = self.scheme.units[unit].code
            self.problems.append(replace(problem, unit=code, criterion=self.item.code))
