"""Odd and damaged workbooks of other projects, read as returns: every one listed with a reason."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from assessor.returns.pool import SECONDS_A_FILE
from assessor.workflow import collect
from tests.builders import small_workspace
from tests.filling import Round

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "odd-workbooks"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not CORPUS.is_dir(), reason="the corpus of odd workbooks is not on this machine"
    ),
]


def test_every_odd_workbook_is_listed_with_a_reason_and_the_good_ones_count(
    tmp_path: Path,
) -> None:
    round_ = Round(small_workspace(tmp_path))
    round_.return_all()
    names = sorted(path.name for path in CORPUS.iterdir())
    assert len(names) > 250
    for name in names:
        round_.put(f"odd/{name}", (CORPUS / name).read_bytes())
    done = collect(round_.workspace, round_.workspace.returns, workers=2)
    text = (done.exchange.folder / "files.csv").read_text(encoding="utf-8-sig")
    rows = {row["file"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
    for name in names:
        row = rows[f"odd/{name}"]
        assert row["disposition"] in {"rejected", "ignored", "enclosure"}, name
        assert row["reason"], name
        assert len(row["sha256"]) == 64, name
    accepted = [row["file"] for row in rows.values() if row["disposition"] == "accepted"]
    assert sorted(accepted) == [
        "panel-V01.xlsx",
        "panel-V02.xlsx",
        "self-V01.xlsx",
        "self-V02.xlsx",
    ]
    hung = [one for one in done.round.problems if one.code == "file_hangs"]
    assert not hung, f"took longer than {SECONDS_A_FILE} seconds"
    assert {str(mine.score) for mine in done.round.standing.units} == {"100.00"}
