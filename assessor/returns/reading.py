"""What reading a returned file gives: plain records that travel between processes."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from assessor.problems import Problem
from assessor.scheme.copies import CopyKey
from assessor.scheme.plans_scoring import REASON

COUNTED = "counted"
"""The table of entries that nobody wrote: counts of papers or of verified claims."""


class EntryStatus(StrEnum):
    """What became of one entry cell."""

    GIVEN = "given"
    NONE = "none"
    """Left empty on a form that says everything was looked at: nothing, 0."""
    NOT_APPLICABLE = "not_applicable"
    BLANK = "blank"
    """Empty where that is allowed."""
    REFUSED = "refused"
    """Not understood or not allowed: its unit waits."""


class Entry(NamedTuple):
    """One entry cell: where it belongs, what stood there, what it counts as.

    A plain tuple, because hundreds of thousands of them travel between processes.
    """

    table: str
    row: str
    column: str
    cell: str
    raw: str
    value: Decimal | None
    status: EntryStatus


@dataclass(frozen=True, slots=True)
class FormReading:
    """One form found in a file."""

    key: CopyKey
    serial: int
    version: str
    sheet: str
    entries: tuple[Entry, ...] = field(repr=False)
    problems: tuple[Problem, ...] = ()

    def same_content(self, other: FormReading) -> bool:
        """Say whether both carry the same entries; reasons for them may differ."""
        return self.contents() == other.contents()

    def same_reasons(self, other: FormReading) -> bool:
        """Say whether both give the same reasons for points taken off."""
        return self._reasons() == other._reasons()

    def _reasons(self) -> dict[str, str]:
        return {entry.row: entry.raw for entry in self.entries if entry.column == REASON}

    def contents(self) -> dict[tuple[str, str, str], str]:
        """Return what counts, by (table, row, column)."""
        return {
            (entry.table, entry.row, entry.column): f"{entry.status}:{entry.value}:"
            + (entry.raw if entry.value is None else "")
            for entry in self.entries
            if entry.status is not EntryStatus.BLANK and entry.column != REASON
        }


@dataclass(frozen=True, slots=True)
class FileReading:
    """One file: the forms in it, or the code of why it could not be read."""

    file: str
    sha256: str
    forms: tuple[FormReading, ...] = ()
    problems: tuple[Problem, ...] = ()
    refused: str = ""
    kind: str = ""
