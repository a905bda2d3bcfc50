"""What the feedback workbooks of a round are made of: found out once, then looked at by unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

import pandas as pd

from assessor.decimals import digits_of
from assessor.i18n import Catalog, catalog
from assessor.outputs.ranking_ballots import ballot_tables
from assessor.outputs.results_table import Table
from assessor.outputs.wording import state_text
from assessor.problems import Problem
from assessor.returns.reading import EntryStatus
from assessor.scheme.decisions import Decision
from assessor.scheme.model import Scheme, Unit
from assessor.scheme.plans_scoring import REASON
from assessor.scheme.secrecy import has_unnamed, may_be_shown
from assessor.scoring.inputs import Inputs
from assessor.scoring.sheet_points import CriterionPoints, criterion_points
from assessor.scoring.tree import TreeNode
from assessor.standing.class_figures import ClassFigure, class_figures, places
from assessor.standing.comparison import Change
from assessor.standing.stand import Standing, UnitStanding

Where = tuple[str, str, str, str]
"""Form, period, unit, criterion."""


@dataclass(frozen=True)
class FeedbackRound:
    """A round as its feedback tells it; it travels to the processes that write the workbooks."""

    standing: Standing
    state: str
    figures: Mapping[str, Mapping[str, ClassFigure]]
    """By class and node."""
    places: Mapping[str, int]
    """How many units of a class have a rank."""
    branches: Mapping[str, Sequence[TreeNode]]
    """By class the nodes of its score tree, the top one first."""
    points: Mapping[str, Sequence[CriterionPoints]]
    """By class the criteria that are for it."""
    reasons: Mapping[Where, Sequence[str]]
    ballots: Sequence[Table]
    decisions: Mapping[str, Sequence[Decision]]
    """By unit, those that may be told to it."""
    few: frozenset[tuple[str, str, int]] = frozenset()
    """(form, period, unit) of scoring sheets by so few nameless raters that items are withheld."""
    changes: Mapping[str, Change] = field(default_factory=dict)
    """What changed since last year, by code, where last year is known."""

    @property
    def scheme(self) -> Scheme:
        """The scheme of the round."""
        return self.standing.scheme

    @property
    def words(self) -> Catalog:
        """The words of the scheme's language."""
        return catalog(self.scheme.settings.language)


@dataclass(frozen=True)
class Told:
    """One unit, and the round that it is told about."""

    round: FeedbackRound
    mine: UnitStanding

    @property
    def unit(self) -> Unit:
        """The unit itself."""
        return self.round.scheme.units[self.mine.unit]

    @property
    def figures(self) -> Mapping[str, ClassFigure]:
        """The figures of its class by node; nothing where the class is too small."""
        return self.round.figures.get(self.unit.unit_class, {})

    @cached_property
    def branch(self) -> Sequence[TreeNode]:
        """The nodes of its own score tree that say something, the top one first."""
        mine = self.round.branches.get(self.unit.unit_class, ())
        return [node for node in mine if not node.alone]

    @cached_property
    def points(self) -> Sequence[CriterionPoints]:
        """The criteria that are for it and that it may be told item by item."""
        mine = self.round.points.get(self.unit.unit_class, ())
        if not self.round.few:
            return mine
        return [
            one
            for one in mine
            if (one.form.code, one.source.period, self.mine.unit) not in self.round.few
        ]

    @cached_property
    def lost(self) -> Sequence[tuple[CriterionPoints, Decimal, Decimal]]:
        """Each criterion on which others took points off, with the points got and lost."""
        found = []
        for one in self.others_points:
            full = one.row.points
            value = one.value(self.mine.unit, digits_shown(one)) if full else None
            if full is not None and value is not None and value < full:
                found.append((one, value, full - value))
        return found

    @cached_property
    def others_points(self) -> Sequence[CriterionPoints]:
        """The criteria as others scored them; a unit's own where nobody else scores them."""
        others = {one.form.rubric for one in self.points if one.form.filled_by != "self"}
        return [
            one
            for one in self.points
            if one.form.filled_by != "self" or one.form.rubric not in others
        ]

    def reasons(self, one: CriterionPoints) -> Sequence[str]:
        """Return why points of a criterion were taken off, in the words of those who did."""
        where = (one.form.code, one.source.period, self.unit.code, one.row.code)
        return self.round.reasons.get(where, ())


def feedback_round(
    standing: Standing,
    inputs: Inputs,
    entries: pd.DataFrame,
    problems: Sequence[Problem],
    decisions: Sequence[Decision],
    changes: Mapping[str, Change] | None = None,
) -> FeedbackRound:
    """Return what the feedback of all units is made of."""
    scheme = standing.scheme
    words = catalog(scheme.settings.language)
    points = criterion_points(scheme, inputs, standing.scores)
    return FeedbackRound(
        standing=standing,
        state=state_text(standing, problems, words),
        figures={name: class_figures(standing, name) for name in scheme.appraised_classes},
        places={name: places(standing, name) for name in scheme.appraised_classes},
        branches={name: _branch(standing, name) for name in scheme.appraised_classes},
        points={name: _points_of(scheme, name, points) for name in scheme.appraised_classes},
        reasons=reasons_of(scheme, entries, words),
        ballots=ballot_tables(standing, inputs, words),
        decisions=_told_decisions(decisions),
        few=_few_raters(scheme, inputs, points),
        changes=changes or {},
    )


def _branch(standing: Standing, unit_class: str) -> list[TreeNode]:
    scheme = standing.scheme
    root = scheme.root(unit_class)
    inside: set[str] = set()
    found = []
    for node in standing.scores.tree:
        mine = unit_class in scheme.node_classes(node.declared)
        if mine and root is not None and (node.code == root.code or node.parent in inside):
            inside.add(node.code)
            found.append(node)
    return found


def _points_of(
    scheme: Scheme, unit_class: str, points: Sequence[CriterionPoints]
) -> list[CriterionPoints]:
    return [
        one
        for one in points
        if unit_class in scheme.node_classes(one.node.declared) and one.row.applies_to(unit_class)
    ]


_ABOUT_PEOPLE = frozenset({"leave_out_rater", "accept_file"})
"""Acts that name a rater, or a file that may be named after one."""


def _told_decisions(decisions: Sequence[Decision]) -> dict[str, list[Decision]]:
    found: dict[str, list[Decision]] = {}
    for decision in decisions:
        if decision.unit and decision.act not in _ABOUT_PEOPLE:
            found.setdefault(decision.unit, []).append(decision)
    return found


def _few_raters(
    scheme: Scheme, inputs: Inputs, points: Sequence[CriterionPoints]
) -> frozenset[tuple[str, str, int]]:
    """Return where so few nameless raters scored that single items would show what each gave."""
    sheets = {(one.form.code, one.source.period): one.form for one in points}
    found = set()
    for (form, period), kind in sheets.items():
        if not has_unnamed(scheme, kind):
            continue
        seats = inputs.seats.get((form, period), ())
        for unit in range(len(scheme.units)):
            count = sum(seat.status[unit].has_value for seat in seats)
            if not may_be_shown(count):
                found.add((form, period, unit))
    return frozenset(found)


def reasons_of(
    scheme: Scheme, entries: pd.DataFrame, words: Catalog
) -> dict[Where, tuple[str, ...]]:
    """Return the reasons that stand beside the points, by form, period, unit and criterion.

    Of several raters the reasons stand in the order of their text, each once: their order must
    not tell who wrote which. What nameless raters wrote is not told, and of a group of several no
    rater's name is left in a text.
    """
    if entries.empty:
        return {}
    own = entries[(entries["column"] == REASON) & (entries["status"] == EntryStatus.GIVEN.value)]
    unnamed = {rater.code for rater in scheme.raters if rater.anonymous}
    hidden = names_to_hide(scheme)
    found: dict[Where, set[str]] = {}
    columns = ["form", "period", "unit_code", "row", "rater", "raw"]
    for form, period, unit, row, rater, raw in own[columns].itertuples(index=False):
        if rater in unnamed:
            continue
        text = str(raw)
        for name in hidden:
            text = text.replace(name, words.text("feedback.some_rater"))
        found.setdefault((form, period, unit, row), set()).add(text)
    return {where: tuple(sorted(texts)) for where, texts in found.items()}


def names_to_hide(scheme: Scheme) -> list[str]:
    """Return the names of the raters whose group has several, the longest first: the name of a
    panel that scores as one, such as 考核组, tells nothing."""
    groups: dict[str, list[str]] = {}
    for rater in scheme.raters:
        groups.setdefault(rater.group, []).append(rater.name)
    names = {name for group in groups.values() if len(group) > 1 for name in group if len(name) > 1}
    return sorted(names, key=lambda name: (-len(name), name))


def digits_shown(one: CriterionPoints) -> int:
    """Return with how many digits the points of a criterion are shown."""
    return max(one.node.digits, digits_of(one.row.points or Decimal(0)))
