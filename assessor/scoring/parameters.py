"""The values of parameters as exact numbers; the checks of the scheme saw to it that they are."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction


def amount(parameters: Mapping[str, str], key: str, default: Fraction | int = 0) -> Fraction:
    """Return the number of a parameter, the default where it is not given.

    >>> amount({"each": "-0.5"}, "each")
    Fraction(-1, 2)
    """
    text = parameters.get(key)
    return Fraction(default) if text is None else Fraction(Decimal(text))


def count_of(parameters: Mapping[str, str], key: str, whole: int) -> Fraction:
    """Return a count that may be given as a share of a whole; 0 where it is not given.

    >>> count_of({"trim_low": "10%"}, "trim_low", 25)
    Fraction(5, 2)
    """
    text = parameters.get(key, "0").replace("％", "%")
    if text.endswith("%"):
        return Fraction(Decimal(text[:-1])) * whole / 100
    return Fraction(Decimal(text))
