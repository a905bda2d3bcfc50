"""Quotas and fixed shares: how many of a class may have a grade, and who they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate, groupby

from assessor.decimals import half_up
from assessor.scheme.model import Band, Settings
from assessor.standing.ranking import Cut, Places, Ranked, cut


@dataclass(frozen=True, slots=True)
class Quota:
    """The places of one grade in one class, and how they were filled."""

    kind: str
    unit_class: str
    """Empty: the places that classes left and passed on, where a tie lies across the last one."""
    grade: str
    places: int
    given: int
    """How many have the grade: fewer than the places where fewer reached it."""
    tied: tuple[int, ...] = ()
    """Who stands tied across the last place."""
    forced: bool = False
    """Whether it is a fixed share: then all that are tied have the grade."""


@dataclass
class _Race:
    """One class of those who reached a grade, while its places are given out."""

    unit_class: str
    places: int
    fixed: list[int]
    """Those whose grade is set by a limit: they take their places first and keep them."""
    inside: list[int] = field(default_factory=list)
    tied: list[int] = field(default_factory=list)
    beyond: list[int] = field(default_factory=list)
    passed: list[int] = field(default_factory=list)

    @property
    def open(self) -> int:
        """How many places wait for a decision between those who are tied."""
        return max(0, self.places - len(self.fixed) - len(self.inside)) if self.tied else 0

    @property
    def spare(self) -> int:
        """How many places it leaves; below zero where more are set than there are places."""
        return self.places - len(self.fixed) - len(self.inside) - self.open

    @property
    def outside(self) -> list[int]:
        """Those who get the next grade, best first."""
        return [*self.tied, *self.beyond]


def places_of(share: Fraction, units: int, rounding: str) -> int:
    """Return how many places a share of some units is.

    >>> places_of(Fraction(1, 5), 13, "down"), places_of(Fraction(1, 5), 13, "half_up")
    (2, 3)
    """
    exact = share * units
    return half_up(exact) if rounding == "half_up" else int(exact)


@dataclass(frozen=True, slots=True)
class Fallen:
    """What quotas did to grades: the grades now, what was lost on the way, who was passed on."""

    grades: Mapping[int, int]
    """By unit of the population, its place in the order of grades (0: the best)."""
    lost: Mapping[int, tuple[str, ...]]
    """The grades that a unit reached and that had no place left, best first."""
    passed: frozenset[int]
    """Who has his grade by a place of another class."""
    quotas: tuple[Quota, ...]


def fill_quotas(
    kind: str,
    bands: Sequence[Band],
    classes: Mapping[str, Sequence[int]],
    grades: Mapping[int, int],
    fixed: Collection[int],
    places: Places,
    settings: Settings,
) -> Fallen:
    """Return the grades of a kind after its quotas, better grades first.

    `classes` holds the population of each class, `grades` what its units reached. A class of n
    units has quota × n places, rounded as the settings say. Those for whom there is none,
    the lowest in rank, get the next grade and count in its quota. Nobody of those tied across the
    last place gets it: people decide. Where places that a class leaves are passed on, they go to
    the best of those left out in other classes, never more than the places of all classes.

    Ten units, 优秀 at most 20 %, four reach it: the best two keep it, the others are 良好.
    """
    now, lost, passed = dict(grades), dict[int, tuple[str, ...]](), set[int]()
    quotas: list[Quota] = []
    for step, band in enumerate(bands[:-1]):
        if band.quota is None:
            continue
        races = []
        for name, units in classes.items():
            count = places_of(band.quota, len(units), settings.quota_rounding)
            reached = [unit for unit in units if now[unit] == step]
            races.append(_race(name, count, reached, fixed, places.in_class))
        waiting: list[int] = []
        spare = max(0, sum(race.spare for race in races))
        if settings.quota_left == "passed" and spare:
            spare, waiting = _pass_on(races, spare, places.overall)
        for race in races:
            passed.update(race.passed)
            for unit in race.outside:
                now[unit] = step + 1
                lost[unit] = (*lost.get(unit, ()), band.grade)
        quotas += [_quota(kind, band.grade, race) for race in races]
        if waiting:
            quotas.append(Quota(kind, "", band.grade, spare, 0, tuple(waiting)))
    return Fallen(now, lost, frozenset(passed), tuple(quotas))


def _race(
    name: str,
    count: int,
    reached: Sequence[int],
    fixed: Collection[int],
    ranks: Mapping[int, Ranked],
) -> _Race:
    kept = [unit for unit in reached if unit in fixed]
    found: Cut = cut([unit for unit in reached if unit not in fixed], ranks, count - len(kept))
    return _Race(name, count, kept, [*found.inside], [*found.tied], [*found.beyond])


def _quota(kind: str, grade: str, race: _Race) -> Quota:
    given = len(race.fixed) + len(race.inside)
    return Quota(kind, race.unit_class, grade, race.places, given, tuple(race.tied))


def _pass_on(
    races: Sequence[_Race], spare: int, overall: Mapping[int, Ranked]
) -> tuple[int, list[int]]:
    """Give spare places to those left out, best first over all classes; return the places that are
    left, and those who are tied across the last one.

    Whoever is tied in his class and whoever is tied with him overall get it together or not at
    all; places of their own class that wait for them count first.
    """
    home = {unit: race for race in races for unit in race.outside}
    ordered = sorted(home, key=lambda unit: overall[unit].rank)
    for _, group in groupby(ordered, key=lambda unit: overall[unit].rank):
        mine = list(group)
        own = sum(race.open for race in races if set(race.tied) & set(mine))
        if len(mine) - own > spare:
            return spare, mine if spare else []
        spare -= len(mine) - own
        for unit in mine:
            race = home[unit]
            race.inside.append(unit)
            race.passed.append(unit)
            (race.tied if unit in race.tied else race.beyond).remove(unit)
    return spare, []


def boundaries(shares: Sequence[Fraction], units: int) -> list[int]:
    """Return down to which place each fixed share goes: the shares so far × n, rounded half-up.

    The counts between the boundaries always add up to n, which shares rounded one by one do not.

    >>> boundaries([Fraction(1, 5), Fraction(3, 5), Fraction(1, 5)], 13)  # 2.6, 10.4, 13
    [3, 10, 13]
    """
    return [half_up(share * units) for share in accumulate(shares)]


def grade_at(place: int, edges: Sequence[int]) -> int:
    """Return the grade of a place under fixed shares; who is tied with a better place has its
    grade, so that equal scores never get different ones.

    >>> [grade_at(place, [3, 10, 13]) for place in (1, 3, 4, 4, 11)]
    [0, 0, 1, 1, 2]
    """
    return next((step for step, edge in enumerate(edges) if place <= edge), len(edges) - 1)


def forced_quotas(
    kind: str,
    bands: Sequence[Band],
    name: str,
    units: Sequence[int],
    ranks: Mapping[int, Ranked],
) -> list[Quota]:
    """Return the places of each fixed share in a class, and who is tied across its last one."""
    edges = boundaries([band.share or Fraction(0) for band in bands], len(units))
    quotas = []
    for step, band in enumerate(bands):
        before = edges[step - 1] if step else 0
        given = [unit for unit in units if grade_at(ranks[unit].rank, edges) == step]
        tied = tuple(unit for unit in cut(units, ranks, edges[step]).tied if unit in given)
        places = edges[step] - before
        quotas.append(Quota(kind, name, band.grade, places, len(given), tied, forced=True))
    return quotas
