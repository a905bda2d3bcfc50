"""Which form a workbook is: by stamp, by visible number, never by its file name."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from assessor.workspace import Workspace
from tests.builders import SMALL, codes, edited, small_workspace
from tests.filling import FULL, Round, spoiled


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    return Round(small_workspace(tmp_path))


def without_stamp(content: bytes) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    del book["_assessor"]
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_form_is_known_whatever_its_file_is_called(round_: Round) -> None:
    content = round_.filled("panel", "V02", FULL)
    (form,) = round_.read(content, "新建 Microsoft Excel 工作表 (3).xlsx").forms
    assert (form.key.form, form.key.unit, form.key.rater) == ("panel", "V02", "P1")


def test_a_renamed_sheet_is_known_by_its_form_number(round_: Round) -> None:
    content = spoiled(
        round_.filled("self", "V01", FULL), lambda sheet: setattr(sheet, "title", "Sheet1")
    )
    reading = round_.read(content)
    assert reading.forms[0].key.unit == "V01"
    assert codes(reading.forms[0].problems) == ["sheet_renamed"]


def test_a_lost_stamp_is_a_warning_where_the_form_number_is_ours(round_: Round) -> None:
    reading = round_.read(without_stamp(round_.filled("self", "V01", FULL)))
    assert reading.forms[0].key.unit == "V01"
    assert codes(reading.forms[0].problems) == ["stamp_missing"]


def test_a_workbook_without_stamp_and_number_is_not_ours(round_: Round) -> None:
    book = openpyxl.Workbook()
    book.active.append(["编号", "得分"])
    book.active.append(["1.1", 20])
    buffer = io.BytesIO()
    book.save(buffer)
    reading = round_.read(buffer.getvalue())
    assert reading.forms == ()
    assert reading.refused == "file_not_ours"


def test_last_years_form_is_refused_by_its_round(round_: Round, tmp_path: Path) -> None:
    settings = edited(SMALL["settings"], "2026", "2025")
    last_year = Round(small_workspace(tmp_path / "last", settings=settings))
    reading = round_.read(last_year.filled("self", "V01", FULL))
    assert reading.refused == "file_other_round"


def test_another_schemes_form_is_refused(round_: Round, tmp_path: Path) -> None:
    settings = edited(SMALL["settings"], "| small", "| other")
    other = Round(small_workspace(tmp_path / "other", settings=settings))
    assert round_.read(other.filled("self", "V01", FULL)).refused == "file_other_scheme"


def test_a_stamp_signed_elsewhere_is_a_warning_where_number_and_unit_agree(
    round_: Round, tmp_path: Path
) -> None:
    twin = Round(small_workspace(tmp_path / "twin"))
    assert twin.key != round_.key
    reading = round_.read(twin.filled("self", "V01", FULL))
    assert codes(reading.forms[0].problems) == ["stamp_foreign"]


def test_a_form_whose_visible_unit_is_another_is_refused(round_: Round) -> None:
    def change(sheet: Any) -> None:
        for line in sheet.iter_rows(max_row=8):
            for cell in line:
                if isinstance(cell.value, str) and "(V01)" in cell.value:
                    cell.value = "被考核单位:西河村(V02)"

    reading = round_.read(spoiled(round_.filled("self", "V01", FULL), change))
    assert reading.forms == ()
    assert reading.refused == "unit_differs"


def test_a_form_of_a_unit_that_left_the_scheme_is_refused(round_: Round, tmp_path: Path) -> None:
    content = round_.filled("self", "V02", FULL)
    units = "\n".join(SMALL["units"].splitlines()[:-2])
    small_workspace(tmp_path, units=units)
    fewer = Round(Workspace(tmp_path))
    assert fewer.read(content).refused == "form_unknown"


def test_a_form_of_an_older_version_whose_plan_is_not_kept_is_read_with_a_warning(
    round_: Round, tmp_path: Path
) -> None:
    content = round_.filled("self", "V01", FULL | {"2.1": "10", "2.3": "10"})
    criteria = (
        SMALL["criteria"]
        .replace("服务群众 | 20", "服务群众 | 15")
        .replace("完成任务 | 10", "完成任务 | 15")
    )
    small_workspace(tmp_path, criteria=criteria)
    reading = Round(Workspace(tmp_path)).read(content)
    found = codes(reading.forms[0].problems)
    assert found == ["version_unknown", "points_then", "points_then"]
