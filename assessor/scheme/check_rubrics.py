"""Checks of criteria, ballots, bonuses and forms."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from assessor.problems import Problem, error
from assessor.scheme.check_people import cell, unknown
from assessor.scheme.columns import CRITERIA, FORMS, SCORES
from assessor.scheme.model import Criterion, Form, Scheme
from assessor.scheme.tables import name_of

SCORED_ENTRIES = frozenset(
    {"earned", "deducted", "count", "number", "rate", "yes_no", "veto", "level"}
)
"""Entries of which points are made."""
POINTED_ENTRIES = frozenset({"earned", "deducted"})
"""Entries that need a full mark; the others may be facts that a node of their own looks at."""


def criteria_have_points(scheme: Scheme) -> list[Problem]:
    """Whatever is scored needs points above zero."""
    problems = []
    for row in scheme.criteria:
        if row.entry in POINTED_ENTRIES and row.points is None:
            if row.at and "points" in row.at.unread:
                continue
            problems.append(
                error("criterion_without_points", cell(row.at, "points"), title=row.title)
            )
        elif row.points is not None and row.points <= 0:
            problems.append(
                error("criterion_points_not_positive", cell(row.at, "points"), title=row.title)
            )
        if row.step is not None and row.step <= 0:
            problems.append(error("criterion_step", cell(row.at, "step"), title=row.title))
    return problems


def sections_add_up(scheme: Scheme) -> list[Problem]:
    """The points of a section are those of its criteria, for every class."""
    problems = []
    for section in (row for row in scheme.criteria if row.entry == "section"):
        if section.points is None:
            continue
        sums = {
            name: sum_of_points(children_of(scheme, section, name))
            for name in classes_of_rubric(scheme, section.rubric)
            if section.applies_to(name)
        }
        for total in dict.fromkeys(total for total in sums.values() if total != section.points):
            problems.append(
                error(
                    "section_points",
                    cell(section.at, "points"),
                    title=section.title,
                    declared=section.points,
                    total=total,
                )
            )
    return problems


def sections_exist(scheme: Scheme) -> list[Problem]:
    """A criterion stands in a section of its own rubric; sections do not nest."""
    problems = []
    for row in scheme.criteria:
        known = [
            other.code
            for other in scheme.criteria
            if other.rubric == row.rubric and other.entry == "section"
        ]
        problems.extend(unknown(row.at, CRITERIA.column("section"), [row.section], known))
        if row.entry == "section" and row.section:
            problems.append(error("section_nested", cell(row.at, "section"), title=row.title))
        if row.entry in SCORED_ENTRIES and known and not row.section:
            problems.append(
                error("criterion_without_section", cell(row.at, "section"), title=row.title)
            )
    return problems


def criteria_classes_exist(scheme: Scheme) -> list[Problem]:
    """Classes named in criteria, forms and scores are classes of the units table."""
    problems = []
    for row in scheme.criteria:
        problems.extend(unknown(row.at, CRITERIA.column("classes"), row.classes, scheme.classes))
    for form in scheme.forms:
        problems.extend(unknown(form.at, FORMS.column("classes"), form.classes, scheme.classes))
    for node in scheme.nodes:
        problems.extend(unknown(node.at, SCORES.column("classes"), node.classes, scheme.classes))
    return problems


def forms_name_what_exists(scheme: Scheme) -> list[Problem]:
    """A form's rubric, options, bonus groups, fillers and periods exist."""
    rubrics = list(dict.fromkeys(row.rubric for row in scheme.criteria))
    groups = [rater.group for rater in scheme.raters]
    bonuses = [item.group for item in scheme.bonuses]
    problems = []
    for form in scheme.forms:
        problems.extend(unknown(form.at, FORMS.column("rubric"), [form.rubric], rubrics))
        problems.extend(unknown(form.at, FORMS.column("options"), [form.options], scheme.options))
        problems.extend(unknown(form.at, FORMS.column("bonus"), form.bonus, bonuses))
        problems.extend(
            unknown(form.at, FORMS.column("filled_by"), [form.filled_by], ["self", *groups])
        )
        problems.extend(unknown(form.at, FORMS.column("periods"), form.periods, scheme.period))
    return problems


def forms_have_what_their_layout_needs(scheme: Scheme) -> list[Problem]:
    """A scoring sheet needs a rubric, a tally aspects and options, a claims sheet a bonus group."""
    return [problem for form in scheme.forms for problem in _NEEDS[form.layout](scheme, form)]


_BALLOTS = frozenset({"tally", "ballot_paper", "vote", "votes"})


def _needs_rubric(scheme: Scheme, form: Form) -> list[Problem]:
    wanted = {"ballot"} if form.layout in _BALLOTS else SCORED_ENTRIES | {"text"}
    rows = [row for row in scheme.rubric(form.rubric) if row.entry != "section"]
    if not form.rubric:
        return [
            error(
                "form_needs",
                cell(form.at, "rubric"),
                form=form.title,
                need=name_of(FORMS.column("rubric")),
            )
        ]
    wrong = [row for row in rows if row.entry not in wanted]
    return [
        error(
            "form_wrong_entry",
            cell(form.at, "rubric"),
            form=form.title,
            code=row.code,
            title=row.title,
        )
        for row in wrong[:1]
    ]


def _needs_options(scheme: Scheme, form: Form) -> list[Problem]:
    missing = (
        []
        if form.options
        else [
            error(
                "form_needs",
                cell(form.at, "options"),
                form=form.title,
                need=name_of(FORMS.column("options")),
            )
        ]
    )
    if form.layout == "tally" and form.copies not in (None, 1, 2):
        missing.append(error("tally_tellers", cell(form.at, "copies"), form=form.title))
    return [*_needs_rubric(scheme, form), *missing]


def _needs_bonus(_: Scheme, form: Form) -> list[Problem]:
    if form.bonus:
        return []
    return [
        error(
            "form_needs",
            cell(form.at, "bonus"),
            form=form.title,
            need=name_of(FORMS.column("bonus")),
        )
    ]


_NEEDS: dict[str, Callable[[Scheme, Form], list[Problem]]] = {
    "rubric": _needs_rubric,
    "review": _needs_rubric,
    "review_paper": _needs_rubric,
    "tally": _needs_options,
    "ballot_paper": _needs_options,
    "claims": _needs_bonus,
    "claims_list": _needs_bonus,
    "roster": _needs_rubric,
    "gates": _needs_rubric,
    "quantities": _needs_rubric,
    "declaration": _needs_rubric,
    "vote": _needs_options,
    "votes": _needs_options,
}


def options_are_a_choice(scheme: Scheme) -> list[Problem]:
    """A ballot with a single option decides nothing."""
    return [
        error("options_too_few", cell(rows[0].at, "set"), name=name)
        for name, rows in scheme.options.items()
        if len(rows) < 2
    ]


def options_have_values(scheme: Scheme) -> list[Problem]:
    """An option that counts is worth something stated; words that only decisions use are not
    counted."""
    voted = {form.options for form in scheme.forms}
    voted |= {row.parameters.get("options", "") for row in scheme.criteria}
    return [
        error("option_without_value", cell(option.at, "value"), option=option.option, name=name)
        for name, rows in scheme.options.items()
        if name in voted or name != scheme.settings.measures
        for option in rows
        if option.counts and not option.stated
        if option.at is None or "value" not in option.at.unread
    ]


def aspects_can_stand_on_a_roster(scheme: Scheme) -> list[Problem]:
    """On a tally a row is unit/aspect: the code of an aspect has no stroke of its own."""
    return [
        error("aspect_code", cell(row.at, "code"), code=row.code)
        for row in scheme.criteria
        if row.entry == "ballot" and "/" in row.code
    ]


def bonuses_are_positive(scheme: Scheme) -> list[Problem]:
    """Points of a bonus and its cap are above zero (a deduction is a rule, not a sign)."""
    return [
        error("bonus_not_positive", cell(item.at, key), title=item.title)
        for item in scheme.bonuses
        for key, value in (("points", item.points), ("cap", item.cap))
        if value is not None and value <= 0
    ]


def children_of(scheme: Scheme, section: Criterion, unit_class: str) -> list[Criterion]:
    """Return the criteria of a section that apply to a class."""
    rows = scheme.rubric(section.rubric, unit_class)
    return [row for row in rows if row.section == section.code and row.entry in SCORED_ENTRIES]


def classes_of_rubric(scheme: Scheme, rubric: str) -> list[str]:
    """Return the classes that fill in a rubric; all of them where no form has it yet."""
    names = [
        name for form in scheme.forms if form.rubric == rubric for name in scheme.form_classes(form)
    ]
    return list(dict.fromkeys(names)) or list(scheme.classes)


def sum_of_points(rows: list[Criterion]) -> Decimal:
    """Return the points of some criteria together."""
    return sum((row.points for row in rows if row.points is not None), Decimal(0))


RUBRIC_CHECKS = (
    criteria_have_points,
    sections_exist,
    sections_add_up,
    criteria_classes_exist,
    forms_name_what_exists,
    forms_have_what_their_layout_needs,
    options_are_a_choice,
    options_have_values,
    aspects_can_stand_on_a_roster,
    bonuses_are_positive,
)
