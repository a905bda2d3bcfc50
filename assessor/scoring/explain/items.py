"""How single criteria are read: items, plain numbers, unmet conditions; conversions of nodes."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from assessor.scheme.model import Criterion
from assessor.scheme.secrecy import LEAST_SHOWN
from assessor.scoring.column import Status, combined
from assessor.scoring.conversions import Scale
from assessor.scoring.converting import asks_target, scale_of
from assessor.scoring.explain.conversions import convert
from assessor.scoring.explain.criteria import criterion
from assessor.scoring.explain.entries import (
    entry_leaves,
    out_by_raters,
    out_remarks,
    row_of,
    shown,
    source_of,
    trimmed_remarks,
)
from assessor.scoring.explain.formula import (
    Formula,
    Number,
    Quotient,
    mean,
    number,
    value_of,
)
from assessor.scoring.explain.look import Look, form_remarks
from assessor.scoring.explain.model import Explanation, Leaf, Remark, Told
from assessor.scoring.raters import dropped
from assessor.scoring.tree import TreeNode


def item(node: TreeNode, look: Look) -> Told:
    """Item: the mean of one criterion over all papers, or over all raters."""
    source, row = source_of(node), row_of(node, look)
    remarks = form_remarks(look, source)
    if why := out_remarks(look, row):
        return Told(remarks=why)
    if look.scheme.form[source.form].layout != "review":
        told = criterion(row, node, look)
        more = trimmed_remarks(node, look)
        return Told(told.formula, (*remarks, *more, *told.remarks), told.leaves)
    values: list[Fraction] = []
    for leaf in entry_leaves(look, source, row):
        if leaf.status.has_value and leaf.key in look.inputs.papers:
            values += [Fraction(value) for value in look.inputs.papers[leaf.key][look.unit]]
    if not values or not look.status(node.code).has_value:
        return Told(remarks=remarks)
    return _of_papers(values, dropped(values, node.declared.parameters), remarks)


def _of_papers(
    values: Sequence[Fraction], gone: frozenset[int], remarks: tuple[Remark, ...]
) -> Told:
    """Return the mean of papers: their sum and number, never one of them."""
    kept = [value for at, value in enumerate(values) if at not in gone]
    if gone:
        facts = {"count": len(values), "gone": len(gone), "kept": len(kept)}
        remarks = (*remarks, Remark("papers_trimmed", facts))
    sum_ = sum(kept, Fraction(0))
    if len(values) < LEAST_SHOWN:
        few = Remark("papers_few", {"count": len(values)})
        return Told(number(sum_ / len(kept)), (*remarks, few))
    papers = Remark("papers", {"count": len(values)})
    return Told(Quotient(number(sum_), number(len(kept))), (*remarks, papers))


def plain_number(node: TreeNode, look: Look) -> Told:
    """Number: what was written for a criterion, the mean over its raters."""
    source, row = source_of(node), row_of(node, look)
    remarks = form_remarks(look, source)
    formula, leaves, more = _number_of(row, node, look)
    return Told(formula, (*remarks, *more), leaves)


def _number_of(
    row: Criterion, node: TreeNode, look: Look, column: str = "entry"
) -> tuple[Formula | None, tuple[Leaf, ...], tuple[Remark, ...]]:
    """Return the mean of what the raters of a criterion wrote, not made points of."""
    if why := out_remarks(look, row):
        return None, (), why
    source = source_of(node)
    title = "" if column == "entry" else column
    leaves = entry_leaves(look, source, row, column, title)
    remarks = out_by_raters(look, source, leaves)
    seen = shown(look, leaves)
    if not leaves or not combined(leaf.status for leaf in leaves).has_value:
        return None, seen, remarks
    values = [number(leaf.value) for leaf in leaves if leaf.value is not None]
    if len(seen) == len(leaves):
        return mean(values), seen, remarks
    return number(value_of(mean(values))), seen, remarks


def unmet(node: TreeNode, look: Look) -> Told:
    """Unmet: how many conditions of a form do not hold, and which."""
    source = source_of(node)
    rows = [
        row
        for row in look.scheme.rubric(look.scheme.form[source.form].rubric)
        if row.entry in {"yes_no", "veto"} and row.due_in(look.scheme.settings.round)
    ]
    parts = tuple(_condition(row, node, look) for row in rows)
    remarks = form_remarks(look, source)
    if not look.status(node.code).has_value:
        return Told(remarks=remarks, parts=parts)
    failed = [part for part in parts if part.exact == 1]
    if failed:
        names = [f"{part.code} {part.title}" for part in failed]
        remarks = (*remarks, Remark("unmet", {"parts": names}))
    return Told(number(len(failed)), remarks, (), parts)


def _condition(row: Criterion, node: TreeNode, look: Look) -> Explanation:
    """Return whether a condition is not met (1) or met (0): of several raters one is enough."""
    formula, leaves, remarks = _number_of(row, node, look)
    exact = None
    status = combined(leaf.status for leaf in leaves) if leaves else Status.MISSING
    if any(
        remark.code in {"not_for_class", "exempt_scheme", "exempt_decided"} for remark in remarks
    ):
        status = Status.NOT_APPLICABLE
    if formula is not None:
        given = value_of(formula)
        failed = given > 0 if row.entry == "veto" else given < 1
        exact = Fraction(int(failed))
        remarks = (*remarks, Remark("condition_unmet" if failed else "condition_met"))
    return Explanation(
        code=row.code,
        title=row.title,
        rule="condition",
        status=status,
        value=None,
        digits=0,
        exact=exact,
        remarks=remarks,
        leaves=leaves,
    )


def conversion(node: TreeNode, look: Look) -> Told:
    """Convert the one part of a node, or the number of its criterion, by the node's rule."""
    declared = node.declared
    value, leaves, remarks = converted_value(node, look)
    if value is None:
        return Told(None, remarks, leaves)
    scale = scale_of(declared.points, declared.parameters, look.seen)
    if asks_target(node.rule, declared.parameters) and not look.counted(node.code):
        target, more, _ = _number_of(row_of(node, look), node, look, "target")
        leaves = (*more, *leaves)
        goal = None if target is None else value_of(target)
        scale = Scale(scale.points, scale.parameters, scale.steps, goal)
    made = convert(node.rule, value, scale)
    if made is None:
        return Told(None, remarks, leaves)
    return Told(made[0], (*remarks, *made[1]), leaves)


def converted_value(
    node: TreeNode, look: Look
) -> tuple[Number | None, tuple[Leaf, ...], tuple[Remark, ...]]:
    """Return the number that a rule makes points of: its one part's, or its criterion's."""
    children = look.counted(node.code)
    if children:
        (child,) = children
        there = look.status(child.code).has_value
        return (look.number(child.code) if there else None), (), ()
    remarks = form_remarks(look, source_of(node))
    formula, leaves, more = _number_of(row_of(node, look), node, look)
    remarks = (*remarks, *more)
    if formula is None:
        return None, leaves, remarks
    value = number(value_of(formula))
    if not isinstance(formula, Number):
        remarks = (*remarks, Remark("mean_of_raters", {"value": value}))
    return value, leaves, remarks
