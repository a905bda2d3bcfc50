"""Checks of what single layouts ask for: rosters of many units, declarations printed elsewhere."""

from __future__ import annotations

from assessor.problems import Problem, error
from assessor.scheme.check_people import cell, unknown
from assessor.scheme.columns import FORMS
from assessor.scheme.model import Scheme


def rosters_cover_many_units(scheme: Scheme) -> list[Problem]:
    """A roster for one unit alone is a scoring sheet on its side."""
    return [
        error("roster_of_one", cell(form.at, "covers"), form=form.title)
        for form in scheme.forms
        if form.layout == "roster" and form.covers != "all"
    ]


def roster_criteria_have_plain_codes(scheme: Scheme) -> list[Problem]:
    """The criteria of a roster are columns; a stroke in a code would be taken for a unit's."""
    rubrics = {form.rubric for form in scheme.forms if form.layout == "roster"}
    return [
        error("roster_code", cell(row.at, "code"), code=row.code)
        for row in scheme.criteria
        if row.rubric in rubrics and "/" in row.code
    ]


def shown_declarations_exist(scheme: Scheme) -> list[Problem]:
    """What a form shows is a declaration, and one of its codes stands on the form."""
    problems = []
    for form in (form for form in scheme.forms if form.shows):
        shown = scheme.form.get(form.shows)
        if shown is None or shown.layout != "declaration":
            known = [other.code for other in scheme.forms if other.layout == "declaration"]
            problems += unknown(form.at, FORMS.column("shows"), [form.shows], known)
            continue
        codes = {row.code for row in scheme.rubric(form.rubric)}
        if codes.isdisjoint(row.code for row in scheme.rubric(shown.rubric)):
            facts = {"form": form.title, "shown": shown.title}
            problems.append(error("shows_nothing", cell(form.at, "shows"), **facts))
    return problems


LAYOUT_CHECKS = (
    rosters_cover_many_units,
    roster_criteria_have_plain_codes,
    shown_declarations_exist,
)
