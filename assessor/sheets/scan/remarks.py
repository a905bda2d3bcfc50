"""Comments at cells: is it the score that somebody wrote there?"""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 20
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def is_score(comment: str) -> bool:
    """Say whether a comment is short and holds one number: a score, not an explanation.

    Excel and WPS begin a comment with its writer's name on a line of its own.

    >>> is_score("8.5"), is_score("张三:\\n8.5分"), is_score("2026年6月已整改，见附件3")
    (True, True, False)
    """
    first, _, rest = comment.strip().partition("\n")
    text = rest if first.rstrip().endswith((":", "：")) and rest.strip() else comment
    text = unicodedata.normalize("NFKC", text).strip()
    return len(text) <= _LONGEST and len(_NUMBER.findall(text)) == 1
