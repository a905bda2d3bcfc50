"""Printable ballot and review papers: several to a page, cut lines, a paper number, no name."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from assessor.i18n import Catalog, catalog
from assessor.outputs.style import Page, Sheets, row_height, span
from assessor.scheme.copies import Copy, bound_rows
from assessor.scheme.model import Scheme
from assessor.scheme.stamp import paper_number

_FREE_TEXT_HEIGHT = 46.0


def paint_papers(sheets: Sheets, sheet: Worksheet, scheme: Scheme, copy: Copy, key: bytes) -> None:
    """Write the papers of one unit below each other, as many to a page as fit."""
    words = catalog(scheme.settings.language)
    (table,) = copy.plan.tables
    widths = [float(column.width) for column in table.columns]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.hide_gridlines(2)
    page = Page(sheet, widths, landscape=False)
    heights = _heights(copy, widths)
    to_a_page = max(1, int(page.room // sum(heights)))
    breaks = []
    for index in range(copy.plan.papers):
        top = index * len(heights)
        if index and index % to_a_page == 0:
            breaks.append(top)
        for row, height in enumerate(heights):
            sheet.set_row(top + row, height)
        _paint_paper(sheets, sheet, copy, top, paper_number(copy.number, index, key), words)
    sheet.set_h_pagebreaks(breaks)
    page.footer(words.text("form.page"))


def _heights(copy: Copy, widths: list[float]) -> list[float]:
    (table,) = copy.plan.tables
    heights = [34.0, 22.0, 24.0]
    for bound in bound_rows(table, copy):
        free = any(rule.kind == "text" for rule in bound.row.rules.values())
        text = str(bound.row.cells["title"])
        heights.append(_FREE_TEXT_HEIGHT if free else row_height([(text, widths[1])], 24))
    return [*heights, 40.0, 20.0]


def _paint_paper(
    sheets: Sheets, sheet: Worksheet, copy: Copy, top: int, number: str, words: Catalog
) -> None:
    (table,) = copy.plan.tables
    last = len(table.columns) - 1
    small = {"font_size": 11}
    unit = words.text("form.unit_is", unit=copy.roster[0].name)
    paper = words.text("form.paper_number", number=number)
    span(sheet, top, 0, last, copy.plan.title, sheets.look("title", font_size=18))
    span(sheet, top + 1, 0, 1, unit, sheets.look("left", **small))
    span(sheet, top + 1, 2, last, paper, sheets.look("right", **small))
    for column, head in enumerate(table.columns):
        sheet.write_string(top + 2, column, head.title, sheets.look("head"))
    row = top + 2
    for row, bound in enumerate(bound_rows(table, copy), top + 3):
        for column, head in enumerate(table.columns):
            look = "text" if head.key == "title" else "center"
            sheet.write_string(
                row, column, str(bound.row.cells.get(head.key, "")), sheets.look(look)
            )
    how = words.text(f"form.{copy.plan.layout}_how")
    span(sheet, row + 1, 0, last, how, sheets.look("paragraph", font_size=10))
    span(sheet, row + 2, 0, last, words.text("form.cut"), sheets.look("cut"))
