"""A results table on its sheet, as people open it."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from assessor.i18n import catalog
from assessor.outputs.results_table import Head, Rank, Table, Value, paint_table
from assessor.outputs.style import Sheets


def _painted(*tables: Table) -> tuple[openpyxl.Workbook, list[str]]:
    """Return the workbook of some tables, and the names their sheets got."""
    sheets = Sheets("考核", "2026", "县委组织部", dt.date(2026, 12, 31))
    names = [paint_table(sheets, table, "题目", "落款", catalog("zh")) for table in tables]
    return openpyxl.load_workbook(io.BytesIO(sheets.content)), names


def _one(table: Table) -> Worksheet:
    book, (name,) = _painted(table)
    return book[name]


@pytest.mark.parametrize(
    ("kind", "value", "shown", "number_format", "side"),
    [
        ("2", Decimal("88.5"), 88.5, "0.00", "right"),
        ("0", 12, 12, "0", "right"),
        (" 2", Decimal("88.5"), 88.5, "0.00", "right"),
        ("+2", Decimal("-3.25"), -3.25, "+0.00;-0.00;0.00", "right"),
        ("+0", Decimal("4"), 4, "+0;-0;0", "right"),
        ("moved", -2, -2, '"升"0;"降"0;"不变"', "center"),
        ("center", Rank(8, shared=False), 8, '"第"0"名"', "center"),
        ("center", Rank(8, shared=True), 8, '"第"0"名（并列）"', "center"),
        ("2", "待更正", "待更正", "General", "center"),
        ("text", "东村", "东村", "General", "left"),
    ],
)
def test_a_value_is_written_as_the_kind_of_its_column_says(
    kind: str, value: Value, shown: object, number_format: str, side: str
) -> None:
    cell = _one(Table("表", [Head("列", kind), Head("又")], [[value, ""]]))["A4"]
    assert (cell.value, cell.number_format) == (shown, number_format)
    assert cell.alignment.horizontal == side


def test_a_number_beside_a_change_has_room_for_a_sign() -> None:
    heads = [Head("本年", " 2"), Head("名额", "2"), Head("增减", "+2")]
    sheet = _one(Table("表", heads, [[Decimal(1234567)] * 3]))
    beside, plain, change = (sheet.column_dimensions[letter].width for letter in "ABC")
    assert beside == change > plain


def test_a_tight_table_has_narrower_columns() -> None:
    heads, rows = [Head("Code"), Head("Places moved")], [["V01", "1"]]
    loose = _one(Table("表", heads, rows)).column_dimensions
    tight = _one(Table("表", heads, rows, tight=True)).column_dimensions
    assert all(tight[letter].width < loose[letter].width for letter in "AB")


def test_sums_stand_under_the_table_outside_its_filter() -> None:
    heads = [Head("奖项"), Head("名额", "0")]
    sheet = _one(Table("表", heads, [["流动杯", 3], ["红旗", 2]], foot=["合计", 5]))
    assert [cell.value for cell in sheet[6]] == ["合计", 5]
    assert sheet.auto_filter.ref == "A3:B5"


def test_a_table_without_rows_says_so() -> None:
    sheet = _one(Table("表", [Head("甲"), Head("乙")], [], empty="没有。"))
    assert (sheet["A1"].value, sheet["A2"].value) == ("题目", "落款")
    assert (sheet["A4"].value, sheet.auto_filter.ref) == ("没有。", "A3:B4")


def test_each_of_two_tables_of_a_name_has_its_sheet() -> None:
    table = Table("表", [Head("甲"), Head("乙")], [["1", "2"]])
    book, names = _painted(table, table)
    assert names == book.sheetnames == ["表", "表(2)"]
