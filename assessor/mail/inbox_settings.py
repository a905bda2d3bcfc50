"""Where returns come in: ``mail/inbox.txt``, one line for each setting, checked like a scheme.

A password never stands in it: it comes from the environment, the keyring or a prompt.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from assessor.i18n import Either
from assessor.mail.headers import is_sendable
from assessor.mail.lines import decoded
from assessor.problems import Place, Problem, error
from assessor.scheme.spelling import folded, near

FILE = "inbox.txt"
KEYS: Mapping[str, str] = {
    "server": "收信服务器",
    "port": "端口",
    "security": "加密",
    "user": "用户名",
    "folder": "邮箱文件夹",
    "allowed": "允许的发件人",
    "most": "最大兆字节",
    "certificates": "证书文件",
}
"""The settings and their Chinese names."""
SECURITIES = {"tls": 993, "starttls": 143, "none": 143}
"""What protects the connection, and the port that goes with it."""
MOST_MEGABYTES = 90
"""Larger mails are not read by `collect` either."""
_PASSWORDS = ("password", "passwd", "密码", "授权码", "口令", "邮箱密码", "authcode")
_LINE = re.compile(r"\s*([^=＝:：]+?)\s*[=＝:：]\s*(.*?)\s*")
_DIVIDERS = re.compile(r"[;；,，、\s]+")


@dataclass(frozen=True, slots=True)
class InboxSettings:
    """Which mailbox is looked into, and who else may send returns."""

    server: str = ""
    port: int = 993
    security: str = "tls"
    user: str = ""
    folder: str = "INBOX"
    allowed: frozenset[str] = field(default=frozenset())
    """Addresses that stand in no table and may all the same send returns, in small letters."""
    most: int = 50
    """Megabytes that a message may have."""
    certificates: str = ""
    """A file of certificates to trust, where the server has one of the office's own."""


def read_inbox_settings(content: bytes, file: str) -> tuple[InboxSettings, list[Problem]]:
    """Return the settings of a file, and everything that is wrong with them, line by line."""
    text = decoded(content)
    if text is None:
        return InboxSettings(), [error("mail_text_coding", Place(file))]
    values: dict[str, str] = {}
    places: dict[str, Place] = {}
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        place = Place(file, "", str(number))
        if folded(line).startswith(_PASSWORDS):  # told without a word of what stands there
            problems.append(error("mail_password_in_file", place))
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            problems.append(error("mail_setting_line", place, value=line.strip()))
            continue
        said, value = found.groups()
        key = _key(said)
        if not key:
            guess = near(said, [*KEYS.values(), *KEYS]) or "—"
            problems.append(error("mail_setting_unknown", place, value=said, guess=guess))
        elif key in values:
            problems.append(error("mail_setting_twice", place, value=said))
        elif value:
            values[key], places[key] = value, place
    settings, more = _typed(values, places)
    return settings, problems + more


def _key(said: str) -> str:
    known = {folded(name): key for key, zh in KEYS.items() for name in (key, zh)}
    return known.get(folded(said), "")


def _typed(
    values: Mapping[str, str], places: Mapping[str, Place]
) -> tuple[InboxSettings, list[Problem]]:
    read: dict[str, object] = {}
    problems = []
    for key, value in values.items():
        parsed = _PARSERS.get(key, _one_line)(value)
        if parsed is None:
            name = Either(KEYS[key], key)
            problems.append(error("mail_setting_bad", places[key], value=value, name=name))
        else:
            read[key] = parsed
    security = str(read.get("security", "tls"))
    read.setdefault("port", SECURITIES[security])
    settings = InboxSettings(**read)  # type: ignore[arg-type]
    if security == "none" and settings.server and not _is_here(settings.server):
        problems.append(error("mail_not_encrypted", places["security"], server=settings.server))
    return settings, problems


def _is_here(server: str) -> bool:
    """Say whether a server is this machine itself: only there a connection may be bare."""
    if server.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(server).is_loopback
    except ValueError:
        return False


# -- one value each ------------------------------------------------------------------------------


def _one_line(value: str) -> str | None:
    return value if value.isprintable() else None


def _server(value: str) -> str | None:
    return value if re.fullmatch(r"[A-Za-z0-9.:-]+", value) else None


def _port(value: str) -> int | None:
    return int(value) if re.fullmatch(r"[0-9]{1,5}", value) and 0 < int(value) < 65536 else None


def _security(value: str) -> str | None:
    words = {"ssl": "tls", "无": "none", "不加密": "none"} | {name: name for name in SECURITIES}
    return words.get(folded(value))


def _user(value: str) -> str | None:
    return value if value.isascii() and value.isprintable() else None


def _addresses(value: str) -> frozenset[str] | None:
    found = [part for part in _DIVIDERS.split(value) if part]
    return frozenset(map(str.lower, found)) if all(map(is_sendable, found)) else None


def _most(value: str) -> int | None:
    fits = re.fullmatch(r"[0-9]{1,3}", value) and 0 < int(value) <= MOST_MEGABYTES
    return int(value) if fits else None


_PARSERS: Mapping[str, Callable[[str], object | None]] = {
    "server": _server,
    "port": _port,
    "security": _security,
    "user": _user,
    "allowed": _addresses,
    "most": _most,
}
