"""Which returns go back to their senders, and what is to be mended on each. Pure.

A sender gets one workbook: the one he was issued, with every form of it, what he had written, and
the next serial, so that what comes back takes the place of what came before. The serial follows
from what has come back alone: collecting twice does not raise it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assessor.i18n import catalog
from assessor.problems import Problem, Severity
from assessor.returns.absent import missing_problem
from assessor.returns.carrying import Carried, CellKey, carry
from assessor.returns.collection import Collection
from assessor.returns.flaws import OLD, Flaw, flaws_of, in_order
from assessor.scheme.copies import Copy, CopyKey, Packet, due_copies
from assessor.scheme.model import Scheme
from assessor.scoring.column import Status


@dataclass(frozen=True, slots=True)
class MendedForm:
    """A fresh form with what was carried over, and what is wrong with it."""

    carried: Carried
    files: tuple[str, ...]
    """The files that the form came back in."""
    sheet: str
    """Its sheet in the first of them."""
    flaws: tuple[Flaw, ...]
    raw: Mapping[CellKey, str] = field(default_factory=dict)
    """What stood in its cells."""

    @property
    def copy(self) -> Copy:
        """The fresh copy, with its serial."""
        return self.carried.copy


@dataclass(frozen=True, slots=True)
class Correction:
    """A workbook for one sender to mend."""

    packet: Packet
    forms: tuple[MendedForm, ...]

    @property
    def turn(self) -> int:
        """Whether it is the first correction of its workbook, the second …"""
        return max(form.copy.serial for form in self.forms) - 1


def corrections_of(
    scheme: Scheme, packets: Iterable[Packet], collection: Collection, problems: Sequence[Problem]
) -> list[Correction]:
    """Return a correction for each workbook that came back with something to mend, in the order
    of the workbooks; anonymous papers get none, for nobody knows whom to send them to."""
    at: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        if problem.place.file and not problem.nobody:
            at.setdefault((problem.place.file, problem.place.sheet), []).append(problem)
    corrections = []
    for packet in packets:
        copies = () if packet.paper else tuple(copy for _, copy in due_copies([packet]))
        if any(_needs(copy.key, collection, at) for copy in copies):
            corrections.append(_correction(scheme, packet, copies, collection, at))
    return corrections


Problems = Mapping[tuple[str, str], Sequence[Problem]]
"""Problems by file and sheet."""


def _needs(key: CopyKey, collection: Collection, at: Problems) -> bool:
    sheets = collection.sheets.get(key, ())
    if not sheets:
        return key in collection.refusals and _is_missing(key, collection)
    found = [problem for one in sheets for problem in at.get((one.file, one.reading.sheet), ())]
    # Of a form whose own plan is not kept nobody knows what it asked: it is to be looked through.
    doubtful = any(p.code == "version_unknown" for one in sheets for p in one.reading.problems)
    return len(sheets) > 1 or doubtful or any(p.severity is Severity.ERROR for p in found)


def _is_missing(key: CopyKey, collection: Collection) -> bool:
    return key in collection.absent and collection.absent[key][2] is Status.MISSING


def _correction(
    scheme: Scheme,
    packet: Packet,
    copies: Sequence[Copy],
    collection: Collection,
    at: Problems,
) -> Correction:
    forms = [
        _form(scheme, packet, copy, collection, at)
        for copy in copies
        if copy.key in collection.sheets or _is_missing(copy.key, collection)
    ]
    forms = [_with_twin(form, forms) for form in forms]
    fresh = replace(packet, copies=tuple(form.copy for form in forms))
    return Correction(fresh, tuple(forms))


def _form(
    scheme: Scheme, packet: Packet, copy: Copy, collection: Collection, at: Problems
) -> MendedForm:
    words = catalog(scheme.settings.language)
    # A copy that never came back was issued as number 1 all the same.
    copy = replace(copy, serial=max(copy.serial, collection.serials.get(copy.key, 0)) + 1)
    sheets = collection.sheets.get(copy.key, ())
    if not sheets:
        carried = carry(copy, None, {}, words)
        refusals = collection.refusals.get(copy.key, [])
        found = [one.problem for one in refusals] or [missing_problem(scheme, packet, copy)]
        files = dict.fromkeys(problem.place.file for problem in found if problem.place.file)
        return MendedForm(carried, tuple(files), "", tuple(Flaw(problem) for problem in found))
    first = sheets[0]
    mine = [
        problem
        for problem in at.get((first.file, first.reading.sheet), ())
        if problem.code not in _CONFLICTS | OLD
    ]
    # Where many forms are old the round says it once; who mends one is told all the same.
    mine += [problem for problem in first.reading.problems if problem.code in OLD]
    # What is wrong within a form in conflict is not reported while nobody knows which one counts.
    if len(sheets) > 1:
        mine += [problem for problem in first.reading.problems if problem.code not in OLD]
    faults: dict[str, Problem] = {}
    for problem in mine:
        if problem.severity is Severity.ERROR and problem.place.cell:
            faults.setdefault(problem.place.cell, problem)
    carried = carry(copy, first.reading, faults, words)
    raw = {entry.cell: entry.raw for entry in first.reading.entries}
    raw_of = {key: raw[cell] for cell, key in carried.places.items()}
    flaws = flaws_of(carried, sheets, mine, raw_of, words)
    files = dict.fromkeys(one.file for one in sheets)
    return MendedForm(carried, tuple(files), first.reading.sheet, flaws, raw_of)


_CONFLICTS = frozenset({"file_conflict", "file_conflict_resend"})
_OF_BOTH = frozenset({"tally_differs", "tally_exceeds_valid", "turnout_rises"})
"""What is found when two tellers' counts are put together, and told at the first one's."""


def _with_twin(form: MendedForm, forms: Sequence[MendedForm]) -> MendedForm:
    """Return a teller's form with what is wrong with both counts, said from his side: where they
    differ either may be right, and where they agree both are wrong."""
    key = form.copy.key
    twins = [
        other
        for other in forms
        if key.teller and other is not form and replace(other.copy.key, teller=key.teller) == key
    ]
    found = [
        _mirrored(flaw, form, twins[0])
        for flaw in (twins[0].flaws if twins else ())
        if flaw.problem.code in _OF_BOTH and set(flaw.cells) <= set(form.carried.rules)
    ]
    return replace(form, flaws=in_order(form.carried, [*form.flaws, *found]))


def _mirrored(flaw: Flaw, form: MendedForm, other: MendedForm) -> Flaw:
    """Return what is wrong with the other teller's count as it is with this one's."""
    facts = dict(flaw.problem.facts)
    here = {cell: address for address, cell in form.carried.places.items()}
    if flaw.problem.code == "tally_differs":
        facts |= {"first": facts["second"], "second": facts["first"]}
        facts["there"] = f"{other.sheet}!{flaw.problem.place.cell}"
    elif (there := other.carried.places.get(str(facts.get("there", "")))) in here:
        facts["there"] = here[there]
    written = form.raw.get(flaw.cells[0], "") if flaw.cells else ""
    return Flaw(replace(flaw.problem, facts=facts), flaw.cells, written)
