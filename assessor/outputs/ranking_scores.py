"""The score tables of ranking.xlsx: every node of a score tree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from assessor.i18n import Catalog
from assessor.outputs.results_table import Head, Table, Value, unit_heads
from assessor.scheme.secrecy import LEAST_SHOWN
from assessor.scoring.tree import TreeNode
from assessor.standing.stand import Standing, UnitStanding

_FOLDED = frozenset({"section", "aspect"})
"""Parts of forms are folded away: a click on the + above the header shows them."""


def has_values(standing: Standing, node: TreeNode) -> bool:
    """Say whether a node has a value for anybody: a column of nothing is left out."""
    column = standing.scores.columns[node.code]
    return any(column.status[mine.unit].has_value for mine in standing.units)


def shown(standing: Standing, node: TreeNode, mine: UnitStanding, words: Catalog) -> Value:
    """Return the value of a node for a unit, or in words why there is none."""
    column = standing.scores.columns[node.code]
    if standing.scores.hides(node.code, mine.unit):
        return words.text("ranking.withheld", least=LEAST_SHOWN)
    value = column.value(mine.unit)
    return words.text(f"status.{column.status[mine.unit].word}") if value is None else value


def score_tables(standing: Standing, words: Catalog) -> list[Table]:
    """One table for each score tree: every node a column, parts behind what they add up to."""
    scheme = standing.scheme
    tables = []
    for root in (node for node in standing.scores.tree if not node.parent):
        nodes = [n for n in standing.scores.tree if _top(standing, n) == root.code]
        nodes = [node for node in nodes if not node.alone and has_values(standing, node)]
        classes = scheme.node_classes(root.declared)
        mine = [one for one in standing.units if scheme.units[one.unit].unit_class in classes]
        heads = [
            *unit_heads(words),
            Head(words.text("ranking.class"), "center", 16),
            *(
                Head(title, str(node.digits), 14, max(0, node.depth - 1), node.rule in _FOLDED)
                for node, title in zip(nodes, _unique_titles(nodes), strict=True)
            ),
        ]
        rows = [
            [
                scheme.units[one.unit].code,
                scheme.units[one.unit].name,
                scheme.units[one.unit].unit_class,
                *(shown(standing, node, one, words) for node in nodes),
            ]
            for one in mine
        ]
        tables.append(Table(words.text("ranking.scores", node=root.title), heads, rows))
    return tables


def _top(standing: Standing, node: TreeNode) -> str:
    parents = {other.code: other.parent for other in standing.scores.tree}
    code = node.code
    while parents[code]:
        code = parents[code]
    return code


def _unique_titles(nodes: Sequence[TreeNode]) -> list[str]:
    """Return a title for each node; one that occurs twice gets its parent's before it."""
    count = Counter(node.title for node in nodes)
    titles = {node.code: node.title for node in nodes}
    unique = [
        node.title if count[node.title] == 1 else f"{titles.get(node.parent, '')}·{node.title}"
        for node in nodes
    ]
    again = Counter(unique)
    return [
        title if again[title] == 1 else f"{title}({node.code})"
        for node, title in zip(nodes, unique, strict=True)
    ]
