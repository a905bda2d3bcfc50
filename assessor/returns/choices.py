"""One cell to the answer it chooses, or to the reason why it chooses none. Nothing is guessed."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from assessor.scheme.plan import EntryRule, Kind
from assessor.sheets.cells import (
    ERROR_VALUES,
    NOT_APPLICABLE_WORDS,
    TICKS,
    Blank,
    Cell,
    NotApplicable,
    Number,
    Refused,
)
from assessor.sheets.grid import Raw, as_text

_YES = frozenset({"是", "有", "yes", "y", "true", "v", "√", "✓", "✔", "☑"})
_NO = frozenset({"否", "无", "没有", "no", "n", "false", "x", "×", "✗", "✘", "☒"})
"""How people say yes and no where one of the two is asked for, folded."""
_MARKS = TICKS | frozenset("×xX○●⊙★☆")
_INVISIBLE = re.compile("[\\s\u200b-\u200f\u2060\ufeff]+")
_DIVIDERS = re.compile(r"[/、,;，；+&]|和|或")
_NEAR = 0.5
"""How much of a word must be right for it to be suggested: 合恪 for 合格 is half right."""


def read_choice(raw: Raw, rule: EntryRule) -> Cell:
    """Return the position of the word that a cell holds; spaces, width and case do not matter.

    Of 优秀, 良好, 一般 the cell ``良 好`` is 1, ``优`` is refused with 优秀 suggested, and √ is
    refused because it does not say which.
    """
    if isinstance(raw, bool):
        raw = "true" if raw else "false"
        if rule.kind is Kind.CHOICE:
            return Refused("choice_unknown")
    return _read(as_text(raw), rule)


def read_tick(raw: Raw) -> Cell:
    """Return 1 where a cell is ticked, 0 where it says no; √, 是 and 1 are ticks, × and 否 are not.

    What may be either, a circle for instance, is refused.
    """
    text = fold(as_text(raw))
    if not text:
        return Blank()
    if text in _YES or text in TICKS or text == "1":
        return Number(Decimal(1))
    if text in _NO or text in NOT_APPLICABLE_WORDS or text == "0":
        return Number(Decimal(0))
    return Refused("cell_error_value" if text.upper() in ERROR_VALUES else "tick_unknown")


@lru_cache(maxsize=4096)
def _read(text: str, rule: EntryRule) -> Cell:
    folded = fold(text)
    if not folded:
        return Blank()
    words = [fold(word) for word in rule.choices]
    if folded in words:
        return Number(Decimal(words.index(folded)))
    if rule.kind is not Kind.CHOICE and folded in _YES | _NO:
        return Number(Decimal(int(folded in _YES)))
    if folded in NOT_APPLICABLE_WORDS:
        return NotApplicable(text)
    if folded.upper() in ERROR_VALUES:
        return Refused("cell_error_value", folded.upper())
    return _refused(folded, words, rule.choices)


def _refused(folded: str, words: Sequence[str], shown: Sequence[str]) -> Refused:
    if set(folded) <= _MARKS:
        return Refused("choice_mark")
    parts = [part for part in _DIVIDERS.split(folded) if part]
    if len(parts) > 1 and all(part in words for part in parts):
        return Refused("choice_several")
    near = [word for word in words if word.startswith(folded) or folded.startswith(word)]
    near = near or difflib.get_close_matches(folded, words, 2, _NEAR)
    if len(near) == 1 and _denials(near[0]) == _denials(folded):
        return Refused("choice_near", shown[words.index(near[0])])
    return Refused("choice_unknown")


def _denials(word: str) -> int:
    """Return how often a word says no: 不合格 must not be suggested for 合格."""
    return sum(word.count(char) for char in "不非未无没")


def fold(text: str) -> str:
    """Return a word without spaces, in narrow characters and small letters."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).lower()
