"""The sheet of instructions: worded from the same rules that check the return."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from assessor.i18n import Catalog, catalog
from assessor.outputs.style import Page, Sheets, row_height
from assessor.scheme.copies import Copy, Packet
from assessor.scheme.model import Scheme
from assessor.scheme.plan import Blank, FormPlan, Kind

_WIDTH = 66


def paint_instructions(sheets: Sheets, sheet: Worksheet, scheme: Scheme, packet: Packet) -> None:
    """Write how to fill in each form of a packet, and what to do with it then."""
    words = catalog(scheme.settings.language)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, _WIDTH)
    page = Page(sheet, [_WIDTH], landscape=False)
    page.footer(words.text("form.page"))
    sheet.set_row(0, 40)
    sheet.write_string(0, 0, words.text("form.instructions"), sheets.look("title"))
    row = 2
    for title, lines in _chapters(scheme, packet, words):
        sheet.set_row(row, 26)
        sheet.write_string(row, 0, title, sheets.look("left", font_name="黑体", font_size=13))
        row += 1
        for number, line in enumerate(lines, 1):
            text = f"{number}. {line}"
            sheet.set_row(row, row_height([(text, _WIDTH * 11 / 12)], 20) * 1.05)
            sheet.write_string(row, 0, text, sheets.look("paragraph"))
            row += 1
        row += 1
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _chapters(scheme: Scheme, packet: Packet, words: Catalog) -> list[tuple[str, list[str]]]:
    seen: dict[str, Copy] = {copy.plan.form: copy for copy in packet.copies}
    chapters = [(copy.plan.title, form_instructions(copy.plan, words)) for copy in seen.values()]
    return [
        *chapters,
        (words.text("instruction.return_title"), _how_to_return(scheme, packet, words)),
    ]


def form_instructions(plan: FormPlan, words: Catalog) -> list[str]:
    """Return the instructions of a form, one for each of its entry rules."""
    lines = [plan.note] if plan.note else []
    for table in plan.tables:
        for column in table.entry_columns:
            rules = {row.rules[column.key] for row in table.rows if column.key in row.rules}
            kinds = dict.fromkeys(rule.kind for rule in sorted(rules, key=repr))
            lines += [
                words.text(f"instruction.{kind}", column=column.title)
                for kind in kinds
                if kind is not Kind.COUNT or table.key != "counts"
            ]
    if any(table.key == "counts" for table in plan.tables):
        lines.append(words.text("instruction.counts"))
    steps = sorted({rule.step for rule in plan.rules if rule.step is not None})
    if steps:
        lines.append(words.text("instruction.step", steps=[f"{step:f}" for step in steps]))
    if any(rule.may_not_apply for rule in plan.rules):
        lines.append(words.text("instruction.may_not_apply"))
    if any(rule.blank is Blank.MISSING for rule in plan.rules):
        lines.append(words.text(f"instruction.{'paper_' if plan.papers else ''}blank_missing"))
    if any(rule.blank is Blank.NONE for rule in plan.rules):
        lines.append(words.text("instruction.blank_none"))
    return list(dict.fromkeys(lines))


def _how_to_return(scheme: Scheme, packet: Packet, words: Catalog) -> list[str]:
    settings = scheme.settings
    lines = [words.text(f"instruction.{key}") for key in ("codes", "paste", "save")]
    if packet.period.due:
        due = words.text("form.day", day=packet.period.due)
        lines.append(words.text("instruction.due", due=due))
    if settings.contact or settings.phone:
        lines.append(
            words.text("instruction.ask", contact=settings.contact, phone=settings.phone).strip()
        )
    return lines
