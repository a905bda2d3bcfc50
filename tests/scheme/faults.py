"""What the tests of the checks share: the problems of a changed scheme, with their places."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assessor.i18n import Worded, catalog
from assessor.problems import Problem
from tests.builders import SMALL, edited, small_scheme


def problems_of(folder: Path, *edits: tuple[str, str, str], **tables: str) -> list[Problem]:
    """Return the problems of the small scheme after some (table, old, new) edits of its text."""
    changed = {**SMALL, **tables}
    for table, old, new in edits:
        changed[table] = edited(changed[table], old, new)
    return small_scheme(folder, **changed)[1]


def placed(problems: Sequence[Problem]) -> list[tuple[str, str]]:
    """Return code and ``sheet!cell`` of each problem."""
    return [(problem.code, f"{problem.place.sheet}!{problem.place.cell}") for problem in problems]


def worded(fact: object) -> object:
    """Return a fact in plain Chinese: what has a word in each language becomes that word."""
    if isinstance(fact, Worded):
        return fact.phrase(catalog("zh"))
    return [worded(part) for part in fact] if isinstance(fact, list | tuple) else fact


def facts(problem: Problem) -> dict[str, object]:
    """Return the facts of a problem in plain Chinese."""
    return {key: worded(fact) for key, fact in problem.facts.items()}


def sentences(problem: Problem, language: str = "zh") -> tuple[str, str]:
    """Return message and cure of a problem in a language."""
    words = catalog(language)
    return words.message(problem), words.cure(problem)
