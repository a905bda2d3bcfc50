"""Decisions about one entry of a form: which criterion is meant, and what it would say."""

from __future__ import annotations

from decimal import Decimal

from assessor.scheme.entry_rules import entry_rule
from assessor.scheme.model import Criterion, Scheme, Source
from assessor.scheme.plan import EntryRule, Kind
from assessor.scheme.spelling import folded
from assessor.sheets.cells import Number, Refused, parse_number

LAYOUTS = frozenset({"rubric", "gates", "quantities", "roster"})
"""Layouts on which raters score criteria one by one."""
_WRITTEN = frozenset({"earned", "deducted", "count", "number", "rate", "yes_no", "veto", "level"})


def decided_entries(scheme: Scheme) -> dict[str, str]:
    """Return every ``form/criterion`` that a decision may name, with the titles of both."""
    return {
        f"{form.code}/{row.code}": f"{form.title}/{row.title}"
        for form in scheme.forms
        if form.layout in LAYOUTS
        for row in scheme.rubric(form.rubric)
        if row.entry in _WRITTEN
    }


def decided_row(source: Source, scheme: Scheme) -> Criterion | None:
    """Return the criterion of ``form/criterion@period``; None where it has no entries."""
    form = scheme.form.get(source.form)
    if form is None or form.layout not in LAYOUTS:
        return None
    rows = (row for row in scheme.rubric(form.rubric) if row.entry in _WRITTEN)
    return next((row for row in rows if row.code == source.criterion), None)


def decided_value(text: str, row: Criterion, scheme: Scheme) -> Decimal | None:
    """Return a text as the value of an entry; None where the form itself would refuse it.

    Example: 是 is 1; of the levels 优, 良, 差 the text 良 is 1; 21 of 20 points is refused.
    """
    rule = entry_rule(row, scheme)
    if rule.choices:
        words = [folded(word) for word in rule.choices]
        return Decimal(words.index(folded(text))) if folded(text) in words else None
    cell = parse_number(text)
    if isinstance(cell, Refused) and cell.code == "cell_percent" and rule.kind is Kind.PERCENT:
        cell = parse_number(cell.suggestion)
    if not isinstance(cell, Number) or not _allowed(cell.value, rule):
        return None
    return cell.value


def _allowed(value: Decimal, rule: EntryRule) -> bool:
    if value < 0 and rule.kind is not Kind.NUMBER:
        return False
    if rule.kind is Kind.COUNT and value != int(value):
        return False
    if rule.maximum is not None and value > rule.maximum:
        return False
    return not (rule.step and value % rule.step)


def decided_text(value: Decimal, row: Criterion, scheme: Scheme) -> str:
    """Return the value of an entry as a person would write it into a decision."""
    choices = entry_rule(row, scheme).choices
    if choices and value == int(value) and 0 <= value < len(choices):
        return choices[int(value)]
    return f"{value:f}"
