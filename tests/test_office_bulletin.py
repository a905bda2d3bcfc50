"""The bulletin in LibreOffice: it opens, and prints with every unit and repeated heads."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from assessor.workflow import collect
from assessor.workspace import Workspace
from tests.outputs.test_bulletin import SAMPLES, csv_rows

WRITER = Path("/usr/lib/libreoffice/program/libswlo.so")

pytestmark = [
    pytest.mark.office,
    pytest.mark.slow,
    pytest.mark.skipif(
        not (shutil.which("soffice") and shutil.which("pdftotext") and WRITER.exists()),
        reason="LibreOffice Writer or pdftotext is not installed",
    ),
]


def test_the_bulletin_prints_with_every_unit(tmp_path: Path) -> None:
    folder = tmp_path / "township"
    ignore = shutil.ignore_patterns("results", "forms", "lock")
    shutil.copytree(SAMPLES / "township", folder, ignore=ignore)
    collect(Workspace(folder), folder / "returns")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", str(tmp_path)]
    source = folder / "results" / "bulletin.docx"
    subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=180)
    told = ["pdftotext", "-layout", str(tmp_path / "bulletin.pdf"), "-"]
    text = subprocess.run(told, check=True, capture_output=True, text=True).stdout
    pages = text.split("\f")
    flat = "".join(text.split())
    names = [row["unit"] for row in csv_rows(folder / "results" / "standing.csv")]
    # A name that takes two lines of a cell has other columns between its halves.
    assert [name for name in names if name[:6] not in flat] == []
    heads = [page for page in pages if "名次" in page and "类内" in page and "备注" in page]
    assert len(heads) >= 2  # the ranking goes over a page, and its head is repeated
    assert "—1—" in "".join(pages[0].split())
