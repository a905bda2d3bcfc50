"""The independent evaluator: rules that look at the other units of the class."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor, isqrt
from typing import TYPE_CHECKING

from assessor.scheme.model import Node, Step, Unit
from tests.scoring.oracle_conversions import value_of
from tests.scoring.oracle_words import ZERO, Value, exact, half_up

if TYPE_CHECKING:
    from tests.scoring.oracle import Oracle

ACROSS = ("best", "rank_points", "tiers", "corrected", "standardised")
WHOLE: dict[str, Callable[[Fraction], int]] = {
    "down": floor,
    "half_up": lambda number: floor(number + Fraction(1, 2)),
    "up": ceil,
}


@dataclass(frozen=True)
class Others:
    """By whom the units of a class are measured: the ranked ones that have a value."""

    values: dict[str, Fraction]
    settled: bool
    """Whether nobody who is ranked is still open."""


def _competitors(oracle: Oracle, node: Node, unit_class: str) -> list[Unit]:
    units = oracle.scheme.units
    return [unit for unit in units if unit.unit_class == unit_class and unit.ranked]


def others(oracle: Oracle, node: Node, unit_class: str) -> Others:
    """Return the population of a class at a node."""
    values: dict[str, Fraction] = {}
    settled = True
    for unit in oracle.once(_competitors, node, unit_class):
        value = value_of(oracle, unit.code, node)
        if isinstance(value, Fraction):
            values[unit.code] = value
            settled = settled and not _child_open(oracle, unit.code, node)
        elif value != "not_applicable":
            settled = False
    return Others(values, settled)


def _child_open(oracle: Oracle, unit: str, node: Node) -> bool:
    return any(oracle.provisional(unit, child.code) for child in oracle.counted(node))


def _of(oracle: Oracle, unit: str, node: Node) -> Others:
    return oracle.once(others, node, oracle.class_of(unit))


def still_open(oracle: Oracle, unit: str, node: Node) -> bool:
    """Say whether a value may change with somebody of the class who is not settled."""
    return oracle.once(_unsettled, node, oracle.class_of(unit))


def _unsettled(oracle: Oracle, node: Node, unit_class: str) -> bool:
    found = oracle.once(others, node, unit_class)
    if not found.settled:
        return True
    if "panels" not in node.parameters:
        return False
    return any(not panel(oracle, node, one) for one in found.values)


# ---- against the class
def best(oracle: Oracle, unit: str, node: Node) -> Value:
    value = value_of(oracle, unit, node)
    order = oracle.once(_ascending, node, oracle.class_of(unit))
    if isinstance(value, str) or not order:
        return "missing" if isinstance(value, Fraction) else value
    points = Fraction(1 if node.points is None else node.points)
    if node.parameters.get("better") == "less":
        share = order[0] / value if value > 0 else Fraction(1)
    else:
        share = value / order[-1] if order[-1] > 0 else ZERO
    return min(max(share, ZERO), Fraction(1)) * points


def _ascending(oracle: Oracle, node: Node, unit_class: str) -> list[Fraction]:
    return sorted(oracle.once(others, node, unit_class).values.values())


def _compared(oracle: Oracle, node: Node, value: Fraction) -> Fraction:
    """Return a value as it is compared: a node's as it is shown, the more the better."""
    digits = [child.digits for child in oracle.counted(node)]
    shown = half_up(value, digits[0]) if digits else value
    return -shown if node.parameters.get("better") != "less" else shown


def _in_order(oracle: Oracle, node: Node, unit_class: str) -> list[Fraction]:
    found = oracle.once(others, node, unit_class).values.values()
    return sorted(_compared(oracle, node, value) for value in found)


def place(oracle: Oracle, unit: str, node: Node) -> int | str:
    """Return one more than there are better ones."""
    value = value_of(oracle, unit, node)
    order = oracle.once(_in_order, node, oracle.class_of(unit))
    if isinstance(value, str):
        return value
    return bisect_left(order, _compared(oracle, node, value)) + 1 if order else "missing"


def rank_points(oracle: Oracle, unit: str, node: Node) -> Value:
    at = place(oracle, unit, node)
    if isinstance(at, str):
        return at
    if "ladder" in node.parameters:
        return _on_step(oracle.scheme.ladders[node.parameters["ladder"]], at)
    first = exact(node.parameters.get("first", node.points or 0))
    drop = exact(node.parameters.get("drop", 0))
    return max(ZERO, first - drop * (at - 1))


def _on_step(steps: Sequence[Step], at: int) -> Fraction:
    """Return the value of a place; places are whole, so the last step holds its ``to`` too."""
    reached = [step for step in steps if step.lower is None or step.lower <= at]
    if not reached:
        return ZERO
    last = reached[-1].upper if reached[-1] is steps[-1] else None
    return ZERO if last is not None and at > last else exact(reached[-1].value)


def tiers(oracle: Oracle, unit: str, node: Node) -> Value:
    at = place(oracle, unit, node)
    if isinstance(at, str):
        return at
    steps = oracle.scheme.ladders[node.parameters["ladder"]]
    number = len(_of(oracle, unit, node).values)
    at = min(at, number)  # who is not ranked and is behind them all has the last place
    whole_number = WHOLE[node.parameters.get("tier_rounding", "down")]
    for step, following in pairwise(steps):
        to = step.upper if step.upper is not None else following.lower
        if to is not None and at <= whole_number(number * exact(to) / 100):
            return exact(step.value)
    return exact(steps[-1].value)


# ---- between panels
def panel(oracle: Oracle, node: Node, unit: str) -> list[str]:
    """Return the population of a unit's panel, the units that the same raters have."""
    if "panels" not in node.parameters:
        return list(_of(oracle, unit, node).values)
    raters = _raters(oracle, node, unit)
    return oracle.once(_panels, node, oracle.class_of(unit)).get(raters, []) if raters else []


def _raters(oracle: Oracle, node: Node, unit: str) -> frozenset[str]:
    return oracle.raters_of(node.parameters["panels"], unit)


def _panels(oracle: Oracle, node: Node, unit_class: str) -> dict[frozenset[str], list[str]]:
    panels: dict[frozenset[str], list[str]] = {}
    for unit in oracle.once(others, node, unit_class).values:
        raters = _raters(oracle, node, unit)
        if raters:
            panels.setdefault(raters, []).append(unit)
    return panels


def _mean(values: Sequence[Fraction], node: Node) -> Fraction:
    mean = sum(values, ZERO) / len(values)
    digits = node.parameters.get("mean_digits")
    return mean if digits is None else half_up(mean, int(digits))


def _overall(oracle: Oracle, node: Node, unit_class: str) -> Fraction:
    found = oracle.once(others, node, unit_class).values
    if node.parameters.get("overall") == "panels":
        panels = oracle.once(_panels, node, unit_class)
        return _mean([oracle.once(_panel_mean, node, units[0]) for units in panels.values()], node)
    return _mean(list(found.values()), node)


def _panel_mean(oracle: Oracle, node: Node, unit: str) -> Fraction:
    found = _of(oracle, unit, node).values
    return _mean([found[one] for one in panel(oracle, node, unit)], node)


def _mine(oracle: Oracle, unit: str, node: Node) -> tuple[Value, list[str]]:
    """Return a unit's value and its panel; without a panel it is missing."""
    value = value_of(oracle, unit, node)
    members = panel(oracle, node, unit)
    return ("missing" if isinstance(value, Fraction) and not members else value), members


def corrected(oracle: Oracle, unit: str, node: Node) -> Value:
    value, members = _mine(oracle, unit, node)
    if isinstance(value, str):
        return value
    mean = oracle.once(_panel_mean, node, members[0])
    overall = oracle.once(_overall, node, oracle.class_of(unit))
    digits = int(node.parameters.get("factor_digits", 2))
    return value * half_up(overall / mean, digits) if mean else value


def standardised(oracle: Oracle, unit: str, node: Node) -> Value:
    value, members = _mine(oracle, unit, node)
    if isinstance(value, str):
        return value
    middle = exact(node.parameters.get("mean", 0))
    spread = exact(node.parameters.get("spread", 1))
    mean, deviation = oracle.once(_moments, node, members[0])
    return middle + spread * (value - mean) / deviation if deviation else middle


def _moments(oracle: Oracle, node: Node, unit: str) -> tuple[Fraction, Fraction]:
    """Return mean and standard deviation of a panel, the root to 60 decimals if not exact."""
    found = _of(oracle, unit, node).values
    values = [found[one] for one in panel(oracle, node, unit)]
    mean = sum(values, ZERO) / len(values)
    square = sum(((value - mean) ** 2 for value in values), ZERO) / len(values)
    top, bottom = square.numerator, square.denominator
    if isqrt(top) ** 2 == top and isqrt(bottom) ** 2 == bottom:
        return mean, Fraction(isqrt(top), isqrt(bottom))
    return mean, Fraction(isqrt(top * bottom * 10**120), bottom * 10**60)
