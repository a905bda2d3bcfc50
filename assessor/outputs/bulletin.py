"""bulletin.docx: the facts of a round in the words of a template that the clerk edits in Word."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from assessor.outputs.bulletin_base import base_template
from assessor.outputs.bulletin_facts import Told, bulletin_facts
from assessor.outputs.bulletin_template import TemplateFault, fill_in
from assessor.outputs.bulletin_zip import settled_zip
from assessor.problems import Problem

_NO_DATE = dt.date(2000, 1, 1)


def bulletin_docx(told: Told, template: bytes | None, file: str) -> tuple[bytes, list[Problem]]:
    """Return the bulletin, and what is wrong with the clerk's template.

    Where his template cannot be used the shipped one takes its place, so that there is a bulletin
    whatever he did to it.
    """
    shipped = base_template(told.scheme.settings.language)
    facts = bulletin_facts(told)
    if template is not None:
        try:
            return _saved(fill_in(template, facts, file), told), []
        except TemplateFault as fault:
            told.fuel.refill()
            return _saved(fill_in(shipped, facts, file), told), fault.problems
    return _saved(fill_in(shipped, facts, file), told), []


def _saved(document: Any, told: Told) -> bytes:  # noqa: ANN401
    """Return a document as bytes that are the same for the same facts."""
    settings = told.scheme.settings
    about = document.core_properties
    about.title = told.words.text("bulletin.title", title=settings.title)
    about.subject, about.author = settings.round, settings.issuer
    about.last_modified_by, about.comments, about.keywords = settings.issuer, "", ""
    day = dt.datetime.combine(settings.date or _NO_DATE, dt.time())
    about.created = about.modified = about.last_printed = day
    about.revision = 1
    buffer = io.BytesIO()
    document.save(buffer)
    return settled_zip(buffer.getvalue())
