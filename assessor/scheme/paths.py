"""Where each blank workbook stands under forms/: no two of them ever share a path."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import TypeVar

from assessor.scheme.copies import Packet
from assessor.scheme.model import Period, Scheme, Unit

_PART = 60
"""So many characters of a title or a name are kept."""
_BYTES = 200
"""So long may a name be in UTF-8; Linux takes 255, and a suffix and a copy's ``(1)`` need room."""
_RESERVED = frozenset(
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
    | {device + number for device in ("COM", "LPT") for number in "0123456789¹²³"}
)
"""Devices of Windows: no file may be called so, whatever follows the first dot."""

Key = TypeVar("Key")


def packet_paths(scheme: Scheme, packets: Sequence[Packet]) -> list[PurePosixPath]:
    """Return where the workbooks of a round stand: by period, workbook, then unit; anonymous papers
    below the body that votes, under their numbers.

    Names are plain as long as they tell the files apart, on Windows and macOS too, where large and
    small letters are one; those that would meet are told apart by code.
    """
    periods = distinct({period.code: _period_names(period) for period in scheme.periods})
    workbooks = distinct({p.workbook: _tried([p.workbook], p.workbook) for p in packets})
    groups = Counter(rater.group for rater in scheme.raters)
    wanted: dict[tuple[str, str], dict[tuple[str, str, bool], list[str]]] = {}
    for packet in packets:
        owners = wanted.setdefault((packet.period.code, packet.workbook), {})
        if _owner(packet) not in owners:
            owners[_owner(packet)] = list(_names(packet, groups))
    names = {where: distinct(asked) for where, asked in wanted.items()}
    paths = []
    for packet in packets:
        folder = PurePosixPath(workbooks[packet.workbook])
        if len(scheme.periods) > 1:
            folder = PurePosixPath(periods[packet.period.code]) / folder
        name = names[packet.period.code, packet.workbook][_owner(packet)]
        paths.append(folder / name / f"{packet.paper}.xlsx" if packet.paper else folder / name)
    return paths


def unit_files(units: Sequence[Unit], title: str) -> dict[str, str]:
    """Return a file name for each unit's own workbook of a kind, by code; no two of them meet."""
    return distinct(
        {
            unit.code: [
                _component([unit.code, unit.name, title], suffix=".xlsx"),
                _component([unit.code, unit.name, title], _mark(unit.code), suffix=".xlsx"),
            ]
            for unit in units
        }
    )


def file_name(text: str) -> str:
    """Return a text as part of a file name that Windows, macOS and Linux take.

    >>> file_name("东村/西村"), file_name("  "), file_name("~$自评")
    ('东村_西村', '_', '_$自评')
    """
    clean = "".join("_" if char in '<>:"/\\|?*' or ord(char) < 32 else char for char in text)
    clean = clean.strip(" .")[:_PART].rstrip(" .")
    # What begins like a lock file would be taken for junk when it comes back.
    return ("_" + clean[1:] if clean.startswith("~") else clean) or "_"


def name_key(name: str) -> str:
    """Return what two names have in common where a disk takes them for one.

    >>> name_key("Ａ-1 Straße") == name_key("Ａ-1 STRASSE"), name_key("A1") == name_key("A2")
    (True, False)
    """
    return unicodedata.normalize("NFD", unicodedata.normalize("NFC", name).upper().casefold())


def distinct(names: Mapping[Key, Sequence[str]]) -> dict[Key, str]:
    """Return a name for each key: the first of its own that nobody else wants, so that all differ.

    Those that want the same are all given their next name, whatever their order: who comes first
    does not matter. Only where a key's last name is taken too is it numbered.

    >>> distinct({1: ["甲"], 2: ["乙", "乙_2"], 3: ["乙", "乙_3"]})
    {1: '甲', 2: '乙_2', 3: '乙_3'}
    """
    given: dict[Key, str] = {}
    taken: set[str] = set()
    for level in range(max(map(len, names.values()), default=0)):
        asked = {
            key: own[min(level, len(own) - 1)] for key, own in names.items() if key not in given
        }
        count = Counter(map(name_key, asked.values()))
        for key, name in asked.items():
            if count[name_key(name)] == 1 and name_key(name) not in taken:
                given[key] = name
        taken |= {name_key(name) for name in given.values()}
    for key, own in names.items():
        if key not in given:
            given[key] = _numbered(own[-1], taken)
            taken.add(name_key(given[key]))
    return {key: given[key] for key in names}


def _numbered(name: str, taken: set[str]) -> str:
    stem, dot, suffix = name.rpartition(".xlsx")
    number = 2
    while name_key(f"{stem or suffix}_{number}{dot}") in taken:
        number += 1
    return f"{stem or suffix}_{number}{dot}"


def _owner(packet: Packet) -> tuple[str, str, bool]:
    """Return whose a workbook is, within its period and title; all papers of a body are one's."""
    unit, rater = packet.unit, packet.rater
    return unit.code if unit else "", rater.code if rater else "", bool(packet.paper)


def _names(packet: Packet, groups: Mapping[str, int]) -> Iterator[str]:
    """Yield the names of a file, of papers that of their folder, from the plainest on."""
    unit, rater = packet.unit, packet.rater
    whose = [unit.code, unit.name] if unit else []
    by = [rater.name] if rater else []
    named = by if rater and (unit is None or groups[rater.group] > 1) else []
    coded = [rater.code, rater.name] if rater else []
    title = [] if packet.paper else [packet.workbook]
    identity = "\t".join(map(str, _owner(packet)))
    for parts in ([*whose, *named, *title], [*whose, *by, *title], [*whose, *coded, *title]):
        yield _component(parts, suffix="" if packet.paper else ".xlsx")
    yield _component(
        [*whose, *coded, *title], _mark(identity), suffix="" if packet.paper else ".xlsx"
    )


def _period_names(period: Period) -> list[str]:
    return [_component([period.title]), *_tried([period.title, period.code], period.code)]


def _tried(parts: Sequence[str], identity: str) -> list[str]:
    return [_component(parts), _component(parts, _mark(identity))]


def _mark(identity: str) -> str:
    """Return a short mark of what a name alone cannot tell apart; the same every time."""
    return hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:6]


def _component(parts: Sequence[str], mark: str = "", suffix: str = "") -> str:
    """Return texts joined into one name of a file or folder, not too long and not a device's."""
    name = "_".join(file_name(part) for part in parts)
    if name.partition(".")[0].rstrip().upper() in _RESERVED:
        name = "_" + name
    name = name.encode("utf-8", "replace")[: _BYTES - len(mark)].decode("utf-8", "ignore")
    return f"{name.rstrip(' .')}{'_' if mark else ''}{mark}{suffix}"
