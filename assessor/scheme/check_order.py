"""Checks of what nodes take from elsewhere: no circle, and nominations of units that are there."""

from __future__ import annotations

from collections.abc import Iterator

from assessor.problems import Problem, error
from assessor.scheme.check_people import cell, unknown
from assessor.scheme.columns import NOMINATIONS
from assessor.scheme.model import Node, Scheme
from assessor.scheme.order import named_by, shortest_way, taken_from, waits_for


def nodes_wait_in_no_circle(scheme: Scheme) -> list[Problem]:
    """No node waits for itself, be it through its parts, its source or its parameters.

    A node is computed for all units at once: a total of townships cannot be made of the same node
    of villages, and what inherits a total cannot be counted in it. Circles of parents alone are
    another check's.
    """
    needs = {
        node.code: waits_for(node, [c.code for c in scheme.children(node.code) if not c.informative])
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


def nominations_name_units(scheme: Scheme) -> list[Problem]:
    """Bodies and those that stand for them are units of the table."""
    problems = []
    for row in scheme.nominations:
        problems += unknown(row.at, NOMINATIONS.column("body"), [row.body], scheme.unit)
        problems += unknown(row.at, NOMINATIONS.column("unit"), [row.unit], scheme.unit)
    return problems


ORDER_CHECKS = (
    nodes_wait_in_no_circle,
    nominations_name_units,
)
