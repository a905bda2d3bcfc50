"""The quick look at an .xlsx: markup as the common programs write it, else it gives up.

One pattern walks over rows and wanted cells. Whatever looks like a row or a cell and does not fit
it to the letter makes the sheet unusual, so that nothing can be passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from html import unescape

from assessor.sheets.grid import column_letters
from assessor.sheets.scan.formats import Shape, attributes
from assessor.sheets.scan.marks import Mark, Seen, Spot, Unusual, Value
from assessor.sheets.scan.package import Package

_HEAD = re.compile(
    rb'\s*(?:<\?xml version="1\.0"(?: encoding="(?:UTF-8|utf-8)")?'
    rb'(?: standalone="(?:yes|no)")?\s*\?>)?'
    rb'\s*<worksheet(?: xmlns:\w+="[^"]*"| mc:Ignorable="[^"]*"| xr:uid="[^"]*")*'
    rb' xmlns="http://schemas\.openxmlformats\.org/spreadsheetml/2006/main"[ >]'
)
_LAID_OVER = (b"<drawing", b"<legacyDrawing", b"AlternateContent", b"<!")
_MERGE = re.compile(rb"<mergeCell\s[^>]*>")
_AREA = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"|\bht="0(?:\.0*)?"')
_COLUMN = re.compile(rb"<col\s[^>]*>")
_EXTERNAL = re.compile(rb"\[(?:\d+|[^\]\[]*\.[A-Za-z]{2,5})\]")
_NUMBER = re.compile(rb"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_SHARED = re.compile(rb'\bt="shared"')
_SHARED_KEY = re.compile(rb'\bsi="(\d+)"')
_PICTURE_FORMULA = b"DISPIMG("
_MOST_MERGED = 10_000


def read_ordinary(package: Package, sheet: str, columns: Sequence[int]) -> Seen:
    """Return what the wanted columns hold; raise Unusual where the markup is of no known form."""
    markup = package.part(package.sheet(sheet))
    start, end = markup.find(b"<sheetData>"), markup.find(b"</sheetData>")
    if start < 0 or end < 0 or _HEAD.match(markup) is None:
        raise Unusual
    if any(sign in markup for sign in _LAID_OVER) or markup.find(b"<sheetData", start + 1) > 0:
        raise Unusual
    seen = Seen()
    walk = _Walk(seen, package)
    for row, rest, letters, number, style, kind, formula, value in _cells(tuple(columns)).findall(
        markup, start, end
    ):
        if letters:
            walk.cell(letters, number, style, kind, formula, value)
        elif row:
            walk.row(int(row), rest)
        else:
            raise Unusual
    walk.look_up_texts()
    _hidden_columns(markup[:start], seen)
    for spot in merged(_MERGE.findall(markup, end), set(columns)):
        seen.mark(spot, Mark.MERGED)
    return seen


@lru_cache(maxsize=256)
def _cells(columns: tuple[int, ...]) -> re.Pattern[bytes]:
    """Return the pattern of rows and of the cells of some columns.

    Its last branches fit the beginning of a row or cell that is written in another way: groups
    that stay empty tell it.
    """
    letters = b"|".join(column_letters(column).encode() for column in columns)
    return re.compile(
        rb'<(?:row r="(\d{1,7})"([^<>]*)>'
        rb'|c r="(' + letters + rb')(\d{1,7})"(?: s="(\d{1,6})")?(?: t="([a-zA-Z]+)")?'
        rb"(?:/>|>(<f[ />][^<]*(?:</f>)?)?(?:<v>([^<]*)</v>|<v/>)?</c>)"
        rb'|c r="(?:' + letters + rb")\d"
        rb'|c(?=[\s/>])(?! r="[A-Z]{1,3}\d)|row(?=[\s/>])|\w+:)'
    )


class _Walk:
    """Goes from cell to cell; rows must rise and no cell may come twice."""

    def __init__(self, seen: Seen, package: Package) -> None:
        self.seen, self.package = seen, package
        self.number = -1
        self.here = b""
        self.texts: dict[Spot, int] = {}
        self.masters: dict[bytes, bytes] = {}
        self.shapes: Mapping[int, Shape] = package.shapes()
        self.column: dict[bytes, int] = {}

    def row(self, number: int, rest: bytes) -> None:
        if number - 1 <= self.number:
            raise Unusual
        self.number, self.here = number - 1, b"%d" % number
        if b"h" in rest and _HIDDEN.search(rest):
            self.seen.hidden_rows.add(self.number)

    def cell(
        self, letters: bytes, number: bytes, style: bytes, kind: bytes, formula: bytes, value: bytes
    ) -> None:
        if number != self.here:
            raise Unusual
        column = self.column.get(letters)
        if column is None:
            column = self.column.setdefault(letters, column_of(letters))
        spot = (self.number, column)
        if spot in self.seen.values or spot in self.texts:
            raise Unusual
        if formula:
            self._formula(spot, formula, value)
        if not value:
            return
        if kind in (b"", b"n"):
            if _NUMBER.fullmatch(value) is None:
                raise Unusual
            number_value = float(value)
            self.seen.values[spot] = number_value
            shape = self.shapes.get(int(style or 0))
            if shape is not None:
                mark_shape(self.seen, spot, shape, number_value)
        elif kind == b"s" and value.isdigit():
            self.texts[spot] = int(value)
        else:
            self._rarely(spot, kind, value)

    def _rarely(self, spot: Spot, kind: bytes, value: bytes) -> None:
        if kind == b"b" and value in (b"0", b"1"):
            self.seen.values[spot] = value == b"1"
        elif kind == b"str" and b"&" not in value:
            self.seen.values[spot] = _decoded(value)
        elif kind == b"e":
            self.seen.mark(spot, Mark.ERROR)
            self.seen.texts[spot] = _decoded(value)
        else:
            raise Unusual

    def _formula(self, spot: Spot, formula: bytes, value: bytes) -> None:
        head, _, body = formula.partition(b">")
        text = body.removesuffix(b"</f>")
        if _SHARED.search(head):
            key = _SHARED_KEY.search(head)
            if key is None or (not text and key.group(1) not in self.masters):
                raise Unusual
            text = self.masters.setdefault(key.group(1), text)
        if _PICTURE_FORMULA in text:
            raise Unusual
        if not value or (value == b"0" and self.package.recomputes()):
            self.seen.mark(spot, Mark.FORMULA_EMPTY)
        elif _EXTERNAL.search(text):
            self.seen.mark(spot, Mark.FORMULA_EXTERNAL)
        else:
            self.seen.mark(spot, Mark.FORMULA)

    def look_up_texts(self) -> None:
        """Put the shared texts in the place of their numbers."""
        if not self.texts:
            return
        pieces = self.package.strings().split(b"<si>")
        for spot, index in self.texts.items():
            if index + 1 >= len(pieces):
                raise Unusual
            text = _text_of(pieces[index + 1])
            if text:
                self.seen.values[spot] = text


def _text_of(piece: bytes) -> str:
    body = piece.removesuffix(b"</si>")
    if body.startswith(b"<t>") and body.endswith(b"</t>"):
        text = body[3:-4]
    elif body.startswith(b'<t xml:space="preserve">') and body.endswith(b"</t>"):
        text = body[24:-4]
    else:
        return _runs(body)
    if b"<" in text:
        raise Unusual
    return unescape(_decoded(text)) if b"&" in text else _decoded(text)


_RUN = re.compile(
    rb"<r>(?:<rPr>(?:<\w+(?: \w+=\"[^\"]*\")*/>)*</rPr>)?"
    rb'<t(?: xml:space="preserve")?>([^<]*)</t></r>|<t(?: xml:space="preserve")?>([^<]*)</t>'
)


def _runs(body: bytes) -> str:
    """Return the text of rich runs, as LibreOffice writes words of several scripts."""
    texts = []
    position = 0
    body = body.partition(b"</si>")[0]
    while position < len(body):
        found = _RUN.match(body, position)
        if found is None:
            raise Unusual
        texts.append(found.group(1) or found.group(2) or b"")
        position = found.end()
    return unescape(_decoded(b"".join(texts)))


def _decoded(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError as fault:
        raise Unusual from fault


def mark_shape(seen: Seen, spot: Spot, shape: Shape, value: float) -> None:
    """Mark a number by how its cell shows it."""
    if shape.percent:
        seen.mark(spot, Mark.PERCENT)
    elif shape.date:
        seen.mark(spot, Mark.DATE)
    elif abs(value) < 1e15 and (shown := shape.shows(Decimal(f"{value:.15g}"))):
        seen.shown[spot] = shown


def _hidden_columns(head: bytes, seen: Seen) -> None:
    if b"hidden=" not in head:
        return
    for tag in _COLUMN.findall(head):
        if _HIDDEN.search(tag):
            found = attributes(tag)
            seen.hidden_columns.update(
                range(int(found.get(b"min", b"1")) - 1, min(int(found.get(b"max", b"1")), 16_384))
            )


def merged(tags: Sequence[bytes], columns: set[int]) -> list[Spot]:
    """Return the wanted cells inside some merged areas."""
    spots: list[Spot] = []
    for tag in tags:
        found = _AREA.fullmatch(attributes(tag).get(b"ref", b""))
        if found is None:
            raise Unusual
        left, top, right, bottom = found.groups()
        first, last = column_of(left), column_of(right or left)
        across = [column for column in columns if first <= column <= last]
        if across:
            if int(bottom or top) - int(top) > _MOST_MERGED:
                raise Unusual
            for row in range(int(top) - 1, int(bottom or top)):
                spots += [(row, column) for column in across]
    return spots


def column_of(letters: bytes) -> int:
    """Return the 0-based number of a column's letters."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


__all__ = ["Value", "column_of", "mark_shape", "merged", "read_ordinary"]
