"""Rules that look across units: share of the best, points by place, tiers of a class.

The population of such a rule are the ranked units of a class that have a value. Units of the class
that are not ranked are measured by them, but move nobody. As long as somebody of the population
is not settled (missing, awaiting, not due, or provisional himself) what is computed for the others
is provisional.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assessor.decimals import Exact, half_up
from assessor.scheme.model import Step
from assessor.scoring.column import Column, Status
from assessor.scoring.evaluation import Evaluation, Result
from assessor.scoring.parameters import amount
from assessor.scoring.tree import TreeNode
from assessor.scoring.values import value_column

_ROUNDINGS: Mapping[str, Callable[[Fraction], int]] = {
    "down": math.floor,
    "half_up": half_up,
    "up": math.ceil,
}


@dataclass(frozen=True, slots=True)
class Field:
    """The units of one class that a rule measures by one another."""

    unit_class: str
    population: list[int]
    """The ranked ones that have a value."""
    measured: list[int]
    """All that have a value."""


def best(node: TreeNode, children: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Best: value ÷ best value × points; with ``better=less`` best ÷ value × points.

    The best is that of the population; the result lies within 0 and the points (a unit that is not
    ranked may well be better than the best). Where more is better and even the best has nothing,
    all have 0; where less is better, a value of 0 has full points. Rounded once, at the end.

    Example: 3 points and values 12, 8 and 0: 3, 3 × 8 ÷ 12 = 2, and 0. Where less is better, 3
    points and costs of 40 and 60: 3, and 3 × 40 ÷ 60 = 2.
    """
    column = value_column(node, children, seen)
    less = node.declared.parameters.get("better") == "less"
    results = openings(column)
    for field in fields_of(node, column, seen):
        points = Fraction(node.points(field.unit_class) or 0) * 10**node.digits
        values = [column.ticks[unit] for unit in field.population]
        top = max(min(values) if less else max(values), 0)
        for unit in field.measured:
            part, whole = _share_of_best(column.ticks[unit], top, less)
            results[unit] = (points.numerator * part, points.denominator * whole)
    return results


def _share_of_best(value: Exact, top: Exact, less: bool) -> tuple[Exact, Exact]:
    if less:
        return (1, 1) if value <= top else (top, value)
    if top <= 0:
        return (0, 1)
    return (1, 1) if value >= top else (max(value, 0), top)


def rank_points(node: TreeNode, children: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Rank points: ``first`` for the first place and ``drop`` less for each further one, not below
    0; or, with ``ladder``, the value of the step that the place stands on.

    ``first`` is the node's points where it is not given. Units with the same value share a place
    and the next one comes after all of them (1, 2, 2, 4); the value of a child is compared as it
    is shown, rounded. With ``better=less`` the lowest value is first. A place that is beyond the
    last step of a ladder (its ``to``) gets 0.

    Example: ``first=60;drop=3`` gives 60, 57, 54 …; 200 points and 2 % of them a place are
    ``drop=4``: 200, 196, 192 …
    """
    parameters = node.declared.parameters
    column = value_column(node, children, seen)
    steps = seen.scheme.ladders.get(parameters.get("ladder", ""), ())
    drop = amount(parameters, "drop")
    scale = 10**node.digits
    results = openings(column)
    for field in fields_of(node, column, seen):
        first = amount(parameters, "first", Fraction(node.points(field.unit_class) or 0))
        known: dict[int, tuple[int, int]] = {}
        for unit, place in places(node, column, children, field).items():
            if place not in known:
                falling = max(first - drop * (place - 1), Fraction(0))
                points = _on_step(steps, place) if steps else falling
                known[place] = (points * scale).as_integer_ratio()
            results[unit] = known[place]
    return results


def _on_step(steps: Sequence[Step], place: int) -> Fraction:
    """Return the value of the step on which a place stands; the last one ends with its `upper`."""
    reached = [step for step in steps if step.lower is None or step.lower <= place]
    if not reached:
        return Fraction(0)
    last = reached[-1]
    beyond = last is steps[-1] and last.upper is not None and place > last.upper
    return Fraction(0 if beyond else last.value)


def tiers(node: TreeNode, children: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Tiers: the value of the part of the class, counted from the best, into which a place falls.

    The ladder's ``from`` and ``to`` are per cent of the number of units in the population. A tier
    ends with the place number × ``to`` ÷ 100, rounded by ``tier_rounding`` (down where nothing is
    said). Units that tie share the better place and so the better tier; those behind them have the
    fewer places left there. A unit that is not ranked and is behind them all has the last place.

    Example: 30, 50 and 20 % of 10 units get 100, 80 and 60: places 1–3, 4–8, 9–10. If two share
    place 3, both get 100, and 80 still ends with place 8. Of 7 units ends 2.1 and 5.6 are places 2
    and 5 rounded down, 2 and 6 half up, 3 and 6 up.
    """
    parameters = node.declared.parameters
    column = value_column(node, children, seen)
    steps = seen.scheme.ladders[parameters["ladder"]]
    rounding = parameters.get("tier_rounding", "down")
    points = [Fraction(step.value) * 10**node.digits for step in steps]
    values = [value.as_integer_ratio() for value in (*points, Fraction(0))]
    results = openings(column)
    for field in fields_of(node, column, seen):
        ends = tier_ends(steps, len(field.population), rounding)
        for unit, place in places(node, column, children, field).items():
            results[unit] = values[bisect_left(ends, min(place, len(field.population)))]
    return results


def tier_ends(steps: Sequence[Step], number: int, rounding: str) -> list[int]:
    """Return the last place of each tier, of a number of units.

    >>> from decimal import Decimal
    >>> thirty = Step(Decimal(0), Decimal(30), Decimal(100))
    >>> tier_ends([thirty, Step(Decimal(30), None, Decimal(80))], 7, "half_up")
    [2, 7]
    """
    following = [*(step.lower for step in steps[1:]), None]
    ends = []
    for step, after in zip(steps, following, strict=True):
        upper = step.upper if step.upper is not None else after
        share = Fraction(number) * Fraction(100 if upper is None else upper) / 100
        ends.append(_ROUNDINGS[rounding](share))
    return ends


def places(
    node: TreeNode, column: Column, children: Sequence[TreeNode], field: Field
) -> Mapping[int, int]:
    """Return the place of each unit measured: one more than there are better ones in the
    population (1, 2, 2, 4)."""
    less = node.declared.parameters.get("better") == "less"

    def compared(unit: int) -> Exact:
        # What a node shows decides its place; the raw number of a criterion is shown nowhere.
        return half_up(column.ticks[unit]) if children else column.ticks[unit]

    values = sorted(compared(unit) for unit in field.population)
    return {
        unit: 1
        + (
            bisect_left(values, compared(unit))
            if less
            else len(values) - bisect_right(values, compared(unit))
        )
        for unit in field.measured
    }


def openings(column: Column) -> list[Result]:
    """Return the statuses with which a rule across units starts: a value that is measured by
    nobody stays missing."""
    missing = Status.MISSING
    return [missing if status.has_value else status for status in column.status]


def fields_of(node: TreeNode, column: Column, seen: Evaluation) -> list[Field]:
    """Return who is measured by whom, class by class.

    Reports values that nobody ranked is there to be measured by, and marks as provisional what
    may still change because somebody who is ranked is not settled.
    """
    classes = {name: (list[int](), list[int]()) for name in seen.classes_of[node.code]}
    unsettled: set[str] = set()
    scored, out = Status.SCORED, Status.NOT_APPLICABLE
    for unit, (name, status) in enumerate(zip(seen.classes, column.status, strict=True)):
        if name not in classes or status is out:
            continue
        ranked = seen.scheme.units[unit].ranked
        if ranked and status is not scored:
            unsettled.add(name)
        if status.has_value:
            population, measured = classes[name]
            measured.append(unit)
            if ranked:
                population.append(unit)
    for name, (population, measured) in classes.items():
        if name in unsettled:
            seen.provisional.update((node.code, unit) for unit in measured)
        if not population:
            for unit in measured:
                seen.report("population_empty", node, unit)
    return [Field(name, *both) for name, both in classes.items() if both[0]]
