"""Conversions at work: a column of numbers to a column of points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from assessor.decimals import Exact, from_ticks, half_up, plain
from assessor.scheme.model import Node
from assessor.scoring.column import Column, Status
from assessor.scoring.conversions import CONVERT, Conversion, Scale
from assessor.scoring.evaluation import Evaluation, Result
from assessor.scoring.inputs import EntryKey
from assessor.scoring.tree import TreeNode
from assessor.scoring.values import criterion_of, target_column, value_column


def conversion(node: TreeNode, children: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Convert the one part of a node, or the number of its criterion, by the node's rule.

    The number is converted exactly, the points are rounded once. Where a target is asked for and
    there is none, or it is 0, or where a number stands on no step of a ladder, the node waits,
    with a finding.
    Example: 85 % under ``ladder`` with 80 → 190 and 90 → 200 is 190.
    """
    declared = node.declared
    column = value_column(node, children, seen)
    scale = scale_of(declared.points, declared.parameters, seen)
    targets = None
    if asks_target(declared.rule, declared.parameters) and not children:
        assert declared.source is not None
        row = criterion_of(node, seen)
        targets = target_column(row, declared.source.form, declared.source.period, seen)
    points, lost = converted(column, declared.rule, scale, targets, node.digits)
    for unit, number in lost.items():
        report_lost(declared.rule, scale, number, node, unit, node.title, seen)
    return [
        (ticks, 1) if status.has_value else status
        for ticks, status in zip(points.ticks, points.status, strict=True)
    ]


def report_lost(
    rule: str,
    scale: Scale,
    number: Fraction,
    node: Node | TreeNode,
    unit: int,
    what: str,
    seen: Evaluation,
    at: EntryKey | None = None,
) -> None:
    """Report that no points could be made of a unit's number, and why."""
    if rule != "ladder":
        seen.report("target_missing", node, unit, what=what)
        return
    low, top = scale.steps[0].lower, scale.steps[-1].upper
    facts = {"what": what, "value": _shown(number), "name": scale.parameters["ladder"]}
    code = "ladder_below" if low is not None and number < Fraction(low) else "ladder_beyond"
    bound = low if code == "ladder_below" else top
    seen.report(code, node, unit, at, **facts, bound=bound)


def _shown(number: Fraction) -> Decimal:
    return plain(from_ticks(half_up(number.numerator * 10**6, number.denominator), 6))


def asks_target(rule: str, parameters: Mapping[str, str]) -> bool:
    """Say whether a conversion takes the target of each unit from its form."""
    return rule == "proportional" and "target" not in parameters


def scale_of(points: Decimal | None, parameters: Mapping[str, str], seen: Evaluation) -> Scale:
    """Return what a conversion knows beside the number."""
    steps = seen.scheme.ladders.get(parameters.get("ladder", ""), ())
    return Scale(None if points is None else Fraction(points), parameters, steps)


def converted(
    column: Column, rule: str, scale: Scale, targets: Column | None, digits: int
) -> tuple[Column, dict[int, Fraction]]:
    """Return a column's points in ticks of those digits, and by unit the numbers of which no
    points can be made: for want of a target, or of a step.

    A unit whose target is open waits with it.
    """
    convert = CONVERT[rule]
    known: dict[tuple[Exact, Exact | None], Exact | None] = {}
    asked = asks_target(rule, scale.parameters)
    ticks: list[Exact] = []
    found: list[Status] = []
    lost: dict[int, Fraction] = {}
    for unit, (tick, own) in enumerate(zip(column.ticks, column.status, strict=True)):
        goal: Exact | None = None
        if asked and targets is not None and own.has_value:
            own = max(own, targets.status[unit])
            goal = Fraction(targets.ticks[unit]) / 10**targets.digits
        if own.has_value:
            key = (tick, goal)
            if key not in known:
                value = Fraction(tick) / 10**column.digits
                known[key] = _points(convert, value, scale, goal, digits)
            result = known[key]
            if result is not None:
                ticks.append(result)
                found.append(own)
                continue
            lost[unit] = Fraction(tick) / 10**column.digits
            own = Status.AWAITING
        ticks.append(0)
        found.append(own)
    return Column(digits, ticks, found), lost


def _points(
    convert: Conversion, value: Fraction, scale: Scale, goal: Exact | None, digits: int
) -> Exact | None:
    """Return the points of a number in ticks, whole where they can be."""
    if goal is not None:
        scale = Scale(scale.points, scale.parameters, scale.steps, Fraction(goal))
    points = convert(value, scale)
    if points is None:
        return None
    size: int = 10**digits
    ticks = points * size
    return ticks.numerator if ticks.denominator == 1 else ticks
