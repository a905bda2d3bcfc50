"""Checks of what can never have an effect: parameters that do not bite, sections that are short."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from assessor.i18n import Either, Term
from assessor.problems import Problem, error, warning
from assessor.scheme.check_parameters import name_of
from assessor.scheme.check_people import cell
from assessor.scheme.check_rubrics import SCORED_ENTRIES
from assessor.scheme.model import Form, Node, Scheme

_BOUNDED = frozenset({"sum", "weighted", "mean", "lowest", "highest"})
"""Rules whose parts cannot exceed their full marks, unless a bonus is among them."""
_SIGNED = frozenset(
    {"deduction", "difference", "steps", "number", "input", "each", "scaled", "standardised"}
)
"""Rules whose value may lie below zero."""


def parameters_can_bite(scheme: Scheme) -> list[Problem]:
    """A parameter that can never change a score is a slip of the pen, or a false comfort."""
    problems = []
    for node in scheme.nodes:
        for pair, reason in _idle(scheme, node):
            facts: dict[str, object] = {"node": node.title, "pair": pair}
            place = cell(node.at, "parameters")
            problems.append(warning("parameter_never", place, reason=Term(reason), **facts))
    return problems


def _idle(scheme: Scheme, node: Node) -> Iterator[tuple[Either, str]]:
    """Yield each parameter of a node that never bites, and the key of the reason."""
    for find in (_bounds, _trimming, _converted):
        for key, reason in find(scheme, node):
            value, name = node.parameters[key], name_of(key)
            yield Either(f"{name.zh}={value}", f"{name.en}={value}"), f"never.{reason}"


def _number(node: Node, key: str) -> Decimal | None:
    text = node.parameters.get(key, "")
    try:
        return Decimal(text) if text else None
    except ArithmeticError:
        return None  # a share, or reported already


def _bounds(scheme: Scheme, node: Node) -> Iterator[tuple[str, str]]:
    """A cap at or above the full mark of the parts, a floor that nothing falls below."""
    cap, floor = _number(node, "cap"), _number(node, "floor")
    parts = [child for child in scheme.children(node.code) if not child.informative]
    known = all(part.points is not None for part in parts)
    if cap is not None and node.rule == "sum" and parts and known:
        most = sum((part.points for part in parts if part.points is not None), Decimal(0))
        if cap >= most:
            yield "cap", "cap_above_parts"
    if floor is not None and floor <= 0 and node.rule in _BOUNDED:
        signed = {"deduction", "difference", "steps", "number", "input", "each", "standardised"}
        if (
            all(part.rule not in signed and "cap" not in part.parameters for part in parts)
            and parts
        ):
            yield "floor", "floor_below_parts"


def _trimming(scheme: Scheme, node: Node) -> Iterator[tuple[str, str]]:
    """Raters are left out only where there are more of them than are left out."""
    form = scheme.form.get(node.source.form) if node.source else None
    if form is None or form.layout == "review":
        return
    count = _raters(scheme, form)
    start = _number(node, "trim_from")
    if start is not None and start > count:
        yield "trim_from", "too_few_raters"
        return
    high, low = _number(node, "trim_high") or 0, _number(node, "trim_low") or 0
    if high + low >= count:
        for key in ("trim_high", "trim_low"):
            if key in node.parameters:
                yield key, "too_few_raters"
    if node.parameters.get("discard") == "spread" and count < 3:
        yield "discard", "too_few_raters"


def _raters(scheme: Scheme, form: Form) -> int:
    """Return by how many a unit is scored at most."""
    if form.filled_by == "self":
        return 1
    raters = [rater for rater in scheme.raters if rater.group == form.filled_by]
    units = [u for name in scheme.form_classes(form) for u in scheme.units_of(name)]
    return max((sum(rater.rates(unit) for rater in raters) for unit in units), default=0)


def least_returns_can_be_fewer(scheme: Scheme) -> list[Problem]:
    """A least number of returns lets nobody off where no unit has more raters than that."""
    problems = []
    for period in (period for period in scheme.periods if period.least):
        forms = [form for form in scheme.forms if period in scheme.form_periods(form)]
        most = max((_raters(scheme, form) for form in forms if not form.is_paper), default=0)
        voted = any(form.layout == "vote" for form in forms)
        if most and period.least and most <= period.least and not voted:
            facts = {"title": period.title, "least": period.least, "most": most}
            problems.append(warning("period_least_idle", cell(period.at, "least"), **facts))
    return problems


def _converted(scheme: Scheme, node: Node) -> Iterator[tuple[str, str]]:
    """What a conversion compares with must be within reach of what it compares."""
    if node.rule == "steps":
        for key, other in (("up_most", "up"), ("down_most", "down")):
            if key in node.parameters and other not in node.parameters:
                yield key, "most_without_step"
    parts = [child for child in scheme.children(node.code) if not child.informative]
    most = parts[0].points if node.rule == "threshold" and len(parts) == 1 else None
    least = _number(node, "least")
    if least is not None and most is not None and least > most:
        yield "least", "out_of_reach"
    apart = _number(node, "apart")
    form = scheme.form.get(node.source.form) if node.source else None
    if apart is not None and form is not None:
        marks = [row.points for row in scheme.rubric(form.rubric) if row.entry in SCORED_ENTRIES]
        if marks and all(mark is not None and apart >= mark for mark in marks):
            yield "apart", "out_of_reach"


def papers_can_be_void(scheme: Scheme) -> list[Problem]:
    """A limit on how often a paper may tick an option needs more lines than that."""
    problems = []
    for form in (form for form in scheme.forms if form.layout in {"vote", "votes"}):
        lines = _lines(scheme, form)
        for option in scheme.options.get(form.options, ()):
            if option.at_most is not None and option.at_most >= lines:
                facts: dict[str, object] = {"option": option.option, "lines": lines}
                place = cell(option.at, "at_most")
                problems.append(
                    warning(
                        "option_never_void", place, form=form.title, most=option.at_most, **facts
                    )
                )
    return problems


def _lines(scheme: Scheme, form: Form) -> int:
    """Return how many answers a paper has."""
    classes = scheme.form_classes(form)
    units = [unit for name in classes for unit in scheme.units_of(name)]
    aspects = len(scheme.rubric(form.rubric))
    return aspects * (len(units) if form.covers == "all" else 1)


def rubrics_are_whole(scheme: Scheme) -> list[Problem]:
    """A rubric that says eight sections has eight, and no number is missing between them."""
    problems = []
    for name in dict.fromkeys(row.rubric for row in scheme.criteria):
        sections = [r for r in scheme.criteria if r.rubric == name and r.entry == "section"]
        for before, row in pairwise(sections):
            if _follows(before.code, row.code) is False:
                facts = {"rubric": name, "before": before.code, "code": row.code}
                problems.append(warning("section_gap", cell(row.at, "code"), **facts))
        for node in scheme.nodes:
            form = scheme.form.get(node.source.form) if node.source else None
            if form is None or form.rubric != name or node.rule != "rubric":
                continue
            said = _number(node, "sections")
            if said is not None and said != len(sections):
                short: dict[str, object] = {
                    "node": node.title,
                    "said": said,
                    "found": len(sections),
                }
                problems.append(error("sections_short", cell(node.at, "parameters"), **short))
    return problems


_NUMERALS = "一二三四五六七八九十"


def _follows(code: str, following: str) -> bool | None:
    """Say whether two section codes are neighbours; None where they are no plain numbers.

    >>> _follows("2", "3"), _follows("二", "四"), _follows("A", "C")
    (True, False, None)
    """
    numbers = [
        _NUMERALS.index(text) + 1 if len(text) == 1 and text in _NUMERALS else int(text)
        for text in (code, following)
        if (len(text) == 1 and text in _NUMERALS) or (text.isascii() and text.isdecimal())
    ]
    return None if len(numbers) < 2 else numbers[1] == numbers[0] + 1


def bonuses_can_be_earned(scheme: Scheme) -> list[Problem]:
    """A cap below the points of a single honour cuts every one of them."""
    return [
        warning("bonus_cap_below", cell(item.at, "cap"), title=item.title, points=item.points)
        for item in scheme.bonuses
        if item.cap is not None and 0 < item.cap < item.points
    ]


EFFECT_CHECKS = (
    parameters_can_bite,
    least_returns_can_be_fewer,
    papers_can_be_void,
    rubrics_are_whole,
    bonuses_can_be_earned,
)
