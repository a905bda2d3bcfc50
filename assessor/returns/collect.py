"""Readings brought together: one form a copy, every file one disposition, nothing lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from assessor.problems import Place, Problem, Severity, error, note, warning
from assessor.returns.absent import report_absent
from assessor.returns.collection import (
    Accepted,
    Claim,
    Collection,
    Fate,
    FileFate,
    of_copy,
)
from assessor.returns.grouping import grouped
from assessor.returns.intake import Found
from assessor.returns.reading import FileReading
from assessor.returns.senders import sender_fault
from assessor.returns.settling import concerns, is_file, named, settle
from assessor.scheme.copies import Copy, CopyKey, Packet, due_copies
from assessor.scheme.decisions import Decision
from assessor.scheme.model import Scheme
from assessor.scheme.policies import REFUSE


def bring_together(
    scheme: Scheme,
    packets: Sequence[Packet],
    found: Sequence[Found],
    readings: Sequence[FileReading],
    decisions: Sequence[Decision],
    as_of: dt.date | None,
) -> Collection:
    """Sort out what came back; the order and the names of the files do not matter."""
    collection = Collection()
    due = {copy.key: (packet, copy) for packet, copy in due_copies(packets)}
    refused: dict[str, Problem] = {}
    if scheme.settings.policies.duplicates == REFUSE:
        idle = [decision for decision in decisions if decision.act == "accept_file"]
        decisions = [decision for decision in decisions if decision.act != "accept_file"]
        collection.problems += [
            replace(error("decision_duplicates", one.at.cell("act")), unit=one.unit) for one in idle
        ]
    candidates = _candidates(scheme, collection, readings, due, refused)
    candidates = _from_whom(scheme, collection, candidates, decisions, refused)
    fates: dict[str, Fate] = {}
    for key, claims in sorted(candidates.items(), key=lambda pair: _order(pair[0])):
        settle(scheme, collection, due[key][1], claims, decisions, fates)
    _overtake(collection, readings, fates)
    for reading in readings:
        fate = fates.get(reading.file) or _refused(reading, refused.get(reading.file))
        keys = tuple(form.key.shown for form in reading.forms)
        problem = next((p for p in reading.problems if p.code == fate.reason), None)
        if fate.disposition == "rejected":
            problem = problem or refused.get(reading.file)
        elif fate.disposition == "duplicate":
            problem = note(fate.reason, Place(reading.file), twin=fate.other)
            collection.problems.append(problem)
        collection.fates.append(
            FileFate(
                reading.file,
                reading.sha256,
                fate.disposition,
                fate.reason,
                keys,
                problem,
                fate.other,
                container=reading.container,
            )
        )
    for one in found:
        collection.fates.append(
            FileFate(
                one.file,
                one.sha256,
                one.disposition,
                one.reason,
                problem=one.problem,
                container=one.container,
                count=one.count,
                unit=one.unit,
            )
        )
        collection.problems += [one.problem] if one.problem is not None else []
    collection.fates.sort(key=lambda fate: fate.file)
    report_absent(scheme, collection, due, decisions, as_of)
    collection.problems += _vain_decisions(collection, candidates, decisions)
    collection.problems = grouped(collection.problems)
    return collection


def _refused(reading: FileReading, problem: Problem | None) -> Fate:
    """Return the fate of a file of which no form was taken."""
    known = problem.code if problem is not None else "file_nothing_ours"
    return Fate("rejected", reading.refused or known)


def _overtake(
    collection: Collection, readings: Iterable[FileReading], fates: dict[str, Fate]
) -> None:
    """Let a form that was refused be superseded like any other once its correction is in: nothing
    is left to do about it, and its file need not be taken away."""
    mended: set[int] = set()
    for reading in readings:
        newer: dict[int, str] = {}
        for refusal in reading.refusals:
            accepted = collection.accepted.get(refusal.key)
            if accepted is not None and accepted.reading.serial > refusal.serial:
                newer[id(refusal.problem)] = accepted.file
        faults = [id(p) for p in reading.problems if p.severity is Severity.ERROR]
        if newer and not reading.forms and newer.keys() >= set(faults):
            fates[reading.file] = Fate("superseded", "newer_serial", next(iter(newer.values())))
        mended |= newer.keys()
    collection.problems = [one for one in collection.problems if id(one) not in mended]


def _vain_decisions(
    collection: Collection, candidates: Mapping[CopyKey, list[Claim]], decisions: Sequence[Decision]
) -> list[Problem]:
    """Return an error for each decision that chooses a file that is not there, or counts as
    missing what has come back: both are slips of the pen that would cost somebody dearly."""
    problems = []
    for decision in decisions:
        if decision.act == "accept_file":
            claims = [c for key, cs in candidates.items() if concerns(decision, key) for c in cs]
            if not any(is_file(decision.to, claim[0].file) for claim in claims):
                files = [claim[0].file for claim in claims] or ["—"]
                place = decision.at.cell("to")
                facts = {"file": decision.to, "files": files}
                problems.append(
                    replace(error("decision_no_file", place, **facts), unit=decision.unit)
                )
        elif decision.act == "zero":
            for key, accepted in collection.accepted.items():
                if concerns(decision, key) and key.unit == decision.unit:
                    facts = {"file": accepted.file, "form": key.form}
                    problem = error("decision_zero_received", decision.at.cell("object"), **facts)
                    problems.append(replace(problem, unit=decision.unit))
    return problems


def _order(key: CopyKey) -> tuple[str, ...]:
    return (key.form, key.period, key.unit, key.rater, key.teller)


def _candidates(
    scheme: Scheme,
    collection: Collection,
    readings: Iterable[FileReading],
    due: Mapping[CopyKey, tuple[Packet, Copy]],
    refused: dict[str, Problem],
) -> dict[CopyKey, list[Claim]]:
    """Return the forms that claim each copy; forms that no copy was made for are refused."""
    candidates: dict[CopyKey, list[Claim]] = {}
    for reading in readings:
        collection.problems += reading.problems
        for refusal in reading.refusals:
            collection.refusals.setdefault(refusal.key, []).append(refusal)
            _note_serial(collection, refusal.key, refusal.serial)
        for form in reading.forms:
            if form.key in due:
                _note_serial(collection, form.key, form.serial)
                candidates.setdefault(form.key, []).append((reading, form))
            elif form.key.form in scheme.form and scheme.form[form.key.form].is_paper:
                place = Place(reading.file, form.sheet)
                collection.problems.append(note("paper_returned", place))
                refused.setdefault(reading.file, collection.problems[-1])
            else:
                place = Place(reading.file, form.sheet)
                facts = {
                    "form": form.key.form,
                    "unit": form.key.unit or "—",
                    "rater": form.key.shown.rater or "—",
                }
                collection.problems.append(error("copy_unknown", place, **facts))
                refused.setdefault(reading.file, collection.problems[-1])
    return candidates


def _note_serial(collection: Collection, key: CopyKey, serial: int) -> None:
    collection.serials[key] = max(serial, collection.serials.get(key, 0))


_UNSURE = frozenset({"stamp_missing", "stamp_foreign", "stamp_altered", "sheet_copied"})
"""What is said of a form that no stamp of ours vouches for."""


def _from_whom(
    scheme: Scheme,
    collection: Collection,
    candidates: Mapping[CopyKey, list[Claim]],
    decisions: Sequence[Decision],
    refused: dict[str, Problem],
) -> dict[CopyKey, list[Claim]]:
    """Return the candidates without those that another unit sent and no stamp vouches for,
    unless people decided for them; any other sender is only pointed out."""
    kept: dict[CopyKey, list[Claim]] = {}
    for key, claims in candidates.items():
        for claim in claims:
            file, form = claim
            place = Place(file.file, form.sheet)
            vouched = not any(problem.code in _UNSURE for problem in form.problems)
            senders = [mail.sender for mail in file.mails]
            fault = sender_fault(scheme, key, senders, place, vouched)
            decided = any(claim is one for one in named(key, claims, decisions))
            if fault is not None and not decided:
                problem = of_copy(fault, key)
                collection.problems.append(problem)
                if fault.severity is Severity.ERROR:
                    refused.setdefault(file.file, problem)
                    continue
            kept.setdefault(key, []).append(claim)
    return kept


_SCORING = frozenset({"rubric", "gates", "quantities", "roster"})
"""Layouts on which somebody says of a criterion that it does not apply."""


def own_claims_granted(
    scheme: Scheme, collection: Collection, exempt: frozenset[tuple[str, str, int]]
) -> list[Problem]:
    """Return an error for each “not applicable” of a unit's own that no panel has granted."""
    granted: dict[tuple[str, str, str], bool] = {}
    own: list[tuple[CopyKey, Accepted, str, str]] = []
    order = {unit.code: index for index, unit in enumerate(scheme.units)}
    for key, accepted in collection.accepted.items():
        form = scheme.form[key.form]
        if form.layout not in _SCORING:
            continue
        for entry in accepted.reading.entries:
            where = (form.rubric, entry.row, key.unit)
            if form.layout == "roster":
                where = (form.rubric, entry.column, entry.row)
            if form.filled_by == "self" and entry.status == "not_applicable":
                own.append((key, accepted, entry.row, entry.cell))
            elif form.filled_by != "self" and entry.status in {"given", "none", "not_applicable"}:
                granted[where] = granted.get(where, False) or entry.status == "not_applicable"
    problems = []
    for key, accepted, row, cell in own:
        rubric = scheme.form[key.form].rubric
        if granted.get((rubric, row, key.unit), True) or (rubric, row, order[key.unit]) in exempt:
            continue
        place = Place(accepted.file, accepted.reading.sheet, cell)
        problem = warning("not_applicable_not_granted", place, code=row)
        problems.append(of_copy(problem, key))
    return problems
