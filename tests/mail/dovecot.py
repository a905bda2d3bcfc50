"""A real IMAP server on the loopback: Dovecot as a private instance, with mails put into it."""

from __future__ import annotations

import contextlib
import getpass
import grp
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

BINARY = shutil.which("dovecot") or (
    "/usr/sbin/dovecot" if Path("/usr/sbin/dovecot").exists() else ""
)
needs_dovecot = pytest.mark.skipif(
    not BINARY, reason="Dovecot is not installed (Debian: dovecot-imapd)"
)
USER, PASSWORD = "office@example.org", "s3cret-word"

_CONFIG = """
base_dir = {here}/run
state_dir = {here}/run
log_path = {here}/log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
ssl_cert = <{here}/server.pem
ssl_key = <{here}/server.key
disable_plaintext_auth = yes
imap_id_log = *
default_internal_user = {me}
default_internal_group = {group}
default_login_user = {me}
mail_location = maildir:{here}/mail/%u
first_valid_uid = 0
first_valid_gid = 0
mail_uid = {mail_uid}
mail_gid = {mail_gid}
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {here}/users
}}
userdb {{
  driver = static
  args = uid={mail_uid} gid={mail_gid} home={here}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {secure}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass
class Mailbox:
    """A mailbox of a server that runs."""

    here: Path
    port: int
    plain: int
    authority: Path
    owner: tuple[int, int]
    number: int = 0

    @property
    def _root(self) -> Path:
        return self.here / "mail" / USER

    def put(self, content: bytes, folder: str = "", at: float | None = None) -> None:
        """Put a message into a folder, as if it had come in at a time."""
        self.number += 1
        root = self._root / folder if folder else self._root
        for name in ("cur", "new", "tmp"):
            (root / name).mkdir(parents=True, exist_ok=True)
        path = root / "new" / f"{1796000000 + self.number}.M{self.number}.test"
        path.write_bytes(content)
        moment = 1796000000 + self.number if at is None else at
        os.utime(path, (moment, moment))
        self._own()

    def _own(self) -> None:
        for path in (self.here / "mail").rglob("*"):
            os.chown(path, *self.owner)

    def renumber(self) -> None:
        """Make the server give every message another number, as after a restored backup."""
        for path in self._root.glob("dovecot*"):
            path.unlink()

    def files(self) -> dict[str, bytes]:
        """Return every message with its flags, as the server keeps it."""
        return {
            path.relative_to(self._root).as_posix(): path.read_bytes()
            for path in self._root.rglob("*")
            if path.is_file() and path.parent.name in {"cur", "new"}
        }

    def log(self) -> str:
        """Return what the server has to say."""
        return (self.here / "log").read_text("utf-8", "replace")


@contextlib.contextmanager
def dovecot(host: str = "localhost") -> Iterator[Mailbox]:
    """Run a server with a certificate for a name, by an authority of its own."""
    here = Path(tempfile.mkdtemp(prefix="dc-", dir="/tmp"))
    here.chmod(0o755)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(here / "authority.pem"))
    cert = authority.issue_cert(host)
    cert.private_key_pem.write_to_path(str(here / "server.key"))
    (here / "server.pem").write_bytes(b"".join(pem.bytes() for pem in cert.cert_chain_pems))
    (here / "users").write_text(f"{USER}:{PASSWORD}\n")
    (here / "mail").mkdir()
    root = os.geteuid() == 0
    owner = pwd.getpwnam("mail") if root else pwd.getpwuid(os.geteuid())
    me = pwd.getpwnam("nobody").pw_name if root else getpass.getuser()
    plain, secure = free_port(), free_port()
    config = _CONFIG.format(
        here=here,
        ssl="required",
        me=me,
        group=grp.getgrgid(pwd.getpwnam(me).pw_gid).gr_name,
        mail_uid=owner.pw_uid,
        mail_gid=owner.pw_gid,
        plain=plain,
        secure=secure,
    )
    (here / "dovecot.conf").write_text(config)
    os.chown(here / "mail", owner.pw_uid, owner.pw_gid)
    server = subprocess.Popen([BINARY, "-F", "-c", str(here / "dovecot.conf")])
    try:
        box = Mailbox(here, secure, plain, here / "authority.pem", (owner.pw_uid, owner.pw_gid))
        _wait(secure, server, box)
        yield box
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)
        shutil.rmtree(here, ignore_errors=True)


def _wait(port: int, server: subprocess.Popen[bytes], box: Mailbox) -> None:
    for _ in range(200):
        if server.poll() is not None:
            pytest.fail(f"Dovecot ended: {box.log()}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    pytest.fail(f"Dovecot does not listen: {box.log()}")


def free_port() -> int:
    """Return a port of the loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Wire:
    """A wire to a server that is cut after so many bytes, as often as it is told to."""

    def __init__(self, goal: int) -> None:
        self.cuts: list[int] = []
        self.connections = 0
        self._goal = goal
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.connections += 1
                most = self.cuts.pop(0) if self.cuts else None
                server = socket.create_connection(("127.0.0.1", self._goal))
                threading.Thread(target=_pump, args=(client, server, None), daemon=True).start()
                threading.Thread(target=_pump, args=(server, client, most), daemon=True).start()

    def close(self) -> None:
        self._listener.close()


def _pump(source: socket.socket, goal: socket.socket, most: int | None) -> None:
    left = most
    with contextlib.suppress(OSError):
        while left is None or left > 0:
            data = source.recv(1 << 16 if left is None else min(left, 1 << 16))
            if not data:
                break
            goal.sendall(data)
            left = None if left is None else left - len(data)
    for end in (source, goal):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


class Stubborn:
    """A server like 163.com: it opens no folder for a program that has not said which it is."""

    def __init__(self, folder: Path, secure: bool = True) -> None:
        self._secure = secure
        authority = trustme.CA()
        self.authority = folder / "stubborn.pem"
        authority.cert_pem.write_to_path(str(self.authority))
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(self._context)
        self.said: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            client = self._listener.accept()[0]
            if self._secure:
                client = self._context.wrap_socket(client, server_side=True)
            client.sendall(b"* OK Coremail ready\r\n")
            known = False
            for line in client.makefile("rb"):
                tag, command, *rest = line.decode().split(None, 2)
                self.said.append(" ".join([command, *rest]).strip())
                known |= command == "ID"
                client.sendall(self._answer(tag, command.upper(), known))

    @staticmethod
    def _answer(tag: str, command: str, known: bool) -> bytes:
        if command == "CAPABILITY":
            return f"* CAPABILITY IMAP4rev1 ID\r\n{tag} OK done\r\n".encode()
        if command == "ID":
            return f'* ID ("name" "Coremail")\r\n{tag} OK done\r\n'.encode()
        if command in {"EXAMINE", "SELECT"} and not known:
            return f"{tag} NO EXAMINE Unsafe Login. Please contact kefu@188.com\r\n".encode()
        if command == "EXAMINE":
            return f"* 0 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n{tag} OK [READ-ONLY] done\r\n".encode()
        if command == "UID":
            return f"* SEARCH\r\n{tag} OK done\r\n".encode()
        return f"{tag} OK done\r\n".encode()
