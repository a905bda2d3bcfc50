"""One cell of a scheme's table to what its column asks for, or the reason why not."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.scheme.columns import LAYOUTS, LIMITS, RULES, Column, Type
from assessor.scheme.rulebook import PARAMETER_KEYS
from assessor.scheme.spelling import folded, near, opposed
from assessor.scheme.values import VALUE_PARSERS, Bad
from assessor.sheets.grid import Raw
from tests.scheme.faults import worded


def _parsed(kind: Type, raw: Raw, choices: tuple[tuple[str, str], ...] = ()) -> object:
    return VALUE_PARSERS[kind](raw, Column("key", "列", kind, choices=choices))


def _code(value: object) -> str:
    assert isinstance(value, Bad), value
    return value.code


READ: list[tuple[Type, Raw, object]] = [
    # type of the column, what stands in the cell, what it is
    (Type.TEXT, "  东村 ", "东村"),
    (Type.TEXT, 2026.0, "2026"),
    (Type.CODE, "1.10", "1.10"),
    (Type.CODE, " 001 ", "001"),
    (Type.NUMBER, "20", Decimal(20)),
    (Type.NUMBER, 0.5, Decimal("0.5")),
    (Type.NUMBER, "２０", Decimal(20)),
    (Type.INTEGER, "3", 3),
    (Type.INTEGER, 3.0, 3),
    (Type.INTEGER, "0", 0),
    (Type.PERCENT, "60%", Fraction(3, 5)),
    (Type.PERCENT, "60％", Fraction(3, 5)),
    (Type.PERCENT, "60", Fraction(3, 5)),
    (Type.PERCENT, "0.6", Fraction(3, 5)),
    (Type.PERCENT, 0.6, Fraction(3, 5)),
    (Type.PERCENT, "12.5%", Fraction(1, 8)),
    (Type.PERCENT, "1%", Fraction(1, 100)),
    (Type.PERCENT, "100%", Fraction(1)),
    (Type.DATE, "2026-12-20", dt.date(2026, 12, 20)),
    (Type.DATE, "2026/1/5", dt.date(2026, 1, 5)),
    (Type.DATE, "2026.1.5", dt.date(2026, 1, 5)),
    (Type.DATE, "2026年1月5日", dt.date(2026, 1, 5)),
    (Type.DATE, dt.datetime(2026, 1, 5), dt.date(2026, 1, 5)),
    (Type.DATE, dt.date(2026, 1, 5), dt.date(2026, 1, 5)),
    (Type.YES_NO, "是", True),
    (Type.YES_NO, "Yes", True),
    (Type.YES_NO, "√", True),
    (Type.YES_NO, True, True),
    (Type.YES_NO, "否", False),
    (Type.YES_NO, "no", False),
    (Type.YES_NO, 0.0, False),
    (Type.LIST, "村;机关", ("村", "机关")),
    (Type.LIST, "村，机关、学校；企业", ("村", "机关", "学校", "企业")),
    (Type.LIST, "村\n机关", ("村", "机关")),
    (Type.LIST, "; 村 ;;", ("村",)),
    (Type.EMAIL, "a@example.org", "a@example.org"),
    (Type.EMAIL, " a.b-c@mail.example.org ", "a.b-c@mail.example.org"),
]


@pytest.mark.parametrize(
    ("kind", "raw", "value"), READ, ids=[f"{row[0]}-{row[1]!r}" for row in READ]
)
def test_a_cell_is_read_as_its_column_asks(kind: Type, raw: Raw, value: object) -> None:
    parsed = _parsed(kind, raw)
    assert parsed == value
    assert type(parsed) is type(value)


REFUSED: list[tuple[Type, Raw, str]] = [
    # type of the column, what stands in the cell, why it is refused
    (Type.CODE, 1.1, "table_code_number"),
    (Type.CODE, 1, "table_code_number"),
    (Type.CODE, True, "table_code_number"),
    (Type.CODE, dt.datetime(2026, 1, 2), "table_code_date"),
    (Type.CODE, dt.date(2026, 1, 2), "table_code_date"),
    (Type.CODE, dt.time(1, 2), "table_code_date"),
    (Type.NUMBER, "二十", "table_not_a_number"),
    (Type.NUMBER, "约20", "table_not_a_number"),
    (Type.NUMBER, dt.datetime(2026, 1, 2), "table_not_a_number"),
    (Type.NUMBER, "无", "table_not_a_number"),
    (Type.INTEGER, "2.5", "table_not_whole"),
    (Type.INTEGER, "-1", "table_not_whole"),
    (Type.INTEGER, "两", "table_not_a_number"),
    (Type.PERCENT, "六成", "table_not_a_percent"),
    (Type.PERCENT, "%", "table_not_a_percent"),
    (Type.DATE, "12月20日", "table_not_a_date"),
    (Type.DATE, "2026-02-30", "table_not_a_date"),
    (Type.DATE, "2026-13-01", "table_not_a_date"),
    (Type.DATE, 46000.0, "table_not_a_date"),
    (Type.YES_NO, "也许", "table_not_yes_no"),
    (Type.EMAIL, "a", "table_bad_email"),
    (Type.EMAIL, "a@example", "table_bad_email"),
    (Type.EMAIL, "a＠example.org", "table_bad_email"),
    (Type.EMAIL, "@example.org", "table_bad_email"),
    (Type.EMAIL, "a b@example.org", "table_bad_email"),
    (Type.EMAIL, "a@example.org b@example.org", "table_bad_email"),
    (Type.EMAIL, "a@example.org;b@example.org", "table_bad_email"),
    (Type.EMAIL, "张三 <a@example.org>", "table_bad_email"),
    (Type.EMAIL, "a@example.org.", "table_bad_email"),
    (Type.EMAIL, "a@exam..ple.org", "table_bad_email"),
    (Type.EMAIL, "a@example.org\nBcc: b@example.org", "table_bad_email"),
]


@pytest.mark.parametrize(
    ("kind", "raw", "code"), REFUSED, ids=[f"{row[0]}-{row[1]!r}" for row in REFUSED]
)
def test_a_cell_that_is_not_what_its_column_asks_says_why(kind: Type, raw: Raw, code: str) -> None:
    assert _code(_parsed(kind, raw)) == code


@pytest.mark.parametrize("word", ["rubric", "Rubric", " 评分表 ", "评分表"])
def test_a_choice_is_taken_in_both_languages(word: str) -> None:
    assert _parsed(Type.CHOICE, word, LAYOUTS) == "rubric"


def test_a_choice_that_is_none_lists_those_there_are() -> None:
    parsed = _parsed(Type.CHOICE, "加全", RULES)
    assert isinstance(parsed, Bad)
    assert parsed.code == "table_not_a_choice"
    assert "加权" in worded(parsed.facts["choices"])  # type: ignore[operator]


@pytest.mark.parametrize(
    ("key", "spellings"),
    [
        ("<", "< ＜ 低于 小于 少于 less than below"),
        ("<=", "<= ＜＝ ≤ 不高于 不超过 至多 不大于 at most"),
        (">", "> ＞ 高于 大于 超过 多于 more than above"),
        (">=", ">= ≥ 不低于 不少于 至少 不小于 at least"),
        ("=", "= ＝ 等于"),
    ],
)
def test_a_comparison_is_read_as_people_write_it(key: str, spellings: str) -> None:
    column = LIMITS.column("operator")
    for word in re.sub(r"(less|more|at) ", r"\1_", spellings).split():
        assert VALUE_PARSERS[Type.CHOICE](word.replace("_", " "), column) == key, word


def test_no_spelling_of_a_comparison_means_two_of_them() -> None:
    column = LIMITS.column("operator")
    words = [(folded(word), key) for key, also in column.also for word in also]
    words += [(folded(word), key) for key, zh in column.choices for word in (key, zh)]
    assert len({word for word, _ in words}) == len(set(words))


@pytest.mark.parametrize(
    ("slip", "guess"),
    [
        ("小干", "—"),
        ("不氐于", "—"),  # one slip from 不低于 and from 不高于
        ("高干", "高于"),
        ("不高", "不高于"),
    ],
)
def test_a_slip_in_a_comparison_is_never_turned_round(slip: str, guess: str) -> None:
    parsed = VALUE_PARSERS[Type.CHOICE](slip, LIMITS.column("operator"))
    assert isinstance(parsed, Bad)
    assert parsed.facts["guess"] == guess


OPPOSITES = [
    ("小于", "高于"), ("不小于", "小于"), ("trim_high", "trim_low"), ("最多加", "最低减"),
    ("含上限", "含下限"), ("取整前", "取整后"), ("每档加", "每档减"), ("not below", "below"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), OPPOSITES)
def test_a_word_of_opposite_meaning_is_no_guess(one: str, other: str) -> None:
    assert opposed(one, other)
    assert opposed(other, one)
    assert near(one, [other]) == ""


@pytest.mark.parametrize(
    ("slip", "name"), [("适用类型", "适用类别"), ("trim_hgh", "trim_high"), ("最多如", "最多加")]
)
def test_a_slip_is_still_found(slip: str, name: str) -> None:
    assert near(slip, [name]) == name


@pytest.mark.parametrize(
    "text",
    [
        "cap=100;not_applicable=rescale",
        "封顶=100；不适用=折算",
        " cap = 100 ; 不适用＝rescale ;",
        "cap=100\nnot_applicable=折算",
    ],
)
def test_parameters_are_taken_in_both_languages(text: str) -> None:
    assert _parsed(Type.PARAMETERS, text) == {"cap": "100", "not_applicable": "rescale"}


@pytest.mark.parametrize("pair", ["cop=100", "cap", "cap=", "=100", "cap:100"])
def test_a_parameter_that_is_none_is_shown_with_those_there_are(pair: str) -> None:
    parsed = _parsed(Type.PARAMETERS, f"floor=0;{pair}")
    assert isinstance(parsed, Bad)
    assert parsed.code == "table_bad_parameter"
    assert parsed.facts["pair"] == pair
    assert set(PARAMETER_KEYS.values()) <= set(worded(parsed.facts["known"]))  # type: ignore[call-overload]


def test_a_parameter_that_is_stated_twice_is_refused() -> None:
    assert isinstance(_parsed(Type.PARAMETERS, "cap=100;封顶=90"), Bad)


@given(st.integers(0, 10_000))
def test_a_percent_means_the_same_in_every_way_of_writing_it(hundredths: int) -> None:
    share = Fraction(hundredths, 10_000)
    written = Decimal(hundredths).scaleb(-2)
    assert _parsed(Type.PERCENT, f"{written}%") == share
    assert _parsed(Type.PERCENT, str(Decimal(hundredths).scaleb(-4))) == share


@given(st.sampled_from(list(Type)), st.text())
def test_no_text_makes_a_column_crash(kind: Type, text: str) -> None:
    parsed = _parsed(kind, text, LAYOUTS)
    assert isinstance(parsed, str | Decimal | int | Fraction | dt.date | bool | tuple | dict | Bad)
