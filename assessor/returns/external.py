"""Scores from elsewhere: for each row of the inputs table one column over the scheme's units.

A table of a lower level, a department or another program is read as it is; what is not certain is
refused with its cell, and no unit that needs a value is left out in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assessor.decimals import digits_of, to_ticks
from assessor.problems import AssessorError, Place, Problem, note, warning
from assessor.returns.external_files import Shelf
from assessor.returns.external_rows import RowReader, Value
from assessor.returns.external_tables import (
    FOLDER,
    Codes,
    Opened,
    find_header,
    grid_of,
    open_table,
    own_codes,
    read_map,
)
from assessor.scheme.check_inputs import units_using
from assessor.scheme.model import Input, Scheme
from assessor.scoring.column import Column, Status
from assessor.sheets.csvfolder import read_csv


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken of one file."""

    file: str
    """Below the folder for inputs."""
    sha256: str = ""
    """Of the file as it was read; empty where there was none."""
    rows: int = 0
    """Rows that hold the condition and name somebody."""
    matched: int = 0
    """Units that have a row."""
    unmatched: int = 0
    """Rows whose code belongs to no unit."""


@dataclass(frozen=True)
class External:
    """What was taken of one row of the inputs table."""

    input: Input
    column: Column = field(repr=False)
    files: tuple[Taken, ...] = ()
    places: Mapping[int, Place] = field(default_factory=dict, repr=False)
    """The cell of each unit's value, by the unit's index."""


def take_external(
    scheme: Scheme, folder: Path, decided: frozenset[tuple[str, int]] = frozenset()
) -> tuple[list[External], list[Problem]]:
    """Return what the files below a folder give to each input, and every problem of them.

    `decided` holds (node, unit) pairs whose value people decided: nothing is missing there.
    Example: a township's scores.csv has ``A1,…,total,…,86.50``; its map says that A1 is our V01;
    so the input that takes ``node=total`` is 86.5 for V01.
    """
    own = own_codes(scheme)
    shelf = Shelf(folder)
    named = [shelf.named_by(item) for item in scheme.inputs]
    problems = [problem for _, faults in named for problem in faults]
    files = _open_all(folder, (one.file for mine, _ in named for one in mine))
    maps = _open_all(folder, (one.map for mine, _ in named for one in mine))
    problems += [found for found in {**files, **maps}.values() if isinstance(found, Problem)]
    codes: dict[str, Codes | None] = {"": own}
    for name, file in maps.items():
        codes[name], faults = _read_map(file, own)
        problems += faults
    taken: list[External] = []
    for item, (mine, missing) in zip(scheme.inputs, named, strict=True):
        needed = {
            unit
            for unit, nodes in units_using(scheme, item).items()
            if not all((node, unit) in decided for node in nodes)
        }
        opened = [(one.file, files[one.file], codes[one.map]) for one in mine]
        found, faults = _Taker(scheme, item, needed).take(opened, gone=bool(missing))
        taken.append(found)
        problems += faults
    return taken, problems


def _open_all(folder: Path, names: Iterable[str]) -> dict[str, Opened | Problem]:
    return {name: open_table(folder, name) for name in dict.fromkeys(names) if name}


def _read_map(file: Opened | Problem, own: Codes) -> tuple[Codes | None, list[Problem]]:
    """Return the codes of a map; None where not one of them can be used."""
    if isinstance(file, Problem):
        return None, []
    grid = grid_of(file, "")
    if isinstance(grid, Problem):
        return None, [grid]
    codes, problems = read_map(grid, own)
    return (codes if codes.units else None), problems


@dataclass
class _Taker:
    """Takes the values of one input from all its files."""

    scheme: Scheme
    item: Input
    needed: set[int]
    """The units, by index, that cannot do without a value."""
    taken: list[Taken] = field(default_factory=list)
    readings: list[tuple[RowReader, dict[int, Value]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    otherwise: Status | None = None
    """Why a unit without a row has nothing, where a file could not be used: nobody knows whether it
    has a row there."""

    def take(
        self, files: Sequence[tuple[str, Opened | Problem, Codes | None]], gone: bool
    ) -> tuple[External, list[Problem]]:
        """Return the input; of a file that cannot be used every unit has the reason why not."""
        if gone:
            self._unusable(Status.MISSING)
        seen: dict[tuple[str, int], str] = {}
        for name, file, codes in files:
            if isinstance(file, Opened) and (twin := seen.get((file.sha256, id(codes)))):
                place, facts = Place(file.label), {"other": f"{FOLDER}/{twin}"}
                self.problems.append(warning("input_file_again", place, **facts))
                self.taken.append(Taken(name, file.sha256))
                continue
            if isinstance(file, Opened):
                seen[file.sha256, id(codes)] = name
            self._read(name, file, codes)
        values = self._together()
        if self.otherwise is None:
            self._tell_missing(set(values))
        places = {unit: value.place for unit, value in values.items()}
        column = _column(values, len(self.scheme.units), self.otherwise or Status.MISSING)
        external = External(self.item, column, tuple(self.taken), places)
        told = [problem for reader, _ in self.readings for problem in reader.problems]
        return external, [*told, *self.problems]

    def _read(self, name: str, file: Opened | Problem, codes: Codes | None) -> None:
        """Read one file, or remember why it cannot be used."""
        if isinstance(file, Problem):
            self.taken.append(Taken(name))
            missing = file.code == "input_file_missing"
            self._unusable(Status.MISSING if missing else Status.AWAITING)
            return
        grid = grid_of(file, self.item.sheet)
        header = [grid] if isinstance(grid, Problem) else find_header(grid, self.item)
        if isinstance(header, list) or isinstance(grid, Problem) or codes is None:
            self.problems += header if isinstance(header, list) else []
            self.taken.append(Taken(name, file.sha256))
            self._unusable(Status.AWAITING)
            return
        marks = file.marks(grid, header.value)
        if isinstance(marks, Problem):
            self.problems.append(marks)
            self.taken.append(Taken(name, file.sha256))
            self._unusable(Status.AWAITING)
            return
        reader = RowReader(self.scheme, self.item, grid, header, marks, codes, self.needed)
        values = reader.read()
        self.readings.append((reader, values))
        counts = (reader.rows, len(values), len(reader.strangers))
        self.taken.append(Taken(name, file.sha256, *counts))
        if reader.tell_none():
            self._unusable(Status.MISSING)

    def _unusable(self, status: Status) -> None:
        self.otherwise = max(status, self.otherwise or status)

    def _together(self) -> dict[int, Value]:
        """Return the values of all files; a unit that stands in two of them has none: nobody knows
        which is meant, or whether both mean the same unit."""
        values: dict[int, Value] = {}
        for reader, mine in self.readings:
            for unit, value in mine.items():
                if unit in values:
                    other = str(values[unit].place)
                    reader.tell_elsewhere(unit, value.place, other)
                    value = Value(value.place, Status.AWAITING)
                values[unit] = value
        return dict(sorted(values.items()))

    def _tell_missing(self, there: set[int]) -> None:
        """Report the units that need a value and have no row."""
        if not self.readings:
            return
        reader = self.readings[0][0]
        place = Place(reader.grid.file, reader.grid.sheet)
        if len(self.taken) > 1 or "*" in self.item.file:
            place = Place(f"{FOLDER}/{self.item.file}")
        for unit in sorted(self.needed - there):
            reader.tell_row_missing(unit, place)


def _column(values: Mapping[int, Value], size: int, otherwise: Status) -> Column:
    """Return the values as exact ticks, and one status for all who have no row."""
    known = [value.value for value in values.values() if value.value is not None]
    digits = max(map(digits_of, known), default=0)
    ticks = [0] * size
    status = [otherwise] * size
    for unit, value in values.items():
        status[unit] = value.status
        if value.value is not None:
            ticks[unit] = to_ticks(value.value, digits)
    return Column(digits, ticks, status)


def changed_since(table: Path, taken: Iterable[External]) -> list[Problem]:
    """Return a note for each input whose file has other bytes than an earlier inputs.csv says."""
    if not table.is_file():
        return []
    try:
        grid = read_csv(table)
    except (AssessorError, OSError):
        return []
    before = {
        (grid.text(row, 0), grid.text(row, 1)): grid.text(row, 2) for row in range(len(grid.rows))
    }
    return [
        note("input_changed", Place(f"{FOLDER}/{file.file}"), name=one.input.title)
        for one in taken
        for file in one.files
        if file.sha256 and before.get((one.input.code, file.file), file.sha256) != file.sha256
    ]
