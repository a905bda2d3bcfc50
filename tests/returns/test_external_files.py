"""An input of several files: named one by one, or all that a pattern fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.i18n import catalog
from assessor.problems import Problem
from assessor.returns.external import External, take_external
from assessor.scheme.model import Scheme
from tests.builders import codes
from tests.returns.test_external import put, scheme_of, values

EAST = "编号 | 分数\n001 | 91"
WEST = "编号 | 分数\n002 | 82\n003 | 73"
PATTERN = "*/a.csv | | 编号 | 分数 | |"
UNITS = ["91", "82", "73", "missing"]
"""The last one is an office, for which the input is not."""


def take(folder: Path, row: str, **files: str) -> tuple[External, list[Problem]]:
    scheme = scheme_of(folder, row)
    for name, table in files.items():
        put(folder, name.replace("__", "/") + ".csv", table)
    (found,), problems = take_external(scheme, folder / "inputs")
    return found, problems


def places(found: External) -> dict[int, str]:
    return {unit: str(place) for unit, place in found.places.items()}


@pytest.mark.parametrize(
    "files",
    [
        "东镇/a.csv;西镇/a.csv",
        "西镇/a.csv；东镇/a.csv",
        r"东镇\a.csv;西镇\a.csv",
        "*/a.csv",
        "*镇/*.csv",
        "*/A.CSV",
        "东*/a.csv;西镇/a.csv",
    ],
)
def test_several_files_are_one_input(tmp_path: Path, files: str) -> None:
    found, problems = take(tmp_path, f"{files} | | 编号 | 分数 | |", 东镇__a=EAST, 西镇__a=WEST)
    assert codes(problems) == []
    assert values(found) == UNITS
    assert places(found) == {
        0: "inputs/东镇/a.csv › a!B2",
        1: "inputs/西镇/a.csv › a!B2",
        2: "inputs/西镇/a.csv › a!B3",
    }
    assert {(f.file.replace("\\", "/"), f.rows, f.matched) for f in found.files} == {
        ("东镇/a.csv", 1, 1),
        ("西镇/a.csv", 2, 2),
    }
    assert len({f.sha256 for f in found.files} - {""}) == 2


def test_a_star_stays_inside_its_folder_and_passes_over_what_is_no_table(tmp_path: Path) -> None:
    put(tmp_path, "东镇/~$a.csv", EAST)
    put(tmp_path, "东镇/旧/a.csv", EAST)
    put(tmp_path, "a.csv", EAST)
    found, problems = take(tmp_path, PATTERN, 东镇__a=EAST, 西镇__a=WEST)
    assert codes(problems) == []
    assert [f.file for f in found.files] == ["东镇/a.csv", "西镇/a.csv"]


def test_each_file_may_name_its_columns_elsewhere(tmp_path: Path) -> None:
    east = "某镇 | | \n单位 | 分数 | 编号\n东村 | 91 | 001"
    found, problems = take(tmp_path, PATTERN, 东镇__a=east, 西镇__a=WEST)
    assert codes(problems) == []
    assert values(found) == UNITS
    assert places(found)[0] == "inputs/东镇/a.csv › a!B3"


# -- one unit, two files -------------------------------------------------------------------------


@pytest.mark.parametrize("score", ["60", "91"])
def test_a_unit_in_two_files_is_a_conflict_that_names_both_places(
    tmp_path: Path, score: str
) -> None:
    west = f"{WEST}\n001 | {score}"
    found, (problem,) = take(tmp_path, PATTERN, 东镇__a=EAST, 西镇__a=west)
    assert values(found) == ["awaiting", "82", "73", "missing"]
    assert (problem.code, problem.unit, str(problem.place)) == (
        "input_unit_two_files",
        "001",
        "inputs/西镇/a.csv › a!B4",
    )
    assert catalog("zh").message(problem) == (
        "下级得分里“东村”在两个文件里都有分数，另一处在 inputs/东镇/a.csv › a!B2，都没有取。"
    )
    assert catalog("en").message(problem) == (
        "In 下级得分 “东村” has a score in two files, the other one is at "
        "inputs/东镇/a.csv › a!B2; neither was taken."
    )


def test_the_same_file_twice_counts_once(tmp_path: Path) -> None:
    found, problems = take(tmp_path, PATTERN, 东镇__a=EAST, 副本__a=EAST, 西镇__a=WEST)
    assert [(p.code, p.place.file, p.facts["other"]) for p in problems] == [
        ("input_file_again", "inputs/副本/a.csv", "inputs/东镇/a.csv")
    ]
    assert values(found) == UNITS
    assert [f.rows for f in found.files] == [1, 0, 2]


# -- what is not there ---------------------------------------------------------------------------


def test_a_unit_that_no_file_has_is_told_once(tmp_path: Path) -> None:
    found, (problem,) = take(tmp_path, PATTERN, 东镇__a=EAST, 西镇__a="编号 | 分数\n003 | 73")
    assert (problem.code, problem.unit, str(problem.place)) == (
        "input_row_missing",
        "002",
        "inputs/*/a.csv",
    )
    assert values(found) == ["91", "missing", "73", "missing"]


def test_a_file_that_is_named_and_not_there_leaves_its_units_missing(tmp_path: Path) -> None:
    row = "东镇/a.csv;西镇/a.csv | | 编号 | 分数 | |"
    found, problems = take(tmp_path, row, 东镇__a=EAST)
    assert [(p.code, p.place.file) for p in problems] == [
        ("input_file_missing", "inputs/西镇/a.csv")
    ]
    assert values(found) == ["91", "missing", "missing", "missing"]


def test_a_file_that_cannot_be_used_leaves_open_whom_it_names(tmp_path: Path) -> None:
    found, problems = take(tmp_path, PATTERN, 东镇__a=EAST, 西镇__a="号 | 分\n002 | 82")
    assert set(codes(problems)) == {"input_header_missing"}
    assert values(found) == ["91", "awaiting", "awaiting", "awaiting"]


def test_a_pattern_that_nothing_fits_is_told(tmp_path: Path) -> None:
    found, (problem,) = take(tmp_path, PATTERN)
    assert (problem.code, str(problem.place)) == ("input_pattern_none", "inputs/*/a.csv")
    assert catalog("zh").message(problem) == "下级得分：inputs 文件夹里没有一个文件符合“*/a.csv”。"
    assert values(found) == ["missing"] * 4
    assert found.files == ()


# -- code maps -----------------------------------------------------------------------------------

THEIRS = "编号 | 分数\n1 | {one}\n2 | {two}"


@pytest.mark.parametrize(
    "row",
    [
        "*/a.csv | | 编号 | 分数 | | */码.csv",
        "东镇/a.csv;西镇/a.csv | | 编号 | 分数 | | 东镇/码.csv;西镇/码.csv",
    ],
)
def test_each_file_has_its_own_code_map(tmp_path: Path, row: str) -> None:
    found, problems = take(
        tmp_path,
        row,
        东镇__a=THEIRS.format(one=91, two=10),
        西镇__a=THEIRS.format(one=82, two=73),
        东镇__码="他们的 | 我们的\n1 | 001",
        西镇__码="他们的 | 我们的\n1 | 002\n2 | 003",
    )
    # Row 2 of the east is not on its map: that is what a map says.
    assert codes(problems) == ["input_codes_unknown"]
    assert values(found) == UNITS


def test_one_map_may_serve_all_files_and_is_none_of_them(tmp_path: Path) -> None:
    found, problems = take(
        tmp_path,
        "*.csv | | 编号 | 分数 | | 码.csv",
        东=EAST.replace("001", "E1"),
        西=WEST.replace("002", "W2").replace("003", "W3"),
        码="他们的 | 我们的\nE1 | 001\nW2 | 002\nW3 | 003",
    )
    assert codes(problems) == []
    assert values(found) == UNITS


def test_without_its_map_a_file_says_nothing_and_the_others_do(tmp_path: Path) -> None:
    found, problems = take(
        tmp_path,
        "*/a.csv | | 编号 | 分数 | | */码.csv",
        东镇__a=THEIRS.format(one=91, two=10),
        西镇__a=THEIRS.format(one=82, two=73),
        东镇__码="他们的 | 我们的\n1 | 001",
    )
    assert ("input_file_missing", "inputs/西镇/码.csv") in [
        (p.code, p.place.file) for p in problems
    ]
    assert values(found) == ["91", "awaiting", "awaiting", "awaiting"]


# -- the check -----------------------------------------------------------------------------------


def checked(scheme: Scheme) -> list[str]:
    from assessor.scheme.check_inputs import INPUT_CHECKS

    return [problem.code for check in INPUT_CHECKS for problem in check(scheme)]


@pytest.mark.parametrize(
    ("file", "map_", "found"),
    [
        ("*/a.csv", "*/码.csv", []),
        ("*/a.csv", "码.csv", []),
        ("a.csv;b.csv", "a码.csv;b码.csv", []),
        ("甲、乙.csv", "", []),  # a comma does not divide files
        ("a.csv;../b.csv", "", ["input_outside"]),
        ("a.csv;b.doc", "", ["input_kind"]),
        ("*/a", "", ["input_kind"]),
        ("a.csv;b.csv;c.csv", "a码.csv;b码.csv", ["input_maps_number"]),
        ("a.csv", "*/码.csv", ["input_map_stars"]),
        ("*/*/a.csv", "*/码.csv", ["input_map_stars"]),
    ],
)
def test_files_and_maps_that_do_not_fit_are_found_by_the_check(
    tmp_path: Path, file: str, map_: str, found: list[str]
) -> None:
    assert checked(scheme_of(tmp_path, f"{file} | | 编号 | 分数 | | {map_}")) == found
