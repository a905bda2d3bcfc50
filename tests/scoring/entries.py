"""What people entered, as tables that stand in a test. Knows nothing of the program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.builders import Table, cells

IN = "in"
"""The form came back; otherwise a status word stands in its place."""
STATUS_WORDS = ("missing", "awaiting", "not_due")
NOT_APPLICABLE = "/"


@dataclass(frozen=True)
class Sheet:
    """What one rater entered in one form; every value is a number or a status word as text."""

    form: str
    period: str
    rater: str
    state: dict[str, str]
    """By unit: ``in`` or a status word. A unit that is not there is not this rater's."""
    entries: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """By unit, criterion and column."""
    papers: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """By unit and criterion: one text a paper."""


def marks(form: str, rater: str, table: Table, **state: str) -> Sheet:
    """Return a scoring sheet from ``unit | criterion …``, a line a unit.

    The form is ``form`` or ``form@period``; units that have no form get a status word by name.
    """
    header, *lines = cells(table)
    entries = {
        (line[0], criterion, "entry"): text
        for line in lines
        for criterion, text in zip(header[1:], line[1:], strict=True)
    }
    return _sheet(form, rater, [line[0] for line in lines], state, entries)


def leaves(table: Table, rater: str = "P1", **state: str) -> tuple[Sheet, ...]:
    """Return a sheet for each leaf of a tree built by `tree_of`: ``unit | leaf …``."""
    header, *lines = cells(table)
    units = [line[0] for line in lines]
    return tuple(
        _sheet(leaf, rater, units, state, {(line[0], "1", "entry"): line[at] for line in lines})
        for at, leaf in enumerate(header[1:], start=1)
    )


def tally(form: str, rater: str, votes: Table, turnout: Table = "unit", **state: str) -> Sheet:
    """Return a tally from ``unit | aspect | option …`` and ``unit | present | returned …``."""
    header, *lines = cells(votes)
    entries = {
        (line[0], line[1], option): text
        for line in lines
        for option, text in zip(header[2:], line[2:], strict=True)
    }
    header, *papers = cells(turnout)
    entries |= {
        (line[0], "", column): text
        for line in papers
        for column, text in zip(header[1:], line[1:], strict=True)
    }
    return _sheet(form, rater, [line[0] for line in lines], state, entries)


def claims(form: str, rater: str, table: Table, **state: str) -> Sheet:
    """Return a claims sheet from ``unit | item | claimed | verified``."""
    header, *lines = cells(table)
    entries = {
        (line[0], line[1], column): text
        for line in lines
        for column, text in zip(header[2:], line[2:], strict=True)
    }
    return _sheet(form, rater, [line[0] for line in lines], state, entries)


def papers(form: str, rater: str, table: Table, **state: str) -> Sheet:
    """Return a review sheet from ``unit | criterion …``, a line a paper."""
    header, *lines = cells(table)
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for line in lines:
        for criterion, text in zip(header[1:], line[1:], strict=True):
            key = (line[0], criterion)
            found[key] = (*found.get(key, ()), text)
    sheet = _sheet(form, rater, [line[0] for line in lines], state, {})
    return Sheet(sheet.form, sheet.period, sheet.rater, sheet.state, {}, found)


def _sheet(
    form: str,
    rater: str,
    units: list[str],
    state: Mapping[str, str],
    entries: dict[tuple[str, str, str], str],
) -> Sheet:
    name, _, period = form.partition("@")
    return Sheet(name, period or "Y", rater, {**dict.fromkeys(units, IN), **state}, entries)
