"""Where a unit stands, in sentences: grade and limits, rank and ties, awards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from assessor.explaining.wording import decision_facts
from assessor.i18n import Catalog, Either
from assessor.outputs.wording import edge_text
from assessor.rounds import Round
from assessor.scheme.columns import EFFECTS
from assessor.scheme.model import Band, Scheme
from assessor.standing.edges import edges_of
from assessor.standing.limits import Held
from assessor.standing.ranking import Tie
from assessor.standing.stand import UnitStanding

_SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "=": "="}


def standing_lines(result: Round, mine: UnitStanding, words: Catalog) -> Iterator[str]:
    """Yield grade, limits, ranks, ties and awards of a unit, a sentence each."""
    if mine.score is None:
        return
    say = _Sayer(words)
    yield from _grade_lines(result, mine, say)
    yield from _rank_lines(result, mine, say)
    for award in mine.awards:
        yield say("award", award=award)
    for named in result.standing.awards:
        if mine.unit in named.tied:
            yield say("award_tied", award=named.award.title)


class _Sayer:
    """Says a sentence about the standing."""

    def __init__(self, words: Catalog) -> None:
        self.words = words

    def __call__(self, key: str, /, **facts: object) -> str:
        return self.words.text(f"explain.standing.{key}", **facts)


def _grade_lines(result: Round, mine: UnitStanding, say: _Sayer) -> Iterator[str]:
    scheme, graded = result.scheme, mine.graded
    if mine.computed is not None:
        yield say("zero", computed=f"{mine.computed:f}")
    if graded is None:
        return
    kind = scheme.units[mine.unit].kind
    yield _band_line(scheme.bands[kind], mine, say)
    if scheme.settings.grades_on == "raw":
        yield say("raw")
    if graded.node:
        yield say("node_band", node=title_of(scheme, graded.node))
    for held in graded.held:
        yield from _limit_lines(scheme, held, say)
    for edge in edges_of(result.standing, mine):
        yield edge_text(edge, say.words)
    if graded.passed:
        yield say("passed")
    if graded.grade != graded.band:
        yield say("grade_now", grade=graded.grade)
    if mine.confirmed:
        yield _confirmed_line(result, mine, say)


def _band_line(bands: tuple[Band, ...], mine: UnitStanding, say: _Sayer) -> str:
    """Say in which band the score lies, and between which bounds."""
    assert mine.graded is not None
    grade = mine.graded.band
    if any(band.share is not None for band in bands):
        return say("band_place", grade=grade)
    better = {lower.grade: upper for upper, lower in pairwise(bands)}.get(grade)
    band = next(band for band in bands if band.grade == grade)
    parts = [say("band", grade=grade, score=f"{mine.score:f}")]
    if band.lower is not None:
        key = "above" if band.edge == "upper" else "reaches"
        parts.append(say(key, bound=f"{band.lower:f}"))
    if better is not None:
        key = "not_above" if better.edge == "upper" else "below"
        parts.append(say(key, better=better.grade, bound=f"{better.lower:f}"))
    return say.words.text("explain.comma").join(parts)


def _limit_lines(scheme: Scheme, held: Held, say: _Sayer) -> Iterator[str]:
    limit = held.limit
    effect = dict(EFFECTS)[limit.effect]
    for node, value in held.where:
        key = f"limit_{limit.effect}" if limit.effect in {"cap", "set"} else "limit_other"
        yield say(
            key,
            title=limit.title,
            node=title_of(scheme, node),
            value=f"{value:f}",
            operator=_SIGNS[limit.operator],
            bound=f"{limit.value:f}",
            grade=limit.grade,
            effect=Either(effect, limit.effect.replace("_", " ")),
        )


def title_of(scheme: Scheme, node: str) -> str:
    """Return the title of a node, or of the section of a rubric that is one."""
    if node in scheme.node:
        return scheme.node[node].title
    parent, _, code = node.rpartition(".")
    source = scheme.node[parent].source if parent in scheme.node else None
    rows = scheme.rubric(scheme.form[source.form].rubric) if source else ()
    return next((row.title for row in rows if row.code == code), node)


def _confirmed_line(result: Round, mine: UnitStanding, say: _Sayer) -> str:
    code = result.scheme.units[mine.unit].code
    made = [d for d in result.decisions if d.act == "confirm_grade" and d.unit == code]
    return say("confirmed", grade=mine.confirmed, proposed=mine.grade, **decision_facts(made[-1]))


def _rank_lines(result: Round, mine: UnitStanding, say: _Sayer) -> Iterator[str]:
    if mine.rank is None and mine.class_rank is None:
        yield say("unranked")
        return
    unit = result.scheme.units[mine.unit]
    if mine.rank is not None:
        yield say("rank_overall", rank=mine.rank)
        if mine.tie is not None:
            yield _tie_line(result, mine, mine.tie, say, lambda _: True)
    if mine.class_rank is not None:
        yield say("rank_class", unit_class=unit.unit_class, rank=mine.class_rank)
        if mine.class_tie is not None and mine.rank is None:
            own = unit.unit_class
            yield _tie_line(
                result,
                mine,
                mine.class_tie,
                say,
                lambda other: result.scheme.units[other.unit].unit_class == own,
            )
    if not result.standing.settled:
        yield say("rank_interim")


def _tie_line(
    result: Round,
    mine: UnitStanding,
    tie: Tie,
    say: _Sayer,
    beside: Callable[[UnitStanding], bool],
) -> str:
    """Say with whom a unit has its score in common, and what told them apart."""
    units = result.scheme.units
    equal = [
        units[other.unit].name
        for other in result.standing.units
        if other.unit != mine.unit
        and other.score == mine.score
        and units[other.unit].kind == units[mine.unit].kind
        and (other.rank is not None or other.class_rank is not None)
        and beside(other)
    ]
    if tie.shared:
        return say("tie_shared", units=equal)
    key = "tie_higher" if tie.higher else "tie_lower"
    return say(key, units=equal, node=title_of(result.scheme, tie.node))
