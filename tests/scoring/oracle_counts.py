"""The independent evaluator: votes and claims."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from assessor.scheme.model import BonusItem, Criterion, Node, Option
from tests.scoring.oracle_words import OUT, ZERO, Value, amount, exact, mean_of, total_of, whole

if TYPE_CHECKING:
    from tests.scoring.oracle import Oracle


def _count(oracle: Oracle, unit: str, node: Node, criterion: str, column: str) -> Value:
    """Return a count over all meetings that had the unit."""
    assert node.source is not None
    sheets = oracle.sheets_of(node.source.form, node.source.period, unit)
    counts = [oracle.cell(sheet, unit, criterion, column) for sheet in sheets]
    word = whole(counts) if sheets else OUT
    return total_of(counts) if word == "value" else word


def _aspect_rows(oracle: Oracle, node: Node) -> list[Criterion]:
    assert node.source is not None
    name = oracle.scheme.form[node.source.form].rubric
    rows = (row for row in oracle.scheme.criteria if row.rubric == name)
    return [row for row in rows if row.entry == "ballot"]


def aspects(oracle: Oracle, node: Node) -> list[str]:
    """Return the aspects of a ballot."""
    return [row.code for row in _aspect_rows(oracle, node)]


def _options(oracle: Oracle, node: Node) -> tuple[Option, ...]:
    assert node.source is not None
    return oracle.scheme.options[oracle.scheme.form[node.source.form].options]


def _votes(
    oracle: Oracle, unit: str, node: Node, row: Criterion, worth: dict[str, Fraction]
) -> tuple[Value, Value]:
    """Return what the votes of an aspect are worth, and by what they are divided."""
    if row.classes and oracle.class_of(unit) not in row.classes:
        return OUT, OUT
    if (row.rubric, row.code, unit) in oracle.exempt:
        return OUT, OUT
    options = _options(oracle, node)
    votes = {one.option: _count(oracle, unit, node, row.code, one.option) for one in options}
    word = whole(votes.values())
    if word != "value":
        return word, word
    points = sum(
        (worth.get(o, ZERO) * v for o, v in votes.items() if isinstance(v, Fraction)), ZERO
    )
    by = node.parameters["denominator"]
    if by == "ticks":
        return points, total_of(votes[one.option] for one in options if one.counts)
    base = _count(oracle, unit, node, "", by)
    no_votes = total_of(votes[one.option] for one in options if not one.counts)
    return (points, base - no_votes) if isinstance(base, Fraction) else (base, base)


def _worth(oracle: Oracle, node: Node) -> dict[str, Fraction]:
    options = [one for one in _options(oracle, node) if one.counts]
    if node.rule == "share":
        named = [name.strip() for name in re.split("[,，、]", node.parameters["options"])]
        return {one.option: Fraction(100) for one in options if one.option in named}
    return {one.option: exact(one.value) for one in options}


def aspect(oracle: Oracle, unit: str, node: Node, code: str) -> Value:
    (row,) = (row for row in _aspect_rows(oracle, node) if row.code == code)
    return _divided(*_votes(oracle, unit, node, row, _worth(oracle, node)))


def _divided(points: Value, base: Value) -> Value:
    if isinstance(points, str) or isinstance(base, str):
        return whole(value for value in (points, base) if isinstance(value, str))
    return points / base if base else "missing"


def _together(oracle: Oracle, unit: str, node: Node) -> Value:
    """Return all votes of all aspects over all that they are divided by."""
    worth = _worth(oracle, node)
    votes = [_votes(oracle, unit, node, row, worth) for row in _aspect_rows(oracle, node)]
    word = whole(points for points, _ in votes)
    if word != "value":
        return word
    return _divided(total_of(points for points, _ in votes), total_of(base for _, base in votes))


def ballot(oracle: Oracle, unit: str, node: Node) -> Value:
    if node.parameters.get("over") == "votes":
        return _turnout(oracle, unit, node, _together(oracle, unit, node))
    parts = [oracle.score(unit, f"{node.code}.{code}") for code in aspects(oracle, node)]
    return _turnout(oracle, unit, node, mean_of(parts))


def share(oracle: Oracle, unit: str, node: Node) -> Value:
    return _turnout(oracle, unit, node, _together(oracle, unit, node))


def _turnout(oracle: Oracle, unit: str, node: Node, value: Value) -> Value:
    least = node.parameters.get("turnout_min")
    if isinstance(value, str) or not least:
        return value
    returned = _count(oracle, unit, node, "", "returned")
    expected = _count(oracle, unit, node, "", "expected") if least.endswith("%") else ZERO
    if "awaiting" in (returned, expected):
        return "awaiting"
    if isinstance(returned, str) or isinstance(expected, str):
        return value
    few = returned < amount(least, expected)
    return "awaiting" if few and node.parameters.get("turnout") == "void" else value


def _earned(oracle: Oracle, unit: str, node: Node, row: BonusItem) -> Value:
    verified = _count(oracle, unit, node, row.code, "verified")
    if isinstance(verified, str):
        return verified
    points = max(ZERO, verified - row.above) * exact(row.points)
    return points if row.cap is None else min(points, exact(row.cap))


def bonus(oracle: Oracle, unit: str, node: Node) -> Value:
    assert node.source is not None
    groups = oracle.scheme.form[node.source.form].bonus
    rows = [row for row in oracle.scheme.bonuses if row.group in groups]
    earned = [_earned(oracle, unit, node, row) for row in rows]
    word = whole(earned)
    return total_of(earned) if word == "value" else word


def deduction(oracle: Oracle, unit: str, node: Node) -> Value:
    value = bonus(oracle, unit, node)
    return value if isinstance(value, str) else -value
