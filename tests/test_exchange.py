"""Results are old or new, never half; what the clerk changed is kept, whoever holds what open."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor import disk, exchange
from assessor.exchange import MANIFEST, put_results
from assessor.problems import AssessorError, MachineError

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
    put = put_results(target, TWO)
    assert content(target) == TWO
    assert content(tmp_path / "results-kept") == {"a.csv": b"my remarks", "notes.txt": b"call Li"}
    assert put.kept == ("results-kept/a.csv", "results-kept/notes.txt")


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
    exchange.heal(target)
    assert content(target) == (ONE if stage == "building" else TWO)
    assert not fresh.exists()
    assert not old.exists()


def test_without_an_exchange_in_one_step_two_renames_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "exchange", lambda *_: False)
    target = tmp_path / "results"
    put_results(target, ONE)
    put_results(target, TWO)
    assert content(target) == TWO
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results"]


def test_results_held_open_elsewhere_go_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "exchange", lambda *_: False)
    target = tmp_path / "results"
    put_results(target, ONE)
    rename = Path.rename

    def held(path: Path, goal: Path) -> Path:
        if path == target:
            raise PermissionError(13, "the file is open in another program")
        return rename(path, goal)

    monkeypatch.setattr(Path, "rename", held)
    put = put_results(target, TWO)
    assert put.folder.name == "results-NEW"
    assert content(put.folder) == TWO
    assert content(target) == ONE


def held_open(monkeypatch: pytest.MonkeyPatch, target: Path) -> None:
    """Let the system refuse to rename the results, as Windows does while Excel shows one."""
    monkeypatch.setattr(disk, "exchange", lambda *_: False)
    rename = Path.rename

    def refused(path: Path, goal: Path) -> Path:
        if path == target:
            raise PermissionError(13, "the file is open in another program")
        return rename(path, goal)

    monkeypatch.setattr(Path, "rename", refused)


@pytest.mark.parametrize(
    ("mark", "file"),
    [
        ("~$ranking.xlsx", "ranking.xlsx"),
        ("~$nking.xlsx", "ranking.xlsx"),
        (".~lock.ranking.xlsx#", "ranking.xlsx"),
    ],
)
def test_the_file_to_close_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mark: str, file: str
) -> None:
    target = tmp_path / "results"
    put_results(target, {"ranking.xlsx": b"1", "files.csv": b"2"})
    (target / mark).write_bytes(b"clerk")
    held_open(monkeypatch, target)
    put = put_results(target, {"ranking.xlsx": b"3", "files.csv": b"2"})
    assert put.beside
    assert put.held == (file,)


def test_what_was_put_beside_goes_with_the_next_exchange_and_the_clerks_notes_in_it_stay(
    tmp_path: Path,
) -> None:
    target = tmp_path / "results"
    put_results(target, ONE)
    with pytest.MonkeyPatch.context() as patched:
        held_open(patched, target)
        beside = put_results(target, TWO).folder
    (beside / "a.csv").write_bytes(b"looked through")
    put = put_results(target, TWO)
    assert put.folder == target
    assert content(target) == TWO
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results", "results-kept"]
    assert content(tmp_path / "results-kept") == {"a.csv": b"looked through"}


def test_a_folder_of_the_clerks_that_is_called_like_ours_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, theirs = tmp_path / "results", tmp_path / "results-NEW"
    theirs.mkdir()
    (theirs / "letter.docx").write_bytes(b"Dear all")
    put_results(target, ONE)
    put_results(target, TWO)
    held_open(monkeypatch, target)
    with pytest.raises(AssessorError) as refusal:
        put_results(target, ONE)
    assert refusal.value.problems[0].code == "results_not_ours"
    assert content(theirs) == {"letter.docx": b"Dear all"}
    assert content(target) == TWO


def test_where_the_second_rename_fails_the_old_results_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "results"
    put_results(target, ONE)
    monkeypatch.setattr(disk, "exchange", lambda *_: False)
    rename = Path.rename

    def refused(path: Path, goal: Path) -> Path:
        if path.name == ".results.new":
            raise OSError(5, "Input/output error")
        return rename(path, goal)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(MachineError):
        put_results(target, TWO)
    assert content(target) == ONE


@pytest.mark.parametrize("in_one_step", [True, False])
def test_what_the_clerk_saves_while_the_new_set_is_built_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_one_step: bool
) -> None:
    if not in_one_step:
        monkeypatch.setattr(disk, "exchange", lambda *_: False)
    target = tmp_path / "results"
    put_results(target, ONE)
    flush = disk.flush

    def saved_meanwhile(folder: Path) -> None:
        (target / "a.csv").write_bytes(b"saved at the last moment")
        flush(folder)

    monkeypatch.setattr(disk, "flush", saved_meanwhile)
    put = put_results(target, TWO)
    assert put.kept == ("results-kept/a.csv",)
    assert content(target) == TWO
    assert content(tmp_path / "results-kept") == {"a.csv": b"saved at the last moment"}


def test_a_link_to_a_folder_stays_one(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    link = tmp_path / "results"
    link.symlink_to(tmp_path / "share", target_is_directory=True)
    put_results(link, ONE)
    put_results(link, TWO)
    assert link.is_symlink()
    assert content(tmp_path / "share") == TWO


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "results").write_bytes(b"mine")
    with pytest.raises(AssessorError) as refusal:
        put_results(tmp_path / "results", ONE)
    assert refusal.value.problems[0].code == "results_not_ours"
    assert (tmp_path / "results").read_bytes() == b"mine"


def test_a_result_that_was_deleted_is_written_again(tmp_path: Path) -> None:
    target = tmp_path / "results"
    put_results(target, ONE)
    (target / "a.csv").unlink()
    assert put_results(target, ONE).changed
    assert content(target) == ONE


def test_a_set_that_is_not_what_its_list_says_is_not_healed_forward(tmp_path: Path) -> None:
    target = tmp_path / "results"
    put_results(target, ONE)
    put_results(tmp_path / "spare", TWO)
    target.rename(tmp_path / ".results.old")
    (tmp_path / "spare" / "a.csv").write_bytes(b"")  # as after a power cut
    (tmp_path / "spare").rename(tmp_path / ".results.new")
    exchange.heal(target)
    assert content(target) == ONE


# -- results that a clerk goes on writing ----------------------------------------------------------

EDITABLE = {"b.docx": "b-new.docx"}
FIRST = {"a.csv": b"1", "b.docx": b"ours 1"}
SECOND = {"a.csv": b"2", "b.docx": b"ours 2"}


def test_a_bulletin_that_nobody_edited_is_written_anew(tmp_path: Path) -> None:
    target = tmp_path / "results"
    put_results(target, FIRST, EDITABLE)
    put = put_results(target, SECOND, EDITABLE)
    assert content(target) == SECOND
    assert (put.kept, put.edited) == ((), ())


def test_a_bulletin_that_the_clerk_edited_stays_and_ours_stands_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "results"
    put_results(target, FIRST, EDITABLE)
    (target / "b.docx").write_bytes(b"mine")
    put = put_results(target, SECOND, EDITABLE)
    assert content(target) == {"a.csv": b"2", "b.docx": b"mine", "b-new.docx": b"ours 2"}
    assert put.edited == (("b.docx", "b-new.docx"),)
    assert put.kept == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results"]


def test_an_edited_bulletin_stays_for_good_and_edited_once_more_it_stays_so(tmp_path: Path) -> None:
    target = tmp_path / "results"
    put_results(target, FIRST, EDITABLE)
    (target / "b.docx").write_bytes(b"mine")
    put_results(target, SECOND, EDITABLE)
    again = put_results(target, SECOND, EDITABLE)
    assert (again.changed, again.edited) == (False, (("b.docx", "b-new.docx"),))
    (target / "b.docx").write_bytes(b"mine, better")
    put_results(target, FIRST, EDITABLE)
    assert content(target) == {"a.csv": b"1", "b.docx": b"mine, better", "b-new.docx": b"ours 1"}
    assert not (tmp_path / "results-kept").exists()


def test_a_bulletin_edited_back_to_ours_is_still_the_clerks(tmp_path: Path) -> None:
    target = tmp_path / "results"
    put_results(target, FIRST, EDITABLE)
    (target / "b.docx").write_bytes(b"mine")
    put_results(target, FIRST, EDITABLE)
    (target / "b.docx").write_bytes(b"ours 1")
    put_results(target, SECOND, EDITABLE)
    assert content(target)["b.docx"] == b"ours 1"


def test_when_the_edited_bulletin_is_taken_away_ours_takes_its_place(tmp_path: Path) -> None:
    target = tmp_path / "results"
    put_results(target, FIRST, EDITABLE)
    (target / "b.docx").write_bytes(b"mine")
    put_results(target, FIRST, EDITABLE)
    (target / "b.docx").unlink()
    put = put_results(target, FIRST, EDITABLE)
    assert content(target) == FIRST
    assert (put.kept, put.edited) == ((), ())


def test_what_the_clerk_wrote_into_the_one_beside_is_kept_too(tmp_path: Path) -> None:
    target = tmp_path / "results"
    put_results(target, FIRST, EDITABLE)
    (target / "b.docx").write_bytes(b"mine")
    put_results(target, FIRST, EDITABLE)
    (target / "b-new.docx").write_bytes(b"mine as well")
    put = put_results(target, SECOND, EDITABLE)
    assert put.kept == ("results-kept/b-new.docx",)
    assert content(tmp_path / "results-kept") == {"b-new.docx": b"mine as well"}
    assert content(target)["b.docx"] == b"mine"


def test_what_the_clerk_writes_on_while_the_new_set_is_built_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "results"
    put_results(target, FIRST, EDITABLE)
    (target / "b.docx").write_bytes(b"mine")
    build = exchange._build

    def build_late(*arguments: object) -> None:
        build(*arguments)  # type: ignore[arg-type]
        (target / "b.docx").write_bytes(b"mine, saved late")

    monkeypatch.setattr(exchange, "_build", build_late)
    put = put_results(target, SECOND, EDITABLE)
    assert content(target)["b.docx"] == b"mine"
    assert content(tmp_path / "results-kept") == {"b.docx": b"mine, saved late"}
    assert put.kept == ("results-kept/b.docx",)


def test_an_edited_bulletin_survives_an_exchange_that_was_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "results"
    put_results(target, FIRST, EDITABLE)
    (target / "b.docx").write_bytes(b"mine")
    monkeypatch.setattr(disk, "exchange", lambda *_: False)
    real = disk.rename

    def fail(one: Path, goal: Path) -> None:
        if goal == target:
            raise KeyboardInterrupt  # the machine goes off between the two renames
        real(one, goal)

    with monkeypatch.context() as cut:
        cut.setattr(disk, "rename", fail)
        with pytest.raises(KeyboardInterrupt):
            put_results(target, SECOND, EDITABLE)
    exchange.heal(target)
    assert content(target)["b.docx"] == b"mine"
    assert put_results(target, SECOND, EDITABLE).edited == (("b.docx", "b-new.docx"),)
