"""Scores of different panels made comparable: correction by means, standard scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessor.scoring.panels import root
from tests.scoring.builders import Result, score, tree_of
from tests.scoring.entries import Sheet, leaves


def paneled(
    rule: str,
    panels: Mapping[str, Sequence[str]],
    parameters: str = "panels=x",
    digits: int = 2,
    unranked: Sequence[str] = (),
) -> Result:
    """Return the scores of a node over one leaf; each panel has its own units and scores.

    Units are coded by panel and number: A1, A2, B1 … In place of a score may stand a status word.
    """
    scores = {
        f"{panel}{number}": text
        for panel, texts in panels.items()
        for number, text in enumerate(texts, start=1)
    }
    units = [f"{code} | {code} | 岗位 | {'no' if code in unranked else 'yes'}" for code in scores]
    raters = [f"{panel} | {panel}组 | panel" for panel in panels]
    scheme = tree_of(
        f"""
        code  | parent | rule   | points | digits   | parameters
        total |        | {rule} | 100    | {digits} | {parameters}
        x     | total  | rubric | 100    | 2        |
        """,
        units="\n".join(["code | name | class | ranked", *units]),
        raters="\n".join(["code | name | group", *raters]),
    )
    sheets: list[Sheet] = []
    for panel in panels:
        mine = [f"{code} | {text}" for code, text in scores.items() if code.startswith(panel)]
        sheets += leaves("\n".join(["unit | x", *mine]), rater=panel)
    return score(scheme, *sheets)


def corrected(panels: Mapping[str, Sequence[str]], parameters: str = "", digits: int = 2) -> Result:
    """Return the corrected scores."""
    joined = ";".join(part for part in ("panels=x", parameters) if part)
    return paneled("corrected", panels, joined, digits)


# -- correction by means ---------------------------------------------------------------------------


def test_a_severe_panel_is_raised_and_a_mild_one_lowered() -> None:
    # Means 76 and 84, overall 80: 80 ÷ 76 = 1.0526 → 1.05, 80 ÷ 84 = 0.952 → 0.95
    result = corrected({"A": ["82", "70"], "B": ["88", "80"]})
    assert result["total"] == ["86.10", "73.50", "83.60", "76.00"]


def test_three_interview_rooms_with_published_figures() -> None:
    """A hospital's announcement (宣城市人民医院, 2024-05-15, https://renshiksw.com/a/108855.html):
    three rooms of 20 people each with sums of 1370.40, 1443.00 and 1565.20; means of 68.52, 72.15
    and 78.26, overall 72.98; factors to three digits 1.065, 1.012 and 0.933. Means are rounded to
    two digits before they are divided.
    """
    rooms = {
        "A": [*["68.52"] * 18, "58.52", "78.52"],
        "B": [*["72.15"] * 18, "82.15", "62.15"],
        "C": [*["78.26"] * 18, "68.26", "88.26"],
    }
    result = corrected(rooms, "factor_digits=3;mean_digits=2", digits=5)
    column = result.scores.columns["total"]
    scores = [Fraction(text) for texts in rooms.values() for text in texts]
    factors = [Fraction(column.value(at) or 0) / score for at, score in enumerate(scores)]
    printed = [Fraction(text) for text in ("1.065", "1.012", "0.933")]
    assert factors == [factor for factor in printed for _ in range(20)]
    # With exact means the second factor would be 72.9766… ÷ 72.15 = 1.01146…
    exact = corrected(rooms, "factor_digits=3", digits=5)
    assert Fraction(exact["total"][20]) / scores[20] == Fraction("1.011")


def test_two_music_rooms_of_different_size_with_published_figures() -> None:
    """The example of the teachers' recruitment in Henan (河南省特岗教师, repeated at
    http://alvindonovanequitypartnersfundspc.com/n689573c1651.aspx): 20 people with a sum of 1522.42
    and 18 with 1494.88, overall mean 3017.30 ÷ 38 = 79.40; factors 1.04 and 0.96; the result has
    four digits.
    """
    rooms = {"A": [*["76.12"] * 19, "76.14"], "B": [*["83.05"] * 17, "83.03"]}
    assert sum(map(Fraction, rooms["A"])) == Fraction("1522.42")
    assert sum(map(Fraction, rooms["B"])) == Fraction("1494.88")
    words = corrected(rooms, digits=4)["total"]
    # 76.12 × 1.04 and 83.05 × 0.96
    assert (words[0], words[20]) == ("79.1648", "79.7280")


def test_the_mean_of_the_means_where_the_scheme_says_so() -> None:
    # Of units: (90 + 3 × 80) ÷ 4 = 82.5; of panels: (90 + 80) ÷ 2 = 85
    panels = {"A": ["90"], "B": ["80", "80", "80"]}
    assert corrected(panels)["total"] == ["82.80", "82.40", "82.40", "82.40"]  # 0.92 and 1.03
    twice = corrected(panels, "overall=panels")["total"]
    assert twice == ["84.60", "84.80", "84.80", "84.80"]  # 0.94 and 1.06


def test_a_panel_without_a_single_point_stays_as_it_is() -> None:
    assert corrected({"A": ["0", "0"], "B": ["80", "60"]})["total"] == [
        "0.00", "0.00", "40.00", "30.00"
    ]  # fmt: skip


def test_raters_who_score_together_are_one_panel() -> None:
    scheme = tree_of(
        """
        code  | parent | rule      | points | parameters
        total |        | corrected | 100    | panels=x
        x     | total  | rubric    | 100    |
        """,
        units="code | name | class \n A1 | 甲 | 岗位 \n A2 | 乙 | 岗位 \n B1 | 丙 | 岗位",
        raters="code | name | group \n R1 | 一 | panel \n R2 | 二 | panel \n R3 | 三 | panel",
    )
    sheets = [
        *leaves("unit | x \n A1 | 70 \n A2 | 80", rater="R1"),
        *leaves("unit | x \n A1 | 74 \n A2 | 80", rater="R2"),
        *leaves("unit | x \n B1 | 88", rater="R3"),
    ]
    # A1 72 and A2 80: mean 76; B1 88; overall 80: 1.05 and 0.91
    assert score(scheme, *sheets)["total"] == ["75.60", "84.00", "80.08"]


def test_who_is_in_no_panel_is_missing_and_reported() -> None:
    scheme = tree_of(
        """
        code  | parent | rule      | points | parameters
        total |        | corrected | 100    | panels=y
        x     | total  | rubric    | 100    |
        y     | x      | rubric    | 100    | informative=yes
        """,
        units="code | name | class \n A1 | 甲 | 岗位 \n A2 | 乙 | 岗位 \n B1 | 丙 | 岗位",
    )
    sheets = [
        *leaves("unit | x \n A1 | 70 \n A2 | 80 \n B1 | 90"),
        *leaves("unit | y \n A1 | 70 \n A2 | 80"),
    ]
    result = score(scheme, *sheets)
    assert result["total"] == ["74.90", "85.60", "missing"]  # 80 ÷ 75 = 1.07
    assert result.findings == [("panel_unknown", "total", "B1")]
    assert [status.word for status in result.scores.columns["total"].status] == [
        "provisional", "provisional", "missing"
    ]  # fmt: skip


def test_the_unranked_are_corrected_and_correct_nobody() -> None:
    panels = {"A": ["82", "70", "10"], "B": ["88", "80"]}
    result = paneled("corrected", panels, unranked=["A3"])
    assert result["total"] == ["86.10", "73.50", "10.50", "83.60", "76.00"]


def test_an_open_score_leaves_every_correction_provisional() -> None:
    result = corrected({"A": ["82", "70", "missing"], "B": ["88", "80"]})
    assert [status.word for status in result.scores.columns["total"].status] == [
        "provisional", "provisional", "missing", "provisional", "provisional"
    ]  # fmt: skip


# -- standard scores -------------------------------------------------------------------------------

EIGHT = ["2", "4", "4", "4", "5", "5", "7", "9"]
"""The example of https://en.wikipedia.org/wiki/Standard_deviation: mean 5, deviation 2."""


def test_eight_values_with_a_mean_of_five_and_a_deviation_of_two() -> None:
    words = paneled("standardised", {"A": EIGHT}, "")["total"]
    assert words == ["-1.50", "-0.50", "-0.50", "-0.50", "0.00", "0.00", "1.00", "2.00"]


def test_standard_scores_of_mean_fifty_and_spread_ten() -> None:
    words = paneled("standardised", {"A": EIGHT}, "mean=50;spread=10")["total"]
    assert words == ["35.00", "45.00", "45.00", "45.00", "50.00", "50.00", "60.00", "70.00"]


def test_each_panel_has_its_own_mean_and_deviation() -> None:
    panels = {"A": ["90", "70"], "B": ["60", "50"]}
    words = paneled("standardised", panels, "panels=x;mean=80;spread=5")["total"]
    assert words == ["85.00", "75.00", "85.00", "75.00"]
    # As one class: mean 67.5, deviation √(875 ÷ 4) = 14.790…
    words = paneled("standardised", panels, "mean=80;spread=5")["total"]
    assert words == ["87.61", "80.85", "77.46", "74.08"]


def test_where_all_are_alike_each_gets_the_mean() -> None:
    assert paneled("standardised", {"A": ["81.5"] * 3}, "mean=80")["total"] == ["80.00"] * 3


def test_the_root_is_exact_where_it_can_be() -> None:
    # Deviation of 0.03 and 0.01 is 0.01; of thirds √(2 ÷ 27)
    assert root(Fraction(1, 10_000)) == Fraction(1, 100)
    assert root(Fraction(4, 9)) == Fraction(2, 3)
    assert root(Fraction(0)) == 0
    two = root(Fraction(2))
    assert two**2 < 2 < (two + Fraction(1, 10**50)) ** 2


def test_a_half_is_rounded_up_where_the_root_is_a_fraction() -> None:
    # 0, 0 and 3: mean 1, deviation √2; 4, 4, 4, 4, 1: mean 3.4, deviation 1.2, (4 − 3.4) ÷ 1.2
    words = paneled("standardised", {"A": ["4", "4", "4", "4", "1"]}, "", digits=0)["total"]
    assert words == ["1", "1", "1", "1", "-2"]  # 0.5 and −2


# -- what holds for all scores ---------------------------------------------------------------------

SCORES = st.lists(st.integers(1, 10_000).map(lambda n: f"{n / 100:.2f}"), min_size=1, max_size=5)


@settings(max_examples=25, deadline=None)
@given(first=SCORES, second=SCORES)
def test_after_correction_the_panels_have_nearly_the_same_mean(
    first: list[str], second: list[str]
) -> None:
    result = corrected({"A": first, "B": second}, "factor_digits=12", digits=9)
    values = [Fraction(word) for word in result["total"]]
    means = [
        sum(part, Fraction(0)) / len(part) for part in (values[: len(first)], values[len(first) :])
    ]
    assert abs(means[0] - means[1]) < Fraction(1, 10**6)


@pytest.mark.parametrize("rule", ["corrected", "standardised"])
@settings(max_examples=25, deadline=None)
@given(first=SCORES, second=SCORES, data=st.data())
def test_the_order_within_a_panel_is_nothing_to_it_and_the_better_stays_better(
    rule: str, first: list[str], second: list[str], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(first))))
    words = paneled(rule, {"A": first, "B": second})["total"]
    shuffled = paneled(rule, {"A": [first[at] for at in order], "B": second})["total"]
    assert shuffled[: len(first)] == [words[at] for at in order]
    pairs = sorted(zip(map(Fraction, first), words[: len(first)], strict=True))
    values = [Fraction(word) for _, word in pairs]
    assert values == sorted(values)


@settings(max_examples=25, deadline=None)
@given(scores=st.lists(st.integers(0, 100), min_size=1, max_size=6), shift=st.integers(0, 300))
def test_standard_scores_know_neither_the_unit_nor_the_start_of_a_scale(
    scores: list[int], shift: int
) -> None:
    other = [f"{score / 4 + shift / 4:.2f}" for score in scores]
    plain = paneled("standardised", {"A": [str(score) for score in scores]}, "")["total"]
    assert paneled("standardised", {"A": other}, "")["total"] == plain
