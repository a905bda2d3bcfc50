"""What scoring is given: entry columns by form, period, rater and criterion; nothing of files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from assessor.scoring.column import Column, Status

# Looking a member up at its enumeration costs more than all else that is done for a unit.
_IN, _NOT_HIS = Status.SCORED, Status.NOT_APPLICABLE


class EntryKey(NamedTuple):
    """Which entries: a cell of a form over all units."""

    form: str
    period: str
    rater: str
    criterion: str
    column: str = "entry"


@dataclass(frozen=True, slots=True)
class Override:
    """A decision on a node of a unit: a value, or not applicable."""

    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Seat:
    """A rater of a form in a period, and the units that are his."""

    rater: str
    units: Sequence[int]
    status: Sequence[Status]
    """By unit: why there is no form of his, or that there is one."""
    whole: bool
    """Whether there is a form of his for every unit."""
    absent: Sequence[int] = ()
    """Units that are his too, but of which nobody waits for his form: it did not come, and need
    not."""


@dataclass(frozen=True)
class Inputs:
    """Everything that is entered, by unit in the order of the scheme's units."""

    entries: Mapping[EntryKey, Column]
    raters: Mapping[tuple[str, str], Sequence[str]]
    """The raters of a (form, period), in table order; '' is the unit itself."""
    form_status: Mapping[tuple[str, str, str], Sequence[Status]]
    """Per (form, period, rater) and unit: SCORED where the form is in, NOT_APPLICABLE where the
    rater does not have the unit, else why there is nothing."""
    papers: Mapping[EntryKey, Sequence[Sequence[Decimal]]]
    """Per unit the values on its papers, abstentions left out."""
    overrides: Mapping[tuple[str, int], Override] = field(default_factory=dict)
    """By (node, unit)."""
    exempt: frozenset[tuple[str, str, int]] = frozenset()
    """(rubric, criterion or section, unit) that do not apply by scheme or decision."""
    not_held: frozenset[tuple[str, str, int]] = frozenset()
    """(form, period, unit) of periods that need not take place and did not: they do not apply."""
    not_awaited: frozenset[tuple[str, str, str, int]] = frozenset()
    """(form, period, rater, unit) where the rater has the unit and his form is not there, but is
    waited for no more: it does not apply."""
    external: Mapping[str, Column] = field(default_factory=dict)
    """Scores from elsewhere by code of the inputs table; a unit without a row is MISSING."""
    upheld: Mapping[tuple[str, str, str, int], Decimal] = field(default_factory=dict)
    """By (form, criterion, period, unit): what stands in `entries` because an objection was upheld,
    whatever the forms say."""
    recused: Mapping[tuple[str, str, str], frozenset[int]] = field(default_factory=dict)
    """By (form, period, rater): the units for which the rater is left out by decision. His form
    status says that he does not have them."""

    @cached_property
    def seats(self) -> Mapping[tuple[str, str], tuple[Seat, ...]]:
        """The raters of a (form, period) in table order, each with his units."""
        return {
            (form, period): tuple(self._seat(form, period, rater) for rater in raters)
            for (form, period), raters in self.raters.items()
        }

    def _seat(self, form: str, period: str, rater: str) -> Seat:
        status = self.form_status[form, period, rater]
        if status.count(_IN) == len(status):
            return Seat(rater, range(len(status)), status, True)
        mine = [at for at, own in enumerate(status) if own is not _NOT_HIS]
        return Seat(rater, mine, status, False, self._absent.get((form, period, rater), ()))

    @cached_property
    def _absent(self) -> Mapping[tuple[str, str, str], Sequence[int]]:
        units: dict[tuple[str, str, str], list[int]] = {}
        for form, period, rater, unit in sorted(self.not_awaited):
            units.setdefault((form, period, rater), []).append(unit)
        return units
