"""Conversions: points of one number. Pure and exact; nothing is rounded here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from assessor.scheme.model import Step
from assessor.scoring.parameters import amount


@dataclass(frozen=True, slots=True)
class Scale:
    """What a conversion knows beside the number: full mark, parameters, ladder, target."""

    points: Fraction | None = None
    """Full mark of the node or criterion; None where it has none."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    steps: Sequence[Step] = ()
    """The ladder, lowest step first."""
    target: Fraction | None = None
    """The target of this unit from its form, where the parameters name none."""

    @property
    def full(self) -> Fraction:
        """The full mark; 1 where none is stated, so that the result is a share."""
        return Fraction(1) if self.points is None else self.points


Conversion = Callable[[Fraction, Scale], Fraction | None]
"""Number and scale to points; None where no points can be made of the number."""


def each(value: Fraction, scale: Scale) -> Fraction:
    """So much a piece: start + each × (number − above), nothing for those up to ``above``.

    ``start`` is 0, but the full mark where pieces are taken off it. With a full mark the result
    stays between 0 and the full mark (扣完为止).

    Examples: three faults at −2 of 10 points leave 4, six leave 0; five articles at +0.5 each
    above the first 3 are 1.
    """
    parameters, points = scale.parameters, scale.points
    step = amount(parameters, "each")
    start = amount(parameters, "start", points if points is not None and step < 0 else 0)
    result = start + step * max(Fraction(0), value - amount(parameters, "above"))
    return result if points is None else min(max(result, Fraction(0)), points)


def threshold(value: Fraction, scale: Scale) -> Fraction:
    """Met or not: the full mark from ``least`` to ``most``, both included; else ``otherwise`` (0).

    Examples: at least 4 meetings a year, 3 points: 4 give 3, 3 give 0. Volunteers between 3 and
    5 %: 3 and 5 give the full mark, 5.1 gives 0.
    """
    parameters = scale.parameters
    low = "least" not in parameters or value >= amount(parameters, "least")
    high = "most" not in parameters or value <= amount(parameters, "most")
    return scale.full if low and high else amount(parameters, "otherwise")


def proportional(value: Fraction, scale: Scale) -> Fraction | None:
    """In proportion: number ÷ target × full mark; ``better=less``: target ÷ number × full mark.

    The target is that of the parameters, else that of the unit's form; where there is none, or it
    is 0, there are no points. ``limited=yes`` (where nothing is said) keeps the result between 0
    and the full mark. Of what is better small, nothing at all earns the full mark.

    Examples: 45 of a target of 60 at 100 points: 75; 66 of 60: 100, and 110 with ``limited=no``.
    """
    parameters = scale.parameters
    target = amount(parameters, "target") if "target" in parameters else scale.target
    if target is None or not target:
        return None
    if parameters.get("better") != "less":
        result = value / target * scale.full
    elif value <= 0:
        return scale.full
    else:
        result = target / value * scale.full
    if parameters.get("limited") == "no":
        return result
    return min(max(result, Fraction(0)), scale.full)


def ladder(value: Fraction, scale: Scale) -> Fraction | None:
    """By step: the value of the highest step whose lower bound the number reaches.

    The last step includes its upper bound, where it has one. A number below the first step or
    beyond the last one stands on none: no points can be made of it.

    Example: 优秀率 from 90 → 200, from 80 → 190, from none → 0: 90 gives 200, 89.99 gives 190.
    Without the last of these 79 gives nothing.
    """
    reached = [s for s in scale.steps if s.lower is None or value >= Fraction(s.lower)]
    if not reached:
        return None
    last = reached[-1]
    beyond = last is scale.steps[-1] and last.upper is not None and value > Fraction(last.upper)
    return None if beyond else Fraction(last.value)


def interpolate(value: Fraction, scale: Scale) -> Fraction:
    """Between points of the ladder in a straight line; flat below the first and above the last.

    Every point stands at a number; the check refuses a line without.
    Example: 60 → 0 and 90 → 30: 75 gives 15, 50 gives 0, 95 gives 30.
    """
    points = [(Fraction(s.lower), Fraction(s.value)) for s in scale.steps if s.lower is not None]
    if value < points[0][0]:
        return points[0][1]
    for (low, worth), (high, next_worth) in pairwise(points):
        if value < high:
            return worth + (value - low) / (high - low) * (next_worth - worth)
    return points[-1][1]


def steps(value: Fraction, scale: Scale) -> Fraction:
    """By whole steps from a target: base + up × steps above it, base − down × steps below it.

    ``base`` is the full mark, or 0 where there is none. Within ``tolerance`` of the target nothing
    changes; steps are counted from its edge. A part of a step is dropped, or counted with
    ``part=counted``. ``up_most`` and ``down_most`` bound the change, whatever its direction: where
    more is worse, ``up`` is negative.

    Examples: target 0, step 3, up 1 at most 6, down 1 at most 6: growth of 10 % gives 3, of
    −40 % gives −6. Target 5, step 0.1, up 1, down 0.5: 5.25 gives 2, 4.75 gives −1.
    """
    parameters = scale.parameters
    base = amount(parameters, "base", 0 if scale.points is None else scale.points)
    away = value - amount(parameters, "target")
    beyond = abs(away) - amount(parameters, "tolerance")
    if beyond <= 0:
        return base
    taken = beyond / amount(parameters, "step")
    if parameters.get("part") != "counted":
        taken = Fraction(taken.numerator // taken.denominator)
    side = "up" if away > 0 else "down"
    change = taken * amount(parameters, side) * (1 if away > 0 else -1)
    if f"{side}_most" not in parameters:
        return base + change
    most = abs(amount(parameters, f"{side}_most"))
    return base + min(max(change, -most), most)


CONVERT: Mapping[str, Conversion] = {
    "each": each,
    "threshold": threshold,
    "proportional": proportional,
    "ladder": ladder,
    "interpolate": interpolate,
    "steps": steps,
}
"""Every conversion by the name that the scores table, or a criterion, gives it."""
