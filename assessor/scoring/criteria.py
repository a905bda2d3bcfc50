"""The points of every criterion of every scoring sheet, as they went into the sections."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assessor.scheme.model import Criterion, Scheme
from assessor.scoring.apart import compared
from assessor.scoring.column import Column
from assessor.scoring.evaluate import Scores, outlook
from assessor.scoring.inputs import Inputs
from assessor.scoring.leaves import leaf_column, settle_raters
from assessor.scoring.tree import TreeNode


@dataclass(frozen=True, slots=True)
class Scored:
    """One criterion of one rubric: a column over all units, the mean over the raters who count."""

    section: TreeNode
    row: Criterion
    column: Column

    def value(self, unit: int) -> Fraction | None:
        """Return a unit's exact points."""
        if not self.column.status[unit].has_value:
            return None
        return Fraction(self.column.ticks[unit]) / Fraction(10**self.column.digits)

    @property
    def points(self) -> Decimal:
        """The full mark."""
        return self.row.points or Decimal(0)


def counted_criteria(scheme: Scheme, inputs: Inputs, scores: Scores) -> list[Scored]:
    """Return the criteria with a full mark that count in a total, in the order of the tree.

    Where units and a panel score over one rubric, what the panel gave is meant.
    """
    counts = counted_nodes(scores)
    sections = [n for n in scores.tree if n.rule == "section" and n.code in counts]
    others = {_rubric(scheme, node) for node in sections if not _is_own(scheme, node)}
    seen = outlook(scheme, inputs, scores.tree, scores.columns)
    found = []
    for node in sections:
        if _is_own(scheme, node) and _rubric(scheme, node) in others:
            continue
        settle_raters(node, seen)
        for row in (row for row in node.criteria if row.points):
            column = compared(row, node, leaf_column(row, node, seen), seen)
            found.append(Scored(node, row, column))
    return found


def counted_nodes(scores: Scores) -> Collection[str]:
    """Return the codes of the nodes that count in a total."""
    beside: set[str] = set()
    for node in scores.tree:
        if node.informative or node.declared.informative or node.parent in beside:
            beside.add(node.code)
    return {node.code for node in scores.tree} - beside


def _rubric(scheme: Scheme, node: TreeNode) -> tuple[str, str]:
    source = node.declared.source
    return (scheme.form[source.form].rubric, source.period) if source else ("", "")


def _is_own(scheme: Scheme, node: TreeNode) -> bool:
    """Say whether units fill in the sheet themselves."""
    source = node.declared.source
    return source is not None and scheme.form[source.form].filled_by == "self"
