"""The workbook of a correction: a list with links, marked cells, comments, nothing from outside."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessor.correcting import correction_files
from assessor.rounds import read_round
from assessor.scheme.stamp import read_stamp
from assessor.sheets.grid import as_text
from tests.builders import SMALL, small_workspace
from tests.filling import FULL, Round, cell_of, spoiled
from tests.kinds import PANEL, kinds_round


def corrections(round_: Round) -> dict[str, bytes]:
    result = read_round(round_.workspace, round_.workspace.returns, workers=1)
    key = round_.workspace.key()
    return correction_files(result.scheme, result.packets, result.collection, result.problems, key)


def only(round_: Round) -> bytes:
    (content,) = corrections(round_).values()
    return content


def book_of(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    settings_ = SMALL["settings"].replace(
        "tie_breakers | panel", "contact | 王科员\nphone | 0000-9"
    )
    round_ = Round(small_workspace(tmp_path, settings=settings_))
    round_.return_all(panel_V02=FULL | {"1.1": "约18", "2.1": ""})
    return round_


def texts(sheet: Any) -> list[list[str]]:
    return [[as_text(v) for v in row if v is not None] for row in sheet.iter_rows(values_only=True)]


def test_the_first_sheet_lists_what_to_mend(round_: Round) -> None:
    book = book_of(only(round_))
    assert book.sheetnames == ["更正清单", "考核组评分表", "填表说明", "_assessor"]
    assert book.active.title == "更正清单"
    rows = [row for row in texts(book.worksheets[0]) if row]
    assert rows[:8] == [
        ["更正清单"],
        ["某镇 · 小考核 · 2026"],
        ["《考核组评分》 西河村(V02)　填表人：考核组"],
        ["根据收到的文件重新生成：panel-V02.xlsx。已经填对的都带过来了，不用重填。"],
        [
            "下面列出的各处请改正：点“单元格”一列的链接可以跳到那一格。表中要改的格子有粗框，底色为红色，"
            "鼠标放上去能看到批注；改对后变成绿色，本页“状态”一列变成“已改”。黄色的请核对一下，没有错就不用动。"
        ],
        [
            "全部改好后，在表尾“已核”格选“√”，保存，把整个文件交回；收到后以这一份为准，原来的表不用再交。"
        ],
        ["截止日期：2026-12-20。　不清楚的请问：王科员 0000-9"],
        ['="还有 "&COUNTIF(H10:H11,"待更正")&" 处待更正。"'],
    ]
    assert [row[:8] for row in rows[9:]] == [
        [
            "1",
            "考核组评分表",
            "D9",
            "1.1 班子健全",
            "约18",
            "1.1 班子健全：“约18”是一个范围或约数，不能计分。",
            "请填一个确定的数：0 到 20 之间的数字，可带小数。",
            "=IF(AND(AND('考核组评分表'!D9<>\"\",AND(ISNUMBER('考核组评分表'!D9),"
            "N('考核组评分表'!D9)>=0,N('考核组评分表'!D9)<=20))),\"√ 已改\",\"待更正\")",
        ],
        [
            "2",
            "考核组评分表",
            "D14",
            "2.1 服务群众",
            "",
            "2.1 服务群众：没有填。空着不算 0 分。",
            "请填 0 到 20 之间的数字，可带小数；确实得 0 分就填 0。",
            "=IF(AND(AND('考核组评分表'!D14<>\"\",AND(ISNUMBER('考核组评分表'!D14),"
            "N('考核组评分表'!D14)>=0,N('考核组评分表'!D14)<=20))),\"√ 已改\",\"待更正\")",
        ],
    ]


def test_the_list_speaks_the_language_of_the_scheme(tmp_path: Path) -> None:
    settings_ = SMALL["settings"].replace("tie_breakers | panel", "language | en")
    round_ = Round(small_workspace(tmp_path, settings=settings_))
    round_.return_all(panel_V02=FULL | {"1.1": "约18"})
    (name,) = corrections(round_)
    assert name == "corrections/考核组评分/V02_西河村_考核组评分_correction.xlsx"
    book = book_of(only(round_))
    assert book.sheetnames[0] == "to mend"
    last = texts(book.worksheets[0])[-1]
    assert last[5:7] == [
        "1.1 班子健全: “约18” is a range or an estimate. It cannot be scored.",
        "Enter one exact number: a number from 0 to 20 (decimals are allowed).",
    ]
    assert book.worksheets[1]["D9"].comment.text == "\n→ ".join(last[5:7])
    assert book.worksheets[1]["D1"].value == "Correction no. 1"


def test_a_cell_to_mend_has_a_colour_a_border_and_a_comment(round_: Round) -> None:
    sheet = book_of(only(round_)).worksheets[1]
    cell, plain = sheet["D9"], sheet["D10"]
    assert (cell.fill.fgColor.rgb[2:], cell.border.left.style) == ("F8D0CC", "medium")
    assert (plain.fill.fgColor.rgb[2:], plain.border.left.style) == ("E8F1FA", "thin")
    assert not cell.protection.locked
    assert cell.comment.text == (
        "1.1 班子健全：“约18”是一个范围或约数，不能计分。\n"
        "→ 请填一个确定的数：0 到 20 之间的数字，可带小数。"
    )
    assert sheet["D14"].comment.text.startswith("2.1 服务群众：没有填。")
    assert {c.coordinate for row in sheet.iter_rows() for c in row if c.comment} == {"D9", "D14"}


def test_a_form_with_a_wrong_entry_does_not_call_itself_done(tmp_path: Path) -> None:
    round_ = Round(small_workspace(tmp_path))
    round_.return_all(panel_V02=FULL | {"1.1": "约18"})
    sheet = openpyxl.load_workbook(io.BytesIO(only(round_)), data_only=True).worksheets[1]
    assert sheet["D5"].value == "已填写，请按更正清单改"
    assert '"已填写，请按更正清单改"' in book_of(only(round_)).worksheets[1]["D5"].value


def test_each_line_of_the_list_links_to_its_cell(round_: Round) -> None:
    sheet = book_of(only(round_)).worksheets[0]
    links = {cell: sheet[cell].hyperlink.location for cell in ("C10", "C11")}
    assert links == {"C10": "'考核组评分表'!D9", "C11": "'考核组评分表'!D14"}


def test_it_is_the_blank_form_with_another_serial(round_: Round) -> None:
    """Same validation, protection, columns and print layout; the stamp is genuine."""
    packet = round_.packet("panel", "V02")
    blank = book_of(round_.filled("panel", "V02", {}, checked=False)).worksheets[0]
    book = book_of(only(round_))
    mine = book.worksheets[1]
    rules = [
        {(v.type, v.formula1, str(v.sqref)) for v in sheet.data_validations.dataValidation}
        for sheet in (blank, mine)
    ]
    assert rules[0] == rules[1]
    assert mine.protection.sheet
    assert mine.print_title_rows == blank.print_title_rows
    assert mine.page_setup.orientation == blank.page_setup.orientation
    rows = [[v or "" for v in row] for row in book["_assessor"].iter_rows(values_only=True)]
    stamp = read_stamp(rows, round_.key)
    assert stamp is not None
    assert stamp.genuine
    assert [(form.key, form.serial) for form in stamp.forms] == [(packet.copies[0].key, 2)]
    assert mine["A5"].value == blank["A5"].value.replace("-1-", "-2-")


HOSTILE = [
    "=1+1",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "{=A1}",
    "\t=1",
    "http://example.org/x",
    "mailto:a@example.org",
    "\u202e=evil",
    "a" * 500,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_came_from_outside_is_text(tmp_path: Path, text: str) -> None:
    """As entry, remark, opinion and file name: never a formula, a link or a header."""
    round_ = Round(small_workspace(tmp_path))
    round_.return_all()

    def change(sheet: Any) -> None:
        for cell in ("D9", "E10", "C21"):
            sheet[cell].value = text
            sheet[cell].data_type = "s"

    (round_.workspace.returns / "panel-V02.xlsx").unlink()
    name = "=x" + re.sub(r"[/\t]", "_", text)[:40] + ".xlsx"
    round_.put(name, spoiled(round_.filled("panel", "V02", FULL), change))
    content = only(round_)
    book = book_of(content)
    form = book.worksheets[1]
    for cell in ("D9", "E10", "C21"):
        assert form[cell].data_type == "s", cell
        assert form[cell].hyperlink is None
    assert form["D9"].value.strip().removeprefix("待更正：")[:5] == text.strip()[:5]
    sheet = book.worksheets[0]
    formulas = [c.value for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert [formula[:4] for formula in formulas] == ['="还有', "=IF("]
    assert not any(text.strip() in formula for formula in formulas)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [name for name in archive.namelist() if name.endswith(".rels")]
        outward = [name for name in parts if b"TargetMode" in archive.read(name)]
    assert outward == []


VALUES = {
    "1.1": st.decimals(0, 20, places=3),
    "1.2": st.one_of(st.just(""), st.decimals(0, 10, places=2)),
    "2.1": st.integers(0, 10**6),
    "2.2": st.decimals(-(10**9), 10**9, places=6),
    "2.3": st.one_of(st.decimals(2, 100, places=2), st.just("0.4%"), st.just("/")),
    "2.4": st.sampled_from(["优秀", "良好", "较差", "/", " 优 秀 "]),
    "2.5": st.sampled_from(["是", "否", "√", "×", "有"]),
    "2.6": st.sampled_from(["是", "否", "无"]),
    "2.7": st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=60),
}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.fixed_dictionaries(VALUES))
def test_whatever_was_read_is_read_again_as_the_same(
    tmp_path_factory: pytest.TempPathFactory, cells: dict[str, object]
) -> None:
    """One cell is wrong, all others come back through the correction with their exact values."""
    round_ = kinds_round(tmp_path_factory.mktemp("kinds"))
    typed = {**PANEL, **{row: value for row, value in cells.items() if value != ""}}
    first = round_.filled("panel", "V01", {**typed, "1.1": "十八"})
    round_.put("panel.xlsx", first)
    before = {e.row: (e.value, e.status) for e in round_.read(first).forms[0].entries}
    content = only(round_)
    (form,) = round_.read(content).forms
    again = {e.row: (e.value, e.status) for e in form.entries}
    assert form.serial == 2
    assert again == before
    book = book_of(content)
    cell_of(book.worksheets[1], "1.1", "填写").value = Decimal(str(cells["1.1"]))
    buffer = io.BytesIO()
    book.save(buffer)
    last = {e.row: e.value for e in round_.read(buffer.getvalue()).forms[0].entries}
    assert last == {row: value for row, (value, _) in before.items()} | {"1.1": cells["1.1"]}
