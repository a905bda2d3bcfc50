"""Ballot papers one by one: which are valid, and how many votes each answer has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from assessor.scheme.model import Option

Line = tuple[str, str]
"""A line of a paper: unit and aspect."""
Paper = Mapping[Line, int | None]
"""The position of the option ticked on each line; None where the line was left blank."""


class Void(StrEnum):
    """Why a paper that came back does not count."""

    BLANK = "blank"
    """Nothing is ticked on it."""
    TOO_MANY = "too_many"
    """An option is ticked more often than one paper may."""
    ALIKE = "alike"
    """The same is ticked on every line, and the form says that such papers are void."""


@dataclass(slots=True)
class UnitCount:
    """What the papers say of one unit."""

    returned: int = 0
    """Papers that came back and have the unit on them."""
    void: Counter[Void] = field(default_factory=Counter)
    """Those of them that do not count, by reason."""
    votes: dict[str, list[int]] = field(default_factory=dict)
    """By aspect: the votes of the valid papers, in the order of the options."""

    @property
    def valid(self) -> int:
        """Papers that count."""
        return self.returned - self.void.total()


def count_papers(
    papers: Iterable[Paper], options: Sequence[Option], alike_void: bool = False
) -> dict[str, UnitCount]:
    """Return the count of each unit: votes by aspect and option, returned, valid and void papers.

    A paper is valid or void as a whole: who ticks 优秀 four times where three are allowed has not
    said which three were meant. A blank line on a valid paper is an abstention.
    Example: three papers on one unit and aspect, ticked 优秀, ticked 良好 and empty: returned 3,
    valid 2, 优秀 1, 良好 1.
    """
    counts: dict[str, UnitCount] = {}
    for paper in papers:
        void = judge_paper(paper, options, alike_void)
        for unit in dict.fromkeys(unit for unit, _ in paper):
            count = counts.setdefault(unit, UnitCount())
            count.returned += 1
            if void is not None:
                count.void[void] += 1
        for (unit, aspect), position in paper.items():
            votes = counts[unit].votes.setdefault(aspect, [0] * len(options))
            if void is None and position is not None:
                votes[position] += 1
    return counts


def judge_paper(paper: Paper, options: Sequence[Option], alike_void: bool = False) -> Void | None:
    """Return why a paper does not count, None where it does.

    Ranks without ties are options 1 to n of which a paper may tick each once. Alike is a paper of
    two lines or more only where every line is ticked: a blank line is a difference too.
    """
    ticks = Counter(position for position in paper.values() if position is not None)
    if not ticks:
        return Void.BLANK
    for position, times in ticks.items():
        most = options[position].at_most
        if most is not None and times > most:
            return Void.TOO_MANY
    if alike_void and len(paper) > 1 and ticks.total() == len(paper) and len(ticks) == 1:
        return Void.ALIKE
    return None


def may_turn(
    paper: Paper, unread: int, options: Sequence[Option], alike_void: bool = False
) -> bool:
    """Say whether a paper may turn out valid instead of void, or void instead of valid, once its
    unread lines (blank in `paper`) are read.

    Example: 优秀 three times where three are allowed, and one line nobody can read: it may.
    """
    void = judge_paper(paper, options, alike_void)
    if not unread or void is Void.TOO_MANY:
        return False
    if void is Void.BLANK:
        return True
    ticks = Counter(position for position in paper.values() if position is not None)
    limits = ((ticks[position], option.at_most) for position, option in enumerate(options))
    if any(most is not None and times + unread > most for times, most in limits):
        return True
    return alike_void and len(ticks) == 1 and ticks.total() + unread == len(paper)
