"""A sheet of results with one table: title, header, rows as values, ready to print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from assessor.i18n import Catalog
from assessor.outputs.charts import Chart, draw
from assessor.outputs.style import GOOD, MISSING, Page, Sheets, fit_width, row_height, span
from assessor.outputs.wording import rank_text
from assessor.scheme.model import Scheme
from assessor.scheme.plans import marked


@dataclass(frozen=True, slots=True)
class Rank:
    """A rank: a number in the cell, words in its format."""

    rank: int | None
    shared: bool
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A word that stands out; its colour says nothing that the word does not say."""

    text: str
    tone: str


TONES = {"top": GOOD, "bottom": MISSING}
"""The colour of what stands at the top and of what stands at the bottom."""

Value = str | Decimal | int | Rank | Mark | None


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a results table."""

    title: str
    kind: str = "text"
    """text, center, moved (places up or down, as an int), or a number by its digits as text: `2`
    for 88.50, `+2` for a change (+3.25), ` 2` for a number beside a change, with room for a sign
    so that both columns are as wide."""
    most: float = 40
    level: int = 0
    """Outline level: parts can be folded away under what they add up to, which stands before."""
    folded: bool = False
    """Whether it is folded away when the sheet is opened."""
    heat: bool = False
    """Whether light colours compare the sizes of its numbers."""

    @property
    def digits(self) -> int | None:
        """Return the digits after the point; None where the column is not one of numbers."""
        return int(self.kind) if self.kind.lstrip("+ ").isdigit() else None

    @property
    def sign(self) -> str:
        """Return `+`, a space or nothing: the sign before a positive number."""
        return self.kind[0] if self.kind[0] in "+ " else ""


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with one table: name of the sheet, header, rows, sums."""

    name: str
    heads: Sequence[Head]
    rows: Sequence[Sequence[Value]]
    frozen: int = 3
    empty: str = ""
    """What stands in place of rows where there are none."""
    foot: Sequence[Value] = ()
    """A row of sums under the table, outside its filter."""
    tight: bool = False
    """Columns may be narrower, for a table of many with short values."""
    charts: Sequence[Chart] = ()
    """What is drawn of the table, under it."""


_HEAT = {
    "type": "3_color_scale",
    "min_color": "#F7DDBB",
    "mid_color": "#FFFFFF",
    "max_color": "#CBE2D0",
}
"""Light enough for dark ink on all of them; the numbers stand in the cells."""
_TOP = 2
"""Title and subtitle stand above the header of a table."""


def unit_heads(words: Catalog) -> list[Head]:
    """Return the two columns that name a unit: its code and its name."""
    return [Head(words.text("ranking.code"), "center", 12), Head(words.text("ranking.unit"))]


def sheet_title(scheme: Scheme, table: str, words: Catalog) -> str:
    """Return the title over a table: what is appraised, and which table of it this is."""
    text = words.text("ranking.sheet_title", title=scheme.settings.title, table=table)
    return marked(scheme, text)


def data_rows(rows: int) -> tuple[int, int]:
    """Return the first and the last row of the data of a table of so many rows."""
    return _TOP + 1, _TOP + rows


def paint_table(sheets: Sheets, table: Table, title: str, subtitle: str, words: Catalog) -> str:
    """Add a sheet with a table under its title and subtitle; return the name the sheet got."""
    sheet = sheets.sheet(table.name)
    painter = _Painter(sheets, sheet, table, words)
    painter.paint_titles(title, subtitle)
    painter.paint_header()
    painter.paint_rows()
    painter.draw_charts()
    painter.lay_out()
    name: str = sheet.name
    return name


class _Painter:
    """One table on its sheet."""

    def __init__(self, sheets: Sheets, sheet: Worksheet, table: Table, words: Catalog) -> None:
        self.sheets, self.sheet, self.table, self.words = sheets, sheet, table, words
        self._number_looks: dict[tuple[str, str], Format] = {}
        self.last = len(table.heads) - 1
        self.end = _TOP + max(1, len(table.rows))
        self.lines = [self._texts(row) for row in table.rows]
        self.widths = self._widths()
        pairs = zip(table.heads, self.widths, strict=True)
        self.shown = [width for head, width in pairs if not head.folded]

    def paint_titles(self, title: str, subtitle: str) -> None:
        """Write what it is, and under it by whom, which round, and how far it is."""
        sheet, look = self.sheet, self.sheets.look
        span(sheet, 0, 0, self.last, title, look("title"))
        sheet.set_row(0, row_height([(title, sum(self.shown) / 2.1)], 20) * 1.6)
        span(sheet, 1, 0, self.last, subtitle, look("subtitle"))
        sheet.set_row(1, 22)

    def paint_header(self) -> None:
        """Write the titles of the columns and set their widths."""
        heads = self.table.heads
        if any(head.level for head in heads):
            self.sheet.outline_settings(symbols_right=False)
        for index, (head, width) in enumerate(zip(heads, self.widths, strict=True)):
            self.sheet.set_column(index, index, width, None, self._outline(index))
            self.sheet.write_string(_TOP, index, head.title, self.sheets.look("head"))
        titles = [head.title for head in heads]
        self.sheet.set_row(_TOP, self._height(titles, 28))

    def _outline(self, index: int) -> dict[str, object]:
        """Return how a column is folded; the + to unfold stands at the one before the folded."""
        head, *after = self.table.heads[index : index + 2]
        found: dict[str, object] = {}
        if head.level:
            found["level"] = min(head.level, 7)
        if head.folded:
            found["hidden"] = True
        elif after and after[0].folded:
            found["collapsed"] = True
        return found

    def paint_rows(self) -> None:
        """Write the rows, or what stands in their place, and the sums under them."""
        table, look = self.table, self.sheets.look
        for number, (row, texts) in enumerate(zip(table.rows, self.lines, strict=True), _TOP + 1):
            self.sheet.set_row(number, self._height(texts, 22))
            self._write_row(number, row)
        if not table.rows:
            span(self.sheet, _TOP + 1, 0, self.last, table.empty, look("center"))
        if table.foot:
            self.sheet.set_row(self.end + 1, 24)
            self._write_row(self.end + 1, table.foot, "total")
        for index, head in enumerate(table.heads):
            if head.heat and table.rows:
                self.sheet.conditional_format(_TOP + 1, index, self.end, index, dict(_HEAT))

    def draw_charts(self) -> None:
        """Draw the charts under the table, one below the other."""
        row = self.end + (3 if self.table.foot else 2)
        for chart in self.table.charts:
            draw(self.sheets, self.sheet, (row, 0), chart)
            row += chart.rows + 1

    def lay_out(self) -> None:
        """Filter, freeze and repeat the header; fit the sheet to the page."""
        self.sheet.autofilter(_TOP, 0, self.end, self.last)
        self.sheet.freeze_panes(_TOP + 1, min(self.table.frozen, self.last))
        self.sheet.repeat_rows(_TOP)
        self.sheet.hide_gridlines(2)
        Page(self.sheet, self.shown, landscape=True).footer(self.words.text("form.page"))

    def _paired(self, row: Sequence[Value]) -> Iterator[tuple[Value, Head]]:
        return zip(row, self.table.heads, strict=True)

    def _texts(self, row: Sequence[Value]) -> list[str]:
        return [_text(value, head, self.words) for value, head in self._paired(row)]

    def _widths(self) -> list[float]:
        least, letters = (7, 6) if self.table.tight else (8, 9)
        lines = [*self.lines, self._texts(self.table.foot)] if self.table.foot else self.lines
        return [
            fit_width([*(line[at] for line in lines), head.title[:letters]], least, head.most)
            for at, head in enumerate(self.table.heads)
        ]

    def _height(self, texts: Sequence[str], least: float) -> float:
        return row_height(list(zip(texts, self.widths, strict=True)), least)

    def _write_row(self, number: int, row: Sequence[Value], look: str = "") -> None:
        for column, (value, head) in enumerate(self._paired(row)):
            self._write(number, column, value, head, look)

    def _write(self, row: int, column: int, value: Value, head: Head, look: str) -> None:
        if isinstance(value, Rank):
            self._write_rank(row, column, value)
        elif isinstance(value, Mark):
            toned = self.sheets.look("center", bg_color=TONES[value.tone])
            self.sheet.write_string(row, column, value.text, toned)
        elif isinstance(value, Decimal | int):
            self.sheet.write_number(row, column, float(value), self._number_look(head, look))
        else:
            plain = "text" if head.kind == "text" else "center"
            form = self.sheets.look(look or plain)
            if value:
                self.sheet.write_string(row, column, value, form)
            else:
                self.sheet.write_blank(row, column, None, form)

    def _write_rank(self, row: int, column: int, value: Rank) -> None:
        words_of_rank = self.words.text("rank.format_tied" if value.shared else "rank.format")
        tone = {"bg_color": TONES[value.tone]} if value.tone else {}
        look = self.sheets.look("center", num_format=words_of_rank, **tone)
        if value.rank is None:
            self.sheet.write_string(row, column, self.words.text("rank.none"), look)
        else:
            self.sheet.write_number(row, column, value.rank, look)

    def _number_look(self, head: Head, look: str) -> Format:
        known = self._number_looks.get((head.kind, look))
        if known is not None:
            return known
        side = "center" if head.kind == "moved" else "right"
        form = {"num_format": _number_format(head, self.words), "align": side, "text_wrap": False}
        made = self.sheets.look(look or "center", **form)
        self._number_looks[head.kind, look] = made
        return made


def _text(value: Value, head: Head, words: Catalog) -> str:
    """Return what a cell shows, to measure it."""
    if isinstance(value, Rank):
        return rank_text(value.rank, value.shared, words)
    if isinstance(value, Mark):
        return value.text
    if isinstance(value, Decimal) and head.digits is not None:
        return f"{value:{head.sign}.{head.digits}f}"
    if isinstance(value, int) and head.kind == "moved":
        return f"{value:+}　"  # the space makes room for 升 or 降
    return "" if value is None else str(value)


def _number_format(head: Head, words: Catalog) -> str:
    if head.kind == "moved":
        return words.text("compare.format_moved")
    plain = "0." + "0" * head.digits if head.digits else "0"
    return f"+{plain};-{plain};{plain}" if head.sign == "+" else plain
