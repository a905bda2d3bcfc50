"""The standing: scores to grades, ranks and awards; and what would differ by rounding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.scheme.model import Scheme
from assessor.scoring.column import Status
from assessor.scoring.evaluate import Scores
from assessor.standing.awards import Named, name_awards
from assessor.standing.grades import Graded, grade_units
from assessor.standing.ranking import Ranked, Tie, rank


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
    awards: tuple[str, ...] = ()
    """Titles of the awards."""

    @property
    def grade(self) -> str:
        """The proposed grade."""
        return self.graded.grade if self.graded else ""

    @property
    def final_grade(self) -> str:
        """The confirmed grade where there is one, else the proposed one."""
        return self.confirmed or self.grade


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

    def of_class(self, unit_class: str) -> list[UnitStanding]:
        """Return the standings of a class, best first, the unranked last."""
        mine = [s for s in self.units if self.scheme.units[s.unit].unit_class == unit_class]
        return sorted(mine, key=lambda s: (s.class_rank is None, s.class_rank or 0, s.unit))

    def ranked(self) -> list[UnitStanding]:
        """Return the standings that have an overall rank, best first."""
        mine = [standing for standing in self.units if standing.rank is not None]
        return sorted(mine, key=lambda s: (s.rank or 0, s.unit))


def stand(
    scheme: Scheme,
    scores: Scores,
    confirmed: Mapping[int, tuple[str, str]] | None = None,
    barred: frozenset[tuple[str, int]] = frozenset(),
    granted: frozenset[tuple[str, int]] = frozenset(),
) -> Standing:
    """Return the standing of some scores; `confirmed` holds (grade, reason) by unit."""
    appraised = [i for i, unit in enumerate(scheme.units) if scheme.root(unit.unit_class)]
    order = {unit.code: index for index, unit in enumerate(scheme.units)}
    roots = {name: scheme.root(name) for name in scheme.classes}
    totals: list[Decimal | None] = [None] * len(scheme.units)
    ticks: list[int | None] = [None] * len(scheme.units)
    status: list[Status] = [Status.NOT_APPLICABLE] * len(scheme.units)
    digits = max((root.digits for root in roots.values() if root), default=0)
    for index in appraised:
        root = roots[scheme.units[index].unit_class]
        column = scores.columns[root.code if root else ""]
        above = (
            order.get(scheme.units[index].parent) if scheme.units[index].kind == "person" else None
        )
        if _open_aside(scores, index) or (above is not None and _open_aside(scores, above)):
            status[index] = Status.AWAITING
            continue
        totals[index], status[index] = column.value(index), column.status[index]
        shown = column.shown(index)
        ticks[index] = None if shown is None else shown * 10 ** (digits - column.digits)
    graded = grade_units(scheme, scores.columns, totals)
    overall, in_class = _ranks(scheme, scores, appraised, ticks)
    open_ = [
        i for i in appraised if not status[i].has_value and status[i] is not Status.NOT_APPLICABLE
    ]
    grades = [
        (confirmed or {}).get(index, ("",))[0] or (grade.grade if grade else "")
        for index, grade in enumerate(graded)
    ]
    awards = name_awards(
        scheme,
        {index: ranked.rank for index, ranked in overall.items()},
        {index: ranked.rank for index, ranked in in_class.items()},
        grades,
        barred,
        granted,
    )
    units = []
    for index in appraised:
        waits = bool(open_) and status[index] is Status.SCORED
        grade, reason = (confirmed or {}).get(index, ("", ""))
        units.append(
            UnitStanding(
                unit=index,
                score=totals[index],
                status=Status.PROVISIONAL if waits else status[index],
                graded=graded[index],
                confirmed=grade,
                reason=reason,
                rank=overall[index].rank if index in overall else None,
                class_rank=in_class[index].rank if index in in_class else None,
                tie=overall[index].tie if index in overall else None,
                awards=tuple(named.award.title for named in awards if index in named.units),
            )
        )
    return Standing(scheme, scores, tuple(units), tuple(awards), settled=not open_)


def _open_aside(scores: Scores, unit: int) -> bool:
    """Say whether an error is open in a part that is only shown: the unit waits all the same."""
    shown = (node for node in scores.tree if node.informative)
    return any(scores.columns[node.code].status[unit] is Status.AWAITING for node in shown)


def _ranks(
    scheme: Scheme, scores: Scores, appraised: Sequence[int], ticks: Sequence[int | None]
) -> tuple[dict[int, Ranked], dict[int, Ranked]]:
    """Return overall ranks (units and persons apart) and ranks within the class."""
    breakers = [
        (code, scores.columns[code])
        for code in scheme.settings.tie_breakers
        if code in scores.columns
    ]
    field = [index for index in appraised if scheme.units[index].ranked]
    overall: dict[int, Ranked] = {}
    in_class: dict[int, Ranked] = {}
    for kind in ("unit", "person"):
        overall |= rank([i for i in field if scheme.units[i].kind == kind], ticks, breakers)
    for name in scheme.classes:
        in_class |= rank([i for i in field if scheme.units[i].unit_class == name], ticks, breakers)
    return overall, in_class


def differences(one: Standing, other: Standing) -> tuple[tuple[UnitStanding, UnitStanding], ...]:
    """Return the standings of the units whose grade or rank differs, in one and in the other."""
    return tuple(
        (mine, theirs)
        for mine, theirs in zip(one.units, other.units, strict=True)
        if (mine.grade, mine.rank, mine.class_rank)
        != (theirs.grade, theirs.rank, theirs.class_rank)
    )
