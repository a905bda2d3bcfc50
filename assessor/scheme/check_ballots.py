"""Checks of votes that are read paper by paper: who votes, and whether it can stay secret."""

from __future__ import annotations

from assessor.problems import Problem, error, warning
from assessor.scheme.check_people import cell
from assessor.scheme.model import Scheme
from assessor.scheme.secrecy import LEAST_SHOWN, has_unnamed


def anonymous_votes_have_a_number_of_papers(scheme: Scheme) -> list[Problem]:
    """One row of the raters stands for a whole body: the form says how many papers it gets."""
    problems = []
    for form in scheme.forms:
        if form.layout != "vote" or not has_unnamed(scheme, form):
            continue
        where = cell(form.at, "copies")
        facts: dict[str, object] = {"form": form.title}
        if form.copies is None:
            problems.append(error("vote_without_count", where, group=form.filled_by, **facts))
        elif form.copies < LEAST_SHOWN:
            facts |= {"copies": form.copies, "least": LEAST_SHOWN}
            problems.append(warning("vote_too_few", where, **facts))
    return problems


BALLOT_CHECKS = (anonymous_votes_have_a_number_of_papers,)
