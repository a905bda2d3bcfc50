"""The sheets behind a unit's first page: every part, every point lost, ballots, decisions."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from assessor.outputs.feedback_round import Told, digits_shown
from assessor.outputs.ranking_scores import shown
from assessor.outputs.results_table import Head, Table, Value
from assessor.outputs.wording import act_text, object_text, to_text
from assessor.scoring.sheet_points import CriterionPoints
from assessor.scoring.tree import TreeNode

_BESIDE = 2
"""The columns of a ballot table that name the unit: code and name."""


def detail_tables(told: Told) -> list[Table]:
    """Return the tables behind the first page, those that have anything to say."""
    tables = [part_table(told), loss_table(told), own_table(told), *_ballots(told)]
    tables += [_limits(told), _decisions(told)]
    return [table for table in tables if table is not None]


# -- parts ---------------------------------------------------------------------------------------


def part_table(told: Told) -> Table:
    """Every part of the score beside the class's mean and best."""
    words, figures = told.round.words, told.figures
    digits = str(max(node.digits for node in told.branch))
    heads = [
        Head(words.text("feedback.part"), "text", 40),
        Head(words.text("feedback.points"), digits),
        Head(words.text("feedback.own"), digits),
    ]
    if figures:
        heads += [
            Head(words.text("feedback.mean"), digits),
            Head(words.text("feedback.difference"), f"+{digits}"),
            Head(words.text("feedback.best"), digits),
        ]
    rows = []
    for node in told.branch:
        own, value = own_value(told, node), part_shown(told, node)
        row: list[Value] = ["　" * node.depth + part_title(told, node)]
        row += [node.points(told.unit.unit_class), value]
        if figures:
            figure = figures.get(node.code)
            away = own - figure.mean if figure and own is not None else None
            row += [figure.mean if figure else None, away, figure.best if figure else None]
        rows.append(row)
    return Table(words.text("feedback.parts"), heads, rows, frozen=1)


def own_value(told: Told, node: TreeNode) -> Decimal | None:
    """Return what a unit has on a node, None where there is nothing or it is withheld."""
    scores = told.round.standing.scores
    if node.parent == "":
        return told.mine.score
    if scores.hides(node.code, told.mine.unit):
        return None
    return scores.columns[node.code].value(told.mine.unit)


def part_shown(told: Told, node: TreeNode) -> Value:
    """Return what a unit has on a node, or in words why there is nothing."""
    if node.parent == "" and told.mine.score is not None:
        return told.mine.score
    return shown(told.round.standing, node, told.mine, told.round.words)


def part_title(told: Told, node: TreeNode) -> str:
    """Return the title of a node, marked where it is only shown."""
    words = told.round.words
    return node.title + (words.text("tree.informative") if node.informative else "")


# -- points lost ---------------------------------------------------------------------------------


def loss_table(told: Told) -> Table | None:
    """Points lost item by item, with the reasons that were given."""
    words = told.round.words
    if not told.others_points:
        return None
    lost = told.lost
    digits = str(max((digits_shown(one) for one, _, _ in lost), default=0))
    heads = [
        Head(words.text("feedback.sheet_name"), "text", 22),
        Head(words.text("feedback.code"), "center", 10),
        Head(words.text("feedback.criterion"), "text", 34),
        Head(words.text("feedback.points"), digits),
        Head(words.text("feedback.got"), digits),
        Head(words.text("feedback.lost"), digits),
        Head(words.text("feedback.reason"), "text", 46),
    ]
    rows: list[Sequence[Value]] = [
        [
            sheet_of(told, one),
            one.row.code,
            one.row.title,
            one.row.points,
            value,
            gone,
            reason_text(told, one),
        ]
        for one, value, gone in lost
    ]
    empty = words.text("feedback.nothing_lost")
    return Table(words.text("feedback.losses"), heads, rows, frozen=3, empty=empty)


def reason_text(told: Told, one: CriterionPoints) -> str:
    """Return the reasons given for a criterion as one text."""
    return told.round.words.text("list.semicolon").join(told.reasons(one))


def sheet_of(told: Told, one: CriterionPoints) -> str:
    """Return the title of a scoring sheet, with its period where it has several."""
    scheme = told.round.scheme
    period = scheme.period.get(one.source.period)
    several = len(scheme.form_periods(one.form)) > 1
    return f"{period.title}·{one.form.title}" if period and several else one.form.title


# -- self against panel --------------------------------------------------------------------------


def own_table(told: Told) -> Table | None:
    """What a unit gave itself beside what others gave, criterion by criterion."""
    words, unit = told.round.words, told.mine.unit
    points = told.points
    others = {_measured(one): one for one in points if one.form.filled_by != "self"}
    pairs = [
        (one, others[_measured(one)])
        for one in points
        if one.form.filled_by == "self" and _measured(one) in others
    ]
    known = [
        (own, panel, own.value(unit, digits), panel.value(unit, digits), digits)
        for own, panel in pairs
        for digits in (max(digits_shown(own), digits_shown(panel)),)
    ]
    if not any(mine is not None and theirs is not None for _, _, mine, theirs, _ in known):
        return None
    digits = str(max(digits for *_, digits in known))
    heads = [
        Head(words.text("feedback.code"), "center", 10),
        Head(words.text("feedback.criterion"), "text", 40),
        Head(words.text("feedback.points"), digits),
        Head(words.text("feedback.self"), digits),
        Head(words.text("feedback.panel"), digits),
        Head(words.text("feedback.self_less_panel"), f"+{digits}"),
    ]
    rows: list[Sequence[Value]] = [
        [
            own.row.code,
            own.row.title,
            own.row.points,
            _or_status(told, own, mine),
            _or_status(told, panel, theirs),
            mine - theirs if mine is not None and theirs is not None else None,
        ]
        for own, panel, mine, theirs, _ in known
    ]
    return Table(words.text("feedback.self_and_panel"), heads, rows, frozen=2)


def _measured(one: CriterionPoints) -> tuple[str, str, str]:
    return one.form.rubric, one.row.code, one.source.period


def _or_status(told: Told, one: CriterionPoints, value: Decimal | None) -> Value:
    if value is not None:
        return value
    return told.round.words.text(f"status.{one.column.status[told.mine.unit].word}")


# -- ballots -------------------------------------------------------------------------------------


def _ballots(told: Told) -> list[Table]:
    """Return the ballots of the unit: counts and shares, withheld where papers are few."""
    words = told.round.words
    tables = []
    for table in told.round.ballots:
        rows = [row[_BESIDE:] for row in table.rows if row[0] == told.unit.code]
        if rows:
            name = words.text("feedback.ballot", title=table.name)
            tables.append(Table(name, table.heads[_BESIDE:], rows, frozen=1))
    return tables


# -- limits, awards, decisions -------------------------------------------------------------------


def _limits(told: Told) -> Table | None:
    """Return limits that held, and awards, for the unit."""
    words, mine = told.round.words, told.mine
    titles = {node.code: node.title for node in told.round.standing.scores.tree}
    comma = words.text("list.comma")
    rows: list[Sequence[Value]] = []
    for held in mine.held:
        limit = held.limit
        where = [
            words.text("remark.value", node=titles.get(node, node), value=value)
            for node, value in held.where
        ]
        effect = words.text(f"remark.{limit.effect}", grade=limit.grade)
        rows.append([words.text("feedback.limit"), limit.title, comma.join(where), effect])
    if mine.computed is not None:
        what = words.text("remark.computed", score=mine.computed)
        rows.append([words.text("feedback.limit"), what, "", ""])
    rows += [[words.text("feedback.award"), title, "", ""] for title in mine.awards]
    if not rows:
        return None
    heads = [
        Head(words.text("feedback.kind"), "center", 12),
        Head(words.text("feedback.what"), "text", 40),
        Head(words.text("feedback.by"), "text", 40),
        Head(words.text("feedback.effect"), "text", 30),
    ]
    return Table(words.text("feedback.limits_awards"), heads, rows, frozen=1)


def _decisions(told: Told) -> Table | None:
    """Return what was decided about the unit, never about a rater."""
    words, scheme = told.round.words, told.round.scheme
    mine = told.round.decisions.get(told.unit.code, ())
    if not mine:
        return None
    keys = (
        ("date", "center", 14),
        ("authority", "text", 22),
        ("act", "center", 14),
        ("object", "text", 30),
        ("before", "center", 14),
        ("decided", "center", 22),
        ("reason", "text", 44),
    )
    heads = [Head(words.text(f"ranking.{key}"), kind, most) for key, kind, most in keys]
    rows: list[Sequence[Value]] = [
        [
            words.text("form.day", day=one.date) if one.date else "",
            one.authority,
            act_text(one, words),
            object_text(one, scheme),
            one.before,
            to_text(one, scheme),
            one.reason,
        ]
        for one in mine
    ]
    return Table(words.text("ranking.decisions"), heads, rows, frozen=1)
