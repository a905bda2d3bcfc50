"""This round beside the last one, where its results stand in the workspace's folder last/."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from assessor.comparing import read_results, round_of
from assessor.disk import write_file
from assessor.scheme.model import Scheme
from assessor.standing.comparison import Change, Placing, Round, compare
from assessor.standing.stand import Standing, UnitStanding
from assessor.standing.succession import Identity
from assessor.workspace import Workspace

FILES = ("standing.csv", "scores.csv")
"""What of last year's results is looked at: no more is copied."""


def since_last(workspace: Workspace, standing: Standing) -> Mapping[str, Change]:
    """Return what changed since last year, by this year's code; nothing where last year is not
    known. AssessorError where its tables cannot be read."""
    if not any((workspace.last / name).exists() for name in FILES):
        return {}
    scheme = standing.scheme
    before = round_of(read_results(workspace.last), scheme, workspace.last.name)
    placings = tuple(_placing(scheme, mine) for mine in standing.units)
    now = Round(scheme.settings.round, placings, before.lowest)
    identities = [Identity(u.code, u.name, u.former_codes, u.former_names) for u in scheme.units]
    changes = compare(before, now, identities, {}).changes
    return {change.this.code: change for change in changes if change.this is not None}


def _placing(scheme: Scheme, mine: UnitStanding) -> Placing:
    unit = scheme.units[mine.unit]
    root = scheme.root(unit.unit_class)
    return Placing(
        code=unit.code,
        name=unit.name,
        unit_class=unit.unit_class,
        kind=unit.kind,
        status=mine.status.word,
        score=mine.score,
        points=root.points if root else None,
        grade=mine.final_grade,
        rank=mine.rank,
        class_rank=mine.class_rank,
    )


def keep_last(last: Workspace, new: Workspace) -> bool:
    """Copy last year's standing and scores into a new workspace; say whether there were any."""
    found: list[Path] = [last.results / name for name in FILES]
    if not all(path.is_file() for path in found):
        return False
    for path in found:
        write_file(new.last / path.name, path.read_bytes())
    return True
