"""The independent evaluator: nodes from nodes, and what comes from elsewhere."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING

from assessor.scheme.model import Node
from tests.scoring.oracle_words import OUT, ZERO, Value, exact, mean_of, numbers, total_of, whole

if TYPE_CHECKING:
    from tests.scoring.oracle import Oracle

Parts = list[tuple[Node, Value]]


def parts_of(oracle: Oracle, unit: str, node: Node) -> Parts:
    """Return the counted parts, with what ``missing`` makes of those that nobody filled in."""
    parts = [(child, oracle.score(unit, child.code)) for child in oracle.counted(node)]
    unfilled = node.parameters.get("missing", "wait")
    if unfilled == "zero":
        return [(child, ZERO if value == "missing" else value) for child, value in parts]
    to_come = any(value == "not_due" for _, value in parts)
    if unfilled == "share" and (to_come or numbers(value for _, value in parts)):
        return [(child, "shared" if value == "missing" else value) for child, value in parts]
    return parts


def word_of(parts: Parts) -> str:
    """Return ``value`` where the parts give one; what is shared holds nothing up."""
    return whole(OUT if value == "shared" else value for _, value in parts)


def marks(parts: Parts, *words: str) -> Fraction:
    """Return the full marks of the parts with such a word, or of those with a value."""
    found = [c for c, v in parts if (v in words if words else isinstance(v, Fraction))]
    return sum((exact(child.points or 0) for child in found), ZERO)


def has_mark(oracle: Oracle, node: Node) -> bool:
    """Say whether there is a full mark to scale by: claims have none, nor what is made of them."""
    if node.points is None or node.rule in ("bonus", "deduction"):
        return False
    return not _only_claims(oracle, node)


def _only_claims(oracle: Oracle, node: Node) -> bool:
    if node.rule in ("sum", "weighted", "mean", "lowest", "highest", "scaled"):
        return all(_only_claims(oracle, child) for child in oracle.counted(node))
    return node.rule in ("bonus", "deduction")


def added(oracle: Oracle, unit: str, node: Node) -> Value:
    """Parts without points are never scaled; those of another class are none of the unit's."""
    parts = parts_of(oracle, unit, node)
    word = word_of(parts)
    if word != "value":
        return word
    free = total_of(value for child, value in parts if not has_mark(oracle, child))
    parts = [(child, value) for child, value in parts if has_mark(oracle, child)]
    scaled = total_of(value for _, value in parts)
    mine = [(child, value) for child, value in parts if oracle.applies(unit, child)]
    if "not_applicable" not in node.parameters and any(value == OUT for _, value in mine):
        return "awaiting"  # nobody has said what it counts
    there, shared = marks(mine), marks(mine, "shared")
    policy = node.parameters.get("not_applicable")
    if policy == "rescale" and there and node.points is not None:
        return scaled * exact(node.points) / there + free
    if policy == "full":  # a part that counts its full mark is one that others can be shared on
        full = marks(mine, OUT, "not_due")
        scaled, there = scaled + full, there + full
    return (scaled * (there + shared) / there if there else scaled) + free


def weighted(oracle: Oracle, unit: str, node: Node) -> Value:
    parts = parts_of(oracle, unit, node)
    word = word_of(parts)
    if word != "value":
        return word
    mine = oracle.class_of(unit)
    there = [(c.weight_for(mine) or ZERO, v) for c, v in parts if isinstance(v, Fraction)]
    weights = sum((weight for weight, _ in there), ZERO)
    return sum((w * v for w, v in there), ZERO) / weights if weights else OUT


def _present(oracle: Oracle, unit: str, node: Node) -> list[Fraction] | str:
    parts = parts_of(oracle, unit, node)
    word = word_of(parts)
    return numbers(value for _, value in parts) if word == "value" else word


def mean(oracle: Oracle, unit: str, node: Node) -> Value:
    there = _present(oracle, unit, node)
    return there if isinstance(there, str) else mean_of(there)


def lowest(oracle: Oracle, unit: str, node: Node) -> Value:
    there = _present(oracle, unit, node)
    return there if isinstance(there, str) else min(there)


def highest(oracle: Oracle, unit: str, node: Node) -> Value:
    there = _present(oracle, unit, node)
    return there if isinstance(there, str) else max(there)


def product(oracle: Oracle, unit: str, node: Node) -> Value:
    there = _present(oracle, unit, node)
    return there if isinstance(there, str) else prod(there, start=Fraction(1))


def difference(oracle: Oracle, unit: str, node: Node) -> Value:
    first, second = (oracle.score(unit, child.code) for child in oracle.counted(node))
    if isinstance(first, str) or isinstance(second, str):
        return whole(value for value in (first, second) if isinstance(value, str))
    if node.parameters.get("in") != "percent":
        return first - second
    return (first - second) / second * 100 if second else "awaiting"


def scaled(oracle: Oracle, unit: str, node: Node) -> Value:
    (child,) = oracle.counted(node)
    value = oracle.score(unit, child.code)
    if isinstance(value, str):
        return value
    if "factor" in node.parameters:
        return value * exact(node.parameters["factor"])
    if node.points is None or not child.points:
        return value
    return value * exact(node.points) / exact(child.points)


# ---- from elsewhere
def _sources(oracle: Oracle, unit: str, node: Node) -> list[str]:
    """Return the units from which a node takes its value."""
    assert node.source is not None
    scheme = oracle.scheme
    if node.rule == "inherit":
        return [scheme.unit[unit].parent] if scheme.unit[unit].parent else []
    if node.parameters.get("of") == "below":
        below = [one.code for one in scheme.units if one.parent == unit]
        return [one for one in below if oracle.applies(one, scheme.node[node.source.criterion])]
    return [one.unit for one in scheme.nominations if one.body == unit]


def inherited(oracle: Oracle, unit: str, node: Node) -> Value:
    assert node.source is not None
    above = _sources(oracle, unit, node)
    return oracle.score(above[0], node.source.criterion) if above else OUT


def derived(oracle: Oracle, unit: str, node: Node) -> Value:
    assert node.source is not None
    code = node.source.criterion
    return mean_of(oracle.score(one, code) for one in _sources(oracle, unit, node))


def _given(oracle: Oracle, unit: str, node: Node) -> str:
    assert node.source is not None
    return oracle.external.get((node.source.criterion, unit), "")


def external(oracle: Oracle, unit: str, node: Node) -> Value:
    text = _given(oracle, unit, node)
    return exact(text.rstrip("?")) if text else "missing"


def factor(oracle: Oracle, unit: str, node: Node) -> Value:
    mine = oracle.scheme.unit[unit].factor
    return Fraction(1) if mine is None else exact(mine)


def elsewhere_open(oracle: Oracle, unit: str, node: Node) -> bool:
    assert node.source is not None
    if node.rule == "input":
        return _given(oracle, unit, node).endswith("?")
    code = node.source.criterion
    return any(oracle.provisional(one, code) for one in _sources(oracle, unit, node))
