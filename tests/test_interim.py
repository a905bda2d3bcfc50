"""Before the year is over a score is what there is so far: it says so, and zero it is not."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from assessor.i18n import catalog
from assessor.outputs.wording import state_text
from assessor.rounds import Round as Result
from assessor.rounds import read_round
from tests.builders import small_workspace
from tests.filling import FULL, Round

PERIODS = """
    code | title  | due
    Q1   | 一季度 | 2026-04-10
    Q2   | 二季度 | 2026-07-10
    """
FORMS = """
    code  | title        | workbook   | layout | rubric | filled_by | periods
    panel | 考核组评分表 | 考核组评分 | rubric | duty   | panel     | Q1;Q2
    """
SCORES = """
    code  | title  | parent | rule   | points | source   | parameters
    total | 总分   |        | mean   | 100    |          |
    panel | 一季度 | total  | rubric | 100    | panel@Q1 | not_applicable=full
    q2    | 二季度 | total  | rubric | 100    | panel@Q2 | not_applicable=full{aside}
    """


def quarter(folder: Path, as_of: str, aside: str = "") -> Result:
    """Return a round of which only the first quarter came back: 90 and 100."""
    scores = SCORES.format(aside=aside)
    round_ = Round(small_workspace(folder, periods=PERIODS, forms=FORMS, scores=scores))
    for unit, first in (("V01", "10"), ("V02", "20")):
        content = round_.filled("panel", unit, FULL | {"1.1": first})
        round_.put(f"{unit}.xlsx", content)
    return read_round(
        round_.workspace, round_.workspace.returns, dt.date.fromisoformat(as_of), workers=1
    )


def test_before_the_second_due_date_the_first_quarter_alone_is_provisional(tmp_path: Path) -> None:
    result = quarter(tmp_path, "2026-05-01")
    assert [f"{s.score} {s.status.word}" for s in result.standing.units] == [
        "90.00 provisional",
        "100.00 provisional",
    ]
    assert not result.standing.settled
    words = catalog("zh")
    assert state_text(result.standing, result.problems, words).startswith("中间结果")
    assert result.complete


def test_after_it_the_quarter_that_did_not_come_is_missing_and_no_zero(tmp_path: Path) -> None:
    result = quarter(tmp_path, "2026-08-01")
    assert [(s.score, s.status.word) for s in result.standing.units] == [(None, "missing")] * 2


def test_what_is_only_shown_keeps_nobody_waiting(tmp_path: Path) -> None:
    result = quarter(tmp_path, "2026-05-01", ";informative=yes")
    assert result.standing.settled
    assert [s.status.word for s in result.standing.units] == ["scored", "scored"]
