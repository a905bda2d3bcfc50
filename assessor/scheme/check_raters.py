"""Checks of those who score: somebody for every unit, somebody left after trimming, a second score
to compare with."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from assessor.problems import Problem, error, warning
from assessor.scheme.check_parameters import name_of
from assessor.scheme.check_people import cell
from assessor.scheme.check_rubrics import SCORED_ENTRIES
from assessor.scheme.copies import units_of
from assessor.scheme.model import Form, Node, Scheme
from assessor.scheme.rulebook import RULE_SPECS

_COMPARING = ("against", "apart")
"""Parameters that say nothing without each other."""
_TRIMS = ("trim_high", "trim_low")


def every_unit_has_a_rater(scheme: Scheme) -> list[Problem]:
    """A form filled by a group needs somebody of it for every unit; without, its score would be
    waited for in vain."""
    problems = []
    for form in scheme.forms:
        raters = [rater for rater in scheme.raters if rater.group == form.filled_by]
        if form.filled_by == "self" or form.is_paper or not raters:
            continue
        waiting = {name for node in _waiting(scheme, form) for name in scheme.node_classes(node)}
        for unit in units_of(scheme, form):
            if any(rater.rates(unit) for rater in raters):
                continue
            facts = {"form": form.title, "unit": unit.name, "group": form.filled_by}
            place = cell(form.at, "filled_by")
            if unit.unit_class in waiting:
                problems.append(error("unit_without_rater", place, **facts))
            else:
                problems.append(warning("unit_without_rater", place, **facts))
    return problems


def _waiting(scheme: Scheme, form: Form) -> Iterator[Node]:
    """Yield the nodes that a form is read for, and for which somebody's total waits."""
    for node in scheme.nodes:
        if node.source is not None and node.source.form == form.code and _counts(scheme, node):
            yield node


def _counts(scheme: Scheme, node: Node) -> bool:
    """Say whether a node is counted up to the top, and waited for all the way."""
    seen: set[str] = set()
    while node.code not in seen:
        seen.add(node.code)
        parent = scheme.node.get(node.parent)
        if node.informative:
            return False
        if parent is None:
            return True
        if parent.parameters.get("missing") in {"share", "zero"}:
            return False
        node = parent
    return True


def somebody_is_left_after_trimming(scheme: Scheme) -> list[Problem]:
    """Shares that are trimmed at both ends leave somebody in the middle."""
    problems = []
    for node in scheme.nodes:
        texts = [node.parameters.get(key, "") for key in _TRIMS]
        shares = [_share(text) for text in texts if text.endswith(("%", "％"))]
        if shares and sum(shares, Decimal(0)) >= 100:
            keys = [name_of(key) for key in _TRIMS if key in node.parameters]
            facts: dict[str, object] = {"node": node.title, "keys": keys}
            place = cell(node.at, "parameters")
            problems.append(error("trims_all", place, sum=sum(shares, Decimal(0)), **facts))
    return problems


def _share(text: str) -> Decimal:
    try:
        return Decimal(text.rstrip("%％"))
    except ArithmeticError:
        return Decimal(0)  # reported with the parameters


def comparisons_are_whole(scheme: Scheme) -> list[Problem]:
    """Who is compared is compared with something, by how much it may differ, and on some
    criterion that both have."""
    problems = []
    for node in scheme.nodes:
        spec = RULE_SPECS.get(node.rule)
        if spec is None or spec.parameter("against") is None:
            continue
        place = cell(node.at, "parameters")
        given = [key for key in (*_COMPARING, "then") if key in node.parameters]
        missing = [key for key in _COMPARING if given and key not in node.parameters]
        facts: dict[str, object] = {"node": node.title}
        problems += [
            error("comparison_half", place, key=name_of(given[0]), needed=name_of(key), **facts)
            for key in missing
        ]
        other = scheme.node.get(node.parameters.get("against", ""))
        if (
            other is not None
            and not missing
            and _codes(scheme, node).isdisjoint(_codes(scheme, other))
        ):
            problems.append(error("comparison_of_nothing", place, other=other.title, **facts))
    return problems


def _codes(scheme: Scheme, node: Node) -> set[str]:
    form = scheme.form.get(node.source.form) if node.source else None
    rows = scheme.rubric(form.rubric) if form is not None else ()
    return {row.code for row in rows if row.entry in SCORED_ENTRIES}


RATER_CHECKS = (
    every_unit_has_a_rater,
    somebody_is_left_after_trimming,
    comparisons_are_whole,
)
