"""Panels as formulas: scores corrected by the means of panels, and standard scores."""

from __future__ import annotations

from assessor.outputs.audit.ground import At, Ground
from assessor.outputs.audit.text import added, literal, quoted
from assessor.scoring.panels import panels_of
from assessor.scoring.parameters import amount
from assessor.scoring.population import Field, fields_of
from assessor.scoring.tree import TreeNode

PANEL_RULES = frozenset({"corrected", "standardised"})


def panel_numbers(ground: Ground, node: TreeNode) -> dict[int, int]:
    """Return the number of each unit's panel, counted from 1 within its class; without panels a
    class is one."""
    (child,) = ground.below(node.code)
    found = len(ground.seen.findings)
    numbers: dict[int, int] = {}
    for field in fields_of(node, ground.column(child.code), ground.seen):
        for number, panel in enumerate(_panels(ground, node, field), 1):
            numbers |= dict.fromkeys(panel.measured, number)
    del ground.seen.findings[found:]
    return numbers


def _panels(ground: Ground, node: TreeNode, field: Field) -> list[Field]:
    return panels_of(node, field, ground.seen) if "panels" in node.declared.parameters else [field]


def _ranked(node: TreeNode, at: At, kind: str = "node") -> tuple[str, str, str]:
    """Return a column of what is compared, and the conditions for the class and for the panel."""
    (child,) = at.ground.below(node.code)
    sheet = at.ground.strips["node", child.code].sheet
    values = at.strip(kind, child.code if kind == "node" else node.code)
    classes = f"{at.strip('class', sheet)},{quoted(at.unit_class)},{at.strip('ranked', sheet)},1"
    return values, classes, f"{classes},{at.strip('panel', node.code)},"


def corrected(node: TreeNode, at: At) -> str | None:
    """Corrected: score × factor of the panel, which is overall mean ÷ mean of the panel."""
    mine = at.ref("panel", node.code)
    (child,) = at.ground.below(node.code)
    if mine is None or not at.has_value(child.code):
        return None
    parameters = node.declared.parameters
    values, of_class, of_panel = _ranked(node, at)
    mean = f"AVERAGEIFS({values},{of_panel}{mine})"
    whole = f"AVERAGEIFS({values},{of_class})"
    if parameters.get("overall") == "panels":
        numbers = panel_numbers(at.ground, node)
        classes = at.ground.seen.classes
        here = {number for unit, number in numbers.items() if classes[unit] == at.unit_class}
        means = [f"AVERAGEIFS({values},{of_panel}{number})" for number in sorted(here)]
        whole = f"({added(means)})/{len(means)}"
    if "mean_digits" in parameters:
        digits = int(parameters["mean_digits"])
        mean, whole = f"ROUND({mean},{digits})", f"ROUND({whole},{digits})"
    digits = int(parameters.get("factor_digits", "2"))
    return f"{at.node(child.code)}*IF({mean}=0,1,ROUND({whole}/{mean},{digits}))"


def standardised(node: TreeNode, at: At) -> str | None:
    """Standardised: mean + spread × (score − panel's mean) ÷ panel's standard deviation."""
    mine = at.ref("panel", node.code)
    (child,) = at.ground.below(node.code)
    if mine is None or not at.has_value(child.code):
        return None
    parameters = node.declared.parameters
    values, _, of_panel = _ranked(node, at)
    squares = at.strip("square", node.code)
    mean = f"AVERAGEIFS({values},{of_panel}{mine})"
    spread = f"ROUND(AVERAGEIFS({squares},{of_panel}{mine})-{mean}^2,9)"
    middle = literal(amount(parameters, "mean"))
    width = literal(amount(parameters, "spread", 1))
    away = f"{width}*({at.node(child.code)}-{mean})/SQRT({spread})"
    return f"{middle}+IF({spread}<=0,0,{away})"
