"""Which returns go back to their senders, and what is to be mended on each. Pure.

A sender gets one workbook: the one he was issued, with every form of it, what he had written, and
the next serial, so that what comes back takes the place of what came before. The serial follows
from what has come back alone: collecting twice does not raise it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from assessor.i18n import Catalog, catalog
from assessor.problems import NOWHERE, Problem, Severity, error
from assessor.returns.asides import CHECKED
from assessor.returns.carrying import Carried, CellKey, carry
from assessor.returns.collect import Accepted, Collection, missing_problem
from assessor.scheme.copies import Copy, CopyKey, Packet, due_copies
from assessor.scheme.model import Scheme
from assessor.scheme.plan import FormPlan
from assessor.scoring.column import Status

_WHOLE_ROW = frozenset({"row_missing", "row_doubled", "tally_exceeds_valid"})
"""Problems of which any cell of the row may be the wrong one."""
_UNCHECKED = frozenset({"entry_unchecked", "claims_unchecked"})
"""Problems that a tick in the 已核 cell may cure."""
_OLD = "version_old"


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


@dataclass(frozen=True, slots=True)
class MendedForm:
    """A fresh form with what was carried over, and what is wrong with it."""

    carried: Carried
    files: tuple[str, ...]
    """The files that the form came back in."""
    sheet: str
    """Its sheet in the first of them."""
    flaws: tuple[Flaw, ...]

    @property
    def copy(self) -> Copy:
        """The fresh copy, with its serial."""
        return self.carried.copy


@dataclass(frozen=True, slots=True)
class Correction:
    """A workbook for one sender to mend."""

    packet: Packet
    forms: tuple[MendedForm, ...]

    @property
    def turn(self) -> int:
        """Whether it is the first correction of its workbook, the second …"""
        return max(form.copy.serial for form in self.forms) - 1


def corrections_of(
    scheme: Scheme, packets: Iterable[Packet], collection: Collection, problems: Sequence[Problem]
) -> list[Correction]:
    """Return a correction for each workbook that came back with something to mend, in the order
    of the workbooks; anonymous papers get none, for nobody knows whom to send them to."""
    at: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        if problem.place.file and not problem.nobody:
            at.setdefault((problem.place.file, problem.place.sheet), []).append(problem)
    corrections = []
    for packet in packets:
        copies = () if packet.paper else tuple(copy for _, copy in due_copies([packet]))
        if any(_needs(copy.key, collection, at) for copy in copies):
            corrections.append(_correction(scheme, packet, copies, collection, at))
    return corrections


Problems = Mapping[tuple[str, str], Sequence[Problem]]
"""Problems by file and sheet."""


def _needs(key: CopyKey, collection: Collection, at: Problems) -> bool:
    sheets = collection.sheets.get(key, ())
    if not sheets:
        return key in collection.refusals and _is_missing(key, collection)
    found = [problem for one in sheets for problem in at.get((one.file, one.reading.sheet), ())]
    return len(sheets) > 1 or any(
        problem.severity is Severity.ERROR or problem.code == _OLD for problem in found
    )


def _is_missing(key: CopyKey, collection: Collection) -> bool:
    return key in collection.absent and collection.absent[key][2] is Status.MISSING


def _correction(
    scheme: Scheme,
    packet: Packet,
    copies: Sequence[Copy],
    collection: Collection,
    at: Problems,
) -> Correction:
    forms = [
        _form(scheme, packet, copy, collection, at)
        for copy in copies
        if copy.key in collection.sheets or _is_missing(copy.key, collection)
    ]
    forms = [_with_twin(form, forms) for form in forms]
    fresh = replace(packet, copies=tuple(form.copy for form in forms))
    return Correction(fresh, tuple(forms))


def _form(
    scheme: Scheme, packet: Packet, copy: Copy, collection: Collection, at: Problems
) -> MendedForm:
    words = catalog(scheme.settings.language)
    # A copy that never came back was issued as number 1 all the same.
    copy = replace(copy, serial=max(copy.serial, collection.serials.get(copy.key, 0)) + 1)
    sheets = collection.sheets.get(copy.key, ())
    if not sheets:
        carried = carry(copy, None, {}, words)
        refusals = collection.refusals.get(copy.key, [])
        found = [one.problem for one in refusals] or [missing_problem(scheme, packet, copy)]
        files = dict.fromkeys(problem.place.file for problem in found if problem.place.file)
        return MendedForm(carried, tuple(files), "", tuple(Flaw(problem) for problem in found))
    first = sheets[0]
    mine = [
        problem
        for problem in at.get((first.file, first.reading.sheet), ())
        if problem.code != "file_conflict"
    ]
    # What is wrong within a form in conflict is not reported while nobody knows which one counts.
    mine += first.reading.problems if len(sheets) > 1 else ()
    faults = {p.place.cell: p for p in mine if p.severity is Severity.ERROR and p.place.cell}
    carried = carry(copy, first.reading, faults, words)
    flaws = [flaw for problem in mine if (flaw := _flaw(problem, carried, first)) is not None]
    _hold_doubled(carried, first, flaws, words)
    flaws += _differences(carried, sheets, words)
    flaws = _with_rest(carried, first, flaws)
    files = dict.fromkeys(one.file for one in sheets)
    return MendedForm(carried, tuple(files), first.reading.sheet, tuple(_ordered(carried, flaws)))


def _flaw(problem: Problem, carried: Carried, source: Accepted) -> Flaw | None:
    """Return what a problem asks its sender to do; None where it asks nothing of him."""
    cells = _cells_of(problem, carried)
    if problem.code in _UNCHECKED:
        cells = (*cells, CHECKED)
    must = problem.severity is Severity.ERROR
    if not must and problem.code != _OLD and (not cells or problem.severity is Severity.NOTE):
        return None
    written = ""
    if cells:
        written = carried.open.get(cells[0], "") or _raw(source, carried).get(cells[0], "")
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


def _raw(source: Accepted, carried: Carried) -> dict[CellKey, str]:
    """Return what stood in the cells of the fresh form, by the places they came from."""
    raw = {entry.cell: entry.raw for entry in source.reading.entries}
    return {key: raw[cell] for cell, key in carried.places.items()}


def _hold_doubled(
    carried: Carried, source: Accepted, flaws: Iterable[Flaw], words: Catalog
) -> None:
    """Open the cells of rows that stood there twice: the first was read, nobody knows which one is
    right."""
    raw = _raw(source, carried)
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


def _ordered(carried: Carried, flaws: Iterable[Flaw]) -> list[Flaw]:
    """Return what must be mended before what is to be looked at, as it stands on the form; what
    is about the whole form first."""
    order = {key: number for number, key in enumerate(carried.rules)}
    return sorted(
        flaws,
        key=lambda flaw: (
            not flaw.must,
            order.get(flaw.cells[0], len(order)) if flaw.cells else -1,
        ),
    )


def _with_twin(form: MendedForm, forms: Sequence[MendedForm]) -> MendedForm:
    """Return a teller's form with what differs from the other teller's, said from his side."""
    key = form.copy.key
    if not key.teller:
        return form
    twins = [
        other
        for other in forms
        if other is not form and replace(other.copy.key, teller=key.teller) == key
    ]
    found = []
    for flaw in twins[0].flaws if twins else ():
        if flaw.problem.code != "tally_differs" or flaw.cells[0] not in form.carried.rules:
            continue
        facts = flaw.problem.facts
        there = f"{twins[0].sheet}!{flaw.problem.place.cell}"
        facts = {**facts, "first": facts["second"], "second": facts["first"], "there": there}
        problem = replace(flaw.problem, facts=facts)
        found.append(Flaw(problem, flaw.cells, str(facts["first"])))
    return replace(form, flaws=tuple(_ordered(form.carried, [*form.flaws, *found])))
