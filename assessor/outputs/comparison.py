"""compare.xlsx and compare.csv: two rounds side by side, ready to print and to re-use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

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
from assessor.outputs.results_table import Head, Rank, Table, Value, paint_table, sheet_title
from assessor.outputs.style import Sheets
from assessor.outputs.tables import csv_bytes
from assessor.problems import Problem
from assessor.scheme.model import Scheme
from assessor.scheme.plans import marked
from assessor.standing.comparison import Change, Comparison, Placing

_CHANGES = (
    "code unit class last_score score change last_rank rank rank_change last_class_rank class_rank "
    "class_rank_change last_grade grade bottom note"
).split()
_BOTTOM = (
    "rank code unit class score change last_rank rank_change grade bottom loss_1 loss_2 loss_3"
).split()
_TWO_BAD = (
    "code unit class last_score score change last_rank rank last_grade grade last_bad bad"
).split()
_COLUMNS: Mapping[str, tuple[str, float]] = {
    "code": ("center", 12),
    "unit": ("text", 30),
    "last_score": (" ", 16),
    "score": (" ", 16),
    "change": ("+", 16),
    "rank_change": ("moved", 16),
    "class_rank_change": ("moved", 16),
    "bottom": ("center", 14),
    "loss_1": ("text", 30),
    "loss_2": ("text", 30),
    "loss_3": ("text", 30),
    "last_bad": ("text", 24),
    "bad": ("text", 24),
    "note": ("text", 34),
}
"""Kind and greatest width of the columns that are not merely ("center", 16). A kind that is a sign
gets its digits when they are known."""


class _Cells:
    """The cells of a unit by the key of their column."""

    def __init__(self, comparison: Comparison, words: Catalog) -> None:
        self.comparison, self.words = comparison, words
        self.digits = score_digits(comparison)
        self._shared = shared_ranks(comparison.last), shared_ranks(comparison.this)

    def table(
        self, key: str, columns: Sequence[str], changes: Iterable[Change], frozen: int
    ) -> Table:
        """Return a table of some units; its sheet is named by the key."""
        heads = [self._head(column) for column in columns]
        rows = [[self._value(change, column) for column in columns] for change in changes]
        name, empty = self.words.text(f"compare.sheet.{key}"), self.words.text("compare.none")
        return Table(name, heads, rows, frozen, empty, tight=True)

    def _head(self, key: str) -> Head:
        kind, most = _COLUMNS.get(key, ("center", 16))
        digits = str(self.digits) if kind in {"+", " "} else ""
        return Head(self.words.text(f"compare.head.{key}"), kind + digits, most)

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

    def _rank(self, placing: Placing | None, year: int) -> Value:
        if placing is None or placing.rank is None:
            return self.words.text("rank.none")
        return Rank(placing.rank, (placing.kind, "", placing.rank) in self._shared[year])

    def _class_rank(self, placing: Placing | None, year: int) -> Value:
        if placing is None or placing.class_rank is None:
            return self.words.text("rank.none")
        key = placing.kind, placing.unit_class, placing.class_rank
        return Rank(placing.class_rank, key in self._shared[year])

    def _loss(self, change: Change, number: int) -> str:
        found = self.comparison.losses.get(change.now.code, ())
        return loss_text(found[number], self.digits, self.words) if number < len(found) else ""


def compare_xlsx(scheme: Scheme, comparison: Comparison, problems: Sequence[Problem]) -> bytes:
    """Return the workbook of two rounds, in the language of this round's scheme."""
    words = catalog(scheme.settings.language)
    cells = _Cells(comparison, words)
    title = marked(scheme, words.text("compare.title", title=scheme.settings.title))
    sheets = Sheets(title, scheme.settings.round, scheme.settings.issuer, scheme.settings.date)
    rounds = {"last": comparison.last.label, "this": comparison.this.label}
    subtitle = words.text("compare.subtitle", issuer=scheme.settings.issuer, **rounds)
    front = sheets.sheet(words.text("compare.sheet.front"))
    names = []
    for key, columns, changes, frozen in (
        ("changes", _CHANGES, comparison.changes, 2),
        ("bottom", _BOTTOM, comparison.bottom, 3),
        ("two_bad", _TWO_BAD, comparison.two_bad, 2),
    ):
        table = cells.table(key, columns, changes, frozen)
        called = words.text(f"compare.table.{key}", size=comparison.size)
        heading = sheet_title(scheme, called, words)
        names.append(paint_table(sheets, table, heading, subtitle, words))
    paint_front(sheets, front, scheme, comparison, problems, names, words)
    front.activate()
    return sheets.content


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
