"""A folder of CSV files as grids; every cell is text."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path, PurePath

from assessor.problems import AssessorError, Place, error
from assessor.sheets.grid import Grid

_ENCODINGS = ("utf-8-sig", "gb18030")
"""What Excel saves: UTF-8 with a mark, or the Chinese code page."""
_DIVIDERS = (",", "\t", ";")


def read_csv_folder(folder: Path) -> list[Grid]:
    """Return one grid per CSV file, named as the file without its ending."""
    return [read_csv(path) for path in sorted(folder.glob("*.csv"))]


def read_csv(path: Path) -> Grid:
    """Return a CSV file as a grid; raise AssessorError where it is no text."""
    return csv_grid(path.name, path.read_bytes())


def csv_grid(file: str, content: bytes) -> Grid:
    """Return the bytes of a CSV file as a grid; raise AssessorError where they are no text."""
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            rows = list(csv.reader(io.StringIO(text, newline="")))
        except csv.Error as fault:
            raise AssessorError(error("csv_broken", Place(file))) from fault
        return Grid(file, PurePath(file).stem, rows)
    raise AssessorError(error("csv_encoding", Place(file)))


def text_rows(content: bytes) -> list[list[str]] | None:
    """Return the rows of a table saved as text, divided by commas, tabs or semicolons, all of one
    width; None where it is no text or no table."""
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else _ENCODINGS
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        divider = max(_DIVIDERS, key=text.count)
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=divider))
        except csv.Error:
            return None
        width = max(map(len, rows), default=0)
        return [row + [""] * (width - len(row)) for row in rows]
    return None


_FORMULA = re.compile(r"'*(?:[=+\-@＝＋－＠\t\r\n]|\{=)")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?%?")


def quoted(text: str) -> str:
    """Return a text so that no spreadsheet takes it for a formula: an apostrophe stands before what
    begins like one. Numbers such as -5 stay as they are."""
    return "'" + text if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def unquoted(text: str) -> str:
    """Return the text that was quoted: the inverse, whatever the text was."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
