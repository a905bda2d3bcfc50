"""What scoring is given: entry columns by form, period, rater and criterion; nothing of files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from assessor.scoring.column import Column, Status


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
