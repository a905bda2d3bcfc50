"""Explanations checked: what is printed is read back as people would and computed with fractions.

The reader of formulas knows only what is on the paper: figures, ×, ÷, +, −, brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from assessor.decimals import half_up
from assessor.scheme.model import Scheme
from assessor.scoring.evaluate import Scores
from assessor.scoring.explain.formula import Kept, written
from assessor.scoring.explain.frame import explain
from assessor.scoring.explain.model import Explanation
from assessor.scoring.inputs import Inputs

_TOKEN = re.compile(r"\s*(min|max|\d+(?:\.\d+)?…?%?|[×÷+−(),])")
_NEAR = Fraction(1, 1000)


class Reader:
    """Computes a formula from its text; `cut` says whether a figure in it ends in ``…``."""

    def __init__(self, text: str) -> None:
        self.cut = "…" in text
        self._tokens = _TOKEN.findall(text)
        assert "".join(self._tokens) == text.replace(" ", ""), text

    def result(self) -> Fraction:
        """Return what the whole formula gives."""
        value = self._sum()
        assert not self._tokens
        return value

    def _take(self) -> str:
        return str(self._tokens.pop(0))

    def _next(self, *signs: str) -> bool:
        return bool(self._tokens) and self._tokens[0] in signs

    def _sum(self) -> Fraction:
        value = self._product()
        while self._next("+", "−"):
            value = value + self._product() if self._take() == "+" else value - self._product()
        return value

    def _product(self) -> Fraction:
        value = self._atom()
        while self._next("×", "÷"):
            value = value * self._atom() if self._take() == "×" else value / self._atom()
        return value

    def _atom(self) -> Fraction:
        token = self._take()
        if token == "−":
            return -self._atom()
        if token in {"min", "max"}:
            self._take()
            values = [self._sum()]
            while self._next(","):
                self._take()
                values.append(self._sum())
            self._take()
            return min(values) if token == "min" else max(values)
        if token == "(":
            value = self._sum()
            assert self._take() == ")"
            return value
        number = Fraction(token.rstrip("%…"))
        return number / 100 if token.endswith("%") else number


def text_of(one: Explanation) -> str:
    """Return the formula of an explanation as it is printed."""
    formula = one.formula
    assert formula is not None
    return written(formula.inner if isinstance(formula, Kept) else formula)


def everything(one: Explanation) -> Iterator[Explanation]:
    """Yield an explanation and all below it."""
    yield one
    for child in one.children:
        yield from everything(child)


def check(one: Explanation) -> None:
    """Check that the printed formula gives the value, bounds and rounding done as told."""
    decided = {"decided", "decided_out"} & {remark.code for remark in one.remarks}
    if one.formula is None or one.exact is None or one.bounded is None:
        assert one.value is None or decided or one.rule == "condition", one
        return
    reader = Reader(text_of(one))
    read = reader.result()
    if isinstance(one.formula, Kept):
        low, high = one.formula.low, one.formula.high
        read = read if low is None else max(read, low)
        read = read if high is None else min(read, high)
    assert read == one.exact or (reader.cut and abs(read - one.exact) < _NEAR), one
    if decided:
        return
    assert one.value is not None, one
    assert Fraction(one.value) * 10**one.digits == half_up(one.bounded * 10**one.digits), one


def check_all(scheme: Scheme, inputs: Inputs, scores: Scores) -> None:
    """Check every node of every unit, and that what is told is what was scored."""
    for index in range(len(scheme.units)):
        for top in (node for node in scores.tree if not node.parent):
            for one in everything(explain(scheme, inputs, scores, index, top.code)):
                check(one)
                if one.code in scores.columns and one.rule not in {"criterion", "bonus_item"}:
                    column = scores.columns[one.code]
                    hidden = scores.hides(one.code, index)
                    assert one.withheld is hidden, one
                    assert one.value == (None if hidden else column.value(index)), one
                    assert one.status is column.status[index], one
