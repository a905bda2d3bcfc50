"""The rules: one small pure function each, over all units at once.

A rule gets the node, its counted children and a look at the inputs, and returns for each unit an
exact quotient in ticks of the node's digits, or a status where there is no value. Rounding is
done once, by the evaluator, when the node is done.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assessor.decimals import Exact
from assessor.scheme.model import BonusItem, Criterion, Option
from assessor.scoring.column import Column, Status, combined
from assessor.scoring.inputs import EntryKey, Inputs
from assessor.scoring.tree import TreeNode

Quotient = tuple[Exact, Exact]
"""Numerator in ticks, and denominator: rounded or divided out when the node is done."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a rule noticed about a unit: a code, and facts to word it with."""

    code: str
    node: str
    unit: int
    facts: Mapping[str, object]


@dataclass(frozen=True)
class Evaluation:
    """What the rules see: units by class, inputs, the columns done so far, and findings."""

    classes: Sequence[str]
    parents: Sequence[int | None]
    """Index of each unit's parent."""
    inputs: Inputs
    columns: dict[str, Column]
    findings: list[Finding]
    round: str
    rubric_of: Mapping[str, str]
    """Rubric by form."""
    bonus_of: Mapping[str, Sequence[BonusItem]]
    options_of: Mapping[str, Sequence[Option]]


Rule = Callable[[TreeNode, Sequence[TreeNode], Evaluation], list[Quotient | Status]]


def _statuses(columns: Sequence[Column], unit: int) -> list[Status]:
    return [column.status[unit] for column in columns]


def add_up(
    node: TreeNode, children: Sequence[TreeNode], seen: Evaluation
) -> list[Quotient | Status]:
    """Sum: what the parts give. Parts that do not apply are left out; ``not_applicable=rescale``
    scales the rest to the node's points, ``full`` counts their points, ``zero`` counts nothing.

    Example: 40 of 50 and a part of 50 that does not apply, rescaled: 40 × 100 ÷ 50 = 80.
    """
    columns = [seen.columns[child.code] for child in children]
    policy = node.declared.parameters.get("not_applicable", "")
    scale = 10**node.digits
    results: list[Quotient | Status] = []
    for unit, unit_class in enumerate(seen.classes):
        status = combined(_statuses(columns, unit))
        if not status.has_value:
            results.append(status)
            continue
        total: Exact = 0
        applicable = Decimal(0)
        for child, column in zip(children, columns, strict=True):
            points = child.points(unit_class) or Decimal(0)
            if column.status[unit].has_value:
                total += column.at(unit, node.digits)
                applicable += points
            elif policy == "full":
                total += Fraction(points) * scale
        full = node.points(unit_class)
        if policy == "rescale" and full is not None and 0 < applicable != full:
            results.append((total * Fraction(full), Fraction(applicable)))
        else:
            results.append((total, 1))
    return results


def weigh(
    node: TreeNode, children: Sequence[TreeNode], seen: Evaluation
) -> list[Quotient | Status]:
    """Weighted: Σ weight × value ÷ Σ weights of the parts that apply.

    Example: 90.1, 90.1 and 89.1 at 60, 30 and 10 % are exactly 90.
    """
    columns = [seen.columns[child.code] for child in children]
    weights = [child.declared.weight or Fraction(0) for child in children]
    common = math.lcm(*(weight.denominator for weight in weights))
    whole = [int(weight * common) for weight in weights]
    results: list[Quotient | Status] = []
    for unit in range(len(seen.classes)):
        status = combined(_statuses(columns, unit))
        if not status.has_value:
            results.append(status)
            continue
        total: Exact = 0
        counted = 0
        for weight, column in zip(whole, columns, strict=True):
            if column.status[unit].has_value:
                total += weight * column.at(unit, node.digits)
                counted += weight
        results.append((total, counted) if counted else Status.NOT_APPLICABLE)
    return results


def average(
    node: TreeNode, children: Sequence[TreeNode], seen: Evaluation
) -> list[Quotient | Status]:
    """Mean: the parts that apply, each alike. Example: own 90, panel 100: 95."""
    columns = [seen.columns[child.code] for child in children]
    results: list[Quotient | Status] = []
    for unit in range(len(seen.classes)):
        status = combined(_statuses(columns, unit))
        if not status.has_value:
            results.append(status)
            continue
        values = [c.at(unit, node.digits) for c in columns if c.status[unit].has_value]
        results.append((sum(values), len(values)))
    return results


def section(node: TreeNode, _: Sequence[TreeNode], seen: Evaluation) -> list[Quotient | Status]:
    """Section of a rubric: the points earned on its criteria, each the mean over its raters.

    A deduction counts as points less what was deducted. With ``not_applicable=full`` a criterion
    that does not apply counts its points; otherwise it is left out here, and the rubric rescales
    or not.
    """
    source = node.declared.source
    assert source is not None
    form, period = source.form, source.period
    policy = node.declared.parameters.get("not_applicable", "")
    results: list[Quotient | Status] = []
    for unit, unit_class in enumerate(seen.classes):
        rows = [row for row in node.criteria if row.applies_to(unit_class)]
        leaves = [_leaf(row, form, period, unit, seen) for row in rows]
        status = combined(leaf if isinstance(leaf, Status) else Status.SCORED for leaf in leaves)
        if not status.has_value:
            results.append(status if rows else Status.NOT_APPLICABLE)
            continue
        total = Fraction(0)
        for row, leaf in zip(rows, leaves, strict=True):
            if not isinstance(leaf, Status):
                total += leaf
            elif policy == "full" and row.points is not None:
                total += Fraction(row.points)
        results.append((total.numerator * 10**node.digits, total.denominator))
    return results


def _leaf(row: Criterion, form: str, period: str, unit: int, seen: Evaluation) -> Fraction | Status:
    """Return the points of a criterion for a unit: the mean over the raters who have the unit."""
    rubric = seen.rubric_of[form]
    if not row.due_in(seen.round):
        return Status.NOT_DUE
    exempt = seen.inputs.exempt
    if exempt and ((rubric, row.code, unit) in exempt or (rubric, row.section, unit) in exempt):
        return Status.NOT_APPLICABLE
    statuses: list[Status] = []
    total, count = Fraction(0), 0
    for rater in seen.inputs.raters.get((form, period), ()):
        there = seen.inputs.form_status[form, period, rater][unit]
        if there is Status.NOT_APPLICABLE:
            continue
        column = seen.inputs.entries.get(EntryKey(form, period, rater, row.code))
        status = column.status[unit] if column is not None and there.has_value else there
        statuses.append(Status.AWAITING if column is None and there.has_value else status)
        if column is not None and status.has_value:
            value = Fraction(column.ticks[unit]) / 10**column.digits
            total += Fraction(row.points or 0) - value if row.entry == "deducted" else value
            count += 1
    status = combined(statuses)
    return total / count if status.has_value and count else status


def rubric(
    node: TreeNode, children: Sequence[TreeNode], seen: Evaluation
) -> list[Quotient | Status]:
    """Rubric: the sum of its sections; ``not_applicable=rescale`` scales what was earned to the
    full mark: Σ earned × points ÷ Σ points of the criteria that apply.

    Example: 85.25 of 98 points that apply are 85.25 × 100 ÷ 98 = 86.99.
    """
    parts = [child for child in children if child.rule == "section"]
    policy = node.declared.parameters.get("not_applicable", "")
    if policy != "rescale":
        return add_up(node, parts, seen)
    source = node.declared.source
    assert source is not None
    columns = [seen.columns[part.code] for part in parts]
    results: list[Quotient | Status] = []
    for unit, unit_class in enumerate(seen.classes):
        status = combined(_statuses(columns, unit))
        if not status.has_value:
            results.append(status)
            continue
        total = sum(
            (c.at(unit, node.digits) for c in columns if c.status[unit].has_value),
            start=Fraction(0),
        )
        rows = [row for part in parts for row in part.criteria if row.applies_to(unit_class)]
        applicable = sum(
            (
                Fraction(row.points or 0)
                for row in rows
                if not isinstance(_leaf(row, source.form, source.period, unit, seen), Status)
            ),
            Fraction(0),
        )
        full = Fraction(node.points(unit_class) or applicable)
        results.append((total * full, applicable) if applicable else Status.NOT_APPLICABLE)
    return results


def aspect(node: TreeNode, _: Sequence[TreeNode], seen: Evaluation) -> list[Quotient | Status]:
    """Aspect of a ballot: Σ votes × value of the option ÷ the declared denominator.

    ``ticks`` counts the votes given in this aspect (blank is an abstention), ``valid`` the valid
    papers, ``returned`` all that came back, ``present`` everybody there.
    Example: 30 × 100 + 15 × 80 + 5 × 60 + 0 × 40 over 50 ticks is 90.
    """
    source = node.declared.source
    assert source is not None
    form, period = source.form, source.period
    denominator = node.declared.parameters["denominator"]
    options = seen.options_of[form]
    (row,) = node.criteria
    results: list[Quotient | Status] = []
    for unit, unit_class in enumerate(seen.classes):
        if not row.applies_to(unit_class):
            results.append(Status.NOT_APPLICABLE)
            continue
        counts = [_votes(form, period, row.code, option.option, unit, seen) for option in options]
        status = combined(count if isinstance(count, Status) else Status.SCORED for count in counts)
        base: Exact | Status = sum(count for count in counts if not isinstance(count, Status))
        if denominator != "ticks":
            base = _votes(form, period, "", denominator, unit, seen)
        if not status.has_value or isinstance(base, Status):
            results.append(status if not status.has_value else Status.AWAITING)
            continue
        points = sum(
            (Fraction(option.value) * count for option, count in zip(options, counts, strict=True)
             if not isinstance(count, Status)),
            Fraction(0),
        )  # fmt: skip
        results.append((points * 10**node.digits, base) if base else Status.MISSING)
    return results


def _votes(
    form: str, period: str, criterion: str, column: str, unit: int, seen: Evaluation
) -> Exact | Status:
    """Return a count over all meetings that had the unit, or why there is none."""
    total: Exact = 0
    statuses: list[Status] = []
    for rater in seen.inputs.raters.get((form, period), ()):
        there = seen.inputs.form_status[form, period, rater][unit]
        if there is Status.NOT_APPLICABLE:
            continue
        found = seen.inputs.entries.get(EntryKey(form, period, rater, criterion, column))
        status = found.status[unit] if found is not None and there.has_value else there
        statuses.append(Status.AWAITING if found is None and there.has_value else status)
        if found is not None and status.has_value:
            total += Fraction(found.ticks[unit]) / 10**found.digits
    status = combined(statuses) if statuses else Status.NOT_APPLICABLE
    return total if status.has_value else status


def ballot(
    node: TreeNode, children: Sequence[TreeNode], seen: Evaluation
) -> list[Quotient | Status]:
    """Ballot: the mean of its aspects. Fewer returned papers than ``turnout_min`` are reported;
    with ``turnout=void`` the ballot does not count until somebody decides."""
    parts = [child for child in children if child.rule == "aspect"]
    results = average(node, parts, seen)
    source = node.declared.source
    least = node.declared.parameters.get("turnout_min")
    if source is None or least is None:
        return results
    void = node.declared.parameters.get("turnout") == "void"
    for unit, result in enumerate(results):
        if isinstance(result, Status):
            continue
        returned = _votes(source.form, source.period, "", "returned", unit, seen)
        if isinstance(returned, Status) or returned >= Fraction(least):
            continue
        code = "turnout_void" if void else "turnout_low"
        facts = {"returned": int(returned), "least": least, "node": node.title}
        seen.findings.append(Finding(code, node.code, unit, facts))
        if void:
            results[unit] = Status.AWAITING
    return results


def item(node: TreeNode, _: Sequence[TreeNode], seen: Evaluation) -> list[Quotient | Status]:
    """Item: the mean of one column over all papers (or over all raters), abstentions left out.

    Example: papers of 90, 85 and one abstention give 87.5.
    """
    source = node.declared.source
    assert source is not None
    raters = seen.inputs.raters.get((source.form, source.period), ())
    in_classes = _in_classes(node, seen)
    results: list[Quotient | Status] = []
    for unit in range(len(seen.classes)):
        if not in_classes[unit]:
            results.append(Status.NOT_APPLICABLE)
            continue
        statuses: list[Status] = []
        values: list[Decimal] = []
        for rater in raters:
            there = seen.inputs.form_status[source.form, source.period, rater][unit]
            if there is Status.NOT_APPLICABLE:
                continue
            key = EntryKey(source.form, source.period, rater, source.criterion)
            column = seen.inputs.entries.get(key)
            status = column.status[unit] if column is not None and there.has_value else there
            statuses.append(status)
            if status.has_value:
                values += seen.inputs.papers.get(key, [[]] * len(seen.classes))[unit]
        status = combined(statuses)
        if not status.has_value:
            results.append(status if statuses else Status.NOT_APPLICABLE)
        elif values:
            total = Fraction(sum(values, Decimal(0)))
            results.append((total * 10**node.digits, len(values)))
        else:
            results.append(Status.MISSING)
    return results


def _in_classes(node: TreeNode, seen: Evaluation) -> list[bool]:
    raters = seen.inputs.raters
    source = node.declared.source
    assert source is not None
    statuses = [
        seen.inputs.form_status[source.form, source.period, rater]
        for rater in raters.get((source.form, source.period), ())
    ]
    return [
        any(status[unit] is not Status.NOT_APPLICABLE for status in statuses)
        for unit in range(len(seen.classes))
    ]


def bonus(node: TreeNode, _: Sequence[TreeNode], seen: Evaluation) -> list[Quotient | Status]:
    """Bonus: Σ verified × points each, capped a row where the row says so; claims do not count.

    Example: two verified honours of 5 points are 10, whatever was claimed.
    """
    source = node.declared.source
    assert source is not None
    results: list[Quotient | Status] = []
    for unit in range(len(seen.classes)):
        total = Fraction(0)
        statuses: list[Status] = []
        for row in seen.bonus_of[source.form]:
            count = _verified(source.form, source.period, row, unit, seen)
            statuses.append(count if isinstance(count, Status) else Status.SCORED)
            if not isinstance(count, Status):
                earned = count * Fraction(row.points)
                total += min(earned, Fraction(row.cap)) if row.cap is not None else earned
        status = combined(statuses)
        results.append((total * 10**node.digits, 1) if status.has_value else status)
    return results


def _verified(
    form: str, period: str, row: BonusItem, unit: int, seen: Evaluation
) -> Fraction | Status:
    count = _votes(form, period, row.code, "verified", unit, seen)
    return count if isinstance(count, Status) else Fraction(count)


def deduction(
    node: TreeNode, none: Sequence[TreeNode], seen: Evaluation
) -> list[Quotient | Status]:
    """Deduction: like a bonus, taken away. Example: three verified faults of 2 points are −6."""
    return [
        result if isinstance(result, Status) else (-result[0], result[1])
        for result in bonus(node, none, seen)
    ]


def inherit(node: TreeNode, _: Sequence[TreeNode], seen: Evaluation) -> list[Quotient | Status]:
    """Inherit: the value of a node of the unit above: a secretary has his branch's total."""
    source = node.declared.source
    assert source is not None
    above = seen.columns[source.criterion]
    results: list[Quotient | Status] = []
    for parent in seen.parents:
        if parent is None:
            results.append(Status.NOT_APPLICABLE)
        elif above.status[parent].has_value:
            results.append((above.at(parent, node.digits), 1))
        else:
            results.append(above.status[parent])
    return results


RULES: Mapping[str, Rule] = {
    "sum": add_up,
    "weighted": weigh,
    "mean": average,
    "rubric": rubric,
    "section": section,
    "ballot": ballot,
    "aspect": aspect,
    "item": item,
    "bonus": bonus,
    "deduction": deduction,
    "inherit": inherit,
}
"""Every rule by the name that the scores table (or the tree) gives it."""
