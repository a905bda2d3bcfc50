"""Decisions put to work on what came back, and what has changed under them since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from assessor.decimals import digits_of, half_up, to_ticks
from assessor.i18n import Term
from assessor.problems import NOWHERE, Place, Problem, error, warning
from assessor.returns.collection import Collection
from assessor.scheme.decided_entries import decided_row, decided_text, decided_value
from assessor.scheme.decisions import Decision
from assessor.scheme.model import Criterion, Scheme, Source
from assessor.scoring.column import Column, Status, combined
from assessor.scoring.evaluate import evaluate
from assessor.scoring.explain.formula import figure, number
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
    for at, decision in enumerate(decisions):
        now = found.get(at)
        if not (decision.before and decision.unit in order and now) or now.is_(decision.before):
            continue
        facts = {"before": decision.before, "now": now.text, "to": decision.to}
        code = "decision_stale" if now.known else "decision_stale_open"
        problem = warning(code, decision.at.cell("from"), **facts)
        problems.append(replace(problem, unit=decision.unit))
    return problems


@dataclass(frozen=True, slots=True)
class _Now:
    """What the program finds by itself where people decided."""

    text: str | Term
    value: Fraction | None = None
    """The number, where it is one."""
    row: Criterion | None = None
    """The criterion, where it is the entry of a form."""
    scheme: Scheme | None = None
    known: bool = True
    """Whether there is anything: otherwise the text is the state."""

    def is_(self, before: str) -> bool:
        """Say whether a text of a decision says the same: 80 is 80.00, 85 is 85%, 66.67 two
        thirds of a hundred."""
        if not self.known:
            return False
        said = self._read(before)
        if said is None or self.value is None:
            return str(self.text) == before
        return Fraction(said) == self.value or _rounds_to(self.value, said)

    def _read(self, before: str) -> Decimal | None:
        if self.row is not None and self.scheme is not None:
            said = decided_value(before, self.row, self.scheme)
            if said is not None:
                return said
        cell = parse_number(before)
        return cell.value if isinstance(cell, Number) else None


def _rounds_to(value: Fraction, said: Decimal) -> bool:
    """Say whether somebody cut a number that does not end to so many decimals, two at least."""
    digits = digits_of(said)
    size = 10**digits
    ends = (value * 10**9).denominator == 1
    return not ends and digits >= 2 and Fraction(half_up(value * size), size) == said


def _found(
    scheme: Scheme, undecided: Inputs, standing: Standing, decisions: Sequence[Decision]
) -> Mapping[int, _Now]:
    """Return what the program finds by itself for each decision, by the decision's number."""
    columns = evaluate(scheme, undecided).columns
    order = {unit.code: index for index, unit in enumerate(scheme.units)}
    grades = {mine.unit: mine.grade for mine in standing.units}
    found: dict[int, _Now] = {}
    for at, decision in enumerate(decisions):
        unit = order.get(decision.unit, -1)
        column = columns.get(decision.object)
        if decision.act == "confirm_grade":
            if grades.get(unit):
                found[at] = _Now(grades[unit])
        elif decision.act in {"inspection", "uphold"} and column is not None and unit >= 0:
            value = column.value(unit)
            state = Term(f"status.{column.status[unit].word}")
            known = _Now(state, known=False)
            found[at] = known if value is None else _Now(f"{value:f}", Fraction(value))
        for _, source, row in _entry_decisions(scheme, [decision]):
            if unit >= 0 and (said := _said(scheme, undecided, source, row, unit)):
                found[at] = said
    return found


def _said(scheme: Scheme, inputs: Inputs, source: Source, row: Criterion, unit: int) -> _Now | None:
    """Return what the forms say of a criterion, the mean over the raters; where they say nothing
    (any more) the state. None where there is no form: that is an error of its own."""
    columns = [inputs.entries.get(key) for key in _keys(inputs, source, unit)]
    if not columns:
        return None
    values = [
        value
        for column in columns
        if column is not None and (value := column.value(unit)) is not None
    ]
    if not values:
        status = combined(
            Status.AWAITING if column is None else column.status[unit] for column in columns
        )
        return _Now(Term(f"status.{status.word}"), known=False)
    mean = sum(map(Fraction, values), Fraction(0)) / len(values)
    text = figure(number(mean))
    if len(set(values)) == 1:
        text = decided_text(values[0], row, scheme)
    return _Now(text, mean, row, scheme)
