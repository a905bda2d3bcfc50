"""A round in LibreOffice: blank forms, filled and saved as .xlsx, .ods and .xls, collected."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from assessor.issuing import issue
from assessor.publishing import publish
from assessor.workflow import collect
from assessor.workspace import Workspace

SAMPLES = Path(__file__).parent.parent / "samples"
SYSTEM_PYTHON = "/usr/bin/python3"
"""LibreOffice speaks to the python of its own distribution."""


def has_office() -> bool:
    if not shutil.which("soffice") or not Path(SYSTEM_PYTHON).exists():
        return False
    return subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True).returncode == 0


pytestmark = [
    pytest.mark.office,
    pytest.mark.slow,
    pytest.mark.skipif(not has_office(), reason="LibreOffice with python3-uno is not installed"),
]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_forms_filled_in_by_libreoffice_come_back_exactly(tmp_path: Path) -> None:
    folder = tmp_path / "samples" / "community"
    ignore = shutil.ignore_patterns("returns", "results", "forms", "lock")
    shutil.copytree(SAMPLES / "community", folder, ignore=ignore)
    script = shutil.copy(SAMPLES / "fill_in_office.py", tmp_path / "samples")
    workspace = Workspace(folder)
    issue(workspace)
    done = subprocess.run(
        [SYSTEM_PYTHON, str(script), "community"], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    saved = Counter(path.suffix for path in workspace.returns.rglob("*") if path.is_file())
    assert min(saved[".xlsx"], saved[".ods"], saved[".xls"]) >= 3
    result = collect(workspace, workspace.returns)
    assert result.round.complete
    expected = rows(folder / "expected" / "scores.csv")
    assert rows(folder / "results" / "scores.csv") == expected


def test_every_form_and_result_prints_as_pdf(tmp_path: Path) -> None:
    """LibreOffice opens each kind of workbook and prints it on pages that are as wide as A4."""
    folder = tmp_path / "community"
    shutil.copytree(SAMPLES / "community", folder, ignore=shutil.ignore_patterns("results", "lock"))
    workspace = Workspace(folder)
    first = {path.parent: path for path in sorted(issue(workspace).files, reverse=True)}
    results = collect(workspace, workspace.returns).exchange.folder
    notice = publish(workspace, dt.date(2026, 7, 1)).folder / "notice.xlsx"
    books = [*first.values(), results / "ranking.xlsx", results / "problems.xlsx", notice]
    out = tmp_path / "pdf"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", out, *books],
        capture_output=True,
        timeout=300,
        check=True,
    )
    made = {path.stem for path in out.glob("*.pdf")}
    assert made == {path.stem for path in books}
