"""Totals: what a unit's score tree comes to, and what of it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assessor.decimals import from_ticks, half_up
from assessor.scheme.model import Scheme
from assessor.scoring.column import Column, Status
from assessor.scoring.evaluate import Scores
from assessor.standing.limits import Held, has_effect


@dataclass(frozen=True, slots=True)
class Total:
    """The total of one unit; no score where something of it is still open."""

    status: Status
    score: Decimal | None = None
    """What counts, as it is shown: 0 where a limit says so."""
    computed: Decimal | None = None
    """What the score tree gave, where a limit makes it count as 0."""
    graded: Decimal | Fraction = Decimal(0)
    """What the bands look at: the score, or the exact value before it was rounded."""
    ticks: int | None = None
    """The score in ticks of the finest total, so that totals of all classes can be compared."""

    @property
    def has_score(self) -> bool:
        """Whether there is a score."""
        return self.score is not None


def find_totals(
    scheme: Scheme, scores: Scores, held: Sequence[tuple[Held, ...]]
) -> dict[int, Total]:
    """Return the totals of those that are appraised, by unit in the order of their table.

    A unit with any open error has none (and neither has a person whose unit it is), even where
    the error is in a part that is only shown.
    """
    roots = {name: scheme.root(name) for name in scheme.classes}
    columns = {name: scores.columns[root.code] for name, root in roots.items() if root}
    digits = max((column.digits for column in columns.values()), default=0)
    order = {unit.code: index for index, unit in enumerate(scheme.units)}
    aside = [scores.columns[node.code] for node in scores.tree if node.informative]
    totals = {}
    for index, unit in enumerate(scheme.units):
        root = roots[unit.unit_class]
        if root is None:
            continue
        above = order.get(unit.parent, index) if unit.kind == "person" else index
        if _open(aside, index) or _open(aside, above):
            totals[index] = Total(Status.AWAITING)
        else:
            exact = exact_value(scores, root.code, index) if _raw(scheme) else None
            zero = has_effect(held[index], "zero")
            totals[index] = _total(columns[unit.unit_class], index, digits, exact, zero)
    return totals


def _total(column: Column, unit: int, digits: int, exact: Fraction | None, zero: bool) -> Total:
    score, shown = column.value(unit), column.shown(unit)
    if score is None or shown is None:
        return Total(column.status[unit])
    if zero:
        return Total(column.status[unit], from_ticks(0, column.digits), score, Decimal(0), 0)
    ticks = shown * 10 ** (digits - column.digits)
    return Total(column.status[unit], score, None, score if exact is None else exact, ticks)


def _open(columns: Sequence[Column], unit: int) -> bool:
    return any(column.status[unit] is Status.AWAITING for column in columns)


def _raw(scheme: Scheme) -> bool:
    return scheme.settings.grades_on == "raw"


def graded_value(scheme: Scheme, scores: Scores, node: str, unit: int) -> Decimal | Fraction | None:
    """Return what the bands of a node look at; None where it has no value."""
    column = scores.columns[node]
    if not _raw(scheme) or not column.status[unit].has_value:
        return column.value(unit)
    return exact_value(scores, node, unit)


def exact_value(scores: Scores, node: str, unit: int) -> Fraction:
    """Return the value of a node before its own last rounding."""
    column = scores.columns[node]
    ticks = scores.exact.get(node, column.ticks)[unit]
    return Fraction(Fraction(ticks), 10**column.digits)


def exported(scheme: Scheme, score: Decimal | None) -> Decimal | None:
    """Return what a score is in the scheme that it enters: × factor, rounded half-up to the digits
    of this scheme; None where the scheme has no factor.

    A score of 86.55 with the factor 0.3 is 25.965, at two digits 25.97.
    """
    factor, digits = scheme.settings.export_factor, scheme.settings.digits
    if score is None or factor is None:
        return None
    return from_ticks(half_up(Fraction(score) * Fraction(factor) * 10**digits), digits)


def ticks_of(totals: Mapping[int, Total], units: int) -> list[int | None]:
    """Return the comparable ticks of every unit of the scheme, None where it has no total."""
    return [totals[unit].ticks if unit in totals else None for unit in range(units)]
