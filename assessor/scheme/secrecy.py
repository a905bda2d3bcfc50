"""What keeps a vote secret: which forms have no name, and how few papers tell too much."""

from __future__ import annotations

from assessor.scheme.model import Form, Scheme

LEAST_SHOWN = 5
"""Under so many papers no count by option is shown, and the votes behind a score are not either.

Somebody who knows how the others voted, or only that they all agreed, could read off from a
handful of papers what one person ticked; the vote would no longer be secret."""


def may_be_shown(papers: int) -> bool:
    """Say whether the counts by option of so many papers may be shown."""
    return papers >= LEAST_SHOWN


def is_secret(scheme: Scheme, form: Form) -> bool:
    """Say whether a form is filled in without a name, or from papers that have none."""
    return form.layout in {"review", "votes"} or (
        form.layout == "vote" and has_unnamed(scheme, form)
    )


def has_unnamed(scheme: Scheme, form: Form) -> bool:
    """Say whether any of those who fill in a form does so without a name."""
    return any(rater.anonymous for rater in scheme.raters if rater.group == form.filled_by)
