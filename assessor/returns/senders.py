"""Whether who sent a form is somebody who may send it: compared where a mail says who it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from email.utils import parseaddr

from assessor.problems import Place, Problem, error, warning
from assessor.scheme.copies import CopyKey
from assessor.scheme.model import Scheme, Unit


def sender_fault(
    scheme: Scheme, key: CopyKey, senders: Sequence[str], place: Place, vouched: bool
) -> Problem | None:
    """Return what is wrong with the senders of a form (who sent or forwarded it); nothing where
    one of them may, or where nobody's address is known.

    An address that belongs to another unit is an error where no stamp of ours vouches for the form,
    for it may have been made up; else people send each other's forms, and it is a warning, as an
    address that nobody knows. Of an anonymous paper no sender is looked at.
    """
    addresses = [address for sender in senders if (address := _address(sender))]
    allowed = set(_allowed(scheme, key))
    if not addresses or not allowed or key.paper or allowed & set(addresses):
        return None
    address = addresses[-1]
    owner = next((unit for unit in scheme.units if address in _addresses(unit)), None)
    facts = {"sender": address, "known": sorted(allowed)}
    if owner is not None and key.unit and not key.rater:
        make, code = (warning, "sender_other") if vouched else (error, "sender_other_unit")
        return make(code, place, other=f"{owner.name}({owner.code})", **facts)
    return warning("sender_unknown", place, **facts)


def _allowed(scheme: Scheme, key: CopyKey) -> Iterator[str]:
    """Yield the addresses from which a form may come: of its rater, else of its unit, of who
    forwards for it, and of the bodies above it."""
    rater = scheme.rater.get(key.rater)
    if rater is not None:
        if rater.email:
            yield _address(rater.email)
        return
    seen: set[str] = set()
    unit = scheme.unit.get(key.unit)
    while unit is not None and unit.code not in seen:
        seen.add(unit.code)
        yield from _addresses(unit)
        unit = scheme.unit.get(unit.parent)


def _addresses(unit: Unit) -> Iterator[str]:
    for text in (unit.email, unit.via):
        if address := _address(text):
            yield address


def _address(text: str) -> str:
    """Return the bare address of “张三 <a@example.org>”, in small letters."""
    return (parseaddr(text)[1] or text).strip().casefold()
