"""Forms that did not come back: not due, not needed, not held, or missing."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from assessor.i18n import Either, catalog
from assessor.problems import Place, Problem, Severity
from assessor.returns.collection import Collection
from assessor.returns.settling import concerns
from assessor.scheme.copies import Copy, CopyKey, Packet
from assessor.scheme.decisions import Decision
from assessor.scheme.model import Period, Scheme
from assessor.scoring.column import Status


def report_absent(
    scheme: Scheme,
    collection: Collection,
    due: Mapping[CopyKey, tuple[Packet, Copy]],
    decisions: Sequence[Decision],
    as_of: dt.date | None,
) -> None:
    """Note why each copy is not there, and report those that are missing."""
    collection.unneeded.update(_unneeded(collection, due))
    for key, (packet, copy) in due.items():
        if key in collection.accepted or key in collection.held:
            continue
        enough = all((key, unit.code) in collection.unneeded for unit in copy.roster)
        status = absent_status(packet.period, as_of, enough=bool(copy.roster) and enough)
        if any(d.act == "zero" and concerns(d, key) and d.unit == key.unit for d in decisions):
            status = Status.SCORED
        collection.absent[key] = (packet, copy, status)
        if status is Status.MISSING and copy.plan.layout != "vote":
            collection.problems.append(missing_problem(scheme, packet, copy))


def _unneeded(
    collection: Collection, due: Mapping[CopyKey, tuple[Packet, Copy]]
) -> Iterator[tuple[CopyKey, str]]:
    """Yield the copies that are not there with each unit that has so many as are asked for.

    A form that differs from another one of its copy is here, whichever of them counts. Of two
    tellers both must be; where one is, the other is still waited for.
    """
    there = {key for key in due if key in collection.accepted or key in collection.held}
    begun = {_filler(key) for key in there}
    unfinished = {_filler(key) for key in due if key not in there}
    whole = begun - unfinished
    came = Counter(
        (key.form, key.period, unit)
        for key, units in {_filler(key): copy.roster for key, (_, copy) in due.items()}.items()
        if key in whole
        for unit in units
    )
    for key, (packet, copy) in due.items():
        least = packet.period.least
        if not least or key in there or _filler(key) in begun:
            continue
        for unit in copy.roster:
            if came[key.form, key.period, unit] >= least:
                yield key, unit.code


def _filler(key: CopyKey) -> CopyKey:
    """Return the key without the teller: two who count for one rater return one form together."""
    return key if key.paper else replace(key, teller="")


def absent_status(period: Period, as_of: dt.date | None, enough: bool = False) -> Status:
    """Return what it means that a form of a period is not there.

    On its due day a form is still in time. A visit in May that need not take place (0 returns asked
    for) is not due until the end of May; from June on, or where no day is given, it was not held:
    what hangs on it does not apply. So it is with a form of which `enough` others are in.
    """
    if as_of is not None and period.due is not None and period.due >= as_of:
        return Status.NOT_DUE
    return Status.MISSING if period.required and not enough else Status.NOT_APPLICABLE


def missing_problem(scheme: Scheme, packet: Packet, copy: Copy) -> Problem:
    """Return the problem of a form that did not come back, with whom to ask."""
    unit = scheme.unit.get(copy.key.unit)
    whose = unit.name if unit else (packet.rater.name if packet.rater else "")
    by = packet.rater.name if packet.rater else whose
    title = copy.plan.title
    if copy.key.teller:
        title += catalog(scheme.settings.language).text(f"form.teller_{copy.key.teller}")
    several = len(scheme.periods) > 1
    period = Either(f"{packet.period.title}，", f"{packet.period.title}, ") if several else ""
    facts: dict[str, object] = {"form": title, "workbook": packet.workbook, "whose": whose}
    facts |= {
        "by": by,
        "period": period,
        "code": object_of(scheme, copy.key),
        "due": packet.period.due.isoformat() if packet.period.due else "—",
        "count": len(copy.roster),
    }
    code = "return_missing" if unit else _MISSING_FOR_MANY.get(copy.plan.layout, "tally_missing")
    rater = copy.key.rater
    return Problem(code, Severity.ERROR, Place(), facts, unit.code if unit else "", rater=rater)


_MISSING_FOR_MANY = {"roster": "roster_missing"}
"""What is said of a form about many units, where it is no count of votes."""


def object_of(scheme: Scheme, key: CopyKey) -> str:
    """Return how a decision names a form: with its period where it has several."""
    form = scheme.form.get(key.form)
    several = form is not None and len(scheme.form_periods(form)) > 1
    return f"{key.form}@{key.period}" if several else key.form
