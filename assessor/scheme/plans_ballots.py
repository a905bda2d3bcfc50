"""Plans of ballots: the tally of a meeting, and the papers that are ticked at it."""

from __future__ import annotations

from assessor.i18n import Catalog
from assessor.scheme.model import Form, Scheme
from assessor.scheme.plan import (
    Blank,
    Computed,
    EntryRule,
    Kind,
    PlanColumn,
    PlanRow,
    PlanTable,
    Repeat,
    Role,
)

TURNOUT = ("expected", "present", "issued", "returned", "valid")
"""应到 实到 发出 收回 有效: what a tally says of its meeting, in this order."""


def tally_tables(
    scheme: Scheme, form: Form, unit_class: str, words: Catalog
) -> tuple[PlanTable, ...]:
    """计票表: who was there, and the votes of every unit and aspect for each option."""
    return _turnout(words), _counts(scheme, form, unit_class, words)


def _first(words: Catalog) -> tuple[PlanColumn, PlanColumn]:
    return (
        PlanColumn("code", words.text("form.code"), Role.CODE, 12),
        PlanColumn("unit", words.text("form.unit_name"), Role.NAME, 28),
    )


def _turnout(words: Catalog) -> PlanTable:
    columns = (
        *_first(words),
        PlanColumn("aspect", words.text("form.meeting"), Role.LONG, 24),
        *(PlanColumn(key, words.text(f"turnout.{key}"), Role.ENTRY, 9) for key in TURNOUT),
        PlanColumn("invalid", words.text("turnout.invalid"), Role.COMPUTED, 9),
    )
    row = PlanRow(
        "",
        "item",
        {"aspect": words.text("form.meeting_row")},
        dict.fromkeys(TURNOUT, EntryRule(Kind.COUNT)),
        {"invalid": Computed("difference", columns=("returned", "valid"))},
    )
    title = words.text("form.turnout_title")
    return PlanTable("turnout", title, columns, (row,), Repeat.ROSTER)


def _counts(scheme: Scheme, form: Form, unit_class: str, words: Catalog) -> PlanTable:
    names = tuple(option.option for option in scheme.options[form.options])
    blank = EntryRule(Kind.COUNT, blank=Blank.NONE)
    columns = (
        *_first(words),
        PlanColumn("aspect", words.text("form.aspect"), Role.LONG, 24),
        *(PlanColumn(name, name, Role.ENTRY, 9) for name in names),
        PlanColumn("counted", words.text("form.counted"), Role.COMPUTED, 9),
    )
    rows = tuple(
        PlanRow(
            row.code,
            "item",
            {"aspect": row.title},
            dict.fromkeys(names, blank),
            {"counted": Computed("sum_columns", columns=names)},
            row.classes,
        )
        for row in scheme.rubric(form.rubric, unit_class)
        if row.entry == "ballot"
    )
    return PlanTable("counts", words.text("form.counts_title"), columns, rows, Repeat.ROSTER)


def ballot_paper_tables(
    scheme: Scheme, form: Form, unit_class: str, words: Catalog
) -> tuple[PlanTable, ...]:
    """测评票: a line for each aspect, a column to tick for each option."""
    names = [option.option for option in scheme.options[form.options]]
    columns = (
        PlanColumn("code", words.text("form.code"), Role.CODE, 8),
        PlanColumn("title", words.text("form.aspect"), Role.NAME, 30),
        *(PlanColumn(name, name, Role.ENTRY, 10) for name in names),
    )
    tick = EntryRule(Kind.TICK, blank=Blank.ALLOWED)
    rows = tuple(
        PlanRow(
            row.code, "item", {"code": row.code, "title": row.title}, dict.fromkeys(names, tick)
        )
        for row in scheme.rubric(form.rubric, unit_class)
    )
    return (PlanTable("items", "", columns, rows),)
