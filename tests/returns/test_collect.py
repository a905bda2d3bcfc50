"""What came back, sorted out: one form a copy, every file one disposition, nothing lost."""

from __future__ import annotations

import csv
import random
from collections import Counter
from pathlib import Path

import pytest

from assessor.i18n import catalog
from assessor.outputs.wording import reason_text
from assessor.returns.identify import Context
from assessor.returns.intake import Found
from assessor.returns.reading import FileReading
from assessor.rounds import Round as Result
from assessor.rounds import read_round
from tests.builders import codes, small_workspace
from tests.filling import FULL, Round


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    return Round(small_workspace(tmp_path))


def read(round_: Round) -> Result:
    return read_round(round_.workspace, round_.workspace.returns, workers=1)


def fates(result: Result) -> dict[str, str]:
    return {fate.file: fate.disposition for fate in result.collection.fates}


def scores(result: Result) -> dict[str, str]:
    units = result.scheme.units
    return {units[mine.unit].code: str(mine.score) for mine in result.standing.units}


def decide(round_: Round, *rows: str) -> None:
    header = "date,authority,unit,object,act,from,to,reason"
    lines = [header, *(f"2026-12-25,镇党委,{row}" for row in rows)]
    path = round_.workspace.root / "decisions.csv"
    path.write_text("\n".join(lines), encoding="utf-8-sig")


def test_a_full_round_has_no_problems_and_exact_scores(round_: Round) -> None:
    round_.return_all(self_V02=FULL | {"1.1": "18.5"}, panel_V02=FULL | {"2.2": "2.5"})
    result = read(round_)
    assert codes(result.problems) == []
    assert result.complete
    # V02: own 98.5 at 40 %, panel 97.5 at 60 %: 39.4 + 58.5
    assert scores(result) == {"V01": "100.00", "V02": "97.90"}


def test_a_missing_form_is_a_result_with_whom_to_phone(round_: Round) -> None:
    round_.return_all()
    (round_.workspace.returns / "self-V02.xlsx").unlink()
    result = read(round_)
    (problem,) = result.problems
    assert (problem.code, problem.unit, problem.facts["by"]) == ("return_missing", "V02", "西河村")
    assert [m.status.word for m in result.standing.units] == ["provisional", "missing"]
    assert not result.complete


def test_a_unit_with_an_open_error_waits_and_the_others_are_provisional(round_: Round) -> None:
    round_.return_all(panel_V01=FULL | {"1.1": "200"})
    result = read(round_)
    first, second = result.standing.units
    assert (first.status.word, first.score, first.rank) == ("awaiting", None, None)
    assert (second.status.word, second.rank) == ("provisional", 1)
    assert not result.standing.settled


LESS = FULL | {"2.3": "9"}


def test_the_same_bytes_twice_are_a_duplicate(round_: Round) -> None:
    round_.return_all(panel_V02=LESS)
    content = (round_.workspace.returns / "self-V01.xlsx").read_bytes()
    round_.put("self-V01(1).xlsx", content)
    result = read(round_)
    assert Counter(fates(result).values()) == {"accepted": 4, "duplicate": 1}
    assert codes(result.problems) == ["file_duplicate"]
    assert result.complete
    said = [(catalog(one).message(result.problems[0])) for one in ("zh", "en")]
    assert said == [
        "与“self-V01.xlsx”完全相同，只算一次。",
        "Exactly the same as “self-V01.xlsx”. It counts once.",
    ]
    assert reasons(result, "zh") == {"self-V01(1).xlsx": said[0]}
    assert reasons(result, "en") == {"self-V01(1).xlsx": said[1]}


def test_files_in_conflict_name_each_other(round_: Round) -> None:
    round_.return_all()
    round_.put("东村(最终版).xlsx", round_.filled("self", "V01", FULL | {"2.1": "15"}))
    assert reasons(read(round_), "zh") == {
        "self-V01.xlsx": "与“东村(最终版).xlsx”是同一张表，内容不同",
        "东村(最终版).xlsx": "与“self-V01.xlsx”是同一张表，内容不同",
    }
    decisions = round_.workspace.root / "decisions.csv"
    decisions.write_text(
        "date,authority,unit,object,act,to,reason\n"
        "2026-12-25,镇党委,V01,self,accept_file,东村(最终版).xlsx,来电\n",
        encoding="utf-8-sig",
    )
    assert reasons(read(round_), "en") == {
        "self-V01.xlsx": "A decision accepts another file: “东村(最终版).xlsx”"
    }


def reasons(result: Result, language: str) -> dict[str, str]:
    texts = {f.file: reason_text(f, catalog(language)) for f in result.collection.fates}
    return {file: text for file, text in texts.items() if text}


def test_two_different_forms_for_one_copy_are_a_conflict_with_their_differences(
    round_: Round,
) -> None:
    round_.return_all()
    round_.put("东村(最终版).xlsx", round_.filled("self", "V01", FULL | {"2.1": "15"}))
    result = read(round_)
    both = fates(result)
    assert (both["self-V01.xlsx"], both["东村(最终版).xlsx"]) == ("conflict", "conflict")
    (problem,) = result.problems
    assert problem.code == "file_conflict"
    assert catalog("zh").message(problem) == (
        "同一张表交了两份，内容不同：甲是“东村(最终版).xlsx”，乙是“self-V01.xlsx”。"
        "不同之处共 1 处：2.1 服务群众 甲15（D14），乙20（D14）。两份都没有采用。"
    )
    assert result.standing.units[0].status.word == "awaiting"


def test_a_decision_settles_a_conflict(round_: Round) -> None:
    round_.return_all()
    round_.put("东村(最终版).xlsx", round_.filled("self", "V01", FULL | {"2.1": "15"}))
    decide(round_, "V01,self,accept_file,,东村(最终版).xlsx,单位确认")
    result = read(round_)
    assert fates(result)["东村(最终版).xlsx"] == "accepted"
    assert fates(result)["self-V01.xlsx"] == "superseded"
    assert scores(result)["V01"] == "98.00"  # own 95 at 40 %, panel 100 at 60 %
    assert result.complete


def test_zero_is_decided_for_what_did_not_come_back(round_: Round) -> None:
    round_.return_all()
    (round_.workspace.returns / "self-V02.xlsx").unlink()
    decide(round_, "V02,self,zero,,,逾期未交")
    result = read(round_)
    assert scores(result)["V02"] == "60.00"
    assert result.complete


def test_an_inspection_and_a_confirmed_grade_are_applied(round_: Round) -> None:
    round_.return_all()
    decide(
        round_,
        "V01,panel,inspection,100.00,70,实地检查",
        "V02,,confirm_grade,优秀,合格,年内受处分",
    )
    result = read(round_)
    first, second = result.standing.units
    assert str(first.score) == "82.00"  # 40 + 70 at 60 %
    assert (second.grade, second.confirmed, second.reason) == ("优秀", "合格", "年内受处分")
    assert second.awards == ()
    assert codes(result.problems) == []


def test_a_decision_whose_basis_has_changed_is_reported(round_: Round) -> None:
    round_.return_all(panel_V01=FULL | {"1.1": "10"})
    decide(round_, "V01,panel,inspection,100.00,70,实地检查")
    (problem,) = read(round_).problems
    assert problem.code == "decision_stale"
    assert (problem.facts["before"], problem.facts["now"]) == ("100.00", "90.00")


def test_a_decided_exemption_counts_as_the_scheme_says(round_: Round) -> None:
    cells = {code: value for code, value in FULL.items() if code != "2.3"}
    round_.return_all(self_V01=cells, panel_V01=cells, panel_V02=LESS)
    decide(round_, "V01,duty/2.3,not_applicable,,,没有该项工作")
    result = read(round_)
    assert codes(result.problems) == []
    assert scores(result)["V01"] == "100.00"


def test_every_file_has_one_disposition_and_a_reason(round_: Round) -> None:
    round_.return_all()
    round_.put("片区一/盖章扫描.pdf", b"%PDF-1.4")
    round_.put("~$self-V01.xlsx", b"lock")
    round_.put("坏的.xlsx", (round_.workspace.returns / "self-V01.xlsx").read_bytes()[:3000])
    round_.put("空的.xlsx", b"")
    round_.put("网页.xls", b"<html><table><tr><td>1</td></tr></table></html>")
    (round_.workspace.returns / "链接.xlsx").symlink_to("self-V01.xlsx")
    result = read(round_)
    assert fates(result) == {
        "self-V01.xlsx": "accepted",
        "self-V02.xlsx": "accepted",
        "panel-V01.xlsx": "accepted",
        "panel-V02.xlsx": "accepted",
        "片区一/盖章扫描.pdf": "enclosure",
        "~$self-V01.xlsx": "ignored",
        "坏的.xlsx": "rejected",
        "空的.xlsx": "rejected",
        "网页.xls": "rejected",
        "链接.xlsx": "rejected",
    }
    assert {"file_damaged", "file_empty", "file_html"} <= set(codes(result.problems))


def test_order_and_names_of_files_do_not_matter(round_: Round, tmp_path: Path) -> None:
    round_.return_all(self_V02=FULL | {"1.1": "18.5"})
    before = scores(read(round_))
    chance = random.Random(7)
    for path in list(round_.workspace.returns.iterdir()):
        folder = round_.workspace.returns / f"{chance.randrange(3)}片"
        folder.mkdir(exist_ok=True)
        path.rename(folder / f"{chance.random()}.xlsx")
    assert scores(read(round_)) == before


def test_one_more_return_changes_only_its_unit_and_the_ranks(round_: Round) -> None:
    round_.return_all()
    late = round_.workspace.returns / "panel-V02.xlsx"
    content = late.read_bytes()
    late.unlink()
    before = read(round_)
    late.write_bytes(content)
    after = read(round_)
    assert scores(before)["V01"] == scores(after)["V01"]
    assert (scores(before)["V02"], scores(after)["V02"]) == ("None", "100.00")


def test_a_unit_claims_not_applicable_and_the_panel_scores_it(round_: Round) -> None:
    round_.return_all(self_V01=FULL | {"1.10": "/"}, panel_V02=LESS)
    (problem,) = read(round_).problems
    assert (problem.code, problem.severity.value) == ("not_applicable_not_granted", "warning")


def test_what_a_worker_dies_of_costs_one_file(
    round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    from assessor.returns import receive

    real = receive.read_found

    def deadly(found: Found, context: Context) -> FileReading:
        if found.file == "毒.xlsx":
            os._exit(1)
        return real(found, context)

    monkeypatch.setattr(receive, "read_found", deadly)
    round_.return_all()
    round_.put("毒.xlsx", b"PK")
    result = read(round_)
    assert fates(result)["毒.xlsx"] == "rejected"
    assert Counter(fates(result).values()) == {"accepted": 4, "rejected": 1}
    assert scores(result) == {"V01": "100.00", "V02": "100.00"}


def test_status_knows_what_is_not_due_yet(tmp_path: Path) -> None:
    import datetime as dt

    round_ = Round(small_workspace(tmp_path))
    result = read_round(
        round_.workspace, round_.workspace.returns, as_of=dt.date(2026, 11, 1), workers=1
    )
    assert codes(result.problems) == []
    assert {m.status.word for m in result.standing.units} == {"not_due"}


def test_csv_reader_sees_what_was_decided(round_: Round) -> None:
    decide(round_, "V09,self,zero,,,没有这个单位")
    with pytest.raises(Exception, match="decision_unknown"):
        read(round_)
    rows = list(csv.reader((round_.workspace.root / "decisions.csv").open(encoding="utf-8-sig")))
    assert rows[0][0] == "date"


def test_zero_is_not_decided_over_a_form_that_came(round_: Round) -> None:
    round_.return_all(panel_V02=LESS)
    decide(round_, "V01,self,zero,,,手误")
    result = read(round_)
    assert scores(result)["V01"] == "100.00"
    (problem,) = result.problems
    assert (problem.code, problem.severity.value) == ("decision_zero_received", "error")


def test_a_decided_file_that_is_not_there_is_an_error(round_: Round) -> None:
    round_.return_all(panel_V02=LESS)
    decide(round_, "V01,self,accept_file,,不存在.xlsx,手误")
    (problem,) = read(round_).problems
    assert (problem.code, problem.facts["files"]) == ("decision_no_file", ["self-V01.xlsx"])


def test_a_decided_score_above_the_points_is_refused(round_: Round) -> None:
    decide(round_, "V01,panel,inspection,,900,手误")
    with pytest.raises(Exception, match="decision_points"):
        read(round_)


def test_two_decisions_that_contradict_are_refused(round_: Round) -> None:
    decide(round_, "V01,,confirm_grade,,优秀,一", "V01,,confirm_grade,,合格,二")
    with pytest.raises(Exception, match="decision_twice"):
        read(round_)


def test_an_award_tied_at_its_last_slot_can_be_granted(round_: Round) -> None:
    round_.return_all()
    assert codes(read(round_).problems) == ["award_tied"]
    decide(round_, "V02,先进支部,grant_award,,,研究确定")
    result = read(round_)
    assert codes(result.problems) == []
    assert [mine.awards for mine in result.standing.units] == [(), ("先进支部",)]


def test_a_problem_of_a_panels_form_names_the_panel_to_phone(round_: Round) -> None:
    round_.return_all(panel_V02=FULL | {"1.1": "99"}, self_V01=FULL | {"1.1": "99"})
    found = {problem.unit: problem.rater for problem in read(round_).problems}
    assert found == {"V01": "", "V02": "P1"}
