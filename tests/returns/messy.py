"""What a test of messy returns looks at: problems with their places, worded in both languages."""

from __future__ import annotations

from assessor.i18n import catalog
from assessor.problems import Problem
from assessor.returns.reading import FileReading


def problems_of(reading: FileReading) -> list[Problem]:
    """Return every problem of a file and its forms."""
    return [*reading.problems, *(p for form in reading.forms for p in form.problems)]


def said(problem: Problem) -> tuple[str, str]:
    """Return the message of a problem in Chinese and in English."""
    return catalog("zh").message(problem), catalog("en").message(problem)
