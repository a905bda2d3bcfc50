"""problems.xlsx: what is wrong, where, how to cure it, and whom to phone."""

from __future__ import annotations

from collections.abc import Sequence

from assessor.i18n import Catalog, catalog
from assessor.outputs.proposals import Proposal, paint_proposals
from assessor.outputs.style import GOOD, MISSING, WRONG, Page, Sheets, fit_width, row_height, span
from assessor.outputs.wording import counts_text
from assessor.problems import Problem, Severity
from assessor.scheme.model import Scheme
from assessor.scheme.plans import marked

_COLUMNS = (
    ("severity", 8),
    ("parent", 16),
    ("unit", 22),
    ("file", 30),
    ("sheet_name", 16),
    ("cell", 7),
    ("criterion", 10),
    ("message", 46),
    ("cure", 38),
    ("contact", 18),
    ("phone", 15),
)
_COLOURS = {Severity.ERROR: WRONG, Severity.WARNING: MISSING, Severity.NOTE: GOOD}
_TOP = 3


def problems_xlsx(
    scheme: Scheme, problems: Sequence[Problem], proposals: Sequence[Proposal] = ()
) -> bytes:
    """Return the workbook of problems, one row each, in the order given, ready to filter; and of
    what waits for a decision, where anything does."""
    words = catalog(scheme.settings.language)
    title = marked(scheme, words.text("problems.title", title=scheme.settings.title))
    sheets = Sheets(title, scheme.settings.round, scheme.settings.issuer, scheme.settings.date)
    sheet = sheets.sheet(words.text("problems.sheet"))
    last = len(_COLUMNS) - 1
    span(sheet, 0, 0, last, title, sheets.look("title"))
    sheet.set_row(0, 36)
    span(sheet, 1, 0, last, counts_text(problems, words), sheets.look("subtitle"))
    sheet.set_row(1, 22)
    sheet.set_row(2, 6)
    rows = [_row(scheme, problem, words) for problem in problems]
    widths = [
        fit_width([row[index] for row in rows], least=8, most=width) if rows else float(width)
        for index, (_, width) in enumerate(_COLUMNS)
    ]
    for index, (key, _) in enumerate(_COLUMNS):
        sheet.set_column(index, index, widths[index])
        sheet.write_string(_TOP, index, words.text(f"problems.{key}"), sheets.look("head"))
    sheet.set_row(_TOP, 26)
    for number, (problem, row) in enumerate(zip(problems, rows, strict=True), _TOP + 1):
        sheet.set_row(number, row_height(list(zip(row, widths, strict=True)), 22))
        colour = _COLOURS[problem.severity]
        for index, text in enumerate(row):
            look = sheets.look("center", bg_color=colour) if index == 0 else sheets.look("text")
            sheet.write_string(number, index, text, look)
    if not rows:
        span(sheet, _TOP + 1, 0, last, words.text("problems.none"), sheets.look("center"))
    sheet.autofilter(_TOP, 0, _TOP + max(1, len(rows)), last)
    sheet.freeze_panes(_TOP + 1, 3)
    sheet.repeat_rows(_TOP)
    sheet.hide_gridlines(2)
    Page(sheet, widths, landscape=True).footer(words.text("form.page"))
    if proposals:
        paint_proposals(sheets, scheme, proposals, words)
    return sheets.content


def _row(scheme: Scheme, problem: Problem, words: Catalog) -> list[str]:
    unit = scheme.unit.get(problem.unit)
    parent = scheme.unit.get(unit.parent) if unit else None
    contact, phone = _whom(scheme, problem)
    return [
        words.text(f"severity.{problem.severity}"),
        parent.name if parent else "",
        words.text("form.unit_with_code", unit=unit.name, code=unit.code) if unit else "",
        problem.place.file,
        problem.place.sheet,
        problem.place.cell,
        problem.criterion,
        words.message(problem),
        words.cure(problem),
        contact,
        phone,
    ]


def _whom(scheme: Scheme, problem: Problem) -> tuple[str, str]:
    """Return whom to phone: who filled in the form, else the unit, else the office itself."""
    rater, unit = scheme.rater.get(problem.rater), scheme.unit.get(problem.unit)
    if problem.nobody:
        return scheme.settings.contact, scheme.settings.phone
    if rater is not None:
        return rater.name, rater.phone
    if unit is not None and (unit.contact or unit.phone):
        return unit.contact, unit.phone
    return scheme.settings.contact, scheme.settings.phone
