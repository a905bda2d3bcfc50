"""notice.xlsx: what is published (公示): rankings without internal columns, dates, revisions."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from xlsxwriter.worksheet import Worksheet

from assessor.i18n import Catalog, catalog
from assessor.outputs.notice_tables import field_title
from assessor.outputs.ranking_awards import award_tables
from assessor.outputs.ranking_places import View, place_tables
from assessor.outputs.results_table import Head, Table, Value, paint_table, sheet_title, unit_heads
from assessor.outputs.style import Page, Sheets, row_height, span
from assessor.outputs.wording import act_text, object_text
from assessor.scheme.decisions import Decision
from assessor.scheme.model import Scheme
from assessor.scheme.plans import marked
from assessor.standing.revisions import Revision
from assessor.standing.stand import Standing

_WIDTHS = (22.0, *(14.0,) * 7)
_LAST = len(_WIDTHS) - 1
_TOLD = frozenset({"uphold", "inspection", "confirm_grade", "grant_award", "withdraw_award"})
"""Acts whose old and new value is no name of a file or of a rater."""


@dataclass(frozen=True)
class Notice:
    """What is to be published."""

    standing: Standing
    number: int
    begins: dt.date
    ends: dt.date
    state: str
    """interim, settled or approved"""
    hashes: Sequence[tuple[str, str]]
    """(what, SHA-256) of all that it was made from."""
    before: int = 0
    """The number of the notice before, where there is one."""
    revisions: Sequence[Revision] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    """Titles of the parts of the scores by code."""
    decisions: Sequence[Decision] = ()
    sources: Sequence[str] = ()
    """Which kinds of files changed since the notice before."""

    @property
    def days(self) -> int:
        """How many days it is open, the first and the last among them."""
        return (self.ends - self.begins).days + 1


def notice_xlsx(notice: Notice) -> bytes:
    """Return the workbook of a notice."""
    scheme = notice.standing.scheme
    words = catalog(scheme.settings.language)
    title = marked(scheme, words.text("notice.title", title=scheme.settings.title))
    sheets = Sheets(title, scheme.settings.round, scheme.settings.issuer, notice.begins)
    view = View(notice.standing, words, public=True)
    tables = place_tables(view)
    tables += award_tables(notice.standing, words)[1:]
    if notice.before:
        tables.append(revision_table(notice, words))
    front = sheets.sheet(words.text("notice.sheet"))
    state = words.text(f"state.{notice.state}")
    subtitle = words.text(
        "notice.subtitle",
        issuer=scheme.settings.issuer,
        number=notice.number,
        begins=words.text("form.day", day=notice.begins),
        ends=words.text("form.day", day=notice.ends),
        state=state,
    )
    names = [
        paint_table(sheets, table, sheet_title(scheme, table.name, words), subtitle, words)
        for table in tables
    ]
    _Front(sheets, front, notice, words).paint(title, state, names)
    front.activate()
    return sheets.content


class _Front:
    """The first sheet of a notice."""

    def __init__(self, sheets: Sheets, sheet: Worksheet, notice: Notice, words: Catalog) -> None:
        self.sheets, self.sheet, self.notice, self.words = sheets, sheet, notice, words
        self.row = 2

    def paint(self, title: str, state: str, names: Sequence[str]) -> None:
        """Paint everything."""
        sheet, settings = self.sheet, self.notice.standing.scheme.settings
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        span(sheet, 0, 0, _LAST, title, self.sheets.look("title"))
        sheet.set_row(0, row_height([(title, sum(_WIDTHS) / 2.1)], 20) * 1.6)
        text = self.words.text
        days = {
            "begins": text("form.day", day=self.notice.begins),
            "ends": text("form.day", day=self.notice.ends),
            "days": self.notice.days,
        }
        self._fact("notice.number", text("notice.number_text", number=self.notice.number))
        self._fact("ranking.issuer", settings.issuer)
        self._fact("ranking.round", settings.round)
        self._fact("ranking.state", state)
        self._fact("notice.period", text("notice.period_text", **days))
        if contact := " ".join(part for part in (settings.contact, settings.phone) if part):
            self._fact("notice.contact", text("notice.contact_text", contact=contact))
        if self.notice.before:
            count = len({one.unit.code for one in self.notice.revisions})
            facts = {"before": self.notice.before, "count": count}
            self._fact("notice.revised", text("notice.revised_text", **facts))
        self._grades()
        self._contents(names)
        self._heading("ranking.notes")
        for line in self._notes():
            self._paragraph(line)
        self._heading("notice.hashes")
        for what, sha256 in self.notice.hashes:
            self._fact_text(what, sha256)
        sheet.hide_gridlines(2)
        sheet.freeze_panes(1, 0)
        Page(sheet, _WIDTHS, landscape=True).footer(self.words.text("form.page"))

    def _fact(self, key: str, text: str) -> None:
        self._fact_text(self.words.text(key), text)

    def _fact_text(self, head: str, text: str) -> None:
        self.sheet.write_string(self.row, 0, head, self.sheets.look("head"))
        span(self.sheet, self.row, 1, _LAST, text, self.sheets.look("text"))
        cells = [(head, _WIDTHS[0]), (text, sum(_WIDTHS[1:]))]
        self.sheet.set_row(self.row, row_height(cells, 24))
        self.row += 1

    def _heading(self, key: str) -> None:
        self.row += 1
        look = self.sheets.look("left", font_name="黑体", font_size=13)
        span(self.sheet, self.row, 0, _LAST, self.words.text(key), look)
        self.sheet.set_row(self.row, 24)
        self.row += 1

    def _paragraph(self, text: str) -> None:
        look = self.sheets.look("paragraph", font_size=11)
        span(self.sheet, self.row, 0, _LAST, text, look)
        self.sheet.set_row(self.row, row_height([(text, sum(_WIDTHS))], 20))
        self.row += 1

    def _grades(self) -> None:
        standing = self.notice.standing
        scheme = standing.scheme
        self._heading("ranking.grades")
        for kind in dict.fromkeys(scheme.classes[name] for name in scheme.appraised_classes):
            grades = [band.grade for band in scheme.bands.get(kind, ())]
            names = [name for name in scheme.appraised_classes if scheme.classes[name] == kind]
            heads = [*grades, self.words.text("ranking.open"), self.words.text("ranking.sum")]
            self._cells([self.words.text("ranking.class"), *heads], "head")
            for name in names:
                count = Counter(mine.final_grade for mine in standing.of_class(name))
                numbers = [count[grade] for grade in [*grades, ""]]
                self._cells([name, *numbers, sum(numbers)], "center")

    def _cells(self, values: Sequence[str | int], look: str) -> None:
        for column, value in enumerate(values):
            if isinstance(value, int):
                form = self.sheets.look(look, num_format="0")
                self.sheet.write_number(self.row, column, value, form)
            else:
                self.sheet.write_string(self.row, column, value, self.sheets.look(look))
        self.sheet.set_row(self.row, 24)
        self.row += 1

    def _contents(self, names: Sequence[str]) -> None:
        self._heading("ranking.contents")
        look = self.sheets.look(
            "text", border=0, underline=1, font_color="#2F5D8A", text_wrap=False
        )
        for number, name in enumerate(names):
            place = (self.row + number // 3, (0, 2, 5)[number % 3])
            quoted = name.replace("'", "''")
            self.sheet.write_url(*place, f"internal:'{quoted}'!A1", look, name)
        self.row += 1 + (len(names) - 1) // 3

    def _notes(self) -> list[str]:
        settings = self.notice.standing.scheme.settings
        keys = [f"note.rounding_{settings.rounding}"]
        if settings.ranking != "none":
            keys.append("note.ties" if settings.ties == "1224" else "note.ties_1223")
        if self.notice.state == "interim":
            keys += ["note.state_interim", "note.markers"]
        keys.append("notice.note_hashes")
        return [self.words.text(key, digits=settings.digits) for key in keys]


def revision_table(notice: Notice, words: Catalog) -> Table:
    """Return what is not as it was in the notice before, and why."""
    heads = [
        *unit_heads(words),
        Head(words.text("ranking.class"), "center", 16),
        Head(words.text("notice.what"), "center", 18),
        Head(words.text("notice.was", number=notice.before), "center", 20),
        Head(words.text("notice.is"), "center", 20),
        Head(words.text("notice.why"), "text", 60),
    ]
    rows: list[list[Value]] = [
        [
            one.unit.code,
            one.unit.name,
            one.unit.unit_class,
            field_text(one, notice.titles, words),
            value_text(one.field, one.before, words),
            value_text(one.field, one.after, words),
            cause_text(one, notice, words),
        ]
        for one in notice.revisions
    ]
    empty = words.text("notice.no_revisions")
    return Table(words.text("notice.revisions"), heads, rows, frozen=2, empty=empty)


def field_text(one: Revision, titles: Mapping[str, str], words: Catalog) -> str:
    """Say what changed."""
    if not one.field:
        return words.text(f"notice.{one.cause}")
    return field_title(one.field, titles, words.language)


def value_text(field: str, text: str, words: Catalog) -> str:
    """Say a published value; a status in words."""
    if field == "awards":
        return words.text("list.comma").join(text.split(";")) if text else "—"
    return words.text(f"status.{text}") if f"status.{text}" in words else text or "—"


def cause_text(one: Revision, notice: Notice, words: Catalog) -> str:
    """Say why something changed: by which decisions, or which kinds of files are not as before."""
    if one.cause == "decision":
        scheme = notice.standing.scheme
        told = [decision_text(notice.decisions[at], scheme, words) for at in one.decisions]
        return words.text("list.semicolon").join(told)
    kinds = [words.text(f"notice.source.{kind}") for kind in notice.sources]
    return words.text(f"notice.cause.{one.cause}", kinds=kinds or words.text("notice.source.none"))


def decision_text(decision: Decision, scheme: Scheme, words: Catalog) -> str:
    """Say a decision as it may be published: no reason, no file, no rater."""
    day = words.text("form.day", day=decision.date) if decision.date else ""
    who = " ".join(part for part in (day, decision.authority) if part)
    named = object_text(decision, scheme)
    change = ""
    if decision.act in _TOLD and decision.to:
        change = f"{decision.before} → {decision.to}" if decision.before else decision.to
    what = " ".join(part for part in (act_text(decision, words), named, change) if part)
    return words.text("notice.decision", who=who, what=what) if who else what
