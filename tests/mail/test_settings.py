"""Settings of the mail server: read line by line, everything wrong reported at once."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from assessor.i18n import catalog
from assessor.mail.settings import MailSettings, is_local, missing_settings, read_settings
from assessor.problems import Problem
from tests.builders import codes

FILE = "mail/settings.txt"
SHIPPED = Path(__file__).parent.parent.parent / "templates" / "mail"


def _read(text: str) -> tuple[MailSettings, list[Problem]]:
    return read_settings(text.encode(), FILE)


def test_settings_are_read_in_chinese_with_full_width_signs() -> None:
    settings, problems = _read(
        """
        # 发信设置
        服务器 ＝ smtp.example.org
        加密：starttls
        用户名 = office@example.org
        发件邮箱 = office@example.org
        发件人 = 某镇, 考核办
        间隔秒数 = 0.5
        试发邮箱 = me@example.org；you@example.org
        回复邮箱 =
        """
    )
    assert problems == []
    assert settings == MailSettings(
        server="smtp.example.org",
        port=587,
        security="starttls",
        user="office@example.org",
        sender="office@example.org",
        name="某镇, 考核办",
        pause=Decimal("0.5"),
        test=("me@example.org", "you@example.org"),
    )
    assert settings.own == {"office@example.org", "me@example.org", "you@example.org"}


@pytest.mark.parametrize(("security", "port"), [("tls", 465), ("SSL", 465), ("starttls", 587)])
def test_the_port_follows_from_the_security(security: str, port: int) -> None:
    assert _read(f"security = {security}")[0].port == port
    assert _read(f"security = {security}\nport = 2525")[0].port == 2525


def test_a_file_of_an_old_windows_is_read() -> None:
    for coding in ("gbk", "utf-8-sig", "utf-16"):
        settings, problems = read_settings("发件人 = 某镇\r\n".encode(coding), FILE)
        assert (settings.name, problems) == ("某镇", [])
    assert codes(read_settings(b"\xff\xff", FILE)[1]) == ["mail_text_coding"]


BAD = [
    ("服务器", "mail_setting_line"),
    ("服务其 = smtp.example.org", "mail_setting_unknown"),
    ("密码 = abc", "mail_password_in_file"),
    ("Password: abc", "mail_password_in_file"),
    ("授权码 = abc", "mail_password_in_file"),
    ("密码 abc", "mail_password_in_file"),
    ("port = 0", "mail_setting_bad"),
    ("port = 70000", "mail_setting_bad"),
    ("port = 四六五", "mail_setting_bad"),
    ("server = smtp.example.org/x", "mail_setting_bad"),
    ("security = 随便", "mail_setting_bad"),
    ("sender = 东村@example.org", "mail_setting_bad"),
    ("sender = a@example.org, b@example.org", "mail_setting_bad"),
    ("name = a\x07b", "mail_setting_bad"),
    ("pause = nan", "mail_setting_bad"),
    ("pause = -1", "mail_setting_bad"),
    ("most = 0", "mail_setting_bad"),
]


@pytest.mark.parametrize(("line", "code"), BAD, ids=[repr(line) for line, _ in BAD])
def test_a_bad_line_is_reported_with_its_number(line: str, code: str) -> None:
    _, problems = _read(f"# 设置\n{line}\n")
    assert [(p.code, p.place.file, p.place.cell) for p in problems] == [(code, FILE, "2")]


def test_all_bad_lines_are_reported_at_once() -> None:
    _, problems = _read("服务其 = x\n端口 = y\n用户名 = a\n用户名 = b\n")
    found = [(problem.code, problem.place.cell) for problem in problems]
    assert sorted(found) == [
        ("mail_setting_bad", "2"),
        ("mail_setting_twice", "4"),
        ("mail_setting_unknown", "1"),
    ]


def test_a_near_miss_is_suggested_in_both_languages() -> None:
    (problem,) = _read("服务其 = x")[1]
    said = catalog("zh").message(problem)
    assert said == "没有“服务其”这一项设置，最接近的是：服务器。"
    (problem,) = _read("sendr = x")[1]
    assert "The nearest one is: sender." in catalog("en").message(problem)


def test_a_password_never_gets_into_a_message() -> None:
    (problem,) = _read("密码 geheim")[1]
    for language in ("zh", "en"):
        words = catalog(language)
        assert "geheim" not in words.message(problem) + words.cure(problem) + repr(problem)


@pytest.mark.parametrize(
    ("server", "local"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("127.0.0.1.example.org", False),
        ("localhost.example.org", False),
        ("10.0.0.1", False),
    ],
)
def test_only_this_machine_itself_may_be_spoken_to_in_the_clear(server: str, local: bool) -> None:
    assert is_local(server) is local
    _, problems = _read(f"server = {server}\nsecurity = none")
    assert codes(problems) == ([] if local else ["mail_not_encrypted"])


def test_what_is_missing_is_named() -> None:
    (problem,) = missing_settings(MailSettings(server="smtp.example.org"), Path(FILE))
    assert catalog("zh").message(problem) == "还没有填：发件邮箱。"
    assert catalog("en").message(problem) == "Not filled in yet: sender."
    assert missing_settings(MailSettings(server="a", sender="b"), Path(FILE)) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_shipped_file_has_no_fault_and_no_server(language: str) -> None:
    content = (SHIPPED / language / "settings.txt").read_bytes()
    assert read_settings(content, FILE) == (MailSettings(), [])
