"""Where two forms for one copy differ, cell by cell, in words that both senders know. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assessor.i18n import Catalog
from assessor.returns.reading import Entry, EntryStatus, FormReading
from assessor.scheme.copies import Copy, split_roster_code
from assessor.scheme.plan import PlanTable, Repeat

MOST = 8
"""Differences that a message can hold; the number of all stands beside them."""
_LONGEST = 40
"""Characters of a text that are shown of it."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one form says in a cell, and where the cell is; what is secret shows only its place."""

    raw: str
    status: str
    cell: str
    secret: bool = False

    def phrase(self, words: Catalog) -> str:
        """Say it: 20（F12）, or that nothing stands there."""
        if self.secret:
            return self.cell or words.text("difference.nowhere")
        shown = self.raw[:_LONGEST] + "…" * (len(self.raw) > _LONGEST) or words.text(
            "difference.none" if self.status == EntryStatus.NONE else "difference.blank"
        )
        cell = self.cell or words.text("difference.nowhere")
        return words.text("difference.said", value=shown, cell=cell)


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell in which two forms say different things."""

    name: str
    first: Said
    second: Said

    def phrase(self, words: Catalog) -> str:
        """Say what both forms hold, the form named first in the message first."""
        return words.text("difference.line", name=self.name, first=self.first, second=self.second)


def differences(
    copy: Copy, first: FormReading, second: FormReading, secret: bool = False
) -> list[Difference]:
    """Return every cell in which two forms differ, in the order of the form."""
    return list(_differing(copy, first, second, secret))


def _differing(
    copy: Copy, first: FormReading, second: FormReading, secret: bool
) -> Iterator[Difference]:
    mine, theirs = first.contents(), second.contents()
    cells = [{(e.table, e.row, e.column): e for e in form.entries} for form in (first, second)]
    tables = {table.key: table for table in copy.plan.tables}
    for place in dict.fromkeys([*cells[0], *cells[1]]):
        if mine.get(place) != theirs.get(place):
            table, row, column = place
            name = _name(tables.get(table), row, column)
            said = (_said(found.get(place), secret) for found in cells)
            yield Difference(name, *said)


def _said(entry: Entry | None, secret: bool) -> Said:
    if entry is None:
        return Said("", "", "", secret)
    return Said(entry.raw, entry.status, entry.cell, secret)


def _name(table: PlanTable | None, row: str, column: str) -> str:
    """Return what a cell is called: its code, the title of its row, the header of its column where
    there are several."""
    if table is None:
        return row
    key = split_roster_code(row, table)[1] if table.repeat is Repeat.ROSTER else row
    line = next((one for one in table.rows if one.key == key), None)
    title = str(line.cells.get("title", "")) if line is not None else ""
    header = next((c.title for c in table.columns if c.key == column), "")
    several = len(table.entry_columns) > 1 or not title
    return " ".join(part for part in (row, title, header if several else "") if part)
