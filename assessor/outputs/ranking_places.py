"""The rankings of ranking.xlsx: overall and by class, with what stands behind each place.

A scheme that ranks only within classes has no overall sheet, one that ranks only overall no sheets
by class; one that does not rank has a list for each class, in the order of its units.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assessor.i18n import Catalog
from assessor.outputs.ranking_scores import has_values, shown
from assessor.outputs.results_table import Head, Mark, Rank, Table, Value, unit_heads
from assessor.outputs.wording import change_text, remark_texts, status_text, tie_text
from assessor.scheme.model import Scheme
from assessor.scoring.tree import TreeNode
from assessor.standing.comparison import Change
from assessor.standing.ranking import Tie
from assessor.standing.stand import Standing, UnitStanding
from assessor.standing.totals import exported

Changes = Mapping[str, Change]
"""How units stand to last year, by this year's code; nothing where last year is not known."""

_TOP = 3
"""So many places at the top are marked, and the last one where there are more than these."""


@dataclass(frozen=True, slots=True)
class View:
    """What of a standing is shown."""

    standing: Standing
    words: Catalog
    changes: Changes = field(default_factory=dict)
    public: bool = False
    """Whether what only the office should see is left out: remarks, and the state where it is the
    same for all."""

    @property
    def scheme(self) -> Scheme:
        """The scheme of the standing."""
        return self.standing.scheme


def place_tables(view: View) -> list[Table]:
    """Return the ranking tables that a scheme asks for."""
    scheme = view.scheme
    ranking = scheme.settings.ranking
    tables = []
    if ranking in {"both", "overall"}:
        tables += [_overall(view, kind) for kind in _ranked_together(scheme)]
    if ranking != "overall":
        tables += [_class(view, name) for name in scheme.appraised_classes]
    return tables


def _ranked_together(scheme: Scheme) -> list[str]:
    """Return whether units, persons or both have an overall sheet: persons of one class that has a
    sheet of its own need no other."""
    kinds = Counter(scheme.classes[name] for name in scheme.appraised_classes)
    alone = scheme.settings.ranking == "overall" or kinds["person"] > 1
    return [kind for kind in ("unit", "person") if kinds[kind] and (kind == "unit" or alone)]


def shown_parts(standing: Standing, unit_class: str) -> list[TreeNode]:
    """Return the nodes right under the top node of a class: the columns of a ranking."""
    root = standing.scheme.root(unit_class)
    return [
        node
        for node in standing.scores.tree
        if root is not None
        and node.parent == root.code
        and unit_class in standing.scheme.node_classes(node.declared)
        and not node.alone
        and has_values(standing, node)
    ]


def _overall(view: View, kind: str) -> Table:
    standing, scheme, words = view.standing, view.scheme, view.words
    classes = [name for name in scheme.appraised_classes if scheme.classes[name] == kind]
    found = {node.code: node for name in classes for node in shown_parts(standing, name)}
    nodes = list(found.values())
    mine = standing.of_kind(kind)
    places = _Places(view, [one.rank for one in mine])
    heads = [
        Head(words.text("ranking.rank"), "center", 18),
        *places.heads,
        *unit_heads(words),
        Head(words.text("ranking.class"), "center", 16),
        *(Head(node.title, str(node.digits)) for node in nodes),
        *_results(view, kind),
    ]
    rows = [
        [
            *places.of(one.rank),
            scheme.units[one.unit].code,
            scheme.units[one.unit].name,
            scheme.units[one.unit].unit_class,
            *(shown(standing, node, one, words) for node in nodes),
            *_values(view, one, one.tie),
            *_since(view, one, in_class=False),
            *_rest(view, one),
        ]
        for one in mine
    ]
    name = words.text("ranking.overall" if kind == "unit" else "ranking.overall_person")
    return Table(name, heads, rows, frozen=3 + len(places.heads), tight=True)


def _class(view: View, unit_class: str) -> Table:
    standing, scheme, words = view.standing, view.scheme, view.words
    nodes = shown_parts(standing, unit_class)
    mine = standing.of_class(unit_class)
    ranked = scheme.settings.ranking != "none"
    places = _Places(view, [one.class_rank for one in mine])
    heads = [
        *([Head(words.text("ranking.class_rank"), "center", 18)] if ranked else []),
        *places.heads,
        *unit_heads(words),
        *(Head(node.title, str(node.digits)) for node in nodes),
        *_results(view, scheme.classes[unit_class]),
    ]
    rows = [
        [
            *(places.of(one.class_rank) if ranked else []),
            scheme.units[one.unit].code,
            scheme.units[one.unit].name,
            *(shown(standing, node, one, words) for node in nodes),
            *_values(view, one, one.class_tie),
            *_since(view, one, in_class=True),
            *_rest(view, one),
        ]
        for one in mine
    ]
    name = words.text("ranking.of_class" if ranked else "ranking.list_of", unit_class=unit_class)
    frozen = (3 if ranked else 2) + len(places.heads)
    return Table(name, heads, rows, frozen=frozen, tight=True)


class _Places:
    """The places of one ranking: which are shared, which stand at the top and which is the last.

    A ranking in which nobody has a rank marks nothing, and neither does a public one: who came
    last is not held up to the public.
    """

    def __init__(self, view: View, ranks: Sequence[int | None]) -> None:
        self.words = view.words
        self.count = Counter(ranks)
        known = [rank for rank in ranks if rank is not None and not view.public]
        self.last = max(known, default=0)

    @property
    def heads(self) -> list[Head]:
        """The head of the column of marks, where there is anything to mark."""
        return [Head(self.words.text("ranking.mark"), "center", 10)] if self.last else []

    def of(self, rank: int | None) -> list[Value]:
        """Return the rank, and the word that marks it."""
        tone = self._tone(rank)
        place = Rank(rank, self.count[rank] > 1, tone)
        if not self.last:
            return [place]
        return [place, Mark(self.words.text(f"ranking.mark_{tone}"), tone) if tone else ""]

    def _tone(self, rank: int | None) -> str:
        if rank is None or not self.last:
            return ""
        if rank <= _TOP:
            return "top"
        return "bottom" if rank == self.last else ""


def _results(view: View, kind: str) -> list[Head]:
    """Return the heads of what `_values`, `_since` and `_rest` give; all of them leave out what a
    scheme does not have."""
    settings, words = view.scheme.settings, view.words
    heads = [Head(words.text("ranking.score"), str(settings.digits))]
    if settings.export_factor is not None:
        title = settings.export_title or words.text("ranking.exported")
        heads.append(Head(title, str(settings.digits)))
    heads.append(Head(words.text("ranking.grade"), "center"))
    if not view.public:
        heads.append(Head(words.text("ranking.confirmed"), "center"))
    if settings.ranking != "none":
        heads.append(Head(words.text("ranking.tie"), "text", 18))
    if _awards(view.scheme, kind):
        heads.append(Head(words.text("ranking.awards"), "text", 24))
    if view.changes:
        if settings.ranking != "none":
            heads.append(Head(words.text("ranking.last_rank"), "center", 14))
            heads.append(Head(words.text("ranking.moved"), "moved", 10))
        heads.append(Head(words.text("ranking.score_change"), f"+{settings.digits}"))
        heads.append(Head(words.text("ranking.since"), "text", 24))
    if not view.public or not view.standing.settled:
        heads.append(Head(words.text("ranking.status"), "center"))
    return heads if view.public else [*heads, Head(words.text("ranking.notes"), "text", 26)]


def _values(view: View, mine: UnitStanding, tie: Tie | None) -> Sequence[Value]:
    scheme, words = view.scheme, view.words
    values: list[Value] = [mine.score]
    if scheme.settings.export_factor is not None:
        values.append(exported(scheme, mine.score))
    values += [mine.final_grade] if view.public else [mine.grade, mine.confirmed]
    if scheme.settings.ranking != "none":
        values.append(tie_text(tie, scheme, words))
    if _awards(scheme, scheme.units[mine.unit].kind):
        values.append(words.text("list.comma").join(mine.awards))
    return values


def _since(view: View, mine: UnitStanding, in_class: bool) -> Sequence[Value]:
    """Return the rank of last year, the places risen, the points gained, and what else changed."""
    if not view.changes:
        return []
    change = view.changes.get(view.scheme.units[mine.unit].code)
    last = change.last if change else None
    values: list[Value] = []
    if view.scheme.settings.ranking != "none":
        rank = None if last is None else last.class_rank if in_class else last.rank
        moved = None
        if change is not None:
            moved = change.class_rank_change if in_class else change.rank_change
        values = [Rank(rank, shared=False), moved]
    values.append(change.score_change if change else None)
    return [*values, change_text(change, view.words)]


def _rest(view: View, mine: UnitStanding) -> Sequence[Value]:
    status = status_text(mine, view.words)
    if view.public:
        return [] if view.standing.settled else [status]
    remarks = remark_texts(mine, view.standing, view.words)
    return [status, view.words.text("list.semicolon").join(remarks)]


def _awards(scheme: Scheme, kind: str) -> bool:
    return any(award.kind == kind for award in scheme.awards)
