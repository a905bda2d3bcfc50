"""A sheet of results with one table: title, header, rows as values, ready to print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from xlsxwriter.worksheet import Worksheet

from assessor.i18n import Catalog
from assessor.outputs.style import Page, Sheets, fit_width, row_height, span
from assessor.outputs.wording import rank_text, state_text
from assessor.problems import Problem
from assessor.scheme.plans import marked
from assessor.standing.stand import Standing


@dataclass(frozen=True, slots=True)
class Rank:
    """A rank: a number in the cell, words in its format."""

    rank: int | None
    shared: bool


Value = str | Decimal | int | Rank | None


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a results table."""

    title: str
    kind: str = "text"
    """text, center, or a number of digits as text."""
    most: float = 40
    level: int = 0
    """Outline level: parts of parts can be folded away."""


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with one table: name, subtitle, header, rows."""

    name: str
    heads: Sequence[Head]
    rows: Sequence[Sequence[Value]]
    frozen: int = 3
    empty: str = ""
    """What stands in place of rows where there are none."""
    foot: Sequence[Value] = ()
    """A row of sums under the table, outside its filter."""


_TOP = 2
"""Title and subtitle stand above the header of a table."""


def paint_table(
    sheets: Sheets,
    sheet: Worksheet,
    standing: Standing,
    problems: Sequence[Problem],
    table: Table,
    words: Catalog,
) -> None:
    """Paint a table under the title of the round and its state."""
    last = len(table.heads) - 1
    lines = [[_text(v, h, words) for v, h in _paired(table, row)] for row in table.rows]
    widths = _widths(table, lines, words)
    shown = [width for head, width in zip(table.heads, widths, strict=True) if not head.level]
    _paint_titles(sheets, sheet, standing, problems, table, sum(shown), words)
    for index, (head, width) in enumerate(zip(table.heads, widths, strict=True)):
        folded = {"level": min(head.level, 7), "hidden": True} if head.level else {}
        sheet.set_column(index, index, width, None, folded)
        sheet.write_string(_TOP, index, head.title, sheets.look("head"))
    heights = [(head.title, width) for head, width in zip(table.heads, widths, strict=True)]
    sheet.set_row(_TOP, row_height(heights, 28))
    for number, (row, texts) in enumerate(zip(table.rows, lines, strict=True), _TOP + 1):
        sheet.set_row(number, row_height(list(zip(texts, widths, strict=True)), 22))
        for column, (value, head) in enumerate(_paired(table, row)):
            _write(sheets, sheet, number, column, value, head, words)
    if not table.rows:
        span(sheet, _TOP + 1, 0, last, table.empty, sheets.look("center"))
    end = _TOP + max(1, len(table.rows))
    if table.foot:
        sheet.set_row(end + 1, 24)
        for column, (value, head) in enumerate(_paired(table, table.foot)):
            _write(sheets, sheet, end + 1, column, value, head, words, "total")
    sheet.autofilter(_TOP, 0, end, last)
    sheet.freeze_panes(_TOP + 1, min(table.frozen, last))
    sheet.repeat_rows(_TOP)
    sheet.hide_gridlines(2)
    Page(sheet, shown, landscape=True).footer(words.text("form.page"))


def _paired(table: Table, row: Sequence[Value]) -> list[tuple[Value, Head]]:
    return list(zip(row, table.heads, strict=bool(row)))


def _widths(table: Table, lines: Sequence[Sequence[str]], words: Catalog) -> list[float]:
    foot = [_text(value, head, words) for value, head in _paired(table, table.foot)]
    every = [*lines, foot] if foot else lines
    return [
        fit_width([*(line[at] for line in every), head.title[:9]], 8, head.most)
        for at, head in enumerate(table.heads)
    ]


def _paint_titles(
    sheets: Sheets,
    sheet: Worksheet,
    standing: Standing,
    problems: Sequence[Problem],
    table: Table,
    width: float,
    words: Catalog,
) -> None:
    """Write what it is, and under it by whom, which round, and how far it is."""
    scheme = standing.scheme
    last = len(table.heads) - 1
    name = words.text("ranking.sheet_title", title=scheme.settings.title, table=table.name)
    title = marked(scheme, name)
    subtitle = words.text(
        "ranking.subtitle",
        issuer=scheme.settings.issuer,
        round=scheme.settings.round,
        state=state_text(standing, problems, words),
    )
    span(sheet, 0, 0, last, title, sheets.look("title"))
    sheet.set_row(0, row_height([(title, width / 2.1)], 20) * 1.6)
    span(sheet, 1, 0, last, subtitle, sheets.look("subtitle"))
    sheet.set_row(1, 22)


def _text(value: Value, head: Head, words: Catalog) -> str:
    if isinstance(value, Rank):
        return rank_text(value.rank, value.shared, words)
    if isinstance(value, Decimal) and head.kind.isdigit():
        return f"{value:.{head.kind}f}"
    return "" if value is None else str(value)


def _write(
    sheets: Sheets,
    sheet: Worksheet,
    row: int,
    column: int,
    value: Value,
    head: Head,
    words: Catalog,
    look: str = "",
) -> None:
    if isinstance(value, Rank):
        words_of_rank = words.text("rank.format_tied" if value.shared else "rank.format")
        format_ = sheets.look("center", num_format=words_of_rank)
        if value.rank is None:
            sheet.write_string(row, column, words.text("rank.none"), format_)
        else:
            sheet.write_number(row, column, value.rank, format_)
        return
    if isinstance(value, Decimal | int):
        digits = int(head.kind) if head.kind.isdigit() else 0
        number = "0." + "0" * digits if digits else "0"
        right = sheets.look(look or "center", num_format=number, align="right", text_wrap=False)
        sheet.write_number(row, column, float(value), right)
    else:
        plain = "text" if head.kind == "text" else "center"
        sheet.write_string(row, column, value or "", sheets.look(look or plain))
