"""Workbook files: what they really are, and their sheets as grids (calamine)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from assessor.sheets.container import Look, look_into
from assessor.sheets.csvfolder import text_rows
from assessor.sheets.far import MOST_CELLS
from assessor.sheets.grid import Grid, Raw, a1
from assessor.sheets.kinds import WORKBOOK_KINDS, ZIP_FAULTS, Unreadable, kind_of
from assessor.sheets.tidy import tidied

__all__ = ["TEXT", "WORKBOOK_KINDS", "Book", "Unreadable", "kind_of", "open_book", "open_text"]

TEXT = "csv"
"""The kind of a table of text: one sheet, nothing but values."""


@dataclass
class Book:
    """An open workbook; sheets are read when asked for."""

    file: str
    kind: str
    content: bytes = field(repr=False)
    _book: Any = field(repr=False)
    look: Look = field(default=Look(b""), repr=False)
    cut: dict[str, str] = field(default_factory=dict)
    """By sheet whose last rows were left out, because it spreads too far: its last cell."""

    @property
    def sheet_names(self) -> Sequence[str]:
        """The names of all sheets of cells in their order; charts and macros have none."""
        kinds = {sheet.name: sheet.typ for sheet in self._book.sheets_metadata}
        return [
            name
            for name in self._book.sheet_names
            if kinds.get(name, SheetTypeEnum.WorkSheet) == SheetTypeEnum.WorkSheet
        ]

    def hidden_sheets(self) -> set[str]:
        """Return the names of the sheets that a person does not see."""
        return {
            sheet.name
            for sheet in self._book.sheets_metadata
            if sheet.visible != SheetVisibleEnum.Visible
        }

    def grid(self, sheet: str, last_row: int | None = None) -> Grid:
        """Return one sheet; `last_row` bounds how many rows are converted."""
        try:
            found = self._book.get_sheet_by_name(sheet)
            row, column = found.end or (0, 0)
            if (row + 1) * (column + 1) > MOST_CELLS:
                self.cut[sheet] = a1(row, column)
                last_row = min(last_row or row, MOST_CELLS // (column + 1))
            rows: list[list[Raw]] = found.to_python(skip_empty_area=False, nrows=last_row)
        except BaseException as fault:
            raise _of_reader(fault, "file_damaged", self.kind) from fault
        return Grid(self.file, sheet, rows)


def open_book(file: str, content: bytes, kind: str | None = None) -> Book:
    """Open a workbook from its bytes, whose kind may be known; raise Unreadable with the reason
    where that fails."""
    kind = kind_of(content) if kind is None else kind
    if kind not in WORKBOOK_KINDS:
        raise Unreadable(_REASONS.get(kind, "file_not_a_workbook"), kind)
    look = look_into(content, kind)
    try:
        opened = _read(look.content, kind)
    except PasswordError as fault:
        raise Unreadable("file_password", kind) from fault
    except BaseException as fault:
        locked = _has_password(content, kind)
        code = "file_strict" if look.strict else "file_damaged"
        raise _of_reader(fault, "file_password" if locked else code, kind) from fault
    return Book(file, kind, look.content, opened, look)


_NOT_THE_FILES = (MemoryError, KeyboardInterrupt, SystemExit, GeneratorExit)


def _of_reader(fault: BaseException, code: str, kind: str) -> BaseException:
    """Return what is raised for a fault of calamine: its errors share no base class, and its panics
    are no Exception."""
    return fault if isinstance(fault, _NOT_THE_FILES) else Unreadable(code, kind)


def open_text(file: str, content: bytes) -> Book | None:
    """Return a table saved as text as a book of one sheet; None where it is no table."""
    rows = text_rows(content)
    return None if rows is None else Book(file, TEXT, content, _Text(rows))


class _Text:
    """A table of text, spoken to as calamine's workbooks are."""

    sheet_names = ("CSV",)
    sheets_metadata = ()
    end = None

    def __init__(self, rows: list[list[str]]) -> None:
        self._rows = rows

    def get_sheet_by_name(self, _name: str) -> _Text:
        """Return the only sheet there is."""
        return self

    def to_python(self, skip_empty_area: bool, nrows: int | None) -> list[list[str]]:
        """Return its rows."""
        return self._rows if skip_empty_area else self._rows[:nrows]


def _read(content: bytes, kind: str) -> Any:  # noqa: ANN401 (calamine has no types)
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError:
        raise
    except Exception:
        tidy = tidied(content) if kind == "ods" else None
        if tidy is None:
            raise
        return CalamineWorkbook.from_filelike(io.BytesIO(tidy))


def _has_password(content: bytes, kind: str) -> bool:
    """Say whether a workbook that would not open is one with a password."""
    if kind == "ods":
        try:
            with (
                zipfile.ZipFile(io.BytesIO(content)) as archive,
                archive.open("META-INF/manifest.xml") as part,
            ):
                return b"encryption-data" in part.read(_MANIFEST)
        except (*ZIP_FAULTS, KeyError):
            return False
    if kind == "xls":
        import xlrd

        try:
            xlrd.open_workbook(file_contents=content, logfile=io.StringIO())
        except Exception as fault:  # xlrd raises whatever damaged bytes make it raise
            return "encrypt" in str(fault).lower() or "password" in str(fault).lower()
    return False


_MANIFEST = 1 << 20

_REASONS = {
    "empty": "file_empty",
    "zeros": "file_placeholder",
    "encrypted": "file_password",
    "HTML": "file_html",
    "broken zip": "file_damaged",
    "broken OLE": "file_damaged",
    "shortcut": "file_shortcut",
    "TNEF": "mail_tnef",
    "Outlook": "mail_outlook",
    "RAR": "file_archive",
    "7z": "file_archive",
    "gzip": "file_archive",
    "bzip2": "file_archive",
    "xz": "file_archive",
    "tar": "file_archive",
    "CAB": "file_archive",
    "zip": "file_container",
    "mail": "file_container",
}
"""Why what is no workbook cannot be read as one."""
