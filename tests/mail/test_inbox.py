"""What a mail says of itself, who may send, and under which name it is kept."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from assessor.mail.inbox import is_allowed, known_senders, look_into, mark_of, saved_name
from tests.builders import small_scheme
from tests.mail.letters import letter

UNITS = """
    code | name   | class | email         | via
    V01  | 东村   | 村    | A@Example.org | post@example.org
    V02  | 西河村 | 村    |               | post@example.org
    """
How = dict[str, Any]
RATERS = "code | name | group | email\nP1 | 考核组 | panel | p@example.org"


@pytest.mark.parametrize(
    ("sender", "allowed"),
    [
        ("a@example.org", True),
        ("东村 <A@EXAMPLE.ORG>", True),
        ("post@example.org", True),
        ("p@example.org", True),
        ("extra@example.org", True),
        ("x@example.org", False),
        ('"a@example.org" <x@example.org>', False),
        ("x@example.org (a@example.org)", False),
        ("a@example.org, p@example.org", True),
        ("a@example.org, x@example.org", False),
        ("", False),
        ("a@example.org@x.org", False),
    ],
)
def test_who_may_send(tmp_path: Path, sender: str, allowed: bool) -> None:
    scheme, _ = small_scheme(tmp_path, units=UNITS, raters=RATERS)
    mail = look_into(f"From: {sender}\n\nx".encode())
    extra = frozenset({"extra@example.org"})
    assert is_allowed(mail, known_senders(scheme), extra) is allowed


def test_an_address_is_of_all_in_whose_row_it_stands(tmp_path: Path) -> None:
    scheme, _ = small_scheme(tmp_path, units=UNITS, raters=RATERS)
    known = known_senders(scheme)
    assert {address: [one.code for one in own] for address, own in known.items()} == {
        "a@example.org": ["V01"],
        "post@example.org": ["V01", "V02"],
        "p@example.org": ["P1"],
    }


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({}, {}, True),
        ({}, {"head": "Received: from x by y; Thu, 3 Dec 2026 12:00:01 +0800"}, True),
        ({}, {"number": "2"}, False),
        ({}, {"sender": "b@example.org"}, False),
        ({"number": ""}, {"number": "", "day": "2026-12-04"}, False),
        ({}, {"files": [("表.xlsx", b"2")]}, False),
    ],
)
def test_which_mails_are_the_same(
    one: dict[str, object], other: dict[str, object], same: bool
) -> None:
    def made(how: How) -> str:
        facts = {"sender": "a@example.org", "day": "2026-12-03", "number": "1"} | how
        files = facts.pop("files", [("表.xlsx", b"1")])
        content = letter(facts.pop("sender"), facts.pop("day"), *files, **facts)
        return mark_of(look_into(content))

    assert (made(one) == made(other)) is same


def test_line_ends_make_no_other_mail() -> None:
    content = letter("a@example.org", "2026-12-03", ("表.xlsx", b"1"))
    assert mark_of(look_into(content)) == mark_of(look_into(content.replace(b"\r\n", b"\n")))


EAST = dt.timezone(dt.timedelta(hours=8))
CAME_IN = dt.datetime(2026, 12, 17, 17, tzinfo=EAST)


@pytest.mark.parametrize(
    ("date", "received", "day"),
    [
        ("Fri, 18 Dec 2026 00:30:00 +0800", None, "2026-12-18"),
        ("Fri, 18 Dec 2026 00:30:00 +0800", CAME_IN, "2026-12-18"),
        ("Fri, 18 Dec 2026 17:30:00 +0800", CAME_IN, "2026-12-17"),
        ("Thu, 1 Jan 2026 00:30:00 +0800", CAME_IN, "2026-01-01"),
        ("yesterday", CAME_IN, "2026-12-17"),
        ("yesterday", None, None),
        ("Fri, 31 Dec 9999 23:59:59 -2300", CAME_IN, "2026-12-17"),
    ],
)
def test_the_day_of_a_mail(date: str, received: dt.datetime | None, day: str | None) -> None:
    mail = look_into(f"From: a@example.org\nDate: {date}\n\nx".encode(), received)
    assert (mail.day.isoformat() if mail.day else None) == day


def test_the_name_of_a_mail_is_ours(tmp_path: Path) -> None:
    scheme, _ = small_scheme(tmp_path, units=UNITS, raters=RATERS)
    known = known_senders(scheme)
    mail = look_into(letter("a@example.org", "2026-12-03"))
    assert saved_name(mail, known["a@example.org"]) == f"2026-12-03_V01_东村_{mark_of(mail)}.eml"
    mail = look_into(b"From: ../..\\x@y/z\n\n")
    assert saved_name(mail, ()) == f"0000-00-00___{mark_of(mail)}.eml"
