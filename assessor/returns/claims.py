"""Lists of claims that came back: their verified lines counted by bonus item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from assessor.problems import Place, Problem, note
from assessor.returns.collection import Accepted, Collection
from assessor.returns.reading import COUNTED, Entry, EntryStatus, FormReading
from assessor.scheme.copies import CopyKey
from assessor.scheme.model import BonusItem, Scheme
from assessor.scheme.plans_claims_list import choice_of
from assessor.scoring.claims import Claim, ClaimCount, count_claims


def settle_claims(scheme: Scheme, collection: Collection) -> list[Problem]:
    """Add to every list of claims how often each bonus item counts; return problems.

    A list with a line that could not be read counts nothing until it is cured.
    """
    problems: list[Problem] = []
    for key, accepted in collection.accepted.items():
        form = scheme.form[key.form]
        if form.layout != "claims_list":
            continue
        items = scheme.bonus_items(form.bonus)
        reading = accepted.reading
        if any(entry.status is EntryStatus.REFUSED for entry in reading.entries):
            counts = [_entry(item, None) for item in items]
        else:
            found = count_claims(claims_of(reading, items), items)
            counts = [_entry(item, found.verified[item.code]) for item in items]
            problems += _told(key, accepted, found, items)
        whole = replace(reading, entries=(*reading.entries, *counts))
        collection.accepted[key] = Accepted(accepted.file, whole)
    return problems


def claims_of(reading: FormReading, items: Sequence[BonusItem]) -> list[Claim]:
    """Return the claims of a list that was read without a fault."""
    lines: dict[str, dict[str, Entry]] = {}
    for entry in reading.entries:
        lines.setdefault(entry.row, {})[entry.column] = entry
    claims = []
    for number, line in lines.items():
        position = line["item"].value
        if position is not None:
            item = items[int(position)].code
            claims.append(Claim(number, item, line["subject"].raw, bool(line["verified"].value)))
    return claims


def _entry(item: BonusItem, count: int | None) -> Entry:
    if count is None:
        return Entry(COUNTED, item.code, "verified", "", "", None, EntryStatus.REFUSED)
    return Entry(COUNTED, item.code, "verified", "", str(count), Decimal(count), EntryStatus.GIVEN)


def _told(
    key: CopyKey, accepted: Accepted, found: ClaimCount, items: Sequence[BonusItem]
) -> Iterator[Problem]:
    """Yield a note of each thing that counts once, and one of what nobody verified."""
    named = {item.code: choice_of(item) for item in items}
    place = Place(accepted.file, accepted.reading.sheet)

    def of(problem: Problem) -> Problem:
        return replace(problem, unit=key.unit, rater=key.rater)

    for once in found.once:
        left_out = [named[claim.item] for claim in once.left_out]
        facts = {"counted": named[once.counted.item], "left_out": left_out}
        yield of(note("claim_counted_once", place, subject=once.subject, **facts))
    if found.unverified:
        lines = [claim.line for claim in found.unverified]
        yield of(note("claims_not_verified", place, count=len(lines), lines=lines))
