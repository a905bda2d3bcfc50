"""Formulas: their value, and how people write them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.scoring.explain.formula import (
    Choice,
    Formula,
    Kept,
    Less,
    Names,
    Number,
    Product,
    Quotient,
    Sum,
    figure,
    number,
    percent,
    value_of,
    written,
)
from tests.scoring.explained import Reader

TWO, THREE, FOUR = (number(n) for n in (2, 3, 4))


@pytest.mark.parametrize(
    ("formula", "text", "value"),
    [
        (Sum((TWO, number(-3), FOUR)), "2 − 3 + 4", 3),
        (Sum((TWO, Sum((THREE, FOUR)))), "2 + (3 + 4)", 9),
        (Less(TWO, Less(THREE, FOUR)), "2 − (3 − 4)", 3),
        (Less(TWO, number(-3)), "2 − (−3)", 5),
        (Less(TWO, Product((number(-3), FOUR))), "2 − (−3)×4", 14),
        (Product((TWO, number(-3))), "2×(−3)", -6),
        (Product((Sum((TWO, THREE)), FOUR)), "(2 + 3) × 4", 20),
        (Product((FOUR, Quotient(THREE, TWO))), "4 × (3 ÷ 2)", 6),
        (Product((Quotient(THREE, TWO), FOUR)), "3 ÷ 2 × 4", 6),
        (Quotient(Product((FOUR, THREE)), TWO), "4×3 ÷ 2", 6),
        (Quotient(FOUR, Product((TWO, THREE))), "4 ÷ (2×3)", Fraction(2, 3)),
        (Quotient(FOUR, Quotient(TWO, THREE)), "4 ÷ (2 ÷ 3)", 6),
        (Quotient(Sum((TWO, FOUR)), Less(FOUR, TWO)), "(2 + 4) ÷ (4 − 2)", 3),
        (Product((percent(Fraction(3, 10)), number(Fraction(173, 2), 2))), "30%×86.50", 25.95),
        (Choice("lowest", (FOUR, Sum((TWO, THREE)))), "min(4, 2 + 3)", 4),
        (Sum((TWO, Kept(Product((THREE, FOUR)), None, Fraction(6)))), "2 + 6", 8),
        (Sum((TWO, Kept(Product((THREE, FOUR)), None, Fraction(20)))), "2 + 3×4", 14),
    ],
)
def test_a_formula_is_written_as_people_write_it(
    formula: Formula, text: str, value: Fraction | float
) -> None:
    assert written(formula) == text
    assert value_of(formula) == Fraction(str(value))
    assert Reader(text).result() == Fraction(str(value))


def test_a_language_has_its_own_names_for_lowest_and_highest() -> None:
    names = Names("最低", "最高", "，")
    assert written(Choice("highest", (TWO, THREE)), names) == "最高(2，3)"


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        ("86.5", 2, "86.50"), ("86.5", 0, "86.5"), ("-0.25", 1, "−0.25"), ("100", 0, "100"),
        ("2/3", 2, "0.666666…"), ("0.1234567", 0, "0.123456…"), ("1/64", 2, "0.015625"),
        ("1/128", 7, "0.0078125"),
    ],
)  # fmt: skip
def test_a_number_keeps_its_decimals_and_one_without_end_is_cut(
    value: str, digits: int, text: str
) -> None:
    assert figure(number(Fraction(value), digits)) == text


numbers = st.builds(
    Number,
    st.decimals(-1000, 1000, places=2).map(Fraction),
    st.integers(0, 3),
)
formulas = st.recursive(
    numbers,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(lambda terms: Sum(tuple(terms))),
        st.lists(inner, min_size=2, max_size=3).map(lambda terms: Product(tuple(terms))),
        st.builds(Less, inner, inner),
        st.builds(Quotient, inner, numbers.filter(lambda one: one.value != 0)),
        st.lists(inner, min_size=2, max_size=3).map(lambda terms: Choice("lowest", tuple(terms))),
    ),
    max_leaves=8,
)


@given(formulas)
def test_what_is_written_gives_what_was_meant(formula: Formula) -> None:
    assert Reader(written(formula)).result() == value_of(formula)
