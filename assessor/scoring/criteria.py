"""The criteria that count in a total: those of whoever decides, where several score one rubric."""

from __future__ import annotations

from collections.abc import Collection

from assessor.scheme.model import Scheme
from assessor.scoring.evaluate import Scores
from assessor.scoring.inputs import Inputs
from assessor.scoring.sheet_points import CriterionPoints, criterion_points


def counted_criteria(scheme: Scheme, inputs: Inputs, scores: Scores) -> list[CriterionPoints]:
    """Return the criteria with a full mark that count in a total, in the order of the tree.

    Where units and a panel score over one rubric, what the panel gave is meant.
    """
    counts = counted_nodes(scores)
    counted = [one for one in criterion_points(scheme, inputs, scores) if one.node.code in counts]
    others = {_rubric(one) for one in counted if one.form.filled_by != "self"}
    return [
        one
        for one in counted
        if one.row.points and (one.form.filled_by != "self" or _rubric(one) not in others)
    ]


def _rubric(one: CriterionPoints) -> tuple[str, str]:
    return one.form.rubric, one.source.period


def counted_nodes(scores: Scores) -> Collection[str]:
    """Return the codes of the nodes that count in a total."""
    beside: set[str] = set()
    for node in scores.tree:
        if node.informative or node.declared.informative or node.parent in beside:
            beside.add(node.code)
    return {node.code for node in scores.tree} - beside
