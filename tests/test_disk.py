"""A file is written whole or not at all; a full or read-only disk is said plainly."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from assessor import disk
from assessor.exchange import put_results
from assessor.i18n import catalog
from assessor.problems import MachineError

OLD = {"ranking.xlsx": b"o" * 1000, "scores.csv": b"o"}
NEW = {"ranking.xlsx": b"n" * 600_000, "scores.csv": b"n" * 600_000}


def left(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(".")
    }


@pytest.mark.parametrize("lasting", [False, True])
def test_a_file_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path, lasting: bool) -> None:
    path = tmp_path / "below" / "a.csv"
    for text in (b"1", b"2"):
        disk.write_file(path, text, lasting)
        assert path.read_bytes() == text
    assert [one.name for one in path.parent.iterdir()] == ["a.csv"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 800 KiB, which is full after half of the new results."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=800k", "none", str(place)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("this machine does not let the test mount a small file system")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a small file system")
def test_a_full_disk_leaves_the_old_results_and_no_rubbish(small_disk: Path) -> None:
    target = small_disk / "results"
    put_results(target, OLD)
    with pytest.raises(MachineError) as fault:
        put_results(target, NEW)
    problem = fault.value.problems[0]
    assert catalog("zh").message(problem) == "读写磁盘失败：No space left on device"
    assert catalog("zh").cure(problem) == (
        "检查磁盘是否已满、这个文件夹能不能写入；原有结果没有改动。"
    )
    assert left(target) == OLD
    assert [path.name for path in small_disk.iterdir()] == ["results"]
    with pytest.raises(MachineError):
        disk.write_file(small_disk / "big.csv", b"n" * 900_000)
    assert [path.name for path in small_disk.iterdir()] == ["results"]


READ_ONLY = """
    import os, sys
    from pathlib import Path
    from assessor.exchange import put_results
    from assessor.problems import MachineError
    from assessor.workspace import Workspace
    here = Path(sys.argv[1])
    if os.geteuid() == 0:  # root may write everywhere
        os.setgid(65534)
        os.setuid(65534)
    for act in (
        lambda: put_results(here / "results", {"scores.csv": b"n"}),
        lambda: put_results(here / "none" / "results", {"scores.csv": b"n"}),
        lambda: Workspace(here).locked().__enter__(),
        lambda: Workspace(here).key(),
    ):
        try:
            act()
        except MachineError as fault:
            print(fault.problems[0].code, fault.problems[0].facts["reason"], sep=": ")
"""


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_read_only_place_is_a_fault_of_the_machine_and_stays_as_it_is() -> None:
    import shutil
    import tempfile

    # Not below pytest's own folder: that one is closed to everybody but its owner.
    here = Path(tempfile.mkdtemp())
    try:
        put_results(here / "results", {"scores.csv": b"o"})
        for folder in (here, here / "results"):
            folder.chmod(0o555)
        run = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(READ_ONLY), str(here)],
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout.splitlines() == ["disk: Permission denied"] * 4
        assert left(here / "results") == {"scores.csv": b"o"}
        assert [path.name for path in here.iterdir()] == ["results"]
    finally:
        here.chmod(0o755)
        (here / "results").chmod(0o755)
        shutil.rmtree(here)


def test_where_the_system_cannot_flush_a_whole_file_system_each_file_is_flushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed = []
    monkeypatch.setattr(disk.ctypes, "CDLL", lambda _: object())
    monkeypatch.setattr(disk.os, "fsync", flushed.append)
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "a.csv").write_bytes(b"1")
    disk.flush(tmp_path)
    assert len(flushed) == 3
