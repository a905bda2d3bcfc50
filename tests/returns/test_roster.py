"""One rater scores many units: a line a unit, a column a criterion, and nobody left out."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assessor.outputs.form import write_packet
from assessor.problems import Problem
from assessor.returns.reading import EntryStatus, FileReading
from assessor.rounds import read_round
from assessor.scheme.copies import Packet
from assessor.scoring.column import Status
from assessor.scoring.inputs import EntryKey
from tests.builders import codes
from tests.filling import Round, spoiled
from tests.kinds import kinds_round

SCORES: Mapping[tuple[str, str], object] = {
    ("V01", "A1"): 55,
    ("V01", "A2"): Decimal("27.5"),
    ("V02", "A1"): 50,
    ("V02", "A2"): 30,
    ("V02", "A4"): 2,
    ("O01", "A1"): 58,
    ("O01", "A3"): 29,
}
"""What a leader gives; A4 takes off, and A2 and A3 are each for one class."""


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    return kinds_round(tmp_path)


def packet_of(round_: Round, rater: str, form: str = "lead") -> Packet:
    return next(
        packet
        for packet in round_.packets
        if any(c.key.form == form and c.key.rater == rater for c in packet.copies)
    )


def roster(round_: Round, scores: Mapping[tuple[str, str], object], rater: str = "L1") -> bytes:
    packet = packet_of(round_, rater)
    values: dict[tuple[str, str, str], object] = {
        ("roster", unit, criterion): value for (unit, criterion), value in scores.items()
    }
    values["foot", "checked", "value"] = "√"
    (copy,) = packet.copies
    return write_packet(round_.scheme, packet, round_.key, {copy.key: values})


def problems_of(reading: FileReading) -> list[Problem]:
    return [*reading.problems, *(p for form in reading.forms for p in form.problems)]


def row_of(sheet: Any, code: str) -> int:
    return next(int(line[0].row) for line in sheet.iter_rows() if line[0].value == code)


def test_every_unit_is_read_by_what_its_class_is_asked(round_: Round) -> None:
    reading = round_.read(roster(round_, SCORES))
    (form,) = reading.forms
    assert problems_of(reading) == []
    assert {(e.row, e.column): e.value for e in form.entries} == {
        **{place: Decimal(str(value)) for place, value in SCORES.items()},
        ("V01", "A4"): 0,
        ("O01", "A4"): 0,
    }


def test_lines_that_were_sorted_and_moved_are_read_by_their_codes(round_: Round) -> None:
    def change(sheet: Any) -> None:
        first, second = row_of(sheet, "V01"), row_of(sheet, "O01")
        for column in range(1, 9):
            one, other = sheet.cell(first, column), sheet.cell(second, column)
            one.value, other.value = other.value, one.value

    (before,) = round_.read(roster(round_, SCORES)).forms
    (after,) = round_.read(spoiled(roster(round_, SCORES), change)).forms
    assert after.same_content(before)


def test_a_problem_names_the_unit_and_the_criterion(round_: Round) -> None:
    reading = round_.read(roster(round_, {**SCORES, ("V02", "A2"): 31}))
    (found,) = problems_of(reading)
    assert (found.code, found.criterion) == ("entry_too_large", "V02/A2")
    assert found.facts["name"] == "V02 A2 服务群众(30)"


def test_a_score_that_is_left_empty_is_missing_for_its_unit_alone(round_: Round) -> None:
    scores = {place: value for place, value in SCORES.items() if place != ("O01", "A3")}
    reading = round_.read(roster(round_, scores))
    (form,) = reading.forms
    assert codes(problems_of(reading)) == ["entry_missing"]
    refused = [(e.row, e.column) for e in form.entries if e.status is EntryStatus.REFUSED]
    assert refused == [("O01", "A3")]


def collected(round_: Round, content: bytes) -> Any:
    round_.put("领导.xlsx", content)
    return read_round(round_.workspace, round_.workspace.returns)


def test_a_column_of_scoring_is_a_criterion_over_the_units(round_: Round) -> None:
    result = collected(round_, roster(round_, SCORES))
    entries = result.inputs.entries
    given = {
        criterion: entries[EntryKey("lead", "Y", "L1", criterion)]
        for criterion in ("A1", "A2", "A3", "A4")
    }
    order = [unit.code for unit in round_.scheme.units]
    assert [str(given["A1"].value(order.index(code))) for code in order] == ["55", "50", "58"]
    assert given["A2"].value(order.index("V01")) == Decimal("27.5")
    assert given["A4"].value(order.index("V02")) == 2
    assert result.inputs.form_status["lead", "Y", "L1"] == [Status.SCORED] * 3


def test_a_line_that_is_gone_is_an_error_of_its_unit(round_: Round) -> None:
    def change(sheet: Any) -> None:
        sheet.delete_rows(row_of(sheet, "V02"))

    result = collected(round_, spoiled(roster(round_, SCORES), change))
    gone = [p for p in result.problems if p.code == "row_missing"]
    assert [(p.unit, p.rater, p.severity) for p in gone] == [("V02", "L1", "error")]
    column = result.inputs.entries[EntryKey("lead", "Y", "L1", "A1")]
    assert [status.word for status in column.status] == ["scored", "awaiting", "scored"]


def test_a_line_of_a_unit_of_somebody_else_is_not_counted(round_: Round) -> None:
    def change(sheet: Any) -> None:
        row = row_of(sheet, "V02") + 1  # L2 has the villages only
        sheet.insert_rows(row)
        sheet.cell(row, 1).value = "O01"
        sheet.cell(row, 3).value = 40

    scores = {place: value for place, value in SCORES.items() if place[0] != "O01"}
    result = collected(round_, spoiled(roster(round_, scores, "L2"), change))
    extra = [p for p in result.problems if p.code == "row_not_on_roster"]
    assert [p.unit for p in extra] == ["O01"]
    column = result.inputs.entries[EntryKey("lead", "Y", "L2", "A1")]
    assert column.status[2].word != "scored"


def test_a_unit_that_stands_there_twice_is_an_error(round_: Round) -> None:
    def change(sheet: Any) -> None:
        sheet.cell(row_of(sheet, "V02"), 1).value = "V01"

    reading = round_.read(spoiled(roster(round_, SCORES), change))
    assert "row_doubled" in codes(problems_of(reading))
    mine = {e.status for e in reading.forms[0].entries if e.row == "V01"}
    assert mine == {EntryStatus.REFUSED}  # nobody knows which of the two is its own
