"""LibreOffice and gnumeric, where they are installed: files that real programs wrote."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

SYSTEM_PYTHON = "/usr/bin/python3"
"""LibreOffice speaks to the python of its own distribution."""
_TYPIST = Path(__file__).parent / "office_typist.py"


def has_office() -> bool:
    """Say whether LibreOffice can be driven here."""
    if not shutil.which("soffice") or not Path(SYSTEM_PYTHON).exists():
        return False
    return subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True).returncode == 0


def has_gnumeric() -> bool:
    """Say whether gnumeric's converter is here."""
    return shutil.which("ssconvert") is not None


Action = Mapping[str, object]


def action(do: str, cell: str, value: object = "") -> Action:
    """Return one thing that somebody does to a cell."""
    return {"do": do, "cell": cell, "value": value}


def typed(jobs: Sequence[tuple[Path, Path, Sequence[Action]]]) -> None:
    """Open each source in one LibreOffice, do what is asked, and save it as the target."""
    listed = [
        {"source": str(source), "target": str(target), "actions": list(actions)}
        for source, target, actions in jobs
    ]
    done = subprocess.run(
        [SYSTEM_PYTHON, str(_TYPIST)],
        input=json.dumps(listed),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr


_EXPORTERS = {
    ".xlsx": "Gnumeric_Excel:xlsx2",
    ".ods": "Gnumeric_OpenCalc:odf",
    ".xls": "Gnumeric_Excel:excel_biff8",
}


def by_gnumeric(source: Path, target: Path) -> None:
    """Open a workbook in gnumeric and save it in the format of the target's ending."""
    kind = _EXPORTERS[target.suffix]
    done = subprocess.run(
        ["ssconvert", f"--export-type={kind}", source, target], capture_output=True, timeout=120
    )
    assert target.exists(), done.stderr
