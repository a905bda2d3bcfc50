"""Plans of votes that are read paper by paper: a file for each voter, or a line for each paper."""

from __future__ import annotations

from collections import Counter

from assessor.i18n import Catalog, catalog
from assessor.scheme.copies import roster_code, units_of
from assessor.scheme.model import Criterion, Form, Scheme
from assessor.scheme.plan import (
    Blank,
    EntryRule,
    Kind,
    PlanColumn,
    PlanRow,
    PlanTable,
    Repeat,
    Role,
)
from assessor.scheme.secrecy import is_secret

VOTE_LAYOUTS = frozenset({"vote", "votes"})
"""Layouts of which every paper is judged by itself and then counted."""


def vote_tables(
    scheme: Scheme, form: Form, unit_class: str, words: Catalog
) -> tuple[PlanTable, ...]:
    """电子测评票: a line for each aspect, of each unit where one paper is about all of them."""
    choice = PlanColumn("choice", words.text("form.choice"), Role.ENTRY, 22)
    code = words.text("form.code")
    rule = ballot_rule(scheme, form)
    aspects = aspects_of(scheme, form, unit_class)
    if form.covers == "all":
        columns: tuple[PlanColumn, ...] = (
            PlanColumn("code", code, Role.CODE, 12),
            PlanColumn("unit", words.text("form.unit_name"), Role.NAME, 28),
            PlanColumn("aspect", words.text("form.aspect"), Role.LONG, 22),
            choice,
        )
        rows = tuple(
            PlanRow(row.code, "item", {"aspect": row.title}, {"choice": rule}, {}, row.classes)
            for row in aspects
        )
        return (PlanTable("vote", "", columns, rows, Repeat.ROSTER),)
    columns = (
        PlanColumn("code", code, Role.CODE, 10),
        PlanColumn("title", words.text("form.aspect"), Role.NAME, 46),
        choice,
    )
    rows = tuple(
        PlanRow(row.code, "item", {"code": row.code, "title": row.title}, {"choice": rule})
        for row in aspects
    )
    return (PlanTable("vote", "", columns, rows),)


_NARROWEST, _WHOLE = 10, 66
"""Widths of a column of answers, and of all of them where a paper has few lines: the title and
the number of the form must find room above them."""


def votes_tables(
    scheme: Scheme, form: Form, unit_class: str, words: Catalog
) -> tuple[PlanTable, ...]:
    """票面录入表: a line for each paper, a column for each line of the paper.

    Where a paper is about all units, its columns are units × aspects, ``东村 履行职责``, or the
    unit alone where there is one aspect only.
    """
    rule = ballot_rule(scheme, form)
    lines = _lines(scheme, form, unit_class)
    width = max(_NARROWEST, _WHOLE // max(1, len(lines)))
    columns = (
        PlanColumn("code", words.text("form.paper"), Role.CODE, 8),
        *(PlanColumn(key, title, Role.ENTRY, width) for key, title in lines.items()),
    )
    rows = (PlanRow("", "item", rules=dict.fromkeys(lines, rule)),)
    return (PlanTable("votes", "", columns, rows, Repeat.PAPERS),)


def _lines(scheme: Scheme, form: Form, unit_class: str) -> dict[str, str]:
    """Return the header of every line of a paper by its key: aspect, or unit/aspect."""
    aspects = aspects_of(scheme, form, unit_class)
    if form.covers != "all":
        return {row.code: f"{row.code} {row.title}" for row in aspects}
    units = units_of(scheme, form)
    alike = Counter(unit.name for unit in units)
    titles: dict[str, str] = {}
    for unit in units:
        name = unit.name if alike[unit.name] == 1 else f"{unit.name}({unit.code})"
        for row in aspects:
            if row.applies_to(unit.unit_class):
                title = f"{name} {row.title}" if len(aspects) > 1 else name
                titles[roster_code(unit.code, row.code)] = title
    return titles


def aspects_of(scheme: Scheme, form: Form, unit_class: str) -> list[Criterion]:
    """Return the aspects that a ballot asks about."""
    return [row for row in scheme.rubric(form.rubric, unit_class) if row.entry == "ballot"]


def ballot_rule(scheme: Scheme, form: Form) -> EntryRule:
    """Return what a line of a paper may say: an option, or 弃权, which leaving it blank says too.

    The position of 弃权 is the number of the options; a set that has the word itself needs none.
    """
    names = tuple(option.option for option in scheme.options[form.options])
    abstained = catalog(scheme.settings.language).text("form.abstained")
    choices = names if abstained in names else (*names, abstained)
    return EntryRule(Kind.CHOICE, blank=Blank.ALLOWED, choices=choices)


def how_to_vote(scheme: Scheme, form: Form, words: Catalog) -> tuple[str, ...]:
    """Return how to fill in a paper, or a sheet of papers, and what makes a paper void."""
    lines = [words.text(f"instruction.{form.layout}")]
    together: dict[int, list[str]] = {}
    for option in scheme.options[form.options]:
        if option.at_most is not None and option.at_most < len(_lines(scheme, form, "")):
            together.setdefault(option.at_most, []).append(option.option)
    lines += [
        words.text("instruction.at_most", options=names, most=most)
        for most, names in together.items()
    ]
    if form.parameters.get("alike") == "void":
        lines.append(words.text("instruction.alike"))
    if form.layout == "vote" and is_secret(scheme, form):
        lines.append(words.text("instruction.secret"))
    return tuple(lines)
