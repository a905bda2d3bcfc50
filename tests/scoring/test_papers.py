"""Ballot papers one by one: which are valid, and what they add up to."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.scheme.model import Option
from assessor.scoring.papers import (
    Line,
    Paper,
    UnitCount,
    Void,
    count_papers,
    judge_paper,
    may_turn,
)

FOUR = tuple(
    Option(word, Decimal(value))
    for word, value in (("优秀", 100), ("良好", 80), ("一般", 60), ("较差", 40))
)
AT_MOST_3 = (Option("优秀", Decimal(100), at_most=3), *FOUR[1:])
RANKS = tuple(Option(str(place), Decimal(6 - place), at_most=1) for place in range(1, 6))
UNITS = [f"V{number:02d}" for number in range(1, 21)]


def paper(ticks: str, units: list[str] = UNITS) -> dict[Line, int | None]:
    """Return a paper of one aspect: a digit a unit, ``-`` where nothing is ticked."""
    return {
        (unit, "q"): None if tick == "-" else int(tick)
        for unit, tick in zip(units, ticks, strict=True)
    }


@pytest.mark.parametrize(
    ("ticks", "void"),
    [
        ("0" * 3 + "1" * 17, None),
        ("0" * 4 + "1" * 16, Void.TOO_MANY),
        ("0" * 3 + "-" * 17, None),  # who ticks only the three best abstains on the rest
        ("0" * 4 + "-" * 16, Void.TOO_MANY),
        ("-" * 20, Void.BLANK),
        ("-" * 19 + "3", None),
    ],
)
def test_a_paper_may_tick_at_most_three_of_twenty_units_as_excellent(
    ticks: str, void: Void | None
) -> None:
    assert judge_paper(paper(ticks), AT_MOST_3) is void


@pytest.mark.parametrize(
    ("ticks", "void"),
    [
        ("01234", None),
        ("43210", None),
        ("0123-", None),  # the last place may be left open
        ("01233", Void.TOO_MANY),
        ("00000", Void.TOO_MANY),
    ],
)
def test_ranks_without_ties_are_options_that_a_paper_may_tick_once(
    ticks: str, void: Void | None
) -> None:
    assert judge_paper(paper(ticks, UNITS[:5]), RANKS) is void


@pytest.mark.parametrize(
    ("ticks", "void"),
    [
        ("00000", Void.ALIKE),
        ("33333", Void.ALIKE),
        ("00001", None),
        ("0000-", None),  # a blank line is a difference
        ("-----", Void.BLANK),
    ],
)
def test_a_paper_that_ticks_the_same_everywhere_is_void_where_the_form_says_so(
    ticks: str, void: Void | None
) -> None:
    assert judge_paper(paper(ticks, UNITS[:5]), FOUR, alike_void=True) is void
    without = judge_paper(paper(ticks, UNITS[:5]), FOUR)
    assert without is (Void.BLANK if void is Void.BLANK else None)


def test_a_paper_of_one_line_is_never_alike() -> None:
    assert judge_paper(paper("0", ["V01"]), FOUR, alike_void=True) is None


def test_counts_of_a_small_vote_worked_by_hand() -> None:
    # two units, two aspects; at most three 优秀 a paper
    def lines(*ticks: int | None) -> Paper:
        keys = [("V1", "a"), ("V1", "b"), ("V2", "a"), ("V2", "b")]
        return dict(zip(keys, ticks, strict=True))

    counts = count_papers(
        [
            lines(0, 0, 0, 1),
            lines(0, 0, 0, 0),  # four times 优秀: void
            lines(1, None, 2, 3),
            lines(None, None, None, None),  # blank: void
            lines(None, 1, None, None),  # nothing for V2, yet a valid paper
        ],
        AT_MOST_3,
    )
    expected = Counter({Void.TOO_MANY: 1, Void.BLANK: 1})
    assert counts == {
        "V1": UnitCount(5, expected, {"a": [1, 1, 0, 0], "b": [1, 1, 0, 0]}),
        "V2": UnitCount(5, expected, {"a": [1, 0, 1, 0], "b": [0, 1, 0, 1]}),
    }
    assert counts["V1"].valid == 3


def test_no_papers_no_counts() -> None:
    assert count_papers([], FOUR) == {}


def test_papers_with_different_units_on_them_count_for_their_own() -> None:
    counts = count_papers([paper("0", ["V01"]), paper("12", ["V01", "V02"])], FOUR)
    assert (counts["V01"].returned, counts["V02"].returned) == (2, 1)
    assert counts["V02"].votes == {"q": [0, 0, 1, 0]}


papers_of_five = st.lists(
    st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=5, max_size=5).map(
        lambda ticks: dict(zip([(unit, "q") for unit in UNITS[:5]], ticks, strict=True))
    ),
    max_size=12,
)


@given(papers=papers_of_five, alike=st.booleans())
def test_every_paper_is_valid_or_void_and_votes_are_at_most_the_valid_papers(
    papers: list[Paper], alike: bool
) -> None:
    for count in count_papers(papers, AT_MOST_3, alike).values():
        assert count.returned == len(papers) == count.valid + count.void.total()
        assert all(sum(votes) <= count.valid for votes in count.votes.values())
        assert all(vote >= 0 for votes in count.votes.values() for vote in votes)


@given(papers=papers_of_five, alike=st.booleans(), data=st.data())
def test_the_order_of_the_papers_and_of_their_lines_does_not_matter(
    papers: list[Paper], alike: bool, data: st.DataObject
) -> None:
    shuffled = [
        dict(data.draw(st.permutations(list(one.items()))))
        for one in data.draw(st.permutations(papers))
    ]
    assert count_papers(papers, AT_MOST_3, alike) == count_papers(shuffled, AT_MOST_3, alike)


@given(papers=papers_of_five)
def test_without_rules_every_tick_is_a_vote(papers: list[Paper]) -> None:
    counts = count_papers(papers, FOUR)
    for unit in UNITS[:5] if papers else ():
        votes = [sum(one[unit, "q"] == option for one in papers) for option in range(4)]
        assert counts[unit].votes["q"] == votes


@given(papers=papers_of_five, alike=st.booleans())
def test_counts_of_two_heaps_add_up_to_the_counts_of_both(papers: list[Paper], alike: bool) -> None:
    half = len(papers) // 2
    heaps = [count_papers(heap, AT_MOST_3, alike) for heap in (papers[:half], papers[half:])]
    for unit, count in count_papers(papers, AT_MOST_3, alike).items():
        parts = [heap[unit] for heap in heaps if unit in heap]
        assert count.returned == sum(part.returned for part in parts)
        assert count.votes["q"] == [
            sum(vote) for vote in zip(*(part.votes["q"] for part in parts), strict=True)
        ]


@given(
    ticks=st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=5, max_size=5),
    unread=st.sets(st.integers(0, 4), min_size=1),
    answers=st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=5, max_size=5),
    alike=st.booleans(),
)
def test_a_paper_that_cannot_turn_is_the_same_however_its_unread_lines_are_read(
    ticks: list[int | None], unread: set[int], answers: list[int | None], alike: bool
) -> None:
    known = [None if line in unread else tick for line, tick in enumerate(ticks)]
    read = [answers[line] if line in unread else tick for line, tick in enumerate(ticks)]
    lines = [(unit, "q") for unit in UNITS[:5]]
    before = dict(zip(lines, known, strict=True))
    after = dict(zip(lines, read, strict=True))
    if not may_turn(before, len(unread), AT_MOST_3, alike):
        assert judge_paper(before, AT_MOST_3, alike) is judge_paper(after, AT_MOST_3, alike)


@pytest.mark.parametrize(
    ("ticks", "unread", "turns"),
    [("000-1", 1, True), ("00--1", 1, False), ("00--1", 2, True), ("-----", 1, True),
     ("00001", 1, False), ("0001-", 0, False)],
)  # fmt: skip
def test_a_line_that_nobody_can_read_may_decide_over_the_whole_paper(
    ticks: str, unread: int, turns: bool
) -> None:
    assert may_turn(paper(ticks, UNITS[:5]), unread, AT_MOST_3) is turns
