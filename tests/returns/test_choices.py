"""What a cell chooses: liberal in spaces, width and case, never guessing between two words."""

from __future__ import annotations

import pytest

from assessor.returns.choices import read_choice
from assessor.scheme.plan import EntryRule, Kind
from assessor.sheets.cells import Blank, NotApplicable, Number, Refused
from assessor.sheets.grid import Raw

LEVELS = EntryRule(Kind.CHOICE, choices=("优秀", "良好", "基本合格", "不合格", "A level"))
YES_NO = EntryRule(Kind.YES_NO, choices=("否", "是"))
VETO = EntryRule(Kind.VETO, choices=("否", "是"))

CHOSEN: list[tuple[Raw, EntryRule, int]] = [
    # cell, rule, position of the word
    ("优秀", LEVELS, 0),
    (" 优 秀\u3000", LEVELS, 0),
    ("\u200b良好\ufeff", LEVELS, 1),
    ("不合格", LEVELS, 3),
    ("ａ LEVEL", LEVELS, 4),
    ("是", YES_NO, 1),
    ("否", YES_NO, 0),
    ("有", VETO, 1),
    ("无", VETO, 0),
    ("没有", VETO, 0),
    ("Yes", YES_NO, 1),
    ("n", YES_NO, 0),
    ("√", YES_NO, 1),
    ("×", YES_NO, 0),
    (True, YES_NO, 1),
    (False, VETO, 0),
]


@pytest.mark.parametrize(("raw", "rule", "position"), CHOSEN)
def test_a_word_is_read_however_it_was_typed(raw: Raw, rule: EntryRule, position: int) -> None:
    cell = read_choice(raw, rule)
    assert isinstance(cell, Number)
    assert cell.value == position


REFUSED: list[tuple[Raw, EntryRule, str, str]] = [
    # cell, rule, why it is refused, what was perhaps meant
    ("优", LEVELS, "choice_near", "优秀"),
    ("优秀等次", LEVELS, "choice_near", "优秀"),
    ("良女子", LEVELS, "choice_unknown", ""),
    ("基本合恪", LEVELS, "choice_near", "基本合格"),
    ("合格", LEVELS, "choice_unknown", ""),
    ("没合格", LEVELS, "choice_unknown", ""),
    ("√", LEVELS, "choice_mark", ""),
    ("优秀、良好", LEVELS, "choice_several", ""),
    ("优秀/不合格", LEVELS, "choice_several", ""),
    (1.0, LEVELS, "choice_unknown", ""),
    (True, LEVELS, "choice_unknown", ""),
    (1.0, YES_NO, "choice_unknown", ""),
    ("差不多", YES_NO, "choice_unknown", ""),
    ("#N/A", LEVELS, "cell_error_value", "#N/A"),
]


@pytest.mark.parametrize(("raw", "rule", "code", "suggestion"), REFUSED)
def test_what_is_none_of_the_words_is_refused_with_what_was_perhaps_meant(
    raw: Raw, rule: EntryRule, code: str, suggestion: str
) -> None:
    assert read_choice(raw, rule) == Refused(code, suggestion)


def test_two_words_that_begin_alike_are_not_guessed_between() -> None:
    rule = EntryRule(Kind.CHOICE, choices=("基本满意", "基本不满意"))
    assert read_choice("基本", rule) == Refused("choice_unknown")


@pytest.mark.parametrize("raw", ["/", "不适用", "—", "N/A"])
def test_a_stroke_says_that_it_does_not_apply(raw: str) -> None:
    assert isinstance(read_choice(raw, LEVELS), NotApplicable)


@pytest.mark.parametrize("raw", ["", "  ", "\u3000"])
def test_nothing_chooses_nothing(raw: str) -> None:
    assert read_choice(raw, LEVELS) == Blank()
