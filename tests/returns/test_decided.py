"""Decisions put to work: objections upheld, consequences, and what has changed under them."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from assessor.i18n import catalog
from assessor.problems import AssessorError, Severity
from assessor.rounds import Round as Result
from assessor.rounds import read_round
from assessor.workflow import collect
from tests.builders import SMALL, codes, edited, small_workspace
from tests.filling import FULL, Round
from tests.scheme.faults import sentences

TWO = """
    code | name   | group
    P1   | 考核一 | panel
    P2   | 考核二 | panel
    """
MEASURES = {
    "settings": SMALL["settings"] + "measures | 措施\n",
    "options": "set|option|value\n措施|提醒|0\n措施|通报批评|0",
}


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    return Round(small_workspace(tmp_path))


def read(round_: Round) -> Result:
    return read_round(round_.workspace, round_.workspace.returns, workers=1)


def decide(round_: Round, *rows: str) -> None:
    header = "date,authority,unit,object,act,from,to,reason"
    lines = [header, *(f"2026-12-25,镇党委,{row}" for row in rows)]
    path = round_.workspace.root / "decisions.csv"
    path.write_text("\n".join(lines), encoding="utf-8-sig")


def score(result: Result, node: str, unit: int = 0) -> str:
    return str(result.standing.scores.columns[node].value(unit))


# -- a node --------------------------------------------------------------------------------------


def test_an_objection_to_a_score_sets_it(round_: Round) -> None:
    round_.return_all(panel_V01=FULL | {"1.1": "10"})
    decide(round_, "V01,panel,uphold,90.00,96.5,复核")
    result = read(round_)
    assert codes(result.problems) == []
    # own 100 at 40 %, panel 96.5 at 60 %: 40 + 57.9
    assert (score(result, "panel"), score(result, "total")) == ("96.50", "97.90")


def test_an_objection_whose_basis_has_changed_is_reported(round_: Round) -> None:
    round_.return_all(panel_V01=FULL | {"1.1": "10"})
    decide(round_, "V01,panel,uphold,80,96.5,复核")
    (problem,) = read(round_).problems
    assert (problem.code, problem.place.cell, problem.unit) == ("decision_stale", "F2", "V01")
    assert (problem.facts["before"], problem.facts["now"]) == ("80", "90.00")


# -- an entry ------------------------------------------------------------------------------------


def test_an_objection_to_an_entry_counts_as_if_the_form_said_so(round_: Round) -> None:
    round_.return_all(panel_V01=FULL | {"1.1": "10", "2.2": "4"})
    decide(
        round_,
        "V01,panel/1.1@Y,uphold,10,17.5,补交了材料",
        "V01,panel/2.2,uphold,4,1,复核",
    )
    result = read(round_)
    assert codes(result.problems) == []
    # 100 less 2.5 of 1.1 and 1 of 2.2
    assert (score(result, "panel.1"), score(result, "panel")) == ("57.50", "96.50")
    assert score(result, "panel", 1) == "100.00"
    upheld = result.inputs.upheld
    assert {key: str(value) for key, value in upheld.items()} == {
        ("panel", "1.1", "Y", 0): "17.5",
        ("panel", "2.2", "Y", 0): "1",
    }
    # the table of entries says what the form says
    said = result.entries
    mine = said[(said["form"] == "panel") & (said["unit_code"] == "V01")]
    assert str(mine[mine["criterion"] == "1.1"]["value"].iloc[0]) == "10"


def test_an_objection_to_an_entry_stands_for_all_its_raters(tmp_path: Path) -> None:
    round_ = Round(small_workspace(tmp_path, raters=TWO))
    for number, packet in enumerate(round_.packets):
        for copy in packet.copies:
            cells = FULL | ({"1.1": "10"} if copy.key.rater == "P2" else {})
            content = _filled(round_, packet, copy.key, cells)
            round_.put(f"{number}.xlsx", content)
    assert score(read(round_), "panel") == "95.00"  # 1.1 is the mean of 20 and 10
    decide(round_, "V01,panel/1.1,uphold,15,18,复核")
    result = read(round_)
    assert codes(result.problems) == []
    assert score(result, "panel") == "98.00"
    decide(round_, "V01,panel/1.1,uphold,16,18,复核")
    (problem,) = read(round_).problems
    assert (problem.code, problem.facts["now"]) == ("decision_stale", "15")


def _filled(round_: Round, packet: object, key: object, cells: dict[str, str]) -> bytes:
    from assessor.outputs.form import write_packet
    from tests.filling import number

    values: dict[tuple[str, str, str], object] = {
        ("items", code, "entry"): number(value) for code, value in cells.items()
    }
    values["foot", "checked", "value"] = "√"
    return write_packet(round_.scheme, packet, round_.key, {key: values})  # type: ignore[arg-type,dict-item]


def test_an_entry_that_could_not_be_read_is_settled_by_an_objection(round_: Round) -> None:
    round_.return_all(panel_V01=FULL | {"1.1": "约20"})
    assert codes(read(round_).problems) == ["cell_range"]
    decide(round_, "V01,panel/1.1,uphold,,18,复核")
    result = read(round_)
    assert score(result, "panel") == "98.00"
    assert codes(result.problems) == []


def test_an_objection_to_a_form_that_is_not_there_is_an_error(round_: Round) -> None:
    round_.return_all()
    (round_.workspace.returns / "panel-V01.xlsx").unlink()
    decide(round_, "V01,panel/1.1,uphold,,18,复核")
    result = read(round_)
    assert sorted(codes(result.problems)) == ["decision_no_form", "return_missing"]
    assert result.standing.units[0].status.word == "missing"


def test_all_faults_of_the_decisions_are_told_in_one_pass(round_: Round) -> None:
    round_.return_all()
    decide(round_, "V09,,confirm_grade,,合格,会议", "V01,,确定,,合格,", "V01,panle,uphold,,1,会议")
    with pytest.raises(AssessorError) as caught:
        read(round_)
    assert [(p.code, p.place.cell) for p in caught.value.problems] == [
        ("table_not_a_choice", "E3"),
        ("table_cell_empty", "H3"),
        ("decision_unknown", "C2"),
        ("decision_unknown", "D4"),
    ]


# -- where decisions are shown -------------------------------------------------------------------


def test_decisions_and_consequences_are_listed_and_consequences_change_no_score(
    tmp_path: Path,
) -> None:
    round_ = Round(small_workspace(tmp_path, **MEASURES))
    round_.return_all()
    plain = read(round_)
    decide(
        round_,
        "V01,,处理措施,,通报批评,年内受处分",
        "V02,duty/1.1,measure,,提醒,班子不全",
        "V02,panel/1.1,uphold,20,19,复核",
    )
    done = collect(round_.workspace, round_.workspace.returns, workers=1)
    assert codes(done.round.problems) == []
    assert score(done.round, "total") == score(plain, "total") == "100.00"
    folder = round_.workspace.results
    with (folder / "decisions.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(r["unit_code"], r["title"], r["act"], r["to"]) for r in rows] == [
        ("V01", "", "measure", "通报批评"),
        ("V02", "班子健全", "measure", "提醒"),
        ("V02", "考核组评分表·班子健全", "uphold", "19"),
    ]
    sheet = openpyxl.load_workbook(folder / "ranking.xlsx")["认定与处理"]
    lines = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=3)]
    assert lines[0][5:] == ["对象", "原值", "认定值", "理由"]
    assert lines[1][2:5] == ["V01", "东村", "处理措施"]
    assert lines[3][4:8] == ["异议成立", "考核组评分表·班子健全", "20", "19"]


def test_without_decisions_there_is_no_sheet_of_them(round_: Round) -> None:
    round_.return_all()
    collect(round_.workspace, round_.workspace.returns, workers=1)
    folder = round_.workspace.results
    assert "认定与处理" not in openpyxl.load_workbook(folder / "ranking.xlsx").sheetnames
    assert not (folder / "decisions.csv").exists()


# -- what has changed under a decision on an entry -------------------------------------------------


def stale(result: Result, language: str = "zh") -> list[str]:
    return [
        catalog(language).message(p) for p in result.problems if p.code.startswith("decision_stale")
    ]


@pytest.mark.parametrize(
    ("says", "before", "zh"),
    [
        ("12", "12.0", []),
        (
            "13",
            "12",
            ["作出这条认定时的原值是“12”，现在算出来是“13”。认定值“15”仍按原样采用。"],
        ),
        (
            "",
            "12",
            ["作出这条认定时的原值是“12”，现在这里没有值：待更正。认定值“15”仍按原样采用。"],
        ),
        (
            "约12",
            "12",
            ["作出这条认定时的原值是“12”，现在这里没有值：待更正。认定值“15”仍按原样采用。"],
        ),
    ],
)
def test_an_entry_that_says_something_else_since(
    round_: Round, says: str, before: str, zh: list[str]
) -> None:
    round_.return_all(panel_V01=FULL | {"1.1": says})
    decide(round_, f"V01,panel/1.1,uphold,{before},15,复核")
    assert stale(read(round_)) == zh


def test_an_entry_that_is_blank_since_is_said_in_english_too(round_: Round) -> None:
    round_.return_all(panel_V01=FULL | {"1.1": ""})
    decide(round_, "V01,panel/1.1,uphold,12,15,复核")
    assert stale(read(round_), "en") == [
        "When this was decided the value was “12”. Now there is none: Awaiting correction. "
        "The decided value “15” still counts as it is."
    ]


def test_a_mean_that_does_not_end_is_the_same_as_what_people_wrote(tmp_path: Path) -> None:
    three = TWO + "P3 | 考核三 | panel\n"
    round_ = Round(small_workspace(tmp_path, raters=three))
    for at, packet in enumerate(round_.packets):
        for copy in packet.copies:
            cells = FULL | ({"1.1": "11"} if copy.key.rater == "P2" else {})
            round_.put(f"{at}.xlsx", _filled(round_, packet, copy.key, cells))
    # (20 + 11 + 20) ÷ 3 = 17; with 10 instead it is 50 ÷ 3 = 16.666…
    decide(round_, "V01,panel/1.1,uphold,17,18,复核")
    assert stale(read(round_)) == []
    for at, packet in enumerate(round_.packets):
        for copy in packet.copies:
            cells = FULL | ({"1.1": "10"} if copy.key.rater == "P2" else {})
            round_.put(f"{at}.xlsx", _filled(round_, packet, copy.key, cells))
    decide(round_, "V01,panel/1.1,uphold,16.67,18,复核")
    assert stale(read(round_)) == []
    decide(round_, "V01,panel/1.1,uphold,17,18,复核")
    assert stale(read(round_)) == [
        "作出这条认定时的原值是“17”，现在算出来是“16.666666…”。认定值“18”仍按原样采用。"
    ]


# -- errors that a decision has settled ------------------------------------------------------------


def severities(result: Result) -> list[tuple[str, str]]:
    return [(p.code, p.severity.value) for p in result.problems if p.unit == "V01"]


def test_errors_under_a_decided_score_are_notes_and_hold_nobody_up(round_: Round) -> None:
    round_.return_all(panel_V01=FULL | {"1.1": "约20"})
    assert severities(read(round_)) == [("cell_range", "error")]
    decide(round_, "V01,panel,inspection,,90,现场检查")
    result = read(round_)
    # own 100 at 40 %, the decided 90 at 60 %: 94
    assert score(result, "total") == "94.00"
    assert severities(result) == [("cell_range", "note")]
    assert result.complete
    assert [one.status.word for one in result.standing.units] == ["scored", "scored"]


def test_an_error_that_another_score_looks_at_stays(tmp_path: Path) -> None:
    limits = """
        title    | for  | node    | operator | value | effect | grade
        作风不足 | unit | panel.2 | <        | 20    | cap    | 合格
        """
    settings = edited(SMALL["settings"], "tie_breakers | panel", "note | 无")
    round_ = Round(small_workspace(tmp_path, limits=limits, settings=settings))
    round_.return_all(panel_V01=FULL | {"1.1": "约20"})
    decide(round_, "V01,total,inspection,,90,现场检查")
    assert severities(read(round_)) == [("cell_range", "error")]


# -- what does not apply, and what that counts ---------------------------------------------------

SILENT = {
    "criteria": SMALL["criteria"].replace("earned   | yes ", "earned   |     "),
    "scores": SMALL["scores"].replace("not_applicable=full", ""),
}


def test_a_decision_of_which_nothing_says_what_it_counts_is_an_error_at_its_cell(
    tmp_path: Path,
) -> None:
    """Left out in silence, the 20 points of 1.1 would be lost: nothing counts until it is said."""
    round_ = Round(small_workspace(tmp_path, **SILENT))
    round_.return_all()
    decide(round_, "V01,duty/1.1,not_applicable,,,没有这项工作")
    result = read(round_)
    told = [p for p in result.problems if p.code != "exempt_entry"]
    found = [(p.code, p.severity, p.place.cell, p.unit) for p in told]
    assert found == [("part_unruled", Severity.ERROR, "D2", "V01")] * 2
    assert sentences(result.problems[0], "zh") == (
        "“班子健全”不适用于这个单位，“自评”没有写明那时怎么算，算不出得分；没有按 0 分计。",
        "在方案的“计分”表给“自评”加参数“不适用=折算”“不适用=满分”或“不适用=零分”；“班子健全”"
        "其实适用的，改正单位表的“不适用部分”、表上的“/”或认定。",
    )
    assert score(result, "total") == "None"
    assert score(result, "total", 1) == "100.00"


def test_a_decision_of_which_the_scheme_says_what_it_counts_is_applied(round_: Round) -> None:
    round_.return_all()
    decide(round_, "V01,duty/1.1,not_applicable,,,没有这项工作")
    result = read(round_)
    assert set(codes(result.problems)) == {"award_tied", "exempt_entry"}
    assert score(result, "total") == "100.00"


def test_where_the_scheme_accepts_none_of_several_no_decision_settles_it(tmp_path: Path) -> None:
    settings = edited(SMALL["settings"], "round        | 2026", "round | 2026\n一表多份 | 不采用")
    round_ = Round(small_workspace(tmp_path, settings=settings))
    round_.return_all()
    round_.put("b.xlsx", round_.filled("self", "V01", FULL | {"1.1": "3"}))
    decide(round_, "V01,self,accept_file,,b.xlsx,核对过")
    result = read(round_)
    mine = {p.code for p in result.problems if p.unit == "V01" and p.severity == "error"}
    assert mine == {"decision_duplicates", "file_conflict_resend"}
