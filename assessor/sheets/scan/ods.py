"""The look at an .ods: the cells of its content as written, repeats counted out."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from xml.etree import ElementTree

from assessor.sheets.book import Unreadable
from assessor.sheets.scan.formats import PLAIN
from assessor.sheets.scan.marks import UNCLEAR, Mark, Seen, Spot, Unclear, Value
from assessor.sheets.scan.ods_styles import Styles, styles_of
from assessor.sheets.scan.remarks import score_in

Element = ElementTree.Element

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"

_COLUMNS_AND_ROWS = frozenset({f"{_TABLE}table-column", f"{_TABLE}table-row"})
_SHEET = f"{_TABLE}table"
_GROUPS = frozenset(
    f"{_TABLE}table-{name}"
    for name in ("columns", "column-group", "header-columns", "rows", "row-group", "header-rows")
)
"""What columns and rows of a sheet may stand in."""
_LARGEST = 64 << 20
_MOST_COLUMNS = 16_384
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_END = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})\Z")
_PICTURES = frozenset({f"{_DRAW}frame", f"{_DRAW}image", f"{_DRAW}custom-shape", f"{_DRAW}g"})


def read_ods(content: bytes, sheet: str, columns: Sequence[int], rows: int) -> Seen:
    """Return what the wanted columns hold in the first rows."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            cells = _part(archive, "content.xml")
            styles = _part(archive, "styles.xml") if "styles.xml" in archive.namelist() else b""
    except Unreadable:
        raise
    except Exception as fault:  # zipfile raises whatever damaged bytes make it raise
        raise Unreadable("file_damaged", "ods") from fault
    try:
        walk = _Walk(set(columns), rows, styles_of(styles, cells))
        for element in _parts(cells, sheet):
            walk.take(element)
    except (ElementTree.ParseError, ValueError, LookupError) as fault:
        raise Unreadable("file_damaged", "ods") from fault
    walk.lay_over()
    return walk.seen


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    info = archive.getinfo(name)
    if info.file_size > _LARGEST:
        raise Unreadable("file_too_large", "ods")
    markup = archive.read(info)
    if b"<!DOCTYPE" in markup or b"<!ENTITY" in markup:
        raise Unreadable("file_damaged", "ods")
    return markup


def _parts(markup: bytes, sheet: str) -> Iterator[Element]:
    """Yield the columns and rows of one table; memory does not grow.

    Office programs pass over what stands in elements that may hold no rows, while calamine takes
    any row: a file with such rows contradicts itself.
    """
    path: list[str] = []
    for event, element in ElementTree.iterparse(io.BytesIO(markup), ("start", "end")):
        tag = element.tag
        if event == "start":
            if path or (tag == _SHEET and element.get(f"{_TABLE}name") == sheet):
                path.append(tag)
        elif path:
            path.pop()
            if not path:
                return
            if tag in _COLUMNS_AND_ROWS and path.count(_SHEET) == 1:
                if not _GROUPS.issuperset(path[1:]):
                    raise Unreadable("file_contradicts", "ods")
                yield element
                element.clear()


_BARE = frozenset({f"{_TABLE}style-name", f"{_TABLE}number-columns-repeated"})
"""What an empty cell may say; there may be a million of them."""


class _Walk:
    def __init__(self, columns: set[int], rows: int, styles: Styles) -> None:
        self.columns, self.rows, self.styles = columns, rows, styles
        self.usual: dict[int, str] = {}
        self.seen = Seen()
        self.row = 0
        self.column = 0
        self.areas: list[tuple[int, int, int, int]] = []
        self.remarks: dict[Spot, str] = {}

    def take(self, element: Element) -> None:
        if element.tag == f"{_TABLE}table-column":
            times = _int(element, "number-columns-repeated")
            if element.get(f"{_TABLE}visibility") in {"collapse", "filter"}:
                last = min(self.column + times, _MOST_COLUMNS)
                self.seen.hidden_columns.update(range(self.column, last))
            style = element.get(f"{_TABLE}default-cell-style-name", "")
            for place in (c for c in self.columns if self.column <= c < self.column + times):
                self.usual[place] = style
            self.column += times
        else:
            self._row(element)

    def _row(self, line: Element) -> None:
        repeated = _int(line, "number-rows-repeated")
        rows = range(self.row, min(self.row + repeated, self.rows))
        self.row += repeated
        if not rows:
            return
        if line.get(f"{_TABLE}visibility") in {"collapse", "filter"}:
            self.seen.hidden_rows.update(rows)
        column = 0
        for cell in line:
            if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                continue
            times = _int(cell, "number-columns-repeated")
            if len(cell) or not cell.attrib.keys() <= _BARE:
                for place in (c for c in self.columns if column <= c < column + times):
                    for row in rows:
                        self._cell(cell, (row, place))
                self._laid_over(cell, rows[0], column)
            column += times

    def _cell(self, cell: Element, spot: Spot) -> None:
        seen = self.seen
        text = _text_of(cell)
        formula = cell.get(f"{_TABLE}formula", "")
        value = _value_of(cell, text)
        if cell.get(f"{_CALCEXT}value-type") == "error" or (
            formula and text.startswith(("#", "Err:"))
        ):
            seen.mark(spot, Mark.ERROR)
            seen.texts[spot] = text
        elif value != "":
            seen.values[spot] = value
        if formula:
            if "'file:" in formula or "file://" in formula:
                seen.mark(spot, Mark.FORMULA_EXTERNAL)
            else:
                computed = value != "" or bool(text)
                seen.mark(spot, Mark.FORMULA if computed else Mark.FORMULA_EMPTY)
        kind = cell.get(f"{_OFFICE}value-type")
        style = cell.get(f"{_TABLE}style-name") or self.usual.get(spot[1], "")
        shape = self.styles.shape(style) if kind == "float" else PLAIN
        if kind == "percentage" or shape.percent:
            seen.mark(spot, Mark.PERCENT)
        elif kind in {"date", "time"} or shape.date:
            seen.mark(spot, Mark.DATE)
        elif kind == "float" and isinstance(value, float) and _rounds(text, value):
            seen.shown[spot] = text
        for note in cell.iter(f"{_OFFICE}annotation"):
            said = "\n".join(_paragraph(p) for p in note.iter(f"{_TEXT}p"))
            if score := score_in(said):
                self.remarks[spot] = score

    def _laid_over(self, cell: Element, row: int, column: int) -> None:
        across = _int(cell, "number-columns-spanned")
        down = _int(cell, "number-rows-spanned")
        if across * down > 1:
            for line in range(row, min(row + down, self.rows)):
                for place in (c for c in self.columns if column <= c < column + across):
                    self.seen.mark((line, place), Mark.MERGED)
        for shape in cell:
            if shape.tag in _PICTURES:
                end = _END.search(shape.get(f"{_TABLE}end-cell-address", ""))
                bottom, right = (
                    (int(end.group(2)) - 1, _column_of(end.group(1))) if end else (row, column)
                )
                self.areas.append((row, column, bottom, right))

    def lay_over(self) -> None:
        """Mark the cells without a value over which a picture lies, or at which a score stands."""
        for spot, said in self.remarks.items():
            self.seen.lay_over([spot], Mark.COMMENT, said)
        for top, left, bottom, right in self.areas:
            spots = [
                (row, column)
                for row in range(top, min(bottom + 1, self.rows))
                for column in self.columns
                if left <= column <= right
            ]
            self.seen.lay_over(spots, Mark.PICTURE)


def _rounds(text: str, value: float) -> bool:
    """Say whether a cell shows another number than it holds."""
    return bool(_PLAIN_NUMBER.fullmatch(text)) and Decimal(text) != Decimal(f"{value:.15g}")


def _value_of(cell: Element, text: str) -> Value | Unclear:
    kind = cell.get(f"{_OFFICE}value-type")
    if kind in {"float", "percentage", "currency"}:
        number = cell.get(f"{_OFFICE}value")
        return float(number) if number else UNCLEAR
    if kind == "boolean":
        return {"true": True, "false": False}.get(cell.get(f"{_OFFICE}boolean-value", ""), UNCLEAR)
    if kind in {"date", "time"}:
        return cell.get(f"{_OFFICE}{kind}-value", "") or UNCLEAR
    if kind == "string":
        return cell.get(f"{_OFFICE}string-value") or text
    return text


def _text_of(cell: Element) -> str:
    return "\n".join(_paragraph(part) for part in cell if part.tag == f"{_TEXT}p")


def _paragraph(part: Element) -> str:
    """Return the text of a paragraph, without comments that stand inside it."""
    pieces = [part.text or ""]
    for child in part:
        if child.tag == f"{_TEXT}s":
            pieces.append(" " * int(child.get(f"{_TEXT}c", "1")))
        elif child.tag != f"{_OFFICE}annotation":
            pieces.append(_paragraph(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def _int(element: Element, name: str) -> int:
    return int(element.get(f"{_TABLE}{name}", "1"))


def _column_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
