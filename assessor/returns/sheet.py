"""The inverse of the form writer: a grid and its plan to entries and problems. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from assessor.problems import Place, Problem, error, note, warning
from assessor.returns.blocks import Block, is_checked
from assessor.returns.entry_cells import (
    Reader,
    entry_cell,
    of_criterion,
    plain_number,
    read_cell,
)
from assessor.returns.layout import Layout, Line, refused_entry
from assessor.returns.reading import Entry, EntryStatus
from assessor.returns.values import rule_broken
from assessor.scheme.plan import Blank, EntryRule, Kind
from assessor.scheme.policies import REFUSE
from assessor.sheets.grid import Grid, as_text
from assessor.sheets.scan import SILENT, Mark

_TOTAL_WORDS = ("合计", "小计", "总计", "总分", "total", "sum")


def read_sheet(reader: Reader, layout: Layout) -> tuple[list[Entry], list[Problem]]:
    """Return every entry of a form and every problem, all at once."""
    reader.checked = is_checked(reader.grid, reader.plan, layout.blocks)
    reader.problems += layout.problems
    doubted = _read_strays(reader, layout)
    for block in layout.blocks:
        unchecked: list[str] = []
        for line in layout.lines:
            if line.block is block:
                _read_line(reader, line, unchecked, line.refused or line.number in doubted)
        _report_unchecked(reader, unchecked)
    for block, lines in layout.papers:
        _read_papers(reader, block, lines)
    reader.entries += layout.absent
    return reader.entries, reader.problems


def _read_strays(reader: Reader, layout: Layout) -> set[int]:
    """Tell of the rows that the plan does not know, and return the rows that they put in doubt;
    a row in which nothing is entered does no harm."""
    doubted: set[int] = set()
    for block, number, code in layout.strays:
        cells = [block.columns[c.key] for c in block.table.entry_columns if c.key in block.columns]
        filled = [at for at in cells if as_text(reader.grid.at(number, at))]
        if not filled or _is_total(reader.grid, number, code):
            continue
        if _told_stray(reader, number, filled[0], code):
            beside = _beside(layout, block, number)
            doubted |= set() if beside is None else {beside.number}
    for block in layout.blocks:
        _report_totals(reader, layout, block)
    return doubted


_TOTALS = frozenset({"subtotal", "total"})


def _report_totals(reader: Reader, layout: Layout, block: Block) -> None:
    """Tell of rows of totals that somebody added to those of the form."""
    strays = [(number, code) for other, number, code in layout.strays if other is block]
    ours = sum(row.kind in _TOTALS for row in block.table.rows)
    if len(strays) <= ours:
        return
    more = sum(_is_total(reader.grid, number, code) for number, code in strays) - ours
    if more > 0:
        place = reader.grid.place(block.header, block.columns[block.table.columns[0].key])
        reader.problems.append(note("row_total", place, count=more))


def _is_total(grid: Grid, number: int, code: str) -> bool:
    """Say whether a row says that it adds up others: in the place of its code, or anywhere."""
    texts = [as_text(value) for value in grid.rows[number] if isinstance(value, str)]
    said = (code or " ".join(texts)).lower()
    return any(word in said for word in _TOTAL_WORDS)


def _told_stray(reader: Reader, number: int, column: int, code: str) -> bool:
    """Tell of a row of somebody's own with an entry; say whether that is an error."""
    grid, refused = reader.grid, reader.policies.extra_rows == REFUSE
    facts = {"code": code or "—", "value": grid.text(number, column)}
    make, what = (error, "row_unknown") if refused else (warning, "row_extra")
    reader.problems.append(make(what, grid.place(number, column), **facts))
    return refused


def _beside(layout: Layout, block: Block, number: int) -> Line | None:
    """Return the row of the plan next to which a stray row stands: what was entered may belong to
    it, so its unit waits until somebody has looked. None where a row is missing: then that waits.
    """
    if any(entry.table == block.table.key for entry in layout.absent):
        return None
    lines = [line for line in layout.lines if line.block is block and line.cells]
    above = [line for line in lines if line.number < number]
    return above[-1] if above else lines[0] if lines else None


def _read_line(reader: Reader, line: Line, unchecked: list[str], refused: bool) -> None:
    entries, marks = reader.entries, reader.marks
    entries += line.missing
    hides = bool(marks.hidden_rows or marks.hidden_columns)
    if (hides and _is_hidden(reader, line)) or refused:
        for cell in line.cells:
            text = as_text(reader.grid.at(cell.row, cell.column))
            entries.append(cell.entry(text, EntryStatus.REFUSED))
        return
    values = reader.grid.rows[line.number]
    for cell in line.cells:
        raw = values[cell.column] if cell.column < len(values) else ""
        spot = (cell.row, cell.column)
        if (
            type(raw) is float
            and cell.quick
            and spot not in marks.cells
            and spot not in marks.shown
        ):
            # Nearly every cell is a plain number that is right: nothing is worded for it.
            number = plain_number(raw)
            if number is not None and not rule_broken(cell.rule, number[1]):
                entries.append(cell.entry(number[0], EntryStatus.GIVEN, number[1]))
                continue
        entry = read_cell(reader, cell)
        if (
            entry.status is EntryStatus.REFUSED
            and entry.raw == ""
            and cell.rule.blank is Blank.NONE
            and not reader.mark_of(cell)
        ):
            unchecked.append(entry.cell)
        entries.append(entry)
    _read_beside(reader, line)


_NOT_TO_BE_TRUSTED = Mark.DISPUTED | Mark.ERROR | Mark.FORMULA_EMPTY
_FREE = EntryRule(Kind.TEXT, blank=Blank.ALLOWED)


def _read_beside(reader: Reader, line: Line) -> None:
    """Take what is written beside the entries of a row, where its plan asks for that."""
    columns = line.block.columns
    for key in (key for key in line.row.beside if key in columns):
        cell = entry_cell(line.block.table, line.code, key, _FREE, line.number, columns[key])
        if reader.mark_of(cell) & _NOT_TO_BE_TRUSTED:
            continue  # never scored: what is not certain is left out
        entry = read_cell(reader, cell)
        if entry.status is EntryStatus.GIVEN:
            reader.entries.append(entry)


def _is_hidden(reader: Reader, line: Line) -> bool:
    """Tell of entries that are not to be seen, and say whether the scheme does not take them."""
    if not line.row.rules:
        return False
    marks, refused = reader.marks, reader.policies.hidden_rows == REFUSE
    if line.number in marks.hidden_rows:
        code, column = "row_hidden_refused" if refused else "row_hidden", 0
    elif any(cell.column in marks.hidden_columns for cell in line.cells):
        code = "column_hidden_refused" if refused else "column_hidden"
        column = line.cells[0].column
    else:
        return False
    place = reader.grid.place(line.number, column)
    told = (error if refused else warning)(code, place, code=line.code)
    reader.problems.append(of_criterion(told, line.code))
    return refused


def _report_unchecked(reader: Reader, unchecked: Sequence[str]) -> None:
    """Report the empty cells of which nobody knows whether they mean none or were forgotten."""
    if unchecked:
        facts = {"cells": _few(unchecked), "count": len(unchecked), "label": _label(reader)}
        where = Place(reader.grid.file, reader.grid.sheet, unchecked[0])
        reader.problems.append(error("entry_unchecked", where, **facts))


def _label(reader: Reader) -> str:
    return next((f.label for f in reader.plan.foot if f.key == "checked"), "")


def _few(cells: Sequence[str]) -> list[str]:
    return [*cells[:8], "…"] if len(cells) > 8 else list(cells)


def _is_used(reader: Reader, line: Line) -> bool:
    """Say whether anything was entered for a paper, even where no value shows it."""
    values, marks = reader.grid.rows[line.number], reader.marks.cells
    for cell in line.cells:
        raw = values[cell.column] if cell.column < len(values) else ""
        if (raw != "" and as_text(raw)) or marks.get((cell.row, cell.column), _NONE) & SILENT:
            return True
    return False


_NONE = Mark.NONE


def _read_papers(reader: Reader, block: Block, lines: Sequence[Line]) -> None:
    """Every row with anything in it is a paper; empty rows are none."""
    seen: dict[str, int] = {}
    unchecked: list[str] = []
    used = [line for line in lines if _is_used(reader, line)]
    times = Counter(line.code for line in used)
    for line in used:
        number, paper = line.number, line.code
        if paper in seen:
            place = reader.grid.place(number, block.columns["code"])
            reader.problems.append(error("row_doubled", place, code=paper, other=seen[paper] + 1))
            continue
        seen[paper] = number
        _read_line(reader, line, unchecked, times[paper] > 1)
    _report_unchecked(reader, unchecked)
    if block.table.key == "claims" and not seen and not reader.checked:
        place = reader.grid.place(block.header, block.columns["code"])
        reader.problems.append(error("claims_unchecked", place, label=_label(reader)))
        reader.entries.append(refused_entry(block.table, "", "verified"))
