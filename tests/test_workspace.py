"""A workspace is found, keeps its key, and is locked with a plain message."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.problems import AssessorError
from assessor.workspace import Workspace, find_workspace
from tests.builders import small_workspace


def test_a_workspace_is_found_upwards(tmp_path: Path) -> None:
    made = small_workspace(tmp_path / "round")
    below = made.returns / "片区一"
    below.mkdir()
    assert find_workspace(None, below).root == made.root


def test_where_there_is_no_workspace_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(AssessorError) as refusal:
        find_workspace(None, tmp_path)
    assert refusal.value.problems[0].code == "workspace_missing"


def test_two_runs_at_once_are_refused_with_a_plain_message(tmp_path: Path) -> None:
    made = small_workspace(tmp_path)
    with made.locked(), pytest.raises(AssessorError) as refusal, Workspace(tmp_path).locked():
        pass
    assert refusal.value.problems[0].code == "workspace_locked"
    assert refusal.value.exit_status == 2


def test_the_key_is_made_once_and_kept(tmp_path: Path) -> None:
    made = small_workspace(tmp_path)
    assert made.key() == Workspace(tmp_path).key()
    assert len(made.key()) == 32


def test_decisions_twice_are_refused(tmp_path: Path) -> None:
    made = small_workspace(tmp_path)
    (tmp_path / "decisions.csv").write_text("date")
    (tmp_path / "decisions.xlsx").write_bytes(b"")
    with pytest.raises(AssessorError) as refusal:
        _ = made.decisions
    assert refusal.value.problems[0].code == "decisions_twice"
