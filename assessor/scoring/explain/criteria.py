"""How a criterion came by its points: what each rater wrote, made points of, and the mean."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from assessor.decimals import digits_of, from_ticks, half_up
from assessor.scheme.model import Criterion
from assessor.scheme.secrecy import LEAST_SHOWN
from assessor.scoring.apart import compared
from assessor.scoring.column import Status, combined
from assessor.scoring.conversions import Scale
from assessor.scoring.converting import asks_target, scale_of
from assessor.scoring.explain.conversions import Converted, convert
from assessor.scoring.explain.entries import (
    counting,
    entry_leaves,
    out_by_raters,
    out_remarks,
    shown,
    source_of,
    trimmed,
    upheld,
)
from assessor.scoring.explain.formula import Formula, Kept, Less, Quotient, mean, number, value_of
from assessor.scoring.explain.look import Look
from assessor.scoring.explain.model import Explanation, Leaf, Remark
from assessor.scoring.leaves import leaf_column
from assessor.scoring.tree import TreeNode


def criterion(row: Criterion, node: TreeNode, look: Look) -> Explanation:
    """Return how a criterion came by its points: the mean over the raters who count."""
    source = source_of(node)
    why = out_remarks(look, row)
    if why:
        due = row.due_in(look.scheme.settings.round)
        status = Status.NOT_APPLICABLE if due else Status.NOT_DUE
        return _worked_out(row, node, status, None, why, ())
    leaves = entry_leaves(look, source, row)
    targets = _targets(row, node, look)
    gone = trimmed(node, look)
    kept = [leaf for leaf in leaves if leaf.key.rater not in gone]
    status = combined(leaf.status for leaf in kept) if kept else Status.MISSING
    formula = None
    remarks = (*out_by_raters(look, source, leaves), *upheld(look, source, row))
    if status.has_value:
        made = [points_of(row, leaf, targets, look) for leaf in counting(leaves, gone)]
        if None in made or not made:
            status = Status.AWAITING
        else:
            formula, more = _mean_of([one for one in made if one is not None], look, leaves)
            remarks = (*remarks, *more)
            formula, remarks = _compared(row, node, look, formula, remarks)
    return _worked_out(row, node, status, formula, remarks, shown(look, (*targets, *leaves)))


def points_of(row: Criterion, leaf: Leaf, targets: Sequence[Leaf], look: Look) -> Converted | None:
    """Return how points are made of what one rater wrote; None for want of a target."""
    assert leaf.value is not None
    written, full = number(leaf.value), Fraction(row.points or 0)
    if row.rule:
        scale = scale_of(row.points, row.parameters, look.seen)
        target = next((t.value for t in targets if t.key.rater == leaf.key.rater), None)
        scale = Scale(scale.points, scale.parameters, scale.steps, target)
        return convert(row.rule, written, scale)
    if row.points is None and row.entry not in {"yes_no", "veto"}:
        return written, ()
    if row.entry == "deducted":
        return Less(number(full), written), ()
    if row.entry in {"count", "number", "rate"}:
        return Kept(written, Fraction(0), full), ()
    if row.entry in {"yes_no", "veto"}:
        yes = leaf.value == 1
        earned = yes == (row.entry == "yes_no")
        code = f"{row.entry}_{'yes' if yes else 'no'}"
        return number(full if earned else 0), (Remark(code),)
    return written, ()


def _targets(row: Criterion, node: TreeNode, look: Look) -> tuple[Leaf, ...]:
    """Return the targets that stand beside the numbers, where the conversion asks for them."""
    if not row.rule or not asks_target(row.rule, row.parameters):
        return ()
    return entry_leaves(look, source_of(node), row, "target", "target")


def _mean_of(made: Sequence[Converted], look: Look, leaves: Sequence[Leaf]) -> Converted:
    """Return the mean of what raters gave; of those not to be named their sum and number."""
    formulas = [formula for formula, _ in made]
    if len(shown(look, leaves)) == len(leaves):
        remarks = dict.fromkeys(
            (one.code, tuple(one.facts.items())) for _, rs in made for one in rs
        )
        return mean(formulas), tuple(Remark(code, dict(facts)) for code, facts in remarks)
    values = [value_of(formula) for formula in formulas]
    if len(values) < LEAST_SHOWN:
        few = Remark("raters_few", {"count": len(values)})
        return number(sum(values, Fraction(0)) / len(values)), (few,)
    formula = Quotient(number(sum(values, Fraction(0))), number(len(values)))
    return formula, (Remark("raters_secret", {"count": len(values)}),)


def _compared(
    row: Criterion,
    node: TreeNode,
    look: Look,
    formula: Formula,
    remarks: tuple[Remark, ...],
) -> Converted:
    """Return 0 where the points are too far from those of the rubric they are compared with."""
    if node.declared.parameters.get("then") != "zero" or not value_of(formula):
        return formula, remarks
    column = compared(row, node, leaf_column(row, node, look.seen), look.seen)
    if column.ticks[look.unit]:
        return formula, remarks
    return number(0), (*remarks, Remark("apart", {"before": number(value_of(formula))}))


def _worked_out(
    row: Criterion,
    node: TreeNode,
    status: Status,
    formula: Formula | None,
    remarks: tuple[Remark, ...],
    leaves: Sequence[Leaf],
) -> Explanation:
    exact = None if formula is None else value_of(formula)
    digits = max(node.digits, digits_of(row.points or Decimal(0)))
    return Explanation(
        code=row.code,
        title=row.title,
        rule="criterion",
        status=status,
        value=None if exact is None else from_ticks(half_up(exact * 10**digits), digits),
        digits=digits,
        points=row.points,
        formula=formula,
        exact=exact,
        bounded=exact,
        remarks=remarks,
        leaves=tuple(leaves),
    )
