"""Scores from elsewhere: what is taken of a table, and every reason why something is not."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest

from assessor.i18n import catalog
from assessor.problems import Problem, Severity
from assessor.returns.external import External, changed_since, take_external
from assessor.scheme.model import Scheme
from tests.builders import cells, codes, small_scheme
from tests.sheets.workbooks import sheets_xlsx

UNITS = """
    code | name   | class | former_codes
    001  | 东村   | 村    | A-7
    002  | 西河村 | 村    |
    003  | 南坡村 | 村    |
    G    | 镇机关 | 机关  |
    """
SCORES = """
    code  | title | parent | rule     | weight | points | source | classes
    total | 总分  |        | weighted |        | 100    |        | 村
    self  | 自评  | total  | rubric   | 70%    | 100    | self   |
    lower | 外来  | total  | input    | 30%    | 100    | lower  |
    """
FORMS = """
    code | title  | workbook | layout | rubric | filled_by | classes
    self | 自评表 | 自评     | rubric | duty   | self      | 村
    """
PLAIN = "a.csv | | 编号 | 分数 | |"
"""File, sheet, key, value, where, map."""


def scheme_of(folder: Path, *inputs: str) -> Scheme:
    """Return a scheme of three villages that take each input, and an office that takes none."""
    header = "code | title | file | sheet | key | value | where | map"
    names = ["lower", *(f"more{number}" for number in range(1, len(inputs)))]
    rows = [f"{name} | 下级得分 | {row}" for name, row in zip(names, inputs, strict=True)]
    changes = {"units": UNITS, "scores": SCORES, "forms": FORMS, "awards": "code|title|for|by"}
    settings = {"settings": _SETTINGS}
    return small_scheme(folder, **changes, **settings, inputs="\n".join([header, *rows]))[0]


_SETTINGS = """
    key      | value
    code     | small
    title    | 小考核
    round    | 2026
    issuer   | 某镇
    digits   | 2
    rounding | each
    """


def put(folder: Path, name: str, table: str | bytes) -> None:
    """Put a file into inputs/: a table as CSV, or bytes."""
    path = folder / "inputs" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(table, str):
        lines = (",".join(row) for row in cells(table))
        path.write_text("\n".join(lines), encoding="utf-8-sig")
    else:
        path.write_bytes(table)


def take(
    folder: Path, table: str | bytes | None, row: str = PLAIN, **more: str | bytes
) -> tuple[External, list[Problem]]:
    """Return the first input, read from the table, and all problems."""
    scheme = scheme_of(folder, row)
    if table is not None:
        put(folder, row.partition("|")[0].strip(), table)
    for name, content in more.items():
        put(folder, name.replace("__", "."), content)
    taken, problems = take_external(scheme, folder / "inputs")
    return taken[0], problems


def values(found: External) -> list[str]:
    """Return the value of each unit as text, or why there is none."""
    column = found.column
    return [
        str(column.value(unit)) if status.has_value else status.word
        for unit, status in enumerate(column.status)
    ]


def told(problems: Sequence[Problem]) -> list[tuple[str, str, str]]:
    """Return severity, code and cell of each problem."""
    return [(p.severity.value, p.code, p.place.cell) for p in problems]


# -- what is taken -------------------------------------------------------------------------------

GOOD = """
    编号 | 单位   | 分数
    003  | 南坡村 | 88
    001  | 东村   | 91.257
    002  | 西河村 | 70.5
    """


def test_values_are_exact_and_by_code_in_any_order(tmp_path: Path) -> None:
    found, problems = take(tmp_path, GOOD)
    assert problems == []
    assert values(found) == ["91.257", "70.500", "88.000", "missing"]
    assert (found.files[0].rows, found.files[0].matched, found.files[0].unmatched) == (3, 3, 0)
    content = (tmp_path / "inputs" / "a.csv").read_bytes()
    assert found.files[0].sha256 == hashlib.sha256(content).hexdigest()
    assert str(found.places[0]) == "inputs/a.csv › a!C3"


def test_a_title_may_stand_above_the_header_and_a_total_below(tmp_path: Path) -> None:
    table = "2026年结果||\n||\n" + GOOD.strip() + "\n合计 | | 249.757\n | 总计 | 249.757"
    found, problems = take(tmp_path, table)
    assert problems == []
    assert values(found)[:3] == ["91.257", "70.500", "88.000"]


def test_a_float_is_the_decimal_that_was_typed(tmp_path: Path) -> None:
    rows = [["编号", "分数"], ["001", 0.1 + 0.2], ["002", 89.99999999999999], ["003", 3.6]]
    found, _ = take(tmp_path, sheets_xlsx({"a": rows}), "a.xlsx | | 编号 | 分数 | |")
    assert values(found)[:3] == ["0.3", "90.0", "3.6"]


def test_only_rows_of_the_condition_are_taken(tmp_path: Path) -> None:
    table = """
        unit_code | node  | value
        001       | total | 90
        001       | self  | 10
        002       | total | 80
        003       | Total | 70
        """
    found, problems = take(tmp_path, table, "a.csv | | unit_code | value | node=total |")
    assert problems == []
    assert values(found)[:3] == ["90", "80", "70"]
    assert found.files[0].rows == 3


def test_a_sheet_is_the_one_named_else_the_first_that_is_seen(tmp_path: Path) -> None:
    good = [["编号", "分数"], ["001", 1], ["002", 2], ["003", 3]]
    content = sheets_xlsx({"旧表": [["无"]], "总表": good, "另表": [["编号", "分数"], ["001", 9]]})
    put(tmp_path, "a.xlsx", content)
    book = openpyxl.load_workbook(tmp_path / "inputs" / "a.xlsx")
    book["旧表"].sheet_state = "hidden"
    book.save(tmp_path / "inputs" / "a.xlsx")
    found, problems = take(tmp_path, None, "a.xlsx | | 编号 | 分数 | |")
    assert (values(found)[:3], problems) == (["1", "2", "3"], [])
    found, problems = take(tmp_path, None, "a.xlsx | 另表 | 编号 | 分数 | |")
    assert values(found)[0] == "9"
    found, problems = take(tmp_path, None, "a.xlsx | 总表格 | 编号 | 分数 | |")
    assert told(problems) == [("error", "input_sheet_missing", "")]
    assert problems[0].facts["guess"] == "总表"
    assert set(values(found)) == {"awaiting"}


def test_a_map_says_whose_their_codes_are(tmp_path: Path) -> None:
    table = "编号|分数\nE|90\nW|80\nS|70\n001|1"
    mapped = "对方|本方\nE|001\nW|002\nS|003"
    found, problems = take(tmp_path, table, "a.csv | | 编号 | 分数 | | m.csv", m__csv=mapped)
    assert values(found)[:3] == ["90", "80", "70"]
    # 001 is theirs, and the map does not know it: it is not our 001, and the map is the judge
    assert told(problems) == [("note", "input_codes_unknown", "A5")]
    assert problems[0].facts["codes"] == ["001"]
    assert found.files[0].unmatched == 1


def test_a_map_needs_no_header_and_may_name_former_codes(tmp_path: Path) -> None:
    table = "编号|分数\nE|90\nW|80\nS|70"
    found, problems = take(
        tmp_path, table, "a.csv | | 编号 | 分数 | | m.csv", m__csv="E|A-7\nW|002\nS|003"
    )
    assert (values(found)[:3], problems) == (["90", "80", "70"], [])


def test_a_former_code_is_known(tmp_path: Path) -> None:
    found, problems = take(tmp_path, "编号|分数\nA-7|90\n002|80\n003|70")
    assert (values(found)[:3], problems) == (["90", "80", "70"], [])


def test_a_code_that_became_a_number_is_taken_where_it_can_only_be_one(tmp_path: Path) -> None:
    rows = [["编号", "分数"], [1, 90], [2, 80], [3.0, 70]]
    found, problems = take(tmp_path, sheets_xlsx({"a": rows}), "a.xlsx | | 编号 | 分数 | |")
    assert (values(found)[:3], problems) == (["90", "80", "70"], [])


def test_a_code_that_lost_its_zeros_as_text_is_not_guessed(tmp_path: Path) -> None:
    _, problems = take(tmp_path, "编号|分数\n1|90\n002|80\n003|70")
    assert told(problems) == [
        ("warning", "input_code_unknown", "A2"),
        ("error", "input_row_missing", ""),
    ]
    assert problems[0].facts == {"code": "1", "guess": "001"}


def test_two_headers_that_differ_in_brackets_are_told_apart(tmp_path: Path) -> None:
    table = "编号|得分(票)|得分(%)\n001|50|90\n002|50|80\n003|50|70"
    found, problems = take(tmp_path, table, "a.csv | | 编号 | 得分(%) | |")
    assert (values(found)[:3], problems) == (["90", "80", "70"], [])


def test_results_of_this_program_say_how_far_a_unit_is(tmp_path: Path) -> None:
    table = """
        unit_code | unit   | score | status
        001       | 东村   | 90.00 | provisional
        002       | 西河村 |       | not_applicable
        003       | 南坡村 |       | awaiting
        """
    found, problems = take(tmp_path, table, "a.csv | | unit_code | score | |")
    assert [status.word for status in found.column.status] == [
        "provisional",
        "not_applicable",
        "awaiting",
        "missing",
    ]
    assert told(problems) == [
        ("error", "input_value_blank", "C4"),
        ("warning", "input_provisional", ""),
    ]
    assert problems[1].facts["units"] == ["东村"]


# -- what is not ---------------------------------------------------------------------------------

CELLS = [
    # the cell; what the unit has, and the problem
    ("约80", "awaiting", ("error", "cell_range")),
    ("85%", "awaiting", ("error", "cell_percent")),
    ("优秀", "awaiting", ("error", "cell_not_a_number")),
    ("#REF!", "awaiting", ("error", "cell_error_value")),
    ("90．5", "90.5", ("note", "cell_full_width")),
    ("90.5分", "90.5", ("note", "cell_unit_word")),
    ("", "missing", ("error", "input_value_blank")),
    ("不适用", "not_applicable", ("warning", "input_not_applicable")),
]


@pytest.mark.parametrize(("text", "value", "problem"), CELLS, ids=[c[0] or "blank" for c in CELLS])
def test_a_value_that_is_no_number_is_refused_with_its_cell(
    tmp_path: Path, text: str, value: str, problem: tuple[str, str]
) -> None:
    found, problems = take(tmp_path, f"编号|分数\n001|{text}\n002|80\n003|70")
    assert values(found)[0] == value
    assert told(problems) == [(*problem, "B2")]
    assert (problems[0].unit, problems[0].criterion) == ("001", "lower")
    words = catalog("zh")
    assert "东村" in words.message(problems[0])
    assert words.cure(problems[0])


def test_a_percentage_of_a_workbook_is_refused(tmp_path: Path) -> None:
    rows = [["编号", "分数"], ["001", 0.85], ["002", 80], ["003", 70]]
    put(tmp_path, "a.xlsx", sheets_xlsx({"a": rows}))
    book = openpyxl.load_workbook(tmp_path / "inputs" / "a.xlsx")
    book["a"]["B2"].number_format = "0%"
    book.save(tmp_path / "inputs" / "a.xlsx")
    found, problems = take(tmp_path, None, "a.xlsx | | 编号 | 分数 | |")
    assert told(problems) == [("error", "cell_percent_format", "B2")]
    assert values(found)[0] == "awaiting"


def test_a_unit_twice_with_two_values_has_none(tmp_path: Path) -> None:
    found, problems = take(tmp_path, "编号|分数\n001|90\n002|80\n003|70\n001|91")
    assert values(found)[:3] == ["awaiting", "80", "70"]
    assert told(problems) == [("error", "input_unit_twice", "B5")]
    assert problems[0].facts["other"] == "B2"


def test_a_unit_twice_with_one_value_is_only_noted(tmp_path: Path) -> None:
    found, problems = take(tmp_path, "编号|分数\n001|90\n002|80\n003|70\n001|90.0")
    assert values(found)[0] == "90"
    assert told(problems) == [("note", "input_unit_again", "B5")]


def test_a_unit_without_a_row_is_missing_where_a_node_needs_it(tmp_path: Path) -> None:
    found, problems = take(tmp_path, "编号|分数\n001|90\n002|80")
    assert values(found) == ["90", "80", "missing", "missing"]
    # the office has no such node: nothing is missing there
    assert [(p.code, p.unit, p.place.file) for p in problems] == [
        ("input_row_missing", "003", "inputs/a.csv")
    ]


def test_what_people_decided_is_not_missing(tmp_path: Path) -> None:
    scheme = scheme_of(tmp_path, PLAIN)
    put(tmp_path, "a.csv", "编号|分数\n001|90\n002|约80")
    decided = frozenset({("lower", 1), ("lower", 2)})
    _, problems = take_external(scheme, tmp_path / "inputs", decided)
    assert problems == []


def test_unknown_codes_are_named_by_cell_with_what_was_meant(tmp_path: Path) -> None:
    found, problems = take(tmp_path, "编号|分数\n001|90\n002|80\n0O3|70\n003|70\nX|5")
    assert told(problems) == [
        ("warning", "input_code_unknown", "A4"),
        ("warning", "input_code_unknown", "A6"),
    ]
    assert [p.facts["guess"] for p in problems] == ["003", "—"]
    assert (found.files[0].rows, found.files[0].matched, found.files[0].unmatched) == (5, 3, 2)


def test_of_very_many_unknown_codes_only_the_number_is_told(tmp_path: Path) -> None:
    strangers = "\n".join(f"X{number}|1" for number in range(30))
    _, problems = take(tmp_path, f"编号|分数\n001|90\n002|80\n003|70\n{strangers}")
    assert told(problems) == [("warning", "input_codes_unknown", "A5")]
    assert problems[0].facts["count"] == 30


def test_a_score_beyond_the_full_mark_counts_and_is_told(tmp_path: Path) -> None:
    found, problems = take(tmp_path, "编号|分数\n001|188\n002|-3\n003|100")
    assert values(found)[:3] == ["188", "-3", "100"]
    assert told(problems) == [
        ("warning", "input_out_of_range", "B2"),
        ("warning", "input_out_of_range", "B3"),
    ]


def test_a_score_without_a_code_is_told(tmp_path: Path) -> None:
    _, problems = take(tmp_path, "编号|分数\n001|90\n002|80\n003|70\n|60")
    assert told(problems) == [("warning", "input_key_empty", "A5")]


HEADERS = [
    ("编号|得分|分数\n", "编码", "分数", [("input_header_missing", "编号")]),
    ("编号|得分\n", "编号", "评分", [("input_header_missing", "得分")]),
    ("甲|乙\n", "编号", "分数", [("input_header_missing", "—"), ("input_header_missing", "—")]),
    ("编号|分数|分数\n", "编号", "分数", [("input_header_twice", "")]),
]


@pytest.mark.parametrize(("table", "key", "value", "found"), HEADERS, ids=[h[0] for h in HEADERS])
def test_a_column_that_is_not_there_is_told_with_the_nearest(
    tmp_path: Path, table: str, key: str, value: str, found: list[tuple[str, str]]
) -> None:
    taken, problems = take(tmp_path, f"{table}001|90|1", f"a.csv | | {key} | {value} | |")
    assert [(p.code, p.facts.get("guess", "")) for p in problems] == found
    assert {p.severity for p in problems} == {Severity.ERROR}
    assert set(values(taken)) == {"awaiting"}


def test_a_condition_that_nothing_meets_is_told_once(tmp_path: Path) -> None:
    table = "unit_code|node|value\n001|total|90\n002|total|80"
    _, problems = take(tmp_path, table, "a.csv | | unit_code | value | node=totl |")
    assert told(problems) == [("error", "input_where_none", "B1")]


def test_a_file_that_is_not_there_is_told_once_with_the_nearest(tmp_path: Path) -> None:
    put(tmp_path, "standing2.csv", "x")
    found, problems = take(tmp_path, None, "standing.csv | | 编号 | 分数 | |")
    assert told(problems) == [("error", "input_file_missing", "")]
    assert problems[0].facts["guess"] == "standing2.csv"
    assert set(values(found)) == {"missing"}
    assert found.files[0].sha256 == ""


def test_there_need_not_be_a_folder(tmp_path: Path) -> None:
    _, problems = take(tmp_path, None)
    assert codes(problems) == ["input_file_missing"]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "file_empty"), (b"%PDF-1.7", "file_not_a_workbook"), (b"PK\x03\x04", "file_damaged")],
)
def test_a_file_that_is_no_workbook_is_refused_by_its_content(
    tmp_path: Path, content: bytes, code: str
) -> None:
    found, problems = take(tmp_path, content, "a.xlsx | | 编号 | 分数 | |")
    assert codes(problems) == [code]
    assert set(values(found)) == {"awaiting"}


def test_a_workbook_under_the_name_of_a_csv_file_is_read(tmp_path: Path) -> None:
    rows = [["编号", "分数"], ["001", 90], ["002", 80], ["003", 70]]
    found, problems = take(tmp_path, sheets_xlsx({"a": rows}))
    assert (values(found)[:3], problems) == (["90", "80", "70"], [])


@pytest.mark.parametrize("name", ["../a.csv", "/a.csv", "x/../../a.csv"])
def test_a_path_that_leaves_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    put(tmp_path, "a.csv", GOOD)
    (tmp_path / "a.csv").write_text("编号,分数\n001,1", encoding="utf-8")
    _, problems = take(tmp_path, None, f"{name} | | 编号 | 分数 | |")
    assert codes(problems) == ["input_outside"]


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
def test_a_link_that_leaves_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("编号,分数\n001,1", encoding="utf-8")
    (tmp_path / "inputs").mkdir()
    (tmp_path / "inputs" / "a.csv").symlink_to(tmp_path / "secret.csv")
    _, problems = take(tmp_path, None)
    assert codes(problems) == ["input_outside"]


MAPS = [
    # the map; code, cell
    ("E|001\nW|00Z\nS|003", "input_map_unknown", "B2"),
    ("E|001\nW|\nS|003", "input_map_half", "B2"),
    ("E|001\n|002\nS|003", "input_map_half", "A2"),
    ("E|001\nW|002\nE|003", "input_map_twice", "A3"),
    ("对方|本方", "input_map_empty", ""),
]


@pytest.mark.parametrize(("mapped", "code", "cell"), MAPS, ids=[row[0] for row in MAPS])
def test_a_fault_of_a_map_is_told_at_its_cell(
    tmp_path: Path, mapped: str, code: str, cell: str
) -> None:
    table = "编号|分数\nE|90\nW|80\nS|70"
    _, problems = take(tmp_path, table, "a.csv | | 编号 | 分数 | | m.csv", m__csv=mapped)
    assert (code, cell, "inputs/m.csv") in [(p.code, p.place.cell, p.place.file) for p in problems]


def test_a_file_and_a_map_of_two_inputs_are_told_once(tmp_path: Path) -> None:
    row = "a.csv | | 编号 | 分数 | | m.csv"
    taken, problems = take_external(scheme_of(tmp_path, row, row), tmp_path / "inputs")
    assert [p.place.file for p in problems] == ["inputs/a.csv", "inputs/m.csv"]
    assert len(taken) == 2


def test_every_problem_of_a_table_is_told_at_once(tmp_path: Path) -> None:
    _, problems = take(tmp_path, "编号|分数\n001|约9\nX|1\n002|80\n002|81")
    assert sorted(codes(problems)) == [
        "cell_range",
        "input_code_unknown",
        "input_row_missing",
        "input_unit_twice",
    ]


# -- what changed --------------------------------------------------------------------------------


def _before(folder: Path, rows: Mapping[str, str]) -> Path:
    table = folder / "inputs.csv"
    lines = ["input,file,sha256", *(f"{code},a.csv,{sha}" for code, sha in rows.items())]
    table.write_text("\n".join(lines), encoding="utf-8-sig")
    return table


def test_a_file_with_other_bytes_than_last_time_is_noted(tmp_path: Path) -> None:
    found, _ = take(tmp_path, GOOD)
    (problem,) = changed_since(_before(tmp_path, {"lower": "0" * 64}), [found])
    assert (problem.code, problem.severity) == ("input_changed", Severity.NOTE)
    assert changed_since(_before(tmp_path, {"lower": found.files[0].sha256}), [found]) == []
    assert changed_since(_before(tmp_path, {"other": "0" * 64}), [found]) == []
    assert changed_since(tmp_path / "nothing.csv", [found]) == []
