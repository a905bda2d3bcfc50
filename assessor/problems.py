"""Problems: what is wrong, where, and facts to word it with. Imported by all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Severity(StrEnum):
    """How much a problem matters."""

    ERROR = "error"
    """Must be cured: the value does not count and its unit waits."""
    WARNING = "warning"
    """Counted, but somebody should look at it."""
    NOTE = "note"
    """For information."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: file › sheet ! cell."""

    file: str = ""
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        place = " › ".join(part for part in (self.file, self.sheet) if part)
        return f"{place}!{self.cell}" if self.cell else place


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. Its code is worded in the locale files (what, and how to cure it)."""

    code: str
    severity: Severity
    place: Place = NOWHERE
    facts: Mapping[str, object] = field(default_factory=dict)
    """Values for the blanks in the wording."""
    unit: str = ""
    """Code of the unit that must act, where there is one."""
    criterion: str = ""
    """Code of the criterion, aspect or column that is meant."""
    rater: str = ""
    """Code of the rater who filled in the form, where it was not the unit itself."""
    nobody: bool = False
    """Whether nobody can be asked, because the form is anonymous: the office must see to it."""
    decided: bool = False
    """Whether a decision has settled it: it holds nobody up any more."""

    def settled(self) -> Problem:
        """Return the problem as a decision has settled it: for information."""
        return replace(self, severity=Severity.NOTE, decided=True)


def error(code: str, place: Place = NOWHERE, /, **facts: object) -> Problem:
    """Return an error: it must be cured."""
    return Problem(code, Severity.ERROR, place, facts)


def warning(code: str, place: Place = NOWHERE, /, **facts: object) -> Problem:
    """Return a warning: counted, look at it."""
    return Problem(code, Severity.WARNING, place, facts)


def note(code: str, place: Place = NOWHERE, /, **facts: object) -> Problem:
    """Return a note."""
    return Problem(code, Severity.NOTE, place, facts)


def has_errors(problems: Sequence[Problem]) -> bool:
    """Say whether any of the problems must be cured."""
    return any(problem.severity is Severity.ERROR for problem in problems)


class AssessorError(Exception):
    """A fault that ends the command; carries the problems to print and the exit status."""

    exit_status = 2

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.code for problem in problems))
        self.problems = list(problems)


class MachineError(AssessorError):
    """A fault of the program or the machine (disk, network): results stay untouched."""

    exit_status = 3
