from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.scoring.column import Column
from assessor.standing.ranking import Ranked, Tie, closed_up, cut, rank
from tests.builders import Table, cells
from tests.standing.builders import column


def ranked(table: Table) -> dict[str, Ranked]:
    """Rank ``unit | total | breaker …``; the breakers are the further columns, in order."""
    header, *lines = cells(table)
    columns = [column(2, *(line[at] for line in lines)) for at in range(1, len(header))]
    totals = [columns[0].shown(at) for at in range(len(lines))]
    breakers = list(zip(header[2:], columns[1:], strict=True))
    found = rank(range(len(lines)), totals, breakers)
    return {lines[at][0]: found[at] for at in found}


def ranks(table: Table) -> dict[str, int]:
    return {unit: one.rank for unit, one in ranked(table).items()}


def ties(table: Table) -> dict[str, Tie | None]:
    return {unit: one.tie for unit, one in ranked(table).items()}


def test_after_a_shared_rank_the_next_is_passed_over() -> None:
    assert ranks("unit | total \n a | 90 \n b | 80 \n c | 80 \n d | 70") == {
        "a": 1, "b": 2, "c": 2, "d": 4
    }  # fmt: skip


@pytest.mark.parametrize(
    ("totals", "expected"),
    [
        ("90 80 70", [1, 2, 3]),
        ("70 80 90", [3, 2, 1]),
        ("90 90 90", [1, 1, 1]),
        ("90 90 80 80 70", [1, 1, 3, 3, 5]),
        ("80 90 90 90 70", [4, 1, 1, 1, 5]),
        ("0 0 -1", [1, 1, 3]),
    ],
)
def test_a_rank_is_one_more_than_the_units_before(totals: str, expected: list[int]) -> None:
    table = "\n".join(["unit | total", *(f"{i} | {t}" for i, t in enumerate(totals.split()))])
    assert list(dict(sorted(ranks(table).items())).values()) == expected


def test_nobody_has_no_ranks_and_one_has_the_first() -> None:
    assert rank([], [], []) == {}
    assert rank([0], [0], []) == {0: Ranked(1)}


def test_only_the_units_asked_for_are_ranked() -> None:
    assert rank([2, 0], [90, 95, 80], []) == {0: Ranked(1), 2: Ranked(2)}


def test_a_unit_without_a_total_has_no_rank_and_counts_for_nobody() -> None:
    found = ranks("unit | total \n a | missing \n b | 80 \n c | awaiting \n d | 70")
    assert found == {"b": 1, "d": 2}


def test_ranks_look_at_rounded_scores() -> None:
    found = ranks("unit | total \n a | 79.995 \n b | 80.004 \n c | 79.994")
    assert found == {"a": 1, "b": 1, "c": 3}


def test_a_breaker_decides_and_says_in_whose_favour() -> None:
    table = "unit | total | target \n a | 80 | 70 \n b | 80 | 75 \n c | 90 | 0"
    assert ranks(table) == {"c": 1, "b": 2, "a": 3}
    assert ties(table) == {
        "c": None,
        "b": Tie("target", higher=True),
        "a": Tie("target", higher=False),
    }


def test_the_second_breaker_is_asked_where_the_first_is_alike() -> None:
    table = """
        unit | total | target | ballot
        a    | 80    | 70     | 60
        b    | 80    | 70     | 61
        c    | 80    | 75     | 0
        """
    assert ranks(table) == {"c": 1, "b": 2, "a": 3}
    assert ties(table) == {
        "c": Tie("target", higher=True),
        "b": Tie("ballot", higher=True),
        "a": Tie("ballot", higher=False),
    }


def test_breakers_are_asked_in_their_order_not_by_what_they_are_worth() -> None:
    rows = "a | 80 | {} | {} \n b | 80 | {} | {}"
    assert ranks("unit | total | x | y \n" + rows.format(71, 0, 70, 99)) == {"a": 1, "b": 2}
    assert ranks("unit | total | y | x \n" + rows.format(0, 71, 99, 70)) == {"b": 1, "a": 2}


def test_breakers_never_outweigh_the_total() -> None:
    assert ranks("unit | total | x \n a | 80.00 | 0 \n b | 79.99 | 100") == {"a": 1, "b": 2}


def test_a_tie_that_no_breaker_decides_is_shared() -> None:
    table = "unit | total | x | y \n a | 80 | 70 | 60 \n b | 80 | 70 | 60 \n c | 70 | 1 | 1"
    assert ranks(table) == {"a": 1, "b": 1, "c": 3}
    assert ties(table) == {"a": Tie(shared=True), "b": Tie(shared=True), "c": None}


def test_two_share_below_one_that_was_decided() -> None:
    table = "unit | total | x \n a | 80 | 71 \n b | 80 | 70 \n c | 80 | 70"
    assert ranks(table) == {"a": 1, "b": 2, "c": 2}
    assert ties(table) == {"a": Tie("x", higher=True), "b": Tie(shared=True), "c": Tie(shared=True)}


def test_two_share_above_one_that_was_decided() -> None:
    table = "unit | total | x \n a | 80 | 70 \n b | 80 | 70 \n c | 80 | 69"
    assert ranks(table) == {"a": 1, "b": 1, "c": 3}
    assert ties(table) == {
        "a": Tie(shared=True),
        "b": Tie(shared=True),
        "c": Tie("x", higher=False),
    }


def test_a_tie_is_decided_on_rounded_values() -> None:
    table = "unit | total | x | y \n a | 80 | 70.004 | 1 \n b | 80 | 70.00 | 2"
    assert ties(table) == {"b": Tie("y", higher=True), "a": Tie("y", higher=False)}


@pytest.mark.parametrize("why", ["missing", "awaiting", "not_applicable", "not_due"])
def test_a_breaker_without_a_value_for_one_is_passed_over_for_all_of_them(why: str) -> None:
    table = f"""
        unit | total | review | ballot
        a    | 80    | 99     | 60
        b    | 80    | 98     | 61
        c    | 80    | {why}  | 62
        """
    assert ranks(table) == {"c": 1, "b": 2, "a": 3}
    assert {tie.node for tie in ties(table).values() if tie} == {"ballot"}


def test_a_breaker_is_passed_over_only_in_the_tie_where_it_has_no_value() -> None:
    table = """
        unit | total | review
        a    | 80    | 99
        b    | 80    | missing
        c    | 70    | 50
        d    | 70    | 51
        """
    assert ranks(table) == {"a": 1, "b": 1, "d": 3, "c": 4}
    assert ties(table)["d"] == Tie("review", higher=True)


def test_a_breaker_of_zero_is_a_value() -> None:
    table = "unit | total | x \n a | 80 | 0 \n b | 80 | 1"
    assert ranks(table) == {"b": 1, "a": 2}


# ---- against the definition, unit by unit
NUMBERS = st.sampled_from(["10", "10", "20", "20.004", "20.005", "0"])
WORDS = st.one_of(NUMBERS, NUMBERS, NUMBERS, st.just("missing"))
LINES = st.lists(st.tuples(WORDS, WORDS, WORDS), max_size=9)


def _columns(lines: list[tuple[str, str, str]]) -> tuple[Column, Column, Column]:
    total, first, second = ([line[at] for line in lines] for at in range(3))
    return column(2, *total), column(2, *first), column(2, *second)


def _keys(lines: list[tuple[str, str, str]]) -> dict[int, list[tuple[str, int]]]:
    """Return by unit what it is compared by: the total, then what all of its total have."""
    columns = dict(zip(("total", "x", "y"), _columns(lines), strict=True))
    shown = {name: [c.shown(at) for at in range(len(lines))] for name, c in columns.items()}
    keys: dict[int, list[tuple[str, int]]] = {}
    for unit, total in enumerate(shown["total"]):
        if total is None:
            continue
        tied = [other for other in range(len(lines)) if shown["total"][other] == total]
        keys[unit] = [("total", total)]
        for name in ("x", "y"):
            values = shown[name]
            if all(values[other] is not None for other in tied):
                keys[unit].append((name, values[unit] or 0))
    return keys


def _values(key: list[tuple[str, int]]) -> list[int]:
    return [value for _, value in key]


def _apart(one: list[tuple[str, int]], other: list[tuple[str, int]]) -> str:
    return next(a[0] for a, b in zip(one, other, strict=True) if a != b)


@given(lines=LINES)
def test_every_rank_is_one_more_than_the_units_that_are_better(
    lines: list[tuple[str, str, str]],
) -> None:
    total, first, second = _columns(lines)
    totals = [total.shown(at) for at in range(len(lines))]
    found = rank(range(len(lines)), totals, [("x", first), ("y", second)])
    keys = _keys(lines)
    assert {unit: one.rank for unit, one in found.items()} == {
        unit: 1 + sum(_values(other) > _values(mine) for other in keys.values())
        for unit, mine in keys.items()
    }


@given(lines=LINES)
def test_every_tie_says_what_stood_between_a_unit_and_its_neighbour(
    lines: list[tuple[str, str, str]],
) -> None:
    total, first, second = _columns(lines)
    totals = [total.shown(at) for at in range(len(lines))]
    found = rank(range(len(lines)), totals, [("x", first), ("y", second)])
    keys = _keys(lines)
    for unit, mine in keys.items():
        tied = [key for other, key in keys.items() if other != unit and key[0] == mine[0]]
        below = [key for key in tied if _values(key) < _values(mine)]
        above = [key for key in tied if _values(key) > _values(mine)]
        expected: Tie | None = None
        if mine in tied:
            expected = Tie(shared=True)
        elif below:
            expected = Tie(_apart(mine, max(below, key=_values)), higher=True)
        elif above:
            expected = Tie(_apart(mine, min(above, key=_values)), higher=False)
        assert found[unit].tie == expected


@given(lines=LINES, data=st.data())
def test_the_order_of_the_units_changes_no_rank(
    lines: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    total, first, second = _columns(lines)
    totals = [total.shown(at) for at in range(len(lines))]
    breakers = [("x", first), ("y", second)]
    shuffled = data.draw(st.permutations(range(len(lines))))
    assert rank(shuffled, totals, breakers) == rank(range(len(lines)), totals, breakers)


# -- last places, closed ranks, places -----------------------------------------------------------


def test_the_last_stand_behind_all_others_and_the_others_close_up() -> None:
    found = rank([0, 1, 2, 3], [95, 80, 90, 80], [], last={0, 2})
    assert {unit: one.rank for unit, one in found.items()} == {1: 1, 3: 1, 0: 3, 2: 4}


@pytest.mark.parametrize(
    ("ranks_", "closed"),
    [((1, 2, 2, 4), (1, 2, 2, 3)), ((1, 1, 1), (1, 1, 1)), ((3, 1, 1), (2, 1, 1)), ((), ())],
)
def test_ranks_without_gaps(ranks_: tuple[int, ...], closed: tuple[int, ...]) -> None:
    found = closed_up(dict(enumerate(map(Ranked, ranks_))))
    assert tuple(one.rank for one in found.values()) == closed


@given(totals=st.lists(st.integers(0, 5), max_size=9))
def test_a_closed_rank_is_one_more_than_the_scores_that_are_better(totals: list[int]) -> None:
    found = closed_up(rank(range(len(totals)), totals, []))
    for unit, total in enumerate(totals):
        assert found[unit].rank == 1 + len({other for other in totals if other > total})


@given(totals=st.lists(st.integers(0, 4), max_size=8), free=st.integers(-1, 9), order=st.randoms())
def test_a_cut_keeps_whoever_fits_with_all_that_are_no_worse(
    totals: list[int], free: int, order: Random
) -> None:
    ranks_ = rank(range(len(totals)), totals, [])
    units = list(range(len(totals)))
    order.shuffle(units)
    found = cut(units, ranks_, free)
    assert sorted([*found.inside, *found.tied, *found.beyond]) == sorted(units)
    for unit in units:
        better = sum(other > totals[unit] for other in totals)
        alike = totals.count(totals[unit])
        if better + alike <= free:
            assert unit in found.inside
        elif better < free:
            assert unit in found.tied
        else:
            assert unit in found.beyond
