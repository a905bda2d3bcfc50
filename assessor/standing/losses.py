"""On which parts a unit lost most points: the lowest parts of its score tree that are counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Part:
    """One node of a unit's score tree with what the unit got for it."""

    node: str
    title: str
    parent: str
    value: Decimal | None
    points: Decimal | None
    weight: Fraction | None = None
    informative: bool = False
    """Shown but counted nowhere, and nothing below it either."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Points that a unit lost on one part."""

    node: str
    title: str
    """With the title of what it belongs to, where that is not the whole."""
    value: Decimal
    points: Decimal
    of_total: Fraction
    """What the loss takes from the total: 10 of 100 points at 30 % are 3."""

    @property
    def lost(self) -> Decimal:
        """Points minus value."""
        return self.points - self.value


def losses(parts: Sequence[Part], most: int = 3) -> tuple[Loss, ...]:
    """Return the biggest losses of a unit; `parts` has parents before their children.

    They are ordered by what they take from the total, for ten points lost on a part of 30 % hurt
    less than five on one of 70 %.
    """
    counted = _counted(parts)
    share, children = worths(tuple(counted.values()), parts)
    found = [
        _loss(part, counted.get(part.parent), share[part.node])
        for part in counted.values()
        if part.node not in children and part.points is not None
    ]
    real = [loss for loss in found if loss.lost > 0]
    return tuple(sorted(real, key=lambda loss: -loss.of_total)[:most])


def worths(
    counted: Sequence[Part], parts: Sequence[Part]
) -> tuple[dict[str, Fraction], Mapping[str, Sequence[Part]]]:
    """Return what one point of each counted part is worth in the total, and by node the parts
    right under it that have a full mark. Of all `parts` those are `counted` that have a value;
    parents come before their children."""
    above = {part.node: part for part in counted}
    children: dict[str, list[Part]] = {}
    for part in counted:
        if part.points is not None:
            children.setdefault(part.parent, []).append(part)
    room = _rooms(parts, above)
    share: dict[str, Fraction] = {}
    for part in counted:
        siblings = children.get(part.parent, ())
        share[part.node] = _share(
            part, above.get(part.parent), siblings, share, room.get(part.parent)
        )
    return share, children


def _counted(parts: Sequence[Part]) -> dict[str, Part]:
    """Return the parts that have a value and are counted up to the top."""
    known = {part.node for part in parts}
    counted: dict[str, Part] = {}
    for part in parts:
        hangs = part.parent in counted or part.parent not in known
        if hangs and not part.informative and part.value is not None:
            counted[part.node] = part
    return counted


def _rooms(parts: Sequence[Part], counted: Mapping[str, Part]) -> dict[str, Decimal]:
    """Return the full marks that parts were meant to have together, where something without a full
    mark stands beside them: what a parent has beyond them is room for a bonus, not theirs."""
    room: dict[str, Decimal] = {}
    for part in parts:
        if part.points is not None and not part.informative:
            room[part.parent] = room.get(part.parent, Decimal(0)) + part.points
    beside = {part.parent for part in counted.values() if part.points is None}
    return {node: points for node, points in room.items() if node in beside}


def _share(
    part: Part,
    above: Part | None,
    siblings: Sequence[Part],
    share: Mapping[str, Fraction],
    room: Decimal | None,
) -> Fraction:
    """Return what one point of a part is worth in the total.

    Weights of what is there are taken as a whole, as scoring does; otherwise the parts share
    their parent's points, which holds for sums and for means.
    """
    if above is None:
        return Fraction(1)
    weights = sum((other.weight for other in siblings if other.weight is not None), Fraction(0))
    if part.weight is not None and weights:
        return share[above.node] * part.weight / weights
    whole = sum((other.points for other in siblings if other.points is not None), Decimal(0))
    if above.points is None or not whole:
        return share[above.node]
    shared = above.points if room is None else min(above.points, room)
    return share[above.node] * Fraction(shared) / Fraction(whole)


def _loss(part: Part, above: Part | None, share: Fraction) -> Loss:
    assert part.value is not None
    assert part.points is not None
    title = f"{above.title}·{part.title}" if above is not None and above.parent else part.title
    lost = Fraction(part.points - part.value)
    return Loss(part.node, title, part.value, part.points, lost * share)
