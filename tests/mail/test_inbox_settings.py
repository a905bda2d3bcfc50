"""``mail/inbox.txt``: every mistake with its line, a password nowhere."""

from __future__ import annotations

from importlib.resources import files

import pytest

from assessor.i18n import LANGUAGES, catalog
from assessor.mail.inbox_settings import InboxSettings, read_inbox_settings

GOOD = """
# a remark
收信服务器 = imap.example.org
加密：starttls
用户名 ＝ office@example.org
允许的发件人 = A@example.org；b@example.org
"""


def test_settings_are_read_however_they_are_written() -> None:
    expected = InboxSettings(
        server="imap.example.org",
        port=143,
        security="starttls",
        user="office@example.org",
        allowed=frozenset({"a@example.org", "b@example.org"}),
    )
    for coding in ("utf-8", "utf-8-sig", "gbk", "utf-16"):
        assert read_inbox_settings(GOOD.encode(coding), "inbox.txt") == (expected, [])
    english = "server = imap.example.org\nsecurity = starttls\nuser = office@example.org\n"
    english += "allowed = a@example.org, B@example.org"
    assert read_inbox_settings(english.encode(), "inbox.txt") == (expected, [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_shipped_has_no_mistake_and_says_nothing_yet(language: str) -> None:
    content = files("assessor.templates").joinpath("mail", language, "inbox.txt").read_bytes()
    assert read_inbox_settings(content, "inbox.txt") == (InboxSettings(), [])


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("收信服务 = x", "mail_setting_unknown"),
        ("收信服务器", "mail_setting_line"),
        ("端口 = 0", "mail_setting_bad"),
        ("端口 = 70000", "mail_setting_bad"),
        ("加密 = ssl3", "mail_setting_bad"),
        ("收信服务器 = a b", "mail_setting_bad"),
        ("用户名 = 办公室", "mail_setting_bad"),
        ("允许的发件人 = 东村", "mail_setting_bad"),
        ("最大兆字节 = 91", "mail_setting_bad"),
        ("端口 = 1\n端口 = 2", "mail_setting_twice"),
        ("授权码 = abcdef", "mail_password_in_file"),
        ("password: abcdef", "mail_password_in_file"),
        ("收信服务器 = imap.example.org\n加密 = none", "mail_not_encrypted"),
    ],
)
def test_a_mistake_is_told_with_its_line(line: str, code: str) -> None:
    _, (problem,) = read_inbox_settings(f"# one\n{line}".encode(), "mail/inbox.txt")
    assert problem.code == code
    assert problem.place.cell == str(2 + line.count("\n"))
    for language in LANGUAGES:
        words = catalog(language)
        assert "abcdef" not in words.message(problem) + words.cure(problem)


@pytest.mark.parametrize("server", ["localhost", "127.0.0.1", "::1"])
def test_only_this_machine_itself_is_talked_to_in_the_clear(server: str) -> None:
    text = f"收信服务器 = {server}\n加密 = 不加密"
    assert read_inbox_settings(text.encode(), "inbox.txt")[1] == []


def test_a_file_in_no_known_coding() -> None:
    _, (problem,) = read_inbox_settings(b"\xff\xff", "inbox.txt")
    assert problem.code == "mail_text_coding"
