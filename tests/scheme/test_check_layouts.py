"""Faults of rosters and declarations, each found at its cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scheme.faults import facts, placed, problems_of

FORMS = """
    code  | title | workbook | layout      | rubric | filled_by | covers | shows
    goals | 目标  | 目标     | declaration | goals  | self      |        |
    self  | 自评  | 自评     | rubric      | duty   | self      |        | {shows}
    panel | 评分  | 评分     | roster      | duty   | panel     | {covers} |
    """
CRITERIA = """
    rubric | code   | title | points | entry
    duty   | {code} | 班子  | 100    | earned
    goals  | {goal} | 目标  |        | text
    """


def found(
    tmp_path: Path, code: str = "1.1", goal: str = "1.1", covers: str = "all", shows: str = "goals"
) -> list[tuple[str, str]]:
    return placed(
        problems_of(
            tmp_path,
            ("scores", "| self   | not_applicable=full", "| self |"),
            ("scores", "| panel  | not_applicable=full", "| panel |"),
            forms=FORMS.format(covers=covers, shows=shows),
            criteria=CRITERIA.format(code=code, goal=goal),
        )
    )


def test_a_roster_and_a_declaration_that_fit_are_no_problem(tmp_path: Path) -> None:
    assert found(tmp_path) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"covers": "one"}, ("layout_covers_one", "forms!G4")),
        ({"code": "1/1", "goal": "1/1"}, ("roster_code", "criteria!B2")),
        ({"shows": "self"}, ("name_unknown", "forms!H3")),
        ({"goal": "G1"}, ("shows_nothing", "forms!H3")),
    ],
)
def test_what_does_not_fit_is_named(
    tmp_path: Path, change: dict[str, str], problem: tuple[str, str]
) -> None:
    assert problem in found(tmp_path, **change)


def test_the_declaration_that_was_meant_is_suggested(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        ("scores", "| self   | not_applicable=full", "| self |"),
        ("scores", "| panel  | not_applicable=full", "| panel |"),
        forms=FORMS.format(covers="all", shows="goal"),
        criteria=CRITERIA.format(code="1.1", goal="1.1"),
    )
    assert facts(problems[0])["guess"] == "goals"
