"""Checks of limits: what they name exists, and what they ask for can happen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from assessor.decimals import digits_of
from assessor.i18n import Term
from assessor.problems import Problem, error
from assessor.scheme.check_people import cell, unknown
from assessor.scheme.check_rubrics import sum_of_points
from assessor.scheme.columns import LIMITS
from assessor.scheme.model import Limit, Node, Scheme

_EVERY_PART = ".*"
_GRADED = frozenset({"cap", "set"})
"""Effects that name a grade."""
_PLAIN = frozenset({"zero", "last", "unranked", "no_award"})
"""Effects that have nothing to do with one."""
_FROM_ZERO = frozenset({"bonus", "unmet"})
"""Rules whose value has no upper bound."""
_TO_THEIR_POINTS = frozenset({"rubric", "item", "ballot"})
_BETWEEN_PARTS = frozenset({"weighted", "mean", "lowest", "highest"})
"""Rules whose value lies between those of their parts."""


@dataclass(frozen=True, slots=True)
class _Range:
    """Between which values a node (or a part of one) lies, as far as that is certain."""

    low: Decimal | None = None
    high: Decimal | None = None
    digits: int = 6


def limits_can_apply(scheme: Scheme) -> list[Problem]:
    """A limit names a node of its kind (or its parts), a grade where its effect has one, and a
    value that can be met."""
    return [problem for limit in scheme.limits for problem in _problems(scheme, limit)]


def _problems(scheme: Scheme, limit: Limit) -> list[Problem]:
    whole = limit.node.removesuffix(_EVERY_PART)
    parts = {code for node in scheme.nodes for code in _parts(scheme, node)}
    problems = unknown(limit.at, LIMITS.column("node"), [whole], [*scheme.node, *parts])
    grades = [band.grade for band in scheme.bands.get(limit.kind, ())]
    problems += unknown(limit.at, LIMITS.column("grade"), [limit.grade], grades)
    if problems:
        return problems
    problems += [
        error("limit_never", cell(limit.at, key), title=limit.title, reason=Term(f"limit.{reason}"))
        for key, reason in _never(scheme, limit, grades)
    ]
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


def _can_hold(limit: Limit, of: _Range) -> bool:
    value, low, high = limit.value, of.low, of.high
    above = low is None or value > low or (limit.operator != "<" and value == low)
    below = high is None or value < high or (limit.operator != ">" and value == high)
    if limit.operator == "=":
        return above and below and digits_of(value) <= of.digits
    return above if limit.operator in {"<", "<="} else below


def _declared(scheme: Scheme, code: str) -> Node:
    """Return the node that a limit names, or the one whose part it names."""
    whole = code.removesuffix(_EVERY_PART)
    if whole in scheme.node:
        return scheme.node[whole]
    return next(node for node in scheme.nodes if whole in _parts(scheme, node))


def _ranges(scheme: Scheme, code: str) -> list[_Range]:
    """Return the ranges of all that a limit looks at: a node, a part of one, or all its parts."""
    node = _declared(scheme, code)
    if code == node.code:
        return [_range(scheme, node, frozenset())]
    parts = _parts(scheme, node)
    return [*parts.values()] if code.endswith(_EVERY_PART) else [parts[code]]


def _parts(scheme: Scheme, node: Node) -> dict[str, _Range]:
    """Return the parts of a node with their ranges: counted children, sections, aspects."""
    seen = frozenset({node.code})
    counted = (child for child in scheme.children(node.code) if not child.informative)
    ranges = {child.code: _range(scheme, child, seen) for child in counted}
    form = scheme.form.get(node.source.form) if node.source else None
    if form is None or node.rule not in {"rubric", "ballot"}:
        return ranges
    wanted = "section" if node.rule == "rubric" else "ballot"
    for row in (row for row in scheme.rubric(form.rubric) if row.entry == wanted):
        members = [r for r in scheme.rubric(form.rubric) if r.section == row.code]
        high = sum_of_points(members) if wanted == "section" else node.points
        ranges[f"{node.code}.{row.code}"] = _Range(Decimal(0), high, node.digits)
    return ranges


def _range(scheme: Scheme, node: Node, seen: frozenset[str]) -> _Range:
    """Return the range of a node from its rule, its parts, its cap and its floor."""
    low, high = _bounds(scheme, node, seen) if node.code not in seen else (None, None)
    cap, floor = (_number(node.parameters.get(key, "")) for key in ("cap", "floor"))
    if floor is not None:
        low = floor if low is None else max(low, floor)
    if cap is not None:
        high = cap if high is None else min(high, cap)
    return _Range(low, high, node.digits)


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None  # reported with the parameters


def _bounds(
    scheme: Scheme, node: Node, seen: frozenset[str]
) -> tuple[Decimal | None, Decimal | None]:
    zero = Decimal(0)
    if node.rule in _TO_THEIR_POINTS:
        return zero, node.points
    if node.rule in _FROM_ZERO:
        return zero, None
    if node.rule == "share":
        return zero, Decimal(100)
    if node.rule == "inherit" and node.source and node.source.criterion in scheme.node:
        above = _range(scheme, scheme.node[node.source.criterion], seen | {node.code})
        return above.low, above.high
    parts = [child for child in scheme.children(node.code) if not child.informative]
    ranges = [_range(scheme, child, seen | {node.code}) for child in parts]
    lows = [of.low for of in ranges if of.low is not None]
    highs = [of.high for of in ranges if of.high is not None]
    low = high = None
    if node.rule == "sum" and ranges:
        # A part that does not apply is left out: what is above zero need not be there.
        low = sum((min(zero, mine) for mine in lows), zero) if len(lows) == len(ranges) else None
        high = sum(highs, zero) if len(highs) == len(ranges) else None
    if node.rule in _BETWEEN_PARTS and ranges:
        low = min(zero, *lows) if len(lows) == len(ranges) else None
        full = [of.high == part.points for of, part in zip(ranges, parts, strict=True)]
        high = node.points if all(full) else None
    return low, high


LIMIT_CHECKS = (limits_can_apply,)
