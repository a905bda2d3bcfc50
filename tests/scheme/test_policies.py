"""What a scheme may decide about messy returns: one declaration for words, defaults and records."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from assessor.i18n import catalog
from assessor.scheme.columns import SETTING_CHOICES, SETTING_KEYS
from assessor.scheme.policies import POLICIES, USUAL, Policies
from tests.builders import SMALL, codes, edited, small_scheme


def with_setting(line: str) -> str:
    return edited(SMALL["settings"], "round        | 2026", f"round | 2026\n{line}")


def test_every_policy_is_a_setting_with_its_words_and_the_first_is_usual() -> None:
    assert [field.name for field in fields(Policies)] == [policy.key for policy in POLICIES]
    for policy in POLICIES:
        assert SETTING_KEYS[policy.key] == policy.zh
        assert SETTING_CHOICES[policy.key] == policy.choices
        assert getattr(USUAL, policy.key) == policy.words[0]


def test_a_scheme_that_says_nothing_has_the_usual_policies(tmp_path: Path) -> None:
    scheme, problems = small_scheme(tmp_path)
    assert (scheme.settings.policies, problems) == (USUAL, [])


@pytest.mark.parametrize("line", ["hidden_rows | refuse", "隐藏的行 | 不采用"])
def test_a_policy_is_set_in_either_language(tmp_path: Path, line: str) -> None:
    scheme, problems = small_scheme(tmp_path, settings=with_setting(line))
    assert problems == []
    assert scheme.settings.policies == Policies(hidden_rows="refuse")


def test_a_word_that_a_policy_does_not_know_is_refused(tmp_path: Path) -> None:
    scheme, problems = small_scheme(tmp_path, settings=with_setting("公式 | 随便"))
    assert len(codes(problems)) == 1
    assert "随便" in catalog("zh").message(problems[0])
    assert scheme.settings.policies == USUAL
