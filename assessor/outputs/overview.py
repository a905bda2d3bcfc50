"""The first sheet of ranking.xlsx: which round, how far, counts that add up, contents, notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from assessor.i18n import Catalog
from assessor.outputs.style import Page, Sheets, row_height, span
from assessor.outputs.wording import state_text
from assessor.problems import Problem, Severity
from assessor.returns.collection import Collection
from assessor.returns.external import External
from assessor.scheme.plans import marked
from assessor.scoring.column import Status
from assessor.standing.stand import Standing

_WIDTHS = (26.0, 16.0, 16.0, 16.0, 16.0, 16.0)


def paint_overview(
    sheets: Sheets,
    sheet: Worksheet,
    standing: Standing,
    collection: Collection,
    problems: Sequence[Problem],
    names: Sequence[str],
    words: Catalog,
    external: Sequence[External] = (),
) -> None:
    """Paint the first sheet: state, counts that add up, grades, contents, files that gave scores
    from elsewhere, notes."""
    scheme = standing.scheme
    last = len(_WIDTHS) - 1
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    title = marked(scheme, words.text("ranking.title", title=scheme.settings.title))
    span(sheet, 0, 0, last, title, sheets.look("title"))
    sheet.set_row(0, row_height([(title, sum(_WIDTHS) / 2.1)], 20) * 1.6)
    row = 2
    facts = [
        ("ranking.issuer", scheme.settings.issuer),
        ("ranking.round", scheme.settings.round),
        ("ranking.state", state_text(standing, problems, words)),
    ]
    for key, text in facts:
        sheet.write_string(row, 0, words.text(key), sheets.look("head"))
        span(sheet, row, 1, last, text, sheets.look("text"))
        sheet.set_row(row, 24)
        row += 1
    row = _paint_counts(sheets, sheet, standing, collection, problems, row + 1, words)
    row = _paint_grades(sheets, sheet, standing, row + 1, words)
    row = _paint_contents(sheets, sheet, names, row + 1, words)
    if external:
        row = _paint_external(sheets, sheet, external, row + 1, words)
    _paint_notes(sheets, sheet, standing, row + 1, words)
    sheet.hide_gridlines(2)
    Page(sheet, _WIDTHS, landscape=False).footer(words.text("form.page"))


def _heading(sheets: Sheets, sheet: Worksheet, row: int, text: str) -> None:
    span(sheet, row, 0, len(_WIDTHS) - 1, text, sheets.look("left", font_name="黑体", font_size=13))
    sheet.set_row(row, 24)


def _paint_counts(
    sheets: Sheets,
    sheet: Worksheet,
    standing: Standing,
    collection: Collection,
    problems: Sequence[Problem],
    row: int,
    words: Catalog,
) -> int:
    _heading(sheets, sheet, row, words.text("ranking.counts"))
    status = Counter(mine.status for mine in standing.units)
    fates = Counter(fate.disposition for fate in collection.fates)
    severity = Counter(problem.severity for problem in problems)
    settled = sum(status[s] for s in status if s.has_value)
    lines = [
        ("count.appraised", len(standing.units)),
        ("count.settled", settled),
        ("count.awaiting", status[Status.AWAITING]),
        ("count.missing", status[Status.MISSING]),
        ("count.files", len(collection.fates)),
        *((f"disposition.{name}", number) for name, number in sorted(fates.items())),
        *((f"count.{name}", severity[name]) for name in Severity),
    ]
    for number, (key, count) in enumerate(lines):
        line, column = row + 1 + number // 3, (number % 3) * 2
        sheet.write_string(line, column, words.text(key), sheets.look("head"))
        look = sheets.look("center", num_format="0")
        sheet.write_number(line, column + 1, count, look)
        sheet.set_row(line, 24)
    return row + 2 + (len(lines) - 1) // 3


def _paint_grades(
    sheets: Sheets, sheet: Worksheet, standing: Standing, row: int, words: Catalog
) -> int:
    scheme = standing.scheme
    _heading(sheets, sheet, row, words.text("ranking.grades"))
    row += 1
    for kind in dict.fromkeys(scheme.classes[name] for name in scheme.appraised_classes):
        grades = [band.grade for band in scheme.bands.get(kind, ())]
        sheet.set_row(row, 24)
        sheet.write_string(row, 0, words.text("ranking.class"), sheets.look("head"))
        for column, grade in enumerate([*grades, words.text("ranking.open")], 1):
            sheet.write_string(row, column, grade, sheets.look("head"))
        row += 1
        for name in (n for n in scheme.appraised_classes if scheme.classes[n] == kind):
            count = Counter(mine.final_grade for mine in standing.of_class(name))
            sheet.set_row(row, 24)
            sheet.write_string(row, 0, name, sheets.look("center"))
            for column, grade in enumerate([*grades, ""], 1):
                sheet.write_number(row, column, count[grade], sheets.look("center", num_format="0"))
            row += 1
    return row


def _paint_contents(
    sheets: Sheets, sheet: Worksheet, names: Sequence[str], row: int, words: Catalog
) -> int:
    _heading(sheets, sheet, row, words.text("ranking.contents"))
    for number, name in enumerate(names):
        place = (row + 1 + number // 3, (number % 3) * 2)
        quoted = name.replace("'", "''")
        look = sheets.look("text", border=0, underline=1, font_color="#2F5D8A", text_wrap=False)
        sheet.write_url(*place, f"internal:'{quoted}'!A1", look, name)
    return row + 2 + (len(names) - 1) // 3


def _paint_external(
    sheets: Sheets, sheet: Worksheet, external: Sequence[External], row: int, words: Catalog
) -> int:
    """Paint which files gave scores from elsewhere; the first digits of a hash tell them apart."""
    _heading(sheets, sheet, row, words.text("ranking.external"))
    heads = ("title", "file", "hash", "rows", "matched", "unmatched")
    for column, key in enumerate(heads):
        sheet.write_string(
            row + 1, column, words.text(f"ranking.external_{key}"), sheets.look("head")
        )
    sheet.set_row(row + 1, 24)
    files = [(one.input.title, file) for one in external for file in one.files]
    for number, (title, one) in enumerate(files, row + 2):
        texts = (title, one.file, one.sha256[:12] or "—")
        for column, text in enumerate(texts):
            sheet.write_string(number, column, text, sheets.look("text"))
        for column, count in enumerate((one.rows, one.matched, one.unmatched), len(texts)):
            sheet.write_number(number, column, count, sheets.look("center", num_format="0"))
        sheet.set_row(number, row_height(list(zip(texts, _WIDTHS, strict=False)), 24))
    return row + 2 + len(files)


def _paint_notes(
    sheets: Sheets, sheet: Worksheet, standing: Standing, row: int, words: Catalog
) -> None:
    _heading(sheets, sheet, row, words.text("ranking.notes"))
    for number, text in enumerate(_notes(standing, words), row + 1):
        span(sheet, number, 0, len(_WIDTHS) - 1, text, sheets.look("paragraph", font_size=11))
        sheet.set_row(number, row_height([(text, sum(_WIDTHS))], 20))


def _notes(standing: Standing, words: Catalog) -> list[str]:
    """Say how numbers were rounded, what the markers mean, how ties and quotas were dealt with."""
    settings = standing.scheme.settings
    keys = [f"note.rounding_{settings.rounding}", "note.markers"]
    if settings.ranking != "none":
        keys.append("note.ties" if settings.ties == "1224" else "note.ties_1223")
    if settings.grades_on == "raw":
        keys.append("note.grades_raw")
    lines = [words.text(key, digits=settings.digits) for key in keys]
    for quota in (quota for quota in standing.quotas if quota.unit_class):
        facts = {"unit_class": quota.unit_class, "grade": quota.grade, "places": quota.places}
        key = "note.share" if quota.forced else "note.quota"
        lines.append(words.text(key, given=quota.given, **facts))
    return lines
