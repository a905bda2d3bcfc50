"""The form plan: the one description of a form, painted by the writer, inverted by the reader.

A plan is pure and belongs to scheme × form × class. Instructions, in-cell validation and error
messages are all worded from its entry rules.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from assessor.i18n import Catalog


class Kind(StrEnum):
    """What a person writes into an entry cell."""

    POINTS = "points"
    DEDUCTION = "deduction"
    COUNT = "count"
    NUMBER = "number"
    """Any decimal number, below zero too."""
    PERCENT = "percent"
    """85, 85% and 0.85 in a cell that shows percentages: the value is 85."""
    CHOICE = "choice"
    """One of some words: the value is its position, from 0."""
    YES_NO = "yes_no"
    """是 or 否: the value is 1 or 0."""
    VETO = "veto"
    """Whether something happened that must not: 是 is 1, 否 is 0."""
    TEXT = "text"
    TICK = "tick"


class Blank(StrEnum):
    """What an empty entry cell means."""

    MISSING = "missing"
    NONE = "none"
    """Nothing to deduct or claim, once the form's 已核 cell is filled; missing before."""
    ALLOWED = "allowed"


_LONGEST_CHOICES = 120
"""Characters of answers that a sentence can hold; of more it names the list alone."""


@dataclass(frozen=True, slots=True)
class EntryRule:
    """What may stand in an entry cell: 0 to `maximum`, in steps, a word, or “not applicable”."""

    kind: Kind
    maximum: Decimal | None = None
    step: Decimal | None = None
    may_not_apply: bool = False
    blank: Blank = Blank.MISSING
    choices: tuple[str, ...] = ()
    """The words of a choice, in the order of their values: 0, 1, 2 …"""
    unit: str = ""
    """The unit of measure of a number, such as 万元; it may be written behind the number."""

    def phrase(self, words: Catalog) -> str:
        """Say what may be entered: the same words in validation, instructions and messages."""
        kind = str(self.kind)
        if self.kind is Kind.CHOICE and len("".join(self.choices)) > _LONGEST_CHOICES:
            kind = "choice_list"
        text = words.text(f"rule.{kind}", maximum=self.maximum, choices=self.choices)
        if self.unit:
            text += words.text("rule.unit", unit=self.unit)
        if self.step is not None:
            how = "step" if self.kind in {Kind.POINTS, Kind.DEDUCTION} else "step_number"
            text += words.text(f"rule.{how}", step=self.step)
        if self.may_not_apply:
            text += words.text("rule.may_not_apply")
        return text


class Role(StrEnum):
    """What a column is for; decides look and whether people write into it."""

    CODE = "code"
    NAME = "name"
    LONG = "long"
    NUMBER = "number"
    ENTRY = "entry"
    COMPUTED = "computed"
    REMARK = "remark"


@dataclass(frozen=True, slots=True)
class PlanColumn:
    """A column of a table; `width` in characters of the body font (a Chinese one counts two)."""

    key: str
    title: str
    role: Role
    width: int


@dataclass(frozen=True, slots=True)
class Computed:
    """A live formula of a cell: an operation over rows or columns of its table."""

    operation: str
    """``sum_rows``, ``sum_columns``, ``sum_marks``, ``difference`` or ``product``."""
    rows: tuple[tuple[str, bool], ...] = ()
    """Row keys to add up; true where the cell holds a deduction from the row's points."""
    columns: tuple[str, ...] = ()
    maximum: Decimal | None = None
    lost: tuple[tuple[str, Decimal], ...] = ()
    """For ``sum_marks``: columns that hold a deduction, and the points it is taken from."""


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A row of a table: fixed texts, entry rules and formulas by column key."""

    key: str
    kind: str
    """``section``, ``item``, ``subtotal`` or ``total``."""
    cells: Mapping[str, str | Decimal] = field(default_factory=dict)
    rules: Mapping[str, EntryRule] = field(default_factory=dict)
    computed: Mapping[str, Computed] = field(default_factory=dict)
    classes: tuple[str, ...] = ()
    """On a roster, the classes whose units have this row (empty: all)."""
    beside: tuple[str, ...] = ()
    """Columns of free text that are read too, where something stands in them."""


class Repeat(StrEnum):
    """How often the rows of a table stand on a sheet."""

    ONCE = "once"
    ROSTER = "roster"
    """Once for every unit of the roster; row codes are ``unit/row`` or ``unit``."""
    PAPERS = "papers"
    """Once for every paper; empty rows at the end are no papers."""


@dataclass(frozen=True, slots=True)
class PlanTable:
    """One table of a sheet, with its rows as they are for one unit or one paper."""

    key: str
    title: str
    columns: tuple[PlanColumn, ...]
    rows: tuple[PlanRow, ...]
    repeat: Repeat = Repeat.ONCE
    prefix: str = "P"
    """Begins the number of a paper: P001; without it the lines are numbered 1, 2, 3."""

    @property
    def entry_columns(self) -> tuple[PlanColumn, ...]:
        """The columns in which people write something that counts."""
        return tuple(column for column in self.columns if column.role is Role.ENTRY)

    @property
    def computed_columns(self) -> tuple[PlanColumn, ...]:
        """The columns that only hold formulas."""
        return tuple(column for column in self.columns if column.role is Role.COMPUTED)


@dataclass(frozen=True, slots=True)
class FootField:
    """A labelled cell under the tables: signature, date, 已核."""

    key: str
    label: str
    kind: Kind = Kind.TEXT


_UPRIGHT = 125
"""Characters beside each other that can still be read on a sheet that stands upright."""


@dataclass(frozen=True)
class FormPlan:
    """A form of a scheme for one class of units (all classes where it covers a roster)."""

    form: str
    unit_class: str
    layout: str
    title: str
    tables: tuple[PlanTable, ...]
    foot: tuple[FootField, ...]
    unit_label: str
    note: str
    digits: int
    papers: int = 0
    """Rows on a review sheet, or papers to print."""
    how: tuple[str, ...] = ()
    """How to fill it in, where its entry rules do not say enough."""
    declared: frozenset[str] = frozenset()
    """Row keys beside which stands what the unit declared (a fact of the copy, not a rule)."""

    @cached_property
    def version(self) -> str:
        """Eight hex digits over codes, points, steps and entry kinds: what changes a score.

        The words of a choice are among them: another order gives an answer another value.
        """
        parts = [self.form, self.unit_class, self.layout]
        for table, row in self.rows():
            if row.rules:
                only = f"|{row.classes}" if table.key == "roster" and row.classes else ""
                parts.append(f"{table.key}|{row.key}|{row.cells.get('points', '')}{only}")
            for key, rule in row.rules.items():
                choices = "".join(f"|{word}" for word in rule.choices)
                parts.append(
                    f"{table.key}|{row.key}|{key}|{rule.kind}|{rule.maximum}|{rule.step}{choices}"
                )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]

    @cached_property
    def digest(self) -> str:
        """Sixteen hex digits over all that reading a form needs, texts and headers included."""
        text = json.dumps(self.facts, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def facts(self) -> dict[str, Any]:
        """All that reading a form needs, as plain texts and lists: what is kept when it is issued.

        How the form looks, its formulas and its long texts are left out.
        """
        return {
            "form": self.form,
            "class": self.unit_class,
            "layout": self.layout,
            "title": self.title,
            "unit_label": self.unit_label,
            "digits": self.digits,
            "papers": self.papers,
            "tables": [_table_facts(table) for table in self.tables],
            "foot": [[entry.key, entry.label, str(entry.kind)] for entry in self.foot],
        }

    def rows(self) -> Iterator[tuple[PlanTable, PlanRow]]:
        """Yield every row with its table."""
        for table in self.tables:
            for row in table.rows:
                yield table, row

    @cached_property
    def landscape(self) -> bool:
        """Whether its sheet lies on its side: more than six columns, or wide ones, do not fit
        upright."""
        return any(
            len(table.columns) > 6 or sum(column.width for column in table.columns) > _UPRIGHT
            for table in self.tables
        )

    @cached_property
    def columns(self) -> tuple[PlanColumn, ...]:
        """The columns of the widest table: they give the sheet its column widths."""
        return max((table.columns for table in self.tables), key=len)

    @cached_property
    def rules(self) -> tuple[EntryRule, ...]:
        """Every different entry rule, in order of appearance."""
        return tuple(dict.fromkeys(rule for _, row in self.rows() for rule in row.rules.values()))


_COMPARED = ("title", "points")
"""The fixed cells of a row that are compared with what came back."""


def _table_facts(table: PlanTable) -> dict[str, Any]:
    return {
        "key": table.key,
        "title": table.title,
        "repeat": str(table.repeat),
        "prefix": table.prefix,
        "columns": [[column.key, column.title, str(column.role)] for column in table.columns],
        "rows": [
            {
                "key": row.key,
                "kind": row.kind,
                "classes": list(row.classes),
                "cells": {key: _cell_fact(row.cells[key]) for key in _COMPARED if key in row.cells},
                "rules": {key: _rule_facts(rule) for key, rule in row.rules.items()},
            }
            for row in table.rows
        ],
    }


def _cell_fact(value: str | Decimal) -> list[str]:
    return ["text", value] if isinstance(value, str) else ["number", f"{value:f}"]


def _rule_facts(rule: EntryRule) -> dict[str, Any]:
    return {
        "kind": str(rule.kind),
        "maximum": None if rule.maximum is None else f"{rule.maximum:f}",
        "step": None if rule.step is None else f"{rule.step:f}",
        "may_not_apply": rule.may_not_apply,
        "blank": str(rule.blank),
        "choices": list(rule.choices),
        "unit": rule.unit,
    }
