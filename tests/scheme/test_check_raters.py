"""Somebody scores every unit, somebody is left after trimming, and comparisons compare."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.problems import Severity
from tests.scheme.faults import facts, placed, problems_of, sentences

ONE_OF_TWO = "code | name | group | covers\nP1 | 考核组 | panel | V01"


def test_a_unit_that_nobody_covers_waits_for_its_score_in_vain(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, raters=ONE_OF_TWO)
    assert placed([problem]) == [("unit_without_rater", "forms!F3")]
    assert problem.severity is Severity.ERROR
    assert sentences(problem) == (
        "表“考核组评分表”由“panel”填写，但没有人负责西河村。",
        "在“评分人”表的“负责范围”里加上这个单位或它的类别。",
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("weighted |        | 100    |        |", "weighted | | 100 | | missing=share"),
        ("weighted |        | 100    |        |", "weighted | | 100 | | missing=zero"),
    ],
)
def test_where_nobody_is_waited_for_it_is_a_warning(tmp_path: Path, old: str, new: str) -> None:
    (problem,) = problems_of(tmp_path, ("scores", old, new), raters=ONE_OF_TWO)
    assert (problem.code, problem.severity) == ("unit_without_rater", Severity.WARNING)


def test_where_the_score_is_only_shown_it_is_a_warning(tmp_path: Path) -> None:
    (problem,) = problems_of(
        tmp_path,
        raters=ONE_OF_TWO,
        scores="""
            code  | title | parent | rule   | points | source | parameters
            total | 总分  |        | mean   | 100    |        |
            self  | 自评  | total  | rubric | 100    | self   | not_applicable=full
            panel | 评分  | total  | rubric | 100    | panel  | not_applicable=full;informative=yes
            """,
    )
    assert (problem.code, problem.severity) == ("unit_without_rater", Severity.WARNING)


def test_a_rater_that_covers_an_unknown_class_is_reported_with_the_one_meant(
    tmp_path: Path,
) -> None:
    problems = problems_of(tmp_path, raters="code|name|group|covers\nP1|考核组|panel|V01;V002")
    assert ("name_unknown", "raters!D2") in placed(problems)
    unknown = next(problem for problem in problems if problem.code == "name_unknown")
    assert facts(unknown) == {"what": "负责范围", "name": "V002", "guess": "V02"}


TRIMS = [
    ("trim_high=20%;trim_low=20%", False),
    ("trim_high=50%;trim_low=50%", True),
    ("trim_low=100%", True),
    ("trim_high=60%;trim_low=60%", True),
]


@pytest.mark.parametrize(("parameters", "wrong"), TRIMS)
def test_somebody_is_left_after_trimming(tmp_path: Path, parameters: str, wrong: bool) -> None:
    panel = "| panel  | not_applicable=full"
    problems = problems_of(tmp_path, ("scores", panel, f"{panel};{parameters}"))
    assert placed(problems) == ([("trims_all", "scores!H4")] if wrong else [])
    if wrong:
        assert problems[0].severity is Severity.ERROR
        assert sentences(problems[0])[1] == "改小，合起来要少于 100%。"


COMPARISONS = [
    ("against=self;apart=3", []),
    ("against=self;apart=3;then=zero", []),
    ("against=self", [("against", "apart")]),
    ("apart=3", [("apart", "against")]),
    ("then=flag", [("then", "against"), ("then", "apart")]),
    ("against=self;then=zero", [("against", "apart")]),
]


@pytest.mark.parametrize(("parameters", "found"), COMPARISONS)
def test_half_a_comparison_is_an_error(
    tmp_path: Path, parameters: str, found: list[tuple[str, str]]
) -> None:
    panel = "| panel  | not_applicable=full"
    problems = problems_of(tmp_path, ("scores", panel, f"{panel};{parameters}"))
    named = [(problem.facts["key"], problem.facts["needed"]) for problem in problems]
    assert [(getattr(key, "en", ""), getattr(other, "en", "")) for key, other in named] == found
    assert {p.severity for p in problems} <= {Severity.ERROR}
    assert set(placed(problems)) <= {("comparison_half", "scores!H4")}


def test_the_cure_of_half_a_comparison_names_the_other_half(tmp_path: Path) -> None:
    panel = "| panel  | not_applicable=full"
    (problem,) = problems_of(tmp_path, ("scores", panel, f"{panel};against=self"))
    assert sentences(problem) == (
        "“考核组评分”写了参数“比对”，没有写“相差”，比不出来。",
        "在参数里补上 相差=…：比对 写和哪个计分项比，相差 写最多差几分；不比的，删去“比对”。",
    )


def test_a_comparison_needs_criteria_of_one_code(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        criteria="""
            rubric | code | title | points | entry
            duty   | 1    | 班子  | 100    | earned
            own    | A    | 自查  | 100    | earned
            """,
        forms="""
            code  | title | workbook | layout | rubric | filled_by
            self  | 自评  | 自评     | rubric | own    | self
            panel | 评分  | 评分     | rubric | duty   | panel
            """,
        scores="""
            code  | title | parent | rule   | points | source | parameters
            total | 总分  |        | mean   | 100    |        |
            self  | 自评  | total  | rubric | 100    | self   |
            panel | 评分  | total  | rubric | 100    | panel  | against=self;apart=3
            """,
    )
    assert placed(problems) == [("comparison_of_nothing", "scores!G4")]
