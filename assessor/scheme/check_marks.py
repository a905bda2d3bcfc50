"""Checks of what is compared with a mark that it must fit: grades, votes, per cent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from assessor.decimals import plain
from assessor.problems import Problem, error, warning
from assessor.scheme.check_amounts import records
from assessor.scheme.check_people import cell
from assessor.scheme.check_scores import wrong_mark
from assessor.scheme.model import Band, Criterion, Node, Scheme, Step
from assessor.scheme.ranges import plain_number, range_of

_ONE = Decimal(1)
_MANY_POINTS = Decimal(10)
"""A full mark from which on a bound of 1 or less was hardly meant in points."""


def grades_can_be_reached(scheme: Scheme) -> list[Problem]:
    """A grade does not begin above the highest score of what it looks at, in any class."""
    return [
        problem
        for bands, nodes in _graded(scheme)
        for problem in _out_of_reach(scheme, bands, nodes)
    ]


def _graded(scheme: Scheme) -> Iterator[tuple[Sequence[Band], list[Node]]]:
    """Yield each set of grades with the nodes that it looks at: the totals of its classes, or one
    node."""
    for kind, bands in scheme.bands.items():
        names = [name for name in scheme.appraised_classes if scheme.classes[name] == kind]
        tops = {top.code: top for name in names if (top := scheme.root(name)) is not None}
        yield bands, list(tops.values())
    for (_, code), bands in scheme.node_bands.items():
        if code in scheme.node:
            yield bands, [scheme.node[code]]


def _out_of_reach(
    scheme: Scheme, bands: Sequence[Band], nodes: Sequence[Node]
) -> Iterator[Problem]:
    for band in bands:
        for node in (node for node in nodes if wrong_mark(scheme, node) is None):
            high = range_of(scheme, node).high
            if band.lower is not None and high is not None and band.lower > high:
                facts: dict[str, object] = {"grade": band.grade, "node": node.title, "high": high}
                yield error("grade_out_of_reach", cell(band.at, "from"), low=band.lower, **facts)
                break


def grades_leave_a_rest(scheme: Scheme) -> list[Problem]:
    """A grade above the lowest does not begin where every score is, or nobody gets a lower one."""
    problems = []
    for bands, nodes in _graded(scheme):
        for band in bands[:-1]:
            lows = [range_of(scheme, node).low for node in nodes]
            if band.lower is not None and any(
                low is not None and band.lower <= low for low in lows
            ):
                facts: dict[str, object] = {"grade": band.grade, "low": band.lower}
                problems.append(error("grade_for_all", cell(band.at, "from"), **facts))
    return problems


def bounds_are_points(scheme: Scheme) -> list[Problem]:
    """Grades and limits compare with points: a 90 % that became 0.9 is below every score."""
    problems = []
    for bands, nodes in _graded(scheme):
        marks = [node.points for node in nodes if node.points is not None]
        lowers = [band.lower for band in bands if band.lower is not None]
        if not marks or not lowers or min(marks) < _MANY_POINTS:
            continue
        for band in bands:
            low = band.lower
            # One point may be where the lowest grade but one begins, hardly where the best does.
            if low is not None and 0 < low <= _ONE and (low < _ONE or max(lowers) == _ONE):
                facts: dict[str, object] = {"bound": low, "points": min(marks)}
                problems.append(error("bound_as_fraction", cell(band.at, "from"), **facts))
    for limit in scheme.limits:
        limited = scheme.node.get(limit.node)
        if limited is None or limited.points is None or limited.points < _MANY_POINTS:
            continue
        if 0 < limit.value < _ONE:
            facts = {"bound": limit.value, "points": limited.points}
            problems.append(warning("bound_as_fraction", cell(limit.at, "value"), **facts))
    return problems


def votes_are_worth_the_points(scheme: Scheme) -> list[Problem]:
    """The best vote of a ballot is worth its full mark: not more, and not less."""
    problems = []
    for node in (node for node in scheme.nodes if node.rule == "ballot" and node.points):
        form = scheme.form.get(node.source.form) if node.source else None
        options = scheme.options.get(form.options, ()) if form else ()
        best = max((o for o in options if o.counts), key=lambda o: o.value, default=None)
        if best is None or node.points is None or "cap" in node.parameters:
            continue
        facts = {"option": best.option, "value": best.value, "points": node.points}
        if best.value > node.points:
            place = cell(best.at, "value")
            problems.append(error("vote_above_points", place, node=node.title, **facts))
        elif best.value < node.points:
            place = cell(node.at, "points")
            problems.append(warning("vote_below_points", place, node=node.title, **facts))
    return problems


def votes_fall_in_order(scheme: Scheme) -> list[Problem]:
    """Answers are worth less from the first to the last (or more), and no two the same."""
    problems = []
    names = {form.options for form in scheme.forms}
    names |= {r.parameters.get("options", "") for r in scheme.criteria if r.entry == "level"}
    for name in (name for name in scheme.options if name in names):
        options = [one for one in scheme.options[name] if one.counts]
        if not all(one.stated for one in options):
            continue
        steps = [after.value - before.value for before, after in pairwise(options)]
        falling = sum(step < 0 for step in steps) * 2 >= len(steps)
        odd = [at for at, step in enumerate(steps, 1) if not (step < 0 if falling else step > 0)]
        for at in odd[:1]:
            before, after = options[at - 1], options[at]
            facts: dict[str, object] = {"option": after.option, "value": after.value}
            facts |= {"before": before.option, "other": before.value}
            problems.append(warning("votes_out_of_order", cell(after.at, "value"), **facts))
    return problems


def votes_are_not_negative(scheme: Scheme) -> list[Problem]:
    """A vote, or a level that is points already, is worth nothing at least."""
    sets = {form.options for form in scheme.forms}
    sets |= {
        row.parameters.get("options", "")
        for row in scheme.criteria
        if row.entry == "level" and not row.rule
    }
    return [
        error("vote_negative", cell(option.at, "value"), option=option.option, value=option.value)
        for name, options in scheme.options.items()
        for option in options
        if name in sets and option.value < 0
    ]


def rates_are_compared_as_per_cent(scheme: Scheme) -> list[Problem]:
    """Per cent are written as 90, not as 0.9: Excel makes 0.9 of a 90% that is typed."""
    problems = []
    for record, place in records(scheme):
        if not _is_rate(scheme, record):
            continue
        bounds, rising = _compared(scheme, record)
        top = max(bounds, default=Decimal(0))
        low = [bound for bound in bounds if 0 < bound <= _ONE]
        if not low or _ONE < top < _MANY_POINTS:
            continue
        bound = max(low)
        facts = {"title": record.title, "bound": bound, "percent": plain(bound * 100)}
        if rising and bound == top:
            problems.append(error("rate_as_fraction", place, **facts))
        else:  # less is better, or a low step: half a per cent may well be meant
            problems.append(warning("rate_as_fraction", place, **facts))
    return problems


def _is_rate(scheme: Scheme, record: Node | Criterion) -> bool:
    """Say whether the number that a record converts is in per cent."""
    if isinstance(record, Criterion):
        return record.entry == "rate"
    parts = [part for part in scheme.children(record.code) if not part.informative]
    if len(parts) == 1 and record.source is None:
        part = parts[0]
        return part.rule == "share" or (part.rule == "number" and _from_rate(scheme, part))
    return _from_rate(scheme, record)


def _from_rate(scheme: Scheme, node: Node) -> bool:
    form = scheme.form.get(node.source.form) if node.source else None
    if form is None or node.source is None:
        return False
    rows = (row for row in scheme.rubric(form.rubric) if row.code == node.source.criterion)
    return any(row.entry == "rate" for row in rows)


def _compared(scheme: Scheme, record: Node | Criterion) -> tuple[list[Decimal], bool]:
    """Return the numbers that a conversion compares with, and whether more is better."""
    parameters = record.parameters
    if record.rule in {"ladder", "interpolate"}:
        steps: Sequence[Step] = scheme.ladders.get(parameters.get("ladder", ""), ())
        bounds = [step.lower for step in steps if step.lower is not None]
        return bounds, bool(steps) and steps[-1].value > steps[0].value
    if record.rule == "threshold":
        given = [plain_number(parameters, key) for key in ("least", "most")]
        return [bound for bound in given if bound is not None], "most" not in parameters
    if record.rule == "proportional":
        target = plain_number(parameters, "target")
        return [] if target is None else [target], parameters.get("better") != "less"
    if record.rule == "steps":  # growth of half a per cent may well be meant
        target = plain_number(parameters, "target")
        return [] if target is None else [target], False
    return [], False


MARK_CHECKS = (
    grades_can_be_reached,
    grades_leave_a_rest,
    bounds_are_points,
    votes_are_worth_the_points,
    votes_fall_in_order,
    votes_are_not_negative,
    rates_are_compared_as_per_cent,
)
