"""Copies: plans bound to unit or roster, rater, period and serial; packets: files of copies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from assessor.scheme.model import Form, Period, Rater, Scheme, Unit
from assessor.scheme.plan import FormPlan, PlanRow, PlanTable, Repeat


@dataclass(frozen=True, slots=True)
class CopyKey:
    """Which form is meant: what comes back twice under one key is a duplicate or a conflict."""

    form: str
    period: str
    unit: str
    """Empty where the form covers a roster."""
    rater: str
    """Empty where the unit fills it in itself."""
    teller: str = ""
    """``1`` or ``2`` where two people count independently."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One form as it is issued."""

    key: CopyKey
    serial: int
    plan: FormPlan
    roster: tuple[Unit, ...]
    """The units on it, in table order: one, or all that its rater covers."""
    round: str

    @property
    def number(self) -> str:
        """The form number that people see: form, round, period, unit, rater, serial, version."""
        key = self.key
        parts = (key.form, self.round, key.period, key.unit, key.rater, key.teller)
        # A stroke inside a code is doubled: V + 1-P is not V-1 + P.
        named = [part.replace("-", "--") for part in parts if part]
        return "-".join([*named, str(self.serial), self.plan.version])


@dataclass(frozen=True, slots=True)
class Packet:
    """One workbook: the forms that one filler gets for one unit (or roster) and period."""

    workbook: str
    period: Period
    unit: Unit | None
    rater: Rater | None
    copies: tuple[Copy, ...]


def make_packets(scheme: Scheme, plans: Mapping[tuple[str, str], FormPlan]) -> list[Packet]:
    """Return every workbook that a round issues, in the order of forms, periods and units."""
    packets: dict[tuple[str, str, str, str], list[Copy]] = {}
    for form in scheme.forms:
        for period in scheme.form_periods(form):
            for copy in _copies(scheme, plans, form, period):
                where = (form.workbook, period.code, copy.key.unit, copy.key.rater)
                packets.setdefault(where, []).append(copy)
    return [
        Packet(
            workbook,
            scheme.period[period],
            scheme.unit.get(unit),
            scheme.rater.get(rater),
            tuple(copies),
        )
        for (workbook, period, unit, rater), copies in packets.items()
    ]


def due_copies(packets: Iterable[Packet]) -> Iterator[tuple[Packet, Copy]]:
    """Yield the copies that must come back; printed papers are counted on a tally instead."""
    for packet in packets:
        for copy in packet.copies:
            if copy.plan.layout not in {"ballot_paper", "review_paper"}:
                yield packet, copy


def _copies(
    scheme: Scheme, plans: Mapping[tuple[str, str], FormPlan], form: Form, period: Period
) -> Iterator[Copy]:
    raters = [rater for rater in scheme.raters if rater.group == form.filled_by]
    if form.covers == "all":
        for rater in raters:
            units = tuple(unit for unit in units_of(scheme, form) if rater.rates(unit))
            for teller in _tellers(form):
                key = CopyKey(form.code, period.code, "", rater.code, teller)
                yield Copy(key, 1, plans[form.code, ""], units, scheme.settings.round)
        return
    for unit in units_of(scheme, form):
        plan = plans[form.code, unit.unit_class]
        fillers = [""] if form.filled_by == "self" else [r.code for r in raters if r.rates(unit)]
        for filler in fillers[:1] if form.is_paper else fillers:
            key = CopyKey(form.code, period.code, unit.code, filler)
            yield Copy(key, 1, plan, (unit,), scheme.settings.round)


def units_of(scheme: Scheme, form: Form) -> tuple[Unit, ...]:
    """Return the units that a form is about, in table order."""
    classes = scheme.form_classes(form)
    return tuple(
        unit
        for unit in scheme.units
        if unit.unit_class in classes and (unit.ranked or form.classes)
    )


def _tellers(form: Form) -> tuple[str, ...]:
    return ("1", "2") if form.layout == "tally" and form.copies == 2 else ("",)


@dataclass(frozen=True, slots=True)
class BoundRow:
    """A row as it stands on a sheet: the code that is printed, the unit and the plan's row."""

    code: str
    unit: Unit | None
    row: PlanRow


def bound_rows(table: PlanTable, copy: Copy) -> Iterator[BoundRow]:
    """Yield the rows of a table on a copy."""
    if table.repeat is Repeat.ONCE:
        yield from (BoundRow(row.key, None, row) for row in table.rows)
    elif table.repeat is Repeat.PAPERS:
        for number in range(1, copy.plan.papers + 1):
            yield from (BoundRow(f"P{number:03d}", None, row) for row in table.rows)
    else:
        for unit in copy.roster:
            for row in table.rows:
                if not row.classes or unit.unit_class in row.classes:
                    yield BoundRow(roster_code(unit.code, row.key), unit, row)


def roster_code(unit: str, row: str) -> str:
    """Return the code of a row on a roster; ``split_roster_code`` takes it apart again."""
    return f"{unit}/{row}" if row else unit


def split_roster_code(code: str, table: PlanTable) -> tuple[str, str]:
    """Return unit code and row key of a code on a roster."""
    if any(not row.key for row in table.rows):
        return code, ""
    unit, _, row = code.rpartition("/")
    return unit, row
