"""Aspect, ballot and share: votes over a declared denominator, and turnout."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.scheme.model import Scheme
from tests.scoring.builders import scheme_of, score, villages
from tests.scoring.entries import Sheet, tally


def ballot(parameters: str, units: int = 1, aspects: int = 1) -> Scheme:
    rows = "\n".join(f"aspects | {code} | 方面{code} | ballot" for code in range(1, aspects + 1))
    return scheme_of(
        units=villages(units),
        criteria=f"rubric | code | title | entry \n {rows}",
        forms="""
            code  | title  | workbook | layout | rubric  | options | filled_by | covers
            tally | 计票表 | 计票     | tally  | aspects | 四档    | tellers | all
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
    assert (finding.facts["returned"], finding.facts["least"]) == (49, 50)


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
            code  | title  | workbook | layout | rubric  | options | filled_by | covers
            tally | 计票表 | 计票     | tally  | aspects | 四档    | tellers | all
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
            code  | title  | workbook | layout | rubric  | options | filled_by | covers
            tally | 计票表 | 计票     | tally  | aspects | 四档    | tellers | all
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


# ---- options that do not count, all votes together, shares
FIVE = """
    set  | option | value | counts
    四档 | 优秀   | 100   |
    四档 | 良好   | 80    |
    四档 | 一般   | 60    |
    四档 | 较差   | 40    |
    四档 | 不了解 |       | no
    """


def polled(rule: str, parameters: str, units: int = 1, aspects: int = 1) -> Scheme:
    rows = "\n".join(f"aspects | {code} | 方面{code} | ballot" for code in range(1, aspects + 1))
    return scheme_of(
        units=villages(units),
        options=FIVE,
        criteria=f"rubric | code | title | entry \n {rows}",
        forms="""
            code  | title  | workbook | layout | rubric  | options | filled_by | covers
            tally | 计票表 | 计票     | tally  | aspects | 四档    | tellers | all
            """,
        scores=f"""
            code  | rule   | points | source | parameters
            total | {rule} | 100    | tally  | {parameters}
            """,
    )


def counted(votes: str, turnout: str = "unit | present") -> Sheet:
    header = "unit | aspect | 优秀 | 良好 | 一般 | 较差 | 不了解"
    return tally("tally", "T1", f"{header} \n {votes}", turnout)


PAPERS = "unit | expected | present | returned | valid \n V01 | 65 | 60 | 52 | 50"


@pytest.mark.parametrize(
    ("denominator", "total"),
    [
        ("ticks", "95.00"),  # (30 × 100 + 10 × 80) ÷ 40
        ("valid", "84.44"),  # 3800 ÷ (50 − 5)
        ("returned", "80.85"),  # ÷ (52 − 5)
        ("present", "69.09"),  # ÷ (60 − 5)
    ],
)
def test_votes_that_do_not_count_are_in_neither_points_nor_denominator(
    denominator: str, total: str
) -> None:
    sheet = counted("V01 | 1 | 30 | 10 | 0 | 0 | 5", PAPERS)
    assert score(polled("ballot", f"denominator={denominator}"), sheet)["total"] == [total]


def test_an_aspect_that_nobody_knows_has_no_score() -> None:
    sheet = counted("V01 | 1 | 0 | 0 | 0 | 0 | 50", PAPERS)
    for denominator in ("ticks", "valid"):
        result = score(polled("ballot", f"denominator={denominator}"), sheet)
        assert result["total"] == ["missing"]
        assert result.findings == [("votes_missing", "total.1", "V01")]


def test_all_votes_together_or_the_mean_of_the_aspects() -> None:
    votes = "V01 | 1 | 10 | 0 | 0 | 0 | 0 \n V01 | 2 | 0 | 30 | 0 | 0 | 0"
    sheet = counted(votes)
    # 100 and 80; (1000 + 2400) ÷ 40
    apart = score(polled("ballot", "denominator=ticks", aspects=2), sheet)
    together = score(polled("ballot", "denominator=ticks; over=votes", aspects=2), sheet)
    assert (apart["total"], together["total"]) == (["90.00"], ["85.00"])
    assert together["total.1"] == ["100.00"]


def test_together_each_aspect_brings_its_papers() -> None:
    votes = "V01 | 1 | 10 | 0 | 0 | 0 | 10 \n V01 | 2 | 0 | 30 | 0 | 0 | 0"
    scheme = polled("ballot", "denominator=valid; over=votes", aspects=2)
    # 3400 ÷ (50 − 10 + 50)
    assert score(scheme, counted(votes, PAPERS))["total"] == ["37.78"]


def test_together_an_aspect_without_votes_holds_nothing_up() -> None:
    votes = "V01 | 1 | 10 | 0 | 0 | 0 | 0 \n V01 | 2 | 0 | 0 | 0 | 0 | 0"
    result = score(polled("ballot", "denominator=ticks; over=votes", aspects=2), counted(votes))
    assert (result["total"], result.findings) == (["100.00"], [])


def test_together_no_vote_at_all_is_reported_once() -> None:
    votes = "V01 | 1 | 0 | 0 | 0 | 0 | 9 \n V01 | 2 | 0 | 0 | 0 | 0 | 0"
    result = score(polled("ballot", "denominator=ticks; over=votes", aspects=2), counted(votes))
    assert result["total"] == ["missing"]
    assert result.findings == [("votes_missing", "total", "V01")]


@pytest.mark.parametrize(
    ("parameters", "votes", "total"),
    [
        ("options=优秀; denominator=ticks", "V01 | 1 | 30 | 15 | 5 | 0 | 0", "60.00"),
        ("options=优秀、良好; denominator=ticks", "V01 | 1 | 30 | 15 | 5 | 0 | 0", "90.00"),
        ("options=优秀,良好; denominator=ticks", "V01 | 1 | 30 | 15 | 5 | 0 | 10", "90.00"),
        ("options=优秀; denominator=valid", "V01 | 1 | 30 | 0 | 0 | 0 | 10", "75.00"),
        ("options=较差; denominator=ticks", "V01 | 1 | 30 | 15 | 5 | 0 | 0", "0.00"),
        ("options=优秀; denominator=ticks", "V01 | 1 | 0 | 0 | 0 | 0 | 3", "missing"),
    ],
)
def test_the_share_of_the_votes_for_some_options(parameters: str, votes: str, total: str) -> None:
    assert score(polled("share", parameters), counted(votes, PAPERS))["total"] == [total]


def test_a_share_is_of_the_votes_in_all_aspects() -> None:
    votes = "V01 | 1 | 10 | 0 | 0 | 0 | 0 \n V01 | 2 | 0 | 30 | 0 | 0 | 0"
    scheme = polled("share", "options=优秀; denominator=ticks", aspects=2)
    assert score(scheme, counted(votes))["total"] == ["25.00"]


@pytest.mark.parametrize("share", ["90", "89.99", "80"])
def test_a_share_of_excellent_votes_earns_by_its_step(share: str) -> None:
    """优秀率 from 90 % 200 points, from 80 % 190: nine votes of ten are 90 %, 8,999 are not."""
    excellent = {"90": (9000, 1000), "89.99": (8999, 1001), "80": (8000, 2000)}[share]
    scheme = scheme_of(
        criteria="rubric | code | title | entry \n aspects | 1 | 方面 | ballot",
        ladders="""
            ladder | from | to | value
            率     | 90   |    | 200
            率     | 80   | 90 | 190
            率     |      | 80 | 0
            """,
        forms="""
            code  | title  | workbook | layout | rubric  | options | filled_by | covers
            tally | 计票表 | 计票     | tally  | aspects | 四档    | tellers | all
            """,
        scores="""
            code  | parent | rule   | points | source | parameters
            total |        | ladder | 200    |        | ladder=率
            share | total  | share  | 100    | tally  | options=优秀; denominator=ticks
            """,
    )
    result = score(scheme, one_meeting(f"V01 | 1 | {excellent[0]} | {excellent[1]} | 0 | 0"))
    assert (result["share"], result["total"]) == (
        [f"{float(share):.2f}"],
        ["200.00" if share == "90" else "190.00"],
    )


@pytest.mark.parametrize(
    ("least", "returned", "findings", "facts"),
    [
        ("80%", "52", [], {}),  # 80 % of 65
        ("80%", "51", ["turnout_low"], {"returned": 51, "least": 52}),
        ("80.1%", "52", ["turnout_low"], {"returned": 52, "least": 53}),  # 52.065
        ("50", "50", [], {}),
    ],
)
@pytest.mark.parametrize("rule", ["ballot", "share"])
def test_a_turnout_may_be_a_share_of_those_expected(
    rule: str, least: str, returned: str, findings: list[str], facts: dict[str, int]
) -> None:
    turnout = f"unit | expected | returned \n V01 | 65 | {returned}"
    options = "options=优秀; " if rule == "share" else ""
    scheme = polled(rule, f"{options}denominator=ticks; turnout_min={least}")
    result = score(scheme, counted("V01 | 1 | 30 | 0 | 0 | 0 | 0", turnout))
    assert result["total"] == ["100.00"]
    assert [code for code, _, _ in result.findings] == findings
    for finding in result.scores.findings:
        assert {key: finding.facts[key] for key in facts} == facts


@pytest.mark.parametrize("expected", ["awaiting", "65"])
def test_how_many_are_expected_may_hold_a_ballot_up(expected: str) -> None:
    scheme = polled("ballot", "denominator=ticks; turnout_min=80%; turnout=void")
    turnout = f"unit | expected | returned \n V01 | {expected} | 40"
    result = score(scheme, counted("V01 | 1 | 30 | 0 | 0 | 0 | 0", turnout))
    assert result["total"] == ["awaiting"]
    assert bool(result.findings) == (expected == "65")


@given(
    votes=st.lists(st.integers(0, 40), min_size=4, max_size=4).filter(any),
    times=st.integers(1, 9),
    denominator=st.sampled_from(["ticks", "valid"]),
)
def test_a_ballot_lies_between_its_options_and_does_not_hang_on_how_many_vote(
    votes: list[int], times: int, denominator: str
) -> None:
    scheme = ballot(f"denominator={denominator}")
    totals = {
        score(
            scheme,
            one_meeting(
                f"V01 | 1 | {' | '.join(str(vote * size) for vote in votes)}",
                f"unit | valid \n V01 | {sum(votes) * size}",
            ),
        )["total"][0]
        for size in (1, times)
    }
    (total,) = totals
    assert 40 <= Decimal(total) <= 100
