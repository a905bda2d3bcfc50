"""Floats stop at the door; whole ticks; halves go up."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.decimals import digits_of, from_float, from_ticks, half_up, plain, to_ticks


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        (89.99999999999999, "90"),
        (0.1 + 0.2, "0.3"),
        (3.6, "3.6"),
        (2.675, "2.675"),
        (0.85 * 100, "85"),
        (1 / 3, "0.333333333333333"),
        (123456789.123456, "123456789.123456"),
        (100.0, "100"),
        (-4.5, "-4.5"),
        (-0.0, "0"),
    ],
)
def test_a_float_becomes_the_decimal_of_fifteen_digits(stored: float, typed: str) -> None:
    assert str(from_float(stored)) == typed


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 6))
def test_a_typed_decimal_stored_as_a_float_comes_back(whole: int, digits: int) -> None:
    typed = Decimal(f"{whole}E-{digits}")
    assert from_float(float(typed)) == typed


@pytest.mark.parametrize(
    ("number", "text"),
    [("3.50", "3.5"), ("1E+2", "100"), ("100", "100"), ("0.00", "0"), ("-0", "0"), ("-2.0", "-2")],
)
def test_plain_drops_zeros_exponent_and_the_sign_of_zero(number: str, text: str) -> None:
    assert str(plain(Decimal(number))) == text


@given(st.integers(-(10**40), 10**40), st.integers(0, 8))
def test_plain_never_changes_the_value(whole: int, digits: int) -> None:
    number = Decimal(f"{whole}E-{digits}")
    assert plain(number) == number


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [
        (5, 2, 3),
        (-5, 2, -3),
        (7, 3, 2),
        (-7, 3, -2),
        (5, -2, -3),
        (0, 7, 0),
        (1, 2, 1),
        (-1, 2, -1),
        (Fraction(2345, 10), 1, 235),
        (Fraction(-2345, 10), 1, -235),
        (Fraction(2344999, 10000), 1, 234),
        (1, Fraction(2, 3), 2),
        (Fraction(3, 4), Fraction(1, 2), 2),
    ],
)
def test_halves_are_rounded_away_from_zero(
    numerator: int | Fraction, denominator: int | Fraction, rounded: int
) -> None:
    assert half_up(numerator, denominator) == rounded


def test_two_point_three_four_five_is_two_point_three_five_exactly() -> None:
    ticks = half_up(Fraction(from_float(2.345)) * 100)
    assert str(from_ticks(ticks, 2)) == "2.35"


@given(
    st.integers(-(10**12), 10**12),
    st.integers(-(10**12), 10**12).filter(lambda number: number != 0),
)
def test_half_up_agrees_with_the_decimal_module(numerator: int, denominator: int) -> None:
    wide = Context(prec=60)
    quotient = wide.divide(Decimal(numerator), Decimal(denominator))
    expected = quotient.quantize(Decimal(1), ROUND_HALF_UP, wide)
    assert half_up(numerator, denominator) == expected
    assert half_up(Fraction(numerator, denominator)) == expected


@given(st.integers(-(10**9), 10**9))
def test_every_exact_half_goes_away_from_zero(whole: int) -> None:
    away = whole + 1 if whole >= 0 else whole
    assert half_up(2 * whole + 1, 2) == away


@pytest.mark.parametrize(
    ("number", "digits"),
    [("3.50", 1), ("100", 0), ("1E+2", 0), ("0.001", 3), ("-2.25", 2), ("0.000", 0)],
)
def test_digits_are_counted_behind_the_point(number: str, digits: int) -> None:
    assert digits_of(Decimal(number)) == digits


@pytest.mark.parametrize(
    ("number", "digits", "ticks"),
    [("86.5", 2, 8650), ("86.50", 1, 865), ("0", 2, 0), ("-3.25", 2, -325), ("7", 0, 7)],
)
def test_a_decimal_becomes_whole_ticks(number: str, digits: int, ticks: int) -> None:
    assert to_ticks(Decimal(number), digits) == ticks


def test_ticks_refuse_a_number_with_more_digits() -> None:
    with pytest.raises(ValueError, match=r"2\.345"):
        to_ticks(Decimal("2.345"), 2)


@pytest.mark.parametrize(
    ("ticks", "digits", "text"),
    [(8650, 2, "86.50"), (5, 2, "0.05"), (-5, 2, "-0.05"), (0, 2, "0.00"), (9, 0, "9")],
)
def test_ticks_become_a_decimal_with_exactly_those_digits(
    ticks: int, digits: int, text: str
) -> None:
    assert str(from_ticks(ticks, digits)) == text


@given(st.integers(-(10**40), 10**40), st.integers(0, 6))
def test_ticks_come_back(ticks: int, digits: int) -> None:
    assert to_ticks(Decimal(f"{ticks}E-{digits}"), digits) == ticks
    assert from_ticks(ticks, digits) == Decimal(f"{ticks}E-{digits}")
