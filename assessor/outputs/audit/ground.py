"""What the formulas of audit.xlsx stand on: the round, and where every number stands."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from assessor.outputs.audit.text import Spot, Strip
from assessor.scheme.model import Criterion, Scheme, Source
from assessor.scheme.secrecy import is_secret
from assessor.scoring.column import Column
from assessor.scoring.evaluate import outlook
from assessor.scoring.evaluation import Evaluation
from assessor.scoring.inputs import EntryKey, Inputs, Seat
from assessor.scoring.leaves import settle_raters
from assessor.scoring.tree import TreeNode
from assessor.scoring.withheld import few_votes
from assessor.standing.stand import Standing


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its value, the formula that gives it, and what is to be said of it."""

    value: Fraction | Decimal | int | str
    formula: str = ""
    note: str = ""
    """Code of a remark: why there is no formula, or on what the formula does not hang."""
    kind: str = "formula"
    """``formula``, ``entry`` (may be changed) or ``given`` (a value by rule or decision)."""
    digits: int | None = None


@dataclass
class Ground:
    """The round, and the places of its numbers; the sheets enter themselves here."""

    standing: Standing
    inputs: Inputs
    spots: dict[Hashable, Spot] = field(default_factory=dict)
    strips: dict[Hashable, Strip] = field(default_factory=dict)
    seen: Evaluation = field(init=False)
    few: Mapping[tuple[str, str], set[int]] = field(init=False)
    """By form and period the units of which so few voted that no count is shown."""

    def __post_init__(self) -> None:
        scores = self.standing.scores
        self.seen = outlook(self.scheme, self.inputs, scores.tree, scores.columns)
        for node in scores.tree:
            source = node.declared.source
            if node.rule in {"rubric", "item"} and source is not None:
                settle_raters(node, self.seen)
        self.few = self._few()

    def _few(self) -> dict[tuple[str, str], set[int]]:
        found: dict[tuple[str, str], set[int]] = {}
        for node in self.standing.scores.tree:
            source = node.declared.source
            if node.rule not in {"ballot", "share"} or source is None:
                continue
            rows = [row for row in self.rows(source) if row.entry == "ballot"]
            found.setdefault((source.form, source.period), set()).update(
                few_votes(source, rows, self.seen)
            )
        return found

    @property
    def scheme(self) -> Scheme:
        """The scheme of the round."""
        return self.standing.scheme

    def column(self, code: str) -> Column:
        """Return a node's column."""
        return self.standing.scores.columns[code]

    def below(self, code: str) -> list[TreeNode]:
        """Return the nodes right under a node that count."""
        return [
            node
            for node in self.standing.scores.tree
            if node.parent == code and not node.informative
        ]

    def rows(self, source: Source) -> tuple[Criterion, ...]:
        """Return the rows of a form's rubric."""
        return self.scheme.rubric(self.scheme.form[source.form].rubric)

    def seats(self, source: Source) -> Sequence[Seat]:
        """Return the raters of a form in a period."""
        return self.inputs.seats.get((source.form, source.period), ())

    def secret(self, form: str, rater: str) -> bool:
        """Say whether what a rater entered on a form must not be shown alone. Counts of papers
        name nobody."""
        known = self.scheme.rater.get(rater)
        declared = self.scheme.form[form]
        counted = declared.layout in {"vote", "votes"}
        unnamed = known is not None and known.anonymous
        return not counted and (is_secret(self.scheme, declared) or unnamed)

    def hides(self, key: EntryKey, unit: int) -> bool:
        """Say whether an entry is not shown at all."""
        few = unit in self.few.get((key.form, key.period), ())
        return self.secret(key.form, key.rater) or (few and key.column not in _TURNOUT)

    def value(self, code: str, unit: int) -> Fraction:
        """Return the value of a node as its parent uses it."""
        column = self.column(code)
        return Fraction(column.ticks[unit]) / Fraction(10**column.digits)

    @property
    def each(self) -> bool:
        """Whether every node is rounded before its parent uses it."""
        return self.scheme.settings.rounding == "each"


_TURNOUT = frozenset({"expected", "present", "issued", "returned", "valid", "void"})


@dataclass(frozen=True, slots=True)
class At:
    """Where a formula is being written: for which unit, on which sheet."""

    ground: Ground
    unit: int
    sheet: str

    @property
    def unit_class(self) -> str:
        """The unit's class."""
        return self.ground.seen.classes[self.unit]

    def ref(self, *key: Hashable, unit: int | None = None) -> str | None:
        """Return the reference to something of the unit (or of another one)."""
        spot = self.ground.spots.get((*key, self.unit if unit is None else unit))
        return None if spot is None else spot.seen_from(self.sheet)

    def node(self, code: str, unit: int | None = None) -> str:
        """Return the reference to a node's value; a node that is shown nowhere is a fault."""
        found = self.ref("node", code, unit=unit)
        assert found is not None, code
        return found

    def strip(self, *key: Hashable) -> str:
        """Return the range of a column."""
        return self.ground.strips[key].seen_from(self.sheet)

    def has_value(self, code: str) -> bool:
        """Say whether a node has a value for the unit."""
        return self.ground.column(code).status[self.unit].has_value
