"""The sheets of scores: one for each score tree, a line for each unit, a column for each node."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assessor.decimals import percent
from assessor.i18n import Catalog
from assessor.outputs.audit.criteria import leaf, leaf_of, number
from assessor.outputs.audit.ground import At, Cell, Ground
from assessor.outputs.audit.panels import PANEL_RULES, panel_numbers
from assessor.outputs.audit.rules import node_cell
from assessor.outputs.audit.sheets import TOP, AuditSheet, Head
from assessor.outputs.audit.text import Spot, Strip, exactly
from assessor.outputs.style import sheet_name
from assessor.scheme.columns import RULES
from assessor.scheme.model import Criterion
from assessor.scheme.rulebook import RULEBOOK, Takes
from assessor.scoring.column import Column, Status
from assessor.scoring.tree import TreeNode
from assessor.scoring.values import criterion_of, number_column

_TAKES = {spec.key: spec.takes for spec in RULEBOOK}
_FIRST = 4
"""Code, name, class and whether it is ranked stand before the nodes."""


@dataclass(frozen=True, slots=True)
class Place:
    """A column: a node, a criterion of a section (a leaf), the number that a node converts,
    the panel that a unit is of, or the square of a score that is compared."""

    kind: str
    node: TreeNode
    row: Criterion | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What it is called among the places of the workbook."""
        if self.kind == "leaf":
            assert self.row is not None
            return ("leaf", self.node.declared.code, self.row.code)
        return (self.kind, self.node.code)


@dataclass
class Plan:
    """One sheet of scores: its units and columns."""

    name: str
    title: str
    units: list[int]
    places: list[Place]


def plan_scores(ground: Ground, taken: list[str], words: Catalog) -> list[Plan]:
    """Return the sheets of scores and enter where their numbers will stand."""
    plans = []
    tree = ground.standing.scores.tree
    for root in (node for node in tree if not node.parent):
        classes = set(ground.scheme.node_classes(root.declared))
        units = [u for u, name in enumerate(ground.seen.classes) if name in classes]
        if not units:
            continue
        title = words.text("audit.scores", node=root.title)
        name = sheet_name(title, taken)
        taken.append(name)
        plan = Plan(name, title, units, list(_places(ground, _branch(tree, root))))
        plans.append(plan)
        _enter(ground, plan)
    return plans


def _branch(tree: Sequence[TreeNode], root: TreeNode) -> list[TreeNode]:
    """Return a top node and all below it, in the order of the tree."""
    mine = {root.code}
    found = []
    for node in tree:
        if node.code in mine or node.parent in mine:
            mine.add(node.code)
            found.append(node)
    return found


def _places(ground: Ground, nodes: Sequence[TreeNode]) -> Iterator[Place]:
    for node in nodes:
        yield Place("node", node)
        if _converts_a_number(ground, node):
            yield Place("number", node)
        if node.rule in PANEL_RULES:
            yield from (Place("panel", node), Place("square", node))
        if node.rule == "section":
            yield from (Place("leaf", node, row) for row in node.criteria)


def _converts_a_number(ground: Ground, node: TreeNode) -> bool:
    source = node.declared.source
    takes = _TAKES.get(node.rule)
    return takes is Takes.VALUE and source is not None and not ground.below(node.code)


def _enter(ground: Ground, plan: Plan) -> None:
    """Enter every cell that will hold a number; what has none is referred to by nobody."""
    last = TOP + len(plan.units) - 1
    ground.strips["class", plan.name] = Strip(plan.name, 2, TOP, last)
    ground.strips["ranked", plan.name] = Strip(plan.name, 3, TOP, last)
    for at, place in enumerate(plan.places, _FIRST):
        ground.strips[place.key] = Strip(plan.name, at, TOP, last)
        columns = _column(place, ground, plan)
        for line, unit in enumerate(plan.units):
            if columns.status[unit].has_value:
                ground.spots[(*place.key, unit)] = Spot(plan.name, TOP + line, at)


def _column(place: Place, ground: Ground, plan: Plan) -> Column:
    """Return the values of a column by unit."""
    if place.kind == "node":
        return ground.column(place.node.code)
    if place.kind == "number":
        source = place.node.declared.source
        assert source is not None
        row = criterion_of(place.node, ground.seen)
        return number_column(row, source.form, source.period, ground.seen)
    if place.kind in {"panel", "square"}:
        return _panel_column(place, ground)
    assert place.row is not None
    return leaf_of(place.row, place.node, At(ground, plan.units[0], plan.name))


def _panel_column(place: Place, ground: Ground) -> Column:
    """Return the number of each unit's panel, or the square of what is compared."""
    (child,) = ground.below(place.node.code)
    values = ground.column(child.code)
    if place.kind == "square":
        squares = [ticks * ticks for ticks in values.ticks]
        return Column(2 * values.digits, squares, values.status)
    numbers = panel_numbers(ground, place.node)
    units = range(len(ground.seen.classes))
    status = [Status.SCORED if unit in numbers else Status.NOT_APPLICABLE for unit in units]
    return Column(0, [numbers.get(unit, 0) for unit in units], status)


def score_sheet(ground: Ground, plan: Plan, words: Catalog) -> AuditSheet:
    """Return a sheet of scores with all its formulas."""
    heads = [
        Head(words.text("ranking.code"), width=10),
        Head(words.text("ranking.unit"), width=16),
        Head(words.text("ranking.class"), width=12),
        Head(words.text("audit.ranked"), width=7),
        *(_head(place, words) for place in plan.places),
    ]
    sheet = AuditSheet(plan.name, plan.title, heads, frozen=_FIRST)
    columns = [None if p.kind == "node" else _column(p, ground, plan) for p in plan.places]
    for unit in plan.units:
        one = ground.scheme.units[unit]
        at = At(ground, unit, plan.name)
        cells: list[Cell | str] = [one.code, one.name, one.unit_class]
        cells.append(Cell(int(one.ranked), kind="given", digits=0))
        for place, column in zip(plan.places, columns, strict=True):
            if column is None:
                cells.append(node_cell(place.node, at))
            else:
                cells.append(_written(place, column, at))
        sheet.rows.append(cells)
    return sheet


def _written(place: Place, column: Column, at: At) -> Cell | str:
    """Return the cell of a criterion: its points, or the number that a node converts."""
    status = column.status[at.unit]
    if not status.has_value:
        return status.word
    value = Fraction(column.ticks[at.unit]) / 10**column.digits
    if place.kind == "panel":
        return Cell(value, kind="given", digits=0)
    formula: str | None
    if place.kind == "square":
        (child,) = at.ground.below(place.node.code)
        formula = f"{at.node(child.code)}^2"
    elif place.kind == "leaf":
        assert place.row is not None
        formula = leaf(place.row, place.node, at)
    else:
        source = place.node.declared.source
        assert source is not None
        row = criterion_of(place.node, at.ground.seen)
        formula = number(row, source.form, source.period, at)
        formula = None if formula is None else exactly(formula)
    if formula is None:
        return Cell(value, note="unnamed", kind="given")
    return Cell(value, formula)


def rule_name(rule: str, words: Catalog) -> str:
    """Return what a rule is called."""
    if rule in {"section", "aspect"}:
        return words.text(f"tree.{rule}")
    return dict(RULES)[rule] if words.language == "zh" else rule


def _head(place: Place, words: Catalog) -> Head:
    node = place.node
    if place.kind == "leaf":
        assert place.row is not None
        points = place.row.points
        rule = "" if points is None else words.text("audit.points", points=points)
        return Head(place.row.title, place.row.code, rule, level=2)
    if place.kind != "node":
        return Head(words.text(f"audit.{place.kind}", node=node.title), node.code, level=1)
    parts = [rule_name(node.rule, words)]
    weight = node.declared.weight if node.code == node.declared.code else None
    if weight is not None:
        parts.append(words.text("audit.weight", weight=percent(weight)))
    if node.declared.points is not None and node.code == node.declared.code:
        parts.append(words.text("audit.points", points=node.declared.points))
    level = 1 if node.rule in {"section", "aspect"} else 0
    return Head(node.title, node.code, " · ".join(parts), level=level)
