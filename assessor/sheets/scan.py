"""What the value reader does not show of wanted cells: errors, formulas, percent, merges, hiding.

The scan reads the cells' own markup beside calamine, which gives error values and formulas
without a value as blank, and 85 % as 0.85. Workbooks whose markup is not as expected go to
openpyxl, which is slow and thorough.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree

from assessor.sheets.book import Book, Unreadable
from assessor.sheets.grid import column_letters


class Mark(StrEnum):
    """Something about a cell that its value does not tell."""

    ERROR = "error"
    PERCENT = "percent"
    FORMULA = "formula"
    FORMULA_EMPTY = "formula_empty"
    FORMULA_EXTERNAL = "formula_external"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Marks:
    """Marks by 0-based (row, column), error texts, rows that are hidden."""

    cells: Mapping[tuple[int, int], Mark] = field(default_factory=dict)
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()


def scan(book: Book, sheet: str, columns: Iterable[int]) -> Marks:
    """Return the marks of some columns of a sheet."""
    wanted = sorted(set(columns))
    if book.kind == "xlsx":
        try:
            return _scan_xlsx(book, sheet, wanted)
        except (_Unusual, KeyError, zipfile.BadZipFile, UnicodeDecodeError):
            return _scan_openpyxl(book, sheet, wanted)
    if book.kind == "ods":
        return _scan_ods(book, sheet, wanted)
    if book.kind == "xls":
        return _scan_xls(book, sheet, wanted)
    return Marks()


class _Unusual(Exception):
    """The markup is not as the common programs write it."""


# -- .xlsx ---------------------------------------------------------------------------------------

_SHEET = re.compile(rb'<sheet\b[^>]*?\bname="([^"]*)"[^>]*?\b\w+:id="([^"]*)"')
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_HIDDEN_ROW = re.compile(rb'<row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')
_ANY_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_ODD_QUOTES = re.compile(rb"<(?:c|row|mergeCell) [^>]*='")
_EXTERNAL = re.compile(rb"\[(?:\d+|[^\]\[]*\.[A-Za-z]{2,5})\]")
_MERGE = re.compile(rb'<mergeCell\b[^>]*?\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_VALUE = re.compile(rb"<v>([^<]+)</v>|<is>", re.S)


def _scan_xlsx(book: Book, sheet: str, columns: list[int]) -> Marks:
    with zipfile.ZipFile(io.BytesIO(book.content)) as archive:
        part = _part_of(
            archive.read("xl/workbook.xml"), archive.read("xl/_rels/workbook.xml.rels"), sheet
        )
        markup = archive.read(part)
        names = archive.namelist()
        percent = (
            _percent_styles(archive.read("xl/styles.xml"))
            if "xl/styles.xml" in names
            else frozenset()
        )
    if len(_ANY_CELL.findall(markup)) != markup.count(b'<c r="') or _ODD_QUOTES.search(markup):
        raise _Unusual
    cells: dict[tuple[int, int], Mark] = {}
    errors: dict[tuple[int, int], str] = {}
    for column in columns:
        for row, attributes, body in _cells_of(column).findall(markup):
            place = (int(row) - 1, column)
            mark = _mark_xlsx(attributes, body, percent)
            if mark is not None:
                cells[place] = mark
            if mark is Mark.ERROR and (value := _VALUE.search(body)):
                errors[place] = (value.group(1) or b"").decode()
    for place in _merged(markup, set(columns)):
        cells[place] = Mark.MERGED
    hidden = frozenset(int(row) - 1 for row in _HIDDEN_ROW.findall(markup))
    return Marks(cells, errors, hidden)


@lru_cache(maxsize=256)
def _cells_of(column: int) -> re.Pattern[bytes]:
    letters = column_letters(column).encode()
    return re.compile(rb'<c r="' + letters + rb'(\d+)"([^>]*?[^/])?>(.*?)</c>', re.S)


def _mark_xlsx(attributes: bytes, body: bytes, percent: frozenset[bytes]) -> Mark | None:
    if b't="e"' in attributes:
        return Mark.ERROR
    if b"<f" in body:
        if _EXTERNAL.search(body[: body.find(b"</f>")]):
            return Mark.FORMULA_EXTERNAL
        return Mark.FORMULA if _VALUE.search(body) else Mark.FORMULA_EMPTY
    if percent and (style := re.search(rb'\bs="(\d+)"', attributes)) and style.group(1) in percent:
        return Mark.PERCENT
    return None


@lru_cache(maxsize=64)
def _percent_styles(styles: bytes) -> frozenset[bytes]:
    """Return the numbers of the cell formats that show a percentage."""
    custom = {
        dict(_ATTRIBUTE.findall(tag)).get(b"numFmtId", b"")
        for tag in re.findall(rb"<numFmt\b[^>]*>", styles)
        if b"%" in tag
    }
    formats = re.search(rb"<cellXfs\b.*?</cellXfs>", styles, re.S)
    if formats is None:
        return frozenset()
    numbers = [
        dict(_ATTRIBUTE.findall(tag)).get(b"numFmtId", b"0")
        for tag in re.findall(rb"<xf\b[^>]*>", formats.group())
    ]
    return frozenset(
        str(position).encode()
        for position, number in enumerate(numbers)
        if number in {b"9", b"10"} | custom
    )


@lru_cache(maxsize=256)
def _part_of(workbook: bytes, relations: bytes, sheet: str) -> str:
    from html import unescape

    names = {unescape(name.decode()): key for name, key in _SHEET.findall(workbook)}
    targets = {}
    for tag in _RELATION.findall(relations):
        attributes = dict(_ATTRIBUTE.findall(tag))
        targets[attributes.get(b"Id", b"")] = attributes.get(b"Target", b"").decode()
    target = targets[names[sheet]]
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _merged(markup: bytes, columns: set[int]) -> Iterable[tuple[int, int]]:
    for left, top, right, bottom in _MERGE.findall(markup):
        across = range(_column(left), _column(right) + 1)
        if int(bottom) - int(top) > 10_000:
            raise _Unusual
        for row in range(int(top) - 1, int(bottom)):
            yield from ((row, column) for column in across if column in columns)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


# -- the thorough way ----------------------------------------------------------------------------


def _scan_openpyxl(book: Book, sheet: str, columns: list[int]) -> Marks:
    from openpyxl import load_workbook

    try:
        formulas: Any = load_workbook(io.BytesIO(book.content))[sheet]
        values: Any = load_workbook(io.BytesIO(book.content), data_only=True)[sheet]
    except Exception as fault:  # openpyxl raises whatever its parsers raise
        raise Unreadable("file_damaged", book.kind) from fault
    cells: dict[tuple[int, int], Mark] = {}
    errors: dict[tuple[int, int], str] = {}
    for line in formulas.iter_rows():
        for cell in line:
            place = (cell.row - 1, cell.column - 1)
            if place[1] not in columns:
                continue
            cached = values.cell(cell.row, cell.column)
            if cached.data_type == "e":
                cells[place], errors[place] = Mark.ERROR, str(cached.value)
            elif cell.data_type == "f":
                text = str(getattr(cell.value, "text", cell.value))
                whole = Mark.FORMULA if cached.value is not None else Mark.FORMULA_EMPTY
                external = _EXTERNAL.search(text.encode())
                cells[place] = Mark.FORMULA_EXTERNAL if external else whole
            elif "%" in str(cell.number_format):
                cells[place] = Mark.PERCENT
    for area in formulas.merged_cells.ranges:
        for row, column in area.cells:
            if column - 1 in columns:
                cells[row - 1, column - 1] = Mark.MERGED
    hidden = frozenset(row - 1 for row, line in formulas.row_dimensions.items() if line.hidden)
    return Marks(cells, errors, hidden)


# -- .ods ----------------------------------------------------------------------------------------

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_MOST_ROWS = 20_000


def _scan_ods(book: Book, sheet: str, columns: list[int]) -> Marks:
    try:
        with zipfile.ZipFile(io.BytesIO(book.content)) as archive:
            content = archive.read("content.xml")
        if b"<!DOCTYPE" in content[:1000]:
            raise Unreadable("file_damaged", book.kind)
        root = ElementTree.fromstring(content)
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError) as fault:
        raise Unreadable("file_damaged", book.kind) from fault
    table = next((t for t in root.iter(f"{_TABLE}table") if t.get(f"{_TABLE}name") == sheet), None)
    cells: dict[tuple[int, int], Mark] = {}
    errors: dict[tuple[int, int], str] = {}
    hidden: set[int] = set()
    number = 0
    for line in table.iter(f"{_TABLE}table-row") if table is not None else ():
        repeated = int(line.get(f"{_TABLE}number-rows-repeated", "1"))
        if number > _MOST_ROWS:
            break
        if line.get(f"{_TABLE}visibility") in {"collapse", "filter"}:
            hidden.update(range(number, min(number + repeated, _MOST_ROWS)))
        column = 0
        for cell in line:
            if not cell.tag.startswith(_TABLE):
                continue
            times = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
            mark, text = _mark_ods(cell)
            for place in (c for c in columns if mark and column <= c < column + times):
                for line_number in range(number, min(number + repeated, _MOST_ROWS)):
                    cells[line_number, place] = mark  # type: ignore[assignment]
                    if mark is Mark.ERROR:
                        errors[line_number, place] = text
            _merged_ods(cell, number, column, columns, cells)
            column += times
        number += repeated
    return Marks(cells, errors, frozenset(hidden))


def _mark_ods(cell: ElementTree.Element) -> tuple[Mark | None, str]:
    text = "".join(part.text or "" for part in cell.iter(f"{_TEXT}p"))
    formula = cell.get(f"{_TABLE}formula", "")
    if cell.get(f"{_CALCEXT}value-type") == "error" or (formula and text.startswith(("#", "Err:"))):
        return Mark.ERROR, text
    if formula:
        if "'file:" in formula or "file://" in formula:
            return Mark.FORMULA_EXTERNAL, text
        has_value = cell.get(f"{_OFFICE}value") is not None or text
        return (Mark.FORMULA if has_value else Mark.FORMULA_EMPTY), text
    if cell.get(f"{_OFFICE}value-type") == "percentage":
        return Mark.PERCENT, text
    return None, text


def _merged_ods(
    cell: ElementTree.Element,
    row: int,
    column: int,
    columns: list[int],
    cells: dict[tuple[int, int], Mark],
) -> None:
    across = int(cell.get(f"{_TABLE}number-columns-spanned", "1"))
    down = int(cell.get(f"{_TABLE}number-rows-spanned", "1"))
    if across * down > 1:
        for line in range(row, row + min(down, _MOST_ROWS)):
            for place in (c for c in columns if column <= c < column + across):
                cells[line, place] = Mark.MERGED


# -- .xls ----------------------------------------------------------------------------------------


def _scan_xls(book: Book, sheet: str, columns: list[int]) -> Marks:
    """Return the marks of an old workbook; it does not show which values are formulas."""
    import xlrd

    try:
        opened = xlrd.open_workbook(
            file_contents=book.content, formatting_info=True, logfile=io.StringIO()
        )
        found = opened.sheet_by_name(sheet)
    except Exception as fault:  # xlrd raises whatever damaged bytes make it raise
        raise Unreadable("file_damaged", book.kind) from fault
    cells: dict[tuple[int, int], Mark] = {}
    errors: dict[tuple[int, int], str] = {}
    for row in range(found.nrows):
        for column in (c for c in columns if c < found.row_len(row)):
            cell = found.cell(row, column)
            if cell.ctype == xlrd.XL_CELL_ERROR:
                cells[row, column] = Mark.ERROR
                errors[row, column] = xlrd.error_text_from_code.get(int(cell.value), "#?")
            elif cell.ctype == xlrd.XL_CELL_NUMBER and cell.xf_index is not None:
                key = opened.xf_list[cell.xf_index].format_key
                if "%" in opened.format_map[key].format_str:
                    cells[row, column] = Mark.PERCENT
    for top, bottom, left, right in found.merged_cells:
        for row in range(top, bottom):
            for column in (c for c in columns if left <= c < right):
                cells[row, column] = Mark.MERGED
    hidden = frozenset(row for row, info in found.rowinfo_map.items() if info.hidden)
    return Marks(cells, errors, hidden)
