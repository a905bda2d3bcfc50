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
) -> list[Named]:
    """Return the awards of a scheme; `barred` holds (award, unit) pairs that were withdrawn.

    Awards by decision are named by people and stay empty here.
    """
    return [_name(scheme, award, ranks, class_ranks, grades, barred) for award in scheme.awards]


def _name(
    scheme: Scheme,
    award: Award,
    ranks: Mapping[int, int],
    class_ranks: Mapping[int, int],
    grades: Sequence[str],
    barred: frozenset[tuple[str, int]],
) -> Named:
    if award.by != "rank":
        return Named(award, ())
    places = class_ranks if award.unit_class else ranks
    field = [
        index
        for index, unit in enumerate(scheme.units)
        if index in places
        and unit.kind == award.kind
        and award.unit_class in ("", unit.unit_class)
        and _good_enough(scheme, award, grades[index])
        and (award.code, index) not in barred
    ]
    field.sort(key=lambda index: places[index])
    if len(field) <= award.slots:
        return Named(award, tuple(field))
    last = places[field[award.slots - 1]]
    if places[field[award.slots]] != last:
        return Named(award, tuple(field[: award.slots]))
    inside = tuple(index for index in field if places[index] < last)
    return Named(award, inside, tuple(index for index in field if places[index] == last))


def _good_enough(scheme: Scheme, award: Award, grade: str) -> bool:
    if not award.least_grade:
        return True
    order = [band.grade for band in scheme.bands[award.kind]]
    return grade in order and order.index(grade) <= order.index(award.least_grade)
