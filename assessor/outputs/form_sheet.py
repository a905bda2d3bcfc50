"""One form as a sheet: head, tables with entry cells and live formulas, foot."""

from __future__ import annotations

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from assessor.outputs.form_canvas import HEAD_ROWS, Canvas, areas, places_of
from assessor.outputs.form_marks import marked_look, paint_marks
from assessor.outputs.form_rules import paint_rules
from assessor.outputs.form_tables import paint_table
from assessor.outputs.style import Page, row_height, span
from assessor.scheme.model import Period
from assessor.scheme.plan import Blank, Kind, PlanTable, Repeat, Role

_FOOT_HEIGHTS = {"own_opinion": 64.0, "opinion": 64.0, "head": 40.0, "members": 40.0}
_FROZEN = {"roster": 2, "votes": 1}
"""Code and name of a unit, or the number of a paper, stay in sight while its row is filled in."""


def paint_form(canvas: Canvas, period: Period, position: int) -> None:
    """Paint a copy; `position` counts the forms of the workbook (for the defined names)."""
    plan = canvas.copy.plan
    for column, width in enumerate(canvas.widths):
        canvas.sheet.set_column(column, column, width)
    canvas.sheet.hide_gridlines(2)
    # All places are known before the tables are painted: their formulas point to 已核.
    canvas.cells, foot = places_of(canvas.copy)
    canvas.checked = (foot, 2)
    row = header = HEAD_ROWS
    for table in plan.tables:
        header = row + bool(table.title)
        row = paint_table(canvas, table, row)
    _paint_foot(canvas, foot)
    _paint_head(canvas, period)
    paint_rules(canvas)
    paint_marks(canvas)
    _name_places(canvas, position)
    if len(plan.tables) == 1:
        canvas.sheet.freeze_panes(header + 1, _FROZEN.get(plan.tables[0].key, 0))
    _lay_out_pages(canvas, header)
    canvas.sheet.protect("", {"format_cells": True, "format_columns": True, "format_rows": True})


# -- head ----------------------------------------------------------------------------------------


def _paint_head(canvas: Canvas, period: Period) -> None:
    settings, words, look = canvas.scheme.settings, canvas.words, canvas.sheets.look
    sheet, last, half = canvas.sheet, canvas.last, _half(canvas)
    title = canvas.copy.plan.title
    canvas.line(0, 18.0)
    span(sheet, 0, 0, half, settings.annex, look("left"))
    if canvas.marks or canvas.copy.serial > 1:
        turn = words.text("correction.turn", turn=canvas.copy.serial - 1)
        span(sheet, 0, half + 1, last, turn, look("right", bold=True))
    canvas.line(1, row_height([(title, sum(canvas.widths) / 2.1)], 20) * 1.6)
    span(sheet, 1, 0, last, title, look("title"))
    subtitle = words.text(
        "form.subtitle", issuer=settings.issuer, title=settings.title, round=settings.round,
        period=period.title if period.code else "",
    )  # fmt: skip
    canvas.line(2, 22.0)
    span(sheet, 2, 0, last, subtitle.strip(" ·"), look("subtitle"))
    due = words.text("form.day", day=period.due) if period.due else words.text("form.no_day")
    canvas.line(3, 22.0)
    span(sheet, 3, 0, half, _whose(canvas), look("left"))
    span(sheet, 3, half + 1, last, words.text("form.due_is", due=due), look("right"))
    canvas.line(4, 22.0)
    number = words.text("form.number_is", number=canvas.copy.number)
    span(sheet, 4, 0, half, number, look("left"))
    span(sheet, 4, half + 1, last, "", look("right", bold=True))
    formula, value = _to_go(canvas)
    sheet.write_formula(4, half + 1, formula, look("right", bold=True), value)
    canvas.line(5, 6.0)


def _whose(canvas: Canvas) -> str:
    """Return the line that says whom the form is about, or who fills it in."""
    words, key = canvas.words, canvas.copy.key
    if key.unit:
        unit = canvas.copy.roster[0]
        who = words.text("form.unit_with_code", unit=unit.name, code=unit.code)
        return words.text("form.unit_is", unit=who)
    if key.paper:
        return words.text("form.paper_number", number=key.paper)
    rater = canvas.scheme.rater.get(key.rater)
    name = rater.name if rater else ""
    teller = words.text(f"form.teller_{key.teller}") if key.teller else ""
    return words.text("form.rater_is", unit=name + teller)


def _half(canvas: Canvas) -> int:
    """Return the last column of the left half, by width."""
    whole, used = sum(canvas.widths), 0.0
    for column, width in enumerate(canvas.widths):
        used += width
        if used >= whole * 0.55:
            return min(column, canvas.last - 1)
    return canvas.last - 1


def _to_go(canvas: Canvas) -> tuple[str, str]:
    """Return the formula and value of what is still to be filled in."""
    tables, words = canvas.copy.plan.tables, canvas.words
    if any(table.repeat is Repeat.PAPERS for table in tables):
        return _papers_done(canvas, tables[0])
    if canvas.copy.plan.layout == "vote":
        return _chosen(canvas)
    due = [cell for cell, rule in canvas.rules.items() if rule.blank is Blank.MISSING]
    filled = {canvas.cells[key] for key in canvas.filled if key in canvas.cells}
    left = sum(1 for cell in due if cell not in filled)
    blank = "+".join(f"COUNTBLANK({area})" for area in areas(_stretched(canvas, due))) or "0"
    parts = words.text("form.to_go", count="§").split("§")
    # Filled in is not mended: a refused entry is no blank.
    ready = words.text("correction.all_filled" if canvas.marks else "form.all_done")
    look = words.text("form.not_checked")
    ended = f'"{ready}"'
    if canvas.copy.plan.foot:
        ended = f'IF({xl_rowcol_to_cell(*canvas.checked)}="","{look}","{ready}")'
    formula = f'=IF(({blank})>0,"{parts[0]}"&({blank})&"{parts[1]}",{ended})'
    state = ready if canvas.is_checked or not canvas.copy.plan.foot else look
    return formula, f"{parts[0]}{left}{parts[1]}" if left else state


def _stretched(canvas: Canvas, due: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the cells to count blanks in: on a roster whole columns, whose other cells hold a
    stroke, so that the formula stays short whatever the units are asked for."""
    cells = set(due)
    for table in canvas.copy.plan.tables:
        if table.key != "roster":
            continue
        rows = [canvas.cells[table.key, code, "code"][0] for code in canvas.codes(table)]
        columns = {column for _, column in due}
        cells |= {(row, column) for row in rows for column in columns}
    return cells


def _chosen(canvas: Canvas) -> tuple[str, str]:
    """Return how many lines of a ballot have an answer: none of them must have one."""
    cells = list(canvas.rules)
    area = "+".join(f"COUNTA({area})" for area in areas(cells))
    done = sum(1 for key in canvas.filled if key in canvas.cells)
    parts = canvas.words.text("form.chosen", count="§", all=len(cells)).split("§")
    return f'="{parts[0]}"&({area})&"{parts[1]}"', f"{parts[0]}{done}{parts[1]}"


def _papers_done(canvas: Canvas, table: PlanTable) -> tuple[str, str]:
    """Return how many lines have anything in them: each of those is a paper."""
    codes = canvas.codes(table)
    keys = [column.key for column in table.entry_columns]
    columns = [areas([canvas.cells[table.key, code, key] for code in codes])[0] for key in keys]
    some = "+".join(f'({area}<>"")' for area in columns)
    done = len({code for name, code, key in canvas.filled if name == table.key and key in keys})
    said = "lines_done" if table.key == "claims" else "papers_done"
    parts = canvas.words.text(f"form.{said}", count="§").split("§")
    formula = f'="{parts[0]}"&SUMPRODUCT(SIGN({some}))&"{parts[1]}"'
    return formula, f"{parts[0]}{done}{parts[1]}"


# -- foot ----------------------------------------------------------------------------------------


def _paint_foot(canvas: Canvas, row: int) -> None:
    sheet, look, last = canvas.sheet, canvas.sheets.look, canvas.last
    for number, entry in enumerate(canvas.copy.plan.foot, row):
        text = str(canvas.filled.get(("foot", entry.key, "value"), ""))
        least = _FOOT_HEIGHTS.get(entry.key, 26.0)
        height = row_height([(text, sum(canvas.widths[2:]))], least)
        canvas.line(number, height, keep=number == row)
        span(sheet, number, 0, 1, entry.label, look("head"))
        if entry.kind is Kind.TICK:
            _paint_checked(canvas, number, text)
        else:
            span(sheet, number, 2, last, text, look("entry_text"))


def _paint_checked(canvas: Canvas, row: int, text: str) -> None:
    sheet, look = canvas.sheet, canvas.sheets.look
    own = look("entry", **marked_look(canvas.marks.get(("foot", "checked", "value")), text))
    if text:
        sheet.write_string(row, 2, text, own)
    else:
        sheet.write_blank(row, 2, None, own)
    span(sheet, row, 3, canvas.last, canvas.words.text("form.checked_hint"), look("text"))
    validation = {"validate": "list", "source": ["√"], "error_type": "stop"}
    sheet.data_validation(row, 2, row, 2, validation)


# -- identity and pages --------------------------------------------------------------------------


def _name_places(canvas: Canvas, position: int) -> None:
    """Name what carries identity; Excel moves the names along when rows are inserted."""
    sheet = "'" + canvas.sheet.name.replace("'", "''") + "'"
    prefix = f"assessor_f{position}"
    define = canvas.sheets.book.define_name
    define(f"{prefix}_number", f"={sheet}!$A$5")
    if canvas.copy.plan.foot:
        checked = xl_range_abs(*canvas.checked, *canvas.checked)
        define(f"{prefix}_checked", f"={sheet}!{checked}")
    for index, table in enumerate(canvas.copy.plan.tables, 1):
        codes = canvas.codes(table)
        for number, column in enumerate(table.columns):
            if codes and column.role in {Role.CODE, Role.ENTRY}:
                cells = [canvas.cells[table.key, code, column.key] for code in codes]
                which = "codes" if column.role is Role.CODE else f"c{number}"
                area = xl_range_abs(*min(cells), *max(cells))
                define(f"{prefix}_t{index}_{which}", f"={sheet}!{area}")


def _lay_out_pages(canvas: Canvas, header: int) -> None:
    """Lay out the pages; the header of the last (the long) table is repeated."""
    page = Page(canvas.sheet, canvas.widths, canvas.copy.plan.landscape)
    page.footer(canvas.words.text("form.page"))
    repeated = next(height for row, height, _ in canvas.heights if row == header)
    canvas.sheet.repeat_rows(header)
    page.break_between(sorted(canvas.heights), repeated)
