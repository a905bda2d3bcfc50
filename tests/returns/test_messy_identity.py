"""Whose form it is, as people really mix forms up: rows 44 to 47 and 52 of the messy returns.

Every message is held word for word, in both languages; what counts and what does not is held by
the scores that come of it.
"""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from assessor.i18n import catalog
from assessor.problems import Problem, Severity
from assessor.rounds import Round as Result
from assessor.rounds import read_round
from assessor.scheme.stamp import STAMP_SHEET
from tests.builders import SMALL, codes, edited, small_workspace
from tests.filling import FULL, Round, spoiled

MESSY_ROWS = {44, 45, 46, 47, 52}

LESS = FULL | {"2.1": "15"}


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    return Round(small_workspace(tmp_path))


def read(round_: Round) -> Result:
    return read_round(round_.workspace, round_.workspace.returns, workers=1)


def fates(result: Result) -> dict[str, tuple[str, str]]:
    """Return disposition and the other file that is named, by file."""
    return {fate.file: (fate.disposition, fate.other) for fate in result.collection.fates}


def scores(result: Result) -> dict[str, str]:
    units = result.scheme.units
    return {units[mine.unit].code: str(mine.score) for mine in result.standing.units}


def said(problem: Problem) -> tuple[str, str, str, str]:
    """Return what a problem says: message and cure in Chinese, message and cure in English."""
    zh, en = catalog("zh"), catalog("en")
    return zh.message(problem), zh.cure(problem), en.message(problem), en.cure(problem)


def one(problems: Sequence[Problem], code: str) -> Problem:
    (found,) = [problem for problem in problems if problem.code == code]
    return found


def changed(content: bytes, change: Callable[[Any], object]) -> bytes:
    """Return a workbook after a change to the whole of it."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def head_cell(sheet: Any, text: str) -> Any:
    """Return the cell of the head that holds a text."""
    return next(
        cell
        for line in sheet.iter_rows(max_row=8)
        for cell in line
        if isinstance(cell.value, str) and text in cell.value
    )


def retyped(old: str, new: str) -> Callable[[Any], None]:
    """Return a change that types over a part of the head."""

    def change(sheet: Any) -> None:
        cell = head_cell(sheet, old)
        cell.value = cell.value.replace(old, new)

    return change


def pasted(*contents: bytes) -> bytes:
    """Return a new workbook into which the first sheet of each file was pasted."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for content in contents:
        source = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        target = book.create_sheet(source.title)
        for line in source.iter_rows():
            for cell in line:
                if cell.value is not None:
                    target[cell.coordinate] = cell.value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def without_stamp(content: bytes) -> bytes:
    return changed(content, lambda book: book.__delitem__(STAMP_SHEET))


def number(round_: Round, form: str, unit: str) -> str:
    packet = round_.packet(form, unit)
    return next(copy.number for copy in packet.copies if copy.key.form == form)


# -- row 44: the same form twice -----------------------------------------------------------------


def test_row_43_the_same_bytes_under_another_name_are_a_duplicate_of_a_named_twin(
    round_: Round,
) -> None:
    round_.return_all(panel_V02=LESS)
    round_.put("self-V01(1).xlsx", round_.filled("self", "V01", FULL))
    result = read(round_)
    assert fates(result)["self-V01(1).xlsx"] == ("duplicate", "self-V01.xlsx")
    assert said(one(result.problems, "file_duplicate")) == (
        "与“self-V01.xlsx”完全相同，只算一次。",
        "不需要处理。",
        "Exactly the same as “self-V01.xlsx”. It counts once.",
        "Nothing to do.",
    )


def test_row_44_two_contents_of_one_form_are_a_conflict_told_cell_by_cell(round_: Round) -> None:
    round_.return_all(panel_V02=LESS)
    last = FULL | {"1.1": "", "1.10": "/", "2.1": "15.5"}
    round_.put("self-V01(最终版).xlsx", round_.filled("self", "V01", last))
    result = read(round_)
    assert fates(result)["self-V01.xlsx"] == ("conflict", "self-V01(最终版).xlsx")
    assert fates(result)["self-V01(最终版).xlsx"] == ("conflict", "self-V01.xlsx")
    assert scores(result)["V01"] == "None"
    assert said(one(result.problems, "file_conflict")) == (
        "同一张表交了两份，内容不同：甲是“self-V01.xlsx”，乙是“self-V01(最终版).xlsx”。"
        "不同之处共 3 处：1.1 班子健全 甲20（D9），乙空（D9）、"
        "1.10 活动正常 甲20（D11），乙/（D11）、2.1 服务群众 甲20（D14），乙15.5（D14）。"
        "两份都没有采用。",
        "问清以哪一份为准，在认定表（decisions.xlsx）加一行：认定事项“采用文件”，单位编号，"
        "对象写 self@Y，认定值写文件名；或删掉作废的一份。",
        "One form came back twice with different content: A is “self-V01.xlsx”, B is "
        "“self-V01(最终版).xlsx”. They differ in 3 places: 1.1 班子健全 A 20 (D9), B empty (D9), "
        "1.10 活动正常 A 20 (D11), B / (D11), 2.1 服务群众 A 20 (D14), B 15.5 (D14). "
        "Neither counts.",
        "Ask which one is right. Then add a row to the decisions table (decisions.xlsx): act "
        "accept_file, the unit’s code, object self@Y, and the file name under “to”. Or take out "
        "the file that is void.",
    )


def decide(round_: Round, *rows: str) -> None:
    header = "date,authority,unit,object,act,from,to,reason"
    lines = [header, *(f"2026-12-25,镇党委,{row}" for row in rows)]
    path = round_.workspace.root / "decisions.csv"
    path.write_text("\n".join(lines), encoding="utf-8-sig")


def test_row_44_a_third_file_like_one_of_two_in_conflict_is_its_duplicate(round_: Round) -> None:
    round_.return_all(panel_V02=LESS)
    round_.put("self-V01(1).xlsx", round_.filled("self", "V01", FULL))
    round_.put("self-V01(最终版).xlsx", round_.filled("self", "V01", LESS))
    result = read(round_)
    assert {name: fate for name, fate in fates(result).items() if "self-V01" in name} == {
        "self-V01.xlsx": ("conflict", "self-V01(最终版).xlsx"),
        "self-V01(1).xlsx": ("duplicate", "self-V01.xlsx"),
        "self-V01(最终版).xlsx": ("conflict", "self-V01.xlsx"),
    }
    assert codes(result.problems) == ["file_duplicate", "file_conflict"]


def test_row_44_a_decision_chooses_and_the_other_file_says_by_what_it_was_replaced(
    round_: Round,
) -> None:
    round_.return_all(panel_V02=FULL | {"2.3": "9"})
    round_.put("self-V01(最终版).xlsx", round_.filled("self", "V01", LESS))
    decide(round_, "V01,self,accept_file,,self-V01(最终版).xlsx,单位确认")
    result = read(round_)
    assert codes(result.problems) == []
    assert fates(result)["self-V01.xlsx"] == ("superseded", "self-V01(最终版).xlsx")
    assert scores(result)["V01"] == "98.00"  # own 95 at 40 %, panel 100 at 60 %


def test_row_44_a_decision_that_may_mean_two_files_chooses_neither(round_: Round) -> None:
    round_.return_all(panel_V02=LESS)
    (round_.workspace.returns / "self-V01.xlsx").unlink()
    round_.put("甲/表.xlsx", round_.filled("self", "V01", FULL))
    round_.put("乙/表.xlsx", round_.filled("self", "V01", LESS))
    decide(round_, "V01,self,accept_file,,表.xlsx,单位确认")
    result = read(round_)
    assert codes(result.problems) == ["decision_file_ambiguous", "file_conflict"]
    assert said(one(result.problems, "decision_file_ambiguous")) == (
        "认定采用的文件“表.xlsx”对应几份内容不同的表：乙/表.xlsx › 自评表、甲/表.xlsx › 自评表。",
        "认定值写完整的路径（和 files.csv 的 file 列一样），一张表只认定一份。",
        "The file “表.xlsx” that a decision accepts may be any of several forms with different "
        "content: 乙/表.xlsx › 自评表, 甲/表.xlsx › 自评表.",
        "Write the whole path under “to”, as in the column file of files.csv. Decide for one file "
        "only.",
    )
    decide(round_, "V01,self,accept_file,,甲/表.xlsx,单位确认")
    assert codes(read(round_).problems) == []


def test_row_44_a_scheme_may_want_no_decision_between_two_files(tmp_path: Path) -> None:
    settings = SMALL["settings"] + "\n        duplicates | refuse"
    round_ = Round(small_workspace(tmp_path, settings=settings))
    round_.return_all(panel_V02=LESS)
    round_.put("self-V01(2).xlsx", round_.filled("self", "V01", LESS))
    assert said(one(read(round_).problems, "file_conflict_resend")) == (
        "同一张表交了两份，内容不同：甲是“self-V01.xlsx”，乙是“self-V01(2).xlsx”。"
        "不同之处共 1 处：2.1 服务群众 甲20（D14），乙15（D14）。两份都没有采用。",
        "本方案规定一表多份时都不采用：请对方确认后，只留下有效的一份，"
        "把作废的一份从 returns 里移走。",
        "One form came back twice with different content: A is “self-V01.xlsx”, B is "
        "“self-V01(2).xlsx”. They differ in 1 places: 2.1 服务群众 A 20 (D14), B 15 (D14). "
        "Neither counts.",
        "This scheme takes no decision here (duplicates: refuse). Ask the sender, keep the file "
        "that is right, and move the other one out of returns.",
    )
    decide(round_, "V01,self,accept_file,,self-V01(2).xlsx,单位确认")
    assert codes(read(round_).problems) == ["decision_duplicates", "file_conflict_resend"]


def test_row_44_a_sheet_copied_within_its_file_and_filled_in_is_a_conflict_too(
    round_: Round,
) -> None:
    round_.return_all(panel_V02=LESS)

    def copy(book: Any) -> None:
        twin = book.copy_worksheet(book.worksheets[0])
        twin.title = "自评表 (2)"
        next(c for line in twin.iter_rows() for c in line if c.coordinate == "D14").value = 12

    round_.put("self-V01.xlsx", changed(round_.filled("self", "V01", FULL), copy))
    result = read(round_)
    assert fates(result)["self-V01.xlsx"] == ("conflict", "self-V01.xlsx")
    assert said(one(result.problems, "file_conflict"))[0] == (
        "同一张表交了两份，内容不同：甲是“self-V01.xlsx › 自评表”，"
        "乙是“self-V01.xlsx › 自评表 (2)”。不同之处共 1 处："
        "2.1 服务群众 甲20（D14），乙12（D14）。两份都没有采用。"
    )


# -- row 45: another unit's file -----------------------------------------------------------------


def test_row_45_the_unit_typed_over_on_another_units_form_is_refused(round_: Round) -> None:
    content = spoiled(round_.filled("self", "V01", FULL), retyped("东村(V01)", "西河村(V02)"))
    reading = round_.read(content)
    assert reading.forms == ()
    assert said(one(reading.problems, "unit_differs")) == (
        "表里写的单位编号是 V02，而这份表是下发给 V01 的。",
        "请该单位在下发给自己的表上填写。",
        "The unit code written in the form is V02, but this form was sent out to V01.",
        "Ask the unit to fill in the form that was sent out to it.",
    )


def test_row_45_the_name_alone_typed_over_is_refused(round_: Round) -> None:
    content = spoiled(round_.filled("self", "V01", FULL), retyped("东村", "西河村"))
    reading = round_.read(content)
    assert reading.forms == ()
    assert said(one(reading.problems, "unit_name_differs")) == (
        "表里写的单位名称是“西河村”（编号 V02），而这份表是下发给 V01 的。",
        "请该单位在下发给自己的表上填写。",
        "The sheet names the unit “西河村” (code V02), but the form was issued to V01.",
        "Ask that unit for the form that was issued to it.",
    )


def test_row_45_unit_and_number_typed_over_are_refused_by_the_stamp(round_: Round) -> None:
    def change(sheet: Any) -> None:
        retyped("东村(V01)", "西河村(V02)")(sheet)
        retyped("self-2026-Y-V01", "self-2026-Y-V02")(sheet)

    reading = round_.read(spoiled(round_.filled("self", "V01", FULL), change))
    assert reading.forms == ()
    version = number(round_, "self", "V01").rpartition("-")[2]
    assert said(one(reading.problems, "number_differs")) == (
        f"表号对不上：表头写的是 self-2026-Y-V02-1-{version}，"
        f"而这份表是作为 self-2026-Y-V01-1-{version} 下发的。没有采用。",
        "可能是拿别的表改的。请在下发给本单位的表上重新填写。",
        f"The form numbers disagree: the sheet shows self-2026-Y-V02-1-{version}, but it was "
        f"issued as self-2026-Y-V01-1-{version}. It does not count.",
        "Perhaps it was made from another form. Ask for the form that was issued to this unit.",
    )


def test_row_45_another_units_file_sent_as_ones_own_is_a_duplicate_and_ones_own_is_missing(
    round_: Round,
) -> None:
    round_.return_all(panel_V02=LESS)
    round_.put("self-V02.xlsx", round_.filled("self", "V01", FULL))
    result = read(round_)
    assert fates(result)["self-V02.xlsx"] == ("duplicate", "self-V01.xlsx")
    assert one(result.problems, "return_missing").unit == "V02"
    assert scores(result)["V02"] == "None"


def test_row_45_a_name_that_nobody_has_is_a_note_for_a_unit_may_have_a_new_one(
    round_: Round,
) -> None:
    content = spoiled(round_.filled("self", "V01", FULL), retyped("东村", "东村社区"))
    (form,) = round_.read(content).forms
    assert form.key.unit == "V01"
    found = one(form.problems, "unit_name_unknown")
    assert found.severity is Severity.NOTE
    assert said(found) == (
        "表里写的单位名称是“东村社区”，方案里 V01 的名称是“东村”；按编号采用。",
        "不需要处理；单位确已改名的，可以把旧名写进单位表的“曾用名”。",
        "The sheet names the unit “东村社区”; in the scheme V01 is called “东村”. It is taken by "
        "its code.",
        "Nothing to do. If the unit has a new name, you may add the old one to its former names.",
    )


# -- row 46: two units in one file ---------------------------------------------------------------


def test_row_46_two_units_in_one_file_are_refused(round_: Round) -> None:
    first, second = (round_.filled("self", unit, FULL) for unit in ("V01", "V02"))

    def add(book: Any) -> None:
        source = openpyxl.load_workbook(io.BytesIO(second)).worksheets[0]
        target = book.create_sheet("西河村")
        for line in source.iter_rows():
            for cell in line:
                if cell.value is not None:
                    target[cell.coordinate] = cell.value

    told = (
        "一个文件里有几个单位的表：东村(V01)、西河村(V02)，都没有采用。",
        "请每个单位单独交一个文件，在下发给自己的表上填写。",
        "One file holds the forms of several units: 东村(V01), 西河村(V02). None of them counts.",
        "Ask each unit for a file of its own, filled in on the form issued to it.",
    )
    for content in (changed(first, add), pasted(first, second)):
        reading = round_.read(content)
        assert reading.forms == ()
        assert reading.refused == "file_two_units"
        assert said(one(reading.problems, "file_two_units")) == told


# -- row 47: last year's form --------------------------------------------------------------------


def test_row_47_last_years_form_is_refused_by_its_round(round_: Round, tmp_path: Path) -> None:
    settings = edited(SMALL["settings"], "2026", "2025")
    last_year = Round(small_workspace(tmp_path / "last", settings=settings))
    content = last_year.filled("self", "V01", FULL)
    told = (
        "这是 2025 年度的表，本次考核是 2026 年度。",
        "请在本年度下发的表上填写。",
        "This form is for the round 2025. This appraisal is for the round 2026.",
        "Please fill in the form that was sent out for this round.",
    )
    for old in (content, without_stamp(content)):
        reading = round_.read(old)
        assert reading.forms == ()
        assert said(one(reading.problems, "file_other_round")) == told


def test_row_47_last_years_form_with_this_years_number_typed_in_is_refused(
    round_: Round, tmp_path: Path
) -> None:
    settings = edited(SMALL["settings"], "2026", "2025")
    last_year = Round(small_workspace(tmp_path / "last", settings=settings))
    content = spoiled(last_year.filled("self", "V01", FULL), retyped("self-2025", "self-2026"))
    assert round_.read(content).refused == "file_other_round"


# -- row 52: pasted into a new workbook ----------------------------------------------------------


def test_row_52_a_sheet_pasted_into_a_new_workbook_is_taken_where_all_agrees(
    round_: Round,
) -> None:
    round_.return_all(panel_V02=LESS)
    round_.put("self-V01.xlsx", pasted(round_.filled("self", "V01", LESS)))
    result = read(round_)
    assert scores(result)["V01"] == "98.00"  # own 95 at 40 %, panel 100 at 60 %
    found = one(result.problems, "stamp_missing")
    assert found.severity is Severity.WARNING
    mine = number(round_, "self", "V01")
    assert said(found) == (
        f"工作簿里没有本程序的隐藏标记（可能是复制到新工作簿里的）；表号 {mine}、"
        "单位和全部编号都相符，按表号采用。",
        "核对是否确由该单位提交。",
        "The workbook lacks the hidden mark of this program (perhaps it was copied into a new "
        f"workbook). Form number {mine}, unit and all codes agree, so it is taken by its number.",
        "Check that it really comes from this unit.",
    )


UNPROVED: list[tuple[str, Callable[[Any], object], str, str]] = [
    (
        "a row is gone",
        lambda sheet: sheet.delete_rows(14),
        "全部编号和表头",
        "all codes and headers",
    ),
    (
        "a code is another",
        lambda sheet: setattr(sheet["A14"], "value", "2.9"),
        "全部编号和表头",
        "all codes and headers",
    ),
    (
        "the unit is gone",
        lambda sheet: setattr(head_cell(sheet, "(V01)"), "value", None),
        "表里的单位",
        "the unit on the sheet",
    ),
    (
        "a rehearsal's title",
        lambda sheet: setattr(head_cell(sheet, "自评表"), "value", "【演练】自评表"),
        "演练标记",
        "the mark of a rehearsal",
    ),
]


@pytest.mark.parametrize("change", UNPROVED, ids=[row[0] for row in UNPROVED])
def test_row_52_a_pasted_sheet_of_which_anything_disagrees_is_refused(
    round_: Round, change: tuple[str, Callable[[Any], object], str, str]
) -> None:
    _, spoil, zh, en = change
    pasted_in = pasted(round_.filled("self", "V01", FULL))
    reading = round_.read(spoiled(pasted_in, lambda sheet: spoil(sheet)))
    assert reading.forms == ()
    mine = number(round_, "self", "V01")
    assert said(one(reading.problems, "form_unproved")) == (
        f"工作表上的表号是 {mine}，但没有本工作区的有效隐藏标记，"
        f"下列各项又对不上：{zh}。没有采用。",
        "请在下发的表上填写后重新发送。",
        f"The sheet shows the form number {mine}, but there is no valid hidden mark of this "
        f"workspace, and these do not agree: {en}. It does not count.",
        "Ask for the form that was issued to be filled in and sent again.",
    )


def test_row_52_a_scheme_may_ask_for_the_file_that_was_issued(tmp_path: Path) -> None:
    settings = SMALL["settings"] + "\n        stamped_only | yes"
    round_ = Round(small_workspace(tmp_path, settings=settings))
    content = round_.filled("self", "V01", FULL)
    assert len(round_.read(content).forms) == 1
    reading = round_.read(pasted(content))
    assert reading.forms == ()
    mine = number(round_, "self", "V01")
    assert said(one(reading.problems, "stamp_required")) == (
        f"这份表（{mine}）没有本工作区的有效隐藏标记，而方案规定须用原表。没有采用。",
        "请在下发的原文件上填写，不要复制到新的工作簿里。",
        f"This form ({mine}) has no valid hidden mark of this workspace, and the scheme asks for "
        "one. It does not count.",
        "Ask for the very file that was issued, not a copy in a new workbook.",
    )


def converted(folder: Path, content: bytes, program: str, ending: str) -> bytes:
    """Return a workbook as an office program saves it."""
    source = folder / "原表.xlsx"
    source.write_bytes(content)
    goal = folder / "out" / f"原表.{ending}"
    goal.parent.mkdir(exist_ok=True)
    if program == "ssconvert":
        command = ["ssconvert", str(source), str(goal)]
    else:
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = ["soffice", "--headless", profile, "--convert-to", ending]
        command += ["--outdir", str(goal.parent), str(source)]
    subprocess.run(command, capture_output=True, timeout=120, check=True)
    return goal.read_bytes()


@pytest.mark.office
@pytest.mark.slow
@pytest.mark.parametrize(
    ("program", "ending"),
    [
        ("soffice", "xlsx"),
        ("soffice", "ods"),
        ("soffice", "xls"),
        ("ssconvert", "xlsx"),
        ("ssconvert", "xls"),
    ],
)
def test_row_52_the_same_whatever_program_saved_it(
    round_: Round, tmp_path: Path, program: str, ending: str
) -> None:
    """The stamp outlives every program; without it the sheet is known by what can be read on it."""
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    whole = round_.filled("self", "V01", LESS)
    for content, odd in ((whole, []), (pasted(whole), ["stamp_missing"])):
        saved = converted(tmp_path, content, program, ending)
        (form,) = round_.read(saved, f"表.{ending}").forms
        assert (form.key.form, form.key.unit) == ("self", "V01")
        assert codes(form.problems) == odd
        assert next(str(e.value) for e in form.entries if e.row == "2.1") == "15"
