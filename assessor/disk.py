"""Files on disk: under their own name whole or not at all, and there after a power cut."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import time
from pathlib import Path
from typing import BinaryIO

from assessor.problems import MachineError, Place, error

_TRIES, _PAUSE = 5, 0.1
"""A virus scanner holds a fresh file for a moment; who has it open in Excel holds it for longer."""


def write_file(path: Path, content: bytes, lasting: bool = False) -> None:
    """Write a file under a temporary name and move it into place.

    A `lasting` one is on the disk before it gets its name, so that a power cut leaves the old or
    the new one. Raises MachineError where the disk refuses.
    """
    beside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            file.write(content)
            if lasting:
                file.flush()
                os.fsync(file.fileno())
        beside.replace(path)
    except OSError as fault:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise MachineError(error("disk", Place(str(path)), reason=reason_of(fault))) from fault


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def add_line(path: Path, line: str) -> None:
    """Add a line to a file; it is on the disk, whole, when this returns.

    What a power cut left of an earlier line without its end goes first. Raises MachineError where
    the disk refuses.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as file:
            file.truncate(_last_end(file))
            file.write(line.encode("utf-8", "replace") + b"\n")
            file.flush()
            os.fsync(file.fileno())
        keep_names(path.parent)
    except OSError as fault:
        raise MachineError(error("disk", Place(str(path)), reason=reason_of(fault))) from fault


def _last_end(file: BinaryIO) -> int:
    """Return where the last whole line of a file ends."""
    size = file.seek(0, os.SEEK_END)
    while size:
        start = max(0, size - 4096)
        file.seek(start)
        found = file.read(size - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        size = start
    return 0


def keep_names(folder: Path) -> None:
    """See to it that the names in a folder are on the disk as they are now."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def reason_of(fault: OSError) -> str:
    """Return why the disk refused, as the system words it, without its numbers."""
    return fault.strerror or str(fault)


def flush(folder: Path) -> None:
    """See to it that everything below a folder is on the disk before this returns."""
    if os.name != "posix":
        return  # a Windows folder cannot be opened; its file system keeps the order by itself
    sync = getattr(ctypes.CDLL(None), "syncfs", None)
    paths = [folder] if sync else [*folder.rglob("*"), folder]
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            if sync is None or sync(handle) != 0:
                os.fsync(handle)
        finally:
            os.close(handle)


def rename(one: Path, goal: Path) -> None:
    """Rename, with patience where another program holds the file or folder for a moment."""
    for left in reversed(range(_TRIES)):
        try:
            one.rename(goal)
        except PermissionError:
            if not left or os.name != "nt":
                raise
            time.sleep(_PAUSE)
        else:
            return


def exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step where the system can (Linux)."""
    swap = getattr(ctypes.CDLL(None), "renameat2", None) if os.name == "posix" else None
    if swap is None:
        return False
    here, both = -100, 2
    done: int = swap(here, os.fsencode(one), here, os.fsencode(other), both)
    return done == 0


def held_open(folder: Path) -> tuple[str, ...]:
    """Return the files of a folder that another program has open, as far as can be told.

    Excel, WPS and LibreOffice leave a lock file beside an open workbook; Windows lets nobody
    write to one.
    """
    held = set()
    for path in folder.rglob("*"):
        if path.name.startswith("~$"):
            # Excel cuts the first two letters off where the name is long.
            held |= {one.name for one in folder.rglob("*") if _is_lock(path.name[2:], one.name)}
        elif path.name.startswith(".~lock."):
            held.add(path.name.removeprefix(".~lock.").removesuffix("#"))
        elif path.is_file() and not _writable(path):
            held.add(path.name)
    return tuple(sorted(held))


def _is_lock(rest: str, name: str) -> bool:
    return not name.startswith(("~$", ".")) and rest in {name, name[2:]}


def _writable(path: Path) -> bool:
    try:
        with path.open("r+b"):
            return True
    except PermissionError:
        return False
    except OSError:
        return True
