"""A folder of CSV files: the encodings that Excel saves, cells as they were typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.problems import AssessorError, Place, error
from assessor.sheets.csvfolder import read_csv, read_csv_folder

TABLE = "编号,名称\r\n001,东村\r\n1.10,西河村\r\n"
ROWS = [["编号", "名称"], ["001", "东村"], ["1.10", "西河村"]]


def _csv(folder: Path, content: bytes, name: str = "units.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_the_encodings_that_excel_saves_are_read(tmp_path: Path, encoding: str) -> None:
    grid = read_csv(_csv(tmp_path, TABLE.encode(encoding)))
    assert (grid.file, grid.sheet) == ("units.csv", "units")
    assert grid.rows == ROWS


@pytest.mark.parametrize(
    "content", [TABLE.encode("utf-16"), b"\xff\xd8\xff\xe0\x00\x10JFIF", b"a,b\n\x81"]
)
def test_what_is_no_text_is_refused_with_its_name(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(AssessorError) as caught:
        read_csv(_csv(tmp_path, content))
    assert caught.value.problems == [error("csv_encoding", Place("units.csv"))]


def test_line_breaks_commas_and_quotes_stay_inside_a_quoted_cell(tmp_path: Path) -> None:
    grid = read_csv(_csv(tmp_path, '1,"一\r\n二","三,四","五""六"""\r\n2,,,\r\n'.encode()))
    assert grid.rows == [["1", "一\r\n二", "三,四", '五"六"'], ["2", "", "", ""]]


@pytest.mark.parametrize("soft", ["\x0b", "\x0c", "\x85", "\u2028"])
def test_a_soft_line_break_pasted_from_word_does_not_end_a_row(tmp_path: Path, soft: str) -> None:
    grid = read_csv(_csv(tmp_path, f"1,一{soft}二,三\r\n2,四,五\r\n".encode()))
    assert grid.rows == [["1", f"一{soft}二", "三"], ["2", "四", "五"]]


def test_a_quote_that_is_never_closed_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    content = ('1,"一\r\n' + "2,二\r\n" * 40_000).encode()
    with pytest.raises(AssessorError):
        read_csv(_csv(tmp_path, content))


def test_an_empty_file_has_no_rows(tmp_path: Path) -> None:
    assert read_csv(_csv(tmp_path, b"")).rows == []


def test_a_folder_gives_its_csv_files_in_the_order_of_their_names(tmp_path: Path) -> None:
    _csv(tmp_path, b"x", "units.csv")
    _csv(tmp_path, b"x", "forms.csv")
    _csv(tmp_path, b"x", "readme.txt")
    assert [grid.sheet for grid in read_csv_folder(tmp_path)] == ["forms", "units"]
