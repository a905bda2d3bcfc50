"""Pieces of spreadsheet formulas: numbers, rounding, texts, references."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assessor.decimals import Exact, plain
from assessor.sheets.grid import a1, column_letters

_MOST_DIGITS = 11
"""A spreadsheet computes in floats of 15 digits: of 89.99999999999999 these are right."""
_GUARD = 8


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell of the workbook, 0-based."""

    sheet: str
    row: int
    column: int

    def seen_from(self, sheet: str) -> str:
        """Return the reference as it is written in a formula on a sheet."""
        return f"{_sheet(self.sheet, sheet)}{a1(self.row, self.column)}"


@dataclass(frozen=True, slots=True)
class Strip:
    """The cells of one column from a first to a last row."""

    sheet: str
    column: int
    first: int
    last: int

    def seen_from(self, sheet: str) -> str:
        """Return the range as it is written in a formula on a sheet."""
        letters = column_letters(self.column)
        cells = f"${letters}${self.first + 1}:${letters}${self.last + 1}"
        return f"{_sheet(self.sheet, sheet)}{cells}"


def _sheet(name: str, here: str) -> str:
    if name == here:
        return ""
    return "'" + name.replace("'", "''") + "'!"


def literal(value: Exact | Decimal) -> str:
    """Return an exact number as a formula writes it; what is no decimal stays a quotient.

    >>> literal(Decimal("0.60")), literal(Fraction(1, 3)), literal(-2)
    ('0.6', '(1/3)', '(-2)')
    """
    exact = Fraction(value)
    rest = exact.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"({exact.numerator}/{exact.denominator})"
    text = f"{plain(Decimal(exact.numerator) / Decimal(exact.denominator)):f}"
    return f"({text})" if exact < 0 else text


def quoted(text: str) -> str:
    """Return a text as a formula writes it."""
    return '"' + text.replace('"', '""') + '"'


def exactly(expression: str) -> str:
    """Return an expression without the dust that floats leave behind its 11th digit."""
    return f"ROUND({expression},{_MOST_DIGITS - 1})"


def rounded(expression: str, digits: int) -> str:
    """Return an expression rounded half up. Rounding twice takes the dust of floats off first, so
    that 2.345, which a spreadsheet may hold as 2.3449999999999998, becomes 2.35."""
    return f"ROUND(ROUND({expression},{min(digits + _GUARD, _MOST_DIGITS)}),{digits})"


def added(terms: Iterable[str]) -> str:
    """Return a sum of terms; of none it is 0."""
    return "+".join(terms) or "0"


def mean(terms: Iterable[str]) -> str:
    """Return the mean of terms."""
    found = list(terms)
    return found[0] if len(found) == 1 else f"({added(found)})/{len(found)}"


def between(expression: str, low: str, high: str) -> str:
    """Return an expression kept within two bounds."""
    return f"MIN(MAX({expression},{low}),{high})"
