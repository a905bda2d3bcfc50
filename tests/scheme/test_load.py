"""Whole schemes: every fault in one pass, what is shipped, workbook and folder alike."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

import openpyxl
import pytest

from assessor.problems import AssessorError, Place, Problem, Severity, error
from assessor.scheme.columns import TABLES
from assessor.scheme.load import (
    load_decision_rows,
    load_scheme,
    load_sound_scheme,
    sorted_problems,
)
from assessor.scheme.model import Scheme
from assessor.starting import rows_of, templates, write_workspace
from tests.builders import SMALL, cells, codes, edited, small_scheme, write_tables
from tests.scheme.faults import placed, problems_of
from tests.sheets.workbooks import sheets_xlsx

# -- every fault in one pass ---------------------------------------------------------------------


def test_ten_faults_at_once_are_all_reported_in_one_pass(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        ("settings", "rounding     | each\n", "\n"),
        ("units", "b@example.org", "b@example"),
        ("criteria", "| 60 ", "| 61 "),
        ("criteria", "| 0.5", "| -0.5"),
        ("forms", "| duty   | panel", "| duty   | panle"),
        ("scores", "60% ", "50% "),
        periods="code | title | opens      | due\nY | 年终 | 2026-12-20 | 2026-12-01",
        grades="for|grade|from|to\nunit|优秀|90|\nunit|合格|60|85\nunit|不合格||",
        limits="title|for|node|operator|value|effect|grade\n过低|unit|totla|<|60|cap|合格",
        awards="code|title|for|class|slots|by|least_grade\nA|先进|unit|村|5|rank|优秀",
    )
    assert placed(problems) == [
        ("setting_missing", "settings!"),
        ("period_backwards", "periods!D2"),
        ("table_bad_email", "units!D3"),
        ("section_points", "criteria!E2"),
        ("criterion_step", "criteria!H4"),
        ("name_unknown", "forms!F3"),
        ("weights_not_whole", "scores!A2"),
        ("bands_gap", "grades!D3"),
        ("name_unknown", "limits!C2"),
        ("award_slots", "awards!E2"),
    ]
    assert {problem.severity for problem in problems} == {Severity.ERROR}


def test_a_sound_scheme_is_asked_for_in_vain_where_there_is_an_error(tmp_path: Path) -> None:
    tables = {
        **SMALL,
        "scores": edited(SMALL["scores"], "60% ", "50% "),
        "criteria": edited(SMALL["criteria"], "| 60 ", "| 61 "),
    }
    folder = write_tables(tmp_path / "scheme", tables)
    with pytest.raises(AssessorError) as caught:
        load_sound_scheme(folder)
    assert codes(caught.value.problems) == ["section_points", "weights_not_whole"]
    assert caught.value.exit_status == 2


def test_a_warning_does_not_make_a_scheme_unsound(tmp_path: Path) -> None:
    tables = {**SMALL, "units": edited(SMALL["units"], "西河村", "东村")}
    _, problems = load_sound_scheme(write_tables(tmp_path / "scheme", tables))
    assert codes(problems) == ["unit_name_twice"]


@pytest.mark.parametrize(
    ("edit", "code", "cell", "false_alarm"),
    [
        (
            ("criteria", "班子健全 | 20", "班子健全 | 二十"),
            "table_not_a_number",
            "criteria!E3",
            "criterion_without_points",
        ),
        (("scores", "60% ", "六成 "), "table_not_a_percent", "scores!E4", "weight_missing"),
    ],
)
def test_a_cell_that_cannot_be_read_is_not_called_empty(
    tmp_path: Path, edit: tuple[str, str, str], code: str, cell: str, false_alarm: str
) -> None:
    problems = problems_of(tmp_path, edit)
    assert (code, cell) in placed(problems)
    assert false_alarm not in codes(problems)


def test_problems_are_listed_table_by_table_and_row_by_row() -> None:
    def at(sheet: str, cell: str) -> Problem:
        return error("x", Place("scheme.xlsx", sheet, cell))

    mixed = [at("奖项", "A2"), at("单位", "B10"), at("units", "A9"), at("方案", "A1"), at("", "")]
    ordered = [(p.place.sheet, p.place.cell) for p in sorted_problems(mixed)]
    assert ordered == [("", ""), ("方案", "A1"), ("units", "A9"), ("单位", "B10"), ("奖项", "A2")]


# -- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "file_empty"), (b"%PDF-1.7", "file_not_a_workbook"), (b"<html>", "file_html")],
)
def test_a_scheme_that_is_no_workbook_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "scheme.xlsx"
    path.write_bytes(content)
    with pytest.raises(AssessorError) as caught:
        load_scheme(path)
    assert placed(caught.value.problems) == [(code, "!")]
    assert caught.value.problems[0].place.file == "scheme.xlsx"


def test_a_scheme_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AssessorError) as caught:
        load_scheme(tmp_path / "scheme.xlsx")
    assert codes(caught.value.problems) == ["file_cannot_open"]


# -- what is shipped -----------------------------------------------------------------------------

NAMES = [template.name for template in templates()]


def test_the_shipped_schemes_are_there() -> None:
    assert {"township-responsibility", "community-three-good"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_scheme_has_neither_error_nor_warning(name: str) -> None:
    with as_file(files("assessor.templates").joinpath(name)) as folder:
        scheme, problems = load_scheme(folder)
        tables = {path.stem for path in folder.glob("*.csv")}
    assert {problem.severity for problem in problems} <= {Severity.NOTE}
    assert scheme.units
    assert tables <= {table.key for table in TABLES}
    assert {"settings", "units", "scores"} <= tables


# -- the workbook of a new workspace -------------------------------------------------------------


def _as_workbook(folder: Path, goal: Path) -> tuple[Scheme, list[Problem]]:
    return load_scheme(write_workspace(rows_of(folder), goal).scheme)


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_scheme_is_the_same_as_a_workbook(tmp_path: Path, name: str) -> None:
    with as_file(files("assessor.templates").joinpath(name)) as folder:
        as_tables, before = load_scheme(folder)
        as_workbook, after = _as_workbook(folder, tmp_path / "new")
    assert as_workbook == as_tables
    assert codes(after) == codes(before)


TEXTS = {
    **SMALL,
    "settings": SMALL["settings"]
    + "date | 2026-11-30\ncontact | 张三\nphone | 0000\nannex | 附件1\nrehearsal | yes\n"
    "note | =1+1\nnote | 第二条",
    "periods": """
        code | title | opens      | due        | least
        Y    | 年终  | 2026-12-01 | 2026-12-20 | 2
        """,
    "units": """
        code |name  |class|parent|email|via |contact|phone|former_names |former_codes
        001  |东村  |村   |      |a@x.cn|z@x.cn|张三|0123 |东一村;东二村|1;01
        1.10 |西河村|村   |001   |     |z@x.cn|李四 |456  |             |
        """,
    "raters": """
        code | name   | group | email         | phone | covers   | anonymous
        P1   | 考核组 | panel | p@example.org | 0789  | 001;1.10 | no
        """,
    "criteria": """
        rubric | code | title    | points | entry    | content | standard | evidence | department
        duty   | 1.1  | 班子健全 | 59.5   | earned   | 内容    | 标准     | 查阅     | 组织办
        duty   | 1.10 | 活动正常 | 40.5   | deducted | 内容    |          |          |
        """,
    "forms": """
        code  | title | workbook | layout | rubric | filled_by | covers | periods | classes | note
        self  | 自评  | 自评     | rubric | duty   | self      | one    | Y       | 村      | 逐项填
        panel | 评分  | 评分     | rubric | duty   | panel     |        |         |         |
        """,
    "bonuses": """
        group | code | title | points | cap  | standard
        荣誉  | 1.10 | 表彰  | 0.5    | 2.25 | 证书
        """,
    "grades": """
        for  | grade  | from | to
        unit | 优秀   | 90.5 |
        unit | 合格   | 60   | 90.5
        unit | 不合格 |      | 60
        """,
    "awards": """
        code | title | for  | class | slots | money   | by       | least_grade
        1.10 | 先进  | unit | 村    | 1     | 3000.50 | decision | 优秀
        """,
}
NUMBERS = {
    **SMALL,
    "units": """
        code | name   | class | kind   | ranked | not_applicable
        V01  | 东村   | 村    | unit   | yes    | 1.10;2
        V02  | 西河村 | 村    |        |        |
        S01  | 王书记 | 书记  | person | no     |
        """,
    "criteria": """
        rubric  | code | section | title | points | entry   | classes | may_not_apply| step | rounds
        duty    | 1    |         | 组织  | 60     | section |         |               |      |
        duty    | 1.1  | 1       | 班子  | 59.5   | earned  | 村      | no           | 0.1  | 2026
        duty    | 1.10 | 1       | 活动  | 0.5    | earned  |         | yes           | 0.25 |
        duty    | 2    |         | 作风  | 40     | section |         |               |      |
        duty    | 2.1  | 2       | 服务  | 40     | earned  |         |               |      |
        aspects | T1   |         | 实绩  |        | ballot  |         |               |      |
        """,
    "forms": """
        code   | title | workbook | layout | rubric  | options | bonus | filled_by | covers | copies
        panel  | 评分  | 评分     | rubric | duty    |         |       | panel     |        |
        tally  | 计票  | 计票     | tally  | aspects | 四档    |       | panel     | all    | 2
        claims | 加分  | 评分     | claims |         |         | 荣誉  | panel     |        |
        """,
    "options": "set|option|value\n四档|优|100\n四档|差|40.5",
    "bonuses": "group|code|title|points\n荣誉|B1|表彰|2",
    "scores": """
        code |title|parent|rule    |weight|points|source |digits|classes|parameters
        total|总分 |      |weighted|      |100   |       |1     |村;书记|
        panel|评分 |total |rubric  |66.67%|100   |panel@Y|3     |村     |不适用=折算;封顶=100
        vote |票决 |total |ballot  |33.33%|100   |tally  |      |村     |denominator=ticks
        """,
    "limits": """
        title | for  | node  | operator | value | effect | grade
        过低  | unit | panel | <=       | 59.5  | cap    | 合格
        """,
}
RULES = {
    **SMALL,
    "units": """
        code | name   | class | factor
        V01  | 东村   | 村    | 1.05
        V02  | 西河村 | 镇    |
        """,
    "criteria": """
        rubric | code | title  | points | entry | rule   | parameters
        duty   | 1.1  | 创建率 | 60     | rate  | ladder | 档表=创建率
        duty   | 1.2  | 制度   | 40     | level |        | options=程度
        goals  | 1.1  | 目标   |        | text  |        |
        votes  | T1   | 实绩   |        | ballot|        |
        """,
    "forms": """
        code  | title | workbook | layout      | rubric | options | filled_by | shows | parameters
        goals | 目标  | 目标     | declaration | goals  |         | self      |       |
        panel | 评分  | 评分     | rubric      | duty   |         | panel     | goals |
        vote  | 票    | 票       | votes       | votes  | 程度    | panel     |       | alike=void
        """,
    "options": """
        set  | option | value | counts | at_most
        程度 | 健全   | 40    |        | 1
        程度 | 不了解 |       | no     |
        程度 | 不健全 | 0     |        |
        """,
    "ladders": """
        ladder | from | to | value
        创建率 |      | 80 | 30
        创建率 | 80   |    | 60
        """,
    "scores": """
        code  | title | parent | rule     | weight           | points | source | parameters
        total | 总分  |        | weighted |                  | 100    |        |
        panel | 评分  | total  | rubric   | 村=60%;镇=70%    | 100    | panel  |
        extra | 外来  | total  | input    | 村=30%;镇=10%    | 100    | lower  |
        other | 推荐  | total  | derived  | 村=10%;镇=20%    | 100    | panel  | of=below
        """,
    "grades": """
        for  | grade | from | edge  | quota | share | node
        unit | 优秀  | 90   | upper | 20%   |       |
        unit | 合格  |      |       |       |       |
        unit | 优秀  |      |       |       | 20%   | panel
        unit | 合格  |      |       |       | 80%   | panel
        """,
    "bonuses": """
        group | code | title | points | above | once
        荣誉  | 1    | 表彰  | 0.5    | 3     | 典型
        """,
    "awards": """
        code | title | for  | by   | share | tie
        A    | 先进  | unit | rank | 50%   | all
        """,
    "inputs": """
        code  | title | file         | sheet | key       | value | where      | map
        lower | 下级  | standing.csv | 总分  | unit_code | score | node=total | codes.csv
        """,
    "nominations": """
        body | unit
        V01  | V02
        """,
}


def test_the_schemes_above_use_every_column_there_is() -> None:
    used = {
        (table, column)
        for tables in (TEXTS, NUMBERS, RULES)
        for table, text in tables.items()
        for column in cells(text)[0]
    }
    declared = {(table.key, column.key) for table in TABLES for column in table.columns}
    assert declared - used == {("settings", "note")}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("tables", [TEXTS, NUMBERS, RULES], ids=["texts", "numbers", "rules"])
def test_a_scheme_is_the_same_as_a_workbook(
    tmp_path: Path, tables: dict[str, str], language: str
) -> None:
    settings = f"{tables['settings']}\nlanguage | {language}"
    folder = write_tables(tmp_path / "scheme", {**tables, "settings": settings})
    as_tables, before = load_scheme(folder)
    as_workbook, after = _as_workbook(folder, tmp_path / "new")
    assert as_workbook == as_tables
    assert codes(after) == codes(before)
    assert {"table_header_ignored", "table_sheet_ignored"}.isdisjoint(codes(before))


def test_codes_that_excel_turned_into_numbers_are_refused_in_a_whole_scheme(
    tmp_path: Path,
) -> None:
    workspace = write_workspace(rows_of(write_tables(tmp_path / "scheme", SMALL)), tmp_path / "new")
    book = openpyxl.load_workbook(workspace.scheme)
    book["考核项目"]["B5"].value = 1.1  # as Excel reads 1.10 in a cell that is no text
    book["单位"]["A3"].value = 2
    book.save(workspace.scheme)
    _, problems = load_scheme(workspace.scheme)
    assert ("table_code_number", "考核项目!B5") in placed(problems)
    assert ("table_code_number", "单位!A3") in placed(problems)
    assert problems[0].place.file == "scheme.xlsx"


@pytest.mark.parametrize("value", ["#REF!", "=1+1"], ids=["an error", "a formula without value"])
def test_a_cell_whose_value_cannot_be_seen_is_not_taken_for_empty(
    tmp_path: Path, value: str
) -> None:
    tables = {**SMALL, "bonuses": "group|code|title|points|cap\n荣誉|B1|表彰|2|6"}
    workspace = write_workspace(
        rows_of(write_tables(tmp_path / "scheme", tables)), tmp_path / "new"
    )
    book = openpyxl.load_workbook(workspace.scheme)
    book["加分"]["E2"].value = value
    book.save(workspace.scheme)
    _, problems = load_scheme(workspace.scheme)
    errors = [p.place.cell for p in problems if p.severity is Severity.ERROR]
    assert errors == ["E2"]


def test_hidden_sheets_of_a_scheme_are_not_read(tmp_path: Path) -> None:
    scheme, _ = small_scheme(tmp_path)
    workspace = write_workspace(rows_of(tmp_path / "scheme"), tmp_path / "new")
    book = openpyxl.load_workbook(workspace.scheme)
    book.create_sheet("units").append(["code", "name", "class"])
    book["units"].append(["V99", "旧村", "村"])
    book["units"].sheet_state = "hidden"
    book.save(workspace.scheme)
    assert load_scheme(workspace.scheme)[0].units == scheme.units


# -- decisions -----------------------------------------------------------------------------------

DECISIONS: list[list[str | None]] = [
    ["日期", "认定机关", "单位编号", "对象", "认定事项", "原值", "认定值", "理由"],
    ["2026-12-28", "镇党委", "V01", None, "确认等次", "优秀", "合格", "会议审定"],
]


def test_there_need_not_be_decisions(tmp_path: Path) -> None:
    assert load_decision_rows(tmp_path / "decisions.xlsx") == ([], [])


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_decisions_are_read_from_a_table_or_a_workbook(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"decisions{suffix}"
    if suffix == ".csv":
        lines = (",".join(cell or "" for cell in row) for row in DECISIONS)
        path.write_text("\n".join(lines), encoding="utf-8-sig")
    else:
        path.write_bytes(sheets_xlsx({"认定": DECISIONS}))
    (row,), problems = load_decision_rows(path)
    assert problems == []
    assert (row["unit"], row["act"], row["to"]) == ("V01", "confirm_grade", "合格")


def test_every_fault_of_the_decisions_is_reported_at_once(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text(
        "date,authority,unit,object,act,from,to,reason\n"
        "年底,镇党委,V01,,confirm_grade,,合格,会议\n"
        "2026-12-28,,V01,,确定等次,,合格,\n",
        encoding="utf-8-sig",
    )
    rows, problems = load_decision_rows(path)
    assert [row["unit"] for row in rows] == ["V01", "V01"]
    assert [(p.code, p.place.cell) for p in problems] == [
        ("table_not_a_date", "A2"),
        ("table_cell_empty", "B3"),
        ("table_not_a_choice", "E3"),
        ("table_cell_empty", "H3"),
    ]
    assert {problem.place.file for problem in problems} == {"decisions.csv"}
