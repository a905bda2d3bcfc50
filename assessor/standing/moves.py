"""Two standings of the same scores beside each other: who would move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assessor.standing.stand import Standing, UnitStanding


@dataclass(frozen=True, slots=True)
class Move:
    """A unit as it stands and as it would stand."""

    unit: int
    before: UnitStanding
    after: UnitStanding

    @property
    def moved(self) -> bool:
        """Whether more than its score would change."""
        return bool(self.fields - {"score"})

    @property
    def fields(self) -> frozenset[str]:
        """What would change; of grades the one that the scheme gives, whatever people confirmed."""
        names = ("score", "grade", "rank", "class_rank", "awards", "status")
        return frozenset(
            name for name in names if getattr(self.before, name) != getattr(self.after, name)
        )


def find_moves(before: Standing, after: Standing) -> list[Move]:
    """Return every unit of which anything would change, in the order in which they would rank;
    both standings are of the same units."""
    moves = [
        Move(one.unit, one, other) for one, other in zip(before.units, after.units, strict=True)
    ]
    return sorted((move for move in moves if move.fields), key=_place)


def _place(move: Move) -> tuple[int, int, int]:
    ranks = (move.after.rank, move.after.class_rank)
    rank = next((rank for rank in ranks if rank is not None), 10**9)
    return (move.after.rank is None, rank, move.unit)


def graded_up(moves: Sequence[Move], order: Sequence[str]) -> tuple[int, int]:
    """Return how many would get a better grade and how many a worse one; best grades first."""
    pairs = [
        (order.index(move.before.grade), order.index(move.after.grade))
        for move in moves
        if move.before.grade in order and move.after.grade in order
    ]
    return sum(b > a for b, a in pairs), sum(b < a for b, a in pairs)
