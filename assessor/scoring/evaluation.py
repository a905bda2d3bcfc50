"""What a rule sees and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assessor.decimals import Exact
from assessor.scheme.model import BonusItem, Option, Scheme
from assessor.scoring.column import Column, Status
from assessor.scoring.inputs import Inputs
from assessor.scoring.tree import TreeNode

Quotient = tuple[Exact, Exact]
"""Numerator in ticks, and denominator: rounded or divided out when the node is done."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a rule noticed about a unit: a code, and facts to word it with."""

    code: str
    node: str
    unit: int
    facts: Mapping[str, object]


@dataclass(frozen=True)
class Evaluation:
    """What the rules see: units by class, inputs, the columns done so far, and findings."""

    scheme: Scheme
    classes: Sequence[str]
    parents: Sequence[int | None]
    """Index of each unit's parent."""
    inputs: Inputs
    columns: dict[str, Column]
    findings: list[Finding]
    round: str
    rubric_of: Mapping[str, str]
    """Rubric by form."""
    bonus_of: Mapping[str, Sequence[BonusItem]]
    options_of: Mapping[str, Sequence[Option]]
    classes_of: Mapping[str, Sequence[str]]
    """The classes that each node is for."""


Result = Quotient | Status
Rule = Callable[[TreeNode, Sequence[TreeNode], Evaluation], list[Result]]


def status_of(form: Status, column: Column | None, unit: int) -> Status | None:
    """Return the status of a rater's entry; None where the rater does not have the unit."""
    if form is Status.NOT_APPLICABLE:
        return None
    if not form.has_value:
        return form
    return column.status[unit] if column is not None else Status.AWAITING


def exempted(column: Column, form: str, codes: set[str], seen: Evaluation) -> Column:
    """Return the column with the units left out to which a criterion does not apply."""
    rubric = seen.rubric_of[form]
    units = {u for name, code, u in seen.inputs.exempt if name == rubric and code in codes}
    if not units:
        return column
    status = [
        Status.NOT_APPLICABLE if unit in units else own for unit, own in enumerate(column.status)
    ]
    return Column(column.digits, column.ticks, status)
