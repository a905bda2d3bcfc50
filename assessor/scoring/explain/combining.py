"""How nodes are put together: sum, weighted, mean, lowest, product and their like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assessor.scoring.column import Status
from assessor.scoring.explain.formula import (
    Choice,
    Formula,
    Less,
    Number,
    Product,
    Quotient,
    mean,
    number,
    percent,
    total,
)
from assessor.scoring.explain.look import Look
from assessor.scoring.explain.model import Remark, Told
from assessor.scoring.parameters import amount
from assessor.scoring.tree import TreeNode


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a node: those with a value, those that do not count now, those unfilled."""

    there: Sequence[TreeNode]
    out: Sequence[TreeNode]
    shared: Sequence[TreeNode]
    """Nobody filled them in, and the scheme shares their weight."""
    zero: Sequence[TreeNode]
    """Nobody filled them in, and the scheme counts zero."""


def parts_of(look: Look, nodes: Sequence[TreeNode], policy: str) -> Parts | None:
    """Return the parts sorted by what becomes of them; None where one holds the node up."""
    status = {node.code: look.status(node.code) for node in nodes}
    missing = [node for node in nodes if status[node.code] is Status.MISSING]
    if Status.AWAITING in status.values() or (missing and policy not in {"share", "zero"}):
        return None
    found = Parts(
        there=[node for node in nodes if status[node.code].has_value],
        out=[node for node in nodes if status[node.code].left_out],
        shared=missing if policy == "share" else [],
        zero=missing if policy == "zero" else [],
    )
    return found if found.there or found.zero else None


def values_of(look: Look, nodes: Sequence[TreeNode], parts: Parts) -> dict[str, Number]:
    """Return the numbers that count, by node in the order of the tree."""
    zero = {node.code for node in parts.zero}
    there = {node.code for node in parts.there}
    return {
        node.code: number(0) if node.code in zero else look.number(node.code)
        for node in nodes
        if node.code in zero | there
    }


def out(look: Look, node: TreeNode, code: str = "left_out", **facts: object) -> Remark:
    """Return that a part is left out, and the word of the status that is the reason."""
    return Remark(code, {"part": node.title, "why": look.status(node.code).word, **facts})


def left_out(look: Look, parts: Parts) -> tuple[Remark, ...]:
    """Return which parts are left out, and why."""
    return (
        *(out(look, node) for node in parts.out),
        *(Remark("unfilled_shared", {"part": node.title}) for node in parts.shared),
        *(Remark("unfilled_zero", {"part": node.title}) for node in parts.zero),
    )


def add_up(node: TreeNode, look: Look) -> Told:
    """Sum: the values of the parts; what does not apply is left out, full or rescaled."""
    return added(node, look, look.counted(node.code))


def added(node: TreeNode, look: Look, nodes: Sequence[TreeNode]) -> Told:
    """Return the sum of some parts with what became of those that do not apply.

    Only parts with a full mark are scaled to that of the node; a bonus stands beside them.
    """
    parts = parts_of(look, nodes, node.declared.parameters.get("missing", ""))
    if parts is None:
        return Told()
    full = node.declared.parameters.get("not_applicable") == "full"
    values = values_of(look, nodes, parts)
    scaled, beside, remarks = list[Formula](), list[Formula](), list[Remark]()
    counted = shared = Decimal(0)
    for part in nodes:
        mark = part.points(look.of.unit_class)
        if part.code in values:
            (beside if mark is None else scaled).append(values[part.code])
            counted += mark or 0
        elif part in parts.shared:
            shared += mark or 0
        elif full and mark is not None and look.of.unit_class in look.seen.classes_of[part.code]:
            scaled.append(number(mark))
            counted += mark
            remarks.append(Remark("counted_full", {"part": part.title, "points": mark}))
        else:
            remarks.append(out(look, part))
    remarks += left_out(look, Parts(parts.there, [], parts.shared, parts.zero))
    wanted = counted + shared
    mark = node.points(look.of.unit_class)
    if node.declared.parameters.get("not_applicable") == "rescale" and mark is not None:
        wanted = mark
    return rescaled(scaled, beside, remarks, counted, wanted)


def rescaled(
    scaled: Sequence[Formula],
    beside: Sequence[Formula],
    remarks: Sequence[Remark],
    counted: Decimal,
    wanted: Decimal,
) -> Told:
    """Return a sum of which one part is scaled from the points that count to those wanted."""
    if not counted or counted == wanted:
        return Told(total([*scaled, *beside]), tuple(remarks))
    formula = Quotient(Product((total(scaled), number(wanted))), number(counted))
    remark = Remark("rescaled", {"applicable": counted, "points": wanted})
    return Told(total([formula, *beside]), (*remarks, remark))


def weigh(node: TreeNode, look: Look) -> Told:
    """Weighted: each value at its weight; the weight of what is left out is shared."""
    nodes = look.counted(node.code)
    parts = parts_of(look, nodes, node.declared.parameters.get("missing", ""))
    if parts is None:
        return Told()
    values = values_of(look, nodes, parts)
    weights = {p.code: p.weight_for(look.of.unit_class) or Fraction(0) for p in nodes}
    whole = sum((weights[code] for code in values), Fraction(0))
    if not whole:
        return Told()
    terms = tuple(Product((percent(weights[code]), value)) for code, value in values.items())
    formula = total(terms)
    if whole != 1:
        formula = Quotient(formula, percent(whole))
    shared = _shared(look, parts, weights, whole)
    return Told(formula, (*shared, *left_out(look, _unweighted(parts, weights))))


def _shared(
    look: Look, parts: Parts, weights: Mapping[str, Fraction], whole: Fraction
) -> tuple[Remark, ...]:
    """Return whose weight is shared among the others."""
    rest = percent(whole)
    return tuple(
        out(look, node, code, weight=percent(weights[node.code]), rest=rest)
        for code, nodes in (("shared_out", parts.out), ("shared_unfilled", parts.shared))
        for node in nodes
        if weights[node.code]
    )


def _unweighted(parts: Parts, weights: Mapping[str, Fraction]) -> Parts:
    """Return the parts whose being left out moves no weight."""
    return Parts(parts.there, [n for n in parts.out if not weights[n.code]], [], parts.zero)


def average(node: TreeNode, look: Look) -> Told:
    """Mean: the values of the parts that apply, each alike."""
    return averaged(node, look, look.counted(node.code))


def averaged(node: TreeNode, look: Look, nodes: Sequence[TreeNode]) -> Told:
    """Return the mean of the parts that have a value."""
    parts = parts_of(look, nodes, node.declared.parameters.get("missing", ""))
    if parts is None:
        return Told()
    return Told(mean(values_of(look, nodes, parts).values()), left_out(look, parts))


def lowest(node: TreeNode, look: Look) -> Told:
    """Lowest: the lowest of the parts that apply."""
    return _chosen(node, look, "lowest")


def highest(node: TreeNode, look: Look) -> Told:
    """Highest: the highest of the parts that apply."""
    return _chosen(node, look, "highest")


def _chosen(node: TreeNode, look: Look, which: str) -> Told:
    nodes = look.counted(node.code)
    parts = parts_of(look, nodes, node.declared.parameters.get("missing", ""))
    if parts is None:
        return Told()
    values = tuple(values_of(look, nodes, parts).values())
    formula = Choice(which, values) if len(values) > 1 else values[0]
    return Told(formula, left_out(look, parts))


def multiply(node: TreeNode, look: Look) -> Told:
    """Product: the values of the parts that apply, multiplied."""
    nodes = look.counted(node.code)
    parts = parts_of(look, nodes, "")
    if parts is None:
        return Told()
    values = tuple(values_of(look, nodes, parts).values())
    formula = Product(values) if len(values) > 1 else values[0]
    return Told(formula, left_out(look, parts))


def difference(node: TreeNode, look: Look) -> Told:
    """Difference: the first part less the second, or that in per cent of the second."""
    first, second = look.counted(node.code)
    if not (look.status(first.code).has_value and look.status(second.code).has_value):
        return Told()
    one, other = look.number(first.code), look.number(second.code)
    if node.declared.parameters.get("in") != "percent":
        return Told(Less(one, other))
    if not other.value:
        return Told()
    return Told(Product((Quotient(Less(one, other), other), number(100))))


def scale(node: TreeNode, look: Look) -> Told:
    """Scaled: the part × points ÷ its points, or × ``factor``."""
    (child,) = look.counted(node.code)
    if not look.status(child.code).has_value:
        return Told()
    value = look.number(child.code)
    if "factor" in node.declared.parameters:
        return Told(Product((value, number(amount(node.declared.parameters, "factor")))))
    full, mark = node.points(look.of.unit_class), child.points(look.of.unit_class)
    if full is None or not mark:
        return Told(value)
    return Told(Quotient(Product((value, number(full))), number(mark)))
