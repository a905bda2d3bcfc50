"""Rounds that never come, and dates of another year."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.problems import Severity
from tests.builders import SMALL
from tests.scheme.faults import placed, problems_of, sentences


def _due_in(rounds: str) -> str:
    lines = SMALL["criteria"].strip().splitlines()
    return "\n".join([f"{lines[0]} | rounds", *lines[1:-1], f"{lines[-1]} | {rounds}"])


ROUNDS = [
    ("2026;2028", "", None),
    ("2028;2030", "", None),
    ("2026年", "round_spelt", Severity.ERROR),
    ("26;28", "round_spelt", Severity.ERROR),
    ("２０２６", "round_spelt", Severity.ERROR),
    ("2022;2024", "rounds_past", Severity.WARNING),
]


@pytest.mark.parametrize(("rounds", "code", "severity"), ROUNDS)
def test_a_criterion_is_due_in_rounds_that_come(
    tmp_path: Path, rounds: str, code: str, severity: Severity | None
) -> None:
    problems = problems_of(tmp_path, criteria=_due_in(rounds))
    assert {problem.code for problem in problems} == ({code} if code else set())
    assert {(problem.severity, problem.place.cell) for problem in problems} == (
        {(severity, "I9")} if severity else set()
    )


def test_the_cure_of_a_round_says_how_this_scheme_writes_it(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, criteria=_due_in("2026年"))
    assert sentences(problem) == (
        "“完成任务”的考核年度写的是“2026年”，而本方案的考核年度写成“2026”，对不上，"
        "这一项永远不会考。",
        "照“方案”表里“2026”的样子写，例如 2026；2028。",
    )


PERIODS = [
    ("2026-12-01", "2026-12-20", []),
    ("2025-12-20", "2027-01-10", []),
    ("2026-12-20", "2026-12-01", [("period_backwards", "periods!D2")]),
    ("2062-12-01", "2062-12-20", [("period_year", "periods!C2"), ("period_year", "periods!D2")]),
    ("", "2025-12-20", [("period_year", "periods!D2")]),
]


@pytest.mark.parametrize(("opens", "due", "found"), PERIODS)
def test_a_period_lies_in_the_years_of_its_round(
    tmp_path: Path, opens: str, due: str, found: list[tuple[str, str]]
) -> None:
    periods = f"code|title|opens|due\nY|年终|{opens}|{due}"
    assert placed(problems_of(tmp_path, periods=periods)) == found


def test_the_date_of_a_scheme_of_another_year(tmp_path: Path) -> None:
    (problem,) = problems_of(
        tmp_path, ("settings", "digits       | 2", "digits|2\ndate|2062-11-30")
    )
    assert (problem.severity, placed([problem])) == (
        Severity.WARNING,
        [("date_year", "settings!B7")],
    )


def test_a_round_without_a_year_says_nothing_of_dates(tmp_path: Path) -> None:
    assert problems_of(tmp_path, ("settings", "| 2026", "| 第三轮")) == []
