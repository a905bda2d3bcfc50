"""What units have declared for themselves, printed on the forms that show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from assessor.i18n import Catalog, catalog
from assessor.returns.collection import Collection
from assessor.returns.reading import EntryStatus
from assessor.scheme.copies import Copy, CopyKey, Packet
from assessor.scheme.model import Form, Scheme
from assessor.scheme.plans_scoring import BESIDE

Texts = Mapping[str, str]
"""Declared texts by row code."""


def declarations_shown(scheme: Scheme) -> frozenset[str]:
    """Return the declarations whose texts some form shows."""
    named = {form.shows for form in scheme.forms if form.shows}
    return frozenset(
        form.code for form in scheme.forms if form.code in named and form.layout == "declaration"
    )


def packets_with(packets: Iterable[Packet], forms: frozenset[str]) -> list[Packet]:
    """Return the packets with only the copies of some forms."""
    kept = (
        replace(packet, copies=tuple(copy for copy in packet.copies if copy.key.form in forms))
        for packet in packets
    )
    return [packet for packet in kept if packet.copies]


def with_declared(
    scheme: Scheme, packets: Sequence[Packet], collection: Collection
) -> tuple[list[Packet], int]:
    """Return the packets with what was declared put beside the criteria, and how many forms still
    lack a declaration."""
    words = catalog(scheme.settings.language)
    given = {key: _texts(collection, key, words) for key in collection.accepted}
    lacking = 0
    issued = []
    for packet in packets:
        copies = []
        for copy in packet.copies:
            if copy.plan.declared:
                shown = _declaration_of(scheme, copy, given)
                texts = given[shown] if shown is not None else {}
                lacking += not texts
                copy = replace(copy, texts=texts)
            copies.append(copy)
        issued.append(replace(packet, copies=tuple(copies)))
    return issued, lacking


def _texts(collection: Collection, key: CopyKey, words: Catalog) -> Texts:
    """Return the declared targets by row, each with what is to be seen as reaching it."""
    entries = collection.accepted[key].reading.entries
    ends = {entry.row: entry.raw for entry in entries if entry.column == BESIDE}
    texts = {}
    for entry in entries:
        if entry.column == BESIDE or entry.status not in _SAID:
            continue
        texts[entry.row] = entry.raw
        if entry.row in ends:
            texts[entry.row] += "\n" + words.text("form.declared_end") + ends[entry.row]
    return texts


_SAID = {EntryStatus.GIVEN, EntryStatus.NOT_APPLICABLE}


def _declaration_of(scheme: Scheme, copy: Copy, given: Mapping[CopyKey, Texts]) -> CopyKey | None:
    """Return the declaration that a form shows: of its own period, else the last before it.

    A declaration that is made in one period only holds for all of them.
    """
    form: Form = scheme.form[scheme.form[copy.key.form].shows]
    made = [period.code for period in scheme.form_periods(form)]
    order = [period.code for period in scheme.periods]
    if len(made) > 1:
        now = order.index(copy.key.period)
        made = [code for code in made if order.index(code) <= now]
    mine = [key for key in given if key.form == form.code and key.unit == copy.key.unit]
    for period in sorted(made, key=order.index, reverse=True):
        found = next((key for key in mine if key.period == period), None)
        if found is not None:
            return found
    return None
