"""Sealed scans and photos: whose they are, where what came with them leaves no doubt."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from assessor.returns.intake import Found
from assessor.returns.names import INSIDE
from assessor.returns.reading import FileReading
from assessor.returns.receive import Received
from assessor.scheme.model import Scheme


def place_enclosures(scheme: Scheme, received: Received) -> list[Found]:
    """Return what was found, enclosures with the unit they belong to.

    What is attached to a mail belongs to the unit whose forms are attached too. In an archive or a
    folder, which may hold the returns of several, the unit's name must stand in the way to the file
    as well. A file that is named after another unit, and what came with an anonymous paper, belong
    to nobody.
    """
    units = _units_by_place(received.readings)
    mails = {one.file for one in received.found if one.reason == "mail_opened"}
    return [
        replace(one, unit=_unit_of(scheme, one, units, mails))
        if one.reason == "file_enclosure"
        else one
        for one in received.found
    ]


def _units_by_place(readings: Iterable[FileReading]) -> Mapping[str, set[str]]:
    """Return the units whose forms stand at each place; the empty code where that is nobody's."""
    units: dict[str, set[str]] = {}
    for reading in readings:
        found = {"" if form.key.paper else form.key.unit for form in reading.forms}
        for place in _places(reading.file):
            units.setdefault(place, set()).update(found)
    return units


def _unit_of(
    scheme: Scheme, found: Found, units: Mapping[str, set[str]], mails: Collection[str]
) -> str:
    place = next((place for place in _places(found.file) if units.get(place)), "")
    here = units.get(place, set())
    if len(here) != 1 or "" in here:
        return ""
    (code,) = here
    own = _named(scheme, found.file.rpartition("/")[2])
    if own:
        return code if code in own else ""
    named = _named(scheme, found.file)
    return code if code in named or (place in mails and not named) else ""


def _named(scheme: Scheme, path: str) -> set[str]:
    """Return the units whose names stand in a path; 东村 does not stand in 大东村."""
    names = {unit.name: unit.code for unit in scheme.units if unit.name and unit.name in path}
    inner = {name for name in names if any(name in other and name != other for other in names)}
    return {code for name, code in names.items() if name not in inner}


def _places(file: str) -> list[str]:
    """Return what a file stands in, the nearest first: folders, then the mail or archive around
    them, then its folders; the returns folder itself says nothing."""
    outside, mark, inside = file.rpartition(INSIDE)
    folder = inside.rpartition("/")[0]
    places = []
    while folder:
        places.append(f"{outside}{mark}{folder}/")
        folder = folder.rpartition("/")[0]
    return [*places, outside, *_places(outside)] if mark else places
