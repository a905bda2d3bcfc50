"""A workspace on disk: its places, its key, its lock."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from assessor.disk import reason_of, write_file
from assessor.problems import AssessorError, MachineError, Place, error

HIDDEN = ".assessor"
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
            write_file(path, secrets.token_hex(_KEY_BYTES).encode(), lasting=True)
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
        lock = FileLock(self.hidden / "lock", timeout=0)
        try:
            self.hidden.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout as fault:
            raise AssessorError(error("workspace_locked", Place(str(self.root)))) from fault
        except OSError as fault:
            facts = {"reason": reason_of(fault)}
            raise MachineError(error("disk", Place(str(self.root)), **facts)) from fault
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
