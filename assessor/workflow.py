"""What a clerk does with a workspace, step by step: the only place that joins the parts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from assessor.correcting import correction_files, serials_issued
from assessor.disk import sha256_of
from assessor.exchange import Exchange, put_results
from assessor.i18n import Catalog, catalog
from assessor.last_year import FILES as LAST
from assessor.last_year import since_last
from assessor.mail.received import Received
from assessor.outputs.audit.workbook import audit_xlsx, audited
from assessor.outputs.feedback import feedback_files
from assessor.outputs.feedback_round import feedback_round
from assessor.outputs.problems import problems_xlsx
from assessor.outputs.proposals import Proposal, propose
from assessor.outputs.ranking import ranking_xlsx
from assessor.outputs.ranking_basis import Source
from assessor.outputs.tables import (
    decisions_csv,
    entries_csv,
    files_csv,
    inputs_csv,
    problems_csv,
    scores_csv,
    standing_csv,
)
from assessor.outputs.wording import brief
from assessor.problems import (
    NOWHERE,
    AssessorError,
    Place,
    Problem,
    Severity,
    error,
    has_errors,
    warning,
)
from assessor.returns.changes import Changes, changes_since
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
from assessor.returns.external import External, changed_since, take_external
from assessor.returns.identify import context_of
from assessor.returns.papers import poll_key, settle_papers
from assessor.returns.pool import Progress, silent
from assessor.returns.receive import receive
from assessor.returns.recused import leave_out_raters, settle_left_out
from assessor.returns.roster import settle_rosters
from assessor.returns.settled import Live, settle_decided
from assessor.returns.triggered import Triggered, fact_problems, triggered_facts
from assessor.scheme.copies import Packet, due_copies, make_packets
from assessor.scheme.decisions import Decision, read_decisions
from assessor.scheme.issued import keep_serials, load_issued
from assessor.scheme.load import load_decision_rows, load_sound_scheme
from assessor.scheme.model import Scheme
from assessor.scheme.plans import make_plans
from assessor.scheme.stamp import numbering
from assessor.scoring.column import Status
from assessor.scoring.due import still_to_come
from assessor.scoring.evaluate import Scores, evaluate
from assessor.scoring.evaluation import EVERY_UNIT
from assessor.scoring.inputs import Inputs
from assessor.standing.comparison import Change
from assessor.standing.hints import Looked, look_into
from assessor.standing.remarks import remarks
from assessor.standing.stand import Standing, UnitStanding, differences, stand
from assessor.workspace import BULLETINS, Workspace


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
        _sorted(scheme, problems),
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


def _sorted(scheme: Scheme, problems: Sequence[Problem]) -> list[Problem]:
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


BULLETIN = "bulletin.docx"
EDITED = {BULLETIN: "bulletin-new.docx"}
"""Results that a clerk goes on writing: his stay as they are, and what would take their place gets
the other name."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What `collect` did."""

    round: Round
    exchange: Exchange
    remarks: Sequence[Problem] = ()
    """What is different from the results that stood there before."""
    since: Changes | None = None
    """Files, units and scores that have changed since; None where there were no results."""
    corrections: Sequence[str] = ()
    """The copies for correction, by their paths below the results."""


def collect(
    workspace: Workspace,
    returns: Path,
    out: Path | None = None,
    as_of: dt.date | None = None,
    workers: int | None = None,
    progress: Progress = silent,
    full_audit: bool = False,
) -> Collected:
    """Read the returns, compute everything, and put the results in place as a whole."""
    target = out or workspace.results
    if target.resolve().is_relative_to(returns.resolve()):
        raise AssessorError(error("out_in_returns", Place(str(target))))
    result = read_round(workspace, returns, as_of, workers, progress)
    bulletin, faults = make_bulletin(workspace, result)
    result = replace(result, problems=_sorted(result.scheme, [*result.problems, *faults]))
    # Only told, not written: the same inputs must give the same results the next time too.
    changed = changed_since(target / "inputs.csv", result.external)
    corrections = correction_files(
        result.scheme,
        result.packets,
        result.collection,
        result.problems,
        workspace.key(),
        workers,
    )
    since = changes_since(target, result.collection.fates, result.standing)
    feedback = feedback_of(result, workspace.key(), workers)
    files = {**result_files(result, full_audit), BULLETIN: bulletin, **corrections, **feedback}
    exchange = put_results(target, files, EDITED)
    # Recorded again by every run, so that a run cut off here does no harm.
    again = serials_issued(result.scheme, result.packets, result.collection, result.problems)
    keep_serials(workspace.hidden, again)
    return Collected(result, exchange, changed, since, tuple(corrections))


def make_bulletin(workspace: Workspace, result: Round) -> tuple[bytes, list[Problem]]:
    """Return the bulletin of a round, and warnings about the clerk's template of it."""
    from assessor.outputs.bulletin import bulletin_docx
    from assessor.outputs.bulletin_facts import Told

    told = Told(
        standing=result.standing,
        collection=result.collection,
        inputs=result.inputs,
        packets=result.packets,
        problems=result.problems,
        decisions=result.decisions,
        happened=result.happened,
        changes=result.changes,
        mend_by=result.scheme.settings.mend_by,
    )
    language = result.scheme.settings.language
    mine = sorted(workspace.bulletin_templates, key=lambda path: path.name != BULLETINS[language])
    if not mine:
        return bulletin_docx(told, None, "")
    problems = []
    if len(mine) > 1:
        facts = {"file": mine[0].name, "other": mine[1].name}
        problems.append(warning("bulletin_template_twice", Place(mine[0].name), **facts))
    try:
        content = mine[0].read_bytes()
    except OSError:  # held by another program: as bad as a damaged one
        content = b""
    bulletin, faults = bulletin_docx(told, content, mine[0].name)
    return bulletin, [*problems, *faults]


def result_files(result: Round, full_audit: bool = False) -> dict[str, bytes]:
    """Return every file of a set of results; `full_audit`: formulas for however many units."""
    more: dict[str, bytes] = {}
    if audited(result.standing, full_audit):
        more["audit.xlsx"] = audit_xlsx(result.standing, result.inputs, result.problems)
    return {
        "ranking.xlsx": ranking_of(result),
        "problems.xlsx": problems_xlsx(result.scheme, result.problems, proposals(result)),
        **table_files(result),
        **more,
    }


def ranking_of(result: Round) -> bytes:
    """Return the ranking workbook of a round."""
    return ranking_xlsx(
        result.standing,
        result.collection,
        result.inputs,
        result.problems,
        result.decisions,
        result.external,
        result.packets,
        result.sources,
        result.changes,
        result.looked,
    )


def table_files(result: Round) -> dict[str, bytes]:
    """Return the CSV files of a set of results."""
    scheme = result.scheme
    words: Catalog = catalog(scheme.settings.language)
    more: dict[str, bytes] = {}
    if scheme.inputs:
        more["inputs.csv"] = inputs_csv(result.external)
    if result.decisions:
        more["decisions.csv"] = decisions_csv(scheme, result.decisions)
    return {
        "standing.csv": standing_csv(result.standing),
        "scores.csv": scores_csv(result.standing),
        "entries.csv": entries_csv(scheme, result.entries),
        "problems.csv": problems_csv(result.problems, words),
        "files.csv": files_csv(result.collection.fates, words),
        **more,
    }


def feedback_of(result: Round, key: bytes, workers: int | None = None) -> dict[str, bytes]:
    """Return the feedback workbooks, one a unit, signed so that nobody takes them for forms."""
    told = feedback_round(
        result.standing,
        result.inputs,
        result.entries,
        result.problems,
        result.decisions,
        result.changes,
    )
    return feedback_files(told, key, workers)


def proposals(result: Round) -> list[Proposal]:
    """Return what waits for a decision."""
    return propose(
        result.standing, result.collection, result.happened, result.decisions, result.problems
    )


@dataclass(frozen=True, slots=True)
class Outstanding:
    """One form that is not settled: `state` is missing, not_due, conflict, or not_held where its
    period need not take place and did not, or so many as are asked for are in."""

    packet: Packet
    title: str
    unit: str
    state: str


_STATES = {
    Status.MISSING: "missing",
    Status.NOT_DUE: "not_due",
    Status.NOT_APPLICABLE: "not_held",
}


def outstanding(result: Round) -> list[Outstanding]:
    """Return what is still out, form by form, in the order of the forms; a vote that nobody
    answered once, not for every voter."""
    collection = result.collection
    rows = []
    seen = set()
    for packet, copy in due_copies(result.packets):
        key = copy.key
        if copy.plan.layout == "vote" and key not in collection.held:
            key = poll_key(key)
        state = ""
        if key in collection.held:
            state = "conflict"
        elif key in collection.absent:
            packet, _, status = collection.absent[key]
            state = _STATES.get(status, "")
        if state and key not in seen:
            rows.append(Outstanding(packet, copy.plan.title, key.unit, state))
        seen.add(key)
    return rows
