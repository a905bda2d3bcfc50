"""Paints audit.xlsx: a page on how to read it, the entries, the scores, grades and ranks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from assessor.i18n import Catalog, catalog
from assessor.outputs.audit.entries import entry_sheets
from assessor.outputs.audit.ground import Cell, Ground
from assessor.outputs.audit.scores import plan_scores, rule_name, score_sheet
from assessor.outputs.audit.sheets import TOP, AuditSheet
from assessor.outputs.audit.standing import standing_sheet
from assessor.outputs.style import ENTRY, SECTION, Page, Sheets, fit_width, row_height
from assessor.outputs.wording import state_text
from assessor.problems import Problem
from assessor.scheme.plans import marked
from assessor.scheme.secrecy import LEAST_SHOWN
from assessor.scoring.column import Status
from assessor.scoring.inputs import Inputs
from assessor.standing.stand import Standing

MOST_UNITS = 1000
"""Ranks by formula compare everybody with everybody: more units only where asked for."""
_PAGE_WIDTH = 230.0
"""Column units that can still be read across a page."""
_STATUSES = {status.word: f"status.{status.word}" for status in Status}
_LOOKS: Mapping[str, dict[str, object]] = {
    "entry": {"bg_color": ENTRY},
    "given": {"bg_color": SECTION, "italic": True},
}


def audit_xlsx(standing: Standing, inputs: Inputs, problems: Sequence[Problem]) -> bytes:
    """Return the workbook in which an auditor can follow every score, and change an entry.

    What was entered is a value; subtotals, scores, limits, grades and ranks are formulas with
    their values beside them. Where there can be no formula the cell says which rule, or whose
    decision, gave the value.
    """
    scheme = standing.scheme
    words = catalog(scheme.settings.language)
    title = marked(scheme, words.text("audit.title", title=scheme.settings.title))
    sheets = Sheets(title, scheme.settings.round, scheme.settings.issuer, scheme.settings.date)
    ground = Ground(standing, inputs)
    front = words.text("audit.guide")
    taken = [front]
    entries = entry_sheets(ground, taken, words)
    plans = plan_scores(ground, taken, words)
    tables = [standing_sheet(ground, taken, words)]
    tables += [score_sheet(ground, plan, words) for plan in plans]
    tables += entries
    page = sheets.sheet(front)
    settings = scheme.settings
    state = state_text(standing, problems, words)
    subtitle = words.text(
        "ranking.subtitle", issuer=settings.issuer, round=settings.round, state=state
    )
    for table in tables:
        _paint(sheets, table, marked(scheme, table.title), subtitle, words)
    _paint_guide(sheets, page, title, [table.name for table in tables], standing, words)
    page.activate()
    return sheets.content


def _paint(sheets: Sheets, table: AuditSheet, title: str, subtitle: str, words: Catalog) -> None:
    """Add one sheet: title, three lines of header, rows."""
    sheet = sheets.sheet(table.name)
    sheet.write_string(0, 0, title, sheets.look("title", align="left", text_wrap=False))
    sheet.set_row(0, 36)
    sheet.write_string(1, 0, subtitle, sheets.look("left"))
    widths = _widths(table)
    for column, (head, width) in enumerate(zip(table.heads, widths, strict=True)):
        folded = {"level": head.level, "hidden": head.level > 1} if head.level else {}
        sheet.set_column(column, column, width, None, folded)
        for line, text in enumerate((head.title, head.code, head.rule), 2):
            look = "head" if line == 2 else "section_center"
            sheet.write_string(line, column, text, sheets.look(look, text_wrap=True))
    sheet.set_row(2, _height([(h.title, w) for h, w in zip(table.heads, widths, strict=True)], 28))
    sheet.set_row(4, _height([(h.rule, w) for h, w in zip(table.heads, widths, strict=True)], 20))
    for number, row in enumerate(table.rows, TOP):
        names = [(cell, w) for cell, w in zip(row, widths, strict=True) if isinstance(cell, str)]
        sheet.set_row(number, row_height(names[: table.frozen], 20))
        for column, cell in enumerate(row):
            _write(sheets, sheet, number, column, cell, words)
    last = TOP + max(0, len(table.rows) - 1)
    sheet.autofilter(TOP - 1, 0, last, len(table.heads) - 1)
    sheet.freeze_panes(TOP, table.frozen)
    sheet.repeat_rows(2, TOP - 1)
    sheet.hide_gridlines(2)
    shown = [w for w, head in zip(widths, table.heads, strict=True) if head.level < 2]
    _lay_out(sheet, shown, table.frozen, words)


def _lay_out(sheet: Worksheet, widths: Sequence[float], frozen: int, words: Catalog) -> None:
    """Print a wide sheet over several pages, with the names repeated on each."""
    Page(sheet, widths, landscape=True).footer(words.text("form.page"))
    names = sum(widths[:frozen])
    across = max(1, math.ceil((sum(widths) - names) / max(1.0, _PAGE_WIDTH - names)))
    sheet.fit_to_pages(across, 0)
    if across > 1:
        sheet.repeat_columns(0, frozen - 1)


def _widths(table: AuditSheet) -> list[float]:
    """Return widths that show codes whole, and names on two lines at most."""
    widths = []
    for column, head in enumerate(table.heads):
        texts = [cell for row in table.rows if isinstance(cell := row[column], str)]
        widths.append(fit_width([*texts, head.code], head.width, 30 if column == 1 else 18))
    return widths


def _height(cells: Sequence[tuple[str, float]], least: float) -> float:
    return min(110, row_height(cells, least))


def _write(
    sheets: Sheets, sheet: Worksheet, row: int, column: int, cell: Cell | str, words: Catalog
) -> None:
    if isinstance(cell, str):
        text = cell
        if cell == "withheld":
            text = words.text("ranking.withheld", least=LEAST_SHOWN)
        elif cell in _STATUSES:
            text = words.text(_STATUSES[cell])
        name = column == 1
        look = sheets.look("text" if name else "center", text_wrap=name)
        sheet.write_string(row, column, text, look)
        return
    look = _look(sheets, cell)
    value = cell.value if isinstance(cell.value, str) else float(Fraction(cell.value))
    if cell.formula:
        sheet.write_formula(row, column, f"={cell.formula}", look, value)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, look)
    else:
        sheet.write_number(row, column, value, look)
    if cell.note:
        sheet.write_comment(row, column, _note(cell.note, words), {"x_scale": 1.6, "y_scale": 0.8})


def _look(sheets: Sheets, cell: Cell) -> Format:
    changes: dict[str, object] = {"text_wrap": False, "locked": cell.kind != "entry"}
    changes |= _LOOKS.get(cell.kind, {})
    if not isinstance(cell.value, str):
        changes["align"] = "right"
        changes["num_format"] = (
            "General" if cell.digits is None else "0." + "0" * cell.digits if cell.digits else "0"
        )
    return sheets.look("center", **changes)


def _note(code: str, words: Catalog) -> str:
    key = f"audit.note_{code}"
    if key in words:
        return words.text(key)
    return words.text("audit.note_rule", rule=rule_name(code, words))


def _paint_guide(
    sheets: Sheets,
    sheet: Worksheet,
    title: str,
    names: Sequence[str],
    standing: Standing,
    words: Catalog,
) -> None:
    """Paint the first page: how to read the workbook, its colours, its sheets."""
    width = 96.0
    sheet.set_column(0, 0, width)
    sheet.write_string(0, 0, title, sheets.look("title"))
    sheet.set_row(0, row_height([(title, width / 2.1)], 20) * 1.6)
    row = 2
    digits = standing.scheme.settings.digits
    rounding = words.text(f"note.rounding_{standing.scheme.settings.rounding}", digits=digits)
    for number in range(1, 7):
        text = words.text(f"audit.guide_{number}", rounding=rounding)
        look = sheets.look("paragraph", **_GUIDE_LOOKS.get(number, {}))
        sheet.write_string(row, 0, text, look)
        sheet.set_row(row, row_height([(text, width)], 22))
        row += 1
    row += 1
    for name in names:
        quoted = name.replace("'", "''")
        look = sheets.look("text", border=0, underline=1, font_color="#2F5D8A")
        sheet.write_url(row, 0, f"internal:'{quoted}'!A1", look, name)
        row += 1
    sheet.hide_gridlines(2)
    Page(sheet, [width], landscape=False).footer(words.text("form.page"))


_GUIDE_LOOKS: Mapping[int, dict[str, object]] = {
    2: {"bg_color": ENTRY},
    4: {"bg_color": SECTION, "italic": True},
}
"""The lines that explain a colour show it."""


def audited(standing: Standing, asked: bool) -> bool:
    """Say whether the workbook is written: for up to 1,000 units, or for more where asked for."""
    return asked or len(standing.units) <= MOST_UNITS
