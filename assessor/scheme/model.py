"""The scheme as frozen records. Every record knows the row of the table it came from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from assessor.scheme.policies import USUAL, Policies
from assessor.scheme.tables import RowPlace


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for the whole scheme."""

    code: str
    title: str
    round: str
    issuer: str
    digits: int
    rounding: str
    """``each``: every node is rounded before its parent uses it; ``last``: only what is shown."""
    language: str = "zh"
    annex: str = ""
    tie_breakers: tuple[str, ...] = ()
    date: dt.date | None = None
    contact: str = ""
    phone: str = ""
    rehearsal: bool = False
    ranking: str = "both"
    """Which ranks there are: ``both``, ``class``, ``overall`` or ``none``."""
    ties: str = "1224"
    """What follows two that share rank 2: ``1224`` or ``1223``."""
    grades_on: str = "rounded"
    """Whether bands look at the ``rounded`` or the ``raw`` score."""
    quota_rounding: str = "down"
    quota_left: str = "lost"
    """What becomes of places that a class does not fill: ``lost`` or ``passed`` to others."""
    measures: str = ""
    """The set of options whose words a decision may use for a consequence."""
    stamped_only: bool = False
    """Whether a form counts only with the stamp that the workspace put into it."""
    export_factor: Decimal | None = None
    """By what the result is multiplied where it enters another scheme."""
    export_title: str = ""
    policies: Policies = USUAL
    """What becomes of returned forms that a careful and a lenient office take differently."""
    notes: tuple[str, ...] = ()
    at: Mapping[str, RowPlace] = field(default_factory=dict, compare=False, repr=False)
    """The row of each setting by its key."""


@dataclass(frozen=True, slots=True)
class Period:
    """A due date, a half year, a visit.

    Of the raters of a unit so many as ``least`` must return a form: once they have, those who are
    absent are waited for no more. None: all of them must; 0: nobody has to.
    """

    code: str
    title: str
    opens: dt.date | None = None
    due: dt.date | None = None
    least: int | None = None
    at: RowPlace | None = field(default=None, compare=False, repr=False)

    @property
    def required(self) -> bool:
        """Whether a form that did not come back in this period is missing."""
        return self.least != 0


@dataclass(frozen=True, slots=True)
class Unit:
    """A body or a person that is appraised, or a parent that only organises."""

    code: str
    name: str
    unit_class: str
    kind: str = "unit"
    parent: str = ""
    email: str = ""
    via: str = ""
    contact: str = ""
    phone: str = ""
    former_names: tuple[str, ...] = ()
    former_codes: tuple[str, ...] = ()
    ranked: bool = True
    not_applicable: tuple[str, ...] = ()
    factor: Decimal | None = None
    """Coefficient of difficulty, for the rule ``factor``."""
    at: RowPlace | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Rater:
    """Somebody who scores; covers units by code, classes by name, or all."""

    code: str
    name: str
    group: str
    email: str = ""
    phone: str = ""
    covers: tuple[str, ...] = ()
    anonymous: bool = False
    at: RowPlace | None = field(default=None, compare=False, repr=False)

    def rates(self, unit: Unit) -> bool:
        """Say whether the unit is one of those this rater scores."""
        return not self.covers or unit.code in self.covers or unit.unit_class in self.covers


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is scored: (rubric, code) identifies it for good. Points are exact decimals."""

    rubric: str
    code: str
    title: str
    entry: str
    section: str = ""
    points: Decimal | None = None
    content: str = ""
    standard: str = ""
    evidence: str = ""
    department: str = ""
    classes: tuple[str, ...] = ()
    may_not_apply: bool = False
    step: Decimal | None = None
    rounds: tuple[str, ...] = ()
    rule: str = ""
    """The conversion that makes points of what is written, where it is not points."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    at: RowPlace | None = field(default=None, compare=False, repr=False)

    def due_in(self, round_: str) -> bool:
        """Say whether it is measured in that round (every two years: not in the one between)."""
        return not self.rounds or round_ in self.rounds

    def applies_to(self, unit_class: str) -> bool:
        """Say whether units of that class are scored on it."""
        return not self.classes or unit_class in self.classes


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of form; forms of one workbook title, filler and range stand in one file."""

    code: str
    title: str
    workbook: str
    layout: str
    filled_by: str
    rubric: str = ""
    options: str = ""
    bonus: tuple[str, ...] = ()
    covers: str = "one"
    periods: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    copies: int | None = None
    note: str = ""
    shows: str = ""
    """The declaration whose texts are printed beside the criteria of the same codes."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    at: RowPlace | None = field(default=None, compare=False, repr=False)

    @property
    def is_paper(self) -> bool:
        """Whether it is only printed: papers are counted on a tally, never read."""
        return self.layout in {"ballot_paper", "review_paper"}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a node's numbers come from: form, criterion (or column), period."""

    form: str
    criterion: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the score tree, as declared."""

    code: str
    title: str
    parent: str
    rule: str
    """Empty where the rule could not be read; a sound scheme has none such."""
    digits: int
    weight: Fraction | None = None
    points: Decimal | None = None
    source: Source | None = None
    classes: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    class_weights: Mapping[str, Fraction] = field(default_factory=dict)
    """Weights by class, where they are not the same for all."""
    at: RowPlace | None = field(default=None, compare=False, repr=False)

    def weight_for(self, unit_class: str) -> Fraction | None:
        """Return its weight for units of a class."""
        return self.class_weights.get(unit_class, self.weight)

    @property
    def informative(self) -> bool:
        """Whether it is shown under its parent but never counted."""
        return self.parameters.get("informative") == "yes"


@dataclass(frozen=True, slots=True)
class Option:
    """An answer on a ballot and its value."""

    option: str
    value: Decimal
    counts: bool = True
    """Whether it is a vote at all: 不了解 is not, in value and in denominator."""
    at_most: int | None = None
    """How often one paper may tick it; more make the paper void."""
    stated: bool = True
    """Whether the scheme says what it is worth; 0 stands in where it does not."""
    at: RowPlace | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a ladder: from `lower` (inclusive, None: no bound) up to the next one; the last
    one up to `upper` (inclusive, None: no bound)."""

    lower: Decimal | None
    upper: Decimal | None
    value: Decimal
    at: RowPlace | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Band:
    """A grade: from `lower` (None: no bound) up to the next better one."""

    grade: str
    lower: Decimal | None
    edge: str = "lower"
    """``lower``: a score at the bound is in; ``upper``: it is in the band below."""
    quota: Fraction | None = None
    """At most this share of a class gets it; the rest gets the next grade."""
    share: Fraction | None = None
    """Just this share of a class gets it, best first, whatever the score."""
    at: RowPlace | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Limit:
    """A condition on a node: where it holds, the grade is capped, set or flagged."""

    title: str
    kind: str
    node: str
    operator: str
    value: Decimal
    effect: str
    grade: str = ""
    at: RowPlace | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class BonusItem:
    """Something that earns points each time it is verified."""

    group: str
    code: str
    title: str
    points: Decimal
    cap: Decimal | None = None
    standard: str = ""
    above: int = 0
    """How many go without points before the first that earns any."""
    once: str = ""
    """Items of one name are levels of one thing: it counts once, at its highest."""
    at: RowPlace | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Award:
    """What is awarded, to how many, and how they are found."""

    code: str
    title: str
    kind: str
    slots: int
    by: str
    unit_class: str = ""
    money: Decimal | None = None
    least_grade: str = ""
    share: Fraction | None = None
    """Slots as a share of those who compete, rounded down, where no number is given."""
    tie: str = "decide"
    """What becomes of a tie across the last slot: ``decide``, ``all`` or ``none``."""
    at: RowPlace | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Input:
    """Scores from elsewhere: a table of a file below inputs/, one value a unit."""

    code: str
    title: str
    file: str
    """One file, several divided by ``;``, or a pattern with ``*`` that fits several."""
    key: str
    """Header of the column that holds the units' codes."""
    value: str
    sheet: str = ""
    where: str = ""
    """``column=value``: only these rows are taken."""
    map: str = ""
    """A file of two columns: their code, ours; one for all files, or one for each of them."""
    at: RowPlace | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Nomination:
    """A unit that stands for a body."""

    body: str
    unit: str
    at: RowPlace | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Scheme:
    """A whole scheme; its records in the order of their tables."""

    settings: Settings
    periods: tuple[Period, ...]
    units: tuple[Unit, ...]
    raters: tuple[Rater, ...]
    criteria: tuple[Criterion, ...]
    forms: tuple[Form, ...]
    nodes: tuple[Node, ...]
    options: Mapping[str, tuple[Option, ...]]
    bands: Mapping[str, tuple[Band, ...]]
    """Grades by kind (unit, person), best first."""
    limits: tuple[Limit, ...]
    bonuses: tuple[BonusItem, ...]
    awards: tuple[Award, ...]
    node_bands: Mapping[tuple[str, str], tuple[Band, ...]] = field(default_factory=dict)
    """Further bands by (kind, node): the lowest grade of all of them is the unit's."""
    ladders: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    """Steps by ladder, lowest first."""
    inputs: tuple[Input, ...] = ()
    nominations: tuple[Nomination, ...] = ()
    file: str = field(default="", compare=False)
    """The workbook or folder it was read from."""

    @cached_property
    def unit(self) -> Mapping[str, Unit]:
        """Units by code."""
        return {unit.code: unit for unit in self.units}

    @cached_property
    def form(self) -> Mapping[str, Form]:
        """Forms by code."""
        return {form.code: form for form in self.forms}

    @cached_property
    def node(self) -> Mapping[str, Node]:
        """Nodes by code."""
        return {node.code: node for node in self.nodes}

    @cached_property
    def period(self) -> Mapping[str, Period]:
        """Periods by code."""
        return {period.code: period for period in self.periods}

    @cached_property
    def rater(self) -> Mapping[str, Rater]:
        """Raters by code."""
        return {rater.code: rater for rater in self.raters}

    @cached_property
    def classes(self) -> Mapping[str, str]:
        """Classes in the order of the units table, each with its kind."""
        return {unit.unit_class: unit.kind for unit in self.units}

    @cached_property
    def appraised_classes(self) -> tuple[str, ...]:
        """The classes that have a score tree of their own."""
        return tuple(name for name in self.classes if self.root(name) is not None)

    def children(self, code: str) -> tuple[Node, ...]:
        """Return the declared nodes right under a node."""
        return self._by_parent.get(code, ())

    def has_mark(self, node: Node) -> bool:
        """Say whether a node can have a full mark: what only adds claims up or takes them away,
        or puts such nodes together, has none."""
        if node.rule in {"bonus", "deduction"}:
            return False
        parts = [child for child in self.children(node.code) if not child.informative]
        together = node.rule in {"sum", "weighted", "mean", "lowest", "highest", "scaled"}
        return not (together and parts) or any(self.has_mark(part) for part in parts)

    @cached_property
    def _by_parent(self) -> Mapping[str, tuple[Node, ...]]:
        groups: dict[str, list[Node]] = {}
        for node in self.nodes:
            groups.setdefault(node.parent, []).append(node)
        return {code: tuple(nodes) for code, nodes in groups.items()}

    def node_classes(self, node: Node) -> tuple[str, ...]:
        """Return the classes that a node is for: its own, else its parent's, else all units'."""
        seen = {node.code}
        while not node.classes and node.parent in self.node and node.parent not in seen:
            seen.add(node.parent)
            node = self.node[node.parent]
        return node.classes or self.ranked_unit_classes

    @cached_property
    def ranked_unit_classes(self) -> tuple[str, ...]:
        """The classes of bodies (not persons) of which at least one unit is ranked."""
        return tuple(
            name for name, kind in self.classes.items() if kind == "unit" and self.ranks(name)
        )

    def ranks(self, unit_class: str) -> bool:
        """Say whether a class has a unit that takes part in the ranking."""
        return any(unit.ranked for unit in self.units_of(unit_class))

    @cached_property
    def _by_class(self) -> Mapping[str, tuple[Unit, ...]]:
        groups: dict[str, list[Unit]] = {}
        for unit in self.units:
            groups.setdefault(unit.unit_class, []).append(unit)
        return {name: tuple(units) for name, units in groups.items()}

    def units_of(self, unit_class: str) -> tuple[Unit, ...]:
        """Return the units of a class in table order."""
        return self._by_class.get(unit_class, ())

    def root(self, unit_class: str) -> Node | None:
        """Return the top node of the score tree of a class, if it has one."""
        tops = (node for node in self.nodes if not node.parent)
        return next((node for node in tops if unit_class in self.node_classes(node)), None)

    def form_classes(self, form: Form) -> tuple[str, ...]:
        """Return the classes that a form is for: its own, else all ranked unit classes."""
        return form.classes or self.ranked_unit_classes

    def form_periods(self, form: Form) -> tuple[Period, ...]:
        """Return the periods in which a form is filled in."""
        if form.periods:
            return tuple(self.period[code] for code in form.periods if code in self.period)
        return self.periods

    def rubric(self, name: str, unit_class: str = "") -> tuple[Criterion, ...]:
        """Return the rows of a rubric, sections among them, that apply to a class."""
        return tuple(
            criterion
            for criterion in self.criteria
            if criterion.rubric == name and (not unit_class or criterion.applies_to(unit_class))
        )

    def input_points(self, code: str) -> Decimal | None:
        """Return the greatest full mark of the nodes that take an input, None for no bound."""
        nodes = [n for n in self.nodes if n.rule == "input" and n.source]
        marks = [n.points for n in nodes if n.source and n.source.criterion == code]
        known = [mark for mark in marks if mark is not None]
        return max(known) if known and len(known) == len(marks) else None

    def bonus_items(self, groups: tuple[str, ...]) -> tuple[BonusItem, ...]:
        """Return the bonus items of some groups in table order."""
        return tuple(item for item in self.bonuses if item.group in groups)
