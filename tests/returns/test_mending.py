"""Which returns go back to their senders, what was carried over, and what is said of it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from assessor.i18n import catalog
from assessor.issuing import issue
from assessor.outputs.form import write_packet
from assessor.returns.carrying import Carried
from assessor.returns.flaws import Flaw
from assessor.returns.mending import Correction, MendedForm, corrections_of
from assessor.rounds import Round as Result
from assessor.rounds import read_round
from assessor.scheme.copies import Packet
from assessor.workflow import collect
from assessor.workspace import Workspace
from tests import voting
from tests.builders import SMALL, edited, small_workspace
from tests.filling import FULL, Round, cell_of, spoiled
from tests.kinds import PANEL, kinds_round
from tests.returns.test_collect import decide


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    return Round(small_workspace(tmp_path))


def read(round_: Round) -> Result:
    return read_round(round_.workspace, round_.workspace.returns, workers=1)


def mending(round_: Round) -> list[Correction]:
    result = read(round_)
    return corrections_of(result.scheme, result.packets, result.collection, result.problems)


def only(round_: Round) -> MendedForm:
    (correction,) = mending(round_)
    (form,) = correction.forms
    return form


def shown(carried: Carried) -> dict[str, object]:
    """Return what stands in the entry cells, by row code."""
    return {key[1]: value for key, value in carried.values.items() if key in carried.rules}


def said(flaws: tuple[Flaw, ...]) -> list[tuple[str, str, str]]:
    """Return code, row of the first cell and what stood there."""
    return [
        (flaw.problem.code, flaw.cells[0][1] if flaw.cells else "", flaw.written) for flaw in flaws
    ]


def messages(form: MendedForm, language: str = "zh") -> list[str]:
    return [catalog(language).message(flaw.problem) for flaw in form.flaws]


def test_warnings_alone_send_nothing_back(round_: Round) -> None:
    round_.return_all()
    path = round_.workspace.returns / "panel-V02.xlsx"
    path.write_bytes(spoiled(path.read_bytes(), lambda sheet: sheet.__setitem__("C9", 30)))
    assert [p.code for p in read(round_).problems if p.severity == "warning"] == [
        "award_tied",
        "points_changed",
    ]
    assert mending(round_) == []


def test_a_form_that_never_came_back_has_no_correction(round_: Round) -> None:
    round_.return_all()
    (round_.workspace.returns / "panel-V02.xlsx").unlink()
    assert mending(round_) == []


def test_two_that_differ_show_one_answer_and_name_both(round_: Round) -> None:
    round_.return_all()
    round_.put("panel-V02(最终版).xlsx", round_.filled("panel", "V02", FULL | {"1.1": "18"}))
    form = only(round_)
    assert form.copy.serial == 2
    assert form.files == ("panel-V02.xlsx", "panel-V02(最终版).xlsx")
    assert shown(form.carried)["1.1"] == "待更正：20"
    assert said(form.flaws) == [("correction_conflict", "1.1", "20")]
    assert messages(form) == [
        "1.1 班子健全：交来的几份填得不一样：“panel-V02.xlsx”填 20、“panel-V02(最终版).xlsx”填 18。"
    ]
    assert [catalog("zh").cure(flaw.problem) for flaw in form.flaws] == [
        "请填上正确的：0 到 20 之间的数字，可带小数。"
    ]


def test_a_conflict_that_was_decided_needs_no_correction(round_: Round) -> None:
    round_.return_all()
    round_.put("panel-V02(最终版).xlsx", round_.filled("panel", "V02", FULL | {"1.1": "18"}))
    decide(round_, "V02,panel,采用文件,,panel-V02(最终版).xlsx,核对过")
    assert mending(round_) == []


def test_what_was_decided_is_not_asked_for_again(round_: Round) -> None:
    """1.1 does not apply by decision: only 1.2 is to mend."""
    round_.return_all(panel_V02=FULL | {"1.1": "约8", "1.2": "9.3"})
    decide(round_, "V02,duty/1.1,不适用,,,本年度没有")
    form = only(round_)
    assert said(form.flaws) == [("entry_step", "1.2", "9.3")]
    assert shown(form.carried)["1.1"] == "约8"


def test_a_copied_file_of_another_unit_gives_its_owner_a_blank_form(round_: Round) -> None:
    """Stamped V01, V02 by its face: nobody knows whose entries they are; none is carried over."""
    round_.return_all()
    path = round_.workspace.returns / "self-V01.xlsx"
    path.write_bytes(
        spoiled(path.read_bytes(), lambda sheet: sheet.__setitem__("A4", "被考核单位：西河村(V02)"))
    )
    form = only(round_)
    assert (form.copy.key.unit, form.copy.serial) == ("V01", 2)
    assert form.carried.values == {}
    assert messages(form) == ["表里写的单位编号是 V02，而这份表是下发给 V01 的。"]
    assert messages(form, "en") == [
        catalog("en").text("problem.unit_differs.message", visible="V02", stamped="V01")
    ]


def test_a_refused_form_is_superseded_by_its_correction_and_may_stay_where_it_is(
    round_: Round,
) -> None:
    round_.return_all()
    path = round_.workspace.returns / "self-V01.xlsx"
    path.write_bytes(
        spoiled(path.read_bytes(), lambda sheet: sheet.__setitem__("A4", "被考核单位：西河村(V02)"))
    )
    done = collect(round_.workspace, round_.workspace.returns, workers=1)
    (name,) = done.corrections
    before = {fate.file: fate.disposition for fate in done.round.collection.fates}
    assert before["self-V01.xlsx"] == "rejected"

    book = openpyxl.load_workbook(done.exchange.folder / name)
    sheet = next(one for one in book.worksheets if one["A14"].value == "2.1")
    for code, value in FULL.items():
        cell_of(sheet, code).value = float(value)
    label = next(cell for line in sheet.iter_rows() for cell in line if cell.value == "已核")
    label.offset(0, 2).value = "√"
    book.save(round_.workspace.returns / "更正.xlsx")

    result = collect(round_.workspace, round_.workspace.returns, workers=1)
    fates = {f.file: (f.disposition, f.reason, f.other) for f in result.round.collection.fates}
    assert fates["self-V01.xlsx"] == ("superseded", "newer_serial", "更正.xlsx")
    assert fates["更正.xlsx"][0] == "accepted"
    assert [p.code for p in result.round.problems if p.severity == "error"] == []
    assert result.corrections == ()


def test_answers_of_an_older_form_are_carried_into_the_new_one(
    round_: Round, tmp_path: Path
) -> None:
    """2.1 now has 15 points and 2.4 is new: 20 is too much there and 2.4 waits; 1.1 stays."""
    issue(round_.workspace)
    round_.return_all()
    criteria = SMALL["criteria"].replace("服务群众 | 20", "服务群众 | 15")
    criteria = (
        criteria.rstrip()
        + "\n        duty   | 2.4  | 2       | 安全生产 | 5      | earned   |   |\n"
    )
    small_workspace(tmp_path, criteria=criteria)
    newer = Round(Workspace(tmp_path))
    found = mending(newer)
    assert [(c.forms[0].copy.key.form, c.forms[0].copy.key.unit) for c in found] == [
        ("self", "V01"),
        ("self", "V02"),
        ("panel", "V01"),
        ("panel", "V02"),
    ]
    (form,) = found[0].forms
    new_version = next(plan.version for plan in newer.plans.values() if plan.form == "self")
    assert form.copy.plan.version == new_version
    values = shown(form.carried)
    assert (values["1.1"], values["2.1"]) == (Decimal(20), "20")
    assert "2.4" not in values
    codes = {flaw.cells[0][1] for flaw in form.flaws if flaw.must}
    assert codes == {"2.1", "2.4"}
    assert "version_old" in {flaw.problem.code for flaw in form.flaws}


@pytest.mark.parametrize(("kept", "expected"), [(True, 0), (False, 3)])
def test_an_older_form_without_errors_goes_back_where_nobody_knows_what_it_asked(
    round_: Round, tmp_path: Path, kept: bool, expected: int
) -> None:
    if kept:
        issue(round_.workspace)
    round_.return_all()
    (round_.workspace.returns / "panel-V02.xlsx").unlink()
    criteria = edited(SMALL["criteria"], "|               | 0.5", "|               | 0.1")
    small_workspace(tmp_path, criteria=criteria)
    found = mending(Round(Workspace(tmp_path)))
    assert len(found) == expected
    for correction in found:
        (form,) = correction.forms
        assert said(form.flaws) == [("version_unknown", "", "")]
        assert not any(flaw.must for flaw in form.flaws)
        assert form.carried.open == {}


CARRIED = [
    # row, what is typed, what the correction shows
    ("1.1", "18.50", Decimal("18.5")),
    ("1.1", "１８", Decimal(18)),
    ("1.1", "18分", Decimal(18)),
    ("1.2", 3, Decimal(3)),
    ("2.2", "-1.5", Decimal("-1.5")),
    ("2.2", "1,234", Decimal(1234)),
    ("2.3", "96%", Decimal(96)),
    ("2.3", "0.5%", "0.5%"),
    ("2.3", "不适用", "/"),
    ("2.4", "良 好", "良好"),
    ("2.4", "—", "/"),
    ("2.5", "√", "是"),
    ("2.6", "没有", "否"),
    ("2.7", "=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
    # refused: as it was written, and refused again
    ("1.1", "约18", "约18"),
    ("1.1", 21, "21"),
    ("2.4", "优", "优"),
    ("2.5", "√×", "√×"),
    ("2.3", 0.85, "0.85"),
]


@pytest.mark.parametrize(("row", "typed", "stands"), CARRIED)
def test_what_was_read_keeps_its_value_and_what_was_refused_is_shown_as_it_was(
    tmp_path: Path, row: str, typed: object, stands: object
) -> None:
    round_ = kinds_round(tmp_path)
    content = round_.filled("panel", "V01", {**PANEL, "1.1": "99", "2.1": "两个", row: typed})
    round_.put("panel.xlsx", content)
    form = only(round_)
    assert shown(form.carried)[row] == stands


PLACEHOLDERS = [
    # the cell's number format, its value, what the correction shows
    ("0%", 0.85, "85%"),
    ("yyyy-mm-dd", 46024, "1-2"),
]


@pytest.mark.parametrize(("format_", "value", "stands"), PLACEHOLDERS)
def test_a_cell_shows_what_its_sender_saw_in_it(
    round_: Round, format_: str, value: float, stands: str
) -> None:
    round_.return_all()
    path = round_.workspace.returns / "panel-V02.xlsx"

    def change(sheet: Any) -> None:
        cell = cell_of(sheet, "1.1", "考核组得分")
        cell.value, cell.number_format = value, format_

    path.write_bytes(spoiled(path.read_bytes(), change))
    form = only(round_)
    assert shown(form.carried)["1.1"] == stands
    assert form.flaws[0].written == stands


def test_a_merged_cell_is_not_taken_by_being_sent_back(round_: Round) -> None:
    """The first of two merged cells holds 18, which alone would be a right score."""
    round_.return_all()
    path = round_.workspace.returns / "panel-V02.xlsx"

    def change(sheet: Any) -> None:
        sheet["D9"] = 18
        sheet.merge_cells("D9:D10")

    path.write_bytes(spoiled(path.read_bytes(), change))
    form = only(round_)
    assert shown(form.carried)["1.1"] == "待更正：18"
    assert "1.2" not in shown(form.carried)
    assert [flaw.cells[0][1] for flaw in form.flaws] == ["1.1", "1.2"]


def test_remarks_and_the_foot_come_back_with_the_entries(round_: Round) -> None:
    round_.return_all(panel_V02=FULL | {"1.1": "约8"})
    path = round_.workspace.returns / "panel-V02.xlsx"

    def change(sheet: Any) -> None:
        sheet["E10"] = "缺一次记录"
        sheet["C21"] = "+整改"
        sheet["C22"] = "张三 李四"

    path.write_bytes(spoiled(path.read_bytes(), change))
    values = only(round_).carried.values
    assert values["items", "1.2", "reason"] == "缺一次记录"
    assert values["foot", "opinion", "value"] == "+整改"
    assert values["foot", "members", "value"] == "张三 李四"
    assert values["foot", "checked", "value"] == "√"


def test_an_anonymous_paper_never_goes_back(tmp_path: Path) -> None:
    """Nobody knows who has it; the leader who votes under his name gets his own back."""
    round_ = voting.voting(tmp_path)
    voting.vote(round_, "cadre", "优良中差优谁", "优良中差优良")
    lines = ("V01/R", "V02/R", "V03/R")
    for packet in voting.packets(round_, "leader"):
        cells = {(line, "choice"): "第九" for line in lines}
        name = packet.copies[0].key.rater
        round_.put(f"{name}.xlsx", voting.filled(round_, packet, cells))
    found = mending(round_)
    assert [c.packet.workbook for c in found] == ["领导测评", "领导测评"]
    assert not any(form.copy.key.paper for c in found for form in c.forms)


def test_a_roster_goes_back_as_a_whole(tmp_path: Path) -> None:
    round_ = kinds_round(tmp_path)
    packet = next(p for p in round_.packets if p.copies[0].key.form == "lead")
    cells = {
        (f"{unit.code}", row): Decimal(20)
        for unit in packet.copies[0].roster
        for row in ("A1", "A2", "A3")
    }
    content = _roster(round_, packet, {**cells, ("V02", "A1"): Decimal(61)})
    round_.put("王县长.xlsx", content)
    form = only(round_)
    assert form.copy.key.rater == packet.copies[0].key.rater
    assert said(form.flaws)[0] == ("entry_too_large", "V02", "61")
    assert form.carried.values["roster", "V01", "A1"] == Decimal(20)
    assert form.carried.values["roster", "V02", "A1"] == "61"


def _roster(round_: Round, packet: Packet, cells: dict[tuple[str, str], Decimal]) -> bytes:
    (copy,) = packet.copies
    values: dict[tuple[str, str, str], object] = {
        ("roster", *place): value for place, value in cells.items()
    }
    values["foot", "checked", "value"] = "√"
    return write_packet(round_.scheme, packet, round_.key, {copy.key: values})


def test_typed_in_papers_keep_their_lines(tmp_path: Path) -> None:
    """A line whose number was wiped out comes into the next free one."""
    round_ = voting.voting(tmp_path, "slips")
    packet = voting.packets(round_, "slips")[0]
    content = voting.filled(round_, packet, voting.slips("优 良", "良 谁", "优 优"))
    content = spoiled(content, lambda sheet: sheet.__setitem__("A10", None))
    round_.put("票面.xlsx", content)
    form = only(round_)
    values = {
        (key[1], key[2]): value
        for key, value in form.carried.values.items()
        if key in form.carried.rules
    }
    assert values == {
        ("P001", "Q1"): "优秀",
        ("P001", "Q2"): "良好",
        ("P002", "Q1"): "良好",
        ("P002", "Q2"): "谁",
        ("P003", "Q1"): "优秀",
        ("P003", "Q2"): "优秀",
    }


def test_a_form_of_the_same_workbook_comes_along_even_where_nothing_is_wrong(
    tmp_path: Path,
) -> None:
    """One workbook, one file back: the second form is there as it was."""
    forms = """
        code  | title        | workbook | layout | rubric | filled_by
        self  | 自评表       | 自评     | rubric | duty   | self
        panel | 互评表       | 自评     | rubric | duty   | self
        """
    round_ = Round(small_workspace(tmp_path, forms=forms))
    packet = round_.packet("self", "V01")
    assert len(packet.copies) == 2
    cells = {("items", code, "entry"): Decimal(value) for code, value in FULL.items()}
    done: dict[tuple[str, str, str], object] = {**cells, ("foot", "checked", "value"): "√"}
    bad = {**done, ("items", "1.1", "entry"): "二十"}
    first, second = packet.copies
    round_.put(
        "自评.xlsx",
        write_packet(round_.scheme, packet, round_.key, {first.key: bad, second.key: done}),
    )
    correction = next(c for c in mending(round_))
    one, two = correction.forms
    assert (one.copy.serial, two.copy.serial) == (2, 2)
    assert said(one.flaws) == [("cell_not_a_number", "1.1", "二十")]
    assert two.flaws == ()
    assert shown(two.carried) == {code: Decimal(value) for code, value in FULL.items()}
