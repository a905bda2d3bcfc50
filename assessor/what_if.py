"""What if weights, bands or limits were others: who would move. Nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assessor.i18n import Either
from assessor.problems import AssessorError, Place, Problem, error, has_errors
from assessor.rounds import Round, stand_with
from assessor.scheme.columns import TABLES
from assessor.scheme.decisions import read_decisions
from assessor.scheme.load import load_decision_rows, read_grids, scheme_of_grids
from assessor.scheme.model import Scheme
from assessor.scheme.wishes import Granted, grant
from assessor.standing.moves import Move, find_moves
from assessor.standing.stand import Standing
from assessor.workspace import Workspace


@dataclass(frozen=True)
class WhatIf:
    """The standing as it would be."""

    round: Round
    """As it is."""
    standing: Standing
    problems: Sequence[Problem]
    """What scoring and decisions would have to say."""
    file: str
    """The other scheme, where one was given."""
    granted: Sequence[Granted]
    moves: Sequence[Move]
    """Units of which anything would change."""


_KEPT: Mapping[str, Callable[[Scheme], object]] = {
    "settings": lambda scheme: (scheme.settings.code, scheme.settings.round),
    "units": lambda scheme: [(u.code, u.unit_class, u.kind, u.parent) for u in scheme.units],
    "raters": lambda scheme: scheme.raters,
    "periods": lambda scheme: scheme.periods,
    "criteria": lambda scheme: scheme.criteria,
    "forms": lambda scheme: scheme.forms,
    "options": lambda scheme: {
        key: [one.option for one in options] for key, options in scheme.options.items()
    },
    "bonuses": lambda scheme: scheme.bonuses,
    "inputs": lambda scheme: scheme.inputs,
    "nominations": lambda scheme: scheme.nominations,
    "scores": lambda scheme: [(n.code, n.parent, n.source) for n in scheme.nodes],
}
"""What the forms that came back hang on, by table: a trial may change anything else."""


def what_if(workspace: Workspace, result: Round, wishes: Sequence[str]) -> WhatIf:
    """Return how the round would stand with other weights, bands, limits, awards or settings.

    A wish is a pair, or the path of a changed copy of the scheme. Raises AssessorError where the
    other scheme is faulty, or would ask for other forms.
    """
    paths = [wish for wish in wishes if "=" not in wish and "＝" not in wish]
    if len(paths) > 1:
        raise AssessorError(error("what_if_files", Place(), files=paths))
    source = Path(paths[0]) if paths else workspace.scheme
    if not source.exists():
        raise AssessorError(error("what_if_file", Place(paths[0])))
    grids, faults = read_grids(source)
    grids, granted = grant(grids, [wish for wish in wishes if wish not in paths])
    scheme, problems = scheme_of_grids(grids, source.name, faults)
    if has_errors(problems):
        raise AssessorError(*problems)
    _check_kept(result.scheme, scheme, source.name)
    rows, faults = load_decision_rows(workspace.decisions)
    decisions, more = read_decisions(rows, scheme)
    if has_errors([*faults, *more]):
        raise AssessorError(*faults, *more)
    standing, found = stand_with(scheme, result.inputs, result.entries, decisions)
    file = str(source) if paths else ""
    moves = find_moves(result.standing, standing)
    return WhatIf(result, standing, found, file, granted, moves)


def _check_kept(scheme: Scheme, other: Scheme, file: str) -> None:
    tables = [key for key, part in _KEPT.items() if part(scheme) != part(other)]
    if tables:
        raise AssessorError(error("what_if_other_forms", Place(file), tables=_named(tables)))


def _named(tables: Sequence[str]) -> list[object]:
    zh = {table.key: table.zh for table in TABLES}
    return [Either(zh[key], key) for key in tables]
