"""Cells far away from everything else: a stray space in XFD1048576 makes a reader fill the sheet.

Readers deliver a sheet as a full rectangle. Where that would be too large, the cells outside a
window that holds every form are left out before reading.
"""

from __future__ import annotations

import re
from xml.parsers import expat

MOST_CELLS = 4_000_000
"""Cells of a rectangle that is read as it is: 40 000 rows of 100 columns."""
MOST_COLUMNS = 256
"""A form has tens of columns; a roster one for each criterion."""

_FAR = re.compile(rb"""\br=["'](?:[A-Z]{2,3}\d+|[A-Z]{0,3}\d{5,})["']""")
_CELL = re.compile(
    rb"""<((?:\w+:)?)c\b[^<>]*?\br=["']([A-Z]{1,3})(\d{1,7})["'][^<>]*?(?:/>|>.*?</\1c>)""", re.S
)


def near_part(markup: bytes) -> tuple[bytes, str] | None:
    """Return a sheet's markup without its far cells and the address of the first one left out;
    None where the sheet can be read as it is."""
    if not _FAR.search(markup):
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


def spread_of_ods(content: bytes) -> int:
    """Return how many cells the largest sheet of an .ods has, from A1 to its last value."""
    spread = _Spread()
    parser = expat.ParserCreate()
    parser.StartElementHandler = spread.start
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        return 0  # the reader will say that it is damaged
    return spread.most


class _Spread:
    """Follows rows and cells with their repetitions."""

    def __init__(self) -> None:
        self.most = 0
        self._row = self._column = self._right = self._times = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            self._row = self._column = self._right = self._times = 0
        elif name == "table:table-row":
            self._row += self._times
            self._times = _times(attributes, "table:number-rows-repeated")
            self._column = 0
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._column += _times(attributes, "table:number-columns-repeated")
            if "office:value-type" in attributes or "table:formula" in attributes:
                self._right = max(self._right, self._column)
                self.most = max(self.most, self._right * (self._row + self._times))


def _times(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    return int(text) if text.isdecimal() and len(text) < 10 else 1
