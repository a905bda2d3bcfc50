"""Rules that look across units, or elsewhere, as formulas."""

from __future__ import annotations

from fractions import Fraction

from assessor.outputs.audit.conversions import Known, convert
from assessor.outputs.audit.criteria import leaf
from assessor.outputs.audit.criteria import number as number_of
from assessor.outputs.audit.ground import At
from assessor.outputs.audit.text import added, between, literal, mean, quoted
from assessor.scheme.model import Criterion
from assessor.scoring.converting import asks_target, scale_of
from assessor.scoring.elsewhere import nominated, units_below
from assessor.scoring.parameters import amount
from assessor.scoring.population import Field, fields_of, tier_ends
from assessor.scoring.tree import TreeNode
from assessor.scoring.values import criterion_of, value_column

YES = "1"
"""What stands in the column of those who are ranked."""
_LONGEST_LIST = 200


def item(node: TreeNode, at: At) -> str | None:
    """Item: one criterion over its raters; papers have no name, so they are not listed."""
    source = node.declared.source
    assert source is not None
    if at.ground.scheme.form[source.form].layout == "review":
        return None
    return leaf(criterion_of(node, at.ground.seen), node, at)


def number(node: TreeNode, at: At) -> str | None:
    """Number: what was written for a criterion, the mean over its raters."""
    return _number(criterion_of(node, at.ground.seen), node, at)


def _number(row: Criterion, node: TreeNode, at: At, column: str = "entry") -> str | None:
    source = node.declared.source
    assert source is not None
    return number_of(row, source.form, source.period, at, column)


def unmet(node: TreeNode, at: At) -> str | None:
    """Unmet: how many conditions of a form do not hold."""
    source = node.declared.source
    assert source is not None
    terms = []
    for row in at.ground.rows(source):
        if row.entry not in {"yes_no", "veto"} or not row.due_in(at.ground.seen.round):
            continue
        rubric = at.ground.seen.rubric_of[source.form]
        exempt = {
            (rubric, code, at.unit) for code in (row.code, row.section)
        } & at.ground.inputs.exempt
        value = None if exempt else number_of(row, source.form, source.period, at)
        if value is None or not row.applies_to(at.unit_class):
            continue
        terms.append(f"IF({value}>0,1,0)" if row.entry == "veto" else f"IF({value}<1,1,0)")
    return added(terms)


def conversion(node: TreeNode, at: At) -> str | None:
    """Convert the one part of a node, or the number of its criterion."""
    declared = node.declared
    value = value_of(node, at)
    if value is None:
        return None
    target = ""
    if asks_target(node.rule, declared.parameters) and not at.ground.below(node.code):
        target = _number(criterion_of(node, at.ground.seen), node, at, "target") or ""
        target = f"({target})" if target else ""
    scale = scale_of(declared.points, declared.parameters, at.ground.seen)
    return convert(node.rule, value, Known(scale, target))


def value_of(node: TreeNode, at: At) -> str | None:
    """Return the cell of what a rule makes points of: its one part, or the column beside it in
    which the number of its criterion stands."""
    children = at.ground.below(node.code)
    if children:
        return at.node(children[0].code) if at.has_value(children[0].code) else None
    return at.ref("number", node.code)


def _field(node: TreeNode, at: At) -> Field | None:
    """Return who the unit is measured by."""
    seen = at.ground.seen
    column = value_column(node, at.ground.below(node.code), seen)
    found = len(seen.findings)
    fields = fields_of(node, column, seen)
    del seen.findings[found:]
    return next((one for one in fields if at.unit in one.measured), None)


def _values(node: TreeNode, at: At) -> str:
    """Return the column of the values that are compared."""
    children = at.ground.below(node.code)
    return at.strip("node", children[0].code) if children else at.strip("number", node.code)


def _among(node: TreeNode, at: At) -> str:
    """Return the conditions that hold for the population: ranked, and of the unit's class."""
    code = at.ground.below(node.code)[0].code if at.ground.below(node.code) else node.code
    sheet = at.ground.strips.get(("node", code)) or at.ground.strips["number", code]
    classes, ranked = at.strip("class", sheet.sheet), at.strip("ranked", sheet.sheet)
    return f"{classes},{quoted(at.unit_class)},{ranked},{YES}"


def best(node: TreeNode, at: At) -> str | None:
    """Best: value ÷ best value × points; with ``better=less`` best ÷ value × points."""
    value = value_of(node, at)
    if value is None or _field(node, at) is None:
        return None
    points = literal(node.points(at.unit_class) or 0)
    if node.declared.parameters.get("better") == "less":
        top = f"MAX(0,_xlfn.MINIFS({_values(node, at)},{_among(node, at)}))"
        return f"IF({value}<={top},1,{top}/{value})*{points}"
    top = f"_xlfn.MAXIFS({_values(node, at)},{_among(node, at)})"
    return f"IF({top}<=0,0,{between(f'{value}/{top}', '0', '1')})*{points}"


def _place(node: TreeNode, at: At) -> str | None:
    """Return the formula for the unit's place among its class."""
    value = value_of(node, at)
    children = at.ground.below(node.code)
    if value is None or _field(node, at) is None or (children and not at.ground.each):
        return None
    sign = "<" if node.declared.parameters.get("better") == "less" else ">"
    return f'(1+COUNTIFS({_among(node, at)},{_values(node, at)},"{sign}"&{value}))'


def rank_points(node: TreeNode, at: At) -> str | None:
    """Rank points: so much for the first place, so much less for each further one; or a ladder."""
    place = _place(node, at)
    if place is None:
        return None
    parameters = node.declared.parameters
    steps = at.ground.scheme.ladders.get(parameters.get("ladder", ""), ())
    if not steps:
        first = amount(parameters, "first", Fraction(node.points(at.unit_class) or 0))
        return f"MAX(0,{literal(first)}-{literal(amount(parameters, 'drop'))}*({place}-1))"
    result = "0"
    for step in steps:
        worth = literal(step.value)
        if step is steps[-1] and step.upper is not None:
            worth = f"IF({place}>{literal(step.upper)},0,{worth})"
        lower = step.lower
        result = worth if lower is None else f"IF({place}>={literal(lower)},{worth},{result})"
    return result


def tiers(node: TreeNode, at: At) -> str | None:
    """Tiers: the value of the part of the class into which the unit's place falls."""
    place, field = _place(node, at), _field(node, at)
    if place is None or field is None:
        return None
    steps = at.ground.scheme.ladders[node.declared.parameters["ladder"]]
    count = len(field.population)
    ends = tier_ends(steps, count, node.declared.parameters.get("tier_rounding", "down"))
    result = "0"
    for step, end in reversed(list(zip(steps, ends, strict=True))):
        result = f"IF(MIN({place},{count})<={end},{literal(step.value)},{result})"
    return result


def inherit(node: TreeNode, at: At) -> str | None:
    """Inherit: the value of a node of the unit above."""
    source = node.declared.source
    parent = at.ground.seen.parents[at.unit]
    return (
        None if source is None or parent is None else at.ref("node", source.criterion, unit=parent)
    )


def derived(node: TreeNode, at: At) -> str | None:
    """Derived: the mean of a node over the units that stand for a body."""
    source = node.declared.source
    assert source is not None
    below = node.declared.parameters.get("of") == "below"
    seen = at.ground.seen
    standing = units_below(source.criterion, seen) if below else nominated(seen)
    column = at.ground.column(source.criterion)
    units = [unit for unit in standing.get(at.unit, ()) if column.status[unit].has_value]
    if len(units) > _LONGEST_LIST:
        return None
    found = [at.ref("node", source.criterion, unit=unit) for unit in units]
    cells = [cell for cell in found if cell is not None]
    return mean(cells) if cells and len(cells) == len(found) else None


def no_formula(_node: TreeNode, _at: At) -> str | None:
    """Leave the value as the rule gave it."""
    return None
