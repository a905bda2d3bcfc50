"""The sheet of means of ranking.xlsx: every score by class, and which share of the full marks."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from assessor.decimals import from_ticks, half_up
from assessor.i18n import Catalog
from assessor.outputs.charts import Chart, Series
from assessor.outputs.results_table import Head, Table, Value, data_rows
from assessor.scheme.model import Scheme
from assessor.standing.means import Mean, Stat

_MOST_BARS = 24
"""A chart of more bars than this cannot be read; it shows the uppermost."""
_RATE = 7
"""The column of the share of the full marks over all units."""


def mean_table(scheme: Scheme, means: Sequence[Mean], words: Catalog) -> Table:
    """Return the table of all scores: how many have one, mean, best, worst, share of the full
    marks over all and by class."""
    titles = {mean.node.code: mean.node.title for mean in means}
    classes = [name for name in scheme.classes if any(name in mean.of_class for mean in means)]
    by_class = classes if len(classes) > 1 else []
    heads = [
        Head(words.text("ranking.node"), "text", 30),
        Head(words.text("ranking.part_of"), "text", 24),
        Head(words.text("ranking.full"), "center", 12),
        Head(words.text("ranking.having"), "0", 10),
        Head(words.text("ranking.mean"), "2", 10),
        Head(words.text("ranking.best"), "2", 10),
        Head(words.text("ranking.worst"), "2", 10),
        Head(words.text("ranking.rate"), "1", 10, heat=True),
        *(
            Head(words.text(f"ranking.class_{key}", unit_class=name), digits, 14, heat=heat)
            for name in by_class
            for key, digits, heat in (("mean", "2", False), ("rate", "1", True))
        ),
    ]
    rows: list[list[Value]] = [
        [
            mean.node.title,
            titles.get(mean.node.parent, ""),
            full_text(mean),
            *figures(mean.whole),
            *(value for name in by_class for value in _mean_and_rate(mean.of_class.get(name))),
        ]
        for mean in means
    ]
    empty = words.text("ranking.no_means")
    table = words.text("ranking.means")
    charts = [_chart(means, words)] if any(mean.whole.rate is not None for mean in means) else []
    return Table(table, heads, rows, frozen=1, empty=empty, charts=charts)


def figures(stat: Stat) -> list[Value]:
    """Return how many have a score, mean, best, worst, and the share of the full marks."""
    rate = None if stat.rate is None else rounded(stat.rate * 100, 1)
    return [stat.count, rounded(stat.mean, 2), stat.best, stat.worst, rate]


def rounded(value: Fraction, digits: int) -> Decimal:
    """Return a mean or a share as it is shown, half up."""
    return from_ticks(half_up(value * 10**digits), digits)


def full_text(mean: Mean) -> str:
    """Return the full marks; several where classes differ."""
    return " / ".join(f"{mark.normalize():f}" for mark in mean.points)


def _mean_and_rate(stat: Stat | None) -> list[Value]:
    if stat is None:
        return [None, None]
    return [rounded(stat.mean, 2), None if stat.rate is None else rounded(stat.rate * 100, 1)]


def _chart(means: Sequence[Mean], words: Catalog) -> Chart:
    """Draw the shares of the full marks; what has none leaves a gap."""
    first, _ = data_rows(len(means))
    last = first + min(len(means), _MOST_BARS) - 1
    title = words.text("chart.rates")
    return Chart(
        "bar",
        "",
        title,
        words.text("ranking.node"),
        words.text("ranking.rate"),
        (first, 0, last, 0),
        [Series((first - 1, _RATE), (first, _RATE, last, _RATE))],
        words.text("chart.rates_alt", count=last - first + 1),
        width=900,
        height=140 + 24 * (last - first + 1),
        digits=1,
        most=100,
    )
