"""Errors that a decision has settled: they stand in what nobody's score hangs on any more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from assessor.problems import Problem, Severity
from assessor.returns.collection import Collection
from assessor.scheme.model import Node, Scheme
from assessor.scheme.order import named_by, taken_from
from assessor.scoring.inputs import Inputs


class Live:
    """Which nodes still matter for a unit: what stands under a decided node does not, unless
    something else looks at it."""

    def __init__(self, scheme: Scheme, inputs: Inputs) -> None:
        self._scheme = scheme
        self._decided = inputs.overrides
        self._known: dict[int, frozenset[str]] = {}

    def nodes(self, unit: int) -> frozenset[str]:
        """Return the nodes whose own parts matter for a unit."""
        if unit not in self._known:
            self._known[unit] = self._find(unit)
        return self._known[unit]

    def holds(self, node: str, unit: int) -> bool:
        """Say whether what is wrong with a node (or a part of it) matters for a unit."""
        live = self.nodes(unit)
        return node in live or (node not in self._scheme.node and _whole(node) in live)

    def _find(self, unit: int) -> frozenset[str]:
        waiting = [*self._watched]
        found: set[str] = set()
        while waiting:
            code = waiting.pop()
            if code in found or code not in self._scheme.node or (code, unit) in self._decided:
                continue
            found.add(code)
            waiting += [child.code for child in self._scheme.children(code)]
            waiting += named_by(self._scheme.node[code])
        return frozenset(found)

    @cached_property
    def _watched(self) -> frozenset[str]:
        """The tops, and whatever else decides on grades, ranks or other units."""
        scheme = self._scheme
        named = [
            *scheme.settings.tie_breakers,
            *(limit.node for limit in scheme.limits),
            *(node for _, node in scheme.node_bands),
            *(code for node in scheme.nodes for code in taken_from(node)),
        ]
        watched = {code if code in scheme.node else _whole(code) for code in named}
        return frozenset(watched | {node.code for node in scheme.nodes if not node.parent})


def _whole(part: str) -> str:
    """Return the node of a section or an aspect."""
    return part.rpartition(".")[0]


def settle_decided(
    scheme: Scheme,
    collection: Collection,
    inputs: Inputs,
    live: Live,
    problems: Iterable[Problem],
) -> list[Problem]:
    """Return the problems, those as settled that stand in entries of nodes decided otherwise.

    A fact that has consequences is looked for in every form with conditions, whatever the nodes.
    """
    if not inputs.overrides:
        return list(problems)
    order = {unit.code: index for index, unit in enumerate(scheme.units)}
    forms = {
        (taken.file, taken.reading.sheet): (key.form, key.period)
        for key, taken in collection.accepted.items()
    }
    sources: dict[str, list[Node]] = {}
    for node in scheme.nodes:
        if node.source is not None and scheme.form.get(node.source.form):
            sources.setdefault(node.source.form, []).append(node)

    def settled(problem: Problem) -> bool:
        if problem.severity is not Severity.ERROR or problem.unit not in order:
            return False
        where = forms.get((problem.place.file, problem.place.sheet))
        if problem.code == "file_conflict":
            where = (str(problem.facts["code"]), "")
        if where is None or scheme.form[where[0]].layout == "gates":
            return False
        return _matters_not(problem, where, sources, live.nodes(order[problem.unit]))

    return [problem.settled() if settled(problem) else problem for problem in problems]


def _matters_not(
    problem: Problem,
    where: tuple[str, str],
    sources: Mapping[str, Sequence[Node]],
    live: frozenset[str],
) -> bool:
    """Say whether all nodes that read an entry are decided, and there is one."""
    form, period = where
    named = {problem.criterion, problem.criterion.rpartition("/")[2].partition(":")[0]}
    readers = [
        node
        for node in sources.get(form, ())
        if node.source is not None
        and period in ("", node.source.period)
        and (not node.source.criterion or not problem.criterion or node.source.criterion in named)
    ]
    return bool(readers) and not any(node.code in live for node in readers)
