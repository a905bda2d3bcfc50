"""Typed rows to the frozen records of a Scheme."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from assessor.i18n import Either
from assessor.problems import Place, Problem, error, note
from assessor.scheme.columns import (
    SETTING_CHOICES,
    SETTING_KEYS,
    SETTINGS,
    Column,
    Type,
)
from assessor.scheme.model import (
    Award,
    Band,
    BonusItem,
    Criterion,
    Form,
    Input,
    Limit,
    Node,
    Nomination,
    Option,
    Period,
    Rater,
    Scheme,
    Settings,
    Source,
    Step,
    Unit,
)
from assessor.scheme.policies import POLICIES, Policies
from assessor.scheme.rulebook import RULE_SPECS, Takes
from assessor.scheme.spelling import near
from assessor.scheme.tables import Row, RowPlace, Tables, name_of
from assessor.scheme.values import VALUE_PARSERS, Bad

_SETTING_TYPES = {
    key: Column(key, SETTING_KEYS[key], Type.CHOICE, choices=choices)
    for key, choices in SETTING_CHOICES.items()
} | {
    "digits": Column("digits", "小数位数", Type.INTEGER),
    "tie_breakers": Column("tie_breakers", "同分比较", Type.LIST),
    "date": Column("date", "编制日期", Type.DATE),
    "rehearsal": Column("rehearsal", "演练", Type.YES_NO),
    "stamped_only": Column("stamped_only", "须用原表", Type.YES_NO),
    "export_factor": Column("export_factor", "换算系数", Type.NUMBER),
}
_STAND_INS: Mapping[str, object] = {
    "code": "",
    "title": "",
    "round": "",
    "issuer": "",
    "digits": 2,
    "rounding": "each",
}
"""The settings that a scheme must state, and what the checks go on with where it does not."""
MOST_DIGITS = 6
"""To how many digits a score is rounded at most."""


def build_scheme(rows: Tables, where: Place) -> tuple[Scheme, list[Problem]]:
    """Return the scheme and the problems met; what a bad cell leaves open has a stand-in,

    so that the checks can go on and everything is reported in one pass.
    """
    settings, problems = _settings(rows["settings"], where)
    bands, faults = build_bands(rows["grades"], settings.digits)
    problems.extend(faults)
    node_bands: dict[tuple[str, str], tuple[Band, ...]] = {}
    for node in dict.fromkeys(row["node"] for row in rows["grades"] if row["node"]):
        mine = [row for row in rows["grades"] if row["node"] == node]
        found, faults = build_bands(mine, settings.digits, node)
        problems.extend(faults)
        node_bands |= {(kind, node): its for kind, its in found.items()}
    criteria = [row for row in rows["criteria"] if _has(row, "rubric", "code", "title", "entry")]
    scheme = Scheme(
        settings=settings,
        periods=tuple(map(_period, _whole(rows["periods"], "code", "title")))
        or (Period("", settings.round),),
        units=tuple(_unit(row) for row in rows["units"] if _has(row, "code", "name")),
        raters=tuple(map(_rater, _whole(rows["raters"], "code", "name", "group"))),
        criteria=tuple(map(_criterion, criteria)),
        forms=tuple(map(_form, _whole(rows["forms"], "code", "title", "layout", "filled_by"))),
        nodes=tuple(_node(row, settings) for row in _whole(rows["scores"], "code")),
        options=_options(rows["options"]),
        bands=bands,
        node_bands=node_bands,
        ladders=_ladders(rows["ladders"]),
        limits=tuple(
            map(_limit, _whole(rows["limits"], "for", "node", "operator", "value", "effect"))
        ),
        bonuses=tuple(map(_bonus, _whole(rows["bonuses"], "group", "code", "points"))),
        awards=tuple(map(_award, _whole(rows["awards"], "code", "for", "by"))),
        inputs=tuple(map(_input, _whole(rows["inputs"], "code", "file", "key", "value"))),
        nominations=tuple(map(_nomination, _whole(rows["nominations"], "body", "unit"))),
        file=where.file,
    )
    return replace(
        scheme, nodes=tuple(_in_its_period(scheme, node) for node in scheme.nodes)
    ), problems


def _in_its_period(scheme: Scheme, node: Node) -> Node:
    """Return the node with the only period of its form named, where its source names none."""
    form = scheme.form.get(node.source.form) if node.source else None
    if node.source is None or node.source.period or form is None:
        return node
    periods = scheme.form_periods(form)
    if len(periods) != 1:
        return node
    return replace(node, source=replace(node.source, period=periods[0].code))


def _has(row: Row, *keys: str) -> bool:
    return all(row[key] is not None for key in keys)


def _whole(rows: Sequence[Row], *keys: str) -> Iterator[Row]:
    """Yield the rows whose needed cells could be read; the others are reported already."""
    return (row for row in rows if _has(row, *keys))


def _settings(rows: Sequence[Row], where: Place) -> tuple[Settings, list[Problem]]:
    values: dict[str, object] = {}
    stated: dict[str, RowPlace] = {}
    notes: list[str] = []
    problems: list[Problem] = []
    keys = {zh: key for key, zh in SETTING_KEYS.items()} | {key: key for key in SETTING_KEYS}
    for row in rows:
        name = str(row["key"] or "")
        key = keys.get(name)
        if key is None:
            guess = near(name, list(keys)) or "—"
            problems.append(error("setting_unknown", row.at.cell("key"), name=name, guess=guess))
        elif key == "note":
            notes.append(str(row["value"] or ""))
        elif key in stated:
            other = stated[key].cell("key").cell
            problems.append(error("setting_twice", row.at.cell("key"), name=name, other=other))
        elif row["value"] is not None:
            stated[key] = row.at
            problems.extend(_setting(values, key, row))
    sheet = rows[0].at.cell().sheet if rows else SETTINGS.zh
    for key in (key for key in _STAND_INS if key not in stated):
        facts = {"name": Either(SETTING_KEYS[key], key), "key": key}
        problems.append(error("setting_missing", Place(where.file, sheet), **facts))
    chosen = {
        policy.key: str(values.pop(policy.key)) for policy in POLICIES if policy.key in values
    }
    complete = {**_STAND_INS, **values, "policies": Policies(**chosen)}
    settings = Settings(notes=tuple(notes), at=stated, **complete)  # type: ignore[arg-type]
    return settings, problems


def _setting(values: dict[str, object], key: str, row: Row) -> list[Problem]:
    """Parse one setting into the values; return what is wrong with it."""
    column = _SETTING_TYPES.get(key, Column(key, SETTING_KEYS[key]))
    place = row.at.cell("value")
    parsed = VALUE_PARSERS[column.type](row["value"], column)
    if isinstance(parsed, Bad):
        facts = {"column": name_of(column), "value": row["value"], **parsed.facts}
        return [error(parsed.code, place, **facts)]
    if key == "digits" and int(str(parsed)) > MOST_DIGITS:
        return [error("setting_digits", place, most=MOST_DIGITS)]
    values[key] = parsed
    return []


def build_bands(
    rows: Sequence[Row], digits: int, node: str = ""
) -> tuple[dict[str, tuple[Band, ...]], list[Problem]]:
    """Return the half-open bands of a node (empty: the total) by kind, best first, and their gaps
    and overlaps.

    A band runs from its lower bound up to the next better one. Whole-number bands
    (90 / 80–89) leave room for 89.5: they are closed up, with a note.
    """
    bands: dict[str, tuple[Band, ...]] = {}
    problems: list[Problem] = []
    for kind in dict.fromkeys(row["for"] for row in rows if row["for"]):
        mine = [
            row
            for row in rows
            if row["for"] == kind and row["grade"] and (row["node"] or "") == node
        ]
        if not mine:
            continue
        if any(row["share"] is not None for row in mine):
            bands[kind] = tuple(map(_band, mine))  # best first; a mixture is found by the checks
            continue
        ordered = sorted(mine, key=lambda row: _low(row), reverse=True)
        bands[kind] = tuple(map(_band, ordered))
        problems.extend(_out_of_order(mine))
        for better, worse in pairwise(ordered):
            # What only looks wrong because rows are out of order is not named a second time.
            if (better, worse) in pairwise(mine):
                problems.extend(_between(better, worse, digits))
        last = ordered[-1]
        if last is mine[-1] and last["from"] is not None and last["from"] > 0:
            problems.append(error("bands_no_bottom", last.at.cell("from"), value=last["from"]))
        if ordered[0]["to"] is not None:
            problems.append(note("bands_top", ordered[0].at.cell("to"), grade=ordered[0]["grade"]))
    return bands, problems


def _out_of_order(rows: Sequence[Row]) -> Iterator[Problem]:
    """Yield an error for each grade whose bound is not below that of the better one above it.

    The rows say which grade is better, the bounds which scores are: both cannot be right.
    """
    readable = [row for row in rows if "from" not in row.at.unread]
    for better, worse in pairwise(readable):
        low, bound = better["from"], worse["from"]
        facts = {"better": better["grade"], "worse": worse["grade"], "low": low, "bound": bound}
        if low is None:
            yield error("bands_bound_missing", better.at.cell("from"), **facts)
        elif bound is not None and bound > low:
            yield error("bands_order", worse.at.cell("from"), **facts)


def _band(row: Row) -> Band:
    edge = row["edge"] or "lower"
    return Band(row["grade"], row["from"], edge, row["quota"], row["share"], row.at)


def _low(row: Row) -> Decimal:
    low: Decimal | None = row["from"]
    return Decimal("-Infinity") if low is None else low


def _between(better: Row, worse: Row, digits: int) -> list[Problem]:
    low, top = better["from"], worse["to"]
    facts = {"better": better["grade"], "worse": worse["grade"], "low": low, "top": top}
    if low is None:
        return []
    if low == worse["from"]:
        return [error("bands_overlap", better.at.cell("from"), **facts)]
    if top is None:
        return []
    if top > low or (worse["from"] is not None and top < worse["from"]):
        return [error("bands_overlap", worse.at.cell("to"), **facts)]
    # With the edge `upper` the bound itself belongs below, so nothing may lie between the two.
    upper = better["edge"] == "upper"
    if top == low or (low - top == Decimal(1).scaleb(-digits) and not upper):
        return []
    if low - top == 1 and top == int(top) and not upper:
        return [note("bands_half_open", worse.at.cell("to"), **facts)]
    return [error("bands_gap", worse.at.cell("to"), **facts)]


def _period(row: Row) -> Period:
    return Period(row["code"], row["title"], row["opens"], row["due"], row["least"], row.at)


def _unit(row: Row) -> Unit:
    return Unit(
        code=row["code"],
        name=row["name"],
        unit_class=row["class"] or "",
        kind=row["kind"] or "unit",
        parent=row["parent"] or "",
        email=row["email"] or "",
        via=row["via"] or "",
        contact=row["contact"] or "",
        phone=row["phone"] or "",
        former_names=row["former_names"] or (),
        former_codes=row["former_codes"] or (),
        ranked=row["ranked"] is not False,
        not_applicable=row["not_applicable"] or (),
        factor=row["factor"],
        at=row.at,
    )


def _rater(row: Row) -> Rater:
    return Rater(
        code=row["code"],
        name=row["name"],
        group=row["group"],
        email=row["email"] or "",
        phone=row["phone"] or "",
        covers=row["covers"] or (),
        anonymous=bool(row["anonymous"]),
        at=row.at,
    )


def _criterion(row: Row) -> Criterion:
    return Criterion(
        rubric=row["rubric"],
        code=row["code"],
        title=row["title"],
        entry=row["entry"],
        section=row["section"] or "",
        points=row["points"],
        content=row["content"] or "",
        standard=row["standard"] or "",
        evidence=row["evidence"] or "",
        department=row["department"] or "",
        classes=row["classes"] or (),
        may_not_apply=bool(row["may_not_apply"]),
        step=row["step"],
        rounds=row["rounds"] or (),
        rule=row["rule"] or "",
        parameters=row["parameters"] or {},
        at=row.at,
    )


def _form(row: Row) -> Form:
    return Form(
        code=row["code"],
        title=row["title"],
        workbook=row["workbook"] or row["title"],
        layout=row["layout"],
        filled_by=row["filled_by"],
        rubric=row["rubric"] or "",
        options=row["options"] or "",
        bonus=row["bonus"] or (),
        covers=row["covers"] or "one",
        periods=row["periods"] or (),
        classes=row["classes"] or (),
        copies=row["copies"],
        note=row["note"] or "",
        shows=row["shows"] or "",
        parameters=row["parameters"] or {},
        at=row.at,
    )


def _node(row: Row, settings: Settings) -> Node:
    text = row["source"]
    source: Source | None = parse_source(text) if text else None
    spec = RULE_SPECS.get(row["rule"] or "")
    if spec is not None and spec.takes in {Takes.NODE, Takes.INPUT}:
        source = Source("", criterion=text) if text else None
    weights: Mapping[str, Fraction] = row["weight"] or {}
    return Node(
        code=row["code"],
        title=row["title"] or row["code"],
        parent=row["parent"] or "",
        rule=row["rule"] or "",
        digits=settings.digits if row["digits"] is None else row["digits"],
        weight=weights.get(""),
        class_weights={name: share for name, share in weights.items() if name},
        points=row["points"],
        source=source,
        classes=row["classes"] or (),
        parameters=row["parameters"] or {},
        at=row.at,
    )


def parse_source(text: str) -> Source:
    """Return a source from ``form/criterion@period``; criterion and period may be left out.

    >>> parse_source("review/R1@Y")
    Source(form='review', criterion='R1', period='Y')
    """
    path, _, period = text.partition("@")
    form, _, criterion = path.partition("/")
    return Source(form.strip(), criterion.strip(), period.strip())


def _options(rows: Sequence[Row]) -> dict[str, tuple[Option, ...]]:
    sets: dict[str, tuple[Option, ...]] = {}
    for row in _whole(rows, "set", "option"):
        counts = row["counts"] is not False
        stated = row["value"] is not None
        value = row["value"] if stated else Decimal(0)
        option = Option(row["option"], value, counts, row["at_most"], stated, row.at)
        sets[row["set"]] = (*sets.get(row["set"], ()), option)
    return sets


def _ladders(rows: Sequence[Row]) -> dict[str, tuple[Step, ...]]:
    ladders: dict[str, list[Step]] = {}
    for row in _whole(rows, "ladder", "value"):
        step = Step(row["from"], row["to"], row["value"], row.at)
        ladders.setdefault(row["ladder"], []).append(step)
    lowest = Decimal("-Infinity")
    return {
        name: tuple(sorted(steps, key=lambda step: lowest if step.lower is None else step.lower))
        for name, steps in ladders.items()
    }


def _limit(row: Row) -> Limit:
    return Limit(
        title=row["title"] or "",
        kind=row["for"],
        node=row["node"],
        operator=row["operator"],
        value=row["value"],
        effect=row["effect"],
        grade=row["grade"] or "",
        at=row.at,
    )


def _bonus(row: Row) -> BonusItem:
    return BonusItem(
        group=row["group"],
        code=row["code"],
        title=row["title"] or "",
        points=row["points"],
        cap=row["cap"],
        standard=row["standard"] or "",
        above=row["above"] or 0,
        once=row["once"] or "",
        at=row.at,
    )


def _award(row: Row) -> Award:
    return Award(
        code=row["code"],
        title=row["title"] or "",
        kind=row["for"],
        slots=row["slots"] or 0,
        by=row["by"],
        unit_class=row["class"] or "",
        money=row["money"],
        least_grade=row["least_grade"] or "",
        share=row["share"],
        tie=row["tie"] or "decide",
        at=row.at,
    )


def _input(row: Row) -> Input:
    return Input(
        code=row["code"],
        title=row["title"] or row["code"],
        file=row["file"],
        key=row["key"],
        value=row["value"],
        sheet=row["sheet"] or "",
        where=row["where"] or "",
        map=row["map"] or "",
        at=row.at,
    )


def _nomination(row: Row) -> Nomination:
    return Nomination(row["body"], row["unit"], row.at)
