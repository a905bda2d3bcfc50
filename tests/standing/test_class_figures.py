"""What a class has on each node: worked by hand, and withheld where it would tell too much."""

from __future__ import annotations

from decimal import Decimal

from assessor.standing.class_figures import ClassFigure, class_figures, places
from assessor.standing.stand import Standing, stand
from tests.standing.builders import scores_of, standing_scheme

UNITS = """
    code | name   | class | kind   | parent | ranked
    V01  | 东村   | 村    | unit   |        | yes
    V02  | 西河村 | 村    | unit   |        | yes
    V03  | 南坪村 | 村    | unit   |        | yes
    V04  | 北山村 | 村    | unit   |        | yes
    V05  | 中坝村 | 村    | unit   |        | yes
    V06  | 试点村 | 村    | unit   |        | no
    O01  | 机关一 | 机关  | unit   |        | yes
    S01  | 张三   | 书记  | person | V01    | no
    """
TOTALS = """
    unit | total | target | ballot | person
    V01  | 95    | 95     | 95     |
    V02  | 91    | 90     | 92     |
    V03  | 91    | 91     | 91     |
    V04  | 70    | 40     | 99.01  |
    V05  | 80    | 80     | missing |
    V06  | 99    | 99     | 99.5   |
    O01  | 85    | 85     | 85     |
    S01  |       |        |        | 95
    """
LIMITS = """
    title    | for  | node   | operator | value | effect | grade
    弄虚作假 | unit | target | <        | 60    | zero   |
    """


def standing(table: str = TOTALS, **tables: str) -> Standing:
    scheme = standing_scheme(UNITS, **tables)
    return stand(scheme, scores_of(scheme, table))


def test_mean_and_best_are_those_of_the_ranked_units_with_a_value() -> None:
    """95 + 91 + 91 + 70 + 80 = 427, ÷ 5 = 85.4; targets 95 + 90 + 91 + 40 + 80 = 396, ÷ 5 = 79.2.

    The village that is not ranked has more than the best and is in neither."""
    found = class_figures(standing(), "村")
    assert found["total"] == ClassFigure(Decimal("85.40"), Decimal("95.00"), 5)
    assert found["target"] == ClassFigure(Decimal("79.20"), Decimal("95.00"), 5)


def test_under_five_values_nothing_is_told() -> None:
    """Four villages have a ballot, one office has anything at all."""
    found = standing()
    assert "ballot" not in class_figures(found, "村")
    assert class_figures(found, "机关") == {}
    assert class_figures(found, "书记") == {}


def test_the_total_is_the_score_that_stands_in_the_ranking() -> None:
    """A limit makes the 70 of V04 a 0: 95 + 91 + 91 + 0 + 80 = 357, ÷ 5 = 71.4."""
    found = class_figures(standing(limits=LIMITS), "村")
    assert found["total"].mean == Decimal("71.40")
    assert found["target"].mean == Decimal("79.20")


def test_a_mean_is_rounded_half_up_to_the_digits_of_its_node() -> None:
    """0.01 × 1 ÷ 5 more than 90: 90.002, and 0.03 ÷ 5 = 0.006: 90.01."""
    rows = "unit | total \n V01 | {} \n V02 | 90 \n V03 | 90 \n V04 | 90 \n V05 | 90"
    assert class_figures(standing(rows.format("90.01")), "村")["total"].mean == Decimal("90.00")
    assert class_figures(standing(rows.format("90.03")), "村")["total"].mean == Decimal("90.01")


def test_ranks_are_counted_among_those_who_have_one() -> None:
    assert (places(standing(), "村"), places(standing(), "书记")) == (5, 0)
