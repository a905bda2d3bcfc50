"""The formula of a node: its rule, its bounds, its rounding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from assessor.outputs.audit.across import (
    best,
    conversion,
    derived,
    inherit,
    item,
    no_formula,
    number,
    rank_points,
    tiers,
    unmet,
)
from assessor.outputs.audit.combining import (
    add_up,
    average,
    difference,
    highest,
    lowest,
    product,
    rubric,
    scaled,
    section,
    weigh,
)
from assessor.outputs.audit.counts import aspect, ballot, bonus, deduction, share
from assessor.outputs.audit.ground import At, Cell
from assessor.outputs.audit.panels import corrected, standardised
from assessor.outputs.audit.text import literal, rounded
from assessor.scoring.conversions import CONVERT
from assessor.scoring.tree import TreeNode

_LONGEST = 8000
"""A formula may have 8,192 characters."""

FORMULAS: Mapping[str, Callable[[TreeNode, At], str | None]] = {
    "sum": add_up,
    "weighted": weigh,
    "mean": average,
    "lowest": lowest,
    "highest": highest,
    "product": product,
    "difference": difference,
    "scaled": scaled,
    "rubric": rubric,
    "section": section,
    "item": item,
    "number": number,
    "unmet": unmet,
    "ballot": ballot,
    "aspect": aspect,
    "share": share,
    "bonus": bonus,
    "deduction": deduction,
    **dict.fromkeys(CONVERT, conversion),
    "best": best,
    "rank_points": rank_points,
    "tiers": tiers,
    "corrected": corrected,
    "standardised": standardised,
    "inherit": inherit,
    "derived": derived,
    "input": no_formula,
    "factor": no_formula,
}
"""Every rule by the name that the scores table (or the tree) gives it."""
GIVEN = frozenset({"input", "factor"})
"""Rules that take a value from elsewhere: an entry like any other."""


def node_cell(node: TreeNode, at: At) -> Cell | str:
    """Return the cell of a node, or the word of the status that stands in place of a value."""
    scores = at.ground.standing.scores
    status = at.ground.column(node.code).status[at.unit]
    if scores.hides(node.code, at.unit):
        return "withheld"
    if not status.has_value:
        return status.word
    value = at.ground.value(node.code, at.unit)
    if (node.code, at.unit) in at.ground.inputs.overrides:
        return Cell(value, note="decided", kind="given", digits=node.digits)
    if node.rule in GIVEN:
        return Cell(value, kind="entry", digits=node.digits)
    formula = FORMULAS[node.rule](node, at)
    if formula is None or len(formula) > _LONGEST:
        return Cell(value, note=node.rule, kind="given", digits=node.digits)
    note = "trimmed" if node.rule in {"rubric", "item"} and _trims(node, at) else ""
    return Cell(value, _finished(formula, node, at.ground.each), note, digits=node.digits)


def _trims(node: TreeNode, at: At) -> bool:
    return bool(at.ground.seen.shared.left_out.get(node.declared.code, {}).get(at.unit))


def _finished(formula: str, node: TreeNode, each: bool) -> str:
    """Return a formula within floor and cap, then rounded where the scheme rounds every node."""
    parameters = node.declared.parameters if node.rule == node.declared.rule else {}
    if "floor" in parameters:
        formula = f"MAX({literal(Decimal(parameters['floor']))},{formula})"
    if "cap" in parameters:
        formula = f"MIN({literal(Decimal(parameters['cap']))},{formula})"
    return rounded(formula, node.digits) if each else formula
