"""What came back as records: files and their fates, forms that count, and what is open."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from assessor.problems import Problem
from assessor.returns.reading import FileReading, FormReading, RefusedForm
from assessor.scheme.copies import Copy, CopyKey, Packet
from assessor.scoring.column import Status


@dataclass(frozen=True, slots=True)
class FileFate:
    """What became of one file."""

    file: str
    sha256: str
    disposition: str
    """accepted, rejected, duplicate, superseded, conflict, enclosure or ignored."""
    reason: str
    """Code of the reason, worded at the edges."""
    forms: tuple[CopyKey, ...] = ()
    problem: Problem | None = None
    """What refused it, or what else is to be said of it."""
    other: str = ""
    """The file that it repeats, contradicts, or was replaced by."""
    container: str = ""
    """The archive or mail that it stands in."""
    count: int = 0
    """How many files an archive or mail holds."""
    unit: str = ""
    """The unit that an enclosure belongs to, where that is certain."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A form that counts, and the file it stands in."""

    file: str
    reading: FormReading


@dataclass
class Collection:
    """Everything that came back, sorted out."""

    fates: list[FileFate] = field(default_factory=list)
    accepted: dict[CopyKey, Accepted] = field(default_factory=dict)
    held: set[CopyKey] = field(default_factory=set)
    """Copies with a conflict: their units wait for a decision."""
    absent: dict[CopyKey, tuple[Packet, Copy, Status]] = field(default_factory=dict)
    """Copies that are not there: MISSING, NOT_DUE, NOT_APPLICABLE where the period need not take
    place and did not or so many as are asked for are in, or SCORED where zero was decided."""
    unneeded: set[tuple[CopyKey, str]] = field(default_factory=set)
    """Copies that are not there, each with a unit of which so many as are asked for are in."""
    problems: list[Problem] = field(default_factory=list)
    polls: dict[tuple[str, str], dict[str, Status]] = field(default_factory=dict)
    """Votes counted from papers, by form and period: whether there are counts of each unit."""
    seconds: dict[CopyKey, Accepted] = field(default_factory=dict)
    """Of counts by two tellers the second one's form; the first one's stands among the accepted."""
    unanswered: dict[tuple[str, str], int] = field(default_factory=dict)
    """By form and period: how many voters have not sent back their file."""
    sheets: dict[CopyKey, tuple[Accepted, ...]] = field(default_factory=dict)
    """What came back for each copy, as it came back: the one that counts, or those in conflict."""
    serials: dict[CopyKey, int] = field(default_factory=dict)
    """The highest serial that has come back for each copy, refused ones too."""
    refusals: dict[CopyKey, list[RefusedForm]] = field(default_factory=dict)
    """Forms that are known and could not be taken."""

    def absent_status(self, key: CopyKey, unit: str) -> Status | None:
        """Return why there is nothing of a copy for a unit; None where it came back."""
        if key not in self.absent:
            return None
        status = self.absent[key][2]
        enough = status is Status.MISSING and (key, unit) in self.unneeded
        return Status.NOT_APPLICABLE if enough else status


Claim = tuple[FileReading, FormReading]
"""A form that says it is some copy, and the file it stands in."""


class Fate(NamedTuple):
    """What became of a file as far as one of its forms goes."""

    disposition: str
    reason: str = ""
    other: str = ""


def of_copy(problem: Problem, key: CopyKey) -> Problem:
    """Return the problem with the unit that it concerns and the rater who can cure it."""
    row = problem.criterion.rpartition("/")[0] or problem.criterion
    return without_voter(replace(problem, unit=key.unit or row, rater=key.rater), key)


def without_voter(problem: Problem, key: CopyKey) -> Problem:
    """Return the problem of an anonymous paper by its number: a file may be named after who sent
    it, and what stands in it must not stand beside that name."""
    if not key.paper:
        return problem
    place = replace(problem.place, file=key.paper)
    return replace(problem, place=place, rater="", nobody=True)
