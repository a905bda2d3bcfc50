"""Checks of scores that leave their full mark, and of what is given to the wrong side: steps below
nothing, caps below nothing, places paid backwards, honours verified by who claims them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from assessor.problems import Place, Problem, error, warning
from assessor.scheme.check_amounts import records
from assessor.scheme.check_parameters import name_of
from assessor.scheme.check_people import cell
from assessor.scheme.model import Criterion, Form, Node, Scheme, Step
from assessor.scheme.ranges import plain_number

_ZERO = Decimal(0)
_BELOW_ZERO = frozenset(
    {"deduction", "difference", "steps", "number", "input", "each", "scaled", "standardised"}
)
"""Rules whose score may be negative on purpose."""
_BY_PLACE = frozenset({"rank_points", "tiers"})
_CLAIMS = frozenset({"claims", "claims_list"})


def steps_stay_within_the_points(scheme: Scheme) -> list[Problem]:
    """Steps up and down from a base leave the full mark, unless something bounds them."""
    return [
        problem
        for record, place in records(scheme)
        if record.rule == "steps" and record.points is not None
        for problem in _steps(record, record.points, place)
    ]


def _steps(record: Node | Criterion, points: Decimal, place: Place) -> Iterator[Problem]:
    given = record.parameters
    base = plain_number(given, "base") if "base" in given else points
    if base is None or (plain_number(given, "step") or _ZERO) <= 0:
        return  # reported already
    facts: dict[str, object] = {"title": record.title, "points": points, "base": base}
    if base > points:
        yield error("steps_base_above", place, **facts)
        return
    top, bottom = _reached(record, base, 1), _reached(record, base, -1)
    capped, floored = plain_number(given, "cap"), plain_number(given, "floor")
    if (top is None or top > points) and capped is None:
        yield warning("steps_above_points", place, key=name_of("up_most"), **facts)
    if (bottom is None or bottom < 0) and floored is None and base > 0:
        yield warning("steps_below_zero", place, key=name_of("down_most"), **facts)


def _reached(record: Node | Criterion, base: Decimal, sign: int) -> Decimal | None:
    """Return the furthest score above (1) or below (-1) the base; None where nothing bounds it."""
    furthest = base
    for key, way in (("up", 1), ("down", -1)):
        each = plain_number(record.parameters, key) or _ZERO
        if each * way * sign <= 0:
            continue
        most = plain_number(record.parameters, f"{key}_most")
        if most is None:
            return None
        furthest = base + sign * abs(most)
    return furthest


def caps_are_not_negative(scheme: Scheme) -> list[Problem]:
    """A cap below nothing gives everybody the same negative score."""
    problems = []
    for node in scheme.nodes:
        cap = plain_number(node.parameters, "cap")
        if cap is not None and cap < 0 and node.rule not in _BELOW_ZERO:
            place = cell(node.at, "parameters")
            problems.append(error("cap_negative", place, title=node.title, cap=cap))
    return problems


def better_places_earn_more(scheme: Scheme) -> list[Problem]:
    """A ladder of places falls: the first is not worth less than those behind."""
    problems = []
    for record, _ in records(scheme):
        steps = scheme.ladders.get(record.parameters.get("ladder", ""), ())
        if record.rule not in _BY_PLACE:
            continue
        for before, after in pairwise(steps):
            if after.value > before.value:
                facts = {"title": record.title, "name": record.parameters["ladder"]}
                place = cell(after.at, "value")
                values = {"value": after.value, "before": before.value}
                problems.append(error("places_backwards", place, **facts, **values))
                break
    return problems


def ladders_turn_nowhere(scheme: Scheme) -> list[Problem]:
    """Points that rise with the number and then fall were hardly meant, or stand in a wrong row."""
    by_place = {r.parameters.get("ladder") for r, _ in records(scheme) if r.rule in _BY_PLACE}
    return [
        warning("ladder_turns", cell(steps[at].at, "value"), name=name, value=steps[at].value)
        for name, steps in scheme.ladders.items()
        if name not in by_place and (at := _turn(steps))
    ]


def _turn(steps: Sequence[Step]) -> int:
    """Return where the points of a ladder turn round first; 0 where they do not."""
    way = 0
    for at, (before, after) in enumerate(pairwise(steps), start=1):
        change = (after.value > before.value) - (after.value < before.value)
        if way and change and change != way:
            return at
        way = way or change
    return 0


def honours_are_verified_by_others(scheme: Scheme) -> list[Problem]:
    """Only what is verified counts; on a form of the unit itself it verifies its own claims."""
    counted = {
        node.source.form
        for node in scheme.nodes
        if node.source is not None and node.rule == "bonus" and not node.informative
    }
    return [
        warning("claims_by_self", cell(form.at, "filled_by"), form=form.title)
        for form in scheme.forms
        if _of_the_unit(form) and form.code in counted
    ]


def _of_the_unit(form: Form) -> bool:
    return form.layout in _CLAIMS and form.filled_by == "self"


def units_below_have_a_parent(scheme: Scheme) -> list[Problem]:
    """A unit without a unit above it counts in nobody's mean, though its class is averaged."""
    problems = []
    for node in scheme.nodes:
        of = scheme.node.get(node.source.criterion) if node.source else None
        if node.parameters.get("of") != "below" or of is None:
            continue
        for name in scheme.node_classes(of):
            units = scheme.units_of(name)
            if not any(unit.parent for unit in units):
                continue
            problems += [
                warning(
                    "unit_below_nobody", cell(unit.at, "parent"), unit=unit.name, node=node.title
                )
                for unit in units
                if not unit.parent
            ]
    return problems


def panels_are_several(scheme: Scheme) -> list[Problem]:
    """Where the same raters score everybody there is one panel, and nothing to correct."""
    problems = []
    for node in scheme.nodes:
        form = scheme.form.get(node.parameters.get("panels", ""))
        if form is None or form.filled_by == "self":
            continue
        group = [rater for rater in scheme.raters if rater.group == form.filled_by]
        units = [unit for name in scheme.node_classes(node) for unit in scheme.units_of(name)]
        panels = {tuple(rater.code for rater in group if rater.rates(unit)) for unit in units}
        if len(panels) == 1 and len(units) > 1:
            facts = {"node": node.title, "form": form.title}
            problems.append(warning("panels_one", cell(node.at, "parameters"), **facts))
    return problems


REACH_CHECKS = (
    steps_stay_within_the_points,
    caps_are_not_negative,
    better_places_earn_more,
    ladders_turn_nowhere,
    honours_are_verified_by_others,
    units_below_have_a_parent,
    panels_are_several,
)
