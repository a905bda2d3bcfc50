"""The look at an .xls through xlrd, and at its records for what xlrd does not show: formulas."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assessor.sheets.book import Unreadable
from assessor.sheets.scan.formats import shape_of
from assessor.sheets.scan.marks import Mark, Seen, Spot
from assessor.sheets.scan.ordinary import mark_shape
from assessor.sheets.scan.remarks import score_in

if TYPE_CHECKING:
    from xlrd.book import Book
    from xlrd.sheet import Cell, Sheet

_FORMULAS = frozenset({0x0006, 0x0206, 0x0406})
_END_OF_SHEET = 0x000A
_BEGIN = frozenset({0x0009, 0x0209, 0x0409, 0x0809})


def read_xls(content: bytes, name: str, columns: Sequence[int]) -> Seen:
    """Return what the wanted columns hold.

    Which workbook a formula reaches into, and pictures, an .xls does not show.
    """
    import xlrd

    try:
        book = xlrd.open_workbook(
            file_contents=content, formatting_info=True, on_demand=True, logfile=io.StringIO()
        )
        sheet = book.sheet_by_name(name)
        seen = _seen(book, sheet, set(columns))
        for spot in _formulas(book, book.sheet_names().index(name)):
            if spot[1] in columns:
                seen.mark(spot, Mark.FORMULA)
    except Exception as fault:  # xlrd raises whatever damaged bytes make it raise
        raise Unreadable("file_damaged", "xls") from fault
    return seen


def _seen(book: Book, sheet: Sheet, columns: set[int]) -> Seen:
    seen = Seen()
    for row in range(sheet.nrows):
        for column in (c for c in columns if c < sheet.row_len(row)):
            _cell(seen, book, sheet.cell(row, column), (row, column))
    for top, bottom, left, right in sheet.merged_cells:
        for row in range(top, bottom):
            for column in (c for c in columns if left <= c < right):
                seen.mark((row, column), Mark.MERGED)
    for spot, comment in sheet.cell_note_map.items():
        if spot[1] in columns and (score := score_in(comment.text)):
            seen.lay_over([spot], Mark.COMMENT, score)
    seen.hidden_rows.update(row for row, info in sheet.rowinfo_map.items() if info.hidden)
    seen.hidden_columns.update(c for c, info in sheet.colinfo_map.items() if info.hidden)
    return seen


def _cell(seen: Seen, book: Book, cell: Cell, spot: Spot) -> None:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_ERROR:
        seen.mark(spot, Mark.ERROR)
        seen.texts[spot] = xlrd.error_text_from_code.get(int(cell.value), "#?")
    elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
        seen.values[spot] = bool(cell.value)
    elif cell.ctype == xlrd.XL_CELL_DATE:
        seen.values[spot] = float(cell.value)
        seen.mark(spot, Mark.DATE)
    elif cell.ctype == xlrd.XL_CELL_NUMBER:
        seen.values[spot] = float(cell.value)
        key = book.xf_list[cell.xf_index or 0].format_key
        mark_shape(seen, spot, shape_of(book.format_map[key].format_str), float(cell.value))
    elif cell.ctype == xlrd.XL_CELL_TEXT and cell.value:
        seen.values[spot] = str(cell.value)


def _formulas(book: Book, index: int) -> Iterator[Spot]:
    """Yield the cells of the formula records of a sheet."""
    memory: bytes = book.mem or b""
    position: int = book._sh_abs_posn[index]  # type: ignore[attr-defined]
    depth = 0
    while position + 4 <= len(memory):
        code, length = struct.unpack_from("<HH", memory, position)
        if code in _BEGIN:
            depth += 1
        elif code == _END_OF_SHEET:
            depth -= 1
            if depth <= 0:
                return
        elif code in _FORMULAS and depth == 1 and length >= 4:
            yield struct.unpack_from("<HH", memory, position + 4)
        position += 4 + length
