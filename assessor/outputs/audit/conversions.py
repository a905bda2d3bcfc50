"""Conversions of one number into points, as spreadsheet formulas that hold for any number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from assessor.outputs.audit.text import between, exactly, literal
from assessor.scoring.conversions import Scale
from assessor.scoring.parameters import amount

_MOST_STEPS = 60
"""Older spreadsheet programs nest 64 conditions at most."""
_NO_STEP = "NA()"
"""A number that stands on no step gives no points: its unit waits, as in the program."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a conversion knows beside the number: as in ``Scale``, the target as a formula."""

    scale: Scale
    target: str = ""
    parameters: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters", self.scale.parameters)


def convert(rule: str, value: str, known: Known) -> str | None:
    """Return the formula that makes points of a number; None where there is none."""
    return _CONVERT[rule](value, known)


def _each(value: str, known: Known) -> str:
    parameters, points = known.parameters, known.scale.points
    step = amount(parameters, "each")
    start = amount(parameters, "start", points if points is not None and step < 0 else 0)
    pieces = f"MAX(0,{value}-{literal(amount(parameters, 'above'))})"
    result = f"{literal(start)}+{literal(step)}*{pieces}"
    return result if points is None else between(result, "0", literal(points))


def _threshold(value: str, known: Known) -> str:
    parameters = known.parameters
    bounds = [
        f"{value}{sign}{literal(amount(parameters, key))}"
        for key, sign in (("least", ">="), ("most", "<="))
        if key in parameters
    ]
    full, otherwise = literal(known.scale.full), literal(amount(parameters, "otherwise"))
    if not bounds:
        return full
    return f"IF(AND({','.join(bounds)}),{full},{otherwise})"


def _proportional(value: str, known: Known) -> str | None:
    parameters, full = known.parameters, literal(known.scale.full)
    target = literal(amount(parameters, "target")) if "target" in parameters else known.target
    if not target:
        return None
    if parameters.get("better") == "less":
        result = f"IF({value}<=0,{full},{target}/{value}*{full})"
    else:
        result = f"{value}/{target}*{full}"
    return result if parameters.get("limited") == "no" else between(result, "0", full)


def _ladder(value: str, known: Known) -> str | None:
    steps = known.scale.steps
    if not 0 < len(steps) <= _MOST_STEPS:
        return None
    result = _NO_STEP
    for step in steps:
        worth = literal(step.value)
        if step is steps[-1] and step.upper is not None:
            worth = f"IF({value}>{literal(step.upper)},{_NO_STEP},{worth})"
        lower = step.lower
        result = worth if lower is None else f"IF({value}>={literal(lower)},{worth},{result})"
    return result


def _interpolate(value: str, known: Known) -> str | None:
    points = [(s.lower, s.value) for s in known.scale.steps if s.lower is not None]
    if not 0 < len(points) <= _MOST_STEPS:
        return None
    result = literal(points[0][1])
    for (low, worth), (high, more) in pairwise(points):
        slope = literal(Fraction(more - worth) / Fraction(high - low))
        line = f"{literal(worth)}+({value}-{literal(low)})*{slope}"
        result = f"IF({value}>={literal(low)},{line},{result})"
    last, worth = points[-1]
    return f"IF({value}>={literal(last)},{literal(worth)},{result})"


def _steps(value: str, known: Known) -> str:
    parameters = known.parameters
    base = literal(amount(parameters, "base", known.scale.points or 0))
    target = literal(amount(parameters, "target"))
    tolerance = literal(amount(parameters, "tolerance"))
    beyond = exactly(f"ABS({value}-{target})-{tolerance}")
    taken = exactly(f"(ABS({value}-{target})-{tolerance})/{literal(amount(parameters, 'step'))}")
    if parameters.get("part") != "counted":
        taken = f"INT({taken})"
    sides = []
    for side, sign in (("up", 1), ("down", -1)):
        change = f"{taken}*{literal(sign * amount(parameters, side))}"
        if f"{side}_most" in parameters:
            most = abs(amount(parameters, f"{side}_most"))
            change = between(change, literal(-most), literal(most))
        sides.append(change)
    return f"IF({beyond}<=0,{base},{base}+IF({value}>{target},{sides[0]},{sides[1]}))"


_CONVERT: Mapping[str, Callable[[str, Known], str | None]] = {
    "each": _each,
    "threshold": _threshold,
    "proportional": _proportional,
    "ladder": _ladder,
    "interpolate": _interpolate,
    "steps": _steps,
}
"""By the names of the conversions themselves."""
