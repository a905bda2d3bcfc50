"""Random entries: what raters, tellers and panels write into the forms of a scheme."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import strategies as st

from assessor.scheme.model import Criterion, Form, Scheme
from assessor.scoring.column import Column, Status
from assessor.scoring.evaluate import evaluate
from tests.scoring.builders import Result, inputs_of
from tests.scoring.entries import IN, NOT_APPLICABLE, Sheet
from tests.scoring.strategies import CALM, OPTIONS, Wanted, grow_scheme

Draw = Callable[[st.SearchStrategy[Any]], Any]
RATERS = ("P1", "P2", "P3", "P4", "P5")
RANDOM = st.randoms(use_true_random=False)


@dataclass(frozen=True)
class Case:
    """A scheme and everything that scoring is given, as plain words."""

    scheme: Scheme
    sheets: tuple[Sheet, ...]
    overrides: dict[tuple[str, str], str] = field(default_factory=dict)
    exempt: tuple[tuple[str, str, str], ...] = ()
    external: dict[tuple[str, str], str] = field(default_factory=dict)
    """By input and unit: a number; ``?`` behind it: provisional where it comes from."""


@dataclass
class Writer:
    """Whoever fills in forms: carefully (calm), or leaving some of it open."""

    random: Random
    scheme: Scheme
    wanted: Wanted
    calm: bool

    def sheets(self) -> tuple[Sheet, ...]:
        """Return the sheets of up to five raters for every form."""
        panels = {node.parameters.get("panels") for node in self.scheme.nodes}
        sheets: list[Sheet] = []
        for number, form in enumerate(self.scheme.forms):
            most = 5 if self.wanted.new_ways and form.layout != "tally" else 3
            raters = RATERS[: number % most + 1]
            split = form.code in panels and self.random.randrange(4) > 0
            own = {unit.code: self.random.choice(raters) for unit in self.scheme.units}
            for rater in raters:
                mine = [u.code for u in self.scheme.units if not split or own[u.code] == rater]
                sheets.append(self.sheet(form, rater, mine))
        return tuple(sheets)

    def sheet(self, form: Form, rater: str, units: list[str]) -> Sheet:
        sheet = Sheet(form.code, "Y", rater, {})
        for unit in units:
            odd = ["", "not_due"] if self.calm else ["", "not_due", "missing", "awaiting"]
            state = self.random.choice([IN] * (20 if self.calm else 8) + odd)
            if state:
                sheet.state[unit] = state
                self._fill(form, sheet, unit)
        return sheet

    def _fill(self, form: Form, sheet: Sheet, unit: str) -> None:
        rows = [row for row in self.scheme.criteria if row.rubric == form.rubric]
        if form.layout == "review":
            for row in rows:
                cells = [self.mark(Decimal(100)) for _ in range(self.random.randint(0, 4))]
                if cells:
                    sheet.papers[unit, row.code] = tuple(cells)
        elif form.layout == "tally":
            self._vote(rows, sheet, unit)
        elif form.layout == "claims":
            for item in self.scheme.bonuses:
                if item.group == form.code:
                    sheet.entries[unit, item.code, "verified"] = self.count()
        else:
            for row in rows:
                if row.entry != "section":
                    sheet.entries[unit, row.code, "entry"] = self.entry(row)
                    if form.layout == "quantities":
                        sheet.entries[unit, row.code, "target"] = self.target()

    def _vote(self, rows: list[Criterion], sheet: Sheet, unit: str) -> None:
        for row in rows:
            for option in OPTIONS:
                sheet.entries[unit, row.code, option.option] = self.count()
        papers = 36  # as many as may be voted on above, so that no aspect has more votes
        for column in ("valid", "returned", "present", "expected"):
            papers += self.random.randint(0, 9)
            sheet.entries[unit, "", column] = str(papers)
        if not self.calm and self.random.randrange(10) == 9:
            column = self.random.choice(["returned", "expected", "valid"])
            sheet.entries[unit, "", column] = "awaiting"

    # ---- cells
    def entry(self, row: Criterion) -> str:
        """Return what stands in a cell of a scoring sheet."""
        if row.entry in ("earned", "deducted"):
            return self.mark(row.points or Decimal(100))
        odd = self._odd()
        if odd:
            return odd
        if row.entry in ("yes_no", "veto", "level"):
            return str(self.random.randint(0, 2 if row.entry == "level" else 1))
        if row.entry == "number":
            return str(Decimal(self.random.randint(-300, 1500)) / 10)
        return str(self.random.randint(0, 100 if row.entry == "rate" else 12))

    def _odd(self) -> str:
        odd = self.random.randrange(20)
        if odd == 19:
            return NOT_APPLICABLE
        return self.random.choice(["missing", "awaiting"]) if odd == 18 and not self.calm else ""

    def mark(self, points: Decimal) -> str:
        """Return points, with up to three digits."""
        odd = self._odd()
        digits = self.random.randint(0, 3)
        number = Decimal(self.random.randint(0, int(points * 10**digits)))
        return odd or str(number.scaleb(-digits))

    def target(self) -> str:
        odd = self.random.randrange(20)
        if odd == 19:
            return "0"
        return "awaiting" if odd == 18 and not self.calm else str(self.random.randint(1, 80))

    def count(self) -> str:
        number = self.random.randint(0, 29)
        return "awaiting" if number == 29 and not self.calm else str(number % 10)

    # ---- what is decided, and what comes from elsewhere
    def overrides(self) -> dict[tuple[str, str], str]:
        units = [unit.code for unit in self.scheme.units if unit.code.startswith("V")]
        decided = [
            node
            for node in self.scheme.nodes
            if node.points and node.parent and not {"cap", "floor"} & set(node.parameters)
        ]
        if not decided or self.random.randrange(2):
            return {}
        node = self.random.choice(decided)
        odd = self.random.randrange(20) == 19
        number = Decimal(self.random.randint(0, int((node.points or 0) * 1000))) / 1000
        mark = NOT_APPLICABLE if odd else str(number)
        return {(node.code, self.random.choice(units)): mark}

    def exempt(self) -> tuple[tuple[str, str, str], ...]:
        rows, units = self.scheme.criteria, self.scheme.units
        if not rows:
            return ()
        chosen = [self.random.choice(rows) for _ in range(self.random.randint(0, 2))]
        return tuple((row.rubric, row.code, self.random.choice(units).code) for row in chosen)

    def external(self) -> dict[tuple[str, str], str]:
        units = [unit.code for unit in self.scheme.units if self.calm or self.random.randrange(9)]
        tails = [""] * 9 + ["?" if self.wanted.new_ways else ""]
        return {
            ("files", unit): str(Decimal(self.random.randint(0, 100000)) / 1000)
            + self.random.choice(tails)
            for unit in units
        }


def fill_in(random: Random, scheme: Scheme, wanted: Wanted) -> tuple[Sheet, ...]:
    """Return the sheets of a scheme, the same raters every time."""
    calm = not wanted.open_parts or random.randrange(2) == 0
    return Writer(random, scheme, wanted, calm).sheets()


def grow_case(random: Random, wanted: Wanted) -> Case:
    """Return a scheme, what is entered, and decisions."""
    scheme = grow_scheme(random, wanted)
    calm = not wanted.open_parts or random.randrange(2) == 0
    writer = Writer(random, scheme, wanted, calm)
    return Case(scheme, writer.sheets(), writer.overrides(), writer.exempt(), writer.external())


@st.composite
def cases(draw: Draw, wanted: Wanted = CALM) -> Case:
    """Draw a scheme, what is entered, and decisions."""
    return grow_case(draw(RANDOM), wanted)


@st.composite
def entered(draw: Draw, scheme: Scheme, wanted: Wanted = CALM) -> tuple[Sheet, ...]:
    """Draw the sheets of up to five raters for every form."""
    return fill_in(draw(RANDOM), scheme, wanted)


def computed(case: Case, rounding: str) -> Result:
    """Return what the program makes of a case."""
    inputs = inputs_of(case.scheme, *case.sheets, overrides=case.overrides, exempt=case.exempt)
    inputs = replace(inputs, external=external_of(case))
    return Result(case.scheme, evaluate(case.scheme, inputs, rounding))


def external_of(case: Case) -> dict[str, Column]:
    """Return the columns from elsewhere, to three digits."""
    columns = {}
    for name in {name for name, _ in case.external}:
        texts = [case.external.get((name, unit.code), "") for unit in case.scheme.units]
        ticks = [int(Decimal(text.rstrip("?") or 0).scaleb(3)) for text in texts]
        statuses = {"": Status.SCORED, "?": Status.PROVISIONAL}
        kinds = [statuses[text[-1:].strip("0123456789")] if text else Status.MISSING
                 for text in texts]  # fmt: skip
        columns[name] = Column(3, ticks, kinds)
    return columns
