"""The look of the house: fonts, colours, widths, pages. The only thing the outputs share."""

from __future__ import annotations

import datetime as dt
import io
import math
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from assessor.i18n import visible

TITLE_FONT = "方正小标宋简体"
HEAD_FONT = "黑体"
BODY_FONT = "仿宋"
INK = "#1F2933"
ENTRY = "#E8F1FA"
"""The one light colour of cells that people fill in."""
WRONG = "#F8D0CC"
MISSING = "#FCE8C5"
HEAD = "#E9ECEF"
SECTION = "#F4F5F7"
ACCENT = "#2F5D8A"
GOOD = "#DCEBDD"
LINE = "#8A9099"

FORMS: Mapping[str, Mapping[str, Any]] = {
    "title": {
        "font_name": TITLE_FONT,
        "font_size": 22,
        "bold": True,
        "align": "center",
        "valign": "vcenter",
        "text_wrap": True,
    },
    "subtitle": {"font_size": 12, "align": "center", "valign": "vcenter"},
    "left": {"font_size": 12, "align": "left", "valign": "vcenter"},
    "right": {"font_size": 12, "align": "right", "valign": "vcenter"},
    "head": {
        "font_name": HEAD_FONT,
        "align": "center",
        "valign": "vcenter",
        "text_wrap": True,
        "border": 1,
        "bg_color": HEAD,
    },
    "section": {
        "font_name": HEAD_FONT,
        "valign": "vcenter",
        "text_wrap": True,
        "border": 1,
        "bg_color": SECTION,
    },
    "section_center": {
        "font_name": HEAD_FONT,
        "align": "center",
        "valign": "vcenter",
        "border": 1,
        "bg_color": SECTION,
        "num_format": "General",
    },
    "center": {"align": "center", "valign": "vcenter", "text_wrap": True, "border": 1},
    "text": {"align": "left", "valign": "vcenter", "text_wrap": True, "border": 1},
    "paragraph": {"font_size": 12, "align": "left", "valign": "top", "text_wrap": True},
    "total": {"font_name": HEAD_FONT, "align": "center", "valign": "vcenter", "border": 1},
    "entry": {
        "align": "center",
        "valign": "vcenter",
        "border": 1,
        "bg_color": ENTRY,
        "locked": False,
    },
    "entry_text": {
        "align": "left",
        "valign": "vcenter",
        "text_wrap": True,
        "border": 1,
        "bg_color": ENTRY,
        "locked": False,
        "num_format": "@",
    },
    "remark": {
        "align": "left",
        "valign": "vcenter",
        "text_wrap": True,
        "border": 1,
        "locked": False,
        "num_format": "@",
    },
    "cut": {
        "font_size": 9,
        "align": "center",
        "valign": "vcenter",
        "bottom": 4,
        "font_color": LINE,
    },
}
"""Named formats; everything that is not an entry is locked."""


class Sheets:
    """A workbook under construction in memory, with the house's formats by name.

    Text never becomes a formula, a number or a link. Where a workbook is read back, such as a form,
    it is `exact`; elsewhere control and direction characters are shown as escapes.
    """

    def __init__(
        self,
        title: str,
        subject: str,
        author: str,
        created: dt.date | None,
        *,
        exact: bool = False,
    ) -> None:
        self._kind = Worksheet if exact else _TextSheet
        self._buffer = io.BytesIO()
        self.book = xlsxwriter.Workbook(
            self._buffer,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
                "default_format_properties": {
                    "font_name": BODY_FONT, "font_size": 11, "locked": False,
                },
            },
        )  # fmt: skip
        day = created or dt.date(2000, 1, 1)
        self.book.set_properties(
            {
                "title": title,
                "subject": subject,
                "author": author,
                "created": dt.datetime(day.year, day.month, day.day),
            }
        )
        self._looks: dict[tuple[object, ...], Format] = {}
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def look(self, name: str, **changes: object) -> Format:
        """Return a named format, with properties of this one use changed."""
        key = (name, *changes.items())
        if key not in self._looks:
            self._looks[key] = self.format({**FORMS[name], **changes})
        return self._looks[key]

    def format(self, properties: Mapping[str, Any]) -> Format:
        """Return the format of some properties; equal ones are one format."""
        complete = {"font_color": INK, "border_color": LINE, "locked": True, **properties}
        key = tuple(sorted(complete.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(complete)
        return self._formats[key]

    def sheet(self, name: str) -> Worksheet:
        """Add a sheet under a name that every spreadsheet program takes."""
        free = sheet_name(name, [sheet.name for sheet in self.book.worksheets()])
        return self.book.add_worksheet(free, worksheet_class=self._kind)

    @cached_property
    def content(self) -> bytes:
        """Close the workbook and return its bytes."""
        self.book.close()
        return self._buffer.getvalue()


class _TextSheet(Worksheet):  # type: ignore[misc]
    """A sheet of results: texts stay texts, and show what is hidden in them."""

    def _write_string(self, row: int, col: int, string: str, cell_format: Any = None) -> int:  # noqa: ANN401
        shown = visible(string.replace("\r\n", "\n"), keep="\n")
        result: int = super()._write_string(row, col, shown, cell_format)
        return result


def sheet_name(name: str, taken: Sequence[str]) -> str:
    """Return a legal sheet name that is still free: at most 31 characters, none of []:*?/\\."""
    clean = "".join("_" if char in "[]:*?/\\" else char for char in name).strip("' ")[:31] or "_"
    lower = {other.lower() for other in taken}
    number = 2
    free = clean
    while free.lower() in lower:
        suffix = f"({number})"
        free = clean[: 31 - len(suffix)] + suffix
        number += 1
    return free


def span(sheet: Worksheet, row: int, first: int, last: int, text: str, look: Format) -> None:
    """Write a text over the cells from one column to another."""
    if last > first:
        sheet.merge_range(row, first, row, last, "", look)
    if text:
        sheet.write_string(row, first, text, look)


@lru_cache(maxsize=65536)
def text_width(text: str) -> float:
    """Return how many column units a text takes at 11 points: a Chinese character counts two."""
    return sum(1.9 if unicodedata.east_asian_width(char) in "WFA" else 1.05 for char in text)


def lines_of(text: str, width: float) -> int:
    """Return on how many lines a wrapped text stands in a column of that width."""
    room = max(width - 1.2, 2.0)
    return sum(max(1, math.ceil(text_width(part) / room)) for part in text.split("\n"))


def row_height(cells: Sequence[tuple[str, float]], least: float = 22.0) -> float:
    """Return the height in points for wrapped (text, column width) cells at 11 points."""
    lines = max((lines_of(text, width) for text, width in cells), default=1)
    return max(least, lines * 15.5 + 6)


def fit_width(texts: Sequence[str], least: float = 8, most: float = 40) -> float:
    """Return a column width that shows the longest of some texts."""
    return min(most, max([least, *(text_width(text) + 2 for text in texts)]))


A4_WIDTH, A4_HEIGHT = 595.0, 842.0
_POINTS_PER_UNIT = 6.0
"""A column unit is a digit of the body font: eight pixels of 仿宋 11, a little more elsewhere."""
_PADDING = 3.75


_A3, _A4 = 8, 9
"""The numbers that workbooks have for paper sizes."""
_READABLE = 0.6
"""Print smaller than this is too small to read or to write into."""


class Page:
    """A page, A4 or for very wide tables A3: margins, scale that fits the width, and breaks that
    tear nothing apart."""

    def __init__(self, sheet: Worksheet, widths: Sequence[float], landscape: bool) -> None:
        self._sheet = sheet
        margin = 42.0
        across, down = (A4_HEIGHT, A4_WIDTH) if landscape else (A4_WIDTH, A4_HEIGHT)
        total = sum(width * _POINTS_PER_UNIT + _PADDING for width in widths)
        paper = _A4
        if landscape and (across - 2 * margin) / total < _READABLE:
            paper, across, down = _A3, across * 2**0.5, down * 2**0.5
        scale = max(0.4, min(1.0, (across - 2 * margin) / total))
        self.room = (down - 2 * 50 - 12) / scale * 0.97
        sheet.set_paper(paper)
        if landscape:
            sheet.set_landscape()
        inch = margin / 72
        sheet.set_margins(left=inch, right=inch, top=50 / 72, bottom=56 / 72)
        sheet.center_horizontally()
        # The width always fits, whatever font a machine has; the scale only places the breaks.
        sheet.fit_to_pages(1, 0)

    def footer(self, text: str) -> None:
        """Number the pages: the text has &P and &N for page and pages."""
        self._sheet.set_footer(f"&C&10{text}")

    def break_between(self, heights: Sequence[tuple[int, float, bool]], repeated: float) -> None:
        """Set page breaks for (row, height, keep with next) triples; a header is repeated."""
        breaks: list[int] = []
        used = 0.0
        block: list[tuple[int, float]] = []
        for row, height, keep in heights:
            block.append((row, height))
            if keep:
                continue
            tall = sum(part for _, part in block)
            if used and used + tall > self.room:
                breaks.append(block[0][0])
                used = repeated
            used += tall
            block = []
        if breaks:
            self._sheet.set_h_pagebreaks(breaks)
