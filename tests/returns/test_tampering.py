"""Whatever is typed over, a form never counts for another unit, period or rater than its number
and its stamp agree on."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

from assessor.returns.heads import read_head
from assessor.returns.identify import Identified, identify
from assessor.scheme.stamp import STAMP_SHEET, Seal, read_stamp, stamp_rows
from assessor.sheets.book import Book, open_book
from assessor.sheets.grid import Grid, Raw
from tests.builders import SMALL, small_workspace
from tests.filling import FULL, Round

Rows = list[list[Raw]]
_HEAD = 6


@dataclass
class Forged:
    """A workbook in memory, as the reader sees one."""

    sheets: dict[str, Rows]
    file: str = "表.xlsx"
    hidden: frozenset[str] = field(default=frozenset({STAMP_SHEET, "_choices"}))

    @property
    def sheet_names(self) -> list[str]:
        return list(self.sheets)

    def hidden_sheets(self) -> set[str]:
        return set(self.hidden)

    def grid(self, sheet: str) -> Grid:
        return Grid(self.file, sheet, self.sheets[sheet])


PERIODS = "code | title | due\nH | 年中 | 2026-06-30\nY | 年终 | 2026-12-20"
RATERS = "code | name | group\nP1 | 考核组 | panel\nP2 | 二组 | panel"
SCORES = SMALL["scores"].replace("| self   |", "| self@Y |").replace("| panel  |", "| panel@Y |")


@cache
def issued() -> tuple[Round, tuple[dict[str, Rows], ...]]:
    """Return a round of two units, periods and raters, and some of its filled forms."""
    folder = Path(mkdtemp())
    round_ = Round(small_workspace(folder, periods=PERIODS, raters=RATERS, scores=SCORES))
    books = []
    for packet in round_.packets:
        form, unit = packet.copies[0].key.form, packet.copies[0].key.unit
        content = round_.filled(form, unit, FULL)
        book = open_book("表.xlsx", content)
        books.append({name: [list(r) for r in book.grid(name).rows] for name in book.sheet_names})
    return round_, tuple(books)


@cache
def texts() -> list[str]:
    """Return what a forger may type: all that stands in stamps and heads, and some more."""
    _, books = issued()
    pool = {
        "",
        "2025",
        "small-rehearsal",
        "99",
        "西河村",
        "被考核单位：北村(V09)",
        "【演练】自评表",
    }
    for book in books:
        for name, rows in book.items():
            depth = None if name == STAMP_SHEET else _HEAD
            pool |= {cell for row in rows[:depth] for cell in row if isinstance(cell, str)}
    return sorted(pool)


@st.composite
def forged(draw: st.DrawFn) -> Forged:
    """Return the workbook of one form, typed over, resigned, or with a sheet of another beside."""
    round_, books = issued()
    sheets = {n: [list(row) for row in rows] for n, rows in draw(st.sampled_from(books)).items()}
    if draw(st.booleans()):
        other = draw(st.sampled_from(books))
        name = next(iter(other))
        sheets[draw(st.sampled_from([name, "Sheet2"]))] = [list(row) for row in other[name]]
    for _ in range(draw(st.integers(0, 6))):
        name = draw(st.sampled_from([name for name in sheets if name != "_choices"]))
        rows = sheets[name]
        row = draw(st.integers(0, min(len(rows), _HEAD if name != STAMP_SHEET else 99) - 1))
        if not rows[row]:
            continue
        column = draw(st.integers(0, len(rows[row]) - 1))
        rows[row][column] = draw(st.sampled_from(texts()))
    how = draw(st.sampled_from(["kept", "kept", "gone", "foreign"]))
    if how == "gone":
        del sheets[STAMP_SHEET]
    elif how == "foreign":
        packet = draw(st.sampled_from(round_.packets))
        copies = [(next(iter(sheets)), copy) for copy in packet.copies]
        sheets[STAMP_SHEET] = cast(Rows, stamp_rows("small", "2026", copies, b"f" * 32))
    return Forged(sheets)


@settings(max_examples=1500, deadline=None)
@given(forged())
def test_a_form_never_counts_for_another_than_number_and_stamp_agree_on(book: Forged) -> None:
    round_, _ = issued()
    context = round_.context
    stamp = None
    if STAMP_SHEET in book.sheets:
        stamp = read_stamp(book.grid(STAMP_SHEET).rows, context.key)
    units = set()
    for found in identify(cast(Book, book), context):
        if not isinstance(found, Identified):
            continue
        key = found.form.key
        units.add(key.unit)
        head = read_head(found.grid)
        shown = [context.stems[one.stem] for one in head.numbers if one.stem in context.stems]
        assert set(shown) <= {key}
        assert head.unit in ("", key.unit)
        vouched = stamp is not None and stamp.seal is Seal.GENUINE
        assert shown or vouched
        if stamp is not None and stamp.forms:
            assert key in [form.key for form in stamp.forms]
            assert (stamp.scheme, stamp.round) == ("small", "2026")
        if not vouched:
            assert head.unit == key.unit
            assert not head.rehearsal
    assert len(units) <= 1


def test_the_forger_has_what_it_takes() -> None:
    """Left alone, every form is taken: the property is not true of nothing."""
    round_, books = issued()
    for book in books:
        (found,) = identify(cast(Book, Forged(book)), round_.context)
        assert isinstance(found, Identified)
        assert found.problems == ()
    assert sum("-2026-" in text for text in texts()) >= 8
