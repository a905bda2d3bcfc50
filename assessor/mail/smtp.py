"""One message at a time to a mail server, and what the server's answer means.

Nothing is accepted before the dot that ends a message; once the dot has left, only the answer says
whether it was. So the dot is sent by itself, and each side of it has its own outcome.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from assessor.mail.settings import MailSettings
from assessor.problems import AssessorError, MachineError, Place, error

TIMEOUT = 60.0
"""Seconds to wait for an answer."""
LAST_TIMEOUT = 300.0
"""Seconds to wait for the answer to a whole message: a server may look for viruses first."""
_OWN_NAME = "[127.0.0.1]"
"""How this machine greets a server: its real name is nobody's business, and may be slow to find."""
_PER_CONNECTION = 50
"""So many messages go over one connection; many providers cut it after more."""


class Fate(StrEnum):
    """What became of a message."""

    SENT = "sent"
    REFUSED = "refused"
    """For good: this recipient, or this message."""
    LATER = "later"
    """Nothing was accepted; it may be in a while."""
    UNKNOWN = "unknown"
    """The message left and no answer came."""
    STOPPED = "stopped"
    """The server takes nothing from this sender."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The fate of a message, and the server's words."""

    fate: Fate
    reason: str = ""
    lost: bool = False
    """Whether the connection is gone."""


Password = Callable[[], str]


class Carrier:
    """A connection to the office's mail server, made when needed and made again when lost."""

    def __init__(self, settings: MailSettings, password: Password) -> None:
        self._settings = settings
        self._password = password
        self._secret = ""
        self._server: smtplib.SMTP | None = None
        self._carried = 0

    def deliver(self, to: str, content: bytes) -> Answer:
        """Send one message; whatever happens, the answer says what is known of it.

        Raises AssessorError or MachineError where no connection can be used at all.
        """
        server = self._ready()
        self._carried += 1
        answer = self._transact(server, to, content)
        if answer.lost:
            self.close()
        return answer

    def connect(self) -> None:
        """See to it that there is a connection, so that a message is not begun without one."""
        self._ready()

    def _ready(self) -> smtplib.SMTP:
        if self._carried >= _PER_CONNECTION:
            self.close()
        return self._server or self._connect()

    def close(self) -> None:
        """Say goodbye; a server that is gone already is no matter."""
        if self._server is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._server.quit()
            with contextlib.suppress(OSError):
                self._server.close()
        self._server = None
        self._carried = 0

    # -- connecting ------------------------------------------------------------------------------

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        place = Place(f"{settings.server}:{settings.port}")
        try:
            server = self._greeted()
        except ssl.SSLError as fault:
            reason = getattr(fault, "verify_message", "") or fault.reason or str(fault)
            raise MachineError(error("mail_certificate", place, reason=reason)) from fault
        except smtplib.SMTPNotSupportedError as fault:
            raise AssessorError(error("mail_no_starttls", place)) from fault
        except (OSError, smtplib.SMTPException) as fault:
            reason = self._said(fault)
            raise MachineError(error("mail_no_connection", place, reason=reason)) from fault
        self._server = server
        self._carried = 0
        if settings.user:
            self._log_in(server, place)
        return server

    def _greeted(self) -> smtplib.SMTP:
        settings = self._settings
        context = ssl.create_default_context(cafile=settings.certificates or None)
        if settings.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.server, settings.port, _OWN_NAME, timeout=TIMEOUT, context=context
            )
        else:
            server = smtplib.SMTP(settings.server, settings.port, _OWN_NAME, timeout=TIMEOUT)
        try:
            server.ehlo_or_helo_if_needed()
            if settings.security == "starttls":
                server.starttls(context=context)
                server.ehlo()
        except BaseException:
            server.close()
            raise
        return server

    def _log_in(self, server: smtplib.SMTP, place: Place) -> None:
        self._secret = self._secret or self._password()
        try:
            _authenticate(server, self._settings.user, self._secret)
        except smtplib.SMTPAuthenticationError as fault:
            self.close()
            user = self._settings.user
            raise AssessorError(
                error("mail_login", place, user=user, reason=self._said(fault))
            ) from fault
        except UnicodeError:  # its text would show the password
            self.close()
            raise AssessorError(error("mail_password_ascii", place)) from None
        except smtplib.SMTPNotSupportedError as fault:
            self.close()
            raise AssessorError(error("mail_no_login", place)) from fault
        except (OSError, smtplib.SMTPException) as fault:
            self.close()
            reason = self._said(fault)
            raise MachineError(error("mail_no_connection", place, reason=reason)) from fault

    def _said(self, fault: Exception) -> str:
        """Return what went wrong in the server's own words, the password never among them."""
        words = getattr(fault, "smtp_error", b"") or getattr(fault, "strerror", "") or str(fault)
        code = getattr(fault, "smtp_code", 0)
        return self._clean(code if isinstance(code, int) else 0, words)

    def _clean(self, code: int, words: bytes | str) -> str:
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
        if self._secret:
            text = text.replace(self._secret, "***")
        text = " ".join(text.split())[:300]
        return f"{code} {text}" if code > 0 else text

    # -- one message -----------------------------------------------------------------------------

    def _transact(self, server: smtplib.SMTP, to: str, content: bytes) -> Answer:
        most = server.esmtp_features.get("size", "")
        if most.isdigit() and 0 < int(most) < len(content):
            return Answer(Fate.REFUSED, f"SIZE {most}")
        try:
            code, words = server.mail(self._settings.sender)
            if code != 250:
                return self._judged(server, code, words, Fate.STOPPED)
            code, words = server.rcpt(to)
            if code not in {250, 251}:
                return self._judged(server, code, words, Fate.REFUSED)
            code, words = server.docmd("DATA")
            if code != 354:
                return self._judged(server, code, words, Fate.REFUSED)
            server.send(_dotted(content))
        except (OSError, smtplib.SMTPException) as fault:
            return Answer(Fate.LATER, self._said(fault), lost=True)
        return self._ended(server)

    def _ended(self, server: smtplib.SMTP) -> Answer:
        """Send the dot and wait for the answer that alone says whether the message was taken."""
        try:
            if isinstance(server.sock, socket.socket):
                server.sock.settimeout(LAST_TIMEOUT)
            server.send(b".\r\n")
            code, words = server.getreply()
            if isinstance(server.sock, socket.socket):
                server.sock.settimeout(TIMEOUT)
        except (OSError, smtplib.SMTPException) as fault:
            return Answer(Fate.UNKNOWN, self._said(fault), lost=True)
        if code == 250:
            return Answer(Fate.SENT, self._clean(code, words))
        if code == -1:
            return Answer(Fate.UNKNOWN, self._clean(code, words), lost=True)
        return self._judged(server, code, words, Fate.REFUSED)

    def _judged(self, server: smtplib.SMTP, code: int, words: bytes, hard: Fate) -> Answer:
        """Say what a refusal means: for good or for now; 421 says that the connection is over."""
        reason = self._clean(code, words)
        if code == 421 or code == -1:
            return Answer(Fate.LATER, reason, lost=True)
        try:
            server.rset()
        except (OSError, smtplib.SMTPException):
            return Answer(_soft_or(code, hard), reason, lost=True)
        return Answer(_soft_or(code, hard), reason)


def _authenticate(server: smtplib.SMTP, user: str, password: str) -> None:
    """Log in by the first way that is offered; the library would try all of them one after the
    other, and many servers hang up after the first wrong password."""
    server.user, server.password = user, password
    offered = server.esmtp_features.get("auth", "").upper().split()
    ways: dict[str, Any] = {
        "PLAIN": server.auth_plain,
        "LOGIN": server.auth_login,
        "CRAM-MD5": server.auth_cram_md5,
    }
    way = next((name for name in ways if name in offered), "")
    if not way:
        raise smtplib.SMTPNotSupportedError("AUTH")
    server.auth(way, ways[way])


def _soft_or(code: int, hard: Fate) -> Fate:
    return Fate.LATER if 400 <= code < 500 else hard


def _dotted(content: bytes) -> bytes:
    """Return a message with its dots doubled, without the dot that ends it."""
    body = re.sub(rb"(?m)^\.", b"..", content)
    return body if body.endswith(b"\r\n") else body + b"\r\n"


def check_certificates(settings: MailSettings, root: Path) -> MailSettings:
    """Return the settings with the file of certificates as it is found from the workspace."""
    if not settings.certificates:
        return settings
    path = root / settings.certificates
    if not path.is_file():
        raise AssessorError(error("mail_certificates_missing", Place(str(path))))
    return replace(settings, certificates=str(path))
