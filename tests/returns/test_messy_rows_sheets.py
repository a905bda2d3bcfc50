"""Rows 25 to 33 and 51 of how returns go wrong: rows, sheets, pictures, comments, votes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assessor.outputs.form import write_packet
from assessor.problems import Problem
from assessor.returns.reading import EntryStatus, FileReading
from tests.builders import SMALL, edited, small_workspace
from tests.filling import FULL, Round, cell_of, entry, spoiled
from tests.markup import with_cell, with_parts
from tests.returns.messy import problems_of, said
from tests.voting import ballot, filled, packets, scored, voting
from tests.voting import read as read_votes

MESSY_ROWS = {*range(25, 34), 51}

ONE = "1.1 班子健全"


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    return Round(small_workspace(tmp_path))


def strict(folder: Path, policy: str, word: str) -> Round:
    """Return the small scheme with a policy."""
    settings = edited(SMALL["settings"], "round        | 2026", f"round | 2026\n{policy} | {word}")
    return Round(small_workspace(folder, settings=settings))


def read(round_: Round, change: Callable[[Any], None], **cells: str) -> FileReading:
    """Return the reading of the self-assessment of V01 after a change to its sheet."""
    named = {key.replace("_", ".").lstrip("c"): value for key, value in cells.items()}
    return round_.read(spoiled(round_.filled("self", "V01", FULL | named), change))


def told(reading: FileReading) -> list[tuple[str, str, str]]:
    """Return severity and messages of every problem."""
    return [(p.severity, *said(p)) for p in problems_of(reading)]


def cells_of(problems: list[Problem]) -> list[str]:
    return [problem.place.cell for problem in problems]


# -- 25 to 28: rows, columns, sheets -------------------------------------------------------------


def test_row_25_an_inserted_row_and_moved_columns_do_no_harm(round_: Round) -> None:
    reading = read(round_, lambda sheet: sheet.insert_rows(cell_of(sheet, "1.2").row), c2_3="7.25")
    assert entry(reading, "2.3").value == Decimal("7.25")
    assert told(reading) == [
        ("note", "表中插入了行，已按编号认出。",
         "Rows were inserted into the table. Everything was recognised by its code.")
    ]  # fmt: skip

    def swap(sheet: Any) -> None:
        entries, points = cell_of(sheet, "1.1").column, cell_of(sheet, "1.1", "分值").column
        for row in range(cell_of(sheet, "1").row - 1, cell_of(sheet, "2.3").row + 1):
            one, other = sheet.cell(row, entries), sheet.cell(row, points)
            one.value, other.value = other.value, one.value

    moved = read(round_, swap, c1_1="11")
    assert entry(moved, "1.1").value == 11
    assert told(moved)[0] == (
        "note", "有的列换了位置，已按表头认出。",
        "Some columns have changed places. They were recognised by their headers.",
    )  # fmt: skip


def test_row_26_a_deleted_row_is_missing_and_a_doubled_one_is_refused(round_: Round) -> None:
    gone = read(round_, lambda sheet: sheet.delete_rows(cell_of(sheet, "2.1").row))
    assert told(gone) == [
        ("error", "缺少“2.1 服务群众”这一行。", "The row “2.1 服务群众” is missing.")
    ]
    assert entry(gone, "2.1").status is EntryStatus.REFUSED

    def double(sheet: Any) -> None:
        row = cell_of(sheet, "2.3").row
        sheet.insert_rows(row + 1)
        sheet.cell(row + 1, 1).value = "2.1"
        sheet.cell(row + 1, cell_of(sheet, "1.1").column).value = 3
        double.first = cell_of(sheet, "2.1").row  # type: ignore[attr-defined]

    reading = read(round_, double)
    first = double.first  # type: ignore[attr-defined]
    assert told(reading)[0] == (
        "error", f"编号 2.1 出现了两次，另一处在第 {first} 行。",
        f"The code 2.1 stands there twice. The other one is in row {first}.",
    )  # fmt: skip


def extra_row(code: str, title: str, value: object) -> Callable[[Any], None]:
    """Return a change that adds a row under the last criterion."""

    def change(sheet: Any) -> None:
        row = cell_of(sheet, "2.3").row + 1
        sheet.insert_rows(row)
        sheet.cell(row, 1).value, sheet.cell(row, 2).value = code, title
        sheet.cell(row, cell_of(sheet, "1.1").column).value = value

    return change


def test_row_27_a_total_that_says_so_is_passed_over_and_any_other_row_is_not(
    round_: Round, tmp_path: Path
) -> None:
    zh = "表中多出 1 行合计；合计由程序自己算，没有读。"
    en = "Rows of totals were added to the form: 1. Totals are computed here; those were not read."
    for code, title in (("", "小计"), ("", "总计"), ("合计", "")):
        total = read(round_, extra_row(code, title, 100))
        assert [t for t in told(total) if t[0] == "error"] == []
        assert ("note", zh, en) in told(total)
    assert told(read(round_, lambda _: None)) == []
    reading = read(round_, extra_row("2.9", "别的工作", 5))
    zh = "编号“2.9”不是这张表的项目，但这一行填了“5”，不知道算在哪里。"
    en = "The code “2.9” is not on this form, but “5” is entered in its row."
    assert ("error", zh, f"{en} It is not clear what it belongs to.") in told(reading)
    lenient = read(strict(tmp_path / "b", "extra_rows", "warn"), extra_row("2.9", "别的工作", 5))
    zh = "编号“2.9”不是这张表的项目，这一行填的“5”没有计。"
    en = "The code “2.9” is not on this form. “5”, entered in its row, was not counted."
    assert ("warning", zh, en) in told(lenient)


def test_row_28_a_renamed_sheet_is_known_by_its_number(round_: Round) -> None:
    reading = read(round_, lambda sheet: setattr(sheet, "title", "东村自评"))
    assert told(reading) == [
        ("note", "工作表“自评表”被改了名，已按表号认出。",
         "The sheet “自评表” was renamed. It was recognised by its form number.")
    ]  # fmt: skip
    assert entry(reading, "1.1").value == 20


# -- 29 to 31: what is hidden, added, edited -----------------------------------------------------


def test_row_29_extra_and_hidden_sheets_are_ignored_and_a_hidden_form_is_said(
    round_: Round,
) -> None:
    def add(sheet: Any) -> None:
        sheet.parent.create_sheet("草稿")["A1"] = 1
        sheet.parent.create_sheet("底稿").sheet_state = "hidden"

    assert told(read(round_, add)) == [
        ("note", "工作簿里多出的工作表没有读：草稿、底稿。",
         "The workbook has extra sheets that were not read: 草稿, 底稿.")
    ]  # fmt: skip

    def hide(sheet: Any) -> None:
        sheet.parent.create_sheet("封面")
        sheet.parent.active = len(sheet.parent.worksheets) - 1
        sheet.sheet_state = "hidden"

    assert told(read(round_, hide))[-1] == (
        "warning", "工作表“自评表”是隐藏的，仍照常读取。",
        "The sheet “自评表” is hidden. It was read all the same.",
    )  # fmt: skip


def hide_row(sheet: Any) -> None:
    sheet.row_dimensions[cell_of(sheet, "2.1").row].hidden = True


def hide_column(sheet: Any) -> None:
    sheet.column_dimensions[cell_of(sheet, "2.1").column_letter].hidden = True


def test_row_30_hidden_rows_and_columns_are_read_and_said(round_: Round) -> None:
    reading = read(round_, hide_row, c2_1="13")
    assert entry(reading, "2.1").value == 13
    assert told(reading) == [
        ("warning", "编号 2.1 这一行是隐藏的，仍照常读取。",
         "The row with the code 2.1 is hidden. It was read all the same.")
    ]  # fmt: skip
    reading = read(round_, hide_column, c2_1="13")
    assert entry(reading, "2.1").value == 13
    assert told(reading)[3] == (
        "warning", "编号 2.1 的填写格在隐藏的列里，仍照常读取。",
        "The entry cell of the code 2.1 is in a hidden column. It was read all the same.",
    )  # fmt: skip


def test_row_30_a_scheme_may_refuse_what_is_hidden(tmp_path: Path) -> None:
    round_ = strict(tmp_path, "hidden_rows", "refuse")
    reading = read(round_, hide_row)
    assert entry(reading, "2.1").status is EntryStatus.REFUSED
    assert told(reading) == [
        ("error", "编号 2.1 这一行是隐藏的。本次考核规定隐藏的行不采用。",
         "The row with the code 2.1 is hidden. This appraisal does not accept hidden rows.")
    ]  # fmt: skip
    hidden = read(round_, hide_column)
    assert {entry(hidden, code).status for code in FULL} == {EntryStatus.REFUSED}


def edit(sheet: Any) -> None:
    row = cell_of(sheet, "2.1").row
    sheet.cell(row, 2).value = "服务企业"
    sheet.cell(row, cell_of(sheet, "2.1", "分值").column).value = 30


def test_row_31_our_own_text_and_points_count(round_: Round, tmp_path: Path) -> None:
    reading = read(round_, edit)
    assert entry(reading, "2.1").value == 20
    assert told(reading) == [
        ("warning", "编号 2.1 的项目名称被改成“服务企业”，仍按原文“服务群众”计分。",
         "The criterion with the code 2.1 was renamed to “服务企业”."
         " It still counts as “服务群众”."),
        ("warning", "编号 2.1 的分值被改成“30”，仍按 20 分计。",
         "The points of the code 2.1 were changed to “30”. It still counts with 20."),
    ]  # fmt: skip
    refused = read(strict(tmp_path / "b", "edited", "refuse"), edit)
    assert entry(refused, "2.1").status is EntryStatus.REFUSED
    assert told(refused) == [
        ("error", "编号 2.1 的项目名称被改成“服务企业”，原文是“服务群众”。"
         "本次考核规定改过的行不采用。",
         "The criterion with the code 2.1 was renamed to “服务企业”. It was “服务群众”."
         " This appraisal does not accept rows that were changed."),
        ("error", "编号 2.1 的分值被改成“30”，原来是 20。本次考核规定改过的行不采用。",
         "The points of the code 2.1 were changed to “30”. They were 20."
         " This appraisal does not accept rows that were changed."),
    ]  # fmt: skip


# -- 32 and 33: pictures and comments ------------------------------------------------------------

PICTURE = (f"{ONE}：这里放的是图片或图形，没有数字。",
           f"{ONE}: there is a picture or a drawing here, and no number.")  # fmt: skip


def drawing(anchor: str) -> str:
    """Return a drawing part with one picture."""
    space = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
    return f'<d:wsDr xmlns:d="{space}">{anchor}</d:wsDr>'


def corner(tag: str, row: int, column: int, offset: int = 0) -> str:
    return (
        f"<d:{tag}><d:col>{column}</d:col><d:colOff>{offset}</d:colOff>"
        f"<d:row>{row}</d:row><d:rowOff>{offset}</d:rowOff></d:{tag}>"
    )


def pictured(round_: Round, anchor: Callable[[int, int], str], cells: dict[str, str]) -> bytes:
    """Return a form with a picture anchored by row and column of 1.1, both 0-based."""
    content = round_.filled("self", "V01", FULL | cells)
    where = entry(round_.read(content), "1.1").cell
    column, row = ord(where[0]) - 65, int(where[1:]) - 1
    part = drawing(anchor(row, column))
    return with_parts(content, {"xl/drawings/drawing1.xml": ("drawing", part)}, "<drawing/>")


def two_corners(row: int, column: int) -> str:
    corners = corner("from", row, column, 5) + corner("to", row, column, 9)
    return f"<d:twoCellAnchor>{corners}<d:pic/></d:twoCellAnchor>"


def one_corner(row: int, column: int) -> str:
    size = '<d:ext cx="100000" cy="100000"/>'
    return f"<d:oneCellAnchor>{corner('from', row, column)}{size}<d:pic/></d:oneCellAnchor>"


def reaching_down(row: int, column: int) -> str:
    begin, size = corner("from", row - 1, column - 1), '<d:ext cx="1800000" cy="900000"/>'
    return f"<d:oneCellAnchor>{begin}{size}<d:sp/></d:oneCellAnchor>"


@pytest.mark.parametrize("anchor", [two_corners, one_corner, reaching_down])
def test_row_32_a_picture_over_an_empty_cell_is_no_score(
    round_: Round, anchor: Callable[[int, int], str]
) -> None:
    reading = round_.read(pictured(round_, anchor, {"1.1": ""}))
    assert entry(reading, "1.1").status is EntryStatus.REFUSED
    assert [said(p) for p in problems_of(reading)] == [PICTURE]


def test_row_32_a_picture_beside_a_score_is_a_seal_and_does_no_harm(round_: Round) -> None:
    reading = round_.read(pictured(round_, two_corners, {}))
    assert problems_of(reading) == []
    assert entry(reading, "1.1").value == 20


@pytest.mark.parametrize(
    ("inner", "attributes"),
    [
        ("<v>#VALUE!</v>", 't="e" vm="1"'),  # Excel: placed in the cell
        (
            '<f>_xlfn.DISPIMG("ID_1F",1)</f><v>=DISPIMG("ID_1F",1)</v>',  # WPS
            't="str"',
        ),
    ],
    ids=["excel", "wps"],
)
def test_row_32_a_picture_inside_a_cell_is_no_score(
    round_: Round, inner: str, attributes: str
) -> None:
    content = round_.filled("self", "V01", FULL)
    where = entry(round_.read(content), "1.1").cell
    reading = round_.read(with_cell(content, where, inner, attributes))
    assert [said(p) for p in problems_of(reading)] == [PICTURE]


def legacy(where: str, text: str) -> tuple[str, str]:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return "comments", (
        f'<comments xmlns="{main}"><authors><author>张三</author></authors><commentList>'
        f'<comment ref="{where}" authorId="0"><text><r><t>{text}</t></r></text></comment>'
        "</commentList></comments>"
    )


def threaded(where: str, text: str) -> tuple[str, str]:
    office = "http://schemas.microsoft.com/office"
    return f"{office}/2017/10/relationships/threadedComment", (
        f'<ThreadedComments xmlns="{office}/spreadsheetml/2018/threadedcomments">'
        f'<threadedComment ref="{where}" id="1"><text>{text}</text></threadedComment>'
        "</ThreadedComments>"
    )


COMMENTED = [
    (legacy, "张三:\n8.5", "8.5"),
    (legacy, "18分", "18分"),
    (threaded, "18.5", "18.5"),
]


@pytest.mark.parametrize(("kind", "text", "shown"), COMMENTED)
def test_row_33_a_score_in_a_comment_does_not_count(
    round_: Round, kind: Callable[[str, str], tuple[str, str]], text: str, shown: str
) -> None:
    content = round_.filled("self", "V01", FULL | {"1.1": ""})
    where = entry(round_.read(content), "1.1").cell
    part = {"xl/comments1.xml": kind(where, text)}
    reading = round_.read(with_parts(content, part, "<legacyDrawing/>"))
    assert entry(reading, "1.1").status is EntryStatus.REFUSED
    assert [said(p) for p in problems_of(reading)] == [
        (f"{ONE}：格子空着，批注里写着“{shown}”。批注不计分。",
         f"{ONE}: the cell is empty, but “{shown}” stands in its comment. Comments do not count.")
    ]  # fmt: skip


def test_row_33_a_comment_that_explains_is_no_score_and_none_counts_beside_a_value(
    round_: Round,
) -> None:
    content = round_.filled("self", "V01", FULL | {"1.1": ""})
    where = entry(round_.read(content), "1.1").cell
    long = {"xl/comments1.xml": legacy(where, "2026年6月已经整改，材料见附件3，请考核组核对。")}
    reading = round_.read(with_parts(content, long, "<legacyDrawing/>"))
    assert [p.code for p in problems_of(reading)] == ["entry_missing"]
    beside = {"xl/comments1.xml": legacy(where, "8.5")}
    reading = round_.read(
        with_parts(round_.filled("self", "V01", FULL), beside, "<legacyDrawing/>")
    )
    assert problems_of(reading) == []
    assert entry(reading, "1.1").value == 20


# -- 51: votes -----------------------------------------------------------------------------------


def test_row_51_two_answers_in_a_line_are_an_abstention_with_a_note(tmp_path: Path) -> None:
    round_ = voting(tmp_path, "cadre")
    packet = packets(round_, "cadre")[0]
    cells = ballot("优良中差优优") | {("V01/Q1", "choice"): "优秀/良好", ("V02/Q1", "choice"): None}
    reading = round_.read(filled(round_, packet, cells))
    (form,) = reading.forms
    by_row = {found.row: found for found in form.entries}
    assert by_row["V01/Q1"].status is EntryStatus.BLANK
    assert by_row["V02/Q1"].status is EntryStatus.BLANK
    (name,) = {problem.facts["name"] for problem in problems_of(reading)}
    assert told(reading) == [
        ("note", f"{name}：“优秀/良好”里不止一个答案，这一格作弃权处理。",
         f"{name}: “优秀/良好” is more than one answer, so this cell counts as an abstention.")
    ]  # fmt: skip


TALLY = {
    "forms": """
        code  | title  | workbook | layout | rubric  | options | filled_by | covers
        tally | 计票表 | 计票     | tally  | aspects | 四档    | tellers   | all
        """,
    "scores": """
        code  | title | parent | rule   | points | source | parameters
        total | 总分  |        | sum    | 100    |        |
        votes | 票决  | total  | ballot | 100    | tally  | denominator=valid
        """,
}
VOTE_KEYS = ("优秀", "良好", "一般", "较差")
TURNOUT = ("expected", "present", "issued", "returned", "valid")


@pytest.mark.parametrize(
    ("turnout", "votes", "zh", "en"),
    [
        ((9, 8, 8, 8, 8), (3, 3, 2, 0), [], []),
        (
            (9, 8, 7, 8, 7),
            (3, 2, 2, 0),
            ["“收回”8 不能多于“发出”7。"],
            ["“收回” is 8. That cannot be more than “发出”, which is 7."],
        ),
        (
            (9, 8, 8, 8, 7),
            (3, 3, 2, 0),
            ["V01/Q1：各选项票数合计 8，超过有效票 7（见 {valid}）。"],
            ["V01/Q1: the votes add up to 8. That is more than the valid papers, 7 (see {valid})."],
        ),
    ],
    ids=["right", "more returned than issued", "more votes than papers"],
)
def test_row_51_counts_that_cannot_be_are_refused(
    tmp_path: Path,
    turnout: tuple[int, ...],
    votes: tuple[int, ...],
    zh: list[str],
    en: list[str],
) -> None:
    round_ = voting(tmp_path, **TALLY)
    (packet,) = packets(round_, "tally")
    cells = {
        copy.key: {
            **{("turnout", "V01", key): value for key, value in zip(TURNOUT, turnout, strict=True)},
            **{
                ("counts", f"V01/{aspect}", key): value
                for aspect, row in (("Q1", votes), ("Q2", (7, 0, 0, 0)))
                for key, value in zip(VOTE_KEYS, row, strict=True)
            },
            ("foot", "checked", "value"): "√",
        }
        for copy in packet.copies
    }
    round_.put("计票.xlsx", write_packet(round_.scheme, packet, round_.key, cells))
    result = read_votes(round_)
    found = [p for p in result.problems if p.unit == "V01" and p.code in COUNT_FAULTS]
    valid = "?"
    if found and "{valid}" in zh[0]:
        valid = str(found[0].facts["there"])
    assert [said(p)[0] for p in found] == [text.format(valid=valid) for text in zh]
    assert [said(p)[1] for p in found] == [text.format(valid=valid) for text in en]
    assert (scored(result, "votes")[0] == "awaiting") == bool(zh)


COUNT_FAULTS = {"turnout_rises", "tally_exceeds_valid"}
