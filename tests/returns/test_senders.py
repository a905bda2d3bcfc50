"""Who may send a form: its unit, who forwards for it, the bodies above it, its rater."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from assessor.i18n import catalog
from assessor.problems import Place
from assessor.returns.collect import bring_together
from assessor.returns.reading import Envelope, FileReading
from assessor.returns.senders import sender_fault
from assessor.scheme.copies import CopyKey
from assessor.scheme.decisions import read_decisions
from assessor.scheme.load import load_decision_rows
from assessor.scheme.stamp import STAMP_SHEET
from tests.builders import codes, small_scheme, small_workspace
from tests.filling import FULL, Round

UNITS = """
    code | name   | class | parent | email           | via              | ranked
    J01  | 街道   | 街道  |        | j@example.org   |                  | no
    V01  | 东村   | 村    | J01    | a@example.org   | post@example.org |
    V02  | 西河村 | 村    |        | B@Example.org   |                  |
    V03  | 北村   | 村    |        |                 |                  |
    """
RATERS = "code | name | group | email\nP1 | 考核组 | panel | p@example.org\nP2 | 二组 | panel |"

OWN, PANEL = CopyKey("self", "Y", "V01", ""), CopyKey("panel", "Y", "V01", "P1")


@pytest.mark.parametrize(
    ("key", "senders", "expected"),
    [
        (OWN, [], ""),
        (OWN, ["a@example.org"], ""),
        (OWN, ["东村 <A@EXAMPLE.ORG>"], ""),
        (OWN, ["post@example.org"], ""),
        (OWN, ["j@example.org"], ""),
        (OWN, ["b@example.org"], "sender_other_unit"),
        (OWN, ["x@example.org"], "sender_unknown"),
        (OWN, ["post@example.org", "x@example.org"], ""),
        (OWN, ["x@example.org", "b@example.org"], "sender_other_unit"),
        (PANEL, ["p@example.org"], ""),
        (PANEL, ["a@example.org"], "sender_unknown"),
        (replace(PANEL, rater="P2"), ["x@example.org"], ""),
        (replace(OWN, unit="V03"), ["x@example.org"], ""),
        (replace(OWN, teller="123456"), ["x@example.org"], ""),
    ],
)
def test_who_may_send_a_form(
    tmp_path: Path, key: CopyKey, senders: list[str], expected: str
) -> None:
    scheme, _ = small_scheme(tmp_path, units=UNITS, raters=RATERS)
    fault = sender_fault(scheme, key, senders, Place("a.eml!/表.xlsx"), vouched=False)
    assert (fault.code if fault else "") == expected
    fault = sender_fault(scheme, key, senders, Place("a.eml!/表.xlsx"), vouched=True)
    assert (fault.code if fault else "") == expected.removesuffix("_unit")


def read_mailed(round_: Round, sender: str, stamped: bool = True) -> tuple[FileReading, ...]:
    content = round_.filled("self", "V01", FULL)
    if not stamped:
        book = openpyxl.load_workbook(io.BytesIO(content))
        del book[STAMP_SHEET]
        buffer = io.BytesIO()
        book.save(buffer)
        content = buffer.getvalue()
    reading = round_.read(content, "a.eml!/表.xlsx")
    return (replace(reading, mails=(Envelope(sender, None),)),)


def test_a_form_that_another_unit_sent_waits_for_a_decision(tmp_path: Path) -> None:
    round_ = Round(small_workspace(tmp_path))
    readings = read_mailed(round_, "b@example.org", stamped=False)
    found = bring_together(round_.scheme, round_.packets, [], readings, [], None)
    problem = next(problem for problem in found.problems if problem.code == "sender_other_unit")
    assert [(fate.disposition, fate.reason) for fate in found.fates] == [
        ("rejected", "sender_other_unit")
    ]
    assert problem.unit == "V01"
    assert catalog("zh").message(problem) == (
        "发件人 b@example.org 是西河村(V02)的邮箱，不是这份表的单位或转发单位的（a@example.org），"
        "表上又没有有效的隐藏标记。没有采用。"
    )
    assert catalog("zh").cure(problem) == (
        "问清是谁填的。确认无误的，在认定表（decisions.xlsx）加一行“采用文件”；否则请该单位自己发送。"
    )
    assert catalog("en").message(problem) == (
        "The sender b@example.org is 西河村(V02), not the unit of this form or who forwards for it "
        "(a@example.org), and the form has no valid hidden mark. It does not count."
    )
    path = tmp_path / "decisions.csv"
    path.write_text(
        "date,authority,unit,object,act,from,to,reason\n"
        "2026-12-25,镇党委,V01,self,accept_file,,表.xlsx,西河村代发\n",
        encoding="utf-8-sig",
    )
    decisions, _ = read_decisions(load_decision_rows(path)[0], round_.scheme)
    found = bring_together(round_.scheme, round_.packets, [], readings, decisions, None)
    assert [fate.disposition for fate in found.fates] == ["accepted"]
    assert "sender_other_unit" not in codes(found.problems)


def test_a_form_with_its_stamp_counts_whoever_sent_it_and_the_sender_is_pointed_out(
    tmp_path: Path,
) -> None:
    round_ = Round(small_workspace(tmp_path))
    readings = read_mailed(round_, "b@example.org")
    found = bring_together(round_.scheme, round_.packets, [], readings, [], None)
    problem = next(problem for problem in found.problems if problem.code == "sender_other")
    assert [fate.disposition for fate in found.fates] == ["accepted"]
    assert catalog("zh").message(problem) == (
        "发件人 b@example.org 是西河村(V02)的邮箱，不是这份表的单位或转发单位的（a@example.org）；"
        "表本身核对无误，照常采用。"
    )
    assert catalog("en").message(problem) == (
        "The sender b@example.org is 西河村(V02), not the unit of this form or who forwards for it "
        "(a@example.org). The form itself is right, so it counts."
    )


def test_a_sender_that_nobody_knows_is_pointed_out_and_the_form_counts(tmp_path: Path) -> None:
    round_ = Round(small_workspace(tmp_path))
    readings = read_mailed(round_, "x@example.org")
    found = bring_together(round_.scheme, round_.packets, [], readings, [], None)
    problem = next(problem for problem in found.problems if problem.code == "sender_unknown")
    assert [fate.disposition for fate in found.fates] == ["accepted"]
    assert catalog("zh").message(problem) == (
        "发件人 x@example.org 不在方案里；这份表应当由 a@example.org 发来。照常采用。"
    )
    assert catalog("en").message(problem) == (
        "The sender x@example.org is not in the scheme. This form should come from a@example.org. "
        "It counts all the same."
    )
