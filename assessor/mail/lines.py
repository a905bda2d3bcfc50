"""Text files that a clerk edits, in whatever coding the editor of his Windows saves them."""

from __future__ import annotations


def decoded(content: bytes) -> str | None:
    """Return the text of a file: UTF-8, UTF-16 with its mark, or what a Chinese Windows calls ANSI.

    >>> decoded("考核".encode("gbk")), decoded("考核".encode("utf-8-sig")), decoded(b"\\xff")
    ('考核', '考核', None)
    """
    codings = ["utf-8-sig", "gb18030"]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        codings = ["utf-16"]
    for coding in codings:
        try:
            return content.decode(coding)
        except UnicodeDecodeError:
            continue
    return None
