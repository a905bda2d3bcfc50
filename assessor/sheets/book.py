"""Workbook files: what they really are, and their sheets as grids (calamine)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from python_calamine import CalamineWorkbook, PasswordError, SheetVisibleEnum

from assessor.sheets.grid import Grid, Raw
from assessor.sheets.tidy import tidied


class Unreadable(Exception):
    """The bytes are not a workbook that can be read; `code` says why, `kind` what they are."""

    def __init__(self, code: str, kind: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.kind = kind


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES = (
    (b"%PDF", "PDF"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG", "PNG"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"GIF8", "GIF"),
    (b"{\\rtf", "RTF"),
)
_HTML = (b"<html", b"<!doctype html", b"<table", b"<meta")


def kind_of(content: bytes) -> str:
    """Return what the bytes are by their content: xlsx, xls, ods, docx, zip, PDF, … or empty."""
    if not content:
        return "empty"
    if not content.strip(b"\x00"):
        return "zeros"
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_zip(content)
    if content.startswith(_OLE):
        return _kind_of_ole(content)
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            return kind
    if content.startswith(b"BM") and b"\x00" in content[:16]:
        return "BMP"
    head = content[:2048].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith(_HTML):
        return "HTML"
    if head.startswith(b"<?xml"):
        return "HTML" if b"<html" in head else "XML"
    return "text" if b"\x00" not in content[:2048] else ""


def _kind_of_zip(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if "mimetype" in names:
                mime = archive.read("mimetype")[:80]
                return "ods" if b"opendocument.spreadsheet" in mime else "OpenDocument"
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return "broken zip"
    if "xl/workbook.xml" in names or any(name.startswith("xl/") for name in names):
        return "xlsb" if "xl/workbook.bin" in names else "xlsx"
    if any(name.startswith("word/") for name in names):
        return "Word"
    if any(name.startswith("ppt/") for name in names):
        return "PowerPoint"
    return "zip"


def _kind_of_ole(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "encrypted"
    if "WordDocument".encode("utf-16-le") in content:
        return "Word"
    streams = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
    return "xls" if any(name in content for name in streams) else ""


WORKBOOK_KINDS = frozenset({"xlsx", "xls", "ods", "xlsb"})


@dataclass
class Book:
    """An open workbook; sheets are read when asked for."""

    file: str
    kind: str
    content: bytes = field(repr=False)
    _book: Any = field(repr=False)

    @property
    def sheet_names(self) -> Sequence[str]:
        """The names of all sheets in their order."""
        names: list[str] = self._book.sheet_names
        return names

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
            rows: list[list[Raw]] = found.to_python(skip_empty_area=False, nrows=last_row)
        except Exception as fault:  # calamine's errors share no base class
            raise Unreadable("file_damaged", self.kind) from fault
        return Grid(self.file, sheet, rows)


def open_book(file: str, content: bytes) -> Book:
    """Open a workbook from its bytes; raise Unreadable with the reason where that fails."""
    kind = kind_of(content)
    if kind not in WORKBOOK_KINDS:
        raise Unreadable(_REASONS.get(kind, "file_not_a_workbook"), kind)
    try:
        return Book(file, kind, content, _read(content, kind))
    except PasswordError as fault:
        raise Unreadable("file_password", kind) from fault
    except Exception as fault:  # calamine's errors share no base class
        locked = _has_password(content, kind)
        raise Unreadable("file_password" if locked else "file_damaged", kind) from fault


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
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return b"encryption-data" in archive.read("META-INF/manifest.xml")
        except (zipfile.BadZipFile, KeyError, OSError, ValueError):
            return False
    if kind == "xls":
        import xlrd

        try:
            xlrd.open_workbook(file_contents=content, logfile=io.StringIO())
        except Exception as fault:  # xlrd raises whatever damaged bytes make it raise
            return "encrypt" in str(fault).lower() or "password" in str(fault).lower()
    return False


_REASONS = {
    "empty": "file_empty",
    "zeros": "file_placeholder",
    "encrypted": "file_password",
    "HTML": "file_html",
    "broken zip": "file_damaged",
    "RAR": "file_archive",
    "7z": "file_archive",
    "zip": "file_archive",
}
