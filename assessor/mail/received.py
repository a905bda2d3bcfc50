"""What came in by mail: lines that are only ever added, each on the disk before the next step.

The ledger is no proof of anything: a mail that it does not know is looked for under its name too,
so that a lost ledger costs nothing but a second look into the mailbox.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from assessor.disk import add_line, reason_of
from assessor.mail.inbox import Mail, mark_of
from assessor.problems import MachineError, Place, error

FILE = "fetched.jsonl"
RETURNS, QUARANTINE, NOTHING = "returns", "quarantine", "nothing"
"""Where a mail was put: nothing is kept of a stranger's mail without attachments."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that was taken from a mailbox or a folder."""

    mark: str
    message_id: str
    sender: str
    day: str
    """The day it was sent, as it says itself."""
    sent: str
    received: str
    subject: str
    attachments: int
    place: str
    file: str
    """Below the workspace."""
    was: str = ""
    """Where it stood in quarantine, if it was let in later."""

    @property
    def date(self) -> dt.date | None:
        """The day it was sent."""
        return dt.date.fromisoformat(self.day) if self.day else None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt that was made out for some mails of a sender."""

    address: str
    at: str
    marks: tuple[str, ...]


def taken_of(mail: Mail, place: str, file: str) -> Taken:
    """Return the record of a mail."""
    return Taken(
        mark_of(mail),
        mail.message_id,
        mail.sender,
        mail.day.isoformat() if mail.day else "",
        mail.sent.isoformat() if mail.sent else "",
        mail.received.isoformat() if mail.received else "",
        mail.subject,
        mail.attachments,
        place,
        file,
    )


class Received:
    """The ledger of a workspace; whoever writes to it holds the workspace's lock."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self.mails: dict[str, Taken] = {}
        self.seen: set[str] = set()
        """Where mails lie that need not be looked into again."""
        self.receipts: list[Receipt] = []
        for line in self._lines():
            self._take(line)

    def _lines(self) -> list[str]:
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as fault:
            place = Place(str(self._path))
            raise MachineError(error("disk", place, reason=reason_of(fault))) from fault
        # What a power cut left without its end was never on the disk: its step did not happen.
        return content.rpartition(b"\n")[0].decode("utf-8", "replace").split("\n")

    def _take(self, line: str) -> None:
        """Take a line in; one that is damaged is as if it had never been written."""
        try:
            self._apply(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError):
            return

    def _apply(self, row: Mapping[str, Any]) -> None:
        if row["act"] == "taken":
            mail = Taken(**row["mail"])
            _ = mail.date
            self.mails[mail.mark] = mail
            self.seen.add(str(row["key"]))
        elif row["act"] == "seen":
            self.seen.add(str(row["key"]))
        elif row["act"] == "let_in":
            mark, file = str(row["mark"]), str(row["file"])
            before = self.mails[mark]
            self.mails[mark] = replace(before, place=RETURNS, file=file, was=before.file)
        elif row["act"] == "receipt":
            marks = tuple(map(str, row["marks"]))
            self.receipts.append(Receipt(str(row["address"]), str(row["at"]), marks))

    # -- writing ---------------------------------------------------------------------------------

    def take(self, key: str, mail: Taken) -> None:
        """Note that a mail was taken; its file is in place before."""
        self._add({"act": "taken", "key": key, "mail": asdict(mail)})

    def see(self, key: str) -> None:
        """Note that what lies there is a mail that we have already."""
        self._add({"act": "seen", "key": key})

    def let_in(self, mail: Taken, file: str) -> None:
        """Note that a mail has left the quarantine; its file is in place before."""
        self._add({"act": "let_in", "mark": mail.mark, "file": file})

    def receipt(self, address: str, at: str, marks: Sequence[str]) -> None:
        """Note that a receipt was made out."""
        self._add({"act": "receipt", "address": address, "at": at, "marks": list(marks)})

    def _add(self, row: Mapping[str, Any]) -> None:
        add_line(self._path, json.dumps(row, ensure_ascii=False, separators=(",", ":")))
        self._apply(row)

    # -- asking ----------------------------------------------------------------------------------

    def at(self, place: str) -> list[Taken]:
        """Return the mails in one place."""
        return [mail for mail in self.mails.values() if mail.place == place]

    def by_file(self) -> Mapping[str, Taken]:
        """Return the mails among the returns by their files below the workspace."""
        return {mail.file: mail for mail in self.at(RETURNS)}

    def latest_day(self) -> dt.date | None:
        """Return the day of the latest return that came by mail."""
        days = [mail.date for mail in self.at(RETURNS) if mail.attachments and mail.date]
        return max(days, default=None)

    def receipted(self) -> frozenset[str]:
        """Return the marks of the mails for which a receipt was made out."""
        return frozenset(mark for receipt in self.receipts for mark in receipt.marks)
