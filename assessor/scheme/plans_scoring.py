"""Plans with a line for each criterion: scoring sheets, conditions, quantities, declarations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from assessor.decimals import plain
from assessor.i18n import Catalog
from assessor.scheme.entry_rules import adds_up, entry_rule, is_asked
from assessor.scheme.model import Criterion, Form, Scheme
from assessor.scheme.plan import (
    Blank,
    Computed,
    EntryRule,
    Kind,
    PlanColumn,
    PlanRow,
    PlanTable,
    Role,
)

_OPTIONAL = {"content": 26, "standard": 32, "evidence": 14}
"""Texts of a criterion that have a column where any criterion has such a text, with its width."""


def rubric_tables(
    scheme: Scheme, form: Form, unit_class: str, words: Catalog
) -> tuple[PlanTable, ...]:
    """评分表: the criteria under their sections, with subtotals and a total."""
    criteria = scheme.rubric(form.rubric, unit_class)
    mine = form.filled_by == "self"
    pure = all(row.entry in {"section", "text"} or adds_up(row) for row in criteria)
    kind = "score" if pure else "entry"
    columns = (
        *_named(words, "form.criterion", 22),
        *_texts(criteria, words, shown=declared_rows(scheme, form)),
        PlanColumn("points", words.text("form.points"), Role.NUMBER, 8),
        PlanColumn(
            "entry", words.text(f"form.{'own' if mine else 'panel'}_{kind}"), Role.ENTRY, 12
        ),
        _remark(form, words.text("form.remark" if mine else "form.reason"), 16),
    )

    def made(row: Criterion) -> PlanRow:
        line = _criterion_row(row, scheme, words, {"entry": entry_rule(row, scheme)})
        return _with_reason(line, form)

    rows = [row for group in _sections(criteria) for row in _with_subtotal(*group, made, words)]
    rows.append(_sum_row("", "total", words.text("form.total"), list(criteria), words))
    return (PlanTable("items", "", columns, tuple(rows)),)


def gates_tables(
    scheme: Scheme, form: Form, unit_class: str, words: Catalog
) -> tuple[PlanTable, ...]:
    """条件表: conditions that hold or not, with the evidence for it."""
    criteria = scheme.rubric(form.rubric, unit_class)
    asked = {row.entry for row in criteria if is_asked(row)}
    answer = "form.yes_or_no" if asked <= {"yes_no", "veto"} else "form.answer_here"
    columns = [
        *_named(words, "form.condition", 26),
        *_texts(criteria, words, shown=declared_rows(scheme, form), standard="form.proof_of"),
        *_points(criteria, words),
        PlanColumn("entry", words.text(answer), Role.ENTRY, 11),
        _remark(form, words.text("form.supporting"), 26),
    ]
    rows = [
        row
        for section, members in _sections(criteria)
        for row in [
            *([_section_row(section)] if section else []),
            *(
                _with_reason(
                    _criterion_row(row, scheme, words, {"entry": entry_rule(row, scheme)}), form
                )
                for row in members
            ),
        ]
    ]
    return (PlanTable("items", "", tuple(columns), tuple(rows)),)


def quantities_tables(
    scheme: Scheme, form: Form, unit_class: str, words: Catalog
) -> tuple[PlanTable, ...]:
    """数量表: what was to be reached and what was reached, in the unit of measure printed.

    A target that the scheme knows is printed; any other is asked for. It must be given only
    where points depend on it.
    """
    criteria = scheme.rubric(form.rubric, unit_class)
    declared = declared_rows(scheme, form)
    needed = _targets_needed(scheme, form, criteria)
    columns = [
        *_named(words, "form.indicator", 26),
        *_texts(criteria, words, content=None),
        PlanColumn("content", words.text("form.measure"), Role.LONG, 11),
        *([PlanColumn("declared", words.text("form.declared"), Role.LONG, 26)] * bool(declared)),
        *_points(criteria, words),
        PlanColumn("target", words.text("form.target"), Role.ENTRY, 11),
        PlanColumn("entry", words.text("form.actual"), Role.ENTRY, 11),
        _remark(form, words.text("form.remark"), 20),
    ]

    def made(row: Criterion) -> PlanRow:
        entry = replace(entry_rule(row, scheme), unit=row.content if _is_measured(row) else "")
        line = _with_reason(_criterion_row(row, scheme, words, {"entry": entry}), form)
        if row.entry == "rate" and not row.content:
            line = replace(line, cells={**line.cells, "content": "%"})
        return _with_target(line, row, entry, row.code in needed)

    rows = [
        row
        for section, members in _sections(criteria)
        for row in [*([_section_row(section)] if section else []), *map(made, members)]
    ]
    return (PlanTable("items", "", tuple(columns), tuple(rows)),)


BESIDE = "remark"
"""The column beside a declared target: when it counts as reached."""
REASON = "reason"
"""The column in which others than the unit say why they took points off; it counts nothing."""


def declaration_tables(
    scheme: Scheme, form: Form, unit_class: str, words: Catalog
) -> tuple[PlanTable, ...]:
    """自定目标申报表: a text for every criterion, none of which may stay empty."""
    criteria = scheme.rubric(form.rubric, unit_class)
    columns = (
        *_named(words, "form.criterion", 24),
        *_texts(criteria, words),
        PlanColumn("entry", words.text("form.declared"), Role.ENTRY, 44),
        PlanColumn(BESIDE, words.text("form.done_when"), Role.REMARK, 30),
    )

    def made(row: Criterion) -> PlanRow:
        rule = EntryRule(Kind.TEXT, may_not_apply=row.may_not_apply)
        return replace(_criterion_row(row, scheme, words, {"entry": rule}), beside=(BESIDE,))

    rows = [
        row
        for section, members in _sections(criteria)
        for row in [*([_section_row(section)] if section else []), *map(made, members)]
    ]
    return (PlanTable("items", "", columns, tuple(rows)),)


def declared_rows(scheme: Scheme, form: Form) -> frozenset[str]:
    """Return the codes of the criteria beside which a form shows what was declared."""
    declaration = scheme.form.get(form.shows)
    if declaration is None or declaration.layout != "declaration":
        return frozenset()
    return frozenset(row.code for row in scheme.rubric(declaration.rubric) if is_asked(row))


# -- columns -------------------------------------------------------------------------------------


def _named(words: Catalog, title: str, width: int) -> tuple[PlanColumn, PlanColumn]:
    return (
        PlanColumn("code", words.text("form.code"), Role.CODE, 8),
        PlanColumn("title", words.text(title), Role.NAME, width),
    )


def _texts(
    criteria: Sequence[Criterion],
    words: Catalog,
    shown: frozenset[str] = frozenset(),
    **titles: str | None,
) -> list[PlanColumn]:
    """Return the columns of texts; one of another title, or of none (None), is named."""
    columns = []
    for key, width in _OPTIONAL.items():
        title = titles.get(key, f"form.{key}")
        there = any(getattr(row, key) for row in criteria) or (key == "content" and shown)
        if title and there:
            columns.append(PlanColumn(key, words.text(title), Role.LONG, width))
    return columns


def _points(criteria: Sequence[Criterion], words: Catalog) -> list[PlanColumn]:
    there = any(row.points is not None for row in criteria)
    return [PlanColumn("points", words.text("form.points"), Role.NUMBER, 8)] if there else []


def _remark(form: Form, title: str, width: int) -> PlanColumn:
    """Return the column of remarks; what others write into it is read."""
    key = "remark" if form.filled_by == "self" else REASON
    return PlanColumn(key, title, Role.REMARK, width)


# -- rows ----------------------------------------------------------------------------------------

Group = tuple[Criterion | None, list[Criterion]]


def _sections(criteria: Sequence[Criterion]) -> Iterator[Group]:
    """Yield every section with its criteria, at the end those that stand in none."""
    for section in [row for row in criteria if row.entry == "section"]:
        yield section, [row for row in criteria if row.section == section.code]
    loose = [row for row in criteria if row.entry != "section" and not row.section]
    if loose:
        yield None, loose


def _with_subtotal(
    section: Criterion | None,
    members: list[Criterion],
    made: Callable[[Criterion], PlanRow],
    words: Catalog,
) -> list[PlanRow]:
    rows = [made(row) for row in members]
    if section is None:
        return rows
    title = words.text("form.subtotal")
    subtotal = _sum_row(f"{section.code}=", "subtotal", title, members, words)
    return [_section_row(section), *rows, subtotal]


def _section_row(section: Criterion) -> PlanRow:
    cells: dict[str, str | Decimal] = {"code": section.code, "title": section.title}
    if section.points is not None:
        cells["points"] = section.points
    return PlanRow(section.code, "section", cells)


def _criterion_row(
    row: Criterion, scheme: Scheme, words: Catalog, rules: Mapping[str, EntryRule]
) -> PlanRow:
    cells: dict[str, str | Decimal] = {
        "code": row.code,
        "title": row.title,
        "content": row.content,
        "standard": row.standard,
        "evidence": row.evidence,
    }
    if row.points is not None:
        cells["points"] = row.points
    if not row.due_in(scheme.settings.round):
        return PlanRow(row.code, "item", cells | {"entry": words.text("form.not_due")})
    return PlanRow(row.code, "item", cells, rules)


def _with_reason(line: PlanRow, form: Form) -> PlanRow:
    """Return a line whose remark is read too: the unit is told why others took points off it."""
    if form.filled_by == "self" or not line.rules:
        return line
    return replace(line, beside=(REASON,))


def _sum_row(key: str, kind: str, title: str, rows: list[Criterion], words: Catalog) -> PlanRow:
    """Return a row of points together; live only where every part is points already."""
    scored = [row for row in rows if row.points is not None and is_asked(row)]
    points = sum((row.points for row in scored if row.points is not None), Decimal(0))
    cells: dict[str, str | Decimal] = {"title": title, "points": points}
    if any(is_asked(row) and row.entry != "text" and not adds_up(row) for row in rows):
        return PlanRow(key, kind, cells | {"entry": words.text("form.added_later")})
    added = tuple((row.code, row.entry == "deducted") for row in scored)
    return PlanRow(key, kind, cells, computed={"entry": Computed("sum_rows", added)})


# -- targets -------------------------------------------------------------------------------------


def _is_measured(row: Criterion) -> bool:
    return row.entry in {"count", "number"}


def _targets_needed(scheme: Scheme, form: Form, criteria: Sequence[Criterion]) -> set[str]:
    """Return the criteria whose points depend on a target that the form must give."""
    reading = [n for n in scheme.nodes if n.rule == "proportional" and "target" not in n.parameters]
    sources = [node.source for node in reading if node.source is not None]
    needed = {row.code for row in criteria if row.rule == "proportional"}
    return needed | {source.criterion for source in sources if source.form == form.code}


def _with_target(made: PlanRow, row: Criterion, entry: EntryRule, needed: bool) -> PlanRow:
    if "target" in row.parameters:
        target = row.parameters["target"]
        try:
            shown: str | Decimal = plain(Decimal(target))
        except ArithmeticError:
            shown = target
        return replace(made, cells={**made.cells, "target": shown})
    if not made.rules or entry.kind not in {Kind.COUNT, Kind.NUMBER, Kind.PERCENT}:
        return made
    kind = Kind.PERCENT if entry.kind is Kind.PERCENT else Kind.NUMBER
    blank = Blank.MISSING if needed else Blank.ALLOWED
    rule = EntryRule(kind, blank=blank, unit=entry.unit)
    return replace(made, rules={"target": rule, **made.rules})
