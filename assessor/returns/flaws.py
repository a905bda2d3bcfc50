"""What is wrong with one return, cell by cell of the fresh form that its sender mends. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from assessor.i18n import Catalog
from assessor.problems import NOWHERE, Problem, Severity, error
from assessor.returns.asides import CHECKED
from assessor.returns.carrying import Carried, CellKey
from assessor.returns.collection import Accepted
from assessor.scheme.plan import FormPlan

_WHOLE_ROW = frozenset({"row_missing", "row_doubled", "tally_exceeds_valid"})
"""Problems of which any cell of the row may be the wrong one."""
_UNCHECKED = frozenset({"entry_unchecked", "claims_unchecked"})
"""Problems that a tick in the 已核 cell may cure."""
OLD = frozenset({"version_old", "version_unknown"})
"""What is said of a form that was issued before the scheme was corrected."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing to mend or to look at, and the cells of the fresh form that it is about."""

    problem: Problem
    cells: tuple[CellKey, ...] = ()
    written: str = ""
    """What stood in the first of the cells."""

    @property
    def must(self) -> bool:
        """Whether it must be mended, not only looked at."""
        return self.problem.severity is Severity.ERROR


def flaws_of(
    carried: Carried,
    sheets: Sequence[Accepted],
    problems: Iterable[Problem],
    raw: Mapping[CellKey, str],
    words: Catalog,
) -> tuple[Flaw, ...]:
    """Return what is to be mended on a copy: its problems, the differences between rivals, and
    every cell in which nothing that counts stands. `raw` is what stood in the cells."""
    flaws = [flaw for problem in problems if (flaw := _flaw(problem, carried, raw)) is not None]
    _hold_doubled(carried, raw, flaws, words)
    flaws += _differences(carried, sheets, words)
    flaws = _with_checked(carried, _with_rest(carried, sheets[0], flaws))
    return in_order(carried, flaws)


def _flaw(problem: Problem, carried: Carried, raw: Mapping[CellKey, str]) -> Flaw | None:
    """Return what a problem asks its sender to do; None where it asks nothing of him."""
    cells = _cells_of(problem, carried)
    if problem.code in _UNCHECKED:
        cells = (*cells, CHECKED)
    must = problem.severity is Severity.ERROR
    if not must and problem.code not in OLD and (not cells or problem.severity is Severity.NOTE):
        return None
    written = ""
    if cells:
        written = carried.open.get(cells[0], "") or raw.get(cells[0], "")
    return Flaw(problem, cells, written)


def _cells_of(problem: Problem, carried: Carried) -> tuple[CellKey, ...]:
    """Return the cells of the fresh form that a problem is about: its own, else those of its
    row, else those of the column or the table that was not found."""
    own = carried.places.get(problem.place.cell)
    if own is not None and problem.code not in _WHOLE_ROW:
        return (own,)
    row = own[1] if own is not None else problem.criterion
    cells = tuple(key for key in carried.rules if row and row in (key[1], f"{key[1]}/{key[2]}"))
    if own is not None:
        cells = tuple(key for key in cells if key[0] == own[0])
    if problem.code in {"text_changed", "points_changed"}:
        return cells[:1]
    return cells


def _hold_doubled(
    carried: Carried, raw: Mapping[CellKey, str], flaws: Iterable[Flaw], words: Catalog
) -> None:
    """Open the cells of rows that stood there twice: the first was read, nobody knows which one is
    right."""
    for flaw in flaws:
        for key in flaw.cells if flaw.problem.code == "row_doubled" else ():
            carried.hold(key, raw.get(key, ""), words)


def _differences(carried: Carried, sheets: Sequence[Accepted], words: Catalog) -> Iterator[Flaw]:
    """Yield every cell that rivals fill in differently, with what each of them says; the cell
    shows what the first one says until somebody has settled it."""
    if len(sheets) < 2:
        return
    contents = [one.reading.contents() for one in sheets]
    raw = [{(e.table, e.row, e.column): e.raw for e in one.reading.entries} for one in sheets]
    names = [PurePosixPath(one.file).name for one in sheets]
    if len(set(names)) < len(names):
        names = [one.file for one in sheets]
    for key in dict.fromkeys(key for one in contents for key in one):
        if key not in carried.rules or len({one.get(key) for one in contents}) == 1:
            continue
        answers = [
            words.text("correction.answer", file=name, value=said.get(key, "") or "—")
            for name, said in zip(names, raw, strict=True)
        ]
        name, rule = cell_name(carried.copy.plan, key), carried.rules[key]
        written = raw[0].get(key, "")
        carried.hold(key, written, words)
        problem = error("correction_conflict", NOWHERE, name=name, answers=answers, rule=rule)
        yield Flaw(problem, (key,), written)


def cell_name(plan: FormPlan, key: CellKey) -> str:
    """Return what people call a cell: its code and title, or its code and column."""
    table = next(table for table in plan.tables if table.key == key[0])
    column = next(column.title for column in table.columns if column.key == key[2])
    row = next((row for row in table.rows if row.key == key[1]), None)
    title = str(row.cells.get("title", "")) if row and len(table.entry_columns) == 1 else ""
    return f"{key[1]} {title or column}"


def _with_rest(carried: Carried, source: Accepted, flaws: Sequence[Flaw]) -> list[Flaw]:
    """Return the flaws with every open cell in one of them: what no problem names hangs together
    with what is wrong with its column, its table or the whole form, or was not asked before.

    What a decision has settled (its problem is no longer among those of the round) stays as it is.
    """
    named = {cell for flaw in flaws for cell in flaw.cells}
    settled = {problem.place.cell for problem in source.reading.problems} - {""}
    settled |= {problem.criterion for problem in source.reading.problems} - {""}
    rest: dict[int, list[CellKey]] = {}
    address = {key: cell for cell, key in carried.places.items()}
    for key in carried.open:
        if key in named:
            continue
        at = next((n for n, flaw in enumerate(flaws) if _explains(flaw, key, carried)), -1)
        if at < 0 and (settled & {address.get(key, ""), key[1], f"{key[1]}/{key[2]}"} - {""}):
            continue
        rest.setdefault(at, []).append(key)
    whole = [replace(flaw, cells=(*flaw.cells, *rest.get(n, ()))) for n, flaw in enumerate(flaws)]
    for key in rest.get(-1, ()):
        facts = {"name": cell_name(carried.copy.plan, key), "rule": carried.rules[key]}
        whole.append(Flaw(error("correction_open", NOWHERE, **facts), (key,), carried.open[key]))
    return whole


def _with_checked(carried: Carried, flaws: list[Flaw]) -> list[Flaw]:
    """Return the flaws with the 已核 cell where it was taken back: what it makes nothing of must be
    looked at once more."""
    if not carried.unchecked or any(CHECKED in flaw.cells for flaw in flaws):
        return flaws
    for number, flaw in enumerate(flaws):
        if flaw.must and any(carried.may_be_none(key) for key in flaw.cells):
            return [
                *flaws[:number],
                replace(flaw, cells=(*flaw.cells, CHECKED)),
                *flaws[number + 1 :],
            ]
    return flaws


def _explains(flaw: Flaw, key: CellKey, carried: Carried) -> bool:
    """Say whether a problem of a column, a table or all empty cells is about a cell."""
    problem = flaw.problem
    table = next(table for table in carried.copy.plan.tables if table.key == key[0])
    titles = {column.key: column.title for column in table.columns}
    if problem.code == "column_missing":
        return problem.facts.get("column") == titles[key[2]]
    if problem.code == "table_missing":
        return problem.facts.get("titles") == [
            table.columns[0].title,
            *(column.title for column in table.entry_columns),
        ]
    return problem.code in _UNCHECKED and not carried.open[key]


def in_order(carried: Carried, flaws: Iterable[Flaw]) -> tuple[Flaw, ...]:
    """Return what must be mended before what is to be looked at, as it stands on the form; what
    is about the whole form first."""
    order = {key: number for number, key in enumerate(carried.rules)}

    def place(flaw: Flaw) -> tuple[bool, int]:
        return not flaw.must, order.get(flaw.cells[0], len(order)) if flaw.cells else -1

    return tuple(sorted(flaws, key=place))
