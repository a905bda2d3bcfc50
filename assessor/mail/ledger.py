"""What was sent to whom: lines that are only ever added, on the disk before the step they announce.

A message is *sending* before a word of it leaves; then it is *sent*, *refused* or, where nothing
was accepted, *later*. Where the line after *sending* is missing, nobody but a person knows.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from assessor.disk import reason_of
from assessor.mail.recipients import Item, Letter
from assessor.problems import AssessorError, MachineError, Place, error

FILE = "mail.jsonl"
OUTCOMES = ("sent", "refused", "later")
"""What becomes of a message that was begun; without any of them it is unknown."""
DECISIONS = ("sent", "again")
"""What a person may decide of an unknown one."""

Facts = Mapping[str, Mapping[str, str]]
"""What a result said, by unit: score, grade, rank."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One message that was begun, and what became of it."""

    number: int
    at: str
    kind: str
    message_id: str
    to: str
    items: Mapping[str, str]
    """Digest by key of what it carries."""
    owners: Sequence[str] = ()
    facts: Facts = field(default_factory=dict)
    state: str = "unknown"
    """``unknown``, ``sent``, ``refused``, ``later``, or ``again`` where a person decided so."""
    reason: str = ""


class Ledger:
    """The ledger of a workspace; whoever writes to it holds the workspace's lock."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self.attempts: dict[int, Attempt] = {}
        self._with_key: dict[str, list[int]] = {}
        self._with_owner: dict[str, list[int]] = {}
        for number, line in enumerate(self._lines(), 1):
            self._take(line, number)

    def _lines(self) -> list[str]:
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as fault:
            raise MachineError(
                error("disk", Place(str(self._path)), reason=reason_of(fault))
            ) from fault
        # What a power cut left without its end was never on the disk: its step did not happen.
        whole, _, _ = content.rpartition(b"\n")
        return whole.decode("utf-8", "replace").split("\n") if whole else []

    def _take(self, line: str, number: int) -> None:
        try:
            row: dict[str, Any] = json.loads(line)
            self._apply(row)
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            place = Place(str(self._path), "", str(number))
            raise AssessorError(error("mail_ledger_damaged", place)) from fault

    def _apply(self, row: Mapping[str, Any]) -> None:
        number, act = int(row["n"]), str(row["act"])
        if act == "sending":
            self.attempts[number] = Attempt(
                number,
                str(row["at"]),
                str(row["kind"]),
                str(row["id"]),
                str(row["to"]),
                {str(item["key"]): str(item["digest"]) for item in row["items"]},
                tuple(dict.fromkeys(str(item["owner"]) for item in row["items"])),
                row["facts"],
            )
            for key in self.attempts[number].items:
                self._with_key.setdefault(key, []).append(number)
            for owner in self.attempts[number].owners:
                self._with_owner.setdefault(owner, []).append(number)
            return
        if act not in {*OUTCOMES, *DECISIONS}:
            raise ValueError(act)
        before = self.attempts[number]
        self.attempts[number] = replace(before, state=act, reason=str(row.get("reason", "")))

    # -- writing ---------------------------------------------------------------------------------

    def begin(self, letter: Letter, message_id: str, at: str, sha256: str, facts: Facts) -> Attempt:
        """Note that a message is about to be sent; it is on the disk when this returns."""
        number = max(self.attempts, default=0) + 1
        items = [
            {
                "key": item.key,
                "digest": item.digest,
                "owner": str(item.owner),
                "units": list(item.units),
                "name": item.name,
            }
            for item in letter.items
        ]
        head = {"act": "sending", "n": number, "at": at, "kind": letter.kind, "id": message_id}
        self._append(
            {**head, "to": letter.address, "sha256": sha256, "items": items, "facts": facts}
        )
        return self.attempts[number]

    def end(self, attempt: Attempt, state: str, at: str, reason: str = "") -> None:
        """Note what became of a message, or what a person decided."""
        row = {"act": state, "n": attempt.number, "at": at}
        self._append(row | ({"reason": reason} if reason else {}))

    def _append(self, row: Mapping[str, Any]) -> None:
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            new = not self._path.exists()
            with self._path.open("a+b") as file:
                file.truncate(self._whole(file))
                file.write(line.encode("utf-8", "replace") + b"\n")
                file.flush()
                os.fsync(file.fileno())
            if new:
                _keep_name(self._path.parent)
        except OSError as fault:
            raise MachineError(
                error("disk", Place(str(self._path)), reason=reason_of(fault))
            ) from fault
        self._apply(row)

    @staticmethod
    def _whole(file: Any) -> int:  # noqa: ANN401
        """Return where the last whole line ends."""
        size: int = file.seek(0, os.SEEK_END)
        while size:
            start = max(0, size - 4096)
            file.seek(start)
            found = file.read(size - start).rfind(b"\n")
            if found >= 0:
                return start + int(found) + 1
            size = start
        return 0

    # -- asking ----------------------------------------------------------------------------------

    def unknown(self) -> list[Attempt]:
        """Return the messages of which nobody knows whether they went."""
        return [one for one in self.attempts.values() if one.state == "unknown" and _real(one)]

    def _carrying(self, key: str) -> Iterator[Attempt]:
        """Yield the messages that carried something, the latest first."""
        for number in reversed(self._with_key.get(key, ())):
            if _real(self.attempts[number]):
                yield self.attempts[number]

    def is_unknown(self, item: Item) -> bool:
        """Say whether something is in a message of which nobody knows whether it went."""
        return any(attempt.state == "unknown" for attempt in self._carrying(item.key))

    def last_sent(self, key: str, address: str = "") -> Attempt | None:
        """Return the latest message that brought something, to an address or to any."""
        for attempt in self._carrying(key):
            if attempt.state == "sent" and (not address or _same(attempt.to, address)):
                return attempt
        return None

    def was_refused(self, letter: Letter) -> bool:
        """Say whether what a letter carries was refused the last time it was tried."""
        last = next(self._carrying(letter.items[0].key), None)
        return last is not None and last.state == "refused"

    def earlier_id(self, letter: Letter) -> str:
        """Return the number under which the very same letter was begun before, so that a mail
        server that has it already can tell."""
        carried = {item.key: item.digest for item in letter.items}
        for attempt in self._carrying(letter.items[0].key):
            if not _same(attempt.to, letter.address) or attempt.items != carried:
                continue
            return attempt.message_id if attempt.state in {"again", "later"} else ""
        return ""

    def of_owner(self, kind: str, owner: str) -> list[Attempt]:
        """Return the messages of a kind that went to an owner."""
        mine = (self.attempts[number] for number in self._with_owner.get(owner, ()))
        return [one for one in mine if one.kind == kind and one.state == "sent"]


def _same(one: str, other: str) -> bool:
    return one.lower() == other.lower()


TRIAL = "trial"


def _real(attempt: Attempt) -> bool:
    """Say whether a message went to those whom it concerns, not to the office for a look."""
    return not attempt.kind.startswith(TRIAL)


def _keep_name(folder: Path) -> None:
    """See to it that a new file's name is on the disk too."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
