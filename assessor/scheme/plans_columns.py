"""Plans with a column for each criterion: rosters of units, and papers of a review."""

from __future__ import annotations

from decimal import Decimal

from assessor.i18n import Catalog
from assessor.scheme.entry_rules import adds_up, entry_rule, is_asked
from assessor.scheme.model import Criterion, Form, Scheme
from assessor.scheme.plan import (
    Computed,
    EntryRule,
    Kind,
    PlanColumn,
    PlanRow,
    PlanTable,
    Repeat,
    Role,
)

_CELL, _TEXT = 11, 26
"""Widths of a column for a number or a word, and for a text."""


def column_title(row: Criterion) -> str:
    """Return the header of a criterion that is a column: code and title, points behind."""
    points = f"({row.points:f})" if row.points is not None else ""
    return f"{row.code} {row.title}{points}"


# -- rosters -------------------------------------------------------------------------------------


def roster_tables(
    scheme: Scheme, form: Form, unit_class: str, words: Catalog
) -> tuple[PlanTable, ...]:
    """名册评分表: a line for each unit of a rater, a column for each criterion.

    Units of different classes may have different criteria: what is not theirs is struck out.
    """
    criteria = [row for row in scheme.rubric(form.rubric, unit_class) if is_asked(row)]
    columns = [
        PlanColumn("code", words.text("form.code"), Role.CODE, 10),
        PlanColumn("unit", words.text("form.unit_name"), Role.NAME, 24),
        *(
            PlanColumn(
                row.code, column_title(row), Role.ENTRY, _TEXT if row.entry == "text" else _CELL
            )
            for row in criteria
        ),
    ]
    if any(row.points is not None for row in criteria) and all(
        adds_up(row) or row.entry == "text" for row in criteria
    ):
        columns.append(PlanColumn("total", words.text("form.total"), Role.COMPUTED, 9))
    columns.append(PlanColumn("remark", words.text("form.remark"), Role.REMARK, 16))
    live = columns[-2].key == "total"
    rows = [
        _roster_row(scheme, criteria, classes, live, words)
        for classes in _alike(scheme, form, criteria)
    ]
    return (PlanTable("roster", "", tuple(columns), tuple(rows), Repeat.ROSTER),)


def _alike(scheme: Scheme, form: Form, criteria: list[Criterion]) -> list[tuple[str, ...]]:
    """Return the classes that are asked the same, together; () where all of them are."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for name in scheme.form_classes(form):
        mine = tuple(row.code for row in criteria if row.applies_to(name))
        groups.setdefault(mine, []).append(name)
    return [()] if len(groups) < 2 else [tuple(names) for names in groups.values()]


def _roster_row(
    scheme: Scheme,
    criteria: list[Criterion],
    classes: tuple[str, ...],
    live: bool,
    words: Catalog,
) -> PlanRow:
    # No column shows these points; they are here because the version of the form is over them.
    cells: dict[str, str | Decimal] = {"points": ";".join(f"{r.code}={r.points}" for r in criteria)}
    rules: dict[str, EntryRule] = {}
    added: list[Criterion] = []
    for row in criteria:
        if classes and not row.applies_to(classes[0]):
            cells[row.code] = "—"
        elif not row.due_in(scheme.settings.round):
            cells[row.code] = words.text("form.not_due")
        else:
            rules[row.code] = entry_rule(row, scheme)
            added += [row] * adds_up(row)
    total = Computed(
        "sum_marks",
        columns=tuple(row.code for row in added if row.entry == "earned"),
        lost=tuple((row.code, row.points or Decimal(0)) for row in added if row.entry != "earned"),
    )
    return PlanRow("", "item", cells, rules, {"total": total} if live else {}, classes)


# -- papers --------------------------------------------------------------------------------------


def review_tables(
    scheme: Scheme, form: Form, unit_class: str, words: Catalog
) -> tuple[PlanTable, ...]:
    """评议汇总表: a line for each paper, a column for each criterion."""
    criteria = [row for row in scheme.rubric(form.rubric, unit_class) if is_asked(row)]
    columns = [PlanColumn("code", words.text("form.paper"), Role.CODE, 9)]
    columns += [
        PlanColumn(row.code, column_title(row), Role.ENTRY, _TEXT if row.entry == "text" else 14)
        for row in criteria
    ]
    rules = {row.code: entry_rule(row, scheme) for row in criteria}
    rows = (PlanRow("", "item", rules=rules),)
    return (PlanTable("papers", "", tuple(columns), rows, Repeat.PAPERS),)


def review_paper_tables(
    scheme: Scheme, form: Form, unit_class: str, words: Catalog
) -> tuple[PlanTable, ...]:
    """评议票: a line for each criterion, with room for an answer by hand."""
    columns = (
        PlanColumn("code", words.text("form.code"), Role.CODE, 8),
        PlanColumn("title", words.text("form.criterion"), Role.NAME, 30),
        PlanColumn("entry", words.text("form.answer"), Role.ENTRY, 36),
    )
    rows = tuple(
        PlanRow(
            row.code,
            "item",
            {"code": row.code, "title": _asked(row, entry_rule(row, scheme))},
            {"entry": entry_rule(row, scheme)},
        )
        for row in scheme.rubric(form.rubric, unit_class)
        if is_asked(row)
    )
    return (PlanTable("items", "", columns, rows),)


def _asked(row: Criterion, rule: EntryRule) -> str:
    """Return a criterion as a paper asks it: with its points, or the answers to choose from."""
    title = column_title(row).split(" ", 1)[1]
    return f"{title} ({' / '.join(rule.choices)})" if rule.kind in _WORDED else title


_WORDED = frozenset({Kind.CHOICE, Kind.YES_NO, Kind.VETO})
