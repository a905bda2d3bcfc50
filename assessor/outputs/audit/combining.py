"""Nodes put together as formulas: sum, weighted, mean, rubric, section and their like."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from assessor.outputs.audit.ground import At
from assessor.outputs.audit.text import added, literal, mean
from assessor.scoring.column import Status
from assessor.scoring.parameters import amount
from assessor.scoring.tree import TreeNode


def _parts(node: TreeNode, at: At) -> list[TreeNode]:
    """Return the parts that count for the unit, those that count as zero among them."""
    zero = node.declared.parameters.get("missing") == "zero"
    return [
        part
        for part in at.ground.below(node.code)
        if at.has_value(part.code) or (zero and _status(part, at) is Status.MISSING)
    ]


def _status(node: TreeNode, at: At) -> Status:
    return at.ground.column(node.code).status[at.unit]


def _value(part: TreeNode, at: At) -> str:
    return at.node(part.code) if at.has_value(part.code) else "0"


def add_up(node: TreeNode, at: At) -> str | None:
    """Sum: the parts that apply; full marks or rescaling for the others, as the scheme says."""
    return _sum(node, at, at.ground.below(node.code))


def _sum(node: TreeNode, at: At, parts: Sequence[TreeNode]) -> str:
    policy = node.declared.parameters.get("not_applicable", "")
    there = {part.code for part in _parts(node, at)}
    scaled, beside = list[str](), list[str]()
    counted = shared = Decimal(0)
    for part in parts:
        mark = part.mark(at.unit_class)
        if part.code in there:
            (beside if mark is None else scaled).append(_value(part, at))
            counted += mark or 0
        elif _status(part, at) is Status.MISSING:
            shared += mark or 0
        elif policy == "full" and at.unit_class in at.ground.seen.classes_of[part.code]:
            scaled.append(literal(mark or 0))
            counted += mark or 0
    full = node.points(at.unit_class)
    wanted = full if policy == "rescale" and full is not None else counted + shared
    if not counted or wanted == counted:
        return added([*scaled, *beside])
    return added([f"({added(scaled)})*{literal(wanted)}/{literal(counted)}", *beside])


def weigh(node: TreeNode, at: At) -> str | None:
    """Weighted: Σ weight × value ÷ Σ weights of the parts that apply."""
    weighted = [(part.weight_for(at.unit_class) or Fraction(0), part) for part in _parts(node, at)]
    whole = sum((weight for weight, _ in weighted), Fraction(0))
    terms = added(f"{literal(weight)}*{_value(part, at)}" for weight, part in weighted)
    return terms if whole == 1 else f"({terms})/{literal(whole)}"


def average(node: TreeNode, at: At) -> str | None:
    """Mean: the parts that apply, each alike."""
    return mean(_value(part, at) for part in _parts(node, at))


def lowest(node: TreeNode, at: At) -> str | None:
    """Lowest: the least of the parts that apply."""
    return f"MIN({','.join(_value(part, at) for part in _parts(node, at))})"


def highest(node: TreeNode, at: At) -> str | None:
    """Highest: the greatest of the parts that apply."""
    return f"MAX({','.join(_value(part, at) for part in _parts(node, at))})"


def product(node: TreeNode, at: At) -> str | None:
    """Product: the parts that apply, multiplied."""
    return "*".join(_value(part, at) for part in _parts(node, at))


def difference(node: TreeNode, at: At) -> str | None:
    """Difference: the first part less the second; ``in=percent`` of the second."""
    first, second = (at.node(part.code) for part in at.ground.below(node.code))
    if node.declared.parameters.get("in") == "percent":
        return f"({first}-{second})*100/{second}"
    return f"{first}-{second}"


def scaled(node: TreeNode, at: At) -> str | None:
    """Scaled: the part × points ÷ its points, or × ``factor``."""
    (child,) = at.ground.below(node.code)
    value = at.node(child.code)
    if "factor" in node.declared.parameters:
        return f"{value}*{literal(amount(node.declared.parameters, 'factor'))}"
    mark, full = child.points(at.unit_class), node.points(at.unit_class)
    return f"{value}*{literal(full)}/{literal(mark)}" if mark and full is not None else value


def section(node: TreeNode, at: At) -> str | None:
    """Section: the points of its criteria; with ``not_applicable=full`` all of them count."""
    full = node.declared.parameters.get("not_applicable") == "full"
    terms = []
    for row in node.criteria:
        reference = at.ref("leaf", node.declared.code, row.code)
        if reference is not None:
            terms.append(reference)
        elif full and row.applies_to(at.unit_class):
            terms.append(literal(row.points or 0))
    return added(terms)


def rubric(node: TreeNode, at: At) -> str | None:
    """Rubric: its sections together; ``not_applicable=rescale`` scales them to the full mark."""
    sections = [part for part in at.ground.below(node.code) if part.rule == "section"]
    if node.declared.parameters.get("not_applicable") != "rescale":
        return _sum(node, at, sections)
    there = [part for part in sections if at.has_value(part.code)]
    rows = [
        (row, reference)
        for part in there
        for row in part.criteria
        if (reference := at.ref("leaf", node.declared.code, row.code)) is not None
    ]
    applies = sum((row.points or Decimal(0) for row, _ in rows), Decimal(0))
    loose = [reference for row, reference in rows if row.points is None]
    earned = added(at.node(part.code) for part in there)
    full = node.points(at.unit_class) or applies
    if not applies:
        return added(loose)
    if full == applies:
        return earned
    base = "-".join([f"({earned})", *loose]) if loose else earned
    return added([f"({base})*{literal(full)}/{literal(applies)}", *loose])
