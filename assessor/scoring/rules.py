"""The rules: one small pure function each, over all units at once.

A rule gets the node, its counted children and a look at the inputs, and returns for each unit an
exact quotient in ticks of the node's digits, or a status where there is no value. Rounding is
done once, by the evaluator, when the node is done.
"""

from __future__ import annotations

from collections.abc import Mapping

from assessor.scoring.combining import (
    add_up,
    average,
    difference,
    highest,
    lowest,
    product,
    scaled,
    weigh,
)
from assessor.scoring.conversions import CONVERT
from assessor.scoring.converting import conversion
from assessor.scoring.counts import aspect, ballot, bonus, deduction, share
from assessor.scoring.elsewhere import derived, external, factor, inherit
from assessor.scoring.evaluation import Rule
from assessor.scoring.items import item, number, unmet
from assessor.scoring.panels import corrected, standardised
from assessor.scoring.population import best, rank_points, tiers
from assessor.scoring.rubrics import rubric, section

RULES: Mapping[str, Rule] = {
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
    "ballot": ballot,
    "aspect": aspect,
    "share": share,
    "item": item,
    "number": number,
    "unmet": unmet,
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
