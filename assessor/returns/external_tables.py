"""Tables from elsewhere: a file below inputs/, its sheet, its header row, its code map."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from assessor.problems import AssessorError, Place, Problem, error
from assessor.scheme.check_inputs import condition_of, inner_path
from assessor.scheme.model import Input, Scheme
from assessor.scheme.spelling import folded, near
from assessor.sheets.book import WORKBOOK_KINDS, Book, Unreadable, kind_of, open_book
from assessor.sheets.cells import Number, parse_number
from assessor.sheets.csvfolder import csv_grid
from assessor.sheets.grid import Grid, Raw, as_text
from assessor.sheets.scan import Marks, scan

FOLDER = "inputs"
"""Where the files stand in a workspace, and how their places are named."""
_HEADER_DEPTH = 20
"""Titles may stand above a header; further down it is data."""


@dataclass(frozen=True)
class Opened:
    """A file as it was hashed and opened."""

    label: str
    sha256: str
    book: Book | None = None
    text: Grid | None = None

    def marks(self, grid: Grid, column: int) -> Marks | Problem:
        """Return what the values of a column do not show; text has nothing to show."""
        if self.book is None:
            return Marks()
        try:
            return scan(self.book, grid, [column])
        except Unreadable as fault:
            return error(fault.code, Place(self.label), kind=fault.kind)


def open_table(folder: Path, name: str) -> Opened | Problem:
    """Return a file below the folder, or why it cannot be read."""
    inner = inner_path(name)
    label = f"{FOLDER}/{inner or name}"
    place = Place(label)
    path = folder / (inner or "")
    if inner is None or not path.resolve().is_relative_to(folder.resolve()):
        return error("input_outside", place, file=name)
    try:
        content = path.read_bytes() if path.is_file() else None
    except OSError as fault:
        return error("file_cannot_open", place, reason=str(fault))
    if content is None:
        there = sorted(other.name for other in path.parent.glob("*") if other.is_file())
        return error("input_file_missing", place, file=name, guess=near(path.name, there) or "—")
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        if inner.suffix.lower() == ".csv" and kind_of(content) not in WORKBOOK_KINDS:
            return Opened(label, sha256, text=csv_grid(label, content))
        return Opened(label, sha256, open_book(label, content))
    except Unreadable as fault:
        return error(fault.code, place, kind=fault.kind)
    except AssessorError as fault:
        return fault.problems[0]


def grid_of(opened: Opened, sheet: str) -> Grid | Problem:
    """Return the sheet that is named, the first one that a person sees where none is."""
    if opened.text is not None:
        return opened.text
    book = opened.book
    assert book is not None
    hidden = book.hidden_sheets()
    visible = [name for name in book.sheet_names if name not in hidden]
    names = {folded(name): name for name in reversed(book.sheet_names)}
    wanted = names.get(folded(sheet)) if sheet else next(iter(visible), None)
    if wanted is None:
        guess = near(sheet, visible) or "—"
        return error("input_sheet_missing", Place(opened.label), sheet=sheet or "—", guess=guess)
    try:
        return book.grid(wanted)
    except Unreadable as fault:
        return error(fault.code, Place(opened.label, wanted), kind=fault.kind)


@dataclass(frozen=True, slots=True)
class Header:
    """Where the columns of an input stand."""

    row: int
    key: int
    value: int
    where: int | None = None
    wanted: str = ""
    """What a row must say in the column of the condition."""
    status: int | None = None
    """The column in which results of this program say how far a unit is."""


def find_header(grid: Grid, item: Input) -> Header | list[Problem]:
    """Return where the columns are; titles may stand above the row that names them."""
    condition = condition_of(item.where)
    names = [item.key, item.value, *(condition[:1] if condition else ())]

    def known(row: int) -> int:
        texts = {folded(as_text(value)) for value in grid.rows[row]}
        return sum(folded(name) in texts for name in names)

    row = max(range(min(_HEADER_DEPTH, len(grid.rows))), key=known, default=0)
    if not grid.rows or not known(row):
        row = _likely_header(grid, names)
    texts = [as_text(value) for value in grid.rows[row]] if grid.rows else []
    places = {name: _positions(name, texts) for name in names}
    problems = [
        problem for name in places for problem in _column(grid, row, name, places[name], texts)
    ]
    if problems:
        return problems
    key, value, *where = (places[name][0] for name in names)
    status = _positions("status", texts) if "unit_code" in texts else []
    return Header(
        row,
        key,
        value,
        where[0] if where else None,
        condition[1] if condition else "",
        status[0] if status else None,
    )


def _positions(name: str, texts: Sequence[str]) -> list[int]:
    """Return where a header stands; what is in brackets matters only if that tells them apart."""
    exact = [position for position, text in enumerate(texts) if text == name]
    alike = [position for position, text in enumerate(texts) if folded(text) == folded(name)]
    return exact or alike


def _likely_header(grid: Grid, names: Sequence[str]) -> int:
    """Return the row whose texts come nearest to the names, the fullest one of those."""

    def likeness(row: int) -> tuple[int, int]:
        texts = [as_text(value) for value in grid.rows[row]]
        return sum(bool(near(name, texts)) for name in names), sum(map(bool, texts))

    return max(range(min(_HEADER_DEPTH, len(grid.rows))), key=likeness, default=0)


def _column(
    grid: Grid, row: int, name: str, found: Sequence[int], texts: Sequence[str]
) -> list[Problem]:
    """Return what is wrong with a column that was looked for."""
    if len(found) > 1:
        return [error("input_header_twice", grid.place(row, found[1]), column=name)]
    if not found:
        guess = near(name, [text for text in texts if text]) or "—"
        return [error("input_header_missing", grid.place(row, 0), column=name, guess=guess)]
    return []


def rows_of(grid: Grid, header: Header) -> Iterator[int]:
    """Yield the rows below the header in which anything stands and the condition holds."""
    for row in range(header.row + 1, len(grid.rows)):
        if header.where is not None and not _alike(grid.text(row, header.where), header.wanted):
            continue
        if grid.text(row, header.key) or grid.text(row, header.value):
            yield row


def _alike(text: str, wanted: str) -> bool:
    return text.casefold() == wanted.casefold()


# -- codes ---------------------------------------------------------------------------------------


class Codes:
    """Codes as they stand in a table, and the units that are meant.

    A number in a column of codes is taken where one code alone can be meant: 1 is ``001`` if there
    is no ``01`` beside it.
    """

    def __init__(self, units: Mapping[str, int]) -> None:
        self.units = units
        self._numbers: dict[Decimal, list[str]] = {}
        for code in units:
            number = parse_number(code)
            if isinstance(number, Number):
                self._numbers.setdefault(number.value, []).append(code)

    def find(self, raw: Raw) -> int | None:
        """Return the unit that is meant, None where there is none or more than one."""
        if isinstance(raw, str):
            return self.units.get(as_text(raw))
        same = self._same(raw)
        return self.units[same[0]] if len(same) == 1 else None

    def guess(self, raw: Raw) -> str:
        """Return the code that was most likely meant, or nothing."""
        same = self._same(as_text(raw))
        return same[0] if same else near(as_text(raw), list(self.units))

    def _same(self, raw: Raw) -> list[str]:
        number = parse_number(raw)
        return self._numbers.get(number.value, []) if isinstance(number, Number) else []


def own_codes(scheme: Scheme) -> Codes:
    """Return the codes of a scheme's units, former ones among them where nobody has them now."""
    units = {unit.code: index for index, unit in enumerate(scheme.units)}
    former: dict[str, list[int]] = {}
    for index, unit in enumerate(scheme.units):
        for code in unit.former_codes:
            former.setdefault(code, []).append(index)
    old = {code: found[0] for code, found in former.items() if len(set(found)) == 1}
    return Codes({**old, **units})


def read_map(grid: Grid, own: Codes) -> tuple[Codes, list[Problem]]:
    """Return the codes of a map of two columns: theirs, ours. Rows above the first of our codes
    are its header."""
    units: dict[str, int] = {}
    problems: list[Problem] = []
    lines = [row for row in range(len(grid.rows)) if grid.text(row, 0) or grid.text(row, 1)]
    started = False
    for row in lines:
        theirs, ours = grid.text(row, 0), grid.at(row, 1)
        unit = own.find(ours)
        place = grid.place(row, 1)
        if unit is None and not started and not own.guess(ours):
            continue
        started = True
        if not theirs or not as_text(ours):
            problems.append(error("input_map_half", grid.place(row, 0 if not theirs else 1)))
        elif unit is None:
            facts = {"code": as_text(ours), "guess": own.guess(ours) or "—"}
            problems.append(error("input_map_unknown", place, **facts))
        elif units.get(theirs, unit) != unit:
            problems.append(error("input_map_twice", grid.place(row, 0), code=theirs))
        else:
            units[theirs] = unit
    if not units and not problems:
        problems.append(error("input_map_empty", Place(grid.file, grid.sheet)))
    return Codes(units), problems
