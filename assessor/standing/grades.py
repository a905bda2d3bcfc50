"""Grades: half-open bands on the rounded score, and limits that cap, set or flag them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.scheme.model import Band, Limit, Scheme
from assessor.scoring.column import Column

_OPERATORS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Graded:
    """A grade, the band that the score alone gives, and the limits that held."""

    grade: str
    band: str
    limits: tuple[Limit, ...] = ()


def band_of(score: Decimal, bands: Sequence[Band]) -> str:
    """Return the grade of a rounded score: the best band whose lower bound it reaches, else the
    lowest.

    >>> band_of(Decimal("89.99"), [Band("优秀", Decimal(90)), Band("良好", Decimal(80))])
    '良好'
    """
    reached = (band.grade for band in bands if band.lower is None or score >= band.lower)
    return next(reached, bands[-1].grade)


def grade_units(
    scheme: Scheme, columns: Mapping[str, Column], totals: Sequence[Decimal | None]
) -> list[Graded | None]:
    """Return the grade of each unit of the scheme; None where it has no total."""
    graded: list[Graded | None] = []
    for index, (unit, total) in enumerate(zip(scheme.units, totals, strict=True)):
        bands = scheme.bands.get(unit.kind, ())
        if total is None or not bands:
            graded.append(None)
            continue
        band = band_of(total, bands)
        held = tuple(limit for limit in scheme.limits if _holds(limit, unit.kind, columns, index))
        graded.append(Graded(_limited(band, held, bands), band, held))
    return graded


def _holds(limit: Limit, kind: str, columns: Mapping[str, Column], unit: int) -> bool:
    if limit.kind != kind:
        return False
    value = columns[limit.node].value(unit)
    return value is not None and _OPERATORS[limit.operator](value, limit.value)


def _limited(grade: str, held: Sequence[Limit], bands: Sequence[Band]) -> str:
    order = [band.grade for band in bands]
    for limit in held:
        if limit.effect == "set" or (
            limit.effect == "cap" and order.index(grade) < order.index(limit.grade)
        ):
            grade = limit.grade
    return grade
