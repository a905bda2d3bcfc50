"""Facts with consequences: which happened, what may be chosen, what was chosen."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from assessor.outputs.form import write_packet
from assessor.problems import Severity
from assessor.result_set import proposals
from assessor.rounds import Round as Result
from assessor.rounds import read_round
from tests.builders import SMALL, codes, small_workspace
from tests.filling import Round, number

CRITERIA = """
    rubric | code | section | title      | points | entry
    duty   | 1    |         | 工作       | 100    | section
    duty   | 1.1  | 1       | 组织       | 100    | earned
    duty   | 2.1  | 1       | 弄虚作假   |        | veto
    duty   | 2.2  | 1       | 发生案件   |        | veto
    """
CHANGES = {
    "awards": "code | title | for | by",
    "criteria": CRITERIA,
    "settings": SMALL["settings"] + "measures | 措施\n",
    "options": "set|option|value\n措施|提醒|0\n措施|通报批评|0",
}
OPEN = {**CHANGES, "settings": SMALL["settings"]}


def made(folder: Path, facts: dict[str, dict[str, str]], **changes: str) -> Round:
    """Return a round of full marks whose panel form answers the facts of a unit as given."""
    round_ = Round(small_workspace(folder, **changes))
    for packet in round_.packets:
        for copy in packet.copies:
            said = facts.get(f"{copy.key.form}_{copy.key.unit}", {})
            answers = {"2.1": "否", "2.2": "否"} | said
            values: dict[tuple[str, str, str], object] = {("items", "1.1", "entry"): Decimal(100)}
            values |= {("items", code, "entry"): number(word) for code, word in answers.items()}
            values["foot", "checked", "value"] = "√"
            content = write_packet(round_.scheme, packet, round_.key, {copy.key: values})
            round_.put(f"{copy.key.form}-{copy.key.unit}.xlsx", content)
    return round_


def read(round_: Round, *decisions: str) -> Result:
    header = "date,authority,unit,object,act,from,to,reason"
    path = round_.workspace.root / "decisions.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = [f"2026-12-25,镇党委,{row}" for row in decisions]
        csv.writer(file).writerows(line.split(",") for line in [header, *lines])
    return read_round(round_.workspace, round_.workspace.returns, workers=1)


def test_a_fact_is_listed_with_the_consequences_to_choose_from(tmp_path: Path) -> None:
    round_ = made(tmp_path, {"panel_V02": {"2.2": "是"}}, **CHANGES)
    result = read(round_)
    (problem,) = result.problems
    assert (problem.code, problem.severity) == ("fact_triggered", Severity.NOTE)
    assert (problem.unit, problem.criterion, problem.place.file) == ("V02", "2.2", "panel-V02.xlsx")
    assert problem.place.cell
    assert problem.facts == {
        "title": "发生案件",
        "object": "duty/2.2",
        "measures": ["提醒", "通报批评"],
    }
    (row,) = proposals(result)
    assert (row.act, row.unit, row.object, row.to) == ("measure", "V02", "duty/2.2", "")
    assert result.complete
    # a fact without points changes no score by itself
    assert [str(mine.score) for mine in result.standing.units] == ["100.00", "100.00"]


def test_a_fact_that_two_forms_report_is_listed_once(tmp_path: Path) -> None:
    facts = {"self_V01": {"2.1": "是"}, "panel_V01": {"2.1": "是"}}
    assert codes(read(made(tmp_path, facts, **CHANGES)).problems) == ["fact_triggered"]


def test_without_words_for_consequences_the_fact_alone_is_listed(tmp_path: Path) -> None:
    result = read(made(tmp_path, {"panel_V01": {"2.1": "是"}}, **OPEN))
    assert codes(result.problems) == ["fact_noted"]
    assert proposals(result) == []


def test_a_consequence_that_was_chosen_is_told_and_not_proposed_again(tmp_path: Path) -> None:
    round_ = made(tmp_path, {"panel_V01": {"2.1": "是"}}, **CHANGES)
    result = read(round_, "V01,duty/2.1,measure,,通报批评,会议决定")
    assert [(p.code, p.facts["measure"]) for p in result.problems] == [
        ("fact_measured", "通报批评")
    ]
    assert proposals(result) == []


@pytest.mark.parametrize("unit", ["V01", "V02"])
def test_a_consequence_of_what_did_not_happen_is_a_warning(tmp_path: Path, unit: str) -> None:
    round_ = made(tmp_path, {"panel_V02": {"2.2": "是"}}, **CHANGES)
    result = read(round_, f"{unit},duty/2.1,measure,,提醒,会议决定")
    (problem,) = [p for p in result.problems if p.code != "fact_triggered"]
    assert (problem.code, problem.severity) == ("measure_in_vain", Severity.WARNING)
    assert (problem.unit, problem.place.cell) == (unit, "D2")


def test_a_consequence_that_is_for_no_fact_needs_none(tmp_path: Path) -> None:
    round_ = made(tmp_path, {}, **CHANGES)
    assert read(round_, "V01,,measure,,提醒,会议决定").problems == []


def test_an_objection_takes_a_fact_away(tmp_path: Path) -> None:
    round_ = made(tmp_path, {"panel_V01": {"2.1": "是"}}, **CHANGES)
    result = read(round_, "V01,panel/2.1,uphold,是,否,查无实据")
    assert codes(result.problems) == []
    result = read(round_, "V01,panel/2.2,uphold,是,否,查无实据")
    assert [(p.code, p.facts.get("now", "")) for p in result.problems] == [
        ("decision_stale", "否"),
        ("fact_triggered", ""),
    ]


def test_a_fact_that_a_score_counts_already_asks_for_no_consequence(tmp_path: Path) -> None:
    criteria = """
        rubric | code | section | title      | points | entry
        duty   | 1    |         | 工作       | 100    | section
        duty   | 1.1  | 1       | 组织       | 99     | earned
        duty   | 2.1  | 1       | 弄虚作假   | 1      | veto
        duty   | 2.2  | 1       | 发生案件   |        | veto
        """
    facts = {"panel_V01": {"1.1": "99", "2.1": "是"}, "panel_V02": {"1.1": "99"}}
    facts |= {"self_V01": {"1.1": "99"}, "self_V02": {"1.1": "99"}}
    result = read(made(tmp_path, facts, **CHANGES | {"criteria": criteria}))
    assert codes(result.problems) == ["fact_noted"]
    assert [one.counted for one in result.happened] == [True]
