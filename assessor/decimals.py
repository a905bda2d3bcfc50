"""Exact numbers: the one door by which floats enter, and the one way to round.

Scores are whole *ticks*: a value of 86.5 at two digits is 8650 ticks of 0.01.
"""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction

_WIDE = Context(prec=400)
"""Wide enough that no number that fits a cell is rounded on its way."""

Exact = int | Fraction
"""An exact number of ticks: whole once a node is rounded, a fraction before."""


def from_float(number: float) -> Decimal:
    """Return the decimal that a person typed, of a float that a reader delivered.

    Spreadsheets keep at most 15 significant digits, so the shortest 15-digit
    text is what was typed (settled rule 2 of the design).

    >>> from_float(89.99999999999999)
    Decimal('90')
    >>> from_float(3.6)
    Decimal('3.6')
    """
    if number.is_integer() and abs(number) < 1e15:
        return Decimal(int(number))
    return plain(Decimal(f"{number:.15g}"))


def plain(number: Decimal) -> Decimal:
    """Return the number without exponent, trailing zeros or a signed zero.

    >>> plain(Decimal("1E+2")), plain(Decimal("3.50")), plain(Decimal("-0.0"))
    (Decimal('100'), Decimal('3.5'), Decimal('0'))
    """
    if not number:
        return Decimal(0)
    shortest = number.normalize(_WIDE)
    exponent = shortest.as_tuple().exponent
    whole = isinstance(exponent, int) and exponent > 0
    return shortest.quantize(Decimal(1), context=_WIDE) if whole else shortest


def half_up(numerator: Exact, denominator: Exact = 1) -> int:
    """Round a quotient to a whole number, halves away from zero.

    >>> half_up(5, 2), half_up(-5, 2), half_up(7, 3)
    (3, -3, 2)
    """
    if type(numerator) is not int or type(denominator) is not int:
        quotient = Fraction(numerator) / denominator
        numerator, denominator = quotient.numerator, quotient.denominator
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    if numerator < 0:
        return -((-2 * numerator + denominator) // (2 * denominator))
    return (2 * numerator + denominator) // (2 * denominator)


def digits_of(number: Decimal) -> int:
    """Return how many digits stand behind the point.

    >>> digits_of(Decimal("3.50")), digits_of(Decimal("100"))
    (1, 0)
    """
    exponent = plain(number).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def to_ticks(number: Decimal, digits: int) -> int:
    """Return the number as whole ticks of 10^-digits; it must fit them exactly.

    >>> to_ticks(Decimal("86.5"), 2)
    8650
    """
    scaled = number.scaleb(digits, _WIDE)
    ticks = int(scaled)
    if ticks != scaled:
        raise ValueError(f"{number} has more than {digits} digits")
    return ticks


def from_ticks(ticks: int, digits: int) -> Decimal:
    """Return the decimal with exactly that many digits.

    >>> from_ticks(8650, 2)
    Decimal('86.50')
    """
    return Decimal(ticks).scaleb(-digits, _WIDE)


def exact_text(number: Fraction) -> str:
    """Return a number without losing anything: a decimal, or where that does not end a whole
    number and a fraction, as spreadsheets read them.

    >>> exact_text(Fraction(394, 10)), exact_text(Fraction(545, 9)), exact_text(Fraction(-2, 3))
    ('39.4', '60 5/9', '-0 2/3')
    """
    rest = number.denominator
    twos, fives = _times_in(rest, 2), _times_in(rest, 5)
    if rest == 2**twos * 5**fives:
        digits = max(twos, fives)
        return f"{plain(from_ticks(int(number * 10**digits), digits)):f}"
    whole, part = divmod(abs(number.numerator), rest)
    return f"{'-' if number < 0 else ''}{whole} {part}/{rest}"


def read_exact(text: str) -> Fraction:
    """Return the number that `exact_text` wrote.

    >>> read_exact("60 5/9"), read_exact("-0 2/3"), read_exact("39.4")
    (Fraction(545, 9), Fraction(-2, 3), Fraction(197, 5))
    """
    whole, _, part = text.partition(" ")
    if not part:
        return Fraction(whole)
    sign = -1 if whole.startswith("-") else 1
    return sign * (Fraction(whole.lstrip("-")) + Fraction(part))


def _times_in(number: int, prime: int) -> int:
    times = 0
    while number % prime == 0:
        number //= prime
        times += 1
    return times


def percent(share: Fraction | None) -> str:
    """Return a share as people write it: 3/5 is ``60%``."""
    if share is None:
        return "—"
    hundredths = share * 100
    if hundredths.denominator == 1:
        return f"{hundredths.numerator}%"
    return f"{float(hundredths):.10g}%"
