"""Number formats: does a cell show a percentage, a date, or fewer digits than it holds?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from assessor.decimals import plain


@dataclass(frozen=True, slots=True)
class Shape:
    """How a cell shows a number; `digits` behind the point, None where all are shown."""

    percent: bool = False
    date: bool = False
    digits: int | None = None

    def shows(self, value: Decimal) -> str:
        """Return the number that a person sees where it is not the value, else nothing."""
        if self.digits is None:
            return ""
        seen = value.quantize(Decimal(1).scaleb(-self.digits), ROUND_HALF_UP)
        return "" if seen == value else f"{plain(seen):f}"


PLAIN = Shape()

_BUILT_IN = (
    {number: Shape(percent=True) for number in (9, 10)}
    | {number: Shape(date=True) for number in (*range(14, 23), *range(27, 37), *range(45, 48))}
    | {number: Shape(date=True) for number in range(50, 59)}
    | {number: Shape(digits=0) for number in (1, 3, 5, 6, 37, 38, 41, 42)}
    | {number: Shape(digits=2) for number in (2, 4, 7, 8, 39, 40, 43, 44)}
)
"""The formats that have a number and no text; 27 to 36 and 50 to 58 are Chinese dates."""

_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.')
_BRACKETS = re.compile(r"\[[^\]]*\]")
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.I)
_EXPONENT = re.compile(r"[eE][+-]")
_DIGITS = re.compile(r"[-+#0?,\s$¥￥()]*(?:\.([0#?]*))?[\s)]*")
_DATE_LETTERS = set("ymdhsaegb")


@lru_cache(maxsize=1024)
def shape_of(code: str) -> Shape:
    """Return how a format's text shows a number above zero.

    >>> shape_of('0.0"分"'), shape_of("0%"), shape_of('yyyy"年"m"月"').date
    (Shape(percent=False, date=False, digits=1), Shape(percent=True, date=False, digits=None), True)
    """
    bare = _LITERAL.sub("", code).partition(";")[0]
    if _ELAPSED.search(bare):
        return Shape(date=True)
    bare = _BRACKETS.sub("", bare)
    if "general" in bare.lower() or "通用格式" in bare or "@" in bare:
        return PLAIN
    if "%" in bare:
        return Shape(percent=True)
    if _EXPONENT.search(bare):
        return PLAIN
    if _DATE_LETTERS & set(bare.lower()):
        return Shape(date=True)
    number = _DIGITS.fullmatch(bare)
    if number is None or not set(bare) & set("0#?") or ",." in bare or bare.rstrip().endswith(","):
        return PLAIN
    return Shape(digits=len(number.group(1) or ""))


def built_in(number: int) -> Shape | None:
    """Return how one of the formats without a text shows numbers."""
    return _BUILT_IN.get(number)


_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\b[^>]*>")
_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.S)
_XF = re.compile(rb"<(?:\w+:)?xf\b[^>]*>")
_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


@lru_cache(maxsize=64)
def shapes_of(styles: bytes) -> dict[int, Shape]:
    """Return the cell formats of a styles part that show a number as something else."""
    from html import unescape

    own: dict[int, Shape] = {}
    for tag in _FORMAT.findall(styles):
        found = attributes(tag)
        code = unescape(found.get(b"formatCode", b"").decode("utf-8", "replace"))
        own[_number(found.get(b"numFmtId"))] = shape_of(code)
    formats = _FORMATS.search(styles)
    shapes: dict[int, Shape] = {}
    for position, tag in enumerate(_XF.findall(formats.group()) if formats else ()):
        number = _number(attributes(tag).get(b"numFmtId"))
        shape = own.get(number) or built_in(number) or PLAIN
        if shape != PLAIN:
            shapes[position] = shape
    return shapes


def attributes(tag: bytes) -> dict[bytes, bytes]:
    """Return the attributes of a tag."""
    return {name: double or single for name, double, single in _ATTRIBUTE.findall(tag)}


def _number(digits: bytes | None) -> int:
    return int(digits) if digits and digits.isdigit() else 0
