"""Grids to typed rows: headers in two languages, every bad cell reported, no row hides the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from assessor.i18n import Either
from assessor.problems import Place, Problem, error, note, warning
from assessor.scheme.columns import Column, Table
from assessor.scheme.spelling import folded, near
from assessor.scheme.values import VALUE_PARSERS, Bad
from assessor.sheets.grid import Grid, as_text

NEEDED_TABLES = frozenset({"settings", "units", "forms", "scores"})
"""The tables without which nothing can be scored."""
_HEADER_DEPTH = 6
"""A clerk may put a title above the header; further down it is data."""


@dataclass(frozen=True, slots=True)
class RowPlace:
    """Where a row of a table stands; knows the cell of each column."""

    grid: Grid = field(repr=False)
    row: int
    columns: Mapping[str, int] = field(repr=False)
    unread: frozenset[str] = frozenset()
    """Columns whose cell could not be read: reported already, not to be called empty."""

    def cell(self, key: str = "") -> Place:
        """Return the place of a column's cell, of the row's first cell without a key."""
        return self.grid.place(self.row, self.columns.get(key, 0))


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: parsed values by column key, and its place."""

    values: Mapping[str, Any]
    at: RowPlace

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - as the column's type says
        return self.values.get(key)


Tables = Mapping[str, Sequence[Row]]


def read_tables(
    grids: Sequence[Grid], declared: Sequence[Table]
) -> tuple[dict[str, list[Row]], list[Problem]]:
    """Return the rows of each declared table, and every problem of sheets, headers and cells."""
    problems: list[Problem] = []
    rows: dict[str, list[Row]] = {table.key: [] for table in declared}
    names = {folded(name): table for table in declared for name in (table.key, table.zh)}
    first: dict[str, str] = {}
    there = {folded(grid.sheet) for grid in grids if _has_rows(grid)}
    absent = [t for t in declared if not {folded(t.key), folded(t.zh)} & there]
    for grid in grids:
        table = names.get(folded(grid.sheet))
        if table is None:
            problems.extend(_unknown_sheet(grid, absent))
            continue
        if not any(as_text(value) for row in grid.rows for value in row):
            continue
        if table.key in first:
            where = Place(grid.file, grid.sheet)
            problems.append(
                error("table_sheet_twice", where, table=name_of(table), other=first[table.key])
            )
            continue
        first[table.key] = grid.sheet
        found, faults = read_table(grid, table)
        rows[table.key].extend(found)
        problems.extend(faults)
    return rows, problems


def read_table(grid: Grid, table: Table) -> tuple[list[Row], list[Problem]]:
    """Return the rows of one table and its problems."""
    header = _header_row(grid, table)
    columns, problems = _match_header(grid, header, table)
    rows: list[Row] = []
    missing = [c for c in table.columns if c.required and c.key not in columns]
    problems.extend(
        error(
            "table_column_missing",
            grid.place(header, 0),
            table=name_of(table),
            column=_both(column),
        )
        for column in missing
    )
    if missing:
        return rows, problems
    for number in range(header + 1, len(grid.rows)):
        if not any(as_text(value) for value in grid.rows[number]):
            continue
        row, faults = _read_row(grid, number, table, columns)
        rows.append(row)
        problems.extend(faults)
    problems.extend(_doubled(rows, table))
    return rows, problems


def _read_row(
    grid: Grid, number: int, table: Table, columns: Mapping[str, int]
) -> tuple[Row, list[Problem]]:
    at = RowPlace(grid, number, columns)
    unread: set[str] = set()
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for column in table.columns:
        raw = grid.at(number, columns[column.key]) if column.key in columns else ""
        if as_text(raw) == "":
            if column.required:
                problems.append(
                    error("table_cell_empty", at.cell(column.key), column=_both(column))
                )
            continue
        parsed = VALUE_PARSERS[column.type](raw, column)
        if isinstance(parsed, Bad):
            facts = {"column": _both(column), "value": as_text(raw), **parsed.facts}
            problems.append(error(parsed.code, at.cell(column.key), **facts))
            unread.add(column.key)
            continue
        values[column.key] = parsed
    return Row(values, replace(at, unread=frozenset(unread)) if unread else at), problems


def _doubled(rows: Sequence[Row], table: Table) -> list[Problem]:
    if not table.unique:
        return []
    problems: list[Problem] = []
    first: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = tuple(row[part] for part in table.unique)
        if key[-1] is None:
            continue
        if key in first:
            other = first[key].at.cell(table.unique[-1])
            problems.append(
                error(
                    "table_code_twice",
                    row.at.cell(table.unique[-1]),
                    table=name_of(table),
                    value=str(key[-1]),
                    other=other.cell,
                )
            )
        first.setdefault(key, row)
    return problems


def _header_row(grid: Grid, table: Table) -> int:
    known = {folded(name) for column in table.columns for name in (column.key, column.zh)}

    def recognised(row: int) -> int:
        return sum(folded(as_text(value)) in known for value in grid.rows[row])

    depth = range(min(_HEADER_DEPTH, len(grid.rows)))
    return max(depth, key=recognised, default=0)


def _match_header(grid: Grid, header: int, table: Table) -> tuple[dict[str, int], list[Problem]]:
    names = {folded(name): column for column in table.columns for name in (column.key, column.zh)}
    columns: dict[str, int] = {}
    problems: list[Problem] = []
    strangers: list[tuple[int, str]] = []
    for position in range(len(grid.rows[header]) if grid.rows else 0):
        text = grid.text(header, position)
        column = names.get(folded(text))
        if not text:
            continue
        if column is None:
            strangers.append((position, text))
        elif column.key in columns:
            problems.append(
                error("table_header_twice", grid.place(header, position), column=_both(column))
            )
        else:
            columns[column.key] = position
    for position, text in strangers:
        place = grid.place(header, position)
        free = [c for c in table.columns if c.key not in columns]
        guess = near(text, [name for c in free for name in (c.zh, c.key)])
        if guess:
            problems.append(error("table_header_near", place, header=text, guess=guess))
        else:
            problems.append(note("table_header_ignored", place, header=text, table=name_of(table)))
    return columns, problems


def _unknown_sheet(grid: Grid, absent: Sequence[Table]) -> list[Problem]:
    """Return an error where a sheet is most likely a table that is absent: by its name, or by its
    headers where it is called something else; a note on any other."""
    if not any(True for _ in grid.cells(_HEADER_DEPTH)):
        return []
    place = Place(grid.file, grid.sheet)
    guess = near(grid.sheet, [name for table in absent for name in (table.zh, table.key)])
    meant = [table for table in absent if guess in (table.zh, table.key) or _fits(grid, table)]
    if not meant:
        return [note("table_sheet_ignored", place, sheet=grid.sheet)]
    fitting = [table for table in meant if _fits(grid, table)]
    if not fitting and not any(table.key in NEEDED_TABLES for table in meant):
        return [warning("table_sheet_near", place, sheet=grid.sheet, guess=guess)]
    named = (fitting or meant)[0]
    name = guess if guess in (named.zh, named.key) else _like(grid.sheet, named)
    return [error("table_sheet_near", place, sheet=grid.sheet, guess=name)]


def _has_rows(grid: Grid) -> bool:
    """Say whether a sheet has more than a header."""
    return sum(any(as_text(value) for value in row) for row in grid.rows) > 1


def _fits(grid: Grid, table: Table) -> bool:
    """Say whether a sheet has every column that a table must have, and at least two of its own."""
    header = _header_row(grid, table)
    heads = {folded(as_text(value)) for value in (grid.rows[header] if grid.rows else ())}
    known = [c for c in table.columns if heads & {folded(c.key), folded(c.zh)}]
    return len(known) > 1 and all(column in known for column in table.columns if column.required)


def _like(sheet: str, table: Table) -> str:
    """Return the name of a table in the language of a sheet's name."""
    return table.key if sheet.isascii() else table.zh


def _both(column: Column) -> str:
    return f"{column.zh} {column.key}"


def name_of(named: Column | Table) -> Either:
    """Return what a column or a table is called in the language of the sentence."""
    return Either(named.zh, named.key)
