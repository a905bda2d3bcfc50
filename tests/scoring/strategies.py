"""Random schemes and what is entered in them: every rule, status, policy and way of rounding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from assessor.scheme.model import (
    BonusItem,
    Criterion,
    Form,
    Node,
    Option,
    Period,
    Scheme,
    Settings,
    Source,
    Unit,
)
from tests.scoring.entries import IN, NOT_APPLICABLE, Sheet

Draw = Callable[[st.SearchStrategy[Any]], Any]

OPTIONS = (Option("优", Decimal(100)), Option("良", Decimal("82.5")), Option("差", Decimal(0)))
CLASSES = ("甲", "乙")
RATERS = ("P1", "P2", "P3")


@dataclass(frozen=True)
class Wanted:
    """What kind of schemes and entries a property asks for."""

    leaves: tuple[str, ...] = ("rubric", "rubric", "rubric", "ballot", "item", "bonus", "deduction")
    classes: bool = True
    """Whether nodes and criteria may be for one class only."""
    bounds: bool = True
    """Whether nodes may have a cap or a floor."""
    whole_points: bool = False
    open_parts: bool = True
    """Whether parts may be missing or awaiting."""


@dataclass
class _Grown:
    """A scheme while it grows."""

    nodes: list[Node] = field(default_factory=list)
    criteria: list[Criterion] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    bonuses: list[BonusItem] = field(default_factory=list)


@dataclass(frozen=True)
class Case:
    """A scheme and everything that scoring is given, as plain words."""

    scheme: Scheme
    sheets: tuple[Sheet, ...]
    overrides: dict[tuple[str, str], str]
    exempt: tuple[tuple[str, str, str], ...]


@st.composite
def schemes(draw: Draw, wanted: Wanted = Wanted()) -> Scheme:
    """Draw a scheme of one random tree, and secretaries that inherit one of its nodes."""
    grown = _Grown()
    _grow(draw, wanted, grown, Node("n0", "n0", "", "", 0), 0)
    count = draw(st.integers(1, 3))
    kinds = CLASSES if wanted.classes else CLASSES[:1]
    units = [Unit(f"V{at}", f"V{at}", draw(st.sampled_from(kinds))) for at in range(1, count + 1)]
    parents = st.sampled_from(["", *(unit.code for unit in units)])
    person = Unit("S1", "S1", "书记", kind="person", parent=draw(parents), ranked=False)
    units.insert(draw(st.integers(0, count)), person)
    above = draw(st.sampled_from([node.code for node in grown.nodes]))
    inherited = Node(
        "person", "", "", "inherit", draw(st.integers(0, 4)), points=Decimal(100),
        source=Source("", above), classes=("书记",),
    )  # fmt: skip
    return Scheme(
        settings=Settings("t", "t", "2026", "t", 2, draw(st.sampled_from(["each", "last"]))),
        periods=(Period("Y", "Y"),),
        units=tuple(units),
        raters=(),
        criteria=tuple(grown.criteria),
        forms=tuple(grown.forms),
        nodes=(*grown.nodes, inherited),
        options={"o": OPTIONS},
        bands={},
        limits=(),
        bonuses=tuple(grown.bonuses),
        awards=(),
    )


def _grow(draw: Draw, wanted: Wanted, grown: _Grown, node: Node, depth: int) -> Node:
    """Draw the rule of a node and all that is under it, and return it whole."""
    deeper = depth == 0 or (depth < 3 and draw(st.integers(0, depth + 1)) > depth)
    rule = draw(st.sampled_from(("sum", "weighted", "mean") if deeper else wanted.leaves))
    node = replace(node, rule=rule, digits=draw(st.integers(0, 4)))
    parameters = dict(node.parameters)
    at = len(grown.nodes)
    grown.nodes.append(node)
    points: Decimal | None
    if deeper:
        points = _grow_children(draw, wanted, grown, node, parameters, depth)
    else:
        points = _grow_leaf(draw, wanted, grown, node, parameters)
        column = "R1" if rule == "item" else ""
        node = replace(node, source=Source(f"f-{node.code}", column, "Y"))
    if wanted.bounds and draw(st.integers(0, 5)) == 5:
        parameters["floor"] = str(draw(st.integers(0, 40)))
        parameters["cap"] = draw(st.sampled_from(["40", "55.5", "90"]))
    grown.nodes[at] = replace(node, points=points, parameters=parameters)
    return grown.nodes[at]


def _grow_children(
    draw: Draw, wanted: Wanted, grown: _Grown, node: Node, parameters: dict[str, str], depth: int
) -> Decimal:
    weights = draw(st.lists(st.integers(1, 9), min_size=1, max_size=3))
    if node.rule == "sum":
        _policy(draw, parameters, ["", "full", "rescale", "zero"])
    total = Decimal(0)
    for at, weight in enumerate(weights):
        only = draw(st.sampled_from([(), (), (), *((name,) for name in CLASSES)]))
        aside = at > 0 and draw(st.integers(0, 5)) == 5
        code = f"n{len(grown.nodes)}"
        child = Node(
            code, code, node.code, "", 0,
            weight=Fraction(weight, sum(weights)) if node.rule == "weighted" else None,
            classes=only if wanted.classes else (),
            parameters={"informative": "yes"} if aside else {},
        )  # fmt: skip
        child = _grow(draw, wanted, grown, child, depth + 1)
        total += Decimal(0) if aside else child.points or Decimal(0)
    return total if node.rule == "sum" else Decimal(100)


def _policy(draw: Draw, parameters: dict[str, str], policies: list[str]) -> None:
    policy = draw(st.sampled_from(policies))
    if policy:
        parameters["not_applicable"] = policy


def _grow_leaf(
    draw: Draw, wanted: Wanted, grown: _Grown, node: Node, parameters: dict[str, str]
) -> Decimal | None:
    rubric, form = f"r-{node.code}", f"f-{node.code}"
    layouts = {"rubric": ["rubric"], "ballot": ["tally"], "item": ["review", "rubric"]}
    layout = draw(st.sampled_from(layouts.get(node.rule, ["claims"])))
    grown.forms.append(
        Form(form, form, form, layout, "self", rubric=rubric, options="o", bonus=(form,))
    )
    if node.rule == "rubric":
        _policy(draw, parameters, ["full", "rescale", "zero"])
        rows = _rubric(draw, wanted, rubric)
        grown.criteria += rows
        return sum((row.points for row in rows if row.points is not None), Decimal(0))
    if node.rule == "ballot":
        parameters["denominator"] = draw(st.sampled_from(["ticks", "valid", "returned", "present"]))
        if draw(st.booleans()):
            parameters["turnout_min"] = "36"
            parameters["turnout"] = draw(st.sampled_from(["warn", "void"]))
        count = draw(st.integers(1, 3))
        grown.criteria += [
            Criterion(rubric, str(at), "", "ballot", classes=_classes(draw, wanted))
            for at in range(count)
        ]
        return Decimal(100)
    if node.rule == "item":
        grown.criteria.append(Criterion(rubric, "R1", "", "earned", points=Decimal(100)))
        return Decimal(100)
    grown.bonuses += [
        BonusItem(form, f"B{at}", "", *draw(st.sampled_from(_BONUSES)))
        for at in range(draw(st.integers(1, 2)))
    ]
    return None


_BONUSES = [(Decimal("0.5"), Decimal(2)), (Decimal(5), None), (Decimal("1.25"), None)]


def _classes(draw: Draw, wanted: Wanted) -> tuple[str, ...]:
    rare = wanted.classes and draw(st.integers(0, 7)) == 7
    return (draw(st.sampled_from(CLASSES)),) if rare else ()


def _rubric(draw: Draw, wanted: Wanted, rubric: str) -> list[Criterion]:
    sections = [f"{at}" for at in range(1, draw(st.integers(0, 2)) + 1)]
    rows = [Criterion(rubric, code, "", "section") for code in sections]
    for section in sections or [""]:
        for at in range(draw(st.integers(1, 2))):
            hundredths = draw(st.integers(1, 10)) * 100
            if not wanted.whole_points:
                hundredths += draw(st.sampled_from([0, 0, 50, 25, 1]))
            rounds = draw(st.sampled_from([(), (), (), (), ("2025",), ("2026", "2028")]))
            rows.append(
                Criterion(
                    rubric,
                    f"{section or 'c'}.{at}",
                    "",
                    draw(st.sampled_from(["earned", "earned", "deducted"])),
                    section,
                    Decimal(hundredths) / 100,
                    classes=_classes(draw, wanted),
                    rounds=rounds,
                )
            )
    return rows


# ---- what is entered
@st.composite
def entered(draw: Draw, scheme: Scheme, wanted: Wanted = Wanted()) -> tuple[Sheet, ...]:
    """Draw the sheets of up to three raters for every form, the same raters every time."""
    calm = not wanted.open_parts or draw(st.booleans())
    sheets: list[Sheet] = []
    for number, form in enumerate(scheme.forms):
        for rater in RATERS[: number % 3 + 1]:
            sheet = Sheet(form.code, "Y", rater, {})
            for unit in scheme.units:
                state = draw(st.sampled_from([IN] * (20 if calm else 8) + _STATES[calm]))
                if state:
                    sheet.state[unit.code] = state
                    _fill(draw, scheme, form, sheet, unit.code, calm)
            sheets.append(sheet)
    return tuple(sheets)


_STATES = {True: ["", "not_due"], False: ["", "not_due", "missing", "awaiting"]}


def _fill(draw: Draw, scheme: Scheme, form: Form, sheet: Sheet, unit: str, calm: bool) -> None:
    rows = [row for row in scheme.criteria if row.rubric == form.rubric]
    if form.layout == "rubric":
        for row in rows:
            if row.points is not None:
                sheet.entries[unit, row.code, "entry"] = draw(_mark(row.points, calm))
    elif form.layout == "review":
        cells = draw(st.lists(_mark(Decimal(100), calm), max_size=4))
        if cells:
            sheet.papers[unit, "R1"] = tuple(cells)
    elif form.layout == "tally":
        _vote(draw, rows, sheet, unit, calm)
    else:
        for item in scheme.bonuses:
            if item.group == form.code:
                sheet.entries[unit, item.code, "verified"] = draw(_count(calm))


def _vote(draw: Draw, rows: list[Criterion], sheet: Sheet, unit: str, calm: bool) -> None:
    for row in rows:
        for option in OPTIONS:
            sheet.entries[unit, row.code, option.option] = draw(_count(calm))
    papers = 27  # as many as may be voted on above, so that no aspect has more votes
    for column in ("valid", "returned", "present"):
        papers += draw(st.integers(0, 9))
        sheet.entries[unit, "", column] = str(papers)
    if not calm and draw(st.integers(0, 9)) == 9:
        sheet.entries[unit, "", "returned"] = "awaiting"


@st.composite
def _mark(draw: Draw, points: Decimal, calm: bool) -> str:
    odd = draw(st.integers(0, 19))
    if odd == 19:
        return NOT_APPLICABLE
    if odd == 18 and not calm:
        return str(draw(st.sampled_from(["missing", "awaiting"])))
    digits = draw(st.integers(0, 3))
    return str(Decimal(draw(st.integers(0, int(points * 10**digits)))).scaleb(-digits))


@st.composite
def _count(draw: Draw, calm: bool) -> str:
    number = draw(st.integers(0, 29))
    return "awaiting" if number == 29 and not calm else str(number % 10)


@st.composite
def cases(draw: Draw, wanted: Wanted = Wanted()) -> Case:
    """Draw a scheme, what is entered, and decisions."""
    scheme = draw(schemes(wanted))
    sheets = draw(entered(scheme, wanted))
    units = [unit.code for unit in scheme.units if unit.kind == "unit"]
    decided = [
        node
        for node in scheme.nodes
        if node.points and node.code != "person" and not {"cap", "floor"} & set(node.parameters)
    ]
    overrides: dict[tuple[str, str], str] = {}
    if decided and draw(st.booleans()):
        node = draw(st.sampled_from(decided))
        mark = draw(_mark(node.points, True))
        overrides[node.code, draw(st.sampled_from(units))] = mark
    parts = [(row.rubric, row.code) for row in scheme.criteria]
    exempt: list[tuple[str, str, str]] = []
    if parts:
        pairs = st.tuples(st.sampled_from(parts), st.sampled_from(units))
        exempt = [(*part, unit) for part, unit in draw(st.lists(pairs, max_size=2))]
    return Case(scheme, sheets, overrides, tuple(exempt))
