"""Which unit of the last round a unit of this round is: by its code, a former code, or its name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """What a unit is called now, and what it was called before."""

    code: str
    name: str
    former_codes: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """Every name it has or had."""
        return frozenset((self.name, *self.former_names))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a unit comes from."""

    code: str = ""
    """Its code in the last round; empty where it cannot be set beside one unit of that round."""
    how: str = ""
    """``code``, ``former_code`` or ``name``: what they were matched by."""
    parts: tuple[str, ...] = ()
    """Units of the last round that it was merged from or split off, where there is no match."""


def origins(units: Sequence[Identity], last: Mapping[str, str]) -> dict[str, Origin]:
    """Return the origin of each unit by its code now; `last` holds the last round's names by code.

    A code that was given to another unit in the meantime must not bring two strangers together.
    So a code counts first where the name agrees too, then come the former codes that people
    wrote down, then the bare code, and a name on its own only at the very end.
    """
    found: dict[str, Origin] = {}
    _take(found, _by_code(units, last, named=True), "code")
    _take(found, _by_former_code(_open(units, found), last, _taken(found)), "former_code")
    free = {code: name for code, name in last.items() if code not in _taken(found)}
    _take(found, _by_code(_open(units, found), free, named=False), "code")
    free = {code: name for code, name in free.items() if code not in _taken(found)}
    rest = [unit for unit in _open(units, found) if not _known_parts(unit, last)]
    _take(found, _by_name(rest, free), "name")
    for unit in _open(units, found):
        found[unit.code] = Origin(parts=_known_parts(unit, last))
    return found


def absorbed(units: Sequence[Identity], gone: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return, for units that are gone, the units of now that name their codes as former ones."""
    heirs: dict[str, tuple[str, ...]] = {}
    for unit in units:
        for code in unit.former_codes:
            if code in gone:
                heirs[code] = (*heirs.get(code, ()), unit.code)
    return heirs


def _take(found: dict[str, Origin], pairs: Mapping[str, str], how: str) -> None:
    found.update({code: Origin(last, how) for code, last in pairs.items()})


def _taken(found: Mapping[str, Origin]) -> set[str]:
    return {origin.code for origin in found.values()}


def _open(units: Sequence[Identity], found: Mapping[str, Origin]) -> list[Identity]:
    return [unit for unit in units if unit.code not in found]


def _known_parts(unit: Identity, last: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(code for code in dict.fromkeys(unit.former_codes) if code in last)


def _by_code(units: Sequence[Identity], last: Mapping[str, str], *, named: bool) -> dict[str, str]:
    return {
        unit.code: unit.code
        for unit in units
        if unit.code in last and (not named or last[unit.code] in unit.names)
    }


def _by_former_code(
    units: Sequence[Identity], last: Mapping[str, str], taken: Collection[str]
) -> dict[str, str]:
    """Match former codes one to one; what was merged or split matches nobody."""
    wanted = {unit.code: _wanted(unit, last, taken) for unit in units}
    claims = Counter(code for codes in wanted.values() for code in codes)
    return {
        unit: codes[0]
        for unit, codes in wanted.items()
        if len(codes) == 1 and claims[codes[0]] == 1
    }


def _wanted(unit: Identity, last: Mapping[str, str], taken: Collection[str]) -> list[str]:
    """Return the former codes that may be meant; where the name agrees with some, only those."""
    free = [code for code in _known_parts(unit, last) if code not in taken]
    named = [code for code in free if last[code] in unit.names]
    if unit.code in last and unit.code not in taken:
        return named  # its own code is there as well: it may only have taken another one in
    return named or free


def _by_name(units: Sequence[Identity], last: Mapping[str, str]) -> dict[str, str]:
    """Match names that only one unit has or had on either side."""
    wanted = {u.code: [code for code, name in last.items() if name in u.names] for u in units}
    claims = Counter(code for codes in wanted.values() for code in codes)
    return {
        unit: codes[0]
        for unit, codes in wanted.items()
        if len(codes) == 1 and claims[codes[0]] == 1
    }
