"""Rules that take what stands elsewhere: with other units, in a file, in the units table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from assessor.scoring.column import Status, combined
from assessor.scoring.evaluation import Evaluation, Result
from assessor.scoring.tree import TreeNode


def inherit(node: TreeNode, _: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Inherit: the value of a node of the unit above, or the reason why it has none.

    It is rounded to this node's digits. A unit without a parent has nothing to inherit: the node
    does not apply to it.

    Example: the branch has a total of 86.45, so its secretary's score is 86.45.
    """
    source = node.declared.source
    assert source is not None
    above = seen.columns[source.criterion]
    results: list[Result] = []
    for unit, parent in enumerate(seen.parents):
        if parent is None:
            results.append(Status.NOT_APPLICABLE)
            continue
        status = above.status[parent]
        if status is Status.PROVISIONAL:
            seen.provisional.add((node.code, unit))
        results.append((above.at(parent, node.digits), 1) if status.has_value else status)
    return results


def derived(node: TreeNode, _: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Derived: the mean of a node over the units that stand for a body, rounded once.

    ``of=nominations`` (where nothing is said): the units that the nominations table names for the
    body; ``of=below``: the units whose parent it is and that have the node at all. A unit to which
    the node does not apply, or whose value is not due, is left out of the mean; one that is
    missing or awaiting holds the body up. A body that nobody stands for is missing, with a finding.

    Example: the units named have 900, 850, 800, 750 and 700: their mean is 800. Under a node
    ``scaled`` with ``factor=0.8`` the body gets 640.
    """
    source = node.declared.source
    assert source is not None
    column = seen.columns[source.criterion]
    below = node.declared.parameters.get("of") == "below"
    standing = units_below(source.criterion, seen) if below else nominated(seen)
    mine = set(seen.classes_of[node.code])
    results: list[Result] = []
    for unit, unit_class in enumerate(seen.classes):
        units = standing.get(unit, ())
        if unit_class not in mine:
            results.append(Status.NOT_APPLICABLE)
            continue
        if not units:
            code = "no_units_below" if below else "no_nomination"
            seen.report(code, node, unit)
        status = combined([column.status[other] for other in units])
        if status is Status.PROVISIONAL:
            seen.provisional.add((node.code, unit))
        values = [column.at(u, node.digits) for u in units if column.status[u].has_value]
        results.append((sum(values), len(values)) if status.has_value else status)
    return results


def nominated(seen: Evaluation) -> Mapping[int, Sequence[int]]:
    """Return the units that stand for each body, by the nominations table."""
    order = {unit.code: index for index, unit in enumerate(seen.scheme.units)}
    units: dict[int, list[int]] = {}
    for row in seen.scheme.nominations:
        units.setdefault(order[row.body], []).append(order[row.unit])
    return units


def units_below(code: str, seen: Evaluation) -> Mapping[int, Sequence[int]]:
    """Return the units right under each unit, those of the classes that a node is for."""
    wanted = set(seen.classes_of[code])
    units: dict[int, list[int]] = {}
    for unit, (parent, unit_class) in enumerate(zip(seen.parents, seen.classes, strict=True)):
        if parent is not None and unit_class in wanted:
            units.setdefault(parent, []).append(unit)
    return units


def external(node: TreeNode, _: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Input: a score from elsewhere as it stands in its file, rounded to this node's digits.

    A unit that the file does not name is missing; so are all where there is no file. What is
    provisional there is provisional here.

    Example: the county's table says 91.257 for V01; at two digits V01 has 91.26.
    """
    source = node.declared.source
    assert source is not None
    column = seen.inputs.external.get(source.criterion)
    if column is None:
        return [Status.MISSING] * len(seen.classes)
    seen.provisional.update(
        (node.code, unit) for unit, own in enumerate(column.status) if own is Status.PROVISIONAL
    )
    return [
        (column.at(unit, node.digits), 1) if status.has_value else status
        for unit, status in enumerate(column.status)
    ]


def factor(node: TreeNode, _: Sequence[TreeNode], seen: Evaluation) -> list[Result]:
    """Factor: the coefficient of the units table, 1 where it says nothing.

    Example: a factor of 1.05 beside a score of 80 under a node ``product`` gives 84. Its digits
    must hold it: at one digit 1.05 would count as 1.1.
    """
    scale = 10**node.digits
    factors = {unit.factor for unit in seen.scheme.units}
    ratios = {own: Fraction(1 if own is None else own) * scale for own in factors}
    known = {own: ratio.as_integer_ratio() for own, ratio in ratios.items()}
    return [known[unit.factor] for unit in seen.scheme.units]
