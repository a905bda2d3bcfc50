"""Names from outside: shown with everything strange escaped, and never used as a path."""

from __future__ import annotations

import re

from assessor.i18n import visible

INSIDE = "!/"
"""Stands between an archive or a mail and what is in it: ``a.zip!/b.xlsx``."""
_DRIVE = re.compile(r"\A[A-Za-z]:")


def shown_name(name: str) -> str:
    r"""Return a name as every output shows it: control and direction characters and bytes that are
    no text stand as escapes, and a backslash as two, so that no two names look the same.

    >>> shown_name("表\u202excod.xlsx")
    '表\\u202excod.xlsx'
    """
    return visible(name.replace("\\", "\\\\"))


def member_name(name: str) -> str:
    """Return the name of a member of an archive as one below it: drives, leading slashes and ways
    upwards are left out. It is only shown; the bytes are kept under a name of our own.

    >>> member_name("C:\\\\表\\\\..\\\\..\\\\a.xlsx")
    '表/a.xlsx'
    """
    parts = _DRIVE.sub("", name.replace("\\", "/")).split("/")
    return "/".join(shown_name(part) for part in parts if part not in {"", ".", ".."})


def unlike(name: str, taken: set[str]) -> str:
    """Return a name that is not taken yet and take it: the second ``a.xlsx`` is ``a#2.xlsx``."""
    free, number = name, 2
    stem, dot, ending = name.rpartition(".")
    while free in taken:
        free = f"{stem}#{number}{dot}{ending}" if stem else f"{name}#{number}"
        number += 1
    taken.add(free)
    return free
