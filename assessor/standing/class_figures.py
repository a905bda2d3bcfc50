"""What a class has on each node: mean and best, as far as they may be told to one of its units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.decimals import from_ticks, half_up, to_ticks
from assessor.standing.stand import Standing, UnitStanding

LEAST_UNITS = 5
"""Of fewer units neither mean nor best is told: from two or three figures and its own score a unit
could work out what the others got."""


@dataclass(frozen=True, slots=True)
class ClassFigure:
    """The mean and the best of a class on one node, with the node's digits."""

    mean: Decimal
    best: Decimal
    count: int
    """Of how many units."""


def class_figures(standing: Standing, unit_class: str) -> Mapping[str, ClassFigure]:
    """Return the figures of a class by node, over its ranked units that have a value.

    They are made of the values as they are shown, so that they can be worked out again from the
    printed tables. The top node is the score itself, which a limit may have set to 0. Where a
    value is withheld it is left out; under five values there is no figure.
    """
    scheme, scores = standing.scheme, standing.scores
    root = scheme.root(unit_class)
    population = [one for one in standing.of_class(unit_class) if scheme.units[one.unit].ranked]
    found = {}
    for node in scores.tree:
        if unit_class not in scheme.node_classes(node.declared):
            continue
        column = scores.columns[node.code]
        if root is not None and node.code == root.code:
            ticks = _scores(population, column.digits)
        else:
            shown = (
                column.shown(one.unit)
                for one in population
                if not scores.hides(node.code, one.unit)
            )
            ticks = [tick for tick in shown if tick is not None]
        figure = figure_of(ticks, column.digits)
        if figure is not None:
            found[node.code] = figure
    return found


def figure_of(ticks: Sequence[int], digits: int) -> ClassFigure | None:
    """Return mean and best of some values in ticks; None where they are too few.

    >>> figure_of([8000, 8000, 8000, 8000, 8001], 2)
    ClassFigure(mean=Decimal('80.00'), best=Decimal('80.01'), count=5)
    >>> figure_of([8000, 9000, 7000, 6000], 2) is None
    True
    """
    count = len(ticks)
    if count < LEAST_UNITS:
        return None
    mean = from_ticks(half_up(sum(ticks), count), digits)
    return ClassFigure(mean, from_ticks(max(ticks), digits), count)


def _scores(population: Sequence[UnitStanding], digits: int) -> list[int]:
    return [to_ticks(one.score, digits) for one in population if one.score is not None]


def places(standing: Standing, unit_class: str) -> int:
    """Return among how many units of a class there is a rank."""
    return sum(one.class_rank is not None for one in standing.of_class(unit_class))
