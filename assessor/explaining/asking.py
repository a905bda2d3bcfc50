"""What is asked for: a unit by code or part of its name, a node or criterion by code or title."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from assessor.problems import AssessorError, Place, error
from assessor.scheme.model import Scheme, Unit
from assessor.scheme.spelling import near
from assessor.scoring.explain.model import Explanation

_FEW = 6
"""More units than these are not listed where a name fits several."""


def find_unit(scheme: Scheme, asked: str) -> int:
    """Return the index of the unit that is meant; AssessorError where it is none, or several."""
    name = asked.strip()
    tests: tuple[Callable[[Unit], bool], ...] = (
        lambda unit: unit.code == name,
        lambda unit: unit.name == name,
        lambda unit: unit.code.casefold() == name.casefold(),
        lambda unit: name in unit.former_names,
        lambda unit: bool(name) and name.casefold() in unit.name.casefold(),
    )
    for test in tests:
        found = [index for index, unit in enumerate(scheme.units) if test(unit)]
        if found:
            return _only(scheme, name, found)
    known = [text for unit in scheme.units for text in (unit.code, unit.name)]
    guess = near(name, known) or "—"
    raise AssessorError(error("explain_unit_unknown", Place(), name=name, guess=guess))


def _only(scheme: Scheme, name: str, found: Sequence[int]) -> int:
    appraised = [index for index in found if scheme.root(scheme.units[index].unit_class)]
    if len(appraised) == 1:
        return appraised[0]
    if not appraised:
        unit = scheme.units[found[0]]
        raise AssessorError(error("explain_unit_aside", Place(), name=unit.name, code=unit.code))
    units = [f"{scheme.units[at].code} {scheme.units[at].name}" for at in appraised[:_FEW]]
    if len(appraised) > _FEW:
        units.append("…")
    facts = {"name": name, "count": len(appraised), "units": units}
    raise AssessorError(error("explain_unit_several", Place(), **facts))


Found = tuple[tuple[str, ...], Explanation]
"""What was found, and the titles of what it stands under, from the top."""


def find_nodes(whole: Explanation, unit: Unit, asked: str) -> tuple[Found, ...]:
    """Return what is meant in a unit's explanation: by code, by title, by criterion, by part of a
    title; a criterion stands under every node that reads it. AssessorError where it is nothing."""
    name = asked.strip()
    every = list(_all(whole, ()))
    tests: tuple[Callable[[Explanation], bool], ...] = (
        lambda one: one.code == name and one.rule not in PARTS,
        lambda one: one.title == name,
        lambda one: one.code == name or (one.rule not in PARTS and one.code.endswith(f".{name}")),
        lambda one: bool(name) and name in one.title and one.rule not in PARTS,
        lambda one: bool(name) and name in one.title,
    )
    for test in tests:
        found = tuple((path, one) for path, one in every if test(one))
        if found:
            return found
    known = [text for _, one in every for text in (one.code, one.title)]
    facts = {"unit": unit.name, "code": unit.code, "name": name}
    guess = near(name, known) or "—"
    raise AssessorError(error("explain_node_unknown", Place(), guess=guess, **facts))


PARTS = frozenset({"criterion", "bonus_item", "condition"})
"""What has a value of its own but is no node of the tree."""


def _all(one: Explanation, path: tuple[str, ...]) -> Iterator[Found]:
    yield path, one
    for child in one.children:
        yield from _all(child, (*path, one.title))
