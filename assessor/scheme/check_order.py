"""Check of the order in which nodes can be computed: no node waits for itself."""

from __future__ import annotations

from collections.abc import Iterator

from assessor.problems import Problem, error
from assessor.scheme.check_people import cell
from assessor.scheme.model import Node, Scheme
from assessor.scheme.order import named_by, shortest_way, taken_from, waits_for


def nodes_wait_in_no_circle(scheme: Scheme) -> list[Problem]:
    """No node waits for itself, be it through its parts, its source or its parameters.

    A node is computed for all units at once: a total of townships cannot be made of the same node
    of villages, and what inherits a total cannot be counted in it. Circles of parents alone are
    another check's.
    """
    needs = {
        node.code: waits_for(
            node, [c.code for c in scheme.children(node.code) if not c.informative]
        )
        for node in scheme.nodes
    }
    problems = []
    known: set[frozenset[str]] = set()
    for node in scheme.nodes:
        for column, other in _sideways(node):
            chain = [node.code, *shortest_way(needs, other, node.code)]
            if len(chain) > 1 and frozenset(chain) not in known:
                known.add(frozenset(chain))
                titles = " → ".join(scheme.node[code].title for code in chain)
                place = cell(node.at, column)
                problems.append(error("node_circle", place, node=node.title, chain=titles))
    return problems


def _sideways(node: Node) -> Iterator[tuple[str, str]]:
    """Yield what a node looks at outside its own branch, each with the column that says so."""
    yield from (("source", code) for code in taken_from(node))
    yield from (("parameters", code) for code in named_by(node))


ORDER_CHECKS = (nodes_wait_in_no_circle,)
