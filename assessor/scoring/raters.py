"""Which raters count: the highest and lowest trimmed, the one with the widest spread discarded."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from assessor.decimals import Exact
from assessor.scoring.parameters import count_of

Totals = Sequence[Mapping[int, Exact]]
"""A rater's total by unit, a mapping a rater in table order; only what he scored completely."""


def trims(parameters: Mapping[str, str]) -> bool:
    """Say whether parameters trim or discard at all."""
    return bool({"trim_high", "trim_low"} & set(parameters)) or discards(parameters)


def discards(parameters: Mapping[str, str]) -> bool:
    """Say whether the rater with the widest spread is left out."""
    return parameters.get("discard") == "spread"


def dropped(values: Sequence[Exact], parameters: Mapping[str, str]) -> frozenset[int]:
    """Return the places of the values that do not count.

    ``trim_high`` of the highest and ``trim_low`` of the lowest go, each a number or a share of all
    values, rounded down; but only where there are at least ``trim_from`` values (otherwise one
    more than go), and never all of them. Of equal values the later one goes.

    Examples: one each way and 9.5, 8, 8, 9, 7: 9.5 and 7 go. The lowest 10 % of 25 values are 2.
    """
    count = len(values)
    high, low = (int(count_of(parameters, key, count)) for key in ("trim_high", "trim_low"))
    least = int(parameters.get("trim_from", high + low + 1))
    if count < least or not 0 < high + low < count:
        return frozenset()
    falling = sorted(range(count), key=lambda at: (-values[at], -at))
    top = falling[:high]
    rising = sorted(set(range(count)).difference(top), key=lambda at: (values[at], -at))
    return frozenset((*top, *rising[:low]))


def widest(totals: Totals) -> list[int]:
    """Return the places of the raters with the widest spread: highest total less lowest.

    More than one means that nobody can be told from the others; a single rater has no one to be
    compared with.
    Example: totals of 60 to 95 beside 70 to 90 and 72 to 88: the first.
    """
    spreads = {
        place: max(mine.values()) - min(mine.values()) for place, mine in enumerate(totals) if mine
    }
    if len(spreads) < 2:
        return []
    most = max(spreads.values())
    return [place for place, spread in spreads.items() if spread == most]


def left_out(
    totals: Totals, open_units: Collection[int], parameters: Mapping[str, str]
) -> Mapping[int, Collection[int]]:
    """Return by unit the raters who do not count, by their place.

    First the one with the widest spread goes, for all units that somebody else scored too; then
    each unit's highest and lowest of the others go. A unit of which a total is still open keeps
    everybody: it waits anyway.
    """
    alone = widest(totals) if discards(parameters) else []
    gone = alone[0] if len(alone) == 1 else None
    by_unit: dict[int, list[int]] = {}
    for place, mine in enumerate(totals):
        for unit in mine:
            by_unit.setdefault(unit, []).append(place)
    result: dict[int, Collection[int]] = {}
    for unit, places in by_unit.items():
        if unit in open_units:
            continue
        discarded = [gone] if gone in places and gone is not None and len(places) > 1 else []
        kept = [place for place in places if place not in discarded]
        trimmed = dropped([totals[place][unit] for place in kept], parameters)
        if discarded or trimmed:
            result[unit] = frozenset((*discarded, *(kept[at] for at in trimmed)))
    return result
