"""Rows of which nobody knows what they are worth: their unit waits, as for every open error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assessor.rounds import read_round
from tests.builders import small_workspace
from tests.filling import Round, cell_of, spoiled


def doubled(sheet: Any) -> None:
    row = cell_of(sheet, "2.1").row
    sheet.insert_rows(row + 1)
    sheet.cell(row + 1, 1).value = "2.1"
    sheet.cell(row + 1, cell_of(sheet, "1.1").column).value = 3


def foreign(sheet: Any) -> None:
    row = cell_of(sheet, "2.3").row
    sheet.insert_rows(row + 1)
    sheet.cell(row + 1, 1).value = "2.4"
    sheet.cell(row + 1, cell_of(sheet, "1.1").column).value = 5


@pytest.mark.parametrize(("change", "code"), [(doubled, "row_doubled"), (foreign, "row_unknown")])
def test_a_unit_with_such_a_row_awaits_a_correction_and_has_no_score(
    tmp_path: Path, change: Callable[[Any], None], code: str
) -> None:
    round_ = Round(small_workspace(tmp_path))
    round_.return_all()
    path = round_.workspace.returns / "panel-V01.xlsx"
    path.write_bytes(spoiled(path.read_bytes(), change))
    result = read_round(round_.workspace, round_.workspace.returns, workers=1)
    (problem,) = [p for p in result.problems if p.severity == "error"]
    assert (problem.code, problem.unit) == (code, "V01")
    first, *others = result.standing.units
    assert (first.status.word, first.score, first.rank) == ("awaiting", None, None)
    assert {mine.status.word for mine in others} == {"provisional"}
