"""Results in words: ties, states, reasons. Shared by the outputs, as their style is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from assessor.i18n import Catalog
from assessor.problems import Problem, Severity, has_errors
from assessor.returns.collection import FileFate
from assessor.scheme.columns import ACTS
from assessor.scheme.decided_entries import decided_row
from assessor.scheme.decisions import Decision
from assessor.scheme.model import Scheme
from assessor.standing.comparison import Change
from assessor.standing.edges import Edge, edges_of
from assessor.standing.limits import Held
from assessor.standing.ranking import Tie
from assessor.standing.stand import Standing, UnitStanding


def tie_text(tie: Tie | None, scheme: Scheme, words: Catalog) -> str:
    """Say how a tie was broken, or that it was not."""
    if tie is None:
        return ""
    if tie.shared:
        return words.text("rank.shared")
    title = scheme.node[tie.node].title if tie.node in scheme.node else tie.node
    return words.text("rank.higher" if tie.higher else "rank.lower", node=title)


def rank_text(rank: int | None, shared: bool, words: Catalog) -> str:
    """Say a rank as people read it: 第8名(并列)."""
    if rank is None:
        return words.text("rank.none")
    return words.text("rank.tied" if shared else "rank.plain", rank=rank)


def state_text(standing: Standing, problems: Sequence[Problem], words: Catalog) -> str:
    """Say whether everything is in and no error is open, and whether people confirmed it all."""
    return words.text(f"state.{state_of(standing, problems)}")


def state_of(standing: Standing, problems: Sequence[Problem]) -> str:
    """Return ``interim``, ``settled``, or ``approved``: settled, and people confirmed every grade
    by a decision."""
    if not standing.settled or has_errors(problems):
        return "interim"
    graded = [mine for mine in standing.units if mine.graded is not None]
    approved = bool(graded) and all(mine.confirmed for mine in graded)
    return "approved" if approved else "settled"


def change_text(change: Change | None, words: Catalog) -> str:
    """Say what became of a unit since last year, where more changed than score and rank."""
    if change is None:
        return ""
    last = change.last
    facts = {
        "code": last.code if last else "",
        "name": last.name if last else "",
        "unit_class": last.unit_class if last else "",
    }
    known = [note for note in change.notes if f"since.{note}" in words]
    parts = [words.text(f"since.{note}", **facts) for note in known]
    return words.text("list.semicolon").join(parts)


def remark_texts(mine: UnitStanding, standing: Standing, words: Catalog) -> list[str]:
    """Say what stands between a unit's score and its grade and rank: the limits that held with
    their values, a node that decided, places that were gone, and why people decided otherwise."""
    graded = mine.graded
    if graded is None:
        return [mine.reason] if mine.reason else []
    plain = not graded.held and not graded.node
    titles = {} if plain else {node.code: node.title for node in standing.scores.tree}
    texts = [limit_text(held, titles, words) for held in mine.held]
    if mine.computed is not None:
        texts.append(words.text("remark.computed", score=mine.computed))
    if graded.node:
        node = titles.get(graded.node, graded.node)
        texts.append(words.text("remark.node", node=node, band=graded.band))
    texts += [edge_text(edge, words) for edge in edges_of(standing, mine)]
    if graded.passed:
        texts.append(words.text("remark.passed", grade=graded.grade))
    return [*texts, mine.reason] if mine.reason else texts


def edge_text(edge: Edge, words: Catalog) -> str:
    """Say what the last place of a grade did to a unit."""
    return words.text(f"edge.{edge.code}", **edge.facts)


def limit_text(held: Held, titles: Mapping[str, str], words: Catalog) -> str:
    """Say that a limit held, by which values, and what follows: 信访（不符合数 1）：排末位."""
    where, effect = held_facts(held, titles, words)
    return words.text("remark.limit", title=held.limit.title, where=where, effect=effect)


def held_facts(held: Held, titles: Mapping[str, str], words: Catalog) -> tuple[list[str], str]:
    """Say by which values a limit held, and what follows."""
    limit = held.limit
    where = [
        words.text("remark.value", node=titles.get(node, node), value=value)
        for node, value in held.where
    ]
    return where, words.text(f"remark.{limit.effect}", grade=limit.grade)


def brief(mine: UnitStanding, words: Catalog) -> str:
    """Say score, grade and rank of a unit in one line."""
    number = mine.class_rank if mine.rank is None else mine.rank
    place = rank_text(number, shared=False, words=words) if number else ""
    return " ".join(part for part in (str(mine.score), mine.grade, place) if part)


def status_text(mine: UnitStanding, words: Catalog) -> str:
    """Say how far one unit is."""
    return words.text(f"status.{mine.status.word}")


def reason_text(fate: FileFate, words: Catalog) -> str:
    """Say why a file has its disposition, in a few words."""
    if fate.problem is not None:
        return words.message(fate.problem)
    facts = {"other": fate.other, "count": fate.count}
    return words.text(f"reason.{fate.reason}", **facts) if fate.reason else ""


def act_text(decision: Decision, words: Catalog) -> str:
    """Say what kind of decision it is."""
    return dict(ACTS)[decision.act] if words.language == "zh" else decision.act


def object_text(decision: Decision, scheme: Scheme) -> str:
    """Say what a decision is about by its title: 考核组评分表·班子健全."""
    named = decision.object
    titles = {award.code: award.title for award in scheme.awards}
    titles |= {f"{row.rubric}/{row.code}": row.title for row in scheme.criteria}
    titles |= {node.code: node.title for node in scheme.nodes}
    form = scheme.form.get(decision.source.form)
    if decision.act == "leave_out_rater":
        titles = {}  # a score may have the code of a form
    if decision.act == "confirm_grade" or named in titles or form is None:
        return titles.get(named, named)
    row = decided_row(decision.source, scheme)
    period = scheme.period.get(decision.source.period)
    parts = [period.title if period else "", form.title, row.title if row else ""]
    return "·".join(part for part in parts if part)


def to_text(decision: Decision, scheme: Scheme) -> str:
    """Say what was decided; of a rater also his name."""
    rater = scheme.rater.get(decision.to)
    if decision.act != "leave_out_rater" or rater is None:
        return decision.to
    return f"{decision.to} {rater.name}"


def counts_text(problems: Sequence[Problem], words: Catalog, scored: bool = True) -> str:
    """Say how many errors, warnings and notes there are; those of a scheme, before any score."""
    count = Counter(problem.severity for problem in problems)
    return words.text(
        "problems.counts" if scored else "problems.counts_scheme",
        errors=count[Severity.ERROR],
        warnings=count[Severity.WARNING],
        notes=count[Severity.NOTE],
    )
