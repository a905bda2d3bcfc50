"""Random schemes: every rule, entry, policy and way of rounding, in small trees.

What is entered in them stands in `strategies_entries`. Everything is drawn from a source of
random numbers: hypothesis gives one that it can shrink, the large round one of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from random import Random

from assessor.scheme.model import (
    BonusItem,
    Criterion,
    Form,
    Input,
    Node,
    Nomination,
    Option,
    Period,
    Scheme,
    Settings,
    Source,
    Step,
    Unit,
)
from tests.scoring.strategies_parameters import CONVERSIONS, draw_parameters, draw_steps

OPTIONS = (
    Option("优", Decimal(100)),
    Option("良", Decimal("82.5")),
    Option("差", Decimal(0)),
    Option("不了解", Decimal(0), counts=False),
)
LEVELS = (Option("好", Decimal(1)), Option("中", Decimal("0.4")), Option("坏", Decimal(0)))
CLASSES = ("甲", "乙")

CALM_INNER = ("sum", "weighted", "mean")
CALM_LEAVES = ("rubric", "rubric", "rubric", "ballot", "item", "bonus", "deduction")
INNER = (*CALM_INNER, *CALM_INNER, "lowest", "highest", "product", "difference", "scaled")
ACROSS = ("best", "rank_points", "tiers")
PANELS = ("corrected", "standardised")
LEAVES = (*CALM_LEAVES, "number", "unmet", "share", "factor", "input")
ENTRIES = ("earned", "deducted", "count", "number", "rate", "yes_no", "veto", "level")
FACTS = ("count", "number", "rate", "yes_no", "veto", "level")


@dataclass(frozen=True)
class Wanted:
    """What kind of schemes and entries a property asks for."""

    leaves: tuple[str, ...] = CALM_LEAVES
    inner: tuple[str, ...] = CALM_INNER
    entries: tuple[str, ...] = ("earned", "earned", "deducted")
    classes: bool = True
    """Whether nodes and criteria may be for one class only."""
    bounds: bool = True
    """Whether nodes may have a cap or a floor."""
    whole_points: bool = False
    open_parts: bool = True
    """Whether parts may be missing or awaiting."""
    new_ways: bool = False
    """Whether raters may be trimmed, parts that are missing ruled, and points be compared."""
    units: int = 3


CALM = Wanted()
"""Sums, weights and means of the rules that look at one unit alone."""
ALL = Wanted(
    leaves=(*LEAVES, *CONVERSIONS, *ACROSS),
    inner=(*INNER, *CONVERSIONS, *ACROSS, *PANELS),
    entries=(*ENTRIES, "earned", "earned"),
    new_ways=True,
    units=6,
)
"""Every rule of the rulebook."""

ONE_PART = {"scaled", *CONVERSIONS, *ACROSS, *PANELS}
OF_CRITERION = {"item", "number", *CONVERSIONS, *ACROSS}
FREE = {"product", "difference", "factor", "number", "unmet", "bonus", "deduction"}
"""Rules whose nodes say no full mark here."""


@dataclass
class Grower:
    """A scheme while it grows."""

    random: Random
    wanted: Wanted
    nodes: list[Node] = field(default_factory=list)
    criteria: list[Criterion] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    bonuses: list[BonusItem] = field(default_factory=list)
    ladders: dict[str, tuple[Step, ...]] = field(default_factory=dict)

    def once_in(self, number: int) -> bool:
        return self.random.randrange(number) == number - 1

    # ---- nodes
    def node(self, node: Node, depth: int) -> Node:
        """Draw the rule of a node and all that is under it, and return it whole."""
        deeper = depth == 0 or (depth < 3 and self.random.randint(0, depth + 1) > depth)
        rule = self.random.choice(self.wanted.inner if deeper else self.wanted.leaves)
        node = replace(node, rule=rule, digits=self.random.randint(0, 4))
        at = len(self.nodes)
        self.nodes.append(node)
        self.nodes[at] = node = self._below(node, depth) if deeper else self._leaf(node)
        self.nodes[at] = node = self._finished(node)
        return node

    def _finished(self, node: Node) -> Node:
        """Draw what a node hears."""
        parameters = {**node.parameters, **draw_parameters(self.random, node, self.wanted.new_ways)}
        if "ladder" in parameters:
            parameters["ladder"] = node.code
            self.ladders[node.code] = draw_steps(self.random, node.rule)
        rubrics = [one for one in self.nodes if one.rule == "rubric" and one.source]
        if node.rule in PANELS:
            own = parameters.get("panels") == "class" or not self.forms
            parameters.pop("panels", None)
            if node.rule == "corrected" and not self.forms:
                return replace(node, rule="standardised")
            if node.rule == "corrected" or not own:
                parameters["panels"] = self.random.choice(self.forms).code
        if node.rule == "rubric" and self.wanted.new_ways and len(rubrics) > 1 and self.once_in(3):
            others = [one.code for one in rubrics if one.code != node.code]
            parameters |= {"against": self.random.choice(others), "apart": "2"}
            parameters["then"] = self.random.choice(["flag", "zero"])
        if self.wanted.bounds and self.once_in(6):
            parameters["floor"] = str(self.random.randint(0, 40))
            parameters["cap"] = self.random.choice(["40", "55.5", "90"])
        return replace(node, parameters=parameters)

    def _below(self, node: Node, depth: int) -> Node:
        number = 1 if node.rule in ONE_PART else 2 if node.rule == "difference" else 0
        weights = [self.random.randint(1, 9) for _ in range(number or self.random.randint(1, 3))]
        total = Decimal(0)
        for at, weight in enumerate(weights):
            aside = not number and at > 0 and self.once_in(6)
            child = self.node(self._child(node, Fraction(weight, sum(weights)), aside), depth + 1)
            claimed = child.rule in ("bonus", "deduction")
            total += Decimal(0) if aside or claimed else child.points or Decimal(0)
        points = total if node.rule == "sum" else None if node.rule in FREE else Decimal(100)
        return replace(node, points=points)

    def _child(self, node: Node, weight: Fraction, aside: bool) -> Node:
        only = self.random.choice([(), (), (), *((name,) for name in CLASSES)])
        code = f"n{len(self.nodes)}"
        weighted = node.rule == "weighted"
        by_class = {name: Fraction(self.random.randint(1, 4), 4) for name in CLASSES}
        return Node(
            code, code, node.code, "", 0,
            weight=weight if weighted else None,
            classes=only if self.wanted.classes else (),
            parameters={"informative": "yes"} if aside else {},
            class_weights=by_class if weighted and self.wanted.classes and self.once_in(3) else {},
        )  # fmt: skip

    def _leaf(self, node: Node) -> Node:
        if node.rule == "input":
            return replace(node, source=Source("", "files"), points=Decimal(100))
        if node.rule == "factor":
            return node
        rubric, form = f"r-{node.code}", f"f-{node.code}"
        self.forms.append(
            Form(form, form, form, self._layout(node.rule), "self", rubric=rubric, options="o",
                 bonus=(form,))
        )  # fmt: skip
        node = replace(node, source=Source(form, "", "Y"))
        if node.rule in OF_CRITERION:
            return self._criterion(node, rubric)
        if node.rule in ("bonus", "deduction"):
            self._bonuses(form)  # what it states is no full mark
            return replace(node, points=self.random.choice([None, None, Decimal(10)]))
        if node.rule in ("ballot", "share"):
            for at in range(self.random.randint(1, 3)):
                row = Criterion(rubric, str(at), "", "ballot", classes=self._classes())
                self.criteria.append(row)
            return replace(node, points=Decimal(100))
        rows = self._rubric(rubric, FACTS[3:] if node.rule == "unmet" else self.wanted.entries)
        self.criteria += rows
        points = sum((row.points for row in rows if row.points is not None), Decimal(0))
        return replace(node, points=None if node.rule == "unmet" else points or Decimal(1))

    def _layout(self, rule: str) -> str:
        layouts = {
            "ballot": ["tally"],
            "share": ["tally"],
            "item": ["review", "rubric"],
            "bonus": ["claims"],
            "deduction": ["claims"],
        }
        return self.random.choice(layouts.get(rule, ["quantities"]))

    def _criterion(self, node: Node, rubric: str) -> Node:
        points = Decimal(100)
        entry = "earned" if node.rule == "item" else self.random.choice(FACTS)
        row = self._row(rubric, "R1", "", entry)
        if node.rule == "item":
            row = replace(row, points=points, classes=())
        self.criteria.append(row)
        source = replace(node.source or Source(""), criterion="R1")
        return replace(node, source=source, points=None if node.rule in FREE else points)

    def _bonuses(self, group: str) -> None:
        for at in range(self.random.randint(1, 2)):
            points, cap = self.random.choice(_BONUSES)
            above = self.random.choice([0, 0, 3]) if self.wanted.new_ways else 0
            self.bonuses.append(BonusItem(group, f"B{at}", "", points, cap, above=above))

    # ---- criteria
    def _classes(self) -> tuple[str, ...]:
        rare = self.wanted.classes and self.once_in(8)
        return (self.random.choice(CLASSES),) if rare else ()

    def _rubric(self, rubric: str, entries: tuple[str, ...]) -> list[Criterion]:
        sections = [f"{at}" for at in range(1, self.random.randint(0, 2) + 1)]
        rows = [Criterion(rubric, code, "", "section") for code in sections]
        for section in sections or [""]:
            for at in range(self.random.randint(1, 2)):
                code = f"{section or 'c'}.{at}"
                rows.append(self._row(rubric, code, section, self.random.choice(entries)))
        return rows

    def _row(self, rubric: str, code: str, section: str, entry: str) -> Criterion:
        hundredths = self.random.randint(1, 10) * 100
        if not self.wanted.whole_points:
            hundredths += self.random.choice([0, 0, 50, 25, 1])
        rounds = self.random.choice([(), (), (), (), ("2025",), ("2026", "2028")])
        row = Criterion(
            rubric, code, "", entry, section, Decimal(hundredths) / 100,
            classes=self._classes(), rounds=rounds,
        )  # fmt: skip
        if entry == "level":
            return replace(row, points=Decimal(1), parameters={"options": "l"})
        if entry not in ("count", "number", "rate"):
            return row
        if self.once_in(8):
            return replace(row, points=None)
        return self._converted(row) if self.once_in(2) else row

    def _converted(self, row: Criterion) -> Criterion:
        asked = Node(f"{row.rubric}/{row.code}", "", "", self.random.choice(CONVERSIONS), 0,
                     points=row.points)  # fmt: skip
        parameters = draw_parameters(self.random, asked, self.wanted.new_ways)
        if "ladder" in parameters:
            parameters["ladder"] = asked.code
            self.ladders[asked.code] = draw_steps(self.random, asked.rule)
        return replace(row, rule=asked.rule, parameters=parameters)

    # ---- units and the whole
    def units(self) -> list[Unit]:
        """Draw the units, a district that they are below, and a secretary."""
        kinds = CLASSES if self.wanted.classes else CLASSES[:1]
        factors = [None, None, Decimal("1.05"), Decimal("0.9")]
        units = [
            Unit(
                f"V{at}",
                f"V{at}",
                self.random.choice(kinds),
                parent=self.random.choice(["", "D1"]),
                ranked=not (self.wanted.new_ways and self.once_in(6)),
                factor=self.random.choice(factors) if self.wanted.new_ways else None,
            )
            for at in range(1, self.random.randint(1, self.wanted.units) + 1)
        ]
        parent = self.random.choice(["", *(unit.code for unit in units)])
        for other in (
            Unit("S1", "S1", "书记", kind="person", parent=parent, ranked=False),
            Unit("D1", "D1", "区", ranked=False),
        ):
            units.insert(self.random.randint(0, len(units)), other)
        return units

    def elsewhere(self) -> tuple[Node, Node]:
        """Draw what the secretary inherits, and what the district is given from below."""
        codes = [node.code for node in self.nodes]
        one, other = self.random.choice(codes), self.random.choice(codes)
        of = self.random.choice([{}, {"of": "nominations"}, {"of": "below"}])
        digits = self.random.randint(0, 4)
        points = Decimal(100)
        return (
            Node("person", "", "", "inherit", digits, points=points, source=Source("", one),
                 classes=("书记",)),
            Node("district", "", "", "derived", digits, points=points, source=Source("", other),
                 classes=("区",), parameters=of),
        )  # fmt: skip


_BONUSES = [(Decimal("0.5"), Decimal(2)), (Decimal(5), None), (Decimal("1.25"), None)]


def grow_scheme(random: Random, wanted: Wanted) -> Scheme:
    """Return a scheme of one random tree, a secretary and a district."""
    grower = Grower(random, wanted)
    grower.node(Node("n0", "n0", "", "", 0), 0)
    units = grower.units()
    named = [unit.code for unit in units if unit.unit_class in CLASSES and random.randrange(2)]
    return Scheme(
        settings=Settings("t", "t", "2026", "t", 2, random.choice(["each", "last"])),
        periods=(Period("Y", "Y"),),
        units=tuple(units),
        raters=(),
        criteria=tuple(grower.criteria),
        forms=tuple(grower.forms),
        nodes=(*grower.nodes, *grower.elsewhere()),
        options={"o": OPTIONS, "l": LEVELS},
        bands={},
        limits=(),
        bonuses=tuple(grower.bonuses),
        awards=(),
        ladders=grower.ladders,
        inputs=(Input("files", "files", "files.csv", "code", "score"),),
        nominations=tuple(Nomination("D1", code) for code in named),
    )
