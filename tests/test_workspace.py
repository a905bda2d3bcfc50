"""Results are old or new, never half; the clerk's own changes are kept; a lock is plain."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assessor import workspace
from assessor.problems import AssessorError, MachineError
from assessor.workspace import MANIFEST, Workspace, find_workspace, put_results
from tests.builders import small_workspace

ONE = {"a.csv": b"1", "below/b.csv": b"2"}
TWO = {"a.csv": b"3", "below/b.csv": b"4"}


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


def test_results_are_replaced_as_a_whole(tmp_path: Path) -> None:
    target = tmp_path / "results"
    assert put_results(target, ONE).changed
    assert put_results(target, TWO).changed
    assert content(target) == TWO
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results"]


def test_unchanged_results_are_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "results"
    put_results(target, ONE)
    before = (target / "a.csv").stat().st_mtime_ns
    assert not put_results(target, ONE).changed
    assert (target / "a.csv").stat().st_mtime_ns == before


def test_a_file_that_the_clerk_changed_or_added_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "results"
    put_results(target, ONE)
    (target / "a.csv").write_bytes(b"my remarks")
    (target / "notes.txt").write_bytes(b"call Li")
    exchange = put_results(target, TWO)
    assert content(target) == TWO
    assert content(tmp_path / "results-kept") == {"a.csv": b"my remarks", "notes.txt": b"call Li"}
    assert exchange.kept == ("results-kept/a.csv", "results-kept/notes.txt")


def test_what_was_kept_before_is_not_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "results"
    for remark in (b"first", b"second"):
        put_results(target, ONE)
        (target / "a.csv").write_bytes(remark)
        put_results(target, TWO)
    kept = content(tmp_path / "results-kept")
    assert kept == {"a.csv": b"first", "a(2).csv": b"second"}


def test_a_folder_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "thesis"
    target.mkdir()
    (target / "chapter1.docx").write_bytes(b"life's work")
    with pytest.raises(AssessorError) as refusal:
        put_results(target, ONE)
    assert refusal.value.problems[0].code == "results_not_ours"
    assert content(target) == {"chapter1.docx": b"life's work"}


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    put_results(tmp_path / "out", ONE)
    assert content(tmp_path / "out") == ONE


@pytest.mark.parametrize("stage", ["building", "between the renames", "before the old one goes"])
def test_a_run_that_was_killed_leaves_old_or_new(tmp_path: Path, stage: str) -> None:
    target, fresh, old = tmp_path / "results", tmp_path / ".results.new", tmp_path / ".results.old"
    put_results(target, ONE)
    put_results(tmp_path / "spare", TWO)
    if stage == "building":
        fresh.mkdir()
        (fresh / "a.csv").write_bytes(b"3")  # no manifest yet: not whole
    elif stage == "between the renames":
        target.rename(old)
        (tmp_path / "spare").rename(fresh)
    else:
        target.rename(old)
        (tmp_path / "spare").rename(target)
    workspace.heal(target)
    assert content(target) == (ONE if stage == "building" else TWO)
    assert not fresh.exists()
    assert not old.exists()


def test_without_an_exchange_in_one_step_two_renames_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspace, "_exchange", lambda *_: False)
    target = tmp_path / "results"
    put_results(target, ONE)
    put_results(target, TWO)
    assert content(target) == TWO
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results"]


def test_results_held_open_elsewhere_go_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspace, "_exchange", lambda *_: False)
    target = tmp_path / "results"
    put_results(target, ONE)
    rename = Path.rename

    def held(path: Path, goal: Path) -> Path:
        if path == target:
            raise PermissionError(13, "the file is open in another program")
        return rename(path, goal)

    monkeypatch.setattr(Path, "rename", held)
    exchange = put_results(target, TWO)
    assert exchange.folder.name == "results-NEW"
    assert content(exchange.folder) == TWO
    assert content(target) == ONE


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_place_is_a_fault_of_the_machine(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(MachineError):
        put_results(tmp_path / "results", ONE)


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
