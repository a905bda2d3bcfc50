"""The standing: scores to grades, ranks and awards; and what would differ by rounding."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.scheme.model import Scheme
from assessor.scoring.column import Status
from assessor.scoring.evaluate import Scores
from assessor.standing.awards import Named, Pairs, name_awards
from assessor.standing.grades import Field, Graded, grade_units
from assessor.standing.limits import Held, has_effect, held_limits
from assessor.standing.quotas import Quota
from assessor.standing.ranking import Places, Ranked, Tie, closed_up, rank
from assessor.standing.totals import Total, find_totals, ticks_of


@dataclass(frozen=True, slots=True)
class UnitStanding:
    """Where one unit (or person) stands; no rank where something of it is still open."""

    unit: int
    """Index into the scheme's units."""
    score: Decimal | None
    status: Status
    graded: Graded | None = None
    confirmed: str = ""
    """The grade that people confirmed, where they did."""
    reason: str = ""
    """Why they did, in their words."""
    rank: int | None = None
    class_rank: int | None = None
    tie: Tie | None = None
    """How it stands to its neighbours: overall, or in its class where there are no other ranks."""
    class_tie: Tie | None = None
    awards: tuple[str, ...] = ()
    """Titles of the awards."""
    computed: Decimal | None = None
    """What the score tree gave, where a limit makes the score count as 0."""

    @property
    def grade(self) -> str:
        """The proposed grade."""
        return self.graded.grade if self.graded else ""

    @property
    def final_grade(self) -> str:
        """The confirmed grade where there is one, else the proposed one."""
        return self.confirmed or self.grade

    @property
    def held(self) -> tuple[Held, ...]:
        """The limits that held for it."""
        return self.graded.held if self.graded else ()


@dataclass(frozen=True)
class Standing:
    """The standing of a round."""

    scheme: Scheme
    scores: Scores
    units: tuple[UnitStanding, ...]
    """Only those that are appraised, in the order of the units table."""
    awards: tuple[Named, ...]
    settled: bool
    """Whether every unit is settled: otherwise the ranks are provisional (中间结果)."""
    quotas: tuple[Quota, ...] = ()
    """The places of each grade that has a quota or a fixed share, by class."""

    def of_class(self, unit_class: str) -> list[UnitStanding]:
        """Return the standings of a class, best first, the unranked last."""
        mine = [s for s in self.units if self.scheme.units[s.unit].unit_class == unit_class]
        return sorted(mine, key=lambda s: (s.class_rank is None, s.class_rank or 0, s.unit))

    def of_kind(self, kind: str) -> list[UnitStanding]:
        """Return the standings of units or of persons, best first, the unranked last."""
        mine = [s for s in self.units if self.scheme.units[s.unit].kind == kind]
        return sorted(mine, key=lambda s: (s.rank is None, s.rank or 0, s.unit))

    def ranked(self, kind: str = "unit") -> list[UnitStanding]:
        """Return the units (or the persons) that have an overall rank, best first."""
        return [standing for standing in self.of_kind(kind) if standing.rank is not None]


Confirmed = Mapping[int, tuple[str, str]]
"""(grade, reason) by unit, as people confirmed it."""


def stand(
    scheme: Scheme,
    scores: Scores,
    confirmed: Confirmed | None = None,
    barred: Pairs = frozenset(),
    granted: Pairs = frozenset(),
    unfinished: bool = False,
) -> Standing:
    """Return the standing of some scores; `barred` and `granted` hold (award, unit) pairs that
    people decided. `unfinished` says that something which counts is still to come: whatever
    everybody has now is provisional."""
    held = held_limits(scheme, scores)
    totals = find_totals(scheme, scores, held)
    places = _places(scheme, scores, totals, held)
    graded, quotas = grade_units(Field(scheme, scores, totals, held, places))
    decided = confirmed or {}
    final = {
        unit: decided.get(unit, ("",))[0] or (graded[unit].grade if unit in graded else "")
        for unit, total in totals.items()
        if total.has_score
    }
    barred |= {
        (award.code, unit)
        for award in scheme.awards
        for unit in totals
        if has_effect(held[unit], "no_award")
    }
    awards = name_awards(scheme, places, final, barred, granted)
    open_ = any(_is_open(total.status) for total in totals.values())
    settled = not (open_ or unfinished)
    standing = Standing(scheme, scores, (), tuple(awards), settled, quotas)
    units = _unit_standings(standing, totals, places, graded, decided)
    return Standing(scheme, scores, units, tuple(awards), settled, quotas)


def _is_open(status: Status) -> bool:
    return not status.has_value and status is not Status.NOT_APPLICABLE


def _unit_standings(
    standing: Standing,
    totals: Mapping[int, Total],
    places: Places,
    graded: Mapping[int, Graded],
    confirmed: Confirmed,
) -> tuple[UnitStanding, ...]:
    """Return where each unit stands, with the ranks that the scheme asks for."""
    overall, in_class = _shown_ranks(standing.scheme, places)
    titles: dict[int, list[str]] = {}
    for named in standing.awards:
        for unit in named.units:
            titles.setdefault(unit, []).append(named.award.title)
    units = []
    for unit, total in totals.items():
        waits = not standing.settled and total.status is Status.SCORED
        grade, reason = confirmed.get(unit, ("", ""))
        mine, beside = overall.get(unit), in_class.get(unit)
        units.append(
            UnitStanding(
                unit=unit,
                score=total.score,
                status=Status.PROVISIONAL if waits else total.status,
                graded=graded.get(unit),
                confirmed=grade,
                reason=reason,
                rank=mine.rank if mine else None,
                class_rank=beside.rank if beside else None,
                tie=mine.tie if mine else beside.tie if beside else None,
                class_tie=beside.tie if beside else None,
                awards=tuple(titles.get(unit, ())),
                computed=total.computed,
            )
        )
    return tuple(units)


def _shown_ranks(
    scheme: Scheme, places: Places
) -> tuple[Mapping[int, Ranked], Mapping[int, Ranked]]:
    """Return the overall ranks and those within classes that the scheme asks for."""
    overall = places.overall if scheme.settings.ranking in {"both", "overall"} else {}
    in_class = places.in_class if scheme.settings.ranking in {"both", "class"} else {}
    if scheme.settings.ties == "1224":
        return overall, in_class
    closed: dict[int, Ranked] = {}
    for name in scheme.classes:
        mine = (unit for unit in in_class if scheme.units[unit].unit_class == name)
        closed |= closed_up({unit: in_class[unit] for unit in mine})
    whole: dict[int, Ranked] = {}
    for kind in ("unit", "person"):
        mine = (unit for unit in overall if scheme.units[unit].kind == kind)
        whole |= closed_up({unit: overall[unit] for unit in mine})
    return whole, closed


def _places(
    scheme: Scheme,
    scores: Scores,
    totals: Mapping[int, Total],
    held: Sequence[Collection[Held]],
) -> Places:
    """Return everybody's rank, whatever ranks are shown: quotas and awards go by them.

    Who is not ranked by the scheme or by a limit is in no population and takes nobody's place.
    """
    breakers = [
        (code, scores.columns[code])
        for code in scheme.settings.tie_breakers
        if code in scores.columns
    ]
    field = [u for u in totals if scheme.units[u].ranked and not has_effect(held[u], "unranked")]
    last = {unit for unit in field if has_effect(held[unit], "last")}
    ticks = ticks_of(totals, len(scheme.units))
    overall: dict[int, Ranked] = {}
    in_class: dict[int, Ranked] = {}
    for kind in ("unit", "person"):
        mine = [unit for unit in field if scheme.units[unit].kind == kind]
        overall |= rank(mine, ticks, breakers, last)
    for name in scheme.classes:
        mine = [unit for unit in field if scheme.units[unit].unit_class == name]
        in_class |= rank(mine, ticks, breakers, last)
    return Places(overall, in_class)


def differences(one: Standing, other: Standing) -> tuple[tuple[UnitStanding, UnitStanding], ...]:
    """Return the standings of the units whose grade or rank differs, in one and in the other."""
    return tuple(
        (mine, theirs)
        for mine, theirs in zip(one.units, other.units, strict=True)
        if (mine.grade, mine.rank, mine.class_rank)
        != (theirs.grade, theirs.rank, theirs.class_rank)
    )
