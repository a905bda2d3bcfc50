"""How units did on each criterion: how many have full marks, how much is lost on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assessor.scheme.model import Form, Scheme
from assessor.scheme.secrecy import has_unnamed
from assessor.scoring.evaluate import Scores
from assessor.scoring.sheet_points import CriterionPoints
from assessor.scoring.tree import TreeNode


@dataclass(frozen=True, slots=True)
class CriterionFigures:
    """One criterion over the ranked units that have points for it."""

    points: CriterionPoints
    full_mark: Decimal
    count: int
    """Of how many units."""
    full: int
    """How many have full marks."""
    mean: Fraction
    lowest: Fraction
    highest: Fraction
    commonest: int
    """How many have the points that most have."""

    @property
    def lost(self) -> Fraction:
        """What a unit lost in the mean."""
        return Fraction(self.full_mark) - self.mean


def criterion_figures(
    scheme: Scheme, scores: Scores, points: Sequence[CriterionPoints]
) -> tuple[CriterionFigures, ...]:
    """Return the figures of every criterion with a full mark that counts, as others scored it.

    What units say of themselves is left out where somebody else scores the same rubric; so are
    sheets of nameless raters, and what is shown but not counted.
    """
    mine = judged(scheme, scores, points)
    found = (_figures(scheme, one) for one in mine if one.row.points)
    return tuple(one for one in found if one is not None)


def judged(
    scheme: Scheme, scores: Scores, points: Sequence[CriterionPoints]
) -> list[CriterionPoints]:
    """Return the criteria as those scored them whose judgement counts."""
    beside = informative(scores.tree)
    counted = [
        one for one in points if one.node.code not in beside and not has_unnamed(scheme, one.form)
    ]
    others = {one.form.rubric for one in counted if not by_itself(one.form)}
    return [one for one in counted if not by_itself(one.form) or one.form.rubric not in others]


def by_itself(form: Form) -> bool:
    """Say whether a unit fills in a form about itself."""
    return form.filled_by == "self"


def informative(tree: Sequence[TreeNode]) -> Collection[str]:
    """Return the nodes that are only shown, and everything below them."""
    found: set[str] = set()
    for node in tree:
        if node.informative or node.parent in found:
            found.add(node.code)
    return found


def _figures(scheme: Scheme, points: CriterionPoints) -> CriterionFigures | None:
    classes = {
        name for name in scheme.node_classes(points.node.declared) if points.row.applies_to(name)
    }
    column, full = points.column, points.row.points
    units = [
        at
        for at, unit in enumerate(scheme.units)
        if unit.unit_class in classes and unit.ranked and column.status[at].has_value
    ]
    if not units or full is None:
        return None
    ticks = [column.ticks[at] for at in units]
    count = Counter(ticks)
    size: int = 10**column.digits
    return CriterionFigures(
        points,
        full,
        count=len(ticks),
        full=sum(many for tick, many in count.items() if Fraction(tick) >= full * size),
        mean=Fraction(sum(ticks)) / len(ticks) / size,
        lowest=Fraction(min(ticks)) / size,
        highest=Fraction(max(ticks)) / size,
        commonest=max(count.values()),
    )
