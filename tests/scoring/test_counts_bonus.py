"""Bonus and deduction: what was verified, capped by row and by node."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assessor.scheme.model import Scheme
from tests.scoring.builders import scheme_of, score, villages
from tests.scoring.entries import Sheet, claims, marks


def panel(rule: str = "bonus", parameters: str = "cap=100") -> Scheme:
    """Return a scheme of the panel's rubric and a bonus on it, averaged with the unit's own."""
    return scheme_of(
        units=villages(2),
        criteria="rubric | code | title | points | entry \n duty | 1 | 甲 | 100 | earned",
        bonuses="""
            group   | code | title   | points | cap
            honours | B1   | 国家级  | 5      |
            honours | B2   | 县级    | 2      |
            honours | B3   | 乡镇级  | 0.5    | 2
            other   | B4   | 其他    | 50     |
            """,
        forms="""
            code   | title  | workbook | layout | rubric | bonus   | filled_by
            self   | 自评表 | 自评     | rubric | duty   |         | self
            panel  | 评分表 | 评分     | rubric | duty   |         | panel
            claims | 加分表 | 评分     | claims |        | honours | panel
            """,
        scores=f"""
            code  | parent | rule   | points | source | parameters
            total |        | mean   | 100    |        |
            self  | total  | rubric | 100    | self   |
            panel | total  | sum    | 100    |        | {parameters}
            base  | panel  | rubric | 100    | panel  |
            extra | panel  | {rule} |        | claims |
            """,
    )


def entered(own: str, base: str, verified: str) -> list[Sheet]:
    return [
        marks("self", "", f"unit | 1 \n V01 | {own}"),
        marks("panel", "P1", f"unit | 1 \n V01 | {base}"),
        claims("claims", "P1", f"unit | item | claimed | verified \n {verified}"),
    ]


def honours(b1: str = "0", b2: str = "0", b3: str = "0") -> str:
    return f"V01 | B1 | 9 | {b1} \n V01 | B2 | 9 | {b2} \n V01 | B3 | 9 | {b3}"


def test_the_panels_score_with_bonus_does_not_pass_the_full_marks() -> None:
    # 95 + 2 × 5 = 105, capped at 100; with the unit's own 90: (100 + 90) ÷ 2
    scores = score(panel(), *entered("90", "95", honours(b1="2"))).of("V01")
    assert scores | {"extra": "10.00", "panel": "100.00", "total": "95.00"} == scores


@pytest.mark.parametrize(
    ("b1", "b2", "b3", "bonus"),
    [
        ("0", "0", "0", "0.00"),
        ("2", "0", "0", "10.00"),
        ("1", "3", "1", "11.50"),
        ("0", "0", "4", "2.00"),
        ("0", "0", "5", "2.00"),  # 2.5, and the row says at most 2
        ("0", "0", "40", "2.00"),
        ("0", "1", "40", "4.00"),
    ],
)
def test_bonus_adds_what_was_verified_each_row_up_to_its_cap(
    b1: str, b2: str, b3: str, bonus: str
) -> None:
    result = score(panel(), *entered("0", "0", honours(b1, b2, b3)))
    assert result.of("V01")["extra"] == bonus


@pytest.mark.parametrize(
    ("base", "b2", "total"), [("95", "2", "99.00"), ("96", "2", "100.00"), ("97", "2", "100.00")]
)
def test_the_cap_of_a_node_holds_from_there_on(base: str, b2: str, total: str) -> None:
    assert score(panel(), *entered("0", base, honours(b2=b2))).of("V01")["panel"] == total


def test_a_cap_does_not_touch_the_parts() -> None:
    scores = score(panel(), *entered("0", "100", honours(b1="3"))).of("V01")
    assert (scores["base"], scores["extra"], scores["panel"]) == ("100.00", "15.00", "100.00")


@pytest.mark.parametrize(("why", "word"), [("missing", "missing"), ("awaiting", "awaiting")])
def test_an_open_claim_holds_up_the_bonus(why: str, word: str) -> None:
    scores = score(panel(), *entered("90", "80", honours(b2=why))).of("V01")
    assert (scores["extra"], scores["panel"], scores["total"]) == (word, word, word)


def test_a_unit_without_a_claims_form_has_its_base_alone() -> None:
    result = score(
        panel(),
        *entered("90", "80", honours(b1="1")),
        marks("self", "2", "unit | 1 \n V02 | 70"),
        marks("panel", "P2", "unit | 1 \n V02 | 60"),
    )
    assert result["extra"] == ["5.00", "not_applicable"]
    assert result["total"] == ["87.50", "65.00"]


def test_a_deduction_takes_away_what_a_bonus_would_give() -> None:
    scores = score(panel("deduction"), *entered("90", "80", honours(b2="3"))).of("V01")
    assert (scores["extra"], scores["panel"], scores["total"]) == ("-6.00", "74.00", "82.00")


def test_a_row_of_a_deduction_has_its_cap() -> None:
    scores = score(panel("deduction"), *entered("90", "80", honours(b3="40"))).of("V01")
    assert (scores["extra"], scores["panel"]) == ("-2.00", "78.00")


@pytest.mark.parametrize(
    ("base", "verified", "panel_score"),
    [("80", "1", "75.00"), ("5", "1", "0.00"), ("4", "1", "0.00"), ("0", "0", "0.00")],
)
def test_a_floor_stops_what_deductions_take(base: str, verified: str, panel_score: str) -> None:
    scheme = panel("deduction", "cap=100; floor=0")
    assert (
        score(scheme, *entered("0", base, honours(b1=verified))).of("V01")["panel"] == panel_score
    )


def test_without_a_floor_a_deduction_goes_below_zero_and_rounds_away_from_it() -> None:
    scheme = panel("deduction")
    scores = score(scheme, *entered("0", "1.99", honours(b2="1"))).of("V01")
    # 1.99 − 2 = −0.01; the mean of 0 and −0.01 is −0.005
    assert (scores["panel"], scores["total"]) == ("-0.01", "-0.01")


@pytest.mark.parametrize(
    ("verified", "bonus"),
    [("0", "0.00"), ("3", "0.00"), ("4", "0.50"), ("5", "1.00"), ("9", "2.00")],
)
def test_a_row_counts_only_what_is_above_the_number_that_is_asked_for(
    verified: str, bonus: str
) -> None:
    """+0.5 for every item above the first 3, at most 2."""
    scheme = scheme_of(
        bonuses="""
            group | code | title | points | cap | above
            news  | N1   | 采用  | 0.5    | 2   | 3
            """,
        forms="""
            code   | title  | workbook | layout | bonus | filled_by
            claims | 加分表 | 评分     | claims | news  | panel
            """,
        scores="code | rule | points | source \n total | bonus | 10 | claims",
    )
    sheet = claims("claims", "P1", f"unit | item | verified \n V01 | N1 | {verified}")
    assert score(scheme, sheet)["total"] == [bonus]


def test_a_deduction_as_a_whole_is_bounded_by_its_floor() -> None:
    """Three faults of 5 are −15, and the form takes 10 at most."""
    sheets = entered("0", "50", honours(b1="3"))
    scheme = panel("deduction", "")
    assert score(scheme, *sheets).of("V01")["extra"] == "-15.00"
    bounded = replace(
        scheme,
        nodes=tuple(
            replace(node, parameters={"floor": "-10"}) if node.code == "extra" else node
            for node in scheme.nodes
        ),
    )
    result = score(bounded, *sheets).of("V01")
    assert (result["extra"], result["panel"]) == ("-10.00", "40.00")
