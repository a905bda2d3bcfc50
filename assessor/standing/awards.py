"""Awards: slots, a least grade, who is barred, ties across the last slot, and the money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.scheme.model import Award, Scheme
from assessor.standing.ranking import Places, cut

Pairs = frozenset[tuple[str, int]]
"""(code of an award, unit) pairs that people decided."""


@dataclass(frozen=True, slots=True)
class Named:
    """Who gets an award, and who stands tied across its last slot and waits for a decision."""

    award: Award
    units: tuple[int, ...]
    tied: tuple[int, ...] = ()
    slots: int = 0
    """How many there are: the number given, or the share of those who compete, rounded down."""

    @property
    def left(self) -> int:
        """How many slots are not given."""
        return max(0, self.slots - len(self.units))

    @property
    def more(self) -> int:
        """How many are given beyond the slots: slots and these are given and left together."""
        return max(0, len(self.units) - self.slots)

    @property
    def money(self) -> Decimal | None:
        """What is paid for it in all."""
        return None if self.award.money is None else self.award.money * len(self.units)


def name_awards(
    scheme: Scheme,
    places: Places,
    grades: Mapping[int, str],
    barred: Pairs = frozenset(),
    granted: Pairs = frozenset(),
) -> list[Named]:
    """Return the awards of a scheme; `grades` holds the final grade of all that have a total.

    What is granted takes its slot before anybody is named by rank. Slots go down the ranks past
    those who are barred or below the least grade. Where a tie lies across the last slot, nobody
    of the tied is named and people decide; or all are, beyond the slots; or none, and the slots
    stay empty: as the award says.
    """
    return [_name(scheme, award, places, grades, barred, granted) for award in scheme.awards]


def _name(
    scheme: Scheme,
    award: Award,
    places: Places,
    grades: Mapping[int, str],
    barred: Pairs,
    granted: Pairs,
) -> Named:
    chosen = tuple(sorted(unit for code, unit in granted if code == award.code))
    ranks = places.in_class if award.unit_class else places.overall
    pool = ranks if award.by == "rank" else grades
    competing = [
        unit
        for unit in pool
        if scheme.units[unit].kind == award.kind
        and award.unit_class in ("", scheme.units[unit].unit_class)
    ]
    slots = award.slots if award.share is None else int(award.share * len(competing))
    if award.by != "rank":
        return Named(award, chosen, (), slots)
    field = sorted(
        unit
        for unit in competing
        if _good_enough(scheme, award, grades.get(unit, ""))
        and (award.code, unit) not in barred
        and unit not in chosen
    )
    found = cut(field, ranks, slots - len(chosen))
    units = (*chosen, *found.inside, *(found.tied if award.tie == "all" else ()))
    return Named(award, units, found.tied if award.tie == "decide" else (), slots)


def _good_enough(scheme: Scheme, award: Award, grade: str) -> bool:
    if not award.least_grade:
        return True
    order = [band.grade for band in scheme.bands[award.kind]]
    return grade in order and order.index(grade) <= order.index(award.least_grade)


@dataclass(frozen=True, slots=True)
class Sums:
    """All awards together: slots + those beyond them = awards given + slots left."""

    slots: int
    more: int
    given: int
    left: int
    money: Decimal


def sums(awards: Sequence[Named]) -> Sums:
    """Return the totals of all awards, those of units and of persons together."""
    return Sums(
        slots=sum(named.slots for named in awards),
        more=sum(named.more for named in awards),
        given=sum(len(named.units) for named in awards),
        left=sum(named.left for named in awards),
        money=sum((named.money for named in awards if named.money is not None), Decimal(0)),
    )
