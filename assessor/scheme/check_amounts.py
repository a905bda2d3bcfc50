"""Checks of amounts that contradict each other or mean nothing: a floor above its cap, nothing for
each piece, a place paid twice."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from assessor.problems import Place, Problem, error, warning
from assessor.scheme.build import MOST_DIGITS
from assessor.scheme.check_parameters import name_of
from assessor.scheme.check_people import cell
from assessor.scheme.check_rubrics import POINTED_ENTRIES
from assessor.scheme.model import Criterion, Node, Scheme
from assessor.scheme.ranges import plain_number
from assessor.scheme.rulebook import CONVERSION_SPECS

_ZERO = Decimal(0)
_NOT_NOTHING = {"each": ("each",), "scaled": ("factor",), "steps": ("up", "down")}
"""By rule: the parameters of which one at least is not 0, or every number gives the same."""
_TARGET_LAYOUT = "quantities"
"""The layout that asks for a target beside each number."""


def records(scheme: Scheme) -> Iterator[tuple[Node | Criterion, Place]]:
    """Yield each node and criterion with the place of its parameters."""
    every: tuple[Node | Criterion, ...] = (*scheme.nodes, *scheme.criteria)
    for record in every:
        if record.at is None or "parameters" not in record.at.unread:
            yield record, cell(record.at, "parameters")


def floors_lie_below_caps(scheme: Scheme) -> list[Problem]:
    """With a floor at or above its cap every score is the same."""
    problems = []
    for node in scheme.nodes:
        cap, floor = (plain_number(node.parameters, key) for key in ("cap", "floor"))
        if cap is not None and floor is not None and floor >= cap:
            facts: dict[str, object] = {"title": node.title, "cap": cap, "floor": floor}
            problems.append(error("floor_above_cap", cell(node.at, "parameters"), **facts))
    return problems


def amounts_change_something(scheme: Scheme) -> list[Problem]:
    """Nothing for each piece, step or place gives everybody the same."""
    problems = []
    for record, place in records(scheme):
        keys = _NOT_NOTHING.get(record.rule, ())
        given = [(key, plain_number(record.parameters, key)) for key in keys]
        stated = [(key, value) for key, value in given if value is not None]
        if stated and all(value == 0 for _, value in stated):
            facts = {"title": record.title, "key": name_of(stated[0][0])}
            problems.append(error("amount_zero", place, **facts))
    return problems


def pieces_have_room(scheme: Scheme) -> list[Problem]:
    """Pieces add to a start below the full mark, or are taken off a start above 0."""
    problems = []
    for record, place in records(scheme):
        each, start = (plain_number(record.parameters, key) for key in ("each", "start"))
        if record.rule != "each" or not each or start is None or record.points is None:
            continue
        if start >= record.points if each > 0 else start <= 0:
            facts = {"title": record.title, "each": each, "start": start, "points": record.points}
            problems.append(error("pieces_without_room", place, **facts))
    return problems


def thresholds_can_be_met(scheme: Scheme) -> list[Problem]:
    """``least`` is not above ``most``, and who misses them gets less than who meets them."""
    problems = []
    for record, place in records(scheme):
        if record.rule != "threshold":
            continue
        parameters = record.parameters
        least, most, other = (plain_number(parameters, k) for k in ("least", "most", "otherwise"))
        if least is not None and most is not None and least > most:
            facts: dict[str, object] = {"title": record.title, "least": least, "most": most}
            problems.append(error("least_above_most", place, **facts))
        if other is not None and record.points is not None and other >= record.points:
            facts = {"title": record.title, "otherwise": other, "points": record.points}
            problems.append(error("otherwise_not_below", place, **facts))
    return problems


def places_are_paid_once(scheme: Scheme) -> list[Problem]:
    """A place has its points from a ladder, or from the first one and a drop; the drop is one."""
    problems = []
    for node in (node for node in scheme.nodes if node.rule == "rank_points"):
        place = cell(node.at, "parameters")
        twice = [key for key in ("first", "drop") if key in node.parameters]
        drop = plain_number(node.parameters, "drop")
        if "ladder" in node.parameters and twice:
            facts = {"title": node.title, "keys": [name_of(key) for key in twice]}
            problems.append(error("places_twice", place, **facts))
        elif drop is not None and drop <= 0:
            problems.append(error("drop_not_positive", place, title=node.title, drop=drop))
    return problems


def points_are_not_converted(scheme: Scheme) -> list[Problem]:
    """What is written as points is points already; a conversion would take them for a number."""
    problems = []
    for row in scheme.criteria:
        if row.entry in POINTED_ENTRIES and row.rule in CONVERSION_SPECS:
            facts = {"title": row.title, "points": row.points}
            problems.append(error("points_converted", cell(row.at, "rule"), **facts))
    return problems


def steps_fit_the_points(scheme: Scheme) -> list[Problem]:
    """A step is at most the points, or only 0 can be written; and the full mark is one of them."""
    problems = []
    for row in scheme.criteria:
        if row.entry not in POINTED_ENTRIES or not row.step or not row.points or row.step < 0:
            continue
        facts = {"title": row.title, "step": row.step, "points": row.points}
        place = cell(row.at, "step")
        if row.step > row.points:
            problems.append(error("step_above_points", place, **facts))
        elif row.points % row.step:
            problems.append(warning("step_beside_points", place, **facts))
    return problems


def targets_are_somewhere(scheme: Scheme) -> list[Problem]:
    """What is measured by a target finds it in its parameters, or on a form that asks for it."""
    problems = []
    for node in (n for n in scheme.nodes if _asks_target(n)):
        form = scheme.form.get(node.source.form) if node.source else None
        if scheme.children(node.code) or (form is not None and form.layout != _TARGET_LAYOUT):
            place = cell(node.at, "parameters")
            problems.append(error("target_nowhere", place, title=node.title))
    for row in (r for r in scheme.criteria if _asks_target(r)):
        layouts = {form.layout for form in scheme.forms if form.rubric == row.rubric}
        if layouts - {_TARGET_LAYOUT}:
            place = cell(row.at, "parameters")
            problems.append(error("target_nowhere", place, title=row.title))
    return problems


def _asks_target(record: Node | Criterion) -> bool:
    unread = record.at is not None and "parameters" in record.at.unread
    return record.rule == "proportional" and "target" not in record.parameters and not unread


def factors_are_positive(scheme: Scheme) -> list[Problem]:
    """A score times nothing, or less, is no score: neither a unit's factor nor the export's is."""
    settings = scheme.settings
    problems = [
        error("factor_not_positive", cell(unit.at, "factor"), value=unit.factor)
        for unit in scheme.units
        if unit.factor is not None and unit.factor <= 0
    ]
    if settings.export_factor is not None and settings.export_factor <= 0:
        place = cell(settings.at.get("export_factor"), "value")
        problems.append(error("factor_not_positive", place, value=settings.export_factor))
    return problems


def digits_are_few(scheme: Scheme) -> list[Problem]:
    """A node is rounded to as many digits as a scheme may be, at most."""
    return [
        error("setting_digits", cell(node.at, "digits"), most=MOST_DIGITS)
        for node in scheme.nodes
        if node.digits > MOST_DIGITS
    ]


AMOUNT_CHECKS = (
    digits_are_few,
    floors_lie_below_caps,
    amounts_change_something,
    pieces_have_room,
    thresholds_can_be_met,
    places_are_paid_once,
    points_are_not_converted,
    steps_fit_the_points,
    targets_are_somewhere,
    factors_are_positive,
)
