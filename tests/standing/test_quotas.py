"""Quotas and fixed shares, worked by hand and against their definitions."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessor.scheme.model import Scheme
from assessor.standing.quotas import boundaries, grade_at, places_of
from assessor.standing.stand import Standing, stand
from tests.builders import Table
from tests.scoring.builders import scheme_of
from tests.scoring.builders import settings as settings_table
from tests.standing.builders import TABLES, scores_of

QUOTA = """
    for  | grade  | from | quota
    unit | 优秀   | 90   | 40%
    unit | 良好   | 80   |
    unit | 合格   | 60   |
    unit | 不合格 |      |
    """
SHARES = """
    for  | grade | share
    unit | 优秀  | 20%
    unit | 良好  | 60%
    unit | 一般  | 20%
    """


def quota_scheme(
    villages: int, offices: int, grades: Table = QUOTA, limits: Table = "", **stated: str
) -> Scheme:
    """Return a scheme of so many villages and offices, all ranked."""
    rows = [f"V{at} | {at}村 | 村" for at in range(1, villages + 1)]
    rows += [f"O{at} | {at}办 | 机关" for at in range(1, offices + 1)]
    scores = """
        code   | title | parent | rule     | weight | points | source | classes | parameters
        total  | 总分  |        | weighted |        | 100    |        |         |
        target | 目标  | total  | rubric   | 70%    | 100    | panel  |         |
        ballot | 测评  | total  | ballot   | 30%    | 100    | tally  |         | denominator=ticks
        """
    forms = TABLES["forms"].replace("| 村;机关", "|      ")
    return scheme_of(
        criteria=TABLES["criteria"],
        forms=forms,
        scores=scores,
        units="\n".join(["code | name | class", *rows]),
        grades=grades,
        settings=settings_table(**stated),
        limits="title | for | node | operator | value | effect | grade\n" + limits,
    )


def standing_of(scheme: Scheme, totals: dict[str, str], **others: dict[str, str]) -> Standing:
    """Return the standing of some totals (and other nodes) by unit."""
    nodes = {"total": totals, **others}
    lines = [
        " | ".join([unit.code, *(values.get(unit.code, "") for values in nodes.values())])
        for unit in scheme.units
    ]
    return stand(scheme, scores_of(scheme, "\n".join([" | ".join(["unit", *nodes]), *lines])))


def grades(standing: Standing) -> dict[str, str]:
    return {standing.scheme.units[one.unit].code: one.grade for one in standing.units}


def villages(*totals: str) -> dict[str, str]:
    return {f"V{at}": total for at, total in enumerate(totals, 1)}


def tied(standing: Standing) -> list[tuple[str, list[str]]]:
    codes = [unit.code for unit in standing.scheme.units]
    return [(q.unit_class, [codes[u] for u in q.tied]) for q in standing.quotas if q.tied]


@pytest.mark.parametrize(
    ("share", "units", "down", "half_up"),
    [("20%", 13, 2, 3), ("20%", 12, 2, 2), ("50%", 5, 2, 3), ("15%", 10, 1, 2), ("10%", 4, 0, 0)],
)
def test_places_are_a_share_of_the_units_rounded_as_stated(
    share: str, units: int, down: int, half_up: int
) -> None:
    part = Fraction(share.rstrip("%")) / 100
    assert places_of(part, units, "down") == down
    assert places_of(part, units, "half_up") == half_up


# -- quotas --------------------------------------------------------------------------------------


def test_those_beyond_the_places_get_the_next_grade() -> None:
    # 40 % of 5 are 2 places; four reach 优秀
    result = standing_of(quota_scheme(5, 0), villages("95", "94", "93", "92", "70"))
    assert list(grades(result).values()) == ["优秀", "优秀", "良好", "良好", "合格"]
    third = result.units[2].graded
    assert third is not None
    assert (third.band, third.lost) == ("优秀", ("优秀",))
    assert [(q.places, q.given, q.tied) for q in result.quotas] == [(2, 2, ())]


def test_a_quota_that_is_not_reached_gives_nobody_a_better_grade() -> None:
    result = standing_of(quota_scheme(5, 0), villages("95", "89", "85", "84", "70"))
    assert list(grades(result).values()) == ["优秀", "良好", "良好", "良好", "合格"]
    assert [(q.places, q.given) for q in result.quotas] == [(2, 1)]


def test_who_fell_counts_in_the_quota_of_the_next_grade() -> None:
    # 2 places of 优秀, then 60 % of 5 = 3 of 良好: one fell into it, three were in it
    table = QUOTA.replace("80   |", "80   | 60%")
    result = standing_of(quota_scheme(5, 0, table), villages("95", "94", "93", "85", "84"))
    assert list(grades(result).values()) == ["优秀", "优秀", "良好", "良好", "良好"]
    table = QUOTA.replace("80   |", "80   | 40%")
    result = standing_of(quota_scheme(5, 0, table), villages("95", "94", "93", "85", "84"))
    assert list(grades(result).values()) == ["优秀", "优秀", "良好", "良好", "合格"]


def test_who_falls_twice_lost_both_grades() -> None:
    table = QUOTA.replace("80   |", "80   | 20%").replace("40%", "20%")
    result = standing_of(quota_scheme(5, 0, table), villages("95", "94", "93", "60", "60"))
    third = result.units[2].graded
    assert third is not None
    assert (third.grade, third.lost) == ("合格", ("优秀", "良好"))


def test_nobody_of_those_tied_across_the_last_place_gets_it() -> None:
    result = standing_of(quota_scheme(5, 0), villages("95", "94", "94", "92", "70"))
    assert list(grades(result).values()) == ["优秀", "良好", "良好", "良好", "合格"]
    assert tied(result) == [("村", ["V2", "V3"])]


def test_a_tie_breaker_decides_across_the_last_place() -> None:
    scheme = quota_scheme(5, 0, tie_breakers="target")
    totals = villages("95", "94", "94", "92", "70")
    result = standing_of(scheme, totals, target=villages("1", "1", "2", "1", "1"))
    assert list(grades(result).values()) == ["优秀", "良好", "优秀", "良好", "合格"]
    assert tied(result) == []


def test_a_tie_inside_the_places_is_none() -> None:
    result = standing_of(quota_scheme(5, 0), villages("94", "94", "93", "92", "70"))
    assert list(grades(result).values()) == ["优秀", "优秀", "良好", "良好", "合格"]
    assert tied(result) == []


def test_every_class_has_places_of_its_own() -> None:
    # 40 % of 5 and of 3: 2 and 1
    offices = {"O1": "91", "O2": "96", "O3": "95"}
    scheme = quota_scheme(5, 3)
    result = standing_of(scheme, villages("90", "70", "70", "70", "70") | offices)
    assert {code: grade for code, grade in grades(result).items() if code[0] == "O"} == {
        "O1": "良好", "O2": "优秀", "O3": "良好"
    }  # fmt: skip
    assert [(q.unit_class, q.places, q.given) for q in result.quotas] == [
        ("村", 2, 1),
        ("机关", 1, 1),
    ]


def test_places_that_a_class_leaves_go_to_the_best_left_out_elsewhere() -> None:
    """Villages fill 1 of their 2 places; of the two offices left out the better one has it."""
    offices = {"O1": "91", "O2": "96", "O3": "95"}
    scheme = quota_scheme(5, 3, quota_left="passed")
    result = standing_of(scheme, villages("90", "70", "70", "70", "70") | offices)
    assert {code: grade for code, grade in grades(result).items() if code[0] == "O"} == {
        "O1": "良好", "O2": "优秀", "O3": "优秀"
    }  # fmt: skip
    third = next(one.graded for one in result.units if scheme.units[one.unit].code == "O3")
    assert third is not None
    assert third.passed


def test_places_passed_on_never_exceed_those_of_all_classes() -> None:
    offices = {"O1": "91", "O2": "96", "O3": "95"}
    scheme = quota_scheme(5, 3, quota_left="passed")
    result = standing_of(scheme, villages("90", "90", "70", "70", "70") | offices)
    assert Counter(grades(result).values())["优秀"] == 3  # 2 + 1 places, all filled at home


def test_a_tie_over_a_place_passed_on_waits_for_people() -> None:
    # one office gets its own place; one is passed on, and two have 91
    offices = {"O1": "91", "O2": "96", "O3": "91"}
    scheme = quota_scheme(5, 3, quota_left="passed")
    result = standing_of(scheme, villages("90", "70", "70", "70", "70") | offices)
    assert Counter(grades(result).values())["优秀"] == 2
    assert tied(result) == [("", ["O1", "O3"])]


def test_a_place_passed_on_settles_a_tie_for_which_one_was_short() -> None:
    # both offices tie for the only place of their class; a village leaves the second one
    offices = {"O1": "91", "O2": "91", "O3": "70"}
    scheme = quota_scheme(5, 3, quota_left="passed")
    result = standing_of(scheme, villages("90", "70", "70", "70", "70") | offices)
    assert Counter(grades(result).values())["优秀"] == 3
    assert tied(result) == []


def test_who_is_capped_takes_no_place() -> None:
    scheme = quota_scheme(5, 0, limits="封顶 | unit | target | < | 60 | cap | 良好")
    totals = villages("95", "94", "93", "92", "70")
    result = standing_of(scheme, totals, target=villages("50", "80", "80", "80", "80"))
    assert list(grades(result).values()) == ["良好", "优秀", "优秀", "良好", "合格"]


def test_who_is_set_by_a_limit_has_his_place_first_and_keeps_it() -> None:
    scheme = quota_scheme(5, 0, limits="直接认定 | unit | target | >= | 99 | set | 优秀")
    totals = villages("95", "94", "93", "92", "70")
    result = standing_of(scheme, totals, target=villages("80", "80", "80", "80", "99"))
    assert list(grades(result).values()) == ["优秀", "良好", "良好", "良好", "优秀"]


def test_who_is_not_ranked_is_not_counted_and_takes_no_place() -> None:
    # four are ranked: 40 % are 1 place
    scheme = quota_scheme(5, 0, limits="不参评 | unit | target | < | 60 | unranked |")
    totals = villages("99", "94", "93", "92", "70")
    result = standing_of(scheme, totals, target=villages("50", "80", "80", "80", "80"))
    assert list(grades(result).values()) == ["优秀", "优秀", "良好", "良好", "合格"]
    assert result.units[0].rank is None


# -- fixed shares --------------------------------------------------------------------------------


def test_shares_go_down_the_ranks_whatever_the_scores() -> None:
    result = standing_of(quota_scheme(5, 0, SHARES), villages("12", "50", "40", "30", "20"))
    # 20 / 60 / 20 % of 5 are 1, 3, 1
    assert list(grades(result).values()) == ["一般", "优秀", "良好", "良好", "良好"]


@pytest.mark.parametrize(
    ("units", "counts"),
    [  # n × 0.2 and n × 0.8, rounded half-up
        (1, (0, 1, 0)),  # 0.2, 0.8
        (2, (0, 2, 0)),  # 0.4, 1.6
        (3, (1, 1, 1)),  # 0.6, 2.4
        (4, (1, 2, 1)),  # 0.8, 3.2
        (7, (1, 5, 1)),  # 1.4, 5.6
        (8, (2, 4, 2)),  # 1.6, 6.4
        (13, (3, 7, 3)),  # 2.6, 10.4
    ],
)
def test_the_counts_of_fixed_shares_add_up(units: int, counts: tuple[int, ...]) -> None:
    scheme = quota_scheme(units, 0, SHARES)
    result = standing_of(scheme, villages(*(str(90 - at) for at in range(units))))
    found = Counter(grades(result).values())
    assert tuple(found[grade] for grade in ("优秀", "良好", "一般")) == counts


def test_all_that_are_tied_across_a_boundary_get_the_better_grade() -> None:
    result = standing_of(quota_scheme(5, 0, SHARES), villages("90", "90", "80", "70", "70"))
    assert list(grades(result).values()) == ["优秀", "优秀", "良好", "良好", "良好"]
    assert tied(result) == [("村", ["V1", "V2"]), ("村", ["V4", "V5"])]


def test_who_is_not_ranked_gets_the_grade_of_the_place_that_he_would_have() -> None:
    scheme = quota_scheme(6, 0, SHARES, limits="不参评 | unit | target | < | 60 | unranked |")
    for total, grade in (("95", "优秀"), ("90", "优秀"), ("85", "良好"), ("65", "一般")):
        totals = villages(total, "90", "80", "75", "71", "70")
        result = standing_of(scheme, totals, target=villages("50", *["80"] * 5))
        assert grades(result)["V1"] == grade
        assert [grades(result)[f"V{at}"] for at in range(2, 7)] == [
            "优秀", "良好", "良好", "良好", "一般"
        ]  # fmt: skip


def test_a_limit_lowers_a_grade_of_a_fixed_share_and_moves_nobody_up() -> None:
    scheme = quota_scheme(5, 0, SHARES, limits="一票否决 | unit | target | < | 60 | set | 一般")
    totals = villages("90", "85", "80", "75", "70")
    result = standing_of(scheme, totals, target=villages("50", "80", "80", "80", "80"))
    assert list(grades(result).values()) == ["一般", "良好", "良好", "良好", "一般"]


# -- against the definitions ---------------------------------------------------------------------

SCORES = st.lists(st.sampled_from(["95", "94", "93.5", "91", "90", "85", "70"]), min_size=8,
                  max_size=8)  # fmt: skip
SCHEMES = {left: quota_scheme(5, 3, quota_left=left) for left in ("lost", "passed")}
FORCED = quota_scheme(5, 3, SHARES)
CODES = [f"V{at}" for at in range(1, 6)] + ["O1", "O2", "O3"]


@settings(deadline=None, max_examples=60)
@given(totals=SCORES, left=st.sampled_from(["lost", "passed"]))
def test_quotas_are_never_exceeded_and_better_scores_never_graded_worse(
    totals: list[str], left: str
) -> None:
    result = standing_of(SCHEMES[left], dict(zip(CODES, totals, strict=True)))
    found = grades(result)
    best = [code for code in CODES if found[code] == "优秀"]
    assert len(best) <= 3
    if left == "lost":
        assert sum(code[0] == "V" for code in best) <= 2
        assert sum(code[0] == "O" for code in best) <= 1
    _better_is_never_worse(result, ["优秀", "良好", "合格", "不合格"])


@settings(deadline=None, max_examples=60)
@given(totals=SCORES)
def test_passing_places_on_takes_a_grade_from_nobody(totals: list[str]) -> None:
    given_totals = dict(zip(CODES, totals, strict=True))
    lost, passed = (grades(standing_of(SCHEMES[left], given_totals)) for left in SCHEMES)
    assert {code for code in CODES if lost[code] == "优秀"} <= {
        code for code in CODES if passed[code] == "优秀"
    }


@settings(deadline=None, max_examples=60)
@given(totals=SCORES, order=st.permutations(range(8)))
def test_the_order_of_the_units_changes_nothing(totals: list[str], order: list[int]) -> None:
    for scheme in (*SCHEMES.values(), FORCED):
        given_totals = dict(zip(CODES, totals, strict=True))
        units = tuple(scheme.units[at] for at in order)
        mixed = standing_of(replace(scheme, units=units), given_totals)
        plain = standing_of(scheme, given_totals)
        assert grades(mixed) == grades(plain)
        assert {frozenset(who) for _, who in tied(mixed)} == {
            frozenset(who) for _, who in tied(plain)
        }


@settings(deadline=None, max_examples=60)
@given(totals=SCORES)
def test_fixed_shares_give_each_grade_to_its_places_and_to_ties(totals: list[str]) -> None:
    result = standing_of(FORCED, dict(zip(CODES, totals, strict=True)))
    _better_is_never_worse(result, ["优秀", "良好", "一般"])
    for quota in result.quotas:
        better = [q for q in result.quotas if q.unit_class == quota.unit_class]
        upto = better.index(quota) + 1
        places = sum(q.places for q in better[:upto])
        given_ = sum(q.given for q in better[:upto])
        assert given_ >= places
        assert given_ == places or any(q.tied for q in better[:upto])


def _better_is_never_worse(result: Standing, order: list[str]) -> None:
    for name in ("村", "机关"):
        mine = result.of_class(name)
        for one in mine:
            for other in mine:
                assert one.score is not None
                assert other.score is not None
                if one.score >= other.score:
                    assert order.index(one.grade) <= order.index(other.grade)


@given(
    units=st.integers(0, 300),
    cuts=st.lists(st.integers(1, 99), max_size=4, unique=True).map(sorted),
)
def test_boundaries_end_with_everybody_and_never_go_back(units: int, cuts: list[int]) -> None:
    edges = [0, *cuts, 100]
    shares = [Fraction(b - a, 100) for a, b in pairwise(edges)]
    found = boundaries(shares, units)
    assert found == sorted(found)
    assert found[-1] == units
    for share, before, after in zip(shares, [0, *found], found, strict=False):
        assert abs(share * units - (after - before)) <= 1
    steps = [grade_at(place, found) for place in range(1, units + 1)]
    assert steps == sorted(steps)
