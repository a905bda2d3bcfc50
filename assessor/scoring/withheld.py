"""Votes of so few papers that neither counts nor the scores of single aspects may be shown."""

from __future__ import annotations

from collections.abc import Sequence

from assessor.scheme.model import Criterion, Source
from assessor.scheme.secrecy import may_be_shown
from assessor.scoring.column import Status
from assessor.scoring.counts import Counts, counts_of
from assessor.scoring.evaluation import Evaluation
from assessor.scoring.tree import TreeNode


def withheld_aspects(tree: Sequence[TreeNode], seen: Evaluation) -> frozenset[tuple[str, int]]:
    """Return (aspect, unit) of every score that would show how a handful of people voted.

    What the ballot gives as a whole counts in the total and is shown. Where one aspect is withheld
    all are: of a mean and the other aspects it could be worked out.
    """
    found: set[tuple[str, int]] = set()
    for node in tree:
        source = node.declared.source
        if node.rule != "ballot" or source is None:
            continue
        parts = [part for part in tree if part.parent == node.code and part.rule == "aspect"]
        rows = [row for part in parts for row in part.criteria]
        few = few_votes(source, rows, seen)
        found |= {(part.code, unit) for part in parts for unit in few}
    return frozenset(found)


def few_votes(source: Source, rows: Sequence[Criterion], seen: Evaluation) -> set[int]:
    """Return the units with under five valid papers, or under five votes in some aspect; without
    a single one there is nothing to be kept secret."""
    form, period = source.form, source.period
    few = _few([counts_of(form, period, "", "valid", seen)])
    for row in rows:
        options = seen.options_of[form]
        few |= _few([counts_of(form, period, row.code, one.option, seen) for one in options])
    return few


def _few(counts: Sequence[Counts]) -> set[int]:
    """Return the units of which all counts together are too few to be shown."""
    totals = [
        sum(0 if isinstance(own, Status) else int(own) for own in mine)
        for mine in zip(*counts, strict=True)
    ]
    return {unit for unit, total in enumerate(totals) if total and not may_be_shown(total)}
