"""Two rounds side by side: who rose, who fell, who is new, and who stands at the bottom again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.standing.losses import Loss, Part, losses
from assessor.standing.succession import Identity, Origin, absorbed, origins


@dataclass(frozen=True, slots=True)
class Placing:
    """Where one unit stood in one round."""

    code: str
    name: str
    unit_class: str
    kind: str
    status: str
    score: Decimal | None = None
    points: Decimal | None = None
    """The full marks of its total."""
    grade: str = ""
    """The confirmed grade where there is one, else the proposed one."""
    rank: int | None = None
    class_rank: int | None = None


@dataclass(frozen=True)
class Round:
    """One round: a name for it, its placings in their order, and its lowest grade by kind."""

    label: str
    placings: tuple[Placing, ...]
    lowest: Mapping[str, str]

    def of(self, code: str) -> Placing:
        """Return the placing of a unit."""
        return next(placing for placing in self.placings if placing.code == code)

    def ranked(self) -> int:
        """Return how many units have a rank."""
        return sum(placing_rank(placing) is not None for placing in self.placings)


def placing_rank(placing: Placing | None) -> int | None:
    """Return the overall rank, or the rank in the class where a scheme has no other."""
    if placing is None:
        return None
    return placing.class_rank if placing.rank is None else placing.rank


@dataclass(frozen=True, slots=True)
class Change:
    """One unit in both rounds, or in the only one it was in."""

    last: Placing | None
    this: Placing | None
    notes: tuple[str, ...] = ()
    """Codes: new, gone, recoded, renamed, by_name, reorganised, absorbed, moved, other_points."""
    relatives: tuple[str, ...] = ()
    """Codes of the units it was merged from or split off (reorganised), or went into (absorbed)."""
    last_bottom: bool = False
    this_bottom: bool = False
    last_lowest: bool = False
    this_lowest: bool = False

    @property
    def now(self) -> Placing:
        """The placing to call the unit by: this round's, or the last one's of a unit gone."""
        found = self.this or self.last
        assert found is not None
        return found

    @property
    def score_change(self) -> Decimal | None:
        """Return by how much the score rose; none where there are not two that can be compared."""
        if self.last is None or self.this is None or "other_points" in self.notes:
            return None
        if self.last.score is None or self.this.score is None:
            return None
        return self.this.score - self.last.score

    @property
    def rank_change(self) -> int | None:
        """Return by how many places it moved up overall."""
        if self.last is None or self.this is None:
            return None
        return _risen(self.last.rank, self.this.rank)

    @property
    def class_rank_change(self) -> int | None:
        """Return by how many places it moved up in its class, where it is still the same class."""
        if self.last is None or self.this is None or "moved" in self.notes:
            return None
        return _risen(self.last.class_rank, self.this.class_rank)

    @property
    def left_bottom(self) -> bool:
        """Whether it was at the bottom and, with a rank this time too, is there no more."""
        return self.last_bottom and not self.this_bottom and placing_rank(self.this) is not None

    @property
    def two_bad(self) -> bool:
        """Whether both rounds were bad: at the bottom, or in the lowest grade."""
        return (self.last_bottom or self.last_lowest) and (self.this_bottom or self.this_lowest)


def _risen(before: int | None, now: int | None) -> int | None:
    return None if before is None or now is None else before - now


@dataclass(frozen=True)
class Comparison:
    """Two rounds compared."""

    last: Round
    this: Round
    size: int
    """How many units at the end count as the bottom."""
    changes: tuple[Change, ...]
    """This round's units in their order, then those that are gone."""
    losses: Mapping[str, tuple[Loss, ...]]
    """What this round's bottom lost most on, by code."""

    @property
    def bottom(self) -> list[Change]:
        """This round's bottom, the last one first."""
        mine = [change for change in self.changes if change.this_bottom]
        return sorted(mine, key=lambda change: -(placing_rank(change.this) or 0))

    @property
    def left_bottom(self) -> list[Change]:
        """Who was at the bottom and is there no more, best first."""
        mine = [change for change in self.changes if change.left_bottom]
        return sorted(mine, key=lambda change: placing_rank(change.this) or 0)

    @property
    def two_bad(self) -> list[Change]:
        """Who had two bad years running."""
        return [change for change in self.changes if change.two_bad]

    def noted(self, *notes: str) -> list[Change]:
        """Return the changes that carry one of some notes."""
        return [change for change in self.changes if not set(notes).isdisjoint(change.notes)]

    @property
    def unscored(self) -> list[Change]:
        """Units of this round that have no score in one of the rounds they were in."""
        return [
            change
            for change in self.changes
            if change.this is not None
            and any(p is not None and p.score is None for p in (change.last, change.this))
        ]


def compare(
    last: Round,
    this: Round,
    identities: Sequence[Identity],
    parts: Mapping[str, Sequence[Part]],
    size: int = 5,
) -> Comparison:
    """Compare two rounds; `identities` are this round's units, `parts` their scores by code."""
    known = {unit.code: unit for unit in identities}
    units = [known.get(one.code) or Identity(one.code, one.name) for one in this.placings]
    found = origins(units, {placing.code: placing.name for placing in last.placings})
    bottoms = bottom_codes(last, size), bottom_codes(this, size)
    before = {placing.code: placing for placing in last.placings}
    changes = []
    for placing in this.placings:
        origin = found.get(placing.code, Origin())
        earlier = before.get(origin.code)
        notes = _notes(earlier, placing, origin)
        changes.append(_change(last, this, earlier, placing, notes, origin.parts, bottoms))
    stayed = {origin.code for origin in found.values()}
    gone = [placing for placing in last.placings if placing.code not in stayed]
    heirs = absorbed(units, {placing.code for placing in gone})
    for placing in gone:
        into = heirs.get(placing.code, ())
        notes = ("absorbed",) if into else ("gone",)
        changes.append(_change(last, this, placing, None, notes, into, bottoms))
    lost = {code: losses(parts.get(code, ())) for code in bottoms[1]}
    return Comparison(last, this, size, tuple(changes), lost)


def _change(
    last: Round,
    this: Round,
    before: Placing | None,
    now: Placing | None,
    notes: tuple[str, ...],
    relatives: tuple[str, ...],
    bottoms: tuple[frozenset[str], frozenset[str]],
) -> Change:
    return Change(
        before,
        now,
        notes,
        relatives,
        last_bottom=before is not None and before.code in bottoms[0],
        this_bottom=now is not None and now.code in bottoms[1],
        last_lowest=_lowest(last, before),
        this_lowest=_lowest(this, now),
    )


def _notes(before: Placing | None, now: Placing, origin: Origin) -> tuple[str, ...]:
    if before is None:
        return ("reorganised",) if origin.parts else ("new",)
    notes = {
        "recoded": before.code != now.code,
        "renamed": before.name != now.name,
        "by_name": origin.how == "name",
        "moved": before.unit_class != now.unit_class,
        "other_points": None not in (before.points, now.points) and before.points != now.points,
    }
    return tuple(note for note, holds in notes.items() if holds)


def _lowest(round_: Round, placing: Placing | None) -> bool:
    return bool(placing and placing.grade and placing.grade == round_.lowest.get(placing.kind))


def bottom_codes(round_: Round, size: int) -> frozenset[str]:
    """Return the units at the end: of units and persons apart, of each class where a scheme ranks
    only within classes.

    Who shares the rank at the edge belongs to it. Nobody who ranks first does, however few there
    are.
    """
    groups: dict[tuple[str, str], list[Placing]] = {}
    overall = {placing.kind for placing in round_.placings if placing.rank is not None}
    for placing in round_.placings:
        whole = placing.kind in overall
        rank = placing.rank if whole else placing.class_rank
        if rank is not None:
            group = placing.kind, "" if whole else placing.unit_class
            groups.setdefault(group, []).append(placing)
    return frozenset(code for group in groups.values() for code in _end(group, size))


def _end(group: Sequence[Placing], size: int) -> list[str]:
    ranks = {placing.code: placing_rank(placing) or 0 for placing in group}
    edge = sorted(ranks.values(), reverse=True)[:size][-1]
    return [code for code, rank in ranks.items() if rank >= max(edge, 2)]
