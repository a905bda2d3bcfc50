"""The counts of the first sheet of ranking.xlsx: units, files, forms; their parts add up."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assessor.i18n import Catalog
from assessor.returns.collection import Collection
from assessor.scheme.copies import CopyKey, Packet, due_copies
from assessor.scheme.model import Scheme
from assessor.scoring.column import Status
from assessor.standing.stand import Standing


def unit_counts(standing: Standing, words: Catalog) -> list[tuple[str, int]]:
    """Return how many units have each status; those with a score first, whatever it is."""
    count = Counter(mine.status for mine in standing.units)
    always = (Status.SCORED, Status.AWAITING, Status.MISSING)
    shown = [status for status in Status if count[status] or status in always]
    return [(words.text(f"status.{status.word}"), count[status]) for status in shown]


def file_counts(collection: Collection, words: Catalog) -> list[tuple[str, int]]:
    """Return how many files have each disposition."""
    count = Counter(fate.disposition for fate in collection.fates)
    return [(words.text(f"disposition.{name}"), number) for name, number in sorted(count.items())]


@dataclass(frozen=True, slots=True)
class Due:
    """A period: forms expected = back + held + missing + not due + not needed."""

    title: str
    due: dt.date | None
    expected: int
    back: int
    held: int
    """Came back twice with other content, and nobody decided yet which counts."""
    missing: int
    not_due: int
    unneeded: int
    """Not there and not waited for."""


def dues(scheme: Scheme, packets: Sequence[Packet], collection: Collection) -> list[Due]:
    """Return how far each period is, in the order of their table; votes count by the file."""
    count: Counter[tuple[str, str]] = Counter()
    for packet, copy in due_copies(packets):
        period = packet.period.code
        count[period, "expected"] += 1
        if copy.plan.layout != "vote":
            count[period, _state(collection, packet, copy.key)] += 1
        else:
            count[period, "votes"] += 1
    for (_, period), left in collection.unanswered.items():
        count[period, "unneeded"] += left
        count[period, "votes"] -= left
    return [
        Due(
            period.title,
            period.due,
            count[period.code, "expected"],
            count[period.code, "back"] + count[period.code, "votes"],
            count[period.code, "held"],
            count[period.code, "missing"],
            count[period.code, "not_due"],
            count[period.code, "unneeded"],
        )
        for period in scheme.periods
        if count[period.code, "expected"]
    ]


def _state(collection: Collection, packet: Packet, key: CopyKey) -> str:
    if key in collection.held:
        return "held"
    if key not in collection.absent:
        return "back"
    status = collection.absent[key][2]
    if status is Status.NOT_DUE:
        return "not_due"
    waited = status is Status.MISSING and packet.period.required
    return "missing" if waited else "unneeded"


def missing_forms(collection: Collection) -> list[tuple[str, int]]:
    """Return how many of each form are missing, by its title."""
    count = Counter(
        copy.plan.title
        for packet, copy, status in collection.absent.values()
        if packet.period.required and status is Status.MISSING
    )
    return list(count.items())
