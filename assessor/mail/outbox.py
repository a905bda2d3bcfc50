"""The outbox: drafts that a mail program opens, bundles to hand over, and a list of both."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from assessor.disk import write_file
from assessor.mail.checking import sha256

_NOTE = "outbox.json"
"""In the program's own folder: the hash of each file that stands in the outbox because of us."""


class Outbox:
    """The drafts of one kind of mail; those of the last run go, what people put there stays."""

    def __init__(self, folder: Path, hidden: Path) -> None:
        self.folder = folder
        self._note = hidden / _NOTE
        self._written: dict[str, str] = {}

    def clear(self) -> None:
        """Remove what an earlier run wrote, where nobody has changed it since."""
        for name, known in self._noted().items():
            path = self.folder.parent / name
            ours = path.parent == self.folder and path.is_file()
            if ours and sha256(path.read_bytes()) == known:
                with suppress(OSError):  # open elsewhere: it is written anew or stays
                    path.unlink()

    def write(self, name: str, content: bytes) -> Path:
        """Write one file of the outbox."""
        path = self.folder / name
        write_file(path, content)
        self._written[f"{self.folder.name}/{name}"] = sha256(content)
        return path

    def close(self) -> None:
        """Note what was written, so that the next run can clear it."""
        own = f"{self.folder.name}/"
        kept = {name: known for name, known in self._noted().items() if not name.startswith(own)}
        text = json.dumps(kept | self._written, ensure_ascii=False, indent=0)
        write_file(self._note, text.encode("utf-8", "replace"))

    def _noted(self) -> dict[str, str]:
        try:
            noted = json.loads(self._note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(name): str(known) for name, known in noted.items()}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files as one archive; the same for the same files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return target.getvalue()
