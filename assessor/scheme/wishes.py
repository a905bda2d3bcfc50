"""Single cells of a scheme changed for a trial: ``weight:ballot=40%``, ``等次:优秀=88``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessor.decimals import percent, read_exact
from assessor.i18n import Either
from assessor.problems import AssessorError, Place, Problem, error
from assessor.scheme.columns import SETTING_KEYS, TABLES, Column, Table, Type
from assessor.scheme.spelling import folded, near
from assessor.scheme.tables import Row, read_tables
from assessor.sheets.grid import Grid


@dataclass(frozen=True, slots=True)
class Wish:
    """What can be changed: a column of a table, and the columns by which its rows are named."""

    key: str
    zh: str
    table: str
    column: str
    names: tuple[str, ...]


WISHES = (
    Wish("weight", "权重", "scores", "weight", ("code", "title")),
    Wish("grade", "等次", "grades", "from", ("grade",)),
    Wish("upto", "上限", "grades", "to", ("grade",)),
    Wish("quota", "至多比例", "grades", "quota", ("grade",)),
    Wish("share", "固定比例", "grades", "share", ("grade",)),
    Wish("limit", "限制", "limits", "value", ("title",)),
    Wish("slots", "名额", "awards", "slots", ("code", "title")),
    Wish("setting", "设置", "settings", "value", ("key",)),
)
"""Everything that a pair can change; what goes beyond is written into a copy of the scheme."""


@dataclass(frozen=True, slots=True)
class Granted:
    """A cell that was changed for the trial."""

    place: Place
    name: str
    column: Either
    before: str
    after: str


def grant(grids: Sequence[Grid], wishes: Sequence[str]) -> tuple[list[Grid], list[Granted]]:
    """Return the tables with some cells changed, and which they were; AssessorError where a wish
    cannot be read or names nothing."""
    rows, _ = read_tables(grids, TABLES)
    fresh = {id(grid): Grid(grid.file, grid.sheet, [list(r) for r in grid.rows]) for grid in grids}
    granted: list[Granted] = []
    problems: list[Problem] = []
    for text in wishes:
        found = _find(text, rows)
        if isinstance(found, Problem):
            problems.append(found)
            continue
        wish, value, named = found
        table = next(table for table in TABLES if table.key == wish.table)
        granted += [_change(fresh, row, table, wish.column, wish.names, value) for row in named]
        for row in named if wish.key == "grade" else ():
            granted += [
                _change(fresh, one, table, "to", wish.names, "") for one in _up_to(row, rows)
            ]
    if problems:
        raise AssessorError(*problems)
    return [fresh[id(grid)] for grid in grids], granted


def _find(
    text: str, rows: Mapping[str, Sequence[Row]]
) -> tuple[Wish, str, Sequence[Row]] | Problem:
    name, mark, value = text.replace("＝", "=").partition("=")
    kind, colon, target = name.replace("：", ":").partition(":")
    wish = next((w for w in WISHES if folded(kind) in {w.key, w.zh}), None)
    keys = [f"{one.zh} {one.key}" for one in WISHES]
    if not mark or not colon or wish is None:
        return error("what_if_pair", Place(), text=text, keys=keys)
    # Further bands of a node stand in the same table; a pair speaks of those of the total.
    mine = [row for row in rows[wish.table] if wish.table != "grades" or not row["node"]]
    wanted = {folded(target)}
    if wish.table == "settings":
        pairs = [{folded(key), folded(zh)} for key, zh in SETTING_KEYS.items()]
        wanted |= {name for pair in pairs if pair & wanted for name in pair}
    named = [row for row in mine if any(folded(str(row[n] or "")) in wanted for n in wish.names)]
    without = [row for row in named if wish.column not in row.at.columns]
    if not named:
        known = [str(row[n]) for row in mine for n in wish.names if row[n]]
        guess = near(target, known) or "—"
        return error("what_if_name", Place(), name=target, kind=kind, guess=guess)
    if without:
        return error("what_if_column", without[0].at.cell(), text=text)
    return wish, value.strip(), named


def _up_to(row: Row, rows: Mapping[str, Sequence[Row]]) -> list[Row]:
    """Return the band below a grade where it says up to where it goes: it goes up to the new
    bound now, which needs no words."""
    bands = [one for one in rows["grades"] if one["for"] == row["for"] and not one["node"]]
    below = bands[bands.index(row) + 1 :][:1]
    return [one for one in below if one["to"] is not None]


def _change(
    fresh: Mapping[int, Grid],
    row: Row,
    table: Table,
    key: str,
    names: Sequence[str],
    value: str,
) -> Granted:
    place, column = row.at, row.at.columns[key]
    cells = fresh[id(place.grid)].rows[place.row]
    assert isinstance(cells, list)
    cells += [""] * (column + 1 - len(cells))
    head = next(one for one in table.columns if one.key == key)
    before = _shown(place.grid.text(place.row, column), head)
    cells[column] = value
    name = str(row[names[-1]] or row[names[0]])
    return Granted(place.cell(key), name, Either(head.zh, head.key), before, value)


def _shown(text: str, column: Column) -> str:
    """Return what stood in a cell as its people see it: a share of 0.3 is 30 %."""
    if column.type not in {Type.PERCENT, Type.WEIGHTS}:
        return text
    try:
        return percent(read_exact(text))
    except ValueError:
        return text
