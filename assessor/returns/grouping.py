"""Warnings that hundreds of forms share are said once, with how many there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from assessor.problems import NOWHERE, Problem, warning

_FEW = 3
"""So many forms are named one by one; of more, one warning speaks for all."""
_NAMED = 5


def _by_workspace(problem: Problem) -> str:
    return str(problem.facts["workspace"])


def _by_version(problem: Problem) -> str:
    form, _, _ = str(problem.facts["number"]).partition("-")
    return f"{form}-{str(problem.facts['number']).rpartition('-')[2]}"


_SHARED: Mapping[str, tuple[Callable[[Problem], str], str]] = {
    "stamp_foreign": (_by_workspace, "stamps_foreign"),
    "version_old": (_by_version, "versions_old"),
    "version_unknown": (_by_version, "versions_unknown"),
}
"""Codes that have one cause for many forms: what the cause is, and what is said of all."""


def grouped(problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems with those of one cause as one; a new key or a corrected scheme concerns
    every form of a round, and what is said hundreds of times hides what is said once."""
    causes: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        if problem.code in _SHARED:
            cause, _ = _SHARED[problem.code]
            causes.setdefault((problem.code, cause(problem)), []).append(problem)
    many = {cause: found for cause, found in causes.items() if len(found) > _FEW}
    spoken = {id(problem) for found in many.values() for problem in found}
    kept = [problem for problem in problems if id(problem) not in spoken]
    return [*kept, *(_together(code, found) for (code, _), found in many.items())]


def _together(code: str, found: Sequence[Problem]) -> Problem:
    files = sorted({problem.place.file for problem in found})
    named = files[:_NAMED] + (["…"] if len(files) > _NAMED else [])
    facts = {**found[0].facts, "count": len(found), "files": named}
    return warning(_SHARED[code][1], NOWHERE, **facts)
