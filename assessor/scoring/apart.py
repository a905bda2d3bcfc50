"""One rubric against another: criteria whose points differ too much."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from assessor.decimals import from_ticks, half_up, plain
from assessor.scheme.model import Criterion
from assessor.scoring.column import Column
from assessor.scoring.evaluation import Evaluation
from assessor.scoring.inputs import EntryKey
from assessor.scoring.leaves import leaf_column, settle_raters
from assessor.scoring.tree import TreeNode, is_scored


def compared(row: Criterion, node: TreeNode, leaf: Column, seen: Evaluation) -> Column:
    """Return a criterion's points as compared with those of the rubric named by ``against``.

    Where they differ by more than ``apart`` that is reported, and with ``then=zero`` the
    criterion counts 0. What is counted or not by such a comparison is provisional as long as a
    rater of the other rubric may still be discarded; what is only flagged keeps its value whatever
    becomes of the other.
    """
    parameters = node.declared.parameters
    other = seen.scheme.node.get(parameters.get("against", ""))
    if other is None or other.source is None or "apart" not in parameters:
        return leaf
    rows = seen.scheme.rubric(seen.rubric_of[other.source.form])
    twin = next((mate for mate in rows if mate.code == row.code and is_scored(mate)), None)
    if twin is None:
        return leaf
    there = TreeNode(other.code, other.title, other.parent, other.rule, 0, other)
    settle_raters(there, seen)
    theirs = leaf_column(twin, there, seen)
    zero = parameters.get("then") == "zero"
    digits = max(leaf.digits, theirs.digits)
    most = Fraction(parameters["apart"]) * 10**digits
    ticks = list(leaf.ticks)
    for unit, (mine, its) in enumerate(zip(leaf.status, theirs.status, strict=True)):
        if not (mine.has_value and its.has_value):
            continue
        if zero and other.code in seen.shared.unsettled:
            seen.provisional.add((node.code, unit))
        if abs(leaf.at(unit, digits) - theirs.at(unit, digits)) > most:
            facts: dict[str, object] = {"here": _number(leaf, unit), "there": _number(theirs, unit)}
            code = "apart_zero" if zero else "apart_flagged"
            facts |= {"criterion": row.title, "other": other.title, "apart": parameters["apart"]}
            seen.report(code, node.declared, unit, at=_first_entry(row, node, seen), **facts)
            ticks[unit] = 0 if zero else ticks[unit]
    return Column(leaf.digits, ticks, leaf.status) if zero else leaf


def _first_entry(row: Criterion, node: TreeNode, seen: Evaluation) -> EntryKey:
    """Return where to look: the entry of the first rater."""
    source = node.declared.source
    form, period = (source.form, source.period) if source else ("", "")
    raters = seen.inputs.raters.get((form, period), ("",))
    return EntryKey(form, period, raters[0], row.code)


def _number(column: Column, unit: int) -> Decimal:
    """Return a value as a message shows it, at two digits at most."""
    return plain(from_ticks(half_up(column.at(unit, 2)), 2))
