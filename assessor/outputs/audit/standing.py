"""The sheet of grades and ranks: limits, totals that count, bands, places, all as formulas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from assessor.i18n import Catalog
from assessor.outputs.audit.ground import At, Cell, Ground
from assessor.outputs.audit.sheets import TOP, AuditSheet, Head
from assessor.outputs.audit.text import Spot, Strip, added, literal, quoted, rounded
from assessor.outputs.style import sheet_name
from assessor.scheme.model import Band, Limit
from assessor.scoring.tree import TreeNode
from assessor.standing.limits import EVERY_PART, has_effect
from assessor.standing.stand import UnitStanding

_NUMBER = '">-1E+300"'
"""A condition that every number fulfils, and no text."""


@dataclass
class _Table:
    """The sheet while it is built: which column stands where."""

    ground: Ground
    name: str
    lines: Sequence[UnitStanding]
    columns: dict[str, int] = field(default_factory=dict)

    def at(self, mine: UnitStanding) -> At:
        """Return where formulas about a unit are written."""
        return At(self.ground, mine.unit, self.name)

    def ref(self, column: str, line: int) -> str:
        """Return the cell of a column in a line."""
        return Spot(self.name, TOP + line, self.columns[column]).seen_from(self.name)

    def whole(self, column: str) -> str:
        """Return a whole column."""
        last = TOP + len(self.lines) - 1
        return Strip(self.name, self.columns[column], TOP, last).seen_from(self.name)


def standing_sheet(ground: Ground, taken: list[str], words: Catalog) -> AuditSheet:
    """Return the sheet of grades and ranks of everybody who is appraised."""
    name = sheet_name(words.text("audit.standing"), taken)
    taken.append(name)
    table = _Table(ground, name, ground.standing.units)
    heads = [
        Head(words.text("ranking.code"), width=10),
        Head(words.text("ranking.unit"), width=16),
        Head(words.text("ranking.class"), width=12),
        Head(words.text("audit.kind"), width=8),
        Head(words.text("audit.ranked"), width=7),
    ]
    table.columns = {"class": 2, "kind": 3, "ranked": 4}
    for key, head in _columns(ground, words):
        table.columns[key] = len(heads)
        heads.append(head)
    sheet = AuditSheet(name, words.text("audit.standing"), heads, frozen=2)
    kinds = {"unit": words.text("audit.unit"), "person": words.text("audit.person")}
    for line, mine in enumerate(table.lines):
        one = ground.scheme.units[mine.unit]
        ranked = Cell(int(one.ranked), kind="given", digits=0)
        fixed: list[Cell | str] = [one.code, one.name, one.unit_class, kinds[one.kind], ranked]
        cells = _cells(table, mine, line)
        sheet.rows.append([*fixed, *(cells[key] for key in list(table.columns)[3:])])
    return sheet


def _columns(ground: Ground, words: Catalog) -> list[tuple[str, Head]]:
    """Return the columns by key, in their order."""
    settings = ground.scheme.settings
    columns = [
        (f"limit {place}", Head(limit.title, limit.node, _condition(limit, words), level=1))
        for place, limit in enumerate(ground.scheme.limits)
    ]
    columns += [("computed", Head(words.text("audit.computed"))), ("total", _total_head(words))]
    columns += [
        (f"breaker {code}", Head(ground.scheme.node[code].title, code, words.text("audit.breaker")))
        for code in _breakers(ground)
    ]
    columns += [
        ("last", Head(words.text("audit.last"), level=1)),
        ("takes_part", Head(words.text("audit.takes_part"), level=1)),
    ]
    fields = [("class", "ranking.class_rank"), ("kind", "ranking.rank")]
    for code in _breakers(ground):
        if _gaps(ground, code):
            columns += [
                (f"{scope} {code}", Head(words.text(f"audit.tie_{scope}"), code, level=2))
                for scope, _ in fields
            ]
    columns += [
        ("step", Head(words.text("audit.step"), level=1)),
        ("grade", Head(words.text("ranking.grade"))),
        ("confirmed", Head(words.text("ranking.confirmed"))),
    ]
    shown = {"both": ("kind", "class"), "overall": ("kind",), "class": ("class",)}
    wanted = shown.get(settings.ranking, ())
    columns += [
        (f"rank {scope}", Head(words.text(title)))
        for scope, title in fields[::-1]
        if scope in wanted
    ]
    return columns


def _total_head(words: Catalog) -> Head:
    return Head(words.text("ranking.score"), rule=words.text("audit.total_rule"))


def _condition(limit: Limit, words: Catalog) -> str:
    effect = words.text(f"remark.{limit.effect}", grade=limit.grade)
    return f"{limit.operator} {limit.value:f} → {effect}"


def _breakers(ground: Ground) -> list[str]:
    known = ground.standing.scores.columns
    return [code for code in ground.scheme.settings.tie_breakers if code in known]


def _gaps(ground: Ground, code: str) -> bool:
    """Say whether a node that breaks ties has no value for somebody who is ranked."""
    column = ground.column(code)
    return any(
        not column.status[mine.unit].has_value
        for mine in ground.standing.units
        if ground.scheme.units[mine.unit].ranked and mine.score is not None
    )


def _cells(table: _Table, mine: UnitStanding, line: int) -> dict[str, Cell | str]:
    """Return the cells of one line by the key of their column."""
    ground, at = table.ground, table.at(mine)
    cells: dict[str, Cell | str] = {}
    for place, limit in enumerate(ground.scheme.limits):
        cells[f"limit {place}"] = _limit_cell(limit, mine, at)
    cells |= _total_cells(table, mine, line)
    for code in _breakers(ground):
        cells[f"breaker {code}"] = _breaker_cell(code, at)
    cells |= _field_cells(table, mine, line)
    cells |= _grade_cells(table, mine, line)
    for scope in ("kind", "class"):
        if f"rank {scope}" in table.columns:
            cells[f"rank {scope}"] = _rank_cell(table, mine, line, scope)
    return cells


def shown(code: str, at: At) -> str | None:
    """Return the reference to a node's value as it is shown: rounded."""
    reference = at.ref("node", code)
    if reference is None or at.ground.each:
        return reference
    return rounded(reference, at.ground.column(code).digits)


def _limit_cell(limit: Limit, mine: UnitStanding, at: At) -> Cell | str:
    """Return 1 where a limit holds, 0 where it does not."""
    if at.ground.scheme.units[mine.unit].kind != limit.kind:
        return "—"
    codes = [limit.node]
    if limit.node.endswith(EVERY_PART):
        codes = [part.code for part in at.ground.below(limit.node.removesuffix(EVERY_PART))]
    hidden = any(at.ground.standing.scores.hides(code, mine.unit) for code in codes)
    holds = int(any(one.limit is limit for one in mine.held) or _held(limit, mine, at.ground))
    found = [value for code in codes if (value := shown(code, at)) is not None]
    if hidden:
        return Cell(holds, note="withheld", kind="given", digits=0)
    if not found:
        return Cell(0, kind="given", digits=0)
    conditions = [f"{value}{limit.operator}{literal(limit.value)}" for value in found]
    return Cell(holds, f"IF(OR({','.join(conditions)}),1,0)", digits=0)


def _held(limit: Limit, mine: UnitStanding, ground: Ground) -> bool:
    """Say whether a limit holds for a unit that has no grade."""
    if mine.graded is not None:
        return False
    from assessor.standing.limits import held_limits

    held = held_limits(ground.scheme, ground.standing.scores)[mine.unit]
    return any(one.limit is limit for one in held)


def _with_effect(table: _Table, effect: str, line: int) -> list[tuple[Limit, str]]:
    """Return the limits of an effect with the cells that say whether they hold."""
    kind = table.ground.scheme.units[table.lines[line].unit].kind
    return [
        (limit, table.ref(f"limit {place}", line))
        for place, limit in enumerate(table.ground.scheme.limits)
        if limit.effect == effect and limit.kind == kind
    ]


def _any(limits: Sequence[tuple[Limit, str]]) -> str:
    """Return a condition: one of some limits holds."""
    return f"({added(cell for _, cell in limits)})>0"


def _root(mine: UnitStanding, ground: Ground) -> TreeNode | None:
    root = ground.scheme.root(ground.seen.classes[mine.unit])
    tree = ground.standing.scores.tree
    return next((node for node in tree if root is not None and node.code == root.code), None)


def _total_cells(table: _Table, mine: UnitStanding, line: int) -> dict[str, Cell | str]:
    """Return what the tree gives, and what of it counts."""
    root = _root(mine, table.ground)
    assert root is not None
    if mine.score is None:
        word = mine.status.word
        return {"computed": word, "total": word}
    reference = shown(root.code, table.at(mine))
    assert reference is not None
    before = mine.score if mine.computed is None else mine.computed
    zero = _with_effect(table, "zero", line)
    cell = table.ref("computed", line)
    counts = f"IF({_any(zero)},0,{cell})" if zero else cell
    return {
        "computed": Cell(before, reference, digits=root.digits),
        "total": Cell(mine.score, counts, digits=root.digits),
    }


def _breaker_cell(code: str, at: At) -> Cell | str:
    column = at.ground.column(code)
    status = column.status[at.unit]
    if at.ground.standing.scores.hides(code, at.unit):
        return "withheld"
    reference = shown(code, at)
    value = column.value(at.unit)
    if reference is None or value is None:
        return status.word
    return Cell(value, reference, digits=column.digits)


def _field_cells(table: _Table, mine: UnitStanding, line: int) -> dict[str, Cell | str]:
    """Return whether a unit takes part in the ranking, whether it stands last, and by what it is
    compared with those of its score."""
    ground = table.ground
    ranked = ground.scheme.units[mine.unit].ranked
    out, last = _with_effect(table, "unranked", line), _with_effect(table, "last", line)
    takes = int(ranked and mine.score is not None and not has_effect(mine.held, "unranked"))
    total = table.ref("total", line)
    conditions = [f"{table.ref('ranked', line)}=1", f"ISNUMBER({total})"]
    conditions += [f"NOT({_any(out)})"] if out else []
    is_last = int(has_effect(mine.held, "last"))
    cells: dict[str, Cell | str] = {
        "takes_part": Cell(takes, f"IF(AND({','.join(conditions)}),1,0)", digits=0),
        "last": Cell(is_last, f"IF({_any(last)},1,0)", digits=0)
        if last
        else Cell(0, kind="given", digits=0),
    }
    for code in _breakers(ground):
        for scope in ("class", "kind"):
            if f"{scope} {code}" in table.columns:
                cells[f"{scope} {code}"] = _tie_cell(table, mine, line, scope, code)
    return cells


def _group(table: _Table, line: int, scope: str) -> str:
    """Return the conditions for those of one field with the same score."""
    pairs = [(table.whole("takes_part"), "1")]
    pairs += [(table.whole(key), table.ref(key, line)) for key in (scope, "last", "total")]
    return ",".join(f"{cells},{value}" for cells, value in pairs)


def _tie_cell(table: _Table, mine: UnitStanding, line: int, scope: str, code: str) -> Cell | str:
    """Return by what a tie is broken: 0 for all where one of those tied has no value."""
    ground = table.ground
    if not _takes_part(mine, ground):
        return "—"
    group = _group(table, line, scope)
    known = f"COUNTIFS({group},{table.whole(f'breaker {code}')},{_NUMBER})"
    cell = table.ref(f"breaker {code}", line)
    formula = f"IF({known}=COUNTIFS({group}),{cell},0)"
    return Cell(_tie_value(table, mine, scope, code), formula, digits=ground.column(code).digits)


def _takes_part(mine: UnitStanding, ground: Ground) -> bool:
    ranked = ground.scheme.units[mine.unit].ranked
    return ranked and mine.score is not None and not has_effect(mine.held, "unranked")


def _tie_value(table: _Table, mine: UnitStanding, scope: str, code: str) -> Decimal:
    ground = table.ground
    column = ground.column(code)
    units = ground.scheme.units

    def of(one: UnitStanding) -> str:
        unit = units[one.unit]
        return unit.unit_class if scope == "class" else unit.kind

    tied = [
        other
        for other in table.lines
        if _takes_part(other, ground)
        and of(other) == of(mine)
        and other.score == mine.score
        and has_effect(other.held, "last") == has_effect(mine.held, "last")
    ]
    known = all(column.status[other.unit].has_value for other in tied)
    return (column.value(mine.unit) or Decimal(0)) if known else Decimal(0)


def _grade_cells(table: _Table, mine: UnitStanding, line: int) -> dict[str, Cell | str]:
    """Return the step of the grade, its name, and what people confirmed."""
    ground = table.ground
    kind = ground.scheme.units[mine.unit].kind
    bands = ground.scheme.bands.get(kind, ())
    confirmed: Cell | str = mine.confirmed or ""
    if mine.score is None or mine.graded is None or not bands:
        return {"step": "", "grade": "", "confirmed": confirmed}
    order = [band.grade for band in bands]
    step = order.index(mine.grade) + 1
    names = ",".join(quoted(grade) for grade in order)
    formula = _step(table, mine, line, bands)
    cell = table.ref("step", line)
    return {
        "step": Cell(step, formula, digits=0)
        if formula
        else Cell(step, note="quota", kind="given", digits=0),
        "grade": Cell(mine.grade, f"CHOOSE({cell},{names})"),
        "confirmed": confirmed,
    }


def _step(table: _Table, mine: UnitStanding, line: int, bands: Sequence[Band]) -> str:
    """Return the formula for the place of the grade in its order (1: the best); none where places
    are limited, for who gets them hangs on all others."""
    ground, at = table.ground, table.at(mine)
    kind = ground.scheme.units[mine.unit].kind
    if any(band.share is not None or band.quota is not None for band in bands):
        return ""
    if ground.scheme.settings.grades_on == "raw":
        return ""
    order = [band.grade for band in bands]
    steps = [_banded(table.ref("total", line), bands, order)]
    for (of, node), more in ground.scheme.node_bands.items():
        value = shown(node, at) if of == kind else None
        if value is not None:
            steps.append(_banded(value, more, order))
    step = f"MAX({','.join(steps)})" if len(steps) > 1 else steps[0]
    fixed, last = _with_effect(table, "set", line), _with_effect(table, "last", line)
    if last:
        step = f"IF({_any(last)},{len(order)},{step})"
    if fixed:
        places = [f"{cell}*{order.index(limit.grade) + 1}" for limit, cell in fixed]
        step = f"IF({_any(fixed)},MAX({','.join(places)}),{step})"
    caps = [
        f"{cell}*{order.index(limit.grade) + 1}" for limit, cell in _with_effect(table, "cap", line)
    ]
    return f"MAX({','.join([step, *caps])})" if caps else step


def _banded(value: str, bands: Sequence[Band], order: Sequence[str]) -> str:
    """Return the step of the band that a value reaches."""
    result = str(order.index(bands[-1].grade) + 1)
    for band in reversed(bands):
        place = str(order.index(band.grade) + 1)
        sign = ">" if band.edge == "upper" else ">="
        if band.lower is None:
            result = place
        else:
            result = f"IF({value}{sign}{literal(band.lower)},{place},{result})"
    return result


def _rank_cell(table: _Table, mine: UnitStanding, line: int, scope: str) -> Cell | str:
    """Return the formula for a rank: one more than there are better ones."""
    ground = table.ground
    rank = mine.rank if scope == "kind" else mine.class_rank
    if rank is None:
        return "—"
    if ground.scheme.settings.ties != "1224":
        return Cell(rank, note="dense", kind="given", digits=0)
    if any(ground.standing.scores.hides(code, mine.unit) for code in _breakers(ground)):
        return Cell(rank, note="withheld", kind="given", digits=0)
    pairs = [(table.whole("takes_part"), "1"), (table.whole(scope), table.ref(scope, line))]
    counts = []
    tests = [("last", "<"), ("total", ">")]
    tests += [
        (f"{scope} {code}" if f"{scope} {code}" in table.columns else f"breaker {code}", ">")
        for code in _breakers(ground)
    ]
    for key, sign in tests:
        here = [*pairs, (table.whole(key), f'"{sign}"&{table.ref(key, line)}')]
        counts.append("COUNTIFS(" + ",".join(f"{cells},{value}" for cells, value in here) + ")")
        pairs.append((table.whole(key), table.ref(key, line)))
    return Cell(rank, f"1+{added(counts)}", digits=0)
