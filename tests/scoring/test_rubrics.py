"""Section and rubric: criteria, raters, deductions, and what does not apply or is not due."""

from __future__ import annotations

from fractions import Fraction

import pytest

from assessor.scheme.model import Scheme
from tests.builders import Table
from tests.scoring.builders import scheme_of, score, villages
from tests.scoring.entries import claims, marks


def rubric_of(criteria: Table, parameters: str = "", units: int = 1) -> Scheme:
    """Return a scheme whose total is one rubric ``duty`` of 100 points on the form ``panel``."""
    return scheme_of(
        units=villages(units),
        criteria=criteria,
        forms="""
            code  | title  | workbook | layout | rubric | filled_by
            panel | 评分表 | 评分     | rubric | duty   | panel
            """,
        scores=f"""
            code  | rule   | points | source | parameters
            total | rubric | 100    | panel  | {parameters}
            """,
    )


PLAIN = """
    rubric | code | section | title | points | entry
    duty   | 1    |         | 组织  | 60     | section
    duty   | 1.1  | 1       | 甲    | 20     | earned
    duty   | 1.2  | 1       | 乙    | 20     | earned
    duty   | 1.10 | 1       | 丙    | 20     | earned
    duty   | 2    |         | 作风  | 40     | section
    duty   | 2.1  | 2       | 丁    | 30     | earned
    duty   | 2.2  | 2       | 戊    | 10     | deducted
    """


def test_a_section_adds_its_criteria_and_a_rubric_its_sections() -> None:
    result = score(
        rubric_of(PLAIN),
        marks("panel", "P1", """
            unit | 1.1 | 1.2  | 1.10 | 2.1 | 2.2
            V01  | 18  | 17.5 | 0    | 25  | 1.5
            """),
    )  # fmt: skip
    # 18 + 17.5 + 0; 25 + (10 − 1.5); together 69
    assert result.of("V01") == {"total": "69.00", "total.1": "35.50", "total.2": "33.50"}


def test_a_deduction_takes_from_its_points_and_nothing_deducted_is_full_marks() -> None:
    result = score(
        rubric_of(PLAIN, units=3),
        marks("panel", "P1", """
            unit | 1.1 | 1.2 | 1.10 | 2.1 | 2.2
            V01  | 0   | 0   | 0    | 0   | 0
            V02  | 0   | 0   | 0    | 0   | 10
            V03  | 0   | 0   | 0    | 0   | 3.25
            """),
    )  # fmt: skip
    assert result["total.2"] == ["10.00", "0.00", "6.75"]


def test_several_raters_give_their_mean_criterion_by_criterion() -> None:
    result = score(
        rubric_of(PLAIN),
        marks("panel", "P1", """
            unit | 1.1 | 1.2 | 1.10 | 2.1 | 2.2
            V01  | 18  | 15  | 20   | 25  | 1
            """),
        marks("panel", "P2", """
            unit | 1.1 | 1.2 | 1.10 | 2.1 | 2.2
            V01  | 19  | 15  | 20   | 30  | 0
            """),
    )  # fmt: skip
    # 18.5 + 15 + 20 = 53.5; 27.5 + (9 + 10) ÷ 2 = 37
    assert result.of("V01") == {"total": "90.50", "total.1": "53.50", "total.2": "37.00"}


def test_the_mean_of_raters_is_not_rounded_before_the_section_is_done() -> None:
    three = [
        marks("panel", rater, f"""
            unit | 1.1 | 1.2 | 1.10 | 2.1 | 2.2
            V01  | 8   | {given} | 8 | 25 | {deducted}
            """)
        for rater, given, deducted in [("P1", "8", "1"), ("P2", "8", "1"), ("P3", "9", "0")]
    ]  # fmt: skip
    # 2.1 25 and 2.2 10 − 2 ÷ 3 = 9.333… give 34.33; 8 + 8.333… + 8 give 24.33
    assert score(rubric_of(PLAIN), *three).of("V01") == {
        "total": "58.66",
        "total.1": "24.33",
        "total.2": "34.33",
    }


def test_thirds_of_two_criteria_are_rounded_once() -> None:
    three = [
        marks("panel", rater, f"""
            unit | 1.1 | 1.2     | 1.10    | 2.1 | 2.2
            V01  | 0   | {given} | {given} | 0   | 10
            """)
        for rater, given in [("P1", "8"), ("P2", "8"), ("P3", "9")]
    ]  # fmt: skip
    # twice 25 ÷ 3 are 16.666…: 16.67, where twice 8.33 would be 16.66
    assert score(rubric_of(PLAIN), *three)["total.1"] == ["16.67"]


def test_a_rater_who_does_not_have_the_unit_is_not_in_its_mean() -> None:
    result = score(
        rubric_of(PLAIN, units=2),
        marks("panel", "P1", """
            unit | 1.1 | 1.2 | 1.10 | 2.1 | 2.2
            V01  | 20  | 20  | 20   | 30  | 0
            V02  | 10  | 10  | 10   | 10  | 0
            """),
        marks("panel", "P2", """
            unit | 1.1 | 1.2 | 1.10 | 2.1 | 2.2
            V02  | 20  | 20  | 20   | 20  | 10
            """),
    )  # fmt: skip
    # V02: 3 × 15 + 15 + 5
    assert result["total"] == ["100.00", "65.00"]


def test_a_rater_for_whom_a_criterion_does_not_apply_is_not_in_its_mean() -> None:
    three = [
        marks("panel", rater, f"""
            unit | 1.1 | 1.2     | 1.10 | 2.1 | 2.2
            V01  | 20  | {given} | 20   | 30  | 0
            """)
        for rater, given in [("P1", "/"), ("P2", "10"), ("P3", "13")]
    ]  # fmt: skip
    # 20 + 11.5 + 20
    assert score(rubric_of(PLAIN, "not_applicable=rescale"), *three).of("V01") == {
        "total": "91.50",
        "total.1": "51.50",
        "total.2": "40.00",
    }


@pytest.mark.parametrize(
    ("first", "second", "total"),
    [
        ("in", "missing", "missing"),
        ("in", "awaiting", "awaiting"),
        ("missing", "awaiting", "awaiting"),
        ("in", "not_due", "100.00"),
        ("not_due", "not_due", "not_due"),
        ("missing", "not_due", "missing"),
    ],
)
def test_a_form_that_is_not_in_holds_up_unless_it_is_not_due(
    first: str, second: str, total: str
) -> None:
    full = "unit | 1.1 | 1.2 | 1.10 | 2.1 | 2.2 \n V01 | 20 | 20 | 20 | 30 | 0"
    result = score(
        rubric_of(PLAIN),
        marks("panel", "P1", full, V01=first),
        marks("panel", "P2", full, V01=second),
    )
    assert result["total"] == [total]


def test_a_unit_that_nobody_scores_is_missing() -> None:
    full = "unit | 1.1 | 1.2 | 1.10 | 2.1 | 2.2 \n V01 | 20 | 20 | 20 | 30 | 0"
    result = score(rubric_of(PLAIN, units=2), marks("panel", "P1", full))
    assert result["total"] == ["100.00", "missing"]


def test_a_criterion_that_is_not_on_the_form_waits() -> None:
    """Nothing is guessed: neither zero nor full marks."""
    result = score(
        rubric_of(PLAIN),
        marks("panel", "P1", "unit | 1.1 | 1.2 | 1.10 | 2.1 \n V01 | 9 | 9 | 9 | 9"),
    )
    assert result.of("V01") == {"total": "awaiting", "total.1": "27.00", "total.2": "awaiting"}


@pytest.mark.parametrize("why", ["missing", "awaiting"])
def test_one_open_criterion_holds_up_its_section_and_the_rubric_only(why: str) -> None:
    result = score(
        rubric_of(PLAIN),
        marks("panel", "P1", f"""
            unit | 1.1 | 1.2   | 1.10 | 2.1 | 2.2
            V01  | 18  | {why} | 0    | 25  | 0
            """),
    )  # fmt: skip
    assert result.of("V01") == {"total": why, "total.1": why, "total.2": "35.00"}


MAY_NOT_APPLY = """
    rubric | code | section | title | points | entry    | may_not_apply
    duty   | 1    |         | 组织  | 52     | section  |
    duty   | 1.1  | 1       | 甲    | 50     | earned   |
    duty   | 1.2  | 1       | 乙    | 2      | earned   | yes
    duty   | 2    |         | 作风  | 48     | section  |
    duty   | 2.1  | 2       | 丙    | 28     | earned   | yes
    duty   | 2.2  | 2       | 丁    | 20     | deducted | yes
    """


def test_rescale_is_earned_by_points_over_the_points_that_apply() -> None:
    result = score(
        rubric_of(MAY_NOT_APPLY, "not_applicable=rescale"),
        marks("panel", "P1", "unit | 1.1 | 1.2 | 2.1 | 2.2 \n V01 | 45 | / | 25.25 | 5"),
    )
    # 45 + 25.25 + 15 = 85.25 of 98: × 100 ÷ 98 = 86.9897…
    assert result.of("V01") == {"total": "86.99", "total.1": "45.00", "total.2": "40.25"}


def test_rescale_is_to_the_points_of_the_rubric_whatever_they_are() -> None:
    scheme = scheme_of(
        criteria="""
            rubric | code | title | points | entry  | may_not_apply
            duty   | 1    | 甲    | 40     | earned |
            duty   | 2    | 乙    | 130    | earned | yes
            """,
        forms="""
            code  | title  | workbook | layout | rubric | filled_by
            panel | 评分表 | 评分     | rubric | duty   | panel
            """,
        scores="""
            code  | rule   | points | source | parameters
            total | rubric | 170    | panel  | not_applicable=rescale
            """,
    )
    # 30 × 170 ÷ 40
    assert score(scheme, marks("panel", "P1", "unit | 1 | 2 \n V01 | 30 | /"))["total"] == [
        "127.50"
    ]


@pytest.mark.parametrize(
    ("policy", "section", "total"),
    [
        ("full", "47.00", "87.25"),  # 45 + 2
        ("zero", "45.00", "85.25"),
        ("rescale", "45.00", "86.99"),
    ],
)
def test_a_criterion_that_does_not_apply_by_policy(policy: str, section: str, total: str) -> None:
    result = score(
        rubric_of(MAY_NOT_APPLY, f"not_applicable={policy}"),
        marks("panel", "P1", "unit | 1.1 | 1.2 | 2.1 | 2.2 \n V01 | 45 | / | 25.25 | 5"),
    )
    assert (result["total.1"], result["total"]) == ([section], [total])


@pytest.mark.parametrize(
    ("policy", "total"),
    [
        ("full", "93.00"),  # 45 + 48
        ("zero", "45.00"),
        ("rescale", "86.54"),  # 45 × 100 ÷ 52 = 86.538…
    ],
)
def test_a_whole_section_that_does_not_apply_by_policy(policy: str, total: str) -> None:
    result = score(
        rubric_of(MAY_NOT_APPLY, f"not_applicable={policy}"),
        marks("panel", "P1", "unit | 1.1 | 1.2 | 2.1 | 2.2 \n V01 | 43 | 2 | / | /"),
    )
    assert result.of("V01") == {"total": total, "total.1": "45.00", "total.2": "not_applicable"}


@pytest.mark.parametrize("policy", ["full", "zero", "rescale"])
def test_a_rubric_of_which_nothing_applies_does_not_apply(policy: str) -> None:
    result = score(
        rubric_of(MAY_NOT_APPLY, f"not_applicable={policy}"),
        marks("panel", "P1", "unit | 1.1 | 1.2 | 2.1 | 2.2 \n V01 | / | / | / | /"),
    )
    assert set(result.of("V01").values()) == {"not_applicable"}


@pytest.mark.parametrize("policy", ["full", "zero", "rescale"])
def test_where_everything_applies_the_policy_does_not_matter(policy: str) -> None:
    result = score(
        rubric_of(MAY_NOT_APPLY, f"not_applicable={policy}"),
        marks("panel", "P1", "unit | 1.1 | 1.2 | 2.1 | 2.2 \n V01 | 45 | 1 | 25 | 20"),
    )
    assert result["total"] == ["71.00"]


def test_a_criterion_is_exempt_whatever_was_entered_for_it() -> None:
    result = score(
        rubric_of(MAY_NOT_APPLY, "not_applicable=rescale", units=2),
        marks("panel", "P1", """
            unit | 1.1      | 1.2 | 2.1   | 2.2
            V01  | 45       | 2   | 25.25 | 5
            V02  | awaiting | 0   | 28    | 0
            """),
        exempt=[("duty", "1.2", "V01"), ("duty", "1.1", "V02"), ("other", "2.1", "V02")],
    )  # fmt: skip
    # V01 as above. V02: 0 + 28 + 20 = 48 of 50
    assert result["total"] == ["86.99", "96.00"]


def test_a_section_is_exempt_with_all_its_criteria() -> None:
    result = score(
        rubric_of(MAY_NOT_APPLY, "not_applicable=rescale"),
        marks("panel", "P1", "unit | 1.1 | 1.2 | 2.1 | 2.2 \n V01 | 43 | 2 | missing | awaiting"),
        exempt=[("duty", "2", "V01")],
    )
    assert result.of("V01") == {"total": "86.54", "total.1": "45.00", "total.2": "not_applicable"}


TWO_YEARLY = """
    rubric | code | section | title    | points | entry   | rounds
    duty   | 1    |         | 组织     | 90     | section |
    duty   | 1.1  | 1       | 三会一课 | 88     | earned  |
    duty   | 1.2  | 1       | 民主评议 | 2      | earned  | {rounds}
    duty   | 2    |         | 换届     | 10     | section |
    duty   | 2.1  | 2       | 按期换届 | 10     | earned  | {rounds}
    """


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        # 77 × 100 ÷ 88 = 87.5; 77 + 2 + 10
        ("rescale", {"total": "87.50", "total.1": "77.00", "total.2": "not_due"}),
        ("full", {"total": "89.00", "total.1": "79.00", "total.2": "not_due"}),
        ("zero", {"total": "77.00", "total.1": "77.00", "total.2": "not_due"}),
    ],
)
def test_a_criterion_measured_every_two_years_is_not_due_in_between(
    policy: str, expected: dict[str, str]
) -> None:
    scheme = rubric_of(TWO_YEARLY.format(rounds="2025;2027"), f"not_applicable={policy}")
    entered = marks("panel", "P1", "unit | 1.1 | 1.2 | 2.1 \n V01 | 77 | missing | missing")
    assert score(scheme, entered).of("V01") == expected


@pytest.mark.parametrize(("one", "two", "total"), [("97", "1.5", "83"), ("97.5", "1.25", "82.5")])
def test_fractions_of_points_that_are_not_due_count_in_full(one: str, two: str, total: str) -> None:
    scheme = rubric_of(
        f"""
        rubric | code | title    | points | entry  | rounds
        duty   | 1    | 三会一课 | {one}  | earned |
        duty   | 2    | 民主评议 | {two}  | earned | 2025;2027
        duty   | 3    | 按期换届 | {two}  | earned | 2025;2027
        """,
        "not_applicable=full",
    )
    # 80 and twice what is not due
    result = score(scheme, marks("panel", "P1", "unit | 1 \n V01 | 80"))
    assert Fraction(result["total"][0]) == Fraction(total)


def test_a_criterion_measured_every_two_years_counts_in_its_year() -> None:
    scheme = rubric_of(TWO_YEARLY.format(rounds="2024;2026"), "not_applicable=rescale")
    entered = marks("panel", "P1", "unit | 1.1 | 1.2 | 2.1 \n V01 | 77 | 2 | 9")
    assert score(scheme, entered)["total"] == ["88.00"]


BY_CLASS = """
    rubric | code | section | title    | points | entry   | classes
    duty   | 1    |         | 组织     | 60     | section |
    duty   | 1.1  | 1       | 甲       | 60     | earned  |
    duty   | 2    |         | 村务     | 40     | section | 村
    duty   | 2.1  | 2       | 村务公开 | 40     | earned  | 村
    duty   | 3    |         | 机关     | 40     | section | 机关
    duty   | 3.1  | 3       | 政务公开 | 40     | earned  | 机关
    """


@pytest.mark.parametrize("policy", ["full", "zero", "rescale"])
def test_criteria_of_other_classes_are_no_part_of_a_units_rubric(policy: str) -> None:
    scheme = scheme_of(
        units="code | name | class \n V01 | 东村 | 村 \n O01 | 机关一 | 机关",
        criteria=BY_CLASS,
        forms="""
            code  | title  | workbook | layout | rubric | filled_by
            panel | 评分表 | 评分     | rubric | duty   | panel
            """,
        scores=f"""
            code  | rule   | points | source | parameters
            total | rubric | 100    | panel  | not_applicable={policy}
            """,
    )
    result = score(
        scheme,
        marks("panel", "P1", "unit | 1.1 | 2.1 | 3.1 \n V01 | 50 | 30 | 40"),
        marks("panel", "P2", "unit | 1.1 | 2.1 | 3.1 \n O01 | 60 | 40 | 20.5"),
    )
    assert result.of("V01") == {
        "total": "80.00", "total.1": "50.00", "total.2": "30.00", "total.3": "not_applicable",
    }  # fmt: skip
    assert result.of("O01") == {
        "total": "80.50", "total.1": "60.00", "total.2": "not_applicable", "total.3": "20.50",
    }  # fmt: skip


def test_one_rubric_is_scored_on_two_forms_and_in_two_periods() -> None:
    scheme = scheme_of(
        periods="code | title | due \n H1 | 年中 | 2026-07-10 \n Y | 年终 | 2026-12-20",
        criteria="rubric | code | title | points | entry \n duty | 1 | 甲 | 100 | earned",
        forms="""
            code  | title  | workbook | layout | rubric | filled_by | periods
            self  | 自评表 | 自评     | rubric | duty   | self      | Y
            panel | 评分表 | 评分     | rubric | duty   | panel     | H1;Y
            """,
        scores="""
            code  | parent | rule     | weight | points | source
            total |        | weighted |        | 100    |
            self  | total  | rubric   | 20%    | 100    | self
            mid   | total  | rubric   | 30%    | 100    | panel@H1
            year  | total  | rubric   | 50%    | 100    | panel@Y
            """,
    )
    result = score(
        scheme,
        marks("self", "", "unit | 1 \n V01 | 95"),
        marks("panel@H1", "P1", "unit | 1 \n V01 | 70"),
        marks("panel@Y", "P1", "unit | 1 \n V01 | 80"),
    )
    # 19 + 21 + 40
    assert [result[node][0] for node in ("self", "mid", "year", "total")] == [
        "95.00", "70.00", "80.00", "80.00"
    ]  # fmt: skip


@pytest.mark.parametrize("policy", ["rescale", "full", "zero"])
def test_what_is_not_measured_this_round_does_not_keep_a_unit_open_for_ever(policy: str) -> None:
    """Beside parts that do not apply it is left out as they are; its own section is not due."""
    scheme = rubric_of(TWO_YEARLY.format(rounds="2025;2027"), f"not_applicable={policy}")
    result = score(scheme, marks("panel", "P1", "unit | 1.1 \n V01 | /"))
    assert result.of("V01") == {
        "total": "not_applicable", "total.1": "not_applicable", "total.2": "not_due"
    }  # fmt: skip


def test_a_form_that_is_still_to_come_keeps_its_unit_open() -> None:
    scheme = rubric_of(TWO_YEARLY.format(rounds="2025;2027"), "not_applicable=rescale")
    result = score(scheme, marks("panel", "P1", "unit | 1.1", V01="not_due"))
    assert result["total"] == ["not_due"]


# ---- entries that are not points
ENTRIES = """
    rubric | code | title  | points | entry    | parameters
    duty   | 1    | 次数   | 5      | count    |
    duty   | 2    | 数值   | 5      | number   |
    duty   | 3    | 比率   | 50     | rate     |
    duty   | 4    | 条件   | 10     | yes_no   |
    duty   | 5    | 否决   | 10     | veto     |
    duty   | 6    | 健全   | 2      | level    | options=健全
    duty   | 7    | 得分   | 8      | earned   |
    duty   | 8    | 扣分   | 10     | deducted |
    """
LEVELS = """
    set  | option | value
    健全 | 健全   | 2
    健全 | 较健全 | 1.5
    健全 | 不健全 | 0
    """


def entries_of(layout: str = "rubric", parameters: str = "", criteria: str = ENTRIES) -> Scheme:
    covers = "all" if layout == "roster" else "one"
    return scheme_of(
        units=villages(2),
        criteria=criteria,
        options=LEVELS,
        forms=f"""
            code  | title  | workbook | layout   | rubric | filled_by | covers
            panel | 评分表 | 评分     | {layout} | duty   | panel     | {covers}
            """,
        scores=f"""
            code  | rule   | points | source | parameters
            total | rubric | 100    | panel  | {parameters}
            """,
    )


@pytest.mark.parametrize("layout", ["rubric", "roster", "gates", "quantities"])
@pytest.mark.parametrize(
    ("entered", "total"),
    [
        ("5 | 5 | 50 | 1 | 0 | 0 | 8 | 0", "100.00"),
        # 3 + 2.5 + 42.5 + 0 + 0 + 1.5 + 7 + 6
        ("3 | 2.5 | 42.5 | 0 | 1 | 1 | 7 | 4", "62.50"),
        # what is written counts as points from 0 to the full mark: 5 + 0 + 50
        ("9 | -3 | 85 | 0 | 1 | 2 | 0 | 10", "55.00"),
    ],
)
def test_every_entry_makes_its_points_on_every_layout(
    layout: str, entered: str, total: str
) -> None:
    sheet = marks("panel", "P1", f"unit | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 \n V01 | {entered}")
    assert score(entries_of(layout), sheet)["total"][0] == total


def test_several_raters_of_a_level_give_the_mean_of_its_values() -> None:
    scheme = entries_of()
    two = [
        marks(
            "panel", rater, f"unit | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 \n V01 | 0|0|0|{yes}|1|{at}|0|10"
        )
        for rater, yes, at in (("P1", 1, 0), ("P2", 0, 2))
    ]  # fmt: skip
    # (10 + 0) ÷ 2 + (2 + 0) ÷ 2
    assert score(scheme, *two)["total"][0] == "6.00"


def test_a_number_with_neither_points_nor_conversion_is_a_fact_and_no_points() -> None:
    scheme = entries_of(
        criteria="""
            rubric | code | title    | points | entry
            duty   | 1    | 甲       | 100    | earned
            duty   | 2    | 党员人数 |        | number
            """,
    )
    result = score(scheme, marks("panel", "P1", "unit | 1 | 2 \n V01 | 45 | 37"))
    assert result["total"][0] == "45.00"


def test_a_criterion_without_a_full_mark_is_added_and_never_rescaled() -> None:
    scheme = entries_of(
        parameters="not_applicable=rescale",
        criteria="""
            rubric | code | title | points | entry  | may_not_apply | rule | parameters
            duty   | 1    | 甲    | 60     | earned |               |      |
            duty   | 2    | 乙    | 40     | earned | yes           |      |
            duty   | 3    | 采用  |        | count  |               | each | each=1
            """,
    )
    result = score(scheme, marks("panel", "P1", "unit | 1 | 2 | 3 \n V01 | 45 | / | 2"))
    # 45 × 100 ÷ 60 + 2
    assert result["total"][0] == "77.00"


def leaf_node(node: str, criteria: str = ENTRIES) -> Scheme:
    return scheme_of(
        units=villages(2),
        criteria=criteria,
        options=LEVELS,
        forms="""
            code  | title  | workbook | layout | rubric | filled_by
            panel | 条件表 | 评分     | gates  | duty   | panel
            """,
        scores=f"code | rule | points | source \n {node}",
    )


@pytest.mark.parametrize(
    ("code", "first", "second", "number", "item"),
    [
        ("1", "3", "4", "3.50", "3.50"),
        ("1", "9", "4", "6.50", "4.50"),  # an item counts points, at most 5
        ("3", "85", "/", "85.00", "50.00"),
        ("4", "1", "0", "0.50", "5.00"),
        ("5", "1", "0", "0.50", "5.00"),
        ("6", "0", "1", "1.75", "1.75"),
        ("8", "4", "1", "2.50", "7.50"),
        ("1", "missing", "4", "missing", "missing"),
    ],
)
def test_a_number_is_what_was_written_and_an_item_its_points(
    code: str, first: str, second: str, number: str, item: str
) -> None:
    points = {"1": 5, "3": 50, "4": 10, "5": 10, "6": 2, "8": 10}[code]
    two = [
        marks("panel", rater, f"unit | {code} \n V01 | {given}")
        for rater, given in (("P1", first), ("P2", second))
    ]
    assert score(leaf_node(f"total | number | | panel/{code}"), *two)["total"][0] == number
    assert score(leaf_node(f"total | item | {points} | panel/{code}"), *two)["total"][0] == item


@pytest.mark.parametrize("rule", ["number |", "item | 2"])
def test_a_node_on_what_is_not_measured_this_round_does_not_apply(rule: str) -> None:
    scheme = leaf_node(f"total | {rule} | panel/1.2", TWO_YEARLY.format(rounds="2025;2027"))
    result = score(scheme, marks("panel", "P1", "unit | 1.1 \n V01 | 80"))
    assert result["total"][0] == "not_applicable"  # nothing of it is still to come


def test_what_is_not_measured_beside_a_part_that_does_not_apply_keeps_nobody_open() -> None:
    scheme = scheme_of(
        criteria="""
            rubric | code | title | points | entry  | rounds
            duty   | 1    | 甲    | 60     | earned | 2025
            more   | 1    | 乙    | 40     | earned |
            """,
        forms="""
            code | title | workbook | layout | rubric | filled_by
            a    | 甲表  | 评分     | rubric | duty   | panel
            b    | 乙表  | 评分     | rubric | more   | panel
            """,
        scores="""
            code  | parent | rule   | points | source | parameters
            total |        | sum    | 100    |        | not_applicable=zero
            old   | total  | item   | 60     | a/1    |
            new   | total  | rubric | 40     | b      |
            """,
    )
    sheets = [marks("a", "P1", "unit | 1 \n V01 | /"), marks("b", "P1", "unit | 1 \n V01 | /")]
    assert score(scheme, *sheets).of("V01") == {
        "total": "not_applicable", "old": "not_applicable", "new": "not_applicable",
        "new.-": "not_applicable",
    }  # fmt: skip


GATES = """
    rubric | code | title    | points | entry
    gates  | 1    | 班子健全 | 1      | yes_no
    gates  | 2    | 制度完善 | 1      | yes_no
    gates  | 3    | 档案齐全 | 1      | yes_no
    gates  | X    | 违纪违法 | 1      | veto
    gates  | Y    | 越级上访 | 1      | veto
    """


@pytest.mark.parametrize(
    ("answers", "unmet"),
    [
        ("1 | 1 | 1 | 0 | 0", "0"),
        ("0 | 1 | 1 | 0 | 0", "1"),
        ("1 | 1 | 1 | 1 | 0", "1"),
        ("0 | 0 | 0 | 1 | 1", "5"),
        ("1 | / | 0 | 0 | /", "1"),
        ("/ | / | / | / | /", "not_applicable"),
        ("1 | missing | 0 | 0 | 0", "missing"),
        ("1 | awaiting | 0 | 0 | 0", "awaiting"),
    ],
)
def test_how_many_conditions_do_not_hold(answers: str, unmet: str) -> None:
    scheme = scheme_of(
        criteria=GATES,
        forms="""
            code  | title  | workbook | layout | rubric | filled_by
            gates | 条件表 | 申报     | gates  | gates  | panel
            """,
        scores="code | rule | points | source | digits \n total | unmet | | gates | 0",
    )
    sheet = marks("gates", "P1", f"unit | 1 | 2 | 3 | X | Y \n V01 | {answers}")
    assert score(scheme, sheet)["total"] == [unmet]
    if unmet.isdigit():  # that a second one found nothing does not mend it
        second = marks("gates", "P2", "unit | 1 | 2 | 3 | X | Y \n V01 | 1 | 1 | 1 | 0 | 0")
        assert score(scheme, sheet, second)["total"] == [unmet]


@pytest.mark.parametrize(
    ("rule", "source", "points"),
    [
        ("number", "panel/N", ""),
        ("item", "panel/E", "5"),
        ("best", "panel/N", "5"),
        ("threshold", "panel/N", "5"),
        ("unmet", "panel", ""),
    ],
)
def test_what_belongs_to_another_round_does_not_apply(rule: str, source: str, points: str) -> None:
    """Criteria of 2028 only, and for villages only: an office has no such criterion."""
    scheme = scheme_of(
        units="code | name | class \n V01 | 东村 | 村 \n O01 | 一办 | 机关",
        criteria="""
            rubric | code | title | points | entry  | rounds | classes
            duty   | N    | 人数  |        | number | 2028   | 村
            duty   | E    | 组织  | 5      | earned | 2028   | 村
            duty   | C    | 计划  |        | yes_no | 2028   | 村
            """,
        forms="""
            code  | title  | workbook | layout | rubric | filled_by
            panel | 条件表 | 评分     | rubric | duty   | panel
            """,
        scores=f"""
            code  | rule   | points   | source   | parameters
            total | {rule} | {points} | {source} | {"least=3" if rule == "threshold" else ""}
            """,
    )
    sheet = marks("panel", "P1", "unit | N | E | C \n V01 | 9 | 4 | 1 \n O01 | 9 | 4 | 1")
    assert score(scheme, sheet)["total"] == ["not_applicable", "not_applicable"]


# ---- one rubric against another
def compared(parameters: str, of_panel: str = "") -> Scheme:
    return scheme_of(
        units=villages(2),
        raters="code | name | group \n P1 | 甲 | panel \n P2 | 乙 | panel",
        criteria="""
            rubric | code | title | points | entry
            duty   | 1    | 甲    | 50     | earned
            duty   | 2    | 乙    | 30     | deducted
            duty   | 3    | 丙    | 20     | earned
            """,
        forms="""
            code  | title  | workbook | layout | rubric | filled_by
            self  | 自评表 | 自评     | rubric | duty   | self
            panel | 评分表 | 评分     | rubric | duty   | panel
            """,
        scores=f"""
            code  | parent | rule   | points | source | parameters
            total |        | sum    | 100    |        |
            panel | total  | rubric | 100    | panel  | {of_panel}
            own   | total  | rubric | 100    | self   | informative=yes; {parameters}
            """,
    )


BOTH = [
    marks("self", "", "unit | 1 | 2 | 3 \n V01 | 50 | 0 | 18 \n V02 | 40 | 0 | missing"),
    marks("panel", "P1", "unit | 1 | 2 | 3 \n V01 | 46 | 3 | 15 \n V02 | 43.01 | 4 | 10"),
]


def test_criteria_that_differ_too_much_are_reported() -> None:
    result = score(compared("against=panel; apart=3"), *BOTH)
    # V01: 50 and 46; 30 and 27, 18 and 15 are three apart, which is not more than three
    assert result["own"] == ["98.00", "missing"]
    assert result.findings == [
        ("apart_flagged", "own", "V01"),
        ("apart_flagged", "own", "V02"),
        ("apart_flagged", "own", "V02"),
    ]
    facts = dict(result.scores.findings[1].facts)
    assert {key: str(fact) for key, fact in facts.items()} == {
        "node": "own", "criterion": "甲", "here": "40", "there": "43.01", "other": "panel",
        "apart": "3",
    }  # fmt: skip


def test_criteria_that_differ_too_much_count_nothing_where_the_scheme_says_so() -> None:
    result = score(compared("against=panel; apart=3; then=zero"), *BOTH)
    assert result["own"] == ["48.00", "missing"]  # 0 + 30 + 18
    assert result["panel"] == ["88.00", "79.01"]
    assert [code for code, _, _ in result.findings] == ["apart_zero"] * 3


@pytest.mark.parametrize(
    ("then", "value", "word"), [("flag", "98.00", "scored"), ("zero", "48.00", "provisional")]
)
def test_only_a_comparison_that_may_zero_waits_for_the_raters_of_the_other_rubric(
    then: str, value: str, word: str
) -> None:
    """P2's form of V02 is open, so whoever is discarded on the panel may still change: that can
    give V01's first criterion 50 or nothing, but what is only flagged stays as it is."""
    sheets = [
        marks("self", "", "unit | 1 | 2 | 3 \n V01 | 50 | 0 | 18 \n V02 | 40 | 0 | 20"),
        marks("panel", "P1", "unit | 1 | 2 | 3 \n V01 | 46 | 0 | 18 \n V02 | 40 | 0 | 20"),
        marks("panel", "P2", "unit | 1 | 2 | 3 \n V01 | 46 | 0 | 18", V02="missing"),
    ]
    result = score(compared(f"against=panel; apart=3; then={then}", "discard=spread"), *sheets)
    assert result["own"][0] == value
    assert result.scores.columns["own"].status[0].word == word
    assert result.scores.columns["panel"].status[0].word == "provisional"


def test_what_was_decided_is_no_longer_reported_as_too_far_apart() -> None:
    result = score(compared("against=panel; apart=3"), *BOTH, overrides={("own", "V02"): "70"})
    assert result.findings == [("apart_flagged", "own", "V01")]


@pytest.mark.parametrize(
    ("given", "total"),
    [
        ("40 | /", "83.00"),  # 40 × 100 ÷ 50 + 5 − 2
        ("40 | 45", "88.00"),
    ],
)
def test_bonus_and_deduction_are_not_rescaled_with_the_parts_beside_them(
    given: str, total: str
) -> None:
    scheme = scheme_of(
        criteria="rubric | code | title | points | entry \n duty | 1 | 甲 | 50 | earned",
        bonuses="""
            group | code | title | points
            plus  | B1   | 表彰  | 5
            minus | M1   | 通报  | 2
            """,
        forms="""
            code  | title  | workbook | layout | rubric | bonus | filled_by
            a     | 甲表   | 评分     | rubric | duty   |       | panel
            b     | 乙表   | 评分     | rubric | duty   |       | panel
            plus  | 加分表 | 评分     | claims |        | plus  | panel
            minus | 扣分表 | 评分     | claims |        | minus | panel
            """,
        scores="""
            code  | parent | rule      | points | source | parameters
            total |        | sum       | 100    |        | not_applicable=rescale
            a     | total  | rubric    | 50     | a      | not_applicable=rescale
            b     | total  | rubric    | 50     | b      | not_applicable=rescale
            plus  | total  | bonus     |        | plus   |
            minus | total  | deduction |        | minus  |
            """,
    )
    one, other = (text.strip() for text in given.split("|"))
    sheets = [
        marks("a", "P1", f"unit | 1 \n V01 | {one}"),
        marks("b", "P1", f"unit | 1 \n V01 | {other}"),
        claims("plus", "P1", "unit | item | verified \n V01 | B1 | 1"),
        claims("minus", "P1", "unit | item | verified \n V01 | M1 | 1"),
    ]
    assert score(scheme, *sheets)["total"] == [total]


def test_a_bonus_with_points_is_not_rescaled_either() -> None:
    """Stated points of a bonus are no full mark: 40 × 100 ÷ 50 + 5 − 2, also where the two stand
    under a sum of their own."""
    table = """
        code  | parent | rule      | points | source | parameters
        total |        | sum       | 100    |        | not_applicable=rescale
        a     | total  | rubric    | 50     | a      | not_applicable=rescale
        b     | total  | rubric    | 50     | b      | not_applicable=rescale
        {more}
        plus  | {above}  | bonus     | 10     | plus   |
        minus | {above}  | deduction | 5      | minus  |
        """
    for above, more in (("total", ""), ("extra", "extra | total | sum | 10 | |")):
        scheme = scheme_of(
            criteria="rubric | code | title | points | entry \n duty | 1 | 甲 | 50 | earned",
            bonuses="""
                group | code | title | points
                plus  | B1   | 表彰  | 5
                minus | M1   | 通报  | 2
                """,
            forms="""
                code  | title  | workbook | layout | rubric | bonus | filled_by
                a     | 甲表   | 评分     | rubric | duty   |       | panel
                b     | 乙表   | 评分     | rubric | duty   |       | panel
                plus  | 加分表 | 评分     | claims |        | plus  | panel
                minus | 扣分表 | 评分     | claims |        | minus | panel
                """,
            scores=table.format(above=above, more=more),
        )
        sheets = [
            marks("a", "P1", "unit | 1 \n V01 | 40"),
            marks("b", "P1", "unit | 1 \n V01 | /"),
            claims("plus", "P1", "unit | item | verified \n V01 | B1 | 1"),
            claims("minus", "P1", "unit | item | verified \n V01 | M1 | 1"),
        ]
        assert score(scheme, *sheets)["total"] == ["83.00"], above


# ---- parts of which nobody has said what they count
UNRULED = """
    rubric | code | section | title    | points | entry
    duty   | 1    |         | 组织     | 60     | section
    duty   | 1.1  | 1       | 三会一课 | 40     | earned
    duty   | 1.2  | 1       | 民主评议 | 20     | earned
    duty   | 2    |         | 作风     | 40     | section
    duty   | 2.1  | 2       | 服务     | 40     | earned
    """


@pytest.mark.parametrize(
    ("policy", "exempt", "total"),
    [
        ("", "1.2", "awaiting"),
        ("", "2", "awaiting"),
        ("not_applicable=zero", "1.2", "70.00"),  # 30 + 40
        ("not_applicable=full", "1.2", "90.00"),  # 30 + 20 + 40
        ("not_applicable=rescale", "1.2", "87.50"),  # 70 × 100 ÷ 80
        ("not_applicable=rescale", "2", "83.33"),  # (30 + 20) × 100 ÷ 60
    ],
)
def test_what_a_decision_or_the_units_table_leaves_out_never_counts_0_in_silence(
    policy: str, exempt: str, total: str
) -> None:
    sheet = marks("panel", "P1", "unit | 1.1 | 1.2 | 2.1 \n V01 | 30 | 20 | 40")
    result = score(rubric_of(UNRULED, policy), sheet, exempt={("duty", exempt, "V01")})
    assert result["total"] == [total]
    wanted = [] if policy else [("part_unruled", "total", "V01")]
    assert result.findings == wanted
    if not policy:
        part = {"1.2": "民主评议", "2": "作风"}[exempt]
        assert result.scores.findings[0].facts == {"node": "total", "part": part}
