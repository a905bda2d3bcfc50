"""Decisions: what people decided, and what in it names nothing that exists."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from assessor.problems import Problem, Severity
from assessor.scheme.columns import DECISIONS
from assessor.scheme.decided_entries import decided_row, decided_text, decided_value
from assessor.scheme.decisions import Decision, read_decisions
from assessor.scheme.model import Source
from assessor.scheme.tables import read_table
from assessor.sheets.grid import Grid, Raw
from tests.builders import SMALL, cells, small_scheme
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
    "V01 | panel | uphold | 80 | 86.5",
    "V01 | panel/1.1@Y | 异议成立 | 12 | 15",
    "V01 | panel/2.2 | uphold | | 0",
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


@pytest.mark.parametrize(
    ("row", "object_"),
    [
        ("V01 | 总分 | inspection | | 80", "total"),
        ("V01 | 考核组评分 | uphold | | 80", "panel"),
        ("V01 | 自评 | not_applicable | | ", "self"),
        ("V01 | 自评表 | zero | | ", "self"),
        ("V01 | 自评表@Y | zero | | ", "self@Y"),
        ("V01 | 考核组评分表@Y | accept_file | | a.xlsx", "panel@Y"),
    ],
)
def test_a_node_or_form_may_be_named_by_its_title(tmp_path: Path, row: str, object_: str) -> None:
    (decision,), problems = _read(tmp_path, row)
    assert (decision.object, problems) == (object_, [])


TWO_OF_A_TITLE = """
    code  | title | parent | rule   | points | source | parameters
    total | 总分  |        | sum    | 200    |        | not_applicable=rescale
    self  | 得分  | total  | rubric | 100    | self   | not_applicable=full
    panel | 得分  | total  | rubric | 100    | panel  | not_applicable=full
    """


def test_a_title_of_two_nodes_is_not_guessed_but_both_are_named(tmp_path: Path) -> None:
    _, (problem,) = _read(tmp_path, "V01 | 得分 | inspection | | 80", scores=TWO_OF_A_TITLE)
    assert (problem.code, problem.place.cell) == ("decision_unknown", "D2")
    assert facts(problem) == {"name": "得分", "guess": ["self", "panel"]}


def test_two_decisions_on_one_node_contradict_each_other_by_whatever_name(tmp_path: Path) -> None:
    rows = ("V01 | total | inspection | | 80", "V01 | 总分 | inspection | | 81")
    _, problems = _read(tmp_path, *rows)
    assert [(p.code, p.place.cell) for p in problems] == [("decision_twice", "G3")]


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
    # the title was written where a code is due
    ("东村 | | confirm_grade | | 合格", "decision_unknown", "C2", {"guess": "V01"}),
    ("V01 | duty/制度落实 | not_applicable | | ", "decision_unknown", "D2", {"guess": "duty/1.2"}),
    ("V01 | 考核组评 | uphold | | 80", "decision_unknown", "D2", {"guess": "panel"}),
    # an objection upheld: to a node like an inspection, to an entry as its form would have it
    ("V01 | panel | uphold | | 好", "decision_value", "G2", {"value": "好"}),
    ("V01 | panel | uphold | | 100.5", "decision_points", "G2", {"points": Decimal(100)}),
    ("V01 | panel/1.9 | uphold | | 5", "decision_unknown", "D2", {"name": "panel/1.9"}),
    ("V01 | panel/1 | uphold | | 5", "decision_unknown", "D2", {"name": "panel/1"}),
    ("V01 | panel/1.1@H1 | uphold | | 5", "decision_unknown", "D2", {"name": "H1"}),
    ("V01 | panel/1.1 | uphold | | 20.5", "decision_entry", "G2", {"title": "班子健全"}),
    ("V01 | panel/1.1 | uphold | | -1", "decision_entry", "G2", {"value": "-1"}),
    ("V01 | panel/1.2 | uphold | | 19.3", "decision_entry", "G2", {"value": "19.3"}),
    ("V01 | | measure | | 提醒", "decision_no_measures", "E2", {}),
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


def test_points_of_an_inspection_lie_between_nothing_and_the_full_mark(tmp_path: Path) -> None:
    _, problems = _read(tmp_path, "V01 | panel | inspection | | 101")
    assert [(p.code, p.place.cell) for p in problems] == [("decision_points", "G2")]


CAPPED = """
    code  | title | parent | rule     | weight | points | source | parameters
    total | 总分  |        | weighted |        | 100    |        |
    self  | 自评  | total  | rubric   | 40%    | 100    | self   | not_applicable=full
    panel | 考核  | total  | rubric   | 60%    | 100    | panel  | 不适用=满分;封顶=90;保底=20
    """


@pytest.mark.parametrize(("value", "wrong"), [("90", 0), ("90.5", 1), ("20", 0), ("19.99", 1)])
@pytest.mark.parametrize("act", ["inspection", "uphold"])
def test_a_decision_that_would_be_cut_off_is_an_error(
    tmp_path: Path, act: str, value: str, wrong: int
) -> None:
    _, problems = _read(tmp_path, f"V01 | panel | {act} | | {value}", scores=CAPPED)
    assert [p.code for p in problems] == ["decision_cap"] * wrong
    assert [facts(p) for p in problems] == [{"value": value, "floor": "20", "cap": "90"}] * wrong


TWICE = [
    # two decisions; how many contradictions
    ("V01 | panel | inspection | | 80", "V01 | panel | uphold | | 80", 1),
    ("V01 | panel | inspection | | 80", "V01 | panel | inspection | | 81", 1),
    ("V01 | panel | inspection | | 80", "V01 | panel | inspection | | 80", 0),
    ("V01 | panel | inspection | | 80", "V02 | panel | uphold | | 80", 0),
    ("V01 | panel | uphold | | 80", "V01 | self | inspection | | 80", 0),
    ("V01 | panel | uphold | | 80", "V01 | panel | not_applicable | | ", 1),
    ("V01 | panel/1.1 | uphold | | 8", "V01 | panel/1.1 | uphold | | 9", 1),
    ("V01 | A | grant_award | | ", "V01 | 先进支部 | withdraw_award | | ", 1),
    ("V01 | | confirm_grade | | 合格", "V01 | | confirm_grade | | 优秀", 1),
    # two raters of one form, each with two files
    ("V01 | panel | accept_file | | a.xlsx", "V01 | panel | accept_file | | b.xlsx", 0),
]


@pytest.mark.parametrize(("one", "other", "wrong"), TWICE)
def test_two_decisions_of_which_one_cannot_be_true_are_an_error(
    tmp_path: Path, one: str, other: str, wrong: int
) -> None:
    _, problems = _read(tmp_path, one, other)
    assert [(p.code, p.place.cell) for p in problems] == [("decision_twice", "G3")] * wrong
    assert [p.facts["other"] for p in problems] == ["G2"] * wrong


MEASURES = {
    "settings": SMALL["settings"] + "measures | 措施\n",
    "options": "set|option|value\n措施|提醒|0\n措施|通报批评|0",
}
MEASURED = [
    # object, measure; code and cell of what is wrong
    ("", "提醒", []),
    ("panel", "通报批评", []),
    ("duty/1.1", "提醒", []),
    ("A", "提醒", []),
    ("先进支部", "提醒", []),
    ("", "通报", [("decision_unknown", "G2")]),
    ("", "", [("decision_unknown", "G2")]),
    ("班子健全", "提醒", [("decision_unknown", "D2")]),
]


@pytest.mark.parametrize(("named", "measure", "found"), MEASURED)
def test_a_consequence_is_one_of_the_words_of_the_scheme(
    tmp_path: Path, named: str, measure: str, found: list[tuple[str, str]]
) -> None:
    row = f"V01 | {named} | 处理措施 | | {measure}"
    _, problems = _read(tmp_path, row, **MEASURES)
    assert [(p.code, p.place.cell) for p in problems] == found


PERIODS = "code | title | due\nH1 | 半年 | 2026-06-30\nY | 年终 | 2026-12-20"
HALVES = SMALL["scores"].replace("| self   |", "| self@Y |").replace("| panel  |", "| panel@Y |")


def test_an_entry_of_a_form_of_several_periods_needs_its_period(tmp_path: Path) -> None:
    changes = {"periods": PERIODS, "scores": HALVES}
    _, problems = _read(tmp_path, "V01 | panel/1.1 | uphold | | 15", **changes)
    assert [(p.code, p.place.cell) for p in problems] == [("decision_period", "D2")]
    _, problems = _read(tmp_path, "V01 | panel/1.1@H1 | uphold | | 15", **changes)
    assert problems == []


CRITERIA = """
    rubric | code | section | title    | points | entry  | parameters
    duty   | 1    |         | 组织     | 100    | section |
    duty   | 1.1  | 1       | 班子     | 40     | level  | options=档
    duty   | 1.2  | 1       | 党日     | 30     | yes_no |
    duty   | 1.3  | 1       | 事故     | 30     | veto   |
    duty   | 1.4  | 1       | 培训     |        | count  |
    duty   | 1.5  | 1       | 满意率   |        | rate   |
    """
VALUES = [
    ("1.1", "良", "1"),
    ("1.1", "中", None),
    ("1.2", "是", "1"),
    ("1.2", "否", "0"),
    ("1.2", "80", None),
    ("1.3", "是", "1"),
    ("1.4", "3", "3"),
    ("1.4", "3.5", None),
    ("1.4", "-1", None),
    ("1.5", "85%", "85"),
    ("1.5", "85.5", "85.5"),
    ("1.5", "很高", None),
]


@pytest.mark.parametrize(("code", "text", "value"), VALUES)
def test_an_entry_is_decided_in_the_words_of_its_form(
    tmp_path: Path, code: str, text: str, value: str | None
) -> None:
    options = "set|option|value\n档|优|40\n档|良|20\n档|差|0"
    scheme, _ = small_scheme(tmp_path, criteria=CRITERIA, options=options)
    row = decided_row(Source("panel", code), scheme)
    assert row is not None
    found = decided_value(text, row, scheme)
    assert found == (None if value is None else Decimal(value))
    if found is not None:
        assert decided_text(found, row, scheme) == text.rstrip("%")


def test_what_cannot_be_read_and_what_is_unknown_are_told_together(tmp_path: Path) -> None:
    scheme, _ = small_scheme(tmp_path)
    rows = """
        date       | authority | unit | object | act           | from | to   | reason
        年底       | 镇党委    | V01  |        | confirm_grade |      | 合格 | 会议
        2026-12-28 | 镇党委    | V09  |        | confirm_grade |      | 合格 | 会议
        """
    found, unread = read_table(Grid("decisions.csv", "认定", cells(rows)), DECISIONS)
    _, unknown = read_decisions(found, scheme)
    assert [(p.code, p.place.cell) for p in [*unread, *unknown]] == [
        ("table_not_a_date", "A2"),
        ("decision_unknown", "C3"),
    ]


def test_a_code_that_became_a_number_is_told_once(tmp_path: Path) -> None:
    scheme, _ = small_scheme(tmp_path)
    raw: list[list[Raw]] = [
        *cells(HEADER),
        [*cells("2026-12-28|镇党委")[0], 1.0, "", "confirm_grade"],
    ]
    raw[1] += ["", "合格", "会议"]
    found, unread = read_table(Grid("decisions.xlsx", "认定", raw), DECISIONS)
    _, unknown = read_decisions(found, scheme)
    assert [p.code for p in [*unread, *unknown]] == ["table_code_number"]
