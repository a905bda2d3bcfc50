"""Rules that read scoring sheets and review papers: sections, rubrics, single items."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from assessor.decimals import Exact, digits_of
from assessor.scheme.model import Criterion
from assessor.scoring.column import Column, Status, combined
from assessor.scoring.combining import add_up, statuses_of
from assessor.scoring.evaluation import Evaluation, Finding, Result, exempted, status_of
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
    own = [digits_of(row.points) for row in node.criteria if row.points is not None]
    digits = max([0, *own, *(leaf.digits for leaf in leaves)])
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
    return exempted(Column(digits, ticks, status), form, {row.code, row.section}, seen)


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
    form, period, code = source.form, source.period, source.criterion
    raters = seen.inputs.raters.get((form, period), ())
    keys = [EntryKey(form, period, rater, code) for rater in raters]
    there = [seen.inputs.form_status[form, period, rater] for rater in raters]
    rubric_name = seen.rubric_of[form]
    exempt = {u for name, part, u in seen.inputs.exempt if (name, part) == (rubric_name, code)}
    results: list[Result] = []
    for unit in range(len(seen.classes)):
        statuses: list[Status] = []
        values: list[Fraction] = []
        for form_status, key in zip(there, keys, strict=True):
            own = _item_status(form_status[unit], key, unit, seen)
            if own is None:
                continue
            statuses.append(own)
            if own.has_value:
                values += _item_values(key, unit, seen)
        status = combined(statuses) if statuses else Status.NOT_APPLICABLE
        if unit in exempt:
            status = Status.NOT_APPLICABLE
        if (
            status is Status.MISSING
            and Status.MISSING in statuses
            and all(form_status[unit] is not Status.MISSING for form_status in there)
        ):
            seen.findings.append(Finding("papers_missing", node.code, unit, {"node": node.title}))
        if not status.has_value:
            results.append(status)
        elif values:
            results.append((sum(values) * 10**node.digits, len(values)))
        else:
            seen.findings.append(Finding("papers_missing", node.code, unit, {"node": node.title}))
            results.append(Status.MISSING)
    return results


def _item_status(form: Status, key: EntryKey, unit: int, seen: Evaluation) -> Status | None:
    column = seen.inputs.entries.get(key)
    if column is None and form.has_value:
        return Status.MISSING  # the form is in, and no paper stands on it
    return status_of(form, column, unit)


def _item_values(key: EntryKey, unit: int, seen: Evaluation) -> list[Fraction]:
    if key in seen.inputs.papers:
        return [Fraction(value) for value in seen.inputs.papers[key][unit]]
    column = seen.inputs.entries[key]
    return [Fraction(column.ticks[unit]) / 10**column.digits]
