"""One parser per column type of the scheme's tables."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from assessor.i18n import Either
from assessor.scheme.columns import Column, Type
from assessor.scheme.rulebook import PARAMETER_KEYS, PARAMETER_WORDS, Kind
from assessor.scheme.spelling import folded, near
from assessor.sheets.cells import Number, parse_number
from assessor.sheets.grid import Raw, as_text


@dataclass(frozen=True, slots=True)
class Bad:
    """A cell that does not hold what its column asks for."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_EMAIL = re.compile(r"[^@\s,;<>\"]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}")
_DIVIDERS = re.compile(r"[;；,，、\n]+")
_YES = frozenset({"是", "yes", "y", "1", "true", "√", "有"})
_NO = frozenset({"否", "no", "n", "0", "false", "×", "无"})


def _text(raw: Raw, _: Column) -> str | Bad:
    return as_text(raw)


def _code(raw: Raw, _: Column) -> str | Bad:
    if isinstance(raw, str):
        return raw.strip()
    if isinstance(raw, dt.date | dt.time | dt.timedelta):
        return Bad("table_code_date")
    return Bad("table_code_number")


def _number(raw: Raw, _: Column) -> Decimal | Bad:
    cell = parse_number(raw)
    return cell.value if isinstance(cell, Number) else Bad("table_not_a_number")


def _integer(raw: Raw, column: Column) -> int | Bad:
    number = _number(raw, column)
    if isinstance(number, Bad):
        return number
    if number != int(number) or number < 0:
        return Bad("table_not_whole")
    return int(number)


def _percent(raw: Raw, _: Column) -> Fraction | Bad:
    text = as_text(raw)
    cell = parse_number(text.rstrip("%％") if text.endswith(("%", "％")) else raw)
    if not isinstance(cell, Number) or cell.value < 0:
        return Bad("table_not_a_percent")
    share = Fraction(cell.value)
    return share / 100 if text.endswith(("%", "％")) or share > 1 else share


def _weights(raw: Raw, column: Column) -> Mapping[str, Fraction] | Bad:
    """One share for all under the empty name, or one for each class."""
    text = as_text(raw).replace("＝", "=").replace("：", "=")
    if "=" not in text:
        share = _percent(raw, column)
        return share if isinstance(share, Bad) else {"": share}
    weights: dict[str, Fraction] = {}
    for pair in _DIVIDERS.split(text):
        if not pair.strip():
            continue
        name, sign, value = (part.strip() for part in pair.partition("="))
        share = _percent(value, column)
        if not name or not sign or isinstance(share, Bad) or name in weights:
            return Bad("table_bad_weights", {"pair": pair.strip()})
        weights[name] = share
    return weights


def _date(raw: Raw, _: Column) -> dt.date | Bad:
    if isinstance(raw, dt.datetime):
        return raw.date()
    if isinstance(raw, dt.date):
        return raw
    match = _DATE.fullmatch(as_text(raw))
    if not match:
        return Bad("table_not_a_date")
    try:
        return dt.date(*(int(part) for part in match.groups()))
    except ValueError:
        return Bad("table_not_a_date")


def _yes_no(raw: Raw, _: Column) -> bool | Bad:
    text = as_text(raw).lower()
    if text in _YES | _NO:
        return text in _YES
    return Bad("table_not_yes_no")


def _list(raw: Raw, _: Column) -> tuple[str, ...] | Bad:
    return tuple(part.strip() for part in _DIVIDERS.split(as_text(raw)) if part.strip())


def _codes(raw: Raw, column: Column) -> tuple[str, ...] | Bad:
    code = _code(raw, column)
    return code if isinstance(code, Bad) else _list(raw, column)


def _choice(raw: Raw, column: Column) -> str | Bad:
    text = as_text(raw)
    for key, zh in column.choices:
        if text.lower() == key or text == zh:
            return key
    for key, spellings in column.also:
        if folded(text) in map(folded, (key, *spellings)):
            return key
    words = [Either(zh, key) for key, zh in column.choices]
    guess = near(text, [name for pair in column.choices for name in pair])
    return Bad("table_not_a_choice", {"choices": words, "guess": guess or "—"})


def _parameters(raw: Raw, _: Column) -> Mapping[str, str] | Bad:
    keys = {zh: key for key, zh in PARAMETER_KEYS.items()} | {key: key for key in PARAMETER_KEYS}
    words = {zh: word for word, zh in PARAMETER_WORDS.items()}
    parameters: dict[str, str] = {}
    for pair in re.split(r"[;；\n]+", as_text(raw)):
        if not pair.strip():
            continue
        key, sign, value = (part.strip() for part in pair.replace("＝", "=").partition("="))
        if key not in keys or not sign or not value:
            return Bad(
                "table_bad_parameter",
                {
                    "pair": pair.strip(),
                    "known": [Either(zh, key) for key, zh in PARAMETER_KEYS.items()],
                },
            )
        if keys[key] in parameters:
            return Bad("table_parameter_twice", {"pair": key})
        parameters[keys[key]] = words.get(value, value)
    return parameters


def _email(raw: Raw, _: Column) -> str | Bad:
    text = as_text(raw)
    return text if _EMAIL.fullmatch(text) else Bad("table_bad_email")


VALUE_PARSERS: Mapping[Type, Callable[[Raw, Column], object]] = {
    Type.TEXT: _text,
    Type.CODE: _code,
    Type.NUMBER: _number,
    Type.INTEGER: _integer,
    Type.PERCENT: _percent,
    Type.WEIGHTS: _weights,
    Type.DATE: _date,
    Type.YES_NO: _yes_no,
    Type.LIST: _list,
    Type.CODES: _codes,
    Type.CHOICE: _choice,
    Type.PARAMETERS: _parameters,
    Type.EMAIL: _email,
}


def files_in(text: str) -> list[str]:
    """Return the files that a cell names: only a semicolon or a new line divides them, for names of
    files may hold a comma.

    >>> files_in("东镇/a.csv；西镇/甲、乙.csv"), files_in("")
    (['东镇/a.csv', '西镇/甲、乙.csv'], [])
    """
    return [part.strip() for part in re.split(r"[;；\n]+", text) if part.strip()]


_AMOUNT = re.compile(r"-?\d+(?:\.\d+)?[%％]?")


def parse_amount(text: str, kind: Kind) -> Bad | None:
    """Return what is wrong with the number that a parameter holds; None where it is right."""
    share = text.endswith(("%", "％"))
    if not _AMOUNT.fullmatch(text) or (share and kind not in {Kind.SHARE, Kind.COUNT_OR_SHARE}):
        return Bad("parameter_number")
    number = Decimal(text.rstrip("%％"))
    if share:
        return None if 0 <= number <= 100 else Bad("parameter_share")
    whole = kind in {Kind.INTEGER, Kind.COUNT_OR_SHARE}
    if whole and (number != int(number) or number < 0):
        return Bad("parameter_whole")
    return Bad("parameter_positive") if kind is Kind.POSITIVE and number <= 0 else None
