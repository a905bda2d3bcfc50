"""Real mail servers on the loopback that behave as a test says, and a workspace to send from."""

# ruff: noqa: ARG002, N802 (the names and parameters are those that aiosmtpd calls)
from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "office@example.org", "s3cret-word"
ACCEPTED = "250 OK taken"


@dataclass
class Mailroom:
    """What a server took, and how it answers: each script is used up from its front."""

    taken: list[tuple[str, bytes]] = field(default_factory=list)
    """Recipient and bytes of every message that the server has, whatever it answered."""
    at_recipient: dict[str, list[str]] = field(default_factory=dict)
    at_end: dict[str, list[str]] = field(default_factory=dict)
    """Answers after the dot; ``cut`` ends the connection instead, with the message taken."""
    at_sender: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    secured: list[bool] = field(default_factory=list)
    slow: float = 0

    async def handle_MAIL(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        secured = server.transport.get_extra_info("ssl_object") is not None
        self.secured.append(secured)
        if self.at_sender:
            return self.at_sender.pop(0)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        answers = self.at_recipient.get(address, [])
        answer = answers.pop(0) if answers else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        (to,) = envelope.rcpt_tos
        assert isinstance(envelope.content, bytes)
        answers = self.at_end.get(to, [])
        answer = answers.pop(0) if answers else ACCEPTED
        await asyncio.sleep(self.slow)
        if answer == "lost":
            server.transport.abort()
            return ACCEPTED
        if answer == "cut" or answer.startswith("250"):
            self.taken.append((to, envelope.content))
        if answer == "cut":
            server.transport.abort()
        return answer if answer != "cut" else ACCEPTED

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login.decode())
        right = (data.login.decode(), data.password.decode()) == (USER, PASSWORD)
        return AuthResult(success=right, handled=False)

    def messages(self) -> list[tuple[str, EmailMessage]]:
        """Return what was taken, parsed."""
        found = []
        for to, content in self.taken:
            message = message_from_bytes(content, policy=default)
            assert isinstance(message, EmailMessage)
            found.append((to, message))
        return found


@dataclass
class Post:
    """A server that runs: what it took, and where it is."""

    room: Mailroom
    port: int
    authority: Path


@contextlib.contextmanager
def running(folder: Path, security: str = "none", login: bool = False) -> Iterator[Post]:
    """Run a server on the loopback; its certificate is by an authority of its own."""
    folder.mkdir(exist_ok=True)
    authority = trustme.CA()
    own = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(own))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    room = Mailroom()
    keywords: dict[str, Any] = {}
    if security == "starttls":
        keywords |= {"tls_context": context, "require_starttls": True}
    if login:
        keywords |= {
            "authenticator": room.authenticate,
            "auth_required": True,
            "auth_require_tls": security == "starttls",
        }
    server = Controller(
        room,
        hostname="127.0.0.1",
        port=free_port(),
        ssl_context=context if security == "tls" else None,
        **keywords,
    )
    server.start()
    try:
        yield Post(room, server.port, own)
    finally:
        server.stop()


def free_port() -> int:
    """Return a port of the loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
