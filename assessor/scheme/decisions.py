"""Decisions: what people decide stands in a table that only people write."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.problems import Problem, error
from assessor.scheme.build import parse_source
from assessor.scheme.decided_entries import decided_entries, decided_row, decided_value
from assessor.scheme.entry_rules import entry_rule
from assessor.scheme.model import Award, Form, Node, Scheme, Source
from assessor.scheme.spelling import folded, near
from assessor.scheme.tables import Row, RowPlace
from assessor.sheets.cells import Cell, Number, parse_number


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. `to` is a file, a value, a grade or an award, as the act asks for."""

    act: str
    unit: str
    object: str
    before: str
    to: str
    reason: str
    authority: str
    date: dt.date | None
    at: RowPlace

    @property
    def source(self) -> Source:
        """The object taken as ``form/criterion@period``."""
        return parse_source(self.object)

    @property
    def value(self) -> Decimal | None:
        """The decided number, where the act asks for one."""
        cell = parse_number(self.to)
        return cell.value if isinstance(cell, Number) else None


def read_decisions(rows: Sequence[Row], scheme: Scheme) -> tuple[list[Decision], list[Problem]]:
    """Return the decisions, and what in them names nothing that exists or cannot be."""
    decisions = [
        Decision(
            act=row["act"],
            unit=row["unit"] or "",
            object=row["object"] or "",
            before=row["from"] or "",
            to=row["to"] or "",
            reason=row["reason"] or "",
            authority=row["authority"] or "",
            date=row["date"],
            at=row.at,
        )
        for row in rows
        if row["act"]
    ]
    problems = [problem for decision in decisions for problem in _check(decision, scheme)]
    return decisions, [*problems, *_twice(decisions, scheme)]


_MATTERS: Mapping[str, str] = {
    "confirm_grade": "grade",
    "inspection": "value",
    "uphold": "value",
    "not_applicable": "value",
    "grant_award": "award",
    "withdraw_award": "award",
}
"""What an act decides: of one matter only one decision can be true. Files are chosen for several
raters, and there may be several consequences."""


def _twice(decisions: Sequence[Decision], scheme: Scheme) -> list[Problem]:
    """Return an error for each decision that contradicts one above it."""
    problems = []
    first: dict[tuple[str, str, str], Decision] = {}
    codes = {award.title: award.code for award in scheme.awards}
    for decision in decisions:
        matter = _MATTERS.get(decision.act)
        if matter is None:
            continue
        named = codes.get(decision.object, decision.object) if matter == "award" else ""
        thing = named or (decision.object if matter == "value" else "")
        other = first.setdefault((matter, decision.unit, thing), decision)
        if (other.act, other.to) != (decision.act, decision.to):
            place = other.at.cell("to").cell
            problems.append(error("decision_twice", decision.at.cell("to"), other=place))
    return problems


def _check(decision: Decision, scheme: Scheme) -> list[Problem]:
    problems = []
    for_all = not decision.unit and decision.act == "accept_file"
    if not for_all and decision.unit not in scheme.unit and "unit" not in decision.at.unread:
        names = {unit.code: unit.name for unit in scheme.units}
        problems.append(_not_there(decision, decision.unit, names, "unit"))
    return problems + _CHECKS[decision.act](decision, scheme)


# -- objects -------------------------------------------------------------------------------------


def _form(decision: Decision, scheme: Scheme) -> list[Problem]:
    """Return what is wrong with an object that is a form, or a form and its period."""
    problems = []
    source = decision.source
    if source.form not in scheme.form:
        problems.append(_not_there(decision, source.form, _titles(scheme.forms)))
    if source.period and source.period not in scheme.period:
        problems.append(_unknown(decision, "object", source.period, list(scheme.period)))
    return problems


def _accepted(decision: Decision, scheme: Scheme) -> list[Problem]:
    problems = _form(decision, scheme)
    if not decision.to:
        problems.append(error("decision_file", decision.at.cell("to")))
    return problems


def _exempted(decision: Decision, scheme: Scheme) -> list[Problem]:
    return _named(decision, {**_titles(scheme.nodes), **_parts(scheme)})


def _award(decision: Decision, scheme: Scheme) -> list[Problem]:
    return _named(decision, _awards(scheme))


def _inspected(decision: Decision, scheme: Scheme) -> list[Problem]:
    return _named(decision, _titles(scheme.nodes)) or _node_value(decision, scheme)


def _upheld(decision: Decision, scheme: Scheme) -> list[Problem]:
    """An objection was upheld: to a node, or to what a form says of a criterion."""
    if decision.object in scheme.node:
        return _node_value(decision, scheme)
    source = decision.source
    form = scheme.form.get(source.form)
    if form is None or not source.criterion:
        known = _titles(scheme.nodes) | decided_entries(scheme)
        return [_not_there(decision, decision.object, known)]
    problems = _form(decision, scheme)
    periods = [period.code for period in scheme.form_periods(form)]
    if not source.period and len(periods) > 1:
        facts = {"form": form.title, "periods": periods}
        problems.append(error("decision_period", decision.at.cell("object"), **facts))
    row = decided_row(source, scheme)
    if row is None:
        problems.append(_not_there(decision, decision.object, decided_entries(scheme)))
    elif decided_value(decision.to, row, scheme) is None:
        rule = entry_rule(row, scheme)
        place, value = decision.at.cell("to"), decision.to or "—"
        problems.append(error("decision_entry", place, value=value, title=row.title, rule=rule))
    return problems


def _measured(decision: Decision, scheme: Scheme) -> list[Problem]:
    """A consequence is one of the scheme's words; what it is for may be left open."""
    problems = []
    words = [option.option for option in scheme.options.get(scheme.settings.measures, ())]
    if not words:
        problems.append(error("decision_no_measures", decision.at.cell("act")))
    elif decision.to not in words:
        problems.append(_unknown(decision, "to", decision.to, words))
    if decision.object:
        known = {**_titles(scheme.nodes), **_parts(scheme), **_awards(scheme)}
        problems += _named(decision, known)
    return problems


def _graded(decision: Decision, scheme: Scheme) -> list[Problem]:
    unit = scheme.unit.get(decision.unit)
    if unit is None:
        return []
    grades = [band.grade for band in scheme.bands.get(unit.kind, ())]
    return [] if decision.to in grades else [_unknown(decision, "to", decision.to, grades)]


_CHECKS: Mapping[str, Callable[[Decision, Scheme], list[Problem]]] = {
    "accept_file": _accepted,
    "zero": _form,
    "not_applicable": _exempted,
    "confirm_grade": _graded,
    "inspection": _inspected,
    "uphold": _upheld,
    "measure": _measured,
    "grant_award": _award,
    "withdraw_award": _award,
}


# -- values --------------------------------------------------------------------------------------


def _node_value(decision: Decision, scheme: Scheme) -> list[Problem]:
    """Return what is wrong with the value of a node: no number, beyond its full mark or its cap."""
    place = decision.at.cell("to")
    value = decision.value
    if value is None:
        return [error("decision_value", place, value=decision.to or "—")]
    node = scheme.node[decision.object]
    if node.points is not None and not 0 <= value <= node.points:
        return [error("decision_points", place, value=decision.to, points=node.points)]
    low, top = (parse_number(node.parameters.get(key, "")) for key in ("floor", "cap"))
    bounds = {"floor": _number(low), "cap": _number(top)}
    under = isinstance(low, Number) and value < low.value
    over = isinstance(top, Number) and value > top.value
    return [error("decision_cap", place, value=decision.to, **bounds)] if under or over else []


def _number(cell: Cell) -> str:
    return f"{cell.value:f}" if isinstance(cell, Number) else "—"


# -- names ---------------------------------------------------------------------------------------


def _titles(records: Sequence[Form] | Sequence[Node] | Sequence[Award]) -> dict[str, str]:
    """Return the titles of some records by code."""
    return {record.code: record.title for record in records}


def _parts(scheme: Scheme) -> dict[str, str]:
    """Return every criterion and section as decisions name them, with their titles."""
    return {f"{row.rubric}/{row.code}": f"{row.rubric}/{row.title}" for row in scheme.criteria}


def _awards(scheme: Scheme) -> dict[str, str]:
    """Return the awards, which may be named by code or by title."""
    known = _titles(scheme.awards)
    return {**known, **{title: title for title in known.values()}}


def _named(decision: Decision, known: Mapping[str, str]) -> list[Problem]:
    return [] if decision.object in known else [_not_there(decision, decision.object, known)]


def _not_there(
    decision: Decision, name: str, known: Mapping[str, str], column: str = "object"
) -> Problem:
    """Return the error of an unknown code, with the one whose title was written instead."""
    codes = {folded(known[code]): code for code in reversed(list(known))}
    guess = codes.get(folded(name)) or near(name, list(known))
    guess = guess or codes.get(folded(near(name, list(known.values()))), "")
    place = decision.at.cell(column)
    return error("decision_unknown", place, name=name or "—", guess=guess or "—")


def _unknown(decision: Decision, column: str, name: str, known: list[str]) -> Problem:
    guess = near(name, known) or "—"
    return error("decision_unknown", decision.at.cell(column), name=name or "—", guess=guess)
