"""Copies for correction in LibreOffice: mended as their senders would, sent back, collected."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from assessor.workflow import collect
from assessor.workspace import Workspace
from tests.test_office import SAMPLES, SYSTEM_PYTHON, has_office, rows

pytestmark = [
    pytest.mark.office,
    pytest.mark.slow,
    pytest.mark.skipif(not has_office(), reason="LibreOffice with python3-uno is not installed"),
]

LOST = {
    "file_empty": "中心学校党支部党建工作责任制自评表（定稿2）.xlsx",
    "file_damaged": "机关/便民服务和退役军人事务/自评表.xlsx",
    "file_html": "考核组/10 卫生院.xls",
}
"""Files of the sample of which nobody can tell whose form they are: nothing is sent back."""
INCOMPLETE = {"V04", "O04", "O05", "O06", "O08"}
"""Units of the sample of which a form is missing."""


def test_a_messy_round_is_mended_in_libreoffice_and_scores_as_if_nothing_had_been_wrong(
    tmp_path: Path,
) -> None:
    """The township sample and its messy twin were filled in with the same entries, so that what is
    mended must score what the township was expected to score."""
    ignore = shutil.ignore_patterns("results", "forms", "lock")
    folder = tmp_path / "township-messy"
    shutil.copytree(SAMPLES / "township-messy", folder, ignore=ignore)
    workspace = Workspace(folder)
    first = collect(workspace, workspace.returns)
    assert len(first.corrections) == 14
    script, entries = SAMPLES / "mend_in_office.py", SAMPLES / "township" / "filled" / "entries.csv"
    corrections = workspace.results / "corrections"
    done = subprocess.run(
        [SYSTEM_PYTHON, str(script), str(corrections), str(workspace.returns), str(entries)],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list(workspace.returns.glob("更正/*.xlsx"))) == 7
    assert len(list(workspace.returns.glob("更正/*.ods"))) == 7

    result = collect(workspace, workspace.returns)

    errors = [p for p in rows(workspace.results / "problems.csv") if p["severity"] == "error"]
    missing = [p["unit_code"] for p in errors if p["code"] == "return_missing"]
    assert set(missing) == INCOMPLETE
    others = {p["code"]: p["file"] for p in errors if p["code"] != "return_missing"}
    assert others == LOST
    assert result.corrections == ()
    fates = {fate.file: fate for fate in result.round.collection.fates}
    sent = [fate for name, fate in fates.items() if name.startswith("更正/")]
    assert {fate.disposition for fate in sent} == {"accepted"}
    assert sum(fate.disposition == "superseded" for fate in fates.values()) == 15
    expected = {
        (row["unit_code"], row["node"]): row["value"]
        for row in rows(SAMPLES / "township" / "expected" / "scores.csv")
    }
    secretaries = {f"S{int(code[1:]):02d}" for code in INCOMPLETE if code.startswith("V")}
    found = {
        (row["unit_code"], row["node"]): row["value"]
        for row in rows(workspace.results / "scores.csv")
        if row["unit_code"] not in INCOMPLETE | secretaries
    }
    assert len({unit for unit, _ in found}) >= 33
    wrong = {key: (value, expected[key]) for key, value in found.items() if value != expected[key]}
    assert wrong == {}
