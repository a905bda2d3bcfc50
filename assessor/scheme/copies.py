"""Copies: plans bound to unit or roster, rater, period and serial; packets: files of copies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

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
    """``1`` or ``2`` where two people count independently; on an anonymous form the number of the
    paper, the only thing that tells it from the others."""

    @property
    def paper(self) -> str:
        """The number of an anonymous paper; empty where the form is not anonymous."""
        return self.teller if len(self.teller) > 1 else ""

    @property
    def shown(self) -> CopyKey:
        """The key as results may show it: of an anonymous paper only its form and period."""
        return CopyKey(self.form, self.period, "", "") if self.paper else self


@dataclass(frozen=True, slots=True)
class Copy:
    """One form as it is issued."""

    key: CopyKey
    serial: int
    plan: FormPlan
    roster: tuple[Unit, ...]
    """The units on it, in table order: one, or all that its rater covers."""
    round: str
    texts: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What its unit declared, by row key, where the form shows that; never part of its version."""
    exempt: frozenset[str] = frozenset()
    """Criteria that do not apply to its unit by the units table: printed as such, not asked for."""

    @property
    def number(self) -> str:
        """The form number that people see: form, round, period, unit, rater, serial, version."""
        return str(FormNumber(self.stem, self.serial, self.plan.version))

    @property
    def stem(self) -> str:
        """The form number without serial and version: the same for whatever corrects this copy."""
        key = self.key
        parts = (key.form, self.round, key.period, key.unit, key.rater, key.teller)
        # A stroke inside a code is doubled: V + 1-P is not V-1 + P.
        return "-".join(part.replace("-", "--") for part in parts if part)


@dataclass(frozen=True, slots=True)
class Packet:
    """One workbook: the forms that one filler gets for one unit (or roster) and period."""

    workbook: str
    period: Period
    unit: Unit | None
    rater: Rater | None
    """Of anonymous papers the body whose members vote; nobody knows who has which paper."""
    copies: tuple[Copy, ...]
    paper: str = ""
    """The number of the paper, where it is an anonymous one."""


@dataclass(frozen=True, slots=True)
class FormNumber:
    """A form number taken apart: which copy, which of its issues, by which plan."""

    stem: str
    serial: int
    version: str

    def __str__(self) -> str:
        return f"{self.stem}-{self.serial}-{self.version}"

    @property
    def parts(self) -> tuple[str, ...]:
        """Form, round, and whatever else the stem names; strokes inside a code are single."""
        return tuple(part.replace("--", "-") for part in _STROKE.split(self.stem))


_NUMBER = re.compile(r"(.+)-([1-9][0-9]{0,5})-([0-9a-f]{8})", re.ASCII)
_STROKE = re.compile(r"(?<!-)-(?!-)")


def split_number(text: str) -> FormNumber | None:
    """Return a form number taken apart, None for a text that is none."""
    found = _NUMBER.fullmatch(text)
    return FormNumber(found[1], int(found[2]), found[3]) if found else None


Numbering = Callable[[str, int], str]
"""The number of an anonymous paper: of what, and which one; only the workspace's key gives it."""


def make_packets(
    scheme: Scheme,
    plans: Mapping[tuple[str, str], FormPlan],
    numbering: Numbering | None = None,
) -> list[Packet]:
    """Return every workbook that a round issues, in the order of forms, periods and units.

    Anonymous papers need the `numbering` of the workspace (``stamp.numbering``); they stand in
    the order of their numbers.
    """
    packets: dict[tuple[str, str, str, str, str], list[Copy]] = {}
    for form in scheme.forms:
        for period in scheme.form_periods(form):
            for copy in _copies(scheme, plans, form, period, numbering):
                key = copy.key
                where = (form.workbook, period.code, key.unit, key.rater, key.paper)
                packets.setdefault(where, []).append(copy)
    return [
        Packet(
            workbook,
            scheme.period[period],
            scheme.unit.get(unit),
            scheme.rater.get(rater),
            tuple(copies),
            paper,
        )
        for (workbook, period, unit, rater, paper), copies in packets.items()
    ]


def due_copies(packets: Iterable[Packet]) -> Iterator[tuple[Packet, Copy]]:
    """Yield the copies that must come back; printed papers are counted on a tally instead."""
    for packet in packets:
        for copy in packet.copies:
            if copy.plan.layout not in {"ballot_paper", "review_paper"}:
                yield packet, copy


def _copies(
    scheme: Scheme,
    plans: Mapping[tuple[str, str], FormPlan],
    form: Form,
    period: Period,
    numbering: Numbering | None,
) -> Iterator[Copy]:
    raters = [rater for rater in scheme.raters if rater.group == form.filled_by]
    if form.covers == "all":
        for rater in raters:
            units = tuple(unit for unit in units_of(scheme, form) if rater.rates(unit))
            for teller in _tellers(scheme, form, period, "", rater, numbering):
                key = CopyKey(form.code, period.code, "", rater.code, teller)
                yield Copy(key, 1, plans[form.code, ""], units, scheme.settings.round)
        return
    for unit in units_of(scheme, form):
        plan = plans[form.code, unit.unit_class]
        fillers: list[Rater | None] = [rater for rater in raters if rater.rates(unit)]
        if form.filled_by == "self":
            fillers = [None]
        for filler in fillers[:1] if form.is_paper else fillers:
            for teller in _tellers(scheme, form, period, unit.code, filler, numbering):
                code = filler.code if filler else ""
                key = CopyKey(form.code, period.code, unit.code, code, teller)
                exempt = exempt_criteria(scheme, form.rubric, unit)
                yield Copy(key, 1, plan, (unit,), scheme.settings.round, exempt=exempt)


def exempt_criteria(scheme: Scheme, rubric: str, unit: Unit) -> frozenset[str]:
    """Return the criteria of a rubric that do not apply to a unit by its row of the units table."""
    named = {part.rpartition("/")[2] for part in unit.not_applicable
             if part.rpartition("/")[0] in ("", rubric)}  # fmt: skip
    if not named:
        return frozenset()
    rows = scheme.rubric(rubric)
    return frozenset(row.code for row in rows if {row.code, row.section} & named)


def units_of(scheme: Scheme, form: Form) -> tuple[Unit, ...]:
    """Return the units that a form is about, in table order."""
    classes = scheme.form_classes(form)
    return tuple(
        unit
        for unit in scheme.units
        if unit.unit_class in classes and (unit.ranked or form.classes)
    )


def _tellers(
    scheme: Scheme,
    form: Form,
    period: Period,
    unit: str,
    rater: Rater | None,
    numbering: Numbering | None,
) -> tuple[str, ...]:
    """Return what tells the copies of one filler apart: two tellers, or the numbers of papers."""
    if form.layout == "tally" and form.covers == "all" and form.copies == 2:
        return ("1", "2")
    if form.layout != "vote" or rater is None or not rater.anonymous:
        return ("",)
    if numbering is None:
        raise ValueError("anonymous papers have their numbers from the workspace's key")
    # A voter gets one file: its number is the same on every form of one workbook.
    first = next(
        other
        for other in scheme.forms
        if (other.layout, other.workbook, other.filled_by, other.covers)
        == (form.layout, form.workbook, form.filled_by, form.covers)
    )
    whose = "\t".join((first.code, scheme.settings.round, period.code, unit, rater.code))
    # In the order of the numbers, so that not even the order of the files tells anything.
    return tuple(sorted(numbering(whose, index) for index in range(form.copies or 1)))


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
            code = f"{table.prefix}{number:03d}" if table.prefix else str(number)
            yield from (BoundRow(code, None, row) for row in table.rows)
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
