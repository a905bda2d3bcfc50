"""A sheet as a grid of raw values, each of which knows its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from assessor.problems import Place

Raw = str | float | int | bool | dt.datetime | dt.date | dt.time | dt.timedelta
"""What a reader delivers for one cell; the empty text for an empty cell."""


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: rows of raw values from A1 on; rows may be shorter than the sheet is wide."""

    file: str
    sheet: str
    rows: Sequence[Sequence[Raw]] = field(repr=False)
    hidden: bool = False

    def at(self, row: int, column: int) -> Raw:
        """Return the raw value at a 0-based row and column, the empty text beyond the edge."""
        if 0 <= row < len(self.rows) and 0 <= column < len(self.rows[row]):
            return self.rows[row][column]
        return ""

    def text(self, row: int, column: int) -> str:
        """Return the value as trimmed text."""
        return as_text(self.at(row, column))

    def place(self, row: int, column: int) -> Place:
        """Return where a 0-based row and column stand."""
        return Place(self.file, self.sheet, a1(row, column))

    def cells(self, last_row: int | None = None) -> Iterator[tuple[int, int, Raw]]:
        """Yield row, column and value of every cell that is not empty."""
        for row, values in enumerate(self.rows[:last_row]):
            for column, value in enumerate(values):
                if value != "":
                    yield row, column, value


def as_text(value: Raw) -> str:
    """Return a raw value as a person would have typed it: 2026.0 is ``2026``."""
    if isinstance(value, str):
        return value.strip().strip("\u200b\ufeff")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, dt.time):
        return _to_the_second(value)
    return str(value)


def _to_the_second(value: dt.time) -> str:
    """Return a time as a clock shows it: stored as a part of a day, 8:30 is 08:29:59.999999."""
    day = dt.datetime.combine(dt.date(2000, 1, 1), value) + dt.timedelta(microseconds=500_000)
    return day.time().replace(microsecond=0).isoformat()


@lru_cache(maxsize=1024)
def column_letters(column: int) -> str:
    """Return the letters of a 0-based column: 0 is ``A``, 26 is ``AA``."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def a1(row: int, column: int) -> str:
    """Return the address of a 0-based row and column: ``a1(4, 6)`` is ``G5``."""
    return f"{column_letters(column)}{row + 1}"
