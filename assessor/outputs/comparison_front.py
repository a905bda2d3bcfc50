"""The first sheet of compare.xlsx: which rounds, counts, what to beware of, contents, notes."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from assessor.i18n import Catalog
from assessor.outputs.comparison_words import counts, named
from assessor.outputs.style import Page, Sheets, row_height, span
from assessor.problems import Problem
from assessor.scheme.model import Scheme
from assessor.scheme.plans import marked
from assessor.standing.comparison import Comparison

_WIDTHS = (24.0, 10.0, 24.0, 10.0, 24.0, 10.0)
_LAST = len(_WIDTHS) - 1


def paint_front(
    sheets: Sheets,
    sheet: Worksheet,
    scheme: Scheme,
    comparison: Comparison,
    problems: Sequence[Problem],
    names: Sequence[str],
    words: Catalog,
) -> None:
    """Paint the overview."""
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    title = marked(scheme, words.text("compare.title", title=scheme.settings.title))
    span(sheet, 0, 0, _LAST, title, sheets.look("title"))
    sheet.set_row(0, row_height([(title, sum(_WIDTHS) / 2.1)], 20) * 1.6)
    rounds = {"last": comparison.last.label, "this": comparison.this.label}
    facts = [
        ("ranking.issuer", scheme.settings.issuer),
        ("compare.rounds", words.text("compare.from_to", **rounds)),
        ("ranking.state", words.text("compare.beware" if problems else "compare.comparable")),
    ]
    for row, (key, text) in enumerate(facts, 2):
        sheet.write_string(row, 0, words.text(key), sheets.look("head"))
        span(sheet, row, 1, _LAST, text, sheets.look("text"))
        sheet.set_row(row, 24)
    row = _paint_counts(sheets, sheet, comparison, 6, words)
    size = comparison.size
    lists = {"left_bottom": comparison.left_bottom, "two_bad": comparison.two_bad}
    lines = [
        words.text(f"compare.line.{key}", size=size, units=named(changes, words))
        for key, changes in lists.items()
        if changes
    ]
    row = _paint_lines(sheets, sheet, row, words.text("compare.names"), lines)
    warned = [f"{words.message(problem)}{words.cure(problem)}" for problem in problems]
    row = _paint_lines(sheets, sheet, row, words.text("compare.warnings"), warned)
    row = _paint_contents(sheets, sheet, names, row, words)
    keys = ("change", "bottom", "loss")
    notes = [words.text(f"compare.explain.{key}", size=size) for key in keys]
    _paint_lines(sheets, sheet, row, words.text("compare.notes"), notes)
    sheet.hide_gridlines(2)
    Page(sheet, _WIDTHS, landscape=False).footer(words.text("form.page"))


def _heading(sheets: Sheets, sheet: Worksheet, row: int, text: str) -> None:
    span(sheet, row, 0, _LAST, text, sheets.look("left", font_name="黑体", font_size=13))
    sheet.set_row(row, 24)


def _paint_counts(
    sheets: Sheets, sheet: Worksheet, comparison: Comparison, row: int, words: Catalog
) -> int:
    _heading(sheets, sheet, row, words.text("compare.counts"))
    lines = counts(comparison)
    for number, (key, count) in enumerate(lines):
        line, column = row + 1 + number // 3, (number % 3) * 2
        name = words.text(f"compare.count.{key}", size=comparison.size)
        sheet.write_string(line, column, name, sheets.look("head"))
        sheet.write_number(line, column + 1, count, sheets.look("center", num_format="0"))
        sheet.set_row(line, row_height([(name, _WIDTHS[column])], 24))
    return row + 3 + (len(lines) - 1) // 3


def _paint_lines(
    sheets: Sheets, sheet: Worksheet, row: int, heading: str, lines: Sequence[str]
) -> int:
    """Paint a heading with paragraphs; nothing where there are none."""
    if not lines:
        return row
    _heading(sheets, sheet, row, heading)
    for number, text in enumerate(lines, row + 1):
        span(sheet, number, 0, _LAST, text, sheets.look("paragraph", font_size=11))
        sheet.set_row(number, row_height([(text, sum(_WIDTHS))], 20))
    return row + len(lines) + 2


def _paint_contents(
    sheets: Sheets, sheet: Worksheet, names: Sequence[str], row: int, words: Catalog
) -> int:
    _heading(sheets, sheet, row, words.text("compare.contents"))
    look = sheets.look("text", border=0, underline=1, font_color="#2F5D8A", text_wrap=False)
    for number, name in enumerate(names):
        quoted = name.replace("'", "''")
        sheet.write_url(row + 1, number * 2, f"internal:'{quoted}'!A1", look, name)
    return row + 3
