"""How a unit is measured by others of its class: the best, its place, tiers, panels."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction

from assessor.scoring.column import Column
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
from assessor.scoring.explain.items import converted_value
from assessor.scoring.explain.look import Look
from assessor.scoring.explain.model import Remark, Told
from assessor.scoring.panels import factor_of, mean_used, panels_of, root
from assessor.scoring.parameters import amount
from assessor.scoring.population import Field, fields_of, places, tier_ends
from assessor.scoring.tree import TreeNode
from assessor.scoring.values import value_column


def best(node: TreeNode, look: Look) -> Told:
    """Best: value ÷ best value × points; with ``better=less`` best ÷ value × points."""
    value, leaves, remarks = converted_value(node, look)
    column = value_column(node, look.counted(node.code), look.seen)
    field = _field(node, look, column)
    if value is None or field is None:
        return Told(None, remarks, leaves)
    less = node.declared.parameters.get("better") == "less"
    values = {unit: _value(column, unit) for unit in field.population}
    top = (min if less else max)(values.values())
    holders = [look.scheme.units[unit].name for unit, own in values.items() if own == top]
    facts = {"best": number(top), "units": holders, "count": len(values)}
    remarks = (*remarks, Remark("best_less" if less else "best_more", facts))
    return Told(_share_of_best(value, max(top, Fraction(0)), node, look, less), remarks, leaves)


def _share_of_best(value: Number, top: Fraction, node: TreeNode, look: Look, less: bool) -> Formula:
    points = number(node.points(look.of.unit_class) or 0)
    if less:
        if value.value <= top:
            return points
        return Product((Quotient(number(top), value), points))
    if not top:
        return number(0)
    share = Product((Quotient(value, number(top)), points))
    return Kept(share, Fraction(0), points.value)


def _value(column: Column, unit: int) -> Fraction:
    return Fraction(column.ticks[unit]) / Fraction(10**column.digits)


def _field(node: TreeNode, look: Look, column: Column) -> Field | None:
    """Return who the unit is measured by; None where there is nobody, or it has no value."""
    fields = fields_of(node, column, look.seen)
    return next((field for field in fields if look.unit in field.measured), None)


def rank_points(node: TreeNode, look: Look) -> Told:
    """Rank points: so much for the first place, so much less for each further one; or a ladder."""
    value, leaves, remarks = converted_value(node, look)
    found = _place(node, look)
    if value is None or found is None:
        return Told(None, remarks, leaves)
    place, field = found
    remarks = (*remarks, _placed("place", value, place, field))
    parameters = node.declared.parameters
    steps = look.scheme.ladders.get(parameters.get("ladder", ""), ())
    if steps:
        reached = [step for step in steps if step.lower is None or step.lower <= place]
        last = reached[-1] if reached else None
        beyond = last is steps[-1] and last.upper is not None and place > last.upper
        return Told(number(0 if last is None or beyond else last.value), remarks, leaves)
    first = amount(parameters, "first", Fraction(node.points(look.of.unit_class) or 0))
    behind = Product((Less(number(place), number(1)), number(amount(parameters, "drop"))))
    return Told(Kept(Less(number(first), behind), Fraction(0)), remarks, leaves)


def _place(node: TreeNode, look: Look) -> tuple[int, Field] | None:
    children = look.counted(node.code)
    column = value_column(node, children, look.seen)
    field = _field(node, look, column)
    return None if field is None else (places(node, column, children, field)[look.unit], field)


def _placed(code: str, value: Number, place: int, field: Field, **facts: object) -> Remark:
    count = len(field.population)
    known = {"value": value, "place": place, "count": count, "unit_class": field.unit_class}
    return Remark(code, {**known, **facts})


def tiers(node: TreeNode, look: Look) -> Told:
    """Tiers: the value of the part of the class into which the unit's place falls."""
    value, leaves, remarks = converted_value(node, look)
    found = _place(node, look)
    if value is None or found is None:
        return Told(None, remarks, leaves)
    place, field = found
    parameters = node.declared.parameters
    steps = look.scheme.ladders[parameters["ladder"]]
    count = len(field.population)
    ends = tier_ends(steps, count, parameters.get("tier_rounding", "down"))
    tier = bisect_left(ends, min(place, count))
    if tier == len(steps):
        return Told(number(0), (*remarks, _placed("tier_none", value, place, field)), leaves)
    start = ends[tier - 1] + 1 if tier else 1
    remark = _placed("tier", value, place, field, first=start, last=ends[tier])
    return Told(number(steps[tier].value), (*remarks, remark), leaves)


def corrected(node: TreeNode, look: Look) -> Told:
    """Corrected: score × factor of the panel, which is overall mean ÷ mean of the panel."""
    (child,) = look.counted(node.code)
    column = look.column(child.code)
    field = _field(node, look, column)
    panels = panels_of(node, field, look.seen) if field else []
    panel = next((one for one in panels if look.unit in one.measured), None)
    if field is None or panel is None or not look.status(child.code).has_value:
        return Told()
    means = [_mean(column, one.population) for one in panels]
    mean = _mean(column, panel.population)
    parameters = node.declared.parameters
    twice = parameters.get("overall") == "panels"
    whole = sum(means, Fraction(0)) / len(means) if twice else _mean(column, field.population)
    factor = factor_of(whole, mean, parameters)
    digits = int(parameters.get("mean_digits", "0"))
    facts = {
        "whole": number(mean_used(whole, parameters), digits),
        "mean": number(mean_used(mean, parameters), digits),
        "factor": number(factor),
        "count": len(panel.population),
    }
    code = "panel_factor" if mean_used(mean, parameters) else "panel_zero"
    remarks = [Remark(code, facts)]
    if "mean_digits" in parameters:
        exact = {"whole": number(whole), "mean": number(mean), "digits": digits}
        remarks.append(Remark("panel_means", exact))
    return Told(Product((look.number(child.code), number(factor))), tuple(remarks))


def standardised(node: TreeNode, look: Look) -> Told:
    """Standardised: mean + spread × (score − panel's mean) ÷ panel's standard deviation."""
    (child,) = look.counted(node.code)
    column = look.column(child.code)
    field = _field(node, look, column)
    if field is None or not look.status(child.code).has_value:
        return Told()
    parameters = node.declared.parameters
    panels = panels_of(node, field, look.seen) if "panels" in parameters else [field]
    panel = next((one for one in panels if look.unit in one.measured), None)
    if panel is None:
        return Told()
    scores = [_value(column, unit) for unit in panel.population]
    mean = _mean(column, panel.population)
    deviation = root(sum(((s - mean) ** 2 for s in scores), Fraction(0)) / len(scores))
    middle, spread = amount(parameters, "mean"), amount(parameters, "spread", 1)
    facts = {"mean": number(mean), "deviation": number(deviation), "count": len(scores)}
    remark = Remark("deviation" if deviation else "deviation_none", facts)
    if not deviation:
        return Told(number(middle), (remark,))
    away = Less(look.number(child.code), number(mean))
    standard: Formula = Quotient(Product((number(spread), away)), number(deviation))
    if spread == 1:
        standard = Quotient(away, number(deviation))
    return Told(Sum((number(middle), standard)) if middle else standard, (remark,))


def _mean(column: Column, units: Sequence[int]) -> Fraction:
    return sum((_value(column, unit) for unit in units), Fraction(0)) / len(units)
