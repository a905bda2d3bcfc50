"""What bytes really are, why they cannot be opened, and the sheets of what can."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from assessor.sheets.book import WORKBOOK_KINDS, Unreadable, kind_of, open_book
from tests.sheets.workbooks import (
    OLE_START,
    by_hand,
    by_openpyxl,
    by_xlsxwriter,
    ods,
    opened,
    sheets_xlsx,
    zipped,
)


def _ole(stream: str) -> bytes:
    """Return the start of an old Office file whose directory names a stream."""
    return OLE_START + b"\x00" * 504 + stream.encode("utf-16-le") + b"\x00" * 100


CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "odd-workbooks"
XLSX = by_openpyxl(lambda sheet: sheet.append(["编号", 1]))

KINDS = [
    # what it is, the bytes
    ("empty", b""),
    ("zeros", b"\x00" * 4096),
    ("xlsx", XLSX),
    ("xlsx", by_xlsxwriter(lambda _, sheet: sheet.write("A1", "编号"))),
    ("xlsx", by_hand("<sheetData/>")),
    ("xlsb", zipped({"xl/workbook.bin": b"", "xl/worksheets/sheet1.bin": b""})),
    ("ods", ods("")),
    ("OpenDocument", zipped({"mimetype": "application/vnd.oasis.opendocument.text"})),
    ("Word", zipped({"[Content_Types].xml": "", "word/document.xml": "<w/>"})),
    ("PowerPoint", zipped({"[Content_Types].xml": "", "ppt/presentation.xml": "<p/>"})),
    ("zip", zipped({"东村.xlsx": XLSX, "西河村.xlsx": XLSX})),
    ("xlsx", zipped({"[Content_Types].xml": "", "odd/workbook.xml": ""})),
    ("xlsb", zipped({"[Content_Types].xml": "", "odd/workbook.bin": ""})),
    ("ods", zipped({"content.xml": "", "META-INF/manifest.xml": ""})),
    ("OFD", zipped({"OFD.xml": ""})),
    ("broken zip", XLSX[:-200]),
    ("broken zip", b"PK\x03\x04 and then nothing"),
    ("xls", _ole("Workbook")),
    ("xls", _ole("Book")),
    ("encrypted", _ole("EncryptedPackage")),
    ("Word", _ole("WordDocument")),
    ("PowerPoint", _ole("PowerPoint Document")),
    ("Outlook", _ole("__properties_version1.0")),
    ("PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
    ("JPEG", b"\xff\xd8\xff\xe0\x00\x10JFIF"),
    ("PNG", b"\x89PNG\r\n\x1a\n\x00\x00"),
    ("GIF", b"GIF89a\x01\x00"),
    ("BMP", b"BM\x36\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00"),
    ("RAR", b"Rar!\x1a\x07\x01\x00"),
    ("7z", b"7z\xbc\xaf\x27\x1c\x00\x04"),
    ("RTF", b"{\\rtf1\\ansi}"),
    ("gzip", b"\x1f\x8b\x08"),
    ("TIFF", b"II*\x00\x08"),
    ("HEIC", b"\x00\x00\x00\x18ftypheic"),
    ("video", b"\x00\x00\x00\x18ftypmp42"),
    ("WebP", b"RIFF\x00\x00\x00\x00WEBP"),
    ("TNEF", b"\x78\x9f\x3e\x22\x00\x00"),
    ("shortcut", b"L\x00\x00\x00\x01\x14\x02\x00"),
    ("old Excel", b"\x09\x04\x06\x00\x00\x00"),
    ("mail", b"Received: by x\r\nFrom: a@b.c\r\nDate: x\r\n\r\nHTML <html>"),
    ("mail", b"\xef\xbb\xbf\r\nDate: x\nFrom: a@b.c\n\n"),
    ("mail", b"From: a@b.c\nSubject: x\nMIME-Version: 1.0\n\n"),  # forwarded as a file
    ("mail", b"To: a@b.c\nSubject: x\nX-Unsent: 1\n\n"),  # a draft
    ("text", b"Subject: what to do\n\nfirst"),
    ("HTML", b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n--x"),
    ("text", "From: 东村\r\n".encode()),
    ("HTML", b"<html><table><tr><td>1</td></tr></table></html>"),
    ("HTML", b"\xef\xbb\xbf\r\n<!DOCTYPE html><html>"),
    ("HTML", b"<table border=1><tr><td>1"),
    ("HTML", b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">'),
    ("XML", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office">'),
    ("text", "编号,得分\r\n1.1,3\r\n".encode()),
    ("text", "编号,得分\r\n1.1,3\r\n".encode("gbk")),
    ("", b"\x01\x02\x03\x00\x04"),
]


@pytest.mark.parametrize(
    ("kind", "content"), KINDS, ids=[f"{number}-{row[0]}" for number, row in enumerate(KINDS)]
)
def test_the_content_says_what_a_file_is(kind: str, content: bytes) -> None:
    assert kind_of(content) == kind


def test_a_text_whose_first_header_starts_with_bm_is_no_picture() -> None:
    assert kind_of("BM,名称\r\n001,东村\r\n".encode()) == "text"


REFUSALS = [
    # the bytes, why they are refused, what they are
    (b"", "file_empty", "empty"),
    (b"\x00" * 4096, "file_placeholder", "zeros"),
    (b"%PDF-1.7", "file_not_a_workbook", "PDF"),
    (b"\xff\xd8\xff\xe0", "file_not_a_workbook", "JPEG"),
    (zipped({"word/document.xml": "<w/>"}), "file_not_a_workbook", "Word"),
    (b"<html><table>", "file_html", "HTML"),
    ("编号,得分".encode(), "file_not_a_workbook", "text"),
    (zipped({"东村.xlsx": XLSX}), "file_container", "zip"),
    (b"Rar!\x1a\x07\x01\x00", "file_archive", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "file_archive", "7z"),
    (_ole("EncryptedPackage"), "file_password", "encrypted"),
    (XLSX[:-200], "file_damaged", "broken zip"),
    (zipped({"xl/workbook.xml": "<not a workbook"}), "file_damaged", "xlsx"),
    (_ole("Workbook"), "file_damaged", "xls"),
]


@pytest.mark.parametrize(
    ("content", "code", "kind"), REFUSALS, ids=[f"{r[1]}-{r[2]}" for r in REFUSALS]
)
def test_what_is_no_workbook_is_refused_with_its_reason(
    content: bytes, code: str, kind: str
) -> None:
    with pytest.raises(Unreadable) as caught:
        open_book("自评.xlsx", content)
    assert (caught.value.code, caught.value.kind) == (code, kind)


def test_an_ods_with_a_password_is_refused_as_such() -> None:
    entry = (
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">'
        '<manifest:encryption-data manifest:checksum="AA=="><manifest:algorithm/>'
        "</manifest:encryption-data></manifest:file-entry>"
    )
    with pytest.raises(Unreadable) as caught:
        open_book("a.ods", ods("", manifest=entry))
    assert caught.value.code == "file_password"


@pytest.mark.parametrize("name", ["password.xlsx", "password.ods", "password.xls"])
def test_workbooks_with_a_password_are_refused_as_such(name: str) -> None:
    path = CORPUS / f"python-calamine--{name}"
    if not path.exists():
        pytest.skip("the corpus of odd workbooks is not on this machine")
    with pytest.raises(Unreadable) as caught:
        open_book(name, path.read_bytes())
    assert caught.value.code == "file_password"


def test_a_sheet_is_read_from_a1_on_whatever_is_empty_above() -> None:
    def paint(sheet: Any) -> None:
        sheet["C4"] = 3.5

    grid = opened(by_openpyxl(paint)).grid("Sheet1")
    assert grid.at(3, 2) == 3.5
    assert str(grid.place(3, 2)) == "a.xlsx › Sheet1!C4"
    assert [value for *_, value in grid.cells()] == [3.5]


def test_only_as_many_rows_are_read_as_asked_for() -> None:
    book = opened(sheets_xlsx({"表": [["一"], ["二"], ["三"]]}))
    assert [value for *_, value in book.grid("表", last_row=2).cells()] == ["一", "二"]


def test_hidden_sheets_are_named_apart() -> None:
    stream = io.BytesIO()
    made: Any = openpyxl.Workbook()
    made.active.title = "表"
    made.create_sheet("草稿").sheet_state = "hidden"
    made.create_sheet("_assessor").sheet_state = "veryHidden"
    made.save(stream)
    book = opened(stream.getvalue())
    assert list(book.sheet_names) == ["表", "草稿", "_assessor"]
    assert book.hidden_sheets() == {"草稿", "_assessor"}


def test_a_sheet_that_is_not_there_is_refused() -> None:
    with pytest.raises(Unreadable, match="file_damaged"):
        opened(XLSX).grid("别的表")


def test_the_name_of_a_file_does_not_matter() -> None:
    assert opened(XLSX, "a.xls").kind == "xlsx"
    assert {"xlsx", "xls", "ods"} <= WORKBOOK_KINDS
