"""Checks of limits: what they name exists, and what they ask for can happen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assessor.decimals import digits_of
from assessor.i18n import Term
from assessor.problems import Problem, error, warning
from assessor.scheme.check_people import cell, unknown
from assessor.scheme.columns import LIMITS
from assessor.scheme.model import Limit, Node, Scheme
from assessor.scheme.ranges import Range, parts_of, range_of

_EVERY_PART = ".*"
_GRADED = frozenset({"cap", "set"})
"""Effects that name a grade."""
_PLAIN = frozenset({"zero", "last", "unranked", "no_award"})
"""Effects that have nothing to do with one."""


def limits_can_apply(scheme: Scheme) -> list[Problem]:
    """A limit names a node of its kind (or its parts), a grade where its effect has one, and a
    value that can be met, but need not be."""
    return [problem for limit in scheme.limits for problem in _problems(scheme, limit)]


def _problems(scheme: Scheme, limit: Limit) -> list[Problem]:
    whole = limit.node.removesuffix(_EVERY_PART)
    parts = {code for node in scheme.nodes for code in parts_of(scheme, node)}
    problems = unknown(limit.at, LIMITS.column("node"), [whole], [*scheme.node, *parts])
    grades = [band.grade for band in scheme.bands.get(limit.kind, ())]
    problems += unknown(limit.at, LIMITS.column("grade"), [limit.grade], grades)
    if problems:
        return problems
    problems += [
        error("limit_never", cell(limit.at, key), title=limit.title, reason=Term(f"limit.{reason}"))
        for key, reason in _never(scheme, limit, grades)
    ]
    if any(_must_hold(limit, of) for of in _ranges(scheme, limit.node)):
        facts = {"title": limit.title, "value": limit.value}
        problems.append(error("limit_always", cell(limit.at, "value"), **facts))
    place = cell(limit.at, "grade")
    if limit.effect in _GRADED and not limit.grade:
        problems.append(error("limit_without_grade", place, title=limit.title))
    if limit.effect in _PLAIN and limit.grade:
        problems.append(error("limit_with_grade", place, title=limit.title, grade=limit.grade))
    return problems


def _never(scheme: Scheme, limit: Limit, grades: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the column and the reason of everything by which a limit can never have an effect."""
    ranges = _ranges(scheme, limit.node)
    node = _declared(scheme, limit.node)
    if limit.kind not in {scheme.classes.get(name) for name in scheme.node_classes(node)}:
        yield "node", "wrong_kind"
    if not ranges:
        yield "node", "no_parts"
    elif not any(_can_hold(limit, of) for of in ranges):
        yield "value", "out_of_reach"
    if limit.effect == "cap" and grades and limit.grade == grades[0]:
        yield "grade", "best_grade"
    if limit.effect == "unranked" and scheme.settings.ranking == "none":
        yield "effect", "no_ranking"


def _can_hold(limit: Limit, of: Range) -> bool:
    value, low, high = limit.value, of.low, of.high
    above = low is None or value > low or (limit.operator != "<" and value == low)
    below = high is None or value < high or (limit.operator != ">" and value == high)
    if limit.operator == "=":
        return above and below and digits_of(value) <= of.digits
    return above if limit.operator in {"<", "<="} else below


def _must_hold(limit: Limit, of: Range) -> bool:
    """Say whether a limit holds whatever the score is."""
    value, low, high = limit.value, of.low, of.high
    match limit.operator:
        case "<":
            return high is not None and high < value
        case "<=":
            return high is not None and high <= value
        case ">":
            return low is not None and low > value
        case ">=":
            return low is not None and low >= value
    return low == high == value


def _declared(scheme: Scheme, code: str) -> Node:
    """Return the node that a limit names, or the one whose part it names."""
    whole = code.removesuffix(_EVERY_PART)
    if whole in scheme.node:
        return scheme.node[whole]
    return next(node for node in scheme.nodes if whole in parts_of(scheme, node))


def _ranges(scheme: Scheme, code: str) -> list[Range]:
    """Return the ranges of all that a limit looks at: a node, a part of one, or all its parts."""
    node = _declared(scheme, code)
    if code == node.code:
        return [range_of(scheme, node)]
    parts = parts_of(scheme, node)
    return [*parts.values()] if code.endswith(_EVERY_PART) else [parts[code]]


def limits_stand_once(scheme: Scheme) -> list[Problem]:
    """A limit that stands twice was copied to be changed, and was not."""
    return [
        warning("limit_twice", cell(limit.at, "title"), title=limit.title)
        for at, limit in enumerate(scheme.limits)
        if any(replace(limit, title=other.title) == other for other in scheme.limits[:at])
    ]


LIMIT_CHECKS = (
    limits_can_apply,
    limits_stand_once,
)
