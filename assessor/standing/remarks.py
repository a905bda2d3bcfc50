"""What a standing has to say to people: ties that wait for them, decisions that contradict it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from assessor.problems import NOWHERE, Problem, note, warning
from assessor.scheme.decisions import Decision
from assessor.standing.awards import Named
from assessor.standing.edges import tied_of
from assessor.standing.limits import forbids, has_effect
from assessor.standing.quotas import Quota
from assessor.standing.stand import Standing, UnitStanding


def remarks(standing: Standing, decisions: Sequence[Decision]) -> list[Problem]:
    """Return the warnings and notes of a standing, and of the decisions on grades and awards."""
    return [
        *(problem for quota in standing.quotas for problem in _quota(standing, quota)),
        *(problem for named in standing.awards for problem in _award(standing, named)),
        *_confirmed(standing, decisions),
        *_granted(standing, decisions),
    ]


def _names(standing: Standing, units: Sequence[int]) -> list[str]:
    return [standing.scheme.units[unit].name for unit in units]


def _quota(standing: Standing, quota: Quota) -> Iterator[Problem]:
    """Report a tie across the last place that nobody decided yet, and more grades than places.

    Who of the tied has a confirmed grade is decided; once the places are gone, so are the others.
    """
    tied = tied_of(standing, quota)
    facts: dict[str, object] = {
        "unit_class": quota.unit_class,
        "grade": quota.grade,
        "places": quota.places,
        "units": _names(standing, tied.open),
        "score": tied.score,
    }
    if tied.open and quota.forced:
        yield warning("share_tied", NOWHERE, given=quota.given, **facts)
    elif tied.open and tied.left and tied.enough:
        facts |= {"left": tied.left, "tied": list(tied.names)}
        yield warning("grade_tied_rest", NOWHERE, **facts)
    elif tied.open and tied.left:
        code = "grade_tied" if quota.unit_class else "grade_tied_passed"
        counts = {"taken": tied.taken, "left": tied.left, "count": len(tied.open)}
        yield warning(code, NOWHERE, **counts, **facts)
    if quota.unit_class:
        yield from _too_many(standing, quota)


def _too_many(standing: Standing, quota: Quota) -> Iterator[Problem]:
    """Report where people confirmed a grade more often than there are places for it."""
    have = [
        one
        for one in standing.of_class(quota.unit_class)
        if one.final_grade == quota.grade
        and standing.scheme.units[one.unit].ranked
        and not has_effect(one.held, "unranked")
    ]
    raised = [one for one in have if one.grade != quota.grade]
    if raised and len(have) > max(quota.places, quota.given):
        yield warning(
            "quota_exceeded",
            NOWHERE,
            unit_class=quota.unit_class,
            grade=quota.grade,
            given=len(have),
            places=quota.places,
        )


def _award(standing: Standing, named: Named) -> Iterator[Problem]:
    title = named.award.title
    if named.tied:
        yield warning("award_tied", NOWHERE, award=title, units=_names(standing, named.tied))
    if len(named.units) > named.slots and named.award.tie != "all":
        yield warning(
            "award_over_slots", NOWHERE, award=title, given=len(named.units), slots=named.slots
        )


def _confirmed(standing: Standing, decisions: Sequence[Decision]) -> Iterator[Problem]:
    """Name confirmed grades that a limit forbids, or that are better than the score's band."""
    by_code = _by_code(standing)
    for decision in decisions:
        one = by_code.get(decision.unit)
        if decision.act != "confirm_grade" or one is None or one.graded is None:
            continue
        kind = standing.scheme.units[one.unit].kind
        order = [band.grade for band in standing.scheme.bands[kind]]
        place, facts = decision.at.cell("to"), {"to": decision.to, "band": one.graded.band}
        against = [held.limit.title for held in one.held if forbids(held, decision.to, order)]
        if against:
            yield _of(decision, warning("grade_against_limit", place, limits=against, **facts))
        if order.index(decision.to) < order.index(one.graded.band):
            score = "" if one.score is None else f"{one.score:f}"
            yield _of(decision, note("grade_contradicts_band", place, score=score, **facts))


def _granted(standing: Standing, decisions: Sequence[Decision]) -> Iterator[Problem]:
    """Name awards that people granted to those whom a limit bars from all of them."""
    by_code = _by_code(standing)
    for decision in decisions:
        one = by_code.get(decision.unit)
        if decision.act != "grant_award" or one is None:
            continue
        against = [held.limit.title for held in one.held if held.limit.effect == "no_award"]
        if against:
            place, facts = decision.at.cell("object"), {"award": decision.object}
            yield _of(decision, warning("award_against_limit", place, limits=against, **facts))


def _by_code(standing: Standing) -> Mapping[str, UnitStanding]:
    return {standing.scheme.units[one.unit].code: one for one in standing.units}


def _of(decision: Decision, problem: Problem) -> Problem:
    return replace(problem, unit=decision.unit)
