"""The last look before a message leaves: the very bytes are taken apart again and compared."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from assessor.mail.readback import Seen
from assessor.mail.recipients import Item, Letter, may_receive
from assessor.problems import AssessorError, Place, error
from assessor.scheme.model import Scheme


@dataclass(frozen=True)
class Checker:
    """What was read back from every workbook, by the hash of its bytes."""

    scheme: Scheme
    seen: dict[str, Seen] = field(default_factory=dict)
    trial: str = ""
    """Where a trial goes: to the office itself, whatever it carries."""

    def note(self, content: bytes, seen: Seen) -> None:
        """Note what was read back from some bytes."""
        self.seen[sha256(content)] = seen

    def content_of(self, item: Item) -> bytes:
        """Return the bytes of a workbook; AssessorError where they are not those read back."""
        content = item.path.read_bytes() if item.path is not None else b""
        seen = self.seen.get(sha256(content))
        if seen is None or (seen.owner, seen.digest) != (item.owner, item.digest):
            raise AssessorError(error("mail_check_unit", Place(str(item.path)), to=str(item.owner)))
        return content

    def check(self, letter: Letter, content: bytes) -> None:
        """Take a message apart; AssessorError unless unit in file = unit in ledger = one that this
        recipient may see, for each attachment."""
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        place = Place(letter.address)
        goal = self.trial or letter.address
        named = [one.addr_spec for one in message["to"].addresses]
        if named != [goal] or len(message.get_all("to", [])) != 1:
            raise AssessorError(error("mail_check_address", place, value=", ".join(named)))
        if any(message.get_all(name) for name in ("cc", "bcc", "resent-to")):
            raise AssessorError(error("mail_check_address", place, value=letter.address))
        carried = {part.get_filename(): part for part in message.iter_attachments()}
        wanted = {item.name: item for item in letter.items if item.path is not None}
        if list(carried) != list(wanted):
            raise AssessorError(error("mail_check_files", place))
        for name, item in wanted.items():
            attached = carried[name].get_payload(decode=True)
            self._check_file(letter, item, attached if isinstance(attached, bytes) else b"")
        for item in letter.items:
            self._check_owner(letter, item)

    def _check_file(self, letter: Letter, item: Item, content: bytes) -> None:
        seen = self.seen.get(sha256(content))
        same = seen is not None and (seen.owner, seen.units, seen.digest) == (
            item.owner,
            item.units,
            item.digest,
        )
        if not same:
            raise AssessorError(error("mail_check_unit", Place(item.name), to=letter.address))

    def _check_owner(self, letter: Letter, item: Item) -> None:
        if not may_receive(self.scheme, item.owner, letter.address):
            raise AssessorError(
                error("mail_check_recipient", Place(item.name or item.key), to=letter.address)
            )


def sha256(content: bytes) -> str:
    """Return the hash of some bytes."""
    return hashlib.sha256(content).hexdigest()


def tables_addresses(scheme: Scheme) -> Mapping[str, str]:
    """Return every address of the tables, in small letters, with whose it is."""
    found = {unit.via.lower(): unit.name for unit in scheme.units if unit.via}
    found |= {unit.email.lower(): unit.name for unit in scheme.units if unit.email}
    found |= {rater.email.lower(): rater.name for rater in scheme.raters if rater.email}
    return found
