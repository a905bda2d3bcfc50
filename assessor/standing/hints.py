"""What strikes the eye in the data: hints to look at, never verdicts.

Each hint asks for a least number of units, and its threshold is a share of the full mark, so that
it means the same on a sheet of 20 points and on one of 800. Nothing here changes a score.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from assessor.decimals import from_ticks, half_up, plain
from assessor.scheme.model import Scheme
from assessor.scheme.secrecy import has_unnamed
from assessor.scoring.evaluate import Scores
from assessor.scoring.inputs import Inputs
from assessor.scoring.sheet_points import RaterTotals, criterion_points, totals_by_rater
from assessor.standing.criterion_figures import CriterionFigures, by_itself, criterion_figures

LEAST_UNITS = 5
"""From fewer units nothing is said: with four, one odd case moves a mean by a quarter."""
RATER_SHARE = Fraction(5, 100)
"""A rater is far off where he differs from the others by 5 % of the full mark in the mean: half of
the ten points that usually part two grades."""
SPREAD_TIMES = 2
"""A rater's span (highest less lowest) strikes where it is twice the others', or half of it."""
SPREAD_SHARE = Fraction(10, 100)
"""And only where the two spans are 10 % of the full mark apart: small spans differ by chance."""
SELF_SHARE = Fraction(10, 100)
"""A self-score is far from the panel's at 10 % of the full mark: usually one whole grade."""
SAME_SHARE = Fraction(9, 10)
"""A criterion tells nobody apart where nine units in ten have the same points on it."""
LOST_SHARE = Fraction(10, 100)
"""Points count as often lost from a mean loss of 10 % of the criterion's full mark."""
MOST_NAMED = 3
"""So many criteria of one sheet are named as those on which most is lost, or that fewest fulfil;
the table of all criteria has the others."""
FEW_FULL = Fraction(1, 4)
"""Full marks are rare where at most a quarter of the units has them."""


@dataclass(frozen=True)
class Looked:
    """What looking into the data of a round gave."""

    figures: tuple[CriterionFigures, ...]
    hints: tuple[Hint, ...]


@dataclass(frozen=True, slots=True)
class Hint:
    """One thing to look at: a code, and facts to word it with."""

    code: str
    node: str
    """Title of the part of the score that it is about."""
    facts: Mapping[str, object]
    criterion: str = ""
    """Code of the criterion."""
    title: str = ""
    """Title of the criterion."""
    rater: str = ""
    """Code of the rater; never one without a name."""
    units: tuple[int, ...] = field(default=())


def look_into(scheme: Scheme, inputs: Inputs, scores: Scores) -> Looked:
    """Return what strikes the eye in the data of a round."""
    figures = criterion_figures(scheme, scores, criterion_points(scheme, inputs, scores))
    return Looked(figures, find_hints(scheme, totals_by_rater(scheme, inputs, scores), figures))


def find_hints(
    scheme: Scheme, totals: Sequence[RaterTotals], criteria: Sequence[CriterionFigures]
) -> tuple[Hint, ...]:
    """Return all hints: of raters, of self-scores, of criteria."""
    named = [one for one in totals if not has_unnamed(scheme, one.form)]
    return (
        *(hint for one in named if not by_itself(one.form) for hint in _rater_hints(one)),
        *_self_hints(named),
        *_criterion_hints(criteria),
    )


# -- raters --------------------------------------------------------------------------------------


def _rater_hints(sheet: RaterTotals) -> Iterator[Hint]:
    """Yield who is far from the others who scored the same units, and who spreads otherwise."""
    full = _full_mark(sheet)
    if full is None:
        return
    by_unit = _by_unit(sheet)
    for rater, mine in sheet.totals.items():
        shared = [unit for unit in mine if len(by_unit[unit]) > 1]
        if len(shared) < LEAST_UNITS:
            continue
        away = [mine[unit] - _others_mean(by_unit[unit], rater) for unit in shared]
        difference = _mean(away)
        facts = {"count": len(shared), "points": plain(full)}
        if abs(difference) >= RATER_SHARE * Fraction(full):
            code = "rater_high" if difference > 0 else "rater_low"
            by = {"difference": _shown(abs(difference))}
            yield Hint(code, sheet.node.title, facts | by, rater=rater)
        yield from _spread_hint(sheet, rater, full, by_unit)


ByUnit = Mapping[int, Mapping[str, Fraction]]
"""By unit what each rater gave it."""


def _by_unit(sheet: RaterTotals) -> ByUnit:
    found: dict[int, dict[str, Fraction]] = {}
    for rater, given in sheet.totals.items():
        for unit, total in given.items():
            found.setdefault(unit, {})[rater] = total
    return found


def _others_mean(given: Mapping[str, Fraction], rater: str) -> Fraction:
    return (sum(given.values(), Fraction(0)) - given[rater]) / (len(given) - 1)


def _spread_hint(sheet: RaterTotals, rater: str, full: Decimal, by_unit: ByUnit) -> Iterator[Hint]:
    """Yield whether a rater tells units apart much more, or much less, than the others do.

    Each other rater is compared on the units that both scored, so that a rater with the stronger
    units is not blamed for it.
    """
    mine = sheet.totals[rater]
    shared: dict[str, list[int]] = {}
    for unit in mine:
        for other in by_unit[unit]:
            shared.setdefault(other, []).append(unit)
    shared.pop(rater, None)
    pairs = [
        (_span(mine, both), _span(sheet.totals[other], both))
        for other, both in shared.items()
        if len(both) >= LEAST_UNITS
    ]
    if not pairs:
        return
    own, theirs = _mean([pair[0] for pair in pairs]), _mean([pair[1] for pair in pairs])
    if abs(own - theirs) < SPREAD_SHARE * Fraction(full):
        return
    facts = {"own": _shown(own), "theirs": _shown(theirs), "count": len(mine)}
    if own >= SPREAD_TIMES * theirs:
        yield Hint("rater_wide", sheet.node.title, facts, rater=rater)
    elif theirs >= SPREAD_TIMES * own:
        yield Hint("rater_flat", sheet.node.title, facts, rater=rater)


def _span(given: Mapping[int, Fraction], units: Sequence[int]) -> Fraction:
    values = [given[unit] for unit in units]
    return max(values) - min(values)


# -- self-scores ---------------------------------------------------------------------------------


def _self_hints(sheets: Sequence[RaterTotals]) -> Iterator[Hint]:
    """Yield which units' own scores are far from what others gave on the same rubric."""
    for own in sheets:
        full = _full_mark(own)
        if not by_itself(own.form) or full is None:
            continue
        for panel in sheets:
            if by_itself(panel.form) or _measured(panel) != _measured(own):
                continue
            away = _differences(own, panel)
            if len(away) < LEAST_UNITS:
                continue
            least = SELF_SHARE * Fraction(full)
            facts = {
                "all": len(away),
                "least": _shown(least),
                "mean": _shown(_mean(list(away.values()))),
                "panel": panel.node.title,
            }
            for code, sign in (("self_high", 1), ("self_low", -1)):
                far = {unit: by * sign for unit, by in away.items() if by * sign >= least}
                if far:
                    units = tuple(sorted(far, key=lambda unit: (-far[unit], unit)))
                    more = {"count": len(far), "most": _shown(max(far.values()))}
                    yield Hint(code, own.node.title, facts | more, units=units)


def _measured(sheet: RaterTotals) -> tuple[str, str]:
    """Return what is scored: the same rubric in the same period can be compared."""
    return sheet.form.rubric, sheet.source.period


def _differences(own: RaterTotals, panel: RaterTotals) -> dict[int, Fraction]:
    """Return by unit its own total less the mean of the others'."""
    theirs = _by_unit(panel)
    return {
        unit: mine - _mean(list(theirs[unit].values()))
        for unit, mine in own.totals.get("", {}).items()
        if unit in theirs
    }


# -- criteria ------------------------------------------------------------------------------------


def _criterion_hints(criteria: Sequence[CriterionFigures]) -> Iterator[Hint]:
    known = [one for one in criteria if one.count >= LEAST_UNITS]
    for one in known:
        if one.commonest == one.count:
            yield _of_criterion("criterion_same", one, value=_shown(one.mean))
        elif one.commonest >= SAME_SHARE * one.count:
            yield _of_criterion("criterion_nearly", one, same=one.commonest)
    sheets: dict[str, list[CriterionFigures]] = {}
    for one in known:
        sheets.setdefault(one.points.node.declared.code, []).append(one)
    for sheet in sheets.values():
        often = [one for one in sheet if one.lost >= LOST_SHARE * Fraction(one.full_mark)]
        for one in sorted(often, key=lambda one: -one.lost)[:MOST_NAMED]:
            lost = _shown(one.lost)
            yield _of_criterion("criterion_lost", one, lost=lost, some=one.count - one.full)
    for sheet in sheets.values():
        few = [one for one in sheet if one.full <= FEW_FULL * one.count]
        for one in sorted(few, key=lambda one: Fraction(one.full, one.count))[:MOST_NAMED]:
            yield _of_criterion("criterion_few_full", one, full=one.full)


def _of_criterion(code: str, one: CriterionFigures, **facts: object) -> Hint:
    row = one.points.row
    known = {"count": one.count, "points": plain(one.full_mark)}
    title = one.points.node.declared.title
    return Hint(code, title, {**known, **facts}, criterion=row.code, title=row.title)


# -- numbers -------------------------------------------------------------------------------------


def _full_mark(sheet: RaterTotals) -> Decimal | None:
    return sheet.node.declared.points


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _shown(number: Fraction) -> Decimal:
    """Return a number as a hint shows it: two digits at most, halves up."""
    return plain(from_ticks(half_up(number * 100), 2))
