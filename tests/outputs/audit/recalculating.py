"""A workbook re-computed by LibreOffice after its cached values have been taken out."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

Cells = Mapping[tuple[str, str], Any]
"""Values by (sheet, cell)."""
_CACHED = re.compile(rb'(<c r="[A-Z]+\d+"(?: s="\d+")?)(?: t="str")?(><f>[^<]*</f>)<v>[^<]*</v>')


def without_values(content: bytes, path: Path) -> int:
    """Write a workbook whose formulas have no values; return how many there were."""
    count = 0
    path.with_suffix(".full").write_bytes(content)
    with zipfile.ZipFile(path.with_suffix(".full")) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part, taken = _CACHED.subn(rb"\1\2", part)
                assert part.count(b"<f>") == taken
                count += taken
            new.writestr(name, part)
    path.with_suffix(".full").unlink()
    return count


def recalculated(folder: Path, *paths: Path) -> dict[str, Cells]:
    """Return the values that LibreOffice computes for workbooks, by their names."""
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    out = folder / "out"
    command += ["--convert-to", "xlsx", "--outdir", str(out), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    return {path.name: values_of(out / path.name) for path in paths}


def values_of(path: Path) -> Cells:
    """Return the values of all cells as they were written."""
    book = load_workbook(path, data_only=True)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
    }


def formulas(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield sheet, cell and formula of every cell that has one."""
    for sheet in load_workbook(path):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    yield sheet.title, cell.coordinate, cell.value


def differences(written: Path, found: Cells) -> list[str]:
    """Return the formulas whose value is not the one that was written."""
    known = values_of(written)
    wrong = []
    for sheet, cell, formula in formulas(written):
        before, now = known[sheet, cell], found[sheet, cell]
        if not _same(before, now):
            wrong.append(f"{sheet}!{cell}: {before} → {now} {formula}")
    return wrong


def _same(one: Any, other: Any) -> bool:
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return abs(one - other) <= 1e-9 * max(1, abs(one)) if numbers else one == other
