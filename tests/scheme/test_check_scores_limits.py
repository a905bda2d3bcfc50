"""Faults of grades, limits and awards, each found at its cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.i18n import catalog
from assessor.problems import Severity
from tests.builders import codes
from tests.scheme.faults import facts, placed, problems_of

LIMITS = "title | for | node | operator | value | effect | grade\n"
AWARDS = "code | title | for | class | slots | by | least_grade\n"

# -- grades --------------------------------------------------------------------------------------


def test_bands_with_a_gap_are_an_error(tmp_path: Path) -> None:
    grades = "for|grade|from|to\nunit|优秀|90|\nunit|合格|60|85\nunit|不合格||"
    problems = problems_of(tmp_path, grades=grades)
    assert placed(problems) == [("bands_gap", "grades!D3")]
    assert (facts(problems[0])["low"], facts(problems[0])["top"]) == (90, 85)


def test_bands_that_overlap_are_an_error(tmp_path: Path) -> None:
    grades = "for|grade|from|to\nunit|优秀|90|\nunit|合格|60|95\nunit|不合格||"
    problems = problems_of(tmp_path, grades=grades)
    assert placed(problems) == [("bands_overlap", "grades!D3")]
    assert (facts(problems[0])["better"], facts(problems[0])["worse"]) == ("优秀", "合格")


def test_those_that_are_appraised_have_grades(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, grades="for|grade|from", awards=AWARDS)
    assert codes(problems) == ["grades_missing"]
    assert problems[0].place.sheet == "grades"


def test_a_grade_that_stands_twice_is_an_error(tmp_path: Path) -> None:
    grades = "for|grade|from\nunit|优秀|90\nunit|优秀|80\nunit|合格|"
    assert ("table_code_twice", "grades!B3") in placed(problems_of(tmp_path, grades=grades))


# -- limits --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    [
        "过低 | unit | panel | < | 60 | cap | 合格",
        "过低 | unit | panel | <= | 0 | set | 不合格",
        "很高 | unit | total | >= | 100 | flag |",
    ],
)
def test_a_limit_that_can_apply_is_no_fault(tmp_path: Path, row: str) -> None:
    assert problems_of(tmp_path, limits=LIMITS + row) == []


NEVER = [
    # the limit that can never apply; its cell, the reason
    ("过低 | unit | panel | < | 0 | cap | 合格", "E2", "limit.out_of_reach"),
    ("过低 | unit | panel | < | -5 | cap | 合格", "E2", "limit.out_of_reach"),
    ("过低 | unit | panel | <= | -1 | flag |", "E2", "limit.out_of_reach"),
    ("过高 | unit | total | > | 100 | flag |", "E2", "limit.out_of_reach"),
    ("过高 | unit | total | >= | 101 | set | 优秀", "E2", "limit.out_of_reach"),
    ("封顶 | unit | panel | < | 60 | cap | 优秀", "G2", "limit.best_grade"),
    ("书记 | person | panel | < | 60 | flag |", "C2", "limit.wrong_kind"),
]


@pytest.mark.parametrize(("row", "cell", "reason"), NEVER, ids=[row[0] for row in NEVER])
def test_a_limit_that_can_never_apply_says_why(
    tmp_path: Path, row: str, cell: str, reason: str
) -> None:
    problems = problems_of(tmp_path, limits=LIMITS + row)
    assert placed(problems) == [("limit_never", f"limits!{cell}")]
    assert problems[0].severity is Severity.ERROR
    assert facts(problems[0])["reason"] == reason
    assert catalog("zh").text(reason)


@pytest.mark.parametrize(
    ("row", "code", "cell", "guess"),
    [
        ("过低 | unit | panle | < | 60 | cap | 合格", "name_unknown", "C2", "panel"),
        ("过低 | unit | panel | < | 60 | cap | 不合各", "name_unknown", "G2", "不合格"),
        ("过低 | unit | panel | < | 60 | cap |", "limit_without_grade", "G2", None),
        ("过低 | unit | panel | ≤ | 60 | cap | 合格", "table_not_a_choice", "D2", "—"),
    ],
)
def test_a_limit_names_what_exists(
    tmp_path: Path, row: str, code: str, cell: str, guess: str | None
) -> None:
    problems = problems_of(tmp_path, limits=LIMITS + row)
    assert placed(problems) == [(code, f"limits!{cell}")]
    assert facts(problems[0]).get("guess") == guess


# -- awards --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "code", "cell", "said"),
    [
        ("A|先进|person||1|rank|", "award_never", "D2", {"title": "先进"}),
        ("A|先进|unit|党工委|1|rank|", "award_never", "D2", {"title": "先进"}),
        ("A|先进|unit|村|0|rank|", "award_without_slots", "E2", {"title": "先进"}),
        ("A|先进|unit|村|3|rank|", "award_slots", "E2", {"slots": 3, "units": 2}),
        ("A|先进|unit|村|1|rank|优良", "name_unknown", "G2", {"name": "优良"}),
        ("A|先进|unit|党公委|1|rank|", "name_unknown", "D2", {"guess": "党工委"}),
        ("A|先进|unit|村|1|抽签|", "table_not_a_choice", "F2", {"value": "抽签"}),
        ("A|先进|unit|村|1|rank|\nA|优胜|unit|村|1|rank|", "table_code_twice", "A3", {}),
    ],
)
def test_an_award_that_can_never_be_won_is_an_error(
    tmp_path: Path, row: str, code: str, cell: str, said: dict[str, object]
) -> None:
    units = """
        code | name   | class  | ranked
        V01  | 东村   | 村     | yes
        V02  | 西河村 | 村     | yes
        J01  | 党工委 | 党工委 | no
        """
    problems = problems_of(tmp_path, units=units, awards=AWARDS + row)
    assert placed(problems) == [(code, f"awards!{cell}")]
    assert problems[0].severity is Severity.ERROR
    assert said.items() <= facts(problems[0]).items()


def test_an_award_by_decision_may_go_to_those_who_are_not_ranked(tmp_path: Path) -> None:
    units = """
        code | name   | class | ranked
        V01  | 东村   | 村    | yes
        V02  | 西河村 | 村    | no
        """
    awards = AWARDS + "A|先进|unit|村|2|decision|"
    assert problems_of(tmp_path, units=units, awards=awards) == []
