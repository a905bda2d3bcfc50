"""The sheet of instructions: worded from the same rules that check the return."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from assessor.i18n import Catalog, catalog
from assessor.outputs.style import Page, Sheets, row_height
from assessor.scheme.copies import Copy, Packet
from assessor.scheme.model import Scheme
from assessor.scheme.plan import Blank, EntryRule, FormPlan, Kind, PlanTable

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
    if plan.how:
        return [*lines, *plan.how]
    for table in plan.tables:
        lines += _on_entries(table, words)
    if any(table.key == "counts" for table in plan.tables):
        lines.append(words.text("instruction.counts"))
    steps = sorted({rule.step for rule in plan.rules if rule.step is not None})
    if steps:
        lines.append(words.text("instruction.step", steps=[f"{step:f}" for step in steps]))
    if any(rule.may_not_apply for rule in plan.rules):
        lines.append(words.text("instruction.may_not_apply"))
    return list(dict.fromkeys([*lines, *_on_blanks(plan, words)]))


def _on_entries(table: PlanTable, words: Catalog) -> list[str]:
    """Return what is to be written into each column; where criteria are columns, into all."""
    lines = []
    for column in table.entry_columns:
        rules = {row.rules[column.key] for row in table.rows if column.key in row.rules}
        kinds = dict.fromkeys(_key(rule) for rule in sorted(rules, key=repr))
        if column.key == "target" and kinds:
            kinds = {"target": None}
        title = words.text("form.each_column") if table.key == "roster" else column.title
        others = (set(kinds) | _kinds(table)) - {Kind.DEDUCTION}
        among = "_among" if len(others) > 1 else ""
        for kind in kinds:
            if kind == Kind.COUNT and table.key == "counts":
                continue
            key = f"instruction.{kind}{among if kind in _AMONG else ''}"
            lines.append(words.text(key, column=title))
    return lines


_AMONG = frozenset({Kind.POINTS, Kind.COUNT})
"""Kinds that are worded otherwise where not every cell of a column is of them."""


def _key(rule: EntryRule) -> str:
    needed = rule.kind is Kind.TEXT and rule.blank is Blank.MISSING
    return "text_required" if needed else str(rule.kind)


def _kinds(table: PlanTable) -> set[Kind]:
    """Return the kinds on a roster, whose columns are worded as one."""
    rows = table.rows if table.key == "roster" else ()
    return {rule.kind for row in rows for rule in row.rules.values()}


def _on_blanks(plan: FormPlan, words: Catalog) -> list[str]:
    """Return what it means to leave a cell empty."""
    lines = []
    due = {rule.kind for rule in plan.rules if rule.blank is Blank.MISSING}
    if plan.papers and due:
        lines.append(words.text("instruction.paper_blank_missing"))
    elif due & {Kind.POINTS, Kind.DEDUCTION, Kind.COUNT, Kind.TICK}:
        lines.append(words.text("instruction.blank_missing"))
    if not plan.papers and due - {Kind.POINTS, Kind.DEDUCTION, Kind.COUNT, Kind.TICK, Kind.TEXT}:
        lines.append(words.text("instruction.not_points_missing"))
    if any(rule.blank is Blank.NONE for rule in plan.rules):
        lines.append(words.text("instruction.blank_none"))
    return lines


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
