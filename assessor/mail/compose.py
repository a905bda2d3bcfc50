"""A letter to the bytes of a message: plain text, simple HTML, workbooks; the same every time."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

from assessor.mail.headers import disposition, header_text, mailbox, one_line, plain_name

_POLICY = SMTP.clone(refold_source="none")
"""Headers are sent as they were written here; nothing needs SMTPUTF8."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A workbook under a readable name, and a plain one for programs that know no other."""

    name: str
    plain: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be said, and to whom."""

    to: str
    name: str
    subject: str
    body: str
    attachments: Sequence[Attachment] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """What a message carries beside its words: who sends, when, under which number."""

    sender: str = ""
    name: str = ""
    reply_to: str = ""
    date: str = ""
    message_id: str = ""
    unsent: bool = False
    """Whether it is a draft that a mail program opens to be sent."""


def compose(message: Message, frame: Frame) -> bytes:
    """Return the bytes of a message; AssessorError where a header would not be one line."""
    mail = EmailMessage(policy=_POLICY)
    if frame.sender:
        sender = one_line(frame.name, "mail/settings.txt")
        mail.set_raw("From", mailbox(sender, frame.sender))
    mail.set_raw("To", mailbox(one_line(message.name, message.to), message.to))
    if frame.reply_to:
        mail.set_raw("Reply-To", mailbox("", frame.reply_to))
    mail.set_raw("Subject", header_text(one_line(message.subject, message.to)))
    if frame.date:
        mail.set_raw("Date", one_line(frame.date, "Date"))
    if frame.message_id:
        mail.set_raw("Message-ID", one_line(frame.message_id, "Message-ID"))
    if frame.unsent:
        mail.set_raw("X-Unsent", "1")
    else:
        mail.set_raw("Auto-Submitted", "auto-generated")
    mail.set_content(message.body, cte="base64")
    mail.add_alternative(as_html(message.body), subtype="html", cte="base64")
    mark = _mark(message)
    mail.set_boundary(f"=_text_{mark}")
    if message.attachments:
        mail.make_mixed(boundary=f"=_mail_{mark}")
        for attachment in message.attachments:
            mail.attach(_part(attachment))
    return mail.as_bytes()


def _part(attachment: Attachment) -> EmailMessage:
    part = EmailMessage(policy=_POLICY)
    part.set_raw("Content-Type", f'{XLSX}; name="{plain_name(attachment.plain)}"')
    part.set_raw("Content-Transfer-Encoding", "base64")
    part.set_raw("Content-Disposition", disposition(attachment.name, attachment.plain))
    part.set_payload(base64.encodebytes(attachment.content).decode("ascii"))
    return part


def _mark(message: Message) -> str:
    """Return what divides the parts: taken from the content, so that it is the same every time."""
    digest = hashlib.sha256(repr((message.to, message.subject, message.body)).encode())
    for attachment in message.attachments:
        digest.update(attachment.content)
    return digest.hexdigest()[:24]


def as_html(body: str) -> str:
    """Return a text as simple HTML: paragraphs and lines, nothing from outside is a tag.

    >>> as_html("a <b>\\nc\\n\\nd")
    '<html><body><p>a &lt;b&gt;<br>\\nc</p>\\n<p>d</p></body></html>\\n'
    """
    paragraphs = [part for part in body.strip("\n").split("\n\n") if part.strip()]
    inner = "\n".join(f"<p>{_lines(part)}</p>" for part in paragraphs)
    return f"<html><body>{inner}</body></html>\n"


def _lines(paragraph: str) -> str:
    lines = []
    for line in paragraph.strip("\n").split("\n"):
        bare = line.lstrip(" ")
        lines.append("&nbsp;" * (len(line) - len(bare)) + html.escape(bare))
    return "<br>\n".join(lines)
