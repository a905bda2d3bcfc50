"""Decisions put to work on what came back, and what has changed under them since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from assessor.decimals import digits_of, to_ticks
from assessor.problems import NOWHERE, Place, Problem, error, warning
from assessor.returns.collect import Collection
from assessor.scheme.decided_entries import decided_row, decided_text, decided_value
from assessor.scheme.decisions import Decision
from assessor.scheme.model import Criterion, Scheme, Source
from assessor.scoring.column import Column, Status
from assessor.scoring.evaluate import evaluate
from assessor.scoring.inputs import EntryKey, Inputs
from assessor.sheets.cells import Number, parse_number
from assessor.standing.stand import Standing


def uphold_entries(
    scheme: Scheme, inputs: Inputs, decisions: Iterable[Decision]
) -> tuple[Inputs, list[Problem]]:
    """Return the inputs with the entries to which an objection was upheld as if the forms said so,
    and an error for each objection to a form that is not there.

    Every rater's entry is set, so that their mean is what was decided. What the forms really say
    stays in the table of entries.
    Example: a panel gave 12, the objection was upheld with 15: the criterion counts 15.
    """
    entries = dict(inputs.entries)
    upheld = dict(inputs.upheld)
    problems: list[Problem] = []
    order = {unit.code: index for index, unit in enumerate(scheme.units)}
    for decision, source, row in _entry_decisions(scheme, decisions):
        value = decided_value(decision.to, row, scheme)
        unit = order[decision.unit]
        keys = _keys(inputs, source, unit)
        if not keys or value is None:
            facts = {"form": scheme.form[source.form].title, "unit": scheme.units[unit].name}
            problem = error("decision_no_form", decision.at.cell("object"), **facts)
            problems.append(replace(problem, unit=decision.unit))
            continue
        for key in keys:
            entries[key] = _with(entries.get(key), unit, value, len(order))
        upheld[source.form, source.criterion, source.period, unit] = value
    return replace(inputs, entries=entries, upheld=upheld), problems


def _entry_decisions(
    scheme: Scheme, decisions: Iterable[Decision]
) -> Iterator[tuple[Decision, Source, Criterion]]:
    """Yield the objections upheld against an entry of a form, the only period filled in."""
    for decision in decisions:
        row = decided_row(decision.source, scheme)
        if decision.act != "uphold" or decision.object in scheme.node or row is None:
            continue
        source = decision.source
        periods = scheme.form_periods(scheme.form[source.form])
        if not source.period and len(periods) == 1:
            source = replace(source, period=periods[0].code)
        yield decision, source, row


def _keys(inputs: Inputs, source: Source, unit: int) -> list[EntryKey]:
    """Return the entry of every rater whose form for a unit is in."""
    form, period = source.form, source.period
    return [
        EntryKey(form, period, rater, source.criterion)
        for rater in inputs.raters.get((form, period), ())
        if inputs.form_status[form, period, rater][unit] is Status.SCORED
    ]


def _with(column: Column | None, unit: int, value: Decimal, size: int) -> Column:
    """Return a column in which one unit has a value of people's making."""
    before = column or Column(0, [0] * size, [Status.AWAITING] * size)
    digits = max(before.digits, digits_of(value))
    ticks = [tick * 10 ** (digits - before.digits) for tick in before.ticks]
    status = list(before.status)
    ticks[unit], status[unit] = to_ticks(value, digits), Status.SCORED
    return Column(digits, ticks, status)


def without_upheld(
    problems: Iterable[Problem], collection: Collection, inputs: Inputs, scheme: Scheme
) -> list[Problem]:
    """Return the problems less those of entries that an objection has settled since."""
    settled = {
        (collection.accepted[key].file, key.unit, criterion)
        for form, criterion, period, unit in inputs.upheld
        for key in collection.accepted
        if (key.form, key.period) == (form, period) and key.unit in ("", scheme.units[unit].code)
    }
    return [
        problem
        for problem in problems
        if (problem.place.file, problem.unit, problem.criterion) not in settled
    ]


def place_of_exemption(
    scheme: Scheme, node: str, part: str, unit: str, decisions: Iterable[Decision]
) -> Place:
    """Return who said that a part of a node does not apply to a unit: a decision's cell, or that
    of the units table; nowhere where a rater wrote it.

    A decision about the part itself comes before one about something below it.
    """
    below = {node, *_below(scheme, node)}
    forms = {one.source.form for code in below if (one := scheme.node[code]).source}
    rubrics = {scheme.form[form].rubric for form in forms if form in scheme.form}
    titles = {code: scheme.node[code].title for code in below}
    titles |= {f"{r.rubric}/{r.code}": r.title for r in scheme.criteria if r.rubric in rubrics}
    mine = [
        decision
        for decision in decisions
        if (decision.act, decision.unit) == ("not_applicable", unit) and decision.object in titles
    ]
    if mine:
        first = min(mine, key=lambda decision: titles[decision.object] != part)
        return first.at.cell("object")
    record = scheme.unit[unit]
    return record.at.cell("not_applicable") if record.not_applicable and record.at else NOWHERE


def _below(scheme: Scheme, code: str) -> Iterator[str]:
    for child in scheme.children(code):
        yield child.code
        yield from _below(scheme, child.code)


# -- what has changed ----------------------------------------------------------------------------


def stale_decisions(
    scheme: Scheme, undecided: Inputs, standing: Standing, decisions: Sequence[Decision]
) -> list[Problem]:
    """Report decisions whose basis has changed since: their *from* is no longer what we find.

    `undecided` is what came back, before any decision was put to work.
    """
    if not any(decision.before for decision in decisions):
        return []
    order = {unit.code: index for index, unit in enumerate(scheme.units)}
    found = _found(scheme, undecided, standing, decisions)
    problems = []
    for number, decision in enumerate(decisions):
        now = found.get(number, "")
        if decision.before and decision.unit in order and now and not _same(now, decision.before):
            facts = {"before": decision.before, "now": now, "to": decision.to}
            problem = warning("decision_stale", decision.at.cell("from"), **facts)
            problems.append(replace(problem, unit=decision.unit))
    return problems


def _found(
    scheme: Scheme, undecided: Inputs, standing: Standing, decisions: Sequence[Decision]
) -> Mapping[int, str]:
    """Return what the program finds by itself for each decision, by the decision's number."""
    columns = evaluate(scheme, undecided).columns
    order = {unit.code: index for index, unit in enumerate(scheme.units)}
    grades = {mine.unit: mine.grade for mine in standing.units}
    found: dict[int, str] = {}
    for number, decision in enumerate(decisions):
        unit = order.get(decision.unit, -1)
        column = columns.get(decision.object)
        if decision.act == "confirm_grade":
            found[number] = grades.get(unit, "")
        elif decision.act in {"inspection", "uphold"} and column is not None and unit >= 0:
            value = column.value(unit)
            found[number] = "" if value is None else f"{value:f}"
        for _, source, row in _entry_decisions(scheme, [decision]):
            found[number] = _said(scheme, undecided, source, row, unit)
    return found


def _said(scheme: Scheme, inputs: Inputs, source: Source, row: Criterion, unit: int) -> str:
    """Return what the forms say of a criterion, the mean over the raters."""
    values = [
        value
        for key in _keys(inputs, source, unit)
        if key in inputs.entries and (value := inputs.entries[key].value(unit)) is not None
    ]
    if not values:
        return ""
    mean = sum(map(Fraction, values), Fraction(0)) / len(values)
    if len(set(values)) == 1:
        return decided_text(values[0], row, scheme)
    return f"{Decimal(mean.numerator) / Decimal(mean.denominator):f}"


def _same(one: str, other: str) -> bool:
    """Say whether two texts are the same value: 80 is 80.00."""
    first, second = parse_number(one), parse_number(other)
    if isinstance(first, Number) and isinstance(second, Number):
        return first.value == second.value
    return one == other
