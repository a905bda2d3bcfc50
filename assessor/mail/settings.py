"""How the office sends: ``mail/settings.txt``, one line for each setting, checked like a scheme.

A password never stands in it: it comes from the environment, the keyring or a prompt.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from assessor.i18n import Either
from assessor.mail.headers import is_sendable
from assessor.mail.lines import decoded
from assessor.problems import NOWHERE, Place, Problem, error
from assessor.scheme.spelling import folded, near

FILE = "settings.txt"
KEYS: Mapping[str, str] = {
    "server": "服务器",
    "port": "端口",
    "security": "加密",
    "user": "用户名",
    "sender": "发件邮箱",
    "name": "发件人",
    "reply_to": "回复邮箱",
    "pause": "间隔秒数",
    "most": "最大兆字节",
    "test": "试发邮箱",
    "certificates": "证书文件",
}
"""The settings and their Chinese names."""
SECURITIES = {"tls": 465, "starttls": 587, "none": 25}
"""What protects the connection, and the port that goes with it."""
_PASSWORDS = ("password", "passwd", "密码", "授权码", "口令", "邮箱密码", "authcode")
_LINE = re.compile(r"\s*([^=＝:：]+?)\s*[=＝:：]\s*(.*?)\s*")
_DIVIDERS = re.compile(r"[;；,，、\s]+")


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Where and as whom mails are sent."""

    server: str = ""
    port: int = 465
    security: str = "tls"
    user: str = ""
    sender: str = ""
    name: str = ""
    reply_to: str = ""
    pause: Decimal = Decimal(1)
    """Seconds between two messages."""
    most: int = 20
    """Megabytes that a message may have."""
    test: tuple[str, ...] = ()
    """Addresses that a trial may go to, beside the office's own."""
    certificates: str = ""
    """A file of certificates to trust, where the server has one of the office's own."""

    @property
    def own(self) -> frozenset[str]:
        """The office's own addresses."""
        mine = (self.sender, self.reply_to, self.user, *self.test)
        return frozenset(address.lower() for address in mine if is_sendable(address))


def read_settings(content: bytes, file: str) -> tuple[MailSettings, list[Problem]]:
    """Return the settings of a file, and everything that is wrong with them, line by line."""
    values: dict[str, str] = {}
    places: dict[str, Place] = {}
    problems: list[Problem] = []
    text = decoded(content)
    if text is None:
        return MailSettings(), [error("mail_text_coding", Place(file))]
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        place = Place(file, "", str(number))
        found = _LINE.fullmatch(line)
        if folded(line).startswith(_PASSWORDS):  # told without a word of what stands there
            problems.append(error("mail_password_in_file", place))
            continue
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


def _name(key: str) -> Either:
    return Either(KEYS[key], key)


def _typed(
    values: Mapping[str, str], places: Mapping[str, Place]
) -> tuple[MailSettings, list[Problem]]:
    read: dict[str, object] = {}
    problems = []
    for key, value in values.items():
        parsed = _PARSERS.get(key, _one_line)(value)
        if parsed is None:
            problems.append(error("mail_setting_bad", places[key], value=value, name=_name(key)))
        else:
            read[key] = parsed
    security = str(read.get("security", "tls"))
    read.setdefault("port", SECURITIES[security])
    settings = MailSettings(**read)  # type: ignore[arg-type]
    if security == "none" and settings.server and not is_local(settings.server):
        problems.append(error("mail_not_encrypted", places["security"], server=settings.server))
    return settings, problems


def is_local(server: str) -> bool:
    """Say whether a server is this machine itself: only there a connection may be bare."""
    if server.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(server).is_loopback
    except ValueError:
        return False


def missing_settings(settings: MailSettings, file: Path) -> list[Problem]:
    """Return what must be stated before anything can be sent."""
    wanted = {"server": settings.server, "sender": settings.sender}
    names = [_name(key) for key, value in wanted.items() if not value]
    place = Place(str(file)) if names else NOWHERE
    return [error("mail_setting_missing", place, names=names)] if names else []


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


def _address(value: str) -> str | None:
    return value if is_sendable(value) else None


def _addresses(value: str) -> tuple[str, ...] | None:
    found = tuple(part for part in _DIVIDERS.split(value) if part)
    return found if all(map(is_sendable, found)) else None


def _pause(value: str) -> Decimal | None:
    try:
        seconds = Decimal(value)
    except InvalidOperation:
        return None
    return seconds if seconds.is_finite() and 0 <= seconds <= 600 else None


def _most(value: str) -> int | None:
    return int(value) if re.fullmatch(r"[0-9]{1,3}", value) and int(value) else None


_PARSERS: Mapping[str, Callable[[str], object | None]] = {
    "server": _server,
    "port": _port,
    "security": _security,
    "sender": _address,
    "reply_to": _address,
    "test": _addresses,
    "pause": _pause,
    "most": _most,
}
