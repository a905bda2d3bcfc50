"""Checks of units, raters and periods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assessor.problems import Place, Problem, error, warning
from assessor.scheme.columns import RATERS, UNITS, Column, Table
from assessor.scheme.model import Scheme
from assessor.scheme.spelling import near
from assessor.scheme.tables import RowPlace, name_of


def cell(at: RowPlace | None, key: str) -> Place:
    """Return the place of a record's cell; nowhere for records not read from a table."""
    return at.cell(key) if at else Place()


def table_place(scheme: Scheme, table: Table) -> Place:
    """Return the place of a whole table, for what is missing from it."""
    if scheme.file.endswith((".xlsx", ".xls", ".ods")):
        return Place(scheme.file, table.zh)
    return Place(f"{table.key}.csv", table.key)


def unknown(
    at: RowPlace | None, column: Column, names: Iterable[str], known: Iterable[str]
) -> list[Problem]:
    """Return an error for each name in a column that is not known, with the one probably meant."""
    there = list(known)
    return [
        error(
            "name_unknown",
            cell(at, column.key),
            what=name_of(column),
            name=name,
            guess=near(name, there) or "—",
        )
        for name in names
        if name and name not in there
    ]


def cycles(parents: Mapping[str, str]) -> list[str]:
    """Return the codes whose chain of parents comes back to themselves.

    >>> cycles({"a": "b", "b": "a", "c": "a"})
    ['a', 'b']
    """
    inside = []
    for start in parents:
        seen = {start}
        code = parents[start]
        while code and code not in seen:
            seen.add(code)
            code = parents.get(code, "")
        if code == start:
            inside.append(start)
    return inside


def classes_are_of_one_kind(scheme: Scheme) -> list[Problem]:
    """A class is of units or of persons, never of both."""
    return [
        error("class_of_two_kinds", cell(unit.at, "kind"), unit_class=unit.unit_class)
        for unit in scheme.units
        if unit.unit_class and unit.kind != scheme.units_of(unit.unit_class)[0].kind
    ]


def ranked_classes_have_trees(scheme: Scheme) -> list[Problem]:
    """A class that is ranked needs a top node of its own."""
    problems = []
    for name, kind in scheme.classes.items():
        if name and (kind == "person" or scheme.ranks(name)) and scheme.root(name) is None:
            first = scheme.units_of(name)[0]
            problems.append(error("class_without_tree", cell(first.at, "class"), unit_class=name))
    return problems


def classes_are_spelt_alike(scheme: Scheme) -> list[Problem]:
    """A class of a single unit that is called almost like another one is that one, mistyped."""
    problems = []
    for name in scheme.classes:
        units = scheme.units_of(name)
        others = [o for o in scheme.classes if o != name and len(scheme.units_of(o)) > 1]
        guess = near(name, others) if len(units) == 1 and name else ""
        if guess and scheme.classes[guess] == units[0].kind:
            facts = {"unit": units[0].name, "unit_class": name, "guess": guess}
            problems.append(warning("class_near", cell(units[0].at, "class"), **facts))
    return problems


def there_are_units(scheme: Scheme) -> list[Problem]:
    """A scheme without units has nothing to appraise."""
    return [] if scheme.units else [error("no_units", table_place(scheme, UNITS))]


def unit_parents_exist(scheme: Scheme) -> list[Problem]:
    """Parents are units of the table, and nobody is above himself."""
    problems = []
    for unit in scheme.units:
        problems.extend(unknown(unit.at, UNITS.column("parent"), [unit.parent], scheme.unit))
    for code in cycles({unit.code: unit.parent for unit in scheme.units}):
        problems.append(error("parent_cycle", cell(scheme.unit[code].at, "parent"), name=code))
    return problems


def addresses_are_not_shared(scheme: Scheme) -> list[Problem]:
    """One address for two units would send one unit's result to the other."""
    problems = []
    first: dict[str, str] = {}
    for unit in scheme.units:
        address = unit.email.lower()
        if address and address in first:
            problems.append(
                error(
                    "email_shared",
                    cell(unit.at, "email"),
                    email=unit.email,
                    other=scheme.unit[first[address]].name,
                )
            )
        elif address:
            first[address] = unit.code
    return problems


def names_are_not_shared(scheme: Scheme) -> list[Problem]:
    """Two units of one name are told apart by code only; somebody will mix them up."""
    problems = []
    first: dict[str, str] = {}
    for unit in scheme.units:
        if unit.name in first:
            problems.append(
                warning(
                    "unit_name_twice", cell(unit.at, "name"), unit=unit.name, other=first[unit.name]
                )
            )
        first.setdefault(unit.name, unit.code)
    return problems


def exempt_parts_exist(scheme: Scheme) -> list[Problem]:
    """A part that does not apply to a unit is a section or criterion of some rubric."""
    known = [f"{c.rubric}/{c.code}" for c in scheme.criteria] + [c.code for c in scheme.criteria]
    problems = []
    for unit in scheme.units:
        problems.extend(
            unknown(unit.at, UNITS.column("not_applicable"), unit.not_applicable, known)
        )
    return problems


def raters_cover_what_exists(scheme: Scheme) -> list[Problem]:
    """A rater covers units by code or classes by name."""
    known = [*scheme.unit, *scheme.classes]
    problems = []
    for rater in scheme.raters:
        problems.extend(unknown(rater.at, RATERS.column("covers"), rater.covers, known))
    return problems


def periods_run_forwards(scheme: Scheme) -> list[Problem]:
    """A period opens before it is due."""
    return [
        error("period_backwards", cell(period.at, "due"), title=period.title)
        for period in scheme.periods
        if period.opens and period.due and period.due < period.opens
    ]


PEOPLE_CHECKS = (
    there_are_units,
    classes_are_of_one_kind,
    classes_are_spelt_alike,
    ranked_classes_have_trees,
    unit_parents_exist,
    addresses_are_not_shared,
    names_are_not_shared,
    exempt_parts_exist,
    raters_cover_what_exists,
    periods_run_forwards,
)
