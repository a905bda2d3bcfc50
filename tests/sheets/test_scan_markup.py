"""Markup that only some programs write, or none: agreed upon, disputed, or refused."""

from __future__ import annotations

import pytest

from assessor.sheets.book import Book, Unreadable
from assessor.sheets.scan import Mark, Marks, scan
from assessor.sheets.scan.formats import Shape, shape_of
from assessor.sheets.scan.remarks import score_in
from tests.markup import changed, with_parts
from tests.sheets.workbooks import by_hand, opened

A, B = 0, 1


def scanned(content: bytes, thorough: bool = False) -> Marks:
    book = opened(content)
    return scan(book, book.grid("Sheet1"), [B], [A], thorough)


def sheet(rows: str) -> bytes:
    return by_hand(f"<sheetData>{rows}</sheetData>")


AGREED = [
    # id, rows of the sheet, what calamine and the markup both say of B2
    ("plain", '<row r="2"><c r="B2"><v>3.5</v></c></row>', 3.5),
    ("LibreOffice", '<row r="2" hidden="false"><c r="B2" s="0" t="n"><v>3.5</v></c></row>', 3.5),
    ("openpyxl", '<row r="2"><c r="B2" t="n"><v>3.5</v></c><c r="C2" t="n" /></row>', 3.5),
    ("formula text", '<row r="2"><c r="B2" t="str"><v>优</v></c></row>', "优"),
    ("inline", '<row r="2"><c r="B2" t="inlineStr"><is><t>3.5</t></is></c></row>', "3.5"),
    (
        "inline runs",
        '<row r="2"><c r="B2" t="inlineStr"><is><r><t>3</t></r><r><rPr><b/></rPr><t>.5</t></r>'
        "</is></c></row>",
        "3.5",
    ),
    ("no addresses", "<row/><row><c/><c><v>3.5</v></c></row>", 3.5),
    ("rows upside down", '<row r="3"/><row r="2"><c r="B2"><v>3.5</v></c></row>', 3.5),
    ("cells backwards", '<row r="2"><c r="C2"/><c r="B2"><v>3.5</v></c></row>', 3.5),
    ("space kept", '<row r="2"><c r="B2" t="str"><v xml:space="preserve">ab</v></c></row>', "ab"),
    ("truth", '<row r="2"><c r="B2" t="b"><v>1</v></c></row>', True),
    ("exponent", '<row r="2"><c r="B2"><v>1.5E1</v></c></row>', 15.0),
    ("empty", '<row r="2"><c r="A2"><v>1</v></c><c r="B2" s="0"/></row>', ""),
    ("commented out", '<row r="2"><c r="A2"><v>1</v></c><!--<c r="B2"><v>3</v></c>--></row>', ""),
]


@pytest.mark.parametrize("thorough", [False, True])
@pytest.mark.parametrize(("rows", "value"), [a[1:] for a in AGREED], ids=[a[0] for a in AGREED])
def test_what_is_written_unusually_but_clearly_is_taken(
    rows: str, value: object, thorough: bool
) -> None:
    content = sheet(rows)
    assert opened(content).grid("Sheet1").at(1, B) == value
    assert scanned(content, thorough) == Marks()


def test_strict_ooxml_and_a_wrong_dimension_are_read() -> None:
    content = by_hand(
        '<dimension ref="A1:A1"/><sheetData><row r="2"><c r="B2"><v>3.5</v></c></row></sheetData>'
    )
    for part in ("xl/worksheets/sheet1.xml", "xl/workbook.xml"):
        content = changed(
            content,
            lambda text: text.replace(
                b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            ),
            part,
        )
    assert opened(content).grid("Sheet1").at(1, B) == 3.5
    assert scanned(content) == Marks()


DISPUTED = [
    # calamine reads something of each of these, and it is not what is written
    ("two values", "<v>1</v><v>2</v>", ""),
    ("a comment in the number", "<v>1<!-- x -->2</v>", "12"),
    ("an element in the number", "<v>1<x/>2</v>", "?"),
    ("a character by its number", "<v>&#49;2</v>", "12"),
    ("value and text", "<v>3.5</v><is><t>4</t></is>", "?"),
    ("not a number", "<v>nan</v>", "nan"),
]


@pytest.mark.parametrize(
    ("inside", "other"), [d[1:] for d in DISPUTED], ids=[d[0] for d in DISPUTED]
)
def test_a_cell_that_two_readers_read_differently_is_disputed(inside: str, other: str) -> None:
    marks = scanned(sheet(f'<row r="2"><c r="B2">{inside}</c></row>'))
    assert marks.cells == {(1, B): Mark.DISPUTED}
    assert marks.texts[1, B] == (other or "?")


REFUSED = [
    ("a cell twice", '<row r="2"><c r="B2"><v>1</v></c><c r="B2"><v>2</v></c></row>'),
    ("a cell under another row", '<row r="2"><c r="B3"><v>1</v></c></row>'),
    ("an unknown element", '<row r="2"><x><c r="B2"><v>3.5</v></c></x></row>'),
    ("a row inside something", '<x><row r="2"><c r="B2"><v>3.5</v></c></row></x>'),
    ("an address in small letters", '<row r="2"><c r="b2"><v>1</v></c></row>'),
    ("a code that is disputed", '<row r="2"><c r="A2"><v>1</v><v>2</v></c></row>'),
]


@pytest.mark.parametrize("rows", [r[1] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_a_sheet_that_contradicts_itself_is_refused(rows: str) -> None:
    with pytest.raises(Unreadable) as refused:
        scanned(sheet(rows))
    assert refused.value.code == "file_contradicts"


def test_a_binary_workbook_is_refused_because_it_shows_nothing_but_values() -> None:
    book = opened(sheet('<row r="2"><c r="B2"><v>3.5</v></c></row>'))
    binary = Book(book.file, "xlsb", book.content, book._book)
    with pytest.raises(Unreadable) as refused:
        scan(binary, book.grid("Sheet1"), [B])
    assert refused.value.code == "file_xlsb"


def test_entities_are_refused_before_they_are_parsed() -> None:
    rows = '<row r="2"><c r="B2"><v>&a;</v></c></row>'
    content = changed(sheet(rows), lambda text: b'<!DOCTYPE x [<!ENTITY a "3">]>' + text)
    with pytest.raises(Unreadable):
        scanned(content)


@pytest.mark.parametrize("thorough", [False, True])
def test_a_formula_that_is_shared_reaches_where_its_master_reaches(thorough: bool) -> None:
    rows = (
        '<row r="1"><c r="B1"><f t="shared" ref="B1:B2" si="0">[1]汇总!B1</f><v>3</v></c></row>'
        '<row r="2"><c r="B2"><f t="shared" si="0"/><v>4</v></c></row>'
    )
    marks = scanned(sheet(rows), thorough)
    assert marks.cells == dict.fromkeys([(0, B), (1, B)], Mark.FORMULA_EXTERNAL)


def test_hidden_columns_and_rows_of_no_height_are_told() -> None:
    content = by_hand(
        '<cols><col min="2" max="3" width="9" hidden="1"/></cols>'
        '<sheetData><row r="2" ht="0" customHeight="1"><c r="B2"><v>3</v></c></row></sheetData>'
    )
    for thorough in (False, True):
        marks = scanned(content, thorough)
        assert (marks.hidden_columns, marks.hidden_rows) == ({1, 2}, {1})


def test_a_drawing_inside_alternate_content_lies_over_its_cells_too() -> None:
    space = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
    drawing = (
        f'<d:wsDr xmlns:d="{space}"><m:AlternateContent xmlns:m="urn:m"><m:Choice>'
        "<d:twoCellAnchor><d:from><d:col>1</d:col><d:colOff>0</d:colOff><d:row>1</d:row>"
        "<d:rowOff>0</d:rowOff></d:from><d:to><d:col>2</d:col><d:colOff>0</d:colOff>"
        "<d:row>3</d:row><d:rowOff>0</d:rowOff></d:to></d:twoCellAnchor>"
        "</m:Choice></m:AlternateContent></d:wsDr>"
    )
    rows = '<row r="2"><c r="A2"><v>1</v></c></row><row r="4"><c r="B4"><v>1</v></c></row>'
    content = with_parts(sheet(rows), {"xl/drawings/d.xml": ("drawing", drawing)}, "<drawing/>")
    # From the upper edge of row 2 to the upper edge of row 4: rows 2 and 3 are covered.
    assert scanned(content).cells == {(1, B): Mark.PICTURE, (2, B): Mark.PICTURE}


@pytest.mark.parametrize(
    ("code", "shape"),
    [
        ("General", Shape()),
        ("G/通用格式", Shape()),
        ("@", Shape()),
        ("0", Shape(digits=0)),
        ("#,##0.00", Shape(digits=2)),
        ('0.0"分"', Shape(digits=1)),
        ("0.0_);[Red](0.0)", Shape(digits=1)),
        ('"D"0', Shape(digits=0)),
        ("0%", Shape(percent=True)),
        ("0.0%_)", Shape(percent=True)),
        ('0"%"', Shape(digits=0)),
        ("0.00E+00", Shape()),
        ("yyyy/m/d;@", Shape(date=True)),
        ('[$-804]e"年"', Shape(date=True)),
        ("aaaa", Shape(date=True)),
        ("[h]:mm", Shape(date=True)),
        ("0,", Shape()),
        ("# ?/?", Shape()),
    ],
)
def test_a_number_format_says_how_a_number_is_shown(code: str, shape: Shape) -> None:
    assert shape_of(code) == shape


@pytest.mark.parametrize(
    ("comment", "score"),
    [
        ("8.5", "8.5"),
        ("张三:\n8.5分", "8.5分"),
        ("得分８", "得分8"),
        ("整改见附件", ""),
        ("8.5 或 9", ""),
        ("2026年6月已整改，详细情况请见附件", ""),
        ("", ""),
    ],
)
def test_a_short_comment_with_one_number_is_a_score(comment: str, score: str) -> None:
    assert score_in(comment) == score
