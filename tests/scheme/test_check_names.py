"""Codes can be named, names tell apart, and what people fill in is counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.problems import Severity
from tests.builders import SMALL
from tests.scheme.faults import facts, placed, problems_of, sentences

CODES = [
    # table, old, new, cell
    ("scores", "self  | 自评", "self 1 | 自评", "scores!A3"),
    ("scores", "self  | 自评", "self/1 | 自评", "scores!A3"),
    ("scores", "self  | 自评", "self@1 | 自评", "scores!A3"),
    ("scores", "self  | 自评", "自评；一 | 自评", "scores!A3"),
    ("scores", "self  | 自评", "a=b | 自评", "scores!A3"),
    ("forms", "self  | 自评表", "self/1 | 自评表", "forms!A2"),
    ("forms", "self  | 自评表", "自 评 | 自评表", "forms!A2"),
    ("periods", "Y    | 年终", "Y@1 | 年终", "periods!A2"),
    ("units", "V01  | 东村", "V01、V1 | 东村", "units!A2"),
    ("units", "东村   | 村 ", "东村 | 村、社区", "units!C2"),
    ("raters", "| panel", "| panel;甲", "raters!C2"),
    ("criteria", "| 1.1  |", "| 1,1 |", "criteria!B3"),
]


@pytest.mark.parametrize(("table", "old", "new", "cell"), CODES)
def test_a_code_that_other_cells_name_has_nothing_that_divides(
    tmp_path: Path, table: str, old: str, new: str, cell: str
) -> None:
    found = problems_of(tmp_path, (table, old, new))
    divided = [problem for problem in found if problem.code == "code_divided"]
    assert placed(divided) == [("code_divided", cell)]
    assert divided[0].severity is Severity.ERROR


def test_the_cure_of_a_code_shows_it_without_the_sign(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("scores", "self  | 自评", "self @1 | 自评"))
    problem = next(problem for problem in problems if problem.code == "code_divided")
    assert sentences(problem) == (
        "“代码”里的“self @1”含有“空格”，别的格子引用它时会被拆开或看错。",
        "去掉这个符号，例如写成“self_1”，引用它的格子一起改。",
    )


def test_two_scores_under_one_parent_have_two_names(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, ("scores", "考核组评分 | total", "自评 | total"))
    assert placed([problem]) == [("title_twice", "scores!B4")]
    assert (problem.severity, facts(problem)) == (
        Severity.WARNING,
        {"title": "自评", "other": "self"},
    )


def test_two_criteria_of_one_section_have_two_names(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, ("criteria", "制度落实", "班子健全"))
    assert placed([problem]) == [("title_twice", "criteria!D4")]
    assert sentences(problem)[1] == "把名称写得能区分开；重复的删去一行。"


def test_criteria_of_two_sections_or_classes_may_be_called_alike(tmp_path: Path) -> None:
    assert problems_of(tmp_path, ("criteria", "服务群众", "班子健全")) == []
    problems = problems_of(
        tmp_path,
        units="code|name|class\nV01|东村|村\nO01|机关|机关",
        criteria="""
            rubric | code | title | points | entry  | classes
            duty   | 1    | 班子  | 100    | earned | 村
            duty   | 2    | 班子  | 100    | earned | 机关
            """,
    )
    assert "title_twice" not in {problem.code for problem in problems}


def test_a_form_that_no_score_uses_counts_for_nothing(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        scores="""
            code  | title | parent | rule   | points | source | parameters
            total | 总分  |        | mean   | 100    |        |
            panel | 评分  | total  | rubric | 100    | panel  | not_applicable=full
            """,
    )
    assert placed(problems) == [("form_unread", "forms!A2")]
    assert problems[0].severity is Severity.WARNING
    assert sentences(problems[0]) == (
        "《自评表》没有一个计分项用到，收回来也不计分。",
        "在“计分”表里加一个计分项，来源写 self；不要这张表的，在“表”里删去它。",
    )


def test_a_period_of_a_form_that_no_score_uses(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        ("scores", "| self   | not", "| self@Y | not"),
        ("scores", "| panel  | not", "| panel@Y | not"),
        periods="code|title|due\nH|年中|2026-07-10\nY|年终|2026-12-20",
        forms="""
            code  | title        | workbook   | layout | rubric | filled_by | periods
            self  | 自评表       | 自评       | rubric | duty   | self      | Y
            panel | 考核组评分表 | 考核组评分 | rubric | duty   | panel     | H;Y
            """,
    )
    assert placed(problems) == [("form_unread_in", "forms!G3")]
    assert sentences(problems[0])[1] == (
        "在“计分”表里加一个计分项，来源写 panel@H；那几期不用填的，改“表”的“期次”。"
    )


LEFT = [
    (
        "bonuses",
        "group|code|title|points\n荣誉|B1|表彰|2",
        "bonuses!A2",
        "组“荣誉”没有哪张表用到。",
    ),
    ("options", "set|option|value\n档|优|1\n档|差|0", "options!A2", "票面“档”没有哪张表用到。"),
    (
        "raters",
        "code|name|group\nP1|考核组|panel\nP2|领导|leaders",
        "raters!C3",
        "组别“leaders”没有哪张表用到。",
    ),
    (
        "criteria",
        f"{SMALL['criteria'].rstrip()}\nlaw | 1 | | 普法 | 9 | earned | |",
        "criteria!A10",
        "细则“law”没有哪张表用到。",
    ),
]


@pytest.mark.parametrize(("table", "text", "cell", "message"), LEFT)
def test_what_no_form_uses_is_left_over(
    tmp_path: Path, table: str, text: str, cell: str, message: str
) -> None:
    (problem,) = problems_of(tmp_path, **{table: text})
    assert placed([problem]) == [("left_over", cell)]
    assert sentences(problem)[0] == message


def test_a_bonus_group_that_is_mistyped_on_the_form_is_named_once(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        bonuses="group|code|title|points\nhonours|B1|表彰|2",
        forms="""
            code   | title | workbook | layout | rubric | filled_by | bonus
            self   | 自评  | 自评     | rubric | duty   | self      |
            panel  | 评分  | 评分     | claims |        | panel     | honors
            """,
        scores="""
            code  | title | parent | rule   | points | source | parameters
            total | 总分  |        | sum    | 100    |        |
            self  | 自评  | total  | rubric | 100    | self   | not_applicable=full
            panel | 加分  | total  | bonus  |        | panel  |
            """,
    )
    assert placed(problems) == [("name_unknown", "forms!G3")]
    assert facts(problems[0])["guess"] == "honours"
