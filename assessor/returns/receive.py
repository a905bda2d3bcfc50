"""Everything in returns/ read: files, and what stands in archives and saved mails, step by step.

A file is read by a worker. Where it turns out to be an archive or a mail, another task takes it
apart under names of our own, and its members are read in the next step like any file: each death
of a worker costs one file, wherever it stands.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from assessor.problems import MachineError, Place, Problem, error, warning
from assessor.returns.archives import (
    MOST_BYTES,
    MOST_DEEP,
    MOST_MEMBERS,
    Member,
    NoRoom,
    unpack_zip,
)
from assessor.returns.identify import Context
from assessor.returns.intake import Found, by_itself, refused, says_workbook, take_in
from assessor.returns.mails import unpack_mail
from assessor.returns.names import INSIDE, unlike
from assessor.returns.opening import opened, read_settled, unchanged
from assessor.returns.pool import SECONDS_A_FILE, Failed, Progress, Workers, silent
from assessor.returns.read import CONTAINER, ENCLOSURE, read_found
from assessor.returns.reading import Envelope, FileReading
from assessor.sheets.kinds import Unreadable

MOST_SPOOLED = 4 << 30
"""Bytes of all members together that a run keeps for reading."""


@dataclass
class Received:
    """What lies in returns/."""

    readings: list[FileReading] = field(default_factory=list)
    """What was read as a workbook, or should have been one."""
    found: list[Found] = field(default_factory=list)
    """Everything else, each with the disposition that it has by itself."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What an archive or a mail holds, or why it could not be taken apart."""

    sha256: str = ""
    kind: str = ""
    members: tuple[Member, ...] = ()
    mail: Envelope | None = None
    problem: Problem | None = None
    no_room: str = ""
    """Why what came out of it could not be written down: no fault of the file."""


def receive(
    root: Path, context: Context, workers: int | None = None, progress: Progress = silent
) -> Received:
    """Read every file below a folder; each is in the result once, as a reading or as found."""
    received = Received()
    waiting = take_in(root)
    if not waiting:
        return received
    with tempfile.TemporaryDirectory(prefix="assessor-") as folder:
        spool = Path(folder)
        count = _useful(workers, waiting)
        seconds = SECONDS_A_FILE
        with Workers(spool, _begin, context, spool, count=count, seconds=seconds) as pool:
            _Receiving(received, pool, spool, progress).run(waiting)
    return received


_APART = (".zip", ".eml")


def _useful(workers: int | None, waiting: Sequence[Found]) -> int:
    """Return how many workers are of use; how many files an archive holds is not known yet."""
    most = workers or os.cpu_count() or 1
    archives = any(found.ending in _APART for found in waiting)
    return most if archives else min(most, len(waiting))


# -- in the worker -------------------------------------------------------------------------------

_context: Context | None = None
_spool = Path()


def _begin(context: Context, spool: Path) -> None:
    global _context, _spool
    _context, _spool = context, spool


def _read(found: Found) -> FileReading:
    assert _context is not None
    return read_found(found, _context)


def _unpack(job: tuple[int, Found]) -> Unpacked:
    number, found = job
    return unpack(found, _spool, f"m{number}")


def unpack(found: Found, spool: Path, prefix: str) -> Unpacked:
    """Take an archive or a mail apart; what is for reading lies in the spool folder then."""
    try:
        with opened(found.folder, found.name) as stream:
            if stream.read(2) != b"PK":
                content = read_settled(stream, MOST_BYTES)
                mail, members = unpack_mail(content, spool, prefix)
                sha256 = hashlib.sha256(content).hexdigest()
                return Unpacked(sha256, "mail", tuple(members), mail)
            stream.seek(0)
            with unchanged(stream):
                sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
                members = unpack_zip(stream, spool, prefix)
            return Unpacked(sha256, "zip", tuple(members))
    except Unreadable as fault:
        return Unpacked(problem=error(fault.code, Place(found.file), **fault.facts))
    except NoRoom as fault:
        return Unpacked(no_room=str(fault))


# -- in the parent -------------------------------------------------------------------------------


class _Receiving:
    """One run over the returns folder."""

    def __init__(self, received: Received, pool: Workers, spool: Path, progress: Progress) -> None:
        self._received = received
        self._pool = pool
        self._spool = spool
        self._progress = progress
        self._done = self._all = 0
        self._taken: set[str] = set()
        self._numbers = itertools.count()
        self._members: dict[str, int] = {}
        """How many files came out of each archive or mail that lies in returns/ itself."""
        self._spooled = 0

    def run(self, waiting: Sequence[Found]) -> None:
        """Read what waits, then what was in it, until nothing is left."""
        self._taken.update(found.file for found in waiting)
        while waiting:
            files = [found for found in waiting if not found.disposition]
            self._received.found += [found for found in waiting if found.disposition]
            self._all += len(files)
            containers = self._read(files)
            waiting = self._open(containers)

    def _tick(self, done: int, _all: int) -> None:
        self._progress(self._done + done, self._all)

    def _read(self, files: Sequence[Found]) -> list[Found]:
        """Read files; return those that are archives or mails."""
        containers = []
        for found, outcome in zip(files, self._pool.run(_read, files, self._tick), strict=True):
            if isinstance(outcome, Failed):
                self._received.readings.append(_failed(found, outcome))
            elif outcome.refused == CONTAINER:
                containers.append(replace(found, sha256=outcome.sha256))
            elif outcome.refused == ENCLOSURE:
                problem = next(iter(outcome.problems), None)
                kept = replace(found, sha256=outcome.sha256, problem=problem)
                self._received.found.append(by_itself(kept, "enclosure", ENCLOSURE))
            else:
                self._received.readings.append(outcome)
        self._done += len(files)
        return containers

    def _open(self, containers: Sequence[Found]) -> list[Found]:
        """Take archives and mails apart; return what was in them."""
        deep = [found for found in containers if found.file.count(INSIDE) >= MOST_DEEP - 1]
        for found in deep:
            self._received.found.append(refused(found, "archive_deep", most=MOST_DEEP))
        jobs = [(next(self._numbers), found) for found in containers if found not in deep]
        inside: list[Found] = []
        for (_, found), outcome in zip(jobs, self._pool.run(_unpack, jobs), strict=True):
            if isinstance(outcome, Failed):
                seconds = int(SECONDS_A_FILE)
                self._received.found.append(refused(found, outcome, seconds=seconds))
            else:
                inside += self._list(found, outcome)
        return inside

    def _list(self, found: Found, unpacked: Unpacked) -> list[Found]:
        """Return the members of an archive or a mail, and note what became of itself."""
        if unpacked.no_room:
            raise MachineError(error("disk", Place(found.file), reason=unpacked.no_room))
        found = replace(found, sha256=unpacked.sha256, count=len(unpacked.members))
        outermost = found.file.partition(INSIDE)[0]
        files = self._members.get(outermost, 0) + len(unpacked.members)
        bytes_ = self._spooled + sum(member.size for member in unpacked.members if member.path)
        problem = unpacked.problem or _too_much(found, files, bytes_)
        if problem is None and not unpacked.members and says_workbook(found.ending):
            problem = error("file_damaged", Place(found.file))
        if problem is not None:
            for member in unpacked.members:
                if member.path:
                    (self._spool / member.path).unlink(missing_ok=True)
            judged = by_itself(found, "rejected", problem.code)
            self._received.found.append(replace(judged, problem=problem))
            return []
        self._members[outermost], self._spooled = files, bytes_
        self._received.found.append(_opened(found, unpacked))
        mails = (*found.mails, unpacked.mail) if unpacked.mail else found.mails
        return [self._member(found, member, mails) for member in unpacked.members]

    def _member(self, inside: Found, member: Member, mails: tuple[Envelope, ...]) -> Found:
        file = unlike(f"{inside.file}{INSIDE}{member.name}", self._taken)
        found = Found(
            file,
            sha256=member.sha256,
            folder=self._spool,
            name=member.path,
            container=inside.file,
            mails=mails,
        )
        if member.disposition == "rejected":
            return refused(found, member.reason, **member.facts)
        return by_itself(found, member.disposition, member.reason)


def _too_much(found: Found, files: int, spooled: int) -> Problem | None:
    """Return why an archive is not read any more: more came out of it, or of all, than is sane."""
    if files > MOST_MEMBERS:
        return error("archive_many", Place(found.file), most=MOST_MEMBERS)
    if spooled > MOST_SPOOLED:
        return error("archives_swell", Place(found.file), most=MOST_SPOOLED >> 20)
    return None


def _opened(found: Found, unpacked: Unpacked) -> Found:
    """Return an archive or a mail that was taken apart: it is kept, and what is in it counts."""
    reason = "mail_opened" if unpacked.kind == "mail" else "archive_opened"
    problem = None
    if not unpacked.members:
        code = "mail_without_files" if unpacked.kind == "mail" else "archive_empty"
        problem = warning(code, Place(found.file))
    return replace(by_itself(found, "enclosure", reason), problem=problem)


def _failed(found: Found, code: str) -> FileReading:
    """Return the reading of a file that cost its worker the life."""
    problem = error(code, Place(found.file), seconds=int(SECONDS_A_FILE))
    return FileReading(
        found.file,
        found.sha256 or _hash(found),
        problems=(problem,),
        refused=str(code),
        container=found.container,
        mails=found.mails,
    )


def _hash(found: Found) -> str:
    try:
        with opened(found.folder, found.name) as stream:
            return hashlib.sha256(read_settled(stream, MOST_BYTES)).hexdigest()
    except Unreadable:
        return ""
