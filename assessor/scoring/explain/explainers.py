"""The explainers: one for every rule, by the same name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from assessor.scoring.conversions import CONVERT
from assessor.scoring.explain.combining import (
    add_up,
    average,
    difference,
    highest,
    lowest,
    multiply,
    scale,
    weigh,
)
from assessor.scoring.explain.counts import aspect, ballot, bonus, deduction, share
from assessor.scoring.explain.elsewhere import derived, external, factor, inherit
from assessor.scoring.explain.items import conversion, item, plain_number, unmet
from assessor.scoring.explain.look import Look
from assessor.scoring.explain.model import Told
from assessor.scoring.explain.population import (
    best,
    corrected,
    rank_points,
    standardised,
    tiers,
)
from assessor.scoring.explain.rubrics import rubric, section
from assessor.scoring.tree import TreeNode

Explainer = Callable[[TreeNode, Look], Told]

EXPLAINERS: Mapping[str, Explainer] = {
    "sum": add_up,
    "weighted": weigh,
    "mean": average,
    "lowest": lowest,
    "highest": highest,
    "product": multiply,
    "difference": difference,
    "scaled": scale,
    "rubric": rubric,
    "section": section,
    "item": item,
    "number": plain_number,
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
    "input": external,
    "factor": factor,
}
"""Every rule by the name that the scores table (or the tree) gives it."""
