"""What `fetch` does: mails out of a mailbox or a folder into returns/, strangers' into quarantine/.

Nothing is ever changed in the mailbox, and nothing that lies in returns/ is touched, so there is no
dry run: the worst that a fetch can do is to add a file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Protocol

from assessor.disk import keep_names, reason_of, write_file
from assessor.mail.inbox import (
    Mail,
    Waiting,
    Whose,
    is_allowed,
    known_senders,
    look_into,
    mark_of,
    saved_name,
)
from assessor.mail.inbox_settings import FILE, InboxSettings, read_inbox_settings
from assessor.mail.received import NOTHING, QUARANTINE, RETURNS, Received, Taken, taken_of
from assessor.problems import (
    AssessorError,
    MachineError,
    Place,
    Problem,
    Severity,
    error,
    has_errors,
)
from assessor.returns.intake import take_in
from assessor.returns.opening import opened, read_settled
from assessor.returns.pool import Progress, silent
from assessor.scheme.load import load_sound_scheme
from assessor.scheme.model import Scheme
from assessor.sheets.kinds import Unreadable
from assessor.workspace import Workspace

SETTINGS = f"mail/{FILE}"
MAIL_FOLDER = "returns/mail"
QUARANTINE_FOLDER = "quarantine"
MOST_MAILS = 20_000
"""Mails of a folder that are looked into in one run."""
_MEGABYTE = 1 << 20
_HEAD = 1 << 18
_IN_A_ROW = 3
"""After so many mails one after the other that could not be read, it is not the mails."""

Password = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for on the command line."""

    folder: str = ""
    since: dt.date | None = None
    limit: int | None = None
    source: Path | None = None
    """A folder of saved mails, instead of the mailbox."""


@dataclass
class Fetched:
    """What `fetch` did."""

    settings: InboxSettings
    taken: list[Taken] = field(default_factory=list)
    let_in: list[Taken] = field(default_factory=list)
    """Taken out of the quarantine, because their senders are allowed now."""
    quarantined: list[Taken] = field(default_factory=list)
    passed: int = 0
    """Strangers' mails without attachments, of which nothing is kept."""
    known: int = 0
    """Mails that were there already."""
    left: int = 0
    """Mails that are still to be taken, because of a limit."""
    waiting: list[Taken] = field(default_factory=list)
    """Everything that is in quarantine now."""
    problems: list[Problem] = field(default_factory=list)
    stopped: tuple[Problem, ...] = ()
    """Why it ended before its time, where it did."""

    @property
    def open(self) -> bool:
        """Whether a mail of somebody who may send returns could not be taken."""
        return has_errors(self.problems)


class Source(Protocol):
    """Where mails come from."""

    def waiting(self, since: dt.date | None) -> list[Waiting]:
        """Return what is there."""
        ...

    def read(self, message: Waiting) -> bytes | None:
        """Return one message; None where it is not there any more."""
        ...

    def head(self, message: Waiting) -> bytes:
        """Return the beginning of a message: its headers."""
        ...

    def close(self) -> None:
        """End it."""
        ...


def fetch(
    workspace: Workspace,
    asked: Asked,
    password: Password = lambda _: "",
    progress: Progress = silent,
) -> Fetched:
    """Take what is new; what was taken before something broke is kept and not taken again."""
    scheme, _ = load_sound_scheme(workspace.scheme)
    if scheme.settings.rehearsal:
        raise AssessorError(error("fetch_rehearsal", Place(str(workspace.root))))
    settings = read_settings(workspace, scheme.settings.language)
    fetched = Fetched(settings)
    fetching = _Fetching(workspace, scheme, settings, fetched)
    source = _source(workspace, settings, asked, password)
    try:
        fetching.run(source, asked, progress)
    except MachineError as fault:  # what was taken is told, and why it ended
        fetched.stopped = tuple(fault.problems)
    finally:
        source.close()
    fetched.waiting = fetching.ledger.at(QUARANTINE)
    return fetched


def read_settings(workspace: Workspace, language: str) -> InboxSettings:
    """Return the settings, written for the clerk where they are not there yet."""
    path = workspace.root / SETTINGS
    if not path.exists():
        shipped = files("assessor.templates").joinpath("mail", language, FILE)
        # With a mark and Windows line ends: the editors of an old Windows show both rightly.
        lines = shipped.read_text(encoding="utf-8").splitlines()
        write_file(path, "\r\n".join([*lines, ""]).encode("utf-8-sig"))
    settings, faults = read_inbox_settings(path.read_bytes(), SETTINGS)
    if faults:
        raise AssessorError(*faults)
    return settings


def _source(
    workspace: Workspace, settings: InboxSettings, asked: Asked, password: Password
) -> Source:
    if asked.source is not None:
        return FolderSource(workspace, asked.source, settings.most * _MEGABYTE)
    missing = [name for name in ("server", "user") if not getattr(settings, name)]
    if missing:
        raise AssessorError(error("fetch_settings_missing", Place(SETTINGS)))
    if not asked.folder.isprintable():
        raise AssessorError(error("fetch_folder_name", value=asked.folder))
    if settings.certificates:
        path = workspace.root / settings.certificates
        if not path.is_file():
            raise AssessorError(error("fetch_certificates_missing", Place(str(path))))
        settings = replace(settings, certificates=str(path))
    from assessor.mail.imap import ImapSource

    return ImapSource(settings, asked.folder, lambda: password(settings.user))


class FolderSource:
    """A folder of saved mails, with everything below it."""

    def __init__(self, workspace: Workspace, folder: Path, most: int) -> None:
        if not folder.is_dir():
            raise AssessorError(error("path_missing", Place(str(folder))))
        if folder.resolve().is_relative_to(workspace.returns.resolve()):
            raise AssessorError(error("fetch_from_returns", Place(str(folder))))
        self._folder = folder
        self._most = most
        self.faults: list[Problem] = []

    def waiting(self, since: dt.date | None) -> list[Waiting]:  # noqa: ARG002
        """Return the saved mails by their paths; of which day they are is not known yet."""
        found = []
        for one in take_in(self._folder):
            if one.ending != ".eml" or one.disposition == "ignored":
                continue
            try:
                with opened(self._folder, one.name) as stream:
                    size = stream.seek(0, 2)
            except Unreadable as fault:
                self.faults.append(error(fault.code, Place(one.file), **fault.facts))
                continue
            found.append(Waiting(one.name, size))
        return found

    def read(self, message: Waiting) -> bytes | None:
        """Return a saved mail."""
        try:
            with opened(self._folder, message.key) as stream:
                return read_settled(stream, self._most)
        except Unreadable as fault:
            self.faults.append(error(fault.code, Place(message.key), **fault.facts))
            return None

    def head(self, message: Waiting) -> bytes:
        """Return the beginning of a saved mail."""
        try:
            with opened(self._folder, message.key) as stream:
                return stream.read(_HEAD)
        except Unreadable:
            return b""

    def close(self) -> None:
        """Nothing is open."""


class _Fetching:
    """One run."""

    def __init__(
        self, workspace: Workspace, scheme: Scheme, settings: InboxSettings, fetched: Fetched
    ) -> None:
        self._root = workspace.root
        self._settings = settings
        self._fetched = fetched
        self._known: Mapping[str, tuple[Whose, ...]] = known_senders(scheme)
        self.ledger = Received(workspace.hidden)
        self._there = {folder: self._marks(folder) for folder in (MAIL_FOLDER, QUARANTINE_FOLDER)}

    def _marks(self, folder: str) -> dict[str, str]:
        """Return the names of the mails in a folder by their marks."""
        found = (self._root / folder).glob("*.eml")
        return {path.stem.rpartition("_")[2]: path.name for path in found}

    def _allowed(self, mail: Mail) -> bool:
        return is_allowed(mail, self._known, self._settings.allowed)

    # -- out of the quarantine -------------------------------------------------------------------

    def let_in(self) -> None:
        """Take what lies in quarantine and may come in by now; finish what was cut off."""
        for taken in list(self.ledger.mails.values()):
            if taken.place == RETURNS:
                self._tidy(taken)
            if taken.place != QUARANTINE:
                continue
            path = self._root / taken.file
            try:
                content = path.read_bytes()
            except OSError:
                continue  # somebody has taken it away or into returns/ by hand
            mail = look_into(content)
            if not self._allowed(mail):
                continue
            file = self._put(MAIL_FOLDER, mail, content)
            self.ledger.let_in(taken, file)
            path.unlink(missing_ok=True)
            self._fetched.let_in.append(self.ledger.mails[taken.mark])

    def _tidy(self, taken: Taken) -> None:
        """Remove from quarantine what a run that was cut off had let in already."""
        left, kept = self._root / taken.was, self._root / taken.file
        both = bool(taken.was) and left.is_file() and kept.is_file()
        if both and left.read_bytes() == kept.read_bytes():
            left.unlink(missing_ok=True)

    # -- new ones --------------------------------------------------------------------------------

    def run(self, source: Source, asked: Asked, progress: Progress) -> None:
        """Take what is new, the oldest first."""
        there = source.waiting(asked.since)
        self.let_in()
        fresh = [message for message in there if message.key not in self.ledger.seen]
        self._fetched.known = len(there) - len(fresh)
        most = min(MOST_MAILS, asked.limit or MOST_MAILS)
        gained = failed = 0
        for number, message in enumerate(fresh):
            if gained >= most:
                self._fetched.left = len(fresh) - number
                break
            try:
                gained += self._take(source, message, asked)
                failed = 0
            except MachineError as fault:
                failed += 1
                last = number + 1 == len(fresh)
                if fault.problems[0].code != "fetch_cut" or failed >= _IN_A_ROW or last:
                    raise
                # One mail that the server cannot give must not keep back those after it.
                self._fetched.problems += fault.problems
            progress(number + 1, len(fresh))
        self._fetched.problems += getattr(source, "faults", [])

    def _take(self, source: Source, message: Waiting, asked: Asked) -> bool:
        """Take one mail; say whether it counts towards a limit."""
        most = self._settings.most
        content = source.read(message) if message.size <= most * _MEGABYTE else None
        if message.size > most * _MEGABYTE or (content and len(content) > most * _MEGABYTE):
            self._too_large(source, message)
            return False
        if content is None:
            return False
        mail = look_into(content, message.received)
        early = asked.source is not None and asked.since is not None
        if early and mail.day is not None and asked.since is not None and mail.day < asked.since:
            return False
        key = message.key if asked.source is None else f"{mark_of(mail)}"
        if mark_of(mail) in self.ledger.mails:
            if key not in self.ledger.seen:
                self.ledger.see(key)
            self._fetched.known += 1
            return False
        self._keep(key, mail, content)
        return True

    def _too_large(self, source: Source, message: Waiting) -> None:
        """Tell of a mail that is too large; of a stranger's it is only mentioned."""
        mail = look_into(source.head(message), message.received)
        facts = {
            "size": f"{message.size / _MEGABYTE:.1f}",
            "most": self._settings.most,
            "day": mail.day or "—",
            "sender": mail.sender or "—",
            "subject": mail.subject or "—",
        }
        severity = Severity.ERROR if self._allowed(mail) else Severity.WARNING
        self._fetched.problems.append(Problem("fetch_too_large", severity, facts=facts))

    def _keep(self, key: str, mail: Mail, content: bytes) -> None:
        """Put a mail where it belongs, then note it: a run that is killed between both finds the
        same file under the same name again."""
        allowed = self._allowed(mail)
        place = RETURNS if allowed else QUARANTINE if mail.attachments else NOTHING
        file = ""
        if place != NOTHING:
            folder = MAIL_FOLDER if allowed else QUARANTINE_FOLDER
            file = self._put(folder, mail, content)
        taken = taken_of(mail, place, file)
        self.ledger.take(key, taken)
        if place == RETURNS:
            self._fetched.taken.append(taken)
        elif place == QUARANTINE:
            self._fetched.quarantined.append(taken)
        else:
            self._fetched.passed += 1

    def _put(self, folder: str, mail: Mail, content: bytes) -> str:
        """Write a mail under a name of our own, on the disk for good; return where it is."""
        there = self._there[folder]
        name = there.get(mark_of(mail)) or saved_name(mail, self._known.get(mail.sender, ()))
        path = self._root / folder / name
        if not path.exists():
            write_file(path, content, lasting=True)
            try:
                keep_names(path.parent)
                keep_names(path.parent.parent)
            except OSError as fault:
                place = Place(str(path))
                raise MachineError(error("disk", place, reason=reason_of(fault))) from fault
        there[mark_of(mail)] = name
        return f"{folder}/{name}"
