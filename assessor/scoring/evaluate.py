"""Evaluation: node by node over all units, children first, rounded once when a node is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assessor.decimals import Exact, half_up
from assessor.scheme.model import Scheme
from assessor.scoring.column import Column, Status
from assessor.scoring.evaluation import Evaluation, Finding, Result
from assessor.scoring.inputs import Inputs
from assessor.scoring.rules import RULES
from assessor.scoring.tree import TreeNode, build_tree


@dataclass(frozen=True)
class Scores:
    """A column for every node, over the scheme's units in their order."""

    tree: tuple[TreeNode, ...]
    columns: Mapping[str, Column]
    findings: tuple[Finding, ...]


def evaluate(scheme: Scheme, inputs: Inputs, rounding: str = "") -> Scores:
    """Return the score of every node; `rounding` overrides the scheme's own way."""
    tree = build_tree(scheme)
    each = (rounding or scheme.settings.rounding) == "each"
    order = {unit.code: index for index, unit in enumerate(scheme.units)}
    seen = Evaluation(
        scheme=scheme,
        classes=[unit.unit_class for unit in scheme.units],
        parents=[order.get(unit.parent) for unit in scheme.units],
        inputs=inputs,
        columns={},
        findings=[],
        round=scheme.settings.round,
        rubric_of={form.code: form.rubric for form in scheme.forms},
        bonus_of={form.code: scheme.bonus_items(form.bonus) for form in scheme.forms},
        classes_of={node.code: scheme.node_classes(node.declared) for node in tree},
        options_of={form.code: scheme.options.get(form.options, ()) for form in scheme.forms},
    )
    for node in _in_order(tree):
        children = [child for child in tree if child.parent == node.code and not child.informative]
        results = RULES[node.rule](node, children, seen)
        _decide(node, results, seen)
        applies = set(seen.classes_of[node.code])
        for unit, unit_class in enumerate(seen.classes):
            if unit_class not in applies:
                results[unit] = Status.NOT_APPLICABLE
        seen.columns[node.code] = _finished(node, results, each)
    return Scores(tree, seen.columns, tuple(seen.findings))


def _in_order(tree: Sequence[TreeNode]) -> list[TreeNode]:
    """Return the nodes so that what a node uses is done before it.

    Children stand behind their parents in the tree; a node that inherits waits for the node it
    takes from.
    """
    order: list[TreeNode] = []
    done: set[str] = set()
    waiting = list(reversed(tree))
    while waiting:
        ready = [node for node in waiting if _needs(node, tree) <= done]
        if not ready:
            raise ValueError(f"score nodes wait for each other: {[n.code for n in waiting]}")
        order += ready
        done |= {node.code for node in ready}
        waiting = [node for node in waiting if node.code not in done]
    return order


def _needs(node: TreeNode, tree: Sequence[TreeNode]) -> set[str]:
    needed = {child.code for child in tree if child.parent == node.code and not child.informative}
    if node.rule == "inherit" and node.declared.source is not None:
        needed.add(node.declared.source.criterion)
    return needed


def _decide(node: TreeNode, results: list[Result], seen: Evaluation) -> None:
    """Put decided values in place of computed ones; what they settle is no finding any more."""
    decided = {unit: o for (code, unit), o in seen.inputs.overrides.items() if code == node.code}
    for unit, override in decided.items():
        value = override.value
        results[unit] = (
            Status.NOT_APPLICABLE if value is None else (Fraction(value) * 10**node.digits, 1)
        )
    if decided:
        seen.findings[:] = [
            f for f in seen.findings if f.node != node.code or f.unit not in decided
        ]


def _finished(node: TreeNode, results: Sequence[Result], each: bool) -> Column:
    """Return the column of a node: capped, then rounded where the scheme rounds at every node."""
    low, top = (_bound(node, key) for key in ("floor", "cap"))
    ticks: list[Exact] = []
    status: list[Status] = []
    for result in results:
        if isinstance(result, Status):
            ticks.append(0)
            status.append(result)
            continue
        numerator, denominator = result
        if low is not None and numerator < low * denominator:
            numerator, denominator = low, 1
        if top is not None and numerator > top * denominator:
            numerator, denominator = top, 1
        exact = half_up(numerator, denominator) if each else Fraction(numerator) / denominator
        ticks.append(exact)
        status.append(Status.SCORED)
    return Column(node.digits, ticks, status)


def _bound(node: TreeNode, key: str) -> Fraction | None:
    text = node.declared.parameters.get(key) if node.rule == node.declared.rule else None
    return Fraction(Decimal(text)) * 10**node.digits if text is not None else None
