"""Accepted entries as one pandas table, and as the columns that scoring works on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

import pandas as pd

from assessor.decimals import digits_of, to_ticks
from assessor.problems import Place, Problem
from assessor.returns.collection import Accepted, Collection
from assessor.returns.reading import COUNTED, EntryStatus
from assessor.returns.tally import check_counts, check_roster, compare_tellers
from assessor.scheme.copies import Copy, CopyKey, Packet, due_copies
from assessor.scheme.decisions import Decision
from assessor.scheme.model import Scheme
from assessor.scheme.plans_scoring import BESIDE
from assessor.scoring.column import Column, Status, compact
from assessor.scoring.inputs import EntryKey, Inputs, Override

ENTRY_FIELDS = (
    "unit_code",
    "form",
    "period",
    "rater",
    "criterion",
    "raw",
    "value",
    "file",
    "sheet",
    "cell",
    "status",
    "table",
    "row",
    "column",
)

_STATUS = {
    EntryStatus.GIVEN: Status.SCORED,
    EntryStatus.NONE: Status.SCORED,
    EntryStatus.NOT_APPLICABLE: Status.NOT_APPLICABLE,
    EntryStatus.BLANK: Status.MISSING,
    EntryStatus.REFUSED: Status.AWAITING,
}


_COUNTED_APART = frozenset({"vote", "claims"})
"""Tables whose lines do not enter scoring themselves, only the counts that are made of them."""


def settle_tallies(packets: Sequence[Packet], collection: Collection) -> list[Problem]:
    """Replace the accepted tallies by checked ones, two tellers' counts by one; return problems."""
    problems: list[Problem] = []
    pairs: dict[CopyKey, list[tuple[Copy, Accepted | None]]] = {}
    for _, copy in due_copies(packets):
        if copy.plan.layout != "tally":
            continue
        accepted = collection.accepted.pop(copy.key, None)
        if accepted is not None:
            accepted, faults = check_roster(copy, accepted)
            problems += faults
        key = CopyKey(copy.key.form, copy.key.period, copy.key.unit, copy.key.rater)
        pairs.setdefault(key, []).append((copy, accepted))
    for key, counts in pairs.items():
        there = [accepted for _, accepted in counts if accepted is not None]
        if len(there) < len(counts):
            if there:
                collection.held.add(key)
            continue
        merged = there[0]
        if len(there) == 2:
            collection.seconds[key] = there[1]
            merged, faults = compare_tellers(key, counts[0][0].plan, *there)
            problems += faults
        merged, faults = check_counts(counts[0][0], merged)
        problems += faults
        collection.accepted[key] = merged
    return problems


def entry_table(scheme: Scheme, collection: Collection) -> pd.DataFrame:
    """Return one row per entry cell that was read, in a fixed order."""
    order = {unit.code: index for index, unit in enumerate(scheme.units)}
    forms = {form.code: index for index, form in enumerate(scheme.forms)}
    rows: list[tuple[object, ...]] = []
    keys = sorted(
        collection.accepted, key=lambda k: (order.get(k.unit, -1), forms[k.form], k.period, k.rater)
    )
    for key in keys:
        rows += rows_of(key, collection.accepted[key], scheme)
    return pd.DataFrame(rows, columns=list(ENTRY_FIELDS), dtype=object)


def rows_of(key: CopyKey, accepted: Accepted, scheme: Scheme) -> Iterator[tuple[object, ...]]:
    """Yield the entries of a form as rows of the table of entries."""
    reading = accepted.reading
    claims = scheme.form[key.form].layout in {"claims", "claims_list"}
    for entry in reading.entries:
        unit, row = key.unit, entry.row
        if not key.unit:
            unit, _, row = entry.row.rpartition("/")
            if entry.table == "turnout":
                unit, row = entry.row, ""
        column = entry.column
        if entry.table == "roster":
            # A line is a unit and a column a criterion: turned, it is like any scoring sheet.
            unit, row, column = entry.row, entry.column, "entry"
        criterion = row
        if entry.table == "papers":
            criterion = column
        elif entry.table in {"counts", "turnout", COUNTED} or claims:
            criterion = f"{row}:{column}" if row else column
        elif column in {"target", BESIDE}:
            criterion = f"{row}:{column}"
        yield (
            unit,
            key.form,
            key.period,
            key.rater,
            criterion,
            entry.raw,
            entry.value,
            accepted.file,
            reading.sheet,
            entry.cell,
            entry.status.value,
            entry.table,
            row,
            column,
        )


def place_of(entries: pd.DataFrame, unit: str, key: EntryKey) -> Place:
    """Return the cell that an entry of a unit was read from; nowhere where it is none of one."""
    if entries.empty:
        return Place()
    # A roster has its criteria in columns, a scoring sheet in rows.
    mine = entries[
        (entries["unit_code"] == unit)
        & (entries["form"] == key.form)
        & (entries["period"] == key.period)
        & (entries["rater"] == key.rater)
        & ((entries["row"] == key.criterion) | (entries["column"] == key.criterion))
    ]
    if mine.empty:
        return Place()
    first = mine.iloc[0]
    return Place(str(first["file"]), str(first["sheet"]), str(first["cell"]))


def make_inputs(
    scheme: Scheme,
    packets: Sequence[Packet],
    collection: Collection,
    entries: pd.DataFrame,
    decisions: Sequence[Decision],
) -> Inputs:
    """Return what scoring is given: columns over the scheme's units."""
    order = {unit.code: index for index, unit in enumerate(scheme.units)}
    raters: dict[tuple[str, str], list[str]] = {}
    form_status: dict[tuple[str, str, str], list[Status]] = {}
    for (form, period), by_unit in collection.polls.items():
        raters[form, period] = [""]
        form_status[form, period, ""] = [by_unit.get(code, Status.NOT_APPLICABLE) for code in order]
    for _, copy in due_copies(packets):
        key = CopyKey(copy.key.form, copy.key.period, copy.key.unit, copy.key.rater)
        if (key.form, key.period) in collection.polls:
            continue
        names = raters.setdefault((key.form, key.period), [])
        if key.rater not in names:
            names.append(key.rater)
        where = (key.form, key.period, key.rater)
        statuses = form_status.setdefault(where, [Status.NOT_APPLICABLE] * len(order))
        for unit in copy.roster:
            statuses[order[unit.code]] = _status_of(collection, copy.key, key, unit.code)
    columns, papers = _columns(entries, order)
    return Inputs(
        entries=columns,
        raters=raters,
        form_status=form_status,
        papers=papers,
        overrides=_overrides(scheme, collection, decisions, order),
        exempt=exempt_parts(scheme, decisions),
        not_held=_not_held(packets, collection, order),
        not_awaited=_not_awaited(packets, collection, order),
    )


def _status_of(collection: Collection, own: CopyKey, key: CopyKey, unit: str) -> Status:
    if key in collection.accepted:
        return Status.SCORED
    if key in collection.held or own in collection.held:
        return Status.AWAITING
    absent = collection.absent_status(own, unit)
    return Status.MISSING if absent in {None, Status.SCORED} else absent


def _not_held(
    packets: Sequence[Packet], collection: Collection, order: Mapping[str, int]
) -> frozenset[tuple[str, str, int]]:
    """Return the forms of optional periods of which nothing came for a unit, from nobody."""
    not_held: set[tuple[str, str, int]] = set()
    held: set[tuple[str, str, int]] = set()
    for _, copy in due_copies(packets):
        for unit in copy.roster:
            absent = collection.absent_status(copy.key, unit.code)
            where = not_held if absent is Status.NOT_APPLICABLE else held
            where.add((copy.key.form, copy.key.period, order[unit.code]))
    return frozenset(not_held - held)


def _not_awaited(
    packets: Sequence[Packet], collection: Collection, order: Mapping[str, int]
) -> frozenset[tuple[str, str, str, int]]:
    """Return the forms that nobody waits for though their rater has the unit."""
    return frozenset(
        (copy.key.form, copy.key.period, copy.key.rater, order[unit.code])
        for _, copy in due_copies(packets)
        for unit in copy.roster
        if collection.absent_status(copy.key, unit.code) is Status.NOT_APPLICABLE
    )


def _columns(
    entries: pd.DataFrame, order: Mapping[str, int]
) -> tuple[dict[EntryKey, Column], dict[EntryKey, list[list[Decimal]]]]:
    columns: dict[EntryKey, Column] = {}
    papers: dict[EntryKey, list[list[Decimal]]] = {}
    if entries.empty:
        return columns, papers
    known = entries[entries["unit_code"].isin(order) & ~entries["table"].isin(_COUNTED_APART)]
    keys = ["form", "period", "rater", "table", "row", "column"]
    on_papers = known["table"] == "papers"
    for names, group in known[~on_papers].groupby(keys, sort=False):
        form, period, rater, _, row, column = (str(name) for name in names)
        units = [order[code] for code in group["unit_code"]]
        columns[EntryKey(form, period, rater, row, column)] = _column(
            units, list(group["value"]), list(group["status"]), len(order)
        )
    for names, group in known[on_papers].groupby(["form", "period", "rater", "column"], sort=False):
        form, period, rater, column = (str(name) for name in names)
        key = EntryKey(form, period, rater, column)
        values: list[list[Decimal]] = [[] for _ in order]
        status = [Status.MISSING] * len(order)
        for code, value, word in zip(
            group["unit_code"], group["value"], group["status"], strict=True
        ):
            unit = order[code]
            if value is not None and word == EntryStatus.GIVEN:
                values[unit].append(value)
            refused = word == EntryStatus.REFUSED or status[unit] is Status.AWAITING
            status[unit] = Status.AWAITING if refused else Status.SCORED
        papers[key] = values
        columns[key] = Column(0, [0] * len(order), status)
    return columns, papers


def _column(
    units: Sequence[int], values: Sequence[Decimal | None], words: Sequence[str], size: int
) -> Column:
    digits = max((digits_of(value) for value in values if value is not None), default=0)
    ticks = [0] * size
    status = [Status.AWAITING] * size
    for unit, value, word in zip(units, values, words, strict=True):
        status[unit] = _STATUS[EntryStatus(word)]
        if value is not None:
            ticks[unit] = to_ticks(value, digits)
    return compact(digits, ticks, status)


def _overrides(
    scheme: Scheme,
    collection: Collection,
    decisions: Iterable[Decision],
    order: Mapping[str, int],
) -> dict[tuple[str, int], Override]:
    overrides: dict[tuple[str, int], Override] = {}
    came = {(key.form, key.period, key.unit) for key in collection.accepted}
    for decision in decisions:
        unit = order.get(decision.unit)
        if unit is None:
            continue
        if decision.act in {"inspection", "uphold"} and decision.object in scheme.node:
            overrides[decision.object, unit] = Override(decision.value)
        elif decision.act == "not_applicable" and decision.object in scheme.node:
            overrides[decision.object, unit] = Override(None)
        elif decision.act == "zero":
            source = decision.source
            for node in scheme.nodes:
                if (
                    node.source
                    and node.source.form == source.form
                    and source.period in ("", node.source.period)
                    and (source.form, node.source.period, decision.unit) not in came
                ):
                    overrides[node.code, unit] = Override(Decimal(0))
    return overrides


def exempt_parts(scheme: Scheme, decisions: Iterable[Decision]) -> frozenset[tuple[str, str, int]]:
    """Return the (rubric, section or criterion, unit) that do not apply, by scheme or decision."""
    rubrics = {(row.rubric, row.code) for row in scheme.criteria}
    found: set[tuple[str, str, int]] = set()
    for index, unit in enumerate(scheme.units):
        for part in unit.not_applicable:
            named, _, code = part.rpartition("/")
            found |= {(r, c, index) for r, c in rubrics if c == code and named in ("", r)}
    order = {unit.code: index for index, unit in enumerate(scheme.units)}
    for decision in decisions:
        rubric, slash, code = decision.object.rpartition("/")
        if decision.act == "not_applicable" and slash and decision.unit in order:
            found.add((rubric, code, order[decision.unit]))
    return frozenset(found)


def without_exempt(
    scheme: Scheme, problems: Iterable[Problem], exempt: frozenset[tuple[str, str, int]]
) -> list[Problem]:
    """Return the problems less those of entries that need no entry."""
    if not exempt:
        return list(problems)
    order = {unit.code: index for index, unit in enumerate(scheme.units)}
    sections = {row.code: row.section for row in scheme.criteria}
    free = {(code, unit) for _, code, unit in exempt}

    def freed(problem: Problem) -> bool:
        unit = order.get(problem.unit, -1)
        named = problem.criterion.rpartition("/")[2]
        codes = {problem.criterion, named, sections.get(named, "")}
        return any((code, unit) in free for code in codes if code)

    return [problem for problem in problems if not freed(problem)]
