"""Rules that read counts: ballots by aspect, bonuses and deductions by verified claims."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from assessor.decimals import Exact
from assessor.scoring.column import Status, combined
from assessor.scoring.combining import average
from assessor.scoring.evaluation import Evaluation, Finding, Result, status_of
from assessor.scoring.inputs import EntryKey
from assessor.scoring.tree import TreeNode


def aspect(node: TreeNode, _: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
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
    name = seen.rubric_of[form]
    exempt = {u for part, code, u in seen.inputs.exempt if (part, code) == (name, row.code)}
    votes = [counts_of(form, period, row.code, option.option, seen) for option in options]
    bases = None if denominator == "ticks" else counts_of(form, period, "", denominator, seen)
    results: list[Result] = []
    for unit, unit_class in enumerate(seen.classes):
        if not row.applies_to(unit_class) or unit in exempt:
            results.append(Status.NOT_APPLICABLE)
            continue
        counts = [column[unit] for column in votes]
        status = combined(count if isinstance(count, Status) else Status.SCORED for count in counts)
        base: Exact | Status = sum(count for count in counts if not isinstance(count, Status))
        if bases is not None:
            base = bases[unit]
        if not status.has_value or isinstance(base, Status):
            results.append(status if not status.has_value else Status.AWAITING)
            continue
        points = sum(
            (Fraction(option.value) * count for option, count in zip(options, counts, strict=True)
             if not isinstance(count, Status)),
            Fraction(0),
        )  # fmt: skip
        if not base:
            seen.findings.append(Finding("votes_missing", node.code, unit, {"node": node.title}))
        results.append((points * 10**node.digits, base) if base else Status.MISSING)
    return results


def counts_of(
    form: str, period: str, criterion: str, column: str, seen: Evaluation
) -> list[Exact | Status]:
    """Return a count over all meetings that had each unit, or why there is none."""
    raters = seen.inputs.raters.get((form, period), ())
    there = [seen.inputs.form_status[form, period, rater] for rater in raters]
    keys = [EntryKey(form, period, rater, criterion, column) for rater in raters]
    given = [seen.inputs.entries.get(key) for key in keys]
    counts: list[Exact | Status] = []
    for unit in range(len(seen.classes)):
        total: Exact = 0
        statuses: list[Status] = []
        for form_status, found in zip(there, given, strict=True):
            own = status_of(form_status[unit], found, unit)
            if own is None:
                continue
            statuses.append(own)
            if own.has_value and found is not None:
                total += found.at(unit, 0)
        status = combined(statuses) if statuses else Status.NOT_APPLICABLE
        counts.append(total if status.has_value else status)
    return counts


def ballot(node: TreeNode, children: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Ballot: the mean of its aspects. Fewer returned papers than ``turnout_min`` are reported;
    with ``turnout=void`` the ballot does not count until somebody decides."""
    parts = [child for child in children if child.rule == "aspect"]
    results = average(node, parts, seen)
    source = node.declared.source
    least = node.declared.parameters.get("turnout_min")
    if source is None or least is None:
        return results
    void = node.declared.parameters.get("turnout") == "void"
    papers = counts_of(source.form, source.period, "", "returned", seen)
    for unit, (result, returned) in enumerate(zip(results, papers, strict=True)):
        if isinstance(result, Status):
            continue
        if returned is Status.AWAITING:
            results[unit] = Status.AWAITING  # nobody knows whether enough took part
        if isinstance(returned, Status) or returned >= Fraction(least):
            continue
        code = "turnout_void" if void else "turnout_low"
        facts = {"returned": int(returned), "least": least, "node": node.title}
        seen.findings.append(Finding(code, node.code, unit, facts))
        if void:
            results[unit] = Status.AWAITING
    return results


def bonus(node: TreeNode, _: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Bonus: Σ verified × points each, capped a row where the row says so; claims do not count.

    Example: two verified honours of 5 points are 10, whatever was claimed.
    """
    source = node.declared.source
    assert source is not None
    rows = seen.bonus_of[source.form]
    verified = [counts_of(source.form, source.period, row.code, "verified", seen) for row in rows]
    results: list[Result] = []
    for unit in range(len(seen.classes)):
        total = Fraction(0)
        counts = [column[unit] for column in verified]
        for row, count in zip(rows, counts, strict=True):
            if not isinstance(count, Status):
                earned = Fraction(count) * Fraction(row.points)
                total += min(earned, Fraction(row.cap)) if row.cap is not None else earned
        status = combined(count if isinstance(count, Status) else Status.SCORED for count in counts)
        results.append((total * 10**node.digits, 1) if status.has_value else status)
    return results


def deduction(node: TreeNode, none: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Deduction: like a bonus, taken away. Example: three verified faults of 2 points are −6."""
    return [
        result if isinstance(result, Status) else (-result[0], result[1])
        for result in bonus(node, none, seen)
    ]
