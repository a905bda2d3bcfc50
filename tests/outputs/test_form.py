"""Blank forms: what is on them, what may be written where, and that reading inverts writing."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessor.outputs.form import write_packet
from assessor.outputs.style import sheet_name
from assessor.returns.reading import EntryStatus
from tests.builders import SMALL, Table, codes, small_workspace
from tests.filling import FULL, Round, cell_of, entry


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    return Round(small_workspace(tmp_path))


def blank(round_: Round, form: str = "self", unit: str = "V01") -> bytes:
    return write_packet(round_.scheme, round_.packet(form, unit), round_.key)


def sheet_of(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


def texts(sheet: Any) -> list[str]:
    return [str(c.value) for line in sheet.iter_rows() for c in line if c.value is not None]


def test_the_same_scheme_and_key_give_the_same_bytes(round_: Round) -> None:
    assert blank(round_) == blank(round_)


def test_the_first_screen_shows_title_unit_deadline_number_and_how_many_to_go(
    round_: Round,
) -> None:
    content = blank(round_)
    head = texts(sheet_of(content))[:8]
    version = round_.plans["self", "村"].version
    assert head[0] == "自评表"
    assert head[1] == "某镇 · 小考核 · 2026年度 · 年终"
    assert head[2:5] == [
        "被考核单位：东村(V01)",
        "截止日期：2026-12-20",
        f"表号：self-2026-Y-V01-1-{version}",
    ]
    cached = openpyxl.load_workbook(io.BytesIO(content), data_only=True).worksheets[0]
    assert "还有 5 项未填" in texts(cached)  # five earned criteria; a deduction may stay empty


def test_only_entry_cells_are_unlocked_and_the_sheet_has_no_password(round_: Round) -> None:
    sheet = sheet_of(blank(round_))
    assert sheet.protection.sheet
    assert not sheet.protection.password
    for code in FULL:
        assert not cell_of(sheet, code).protection.locked
        assert sheet.cell(cell_of(sheet, code).row, 1).protection.locked


def test_the_normal_style_is_unlocked_so_that_pasted_cells_stay_editable(round_: Round) -> None:
    with zipfile.ZipFile(io.BytesIO(blank(round_))) as archive:
        styles = archive.read("xl/styles.xml").decode()
    normal = re.search(r"<cellStyleXfs.*?</cellStyleXfs>", styles, re.S)
    assert normal is not None
    assert 'locked="0"' in normal.group()


def test_totals_are_live_formulas_rounded_to_the_digits(round_: Round) -> None:
    sheet = sheet_of(blank(round_))
    formulas = [
        c.value for line in sheet.iter_rows() for c in line if str(c.value).startswith("=ROUND")
    ]
    assert len(formulas) == 3  # two sections and the total
    assert all(formula.endswith(",2)") for formula in formulas)
    filled = round_.filled("self", "V01", FULL | {"1.1": "18.5", "2.2": "1.5"})
    cached = openpyxl.load_workbook(io.BytesIO(filled), data_only=True).worksheets[0]
    totals = [c.value for line in cached.iter_rows() for c in line if isinstance(c.value, float)]
    assert 97 in [
        *totals,
        *(c.value for line in cached.iter_rows() for c in line),
    ]  # 100 − 1.5 − 1.5


def test_each_entry_cell_has_a_validation_with_a_plain_message(round_: Round) -> None:
    sheet = sheet_of(blank(round_))
    messages = {}
    for rule in sheet.data_validations.dataValidation:
        for area in str(rule.sqref).split():
            messages[area] = (rule.error, rule.formula1)
    cells = dict(messages)
    found = next(
        facts for area, facts in cells.items() if cell_of(sheet, "1.2").coordinate in _cells(area)
    )
    assert found[0] == "这一格请填 0 到 20 之间的数字，可带小数，以 0.5 分为一档。"
    assert "<=20" in str(found[1])
    optional = next(
        f for area, f in cells.items() if cell_of(sheet, "1.10").coordinate in _cells(area)
    )
    assert '="/"' in str(optional[1])


def _cells(area: str) -> list[str]:
    first, _, last = area.partition(":")
    rows = range(int(first.strip("ABCDEFGHIJ")), int((last or first).strip("ABCDEFGHIJ")) + 1)
    return [f"{first[0]}{row}" for row in rows]


def test_pages_are_a4_numbered_with_the_header_repeated(round_: Round) -> None:
    sheet = sheet_of(blank(round_))
    assert int(sheet.page_setup.paperSize) == 9
    assert sheet.print_title_rows
    assert "第 &P 页 共 &N 页" in sheet.oddFooter.center.text.replace("&[Page]", "&P").replace(
        "&[Pages]", "&N"
    )


def test_identity_is_carried_by_stamp_number_and_names(round_: Round) -> None:
    book = openpyxl.load_workbook(io.BytesIO(blank(round_)))
    assert book["_assessor"].sheet_state == "veryHidden"
    assert {"assessor_f1_number", "assessor_f1_checked", "assessor_f1_t1_codes"} <= set(
        book.defined_names
    )


def test_text_from_a_scheme_never_becomes_a_formula(tmp_path: Path) -> None:
    criteria = SMALL["criteria"].replace("班子健全", "=1+1").replace("服务群众", "@SUM(A1)")
    sheet = sheet_of(blank(Round(small_workspace(tmp_path, criteria=criteria))))
    cells = [c for line in sheet.iter_rows() for c in line if c.value in ("=1+1", "@SUM(A1)")]
    assert [c.data_type for c in cells] == ["s", "s"]


def test_instructions_are_worded_from_the_rules(round_: Round) -> None:
    book = openpyxl.load_workbook(io.BytesIO(blank(round_)))
    lines = texts(book["填表说明"])
    assert any("评分以 0.5 分为一档" in line for line in lines)
    assert any("确实不适用时填“/”" in line for line in lines)
    assert any("提示填扣分的格子" in line for line in lines)
    assert any("请在 2026-12-20 前交回" in line for line in lines)


def test_an_english_scheme_has_english_forms_that_are_read_alike(tmp_path: Path) -> None:
    english = SMALL["settings"] + "\n        language | en"
    round_ = Round(small_workspace(tmp_path, settings=english))
    reading = round_.read(round_.filled("self", "V01", FULL | {"1.1": "7.25"}))
    assert entry(reading, "1.1").value == Decimal("7.25")
    assert codes([*reading.problems, *reading.forms[0].problems]) == []


@pytest.mark.parametrize(
    ("asked", "taken", "given_name"),
    [
        ("自评表", [], "自评表"),
        ("a/b[c]:d*e?", [], "a_b_c__d_e_"),
        ("自评表", ["自评表"], "自评表(2)"),
        ("长" * 40, [], "长" * 31),
        ("", [], "_"),
    ],
)
def test_sheet_names_are_legal_and_free(asked: str, taken: list[str], given_name: str) -> None:
    assert sheet_name(asked, taken) == given_name


# -- write, fill, read is the identity, for random rubrics ---------------------------------------

points = st.decimals(min_value=1, max_value=60, places=1)
row = st.tuples(points, st.sampled_from(["earned", "deducted"]), st.booleans())


def random_rubric(rows: list[tuple[Decimal, str, bool]]) -> Table:
    lines = ["rubric | code | title | points | entry | may_not_apply"]
    lines += [
        f"duty | {number} | 项目{number} | {value} | {kind} | {'yes' if soft else 'no'}"
        for number, (value, kind, soft) in enumerate(rows, 1)
    ]
    return "\n".join(lines)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), rows=st.lists(row, min_size=1, max_size=12))
def test_what_is_filled_in_is_what_is_read(
    data: st.DataObject, rows: list[tuple[Decimal, str, bool]]
) -> None:
    total = sum((value for value, _, _ in rows), Decimal(0))
    scores = SMALL["scores"].replace("100", str(total))
    changes = {
        "criteria": random_rubric(rows),
        "scores": scores,
        "grades": "for|grade|from\nunit|合格|",
        "awards": "code|title|for|slots|by",
    }
    with tempfile.TemporaryDirectory() as folder:
        round_ = Round(small_workspace(Path(folder), **changes))
        cells: dict[str, object] = {}
        for number, (value, _, soft) in enumerate(rows, 1):
            numbers = st.decimals(min_value=0, max_value=value, places=2)
            cells[str(number)] = data.draw(numbers | st.just("/") if soft else numbers)
        (form,) = round_.read(round_.filled("self", "V01", cells)).forms
    assert form.problems == ()
    for found in form.entries:
        if cells[found.row] == "/":
            assert found.status is EntryStatus.NOT_APPLICABLE
        else:
            assert found.value == cells[found.row]
