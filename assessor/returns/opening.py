"""Opening what others sent: regular files only, no links, nothing that blocks or still changes."""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

from assessor.sheets.kinds import Unreadable

_TRIES = 4
_PAUSE = 0.25
"""Seconds before a file that was being written is looked at again, and twice that the next time."""
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)
_LINKED = {
    getattr(stat, "IO_REPARSE_TAG_SYMLINK", 0xA000000C),
    getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", 0xA0000003),
}
"""On Windows a file that a cloud drive keeps is a reparse point too, but no link."""


def is_link(status: os.stat_result) -> bool:
    """Say whether a status belongs to a link or a junction."""
    return stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) in _LINKED


@contextlib.contextmanager
def opened(folder: Path, name: str) -> Iterator[BufferedReader]:
    """Yield a regular file below a folder, opened by descriptor; raise Unreadable for others."""
    try:
        descriptor = _open_below(folder, name)
    except OSError as fault:
        raise _why(folder / name, fault) from fault
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Unreadable("file_not_regular")
        yield stream


def _open_below(folder: Path, name: str) -> int:
    """Open a file so that no part of its path below the folder may be a link."""
    parts = name.split("/")
    if os.open not in os.supports_dir_fd:
        path = folder.joinpath(*parts)
        before = os.lstat(path)
        if is_link(before) or not stat.S_ISREG(before.st_mode):
            raise Unreadable("file_not_regular")
        return os.open(path, _FLAGS)
    here = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in parts[:-1]:
            inner = os.open(part, _FLAGS | os.O_DIRECTORY, dir_fd=here)
            os.close(here)
            here = inner
        return os.open(parts[-1], _FLAGS, dir_fd=here)
    finally:
        os.close(here)


def _why(path: Path, fault: OSError) -> Unreadable:
    """Return why a file did not open: it is a link or a socket, or what the system says."""
    with contextlib.suppress(OSError, ValueError):
        status = os.lstat(path)
        if is_link(status) or not stat.S_ISREG(status.st_mode):
            return Unreadable("file_not_regular")
    return Unreadable("file_cannot_open", reason=fault.strerror or type(fault).__name__)


def read_settled(stream: BufferedReader, most: int) -> bytes:
    """Return the whole of a file that nobody is writing; raise Unreadable where somebody is, or
    where it is larger than `most` bytes."""
    for attempt in range(_TRIES):
        before = _state(stream)
        if before[0] > most:
            raise Unreadable("file_too_large", most=most >> 20)
        stream.seek(0)
        content = stream.read(most + 1)
        if len(content) == before[0] and _state(stream) == before:
            return content
        if attempt + 1 < _TRIES:
            time.sleep(_PAUSE * 2**attempt)
    raise Unreadable("file_changing")


@contextlib.contextmanager
def unchanged(stream: BufferedReader) -> Iterator[None]:
    """Raise Unreadable where a file has changed while the block worked on it."""
    before = _state(stream)
    yield
    if _state(stream) != before:
        raise Unreadable("file_changing")


def _state(stream: BufferedReader) -> tuple[int, int]:
    status = os.fstat(stream.fileno())
    return status.st_size, status.st_mtime_ns
