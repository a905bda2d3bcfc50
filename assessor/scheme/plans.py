"""Form plans from a scheme: one builder per layout."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from assessor.i18n import Catalog, catalog
from assessor.scheme.model import Criterion, Form, Scheme
from assessor.scheme.plan import (
    Blank,
    Computed,
    EntryRule,
    FootField,
    FormPlan,
    Kind,
    PlanColumn,
    PlanRow,
    PlanTable,
    Repeat,
    Role,
)

TURNOUT = ("expected", "present", "issued", "returned", "valid")
"""应到 实到 发出 收回 有效: what a tally says of its meeting, in this order."""
_PAPER_COUNT = 50
"""Papers of a review sheet or of a printed set where the scheme does not say how many."""


def make_plans(scheme: Scheme) -> dict[tuple[str, str], FormPlan]:
    """Return the plans of a sound scheme by (form, class); a roster form has the class ''."""
    plans = {}
    for form in scheme.forms:
        for unit_class in [""] if form.covers == "all" else scheme.form_classes(form):
            plans[form.code, unit_class] = make_plan(scheme, form, unit_class)
    return plans


def make_plan(scheme: Scheme, form: Form, unit_class: str) -> FormPlan:
    """Return the plan of a form for one class."""
    words = catalog(scheme.settings.language)
    return FormPlan(
        form=form.code,
        unit_class=unit_class,
        layout=form.layout,
        title=marked(scheme, form.title),
        tables=_TABLES[form.layout](scheme, form, unit_class, words),
        foot=_foot(form, words),
        unit_label=words.text("form.unit"),
        note=form.note,
        digits=scheme.settings.digits,
        papers=(form.copies or _PAPER_COUNT) if form.layout in _PER_PAPER else 0,
    )


def marked(scheme: Scheme, title: str) -> str:
    """Return a title, marked 演练 where the scheme is a rehearsal's."""
    mark = catalog(scheme.settings.language).text("form.rehearsal")
    return mark + title if scheme.settings.rehearsal else title


_PER_PAPER = frozenset({"review", "ballot_paper", "review_paper"})


def _rubric_tables(
    scheme: Scheme, form: Form, unit_class: str, words: Catalog
) -> tuple[PlanTable, ...]:
    criteria = scheme.rubric(form.rubric, unit_class)
    mine = form.filled_by == "self"
    columns = [
        PlanColumn("code", words.text("form.code"), Role.CODE, 8),
        PlanColumn("title", words.text("form.criterion"), Role.NAME, 22),
    ]
    optional = (("content", 26), ("standard", 32), ("evidence", 14))
    columns += [
        PlanColumn(key, words.text(f"form.{key}"), Role.LONG, width)
        for key, width in optional
        if any(getattr(row, key) for row in criteria)
    ]
    columns += [
        PlanColumn("points", words.text("form.points"), Role.NUMBER, 8),
        PlanColumn(
            "entry", words.text("form.own_score" if mine else "form.panel_score"), Role.ENTRY, 11
        ),
        PlanColumn("remark", words.text("form.remark" if mine else "form.reason"), Role.REMARK, 16),
    ]
    rows: list[PlanRow] = []
    for section in [row for row in criteria if row.entry == "section"]:
        members = [row for row in criteria if row.section == section.code]
        rows.append(_section_row(section))
        rows += [_criterion_row(row, scheme.settings.round, words) for row in members]
        rows.append(_subtotal_row(section, members, words))
    loose = [row for row in criteria if row.entry != "section" and not row.section]
    rows += [_criterion_row(row, scheme.settings.round, words) for row in loose]
    scored = [row for row in criteria if row.entry in _RULES and row.points is not None]
    rows.append(
        PlanRow(
            "",
            "total",
            {"title": words.text("form.total"), "points": _points(scored)},
            computed={"entry": _added(scored)},
        )
    )
    return (PlanTable("items", "", tuple(columns), tuple(rows)),)


def _section_row(section: Criterion) -> PlanRow:
    cells: dict[str, str | Decimal] = {"code": section.code, "title": section.title}
    if section.points is not None:
        cells["points"] = section.points
    return PlanRow(section.code, "section", cells)


def _criterion_row(row: Criterion, round_: str, words: Catalog) -> PlanRow:
    cells: dict[str, str | Decimal] = {
        "code": row.code,
        "title": row.title,
        "content": row.content,
        "standard": row.standard,
        "evidence": row.evidence,
    }
    if row.points is not None:
        cells["points"] = row.points
    if not row.due_in(round_):
        return PlanRow(row.code, "item", cells | {"entry": words.text("form.not_due")})
    return PlanRow(row.code, "item", cells, {"entry": entry_rule(row)})


def entry_rule(row: Criterion) -> EntryRule:
    """Return what may be entered for a criterion."""
    return _RULES[row.entry](row)


_RULES: Mapping[str, Callable[[Criterion], EntryRule]] = {
    "earned": lambda row: EntryRule(Kind.POINTS, row.points, row.step, row.may_not_apply),
    "deducted": lambda row: EntryRule(
        Kind.DEDUCTION, row.points, row.step, row.may_not_apply, Blank.NONE
    ),
    "text": lambda _: EntryRule(Kind.TEXT, blank=Blank.ALLOWED),
}


def _points(rows: list[Criterion]) -> Decimal:
    return sum((row.points for row in rows if row.points is not None), Decimal(0))


def _added(rows: list[Criterion]) -> Computed:
    return Computed(
        "sum_rows",
        tuple((row.code, row.entry == "deducted") for row in rows if row.points is not None),
    )


def _subtotal_row(section: Criterion, members: list[Criterion], words: Catalog) -> PlanRow:
    scored = [row for row in members if row.entry in _RULES and row.points is not None]
    cells: dict[str, str | Decimal] = {
        "title": words.text("form.subtotal"),
        "points": _points(scored),
    }
    return PlanRow(f"{section.code}=", "subtotal", cells, computed={"entry": _added(scored)})


def _claims_tables(scheme: Scheme, form: Form, _: str, words: Catalog) -> tuple[PlanTable, ...]:
    columns = (
        PlanColumn("code", words.text("form.code"), Role.CODE, 8),
        PlanColumn("title", words.text("form.bonus_item"), Role.NAME, 26),
        PlanColumn("standard", words.text("form.proof"), Role.LONG, 34),
        PlanColumn("points", words.text("form.points_each"), Role.NUMBER, 10),
        PlanColumn("claimed", words.text("form.claimed"), Role.ENTRY, 11),
        PlanColumn("verified", words.text("form.verified"), Role.ENTRY, 11),
        PlanColumn("earned", words.text("form.bonus_points"), Role.COMPUTED, 11),
        PlanColumn("remark", words.text("form.certificate"), Role.REMARK, 22),
    )
    rule = EntryRule(Kind.COUNT, blank=Blank.NONE)
    items = scheme.bonus_items(form.bonus)
    rows = [
        PlanRow(
            item.code,
            "item",
            {
                "code": item.code,
                "title": item.title,
                "standard": item.standard,
                "points": item.points,
            },
            {"claimed": rule, "verified": rule},
            {"earned": Computed("product", columns=("verified", "points"), maximum=item.cap)},
        )
        for item in items
    ]
    total = Computed("sum_rows", tuple((item.code, False) for item in items))
    rows.append(
        PlanRow("", "total", {"title": words.text("form.total")}, computed={"earned": total})
    )
    return (PlanTable("items", "", columns, tuple(rows)),)


def _tally_tables(
    scheme: Scheme, form: Form, unit_class: str, words: Catalog
) -> tuple[PlanTable, ...]:
    options = scheme.options[form.options]
    count = EntryRule(Kind.COUNT)
    first = (
        PlanColumn("code", words.text("form.code"), Role.CODE, 12),
        PlanColumn("unit", words.text("form.unit_name"), Role.NAME, 28),
    )
    turnout = PlanTable(
        "turnout",
        words.text("form.turnout_title"),
        (
            *first,
            PlanColumn("aspect", words.text("form.meeting"), Role.LONG, 24),
            *(PlanColumn(key, words.text(f"turnout.{key}"), Role.ENTRY, 9) for key in TURNOUT),
            PlanColumn("invalid", words.text("turnout.invalid"), Role.COMPUTED, 9),
        ),
        (
            PlanRow(
                "",
                "item",
                {"aspect": words.text("form.meeting_row")},
                dict.fromkeys(TURNOUT, count),
                {"invalid": Computed("difference", columns=("returned", "valid"))},
            ),
        ),
        Repeat.ROSTER,
    )
    aspects = scheme.rubric(form.rubric, unit_class)
    names = tuple(option.option for option in options)
    blank = EntryRule(Kind.COUNT, blank=Blank.NONE)
    counts = PlanTable(
        "counts",
        words.text("form.counts_title"),
        (
            *first,
            PlanColumn("aspect", words.text("form.aspect"), Role.LONG, 24),
            *(PlanColumn(name, name, Role.ENTRY, 9) for name in names),
            PlanColumn("counted", words.text("form.counted"), Role.COMPUTED, 9),
        ),
        tuple(
            PlanRow(
                row.code,
                "item",
                {"aspect": row.title},
                dict.fromkeys(names, blank),
                {"counted": Computed("sum_columns", columns=names)},
                row.classes,
            )
            for row in aspects
            if row.entry == "ballot"
        ),
        Repeat.ROSTER,
    )
    return turnout, counts


def _review_tables(
    scheme: Scheme, form: Form, unit_class: str, words: Catalog
) -> tuple[PlanTable, ...]:
    criteria = [row for row in scheme.rubric(form.rubric, unit_class) if row.entry in _RULES]
    columns = [PlanColumn("code", words.text("form.paper"), Role.CODE, 9)]
    columns += [
        PlanColumn(row.code, column_title(row), Role.ENTRY, 26 if row.points is None else 14)
        for row in criteria
    ]
    rules = {row.code: entry_rule(row) for row in criteria}
    rows = (PlanRow("", "item", rules=rules),)
    return (PlanTable("papers", "", tuple(columns), rows, Repeat.PAPERS),)


def column_title(row: Criterion) -> str:
    """Return the header of a criterion that is a column: code and title, points behind."""
    points = f"({row.points:f})" if row.points is not None else ""
    return f"{row.code} {row.title}{points}"


def _ballot_paper_tables(
    scheme: Scheme, form: Form, unit_class: str, words: Catalog
) -> tuple[PlanTable, ...]:
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


def _review_paper_tables(
    scheme: Scheme, form: Form, unit_class: str, words: Catalog
) -> tuple[PlanTable, ...]:
    columns = (
        PlanColumn("code", words.text("form.code"), Role.CODE, 8),
        PlanColumn("title", words.text("form.criterion"), Role.NAME, 30),
        PlanColumn("entry", words.text("form.answer"), Role.ENTRY, 36),
    )
    rows = tuple(
        PlanRow(
            row.code,
            "item",
            {"code": row.code, "title": column_title(row).split(" ", 1)[1]},
            {"entry": entry_rule(row)},
        )
        for row in scheme.rubric(form.rubric, unit_class)
        if row.entry in _RULES
    )
    return (PlanTable("items", "", columns, rows),)


_TABLES: Mapping[str, Callable[[Scheme, Form, str, Catalog], tuple[PlanTable, ...]]] = {
    "rubric": _rubric_tables,
    "claims": _claims_tables,
    "tally": _tally_tables,
    "review": _review_tables,
    "ballot_paper": _ballot_paper_tables,
    "review_paper": _review_paper_tables,
}

_SIGNERS = {
    "rubric": ("opinion", "members"),
    "claims": ("members",),
    "tally": ("supervisor", "teller"),
    "review": ("teller", "supervisor"),
}


def _foot(form: Form, words: Catalog) -> tuple[FootField, ...]:
    if form.is_paper:
        return ()
    signers = ("own_opinion", "head") if form.filled_by == "self" else _SIGNERS[form.layout]
    fields = [FootField("checked", words.text("form.checked"), Kind.TICK)]
    fields += [FootField(key, words.text(f"form.{key}")) for key in (*signers, "date")]
    return tuple(fields)
