"""Who gets what: owners of workbooks, and the addresses that the tables alone give for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assessor.mail.headers import is_sendable
from assessor.problems import Problem, error
from assessor.scheme.check_people import cell
from assessor.scheme.model import Rater, Scheme, Unit


@dataclass(frozen=True, slots=True, order=True)
class Owner:
    """Whose something is: a unit's own, or a rater's."""

    kind: str
    """``unit`` or ``rater``."""
    code: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.code}"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that somebody is to get: a workbook, or (a reminder) only words."""

    key: str
    """What it is, the same from run to run: results/V01."""
    owner: Owner
    units: tuple[str, ...]
    """Codes of the units that the workbook is about; none where it covers a roster."""
    digest: str
    """What it says: the same as long as nothing in it has changed."""
    path: Path | None = None
    name: str = ""
    """The readable name under which it is attached."""
    words: tuple[str, ...] = ()
    """Lines for the text: what is missing, or until when it is due."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message: everything that one address gets."""

    kind: str
    address: str
    name: str
    """Whom it is for, as people say it."""
    items: tuple[Item, ...]

    @property
    def owners(self) -> tuple[Owner, ...]:
        """Whose things it carries."""
        return tuple(dict.fromkeys(item.owner for item in self.items))


@dataclass(frozen=True, slots=True)
class Bundle:
    """What is handed over by other ways, because there is no address: one for each parent."""

    name: str
    owners: tuple[Owner, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Post:
    """Everything there is to get, by address, and what has none."""

    letters: tuple[Letter, ...]
    bundles: tuple[Bundle, ...]
    problems: tuple[Problem, ...] = field(default=())


def address_of(scheme: Scheme, owner: Owner) -> str:
    """Return the address that the tables give: a unit's own, else that of who forwards."""
    found = _record(scheme, owner)
    if isinstance(found, Unit):
        return found.email or found.via
    return found.email if found is not None else ""


def may_receive(scheme: Scheme, owner: Owner, address: str) -> bool:
    """Say whether an address stands in the owner's own row of the tables."""
    found = _record(scheme, owner)
    if found is None or not address:
        return False
    own = {found.email, found.via} if isinstance(found, Unit) else {found.email}
    return address.lower() in {one.lower() for one in own if one}


def name_of(scheme: Scheme, owner: Owner) -> str:
    """Return the owner's name."""
    found = _record(scheme, owner)
    return found.name if found is not None else owner.code


def _record(scheme: Scheme, owner: Owner) -> Unit | Rater | None:
    return (scheme.unit if owner.kind == "unit" else scheme.rater).get(owner.code)


def make_post(scheme: Scheme, kind: str, items: Iterable[Item], comma: str) -> Post:
    """Bring items together: one letter for each address, one bundle for each parent without."""
    by_address: dict[str, list[Item]] = {}
    spelled: dict[str, str] = {}
    bundled: dict[str, list[Item]] = {}
    problems: dict[Owner, Problem] = {}
    for item in items:
        address = address_of(scheme, item.owner)
        if address and not is_sendable(address):
            problems[item.owner] = _bad_address(scheme, item.owner, address)
        elif address:
            spelled.setdefault(address.lower(), address)
            by_address.setdefault(address.lower(), []).append(item)
        else:
            bundled.setdefault(_parent_of(scheme, item.owner), []).append(item)
    letters = tuple(
        Letter(kind, spelled[key], names_of(scheme, mine, comma), tuple(mine))
        for key, mine in by_address.items()
    )
    bundles = tuple(
        Bundle(name, _owners(mine), tuple(mine)) for name, mine in _bundles(scheme, bundled)
    )
    return Post(letters, bundles, tuple(problems.values()))


def _bad_address(scheme: Scheme, owner: Owner, address: str) -> Problem:
    found = _record(scheme, owner)
    column = "via" if isinstance(found, Unit) and not found.email else "email"
    place = cell(found.at if found is not None else None, column)
    return error("mail_address_bad", place, value=address)


def _parent_of(scheme: Scheme, owner: Owner) -> str:
    """Return whom to hand a bundle to: the parent's code; without one, the owner himself."""
    found = _record(scheme, owner)
    return (found.parent or found.code) if isinstance(found, Unit) else str(owner)


def _bundles(
    scheme: Scheme, bundled: Mapping[str, list[Item]]
) -> Iterable[tuple[str, Sequence[Item]]]:
    for key, items in bundled.items():
        parent = scheme.unit.get(key)
        yield (parent.name if parent else name_of(scheme, items[0].owner)), items


def _owners(items: Sequence[Item]) -> tuple[Owner, ...]:
    return tuple(dict.fromkeys(item.owner for item in items))


_NAMED = 3


def names_of(scheme: Scheme, items: Sequence[Item], comma: str) -> str:
    """Return the names of those whose things these are; of many the first ones, then how many."""
    names = list(dict.fromkeys(name_of(scheme, owner) for owner in _owners(items)))
    shown = comma.join(names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown} … ({len(names)})"
