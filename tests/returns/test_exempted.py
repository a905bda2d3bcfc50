"""Parts that do not apply to a unit: its form does not ask for them; what stands there is told."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from assessor.i18n import catalog
from assessor.outputs.form import write_packet
from assessor.rounds import read_round
from tests.builders import small_workspace
from tests.filling import FULL, Round, cell_of

UNITS = """
    code | name   | class | not_applicable
    V01  | 东村   | 村    | duty/1.1
    V02  | 西河村 | 村    |
    """


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    return Round(small_workspace(tmp_path, units=UNITS))


def test_the_form_says_so_and_does_not_wait_for_it(round_: Round) -> None:
    for unit, shown in (("V01", "不适用"), ("V02", None)):
        content = write_packet(round_.scheme, round_.packet("self", unit), round_.key)
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        cell = cell_of(sheet, "1.1")
        assert cell.value == shown
        asked = [area for rules in sheet.data_validations.dataValidation for area in rules.cells]
        assert any(cell.coordinate in area for area in asked) == (shown is None)


def test_a_form_returned_as_it_is_has_no_fault(round_: Round) -> None:
    round_.return_all(**{f"{form}_V01": FULL | {"1.1": ""} for form in ("self", "panel")})
    result = read_round(round_.workspace, round_.workspace.returns, workers=1)
    assert [p.code for p in result.problems if p.unit == "V01"] == []
    # Full marks for what does not apply: 100 on both forms.
    assert str(result.standing.units[0].score) == "100.00"


def test_what_was_written_there_is_told_and_not_counted(round_: Round) -> None:
    round_.return_all(self_V01=FULL | {"1.1": "3"}, panel_V01=FULL | {"1.1": ""})
    result = read_round(round_.workspace, round_.workspace.returns, workers=1)
    (problem,) = [p for p in result.problems if p.unit == "V01"]
    assert (problem.code, problem.severity) == ("exempt_entry", "note")
    assert (problem.place.file, problem.criterion) == ("self-V01.xlsx", "")
    assert catalog("zh").message(problem) == (
        "1.1 班子健全：不适用于这个单位（单位表或认定），填的“3”没有计。"
    )
    assert catalog("en").message(problem) == (
        "1.1 班子健全: this does not apply to the unit (units table or decision), so “3” was not "
        "counted."
    )
    assert str(result.standing.units[0].score) == "100.00"
