"""What the parts of a form share while it is painted: the sheet, and where things have come to
stand on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from assessor.i18n import Catalog, catalog
from assessor.outputs.style import Sheets
from assessor.scheme.copies import Copy, bound_rows
from assessor.scheme.model import Scheme
from assessor.scheme.plan import EntryRule, PlanTable

Values = Mapping[tuple[str, str, str], object]
Box = tuple[int, int, int, int]
"""First row, first column, last row, last column."""

HEAD_ROWS = 6
"""Annex, title, subtitle, unit and due date, number and how many to go, an empty line."""
_HIGHEST = 400.0
"""Points: Excel takes no row that is higher than 409."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is said of a cell in a copy for correction."""

    text: str
    must: bool
    """Whether it must be mended, not only looked at."""
    open: bool
    """Whether nothing right stands in it yet."""


@dataclass
class WordLists:
    """Lists of words too long for a drop-down of their own: columns of a very hidden sheet."""

    sheet: str
    columns: list[tuple[str, ...]] = field(default_factory=list)

    def area(self, words: tuple[str, ...]) -> str:
        """Return where a list stands, as a formula; a new one is put to the right of the others."""
        if words not in self.columns:
            self.columns.append(words)
        column = self.columns.index(words)
        return f"='{self.sheet}'!{xl_range_abs(0, column, len(words) - 1, column)}"


@dataclass
class Canvas:
    """One copy on one sheet, painted top to bottom."""

    sheets: Sheets
    sheet: Worksheet
    scheme: Scheme
    copy: Copy
    filled: Values
    lists: WordLists
    cells: dict[tuple[str, str, str], tuple[int, int]] = field(default_factory=dict)
    """Row and column by (table, row code, column)."""
    rules: dict[tuple[int, int], EntryRule] = field(default_factory=dict)
    heights: list[tuple[int, float, bool]] = field(default_factory=list)
    """Row, height, whether it must stay with the next row."""
    checked: tuple[int, int] = (0, 0)
    marks: Mapping[tuple[str, str, str], Mark] = field(default_factory=dict)
    """On a copy for correction, what is to be mended, by (table, row code, column)."""

    @property
    def words(self) -> Catalog:
        """The texts of the scheme's language."""
        return catalog(self.scheme.settings.language)

    @property
    def widths(self) -> list[float]:
        """The widths of the columns."""
        return [float(column.width) for column in self.copy.plan.columns]

    @property
    def last(self) -> int:
        """The last column."""
        return len(self.copy.plan.columns) - 1

    def line(self, row: int, height: float, keep: bool = False) -> None:
        """Give a row its height."""
        height = min(height, _HIGHEST)
        self.sheet.set_row(row, height)
        self.heights.append((row, height, keep))

    def address(self, table: PlanTable, code: str, column: str) -> str:
        """Return the address of a cell of a table."""
        return str(xl_rowcol_to_cell(*self.cells[table.key, code, column]))

    @property
    def checked_address(self) -> str:
        """The address of the 已核 cell, fixed."""
        return str(xl_rowcol_to_cell(*self.checked, row_abs=True, col_abs=True))

    @property
    def is_checked(self) -> bool:
        """Whether the 已核 cell is filled in."""
        return ("foot", "checked", "value") in self.filled

    def codes(self, table: PlanTable) -> list[str]:
        """Return the code of every row of a table."""
        return [line.code or line.row.key for line in bound_rows(table, self.copy)]


def places_of(copy: Copy) -> tuple[dict[tuple[str, str, str], tuple[int, int]], int]:
    """Return where every cell of the tables of a copy stands, and the row at which its foot
    begins."""
    places: dict[tuple[str, str, str], tuple[int, int]] = {}
    row = HEAD_ROWS
    for table in copy.plan.tables:
        row += bool(table.title) + 1
        for line in bound_rows(table, copy):
            for column, head in enumerate(table.columns):
                places[table.key, line.code or line.row.key, head.key] = (row, column)
            row += 1
        row += 1
    return places, row


def boxes(cells: Iterable[tuple[int, int]]) -> list[Box]:
    """Return cells as few boxes: runs of rows in a column, equal runs side by side joined.

    >>> boxes([(0, 0), (1, 0), (0, 1), (1, 1), (3, 0)])
    [(0, 0, 1, 1), (3, 0, 3, 0)]
    """
    runs: list[Box] = []
    down = sorted(cells, key=lambda cell: cell[::-1])
    for column, group in groupby(down, lambda cell: cell[1]):
        for row, _ in group:
            if runs and runs[-1][1] == column and runs[-1][2] == row - 1:
                runs[-1] = (runs[-1][0], column, row, column)
            else:
                runs.append((row, column, row, column))
    joined: dict[tuple[int, int], Box] = {}
    done: list[Box] = []
    for top, left, bottom, right in runs:
        beside = joined.get((top, bottom))
        if beside is not None and beside[3] == left - 1:
            joined[top, bottom] = (top, beside[1], bottom, right)
            continue
        if beside is not None:
            done.append(beside)
        joined[top, bottom] = (top, left, bottom, right)
    return sorted([*done, *joined.values()], key=lambda box: (box[1], box[0]))


def areas(cells: Iterable[tuple[int, int]]) -> list[str]:
    """Return cells as addresses of areas: A1:A3, C1."""
    return [
        f"{xl_rowcol_to_cell(top, left)}:{xl_rowcol_to_cell(bottom, right)}"
        for top, left, bottom, right in boxes(cells)
    ]


def decimal_of(value: object) -> Decimal:
    """Return a number that is filled in or printed; 0 for anything else."""
    return Decimal(value) if isinstance(value, Decimal | int) else Decimal(0)
