"""How points are made of one number: so much a piece, thresholds, proportions, ladders, steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from assessor.scoring.conversions import CONVERT, Scale
from assessor.scoring.explain.formula import (
    Formula,
    Kept,
    Less,
    Number,
    Product,
    Quotient,
    Sum,
    number,
)
from assessor.scoring.explain.model import Remark
from assessor.scoring.parameters import amount

Converted = tuple[Formula, tuple[Remark, ...]]
"""What was computed, and what is to be said of it."""


def convert(rule: str, value: Number, scale: Scale) -> Converted | None:
    """Return how a conversion makes points of a number; None where it makes none."""
    if CONVERT[rule](value.value, scale) is None:
        return None
    return _CONVERTERS[rule](value, scale)


def _each(value: Number, scale: Scale) -> Converted:
    """Start ± each × (number − above), kept between 0 and the full mark where there is one."""
    parameters, points = scale.parameters, scale.points
    step = amount(parameters, "each")
    start = amount(parameters, "start", points if points is not None and step < 0 else 0)
    above = amount(parameters, "above")
    remarks: tuple[Remark, ...] = ()
    pieces: Formula = value
    if above:
        remarks = (Remark("only_above", {"above": number(above)}),)
        pieces = Less(value, number(above))
    if value.value < above:
        pieces = number(0)
    taken = Product((pieces, number(abs(step))))
    formula: Formula = Less(number(start), taken) if step < 0 else taken
    if step >= 0 and start:
        formula = Sum((number(start), taken))
    if points is not None:
        formula = Kept(formula, Fraction(0), points)
    return formula, remarks


def _threshold(value: Number, scale: Scale) -> Converted:
    """The full mark where the number lies within the bounds, else ``otherwise``."""
    parameters = scale.parameters
    bounds = [key for key in ("least", "most") if key in parameters]
    low = "least" not in parameters or value.value >= amount(parameters, "least")
    high = "most" not in parameters or value.value <= amount(parameters, "most")
    met = low and high
    points = scale.full if met else amount(parameters, "otherwise")
    kind = "between" if len(bounds) == 2 else (bounds or ["any"])[0]
    facts = {key: Decimal(parameters[key]) for key in bounds}
    code = f"{kind}_{'met' if met else 'missed'}"
    return number(points), (Remark(code, {"value": value, **facts}),)


def _proportional(value: Number, scale: Scale) -> Converted:
    """Number ÷ target × full mark, or target ÷ number × full mark where less is better."""
    parameters = scale.parameters
    target = amount(parameters, "target") if "target" in parameters else scale.target
    assert target is not None
    less = parameters.get("better") == "less"
    if less and value.value <= 0:
        return number(scale.full), (Remark("none_is_best", {"value": value}),)
    share = Quotient(number(target), value) if less else Quotient(value, number(target))
    formula: Formula = Product((share, number(scale.full)))
    if parameters.get("limited") != "no":
        formula = Kept(formula, Fraction(0), scale.full)
    return formula, (Remark("target", {"target": number(target)}),)


def _ladder(value: Number, scale: Scale) -> Converted:
    """The value of the step on which the number stands."""
    reached = [s for s in scale.steps if s.lower is None or value.value >= Fraction(s.lower)]
    last = len(reached) == len(scale.steps)
    points, lower = number(reached[-1].value), reached[-1].lower
    upper = reached[-1].upper if last else scale.steps[len(reached)].lower
    facts = {"value": value, "lower": lower, "upper": upper, "points": points}
    if upper is None:
        kind = "only" if lower is None else "from"
    elif lower is None:
        kind = "upto" if last else "below"
    else:
        kind = "last" if last else "between"
    return points, (Remark(f"step_{kind}", facts),)


def _interpolate(value: Number, scale: Scale) -> Converted:
    """In a straight line between two points of the ladder, flat beyond its ends."""
    points = [(number(s.lower), number(s.value)) for s in scale.steps if s.lower is not None]
    for (low, worth), (high, more) in pairwise(points):
        if low.value <= value.value < high.value:
            way = Quotient(Less(value, low), Less(high, low))
            formula = Sum((worth, Product((way, Less(more, worth)))))
            facts = {"value": value, "lower": low, "upper": high}
            return formula, (Remark("interpolated", {**facts, "first": worth, "last": more}),)
    first = value.value < points[0][0].value
    bound, worth = points[0] if first else points[-1]
    code = "before_first" if first else "beyond_last"
    return worth, (Remark(code, {"value": value, "bound": bound, "points": worth}),)


def _steps(value: Number, scale: Scale) -> Converted:
    """Base ± so much for every step away from the target, at most so much."""
    parameters = scale.parameters
    base = number(amount(parameters, "base", scale.points or 0))
    target, tolerance = amount(parameters, "target"), amount(parameters, "tolerance")
    away = value.value - target
    facts: dict[str, object] = {"value": value, "target": number(target)}
    if abs(away) <= tolerance:
        return base, (Remark("steps_none", {**facts, "tolerance": number(tolerance)}),)
    step = amount(parameters, "step")
    taken = (abs(away) - tolerance) / step
    if parameters.get("part") != "counted":
        taken = Fraction(taken.numerator // taken.denominator)
    side = "up" if away > 0 else "down"
    code = "steps_above" if away > 0 else "steps_below"
    facts |= {"away": number(abs(away)), "step": number(step), "taken": number(taken)}
    if tolerance:
        code, facts["tolerance"] = f"{code}_edge", number(tolerance)
    each = amount(parameters, side)
    worth: Formula = Product((number(taken), number(abs(each))))
    most = amount(parameters, f"{side}_most") if f"{side}_most" in parameters else None
    if most is not None:
        worth = Kept(worth, None, abs(most))
    adds = (each >= 0) == (away > 0)
    formula: Formula = Sum((base, worth)) if adds else Less(base, worth)
    remarks = [Remark(code, facts)]
    if most is not None and taken * abs(each) > abs(most):
        change = number(taken * abs(each))
        remarks.append(Remark("steps_most", {"change": change, "most": number(abs(most))}))
    return formula, tuple(remarks)


_CONVERTERS: Mapping[str, Callable[[Number, Scale], Converted]] = {
    "each": _each,
    "threshold": _threshold,
    "proportional": _proportional,
    "ladder": _ladder,
    "interpolate": _interpolate,
    "steps": _steps,
}
"""By the names of the conversions themselves."""
