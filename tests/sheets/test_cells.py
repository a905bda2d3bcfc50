"""One cell to an exact number, blank, “not applicable” or a refusal."""

from __future__ import annotations

import datetime as dt
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assessor.sheets.cells import (
    UNIT_WORDS,
    Blank,
    Cell,
    NotApplicable,
    Number,
    Refused,
    is_tick,
    parse_number,
)
from assessor.sheets.grid import Raw

_ZERO_WIDTH = "\u200b"
_NO_BREAK = "\u00a0"
_WIDE_SPACE = "\u3000"


def _number(text: str, note: str = "") -> Number:
    return Number(Decimal(text), note)


ROWS: list[tuple[int, Raw, Cell]] = [
    # row of messy-returns.md, what the reader delivers, what it is
    (1, "3.5", _number("3.5")),
    (1, "  3.5 ", _number("3.5")),
    (1, f"{_NO_BREAK}3.5{_WIDE_SPACE}", _number("3.5")),
    (2, "３．５", _number("3.5", "cell_full_width")),
    (2, "１0", _number("10", "cell_full_width")),
    (2, "－２", _number("-2", "cell_full_width")),
    (3, "3.5分", _number("3.5", "cell_unit_word")),
    (3, "12票", _number("12", "cell_unit_word")),
    (3, " 1.5 分 ", _number("1.5", "cell_unit_word")),
    (3, "1 5分", Refused("cell_not_a_number")),
    (3, "3.5元", Refused("cell_not_a_number")),
    (3, "分", Refused("cell_not_a_number")),
    (4, "3。5", Refused("cell_mistyped_point", "3.5")),
    (4, "3..5", Refused("cell_mistyped_point", "3.5")),
    (4, "3,5", Refused("cell_mistyped_point", "3.5")),
    (4, "3，5", Refused("cell_mistyped_point", "3.5")),
    (4, "3·5", Refused("cell_mistyped_point", "3.5")),
    (4, "3. 5", Refused("cell_mistyped_point", "3.5")),
    (4, "5.", Refused("cell_mistyped_point", "5")),
    (4, ".5", Refused("cell_mistyped_point", "0.5")),
    (5, "1,234", _number("1234", "cell_grouped")),
    (5, "1,234,567.5", _number("1234567.5", "cell_grouped")),
    (5, "12,34", Refused("cell_mistyped_point", "12.34")),
    (5, "1,2345", Refused("cell_mistyped_point", "1.2345")),
    (5, "1234,567", Refused("cell_mistyped_point", "1234.567")),
    (6, "3-4", Refused("cell_range")),
    (6, "3~4", Refused("cell_range")),
    (6, "3至4", Refused("cell_range")),
    (6, "约3", Refused("cell_range")),
    (7, "√", Refused("cell_mark")),
    (7, "①", Refused("cell_not_a_number")),
    (7, "五", Refused("cell_not_a_number")),
    (8, "优", Refused("cell_not_a_number")),
    (9, dt.datetime(2026, 1, 2), Refused("cell_date", "1-2")),
    (9, dt.date(2026, 3, 4), Refused("cell_date", "3-4")),
    (9, dt.time(8, 30), Refused("cell_time")),
    (9, dt.timedelta(hours=30), Refused("cell_time")),
    (10, "85%", Refused("cell_percent", "85")),
    (10, "85％", Refused("cell_percent", "85")),
    (11, 3.6, _number("3.6")),
    (12, "", Blank()),
    (13, "/", NotApplicable("/")),
    (13, "—", NotApplicable("—")),
    (13, "——", NotApplicable("——")),
    (13, "无", NotApplicable("无")),
    (13, "不适用", NotApplicable("不适用")),
    (13, "N/A", NotApplicable("N/A")),
    (13, " n/a ", NotApplicable("n/a")),
    (14, "   ", Blank()),
    (14, _WIDE_SPACE, Blank()),
    (14, f" {_ZERO_WIDTH} ", Blank()),
    (14, f"{_ZERO_WIDTH}7", _number("7", "cell_invisible_characters")),
    (15, 0, _number("0")),
    (15, 0.0, _number("0")),
    (15, "0", _number("0")),
    (16, "-0", _number("0")),
    (16, -0.0, _number("0")),
    (17, -2.0, _number("-2")),  # a number all the same: the entry's own rule refuses it
    (17, 1000, _number("1000")),
    (18, "nan", Refused("cell_not_a_number")),
    (18, "inf", Refused("cell_not_a_number")),
    (18, "-Infinity", Refused("cell_not_a_number")),
    (18, "1e3", Refused("cell_not_a_number")),
    (18, "1_5", Refused("cell_not_a_number")),
    (18, "0x10", Refused("cell_not_a_number")),
    (19, True, Refused("cell_boolean")),
    (19, False, Refused("cell_boolean")),
    (20, "#N/A", Refused("cell_error_value", "#N/A")),
    (20, "#DIV/0!", Refused("cell_error_value", "#DIV/0!")),
    (20, "#REF!", Refused("cell_error_value", "#REF!")),
    (20, "#value!", Refused("cell_error_value", "#VALUE!")),
]


@pytest.mark.parametrize(
    ("raw", "cell"), [row[1:] for row in ROWS], ids=[f"{row[0]}-{row[1]!r}" for row in ROWS]
)
def test_a_cell_is_read_as_the_table_of_messy_returns_says(raw: Raw, cell: Cell) -> None:
    assert parse_number(raw) == cell


def test_every_one_of_the_first_twenty_rows_is_tried() -> None:
    assert {row[0] for row in ROWS} == set(range(1, 21))


def test_a_full_width_stroke_is_not_applicable_like_a_narrow_one() -> None:
    assert isinstance(parse_number("／"), NotApplicable)


def test_a_group_of_nothing_but_a_zero_is_no_grouping() -> None:
    assert parse_number("0,500") == Refused("cell_mistyped_point", "0.500")


_TROUBLE = st.text("0123456789.,-+%％eE_分票。．／ \t\u3000\u200b\u00a0１２３√约/#", max_size=45)


@given(st.one_of(st.text(), _TROUBLE))
@example("1" + "0" * 34)
def test_any_text_is_read_without_a_crash(text: str) -> None:
    assert isinstance(parse_number(text), Number | Blank | NotApplicable | Refused)


@given(_TROUBLE)
@example("1,234.50")
@example("１２．５０分")
@example("1234567890123456789012345678901.5")
def test_an_accepted_number_is_exactly_its_own_digits(text: str) -> None:
    cell = parse_number(text)
    if isinstance(cell, Number):
        digits = unicodedata.normalize("NFKC", text).replace(_ZERO_WIDTH, "").replace(",", "")
        assert cell.value == Decimal(digits.strip().rstrip("".join(UNIT_WORDS)))
        assert cell.value.is_finite()


@given(st.one_of(st.text(), _TROUBLE, st.floats(allow_nan=False, allow_infinity=False)))
def test_a_number_that_was_read_reads_again_as_itself(raw: Raw) -> None:
    cell = parse_number(raw)
    if isinstance(cell, Number) and len(f"{cell.value:f}") <= 40:
        assert parse_number(f"{cell.value:f}") == Number(cell.value)


@given(st.one_of(st.text(), _TROUBLE))
def test_no_text_is_a_number_that_python_would_not_take_for_it(text: str) -> None:
    cell = parse_number(text)
    if isinstance(cell, Number):
        bare = unicodedata.normalize("NFKC", text)
        bare = "".join(c for c in bare if unicodedata.category(c) != "Cf").replace("\u2212", "-")
        bare = bare.replace(",", "").strip().rstrip("".join(UNIT_WORDS)).strip()
        assert float(bare) == float(cell.value)


@given(
    st.integers(0, 999),
    st.sampled_from([" ", "\t", "\n", _WIDE_SPACE, _NO_BREAK, "_", "e", "E", "e+", "'", "/", "^"]),
    st.integers(0, 999),
)
def test_digits_with_something_between_them_are_no_number(left: int, gap: str, right: int) -> None:
    assert isinstance(parse_number(f"{left}{gap}{right}"), Refused)


@pytest.mark.parametrize("sign", ["", "+", "-", "－"])
@pytest.mark.parametrize("word", ["nan", "NaN", "sNaN", "inf", "Inf", "INFINITY", "ｎａｎ"])
def test_words_that_python_takes_for_numbers_are_refused(sign: str, word: str) -> None:
    assert parse_number(sign + word) == Refused("cell_not_a_number")


@pytest.mark.parametrize("raw", [float("nan"), float("inf"), float("-inf")])
def test_a_float_that_is_no_number_is_refused(raw: float) -> None:
    assert isinstance(parse_number(raw), Refused)


@given(st.floats(allow_nan=False, allow_infinity=False))
@example(1e30)
def test_a_float_is_read_with_fifteen_digits(raw: float) -> None:
    assert parse_number(raw) == Number(Decimal(f"{raw:.15g}"))


@given(st.integers(-(10**15), 10**15))
def test_a_whole_number_is_read_as_it_is(raw: int) -> None:
    assert parse_number(raw) == Number(Decimal(raw))


@pytest.mark.parametrize("raw", ["√", "✓", "✔", "☑", "V", "v", " √ ", "是", "已核", "1", 1.0, True])
def test_a_tick_is_seen_in_its_usual_shapes(raw: Raw) -> None:
    assert is_tick(raw)


@pytest.mark.parametrize("raw", ["", " ", "×", "否", "无", "0", 0.0, False, "未核"])
def test_what_is_no_tick_is_not_taken_for_one(raw: Raw) -> None:
    assert not is_tick(raw)
