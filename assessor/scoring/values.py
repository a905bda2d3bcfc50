"""The value that a rule makes points of: a node under it, or the number of a criterion."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

from assessor.decimals import Exact, digits_of
from assessor.scheme.model import Criterion
from assessor.scoring.column import Column, Status, combined, compact, not_scored
from assessor.scoring.evaluation import Evaluation, exempted
from assessor.scoring.inputs import EntryKey, Seat
from assessor.scoring.tree import TreeNode

_MORE_DIGITS = 3
"""Halves, quarters, fifths, eighths and tenths stay whole ticks with three digits more."""


def value_column(node: TreeNode, children: Sequence[TreeNode], seen: Evaluation) -> Column:
    """Return what a node of ``Takes.VALUE`` converts: its one child, or its criterion's number.

    The number of a criterion is the mean over its raters, as written: not yet points, and not
    rounded. Example: two raters counted 3 and 4 meetings, the value is 3.5.
    """
    if children:
        return seen.columns[children[0].code]
    source = node.declared.source
    assert source is not None
    return number_column(criterion_of(node, seen), source.form, source.period, seen)


def criterion_of(node: TreeNode, seen: Evaluation) -> Criterion:
    """Return the criterion that a node's source names."""
    source = node.declared.source
    assert source is not None
    rows = seen.scheme.rubric(seen.rubric_of[source.form])
    return next(row for row in rows if row.code == source.criterion)


def number_column(row: Criterion, form: str, period: str, seen: Evaluation) -> Column:
    """Return the number of a criterion for every unit: the mean over the raters who have it.

    Yes is 1 and no is 0, a level is the value of its option. Where the criterion is not for the
    unit, not for its class or not measured this round, it does not apply: nothing is to come.
    """
    size = len(seen.classes)
    if not row.due_in(seen.round):
        return Column(0, [0] * size, [Status.NOT_APPLICABLE] * size)
    seats = seen.inputs.seats.get((form, period), ())
    columns = [written_column(row, form, period, seat, seen) for seat in seats]
    return for_whom(row, mean_over(seats, columns, size), form, seen)


def target_column(row: Criterion, form: str, period: str, seen: Evaluation) -> Column | None:
    """Return the target that stands beside a criterion's number, if its form asks for one."""
    seats = seen.inputs.seats.get((form, period), ())
    columns = [written_column(row, form, period, seat, seen, "target") for seat in seats]
    if all(column is None for column in columns):
        return None
    return mean_over(seats, columns, len(seen.classes))


def written_column(
    row: Criterion, form: str, period: str, seat: Seat, seen: Evaluation, column: str = "entry"
) -> Column | None:
    """Return what a rater wrote for a criterion; a level as the value of its option."""
    found = seen.inputs.entries.get(EntryKey(form, period, seat.rater, row.code, column))
    if found is None or row.entry != "level" or column != "entry":
        return found
    values = [option.value for option in seen.scheme.options[row.parameters["options"]]]
    digits = max(map(digits_of, values))
    ticks = [int(value.scaleb(digits)) for value in values]
    there = [
        ticks[int(found.at(unit, 0))] if status.has_value else 0
        for unit, status in enumerate(found.status)
    ]
    return Column(digits, there, found.status)


def for_whom(row: Criterion, column: Column, form: str, seen: Evaluation) -> Column:
    """Return the column with the units left out to which the criterion does not apply."""
    column = exempted(column, form, {row.code, row.section}, seen)
    if not row.classes:
        return column
    status = [
        own if row.applies_to(unit_class) else Status.NOT_APPLICABLE
        for own, unit_class in zip(column.status, seen.classes, strict=True)
    ]
    return Column(column.digits, column.ticks, status)


NOBODY: Mapping[int, Collection[int]] = {}


def mean_over(
    seats: Sequence[Seat],
    columns: Sequence[Column | None],
    size: int,
    left_out: Mapping[int, Collection[int]] = NOBODY,
) -> Column:
    """Return the mean over the raters who have each unit, a column a rater.

    `left_out` names by unit the raters (by their place) who are trimmed. A rater whose form is in
    without the criterion holds the unit up; so does one whose form is missing.
    Example: raters with 8, 8 and 9 give 25/3.
    """
    there = [column for column in columns if column is not None]
    if not left_out and len(there) == len(seats) > 0 and all(seat.whole for seat in seats):
        return _mean_of_all(there, size)
    digits = max((column.digits for column in there), default=0)
    total: list[Exact] = [0] * size
    count = [0] * size
    found: list[Status | None] = [None] * size
    for place, (seat, column) in enumerate(zip(seats, columns, strict=True)):
        more = 10 ** (digits - column.digits) if column is not None else 1
        for unit in seat.units:
            if left_out and place in left_out.get(unit, ()):
                continue
            own = seat.status[unit]
            if own.has_value:
                own = column.status[unit] if column is not None else Status.AWAITING
            before = found[unit]
            if before is not own:
                found[unit] = own if before is None else combined((before, own))
            if column is not None and own.has_value:
                total[unit] += column.ticks[unit] * more
                count[unit] += 1
    missing = Status.MISSING
    return _means(digits, total, count, [missing if own is None else own for own in found])


def _mean_of_all(columns: Sequence[Column], size: int) -> Column:
    """Return the mean where every rater has every unit: all at once, then what is not scored."""
    if len(columns) == 1:
        return columns[0]
    digits = max(column.digits for column in columns)
    total: list[Exact] = list(map(sum, zip(*(c.aligned(digits) for c in columns), strict=True)))
    count = [len(columns)] * size
    status = [Status.SCORED] * size
    for unit in not_scored(columns):
        status[unit] = combined(column.status[unit] for column in columns)
        there = [column.at(unit, digits) for column in columns if column.status[unit].has_value]
        total[unit], count[unit] = sum(there), len(there)
    return _means(digits, total, count, status)


def _means(
    digits: int, total: Sequence[Exact], count: Sequence[int], status: Sequence[Status]
) -> Column:
    """Return sums divided by the number of those who gave them."""
    if max(count, default=0) < 2:
        return compact(digits, total, status)
    scale = 10**_MORE_DIGITS
    even = {number: scale // number for number in set(count) if number and scale % number == 0}
    ticks = [
        sum_ * even[number] if number in even else _divided(sum_ * scale, number)
        for sum_, number in zip(total, count, strict=True)
    ]
    return compact(digits + _MORE_DIGITS, ticks, status)


def _divided(total: Exact, number: int) -> Exact:
    """Return a quotient, whole where it comes out even."""
    if number < 2:
        return total
    if isinstance(total, int) and total % number == 0:
        return total // number
    return Fraction(total) / number
