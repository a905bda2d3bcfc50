"""What lies in the returns folder: files to look into, and junk to count."""

from __future__ import annotations

import contextlib
import os
import stat
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from assessor.problems import AssessorError, Place, Problem, error
from assessor.returns.names import shown_name, unlike
from assessor.returns.opening import is_link
from assessor.returns.reading import Envelope

_JUNK_NAMES = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
_JUNK_STARTS = ("~$", ".~", "._", ".")
_ENCLOSURES = frozenset(
    {".pdf", ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".webp"}
    | {".doc", ".docx", ".wps", ".txt", ".md", ".ofd", ".mp4", ".ppt", ".pptx", ".rtf", ".mov"}
)
_WORKBOOKS = frozenset(
    {".xlsx", ".xls", ".xlsm", ".xlsb", ".xltx", ".xlt", ".ods", ".et", ".ett", ".csv"}
)


@dataclass(frozen=True, slots=True)
class Found:
    """A file below returns/, or inside an archive or a mail there, with the disposition that it has
    by itself (or none: it is for reading)."""

    file: str
    """How every output names it; no two files have the same."""
    disposition: str = ""
    reason: str = ""
    sha256: str = ""
    folder: Path = Path()
    """Where its bytes lie: in returns/, or under a name of our own in the run's own folder."""
    name: str = ""
    container: str = ""
    """The archive or mail that it stands in."""
    mails: tuple[Envelope, ...] = ()
    problem: Problem | None = None
    """What refused it, or what is to be said of it."""
    count: int = 0
    """How many files an archive or mail holds."""
    unit: str = ""
    """The unit that an enclosure belongs to, where that is certain."""

    @property
    def ending(self) -> str:
        """The ending of its name, in small letters."""
        return PurePosixPath(self.file.lower()).suffix


def take_in(root: Path) -> list[Found]:
    """Return every file below a folder in a fixed order; links are listed, never followed."""
    if not root.is_dir():
        raise AssessorError(error("returns_missing", Place(str(root))))
    taken: set[str] = set()
    found: list[Found] = []
    folders = [""]
    while folders:
        below = folders.pop()
        try:
            with os.scandir(root / below) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as fault:
            place = Found(unlike(shown_name(f"{below}/"), taken))
            found.append(refused(place, "folder_cannot_open", reason=fault.strerror))
            continue
        for entry in entries:
            name = f"{below}/{entry.name}" if below else entry.name
            if _is_folder(entry):
                folders.append(name)
            else:
                mine = Found(unlike(shown_name(name), taken), folder=root, name=name)
                found.append(_judge(mine, entry))
    return sorted(found, key=lambda one: one.file)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    with contextlib.suppress(OSError):
        return entry.is_dir(follow_symlinks=False) and not is_link(
            entry.stat(follow_symlinks=False)
        )
    return False


def _judge(found: Found, entry: os.DirEntry[str]) -> Found:
    if is_junk(found.name):
        return by_itself(found, "ignored", "file_junk")
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError as fault:
        return refused(found, "file_cannot_open", reason=fault.strerror)
    if is_link(status) or not stat.S_ISREG(status.st_mode):
        return refused(found, "file_not_regular")
    return found


def by_itself(found: Found, disposition: str, reason: str) -> Found:
    """Return a file with the disposition that it has by itself."""
    return replace(found, disposition=disposition, reason=reason)


def refused(found: Found, code: str, **facts: object) -> Found:
    """Return a file that is refused, with its problem."""
    problem = error(code, Place(found.file), **facts)
    return replace(found, disposition="rejected", reason=code, problem=problem)


def is_junk(name: str) -> bool:
    """Say whether a file is the system's, or a lock: nobody sent it on purpose."""
    parts = name.lower().replace("\\", "/").split("/")
    return parts[-1] in _JUNK_NAMES or parts[-1].startswith(_JUNK_STARTS) or "__macosx" in parts


def says_workbook(ending: str) -> bool:
    """Say whether a file is named like a workbook: then it must be one."""
    return ending in _WORKBOOKS


def says_enclosure(ending: str) -> bool:
    """Say whether a file is named like a scan, a photo or a document."""
    return ending in _ENCLOSURES
