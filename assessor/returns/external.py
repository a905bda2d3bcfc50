"""Scores from elsewhere: for each row of the inputs table one column over the scheme's units.

A table of a lower level, a department or another program is read as it is; what is not certain is
refused with its cell, and no unit that needs a value is left out in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assessor.decimals import digits_of, to_ticks
from assessor.problems import AssessorError, Place, Problem, note
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


@dataclass(frozen=True)
class External:
    """What was taken of one row of the inputs table."""

    input: Input
    column: Column = field(repr=False)
    sha256: str = ""
    """Of the file as it was read; empty where there was none."""
    rows: int = 0
    """Rows that hold the condition and name somebody."""
    matched: int = 0
    """Units that have a row."""
    unmatched: int = 0
    """Rows whose code belongs to no unit."""
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
    files = _open_all(folder, (item.file for item in scheme.inputs))
    maps = _open_all(folder, (item.map for item in scheme.inputs))
    problems = [found for found in {**files, **maps}.values() if isinstance(found, Problem)]
    codes: dict[str, Codes | None] = {"": own}
    for name, file in maps.items():
        codes[name], faults = _read_map(file, own)
        problems += faults
    taken: list[External] = []
    for item in scheme.inputs:
        needed = {
            unit
            for unit, nodes in units_using(scheme, item).items()
            if not all((node, unit) in decided for node in nodes)
        }
        found, faults = _take(scheme, item, files[item.file], codes[item.map], needed)
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


def _take(
    scheme: Scheme, item: Input, file: Opened | Problem, codes: Codes | None, needed: set[int]
) -> tuple[External, list[Problem]]:
    """Return one input; where its file cannot be used every unit has the reason why not."""
    size = len(scheme.units)
    if isinstance(file, Problem):
        gone = file.code == "input_file_missing"
        return External(item, _column({}, size, Status.MISSING if gone else Status.AWAITING)), []
    nothing = External(item, _column({}, size, Status.AWAITING), file.sha256)
    grid = grid_of(file, item.sheet)
    if isinstance(grid, Problem):
        return nothing, [grid]
    header = find_header(grid, item)
    if isinstance(header, list):
        return nothing, header
    if codes is None:
        return nothing, []
    marks = file.marks(grid, header.value)
    if isinstance(marks, Problem):
        return nothing, [marks]
    reader = RowReader(scheme, item, grid, header, marks, codes, needed)
    values = reader.read()
    places = {unit: value.place for unit, value in values.items()}
    counts = (reader.rows, len(values), len(reader.strangers))
    column = _column(values, size, Status.MISSING)
    return External(item, column, file.sha256, *counts, places), reader.problems


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
        note("input_changed", Place(f"{FOLDER}/{one.input.file}"), name=one.input.title)
        for one in taken
        if one.sha256 and before.get((one.input.code, one.input.file), one.sha256) != one.sha256
    ]
