"""What a clerk does with a workspace, step by step: the only place that joins the parts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from assessor.i18n import Catalog, catalog
from assessor.outputs.form import write_packet
from assessor.outputs.problems import problems_xlsx
from assessor.outputs.ranking import ranking_xlsx
from assessor.outputs.tables import (
    entries_csv,
    files_csv,
    problems_csv,
    scores_csv,
    standing_csv,
)
from assessor.outputs.wording import brief
from assessor.problems import AssessorError, Place, Problem, Severity, has_errors, warning
from assessor.returns.collect import Collection, bring_together, own_claims_granted
from assessor.returns.columns import (
    entry_table,
    exempt_parts,
    make_inputs,
    settle_tallies,
    without_exempt,
)
from assessor.returns.identify import Context
from assessor.returns.intake import take_in
from assessor.returns.pool import read_all
from assessor.scheme.copies import Packet, due_copies, make_packets
from assessor.scheme.decisions import Decision, read_decisions
from assessor.scheme.load import load_decision_rows, load_sound_scheme
from assessor.scheme.model import Scheme
from assessor.scheme.plan import FormPlan
from assessor.scheme.plans import make_plans
from assessor.scoring.evaluate import Scores, evaluate
from assessor.scoring.inputs import Inputs
from assessor.standing.awards import Named
from assessor.standing.stand import Standing, UnitStanding, differences, stand
from assessor.workspace import Exchange, Workspace, put_results, write_file

Progress = Callable[[int, int], None]
"""Called with how many are done and how many there are."""


def silent(_done: int, _all: int) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True)
class Issued:
    """What `forms` wrote."""

    scheme: Scheme
    problems: list[Problem]
    files: list[Path]
    unchanged: int


def issue(workspace: Workspace, progress: Progress = silent) -> Issued:
    """Write every blank workbook of a round; one that is there already and the same is left."""
    scheme, problems = load_sound_scheme(workspace.scheme)
    key = workspace.key()
    packets = make_packets(scheme, make_plans(scheme))
    files, unchanged = [], 0
    for number, packet in enumerate(packets, 1):
        path = workspace.forms / packet_path(scheme, packet)
        content = write_packet(scheme, packet, key)
        if path.exists() and path.read_bytes() == content:
            unchanged += 1
        else:
            write_file(path, content)
        files.append(path)
        progress(number, len(packets))
    return Issued(scheme, problems, files, unchanged)


def packet_path(scheme: Scheme, packet: Packet) -> Path:
    """Return where a workbook stands under forms/: by period, workbook, then unit."""
    parts = [packet.unit.code, packet.unit.name] if packet.unit else []
    if packet.rater is not None and (packet.unit is None or _many(scheme, packet.rater.group)):
        parts.append(packet.rater.name)
    name = "_".join(file_name(part) for part in [*parts, packet.workbook])
    folder = Path(file_name(packet.workbook))
    if len(scheme.periods) > 1:
        folder = Path(file_name(packet.period.title)) / folder
    return folder / f"{name}.xlsx"


def _many(scheme: Scheme, group: str) -> bool:
    return sum(rater.group == group for rater in scheme.raters) > 1


def file_name(text: str) -> str:
    """Return a text as part of a file name that Windows, macOS and Linux take."""
    clean = "".join("_" if char in '<>:"/\\|?*' or ord(char) < 32 else char for char in text)
    return clean.strip(" .")[:60] or "_"


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
    """Read the returns and compute everything; nothing is written."""
    scheme, _ = load_sound_scheme(workspace.scheme)
    decisions, faults = read_decisions(load_decision_rows(workspace.decisions), scheme)
    if faults:
        raise AssessorError(*faults)
    plans = make_plans(scheme)
    packets = make_packets(scheme, plans)
    found = take_in(returns)
    files = [item.file for item in found if not item.disposition]
    context = context_of(scheme, packets, plans, workspace.key())
    readings = read_all(returns, files, context, workers, progress) if files else []
    collection = bring_together(scheme, packets, found, readings, decisions, as_of)
    problems = list(collection.problems)
    problems += settle_tallies(packets, collection)
    exempt = exempt_parts(scheme, decisions)
    problems = without_exempt(scheme, problems, exempt)
    problems += own_claims_granted(scheme, collection, exempt)
    entries = entry_table(scheme, collection)
    inputs = make_inputs(scheme, packets, collection, entries, decisions)
    standing, more = _stand(scheme, inputs, decisions)
    problems += more
    return Round(
        scheme,
        packets,
        collection,
        entries,
        inputs,
        decisions,
        standing,
        _sorted(scheme, problems),
    )


def context_of(
    scheme: Scheme,
    packets: Sequence[Packet],
    plans: Mapping[tuple[str, str], FormPlan],
    key: bytes,
) -> Context:
    """Return what the readers of a round must know."""
    return Context(
        scheme=scheme.settings.code,
        round=scheme.settings.round,
        language=scheme.settings.language,
        key=key,
        plans=plans,
        classes={unit.code: unit.unit_class for unit in scheme.units},
        numbers={copy.number: (copy.key, copy.serial) for _, copy in due_copies(packets)},
    )


def _stand(
    scheme: Scheme, inputs: Inputs, decisions: Sequence[Decision]
) -> tuple[Standing, list[Problem]]:
    """Return the standing, and what scoring and decisions have to say about it."""
    order = {unit.code: index for index, unit in enumerate(scheme.units)}
    confirmed = {order[d.unit]: (d.to, d.reason) for d in decisions if d.act == "confirm_grade"}
    barred = frozenset(
        (award.code, order[d.unit])
        for d in decisions
        if d.act == "withdraw_award"
        for award in scheme.awards
        if d.object in {award.code, award.title}
    )
    granted = frozenset(
        (award.code, order[d.unit])
        for d in decisions
        if d.act == "grant_award"
        for award in scheme.awards
        if d.object in {award.code, award.title}
    )
    scores = evaluate(scheme, inputs)
    standing = stand(scheme, scores, confirmed, barred, granted)
    other_way = "last" if scheme.settings.rounding == "each" else "each"
    other = stand(scheme, evaluate(scheme, inputs, other_way), confirmed, barred, granted)
    problems = _findings(scheme, scores)
    problems += _rounding_problems(scheme, differences(standing, other))
    problems += [problem for named in standing.awards for problem in _tied(scheme, named)]
    problems += _stale(scheme, inputs, standing, decisions)
    return standing, problems


def _findings(scheme: Scheme, scores: Scores) -> list[Problem]:
    kinds = dict.fromkeys(("turnout_void", "votes_missing", "papers_missing"), Severity.ERROR)
    return [
        Problem(
            finding.code,
            kinds.get(finding.code, Severity.WARNING),
            facts=finding.facts,
            unit=scheme.units[finding.unit].code,
        )
        for finding in scores.findings
    ]


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


def _tied(scheme: Scheme, named: Named) -> list[Problem]:
    if not named.tied:
        return []
    units = [scheme.units[index].name for index in named.tied]
    return [warning("award_tied", Place(), award=named.award.title, units=units)]


def _stale(
    scheme: Scheme, inputs: Inputs, standing: Standing, decisions: Sequence[Decision]
) -> list[Problem]:
    """Report decisions whose basis has changed since: their *from* is no longer what we find."""
    if not any(decision.before for decision in decisions):
        return []
    undecided = evaluate(scheme, replace(inputs, overrides={}))
    order = {unit.code: index for index, unit in enumerate(scheme.units)}
    grades = {mine.unit: mine.grade for mine in standing.units}
    problems = []
    for decision in decisions:
        if not decision.before or decision.unit not in order:
            continue
        unit = order[decision.unit]
        now = ""
        if decision.act == "confirm_grade":
            now = grades.get(unit, "")
        elif decision.act == "inspection":
            value = undecided.columns[decision.object].value(unit)
            now = "" if value is None else f"{value:f}"
        if now and not _same(now, decision.before):
            facts = {"before": decision.before, "now": now, "to": decision.to}
            problem = warning("decision_stale", decision.at.cell("from"), **facts)
            problems.append(
                Problem(problem.code, problem.severity, problem.place, facts, decision.unit)
            )
    return problems


def _same(one: str, other: str) -> bool:
    try:
        return float(one) == float(other)
    except ValueError:
        return one == other


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


@dataclass(frozen=True, slots=True)
class Collected:
    """What `collect` did."""

    round: Round
    exchange: Exchange


def collect(
    workspace: Workspace,
    returns: Path,
    out: Path | None = None,
    as_of: dt.date | None = None,
    workers: int | None = None,
    progress: Progress = silent,
) -> Collected:
    """Read the returns, compute everything, and put the results in place as a whole."""
    result = read_round(workspace, returns, as_of, workers, progress)
    exchange = put_results(out or workspace.results, result_files(result))
    return Collected(result, exchange)


def result_files(result: Round) -> dict[str, bytes]:
    """Return every file of a set of results."""
    scheme = result.scheme
    words: Catalog = catalog(scheme.settings.language)
    return {
        "ranking.xlsx": ranking_xlsx(
            result.standing, result.collection, result.inputs, result.problems
        ),
        "problems.xlsx": problems_xlsx(scheme, result.problems),
        "standing.csv": standing_csv(result.standing),
        "scores.csv": scores_csv(result.standing),
        "entries.csv": entries_csv(scheme, result.entries),
        "problems.csv": problems_csv(result.problems, words),
        "files.csv": files_csv(result.collection.fates, words),
    }


@dataclass(frozen=True, slots=True)
class Outstanding:
    """One form that is due and not settled: `state` is missing, not_due or conflict."""

    packet: Packet
    title: str
    unit: str
    state: str


def outstanding(result: Round) -> list[Outstanding]:
    """Return what is still out, form by form, in the order of the forms."""
    rows = []
    for packet, copy in due_copies(result.packets):
        state = ""
        if copy.key in result.collection.held:
            state = "conflict"
        elif copy.key in result.collection.absent:
            status = result.collection.absent[copy.key][2]
            state = {"MISSING": "missing", "NOT_DUE": "not_due"}.get(status.name, "")
        if state:
            rows.append(Outstanding(packet, copy.plan.title, copy.key.unit, state))
    return rows
