"""What a second reader says of the wanted cells: what is in them, and what no value tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Flag, auto

Spot = tuple[int, int]
"""A 0-based row and column."""


class Mark(Flag):
    """What there is about a cell that its value does not tell."""

    NONE = 0
    ERROR = auto()
    """An error value such as #N/A; the value reader shows nothing."""
    PERCENT = auto()
    DATE = auto()
    """A number that the cell shows as a date or a time."""
    FORMULA = auto()
    FORMULA_EMPTY = auto()
    """A formula whose result the file does not hold."""
    FORMULA_EXTERNAL = auto()
    """A formula that reaches into another workbook."""
    MERGED = auto()
    PICTURE = auto()
    """A picture or a drawing stands in the cell or lies over it, and there is no value."""
    COMMENT = auto()
    """The cell is empty, but a short comment at it holds a number."""
    DISPUTED = auto()
    """Two readers do not find the same in the cell."""


SILENT = Mark.ERROR | Mark.FORMULA_EMPTY | Mark.PICTURE | Mark.COMMENT
"""Cells of which the value reader may show nothing, or a 0 that nobody computed."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What is told of the wanted cells of a sheet, by 0-based row and column."""

    cells: Mapping[Spot, Mark] = field(default_factory=dict)
    texts: Mapping[Spot, str] = field(default_factory=dict)
    """The error value, the comment, or what the other reader found."""
    shown: Mapping[Spot, str] = field(default_factory=dict)
    """What a cell shows where its number format rounds the value."""
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


Value = str | float | bool
"""What stands in a cell by its markup; a date is the number that is stored."""


class Unclear:
    """A cell of which its own markup says two things: no value equals it."""


UNCLEAR = Unclear()


@dataclass(slots=True)
class Seen:
    """What one reader of markup found in the wanted columns."""

    values: dict[Spot, Value | Unclear] = field(default_factory=dict)
    cells: dict[Spot, Mark] = field(default_factory=dict)
    texts: dict[Spot, str] = field(default_factory=dict)
    shown: dict[Spot, str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    proved: bool = False
    """Whether every wanted cell was found to hold what the value reader gave."""

    def mark(self, spot: Spot, mark: Mark) -> None:
        """Add a mark to a cell."""
        self.cells[spot] = self.cells.get(spot, Mark.NONE) | mark

    def lay_over(self, spots: Iterable[Spot], mark: Mark, text: str = "") -> None:
        """Mark those of some cells in which no value stands."""
        for spot in spots:
            if spot not in self.values:
                self.mark(spot, mark)
                if text:
                    self.texts.setdefault(spot, text)


class Unusual(Exception):
    """The markup is not as the common programs write it: the thorough reader must look."""


class Contradiction(Exception):
    """The markup says two things of one place; nobody can tell what the sender sees."""


_FAULTS = {
    Mark.MERGED: "cell_merged",
    Mark.DISPUTED: "cell_disputed",
    Mark.PICTURE: "cell_picture",
    Mark.ERROR: "cell_error_value",
    Mark.FORMULA_EMPTY: "cell_formula_empty",
    Mark.COMMENT: "cell_in_comment",
}
"""Marks of cells that hold no value, the first one before the others."""


def fault_of_mark(mark: Mark) -> str:
    """Return the code of why a cell holds no value that can be taken, whatever it was to hold."""
    return next((code for one, code in _FAULTS.items() if one in mark), "") if mark else ""
