"""What can never have an effect is named, with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.problems import Severity
from tests.scheme.faults import facts, placed, problems_of

PANEL = "| panel  | not_applicable=full"
RATERS = "code|name|group\nP1|甲|panel\nP2|乙|panel\nP3|丙|panel"


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ("trim_from=4;trim_high=1", "too_few_raters"),
        ("trim_high=2;trim_low=1", "too_few_raters"),
        ("against=self;apart=20", "out_of_reach"),
    ],
)
def test_a_rubric_parameter_that_never_bites(tmp_path: Path, parameters: str, reason: str) -> None:
    edit = (
        "scores",
        "| panel  | not_applicable=full",
        f"| panel | not_applicable=full;{parameters}",
    )
    problems = problems_of(tmp_path, edit, raters=RATERS)
    assert {p.code for p in problems} == {"parameter_never"}
    assert {p.facts["reason"] for p in problems} == {f"never.{reason}"}
    assert {p.severity for p in problems} == {Severity.WARNING}


@pytest.mark.parametrize(
    "parameters", ["trim_from=3;trim_high=1", "against=self;apart=3;then=zero"]
)
def test_a_rubric_parameter_that_bites_is_no_problem(tmp_path: Path, parameters: str) -> None:
    edit = (
        "scores",
        "| panel  | not_applicable=full",
        f"| panel | not_applicable=full;{parameters}",
    )
    assert problems_of(tmp_path, edit, raters=RATERS) == []


@pytest.mark.parametrize(("cap", "idle"), [("110", True), ("200", True), ("109", False)])
def test_a_cap_that_the_parts_cannot_reach(tmp_path: Path, cap: str, idle: bool) -> None:
    scores = f"""
        code  | title | parent | rule   | points | source | parameters
        total | 总分  |        | scaled | 100    |        | factor=1
        part  | 合计  | total  | sum    | 110    |        | cap={cap}
        self  | 自评  | part   | rubric | 100    | self   | not_applicable=full
        extra | 附加  | part   | steps  | 10     | panel/2.3 | target=1;step=1;up=1
        panel | 评分  | part   | rubric | 100    | panel  | not_applicable=full;informative=yes
        """
    problems = problems_of(tmp_path, scores=scores)
    assert ("parameter_never" in {p.code for p in problems}) is idle


def test_the_most_of_a_step_that_nobody_counts(tmp_path: Path) -> None:
    scores = """
        code  | title | parent | rule   | points | source | parameters
        total | 总分  |        | sum    | 110    |        |
        self  | 自评  | total  | rubric | 100    | self   | not_applicable=full
        panel | 附加  | total  | steps  | 10     | panel/2.3 | target=1;step=1;up_most=6
        """
    problems = problems_of(tmp_path, scores=scores)
    assert ("parameter_never", "scores!G4") in placed(problems)


def test_a_rubric_that_says_eight_sections_and_has_two(tmp_path: Path) -> None:
    edit = ("scores", "| self   | not_applicable=full", "| self | not_applicable=full;sections=8")
    problems = problems_of(tmp_path, edit)
    assert placed(problems) == [("sections_short", "scores!H3")]
    assert facts(problems[0]) == {"node": "自评", "said": 8, "found": 2}


def test_a_number_missing_between_two_sections_is_a_warning(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        criteria="""
            rubric | code | section | title | points | entry
            duty   | 1    |         | 组织  | 60     | section
            duty   | 1.1  | 1       | 班子  | 60     | earned
            duty   | 3    |         | 作风  | 40     | section
            duty   | 3.1  | 3       | 服务  | 40     | earned
            """,
    )
    assert placed(problems) == [("section_gap", "criteria!B4")]
    assert facts(problems[0]) == {"rubric": "duty", "before": "1", "code": "3"}


@pytest.mark.parametrize(("most", "idle"), [("1", False), ("2", True), ("5", True)])
def test_an_option_that_can_never_make_a_paper_void(tmp_path: Path, most: str, idle: bool) -> None:
    problems = problems_of(
        tmp_path,
        options=f"set|option|value|at_most\n四档|优|100|{most}\n四档|差|40|",
        criteria="rubric|code|title|entry\naspects|T1|作风|ballot",
        forms="""
            code  | title | workbook | layout | rubric  | options | filled_by | covers
            panel | 票    | 票       | votes  | aspects | 四档    | panel     | all
            """,
        scores="""
            code  | title | parent | rule   | points | source | parameters
            total | 总分  |        | scaled | 100    |        |
            panel | 票决  | total  | ballot | 100    | panel  | denominator=ticks
            """,
    )
    assert ("option_never_void" in {p.code for p in problems}) is idle


def test_a_cap_below_a_single_honour_cuts_every_one(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, bonuses="group|code|title|points|cap\n荣誉|B1|表彰|5|3")
    assert ("bonus_cap_below", "bonuses!E2") in placed(problems)
