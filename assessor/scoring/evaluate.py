"""Evaluation: node by node over all units, children first, rounded once when a node is done."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from assessor.decimals import Exact, half_up
from assessor.scheme.model import Scheme
from assessor.scheme.order import in_order, named_by, waits_for
from assessor.scoring.column import Column, Status, compact
from assessor.scoring.evaluation import Evaluation, Finding, Quotient, Result
from assessor.scoring.inputs import Inputs
from assessor.scoring.rules import RULES
from assessor.scoring.tree import TreeNode, build_tree
from assessor.scoring.withheld import withheld_aspects


@dataclass(frozen=True)
class Scores:
    """A column for every node, over the scheme's units in their order."""

    tree: tuple[TreeNode, ...]
    columns: Mapping[str, Column]
    findings: tuple[Finding, ...]
    exact: Mapping[str, Sequence[Exact]] = field(default_factory=dict)
    """Ticks before the last rounding, of the nodes whose grades look at them (等次依据=取整前)."""
    decided: Collection[tuple[str, int]] = frozenset()
    """(node, unit) of the values that people decided."""
    withheld: Collection[tuple[str, int]] = frozenset()
    """(aspect, unit) of the scores that would show how a handful of people voted."""

    def hides(self, node: str, unit: int) -> bool:
        """Say whether the score of a node must not be shown."""
        return (node, unit) in self.withheld


def evaluate(scheme: Scheme, inputs: Inputs, rounding: str = "") -> Scores:
    """Return the score of every node; `rounding` overrides the scheme's own way."""
    tree = build_tree(scheme)
    each = (rounding or scheme.settings.rounding) == "each"
    seen = outlook(scheme, inputs, tree)
    raw, exact = _graded_raw(scheme), dict[str, Sequence[Exact]]()
    below = _counted(tree)
    for node in _in_order(tree, below):
        children = below.get(node.code, [])
        results = RULES[node.rule](node, children, seen)
        _leave_out_not_held(node, results, seen)
        open_ = _provisional(node, children, seen) - _decide(node, results, seen)
        _leave_out(node, results, seen)
        seen.columns[node.code] = _finished(node, results, each, open_)
        if node.code in raw:
            results = _unrounded(node, results, seen, exact)
            exact[node.code] = _finished(node, results, False, open_).ticks
    return Scores(
        tree=tree,
        columns=seen.columns,
        findings=tuple(seen.findings),
        exact=exact,
        decided=frozenset(inputs.overrides),
        withheld=withheld_aspects(tree, seen),
    )


def _leave_out(node: TreeNode, results: list[Result], seen: Evaluation) -> None:
    """Note that a node does not apply to the units of classes that it is not for."""
    applies = set(seen.classes_of[node.code])
    if applies.issuperset(seen.classes):
        return
    for unit, unit_class in enumerate(seen.classes):
        if unit_class not in applies:
            results[unit] = Status.NOT_APPLICABLE


def _graded_raw(scheme: Scheme) -> set[str]:
    """Return the nodes whose exact values grades look at, however they are shown."""
    if scheme.settings.grades_on != "raw":
        return set()
    looked_at = {node.code for node in scheme.nodes if not node.parent}
    looked_at |= {node for _, node in scheme.node_bands}
    inherited = (node for node in scheme.nodes if node.code in looked_at and node.rule == "inherit")
    return looked_at | {node.source.criterion for node in inherited if node.source}


def _unrounded(
    node: TreeNode,
    results: Sequence[Result],
    seen: Evaluation,
    exact: Mapping[str, Sequence[Exact]],
) -> list[Result]:
    """Return the results of a node that inherits a value as it was before that was rounded: a
    person's grade looks at the same number as his unit's."""
    code = node.declared.source.criterion if node.declared.source else ""
    if node.rule != "inherit" or code not in exact:
        return list(results)
    above = seen.columns[code]
    before = Column(above.digits, exact[code], above.status)
    kept = replace(seen, columns={**seen.columns, code: before}, findings=[])
    again = RULES[node.rule](node, [], kept)
    return [
        mine if isinstance(mine, Status) or (node.code, unit) in seen.inputs.overrides else theirs
        for unit, (mine, theirs) in enumerate(zip(results, again, strict=True))
    ]


def outlook(
    scheme: Scheme,
    inputs: Inputs,
    tree: Sequence[TreeNode],
    columns: Mapping[str, Column] | None = None,
) -> Evaluation:
    """Return what the rules see before the first node is done, or with the columns given."""
    order = {unit.code: index for index, unit in enumerate(scheme.units)}
    return Evaluation(
        scheme=scheme,
        classes=[unit.unit_class for unit in scheme.units],
        parents=[order.get(unit.parent) for unit in scheme.units],
        inputs=inputs,
        columns=dict(columns or {}),
        findings=[],
        round=scheme.settings.round,
        rubric_of={form.code: form.rubric for form in scheme.forms},
        bonus_of={form.code: scheme.bonus_items(form.bonus) for form in scheme.forms},
        classes_of={node.code: scheme.node_classes(node.declared) for node in tree},
        options_of={form.code: scheme.options.get(form.options, ()) for form in scheme.forms},
    )


def _counted(tree: Sequence[TreeNode]) -> Mapping[str, Sequence[TreeNode]]:
    """Return the nodes right under each node that count in it."""
    below: dict[str, list[TreeNode]] = {}
    for node in tree:
        if not node.informative:
            below.setdefault(node.parent, []).append(node)
    return below


def _in_order(tree: Sequence[TreeNode], below: Mapping[str, Sequence[TreeNode]]) -> list[TreeNode]:
    """Return the nodes so that what a node uses is done before it."""
    nodes = {node.code: node for node in tree}
    needs = {
        node.code: waits_for(node.declared, [child.code for child in below.get(node.code, ())])
        for node in tree
    }
    return [nodes[code] for code in in_order(needs)]


def _provisional(node: TreeNode, children: Sequence[TreeNode], seen: Evaluation) -> set[int]:
    """Return the units whose value at a node may still change though they are settled themselves:
    its rule says so, or what it uses of the same unit is provisional."""
    units = {unit for code, unit in seen.provisional if code == node.code}
    seen.provisional.clear()
    for code in (*(child.code for child in children), *named_by(node.declared)):
        status = seen.columns[code].status
        if Status.PROVISIONAL in status:
            units |= {unit for unit, own in enumerate(status) if own is Status.PROVISIONAL}
    return units


def _leave_out_not_held(node: TreeNode, results: list[Result], seen: Evaluation) -> None:
    """Let a form not apply to the units for which its optional period was not held."""
    source = node.declared.source
    if source is None or not seen.inputs.not_held:
        return
    here = (source.form, source.period)
    units = {unit for form, period, unit in seen.inputs.not_held if (form, period) == here}
    for unit in units:
        if isinstance(results[unit], Status):
            results[unit] = Status.NOT_APPLICABLE
    seen.findings[:] = [f for f in seen.findings if f.node != node.code or f.unit not in units]


def _decide(node: TreeNode, results: list[Result], seen: Evaluation) -> set[int]:
    """Put decided values in place of computed ones; what they settle is no finding any more.

    Returns the units that have a decision.
    """
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
    return set(decided)


def _finished(
    node: TreeNode, results: Sequence[Result], each: bool, provisional: Collection[int] = ()
) -> Column:
    """Return the column of a node: capped, then rounded where the scheme rounds at every node."""
    low, top = (_bound(node, key) for key in ("floor", "cap"))
    bounded = low is not None or top is not None
    finish = half_up if each else _divided
    scored = int(Status.SCORED)
    ticks: list[Exact] = []
    status = bytearray()
    for result in results:
        if isinstance(result, Status):
            ticks.append(0)
            status.append(result)
            continue
        numerator, denominator = _within(result, low, top) if bounded else result
        whole = denominator == 1 and type(numerator) is int
        ticks.append(numerator if whole else finish(numerator, denominator))
        status.append(scored)
    for unit in provisional:
        if status[unit] == scored:
            status[unit] = Status.PROVISIONAL
    return compact(node.digits, ticks, status)


def _within(result: Quotient, low: Fraction | None, top: Fraction | None) -> Quotient:
    """Return a quotient kept within the bounds that there are."""
    numerator, denominator = result
    if top is not None and numerator > top * denominator:
        return top, 1
    if low is not None and numerator < low * denominator:
        return low, 1
    return result


def _divided(numerator: Exact, denominator: Exact) -> Exact:
    """Return a quotient, whole where it comes out even."""
    if type(numerator) is int and type(denominator) is int:
        whole, rest = divmod(numerator, denominator)
        return Fraction(numerator, denominator) if rest else whole
    exact = Fraction(numerator) / denominator
    return exact.numerator if exact.denominator == 1 else exact


def _bound(node: TreeNode, key: str) -> Fraction | None:
    text = node.declared.parameters.get(key) if node.rule == node.declared.rule else None
    return Fraction(Decimal(text)) * 10**node.digits if text is not None else None
