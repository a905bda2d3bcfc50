"""How values of other units and of other places come in: inherited, derived, input, factor."""

from __future__ import annotations

from assessor.scoring.column import Status
from assessor.scoring.elsewhere import nominated, units_below
from assessor.scoring.explain.entries import source_of
from assessor.scoring.explain.formula import mean, number
from assessor.scoring.explain.look import Look
from assessor.scoring.explain.model import Remark, Told
from assessor.scoring.tree import TreeNode


def inherit(node: TreeNode, look: Look) -> Told:
    """Inherit: the value of a node of the unit above."""
    source = source_of(node)
    parent = look.seen.parents[look.unit]
    if parent is None:
        return Told(remarks=(Remark("no_parent"),))
    facts = _facts(look, parent, source.criterion)
    status = look.column(source.criterion).status[parent]
    if not status.has_value:
        return Told(remarks=(Remark(f"above_{status.word}", facts),))
    return Told(look.number(source.criterion, parent), (Remark("inherited", facts),))


def _facts(look: Look, unit: int, code: str) -> dict[str, object]:
    """Return the names of another unit and of the node that is taken from it."""
    other = look.scheme.units[unit]
    names: dict[str, object] = {"unit": other.name, "unit_code": other.code}
    return {**names, "node": look.node(code).title, "node_code": code}


def derived(node: TreeNode, look: Look) -> Told:
    """Derived: the mean of a node over the units that stand for a body."""
    code = source_of(node).criterion
    below = node.declared.parameters.get("of") == "below"
    standing = units_below(code, look.seen) if below else nominated(look.seen)
    column = look.column(code)
    units = standing.get(look.unit, ())
    there = [unit for unit in units if column.status[unit].has_value]
    remarks = [
        Remark("derived_open", {**_facts(look, unit, code), "why": column.status[unit].word})
        for unit in units
        if not column.status[unit].has_value
    ]
    if not there or any(column.status[unit] >= Status.MISSING for unit in units):
        return Told(remarks=tuple(remarks))
    named = [f"{look.scheme.units[u].name} {column.value(u):f}" for u in there]
    facts = {"units": named, "count": len(there), "node": look.node(code).title}
    taken = Remark("derived_below" if below else "derived_nominated", facts)
    return Told(mean(look.number(code, unit) for unit in there), (taken, *remarks))


def external(node: TreeNode, look: Look) -> Told:
    """Input: a score from elsewhere, as it stands in its file."""
    code = source_of(node).criterion
    row = next(row for row in look.scheme.inputs if row.code == code)
    column = look.inputs.external.get(code)
    facts: dict[str, object] = {"title": row.title, "file": row.file, "column": row.value}
    facts["input"] = code
    status = Status.MISSING if column is None else column.status[look.unit]
    if column is None or not status.has_value:
        return Told(remarks=(Remark("input_none", {**facts, "why": status.word}),))
    return Told(number(column.at(look.unit, 0), column.digits), (Remark("input", facts),))


def factor(_: TreeNode, look: Look) -> Told:
    """Factor: the coefficient of the units table, 1 where it says nothing."""
    if look.of.factor is None:
        return Told(number(1), (Remark("factor_none"),))
    return Told(number(look.of.factor), (Remark("factor"),))
