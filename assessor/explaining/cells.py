"""From the key of an entry to file, sheet and cell, and to what is wrong there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assessor.explaining.records import Cell, Second, Trouble
from assessor.i18n import Catalog
from assessor.problems import Place, Problem, Severity
from assessor.returns.columns import ENTRY_FIELDS, rows_of
from assessor.rounds import Round
from assessor.scheme.model import BonusItem, Scheme, Unit
from assessor.scoring.explain.formula import figure, number
from assessor.scoring.explain.look import ANONYMOUS_LAYOUTS
from assessor.scoring.explain.model import Leaf
from assessor.scoring.inputs import EntryKey

Row = Mapping[str, Any]
_CLAIM_COLUMNS = ("subject", "evidence", "verified")


@dataclass(frozen=True)
class Register:
    """The entries of some units by key, and the errors of a round by place."""

    scheme: Scheme
    words: Catalog
    unit: int
    rows: Mapping[tuple[str, EntryKey], Row]
    errors: Mapping[Place, Problem]
    seconds: Mapping[tuple[str, EntryKey], Row]
    """What the second of two tellers counted."""

    def cell(self, leaf: Leaf) -> Cell:
        """Return an entry with its place and what is wrong with it."""
        key = leaf.key
        unit = self.scheme.units[self.unit if leaf.unit is None else leaf.unit]
        secret = self.scheme.form[key.form].layout in ANONYMOUS_LAYOUTS
        row: Row = {} if secret else self.rows.get((unit.code, key), {})
        place = Place(*(str(row.get(part, "")) for part in ("file", "sheet", "cell")))
        problem = self.errors.get(place) if place.cell else None
        rater = self.scheme.rater.get(key.rater)
        return Cell(
            form=key.form,
            form_title=self.scheme.form[key.form].title,
            period=key.period,
            rater=key.rater,
            by=rater.name if rater else self._itself(unit),
            criterion=key.criterion,
            column=key.column,
            title=self._column(leaf.title),
            raw=str(row.get("raw", "")),
            value="" if leaf.value is None else figure(number(leaf.value)),
            status=leaf.status.word,
            file=place.file,
            sheet=place.sheet,
            cell=place.cell,
            message=self.words.message(problem) if problem else "",
            cure=self.words.cure(problem) if problem else "",
            second=self._second({} if secret else self.seconds.get((unit.code, key), {})),
        )

    def _second(self, row: Row) -> Second | None:
        if not row:
            return None
        return Second(*(str(row[part]) for part in ("raw", "file", "sheet", "cell")))

    def claims(self, leaf: Leaf, items: Sequence[BonusItem]) -> tuple[Cell, ...]:
        """Return the lines of a list of claims that name the item of a leaf."""
        key = leaf.key
        unit = self.scheme.units[self.unit].code
        lines: dict[str, dict[str, EntryKey]] = {}
        for (of, other), row in self.rows.items():
            if of == unit and row["table"] == "claims" and other[:3] == key[:3]:
                lines.setdefault(other.criterion, {})[other.column] = other
        named = [line for line in lines.values() if self._item(unit, line, items) == key.criterion]
        return tuple(
            self.cell(replace(leaf, key=line[column], title=column, value=None))
            for line in named
            for column in _CLAIM_COLUMNS
            if column in line
        )

    def _item(self, unit: str, line: Mapping[str, EntryKey], items: Sequence[BonusItem]) -> str:
        value = self.rows[unit, line["item"]]["value"] if "item" in line else None
        return "" if value is None else items[int(value)].code

    def _itself(self, unit: Unit) -> str:
        mine = unit is self.scheme.units[self.unit]
        return self.words.text("explain.itself") if mine else unit.name

    def _column(self, title: str) -> str:
        key = f"explain.column.{title}"
        return self.words.text(key) if key in self.words else title


def register(result: Round, unit: int, units: Iterable[int], words: Catalog) -> Register:
    """Return the register of a round for a unit and those whose entries it needs."""
    codes = {result.scheme.units[index].code for index in {unit, *units}}
    entries = result.entries
    mine = entries[entries["unit_code"].isin(codes)] if len(entries) else entries
    rows: dict[tuple[str, EntryKey], Row] = {}
    for row in mine.to_dict("records"):
        rows.setdefault(_key(row), {str(k): v for k, v in row.items()})
    seconds: dict[tuple[str, EntryKey], Row] = {}
    for key, accepted in result.collection.seconds.items():
        for line in rows_of(key, accepted, result.scheme):
            second = dict(zip(ENTRY_FIELDS, line, strict=True))
            if second["unit_code"] in codes:
                seconds[_key(second)] = second
    errors = {
        problem.place: problem
        for problem in result.problems
        if problem.severity is Severity.ERROR and problem.place.cell
    }
    return Register(result.scheme, words, unit, rows, errors, seconds)


def _key(row: Mapping[Any, Any]) -> tuple[str, EntryKey]:
    names = (str(row[part]) for part in ("form", "period", "rater", "row", "column"))
    return str(row["unit_code"]), EntryKey(*names)


def troubles(result: Round, unit: int, words: Catalog) -> tuple[Trouble, ...]:
    """Return the open errors of a unit, in the order of the list of problems."""
    code = result.scheme.units[unit].code
    return tuple(
        Trouble(
            problem.code,
            problem.place.file,
            problem.place.sheet,
            problem.place.cell,
            problem.criterion,
            words.message(problem),
            words.cure(problem),
        )
        for problem in result.problems
        if problem.unit == code and problem.severity is Severity.ERROR
    )
