"""Rules that put nodes together: sum, weighted, mean, the lowest, a product, a difference."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from operator import mul
from typing import NamedTuple

from assessor.decimals import Exact, digits_of
from assessor.scoring.column import Column, Status, combined
from assessor.scoring.evaluation import Evaluation, Finding, Result
from assessor.scoring.parameters import amount
from assessor.scoring.tree import TreeNode


def statuses_of(columns: Sequence[Column], unit: int) -> list[Status]:
    """Return the statuses of some columns for one unit."""
    return [column.status[unit] for column in columns]


def with_unfilled(kinds: Sequence[Status], unfilled: str) -> Status:
    """Return the status of a whole by what ``missing`` says of parts that nobody filled in.

    ``wait``: a missing part holds the whole up. ``share``: the others stand for it, if one has a
    value or is still to come. ``zero``: it counts as 0. An open error always holds the whole up.
    """
    if unfilled == "zero":
        return combined(Status.SCORED if own is Status.MISSING else own for own in kinds)
    status = combined(kinds)
    if status is not Status.MISSING or unfilled != "share":
        return status
    rest = combined(own for own in kinds if own is not Status.MISSING)
    return Status.MISSING if rest is Status.NOT_APPLICABLE else rest


class Parts(NamedTuple):
    """What the parts of a node are for one unit."""

    status: Status
    values: Sequence[Exact]
    """A tick for every part, at the node's digits; 0 where it has no value."""
    kinds: Sequence[Status]
    present: Sequence[int]
    """The places of the parts that count."""


def parts_of(node: TreeNode, columns: Sequence[Column], size: int) -> Iterator[Parts]:
    """Yield for each unit what the parts of a node are."""
    unfilled = node.declared.parameters.get("missing", "wait")
    if not columns:
        yield from [Parts(Status.MISSING, (), (), ())] * size
        return
    count = len(columns)
    everyone = range(count)
    each = zip(*(column.aligned(node.digits) for column in columns), strict=True)
    scored = Status.SCORED
    zero = Status.MISSING if unfilled == "zero" else scored
    for kinds, values in zip(zip(*(c.status for c in columns), strict=True), each, strict=True):
        if kinds.count(scored) == count:
            yield Parts(scored, values, kinds, everyone)
            continue
        present = [at for at, own in enumerate(kinds) if own.has_value or own is zero]
        yield Parts(with_unfilled(kinds, unfilled), values, kinds, present)


def add_up(node: TreeNode, children: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Sum: what the parts give. Parts that do not apply are left out; ``not_applicable=rescale``
    scales the rest to the node's points, ``full`` counts their points, ``zero`` counts nothing.

    Only parts with points are scaled, never a bonus or a deduction. A part that nobody filled in
    holds the sum up; with ``missing=share`` the others stand for its points, with ``zero`` it
    counts 0. Where nothing is said of a part with points that does not apply, the sum waits, with
    a finding. Rounded once, when the sum is done.

    Examples: 40 of 50 and a part of 50 that does not apply, rescaled: 40 × 100 ÷ 50 = 80; with a
    bonus of 3 beside them: 83.
    """
    columns = [seen.columns[child.code] for child in children]
    marks = {name: _Marks.of(node, children, name, seen) for name in set(seen.classes)}
    as_they_are = {name for name, own in marks.items() if own.whole}
    results: list[Result] = []
    for unit_class, parts in zip(
        seen.classes, parts_of(node, columns, len(seen.classes)), strict=True
    ):
        if not parts.status.has_value:
            results.append(parts.status)
        elif len(parts.present) == len(columns) and unit_class in as_they_are:
            results.append((sum(parts.values), 1))
        else:
            at = marks[unit_class].unruled(parts)
            if at is not None:
                report_unruled(node, len(results), children[at].title, seen)
            results.append(Status.AWAITING if at is not None else marks[unit_class].sum_of(parts))
    return results


def report_unruled(node: TreeNode, unit: int, part: str, seen: Evaluation) -> None:
    """Report a part that does not apply to a unit, of which nobody has said what it counts."""
    seen.report("part_unruled", node.declared, unit, part=part)


@dataclass(frozen=True, slots=True)
class _Marks:
    """The full marks under a sum for one class, as whole ticks of one size."""

    points: Sequence[int | None]
    """Of each part; None where it has none."""
    own: Sequence[bool]
    """Whether each part is for the class."""
    full: int | None
    """Of the node."""
    tick: Fraction
    """One of these ticks in ticks of the node."""
    policy: str
    of_rubric: bool
    """Whether the parts are sections: one that is not due is not measured this round."""

    @classmethod
    def of(
        cls, node: TreeNode, children: Sequence[TreeNode], name: str, seen: Evaluation
    ) -> _Marks:
        points = [child.mark(name) for child in children]
        full = node.points(name)
        digits = max(digits_of(mark) for mark in (Decimal(0), full, *points) if mark is not None)
        return cls(
            [None if mark is None else int(mark.scaleb(digits)) for mark in points],
            [name in seen.classes_of[child.code] for child in children],
            None if full is None else int(full.scaleb(digits)),
            Fraction(10) ** (node.digits - digits),
            node.declared.parameters.get("not_applicable", ""),
            node.rule == "rubric",
        )

    @property
    def whole(self) -> bool:
        """Whether nothing is scaled where all parts are there."""
        given = sum(mark for mark in self.points if mark is not None)
        return self.policy != "rescale" or self.full in (None, given) or not given

    def unruled(self, parts: Parts) -> int | None:
        """Return the first part that does not apply and would count 0 without a word."""
        if self.policy:
            return None
        out = {Status.NOT_APPLICABLE, *([Status.NOT_DUE] if self.of_rubric else [])}
        return next(
            (
                at
                for at, (mark, mine) in enumerate(zip(self.points, self.own, strict=True))
                if mark and mine and parts.kinds[at] in out
            ),
            None,
        )

    def sum_of(self, parts: Parts) -> Result:
        """Return the sum of the parts that count, scaled where the scheme says so."""
        scaled: Exact = 0
        beside: Exact = 0
        counted = shared = 0
        present = set(parts.present)
        for at, mark in enumerate(self.points):
            if at in present and mark is None:
                beside += parts.values[at]
            elif at in present:
                scaled += parts.values[at]
                counted += mark or 0
            elif parts.kinds[at] is Status.MISSING:
                shared += mark or 0
            elif self.policy == "full" and self.own[at]:
                scaled += (mark or 0) * self.tick
                counted += mark or 0
        wanted = counted + shared
        if self.policy == "rescale" and self.full is not None:
            wanted = self.full
        if not counted or wanted == counted:
            return scaled + beside, 1
        return scaled * wanted + beside * counted, counted


def weigh(node: TreeNode, children: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Weighted: Σ weight × value ÷ Σ weights of the parts that apply.

    The weight of a part that does not apply is shared among the others; so is that of a part that
    nobody filled in with ``missing=share``. Contributions are not rounded, the sum is.
    Example: 90.1, 90.1 and 89.1 at 60, 30 and 10 % are exactly 90.
    """
    columns = [seen.columns[child.code] for child in children]
    whole = {name: _whole_weights(children, name) for name in set(seen.classes)}
    sums = {name: sum(weights) for name, weights in whole.items()}
    results: list[Result] = []
    for unit_class, parts in zip(
        seen.classes, parts_of(node, columns, len(seen.classes)), strict=True
    ):
        weights = whole[unit_class]
        if not parts.status.has_value:
            results.append(parts.status)
        elif len(parts.present) == len(columns):
            total: Exact = sum(map(mul, weights, parts.values))
            results.append((total, sums[unit_class]) if sums[unit_class] else _NOTHING)
        else:
            counted = sum(weights[at] for at in parts.present)
            total = sum(weights[at] * parts.values[at] for at in parts.present)
            results.append((total, counted) if counted else _NOTHING)
    return results


_NOTHING = Status.NOT_APPLICABLE


def _whole_weights(children: Sequence[TreeNode], unit_class: str) -> list[int]:
    """Return the weights for a class as whole numbers of one size."""
    weights = [child.weight_for(unit_class) or Fraction(0) for child in children]
    common = math.lcm(*(weight.denominator for weight in weights))
    return [int(weight * common) for weight in weights]


def average(node: TreeNode, children: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Mean: the parts that apply, each alike. Example: own 90, panel 100: 95.

    A part that nobody filled in holds it up; with ``missing=share`` it is left out, with ``zero``
    it counts 0: 90 and a part that is missing are 90 or 45.
    """
    return _of_values(node, children, seen, lambda values: (sum(values), len(values)))


def lowest(node: TreeNode, children: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Lowest: the least of the parts that apply; ``missing`` as in a mean.

    Example: 80, 72.5 and a part that does not apply: 72.5.
    """
    return _of_values(node, children, seen, lambda values: (min(values), 1))


def highest(node: TreeNode, children: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Highest: the greatest of the parts that apply; ``missing`` as in a mean.

    Example: the better of two attempts, 80 and 72.5: 80.
    """
    return _of_values(node, children, seen, lambda values: (max(values), 1))


def _of_values(
    node: TreeNode,
    children: Sequence[TreeNode],
    seen: Evaluation,
    rule: Callable[[Sequence[Exact]], tuple[Exact, Exact]],
) -> list[Result]:
    """Return what a rule makes of the values of the parts that count."""
    columns = [seen.columns[child.code] for child in children]
    results: list[Result] = []
    for parts in parts_of(node, columns, len(seen.classes)):
        if not parts.status.has_value:
            results.append(parts.status)
        elif len(parts.present) == len(columns):
            results.append(rule(parts.values))
        else:
            results.append(rule([parts.values[at] for at in parts.present]))
    return results


def product(node: TreeNode, children: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Product: the parts that apply, multiplied; rounded once.

    Example: a score of 80 and a coefficient of difficulty of 1.05: 84.
    """
    columns = [seen.columns[child.code] for child in children]
    results: list[Result] = []
    for unit in range(len(seen.classes)):
        status = combined(statuses_of(columns, unit))
        if not status.has_value:
            results.append(status)
            continue
        there = [column for column in columns if column.status[unit].has_value]
        size: int = 10 ** sum(column.digits for column in there)
        value: Exact = math.prod(column.ticks[unit] for column in there)
        results.append((value * 10**node.digits, size))
    return results


def difference(node: TreeNode, children: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Difference: the first part less the second; ``in=percent`` of the second.

    Without either of them there is no difference. Of nothing there are no per cent: where the
    second is 0 the node waits for a decision, with a finding.
    Examples: this year 110, last year 88: 22, or 25 per cent; 66 after 88 is −25 per cent.
    """
    first, second = (seen.columns[child.code] for child in children)
    percent = node.declared.parameters.get("in") == "percent"
    digits = max(first.digits, second.digits)
    scale: int = 10**node.digits
    pairs = zip(first.aligned(digits), second.aligned(digits), strict=True)
    results: list[Result] = []
    for unit, (one, other) in enumerate(pairs):
        status = max(first.status[unit], second.status[unit])
        if not status.has_value:
            results.append(status)
        elif not percent:
            results.append(((one - other) * scale, 10**digits))
        elif other:
            sign = 1 if other > 0 else -1
            results.append(((one - other) * 100 * scale * sign, other * sign))
        else:
            facts = {"node": node.title, "base": children[1].title}
            seen.findings.append(Finding("difference_of_nothing", node.code, unit, facts))
            results.append(Status.AWAITING)
    return results


def scaled(node: TreeNode, children: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Scaled: the part × points ÷ its points, or × ``factor``; rounded once.

    Examples: 153 of 170 points scaled to 20 are 18; a deduction of 0.3 upstream × 10 is 3.
    """
    (child,) = children
    column = seen.columns[child.code]
    factors = {name: _factor(node, child, name) for name in set(seen.classes)}
    scale, size = 10**node.digits, 10**column.digits
    results: list[Result] = []
    for unit_class, ticks, status in zip(seen.classes, column.ticks, column.status, strict=True):
        if not status.has_value:
            results.append(status)
            continue
        factor = factors[unit_class]
        results.append((ticks * factor.numerator * scale, factor.denominator * size))
    return results


def _factor(node: TreeNode, child: TreeNode, unit_class: str) -> Fraction:
    """Return by what a part is multiplied; 1 where neither says its full mark."""
    if "factor" in node.declared.parameters:
        return amount(node.declared.parameters, "factor")
    mark, full = child.points(unit_class), node.points(unit_class)
    return Fraction(full) / Fraction(mark) if mark and full is not None else Fraction(1)
