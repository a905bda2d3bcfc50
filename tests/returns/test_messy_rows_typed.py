"""Rows 1 to 24 of how returns go wrong: what people type, through a workbook and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from assessor.returns.reading import EntryStatus
from tests.builders import SMALL, edited, small_workspace
from tests.filling import FULL, Round, cell_of, entry, spoiled
from tests.kinds import PANEL, kinds_round
from tests.markup import changed, with_cell
from tests.returns.messy import problems_of, said

MESSY_ROWS = {*range(1, 25)}

N, W, X = "note", "warning", "error"


class Case(NamedTuple):
    """What is typed into 1.1 (20 points), what it counts as, and what is said of it."""

    row: int
    typed: object
    value: str | None = None
    severity: str = ""
    zh: str = ""
    en: str = ""
    number_format: str = ""


ONE = "1.1 班子健全"
CASES = [
    Case(1, "17.5", "17.5"),
    Case(1, " 17.5 ", "17.5"),
    Case(1, "\u00a017.5\u3000", "17.5"),
    Case(2, "１７．５", "17.5", N, f"{ONE}：“１７．５”是全角（宽）数字，按 17.5 采用。",
         f"{ONE}: “１７．５” is in wide characters. It was accepted as 17.5."),
    Case(3, "17.5分", "17.5", N, f"{ONE}：“17.5分”带了单位，按 17.5 采用。",
         f"{ONE}: “17.5分” has a word after the number. It was accepted as 17.5."),
    Case(3, "17.5元", None, X, f"{ONE}：“17.5元”不是数字。", f"{ONE}: “17.5元” is not a number."),
    Case(4, "3。5", None, X, f"{ONE}：“3。5”的小数点不对，是不是 3.5?",
         f"{ONE}: the decimal point in “3。5” is not right. Did you mean 3.5?"),
    Case(4, "3..5", None, X, f"{ONE}：“3..5”的小数点不对，是不是 3.5?",
         f"{ONE}: the decimal point in “3..5” is not right. Did you mean 3.5?"),
    Case(4, "3,5", None, X, f"{ONE}：“3,5”的小数点不对，是不是 3.5?",
         f"{ONE}: the decimal point in “3,5” is not right. Did you mean 3.5?"),
    Case(5, "1,234", None, X, f"{ONE}：填了 1,234，超过了上限。",
         f"{ONE}: 1,234 was entered. That is too much."),
    Case(6, "3-4", None, X, f"{ONE}：“3-4”是一个范围或约数，不能计分。",
         f"{ONE}: “3-4” is a range or an estimate. It cannot be scored."),
    Case(6, "约3", None, X, f"{ONE}：“约3”是一个范围或约数，不能计分。",
         f"{ONE}: “约3” is a range or an estimate. It cannot be scored."),
    Case(7, "√", None, X, f"{ONE}：填了符号“√”，这里要填分数。",
         f"{ONE}: the mark “√” was entered where a score belongs."),
    Case(7, "①", None, X, f"{ONE}：“①”不是数字。", f"{ONE}: “①” is not a number."),
    Case(7, "五", None, X, f"{ONE}：“五”不是数字。", f"{ONE}: “五” is not a number."),
    Case(8, "优", None, X, f"{ONE}：“优”不是数字。", f"{ONE}: “优” is not a number."),
    Case(9, dt.date(2026, 1, 2), None, X,
         f"{ONE}：Excel 把填的内容变成了日期（可能填的是 1-2）。",
         f"{ONE}: Excel has turned what was entered into a date (perhaps it was 1-2)."),
    Case(9, 46024, None, X, f"{ONE}：Excel 把填的内容变成了日期（可能填的是 1-2）。",
         f"{ONE}: Excel has turned what was entered into a date (perhaps it was 1-2).",
         '[$-804]e"年"'),
    Case(9, dt.time(8, 30), None, X, f"{ONE}：Excel 把填的内容变成了时间（08:30:00）。",
         f"{ONE}: Excel has turned what was entered into a time (08:30:00)."),
    Case(10, 0.85, None, X,
         f"{ONE}：单元格是百分比格式（显示 85%，实际是 0.85），分不清是多少分。",
         f"{ONE}: the cell has a percentage format (it shows 85%, but holds 0.85)."
         " It is not clear which score is meant.", "0%"),
    Case(10, "85%", None, X, f"{ONE}：填了百分数“85%”，这里要填分数。",
         f"{ONE}: the percentage “85%” was entered where a score belongs."),
    Case(11, 3.6, "3.6", N, f"{ONE}：填的是 3.6，单元格只显示 4，按 3.6 采用。",
         f"{ONE}: the cell holds 3.6 and only shows 4. It was accepted as 3.6.", "0"),
    Case(11, 17.25, "17.25", N, f"{ONE}：填的是 17.25，单元格只显示 17.3，按 17.25 采用。",
         f"{ONE}: the cell holds 17.25 and only shows 17.3. It was accepted as 17.25.", '0.0"分"'),
    Case(11, 3.5, "3.5", number_format="0.00"),
    Case(12, None, None, X, f"{ONE}：没有填。空着不算 0 分。",
         f"{ONE}: nothing was entered. Empty does not mean 0."),
    Case(13, "/", None, X, f"{ONE}：填了“/”，但这一项不能填“不适用”。",
         f"{ONE}: “/” was entered, but this one cannot be marked as not applicable."),
    Case(13, "N/A", None, X, f"{ONE}：填了“N/A”，但这一项不能填“不适用”。",
         f"{ONE}: “N/A” was entered, but this one cannot be marked as not applicable."),
    Case(14, " \u3000", None, X, f"{ONE}：没有填。空着不算 0 分。",
         f"{ONE}: nothing was entered. Empty does not mean 0."),
    Case(14, "\u200b17", "17", N, f"{ONE}：数字旁边有看不见的字符，按 17 采用。",
         f"{ONE}: there are invisible characters next to the number. It was accepted as 17."),
    Case(15, 0, "0"),
    Case(16, "-0", "0"),
    Case(17, -1, None, X, f"{ONE}：填了 -1，不能是负数。",
         f"{ONE}: -1 was entered. It cannot be below 0."),
    Case(17, 21, None, X, f"{ONE}：填了 21，超过了上限。",
         f"{ONE}: 21 was entered. That is too much."),
    *(Case(18, text, None, X, f"{ONE}：“{text}”不是数字。", f"{ONE}: “{text}” is not a number.")
      for text in ("nan", "inf", "1e3", "1_5")),
    Case(19, True, None, X, f"{ONE}：填的是 TRUE/FALSE，不是数字。",
         f"{ONE}: TRUE or FALSE was entered. That is not a number."),
    *(Case(20, text, None, X, f"{ONE}：单元格里是 Excel 的错误值 {text}。",
           f"{ONE}: the cell shows the Excel error {text}.")
      for text in ("#N/A", "#DIV/0!", "#REF!")),
    Case(22, "=10+5", None, X, f"{ONE}：这里是公式，但文件里没有存下结果。",
         f"{ONE}: there is a formula here, but its result was not saved in the file."),
]  # fmt: skip


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    return Round(small_workspace(tmp_path))


def check(round_: Round, content: bytes, case: Case) -> None:
    """Hold that 1.1 counts as the case says, and that nothing but that is said, of its cell."""
    reading = round_.read(content, "东村.xlsx")
    found = entry(reading, "1.1")
    assert found.value == (None if case.value is None else Decimal(case.value))
    assert (found.status is EntryStatus.REFUSED) == (case.severity == X)
    assert [(p.severity, *said(p)) for p in problems_of(reading)] == (
        [(case.severity, case.zh, case.en)] if case.severity else []
    )
    for problem in problems_of(reading):
        assert str(problem.place) == f"东村.xlsx › 自评表!{found.cell}"
        assert problem.criterion == "1.1"


@pytest.mark.parametrize("case", CASES, ids=[f"{c.row}-{c.typed!r}" for c in CASES])
def test_what_is_typed_into_a_cell_of_points(round_: Round, case: Case) -> None:
    def change(sheet: Any) -> None:
        cell = cell_of(sheet, "1.1")
        cell.value = case.typed
        if case.number_format:
            cell.number_format = case.number_format

    check(round_, spoiled(round_.filled("self", "V01", FULL), change), case)


CELL = "<f>{}</f><v>{}</v>"
MARKUP = [
    # row, inside of the cell, its attributes, counts as, severity, zh, en
    Case(20, ("<v>#N/A</v>", 't="e"'), None, X, f"{ONE}：单元格里是 Excel 的错误值 #N/A。",
         f"{ONE}: the cell shows the Excel error #N/A."),
    Case(21, (CELL.format("10+7.5", "17.5"), ""), "17.5", N,
         f"{ONE}：这里是公式，按算出的结果 17.5 采用。",
         f"{ONE}: there is a formula here. Its result 17.5 was accepted."),
    Case(22, ("<f>10+5</f><v></v>", ""), None, X, f"{ONE}：这里是公式，但文件里没有存下结果。",
         f"{ONE}: there is a formula here, but its result was not saved in the file."),
    # A writer that computes nothing saves 0 and asks for everything to be computed when opened.
    Case(22, (CELL.format("10+5", "0"), ""), None, X,
         f"{ONE}：这里是公式，但文件里没有存下结果。",
         f"{ONE}: there is a formula here, but its result was not saved in the file."),
    Case(23, (CELL.format("[1]汇总!B2", "17.5"), ""), "17.5", W,
         f"{ONE}：公式引用了别的文件，按文件里存的结果 17.5 采用。",
         f"{ONE}: the formula uses another file. The result saved here, 17.5, was accepted."),
]  # fmt: skip


@pytest.mark.parametrize("case", MARKUP, ids=[f"{c.row}-{c.typed!r}" for c in MARKUP])
def test_what_stands_in_the_markup_of_a_cell(round_: Round, case: Case) -> None:
    content = round_.filled("self", "V01", FULL)
    address = entry(round_.read(content), "1.1").cell
    inner, attributes = case.typed  # type: ignore[misc]
    check(round_, with_cell(content, address, inner, attributes), case)


def test_a_formula_with_a_zero_counts_where_it_was_computed(round_: Round) -> None:
    content = round_.filled("self", "V01", FULL)
    address = entry(round_.read(content), "1.1").cell
    content = with_cell(content, address, CELL.format("10-10", "0"))
    content = changed(
        content, lambda book: book.replace(b' fullCalcOnLoad="1"', b""), "xl/workbook.xml"
    )
    zh = f"{ONE}：这里是公式，按算出的结果 0 采用。"
    en = f"{ONE}: there is a formula here. Its result 0 was accepted."
    check(round_, content, Case(21, None, "0", N, zh, en))


def test_a_percentage_that_a_formula_computed_is_no_score(round_: Round) -> None:
    content = round_.filled("self", "V01", FULL)

    def change(sheet: Any) -> None:
        cell_of(sheet, "1.1").value = 0.85
        cell_of(sheet, "1.1").number_format = "0%"

    content = spoiled(content, change)
    address = entry(round_.read(content), "1.1").cell
    reading = round_.read(with_cell(content, address, CELL.format("17/20", "0.85")))
    assert entry(reading, "1.1").status is EntryStatus.REFUSED
    assert [p.code for p in problems_of(reading)] == ["cell_percent_format"]


def test_row_24_merged_entry_cells_are_refused_each_and_never_filled_down(round_: Round) -> None:
    def change(sheet: Any) -> None:
        first = cell_of(sheet, "1.1")
        sheet.merge_cells(start_row=first.row, end_row=first.row + 1, start_column=first.column,
                          end_column=first.column)  # fmt: skip

    reading = round_.read(spoiled(round_.filled("self", "V01", FULL), change))
    assert [said(p) for p in problems_of(reading)] == [
        (f"{name}：得分格被合并了，分不清是哪一项的分。",
         f"{name}: score cells were merged. It is not clear to which row the score belongs.")
        for name in (ONE, "1.2 制度落实")
    ]  # fmt: skip
    assert {entry(reading, code).value for code in ("1.1", "1.2")} == {None}


# -- rows whose fate hangs on the entry's own rule -----------------------------------------------


def test_row_12_an_empty_deduction_is_none_where_everything_was_looked_at(round_: Round) -> None:
    cells = FULL | {"2.2": ""}
    checked = round_.read(round_.filled("self", "V01", cells))
    assert (entry(checked, "2.2").status, entry(checked, "2.2").value) == (EntryStatus.NONE, 0)
    unchecked = round_.read(round_.filled("self", "V01", cells, checked=False))
    where = entry(unchecked, "2.2").cell
    assert [said(p) for p in problems_of(unchecked)] == [
        (f"有 1 格空着（{where}），表尾又没有选“已核”，分不清是没有还是漏填。",
         f"Cells left empty: 1 ({where}). √ was not chosen in “已核” below the tables, so it is not"
         " clear whether they mean nothing or were forgotten.")
    ]  # fmt: skip


def test_row_13_a_stroke_is_taken_where_the_criterion_may_not_apply(round_: Round) -> None:
    for text in ("/", "—", "无", "不适用", "N/A"):
        reading = round_.read(round_.filled("self", "V01", FULL | {"1.10": text}))
        assert entry(reading, "1.10").status is EntryStatus.NOT_APPLICABLE
        assert problems_of(reading) == []


RULED = [
    # row, criterion, typed, number format, counts as
    (5, "2.2", "1,234.5", "", "1234.5"),
    (7, "2.5", "√", "", "1"),
    (7, "2.6", "×", "", "0"),
    (8, "2.4", "良好", "", "1"),
    (10, "2.3", 0.96, "0%", "96"),
    (10, "2.3", "96%", "", "96"),
]


@pytest.mark.parametrize(("row", "code", "typed", "number_format", "value"), RULED)
def test_what_a_score_cannot_be_another_kind_of_entry_can(
    tmp_path: Path, row: int, code: str, typed: object, number_format: str, value: str
) -> None:
    round_ = kinds_round(tmp_path)

    def change(sheet: Any) -> None:
        cell = cell_of(sheet, code, "填写")
        cell.value, cell.number_format = typed, number_format or "General"

    reading = round_.read(spoiled(round_.filled("panel", "V01", PANEL), change))
    assert entry(reading, code).value == Decimal(value)
    assert [p.severity for p in problems_of(reading) if p.severity != N] == []


# -- the same rows where the scheme is stricter --------------------------------------------------

STRICT: list[tuple[str, Callable[[Any], None], str, str]] = [
    ("cleaned | refuse", lambda cell: setattr(cell, "value", "１７．５"),
     f"{ONE}：“１７．５”不是单纯的数字（可能是 17.5）。本次考核规定只填数字，没有采用。",
     f"{ONE}: “１７．５” is not a number alone (perhaps 17.5)."
     " This appraisal asks for numbers only, so it was not accepted."),
    ("带杂字的数 | 不采用", lambda cell: setattr(cell, "value", "17.5分"),
     f"{ONE}：“17.5分”不是单纯的数字（可能是 17.5）。本次考核规定只填数字，没有采用。",
     f"{ONE}: “17.5分” is not a number alone (perhaps 17.5)."
     " This appraisal asks for numbers only, so it was not accepted."),
]  # fmt: skip


@pytest.mark.parametrize(("setting", "change", "zh", "en"), STRICT)
def test_a_scheme_may_refuse_what_was_cleaned(
    tmp_path: Path, setting: str, change: Callable[[Any], None], zh: str, en: str
) -> None:
    settings = edited(SMALL["settings"], "round        | 2026", f"round | 2026\n{setting}")
    round_ = Round(small_workspace(tmp_path, settings=settings))
    content = spoiled(
        round_.filled("self", "V01", FULL), lambda sheet: change(cell_of(sheet, "1.1"))
    )
    check(round_, content, Case(2, None, None, X, zh, en))


@pytest.mark.parametrize(
    ("policy", "formula", "severity", "zh"),
    [
        ("warn", "10+7.5", W, f"{ONE}：这里是公式，按算出的结果 17.5 采用。"),
        ("refuse", "10+7.5", X,
         f"{ONE}：这里是公式（结果 17.5）。本次考核规定只填数字，没有采用。"),
        ("refuse", "[1]汇总!B2", X,
         f"{ONE}：公式引用了别的文件（结果 17.5）。本次考核规定只填数字，没有采用。"),
    ],
)  # fmt: skip
def test_a_scheme_may_warn_of_formulas_or_refuse_them(
    tmp_path: Path, policy: str, formula: str, severity: str, zh: str
) -> None:
    settings = edited(
        SMALL["settings"], "round        | 2026", f"round | 2026\nformulas | {policy}"
    )
    round_ = Round(small_workspace(tmp_path, settings=settings))
    content = round_.filled("self", "V01", FULL)
    address = entry(round_.read(content), "1.1").cell
    reading = round_.read(with_cell(content, address, CELL.format(formula, "17.5")))
    assert [(p.severity, said(p)[0]) for p in problems_of(reading)] == [(severity, zh)]
    assert (entry(reading, "1.1").value is None) == (severity == X)
