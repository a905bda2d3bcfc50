"""What of a unit's results is chosen for its first page, and how it is put."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from assessor.decimals import digits_of, from_ticks, half_up, to_ticks
from assessor.outputs.feedback_round import Told
from assessor.outputs.feedback_tables import own_value, part_title
from assessor.outputs.wording import rank_text
from assessor.scoring.sheet_points import CriterionPoints
from assessor.scoring.tree import TreeNode
from assessor.standing.losses import Part, losses

_MOST_PARTS = 14
"""More parts than these leave no room for anything else on a page."""
_MOST_LOSSES = 5


def last_year(told: Told) -> str:
    """Say how the unit stood last year and what changed; nothing where that is not known."""
    words = told.round.words
    change = told.round.changes.get(told.unit.code)
    if change is None or change.last is None:
        return ""
    last = change.last
    parts = []
    if last.score is not None:
        parts.append(words.text("feedback.last_score", score=last.score))
    if last.class_rank is not None or last.rank is not None:
        rank = last.class_rank if last.class_rank is not None else last.rank
        parts.append(rank_text(rank, shared=False, words=words))
    if last.grade:
        parts.append(last.grade)
    if change.score_change is not None:
        parts.append(words.text("feedback.score_change", change=f"{change.score_change:+f}"))
    moved = change.class_rank_change
    moved = change.rank_change if moved is None else moved
    if moved:
        key = "feedback.rank_up" if moved > 0 else "feedback.rank_down"
        parts.append(words.text(key, places=abs(moved)))
    return words.text("list.comma").join(parts)


def front_parts(told: Told) -> list[TreeNode]:
    """Return the parts that the first page shows: from the top down one part after the other is
    opened where what it holds fits too, so that no part stands there twice; ballots come last.
    What counts nowhere and what a unit says of itself stays closed."""
    top, *rest = told.branch
    below: dict[str, list[TreeNode]] = {}
    for node in rest:
        below.setdefault(node.parent, []).append(node)
    shown = list(below.get(top.code, []))
    waiting = list(shown)
    while waiting:
        node = next((one for one in waiting if one.rule != "ballot"), waiting[0])
        waiting.remove(node)
        inside = below.get(node.code, [])
        if inside and _opens(told, node) and len(shown) - 1 + len(inside) <= _MOST_PARTS:
            at = shown.index(node)
            shown[at : at + 1] = inside
            waiting += inside
    return [node for node in shown if not node.informative or own_value(told, node) is not None]


def _opens(told: Told, node: TreeNode) -> bool:
    source = node.declared.source
    form = told.round.scheme.form.get(source.form) if source else None
    return not node.informative and (form is None or form.filled_by != "self")


def front_title(told: Told, node: TreeNode) -> str:
    """Return the title of a part, with that of what holds it where there are others of its name."""
    titles = {one.code: one.title for one in told.branch}
    same = sum(title == node.title for title in titles.values())
    above = titles.get(node.parent, "")
    return f"{above}·{part_title(told, node)}" if same > 1 and above else part_title(told, node)


@lru_cache(maxsize=4096)
def rate(value: Decimal | None, points: Decimal | None) -> Decimal | None:
    """Return a value as a percentage of the full mark, with one digit; halves up."""
    if value is None or not points or points <= 0:
        return None
    digits = max(digits_of(value), digits_of(points))
    return from_ticks(half_up(to_ticks(value, digits) * 1000, to_ticks(points, digits)), 1)


def most_lost(told: Told) -> list[tuple[CriterionPoints, Decimal, Decimal]]:
    """Return the criteria on which the unit lost most, with points got and lost; what a loss takes
    from the total decides their order."""
    worth = _worths(told)
    ordered = sorted(
        (one for one in told.lost if one[0].node.code in worth),
        key=lambda one: -(Fraction(one[2]) * worth[one[0].node.code]),
    )
    return ordered[:_MOST_LOSSES]


def _worths(told: Told) -> dict[str, Fraction]:
    """Return by section in which points were lost what one point of a criterion takes from the
    total: the criteria that apply share the section's points."""
    name, unit = told.unit.unit_class, told.mine.unit
    scores = told.round.standing.scores
    parts = [
        Part(
            node=node.code,
            title=node.title,
            parent=node.parent,
            value=scores.columns[node.code].value(unit),
            points=node.points(name),
            weight=node.weight_for(name),
            informative=node.informative,
        )
        for node in told.round.branches[name]
    ]
    apply: dict[str, Decimal] = {}
    for one in told.points:
        if one.row.points and one.column.status[unit].has_value:
            apply[one.node.code] = apply.get(one.node.code, Decimal(0)) + one.row.points
    return {
        loss.node: loss.of_total / Fraction(loss.lost) * Fraction(loss.points) / Fraction(all_)
        for loss in losses(parts, len(parts))
        if (all_ := apply.get(loss.node))
    }
