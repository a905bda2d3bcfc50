"""The first sheet of a copy for correction: what to mend, where, and whether it is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from xlsxwriter.worksheet import Worksheet

from assessor.i18n import Catalog, catalog, visible
from assessor.outputs.form_canvas import Canvas
from assessor.outputs.form_marks import mended
from assessor.outputs.style import GOOD, MISSING, WRONG, Page, Sheets, row_height, span
from assessor.problems import Problem
from assessor.returns.carrying import CellKey
from assessor.returns.mending import Correction, Flaw, MendedForm
from assessor.scheme.model import Scheme
from assessor.scheme.plan import PlanTable, Repeat
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
_LONGEST_WRITTEN = 120
_MOST_CELLS = 40
"""Cells of one line whose state a formula looks at; more would be too long for it."""


@dataclass(frozen=True, slots=True)
class ListedForm:
    """A form of a correction, where its cells stand, and its flaws as they are worded there."""

    form: MendedForm
    addresses: Mapping[CellKey, str]
    flaws: tuple[Flaw, ...]


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
    canvases: Sequence[Canvas],
) -> None:
    """Paint the list; `canvases` are the forms as they were painted, in the order of `listed`."""
    words = catalog(scheme.settings.language)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.hide_gridlines(2)
    lines = [
        _Line(one, flaw, canvas, words)
        for one, canvas in zip(listed, canvases, strict=True)
        for flaw in one.flaws
    ]
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
    count = sum(line.flaw.must for line in lines)
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
    who = [words.text("form.unit_with_code", unit=unit.name, code=unit.code)] if unit else []
    who += [rater.name] if rater is not None else []
    yield words.text("correction.whose", workbook=packet.workbook, who=who)
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

    def __init__(self, listed: ListedForm, flaw: Flaw, canvas: Canvas, words: Catalog) -> None:
        self.listed, self.flaw, self.canvas, self.words = listed, flaw, canvas, words

    def paint(self, sheets: Sheets, sheet: Worksheet, row: int, number: int) -> None:
        """Paint the line; its cell is a link into the form."""
        words, flaw = self.words, self.flaw
        cell = self._cell()
        texts = [
            str(number),
            self.canvas.sheet.name,
            cell if cell else words.text("correction.whole"),
            self._item(),
            self._written(),
            words.message(flaw.problem),
            cure_text(flaw.problem, words),
        ]
        sheet.set_row(row, row_height(list(zip(texts, _WIDTHS[:-1], strict=True)), 24))
        sheet.write_number(row, 0, number, sheets.look("center"))
        for column, text in enumerate(texts[1:], 1):
            sheet.write_string(row, column, text, sheets.look("text", num_format="@"))
        name = self.canvas.sheet.name.replace("'", "''")
        link = sheets.look("center", font_color="#1F4E79", underline=1)
        sheet.write_url(row, 2, f"internal:'{name}'!{cell or 'A1'}", link, texts[2])
        self._paint_state(sheets, sheet, row, name)

    def _paint_state(self, sheets: Sheets, sheet: Worksheet, row: int, name: str) -> None:
        words = self.words
        waits, done = words.text("correction.waits"), words.text("correction.done")
        look = sheets.look("center", bg_color=WRONG if self.flaw.must else MISSING)
        conditions = self._conditions(name)
        if not self.flaw.must or not conditions:
            text = waits if self.flaw.must else words.text("correction.look")
            sheet.write_string(row, _LAST, text, look)
            return
        formula = f'=IF(AND({",".join(conditions)}),"{done}","{waits}")'
        sheet.write_formula(row, _LAST, formula, look, waits)
        good = sheets.book.add_format({"bg_color": GOOD})
        rule = {"type": "cell", "criteria": "==", "value": f'"{done}"', "format": good}
        sheet.conditional_format(row, _LAST, row, _LAST, rule)

    def _conditions(self, name: str) -> list[str]:
        """Return when the line is done, cell by cell; nothing where a formula cannot tell."""
        carried, cells = self.listed.form.carried, self.flaw.cells
        if len(cells) > _MOST_CELLS or not all(carried.is_open(key) for key in cells):
            return []
        return [
            mended(carried.rules.get(key), f"'{name}'!{self.listed.addresses[key]}")
            for key in cells
        ]

    def _cell(self) -> str:
        return self.listed.addresses[self.flaw.cells[0]] if self.flaw.cells else ""

    def _item(self) -> str:
        """Return what the first cell is about: code and title of its row."""
        if not self.flaw.cells:
            return self.flaw.problem.criterion
        table, code, column = self.flaw.cells[0]
        plan = self.listed.form.copy.plan
        mine = next((one for one in plan.tables if one.key == table), None)
        item = _item(mine, code, column) if mine is not None else self.words.text("form.checked")
        more = len(self.flaw.cells) - 1
        return item + (self.words.text("correction.more", count=more + 1) if more else "")

    def _written(self) -> str:
        return visible(self.flaw.written[:_LONGEST_WRITTEN])


def _item(table: PlanTable, code: str, column: str) -> str:
    head = next(one.title for one in table.columns if one.key == column)
    row = next((one for one in table.rows if one.key == code), None)
    if table.repeat is Repeat.ONCE and row is not None and len(table.entry_columns) == 1:
        return f"{code} {row.cells.get('title', '')}"
    return f"{code} {head}"
