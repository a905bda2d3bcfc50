"""Means of every node of the score tree, over all units and by class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assessor.decimals import from_ticks
from assessor.scoring.tree import TreeNode
from assessor.standing.stand import Standing


@dataclass(frozen=True, slots=True)
class Stat:
    """The scores of a node in a group of units; those without a score are left out."""

    count: int
    mean: Fraction
    best: Decimal
    worst: Decimal
    rate: Fraction | None
    """All points scored as a share of the full marks; None where there is no full mark."""


@dataclass(frozen=True, slots=True)
class Mean:
    """How a node was scored: by all units that have it, and by class."""

    node: TreeNode
    whole: Stat
    of_class: Mapping[str, Stat]
    points: tuple[Decimal, ...]
    """Its full marks: several where classes differ."""


def find_means(standing: Standing) -> list[Mean]:
    """Return the means of every node for which anybody has a score that may be shown, in the order
    of the tree."""
    found = []
    for node in (node for node in standing.scores.tree if not node.alone):
        groups = _ticks(standing, node)
        if not groups:
            continue
        marks = {name: None if node.beside else node.points(name) for name in groups}
        digits = node.digits
        stats = {name: _stat([(ticks, marks[name])], digits) for name, ticks in groups.items()}
        whole = _stat([(ticks, marks[name]) for name, ticks in groups.items()], digits)
        points = dict.fromkeys(mark for mark in marks.values() if mark is not None)
        found.append(Mean(node, whole, stats, tuple(points)))
    return found


def _ticks(standing: Standing, node: TreeNode) -> dict[str, list[int]]:
    """Return the scores of a node by class, as they are shown; what is withheld is left out."""
    scheme, scores = standing.scheme, standing.scores
    column = scores.columns[node.code]
    classes = frozenset(scheme.node_classes(node.declared))
    groups: dict[str, list[int]] = {}
    for mine in standing.units:
        unit_class = scheme.units[mine.unit].unit_class
        ticks = column.shown(mine.unit) if unit_class in classes else None
        if ticks is not None and not scores.hides(node.code, mine.unit):
            groups.setdefault(unit_class, []).append(ticks)
    return groups


def _stat(groups: Iterable[tuple[list[int], Decimal | None]], digits: int) -> Stat:
    together = list(groups)
    ticks = [one for own, _ in together for one in own]
    known = [(own, Fraction(mark)) for own, mark in together if mark]
    full = sum((len(own) * mark for own, mark in known), Fraction(0))
    scored = Fraction(sum(sum(own) for own, _ in known), 10**digits)
    return Stat(
        count=len(ticks),
        mean=Fraction(sum(ticks), len(ticks) * 10**digits),
        best=from_ticks(max(ticks), digits),
        worst=from_ticks(min(ticks), digits),
        rate=scored / full if full else None,
    )
