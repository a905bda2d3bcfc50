from __future__ import annotations

from array import array
from fractions import Fraction

import pytest

from assessor.decimals import Exact
from assessor.scoring.column import Column, Status, Statuses, combined, compact, not_scored
from tests.builders import cells

PAIRS = """
    and            | scored         | provisional    | not_applicable | not_due        | missing  | awaiting
    scored         | scored         | provisional    | scored         | scored         | missing  | awaiting
    provisional    | provisional    | provisional    | provisional    | provisional    | missing  | awaiting
    not_applicable | scored         | provisional    | not_applicable | not_due        | missing  | awaiting
    not_due        | scored         | provisional    | not_due        | not_due        | missing  | awaiting
    missing        | missing        | missing        | missing        | missing        | missing  | awaiting
    awaiting       | awaiting       | awaiting       | awaiting       | awaiting       | awaiting | awaiting
"""  # noqa: E501 - a table of six by six
HEADER, *LINES = cells(PAIRS)
CASES = [
    (line[0], other, line[at]) for line in LINES for at, other in enumerate(HEADER[1:], start=1)
]


def test_the_table_of_pairs_holds_every_pair() -> None:
    words = [status.word for status in Status]
    assert {(one, other) for one, other, _ in CASES} == {(a, b) for a in words for b in words}


@pytest.mark.parametrize(("one", "other", "whole"), CASES)
def test_the_status_of_a_whole_for_every_pair_of_parts(one: str, other: str, whole: str) -> None:
    assert combined([Status[one.upper()], Status[other.upper()]]).word == whole


@pytest.mark.parametrize(("one", "other", "whole"), CASES)
def test_a_third_part_that_was_there_before_changes_nothing(
    one: str, other: str, whole: str
) -> None:
    parts = [Status[one.upper()], Status[other.upper()], Status[one.upper()]]
    assert combined(parts).word == whole


@pytest.mark.parametrize("status", list(Status))
def test_the_status_of_a_whole_of_one_part_is_its_own(status: Status) -> None:
    assert combined([status]) is status


def test_nothing_at_all_is_missing() -> None:
    assert combined([]) is Status.MISSING


@pytest.mark.parametrize(
    ("word", "has_value", "left_out"),
    [
        ("scored", True, False),
        ("provisional", True, False),
        ("not_applicable", False, True),
        ("not_due", False, True),
        ("missing", False, False),
        ("awaiting", False, False),
    ],
)
def test_what_a_status_means(word: str, has_value: bool, left_out: bool) -> None:
    status = Status[word.upper()]
    assert (status.word, status.has_value, status.left_out) == (word, has_value, left_out)


def test_a_value_is_shown_with_the_digits_of_its_column() -> None:
    column = Column(2, [8650, 0, 0], [Status.SCORED, Status.SCORED, Status.MISSING])
    assert [str(column.value(unit)) for unit in range(3)] == ["86.50", "0.00", "None"]


def test_zero_is_a_score_and_a_status_is_not_zero() -> None:
    column = Column(0, [0, 0], [Status.SCORED, Status.NOT_APPLICABLE])
    assert (column.shown(0), column.shown(1)) == (0, None)


def test_a_fraction_of_a_tick_is_shown_rounded_half_up() -> None:
    ticks = [Fraction(15999, 2), Fraction(79994, 10), Fraction(-1, 2)]
    column = Column(2, ticks, [Status.SCORED] * 3)
    assert [column.shown(unit) for unit in range(3)] == [8000, 7999, -1]
    assert [str(column.value(unit)) for unit in range(3)] == ["80.00", "79.99", "-0.01"]


def test_ticks_at_more_digits_stay_exact() -> None:
    column = Column(1, [Fraction(10, 3), 865], [Status.SCORED, Status.PROVISIONAL])
    assert (column.at(0, 3), column.at(1, 3)) == (Fraction(1000, 3), 86500)


def test_statuses_in_bytes_are_read_like_a_list() -> None:
    words = [Status.SCORED, Status.MISSING, Status.PROVISIONAL, Status.SCORED]
    packed = Statuses(words)
    assert packed == words == list(packed)
    assert packed == Statuses(words) != Statuses(words[1:])
    assert (packed[1], packed[-1], packed[1:3]) == (Status.MISSING, Status.SCORED, words[1:3])
    assert all(type(status) is Status for status in packed)
    assert (len(packed), packed.count(Status.SCORED), packed.count(2)) == (4, 2, 0)
    assert (Status.MISSING in packed, Status.AWAITING in packed) == (True, False)
    assert repr(packed) == repr(words)
    with pytest.raises(IndexError):
        packed[4]


@pytest.mark.parametrize(
    ("ticks", "bytes_each"),
    [([0, -1, 2**31 - 1], 4), ([0, 2**31], 8), ([-(2**63)], 8)],
)
def test_whole_ticks_are_packed_where_they_fit(ticks: list[int], bytes_each: int) -> None:
    column = compact(2, ticks, [Status.SCORED] * len(ticks))
    assert isinstance(column.ticks, array)
    assert (column.ticks.itemsize, list(column.ticks)) == (bytes_each, ticks)


@pytest.mark.parametrize("ticks", [[2**63, 1], [1, Fraction(1, 3)], [2**40, Fraction(1, 3)]])
def test_what_does_not_fit_stays_as_exact_as_it_was(ticks: list[Exact]) -> None:
    assert compact(2, ticks, [Status.SCORED] * 2).ticks == ticks


def test_who_is_not_scored_in_all_columns_is_found_whatever_holds_the_statuses() -> None:
    first = [Status.SCORED, Status.NOT_DUE, Status.SCORED, Status.SCORED]
    second = [Status.AWAITING, Status.SCORED, Status.SCORED, Status.PROVISIONAL]
    for kind in (list, Statuses):
        columns = [Column(0, [0] * 4, kind(first)), Column(0, [0] * 4, kind(second))]
        assert not_scored(columns) == [0, 1, 3]
    assert not_scored([]) == []


def test_a_column_lines_up_with_more_and_with_fewer_digits() -> None:
    column = compact(1, [15, 20], [Status.SCORED] * 2)
    assert list(column.aligned(1)) == [15, 20]
    assert list(column.aligned(3)) == [1500, 2000]
    assert list(column.aligned(0)) == [Fraction(3, 2), 2]
