"""Which raters and papers count: trimmed high and low, the widest spread discarded."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.scheme.model import Scheme
from assessor.scoring.raters import dropped, left_out, widest
from tests.scoring.builders import scheme_of, score, villages
from tests.scoring.entries import Sheet, marks, papers


def kept(values: str, parameters: str) -> list[str]:
    """Return the values that count."""
    given = [Fraction(value) for value in values.split()]
    pairs = dict(pair.strip().split("=") for pair in parameters.split(";"))
    gone = dropped(given, pairs)
    return [text for at, text in enumerate(values.split()) if at not in gone]


@pytest.mark.parametrize(
    ("values", "parameters", "expected"),
    [
        ("9.5 8 8 9 7", "trim_high=1; trim_low=1", "8 8 9"),
        ("9.5 8 8 9 7", "trim_high=2", "8 8 7"),
        ("9.5 8 8 9 7", "trim_low=2", "9.5 8 9"),  # of two eights the later one goes
        ("8 8 8", "trim_high=1; trim_low=1", "8"),
        # 1 + 1 if more than 5 raters
        ("9 8 7 6 5", "trim_high=1; trim_low=1; trim_from=6", "9 8 7 6 5"),
        ("9 8 7 6 5 4", "trim_high=1; trim_low=1; trim_from=6", "8 7 6 5"),
        # the lowest 10 %: none of 9, one of 10 and of 19, two of 20
        ("9 8 7 6 5 4 3 2 1", "trim_low=10%", "9 8 7 6 5 4 3 2 1"),
        ("10 9 8 7 6 5 4 3 2 1", "trim_low=10%", "10 9 8 7 6 5 4 3 2"),
        ("1 " + "5 " * 18, "trim_low=10%", "5 " * 18),
        ("1 2 " + "5 " * 18, "trim_low=10%", "5 " * 18),
        # never everybody
        ("9 8", "trim_high=1; trim_low=1", "9 8"),
        ("9 8", "trim_high=1; trim_low=1; trim_from=2", "9 8"),
        ("9", "trim_high=1", "9"),
        ("9 8", "trim_high=1", "8"),
        ("", "trim_high=1", ""),
    ],
)
def test_the_highest_and_lowest_are_left_out(values: str, parameters: str, expected: str) -> None:
    assert kept(values, parameters) == expected.split()


def test_of_equal_values_the_later_one_goes() -> None:
    assert dropped([8, 9, 9, 8], {"trim_high": "1", "trim_low": "1"}) == {2, 3}


VALUES = st.lists(st.integers(0, 20), min_size=1, max_size=12)


@given(VALUES, st.integers(0, 3), st.integers(0, 3), st.data())
def test_the_order_of_the_raters_changes_nothing_that_counts(
    values: list[int], high: int, low: int, data: st.DataObject
) -> None:
    parameters = {"trim_high": str(high), "trim_low": str(low)}
    shuffled = data.draw(st.permutations(values))
    one, other = (dropped(given, parameters) for given in (values, shuffled))
    assert sorted(value for at, value in enumerate(values) if at not in one) == sorted(
        value for at, value in enumerate(shuffled) if at not in other
    )


@given(VALUES, st.integers(0, 3), st.integers(0, 3), st.data())
def test_a_trimmed_mean_stays_between_its_values_and_never_falls_with_a_better_one(
    values: list[int], high: int, low: int, data: st.DataObject
) -> None:
    parameters = {"trim_high": str(high), "trim_low": str(low)}

    def mean(given: list[int]) -> Fraction:
        gone = dropped(given, parameters)
        there = [value for at, value in enumerate(given) if at not in gone]
        return Fraction(sum(there), len(there))

    at = data.draw(st.integers(0, len(values) - 1))
    better = [value + 5 * (place == at) for place, value in enumerate(values)]
    assert min(values) <= mean(values) <= max(values)
    assert mean(values) <= mean(better)


# ---- the rater with the widest spread
def test_the_rater_with_the_widest_spread() -> None:
    totals = [{0: 60, 1: 95}, {0: 70, 1: 90}, {0: 72, 1: 88}]
    assert widest(totals) == [0]
    assert widest(totals[1:]) == [0]
    assert widest([{0: 60, 1: 80}, {0: 70, 1: 90}]) == [0, 1]
    assert widest(totals[:1]) == []  # nobody to compare him with
    assert widest([{}, {0: 60, 1: 80}]) == []


def test_first_the_widest_goes_and_then_the_highest_and_lowest_of_the_others() -> None:
    totals = [{0: 60, 1: 95}, {0: 70, 1: 90}, {0: 72, 1: 88}, {0: 71, 1: 89}]
    parameters = {"discard": "spread", "trim_high": "1", "trim_low": "1"}
    assert left_out(totals, (), parameters) == {0: {0, 2, 1}, 1: {0, 1, 2}}


def test_a_unit_that_nobody_else_scored_keeps_its_rater() -> None:
    totals = [{0: 60, 1: 95, 2: 50}, {0: 70, 1: 90}]
    assert left_out(totals, (), {"discard": "spread"}) == {0: {0}, 1: {0}}


def test_a_unit_that_is_still_open_keeps_everybody() -> None:
    totals = [{0: 60, 1: 95}, {0: 70, 1: 90}, {0: 80}]
    assert left_out(totals, {1}, {"trim_high": "1", "trim_low": "1"}) == {0: {0, 2}}


# ---- in a rubric
def rubric(parameters: str, units: int = 1, digits: int = 2) -> Scheme:
    """Return a scheme of one rubric of two sections of 50 points that a panel scores."""
    return scheme_of(
        units=villages(units),
        raters="code | name | group \n" + "\n".join(f"P{n} | 考{n} | panel" for n in range(1, 8)),
        criteria="""
            rubric | code | section | title | points | entry
            duty   | 1    |         | 组织  | 50     | section
            duty   | 1.1  | 1       | 甲    | 50     | earned
            duty   | 2    |         | 作风  | 50     | section
            duty   | 2.1  | 2       | 乙    | 50     | earned
            """,
        forms="""
            code  | title  | workbook | layout | rubric | filled_by
            panel | 评分表 | 评分     | rubric | duty   | panel
            """,
        scores=f"""
            code  | rule   | points | source | digits   | parameters
            total | rubric | 100    | panel  | {digits} | {parameters}
            """,
    )


def panel(*rows: str) -> list[Sheet]:
    """Return a sheet a rater from ``1.1 2.1`` for V01, then V02, divided by a comma."""
    sheets = []
    for number, row in enumerate(rows, start=1):
        lines = [
            f"V{unit:02} | {' | '.join(pair.split())}"
            for unit, pair in enumerate(row.split(","), start=1)
        ]
        sheets.append(marks("panel", f"P{number}", "\n".join(["unit | 1.1 | 2.1", *lines])))
    return sheets


def test_those_who_count_are_the_same_for_criteria_sections_and_total() -> None:
    result = score(
        rubric("trim_high=1; trim_low=1"), *panel("45 20", "30 30", "40 45", "50 10", "20 25")
    )
    # totals 65, 60, 85, 60, 45: the third and the fifth go; (45 + 30 + 50) ÷ 3, (20 + 30 + 10) ÷ 3
    assert result.of("V01") == {"total": "61.67", "total.1": "41.67", "total.2": "20.00"}


@pytest.mark.parametrize(("raters", "total"), [(5, "60.00"), (6, "65.00")])
def test_one_each_way_goes_only_if_there_are_more_than_five(raters: int, total: str) -> None:
    given = ["50 50", "30 30", "30 30", "30 30", "10 10", "40 40"][:raters]
    # of five: 300 ÷ 5; of six 100 and 20 go: (60 + 60 + 60 + 80) ÷ 4
    scheme = rubric("trim_high=1; trim_low=1; trim_from=6")
    assert score(scheme, *panel(*given))["total"] == [total]


def test_units_are_trimmed_one_by_one() -> None:
    result = score(
        rubric("trim_low=1", units=2), *panel("50 50, 10 10", "40 40, 20 20", "30 30, 30 30")
    )
    assert result["total"] == ["90.00", "50.00"]


@pytest.mark.parametrize("why", ["missing", "awaiting"])
def test_an_open_mark_is_not_trimmed_away(why: str) -> None:
    given = panel("50 50", f"{why} 40", "30 30", "30 30")
    assert score(rubric("trim_high=1; trim_low=1"), *given)["total"] == [why]


def test_a_rater_whose_turn_has_not_come_is_not_counted() -> None:
    late = marks("panel", "P4", "unit | 1.1 | 2.1", V01="not_due")
    given = [*panel("50 50", "40 40", "30 30"), late]
    assert score(rubric("trim_high=1; trim_from=4"), *given)["total"] == ["80.00"]
    assert score(rubric("trim_high=1; trim_from=3"), *given)["total"] == ["70.00"]


def test_the_rater_with_the_widest_spread_is_left_out_for_all_units() -> None:
    result = score(
        rubric("discard=spread", units=2), *panel("10 10, 50 50", "40 40, 45 45", "40 45, 40 40")
    )
    # the first ranges over 80; the others over 10 and 5: 80 and 85; 90 and 80
    assert result["total"] == ["82.50", "85.00"]
    assert result.findings == []


def test_nobody_is_discarded_where_two_have_the_same_spread() -> None:
    result = score(rubric("discard=spread", units=2), *panel("10 10, 50 50", "50 50, 10 10"))
    assert result["total"] == ["60.00", "60.00"]
    assert result.findings == [("raters_alike", "total", "")]


def test_while_a_form_is_open_the_one_to_be_discarded_may_still_be_another() -> None:
    late = marks("panel", "P3", "unit | 1.1 | 2.1 \n V01 | 30 | 30", V02="missing")
    sheets = [*panel("10 10, 50 50", "40 40, 45 45"), late]
    result = score(rubric("discard=spread", units=2), *sheets)
    assert [status.word for status in result.scores.columns["total"].status] == [
        "provisional",
        "missing",
    ]


def test_what_applies_decides_which_total_is_the_highest() -> None:
    """With 40 of 50 points that apply a rater is above one with 75 of 100."""
    scheme = scheme_of(
        criteria="""
            rubric | code | title | points | entry  | may_not_apply
            duty   | 1    | 甲    | 50     | earned |
            duty   | 2    | 乙    | 50     | earned | yes
            """,
        forms="""
            code  | title  | workbook | layout | rubric | filled_by
            panel | 评分表 | 评分     | rubric | duty   | panel
            """,
        scores="""
            code  | rule   | points | source | parameters
            total | rubric | 100    | panel  | not_applicable=rescale; trim_high=1
            """,
    )
    given = [("P1", "40", "/"), ("P2", "45", "30"), ("P3", "25", "25")]
    sheets = [marks("panel", r, f"unit | 1 | 2 \n V01 | {a} | {b}") for r, a, b in given]
    # 80 %, 75 % and 50 %: the first goes; (45 + 25) ÷ 2 + (30 + 25) ÷ 2
    assert score(scheme, *sheets)["total"] == ["62.50"]


# ---- in an item, with figures that were published
def item(parameters: str, layout: str = "rubric", points: str = "10") -> Scheme:
    return scheme_of(
        raters="code | name | group \n" + "\n".join(f"P{n} | 评{n} | panel" for n in range(1, 11)),
        units="code | name | class | factor \n V01 | 东村 | 村 | 2.8",
        criteria=f"rubric | code | title | points | entry \n duty | 1 | 甲 | {points} | earned",
        forms=f"""
            code  | title  | workbook | layout   | rubric | filled_by
            panel | 评分表 | 评分     | {layout} | duty   | panel
            """,
        settings="""
            key      | value
            code     | t
            title    | 考核
            round    | 2026
            issuer   | 某镇
            digits   | 2
            rounding | last
            """,
        scores=f"""
            code       | parent | rule    | points      | source  | parameters
            total      |        | scaled  | 1000        |         | factor=3
            dive       | total  | product |             |         |
            execution  | dive   | item    | {points}    | panel/1 | {parameters}
            difficulty | dive   | factor  |             |         |
            """,
    )


def judged(values: str) -> list[Sheet]:
    return [
        marks("panel", f"P{number}", f"unit | 1 \n V01 | {value}")
        for number, value in enumerate(values.split(), start=1)
    ]


def test_a_dive_before_seven_judges() -> None:
    """Two each way go, 7.0 + 7.5 + 7.5 = 22.0, × 2.8 = 61.6 (wikiHow, “Calculate Diving Scores”).

    Our item is their mean, so the sum of three is three times it.
    """
    result = score(item("trim_high=2; trim_low=2"), *judged("6.5 7.0 7.0 7.5 7.5 8.0 8.0"))
    assert result.of("V01") == {
        "total": "61.60", "dive": "20.53", "execution": "7.33", "difficulty": "2.80"
    }  # fmt: skip


def test_a_speech_before_ten_judges() -> None:
    """A textbook's ten marks: 7.7 in all, 8 without the highest and the lowest
    (www.sti666.com/question/2369465.html)."""
    given = "7.0 7.8 3.2 8.0 8.4 8.4 9.8 8.0 8.4 8.0"
    assert score(item("trim_high=0"), *judged(given))["execution"] == ["7.70"]
    assert score(item("trim_high=1; trim_low=1"), *judged(given))["execution"] == ["8.00"]


def test_a_match_before_seven_judges() -> None:
    """72, 76, 81, 81, 85, 87 and 90 without the first and the last are 82
    (www.fudaoke.com/exam/2565569.html)."""
    result = score(item("trim_high=1; trim_low=1", points="100"), *judged("72 76 81 81 85 87 90"))
    assert result["execution"] == ["82.00"]


def test_papers_are_trimmed_like_raters() -> None:
    lines = "\n".join(f"V01 | {value}" for value in "9 8 7 6 5 4 3 2 1 0 10".split())
    sheet = papers("panel", "P1", f"unit | 1 \n {lines} \n V01 | /")
    # eleven papers and an abstention: 10 % are 1; 55 less 0 over 10
    assert score(item("trim_low=10%", "review"), sheet)["execution"] == ["5.50"]


def test_an_item_discards_the_rater_with_the_widest_spread() -> None:
    scheme = scheme_of(
        units=villages(2),
        criteria="rubric | code | title | points | entry \n duty | 1 | 甲 | 10 | earned",
        forms="""
            code  | title  | workbook | layout | rubric | filled_by | covers
            panel | 评分表 | 评分     | roster | duty   | panel     | all
            """,
        scores="""
            code  | rule | points | source  | parameters
            total | item | 10     | panel/1 | discard=spread
            """,
    )
    given = [("P1", 2, 10), ("P2", 7, 8), ("P3", 8, 6)]
    sheets = [marks("panel", r, f"unit | 1 \n V01 | {a} \n V02 | {b}") for r, a, b in given]
    assert score(scheme, *sheets)["total"] == ["7.50", "7.00"]


@given(st.lists(st.integers(0, 100), min_size=1, max_size=7), st.data())
def test_the_order_of_the_raters_changes_no_score(values: list[int], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(values))
    scheme = item("trim_high=1; trim_low=20%", points="100")
    one, other = (
        score(scheme, *judged(" ".join(map(str, given)))).of("V01") for given in (values, shuffled)
    )
    assert one == other
    assert min(values) <= Decimal(one["execution"]) <= max(values)


@pytest.mark.parametrize(
    ("parameters", "total"),
    [
        ("trim_high=1; trim_low=1", "80.00"),  # 90 and 70 go
        ("trim_low=1", "85.00"),  # 70 goes
        ("trim_low=1; trim_from=4", "80.00"),  # only three have scored: nobody goes
    ],
)
def test_an_abstention_is_not_the_lowest(parameters: str, total: str) -> None:
    result = score(item(parameters, points="100"), *judged("90 80 70 /"))
    assert result["execution"] == [total]


def test_who_alone_scored_a_unit_is_kept_though_another_one_abstained() -> None:
    sheets = panel("10 10, 50 50", "/ /, 45 45", "/ /, 44 44")
    # The first ranges over 80, the others over nothing; he is left out where they scored.
    result = score(rubric("discard=spread; not_applicable=zero", units=2), *sheets)
    assert result["total"] == ["20.00", "89.00"]


def test_totals_are_compared_in_points_where_a_fact_without_points_is_added() -> None:
    """30 of 50 points and a fact of 8 are 30 × 100 ÷ 50 + 8 = 68 beside 70 and 72 of 100."""
    scheme = scheme_of(
        criteria="""
            rubric | code | title | points | entry  | may_not_apply
            duty   | 1    | 甲    | 50     | earned |
            duty   | 2    | 乙    | 50     | earned | yes
            duty   | 3    | 丙    |        | count  | yes
            """,
        forms="""
            code  | title  | workbook | layout | rubric | filled_by
            panel | 评分表 | 评分     | rubric | duty   | panel
            """,
        scores="""
            code  | rule   | points | source | parameters
            total | rubric | 100    | panel  | not_applicable=rescale; trim_low=1
            """,
    )
    given = ["30 | / | 8", "40 | 30 | /", "40 | 32 | /"]
    sheets = [marks("panel", f"P{at}", f"unit|1|2|3 \n V01 | {g}") for at, g in enumerate(given, 1)]
    # The first goes: 40 + (30 + 32) ÷ 2
    assert score(scheme, *sheets)["total"] == ["71.00"]
