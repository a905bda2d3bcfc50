"""Ranks: competition ranking (1, 2, 2, 4) on rounded scores, ties broken by declared nodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from itertools import pairwise

from assessor.scoring.column import Column


@dataclass(frozen=True, slots=True)
class Tie:
    """How a unit stands to its neighbours of equal score.

    `shared`: it shares its rank. Otherwise `node` decided, in its favour (`higher`) or not.
    """

    node: str = ""
    higher: bool = False
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Ranked:
    """A rank, and how a tie was broken if there was one."""

    rank: int
    tie: Tie | None = None


def rank(
    units: Sequence[int], total: Sequence[int | None], breakers: Sequence[tuple[str, Column]]
) -> dict[int, Ranked]:
    """Return the rank of each unit that has a total; `total` is in rounded ticks by unit.

    Ties are broken by the first breaker in which two units differ. A breaker without a value for
    one of the tied units is passed over for all of them.
    """
    field = [unit for unit in units if total[unit] is not None]
    usable = _usable(field, total, breakers)

    def compare(one: int, other: int) -> int:
        mine, theirs = total[one] or 0, total[other] or 0
        if mine != theirs:
            return -1 if mine > theirs else 1
        decided = _decided(one, other, usable[mine])
        return 0 if decided is None else (-1 if decided[1] else 1)

    ordered = sorted(field, key=cmp_to_key(compare))
    ranks: dict[int, Ranked] = {}
    for position, unit in enumerate(ordered):
        same = position > 0 and compare(ordered[position - 1], unit) == 0
        number = ranks[ordered[position - 1]].rank if same else position + 1
        ranks[unit] = Ranked(number)
    for unit, tie in _ties(ordered, total, usable, ranks).items():
        ranks[unit] = Ranked(ranks[unit].rank, tie)
    return ranks


Breakers = Sequence[tuple[str, Column]]


def _usable(
    field: Sequence[int], total: Sequence[int | None], breakers: Breakers
) -> dict[int, Breakers]:
    """Return the breakers that have a value for every unit of one total, by total."""
    groups: dict[int, list[int]] = {}
    for unit in field:
        groups.setdefault(total[unit] or 0, []).append(unit)
    return {
        score: [
            (node, c) for node, c in breakers if all(c.shown(unit) is not None for unit in group)
        ]
        for score, group in groups.items()
    }


def _decided(one: int, other: int, breakers: Breakers) -> tuple[str, bool] | None:
    """Return the breaker in which two tied units differ, and whether the first is higher."""
    for node, column in breakers:
        mine, theirs = column.shown(one) or 0, column.shown(other) or 0
        if mine != theirs:
            return node, mine > theirs
    return None


def _ties(
    ordered: Sequence[int],
    total: Sequence[int | None],
    usable: dict[int, Breakers],
    ranks: dict[int, Ranked],
) -> dict[int, Tie]:
    ties: dict[int, Tie] = {}
    for upper, lower in pairwise(ordered):
        if total[upper] != total[lower]:
            continue
        if ranks[upper].rank == ranks[lower].rank:
            ties[upper] = ties[lower] = Tie(shared=True)
            continue
        decided = _decided(upper, lower, usable[total[upper] or 0])
        node = decided[0] if decided else ""
        if upper not in ties or not ties[upper].shared:
            ties[upper] = Tie(node, higher=True)
        ties.setdefault(lower, Tie(node, higher=False))
    return ties
