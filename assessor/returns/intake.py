"""What lies in the returns folder: workbooks to read, enclosures to keep, junk to count."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assessor.problems import AssessorError, Place, error

_JUNK_NAMES = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
_JUNK_STARTS = ("~$", ".~lock", "._", ".")
_ENCLOSURES = frozenset(
    {".pdf", ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".webp"}
    | {".doc", ".docx", ".wps", ".txt", ".md", ".ofd", ".mp4", ".ppt", ".pptx"}
)


@dataclass(frozen=True, slots=True)
class Found:
    """A file below returns/, with the disposition that its kind alone gives (or none yet)."""

    file: str
    disposition: str = ""
    reason: str = ""


def take_in(root: Path) -> list[Found]:
    """Return every file below a folder in a fixed order; links are listed, never followed."""
    if not root.is_dir():
        raise AssessorError(error("returns_missing", Place(str(root))))
    return sorted(_walk(root, ""), key=lambda found: found.file)


def _walk(root: Path, below: str) -> Iterator[Found]:
    try:
        entries = sorted(os.scandir(root / below), key=lambda entry: entry.name)
    except OSError as fault:
        raise AssessorError(error("file_cannot_open", Place(below), reason=str(fault))) from fault
    for entry in entries:
        name = f"{below}/{entry.name}" if below else entry.name
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(root, name)
        else:
            yield _judge(entry, name)


def _judge(entry: os.DirEntry[str], name: str) -> Found:
    mode = entry.stat(follow_symlinks=False).st_mode
    if not stat.S_ISREG(mode):
        return Found(name, "rejected", "file_not_regular")
    lower = entry.name.lower()
    if lower in _JUNK_NAMES or lower.startswith(_JUNK_STARTS):
        return Found(name, "ignored", "file_junk")
    if Path(lower).suffix in _ENCLOSURES:
        return Found(name, "enclosure", "file_enclosure")
    return Found(name)
