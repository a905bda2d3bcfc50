"""Near misses: what was most likely meant."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence


def near(text: str, names: Sequence[str]) -> str:
    """Return the name that was most likely meant, or nothing."""
    known = {folded(name): name for name in reversed(names)}
    # In words of two characters one slip is half of the word.
    cutoff = 0.5 if len(folded(text)) == 2 else 0.6
    close = difflib.get_close_matches(folded(text), list(known), n=1, cutoff=cutoff)
    return known[close[0]] if close else ""


def folded(text: str) -> str:
    """Return a header for comparison: width, case, spaces, brackets and a star do not matter."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"\(.*?\)|[\s*:_\-]", "", plain)
