"""The ledger: on the disk before each step, whole lines or none, and what it says of a letter."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from assessor.mail.ledger import FILE, Ledger
from assessor.mail.recipients import Item, Letter, Owner
from assessor.problems import AssessorError

AT = "2026-12-05T10:00:00+08:00"


def _letter(
    address: str = "a@example.org", digest: str = "one", key: str = "results/V01"
) -> Letter:
    item = Item(key, Owner("unit", "V01"), ("V01",), digest, name="东村.xlsx")
    return Letter("results", address, "东村", (item,))


def _sent(ledger: Ledger, letter: Letter, state: str = "sent") -> int:
    attempt = ledger.begin(letter, "<1@example.org>", AT, "hash", {"V01": {"score": "90"}})
    if state:
        ledger.end(attempt, state, AT, "250 ok")
    return attempt.number


def test_a_message_that_was_begun_and_not_ended_is_unknown(tmp_path: Path) -> None:
    number = _sent(Ledger(tmp_path), _letter(), "")
    again = Ledger(tmp_path)
    assert [one.number for one in again.unknown()] == [number]
    assert again.is_unknown(_letter().items[0])
    assert again.last_sent("results/V01") is None
    again.end(again.attempts[number], "sent", AT)
    assert Ledger(tmp_path).unknown() == []
    assert not Ledger(tmp_path).is_unknown(_letter().items[0])


def test_the_line_is_on_the_disk_before_begin_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = []
    real = os.fsync

    def watched(handle: int) -> None:
        steps.append((tmp_path / FILE).read_bytes())
        real(handle)

    monkeypatch.setattr(os, "fsync", watched)
    _sent(Ledger(tmp_path), _letter(), "")
    row = json.loads(steps[0])
    assert (row["act"], row["to"], row["id"]) == ("sending", "a@example.org", "<1@example.org>")
    assert row["items"][0]["units"] == ["V01"]


def test_what_was_sent_is_known_by_address_and_by_content(tmp_path: Path) -> None:
    _sent(Ledger(tmp_path), _letter())
    ledger = Ledger(tmp_path)
    last = ledger.last_sent("results/V01", "A@EXAMPLE.ORG")
    assert last is not None
    assert (last.items, last.facts) == ({"results/V01": "one"}, {"V01": {"score": "90"}})
    assert ledger.last_sent("results/V01", "other@example.org") is None
    assert ledger.last_sent("results/V02") is None
    assert len(ledger.of_owner("results", "unit:V01")) == 1
    assert ledger.of_owner("forms", "unit:V01") == []


@pytest.mark.parametrize("state", ["refused", "later", "again"])
def test_what_did_not_arrive_does_not_count_as_sent(tmp_path: Path, state: str) -> None:
    _sent(Ledger(tmp_path), _letter(), state)
    ledger = Ledger(tmp_path)
    assert ledger.last_sent("results/V01") is None
    assert ledger.unknown() == []
    assert ledger.was_refused(_letter()) is (state == "refused")


@pytest.mark.parametrize(
    ("state", "letter", "same"),
    [
        ("again", _letter(), True),
        ("later", _letter(), True),
        ("sent", _letter(), False),
        ("again", _letter(digest="two"), False),
        ("again", _letter(address="b@example.org"), False),
    ],
)
def test_the_very_same_letter_keeps_its_number(
    tmp_path: Path, state: str, letter: Letter, same: bool
) -> None:
    _sent(Ledger(tmp_path), _letter(), state)
    assert Ledger(tmp_path).earlier_id(letter) == ("<1@example.org>" if same else "")


def test_a_trial_is_noted_and_counts_as_nothing(tmp_path: Path) -> None:
    trial = Letter("trial:results", "a@example.org", "东村", _letter().items)
    _sent(Ledger(tmp_path), trial, "")
    _sent(Ledger(tmp_path), trial)
    ledger = Ledger(tmp_path)
    assert len(ledger.attempts) == 2
    assert ledger.unknown() == []
    assert ledger.last_sent("results/V01") is None


def test_a_line_that_a_power_cut_left_half_did_not_happen(tmp_path: Path) -> None:
    _sent(Ledger(tmp_path), _letter())
    whole = (tmp_path / FILE).read_bytes()
    for cut in range(1, 60):
        (tmp_path / FILE).write_bytes(whole + b'{"act":"sending","n":2,' + b"\0" * cut)
        ledger = Ledger(tmp_path)
        assert list(ledger.attempts) == [1]
        assert _sent(ledger, _letter(digest="two"), "") == 2
        assert [one.state for one in Ledger(tmp_path).attempts.values()] == ["sent", "unknown"]


@pytest.mark.parametrize("line", ["x", "{}", '{"act":"sent","n":9}', '{"act":"lost","n":1}', "[]"])
def test_a_damaged_line_stops_everything(tmp_path: Path, line: str) -> None:
    _sent(Ledger(tmp_path), _letter())
    with (tmp_path / FILE).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    with pytest.raises(AssessorError) as refused:
        Ledger(tmp_path)
    (problem,) = refused.value.problems
    assert (problem.code, problem.place.cell) == ("mail_ledger_damaged", "3")


def test_lines_are_only_ever_added(tmp_path: Path) -> None:
    before = b""
    for state in ("sent", "refused", "", "later"):
        _sent(Ledger(tmp_path), _letter(), state)
        now = (tmp_path / FILE).read_bytes()
        assert now.startswith(before)
        before = now
