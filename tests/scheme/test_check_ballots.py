"""Checks of votes that are read paper by paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.scheme.check_ballots import BALLOT_CHECKS
from assessor.scheme.load import load_scheme
from assessor.scheme.secrecy import LEAST_SHOWN, may_be_shown
from tests.builders import SMALL, codes, write_tables
from tests.voting import VOTING


def found(folder: Path, old: str, new: str) -> list[str]:
    forms = VOTING["forms"]
    assert forms.count(old) == 1
    tables = {**SMALL, **VOTING, "forms": forms.replace(old, new)}
    scheme, _ = load_scheme(write_tables(folder / "scheme", tables))
    return codes([problem for check in BALLOT_CHECKS for problem in check(scheme)])


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("cadres    | all    | 6 ", "cadres    | all    | 6 ", []),
        ("cadres    | all    | 6 ", "cadres    | all    |   ", ["vote_without_count"]),
        ("cadres    | all    | 6 ", "cadres    | all    | 4 ", ["vote_too_few"]),
    ],
)
def test_what_an_anonymous_vote_needs(
    tmp_path: Path, old: str, new: str, expected: list[str]
) -> None:
    assert found(tmp_path, old, new) == expected


def test_a_vote_is_too_small_where_its_counts_are_not_shown(tmp_path: Path) -> None:
    assert LEAST_SHOWN == 5
    for copies in range(1, 8):
        few = found(tmp_path, "cadres    | all    | 6 ", f"cadres    | all    | {copies} ")
        assert (few == ["vote_too_few"]) is not may_be_shown(copies)
