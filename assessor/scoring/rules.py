"""The rules: one small pure function each, over all units at once.

A rule gets the node, its counted children and a look at the inputs, and returns for each unit an
exact quotient in ticks of the node's digits, or a status where there is no value. Rounding is
done once, by the evaluator, when the node is done.
"""

from __future__ import annotations

from collections.abc import Mapping

from assessor.scoring.combining import add_up, average, inherit, weigh
from assessor.scoring.counts import aspect, ballot, bonus, deduction
from assessor.scoring.evaluation import Rule
from assessor.scoring.rubrics import item, rubric, section

RULES: Mapping[str, Rule] = {
    "sum": add_up,
    "weighted": weigh,
    "mean": average,
    "rubric": rubric,
    "section": section,
    "ballot": ballot,
    "aspect": aspect,
    "item": item,
    "bonus": bonus,
    "deduction": deduction,
    "inherit": inherit,
}
"""Every rule by the name that the scores table (or the tree) gives it."""
