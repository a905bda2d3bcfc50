"""Two rounds compared, in words: what became of a unit, what it lost on, what was bad."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from assessor.decimals import digits_of, from_ticks, half_up
from assessor.i18n import Catalog
from assessor.standing.comparison import Change, Comparison, Placing, Round
from assessor.standing.losses import Loss


def shared_ranks(round_: Round) -> frozenset[tuple[str, str, int]]:
    """Return the ranks that several units share: (kind, class or nothing, rank)."""
    count = Counter(
        key
        for placing in round_.placings
        for key in (
            (placing.kind, "", placing.rank),
            (placing.kind, placing.unit_class, placing.class_rank),
        )
    )
    return frozenset(
        (kind, group, rank)
        for (kind, group, rank), number in count.items()
        if rank is not None and number > 1
    )


def score_digits(comparison: Comparison) -> int:
    """Return with how many digits scores are shown: as many as either round has."""
    rounds = (comparison.last, comparison.this)
    scores = [placing.score for round_ in rounds for placing in round_.placings]
    return max((_written(score) for score in scores if score is not None), default=0)


def _written(score: Decimal) -> int:
    exponent = score.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def state_of(placing: Placing | None, words: Catalog) -> str:
    """Say why a round has no score for a unit: it is never shown as zero."""
    if placing is None:
        return words.text("compare.absent")
    return words.text(f"status.{placing.status}")


def notes_text(change: Change, comparison: Comparison, words: Catalog) -> str:
    """Say what became of a unit between the rounds."""
    last = change.last
    names = {p.code: p.name for p in (*comparison.last.placings, *comparison.this.placings)}
    facts = {
        "code": last.code if last else "",
        "name": last.name if last else "",
        "unit_class": last.unit_class if last else "",
        "points": _points(last.points if last else None),
        "now": _points(change.now.points),
        "units": [f"{names.get(code, '')}({code})" for code in change.relatives],
    }
    parts = [words.text(f"compare.note.{note}", **facts) for note in change.notes]
    return words.text("list.semicolon").join(parts)


def bottom_text(change: Change, size: int, words: Catalog) -> str:
    """Say whether a unit came to the bottom, stayed there or left it."""
    if change.this_bottom:
        stayed = "stayed" if change.last_bottom else "came"
        return words.text(f"compare.bottom.{stayed}", size=size)
    return words.text("compare.bottom.left", size=size) if change.left_bottom else ""


def bad_text(bottom: bool, lowest: bool, size: int, words: Catalog) -> str:
    """Say what was bad about a round."""
    parts = [words.text("compare.bad.bottom", size=size)] if bottom else []
    parts += [words.text("compare.bad.lowest")] if lowest else []
    return words.text("list.semicolon").join(parts)


def loss_text(loss: Loss, digits: int, words: Catalog) -> str:
    """Say on what a unit lost points, how many, and what that takes from its total."""
    key = "compare.loss" if loss.of_total == Fraction(loss.lost) else "compare.loss_weighted"
    of_total = taken(loss, digits)
    return words.text(
        key, title=loss.title, lost=f"{loss.lost:f}", points=_points(loss.points), taken=of_total
    )


def taken(loss: Loss, digits: int) -> Decimal:
    """Return what a loss takes from the total, rounded as scores are shown."""
    return from_ticks(half_up(loss.of_total * 10**digits), digits)


def counts(comparison: Comparison) -> list[tuple[str, int]]:
    """Return the counts of the summary, each with the key of its name; they add up."""
    both = [c for c in comparison.changes if c.last is not None and c.this is not None]
    return [
        ("this", len(comparison.this.placings)),
        ("both", len(both)),
        ("new", len(comparison.noted("new", "reorganised"))),
        ("gone", len(comparison.noted("gone", "absorbed"))),
        ("renamed", len(comparison.noted("renamed", "recoded"))),
        ("unscored", len(comparison.unscored)),
        ("bottom", len(comparison.bottom)),
        ("left_bottom", len(comparison.left_bottom)),
        ("two_bad", len(comparison.two_bad)),
    ]


def named(changes: Sequence[Change], words: Catalog) -> str:
    """Name units in a list."""
    return words.text("list.comma").join(change.now.name for change in changes)


def _points(points: Decimal | None) -> str:
    return "" if points is None else f"{points:.{digits_of(points)}f}"
