"""Rules that read counts: ballots by aspect or as a whole, shares of votes, verified claims."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul

from assessor.decimals import Exact, digits_of
from assessor.scheme.model import Criterion
from assessor.scoring.column import Status, combined
from assessor.scoring.combining import average
from assessor.scoring.evaluation import Evaluation, Result, status_of
from assessor.scoring.inputs import EntryKey
from assessor.scoring.parameters import count_of
from assessor.scoring.tree import TreeNode

Counts = list[Exact | Status]


@dataclass(frozen=True, slots=True)
class Votes:
    """The votes of one aspect, or of several together, by unit."""

    points: Counts
    """Σ votes × value of the option; or why there is none."""
    base: Counts
    """What they are divided by."""


def aspect(node: TreeNode, _: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Aspect of a ballot: Σ votes × value of the option ÷ the declared denominator.

    ``ticks`` counts the votes given in this aspect (blank is an abstention), ``valid`` the valid
    papers, ``returned`` all that came back, ``present`` everybody there. Votes for an option that
    does not count (不了解) are in neither: they are no ticks, and are taken off the papers.
    Rounded once.

    Examples: 30 × 100 + 15 × 80 + 5 × 60 + 0 × 40 over 50 ticks is 90. With 2 votes 不了解 on 50
    valid papers it is divided by 48.
    """
    (row,) = node.criteria
    together = node.declared.parameters.get("over") == "votes"
    votes = _votes(row, node, _values(node, seen), seen)
    return _quotients(node, [votes], seen, silent=together)


def ballot(node: TreeNode, children: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Ballot: the mean of its aspects; with ``over=votes`` all votes together over all bases.

    Fewer returned papers than ``turnout_min``, a number or a share of those expected, are
    reported; with ``turnout=void`` the ballot does not count until somebody decides.
    Example: 10 votes of 100 in one aspect and 30 of 80 in another: 90, or 85 over the votes.
    """
    parts = [child for child in children if child.rule == "aspect"]
    if node.declared.parameters.get("over") == "votes":
        values = _values(node, seen)
        votes = [_votes(row, node, values, seen) for part in parts for row in part.criteria]
        results = _quotients(node, votes, seen)
    else:
        results = average(node, parts, seen)
    return _with_turnout(node, results, seen)


def share(node: TreeNode, _: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Share: votes for the named ``options`` ÷ the denominator × 100, over all aspects together.

    Turnout and options that do not count are as in a ballot. Rounded once.
    Example: 30 优秀 and 15 良好 of 50 ticks, ``options=优秀、良好``: 90 per cent.
    """
    source = node.declared.source
    assert source is not None
    text = node.declared.parameters["options"].replace("，", ",").replace("、", ",")
    named = {name.strip() for name in text.split(",")}
    options = seen.options_of[source.form]
    values = [Fraction(100 if option.option in named else 0) for option in options]
    rows = seen.scheme.rubric(seen.rubric_of[source.form])
    votes = [_votes(row, node, values, seen) for row in rows if row.entry == "ballot"]
    return _with_turnout(node, _quotients(node, votes, seen), seen)


def _values(node: TreeNode, seen: Evaluation) -> list[Fraction]:
    """Return what a vote for each option of a ballot is worth."""
    source = node.declared.source
    assert source is not None
    return [Fraction(option.value) for option in seen.options_of[source.form]]


def _votes(row: Criterion, node: TreeNode, values: Sequence[Fraction], seen: Evaluation) -> Votes:
    """Return the votes of an aspect by unit: what they are worth, and what they are divided by."""
    source = node.declared.source
    assert source is not None
    form, period = source.form, source.period
    options = seen.options_of[form]
    given = [counts_of(form, period, row.code, option.option, seen) for option in options]
    by = node.declared.parameters["denominator"]
    papers = None if by == "ticks" else counts_of(form, period, "", by, seen)
    common = math.lcm(*(value.denominator for value in values))
    whole = [int(value * common) for value in values]
    vote = [option.counts for option in options]
    exempt = _exempt(row, form, seen)
    plain = papers is None and common == 1 and all(vote) and not exempt
    mine = {name for name in set(seen.classes) if row.applies_to(name)}
    points: Counts = []
    bases: Counts = []
    scored = Status.SCORED
    each = zip(*given, strict=True) if given else ((),) * len(seen.classes)
    for unit, (unit_class, counts) in enumerate(zip(seen.classes, each, strict=True)):
        open_ = [own for own in counts if isinstance(own, Status)]
        if plain and not open_ and unit_class in mine:
            points.append(sum(map(mul, whole, counts)))
            bases.append(sum(counts))
            continue
        status = combined((*open_, scored) if len(open_) < len(counts) else open_)
        if unit_class not in mine or unit in exempt:
            status = Status.NOT_APPLICABLE
        base = papers[unit] if papers is not None else 0
        if status.has_value and isinstance(base, Status):
            status = Status.AWAITING
        if not status.has_value or isinstance(base, Status):
            points.append(status)
            bases.append(status)
            continue
        worth: Exact = 0
        for counted, value, count in zip(vote, whole, counts, strict=True):
            if isinstance(count, Status):
                continue
            if counted:
                worth += value * count
                base += count if papers is None else 0
            elif papers is not None:
                base -= count
        points.append(worth if common == 1 else Fraction(worth) / common)
        bases.append(base)
    return Votes(points, bases)


def _exempt(row: Criterion, form: str, seen: Evaluation) -> set[int]:
    name = seen.rubric_of[form]
    return {unit for part, code, unit in seen.inputs.exempt if (part, code) == (name, row.code)}


def _quotients(
    node: TreeNode, votes: Sequence[Votes], seen: Evaluation, silent: bool = False
) -> list[Result]:
    """Return points ÷ base over some aspects together; without a single vote it is missing."""
    scale = 10**node.digits
    scored = Status.SCORED
    results: list[Result] = []
    for unit in range(len(seen.classes)):
        points: Exact = 0
        base: Exact = 0
        kinds: list[Status] = []
        for part in votes:
            worth, size = part.points[unit], part.base[unit]
            if isinstance(worth, Status) or isinstance(size, Status):
                kinds.append(worth if isinstance(worth, Status) else Status.AWAITING)
                continue
            kinds.append(scored)
            points += worth
            base += size
        status = combined(kinds)
        if not status.has_value:
            results.append(status)
            continue
        if base <= 0 and not silent:
            seen.report("votes_missing", node, unit)
        results.append((points * scale, base) if base > 0 else Status.MISSING)
    return results


def counts_of(form: str, period: str, criterion: str, column: str, seen: Evaluation) -> Counts:
    """Return a count over all meetings that had each unit, or why there is none."""
    size = len(seen.classes)
    total: list[Exact] = [0] * size
    found: list[Status | None] = [None] * size
    seats = seen.inputs.seats.get((form, period), ())
    for seat in seats:
        key = EntryKey(form, period, seat.rater, criterion, column)
        given = seen.inputs.entries.get(key)
        if len(seats) == 1 and seat.whole and given is not None:
            pairs = zip(given.aligned(0), given.status, strict=True)
            return [count if own.has_value else own for count, own in pairs]
        for unit in seat.units:
            own = status_of(seat.status[unit], given, unit)
            before = found[unit]
            if own is not None and own is not before:
                found[unit] = own if before is None else combined((before, own))
            if given is not None and own is not None and own.has_value:
                total[unit] += given.at(unit, 0)
    return [
        Status.NOT_APPLICABLE if own is None else count if own.has_value else own
        for count, own in zip(total, found, strict=True)
    ]


def _with_turnout(node: TreeNode, results: list[Result], seen: Evaluation) -> list[Result]:
    """Return the results, void where too few papers came back and the scheme says so."""
    source = node.declared.source
    parameters = node.declared.parameters
    asked = parameters.get("turnout_min", "")
    if source is None or not asked:
        return results
    void = parameters.get("turnout") == "void"
    papers = counts_of(source.form, source.period, "", "returned", seen)
    shared = asked.endswith(("%", "％"))
    people = counts_of(source.form, source.period, "", "expected", seen) if shared else papers
    for unit, (result, returned, whole) in enumerate(zip(results, papers, people, strict=True)):
        if isinstance(result, Status):
            continue
        if Status.AWAITING in (returned, whole):
            results[unit] = Status.AWAITING  # nobody knows whether enough took part
        if isinstance(returned, Status) or isinstance(whole, Status):
            continue
        least = math.ceil(count_of(parameters, "turnout_min", int(whole)))
        if returned >= least:
            continue
        code = "turnout_void" if void else "turnout_low"
        seen.report(code, node, unit, returned=int(returned), least=least)
        if void:
            results[unit] = Status.AWAITING
    return results


def bonus(node: TreeNode, _: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Bonus: Σ verified × points each, capped a row where the row says so; claims do not count.

    Where a row counts only what is ``above`` a number, those up to it earn nothing. Rounded once.
    Examples: two verified honours of 5 points are 10, whatever was claimed. Five articles at 0.5
    above the first 3: 1.
    """
    source = node.declared.source
    assert source is not None
    rows = seen.bonus_of[source.form]
    verified = [counts_of(source.form, source.period, row.code, "verified", seen) for row in rows]
    marks = [mark for row in rows for mark in (row.points, row.cap) if mark is not None]
    digits = max(map(digits_of, marks), default=0)
    each = [int(row.points.scaleb(digits)) for row in rows]
    most = [None if row.cap is None else int(row.cap.scaleb(digits)) for row in rows]
    scale, size = 10**node.digits, 10**digits
    scored = Status.SCORED
    results: list[Result] = []
    for unit in range(len(seen.classes)):
        total: Exact = 0
        kinds: list[Status] = []
        for at, row in enumerate(rows):
            count = verified[at][unit]
            kinds.append(count if isinstance(count, Status) else scored)
            if isinstance(count, Status):
                continue
            earned = max(0, count - row.above) * each[at]
            top = most[at]
            total += earned if top is None else min(earned, top)
        status = combined(kinds)
        results.append((total * scale, size) if status.has_value else status)
    return results


def deduction(node: TreeNode, none: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Deduction: like a bonus, taken away: its value is negative.

    What it takes at most is a ``floor``: ``floor=-10``.
    Example: three verified faults of 2 points are −6.
    """
    return [
        result if isinstance(result, Status) else (-result[0], result[1])
        for result in bonus(node, none, seen)
    ]
