"""The score tables of ranking.xlsx: every node of a score tree, and how each ballot was cast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from assessor.i18n import Catalog
from assessor.outputs.results_table import Head, Table, Value, unit_heads
from assessor.scheme.model import Option
from assessor.scheme.plans import TURNOUT
from assessor.scheme.secrecy import LEAST_SHOWN
from assessor.scoring.column import Status
from assessor.scoring.inputs import EntryKey, Inputs
from assessor.scoring.tree import TreeNode
from assessor.standing.stand import Standing, UnitStanding

_FOLDED = frozenset({"section", "aspect"})
"""Parts of forms are folded away: a click on the + above the header shows them."""


def has_values(standing: Standing, node: TreeNode) -> bool:
    """Say whether a node has a value for anybody: a column of nothing is left out."""
    column = standing.scores.columns[node.code]
    return any(column.status[mine.unit].has_value for mine in standing.units)


def shown(standing: Standing, node: TreeNode, mine: UnitStanding, words: Catalog) -> Value:
    """Return the value of a node for a unit, or in words why there is none."""
    column = standing.scores.columns[node.code]
    if standing.scores.hides(node.code, mine.unit):
        return words.text("ranking.withheld", least=LEAST_SHOWN)
    value = column.value(mine.unit)
    return words.text(f"status.{column.status[mine.unit].word}") if value is None else value


def score_tables(standing: Standing, words: Catalog) -> list[Table]:
    """One table for each score tree: every node a column, parts behind what they add up to."""
    scheme = standing.scheme
    tables = []
    for root in (node for node in standing.scores.tree if not node.parent):
        nodes = [n for n in standing.scores.tree if _top(standing, n) == root.code]
        nodes = [node for node in nodes if not node.alone and has_values(standing, node)]
        classes = scheme.node_classes(root.declared)
        mine = [one for one in standing.units if scheme.units[one.unit].unit_class in classes]
        heads = [
            *unit_heads(words),
            Head(words.text("ranking.class"), "center", 16),
            *(
                Head(title, str(node.digits), 14, 1 if node.rule in _FOLDED else 0)
                for node, title in zip(nodes, _unique_titles(nodes), strict=True)
            ),
        ]
        rows = [
            [
                scheme.units[one.unit].code,
                scheme.units[one.unit].name,
                scheme.units[one.unit].unit_class,
                *(shown(standing, node, one, words) for node in nodes),
            ]
            for one in mine
        ]
        tables.append(Table(words.text("ranking.scores", node=root.title), heads, rows))
    return tables


def _top(standing: Standing, node: TreeNode) -> str:
    parents = {other.code: other.parent for other in standing.scores.tree}
    code = node.code
    while parents[code]:
        code = parents[code]
    return code


def _unique_titles(nodes: Sequence[TreeNode]) -> list[str]:
    """Return a title for each node; one that occurs twice gets its parent's before it."""
    count = Counter(node.title for node in nodes)
    titles = {node.code: node.title for node in nodes}
    unique = [
        node.title if count[node.title] == 1 else f"{titles.get(node.parent, '')}·{node.title}"
        for node in nodes
    ]
    again = Counter(unique)
    return [
        title if again[title] == 1 else f"{title}({node.code})"
        for node, title in zip(nodes, unique, strict=True)
    ]


def ballot_tables(standing: Standing, inputs: Inputs, words: Catalog) -> list[Table]:
    """One table for each ballot: turnout, votes and shares of every aspect."""
    tables = []
    for node in (node for node in standing.scores.tree if node.rule == "ballot"):
        source = node.declared.source
        if source is None:
            continue
        options = standing.scheme.options[standing.scheme.form[source.form].options]
        heads = [
            *unit_heads(words),
            Head(words.text("form.aspect"), "text", 24),
            *(Head(words.text(f"turnout.{key}"), "0") for key in TURNOUT),
            *(
                head
                for option in options
                for head in (
                    Head(words.text("ranking.votes", option=option.option), "0", 10),
                    Head(words.text("ranking.share", option=option.option), "1", 10),
                )
            ),
            Head(words.text("ranking.abstained"), "0"),
            *([Head(words.text("ranking.counted"), "0")] if _uncounted(options) else []),
            Head(words.text("ranking.score"), str(node.digits)),
        ]
        rows = [
            row
            for mine in standing.units
            for row in _ballot_rows(standing, inputs, node, mine, options, words)
        ]
        tables.append(Table(node.title, heads, rows, empty=words.text("ranking.no_ballots")))
    return tables


def _uncounted(options: Sequence[Option]) -> list[str]:
    """Return the options that are no votes, such as 不了解."""
    return [option.option for option in options if not option.counts]


def _ballot_rows(
    standing: Standing,
    inputs: Inputs,
    node: TreeNode,
    mine: UnitStanding,
    options: Sequence[Option],
    words: Catalog,
) -> list[list[Value]]:
    source = node.declared.source
    assert source is not None
    unit = standing.scheme.units[mine.unit]
    aspects = [
        part for part in standing.scores.tree if part.parent == node.code and part.rule == "aspect"
    ]
    raters = [
        rater
        for rater in inputs.raters.get((source.form, source.period), ())
        if inputs.form_status[source.form, source.period, rater][mine.unit] is Status.SCORED
    ]

    def count(criterion: str, column: str) -> Decimal | None:
        keys = [EntryKey(source.form, source.period, rater, criterion, column) for rater in raters]
        values = [inputs.entries[key].value(mine.unit) for key in keys if key in inputs.entries]
        known = [value for value in values if value is not None]
        return sum(known, Decimal(0)) if known else None

    rows: list[list[Value]] = []
    turnout: list[Value] = [count("", key) for key in TURNOUT]
    few = any(standing.scores.hides(aspect.code, mine.unit) for aspect in aspects)
    columns = 2 * len(options) + (2 if _uncounted(options) else 1)
    withheld = [words.text("ranking.withheld", least=LEAST_SHOWN)] * columns
    by = node.declared.parameters["denominator"]
    papers = None if by == "ticks" else count("", by)
    for aspect in aspects if raters else ():
        votes = [count(aspect.criteria[0].code, option.option) for option in options]
        cast = sum((vote for vote in votes if vote is not None), Decimal(0))
        valid = turnout[-1]
        abstained = valid - cast if isinstance(valid, Decimal) else None
        real = sum(
            (vote for vote, one in zip(votes, options, strict=True) if vote and one.counts),
            Decimal(0),
        )
        shares = [
            vote * 100 / real if vote is not None and real and one.counts else None
            for vote, one in zip(votes, options, strict=True)
        ]
        pairs = [value for pair in zip(votes, shares, strict=True) for value in pair]
        base: list[Value] = []
        if _uncounted(options):
            base = [real if papers is None else papers - (cast - real)]
        counts: Sequence[Value] = withheld if few else [*pairs, abstained, *base]
        score = standing.scores.columns[aspect.code].value(mine.unit)
        value = withheld[0] if few else score
        rows.append([unit.code, unit.name, aspect.title, *turnout, *counts, value])
    return rows
