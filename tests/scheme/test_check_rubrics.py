"""Faults of criteria, ballots, bonuses and forms, each found at its cell."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from assessor.problems import Severity
from assessor.scheme.load import load_scheme
from tests.builders import SMALL, edited, write_tables
from tests.scheme.faults import facts, placed, problems_of, sentences

# -- points --------------------------------------------------------------------------------------


def test_a_section_whose_points_do_not_add_up_is_an_error(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("criteria", "| 60 ", "| 61 "))
    assert placed(problems) == [("section_points", "criteria!E2")]
    assert problems[0].severity is Severity.ERROR
    assert facts(problems[0]) == {"title": "组织", "declared": Decimal(61), "total": Decimal(60)}


def test_a_criterion_with_more_points_unbalances_its_section_and_the_nodes(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("criteria", "班子健全 | 20", "班子健全 | 25"))
    assert placed(problems) == [
        ("section_points", "criteria!E2"),
        ("node_points", "scores!F3"),
        ("node_points", "scores!F4"),
    ]
    assert (facts(problems[0])["declared"], facts(problems[0])["total"]) == (60, 65)
    assert (facts(problems[1])["declared"], facts(problems[1])["total"]) == (100, 105)


def test_the_points_of_a_section_must_add_up_for_every_class(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        units="code|name|class\nV01|东村|村\nO01|机关支部|机关",
        criteria="""
            rubric | code | section | title    | points | entry   | classes
            duty   | 1    |         | 组织     | 100    | section |
            duty   | 1.1  | 1       | 班子健全 | 40     | earned  |
            duty   | 1.2  | 1       | 服务群众 | 60     | earned  | 村
            duty   | 1.3  | 1       | 服务基层 | 50     | earned  | 机关
            """,
    )
    assert placed(problems) == [
        ("section_points", "criteria!E2"),
        ("node_points", "scores!F3"),
        ("node_points", "scores!F4"),
    ]
    assert facts(problems[0])["total"] == 90
    assert [problem.facts["unit_class"] for problem in problems[1:]] == ["机关", "机关"]


def test_a_section_may_state_no_points(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("criteria", "| 60 ", "|    "), ("criteria", "| 40 ", "|    "))
    assert problems == []


def test_a_criterion_without_points_is_an_error(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("criteria", "服务群众 | 20", "服务群众 |   "))
    assert ("criterion_without_points", "criteria!E7") in placed(problems)
    found = next(problem for problem in problems if problem.code == "criterion_without_points")
    assert found.severity is Severity.ERROR
    assert facts(found) == {"title": "服务群众"}


@pytest.mark.parametrize("points", ["0", "-20"])
def test_points_are_above_zero(tmp_path: Path, points: str) -> None:
    problems = problems_of(tmp_path, ("criteria", "服务群众 | 20", f"服务群众 | {points}"))
    assert ("criterion_points_not_positive", "criteria!E7") in placed(problems)


def test_a_text_needs_no_points(tmp_path: Path) -> None:
    row = "duty | 2.4 | 2 | 意见 | | text | |"
    assert problems_of(tmp_path, ("criteria", "duty   | 2.3", f"{row}\nduty | 2.3")) == []


@pytest.mark.parametrize("step", ["0", "-0.5"])
def test_a_step_is_above_zero(tmp_path: Path, step: str) -> None:
    problems = problems_of(tmp_path, ("criteria", "| 0.5", f"| {step}"))
    assert placed(problems) == [("criterion_step", "criteria!H4")]


# -- sections and codes --------------------------------------------------------------------------


def test_a_criterion_in_an_unknown_section_is_reported_with_the_one_meant(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        criteria="""
            rubric | code | section | title | points | entry
            duty   | S10  |         | 组织  | 60     | section
            duty   | 1    | S10     | 班子  | 60     | earned
            duty   | 2    | S1O     | 服务  | 40     | earned
            """,
    )
    assert placed(problems) == [("name_unknown", "criteria!C4")]
    assert (facts(problems[0])["name"], facts(problems[0])["guess"]) == ("S1O", "S10")


def test_a_section_of_another_rubric_is_unknown(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        ("criteria", "duty   | 1.1 ", "style | 9 | | 作风 | | section | |\nduty | 1.1 "),
        ("criteria", "2.3  | 2 ", "2.3  | 9 "),
    )
    assert ("name_unknown", "criteria!C10") in placed(problems)


def test_a_section_inside_a_section_is_an_error(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("criteria", "duty   | 2    |  ", "duty | 2 | 1"))
    assert placed(problems) == [("section_nested", "criteria!C6")]


def test_a_criterion_outside_the_sections_of_its_rubric_is_an_error(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("criteria", "2.3  | 2 ", "2.3  |   "))
    assert ("criterion_without_section", "criteria!C9") in placed(problems)


def test_a_criterion_that_stands_twice_is_an_error(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("criteria", "| 1.10 | 1 ", "| 1.1 | 1 "))
    assert ("table_code_twice", "criteria!B5") in placed(problems)


# -- classes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("table", "cell"), [("criteria", "G3"), ("forms", "G3"), ("scores", "I3")])
def test_an_unknown_class_is_reported_with_the_one_meant(
    tmp_path: Path, table: str, cell: str
) -> None:
    tables = {
        "units": "code|name|class\nV01|东村|村党支部\nO01|财政所|机关党支部",
        "awards": "code | title | for | slots | by",
        "criteria": """
            rubric | code | section | title | points | entry  | classes
            duty   | 1    |         | 班子  | 60     | earned |
            duty   | 2    |         | 服务  | 40     | earned |
            """,
        "forms": """
            code  | title | workbook | layout | rubric | filled_by | classes
            self  | 自评  | 自评     | rubric | duty   | self      |
            panel | 评分  | 评分     | rubric | duty   | panel     |
            """,
        "scores": """
            code  | title | parent | rule     | weight | points | source | parameters | classes
            total | 总分  |        | weighted |        | 100    |        |            |
            self  | 自评  | total  | rubric   | 40%    | 100    | self   |            |
            panel | 评分  | total  | rubric   | 60%    | 100    | panel  |            |
            """,
    }
    lines = tables[table].strip().splitlines()
    tables[table] = "\n".join([*lines[:2], f"{lines[2]} 村党支步", *lines[3:]])
    problems = problems_of(tmp_path, **tables)
    found = [problem for problem in problems if problem.code == "name_unknown"]
    assert placed(found) == [("name_unknown", f"{table}!{cell}")]
    assert facts(found[0]) == {"what": "适用类别", "name": "村党支步", "guess": "村党支部"}


# -- forms ---------------------------------------------------------------------------------------


def test_an_unknown_filler_is_reported_with_the_one_meant(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("forms", "| duty   | panel", "| duty   | panle"))
    assert placed(problems) == [("name_unknown", "forms!F3")]
    assert facts(problems[0]) == {"what": "填表人", "name": "panle", "guess": "panel"}


def test_an_unknown_rubric_is_reported_with_the_one_meant(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("forms", "| duty   | panel", "| duyt   | panel"))
    assert ("name_unknown", "forms!E3") in placed(problems)
    assert facts(problems[0]) == {"what": "细则", "name": "duyt", "guess": "duty"}


def test_an_unknown_period_is_reported_with_the_one_meant(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        periods="code | title\nYEAR | 年终",
        forms="""
            code  | title | workbook | layout | rubric | filled_by | periods
            self  | 自评  | 自评     | rubric | duty   | self      | YEAR
            panel | 评分  | 评分     | rubric | duty   | panel     | YAER
            """,
    )
    assert ("name_unknown", "forms!G3") in placed(problems)
    assert facts(problems[0]) == {"what": "期次", "name": "YAER", "guess": "YEAR"}


def test_an_unknown_layout_lists_the_layouts(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("forms", "考核组评分 | rubric", "考核组评分 | rubrik"))
    assert ("table_not_a_choice", "forms!D3") in placed(problems)
    assert "评分表" in facts(problems[0])["choices"]  # type: ignore[operator]


BALLOT = {
    "options": "set | option | value\n四档 | 优 | 100\n四档 | 差 | 40",
    "criteria": """
        rubric  | code | section | title | points | entry
        duty    | 1    |         | 班子  | 100    | earned
        aspects | T1   |         | 作风  |        | ballot
        """,
    "forms": """
        code  | title | workbook | layout | rubric  | options | bonus | filled_by | covers | copies
        panel | 评分  | 评分     | rubric | duty    |         |       | panel     |        |
        tally | 计票  | 计票     | tally  | aspects | 四档    |       | panel     | all    | 2
        """,
    "scores": """
        code   | title | parent | rule     | weight | points | source | parameters
        total  | 总分  |        | weighted |        | 100    |        |
        panel  | 评分  | total  | rubric   | 60%    | 100    | panel  |
        ballot | 票决  | total  | ballot   | 40%    | 100    | tally  | denominator=ticks
        """,
}
"""A scheme with a ballot, as tables that replace those of the small one."""


def test_the_scheme_with_a_ballot_has_no_fault(tmp_path: Path) -> None:
    assert problems_of(tmp_path, **BALLOT) == []


@pytest.mark.parametrize(
    ("table", "old", "new", "code", "cell", "said"),
    [
        ("forms", "| 四档 ", "| 四裆档 ", "name_unknown", "F3", {"guess": "四档"}),
        ("forms", "| 四档 ", "|  ", "form_needs", "F3", {"need": "票面"}),
        ("forms", "rubric | duty ", "rubric |  ", "form_needs", "E2", {"need": "细则"}),
        ("forms", "| aspects |", "| duty |", "form_wrong_entry", "E3", {"code": "1"}),
        ("forms", "rubric | duty ", "rubric | aspects ", "form_wrong_entry", "E2", {"code": "T1"}),
        ("forms", "| 2\n", "| 3\n", "tally_tellers", "J3", {"form": "计票"}),
        ("forms", "rubric | duty ", "claims | duty ", "form_needs", "G2", {"need": "加分组"}),
    ],
)
def test_a_form_needs_what_its_layout_is_made_of(
    tmp_path: Path, table: str, old: str, new: str, code: str, cell: str, said: dict[str, str]
) -> None:
    problems = problems_of(tmp_path, (table, old, new), **BALLOT)
    assert (code, f"{table}!{cell}") in placed(problems)
    found = next(problem for problem in problems if problem.code == code)
    assert said.items() <= facts(found).items()


def test_an_aspect_whose_code_has_the_stroke_of_a_roster_is_an_error(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("criteria", "| T1 ", "| T/1 "), **BALLOT)
    assert [problem.place.cell for problem in problems] == ["B3"]


def test_an_option_without_a_value_is_an_error_and_stays_on_the_ballot(tmp_path: Path) -> None:
    changed = ("options", "四档 | 差 | 40", "四档 | 差 | ")
    (problem,) = problems_of(tmp_path, changed, **BALLOT)
    assert placed([problem]) == [("option_without_value", "options!C3")]
    assert problem.severity is Severity.ERROR
    assert sentences(problem, "zh") == (
        "票面“四档”的选项“差”没有写分值。",
        "填上一票计几分，不得分的写 0；不算票的选项（例如“不了解”），在“计入”写“否”。",
    )
    assert sentences(problem, "en") == (
        "The option “差” of the set “四档” has no value.",
        "Fill in what one vote for it is worth, 0 for nothing; for an option that is no vote, such "
        "as “do not know”, write no in “counts”.",
    )
    tables = {**SMALL, **BALLOT, "options": edited(BALLOT["options"], *changed[1:])}
    scheme, _ = load_scheme(write_tables(tmp_path / "again", tables))
    assert [option.option for option in scheme.options["四档"]] == ["优", "差"]


def test_an_option_whose_value_cannot_be_read_is_named_once(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("options", "差 | 40", "差 | 四十"), **BALLOT)
    assert placed(problems) == [("table_not_a_number", "options!C3")]


def test_words_that_only_decisions_use_need_no_value(tmp_path: Path) -> None:
    """The set that the setting `measures` names is not counted, unless a ballot has it too."""
    words = "set | option | value\n处理 | 提醒 | \n处理 | 通报 |"
    settings = f"{SMALL['settings']}\nmeasures | 处理"
    assert problems_of(tmp_path, options=words, settings=settings) == []
    problems = problems_of(tmp_path / "other", options=words)
    found = [problem.code for problem in problems if problem.code != "left_over"]
    assert found == ["option_without_value"] * 2


def test_a_ballot_with_one_option_decides_nothing(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("options", "\n四档 | 差 | 40", ""), **BALLOT)
    assert placed(problems) == [("options_too_few", "options!A2")]


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        ("荣誉 | B1 | 表彰 | 0 |", "D2"),
        ("荣誉 | B1 | 表彰 | -2 |", "D2"),
        ("荣誉 | B1 | 表彰 | 2 | 0", "E2"),
    ],
)
def test_points_and_cap_of_a_bonus_are_above_zero(tmp_path: Path, row: str, cell: str) -> None:
    problems = problems_of(tmp_path, bonuses=f"group | code | title | points | cap\n{row}")
    (problem,) = (problem for problem in problems if problem.code == "bonus_not_positive")
    assert placed([problem]) == [("bonus_not_positive", f"bonuses!{cell}")]
    assert facts(problem) == {"title": "表彰"}


def test_an_unknown_bonus_group_is_reported_with_the_one_meant(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        bonuses="group | code | title | points\nhonours | B1 | 表彰 | 2",
        forms="""
            code   | title | workbook | layout | rubric | filled_by | bonus
            self   | 自评  | 自评     | rubric | duty   | self      |
            panel  | 评分  | 评分     | rubric | duty   | panel     |
            claims | 加分  | 评分     | claims |        | panel     | honors
            """,
    )
    (problem,) = (problem for problem in problems if problem.code == "name_unknown")
    assert placed([problem]) == [("name_unknown", "forms!G4")]
    assert facts(problem) == {"what": "加分组", "name": "honors", "guess": "honours"}
