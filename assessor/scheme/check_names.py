"""Checks of codes and names: nothing in them that divides, nobody called like his neighbour, and
nothing left over that no other table names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from assessor.i18n import Either
from assessor.problems import Problem, error, warning
from assessor.scheme.check_people import cell
from assessor.scheme.columns import (
    BONUSES,
    CRITERIA,
    FORMS,
    LADDERS,
    OPTIONS,
    PERIODS,
    RATERS,
    SCORES,
    UNITS,
    Table,
)
from assessor.scheme.model import Form, Node, Scheme
from assessor.scheme.rulebook import RULE_SPECS, Takes
from assessor.scheme.tables import RowPlace, name_of

_IN_SOURCES = re.compile(r"[\s;；,，、/@＠=＝]")
"""What a code cannot have that is named in sources, parameters and lists."""
_IN_LISTS = re.compile(r"[;；,，、\n]")
"""What divides a list: a name that holds it would be read as two."""
_IN_WEIGHTS = re.compile(r"[;；,，、=＝\n]")
_UNREAD_LAYOUTS = frozenset({"ballot_paper", "review_paper", "declaration"})
"""Layouts of which no score is made: only printed, or shown on other forms."""

Named = Iterator[tuple[str, RowPlace | None]]


def codes_can_be_named(scheme: Scheme) -> list[Problem]:
    """Codes and names that other cells name hold nothing that divides there."""
    nodes = ((node.code, node.at) for node in scheme.nodes)
    forms = ((form.code, form.at) for form in scheme.forms)
    periods = ((period.code, period.at) for period in scheme.periods)
    classes = ((name, scheme.units_of(name)[0].at) for name in scheme.classes)
    groups = {rater.group: rater.at for rater in reversed(scheme.raters)}
    ladders = {name: steps[0].at for name, steps in scheme.ladders.items()}
    bonuses = {item.group: item.at for item in reversed(scheme.bonuses)}
    return [
        *_divided(nodes, SCORES, "code", _IN_SOURCES),
        *_divided(forms, FORMS, "code", _IN_SOURCES),
        *_divided(periods, PERIODS, "code", _IN_SOURCES),
        *_divided(((u.code, u.at) for u in scheme.units), UNITS, "code", _IN_LISTS),
        *_divided(classes, UNITS, "class", _IN_WEIGHTS),
        *_divided(groups.items(), RATERS, "group", _IN_LISTS),
        *_divided(((r.code, r.at) for r in scheme.criteria), CRITERIA, "code", _IN_LISTS),
        *_divided(ladders.items(), LADDERS, "ladder", _IN_LISTS),
        *_divided(bonuses.items(), BONUSES, "group", _IN_LISTS),
        *_divided(_options(scheme), OPTIONS, "option", _IN_LISTS),
    ]


def _options(scheme: Scheme) -> Named:
    """Yield the options that a share may name."""
    shared = {node.source.form for node in scheme.nodes if node.rule == "share" and node.source}
    sets = {scheme.form[code].options for code in shared if code in scheme.form}
    for name in sets:
        yield from ((option.option, option.at) for option in scheme.options.get(name, ()))


def _divided(
    named: Iterable[tuple[str, RowPlace | None]], table: Table, key: str, divides: re.Pattern[str]
) -> Iterator[Problem]:
    for text, at in named:
        match = divides.search(text)
        if match:
            facts: dict[str, object] = {"what": name_of(table.column(key)), "name": text}
            facts["sign"] = Either("空格", "a space") if match[0].isspace() else match[0]
            facts["plain"] = re.sub(r"_+", "_", divides.sub("_", text)).strip("_")
            yield error("code_divided", cell(at, key), **facts)


def neighbours_have_names_of_their_own(scheme: Scheme) -> list[Problem]:
    """Two scores under one parent, or two criteria of one section, have two titles."""
    problems = []
    nodes: dict[tuple[str, str], list[tuple[str, frozenset[str]]]] = {}
    for node in scheme.nodes:
        mine = frozenset(scheme.node_classes(node))
        others = nodes.setdefault((node.parent, node.title), [])
        twin = next((code for code, theirs in others if mine & theirs), "")
        if twin:
            facts = {"title": node.title, "other": twin}
            problems.append(warning("title_twice", cell(node.at, "title"), **facts))
        others.append((node.code, mine))
    rows: dict[tuple[str, str, str], list[tuple[str, frozenset[str]]]] = {}
    for row in scheme.criteria:
        mine = frozenset(row.classes or scheme.classes)
        others = rows.setdefault((row.rubric, row.section, row.title), [])
        twin = next((code for code, theirs in others if mine & theirs), "")
        if twin:
            facts = {"title": row.title, "other": twin}
            problems.append(warning("title_twice", cell(row.at, "title"), **facts))
        others.append((row.code, mine))
    return problems


def forms_are_counted(scheme: Scheme) -> list[Problem]:
    """A form that people fill in is the source of some score in each of its periods, or their work
    counts for nothing."""
    if any(_has_no_source(scheme, node) for node in scheme.nodes):
        return []  # a slip there is an error already, and most likely means this form
    sources = [node.source for node in scheme.nodes if node.source is not None]
    read = {(source.form, source.period) for source in sources}
    panels = {node.parameters.get("panels", "") for node in scheme.nodes}
    problems = []
    for form in (form for form in scheme.forms if _asks_for_scores(scheme, form)):
        periods = scheme.form_periods(form)
        unread = [period for period in periods if (form.code, period.code) not in read]
        facts: dict[str, object] = {"form": form.title, "code": form.code}
        if form.code in panels or not unread:
            continue
        if len(unread) == len(periods):
            problems.append(warning("form_unread", cell(form.at, "code"), **facts))
            continue
        facts |= {"periods": [period.title for period in unread], "period": unread[0].code}
        problems.append(warning("form_unread_in", cell(form.at, "periods"), **facts))
    return problems


def _asks_for_scores(scheme: Scheme, form: Form) -> bool:
    """Say whether anything on a form can be scored: not where only texts are collected."""
    if form.layout in _UNREAD_LAYOUTS:
        return False
    rows = scheme.rubric(form.rubric)
    return bool(form.bonus) or any(row.entry not in {"text", "section"} for row in rows)


def _has_no_source(scheme: Scheme, node: Node) -> bool:
    """Say whether a node should name a form and its period, and names none that there is."""
    spec = RULE_SPECS.get(node.rule)
    if spec is None:
        return True
    if node.source is None:
        return spec.takes in {Takes.FORM, Takes.CRITERION}
    form = scheme.form.get(node.source.form)
    if not spec.layouts or form is None:
        return bool(spec.layouts)
    return node.source.period not in {period.code for period in scheme.form_periods(form)}


def nothing_is_left_over(scheme: Scheme) -> list[Problem]:
    """A rubric, a set of options, a bonus group or a group of raters is used by some form."""
    forms = scheme.forms
    if any(_has_no_source(scheme, node) for node in scheme.nodes):
        return []  # forms may be missing that would use it
    levels = {row.parameters.get("options", "") for row in scheme.criteria}
    used: Mapping[str, set[str]] = {
        "rubric": {form.rubric for form in forms},
        "options": {form.options for form in forms} | levels | {scheme.settings.measures},
        "bonus": {group for form in forms for group in form.bonus},
        "filled_by": {form.filled_by for form in forms},
    }
    rows = [("rubric", CRITERIA, "rubric", row.rubric, row.at) for row in scheme.criteria]
    rows += [
        ("options", OPTIONS, "set", name, options[0].at) for name, options in scheme.options.items()
    ]
    rows += [("bonus", BONUSES, "group", item.group, item.at) for item in scheme.bonuses]
    rows += [("filled_by", RATERS, "group", rater.group, rater.at) for rater in scheme.raters]
    there = {column: {name for c, _, _, name, _ in rows if c == column} for column in used}
    there["filled_by"] |= {"self"}
    problems = []
    known: set[tuple[str, str]] = set()
    for column, table, key, name, at in rows:
        # Where a form names what there is not, that is an error and most likely meant this.
        if name in used[column] or used[column] - there[column] - {""} or (column, name) in known:
            continue
        known.add((column, name))
        what, where = name_of(table.column(key)), name_of(FORMS.column(column))
        facts = {"what": what, "name": name, "column": where}
        problems.append(warning("left_over", cell(at, key), **facts))
    return problems


NAME_CHECKS = (
    codes_can_be_named,
    neighbours_have_names_of_their_own,
    forms_are_counted,
    nothing_is_left_over,
)
