"""Entries of a form that was issued before the scheme was corrected, brought to the present one.

An entry is carried where it still means the same: the same code, the same kind, the same points.
A 3 of at most 5 is no 3 of at most 4: there its sender must say anew. Texts do not matter. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from assessor.problems import Place, Problem, error, warning
from assessor.returns.reading import Entry, EntryStatus
from assessor.returns.values import missing_code, rule_broken
from assessor.scheme.copies import split_roster_code
from assessor.scheme.plan import Blank, EntryRule, FormPlan, PlanRow, PlanTable, Repeat


@dataclass
class _Carrier:
    """Carries the entries of one form."""

    place: Place
    then: FormPlan
    now: FormPlan
    classes: Mapping[str, str]
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def rule(self, plan: FormPlan, table: str, row: str, column: str) -> EntryRule | None:
        """Return what a plan asks for in a cell of a form."""
        found = next((one for one in plan.tables if one.key == table), None)
        line = _row(found, row, self.classes) if found else None
        return line.rules.get(column) if line else None

    def refuse(self, entry: Entry, problem: Problem) -> None:
        """Put in an entry that cannot be carried, and say why."""
        self.entries.append(entry._replace(value=None, status=EntryStatus.REFUSED))
        name = f"{entry.row} {_title(self.now, entry)}".strip()
        facts = {"name": name, "value": entry.raw or "—", **problem.facts}
        where = replace(self.place, cell=entry.cell)
        told = replace(problem, place=where, facts=facts, criterion=_criterion(entry))
        self.problems.append(told)


def carry_over(
    place: Place,
    entries: Sequence[Entry],
    faults: Sequence[Problem],
    plans: tuple[FormPlan, FormPlan],
    classes: Mapping[str, str],
) -> tuple[list[Entry], list[Problem]]:
    """Return the entries of a form by the present plan, and every problem with them; `plans` are
    the one that it was issued by and the present one.

    What is no longer asked is named in one warning and left out; what is new, or means something
    else now, is refused, so that its unit waits.
    """
    carrier = _Carrier(place, *plans, classes)
    gone = []
    for entry in entries:
        rule = carrier.rule(carrier.now, entry.table, entry.row, entry.column)
        if rule is not None:
            _carry(carrier, entry, rule)
        elif entry.status is not EntryStatus.BLANK:
            gone.append(_criterion(entry))
    if gone:
        codes = list(dict.fromkeys(gone))
        carrier.problems.append(warning("criterion_gone", place, codes=codes))
    _add_new(carrier, entries)
    # What was wrong in a cell that nobody is asked for any more holds nobody up.
    idle = set(gone) - {_criterion(entry) for entry in carrier.entries}
    left = [problem for problem in faults if problem.criterion not in idle]
    return carrier.entries, [*left, *carrier.problems]


def _carry(carrier: _Carrier, entry: Entry, rule: EntryRule) -> None:
    """Carry one entry, refused where it means something else by the present rule."""
    before = carrier.rule(carrier.then, entry.table, entry.row, entry.column)
    if entry.status is EntryStatus.REFUSED or before is None:
        carrier.entries.append(entry)
        return
    if not _same_meaning(before, rule):
        facts = {"before": before, "after": rule}
        carrier.refuse(entry, error("criterion_changed", **facts))
        return
    value = _reworded(entry.value, before, rule)
    fault = _fault(entry, rule, value)
    if fault:
        carrier.refuse(entry, error(fault, rule=rule))
        return
    carrier.entries.append(entry._replace(value=value))


def _same_meaning(before: EntryRule, after: EntryRule) -> bool:
    """Say whether what was entered by one rule says the same by another; a narrower step, other
    words to choose from or another answer to “may it not apply” are looked at afterwards."""
    return (before.kind, before.maximum, before.unit) == (after.kind, after.maximum, after.unit)


def _reworded(value: Decimal | None, before: EntryRule, after: EntryRule) -> Decimal | None:
    """Return the value of an answer among the present words; None where its word is gone."""
    if value is None or before.choices == after.choices:
        return value
    word = before.choices[int(value)] if 0 <= value < len(before.choices) else ""
    return Decimal(after.choices.index(word)) if word in after.choices else None


def _fault(entry: Entry, rule: EntryRule, value: Decimal | None) -> str:
    if entry.status is EntryStatus.NOT_APPLICABLE:
        return "" if rule.may_not_apply else "entry_not_applicable"
    if entry.status is EntryStatus.BLANK:
        return "" if rule.blank is not Blank.MISSING else missing_code(rule)
    if entry.value is not None and value is None:
        return "criterion_answer_gone"
    return rule_broken(rule, value) if value is not None else ""


# -- what is new ---------------------------------------------------------------------------------


def _add_new(carrier: _Carrier, entries: Sequence[Entry]) -> None:
    """Add what the present form asks and the old one did not: nobody was asked it yet."""
    had = {(entry.table, entry.row, entry.column) for entry in entries}
    for table in carrier.now.tables:
        told: set[tuple[str, str]] = set()
        for row, line in _lines(table, entries, carrier.classes):
            for column, rule in line.rules.items():
                if (table.key, row, column) in had:
                    continue
                if carrier.rule(carrier.then, table.key, row, column) is not None:
                    continue  # the old form had it: reading has said what became of it
                if rule.blank is Blank.ALLOWED:
                    continue
                entry = Entry(table.key, row, column, "", "", None, EntryStatus.REFUSED)
                # Of papers it is said once; on a roster each unit waits, and is told why.
                asked = ("" if table.repeat is Repeat.PAPERS else row, column)
                if asked in told:
                    carrier.entries.append(entry)
                else:
                    told.add(asked)
                    facts = {"rule": rule}
                    carrier.refuse(entry, error("criterion_new", **facts))


def _lines(
    table: PlanTable, entries: Sequence[Entry], classes: Mapping[str, str]
) -> Iterator[tuple[str, PlanRow]]:
    """Yield the rows that a present table has: its own, or one for each unit or paper read."""
    if table.repeat is Repeat.ONCE:
        yield from ((row.key, row) for row in table.rows if row.rules)
        return
    for code in dict.fromkeys(entry.row for entry in entries if entry.table == table.key):
        row = _row(table, code, classes)
        if row is not None:
            yield code, row


def _row(table: PlanTable, code: str, classes: Mapping[str, str]) -> PlanRow | None:
    if table.repeat is Repeat.PAPERS:
        return table.rows[0] if table.rows else None
    unit, key = split_roster_code(code, table) if table.repeat is Repeat.ROSTER else ("", code)
    same = [row for row in table.rows if row.key == key]
    fitting = (row for row in same if not row.classes or classes.get(unit) in row.classes)
    return next(fitting, same[0] if same else None)


def _criterion(entry: Entry) -> str:
    """Return what a problem of an entry is about, as reading has it."""
    return f"{entry.row}/{entry.column}" if entry.table == "roster" else entry.row


def _title(plan: FormPlan, entry: Entry) -> str:
    table = next(one for one in plan.tables if one.key == entry.table)
    if table.repeat is not Repeat.ONCE or len(table.entry_columns) > 1:
        return next((c.title for c in table.columns if c.key == entry.column), "")
    row = next((row for row in table.rows if row.key == entry.row), None)
    return str(row.cells.get("title", "")) if row else ""


# -- plans that are not kept ---------------------------------------------------------------------


def doubt_points(
    entries: Sequence[Entry], problems: Iterable[Problem]
) -> tuple[list[Entry], list[Problem]]:
    """Refuse the entries of which the form shows other points than ours, where nobody knows any
    more what it was issued with: the points on it may be what its sender went by."""
    told: list[Problem] = []
    doubted: set[str] = set()
    for problem in problems:
        if problem.code == "points_changed":
            doubted.add(problem.criterion)
            doubt = error("points_then", problem.place, **problem.facts)
            problem = replace(doubt, criterion=problem.criterion)
        told.append(problem)
    kept = [
        entry._replace(value=None, status=EntryStatus.REFUSED) if entry.row in doubted else entry
        for entry in entries
    ]
    return kept, told
