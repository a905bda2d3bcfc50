"""What waits for a decision: rows to copy, and that copying them settles the matter."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import openpyxl

from assessor.result_set import proposals
from assessor.rounds import Round as Result
from assessor.rounds import read_round
from assessor.scheme.columns import DECISIONS
from assessor.workflow import collect
from tests.builders import SMALL, codes, edited, small_workspace
from tests.filling import FULL, Round

HEADS = [column.zh for column in DECISIONS.columns]


def read(round_: Round) -> Result:
    return read_round(round_.workspace, round_.workspace.returns, workers=1)


def rows(result: Result) -> list[tuple[str, str, str, str]]:
    return [(one.act, one.unit, one.object, one.to) for one in proposals(result)]


def sheet_of(round_: Round) -> Any:
    collect(round_.workspace, round_.workspace.returns, workers=1)
    return openpyxl.load_workbook(round_.workspace.results / "problems.xlsx")["待认定"]


def decide_as_proposed(round_: Round, keep: tuple[int, ...], **filled: str) -> None:
    """Copy some rows of the sheet into the decisions, as a clerk does, and fill in the rest."""
    lines = [[cell.value or "" for cell in line][:8] for line in sheet_of(round_).iter_rows()]
    head = next(number for number, line in enumerate(lines) if line == HEADS)
    copied = [lines[head + 1 + number] for number in keep]
    for line in copied:
        line[0], line[1], line[7] = "2026-12-28", "镇党委", "会议审定"
        line[6] = filled.get("to", line[6])
    path = round_.workspace.root / "decisions.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([HEADS, *copied])


def test_where_nothing_waits_there_is_no_sheet(tmp_path: Path) -> None:
    round_ = Round(small_workspace(tmp_path))
    round_.return_all(panel_V02=FULL | {"2.3": "9"})
    assert proposals(read(round_)) == []
    collect(round_.workspace, round_.workspace.returns, workers=1)
    book = openpyxl.load_workbook(round_.workspace.results / "problems.xlsx")
    assert book.sheetnames == ["问题清单"]


def test_of_files_in_conflict_each_may_be_accepted(tmp_path: Path) -> None:
    round_ = Round(small_workspace(tmp_path))
    round_.return_all(panel_V02=FULL | {"2.3": "9"})
    round_.put("片区/东村(最终版).xlsx", round_.filled("self", "V01", FULL | {"2.1": "15"}))
    assert rows(read(round_)) == [
        ("accept_file", "V01", "self@Y", "self-V01.xlsx"),
        ("accept_file", "V01", "self@Y", "片区/东村(最终版).xlsx"),
    ]
    decide_as_proposed(round_, keep=(1,))
    result = read(round_)
    assert codes(result.problems) == []
    assert proposals(result) == []
    assert str(result.standing.units[0].score) == "98.00"  # own 95 at 40 %, panel 100 at 60 %


def test_a_form_that_a_unit_owes_may_count_nothing_and_what_others_owe_may_not(
    tmp_path: Path,
) -> None:
    round_ = Round(small_workspace(tmp_path))
    round_.return_all()
    (round_.workspace.returns / "self-V02.xlsx").unlink()
    (round_.workspace.returns / "panel-V01.xlsx").unlink()
    assert rows(read(round_)) == [("zero", "V02", "self@Y", "")]
    decide_as_proposed(round_, keep=(0,))
    result = read(round_)
    assert str(result.standing.units[1].score) == "60.00"


def test_a_tie_for_the_last_award_may_go_to_either(tmp_path: Path) -> None:
    round_ = Round(small_workspace(tmp_path))
    round_.return_all()
    assert rows(read(round_)) == [("grant_award", "V01", "A", ""), ("grant_award", "V02", "A", "")]
    decide_as_proposed(round_, keep=(1,))
    result = read(round_)
    assert [mine.awards for mine in result.standing.units] == [(), ("先进支部",)]
    assert proposals(result) == []


def test_an_item_that_a_unit_calls_not_applicable_may_be_granted(tmp_path: Path) -> None:
    round_ = Round(small_workspace(tmp_path))
    round_.return_all(self_V01=FULL | {"1.10": "/"}, panel_V02=FULL | {"2.3": "9"})
    assert rows(read(round_)) == [("not_applicable", "V01", "duty/1.10", "")]
    decide_as_proposed(round_, keep=(0,))
    # The panel had scored it all the same: that is told, and nothing is open.
    assert codes(read(round_).problems) == ["exempt_entry"]


GRADES = """
    for  | grade  | from | quota
    unit | 优秀   | 90   | 50%
    unit | 合格   | 60   |
    unit | 不合格 |      |
    """


def test_a_tie_for_the_last_place_of_a_grade_may_go_to_either(tmp_path: Path) -> None:
    round_ = Round(small_workspace(tmp_path, grades=GRADES, awards="code | title | for | by"))
    round_.return_all()
    # half of two is one place, and both have 100
    found = proposals(read(round_))
    assert [(one.act, one.unit, one.before, one.to) for one in found] == [
        ("confirm_grade", "V01", "合格", "优秀"),
        ("confirm_grade", "V02", "合格", "优秀"),
    ]
    decide_as_proposed(round_, keep=(0,))
    result = read(round_)
    assert [mine.final_grade for mine in result.standing.units] == ["优秀", "合格"]
    assert proposals(result) == []


BALLOT = {
    "raters": "code | name | group\nP1 | 考核组 | panel\nM | 大会 | meeting",
    "criteria": SMALL["criteria"].rstrip()
    + "\nvote | 1 | | 班子评价 | | ballot | |\nvote | 2 | | 作风评价 | | ballot | |",
    "options": "set | option | value\n评议 | 好 | 100\n评议 | 差 | 40",
    "forms": edited(SMALL["forms"], "| filled_by", "| filled_by | options | covers").rstrip()
    + "\ntally | 计票表 | 计票 | tally | vote | meeting | 评议 | all",
    "scores": """
        code  | title| parent| rule     |weight|points|source| parameters
        total | 总分 |       | weighted |      | 100  |      |
        self  | 自评 | total | rubric   | 40%  | 100  | self | not_applicable=full
        panel | 考核 | total | rubric   | 30%  | 100  | panel| not_applicable=full
        vote  | 票决 | total | ballot   | 30%  | 100  | tally| 分母=有效票;最少票数=50;票数不足=作废
        """,
}
COUNTS = {"V01": ("30", "30", "30", "30", "30"), "V02": ("60", "60", "60", "60", "60")}


def test_a_void_ballot_may_be_replaced_by_a_score(tmp_path: Path) -> None:
    round_ = Round(small_workspace(tmp_path, **BALLOT))
    for form in ("self", "panel"):
        for unit in COUNTS:
            cells = FULL | ({"2.3": "9"} if (form, unit) == ("panel", "V02") else {})
            round_.put(f"{form}-{unit}.xlsx", round_.filled(form, unit, cells))
    round_.put("计票.xlsx", tally(round_))
    result = read(round_)
    assert codes(result.problems) == ["turnout_void"]
    assert rows(result) == [("inspection", "V01", "vote", "")]
    decide_as_proposed(round_, keep=(0,), to="88.5")
    result = read(round_)
    assert codes(result.problems) == []
    # 40 + 30 + 88.5 × 30 %
    assert str(result.standing.units[0].score) == "96.55"


def tally(round_: Round) -> bytes:
    """Return a tally on which everybody is good, 30 papers for one unit, 60 for the other."""
    from assessor.outputs.form import write_packet
    from assessor.scheme.copies import bound_rows

    packet = round_.packet("tally")
    filled: dict[Any, dict[tuple[str, str, str], object]] = {}
    for copy in packet.copies:
        values: dict[tuple[str, str, str], object] = {("foot", "checked", "value"): "√"}
        for table in copy.plan.tables:
            for line in bound_rows(table, copy):
                unit = line.unit.code if line.unit else line.code
                number = int(COUNTS[unit][0])
                keys = list(line.row.rules)
                counts = [number] * 5 if table.key == "turnout" else [number, 0]
                for key, count in zip(keys, counts, strict=True):
                    values[table.key, line.code, key] = count
        filled[copy.key] = values
    return write_packet(round_.scheme, packet, round_.key, filled)


def test_the_sheet_begins_with_the_columns_of_the_decisions(tmp_path: Path) -> None:
    round_ = Round(small_workspace(tmp_path))
    round_.return_all()
    sheet = sheet_of(round_)
    lines = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=3)]
    assert lines[0] == [*HEADS, "名称", "为什么要认定"]
    assert lines[1][:8] == [None, None, "V01", "A", "授予奖项", None, None, None]
    assert lines[1][8] == "东村"
    assert "2 个并列" in lines[1][9]
