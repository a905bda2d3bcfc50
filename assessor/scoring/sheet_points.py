"""What stands behind a scoring sheet's sections: the points of every criterion, and what each
rater gave in all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assessor.decimals import from_ticks, half_up
from assessor.scheme.model import Criterion, Form, Scheme, Source
from assessor.scoring.apart import compared
from assessor.scoring.column import Column
from assessor.scoring.evaluate import Scores, outlook
from assessor.scoring.evaluation import Evaluation
from assessor.scoring.inputs import Inputs
from assessor.scoring.leaves import leaf_column, rater_totals, settle_raters
from assessor.scoring.tree import TreeNode


@dataclass(frozen=True, slots=True)
class CriterionPoints:
    """One criterion of one scoring sheet over all units: the mean over the raters who count."""

    node: TreeNode
    """The section that adds it up."""
    source: Source
    form: Form
    row: Criterion
    column: Column

    @property
    def points(self) -> Decimal:
        """The full mark, 0 where there is none."""
        return self.row.points or Decimal(0)

    def exact(self, unit: int) -> Fraction | None:
        """Return the points as the section adds them up."""
        if not self.column.status[unit].has_value:
            return None
        return Fraction(self.column.ticks[unit]) / Fraction(10**self.column.digits)

    def value(self, unit: int, digits: int) -> Decimal | None:
        """Return the points as they are shown, rounded half up."""
        if not self.column.status[unit].has_value:
            return None
        more: int = 10**digits
        ticks = half_up(self.column.ticks[unit] * more, 10**self.column.digits)
        return from_ticks(ticks, digits)


@dataclass(frozen=True, slots=True)
class RaterTotals:
    """What each rater of a scoring sheet gave each unit in all; only what is scored completely."""

    node: TreeNode
    source: Source
    form: Form
    totals: Mapping[str, Mapping[int, Fraction]]
    """By rater and unit; '' is the unit itself."""


def criterion_points(scheme: Scheme, inputs: Inputs, scores: Scores) -> tuple[CriterionPoints, ...]:
    """Return the points of every criterion that a section adds up, in the order of the tree."""
    seen = outlook(scheme, inputs, scores.tree, scores.columns)
    return tuple(
        CriterionPoints(node, source, scheme.form[source.form], row, _points(row, node, seen))
        for node in scores.tree
        if node.rule == "section" and (source := node.declared.source) is not None
        for row in node.criteria
    )


def _points(row: Criterion, node: TreeNode, seen: Evaluation) -> Column:
    settle_raters(node, seen)
    return compared(row, node, leaf_column(row, node, seen), seen)


def totals_by_rater(scheme: Scheme, inputs: Inputs, scores: Scores) -> tuple[RaterTotals, ...]:
    """Return what each rater gave in all, for every scoring sheet of the tree."""
    seen = outlook(scheme, inputs, scores.tree, scores.columns)
    found = []
    for node in scores.tree:
        source = node.declared.source
        if node.rule != "rubric" or source is None:
            continue
        seats = inputs.seats.get((source.form, source.period), ())
        totals, _ = rater_totals(node.declared, seen)
        given = {
            seat.rater: {unit: Fraction(total) for unit, total in mine.items()}
            for seat, mine in zip(seats, totals, strict=True)
        }
        found.append(RaterTotals(node, source, scheme.form[source.form], given))
    return tuple(found)
