"""A run that is killed, at whatever step or moment, leaves results that are old or new."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from assessor import disk, exchange
from assessor.exchange import MANIFEST, put_results
from tests.builders import small_workspace
from tests.filling import FULL, Round

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks, and kills what it forked")

OLD = {f"{name}.csv": b"old" * 5000 for name in "abcdef"}
NEW = {f"{name}.csv": b"new" * 5000 for name in "bcdefg"}
NOTE = b"the clerk's own remark"

STEPS = ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "ctypes.dlsym", "shutil.rmtree")
"""What the interpreter reports before it touches the disk."""


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != MANIFEST}


def killed_at(step: int, act: Callable[[], object]) -> bool:
    """Do something in a child that dies at a step of its work on the disk; say if it died."""
    child = os.fork()
    if child == 0:
        seen = 0

        def hook(event: str, _arguments: tuple[object, ...]) -> None:
            nonlocal seen
            seen += event in STEPS
            if event in STEPS and seen > step:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            sys.addaudithook(hook)
            act()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def kept(folder: Path) -> set[bytes]:
    """Return what was kept, whole; a half copy under its temporary name does not count."""
    place = folder / "results-kept"
    files = place.iterdir() if place.exists() else ()
    return {path.read_bytes() for path in files if not path.name.endswith(".part")}


@pytest.mark.parametrize("in_one_step", [True, False], ids=["one step", "two renames"])
@pytest.mark.parametrize("start", ["nothing", "old", "changed by the clerk", "beside"])
def test_killed_at_every_step_of_an_exchange(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: str, in_one_step: bool
) -> None:
    if not in_one_step:
        monkeypatch.setattr(disk, "exchange", lambda *_: False)
    died = 0
    while True:
        here = tmp_path / str(died)
        target = here / "results"
        here.mkdir()
        if start != "nothing":
            put_results(target, OLD)
        if start == "changed by the clerk":
            (target / "a.csv").write_bytes(NOTE)
        if start == "beside":
            put_results(here / "results-NEW", OLD)
            (here / "results-NEW" / "a.csv").write_bytes(NOTE)
        before = content(target) if target.exists() else None
        if not killed_at(died, lambda target=target: put_results(target, NEW)):
            break
        if in_one_step and start != "nothing":
            assert content(target) in (before, NEW)  # without any healing
        exchange.heal(target)
        after = content(target) if target.exists() else None
        assert after in (before, NEW)
        if start == "changed by the clerk":
            assert after == before or NOTE in kept(here)
        put_results(target, NEW)
        assert content(target) == NEW
        if start in {"changed by the clerk", "beside"}:
            assert kept(here) == {NOTE}
        assert not list(here.glob(".results.*"))
        died += 1
    assert died > 15


@pytest.mark.slow
@pytest.mark.parametrize("in_one_step", [True, False], ids=["one step", "two renames"])
def test_killed_at_hundreds_of_random_moments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_one_step: bool
) -> None:
    if not in_one_step:
        monkeypatch.setattr(disk, "exchange", lambda *_: False)
    target = tmp_path / "results"
    put_results(target, OLD)
    chance = random.Random(7)
    both = set()
    for _ in range(250):
        child = os.fork()
        if child == 0:
            while True:
                put_results(target, NEW)
                put_results(target, OLD)
        time.sleep(chance.uniform(0, 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        if not in_one_step:
            exchange.heal(target)
        found = content(target)
        assert found in (OLD, NEW)
        both.add(len(found.get("a.csv", b"")))
    assert both == {0, 15000}  # it was caught before and after an exchange


def whole(folder: Path) -> bool:
    """Say whether a folder of results holds just what its list says."""
    listed = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    hashes = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }
    return bool(listed == hashes)


@pytest.mark.slow
def test_a_whole_collect_killed_at_random_moments(tmp_path: Path) -> None:
    round_ = Round(small_workspace(tmp_path / "round"))
    root, results = round_.workspace.root, round_.workspace.results
    command = [sys.executable, "-c", "from assessor.cli import main; main()", "collect", str(root)]
    chance = random.Random(7)
    returns = {
        path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }
    started = time.monotonic()
    subprocess.run(command, capture_output=True, check=False)
    lasts = time.monotonic() - started
    for number in range(12):
        first = str(number % 6 + 5)
        round_.put("V01.xlsx", round_.filled("panel", "V01", FULL | {"1.1": first}))
        run = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        time.sleep(chance.uniform(0.3, 1.1) * lasts)
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        assert whole(results)
    # What lies outside the results is as it was, and the next run works as ever.
    for name, before in returns.items():
        if "results" not in name.parts:
            assert (root / name).read_bytes() == before
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 1  # a form is missing, as before
    assert whole(results)
    assert not list(root.glob(".results.*"))


HOLDER = """
import sys, time
from pathlib import Path
from assessor.workspace import Workspace
with Workspace(Path(sys.argv[1])).locked():
    print("held", flush=True)
    time.sleep(60)
"""


def test_two_runs_at_once_and_the_second_says_so_plainly(tmp_path: Path) -> None:
    round_ = Round(small_workspace(tmp_path / "round"))
    root = round_.workspace.root
    command = [sys.executable, "-c", "from assessor.cli import main; main()"]
    arguments = ["collect", str(root), "--lang", "zh"]
    with round_.workspace.locked():
        second = subprocess.run(
            [*command, *arguments], capture_output=True, check=False, encoding="utf-8"
        )
    assert second.returncode == 2
    assert "这个工作区正被另一次运行占用。" in second.stderr
    assert "没有写入任何文件。" in second.stderr
    assert not round_.workspace.results.exists()
    # A run that was killed leaves no lock behind.
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(root)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline().strip() == b"held"
    holder.kill()
    holder.wait()
    with round_.workspace.locked():
        pass
