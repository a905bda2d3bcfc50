"""A sender that is killed at one of its steps: run by the test, as a program of its own.

Arguments: the workspace, the step at which to die (0: none), the kind of mail. It says how many
steps it took.
"""

from __future__ import annotations

import os
import signal
import smtplib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from assessor import posting
from assessor.mail import delivery
from assessor.mail.ledger import Ledger
from assessor.workspace import Workspace

_steps = 0


def _step(die_at: int) -> None:
    global _steps
    _steps += 1
    if _steps == die_at:
        os.kill(os.getpid(), signal.SIGKILL)


def _watch(owner: type, name: str, die_at: int) -> None:
    """Make a method a step before it is called, and another one once it is done."""
    real: Callable[..., Any] = getattr(owner, name)

    def watched(*arguments: Any, **keywords: Any) -> Any:
        _step(die_at)
        result = real(*arguments, **keywords)
        _step(die_at)
        return result

    setattr(owner, name, watched)


def main() -> None:
    root, die_at, kind = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    delivery.WAITS = (0.0,)
    for name in ("connect", "mail", "rcpt", "docmd", "send", "getreply", "quit"):
        _watch(smtplib.SMTP, name, die_at)
    for name in ("begin", "end"):
        _watch(Ledger, name, die_at)
    workspace = Workspace(root)
    with workspace.locked():
        posting.send(workspace, posting.Asked(kind), really=True)
    sys.stdout.write(f"{_steps}\n")


if __name__ == "__main__":
    main()
