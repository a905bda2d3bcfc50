"""Decisions: what people decide stands in a table that only people write."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.problems import Problem, error
from assessor.scheme.build import parse_source
from assessor.scheme.model import Scheme, Source
from assessor.scheme.spelling import near
from assessor.scheme.tables import Row, RowPlace
from assessor.sheets.cells import Number, parse_number


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
    """Return the decisions, and what in them names nothing that exists."""
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
    first: dict[tuple[str, str, str], Decision] = {}
    for decision in decisions:
        if decision.act not in {"confirm_grade", "inspection"}:
            continue
        other = first.setdefault((decision.act, decision.unit, decision.object), decision)
        if other is not decision and other.to != decision.to:
            place = other.at.cell("to").cell
            problems.append(error("decision_twice", decision.at.cell("to"), other=place))
    return decisions, problems


def _check(decision: Decision, scheme: Scheme) -> list[Problem]:
    problems = []
    if (decision.unit or decision.act != "accept_file") and decision.unit not in scheme.unit:
        problems.append(_unknown(decision, "unit", decision.unit, list(scheme.unit)))
    known = _objects(decision.act, scheme)
    name = decision.source.form if decision.act in {"accept_file", "zero"} else decision.object
    if decision.act != "confirm_grade" and name not in known:
        problems.append(_unknown(decision, "object", name, list(known)))
    period = decision.source.period
    if decision.act in {"accept_file", "zero"} and period and period not in scheme.period:
        problems.append(_unknown(decision, "object", period, list(scheme.period)))
    if decision.act == "inspection" and decision.value is None:
        problems.append(error("decision_value", decision.at.cell("to"), value=decision.to or "—"))
    top = scheme.node[name].points if decision.act == "inspection" and name in scheme.node else None
    if top is not None and decision.value is not None and not 0 <= decision.value <= top:
        facts = {"value": decision.to, "points": top}
        problems.append(error("decision_points", decision.at.cell("to"), **facts))
    unit = scheme.unit.get(decision.unit)
    if decision.act == "confirm_grade" and unit is not None:
        grades = [band.grade for band in scheme.bands.get(unit.kind, ())]
        if decision.to not in grades:
            problems.append(_unknown(decision, "to", decision.to, grades))
    if decision.act == "accept_file" and not decision.to:
        problems.append(error("decision_file", decision.at.cell("to")))
    return problems


def _objects(act: str, scheme: Scheme) -> Mapping[str, object] | set[str]:
    """Return what the object of an act may name."""
    if act in {"accept_file", "zero"}:
        return scheme.form
    if act == "inspection":
        return scheme.node
    if act == "not_applicable":
        return {*scheme.node, *(f"{row.rubric}/{row.code}" for row in scheme.criteria)}
    if act in {"grant_award", "withdraw_award"}:
        return {award.code for award in scheme.awards} | {award.title for award in scheme.awards}
    return {}


def _unknown(decision: Decision, column: str, name: str, known: list[str]) -> Problem:
    guess = near(name, known) or "—"
    return error("decision_unknown", decision.at.cell(column), name=name or "—", guess=guess)
