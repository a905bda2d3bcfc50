"""Checks that every node says what becomes of parts that do not apply: nothing counts 0 unsaid."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from assessor.problems import Problem, error
from assessor.scheme.check_people import cell
from assessor.scheme.check_rubrics import SCORED_ENTRIES
from assessor.scheme.model import Criterion, Node, Scheme
from assessor.scheme.rulebook import RULE_SPECS, Takes


def not_applicable_is_ruled(scheme: Scheme) -> list[Problem]:
    """A rubric or sum that can meet a part that does not apply says what then.

    A weighted node or a mean shares what is left out among the others; only what adds up would
    count it 0.
    """
    problems = []
    for node in scheme.nodes:
        if node.rule in {"rubric", "sum"} and "not_applicable" not in node.parameters:
            found = _of_rubric(scheme, node) if node.rule == "rubric" else _of_sum(scheme, node)
            problems += list(found)[:1]
    return problems


def _of_rubric(scheme: Scheme, node: Node) -> Iterator[Problem]:
    """Yield what is unruled of a rubric: what may not apply, then what the units table names."""
    form = scheme.form.get(node.source.form) if node.source else None
    if form is None:
        return
    place = cell(node.at, "parameters")
    for row in scheme.rubric(form.rubric):
        if row.entry in SCORED_ENTRIES and (
            row.may_not_apply or not row.due_in(scheme.settings.round)
        ):
            yield error("not_applicable_unruled", place, node=node.title, code=row.code)
    for case in _cases(scheme, node):
        rows = case.rows(node)
        gone = [row for row in rows if row.points is not None and case.names(row)]
        if gone and any(not case.names(row) for row in rows):
            facts = {"node": node.title, "code": gone[0].code, "unit": case.unit}
            yield error("not_applicable_unruled_unit", place, **facts)


def _of_sum(scheme: Scheme, node: Node) -> Iterator[Problem]:
    for case in _cases(scheme, node):
        parts = case.children(node)
        gone = [part for part in parts if scheme.has_mark(part) and case.may_be_out(part)]
        if gone and len(parts) > 1:
            facts = {"node": node.title, "part": gone[0].title}
            yield error("not_applicable_unruled_part", cell(node.at, "parameters"), **facts)


@dataclass(frozen=True, slots=True)
class _Case:
    """A class of units, or one unit for which parts are named that do not apply."""

    scheme: Scheme
    unit_class: str
    exempt: Collection[str] = ()
    """As the units table has them: ``code`` or ``rubric/code``."""
    unit: str = ""

    def names(self, row: Criterion) -> bool:
        """Say whether the units table says that a criterion, or its section, does not apply."""
        codes = [code for code in (row.code, row.section) if code]
        return any(name in self.exempt for c in codes for name in (c, f"{row.rubric}/{c}"))

    def rows(self, node: Node) -> list[Criterion]:
        """Return the rows of which a node that reads a form makes its value."""
        form = self.scheme.form.get(node.source.form) if node.source else None
        if node.source is None or form is None:
            return []
        wanted = SCORED_ENTRIES | {"ballot"}
        return [
            row
            for row in self.scheme.rubric(form.rubric, self.unit_class)
            if row.entry in wanted and node.source.criterion in ("", row.code)
        ]

    def children(self, node: Node) -> list[Node]:
        """Return the parts of a node that count for the class."""
        return [
            child
            for child in self.scheme.children(node.code)
            if not child.informative and self.unit_class in self.scheme.node_classes(child)
        ]

    def may_be_out(self, node: Node) -> bool:
        """Say whether a node may not apply as a whole."""
        spec = RULE_SPECS.get(node.rule)
        if spec is None:
            return False
        below = [self.may_be_out(child) for child in self.children(node)]
        if spec.takes is Takes.PAIR:
            return any(below)
        if below:
            return all(below)
        source = node.source
        if source is None or source.form not in self.scheme.form:
            return False
        periods = self.scheme.form_periods(self.scheme.form[source.form])
        if any(not p.required for p in periods if source.period in ("", p.code)):
            return True
        rows = self.rows(node)
        return bool(rows) and all(self._soft(row) for row in rows)

    def _soft(self, row: Criterion) -> bool:
        due = row.due_in(self.scheme.settings.round)
        return row.may_not_apply or not due or self.names(row)


def _cases(scheme: Scheme, node: Node) -> Iterator[_Case]:
    """Yield the classes that a node is for, and each unit with other exemptions than the last."""
    for name in scheme.node_classes(node):
        yield _Case(scheme, name)
        seen: set[tuple[str, ...]] = {()}
        for unit in scheme.units_of(name):
            if unit.not_applicable not in seen:
                seen.add(unit.not_applicable)
                yield _Case(scheme, name, unit.not_applicable, unit.name)


NOT_APPLICABLE_CHECKS = (not_applicable_is_ruled,)
