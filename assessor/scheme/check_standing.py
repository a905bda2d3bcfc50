"""Checks of grades, awards and ranks: shares that are whole, places that somebody can get."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from assessor.decimals import half_up, percent
from assessor.i18n import Either, Term
from assessor.problems import Problem, Severity, error, warning
from assessor.scheme.check_people import cell, table_place, unknown
from assessor.scheme.columns import AWARDS, GRADES, SETTING_KEYS, Column
from assessor.scheme.model import Award, Band, Scheme, Unit

_TIE_BREAKERS = Column("tie_breakers", "同分比较")


def kinds_have_grades(scheme: Scheme) -> list[Problem]:
    """Units and persons that are appraised have bands of their own."""
    kinds = {scheme.classes[name] for name in scheme.appraised_classes}
    return [
        error("grades_missing", table_place(scheme, GRADES), kind=Term(f"kind.{kind}"))
        for kind in sorted(kinds)
        if not scheme.bands.get(kind)
    ]


# -- quotas and fixed shares ---------------------------------------------------------------------


def shares_are_shares(scheme: Scheme) -> list[Problem]:
    """A quota or a fixed share is more than nothing and at most all."""
    every = [*scheme.bands.values(), *scheme.node_bands.values()]
    return [
        error("share_range", cell(band.at, key), share=percent(share))
        for bands in every
        for band in bands
        for key, share in (("quota", band.quota), ("share", band.share))
        if share is not None and not 0 < share <= 1
    ]


def shares_are_whole(scheme: Scheme) -> list[Problem]:
    """Fixed shares stand alone, are given for every grade, and add up to 100 %."""
    problems = []
    for kind, bands in scheme.bands.items():
        shares = [band.share for band in bands if band.share is not None]
        if not shares:
            continue
        facts = {"kind": Term(f"kind.{kind}")}
        if len(shares) < len(bands) or any(_has_bounds(band) for band in bands):
            odd = next(band for band in bands if band.share is None or _has_bounds(band))
            problems.append(error("bands_mixed", cell(odd.at, "share"), **facts))
        elif sum(shares) != 1:
            whole = percent(sum(shares, Fraction(0)))
            problems.append(error("shares_sum", cell(bands[-1].at, "share"), sum=whole, **facts))
    return problems


def _has_bounds(band: Band) -> bool:
    return band.lower is not None or band.quota is not None


def quotas_leave_a_rest(scheme: Scheme) -> list[Problem]:
    """Quotas that are more than everybody together bind nobody at the end."""
    problems = []
    for kind, bands in scheme.bands.items():
        quotas = [band for band in bands if band.quota is not None]
        total = sum((band.quota for band in quotas if band.quota is not None), Fraction(0))
        if total > 1 and all(band.quota is None or band.quota <= 1 for band in quotas):
            facts = {"sum": percent(total), "kind": Term(f"kind.{kind}")}
            problems.append(warning("quotas_sum", cell(quotas[-1].at, "quota"), **facts))
    return problems


def quotas_have_places(scheme: Scheme) -> list[Problem]:
    """A quota needs a lower grade, and a class in which it is at least one place."""
    problems = []
    for kind, bands in scheme.bands.items():
        if bands[-1].quota is not None:
            lowest = bands[-1]
            problems.append(error("quota_lowest", cell(lowest.at, "quota"), grade=lowest.grade))
        for name in (name for name in scheme.appraised_classes if scheme.classes[name] == kind):
            for band in bands:
                problems += _places(scheme, name, band)
    return problems


def _places(scheme: Scheme, unit_class: str, band: Band) -> Iterator[Problem]:
    share = band.share if band.quota is None else band.quota
    if share is None:
        return
    key = "share" if band.quota is None else "quota"
    ranked = sum(unit.ranked for unit in scheme.units_of(unit_class))
    facts = {"unit_class": unit_class, "grade": band.grade}
    if not ranked:
        # A quota leaves them alone; fixed shares could give them no grade at all.
        found = error("quota_unranked", cell(band.at, key), **facts)
        yield found if key == "share" else replace(found, severity=Severity.WARNING)
    elif key == "quota" and not _rounded(scheme, share * ranked):
        yield warning("quota_none", cell(band.at, key), units=ranked, share=percent(share), **facts)


def _rounded(scheme: Scheme, places: Fraction) -> int:
    return half_up(places) if scheme.settings.quota_rounding == "half_up" else int(places)


# -- grades of nodes -----------------------------------------------------------------------------


def node_bands_name_nodes(scheme: Scheme) -> list[Problem]:
    """Further grades name a node of their kind and grades of the total, in the same order."""
    return [
        problem
        for (kind, node), bands in scheme.node_bands.items()
        for problem in _node_bands(scheme, kind, node, bands)
    ]


def _node_bands(scheme: Scheme, kind: str, code: str, bands: Sequence[Band]) -> Iterator[Problem]:
    order = [band.grade for band in scheme.bands.get(kind, ())]
    known = [*unknown(bands[0].at, GRADES.column("node"), [code], scheme.node)]
    for band in bands:
        known += unknown(band.at, GRADES.column("grade"), [band.grade], order)
    yield from known
    if known:
        return
    node = scheme.node[code]
    if kind not in {scheme.classes.get(name) for name in scheme.node_classes(node)}:
        facts = {"node": node.title, "kind": Term(f"kind.{kind}")}
        yield error("band_never", cell(bands[0].at, "node"), **facts)
    for band in bands:
        for key, share in (("quota", band.quota), ("share", band.share)):
            if share is not None:
                yield error("band_of_node", cell(band.at, key), node=node.title)
    for upper, lower in pairwise(bands):
        if order.index(upper.grade) > order.index(lower.grade):
            facts = {"node": node.title, "better": lower.grade, "worse": upper.grade}
            yield error("bands_order", cell(upper.at, "from"), **facts)


# -- ranks ---------------------------------------------------------------------------------------


def tie_breakers_exist(scheme: Scheme) -> list[Problem]:
    """Ties are broken by nodes."""
    at = scheme.settings.at.get("tie_breakers")
    problems = unknown(at, _TIE_BREAKERS, scheme.settings.tie_breakers, scheme.node)
    return [replace(problem, place=cell(at, "value")) for problem in problems]


def tie_breakers_are_for_all(scheme: Scheme) -> list[Problem]:
    """A node that breaks ties is scored for all classes that are ranked with each other."""
    problems = []
    place = cell(scheme.settings.at.get("tie_breakers"), "value")
    known = [scheme.node[code] for code in scheme.settings.tie_breakers if code in scheme.node]
    for kind in dict.fromkeys(scheme.classes[name] for name in scheme.appraised_classes):
        ranked = [n for n in scheme.appraised_classes if scheme.classes[n] == kind]
        ranked = [name for name in ranked if scheme.ranks(name)]
        broken = {node.code: set(scheme.node_classes(node)).intersection(ranked) for node in known}
        some = set().union(*broken.values())
        for node in known:
            # Ranked in their classes alone, each class may have a node of its own.
            alone = scheme.settings.ranking == "class"
            lacking = [n for n in ranked if n not in (some if alone else broken[node.code])]
            if broken[node.code] and lacking:
                facts = {"node": node.title, "classes": lacking}
                problems.append(warning("tie_breaker_not_for", place, **facts))
    return problems


def settings_have_an_effect(scheme: Scheme) -> list[Problem]:
    """What is stated on ranks, quotas and export is used by something."""
    bands = [band for bands in scheme.bands.values() for band in bands]
    quotas = any(band.quota is not None for band in bands)
    ordered = quotas or any(band.share is not None for band in bands)
    settings = scheme.settings
    idle = {
        "ties": "no_ranking" if settings.ranking == "none" else "",
        "tie_breakers": "no_ranking" if settings.ranking == "none" and not ordered else "",
        "quota_rounding": "" if quotas else "no_quota",
        "quota_left": "" if quotas else "no_quota",
        "export_title": "no_factor" if settings.export_factor is None else "",
    }
    return [
        warning(
            "setting_without_effect",
            settings.at[key].cell("key"),
            name=Either(SETTING_KEYS[key], key),
            reason=Term(f"setting.{reason}"),
        )
        for key, reason in idle.items()
        if reason and key in settings.at
    ]


# -- awards --------------------------------------------------------------------------------------


def awards_can_be_won(scheme: Scheme) -> list[Problem]:
    """An award has slots, somebody who may win it, ranks to go by, and a grade that exists."""
    problems = []
    for award in scheme.awards:
        grades = [band.grade for band in scheme.bands.get(award.kind, ())]
        found = unknown(award.at, AWARDS.column("class"), [award.unit_class], scheme.classes)
        found += unknown(award.at, AWARDS.column("least_grade"), [award.least_grade], grades)
        problems += found or [*_ranking_of(scheme, award), *_slots_of(scheme, award)]
    return problems


def _ranking_of(scheme: Scheme, award: Award) -> Iterator[Problem]:
    """An award by rank needs the ranks that it goes by: of a class, or overall."""
    ranking = scheme.settings.ranking
    classes = [n for n in scheme.appraised_classes if scheme.classes[n] == award.kind]
    overall = not award.unit_class and len(classes) > 1
    if award.by == "rank" and (ranking == "none" or (ranking == "class" and overall)):
        yield error("award_without_ranking", cell(award.at, "by"), title=award.title)


def _slots_of(scheme: Scheme, award: Award) -> Iterator[Problem]:
    """Slots are given as a number or as a share, and there are not more than may win."""
    field = len(_competing(scheme, award))
    place = cell(award.at, "slots")
    if not field:
        yield error("award_never", cell(award.at, "class"), title=award.title)
    if award.share is not None:
        yield from _share_of(award, field)
    elif award.slots == 0:
        yield error("award_without_slots", place, title=award.title)
    elif award.slots > field > 0:
        facts = {"title": award.title, "slots": award.slots, "units": field}
        yield error("award_slots", place, **facts)


def _share_of(award: Award, field: int) -> Iterator[Problem]:
    share, place = award.share or Fraction(0), cell(award.at, "share")
    if award.slots:
        yield error("award_slots_twice", place, title=award.title)
    if not 0 < share <= 1:
        yield error("share_range", place, share=percent(share))
    elif field and not int(share * field):
        facts = {"title": award.title, "share": percent(share), "units": field}
        yield error("award_share_none", place, **facts)


def _competing(scheme: Scheme, award: Award) -> list[Unit]:
    return [
        unit
        for unit in scheme.units
        if unit.kind == award.kind
        and award.unit_class in ("", unit.unit_class)
        and (unit.ranked or award.by == "decision")
        and scheme.root(unit.unit_class) is not None
    ]


STANDING_CHECKS = (
    tie_breakers_exist,
    tie_breakers_are_for_all,
    settings_have_an_effect,
    kinds_have_grades,
    shares_are_shares,
    shares_are_whole,
    quotas_leave_a_rest,
    quotas_have_places,
    node_bands_name_nodes,
    awards_can_be_won,
)
