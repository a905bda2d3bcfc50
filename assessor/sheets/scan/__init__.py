"""What the value reader does not show of wanted cells, and whether it can be believed.

Values come from calamine, which gives error values and formulas without a result as blank, 85 %
as 0.85, and takes markup for granted. Beside it a second reader, one for each format, looks at the
cells' own markup: what stands in them and how. Every wanted cell must hold the same for both; where
it does not, it is marked as disputed and nobody chooses.

An .xlsx is looked at quickly (`ordinary`); whatever is not written as the common programs write it
goes to the diagnosing reader (`thorough`), which is slower and says why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from assessor.sheets.book import Book, Unreadable
from assessor.sheets.grid import Grid
from assessor.sheets.scan.account import disputed
from assessor.sheets.scan.marks import (
    SILENT,
    Contradiction,
    Mark,
    Marks,
    Seen,
    Unusual,
    fault_of_mark,
)
from assessor.sheets.scan.ods import read_ods
from assessor.sheets.scan.ordinary import read_ordinary
from assessor.sheets.scan.package import package_of
from assessor.sheets.scan.thorough import read_thoroughly
from assessor.sheets.scan.xls import read_xls

__all__ = ["SILENT", "Mark", "Marks", "fault_of_mark", "scan"]


def scan(
    book: Book,
    grid: Grid,
    columns: Iterable[int],
    keys: Collection[int] = (),
    thorough: bool = False,
) -> Marks:
    """Return the marks of some columns of a sheet whose values are in the grid.

    `keys` are the columns that say what a row is: where readers differ over one of those, nobody
    knows which entry is whose, and the file is refused.
    """
    wanted = sorted({*columns, *keys})
    seen = _seen(book, grid, wanted, thorough) if wanted else Seen()
    for spot, other in () if seen.proved else list(disputed(grid, seen, wanted)):
        if spot[1] in keys and spot[0] < len(grid.rows):
            raise Unreadable("file_contradicts", book.kind)
        seen.mark(spot, Mark.DISPUTED)
        seen.texts[spot] = other
    return Marks(
        seen.cells,
        seen.texts,
        seen.shown,
        frozenset(seen.hidden_rows),
        frozenset(seen.hidden_columns),
    )


def _seen(book: Book, grid: Grid, columns: list[int], thorough: bool) -> Seen:
    match book.kind:
        case "xlsx":
            return _seen_xlsx(book, grid, columns, thorough)
        case "ods":
            return read_ods(book.content, grid.sheet, columns, _rows(grid))
        case "xls":
            return read_xls(book.content, grid.sheet, columns)
        case "csv":  # a table saved as text holds what it shows
            return Seen(proved=True)
    raise Unreadable("file_xlsb", book.kind)


def _rows(grid: Grid) -> int:
    """Return how many rows are looked at: a few more than have values, for errors have none."""
    return max(len(grid.rows), _ROWS)


_ROWS = 20_000


def _seen_xlsx(book: Book, grid: Grid, columns: list[int], thorough: bool) -> Seen:
    package = package_of(book.content)
    try:
        if not thorough:
            return read_ordinary(package, grid, columns)
    except Unusual:
        pass
    try:
        return read_thoroughly(package, grid.sheet, columns, _rows(grid))
    except (Contradiction, Unusual) as fault:
        raise Unreadable("file_contradicts", book.kind) from fault
