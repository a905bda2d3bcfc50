"""An independent evaluator: one unit at a time, in points, with fractions and words.

It takes the scheme's records and what was entered, and shares nothing with assessor.scoring,
which works on columns of ticks: where both agree, neither can be wrong in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from math import floor

from assessor.scheme.model import BonusItem, Criterion, Node, Scheme
from tests.scoring.entries import IN, NOT_APPLICABLE, STATUS_WORDS, Sheet

Word = str
Value = Fraction | Word
"""A number, or the word that says why there is none."""
OUT = "not_applicable"


def half_up(number: Fraction, digits: int) -> Fraction:
    """Round half away from zero."""
    scaled = abs(number) * 10**digits
    size = Fraction(floor(scaled + Fraction(1, 2)), 10**digits)
    return size if number >= 0 else -size


def whole(parts: Iterable[Value]) -> Word:
    """Return ``value`` where parts give a value together, else why they do not."""
    words = [part if isinstance(part, str) else "value" for part in parts]
    for word in ("awaiting", "missing"):
        if word in words:
            return word
    if "value" in words:
        return "value"
    if not words:
        return "missing"
    return "not_due" if "not_due" in words else OUT


def numbers(parts: Iterable[Value]) -> list[Fraction]:
    """Return the parts that are numbers."""
    return [part for part in parts if isinstance(part, Fraction)]


def read(text: str) -> Value:
    """Return what a cell says."""
    if text == NOT_APPLICABLE:
        return OUT
    return text if text in STATUS_WORDS else Fraction(text)


class Oracle:
    """The scores of a scheme, asked for one by one."""

    def __init__(
        self,
        scheme: Scheme,
        sheets: Iterable[Sheet],
        rounding: str = "",
        overrides: Mapping[tuple[str, str], str] | None = None,
        exempt: Iterable[tuple[str, str, str]] = (),
    ) -> None:
        self.scheme = scheme
        self.sheets = list(sheets)
        self.each = (rounding or scheme.settings.rounding) == "each"
        self.overrides = dict(overrides or {})
        self.exempt = set(exempt)
        self.known: dict[tuple[str, str], Value] = {}

    def score(self, unit: str, code: str) -> Value:
        """Return the score of a unit at a declared node, a section or an aspect."""
        if (unit, code) not in self.known:
            if code in self.scheme.node:
                self.known[unit, code] = self._declared(unit, self.scheme.node[code])
            else:
                self.known[unit, code] = self._part(unit, code)
        return self.known[unit, code]

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

    def codes(self) -> set[str]:
        """Return the codes of all nodes, declared and derived."""
        derived = {"rubric": self._sections, "ballot": self._aspects}
        return set(self.scheme.node) | {
            f"{node.code}.{part}"
            for node in self.scheme.nodes
            for part in derived.get(node.rule, lambda _: [])(node)
        }

    # ---- nodes
    def _applies(self, unit: str, node: Node) -> bool:
        above: Node | None = node
        while above is not None and not above.classes:
            above = self.scheme.node.get(above.parent)
        mine = self.scheme.unit[unit].unit_class
        if above is not None:
            return mine in above.classes
        ranked = {u.unit_class for u in self.scheme.units if u.ranked and u.kind == "unit"}
        return mine in ranked

    def _declared(self, unit: str, node: Node) -> Value:
        if not self._applies(unit, node):
            return OUT
        decided = self.overrides.get((node.code, unit))
        value: Value = (
            getattr(self, f"_{node.rule}")(unit, node) if decided is None else read(decided)
        )
        return self._done(value, node, bounds=node.parameters)

    def _done(self, value: Value, node: Node, bounds: Mapping[str, str]) -> Value:
        if isinstance(value, str):
            return value
        if "floor" in bounds:
            value = max(value, Fraction(bounds["floor"]))
        if "cap" in bounds:
            value = min(value, Fraction(bounds["cap"]))
        return half_up(value, node.digits) if self.each else value

    def _counted(self, unit: str, node: Node) -> list[tuple[Node, Value]]:
        return [
            (child, self.score(unit, child.code))
            for child in self.scheme.nodes
            if child.parent == node.code and child.parameters.get("informative") != "yes"
        ]

    def _sum(self, unit: str, node: Node) -> Value:
        parts = self._counted(unit, node)
        word = whole(value for _, value in parts)
        if word != "value":
            return word
        total = sum(numbers(value for _, value in parts), Fraction(0))
        policy = node.parameters.get("not_applicable")
        mine = [(child, value) for child, value in parts if self._applies(unit, child)]
        left_out = sum(Fraction(c.points or 0) for c, v in mine if isinstance(v, str))
        there = sum(Fraction(c.points or 0) for c, v in mine if not isinstance(v, str))
        if policy == "full":
            return total + left_out
        if policy == "rescale" and there and node.points is not None:
            free = sum(v for c, v in parts if c.points is None and not isinstance(v, str))
            return (total - free) * Fraction(node.points) / there + free
        return total

    def _weighted(self, unit: str, node: Node) -> Value:
        parts = self._counted(unit, node)
        word = whole(value for _, value in parts)
        if word != "value":
            return word
        there = [(c.weight or Fraction(0), v) for c, v in parts if not isinstance(v, str)]
        weights = sum(weight for weight, _ in there)
        return sum(w * v for w, v in there) / weights if weights else OUT

    def _mean(self, unit: str, node: Node) -> Value:
        return self._mean_of([value for _, value in self._counted(unit, node)])

    @staticmethod
    def _mean_of(parts: list[Value]) -> Value:
        word = whole(parts)
        there = numbers(parts)
        return sum(there, Fraction(0)) / len(there) if word == "value" else word

    def _inherit(self, unit: str, node: Node) -> Value:
        parent = self.scheme.unit[unit].parent
        assert node.source is not None
        return self.score(parent, node.source.criterion) if parent else OUT

    # ---- rubrics
    def _rows(self, node: Node) -> list[Criterion]:
        assert node.source is not None
        name = self.scheme.form[node.source.form].rubric
        return [row for row in self.scheme.criteria if row.rubric == name]

    def _section_rows(self, node: Node, section: str, unit: str) -> list[Criterion]:
        mine = self.scheme.unit[unit].unit_class
        return [
            row
            for row in self._rows(node)
            if row.entry in ("earned", "deducted")
            and row.section == ("" if section == "-" else section)
            and (not row.classes or mine in row.classes)
        ]

    def _sections(self, node: Node) -> list[str]:
        rows = self._rows(node)
        named = [row.code for row in rows if row.entry == "section"]
        loose = any(row.entry in ("earned", "deducted") and not row.section for row in rows)
        return [*named, "-"] if loose else named

    def _part(self, unit: str, code: str) -> Value:
        name, _, part = code.partition(".")
        node = self.scheme.node[name]
        if not self._applies(unit, node):
            return OUT
        value = self._aspect(unit, node, part) if node.rule == "ballot" else self._section(
            unit, node, part
        )  # fmt: skip
        return self._done(value, node, bounds={})

    def _section(self, unit: str, node: Node, section: str) -> Value:
        rows = self._section_rows(node, section, unit)
        leaves = [self._leaf(unit, node, row) for row in rows]
        measured = [leaf for leaf, row in zip(leaves, rows, strict=True) if self._measured(row)]
        word = whole(measured) if measured else "not_due" if rows else OUT
        if word != "value":
            return word
        total = sum(numbers(leaves), Fraction(0))
        if node.parameters.get("not_applicable") == "full":
            total += sum(
                Fraction(row.points or 0)
                for row, leaf in zip(rows, leaves, strict=True)
                if isinstance(leaf, str)
            )
        return total

    def _measured(self, row: Criterion) -> bool:
        return not row.rounds or self.scheme.settings.round in row.rounds

    def _leaf(self, unit: str, node: Node, row: Criterion) -> Value:
        if not self._measured(row):
            return "not_due"
        for part in {row.code, row.section} - {""}:
            if (row.rubric, part, unit) in self.exempt:
                return OUT
        given: list[Value] = []
        for sheet in self._sheets_of(node, unit):
            value = self._cell(sheet, unit, row.code, "entry")
            if isinstance(value, Fraction) and row.entry == "deducted":
                value = Fraction(row.points or 0) - value
            given.append(value)
        return self._mean_of(given)

    def _rubric(self, unit: str, node: Node) -> Value:
        sections = {name: self.score(unit, f"{node.code}.{name}") for name in self._sections(node)}
        word = whole(
            value
            if any(map(self._measured, self._section_rows(node, name, unit)))
            else OUT  # a section of which nothing is measured this round holds nothing open
            for name, value in sections.items()
        )
        if word != "value":
            return word
        total = sum(numbers(sections.values()), Fraction(0))
        policy = node.parameters.get("not_applicable")
        left_out = applies = Fraction(0)
        for name, value in sections.items():
            for row in self._section_rows(node, name, unit):
                points = Fraction(row.points or 0)
                left_out += points if isinstance(value, str) else 0
                applies += points if isinstance(self._leaf(unit, node, row), Fraction) else 0
        if policy == "full":
            return total + left_out
        return total * Fraction(node.points or 0) / applies if policy == "rescale" else total

    # ---- sheets
    def _sheets_of(self, node: Node, unit: str) -> list[Sheet]:
        assert node.source is not None
        where = (node.source.form, node.source.period)
        return [s for s in self.sheets if (s.form, s.period) == where and unit in s.state]

    @staticmethod
    def _cell(sheet: Sheet, unit: str, criterion: str, column: str) -> Value:
        if sheet.state[unit] != IN:
            return read(sheet.state[unit])
        return read(sheet.entries.get((unit, criterion, column), "awaiting"))

    def _count(self, node: Node, unit: str, criterion: str, column: str) -> Value:
        """Return a count over all meetings that had the unit."""
        sheets = self._sheets_of(node, unit)
        counts = [self._cell(sheet, unit, criterion, column) for sheet in sheets]
        word = whole(counts) if sheets else OUT
        return sum(numbers(counts), Fraction(0)) if word == "value" else word

    # ---- ballots, papers, claims
    def _aspect(self, unit: str, node: Node, aspect: str) -> Value:
        assert node.source is not None
        values = {
            option.option: Fraction(option.value)
            for option in self.scheme.options[self.scheme.form[node.source.form].options]
        }
        (row,) = (row for row in self._rows(node) if row.code == aspect)
        if row.classes and self.scheme.unit[unit].unit_class not in row.classes:
            return OUT
        if (row.rubric, aspect, unit) in self.exempt:
            return OUT
        votes = {option: self._count(node, unit, aspect, option) for option in values}
        word = whole(votes.values())
        if word != "value":
            return word
        cast = sum(numbers(votes.values()), Fraction(0))
        by = node.parameters["denominator"]
        base = cast if by == "ticks" else self._count(node, unit, "", by)
        if isinstance(base, str):
            return base
        points = sum(values[o] * v for o, v in votes.items() if isinstance(v, Fraction))
        return points / base if base else "missing"

    def _aspects(self, node: Node) -> list[str]:
        return [row.code for row in self._rows(node) if row.entry == "ballot"]

    def _ballot(self, unit: str, node: Node) -> Value:
        parts = [self.score(unit, f"{node.code}.{code}") for code in self._aspects(node)]
        value = self._mean_of(parts)
        least = node.parameters.get("turnout_min")
        if isinstance(value, str) or not least:
            return value
        returned = self._count(node, unit, "", "returned")
        if returned == "awaiting":
            return returned
        few = isinstance(returned, Fraction) and returned < Fraction(least)
        return "awaiting" if few and node.parameters.get("turnout") == "void" else value

    def _item(self, unit: str, node: Node) -> Value:
        assert node.source is not None
        form = self.scheme.form[node.source.form]
        if (form.rubric, node.source.criterion, unit) in self.exempt:
            return OUT
        sheets = self._sheets_of(node, unit)
        if form.layout == "rubric":
            given = [self._cell(sheet, unit, node.source.criterion, "entry") for sheet in sheets]
            return self._mean_of(given) if sheets else OUT
        states: list[Value] = []
        papers: list[Fraction] = []
        for sheet in sheets:
            cells = sheet.papers.get((unit, node.source.criterion), ())
            if sheet.state[unit] != IN:
                states.append(read(sheet.state[unit]))
            elif "awaiting" in cells or not cells:
                states.append("awaiting" if cells else "missing")
            else:
                states.append(Fraction(0))
                papers += numbers(read(cell) for cell in cells)
        word = whole(states) if states else OUT
        if word != "value":
            return word
        return sum(papers, Fraction(0)) / len(papers) if papers else "missing"

    def _bonus(self, unit: str, node: Node) -> Value:
        assert node.source is not None
        groups = self.scheme.form[node.source.form].bonus
        items = [item for item in self.scheme.bonuses if item.group in groups]
        earned = [self._earned(unit, node, item) for item in items]
        word = whole(earned)
        return sum(numbers(earned), Fraction(0)) if word == "value" else word

    def _earned(self, unit: str, node: Node, item: BonusItem) -> Value:
        count = self._count(node, unit, item.code, "verified")
        if isinstance(count, str):
            return count
        points = count * Fraction(item.points)
        return points if item.cap is None else min(points, Fraction(item.cap))

    def _deduction(self, unit: str, node: Node) -> Value:
        value = self._bonus(unit, node)
        return value if isinstance(value, str) else -value
