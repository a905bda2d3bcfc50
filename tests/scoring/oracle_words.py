"""The words of the independent evaluator: a value is a number, or why there is none."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from functools import cache

from tests.scoring.entries import NOT_APPLICABLE, STATUS_WORDS

Word = str
Value = Fraction | Word
"""A number, or the word that says why there is none."""
OUT = "not_applicable"
ZERO = Fraction(0)


def half_up(number: Fraction, digits: int) -> Fraction:
    """Round half away from zero."""
    top, bottom = abs(number.numerator) * 10**digits, number.denominator
    size = Fraction((2 * top + bottom) // (2 * bottom), 10**digits)
    return size if number >= 0 else -size


def whole(parts: Iterable[Value]) -> Word:
    """Return ``value`` where parts give a value together, else why they do not."""
    words = [part if isinstance(part, str) else "value" for part in parts]
    for word in ("awaiting", "missing"):
        if word in words:
            return word
    if "value" in words:
        return "value"
    if not words:
        return "missing"
    return "not_due" if "not_due" in words else OUT


def numbers(parts: Iterable[Value]) -> list[Fraction]:
    """Return the parts that are numbers."""
    return [part for part in parts if not isinstance(part, str)]


def total_of(parts: Iterable[Value]) -> Fraction:
    """Return the sum of the parts that are numbers."""
    return sum(numbers(parts), ZERO)


def mean_of(parts: Iterable[Value]) -> Value:
    """Return the mean of the parts that apply, or why there is none."""
    parts = list(parts)
    word = whole(parts)
    return total_of(parts) / len(numbers(parts)) if word == "value" else word


@cache
def exact(number: str | int | Decimal | Fraction) -> Fraction:
    """Return a number as a fraction; the same text is read only once."""
    return Fraction(number)


@cache
def read(text: str) -> Value:
    """Return what a cell says."""
    if text == NOT_APPLICABLE:
        return OUT
    return text if text in STATUS_WORDS else exact(text)


def amount(text: str | None, whole_number: Fraction = ZERO) -> Fraction:
    """Return a number that may be a share of a whole, 0 where nothing is said."""
    if not text:
        return ZERO
    return Fraction(text[:-1]) / 100 * whole_number if text.endswith("%") else Fraction(text)
