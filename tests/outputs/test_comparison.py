"""compare.xlsx as people open it."""

from __future__ import annotations

import itertools
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from assessor.comparing import compare_rounds
from tests.builders import SMALL, edited
from tests.two_years import LAST, SCORES, THIS, last_year, this_year

BOTH_LOW = {
    "last": edited(LAST, "59.00 | 不合格 | 合格  ", "59.00 | 不合格 | 不合格"),
    "units": """
        code | name   | class | former_codes
        V01  | 东村   | 村    |
        V02  | 西河村 | 村    |
        V30  | 南坪村 | 村    | V03
        V04  | 北山村 | 村    | V05
        """,
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    """Return a comparison in which one unit is open, one recoded, one low in both years."""
    folder = tmp_path_factory.mktemp("years")
    last = last_year(folder / "a", BOTH_LOW["last"])
    this = this_year(
        folder / "b",
        edited(THIS, "84.00 | 合格   |                 | 3    | 3          | scored",
               "      |        |                 |      |            | awaiting"),
        edited(SCORES, "总分       | 84.00", "总分       |      "),
        units=BOTH_LOW["units"],
    )  # fmt: skip
    return openpyxl.load_workbook(compare_rounds(last.root, this.root, size=1).workbook)


def _rows(sheet: Worksheet) -> list[dict[str, object]]:
    """Return the rows of a table by its header, which stands in the third row."""
    header = [cell.value for cell in sheet[3]]
    return [
        dict(zip(header, (cell.value for cell in line), strict=True))
        for line in sheet.iter_rows(min_row=4)
    ]


def test_the_overview_comes_first_and_every_sheet_has_one_table(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == ["概览", "变化", "末位", "连续两年"]
    assert book.active.title == "概览"
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes is not None
        assert sheet.auto_filter.ref.startswith("A3:")
        assert sheet.print_title_rows == "$3:$3"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0
        header = [cell.value for cell in sheet[3]]
        assert len(set(header)) == len(header)


def test_scores_and_ranks_are_numbers_with_a_format(book: openpyxl.Workbook) -> None:
    sheet = book["变化"]
    first = _rows(sheet)[0]
    assert (first["上年得分"], first["本年得分"], first["得分增减"]) == (91, 94.25, 3.25)
    formats = {sheet.cell(3, cell.column).value: cell.number_format for cell in sheet[4]}
    assert formats["本年得分"] == "0.00"
    assert formats["得分增减"] == "+0.00;-0.00;0.00"
    assert formats["本年名次"] == '"第"0"名"'
    assert formats["名次升降"] == '"升"0;"降"0;"不变"'


def test_a_unit_without_a_score_shows_its_status(book: openpyxl.Workbook) -> None:
    row = next(row for row in _rows(book["变化"]) if row["编号"] == "V02")
    assert (row["上年得分"], row["本年得分"], row["本年名次"]) == (88.5, "待更正", "—")
    assert not row["得分增减"]


def test_the_bottom_says_on_what_it_lost(book: openpyxl.Workbook) -> None:
    (row,) = _rows(book["末位"])
    assert (row["名称"], row["末位情况"]) == ("北山村", "仍在末位")
    assert row["失分最多"] == "考核组评分·组织：失 25.00 分（满分 60，折合总分 15.00）"
    assert row["失分第三"] == "自评·组织：失 20.00 分（满分 60，折合总分 8.00）"


def test_two_bad_years_say_what_was_bad(book: openpyxl.Workbook) -> None:
    (row,) = _rows(book["连续两年"])
    assert (row["名称"], row["上年情况"], row["本年情况"]) == (
        "北山村",
        "末位 1 名；最低等次",
        "末位 1 名；最低等次",
    )


def test_the_overview_counts_and_warns(book: openpyxl.Workbook) -> None:
    texts = [str(cell.value) for line in book["概览"].iter_rows() for cell in line if cell.value]
    counted = dict(itertools.pairwise(texts))
    assert counted["两年都有"] == "4"
    assert counted["有一年没有得分"] == "1"
    assert counted["改名或换编号"] == "2"
    assert any("2026 年度还是中间结果" in text for text in texts)
    assert any("连续两年落后" in text and "北山村" in text for text in texts)


def test_an_empty_table_says_so(tmp_path: Path) -> None:
    done = compare_rounds(last_year(tmp_path / "a").root, this_year(tmp_path / "b").root, size=1)
    sheet = openpyxl.load_workbook(done.workbook)["连续两年"]
    assert sheet["A4"].value == "没有。"


def test_the_same_rounds_give_the_same_bytes(tmp_path: Path) -> None:
    folders = last_year(tmp_path / "a").root, this_year(tmp_path / "b").root
    done = compare_rounds(*folders)
    before = done.workbook.read_bytes(), done.table.read_bytes()
    compare_rounds(*folders)
    assert (done.workbook.read_bytes(), done.table.read_bytes()) == before


def test_an_english_scheme_gets_an_english_workbook(tmp_path: Path) -> None:
    english = SMALL["settings"].rstrip() + "\n        language | en\n"
    this = this_year(tmp_path / "b", settings=english)
    done = compare_rounds(last_year(tmp_path / "a").root, this.root)
    names = openpyxl.load_workbook(done.workbook).sheetnames
    assert names == ["Overview", "Changes", "Bottom", "Two bad years"]
