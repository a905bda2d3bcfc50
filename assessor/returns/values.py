"""One entry cell by its rule: what it counts as, or the code of what is wrong with it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from assessor.decimals import from_float, plain
from assessor.returns.choices import fold, read_choice, read_tick
from assessor.scheme.plan import Blank, EntryRule, Kind
from assessor.sheets.cells import (
    NOT_APPLICABLE_WORDS,
    Cell,
    NotApplicable,
    Number,
    Refused,
    date_of,
    parse_number,
)
from assessor.sheets.grid import Raw, as_text
from assessor.sheets.scan import Mark

CHOSEN = frozenset({Kind.CHOICE, Kind.YES_NO, Kind.VETO, Kind.TICK})
"""Kinds that choose one of some words, or tick one of two."""
_FIGURES = frozenset({Kind.NUMBER, Kind.PERCENT})
_FIGURE_CODES = {
    "cell_mark": "number_mark",
    "cell_percent": "number_percent",
    "cell_percent_format": "number_percent_format",
}
"""What is said of a figure that is no points."""
_HUNDREDFOLD = 1000
"""A percentage above this, in a cell that shows percentages, was likely multiplied twice."""


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in a cell, as the marks and the number in it tell."""

    raw: Raw
    mark: Mark = Mark.NONE

    @property
    def text(self) -> str:
        """What a person sees: the percentage where the cell shows one."""
        shows = Mark.PERCENT in self.mark and isinstance(self.raw, float)
        return as_percent(self.raw) if shows else as_text(self.raw)


def parse_entry(written: Written, rule: EntryRule) -> Cell:
    """Return what a cell says where an entry of that rule is due."""
    if Mark.DATE in written.mark and isinstance(written.raw, float | str) and written.text:
        return date_of(written.raw)
    if rule.kind is Kind.TICK:
        return read_tick(written.raw)
    if rule.kind in CHOSEN:
        return read_choice(written.raw, rule)
    if rule.kind is Kind.PERCENT:
        return _percentage(written)
    return parse_number(_without_unit(written.raw, rule))


def fault_of(rule: EntryRule, cell: Cell) -> str:
    """Return the code of what is wrong with a cell by its rule, or nothing."""
    match cell:
        case Refused(code):
            return _FIGURE_CODES.get(code, code) if rule.kind in _FIGURES else code
        case Number(value):
            return rule_broken(rule, value)
        case NotApplicable():
            return "" if rule.may_not_apply else "entry_not_applicable"
    return missing_code(rule) if rule.blank is Blank.MISSING else ""


def missing_code(rule: EntryRule) -> str:
    """Return what is said where an entry that is due is not there."""
    if rule.kind in CHOSEN:
        return "choice_missing"
    if rule.kind is Kind.TEXT:
        return "text_missing"
    return "number_missing" if rule.kind in _FIGURES else "entry_missing"


def rule_broken(rule: EntryRule, value: Decimal) -> str:
    """Return the code of the problem where a number breaks its rule, else nothing."""
    if rule.kind in CHOSEN:
        return ""
    if value < 0 and rule.kind not in _FIGURES:
        return "entry_negative"
    if rule.kind is Kind.COUNT and value != value.to_integral_value():
        return "entry_not_whole"
    if rule.maximum is not None and value > rule.maximum:
        return "entry_too_large"
    if rule.step is not None and value % rule.step:
        return "entry_step"
    return ""


def percent_code(rule: EntryRule) -> str:
    """Return what is said of a percentage format where no percentage is due."""
    code = "cell_percent_format"
    return _FIGURE_CODES[code] if rule.kind in _FIGURES else code


def read_text(raw: Raw, rule: EntryRule) -> str | NotApplicable:
    """Return what is written; a stroke is “not applicable” only where that may be said."""
    text = as_text(raw)
    if rule.may_not_apply and fold(text) in NOT_APPLICABLE_WORDS:
        return NotApplicable(text)
    return text


def as_percent(raw: Raw) -> str:
    """Return a number as a percentage: 0.85 is ``85%``."""
    return f"{plain(from_float(raw) * 100):f}%" if isinstance(raw, float) else "—"


def _percentage(written: Written) -> Cell:
    """85, 85% and 0.85 shown as 85% are 85; what may be a share or a percentage is refused."""
    raw = written.raw
    if Mark.PERCENT in written.mark and isinstance(raw, float):
        value = plain(from_float(raw) * 100)
        if abs(value) > _HUNDREDFOLD:
            return Refused("percent_hundredfold", f"{value:f}%")
        return Number(value)
    if isinstance(raw, str) and raw.rstrip().endswith(("%", "％")):
        return parse_number(raw.rstrip()[:-1].rstrip())
    cell = parse_number(raw)
    if isinstance(cell, Number) and 0 < abs(cell.value) <= 1:
        return Refused("percent_bare", f"{plain(cell.value * 100):f}%")
    return cell


def _without_unit(raw: Raw, rule: EntryRule) -> Raw:
    """Return 300 for 300 亩 where 亩 is the unit of measure that the form prints."""
    if not rule.unit or not isinstance(raw, str):
        return raw
    text = raw.strip()
    return text.removesuffix(rule.unit).rstrip() if text != rule.unit else raw
