"""Rules that look across units: share of the best, points by place, tiers by share of a class."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import Table
from tests.scoring.builders import Result, scheme_of, score, tree_of, villages
from tests.scoring.builders import settings as settings_table
from tests.scoring.entries import leaves, marks

LADDERS = """
    ladder | from | to  | value
    三段   | 0    | 30  | 100
    三段   | 30   | 80  | 80
    三段   | 80   | 100 | 60
    """
PLACES = """
    名次   | 1    | 1   | 20
    名次   | 2    | 3   | 15
    名次   | 4    | 6   | 8
    """


def measured(
    rule: str, points: int, values: Sequence[str], parameters: str = "", units: Table = ""
) -> Result:
    """Return the scores of a node over one leaf of 1000 points, a value for each unit."""
    scheme = tree_of(
        f"""
        code  | parent | rule   | points   | parameters
        total |        | {rule} | {points} | {parameters}
        x     | total  | rubric | 1000     |
        """,
        units=units or villages(len(values)),
        ladders=LADDERS + (PLACES if "名次" in parameters else ""),
    )
    rows = [f"{unit.code} | {text}" for unit, text in zip(scheme.units, values, strict=True)]
    return score(scheme, *leaves("\n".join(["unit | x", *rows])))


def points_of(rule: str, points: int, values: Sequence[str], parameters: str = "") -> list[str]:
    """Return the words of the node, by unit."""
    return measured(rule, points, values, parameters)["total"]


# -- share of the best -----------------------------------------------------------------------------


def test_three_points_times_value_over_the_highest() -> None:
    # 3 × 8 ÷ 12 = 2, 3 × 7 ÷ 12 = 1.75, 3 × 5 ÷ 12 = 1.25
    assert points_of("best", 3, ["12", "8", "7", "5", "0"]) == [
        "3.00", "2.00", "1.75", "1.25", "0.00"
    ]  # fmt: skip


def test_the_lowest_over_the_value_where_less_is_better() -> None:
    # 30 × 40 ÷ 60 = 20, 30 × 40 ÷ 45 = 26.666…
    words = points_of("best", 30, ["60", "40", "45"], "better=less")
    assert words == ["20.00", "30.00", "26.67"]


@pytest.mark.parametrize(
    ("parameters", "values", "words"),
    [
        ("", ["0", "0"], ["0.00", "0.00"]),  # even the best has nothing
        ("better=less", ["0", "0"], ["30.00", "30.00"]),
        ("better=less", ["0", "5"], ["30.00", "0.00"]),  # 30 × 0 ÷ 5
    ],
)
def test_a_best_of_zero_divides_nothing(
    parameters: str, values: list[str], words: list[str]
) -> None:
    assert points_of("best", 30, values, parameters) == words


def test_the_number_of_a_criterion_is_compared_without_a_node_of_its_own() -> None:
    scheme = scheme_of(
        units=villages(3),
        criteria="rubric | code | title | points | entry \n duty | 1 | 信息 | 3 | count",
        forms="""
            code  | title  | workbook | layout | rubric | filled_by
            panel | 评分表 | 评分     | rubric | duty   | panel
            """,
        scores="code | rule | points | source \n info | best | 3 | panel/1",
    )
    result = score(scheme, marks("panel", "P1", "unit | 1 \n V01 | 40 \n V02 | 25 \n V03 | 10"))
    assert result["info"] == ["3.00", "1.88", "0.75"]  # 3 × 25 ÷ 40 = 1.875


TWO_CLASSES = """
    code | name | class | ranked
    V01  | 一村 | 村    | yes
    V02  | 二村 | 村    | yes
    V03  | 三村 | 村    | no
    O01  | 一办 | 机关  | yes
    O02  | 二办 | 机关  | yes
    """


def test_each_class_has_its_own_best_and_the_unranked_move_nobody() -> None:
    values = ["50", "40", "80", "10", "5"]
    # V03 is not ranked: the best of the villages is 50, and V03 gets no more than the points.
    result = measured("best", 10, values, units=TWO_CLASSES)
    assert result["total"] == ["10.00", "8.00", "10.00", "10.00", "5.00"]
    values[2] = "25"
    assert measured("best", 10, values, units=TWO_CLASSES)["total"][2] == "5.00"


def test_an_unranked_unit_gets_nothing_either_where_the_best_has_nothing() -> None:
    result = measured("best", 10, ["0", "0", "80", "10", "5"], units=TWO_CLASSES)
    assert result["total"] == ["0.00", "0.00", "0.00", "10.00", "5.00"]


def test_a_value_that_nobody_ranked_is_there_to_be_measured_by_is_missing_and_reported() -> None:
    units = TWO_CLASSES.replace("O02  | 二办 | 机关  | yes", "O02  | 二办 | 机关  | no")
    result = measured("best", 10, ["50", "40", "10", "/", "9"], units=units)
    assert result["total"] == ["10.00", "8.00", "2.00", "not_applicable", "missing"]
    assert result.findings == [("population_empty", "total", "O02")]


# -- points by place -------------------------------------------------------------------------------


def test_sixty_for_the_first_and_three_less_a_place() -> None:
    words = points_of("rank_points", 60, ["70", "90", "80", "85"], "drop=3")
    assert words == ["51.00", "60.00", "54.00", "57.00"]


def test_two_per_cent_of_two_hundred_a_place() -> None:
    words = points_of("rank_points", 200, ["7", "9", "8"], "first=200;drop=4")
    assert words == ["192.00", "200.00", "196.00"]


def test_equal_values_share_the_better_place_and_the_next_comes_after_all_of_them() -> None:
    """Standard competition ranking of 44, 42, 42, 41, 41, 41, 39: places 1, 2, 2, 4, 4, 4, 7, as
    printed at https://rosettacode.org/wiki/Ranking_methods.
    """
    values = ["44", "42", "42", "41", "41", "41", "39"]
    words = points_of("rank_points", 100, values, "first=100;drop=1")
    places = [101 - Fraction(word) for word in words]
    assert places == [1, 2, 2, 4, 4, 4, 7]


def test_no_place_gets_less_than_nothing() -> None:
    words = points_of("rank_points", 10, ["3", "2", "1"], "drop=6")
    assert words == ["10.00", "4.00", "0.00"]


def test_the_lowest_is_first_where_less_is_better() -> None:
    words = points_of("rank_points", 60, ["70", "90", "80", "70"], "drop=3;better=less")
    assert words == ["60.00", "51.00", "54.00", "60.00"]


def test_a_ladder_gives_points_by_place_and_nothing_behind_its_end() -> None:
    values = ["9", "8", "7", "6", "5", "4", "3"]
    words = points_of("rank_points", 20, values, "ladder=名次")
    assert words == ["20.00", "15.00", "15.00", "8.00", "8.00", "8.00", "0.00"]


def test_values_that_are_shown_alike_share_a_place() -> None:
    scheme = tree_of(
        """
        code  | parent | rule        | points | digits | parameters
        total |        | rank_points | 60     | 2      | drop=3
        mean  | total  | mean        | 100    | 1      |
        a     | mean   | rubric      | 100    | 2      |
        b     | mean   | rubric      | 100    | 2      |
        """,
        units=villages(3),
    )
    # 85.04 and 85.00 are both shown as 85.0; 84.94 is 84.9
    sheets = leaves("unit | a | b \n V01 | 85.08 | 85 \n V02 | 85 | 85 \n V03 | 84.94 | 84.94")
    for rounding in ("each", "last"):
        assert score(scheme, *sheets, rounding=rounding)["total"] == ["60.00", "60.00", "54.00"]


# -- tiers -----------------------------------------------------------------------------------------


def test_thirty_fifty_and_twenty_per_cent_of_ten_units() -> None:
    words = points_of("tiers", 100, [str(n) for n in range(10, 0, -1)], "ladder=三段")
    assert words == ["100.00"] * 3 + ["80.00"] * 5 + ["60.00"] * 2


@pytest.mark.parametrize(
    ("rounding", "tiers"),
    [
        ("down", [2, 3, 2]),  # 2.1 and 5.6 end at places 2 and 5
        ("half_up", [2, 4, 1]),
        ("up", [3, 3, 1]),
    ],
)
def test_where_the_share_is_no_whole_number_the_scheme_says_how_it_is_rounded(
    rounding: str, tiers: list[int]
) -> None:
    parameters = f"ladder=三段;tier_rounding={rounding}"
    words = points_of("tiers", 100, [str(n) for n in range(7, 0, -1)], parameters)
    assert [words.count(points) for points in ("100.00", "80.00", "60.00")] == tiers


@pytest.mark.parametrize(
    ("values", "tiers"),
    [
        # places 3 and 3: both are within the first three, and 4 to 8 are one fewer
        (["10", "9", "8", "8", "6", "5", "4", "3", "2", "1"], [4, 4, 2]),
        # three on place 2, all within; place 5 is the first behind them
        (["10", "9", "9", "9", "6", "5", "4", "3", "2", "1"], [4, 4, 2]),
        # all alike: all are first
        (["5"] * 10, [10, 0, 0]),
        # three on place 8 reach the second tier, nobody is left for the third
        (["10", "9", "8", "7", "6", "5", "4", "3", "3", "3"], [3, 7, 0]),
        # two on place 4 are behind the end of the first tier
        (["10", "9", "8", "7", "7", "5", "4", "3", "2", "1"], [3, 5, 2]),
    ],
)
def test_a_tie_at_the_end_of_a_tier_gets_the_better_one(
    values: list[str], tiers: list[int]
) -> None:
    words = points_of("tiers", 100, values, "ladder=三段")
    assert [words.count(points) for points in ("100.00", "80.00", "60.00")] == tiers


def test_an_unranked_unit_gets_the_tier_of_the_place_it_would_take() -> None:
    units = """
        code | name | class | ranked
        V01  | 一村 | 村    | yes
        V02  | 二村 | 村    | no
        V03  | 三村 | 村    | yes
        V04  | 四村 | 村    | yes
        V05  | 五村 | 村    | yes
        V06  | 六村 | 村    | no
        """
    result = measured("tiers", 100, ["9", "8.5", "8", "7", "6", "1"], "ladder=三段", units)
    # Four are ranked: 1.2 and 3.2 end at places 1 and 3. V02 would be second, V06 fifth.
    assert result["total"] == ["100.00", "80.00", "80.00", "80.00", "60.00", "60.00"]


# -- not settled -----------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["best", "rank_points"])
@pytest.mark.parametrize("why", ["missing", "awaiting", "not_due"])
def test_as_long_as_somebody_ranked_is_open_the_others_are_provisional(rule: str, why: str) -> None:
    parameters = "drop=1" if rule == "rank_points" else ""
    result = measured(rule, 10, ["50", "40", "30", why, "5"], parameters, TWO_CLASSES)
    words = {unit.code: result.of(unit.code)["total"] for unit in result.scheme.units}
    assert words["O01"] == why
    status = [status.word for status in result.scores.columns["total"].status]
    assert status == ["scored", "scored", "scored", why, "provisional"]


def test_what_does_not_apply_and_who_is_not_ranked_keep_nobody_waiting() -> None:
    result = measured("best", 10, ["50", "/", "missing", "10", "5"], units=TWO_CLASSES)
    status = [status.word for status in result.scores.columns["total"].status]
    assert status == ["scored", "not_applicable", "missing", "scored", "scored"]


def test_provisional_flows_up_to_the_total_and_stops_at_a_decision() -> None:
    scheme = tree_of(
        """
        code  | parent | rule     | points | weight
        total |        | weighted | 100    |
        a     | total  | rubric   | 100    | 50%
        b     | total  | best     | 100    | 50%
        x     | b      | rubric   | 100    |
        """,
        units=villages(3),
    )
    sheets = leaves("unit | a | x \n V01 | 80 | 40 \n V02 | 70 | missing \n V03 | 60 | 20")
    result = score(scheme, *sheets, overrides={("b", "V03"): "70"})
    status = {
        code: [status.word for status in result.scores.columns[code].status]
        for code in ("a", "x", "b", "total")
    }
    assert status["x"] == ["scored", "missing", "scored"]
    assert status["b"] == ["provisional", "missing", "scored"]
    assert status["total"] == ["provisional", "missing", "scored"]
    assert result["total"] == ["90.00", "missing", "65.00"]


def test_a_provisional_value_makes_what_is_measured_by_it_provisional() -> None:
    scheme = tree_of(
        """
        code  | parent | rule        | points | parameters
        total |        | rank_points | 10     | drop=1
        b     | total  | best        | 100    |
        x     | b      | rubric      | 100    |
        """,
        units=villages(3),
    )
    result = score(scheme, *leaves("unit | x \n V01 | 80 \n V02 | missing \n V03 | 60"))
    assert [status.word for status in result.scores.columns["total"].status] == [
        "provisional", "missing", "provisional"
    ]  # fmt: skip


# -- what holds for all values ---------------------------------------------------------------------

VALUES = st.lists(st.integers(0, 100_000).map(lambda n: f"{n / 100:.2f}"), min_size=1, max_size=8)
RULES = {
    "best": "",
    "best ": "better=less",
    "rank_points": "drop=7.5",
    "rank_points ": "drop=7.5;better=less",
    "tiers": "ladder=三段",
    "tiers ": "ladder=三段;better=less;tier_rounding=half_up",
}


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=25, deadline=None)
@given(values=VALUES, data=st.data())
def test_the_order_of_the_units_is_nothing_to_them(
    rule: str, values: list[str], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(values))))
    words = points_of(rule.strip(), 100, values, RULES[rule])
    shuffled = points_of(rule.strip(), 100, [values[at] for at in order], RULES[rule])
    assert shuffled == [words[at] for at in order]


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=25, deadline=None)
@given(values=VALUES)
def test_a_better_value_never_gets_fewer_points_and_all_lie_within_them(
    rule: str, values: list[str]
) -> None:
    words = points_of(rule.strip(), 100, values, RULES[rule])
    sign = -1 if "less" in RULES[rule] else 1
    pairs = sorted(zip((sign * Fraction(value) for value in values), words, strict=True))
    points = [Fraction(word) for _, word in pairs]
    assert points == sorted(points)
    assert all(0 <= point <= 100 for point in points)


@settings(max_examples=25, deadline=None)
@given(values=st.lists(st.integers(0, 100), min_size=1, max_size=6), times=st.integers(2, 10))
def test_only_the_proportion_to_the_best_counts(values: list[int], times: int) -> None:
    once = points_of("best", 100, [str(value) for value in values])
    more = points_of("best", 100, [str(value * times) for value in values])
    assert once == more


def test_the_settings_of_rounding_reach_the_best() -> None:
    scheme = tree_of(
        """
        code  | parent | rule   | points | digits
        total |        | best   | 100    | 2
        mean  | total  | mean   | 100    | 0
        a     | mean   | rubric | 100    | 2
        b     | mean   | rubric | 100    | 2
        """,
        units=villages(2),
        settings=settings_table(rounding="last"),
    )
    sheets = leaves("unit | a | b \n V01 | 80 | 80 \n V02 | 40 | 41")
    # each: 41 ÷ 80 (40.5 is rounded first); last: 40.5 ÷ 80
    assert score(scheme, *sheets, rounding="each")["total"] == ["100.00", "51.25"]
    assert score(scheme, *sheets)["total"] == ["100.00", "50.63"]
