"""What a mail is to us: who sent it, when, whether we have it already, what it is called here."""

from __future__ import annotations

import datetime as dt
import email
import email.utils
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import Message

from assessor.i18n import visible
from assessor.mail.headers import is_sendable
from assessor.returns.mails import attached, envelope_of, header_of
from assessor.scheme.model import Scheme
from assessor.scheme.paths import file_name

PARSE_FAULTS = (ValueError, LookupError, RecursionError, IndexError, AttributeError, TypeError)
"""What the library's parser raises over mails that make no sense."""
_DAY = dt.timedelta(days=1)
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that could be taken."""

    key: str
    """Where it lies; for a mailbox with the number that this message keeps there."""
    size: int
    received: dt.datetime | None = None
    """When the server took it in."""


@dataclass(frozen=True, slots=True)
class Whose:
    """A row of the units or raters table."""

    kind: str
    """``unit`` or ``rater``."""
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A message that was looked into."""

    message_id: str
    digest: str
    """Of what it says and carries, not of its headers: the same when it is exported or copied."""
    senders: tuple[str, ...]
    """Every address that it says it is from, in small letters."""
    sent: dt.datetime | None
    received: dt.datetime | None
    subject: str
    attachments: int

    @property
    def sender(self) -> str:
        """The address that it is from."""
        return self.senders[0] if self.senders else ""

    @property
    def day(self) -> dt.date | None:
        """The day it was sent, as it says itself; a clock that runs ahead of the server's is not
        believed."""
        if self.sent is None:
            return self.received.date() if self.received else None
        if self.received is not None and _is_ahead(self.sent, self.received):
            return self.received.date()
        return self.sent.date()


def _is_ahead(sent: dt.datetime, received: dt.datetime) -> bool:
    """Say whether a mail claims to have been sent more than a day after it came in."""
    try:
        return _utc(sent) - _DAY > _utc(received)
    except OverflowError:  # at the ends of what a calendar holds
        return True


def _utc(moment: dt.datetime) -> dt.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def look_into(content: bytes, received: dt.datetime | None = None) -> Mail:
    """Return what a message says of itself; one that makes no sense has at least a digest."""
    try:
        message = email.message_from_bytes(content.lstrip())
        envelope = envelope_of(message)
        senders = _addresses(header_of(message, "From"))
        return Mail(
            _short(header_of(message, "Message-ID")),
            _digest(message),
            senders,
            envelope.sent,
            received or _last_received(message),
            _short(envelope.subject),
            sum(1 for _ in attached(message)),
        )
    except PARSE_FAULTS:
        return Mail("", hashlib.sha256(content).hexdigest(), (), None, received, "", 1)


def _short(text: str) -> str:
    return visible(" ".join(text.split()))[:_LONGEST]


def _addresses(header: str) -> tuple[str, ...]:
    line = " ".join(header.split())
    found = (address.strip().lower() for _, address in email.utils.getaddresses([line]))
    return tuple(dict.fromkeys(visible(address) for address in found if address))


def _digest(message: Message) -> str:
    """Return a hash of the contents of all parts, line ends of texts apart."""
    digest = hashlib.sha256()
    for part in message.walk():
        if part.is_multipart():
            continue
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        if part.get_content_maintype() == "text":
            content = b"\n".join(content.split()).strip()
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()


def _last_received(message: Message) -> dt.datetime | None:
    """Return when the last server took a saved mail in, as it wrote on top."""
    line = header_of(message, "Received")
    try:
        return email.utils.parsedate_to_datetime(line.rpartition(";")[2].strip()) if line else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


# -- who may send --------------------------------------------------------------------------------


def known_senders(scheme: Scheme) -> Mapping[str, tuple[Whose, ...]]:
    """Return every address of the tables with whose it is: a unit's own, that of who forwards for
    it, a rater's."""
    found: dict[str, list[Whose]] = {}
    for unit in scheme.units:
        for text in (unit.email, unit.via):
            found.setdefault(_bare(text), []).append(Whose("unit", unit.code, unit.name))
    for rater in scheme.raters:
        found.setdefault(_bare(rater.email), []).append(Whose("rater", rater.code, rater.name))
    return {address: tuple(dict.fromkeys(own)) for address, own in found.items() if address}


def _bare(text: str) -> str:
    """Return the bare address of “张三 <a@example.org>”, in small letters."""
    return (email.utils.parseaddr(text)[1] or text).strip().lower()


def is_allowed(mail: Mail, known: Mapping[str, tuple[Whose, ...]], extra: frozenset[str]) -> bool:
    """Say whether a mail is from somebody who may send returns; one from two must be so by both."""
    return bool(mail.senders) and all(one in known or one in extra for one in mail.senders)


# -- names of our own ----------------------------------------------------------------------------


def saved_name(mail: Mail, owners: Sequence[Whose]) -> str:
    """Return the name under which a mail is kept: day, who, and a mark; nothing of it decides
    anything later."""
    day = mail.day.isoformat() if mail.day else "0000-00-00"
    return f"{day}_{_whom(mail, owners)}_{mark_of(mail)}.eml"


def mark_of(mail: Mail) -> str:
    """Return what tells mails apart: number, sender and content; without a number the time too."""
    when = "" if mail.message_id or mail.sent is None else mail.sent.isoformat()
    parts = (mail.message_id, when, *mail.senders, mail.digest)
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


def _whom(mail: Mail, owners: Sequence[Whose]) -> str:
    if len(owners) == 1:
        return file_name(f"{owners[0].code}_{owners[0].name}")
    return file_name(mail.sender if is_sendable(mail.sender) else "")
