"""Every kind of entry through a real workbook: written, filled in as people would, read."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assessor.i18n import catalog
from assessor.outputs.form import write_packet
from assessor.problems import Problem
from assessor.returns.reading import EntryStatus, FileReading
from tests.builders import codes
from tests.filling import Round, cell_of, entry, spoiled
from tests.kinds import PANEL, kinds_round


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    return kinds_round(tmp_path)


def filled(round_: Round, form: str, cells: Mapping[tuple[str, str], object]) -> bytes:
    """Return a workbook of one form with entries by row and column, ticked as looked through."""
    packet = round_.packet(form, "V01")
    (key,) = [copy.key for copy in packet.copies]
    table = packet.copies[0].plan.tables[0].key
    values: dict[tuple[str, str, str], object] = {
        (table, row, column): value for (row, column), value in cells.items()
    }
    values["foot", "checked", "value"] = "√"
    return write_packet(round_.scheme, packet, round_.key, {key: values})


def panel(round_: Round, **changes: object) -> bytes:
    named = {key.replace("_", "."): value for key, value in changes.items()}
    return round_.filled("panel", "V01", {**PANEL, **named})


def typed(round_: Round, code: str, value: object, number_format: str = "") -> FileReading:
    """Return the reading of a panel's sheet after one cell was typed into."""

    def change(sheet: Any) -> None:
        cell = cell_of(sheet, code, "填写")
        cell.value = value
        if number_format:
            cell.number_format = number_format

    return round_.read(spoiled(panel(round_), change))


def problems_of(reading: FileReading) -> list[Problem]:
    return [*reading.problems, *(p for form in reading.forms for p in form.problems)]


def test_a_form_of_every_kind_is_read_as_it_was_filled_in(round_: Round) -> None:
    reading = round_.read(panel(round_))
    (form,) = reading.forms
    assert problems_of(reading) == []
    assert {found.row: found.value for found in form.entries} == {
        "1.1": Decimal("18.5"),
        "1.2": 0,
        "2.1": 2,
        "2.2": Decimal("-1.5"),
        "2.3": 96,
        "2.4": 1,
        "2.5": 1,
        "2.6": 0,
        "2.7": None,
    }
    assert entry(reading, "2.4").raw == "良好"
    assert entry(reading, "2.7").raw == "抓两头"


ACCEPTED: list[tuple[str, object, str, str]] = [
    # code, typed, number format, counts as
    ("2.2", -3, "", "-3"),
    ("2.2", "－０.5", "", "-0.5"),
    ("2.3", 85, "", "85"),
    ("2.3", 0.85, "0%", "85"),
    ("2.3", 0.855, "0.0%", "85.5"),
    ("2.3", 1, "0%", "100"),
    ("2.3", "85%", "", "85"),
    ("2.3", " 85.5 ％ ", "", "85.5"),
    ("2.3", "0.85%", "", "0.85"),
    ("2.3", 0, "", "0"),
    ("2.3", 120, "", "120"),
    ("2.4", "优 秀", "", "0"),
    ("2.5", "有", "", "1"),
    ("2.5", True, "", "1"),
    ("2.6", "×", "", "0"),
    ("2.6", "NO", "", "0"),
]


@pytest.mark.parametrize(("code", "value", "number_format", "counts_as"), ACCEPTED)
def test_what_is_certain_is_taken(
    round_: Round, code: str, value: object, number_format: str, counts_as: str
) -> None:
    reading = typed(round_, code, value, number_format)
    assert entry(reading, code).value == Decimal(counts_as)
    assert [p for p in problems_of(reading) if p.severity == "error"] == []


REFUSED: list[tuple[str, object, str, str, str]] = [
    # code, typed, number format, problem, a part of the cure
    ("2.1", None, "", "entry_missing", "0 或正整数"),
    ("2.1", -1, "", "entry_negative", "0 或正整数"),
    ("2.1", 1.5, "", "entry_not_whole", "0 或正整数"),
    ("2.2", None, "", "number_missing", "确实是 0 就填 0"),
    ("2.2", "√", "", "number_mark", "数字"),
    ("2.2", "85%", "", "number_percent", "不带百分号"),
    ("2.2", 0.85, "0%", "number_percent_format", "常规"),
    ("2.2", "约3", "", "cell_range", "确定的数"),
    ("2.2", "/", "", "entry_not_applicable", "认定"),
    ("2.3", 0.85, "", "percent_bare", "85% 或 0.85%"),
    ("2.3", "0.9", "", "percent_bare", "90% 或 0.9%"),
    ("2.3", 1, "", "percent_bare", "100% 或 1%"),
    ("2.3", 85, "0%", "percent_hundredfold", "85%"),
    ("2.3", "很高", "", "cell_not_a_number", "百分数"),
    ("2.4", None, "", "choice_missing", "优秀、良好、较差"),
    ("2.4", "优", "", "choice_near", "优秀、良好、较差"),
    ("2.4", "一般般", "", "choice_unknown", "优秀、良好、较差"),
    ("2.4", "√", "", "choice_mark", "优秀、良好、较差"),
    ("2.4", "优秀/良好", "", "choice_several", "只填"),
    ("2.5", "/", "", "entry_not_applicable", "认定"),
    ("2.5", None, "", "choice_missing", "“是”或“否”"),
    ("2.6", "待查", "", "choice_unknown", "没有填“否”"),
]


@pytest.mark.parametrize(("code", "value", "number_format", "problem", "cure"), REFUSED)
def test_what_is_not_certain_is_refused_with_a_cure(
    round_: Round, code: str, value: object, number_format: str, problem: str, cure: str
) -> None:
    reading = typed(round_, code, value, number_format)
    assert entry(reading, code).status is EntryStatus.REFUSED
    assert entry(reading, code).value is None
    (found,) = problems_of(reading)
    assert (found.code, found.criterion) == (problem, code)
    assert cure in catalog("zh").cure(found)
    for language in ("zh", "en"):
        assert catalog(language).message(found)


@pytest.mark.parametrize("code", ["2.3", "2.4"])
def test_every_kind_may_be_not_applicable_where_the_criterion_says_so(
    round_: Round, code: str
) -> None:
    reading = typed(round_, code, "/")
    assert entry(reading, code).status is EntryStatus.NOT_APPLICABLE
    assert problems_of(reading) == []


# -- quantities ----------------------------------------------------------------------------------


def test_targets_and_actual_figures_are_entries_of_their_own(round_: Round) -> None:
    cells = {
        ("Q1", "entry"): Decimal("1300.25"),
        ("Q2", "target"): 300,
        ("Q2", "entry"): "310 亩",
        ("Q3", "entry"): "92.5%",
    }
    reading = round_.read(filled(round_, "qty", cells))
    (form,) = reading.forms
    assert problems_of(reading) == []
    assert [(e.row, e.column, e.value, e.status.value) for e in form.entries] == [
        ("Q1", "entry", Decimal("1300.25"), "given"),
        ("Q2", "target", 300, "given"),
        ("Q2", "entry", 310, "given"),
        ("Q3", "target", None, "blank"),
        ("Q3", "entry", Decimal("92.5"), "given"),
    ]


def test_a_target_that_points_hang_on_must_be_given(round_: Round) -> None:
    cells = {("Q1", "entry"): 1, ("Q2", "entry"): "310公顷", ("Q3", "entry"): 92}
    reading = round_.read(filled(round_, "qty", cells))
    found = problems_of(reading)
    assert codes(found) == ["number_missing", "cell_not_a_number"]
    assert "目标" in catalog("zh").message(found[0])
    assert "单位：亩" in catalog("zh").cure(found[1])


# -- declarations --------------------------------------------------------------------------------


def test_a_declared_text_is_an_entry_and_may_not_be_left_empty(round_: Round) -> None:
    reading = round_.read(filled(round_, "decl", {("1.1", "entry"): "修路\n3公里"}))
    (form,) = reading.forms
    (found,) = problems_of(reading)
    assert [(e.row, e.raw, e.value, e.status.value) for e in form.entries] == [
        ("1.1", "修路\n3公里", None, "given"),
        ("1.9", "", None, "refused"),
    ]
    assert (found.code, found.criterion) == ("text_missing", "1.9")


def test_a_declared_text_may_say_that_there_is_none(round_: Round) -> None:
    cells = {("1.1", "entry"): "无", ("1.9", "entry"): "/"}
    (form,) = round_.read(filled(round_, "decl", cells)).forms
    assert [e.status.value for e in form.entries] == ["given", "not_applicable"]
    assert form.problems == ()


def test_a_formula_without_a_value_is_no_text(round_: Round) -> None:
    def change(sheet: Any) -> None:
        cell_of(sheet, "1.1", "目标").value = "=A1"

    content = filled(round_, "decl", {("1.1", "entry"): "修路", ("1.9", "entry"): "种树"})
    assert codes(problems_of(round_.read(spoiled(content, change)))) == ["cell_formula_empty"]


# -- conditions ----------------------------------------------------------------------------------


def test_conditions_are_read_as_yes_and_no(round_: Round) -> None:
    cells: dict[tuple[str, str], object] = {("G1", "entry"): "是", ("G2", "entry"): "无"}
    reading = round_.read(filled(round_, "gate", cells))
    assert [entry(reading, code).value for code in ("G1", "G2")] == [1, 0]
    assert problems_of(reading) == []
