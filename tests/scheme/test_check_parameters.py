"""Faults of parameters: of nodes, of criteria that convert, of forms."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.problems import Problem
from tests.scheme.faults import facts, placed, problems_of


def _first(problems: list[Problem], code: str) -> Problem:
    return next(problem for problem in problems if problem.code == code)


@pytest.mark.parametrize(
    ("parameters", "code", "said"),
    [
        ("not_applicable=half", "parameter_word", {"value": "half"}),
        ("not_applicable=full;cap=许多", "parameter_number", {"value": "许多"}),
        ("not_applicable=full;informative=也许", "parameter_word", {"value": "也许"}),
        ("not_applicabel=full", "table_bad_parameter", {"pair": "not_applicabel=full"}),
        ("not_applicable=full;cap=10分", "parameter_number", {"value": "10分"}),
        ("not_applicable=full;cap=²", "parameter_number", {"value": "²"}),
        ("not_applicable=full;cap=.", "parameter_number", {"value": "."}),
        ("not_applicable=full;cap=10%", "parameter_number", {"value": "10%"}),
        ("not_applicable=full;trim_high=1.5", "parameter_whole", {"value": "1.5"}),
        ("not_applicable=full;trim_low=101%", "parameter_share", {"value": "101%"}),
        ("not_applicable=full;against=panle", "parameter_name", {"guess": "panel"}),
        ("not_applicable=full;against=panel;apart=0", "parameter_positive", {"value": "0"}),
        ("not_applicable=full;denominator=ticks", "parameter_unheard", {}),
    ],
)
def test_a_parameter_that_makes_no_sense_is_an_error(
    tmp_path: Path, parameters: str, code: str, said: dict[str, str]
) -> None:
    edit = ("scores", "| self   | not_applicable=full", f"| self | {parameters}")
    problems = problems_of(tmp_path, edit)
    assert (code, "scores!H3") in placed(problems)
    assert said.items() <= facts(_first(problems, code)).items()


def test_a_ballot_states_its_denominator(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        options="set|option|value\n四档|优|100\n四档|差|40",
        criteria="rubric|code|title|entry\naspects|T1|作风|ballot",
        forms="""
            code  | title | workbook | layout | rubric  | options | filled_by | covers
            panel | 计票  | 计票     | tally  | aspects | 四档    | panel     | all
            """,
        scores="""
            code  | title | parent | rule   | points | source | parameters
            total | 总分  |        | mean   | 100    |        |
            panel | 票决  | total  | ballot | 100    | panel  | turnout_min=5
            """,
    )
    assert placed(problems) == [("parameter_missing", "scores!G3")]
    assert facts(problems[0]) == {"node": "票决", "key": "分母"}


def test_what_becomes_of_a_criterion_that_does_not_apply_must_be_said(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("scores", "| self   | not_applicable=full", "| self |"))
    assert placed(problems) == [("not_applicable_unruled", "scores!H3")]
    assert facts(problems[0]) == {"node": "自评", "code": "1.10"}


def test_a_tie_breaker_must_be_a_node(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("settings", "| panel", "| panle"))
    assert placed(problems) == [("name_unknown", "settings!B8")]
    assert facts(problems[0]) == {"what": "同分比较", "name": "panle", "guess": "panel"}


def test_a_mean_or_weighted_node_only_rescales_and_says_so(tmp_path: Path) -> None:
    scores = """
        code  | title | parent | rule     | weight | points | source | parameters
        total | 总分  |        | weighted |        | 100    |        | not_applicable=full
        self  | 自评  | total  | rubric   | 40%    | 100    | self   | not_applicable=full
        panel | 评分  | total  | rubric   | 60%    | 100    | panel  | not_applicable=full
        """
    assert placed(problems_of(tmp_path, scores=scores)) == [("parameter_word", "scores!H2")]


CONVERTED = """
    rubric | code | title  | points | entry | rule   | parameters
    duty   | 1.1  | 创建率 | 60     | rate  | {rule} | {parameters}
    duty   | 1.2  | 制度   | 40     | level |        | options=程度
    """
LADDER = "ladder|from|value\n创建率||0\n创建率|90|60"
LEVELS = "set|option|value\n程度|健全|40\n程度|不健全|0"


@pytest.mark.parametrize(
    ("rule", "parameters", "found"),
    [
        ("ladder", "ladder=创建率", []),
        ("ladder", "ladder=创建绿", ["parameter_name"]),
        ("ladder", "", ["parameter_missing"]),
        ("", "each=2", ["parameter_unheard"]),
        ("each", "每件=-2", []),
        ("threshold", "least=90;otherwise=0", []),
        ("threshold", "otherwise=0", ["parameter_none_of"]),
        ("steps", "target=90;step=1", ["parameter_none_of"]),
        ("steps", "target=90;step=0;up=1", ["parameter_positive"]),
    ],
)
def test_a_criterion_that_converts_hears_what_its_rule_hears(
    tmp_path: Path, rule: str, parameters: str, found: list[str]
) -> None:
    problems = problems_of(
        tmp_path,
        criteria=CONVERTED.format(rule=rule, parameters=parameters),
        options=LEVELS,
        ladders=LADDER,
    )
    assert [code for code, place in placed(problems) if place == "criteria!G2"] == found


def test_a_level_names_the_set_of_its_options(tmp_path: Path) -> None:
    criteria = CONVERTED.format(rule="each", parameters="each=1").replace("options=程度", "")
    problems = problems_of(tmp_path, criteria=criteria, options=LEVELS, ladders=LADDER)
    assert ("parameter_missing", "criteria!G3") in placed(problems)


def test_only_forms_that_are_read_paper_by_paper_hear_of_papers_that_are_all_alike(
    tmp_path: Path,
) -> None:
    forms = """
        code  | title | workbook | layout | rubric | filled_by | parameters
        self  | 自评  | 自评     | rubric | duty   | self      | alike=void
        panel | 评分  | 评分     | rubric | duty   | panel     |
        """
    assert ("parameter_unheard", "forms!G2") in placed(problems_of(tmp_path, forms=forms))
