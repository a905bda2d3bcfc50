"""Results as a whole or not at all: built beside, exchanged, and nothing of the clerk's lost."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from assessor import disk
from assessor.problems import AssessorError, MachineError, Place, error

MANIFEST = ".assessor-results.json"
"""Stands in every results folder: the hash of each file as it was written."""
_OPEN_MARKS = ("~$", ".~lock")
"""What office programs leave beside a workbook that is open; nobody's work."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What became of a new set of results."""

    folder: Path
    """Where the new set stands: the target, or beside it where the target is held open."""
    changed: bool
    kept: tuple[str, ...] = ()
    """Files that the clerk had changed or added, kept in results-kept/."""
    edited: tuple[tuple[str, str], ...] = ()
    """Files that the clerk has edited and that stay as they are, each with the name of the new one
    that stands beside it."""
    held: tuple[str, ...] = ()
    """Files of the target that another program has open, where that kept the set out of it."""

    @property
    def beside(self) -> bool:
        """Whether the new set had to be put beside the old one."""
        return self.folder.name.endswith("-NEW")


def put_results(
    target: Path, files: Mapping[str, bytes], editable: Mapping[str, str] | None = None
) -> Exchange:
    """Put a whole new set of files in place of the old one: old or new, never half.

    `editable` files are the clerk's once he has changed them: such a one is carried over into the
    new set as it is, and ours gets the other name. When he removes it, ours takes its place again.
    Raises AssessorError for a folder that is not ours, MachineError where the disk refuses.
    """
    target = Path(os.path.realpath(target))  # a link to a folder stays one
    try:
        _refuse_strange(target)
        heal(target)
        before = _manifest(target)
        edited = _edited(target, editable or {})
        files = _with_edited(target, files, edited)
        now = {name: _hash(content) for name, content in files.items()}
        kept = _keep_changed(target, target, edited)
        same = before == now and _edited_names(target) == set(edited)
        if same and not kept and all((target / name).exists() for name in now):
            _discard_beside(target)
            return Exchange(target, changed=False, edited=tuple(edited.items()))
        fresh = _fresh(target)
        try:
            _build(fresh, files, now, edited)
        except OSError:
            shutil.rmtree(fresh, ignore_errors=True)  # a full disk needs the room
            raise
        return replace(_swap(fresh, target, kept), edited=tuple(edited.items()))
    except OSError as fault:
        facts = {"reason": disk.reason_of(fault)}
        raise MachineError(error("disk", Place(str(target)), **facts)) from fault


def heal(target: Path) -> None:
    """Finish or undo an exchange that was cut off before its end."""
    fresh, old = _fresh(target), _old(target)
    if not target.exists():
        if _whole(fresh):
            disk.rename(fresh, target)
        elif _manifest(old) is not None:
            disk.rename(old, target)
    for rest in (fresh, old):
        _discard(rest, target)


def _fresh(target: Path) -> Path:
    """Where the new set is built; after an exchange in one step, where the old one lies."""
    return target.with_name(f".{target.name}.new")


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")


def _beside(target: Path) -> Path:
    return target.with_name(f"{target.name}-NEW")


def _refuse_strange(target: Path) -> None:
    if not target.exists():
        return
    if not target.is_dir() or (_manifest(target) is None and any(target.iterdir())):
        raise AssessorError(error("results_not_ours", Place(str(target))))


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def as_written(folder: Path) -> Mapping[str, str]:
    """Return the hash of each file of a set of results as it was written; none where it is no set
    of ours."""
    return _manifest(folder) or {}


def _manifest(folder: Path) -> dict[str, str] | None:
    path = folder / MANIFEST
    try:
        files: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return files


def _edited_names(folder: Path) -> set[str]:
    """Return the files of a set that are the clerk's, as its manifest says."""
    try:
        text = (folder / MANIFEST).read_text(encoding="utf-8")
        return set(json.loads(text).get("edited", ()))
    except (OSError, ValueError, AttributeError, TypeError):
        return set()


def _edited(target: Path, editable: Mapping[str, str]) -> dict[str, str]:
    """Return the editable files that the clerk has changed since we wrote them."""
    written, before = _manifest(target) or {}, _edited_names(target)
    return {
        name: beside
        for name, beside in editable.items()
        if name in written
        and (target / name).is_file()
        and (name in before or _hash((target / name).read_bytes()) != written[name])
    }


def _with_edited(
    target: Path, files: Mapping[str, bytes], edited: Mapping[str, str]
) -> dict[str, bytes]:
    """Return a set in which the clerk's files stand under their names, and ours beside."""
    whole = dict(files)
    for name, beside in edited.items():
        whole[beside] = whole[name]
        whole[name] = (target / name).read_bytes()
    return whole


def _whole(folder: Path) -> bool:
    """Say whether a folder holds just what its manifest says."""
    written = _manifest(folder)
    return written is not None and all(
        (folder / name).is_file() and _hash((folder / name).read_bytes()) == known
        for name, known in written.items()
    )


def not_as_written(folder: Path) -> list[str] | None:
    """Return which files of a set are not as they were written, or are gone or added; None where
    the folder is no set of ours."""
    written = _manifest(folder)
    if written is None:
        return None
    return [*_changed(folder), *(name for name in written if not (folder / name).is_file())]


def _changed(folder: Path) -> list[str]:
    """Return the files that are not as we wrote them: changed by the clerk, or added."""
    written = _manifest(folder)
    if written is None:
        return []  # nothing, or half a set that nobody ever saw
    changed = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or name == MANIFEST or path.name.startswith(_OPEN_MARKS):
            continue
        if _hash(path.read_bytes()) != written.get(name):
            changed.append(name)
    return changed


def _keep_changed(folder: Path, target: Path, carried: Collection[str] = ()) -> tuple[str, ...]:
    """Copy what the clerk changed in a set of ours to results-kept/; return where it stands.

    What is carried over into the new set, or was, is nowhere lost.
    """
    kept = []
    for name in _changed(folder):
        content = (folder / name).read_bytes()
        if name in carried or _carried_over(name, content, folder, target):
            continue
        first = goal = target.with_name(f"{target.name}-kept") / name
        number = 2
        while goal.exists() and goal.read_bytes() != content:
            goal = first.with_name(f"{first.stem}({number}){first.suffix}")
            number += 1
        if not goal.exists():
            disk.write_file(goal, content, lasting=True)
        kept.append(goal.relative_to(target.parent).as_posix())
    return tuple(kept)


def _carried_over(name: str, content: bytes, folder: Path, target: Path) -> bool:
    """Say whether a file of an old set stands in the new one as it is."""
    there = target / name
    return (
        folder != target
        and name in _edited_names(target)
        and there.is_file()
        and there.read_bytes() == content
    )


def _discard(folder: Path, target: Path) -> tuple[str, ...]:
    """Remove a set, or half of one, that is no longer wanted; return what of it was kept."""
    if not folder.exists():
        return ()
    kept = _keep_changed(folder, target)
    shutil.rmtree(folder)
    return kept


def _discard_beside(target: Path) -> tuple[str, ...]:
    """Remove the set that had to be put beside, where it is one and nobody has it open."""
    beside = _beside(target)
    if _manifest(beside) is None:
        return ()
    with contextlib.suppress(PermissionError):
        return _discard(beside, target)
    return ()


def _build(
    folder: Path,
    files: Mapping[str, bytes],
    hashes: Mapping[str, str],
    edited: Collection[str] = (),
) -> None:
    folder.mkdir(parents=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    # The manifest comes last: only a whole set has one, and only a whole set is healed forward.
    manifest: dict[str, object] = {"files": dict(hashes)}
    if edited:
        manifest["edited"] = sorted(edited)
    text = json.dumps(manifest, ensure_ascii=False, indent=0)
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    disk.flush(folder)


def _swap(fresh: Path, target: Path, kept: tuple[str, ...]) -> Exchange:
    """Exchange the folders; what the clerk saved while the new set was built is kept too."""
    if not target.exists():
        disk.rename(fresh, target)
        return Exchange(target, changed=True)
    old = fresh
    if not disk.exchange(fresh, target):
        old = _old(target)
        try:
            disk.rename(target, old)
        except PermissionError:  # Windows holds a folder whose files are open elsewhere
            return _put_beside(fresh, target, kept)
        try:
            disk.rename(fresh, target)
        except OSError:
            disk.rename(old, target)
            raise
    late = _discard(old, target)
    late += _discard_beside(target)
    return Exchange(target, changed=True, kept=tuple(dict.fromkeys([*kept, *late])))


def _put_beside(fresh: Path, target: Path, kept: tuple[str, ...]) -> Exchange:
    beside = _beside(target)
    _refuse_strange(beside)
    if beside.exists():
        kept += _discard(beside, target)
    disk.rename(fresh, beside)
    return Exchange(beside, changed=True, kept=kept, held=disk.held_open(target))
