"""Checks of what comes from elsewhere: inputs, nominations, and the words for consequences."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from assessor.i18n import Either
from assessor.problems import Problem, error, warning
from assessor.scheme.check_people import cell, unknown
from assessor.scheme.columns import NOMINATIONS, SETTING_KEYS
from assessor.scheme.model import Input, Node, Scheme
from assessor.scheme.spelling import near
from assessor.scheme.values import files_in

KINDS = (".csv", ".xlsx", ".ods", ".xls")
"""Endings of the tables that are read."""


def inner_path(text: str) -> PurePosixPath | None:
    """Return a file's path below its folder; None where it would lead out of it.

    >>> inner_path("村\\\\2026.csv"), inner_path("../2026.csv"), inner_path("C:/2026.csv")
    (PurePosixPath('村/2026.csv'), None, None)
    """
    path = PurePosixPath(text.strip().replace("\\", "/"))
    if path.is_absolute() or not path.parts or ".." in path.parts or ":" in text:
        return None
    return path


def condition_of(where: str) -> tuple[str, str] | None:
    """Return column and value of ``column=value``; None where it is not one.

    >>> condition_of("node=total"), condition_of("total")
    (('node', 'total'), None)
    """
    column, sign, value = (part.strip() for part in where.replace("＝", "=").partition("="))
    return (column, value) if column and sign and value else None


def input_files_are_inside(scheme: Scheme) -> list[Problem]:
    """A file of an input, or its code map, is a table below the folder for inputs."""
    problems = []
    for item in scheme.inputs:
        for key, text in (("file", item.file), ("map", item.map)):
            place = cell(item.at, key)
            for name in files_in(text):
                path = inner_path(name)
                if path is None:
                    problems.append(error("input_outside", place, file=name))
                elif path.suffix.lower() not in KINDS:
                    problems.append(error("input_kind", place, file=name, kinds=list(KINDS)))
    return problems


def input_maps_fit_their_files(scheme: Scheme) -> list[Problem]:
    """There is one code map for all files of an input, or one for each; a map with stars is one
    for each file of a pattern with as many."""
    problems = []
    for item in scheme.inputs:
        files, maps = files_in(item.file), files_in(item.map)
        facts = {"files": len(files), "maps": len(maps)}
        if len(maps) not in {0, 1, len(files)}:
            problems.append(error("input_maps_number", cell(item.at, "map"), **facts))
            continue
        for number, name in enumerate(files if maps else ()):
            map_ = maps[number] if len(maps) == len(files) else maps[0]
            if map_.count("*") not in {0, name.count("*")}:
                pair = {"file": name, "map": map_}
                problems.append(error("input_map_stars", cell(item.at, "map"), **pair))
                break
    return problems


def input_conditions_are_whole(scheme: Scheme) -> list[Problem]:
    """What rows are taken is said as ``column=value``."""
    return [
        error("input_condition", cell(item.at, "where"), where=item.where)
        for item in scheme.inputs
        if item.where and condition_of(item.where) is None
    ]


def inputs_are_used(scheme: Scheme) -> list[Problem]:
    """An input that no node has for its source is read for nothing."""
    used = {code for code, _ in input_nodes(scheme)}
    return [
        warning("input_unused", cell(item.at, "code"), name=item.title, code=item.code)
        for item in scheme.inputs
        if item.code not in used
    ]


def input_nodes(scheme: Scheme) -> Iterator[tuple[str, Node]]:
    """Yield the code of an input and a node that uses it."""
    for node in scheme.nodes:
        if node.rule == "input" and node.source is not None:
            yield node.source.criterion, node


def units_using(scheme: Scheme, item: Input) -> dict[int, list[str]]:
    """Return the units, by index, that an input is for, each with the nodes that use it."""
    users: dict[int, list[str]] = {}
    for code, node in input_nodes(scheme):
        if code != item.code:
            continue
        classes = set(scheme.node_classes(node))
        for index, unit in enumerate(scheme.units):
            if unit.unit_class in classes:
                users.setdefault(index, []).append(node.code)
    return users


def nominations_name_units(scheme: Scheme) -> list[Problem]:
    """Bodies and those who stand for them are units, and nobody stands for himself."""
    problems = []
    for row in scheme.nominations:
        for key, code in (("body", row.body), ("unit", row.unit)):
            problems += unknown(row.at, NOMINATIONS.column(key), [code], scheme.unit)
        if row.body == row.unit:
            problems.append(error("nomination_itself", cell(row.at, "unit"), code=row.unit))
    return problems


def by_nomination(scheme: Scheme) -> list[Node]:
    """Return the nodes that are derived from the units that stand for a body."""
    return [
        node
        for node in scheme.nodes
        if node.rule == "derived" and node.parameters.get("of", "nominations") == "nominations"
    ]


def bodies_are_represented(scheme: Scheme) -> list[Problem]:
    """A body whose score comes from others has at least one unit that stands for it."""
    bodies = {row.body for row in scheme.nominations}
    return [
        error("nomination_missing", cell(unit.at, "code"), unit=unit.name, node=node.title)
        for node in by_nomination(scheme)
        for name in scheme.node_classes(node)
        for unit in scheme.units_of(name)
        if unit.code not in bodies
    ]


def nominations_are_used(scheme: Scheme) -> list[Problem]:
    """A nomination belongs to a body whose score is derived, and its unit has the score."""
    problems = []
    nodes = by_nomination(scheme)
    for row in scheme.nominations:
        body, unit = scheme.unit.get(row.body), scheme.unit.get(row.unit)
        if body is None or unit is None:
            continue
        mine = [node for node in nodes if body.unit_class in scheme.node_classes(node)]
        if not mine:
            place = cell(row.at, "body")
            problems.append(warning("nomination_unused", place, body=body.name, unit=unit.name))
        for node in mine:
            source = scheme.node.get(node.source.criterion) if node.source else None
            if source is not None and unit.unit_class not in scheme.node_classes(source):
                facts = {"unit": unit.name, "node": source.title, "body": body.name}
                problems.append(warning("nomination_no_score", cell(row.at, "unit"), **facts))
    return problems


def heirs_have_whom_to_inherit_from(scheme: Scheme) -> list[Problem]:
    """Who inherits a score has a unit above, and that unit has the score."""
    problems = []
    for node in (node for node in scheme.nodes if node.rule == "inherit" and node.source):
        source = scheme.node.get(node.source.criterion if node.source else "")
        units = [u for name in scheme.node_classes(node) for u in scheme.units_of(name)]
        for unit in units:
            facts: dict[str, object] = {"unit": unit.name, "node": node.title}
            parent = scheme.unit.get(unit.parent)
            if not unit.parent:
                problems.append(error("inherit_nobody", cell(unit.at, "parent"), **facts))
            elif parent is None or source is None:
                continue  # reported where the name stands
            elif parent.unit_class not in scheme.node_classes(source):
                facts |= {"parent": parent.name, "source": source.title}
                problems.append(error("inherit_nothing", cell(unit.at, "parent"), **facts))
    return problems


def measures_exist(scheme: Scheme) -> list[Problem]:
    """The setting that names the words for consequences names a set of options."""
    name = scheme.settings.measures
    if not name or name in scheme.options:
        return []
    what = Either(SETTING_KEYS["measures"], "measures")
    guess = near(name, list(scheme.options)) or "—"
    place = cell(scheme.settings.at.get("measures"), "value")
    return [error("name_unknown", place, what=what, name=name, guess=guess)]


INPUT_CHECKS = (
    input_files_are_inside,
    input_maps_fit_their_files,
    input_conditions_are_whole,
    inputs_are_used,
    nominations_name_units,
    bodies_are_represented,
    nominations_are_used,
    heirs_have_whom_to_inherit_from,
    measures_exist,
)
