"""Awards by rank: slots per class, a least grade, and nobody named where a tie crosses the line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessor.scheme.model import Award, Scheme


@dataclass(frozen=True, slots=True)
class Named:
    """Who gets an award, and who stands tied across its last slot and waits for a decision."""

    award: Award
    units: tuple[int, ...]
    tied: tuple[int, ...] = ()


def name_awards(
    scheme: Scheme,
    ranks: Mapping[int, int],
    class_ranks: Mapping[int, int],
    grades: Sequence[str],
    barred: frozenset[tuple[str, int]] = frozenset(),
    granted: frozenset[tuple[str, int]] = frozenset(),
) -> list[Named]:
    """Return the awards of a scheme; `barred` and `granted` hold (award, unit) pairs that people
    decided. What is granted takes its slot before anybody is named by rank."""
    return [
        _name(scheme, award, ranks, class_ranks, grades, barred, granted) for award in scheme.awards
    ]


def _name(
    scheme: Scheme,
    award: Award,
    ranks: Mapping[int, int],
    class_ranks: Mapping[int, int],
    grades: Sequence[str],
    barred: frozenset[tuple[str, int]],
    granted: frozenset[tuple[str, int]],
) -> Named:
    chosen = tuple(sorted(unit for code, unit in granted if code == award.code))
    if award.by != "rank":
        return Named(award, chosen)
    places = class_ranks if award.unit_class else ranks
    field = [
        index
        for index, unit in enumerate(scheme.units)
        if index in places
        and unit.kind == award.kind
        and award.unit_class in ("", unit.unit_class)
        and _good_enough(scheme, award, grades[index])
        and (award.code, index) not in barred
        and index not in chosen
    ]
    field.sort(key=lambda index: places[index])
    free = max(0, award.slots - len(chosen))
    if len(field) <= free or not free:
        return Named(award, (*chosen, *field[:free]))
    last = places[field[free - 1]]
    if places[field[free]] != last:
        return Named(award, (*chosen, *field[:free]))
    inside = tuple(index for index in field if places[index] < last)
    return Named(award, (*chosen, *inside), tuple(i for i in field if places[i] == last))


def _good_enough(scheme: Scheme, award: Award, grade: str) -> bool:
    if not award.least_grade:
        return True
    order = [band.grade for band in scheme.bands[award.kind]]
    return grade in order and order.index(grade) <= order.index(award.least_grade)
