"""Aspect and ballot: votes over a declared denominator, and turnout."""

from __future__ import annotations

import pytest

from assessor.scheme.model import Scheme
from tests.scoring.builders import scheme_of, score, villages
from tests.scoring.entries import Sheet, tally


def ballot(parameters: str, units: int = 1, aspects: int = 1) -> Scheme:
    rows = "\n".join(f"aspects | {code} | 方面{code} | ballot" for code in range(1, aspects + 1))
    return scheme_of(
        units=villages(units),
        criteria=f"rubric | code | title | entry \n {rows}",
        forms="""
            code  | title  | workbook | layout | rubric  | options | filled_by
            tally | 计票表 | 计票     | tally  | aspects | 四档    | tellers
            """,
        scores=f"""
            code  | rule   | points | source | parameters
            total | ballot | 100    | tally  | {parameters}
            """,
    )


def one_meeting(
    votes: str, turnout: str = "unit | present | returned | valid", **state: str
) -> Sheet:
    return tally(
        "tally",
        "T1",
        f"unit | aspect | 优秀 | 良好 | 一般 | 较差 \n {votes}",
        turnout,
        **state,
    )


def test_an_aspect_is_votes_by_value_over_its_own_ticks() -> None:
    # (30 × 100 + 15 × 80 + 5 × 60 + 0 × 40) ÷ 50
    result = score(ballot("denominator=ticks"), one_meeting("V01 | 1 | 30 | 15 | 5 | 0"))
    assert result.of("V01") == {"total": "90.00", "total.1": "90.00"}


@pytest.mark.parametrize(
    ("denominator", "total"),
    [
        ("ticks", "91.25"),  # (3000 + 1200 + 180) ÷ 48
        ("valid", "87.60"),  # ÷ 50
        ("returned", "84.23"),  # ÷ 52 = 84.2307…
        ("present", "73.00"),  # ÷ 60
    ],
)
def test_every_denominator_of_one_ballot_with_two_abstentions(denominator: str, total: str) -> None:
    entered = one_meeting(
        "V01 | 1 | 30 | 15 | 3 | 0",
        "unit | expected | present | issued | returned | valid \n V01 | 65 | 60 | 60 | 52 | 50",
    )
    assert score(ballot(f"denominator={denominator}"), entered)["total"] == [total]


def test_each_aspect_counts_its_own_ticks_and_the_ballot_is_their_mean() -> None:
    result = score(
        ballot("denominator=ticks", aspects=3),
        one_meeting("""
            V01 | 1 | 50 | 0  | 0 | 0
            V01 | 2 | 40 | 5  | 0 | 0
            V01 | 3 | 1  | 1  | 1 | 0
            """),
    )
    # 100; 4400 ÷ 45 = 97.777…; 80; the mean of 100, 97.78 and 80 is 92.593…
    assert result.of("V01") == {
        "total": "92.59", "total.1": "100.00", "total.2": "97.78", "total.3": "80.00"
    }  # fmt: skip


def test_an_aspect_in_which_nobody_voted_is_no_zero() -> None:
    result = score(
        ballot("denominator=ticks", aspects=2),
        one_meeting("V01 | 1 | 50 | 0 | 0 | 0 \n V01 | 2 | 0 | 0 | 0 | 0"),
    )
    assert result.of("V01") == {"total": "missing", "total.1": "100.00", "total.2": "missing"}


def test_only_the_lowest_votes_give_their_value() -> None:
    result = score(ballot("denominator=ticks"), one_meeting("V01 | 1 | 0 | 0 | 0 | 7"))
    assert result["total"] == ["40.00"]


def test_several_meetings_are_counted_together() -> None:
    votes = "unit | aspect | 优秀 | 良好 | 一般 | 较差 \n V01 | 1 | {} | {} | 0 | 0"
    first = tally("tally", "T1", votes.format(30, 10), "unit | valid \n V01 | 45")
    second = tally("tally", "T2", votes.format(0, 10), "unit | valid \n V01 | 15")
    # 3000 + 1600 = 4600 over 50 ticks or 60 valid papers; the mean of 95 and 80 would be 87.5
    assert score(ballot("denominator=ticks"), first, second)["total"] == ["92.00"]
    assert score(ballot("denominator=valid"), first, second)["total"] == ["76.67"]


@pytest.mark.parametrize("state", ["missing", "awaiting", "not_due"])
def test_a_tally_that_is_not_in(state: str) -> None:
    result = score(ballot("denominator=ticks"), one_meeting("V01 | 1 | 5 | 5 | 0 | 0", V01=state))
    assert result["total"] == [state]


def test_a_refused_count_holds_up_its_aspect_and_its_unit_only() -> None:
    result = score(
        ballot("denominator=ticks", units=2, aspects=2),
        one_meeting("""
            V01 | 1 | 10 | 0 | 0        | 0
            V01 | 2 | 10 | 0 | awaiting | 0
            V02 | 1 | 10 | 0 | 0        | 0
            V02 | 2 | 0  | 0 | 10       | 0
            """),
    )
    assert result.of("V01") == {"total": "awaiting", "total.1": "100.00", "total.2": "awaiting"}
    assert result.of("V02") == {"total": "80.00", "total.1": "100.00", "total.2": "60.00"}


@pytest.mark.parametrize("denominator", ["valid", "returned", "present"])
def test_a_refused_denominator_holds_the_ballot_up(denominator: str) -> None:
    entered = one_meeting("V01 | 1 | 5 | 5 | 0 | 0", f"unit | {denominator} \n V01 | awaiting")
    assert score(ballot(f"denominator={denominator}"), entered)["total"] == ["awaiting"]


def turnout(returned: str) -> Sheet:
    return one_meeting("V01 | 1 | 20 | 20 | 0 | 0", f"unit | returned \n V01 | {returned}")


@pytest.mark.parametrize(
    ("rule", "returned", "total", "findings"),
    [
        ("warn", "50", "90.00", []),
        ("warn", "49", "90.00", [("turnout_low", "total", "V01")]),
        ("void", "50", "90.00", []),
        ("void", "49", "awaiting", [("turnout_void", "total", "V01")]),
        ("void", "0", "awaiting", [("turnout_void", "total", "V01")]),
    ],
)
def test_too_few_papers_are_reported_and_void_the_ballot_where_the_scheme_says_so(
    rule: str, returned: str, total: str, findings: list[tuple[str, str, str]]
) -> None:
    scheme = ballot(f"denominator=ticks; turnout_min=50; turnout={rule}")
    result = score(scheme, turnout(returned))
    assert result["total"] == [total]
    assert result.findings == findings


def test_too_few_papers_are_only_reported_where_the_scheme_does_not_say_what_then() -> None:
    result = score(ballot("denominator=ticks; turnout_min=50"), turnout("49"))
    assert (result["total"], result.findings) == (["90.00"], [("turnout_low", "total", "V01")])


def test_the_finding_says_how_many_papers_came_back_and_how_many_it_takes() -> None:
    result = score(ballot("denominator=ticks; turnout_min=50"), turnout("49"))
    (finding,) = result.scores.findings
    assert (finding.facts["returned"], finding.facts["least"]) == (49, "50")


def test_papers_of_all_meetings_make_the_turnout() -> None:
    votes = "unit | aspect | 优秀 | 良好 | 一般 | 较差 \n V01 | 1 | 20 | 0 | 0 | 0"
    meetings = [
        tally("tally", rater, votes, "unit | returned \n V01 | 25") for rater in ("T1", "T2")
    ]
    assert score(ballot("denominator=ticks; turnout_min=50"), *meetings).findings == []


@pytest.mark.parametrize("rule", ["warn", "void"])
def test_a_turnout_that_was_refused_holds_up_the_ballot_that_depends_on_it(rule: str) -> None:
    """A unit with any open error waits (design, settled 4): 50 papers or 49, nobody knows."""
    scheme = ballot(f"denominator=ticks; turnout_min=50; turnout={rule}")
    assert score(scheme, turnout("awaiting"))["total"] == ["awaiting"]


def test_a_void_ballot_is_no_longer_reported_once_somebody_decided() -> None:
    scheme = ballot("denominator=ticks; turnout_min=50; turnout=void")
    result = score(scheme, turnout("49"), overrides={("total", "V01"): "85"})
    assert result["total"] == ["85.00"]
    assert result.findings == []


def test_an_aspect_from_which_a_unit_is_exempt_does_not_apply() -> None:
    result = score(
        ballot("denominator=ticks", aspects=2),
        one_meeting("V01 | 1 | 10 | 0 | 0 | 0 \n V01 | 2 | 0 | 0 | 0 | 10"),
        exempt=[("aspects", "2", "V01")],
    )
    assert result.of("V01") == {
        "total": "100.00",
        "total.1": "100.00",
        "total.2": "not_applicable",
    }


def test_aspects_of_other_classes_are_left_out() -> None:
    scheme = scheme_of(
        units="code | name | class \n V01 | 东村 | 村 \n O01 | 机关一 | 机关",
        criteria="""
            rubric  | code | title | entry  | classes
            aspects | 1    | 甲    | ballot |
            aspects | 2    | 乙    | ballot | 村
            """,
        forms="""
            code  | title  | workbook | layout | rubric  | options | filled_by
            tally | 计票表 | 计票     | tally  | aspects | 四档    | tellers
            """,
        scores="""
            code  | rule   | points | source | parameters
            total | ballot | 100    | tally  | denominator=ticks
            """,
    )
    result = score(
        scheme,
        one_meeting("""
            V01 | 1 | 10 | 0  | 0 | 0
            V01 | 2 | 0  | 10 | 0 | 0
            O01 | 1 | 10 | 0  | 0 | 0
            """),
    )
    assert result["total.2"] == ["80.00", "not_applicable"]
    assert result["total"] == ["90.00", "100.00"]


def test_a_turnout_is_asked_only_of_the_classes_of_its_node() -> None:
    """Forty papers are asked of villages; an office of twenty has its ballot all the same."""
    scheme = scheme_of(
        units="code | name | class \n V01 | 东村 | 村 \n O01 | 机关一 | 机关",
        criteria="rubric | code | title | entry \n aspects | 1 | 甲 | ballot",
        forms="""
            code  | title  | workbook | layout | rubric  | options | filled_by
            tally | 计票表 | 计票     | tally  | aspects | 四档    | tellers
            """,
        scores="""
            code    | rule   | points | source | classes | parameters
            village | ballot | 100    | tally  | 村      | denominator=ticks; turnout_min=40
            office  | ballot | 100    | tally  | 机关    | denominator=ticks
            """,
    )
    entered = one_meeting(
        "V01 | 1 | 60 | 0 | 0 | 0 \n O01 | 1 | 20 | 0 | 0 | 0",
        "unit | returned \n V01 | 60 \n O01 | 20",
    )
    result = score(scheme, entered)
    assert (result["village"], result["office"]) == (
        ["100.00", "not_applicable"],
        ["not_applicable", "100.00"],
    )
    assert result.findings == []
