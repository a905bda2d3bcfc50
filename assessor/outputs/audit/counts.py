"""Counts as formulas: ballots by aspect and as a whole, shares of votes, verified claims."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from assessor.outputs.audit.ground import At
from assessor.outputs.audit.text import added, literal, mean
from assessor.scheme.model import Criterion, Option
from assessor.scoring.inputs import EntryKey
from assessor.scoring.tree import TreeNode


def _count(at: At, form: str, period: str, criterion: str, column: str) -> str | None:
    """Return a count over all meetings that had the unit; None where it may not be shown."""
    terms = []
    for seat in at.ground.inputs.seats.get((form, period), ()):
        key = EntryKey(form, period, seat.rater, criterion, column)
        found = at.ground.inputs.entries.get(key)
        if not seat.status[at.unit].has_value or found is None:
            continue
        if found.status[at.unit].has_value:
            reference = at.ref("entry", key)
            if reference is None:
                return None
            terms.append(reference)
    return added(terms)


Votes = tuple[str, str]
"""Σ votes × value, and what they are divided by."""


def _votes(
    row: Criterion, node: TreeNode, at: At, values: Sequence[tuple[Option, Fraction]]
) -> Votes | None:
    source = node.declared.source
    assert source is not None
    by = node.declared.parameters["denominator"]
    worth, counted, beside = [], [], []
    for option, value in values:
        count = _count(at, source.form, source.period, row.code, option.option)
        if count is None:
            return None
        count = f"({count})" if "+" in count else count
        if not option.counts:
            beside.append(count)
            continue
        counted.append(count)
        if value:
            worth.append(f"{count}*{literal(value)}")
    if by == "ticks":
        return added(worth), added(counted)
    papers = _count(at, source.form, source.period, "", by)
    if papers is None:
        return None
    return added(worth), "-".join([papers, *beside])


def _options(node: TreeNode, at: At) -> Sequence[Option]:
    source = node.declared.source
    assert source is not None
    return at.ground.seen.options_of[source.form]


def _valued(node: TreeNode, at: At) -> list[tuple[Option, Fraction]]:
    return [(option, Fraction(option.value)) for option in _options(node, at)]


def _divided(found: Sequence[Votes | None]) -> str | None:
    known = [one for one in found if one is not None]
    if len(known) < len(found) or not known:
        return None
    return f"({added(worth for worth, _ in known)})/({added(base for _, base in known)})"


def aspect(node: TreeNode, at: At) -> str | None:
    """Aspect of a ballot: Σ votes × value of the option ÷ the denominator."""
    return _divided([_votes(node.criteria[0], node, at, _valued(node, at))])


def ballot(node: TreeNode, at: At) -> str | None:
    """Ballot: the mean of its aspects, or all votes together."""
    parts = [part for part in at.ground.below(node.code) if part.rule == "aspect"]
    there = [part for part in parts if at.has_value(part.code)]
    scores = at.ground.standing.scores
    if any(scores.hides(part.code, at.unit) for part in parts):
        return None
    if node.declared.parameters.get("over") == "votes":
        rows = [row for part in parts for row in part.criteria]
        applying = [row for row in rows if _applies(row, node, at)]
        return _divided([_votes(row, node, at, _valued(node, at)) for row in applying])
    return mean(at.node(part.code) for part in there)


def share(node: TreeNode, at: At) -> str | None:
    """Share: votes for the named options ÷ the denominator × 100, over all aspects together."""
    source = node.declared.source
    assert source is not None
    text = node.declared.parameters["options"].replace("，", ",").replace("、", ",")
    named = {name.strip() for name in text.split(",")}
    values = [(o, Fraction(100 if o.option in named else 0)) for o in _options(node, at)]
    rows = [row for row in at.ground.rows(source) if row.entry == "ballot"]
    applying = [row for row in rows if _applies(row, node, at)]
    return _divided([_votes(row, node, at, values) for row in applying])


def _applies(row: Criterion, node: TreeNode, at: At) -> bool:
    source = node.declared.source
    assert source is not None
    rubric = at.ground.seen.rubric_of[source.form]
    exempt = (rubric, row.code, at.unit) in at.ground.inputs.exempt
    return row.applies_to(at.unit_class) and not exempt


def bonus(node: TreeNode, at: At) -> str | None:
    """Bonus: Σ verified × points each, above what is asked for, capped a row."""
    source = node.declared.source
    assert source is not None
    terms = []
    for row in at.ground.seen.bonus_of[source.form]:
        count = _count(at, source.form, source.period, row.code, "verified")
        if count is None:
            return None
        if row.above:
            count = f"MAX(0,{count}-{row.above})"
        elif "+" in count:
            count = f"({count})"
        earned = f"{count}*{literal(row.points)}"
        terms.append(earned if row.cap is None else f"MIN({earned},{literal(row.cap)})")
    return added(terms)


def deduction(node: TreeNode, at: At) -> str | None:
    """Deduction: like a bonus, taken away."""
    taken = bonus(node, at)
    return None if taken is None else f"-({taken})"
