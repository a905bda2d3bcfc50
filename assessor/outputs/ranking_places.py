"""The rankings of ranking.xlsx: overall and by class, with what stands behind each place.

A scheme that ranks only within classes has no overall sheet, one that ranks only overall no sheets
by class; one that does not rank has a list for each class, in the order of its units.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from assessor.i18n import Catalog
from assessor.outputs.ranking_scores import has_values, shown
from assessor.outputs.results_table import Head, Rank, Table, Value, unit_heads
from assessor.outputs.wording import remark_texts, status_text, tie_text
from assessor.scheme.model import Scheme
from assessor.scoring.tree import TreeNode
from assessor.standing.ranking import Tie
from assessor.standing.stand import Standing, UnitStanding
from assessor.standing.totals import exported


def place_tables(standing: Standing, words: Catalog) -> list[Table]:
    """Return the ranking tables that a scheme asks for."""
    scheme = standing.scheme
    ranking = scheme.settings.ranking
    tables = []
    if ranking in {"both", "overall"}:
        tables += [_overall(standing, kind, words) for kind in _ranked_together(scheme)]
    if ranking != "overall":
        tables += [_class(standing, name, words) for name in scheme.appraised_classes]
    return tables


def _ranked_together(scheme: Scheme) -> list[str]:
    """Return whether units, persons or both have an overall sheet: persons of one class that has a
    sheet of its own need no other."""
    kinds = Counter(scheme.classes[name] for name in scheme.appraised_classes)
    alone = scheme.settings.ranking == "overall" or kinds["person"] > 1
    return [kind for kind in ("unit", "person") if kinds[kind] and (kind == "unit" or alone)]


def _parts(standing: Standing, unit_class: str) -> list[TreeNode]:
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


def _overall(standing: Standing, kind: str, words: Catalog) -> Table:
    scheme = standing.scheme
    classes = [name for name in scheme.appraised_classes if scheme.classes[name] == kind]
    nodes = list({node.code: node for name in classes for node in _parts(standing, name)}.values())
    mine = standing.of_kind(kind)
    heads = [
        Head(words.text("ranking.rank"), "center", 14),
        *unit_heads(words),
        Head(words.text("ranking.class"), "center", 16),
        *(Head(node.title, str(node.digits)) for node in nodes),
        *_results(standing, kind, words),
    ]
    ranks = Counter(one.rank for one in mine)
    rows = [
        [
            Rank(one.rank, ranks[one.rank] > 1),
            scheme.units[one.unit].code,
            scheme.units[one.unit].name,
            scheme.units[one.unit].unit_class,
            *(shown(standing, node, one, words) for node in nodes),
            *_values(standing, one, one.tie, words),
        ]
        for one in mine
    ]
    name = words.text("ranking.overall" if kind == "unit" else "ranking.overall_person")
    return Table(name, heads, rows)


def _class(standing: Standing, unit_class: str, words: Catalog) -> Table:
    scheme = standing.scheme
    nodes = _parts(standing, unit_class)
    mine = standing.of_class(unit_class)
    ranked = scheme.settings.ranking != "none"
    heads = [
        *([Head(words.text("ranking.class_rank"), "center", 14)] if ranked else []),
        *unit_heads(words),
        *(Head(node.title, str(node.digits)) for node in nodes),
        *_results(standing, scheme.classes[unit_class], words),
    ]
    ranks = Counter(one.class_rank for one in mine)
    rows = [
        [
            *([Rank(one.class_rank, ranks[one.class_rank] > 1)] if ranked else []),
            scheme.units[one.unit].code,
            scheme.units[one.unit].name,
            *(shown(standing, node, one, words) for node in nodes),
            *_values(standing, one, one.class_tie, words),
        ]
        for one in mine
    ]
    name = words.text("ranking.of_class" if ranked else "ranking.list_of", unit_class=unit_class)
    return Table(name, heads, rows, frozen=3 if ranked else 2)


def _results(standing: Standing, kind: str, words: Catalog) -> list[Head]:
    """Return the heads of what `_values` gives; both leave out what a scheme does not have."""
    settings = standing.scheme.settings
    heads = [Head(words.text("ranking.score"), str(settings.digits))]
    if settings.export_factor is not None:
        title = settings.export_title or words.text("ranking.exported")
        heads.append(Head(title, str(settings.digits)))
    heads.append(Head(words.text("ranking.grade"), "center"))
    heads.append(Head(words.text("ranking.confirmed"), "center"))
    if settings.ranking != "none":
        heads.append(Head(words.text("ranking.tie"), "text", 18))
    if _awards(standing.scheme, kind):
        heads.append(Head(words.text("ranking.awards"), "text", 24))
    heads.append(Head(words.text("ranking.status"), "center"))
    heads.append(Head(words.text("ranking.notes"), "text", 36))
    return heads


def _values(
    standing: Standing, mine: UnitStanding, tie: Tie | None, words: Catalog
) -> Sequence[Value]:
    scheme = standing.scheme
    values: list[Value] = [mine.score]
    if scheme.settings.export_factor is not None:
        values.append(exported(scheme, mine.score))
    values += [mine.grade, mine.confirmed]
    if scheme.settings.ranking != "none":
        values.append(tie_text(tie, scheme, words))
    if _awards(scheme, scheme.units[mine.unit].kind):
        values.append(words.text("list.comma").join(mine.awards))
    remarks = words.text("list.semicolon").join(remark_texts(mine, standing, words))
    return [*values, status_text(mine, words), remarks]


def _awards(scheme: Scheme, kind: str) -> bool:
    return any(award.kind == kind for award in scheme.awards)
