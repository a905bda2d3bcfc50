"""Checks of the score tree."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from assessor.decimals import percent
from assessor.problems import Problem, error
from assessor.scheme.check_people import cell, cycles, unknown
from assessor.scheme.check_rubrics import SCORED_ENTRIES, sum_of_points
from assessor.scheme.columns import (
    SCORES,
)
from assessor.scheme.model import Node, Scheme
from assessor.scheme.rulebook import RULE_SPECS, RuleSpec, Takes

_BELOW = frozenset({Takes.CHILDREN, Takes.CHILD, Takes.PAIR})
"""What these rules use stands under them in the tree."""
_ADDING = frozenset({"sum", "weighted", "mean"})
"""Rules whose full mark is made of those of their parts."""


UNBOUNDED = frozenset(
    {
        "bonus",
        "deduction",
        "difference",
        "factor",
        "number",
        "unmet",
        "product",
        "input",
        "each",
        "standardised",
        "steps",
    }
)
"""Rules that may do without a full mark."""


def node_parents_exist(scheme: Scheme) -> list[Problem]:
    """Every parent is a node, and the tree has no circle."""
    problems = []
    for node in scheme.nodes:
        problems.extend(unknown(node.at, SCORES.column("parent"), [node.parent], scheme.node))
    for code in cycles({node.code: node.parent for node in scheme.nodes}):
        problems.append(error("parent_cycle", cell(scheme.node[code].at, "parent"), name=code))
    return problems


def classes_have_one_top(scheme: Scheme) -> list[Problem]:
    """A class has one top node; a second one would be a score that nobody asks for."""
    problems = []
    seen: dict[str, str] = {}
    for node in (node for node in scheme.nodes if not node.parent):
        for name in scheme.node_classes(node):
            if name in seen:
                problems.append(
                    error(
                        "two_tops",
                        cell(node.at, "parent"),
                        node=node.title,
                        unit_class=name,
                        other=seen[name],
                    )
                )
            seen.setdefault(name, node.title)
    return problems


def nodes_have_what_they_use(scheme: Scheme) -> list[Problem]:
    """A rule that combines has as many nodes under it as it takes; the others have a source."""
    problems = []
    for node in scheme.nodes:
        spec = RULE_SPECS.get(node.rule)
        if spec is None:
            continue
        counted = [child for child in scheme.children(node.code) if not child.informative]
        takes = spec.takes
        if takes in _BELOW and not counted:
            problems.append(error("node_without_children", cell(node.at, "rule"), node=node.title))
        elif takes is Takes.CHILD and len(counted) != 1:
            problems.append(_wrong_number(node, 1, counted))
        elif takes is Takes.PAIR and len(counted) != 2:
            problems.append(_wrong_number(node, 2, counted))
        elif takes is Takes.VALUE:
            if len(counted) > 1:
                problems.append(_wrong_number(node, 1, counted))
            elif bool(counted) == (node.source is not None):
                code = "node_two_sources" if counted else "node_without_source"
                problems.append(error(code, cell(node.at, "source"), node=node.title))
        elif takes not in _BELOW and counted:
            place = cell(counted[0].at, "parent")
            facts = {"node": counted[0].title, "parent": node.title}
            problems.append(error("node_children_ignored", place, **facts))
        if takes not in _BELOW | {Takes.VALUE, Takes.UNIT} and node.source is None:
            problems.append(error("node_without_source", cell(node.at, "source"), node=node.title))
        if takes in _BELOW and node.source is not None:
            problems.append(error("node_source_ignored", cell(node.at, "source"), node=node.title))
    return problems


def _wrong_number(node: Node, wanted: int, counted: Sequence[Node]) -> Problem:
    facts = {"node": node.title, "wanted": wanted, "nodes": [child.title for child in counted]}
    return error("node_children_number", cell(node.at, "rule"), **facts)


def sources_exist(scheme: Scheme) -> list[Problem]:
    """A source names a form of a layout that its rule reads, a node, or an input."""
    problems = []
    for node in scheme.nodes:
        spec = RULE_SPECS.get(node.rule)
        if spec is None or node.source is None or spec.takes in _BELOW:
            continue
        column = SCORES.column("source")
        if spec.takes is Takes.NODE:
            problems += unknown(node.at, column, [node.source.criterion], scheme.node)
        elif spec.takes is Takes.INPUT:
            codes = [item.code for item in scheme.inputs]
            problems += unknown(node.at, column, [node.source.criterion or "?"], codes)
        else:
            problems += _form_source(scheme, node, spec)
    return problems


def _form_source(scheme: Scheme, node: Node, spec: RuleSpec) -> list[Problem]:
    """Return what is wrong with a source that is a form, a criterion or a period of it."""
    source = node.source
    column = SCORES.column("source")
    form = scheme.form.get(source.form) if source else None
    if source is None or form is None:
        return unknown(node.at, column, [(source.form if source else "") or "?"], scheme.form)
    problems = []
    place = cell(node.at, "source")
    if form.layout not in spec.layouts:
        problems.append(error("source_layout", place, node=node.title, form=form.title))
    periods = [period.code for period in scheme.form_periods(form)]
    problems += unknown(node.at, column, [source.period], periods)
    if not source.period and len(periods) > 1:
        facts = {"node": node.title, "periods": periods}
        problems.append(error("source_without_period", place, **facts))
    if spec.takes in {Takes.CRITERION, Takes.VALUE}:
        codes = [row.code for row in scheme.rubric(form.rubric) if row.entry in SCORED_ENTRIES]
        problems += unknown(node.at, column, [source.criterion or "?"], codes)
    missing = [c for c in scheme.node_classes(node) if c not in scheme.form_classes(form)]
    for name in missing:
        facts = {"node": node.title, "form": form.title, "unit_class": name}
        problems.append(error("source_not_for_class", place, **facts))
    return problems


def weights_are_whole(scheme: Scheme) -> list[Problem]:
    """The weights under a weighted node are 100 % together, for every class."""
    problems = []
    for node in (node for node in scheme.nodes if node.rule == "weighted"):
        children = [child for child in scheme.children(node.code) if not child.informative]
        if any(child.at and "weight" in child.at.unread for child in children):
            continue
        for child in children:
            for name in scheme.node_classes(child):
                if child.weight_for(name) is None:
                    place = cell(child.at, "weight")
                    facts = {"node": child.title, "unit_class": name}
                    code = "weight_missing_for" if child.class_weights else "weight_missing"
                    problems.append(error(code, place, **facts))
                    break
        problems += _weight_sums(scheme, node, children)
    for node in scheme.nodes:
        parent = scheme.node.get(node.parent)
        stated = node.weight is not None or node.class_weights
        if stated and (parent is None or parent.rule not in ("weighted", "")):
            problems.append(error("weight_unused", cell(node.at, "weight"), node=node.title))
        known = scheme.classes
        problems += unknown(node.at, SCORES.column("weight"), node.class_weights, known)
    return problems


def _weight_sums(scheme: Scheme, node: Node, children: Sequence[Node]) -> list[Problem]:
    """Return the sums of weights that are not 100 %, each once."""
    by_class = any(child.class_weights for child in children)
    whole = _weights(children, "")
    sums = {
        name: _weights([c for c in children if name in scheme.node_classes(c)], name)
        for name in scheme.node_classes(node)
    }
    rescaled = node.parameters.get("not_applicable") == "rescale" and whole == 1
    # Where the weights together are wrong, what is left for one class says nothing more.
    alone = whole != 1 and not by_class
    totals = {whole: ""} if alone else {total: name for name, total in sums.items()}
    problems = []
    for total, name in totals.items():
        if total == 1 or rescaled:
            continue
        parts = [f"{child.title} {percent(child.weight_for(name))}" for child in children]
        facts = {"node": node.title, "total": percent(total), "parts": parts}
        problems.append(error("weights_not_whole", cell(node.at, "code"), **facts))
    return problems


def _weights(children: Sequence[Node], unit_class: str) -> Fraction:
    return sum((child.weight_for(unit_class) or Fraction(0) for child in children), Fraction(0))


def points_add_up(scheme: Scheme) -> list[Problem]:
    """A node's declared full mark is what its rubric or its parts give."""
    wrong = {
        node.code: found
        for node in scheme.nodes
        if node.points is not None and (found := wrong_mark(scheme, node)) is not None
    }
    return [
        error(
            "node_points",
            cell(scheme.node[code].at, "points"),
            node=scheme.node[code].title,
            declared=scheme.node[code].points,
            total=total,
            unit_class=name,
        )
        for code, (name, total) in wrong.items()
        # A part that is wrong makes the whole look wrong: the part alone is named.
        if not any(child.code in wrong for child in scheme.children(code))
    ]


def wrong_mark(scheme: Scheme, node: Node) -> tuple[str, Decimal] | None:
    """Return the first class for which a node's full mark is another than declared, and it."""
    for name in scheme.node_classes(node):
        total = _full_mark(scheme, node, name)
        if total is not None and total != node.points:
            return name, total
    return None


def _full_mark(scheme: Scheme, node: Node, unit_class: str) -> Decimal | None:
    if node.rule == "rubric" and node.source and node.source.form in scheme.form:
        rows = scheme.rubric(scheme.form[node.source.form].rubric, unit_class)
        return sum_of_points([row for row in rows if row.entry in SCORED_ENTRIES])
    if node.rule == "item" and node.source and node.source.form in scheme.form:
        rows = scheme.rubric(scheme.form[node.source.form].rubric, unit_class)
        return next((row.points for row in rows if row.code == node.source.criterion), None)
    if node.rule in _ADDING and "cap" not in node.parameters:
        parts = [
            child
            for child in scheme.children(node.code)
            if not child.informative and unit_class in scheme.node_classes(child)
        ]
        if node.rule == "sum":
            parts = [part for part in parts if scheme.has_mark(part)]
        return _combined_mark(node, parts, unit_class)
    return None


def _combined_mark(node: Node, parts: Sequence[Node], unit_class: str) -> Decimal | None:
    """Return the full mark that full marks of all parts give."""
    points = [part.points for part in parts if part.points is not None]
    if len(points) != len(parts) or not parts:
        return None
    if node.rule == "sum":
        return sum(points, Decimal(0))
    weights = [
        part.weight_for(unit_class) if node.rule == "weighted" else Fraction(1) for part in parts
    ]
    known = [weight for weight in weights if weight is not None]
    whole = sum(known, Fraction(0))
    if len(known) != len(parts) or not whole:
        return None
    mark = sum((w * Fraction(p) for w, p in zip(known, points, strict=True)), Fraction(0)) / whole
    return Decimal(mark.numerator) / Decimal(mark.denominator)


def nodes_have_points(scheme: Scheme) -> list[Problem]:
    """Only what adds, takes away or multiplies has no full mark."""
    return [
        error("node_without_points", cell(node.at, "points"), node=node.title)
        for node in scheme.nodes
        if node.points is None and node.rule not in UNBOUNDED and scheme.has_mark(node)
    ]


def derived_codes_are_free(scheme: Scheme) -> list[Problem]:
    """Sections and aspects become nodes named node.section; no declared node takes that code."""
    return [
        error("node_code_taken", cell(node.at, "code"), code=node.code)
        for node in scheme.nodes
        if "." in node.code
    ]


SCORE_CHECKS = (
    node_parents_exist,
    classes_have_one_top,
    nodes_have_what_they_use,
    sources_exist,
    weights_are_whole,
    points_add_up,
    nodes_have_points,
    derived_codes_are_free,
)
