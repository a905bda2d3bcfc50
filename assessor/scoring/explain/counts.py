"""How counts are read: ballots by aspect, bonuses and deductions by verified claims."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assessor.decimals import digits_of, from_ticks, half_up
from assessor.scheme.model import BonusItem, Criterion, Option, Source
from assessor.scoring.column import Status, combined
from assessor.scoring.explain.combining import averaged
from assessor.scoring.explain.entries import out_remarks, source_of
from assessor.scoring.explain.formula import (
    Formula,
    Less,
    Product,
    Quotient,
    Sum,
    number,
    total,
    value_of,
)
from assessor.scoring.explain.look import Look, form_remarks, none_in
from assessor.scoring.explain.model import Explanation, Leaf, Remark, Told
from assessor.scoring.inputs import EntryKey
from assessor.scoring.parameters import count_of
from assessor.scoring.tree import TreeNode
from assessor.scoring.withheld import few_votes


def counted(
    look: Look, source: Source, criterion: str, column: str, title: str = ""
) -> tuple[Fraction | None, tuple[Leaf, ...]]:
    """Return a count over all meetings that had the unit, and the cells it stands in."""
    leaves = []
    for rater, status in look.form_states(source):
        key = EntryKey(source.form, source.period, rater, criterion, column)
        if not status.has_value:
            leaves.append(Leaf(key, status, None, title))
        elif key in look.inputs.entries:
            leaves.append(look.leaf(key, title))
        else:
            leaves.append(Leaf(key, Status.AWAITING, None, title))
    if not leaves or not combined(leaf.status for leaf in leaves).has_value:
        return None, tuple(leaves)
    return sum((leaf.value or Fraction(0) for leaf in leaves), Fraction(0)), tuple(leaves)


@dataclass(frozen=True, slots=True)
class Votes:
    """The votes of one aspect: by option, what they are divided by, and where they stand."""

    @property
    def base(self) -> Fraction:
        """What they are divided by."""
        return self.papers - self.uncounted

    votes: tuple[tuple[Option, Fraction], ...]
    papers: Fraction
    """What they are divided by, the votes that do not count not yet taken off."""
    uncounted: Fraction
    leaves: tuple[Leaf, ...]


def _votes(row: Criterion, node: TreeNode, look: Look) -> tuple[Votes | None, tuple[Leaf, ...]]:
    """Return the votes of an aspect, None where they are open, and the cells in any case."""
    source = source_of(node)
    options = look.scheme.options[look.scheme.form[source.form].options]
    found = [counted(look, source, row.code, option.option, option.option) for option in options]
    leaves = tuple(leaf for _, cells in found for leaf in cells)
    counts = [count for count, _ in found if count is not None]
    if len(counts) < len(found):
        return None, leaves
    votes = tuple(zip(options, counts, strict=True))
    denominator = node.declared.parameters["denominator"]
    if denominator == "ticks":
        ticks = sum((count for option, count in votes if option.counts), Fraction(0))
        return Votes(votes, ticks, Fraction(0), leaves), leaves
    papers, cells = counted(look, source, "", denominator, denominator)
    leaves += cells
    if papers is None:
        return None, leaves
    uncounted = sum((count for option, count in votes if not option.counts), Fraction(0))
    return Votes(votes, papers, uncounted, leaves), leaves


def aspect(node: TreeNode, look: Look) -> Told:
    """Aspect of a ballot: Σ votes × value of the option ÷ the denominator."""
    (row,) = node.criteria
    if why := out_remarks(look, row):
        return Told(remarks=why)
    if look.scores.hides(node.code, look.unit):
        return Told(remarks=(Remark("aspect_few"),))
    found, leaves = _votes(row, node, look)
    if found is None or not look.status(node.code).has_value:
        return Told(leaves=leaves)
    return _divided([found], {option.option: option.value for option, _ in found.votes})


def _divided(found: Sequence[Votes], values: Mapping[str, Decimal]) -> Told:
    """Return Σ votes × value ÷ Σ bases."""
    together: dict[str, Fraction] = {}
    for one in found:
        for option, count in one.votes:
            if option.counts and option.option in values:
                together[option.option] = together.get(option.option, Fraction(0)) + count
    terms = tuple(Product((number(n), number(values[name]))) for name, n in together.items())
    base: Formula = number(sum((one.papers for one in found), Fraction(0)))
    if uncounted := sum((one.uncounted for one in found), Fraction(0)):
        base = Less(base, number(uncounted))
    formula = Quotient(Sum(terms), base)
    return Told(formula, (), tuple(leaf for one in found for leaf in one.leaves))


def _withheld(told: Told, code: str) -> Told:
    """Return of too few votes only what they give together."""
    formula = None if told.formula is None else number(value_of(told.formula))
    return Told(formula, (*told.remarks, Remark(code)))


def ballot(node: TreeNode, look: Look) -> Told:
    """Ballot: the mean of its aspects, or all votes together; and how many took part."""
    source = source_of(node)
    remarks = form_remarks(look, source)
    if none_in(look, source):
        return Told(remarks=remarks, closed=True)
    parts = [part for part in look.counted(node.code) if part.rule == "aspect"]
    remarks = (*remarks, _basis(node, look))
    if node.declared.parameters.get("over") == "votes":
        rows = [row for part in parts for row in part.criteria]
        options = look.scheme.options[look.scheme.form[source.form].options]
        values = {option.option: option.value for option in options}
        told = _together(rows, values, node, look)
        told = Told(told.formula, (Remark("over_votes"), *told.remarks))
    else:
        told = averaged(node, look, parts)
    if any(look.scores.hides(part.code, look.unit) for part in parts):
        told = _withheld(told, "aspects_few")
    turnout, leaves = turnout_of(node, look, source)
    return Told(told.formula, (*remarks, *told.remarks, *turnout), leaves)


def _basis(node: TreeNode, look: Look) -> Remark:
    """Return what the votes are divided by: papers, less the votes that are none (不了解)."""
    options = look.scheme.options[look.scheme.form[source_of(node).form].options]
    uncounted = [option.option for option in options if not option.counts]
    code = f"denominator_{node.declared.parameters['denominator']}"
    return Remark(f"{code}_less", {"options": uncounted}) if uncounted else Remark(code)


def _together(
    rows: Sequence[Criterion], values: Mapping[str, Decimal], node: TreeNode, look: Look
) -> Told:
    """Return the votes of several aspects over all their bases."""
    found = [_votes(row, node, look)[0] for row in rows if not out_remarks(look, row)]
    known = [one for one in found if one is not None]
    if len(known) < len(found) or not sum((one.base for one in known), Fraction(0)) > 0:
        return Told()
    return _divided(known, values)


def share(node: TreeNode, look: Look) -> Told:
    """Share: votes for the named options ÷ the denominator × 100, over all aspects together."""
    source = source_of(node)
    remarks = form_remarks(look, source)
    if none_in(look, source):
        return Told(remarks=remarks, closed=True)
    form = look.scheme.form[source.form]
    text = node.declared.parameters["options"].replace("，", ",").replace("、", ",")
    named = {name.strip() for name in text.split(",")}
    rows = [row for row in look.scheme.rubric(form.rubric) if row.entry == "ballot"]
    told = _together(rows, dict.fromkeys(sorted(named), Decimal(100)), node, look)
    if look.unit in few_votes(source, rows, look.seen):
        told = _withheld(told, "votes_few")
    turnout, cells = turnout_of(node, look, source)
    more = (Remark("share_of", {"options": sorted(named)}), _basis(node, look))
    return Told(told.formula, (*remarks, *more, *told.remarks, *turnout), (*told.leaves, *cells))


def turnout_of(
    node: TreeNode, look: Look, source: Source
) -> tuple[tuple[Remark, ...], tuple[Leaf, ...]]:
    """Return how many papers came back against how many are asked for."""
    least = node.declared.parameters.get("turnout_min")
    if least is None:
        return (), ()
    returned, leaves = counted(look, source, "", "returned", "returned")
    whole = returned
    if least.endswith(("%", "％")):
        whole, more = counted(look, source, "", "expected", "expected")
        leaves += more
    if returned is None or whole is None:
        return (), leaves
    needed = math.ceil(count_of(node.declared.parameters, "turnout_min", int(whole)))
    if returned < needed:
        return (), leaves  # the rule itself has found it
    facts = {"returned": number(returned), "least": needed}
    return (Remark("turnout_enough", facts),), leaves


def bonus(node: TreeNode, look: Look) -> Told:
    """Bonus: each item's verified number × its points, capped where the item says so."""
    source = source_of(node)
    remarks = form_remarks(look, source)
    if none_in(look, source):
        return Told(remarks=remarks, closed=True)
    rows = look.scheme.bonus_items(look.scheme.form[source.form].bonus)
    parts = tuple(_bonus_item(row, look, source) for row in rows)
    if not combined(part.status for part in parts).has_value:
        return Told(remarks=remarks, parts=parts)
    earned = [_earned(part) for part in parts if part.bounded]
    return Told(total(earned), remarks, (), parts)


def _earned(part: Explanation) -> Formula:
    """Return what an item gives as its formula, or the cap that it was held to."""
    assert part.bounded is not None
    if part.formula is None or part.bounded != part.exact:
        return number(part.bounded)
    return part.formula


def _bonus_item(row: BonusItem, look: Look, source: Source) -> Explanation:
    count, leaves = counted(look, source, row.code, "verified", "verified")
    claimed = counted(look, source, row.code, "claimed", "claimed")[1]
    status = combined(leaf.status for leaf in leaves) if leaves else Status.MISSING
    formula: Formula | None = None
    exact = bounded = None
    remarks: list[Remark] = []
    if count is not None:
        times: Formula = number(count)
        if row.above:
            times = Less(times, number(row.above)) if count > row.above else number(0)
            remarks.append(Remark("only_above", {"above": row.above}))
        if row.once:
            remarks.append(Remark("once", {"once": row.once}))
        formula = Product((times, number(row.points)))
        exact = bounded = value_of(formula)
        if row.cap is not None and exact > row.cap:
            bounded = Fraction(row.cap)
            remarks.append(Remark("capped", {"before": number(exact), "bound": row.cap}))
    digits = digits_of(row.points)
    known = [leaf for leaf in claimed if leaf.key in look.inputs.entries]
    return Explanation(
        code=row.code,
        title=row.title,
        rule="bonus_item",
        status=status,
        value=None if bounded is None else from_ticks(half_up(bounded * 10**digits), digits),
        digits=digits,
        formula=formula,
        exact=exact,
        bounded=bounded,
        remarks=tuple(remarks),
        leaves=(*known, *leaves),
    )


def deduction(node: TreeNode, look: Look) -> Told:
    """Deduction: like a bonus, taken away."""
    told = bonus(node, look)
    if told.formula is None:
        return told
    negative = Less(number(0), told.formula)
    return Told(negative, told.remarks, told.leaves, told.parts, told.closed)
