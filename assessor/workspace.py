"""A workspace on disk: its places, its key, its lock, and results as a whole or not at all."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from assessor.problems import AssessorError, MachineError, Place, error

HIDDEN = ".assessor"
MANIFEST = ".assessor-results.json"
"""Stands in every results folder: the hash of each file as it was written."""
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Workspace:
    """One round of one scheme: a folder."""

    root: Path

    @property
    def scheme(self) -> Path:
        """The scheme's workbook, or its folder of CSV tables."""
        workbook = self.root / "scheme.xlsx"
        return workbook if workbook.exists() else self.root / "scheme"

    @property
    def decisions(self) -> Path:
        """What people decided; a CSV table where the scheme is one too."""
        table = self.root / "decisions.csv"
        workbook = self.root / "decisions.xlsx"
        if table.exists() and workbook.exists():
            raise AssessorError(error("decisions_twice", Place(table.name)))
        return table if table.exists() else workbook

    @property
    def forms(self) -> Path:
        """Blank workbooks."""
        return self.root / "forms"

    @property
    def returns(self) -> Path:
        """What came back."""
        return self.root / "returns"

    @property
    def inputs(self) -> Path:
        """Scores from elsewhere, where the scheme takes any."""
        return self.root / "inputs"

    @property
    def results(self) -> Path:
        """What collect wrote."""
        return self.root / "results"

    @property
    def hidden(self) -> Path:
        """The program's own folder."""
        return self.root / HIDDEN

    def key(self) -> bytes:
        """Return the secret that signs this workspace's forms; made when first asked for."""
        path = self.hidden / "key"
        if not path.exists():
            self.hidden.mkdir(parents=True, exist_ok=True)
            write_file(path, secrets.token_hex(_KEY_BYTES).encode())
        try:
            key = bytes.fromhex(path.read_text(encoding="ascii").strip())
        except ValueError as fault:
            raise AssessorError(error("key_damaged", Place(str(path)))) from fault
        if len(key) != _KEY_BYTES:  # cut off, or emptied: such a key would sign nothing
            raise AssessorError(error("key_damaged", Place(str(path))))
        return key

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the workspace; a second run is refused with a plain message."""
        self.hidden.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.hidden / "lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as fault:
            raise AssessorError(error("workspace_locked", Place(str(self.root)))) from fault
        except OSError as fault:
            raise MachineError(error("disk", Place(str(self.root)), reason=str(fault))) from fault
        try:
            yield
        finally:
            lock.release()


def find_workspace(asked: Path | None, start: Path) -> Workspace:
    """Return the workspace asked for, else the one found upwards from a path."""
    if asked is not None:
        if is_workspace(asked):
            return Workspace(asked)
        raise AssessorError(error("workspace_missing", Place(str(asked))))
    here = start.absolute()
    for folder in (here, *here.parents):
        if is_workspace(folder):
            return Workspace(folder)
    raise AssessorError(error("workspace_missing", Place(str(start))))


def is_workspace(folder: Path) -> bool:
    """Say whether a folder holds a scheme."""
    return (folder / "scheme.xlsx").is_file() or (folder / "scheme" / "settings.csv").is_file()


def write_file(path: Path, content: bytes) -> None:
    """Write a file under a temporary name and move it into place."""
    beside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as fault:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise MachineError(error("disk", Place(str(path)), reason=str(fault))) from fault


@dataclass(frozen=True, slots=True)
class Exchange:
    """What became of a new set of results."""

    folder: Path
    """Where the new set stands: the target, or beside it where the target is held open."""
    changed: bool
    kept: tuple[str, ...] = ()
    """Files that the clerk had changed or added, kept in results-kept/."""


def put_results(target: Path, files: Mapping[str, bytes]) -> Exchange:
    """Put a whole new set of files in place of the old one: old or new, never half.

    Raises AssessorError for a folder that is not ours, MachineError where the disk refuses.
    """
    try:
        heal(target)
        before = _manifest(target)
        if before is None and target.exists() and any(target.iterdir()):
            raise AssessorError(error("results_not_ours", Place(str(target))))
        now = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        strangers = _strangers(target, before or {})
        if before == now and not strangers and all((target / name).exists() for name in now):
            return Exchange(target, changed=False)
        kept = _keep(target, strangers)
        fresh = target.with_name(f".{target.name}.new")
        _build(fresh, files, now)
        return Exchange(_swap(fresh, target), changed=True, kept=kept)
    except OSError as fault:
        raise MachineError(error("disk", Place(str(target)), reason=str(fault))) from fault


def heal(target: Path) -> None:
    """Finish or undo an exchange that was cut off between its two renames."""
    fresh, old = target.with_name(f".{target.name}.new"), target.with_name(f".{target.name}.old")
    if not target.exists():
        if _manifest(fresh) is not None:
            fresh.rename(target)
        elif _manifest(old) is not None:
            old.rename(target)
    for rest in (fresh, old):
        if rest.exists():
            shutil.rmtree(rest)


def _manifest(folder: Path) -> dict[str, str] | None:
    path = folder / MANIFEST
    try:
        files: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return files


def _strangers(target: Path, written: Mapping[str, str]) -> list[str]:
    """Return the files that are not as we wrote them: changed by the clerk, or added."""
    if not target.exists():
        return []
    strangers = []
    for path in sorted(target.rglob("*")):
        name = path.relative_to(target).as_posix()
        if path.is_dir() or name == MANIFEST or path.name.startswith(("~$", ".~lock")):
            continue
        if hashlib.sha256(path.read_bytes()).hexdigest() != written.get(name):
            strangers.append(name)
    return strangers


def _keep(target: Path, names: list[str]) -> tuple[str, ...]:
    kept = []
    for name in names:
        content = (target / name).read_bytes()
        goal = target.with_name(f"{target.name}-kept") / name
        number = 2
        while goal.exists() and goal.read_bytes() != content:
            goal = goal.with_name(f"{Path(name).stem}({number}){goal.suffix}")
            number += 1
        write_file(goal, content)
        kept.append(goal.relative_to(target.parent).as_posix())
    return tuple(kept)


def _build(folder: Path, files: Mapping[str, bytes], hashes: Mapping[str, str]) -> None:
    folder.mkdir(parents=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    # The manifest comes last: only a whole set has one, and only a whole set is healed forward.
    text = json.dumps({"files": dict(hashes)}, ensure_ascii=False, indent=0)
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def _swap(fresh: Path, target: Path) -> Path:
    """Exchange the folders; return where the new set stands."""
    if not target.exists():
        fresh.rename(target)
        return target
    if _exchange(fresh, target):
        shutil.rmtree(fresh)
        return target
    old = target.with_name(f".{target.name}.old")
    try:
        target.rename(old)
    except PermissionError:  # Windows holds a folder whose files are open elsewhere
        return _put_beside(fresh, target)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)
    return target


def _put_beside(fresh: Path, target: Path) -> Path:
    beside = target.with_name(f"{target.name}-NEW")
    if beside.exists():
        shutil.rmtree(beside)
    fresh.rename(beside)
    return beside


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step where the system can (Linux)."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None) if os.name == "posix" else None
    if rename is None:
        return False
    here, exchange = -100, 2
    done: int = rename(here, os.fsencode(one), here, os.fsencode(other), exchange)
    return done == 0
