"""The points of single criteria, and each rater's totals: what the sections add up."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from assessor.rounds import Round as Result
from assessor.rounds import read_round
from assessor.scoring.sheet_points import criterion_points, totals_by_rater
from tests.builders import SMALL, small_workspace
from tests.filling import FULL, Round

V01 = {"1.1": "18", "1.2": "15.5", "1.10": "/", "2.1": "20", "2.2": "1.5", "2.3": "10"}


def returned(folder: Path, policy: str) -> Result:
    scores = SMALL["scores"].replace("not_applicable=full", f"not_applicable={policy}")
    round_ = Round(small_workspace(folder, scores=scores))
    round_.return_all(panel_V01=V01, self_V01={**FULL, "1.10": "20"})
    return read_round(round_.workspace, round_.workspace.returns)


def test_every_criterion_has_the_points_that_its_section_adds_up(tmp_path: Path) -> None:
    """1.5 deducted of 10 are 8.5; what does not apply has no points."""
    result = returned(tmp_path, "full")
    points = criterion_points(result.scheme, result.inputs, result.standing.scores)
    mine = {one.row.code: one.value(0, 2) for one in points if one.form.code == "panel"}
    assert {code: value and f"{value:f}" for code, value in mine.items()} == {
        "1.1": "18.00",
        "1.2": "15.50",
        "1.10": None,
        "2.1": "20.00",
        "2.2": "8.50",
        "2.3": "10.00",
    }


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("full", Fraction(92)),  # 18 + 15.5 + 20 + 20 + 8.5 + 10
        ("rescale", Fraction(90)),  # 72 of the 80 points that apply
    ],
)
def test_totals_treat_what_does_not_apply_as_the_rubric_does(
    tmp_path: Path, policy: str, expected: Fraction
) -> None:
    result = returned(tmp_path, policy)
    sheets = totals_by_rater(result.scheme, result.inputs, result.standing.scores)
    assert {one.form.code: one.totals for one in sheets} == {
        "self": {"": {0: 100, 1: 100}},
        "panel": {"P1": {0: expected, 1: 100}},
    }


def test_a_form_that_is_not_in_has_no_total(tmp_path: Path) -> None:
    round_ = Round(small_workspace(tmp_path))
    round_.return_all()
    (round_.workspace.returns / "panel-V02.xlsx").unlink()
    result = read_round(round_.workspace, round_.workspace.returns)
    sheets = totals_by_rater(result.scheme, result.inputs, result.standing.scores)
    assert sheets[1].totals == {"P1": {0: Fraction(100)}}
