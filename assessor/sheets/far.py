"""Cells far away from everything else: a stray space in XFD1048576 makes a reader fill the sheet.

Readers deliver a sheet as a full rectangle. Where that would be too large, the cells outside a
window that holds every form are left out before reading.
"""

from __future__ import annotations

import re

MOST_CELLS = 4_000_000
"""Cells of a rectangle that is read as it is: 40 000 rows of 100 columns."""
MOST_COLUMNS = 256
"""A form has tens of columns; a roster one for each criterion."""

_FAR = re.compile(rb' r="(?:[A-Z]{2,3}\d+|[A-Z]{0,3}\d{5,})"')
_FAR_ODD = re.compile(rb"""\sr\s*=\s*["'](?:[A-Z]{2,3}\d+|[A-Z]{0,3}\d{5,})["']""")
"""The same in markup that no common program writes; slower to look for."""
_CELL = re.compile(
    rb"""<((?:\w+:)?)c\b[^<>]*?\br=["']([A-Z]{1,3})(\d{1,7})["'][^<>]*?(?:/>|>.*?</\1c>)""", re.S
)


def near_part(markup: bytes) -> tuple[bytes, str] | None:
    """Return a sheet's markup without its far cells and the address of the first one left out;
    None where the sheet can be read as it is."""
    odd = b" r='" in markup or b"\tr=" in markup or b"\nr=" in markup
    if not (_FAR_ODD if odd else _FAR).search(markup):
        return None
    right = below = 0
    for _, letters, row in _CELL.findall(markup):
        right, below = max(right, _column(letters)), max(below, int(row))
    if right * below <= MOST_CELLS:
        return None
    right = min(right, MOST_COLUMNS)
    below = min(below, MOST_CELLS // right)
    first = ""

    def kept(match: re.Match[bytes]) -> bytes:
        nonlocal first
        if _column(match.group(2)) <= right and int(match.group(3)) <= below:
            return match.group()
        first = first or (match.group(2) + match.group(3)).decode()
        return b""

    return _CELL.sub(kept, markup), first


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


_ODS_TAG = re.compile(rb"<table:(table-row|table-cell|covered-table-cell|table)\b([^>]*)>")
_ROWS = re.compile(rb'number-rows-repeated="(\d{1,9})"')
_COLUMNS = re.compile(rb'number-columns-repeated="(\d{1,9})"')


def spread_of_ods(content: bytes) -> int:
    """Return how many cells the largest sheet of an .ods has, from A1 to its last value."""
    most = row = column = right = times = 0
    for tag, attributes in _ODS_TAG.findall(content):
        repeated = b"-repeated" in attributes
        if tag == b"table":
            row = column = right = times = 0
        elif tag == b"table-row":
            row += times
            column, times = 0, _times(_ROWS, attributes) if repeated else 1
        else:
            column += _times(_COLUMNS, attributes) if repeated else 1
            if b"office:value-type" in attributes or b"table:formula" in attributes:
                right = max(right, column)
                most = max(most, right * (row + times))
    return most


def _times(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    found = pattern.search(attributes)
    return int(found.group(1)) if found else 1
