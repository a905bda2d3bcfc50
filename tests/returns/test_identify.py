"""Which form a workbook is: by stamp, by visible number, never by its file name."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from assessor.i18n import catalog
from assessor.outputs.form import write_packet
from assessor.problems import AssessorError, Problem
from assessor.rounds import read_round
from assessor.scheme.stamp import workspace_name
from assessor.workspace import Workspace
from tests.builders import SMALL, codes, edited, small_workspace
from tests.filling import FULL, Round, spoiled
from tests.voting import voting


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


# -- stamps that cannot be believed --------------------------------------------------------------


def restamped(content: bytes, *changes: tuple[str, int, str]) -> bytes:
    """Return a workbook with cells of its stamp typed over: row by its first cell, column, text."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for first, column, text in changes:
        line = next(row for row in book["_assessor"].iter_rows() if row[0].value == first)
        line[column].value = text
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def told(problem: Problem) -> tuple[str, str]:
    return catalog("zh").message(problem), catalog("en").message(problem)


def test_an_altered_stamp_is_a_warning_where_all_that_is_seen_agrees(round_: Round) -> None:
    content = restamped(round_.filled("self", "V01", FULL), ("form", 1, "别的表"))
    (form,) = round_.read(content).forms
    (problem,) = form.problems
    mine = f"self-2026-Y-V01-1-{form.version}"
    assert told(problem) == (
        f"表里的隐藏标记被改动过，签名不符；表号 {mine}、单位和全部编号都相符，按表号采用。",
        f"The hidden mark was altered: its signature does not fit. Form number {mine}, unit and "
        "all codes agree, so it is taken by its number.",
    )


@pytest.mark.parametrize("rows", [("form", 5, "V02"), ("form", 4, "H"), ("form", 3, "panel")])
def test_an_altered_stamp_that_contradicts_the_sheet_is_refused(
    round_: Round, rows: tuple[str, int, str]
) -> None:
    reading = round_.read(restamped(round_.filled("self", "V01", FULL), rows))
    assert (reading.forms, reading.refused) == ((), "number_differs")


def test_a_foreign_stamp_says_so(round_: Round, tmp_path: Path) -> None:
    twin = Round(small_workspace(tmp_path / "twin"))
    (form,) = round_.read(twin.filled("self", "V01", FULL)).forms
    (problem,) = form.problems
    name, mine = workspace_name(twin.key), f"self-2026-Y-V01-1-{form.version}"
    assert told(problem) == (
        f"表里的隐藏标记是用别的密钥写入的（{name}）；"
        f"表号 {mine}、单位和全部编号都相符，按表号采用。",
        f"The hidden mark was written with another key ({name}). Form number {mine}, unit and "
        "all codes agree, so it is taken by its number.",
    )


def test_forms_of_a_rehearsal_and_of_the_real_round_do_not_mix(
    round_: Round, tmp_path: Path
) -> None:
    settings = SMALL["settings"].replace("| small", "| small-rehearsal")
    rehearsal = Round(
        small_workspace(tmp_path / "rehearsal", settings=settings + "\n rehearsal | yes")
    )
    theirs, ours = rehearsal.filled("self", "V01", FULL), round_.filled("self", "V01", FULL)
    (made_up,) = round_.read(theirs).problems
    (real,) = rehearsal.read(ours).problems
    assert told(made_up) == (
        "这是演练用的表（small-rehearsal），不能用在正式考核里。",
        "This form belongs to a rehearsal (small-rehearsal). It cannot count in the real round.",
    )
    assert told(real) == (
        "这是正式考核的表（small），而这里是演练（small-rehearsal）。",
        "This form belongs to the real round (small), and this is a rehearsal (small-rehearsal).",
    )
    for reader, content in ((round_, theirs), (rehearsal, ours)):
        assert reader.read(without_stamp(content)).refused == "form_unproved"


def test_a_number_of_this_round_that_was_never_issued_is_told_from_a_strangers_file(
    round_: Round, tmp_path: Path
) -> None:
    units = SMALL["units"] + "\n V09 | 北村 | 村 | | |"
    larger = Round(small_workspace(tmp_path / "larger", units=units))
    reading = round_.read(without_stamp(larger.filled("self", "V09", FULL)))
    (problem,) = reading.problems
    number = f"self-2026-Y-V09-1-{larger.plans['self', '村'].version}"
    assert told(problem) == (
        f"表号 {number} 不是本次考核发出的表。",
        f"The form number {number} was not issued in this round.",
    )


def test_a_key_that_was_lost_is_one_warning_for_the_whole_round(round_: Round) -> None:
    round_.return_all(panel_V02=FULL | {"2.1": "19"})
    before = workspace_name(round_.key)
    (round_.workspace.hidden / "key").unlink()
    result = read_round(round_.workspace, round_.workspace.returns, workers=1)
    assert result.complete
    assert [str(mine.score) for mine in result.standing.units] == ["100.00", "99.40"]
    (problem,) = result.problems
    files = ["panel-V01.xlsx", "panel-V02.xlsx", "self-V01.xlsx", "self-V02.xlsx"]
    assert told(problem) == (
        f"有 4 份表的隐藏标记是用同一个别的密钥写入的（{before}）；表号、单位和全部编号都相符，"
        f"按表号采用：{'、'.join(files)}。",
        f"Forms whose hidden mark was written with one other key ({before}): 4. Form numbers, "
        f"units and all codes agree, so they are taken by their numbers: {', '.join(files)}.",
    )


@pytest.mark.parametrize("content", ["", "abc", "00" * 31, "zz" * 32])
def test_a_damaged_key_file_is_refused(round_: Round, content: str) -> None:
    (round_.workspace.hidden / "key").write_text(content)
    with pytest.raises(AssessorError, match="key_damaged"):
        round_.workspace.key()


def test_an_anonymous_paper_that_is_refused_does_not_say_its_number(tmp_path: Path) -> None:
    round_ = voting(tmp_path)
    packet = next(packet for packet in round_.packets if packet.paper)
    content = without_stamp(write_packet(round_.scheme, packet, round_.key))
    reading = round_.read(spoiled(content, lambda sheet: sheet.delete_rows(7, 2)), "张三.xlsx")
    assert reading.refused == "form_unproved"
    for problem in reading.problems:
        assert packet.paper not in str(told(problem)) + str(problem.place)
