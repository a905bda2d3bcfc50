"""The first sheet of ranking.xlsx: which round, how far, counts that add up, contents, notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from xlsxwriter.worksheet import Worksheet

from assessor.i18n import Catalog
from assessor.outputs.charts import Chart, Series, draw
from assessor.outputs.overview_counts import Due, dues, file_counts, missing_forms, unit_counts
from assessor.outputs.ranking_basis import Source, version_of
from assessor.outputs.ranking_means import figures, full_text
from assessor.outputs.style import Page, Sheets, row_height, span
from assessor.outputs.wording import state_of, state_text
from assessor.problems import Problem, Severity
from assessor.returns.collection import Collection
from assessor.returns.external import External
from assessor.scheme.copies import Packet
from assessor.scheme.model import Scheme
from assessor.scheme.plans import marked
from assessor.standing.means import Mean
from assessor.standing.stand import Standing

_WIDTHS = (24.0, *(13.0,) * 9)
_LAST = len(_WIDTHS) - 1
_PLAIN = 15.0
"""The height of a row that is left as it is, in points."""


@dataclass(frozen=True)
class Facts:
    """All that the first sheet tells of."""

    standing: Standing
    collection: Collection
    problems: Sequence[Problem]
    words: Catalog
    means: Sequence[Mean] = ()
    packets: Sequence[Packet] = ()
    external: Sequence[External] = ()
    sources: Sequence[Source] = ()
    since_last: bool = False
    names: Sequence[str] = field(default=())
    """The names of the other sheets, in their order."""

    @cached_property
    def scheme(self) -> Scheme:
        """The scheme of the round."""
        return self.standing.scheme


def paint_overview(sheets: Sheets, sheet: Worksheet, facts: Facts) -> None:
    """Paint the first sheet: state, counts that add up, grades, means, deadlines, what is missing,
    contents, notes."""
    _Overview(sheets, sheet, facts).paint()


class _Overview:
    """The first sheet while it is painted, from the top down."""

    def __init__(self, sheets: Sheets, sheet: Worksheet, facts: Facts) -> None:
        self.sheets, self.sheet, self.facts, self.words = sheets, sheet, facts, facts.words
        self.row = 0
        self.number = 0
        self.heights: dict[int, tuple[float, bool]] = {}
        """Of each row its height and whether it stays on a page with the next one."""

    def paint(self) -> None:
        """Paint everything."""
        for column, width in enumerate(_WIDTHS):
            self.sheet.set_column(column, column, width)
        self._title()
        self._counts()
        self._grades()
        self._means()
        self._deadlines()
        self._missing()
        self._contents()
        if self.facts.external:
            self._external()
        self._notes()
        self.sheet.hide_gridlines(2)
        self.sheet.freeze_panes(1, 0)
        page = Page(self.sheet, _WIDTHS, landscape=True)
        page.footer(self.words.text("form.page"))
        rows = [(row, *self.heights.get(row, (_PLAIN, False))) for row in range(self.row)]
        page.break_between(rows, 0)

    def _set_height(self, row: int, height: float, keep: bool = False) -> None:
        self.sheet.set_row(row, height)
        self.heights[row] = (height, keep)

    # -- parts -----------------------------------------------------------------------------------

    def _title(self) -> None:
        settings = self.facts.scheme.settings
        text = self.words.text("ranking.title", title=settings.title)
        title = marked(self.facts.scheme, text)
        span(self.sheet, 0, 0, _LAST, title, self.sheets.look("title"))
        self._set_height(0, row_height([(title, sum(_WIDTHS) / 2.1)], 20) * 1.6)
        self.row = 2
        state = state_text(self.facts.standing, self.facts.problems, self.words)
        self._fact("ranking.issuer", settings.issuer)
        self._fact("ranking.round", settings.round)
        self._fact("ranking.state", state)
        if version := version_of(self.facts.sources):
            self._fact("ranking.scheme_version", f"{settings.code} · {version}")

    def _fact(self, key: str, text: str) -> None:
        self.sheet.write_string(self.row, 0, self.words.text(key), self.sheets.look("head"))
        span(self.sheet, self.row, 1, _LAST, text, self.sheets.look("text"))
        self._set_height(self.row, 24)
        self.row += 1

    def _counts(self) -> None:
        """Write counts whose parts add up to their sum, which stands before them."""
        self._heading("ranking.counts")
        self._sum("count.appraised", unit_counts(self.facts.standing, self.words))
        self._sum("count.files", file_counts(self.facts.collection, self.words))
        severity = Counter(problem.severity for problem in self.facts.problems)
        named = [(self.words.text(f"count.{name}"), severity[name]) for name in Severity]
        self._sum("count.problems", named)

    def _sum(self, key: str, parts: Sequence[tuple[str, int]]) -> None:
        whole = (self.words.text(key), sum(count for _, count in parts))
        for column, (name, count) in enumerate([whole, *parts]):
            self.sheet.write_string(self.row, column, name, self.sheets.look("head"))
            self._number(self.row + 1, column, count)
        heads = [(name, width) for (name, _), width in zip([whole, *parts], _WIDTHS, strict=False)]
        self._set_height(self.row, row_height(heads, 24), keep=True)
        self._set_height(self.row + 1, 22)
        self.row += 2

    def _grades(self) -> None:
        """Write how many of each class have each grade, and draw it."""
        scheme, standing = self.facts.scheme, self.facts.standing
        self._heading("ranking.grades")
        for kind in dict.fromkeys(scheme.classes[name] for name in scheme.appraised_classes):
            grades = [band.grade for band in scheme.bands.get(kind, ())]
            classes = [name for name in scheme.appraised_classes if scheme.classes[name] == kind]
            heads = [*grades, self.words.text("ranking.open"), self.words.text("ranking.sum")]
            first = self.row
            self._head([self.words.text("ranking.class"), *heads])
            for name in classes:
                count = Counter(mine.final_grade for mine in standing.of_class(name))
                numbers = [count[grade] for grade in [*grades, ""]]
                self._line([name, *numbers, sum(numbers)])
            if grades:
                self._draw_grades(kind, first, len(classes), len(grades) + 1)

    def _draw_grades(self, kind: str, first: int, classes: int, grades: int) -> None:
        words = self.words
        title = words.text(f"chart.grades_{kind}")
        rows = (first + 1, first + classes)
        chart = Chart(
            "column",
            "stacked",
            title,
            words.text("ranking.class"),
            words.text("chart.units"),
            (rows[0], 0, rows[1], 0),
            [
                Series((first, column), (rows[0], column, rows[1], column))
                for column in range(1, grades + 1)
            ],
            words.text("chart.grades_alt", title=title),
            width=900,
            height=280,
        )
        self._draw(chart)

    def _draw(self, chart: Chart) -> None:
        draw(self.sheets, self.sheet, (self.row, 0), chart)
        self.heights |= {self.row + at: (_PLAIN, True) for at in range(chart.rows - 1)}
        self.row += chart.rows + 1

    def _means(self) -> None:
        """Write the means of the uppermost scores; every score has its line on a sheet of its
        own."""
        means = [mean for mean in self.facts.means if mean.node.depth <= 1]
        if not means:
            return
        self._heading("ranking.means_of_parts")
        keys = ("node", "full", "having", "mean", "best", "worst", "rate")
        first = self.row
        self._head([self.words.text(f"ranking.{key}") for key in keys])
        for mean in means:
            self._line([mean.node.title, full_text(mean), *figures(mean.whole)])
        if any(mean.whole.rate is not None for mean in means):
            self._draw_means(first, len(means))

    def _draw_means(self, first: int, count: int) -> None:
        words = self.words
        column = 6
        title = words.text("chart.means")
        chart = Chart(
            "column",
            "",
            title,
            words.text("ranking.node"),
            words.text("ranking.rate"),
            (first + 1, 0, first + count, 0),
            [Series((first, column), (first + 1, column, first + count, column))],
            words.text("chart.means_alt", count=count),
            width=900,
            height=280,
            digits=1,
            most=100,
        )
        self._draw(chart)

    def _deadlines(self) -> None:
        found: list[Due] = dues(self.facts.scheme, self.facts.packets, self.facts.collection)
        if not found:
            return
        self._heading("ranking.deadlines")
        keys = ("period", "due", "expected", "back", "held", "missing", "not_due", "unneeded")
        self._head([self.words.text(f"deadline.{key}") for key in keys])
        for one in found:
            day = self.words.text("form.day", day=one.due) if one.due else "—"
            numbers = (one.expected, one.back, one.held, one.missing, one.not_due, one.unneeded)
            self._line([one.title, day, *numbers])

    def _missing(self) -> None:
        """Write how many of each form are missing; who owes them stands on a sheet of its own."""
        self._heading("ranking.missing_forms")
        found = missing_forms(self.facts.collection)
        if not found:
            self._text(self.words.text("ranking.none_missing"))
            return
        self._head([self.words.text("ranking.form"), self.words.text("deadline.missing")])
        for title, count in found:
            self._line([title, count])

    def _contents(self) -> None:
        self._heading("ranking.contents")
        look = self.sheets.look(
            "text", border=0, underline=1, font_color="#2F5D8A", text_wrap=False
        )
        for number, name in enumerate(self.facts.names):
            place = (self.row + number // 3, (0, 3, 6)[number % 3])
            quoted = name.replace("'", "''")
            self.sheet.write_url(*place, f"internal:'{quoted}'!A1", look, name)
        self.row += 1 + (len(self.facts.names) - 1) // 3

    def _external(self) -> None:
        """Write which files gave scores from elsewhere; the first digits of a hash tell them
        apart."""
        self._heading("ranking.external")
        keys = ("title", "file", "hash", "rows", "matched", "unmatched")
        self._head([self.words.text(f"ranking.external_{key}") for key in keys])
        for external in self.facts.external:
            for one in external.files:
                texts = [external.input.title, one.file, one.sha256[:12] or "—"]
                self._line([*texts, one.rows, one.matched, one.unmatched])

    def _notes(self) -> None:
        self._heading("ranking.notes")
        for text in _notes(self.facts, self.words):
            self._text(text)

    # -- pieces ----------------------------------------------------------------------------------

    def _heading(self, key: str) -> None:
        """Write the heading of a part, numbered in the order of the parts that there are."""
        self.row += 1
        self.number += 1
        text = self.words.text("ranking.part", number=self.number, text=self.words.text(key))
        if self.words.language == "zh":
            text = f"{'一二三四五六七八九十'[self.number - 1]}、{self.words.text(key)}"
        look = self.sheets.look("left", font_name="黑体", font_size=13)
        span(self.sheet, self.row, 0, _LAST, text, look)
        self._set_height(self.row, 24, keep=True)
        self.row += 1

    def _head(self, titles: Sequence[str]) -> None:
        for column, title in enumerate(titles):
            self.sheet.write_string(self.row, column, title, self.sheets.look("head"))
        cells = list(zip(titles, _WIDTHS, strict=False))
        self._set_height(self.row, row_height(cells, 24), keep=True)
        self.row += 1

    def _line(self, values: Sequence[object]) -> None:
        texts = [(str(value), width) for value, width in zip(values, _WIDTHS, strict=False)]
        self._set_height(self.row, row_height(texts, 22))
        for column, value in enumerate(values):
            if isinstance(value, int | Decimal):
                self._number(self.row, column, value)
            else:
                look = self.sheets.look("text" if column == 0 else "center")
                self.sheet.write_string(self.row, column, str(value or "—"), look)
        self.row += 1

    def _number(self, row: int, column: int, value: int | Decimal) -> None:
        digits = -int(value.as_tuple().exponent) if isinstance(value, Decimal) else 0
        form = f"0.{'0' * digits}" if digits > 0 else "0"
        look = self.sheets.look("center", num_format=form)
        self.sheet.write_number(row, column, float(value), look)

    def _text(self, text: str) -> None:
        look = self.sheets.look("paragraph", font_size=11)
        span(self.sheet, self.row, 0, _LAST, text, look)
        self._set_height(self.row, row_height([(text, sum(_WIDTHS))], 20))
        self.row += 1


def _notes(facts: Facts, words: Catalog) -> list[str]:
    """Say what the state means, how numbers were rounded, what every marker means, how ties and
    quotas were dealt with."""
    settings = facts.scheme.settings
    state = state_of(facts.standing, facts.problems)
    keys = [f"note.state_{state}", f"note.rounding_{settings.rounding}", "note.markers"]
    if settings.ranking != "none":
        keys += ["note.marks", "note.ties" if settings.ties == "1224" else "note.ties_1223"]
    keys += ["note.grades", "note.rates"]
    if settings.grades_on == "raw":
        keys.append("note.grades_raw")
    if any(node.rule == "ballot" for node in facts.standing.scores.tree):
        keys.append("note.ballots")
    if facts.since_last:
        keys.append("note.since")
    if facts.sources:
        keys.append("note.hashes")
    lines = [words.text(key, digits=settings.digits) for key in keys]
    for quota in (quota for quota in facts.standing.quotas if quota.unit_class):
        given: Mapping[str, object] = {
            "unit_class": quota.unit_class, "grade": quota.grade, "places": quota.places,
        }  # fmt: skip
        key = "note.share" if quota.forced else "note.quota"
        lines.append(words.text(key, given=quota.given, **given))
    return lines
