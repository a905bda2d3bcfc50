"""Random parameters of every rule, and random ladders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import accumulate
from random import Random

from assessor.scheme.model import Node, Step

CONVERSIONS = ("each", "threshold", "proportional", "ladder", "interpolate", "steps")
Drawn = dict[str, str]


def some(random: Random, **choices: list[str]) -> Drawn:
    """Return one of the choices of each key; an empty one says nothing."""
    drawn = {key: random.choice(values) for key, values in choices.items()}
    return {key: value for key, value in drawn.items() if value}


def _trimmed(random: Random) -> Drawn:
    if random.randrange(2):
        return {}
    return some(
        random,
        trim_high=["", "1", "1", "40%"],
        trim_low=["", "1", "34%"],
        trim_from=["", "", "2", "3"],
        discard=["", "none", "spread"],
    )


def _unfilled(random: Random) -> Drawn:
    return some(random, missing=["", "", "wait", "share", "zero"])


def _turnout(random: Random) -> Drawn:
    drawn = some(random, denominator=["ticks", "valid", "returned", "present"])
    if random.randrange(2):
        drawn |= {"turnout_min": random.choice(["60", "80%"])}
        drawn |= some(random, turnout=["", "warn", "void"])
    return drawn


def _panels(random: Random) -> Drawn:
    return some(
        random,
        panels=["class", "form", "form"],
        factor_digits=["", "", "4"],
        mean_digits=["", "", "1"],
        overall=["", "units", "panels"],
    )


def _steps(random: Random) -> Drawn:
    return some(
        random,
        target=["0", "50", "12.5"],
        base=["", "0", "6"],
        step=["3", "0.7"],
        up=["", "1", "0.25", "-1"],
        up_most=["", "2"],
        down=["", "1", "0.5"],
        down_most=["", "3"],
        tolerance=["", "2.5"],
        part=["", "dropped", "counted"],
    )


_BY_RULE: Mapping[str, Callable[[Random], Drawn]] = {
    "sum": lambda random: some(random, not_applicable=["", "full", "rescale", "zero"]),
    "rubric": lambda random: some(random, not_applicable=["full", "rescale", "zero"]),
    "ballot": _turnout,
    "share": lambda random: _turnout(random) | some(random, options=["优", "优、良", "优,差"]),
    "difference": lambda random: {"in": random.choice(["points", "percent"])},
    "scaled": lambda random: some(random, factor=["", "", "0.3", "10"]),
    "each": lambda random: some(
        random, each=["-2", "0.5", "-0.25", "3"], above=["", "3"], start=["", "", "1.5"]
    ),
    "threshold": lambda random: some(
        random, least=["3", "40", ""], most=["", "60", "5.5"], otherwise=["", "0.5"]
    ),
    "proportional": lambda random: some(
        random, target=["", "60", "7.5"], better=["", "more", "less"], limited=["", "yes", "no"]
    ),
    "ladder": lambda _: {"ladder": "?"},
    "interpolate": lambda _: {"ladder": "?"},
    "steps": _steps,
    "best": lambda random: some(random, better=["", "more", "less"]),
    "rank_points": lambda random: some(
        random,
        first=["", "60"],
        drop=["", "3", "30"],
        better=["", "more", "less"],
        ladder=["", "", "?"],
    ),
    "tiers": lambda random: {
        "ladder": "?",
        **some(random, better=["", "less"], tier_rounding=["", "down", "half_up", "up"]),
    },
    "corrected": _panels,
    "standardised": lambda random: some(
        random, panels=["class", "form"], mean=["", "80"], spread=["", "10"]
    ),
}

_NEW: Mapping[str, Callable[[Random], Drawn]] = {
    **dict.fromkeys(("sum", "weighted", "mean", "lowest", "highest"), _unfilled),
    **dict.fromkeys(("rubric", "item"), _trimmed),
    "ballot": lambda random: some(random, over=["", "aspects", "votes"]),
}


def _nothing(_: Random) -> Drawn:
    return {}


def draw_parameters(random: Random, node: Node, new_ways: bool) -> Drawn:
    """Return what a node of some rule hears."""
    drawn = _BY_RULE.get(node.rule, _nothing)(random)
    if new_ways:
        drawn |= _NEW.get(node.rule, _nothing)(random)
    if node.rule == "proportional" and not node.source and not node.code.startswith("r-"):
        drawn.setdefault("target", "60")  # a node below has no form that asks for a target
    return drawn


def draw_steps(random: Random, rule: str) -> tuple[Step, ...]:
    """Return a ladder as the rule asks for it: per cent for tiers, places for ranks."""
    number = random.randint(1, 3)
    values = [Decimal(random.randint(0, 200)) / 2 for _ in range(number)]
    if rule == "tiers":
        bounds = [0, *sorted(random.sample(range(10, 100), number - 1)), 100]
    else:
        start = 1 if rule == "rank_points" else random.randint(-20, 40)
        bounds = list(accumulate([start, *(random.randint(1, 9) for _ in values)]))
    steps = [
        Step(Decimal(low), random.choice([None, Decimal(top)]), value)
        for low, top, value in zip(bounds, bounds[1:], values, strict=False)
    ]
    if rule == "ladder" and random.randrange(2):
        steps[0] = Step(None, steps[0].upper, steps[0].value)
    if rule == "interpolate" or (rule == "ladder" and random.randrange(2)):
        steps[-1] = Step(steps[-1].lower, None, steps[-1].value)
    return tuple(steps)
