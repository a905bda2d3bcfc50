"""What one entry cell counts as, through a real workbook: written, spoiled, saved, read."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assessor.i18n import catalog
from assessor.problems import Problem
from assessor.returns.reading import EntryStatus, FileReading
from tests.builders import codes, small_workspace
from tests.filling import FULL, Round, cell_of, entry, spoiled
from tests.markup import with_cell


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    return Round(small_workspace(tmp_path))


def problems_of(reading: FileReading) -> list[Problem]:
    return [*reading.problems, *(p for form in reading.forms for p in form.problems)]


ACCEPTED = [
    # typed      counts as  note
    ("17.5", "17.5", ""),
    (" 17.5 ", "17.5", ""),
    ("　17.5\u00a0", "17.5", ""),
    ("１７．５", "17.5", "cell_full_width"),
    ("17.5分", "17.5", "cell_unit_word"),
    ("\u200b17.5", "17.5", "cell_invisible_characters"),
    ("0", "0", ""),
    ("-0", "0", ""),
]


@pytest.mark.parametrize(("typed", "value", "cleaned"), ACCEPTED)
def test_a_number_is_read_however_it_was_typed(
    round_: Round, typed: str, value: str, cleaned: str
) -> None:
    content = spoiled(
        round_.filled("self", "V01", FULL),
        lambda sheet: setattr(cell_of(sheet, "1.1"), "value", typed),
    )
    reading = round_.read(content)
    assert entry(reading, "1.1").value == Decimal(value)
    assert codes(problems_of(reading)) == ([cleaned] if cleaned else [])


REFUSED: list[tuple[object, str, str]] = [
    # typed, code, the message in full
    ("3。5", "cell_mistyped_point", "1.1 班子健全：“3。5”的小数点不对，是不是 3.5?"),
    ("3,5", "cell_mistyped_point", "1.1 班子健全：“3,5”的小数点不对，是不是 3.5?"),
    ("3-4", "cell_range", "1.1 班子健全：“3-4”是一个范围或约数，不能计分。"),
    ("约3", "cell_range", "1.1 班子健全：“约3”是一个范围或约数，不能计分。"),
    ("√", "cell_mark", "1.1 班子健全：填了符号“√”，这里要填分数。"),
    ("优", "cell_not_a_number", "1.1 班子健全：“优”不是数字。"),
    ("五", "cell_not_a_number", "1.1 班子健全：“五”不是数字。"),
    ("1e1", "cell_not_a_number", "1.1 班子健全：“1e1”不是数字。"),
    ("1 5", "cell_not_a_number", "1.1 班子健全：“1 5”不是数字。"),
    ("85%", "cell_percent", "1.1 班子健全：填了百分数“85%”，这里要填分数。"),
    (True, "cell_boolean", "1.1 班子健全：填的是 TRUE/FALSE，不是数字。"),
    (
        dt.date(2026, 1, 2),
        "cell_date",
        "1.1 班子健全：Excel 把填的内容变成了日期（可能填的是 1-2）。",
    ),
    (21, "entry_too_large", "1.1 班子健全：填了 21，超过了上限。"),
    (-1, "entry_negative", "1.1 班子健全：填了 -1，不能是负数。"),
    ("/", "entry_not_applicable", "1.1 班子健全：填了“/”，但这一项不能填“不适用”。"),
    (None, "entry_missing", "1.1 班子健全：没有填。空着不算 0 分。"),
]


@pytest.mark.parametrize(("typed", "code", "message"), REFUSED)
def test_what_is_not_certain_is_refused_with_its_place_and_a_cure(
    round_: Round, typed: object, code: str, message: str
) -> None:
    content = spoiled(
        round_.filled("self", "V01", FULL),
        lambda sheet: setattr(cell_of(sheet, "1.1"), "value", typed),
    )
    reading = round_.read(content, "东村.xlsx")
    assert entry(reading, "1.1").status is EntryStatus.REFUSED
    assert entry(reading, "1.1").value is None
    (problem,) = problems_of(reading)
    assert (problem.code, problem.criterion) == (code, "1.1")
    assert problem.place.file == "东村.xlsx"
    assert problem.place.sheet == "自评表"
    assert problem.place.cell == entry(reading, "1.1").cell
    words = catalog("zh")
    assert words.message(problem) == message
    assert "0 到 20 之间的数字" in words.cure(problem) or code == "cell_mistyped_point"


def test_an_error_value_is_named_as_what_it_is(round_: Round) -> None:
    def change(sheet: Any) -> None:
        cell = cell_of(sheet, "2.1")
        cell.value, cell.data_type = "#DIV/0!", "e"

    reading = round_.read(spoiled(round_.filled("self", "V01", FULL), change))
    (problem,) = problems_of(reading)
    assert problem.code == "cell_error_value"
    assert catalog("zh").message(problem) == "2.1 服务群众：单元格里是 Excel 的错误值 #DIV/0!。"


def test_a_percent_format_is_refused_because_points_are_due(round_: Round) -> None:
    def change(sheet: Any) -> None:
        cell_of(sheet, "2.1").value = 0.85
        cell_of(sheet, "2.1").number_format = "0%"

    reading = round_.read(spoiled(round_.filled("self", "V01", FULL), change))
    (problem,) = problems_of(reading)
    assert problem.code == "cell_percent_format"
    assert "85%" in catalog("zh").message(problem)


def test_a_formula_without_a_value_is_refused_not_read_as_blank(round_: Round) -> None:
    def change(sheet: Any) -> None:
        cell_of(sheet, "2.1").value = "=10+5"  # openpyxl saves no cached value

    reading = round_.read(spoiled(round_.filled("self", "V01", FULL), change))
    assert codes(problems_of(reading)) == ["cell_formula_empty"]


def test_merged_entry_cells_are_refused_and_never_filled_down(round_: Round) -> None:
    def change(sheet: Any) -> None:
        first = cell_of(sheet, "1.1")
        sheet.merge_cells(start_row=first.row, end_row=first.row + 1, start_column=first.column,
                          end_column=first.column)  # fmt: skip

    reading = round_.read(spoiled(round_.filled("self", "V01", FULL), change))
    assert codes(problems_of(reading)) == ["cell_merged", "cell_merged"]
    assert entry(reading, "1.1").status is EntryStatus.REFUSED
    assert entry(reading, "1.2").status is EntryStatus.REFUSED


def test_a_step_of_half_a_point_is_held(round_: Round) -> None:
    reading = round_.read(round_.filled("self", "V01", FULL | {"1.2": "17.3"}))
    (problem,) = problems_of(reading)
    assert problem.code == "entry_step"
    cure = "请填 0 到 20 之间的数字，可带小数，以 0.5 分为一档。"
    assert catalog("zh").cure(problem) == cure


def test_not_applicable_is_taken_where_the_criterion_allows_it(round_: Round) -> None:
    reading = round_.read(round_.filled("self", "V01", FULL | {"1.10": "不适用"}))
    assert entry(reading, "1.10").status is EntryStatus.NOT_APPLICABLE
    assert problems_of(reading) == []


def test_an_empty_deduction_is_none_only_on_a_form_that_was_looked_through(round_: Round) -> None:
    cells = FULL | {"2.2": ""}
    checked = round_.read(round_.filled("self", "V01", cells))
    assert entry(checked, "2.2").status is EntryStatus.NONE
    assert entry(checked, "2.2").value == 0
    unchecked = round_.read(round_.filled("self", "V01", cells, checked=False))
    assert entry(unchecked, "2.2").status is EntryStatus.REFUSED
    (problem,) = problems_of(unchecked)
    assert problem.code == "entry_unchecked"


def test_inserted_rows_and_moved_columns_do_no_harm(round_: Round) -> None:
    def change(sheet: Any) -> None:
        sheet.insert_rows(cell_of(sheet, "1.2").row)
        column = cell_of(sheet, "1.1").column
        sheet.move_range(f"A1:{sheet.cell(1, column).column_letter}{sheet.max_row}", cols=2)

    content = round_.filled("self", "V01", FULL | {"1.1": "11", "2.3": "7.25"})
    reading = round_.read(
        spoiled(content, lambda sheet: sheet.insert_rows(cell_of(sheet, "1.2").row))
    )
    assert entry(reading, "1.1").value == Decimal(11)
    assert entry(reading, "2.3").value == Decimal("7.25")
    assert codes(problems_of(reading)) == ["row_inserted"]


def test_a_deleted_row_is_named_and_does_not_become_zero(round_: Round) -> None:
    content = spoiled(
        round_.filled("self", "V01", FULL),
        lambda sheet: sheet.delete_rows(cell_of(sheet, "2.1").row),
    )
    reading = round_.read(content)
    (problem,) = [p for p in problems_of(reading) if p.severity == "error"]
    assert catalog("zh").message(problem) == "缺少“2.1 服务群众”这一行。"
    assert entry(reading, "2.1").status is EntryStatus.REFUSED


def test_a_doubled_row_is_refused(round_: Round) -> None:
    def change(sheet: Any) -> None:
        row = cell_of(sheet, "2.1").row
        sheet.insert_rows(row + 1)
        sheet.cell(row + 1, 1).value = "2.1"
        sheet.cell(row + 1, cell_of(sheet, "1.1").column).value = 3

    reading = round_.read(spoiled(round_.filled("self", "V01", FULL), change))
    assert "row_doubled" in codes(problems_of(reading))
    found = [e for e in reading.forms[0].entries if e.row == "2.1"]
    assert [(e.raw, e.value, e.status) for e in found] == [("20", None, EntryStatus.REFUSED)]


def test_a_code_back_as_a_number_is_refused_where_it_could_be_two(round_: Round) -> None:
    def change(sheet: Any) -> None:
        row = cell_of(sheet, "1.1").row
        sheet.cell(row, 1).value = 1.1  # 1.1 or 1.10?
        sheet.cell(row, 1).number_format = "General"

    reading = round_.read(spoiled(round_.filled("self", "V01", FULL), change))
    assert sorted(codes(problems_of(reading))) == ["code_ambiguous", "row_missing"]
    assert entry(reading, "1.1").status is EntryStatus.REFUSED


def test_a_number_that_is_no_code_is_a_row_that_is_not_ours(round_: Round) -> None:
    def change(sheet: Any) -> None:
        row = cell_of(sheet, "2.3").row
        sheet.insert_rows(row + 1)
        sheet.cell(row + 1, 1).value = 9
        sheet.cell(row + 1, cell_of(sheet, "1.1").column).value = 5

    reading = round_.read(spoiled(round_.filled("self", "V01", FULL), change))
    (problem,) = [p for p in problems_of(reading) if p.severity == "error"]
    assert catalog("zh").message(problem) == (
        "编号“9”不是这张表的项目，但这一行填了“5”，不知道算在哪里。"
    )


def test_of_a_formula_that_gives_no_score_only_that_is_said(round_: Round) -> None:
    content = with_cell(round_.filled("self", "V01", FULL), "D9", "<f>TRUE()</f><v>1</v>", 't="b"')
    assert codes(problems_of(round_.read(content))) == ["cell_boolean"]


def test_a_code_back_as_a_number_is_taken_where_it_can_only_be_one(round_: Round) -> None:
    def change(sheet: Any) -> None:
        cell = sheet.cell(cell_of(sheet, "2.3").row, 1)
        cell.value, cell.number_format = 2.3, "General"

    reading = round_.read(spoiled(round_.filled("self", "V01", FULL | {"2.3": "4"}), change))
    assert entry(reading, "2.3").value == 4
    assert codes(problems_of(reading)) == []


def test_our_own_text_and_points_count_where_theirs_were_edited(round_: Round) -> None:
    def change(sheet: Any) -> None:
        row = cell_of(sheet, "2.1").row
        sheet.cell(row, 2).value = "服务企业"
        points = next(c.column for line in sheet.iter_rows() for c in line if c.value == "分值")
        sheet.cell(row, points).value = 30

    reading = round_.read(spoiled(round_.filled("self", "V01", FULL | {"2.1": "20"}), change))
    assert codes(problems_of(reading)) == ["text_changed", "points_changed"]
    assert {p.severity for p in problems_of(reading)} == {"warning"}
    assert entry(reading, "2.1").value == 20


def test_a_row_that_is_not_ours_is_refused_if_something_stands_in_it(round_: Round) -> None:
    def change(sheet: Any) -> None:
        row = cell_of(sheet, "2.3").row
        sheet.insert_rows(row + 1)
        sheet.cell(row + 1, 1).value = "2.4"
        sheet.cell(row + 1, cell_of(sheet, "1.1").column).value = 5

    reading = round_.read(spoiled(round_.filled("self", "V01", FULL), change))
    assert codes([p for p in problems_of(reading) if p.severity == "error"]) == ["row_unknown"]
    refused = [e.row for e in reading.forms[0].entries if e.status is EntryStatus.REFUSED]
    assert refused == ["2.3"]  # what was entered may belong to the row above


def test_a_hidden_row_is_read_all_the_same_and_said(round_: Round) -> None:
    def change(sheet: Any) -> None:
        sheet.row_dimensions[cell_of(sheet, "2.1").row].hidden = True

    reading = round_.read(spoiled(round_.filled("self", "V01", FULL | {"2.1": "13"}), change))
    assert entry(reading, "2.1").value == 13
    assert codes(problems_of(reading)) == ["row_hidden"]


def test_everything_is_reported_at_once(round_: Round) -> None:
    cells = {"1.1": "21", "1.2": "", "1.10": "√", "2.1": "3。5", "2.2": "-1", "2.3": "约3"}
    reading = round_.read(round_.filled("self", "V01", cells))
    assert codes(problems_of(reading)) == [
        "entry_too_large",
        "entry_missing",
        "cell_mark",
        "cell_mistyped_point",
        "entry_negative",
        "cell_range",
    ]


def test_a_form_whose_columns_were_moved_is_not_taken_for_one_that_was_read_before(
    round_: Round,
) -> None:
    """Forms alike are searched once; headers, foot and codes are held to be alike each time."""
    content = round_.filled("self", "V01", FULL | {"1.1": "11"})
    assert entry(round_.read(content), "1.1").value == 11

    def swap(sheet: Any) -> None:
        score, remark = cell_of(sheet, "1.1").column, cell_of(sheet, "1.1").column + 1
        for row in range(cell_of(sheet, "1").row - 1, cell_of(sheet, "2.3").row + 1):
            one, other = sheet.cell(row, score), sheet.cell(row, remark)
            one.value, other.value = other.value, one.value

    def recode(sheet: Any) -> None:
        one, other = (sheet.cell(cell_of(sheet, code).row, 1) for code in ("1.1", "2.3"))
        one.value, other.value = other.value, one.value

    moved = round_.read(spoiled(content, swap))
    assert entry(moved, "1.1").value == 11
    assert codes(problems_of(moved)) == ["column_moved"]
    recoded = round_.read(spoiled(content, recode))
    assert entry(recoded, "2.3").status is EntryStatus.REFUSED  # 11 of 10 points
    assert entry(recoded, "1.1").value == 10
    assert entry(round_.read(content), "1.1").value == 11
