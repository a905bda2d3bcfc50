"""Near misses: what was most likely meant."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence

_AXES: Sequence[tuple[Sequence[str], Sequence[str]]] = (
    ("大高多超", "小低少"),
    ("上", "下"),
    ("加增", "减扣"),
    ("前", "后"),
    ("有", "无"),
    ("是", "否"),
    ("升", "降"),
    ("首", "末"),
    (("more", "greater", "above", "over"), ("less", "fewer", "below", "under")),
    (("high", "higher", "highest", "most"), ("low", "lower", "lowest", "least")),
    (("up", "upper"), ("down", "lower")),
    (("yes",), ("no",)),
)
"""What turns a word round: 小于 and 高于 are one slip apart, and say the opposite."""
_FEW = 5
_NOT = frozenset(("不", "非", "not", "no"))


def near(text: str, names: Sequence[str]) -> str:
    """Return the name that was most likely meant, or nothing; never one that says the opposite,
    nor one of two that are as near as each other and opposite.

    >>> near("小于", ["高于", "低于"]), near("氐于", ["高于", "低于"])
    ('低于', '')
    """
    known = {folded(name): name for name in reversed(names) if not opposed(text, name)}
    # In words of two characters one slip is half of the word.
    cutoff = 0.5 if len(folded(text)) == 2 else 0.6
    close = difflib.get_close_matches(folded(text), list(known), n=_FEW, cutoff=cutoff)
    alike = [one for one in close if _ratio(text, one) == _ratio(text, close[0])]
    turned = any(opposed(known[close[0]], known[one]) for one in alike)
    return known[close[0]] if close and not turned else ""


def _ratio(text: str, name: str) -> float:
    return difflib.SequenceMatcher(None, name, folded(text)).ratio()


def opposed(one: str, other: str) -> bool:
    """Say whether two words differ by a *not*, or stand on the two sides of an axis.

    >>> opposed("小于", "不小于"), opposed("小于", "低于"), opposed("trim_high", "trim_low")
    (True, False, True)
    """
    first, second = _parts(one), _parts(other)
    if first.isdisjoint(_NOT) != second.isdisjoint(_NOT):
        return True
    return any(_side(first, *axis) * _side(second, *axis) < 0 for axis in _AXES)


def _parts(text: str) -> frozenset[str]:
    """Return the Chinese characters and the English words of a text."""
    return frozenset(re.findall(r"[a-z]+|[^\x00-\x7f]", text.lower()))


def _side(parts: frozenset[str], plus: Sequence[str], minus: Sequence[str]) -> int:
    """Return 1 or -1 for the side of an axis on which a word is, 0 for neither or both."""
    return (not parts.isdisjoint(plus)) - (not parts.isdisjoint(minus))


def folded(text: str) -> str:
    """Return a header for comparison: width, case, spaces, brackets and a star do not matter."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"\(.*?\)|[\s*:_\-]", "", plain)
