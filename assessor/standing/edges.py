"""Why a unit did not get a grade that it reached, or got it although the places are fewer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assessor.standing.quotas import Quota
from assessor.standing.stand import Standing, UnitStanding


@dataclass(frozen=True, slots=True)
class Edge:
    """Something about the last place of a grade: a code, and facts to word it with."""

    code: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Tied:
    """Those who are tied across the last place of a grade, and what people decided of them."""

    quota: Quota
    score: str
    """The score that all of them have."""
    names: tuple[str, ...]
    open: tuple[int, ...]
    """Those of them whose grade nobody has confirmed."""
    chosen: tuple[str, ...]
    """The names of those who were given the grade."""

    @property
    def taken(self) -> int:
        """How many of the places are gone."""
        return self.quota.given + len(self.chosen)

    @property
    def left(self) -> int:
        """How many places nobody has."""
        return max(0, self.quota.places - self.taken)

    @property
    def enough(self) -> bool:
        """Whether the places do for those who are left, because others were decided on."""
        return len(self.open) <= self.left


def tied_of(standing: Standing, quota: Quota) -> Tied:
    """Return who is tied across the last place, at which score, and what is decided."""
    mine = {one.unit: one for one in standing.units}
    units = standing.scheme.units
    score = mine[quota.tied[0]].score if quota.tied else None
    return Tied(
        quota=quota,
        score="" if score is None else f"{score:f}",
        names=tuple(units[unit].name for unit in quota.tied),
        open=tuple(unit for unit in quota.tied if not mine[unit].confirmed),
        chosen=tuple(
            units[unit].name for unit in quota.tied if mine[unit].confirmed == quota.grade
        ),
    )


def edges_of(standing: Standing, mine: UnitStanding) -> Iterator[Edge]:
    """Yield what the places of grades did to a unit, better grades first: ``full``, ``kept_open``
    where places ahead of it wait for a decision, ``tie_…`` where it is itself among those who are
    tied, ``share_tied`` where a tie gave it the better grade."""
    if mine.graded is None:
        return
    of = standing.scheme.units[mine.unit]
    quotas = [quota for quota in standing.quotas if quota.kind == of.kind]
    for quota in quotas:
        if quota.forced and mine.unit in quota.tied:
            yield _edge("share_tied", tied_of(standing, quota), mine, standing)
    for grade in mine.graded.lost:
        here = [q for q in quotas if q.grade == grade and not q.forced]
        own = next(q for q in here if q.unit_class == of.unit_class)
        passed_on = next((q for q in here if mine.unit in q.tied and not q.unit_class), None)
        tied = tied_of(standing, own if mine.unit in own.tied else passed_on or own)
        if mine.unit in tied.quota.tied:
            yield _edge(_tie_code(tied, mine), tied, mine, standing)
        else:
            code = "kept_open" if own.tied and tied.open and tied.left else "full"
            yield _edge(code, tied, mine, standing)


def _tie_code(tied: Tied, mine: UnitStanding) -> str:
    if mine.confirmed:
        return "tie_decided"
    if not tied.left:
        return "tie_gone"
    if tied.enough:
        return "tie_rest"
    return "tie_open" if tied.quota.unit_class else "tie_passed"


def _edge(code: str, tied: Tied, mine: UnitStanding, standing: Standing) -> Edge:
    own = standing.scheme.units[mine.unit].name
    others = [name for name in tied.names if name != own]
    open_ = [standing.scheme.units[unit].name for unit in tied.open]
    return Edge(
        code,
        {
            "grade": tied.quota.grade,
            "places": tied.quota.places,
            "given": tied.quota.given,
            "left": tied.left,
            "score": tied.score,
            "units": open_ if code == "kept_open" else others,
            "chosen": list(tied.chosen),
        },
    )
