"""A visit that need not take place: not due before its day, not held after it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from assessor.i18n import catalog
from assessor.printing import print_status
from assessor.returns.absent import absent_status
from assessor.rounds import read_round
from assessor.scheme.model import Period
from assessor.scoring.column import Status
from assessor.workflow import outstanding
from tests.filling import Round
from tests.kinds import PANEL, kinds_round

MAY = dt.date(2026, 5, 31)
ABSENT = [
    # due, returns asked for, as of, what it means that nothing came
    (MAY, None, None, Status.MISSING),
    (MAY, None, dt.date(2026, 5, 30), Status.NOT_DUE),
    (MAY, None, MAY, Status.NOT_DUE),  # the due day itself is in time
    (MAY, None, dt.date(2026, 6, 1), Status.MISSING),
    (MAY, 0, None, Status.NOT_APPLICABLE),
    (MAY, 0, dt.date(2026, 5, 30), Status.NOT_DUE),
    (MAY, 0, MAY, Status.NOT_DUE),
    (MAY, 0, dt.date(2026, 6, 1), Status.NOT_APPLICABLE),
    (MAY, 0, dt.date(2026, 12, 31), Status.NOT_APPLICABLE),
    (None, 0, MAY, Status.NOT_APPLICABLE),
    (None, None, MAY, Status.MISSING),
]


@pytest.mark.parametrize(("due", "least", "as_of", "status"), ABSENT)
def test_what_it_means_that_nothing_came(
    due: dt.date | None, least: int | None, as_of: dt.date | None, status: Status
) -> None:
    assert absent_status(Period("M", "抽查", due=due, least=least), as_of) is status


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    return kinds_round(tmp_path)


def visit(round_: Round, unit: str) -> None:
    """Put the form of a visit to a unit into returns/."""
    packet = next(
        p
        for p in round_.packets
        if any((c.key.form, c.key.period, c.key.unit) == ("panel", "M", unit) for c in p.copies)
    )
    one = Round(round_.workspace)
    one.packets = [packet]
    round_.put(f"M-{unit}.xlsx", one.filled("panel", unit, PANEL))


@pytest.mark.parametrize(
    ("as_of", "status", "state"),
    [
        (None, "not_applicable", "not_held"),
        (dt.date(2026, 7, 2), "not_applicable", "not_held"),
        (dt.date(2026, 7, 1), "not_due", "not_due"),
        (dt.date(2026, 6, 30), "not_due", "not_due"),
    ],
)
def test_a_visit_that_never_came_does_not_apply_once_its_day_is_over(
    round_: Round, as_of: dt.date | None, status: str, state: str
) -> None:
    result = read_round(round_.workspace, round_.workspace.returns, as_of)
    column = result.standing.scores.columns["mid"]
    assert {own.word for own in column.status} == {status}
    visits = [row for row in outstanding(result) if row.packet.period.code == "M"]
    assert {row.state for row in visits} == {state}
    assert not [p for p in result.problems if p.facts.get("workbook") == "考核组" and as_of]


def test_a_visit_to_one_unit_says_nothing_of_the_others(round_: Round) -> None:
    visit(round_, "V02")
    result = read_round(round_.workspace, round_.workspace.returns)
    column = result.standing.scores.columns["mid"]
    assert [own.word for own in column.status] == ["not_applicable", "scored", "not_applicable"]


def test_the_status_says_that_a_visit_was_not_held(
    round_: Round, capsys: pytest.CaptureFixture[str]
) -> None:
    result = read_round(round_.workspace, round_.workspace.returns)
    print_status(result, catalog("zh"), as_json=False)
    lines = [line for line in capsys.readouterr().out.splitlines() if "年中抽查" in line]
    assert ["0/3" in line and "未进行" in line for line in lines] == [True]
