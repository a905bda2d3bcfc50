"""Copies for correction: who gets one, under which name and serial, and what happens to what comes
back."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from assessor.correcting import correction_files
from assessor.i18n import catalog
from assessor.rounds import Round as Result
from assessor.rounds import read_round
from assessor.workflow import collect
from tests.builders import codes, small_workspace
from tests.filling import FULL, Round, cell_of, spoiled
from tests.returns.test_collect import decide, fates, scores


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    return Round(small_workspace(tmp_path))


def read(round_: Round) -> Result:
    return read_round(round_.workspace, round_.workspace.returns, workers=1)


def corrections(round_: Round) -> dict[str, bytes]:
    """Return the copies for correction of a round by their names."""
    result = read(round_)
    key = round_.workspace.key()
    return correction_files(result.scheme, result.packets, result.collection, result.problems, key)


def only(round_: Round) -> bytes:
    (content,) = corrections(round_).values()
    return content


def mended(content: bytes, sheet: int = 1, **cells: object) -> bytes:
    """Return a correction with cells filled in by hand: ``G9=20``."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for cell, value in cells.items():
        book.worksheets[sheet][cell] = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def listed(content: bytes) -> list[tuple[object, ...]]:
    """Return the lines of the list: cell, item, what stood there, state."""
    sheet = openpyxl.load_workbook(io.BytesIO(content), data_only=True).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    head = next(number for number, row in enumerate(rows) if row[0] == "序号")
    return [(row[2], row[3] or None, row[4] or None, row[7]) for row in rows[head + 1 :]]


def errors(result: Result) -> list[str]:
    return [problem.code for problem in result.problems if problem.severity == "error"]


def form_of(content: bytes, sheet: int = 1) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[sheet]


def test_a_round_without_errors_has_none(round_: Round) -> None:
    round_.return_all()
    assert corrections(round_) == {}


def test_who_has_an_error_gets_his_own_form_back_under_the_name_of_the_blank_one(
    round_: Round,
) -> None:
    round_.return_all(panel_V02=FULL | {"1.1": "2O", "2.3": "9.5"})
    found = corrections(round_)
    assert list(found) == ["corrections/考核组评分/V02_西河村_考核组评分_更正.xlsx"]
    sheet = form_of(only(round_))
    assert sheet["A5"].value.startswith("表号：panel-2026-Y-V02-P1-2-")
    shown = {code: cell_of(sheet, code, "考核组得分").value for code in FULL}
    assert shown == {"1.1": "2O", "1.2": 20, "1.10": 20, "2.1": 20, "2.2": 0, "2.3": 9.5}
    assert listed(only(round_)) == [("D9", "1.1 班子健全", "2O", "待更正")]


def test_what_is_mended_takes_the_place_of_the_first(round_: Round) -> None:
    round_.return_all(panel_V02=FULL | {"1.1": "2O", "2.3": "9.5"})
    round_.put("改好.xlsx", mended(only(round_), D9=18))
    result = read(round_)
    assert errors(result) == []
    assert fates(result)["panel-V02.xlsx"] == "superseded"
    assert fates(result)["改好.xlsx"] == "accepted"
    # own 100 at 40 %, panel 20 - 2 and 10 - 0.5 less: 97.5 at 60 %: 40 + 58.5
    assert scores(result) == {"V01": "100.00", "V02": "98.50"}
    assert corrections(round_) == {}


def test_collecting_twice_gives_the_same_bytes_and_serial_wherever_they_go(
    round_: Round, tmp_path: Path
) -> None:
    round_.return_all(panel_V02=FULL | {"1.1": "2O"})
    here = collect(round_.workspace, round_.workspace.returns, workers=1)
    again = collect(round_.workspace, round_.workspace.returns, workers=1)
    assert not again.exchange.changed
    there = collect(round_.workspace, round_.workspace.returns, tmp_path / "out", workers=1)
    assert here.corrections == again.corrections == there.corrections
    (name,) = here.corrections
    content = (round_.workspace.results / name).read_bytes()
    assert content == (tmp_path / "out" / name).read_bytes() == only(round_)


def test_a_correction_that_is_still_wrong_gets_another_one(round_: Round) -> None:
    round_.return_all(panel_V02=FULL | {"1.1": "2O"})
    round_.put("改好.xlsx", mended(only(round_), D9=99))
    (name,) = corrections(round_)
    assert name == "corrections/考核组评分/V02_西河村_考核组评分_更正2.xlsx"
    assert form_of(only(round_))["A5"].value.startswith("表号：panel-2026-Y-V02-P1-3-")
    assert listed(only(round_)) == [("D9", "1.1 班子健全", "99", "待更正")]
    round_.put("再改.xlsx", mended(only(round_), D9=20))
    result = read(round_)
    assert errors(result) == []
    assert [fates(result)[name] for name in ("panel-V02.xlsx", "改好.xlsx", "再改.xlsx")] == [
        "superseded",
        "superseded",
        "accepted",
    ]


def test_a_decision_for_an_older_file_holds_against_a_correction_and_says_so(round_: Round) -> None:
    round_.return_all()
    round_.put("panel-V02(1).xlsx", round_.filled("panel", "V02", FULL | {"1.1": "18"}))
    round_.put("改好.xlsx", mended(only(round_), D9=19))
    result = read(round_)
    assert (errors(result), scores(result)["V02"]) == ([], "99.40")
    decide(round_, "V02,panel,采用文件,,panel-V02(1).xlsx,核对过")
    result = read(round_)
    # own 100 at 40 %, panel 98 at 60 %
    assert scores(result)["V02"] == "98.80"
    assert fates(result)["改好.xlsx"] == "superseded"
    (problem,) = [p for p in result.problems if p.code == "decision_older_file"]
    assert str(problem.place) == "改好.xlsx › 考核组评分表"
    assert catalog("zh").message(problem) == (
        "这是后来收到的更正表，但认定表写明采用“panel-V02(1).xlsx”，所以没有采用。"
    )
    assert catalog("en").message(problem) == (
        "This correction came back later, but a decision accepts “panel-V02(1).xlsx”, "
        "so it does not count."
    )


SPOILED = [
    # what is done to the sheet, code of the problem, what the list says
    ({"D9": ""}, "entry_missing", [("D9", "1.1 班子健全", None, "待更正")]),
    ({"D9": "约18"}, "cell_range", [("D9", "1.1 班子健全", "约18", "待更正")]),
    ({"D9": "=1+1"}, "cell_formula_empty", [("D9", "1.1 班子健全", None, "待更正")]),
    ({"D9": "#N/A"}, "cell_error_value", [("D9", "1.1 班子健全", "#N/A", "待更正")]),
    ({"D9": "√"}, "cell_mark", [("D9", "1.1 班子健全", "√", "待更正")]),
    ({"D9": "-3"}, "entry_negative", [("D9", "1.1 班子健全", "-3", "待更正")]),
    ({"D10": 7.3}, "entry_step", [("D10", "1.2 制度落实", "7.3", "待更正")]),
    ({"D9": "/"}, "entry_not_applicable", [("D9", "1.1 班子健全", "/", "待更正")]),
    ({"D9": True}, "cell_boolean", [("D9", "1.1 班子健全", "TRUE", "待更正")]),
    ({"A9": "1.7"}, "row_missing", [
        ("整张表", None, None, "请核对"), ("D9", "1.1 班子健全", None, "待更正"),
    ]),
    ({"A9": "1.2"}, "row_missing", [
        ("D9", "1.1 班子健全", None, "待更正"), ("D10", "1.2 制度落实", "20", "待更正"),
        ("D10", "1.2 制度落实", "20", "请核对"),
    ]),
    ({"D7": "分"}, "table_missing", [("D9", "1.1 班子健全 等 7 格", None, "待更正")]),
    ({"A7": "号"}, "table_missing", [("D9", "1.1 班子健全 等 7 格", None, "待更正")]),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "code", "lines"), SPOILED)
def test_an_error_stays_until_somebody_mends_it(
    round_: Round, cells: dict[str, object], code: str, lines: list[tuple[object, ...]]
) -> None:
    """Every kind of slip: in the list with what stood there; sent back untouched it is refused
    again; mended, nothing is wrong."""
    round_.return_all()

    def spoil(sheet: Any) -> None:
        for cell, value in cells.items():
            sheet[cell] = value

    path = round_.workspace.returns / "panel-V02.xlsx"
    path.write_bytes(spoiled(path.read_bytes(), spoil))
    assert code in codes(read(round_).problems)
    content = only(round_)
    assert listed(content) == lines

    round_.put("更正.xlsx", content)
    result = read(round_)
    assert fates(result)["更正.xlsx"] == "accepted"
    waiting = {problem.place.cell for problem in result.problems if problem.severity == "error"}
    assert {line[0] for line in lines if line[3] == "待更正"} <= waiting
    assert scores(result)["V02"] == "None"

    values = {cell: FULL[key] for cell, key in zip(CELLS, FULL, strict=True)}
    all_again = {cell: float(value) for cell, value in values.items()} | {"C20": "√"}
    round_.put("更正.xlsx", mended(content, **all_again))
    result = read(round_)
    assert errors(result) == []
    assert scores(result) == {"V01": "100.00", "V02": "100.00"}


CELLS = ("D9", "D10", "D11", "D14", "D15", "D16")
