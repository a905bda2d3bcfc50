"""What is different from the collect before: read from its files, only told, never written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assessor.problems import AssessorError
from assessor.returns.collection import FileFate
from assessor.sheets.csvfolder import read_csv
from assessor.standing.stand import Standing

_QUOTED = ("=", "+", "-", "@", "\t", "\r", "{=")


@dataclass(frozen=True, slots=True)
class Changes:
    """What came, went and changed since the results that stand there."""

    new: tuple[str, ...] = ()
    """Files that were not there before."""
    altered: tuple[str, ...] = ()
    """Files with other content under the same name."""
    withdrawn: tuple[str, ...] = ()
    """Files that are not there any more."""
    renamed: tuple[tuple[str, str], ...] = ()
    """Files that have another name or place now, and nothing else: before, after."""
    superseded: tuple[tuple[str, str], ...] = ()
    """Files that a correction has replaced since: the file, and what replaced it."""
    completed: tuple[str, ...] = ()
    """Units that have a score now and had none."""
    reopened: tuple[str, ...] = ()
    """Units that had a score and have none now."""
    scores: tuple[tuple[str, str, str], ...] = ()
    """Units whose score is another one: unit, before, after."""

    def __bool__(self) -> bool:
        return self != Changes()


def changes_since(results: Path, fates: Sequence[FileFate], standing: Standing) -> Changes | None:
    """Return what is different from the results in a folder; None where there are none."""
    files, units = (
        _table(results / "files.csv", "file"),
        _table(results / "standing.csv", "unit_code"),
    )
    if files is None or units is None:
        return None
    return _changes(files, units, fates, standing)


Rows = Mapping[str, Mapping[str, str]]


def _changes(files: Rows, units: Rows, fates: Sequence[FileFate], standing: Standing) -> Changes:
    # Lock files and the like come and go; nobody sent them.
    now = {fate.file: fate for fate in fates if fate.disposition != "ignored"}
    before = {name: row for name, row in files.items() if row["disposition"] != "ignored"}
    new = [name for name in now if name not in before]
    gone = [name for name in before if name not in now]
    renamed = list(_renamed(before, gone, now, new))
    scores = _scores(units, standing)
    return Changes(
        new=_without(new, (after for _, after in renamed)),
        altered=tuple(n for n in now if n in before and before[n]["sha256"] != now[n].sha256),
        withdrawn=_without(gone, (old for old, _ in renamed)),
        renamed=tuple(renamed),
        superseded=tuple(
            (name, fate.other)
            for name, fate in now.items()
            if fate.reason == "newer_serial"
            and before.get(name, {}).get("disposition", "superseded") != "superseded"
        ),
        completed=tuple(unit for unit, old, score in scores if score and not old),
        reopened=tuple(unit for unit, old, score in scores if old and not score),
        scores=tuple(row for row in scores if row[1] and row[2] and row[1] != row[2]),
    )


def _renamed(
    before: Rows, gone: Iterable[str], now: Mapping[str, FileFate], new: Sequence[str]
) -> list[tuple[str, str]]:
    """Return pairs of a file that is gone and a new one with the same bytes."""
    left = list(new)
    pairs = []
    for name in gone:
        sha256 = before[name]["sha256"]
        twin = next((one for one in left if sha256 and now[one].sha256 == sha256), None)
        if twin is not None:
            left.remove(twin)
            pairs.append((name, twin))
    return pairs


def _without(names: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    known = set(others)
    return tuple(name for name in names if name not in known)


def _scores(units: Rows, standing: Standing) -> list[tuple[str, str, str]]:
    """Return the scores of then and now of every unit that is in both, empty for none."""
    rows = []
    for mine in standing.units:
        code = standing.scheme.units[mine.unit].code
        if code in units:
            now = "" if mine.score is None else f"{mine.score:f}"
            rows.append((code, units[code]["score"], now))
    return rows


def _table(path: Path, key: str) -> dict[str, dict[str, str]] | None:
    """Return the rows of a results file by one column; None where it is not one."""
    try:
        grid = read_csv(path)
    except (AssessorError, OSError):
        return None
    header = [str(value) for value in grid.rows[0]] if grid.rows else []
    if not {key, *_NEEDED[key]} <= set(header):
        return None
    rows = [
        {name: _unquoted(str(value)) for name, value in zip(header, row, strict=False)}
        for row in grid.rows[1:]
    ]
    return {row[key]: row for row in rows if len(row) == len(header)}


_NEEDED = {"file": ("sha256", "disposition"), "unit_code": ("score",)}


def _unquoted(text: str) -> str:
    """Return a text without the stroke that keeps a spreadsheet from taking it for a formula."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_QUOTED) else text
