"""Next year's workspace from last year's: scheme, units and raters carried over, dates moved on."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assessor.last_year import keep_last
from assessor.problems import AssessorError, Place, Problem, Severity, error, has_errors
from assessor.scheme.columns import TABLES, Column, Table, Type
from assessor.scheme.load import read_grids
from assessor.scheme.tables import read_tables
from assessor.scheme.values import VALUE_PARSERS, Bad
from assessor.starting import check_free, rows_of, setting, template_names, write_workspace
from assessor.workspace import Workspace, find_workspace

Rows = Mapping[str, list[dict[str, Any]]]

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_PLAIN = frozenset({"email", "via", "phone", "contact", "rounds"})
"""Columns in which a number like a year is none, or is right as it is."""
_DAYS = frozenset({"date", "mend_by"})
"""The settings that are days."""
_SETTLED = frozenset({"round", *_DAYS, "phone", "contact", "code"})
"""Settings that are moved on themselves, or say nothing of a year."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A date that was moved on: of a period by its title, or of the scheme."""

    title: str
    key: str
    before: dt.date
    after: dt.date


@dataclass(frozen=True, slots=True)
class Mention:
    """A text in which the old year still stands: table, header of the column, text."""

    table: Table
    column: Column
    text: str


@dataclass(frozen=True, slots=True)
class Renewed:
    """What `new --from` made, and what to look over."""

    workspace: Workspace
    last: Workspace
    before: str
    """The last round."""
    after: str
    """The new one; the same text where it names no year."""
    moved: Sequence[Moved]
    mentions: Sequence[Mention]
    pausing: Sequence[str]
    """Titles of the criteria that are not measured in the new round."""
    counts: Mapping[str, int]
    """How many units, raters and criteria were carried over."""
    inputs: Sequence[str]
    """Files of scores from elsewhere that the scheme asks for; last year's were not copied."""
    left: Sequence[Problem]
    """Columns and sheets that the program does not know and did not carry over."""
    kept: bool = False
    """Whether last year's results were copied, for this year's to be set beside them."""


def renew(last: Path, name: str | None, folder: Path | None) -> Renewed:
    """Make a workspace from last year's; AssessorError for wrong usage and a folder in use."""
    target = _target(last, name, folder)
    if not last.exists():
        raise AssessorError(error("path_missing", Place(str(last))))
    source = find_workspace(None, last)
    check_free(target)
    _, problems = read_tables(read_grids(source.scheme)[0], TABLES)
    if has_errors(problems):  # what cannot be read would be lost on the way
        raise AssessorError(*(p for p in problems if p.severity is Severity.ERROR))
    found = rows_of(source.scheme)
    rows: Rows = {key: [dict(row) for row in table] for key, table in found.items()}
    before = setting(rows, "round")
    after = next_round(before)
    moved = list(_move_dates(rows))
    _put_setting(rows, "round", after)
    workspace = write_workspace(rows, target, source.bulletin_templates)
    return Renewed(
        workspace=workspace,
        last=source,
        before=before,
        after=after,
        moved=moved,
        mentions=list(_mentions(rows, _YEAR.findall(before))),
        pausing=_pausing(rows, after),
        counts={key: len(rows[key]) for key in ("units", "raters", "criteria")},
        inputs=[str(row["file"]) for row in rows.get("inputs", ()) if row.get("file")],
        left=[problem for problem in problems if problem.severity is not Severity.ERROR],
        kept=keep_last(source, workspace),
    )


def _target(last: Path, name: str | None, folder: Path | None) -> Path:
    """Return the new folder: with --from the only other argument, whatever its place."""
    given = [part for part in (name, str(folder) if folder else None) if part]
    spare = [part for part in given if part in template_names()] or given[1:]
    rest = [part for part in given if part not in spare]
    # An example to copy: the folder that was meant, else last year's with the year moved on.
    folders = [*rest, next_round(last.name) if _YEAR.search(last.name) else f"{last.name}-2"]
    facts = {"last": str(last), "folder": folders[0]}
    if spare:
        raise AssessorError(error("new_from_template", Place(), name=spare[0], **facts))
    if not given:
        raise AssessorError(error("new_from_nowhere", Place(), **facts))
    return Path(given[0])


def next_round(round_: str) -> str:
    """Return the round after one: every year in it is a year later.

    >>> next_round("2026"), next_round("2026-2027年度"), next_round("第三轮")
    ('2027', '2027-2028年度', '第三轮')
    """
    return _YEAR.sub(lambda year: str(int(year.group()) + 1), round_)


def next_year(day: dt.date) -> dt.date:
    """Return the same day a year later; the 29th of February becomes the 28th.

    >>> next_year(dt.date(2024, 2, 29)), next_year(dt.date(2026, 12, 20))
    (datetime.date(2025, 2, 28), datetime.date(2027, 12, 20))
    """
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def _move_dates(rows: Rows) -> Iterator[Moved]:
    """Move the dates of periods and settings on by a year, and tell each."""
    periods = next(table for table in TABLES if table.key == "periods")
    keys = [column.key for column in periods.columns if column.type is Type.DATE]
    for row in rows["periods"]:
        for key in keys:
            if isinstance(row.get(key), dt.date):
                before = row[key]
                row[key] = next_year(before)
                yield Moved(str(row.get("title", "")), key, before, row[key])
    for row in rows["settings"]:
        key = str(row.get("key"))
        if key in _DAYS and (day := _day(row.get("value"))) is not None:
            row["value"] = next_year(day).isoformat()
            yield Moved("", key, day, next_year(day))


def _day(value: object) -> dt.date | None:
    day = VALUE_PARSERS[Type.DATE](str(value), Column("date", "", Type.DATE)) if value else None
    return None if isinstance(day, Bad) or not isinstance(day, dt.date) else day


def _put_setting(rows: Rows, key: str, value: str) -> None:
    for row in rows["settings"]:
        if row.get("key") == key:
            row["value"] = value


def _mentions(rows: Rows, years: Sequence[str]) -> Iterator[Mention]:
    """Find texts in which a year of the last round still stands: a title, a period's name."""
    for table in TABLES:
        for row in rows.get(table.key, ()):
            if table.key == "settings" and row.get("key") in _SETTLED:
                continue
            for column in table.columns:
                text = row.get(column.key)
                if column.type not in {Type.TEXT, Type.CODE} or column.key in _PLAIN:
                    continue
                if not set(years).isdisjoint(_YEAR.findall(str(text or ""))):
                    yield Mention(table, column, str(text))


def _pausing(rows: Rows, round_: str) -> list[str]:
    return [
        str(row.get("title", ""))
        for row in rows["criteria"]
        if row.get("rounds") and round_ not in row["rounds"]
    ]
