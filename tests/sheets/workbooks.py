"""Workbooks made in a test: by openpyxl, by xlsxwriter, or markup written by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

import openpyxl
import xlsxwriter

from assessor.sheets.book import Book, open_book

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEETML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """Return a zip of some members in their order."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def by_openpyxl(paint: Callable[[Any], None]) -> bytes:
    """Return a workbook whose sheet ``Sheet1`` openpyxl wrote."""
    book: Any = openpyxl.Workbook()
    book.active.title = "Sheet1"
    paint(book.active)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def by_xlsxwriter(paint: Callable[[Any, Any], None]) -> bytes:
    """Return a workbook whose sheet ``Sheet1`` xlsxwriter wrote; painted with book and sheet."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    paint(book, book.add_worksheet("Sheet1"))
    book.close()
    return stream.getvalue()


def by_hand(sheet: str, prefix: str = "") -> bytes:
    """Return a workbook whose only sheet ``Sheet1`` has that markup inside its worksheet tag."""
    tag, name = (f"{prefix}:worksheet", f"xmlns:{prefix}") if prefix else ("worksheet", "xmlns")
    parts = (("workbook", f"{_SHEETML}.sheet.main"), ("sheet1", f"{_SHEETML}.worksheet"))
    overrides = "".join(
        f'<Override PartName="/xl/{"worksheets/" * (part == "sheet1")}{part}.xml"'
        f' ContentType="{kind}+xml"/>'
        for part, kind in parts
    )
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>',
            "_rels/.rels": _relations("officeDocument", "xl/workbook.xml"),
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _relations("worksheet", "worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml": f'<{tag} {name}="{_MAIN}">{sheet}</{tag}>',
        }
    )


def _relations(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/{kind}" Target="{target}"/></Relationships>'
    )


def ods(rows: str, sheet: str = "Sheet1", manifest: str = "") -> bytes:
    """Return an .ods whose only sheet has those ``table:table-row`` elements."""
    names = {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    }
    declared = " ".join(f'xmlns:{name}="{url}"' for name, url in names.items())
    mime = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped(
        {
            "mimetype": mime,
            "content.xml": '<?xml version="1.0" encoding="UTF-8"?>'
            f'<office:document-content {declared} office:version="1.3"><office:body>'
            f"<office:spreadsheet><table:table table:name={quoteattr(sheet)}>{rows}</table:table>"
            "</office:spreadsheet></office:body></office:document-content>",
            "META-INF/manifest.xml": '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest'
            ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
            f' manifest:version="1.3">{manifest}</manifest:manifest>',
        }
    )


def opened(content: bytes, file: str = "a.xlsx") -> Book:
    """Return the book of some bytes."""
    return open_book(file, content)


def sheets_xlsx(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """Return a workbook of some sheets with typed cells: numbers and dates stay what they are."""
    book: Any = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
