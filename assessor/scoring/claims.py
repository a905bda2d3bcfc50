"""Bonus claims one by one: which are verified, and which count only once."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assessor.scheme.model import BonusItem


@dataclass(frozen=True, slots=True)
class Claim:
    """One line of a list of claims."""

    line: str
    """Its number on the list."""
    item: str
    """Code of the bonus item."""
    subject: str
    """What earned it: the model, the article, the honour."""
    verified: bool


@dataclass(frozen=True, slots=True)
class CountedOnce:
    """Claims that are levels of one thing: the first counts, the others do not."""

    subject: str
    counted: Claim
    left_out: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class ClaimCount:
    """What a list of claims gives."""

    verified: Mapping[str, int]
    """By item: how many claims count; every item is there."""
    once: tuple[CountedOnce, ...]
    unverified: tuple[Claim, ...]


def count_claims(claims: Iterable[Claim], items: Sequence[BonusItem]) -> ClaimCount:
    """Return how often each item counts: a claim that nobody verified does not, and of items with
    one name under 同事只计一次 the same subject counts once, where it earns most.

    Example: one model, commended by the city (5 points) and by the province (15), both verified:
    the province's counts, and it is 15, not 20.
    """
    known = {item.code: item for item in items}
    verified: Counter[str] = Counter()
    unverified: list[Claim] = []
    levels: dict[tuple[str, str], list[Claim]] = {}
    for claim in claims:
        item = known[claim.item]
        if not claim.verified:
            unverified.append(claim)
        elif item.once:
            levels.setdefault((item.once, folded(claim.subject)), []).append(claim)
        else:
            verified[claim.item] += 1
    once: list[CountedOnce] = []
    for same in levels.values():
        # max takes the first of several that earn alike: the one that stands higher on the list.
        best = max(same, key=lambda claim: known[claim.item].points)
        verified[best.item] += 1
        if len(same) > 1:
            others = tuple(claim for claim in same if claim is not best)
            once.append(CountedOnce(best.subject, best, others))
    counts = {item.code: verified[item.code] for item in items}
    return ClaimCount(counts, tuple(once), tuple(unverified))


def folded(text: str) -> str:
    """Return a subject as it is compared: full width, spaces and case do not count.

    >>> folded(" Ａ 模式 ") == folded("a模式")
    True
    """
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
