"""What a standing says to people: ties that wait, grades and awards that contradict it."""

from __future__ import annotations

import pytest

from assessor.i18n import catalog
from assessor.problems import Problem, Severity
from assessor.scheme.decisions import Decision
from assessor.scheme.model import Scheme
from assessor.scheme.tables import RowPlace
from assessor.sheets.grid import Grid
from assessor.standing.remarks import remarks
from assessor.standing.stand import stand
from tests.builders import Table, cells
from tests.standing.builders import scores_of, standing_scheme

GRADES = """
    for    | grade  | from | quota
    unit   | 优秀   | 90   | 50%
    unit   | 良好   | 80   |
    unit   | 较差   |      |
    person | 优秀   | 90   |
    person | 较差   |      |
    """
COLUMNS = ("act", "unit", "object", "to")


def decided(*rows: str) -> list[Decision]:
    """Return decisions from ``act | unit | object | to``."""
    at = RowPlace(Grid("decisions.csv", "decisions", []), 1, {"to": 6, "object": 3})
    lines = cells("\n".join(rows)) if rows else []
    return [
        Decision(act, unit, object_, "", to, "研究确定", "镇党委", None, at)
        for act, unit, object_, to in lines
    ]


def said(scheme: Scheme, table: Table, *rows: str) -> list[Problem]:
    decisions = decided(*rows)
    order = {unit.code: index for index, unit in enumerate(scheme.units)}
    confirmed = {order[d.unit]: (d.to, d.reason) for d in decisions if d.act == "confirm_grade"}
    granted = frozenset((d.object, order[d.unit]) for d in decisions if d.act == "grant_award")
    return remarks(stand(scheme, scores_of(scheme, table), confirmed, granted=granted), decisions)


def brief(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(problem.code, problem.unit) for problem in problems]


TIED = "unit | total \n V01 | 95 \n V02 | 94 \n V03 | 94 \n V04 | 70"


def test_a_tie_across_the_last_place_of_a_quota_asks_for_a_decision() -> None:
    (problem,) = said(standing_scheme(grades=GRADES), TIED)  # 50 % of 4: 2 places
    assert (problem.code, problem.severity) == ("grade_tied", Severity.WARNING)
    assert problem.facts == {
        "grade": "优秀", "unit_class": "村", "places": 2, "taken": 1, "left": 1, "count": 2,
        "units": ["西河村", "南坪村"], "score": "94.00",
    }  # fmt: skip
    assert [catalog(words).message(problem) for words in ("zh", "en")] == [
        "村“优秀”共 2 个名额，已用 1 个，剩下 1 个；西河村、南坪村（2 个）同为 94.00 分、"
        "名次并列，不够分，都没有自动给。",
        "村: of 2 places for “优秀” 1 are taken and 1 left. 西河村, 南坪村 (2 of them) have 94.00 "
        "each and share a rank: the places are too few for all of them, and nobody got one.",
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["confirm_grade | V02 | | 优秀"], []),  # the place is gone
        (["confirm_grade | V02 | | 良好", "confirm_grade | V03 | | 良好"], []),
        (["confirm_grade | V02 | | 良好"], [("grade_tied_rest", "")]),  # the place is still there
        (
            ["confirm_grade | V02 | | 优秀", "confirm_grade | V03 | | 优秀"],
            [("quota_exceeded", "")],
        ),
    ],
)
def test_a_decision_settles_the_tie(rows: list[str], expected: list[tuple[str, str]]) -> None:
    assert brief(said(standing_scheme(grades=GRADES), TIED, *rows)) == expected


def test_more_confirmed_grades_than_places_are_counted() -> None:
    table = "unit | total \n V01 | 95 \n V02 | 94 \n V03 | 93 \n V04 | 70"
    (problem,) = said(standing_scheme(grades=GRADES), table, "confirm_grade | V03 | | 优秀")
    assert problem.code == "quota_exceeded"
    assert (problem.facts["given"], problem.facts["places"]) == (3, 2)
    exchanged = ("confirm_grade | V03 | | 优秀", "confirm_grade | V02 | | 良好")
    assert said(standing_scheme(grades=GRADES), table, *exchanged) == []


def test_a_tie_over_a_fixed_share_is_named() -> None:
    shares = """
        for    | grade  | from | share
        unit   | 优秀   |      | 50%
        unit   | 良好   |      | 50%
        person | 优秀   | 90   |
        person | 较差   |      |
        """
    (problem,) = said(standing_scheme(grades=shares), TIED)
    assert problem.code == "share_tied"
    assert (problem.facts["places"], problem.facts["given"]) == (2, 3)
    assert catalog("zh").message(problem) == (
        "村“优秀”按比例是 2 个；西河村、南坪村同为 94.00 分、名次并列，"
        "都评了“优秀”，所以共有 3 个。"
    )


def test_a_confirmed_grade_above_the_band_is_a_note_that_names_both() -> None:
    table = "unit | total \n V01 | 85"
    (problem,) = said(standing_scheme(), table, "confirm_grade | V01 | | 优秀")
    assert (problem.code, problem.severity) == ("grade_contradicts_band", Severity.NOTE)
    assert (problem.unit, problem.place.cell) == ("V01", "G2")
    assert problem.facts == {"to": "优秀", "band": "良好", "score": "85.00"}


@pytest.mark.parametrize("to", ["良好", "一般", "较差"])
def test_a_confirmed_grade_within_the_band_or_below_is_nothing_to_speak_of(to: str) -> None:
    assert (
        said(standing_scheme(), "unit | total \n V01 | 85", f"confirm_grade | V01 | | {to}") == []
    )


LIMITS = "title | for | node | operator | value | effect | grade\n"


@pytest.mark.parametrize(
    ("effect", "to", "warned"),
    [
        ("cap | 良好", "优秀", True),
        ("cap | 良好", "良好", False),
        ("cap | 良好", "较差", False),
        ("set | 一般", "良好", True),
        ("set | 一般", "较差", True),
        ("set | 一般", "一般", False),
        ("last | ", "一般", True),
        ("last | ", "较差", False),
        ("flag | ", "优秀", False),
    ],
)
def test_a_confirmed_grade_that_a_limit_forbids_is_warned_of(
    effect: str, to: str, warned: bool
) -> None:
    scheme = standing_scheme(limits=LIMITS + f"述职 | unit | target | < | 60 | {effect}")
    table = "unit | total | target \n V01 | 95 | 40"
    found = said(scheme, table, f"confirm_grade | V01 | | {to}")
    assert brief(found) == ([("grade_against_limit", "V01")] if warned else [])


def test_an_award_that_a_limit_bars_is_warned_of() -> None:
    scheme = standing_scheme(
        limits=LIMITS + "通报 | unit | target | < | 60 | no_award |",
        awards="code | title | for | class | slots | by\nA | 先进 | unit | 村 | 1 | decision",
    )
    table = "unit | total | target \n V01 | 95 | 40 \n V02 | 80 | 90"
    assert brief(said(scheme, table, "grant_award | V01 | A | ")) == [
        ("award_against_limit", "V01")
    ]
    assert said(scheme, table, "grant_award | V02 | A | ") == []


def test_more_awards_granted_than_slots_are_warned_of() -> None:
    awards = "code | title | for | class | slots | by\nA | 先进 | unit | 村 | 1 | decision"
    scheme = standing_scheme(awards=awards)
    rows = ["grant_award | V01 | A | ", "grant_award | V02 | A | "]
    (problem,) = said(scheme, TIED, *rows)
    assert problem.facts == {"award": "先进", "given": 2, "slots": 1}
