"""Tallies: two independent counts compared, and counts that cannot be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from assessor.problems import Place, Problem, error, warning
from assessor.returns.collection import Accepted
from assessor.returns.reading import Entry, EntryStatus, FormReading
from assessor.scheme.copies import Copy, CopyKey, bound_rows
from assessor.scheme.plan import FormPlan, PlanTable
from assessor.scheme.plans import TURNOUT

Cells = dict[tuple[str, str, str], Entry]


def check_roster(copy: Copy, accepted: Accepted) -> tuple[Accepted, list[Problem]]:
    """Return the form with a refused entry for every cell of its roster that is not there, and
    without rows of units that are not on it."""
    reading = accepted.reading
    cells: Cells = {(entry.table, entry.row, entry.column): entry for entry in reading.entries}
    entries: list[Entry] = []
    problems: list[Problem] = []
    for table in copy.plan.tables:
        for bound in bound_rows(table, copy):
            mine = [cells.pop((table.key, bound.code, column), None) for column in bound.row.rules]
            if None in mine:
                place = Place(accepted.file, reading.sheet)
                problems.append(
                    _of(error("row_missing", place, name=bound.code), bound.code, copy.key.rater)
                )
                entries += [
                    Entry(table.key, bound.code, column, "", "", None, EntryStatus.REFUSED)
                    for column in bound.row.rules
                ]
            else:
                entries += [entry for entry in mine if entry is not None]
    for row in dict.fromkeys(row for _, row, _ in cells):
        entry = next(entry for place, entry in cells.items() if place[1] == row)
        place = Place(accepted.file, reading.sheet, entry.cell)
        problems.append(_of(warning("row_not_on_roster", place, code=row), row, copy.key.rater))
    return Accepted(accepted.file, replace(reading, entries=tuple(entries))), problems


def _of(problem: Problem, row: str, rater: str) -> Problem:
    unit = row.rpartition("/")[0] or row
    return replace(problem, unit=unit, criterion=row, rater=rater)


def compare_tellers(
    key: CopyKey, plan: FormPlan, first: Accepted, second: Accepted
) -> tuple[Accepted, list[Problem]]:
    """Return one count of two; where they differ, neither counts and both places are named."""
    other: Cells = {(e.table, e.row, e.column): e for e in second.reading.entries}
    titles = {(t.key, column.key): column.title for t in plan.tables for column in t.columns}
    entries: list[Entry] = []
    problems: list[Problem] = []
    for entry in first.reading.entries:
        twin = other.get((entry.table, entry.row, entry.column))
        same = twin is not None and twin.value == entry.value
        refused = EntryStatus.REFUSED in {entry.status, twin.status if twin else entry.status}
        if refused or same:
            status = EntryStatus.REFUSED if refused else entry.status
            entries.append(entry._replace(status=status))
            continue
        entries.append(entry._replace(status=EntryStatus.REFUSED))
        there = Place(second.file, second.reading.sheet, twin.cell if twin else "")
        facts = {
            "name": f"{entry.row} {titles[entry.table, entry.column]}",
            "first": entry.raw or "0",
            "second": (twin.raw if twin else "") or "0",
            "there": str(there) if second.file != first.file else f"{there.sheet}!{there.cell}",
        }
        place = Place(first.file, first.reading.sheet, entry.cell)
        problems.append(_of(error("tally_differs", place, **facts), entry.row, key.rater))
    merged = FormReading(
        replace(key, teller=""),
        first.reading.serial,
        first.reading.version,
        first.reading.sheet,
        tuple(entries),
    )
    return Accepted(first.file, merged), problems


def check_counts(copy: Copy, accepted: Accepted) -> tuple[Accepted, list[Problem]]:
    """Return the form with the counts of units refused that cannot be: more papers returned than
    issued, or more votes in a row than valid papers."""
    turnout, counts = copy.plan.tables
    cells: Cells = {(e.table, e.row, e.column): e for e in accepted.reading.entries}
    problems: list[Problem] = []
    wrong: set[tuple[str, str]] = set()
    for bound in bound_rows(turnout, copy):
        row = [cells[turnout.key, bound.code, column] for column in TURNOUT]
        problems += _falling(accepted, row, turnout, wrong)
    for bound in bound_rows(counts, copy):
        votes = [cells[counts.key, bound.code, column] for column in bound.row.rules]
        unit = bound.unit.code if bound.unit else ""
        valid = cells[turnout.key, unit, "valid"]
        values = [vote.value for vote in votes if vote.value is not None]
        total = sum(values, Decimal(0))
        if valid.value is not None and len(values) == len(votes) and total > valid.value:
            place = Place(accepted.file, accepted.reading.sheet, votes[0].cell)
            facts = {"name": bound.code, "total": total, "valid": valid.value, "there": valid.cell}
            problems.append(
                _of(error("tally_exceeds_valid", place, **facts), bound.code, copy.key.rater)
            )
            wrong.add((counts.key, bound.code))
    entries = tuple(
        entry._replace(status=EntryStatus.REFUSED) if (entry.table, entry.row) in wrong else entry
        for entry in accepted.reading.entries
    )
    return Accepted(accepted.file, replace(accepted.reading, entries=entries)), problems


def _falling(
    accepted: Accepted, row: Sequence[Entry], table: PlanTable, wrong: set[tuple[str, str]]
) -> list[Problem]:
    """应到 ≥ 实到 ≥ 发出 ≥ 收回 ≥ 有效: what goes up on the way cannot be."""
    titles: Mapping[str, str] = {column.key: column.title for column in table.columns}
    problems = []
    for upper, lower in pairwise(row):
        if upper.value is not None and lower.value is not None and lower.value > upper.value:
            place = Place(accepted.file, accepted.reading.sheet, lower.cell)
            facts = {
                "more": titles[lower.column],
                "less": titles[upper.column],
                "high": lower.value,
                "low": upper.value,
            }
            problems.append(
                _of(error("turnout_rises", place, **facts), lower.row, accepted.reading.key.rater)
            )
            wrong.add((lower.table, lower.row))
    return problems
