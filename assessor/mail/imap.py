"""A mailbox looked into over IMAP: nothing in it is deleted, moved or marked as read."""

from __future__ import annotations

import contextlib
import datetime as dt
import imaplib
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

from assessor import __version__
from assessor.mail.inbox import Waiting
from assessor.mail.inbox_settings import InboxSettings
from assessor.problems import AssessorError, MachineError, Place, error

TIMEOUT = 60.0
"""Seconds to wait for an answer."""
TRIES = 3
"""So many times in a row a connection is made again where it was cut without anything gained."""
_CHUNK = 300
"""So many messages are asked for their size at once."""
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_UID = re.compile(rb"\bUID (\d+)")
_DATE = re.compile(rb'INTERNALDATE "([^"]+)"')
_FAULTS = (OSError, imaplib.IMAP4.error, ImapToolsError)

Password = Callable[[], str]
T = TypeVar("T")


class ImapSource:
    """One folder of a mailbox, opened read-only; a connection that is cut is made again."""

    def __init__(self, settings: InboxSettings, folder: str, password: Password) -> None:
        self._settings = settings
        self._folder = folder or settings.folder
        self._password = password
        self._secret = ""
        self._box: BaseMailBox | None = None
        self._validity = ""

    @property
    def _place(self) -> Place:
        return Place(f"{self._settings.server}:{self._settings.port}")

    # -- what is there ---------------------------------------------------------------------------

    def waiting(self, since: dt.date | None) -> list[Waiting]:
        """Return the messages of the folder, the oldest first."""
        return self._patiently(lambda box: list(self._listed(box, since))) or []

    def read(self, message: Waiting) -> bytes | None:
        """Return a message as it is; None where it is not there any more."""
        uid = message.key.rpartition("/")[2]
        return self._patiently(lambda box: _content(box, uid))

    def head(self, message: Waiting) -> bytes:
        """Return the headers of a message."""
        uid = message.key.rpartition("/")[2]
        return self._patiently(lambda box: _content(box, uid, "HEADER")) or b""

    def close(self) -> None:
        """Say goodbye; a server that is gone already is no matter."""
        if self._box is not None:
            with contextlib.suppress(*_FAULTS):
                self._box.logout()
            with contextlib.suppress(*_FAULTS):
                self._box.client.shutdown()
        self._box = None

    def _patiently(self, ask: Callable[[BaseMailBox], T]) -> T:
        for left in reversed(range(TRIES)):
            box = self._box or self._opened()
            try:
                return ask(box)
            except _FAULTS as fault:
                self._drop()
                if not left:
                    reason = self._said(fault)
                    raise MachineError(error("fetch_cut", self._place, reason=reason)) from fault
        raise AssertionError

    def _drop(self) -> None:
        """Let go of a connection that is of no use any more, without a word to the server."""
        if self._box is not None:
            with contextlib.suppress(*_FAULTS):
                self._box.client.shutdown()
        self._box = None

    def _listed(self, box: BaseMailBox, since: dt.date | None) -> Iterator[Waiting]:
        criteria = f"SINCE {_imap_day(since)}" if since else "ALL"
        uids = sorted(box.uids(criteria, charset=None), key=int)
        for start in range(0, len(uids), _CHUNK):
            chunk = uids[start : start + _CHUNK]
            _, rows = box.client.uid("FETCH", ",".join(chunk), "(UID RFC822.SIZE INTERNALDATE)")
            found = dict(filter(None, map(self._row, rows)))
            yield from (found[uid] for uid in chunk if uid in found)

    def _row(self, row: object) -> tuple[str, Waiting] | None:
        line = row if isinstance(row, bytes) else b""
        uid, size = _UID.search(line), _SIZE.search(line)
        if uid is None or size is None:
            return None
        number = uid.group(1).decode()
        settings = self._settings
        key = f"{settings.server}/{settings.user}/{self._folder}/{self._validity}/{number}"
        return number, Waiting(key, int(size.group(1)), _moment(line))

    # -- the connection --------------------------------------------------------------------------

    def _opened(self) -> BaseMailBox:
        try:
            box = self._connected()
        except ssl.SSLCertVerificationError as fault:
            reason = fault.verify_message or str(fault)
            raise MachineError(error("fetch_certificate", self._place, reason=reason)) from fault
        except imaplib.IMAP4.abort as fault:
            if "TLS not supported" in str(fault):
                raise AssessorError(error("fetch_no_starttls", self._place)) from fault
            raise self._unreachable(fault) from fault
        except _FAULTS as fault:
            raise self._unreachable(fault) from fault
        self._box = box
        try:
            self._enter(box)
        except BaseException:
            self._drop()
            raise
        return box

    def _connected(self) -> BaseMailBox:
        settings = self._settings
        context = ssl.create_default_context(cafile=settings.certificates or None)
        where = (settings.server, settings.port)
        if settings.security == "tls":
            return MailBox(*where, timeout=TIMEOUT, ssl_context=context)
        if settings.security == "starttls":
            return MailBoxStartTls(*where, timeout=TIMEOUT, ssl_context=context)
        return MailBoxUnencrypted(*where, timeout=TIMEOUT)

    def _enter(self, box: BaseMailBox) -> None:
        """Log in, say who we are, open the folder for looking only."""
        self._secret = self._secret or self._password()
        if not (self._secret.isascii() and self._secret.isprintable()):
            raise AssessorError(error("mail_password_ascii", self._place))
        user = self._settings.user
        try:
            box.login(user, self._secret, initial_folder=None)
            _introduce(box)
            box.folder.set(self._folder, readonly=True)
        except MailboxLoginError as fault:
            reason = self._said(fault)
            raise AssessorError(
                error("fetch_login", self._place, user=user, reason=reason)
            ) from fault
        except MailboxFolderSelectError as fault:
            facts = {"folder": self._folder, "known": _folders(box), "reason": self._said(fault)}
            raise AssessorError(error("fetch_no_folder", self._place, **facts)) from fault
        except _FAULTS as fault:
            raise self._unreachable(fault) from fault
        validity = box.client.untagged_responses.get("UIDVALIDITY", [b""])[-1]
        number = validity.decode("ascii", "replace") if isinstance(validity, bytes) else ""
        if self._validity not in {"", number}:  # what was listed has other numbers by now
            raise MachineError(error("fetch_renumbered", self._place))
        self._validity = number

    def _unreachable(self, fault: Exception) -> MachineError:
        return MachineError(error("fetch_no_connection", self._place, reason=self._said(fault)))

    def _said(self, fault: Exception) -> str:
        """Return what went wrong in the server's own words, the password never among them."""
        result = getattr(fault, "command_result", None)
        words = result[1][0] if result and result[1] else None
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(fault)
        text = getattr(fault, "strerror", "") or text
        if self._secret:
            text = text.replace(self._secret, "***")
        return " ".join(text.split())[:300] or type(fault).__name__


def _introduce(box: BaseMailBox) -> None:
    """Say which program this is: 163.com and 126.com open no folder for one that does not.

    Servers that do not know the command refuse it, and that is all.
    """
    imaplib.Commands.setdefault("ID", ("NONAUTH", "AUTH", "SELECTED"))
    with contextlib.suppress(imaplib.IMAP4.error):
        box.client.xatom("ID", f'("name" "assessor" "version" "{__version__}")')


def _folders(box: BaseMailBox) -> Sequence[str]:
    with contextlib.suppress(*_FAULTS, ValueError):
        return [folder.name for folder in box.folder.list()][:30]
    return []


def _content(box: BaseMailBox, uid: str, part: str = "") -> bytes | None:
    kind, rows = box.client.uid("FETCH", uid, f"(UID BODY.PEEK[{part}])")
    if kind != "OK":
        raise imaplib.IMAP4.error(str(rows[:1]))
    for row in rows:
        if isinstance(row, tuple) and b"BODY[" in row[0]:
            return bytes(row[1])
    return None


def _imap_day(day: dt.date) -> str:
    """Return a day as IMAP writes it, whatever the language of the system.

    >>> _imap_day(dt.date(2026, 12, 3))
    '3-Dec-2026'
    """
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    return f"{day.day}-{months[day.month - 1]}-{day.year}"


def _moment(line: bytes) -> dt.datetime | None:
    """Return when a message came in, with its zone as the server says it."""
    found = _DATE.search(line)
    if found is None:
        return None
    day, _, rest = found.group(1).decode("ascii", "replace").strip().partition(" ")
    number, _, month = day.partition("-")
    name, _, year = month.partition("-")
    months = "jan feb mar apr may jun jul aug sep oct nov dec".split()
    try:
        written = f"{year}-{months.index(name.lower()) + 1:02d}-{int(number):02d} {rest}"
        return dt.datetime.strptime(written, "%Y-%m-%d %H:%M:%S %z")
    except ValueError:
        return None
