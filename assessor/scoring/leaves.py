"""The points of a criterion: what each rater gave, the mean over the raters who count."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from assessor.decimals import Exact, digits_of
from assessor.scheme.model import Criterion, Node
from assessor.scoring.column import Column, Status, not_scored
from assessor.scoring.converting import asks_target, converted, report_lost, scale_of
from assessor.scoring.evaluation import EVERY_UNIT, Evaluation
from assessor.scoring.inputs import EntryKey, Seat
from assessor.scoring.raters import discards, left_out, trims, widest
from assessor.scoring.tree import TreeNode, is_scored
from assessor.scoring.values import NOBODY, for_whom, mean_over, written_column

Lost = dict[int, tuple[Fraction, EntryKey]]
"""By unit a number of which no points could be made, and the first entry that holds such a one."""


def leaf_column(
    row: Criterion, node: TreeNode, seen: Evaluation, lost: Lost | None = None
) -> Column:
    """Return the points of a criterion for every unit: the mean over the raters who count.

    `lost` takes the units whose number could not be converted for want of a target or a step.
    """
    source = node.declared.source
    assert source is not None
    size = len(seen.classes)
    if not row.due_in(seen.round):
        return Column(0, [0] * size, [Status.NOT_DUE] * size)
    seats = seen.inputs.seats.get((source.form, source.period), ())
    columns = [points_column(row, node.declared, seat, seen, lost) for seat in seats]
    mean = mean_over(seats, columns, size, seen.shared.left_out.get(node.declared.code, NOBODY))
    return for_whom(row, mean, source.form, seen)


def reported_leaf(row: Criterion, node: TreeNode, seen: Evaluation) -> Column:
    """Return the points of a criterion, and report the units whose number gives none."""
    lost: Lost = {}
    leaf = leaf_column(row, node, seen, lost)
    for unit in sorted(lost):
        if leaf.status[unit] is Status.AWAITING:  # not where the criterion does not apply
            number, at = lost[unit]
            scale = scale_of(row.points, row.parameters, seen)
            report_lost(row.rule, scale, number, node.declared, unit, row.title, seen, at)
    return leaf


def points_column(
    row: Criterion, declared: Node, seat: Seat, seen: Evaluation, lost: Lost | None = None
) -> Column | None:
    """Return the points that one rater gave for a criterion, None where his form has no such row.

    Points earned stand as written; what was deducted is taken from the full mark; yes is the full
    mark and no is 0, and for a veto the other way round; a level gives the value of its option; a
    count, number or rate is converted, or counts itself, from 0 up to the full mark if it has one.
    """
    source = declared.source
    assert source is not None
    written = written_column(row, source.form, source.period, seat, seen)
    if written is None:
        return None
    if row.rule:
        scale = scale_of(row.points, row.parameters, seen)
        targets = None
        if asks_target(row.rule, row.parameters):
            targets = written_column(row, source.form, source.period, seat, seen, "target")
        digits = max(written.digits, digits_of(row.points or Decimal(0)))
        points, gone = converted(written, row.rule, scale, targets, digits)
        if lost is not None:
            at = EntryKey(source.form, source.period, seat.rater, row.code)
            for unit, number in gone.items():
                lost.setdefault(unit, (number, at))
        return points
    # A fact without points is asked for its consequences: 1 for yes is no point.
    full = row.points
    if full is None and row.entry in {"yes_no", "veto"}:
        full = Decimal(0)
    if full is None or row.entry not in _MADE:
        return written
    digits = max(written.digits, digits_of(full))
    more = 10 ** (digits - written.digits)
    made = _MADE[row.entry](int(full.scaleb(digits)), 10**digits)
    return Column(digits, [made(ticks * more) for ticks in written.ticks], written.status)


Made = Callable[[Exact], Exact]
_MADE: Mapping[str, Callable[[int, int], Made]] = {
    "deducted": lambda full, _: lambda ticks: full - ticks,
    "yes_no": lambda full, one: lambda ticks: full if ticks == one else 0,
    "veto": lambda full, one: lambda ticks: 0 if ticks == one else full,
    "count": lambda full, _: lambda ticks: min(max(ticks, 0), full),
    "number": lambda full, _: lambda ticks: min(max(ticks, 0), full),
    "rate": lambda full, _: lambda ticks: min(max(ticks, 0), full),
}
"""By entry: from the full mark, and what 1 is in its ticks, to the points of what was written."""


def settle_raters(node: TreeNode, seen: Evaluation) -> None:
    """Find out which raters count for each unit of a rubric or item, once for all its criteria.

    Where the rater with the widest spread goes, every unit hangs on all of them: as long as one
    form is open, what the others have is provisional.
    """
    declared = node.declared
    if not trims(declared.parameters):
        return
    if declared.code not in seen.shared.left_out:
        totals, waiting = rater_totals(declared, seen)
        seen.shared.left_out[declared.code] = left_out(totals, waiting, declared.parameters)
        alike = widest(totals) if discards(declared.parameters) else []
        if len(alike) > 1:
            seen.report("raters_alike", declared, EVERY_UNIT, raters=len(alike))
        if waiting and discards(declared.parameters):
            seen.shared.unsettled.add(declared.code)
    if declared.code in seen.shared.unsettled:
        seen.provisional.update((node.code, unit) for unit in range(len(seen.classes)))


def rater_totals(
    declared: Node, seen: Evaluation
) -> tuple[list[Mapping[int, Exact]], Collection[int]]:
    """Return each rater's total by unit, and the units of which one is still open.

    What does not apply counts as the rubric says: left out of the points, full, or nothing.
    """
    source = declared.source
    assert source is not None
    seats = seen.inputs.seats.get((source.form, source.period), ())
    rows = _rows(declared, seen)
    mine = set(seen.classes_of[declared.code])
    waiting: set[int] = set()
    totals: list[Mapping[int, Exact]] = []
    for seat in seats:
        columns = [(row, _given(row, declared, seat, seen)) for row in rows]
        units = [unit for unit in seat.units if seen.classes[unit] in mine]
        given: dict[int, Exact] = {}
        open_ = set(not_scored(column for _, column in columns))
        sums = _sums(columns, declared)
        for unit in units:
            if sums and unit not in open_ and seat.status[unit].has_value:
                given[unit] = sums[unit]
                continue
            found = _total(unit, seat.status[unit], columns, declared, seen.classes[unit])
            if isinstance(found, Status):
                if found >= Status.MISSING:
                    waiting.add(unit)
            else:
                given[unit] = found
        totals.append(given)
    return totals, waiting


def _rows(declared: Node, seen: Evaluation) -> list[Criterion]:
    """Return the criteria that a rubric adds up this round, or the one of an item."""
    source = declared.source
    assert source is not None
    return [
        row
        for row in seen.scheme.rubric(seen.rubric_of[source.form])
        if is_scored(row)
        and row.due_in(seen.round)
        and (declared.rule == "rubric" or row.code == source.criterion)
    ]


def _given(row: Criterion, declared: Node, seat: Seat, seen: Evaluation) -> Column:
    """Return a rater's points, not applicable where the criterion is not for the unit."""
    source = declared.source
    assert source is not None
    size = len(seen.classes)
    column = points_column(row, declared, seat, seen)
    if column is None:
        column = Column(0, [0] * size, [Status.AWAITING] * size)
    return for_whom(row, column, source.form, seen)


def _sums(columns: Sequence[tuple[Criterion, Column]], declared: Node) -> Sequence[Exact]:
    """Return a rater's total of every unit as it is where all his entries are scores.

    It is what `_total` gives, added up column by column.
    """
    digits = max((column.digits for _, column in columns), default=0)
    marked = [column.aligned(digits) for row, column in columns if row.points is not None]
    loose = [column.aligned(digits) for row, column in columns if row.points is None]
    size: int = 10**digits
    factor = Fraction(1, size)
    applicable = sum((Fraction(row.points or 0) for row, _ in columns), Fraction(0))
    if declared.parameters.get("not_applicable") == "rescale" and applicable:
        factor *= Fraction(declared.points or 0) / applicable
    earned = [sum(ticks) * factor for ticks in zip(*marked, strict=True)]
    if not loose:
        return earned
    free = [Fraction(sum(ticks)) / size for ticks in zip(*loose, strict=True)]
    return [mine + more for mine, more in zip(earned, free, strict=True)] if earned else free


def _total(
    unit: int,
    form: Status,
    columns: Sequence[tuple[Criterion, Column]],
    declared: Node,
    unit_class: str,
) -> Exact | Status:
    """Return what one rater gave a unit in all, or why there is no such total."""
    if not form.has_value:
        return form
    policy = declared.parameters.get("not_applicable", "")
    earned = free = applicable = Fraction(0)
    scored = False
    for row, column in columns:
        own = column.status[unit]
        points = Fraction(row.points or 0)
        if own.has_value:
            scored = True
            given = Fraction(column.ticks[unit]) / 10**column.digits
            applicable += points
            earned += given if row.points is not None else 0
            free += given if row.points is None else 0
        elif own >= Status.MISSING:
            return own
        elif policy == "full" and row.applies_to(unit_class):
            earned += points
    if not scored:
        return Status.NOT_APPLICABLE  # an abstention is no total: it is neither lowest nor alone
    if policy == "rescale" and applicable:
        earned *= Fraction(declared.points or 0) / applicable
    return earned + free
