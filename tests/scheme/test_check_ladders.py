"""Faults of ladders and levels, each found at its cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.problems import Severity
from tests.scheme.faults import facts, placed, problems_of, sentences

CRITERIA = """
    rubric | code | title  | points | entry | rule   | parameters
    duty   | 1.1  | 创建率 | 60     | rate  | ladder | ladder=创建率
    duty   | 1.2  | 制度   | 40     | level |        | options=程度
    """
LEVELS = "set|option|value\n程度|健全|40\n程度|不健全|0"
LADDER = "ladder|from|to|value\n创建率|||0\n创建率|80|90|50\n创建率|90||60"


def found(tmp_path: Path, ladders: str = LADDER, options: str = LEVELS) -> list[tuple[str, str]]:
    return placed(problems_of(tmp_path, criteria=CRITERIA, ladders=ladders, options=options))


def test_a_sound_ladder_is_no_problem(tmp_path: Path) -> None:
    assert found(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "cell"),
    [
        ("80|90|50", "90||50", "ladder_twice", "ladders!B4"),
        ("80|90|50", "80|95|50", "ladder_overlap", "ladders!C3"),
        ("80|90|50", "80|85|50", "ladder_gap", "ladders!C3"),
        ("90||60", "90||61", "ladder_above_points", "criteria!D2"),
    ],
)
def test_a_ladder_with_a_fault(tmp_path: Path, old: str, new: str, code: str, cell: str) -> None:
    assert found(tmp_path, ladders=LADDER.replace(old, new)) == [(code, cell)]


def test_a_ladder_that_nothing_names_is_a_warning(tmp_path: Path) -> None:
    assert found(tmp_path, ladders=f"{LADDER}\n党员率||0|1") == [("ladder_unused", "ladders!A5")]


@pytest.mark.parametrize(
    ("best", "code"), [("41", "level_above_points"), ("39", "level_below_points")]
)
def test_the_best_level_is_worth_the_full_mark(tmp_path: Path, best: str, code: str) -> None:
    assert found(tmp_path, options=LEVELS.replace("40", best)) == [(code, "criteria!D3")]


@pytest.mark.parametrize(
    ("steps", "sound"),
    [("0|30|100;30|80|80;80|100|60", True), ("0|30|100;30|80|80;80|95|60", False)],
)
def test_tiers_run_over_all_places(tmp_path: Path, steps: str, sound: bool) -> None:
    lines = "\n".join(f"段|{step}" for step in steps.split(";"))
    problems = problems_of(
        tmp_path,
        ladders=f"ladder|from|to|value\n{lines}",
        scores="""
            code  | title | parent | rule   | points | source | parameters
            total | 总分  |        | tiers  | 100    |        | ladder=段
            panel | 评分  | total  | rubric | 100    | panel  | not_applicable=full
            """,
        settings=_without_tie_breaker(),
    )
    found = [problem for problem in problems if problem.code == "tiers_not_whole"]
    assert [facts(problem) for problem in found] == ([] if sound else [{"name": "段"}])


@pytest.mark.parametrize(
    ("steps", "codes"),
    [
        ("1|1|20;2|3|15;4|6|8", []),
        ("1|2|20;2|4|15;4|6|8", []),
        ("1|1|20;3|4|15", ["ladder_gap"]),
        ("1|2|20;2|3|15;5|6|8", ["ladder_gap"]),
    ],
)
def test_between_two_places_there_is_none(tmp_path: Path, steps: str, codes: list[str]) -> None:
    lines = "\n".join(f"名次|{step}" for step in steps.split(";"))
    problems = problems_of(
        tmp_path,
        ladders=f"ladder|from|to|value\n{lines}",
        scores="""
            code  | title | parent | rule        | points | source | parameters
            total | 总分  |        | rank_points | 20     |        | ladder=名次
            panel | 评分  | total  | rubric      | 100    | panel  | not_applicable=full
            """,
        settings=_without_tie_breaker(),
    )
    assert [problem.code for problem in problems if problem.code.startswith("ladder")] == codes


def _without_tie_breaker() -> str:
    return """
        key          | value
        code         | small
        title        | 小考核
        round        | 2026
        issuer       | 某镇
        digits       | 2
        rounding     | each
        """


# -- where a ladder begins and ends --------------------------------------------------------------


def ends(tmp_path: Path, rule: str, steps: str) -> list[tuple[str, str]]:
    """Return the problems of a ladder of ``from|to|value`` that a node of a rule names."""
    lines = "\n".join(f"档|{step}" for step in steps.split(";"))
    criteria = "rubric|code|title|points|entry\nduty|1|数|100|number"
    row = f"total|总分||{rule}|100|panel/1|档表=档"
    problems = problems_of(
        tmp_path,
        ("settings", "tie_breakers | panel", "tie_breakers |"),
        criteria=criteria,
        ladders=f"ladder|from|to|value\n{lines}",
        scores=f"code|title|parent|rule|points|source|parameters\n{row}",
    )
    # Of the form that is not read, and of grades that few points reach, others speak.
    return placed([one for one in problems if one.code.startswith("ladder")])


@pytest.mark.parametrize(
    ("rule", "steps", "problem"),
    [
        ("interpolate", "60||0;90||30", None),
        ("interpolate", "||0;90||30", ("ladder_point_without_number", "ladders!B2")),
        ("interpolate", "60|90|0;90||30", None),
        ("interpolate", "60|90|0;90|100|30", ("ladder_point_with_end", "ladders!C3")),
        ("ladder", "||0;60||30", None),
        ("ladder", "0||0;60|100|30", None),
        ("ladder", "60||0;90||30", ("ladder_no_bottom", "ladders!B2")),
        ("rank_points", "||50;2|3|30", None),
        ("rank_points", "1|1|50;2|3|30", None),
        ("rank_points", "2|3|50;4|6|30", ("ladder_first_place", "ladders!B2")),
    ],
)
def test_the_ends_of_a_ladder(
    tmp_path: Path, rule: str, steps: str, problem: tuple[str, str] | None
) -> None:
    assert ends(tmp_path, rule, steps) == ([problem] if problem else [])


def test_what_lies_below_the_first_step_is_asked_for_before_forms_go_out(tmp_path: Path) -> None:
    lines = LADDER.replace("创建率|||0\n", "")
    (problem,) = problems_of(tmp_path, criteria=CRITERIA, ladders=lines, options=LEVELS)
    assert (problem.code, problem.severity) == ("ladder_no_bottom", Severity.WARNING)
    assert sentences(problem, "zh") == (
        "档表“创建率”从 80 起，低于 80 的没有写明得几分；遇到这样的数，那个单位的得分算不出来。",
        "加上最低一档：“起”空着，写明得分，不得分的写 0。确实不会低于 80 的，不需要处理。",
    )


# -- options -------------------------------------------------------------------------------------


def test_a_level_without_a_value_is_an_error_and_nothing_else_is_said(tmp_path: Path) -> None:
    options = "set|option|value\n程度|健全|\n程度|不健全|0"
    assert found(tmp_path, options=options) == [("option_without_value", "options!C2")]
