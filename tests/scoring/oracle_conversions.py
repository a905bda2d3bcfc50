"""The independent evaluator: points of one number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import TYPE_CHECKING

from assessor.scheme.model import Criterion, Node, Step
from tests.scoring.oracle_words import OUT, ZERO, Value, exact, mean_of

if TYPE_CHECKING:
    from tests.scoring.oracle import Oracle


@dataclass(frozen=True)
class Asked:
    """What a conversion is asked: the full mark (None: none), parameters, ladder, target."""

    points: Fraction | None
    parameters: Mapping[str, str]
    steps: Sequence[Step]
    target: Value

    @property
    def full(self) -> Fraction:
        return Fraction(1) if self.points is None else self.points

    def number(self, key: str, default: Fraction | int = 0) -> Fraction:
        return exact(self.parameters.get(key, default))

    def within(self, value: Fraction) -> Fraction:
        """Keep a value between nothing and the full mark."""
        return min(max(value, ZERO), self.full)


def each(x: Fraction, asked: Asked) -> Value:
    taken_off = asked.number("each") < 0 and asked.points is not None
    start = asked.number("start", asked.full if taken_off else 0)
    value = start + asked.number("each") * max(ZERO, x - asked.number("above"))
    return value if asked.points is None else asked.within(value)


def threshold(x: Fraction, asked: Asked) -> Value:
    enough = "least" not in asked.parameters or x >= asked.number("least")
    few = "most" not in asked.parameters or x <= asked.number("most")
    return asked.full if enough and few else asked.number("otherwise")


def proportional(x: Fraction, asked: Asked) -> Value:
    target = asked.number("target") if "target" in asked.parameters else asked.target
    if isinstance(target, str) or target == 0:
        return "awaiting"
    if asked.parameters.get("better") == "less":
        if x <= 0:
            return asked.full
        value = target / x * asked.full
    else:
        value = x / target * asked.full
    return value if asked.parameters.get("limited") == "no" else asked.within(value)


def ladder(x: Fraction, asked: Asked) -> Value:
    """Below the first step, and beyond the end of the last one, nobody has said what is earned."""
    for at, step in reversed(list(enumerate(asked.steps))):
        if step.lower is None or exact(step.lower) <= x:
            ends = at == len(asked.steps) - 1 and step.upper is not None
            return "awaiting" if ends and x > exact(step.upper or 0) else exact(step.value)
    return "awaiting"


def interpolate(x: Fraction, asked: Asked) -> Value:
    line = [(exact(s.lower), exact(s.value)) for s in asked.steps if s.lower is not None]
    if x <= line[0][0]:
        return line[0][1]
    for (left, low), (right, high) in pairwise(line):
        if x <= right:
            return low + (high - low) * (x - left) / (right - left)
    return line[-1][1]


def steps(x: Fraction, asked: Asked) -> Value:
    base = asked.number("base", asked.points or 0)
    beyond = abs(x - asked.number("target")) - asked.number("tolerance")
    if beyond <= 0:
        return base
    taken = beyond / asked.number("step")
    if asked.parameters.get("part") != "counted":
        taken = Fraction(floor(taken))
    way = "up" if x > asked.number("target") else "down"
    change = asked.number(way) * taken
    if f"{way}_most" in asked.parameters:
        most = asked.number(f"{way}_most")
        change = max(min(change, most), -most)
    return base + change if way == "up" else base - change


CONVERT: Mapping[str, Callable[[Fraction, Asked], Value]] = {
    "each": each,
    "threshold": threshold,
    "proportional": proportional,
    "ladder": ladder,
    "interpolate": interpolate,
    "steps": steps,
}


def convert(
    oracle: Oracle,
    rule: str,
    value: Value,
    points: Decimal | None,
    parameters: Mapping[str, str],
    target: Value,
) -> Value:
    """Return the points of a number; a target that is still open holds it up."""
    if isinstance(value, str):
        return value
    full = None if points is None else exact(points)
    ladder_steps = oracle.scheme.ladders.get(parameters.get("ladder", ""), ())
    return CONVERT[rule](value, Asked(full, parameters, ladder_steps, target))


# ---- what is converted
def written(oracle: Oracle, row: Criterion, value: Value) -> Value:
    """Return what was written for a criterion as a number: a level is worth its option."""
    if isinstance(value, Fraction) and row.entry == "level":
        options = oracle.scheme.options[row.parameters["options"]]
        return exact(options[int(value)].value)
    return value


def row_of(oracle: Oracle, node: Node) -> Criterion:
    """Return the criterion that a node's source names."""
    assert node.source is not None
    rubric = oracle.scheme.form[node.source.form].rubric
    rows = [row for row in oracle.scheme.criteria if row.rubric == rubric]
    return next(row for row in rows if row.code == node.source.criterion)


def not_for(oracle: Oracle, unit: str, row: Criterion) -> str:
    """Return why nothing is asked of a unit for a criterion, empty where it is."""
    if row.classes and oracle.class_of(unit) not in row.classes:
        return OUT
    if row.rounds and oracle.scheme.settings.round not in row.rounds:
        return "not_due"
    parts = {row.code, row.section} - {""}
    return OUT if any((row.rubric, part, unit) in oracle.exempt for part in parts) else ""


def number_of(oracle: Oracle, unit: str, node: Node) -> Value:
    """Return the number of a node's criterion: the mean over the raters who have the unit."""
    row = row_of(oracle, node)
    given = [written(oracle, row, value) for value in _cells(oracle, unit, node, "entry")]
    return OUT if not_for(oracle, unit, row) else mean_of(given)


def _cells(oracle: Oracle, unit: str, node: Node, column: str) -> list[Value]:
    source = node.source
    assert source is not None
    sheets = oracle.sheets_of(source.form, source.period, unit)
    return [oracle.cell(sheet, unit, source.criterion, column) for sheet in sheets]


def value_of(oracle: Oracle, unit: str, node: Node) -> Value:
    """Return the number that a node looks at: its one child, or its criterion."""
    if node.source is not None:
        return number_of(oracle, unit, node)
    (child,) = oracle.counted(node)
    return oracle.score(unit, child.code)


def converted(oracle: Oracle, unit: str, node: Node) -> Value:
    target: Value = "missing"
    if node.rule == "proportional" and "target" not in node.parameters:
        target = mean_of(_cells(oracle, unit, node, "target"))
    value = value_of(oracle, unit, node)
    return convert(oracle, node.rule, value, node.points, node.parameters, target)
