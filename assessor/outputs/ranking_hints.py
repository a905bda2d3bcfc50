"""What strikes the eye in the data, as sheets of ranking.xlsx: hints, and every criterion's
figures."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from assessor.decimals import digits_of, from_ticks, half_up
from assessor.i18n import Catalog
from assessor.outputs.results_table import Head, Table, Value
from assessor.scheme.model import Scheme
from assessor.standing.criterion_figures import CriterionFigures
from assessor.standing.hints import LEAST_UNITS, Hint, Looked

_NAMED = 5
"""So many units are named in a hint; of more only the number is told."""


def hint_tables(scheme: Scheme, looked: Looked, words: Catalog) -> list[Table]:
    """Return the sheet of hints and that of the criteria; none where no sheet is scored."""
    if not looked.figures and not looked.hints:
        return []
    tables = [_hint_table(scheme, looked.hints, words)]
    return [*tables, _criterion_table(looked.figures, words)] if looked.figures else tables


def _hint_table(scheme: Scheme, hints: Sequence[Hint], words: Catalog) -> Table:
    heads = [
        Head(words.text("hint.kind"), "center", 16),
        Head(words.text("hint.part"), "text", 24),
        Head(words.text("hint.about"), "text", 26),
        Head(words.text("hint.hint"), "text", 60),
        Head(words.text("hint.look"), "text", 44),
    ]
    rows: list[Sequence[Value]] = [
        [
            words.text(f"hint.{hint.code}.kind"),
            hint.node,
            about_text(scheme, hint, words),
            hint_text(scheme, hint, words),
            words.text(f"hint.{hint.code}.look"),
        ]
        for hint in hints
    ]
    empty = words.text("hint.none", least=LEAST_UNITS)
    return Table(words.text("hint.sheet"), heads, rows, frozen=1, empty=empty)


def about_text(scheme: Scheme, hint: Hint, words: Catalog) -> str:
    """Say whom or what a hint is about: a rater, a criterion, or the units' own scores."""
    if hint.rater:
        rater = scheme.rater.get(hint.rater)
        return f"{hint.rater} {rater.name}" if rater else hint.rater
    if hint.criterion:
        return f"{hint.criterion} {hint.title}"
    return words.text("hint.own_scores")


def hint_text(scheme: Scheme, hint: Hint, words: Catalog) -> str:
    """Say a hint in a sentence."""
    names = [scheme.units[unit].name for unit in hint.units[:_NAMED]]
    more = words.text("hint.and_more") if len(hint.units) > _NAMED else ""
    return words.text(f"hint.{hint.code}.text", **hint.facts, units=names, more=more)


def _criterion_table(figures: Sequence[CriterionFigures], words: Catalog) -> Table:
    """How many units have full marks on each criterion, and what is lost on it."""
    digits = str(_digits(figures))
    heads = [
        Head(words.text("hint.part"), "text", 24),
        Head(words.text("feedback.code"), "center", 10),
        Head(words.text("feedback.criterion"), "text", 36),
        Head(words.text("feedback.points"), digits),
        Head(words.text("hint.count"), "0"),
        Head(words.text("hint.full"), "0"),
        Head(words.text("hint.full_share"), "1"),
        Head(words.text("hint.mean"), "2"),
        Head(words.text("hint.lost"), "2"),
        Head(words.text("hint.lowest"), "2"),
        Head(words.text("hint.highest"), "2"),
    ]
    rows: list[Sequence[Value]] = [
        [
            one.points.node.declared.title,
            one.points.row.code,
            one.points.row.title,
            one.full_mark,
            one.count,
            one.full,
            _rounded(Fraction(one.full * 100, one.count), 1),
            *(_rounded(number, 2) for number in (one.mean, one.lost, one.lowest, one.highest)),
        ]
        for one in figures
    ]
    return Table(words.text("hint.criteria"), heads, rows, frozen=3)


def _digits(figures: Sequence[CriterionFigures]) -> int:
    return max(digits_of(one.full_mark) for one in figures)


def _rounded(number: Fraction, digits: int) -> Decimal:
    return from_ticks(half_up(number * 10**digits), digits)
