"""The independent evaluator: what raters wrote on scoring sheets."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from assessor.scheme.model import Criterion, Node
from tests.scoring.entries import IN, Sheet
from tests.scoring.oracle_conversions import convert, not_for, number_of, row_of, written
from tests.scoring.oracle_words import (
    OUT,
    ZERO,
    Value,
    amount,
    exact,
    mean_of,
    numbers,
    read,
    total_of,
    whole,
)

if TYPE_CHECKING:
    from tests.scoring.oracle import Oracle

UNSCORED = ("section", "text", "ballot")


def rows_of(oracle: Oracle, node: Node) -> list[Criterion]:
    """Return the criteria that give a node points: one for an item, all for a rubric."""
    assert node.source is not None
    if node.rule == "item":
        return [row_of(oracle, node)]
    name = oracle.scheme.form[node.source.form].rubric
    rows = (row for row in oracle.scheme.criteria if row.rubric == name)
    return [row for row in rows if row.entry not in UNSCORED and not is_fact(row)]


def is_fact(row: Criterion) -> bool:
    """A number with neither points nor a conversion is no part of a rubric's sum."""
    plain = row.entry in ("count", "number", "rate")
    return plain and row.points is None and not row.rule


def sections(oracle: Oracle, node: Node) -> list[str]:
    """Return the sections of a rubric; ``-`` for criteria that stand in none."""
    assert node.source is not None
    name = oracle.scheme.form[node.source.form].rubric
    rows = [row for row in oracle.scheme.criteria if row.rubric == name]
    named = [row.code for row in rows if row.entry == "section"]
    loose = any(not row.section for row in oracle.once(rows_of, node))
    return [*named, "-"] if loose else named


def _section_rows(oracle: Oracle, node: Node, name: str, unit_class: str) -> list[Criterion]:
    return [
        row
        for row in oracle.once(rows_of, node)
        if row.section == ("" if name == "-" else name)
        and (not row.classes or unit_class in row.classes)
    ]


def _measured(oracle: Oracle, row: Criterion) -> bool:
    return not row.rounds or oracle.scheme.settings.round in row.rounds


def _sheets(oracle: Oracle, unit: str, node: Node) -> list[Sheet]:
    assert node.source is not None
    return oracle.sheets_of(node.source.form, node.source.period, unit)


# ---- one rater, one criterion
def points_given(oracle: Oracle, sheet: Sheet, unit: str, row: Criterion) -> Value:
    """Return the points that one rater's entry is worth."""
    value = written(oracle, row, oracle.cell(sheet, unit, row.code))
    if isinstance(value, str) or row.entry in ("earned", "level"):
        return value
    full = exact(row.points or 0)
    if row.entry == "deducted":
        return full - value
    if row.entry in ("yes_no", "veto"):
        return full if (value == 1) == (row.entry == "yes_no") else ZERO
    if row.rule:
        target = oracle.cell(sheet, unit, row.code, "target")
        return convert(oracle, row.rule, value, row.points, row.parameters, target)
    return value if row.points is None else min(max(value, ZERO), full)


def given_by(oracle: Oracle, unit: str, node: Node) -> dict[str, dict[str, Value]]:
    """Return the points of every criterion that is for the unit, by rater."""
    rows = [row for row in oracle.once(rows_of, node) if not not_for(oracle, unit, row)]
    return {
        sheet.rater: {row.code: points_given(oracle, sheet, unit, row) for row in rows}
        for sheet in _sheets(oracle, unit, node)
    }


# ---- which raters count
def total_given(oracle: Oracle, sheet: Sheet, unit: str, node: Node) -> Value:
    """Return the total that one rater gave a unit, by what the node says of what is left out."""
    if sheet.state[unit] != IN:
        return read(sheet.state[unit])
    policy = node.parameters.get("not_applicable")
    given: list[tuple[Fraction | None, Value]] = []  # full mark, points
    for row in oracle.once(rows_of, node):
        why = not_for(oracle, unit, row)
        of_class = not row.classes or oracle.class_of(unit) in row.classes
        if why != "not_due" and of_class:
            value = why or oracle.once(given_by, unit, node)[sheet.rater][row.code]
            given.append((None if row.points is None else exact(row.points), value))
    word = whole(value for _, value in given) if given else OUT
    if word != "value":
        return word
    if policy == "full":
        return total_of(
            (full or ZERO) if isinstance(value, str) else value for full, value in given
        )
    there = [(full, value) for full, value in given if isinstance(value, Fraction)]
    marks = sum((full for full, _ in there if full is not None), ZERO)
    earned = sum((value for full, value in there if full is not None), ZERO)
    free = sum((value for full, value in there if full is None), ZERO)
    if policy == "rescale" and marks and node.points is not None:
        return earned * exact(node.points) / marks + free
    return earned + free


def _totals(oracle: Oracle, unit: str, node: Node) -> dict[str, Value]:
    sheets = _sheets(oracle, unit, node)
    return {sheet.rater: total_given(oracle, sheet, unit, node) for sheet in sheets}


def discarded(oracle: Oracle, node: Node) -> str:
    """Return the rater whose totals lie furthest apart; empty where nobody is, or two are."""
    if node.parameters.get("discard") != "spread":
        return ""
    by_rater: dict[str, list[Fraction]] = {}
    for unit in oracle.scheme.units:
        if oracle.applies(unit.code, node):
            for rater, total in oracle.once(_totals, unit.code, node).items():
                if isinstance(total, Fraction):
                    by_rater.setdefault(rater, []).append(total)
    spreads = {rater: max(totals) - min(totals) for rater, totals in by_rater.items()}
    widest = [rater for rater, spread in spreads.items() if spread == max(spreads.values())]
    return widest[0] if len(widest) == 1 and len(spreads) > 1 else ""


def trimmed(values: Sequence[Fraction], node: Node) -> list[int]:
    """Return the places of the values that are kept: the later of equals goes."""
    number = Fraction(len(values))
    high = floor(amount(node.parameters.get("trim_high"), number))
    low = floor(amount(node.parameters.get("trim_low"), number))
    kept = sorted(range(len(values)), key=lambda at: (values[at], -at))
    if len(values) < int(node.parameters.get("trim_from", high + low + 1)):
        return sorted(kept)
    if high + low >= len(values):
        return sorted(kept)
    highest = sorted(kept, key=lambda at: (-values[at], -at))[:high]
    lowest = [at for at in kept if at not in highest][:low]
    return sorted(set(kept) - set(highest) - set(lowest))


def kept_raters(oracle: Oracle, unit: str, node: Node) -> set[str]:
    """Return the raters who count for a unit; a unit that is open keeps everybody."""
    if not {"trim_high", "trim_low", "discard"} & set(node.parameters):
        return {sheet.rater for sheet in _sheets(oracle, unit, node)}
    totals = oracle.once(_totals, unit, node)
    scored = {rater: total for rater, total in totals.items() if isinstance(total, Fraction)}
    if any(total in ("missing", "awaiting") for total in totals.values()):
        return set(totals)
    gone = oracle.once(discarded, node)
    if gone in scored and len(scored) > 1:
        del scored[gone]
    else:
        gone = ""
    raters = list(scored)
    kept = trimmed(list(scored.values()), node)
    out = {raters[at] for at in range(len(raters)) if at not in kept} | {gone}
    return set(totals) - out


def still_open(oracle: Oracle, node: Node) -> bool:
    """Say whether somebody's total is open, so that another rater may yet be discarded."""
    if node.parameters.get("discard") != "spread" or _is_review(oracle, node):
        return False
    return any(
        total in ("missing", "awaiting")
        for unit in oracle.scheme.units
        if oracle.applies(unit.code, node)
        for total in oracle.once(_totals, unit.code, node).values()
    )


def zero_may_fall(oracle: Oracle, unit: str, node: Node, part: str) -> bool:
    """Say whether a criterion is counted or not by a comparison with points that may still change.

    A comparison that only flags leaves the value as it is.
    """
    if "against" not in node.parameters or node.parameters.get("then") != "zero":
        return False
    other = oracle.scheme.node[node.parameters["against"]]
    if not oracle.once(still_open, other):
        return False
    theirs = {row.code: row for row in oracle.once(rows_of, other)}
    mine = [part] if part else sections(oracle, node)
    rows = [r for n in mine for r in _section_rows(oracle, node, n, oracle.class_of(unit))]
    pairs = [(row, theirs[row.code]) for row in rows if row.code in theirs]
    return any(
        isinstance(oracle.once(_mean_given, unit, node, own.rubric, own.code), Fraction)
        and isinstance(oracle.once(_mean_given, unit, other, its.rubric, its.code), Fraction)
        for own, its in pairs
    )


# ---- criteria, sections, rubrics
def leaf(oracle: Oracle, unit: str, node: Node, row: Criterion) -> Value:
    """Return the points of a criterion: the mean over the raters who count, compared."""
    mine = oracle.once(_mean_given, unit, node, row.rubric, row.code)
    if "against" not in node.parameters or isinstance(mine, str):
        return mine
    other = oracle.scheme.node[node.parameters["against"]]
    same = [one for one in oracle.once(rows_of, other) if one.code == row.code]
    theirs = oracle.once(_mean_given, unit, other, same[0].rubric, row.code) if same else OUT
    if isinstance(theirs, str) or abs(mine - theirs) <= exact(node.parameters["apart"]):
        return mine
    return ZERO if node.parameters.get("then") == "zero" else mine


def _mean_given(oracle: Oracle, unit: str, node: Node, rubric: str, code: str) -> Value:
    row = next(one for one in oracle.once(rows_of, node) if one.code == code)
    why = not_for(oracle, unit, row)
    if why:
        return why
    kept = oracle.once(kept_raters, unit, node)
    given = oracle.once(given_by, unit, node)
    return mean_of(points[code] for rater, points in given.items() if rater in kept)


def section(oracle: Oracle, unit: str, node: Node, name: str) -> Value:
    rows = oracle.once(_section_rows, node, name, oracle.class_of(unit))
    leaves = [(row, leaf(oracle, unit, node, row)) for row in rows]
    measured = [value for row, value in leaves if _measured(oracle, row)]
    word = whole(measured) if measured else "not_due" if rows else OUT
    if word != "value":
        return word
    total = total_of(value for _, value in leaves)
    if unruled(node, leaves):
        return "awaiting"
    if node.parameters.get("not_applicable") == "full":
        left_out = [row.points or 0 for row, value in leaves if isinstance(value, str)]
        total += sum(map(exact, left_out))
    return total


def unruled(node: Node, leaves: Sequence[tuple[Criterion, Value]]) -> bool:
    """Say whether a criterion with points is left out, and nobody has said what it counts."""
    left_out = any(row.points and value in (OUT, "not_due") for row, value in leaves)
    return left_out and "not_applicable" not in node.parameters


def rubric(oracle: Oracle, unit: str, node: Node) -> Value:
    """A section of which nothing is measured this round holds nothing open."""
    names = {name: oracle.score(unit, f"{node.code}.{name}") for name in sections(oracle, node)}
    rows = {n: oracle.once(_section_rows, node, n, oracle.class_of(unit)) for n in names}
    open_parts = [
        value if any(_measured(oracle, row) for row in rows[name]) else OUT
        for name, value in names.items()
    ]
    word = whole(open_parts)
    if word != "value":
        return word
    total = total_of(names.values())
    empty_parts = [(row, OUT) for name, value in names.items() if isinstance(value, str)
                   for row in rows[name]]  # fmt: skip
    if unruled(node, empty_parts):
        return "awaiting"
    policy = node.parameters.get("not_applicable")
    if policy == "full":
        empty = [row for name, value in names.items() if isinstance(value, str)
                 for row in rows[name]]  # fmt: skip
        return total + sum(exact(row.points or 0) for row in empty)
    return _rescaled(oracle, unit, node, total) if policy == "rescale" else total


def _rescaled(oracle: Oracle, unit: str, node: Node, total: Fraction) -> Fraction:
    marks = free = ZERO
    for row in oracle.once(rows_of, node):
        value = leaf(oracle, unit, node, row)
        if isinstance(value, Fraction):
            marks += exact(row.points or 0)
            free += value if row.points is None else ZERO
    if not marks or node.points is None:
        return total
    return (total - free) * exact(node.points) / marks + free


# ---- single criteria
def _is_review(oracle: Oracle, node: Node) -> bool:
    assert node.source is not None
    return oracle.scheme.form[node.source.form].layout == "review"


def item(oracle: Oracle, unit: str, node: Node) -> Value:
    """Without a single sheet nobody was asked."""
    row = row_of(oracle, node)
    if not_for(oracle, unit, row) or not _sheets(oracle, unit, node):
        return OUT
    if _is_review(oracle, node):
        return _mean_of_papers(oracle, unit, node)
    return oracle.once(_mean_given, unit, node, row.rubric, row.code)


def _mean_of_papers(oracle: Oracle, unit: str, node: Node) -> Value:
    assert node.source is not None
    states: list[Value] = []
    papers: list[Fraction] = []
    for sheet in _sheets(oracle, unit, node):
        cells = sheet.papers.get((unit, node.source.criterion), ())
        if sheet.state[unit] != IN:
            states.append(read(sheet.state[unit]))
        elif "awaiting" in cells or not cells:
            states.append("awaiting" if cells else "missing")
        else:
            states.append(ZERO)
            papers += numbers(read(cell) for cell in cells)
    word = whole(states)
    if word != "value":
        return word
    kept = [papers[at] for at in trimmed(papers, node)]
    return sum(kept, ZERO) / len(kept) if kept else "missing"


def number(oracle: Oracle, unit: str, node: Node) -> Value:
    return number_of(oracle, unit, node)


def unmet(oracle: Oracle, unit: str, node: Node) -> Value:
    """Of several raters one is enough."""
    bad = {"yes_no": 0, "veto": 1}
    rows = [row for row in rows_of(oracle, node) if row.entry in bad]
    found: list[Value] = []
    for row in rows:
        given = [oracle.cell(sheet, unit, row.code) for sheet in _sheets(oracle, unit, node)]
        why = not_for(oracle, unit, row)
        word = OUT if why else whole(given)
        found.append(Fraction(bad[row.entry] in given) if word == "value" else word)
    word = whole(found) if found else OUT
    return total_of(found) if word == "value" else word
