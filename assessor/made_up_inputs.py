"""What a rehearsal makes up beside its forms: files of scores from elsewhere, nominations."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from assessor.disk import write_file
from assessor.outputs.tables import csv_bytes
from assessor.scheme.check_inputs import condition_of, input_nodes
from assessor.scheme.model import Input, Scheme
from assessor.scheme.values import files_in
from assessor.workspace import Workspace

Rows = Sequence[Mapping[str, Any]]

_FULL = Decimal(100)
"""The full mark of a score from elsewhere whose node has none."""


def as_csv(inputs: Rows) -> list[Mapping[str, Any]]:
    """Return the rows of the inputs table, each with a CSV file of its own: a rehearsal writes no
    .xls, and two inputs of one file would have to agree about it."""
    return [
        {**row, "file": _csv(row["file"], row["code"], "scores"), "sheet": None}
        | {"map": _csv(row["map"], row["code"], "codes") if row.get("map") else None}
        for row in inputs
    ]


def _csv(files: str, code: str, bare: str) -> str:
    """Return the name of the one file that is made up, after the first that an input names."""
    first = (files_in(files) or [bare])[0].replace("\\", "/").replace("*", "")
    name = PurePosixPath(first).name
    stem = name.rpartition(".")[0] if "." in name else name
    return f"{stem or bare}_{code}.csv"


def write_inputs(scheme: Scheme, workspace: Workspace, seed: int) -> None:
    """Write a plausible file, and a code map where there is one, for every input of a scheme."""
    for item in scheme.inputs:
        chance = random.Random(f"{seed}/{item.code}")
        theirs = {
            unit.code: f"{item.code}-{number}" if item.map else unit.code
            for number, unit in enumerate(scheme.units, 1)
        }
        if item.map:
            pairs = [(code, unit) for unit, code in theirs.items()]
            content = csv_bytes((f"{item.title}编号", "编号"), pairs)
            write_file(workspace.inputs / item.map, content)
        content = _scores(scheme, item, theirs, chance)
        write_file(workspace.inputs / item.file, content)


def _scores(scheme: Scheme, item: Input, codes: Mapping[str, str], chance: random.Random) -> bytes:
    """Return a table in which every unit that needs a score has one, by the input's own headers."""
    where = condition_of(item.where)
    full = _full_mark(scheme, item)
    header = [item.key, item.value, *(where[:1] if where else ())]
    rows = []
    for unit in scheme.units:
        level = random.Random(unit.code).uniform(0.78, 0.97) + chance.gauss(0, 0.02)
        score = (full * Decimal(f"{min(level, 1.0):.6f}")).quantize(Decimal("0.01"))
        rows.append([codes[unit.code], score, *(where[1:] if where else ())])
    return csv_bytes(header, rows)


def _full_mark(scheme: Scheme, item: Input) -> Decimal:
    marks = [node.points for code, node in input_nodes(scheme) if code == item.code]
    return next((points for points in marks if points is not None), _FULL)


def nominations_among(
    nominations: Rows, before: Rows, units: Rows, chance: random.Random
) -> list[Mapping[str, Any]]:
    """Return nominations among made-up units: each body gets as many units of each class as the
    bodies of its class had before."""
    classes = {row["code"]: row["class"] for row in before}
    pattern = _patterns(nominations, classes)
    by_class: dict[str, list[str]] = {}
    for row in units:
        by_class.setdefault(row["class"], []).append(row["code"])
    made: list[Mapping[str, Any]] = []
    for row in units:
        chosen: set[str] = {row["code"]}
        for name in pattern.get(row["class"], ()):
            free = [code for code in by_class.get(name, ()) if code not in chosen]
            if free:
                code = chance.choice(free)
                chosen.add(code)
                made.append({"body": row["code"], "unit": code})
    return made


def _patterns(nominations: Rows, classes: Mapping[str, str]) -> dict[str, list[str]]:
    """Return by class of body the classes of the units that stand for the first body of it."""
    first: dict[str, str] = {}
    pattern: dict[str, list[str]] = {}
    for row in nominations:
        body, unit = row["body"], row["unit"]
        if body in classes and unit in classes:
            mine = classes[body]
            if first.setdefault(mine, body) == body:
                pattern.setdefault(mine, []).append(classes[unit])
    return pattern


def with_parents(units: Iterable[Mapping[str, Any]], before: Rows) -> list[Mapping[str, Any]]:
    """Return made-up units whose parents exist: a made-up one of the class of the real parent."""
    made = list(units)
    classes = {row["code"]: row["class"] for row in before}
    there = {row["code"] for row in made}
    by_class: dict[str, list[str]] = {}
    for row in made:
        by_class.setdefault(row["class"], []).append(row["code"])
    found: list[Mapping[str, Any]] = []
    for number, row in enumerate(made):
        parent = row.get("parent")
        if parent and parent not in there:
            heirs = by_class.get(classes.get(parent, ""), [])
            parent = heirs[number % len(heirs)] if heirs else None
        found.append({**row, "parent": parent})
    return found
