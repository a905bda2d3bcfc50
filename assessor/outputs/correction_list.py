"""The first sheet of a copy for correction: what to mend, where, and whether it is done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from xlsxwriter.worksheet import Worksheet

from assessor.i18n import Catalog, catalog, visible
from assessor.outputs.correction_state import ListedForm, done_condition, quoted
from assessor.outputs.style import ACCENT, GOOD, MISSING, WRONG, Page, Sheets, row_height, span
from assessor.problems import Problem
from assessor.returns.asides import CHECKED
from assessor.returns.flaws import Flaw, cell_name
from assessor.returns.mending import Correction
from assessor.scheme.model import Scheme
from assessor.scheme.plans import marked

_COLUMNS = (
    ("number", 6),
    ("sheet_name", 18),
    ("cell", 9),
    ("item", 24),
    ("written", 16),
    ("message", 42),
    ("cure", 40),
    ("state", 12),
)
_WIDTHS = [float(width) for _, width in _COLUMNS]
_LAST = len(_COLUMNS) - 1
_WRITTEN = 4
_LONGEST_WRITTEN = 120


def cure_text(problem: Problem, words: Catalog) -> str:
    """Say how to cure a problem on a copy for correction: some cures are others there than in the
    list of problems, which is the office's and about the file that came back."""
    own = f"correction.cure.{problem.code}"
    return words.text(own, **problem.facts) if own in words else words.cure(problem)


def paint_list(
    scheme: Scheme,
    correction: Correction,
    listed: Sequence[ListedForm],
    sheets: Sheets,
    sheet: Worksheet,
) -> None:
    """Paint the list."""
    words = catalog(scheme.settings.language)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.hide_gridlines(2)
    lines = [_Line(one, flaw, listed, words) for one in listed for flaw in one.flaws]
    top = _paint_head(scheme, correction, sheets, sheet, lines, words)
    for column, (key, _) in enumerate(_COLUMNS):
        sheet.write_string(top, column, words.text(f"correction.column.{key}"), sheets.look("head"))
    sheet.set_row(top, 26)
    for number, line in enumerate(lines, 1):
        line.paint(sheets, sheet, top + number, number)
    sheet.freeze_panes(top + 1, 0)
    sheet.repeat_rows(top)
    Page(sheet, _WIDTHS, landscape=True).footer(words.text("form.page"))
    options = {"format_cells": True, "format_columns": True, "format_rows": True}
    sheet.protect("", options)


def _paint_head(
    scheme: Scheme,
    correction: Correction,
    sheets: Sheets,
    sheet: Worksheet,
    lines: Sequence[_Line],
    words: Catalog,
) -> int:
    """Paint title, whom it is for, how to do it and by when; return the row after it."""
    settings, look = scheme.settings, sheets.look
    span(sheet, 0, 0, _LAST, marked(scheme, words.text("correction.title")), look("title"))
    sheet.set_row(0, 40)
    subtitle = f"{settings.issuer} · {settings.title} · {settings.round}"
    span(sheet, 1, 0, _LAST, subtitle.strip(" ·"), look("subtitle"))
    sheet.set_row(1, 22)
    row = 2
    for text in _lead(scheme, correction, words):
        span(sheet, row, 0, _LAST, text, look("paragraph"))
        sheet.set_row(row, row_height([(text, sum(_WIDTHS) * 11 / 12)], 20))
        row += 1
    states = f"H{row + 3}:H{row + 2 + len(lines)}"
    count = sum(line.waits for line in lines)
    parts = words.text("correction.to_go", count="§").split("§")
    waits = words.text("correction.waits")
    formula = f'="{parts[0]}"&COUNTIF({states},"{waits}")&"{parts[1]}"'
    span(sheet, row, 0, _LAST, "", look("left", bold=True))
    value = f"{parts[0]}{count}{parts[1]}"
    sheet.write_formula(row, 0, formula, look("left", bold=True), value)
    sheet.set_row(row, 24)
    return row + 1


def _lead(scheme: Scheme, correction: Correction, words: Catalog) -> Iterator[str]:
    packet, settings = correction.packet, scheme.settings
    unit, rater = packet.unit, packet.rater
    who = words.text("form.unit_with_code", unit=unit.name, code=unit.code) if unit else ""
    whose = words.text("correction.whose", workbook=packet.workbook, unit=who)
    filler = words.text("correction.filler", name=rater.name) if rater is not None else ""
    yield f"{whose}　{filler}".strip()
    files = dict.fromkeys(
        visible(PurePosixPath(file).name) for form in correction.forms for file in form.files
    )
    yield words.text("correction.came_in", files=list(files))
    yield words.text("correction.how")
    checked = any(form.copy.plan.foot for form in correction.forms)
    yield words.text("correction.send_back" if checked else "correction.send_back_plain")
    due = packet.period.due
    day = words.text("form.day", day=due) if due else words.text("form.no_day")
    parts = [words.text("correction.due", due=day)]
    if settings.contact or settings.phone:
        facts = {"contact": settings.contact, "phone": settings.phone}
        parts.append(words.text("instruction.ask", **facts).strip())
    yield "　".join(parts)


class _Line:
    """One line of the list."""

    def __init__(
        self, listed: ListedForm, flaw: Flaw, forms: Sequence[ListedForm], words: Catalog
    ) -> None:
        self.listed, self.flaw, self.words = listed, flaw, words
        self.condition = done_condition(flaw, listed, forms)

    @property
    def waits(self) -> bool:
        """Whether the line waits for somebody, and the sheet sees when it is done."""
        return bool(self.condition)

    def paint(self, sheets: Sheets, sheet: Worksheet, row: int, number: int) -> None:
        """Paint the line; its cell is a link into the form."""
        words, flaw = self.words, self.flaw
        cell = self._cell()
        texts = [
            str(number),
            self.listed.sheet,
            cell if cell else words.text("correction.whole"),
            self._item(),
            visible(flaw.written[:_LONGEST_WRITTEN]),
            words.message(flaw.problem),
            cure_text(flaw.problem, words),
        ]
        sheet.set_row(row, row_height(list(zip(texts, _WIDTHS[:-1], strict=True)), 24))
        sheet.write_number(row, 0, number, sheets.look("center"))
        for column, text in enumerate(texts[1:], 1):
            look = "center" if column == _WRITTEN else "text"
            sheet.write_string(row, column, text, sheets.look(look, num_format="@"))
        link = sheets.look("center", font_color=ACCENT, underline=1)
        target = f"{quoted(self.listed.sheet)}!{cell or 'A1'}"
        sheet.write_url(row, 2, f"internal:{target}", link, texts[2])
        self._paint_state(sheets, sheet, row)

    def _paint_state(self, sheets: Sheets, sheet: Worksheet, row: int) -> None:
        words = self.words
        look = sheets.look("center", bg_color=WRONG if self.flaw.must else MISSING)
        if not self.condition:
            sheet.write_string(row, _LAST, words.text("correction.look"), look)
            return
        waits, done = words.text("correction.waits"), words.text("correction.done")
        formula = f'=IF({self.condition},"{done}","{waits}")'
        sheet.write_formula(row, _LAST, formula, look, waits)
        good = sheets.book.add_format({"bg_color": GOOD})
        rule = {"type": "cell", "criteria": "==", "value": f'"{done}"', "format": good}
        sheet.conditional_format(row, _LAST, row, _LAST, rule)

    def _cell(self) -> str:
        return self.listed.addresses[self.flaw.cells[0]] if self.flaw.cells else ""

    def _item(self) -> str:
        """Return what the first cell is about: code and title of its row."""
        if not self.flaw.cells:
            return self.flaw.problem.criterion
        first = self.flaw.cells[0]
        plan = self.listed.form.copy.plan
        checked = self.words.text("form.checked")
        item = checked if first == CHECKED else cell_name(plan, first)
        count = len(self.flaw.cells)
        return item + (self.words.text("correction.more", count=count) if count > 1 else "")
