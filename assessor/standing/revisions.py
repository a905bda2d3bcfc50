"""What a published standing changed since the one published before, and by which decision."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

_ABOUT_GRADES = frozenset({"confirm_grade"})
_ABOUT_AWARDS = frozenset({"grant_award", "withdraw_award"})
_ABOUT_NOTHING_SHOWN = frozenset({"measure"})
FOLLOWING = frozenset({"grade", "rank", "class_rank", "tie_break", "awards", "status"})
"""What may change for a unit because others changed, its own score being what it was."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What was published of a unit: texts by what they are, in the order in which they stand."""

    code: str
    name: str
    unit_class: str
    fields: Mapping[str, str]
    """By field: name, class, score, grade, rank …, and the codes of parts of the score."""


@dataclass(frozen=True, slots=True)
class Act:
    """A decision as far as revisions are concerned."""

    act: str
    unit: str
    """Empty: for all units."""
    number: int = -1
    """Its place among the decisions; none where it was taken back."""

    def bears_on(self, field: str) -> bool:
        """Say whether it may have changed a field."""
        if self.act in _ABOUT_NOTHING_SHOWN:
            return False
        if self.act in _ABOUT_GRADES:
            return field in {"grade", "awards"}
        return self.act not in _ABOUT_AWARDS or field == "awards"


@dataclass(frozen=True, slots=True)
class Revision:
    """One text that is not what it was, and why."""

    unit: Shown
    field: str
    before: str
    after: str
    cause: str
    """``added``, ``removed``, ``decision``, ``withdrawn`` (a decision was taken back), ``follows``
    (others changed) or ``sources`` (files changed)."""
    decisions: tuple[int, ...] = ()
    """The places of the decisions that bear on it."""


def find_revisions(
    before: Sequence[Shown],
    now: Sequence[Shown],
    new: Sequence[Act],
    gone: Sequence[Act],
    parents: Mapping[str, str],
) -> list[Revision]:
    """Return what changed, in the order of this standing, then who is no longer in it."""
    known = {one.code: one for one in before}
    found: list[Revision] = []
    for one in now:
        old = known.pop(one.code, None)
        if old is None:
            found.append(Revision(one, "", "", "", "added"))
            continue
        mine = {one.code, parents.get(one.code, one.code), ""}
        found += _changes(old, one, _of(new, mine), _of(gone, mine))
    return found + [Revision(one, "", "", "", "removed") for one in known.values()]


def _of(acts: Sequence[Act], units: Collection[str]) -> list[Act]:
    return [act for act in acts if act.unit in units]


def _changes(old: Shown, now: Shown, new: Sequence[Act], gone: Sequence[Act]) -> list[Revision]:
    fields = [*now.fields, *(field for field in old.fields if field not in now.fields)]
    changed = {
        field: (old.fields.get(field, ""), now.fields.get(field, ""))
        for field in fields
        if old.fields.get(field, "") != now.fields.get(field, "")
    }
    only_follows = FOLLOWING.issuperset(changed)
    if only_follows:  # what was decided for all did nothing to this one's own score
        new, gone = ([act for act in acts if act.unit] for acts in (new, gone))
    found = []
    for field, (before, after) in changed.items():
        bearing = tuple(act.number for act in new if act.bears_on(field))
        if bearing:
            cause = "decision"
        elif any(act.bears_on(field) for act in gone):
            cause = "withdrawn"
        else:
            cause = "follows" if only_follows else "sources"
        found.append(Revision(now, field, before, after, cause, bearing))
    return found
