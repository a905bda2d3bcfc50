"""Conversions: points of one number, by every rule that a scheme may name."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.scheme.model import Scheme, Step
from assessor.scheme.rulebook import CONVERSION_SPECS
from assessor.scoring.column import Column, Status
from assessor.scoring.conversions import CONVERT, Scale, ladder
from assessor.scoring.converting import converted
from tests.builders import Table
from tests.scoring.builders import Result, scheme_of, score, villages
from tests.scoring.entries import Sheet, marks


def ladder_of(text: str) -> tuple[Step, ...]:
    """Return steps from ``from value, from value``, ``-`` for no lower bound."""
    pairs = [pair.split() for pair in text.split(",") if pair.strip()]
    return tuple(
        Step(None if low == "-" else Decimal(low), None, Decimal(value)) for low, value in pairs
    )


def points_of(
    rule: str, value: str, parameters: str, points: str = "", steps: str = "", target: str = ""
) -> Fraction | None:
    pairs = (pair.split("=") for pair in parameters.split(";") if pair.strip())
    scale = Scale(
        Fraction(points) if points else None,
        {key.strip(): text.strip() for key, text in pairs},
        ladder_of(steps),
        Fraction(target) if target else None,
    )
    return CONVERT[rule](Fraction(value), scale)


def test_every_conversion_of_the_rulebook_is_there() -> None:
    assert set(CONVERT) == set(CONVERSION_SPECS)


@pytest.mark.parametrize(
    ("value", "parameters", "points", "expected"),
    [
        ("0", "each=-2", "10", "10"),
        ("3", "each=-2", "10", "4"),
        ("5", "each=-2", "10", "0"),
        ("6", "each=-2", "10", "0"),  # 扣完为止
        ("1.5", "each=-2", "10", "7"),
        ("3", "each=0.5; above=3", "", "0"),
        ("2", "each=0.5; above=3", "", "0"),
        ("5", "each=0.5; above=3", "", "1"),
        ("4", "each=2", "6", "6"),  # 8, and the full mark is 6
        ("2", "each=1; start=3", "10", "5"),
        ("2", "each=-3", "", "-6"),
        ("2", "each=-1; start=5", "10", "3"),
        ("4", "each=-0.5; above=2", "3", "2"),
    ],
)
def test_so_much_a_piece(value: str, parameters: str, points: str, expected: str) -> None:
    assert points_of("each", value, parameters, points) == Fraction(expected)


@pytest.mark.parametrize(
    ("value", "parameters", "expected"),
    [
        ("4", "least=4", "3"),
        ("3", "least=4", "0"),
        ("80", "least=80", "3"),
        ("79.9", "least=80", "0"),
        ("3", "least=3; most=5", "3"),
        ("5", "least=3; most=5", "3"),
        ("5.1", "least=3; most=5", "0"),
        ("2.9", "least=3; most=5; otherwise=1", "1"),
        ("0.05", "most=0.05", "3"),
        ("0.06", "most=0.05", "0"),
    ],
)
def test_a_threshold_is_met_or_not(value: str, parameters: str, expected: str) -> None:
    assert points_of("threshold", value, parameters, "3") == Fraction(expected)


@pytest.mark.parametrize(
    ("value", "parameters", "expected"),
    [
        ("45", "target=60", "75"),
        ("60", "target=60", "100"),
        ("66", "target=60", "100"),  # min(100, x ÷ benchmark × 100)
        ("66", "target=60; limited=no", "110"),
        ("0", "target=60", "0"),
        ("-6", "target=60", "0"),
        ("-6", "target=60; limited=no", "-10"),
        ("1", "target=3", "100/3"),
        ("80", "target=60; better=less", "75"),
        ("50", "target=60; better=less", "100"),
        ("50", "target=60; better=less; limited=no", "120"),
        ("0", "target=60; better=less", "100"),
    ],
)
def test_in_proportion_to_a_target(value: str, parameters: str, expected: str) -> None:
    assert points_of("proportional", value, parameters, "100") == Fraction(expected)


def test_the_target_of_the_parameters_goes_before_that_of_the_form() -> None:
    assert points_of("proportional", "5", "target=10", "100", target="20") == 50
    assert points_of("proportional", "5", "", "100", target="20") == 25


@pytest.mark.parametrize("target", ["", "0"])
def test_without_a_target_nothing_can_be_in_proportion_to_it(target: str) -> None:
    assert points_of("proportional", "5", "", "100", target=target) is None


def test_the_price_points_of_two_bidders() -> None:
    """Lowest price ÷ price × 70: 56 and 70 (Negometrix, “Low Bid Scoring Formula”,
    support-us.negometrix.com/support/solutions/articles/44001761046)."""
    price = "target=8000; better=less"
    assert points_of("proportional", "10000", price, "70") == 56
    assert points_of("proportional", "8000", price, "70") == 70


EXCELLENT = "- 0, 60 150, 70 170, 80 190, 90 200"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("100", 200), ("90", 200), ("89.99", 190), ("80", 190), ("79.9", 170), ("60", 150),
        ("59", 0), ("0", 0), ("-3", 0),
    ],
)  # fmt: skip
def test_a_step_of_a_ladder(value: str, expected: int) -> None:
    """优秀率: from 90 % 200 points, from 80 % 190, and so on."""
    assert points_of("ladder", value, "ladder=x", "200", EXCELLENT) == expected


def test_a_number_below_the_lowest_step_or_beyond_the_end_of_the_last_has_no_points() -> None:
    """60–80 gives 150 and 80–100 gives 190; 100 itself is still in the last step."""
    steps = (
        Step(Decimal(60), Decimal(80), Decimal(150)),
        Step(Decimal(80), Decimal(100), Decimal(190)),
    )
    scale = Scale(Fraction(200), {"ladder": "x"}, steps)
    numbers = ("59.99", "60", "79.99", "80", "100", "100.01")
    found = [ladder(Fraction(number), scale) for number in numbers]
    assert found == [None, 150, 150, 190, 190, None]


@pytest.mark.parametrize(
    ("number", "finding"), [("59.5", "ladder_below"), ("101", "ladder_beyond")]
)
def test_a_number_that_stands_on_no_step_holds_its_unit_up(number: str, finding: str) -> None:
    scheme = measured("number", "total | ladder | 200 | panel/1 | ladder=优秀率", units=2)
    steps = (Step(Decimal(60), Decimal(100), Decimal(150)),)
    sheet = marks("panel", "P1", f"unit | 1 \n V01 | {number} \n V02 | 60")
    result = score(replace(scheme, ladders={"优秀率": steps}), sheet)
    assert result["total"] == ["awaiting", "150.00"]
    assert result.findings == [(finding, "total", "V01")]
    bound = {"ladder_below": "60", "ladder_beyond": "100"}[finding]
    facts = {key: str(fact) for key, fact in result.scores.findings[0].facts.items()}
    assert facts == {
        "node": "total", "what": "total", "value": number, "name": "优秀率", "bound": bound,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("50", "0"), ("60", "0"), ("75", "15"), ("90", "30"), ("91", "31"), ("100", "40"),
        ("120", "40"), ("70", "10"), ("60.1", "0.1"),
    ],
)  # fmt: skip
def test_between_two_points_of_a_ladder(value: str, expected: str) -> None:
    steps = "60 0, 90 30, 100 40"
    assert points_of("interpolate", value, "ladder=x", "40", steps) == Fraction(expected)


def test_a_ladder_of_one_point_is_flat() -> None:
    assert points_of("interpolate", "5", "ladder=x", "40", "60 7") == 7


GROWTH = "target=0; base=0; step=3; up=1; up_most=6; down=1; down_most=6"
NEAR = "target=5; base=10; step=0.1; up=1; down=0.5"
PRICE = "target=100; step=1; up=-2; down=1; part=counted"


@pytest.mark.parametrize(
    ("parameters", "value", "expected"),
    [
        # +1 for every 3 %, at most +6; −1 for every 3 %, at most −6
        (GROWTH, "0", "0"),
        (GROWTH, "2.9", "0"),
        (GROWTH, "3", "1"),
        (GROWTH, "10", "3"),
        (GROWTH, "18", "6"),
        (GROWTH, "40", "6"),
        (GROWTH, "-2.9", "0"),
        (GROWTH, "-3", "-1"),
        (GROWTH, "-40", "-6"),
        # +1 / −0.5 for every 0.1 point from a target
        (NEAR, "5", "10"),
        (NEAR, "5.25", "12"),
        (NEAR, "4.75", "9"),
        (f"{NEAR}; part=counted", "5.25", "12.5"),
        (f"{NEAR}; part=counted", "4.75", "8.75"),
        (f"{NEAR}; tolerance=0.2", "5.2", "10"),
        (f"{NEAR}; tolerance=0.2", "5.3", "11"),
        (f"{NEAR}; tolerance=0.2", "4.6", "9"),
        # a price: 2 points off for every per cent above the benchmark, 1 for every one below
        (PRICE, "100", "30"),
        (PRICE, "103", "24"),
        (PRICE, "95.5", "25.5"),
        (f"{PRICE}; up_most=10", "120", "20"),
        ("target=0; step=1; up=2", "1", "32"),
        ("target=0; step=1; up=2", "-1", "30"),
    ],
)
def test_by_steps_from_a_target(parameters: str, value: str, expected: str) -> None:
    assert points_of("steps", value, parameters, "30") == Fraction(expected)


def test_without_a_full_mark_steps_start_at_nothing() -> None:
    assert points_of("steps", "7", "target=0; step=3; up=1; down=1") == 2
    assert points_of("steps", "-7", "target=0; step=3; up=1; down=1") == -2


# ---- what holds for every number
NUMBERS = st.fractions(-200, 200, max_denominator=40)
RISING = [
    ("each", "each=1.5; above=2", "20", ""),
    ("threshold", "least=4", "20", ""),
    ("proportional", "target=60", "20", ""),
    ("ladder", "", "200", EXCELLENT),
    ("interpolate", "", "40", "60 0, 90 30, 100 40"),
    ("steps", "target=0; base=10; step=3; up=1; up_most=6; down=1; down_most=6", "20", ""),
]
FALLING = [
    ("each", "each=-1.5; above=2", "20", ""),
    ("threshold", "most=4", "20", ""),
    ("proportional", "target=60; better=less", "20", ""),
    ("interpolate", "", "40", "60 40, 90 30, 100 0"),
    ("steps", "target=0; base=10; step=3; up=-1; up_most=6; down=-1; down_most=6", "20", ""),
]


@pytest.mark.parametrize(("rule", "parameters", "points", "steps"), RISING)
@given(one=NUMBERS, other=NUMBERS)
def test_where_more_is_better_more_never_gives_less(
    rule: str, parameters: str, points: str, steps: str, one: Fraction, other: Fraction
) -> None:
    low, high = sorted([one, other])
    first = points_of(rule, str(low), parameters, points, steps)
    second = points_of(rule, str(high), parameters, points, steps)
    assert first is not None
    assert second is not None
    assert 0 <= first <= second <= Fraction(points)


@pytest.mark.parametrize(("rule", "parameters", "points", "steps"), FALLING)
@given(one=NUMBERS, other=NUMBERS)
def test_where_less_is_better_more_never_gives_more(
    rule: str, parameters: str, points: str, steps: str, one: Fraction, other: Fraction
) -> None:
    low, high = sorted([one, other])
    first = points_of(rule, str(low), parameters, points, steps)
    second = points_of(rule, str(high), parameters, points, steps)
    assert first is not None
    assert second is not None
    assert Fraction(points) >= first >= second >= 0


@given(value=NUMBERS, times=st.fractions("1/50", 50, max_denominator=50))
def test_a_proportion_does_not_hang_on_the_measure(value: Fraction, times: Fraction) -> None:
    """Counted in tens of thousands or one by one, a target is reached to the same degree."""
    for better in ("more", "less"):
        scale = Scale(Fraction(100), {"better": better}, target=Fraction(60))
        larger = Scale(Fraction(100), {"better": better}, target=60 * times)
        convert = CONVERT["proportional"]
        assert convert(value, scale) == convert(value * times, larger)


@given(st.lists(st.integers(-500, 500), min_size=1, max_size=8))
def test_a_column_is_converted_number_by_number(ticks: list[int]) -> None:
    column = Column(1, ticks, [Status.SCORED] * len(ticks))
    scale = Scale(Fraction(20), {"target": "7"})
    points, lost = converted(column, "proportional", scale, None, 2)
    expected = [CONVERT["proportional"](Fraction(tick, 10), scale) for tick in ticks]
    assert [Fraction(tick, 100) for tick in points.ticks] == expected
    assert lost == {}


# ---- as a node of the tree, and as a criterion of a rubric
def measured(entry: str, node: str, layout: str = "quantities", units: int = 1) -> Scheme:
    """Return a scheme whose total is one node of a form with the criterion ``1``."""
    return scheme_of(
        units=villages(units),
        criteria=f"rubric | code | title | points | entry \n duty | 1 | 甲 | | {entry}",
        ladders="""
            ladder | from | to | value
            优秀率 | 90   |    | 200
            优秀率 | 80   | 90 | 190
            优秀率 |      | 80 | 150
            """,
        forms=f"""
            code  | title  | workbook | layout   | rubric | filled_by
            panel | 数量表 | 评分     | {layout} | duty   | panel
            """,
        scores=f"code | rule | points | source | parameters \n {node}",
    )


@pytest.mark.parametrize(
    ("given", "total"), [("92.5", "200.00"), ("80", "190.00"), ("3", "150.00")]
)
def test_a_node_converts_the_number_of_a_criterion(given: str, total: str) -> None:
    scheme = measured("rate", "total | ladder | 200 | panel/1 | ladder=优秀率", "rubric")
    assert score(scheme, marks("panel", "P1", f"unit | 1 \n V01 | {given}"))["total"] == [total]


def test_the_numbers_of_several_raters_are_averaged_before_they_are_converted() -> None:
    scheme = measured("rate", "total | ladder | 200 | panel/1 | ladder=优秀率", "rubric")
    two = [marks("panel", r, f"unit | 1 \n V01 | {n}") for r, n in (("P1", "79"), ("P2", "81"))]
    assert score(scheme, *two)["total"] == ["190.00"]  # 80; 150 and 190 would be 170


def test_a_node_converts_the_one_node_under_it() -> None:
    scheme = scheme_of(
        units=villages(2),
        criteria="rubric | code | title | points | entry \n duty | 1 | 甲 | 100 | earned",
        forms="""
            code  | title  | workbook | layout | rubric | filled_by
            panel | 评分表 | 评分     | rubric | duty   | panel
            """,
        scores="""
            code   | parent | rule         | points | source  | parameters
            total  |        | proportional | 60     |         | target=80
            shown  | total  | item         | 100    | panel/1 |
            """,
    )
    result = score(scheme, marks("panel", "P1", "unit | 1 \n V01 | 70 \n V02 | 90"))
    # 70 ÷ 80 × 60 = 52.5
    assert result["total"] == ["52.50", "60.00"]


def quantities(table: Table, rater: str = "P1", **state: str) -> Sheet:
    """Return a sheet of ``unit | target | entry`` for the criterion ``1``."""
    header, *lines = [[c.strip() for c in line.split("|")] for line in str(table).split("\n")]
    entries = {
        (line[0], "1", column): text
        for line in lines
        for column, text in zip(header[1:], line[1:], strict=True)
    }
    there = {line[0]: "in" for line in lines}
    return Sheet("panel", "Y", rater, {**there, **state}, entries)


TO_TARGET = "total | proportional | 100 | panel/1 |"


def test_each_unit_has_its_own_target() -> None:
    sheet = quantities("unit | target | entry \n V01 | 60 | 45 \n V02 | 40 | 45 \n V03 | 30 | 10")
    result = score(measured("number", TO_TARGET, units=3), sheet)
    assert result["total"] == ["75.00", "100.00", "33.33"]
    assert result.findings == []


@pytest.mark.parametrize(
    ("target", "findings"),
    [("0", [("target_missing", "total", "V01")]), ("awaiting", [])],
)
def test_without_a_target_a_node_waits(target: str, findings: list[tuple[str, str, str]]) -> None:
    """A target of 0 is for people to settle; a refused one is reported where it stands."""
    sheet = quantities(f"unit | target | entry \n V01 | {target} | 45 \n V02 | 40 | 10")
    result = score(measured("number", TO_TARGET, units=2), sheet)
    assert result["total"] == ["awaiting", "25.00"]
    assert result.findings == findings


def test_a_target_that_was_settled_is_no_finding_any_more() -> None:
    sheet = quantities("unit | target | entry \n V01 | 0 | 45")
    result = score(measured("number", TO_TARGET), sheet, overrides={("total", "V01"): "80"})
    assert (result["total"], result.findings) == (["80.00"], [])


@pytest.mark.parametrize("why", ["missing", "awaiting", "/"])
def test_what_has_no_number_has_no_points_for_the_same_reason(why: str) -> None:
    scheme = measured("count", "total | each | 10 | panel/1 | each=-2", "rubric")
    result = score(scheme, marks("panel", "P1", f"unit | 1 \n V01 | {why}"))
    assert result["total"] == [{"/": "not_applicable"}.get(why, why)]


CONVERTED = """
    rubric | code | title    | points | entry  | rule         | parameters
    duty   | 1    | 会议     | 3      | count  | threshold    | least=4
    duty   | 2    | 差错     | 10     | count  | each         | each=-2
    duty   | 3    | 覆盖率   | 2      | rate   | threshold    | least=80
    duty   | 4    | 志愿者   | 3      | rate   | threshold    | least=3; most=5
    duty   | 5    | 完成量   | 40     | number | proportional |
    duty   | 6    | 优秀率   | 20     | rate   | ladder       | ladder=十分制
    duty   | 7    | 制度     | 2      | level  |              | options=健全
    duty   | 8    | 挂牌     | 5      | yes_no |              |
    duty   | 9    | 无事故   | 15     | veto   |              |
    """


def converted_rubric(**tables: Table) -> Scheme:
    return scheme_of(
        criteria=CONVERTED,
        ladders="ladder | from | to | value \n 十分制 | 90 | | 20 \n 十分制 | | 90 | 10",
        options="""
            set  | option | value
            健全 | 健全   | 2
            健全 | 较健全 | 1
            健全 | 不健全 | 0
            """,
        forms="""
            code  | title  | workbook | layout     | rubric | filled_by
            panel | 数量表 | 评分     | quantities | duty   | panel
            """,
        scores="code | rule | points | source \n total | rubric | 100 | panel",
        **tables,
    )


def filled(entries: str, target: str = "50") -> Result:
    sheet = marks("panel", "P1", f"unit | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 \n V01 | {entries}")
    sheet.entries["V01", "5", "target"] = target
    return score(converted_rubric(), sheet)


@pytest.mark.parametrize(
    ("entries", "total"),
    [
        ("4 | 0 | 80 | 3 | 50 | 90 | 0 | 1 | 0", "100.00"),
        # 0 + 10 − 6 + 0 + 0 + 40 × 45 ÷ 50 + 10 + 1 + 0 + 0 = 4 + 36 + 10 + 1
        ("3 | 3 | 79 | 5.1 | 45 | 89 | 1 | 0 | 1", "51.00"),
        ("3 | 9 | 0 | 0 | 0 | 0 | 2 | 0 | 1", "10.00"),  # the lowest step alone
    ],
)
def test_a_rubric_makes_points_of_counts_rates_levels_and_answers(entries: str, total: str) -> None:
    assert filled(entries)["total"] == [total]


def test_a_criterion_without_a_target_holds_its_rubric_up_and_is_named() -> None:
    result = filled("4 | 0 | 80 | 3 | 50 | 90 | 0 | 1 | 0", target="0")
    assert (result["total"], result["total.-"]) == (["awaiting"], ["awaiting"])
    assert [finding.facts for finding in result.scores.findings] == [
        {"node": "total", "what": "完成量"}
    ]
