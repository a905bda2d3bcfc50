"""What a rule sees and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from assessor.decimals import Exact
from assessor.scheme.model import BonusItem, Node, Option, Scheme
from assessor.scoring.column import Column, Status
from assessor.scoring.inputs import EntryKey, Inputs
from assessor.scoring.tree import TreeNode

Quotient = tuple[Exact, Exact]
"""Numerator in ticks, and denominator: rounded or divided out when the node is done."""


EVERY_UNIT = -1


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a rule noticed about a unit: a code, and facts to word it with."""

    code: str
    node: str
    unit: int
    """``EVERY_UNIT`` where it is about the node as a whole."""
    facts: Mapping[str, object]
    at: EntryKey | None = None
    """The entry to look at, where it is about one."""


@dataclass
class Shared:
    """What is found out once for all sections of a rubric, by node or section."""

    left_out: dict[str, Mapping[int, Collection[int]]] = field(default_factory=dict)
    """By node and unit the raters (by their place) who are trimmed or discarded."""
    unsettled: set[str] = field(default_factory=set)
    """Nodes of which a rater may still be discarded, as forms are open."""
    applicable: dict[str, tuple[Sequence[int], int]] = field(default_factory=dict)
    """By section of a rubric that is rescaled: by unit the points that apply in ticks, and the
    digits of these."""
    beside: dict[str, Column] = field(default_factory=dict)
    """By section of such a rubric what is never rescaled: criteria without a full mark."""


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
    provisional: set[tuple[str, int]] = field(default_factory=set)
    """(node, unit) whose value hangs on other units that are not settled: a rule that looks across
    units adds them while its node is being done."""
    shared: Shared = field(default_factory=Shared)

    def report(
        self,
        code: str,
        node: Node | TreeNode,
        unit: int,
        at: EntryKey | None = None,
        **facts: object,
    ) -> None:
        """Note something about a unit that the node is for, or about the node as a whole."""
        if unit == EVERY_UNIT or self.classes[unit] in self.classes_of[node.code]:
            facts = {"node": node.title, **facts}
            self.findings.append(Finding(code, node.code, unit, facts, at))


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
