"""The inverse of the form writer: a grid and its plan to entries and problems. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from assessor.decimals import from_float, plain
from assessor.problems import Place, Problem, error, note, warning
from assessor.returns.reading import Entry, EntryStatus
from assessor.scheme.copies import split_roster_code
from assessor.scheme.plan import Blank, EntryRule, FormPlan, Kind, PlanRow, PlanTable, Repeat
from assessor.sheets.cells import Cell, NotApplicable, Number, Refused, is_tick, parse_number
from assessor.sheets.grid import Grid, Raw, a1, as_text
from assessor.sheets.scan import Mark, Marks

_MARK_ERRORS = {
    Mark.ERROR: "cell_error_value",
    Mark.FORMULA_EMPTY: "cell_formula_empty",
    Mark.MERGED: "cell_merged",
    Mark.PERCENT: "cell_percent_format",
}
_MARK_REMARKS: Mapping[Mark | None, tuple[Callable[..., Problem], str]] = {
    Mark.FORMULA: (note, "cell_formula"),
    Mark.FORMULA_EXTERNAL: (warning, "cell_formula_external"),
}
_TOTAL_WORDS = ("合计", "小计", "总计", "总分", "total", "sum")


@dataclass(frozen=True, slots=True)
class Block:
    """Where a table of the plan was found on the sheet."""

    table: PlanTable
    header: int
    end: int
    columns: Mapping[str, int]


@dataclass
class _Reader:
    """Reads one sheet; collects entries and problems."""

    grid: Grid
    plan: FormPlan
    marks: Marks
    entries: list[Entry]
    problems: list[Problem]
    checked: bool = False


def find_blocks(grid: Grid, plan: FormPlan) -> list[Block]:
    """Return where the tables of a plan stand, by their headers, whatever was moved."""
    headers: list[tuple[PlanTable, int, dict[str, int]]] = []
    row = 0
    for table in plan.tables:
        found = _find_header(grid, table, row)
        if found is not None:
            headers.append((table, *found))
            row = found[0] + 1
    foot = _foot_row(grid, plan, headers[-1][1] if headers else 0)
    ends = [header for _, header, _ in headers[1:]] + [foot]
    return [
        Block(table, header, end, columns)
        for (table, header, columns), end in zip(headers, ends, strict=True)
    ]


def _find_header(grid: Grid, table: PlanTable, start: int) -> tuple[int, dict[str, int]] | None:
    titles = {_folded(column.title): column.key for column in table.columns}
    code = table.columns[0].key
    entries = {column.key for column in table.entry_columns}
    for row in range(start, len(grid.rows)):
        columns: dict[str, int] = {}
        for position, value in enumerate(grid.rows[row]):
            key = titles.get(_folded(value)) if isinstance(value, str) and value else None
            if key is not None:
                columns.setdefault(key, position)
        if code in columns and entries & set(columns):
            return row, columns
    return None


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def _foot_row(grid: Grid, plan: FormPlan, start: int) -> int:
    labels = {_folded(entry.label) for entry in plan.foot}
    for row in range(start, len(grid.rows)):
        texts = (value for value in grid.rows[row][:3] if isinstance(value, str) and value)
        if any(_folded(text) in labels for text in texts):
            return row
    return len(grid.rows)


def entry_positions(blocks: Sequence[Block]) -> set[int]:
    """Return the columns whose cells count, for the scan."""
    return {
        block.columns[column.key]
        for block in blocks
        for column in block.table.entry_columns
        if column.key in block.columns
    }


def read_sheet(
    grid: Grid, plan: FormPlan, blocks: Sequence[Block], marks: Marks
) -> tuple[list[Entry], list[Problem]]:
    """Return every entry of a form and every problem, all at once."""
    reader = _Reader(grid, plan, marks, [], [])
    reader.checked = _is_checked(grid, plan, blocks)
    found = {block.table.key for block in blocks}
    for table in plan.tables:
        if table.key not in found:
            titles = [table.columns[0].title, *(c.title for c in table.entry_columns)]
            reader.problems.append(
                error("table_missing", Place(grid.file, grid.sheet), titles=titles)
            )
    for block in blocks:
        _read_block(reader, block)
    return reader.entries, reader.problems


def _is_checked(grid: Grid, plan: FormPlan, blocks: Sequence[Block]) -> bool:
    label = next((_folded(f.label) for f in plan.foot if f.key == "checked"), "")
    for row in range(blocks[-1].end if blocks else 0, len(grid.rows)):
        line = grid.rows[row]
        for column, value in enumerate(line):
            if isinstance(value, str) and _folded(value) == label:
                answer = next((v for v in line[column + 1 :] if v != ""), "")
                return is_tick(answer)
    return False


def _read_block(reader: _Reader, block: Block) -> None:
    table, grid = block.table, reader.grid
    for column in table.entry_columns:
        if column.key not in block.columns:
            place = grid.place(block.header, 0)
            reader.problems.append(error("column_missing", place, column=column.title))
    _report_moves(reader, block)
    lines = list(_lines(reader, block))
    if table.repeat is Repeat.PAPERS:
        _read_papers(reader, block, lines)
        return
    rows = {row.key: row for row in table.rows if row.kind in {"item", "section"}}
    seen: dict[str, int] = {}
    unchecked: list[str] = []
    for number, code in lines:
        key = split_roster_code(code, table)[1] if table.repeat is Repeat.ROSTER else code
        row = rows.get(key)
        if not code or row is None:
            _stray_row(reader, block, number, code)
        elif code in seen:
            if row.rules:
                place = grid.place(number, block.columns["code"])
                reader.problems.append(
                    _of(error("row_doubled", place, code=code, other=seen[code] + 1), code)
                )
        else:
            seen[code] = number
            _read_row(reader, block, number, code, row, unchecked)
    _report_rows(reader, block, seen, unchecked)


def _lines(reader: _Reader, block: Block) -> Iterator[tuple[int, str]]:
    """Yield the rows of a block with their codes, an unambiguous number back as its code."""
    table, grid = block.table, reader.grid
    position = block.columns["code"]
    known = [row.key for row in table.rows]
    titles = {other.title for other in reader.plan.tables if other.title}
    for number in range(block.header + 1, block.end):
        raw = grid.at(number, position)
        code = as_text(raw)
        if code in titles:
            continue
        if isinstance(raw, float) and table.repeat is Repeat.ONCE:
            code = _code_of_number(reader, number, position, raw, known)
        yield number, code


def _code_of_number(
    reader: _Reader, row: int, column: int, raw: float, known: Sequence[str]
) -> str:
    number = from_float(raw)
    same = [code for code in known if _as_number(code) == number]
    if len(same) == 1:
        return same[0]
    place = reader.grid.place(row, column)
    reader.problems.append(error("code_ambiguous", place, value=as_text(raw), codes=same or ["—"]))
    return ""


def _as_number(code: str) -> Decimal | None:
    cell = parse_number(code)
    return cell.value if isinstance(cell, Number) else None


def _report_moves(reader: _Reader, block: Block) -> None:
    order = [column.key for column in block.table.columns if column.key in block.columns]
    positions = [block.columns[key] for key in order]
    expected = [index for index, c in enumerate(block.table.columns) if c.key in block.columns]
    if positions != expected:
        place = reader.grid.place(block.header, 0)
        reader.problems.append(note("column_moved", place))


def _stray_row(reader: _Reader, block: Block, number: int, code: str) -> None:
    """A row that the plan does not know: harmless where nothing counts in it."""
    grid = reader.grid
    cells = [block.columns[c.key] for c in block.table.entry_columns if c.key in block.columns]
    filled = [column for column in cells if as_text(grid.at(number, column))]
    if not filled:
        return
    texts = " ".join(
        as_text(value).lower() for value in grid.rows[number] if isinstance(value, str)
    )
    if not code and any(word in texts for word in _TOTAL_WORDS):
        return
    place = grid.place(number, filled[0])
    reader.problems.append(
        error("row_unknown", place, code=code or "—", value=grid.text(number, filled[0]))
    )


def _read_row(
    reader: _Reader, block: Block, number: int, code: str, row: PlanRow, unchecked: list[str]
) -> None:
    if block.table.repeat is Repeat.ONCE:
        _compare_texts(reader, block, number, row)
    if number in reader.marks.hidden_rows and row.rules:
        reader.problems.append(
            _of(warning("row_hidden", reader.grid.place(number, 0), code=code), code)
        )
    for key, rule in row.rules.items():
        if key not in block.columns:
            reader.entries.append(
                Entry(block.table.key, code, key, "", "", None, EntryStatus.REFUSED)
            )
            continue
        column = block.columns[key]
        entry = _read_cell(reader, block, code, key, rule, number, column)
        if entry.status is EntryStatus.REFUSED and entry.raw == "" and rule.blank is Blank.NONE:
            unchecked.append(entry.cell)
        reader.entries.append(entry)


def _compare_texts(reader: _Reader, block: Block, number: int, row: PlanRow) -> None:
    """Warn where the text or the points of a row are not ours: our own copy counts."""
    for key, problem in (("title", "text_changed"), ("points", "points_changed")):
        ours, position = row.cells.get(key), block.columns.get(key)
        if ours is None or position is None:
            continue
        theirs = reader.grid.at(number, position)
        same = (
            theirs == ours or _folded(as_text(theirs)) == _folded(ours)
            if isinstance(ours, str)
            else _as_number(as_text(theirs)) == ours
        )
        if not same:
            shown = ours if isinstance(ours, str) else f"{ours:f}"
            place = reader.grid.place(number, position)
            facts = {"code": row.key, "ours": shown, "theirs": as_text(theirs)}
            reader.problems.append(_of(warning(problem, place, **facts), row.key))


def _read_cell(
    reader: _Reader, block: Block, code: str, key: str, rule: EntryRule, number: int, column: int
) -> Entry:
    """Return what one entry cell counts as; every reason why not becomes a problem."""
    raw = reader.grid.at(number, column)
    mark = reader.marks.cells.get((number, column))
    if rule.kind is Kind.TEXT:
        text = as_text(raw)
        status = EntryStatus.GIVEN if text else EntryStatus.BLANK
        return Entry(block.table.key, code, key, a1(number, column), text, None, status)
    if mark is None and type(raw) is float:
        # Nearly every cell is a plain number that is right: nothing is worded for it.
        plain_cell = parse_number(raw)
        if isinstance(plain_cell, Number) and not rule_broken(rule, plain_cell.value):
            where, shown = a1(number, column), f"{raw:.15g}"
            given = EntryStatus.GIVEN
            return Entry(block.table.key, code, key, where, shown, plain_cell.value, given)
    place = reader.grid.place(number, column)
    name = f"{code} {_title(block.table, code, key)}".strip()
    facts: dict[str, object] = {"name": name, "rule": rule, "value": as_text(raw)}

    def entry(status: EntryStatus, value: Decimal | None = None) -> Entry:
        return Entry(block.table.key, code, key, place.cell, as_text(raw), value, status)

    def tell(make: Callable[..., Problem], problem: str, **more: object) -> None:
        reader.problems.append(_of(make(problem, place, **facts, **more), code))

    if mark in _MARK_ERRORS and not (mark is Mark.PERCENT and as_text(raw) == ""):
        shown = reader.marks.errors.get((number, column), as_text(raw))
        tell(error, _MARK_ERRORS[mark], error_value=shown, suggestion=_percent(raw))
        return entry(EntryStatus.REFUSED)
    if mark in _MARK_REMARKS:
        make, problem = _MARK_REMARKS[mark]
        tell(make, problem)
    cell = parse_number(raw)
    fault = _fault(rule, cell)
    if fault:
        suggestion = (cell.suggestion if isinstance(cell, Refused) else "") or "—"
        tell(error, fault, suggestion=suggestion, error_value=suggestion)
        return entry(EntryStatus.REFUSED)
    if isinstance(cell, Number):
        if cell.note:
            tell(note, cell.note, number=cell.value)
        return entry(EntryStatus.GIVEN, cell.value)
    if isinstance(cell, NotApplicable):
        return entry(EntryStatus.NOT_APPLICABLE)
    status = _blank_status(reader, rule)
    return entry(status, Decimal(0) if status is EntryStatus.NONE else None)


def _fault(rule: EntryRule, cell: Cell) -> str:
    """Return the code of what is wrong with a cell by its rule, or nothing."""
    match cell:
        case Refused(code):
            return code
        case Number(value):
            return rule_broken(rule, value)
        case NotApplicable():
            return "" if rule.may_not_apply else "entry_not_applicable"
    return "entry_missing" if rule.blank is Blank.MISSING else ""


def _blank_status(reader: _Reader, rule: EntryRule) -> EntryStatus:
    """Return what an empty cell means by its rule."""
    if rule.blank is Blank.ALLOWED:
        return EntryStatus.BLANK
    return EntryStatus.NONE if rule.blank is Blank.NONE and reader.checked else EntryStatus.REFUSED


def rule_broken(rule: EntryRule, value: Decimal) -> str:
    """Return the code of the problem where a number breaks its rule, else nothing."""
    if value < 0:
        return "entry_negative"
    if rule.kind is Kind.COUNT and value != value.to_integral_value():
        return "entry_not_whole"
    if rule.maximum is not None and value > rule.maximum:
        return "entry_too_large"
    if rule.step is not None and value % rule.step:
        return "entry_step"
    return ""


def _percent(raw: Raw) -> str:
    return f"{plain(from_float(raw) * 100):f}%" if isinstance(raw, float) else "—"


def _title(table: PlanTable, code: str, key: str) -> str:
    if table.repeat is Repeat.ROSTER or len(table.entry_columns) > 1:
        return next(column.title for column in table.columns if column.key == key)
    row = next((row for row in table.rows if row.key == code), None)
    return str(row.cells.get("title", "")) if row else ""


def _report_rows(
    reader: _Reader, block: Block, seen: Mapping[str, int], unchecked: Sequence[str]
) -> None:
    table, grid = block.table, reader.grid
    place = grid.place(block.header, block.columns["code"])
    if table.repeat is Repeat.ONCE:
        missing = [row for row in table.rows if row.rules and row.key not in seen]
        for row in missing:
            for key in row.rules:
                entry = Entry(table.key, row.key, key, "", "", None, EntryStatus.REFUSED)
                reader.entries.append(entry)
            name = f"{row.key} {row.cells.get('title', '')}"
            reader.problems.append(_of(error("row_missing", place, name=name), row.key))
        last = max(seen.values(), default=block.header)
        if not missing and last - block.header > _rows_before_last_item(table):
            reader.problems.append(note("row_inserted", place))
    if unchecked:
        label = next((f.label for f in reader.plan.foot if f.key == "checked"), "")
        facts = {"cells": _few(unchecked), "count": len(unchecked), "label": label}
        where = Place(grid.file, grid.sheet, unchecked[0])
        reader.problems.append(error("entry_unchecked", where, **facts))


def _rows_before_last_item(table: PlanTable) -> int:
    return max(
        number for number, row in enumerate(table.rows, 1) if row.kind in {"item", "section"}
    )


def _few(cells: Sequence[str]) -> list[str]:
    return [*cells[:8], "…"] if len(cells) > 8 else list(cells)


def _read_papers(reader: _Reader, block: Block, lines: Sequence[tuple[int, str]]) -> None:
    """Every row with anything in it is a paper; empty rows are none."""
    (row,) = block.table.rows
    positions = [block.columns[key] for key in row.rules if key in block.columns]
    seen: dict[str, int] = {}
    for number, code in lines:
        if not any(as_text(reader.grid.at(number, column)) for column in positions):
            continue
        paper = code or f"@{number + 1}"
        if paper in seen:
            place = reader.grid.place(number, block.columns["code"])
            reader.problems.append(error("row_doubled", place, code=paper, other=seen[paper] + 1))
            continue
        seen[paper] = number
        _read_row(reader, block, number, paper, row, [])


def _of(problem: Problem, criterion: str) -> Problem:
    """Return the problem with the criterion it is about."""
    return replace(problem, criterion=criterion)
