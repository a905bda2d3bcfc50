"""One cell to an exact number, to blank, to “not applicable”, or to the reason why not.

The policies are the rows 1 to 20 of how returned workbooks go wrong: what is certain is
accepted (with a note where it was cleaned), what is not certain is refused with a reason.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from decimal import Decimal

from assessor.decimals import from_float, plain
from assessor.sheets.grid import Raw, as_text


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number; `note` is the code of how it was cleaned, if it was."""

    value: Decimal
    note: str = ""


@dataclass(frozen=True, slots=True)
class Blank:
    """Nothing there, or only white space."""


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """One of the words and strokes by which people say that an item does not apply."""

    text: str


@dataclass(frozen=True, slots=True)
class Refused:
    """No number; `code` says why and `suggestion` what was probably meant."""

    code: str
    suggestion: str = ""


Cell = Number | Blank | NotApplicable | Refused

UNIT_WORDS = ("分", "票", "人", "张", "次", "个", "项")
"""Units of measure that people write behind a number."""
NOT_APPLICABLE_WORDS = frozenset(
    {"/", "\\", "-", "--", "—", "——", "–", "无", "不适用", "n/a", "na", "不涉及", "弃权"}
)
ERROR_VALUES = frozenset(
    {"#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
)
TICKS = frozenset("√✓✔☑Vv")

_PLAIN = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?\Z")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?\Z")
_MISTYPED_POINT = re.compile(r"([0-9]+)(?:[。．·,，、:;]|\.\.+|\. +| +\.)([0-9]+)\Z")
_BARE_POINT = re.compile(r"(?:([0-9]+)\.|\.([0-9]+))\Z")
_RANGE = re.compile(r"[约大近]|[0-9]\s*[-~～至到—]\s*[0-9]|[0-9][±+]")
_ZERO_WIDTH = re.compile("[\u200b-\u200f\u2060\ufeff]+")
_LONGEST = 40
"""No honest number is longer; what is longer is text."""
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x2212: ord("-")}


def parse_number(raw: Raw) -> Cell:
    """Return what a cell says where a number is due."""
    if isinstance(raw, bool):
        return Refused("cell_boolean")
    if isinstance(raw, float) and not math.isfinite(raw):
        return Refused("cell_not_a_number")
    if isinstance(raw, int | float):
        return Number(from_float(float(raw)) if isinstance(raw, float) else Decimal(raw))
    if isinstance(raw, dt.datetime | dt.date):
        return Refused("cell_date", _before_it_was_a_date(raw))
    if isinstance(raw, dt.time | dt.timedelta):
        return Refused("cell_time")
    return _parse_text(raw)


def _parse_text(raw: str) -> Cell:
    text = raw.strip()
    bare = _ZERO_WIDTH.sub("", text).strip()
    if not bare:
        return Blank()
    if bare.translate(_FULL_WIDTH).lower() in NOT_APPLICABLE_WORDS:
        return NotApplicable(bare)
    if bare.upper() in ERROR_VALUES:
        return Refused("cell_error_value", bare.upper())
    if len(bare) > _LONGEST:
        return Refused("cell_not_a_number")
    narrow = bare.translate(_FULL_WIDTH)
    note = _cleaning_note(text, bare, narrow)
    if _PLAIN.match(narrow):
        return Number(plain(Decimal(narrow)), note)
    if _GROUPED.match(narrow):
        return Number(plain(Decimal(narrow.replace(",", ""))), "cell_grouped")
    if narrow[-1] in UNIT_WORDS and _PLAIN.match(bare_number := narrow[:-1].rstrip()):
        return Number(plain(Decimal(bare_number)), "cell_unit_word")
    return _why_refused(narrow)


def _cleaning_note(text: str, bare: str, narrow: str) -> str:
    if narrow != bare:
        return "cell_full_width"
    return "cell_invisible_characters" if bare != text else ""


def _why_refused(text: str) -> Refused:
    """Name the likeliest slip, with what was probably meant."""
    if mistyped := _MISTYPED_POINT.match(text):
        return Refused("cell_mistyped_point", ".".join(mistyped.groups()))
    if bare := _BARE_POINT.match(text):
        return Refused("cell_mistyped_point", bare.group(1) or f"0.{bare.group(2)}")
    if text.endswith("%") and _PLAIN.match(text[:-1]):
        return Refused("cell_percent", text[:-1])
    if _RANGE.search(text):
        return Refused("cell_range")
    if set(text) <= TICKS | set("×xX○●⊙★☆"):
        return Refused("cell_mark")
    return Refused("cell_not_a_number")


def _before_it_was_a_date(value: dt.datetime | dt.date) -> str:
    """Return what was probably typed: 1-2 becomes the 2nd of January in Excel."""
    return f"{value.month}-{value.day}"


def date_of(stored: float | str) -> Refused:
    """Return the refusal of what a cell stores for a date: what was typed is lost."""
    if isinstance(stored, str):
        day = _ISO_DAY.match(stored.strip())
        return Refused("cell_date", f"{int(day.group(1))}-{int(day.group(2))}" if day else "—")
    return _date_of_number(stored)


_ISO_DAY = re.compile(r"[0-9]{4}-([0-9]{2})-([0-9]{2})")


def _date_of_number(serial: float) -> Refused:
    if not 1 <= serial < _LAST_DAY:
        return Refused("cell_time")
    day = dt.date(1899, 12, 30) + dt.timedelta(days=int(serial))
    return Refused("cell_date", _before_it_was_a_date(day))


_LAST_DAY = 2_958_466
"""The first number that is no day before the year 10000."""


def is_tick(raw: Raw) -> bool:
    """Say whether a cell that waits for √ was ticked in any of the usual ways."""
    text = as_text(raw)
    return bool(text) and (text[0] in TICKS or text in {"是", "已核", "1", "Y", "y", "TRUE", "yes"})
