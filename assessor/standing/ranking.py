"""Ranks on rounded scores, ties broken by declared nodes; who fits a number of places."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, repeat

from assessor.scoring.column import Column


@dataclass(frozen=True, slots=True)
class Tie:
    """How a unit stands to its neighbours of equal score.

    `shared`: it shares its rank. Otherwise `node` decided, in its favour (`higher`) or not.
    """

    node: str = ""
    higher: bool = False
    shared: bool = False


_SHARED = Tie(shared=True)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A rank, and how a tie was broken if there was one."""

    rank: int
    tie: Tie | None = None


@dataclass(frozen=True, slots=True)
class Places:
    """Everybody's rank by unit, counted 1, 2, 2, 4: overall (units and persons apart), and in his
    class."""

    overall: Mapping[int, Ranked]
    in_class: Mapping[int, Ranked]


Breakers = Sequence[tuple[str, Column]]
"""The nodes that break ties with their columns, the first one asked first."""


def rank(
    units: Sequence[int],
    total: Sequence[int | None],
    breakers: Breakers,
    last: Collection[int] = (),
) -> dict[int, Ranked]:
    """Return the rank of each unit that has a total; `total` is in rounded ticks by unit.

    Who is among the `last` stands behind all others whatever his total, and the others close up.
    Ties are broken by the first breaker in which two units differ. A breaker without a value for
    one of the tied units is passed over for all of them. Whoever shares a rank with others takes
    as many places as they are: 1, 2, 2, 4.

    >>> {unit: one.rank for unit, one in rank(range(4), [80, 90, 70, 80], []).items()}
    {1: 1, 0: 2, 3: 2, 2: 4}
    """
    groups: dict[tuple[bool, int], list[int]] = {}
    for unit in units:
        mine = total[unit]
        if mine is not None:
            groups.setdefault((unit in last, -mine), []).append(unit)
    ranks: dict[int, Ranked] = {}
    for level in sorted(groups):
        ranks |= _within(groups[level], len(ranks) + 1, breakers)
    return ranks


def _within(group: Sequence[int], first: int, breakers: Breakers) -> dict[int, Ranked]:
    """Return the ranks of those who have one total, from the first that is free."""
    if len(group) == 1:
        return {group[0]: Ranked(first)}
    nodes, values = [], []
    for node, column in breakers:
        shown = [column.shown(unit) for unit in group]
        known = [-value for value in shown if value is not None]
        if len(known) == len(group):
            nodes.append(node)
            values.append(known)
    keys = dict(zip(group, zip(*values, strict=True) if values else repeat(()), strict=False))
    ordered = sorted(group, key=lambda unit: keys[unit])
    ties = _ties(ordered, keys, nodes)
    ranks: dict[int, Ranked] = {}
    number = first
    for position, unit in enumerate(ordered):
        if position and keys[ordered[position - 1]] != keys[unit]:
            number = first + position
        ranks[unit] = Ranked(number, ties[unit])
    return ranks


def _ties(
    ordered: Sequence[int], keys: Mapping[int, tuple[int, ...]], nodes: Sequence[str]
) -> dict[int, Tie]:
    """Return how each of those with one total stands to its neighbours."""
    ties: dict[int, Tie] = {}
    for upper, lower in pairwise(ordered):
        if keys[upper] == keys[lower]:
            ties[upper] = ties[lower] = _SHARED
            continue
        pairs = zip(nodes, keys[upper], keys[lower], strict=True)
        node = next(node for node, mine, theirs in pairs if mine != theirs)
        if upper not in ties or not ties[upper].shared:
            ties[upper] = Tie(node, higher=True)
        ties[lower] = Tie(node, higher=False)
    return ties


def closed_up(ranks: Mapping[int, Ranked]) -> dict[int, Ranked]:
    """Return the ranks without gaps: 1, 2, 2, 4 becomes 1, 2, 2, 3.

    >>> gaps = dict(enumerate(map(Ranked, (1, 2, 2, 4))))
    >>> [one.rank for one in closed_up(gaps).values()]
    [1, 2, 2, 3]
    """
    steps = {rank: step for step, rank in enumerate(sorted({r.rank for r in ranks.values()}), 1)}
    return {unit: replace(one, rank=steps[one.rank]) for unit, one in ranks.items()}


@dataclass(frozen=True, slots=True)
class Cut:
    """Who fits a number of places, who is tied across the last of them, and who is beyond."""

    inside: tuple[int, ...]
    tied: tuple[int, ...] = ()
    beyond: tuple[int, ...] = ()


def cut(units: Sequence[int], places: Mapping[int, Ranked], free: int) -> Cut:
    """Return who of some units fits the free places; nobody of those tied across the last one.

    >>> ranks = {7: Ranked(1), 8: Ranked(2), 9: Ranked(2)}
    >>> cut([9, 8, 7], ranks, 2)
    Cut(inside=(7,), tied=(9, 8), beyond=())
    """
    ordered = sorted(units, key=lambda unit: places[unit].rank)
    free = max(0, free)
    if len(ordered) <= free:
        return Cut(tuple(ordered))
    if not free or places[ordered[free - 1]].rank != places[ordered[free]].rank:
        return Cut(tuple(ordered[:free]), (), tuple(ordered[free:]))
    edge = places[ordered[free]].rank
    return Cut(
        tuple(unit for unit in ordered if places[unit].rank < edge),
        tuple(unit for unit in ordered if places[unit].rank == edge),
        tuple(unit for unit in ordered if places[unit].rank > edge),
    )
