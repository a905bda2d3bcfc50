"""How long `send` takes for many messages to a mail server on this machine, and what memory.

× is against a bare smtplib loop that hands the same messages to the same server over one
connection: no reading back, no ledger.
"""

from __future__ import annotations

import argparse
import resource
import smtplib
import socket
import tempfile
from decimal import Decimal
from pathlib import Path

import shared
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

_SENDER = "office@example.org"


class Mailbox:
    """Takes every message and keeps it."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        self.taken.append((envelope.rcpt_tos[0], envelope.content))
        return "250 OK"


def make_workspace(root: Path, count: int, port: int) -> None:
    """Make a workspace of so many units, each with an address and one blank form of its own."""
    from assessor.issuing import issue
    from assessor.starting import template_rows, write_workspace
    from assessor.workspace import Workspace

    rows = template_rows("township-responsibility")
    village = next(row for row in rows["units"] if row["class"] == "村")
    units = [
        {**village, "code": f"U{n:05d}", "name": f"第{n}号村", "email": f"u{n}@example.org"}
        for n in range(1, count + 1)
    ]
    score = {"code": "total", "title": "总分", "rule": "rubric", "points": Decimal(100)}
    score |= {"source": "self", "parameters": {"not_applicable": "full"}}
    settings = [row for row in rows["settings"] if row["key"] != "tie_breakers"]
    kept = {
        "settings": settings,
        "periods": [row for row in rows["periods"] if row["code"] == "Y"],
        "units": units,
        "criteria": rows["criteria"],
        "forms": [row for row in rows["forms"] if row["code"] == "self"],
        "scores": [score],
        "grades": [row for row in rows["grades"] if row["for"] == "unit"],
    }
    write_workspace({**{key: [] for key in rows}, **kept}, root)
    issue(Workspace(root))
    lines = f"server = 127.0.0.1\nport = {port}\nsecurity = none\nsender = {_SENDER}\npause = 0\n"
    (root / "mail").mkdir()
    (root / "mail" / "settings.txt").write_text(lines, "utf-8")


def smtplib_loop(port: int, messages: list[tuple[str, bytes]]) -> None:
    """Hand messages to the server, one after the other."""
    with smtplib.SMTP("127.0.0.1", port, "localhost") as server:
        for to, content in messages:
            server.sendmail(_SENDER, [to], content)


def peak() -> float:
    """Return the most memory that any process of ours had which has ended, in megabytes."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--messages", type=int, default=1000, help="how many units get one")
    options.add_argument("--repeat", type=int, default=3, help="how often; medians are shown")
    given = options.parse_args()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        with tempfile.TemporaryDirectory(prefix="assessor-bench-") as folder:
            root = Path(folder) / "round"
            make_workspace(root, given.messages, port)
            _measure(root, box, port, given.repeat)
    finally:
        server.stop()


def _measure(root: Path, box: Mailbox, port: int, repeat: int) -> None:
    names = ("dry", "sent", "again", "loop")
    times: dict[str, list[shared.Took]] = {name: [] for name in names}
    command = ("send", "forms", "--workspace", str(root))
    count = size = 0
    for _ in range(repeat):
        (root / ".assessor" / "mail.jsonl").unlink(missing_ok=True)
        box.taken.clear()
        times["dry"].append(shared.assessor(*command))
        times["sent"].append(shared.assessor(*command, "--yes"))
        messages = list(box.taken)
        count, size = len(messages), sum(len(content) for _, content in messages)
        times["again"].append(shared.assessor(*command, "--yes"))
        assert len(box.taken) == count
        times["loop"].append(shared.took(lambda: smtplib_loop(port, messages)))  # noqa: B023
    print(f"{count} messages, {size / 1024**2:.1f} MB, {repeat} × interleaved")
    print(f"{shared.machine()}, at most {peak():.0f} MB\n")
    titles = {
        "loop": "smtplib, the same messages",
        "dry": "assessor send, drafts only",
        "sent": "assessor send --yes",
        "again": "assessor send --yes, nothing to send",
    }
    rows = [shared.row(titles[name], times[name], times["loop"], count) for name in titles]
    shared.show("median", shared.HEADS, rows)


if __name__ == "__main__":
    main()
