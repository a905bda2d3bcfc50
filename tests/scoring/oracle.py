"""An independent evaluator: one unit at a time, in points, with fractions and words.

It takes the scheme's records and what was entered, and shares nothing with assessor.scoring,
which works on columns of ticks: where both agree, neither can be wrong in the same way. It was
written from docs/schemes.md; each group of rules has a module of its own beside this one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from assessor.scheme.model import Node, Scheme
from tests.scoring import oracle_across as across
from tests.scoring import oracle_conversions as conversions
from tests.scoring import oracle_counts as counts
from tests.scoring import oracle_rubrics as rubrics
from tests.scoring import oracle_tree as tree
from tests.scoring.entries import IN, Sheet
from tests.scoring.oracle_words import OUT, Value, exact, half_up, read

Found = TypeVar("Found")
RULES: Mapping[str, Callable[[Oracle, str, Node], Value]] = {
    "sum": tree.added,
    "weighted": tree.weighted,
    "mean": tree.mean,
    "lowest": tree.lowest,
    "highest": tree.highest,
    "product": tree.product,
    "difference": tree.difference,
    "scaled": tree.scaled,
    "inherit": tree.inherited,
    "derived": tree.derived,
    "input": tree.external,
    "factor": tree.factor,
    "rubric": rubrics.rubric,
    "item": rubrics.item,
    "number": rubrics.number,
    "unmet": rubrics.unmet,
    "ballot": counts.ballot,
    "share": counts.share,
    "bonus": counts.bonus,
    "deduction": counts.deduction,
    "best": across.best,
    "rank_points": across.rank_points,
    "tiers": across.tiers,
    "corrected": across.corrected,
    "standardised": across.standardised,
    **dict.fromkeys(conversions.CONVERT, conversions.converted),
}
"""Every rule of the rulebook."""


class Oracle:
    """The scores of a scheme, asked for one by one."""

    def __init__(
        self,
        scheme: Scheme,
        sheets: Iterable[Sheet],
        rounding: str = "",
        overrides: Mapping[tuple[str, str], str] | None = None,
        exempt: Iterable[tuple[str, str, str]] = (),
        external: Mapping[tuple[str, str], str] | None = None,
    ) -> None:
        """`external` holds by (input, unit) a number; a trailing ``?`` makes it provisional."""
        self.scheme = scheme
        self.each = (rounding or scheme.settings.rounding) == "each"
        self.overrides = dict(overrides or {})
        self.exempt = set(exempt)
        self.external = dict(external or {})
        self._sheets: dict[tuple[str, str], list[Sheet]] = {}
        for sheet in sheets:
            self._sheets.setdefault((sheet.form, sheet.period), []).append(sheet)
        self._scores: dict[tuple[str, str], Value] = {}
        self._known: dict[object, object] = {}

    def once(self, find: Callable[..., Found], *about: object) -> Found:
        """Return what a function finds, found only once: for patience, not for the result."""
        key = (find, *(getattr(one, "code", one) for one in about))
        if key not in self._known:
            self._known[key] = find(self, *about)
        return self._known[key]  # type: ignore[return-value]

    # ---- what is asked for
    def score(self, unit: str, code: str) -> Value:
        """Return the score of a unit at a declared node, a section or an aspect."""
        if (unit, code) not in self._scores:
            self._scores[unit, code] = _score(self, unit, code)
        return self._scores[unit, code]

    def shown(self, unit: str, code: str) -> str:
        """Return what a table shows: the number at its node's digits, or the word."""
        value = self.score(unit, code)
        if isinstance(value, str):
            return value
        node = self.scheme.node[code.partition(".")[0]]
        number = half_up(value, node.digits)
        return str((Decimal(number.numerator) / number.denominator).quantize(
            Decimal(1).scaleb(-node.digits)
        ))  # fmt: skip

    def status(self, unit: str, code: str) -> str:
        """Return ``scored``, ``provisional``, or why there is no value."""
        value = self.score(unit, code)
        if isinstance(value, str):
            return value
        return "provisional" if self.provisional(unit, code) else "scored"

    def provisional(self, unit: str, code: str) -> bool:
        """Say whether a value may still change because others are open."""
        return self.once(_provisional, unit, code)

    def codes(self) -> set[str]:
        """Return the codes of all nodes, declared and derived."""
        parts = {"rubric": rubrics.sections, "ballot": counts.aspects}
        return set(self.scheme.node) | {
            f"{node.code}.{part}"
            for node in self.scheme.nodes
            if node.rule in parts
            for part in parts[node.rule](self, node)
        }

    # ---- what rules ask for
    def class_of(self, unit: str) -> str:
        """Return the class of a unit."""
        return self.scheme.unit[unit].unit_class

    def applies(self, unit: str, node: Node) -> bool:
        """Say whether a node is for a unit: by its classes, or those of the nodes above it."""
        above: Node | None = node
        while above is not None and not above.classes:
            above = self.scheme.node.get(above.parent)
        mine = self.class_of(unit)
        return mine in (above.classes if above is not None else self.once(_ranked_classes))

    def counted(self, node: Node) -> list[Node]:
        """Return the nodes right under a node that count in it."""
        return [child for child in self.once(_below, node) if not child.informative]

    def sheets_of(self, form: str, period: str, unit: str) -> list[Sheet]:
        """Return the sheets on which a unit stands, one a rater."""
        return [sheet for sheet in self._sheets.get((form, period), ()) if unit in sheet.state]

    def raters_of(self, form: str, unit: str) -> frozenset[str]:
        """Return who has a unit on a form, in whatever period."""
        found = (sheets for (code, _), sheets in self._sheets.items() if code == form)
        return frozenset(s.rater for sheets in found for s in sheets if unit in s.state)

    @staticmethod
    def cell(sheet: Sheet, unit: str, criterion: str, column: str = "entry") -> Value:
        """Return what stands in a cell, or what became of the form."""
        if sheet.state[unit] != IN:
            return read(sheet.state[unit])
        return read(sheet.entries.get((unit, criterion, column), "awaiting"))


def _ranked_classes(oracle: Oracle) -> set[str]:
    units = oracle.scheme.units
    return {unit.unit_class for unit in units if unit.ranked and unit.kind == "unit"}


def _below(oracle: Oracle, node: Node) -> list[Node]:
    return [child for child in oracle.scheme.nodes if child.parent == node.code]


def _score(oracle: Oracle, unit: str, code: str) -> Value:
    name, _, part = code.partition(".")
    node = oracle.scheme.node[name]
    if not oracle.applies(unit, node):
        return OUT
    if part:
        of_part = counts.aspect if node.rule == "ballot" else rubrics.section
        return _rounded(oracle, of_part(oracle, unit, node, part), node)
    decided = oracle.overrides.get((code, unit))
    value = RULES[node.rule](oracle, unit, node) if decided is None else read(decided)
    if isinstance(value, Fraction) and "floor" in node.parameters:
        value = max(value, exact(node.parameters["floor"]))
    if isinstance(value, Fraction) and "cap" in node.parameters:
        value = min(value, exact(node.parameters["cap"]))
    return _rounded(oracle, value, node)


def _rounded(oracle: Oracle, value: Value, node: Node) -> Value:
    number = isinstance(value, Fraction) and oracle.each
    return half_up(value, node.digits) if number else value  # type: ignore[arg-type]


def _provisional(oracle: Oracle, unit: str, code: str) -> bool:
    """Where a decision stands nothing is open; else what a rule uses may be."""
    name, _, part = code.partition(".")
    node = oracle.scheme.node[name]
    if isinstance(oracle.score(unit, code), str) or (code, unit) in oracle.overrides:
        return False
    if part or node.rule in ("rubric", "item"):
        return oracle.once(rubrics.still_open, node) or rubrics.zero_may_fall(
            oracle, unit, node, part
        )
    if node.rule in ("inherit", "derived", "input"):
        return tree.elsewhere_open(oracle, unit, node)
    if any(oracle.provisional(unit, child.code) for child in oracle.counted(node)):
        return True
    return node.rule in across.ACROSS and across.still_open(oracle, unit, node)
