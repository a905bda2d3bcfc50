"""A rater who is left out by decision: what the others gave counts, and the reason is shown."""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from assessor.explaining.story import tell
from assessor.i18n import catalog
from assessor.outputs.form import write_packet
from assessor.outputs.ranking_decisions import decision_table
from assessor.problems import AssessorError
from assessor.rounds import Round as Result
from assessor.rounds import read_round
from assessor.workflow import collect, outstanding
from tests.builders import SMALL, codes, edited, small_workspace
from tests.filling import FULL, Round, number

RATERS = """
    code | name | group
    P1   | 甲   | panel
    P2   | 乙   | panel
    P3   | 丙   | panel
    P4   | 丁   | panel
    """
TRIMMED = edited(
    SMALL["scores"],
    "| 60%    | 100    | panel  | not_applicable=full",
    "| 60%    | 100    | panel  | not_applicable=full;trim_high=1;trim_low=1",
)
GIVEN = {"P1": "20", "P2": "14", "P3": "11", "P4": "2"}
"""What each of them gives to 1.1 of both villages; all else is full: 100, 94, 91 and 82."""


def returned(folder: Path, given: Mapping[str, str], scores: str = SMALL["scores"]) -> Round:
    """Return a round in which the raters gave so much to 1.1; an empty text: no form."""
    round_ = Round(small_workspace(folder, raters=RATERS, scores=scores))
    for at, packet in enumerate(round_.packets):
        for copy in packet.copies:
            text = given.get(copy.key.rater, "20")
            cells = FULL | {"1.1": text}
            values: dict[tuple[str, str, str], object] = {
                ("items", code, "entry"): number(value) for code, value in cells.items()
            }
            values["foot", "checked", "value"] = "√"
            if text:
                content = write_packet(round_.scheme, packet, round_.key, {copy.key: values})
                round_.put(f"{at:02}.xlsx", content)
    return round_


def decide(round_: Round, *rows: str) -> None:
    header = "date,authority,unit,object,act,from,to,reason"
    lines = [header, *(f"2026-12-25,镇党委,{row}" for row in rows)]
    path = round_.workspace.root / "decisions.csv"
    path.write_text("\n".join(lines), encoding="utf-8-sig")


def read(round_: Round) -> Result:
    return read_round(round_.workspace, round_.workspace.returns, workers=1)


def panel(result: Result) -> list[str]:
    column = result.standing.scores.columns["panel"]
    return [str(column.value(unit)) for unit in range(2)]


OUT = "V01,panel,leave_out_rater,,P4,和该村有亲属关系"


def test_the_others_count_for_one_unit(tmp_path: Path) -> None:
    round_ = returned(tmp_path, GIVEN)
    # 1.1: (20 + 14 + 11 + 2) ÷ 4 = 11.75, of the section 60 that are 51.75 and 91.75 in all
    assert panel(read(round_)) == ["91.75", "91.75"]
    decide(round_, OUT)
    # (20 + 14 + 11) ÷ 3 = 15
    assert panel(read(round_)) == ["95.00", "91.75"]
    decide(round_, ",panel@Y,leave_out_rater,,P4,打分不公")
    assert panel(read(round_)) == ["95.00", "95.00"]


def test_trimming_goes_over_those_who_are_left(tmp_path: Path) -> None:
    round_ = returned(tmp_path, GIVEN, TRIMMED)
    # of 100, 94, 91, 82 the middle two: 92.5; without 82 of 100, 94, 91 the middle one: 94
    assert panel(read(round_)) == ["92.50", "92.50"]
    decide(round_, OUT)
    assert panel(read(round_)) == ["94.00", "92.50"]


def test_an_independent_calculation_agrees(tmp_path: Path) -> None:
    """Totals are sorted, the ends cut, the mean taken with fractions, half up."""
    dice = random.Random(7)
    for case in range(4):
        given = {rater: str(dice.randint(0, 20)) for rater in GIVEN}
        gone = dice.choice(list(given))
        round_ = returned(tmp_path / str(case), given, TRIMMED)
        decide(round_, f"V02,panel,leave_out_rater,,{gone},回避")
        expected = []
        for out in ("", gone):
            totals = sorted(80 + int(text) for rater, text in given.items() if rater != out)
            mean = Fraction(sum(totals[1:-1]), len(totals) - 2)
            expected.append(f"{Decimal(int(mean * 100 + Fraction(1, 2))).scaleb(-2):f}")
        assert panel(read(round_)) == expected


def test_his_missing_form_is_not_waited_for_and_his_errors_are_settled(tmp_path: Path) -> None:
    round_ = returned(tmp_path, {**GIVEN, "P3": "约11", "P4": ""})
    result = read(round_)
    assert set(codes(result.problems)) == {"cell_range", "return_missing"}
    assert not result.complete
    decide(round_, OUT, "V01,panel,leave_out_rater,,P3,没有到场", OUT.replace("V01", "V02"))
    result = read(round_)
    said = [(p.unit, p.rater, p.code, p.severity.value) for p in result.problems]
    assert said == [
        ("V01", "P4", "return_missing", "note"),
        ("V01", "P3", "cell_range", "note"),
        ("V02", "P3", "cell_range", "error"),
        ("V02", "P4", "return_missing", "note"),
    ]
    assert [catalog(words).cure(result.problems[0]) for words in ("zh", "en")] == [
        "已有认定，不影响得分，不需要处理。",
        "A decision has settled it. It does not affect the score, and there is nothing to do.",
    ]
    assert outstanding(result) == []
    assert [one.status.word for one in result.standing.units] == ["provisional", "awaiting"]


def test_explain_and_the_decisions_say_who_and_why(tmp_path: Path) -> None:
    round_ = returned(tmp_path, GIVEN)
    decide(round_, OUT)
    result = read(round_)
    texts = {}
    for language in ("zh", "en"):
        (node,) = tell(result, "V01", "panel", catalog(language)).nodes
        texts[language] = node.remarks
        shown = {cell.by for part in node.children for row in part.children for cell in row.cells}
        assert shown == {"甲", "乙", "丙"}
    assert texts == {
        "zh": ("丁回避，他的评分不计（镇党委，2026-12-25）。理由：和该村有亲属关系",),
        "en": (
            "丁 is left out: what this rater gave does not count (镇党委, 2026-12-25). Reason: "
            "和该村有亲属关系",
        ),
    }
    (row,) = decision_table(result.scheme, result.decisions, catalog("zh")).rows
    assert row[4:] == ["评分人回避", "考核组评分表", "", "P4 丁", "和该村有亲属关系"]
    collect(round_.workspace, round_.workspace.returns, workers=1)
    with (round_.workspace.results / "entries.csv").open(encoding="utf-8-sig") as file:
        assert {row["rater"] for row in csv.DictReader(file)} >= {"P4"}  # nothing is lost


@pytest.mark.parametrize(
    ("row", "zh", "en"),
    [
        (
            "V09,panel,leave_out_rater,,P4,回避",
            "认定表里的“V09”找不到，最接近的是：V02。",
            None,
        ),
        (
            "V01,panel,leave_out_rater,,丁,回避",
            "认定表里的“丁”找不到，最接近的是：P4。",
            None,
        ),
        (
            "V01,self,leave_out_rater,,P4,回避",
            "“自评表”不是由几位评分人按项目打分的表，不能认定评分人回避。",
            "“自评表” is not a form on which raters score item by item. Nobody can be left out of "
            "it.",
        ),
    ],
)
def test_what_cannot_be_left_out_is_an_error(
    tmp_path: Path, row: str, zh: str, en: str | None
) -> None:
    round_ = Round(small_workspace(tmp_path, raters=RATERS))
    decide(round_, row)
    with pytest.raises(AssessorError) as raised:
        read(round_)
    (problem,) = raised.value.problems
    assert catalog("zh").message(problem) == zh
    assert en is None or catalog("en").message(problem) == en


def test_the_only_rater_of_a_unit_stays(tmp_path: Path) -> None:
    round_ = returned(tmp_path, GIVEN)
    decide(round_, *(OUT.replace("P4", rater) for rater in GIVEN))
    result = read(round_)
    assert panel(result) == ["91.75", "91.75"]
    problems = [p for p in result.problems if p.code != "award_tied"]
    assert codes(problems) == ["decision_nobody_left"] * 4
    assert [catalog(words).message(problems[3]) for words in ("zh", "en")] == [
        "“丁”回避以后，“考核组评分表”上没有人给这些单位打分了：东村。回避没有采用。",
        "Without “丁” nobody is left on “考核组评分表” to score these units: 东村. The rater was "
        "not left out.",
    ]
