"""Checks of ladders and of the rules and criteria that use them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from assessor.problems import Place, Problem, error, warning
from assessor.scheme.check_people import cell
from assessor.scheme.model import Criterion, Node, Scheme, Step

_PER_CENT = Decimal(100)
_LOOKED_UP = frozenset({"ladder", "interpolate", "tiers", "rank_points"})


def ladders_have_no_gap(scheme: Scheme) -> list[Problem]:
    """Steps follow each other: no bound twice, no overlap, nothing left out between them.

    Between places nothing lies: 1 to 3 may be followed by 4 to 6.
    """
    of_places = {n.parameters.get("ladder") for n in scheme.nodes if n.rule == "rank_points"}
    return [
        problem
        for name, steps in scheme.ladders.items()
        for lower, upper in pairwise(steps)
        for problem in _between(name, lower, upper, 1 if name in of_places else 0)
    ]


def _between(name: str, lower: Step, upper: Step, apart: int) -> Iterator[Problem]:
    facts = {"name": name, "low": upper.lower, "top": lower.upper}
    if lower.lower == upper.lower:
        yield error("ladder_twice", cell(upper.at, "from"), **facts)
    elif lower.upper is not None and upper.lower is not None:
        if lower.upper > upper.lower:
            yield error("ladder_overlap", cell(lower.at, "to"), **facts)
        elif lower.upper + apart < upper.lower:
            yield error("ladder_gap", cell(lower.at, "to"), **facts)


def ladders_begin_and_end(scheme: Scheme) -> list[Problem]:
    """A ladder says what every number earns that can be met: points of a line stand at a number,
    places begin with the first, and what lies below the first step is earned by nobody unsaid."""
    problems: list[Problem] = []
    seen: set[tuple[str, str]] = set()
    for record, _ in _looked_up(scheme):
        name = record.parameters.get("ladder", "")
        if (record.rule, name) not in seen and name in scheme.ladders:
            problems += _ENDS[record.rule](name, scheme.ladders[name])
        seen.add((record.rule, name))
    return problems


def _line_ends(name: str, steps: Sequence[Step]) -> Iterator[Problem]:
    for step in steps:
        if step.lower is None and not (step.at and "from" in step.at.unread):
            yield error("ladder_point_without_number", cell(step.at, "from"), name=name)
    if steps[-1].upper is not None:
        yield error("ladder_point_with_end", cell(steps[-1].at, "to"), name=name)


def _steps_end(name: str, steps: Sequence[Step]) -> Iterator[Problem]:
    lowest = steps[0].lower
    if lowest is not None and lowest > 0:
        yield warning("ladder_no_bottom", cell(steps[0].at, "from"), name=name, low=lowest)


def _places_end(name: str, steps: Sequence[Step]) -> Iterator[Problem]:
    first = steps[0].lower
    if first is not None and first > 1:
        yield error("ladder_first_place", cell(steps[0].at, "from"), name=name, low=first)


def _no_ends(_: str, __: Sequence[Step]) -> Iterator[Problem]:
    return iter(())


_ENDS = {
    "ladder": _steps_end,
    "interpolate": _line_ends,
    "rank_points": _places_end,
    "tiers": _no_ends,
}
"""By rule what is asked of the first and last step; tiers have a check of their own."""


def ladders_are_used(scheme: Scheme) -> list[Problem]:
    """A ladder that nothing names is left over, or its name is mistyped where it is needed."""
    used = {record.parameters.get("ladder") for record, _ in _looked_up(scheme)}
    return [
        warning("ladder_unused", cell(steps[0].at, "ladder"), name=name)
        for name, steps in scheme.ladders.items()
        if name not in used
    ]


def ladders_stay_within_the_points(scheme: Scheme) -> list[Problem]:
    """A step worth more than the full mark of what it scores would exceed it."""
    problems = []
    for record, place in _looked_up(scheme):
        steps = scheme.ladders.get(record.parameters.get("ladder", ""), ())
        for step in (step for step in steps if record.points is not None):
            if record.points is not None and step.value > record.points:
                facts = {"title": record.title, "points": record.points, "value": step.value}
                name = record.parameters["ladder"]
                problems.append(error("ladder_above_points", place, name=name, **facts))
                break
    return problems


def _looked_up(scheme: Scheme) -> Iterator[tuple[Node | Criterion, Place]]:
    records: tuple[Node | Criterion, ...] = (*scheme.nodes, *scheme.criteria)
    for record in records:
        if record.rule in _LOOKED_UP:
            yield record, cell(record.at, "points")


def tiers_cover_everybody(scheme: Scheme) -> list[Problem]:
    """The tiers of a population run from 0 to 100 per cent of its places."""
    problems = []
    for node in (node for node in scheme.nodes if node.rule == "tiers"):
        name = node.parameters.get("ladder", "")
        steps = scheme.ladders.get(name, ())
        if steps and not _whole(steps):
            problems.append(error("tiers_not_whole", cell(steps[-1].at, "to"), name=name))
    return problems


def _whole(steps: Sequence[Step]) -> bool:
    return steps[0].lower in (None, 0) and steps[-1].upper in (None, _PER_CENT)


def levels_stay_within_the_points(scheme: Scheme) -> list[Problem]:
    """The best option of a level earns the full mark, and none earns more."""
    problems = []
    for row in (row for row in scheme.criteria if row.entry == "level" and row.points is not None):
        options = scheme.options.get(row.parameters.get("options", ""), ())
        if not all(option.stated for option in options if option.counts):
            continue
        best = max((option.value for option in options if option.stated), default=None)
        if row.points is None or best is None or best == row.points:
            continue
        facts = {"title": row.title, "points": row.points, "value": best}
        place = cell(row.at, "points")
        if best > row.points:
            problems.append(error("level_above_points", place, **facts))
        else:
            problems.append(warning("level_below_points", place, **facts))
    return problems


LADDER_CHECKS = (
    ladders_have_no_gap,
    ladders_begin_and_end,
    ladders_are_used,
    ladders_stay_within_the_points,
    tiers_cover_everybody,
    levels_stay_within_the_points,
)
