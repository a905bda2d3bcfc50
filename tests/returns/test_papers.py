"""Votes read paper by paper: through real workbooks to counts and scores."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from assessor.i18n import catalog
from assessor.problems import Problem
from assessor.rounds import read_round
from assessor.scoring.column import Status
from assessor.scoring.inputs import EntryKey
from assessor.workflow import outstanding
from tests.builders import codes
from tests.filling import Round, cell_of, spoiled
from tests.voting import (
    LINES,
    ballot,
    counts,
    filled,
    packets,
    read,
    scored,
    slips,
    vote,
    voting,
)

WORDS = catalog("zh")


@pytest.fixture
def cadres(tmp_path: Path) -> Round:
    """Six anonymous voters, three units and two aspects on a paper, at most four times 优秀."""
    return voting(tmp_path, "cadre")


ALL_IN = (
    # V01   V02   V03, Q1 and Q2 each
    "优优良良中差",
    "优良优良优良",
    "优优优优优良",  # 优秀 five times: void
    "良良良良良良",  # alike: void
    "------",  # blank: void
    "中-良良--",
)


def test_valid_papers_are_counted_and_scored_like_a_tally(cadres: Round) -> None:
    vote(cadres, "cadre", *ALL_IN)
    result = read(cadres)
    assert counts(result, "cadre", "V01") == {
        "expected": "6", "present": "6", "issued": "6", "returned": "6", "valid": "3",
        "Q1:优秀": "2", "Q1:良好": "0", "Q1:一般": "1", "Q1:较差": "0",
        "Q2:优秀": "1", "Q2:良好": "1", "Q2:一般": "0", "Q2:较差": "0",
    }  # fmt: skip
    # Q1 of V01: (2 × 100 + 60) ÷ 3 = 86.67, Q2: (100 + 80) ÷ 2 = 90; mean 88.335
    # V02: Q1 (80 + 100 + 80) ÷ 3 = 86.67, Q2 80; V03: Q1 (60 + 100) ÷ 2 = 80, Q2 (40 + 80) ÷ 2
    assert scored(result, "cadre.Q1") == ["86.67", "86.67", "80.00"]
    assert scored(result, "cadre") == ["88.34", "83.34", "70.00"]
    (note,) = result.problems
    assert WORDS.message(note) == (
        "《民主测评票》收回 6 张，其中 3 张不计：空白 1 张，超过可选个数 1 张，"
        "全部选同一答案 1 张。"
    )
    assert result.complete


def test_the_counts_have_no_rater(cadres: Round) -> None:
    vote(cadres, "cadre", *ALL_IN)
    inputs = read(cadres).inputs
    assert inputs.raters == {("cadre", "Y"): [""]}
    assert inputs.form_status == {("cadre", "Y", ""): [Status.SCORED] * 3}
    assert {key.rater for key in inputs.entries} == {""}
    assert list(inputs.entries[EntryKey("cadre", "Y", "", "", "valid")].ticks) == [3, 3, 3]


def test_voters_who_did_not_answer_are_one_warning(cadres: Round) -> None:
    vote(cadres, "cadre", *ALL_IN[:2])
    result = read(cadres)
    (problem,) = result.problems
    assert (problem.code, problem.severity.value) == ("votes_outstanding", "warning")
    assert WORDS.message(problem) == "《民主测评票》发出 6 张，收回 2 张。"
    assert counts(result, "cadre", "V02")["issued"] == "6"
    assert counts(result, "cadre", "V02")["returned"] == "2"
    assert result.complete
    assert outstanding(result) == []
    assert result.collection.unanswered == {("cadre", "Y"): 4}


def test_before_the_due_date_it_is_only_a_note(cadres: Round) -> None:
    vote(cadres, "cadre", *ALL_IN[:2])
    early = dt.date(2026, 12, 1)
    result = read_round(cadres.workspace, cadres.workspace.returns, early, workers=1)
    assert [(p.code, p.severity.value) for p in result.problems] == [("votes_outstanding", "note")]


def test_a_vote_that_nobody_answered_is_missing(cadres: Round) -> None:
    result = read(cadres)
    (problem,) = result.problems
    assert (problem.code, problem.severity.value) == ("votes_none", "error")
    assert problem.facts["issued"] == 6
    assert scored(result, "cadre") == ["missing"] * 3
    assert [row.state for row in outstanding(result)] == ["missing"]
    early = dt.date(2026, 12, 1)
    result = read_round(cadres.workspace, cadres.workspace.returns, early, workers=1)
    assert codes(result.problems) == []
    assert scored(result, "cadre") == ["not_due"] * 3


def put_spoiled(round_: Round, number: int, line: str, value: object, words: str) -> None:
    packet = packets(round_, "cadre")[number]

    def change(sheet: Any) -> None:
        cell_of(sheet, line, "选择").value = value

    content = filled(round_, packet, ballot(words))
    round_.put(f"cadre/{packet.paper}.xlsx", spoiled(content, change))


def test_a_word_that_is_no_option_is_an_abstention_as_nobody_can_be_asked(cadres: Round) -> None:
    vote(cadres, "cadre", *ALL_IN)
    put_spoiled(cadres, 0, "V02/Q1", "合格", ALL_IN[0])
    result = read(cadres)
    # Without it Q1 of V02 is (100 + 80) ÷ 2 = 90, Q2 is 80 as before: 85
    assert scored(result, "cadre") == ["88.34", "85.00", "70.00"]
    (problem,) = [p for p in result.problems if p.severity == "warning"]
    assert (problem.code, problem.unit, problem.criterion) == ("vote_unclear", "V02", "V02/Q1")
    zh, en = (catalog(language).message(problem) for language in ("zh", "en"))
    assert zh.endswith("“合格”认不出是哪一个选项，不记名的票没法问，这一格作弃权处理。")
    assert en.endswith(
        "“合格” is none of the answers. Nobody can be asked about a paper without a name, "
        "so this cell counts as an abstention."
    )
    assert problem.nobody


def test_a_word_that_is_no_option_voids_no_paper(cadres: Round) -> None:
    put_spoiled(cadres, 0, "V03/Q2", "合格", "优优优优良良")  # one more 优秀 would be too many
    vote(cadres, "cadre")
    assert scored(read(cadres), "cadre")[:2] == ["100.00", "100.00"]


@pytest.mark.parametrize("value", ["优秀、良好", "优秀/一般", "优秀,良好"])
def test_two_answers_in_a_cell_are_an_abstention_there_with_a_note(
    cadres: Round, value: str
) -> None:
    put_spoiled(cadres, 0, "V01/Q1", value, "优优良良中差")
    result = read(cadres)
    assert "vote_several" in codes(result.problems)
    found = counts(result, "cadre", "V01")
    assert (found["valid"], found["Q1:优秀"], found["Q2:优秀"]) == ("1", "0", "1")


def test_a_line_that_was_deleted_makes_its_unit_wait(cadres: Round) -> None:
    vote(cadres, "cadre", *ALL_IN)
    packet = packets(cadres, "cadre")[1]

    def change(sheet: Any) -> None:
        sheet.delete_rows(cell_of(sheet, "V03/Q1", "选择").row)

    content = spoiled(filled(cadres, packet, ballot(ALL_IN[1])), change)
    cadres.put(f"cadre/{packet.paper}.xlsx", content)
    result = read(cadres)
    assert scored(result, "cadre")[2] == "awaiting"
    assert scored(result, "cadre")[0] == "88.34"


def errors(problems: list[Problem]) -> list[str]:
    return [problem.code for problem in problems if problem.severity == "error"]


def test_the_same_paper_twice_counts_once(cadres: Round) -> None:
    vote(cadres, "cadre", *ALL_IN)
    packet = packets(cadres, "cadre")[0]
    cadres.put("又一份.xlsx", filled(cadres, packet, ballot(ALL_IN[0])))
    result = read(cadres)
    assert counts(result, "cadre", "V01")["returned"] == "6"
    assert {"file_duplicate", "file_same_content"} & set(codes(result.problems))


def test_one_number_with_two_contents_is_a_conflict_until_somebody_decides(cadres: Round) -> None:
    vote(cadres, "cadre", *ALL_IN)
    packet = packets(cadres, "cadre")[0]
    cadres.put("又一份.xlsx", filled(cadres, packet, ballot("差差差差差良")))
    result = read(cadres)
    (problem,) = [p for p in result.problems if p.severity == "error"]
    assert problem.code == "paper_conflict"
    assert packet.paper not in problem.place.file.replace(f"cadre/{packet.paper}.xlsx", "")
    assert scored(result, "cadre") == ["awaiting"] * 3
    (cadres.workspace.root / "decisions.csv").write_text(
        "date,authority,unit,object,act,from,to,reason\n"
        "2026-12-25,镇党委,,cadre,accept_file,,又一份.xlsx,本人确认\n",
        encoding="utf-8-sig",
    )
    result = read(cadres)
    assert errors(list(result.problems)) == []
    assert counts(result, "cadre", "V01")["Q1:较差"] == "1"


# -- a paper for each unit -----------------------------------------------------------------------


def test_papers_about_one_unit_are_counted_for_it(tmp_path: Path) -> None:
    round_ = voting(tmp_path, "one")
    for unit, papers in (("V01", "优优良差-"), ("V02", "优良")):
        mine = [p for p in packets(round_, "one") if p.copies[0].key.unit == unit]
        for packet, word in zip(mine, papers, strict=False):
            round_.put(f"{packet.paper}{unit}.xlsx", filled(round_, packet, ballot(word, ["R"])))
    result = read(round_)
    # (100 + 100 + 80 + 40) ÷ 4 valid papers; (100 + 80) ÷ 2; nobody on V03
    assert scored(result, "one") == ["80.00", "90.00", "missing"]
    assert counts(result, "one", "V01")["valid"] == "4"
    assert codes(result.problems) == ["votes_outstanding", "papers_void", "votes_none"]
    assert [problem.unit for problem in result.problems] == ["", "V01", "V03"]


# -- voters with a name --------------------------------------------------------------------------


def test_voters_with_a_name_rank_the_units_without_ties(tmp_path: Path) -> None:
    round_ = voting(tmp_path, "leader")
    lines = ["V01/R", "V02/R", "V03/R"]
    first, second = packets(round_, "leader")
    put = [("第1", "第2", "第3"), ("第1", "第1", "第2")]
    for packet, words in zip((first, second), put, strict=True):
        cells = {(line, "choice"): word for line, word in zip(lines, words, strict=True)}
        round_.put(f"{packet.copies[0].key.rater}.xlsx", filled(round_, packet, cells))
    result = read(round_)
    # the second paper has two firsts and is void: 10, 8, 6 over two returned papers
    assert scored(result, "leader") == ["5.00", "4.00", "3.00"]
    assert codes(result.problems) == ["papers_void"]


# -- papers typed by tellers ---------------------------------------------------------------------


@pytest.fixture
def tellers(tmp_path: Path) -> Round:
    return voting(tmp_path, "slips")


def type_in(round_: Round, form: str, unit: str, cells: dict[tuple[str, str], object]) -> None:
    packet = next(p for p in packets(round_, form) if p.copies[0].key.unit == unit)
    round_.put(f"{form}{unit}.xlsx", filled(round_, packet, cells))


def test_a_row_is_a_paper_and_an_empty_row_is_none(tellers: Round) -> None:
    type_in(tellers, "slips", "V01", slips("优 优", "良 -", "弃 弃", "- -", "- 差"))
    type_in(tellers, "slips", "V02", slips("优 良"))
    type_in(tellers, "slips", "V03", slips("中 中"))
    result = read(tellers)
    assert counts(result, "slips", "V01") == {
        "expected": "4", "present": "4", "issued": "4", "returned": "4", "valid": "3",
        "Q1:优秀": "1", "Q1:良好": "1", "Q1:一般": "0", "Q1:较差": "0",
        "Q2:优秀": "1", "Q2:良好": "0", "Q2:一般": "0", "Q2:较差": "1",
    }  # fmt: skip
    # over 3 valid papers: Q1 180 ÷ 3 = 60, Q2 140 ÷ 3 = 46.67; mean 53.335
    assert scored(result, "slips") == ["53.34", "90.00", "60.00"]
    assert codes(result.problems) == ["papers_void"]


def test_a_sheet_without_papers_and_a_sheet_that_is_not_there(tellers: Round) -> None:
    type_in(tellers, "slips", "V01", slips("优 优"))
    type_in(tellers, "slips", "V02", {})
    result = read(tellers)
    assert scored(result, "slips") == ["100.00", "missing", "missing"]
    assert [(p.code, p.unit) for p in result.problems] == [
        ("votes_empty", "V02"),
        ("return_missing", "V03"),
    ]


def test_papers_about_all_units_have_a_column_for_each(tmp_path: Path) -> None:
    round_ = voting(tmp_path, "wide")
    (packet,) = packets(round_, "wide")
    (table,) = packet.copies[0].plan.tables
    assert [column.title for column in table.columns] == ["票号", "东村", "西河村", "北山村"]
    keys = ["V01/R", "V02/R", "V03/R"]
    rows = slips("第1 第2 第3", "第2 第1 第3", "第1 第1 -", "- 第1 -", keys=keys)
    round_.put("wide.xlsx", filled(round_, packet, rows))
    result = read(round_)
    # the third has two firsts and is void: 18, 28 and 12 over three valid papers
    assert scored(result, "wide") == ["6.00", "9.33", "4.00"]
    assert codes(result.problems) == ["papers_void"]


def test_an_answer_that_nobody_can_read_may_be_a_rank_given_twice(tmp_path: Path) -> None:
    round_ = voting(tmp_path, "wide")
    (packet,) = packets(round_, "wide")
    keys = ["V01/R", "V02/R", "V03/R"]
    rows = slips("第1 第2 第3", "最好 第1 第2", keys=keys)
    round_.put("wide.xlsx", filled(round_, packet, rows))
    result = read(round_)
    assert scored(result, "wide") == ["awaiting"] * 3
    (problem,) = result.problems
    assert (problem.unit, problem.criterion) == ("V01", "V01/R")
    assert WORDS.message(problem) == "P002 东村：“最好”不是可选的答案。"


def test_units_and_aspects_are_both_in_the_header_and_alike_names_have_their_codes(
    tmp_path: Path,
) -> None:
    round_ = voting(
        tmp_path,
        units="code | name | class \n V01 | 东村 | 村 \n V02 | 东村 | 村 \n V03 | 北山村 | 村",
        forms="""
            code | title | workbook | layout | rubric | options | filled_by | covers
            wide | 票    | 票       | votes  | aspects | 四档   | tellers   | all
            """,
        scores="""
            code  | title | parent | rule   | points | source | parameters
            total | 总分  |        | ballot | 100    | wide   | denominator=ticks
            """,
    )
    (table,) = packets(round_, "wide")[0].copies[0].plan.tables
    titles = [column.title for column in table.columns]
    assert titles[1:4] == ["东村(V01) 履行职责", "东村(V01) 班子建设", "东村(V02) 履行职责"]
    assert titles[-1] == "北山村 班子建设"
    assert [column.key for column in table.columns][1:] == LINES
