"""A scheme file or folder to a checked Scheme with every problem found in one pass."""

from __future__ import annotations

from pathlib import Path

from assessor.i18n import Term
from assessor.problems import AssessorError, Place, Problem, error, has_errors
from assessor.scheme.build import build_scheme
from assessor.scheme.checks import check_scheme
from assessor.scheme.columns import DECISIONS, TABLES, Table
from assessor.scheme.model import Scheme
from assessor.scheme.tables import Row, read_tables
from assessor.sheets.book import Book, Unreadable, open_book
from assessor.sheets.csvfolder import read_csv, read_csv_folder
from assessor.sheets.grid import Grid
from assessor.sheets.scan import Mark, scan


def load_scheme(path: Path) -> tuple[Scheme, list[Problem]]:
    """Return the scheme of a workbook or of a folder of CSV files, and all its problems.

    A scheme with errors is returned too, so that its score tree can be printed beside them.
    """
    grids, problems = read_grids(path)
    rows, faults = read_tables(grids, TABLES)
    problems.extend(faults)
    scheme, faults = build_scheme(rows, Place(path.name))
    problems.extend(faults)
    problems.extend(check_scheme(scheme))
    return scheme, sorted_problems(problems)


def load_sound_scheme(path: Path) -> tuple[Scheme, list[Problem]]:
    """Return a scheme without errors; raise AssessorError with all problems otherwise."""
    scheme, problems = load_scheme(path)
    if has_errors(problems):
        raise AssessorError(*problems)
    return scheme, problems


def load_decision_rows(path: Path) -> tuple[list[Row], list[Problem]]:
    """Return the rows of a decisions table (.xlsx or .csv) and what cannot be read in them;
    none where there is no file."""
    if not path.exists():
        return [], []
    if path.suffix == ".csv":
        grids = [Grid(path.name, DECISIONS.zh, read_csv(path).rows)]
        problems: list[Problem] = []
    else:
        grids, problems = read_grids(path)
    rows, faults = read_tables(grids, (DECISIONS,))
    return rows[DECISIONS.key], [*problems, *faults]


def read_grids(path: Path) -> tuple[list[Grid], list[Problem]]:
    """Return the visible sheets of a workbook, or the CSV files of a folder; and the cells of a
    workbook of which nothing can be seen: they must not pass for empty ones."""
    if path.is_dir():
        return read_csv_folder(path), []
    try:
        book = open_book(path.name, path.read_bytes())
        hidden = book.hidden_sheets()
        grids = [book.grid(name) for name in book.sheet_names if name not in hidden]
        return grids, [problem for grid in grids for problem in _unseen(book, grid)]
    except Unreadable as fault:
        raise AssessorError(error(fault.code, Place(path.name), kind=fault.kind)) from fault
    except OSError as fault:
        raise AssessorError(
            error("file_cannot_open", Place(str(path)), reason=str(fault))
        ) from fault


_UNSEEN = {
    Mark.ERROR: "error",
    Mark.FORMULA_EMPTY: "formula_empty",
    Mark.DISPUTED: "disputed",
}
"""Cells that hold more than the value reader shows, and how they are called."""


def _unseen(book: Book, grid: Grid) -> list[Problem]:
    width = max((len(row) for row in grid.rows), default=0)
    marks = scan(book, grid, range(width))
    return [
        error("table_cell_unseen", grid.place(*place), what=Term(f"cellkind.{_UNSEEN[one]}"))
        for place, mark in sorted(marks.cells.items(), key=lambda pair: pair[0])
        for one in _UNSEEN
        if one in mark
    ]


def sorted_problems(problems: list[Problem]) -> list[Problem]:
    """Return problems table by table, row by row, each table's own order kept."""
    tables = {name: position for position, table in enumerate(TABLES) for name in _names(table)}
    return sorted(
        problems,
        key=lambda problem: (tables.get(problem.place.sheet, -1), _row(problem.place.cell)),
    )


def _names(table: Table) -> tuple[str, str]:
    return table.key, table.zh


def _row(cell: str) -> int:
    digits = "".join(char for char in cell if char.isdigit())
    return int(digits) if digits else 0
