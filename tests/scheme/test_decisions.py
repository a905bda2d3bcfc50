"""Decisions: what people decided, and what in it names nothing that exists."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from assessor.problems import Problem, Severity
from assessor.scheme.columns import DECISIONS
from assessor.scheme.decisions import Decision, read_decisions
from assessor.scheme.model import Source
from assessor.scheme.tables import read_table
from assessor.sheets.grid import Grid
from tests.builders import cells, small_scheme
from tests.scheme.faults import facts

HEADER = "date | authority | unit | object | act | from | to | reason"


def _read(folder: Path, *rows: str, **changes: str) -> tuple[list[Decision], list[Problem]]:
    scheme, _ = small_scheme(folder, **changes)
    lines = "\n".join(f"2026-12-28 | 镇党委 | {row} | 会议审定" for row in rows)
    grid = Grid("decisions.csv", "认定", cells(f"{HEADER}\n{lines}"))
    found, problems = read_table(grid, DECISIONS)
    assert problems == []
    return read_decisions(found, scheme)


GOOD = [
    "V01 | panel@Y | accept_file | | V01(1).xlsx",
    "V01 | self@Y | zero | | ",
    "V01 | duty/1.10 | not_applicable | | ",
    "V01 | panel | not_applicable | | ",
    "V01 | | confirm_grade | 优秀 | 合格",
    "V01 | panel | inspection | | 86.5",
    "V01 | A | withdraw_award | | ",
    "V01 | 先进支部 | withdraw_award | | ",
]


@pytest.mark.parametrize("row", GOOD)
def test_a_decision_that_names_what_exists_has_no_problem(tmp_path: Path, row: str) -> None:
    (decision,), problems = _read(tmp_path, row)
    assert problems == []
    assert decision.unit == "V01"


def test_a_decision_is_read_with_all_it_says(tmp_path: Path) -> None:
    (decision,), _ = _read(tmp_path, "V02 | panel@Y | 检查得分 | 80 | 86.50")
    assert (decision.act, decision.before, decision.to) == ("inspection", "80", "86.50")
    assert (decision.authority, decision.reason) == ("镇党委", "会议审定")
    assert decision.date == dt.date(2026, 12, 28)
    assert decision.source == Source("panel", "", "Y")
    assert decision.value == Decimal("86.5")
    assert str(decision.at.cell("to")) == "decisions.csv › 认定!G2"


def test_what_was_decided_need_not_be_a_number(tmp_path: Path) -> None:
    (decision,), _ = _read(tmp_path, "V02 | | confirm_grade | | 合格")
    assert decision.value is None


FAULTY = [
    # the decision; code, cell and facts of its problem
    ("V03 | | confirm_grade | | 合格", "decision_unknown", "C2", {"name": "V03", "guess": "V02"}),
    (" | | confirm_grade | | 合格", "decision_unknown", "C2", {"name": "—"}),
    ("V01 | | confirm_grade | | 不合各", "decision_unknown", "G2", {"guess": "不合格"}),
    ("V01 | | confirm_grade | | ", "decision_unknown", "G2", {"name": "—"}),
    ("V01 | panle@Y | zero | | ", "decision_unknown", "D2", {"name": "panle", "guess": "panel"}),
    ("V01 | panle | inspection | | 80", "decision_unknown", "D2", {"guess": "panel"}),
    ("V01 | duty/1.11 | not_applicable | | ", "decision_unknown", "D2", {"name": "duty/1.11"}),
    ("V01 | 先进支步 | withdraw_award | | ", "decision_unknown", "D2", {"guess": "先进支部"}),
    ("V01 | panel | inspection | | 很好", "decision_value", "G2", {"value": "很好"}),
    ("V01 | panel | inspection | | ", "decision_value", "G2", {"value": "—"}),
    ("V01 | panel@Y | accept_file | | ", "decision_file", "G2", {}),
]


@pytest.mark.parametrize(
    ("row", "code", "cell", "said"), FAULTY, ids=[row[0].replace(" ", "") for row in FAULTY]
)
def test_a_decision_that_names_nothing_is_an_error_at_its_cell(
    tmp_path: Path, row: str, code: str, cell: str, said: dict[str, str]
) -> None:
    _, problems = _read(tmp_path, row)
    assert [(p.code, p.severity, p.place.cell) for p in problems] == [(code, Severity.ERROR, cell)]
    assert said.items() <= facts(problems[0]).items()


def test_an_award_that_is_not_there_cannot_be_withdrawn(tmp_path: Path) -> None:
    _, problems = _read(tmp_path, "V01 | A | withdraw_award | | ", awards="code|title|for|slots|by")
    assert [(p.code, p.place.cell) for p in problems] == [("decision_unknown", "D2")]


def test_an_unknown_period_of_a_decision_is_an_error(tmp_path: Path) -> None:
    _, problems = _read(tmp_path, "V01 | self@H1 | zero | | ")
    assert [(p.code, p.place.cell) for p in problems] == [("decision_unknown", "D2")]


def test_a_grade_of_persons_cannot_be_confirmed_for_a_unit(tmp_path: Path) -> None:
    grades = "for|grade|from\nunit|优秀|90\nunit|合格|\nperson|称职|"
    _, problems = _read(tmp_path, "V01 | | confirm_grade | | 称职", grades=grades)
    assert [(p.code, p.place.cell) for p in problems] == [("decision_unknown", "G2")]


def test_every_decision_is_checked(tmp_path: Path) -> None:
    decisions, problems = _read(
        tmp_path, "V09 | | confirm_grade | | 合格", GOOD[4], "V02 | panel | inspection | | 约80"
    )
    assert len(decisions) == 3
    assert [(p.code, p.place.cell) for p in problems] == [
        ("decision_unknown", "C2"),
        ("decision_value", "G4"),
    ]
