"""compare.xlsx and compare.csv: two rounds side by side, ready to print and to re-use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xlsxwriter.worksheet import Worksheet

from assessor.i18n import Catalog, catalog
from assessor.outputs.comparison_front import paint_front
from assessor.outputs.comparison_words import (
    bad_text,
    bottom_text,
    loss_text,
    notes_text,
    score_digits,
    shared_ranks,
    state_of,
)
from assessor.outputs.style import Page, Sheets, fit_width, row_height, span
from assessor.outputs.tables import csv_bytes
from assessor.outputs.wording import rank_text
from assessor.problems import Problem
from assessor.scheme.model import Scheme
from assessor.scheme.plans import marked
from assessor.standing.comparison import Change, Comparison, Placing


@dataclass(frozen=True, slots=True)
class _Rank:
    """A rank: a number in the cell, words in its format."""

    rank: int | None
    shared: bool


Value = str | Decimal | int | _Rank | None


@dataclass(frozen=True, slots=True)
class _Head:
    """A column: key of its title, and how its values are written."""

    key: str
    kind: str = "center"
    """text, center, score, change (of a score) or moved (places)."""
    most: float = 16


@dataclass(frozen=True, slots=True)
class _Table:
    """A sheet with one table."""

    key: str
    heads: Sequence[_Head]
    rows: Sequence[Sequence[Value]]
    frozen: int


_NAMED = (_Head("code", most=12), _Head("unit", "text", 30), _Head("class"))
_CHANGES = (
    *_NAMED,
    _Head("last_score", "score"),
    _Head("score", "score"),
    _Head("change", "change"),
    _Head("last_rank"),
    _Head("rank"),
    _Head("rank_change", "moved"),
    _Head("last_class_rank"),
    _Head("class_rank"),
    _Head("class_rank_change", "moved"),
    _Head("last_grade"),
    _Head("grade"),
    _Head("bottom", "center", 14),
    _Head("note", "text", 34),
)
_BOTTOM = (
    _Head("rank"),
    *_NAMED,
    _Head("score", "score"),
    _Head("change", "change"),
    _Head("last_rank"),
    _Head("rank_change", "moved"),
    _Head("grade"),
    _Head("bottom", "center", 14),
    _Head("loss_1", "text", 30),
    _Head("loss_2", "text", 30),
    _Head("loss_3", "text", 30),
)
_TWO_BAD = (
    *_NAMED,
    _Head("last_score", "score"),
    _Head("score", "score"),
    _Head("change", "change"),
    _Head("last_rank"),
    _Head("rank"),
    _Head("last_grade"),
    _Head("grade"),
    _Head("last_bad", "text", 24),
    _Head("bad", "text", 24),
)


class _Cells:
    """The cells of a unit by the key of their column."""

    def __init__(self, comparison: Comparison, words: Catalog) -> None:
        self.comparison, self.words = comparison, words
        self.digits = score_digits(comparison)
        self._shared = shared_ranks(comparison.last), shared_ranks(comparison.this)

    def row(self, change: Change, heads: Sequence[_Head]) -> list[Value]:
        """Return the values of one unit under some heads."""
        return [self._value(change, head.key) for head in heads]

    def _value(self, change: Change, key: str) -> Value:
        words, size, now = self.words, self.comparison.size, change.now
        values: dict[str, Callable[[], Value]] = {
            "code": lambda: now.code,
            "unit": lambda: now.name,
            "class": lambda: now.unit_class,
            "last_score": lambda: self._score(change.last),
            "score": lambda: self._score(change.this),
            "change": lambda: change.score_change,
            "last_rank": lambda: self._rank(change.last, 0),
            "rank": lambda: self._rank(change.this, 1),
            "rank_change": lambda: change.rank_change,
            "last_class_rank": lambda: self._class_rank(change.last, 0),
            "class_rank": lambda: self._class_rank(change.this, 1),
            "class_rank_change": lambda: change.class_rank_change,
            "last_grade": lambda: change.last.grade if change.last else "",
            "grade": lambda: change.this.grade if change.this else "",
            "bottom": lambda: bottom_text(change, size, words),
            "note": lambda: notes_text(change, self.comparison, words),
            "last_bad": lambda: bad_text(change.last_bottom, change.last_lowest, size, words),
            "bad": lambda: bad_text(change.this_bottom, change.this_lowest, size, words),
        }
        if key.startswith("loss_"):
            return self._loss(change, int(key[-1]) - 1)
        return values[key]()

    def _score(self, placing: Placing | None) -> Value:
        if placing is None or placing.score is None:
            return state_of(placing, self.words)
        return placing.score

    def _rank(self, placing: Placing | None, year: int) -> _Rank:
        rank = placing.rank if placing else None
        shared = placing is not None and (placing.kind, "", rank) in self._shared[year]
        return _Rank(rank, shared)

    def _class_rank(self, placing: Placing | None, year: int) -> _Rank:
        if placing is None:
            return _Rank(None, shared=False)
        key = placing.kind, placing.unit_class, placing.class_rank
        return _Rank(placing.class_rank, key in self._shared[year])

    def _loss(self, change: Change, number: int) -> str:
        found = self.comparison.losses.get(change.now.code, ())
        return loss_text(found[number], self.digits, self.words) if number < len(found) else ""


def compare_xlsx(scheme: Scheme, comparison: Comparison, problems: Sequence[Problem]) -> bytes:
    """Return the workbook of two rounds, in the language of this round's scheme."""
    words = catalog(scheme.settings.language)
    cells = _Cells(comparison, words)
    title = marked(scheme, words.text("compare.title", title=scheme.settings.title))
    sheets = Sheets(title, scheme.settings.round, scheme.settings.issuer, scheme.settings.date)
    tables = [
        _table("changes", _CHANGES, comparison.changes, cells, 2),
        _table("bottom", _BOTTOM, comparison.bottom, cells, 3),
        _table("two_bad", _TWO_BAD, comparison.two_bad, cells, 2),
    ]
    front = sheets.sheet(words.text("compare.sheet.front"))
    names = []
    for table in tables:
        sheet = sheets.sheet(words.text(f"compare.sheet.{table.key}"))
        names.append(sheet.name)
        _Painter(sheets, sheet, table, cells).paint(scheme)
    paint_front(sheets, front, scheme, comparison, problems, names, words)
    front.activate()
    return sheets.content


def _table(
    key: str, heads: Sequence[_Head], changes: Iterable[Change], cells: _Cells, frozen: int
) -> _Table:
    return _Table(key, heads, [cells.row(change, heads) for change in changes], frozen)


CSV_HEADER = (
    "unit_code,unit,class,last_score,score,change,last_rank,rank,rank_change,last_class_rank,"
    "class_rank,last_grade,grade,note_code,class_rank_change,last_unit_code,last_unit,last_class,"
    "last_status,status,last_bottom,bottom,two_bad,note"
).split(",")


def compare_csv(scheme: Scheme, comparison: Comparison) -> bytes:
    """Return compare.csv: one row a unit; a change of rank above 0 is a rise."""
    words = catalog(scheme.settings.language)
    rows = [_csv_row(change, comparison, words) for change in comparison.changes]
    return csv_bytes(CSV_HEADER, rows)


def _csv_row(change: Change, comparison: Comparison, words: Catalog) -> list[object]:
    now, last, this = change.now, change.last, change.this
    return [
        now.code,
        now.name,
        now.unit_class,
        last.score if last else None,
        this.score if this else None,
        change.score_change,
        last.rank if last else None,
        this.rank if this else None,
        change.rank_change,
        last.class_rank if last else None,
        this.class_rank if this else None,
        last.grade if last else "",
        this.grade if this else "",
        ";".join(change.notes),
        change.class_rank_change,
        last.code if last else "",
        last.name if last else "",
        last.unit_class if last else "",
        last.status if last else "",
        this.status if this else "",
        *("yes" if mark else "" for mark in (change.last_bottom, change.this_bottom)),
        "yes" if change.two_bad else "",
        notes_text(change, comparison, words),
    ]


# -- painting ------------------------------------------------------------------------------------

_TOP = 2
"""Title and subtitle stand above the header of a table."""


class _Painter:
    """One table on its sheet."""

    def __init__(self, sheets: Sheets, sheet: Worksheet, table: _Table, cells: _Cells) -> None:
        self.sheets, self.sheet, self.table = sheets, sheet, table
        self.words, self.comparison, self.digits = cells.words, cells.comparison, cells.digits

    def paint(self, scheme: Scheme) -> None:
        """Paint title, header and rows; fit them to the page."""
        last = len(self.table.heads) - 1
        titles = [self.words.text(f"compare.head.{head.key}") for head in self.table.heads]
        texts = [
            [self._text(value, head) for value, head in zip(row, self.table.heads, strict=True)]
            for row in self.table.rows
        ]
        widths = [
            fit_width([*(row[index] for row in texts), titles[index][:6]], 7, head.most)
            for index, head in enumerate(self.table.heads)
        ]
        self._paint_top(scheme, titles, widths)
        for number, row in enumerate(self.table.rows, _TOP + 1):
            lines = list(zip(texts[number - _TOP - 1], widths, strict=True))
            self.sheet.set_row(number, row_height(lines, 22))
            for column, (value, head) in enumerate(zip(row, self.table.heads, strict=True)):
                self._write(number, column, value, head)
        if not self.table.rows:
            empty = self.words.text("compare.none")
            span(self.sheet, _TOP + 1, 0, last, empty, self.sheets.look("center"))
        self.sheet.autofilter(_TOP, 0, _TOP + max(1, len(self.table.rows)), last)
        self.sheet.freeze_panes(_TOP + 1, self.table.frozen)
        self.sheet.repeat_rows(_TOP)
        self.sheet.hide_gridlines(2)
        Page(self.sheet, widths, landscape=True).footer(self.words.text("form.page"))

    def _paint_top(self, scheme: Scheme, titles: list[str], widths: list[float]) -> None:
        sheet, words, last = self.sheet, self.words, len(titles) - 1
        table = words.text(f"compare.table.{self.table.key}", size=self.comparison.size)
        heading = words.text("ranking.sheet_title", title=scheme.settings.title, table=table)
        title = marked(scheme, heading)
        span(sheet, 0, 0, last, title, self.sheets.look("title"))
        sheet.set_row(0, row_height([(title, sum(widths) / 2.1)], 20) * 1.6)
        rounds = {"last": self.comparison.last.label, "this": self.comparison.this.label}
        subtitle = words.text("compare.subtitle", issuer=scheme.settings.issuer, **rounds)
        span(sheet, 1, 0, last, subtitle, self.sheets.look("subtitle"))
        sheet.set_row(1, 22)
        for index, width in enumerate(widths):
            sheet.set_column(index, index, width)
            sheet.write_string(_TOP, index, titles[index], self.sheets.look("head"))
        sheet.set_row(_TOP, row_height(list(zip(titles, widths, strict=True)), 28))

    def _text(self, value: Value, head: _Head) -> str:
        if isinstance(value, _Rank):
            return rank_text(value.rank, value.shared, self.words)
        if isinstance(value, Decimal):
            return f"{value:+.{self.digits}f}"
        if isinstance(value, int):
            return f"{value:+}" + "　" * (head.kind == "moved")
        return value or ""

    def _write(self, row: int, column: int, value: Value, head: _Head) -> None:
        if isinstance(value, _Rank) and value.rank is not None:
            words_of_rank = "rank.format_tied" if value.shared else "rank.format"
            look = self.sheets.look("center", num_format=self.words.text(words_of_rank))
            self.sheet.write_number(row, column, value.rank, look)
        elif isinstance(value, Decimal | int):
            side = "center" if head.kind == "moved" else "right"
            form = {"num_format": self._format(head.kind), "align": side, "text_wrap": False}
            self.sheet.write_number(row, column, float(value), self.sheets.look("center", **form))
        else:
            look = self.sheets.look("text" if head.kind == "text" else "center")
            text = self.words.text("rank.none") if isinstance(value, _Rank) else value
            self.sheet.write_string(row, column, text or "", look)

    def _format(self, kind: str) -> str:
        if kind == "moved":
            return self.words.text("compare.format_moved")
        plain = "0." + "0" * self.digits if self.digits else "0"
        return f"+{plain};-{plain};{plain}" if kind == "change" else plain
