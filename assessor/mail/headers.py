"""Headers of mails as ASCII: nothing that stands in a table can break out of its line.

Written here and not left to the library's own folding, which in some versions of Python leaves a
comma of an encoded name bare, so that one address becomes two.
"""

from __future__ import annotations

import base64
import re
from urllib.parse import quote

from assessor.problems import AssessorError, Place, error

_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,}"
)
_LONGEST = 254
_CHUNK = 42
"""So many bytes of text stand in one encoded word: with its frame it stays under 75 characters."""


def is_sendable(address: str) -> bool:
    """Say whether every mail server takes an address: plain ASCII, one at sign, no line break.

    >>> is_sendable("a.b@example.org"), is_sendable("村@b.org"), is_sendable("a@b.org\\nCc: c")
    (True, False, False)
    """
    return len(address) <= _LONGEST and _ADDRESS.fullmatch(address) is not None


def one_line(text: str, where: str) -> str:
    """Return a text that is to stand in a header; one with a line break or control is refused."""
    if any(ord(char) < 32 or 127 <= ord(char) < 160 or char in "\u2028\u2029" for char in text):
        raise AssessorError(error("mail_line_break", Place(where), value=text))
    return text


def header_text(text: str) -> str:
    """Return a text as a header has it: as it is, or in encoded words on lines of their own.

    >>> header_text("Round 2026"), header_text("考核")
    ('Round 2026', '=?utf-8?B?6ICD5qC4?=')
    """
    if text.isascii() and text.isprintable() and len(text) <= 60 and "=?" not in text:
        return text
    return "\r\n ".join(
        f"=?utf-8?B?{base64.b64encode(part.encode('utf-8', 'replace')).decode()}?="
        for part in _parts(text)
    )


def _parts(text: str) -> list[str]:
    """Return a text in parts that are short enough, never in the middle of a character."""
    parts, size = [""], 0
    for char in text:
        length = len(char.encode("utf-8", "replace"))
        if size + length > _CHUNK:
            parts.append("")
            size = 0
        parts[-1] += char
        size += length
    return parts


def mailbox(name: str, address: str) -> str:
    """Return an address with its name, whatever the name is.

    >>> mailbox("Smith, A.", "a@example.org")
    '"Smith, A." <a@example.org>'
    """
    if not is_sendable(address):
        raise AssessorError(error("mail_address_bad", Place(), value=address))
    if not name:
        return address
    if name.isascii() and name.isprintable() and len(name) <= 60 and "=?" not in name:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{address}>'
    return f"{header_text(name)}\r\n <{address}>"


def disposition(name: str, plain: str) -> str:
    """Return the header of an attachment: its name by RFC 2231, and a plain one for the others.

    >>> disposition("自评.xlsx", "V01.xlsx").splitlines()
    ["attachment; filename*=utf-8''%E8%87%AA%E8%AF%84.xlsx;", ' filename="V01.xlsx"']
    """
    encoded = quote(name.encode("utf-8", "replace"), safe="")
    return f"attachment; filename*=utf-8''{encoded};\r\n filename=\"{plain_name(plain)}\""


def plain_name(text: str) -> str:
    """Return a name of ASCII letters, digits, dots and dashes only.

    >>> plain_name('V01 "自评".xlsx')
    'V01.xlsx'
    """
    stem, dot, suffix = text.rpartition(".")
    clean = re.sub(r"[^A-Za-z0-9.-]+", "_", stem or suffix).strip("._-")[:60]
    return f"{clean or 'file'}{dot}{re.sub(r'[^A-Za-z0-9]', '', suffix)}" if stem else clean
