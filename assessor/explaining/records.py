"""What the terminal and ``--json`` show of an explanation: words, numbers as text, places."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Second:
    """What the second of two tellers wrote for the same count, and where."""

    raw: str
    file: str
    sheet: str
    cell: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One entry: what was written, what it counts as, where it stands, what is wrong with it."""

    form: str
    form_title: str
    period: str
    rater: str
    """Code of the rater, empty for the unit itself."""
    by: str
    """His name."""
    criterion: str
    column: str
    title: str
    """What the column means, where it is not the entry of its row."""
    raw: str
    value: str
    status: str
    file: str = ""
    sheet: str = ""
    cell: str = ""
    message: str = ""
    cure: str = ""
    second: Second | None = None
    """The same count by the second of two tellers."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A node in words, with everything below it."""

    code: str
    title: str
    path: tuple[str, ...]
    """Titles of what it stands under, from the top."""
    rule: str
    how: str
    """The rule in words."""
    status: str
    state: str
    """The status in words."""
    value: str
    """With its digits; empty for none."""
    points: str
    weight: str
    contribution: str
    """Weight × value, exactly; empty where a weight has been shared out."""
    formula: str
    """What was computed, with the result: ``(90 + 95) ÷ 2 = 92.5 → 92.50``."""
    informative: bool
    remarks: tuple[str, ...]
    cells: tuple[Cell, ...]
    children: tuple[Telling, ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """An open error of the unit: where, what, how to cure it."""

    code: str
    file: str
    sheet: str
    cell: str
    criterion: str
    message: str
    cure: str


@dataclass(frozen=True, slots=True)
class Story:
    """A unit, where it stands, and how it came by its score (or by what was asked for)."""

    scheme: str
    round: str
    unit_code: str
    unit: str
    unit_class: str
    status: str
    state: str
    score: str
    grade: str
    standing: tuple[str, ...]
    """Grade, limits, ranks, ties and awards, a sentence each."""
    nodes: tuple[Telling, ...]
    troubles: tuple[Trouble, ...]
    whole: bool
    """Whether all of the score is told, and not only a node."""

    @property
    def open(self) -> bool:
        """Whether the unit waits for something to be cured or to come."""
        return self.status in {"awaiting", "missing"}
