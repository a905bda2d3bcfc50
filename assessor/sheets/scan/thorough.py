"""The diagnosing look at an .xlsx: every element of the sheet, whatever wrote it, and why.

It parses the XML by the book (names without their namespace, so that strict OOXML and prefixes
are the same to it), counts rows and columns where addresses are missing, and reads what lies over
the cells. It explains what it can; what contradicts itself is marked, never chosen.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree

from assessor.sheets.book import Unreadable
from assessor.sheets.scan.formats import Shape
from assessor.sheets.scan.marks import UNCLEAR, Contradiction, Mark, Seen, Spot
from assessor.sheets.scan.ordinary import column_of, mark_shape
from assessor.sheets.scan.overlays import comments_of, lies_over
from assessor.sheets.scan.package import Package, in_a_known_language
from assessor.sheets.scan.remarks import score_in

Element = ElementTree.Element

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_AREA = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")
_EXTERNAL = re.compile(r"\[(?:\d+|[^\]\[]*\.[A-Za-z]{2,5})\]")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}:[0-9]{2}")
_IN_CELL = {"f", "v", "is", "extLst"}
_TRUE = {"1", "true", "on"}


def read_thoroughly(package: Package, sheet: str, columns: Sequence[int], rows: int) -> Seen:
    """Return what the wanted columns hold in the first rows, and why where they hold nothing."""
    part = package.sheet(sheet)
    walk = _Walk(package, set(columns), rows)
    markup = in_a_known_language(package.part(part))
    if b"<!DOCTYPE" in markup or b"<!ENTITY" in markup:
        raise Unreadable("file_damaged", "xlsx")
    try:
        for element in _rows_and_rest(markup):
            walk.take(element)
    except (ElementTree.ParseError, ValueError, LookupError) as fault:
        raise Unreadable("file_damaged", "xlsx") from fault
    seen = walk.seen
    covered = lies_over(package, part, walk.sizes)
    seen.lay_over(covered.spots(walk.columns, rows), Mark.PICTURE)
    for spot, text in comments_of(package, part).items():
        if spot[1] in walk.columns and (score := score_in(text)):
            seen.lay_over([spot], Mark.COMMENT, score)
    return seen


def _rows_and_rest(markup: bytes) -> Iterator[Element]:
    """Yield the rows and the other elements of a sheet that matter; memory does not grow."""
    inside = False
    for event, element in ElementTree.iterparse(io.BytesIO(markup), ("start", "end")):
        name = local(element.tag)
        if event == "start":
            inside = inside or name == "sheetData"
            continue
        if name == "sheetData":
            inside = False
            _only(element, {"row"})
            element.clear()
        elif name == "row" and inside:
            yield element
            element.clear()
        elif name in {"col", "mergeCell", "sheetFormatPr"} and not inside:
            yield element


def local(tag: str) -> str:
    """Return the name of an element without its namespace."""
    return tag.rpartition("}")[2]


def _only(element: Element, names: set[str]) -> None:
    """Hold that an element has no other children: what they hold nobody would see."""
    if any(local(child.tag) not in names for child in element):
        raise Contradiction


@dataclass
class Sizes:
    """Heights of rows and widths of columns, for what is laid over the cells (in points)."""

    row: float = 15.0
    column: float = 48.0
    rows: dict[int, float] = field(default_factory=dict)
    columns: dict[int, float] = field(default_factory=dict)


_POINTS_A_CHARACTER = 5.4
_MOST_COLUMNS = 16_384


class _Walk:
    def __init__(self, package: Package, columns: set[int], rows: int) -> None:
        self.package, self.columns, self.rows = package, columns, rows
        self.seen = Seen()
        self.sizes = Sizes()
        self.row = -1
        self.places: set[Spot] = set()
        self.shapes: dict[int, Shape] = package.shapes()
        self.masters: dict[str, str] = {}
        self._strings: list[str] | None = None

    def take(self, element: Element) -> None:
        match local(element.tag):
            case "row":
                self._row(element)
            case "mergeCell":
                self._merged(element.get("ref", ""))
            case "col":
                self._column(element)
            case "sheetFormatPr":
                self.sizes.row = _points(element.get("defaultRowHeight"), self.sizes.row)

    def _row(self, row: Element) -> None:
        _only(row, {"c", "extLst"})
        self.row = int(row.get("r", "0") or 0) - 1 if row.get("r") else self.row + 1
        if self.row < 0:
            raise Contradiction
        height = row.get("ht")
        if row.get("hidden") in _TRUE or (height is not None and _points(height, 1.0) == 0):
            self.seen.hidden_rows.add(self.row)
        if height is not None:
            self.sizes.rows[self.row] = _points(height, self.sizes.row)
        column = -1
        for cell in row:
            if local(cell.tag) == "c":
                column = self._column_of(cell, column)
                if column in self.columns and self.row < self.rows:
                    self._cell(cell, (self.row, column))

    def _column_of(self, cell: Element, before: int) -> int:
        address = cell.get("r")
        if address is None:
            return before + 1
        found = _ADDRESS.fullmatch(address)
        if found is None or int(found.group(2)) - 1 != self.row:
            raise Contradiction
        return column_of(found.group(1).encode())

    def _cell(self, cell: Element, spot: Spot) -> None:
        children = [local(child.tag) for child in cell]
        if spot in self.places:
            raise Contradiction
        self.places.add(spot)
        if set(children) - _IN_CELL or len(set(children)) != len(children):
            self.seen.values[spot] = UNCLEAR
            return
        parts = dict(zip(children, cell, strict=True))
        kind = cell.get("t", "n")
        if any(len(parts[name]) for name in ("v", "f") if name in parts):
            self.seen.values[spot] = UNCLEAR
            return
        value = parts["v"].text or "" if "v" in parts else ""
        if "is" in parts:
            value = string_of(parts["is"])
            if kind != "inlineStr" or "v" in parts:
                self.seen.values[spot] = UNCLEAR
                return
        if "f" in parts:
            self._formula(spot, parts["f"], value)
        if kind == "e" and cell.get("vm") and value == "#VALUE!":
            self.seen.mark(spot, Mark.PICTURE)  # how Excel keeps a picture placed in a cell
        elif value != "":
            self._value(spot, kind, value, _int(cell.get("s")))

    def _value(self, spot: Spot, kind: str, value: str, style: int) -> None:
        seen = self.seen
        if kind == "e":
            seen.mark(spot, Mark.ERROR)
            seen.texts[spot] = value
        elif kind == "s":
            if text := self._shared(value):
                seen.values[spot] = text
        elif kind in {"str", "inlineStr"}:
            seen.values[spot] = value
        elif kind == "b":
            known = {"1": True, "true": True, "0": False, "false": False}
            seen.values[spot] = known.get(value, UNCLEAR)
        elif kind == "d":
            seen.values[spot] = value if _DAY.match(value) else UNCLEAR
            seen.mark(spot, Mark.DATE)
        elif kind == "n" and _NUMBER.fullmatch(value):
            seen.values[spot] = float(value)
            mark_shape(seen, spot, self.shapes.get(style, Shape()), float(value))
        else:
            seen.values[spot] = value if kind == "n" else UNCLEAR

    def _formula(self, spot: Spot, formula: Element, value: str) -> None:
        text = formula.text or ""
        if formula.get("t") == "shared":
            key = formula.get("si", "")
            text = self.masters.setdefault(key, text) if text else self.masters.get(key, "")
        if "DISPIMG(" in text:
            self.seen.mark(spot, Mark.PICTURE)  # how WPS keeps a picture placed in a cell
        elif not value or (value == "0" and self.package.recomputes()):
            self.seen.mark(spot, Mark.FORMULA_EMPTY)
        else:
            external = Mark.FORMULA_EXTERNAL if _EXTERNAL.search(text) else Mark.FORMULA
            self.seen.mark(spot, external)

    def _shared(self, index: str) -> str:
        if self._strings is None:
            self._strings = _shared_strings(self.package.strings())
        if not index.strip().isdigit() or int(index) >= len(self._strings):
            raise Contradiction
        return self._strings[int(index)]

    def _merged(self, area: str) -> None:
        found = _AREA.fullmatch(area)
        if found is None:
            raise Contradiction
        left, top, right, bottom = found.groups()
        first, last = column_of(left.encode()), column_of((right or left).encode())
        for row in range(int(top) - 1, min(int(bottom or top), self.rows)):
            for column in (c for c in self.columns if first <= c <= last):
                self.seen.mark((row, column), Mark.MERGED)

    def _column(self, column: Element) -> None:
        first, last = _int(column.get("min")) - 1, min(_int(column.get("max")), _MOST_COLUMNS)
        if column.get("hidden") in _TRUE:
            self.seen.hidden_columns.update(range(first, last))
        if width := column.get("width"):
            points = _points(width, 9.0) * _POINTS_A_CHARACTER
            self.sizes.columns.update(dict.fromkeys(range(first, last), points))


def _shared_strings(part: bytes) -> list[str]:
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise Unreadable("file_damaged", "xlsx")
    if not part:
        return []
    root = ElementTree.fromstring(part)
    return [string_of(item) for item in root if local(item.tag) == "si"]


def string_of(item: Element) -> str:
    """Return the text of a string item: plain or in runs, without what says how to pronounce it."""
    texts = []
    for child in item:
        name = local(child.tag)
        if name == "t":
            texts.append(child.text or "")
        elif name == "r":
            texts += [part.text or "" for part in child if local(part.tag) == "t"]
    return "".join(texts)


def _int(digits: str | None) -> int:
    return int(digits) if digits and digits.isdigit() else 0


def _points(text: str | None, otherwise: float) -> float:
    try:
        return float(text) if text else otherwise
    except ValueError:
        return otherwise
