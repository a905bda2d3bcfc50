"""Checks of what layouts can do: whom they cover, who fills them in, what they show."""

from __future__ import annotations

from assessor.i18n import Either
from assessor.problems import Problem, error
from assessor.scheme.check_people import cell, unknown
from assessor.scheme.columns import FORMS
from assessor.scheme.layouts import LAYOUT
from assessor.scheme.model import Scheme


def forms_cover_what_their_layout_can(scheme: Scheme) -> list[Problem]:
    """A form about all units says in each line which is meant; one about a single unit has no room
    for others. Otherwise nobody could tell whose a score is."""
    problems = []
    for form in scheme.forms:
        spec = LAYOUT[form.layout]
        if form.covers not in spec.covers:
            code = "layout_covers_all" if form.covers == "all" else "layout_covers_one"
            facts = {"form": form.title, "layout": Either(spec.zh, spec.key)}
            problems.append(error(code, cell(form.at, "covers"), **facts))
    return problems


def forms_are_filled_in_by_who_can(scheme: Scheme) -> list[Problem]:
    """A unit fills in what is about itself alone; votes and rosters need a group of raters."""
    problems = []
    for form in scheme.forms:
        spec = LAYOUT[form.layout]
        if form.filled_by == "self" and not spec.by_unit:
            facts = {"form": form.title, "layout": Either(spec.zh, spec.key)}
            problems.append(error("layout_by_unit", cell(form.at, "filled_by"), **facts))
    return problems


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
    forms_cover_what_their_layout_can,
    forms_are_filled_in_by_who_can,
    roster_criteria_have_plain_codes,
    shown_declarations_exist,
)
