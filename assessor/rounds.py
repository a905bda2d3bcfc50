"""A round as it is known now: everything read, brought together, computed; nothing is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from assessor.disk import sha256_of
from assessor.i18n import catalog
from assessor.last_year import FILES as LAST
from assessor.last_year import since_last
from assessor.mail.received import Received
from assessor.outputs.ranking_basis import Source
from assessor.outputs.wording import brief
from assessor.problems import (
    NOWHERE,
    AssessorError,
    Problem,
    Severity,
    has_errors,
)
from assessor.returns.claims import settle_claims
from assessor.returns.collect import bring_together, own_claims_granted
from assessor.returns.collection import Collection
from assessor.returns.columns import (
    entry_table,
    exempt_parts,
    make_inputs,
    place_of,
    settle_tallies,
    without_exempt,
)
from assessor.returns.decided import (
    place_of_exemption,
    stale_decisions,
    uphold_entries,
    without_upheld,
)
from assessor.returns.enclosures import place_enclosures
from assessor.returns.exempted import exempt_entries
from assessor.returns.external import External, take_external
from assessor.returns.identify import context_of
from assessor.returns.papers import settle_papers
from assessor.returns.pool import Progress, silent
from assessor.returns.receive import receive
from assessor.returns.recused import leave_out_raters, settle_left_out
from assessor.returns.roster import settle_rosters
from assessor.returns.settled import Live, settle_decided
from assessor.returns.triggered import Triggered, fact_problems, triggered_facts
from assessor.scheme.copies import Packet, make_packets
from assessor.scheme.decisions import Decision, read_decisions
from assessor.scheme.issued import load_issued
from assessor.scheme.load import load_decision_rows, load_sound_scheme
from assessor.scheme.model import Scheme
from assessor.scheme.plans import make_plans
from assessor.scheme.stamp import numbering
from assessor.scoring.due import still_to_come
from assessor.scoring.evaluate import Scores, evaluate
from assessor.scoring.evaluation import EVERY_UNIT
from assessor.scoring.inputs import Inputs
from assessor.standing.comparison import Change
from assessor.standing.hints import Looked, look_into
from assessor.standing.remarks import remarks
from assessor.standing.stand import Standing, UnitStanding, differences, stand
from assessor.workspace import Workspace


@dataclass(frozen=True)
class Round:
    """A round as it is known now: what came back, how it stands, what is wrong."""

    scheme: Scheme
    packets: Sequence[Packet]
    collection: Collection
    entries: pd.DataFrame
    inputs: Inputs
    decisions: Sequence[Decision]
    standing: Standing
    problems: Sequence[Problem]
    external: Sequence[External] = ()
    """What was taken from files of elsewhere."""
    happened: Sequence[Triggered] = ()
    """Facts with consequences that the forms report."""
    sources: Sequence[Source] = ()
    """The files of scheme, decisions and last year that it was made from."""
    changes: Mapping[str, Change] = field(default_factory=dict)
    """How the units stand to last year, where that is known."""
    day_of_mail: dt.date | None = None
    """The day that it was judged by, where nobody asked for one: that of the latest return that
    came by mail."""

    @cached_property
    def looked(self) -> Looked:
        """What strikes the eye in the data: hints, not verdicts."""
        return look_into(self.scheme, self.inputs, self.standing.scores)

    @property
    def complete(self) -> bool:
        """Whether nothing is open: no error, and nothing that was due is missing."""
        return not has_errors(list(self.problems))


def read_round(
    workspace: Workspace,
    returns: Path,
    as_of: dt.date | None = None,
    workers: int | None = None,
    progress: Progress = silent,
) -> Round:
    """Read the returns and compute everything; nothing is written.

    Without a day it is that of the latest return that came by mail; where none came by mail, every
    period counts as due.
    """
    day_of_mail = Received(workspace.hidden).latest_day() if as_of is None else None
    as_of = as_of or day_of_mail
    scheme, _ = load_sound_scheme(workspace.scheme)
    rows, faults = load_decision_rows(workspace.decisions)
    decisions, more = read_decisions(rows, scheme)
    if has_errors([*faults, *more]):
        raise AssessorError(*faults, *more)
    plans = make_plans(scheme)
    key = workspace.key()
    packets = make_packets(scheme, plans, numbering(key))
    issued, damaged = load_issued(workspace.hidden)
    context = context_of(scheme, packets, plans, key, issued)
    received = receive(returns, context, workers, progress)
    found = place_enclosures(scheme, received)
    collection = bring_together(scheme, packets, found, received.readings, decisions, as_of)
    settled = settle_tallies(packets, collection)
    settled += settle_rosters(packets, collection)
    settled += settle_papers(scheme, packets, collection)
    settled += settle_claims(scheme, collection)
    problems = [*damaged, *collection.problems, *settled]
    exempt = exempt_parts(scheme, decisions)
    problems = without_exempt(scheme, problems, exempt)
    problems += own_claims_granted(scheme, collection, exempt)
    problems += exempt_entries(scheme, collection, exempt)
    entries = entry_table(scheme, collection)
    inputs = make_inputs(scheme, packets, collection, entries, decisions)
    inputs, more = leave_out_raters(scheme, inputs, decisions)
    problems = settle_left_out(scheme, packets, collection, inputs, problems) + more
    external, more = take_external(scheme, workspace.inputs, frozenset(inputs.overrides))
    problems += more
    undecided = replace(
        inputs, overrides={}, external={one.input.code: one.column for one in external}
    )
    upheld, more = uphold_entries(scheme, undecided, decisions)
    problems = [*without_upheld(problems, collection, upheld, scheme), *more]
    inputs = replace(upheld, overrides=inputs.overrides)
    live = Live(scheme, inputs)
    problems = settle_decided(scheme, collection, inputs, live, problems)
    happened = triggered_facts(scheme, inputs, entries)
    problems += fact_problems(scheme, happened, decisions)
    standing, more = _stand(scheme, inputs, entries, decisions, live)
    problems += [*more, *stale_decisions(scheme, undecided, standing, decisions)]
    return Round(
        scheme,
        packets,
        collection,
        entries,
        inputs,
        decisions,
        standing,
        in_order(scheme, problems),
        external,
        happened,
        _sources(workspace),
        since_last(workspace, standing),
        day_of_mail,
    )


def _sources(workspace: Workspace) -> list[Source]:
    """Return the clerk's own files with their hashes, in a fixed order."""
    scheme = workspace.scheme
    tables = sorted(scheme.glob("*.csv")) if scheme.is_dir() else [scheme]
    found = [("scheme", path) for path in tables]
    found += [("decisions", workspace.decisions), *(("last", workspace.last / n) for n in LAST)]
    return [
        Source(kind, path.relative_to(workspace.root).as_posix(), sha256_of(path))
        for kind, path in found
        if path.is_file()
    ]


def stand_with(
    scheme: Scheme, inputs: Inputs, entries: pd.DataFrame, decisions: Sequence[Decision]
) -> tuple[Standing, list[Problem]]:
    """Return how the same entries would stand by another scheme, and what there is to say."""
    return _stand(scheme, inputs, entries, decisions, Live(scheme, inputs))


def _stand(
    scheme: Scheme,
    inputs: Inputs,
    entries: pd.DataFrame,
    decisions: Sequence[Decision],
    live: Live,
) -> tuple[Standing, list[Problem]]:
    """Return the standing, and what scoring and decisions have to say about it."""
    order = {unit.code: index for index, unit in enumerate(scheme.units)}
    confirmed = {order[d.unit]: (d.to, d.reason) for d in decisions if d.act == "confirm_grade"}
    barred = _decided_awards(scheme, decisions, "withdraw_award")
    granted = _decided_awards(scheme, decisions, "grant_award")
    scores = evaluate(scheme, inputs)
    unfinished = still_to_come(scheme, inputs)
    standing = stand(scheme, scores, confirmed, barred, granted, unfinished)
    other_way = "last" if scheme.settings.rounding == "each" else "each"
    exact = evaluate(scheme, inputs, other_way)
    other = stand(scheme, exact, confirmed, barred, granted, unfinished)
    problems = _findings(scheme, scores, entries, decisions, live)
    problems += _rounding_problems(scheme, differences(standing, other))
    problems += remarks(standing, decisions)
    return standing, problems


def _decided_awards(
    scheme: Scheme, decisions: Sequence[Decision], act: str
) -> frozenset[tuple[str, int]]:
    """Return the (award, unit) pairs of one act: awards granted, or awards withdrawn."""
    order = {unit.code: index for index, unit in enumerate(scheme.units)}
    return frozenset(
        (award.code, order[decision.unit])
        for decision in decisions
        if decision.act == act
        for award in scheme.awards
        if decision.object in {award.code, award.title}
    )


_HOLDING_UP = (
    "turnout_void",
    "votes_missing",
    "papers_missing",
    "target_missing",
    "ladder_below",
    "ladder_beyond",
    "part_unruled",
    "difference_of_nothing",
    "no_nomination",
    "no_units_below",
    "population_empty",
    "panel_unknown",
)
"""Findings that leave a unit without a score until somebody settles them."""


def _findings(
    scheme: Scheme,
    scores: Scores,
    entries: pd.DataFrame,
    decisions: Sequence[Decision],
    live: Live,
) -> list[Problem]:
    """Return what the rules noticed as problems, at the cells that they are about."""
    kinds = dict.fromkeys(_HOLDING_UP, Severity.ERROR)
    problems = []
    for finding in scores.findings:
        unit = "" if finding.unit == EVERY_UNIT else scheme.units[finding.unit].code
        place = place_of(entries, unit, finding.at) if finding.at else NOWHERE
        if finding.code == "part_unruled":
            part = str(finding.facts["part"])
            place = place_of_exemption(scheme, finding.node, part, unit, decisions)
        criterion = finding.at.criterion if finding.at else ""
        severity = kinds.get(finding.code, Severity.WARNING)
        problem = Problem(finding.code, severity, place, finding.facts, unit, criterion)
        matters = finding.unit == EVERY_UNIT or live.holds(finding.node, finding.unit)
        problems.append(problem if matters else problem.settled())
    return problems


def _rounding_problems(
    scheme: Scheme, found: Sequence[tuple[UnitStanding, UnitStanding]]
) -> list[Problem]:
    words = catalog(scheme.settings.language)
    return [
        Problem(
            "rounding_matters",
            Severity.WARNING,
            facts={"here": brief(mine, words), "there": brief(theirs, words)},
            unit=scheme.units[mine.unit].code,
        )
        for mine, theirs in found
    ]


_SEVERITIES = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def in_order(scheme: Scheme, problems: Sequence[Problem]) -> list[Problem]:
    """Return problems by parent and unit; what concerns nobody in particular comes first."""
    order = {unit.code: index for index, unit in enumerate(scheme.units)}

    def key(problem: Problem) -> tuple[object, ...]:
        unit = scheme.unit.get(problem.unit)
        parent = order.get(unit.parent, -1) if unit else -1
        where = problem.place
        severity = _SEVERITIES[problem.severity]
        cell = (len(where.cell), where.cell)
        return (
            parent,
            order.get(problem.unit, -1),
            severity,
            where.file,
            where.sheet,
            cell,
            problem.code,
        )

    return sorted(problems, key=key)
