"""The score tree: declared nodes, and the sections and aspects that come with their forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from assessor.scheme.model import Criterion, Node, Scheme


def is_scored(row: Criterion) -> bool:
    """Say whether points are made of what is entered for a row of a rubric.

    A count, number or rate with neither points nor a conversion is a fact: it stands on the form,
    nodes of their own may look at it, and a rubric does not add it up.
    """
    if row.entry in {"count", "number", "rate"}:
        return row.points is not None or bool(row.rule)
    return row.entry not in {"section", "text", "ballot"}


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A node as it is evaluated; sections and aspects are nodes of their own."""

    code: str
    title: str
    parent: str
    rule: str
    """A rule of the scores table, or ``section`` or ``aspect``."""
    depth: int
    declared: Node
    """The declared node, or the one that this part belongs to."""
    criteria: tuple[Criterion, ...] = field(default=(), repr=False)
    """The criteria of a section, or the one aspect."""
    informative: bool = False
    alone: bool = False
    """Whether it is all of its rubric, which has no sections: it says nothing of its own."""
    beside: bool = False
    """Whether it only adds or takes away: there is no full mark to scale it by."""

    @property
    def digits(self) -> int:
        """The digits to which it is rounded."""
        return self.declared.digits

    def weight_for(self, unit_class: str) -> Fraction | None:
        """Return its weight under its parent; sections and aspects have none."""
        own = self.code == self.declared.code
        return self.declared.weight_for(unit_class) if own else None

    def points(self, unit_class: str) -> Decimal | None:
        """Return its full mark for units of a class."""
        if self.rule == "section":
            rows = [row for row in self.criteria if row.applies_to(unit_class)]
            return sum((row.points for row in rows if row.points is not None), Decimal(0))
        return self.declared.points

    def mark(self, unit_class: str) -> Decimal | None:
        """Return the full mark that is scaled by where parts do not apply; a bonus has none."""
        return None if self.beside else self.points(unit_class)


def build_tree(scheme: Scheme) -> tuple[TreeNode, ...]:
    """Return all nodes, parents before their children, in the order in which they are shown."""
    return tuple(node for top in scheme.nodes if not top.parent for node in _branch(scheme, top, 0))


def _branch(scheme: Scheme, node: Node, depth: int) -> Iterator[TreeNode]:
    yield TreeNode(
        node.code,
        node.title,
        node.parent,
        node.rule,
        depth,
        node,
        informative=node.informative,
        beside=not scheme.has_mark(node),
    )
    yield from _parts(scheme, node, depth + 1)
    for child in scheme.children(node.code):
        yield from _branch(scheme, child, depth + 1)


def _parts(scheme: Scheme, node: Node, depth: int) -> Iterator[TreeNode]:
    form = scheme.form.get(node.source.form) if node.source else None
    if form is None or node.rule not in {"rubric", "ballot"}:
        return
    rows = scheme.rubric(form.rubric)
    if node.rule == "ballot":
        for row in (row for row in rows if row.entry == "ballot"):
            code = f"{node.code}.{row.code}"
            yield TreeNode(code, row.title, node.code, "aspect", depth, node, (row,))
        return
    scored = [row for row in rows if is_scored(row)]
    sections = [row for row in rows if row.entry == "section"]
    for section in sections:
        members = tuple(row for row in scored if row.section == section.code)
        code = f"{node.code}.{section.code}"
        yield TreeNode(code, section.title, node.code, "section", depth, node, members)
    loose = tuple(row for row in scored if not row.section)
    if loose:
        yield TreeNode(
            f"{node.code}.-",
            node.title,
            node.code,
            "section",
            depth,
            node,
            loose,
            alone=not sections,
        )
