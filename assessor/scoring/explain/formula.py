"""Formulas as small trees of exact numbers: their value, and how people write them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assessor.decimals import Exact, plain

_LONGEST = 6
"""A number of more decimals than this (and than its own) is cut off and ends in ``…``."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was used, shown with at least so many decimals."""

    value: Fraction
    digits: int = 0
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms added up."""

    terms: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Less:
    """One thing less another."""

    first: Formula
    second: Formula


@dataclass(frozen=True, slots=True)
class Product:
    """Factors multiplied."""

    factors: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Quotient:
    """One thing divided by another."""

    top: Formula
    bottom: Formula


@dataclass(frozen=True, slots=True)
class Choice:
    """The ``lowest`` or ``highest`` of some."""

    which: str
    terms: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """Something kept within bounds: 扣完为止, 不超过满分."""

    inner: Formula
    low: Fraction | None = None
    high: Fraction | None = None

    @property
    def value(self) -> Fraction:
        """What is left of it."""
        value = value_of(self.inner)
        if self.low is not None:
            value = max(value, self.low)
        return value if self.high is None else min(value, self.high)


Formula = Number | Sum | Less | Product | Quotient | Choice | Kept


def number(value: Exact | Decimal, digits: int = 0) -> Number:
    """Return a number of a formula."""
    return Number(Fraction(value), digits)


def percent(share: Fraction) -> Number:
    """Return a share that is written in per cent."""
    return Number(share, percent=True)


def total(terms: Iterable[Formula]) -> Formula:
    """Return a sum; of one term it is the term, of none it is zero."""
    found = tuple(terms)
    if len(found) == 1:
        return found[0]
    return Sum(found) if found else number(0)


def mean(terms: Iterable[Formula]) -> Formula:
    """Return the mean; of one term it is the term."""
    found = tuple(terms)
    return found[0] if len(found) == 1 else Quotient(Sum(found), number(len(found)))


def value_of(formula: Formula) -> Fraction:
    """Return what a formula gives, exactly.

    >>> value_of(mean([number(90), number(95)]))
    Fraction(185, 2)
    """
    match formula:
        case Number() | Kept():
            return formula.value
        case Sum(terms=terms):
            return sum(map(value_of, terms), Fraction(0))
        case Less(first=first, second=second):
            return value_of(first) - value_of(second)
        case Product(factors=factors):
            result = Fraction(1)
            for factor in factors:
                result *= value_of(factor)
            return result
        case Quotient(top=top, bottom=bottom):
            return value_of(top) / value_of(bottom)
        case Choice(which=which, terms=terms):
            return (min if which == "lowest" else max)(map(value_of, terms))


# -- how it is written ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Names:
    """What a language calls the two choices, and what it puts between terms."""

    lowest: str = "min"
    highest: str = "max"
    comma: str = ", "


def written(formula: Formula, names: Names | None = None) -> str:
    """Return the formula as people write it.

    >>> votes = Sum(tuple(Product((number(n), number(v))) for n, v in ((30, 100), (15, 80))))
    >>> written(Quotient(votes, number(45)))
    '(30×100 + 15×80) ÷ 45'
    """
    names = names or Names()
    match formula:
        case Number():
            return figure(formula)
        case Kept(inner=inner):
            return written(inner if value_of(inner) == formula.value else number(formula.value))
        case Sum(terms=terms):
            return _added([_inner(term, Sum, names) for term in terms])
        case Less(first=first, second=second):
            return f"{written(first, names)} − {_inner(second, Less, names)}"
        case Product(factors=factors):
            simple = all(isinstance(factor, Number) for factor in factors)
            shown = [_factor(factor, names, first=not at) for at, factor in enumerate(factors)]
            return ("×" if simple else " × ").join(shown)
        case Quotient(top=top, bottom=bottom):
            return f"{_factor(top, names, first=True)} ÷ {_factor(bottom, names, first=False)}"
        case Choice(which=which, terms=terms):
            name = names.lowest if which == "lowest" else names.highest
            return f"{name}({names.comma.join(written(term, names) for term in terms)})"


def _added(terms: list[str]) -> str:
    text = terms[0]
    for term in terms[1:]:
        text += f" − {term[1:]}" if term.startswith("−") else f" + {term}"
    return text


def _inner(term: Formula, within: type, names: Names) -> str:
    """Return a term of a sum, or what is taken away: in brackets where it is one itself."""
    text = written(term, names)
    negative = within is Less and text.startswith("−")
    return f"({text})" if isinstance(term, Sum | Less) or negative else text


def _factor(factor: Formula, names: Names, first: bool) -> str:
    text = written(factor, names)
    atom = isinstance(factor, Number | Choice) and not text.startswith("−")
    chained = first and isinstance(factor, Product | Quotient)
    return text if atom or chained else f"({text})"


def figure(shown: Number) -> str:
    """Return a number with its decimals; what does not end within a few is cut off by ``…``.

    >>> figure(number(Fraction(173, 2), 2)), figure(number(Fraction(2, 3))), figure(percent(Fraction(3, 5)))
    ('86.50', '0.666666…', '60%')
    """  # noqa: E501
    value = shown.value * 100 if shown.percent else shown.value
    text = _decimal(abs(value), shown.digits) + ("%" if shown.percent else "")
    return f"−{text}" if value < 0 else text


def _decimal(value: Fraction, digits: int) -> str:
    most = max(_LONGEST, digits)
    scaled = value * 10**most
    cut = Decimal(int(scaled)).scaleb(-most)
    if scaled.denominator != 1:
        return f"{cut:f}…"
    short = plain(cut)
    exponent = short.as_tuple().exponent
    own = -exponent if isinstance(exponent, int) else 0
    return f"{short:.{max(own, digits)}f}"
