"""Headers that nothing in a table can break out of."""

from __future__ import annotations

from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import SMTP, default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.mail.headers import (
    disposition,
    header_text,
    is_sendable,
    mailbox,
    one_line,
    plain_name,
)
from assessor.problems import AssessorError

ONE_LINE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn", "Co"]))


@pytest.mark.parametrize(
    ("address", "sendable"),
    [
        ("a@example.org", True),
        ("first.last+tag@mail.example.com", True),
        ("东村@example.org", False),
        ("a@例子.org", False),
        ("a@example", False),
        ("a b@example.org", False),
        ("a@example.org\nBcc: b@example.org", False),
        ("a@example.org\r\nBcc: b@example.org", False),
        ("a@example.org\n", False),
        ("<a@example.org>", False),
        ("a@example.org,b@example.org", False),
        ('"a"@example.org', False),
        (".a@example.org", False),
        ("a" * 250 + "@example.org", False),
        ("", False),
    ],
)
def test_only_addresses_that_every_server_takes_are_sendable(address: str, sendable: bool) -> None:
    assert is_sendable(address) is sendable


@pytest.mark.parametrize(
    "name", ["a\r\nBcc: x@y.org", "a\nb", "a\rb", "a\x00b", "a\x85b", "a\u2028b"]
)
def test_a_line_break_in_a_header_is_refused(name: str) -> None:
    with pytest.raises(AssessorError) as refused:
        one_line(name, "units.csv")
    assert [problem.code for problem in refused.value.problems] == ["mail_line_break"]


def _read(raw: str, header: str) -> object:
    content = f"{header}: {raw}\r\n\r\nx".encode("ascii")
    return message_from_bytes(content, policy=default)[header]


@given(ONE_LINE)
def test_a_subject_is_read_back_as_it_was(text: str) -> None:
    raw = header_text(text)
    assert raw.isascii()
    assert all(len(line) <= 76 for line in raw.split("\r\n"))
    assert all(line.startswith(" ") for line in raw.split("\r\n")[1:])
    assert str(make_header(decode_header(raw.replace("\r\n", "\n")))) == text or not text.strip()


NAMES = [
    "张三",
    "镇, 考核办",
    'Smith, "Al" A.',
    "a\\b",
    "村 <x@y.org>",
    "=?utf-8?B?YQ==?=",
    "党" * 80,
]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_name_with_an_address_is_read_back_as_one_address(name: str) -> None:
    found = _read(mailbox(name, "a@example.org"), "To")
    (address,) = found.addresses  # type: ignore[attr-defined]
    # The library leaves a blank between two encoded words of a name, against RFC 2047.
    shown = address.display_name.replace(" ", "")
    assert (shown, address.addr_spec) == (name.replace(" ", ""), "a@example.org")


@given(ONE_LINE)
def test_whatever_the_name_there_is_only_one_address(name: str) -> None:
    raw = mailbox(name, "a@example.org")
    assert raw.isascii()
    found = _read(raw, "To")
    assert [one.addr_spec for one in found.addresses] == ["a@example.org"]  # type: ignore[attr-defined]


@given(ONE_LINE.map(str.strip).filter(bool))
def test_an_attachments_name_is_read_back_as_it_was(name: str) -> None:
    raw = disposition(f"{name}.xlsx", "V01.xlsx")
    assert raw.isascii()
    assert raw.endswith('\r\n filename="V01.xlsx"')
    content = f"Content-Disposition: {raw}\r\n\r\nx".encode()
    assert message_from_bytes(content, policy=SMTP).get_filename() == f"{name}.xlsx"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("V01_1.xlsx", "V01_1.xlsx"),
        ('a"; x=".xlsx', "a_x.xlsx"),
        ("村\r\n01.xlsx", "01.xlsx"),
        ("村.xlsx", "file.xlsx"),
    ],
)
def test_a_plain_name_is_harmless(text: str, plain: str) -> None:
    assert plain_name(text) == plain
