"""Corrections: any serial is known by its number, the higher one counts, an unheard-of one is not
believed."""

from __future__ import annotations

import io
import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from assessor.i18n import catalog
from assessor.outputs.form import write_packet
from assessor.problems import Severity
from assessor.returns.changes import Changes
from assessor.rounds import read_round
from assessor.scheme.issued import keep_serials, load_issued
from assessor.scheme.stamp import STAMP_SHEET
from assessor.workflow import collect
from tests.builders import codes, small_workspace
from tests.filling import FULL, Cells, Round, number, spoiled


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    return Round(small_workspace(tmp_path))


STEM = "self-2026-Y-V01"


def corrected(round_: Round, serial: int, cells: Cells) -> bytes:
    """Return V01's own form, issued again under a serial and filled in."""
    packet = round_.packet("self", "V01")
    packet = replace(packet, copies=tuple(replace(c, serial=serial) for c in packet.copies))
    (copy,) = packet.copies
    values: dict[tuple[str, str, str], object] = {
        ("items", code, "entry"): number(value) for code, value in cells.items()
    }
    values["foot", "checked", "value"] = "√"
    return write_packet(round_.scheme, packet, round_.key, {copy.key: values})


def without_stamp(content: bytes) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    del book[STAMP_SHEET]
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("order", [*itertools.permutations(["甲.xlsx", "乙.xlsx", "丙.xlsx"])])
def test_the_highest_serial_counts_whatever_the_files_are_called(
    round_: Round, order: tuple[str, ...]
) -> None:
    keep_serials(round_.workspace.hidden, {STEM: 3})
    round_.return_all(panel_V02=FULL | {"2.1": "19"})
    (round_.workspace.returns / "self-V01.xlsx").unlink()
    for serial, (name, given) in enumerate(zip(order, ("10", "15", "17"), strict=True), 1):
        round_.put(name, corrected(round_, serial, FULL | {"2.1": given}))
    result = read_round(round_.workspace, round_.workspace.returns, workers=1)
    assert codes(result.problems) == []
    first, second, third = order
    fates = {f.file: (f.disposition, f.reason, f.other) for f in result.collection.fates}
    assert fates[first] == fates[second] == ("superseded", "newer_serial", third)
    assert fates[third] == ("accepted", "", "")
    assert str(result.standing.units[0].score) == "98.80"  # own 97 at 40 %, panel 100 at 60 %


def test_files_csv_names_what_replaced_a_file(round_: Round) -> None:
    zh, en = catalog("zh"), catalog("en")
    assert zh.text("reason.newer_serial", other="丙.xlsx") == "有更新的更正表“丙.xlsx”"
    assert en.text("reason.newer_serial", other="c.xlsx") == "There is a newer correction: “c.xlsx”"


def test_two_contents_of_the_newest_serial_are_a_conflict_whatever_the_older_says(
    round_: Round,
) -> None:
    keep_serials(round_.workspace.hidden, {STEM: 2})
    round_.return_all(panel_V02=FULL | {"2.1": "19"})
    round_.put("甲.xlsx", corrected(round_, 2, FULL | {"2.1": "10"}))
    round_.put("乙.xlsx", corrected(round_, 2, FULL | {"2.1": "11"}))
    result = read_round(round_.workspace, round_.workspace.returns, workers=1)
    assert codes(result.problems) == ["file_conflict"]
    fates = {f.file: f.disposition for f in result.collection.fates}
    assert (fates["甲.xlsx"], fates["乙.xlsx"]) == ("conflict", "conflict")
    assert fates["self-V01.xlsx"] == "superseded"


def test_a_correction_that_lost_its_stamp_is_known_by_its_number(round_: Round) -> None:
    keep_serials(round_.workspace.hidden, {STEM: 2})
    (form,) = round_.read(without_stamp(corrected(round_, 2, FULL))).forms
    assert (form.key.unit, form.serial) == ("V01", 2)
    assert codes(form.problems) == ["stamp_missing"]


def test_a_serial_that_was_never_issued_is_not_believed_without_a_stamp(round_: Round) -> None:
    reading = round_.read(without_stamp(corrected(round_, 9, FULL)))
    assert reading.forms == ()
    (problem,) = reading.problems
    assert problem.code == "serial_unknown"
    version = problem.facts["number"].rpartition("-")[2]  # type: ignore[attr-defined]
    assert catalog("zh").message(problem) == (
        f"表号 {STEM}-9-{version} 的序号是 9，本工作区没有发过这个序号的表。没有采用。"
    )
    assert catalog("zh").cure(problem) == (
        "表号可能被改过。请在最近一次下发的表上填写；"
        "如果 .assessor 文件夹恢复过旧备份，请换回最新的。"
    )
    assert catalog("en").message(problem) == (
        f"The form number {STEM}-9-{version} has the serial 9, and this workspace never issued it. "
        "It does not count."
    )
    assert catalog("en").cure(problem) == (
        "Perhaps the number was changed. Ask for the form issued last. If an old backup of the "
        "folder .assessor was put back, use the newest one."
    )


def test_a_stamp_of_ours_vouches_for_a_serial_that_is_not_recorded(round_: Round) -> None:
    """Only our key can have signed it; the record was lost, not the form forged."""
    (form,) = round_.read(corrected(round_, 2, FULL)).forms
    (problem,) = form.problems
    assert (form.serial, problem.code, problem.severity) == (
        2,
        "serial_unrecorded",
        Severity.WARNING,
    )
    assert catalog("zh").message(problem) == (
        f"这份表（{STEM}-2-{form.version}）的序号是 2，本工作区没有这次下发的记录；"
        "隐藏标记的签名是真的，照常采用。"
    )
    assert catalog("en").message(problem) == (
        f"This form ({STEM}-2-{form.version}) has the serial 2, and this workspace has no record "
        "of it. The signature of the hidden mark is genuine, so it counts."
    )


def test_a_serial_typed_over_on_the_sheet_does_not_supersede(round_: Round) -> None:
    keep_serials(round_.workspace.hidden, {STEM: 2})

    def change(sheet: object) -> None:
        for line in sheet.iter_rows(max_row=8):  # type: ignore[attr-defined]
            for cell in line:
                if isinstance(cell.value, str) and STEM in cell.value:
                    cell.value = cell.value.replace("V01-1-", "V01-2-")

    (form,) = round_.read(spoiled(corrected(round_, 1, FULL), change)).forms
    assert (form.serial, codes(form.problems)) == (1, ["number_changed"])


def test_a_decision_for_an_older_file_stands_and_says_that_a_newer_one_came(round_: Round) -> None:
    keep_serials(round_.workspace.hidden, {STEM: 2})
    round_.return_all(panel_V02=FULL | {"2.1": "19"})
    round_.put("更正.xlsx", corrected(round_, 2, FULL | {"2.1": "10"}))
    decisions = round_.workspace.root / "decisions.csv"
    decisions.write_text(
        "date,authority,unit,object,act,from,to,reason\n"
        "2026-12-25,镇党委,V01,self,accept_file,,self-V01.xlsx,单位确认\n",
        encoding="utf-8-sig",
    )
    result = read_round(round_.workspace, round_.workspace.returns, workers=1)
    (problem,) = result.problems
    assert str(result.standing.units[0].score) == "100.00"
    assert catalog("zh").message(problem) == (
        "这是后来收到的更正表，但认定表写明采用“self-V01.xlsx”，所以没有采用。"
    )
    assert catalog("en").message(problem) == (
        "This correction came back later, but a decision accepts “self-V01.xlsx”, so it does not "
        "count."
    )


def test_a_copy_for_correction_is_recorded_and_supersedes_even_without_its_stamp(
    round_: Round,
) -> None:
    round_.return_all(self_V01=FULL | {"2.1": "99"}, panel_V02=FULL | {"2.1": "19"})
    done = collect(round_.workspace, round_.workspace.returns, workers=1)
    (name,) = done.corrections
    assert load_issued(round_.workspace.hidden)[0].serials == {STEM: 2}
    copy = (done.exchange.folder / name).read_bytes()

    def mend(book: Any) -> None:
        sheet = next(one for one in book.worksheets if one["A14"].value == "2.1")
        sheet["D14"].value = 15
        del book[STAMP_SHEET]

    book = openpyxl.load_workbook(io.BytesIO(copy))
    mend(book)
    buffer = io.BytesIO()
    book.save(buffer)
    round_.put("更正.xlsx", buffer.getvalue())
    result = collect(round_.workspace, round_.workspace.returns, workers=1)
    fates = {fate.file: fate for fate in result.round.collection.fates}
    assert (fates["更正.xlsx"].disposition, fates["self-V01.xlsx"].other) == (
        "accepted",
        "更正.xlsx",
    )
    assert codes(result.round.problems) == ["stamp_missing"]
    assert str(result.round.standing.units[0].score) == "98.00"  # own 95 at 40 %, panel 100
    assert result.since == Changes(
        new=("更正.xlsx",), superseded=(("self-V01.xlsx", "更正.xlsx"),), completed=("V01",)
    )
