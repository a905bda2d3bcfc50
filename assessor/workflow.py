"""What a clerk does with a workspace, step by step: the results of a round put in place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assessor.correcting import correction_files, serials_issued
from assessor.exchange import Exchange, put_results
from assessor.problems import (
    AssessorError,
    Place,
    Problem,
    error,
)
from assessor.result_set import BULLETIN, EDITED, feedback_of, make_bulletin, result_files
from assessor.returns.changes import Changes, changes_since
from assessor.returns.external import changed_since
from assessor.returns.papers import poll_key
from assessor.returns.pool import Progress, silent
from assessor.rounds import Round, in_order, read_round
from assessor.scheme.copies import Packet, due_copies
from assessor.scheme.issued import keep_serials
from assessor.scoring.column import Status
from assessor.workspace import Workspace


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
    result = replace(result, problems=in_order(result.scheme, [*result.problems, *faults]))
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
