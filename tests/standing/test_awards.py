from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.scheme.model import Award, Scheme
from assessor.standing.awards import Named, Sums, name_awards, sums
from assessor.standing.ranking import Places, Ranked
from tests.builders import Table, cells
from tests.standing.builders import standing_scheme

UNITS = """
    code | name   | class | kind   | ranked | parent
    V01  | 东村   | 村    | unit   | yes |
    V02  | 西河村 | 村    | unit   | yes |
    V03  | 南坪村 | 村    | unit   | yes |
    V04  | 北山村 | 村    | unit   | yes |
    O01  | 机关一 | 机关  | unit   | yes |
    S01  | 张三   | 书记  | person | yes | V01
    """
AWARDS = "code | title | for | class | slots | by | least_grade \n "


def named(
    award: str, table: Table, barred: tuple[str, ...] = (), granted: tuple[str, ...] = ()
) -> tuple[list[str], list[str]]:
    """Return who gets an award and who is tied, from ``unit | rank | class rank | grade``."""
    scheme = standing_scheme(units=UNITS, awards=AWARDS + award)
    pairs = (frozenset(("A", code) for code in people) for people in (barred, granted))
    (found,) = _named(scheme, table, *pairs)
    codes = [unit.code for unit in scheme.units]
    return [codes[unit] for unit in found.units], [codes[unit] for unit in found.tied]


Pairs = frozenset[tuple[str, str]]


def _named(
    scheme: Scheme, table: Table, barred: Pairs = frozenset(), granted: Pairs = frozenset()
) -> list[Named]:
    at = {unit.code: index for index, unit in enumerate(scheme.units)}
    lines = cells(table)
    overall = {at[line[0]]: Ranked(int(line[1])) for line in lines if line[1] != "-"}
    in_class = {at[line[0]]: Ranked(int(line[2])) for line in lines if line[2] != "-"}
    return name_awards(
        scheme,
        Places(overall, in_class),
        {at[line[0]]: line[3] for line in lines},
        frozenset((award, at[code]) for award, code in barred),
        frozenset((award, at[code]) for award, code in granted),
    )


FOUR = """
    V01 | 4 | 3 | 良好
    V02 | 1 | 1 | 优秀
    V03 | 3 | 2 | 优秀
    V04 | 5 | 4 | 一般
    O01 | 2 | 1 | 优秀
    S01 | 1 | 1 | 优秀
    """


@pytest.mark.parametrize(
    ("slots", "units"),
    [
        (1, ["V02"]),
        (2, ["V02", "V03"]),
        (3, ["V02", "V03", "V01"]),
        (4, ["V02", "V03", "V01", "V04"]),
    ],
)
def test_an_award_of_a_class_goes_down_its_ranks_as_far_as_its_slots(
    slots: int, units: list[str]
) -> None:
    assert named(f"A | 先进 | unit | 村 | {slots} | rank |", FOUR) == (units, [])


def test_an_award_of_all_classes_goes_down_the_overall_ranks_of_units() -> None:
    assert named("A | 先进 | unit | | 3 | rank |", FOUR) == (["V02", "O01", "V03"], [])


def test_an_award_for_persons_goes_to_persons() -> None:
    assert named("A | 好书记 | person | | 1 | rank |", FOUR) == (["S01"], [])


@pytest.mark.parametrize(
    ("least", "units"),
    [
        ("优秀", ["V02", "V03"]),
        ("良好", ["V02", "V03", "V01"]),
        ("一般", ["V02", "V03", "V01", "V04"]),
        ("", ["V02", "V03", "V01", "V04"]),
    ],
)
def test_slots_stay_empty_where_fewer_reach_the_least_grade(least: str, units: list[str]) -> None:
    assert named(f"A | 先进 | unit | 村 | 4 | rank | {least}", FOUR) == (units, [])


def test_a_unit_without_a_grade_does_not_reach_a_least_grade() -> None:
    assert named("A | 先进 | unit | 村 | 1 | rank | 较差", "V01 | 1 | 1 | ") == ([], [])


def test_who_has_no_rank_gets_no_award() -> None:
    table = "V01 | - | - | 优秀 \n V02 | 1 | 1 | 优秀"
    assert named("A | 先进 | unit | 村 | 2 | rank |", table) == (["V02"], [])


TIED = """
    V01 | 1 | 1 | 优秀
    V02 | 2 | 2 | 优秀
    V03 | 2 | 2 | 良好
    V04 | 4 | 4 | 优秀
    """


@pytest.mark.parametrize(
    ("slots", "units", "tied"),
    [
        (1, ["V01"], []),
        (2, ["V01"], ["V02", "V03"]),  # the tie lies across the second slot
        (3, ["V01", "V02", "V03"], []),
        (4, ["V01", "V02", "V03", "V04"], []),
    ],
)
def test_a_tie_across_the_last_slot_names_nobody_of_the_tied(
    slots: int, units: list[str], tied: list[str]
) -> None:
    assert named(f"A | 先进 | unit | 村 | {slots} | rank |", TIED) == (units, tied)


def test_who_does_not_reach_the_least_grade_is_not_part_of_a_tie() -> None:
    assert named("A | 先进 | unit | 村 | 2 | rank | 优秀", TIED) == (["V01", "V02"], [])


def test_a_tie_for_the_only_slot_names_nobody() -> None:
    table = "V01 | 1 | 1 | 优秀 \n V02 | 1 | 1 | 优秀 \n V03 | 1 | 1 | 优秀"
    assert named("A | 先进 | unit | 村 | 1 | rank |", table) == ([], ["V01", "V02", "V03"])
    assert named("A | 先进 | unit | 村 | 2 | rank |", table) == ([], ["V01", "V02", "V03"])
    assert named("A | 先进 | unit | 村 | 3 | rank |", table) == (["V01", "V02", "V03"], [])


def test_a_withdrawn_award_is_not_named() -> None:
    assert named("A | 先进 | unit | 村 | 4 | rank |", TIED, ("V01",)) == (["V02", "V03", "V04"], [])


def test_a_withdrawn_award_settles_a_tie_in_which_its_unit_stood() -> None:
    assert named("A | 先进 | unit | 村 | 2 | rank |", TIED, ("V03",)) == (["V01", "V02"], [])


def test_withdrawing_one_award_leaves_the_others() -> None:
    scheme = standing_scheme(
        units=UNITS,
        awards=AWARDS + "A | 甲 | unit | 村 | 1 | rank | \n B | 乙 | unit | 村 | 1 | rank |",
    )
    found = _named(scheme, FOUR, frozenset({("A", "V02")}))
    assert [one.units for one in found] == [(2,), (1,)]


def test_an_award_by_decision_goes_to_whom_people_name_and_to_nobody_else() -> None:
    award = "A | 优秀组织者 | unit | 村 | 2 | decision |"
    assert named(award, FOUR) == ([], [])
    assert named(award, FOUR, granted=("V04",)) == (["V04"], [])


@pytest.mark.parametrize(
    ("slots", "granted", "units", "tied"),
    [
        (1, ("V04",), ["V04"], []),
        (2, ("V04",), ["V04", "V01"], []),
        (3, ("V04",), ["V04", "V01"], ["V02", "V03"]),
        (2, ("V01",), ["V01"], ["V02", "V03"]),
        (2, ("V02",), ["V02", "V01"], []),  # who is granted is not tied any more
        (3, ("V02",), ["V02", "V01", "V03"], []),
    ],
)
def test_what_people_granted_takes_its_slot_before_anybody_is_named_by_rank(
    slots: int, granted: tuple[str, ...], units: list[str], tied: list[str]
) -> None:
    award = f"A | 先进 | unit | 村 | {slots} | rank |"
    assert named(award, TIED, granted=granted) == (units, tied)


def test_awards_come_in_the_order_of_their_table() -> None:
    scheme = standing_scheme(
        units=UNITS,
        awards=AWARDS + "B | 乙 | unit | 机关 | 1 | rank | \n A | 甲 | unit | 村 | 1 | rank |",
    )
    assert [(one.award.code, one.units) for one in _named(scheme, FOUR)] == [
        ("B", (4,)),
        ("A", (1,)),
    ]


# ---- against the definition
@given(
    places=st.lists(st.integers(1, 4), min_size=4, max_size=4),
    grades=st.lists(st.sampled_from(["优秀", "良好", "一般", ""]), min_size=4, max_size=4),
    slots=st.integers(1, 5),
    least=st.sampled_from(["", "优秀", "良好"]),
    barred=st.frozensets(st.integers(0, 3), max_size=2),
)
def test_a_unit_is_named_where_it_and_all_that_are_no_worse_fit_the_slots(
    places: list[int], grades: list[str], slots: int, least: str, barred: frozenset[int]
) -> None:
    scheme = SCHEMES[slots, least]
    (found,) = name_awards(
        scheme,
        Places(*[{unit: Ranked(place) for unit, place in enumerate(places)}] * 2),
        dict(enumerate(grades)),
        frozenset(("A", unit) for unit in barred),
    )
    good = {"": {"优秀", "良好", "一般", ""}, "优秀": {"优秀"}, "良好": {"优秀", "良好"}}[least]
    field = [unit for unit in range(4) if grades[unit] in good and unit not in barred]
    better = {unit: sum(places[o] < places[unit] for o in field) for unit in field}
    alike = {unit: sum(places[o] == places[unit] for o in field) for unit in field}
    assert set(found.units) == {unit for unit in field if better[unit] + alike[unit] <= slots}
    assert set(found.tied) == {
        unit for unit in field if better[unit] < slots < better[unit] + alike[unit]
    }
    assert len(found.units) <= slots


def _with_award(scheme: Scheme, slots: int, least: str) -> Scheme:
    award = Award("A", "先进", "unit", slots, "rank", unit_class="村", least_grade=least)
    return replace(scheme, awards=(award,))


PLAIN = standing_scheme(units=UNITS)
SCHEMES = {
    (slots, least): _with_award(PLAIN, slots, least)
    for slots in range(1, 6)
    for least in ("", "优秀", "良好")
}


# -- shares, ties, money -------------------------------------------------------------------------

MORE = "code | title | for | class | slots | share | tie | money | by \n "


def _more(award: str, table: Table, granted: Pairs = frozenset()) -> list[Named]:
    return _named(standing_scheme(units=UNITS, awards=MORE + award), table, granted=granted)


@pytest.mark.parametrize(
    ("share", "slots"), [("25%", 1), ("50%", 2), ("60%", 2), ("99%", 3), ("100%", 4)]
)
def test_slots_are_a_share_of_those_who_compete_rounded_down(share: str, slots: int) -> None:
    (found,) = _more(f"A | 先进 | unit | 村 | | {share} | | | rank", FOUR)
    assert (found.slots, len(found.units)) == (slots, slots)


def test_a_share_of_all_classes_counts_units_of_all_classes_and_no_persons() -> None:
    (found,) = _more("A | 先进 | unit | | | 40% | | | rank", FOUR)  # of five
    assert found.slots == 2


def test_who_has_no_rank_does_not_compete() -> None:
    table = FOUR.replace("V01 | 4 | 3", "V01 | - | -")
    (found,) = _more("A | 先进 | unit | 村 | | 34% | | | rank", table)  # of three
    assert found.slots == 1


@pytest.mark.parametrize(
    ("tie", "units", "waits", "left"),
    [
        ("decide", (0,), (1, 2), 1),
        ("all", (0, 1, 2), (), 0),
        ("none", (0,), (), 1),
    ],
)
def test_a_tie_across_the_last_slot_goes_as_the_award_says(
    tie: str, units: tuple[int, ...], waits: tuple[int, ...], left: int
) -> None:
    (found,) = _more(f"A | 先进 | unit | 村 | 2 | | {tie} | | rank", TIED)
    assert (found.units, found.tied, found.left) == (units, waits, left)


def test_money_adds_up_with_what_is_not_given() -> None:
    # two villages of 3 slots get 3,000 each (a tie is left out), one organiser of 10 gets 300
    awards = """A | 流动杯 | unit | 村 | 3 | | | 3000 | rank
        B | 组织者 | person | | 10 | | | 300 | decision
        C | 表扬 | unit | 机关 | 1 | | | | rank"""
    scheme = standing_scheme(units=UNITS)
    awards_scheme = _records(awards)
    table = """
        V01 | 1 | 1 | 优秀
        V02 | 2 | 2 | 优秀
        V03 | 3 | 3 | 优秀
        V04 | 3 | 3 | 优秀
        O01 | 5 | 1 | 优秀
        """
    found = _named(replace(scheme, awards=awards_scheme), table, granted=frozenset({("B", "S01")}))
    assert [(one.slots, len(one.units), one.left, one.money) for one in found] == [
        (3, 2, 1, 6000),
        (10, 1, 9, 300),
        (1, 1, 0, None),
    ]
    assert sums(found) == Sums(slots=14, more=0, given=4, left=10, money=Decimal(6300))


def _records(rows: str) -> tuple[Award, ...]:
    records = []
    for code, title, kind, unit_class, slots, _, _, money, by in cells(rows):
        amount = Decimal(money) if money else None
        records.append(Award(code, title, kind, int(slots), by, unit_class, amount))
    return tuple(records)
