"""What each part gave to a weighted node: the weight that was used, and weight × value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assessor.scoring.column import Column, Status
from assessor.scoring.tree import TreeNode


@dataclass(frozen=True, slots=True)
class Share:
    """What one part gives to its parent."""

    weight: Fraction
    """Of what counts: 0 where the part is left out, more than declared where others are."""
    contribution: Fraction | None
    """Weight × value, never rounded; None where there is none (yet)."""


def shares_of(
    parent: TreeNode,
    parts: Sequence[TreeNode],
    columns: Mapping[str, Column],
    unit: int,
    unit_class: str,
    decided: bool = False,
) -> Mapping[str, Share]:
    """Return what each part of a node gives for a unit, by its code; together they are the node
    before its own bounds and rounding. Nothing where the node has no weights.

    As long as the node has no value no weight is shared out. What people `decided` of it is not
    what its parts give: they contribute nothing.
    Example: 40 and 20 at 50 and 30 %, a part of 20 % left out: 62.5 % × 40 + 37.5 % × 20 =
    25 + 7.5 = 32.5.
    """
    if parent.rule != "weighted":
        return {}
    counted = [part for part in parts if not part.informative]
    weights = {part.code: part.weight_for(unit_class) or Fraction(0) for part in counted}
    status = {part.code: columns[part.code].status[unit] for part in counted}
    if not columns[parent.code].status[unit].has_value:
        return {
            code: Share(weight, None if decided else _times(weight, columns[code], unit))
            for code, weight in weights.items()
        }
    if decided:
        return {code: Share(weight, None) for code, weight in weights.items()}
    zero = parent.declared.parameters.get("missing") == "zero"
    used = {
        code: weight
        for code, weight in weights.items()
        if status[code].has_value or (zero and status[code] is Status.MISSING)
    }
    whole = sum(used.values(), Fraction(0))
    found = {}
    for code in weights:
        if code not in used or not whole:
            found[code] = Share(Fraction(0), None)
            continue
        weight = used[code] / whole
        given = _times(weight, columns[code], unit)
        found[code] = Share(weight, Fraction(0) if given is None else given)
    return found


def _times(weight: Fraction, column: Column, unit: int) -> Fraction | None:
    if not column.status[unit].has_value:
        return None
    return weight * Fraction(column.ticks[unit]) / Fraction(10**column.digits)
