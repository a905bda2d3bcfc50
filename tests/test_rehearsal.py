"""Rehearsals: every ready-made scheme goes through a whole round with made-up figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.rehearsal import rehearse
from assessor.starting import new_workspace, template_names
from assessor.workflow import collect


@pytest.mark.slow
@pytest.mark.parametrize("name", template_names())
def test_a_clean_rehearsal_of_every_ready_made_scheme_settles_every_unit(
    tmp_path: Path, name: str
) -> None:
    made = rehearse(new_workspace(name, tmp_path / name), None, 8, 1, False, 0, 1)
    done = collect(made.workspace, made.workspace.returns, workers=1)
    assert done.round.complete, [problem.code for problem in done.round.problems]
    assert done.round.standing.settled
    assert {fate.disposition for fate in done.round.collection.fates} == {"accepted"}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["flowing-cup", "united-front-city"])
def test_a_messy_rehearsal_reports_and_never_fails(tmp_path: Path, name: str) -> None:
    made = rehearse(new_workspace(name, tmp_path / name), None, 8, 2, True, 3, 1)
    done = collect(made.workspace, made.workspace.returns, workers=1)
    missing = {p.code for p in done.round.problems} & {
        "return_missing",
        "roster_missing",
        "tally_missing",
    }
    assert not done.round.complete
    assert missing
    assert len(done.round.standing.units) == len(
        [u for u in done.round.scheme.units if done.round.scheme.root(u.unit_class)]
    )
