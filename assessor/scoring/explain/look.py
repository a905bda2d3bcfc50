"""What the explainers look at: one unit of a finished evaluation, and the inputs behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from assessor.scheme.model import Scheme, Source, Unit
from assessor.scoring.column import Column, Status
from assessor.scoring.evaluate import Scores, outlook
from assessor.scoring.evaluation import Evaluation
from assessor.scoring.explain.formula import Number, number
from assessor.scoring.explain.model import Leaf, Remark
from assessor.scoring.inputs import EntryKey, Inputs
from assessor.scoring.tree import TreeNode

ANONYMOUS_LAYOUTS = frozenset({"review", "vote", "votes"})
"""One row or file is one paper: only what all of them give together is shown."""


@dataclass(frozen=True)
class Look:
    """A unit and everything that its score was made of."""

    scheme: Scheme
    inputs: Inputs
    scores: Scores
    seen: Evaluation
    """What the rules saw, all columns done: their helpers give the numbers that were used."""
    unit: int

    @property
    def of(self) -> Unit:
        """The unit itself."""
        return self.scheme.units[self.unit]

    def node(self, code: str) -> TreeNode:
        """Return a node of the tree."""
        return next(node for node in self.scores.tree if node.code == code)

    def below(self, code: str) -> list[TreeNode]:
        """Return the nodes right under a node, those that are only shown too."""
        return [node for node in self.scores.tree if node.parent == code]

    def counted(self, code: str) -> list[TreeNode]:
        """Return the nodes right under a node that count."""
        return [node for node in self.below(code) if not node.informative]

    def column(self, code: str) -> Column:
        """Return a node's column."""
        return self.scores.columns[code]

    def status(self, code: str) -> Status:
        """Return the unit's status on a node."""
        return self.column(code).status[self.unit]

    def exact(self, code: str, unit: int | None = None) -> Fraction:
        """Return the value of a node as its parent uses it: rounded only where nodes are."""
        column = self.column(code)
        ticks = column.ticks[self.unit if unit is None else unit]
        return Fraction(ticks) / Fraction(10**column.digits)

    def number(self, code: str, unit: int | None = None) -> Number:
        """Return that value as a number of a formula."""
        return number(self.exact(code, unit), self.column(code).digits)

    def form_states(self, source: Source) -> Iterator[tuple[str, Status]]:
        """Yield each rater who has the unit on a form, and whether the form is in."""
        for rater in self.inputs.raters.get((source.form, source.period), ()):
            status = self.inputs.form_status[source.form, source.period, rater][self.unit]
            if status is not Status.NOT_APPLICABLE:
                yield rater, status

    def leaf(self, key: EntryKey, title: str = "", points: Fraction | None = None) -> Leaf:
        """Return what the unit has at a key; `points` where it counts as something else."""
        column = self.inputs.entries.get(key)
        if column is None:
            return Leaf(key, Status.MISSING, None, title)
        status = column.status[self.unit]
        value = Fraction(column.ticks[self.unit]) / 10**column.digits if status.has_value else None
        return Leaf(key, status, value if points is None else points, title)

    def anonymous(self, form: str, rater: str) -> bool:
        """Say whether what a rater entered on a form must not be shown alone."""
        known = self.scheme.rater.get(rater)
        layout = self.scheme.form[form].layout
        return layout in ANONYMOUS_LAYOUTS or (known is not None and known.anonymous)


def look_at(scheme: Scheme, inputs: Inputs, scores: Scores, unit: int) -> Look:
    """Return the view of one unit."""
    seen = outlook(scheme, inputs, scores.tree, scores.columns)
    return Look(scheme, inputs, scores, seen, unit)


_FEW = 3
"""How many of a group are named."""
_FORM_REMARKS = {
    Status.MISSING: "form_missing",
    Status.NOT_DUE: "form_not_due",
    Status.AWAITING: "form_held",
}


def form_remarks(look: Look, source: Source) -> tuple[Remark, ...]:
    """Return what is to be said of forms that are not there: which, from whom, due when."""
    if (source.form, source.period, look.unit) in look.inputs.not_held:
        return (Remark("form_optional", form_facts(look, source, "")),)
    remarks = _recused(look, source)
    for rater, status in look.form_states(source):
        if not status.has_value:
            remarks.append(Remark(_FORM_REMARKS[status], form_facts(look, source, rater)))
    period = look.scheme.period.get(source.period)
    for rater in look.inputs.raters.get((source.form, source.period), ()):
        if (source.form, source.period, rater, look.unit) in look.inputs.not_awaited:
            least = period.least if period else None
            facts = {**form_facts(look, source, rater), "least": least}
            remarks.append(Remark("form_enough" if least else "form_optional", facts))
    return tuple(remarks)


def _recused(look: Look, source: Source) -> list[Remark]:
    """Return which raters are left out by decision."""
    return [
        Remark("recused", {"object": form, "rater": rater, "by": look.scheme.rater[rater].name})
        for (form, period, rater), units in look.inputs.recused.items()
        if (form, period) == (source.form, source.period) and look.unit in units
    ]


def form_facts(look: Look, source: Source, rater: str) -> dict[str, object]:
    """Return which form it is, of which period, and who fills it in (nobody: the unit itself)."""
    scheme = look.scheme
    period = scheme.period.get(source.period)
    form = scheme.form[source.form]
    by: object = scheme.rater[rater].name if rater in scheme.rater else ""
    if not by and form.filled_by != "self":
        mine = scheme.units[look.unit]
        group = [r.name for r in scheme.raters if r.group == form.filled_by and r.rates(mine)]
        by = (*group[:_FEW], "…") if len(group) > _FEW else group or form.filled_by
    return {
        "form": form.title,
        "period": period.title if period else "",
        "due": period.due.isoformat() if period and period.due else "—",
        "by": by,
    }


def none_in(look: Look, source: Source) -> bool:
    """Say whether nobody's form is in, so that there is nothing to break down."""
    return not any(status.has_value for _, status in look.form_states(source))
