"""Comments at cells: is it the score that somebody wrote there?"""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 20
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def score_in(comment: str) -> str:
    """Return what a comment says where it is short and holds one number: that is a score and no
    explanation; of any other nothing.

    Excel and WPS begin a comment with its writer's name on a line of its own.

    >>> score_in("8.5"), score_in("张三:\\n8.5分"), score_in("2026年6月已整改，见附件3")
    ('8.5', '8.5分', '')
    """
    first, _, rest = comment.strip().partition("\n")
    text = rest if first.rstrip().endswith((":", "：")) and rest.strip() else comment
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    return text if len(text) <= _LONGEST and len(_NUMBER.findall(text)) == 1 else ""
