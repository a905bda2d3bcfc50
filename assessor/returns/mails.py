"""Saved mails (.eml): who sent them when, and what is attached, under any spelling of the names."""

from __future__ import annotations

import datetime as dt
import email
import email.header
import email.utils
import io
import re
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

from assessor.returns.archives import MOST_MEMBERS, MOST_UNPACKED, Member, decoded, keep
from assessor.returns.intake import is_junk
from assessor.returns.names import member_name
from assessor.returns.reading import Envelope
from assessor.sheets.kinds import Unreadable

_CHARSETS = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030"}
"""Mail programs say GB2312 and use characters that only its successors have."""
_WORD = re.compile(r"(=\?[^?\s]+\?[bBqQ]\?[^?]*\?=)\s*(?==\?)")
_ENDINGS = {"message/rfc822": "eml", "application/ms-tnef": "dat"}


def unpack_mail(content: bytes, spool: Path, prefix: str) -> tuple[Envelope, list[Member]]:
    """Return the envelope of a mail and its attachments, those for reading kept in the spool."""
    try:
        message = email.message_from_bytes(content.lstrip())
        parts = list(attached(message))
    except (ValueError, LookupError, RecursionError, IndexError, AttributeError) as fault:
        raise Unreadable("file_damaged", "mail") from fault
    if len(parts) > MOST_MEMBERS:
        raise Unreadable("archive_many", most=MOST_MEMBERS)
    members = []
    left = MOST_UNPACKED
    for number, (name, data) in enumerate(parts):
        shown = member_name(name) or "_"
        if is_junk(shown):
            members.append(Member(shown, disposition="ignored", reason="file_junk"))
            continue
        member = keep(shown, io.BytesIO(data), spool / f"{prefix}-{number}", left)
        left -= member.size
        members.append(member)
    return envelope_of(message), members


def envelope_of(message: Message) -> Envelope:
    """Return who sent a mail, when, and under what subject."""
    sender = email.utils.parseaddr(header_of(message, "From"))[1].strip().lower()
    sent: dt.datetime | None = None
    try:
        sent = email.utils.parsedate_to_datetime(header_of(message, "Date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        sent = None
    return Envelope(sender, sent, worded(header_of(message, "Subject")))


def attached(message: Message) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of everything that is attached; the text of the mail itself is not."""
    pending = [message]
    count = 0
    while pending:
        part = pending.pop()
        kind = part.get_content_type()
        if kind == "message/rfc822":
            if part is message or not isinstance(part.get_payload(), list):
                continue
            inner = part.get_payload(0)
            assert isinstance(inner, Message)
            name = _name(part) or worded(header_of(inner, "Subject")) or "mail"
            yield (name if name.lower().endswith(".eml") else f"{name}.eml"), inner.as_bytes()
        elif part.is_multipart():
            inner_parts = part.get_payload()
            if isinstance(inner_parts, list):
                pending += [one for one in reversed(inner_parts) if isinstance(one, Message)]
        else:
            name = _name(part)
            if not name and part.get_content_maintype() == "text":
                continue
            payload = part.get_payload(decode=True)
            count += 1
            ending = _ENDINGS.get(kind, part.get_content_subtype())
            yield name or f"{count}.{ending}", payload if isinstance(payload, bytes) else b""


def header_of(message: Message, name: str) -> str:
    """Return a header as text, bytes that stand in it raw decoded."""
    for key, value in message.raw_items():
        if key.lower() == name.lower():
            return _text(str(value))
    return ""


def _text(value: str) -> str:
    """Return a header's text; raw bytes in it are UTF-8 or GBK."""
    if value.isascii():
        return value
    return decoded(value.encode("utf-8", "surrogateescape"))


def _name(part: Message) -> str:
    """Return the file name of a part, however it is written: RFC 2231, RFC 2047 or raw bytes."""
    for header, parameter in (("Content-Disposition", "filename"), ("Content-Type", "name")):
        plain = Message()
        plain[header] = _text(header_of(part, header)).replace("\n", " ").replace("\r", " ")
        found = plain.get_param(parameter, header=header)
        if isinstance(found, tuple):
            charset = _CHARSETS.get((found[0] or "ascii").lower(), found[0] or "ascii")
            found = email.utils.collapse_rfc2231_value((charset, found[1], found[2]))
        if isinstance(found, str) and found.strip():
            return worded(found.strip().strip('"'))
    return ""


def worded(text: str) -> str:
    """Return a text with its encoded words decoded (RFC 2047), also where they touch."""
    if "=?" not in text:
        return " ".join(text.split())
    joined = _WORD.sub(r"\1 ", " ".join(text.split()))
    words = []
    try:
        for word, charset in email.header.decode_header(joined):
            if isinstance(word, str):
                words.append(word)
            else:
                words.append(_decoded_word(word, charset))
    except (ValueError, LookupError):
        return text
    return "".join(words).strip()


def _decoded_word(word: bytes, charset: str | None) -> str:
    name = (charset or "").lower()
    try:
        return word.decode(_CHARSETS.get(name, name or "ascii"))
    except (UnicodeDecodeError, LookupError):
        return decoded(word)
