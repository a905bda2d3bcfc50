"""A column: one node (or one entry cell) over all units, as exact ticks and a status each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction

from assessor.decimals import Exact, from_ticks, half_up


class Status(IntEnum):
    """Why there is a value, or why there is none. Zero is a score; the others are not zero."""

    SCORED = 0
    PROVISIONAL = 1
    NOT_APPLICABLE = 2
    NOT_DUE = 3
    MISSING = 4
    AWAITING = 5

    @property
    def has_value(self) -> bool:
        """Whether a value stands beside it."""
        return self <= Status.PROVISIONAL

    @property
    def left_out(self) -> bool:
        """Whether the part is left out of what it belongs to, without holding it up."""
        return self in {Status.NOT_APPLICABLE, Status.NOT_DUE}

    @property
    def word(self) -> str:
        """The word that tables and files use."""
        return self.name.lower()


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

    def at(self, unit: int, digits: int) -> Exact:
        """Return a unit's exact ticks at the digits of the node that uses them."""
        if digits == self.digits:
            return self.ticks[unit]
        more: int = 10 ** max(0, digits - self.digits)
        fewer: int = 10 ** max(0, self.digits - digits)
        ticks = self.ticks[unit] * more
        return ticks if fewer == 1 else Fraction(ticks) / fewer


def combined(parts: Iterable[Status]) -> Status:
    """Return the status of a whole from those of its counted parts.

    An open error holds the whole up, then a missing part. All parts not applicable gives not
    applicable; otherwise what is left out is left out.
    """
    kinds = set(parts)
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
