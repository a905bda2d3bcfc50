"""Letters one after the other: what is tried again, what stops the run, what is left for later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from assessor.mail import delivery
from assessor.mail.delivery import Delivered, Delivery, Ready
from assessor.mail.ledger import Ledger
from assessor.mail.recipients import Item, Letter, Owner
from assessor.mail.smtp import Answer, Fate
from assessor.problems import AssessorError, MachineError, Place, error

SENT, LATER, LOST = Answer(Fate.SENT), Answer(Fate.LATER), Answer(Fate.LATER, "", lost=True)
REFUSED, UNKNOWN = Answer(Fate.REFUSED), Answer(Fate.UNKNOWN, "", lost=True)
GONE = MachineError(error("mail_no_connection", Place(), reason="gone"))


class Carrier:
    """Answers as a test says: a fault where the connection cannot be made."""

    def __init__(self, answers: Sequence[Answer | AssessorError]) -> None:
        self.answers = list(answers)
        self.went: list[str] = []
        self.connected = 0

    def connect(self) -> None:
        self.connected += 1
        if self.connected > 1 and self.answers and isinstance(self.answers[0], AssessorError):
            raise self.answers.pop(0)  # type: ignore[misc]

    def deliver(self, to: str, _content: bytes) -> Answer:
        self.went.append(to)
        answer = self.answers.pop(0) if self.answers else SENT
        assert isinstance(answer, Answer)
        return answer

    def close(self) -> None:
        pass


def _ready(number: int) -> Ready:
    item = Item(f"results/V{number}", Owner("unit", f"V{number}"), (f"V{number}",), "digest")
    letter = Letter("results", f"{number}@example.org", f"村{number}", (item,))

    def make(message_id: str, at: dt.datetime) -> bytes:
        return f"{message_id} {at}".encode()

    return Ready(letter, {}, make, letter.address)


def _run(folder: Path, answers: Sequence[Answer | AssessorError], count: int) -> tuple[str, str]:
    """Return what became of each letter (its first letter), and in which order they went."""
    carrier = Carrier(answers)
    done = _delivered(folder, carrier, count)
    return "".join(one.state[0] for one in done.outcomes), "".join(to[0] for to in carrier.went)


def _delivered(folder: Path, carrier: Carrier, count: int) -> Delivered:
    ids = iter(f"<{number}@example.org>" for number in range(99))
    run = Delivery(carrier, Ledger(folder), lambda: next(ids), Decimal(0), lambda *_: None)  # type: ignore[arg-type]
    return run.run([_ready(number) for number in range(count)])


@pytest.fixture(autouse=True)
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    found: list[float] = []
    monkeypatch.setattr(delivery.time, "sleep", found.append)
    return found


@pytest.mark.parametrize(
    ("answers", "count", "states", "went"),
    [
        ([SENT, SENT], 2, "ss", "01"),
        ([LATER, SENT, SENT], 2, "ss", "010"),
        ([LATER, LATER, LATER], 1, "l", "000"),
        ([LOST, SENT, SENT], 2, "ss", "010"),
        ([REFUSED, SENT], 2, "rs", "01"),
        ([UNKNOWN, SENT], 2, "us", "01"),
        ([Answer(Fate.STOPPED)], 3, "rww", "0"),
        ([SENT, GONE, GONE, GONE], 3, "sww", "0"),
        ([SENT, GONE, SENT, SENT], 3, "sss", "012"),
        ([REFUSED] * 5, 7, "rrrrrww", "01234"),
        ([LATER] * 15, 7, "lllllww", "012340123401234"),
    ],
)
def test_what_becomes_of_letters(
    tmp_path: Path, answers: list[Answer | AssessorError], count: int, states: str, went: str
) -> None:
    assert _run(tmp_path, answers, count) == (states, went)


def test_the_pauses_are_bounded(tmp_path: Path, waited: list[float]) -> None:
    _run(tmp_path, [LATER] * 3, 1)
    assert waited == [0.0, 30.0, 120.0]


def test_why_the_connection_gave_out_is_told(tmp_path: Path) -> None:
    done = _delivered(tmp_path, Carrier([SENT, GONE, GONE, GONE]), 2)
    assert [problem.code for problem in done.stopped] == ["mail_no_connection"]


def test_a_wrong_password_in_the_middle_is_not_tried_again(tmp_path: Path) -> None:
    wrong = AssessorError(error("mail_login", Place(), user="a", reason="535"))
    assert _run(tmp_path, [SENT, wrong, SENT], 3) == ("sww", "0")


def test_each_letter_is_noted_before_and_after(tmp_path: Path) -> None:
    _run(tmp_path, [SENT, REFUSED, UNKNOWN, LATER], 4)
    states = [one.state for one in Ledger(tmp_path).attempts.values()]
    assert states == ["sent", "refused", "unknown", "later", "sent"]
    ids = [one.message_id for one in Ledger(tmp_path).attempts.values()]
    assert ids[3] == ids[4]
    assert len(set(ids)) == 4
