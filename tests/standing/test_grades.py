from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from assessor.scheme.model import Band
from assessor.scoring.evaluate import evaluate
from assessor.standing.grades import band_of
from assessor.standing.stand import stand
from tests.builders import Table
from tests.scoring.builders import inputs_of, tree_of
from tests.scoring.builders import settings as settings_table
from tests.scoring.entries import leaves
from tests.standing.builders import scores_of, standing_scheme

TOWNSHIP = [
    Band("优秀", Decimal(90)),
    Band("良好", Decimal(80)),
    Band("一般", Decimal(70)),
    Band("较差", None),
]


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        ("100.00", "优秀"),
        ("90.01", "优秀"),
        ("90.00", "优秀"),
        ("89.99", "良好"),
        ("89.50", "良好"),
        ("80.00", "良好"),
        ("79.99", "一般"),
        ("70.00", "一般"),
        ("69.99", "较差"),
        ("69.00", "较差"),
        ("0.00", "较差"),
        ("-3.00", "较差"),
    ],
)
def test_a_band_begins_with_its_lower_bound_and_ends_below_the_next(score: str, grade: str) -> None:
    assert band_of(Decimal(score), TOWNSHIP) == grade


@pytest.mark.parametrize(
    ("exact", "shown", "grade"),
    [
        ("79.995", "80.00", "良好"),
        ("79.994999", "79.99", "一般"),
        ("89.995", "90.00", "优秀"),
        ("89.9949", "89.99", "良好"),
        ("69.995", "70.00", "一般"),
    ],
)
def test_a_grade_looks_at_the_rounded_score(exact: str, shown: str, grade: str) -> None:
    scheme = standing_scheme()
    one = stand(scheme, scores_of(scheme, f"unit | total \n V01 | {exact}")).units[0]
    assert str(one.score) == shown
    assert one.graded is not None
    assert (one.graded.grade, one.graded.band) == (grade, grade)


LIMITS = "title | for | node | operator | value | effect | grade \n "


def grades(limits: Table, table: Table) -> list[tuple[str, str, list[str]]]:
    """Return grade, band and the limits that held of every unit that has a total."""
    scheme = standing_scheme(limits=LIMITS + limits)
    graded = [one.graded for one in stand(scheme, scores_of(scheme, table)).units]
    return [(g.grade, g.band, [limit.title for limit in g.limits]) for g in graded if g is not None]


def test_units_without_a_total_have_no_grade() -> None:
    scheme = standing_scheme()
    graded = [
        one.graded for one in stand(scheme, scores_of(scheme, "unit | total \n V02 | 91")).units
    ]
    assert [one.grade if one else None for one in graded] == [None, "优秀", *[None] * 5]


@pytest.mark.parametrize(
    ("total", "ballot", "grade", "held"),
    [
        ("95", "59.99", "良好", ["民主测评"]),  # capped
        ("95", "60.00", "优秀", []),
        ("85", "10", "良好", ["民主测评"]),  # holds, and lowers nothing
        ("75", "10", "一般", ["民主测评"]),  # a cap never raises
        ("10", "10", "较差", ["民主测评"]),
        ("95", "missing", "优秀", []),  # no value, no condition
        ("95", "59.995", "优秀", []),  # on the rounded value: 60.00
    ],
)
def test_a_cap_only_lowers(total: str, ballot: str, grade: str, held: list[str]) -> None:
    found = grades(
        "民主测评 | unit | ballot | < | 60 | cap | 良好",
        f"unit | total | ballot \n V01 | {total} | {ballot}",
    )
    assert [(one[0], one[2]) for one in found] == [(grade, held)]


@pytest.mark.parametrize(
    ("operator", "held"),
    [("<", [True, False, False]), ("<=", [True, True, False]),
     (">", [False, False, True]), (">=", [False, True, True])],
)  # fmt: skip
def test_every_operator_below_at_and_above_its_value(operator: str, held: list[bool]) -> None:
    found = grades(
        f"线 | unit | ballot | {operator} | 60 | flag |",
        "unit | total | ballot \n V01 | 95 | 59.99 \n V02 | 95 | 60.00 \n V03 | 95 | 60.01",
    )
    assert [bool(one[2]) for one in found] == held


@pytest.mark.parametrize(("total", "grade"), [("95", "较差"), ("75", "较差"), ("10", "较差")])
def test_what_is_set_is_set_from_wherever_it_was(total: str, grade: str) -> None:
    found = grades(
        "一票否决 | unit | target | <= | 0 | set | 较差",
        f"unit | total | target \n V01 | {total} | 0",
    )
    assert found == [(grade, {"95": "优秀", "75": "一般", "10": "较差"}[total], ["一票否决"])]


def test_what_is_set_may_raise() -> None:
    found = grades(
        "直接认定 | unit | target | >= | 100 | set | 优秀",
        "unit | total | target \n V01 | 85 | 100",
    )
    assert found == [("优秀", "良好", ["直接认定"])]


def test_a_flag_changes_no_grade_and_is_kept() -> None:
    found = grades(
        "请核对 | unit | target | < | 60 | flag |", "unit | total | target \n V01 | 95 | 50"
    )
    assert found == [("优秀", "优秀", ["请核对"])]


@pytest.mark.parametrize(
    "limits",
    [
        "一 | unit | target | < | 60 | cap | 一般 \n 二 | unit | ballot | < | 60 | cap | 良好",
        "二 | unit | ballot | < | 60 | cap | 良好 \n 一 | unit | target | < | 60 | cap | 一般",
    ],
)
def test_of_several_caps_the_lowest_holds_in_whatever_order(limits: Table) -> None:
    found = grades(limits, "unit | total | target | ballot \n V01 | 95 | 50 | 50")
    assert [(one[0], sorted(one[2])) for one in found] == [("一般", ["一", "二"])]


def test_the_limit_of_a_person_does_not_touch_his_unit() -> None:
    """The secretary's review is below 80: he cannot be 优秀, his branch can (township)."""
    found = grades(
        "述职低于80 | person | review | < | 80 | cap | 良好",
        """
        unit | total | target | person | review
        V01  | 95    | 79.99  |        | 79.99
        S01  |       |        | 95     | 79.99
        """,
    )
    assert found == [("优秀", "优秀", []), ("良好", "优秀", ["述职低于80"])]


def test_the_limit_of_units_does_not_touch_a_person() -> None:
    found = grades(
        "民主测评 | unit | ballot | < | 60 | cap | 良好",
        "unit | total | ballot | person \n V01 | 95 | 50 | \n S01 | | 50 | 95",
    )
    assert [one[0] for one in found] == ["良好", "优秀"]


# -- edges ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "lower", "upper"),
    [
        ("90.01", "优秀", "优秀"),
        ("90.00", "优秀", "良好"),
        ("89.99", "良好", "良好"),
        ("70.00", "一般", "较差"),
        ("69.99", "较差", "较差"),
    ],
)
def test_a_score_at_the_bound_is_in_the_band_of_its_edge(
    score: str, lower: str, upper: str
) -> None:
    closed = [replace(band, edge="upper") for band in TOWNSHIP]
    assert band_of(Decimal(score), TOWNSHIP) == lower
    assert band_of(Decimal(score), closed) == upper


# -- raw scores ----------------------------------------------------------------------------------

WEIGHTED = """
    code   | parent | rule     | weight | points | source | classes
    total  |        | weighted |        | 100    |        | 村
    a      | total  | rubric   | 60%    | 100    |        |
    b      | total  | rubric   | 40%    | 100    |        |
    person |        | inherit  |        | 100    | total  | 书记
    """
RAW_UNITS = """
    code | name | class | kind   | parent | ranked
    V01  | 东村 | 村    | unit   |        | yes
    V02  | 西村 | 村    | unit   |        | yes
    S01  | 张三 | 书记  | person | V01    | no
    """


@pytest.mark.parametrize("rounding", ["each", "last"])
@pytest.mark.parametrize(("graded", "grade"), [("rounded", "优秀"), ("raw", "良好")])
def test_a_raw_grade_looks_at_the_total_before_its_own_rounding(
    rounding: str, graded: str, grade: str
) -> None:
    # V01: 90.00 × 60 % + 89.99 × 40 % = 89.996, shown 90.00; V02: 53.994 + 36 = 89.994
    scheme = tree_of(
        WEIGHTED, units=RAW_UNITS, settings=settings_table(rounding=rounding, grades_on=graded)
    )
    entered = leaves("unit | a | b \n V01 | 90.00 | 89.99 \n V02 | 89.99 | 90.00")
    units = stand(scheme, evaluate(scheme, inputs_of(scheme, *entered))).units
    assert [(str(one.score), one.grade) for one in units] == [
        ("90.00", grade),
        ("89.99", "良好"),
        ("90.00", grade),  # the secretary is graded by the same number as his branch
    ]


def test_raw_looks_only_past_the_last_rounding() -> None:
    """With rounding at each node its parts were rounded before: 79.995 in the mean is 80.00."""
    scheme = tree_of(
        WEIGHTED, units=RAW_UNITS, settings=settings_table(rounding="each", grades_on="raw")
    )
    first = leaves("unit | a | b \n V01 | 79.99 | 80 \n V02 | 70 | 70")
    second = leaves("unit | a | b \n V01 | 80.00 | 80 \n V02 | 70 | 70", rater="P2")
    one = stand(scheme, evaluate(scheme, inputs_of(scheme, *first, *second))).units[0]
    assert (str(one.score), one.grade) == ("80.00", "良好")
    scheme = tree_of(
        WEIGHTED, units=RAW_UNITS, settings=settings_table(rounding="last", grades_on="raw")
    )
    one = stand(scheme, evaluate(scheme, inputs_of(scheme, *first, *second))).units[0]
    assert (str(one.score), one.grade) == ("80.00", "一般")  # 79.997 exactly


# -- grades of further nodes ---------------------------------------------------------------------

NODE_GRADES = """
    for    | grade | from | node
    unit   | 优秀  | 90   |
    unit   | 良好  | 80   |
    unit   | 一般  | 70   |
    unit   | 较差  |      |
    unit   | 优秀  | 85   | ballot
    unit   | 良好  | 60   | ballot
    unit   | 较差  |      | ballot
    person | 优秀  | 90   |
    person | 良好  | 80   |
    person | 一般  | 70   |
    person | 较差  |      |
    """


@pytest.mark.parametrize(
    ("total", "ballot", "grade", "node"),
    [
        ("95", "85", "优秀", ""),
        ("95", "84.99", "良好", "ballot"),
        ("75", "84.99", "一般", ""),  # the total is lower
        ("85", "70", "良好", ""),  # both say the same
        ("95", "59", "较差", "ballot"),
        ("95", "not_applicable", "优秀", ""),
    ],
)
def test_the_lowest_of_all_grades_counts_and_says_which_node_decided(
    total: str, ballot: str, grade: str, node: str
) -> None:
    scheme = standing_scheme(grades=NODE_GRADES)
    table = f"unit | total | ballot \n V01 | {total} | {ballot}"
    one = stand(scheme, scores_of(scheme, table)).units[0]
    assert one.graded is not None
    assert (one.graded.grade, one.graded.node) == (grade, node)
