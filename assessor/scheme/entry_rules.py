"""What may be entered for a criterion: the one mapping from entry kinds to entry rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from assessor.i18n import catalog
from assessor.scheme.model import Criterion, Scheme
from assessor.scheme.plan import Blank, EntryRule, Kind


def entry_rule(row: Criterion, scheme: Scheme) -> EntryRule:
    """Return what may be entered for a criterion.

    A level of the set ``等级`` (优, 良, 差) is a choice of these three words; 良 counts as 1.
    """
    return _RULES[row.entry](row, scheme)


def is_asked(row: Criterion) -> bool:
    """Say whether a criterion asks for an entry; sections and aspects of a ballot do not."""
    return row.entry in _RULES


def adds_up(row: Criterion) -> bool:
    """Say whether what is entered is points already, so that a form can add it up by itself."""
    return row.entry in {"earned", "deducted"} and row.points is not None and not row.rule


def yes_no_words(scheme: Scheme) -> tuple[str, str]:
    """Return 否 and 是: the position of the word is its value."""
    words = catalog(scheme.settings.language)
    return words.text("form.no"), words.text("form.yes")


def _earned(row: Criterion, _: Scheme) -> EntryRule:
    return EntryRule(Kind.POINTS, row.points, row.step, row.may_not_apply)


def _deducted(row: Criterion, _: Scheme) -> EntryRule:
    return EntryRule(Kind.DEDUCTION, row.points, row.step, row.may_not_apply, Blank.NONE)


def _count(row: Criterion, _: Scheme) -> EntryRule:
    return EntryRule(Kind.COUNT, None, row.step, row.may_not_apply)


def _number(row: Criterion, _: Scheme) -> EntryRule:
    return EntryRule(Kind.NUMBER, None, row.step, row.may_not_apply)


def _rate(row: Criterion, _: Scheme) -> EntryRule:
    return EntryRule(Kind.PERCENT, None, row.step, row.may_not_apply)


def _yes_no(row: Criterion, scheme: Scheme) -> EntryRule:
    choices = yes_no_words(scheme)
    return EntryRule(Kind.YES_NO, may_not_apply=row.may_not_apply, choices=choices)


def _veto(row: Criterion, scheme: Scheme) -> EntryRule:
    return EntryRule(Kind.VETO, may_not_apply=row.may_not_apply, choices=yes_no_words(scheme))


def _level(row: Criterion, scheme: Scheme) -> EntryRule:
    options = scheme.options.get(row.parameters.get("options", ""), ())
    choices = tuple(option.option for option in options)
    return EntryRule(Kind.CHOICE, may_not_apply=row.may_not_apply, choices=choices)


def _text(row: Criterion, _: Scheme) -> EntryRule:
    return EntryRule(Kind.TEXT, may_not_apply=row.may_not_apply, blank=Blank.ALLOWED)


_RULES: Mapping[str, Callable[[Criterion, Scheme], EntryRule]] = {
    "earned": _earned,
    "deducted": _deducted,
    "count": _count,
    "number": _number,
    "rate": _rate,
    "yes_no": _yes_no,
    "veto": _veto,
    "level": _level,
    "text": _text,
}
