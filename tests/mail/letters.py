"""Mails as senders' programs write them."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from urllib.parse import quote

EAST = timezone(timedelta(hours=8))
BINARY = "application/octet-stream"


def noon(day: str) -> datetime:
    """Return noon of a day in China."""
    return datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=EAST)


def letter(
    sender: str,
    day: str,
    *files: tuple[str, bytes],
    number: str = "",
    subject: str = "报送自评表",
    coding: str = "utf-8",
    head: str = "",
) -> bytes:
    """Return a mail with attachments, subject and names in a coding: by RFC 2047 in GBK, by
    RFC 2231 in UTF-8."""
    word = base64.b64encode(subject.encode(coding)).decode()
    lines = [
        f"From: {sender}",
        "To: office@example.org",
        f"Subject: =?{coding}?B?{word}?=",
        f"Date: {format_datetime(noon(day))}",
        *([f"Message-ID: <{number}@example.org>"] if number else []),
        *([head] if head else []),
        "MIME-Version: 1.0",
        'Content-Type: multipart/mixed; boundary="b"',
        "",
        "--b",
        f"Content-Type: text/plain; charset={coding}",
        "Content-Transfer-Encoding: base64",
        "",
        base64.encodebytes("请查收。".encode(coding)).decode().strip(),
    ]
    for name, content in files:
        if coding == "utf-8":
            said = f"filename*=UTF-8''{quote(name)}"
        else:
            said = f'filename="=?{coding}?B?{base64.b64encode(name.encode(coding)).decode()}?="'
        lines += [
            "--b",
            f"Content-Type: {BINARY}",
            "Content-Transfer-Encoding: base64",
            f"Content-Disposition: attachment; {said}",
            "",
            base64.encodebytes(content).decode().strip(),
        ]
    whole = "\n".join([*lines, "--b--", ""])
    return whole.replace("\n", "\r\n").encode()
