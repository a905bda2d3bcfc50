"""The quick look at an .xlsx: proof that its cells hold what the value reader gave.

One pattern walks over rows and wanted cells of markup as the common programs write it. Whatever
looks like a row or a cell and does not fit it to the letter, and whatever does not hold the value
that was read, makes the sheet unusual: then the thorough reader looks, and says why.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from html import unescape

from assessor.sheets.grid import Grid, Raw, column_letters
from assessor.sheets.scan.account import same
from assessor.sheets.scan.formats import PLAIN, Shape, attributes
from assessor.sheets.scan.marks import Mark, Seen, Spot, Unusual
from assessor.sheets.scan.package import Package

_HEAD = re.compile(
    rb'\s*(?:<\?xml version="1\.0"(?: encoding="(?:UTF-8|utf-8)")?'
    rb'(?: standalone="(?:yes|no)")?\s*\?>)?'
    rb'\s*<worksheet(?: xmlns:\w+="[^"]*"| mc:Ignorable="[^"]*"| xr:uid="[^"]*")*'
    rb' xmlns="http://schemas\.openxmlformats\.org/spreadsheetml/2006/main"[ >]'
)
_LAID_OVER = (b"<drawing", b"<legacyDrawing", b"AlternateContent", b"<!")
_MERGE = re.compile(
    rb'<mergeCell ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"\s*(?:/>|></mergeCell>)'
)
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"|\bht="0(?:\.0*)?"')
_COLUMN = re.compile(rb"<col\s[^>]*>")
_EXTERNAL = re.compile(rb"\[(?:\d+|[^\]\[]*\.[A-Za-z]{2,5})\]")
_SHARED = re.compile(rb'\bt="shared"')
_SHARED_KEY = re.compile(rb'\bsi="(\d+)"')
_PICTURE_FORMULA = b"DISPIMG("
_MOST_MERGED = 10_000


def read_ordinary(package: Package, grid: Grid, columns: Sequence[int]) -> Seen:
    """Return the marks of the wanted columns, every cell of which holds what the grid says;
    raise Unusual where that is not certain."""
    markup = package.part(package.sheet(grid.sheet))
    start, end = markup.find(b"<sheetData>"), markup.find(b"</sheetData>")
    if start < 0 or end < 0 or _HEAD.match(markup) is None:
        raise Unusual
    if any(sign in markup for sign in _LAID_OVER) or markup.find(b"<sheetData", start + 1) > 0:
        raise Unusual
    seen = Seen(proved=True)
    proof = _Proof(seen, package, grid)
    filled = proof.walk(_cells(tuple(columns)).findall(markup, start + len("<sheetData>"), end))
    if filled != _filled(grid, columns):
        raise Unusual
    _hidden_columns(markup[:start], seen)
    _merged(markup, end, set(columns), seen)
    return seen


def _filled(grid: Grid, columns: Sequence[int]) -> int:
    """Return in how many wanted cells the value reader found something."""
    rows = grid.rows
    width = len(rows[0]) if rows else 0
    if any(len(line) != width for line in rows):
        raise Unusual
    there = [column for column in columns if column < width]
    return sum(line[column] != "" for column in there for line in rows)


@lru_cache(maxsize=256)
def _cells(columns: tuple[int, ...]) -> re.Pattern[bytes]:
    """Return the pattern of rows and of the cells of some columns.

    Its last branches fit whatever is no row, cell, value, formula or text in its usual form: groups
    that stay empty tell it.
    """
    letters = b"|".join(column_letters(column).encode() for column in columns)
    return re.compile(
        rb'<(?:row r="(\d{1,7})"([^<>]*)>'
        rb'|c r="(' + letters + rb')(\d{1,7})"(?: s="(\d{1,6})")?(?: t="([a-zA-Z]+)")?'
        rb"(?: ?/>|>(<f[ />][^<]*(?:</f>)?)?(?:<v>([^<]*)</v>|<v ?/>"
        rb'|<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>)'
        rb'|c r="(?:' + letters + rb")\d"
        rb'|(?!/|c r="[A-Z]{1,3}\d|v[ >/]|f[ >/]|is>|t[ >]))'
    )


Match = tuple[bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes]


class _Proof:
    """Goes from cell to cell; rows and columns must rise, and each cell hold what was read."""

    def __init__(self, seen: Seen, package: Package, grid: Grid) -> None:
        self.seen, self.package, self.grid = seen, package, grid
        self.masters: dict[bytes, bytes] = {}
        self.strings: list[bytes] | None = None

    def walk(self, matches: Sequence[Match]) -> int:
        """Return how many cells hold a value that was read."""
        rows, shapes = self.grid.rows, self.package.shapes()
        height = len(rows)
        filled, number, last = 0, -1, -1
        here, line = b"", rows[0] if rows else ()
        for row, rest, letters, address, style, kind, formula, value, text in matches:
            if row:
                if int(row) - 1 <= number:
                    raise Unusual
                number, here, last = int(row) - 1, row, -1
                line = rows[number] if number < height else ()
                if (b"hidden" in rest or b'ht="0' in rest) and _HIDDEN.search(rest):
                    self.seen.hidden_rows.add(number)
                continue
            if address != here or not letters:
                raise Unusual
            column = column_of(letters)
            if column <= last:
                raise Unusual
            last = column
            if not value and not formula and not text:
                continue
            raw = line[column] if column < len(line) else ""
            if kind == b"s" and not formula:
                filled += self._is_text(raw, value)
            elif value and not formula and (not kind or kind == b"n"):
                if type(raw) is not float or raw != _float(value):
                    raise Unusual
                filled += 1
                if style and (shape := shapes.get(int(style))):
                    mark_shape(self.seen, (number, column), shape, raw)
            else:
                shape = shapes.get(int(style or 0), PLAIN)
                self._rare((number, column), raw, (kind, formula, value, text), shape)
                filled += raw != ""
        return filled

    def _is_text(self, raw: Raw, value: bytes) -> bool:
        """Hold that a shared text is the one that was read; say whether there is any."""
        if self.strings is None:
            self.strings = self.package.strings().split(b"<si>")
        if not value.isdigit() or int(value) + 1 >= len(self.strings):
            raise Unusual
        piece = self.strings[int(value) + 1]
        if isinstance(raw, str) and piece == b"<t>%b</t></si>" % raw.encode():
            return raw != ""
        text = _text_of(piece)
        if not same(raw, text):
            raise Unusual
        return raw != ""

    def _rare(self, spot: Spot, raw: Raw, cell: tuple[bytes, ...], shape: Shape) -> None:
        """Mark errors and formulas; hold that any other value is the one that was read."""
        kind, formula, value, text = cell
        if formula:
            self._formula(spot, formula, value)
        if text:
            held = kind == b"inlineStr" and not formula and same(raw, _plain(text))
        elif not value:
            held = True
        elif kind == b"e":
            self.seen.mark(spot, Mark.ERROR)
            self.seen.texts[spot] = _decoded(value)
            held = True
        elif kind in (b"", b"n"):
            held = same(raw, _float(value))
            mark_shape(self.seen, spot, shape, _float(value))
        elif kind == b"b":
            held = value in (b"0", b"1") and raw is (value == b"1")
        else:
            held = kind == b"str" and same(raw, _plain(value))
        if not held:
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


def _float(value: bytes) -> float:
    try:
        return float(value)
    except ValueError as fault:
        raise Unusual from fault


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
    return _plain(text)


def _plain(text: bytes) -> str:
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


def _merged(markup: bytes, start: int, columns: set[int], seen: Seen) -> None:
    areas = _MERGE.findall(markup, start)
    if len(areas) != markup.count(b"<mergeCell ", start) or b":mergeCell" in markup:
        raise Unusual
    for left, top, right, bottom in areas:
        first, last = column_of(left), column_of(right)
        across = [column for column in columns if first <= column <= last]
        if across and int(bottom) - int(top) > _MOST_MERGED:
            raise Unusual
        for row in range(int(top) - 1, int(bottom)) if across else ():
            for column in across:
                seen.mark((row, column), Mark.MERGED)


@lru_cache(maxsize=1024)
def column_of(letters: bytes) -> int:
    """Return the 0-based number of a column's letters."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
