"""Rules that read scoring sheets as a whole: sections and rubrics."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from assessor.decimals import Exact, digits_of
from assessor.scoring.apart import compared
from assessor.scoring.column import Column, Status, combined, not_scored
from assessor.scoring.combining import add_up, parts_of, report_unruled, statuses_of
from assessor.scoring.evaluation import Evaluation, Result
from assessor.scoring.leaves import reported_leaf, settle_raters
from assessor.scoring.tree import TreeNode


def section(node: TreeNode, _: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Section of a rubric: the points of its criteria, each the mean over the raters who count.

    A deduction counts as points less what was deducted; other entries are made points of as
    ``leaves.points_column`` says. With ``not_applicable=full`` a criterion that does not apply, or
    is not measured this round, counts its points; otherwise it is left out here, and the rubric
    rescales or not. Where the rubric says nothing of it, the section waits, with a finding.
    Rounded once, when the section is done.

    Example: 18 of 20 and 8 of 10 less 1.5 deducted of 10: 18 + 8 + 8.5 = 34.5.
    """
    settle_raters(node, seen)
    leaves = [compared(row, node, reported_leaf(row, node, seen), seen) for row in node.criteria]
    own = [digits_of(row.points) for row in node.criteria if row.points is not None]
    digits = max([0, *own, *(leaf.digits for leaf in leaves)])
    if node.declared.parameters.get("not_applicable") == "rescale":
        _keep_for_rescaling(node, leaves, seen)
    points = [int((row.points or Decimal(0)).scaleb(digits)) for row in node.criteria]
    scale, size = 10**node.digits, 10**digits
    policy = node.declared.parameters.get("not_applicable")
    full = policy == "full"
    members = _members(node, seen)
    due = [row.due_in(seen.round) for row in node.criteria]
    if not leaves:
        return [Status.NOT_APPLICABLE] * len(seen.classes)
    values = zip(*(leaf.aligned(digits) for leaf in leaves), strict=True)
    results: list[Result] = [(sum(own) * scale, size) for own in values]
    for unit in not_scored(leaves):
        mine = members[seen.classes[unit]]
        kinds = [leaf.status[unit] for leaf in leaves]
        status = _status_of_whole([kinds[at] for at in mine], [due[at] for at in mine])
        if not status.has_value:
            results[unit] = status
            continue
        gone = [at for at in mine if points[at] and not kinds[at].has_value]
        if gone and policy is None:
            report_unruled(node, unit, node.criteria[gone[0]].title, seen)
            results[unit] = Status.AWAITING
            continue
        total: Exact = 0
        for at in mine:
            if kinds[at].has_value:
                total += leaves[at].at(unit, digits)
            elif full:
                total += points[at]
        results[unit] = (total * scale, size)
    return results


def _members(node: TreeNode, seen: Evaluation) -> dict[str, list[int]]:
    """Return by class the places of the criteria that are for it."""
    return {
        name: [at for at, row in enumerate(node.criteria) if row.applies_to(name)]
        for name in set(seen.classes)
    }


def _status_of_whole(kinds: Sequence[Status], due: Sequence[bool]) -> Status:
    """Return the status of a section: what is not measured this round is left out of it.

    A section of which nothing is measured this round is itself not due.
    """
    if not kinds:
        return Status.NOT_APPLICABLE
    measured = [own for own, now in zip(kinds, due, strict=True) if now]
    return combined(measured) if measured else Status.NOT_DUE


def _keep_for_rescaling(node: TreeNode, leaves: Sequence[Column], seen: Evaluation) -> None:
    """Note by unit the points that apply, and what has no full mark to be rescaled by."""
    marked = [
        (row, leaf)
        for row, leaf in zip(node.criteria, leaves, strict=True)
        if row.points is not None
    ]
    digits = max((digits_of(row.points or Decimal(0)) for row, _ in marked), default=0)
    ticks = [int((row.points or Decimal(0)).scaleb(digits)) for row, _ in marked]
    total = [sum(ticks)] * len(seen.classes)
    for points, (_, leaf) in zip(ticks, marked, strict=True):
        for unit in not_scored([leaf]):
            total[unit] -= 0 if leaf.status[unit].has_value else points
    seen.shared.applicable[node.code] = (total, digits)
    loose = [leaf for row, leaf in zip(node.criteria, leaves, strict=True) if row.points is None]
    if loose:
        digits = max(leaf.digits for leaf in loose)
        earned = [
            sum(leaf.at(unit, digits) for leaf in loose if leaf.status[unit].has_value)
            for unit in range(len(seen.classes))
        ]
        seen.shared.beside[node.code] = Column(digits, earned, loose[0].status)


def rubric(node: TreeNode, children: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Rubric: the sum of its sections; ``not_applicable=rescale`` scales what was earned to the
    full mark: Σ earned × points ÷ Σ points of the criteria that apply.

    Criteria without a full mark are added as they are. With ``trim_high``, ``trim_low`` or
    ``discard`` some raters are left out of all criteria of a unit, by their totals of it; with
    ``against`` criteria are compared with those of another rubric. Sections are rounded each where
    the scheme rounds at every node; the rubric is rounded once.

    Example: 85.25 of 98 points that apply are 85.25 × 100 ÷ 98 = 86.99.
    """
    parts = [child for child in children if child.rule == "section"]
    columns = [seen.columns[part.code] for part in parts]
    rescaled = node.declared.parameters.get("not_applicable") == "rescale"
    results = _rescaled(node, parts, seen) if rescaled else add_up(node, parts, seen)
    measured = {
        name: [
            column
            for part, column in zip(parts, columns, strict=True)
            if any(row.due_in(seen.round) and row.applies_to(name) for row in part.criteria)
        ]
        for name in set(seen.classes)
    }
    for unit, result in enumerate(results):
        if result is Status.NOT_DUE:
            kinds = statuses_of(measured[seen.classes[unit]], unit)
            results[unit] = combined([Status.NOT_APPLICABLE, *kinds])
    for part in parts:
        seen.shared.applicable.pop(part.code, None)
        seen.shared.beside.pop(part.code, None)
    return results


def _rescaled(node: TreeNode, parts: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Return what was earned, scaled to the full mark from the points that apply."""
    columns = [seen.columns[part.code] for part in parts]
    points, digits = _applicable(parts, seen)
    beside = [seen.shared.beside[part.code] for part in parts if part.code in seen.shared.beside]
    fulls: dict[str, Exact] = {}
    for name in set(seen.classes):
        full = Fraction(node.points(name) or 0) * 10**digits
        fulls[name] = full.numerator if full.denominator == 1 else full
    results: list[Result] = []
    each = parts_of(node, columns, len(seen.classes))
    for unit, (unit_class, there) in enumerate(zip(seen.classes, each, strict=True)):
        if not there.status.has_value:
            results.append(there.status)
            continue
        total: Exact = sum(there.values)
        loose: Exact = sum(column.at(unit, node.digits) for column in beside) if beside else 0
        applies = points[unit]
        full = fulls[unit_class] or applies
        if not applies:
            results.append((loose, 1) if beside else Status.NOT_APPLICABLE)
        elif full == applies:
            results.append((total, 1))
        else:
            results.append(((total - loose) * full + loose * applies, applies))
    return results


def _applicable(parts: Sequence[TreeNode], seen: Evaluation) -> tuple[list[int], int]:
    """Return by unit the points that apply in all sections, in ticks of one size."""
    given = [seen.shared.applicable[part.code] for part in parts]
    digits = max((own for _, own in given), default=0)
    total = [0] * len(seen.classes)
    for ticks, own in given:
        more: int = 10 ** (digits - own)
        total = [sum_ + tick * more for sum_, tick in zip(total, ticks, strict=True)]
    return total, digits
