"""Raters who are left out by decision: their forms do not count for one unit, or for any."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assessor.problems import Problem, error
from assessor.returns.absent import missing_problem
from assessor.returns.collection import Collection
from assessor.scheme.copies import Packet, due_copies
from assessor.scheme.decisions import Decision
from assessor.scheme.model import Scheme
from assessor.scoring.column import Status
from assessor.scoring.inputs import Inputs

Form = tuple[str, str, str]
"""Form, period and rater."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One decision on one form of a rater in one period, and the units that it takes from him."""

    decision: Decision
    form: Form
    units: frozenset[int]


def leave_out_raters(
    scheme: Scheme, inputs: Inputs, decisions: Sequence[Decision]
) -> tuple[Inputs, list[Problem]]:
    """Return the inputs as if the raters who are left out had never had these units, and an error
    for each decision on a rater who does not have the unit, or who is the only one.

    What they wrote stays in the table of entries.
    Example: of 80, 90 and 70 the last rater is left out: the mean is 85, not 80.
    """
    problems: list[Problem] = []
    asked: list[_Asked] = []
    for decision in decisions:
        if decision.act != "leave_out_rater":
            continue
        found = list(_taken(scheme, inputs, decision))
        asked += found
        if not found:
            problems.append(
                _of(
                    decision,
                    error(
                        "decision_rater_not_his",
                        decision.at.cell("unit" if decision.unit else "to"),
                        unit=scheme.unit[decision.unit].name if decision.unit else "—",
                        **_named(scheme, decision),
                    ),
                )
            )
    gone: dict[Form, set[int]] = {}
    for one in asked:
        gone.setdefault(one.form, set()).update(one.units)
    for form, units in _alone(inputs, gone).items():
        for one in asked:
            if one.form == form and one.units & units:
                names = [scheme.units[unit].name for unit in sorted(one.units & units)]
                facts = {"units": names, **_named(scheme, one.decision)}
                place = one.decision.at.cell("to")
                problems.append(_of(one.decision, error("decision_nobody_left", place, **facts)))
        gone[form] -= units
    status = dict(inputs.form_status)
    for form, units in gone.items():
        status[form] = [
            Status.NOT_APPLICABLE if unit in units else own
            for unit, own in enumerate(inputs.form_status[form])
        ]
    recused = {form: frozenset(units) for form, units in gone.items() if units}
    return replace(inputs, form_status=status, recused=recused), problems


def _taken(scheme: Scheme, inputs: Inputs, decision: Decision) -> Iterator[_Asked]:
    source = decision.source
    for form, status in inputs.form_status.items():
        if form[0] != source.form or source.period not in ("", form[1]) or form[2] != decision.to:
            continue
        units = frozenset(
            at
            for at, own in enumerate(status)
            if own is not Status.NOT_APPLICABLE and decision.unit in ("", scheme.units[at].code)
        )
        if units:
            yield _Asked(decision, form, units)


def _alone(inputs: Inputs, gone: Mapping[Form, set[int]]) -> dict[Form, set[int]]:
    """Return the units that nobody would score any more: for them nobody is left out."""
    found: dict[Form, set[int]] = {}
    for form, units in gone.items():
        mates = [
            (status, gone.get(other, set()))
            for other, status in inputs.form_status.items()
            if other[:2] == form[:2]
        ]
        lonely = {
            unit
            for unit in units
            if all(own[unit] is Status.NOT_APPLICABLE or unit in out for own, out in mates)
        }
        if lonely:
            found[form] = lonely
    return found


def _named(scheme: Scheme, decision: Decision) -> dict[str, object]:
    rater, form = scheme.rater[decision.to], scheme.form[decision.source.form]
    return {"rater": rater.name, "form": form.title}


def _of(decision: Decision, problem: Problem) -> Problem:
    return replace(problem, unit=decision.unit)


def settle_left_out(
    scheme: Scheme,
    packets: Sequence[Packet],
    collection: Collection,
    inputs: Inputs,
    problems: Sequence[Problem],
) -> list[Problem]:
    """Return the problems, those of forms that are left out as settled; forms that nobody waits
    for any more are neither missing nor in conflict."""
    if not inputs.recused:
        return list(problems)
    order = {unit.code: index for index, unit in enumerate(scheme.units)}
    settled: list[Problem] = []
    places: set[tuple[str, str, str]] = set()
    held: set[tuple[str, str, str]] = set()
    for _, copy in due_copies(packets):
        key = copy.key
        out = inputs.recused.get((key.form, key.period, key.rater), frozenset())
        mine = [unit for unit in copy.roster if order[unit.code] in out]
        if key in collection.accepted:
            accepted = collection.accepted[key]
            places |= {(accepted.file, accepted.reading.sheet, unit.code) for unit in mine}
        elif mine and len(mine) == len(copy.roster):
            absent = collection.absent.pop(key, None)
            if absent is not None:
                settled.append(missing_problem(scheme, absent[0], absent[1]))
            if key in collection.held:
                collection.held.discard(key)
                held.add((key.form, key.rater, key.unit))
    return [
        problem.settled()
        if problem in settled
        or (problem.place.file, problem.place.sheet, problem.unit) in places
        or (problem.code == "file_conflict" and _whose(problem) in held)
        else problem
        for problem in problems
    ]


def _whose(problem: Problem) -> tuple[str, str, str]:
    return (str(problem.facts["code"]), problem.rater, problem.unit)
