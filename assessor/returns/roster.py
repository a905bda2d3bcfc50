"""Rosters: one rater scores many units on one sheet; every one of them must stand on it."""

from __future__ import annotations

from collections.abc import Sequence

from assessor.problems import Problem
from assessor.returns.collection import Collection
from assessor.returns.tally import check_roster
from assessor.scheme.copies import Packet, due_copies


def settle_rosters(packets: Sequence[Packet], collection: Collection) -> list[Problem]:
    """Replace the accepted rosters by complete ones; return an error for each unit whose line is
    gone, and a warning for each line of a unit that the rater does not have."""
    problems: list[Problem] = []
    for _, copy in due_copies(packets):
        if copy.plan.layout == "roster" and copy.key in collection.accepted:
            complete, faults = check_roster(copy, collection.accepted[copy.key])
            collection.accepted[copy.key] = complete
            problems += faults
    return problems
