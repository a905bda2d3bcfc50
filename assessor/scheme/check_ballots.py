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


def papers_are_counted(scheme: Scheme) -> list[Problem]:
    """Printed papers are counted on a form of the same questions, answers, periods and units."""
    problems = []
    for form in (form for form in scheme.forms if form.is_paper):
        counting = [
            other
            for other in scheme.forms
            if other.layout in _COUNTED_ON[form.layout]
            and (other.rubric, other.options) == (form.rubric, form.options)
            and set(scheme.form_classes(other)) >= set(scheme.form_classes(form))
        ]
        counted = {period for other in counting for period in scheme.form_periods(other)}
        lost = [period for period in scheme.form_periods(form) if period not in counted]
        if lost:
            facts = {"form": form.title, "periods": [period.title for period in lost]}
            key = "periods" if counting else "rubric"
            problems.append(warning("papers_uncounted", cell(form.at, key), **facts))
    return problems


_COUNTED_ON = {
    "ballot_paper": frozenset({"tally", "votes"}),
    "review_paper": frozenset({"review"}),
}
"""By layout of a printed paper: the layouts on which papers are counted."""


BALLOT_CHECKS = (
    anonymous_votes_have_a_number_of_papers,
    papers_are_counted,
)
