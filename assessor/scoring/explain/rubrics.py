"""How scoring sheets are read as a whole: sections of criteria, rubrics of sections."""

from __future__ import annotations

from decimal import Decimal

from assessor.scoring.explain.combining import added
from assessor.scoring.explain.criteria import criterion
from assessor.scoring.explain.entries import source_of, trimmed_remarks
from assessor.scoring.explain.formula import (
    Formula,
    Less,
    Product,
    Quotient,
    Sum,
    number,
    total,
)
from assessor.scoring.explain.look import Look, form_remarks, none_in
from assessor.scoring.explain.model import Explanation, Remark, Told
from assessor.scoring.tree import TreeNode


def section(node: TreeNode, look: Look) -> Told:
    """Section: the points of its criteria; with ``not_applicable=full`` all of them count."""
    mine = [row for row in node.criteria if row.applies_to(look.of.unit_class)]
    parts = tuple(criterion(row, node, look) for row in mine)
    if not look.status(node.code).has_value:
        return Told(remarks=() if parts else (Remark("no_criteria"),), parts=parts)
    full = node.declared.parameters.get("not_applicable") == "full"
    terms: list[Formula] = []
    remarks = []
    for part in parts:
        name = f"{part.code} {part.title}"
        if part.exact is not None:
            terms.append(number(part.exact))
        elif full:
            terms.append(number(part.points or 0))
            facts = {"part": name, "points": part.points or Decimal(0)}
            remarks.append(Remark("counted_full", facts))
        else:
            remarks.append(Remark("left_out", {"part": name, "why": part.status.word}))
    return Told(total(terms), tuple(remarks), (), parts)


def rubric(node: TreeNode, look: Look) -> Told:
    """Rubric: its sections together; ``not_applicable=rescale`` scales them to the full mark."""
    source = source_of(node)
    remarks = form_remarks(look, source)
    if none_in(look, source):
        return Told(remarks=remarks, closed=True)
    remarks = (*remarks, *trimmed_remarks(node, look))
    sections = [part for part in look.counted(node.code) if part.rule == "section"]
    if node.declared.parameters.get("not_applicable") == "rescale":
        told = _rescaled(node, look, sections)
    else:
        told = added(node, look, sections)
    return Told(told.formula, (*remarks, *told.remarks))


def _rescaled(node: TreeNode, look: Look, sections: list[TreeNode]) -> Told:
    """Return what was earned, scaled from the points that apply; what has no full mark is not."""
    there = [part for part in sections if look.status(part.code).has_value]
    if not there or not look.status(node.code).has_value:
        return Told()
    rows = [row for part in there for row in _applicable(part, look)]
    applies = sum((row.points or Decimal(0) for row in rows), Decimal(0))
    loose = [number(row.exact or 0) for row in rows if row.points is None]
    earned = total(look.number(part.code) for part in there)
    full = node.points(look.of.unit_class) or applies
    if not applies or full == applies:
        return Told(earned)
    remark = Remark("rescaled", {"applicable": applies, "points": full})
    base = Less(earned, total(loose)) if loose else earned
    formula: Formula = Quotient(Product((base, number(full))), number(applies))
    return Told(Sum((formula, *loose)) if loose else formula, (remark,))


def _applicable(section_: TreeNode, look: Look) -> list[Explanation]:
    """Return the criteria of a section that apply to the unit and have a value."""
    mine = (row for row in section_.criteria if row.applies_to(look.of.unit_class))
    found = (criterion(row, section_, look) for row in mine)
    return [one for one in found if one.status.has_value]
