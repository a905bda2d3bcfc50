"""What a sender is told of what he sent: what was taken, what is to be mended. Pure.

He is told only of what is his own: of units and raters in whose row his address stands. Of a form
that belongs to somebody else he learns that it has arrived, and nothing more; of an anonymous paper
nobody learns anything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assessor.i18n import Catalog
from assessor.mail.compose import Attachment, Message
from assessor.mail.headers import plain_name
from assessor.mail.inbox import Whose
from assessor.mail.received import Taken
from assessor.problems import Problem, Severity
from assessor.returns.collection import Collection, FileFate
from assessor.returns.names import INSIDE
from assessor.scheme.copies import CopyKey
from assessor.scheme.model import Scheme

_MOST = 30
"""So many places of one file are told; the copy for correction marks them all."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A copy for correction: whose it is, from which files, under which name, and its bytes."""

    owner: tuple[str, str]
    """``unit`` or ``rater``, and the code."""
    files: tuple[str, ...]
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a round when receipts are made out."""

    scheme: Scheme
    senders: Mapping[str, tuple[Whose, ...]]
    collection: Collection
    problems: Sequence[Problem]
    corrections: Sequence[Mended]
    words: Catalog


@dataclass(frozen=True, slots=True)
class ReceiptLetter:
    """A receipt for some mails of one sender."""

    message: Message
    mails: tuple[Taken, ...]

    @property
    def mark(self) -> str:
        """Return what tells receipts apart."""
        marks = "\n".join(mail.mark for mail in self.mails)
        return hashlib.sha256(marks.encode()).hexdigest()[:12]


def receipts_of(known: Known, mails: Iterable[Taken]) -> list[ReceiptLetter]:
    """Return one receipt for each sender; mails without attachments get none, so that nobody's
    answering machine is answered."""
    by_sender: dict[str, list[Taken]] = {}
    for mail in mails:
        if mail.attachments:
            by_sender.setdefault(mail.sender, []).append(mail)
    return [_receipt(known, sender, mine) for sender, mine in by_sender.items()]


def owner_of(key: CopyKey) -> tuple[str, str]:
    """Return whose a form is: its rater's, else its unit's."""
    return ("rater", key.rater) if key.rater else ("unit", key.unit)


def _receipt(known: Known, sender: str, mails: Sequence[Taken]) -> ReceiptLetter:
    words, settings = known.words, known.scheme.settings
    own = known.senders.get(sender, ())
    names = list(dict.fromkeys(one.name for one in own)) or [sender]
    name = words.text("list.comma").join(names[:3]) + (f" … ({len(names)})" if names[3:] else "")
    lines: list[str] = []
    for number, mail in enumerate(mails, 1):
        subject = mail.subject or "—"
        facts = {"number": number, "day": mail.day or "—", "subject": subject}
        lines += ["", words.text("mail.receipt.mail", **facts)]
        lines += _mail_lines(known, mail, {(one.kind, one.code) for one in own})
    attachments = _attachments(known, own, mails)
    facts = {"title": settings.title, "round": settings.round, "recipient": name}
    more = {
        "issuer": settings.issuer,
        "contact": settings.contact or settings.issuer,
        "phone": settings.phone or "—",
    }
    parts = [words.text("mail.receipt.head", **facts), *lines, ""]
    if attachments:
        listed = [f"    {n}. {one.name}" for n, one in enumerate(attachments, 1)]
        parts += [words.text("mail.receipt.mend"), *listed, ""]
    parts.append(words.text("mail.receipt.foot", **more))
    subject = " ".join(words.text("mail.receipt.subject", **facts).split())
    message = Message(sender, name, subject, "\n".join(parts) + "\n", attachments)
    return ReceiptLetter(message, tuple(mails))


def _mail_lines(known: Known, mail: Taken, own: set[tuple[str, str]]) -> Iterator[str]:
    begin = _inside(mail)
    found = [fate for fate in known.collection.fates if fate.file.startswith(begin)]
    shown = [fate for fate in found if fate.disposition != "ignored"]
    if not shown:
        yield "    " + known.words.text("mail.receipt.nothing")
    for fate in shown:
        yield from _file_lines(known, fate, fate.file.removeprefix(begin), own)


def _inside(mail: Taken) -> str:
    return mail.file.partition("/")[2] + INSIDE


def _file_lines(
    known: Known, fate: FileFate, name: str, own: set[tuple[str, str]]
) -> Iterator[str]:
    words = known.words
    mine = all(not key.paper and owner_of(key) in own for key in fate.forms)
    errors = [
        problem
        for problem in known.problems
        if problem.place.file == fate.file
        and problem.severity is Severity.ERROR
        and not problem.nobody
    ]
    state = fate.disposition if mine else "arrived"
    if state == "accepted" and errors:
        state = "mend"
    reason = ""
    if state == "rejected":
        told = fate.problem is not None and not fate.problem.code.startswith("sender_")
        reason = words.message(fate.problem) if told and fate.problem is not None else ""
        state = "rejected" if reason else "held"
    yield "    " + words.text(f"mail.receipt.file.{state}", file=name, reason=reason)
    if state != "mend":
        return
    for problem in errors[:_MOST]:
        where = "!".join(part for part in (problem.place.sheet, problem.place.cell) if part)
        facts = {"place": where or name, "message": words.message(problem)}
        yield "        " + words.text("mail.receipt.place", **facts, cure=words.cure(problem))
    if len(errors) > _MOST:
        yield "        " + words.text("mail.receipt.more", count=len(errors) - _MOST)


def _attachments(
    known: Known, own: Sequence[Whose], mails: Sequence[Taken]
) -> tuple[Attachment, ...]:
    """Return the copies for correction of what is the sender's own and came in these mails."""
    mine = {(one.kind, one.code) for one in own}
    begins = tuple(_inside(mail) for mail in mails)
    found = [
        one
        for one in known.corrections
        if one.owner in mine and any(file.startswith(begins) for file in one.files)
    ]
    return tuple(
        Attachment(one.name, plain_name(f"{one.owner[1]}_{number}.xlsx"), one.content)
        for number, one in enumerate(found, 1)
    )
