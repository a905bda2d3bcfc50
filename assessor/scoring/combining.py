"""Rules that put nodes together: sum, weighted, mean, inherited from above."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from assessor.decimals import Exact
from assessor.scoring.column import Column, Status, combined
from assessor.scoring.evaluation import Evaluation, Result
from assessor.scoring.tree import TreeNode


def statuses_of(columns: Sequence[Column], unit: int) -> list[Status]:
    """Return the statuses of some columns for one unit."""
    return [column.status[unit] for column in columns]


def add_up(node: TreeNode, children: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Sum: what the parts give. Parts that do not apply are left out; ``not_applicable=rescale``
    scales the rest to the node's points, ``full`` counts their points, ``zero`` counts nothing.

    Example: 40 of 50 and a part of 50 that does not apply, rescaled: 40 × 100 ÷ 50 = 80.
    """
    columns = [seen.columns[child.code] for child in children]
    policy = node.declared.parameters.get("not_applicable", "")
    scale = 10**node.digits
    results: list[Result] = []
    for unit, unit_class in enumerate(seen.classes):
        status = combined(statuses_of(columns, unit))
        if not status.has_value:
            results.append(status)
            continue
        total: Exact = 0
        applicable = Decimal(0)
        for child, column in zip(children, columns, strict=True):
            points = child.points(unit_class) or Decimal(0)
            if column.status[unit].has_value:
                total += column.at(unit, node.digits)
                applicable += points
            elif policy == "full" and unit_class in seen.classes_of[child.code]:
                total += Fraction(points) * scale
        full = node.points(unit_class)
        if policy == "rescale" and full is not None and 0 < applicable != full:
            results.append((total * Fraction(full), Fraction(applicable)))
        else:
            results.append((total, 1))
    return results


def weigh(node: TreeNode, children: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Weighted: Σ weight × value ÷ Σ weights of the parts that apply.

    Example: 90.1, 90.1 and 89.1 at 60, 30 and 10 % are exactly 90.
    """
    columns = [seen.columns[child.code] for child in children]
    whole = {name: _whole_weights(children, name) for name in set(seen.classes)}
    results: list[Result] = []
    for unit, unit_class in enumerate(seen.classes):
        status = combined(statuses_of(columns, unit))
        if not status.has_value:
            results.append(status)
            continue
        total: Exact = 0
        counted = 0
        for weight, column in zip(whole[unit_class], columns, strict=True):
            if column.status[unit].has_value:
                total += weight * column.at(unit, node.digits)
                counted += weight
        results.append((total, counted) if counted else Status.NOT_APPLICABLE)
    return results


def _whole_weights(children: Sequence[TreeNode], unit_class: str) -> list[int]:
    """Return the weights for a class as whole numbers of one size."""
    weights = [child.declared.weight_for(unit_class) or Fraction(0) for child in children]
    common = math.lcm(*(weight.denominator for weight in weights))
    return [int(weight * common) for weight in weights]


def average(node: TreeNode, children: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Mean: the parts that apply, each alike. Example: own 90, panel 100: 95."""
    columns = [seen.columns[child.code] for child in children]
    results: list[Result] = []
    for unit in range(len(seen.classes)):
        status = combined(statuses_of(columns, unit))
        if not status.has_value:
            results.append(status)
            continue
        values = [c.at(unit, node.digits) for c in columns if c.status[unit].has_value]
        results.append((sum(values), len(values)))
    return results


def inherit(node: TreeNode, _: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Inherit: the value of a node of the unit above: a secretary has his branch's total."""
    source = node.declared.source
    assert source is not None
    above = seen.columns[source.criterion]
    results: list[Result] = []
    for parent in seen.parents:
        if parent is None:
            results.append(Status.NOT_APPLICABLE)
        elif above.status[parent].has_value:
            results.append((above.at(parent, node.digits), 1))
        else:
            results.append(above.status[parent])
    return results
