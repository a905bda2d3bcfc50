"""Criteria as formulas: what each rater wrote, made points of, the mean over those who count."""

from __future__ import annotations

from fractions import Fraction

from assessor.outputs.audit.conversions import Known, convert
from assessor.outputs.audit.ground import At
from assessor.outputs.audit.text import between, literal, mean
from assessor.scheme.model import Criterion
from assessor.scoring.apart import compared
from assessor.scoring.column import Column
from assessor.scoring.converting import asks_target, scale_of
from assessor.scoring.inputs import EntryKey
from assessor.scoring.leaves import leaf_column
from assessor.scoring.tree import TreeNode, is_scored


def leaf_of(row: Criterion, node: TreeNode, at: At) -> Column:
    """Return the points of a criterion as its section adds them up."""
    seen = at.ground.seen
    found = len(seen.findings)
    column = compared(row, node, leaf_column(row, node, seen), seen)
    del seen.findings[found:]
    return column


def leaf(row: Criterion, node: TreeNode, at: At) -> str | None:
    """Return the formula for the points of a criterion; None where there can be none."""
    source = node.declared.source
    assert source is not None
    gone = at.ground.seen.shared.left_out.get(node.declared.code, {}).get(at.unit, ())
    given = []
    for place, seat in enumerate(at.ground.seats(source)):
        if place in gone or not seat.status[at.unit].has_value:
            continue
        key = EntryKey(source.form, source.period, seat.rater, row.code)
        column = at.ground.inputs.entries.get(key)
        if column is None or not column.status[at.unit].has_value:
            continue
        points = _points(row, key, at)
        if points is None:
            return None
        given.append(points)
    if not given:
        return None
    return _compared(row, node, at, mean(given))


def _points(row: Criterion, key: EntryKey, at: At) -> str | None:
    """Return the points of what one rater wrote."""
    written = at.ref("entry", key)
    if written is None:
        return None
    if row.rule:
        scale = scale_of(row.points, row.parameters, at.ground.seen)
        target = ""
        if asks_target(row.rule, row.parameters):
            target = at.ref("entry", key._replace(column="target")) or ""
        return convert(row.rule, written, Known(scale, target))
    full = literal(row.points or 0)
    if row.entry == "yes_no":
        return f"IF({written}=1,{full},0)"
    if row.entry == "veto":
        return f"IF({written}=1,0,{full})"
    if row.points is None:
        return written
    if row.entry == "deducted":
        return f"({full}-{written})"
    if row.entry in {"count", "number", "rate"}:
        return between(written, "0", full)
    return written


def _compared(row: Criterion, node: TreeNode, at: At, points: str) -> str | None:
    """Return 0 where the points are too far from those of the rubric they are compared with."""
    parameters = node.declared.parameters
    if parameters.get("then") != "zero" or "apart" not in parameters:
        return points
    against = parameters.get("against", "")
    other = at.ground.scheme.node.get(against)
    if other is None or other.source is None:
        return points
    twin = next((r for r in at.ground.rows(other.source) if r.code == row.code), None)
    if twin is None or not is_scored(twin):
        return points
    theirs = at.ref("leaf", against, row.code)
    if theirs is None:
        return None
    most = literal(Fraction(parameters["apart"]))
    return f"IF(ISNUMBER({theirs}),IF(ABS({points}-{theirs})>{most},0,{points}),{points})"


def number(row: Criterion, form: str, period: str, at: At, column: str = "entry") -> str | None:
    """Return the formula for what was written for a criterion: the mean over its raters."""
    given = []
    for seat in at.ground.inputs.seats.get((form, period), ()):
        key = EntryKey(form, period, seat.rater, row.code, column)
        found = at.ground.inputs.entries.get(key)
        if not seat.status[at.unit].has_value or found is None:
            continue
        if found.status[at.unit].has_value:
            reference = at.ref("entry", key)
            if reference is None:
                return None
            given.append(reference)
    return mean(given) if given else None
