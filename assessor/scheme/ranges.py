"""Between which values a node can lie, as far as that is certain: for checks of what is compared
with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.scheme.check_rubrics import sum_of_points
from assessor.scheme.model import Criterion, Node, Scheme, Step

_ZERO = Decimal(0)
_PER_CENT = Decimal(100)
_COUNTED_ENTRIES = frozenset({"count", "rate"})
"""Entries that are never negative and have no upper bound."""
_BETWEEN_PARTS = frozenset({"weighted", "mean", "lowest", "highest"})
"""Rules whose value lies between those of their parts."""


@dataclass(frozen=True, slots=True)
class Range:
    """Between which values a node (or a part of one) lies; None where a side is open."""

    low: Decimal | None = None
    high: Decimal | None = None
    digits: int = 6


Bounds = tuple[Decimal | None, Decimal | None]
OPEN: Bounds = (None, None)


def range_of(scheme: Scheme, node: Node, seen: frozenset[str] = frozenset()) -> Range:
    """Return the range of a node from its rule, its parts, its cap and its floor.

    `seen` holds the nodes that asked for it: a circle of nodes has no range.
    """
    low, high = OPEN if node.code in seen else _bounds(scheme, node, seen | {node.code})
    cap, floor = (plain_number(node.parameters, key) for key in ("cap", "floor"))
    if floor is not None:
        low = floor if low is None else max(low, floor)
    if cap is not None:
        high = cap if high is None else min(high, cap)
    return Range(low, high, node.digits)


def plain_number(parameters: Mapping[str, str], key: str) -> Decimal | None:
    """Return a parameter as a number; None where there is none, or it is a share or unreadable."""
    text = parameters.get(key, "")
    try:
        return Decimal(text) if text else None
    except ArithmeticError:
        return None


def _bounds(scheme: Scheme, node: Node, seen: frozenset[str]) -> Bounds:
    find = _FINDERS.get(node.rule)
    return OPEN if find is None else find(scheme, node, seen)


def _to_the_points(_: Scheme, node: Node, __: frozenset[str]) -> Bounds:
    return _ZERO, node.points


def _rubric(scheme: Scheme, node: Node, _: frozenset[str]) -> Bounds:
    """From nothing to the points, unless a conversion of some criterion may leave them."""
    form = scheme.form.get(node.source.form) if node.source else None
    rows = scheme.rubric(form.rubric) if form else ()
    return OPEN if any(_may_leave(scheme, row) for row in rows) else (_ZERO, node.points)


def _item(scheme: Scheme, node: Node, _: frozenset[str]) -> Bounds:
    row = _criterion(scheme, node)
    return OPEN if row is None or _may_leave(scheme, row) else (_ZERO, node.points)


def _may_leave(scheme: Scheme, row: Criterion) -> bool:
    """Say whether the points of a criterion may lie below nothing or above its full mark."""
    if row.entry == "level":
        options = scheme.options.get(row.parameters.get("options", ""), ())
        return any(option.value < 0 or option.value > (row.points or 0) for option in options)
    if row.rule in {"threshold", "ladder", "interpolate"}:
        steps = scheme.ladders.get(row.parameters.get("ladder", ""), ())
        others = [step.value for step in steps]
        others += [plain_number(row.parameters, "otherwise") or _ZERO]
        return any(value < 0 or value > (row.points or 0) for value in others)
    return row.rule == "steps" or row.parameters.get("limited") == "no"


def _ballot(scheme: Scheme, node: Node, _: frozenset[str]) -> Bounds:
    """Between the votes that are worth least and most."""
    form = scheme.form.get(node.source.form) if node.source else None
    options = scheme.options.get(form.options, ()) if form else ()
    values = [option.value for option in options if option.counts]
    return (min(_ZERO, *values), max(values)) if values else OPEN


def _from_zero(_: Scheme, __: Node, ___: frozenset[str]) -> Bounds:
    return _ZERO, None


def _up_to_zero(_: Scheme, __: Node, ___: frozenset[str]) -> Bounds:
    return None, _ZERO


def _unmet(scheme: Scheme, node: Node, _: frozenset[str]) -> Bounds:
    form = scheme.form.get(node.source.form) if node.source else None
    rows = scheme.rubric(form.rubric) if form else ()
    return _ZERO, Decimal(sum(row.entry in {"yes_no", "veto"} for row in rows)) if rows else None


def _share(_: Scheme, __: Node, ___: frozenset[str]) -> Bounds:
    return _ZERO, _PER_CENT


def _number(scheme: Scheme, node: Node, _: frozenset[str]) -> Bounds:
    """What a criterion's entry says: points, a count, yes or no."""
    row = _criterion(scheme, node)
    if row is None:
        return OPEN
    if row.entry in {"earned", "deducted"}:
        return _ZERO, row.points
    if row.entry in {"yes_no", "veto"}:
        return _ZERO, Decimal(1)
    return (_ZERO, None) if row.entry in _COUNTED_ENTRIES else OPEN


def _criterion(scheme: Scheme, node: Node) -> Criterion | None:
    form = scheme.form.get(node.source.form) if node.source else None
    if form is None or node.source is None:
        return None
    rows = scheme.rubric(form.rubric)
    return next((row for row in rows if row.code == node.source.criterion), None)


def _stepped(scheme: Scheme, node: Node, _: frozenset[str]) -> Bounds:
    """A value of the ladder, or nothing for what is below all its steps."""
    steps: Sequence[Step] = scheme.ladders.get(node.parameters.get("ladder", ""), ())
    values = [_ZERO, *(step.value for step in steps)]
    return (min(values), max(values)) if steps else OPEN


def _inherited(scheme: Scheme, node: Node, seen: frozenset[str]) -> Bounds:
    source = scheme.node.get(node.source.criterion) if node.source else None
    if source is None:
        return OPEN
    above = range_of(scheme, source, seen)
    return above.low, above.high


def _counted(scheme: Scheme, node: Node) -> list[Node]:
    return [child for child in scheme.children(node.code) if not child.informative]


def _summed(scheme: Scheme, node: Node, seen: frozenset[str]) -> Bounds:
    parts = _counted(scheme, node)
    ranges = [range_of(scheme, part, seen) for part in parts]
    lows = [of.low for of in ranges if of.low is not None]
    highs = [
        max(of.high, part.points or _ZERO)  # what does not apply may count in full
        for of, part in zip(ranges, parts, strict=True)
        if of.high is not None
    ]
    if not ranges:
        return OPEN
    # A part that does not apply is left out: what is above zero need not be there.
    low = sum((min(_ZERO, mine) for mine in lows), _ZERO) if len(lows) == len(ranges) else None
    high = sum((max(_ZERO, mine) for mine in highs), _ZERO) if len(highs) == len(ranges) else None
    return low, high


def _between_parts(scheme: Scheme, node: Node, seen: frozenset[str]) -> Bounds:
    parts = _counted(scheme, node)
    ranges = [range_of(scheme, part, seen) for part in parts]
    lows = [of.low for of in ranges if of.low is not None]
    if not ranges:
        return OPEN
    low = min(_ZERO, *lows) if len(lows) == len(ranges) else None
    full = [of.high == part.points for of, part in zip(ranges, parts, strict=True)]
    return low, node.points if all(full) else None


_FINDERS: Mapping[str, Callable[[Scheme, Node, frozenset[str]], Bounds]] = {
    "rubric": _rubric,
    "item": _item,
    "ballot": _ballot,
    "best": _to_the_points,
    "bonus": _from_zero,
    "deduction": _up_to_zero,
    "unmet": _unmet,
    "share": _share,
    "number": _number,
    "ladder": _stepped,
    "tiers": _stepped,
    "inherit": _inherited,
    "sum": _summed,
    **dict.fromkeys(_BETWEEN_PARTS, _between_parts),
}


def parts_of(scheme: Scheme, node: Node) -> dict[str, Range]:
    """Return the parts of a node with their ranges: counted children, sections, aspects."""
    seen = frozenset({node.code})
    ranges = {part.code: range_of(scheme, part, seen) for part in _counted(scheme, node)}
    form = scheme.form.get(node.source.form) if node.source else None
    if form is None or node.rule not in {"rubric", "ballot"}:
        return ranges
    wanted = "section" if node.rule == "rubric" else "ballot"
    for row in (row for row in scheme.rubric(form.rubric) if row.entry == wanted):
        members = [r for r in scheme.rubric(form.rubric) if r.section == row.code]
        high = sum_of_points(members) if wanted == "section" else node.points
        ranges[f"{node.code}.{row.code}"] = Range(_ZERO, high, node.digits)
    return ranges
