"""Grids to typed rows: headers, every bad cell with its place, no row hides the next."""

from __future__ import annotations

import datetime as dt

import pytest

from assessor.problems import Place, Problem, Severity
from assessor.scheme.columns import CRITERIA, PERIODS, TABLES, UNITS, Table
from assessor.scheme.tables import Row, near, read_table, read_tables
from assessor.sheets.grid import Grid
from tests.builders import cells, codes
from tests.scheme.faults import facts
from tests.sheets.workbooks import opened, sheets_xlsx


def _grid(text: str, sheet: str = "units") -> Grid:
    return Grid(f"{sheet}.csv", sheet, cells(text))


def _read(text: str, table: Table = UNITS) -> tuple[list[Row], list[Problem]]:
    return read_table(_grid(text, table.key), table)


def _only(problems: list[Problem]) -> Problem:
    (problem,) = problems
    return problem


def _at(problem: Problem) -> str:
    return f"{problem.place.sheet}!{problem.place.cell}"


UNIT = {"code": "001", "name": "东村", "class": "村", "contact": "张三", "ranked": False}


@pytest.mark.parametrize(
    "text",
    [
        """
        code | name | class | contact | ranked
        001  | 东村 | 村    | 张三    | no
        """,
        """
        编号 | 名称 | 类别 | 联系人 | 参加排名
        001  | 东村 | 村   | 张三   | 否
        """,
        """
        编号* | Name | 类别（必填） | 联 系 人 | 参加排名:
        001   | 东村 | 村           | 张三     | 否
        """,
        """
        参加排名 | 联系人 | class | 名称 | 编号
        否       | 张三   | 村    | 东村 | 001
        """,
    ],
    ids=["english", "chinese", "mixed", "moved"],
)
def test_headers_are_taken_in_both_languages_and_any_order(text: str) -> None:
    (row,), problems = _read(text)
    assert row.values == UNIT
    assert problems == []


def test_a_title_may_stand_above_the_header() -> None:
    (row,), problems = _read("""
        某镇2026年考核单位 |      |
                           |      |
        编号               | 名称 | 类别
        001                | 东村 | 村
        """)
    assert row.values == {"code": "001", "name": "东村", "class": "村"}
    assert row.at.cell("class") == Place("units.csv", "units", "C4")
    assert problems == []


def test_empty_rows_between_the_rows_do_not_count_but_keep_their_numbers() -> None:
    rows = [["code", "name", "class"], ["", "", ""], [], ["001", "东村", "村"]]
    (row,), problems = read_table(Grid("units.csv", "units", rows), UNITS)
    assert row.at.cell("code").cell == "A4"
    assert problems == []


@pytest.mark.parametrize(
    ("header", "guess"),
    [("联系电话", "电话"), ("contcat", "contact"), ("e-mial", "email"), ("曾用名称", "曾用名")],
)
def test_a_header_that_is_nearly_one_is_reported_with_the_one_meant(
    header: str, guess: str
) -> None:
    (row,), problems = _read(f"""
        code | name | class | {header}
        001  | 东村 | 村    | 1
        """)
    problem = _only(problems)
    assert (problem.code, problem.severity, _at(problem)) == (
        "table_header_near",
        Severity.ERROR,
        "units!D1",
    )
    assert facts(problem) == {"header": header, "guess": guess}
    assert row.values == {"code": "001", "name": "东村", "class": "村"}


def test_a_header_of_no_column_is_noted_and_not_read() -> None:
    _, problems = _read("""
        code | name | class | 海拔
        001  | 东村 | 村    | 300
        """)
    problem = _only(problems)
    assert (problem.code, problem.severity, _at(problem)) == (
        "table_header_ignored",
        Severity.NOTE,
        "units!D1",
    )
    assert facts(problem)["header"] == "海拔"


def test_a_header_that_stands_twice_is_an_error() -> None:
    _, problems = _read("""
        code | name | class | 名称
        001  | 东村 | 村    | 西村
        """)
    problem = _only(problems)
    assert (problem.code, _at(problem)) == ("table_header_twice", "units!D1")


def test_every_missing_column_is_named_with_both_its_names() -> None:
    rows, problems = _read("""
        code | phone
        001  | 123
        """)
    assert rows == []
    assert [(problem.code, _at(problem), facts(problem)["column"]) for problem in problems] == [
        ("table_column_missing", "units!A1", "名称 name"),
        ("table_column_missing", "units!A1", "类别 class"),
    ]


def test_a_bad_cell_hides_neither_its_neighbours_nor_the_next_row() -> None:
    rows, problems = _read("""
        code | name   | class | email         | ranked
             | 东村   | 村    | a@example     | 也许
        002  |        |       | b@example.org | 是
        003  | 北村   | 村    | c@example.org | 是
        """)
    assert [(problem.code, _at(problem)) for problem in problems] == [
        ("table_cell_empty", "units!A2"),
        ("table_bad_email", "units!D2"),
        ("table_not_yes_no", "units!E2"),
        ("table_cell_empty", "units!B3"),
        ("table_cell_empty", "units!C3"),
    ]
    assert [row["name"] for row in rows] == ["东村", None, "北村"]
    assert facts(problems[1])["value"] == "a@example"


def test_a_code_that_stands_twice_names_the_other_place() -> None:
    _, problems = _read("""
        code | name | class
        001  | 东村 | 村
        002  | 西村 | 村
        001  | 北村 | 村
        """)
    problem = _only(problems)
    assert (problem.code, problem.severity, _at(problem)) == (
        "table_code_twice",
        Severity.ERROR,
        "units!A4",
    )
    assert facts(problem) == {"table": "单位", "value": "001", "other": "A2"}


def test_a_criterion_may_have_the_code_of_one_in_another_rubric() -> None:
    _, problems = _read(
        """
        rubric | code | title | entry
        duty   | 1.1  | 班子  | earned
        duty   | 1.10 | 活动  | earned
        style  | 1.1  | 作风  | earned
        duty   | 1.10 | 制度  | earned
        """,
        CRITERIA,
    )
    problem = _only(problems)
    assert (problem.code, _at(problem)) == ("table_code_twice", "criteria!B5")
    assert (facts(problem)["value"], facts(problem)["other"]) == ("1.10", "B3")


# -- a real workbook: Excel turns codes into numbers and dates ------------------------------------


def test_codes_that_excel_turned_into_numbers_or_dates_are_refused_with_their_cells() -> None:
    rows: list[list[object]] = [
        ["编号", "名称", "类别", "上级编号"],
        ["001", "东村", "村", None],
        [1.1, "西村", "村", None],
        [2, "南村", "村", 1],
        [dt.datetime(2026, 1, 2), "北村", "村", None],
    ]
    grid = opened(sheets_xlsx({"单位": rows}), "scheme.xlsx").grid("单位")
    found, problems = read_table(grid, UNITS)
    assert [(problem.code, str(problem.place)) for problem in problems] == [
        ("table_code_number", "scheme.xlsx › 单位!A3"),
        ("table_code_number", "scheme.xlsx › 单位!A4"),
        ("table_code_number", "scheme.xlsx › 单位!D4"),
        ("table_code_date", "scheme.xlsx › 单位!A5"),
    ]
    assert facts(problems[0])["value"] == "1.1"
    assert facts(problems[3])["value"] == "2026-01-02"
    assert found[0]["code"] == "001"


@pytest.mark.parametrize("column", ["不适用部分", "曾用编号"])
def test_a_code_in_a_list_that_excel_turned_into_a_number_is_refused_too(column: str) -> None:
    rows: list[list[object]] = [["编号", "名称", "类别", column], ["001", "东村", "村", 1.1]]
    grid = opened(sheets_xlsx({"单位": rows}), "scheme.xlsx").grid("单位")
    _, problems = read_table(grid, UNITS)
    assert [problem.place.cell for problem in problems] == ["D2"]


def test_dates_and_numbers_of_a_real_workbook_are_read_as_they_are() -> None:
    rows: list[list[object]] = [
        ["代码", "名称", "截止日期", "应交份数"],
        ["Y", "年终", dt.date(2026, 12, 20), 3],
    ]
    grid = opened(sheets_xlsx({"期次": rows}), "scheme.xlsx").grid("期次")
    (row,), problems = read_table(grid, PERIODS)
    assert row.values == {
        "code": "Y",
        "title": "年终",
        "due": dt.date(2026, 12, 20),
        "least": 3,
    }
    assert problems == []


# -- sheets --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["units", "单位", "Units", " 单 位 "])
def test_a_sheet_is_found_under_both_names(name: str) -> None:
    rows, problems = read_tables([_grid("code | name | class\n001 | 东村 | 村", name)], TABLES)
    assert [row["code"] for row in rows["units"]] == ["001"]
    assert problems == []


ONE_VILLAGE = "code | name | class\n1 | 东村 | 村"


@pytest.mark.parametrize(
    ("name", "text", "guess", "severity"),
    [
        ("unit", ONE_VILLAGE, "units", Severity.ERROR),
        ("单 位表", ONE_VILLAGE, "单位", Severity.ERROR),
        ("unit", "anything | at all\n1 | 2", "units", Severity.ERROR),  # nothing goes without it
        ("Sheet1", ONE_VILLAGE, "units", Severity.ERROR),  # known by its headers
        ("表一", "编号 | 名称 | 类别\n1 | 东村 | 村", "单位", Severity.ERROR),
        ("limit", "title | for | node | operator | value | effect", "limits", Severity.ERROR),
        ("critera", "code | name\n1 | 东村", "criteria", Severity.WARNING),
        ("考核项", "code | name\n1 | 东村", "考核项目", Severity.WARNING),
    ],
)
def test_a_sheet_that_is_nearly_a_table_is_reported_with_the_one_meant(
    name: str, text: str, guess: str, severity: Severity
) -> None:
    rows, problems = read_tables([_grid(text, name)], TABLES)
    problem = _only(problems)
    assert (problem.code, problem.severity) == ("table_sheet_near", severity)
    assert problem.place == Place(f"{name}.csv", name)
    assert facts(problem) == {"sheet": name, "guess": guess}
    assert not any(rows.values())


def test_a_sheet_called_almost_like_a_table_that_is_there_is_noted() -> None:
    grids = [
        _grid(ONE_VILLAGE, "units"),
        _grid(ONE_VILLAGE, "units2"),
        _grid("单价 | 元\n1 | 2", "单价"),
    ]
    _, problems = read_tables(grids, TABLES)
    assert [(problem.code, problem.severity) for problem in problems] == [
        ("table_sheet_ignored", Severity.NOTE)
    ] * 2


def test_another_sheet_is_noted_and_an_empty_one_is_not() -> None:
    grids = [_grid("随便 | 记记", "草稿"), Grid("a.xlsx", "Sheet3", [])]
    _, problems = read_tables(grids, TABLES)
    problem = _only(problems)
    assert (problem.code, problem.severity) == ("table_sheet_ignored", Severity.NOTE)
    assert problem.place == Place("草稿.csv", "草稿")


@pytest.mark.parametrize("other", ["units", "单位 (2)"])
def test_two_sheets_of_one_table_do_not_double_it_in_silence(other: str) -> None:
    text = "code | name | class\n001 | 东村 | 村"
    _, problems = read_tables([_grid(text, "单位"), _grid(text, other)], TABLES)
    assert [problem.severity for problem in problems] == [Severity.ERROR]


def test_an_optional_table_that_is_empty_is_no_problem() -> None:
    rows, problems = read_tables([Grid("limits.csv", "limits", [])], TABLES)
    assert rows["limits"] == []
    assert codes(problems) == []


# -- near misses ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names", "guess"),
    [
        ("panle", ["self", "panel", "total"], "panel"),
        ("PANEL ", ["self", "panel"], "panel"),
        ("村支", ["村", "村支部", "机关"], "村支部"),
        ("xyz", ["self", "panel"], ""),
        ("", ["self"], ""),
        ("self", [], ""),
    ],
)
def test_the_name_that_was_probably_meant(text: str, names: list[str], guess: str) -> None:
    assert near(text, names) == guess


def test_a_slip_in_a_word_of_two_characters_is_guessed_too() -> None:
    assert near("合各", ["优秀", "合格", "不合格"]) == "合格"
