"""Forms with every kind of entry: drop-downs, checks in the cell, live totals, instructions."""

from __future__ import annotations

import io
import re
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessor.i18n import catalog
from assessor.outputs.form import write_packet
from assessor.outputs.form_canvas import areas, boxes
from assessor.outputs.form_rules import valid
from assessor.returns.reading import EntryStatus
from assessor.scheme.plan import Blank, EntryRule, Kind
from tests.builders import SMALL, Table, small_workspace
from tests.filling import Round, cell_of
from tests.kinds import KINDS, PANEL, kinds_round


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    return kinds_round(tmp_path)


def book_of(round_: Round, form: str, values: dict[Any, object] | None = None) -> Any:
    packet = round_.packet(form, "V01")
    filled = {packet.copies[0].key: values or {}}
    content = write_packet(round_.scheme, packet, round_.key, filled)
    return openpyxl.load_workbook(io.BytesIO(content))


def validation(sheet: Any, cell: Any) -> Any:
    """Return the validation of a cell."""
    return next(
        rule for rule in sheet.data_validations.dataValidation if cell.coordinate in rule.sqref
    )


LISTS = [
    # code, its drop-down
    ("2.4", "优秀,良好,较差,/"),
    ("2.5", "是,否"),
    ("2.6", "是,否"),
]


@pytest.mark.parametrize(("code", "words"), LISTS)
def test_an_answer_is_chosen_from_a_list(round_: Round, code: str, words: str) -> None:
    sheet = book_of(round_, "panel").worksheets[0]
    rule = validation(sheet, cell_of(sheet, code, "填写"))
    assert (rule.type, rule.formula1) == ("list", f'"{words}"')
    assert rule.error.startswith("这一格请填")
    assert not rule.hide_drop_down


HINTS = [
    ("2.1", "0 或正整数"),
    ("2.2", "数字，可带小数"),
    ("2.3", "百分数，如 85 或 85%，不适用填“/”"),
    ("2.4", "优秀、良好、较差 中的一个，不适用填“/”"),
    ("2.6", "“是”或“否”（有这种情形填“是”，没有填“否”）"),
]


@pytest.mark.parametrize(("code", "hint"), HINTS)
def test_a_cell_says_what_may_be_entered(round_: Round, code: str, hint: str) -> None:
    sheet = book_of(round_, "panel").worksheets[0]
    assert validation(sheet, cell_of(sheet, code, "填写")).prompt == hint


def test_a_list_too_long_for_its_cell_stands_on_a_hidden_sheet(tmp_path: Path) -> None:
    words = [f"第{number}种比较长的答案写法" for number in range(30)]
    lines = "\n".join(f"等级 | {word} | {number / 10}" for number, word in enumerate(words))
    round_ = kinds_round(tmp_path, options=f"set | option | value\n{lines}")
    book = book_of(round_, "panel", {("items", "2.4", "entry"): words[3]})
    sheet = book.worksheets[0]
    rule = validation(sheet, cell_of(sheet, "2.4", "填写"))
    hidden = book["_choices"]
    assert hidden.sheet_state == "veryHidden"
    assert [cell.value for cell in hidden["A"]] == [*words, "/"]
    assert rule.formula1 == "'_choices'!$A$1:$A$31"
    assert len(rule.prompt) <= 255
    assert len(rule.error) <= 225


def test_the_hidden_lists_are_no_strange_sheet_when_a_form_comes_back(tmp_path: Path) -> None:
    options = KINDS["options"].replace("优秀", "优秀,很好")
    round_ = kinds_round(tmp_path, options=options)
    reading = round_.read(round_.filled("panel", "V01", {**PANEL, "2.4": "优秀,很好"}))
    assert [*reading.problems, *reading.forms[0].problems] == []


CONDITIONS = [
    (EntryRule(Kind.NUMBER), "AND(ISNUMBER(A1))"),
    (EntryRule(Kind.PERCENT, may_not_apply=True), 'OR(A1="/",AND(ISNUMBER(A1)))'),
    (EntryRule(Kind.YES_NO, choices=("否", "是")), 'OR(A1="是",A1="否")'),
    (EntryRule(Kind.CHOICE, choices=('a"b',)), 'A1="a""b"'),
    (EntryRule(Kind.TEXT), ""),
]


@pytest.mark.parametrize(("rule", "condition"), CONDITIONS)
def test_the_condition_under_which_an_entry_is_right(rule: EntryRule, condition: str) -> None:
    assert valid(rule, "A1") == condition


def formulas_of(sheet: Any, code: str) -> list[str]:
    row = next(line for line in sheet.iter_rows() if line[0].value == code)
    return [str(cell.value) for cell in row if str(cell.value).startswith("=")]


def test_a_total_is_live_only_where_it_is_right(round_: Round) -> None:
    sheet = book_of(round_, "panel").worksheets[0]
    totals = {
        str(line[1].value): [str(cell.value) for cell in line]
        for line in sheet.iter_rows()
        if line[1].value == "合计"
    }
    assert "汇总时计算" in totals["合计"]
    subtotals = [line for line in sheet.iter_rows() if line[1].value == "小计"]
    live = [[str(c.value) for c in line if str(c.value).startswith("=ROUND")] for line in subtotals]
    assert [len(formulas) for formulas in live] == [1, 0]


def test_the_total_of_a_roster_adds_up_each_unit(round_: Round) -> None:
    values: dict[Any, object] = {
        ("roster", "V01", "A1"): 55,
        ("roster", "V01", "A2"): Decimal("27.5"),
        ("roster", "V01", "A4"): 2,
        ("roster", "O01", "A1"): 50,
    }
    sheet = book_of(round_, "lead", values).worksheets[0]
    (formula,) = formulas_of(sheet, "V01")
    assert re.fullmatch(
        r"=ROUND\(SUM\(C8:D8\)\+IF\(AND\(F8=\"\",\$C\$\d+=\"\"\),0,10-N\(F8\)\),2\)", formula
    )
    packet = round_.packet("lead")
    filled = {packet.copies[0].key: values}
    content = write_packet(round_.scheme, packet, round_.key, filled)
    cached = openpyxl.load_workbook(io.BytesIO(content), data_only=True).worksheets[0]
    shown = {line[0].value: line[6].value for line in cached.iter_rows(min_row=8, max_row=10)}
    assert shown == {"V01": 90.5, "V02": 0, "O01": 50}  # 55 + 27.5 + (10 − 2); nothing checked yet


def test_a_roster_counts_what_is_still_to_be_filled_in(round_: Round) -> None:
    book = book_of(round_, "lead", {("roster", "V01", "A1"): 55})
    formula = next(
        str(cell.value)
        for line in book.worksheets[0].iter_rows(max_row=6)
        for cell in line
        if "COUNTBLANK" in str(cell.value)
    )
    assert "COUNTBLANK(C8:E10)" in formula  # what is not asked holds a stroke
    packet = round_.packet("lead")
    content = write_packet(
        round_.scheme,
        packet,
        round_.key,
        {packet.copies[0].key: {("roster", "V01", "A1"): 55}},
    )
    cached = openpyxl.load_workbook(io.BytesIO(content), data_only=True).worksheets[0]
    assert "还有 5 项未填" in [c.value for line in cached.iter_rows() for c in line]


def test_the_codes_and_names_of_a_roster_stay_in_sight(round_: Round) -> None:
    assert book_of(round_, "lead").worksheets[0].freeze_panes == "C8"


INSTRUCTIONS = [
    ("panel", "“考核组填写”中要填得分的格子"),
    ("panel", "“考核组填写”中要选答案的格子"),
    ("panel", "“考核组填写”中要填百分数的格子：填 85 或 85%"),
    ("gate", "“是/否”中要填是否的格子"),
    ("qty", "“目标”：已经印有目标的不用填"),
    ("decl", "“申报的目标”：用文字写清楚，不能空着。"),
    ("lead", "“评分各列”：每项填 0 到该项分值之间的数字"),
]


@pytest.mark.parametrize(("form", "line"), INSTRUCTIONS)
def test_instructions_speak_of_every_kind(round_: Round, form: str, line: str) -> None:
    sheet = book_of(round_, form)["填表说明"]
    said = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert [text for text in said if line in text]
    assert len(said) == len({text.partition(". ")[2] or text for text in said})


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.TICK])
def test_a_hint_of_every_kind_is_short_enough_for_excel(language: str, kind: Kind) -> None:
    words = catalog(language)
    rule = EntryRule(kind, Decimal("100.25"), Decimal("0.5"), True, Blank.MISSING, (), "万立方米")
    assert len(words.text("form.error_message", phrase=rule.phrase(words))) <= 225


def test_english_forms_have_english_answers_that_are_read_alike(tmp_path: Path) -> None:
    english = KINDS["settings"] + "\n        language | en"
    round_ = kinds_round(tmp_path, settings=english)
    cells = {**PANEL, "2.5": "Yes", "2.6": "no"}
    reading = round_.read(round_.filled("panel", "V01", cells))
    (form,) = reading.forms
    assert form.problems == ()
    values = {found.row: found.value for found in form.entries}
    assert [values["2.5"], values["2.6"]] == [1, 0]


BOXES = [
    # cells (row, column), boxes
    ([(0, 0), (1, 0), (2, 0)], ["A1:A3"]),
    ([(0, 0), (0, 1), (1, 0), (1, 1)], ["A1:B2"]),
    ([(0, 0), (2, 0), (0, 1), (2, 1)], ["A1:B1", "A3:B3"]),
    ([(0, 0), (1, 1)], ["A1:A1", "B2:B2"]),
    ([(0, 0), (0, 2)], ["A1:A1", "C1:C1"]),
]


@pytest.mark.parametrize(("cells", "expected"), BOXES)
def test_cells_are_put_together_to_few_areas(
    cells: list[tuple[int, int]], expected: list[str]
) -> None:
    assert areas(cells) == expected


@given(st.sets(st.tuples(st.integers(0, 9), st.integers(0, 6)), min_size=1))
def test_areas_hold_every_cell_once_and_no_other(cells: set[tuple[int, int]]) -> None:
    held = [
        (row, column)
        for top, left, bottom, right in boxes(cells)
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    ]
    assert sorted(held) == sorted(cells)


# -- write, fill, read is the identity, for random rubrics of every kind --------------------------

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "count": st.integers(0, 500),
    "number": st.decimals(-1000, 1000, places=3),
    "rate": st.decimals(-50, 150, places=2).filter(lambda value: not 0 < abs(value) <= 1),
    "level": st.integers(0, 2),
    "yes_no": st.integers(0, 1),
    "veto": st.integers(0, 1),
}
WORDS = {"level": ("优秀", "良好", "较差"), "yes_no": ("否", "是"), "veto": ("否", "是")}


def rubric_of(kinds: list[str]) -> Table:
    lines = ["rubric|code|title|points|entry|may_not_apply|parameters"]
    lines += [
        f"duty|{number}|项目{number}|10|{kind}|yes|{'options=等级' if kind == 'level' else ''}"
        for number, kind in enumerate(kinds, 1)
    ]
    return "\n".join(lines)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), kinds=st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=9))
def test_what_is_filled_in_is_what_is_read(data: st.DataObject, kinds: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        changes = {
            "criteria": rubric_of(kinds),
            "scores": SMALL["scores"].replace("100", str(10 * len(kinds))),
            "options": KINDS["options"],
            "grades": "for|grade|from\nunit|合格|",
            "awards": "code|title|for|slots|by",
        }
        round_ = Round(small_workspace(Path(folder), **changes))
        cells: dict[str, object] = {}
        meant: dict[str, object] = {}
        for number, kind in enumerate(kinds, 1):
            value = data.draw(VALUES[kind] | st.just("/"))
            meant[str(number)] = value
            words = WORDS.get(kind, ())
            cells[str(number)] = words[int(value)] if words and value != "/" else value
        (form,) = round_.read(round_.filled("self", "V01", cells)).forms
    assert form.problems == ()
    for found in form.entries:
        if meant[found.row] == "/":
            assert found.status is EntryStatus.NOT_APPLICABLE
        else:
            assert found.value == meant[found.row]
