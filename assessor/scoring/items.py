"""Rules that read single criteria, or count conditions: items, numbers, unmet conditions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from assessor.decimals import Exact
from assessor.scheme.model import Criterion
from assessor.scoring.column import Column, Status, combined
from assessor.scoring.combining import statuses_of
from assessor.scoring.evaluation import Evaluation, Result, status_of
from assessor.scoring.inputs import EntryKey, Seat
from assessor.scoring.leaves import reported_leaf, settle_raters
from assessor.scoring.raters import dropped
from assessor.scoring.tree import TreeNode
from assessor.scoring.values import criterion_of, for_whom, number_column


def item(node: TreeNode, _: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Item: the mean of one criterion over all papers (or over all raters), abstentions left out.

    On a scoring sheet it is the criterion's points, made as in a rubric. ``trim_high`` and
    ``trim_low`` leave out the highest and lowest papers or raters, ``discard=spread`` the rater
    with the widest spread; papers have no rater. Rounded once.

    Examples: papers of 90, 85 and one abstention give 87.5; 9.5, 9, 8 and 5 with one trimmed each
    way give 8.5.
    """
    source = node.declared.source
    assert source is not None
    row = criterion_of(node, seen)
    if not row.due_in(seen.round):
        return [Status.NOT_APPLICABLE] * len(seen.classes)
    seats = seen.inputs.seats.get((source.form, source.period), ())
    if seen.scheme.form[source.form].layout == "review":
        return _mean_of_papers(row, node, seats, seen)
    settle_raters(node, seen)
    leaf = reported_leaf(row, node, seen)
    there = {unit for seat in seats for unit in seat.units}
    scale, size = 10**node.digits, 10**leaf.digits
    return [
        Status.NOT_APPLICABLE
        if unit not in there
        else (ticks * scale, size)
        if own.has_value
        else own
        for unit, (ticks, own) in enumerate(zip(leaf.ticks, leaf.status, strict=True))
    ]


def _mean_of_papers(
    row: Criterion, node: TreeNode, seats: Sequence[Seat], seen: Evaluation
) -> list[Result]:
    source = node.declared.source
    assert source is not None
    keys = [EntryKey(source.form, source.period, seat.rater, row.code) for seat in seats]
    size = len(seen.classes)
    whom = for_whom(row, Column(0, [0] * size, [Status.SCORED] * size), source.form, seen)
    results: list[Result] = []
    for unit in range(size):
        statuses: list[Status] = []
        values: list[Exact] = []
        for seat, key in zip(seats, keys, strict=True):
            own = _paper_status(seat.status[unit], key, unit, seen)
            if own is None:
                continue
            statuses.append(own)
            if own.has_value:
                values += map(Fraction, seen.inputs.papers[key][unit])
        status = combined(statuses) if statuses else Status.NOT_APPLICABLE
        if not whom.status[unit].has_value:
            status = Status.NOT_APPLICABLE
        filled = all(seat.status[unit] is not Status.MISSING for seat in seats)
        if status.has_value and not values:
            status = Status.MISSING
        if status is Status.MISSING and filled:
            seen.report("papers_missing", node, unit)
        gone = dropped(values, node.declared.parameters)
        kept = [value for at, value in enumerate(values) if at not in gone]
        total: Exact = sum(kept) * 10**node.digits
        results.append((total, len(kept)) if status.has_value else status)
    return results


def _paper_status(form: Status, key: EntryKey, unit: int, seen: Evaluation) -> Status | None:
    column = seen.inputs.entries.get(key)
    if column is None and form.has_value:
        return Status.MISSING  # the form is in, and no paper stands on it
    return status_of(form, column, unit)


def number(node: TreeNode, _: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Number: what was written for a criterion, the mean over its raters, not made points of.

    Yes is 1, no is 0, a level is the value of its option. Rounded once.
    Example: two raters counted 3 and 4 meetings: 3.5.
    """
    source = node.declared.source
    assert source is not None
    column = number_column(criterion_of(node, seen), source.form, source.period, seen)
    scale, size = 10**node.digits, 10**column.digits
    return [
        (ticks * scale, size) if own.has_value else own
        for ticks, own in zip(column.ticks, column.status, strict=True)
    ]


def unmet(node: TreeNode, _: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Unmet: how many conditions of a form do not hold: a yes/no answered no, a veto answered yes.

    Of several raters one is enough. What does not apply counts nothing; 0 means that all hold.
    Example: five conditions, one of them answered no, and no bar found: 1.
    """
    source = node.declared.source
    assert source is not None
    rows = [
        row
        for row in seen.scheme.rubric(seen.rubric_of[source.form])
        if row.entry in {"yes_no", "veto"}
    ]
    columns = [number_column(row, source.form, source.period, seen) for row in rows]
    results: list[Result] = []
    for unit in range(len(seen.classes)):
        status = combined(statuses_of(columns, unit)) if rows else Status.NOT_APPLICABLE
        there = [
            (r, c.at(unit, 0))
            for r, c in zip(rows, columns, strict=True)
            if c.status[unit].has_value
        ]
        failed = sum((tick > 0) if row.entry == "veto" else (tick < 1) for row, tick in there)
        results.append((failed * 10**node.digits, 1) if status.has_value else status)
    return results
