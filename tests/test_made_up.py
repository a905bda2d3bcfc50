"""A rehearsal with every kind of vote: filled in plausibly, collected without a problem."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.rehearsal import rehearse
from assessor.rounds import Round as Result
from assessor.rounds import read_round
from tests.builders import codes
from tests.voting import counts, voting


@pytest.fixture
def result(tmp_path: Path) -> Result:
    real = voting(tmp_path / "real")
    done = rehearse(real.workspace, tmp_path / "rehearsal", workers=1)
    return read_round(done.workspace, done.workspace.returns, workers=1)


def test_a_clean_rehearsal_is_complete(result: Result) -> None:
    assert set(codes(result.problems)) <= {"claims_not_verified", "claim_counted_once"}
    assert result.complete
    assert result.standing.settled


def test_every_vote_has_its_papers_and_none_of_them_is_void(result: Result) -> None:
    for form, papers in (("cadre", 6), ("one", 5), ("leader", 2)):
        for unit in ("V01", "V02", "V03"):
            found = counts(result, form, unit)
            assert (found["issued"], found["valid"]) == (str(papers), str(papers))
    assert all(int(counts(result, form, "V01")["valid"]) >= 50 for form in ("slips", "wide"))


def test_made_up_ranks_have_no_ties(result: Result) -> None:
    for place in ("第1", "第2", "第3"):
        given = sum(int(counts(result, "leader", f"V0{unit}")[f"R:{place}"]) for unit in (1, 2, 3))
        assert given <= 2
