"""Which row of a sheet is which row of its plan: found once for all sheets that look alike.

Returned forms of one plan nearly all have their codes, titles and headers where they were printed.
So the first sheet without a fault is remembered as a frame: the cells that people do not fill in,
and what follows from them. A sheet that is framed alike needs no second look; any other is looked
at from the beginning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from operator import itemgetter
from typing import Any

from assessor.decimals import from_float
from assessor.problems import Place, Problem, error, note
from assessor.returns.blocks import Block, find_blocks, folded
from assessor.returns.entry_cells import EntryCell, entry_cell, of_criterion
from assessor.returns.reading import Entry, EntryStatus
from assessor.scheme.copies import split_roster_code
from assessor.scheme.plan import FormPlan, PlanRow, PlanTable, Repeat, Role
from assessor.scheme.policies import MAKES, REFUSE, WARN, Policies
from assessor.sheets.cells import Number, parse_number
from assessor.sheets.grid import Grid, Raw, as_text


@dataclass(frozen=True)
class Line:
    """A row of the sheet that is a row of the plan, and its entry cells."""

    block: Block
    number: int
    code: str
    row: PlanRow
    cells: tuple[EntryCell, ...]
    missing: tuple[Entry, ...] = ()
    """Refused entries of columns that are not there."""
    refused: bool = False
    """Whether nothing in it counts: its code stands there twice, or its text or points are not
    ours and the scheme does not take it then."""


@dataclass
class Layout:
    """Where everything of a plan stands on a sheet."""

    blocks: list[Block]
    lines: list[Line] = field(default_factory=list)
    strays: list[tuple[Block, int, str]] = field(default_factory=list)
    """Rows that are none of the plan's: harmless where nothing counts in them."""
    papers: list[tuple[Block, list[Line]]] = field(default_factory=list)
    """Tables of papers, with their numbered rows; one without a number is called by its row."""
    absent: list[Entry] = field(default_factory=list)
    """Refused entries of rows that are not there."""
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class _Frame:
    """The cells of a sheet without a fault that people do not fill in."""

    layout: Layout
    start: int
    end: int
    width: int
    pick: Callable[[Any], tuple[Raw, ...]]
    rows: list[tuple[Raw, ...]]
    headers: Mapping[int, list[Raw]]
    """The rows of headers in full: they say which column is which."""
    code_title: str
    foot: tuple[int, str]
    near: tuple[int, ...]
    """Columns of entries in which a label of the foot would end the table."""
    labels: frozenset[str]

    def fits(self, grid: Grid) -> bool:
        """Say whether a sheet has the same frame at the same place."""
        rows = grid.rows
        if len(rows) <= self.end or len(rows[0]) < self.width:
            return False
        column, label = self.foot
        there = rows[self.end][column]
        if not isinstance(there, str) or folded(there) != label:
            return False
        if list(map(self.pick, rows[self.start : self.end])) != self.rows:
            return False
        if any(list(rows[number]) != header for number, header in self.headers.items()):
            return False
        typed = (line[c] for line in rows[self.start : self.end] for c in self.near)
        if any(isinstance(v, str) and v and folded(v) in self.labels for v in typed):
            return False
        head = (value for line in rows[: self.start] for value in line)
        return not any(isinstance(v, str) and v and folded(v) == self.code_title for v in head)


_MOST_FRAMES = 4
_frames: dict[int, tuple[FormPlan, list[_Frame]]] = {}


def lay_out(grid: Grid, plan: FormPlan, classes: Mapping[str, str], policies: Policies) -> Layout:
    """Return where the rows and entry cells of a plan stand, and what is odd about them."""
    _, frames = _frames.setdefault(id(plan), (plan, []))  # the plan is kept, so its id stays its
    for frame in frames:
        if frame.fits(grid):
            return frame.layout
    layout = _look(grid, plan, classes, policies)
    if len(frames) < _MOST_FRAMES and (made := _frame_of(grid, plan, layout)):
        frames.append(made)
    return layout


def _frame_of(grid: Grid, plan: FormPlan, layout: Layout) -> _Frame | None:
    """Return the frame of a sheet where nothing is odd and everything stands at a fixed place."""
    tables = plan.tables
    if layout.problems or layout.absent or len(layout.blocks) != len(tables) or not plan.foot:
        return None
    if any(table.repeat is Repeat.ROSTER for table in tables):
        return None
    typed = {
        block.columns[column.key]
        for block in layout.blocks
        for column in block.table.columns
        if column.role in {Role.ENTRY, Role.REMARK, Role.COMPUTED} and column.key in block.columns
    }
    width = max(max(block.columns.values()) for block in layout.blocks) + 1
    fixed = [column for column in range(width) if column not in typed]
    end = layout.blocks[-1].end
    if end >= len(grid.rows):
        return None
    labels = frozenset(folded(entry.label) for entry in plan.foot)
    foot = next(
        (column, folded(text))
        for column, text in enumerate(grid.rows[end][:_FOOT_COLUMNS])
        if isinstance(text, str) and folded(text) in labels
    )
    start, pick = layout.blocks[0].header, itemgetter(slice(0, 0), *fixed)
    if any(len(line) < width for line in grid.rows):
        return None
    rows = list(map(pick, grid.rows[start:end]))
    title = folded(tables[0].columns[0].title)
    headers = {block.header: list(grid.rows[block.header]) for block in layout.blocks}
    near = tuple(sorted(column for column in typed if column < _FOOT_COLUMNS))
    return _Frame(layout, start, end, width, pick, rows, headers, title, foot, near, labels)


_FOOT_COLUMNS = 3
"""The labels under the tables are looked for in the first columns."""


def _look(grid: Grid, plan: FormPlan, classes: Mapping[str, str], policies: Policies) -> Layout:
    layout = Layout(find_blocks(grid, plan))
    found = {block.table.key for block in layout.blocks}
    for table in plan.tables:
        if table.key not in found:
            titles = [table.columns[0].title, *(c.title for c in table.entry_columns)]
            layout.problems.append(
                error("table_missing", Place(grid.file, grid.sheet), titles=titles)
            )
    for block in layout.blocks:
        _Look(grid, plan, classes, policies, layout, block).look()
    return layout


_EDITED = {
    "title": ("text_changed", "text_changed_refused"),
    "points": ("points_changed", "points_changed_refused"),
}
"""Columns whose words are ours, and what is said of changed ones: taken by ours, or not at all."""


@dataclass
class _Look:
    """Goes through one table of a sheet from the beginning."""

    grid: Grid
    plan: FormPlan
    classes: Mapping[str, str]
    policies: Policies
    layout: Layout
    block: Block

    def look(self) -> None:
        table, grid = self.block.table, self.grid
        for column in table.entry_columns:
            if column.key not in self.block.columns:
                place = grid.place(self.block.header, 0)
                self._tell(error("column_missing", place, column=column.title))
        self._report_moves()
        lines = list(self._codes())
        if table.repeat is Repeat.PAPERS:
            (paper,) = table.rows
            made = [line_of(self.block, n, code or f"@{n + 1}", paper) for n, code in lines]
            self.layout.papers.append((self.block, made))
            return
        rows = _rows_by_key(table)
        seen: dict[str, int] = {}
        twice = {code for code, times in Counter(code for _, code in lines).items() if times > 1}
        for number, code in lines:
            row = self._row_of(rows, code)
            if not code or row is None:
                self.layout.strays.append((self.block, number, code))
            elif code in seen:
                if row.rules:
                    place = grid.place(number, self.block.columns["code"])
                    doubled = error("row_doubled", place, code=code, other=seen[code] + 1)
                    self._tell(of_criterion(doubled, code))
            else:
                seen[code] = number
                refused = self._compare_texts(number, row) or code in twice
                self.layout.lines.append(line_of(self.block, number, code, row, refused))
        self._report_rows(seen)

    def _tell(self, problem: Problem) -> None:
        self.layout.problems.append(problem)

    def _row_of(self, rows: Mapping[str, list[PlanRow]], code: str) -> PlanRow | None:
        """Return the row of the plan that a code names; on a roster that for the unit's class."""
        table = self.block.table
        unit, key = split_roster_code(code, table) if table.repeat is Repeat.ROSTER else ("", code)
        same = rows.get(key, [])
        if len(same) < 2:
            return same[0] if same else None
        return next((row for row in same if self.classes.get(unit) in row.classes), same[0])

    def _codes(self) -> Iterator[tuple[int, str]]:
        """Yield the rows of a block with their codes, an unambiguous number back as its code."""
        table, grid = self.block.table, self.grid
        position = self.block.columns["code"]
        known = [row.key for row in table.rows]
        titles = {other.title for other in self.plan.tables if other.title}
        for number in range(self.block.header + 1, self.block.end):
            raw = grid.at(number, position)
            code = as_text(raw)
            if code in titles:
                continue
            if isinstance(raw, float) and table.repeat is Repeat.ONCE:
                exact = from_float(raw)
                same = [key for key in known if _as_number(key) == exact]
                if len(same) > 1:
                    place = grid.place(number, position)
                    self._tell(error("code_ambiguous", place, value=code, codes=same))
                    continue  # its row is missing, whichever it is
                code = same[0] if same else code
            yield number, code

    def _report_moves(self) -> None:
        block = self.block
        order = [column.key for column in block.table.columns if column.key in block.columns]
        positions = [block.columns[key] for key in order]
        expected = [index for index, c in enumerate(block.table.columns) if c.key in block.columns]
        if positions != expected:
            self._tell(note("column_moved", self.grid.place(block.header, 0)))

    def _compare_texts(self, number: int, row: PlanRow) -> bool:
        """Tell where the text or the points of a row are not ours: our own copy counts.

        Return whether the scheme does not take the row then.
        """
        if self.block.table.repeat is not Repeat.ONCE:
            return False
        refused = False
        for key, (taken, not_taken) in _EDITED.items():
            ours, position = row.cells.get(key), self.block.columns.get(key)
            if ours is None or position is None:
                continue
            theirs = self.grid.at(number, position)
            same = (
                theirs == ours or folded(as_text(theirs)) == folded(ours)
                if isinstance(ours, str)
                else _as_number(as_text(theirs)) == ours
            )
            if same:
                continue
            shown = ours if isinstance(ours, str) else f"{ours:f}"
            place = self.grid.place(number, position)
            facts = {"code": row.key, "ours": shown, "theirs": as_text(theirs)}
            refused = self.policies.edited == REFUSE and bool(row.rules)
            made = MAKES[REFUSE if refused else WARN]
            told = made(not_taken if refused else taken, place, **facts)
            self._tell(of_criterion(told, row.key))
        return refused

    def _report_rows(self, seen: Mapping[str, int]) -> None:
        table, layout = self.block.table, self.layout
        if table.repeat is not Repeat.ONCE:
            return
        place = self.grid.place(self.block.header, self.block.columns["code"])
        missing = [row for row in table.rows if row.rules and row.key not in seen]
        for row in missing:
            layout.absent += [refused_entry(table, row.key, key) for key in row.rules]
            name = f"{row.key} {row.cells.get('title', '')}"
            self._tell(of_criterion(error("row_missing", place, name=name), row.key))
        last = max(seen.values(), default=self.block.header)
        if not missing and last - self.block.header > _rows_before_last_item(table):
            self._tell(note("row_inserted", place))


def _rows_by_key(table: PlanTable) -> dict[str, list[PlanRow]]:
    """Return the rows that may stand on a sheet; on a roster a key may have one for each class."""
    rows: dict[str, list[PlanRow]] = {}
    for row in table.rows:
        if row.kind in {"item", "section"}:
            rows.setdefault(row.key, []).append(row)
    return rows


def line_of(block: Block, number: int, code: str, row: PlanRow, refused: bool = False) -> Line:
    """Return a row with its entry cells; of columns that are not there, with refused entries."""
    cells, missing = [], []
    for key, rule in row.rules.items():
        if key in block.columns:
            cells.append(entry_cell(block.table, code, key, rule, number, block.columns[key]))
        else:
            missing.append(refused_entry(block.table, code, key))
    return Line(block, number, code, row, tuple(cells), tuple(missing), refused)


def refused_entry(table: PlanTable, code: str, key: str) -> Entry:
    """Return the entry of a cell that is not there."""
    return Entry(table.key, code, key, "", "", None, EntryStatus.REFUSED)


def _as_number(code: str) -> Decimal | None:
    cell = parse_number(code)
    return cell.value if isinstance(cell, Number) else None


def _rows_before_last_item(table: PlanTable) -> int:
    return max(
        number for number, row in enumerate(table.rows, 1) if row.kind in {"item", "section"}
    )
