"""A sender that is killed at each step: nobody gets two, nobody is forgotten."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from pathlib import Path

import pytest

from assessor.mail import delivery
from assessor.mail.ledger import Ledger
from assessor.posting import Asked, resolve, send
from assessor.workspace import Workspace
from tests.mail.rooms import mail_workspace, put_feedback, settings_for
from tests.mail.servers import Post, running

ROOT = Path(__file__).parent.parent
EVERYBODY = {"a@example.org", "up@example.org"}

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a signal of POSIX systems")


def _run(workspace: Workspace, die_at: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.mail.dying", str(workspace.root), str(die_at), "results"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _resume(workspace: Workspace, post: Post) -> None:
    """Decide what is unknown as a person does, who asks whether it arrived; then send the rest."""
    arrived = {message_from_bytes(content)["Message-ID"] for _, content in post.room.taken}
    for attempt in Ledger(workspace.hidden).unknown():
        decision = "sent" if attempt.message_id in arrived else "again"
        resolve(workspace, str(attempt.number), decision)
    send(workspace, Asked("results"), really=True)


def _check(workspace: Workspace, post: Post, step: int) -> None:
    ledger = Ledger(workspace.hidden)
    told = {message_from_bytes(content)["Message-ID"]: to for to, content in post.room.taken}
    for attempt in ledger.attempts.values():
        if attempt.state == "sent":
            assert told[attempt.message_id] == attempt.to, step
    sent = Counter(one.to for one in ledger.attempts.values() if one.state == "sent")
    assert sent == dict.fromkeys(EVERYBODY, 1), step
    assert Counter(to for to, _ in post.room.taken) == dict.fromkeys(EVERYBODY, 1), step


def _killed_at(folder: Path, ready: Workspace, step: int) -> None:
    workspace = Workspace(folder / "round")
    shutil.copytree(ready.root, workspace.root)
    with running(folder / "server") as post:
        settings_for(workspace, post)
        done = _run(workspace, step)
        assert done.returncode == -signal.SIGKILL, done.stderr
        # What the ledger calls sent has arrived, and what has arrived the ledger knows of.
        ledger = Ledger(workspace.hidden)
        begun = {attempt.message_id for attempt in ledger.attempts.values()}
        arrived = [message_from_bytes(content)["Message-ID"] for _, content in post.room.taken]
        assert set(arrived) <= begun, step
        states = {one.message_id: one.state for one in ledger.attempts.values()}
        assert all(one in arrived for one, state in states.items() if state == "sent"), step
        before = len(arrived)
        send(workspace, Asked("results"), really=True)  # without a decision: nothing twice
        assert max(Counter(to for to, _ in post.room.taken).values()) == 1, step
        assert len(post.room.taken) >= before, step
        _resume(workspace, post)
        _check(workspace, post, step)


@pytest.mark.slow
def test_killed_at_any_step_nobody_gets_two_and_nobody_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "WAITS", (0.0,))
    ready = mail_workspace(tmp_path / "ready", forms=False)
    put_feedback(ready)
    with running(tmp_path / "server") as post:
        whole = Workspace(tmp_path / "whole")
        shutil.copytree(ready.root, whole.root)
        settings_for(whole, post)
        done = _run(whole, 0)
        assert done.returncode == 0, done.stderr
        _check(whole, post, 0)
    steps = int(done.stdout)
    assert steps > 40
    with ThreadPoolExecutor(4) as pool:
        jobs = [
            pool.submit(_killed_at, tmp_path / f"step{step}", ready, step)
            for step in range(1, steps + 1)
        ]
        for job in jobs:
            job.result()
