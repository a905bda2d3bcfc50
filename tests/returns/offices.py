"""Files as other office programs save them; a test that needs one is skipped where it is not."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

_STRICT = (
    (
        "schemas.openxmlformats.org/spreadsheetml/2006/main",
        "purl.oclc.org/ooxml/spreadsheetml/main",
    ),
    (
        "schemas.openxmlformats.org/officeDocument/2006/relationships",
        "purl.oclc.org/ooxml/officeDocument/relationships",
    ),
    ("schemas.openxmlformats.org/drawingml/2006/main", "purl.oclc.org/ooxml/drawingml/main"),
)
"""What the strict variety calls things otherwise."""


def by_libreoffice(folder: Path, content: bytes, ending: str) -> bytes:
    """Return a workbook as LibreOffice saves it."""
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    source = folder / "form.xlsx"
    source.write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    out = folder / "saved"
    command = ["soffice", "--headless", profile, "--convert-to", ending, "--outdir", out, source]
    subprocess.run(command, capture_output=True, timeout=240, check=True)
    return (out / f"form.{ending}").read_bytes()


def by_gnumeric(folder: Path, content: bytes, ending: str) -> bytes:
    """Return a workbook as gnumeric saves it."""
    if not shutil.which("ssconvert"):
        pytest.skip("gnumeric is not installed")
    source, target = folder / "form.xlsx", folder / f"by_gnumeric.{ending}"
    source.write_bytes(content)
    subprocess.run(["ssconvert", source, target], capture_output=True, timeout=120, check=True)
    return target.read_bytes()


def strict(content: bytes) -> bytes:
    """Return a workbook as the strict variety of .xlsx."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            for ordinary, other in _STRICT:
                part = part.replace(f"http://{ordinary}".encode(), f"http://{other}".encode())
            target.writestr(name, part)
    return stream.getvalue()
