"""The facts of a round for its bulletin: every figure as it stands in the other results."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from assessor.decimals import digits_of, from_ticks, half_up
from assessor.i18n import Catalog, catalog
from assessor.outputs.bulletin_names import FACTS, Fuel, Made, Record, Rows, names_of, record
from assessor.outputs.wording import (
    limit_text,
    rank_text,
    remark_texts,
    state_text,
    status_text,
)
from assessor.problems import Problem
from assessor.returns.collection import Collection
from assessor.returns.triggered import Triggered
from assessor.scheme.copies import Packet, due_copies
from assessor.scheme.decisions import Decision
from assessor.scheme.model import Scheme
from assessor.scheme.plans import marked
from assessor.scoring.column import Status
from assessor.scoring.criteria import counted_criteria
from assessor.scoring.inputs import Inputs
from assessor.standing.awards import sums
from assessor.standing.comparison import Change
from assessor.standing.digest import (
    CriterionDigest,
    PartDigest,
    Spread,
    criterion_digests,
    last_ranked,
    most_lost,
    must_mend,
    section_parts,
    spread_of,
    top_parts,
    unit_losses,
)
from assessor.standing.stand import Standing, UnitStanding

_NAMED = 2
"""So many units are named as best or worst; of more the number is told."""


@dataclass(frozen=True)
class Told:
    """What a bulletin is written from."""

    standing: Standing
    collection: Collection
    inputs: Inputs
    packets: Sequence[Packet]
    problems: Sequence[Problem]
    decisions: Sequence[Decision] = ()
    happened: Sequence[Triggered] = ()
    changes: Mapping[str, Change] = field(default_factory=dict)
    """By code how units stand to the round before, where that is known."""
    mend_by: dt.date | None = None
    """By when units are to mend what they lost points on, where that is known."""
    fuel: Fuel = field(default_factory=Fuel)

    @property
    def scheme(self) -> Scheme:
        """The scheme."""
        return self.standing.scheme

    @property
    def words(self) -> Catalog:
        """The words of the scheme's language."""
        return catalog(self.scheme.settings.language)


def bulletin_facts(told: Told) -> Record:
    """Return everything that a template may use."""
    standing, scheme = told.standing, told.scheme
    scored = counted_criteria(scheme, told.inputs, standing.scores)
    digests = criterion_digests(standing, scored)
    several = len({one.node.declared.code for one in scored}) > 1
    persons = standing.of_kind("person")
    values = {
        **_settings(told),
        **_counts(told),
        "classes": _rows(told, [_class(told, name) for name in scheme.appraised_classes]),
        "ranking": _overall(told, "unit"),
        "persons_ranking": _overall(told, "person") if persons else _rows(told, []),
        "parts": _rows(told, [_part(told, part, several) for part in top_parts(standing)]),
        "sections": _rows(
            told, [_part(told, part, several) for part in section_parts(standing, scored)]
        ),
        "criteria": _rows(told, [_criterion(told, one, several) for one in digests]),
        "losses": _rows(told, [_criterion(told, one, several) for one in most_lost(digests)]),
        **_awards(told),
        **_decided(told),
        **_open(told),
        "bottom": _rows(told, [_losing(told, m, digests, "bottom") for m in last_ranked(standing)]),
        "mending": _rows(told, [_losing(told, m, digests, "mending") for m in must_mend(standing)]),
    }
    return record(FACTS, values)


def _rows(told: Told, rows: Sequence[Record]) -> Rows:
    return Rows(rows, told.fuel)


def day_text(day: dt.date | None, words: Catalog) -> str:
    """Say a day as official documents do: 2026年11月30日."""
    if day is None:
        return ""
    return words.text("bulletin.day", year=day.year, month=day.month, day=day.day)


def _settings(told: Told) -> dict[str, object]:
    settings, words = told.scheme.settings, told.words
    graded = any(told.scheme.bands.values())
    return {
        "title": marked(told.scheme, settings.title),
        "round": settings.round,
        "issuer": settings.issuer,
        "date": day_text(settings.date, words),
        "contact": settings.contact,
        "phone": settings.phone,
        "state": state_text(told.standing, told.problems, words),
        "interim": state_text(told.standing, told.problems, words) == words.text("state.interim"),
        "ranked": settings.ranking != "none",
        "graded": graded,
        "persons_ranked": any(one.rank for one in told.standing.of_kind("person")),
        "last_known": bool(told.changes),
        "mend_by": day_text(told.mend_by, words),
    }


def _counts(told: Told) -> dict[str, object]:
    """Return counts that add up: units by status, forms by what became of them."""
    standing, collection = told.standing, told.collection
    status = Counter(mine.status for mine in standing.units)
    kinds = Counter(told.scheme.units[mine.unit].kind for mine in standing.units)
    forms = form_counts(told.packets, collection)
    return {
        "units": len(standing.units),
        "bodies": kinds["unit"],
        "persons": kinds["person"],
        "scored": sum(status[one] for one in status if one.has_value),
        "awaiting": status[Status.AWAITING],
        "missing": status[Status.MISSING],
        "left_out": status[Status.NOT_APPLICABLE] + status[Status.NOT_DUE],
        "forms_due": sum(forms.values()),
        "forms_in": forms["in"],
        "forms_missing": forms["missing"],
        "forms_open": forms["open"],
        "files": len(collection.fates),
    }


def form_counts(packets: Sequence[Packet], collection: Collection) -> Counter[str]:
    """Return how many forms that are due are in, missing, or open as two files disagree; a vote
    is counted by the voters."""
    count: Counter[str] = Counter({"in": 0, "missing": 0, "open": 0})
    voters: Counter[tuple[str, str]] = Counter()
    for _, copy in due_copies(packets):
        key = copy.key
        if key in collection.held:
            count["open"] += 1
        elif copy.plan.layout == "vote":
            voters[key.form, key.period] += 1
        elif key not in collection.absent:
            count["in"] += 1
        elif collection.absent[key][2] in {Status.MISSING, Status.SCORED}:
            count["missing"] += 1
    for poll, number in voters.items():
        silent = min(number, collection.unanswered.get(poll, 0))
        count["missing"] += silent
        count["in"] += number - silent
    return count


# -- units ---------------------------------------------------------------------------------------


def _class(told: Told, name: str) -> Record:
    standing, words = told.standing, told.words
    mine = standing.of_class(name)
    kind = told.scheme.classes[name]
    count = Counter(one.final_grade for one in mine if one.final_grade)
    graded = sum(count.values())
    grades = [
        (band.grade, count[band.grade], Fraction(count[band.grade], graded) if graded else None)
        for band in told.scheme.bands.get(kind, ())
    ]
    spread = spread_of({one.unit: one.score for one in mine if one.score is not None})
    several = Counter(one.class_rank for one in mine)
    values = {
        "class": name,
        **_spread(told, spread, told.scheme.settings.digits),
        "appraised": len(mine),
        "distribution": words.text("list.comma").join(
            words.text("bulletin.grade", grade=grade, count=number) for grade, number, _ in grades
        ),
        "grades": _rows(
            told,
            [
                record(
                    names_of("classes", "grades"),
                    {"grade": grade, "count": number, "share": share_text(share)},
                )
                for grade, number, share in grades
            ],
        ),
        "places": _rows(
            told,
            Made(mine, lambda m: _place(told, m, m.class_rank, several[m.class_rank] > 1)),
        ),
    }
    return record(names_of("classes"), values)


def _overall(told: Told, kind: str) -> Rows:
    """Return the overall ranking of units or persons; none where a scheme has no such ranks."""
    if told.scheme.settings.ranking not in {"both", "overall"}:
        return _rows(told, [])
    mine = told.standing.of_kind(kind)
    several = Counter(one.rank for one in mine)
    return _rows(told, Made(mine, lambda m: _place(told, m, m.rank, several[m.rank] > 1)))


def _place(told: Told, mine: UnitStanding, rank: int | None, shared: bool) -> Record:
    return record(names_of("ranking"), _place_values(told, mine, rank, shared))


def _place_values(
    told: Told, mine: UnitStanding, rank: int | None, shared: bool
) -> dict[str, object]:
    unit, words = told.scheme.units[mine.unit], told.words
    change = told.changes.get(unit.code)
    return {
        "rank": rank_text(rank, shared, words),
        "class_rank": "" if mine.class_rank is None else mine.class_rank,
        "code": unit.code,
        "unit": unit.name,
        "class": unit.unit_class,
        "score": "" if mine.score is None else mine.score,
        "grade": mine.final_grade,
        "proposed": mine.grade,
        "awards": words.text("list.comma").join(mine.awards),
        "status": status_text(mine, words),
        "change": _change_text(change, words),
        "last_rank": _last_rank(change, words),
        "notes": words.text("list.semicolon").join(remark_texts(mine, told.standing, words)),
    }


def _change_text(change: Change | None, words: Catalog) -> str:
    """Say by how many places a unit moved against the round before."""
    if change is None:
        return ""
    if change.last is None:
        return words.text("bulletin.new")
    moved = change.rank_change if change.rank_change is not None else change.class_rank_change
    if moved is None:
        return ""
    key = "same" if moved == 0 else "risen" if moved > 0 else "fallen"
    return words.text(f"bulletin.{key}", places=abs(moved))


def _last_rank(change: Change | None, words: Catalog) -> str:
    if change is None or change.last is None:
        return ""
    last = change.last.class_rank if change.last.rank is None else change.last.rank
    return "" if last is None else rank_text(last, False, words)


def _losing(
    told: Told, mine: UnitStanding, digests: Sequence[CriterionDigest], where: str
) -> Record:
    """Return a unit with what it lost most points on."""
    rank, tie = mine.rank, mine.tie
    if rank is None:
        rank, tie = mine.class_rank, mine.class_tie
    lost = [
        record(
            names_of(where, "losses"),
            {"title": one.row.title, "lost": rounded(points, _mean_digits(one.node.digits))},
        )
        for one, points in unit_losses(mine, digests)
    ]
    values = _place_values(told, mine, rank, bool(tie and tie.shared))
    return record(names_of(where), {**values, "losses": _rows(told, lost)})


# -- parts and criteria --------------------------------------------------------------------------


def rounded(value: Fraction, digits: int) -> Decimal:
    """Return an exact number as it is shown: rounded half up."""
    return from_ticks(half_up(value * 10**digits), digits)


def _mean_digits(digits: int) -> int:
    """Return the digits of a mean: two at least, for one of whole numbers seldom is one."""
    return max(digits, 2)


def share_text(share: Fraction | None) -> str:
    """Say a share in per cent with one digit; nothing where there is none."""
    return "" if share is None else f"{rounded(share * 100, 1):f}%"


def _names_text(told: Told, units: Sequence[int]) -> str:
    words = told.words
    names = words.text("list.comma").join(told.scheme.units[unit].name for unit in units[:_NAMED])
    if len(units) <= _NAMED:
        return names
    return words.text("bulletin.and_others", names=names, count=len(units))


def _spread(told: Told, spread: Spread | None, digits: int) -> dict[str, object]:
    if spread is None:
        empty = dict.fromkeys(("mean", "best", "best_units", "worst", "worst_units"), "")
        return {"count": 0, **empty}
    return {
        "count": spread.count,
        "mean": rounded(spread.mean, _mean_digits(digits)),
        "best": spread.best,
        "best_units": _names_text(told, spread.best_units),
        "worst": spread.worst,
        "worst_units": _names_text(told, spread.worst_units),
    }


def _part(told: Told, part: PartDigest, several: bool) -> Record:
    node = part.node
    own = node.code == node.declared.code
    title = node.title if own or not several else f"{node.declared.title}·{node.title}"
    rate = None
    if part.points:
        rate = part.spread.mean / Fraction(part.points)
    values = {
        "title": title,
        "class": told.words.text("list.comma").join(part.classes),
        "points": "" if part.points is None else _plain(part.points),
        "rate": share_text(rate),
        **_spread(told, part.spread, node.digits),
    }
    return record(names_of("parts"), values)


def _plain(points: Decimal) -> Decimal:
    return points.quantize(Decimal(1).scaleb(-digits_of(points)))


def _criterion(told: Told, one: CriterionDigest, several: bool) -> Record:
    row, section = one.scored.row, one.scored.node
    digits = _mean_digits(max(section.digits, digits_of(one.scored.points)))
    title = "" if section.alone else section.title
    if several:
        title = "·".join(part for part in (section.declared.title, title) if part)
    values = {
        "code": row.code,
        "title": row.title,
        "section": title,
        "class": told.words.text("list.comma").join(one.classes),
        "points": _plain(one.scored.points),
        "mean": rounded(one.mean, digits),
        "lost": rounded(one.lost, digits),
        "rate": share_text(one.rate),
        "full": one.full,
        "of": one.count,
        "share": share_text(Fraction(one.full, one.count)),
    }
    return record(names_of("criteria"), values)


# -- awards, decisions, what is open -------------------------------------------------------------


def _awards(told: Told) -> dict[str, object]:
    standing, scheme, words = told.standing, told.scheme, told.words
    mine = {one.unit: one for one in standing.units}
    rows = []
    for named in standing.awards:
        award = named.award
        winners = []
        for unit in named.units:
            one, of = mine.get(unit), scheme.units[unit]
            rank = None if one is None else one.class_rank if award.unit_class else one.rank
            rank = one.class_rank if one is not None and rank is None else rank
            score: object = "" if one is None or one.score is None else one.score
            place = "" if rank is None else rank_text(rank, False, words)
            values = {"unit": of.name, "class": of.unit_class, "rank": place, "score": score}
            winners.append(record(names_of("awards", "winners"), values))
        values = {
            "award": award.title,
            "class": award.unit_class or words.text(f"kind.{award.kind}"),
            "slots": named.slots,
            "given": len(named.units),
            "left": named.left,
            "money": "" if award.money is None else _plain(award.money),
            "sum": "" if named.money is None else _plain(named.money),
            "names": words.text("list.comma").join(scheme.units[u].name for u in named.units),
            "waiting": words.text("list.comma").join(scheme.units[u].name for u in named.tied),
            "winners": _rows(told, winners),
        }
        rows.append(record(names_of("awards"), values))
    money = sums(standing.awards).money
    return {"awards": _rows(told, rows), "money": _plain(money) if money else ""}


def _decided(told: Told) -> dict[str, object]:
    """Return limits and facts that bit, and what people decided about awards and grades."""
    scheme, words = told.scheme, told.words
    by_code = {scheme.units[one.unit].code: one for one in told.standing.units}
    titles = {award.code: award.title for award in scheme.awards}
    measures = {(d.unit, d.object): d for d in told.decisions if d.act == "measure"}
    nodes = {node.code: node.title for node in told.standing.scores.tree}
    limits = [
        {
            "unit": scheme.units[mine.unit].name,
            "limit": held.limit.title,
            "text": limit_text(held, nodes, words),
        }
        for mine in told.standing.units
        for held in mine.held
    ]
    vetoes = []
    for one in told.happened:
        unit = scheme.units[one.unit]
        measure = measures.get((unit.code, one.object))
        about = _about(measure, words)
        told_of = {"unit": unit.name, "fact": one.fact.title}
        vetoes.append({**told_of, "measure": measure.to if measure else "", **about})
    withdrawn = [
        {
            "unit": scheme.unit[d.unit].name if d.unit in scheme.unit else d.unit,
            "award": titles.get(d.object, d.object),
            **_about(d, words),
        }
        for d in told.decisions
        if d.act == "withdraw_award"
    ]
    confirmed = [
        {
            "unit": scheme.unit[d.unit].name,
            "proposed": by_code[d.unit].grade,
            "grade": d.to,
            **_about(d, words),
        }
        for d in told.decisions
        if d.act == "confirm_grade" and d.unit in by_code and by_code[d.unit].grade != d.to
    ]
    found: Mapping[str, Sequence[Mapping[str, object]]] = {
        "limits": limits,
        "vetoes": vetoes,
        "withdrawn": withdrawn,
        "confirmed": confirmed,
    }
    return {
        key: _rows(told, [record(names_of(key), row) for row in rows])
        for key, rows in found.items()
    }


def _about(decision: Decision | None, words: Catalog) -> dict[str, object]:
    if decision is None:
        return {"reason": "", "authority": "", "date": ""}
    day = day_text(decision.date, words)
    return {"reason": decision.reason, "authority": decision.authority, "date": day}


def _open(told: Told) -> dict[str, object]:
    """Return which forms are missing, and which units have no score yet."""
    scheme, words = told.scheme, told.words
    missing = []
    for key, (packet, copy, status) in told.collection.absent.items():
        if not packet.period.required or status is not Status.MISSING:
            continue
        unit = scheme.unit.get(key.unit)
        whom = packet.rater or unit
        values = {
            "unit": unit.name if unit else (packet.rater.name if packet.rater else ""),
            "form": copy.plan.title,
            "due": day_text(packet.period.due, words),
            "phone": whom.phone if whom else "",
        }
        missing.append(record(names_of("not_in"), values))
    open_ = [
        record(
            names_of("open_units"),
            {
                "unit": scheme.units[mine.unit].name,
                "class": scheme.units[mine.unit].unit_class,
                "status": status_text(mine, words),
            },
        )
        for mine in told.standing.units
        if mine.status in {Status.AWAITING, Status.MISSING, Status.NOT_DUE}
    ]
    return {"not_in": _rows(told, missing), "open_units": _rows(told, open_)}
