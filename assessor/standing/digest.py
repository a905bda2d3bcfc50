"""What a bulletin says of a round as a whole: means, best and worst, what points were lost on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from assessor.scoring.criteria import counted_nodes
from assessor.scoring.sheet_points import CriterionPoints
from assessor.scoring.tree import TreeNode
from assessor.standing.losses import Part, worths
from assessor.standing.stand import Standing, UnitStanding

_WIDE = 400
"""Digits enough for any sum of numbers that fit a cell."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How some units did on one thing: by the values that are shown."""

    count: int
    mean: Fraction
    best: Decimal
    best_units: tuple[int, ...]
    worst: Decimal
    worst_units: tuple[int, ...]


def spread_of(values: Mapping[int, Decimal]) -> Spread | None:
    """Return mean, best and worst of some values by unit; None where there are none.

    >>> spread_of({0: Decimal("90.5"), 1: Decimal("80")}).mean
    Fraction(341, 4)
    """
    if not values:
        return None
    best, worst = max(values.values()), min(values.values())
    with localcontext(prec=_WIDE):  # a sum of decimals is exact in a context wide enough
        total = sum(values.values(), Decimal(0))
    return Spread(
        count=len(values),
        mean=Fraction(total) / len(values),
        best=best,
        best_units=tuple(unit for unit, value in values.items() if value == best),
        worst=worst,
        worst_units=tuple(unit for unit, value in values.items() if value == worst),
    )


@dataclass(frozen=True, slots=True)
class PartDigest:
    """How the units of some classes, with one full mark for it, did on one node."""

    node: TreeNode
    classes: tuple[str, ...]
    points: Decimal | None
    spread: Spread


def top_parts(standing: Standing) -> list[PartDigest]:
    """Return the digests of the nodes right under the totals of units."""
    roots = {node.code for node in standing.scores.tree if not node.parent}
    nodes = [node for node in standing.scores.tree if node.parent in roots]
    return _digests(standing, [node for node in nodes if node.rule != "section"])


def section_parts(standing: Standing, scored: Sequence[CriterionPoints]) -> list[PartDigest]:
    """Return the digests of the sections of the scoring sheets that some criteria stand in."""
    codes = {one.node.code for one in scored}
    nodes = [node for node in standing.scores.tree if node.code in codes and not node.alone]
    return _digests(standing, nodes)


def _digests(standing: Standing, nodes: Sequence[TreeNode]) -> list[PartDigest]:
    counts = counted_nodes(standing.scores)
    found = []
    for node in (node for node in nodes if node.code in counts):
        groups: dict[Decimal | None, dict[str, dict[int, Decimal]]] = {}
        points = {name: node.points(name) for name in standing.scheme.classes}
        for mine in _bodies(standing):
            value = _shown(standing, node, mine)
            unit_class = standing.scheme.units[mine.unit].unit_class
            if value is not None:
                classes = groups.setdefault(points[unit_class], {})
                classes.setdefault(unit_class, {})[mine.unit] = value
        for full, classes in groups.items():
            spread = spread_of({u: v for one in classes.values() for u, v in one.items()})
            assert spread is not None
            found.append(PartDigest(node, tuple(classes), full, spread))
    return found


def _bodies(standing: Standing) -> list[UnitStanding]:
    """Return the units that are bodies; persons only where nobody else is appraised."""
    units = standing.scheme.units
    bodies = [mine for mine in standing.units if units[mine.unit].kind == "unit"]
    return bodies or list(standing.units)


def _shown(standing: Standing, node: TreeNode, mine: UnitStanding) -> Decimal | None:
    hidden = standing.scores.hides(node.code, mine.unit)
    return None if hidden else standing.scores.columns[node.code].value(mine.unit)


@dataclass(frozen=True, slots=True)
class CriterionDigest:
    """How many units got what on a criterion: `full` of `count` the full mark."""

    scored: CriterionPoints
    classes: tuple[str, ...]
    count: int
    mean: Fraction
    full: int
    worth: Fraction
    """What one point of it is in the total."""

    @property
    def lost(self) -> Fraction:
        """Points that a unit lost on it in the mean."""
        return Fraction(self.scored.points) - self.mean

    @property
    def rate(self) -> Fraction:
        """The mean as a share of the full mark."""
        return self.mean / Fraction(self.scored.points)

    @property
    def of_total(self) -> Fraction:
        """What the loss takes from the total."""
        return self.lost * self.worth


def criterion_digests(
    standing: Standing, scored: Sequence[CriterionPoints]
) -> list[CriterionDigest]:
    """Return a digest of each criterion that anybody has points for."""
    found = []
    worth: dict[str, Mapping[str, Fraction]] = {}
    for one in scored:
        status, ticks = one.column.status, one.column.ticks
        known = [mine.unit for mine in standing.units if status[mine.unit].has_value]
        if known:
            classes = dict.fromkeys(standing.scheme.units[unit].unit_class for unit in known)
            name = next(iter(classes))
            worth[name] = worth.get(name) or _worths(standing, name)
            size = 10**one.column.digits
            mean = Fraction(sum(ticks[unit] for unit in known)) / (size * len(known))
            most = Fraction(one.points) * size
            limit = most.numerator if most.denominator == 1 else most
            full = sum(ticks[unit] >= limit for unit in known)
            own = worth[name][one.node.code]
            found.append(CriterionDigest(one, tuple(classes), len(known), mean, full, own))
    return found


def _worths(standing: Standing, unit_class: str) -> Mapping[str, Fraction]:
    """Return what one point of each node is worth in the total of a class."""
    counts = counted_nodes(standing.scores)
    parts = [
        Part(
            node=node.code,
            title=node.title,
            parent=node.parent,
            value=None,
            points=node.points(unit_class),
            weight=node.weight_for(unit_class),
        )
        for node in standing.scores.tree
        if node.code in counts and unit_class in standing.scheme.node_classes(node.declared)
    ]
    return worths(parts, parts)[0]


def most_lost(digests: Sequence[CriterionDigest], most: int = 10) -> list[CriterionDigest]:
    """Return the criteria on which most points were lost, by what that takes from the total."""
    lost = [one for one in digests if one.lost > 0]
    return sorted(lost, key=lambda one: -one.of_total)[:most]


def unit_losses(
    mine: UnitStanding, digests: Sequence[CriterionDigest], most: int = 3
) -> list[tuple[CriterionPoints, Fraction]]:
    """Return the criteria on which a unit lost most points, with these; what a loss takes from
    the total decides their order."""
    found = []
    for one in digests:
        value = one.scored.exact(mine.unit)
        if value is not None and value < one.scored.points:
            lost = Fraction(one.scored.points) - value
            found.append((lost * one.worth, one.scored, lost))
    found.sort(key=lambda loss: -loss[0])
    return [(scored, lost) for _, scored, lost in found[:most]]


def must_mend(standing: Standing, most: int = 5) -> list[UnitStanding]:
    """Return who has the lowest grade of his kind; where all have one grade, the last
    five."""
    scheme = standing.scheme
    lowest = {kind: bands[-1].grade for kind, bands in scheme.bands.items() if len(bands) > 1}
    last = {mine.unit for mine in last_ranked(standing, most)}
    found = []
    for mine in standing.units:
        grade = lowest.get(scheme.units[mine.unit].kind, "")
        if (mine.final_grade == grade) if grade else (mine.unit in last):
            found.append(mine)
    return found


def last_ranked(standing: Standing, most: int = 5) -> list[UnitStanding]:
    """Return the last that are ranked, of units and of persons apart (of each class where there
    are no other ranks), the last one first; who shares the rank at the edge belongs to them, and
    nobody who ranks first does."""
    groups: dict[tuple[str, str], list[tuple[int, UnitStanding]]] = {}
    overall = {standing.scheme.units[m.unit].kind for m in standing.units if m.rank is not None}
    for mine in standing.units:
        unit = standing.scheme.units[mine.unit]
        whole = unit.kind in overall
        rank = mine.rank if whole else mine.class_rank
        if rank is not None:
            key = unit.kind, "" if whole else unit.unit_class
            groups.setdefault(key, []).append((rank, mine))
    found = []
    for group in groups.values():
        edge = max(sorted((rank for rank, _ in group), reverse=True)[:most][-1], 2)
        last = [(rank, mine) for rank, mine in group if rank >= edge]
        found += [mine for _, mine in sorted(last, key=lambda pair: (-pair[0], pair[1].unit))]
    return found
