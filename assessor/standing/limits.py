"""Limits: conditions on nodes, and what they do to the score, the rank, the grade, the awards."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.scheme.model import Limit, Scheme
from assessor.scoring.evaluate import Scores

_OPERATORS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}
EVERY_PART = ".*"
"""Behind the code of a node: each of its parts that count, sections among them."""


@dataclass(frozen=True, slots=True)
class Held:
    """A limit that held for a unit, and where: (node, shown value) pairs."""

    limit: Limit
    where: tuple[tuple[str, Decimal], ...]


def held_limits(scheme: Scheme, scores: Scores) -> list[tuple[Held, ...]]:
    """Return the limits that hold for each unit of the scheme, in the order of their table.

    A condition looks at the value as it is shown. Where there is none it does not hold: what is
    not applicable is no zero, and who has an open part has no total either. A limit on ``x.*``
    holds where it holds for any part of x.
    """
    held: list[list[Held]] = [[] for _ in scheme.units]
    for limit in scheme.limits:
        nodes = _nodes(limit.node, scores)
        for index, unit in enumerate(scheme.units):
            where = _where(limit, nodes, scores, index) if unit.kind == limit.kind else ()
            if where:
                held[index].append(Held(limit, where))
    return [tuple(mine) for mine in held]


def _nodes(code: str, scores: Scores) -> list[str]:
    if not code.endswith(EVERY_PART):
        return [code]
    whole = code.removesuffix(EVERY_PART)
    return [node.code for node in scores.tree if node.parent == whole and not node.informative]


def _where(
    limit: Limit, nodes: Sequence[str], scores: Scores, unit: int
) -> tuple[tuple[str, Decimal], ...]:
    holds = _OPERATORS[limit.operator]
    values = ((node, scores.columns[node].value(unit)) for node in nodes)
    return tuple(
        (node, value) for node, value in values if value is not None and holds(value, limit.value)
    )


def has_effect(held: Collection[Held], effect: str) -> bool:
    """Say whether one of the limits that held has some effect."""
    return bool(held) and any(one.limit.effect == effect for one in held)


def limited(grade: int, held: Collection[Held], order: Sequence[str]) -> int:
    """Return the place of a grade in its order (0: the best) after the limits that held.

    What is set is set, the lowest where there are several; who stands last by a limit has the
    lowest grade unless one is set; and no cap is ever exceeded. The order of the limits does not
    matter.

    >>> cap = Limit("", "unit", "x", "<", Decimal(60), "cap", "良好")
    >>> limited(0, [Held(cap, ())], ["优秀", "良好", "较差"])
    1
    """
    if not held:
        return grade
    fixed = [order.index(one.limit.grade) for one in held if one.limit.effect == "set"]
    caps = [order.index(one.limit.grade) for one in held if one.limit.effect == "cap"]
    if fixed:
        grade = max(fixed)
    elif has_effect(held, "last"):
        grade = len(order) - 1
    return max([grade, *caps])


def forbids(held: Held, grade: str, order: Sequence[str]) -> bool:
    """Say whether a limit that held forbids a grade that people would give."""
    effect, place = held.limit.effect, order.index(grade)
    if effect == "set":
        return grade != held.limit.grade
    if effect == "cap":
        return place < order.index(held.limit.grade)
    return effect == "last" and place < len(order) - 1
