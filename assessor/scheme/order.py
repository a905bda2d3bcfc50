"""What a node of the score tree waits for, and an order in which nothing waits in vain."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from graphlib import TopologicalSorter

from assessor.scheme.model import Node
from assessor.scheme.rulebook import RULE_SPECS, Kind, Takes


def waits_for(node: Node, below: Iterable[str]) -> tuple[str, ...]:
    """Return the nodes that must be done before a node: the counted ones right under it, the one
    it takes from, and those that its parameters name. Each comes once, in this order.

    `below` holds the codes of the counted nodes under it.
    """
    return tuple(dict.fromkeys((*below, *taken_from(node), *named_by(node))))


def taken_from(node: Node) -> tuple[str, ...]:
    """Return the node whose values for other units a node takes: that of `inherit` and `derived`.

    >>> taken_from(Node("person", "书记", "", "inherit", 2, source=Source("", "total")))
    ('total',)
    """
    spec = RULE_SPECS.get(node.rule)
    if spec is None or spec.takes is not Takes.NODE or node.source is None:
        return ()
    return (node.source.criterion,)


def named_by(node: Node) -> tuple[str, ...]:
    """Return the nodes that a node's parameters name and that are looked at for the same unit.

    >>> named_by(Node("panel", "考核组", "", "rubric", 2, parameters={"against": "self"}))
    ('self',)
    """
    spec = RULE_SPECS.get(node.rule)
    known = spec.parameters if spec is not None else ()
    named = (node.parameters.get(p.key, "") for p in known if p.kind is Kind.NODE)
    return tuple(code for code in named if code)


def in_order(needs: Mapping[str, Collection[str]]) -> list[str]:
    """Return the codes so that what each needs stands before it; the check saw to it that there is
    no circle.

    >>> in_order({"total": ["a", "b"], "a": ["b"], "b": []})
    ['b', 'a', 'total']
    """
    return [code for code in TopologicalSorter(needs).static_order() if code in needs]


def shortest_way(needs: Mapping[str, Collection[str]], start: str, goal: str) -> list[str]:
    """Return the nodes from one to another, going to what each needs; empty where no way leads.

    >>> shortest_way({"a": ["b", "c"], "b": ["c"], "c": []}, "a", "c")
    ['a', 'c']
    """
    before = {start: ""}
    waiting = [start]
    for code in waiting:  # grows while it runs
        if code == goal:
            break
        new = [other for other in needs.get(code, ()) if other not in before]
        before.update(dict.fromkeys(new, code))
        waiting += new
    if goal not in before:
        return []
    way = [goal]
    while before[way[-1]]:
        way.append(before[way[-1]])
    return way[::-1]
