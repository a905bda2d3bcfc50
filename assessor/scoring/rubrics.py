"""Rules that read scoring sheets and review papers: sections, rubrics, single items."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from assessor.decimals import Exact, digits_of
from assessor.scheme.model import Criterion
from assessor.scoring.column import Column, Status, combined
from assessor.scoring.combining import add_up, statuses_of
from assessor.scoring.evaluation import Evaluation, Result, status_of
from assessor.scoring.inputs import EntryKey
from assessor.scoring.tree import TreeNode


def section(node: TreeNode, _: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Section of a rubric: the points earned on its criteria, each the mean over its raters.

    A deduction counts as points less what was deducted. With ``not_applicable=full`` a criterion
    that does not apply counts its points; otherwise it is left out here, and the rubric rescales
    or not.
    """
    leaves = [leaf_column(row, node, seen) for row in node.criteria]
    full = node.declared.parameters.get("not_applicable") == "full"
    digits = max((leaf.digits for leaf in leaves), default=0)
    points = [int((row.points or Decimal(0)).scaleb(digits)) for row in node.criteria]
    members = {
        name: [i for i, row in enumerate(node.criteria) if row.applies_to(name)]
        for name in set(seen.classes)
    }
    results: list[Result] = []
    for unit, unit_class in enumerate(seen.classes):
        mine = members[unit_class]
        status = combined([leaves[i].status[unit] for i in mine])
        if not status.has_value:
            results.append(status if mine else Status.NOT_APPLICABLE)
            continue
        total: Exact = 0
        for i in mine:
            if leaves[i].status[unit].has_value:
                total += leaves[i].at(unit, digits)
            elif full:
                total += points[i]
        results.append((total * 10**node.digits, 10**digits))
    return results


def leaf_column(row: Criterion, node: TreeNode, seen: Evaluation) -> Column:
    """Return the points of a criterion for every unit: the mean over the raters who have it."""
    source = node.declared.source
    assert source is not None
    form, period = source.form, source.period
    size = len(seen.classes)
    if not row.due_in(seen.round):
        return Column(0, [0] * size, [Status.NOT_DUE] * size)
    raters = seen.inputs.raters.get((form, period), ())
    there = [seen.inputs.form_status[form, period, rater] for rater in raters]
    given = [seen.inputs.entries.get(EntryKey(form, period, rater, row.code)) for rater in raters]
    points = row.points or Decimal(0)
    digits = max([digits_of(points), *(column.digits for column in given if column is not None)])
    full = int(points.scaleb(digits))
    ticks: list[Exact] = []
    status: list[Status] = []
    for unit in range(size):
        statuses: list[Status] = []
        values: list[Exact] = []
        for form_status, column in zip(there, given, strict=True):
            own = status_of(form_status[unit], column, unit)
            if own is None:
                continue
            statuses.append(own)
            if own.has_value and column is not None:
                value = column.at(unit, digits)
                values.append(full - value if row.entry == "deducted" else value)
        status.append(statuses[0] if len(statuses) == 1 else combined(statuses))
        ticks.append(sum(values) if len(values) < 2 else Fraction(sum(values)) / len(values))
    name = seen.rubric_of[form]
    for rubric_name, code, unit in seen.inputs.exempt:
        if rubric_name == name and code in {row.code, row.section}:
            status[unit] = Status.NOT_APPLICABLE
    return Column(digits, ticks, status)


def rubric(node: TreeNode, children: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Rubric: the sum of its sections; ``not_applicable=rescale`` scales what was earned to the
    full mark: Σ earned × points ÷ Σ points of the criteria that apply.

    Example: 85.25 of 98 points that apply are 85.25 × 100 ÷ 98 = 86.99.
    """
    parts = [child for child in children if child.rule == "section"]
    policy = node.declared.parameters.get("not_applicable", "")
    if policy != "rescale":
        return add_up(node, parts, seen)
    columns = [seen.columns[part.code] for part in parts]
    leaves = [(row, leaf_column(row, node, seen)) for part in parts for row in part.criteria]
    results: list[Result] = []
    for unit, unit_class in enumerate(seen.classes):
        status = combined(statuses_of(columns, unit))
        if not status.has_value:
            results.append(status)
            continue
        total = sum(
            (c.at(unit, node.digits) for c in columns if c.status[unit].has_value),
            start=Fraction(0),
        )
        applicable = sum(
            (
                Fraction(row.points or 0)
                for row, leaf in leaves
                if row.applies_to(unit_class) and leaf.status[unit].has_value
            ),
            Fraction(0),
        )
        full = Fraction(node.points(unit_class) or applicable)
        results.append((total * full, applicable) if applicable else Status.NOT_APPLICABLE)
    return results


def item(node: TreeNode, _: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Item: the mean of one column over all papers (or over all raters), abstentions left out.

    Example: papers of 90, 85 and one abstention give 87.5.
    """
    source = node.declared.source
    assert source is not None
    raters = seen.inputs.raters.get((source.form, source.period), ())
    results: list[Result] = []
    for unit in range(len(seen.classes)):
        statuses: list[Status] = []
        values: list[Decimal] = []
        for rater in raters:
            there = seen.inputs.form_status[source.form, source.period, rater][unit]
            key = EntryKey(source.form, source.period, rater, source.criterion)
            own = status_of(there, seen.inputs.entries.get(key), unit)
            if own is None:
                continue
            statuses.append(own)
            if own.has_value and key in seen.inputs.papers:
                values += seen.inputs.papers[key][unit]
        status = combined(statuses)
        if not status.has_value:
            results.append(status if statuses else Status.NOT_APPLICABLE)
        elif values:
            total = Fraction(sum(values, Decimal(0)))
            results.append((total * 10**node.digits, len(values)))
        else:
            results.append(Status.MISSING)
    return results
