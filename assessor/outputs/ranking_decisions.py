"""The sheet of decisions in ranking.xlsx: what people decided, and which consequences."""

from __future__ import annotations

from collections.abc import Sequence

from assessor.i18n import Catalog
from assessor.outputs.results_table import Head, Table, Value, unit_heads
from assessor.outputs.wording import act_text, object_text, to_text
from assessor.scheme.decisions import Decision
from assessor.scheme.model import Scheme


def decision_table(scheme: Scheme, decisions: Sequence[Decision], words: Catalog) -> Table:
    """Return what people decided, consequences among it, in the order of their own table."""
    heads = [
        Head(words.text("ranking.date"), "center", 14),
        Head(words.text("ranking.authority"), "text", 20),
        *unit_heads(words),
        Head(words.text("ranking.act"), "center", 14),
        Head(words.text("ranking.object"), "text", 30),
        Head(words.text("ranking.before"), "center", 14),
        Head(words.text("ranking.decided"), "center", 24),
        Head(words.text("ranking.reason"), "text", 40),
    ]
    rows: list[list[Value]] = [
        [
            words.text("form.day", day=one.date) if one.date else "",
            one.authority,
            one.unit,
            scheme.unit[one.unit].name if one.unit in scheme.unit else "",
            act_text(one, words),
            object_text(one, scheme),
            one.before,
            to_text(one, scheme),
            one.reason,
        ]
        for one in decisions
    ]
    return Table(words.text("ranking.decisions"), heads, rows, frozen=4)
