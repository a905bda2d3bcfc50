"""What a scheme may decide about the ways in which returned forms go wrong, declared as data.

Most of it no scheme may choose: what is not certain is refused. Where a careful office and a
lenient one can both be right, a setting says which it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assessor.problems import Problem, error, note, warning

NOTE, WARN, REFUSE, DECIDE = "note", "warn", "refuse", "decide"

MAKES: dict[str, Callable[..., Problem]] = {NOTE: note, WARN: warning, REFUSE: error}
"""The severity of what is said under each word."""

_WORDS = {NOTE: "提示", WARN: "警告", REFUSE: "不采用", DECIDE: "按认定"}


@dataclass(frozen=True, slots=True)
class Policy:
    """One choice: the setting's key and Chinese name, its words, the first one the usual."""

    key: str
    zh: str
    words: tuple[str, ...]

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """The words as (key, Chinese word) pairs."""
        return tuple((word, _WORDS[word]) for word in self.words)


POLICIES = (
    Policy("formulas", "公式", (NOTE, WARN, REFUSE)),
    Policy("cleaned", "带杂字的数", (NOTE, WARN, REFUSE)),
    Policy("hidden_rows", "隐藏的行", (WARN, REFUSE)),
    Policy("edited", "改过的项目", (WARN, REFUSE)),
    Policy("extra_rows", "多出的行", (REFUSE, WARN)),
    Policy("duplicates", "一表多份", (DECIDE, REFUSE)),
)
"""Every policy that a scheme may set; all other rows are settled."""


@dataclass(frozen=True, slots=True)
class Policies:
    """What a scheme chose."""

    formulas: str = NOTE
    """A formula in an entry cell, with its result."""
    cleaned: str = NOTE
    """A number in full-width digits, with its unit, with grouping or invisible characters."""
    hidden_rows: str = WARN
    """Entries in rows or columns that are hidden or filtered away."""
    edited: str = WARN
    """A criterion whose text or points are not ours any more."""
    extra_rows: str = REFUSE
    """A row that is not ours in which something is entered."""
    duplicates: str = DECIDE
    """Two different files for one form: ``decide``, the one that a decision names counts;
    ``refuse``, none counts until one is taken away."""


USUAL = Policies()
