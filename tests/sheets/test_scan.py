"""The scan sees what the value reader hides: errors, formulas, percent, merges, hidden rows."""

from __future__ import annotations

import io
from typing import Any

import pytest

from assessor.sheets.kinds import Unreadable
from assessor.sheets.scan import Mark, Marks, scan
from tests.sheets.workbooks import by_hand, by_openpyxl, by_xlsxwriter, ods, opened

B = 1
"""The column that is wanted: every sheet has the same marks in column C, which is not."""


def _scanned(content: bytes, file: str = "a.xlsx", thorough: bool = False) -> Marks:
    book = opened(content, file)
    return scan(book, book.grid("Sheet1"), [B], thorough=thorough)


# -- .xlsx as two programs write it --------------------------------------------------------------

# row of the sheet | what stands in it
#   2  a number        6  percent             10  a formula into another workbook
#   3  #N/A            7  percent, as 0.0%    11  merged with
#   4  #DIV/0!         8  0.85, no percent    12  this one
#   5  a text          9  a formula           13  a number in a hidden row


def _paint_openpyxl(sheet: Any) -> None:
    values = [9.5, "#N/A", "#DIV/0!", "五", 0.85, 0.855, 0.85, "=B2*2"]
    values += ["='[考核.xlsx]Sheet1'!B2", 7, None, 8]
    for column in "BC":
        for row, value in enumerate(values, 2):
            sheet[f"{column}{row}"] = value
        sheet[f"{column}6"].number_format = "0%"
        sheet[f"{column}7"].number_format = "0.0%"
        sheet.merge_cells(f"{column}11:{column}12")
    sheet.row_dimensions[13].hidden = True


def _paint_xlsxwriter(book: Any, sheet: Any) -> None:
    for column in (1, 2):
        sheet.write(1, column, 9.5)
        sheet.write_formula(2, column, "=NA()", None, "#N/A")
        sheet.write_formula(3, column, "=1/0", None, "#DIV/0!")
        sheet.write(4, column, "五")
        sheet.write(5, column, 0.85, book.add_format({"num_format": "0%"}))
        sheet.write(6, column, 0.855, book.add_format({"num_format": "0.0%"}))
        sheet.write(7, column, 0.85)
        sheet.write_formula(8, column, "=B2*2", None, 19)
        sheet.write_formula(9, column, "='[考核.xlsx]Sheet1'!B2", None, 3)
        sheet.merge_range(10, column, 11, column, 7)
        sheet.write(12, column, 8)
    sheet.set_row(12, None, None, {"hidden": True})


MARKED = {
    (2, B): Mark.ERROR,
    (3, B): Mark.ERROR,
    (5, B): Mark.PERCENT,
    (6, B): Mark.PERCENT,
    (8, B): Mark.FORMULA,
    (9, B): Mark.FORMULA_EXTERNAL,
    (10, B): Mark.MERGED,
    (11, B): Mark.MERGED,
}


BY_FORMULA = {**MARKED, (2, B): Mark.ERROR | Mark.FORMULA, (3, B): Mark.ERROR | Mark.FORMULA}
"""xlsxwriter's errors are results of formulas."""


@pytest.mark.parametrize("thorough", [False, True])
def test_a_workbook_of_xlsxwriter_shows_its_marks_in_the_wanted_column(thorough: bool) -> None:
    marks = _scanned(by_xlsxwriter(_paint_xlsxwriter), thorough=thorough)
    assert marks.cells == BY_FORMULA
    assert marks.texts == {(2, B): "#N/A", (3, B): "#DIV/0!"}
    assert marks.hidden_rows == {12}


@pytest.mark.parametrize("thorough", [False, True])
def test_a_workbook_of_openpyxl_has_formulas_without_a_value(thorough: bool) -> None:
    marks = _scanned(by_openpyxl(_paint_openpyxl), thorough=thorough)
    assert marks.cells == {**MARKED, (8, B): Mark.FORMULA_EMPTY, (9, B): Mark.FORMULA_EMPTY}
    assert marks.texts == {(2, B): "#N/A", (3, B): "#DIV/0!"}
    assert marks.hidden_rows == {12}


def test_several_columns_are_scanned_at_once() -> None:
    book = opened(by_xlsxwriter(_paint_xlsxwriter))
    both = {(row, column): mark for (row, _), mark in BY_FORMULA.items() for column in (1, 2)}
    assert scan(book, book.grid("Sheet1"), [2, 1, 2]).cells == both
    assert scan(book, book.grid("Sheet1"), []).cells == {}


def test_a_merge_across_columns_marks_the_wanted_one_only() -> None:
    content = by_openpyxl(lambda sheet: sheet.merge_cells("A2:D3"))
    assert _scanned(content).cells == {(1, B): Mark.MERGED, (2, B): Mark.MERGED}


def test_the_marks_of_another_sheet_do_not_count() -> None:
    def paint(sheet: Any) -> None:
        sheet["B2"] = 1
        sheet.parent.create_sheet("说明 & 备注")["B2"] = "#REF!"

    book = opened(by_openpyxl(paint))
    assert scan(book, book.grid("Sheet1"), [B]) == Marks()
    assert scan(book, book.grid("说明 & 备注"), [B]).texts == {(1, B): "#REF!"}


# -- .xlsx as other programs write it ------------------------------------------------------------

ERROR_IN_B2 = Marks({(1, B): Mark.ERROR}, {(1, B): "#N/A"})


@pytest.mark.parametrize(
    ("prefix", "row"),
    [
        ("", '<row r="2"><c r="A2" s="0"/><c r="B2" t="e"><v>#N/A</v></c></row>'),
        ("", '<row r="2"><c r="B2" s="0" t="e"><v>#N/A</v></c></row>'),
        ("", '<row r="2"><c t="e" r="B2"><v>#N/A</v></c></row>'),
        ("", "<row r='2'><c r='B2' t='e'><v>#N/A</v></c></row>"),
        ("", '<row r="2"><c  r="B2"\n t="e" ><v>#N/A</v></c></row>'),
        ("", '<row r="2"><c/><c t="e"><v>#N/A</v></c></row>'),
        ("x", '<x:row r="2"><x:c r="B2" t="e"><x:v>#N/A</x:v></x:c></x:row>'),
    ],
    ids=["usual", "style", "order", "quotes", "spaces", "no-address", "prefix"],
)
def test_an_error_is_seen_however_the_markup_is_written(prefix: str, row: str) -> None:
    dot = f"{prefix}:" if prefix else ""
    content = by_hand(f"<{dot}sheetData>{row}</{dot}sheetData>", prefix)
    assert _scanned(content) == ERROR_IN_B2


@pytest.mark.parametrize(
    ("cell", "mark"),
    [
        ("<f>B1*2</f><v>19</v>", Mark.FORMULA),
        ("<f>B1*2</f><v>0</v>", Mark.FORMULA),
        ('<f t="shared" si="0"/><v>19</v>', Mark.FORMULA),
        ("<f>B1*2</f>", Mark.FORMULA_EMPTY),
        ("<f>B1*2</f><v></v>", Mark.FORMULA_EMPTY),
        ("<f>B1*2</f><v/>", Mark.FORMULA_EMPTY),
        ("<f>[1]Sheet1!B2</f><v>3</v>", Mark.FORMULA_EXTERNAL),
        ("<f>SUM(得分表[得分])</f><v>3</v>", Mark.FORMULA),
    ],
    ids=["value", "zero", "shared", "none", "empty", "closed", "external", "table"],
)
def test_formulas_are_told_apart_by_their_value_and_reach(cell: str, mark: Mark) -> None:
    content = by_hand(f'<sheetData><row r="2"><c r="B2">{cell}</c></row></sheetData>')
    assert _scanned(content).cells == {(1, B): mark}


def test_an_empty_cell_does_not_borrow_the_mark_of_the_next() -> None:
    row = '<row r="2"><c r="B2" s="1"/><c r="C2" t="e"><v>#N/A</v></c></row>'
    assert _scanned(by_hand(f"<sheetData>{row}</sheetData>")) == Marks()


def test_an_ordinary_sheet_has_no_marks() -> None:
    content = by_openpyxl(lambda sheet: sheet.append(["1.1", 3.5, "备注"]))
    assert _scanned(content) == Marks()


# -- .ods ----------------------------------------------------------------------------------------


def _cell(value: str = "", attributes: str = "", text: str = "") -> str:
    shown = f"<text:p>{text or value}</text:p>" if text or value else ""
    kind = f'office:value-type="float" office:value="{value}"' if value else ""
    return f"<table:table-cell {kind} {attributes}>{shown}</table:table-cell>"


def _row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


ODS_PERCENT = '<table:table-cell office:value-type="percentage" office:value="0.85"/>'
ODS_ERROR = _cell("", 'table:formula="of:=1/0" calcext:value-type="error"', "#DIV/0!")


@pytest.mark.parametrize(
    ("cell", "mark"),
    [
        (_cell("3.5"), None),
        (ODS_PERCENT, Mark.PERCENT),
        (ODS_ERROR, Mark.ERROR | Mark.FORMULA),
        (_cell("", 'table:formula="of:=NOSUCH()"', "#NAME?"), Mark.ERROR | Mark.FORMULA),
        (_cell("", 'table:formula="of:=[.B1]*1"', "Err:502"), Mark.ERROR | Mark.FORMULA),
        (_cell("7", 'table:formula="of:=[.B1]*2"'), Mark.FORMULA),
        (_cell("", 'table:formula="of:=[.B1]*2"'), Mark.FORMULA_EMPTY),
        (
            _cell("7", "table:formula=\"of:=['file:///home/a/b.ods'#$Sheet1.A1]\""),
            Mark.FORMULA_EXTERNAL,
        ),
    ],
    ids=["plain", "percent", "error", "name", "err", "formula", "empty", "external"],
)
def test_cells_of_an_ods_show_their_marks(cell: str, mark: Mark | None) -> None:
    marks = _scanned(ods(_row(_cell("1"), cell, cell)), "a.ods")
    assert marks.cells == ({(0, B): mark} if mark else {})


def test_the_text_of_an_error_in_an_ods_is_kept() -> None:
    marks = _scanned(ods(_row(_cell("1"), ODS_ERROR)), "a.ods")
    assert marks.texts == {(0, B): "#DIV/0!"}


def test_repeated_rows_and_columns_of_an_ods_are_counted() -> None:
    four = ODS_ERROR.replace("cell ", 'cell table:number-columns-repeated="4" ', 1)
    rows = [
        _row(_cell("1"), attributes='table:number-rows-repeated="3"'),
        _row(_cell("", 'table:number-columns-repeated="2"'), ODS_PERCENT),
        _row(four),
    ]
    marks = _scanned(ods("".join(rows)), "a.ods")
    assert marks.cells == {(4, B): Mark.ERROR | Mark.FORMULA}


def test_every_one_of_repeated_rows_in_an_ods_has_its_mark() -> None:
    row = _row(_cell("1"), ODS_PERCENT, attributes='table:number-rows-repeated="3"')
    marks = _scanned(ods(row), "a.ods")
    assert marks.cells == {(0, B): Mark.PERCENT, (1, B): Mark.PERCENT, (2, B): Mark.PERCENT}


@pytest.mark.parametrize("name", ["table:shapes", "office:forms", "table:table-cell", "unknown"])
def test_rows_of_an_ods_in_what_holds_no_rows_are_a_contradiction(name: str) -> None:
    """Calamine reads them, and office programs do not show them."""
    row = f"<{name}>{_row(_cell('2'))}</{name}>"
    with pytest.raises(Unreadable) as caught:
        _scanned(ods(_row(_cell("1")) + row), "a.ods")
    assert caught.value.code == "file_contradicts"


def test_rows_of_an_ods_in_groups_are_read() -> None:
    inner = f"<table:table-rows>{_row(_cell('2'), ODS_PERCENT)}</table:table-rows>"
    group = f"<table:table-row-group>{inner}</table:table-row-group>"
    marks = _scanned(ods(_row(_cell("1")) + group), "a.ods")
    assert list(marks.cells) == [(1, 1)]


def test_merged_cells_of_an_ods_are_marked_with_those_they_cover() -> None:
    merged = _cell("3", 'table:number-rows-spanned="2" table:number-columns-spanned="1"')
    rows = _row(_cell("1"), merged) + _row(_cell("2"), "<table:covered-table-cell/>")
    marks = _scanned(ods(rows + _row(_cell("3"), _cell("4"))), "a.ods")
    assert marks.cells == {(0, B): Mark.MERGED, (1, B): Mark.MERGED}


def test_hidden_and_filtered_rows_of_an_ods_are_told() -> None:
    rows = [
        _row(_cell("1")),
        _row(_cell("2"), attributes='table:visibility="collapse"'),
        _row(_cell("3"), attributes='table:visibility="filter" table:number-rows-repeated="2"'),
    ]
    assert _scanned(ods("".join(rows)), "a.ods").hidden_rows == {1, 2, 3}


def test_rows_under_a_repeated_title_of_an_ods_keep_their_numbers() -> None:
    rows = f"<table:table-header-rows>{_row(_cell('1'))}</table:table-header-rows>"
    marks = _scanned(ods(rows + _row(_cell("2"), ODS_PERCENT)), "a.ods")
    assert marks.cells == {(1, B): Mark.PERCENT}


# -- .xls ----------------------------------------------------------------------------------------


def test_an_old_workbook_shows_errors_percent_merges_and_hidden_rows() -> None:
    xlwt = pytest.importorskip("xlwt", reason="only xlwt writes .xls; it is no dependency")
    made = xlwt.Workbook()
    sheet = made.add_sheet("Sheet1")
    percent = xlwt.easyxf(num_format_str="0%")
    for column in (1, 2):
        sheet.write(0, column, 3.5)
        sheet.write(1, column, 0.85, percent)
        sheet.row(2).set_cell_error(column, "#DIV/0!")
        sheet.write_merge(3, 4, column, column, 7)
        sheet.write(5, column, 8)
    sheet.row(5).hidden = True
    stream = io.BytesIO()
    made.save(stream)
    marks = _scanned(stream.getvalue(), "a.xls")
    assert marks.cells == {
        (1, B): Mark.PERCENT,
        (2, B): Mark.ERROR,
        (3, B): Mark.MERGED,
        (4, B): Mark.MERGED,
    }
    assert marks.texts == {(2, B): "#DIV/0!"}
    assert marks.hidden_rows == {5}
