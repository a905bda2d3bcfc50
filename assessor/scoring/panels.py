"""Rules that make scores of different panels comparable: corrected means, standard scores.

A panel are the units that the same raters have on a form; population and provisional values are
those of ``scoring.population``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from assessor.decimals import half_up
from assessor.scoring.column import Column
from assessor.scoring.evaluation import Evaluation, Result
from assessor.scoring.parameters import amount
from assessor.scoring.population import Field, fields_of, openings
from assessor.scoring.tree import TreeNode

_ROOT_DIGITS = 50
"""To how many digits a root is taken that is no fraction."""


def corrected(node: TreeNode, children: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Corrected: score × factor of the panel, which is overall mean ÷ mean of the panel.

    ``panels`` names the form whose raters make the panels. The factor is rounded half up to
    ``factor_digits`` (2). The means are exact, or rounded to ``mean_digits`` before they are
    divided. ``overall=units`` (where nothing is said) is the mean over all units of the class,
    ``overall=panels`` the mean of the panels' means (二次平均法). A panel whose mean is 0 stays as
    it is. The result may exceed the points; ``cap`` keeps it below.

    Example: panels with means of 76 and 84 and as many units each, overall 80: factors 80 ÷ 76 =
    1.05 and 80 ÷ 84 = 0.95; a score of 82 in the first becomes 86.1.
    """
    column = seen.columns[children[0].code]
    parameters = node.declared.parameters
    results = openings(column)
    for field in fields_of(node, column, seen):
        panels = panels_of(node, field, seen)
        means = [mean_of(column, panel.population) for panel in panels]
        whole = mean_of(column, field.population)
        if parameters.get("overall") == "panels" and means:
            whole = sum(means, Fraction(0)) / len(means)
        for panel, mean in zip(panels, means, strict=True):
            factor = factor_of(whole, mean, parameters) * 10**node.digits / 10**column.digits
            for unit in panel.measured:
                results[unit] = (column.ticks[unit] * factor.numerator, factor.denominator)
    return results


def factor_of(whole: Fraction, mean: Fraction, parameters: Mapping[str, str]) -> Fraction:
    """Return by what the scores of a panel are multiplied."""
    whole, mean = mean_used(whole, parameters), mean_used(mean, parameters)
    digits = int(parameters.get("factor_digits", "2"))
    return _rounded(whole / mean, digits) if mean else Fraction(1)


def mean_used(mean: Fraction, parameters: Mapping[str, str]) -> Fraction:
    """Return a mean as it is divided: exact, or rounded to ``mean_digits``."""
    if "mean_digits" not in parameters:
        return mean
    return _rounded(mean, int(parameters["mean_digits"]))


def standardised(node: TreeNode, children: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Standardised: ``mean`` (0) + ``spread`` (1) × (score − panel's mean) ÷ panel's standard
    deviation, that of the whole population (÷ n).

    With ``panels`` a panel is made by the raters of that form, without it the class is one. Where
    all scores of a panel are the same each of them is ``mean``. The root is exact where it is a
    fraction, else taken to 50 digits; rounding comes once, at the end.

    Example: 2, 4, 4, 4, 5, 5, 7 and 9 have the mean 5 and the deviation 2: 9 becomes 2, and 70
    with ``mean=50;spread=10``.
    """
    column = seen.columns[children[0].code]
    parameters = node.declared.parameters
    middle, spread = amount(parameters, "mean"), amount(parameters, "spread", 1)
    scale = 10**node.digits
    results = openings(column)
    for field in fields_of(node, column, seen):
        for panel in panels_of(node, field, seen) if "panels" in parameters else [field]:
            start, slope = _line(column, panel.population, middle, spread)
            common = math.lcm(start.denominator, slope.denominator)
            first, step = (int(number * common * scale) for number in (start, slope))
            for unit in panel.measured:
                results[unit] = (first + step * column.ticks[unit], common)
    return results


def _line(
    column: Column, units: Sequence[int], middle: Fraction, spread: Fraction
) -> tuple[Fraction, Fraction]:
    """Return a and b such that a + b × ticks is the standard score of a unit of these."""
    ticks = [column.ticks[unit] for unit in units]
    count, total = len(ticks), sum(ticks)
    # The deviation is √(n Σx² − (Σx)²) ÷ n, so a value is (n x − Σx) ÷ that root away.
    away = root(Fraction(count * sum(tick * tick for tick in ticks) - total * total))
    if not away:
        return middle, Fraction(0)
    return middle - spread * total / away, spread * count / away


def root(number: Fraction) -> Fraction:
    """Return the square root: exact where it is a fraction, else cut after 50 digits.

    >>> root(Fraction(9, 16))
    Fraction(3, 4)
    >>> f"{float(root(Fraction(2))):.6f}"
    '1.414214'
    """
    # √(p/q) = √(p × q) ÷ q, and p × q is a square exactly where the root is a fraction.
    more = 10**_ROOT_DIGITS
    square = number.numerator * number.denominator * more**2
    return Fraction(math.isqrt(square), number.denominator * more)


def panels_of(node: TreeNode, field: Field, seen: Evaluation) -> list[Field]:
    """Return the panels of a class: the units that the same raters have.

    A unit that no rater has, or whose panel has nobody who is ranked, is reported and in none; as
    long as it is ranked, the panels of the others are not settled.
    """
    raters = _raters(node, field, seen)
    ranked = set(field.population)
    panels: dict[frozenset[str], Field] = {}
    for unit, names in raters.items():
        panel = panels.setdefault(frozenset(names), Field(field.unit_class, [], []))
        panel.measured.append(unit)
        if unit in ranked:
            panel.population.append(unit)
    lost = panels.pop(frozenset(), None)
    if lost is not None and lost.population:
        seen.provisional.update((node.code, unit) for unit in field.measured)
    for unit in lost.measured if lost is not None else ():
        seen.report("panel_unknown", node, unit)
    for panel in panels.values():
        for unit in () if panel.population else panel.measured:
            seen.report("population_empty", node, unit)
    return [panel for panel in panels.values() if panel.population]


def _raters(node: TreeNode, field: Field, seen: Evaluation) -> dict[int, list[str]]:
    """Return the raters of each unit on the form that makes the panels, in any period."""
    form = node.declared.parameters["panels"]
    raters: dict[int, list[str]] = {unit: [] for unit in field.measured}
    for (code, _), seats in seen.inputs.seats.items():
        for seat in seats if code == form else ():
            for unit in seat.units:
                if unit in raters:
                    raters[unit].append(seat.rater)
    return raters


def mean_of(column: Column, units: Sequence[int]) -> Fraction:
    """Return the mean of some units in points."""
    total = Fraction(sum(column.ticks[unit] for unit in units))
    size: int = 10**column.digits
    return total / (len(units) * size)


def _rounded(number: Fraction, digits: int) -> Fraction:
    """Return a number rounded half up to some digits.

    >>> _rounded(Fraction(7298, 6852), 3)
    Fraction(213, 200)
    """
    return Fraction(half_up(number * 10**digits), 10**digits)
