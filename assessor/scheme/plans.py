"""Form plans from a scheme: one builder per layout."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from assessor.i18n import Catalog, catalog
from assessor.scheme.model import Form, Scheme
from assessor.scheme.plan import FootField, FormPlan, Kind, PlanTable
from assessor.scheme.plans_ballots import TURNOUT, ballot_paper_tables, tally_tables
from assessor.scheme.plans_claims import claims_tables
from assessor.scheme.plans_claims_list import CLAIM_COUNT, claims_list_tables, how_to_claim
from assessor.scheme.plans_columns import review_paper_tables, review_tables, roster_tables
from assessor.scheme.plans_scoring import (
    declaration_tables,
    declared_rows,
    gates_tables,
    quantities_tables,
    rubric_tables,
)
from assessor.scheme.plans_votes import how_to_vote, vote_tables, votes_tables

__all__ = ["TURNOUT", "make_plan", "make_plans", "marked"]

_PAPER_COUNT = 50
_PER_PAPER = {
    **dict.fromkeys(("review", "votes", "ballot_paper", "review_paper"), _PAPER_COUNT),
    "claims_list": CLAIM_COUNT,
}
"""Layouts with so many lines or papers, where the scheme does not say how many."""


def make_plans(scheme: Scheme) -> dict[tuple[str, str], FormPlan]:
    """Return the plans of a sound scheme by (form, class); a roster form has the class ''."""
    plans = {}
    for form in scheme.forms:
        for unit_class in [""] if form.covers == "all" else scheme.form_classes(form):
            plans[form.code, unit_class] = make_plan(scheme, form, unit_class)
    return plans


def make_plan(scheme: Scheme, form: Form, unit_class: str) -> FormPlan:
    """Return the plan of a form for one class."""
    words = catalog(scheme.settings.language)
    return FormPlan(
        form=form.code,
        unit_class=unit_class,
        layout=form.layout,
        title=marked(scheme, form.title),
        tables=_TABLES[form.layout](scheme, form, unit_class, words),
        foot=_foot(form, words),
        unit_label=words.text("form.unit"),
        note=form.note,
        digits=scheme.settings.digits,
        how=_HOW[form.layout](scheme, form, words) if form.layout in _HOW else (),
        declared=declared_rows(scheme, form),
        papers=(form.copies or _PER_PAPER[form.layout]) if form.layout in _PER_PAPER else 0,
    )


def marked(scheme: Scheme, title: str) -> str:
    """Return a title, marked 演练 where the scheme is a rehearsal's."""
    mark = catalog(scheme.settings.language).text("form.rehearsal")
    return mark + title if scheme.settings.rehearsal else title


_TABLES: Mapping[str, Callable[[Scheme, Form, str, Catalog], tuple[PlanTable, ...]]] = {
    "rubric": rubric_tables,
    "claims": claims_tables,
    "tally": tally_tables,
    "review": review_tables,
    "ballot_paper": ballot_paper_tables,
    "review_paper": review_paper_tables,
    "roster": roster_tables,
    "gates": gates_tables,
    "quantities": quantities_tables,
    "declaration": declaration_tables,
    "vote": vote_tables,
    "votes": votes_tables,
    "claims_list": claims_list_tables,
}

_HOW: Mapping[str, Callable[[Scheme, Form, Catalog], tuple[str, ...]]] = {
    "vote": how_to_vote,
    "votes": how_to_vote,
    "claims_list": how_to_claim,
}

_SIGNERS = {
    "rubric": ("opinion", "members"),
    "claims": ("members",),
    "tally": ("supervisor", "teller"),
    "review": ("teller", "supervisor"),
    "roster": ("rater",),
    "gates": ("members",),
    "quantities": ("members",),
    "declaration": ("members",),
    "votes": ("teller", "supervisor"),
    "claims_list": ("members",),
}
_OWN_SIGNERS = ("own_opinion", "head")
_HEAD_ALONE = frozenset({"gates", "quantities", "declaration"})
"""Layouts that a unit fills in itself without an opinion of itself."""


def _foot(form: Form, words: Catalog) -> tuple[FootField, ...]:
    if form.is_paper or form.layout == "vote":
        return ()  # a voter signs nothing
    signers = _SIGNERS[form.layout]
    if form.filled_by == "self":
        signers = ("head",) if form.layout in _HEAD_ALONE else _OWN_SIGNERS
    fields = [FootField("checked", words.text("form.checked"), Kind.TICK)]
    fields += [FootField(key, words.text(f"form.{key}")) for key in (*signers, "date")]
    return tuple(fields)
