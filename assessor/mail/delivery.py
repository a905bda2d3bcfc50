"""Letters to the server one after the other: noted before and after, tried again, never twice."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.mail.checking import sha256
from assessor.mail.ledger import Facts, Ledger
from assessor.mail.recipients import Letter
from assessor.mail.smtp import Answer, Carrier, Fate
from assessor.problems import AssessorError, Problem

WAITS = (30.0, 120.0)
"""Seconds before those that the server did not take for now are tried a second and a third time."""
_MOST_IN_A_ROW = 5
"""After so many that were not taken one after the other it is the office that is refused."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Ready:
    """A letter that may go: where it goes, what it says, and how its bytes are made."""

    letter: Letter
    facts: Facts
    make: Callable[[str, dt.datetime], bytes]
    """The bytes under a message number and a date, read back and checked."""
    to: str
    """The address it goes to: the letter's own, except in a trial."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a letter: sent, refused, later, unknown, or waiting where it was not begun."""

    letter: Letter
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of all letters; `stopped` where the server or the connection gave out."""

    outcomes: Sequence[Outcome]
    stopped: Sequence[Problem] = ()


def now() -> dt.datetime:
    """Return the time; a mail has one, results never do."""
    return dt.datetime.now().astimezone().replace(microsecond=0)


class Delivery:
    """One run of sending."""

    def __init__(
        self,
        carrier: Carrier,
        ledger: Ledger,
        new_id: Callable[[], str],
        pause: Decimal,
        progress: Progress,
    ) -> None:
        self._carrier = carrier
        self._ledger = ledger
        self._new_id = new_id
        self._pause = float(pause)
        self._progress = progress
        self._outcomes: dict[int, Outcome] = {}
        self._stopped: Sequence[Problem] = ()
        self._begun = 0

    def run(self, letters: Sequence[Ready]) -> Delivered:
        """Send letters; those not taken for now are tried again at the end, a few times."""
        self._carrier.connect()  # without a connection nothing is begun
        pending = list(enumerate(letters))
        try:
            for wait in (0.0, *WAITS):
                if not pending:
                    break
                time.sleep(wait)
                pending, over = self._round(pending, len(letters))
                if over:
                    break
        finally:
            self._carrier.close()
        for number, ready in pending:
            self._outcomes.setdefault(number, Outcome(ready.letter, "waiting"))
        return Delivered([self._outcomes[n] for n in sorted(self._outcomes)], self._stopped)

    def _round(
        self, pending: Sequence[tuple[int, Ready]], whole: int
    ) -> tuple[list[tuple[int, Ready]], bool]:
        """Try each letter once; return those to try again, and whether it is over."""
        again: list[tuple[int, Ready]] = []
        in_a_row = 0
        for position, (number, ready) in enumerate(pending):
            rest = [*again, *pending[position:]]
            if in_a_row >= _MOST_IN_A_ROW:
                refused = self._outcomes[pending[position - 1][0]].state == "refused"
                return rest, refused
            try:
                self._carrier.connect()
            except AssessorError as fault:
                self._stopped = fault.problems
                return rest, fault.exit_status == AssessorError.exit_status
            self._stopped = ()
            answer = self._send(ready)
            self._outcomes[number] = Outcome(ready.letter, _state(answer), answer.reason)
            if answer.fate is Fate.STOPPED:
                return [*again, *pending[position + 1 :]], True
            if answer.fate is Fate.LATER:
                again.append((number, ready))
            in_a_row = 0 if answer.fate is Fate.SENT else in_a_row + 1
            done = sum(one.state not in {"later", "waiting"} for one in self._outcomes.values())
            self._progress(done, whole)
        return again, False

    def _send(self, ready: Ready) -> Answer:
        if self._begun and self._pause:
            time.sleep(self._pause)
        self._begun += 1
        at = now()
        message_id = self._ledger.earlier_id(ready.letter) or self._new_id()
        content = ready.make(message_id, at)
        attempt = self._ledger.begin(
            ready.letter, message_id, at.isoformat(), sha256(content), ready.facts
        )
        answer = self._carrier.deliver(ready.to, content)
        if answer.fate is not Fate.UNKNOWN:
            self._ledger.end(attempt, _state(answer), now().isoformat(), answer.reason)
        return answer


def _state(answer: Answer) -> str:
    """Return the fate as the ledger has it: who stops us has refused this one."""
    return "refused" if answer.fate is Fate.STOPPED else answer.fate.value
