"""Item: the mean of one column over papers, or over raters."""

from __future__ import annotations

import pytest

from assessor.scheme.model import Scheme
from tests.scoring.builders import scheme_of, score, villages
from tests.scoring.entries import Sheet, marks, papers


def review(units: int = 1, layout: str = "review") -> Scheme:
    return scheme_of(
        units=villages(units),
        criteria="""
            rubric | code | title    | points | entry  | may_not_apply
            review | R1   | 班子述职 | 100    | earned | yes
            review | R2   | 书记履职 | 100    | earned | yes
            """,
        forms=f"""
            code   | title  | workbook | layout   | rubric | filled_by
            review | 评议表 | 评议     | {layout} | review | tellers
            """,
        scores="""
            code      | parent | rule     | weight | points | source
            total     |        | weighted |        | 100    |
            group     | total  | item     | 75%    | 100    | review/R1
            secretary | total  | item     | 25%    | 100    | review/R2
            """,
    )


def test_an_item_is_the_mean_over_the_papers_without_abstentions() -> None:
    result = score(
        review(),
        papers("review", "T1", """
            unit | R1 | R2
            V01  | 90 | 80
            V01  | 85 | 81
            V01  | /  | 81
            """),
    )  # fmt: skip
    # 175 ÷ 2; 242 ÷ 3 = 80.666…; 65.625 + 20.1675 = 85.7925
    assert result.of("V01") == {"total": "85.79", "group": "87.50", "secretary": "80.67"}


def test_a_paper_of_zero_is_no_abstention() -> None:
    result = score(
        review(), papers("review", "T1", "unit | R1 | R2 \n V01 | 90 | 0 \n V01 | 0 | 0")
    )
    assert (result["group"], result["secretary"]) == (["45.00"], ["0.00"])


def test_papers_of_several_meetings_count_alike() -> None:
    result = score(
        review(),
        papers("review", "T1", "unit | R1 | R2 \n V01 | 90 | 70 \n V01 | 85 | 70"),
        papers("review", "T2", "unit | R1 | R2 \n V01 | 80 | 70"),
    )
    # 255 ÷ 3; the mean of the meetings 87.5 and 80 would be 83.75
    assert result["group"] == ["85.00"]


def test_an_item_on_which_everybody_abstained_has_no_value() -> None:
    result = score(
        review(), papers("review", "T1", "unit | R1 | R2 \n V01 | / | 70 \n V01 | / | 80")
    )
    assert (result["group"], result["secretary"]) == (["missing"], ["75.00"])


def test_one_refused_paper_holds_up_the_item() -> None:
    result = score(
        review(units=2),
        papers("review", "T1", """
            unit | R1 | R2
            V01  | 90 | 80
            V01  | 85 | awaiting
            V02  | 70 | 60
            """),
    )  # fmt: skip
    assert result["group"] == ["87.50", "70.00"]
    assert result["secretary"] == ["awaiting", "60.00"]


@pytest.mark.parametrize("state", ["missing", "awaiting", "not_due"])
def test_a_review_that_is_not_in(state: str) -> None:
    result = score(review(), papers("review", "T1", "unit | R1 | R2 \n V01 | 90 | 80", V01=state))
    assert result["total"] == [state]


def test_an_item_from_which_a_unit_is_exempt_does_not_apply() -> None:
    result = score(
        review(),
        papers("review", "T1", "unit | R1 | R2 \n V01 | 90 | 10"),
        exempt=[("review", "R2", "V01")],
    )
    assert result.of("V01") == {"total": "90.00", "group": "90.00", "secretary": "not_applicable"}


@pytest.mark.parametrize(
    ("first", "second", "group"),
    [
        ("90", "85", "87.50"),
        ("90", "/", "90.00"),
        ("90", "missing", "missing"),
        ("90", "awaiting", "awaiting"),
    ],
)
def test_an_item_of_a_scoring_sheet_is_the_mean_over_its_raters(
    first: str, second: str, group: str
) -> None:
    result = score(
        review(layout="rubric"),
        marks("review", "T1", f"unit | R1 | R2 \n V01 | {first} | 70"),
        marks("review", "T2", f"unit | R1 | R2 \n V01 | {second} | 80"),
    )
    assert (result["group"], result["secretary"]) == ([group], ["75.00"])


@pytest.mark.parametrize("rest", ["", "V02 | 90 | 80"], ids=["alone", "beside another unit"])
def test_a_review_that_came_back_without_a_paper_has_no_value_whoever_else_has_one(
    rest: str,
) -> None:
    """What a unit's status is does not hang on whether another unit has papers."""
    empty = Sheet("review", "Y", "T1", {"V01": "in"})
    sheet = papers("review", "T1", f"unit | R1 | R2 \n {rest}")
    whole = Sheet("review", "Y", "T1", {**empty.state, **sheet.state}, {}, sheet.papers)
    assert score(review(units=2), whole).of("V01")["total"] == "missing"
