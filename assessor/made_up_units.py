"""Made-up units for a rehearsal, and the scheme's tables marked as one."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from assessor.made_up_inputs import as_csv, nominations_among, with_parents
from assessor.scheme.stamp import REHEARSAL

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]

_FIRST = "东西南北上下大小新老青白红黄金银龙凤云石松竹梅柳桃杏"
_SECOND = "山河溪岭湾坪塘桥林泉坡沟岗原洲港渡关"


def marked_rows(rows: Rows, units: int | None, seed: int) -> dict[str, list[Row]]:
    """Return the scheme's rows marked as a rehearsal, with made-up units if a number is asked."""
    marked = {key: list(found) for key, found in rows.items()}
    settings = [
        {**row, "value": f"{row['value']}{REHEARSAL}"} if row.get("key") == "code" else row
        for row in marked["settings"]
        if row.get("key") != "rehearsal"
    ]
    marked["settings"] = [*settings, {"key": "rehearsal", "value": "是"}]
    marked["inputs"] = as_csv(rows.get("inputs", ()))
    if units is not None:
        codes = {row["code"] for row in rows["units"]}
        made = made_up_units(rows["units"], units, random.Random(f"{seed}/units"))
        marked["units"] = with_parents(made, rows["units"])
        marked["nominations"] = nominations_among(
            rows.get("nominations", ()),
            rows["units"],
            marked["units"],
            random.Random(f"{seed}/nominations"),
        )
        marked["raters"] = [
            {**row, "covers": tuple(c for c in row.get("covers") or () if c not in codes)}
            for row in rows["raters"]
        ]
        marked["awards"] = [_bounded(row, marked["units"]) for row in rows["awards"]]
    return marked


def _bounded(award: Row, units: Sequence[Row]) -> Row:
    """Return an award with no more slots than made-up units that may win it."""
    field = [
        unit
        for unit in units
        if (unit.get("kind") or "unit") == award["for"]
        and award.get("class") in (None, "", unit["class"])
    ]
    return {**award, "slots": award["slots"] and max(1, min(award["slots"], len(field)))}


def made_up_units(examples: Sequence[Row], count: int, chance: random.Random) -> list[Row]:
    """Return `count` units in the proportion of the examples' classes, at least one of each;
    persons beside them."""
    bodies = [r for r in examples if r.get("kind") != "person" and r.get("ranked") is not False]
    # One of each class comes first: a few units are enough for a scheme of several classes.
    first = {row["class"]: row for row in reversed(bodies)}
    bodies.sort(key=lambda row: row is not first[row["class"]])
    count = max(count, len(first))
    persons = [row for row in examples if row.get("kind") == "person"]
    heads = [r for r in examples if r.get("kind") != "person" and r.get("ranked") is False]
    person_of = {
        body["class"]: person
        for person in persons
        for body in bodies
        if body["code"] == person.get("parent")
    }
    made: list[Row] = list(heads)
    width = len(str(count))
    for number in range(1, count + 1):
        example = bodies[(number - 1) % len(bodies)]
        code = f"U{number:0{width}d}"
        name = f"{chance.choice(_FIRST)}{chance.choice(_SECOND)}{number}号{example['class']}"
        phone = f"0000-{number:07d}"
        unit = {"code": code, "name": name, "class": example["class"], "kind": "unit"}
        unit |= {"parent": example.get("parent"), "contact": f"联系人{number}", "phone": phone}
        made.append(unit)
        person = person_of.get(example["class"])
        if person is not None:
            made.append(
                {**person, "code": f"S{number:0{width}d}", "parent": code}
                | {"name": f"{name}{person['class']}"}
                | {"email": None, "phone": phone}
            )
    return made
