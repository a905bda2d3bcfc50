"""What is still to come: before a due date a score is only what there is so far."""

from __future__ import annotations

from assessor.scheme.model import Node, Scheme
from assessor.scoring.column import Status
from assessor.scoring.inputs import Inputs


def still_to_come(scheme: Scheme, inputs: Inputs) -> bool:
    """Say whether a form that counts is not due yet for somebody.

    Three quarters of four have a mean, but nobody's year is over.
    """
    counted = {
        (node.source.form, node.source.period)
        for node in scheme.nodes
        if node.source is not None and _counts(scheme, node)
    }
    return any(
        Status.NOT_DUE in status
        for (form, period, _), status in inputs.form_status.items()
        if (form, period) in counted
    )


def _counts(scheme: Scheme, node: Node) -> bool:
    """Say whether a node is part of a total: neither it nor a node above it is only shown."""
    while not node.informative and node.parent in scheme.node:
        node = scheme.node[node.parent]
    return not node.informative
