from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessor.scheme.model import Scheme
from assessor.scoring.column import Status
from assessor.scoring.evaluate import evaluate
from assessor.standing.ranking import Tie
from assessor.standing.stand import Standing, UnitStanding, differences, stand
from tests.builders import Table
from tests.scoring.builders import inputs_of, scheme_of, tree_of, villages
from tests.scoring.builders import settings as settings_table
from tests.scoring.entries import claims, leaves, marks
from tests.standing.builders import scores_of, standing_scheme


def standing(
    table: Table,
    scheme: Scheme | None = None,
    confirmed: Mapping[str, tuple[str, str]] | None = None,
    barred: tuple[tuple[str, str], ...] = (),
) -> Standing:
    scheme = scheme or standing_scheme()
    at = {unit.code: index for index, unit in enumerate(scheme.units)}
    return stand(
        scheme,
        scores_of(scheme, table),
        {at[code]: words for code, words in (confirmed or {}).items()},
        frozenset((award, at[code]) for award, code in barred),
    )


def by_code(result: Standing) -> dict[str, UnitStanding]:
    return {result.scheme.units[one.unit].code: one for one in result.units}


def brief(result: Standing) -> dict[str, tuple[str, str, int | None, int | None, str]]:
    """Return score, grade, rank, class rank and status by unit."""
    return {
        code: (str(one.score), one.grade, one.rank, one.class_rank, one.status.word)
        for code, one in by_code(result).items()
    }


WHOLE = """
    unit | total | target | ballot | person | review
    V01  | 88    | 90     | 83.33  |        |
    V02  | 92    | 92     | 92     |        |
    V03  | 79.99 | 80     | 79.97  |        |
    V04  | 88    | 91     | 81     |        |
    O01  | 90    | 95     | 78.33  |        |
    O02  | 99    | 99     | 99     |        |
    S01  |       |        |        | 88     | 90
    """


def test_every_unit_has_its_score_its_grade_and_its_ranks() -> None:
    assert brief(standing(WHOLE)) == {
        "V01": ("88.00", "良好", 3, 2, "scored"),
        "V02": ("92.00", "优秀", 1, 1, "scored"),
        "V03": ("79.99", "一般", 5, 4, "scored"),
        "V04": ("88.00", "良好", 3, 2, "scored"),
        "O01": ("90.00", "优秀", 2, 1, "scored"),
        "O02": ("99.00", "优秀", None, None, "scored"),
        "S01": ("88.00", "良好", None, None, "scored"),
    }


def test_what_is_not_ranked_takes_nobodys_place() -> None:
    result = standing(WHOLE)
    assert by_code(result)["O02"].rank is None
    assert [result.scheme.units[one.unit].code for one in result.ranked()] == [
        "V02", "O01", "V01", "V04", "V03"
    ]  # fmt: skip


def test_a_class_stands_best_first_and_the_unranked_last() -> None:
    result = standing(WHOLE)
    classes = {
        name: [result.scheme.units[one.unit].code for one in result.of_class(name)]
        for name in ("村", "机关", "书记")
    }
    assert classes == {"村": ["V02", "V01", "V04", "V03"], "机关": ["O01", "O02"], "书记": ["S01"]}


def test_ties_are_broken_by_the_nodes_that_the_scheme_names_in_their_order() -> None:
    target_first = standing_scheme(settings=settings_table(tie_breakers="target;ballot"))
    ballot_first = standing_scheme(settings=settings_table(tie_breakers="ballot;target"))
    one, other = by_code(standing(WHOLE, target_first)), by_code(standing(WHOLE, ballot_first))
    assert (one["V04"].rank, one["V01"].rank) == (3, 4)
    assert (one["V04"].tie, one["V01"].tie) == (Tie("target", True), Tie("target", False))
    assert (other["V01"].rank, other["V04"].rank) == (3, 4)
    assert (other["V01"].class_rank, other["V04"].class_rank) == (2, 3)
    assert other["V01"].tie == Tie("ballot", higher=True)


def test_persons_are_ranked_among_persons() -> None:
    scheme = standing_scheme(
        """
        code | name | class | kind   | parent | ranked
        V01  | 东村 | 村    | unit   |        | yes
        O01  | 机关 | 机关  | unit   |        | yes
        S01  | 张三 | 书记  | person | V01    | yes
        S02  | 李四 | 书记  | person | O01    | yes
        """
    )
    result = standing(
        """
        unit | total | person
        V01  | 70    |
        O01  | 80    |
        S01  |       | 70
        S02  |       | 80
        """,
        scheme,
    )
    assert {code: one.rank for code, one in by_code(result).items()} == {
        "V01": 2, "O01": 1, "S01": 2, "S02": 1
    }  # fmt: skip


def test_bodies_that_only_organise_do_not_stand() -> None:
    scheme = standing_scheme(
        """
        code | name   | class | kind   | ranked | parent
        J01  | 东街道 | 街道  | unit   | no     |
        V01  | 东村   | 村    | unit   | yes    |
        O01  | 机关   | 机关  | unit   | yes    |
        S01  | 张三   | 书记  | person | no     | V01
        """
    )
    result = standing("unit | total | person \n V01 | 70 | \n O01 | 80 | \n S01 | | 70", scheme)
    assert list(by_code(result)) == ["V01", "O01", "S01"]


@pytest.mark.parametrize("why", ["awaiting", "missing"])
def test_an_open_unit_has_no_rank_and_the_others_are_provisional(why: str) -> None:
    table = WHOLE.replace("V02  | 92 ", f"V02  | {why} ")
    result = standing(table)
    assert not result.settled
    assert brief(result) == {
        "V01": ("88.00", "良好", 2, 1, "provisional"),
        "V02": ("None", "", None, None, why),
        "V03": ("79.99", "一般", 4, 3, "provisional"),
        "V04": ("88.00", "良好", 2, 1, "provisional"),
        "O01": ("90.00", "优秀", 1, 1, "provisional"),
        "O02": ("99.00", "优秀", None, None, "provisional"),
        "S01": ("88.00", "良好", None, None, "provisional"),
    }


def test_where_every_unit_has_its_total_the_standing_is_settled() -> None:
    result = standing(WHOLE)
    assert result.settled
    assert {one.status for one in result.units} == {Status.SCORED}


def test_a_unit_to_which_nothing_applies_has_no_rank_and_holds_nobody_up() -> None:
    result = standing(WHOLE.replace("V02  | 92 ", "V02  | not_applicable "))
    assert result.settled
    assert brief(result)["V02"] == ("None", "", None, None, "not_applicable")
    assert brief(result)["O01"] == ("90.00", "优秀", 1, 1, "scored")


def test_a_unit_whose_total_is_still_to_come_keeps_the_others_provisional() -> None:
    result = standing(WHOLE.replace("V02  | 92 ", "V02  | not_due "))
    assert not result.settled
    assert brief(result)["V02"] == ("None", "", None, None, "not_due")
    assert brief(result)["O01"] == ("90.00", "优秀", 1, 1, "provisional")


def test_an_open_error_in_a_part_that_is_only_shown_holds_the_unit_up_too() -> None:
    """A unit with any open error stands as awaiting, without a rank (design, settled 4).

    In the community's scheme the ballot is only shown, and breaks ties: while its tally is
    refused, nobody knows which of two units of equal score stands higher.
    """
    scheme = tree_of(
        """
        code   | parent | rule   | points | parameters
        total  |        | sum    | 100    |
        panel  | total  | rubric | 100    |
        ballot | total  | rubric | 100    | informative=yes
        """,
        units=villages(2),
        settings=settings_table(tie_breakers="ballot"),
    )
    entered = leaves("unit | panel | ballot \n V01 | 80 | awaiting \n V02 | 80 | 70")
    result = stand(scheme, evaluate(scheme, inputs_of(scheme, *entered)))
    assert not result.settled
    assert by_code(result)["V01"].status is Status.AWAITING
    assert by_code(result)["V01"].rank is None


def test_a_secretary_waits_with_his_branch_whatever_it_waits_for() -> None:
    """He has its total, and that does not stand while an error is open."""
    scheme = tree_of(
        """
        code   | parent | rule    | points | source | classes | parameters
        total  |        | sum     | 100    |        | 村      |
        panel  | total  | rubric  | 100    |        |         |
        self   | total  | rubric  | 100    |        |         | informative=yes
        person |        | inherit | 100    | total  | 书记    |
        """,
        units="""
            code | name | class | kind   | parent | ranked
            V01  | 东村 | 村    | unit   |        | yes
            S01  | 张三 | 书记  | person | V01    | no
            """,
    )
    entered = leaves("unit | panel | self \n V01 | 80 | awaiting")
    result = stand(scheme, evaluate(scheme, inputs_of(scheme, *entered)))
    assert {code: (one.score, one.status.word) for code, one in by_code(result).items()} == {
        "V01": (None, "awaiting"),
        "S01": (None, "awaiting"),
    }


def test_a_confirmed_grade_stands_beside_the_proposed_one_with_its_reason() -> None:
    result = standing(WHOLE, confirmed={"V02": ("良好", "信访未结")})
    one = by_code(result)["V02"]
    assert (one.grade, one.confirmed, one.final_grade) == ("优秀", "良好", "良好")
    assert (one.reason, one.rank) == ("信访未结", 1)
    assert by_code(result)["O01"].final_grade == "优秀"


AWARDS = "code | title | for | class | slots | by | least_grade \n "


def test_awards_are_named_by_title_and_look_at_the_confirmed_grade() -> None:
    scheme = standing_scheme(awards=AWARDS + "A | 先进支部 | unit | 村 | 1 | rank | 优秀")
    assert by_code(standing(WHOLE, scheme))["V02"].awards == ("先进支部",)
    lowered = by_code(standing(WHOLE, scheme, {"V02": ("良好", "信访未结")}))
    assert [one.awards for one in lowered.values()] == [()] * 7
    raised = by_code(standing(WHOLE, scheme, {"V02": ("良好", "甲"), "V04": ("优秀", "乙")}))
    assert {code for code, one in raised.items() if one.awards} == {"V04"}


def test_a_withdrawn_award_is_not_among_the_awards_of_its_unit() -> None:
    scheme = standing_scheme(awards=AWARDS + "A | 先进支部 | unit | 村 | 1 | rank | 优秀")
    assert by_code(standing(WHOLE, scheme, barred=(("A", "V02"),)))["V02"].awards == ()


def test_an_award_that_people_granted_is_among_the_awards_of_its_unit() -> None:
    scheme = standing_scheme(awards=AWARDS + "A | 优秀组织者 | unit | 村 | 1 | decision |")
    result = stand(scheme, scores_of(scheme, WHOLE), granted=frozenset({("A", 2)}))
    assert {code for code, one in by_code(result).items() if one.awards} == {"V03"}


def test_who_stands_tied_across_the_last_slot_has_no_award() -> None:
    scheme = standing_scheme(awards=AWARDS + "A | 先进支部 | unit | 村 | 2 | rank |")
    result = standing(WHOLE, scheme)
    assert {code for code, one in by_code(result).items() if one.awards} == {"V02"}
    (named,) = result.awards
    assert [result.scheme.units[unit].code for unit in named.tied] == ["V01", "V04"]


def test_totals_of_different_digits_are_compared_as_they_are_shown() -> None:
    scheme = tree_of(
        """
        code    | rule   | points | classes | digits
        village | rubric | 100    | 村      | 1
        office  | rubric | 100    | 机关    | 3
        """,
        units="""
            code | name | class
            V01  | 东村 | 村
            V02  | 西村 | 村
            O01  | 机关 | 机关
            """,
    )
    entered = [
        *leaves("unit | village \n V01 | 88.2 \n V02 | 88.1"),
        *leaves("unit | office \n O01 | 88.125"),
    ]
    result = by_code(stand(scheme, evaluate(scheme, inputs_of(scheme, *entered))))
    assert {code: (str(one.score), one.rank) for code, one in result.items()} == {
        "V01": ("88.2", 1),
        "O01": ("88.125", 2),
        "V02": ("88.1", 3),
    }


def test_a_total_below_zero_is_graded_lowest_and_breaks_nothing() -> None:
    """Three deductions of 2 points from 3; nothing in the scheme says that it stops at zero."""
    scheme = scheme_of(
        criteria="rubric | code | title | points | entry \n duty | 1 | 甲 | 100 | earned",
        bonuses="group | code | title | points \n faults | F1 | 通报 | 2",
        forms="""
            code   | title  | workbook | layout | rubric | bonus  | filled_by
            panel  | 评分表 | 评分     | rubric | duty   |        | panel
            faults | 扣分表 | 评分     | claims |        | faults | panel
            """,
        scores="""
            code   | parent | rule      | points | source
            total  |        | sum       | 100    |
            base   | total  | rubric    | 100    | panel
            faults | total  | deduction |        | faults
            """,
        grades="""
            for  | grade  | from
            unit | 优秀   | 90
            unit | 合格   | 60
            unit | 不合格 | 0
            """,
        limits="""
            title | for  | node | operator | value | effect | grade
            底线  | unit | base | <        | 60    | cap    | 合格
            """,
    )
    entered = [
        marks("panel", "P1", "unit | 1 \n V01 | 3"),
        claims("faults", "P1", "unit | item | verified \n V01 | F1 | 3"),
    ]
    (one,) = stand(scheme, evaluate(scheme, inputs_of(scheme, *entered))).units
    assert (str(one.score), one.grade) == ("-3.00", "不合格")


# ---- what hangs on rounding
WEIGHTED = """
    code  | parent | rule     | weight | points
    total |        | weighted |        | 100
    a     | total  | rubric   | 60%    | 100
    b     | total  | rubric   | 40%    | 100
    """


def both_ways(first: Table, second: Table, units: int) -> tuple[Standing, Standing]:
    """Return the standing of two raters' marks, rounded at every node and only at the end."""
    scheme = tree_of(WEIGHTED, units=villages(units))
    inputs = inputs_of(scheme, *leaves(first), *leaves(second, rater="P2"))
    each, last = (stand(scheme, evaluate(scheme, inputs, way)) for way in ("each", "last"))
    return each, last


def test_differences_names_the_unit_whose_grade_hangs_on_rounding() -> None:
    # V02: a is 79.995 in the mean and b 79.99: 80.00 × 60 % + 31.996 = 79.996, shown 80.00, or
    # 47.997 + 31.996 = 79.993, shown 79.99
    each, last = both_ways(
        "unit | a | b \n V01 | 90 | 90 \n V02 | 79.99 | 79.99 \n V03 | 60 | 60",
        "unit | a | b \n V01 | 90 | 90 \n V02 | 80.00 | 79.99 \n V03 | 60 | 60",
        3,
    )
    assert [str(one.units[1].score) for one in (each, last)] == ["80.00", "79.99"]
    assert [one.grade for one in each.units] == ["优秀", "良好", "较差"]
    assert [one.grade for one in last.units] == ["优秀", "一般", "较差"]
    assert differences(each, last) == ((each.units[1], last.units[1]),)
    assert differences(last, each) == ((last.units[1], each.units[1]),)


def test_differences_names_the_unit_whose_rank_hangs_on_rounding() -> None:
    # V01: 85.00 × 60 % + 84.99 × 40 % = 84.996, or 84.995 and 84.99: 84.993; V02 is 85 both ways
    each, last = both_ways(
        "unit | a | b \n V01 | 84.99 | 84.99 \n V02 | 85 | 85",
        "unit | a | b \n V01 | 85.00 | 84.99 \n V02 | 85 | 85",
        2,
    )
    assert [one.rank for one in each.units] == [1, 1]
    assert [one.rank for one in last.units] == [2, 1]
    assert differences(each, last) == ((each.units[0], last.units[0]),)


def test_differences_leaves_out_a_score_that_moves_neither_grade_nor_rank() -> None:
    """The design asks for units whose grade or rank would differ (settled 2)."""
    each, last = both_ways(
        "unit | a | b \n V01 | 84.99 | 84.99",
        "unit | a | b \n V01 | 85.00 | 84.99",
        1,
    )
    assert [str(one.units[0].score) for one in (each, last)] == ["85.00", "84.99"]
    assert differences(each, last) == ()


def test_a_standing_does_not_differ_from_itself() -> None:
    result = standing(WHOLE)
    assert differences(result, result) == ()


# ---- against the definition
TOTALS = st.lists(
    st.sampled_from(["90", "90.004", "80", "79.995", "70", "missing", "not_applicable"]),
    min_size=7,
    max_size=7,
)


@settings(deadline=None)
@given(totals=TOTALS)
def test_ranks_count_the_ranked_units_with_a_better_shown_score(totals: list[str]) -> None:
    scheme = standing_scheme()
    lines = [
        f"{unit.code} | {'' if unit.kind == 'person' else total} | "
        f"{total if unit.kind == 'person' else ''}"
        for unit, total in zip(scheme.units, totals, strict=True)
    ]
    result = standing("\n".join(["unit | total | person", *lines]), scheme)
    shown = {"90": 9000, "90.004": 9000, "80": 8000, "79.995": 8000, "70": 7000}
    field = {
        unit.code: shown[total]
        for unit, total in zip(scheme.units, totals, strict=True)
        if unit.ranked and unit.kind == "unit" and total in shown
    }
    classes = {unit.code: unit.unit_class for unit in scheme.units}
    for code, one in by_code(result).items():
        mine = field.get(code)
        overall = None if mine is None else 1 + sum(s > mine for s in field.values())
        in_class = None if mine is None else 1 + sum(
            s > mine for other, s in field.items() if classes[other] == classes[code]
        )  # fmt: skip
        assert (one.rank, one.class_rank) == (overall, in_class)
    assert result.settled == ("missing" not in totals)
