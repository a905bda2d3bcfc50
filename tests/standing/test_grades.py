from __future__ import annotations

from decimal import Decimal

import pytest

from assessor.scheme.model import Band
from assessor.standing.grades import band_of, grade_units
from tests.builders import Table
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
    columns = scores_of(scheme, f"unit | total \n V01 | {exact}").columns
    total = columns["total"].value(0)
    assert str(total) == shown
    graded = grade_units(scheme, columns, [total, *[None] * 6])
    assert graded[0] is not None
    assert (graded[0].grade, graded[0].band) == (grade, grade)


LIMITS = "title | for | node | operator | value | effect | grade \n "


def grades(limits: Table, table: Table) -> list[tuple[str, str, list[str]]]:
    """Return grade, band and the limits that held of every unit that has a total."""
    scheme = standing_scheme(limits=LIMITS + limits)
    columns = scores_of(scheme, table).columns
    roots = [scheme.root(unit.unit_class) for unit in scheme.units]
    totals = [columns[root.code].value(at) for at, root in enumerate(roots) if root is not None]
    graded = grade_units(scheme, columns, totals)
    return [(g.grade, g.band, [limit.title for limit in g.limits]) for g in graded if g is not None]


def test_units_without_a_total_have_no_grade() -> None:
    scheme = standing_scheme()
    columns = scores_of(scheme, "unit | total \n V02 | 91").columns
    totals = [columns["total"].value(at) for at in range(7)]
    graded = grade_units(scheme, columns, totals)
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
