"""Checks of time: rounds in which a criterion is due, dates that belong to another year."""

from __future__ import annotations

import re
import unicodedata

from assessor.problems import Problem, error, warning
from assessor.scheme.check_people import cell
from assessor.scheme.model import Scheme

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SAID = re.compile(r"年度|年|度|[\s._\-/]")
"""What may be written or left out in the name of a round."""


def criteria_rounds_come(scheme: Scheme) -> list[Problem]:
    """The rounds of a criterion are written like the scheme's own, and not all of them are past."""
    now = scheme.settings.round
    problems = []
    for row in (row for row in scheme.criteria if row.rounds):
        place = cell(row.at, "rounds")
        strange = [name for name in row.rounds if name != now and _alike(name, now)]
        problems += [
            error("round_spelt", place, title=row.title, name=name, round=now) for name in strange
        ]
        if not strange and row.rounds and all(_is_past(name, now) for name in row.rounds):
            facts = {"title": row.title, "rounds": list(row.rounds), "round": now}
            problems.append(warning("rounds_past", place, **facts))
    return problems


def _plain(name: str) -> str:
    return _SAID.sub("", unicodedata.normalize("NFKC", name)).lower()


def _alike(name: str, now: str) -> bool:
    """Say whether a round is this one in other words, or is not written as this scheme does.

    >>> _alike("2026年", "2026"), _alike("26", "2026"), _alike("2028", "2026")
    (True, True, False)
    """
    if _plain(name) == _plain(now):
        return True
    return bool(_YEAR.search(now)) and not _YEAR.search(name)


def _is_past(name: str, now: str) -> bool:
    years, this = _YEAR.findall(name), _YEAR.findall(now)
    return bool(years and this) and max(years) < min(this)


def dates_belong_to_the_round(scheme: Scheme) -> list[Problem]:
    """A period opens and is due in the years of the round, or in a year beside them."""
    now = scheme.settings.round
    years = [int(year) for year in _YEAR.findall(now)]
    if not years:
        return []
    first, last = min(years), max(years) + 1
    problems = []
    made = scheme.settings.date
    if made is not None and not first - 1 <= made.year <= last:
        place = cell(scheme.settings.at.get("date"), "value")
        problems.append(warning("date_year", place, day=made.isoformat(), round=now))
    for period in scheme.periods:
        for key, day, begin in (("opens", period.opens, first - 1), ("due", period.due, first)):
            if day is not None and not begin <= day.year <= last:
                facts = {"title": period.title, "day": day.isoformat(), "round": now}
                problems.append(warning("period_year", cell(period.at, key), **facts))
    return problems


ROUND_CHECKS = (
    criteria_rounds_come,
    dates_belong_to_the_round,
)
