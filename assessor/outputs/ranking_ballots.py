"""The ballots of ranking.xlsx: turnout, votes and shares of each unit, and of all together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assessor.decimals import from_ticks, half_up
from assessor.i18n import Catalog
from assessor.outputs.charts import Chart, Series
from assessor.outputs.results_table import Head, Table, Value, data_rows, unit_heads
from assessor.scheme.model import Option, Source
from assessor.scheme.plans import TURNOUT
from assessor.scheme.secrecy import LEAST_SHOWN
from assessor.scoring.column import Status
from assessor.scoring.inputs import EntryKey, Inputs
from assessor.scoring.tree import TreeNode
from assessor.standing.stand import Standing

Counted = Decimal | None


@dataclass(frozen=True, slots=True)
class _Votes:
    """What a unit got in one aspect; no votes where so few voted that they are withheld."""

    unit: int
    aspect: TreeNode
    turnout: tuple[Counted, ...]
    votes: tuple[Counted, ...]
    few: bool
    papers: Counted
    """The papers that votes are divided by, where these are not the ticks themselves."""

    @property
    def cast(self) -> Decimal:
        """All ticks of this aspect."""
        return sum((vote for vote in self.votes if vote is not None), Decimal(0))

    @property
    def valid(self) -> Counted:
        """The valid papers."""
        return self.turnout[-1]


def ballot_tables(standing: Standing, inputs: Inputs, words: Catalog) -> list[Table]:
    """Return two tables for each ballot: all units together with charts, then unit by unit."""
    tables = []
    for node in (node for node in standing.scores.tree if node.rule == "ballot"):
        source = node.declared.source
        if source is None:
            continue
        options = standing.scheme.options[standing.scheme.form[source.form].options]
        votes = _votes(standing, inputs, node, source, options)
        if votes:
            tables.append(_together(node, votes, options, words))
            tables += _turnout(standing, node, votes, words)
        tables.append(_by_unit(standing, node, votes, options, words))
    return tables


# -- counting ------------------------------------------------------------------------------------


def _votes(
    standing: Standing,
    inputs: Inputs,
    node: TreeNode,
    source: Source,
    options: Sequence[Option],
) -> list[_Votes]:
    parts = [p for p in standing.scores.tree if p.parent == node.code and p.rule == "aspect"]
    by = node.declared.parameters["denominator"]
    found = []
    for mine in standing.units:
        unit = mine.unit
        raters = [
            rater
            for rater in inputs.raters.get((source.form, source.period), ())
            if inputs.form_status[source.form, source.period, rater][unit] is Status.SCORED
        ]
        few = any(standing.scores.hides(part.code, unit) for part in parts)
        counts = _Counts(inputs, source, raters, unit)
        turnout = tuple(counts.of("", key) for key in TURNOUT) if raters else ()
        papers = None if by == "ticks" else counts.of("", by)
        for part in parts if raters else ():
            own = tuple(counts.of(part.criteria[0].code, one.option) for one in options)
            found.append(_Votes(unit, part, turnout, own, few, papers))
    return found


@dataclass(frozen=True, slots=True)
class _Counts:
    """The counts of one unit, all tallies together."""

    inputs: Inputs
    source: Source
    raters: Sequence[str]
    unit: int

    def of(self, criterion: str, column: str) -> Counted:
        """Return a count; None where no tally has it."""
        form, period = self.source.form, self.source.period
        keys = [EntryKey(form, period, rater, criterion, column) for rater in self.raters]
        entries = self.inputs.entries
        values = [entries[key].value(self.unit) for key in keys if key in entries]
        known = [value for value in values if value is not None]
        return sum(known, Decimal(0)) if known else None


def _real(votes: Sequence[Counted], options: Sequence[Option]) -> Decimal:
    """Return how many votes count."""
    pairs = zip(votes, options, strict=True)
    return sum((vote for vote, option in pairs if vote and option.counts), Decimal(0))


def _shares(votes: Sequence[Counted], options: Sequence[Option]) -> list[Counted]:
    """Return the share of each option that counts in all votes that count, in per cent."""
    real = _real(votes, options)
    return [
        _percent(vote, real) if vote is not None and real and option.counts else None
        for vote, option in zip(votes, options, strict=True)
    ]


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return from_ticks(half_up(Fraction(part) * 1000 / Fraction(whole)), 1)


def _pairs(votes: Sequence[Counted], options: Sequence[Option]) -> list[Value]:
    shares = _shares(votes, options)
    return [value for pair in zip(votes, shares, strict=True) for value in pair]


def _uncounted(options: Sequence[Option]) -> bool:
    """Say whether some options are no votes, such as 不了解."""
    return any(not option.counts for option in options)


# -- tables --------------------------------------------------------------------------------------


def _option_heads(options: Sequence[Option], words: Catalog) -> list[Head]:
    return [
        head
        for option in options
        for head in (
            Head(words.text("ranking.votes", option=option.option), "0", 10),
            Head(words.text("ranking.share", option=option.option), "1", 10),
        )
    ]


def _by_unit(
    standing: Standing,
    node: TreeNode,
    votes: Sequence[_Votes],
    options: Sequence[Option],
    words: Catalog,
) -> Table:
    heads = [
        *unit_heads(words),
        Head(words.text("form.aspect"), "text", 24),
        *(Head(words.text(f"turnout.{key}"), "0") for key in TURNOUT),
        *_option_heads(options, words),
        Head(words.text("ranking.abstained"), "0"),
        *([Head(words.text("ranking.counted"), "0")] if _uncounted(options) else []),
        Head(words.text("ranking.score"), str(node.digits)),
    ]
    rows = [_row(standing, mine, options, words) for mine in votes]
    empty = words.text("ranking.no_ballots")
    return Table(node.title, heads, rows, empty=empty, tight=True)


def _row(
    standing: Standing, mine: _Votes, options: Sequence[Option], words: Catalog
) -> list[Value]:
    unit = standing.scheme.units[mine.unit]
    named: list[Value] = [unit.code, unit.name, mine.aspect.title, *mine.turnout]
    if mine.few:
        columns = 2 * len(options) + (3 if _uncounted(options) else 2)
        return [*named, *[words.text("ranking.withheld", least=LEAST_SHOWN)] * columns]
    abstained = None if mine.valid is None else mine.valid - mine.cast
    base: list[Value] = []
    if _uncounted(options):
        real = _real(mine.votes, options)
        base = [real if mine.papers is None else mine.papers - (mine.cast - real)]
    score = standing.scores.columns[mine.aspect.code].value(mine.unit)
    return [*named, *_pairs(mine.votes, options), abstained, *base, score]


def _together(
    node: TreeNode, votes: Sequence[_Votes], options: Sequence[Option], words: Catalog
) -> Table:
    """Return the votes of all units by aspect; those that are withheld are left out."""
    heads = [
        Head(words.text("form.aspect"), "text", 30),
        Head(words.text("ranking.units_counted"), "0", 10),
        Head(words.text("turnout.valid"), "0", 10),
        *_option_heads(options, words),
    ]
    rows: list[list[Value]] = []
    for code, title in {mine.aspect.code: mine.aspect.title for mine in votes}.items():
        open_ = [mine for mine in votes if mine.aspect.code == code and not mine.few]
        sums = [_sum(mine.votes[at] for mine in open_) for at in range(len(options))]
        valid = _sum(mine.valid for mine in open_)
        rows.append([title, len(open_), valid, *_pairs(sums, options)])
    name = words.text("ranking.ballot_sum", node=node.title)
    return Table(name, heads, rows, frozen=1, charts=[_options_chart(node, rows, options, words)])


def _sum(values: Iterable[Counted]) -> Counted:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def _options_chart(
    node: TreeNode, rows: Sequence[object], options: Sequence[Option], words: Catalog
) -> Chart:
    first, last = data_rows(len(rows))
    counted = [at for at, option in enumerate(options) if option.counts]
    columns = [4 + 2 * at for at in counted]
    title = words.text("chart.options", node=node.title)
    return Chart(
        "bar",
        "stacked",
        title,
        words.text("form.aspect"),
        words.text("chart.share"),
        (first, 0, last, 0),
        [Series((first - 1, column), (first, column, last, column)) for column in columns],
        words.text("chart.options_alt", title=title),
        width=900,
        height=150 + 30 * len(rows),
        digits=1,
        most=100,
    )


def _turnout(
    standing: Standing, node: TreeNode, votes: Sequence[_Votes], words: Catalog
) -> list[Table]:
    """Return the turnout by class: who was to come, what was handed out, came back and counts."""
    classes: dict[str, dict[int, tuple[Counted, ...]]] = {}
    for mine in votes:
        unit_class = standing.scheme.units[mine.unit].unit_class
        classes.setdefault(unit_class, {})[mine.unit] = mine.turnout
    heads = [
        Head(words.text("ranking.class"), "text", 20),
        Head(words.text("ranking.units_counted"), "0", 10),
        *(Head(words.text(f"turnout.{key}"), "0") for key in TURNOUT),
        Head(words.text("ranking.back_rate"), "1", 12),
        Head(words.text("ranking.valid_rate"), "1", 12),
    ]
    rows: list[list[Value]] = []
    for name, units in classes.items():
        counts = {
            key: _sum([turnout[at] for turnout in units.values()]) for at, key in enumerate(TURNOUT)
        }
        rates = [
            _rate(counts["returned"], counts["issued"]),
            _rate(counts["valid"], counts["returned"]),
        ]
        rows.append([name, len(units), *counts.values(), *rates])
    first, last = data_rows(len(rows))
    title = words.text("chart.turnout", node=node.title)
    drawn = [TURNOUT.index(key) + 2 for key in ("issued", "returned", "valid")]
    chart = Chart(
        "column",
        "",
        title,
        words.text("ranking.class"),
        words.text("chart.papers"),
        (first, 0, last, 0),
        [Series((first - 1, column), (first, column, last, column)) for column in drawn],
        words.text("chart.turnout_alt", title=title),
        width=760,
    )
    name = words.text("ranking.turnout_of", node=node.title)
    return [Table(name, heads, rows, frozen=1, charts=[chart])]


def _rate(part: Counted, whole: Counted) -> Counted:
    return _percent(part, whole) if part is not None and whole else None
