"""Limits: every effect, the parts of a node, and what several of them do together."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import permutations

import pytest

from assessor.scheme.model import Limit
from assessor.standing.limits import Held
from assessor.standing.stand import Standing, UnitStanding, stand
from tests.builders import Table
from tests.scoring.builders import settings as settings_table
from tests.standing.builders import scores_of, standing_scheme

LIMITS = "title | for | node | operator | value | effect | grade\n"


def limited(limits: Table, table: Table, **tables: Table) -> Standing:
    scheme = standing_scheme(limits=LIMITS + limits, **tables)
    return stand(scheme, scores_of(scheme, table))


def one(standing: Standing, code: str) -> UnitStanding:
    return next(s for s in standing.units if standing.scheme.units[s.unit].code == code)


def brief(standing: Standing) -> dict[str, tuple[str, str, int | None, int | None]]:
    return {
        standing.scheme.units[s.unit].code: (str(s.score), s.grade, s.rank, s.class_rank)
        for s in standing.units
        if s.score is not None
    }


FOUR = """
    unit | total | target
    V01  | 95    | 40
    V02  | 92    | 90
    V03  | 85    | 90
    O01  | 90    | 90
    """


def test_a_total_that_counts_zero_is_shown_as_zero_and_kept_as_computed() -> None:
    result = limited("一票否决 | unit | target | < | 60 | zero |", FOUR)
    assert brief(result) == {
        "V01": ("0.00", "较差", 4, 3),
        "V02": ("92.00", "优秀", 1, 1),
        "V03": ("85.00", "良好", 3, 2),
        "O01": ("90.00", "优秀", 2, 1),
    }
    assert [str(s.computed) for s in result.units if s.computed is not None] == ["95.00"]
    assert result.settled
    assert result.scores.columns["total"].value(0) == 95  # the score table shows it as computed


def test_who_stands_last_by_a_limit_is_behind_all_others_and_they_close_up() -> None:
    result = limited("信访 | unit | target | < | 60 | last |", FOUR)
    assert brief(result) == {
        "V01": ("95.00", "较差", 4, 3),
        "V02": ("92.00", "优秀", 1, 1),
        "V03": ("85.00", "良好", 3, 2),
        "O01": ("90.00", "优秀", 2, 1),
    }


def test_several_that_stand_last_are_ranked_among_themselves() -> None:
    table = FOUR.replace("V03  | 85    | 90", "V03  | 96    | 50")
    result = limited("信访 | unit | target | < | 60 | last |", table)
    assert {code: facts[2] for code, facts in brief(result).items()} == {
        "V02": 1, "O01": 2, "V03": 3, "V01": 4
    }  # fmt: skip


def test_who_stands_last_is_not_tied_with_one_of_the_same_score() -> None:
    table = FOUR.replace("V02  | 92 ", "V02  | 95 ")
    result = limited("信访 | unit | target | < | 60 | last |", table)
    assert one(result, "V01").tie is None
    assert one(result, "V02").tie is None


def test_last_is_graded_lowest_unless_a_grade_is_set() -> None:
    limits = "信访 | unit | target | < | 60 | last | \n 降等 | unit | target | < | 60 | set | 一般"
    assert one(limited(limits, FOUR), "V01").grade == "一般"


def test_who_is_not_ranked_by_a_limit_keeps_score_and_grade_and_takes_nobodys_place() -> None:
    result = limited("新成立 | unit | target | < | 60 | unranked |", FOUR)
    assert brief(result) == {
        "V01": ("95.00", "优秀", None, None),
        "V02": ("92.00", "优秀", 1, 1),
        "V03": ("85.00", "良好", 3, 2),
        "O01": ("90.00", "优秀", 2, 1),
    }


def test_no_award_bars_from_every_award_and_the_next_gets_it() -> None:
    awards = (
        "code | title | for | class | slots | by\nA | 甲 | unit | 村 | 1 | rank\nB|乙|unit||2|rank"
    )
    result = limited("不得评奖 | unit | target | < | 60 | no_award |", FOUR, awards=awards)
    assert one(result, "V01").rank == 1
    assert {
        result.scheme.units[s.unit].code: s.awards for s in result.units if s.awards
    } == {"V02": ("甲", "乙"), "O01": ("乙",)}  # fmt: skip


def test_what_people_grant_stands_although_a_limit_bars_it() -> None:
    awards = "code | title | for | class | slots | by\nA | 甲 | unit | 村 | 1 | decision"
    scheme = standing_scheme(
        limits=LIMITS + "不得评奖 | unit | target | < | 60 | no_award |", awards=awards
    )
    result = stand(scheme, scores_of(scheme, FOUR), granted=frozenset({("A", 0)}))
    assert one(result, "V01").awards == ("甲",)


def test_equal_is_equal_to_the_shown_value() -> None:
    table = "unit | total | target \n V01 | 90 | 59.996 \n V02 | 90 | 60.01"
    result = limited("线 | unit | target | = | 60 | flag |", table)
    assert [len(one(result, code).held) for code in ("V01", "V02")] == [1, 0]


# -- parts of a node -----------------------------------------------------------------------------


def test_a_limit_on_every_part_holds_where_it_holds_for_any() -> None:
    table = """
        unit | total | target | ballot
        V01  | 90    | 59     | 95
        V02  | 90    | 95     | 59.99
        V03  | 90    | 60     | 60
        V04  | 90    | 10     | 20
        """
    result = limited("单项不足60 | unit | total.* | < | 60 | cap | 一般", table)
    assert [one(result, f"V0{at}").grade for at in range(1, 5)] == ["一般", "一般", "优秀", "一般"]
    (held,) = one(result, "V04").held
    assert [(node, str(value)) for node, value in held.where] == [
        ("target", "10.00"),
        ("ballot", "20.00"),
    ]


def test_sections_are_parts_and_may_be_named_alone() -> None:
    table = "unit | total | target | target.1 | target.2 \n V01 | 90 | 90 | 30 | 60"
    criteria = """
        rubric  | code | section | title | points | entry
        duty    | 1    |         | 甲    | 40     | section
        duty    | 1.1  | 1       | 甲一  | 40     | earned
        duty    | 2    |         | 乙    | 60     | section
        duty    | 2.1  | 2       | 乙一  | 60     | earned
        aspects | 1    |         | 乙    |        | ballot
        """
    for node, held in (("target.*", True), ("target.1", True), ("target.2", False)):
        result = limited(f"线 | unit | {node} | < | 40 | flag |", table, criteria=criteria)
        assert bool(one(result, "V01").held) is held


def test_an_informative_part_is_not_among_the_parts_that_count() -> None:
    table = "unit | person | review \n S01 | 95 | 10"
    scheme = standing_scheme()
    every = Limit("线", "person", "person.*", "<", Decimal(60), "cap", "一般")
    result = stand(replace(scheme, limits=(every,)), scores_of(scheme, table))
    assert one(result, "S01").held == ()


# -- several together ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "grade"),
    [
        (["set 优秀", "cap 良好"], "良好"),  # a cap is never exceeded
        (["set 较差", "cap 良好"], "较差"),
        (["set 一般", "set 良好"], "一般"),  # the lowest of those set
        (["last", "cap 良好"], "较差"),
        (["last", "set 良好", "cap 一般"], "一般"),
    ],
)
def test_the_order_of_limits_does_not_matter(limits: list[str], grade: str) -> None:
    for order in permutations(limits):
        rows = []
        for name in order:
            effect, _, to = name.partition(" ")
            rows.append(f"{name} | unit | target | < | 60 | {effect} | {to}")
        assert one(limited("\n".join(rows), FOUR), "V01").grade == grade


def test_all_limits_that_held_are_listed_with_their_values() -> None:
    limits = "甲 | unit | target | < | 60 | flag | \n 乙 | unit | total | > | 90 | no_award |"
    held: tuple[Held, ...] = one(limited(limits, FOUR), "V01").held
    assert [(h.limit.title, [(n, str(v)) for n, v in h.where]) for h in held] == [
        ("甲", [("target", "40.00")]),
        ("乙", [("total", "95.00")]),
    ]


def test_ranks_can_be_of_classes_only_overall_only_or_none() -> None:
    for ranking, expected in (
        ("both", (1, 1)), ("overall", (1, None)), ("class", (None, 1)), ("none", (None, None))
    ):  # fmt: skip
        result = limited("", FOUR, settings=settings_table(ranking=ranking))
        assert (one(result, "V01").rank, one(result, "V01").class_rank) == expected
