"""How long evaluation takes and how much memory it needs, against a plain Python loop."""

from __future__ import annotations

import argparse
import json
import operator
import random
import resource
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import shared

from assessor.scheme.model import (
    BonusItem,
    Criterion,
    Form,
    Node,
    Option,
    Period,
    Scheme,
    Settings,
    Source,
    Step,
    Unit,
)
from assessor.scoring.column import Column, Status, Statuses, compact
from assessor.scoring.evaluate import Scores, evaluate
from assessor.scoring.inputs import EntryKey, Inputs

SECTIONS, CRITERIA, ASPECTS = 6, 45, 8
CLASSES = ("village", "office", "street")
RATERS = {"panel": ("P1", "P2"), "self": ("",), "votes": ("T1",), "bonus": ("P1",)}
OPTION_VALUES = (("A", 100), ("B", 80), ("C", 60), ("D", 40))
OPTIONS = tuple(Option(name, Decimal(value)) for name, value in OPTION_VALUES)
OPEN = 0.002
"""Share of the entries that are missing, and of those that do not apply."""


# -- the scheme ----------------------------------------------------------------------------------


def scheme_of(units: int) -> Scheme:
    """Return a scheme of about sixty nodes: two rubrics, a ballot, quarters, conversions, ranks."""
    forms = [form("self", "rubric", "duty"), form("panel", "rubric", "duty")]
    forms.append(form("votes", "tally", "aspects", options="four"))
    forms.append(Form("bonus", "bonus", "bonus", "claims", "panel", bonus=("honours",)))
    forms += [form(f"quarter{n}", "rubric", f"quarter{n}") for n in range(1, 5)]
    forms.append(form("facts", "quantities", "facts"))
    return Scheme(
        settings=Settings("bench", "bench", "2026", "bench", 2, "each"),
        periods=(Period("Y", "Y"),),
        units=tuple(Unit(f"U{n}", f"U{n}", CLASSES[n % 3]) for n in range(units)),
        raters=(),
        criteria=tuple(criteria()),
        forms=tuple(forms),
        nodes=tuple(nodes()),
        options={"four": OPTIONS},
        bands={},
        limits=(),
        bonuses=(
            BonusItem("honours", "B1", "B1", Decimal(5), cap=Decimal(10)),
            BonusItem("honours", "B2", "B2", Decimal("0.5"), above=3),
        ),
        awards=(),
        ladders={
            "tiers": steps((0, 30, 100), (30, 80, 80), (80, 100, 60)),
            "rates": steps((None, 60, 0), (60, 80, 60), (80, 90, 80), (90, None, 100)),
        },
    )


def form(code: str, layout: str, rubric: str, options: str = "") -> Form:
    return Form(code, code, code, layout, "panel", rubric, options)


def steps(*rows: tuple[int | None, int | None, int]) -> tuple[Step, ...]:
    bound = [[None if number is None else Decimal(number) for number in row] for row in rows]
    return tuple(Step(lower, upper, value or Decimal(0)) for lower, upper, value in bound)


def criteria() -> Iterator[Criterion]:
    for section in range(1, SECTIONS + 1):
        yield Criterion("duty", f"{section}", f"{section}", "section")
        for number in members(section):
            entry = "deducted" if number % 9 == 0 else "earned"
            may = number % 11 == 0
            code = f"{section}.{number}"
            yield Criterion(
                "duty", code, code, entry, f"{section}", mark(number), may_not_apply=may
            )
    for aspect in range(1, ASPECTS + 1):
        yield Criterion("aspects", f"A{aspect}", f"A{aspect}", "ballot")
    for quarter in range(1, 5):
        yield Criterion(f"quarter{quarter}", "1", "1", "earned", points=Decimal(100))
    for number in range(1, 9):
        yield Criterion("facts", f"{number}", f"{number}", "number", points=Decimal(100))


def members(section: int) -> range:
    """Return the numbers of the criteria of a section: seven or eight of forty-five."""
    first = (section - 1) * CRITERIA // SECTIONS
    return range(first + 1, section * CRITERIA // SECTIONS + 1)


def mark(number: int) -> Decimal:
    """Return the full mark of a criterion; forty-five of them are 100 together."""
    return Decimal(3) if number <= 10 else Decimal(2)


def nodes() -> Iterator[Node]:
    yield node("total", "", "weighted")
    yield node("target", "total", "mean", weight=60)
    yield node("self", "target", "rubric", source="self", not_applicable="rescale")
    yield node("checked", "target", "sum", cap="100")
    yield node("panel", "checked", "rubric", source="panel", not_applicable="rescale")
    yield node("bonus", "checked", "bonus", source="bonus", points=None)
    yield node("ballot", "total", "ballot", source="votes", weight=20, denominator="ticks")
    yield node("quarters", "total", "mean", weight=10, not_applicable="rescale")
    for number in range(1, 5):
        yield node(f"q{number}", "quarters", "rubric", source=f"quarter{number}")
    yield node("facts", "total", "mean", weight=10)
    made: tuple[tuple[str, dict[str, str]], ...] = (
        ("best", {}),
        ("rank_points", {"drop": "0.01"}),
        ("tiers", {"ladder": "tiers"}),
        ("ladder", {"ladder": "rates"}),
        ("interpolate", {"ladder": "rates"}),
        ("proportional", {"target": "80"}),
        ("each", {"each": "-2", "above": "60"}),
        ("threshold", {"least": "60"}),
    )
    for number, (rule, parameters) in enumerate(made, start=1):
        made_of = node(rule, "facts", rule, source="facts", criterion=f"{number}")
        yield replace(made_of, parameters=parameters)
    yield node("hard", "total", "product", points=None, informative="yes")
    yield node("mark", "hard", "number", source="facts", criterion="1", points=None)
    yield node("factor", "hard", "factor", points=None)
    yield node("even", "total", "standardised", informative="yes", mean="80", spread="10")
    yield node("seen", "even", "number", source="facts", criterion="2")
    yield node("fair", "total", "corrected", informative="yes", panels="panel")
    yield node("again", "fair", "number", source="facts", criterion="3")
    yield node("least", "total", "lowest", informative="yes")
    yield node("first", "least", "rubric", source="quarter1")
    yield node("third", "least", "rubric", source="quarter3")
    yield node("fourth", "least", "rubric", source="quarter4")
    yield node("fact", "total", "number", source="facts", criterion="4", informative="yes")


def node(
    code: str,
    parent: str,
    rule: str,
    weight: int | None = None,
    points: int | None = 100,
    source: str = "",
    criterion: str = "",
    **parameters: str,
) -> Node:
    return Node(
        code,
        code,
        parent,
        rule,
        2,
        weight=None if weight is None else Fraction(weight, 100),
        points=None if points is None else Decimal(points),
        source=Source(source, criterion, "Y") if source else None,
        classes=() if parent else CLASSES,
        parameters=parameters,
    )


# -- what is entered -----------------------------------------------------------------------------


def inputs_of(scheme: Scheme, seed: int) -> Inputs:
    """Return made-up entries for every form, a few of them missing or not applicable."""
    dice = random.Random(seed)
    size = len(scheme.units)
    entries: dict[EntryKey, Column] = {}
    raters = {(one.code, "Y"): RATERS.get(one.code, ("P1",)) for one in scheme.forms}
    for form_ in scheme.forms:
        for rater in raters[form_.code, "Y"]:
            for criterion, column, most, digits in lines(scheme, form_):
                key = EntryKey(form_.code, "Y", rater, criterion, column)
                entries[key] = numbers(dice, size, most, digits)
    there = Status.SCORED
    return Inputs(
        entries=entries,
        raters=raters,
        form_status={
            (code, "Y", rater): Statuses([there] * size)
            for (code, _), names in raters.items()
            for rater in names
        },
        papers={},
    )


def lines(scheme: Scheme, form_: Form) -> Iterator[tuple[str, str, int, int]]:
    """Yield the entry columns of a form: criterion, column, most, digits."""
    if form_.code == "bonus":
        yield from ((item.code, "verified", 5, 0) for item in scheme.bonuses)
    for row in scheme.rubric(form_.rubric):
        if row.entry == "ballot":
            yield from ((row.code, option.option, 40, 0) for option in OPTIONS)
        elif row.points is not None:
            yield row.code, "entry", int(row.points), 1


def numbers(dice: random.Random, size: int, most: int, digits: int) -> Column:
    """Return a column of random numbers up to `most`."""
    top = most * 10**digits
    ticks = [int(dice.random() * (top + 1)) for _ in range(size)]
    status = [Status.SCORED] * size
    for _ in range(int(size * OPEN)):
        status[dice.randrange(size)] = Status.MISSING
        status[dice.randrange(size)] = Status.NOT_APPLICABLE
    return compact(digits, ticks, status)


# -- a plain loop with the same sums -------------------------------------------------------------


def plain_loop(scheme: Scheme, inputs: Inputs) -> list[float]:
    """Add the same entries up unit by unit, in floats, without a look at any status."""
    size = len(scheme.units)
    columns = {
        form_.code: [
            inputs.entries[EntryKey(form_.code, "Y", rater, criterion, column)].ticks
            for rater in inputs.raters[form_.code, "Y"]
            for criterion, column, _, _ in lines(scheme, form_)
        ]
        for form_ in scheme.forms
    }
    totals = []
    for unit in range(size):
        total = 0.0
        for mine in columns.values():
            part = 0.0
            for ticks in mine:
                part += ticks[unit] * 0.1
            total += round(part, 2)
        totals.append(round(total, 2))
    return totals


# -- measuring -----------------------------------------------------------------------------------


def peak() -> float:
    """Return the most memory that this process has had, in MiB."""
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / (1024 * 1024 if sys.platform == "darwin" else 1024)


def now_held() -> float:
    """Return what this process holds now, in MiB; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
            return int(file.read().split()[1]) * resource.getpagesize() / 1024**2
    except OSError:
        return 0.0


def measure(units: int, seed: int) -> dict[str, float]:
    """Return what one evaluation in this process takes."""
    started = now_held()
    scheme = scheme_of(units)
    inputs = inputs_of(scheme, seed)
    held = now_held()
    loop = shared.took(lambda: plain_loop(scheme, inputs))
    kept: list[Scores] = []
    took = shared.took(lambda: kept.append(evaluate(scheme, inputs)))
    return {
        "nodes": len(kept[0].tree),
        "entries": len(inputs.entries) * units,
        "started": started,
        "inputs": held,
        "after": now_held(),
        "peak": peak(),
        "loop": loop.cpu,
        "evaluate": took.cpu,
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--units", type=int, nargs="*", default=[10_000, 100_000])
    options.add_argument("--repeat", type=int, default=3, help="how often; medians are shown")
    options.add_argument("--seed", type=int, default=1, help="of the made-up entries")
    options.add_argument("--alone", type=int, help="only for the benchmark itself")
    options.add_argument("--profile", action="store_true", help="show where the time goes")
    given = options.parse_args()
    if given.alone is not None:
        json.dump(measure(given.alone, given.seed), sys.stdout)
    elif given.profile:
        profile(given.units[0], given.seed)
    else:
        show(given.units, given.repeat, given.seed)


def profile(units: int, seed: int) -> None:
    import cProfile
    import pstats

    scheme = scheme_of(units)
    inputs = inputs_of(scheme, seed)
    with cProfile.Profile() as watched:
        evaluate(scheme, inputs)
    pstats.Stats(watched).sort_stats("tottime").print_stats(25)


def show(sizes: Sequence[int], repeat: int, seed: int) -> None:
    print(f"{shared.machine()}, {repeat} × each in a process of its own\n")
    rows = []
    for units in sizes:
        runs = [alone(units, seed) for _ in range(repeat)]
        middle = {key: statistics.median(map(operator.itemgetter(key), runs)) for key in runs[0]}
        ratio = statistics.median(run["evaluate"] / run["loop"] for run in runs)
        own = middle["peak"] - middle["inputs"]
        rows.append(
            (
                f"{units:,} units × {middle['nodes']:.0f} nodes",
                f"{middle['entries'] / 1e6:.2f}",
                f"{middle['loop']:.2f}",
                f"{middle['evaluate']:.2f}",
                f"{ratio:.1f}",
                f"{middle['inputs']:.0f}",
                f"{middle['peak']:.0f}",
                f"{own:.0f}",
            )
        )
    heads = ("M entries", "loop s", "evaluate s", "×", "with inputs MiB", "peak MiB", "own MiB")
    shared.show("CPU seconds, memory of the process", heads, rows)


def alone(units: int, seed: int) -> dict[str, float]:
    """Return the measures of one run in a process of its own."""
    command = [sys.executable, __file__, "--alone", str(units), "--seed", str(seed)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    measures: dict[str, float] = json.loads(done.stdout)
    return measures


if __name__ == "__main__":
    main()
