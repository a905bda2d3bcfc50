"""Grades: half-open bands, limits that cap or set them, then quotas or fixed shares."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assessor.scheme.model import Band, Limit, Scheme
from assessor.scoring.evaluate import Scores
from assessor.standing.limits import Held, has_effect, limited
from assessor.standing.quotas import Quota, boundaries, fill_quotas, forced_quotas, grade_at
from assessor.standing.ranking import Places
from assessor.standing.totals import Total, graded_value


@dataclass(frozen=True, slots=True)
class Graded:
    """A grade, the one that the total alone gives, and all that stood between the two."""

    grade: str
    band: str
    held: tuple[Held, ...] = ()
    node: str = ""
    """The node whose bands gave a lower grade than the total, where one did."""
    lost: tuple[str, ...] = ()
    """Better grades that it reached and for which its class had no place left."""
    passed: bool = False
    """Whether it has its grade by a place that another class did not fill."""

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The limits that held."""
        return tuple(one.limit for one in self.held)


@dataclass(frozen=True)
class Field:
    """All that grades are found from."""

    scheme: Scheme
    scores: Scores
    totals: Mapping[int, Total]
    held: Sequence[tuple[Held, ...]]
    places: Places

    def graded(self, kind: str) -> list[int]:
        """Return the units (or persons) that have a total."""
        units = self.scheme.units
        return [u for u, total in self.totals.items() if units[u].kind == kind and total.has_score]

    def population(self, kind: str) -> dict[str, list[int]]:
        """Return the ranked units of each class, which quotas and shares are counted over."""
        classes: dict[str, list[int]] = {}
        for unit in self.graded(kind):
            if unit in self.places.in_class:
                classes.setdefault(self.scheme.units[unit].unit_class, []).append(unit)
        return classes


def band_of(score: Decimal | Fraction, bands: Sequence[Band]) -> str:
    """Return the grade of a score: the best band whose lower bound it reaches, else the lowest.

    With the edge ``upper`` a score at the bound is in the band below.

    >>> band_of(Decimal("89.99"), [Band("优秀", Decimal(90)), Band("良好", Decimal(80))])
    '良好'
    >>> band_of(Decimal(90), [Band("优秀", Decimal(90), "upper"), Band("良好", None, "upper")])
    '良好'
    """
    reached = (band.grade for band in bands if _reaches(score, band))
    return next(reached, bands[-1].grade)


def _reaches(score: Decimal | Fraction, band: Band) -> bool:
    if band.lower is None:
        return True
    return score > band.lower if band.edge == "upper" else score >= band.lower


def grade_units(field: Field) -> tuple[dict[int, Graded], tuple[Quota, ...]]:
    """Return the grade of each unit that has a total, and the places that quotas gave.

    The total gives a band: by its value, or by its place where shares are fixed. The lowest of it
    and the bands of further nodes counts. Then limits cap or set it. Last, the quotas of each
    class send those who are beyond to the next grade.
    """
    graded: dict[int, Graded] = {}
    quotas: list[Quota] = []
    for kind, bands in field.scheme.bands.items():
        if all(band.share is not None for band in bands):
            reached, more = _by_place(field, kind, bands)
            quotas += more
        else:
            totals = field.totals
            reached = {unit: band_of(totals[unit].graded, bands) for unit in field.graded(kind)}
        mine, given = _grade_kind(field, kind, bands, reached)
        graded |= mine
        quotas += given
    return graded, tuple(quotas)


def _grade_kind(
    field: Field, kind: str, bands: Sequence[Band], reached: Mapping[int, str]
) -> tuple[dict[int, Graded], tuple[Quota, ...]]:
    """Return the grades of units or of persons from the bands that their totals reach."""
    order = [band.grade for band in bands]
    lowest = {unit: _lowest(field, kind, order, unit, band) for unit, band in reached.items()}
    steps = {unit: limited(step, field.held[unit], order) for unit, (step, _) in lowest.items()}
    population = field.population(kind)
    fixed = {unit for unit in reached if has_effect(field.held[unit], "set")}
    settings = field.scheme.settings
    fallen = fill_quotas(kind, bands, population, steps, fixed, field.places, settings)
    graded = {
        unit: Graded(
            grade=order[fallen.grades[unit]],
            band=band,
            held=field.held[unit],
            node=lowest[unit][1],
            lost=fallen.lost.get(unit, ()),
            passed=unit in fallen.passed,
        )
        for unit, band in reached.items()
    }
    return graded, fallen.quotas


def _lowest(field: Field, kind: str, order: Sequence[str], unit: int, band: str) -> tuple[int, str]:
    """Return the lowest of all grades that the total and further nodes give, and the node that
    gave it where it was not the total."""
    step, decided = order.index(band), ""
    for (of, node), bands in field.scheme.node_bands.items():
        value = graded_value(field.scheme, field.scores, node, unit) if of == kind else None
        if value is not None and order.index(band_of(value, bands)) > step:
            step, decided = order.index(band_of(value, bands)), node
    return step, decided


def _by_place(field: Field, kind: str, bands: Sequence[Band]) -> tuple[dict[int, str], list[Quota]]:
    """Return the grades of fixed shares: the best so many per cent of each class, and so on.

    Who is not ranked takes nobody's place: he gets the grade of the place that his score would
    have among those who are.
    """
    population = field.population(kind)
    ranks = field.places.in_class
    shares = [band.share or Fraction(0) for band in bands]
    edges = {name: boundaries(shares, len(units)) for name, units in population.items()}
    better = {name: _ticks_down(field, units) for name, units in population.items()}
    grades = {}
    for unit in field.graded(kind):
        name = field.scheme.units[unit].unit_class
        ticks = -(field.totals[unit].ticks or 0)
        beside = bisect_right(better.get(name, []), ticks - 1) + 1
        place = ranks[unit].rank if unit in ranks else beside
        grades[unit] = bands[grade_at(place, edges.get(name, [0] * len(bands)))].grade
    quotas = [
        quota
        for name, units in population.items()
        for quota in forced_quotas(kind, bands, name, units, ranks)
    ]
    return grades, quotas


def _ticks_down(field: Field, units: Sequence[int]) -> list[int]:
    """Return the scores of a population with their signs turned, best first."""
    return sorted(-(field.totals[unit].ticks or 0) for unit in units)
