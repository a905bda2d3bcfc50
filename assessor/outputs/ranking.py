"""ranking.xlsx: values only, ready to print: overview, rankings, score tables, ballots, missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from xlsxwriter.worksheet import Worksheet

from assessor.i18n import Catalog, catalog
from assessor.outputs.overview import paint_overview
from assessor.outputs.style import Page, Sheets, fit_width, row_height, span
from assessor.outputs.wording import rank_text, state_text, status_text, tie_text
from assessor.problems import Problem
from assessor.returns.collect import Collection
from assessor.scheme.model import Option, Scheme
from assessor.scheme.plans import TURNOUT, marked
from assessor.scoring.column import Status
from assessor.scoring.inputs import EntryKey, Inputs
from assessor.scoring.tree import TreeNode
from assessor.standing.stand import Standing, UnitStanding


@dataclass(frozen=True, slots=True)
class _Rank:
    """A rank: a number in the cell, words in its format."""

    rank: int | None
    shared: bool


Value = str | Decimal | int | _Rank | None


@dataclass(frozen=True, slots=True)
class _Head:
    """A column of a results table."""

    title: str
    kind: str = "text"
    """text, center, or a number of digits as text."""
    most: float = 40
    level: int = 0
    """Outline level: parts of parts can be folded away."""


@dataclass(frozen=True, slots=True)
class _Table:
    """A sheet with one table: name, subtitle, header, rows."""

    name: str
    heads: Sequence[_Head]
    rows: Sequence[Sequence[Value]]
    frozen: int = 3
    empty: str = ""


def ranking_xlsx(
    standing: Standing,
    collection: Collection,
    inputs: Inputs,
    problems: Sequence[Problem],
) -> bytes:
    """Return the ranking workbook of a round."""
    scheme = standing.scheme
    words = catalog(scheme.settings.language)
    title = marked(scheme, words.text("ranking.title", title=scheme.settings.title))
    sheets = Sheets(title, scheme.settings.round, scheme.settings.issuer, scheme.settings.date)
    tables = [_overall(standing, words)]
    tables += [_class(standing, name, words) for name in scheme.appraised_classes]
    tables += _score_tables(standing, words)
    tables += _ballot_tables(standing, inputs, words)
    tables.append(_missing(scheme, collection, words))
    front = sheets.sheet(words.text("ranking.overview"))
    names = []
    for table in tables:
        sheet = sheets.sheet(table.name)
        names.append(sheet.name)
        _paint(sheets, sheet, standing, problems, table, words)
    paint_overview(sheets, front, standing, collection, problems, names, words)
    front.activate()
    return sheets.content


# -- tables --------------------------------------------------------------------------------------


def _parts(standing: Standing, unit_class: str) -> list[TreeNode]:
    """Return the nodes right under the top node of a class: the columns of a ranking."""
    root = standing.scheme.root(unit_class)
    return [
        node
        for node in standing.scores.tree
        if root is not None
        and node.parent == root.code
        and unit_class in standing.scheme.node_classes(node.declared)
        and _has_values(standing, node)
    ]


def _has_values(standing: Standing, node: TreeNode) -> bool:
    column = standing.scores.columns[node.code]
    return any(column.status[mine.unit].has_value for mine in standing.units)


def _shown(standing: Standing, node: TreeNode, mine: UnitStanding, words: Catalog) -> Value:
    column = standing.scores.columns[node.code]
    value = column.value(mine.unit)
    return words.text(f"status.{column.status[mine.unit].word}") if value is None else value


def _common(words: Catalog, digits: int) -> list[_Head]:
    return [
        _Head(words.text("ranking.score"), str(digits)),
        _Head(words.text("ranking.grade"), "center"),
        _Head(words.text("ranking.confirmed"), "center"),
        _Head(words.text("ranking.tie"), "text", 18),
        _Head(words.text("ranking.awards"), "text", 24),
        _Head(words.text("ranking.status"), "center"),
        _Head(words.text("ranking.notes"), "text", 36),
    ]


def _values(standing: Standing, mine: UnitStanding, words: Catalog) -> list[Value]:
    limits = [limit.title for limit in mine.graded.limits] if mine.graded else []
    remarks = [*limits, mine.reason] if mine.reason else limits
    return [
        mine.score,
        mine.grade,
        mine.confirmed,
        tie_text(mine.tie, standing.scheme, words),
        words.text("list.comma").join(mine.awards),
        status_text(mine, words),
        words.text("list.semicolon").join(remarks),
    ]


def _overall(standing: Standing, words: Catalog) -> _Table:
    scheme = standing.scheme
    classes = [name for name in scheme.appraised_classes if scheme.classes[name] == "unit"]
    nodes = list({node.code: node for name in classes for node in _parts(standing, name)}.values())
    heads = [
        _Head(words.text("ranking.rank"), "center", 14),
        _Head(words.text("ranking.code"), "center", 12),
        _Head(words.text("ranking.unit")),
        _Head(words.text("ranking.class"), "center", 16),
        *(_Head(node.title, str(node.digits)) for node in nodes),
        *_common(words, scheme.settings.digits),
    ]
    mine = [s for s in standing.units if scheme.units[s.unit].kind == "unit"]
    mine.sort(key=lambda s: (s.rank is None, s.rank or 0, s.unit))
    rows = [
        [
            _Rank(one.rank, bool(one.tie and one.tie.shared)),
            scheme.units[one.unit].code,
            scheme.units[one.unit].name,
            scheme.units[one.unit].unit_class,
            *(_shown(standing, node, one, words) for node in nodes),
            *_values(standing, one, words),
        ]
        for one in mine
    ]
    return _Table(words.text("ranking.overall"), heads, rows)


def _class(standing: Standing, unit_class: str, words: Catalog) -> _Table:
    scheme = standing.scheme
    nodes = _parts(standing, unit_class)
    heads = [
        _Head(words.text("ranking.class_rank"), "center", 14),
        _Head(words.text("ranking.code"), "center", 12),
        _Head(words.text("ranking.unit")),
        *(_Head(node.title, str(node.digits)) for node in nodes),
        *_common(words, scheme.settings.digits),
    ]
    ranks = Counter(one.class_rank for one in standing.of_class(unit_class))
    rows = [
        [
            _Rank(one.class_rank, ranks[one.class_rank] > 1),
            scheme.units[one.unit].code,
            scheme.units[one.unit].name,
            *(_shown(standing, node, one, words) for node in nodes),
            *_values(standing, one, words),
        ]
        for one in standing.of_class(unit_class)
    ]
    return _Table(words.text("ranking.of_class", unit_class=unit_class), heads, rows)


def _score_tables(standing: Standing, words: Catalog) -> list[_Table]:
    """One table for each score tree: every node a column, parts behind what they add up to."""
    scheme = standing.scheme
    tables = []
    for root in (node for node in standing.scores.tree if not node.parent):
        nodes = [n for n in standing.scores.tree if _top(standing, n) == root.code]
        nodes = [node for node in nodes if _has_values(standing, node)]
        classes = scheme.node_classes(root.declared)
        mine = [one for one in standing.units if scheme.units[one.unit].unit_class in classes]
        heads = [
            _Head(words.text("ranking.code"), "center", 12),
            _Head(words.text("ranking.unit")),
            _Head(words.text("ranking.class"), "center", 16),
            *(
                _Head(title, str(node.digits), 14, 1 if node.rule in _FOLDED else 0)
                for node, title in zip(nodes, _unique_titles(nodes), strict=True)
            ),
        ]
        rows = [
            [
                scheme.units[one.unit].code,
                scheme.units[one.unit].name,
                scheme.units[one.unit].unit_class,
                *(_shown(standing, node, one, words) for node in nodes),
            ]
            for one in mine
        ]
        tables.append(_Table(words.text("ranking.scores", node=root.title), heads, rows))
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


def _ballot_tables(standing: Standing, inputs: Inputs, words: Catalog) -> list[_Table]:
    tables = []
    for node in (node for node in standing.scores.tree if node.rule == "ballot"):
        source = node.declared.source
        if source is None:
            continue
        options = standing.scheme.options[standing.scheme.form[source.form].options]
        heads = [
            _Head(words.text("ranking.code"), "center", 12),
            _Head(words.text("ranking.unit")),
            _Head(words.text("form.aspect"), "text", 24),
            *(_Head(words.text(f"turnout.{key}"), "0") for key in TURNOUT),
            *(
                head
                for option in options
                for head in (
                    _Head(words.text("ranking.votes", option=option.option), "0", 10),
                    _Head(words.text("ranking.share", option=option.option), "1", 10),
                )
            ),
            _Head(words.text("ranking.abstained"), "0"),
            _Head(words.text("ranking.score"), str(node.digits)),
        ]
        rows = [
            row
            for mine in standing.units
            for row in _ballot_rows(standing, inputs, node, mine, options)
        ]
        tables.append(_Table(node.title, heads, rows, empty=words.text("ranking.no_ballots")))
    return tables


def _ballot_rows(
    standing: Standing,
    inputs: Inputs,
    node: TreeNode,
    mine: UnitStanding,
    options: Sequence[Option],
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
    for aspect in aspects if raters else ():
        votes = [count(aspect.criteria[0].code, option.option) for option in options]
        cast = sum((vote for vote in votes if vote is not None), Decimal(0))
        valid = turnout[-1]
        abstained = valid - cast if isinstance(valid, Decimal) else None
        shares = [vote * 100 / cast if vote is not None and cast else None for vote in votes]
        pairs = [value for pair in zip(votes, shares, strict=True) for value in pair]
        value = standing.scores.columns[aspect.code].value(mine.unit)
        rows.append([unit.code, unit.name, aspect.title, *turnout, *pairs, abstained, value])
    return rows


def _missing(scheme: Scheme, collection: Collection, words: Catalog) -> _Table:
    heads = [
        _Head(words.text("ranking.code"), "center", 12),
        _Head(words.text("ranking.unit")),
        _Head(words.text("ranking.form"), "text", 34),
        _Head(words.text("ranking.workbook"), "text", 24),
        _Head(words.text("ranking.due"), "center", 14),
        _Head(words.text("ranking.state"), "center", 14),
        _Head(words.text("problems.contact"), "center", 14),
        _Head(words.text("problems.phone"), "center", 18),
    ]
    rows: list[list[Value]] = []
    for key, (packet, copy, status) in collection.absent.items():
        if not packet.period.required:
            continue
        unit = scheme.unit.get(key.unit)
        whom = packet.rater or unit
        contact = whom.contact if whom is not None and whom is unit and unit else ""
        due = packet.period.due
        rows.append(
            [
                key.unit,
                unit.name if unit else (packet.rater.name if packet.rater else ""),
                copy.plan.title,
                packet.workbook,
                words.text("form.day", day=due) if due else "",
                words.text(
                    f"status.{status.word}" if status is not Status.SCORED else "status.zero"
                ),
                contact or (packet.rater.name if packet.rater else ""),
                whom.phone if whom else "",
            ]
        )
    return _Table(
        words.text("ranking.missing"), heads, rows, empty=words.text("ranking.none_missing")
    )


# -- painting ------------------------------------------------------------------------------------

_FOLDED = frozenset({"section", "aspect"})
"""Parts of forms are folded away: a click on the + above the header shows them."""
_TOP = 2
"""Title and subtitle stand above the header of a table."""


def _paint(
    sheets: Sheets,
    sheet: Worksheet,
    standing: Standing,
    problems: Sequence[Problem],
    table: _Table,
    words: Catalog,
) -> None:
    scheme = standing.scheme
    last = len(table.heads) - 1
    name = words.text("ranking.sheet_title", title=scheme.settings.title, table=table.name)
    title = marked(scheme, name)
    subtitle = words.text(
        "ranking.subtitle",
        issuer=scheme.settings.issuer,
        round=scheme.settings.round,
        state=state_text(standing, problems, words),
    )
    span(sheet, 1, 0, last, subtitle, sheets.look("subtitle"))
    sheet.set_row(1, 22)
    widths = []
    for index, head in enumerate(table.heads):
        texts = [_text(row[index], head, words) for row in table.rows]
        width = fit_width([*texts, head.title[:9]], 8, head.most)
        widths.append(width)
        folded = {"level": min(head.level, 7), "hidden": True} if head.level else {}
        sheet.set_column(index, index, width, None, folded)
        sheet.write_string(_TOP, index, head.title, sheets.look("head"))
    shown = [width for head, width in zip(table.heads, widths, strict=True) if not head.level]
    span(sheet, 0, 0, last, title, sheets.look("title"))
    sheet.set_row(0, row_height([(title, sum(shown) / 2.1)], 20) * 1.6)
    heights = [(head.title, width) for head, width in zip(table.heads, widths, strict=True)]
    sheet.set_row(_TOP, row_height(heights, 28))
    for number, row in enumerate(table.rows, _TOP + 1):
        cells = [_text(value, head, words) for value, head in zip(row, table.heads, strict=True)]
        sheet.set_row(number, row_height(list(zip(cells, widths, strict=True)), 22))
        for column, (value, head) in enumerate(zip(row, table.heads, strict=True)):
            _write(sheets, sheet, number, column, value, head, words)
    if not table.rows:
        span(sheet, _TOP + 1, 0, last, table.empty, sheets.look("center"))
    sheet.autofilter(_TOP, 0, _TOP + max(1, len(table.rows)), last)
    sheet.freeze_panes(_TOP + 1, min(table.frozen, last))
    sheet.repeat_rows(_TOP)
    sheet.hide_gridlines(2)
    Page(sheet, shown, landscape=True).footer(words.text("form.page"))


def _text(value: Value, head: _Head, words: Catalog) -> str:
    if isinstance(value, _Rank):
        return rank_text(value.rank, value.shared, words)
    if isinstance(value, Decimal) and head.kind.isdigit():
        return f"{value:.{head.kind}f}"
    return "" if value is None else str(value)


def _write(
    sheets: Sheets,
    sheet: Worksheet,
    row: int,
    column: int,
    value: Value,
    head: _Head,
    words: Catalog,
) -> None:
    if isinstance(value, _Rank):
        words_of_rank = words.text("rank.format_tied" if value.shared else "rank.format")
        look = sheets.look("center", num_format=words_of_rank)
        if value.rank is None:
            sheet.write_string(row, column, words.text("rank.none"), look)
        else:
            sheet.write_number(row, column, value.rank, look)
        return
    if isinstance(value, Decimal | int):
        digits = int(head.kind) if head.kind.isdigit() else 0
        number = "0." + "0" * digits if digits else "0"
        look = sheets.look("center", num_format=number, align="right", text_wrap=False)
        sheet.write_number(row, column, float(value), look)
    else:
        look = sheets.look("text" if head.kind == "text" else "center")
        sheet.write_string(row, column, value or "", look)
