"""Facts with consequences: which of them happened, and which consequence people chose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from assessor.problems import Place, Problem, Severity, warning
from assessor.returns.columns import place_of
from assessor.scheme.decisions import Decision
from assessor.scheme.model import Criterion, Form, Scheme
from assessor.scoring.inputs import Inputs


@dataclass(frozen=True, slots=True)
class Triggered:
    """A fact that happened to a unit, by the forms that were accepted."""

    unit: int
    """Index into the scheme's units."""
    fact: Criterion
    place: Place
    counted: bool = False
    """Whether a score counts it already: then it asks for no further consequence."""

    @property
    def object(self) -> str:
        """What a decision about it names."""
        return f"{self.fact.rubric}/{self.fact.code}"


def triggered_facts(scheme: Scheme, inputs: Inputs, entries: pd.DataFrame) -> list[Triggered]:
    """Return the facts (否决事项) that any accepted form answers with yes, each once a unit."""
    found: dict[tuple[str, str, int], Triggered] = {}
    scored = _scored_rubrics(scheme)
    for form, fact in _facts(scheme):
        for key, column in inputs.entries.items():
            if (key.form, key.criterion, key.column) != (form.code, fact.code, "entry"):
                continue
            for unit, status in enumerate(column.status):
                where = (fact.rubric, fact.code, unit)
                if status.has_value and column.ticks[unit] and where not in found:
                    code = scheme.units[unit].code
                    place = place_of(entries, code, key)
                    counted = bool(fact.points) and fact.rubric in scored
                    found[where] = Triggered(unit, fact, place, counted)
    return sorted(found.values(), key=lambda one: one.unit)


def _facts(scheme: Scheme) -> Iterator[tuple[Form, Criterion]]:
    for form in scheme.forms:
        for row in scheme.rubric(form.rubric):
            if row.entry == "veto":
                yield form, row


def fact_problems(
    scheme: Scheme, found: Sequence[Triggered], decisions: Sequence[Decision]
) -> list[Problem]:
    """Return a note for each fact that happened, with the consequences to choose from or the one
    that was chosen; and a warning for each consequence of a fact that did not happen."""
    words = [option.option for option in scheme.options.get(scheme.settings.measures, ())]
    chosen = {(d.unit, d.object): d for d in decisions if d.act == "measure"}
    problems = []
    for one in found:
        unit = scheme.units[one.unit].code
        open_to = [] if one.counted else words
        code, facts = _told(one, chosen.get((unit, one.object)), open_to)
        problems.append(Problem(code, Severity.NOTE, one.place, facts, unit, one.fact.code))
    happened = {(scheme.units[one.unit].code, one.object) for one in found}
    return problems + _in_vain(scheme, happened, decisions)


def _scored_rubrics(scheme: Scheme) -> set[str]:
    """Return the rubrics that a counted node adds up."""
    return {
        scheme.form[node.source.form].rubric
        for node in scheme.nodes
        if node.rule == "rubric" and not node.informative and node.source is not None
    }


def _told(
    one: Triggered, decision: Decision | None, words: Sequence[str]
) -> tuple[str, dict[str, object]]:
    """Return the code and the facts of the note about a fact."""
    facts: dict[str, object] = {"title": one.fact.title, "object": one.object}
    if decision is not None:
        return "fact_measured", {**facts, "measure": decision.to}
    if words:
        return "fact_triggered", {**facts, "measures": list(words)}
    return "fact_noted", facts


def _in_vain(
    scheme: Scheme, happened: set[tuple[str, str]], decisions: Sequence[Decision]
) -> list[Problem]:
    facts = {f"{row.rubric}/{row.code}": row for row in scheme.criteria if row.entry == "veto"}
    problems = []
    for decision in decisions:
        fact = facts.get(decision.object)
        if decision.act != "measure" or fact is None:
            continue
        if (decision.unit, decision.object) not in happened:
            told = {"title": fact.title, "measure": decision.to}
            problem = warning("measure_in_vain", decision.at.cell("object"), **told)
            problems.append(
                Problem(problem.code, problem.severity, problem.place, told, decision.unit)
            )
    return problems
