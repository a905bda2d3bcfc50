"""A column: one node (or one entry cell) over all units, as exact ticks and a status each."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from typing import overload

from assessor.decimals import Exact, from_ticks, half_up


class Status(IntEnum):
    """Why there is a value, or why there is none. Zero is a score; the others are not zero."""

    SCORED = 0
    PROVISIONAL = 1
    NOT_APPLICABLE = 2
    NOT_DUE = 3
    MISSING = 4
    AWAITING = 5

    has_value: bool
    """Whether a value stands beside it."""
    left_out: bool
    """Whether the part is left out of what it belongs to, without holding it up."""

    def __init__(self, code: int) -> None:
        # Plain attributes: they are looked at once for every unit of every node.
        self.has_value = code <= 1
        self.left_out = code in (2, 3)

    @property
    def word(self) -> str:
        """The word that tables and files use."""
        return self.name.lower()


_STATUSES = tuple(Status)
_NOT_SCORED = re.compile(rb"[^\x00]", re.DOTALL)


class Statuses(Sequence[Status]):
    """The statuses of a column, a byte a unit; read like a list of them."""

    __slots__ = ("codes",)

    def __init__(self, statuses: Iterable[int]) -> None:
        self.codes = bytes(statuses)

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, at: int) -> Status: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Status]: ...
    def __getitem__(self, at: int | slice) -> Status | Sequence[Status]:
        if isinstance(at, slice):
            return Statuses(self.codes[at])
        return _STATUSES[self.codes[at]]

    def __iter__(self) -> Iterator[Status]:
        return map(_STATUSES.__getitem__, self.codes)

    def __contains__(self, status: object) -> bool:
        return isinstance(status, Status) and status in self.codes

    def count(self, status: object) -> int:
        """Return how many units have a status."""
        return self.codes.count(status) if isinstance(status, Status) else 0

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Statuses):
            return self.codes == other.codes
        return isinstance(other, list | tuple) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(list(self))


@dataclass(frozen=True, slots=True)
class Column:
    """Values in ticks of 10^-digits; whole numbers where the node is rounded.

    A tick may be a fraction where the scheme rounds only what is shown. Where the status has no
    value the tick is 0 and means nothing.
    """

    digits: int
    ticks: Sequence[Exact]
    status: Sequence[Status]

    def value(self, unit: int) -> Decimal | None:
        """Return what is shown for a unit: rounded half-up to the column's digits."""
        if not self.status[unit].has_value:
            return None
        return from_ticks(half_up(self.ticks[unit]), self.digits)

    def shown(self, unit: int) -> int | None:
        """Return the rounded ticks that grades and ranks look at."""
        return half_up(self.ticks[unit]) if self.status[unit].has_value else None

    def aligned(self, digits: int) -> Sequence[Exact]:
        """Return all exact ticks at the digits of the node that uses them."""
        if digits == self.digits:
            return self.ticks
        if digits > self.digits:
            more: int = 10 ** (digits - self.digits)
            return [ticks * more for ticks in self.ticks]
        return [self.at(unit, digits) for unit in range(len(self.ticks))]

    def at(self, unit: int, digits: int) -> Exact:
        """Return a unit's exact ticks at the digits of the node that uses them."""
        if digits == self.digits:
            return self.ticks[unit]
        more: int = 10 ** max(0, digits - self.digits)
        fewer: int = 10 ** max(0, self.digits - digits)
        ticks = self.ticks[unit] * more
        return ticks if fewer == 1 else Fraction(ticks) / fewer


def compact(digits: int, ticks: Sequence[Exact], status: Iterable[int]) -> Column:
    """Return a column in little memory: whole ticks in 4 or 8 bytes each where all of them fit,
    statuses in one.

    >>> compact(2, [8650, 9000], [Status.SCORED, Status.SCORED]).ticks
    array('i', [8650, 9000])
    """
    packed: Sequence[Exact] = ticks
    for size in "iq":
        try:
            packed = array(size, ticks)  # type: ignore[type-var]
            break
        except OverflowError:
            continue
        except TypeError:  # a fraction
            break
    return Column(digits, packed, Statuses(status))


def not_scored(columns: Iterable[Column]) -> list[int]:
    """Return the units for which one of some columns is anything but scored, in their order."""
    found: set[int] = set()
    for column in columns:
        status = column.status
        codes = status.codes if isinstance(status, Statuses) else bytes(status)
        found.update(match.start() for match in _NOT_SCORED.finditer(codes))
    return sorted(found)


def combined(parts: Iterable[Status]) -> Status:
    """Return the status of a whole from those of its counted parts.

    An open error holds the whole up, then a missing part. All parts not applicable gives not
    applicable; otherwise what is left out is left out.
    """
    kinds = set(parts)
    if len(kinds) == 1:
        return kinds.pop()
    if not kinds:
        return Status.MISSING
    worst = max(kinds)
    if worst is Status.SCORED or worst >= Status.MISSING:
        return worst
    if Status.PROVISIONAL in kinds:
        return Status.PROVISIONAL
    if Status.SCORED in kinds:
        return Status.SCORED
    return worst  # NOT_DUE before NOT_APPLICABLE: what is still to come keeps the whole open
