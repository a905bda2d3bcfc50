"""What reading a returned file gives: plain records that travel between processes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from assessor.problems import Problem
from assessor.scheme.copies import CopyKey

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
    asides: tuple[tuple[str, str, str, str], ...] = field(default=(), repr=False)
    """Remarks and the foot (see `asides`): never scored, carried into a copy for correction."""

    def __reduce__(self) -> tuple[object, ...]:
        """Travel between processes with the entries packed."""
        others = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "entries"}
        return _unpacked, (others, *_packed(self.entries))

    def same_content(self, other: FormReading) -> bool:
        """Say whether both carry the same entries."""
        return self.contents() == other.contents()

    def contents(self) -> dict[tuple[str, str, str], str]:
        """Return what counts, by (table, row, column)."""
        return {
            (entry.table, entry.row, entry.column): f"{entry.status}:{entry.value}:"
            + (entry.raw if entry.value is None else "")
            for entry in self.entries
            if entry.status is not EntryStatus.BLANK
        }


_STATUSES = tuple(EntryStatus)
_CODE = {status: chr(48 + index) for index, status in enumerate(_STATUSES)}
_BETWEEN = "\x1e"
"""Divides texts; no workbook can hold this character."""

Spots = tuple[tuple[str, str, str, str], ...]


@lru_cache(maxsize=64)
def _shared(spots: Spots) -> Spots:
    """Return the same object for the same places, so that a chunk of forms carries them once."""
    return spots


def _packed(entries: tuple[Entry, ...]) -> tuple[object, ...]:
    """Return places, texts, values and statuses of some entries as one object each."""
    raws = [entry.raw for entry in entries]
    if any(_BETWEEN in raw for raw in raws):
        return tuple(map(tuple, entries)), None, "", ""
    spots = _shared(tuple(entry[:4] for entry in entries))
    values = [
        "" if entry.value is None else "=" if (text := str(entry.value)) == entry.raw else text
        for entry in entries
    ]
    codes = "".join([_CODE[entry.status] for entry in entries])
    return spots, _BETWEEN.join(raws), _BETWEEN.join(values), codes


def _unpacked(
    others: Mapping[str, Any],
    spots: Sequence[tuple[Any, ...]],
    raws: str | None,
    values: str,
    codes: str,
) -> FormReading:
    if raws is None:
        entries = tuple(Entry._make(entry) for entry in spots)
    else:
        each = zip(spots, raws.split(_BETWEEN), values.split(_BETWEEN), codes, strict=False)
        entries = tuple(
            Entry._make(
                (*spot, raw, _value(raw if value == "=" else value), _STATUSES[ord(code) - 48])
            )
            for spot, raw, value, code in each
        )
    return FormReading(entries=entries, **others)


@lru_cache(maxsize=8192)
def _value(text: str) -> Decimal | None:
    return Decimal(text) if text else None


@dataclass(frozen=True, slots=True)
class RefusedForm:
    """A sheet whose form is known by its stamp, and which all the same cannot be taken."""

    key: CopyKey
    serial: int
    problem: Problem


@dataclass(frozen=True, slots=True)
class Envelope:
    """The mail that a file came with. Who sent it is compared with the unit, never believed."""

    sender: str
    """The address alone, in small letters."""
    sent: dt.datetime | None
    """With its time zone where the mail gives one."""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class FileReading:
    """One file: the forms in it, or the code of why it could not be read."""

    file: str
    sha256: str
    forms: tuple[FormReading, ...] = ()
    problems: tuple[Problem, ...] = ()
    refused: str = ""
    kind: str = ""
    container: str = ""
    """The archive or mail that the file stands in, as it is shown."""
    mails: tuple[Envelope, ...] = ()
    """The mails it came with, the outermost first: a forwarded one has the original inside."""
    refusals: tuple[RefusedForm, ...] = ()
    """Forms that are known and not taken: who sent them gets a fresh one."""
