"""The sheet of limits and vetoes of ranking.xlsx: which held, by which values, what followed."""

from __future__ import annotations

from assessor.i18n import Catalog
from assessor.outputs.results_table import Head, Table, Value, unit_heads
from assessor.outputs.wording import held_facts
from assessor.standing.stand import Standing


def limit_tables(standing: Standing, words: Catalog) -> list[Table]:
    """Return every limit that held for a unit; no sheet where the scheme has none."""
    scheme = standing.scheme
    if not scheme.limits:
        return []
    titles = {node.code: node.title for node in standing.scores.tree}
    heads = [
        *unit_heads(words),
        Head(words.text("ranking.class"), "center", 16),
        Head(words.text("ranking.limit"), "text", 24),
        Head(words.text("ranking.limit_where"), "text", 30),
        Head(words.text("ranking.limit_when"), "center", 12),
        Head(words.text("ranking.limit_effect"), "center", 18),
        Head(words.text("ranking.limit_computed"), str(scheme.settings.digits)),
        Head(words.text("ranking.score"), str(scheme.settings.digits)),
        Head(words.text("ranking.limit_band"), "center"),
        Head(words.text("ranking.grade"), "center"),
    ]
    rows: list[list[Value]] = []
    for mine in standing.units:
        unit = scheme.units[mine.unit]
        for held in mine.held:
            where, effect = held_facts(held, titles, words)
            computed = mine.score if mine.computed is None else mine.computed
            band = mine.graded.band if mine.graded else ""
            when = f"{held.limit.operator} {held.limit.value:f}"
            result: list[Value] = [effect, computed, mine.score, band, mine.grade]
            named = [unit.code, unit.name, unit.unit_class, held.limit.title]
            rows.append([*named, words.text("list.semicolon").join(where), when, *result])
    name, empty = words.text("ranking.limits"), words.text("ranking.no_limits")
    return [Table(name, heads, rows, frozen=2, empty=empty)]
