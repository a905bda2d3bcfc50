"""What an explanation is made of: codes, exact numbers and keys of entries; worded at the edges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from assessor.scoring.column import Status
from assessor.scoring.explain.formula import Formula
from assessor.scoring.inputs import EntryKey


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to be said about a node: a code, and facts to word it with.

    Numbers among the facts are exact: a `Number`, a Decimal or an int.
    """

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One entry of the unit that was looked at; the cell it stands in is found by its key."""

    key: EntryKey
    status: Status
    value: Fraction | None = None
    """What it counts as."""
    title: str = ""
    """What the column means, where it is not the one entry of its row."""
    unit: int | None = None
    """The unit whose entry it is, where it is not the unit that is explained."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a node (or a criterion, or a bonus item) came by its value."""

    code: str
    title: str
    rule: str
    """A rule of the tree, or ``criterion`` or ``bonus_item``."""
    status: Status
    value: Decimal | None
    """What is shown: rounded to its digits."""
    digits: int
    points: Decimal | None = None
    formula: Formula | None = None
    exact: Fraction | None = None
    """What the formula gives: before bounds and rounding."""
    bounded: Fraction | None = None
    """The same within cap and floor; rounded it is the value, unless people decided otherwise."""
    weight: Fraction | None = None
    """Its weight under its parent as it was used: 0 where it is left out, more than the scheme's
    where others are."""
    contribution: Fraction | None = None
    """Weight × value: never rounded. None where it has no value, or its parent was decided."""
    informative: bool = False
    withheld: bool = False
    """Whether there is a value that must not be shown."""
    remarks: tuple[Remark, ...] = ()
    leaves: tuple[Leaf, ...] = ()
    children: tuple[Explanation, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What the explainer of a rule has to say; the frame makes an `Explanation` of it."""

    formula: Formula | None = None
    remarks: tuple[Remark, ...] = ()
    leaves: tuple[Leaf, ...] = ()
    parts: tuple[Explanation, ...] = ()
    """Criteria or items, which are no nodes of the tree."""
    closed: bool = False
    """Nothing below it says more than it does itself."""
