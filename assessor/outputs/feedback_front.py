"""The first page of a unit's feedback, one sheet of A4: how it did, against its class, what to
mend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from xlsxwriter.worksheet import Worksheet

from assessor.decimals import digits_of
from assessor.outputs.feedback_chosen import (
    front_parts,
    front_title,
    last_year,
    most_lost,
    rate,
)
from assessor.outputs.feedback_round import Told
from assessor.outputs.feedback_tables import (
    own_value,
    part_shown,
    reason_text,
    sheet_of,
)
from assessor.outputs.results_table import Value
from assessor.outputs.style import (
    ACCENT,
    BODY_FONT,
    HEAD_FONT,
    INK,
    LINE,
    Page,
    Sheets,
    row_height,
    span,
)
from assessor.outputs.wording import rank_text, status_text
from assessor.scheme.plans import marked
from assessor.scoring.tree import TreeNode

_WIDTHS = (25.0, 9.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0)
_LAST = len(_WIDTHS) - 1
_REASON = 60
"""So many characters of a reason fit the page; all of it stands on the sheet behind."""
_CHART_ROW = 20.0


def paint_front(sheets: Sheets, sheet: Worksheet, told: Told) -> None:
    """Paint the first page."""
    words, scheme = told.round.words, told.round.scheme
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    title = marked(scheme, words.text("feedback.title", title=scheme.settings.title))
    span(sheet, 0, 0, _LAST, title, sheets.look("title", font_size=20))
    sheet.set_row(0, row_height([(title, sum(_WIDTHS) / 2)], 20) * 1.5)
    subtitle = words.text(
        "ranking.subtitle",
        issuer=scheme.settings.issuer,
        round=scheme.settings.round,
        state=told.round.state,
    )
    span(sheet, 1, 0, _LAST, subtitle, sheets.look("subtitle"))
    sheet.set_row(1, 22)
    painter = _Front(sheets, sheet, told)
    row = painter.facts(3)
    row = painter.parts(row + 1)
    row = painter.mending(row + 1)
    painter.notes(row + 1)
    sheet.hide_gridlines(2)
    page = Page(sheet, _WIDTHS, landscape=False)
    page.footer(words.text("form.page"))
    sheet.fit_to_pages(1, 1)


@dataclass
class _Front:
    """The first page under construction."""

    sheets: Sheets
    sheet: Worksheet
    told: Told

    # -- what is known of the unit as a whole

    def facts(self, row: int) -> int:
        """Write unit, state, score, grades and rank in pairs of a label and a value."""
        words, sheets = self.told.round.words, self.sheets
        for number, ((key, value), (other, beside)) in enumerate(_pairs(self.told), row):
            cells = [(0, 0, words.text(key), "head"), (1, 3 if other else _LAST, value, "text")]
            if other:
                cells += [(4, 5, words.text(other), "head"), (6, _LAST, beside, "text")]
            for first, last, text, look in cells:
                span(self.sheet, number, first, last, text, sheets.look(look, font_size=12))
            self.sheet.set_row(number, row_height([(value, 27.0), (beside, 27.0)], 24))
        return row + len(_pairs(self.told))

    # -- parts against the class

    def parts(self, row: int) -> int:
        """Write the parts beside the class's mean and best, and draw how much of each full mark
        was reached."""
        words, told = self.told.round.words, self.told
        key = "feedback.against_class" if told.figures else "feedback.by_part"
        self._heading(row, words.text(key))
        spans = _SPANS if told.figures else _SPANS_ALONE
        keys = _COLUMNS if told.figures else _COLUMNS_ALONE
        heads = [words.text(f"feedback.{key}") for key in keys]
        self._row(row + 1, spans, heads, ["head"] * len(heads), [None] * len(heads))
        nodes = [told.branch[0], *front_parts(told)]
        for number, node in enumerate(nodes, row + 2):
            values = _part_values(told, node)
            digits = [None, digits_of(node.points(told.unit.unit_class) or Decimal(0)), node.digits]
            if told.figures:
                digits += [node.digits, -node.digits - 1, node.digits, 1, 1, 1]
            else:
                digits.append(1)
            look = "section" if number == row + 2 else "text"
            looks = [look, *["section_center" if look == "section" else "center"] * 8]
            self._row(number, spans, values, looks[: len(values)], digits)
        first, last = row + 3, row + 1 + len(nodes)
        if last < first:
            return last + 1
        return self._chart(last + 1, first, last, spans)

    def _chart(self, row: int, first: int, last: int, spans: Sequence[tuple[int, int]]) -> int:
        told, words = self.told, self.told.round.words
        name = self.sheet.name
        drawn: Any = self.sheets.book.add_chart({"type": "bar"})
        at = [spans[column][0] for column in (range(6, 9) if told.figures else (3,))]
        for column, look in zip(at, _SERIES, strict=False):
            drawn.add_series(
                {
                    "name": [name, first - 2, column],
                    "categories": [name, first, 0, last, 0],
                    "values": [name, first, column, last, column],
                    "gap": 50,
                    **look,
                }
            )
        title = words.text("feedback.chart" if told.figures else "feedback.chart_alone")
        drawn.set_title({"name": title, "name_font": _font(HEAD_FONT, 12), "overlay": False})
        # Of a bar chart the axis of categories is the upright one.
        drawn.set_y_axis(_axis(words.text("feedback.part"), reverse=True))
        grid = {"visible": True, "line": {"color": "#DDE1E5", "width": 0.5}}
        along = words.text("feedback.rate_axis")
        drawn.set_x_axis(_axis(along, min=0, label_position="high", major_gridlines=grid))
        legend = {"position": "bottom", "font": _font()}
        drawn.set_legend(legend if told.figures else {"none": True})
        rows = 7 + (last - first + 1) * (1.3 if told.figures else 0.9)
        count = int(min(16.0, max(9.0, rows)))
        width = sum(int(one * 7 + 5) for one in _WIDTHS) - 2
        drawn.set_size({"width": width, "height": int(count * _CHART_ROW * 4 / 3)})
        for number in range(row, row + count):
            self.sheet.set_row(number, _CHART_ROW)
        alt = words.text("feedback.alt", unit=told.unit.name, chart=title)
        options = {"description": alt, "object_position": 2}
        self.sheet.insert_chart(row, 0, drawn, options)
        return row + count

    # -- what to mend

    def mending(self, row: int) -> int:
        """Write on which criteria most points were lost, and by when to mend that."""
        told, words = self.told, self.told.round.words
        worst = most_lost(told)
        if not worst:
            return row
        self._heading(row, words.text("feedback.to_mend"))
        due = told.round.scheme.settings.mend_by
        key = "feedback.mend_by" if due else "feedback.mend_open"
        text = words.text(key, day=due, issuer=told.round.scheme.settings.issuer)
        span(self.sheet, row + 1, 0, _LAST, text, self.sheets.look("left", font_size=11))
        self.sheet.set_row(row + 1, 20)
        keys = ("criterion", "points", "got", "lost", "reason")
        heads = [words.text(f"feedback.{key}") for key in keys]
        self._row(row + 2, _SPANS_LOST, heads, ["head"] * 5, [None] * 5)
        marks = [mark for one, value, gone in worst for mark in (one.row.points, value, gone)]
        digits = max(digits_of(mark) for mark in marks if mark is not None)
        for number, (one, value, gone) in enumerate(worst, row + 3):
            reason = reason_text(told, one) or words.text("feedback.no_reason")
            if len(reason) > _REASON:
                reason = words.text("feedback.more", text=reason[: _REASON - 10])
            title = f"{sheet_of(told, one)}·{one.row.code} {one.row.title}"
            values: list[Value] = [title, one.row.points, value, gone, reason]
            looks = ["text", "center", "center", "center", "text"]
            self._row(number, _SPANS_LOST, values, looks, [None, digits, digits, digits, None])
        return row + 3 + len(worst)

    # -- notes

    def notes(self, row: int) -> None:
        """Write how the figures are to be read."""
        told, words = self.told, self.told.round.words
        keys = ["feedback.note_class" if told.figures else "feedback.note_small"]
        keys.append("feedback.note_rate")
        text = " ".join(words.text(key, unit_class=told.unit.unit_class) for key in keys)
        look = self.sheets.look("paragraph", font_size=10)
        span(self.sheet, row, 0, _LAST, text, look)
        self.sheet.set_row(row, row_height([(text, sum(_WIDTHS) * 1.05)], 20))

    # -- cells

    def _heading(self, row: int, text: str) -> None:
        look = self.sheets.look("left", font_name=HEAD_FONT, font_size=13)
        span(self.sheet, row, 0, _LAST, text, look)
        self.sheet.set_row(row, 24)

    def _row(
        self,
        row: int,
        spans: Sequence[tuple[int, int]],
        values: Sequence[Value],
        looks: Sequence[str],
        digits: Sequence[int | None],
    ) -> None:
        texts = []
        for (first, last), value, look, places in zip(spans, values, looks, digits, strict=True):
            if isinstance(value, Decimal):
                form = self.sheets.look(look, num_format=_number_format(places or 0))
                if last > first:
                    self.sheet.merge_range(row, first, row, last, "", form)
                self.sheet.write_number(row, first, float(value), form)
                continue
            text = "" if value is None else str(value)
            if last == first:
                self.sheet.write_string(row, first, text, self.sheets.look(look))
            else:
                span(self.sheet, row, first, last, text, self.sheets.look(look))
            texts.append((text, sum(_WIDTHS[first : last + 1])))
        self.sheet.set_row(row, row_height(texts, 22))


_COLUMNS = (
    *("part", "points", "own", "mean", "difference", "best"),
    *("rate", "rate_mean", "rate_best"),
)
_COLUMNS_ALONE = ("part", "points", "own", "rate")
_SPANS = tuple((column, column) for column in range(9))
_SPANS_ALONE = ((0, 4), (5, 5), (6, 6), (7, 8))
_SPANS_LOST = ((0, 2), (3, 3), (4, 4), (5, 5), (6, 8))
_SERIES: tuple[dict[str, Any], ...] = (
    {"fill": {"color": ACCENT}, "border": {"color": ACCENT}},
    {
        "pattern": {"pattern": "wide_upward_diagonal", "fg_color": LINE, "bg_color": "#FFFFFF"},
        "border": {"color": LINE},
    },
    {"fill": {"color": "#FFFFFF"}, "border": {"color": INK, "width": 0.75}},
)
"""Own, mean, best: filled, hatched and hollow, so that they differ without colour too."""


def _axis(title: str, **more: object) -> dict[str, object]:
    line = {"color": LINE, "width": 0.75}
    return {"name": title, "name_font": _font(), "num_font": _font(), "line": line, **more}


def _font(name: str = BODY_FONT, size: int = 9) -> dict[str, Any]:
    return {"name": name, "size": size, "bold": False, "color": INK}


def _number_format(places: int) -> str:
    """Return a number's format by its digits; below zero the digits (less one) of a change."""
    if places < 0:
        plain = _number_format(-places - 1)
        return f"+{plain};-{plain};{plain}"
    return "0." + "0" * places if places else "0"


Fact = tuple[str, str]
"""Key of the label, and the value."""


def _pairs(told: Told) -> list[tuple[Fact, Fact]]:
    """Return the facts of a unit, two a line."""
    mine, unit, scheme = told.mine, told.unit, told.round.scheme
    words = told.round.words
    score = f"{mine.score:f}" if mine.score is not None else status_text(mine, words)
    root = scheme.root(unit.unit_class)
    if mine.score is not None and root is not None and root.points is not None:
        score = words.text("feedback.of_points", score=score, points=f"{root.points:f}")
    facts: list[Fact] = [
        ("feedback.unit", words.text("form.unit_with_code", unit=unit.name, code=unit.code)),
        ("ranking.class", unit.unit_class),
        ("ranking.score", score),
        ("ranking.status", status_text(mine, words)),
        ("feedback.grade", mine.grade or words.text("rank.none")),
        ("ranking.confirmed", mine.confirmed or words.text("feedback.not_confirmed")),
    ]
    if unit.ranked and scheme.settings.ranking in {"both", "class"}:
        facts.append(("feedback.class_rank", _place(told, mine.class_rank)))
    if unit.ranked and scheme.settings.ranking in {"both", "overall"}:
        among = sum(one.rank is not None for one in told.round.standing.of_kind(unit.kind))
        facts.append(("feedback.rank", _of(words.text, mine.rank, among, told)))
    if mine.awards:
        facts.append(("ranking.awards", words.text("list.comma").join(mine.awards)))
    if last := last_year(told):
        facts.append(("feedback.last", last))
    if len(facts) % 2:
        facts.append(("", ""))
    return list(zip(facts[::2], facts[1::2], strict=True))


def _place(told: Told, rank: int | None) -> str:
    among = told.round.places.get(told.unit.unit_class, 0)
    return _of(told.round.words.text, rank, among, told)


def _of(text: Any, rank: int | None, among: int, told: Told) -> str:  # noqa: ANN401
    if rank is None:
        return rank_text(None, shared=False, words=told.round.words)
    place = rank_text(rank, shared=False, words=told.round.words)
    return str(text("feedback.place", place=place, among=among))


def _part_values(told: Told, node: TreeNode) -> list[Value]:
    points = node.points(told.unit.unit_class)
    own = own_value(told, node)
    values: list[Value] = [front_title(told, node), points, part_shown(told, node)]
    if not told.figures:
        return [*values, rate(own, points)]
    figure = told.figures.get(node.code)
    mean, best = (figure.mean, figure.best) if figure else (None, None)
    away = own - mean if own is not None and mean is not None else None
    return [*values, mean, away, best, *(rate(one, points) for one in (own, mean, best))]
