"""The frame: a node, what its rule has to say of it, bounds, rounding, decisions, and its parts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from assessor.decimals import from_ticks, half_up
from assessor.scheme.model import Scheme
from assessor.scoring.column import Status
from assessor.scoring.evaluate import Scores
from assessor.scoring.evaluation import EVERY_UNIT
from assessor.scoring.explain.explainers import EXPLAINERS
from assessor.scoring.explain.formula import number, value_of
from assessor.scoring.explain.look import Look, look_at
from assessor.scoring.explain.model import Explanation, Remark, Told
from assessor.scoring.inputs import Inputs
from assessor.scoring.shares import Share, shares_of
from assessor.scoring.tree import TreeNode


def explain(
    scheme: Scheme, inputs: Inputs, scores: Scores, unit_index: int, node_code: str
) -> Explanation:
    """Return how a unit came by the value of a node, down to the keys of the entries.

    `scores` must come of the same scheme and inputs. The unit is given by its place in the
    scheme's units. Every number is the one that was used: of a child as its parent used it,
    of an entry as it counted.
    """
    look = look_at(scheme, inputs, scores, unit_index)
    return _explained(look, look.node(node_code))


def _explained(look: Look, node: TreeNode) -> Explanation:
    status = look.status(node.code)
    if look.of.unit_class not in look.seen.classes_of[node.code]:
        return _plain(look, node, Told(remarks=(_class_out(look, node),), closed=True))
    told = EXPLAINERS[node.rule](node, look)
    override = look.inputs.overrides.get((node.code, look.unit))
    if not status.has_value and override is None:
        told = replace(told, formula=None)  # what is void or held up has no number to show
    exact = None if told.formula is None else value_of(told.formula)
    bounded, bounds = _bounded(node, exact)
    remarks = [*told.remarks, *bounds, *_findings(look, node)]
    if override is not None:
        remarks.append(_decided(node, override.value, bounded))
    elif status is Status.PROVISIONAL:
        remarks.append(Remark("provisional"))
    elif not status.has_value:
        remarks += _waiting(look, node, status, told)
    return _plain(
        look,
        node,
        replace(told, remarks=tuple(remarks)),
        exact,
        bounded,
    )


def _plain(
    look: Look,
    node: TreeNode,
    told: Told,
    exact: Fraction | None = None,
    bounded: Fraction | None = None,
) -> Explanation:
    """Return the explanation of a node with everything below it."""
    column = look.column(node.code)
    status = column.status[look.unit]
    share = _share(look, node)
    withheld = look.scores.hides(node.code, look.unit)
    below = () if told.closed else tuple(_explained(look, n) for n in look.below(node.code))
    return Explanation(
        code=node.code,
        title=node.title,
        rule=node.rule,
        status=status,
        value=None if withheld else column.value(look.unit),
        digits=node.digits,
        points=node.points(look.of.unit_class),
        formula=told.formula,
        exact=exact,
        bounded=bounded,
        weight=share.weight if share else None,
        contribution=share.contribution if share else None,
        informative=node.informative,
        withheld=withheld,
        remarks=told.remarks,
        leaves=told.leaves,
        children=(*told.parts, *below),
    )


def _share(look: Look, node: TreeNode) -> Share | None:
    """Return what a node gives to its parent, where that has weights."""
    if not node.parent:
        return None
    parent = look.node(node.parent)
    decided = (parent.code, look.unit) in look.inputs.overrides
    parts = look.counted(parent.code)
    columns, unit_class = look.scores.columns, look.of.unit_class
    return shares_of(parent, parts, columns, look.unit, unit_class, decided).get(node.code)


def _findings(look: Look, node: TreeNode) -> list[Remark]:
    """Return what the rule itself noticed; worded as the list of problems words it."""
    return [
        Remark("finding", {"code": found.code, "facts": found.facts})
        for found in look.scores.findings
        if found.node == node.code and found.unit in {look.unit, EVERY_UNIT}
    ]


def _class_out(look: Look, node: TreeNode) -> Remark:
    classes = list(look.seen.classes_of[node.code])
    return Remark("class_out", {"classes": classes, "unit_class": look.of.unit_class})


def _bounded(node: TreeNode, exact: Fraction | None) -> tuple[Fraction | None, list[Remark]]:
    """Return a value within floor and cap, and what they did."""
    if exact is None or node.rule != node.declared.rule:
        return exact, []
    parameters = node.declared.parameters
    floor, cap = (parameters.get(key) for key in ("floor", "cap"))
    remarks = []
    value = exact
    if floor is not None and value < Fraction(Decimal(floor)):
        remarks.append(Remark("floored", {"before": number(value), "bound": Decimal(floor)}))
        value = Fraction(Decimal(floor))
    if cap is not None and value > Fraction(Decimal(cap)):
        remarks.append(Remark("capped", {"before": number(value), "bound": Decimal(cap)}))
        value = Fraction(Decimal(cap))
    return value, remarks


def _decided(node: TreeNode, value: Decimal | None, bounded: Fraction | None) -> Remark:
    """Return what people decided on a node; who, when and why stands in the decisions."""
    before = None
    if bounded is not None:
        before = from_ticks(half_up(bounded * 10**node.digits), node.digits)
    facts = {"node": node.code, "before": before, "after": value}
    return Remark("decided_out" if value is None else "decided", facts)


def _waiting(look: Look, node: TreeNode, status: Status, told: Told) -> list[Remark]:
    """Return for which parts a node waits, or that none of them applies."""
    if any(remark.code.startswith("form_") for remark in told.remarks):
        return []
    parts = [n.title for n in look.counted(node.code) if look.status(n.code) is status]
    if status is Status.NOT_APPLICABLE:
        return [] if told.remarks else [Remark("all_out")]
    return [Remark(f"waits_{status.word}", {"parts": parts})] if parts else []
