"""Readings brought together: one form a copy, every file one disposition, nothing lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import NamedTuple

from assessor.i18n import catalog
from assessor.problems import Place, Problem, Severity, error, note, warning
from assessor.returns.differences import MOST, differences
from assessor.returns.grouping import grouped
from assessor.returns.intake import Found
from assessor.returns.reading import FileReading, FormReading, RefusedForm
from assessor.returns.senders import sender_fault
from assessor.scheme.copies import Copy, CopyKey, Packet, due_copies
from assessor.scheme.decisions import Decision
from assessor.scheme.model import Period, Scheme
from assessor.scheme.secrecy import is_secret
from assessor.scoring.column import Status


@dataclass(frozen=True, slots=True)
class FileFate:
    """What became of one file."""

    file: str
    sha256: str
    disposition: str
    """accepted, rejected, duplicate, superseded, conflict, enclosure or ignored."""
    reason: str
    """Code of the reason, worded at the edges."""
    forms: tuple[CopyKey, ...] = ()
    problem: Problem | None = None
    """What refused it, where it was refused."""
    other: str = ""
    """The file that it repeats, contradicts, or was replaced by."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A form that counts, and the file it stands in."""

    file: str
    reading: FormReading


@dataclass
class Collection:
    """Everything that came back, sorted out."""

    fates: list[FileFate] = field(default_factory=list)
    accepted: dict[CopyKey, Accepted] = field(default_factory=dict)
    held: set[CopyKey] = field(default_factory=set)
    """Copies with a conflict: their units wait for a decision."""
    absent: dict[CopyKey, tuple[Packet, Copy, Status]] = field(default_factory=dict)
    """Copies that are not there: MISSING, NOT_DUE, NOT_APPLICABLE where the period need not take
    place and did not, or SCORED where zero was decided."""
    problems: list[Problem] = field(default_factory=list)
    polls: dict[tuple[str, str], dict[str, Status]] = field(default_factory=dict)
    """Votes counted from papers, by form and period: whether there are counts of each unit."""
    unanswered: dict[tuple[str, str], int] = field(default_factory=dict)
    """By form and period: how many voters have not sent back their file."""
    sheets: dict[CopyKey, tuple[Accepted, ...]] = field(default_factory=dict)
    """What came back for each copy, as it came back: the one that counts, or those in conflict."""
    serials: dict[CopyKey, int] = field(default_factory=dict)
    """The highest serial that has come back for each copy, refused ones too."""
    refusals: dict[CopyKey, list[RefusedForm]] = field(default_factory=dict)
    """Forms that are known and could not be taken."""


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
    if scheme.settings.duplicates == "refuse":
        idle = [decision for decision in decisions if decision.act == "accept_file"]
        decisions = [decision for decision in decisions if decision.act != "accept_file"]
        collection.problems += [
            replace(error("decision_duplicates", one.at.cell("act")), unit=one.unit) for one in idle
        ]
    candidates = _candidates(scheme, collection, readings, due, refused)
    candidates = _from_whom(scheme, collection, candidates, decisions, refused)
    fates: dict[str, Fate] = {}
    for key, claims in sorted(candidates.items(), key=lambda pair: _order(pair[0])):
        _settle(scheme, collection, due[key][1], claims, decisions, fates)
    for reading in readings:
        fate = fates.get(reading.file) or _refused(reading, refused.get(reading.file))
        keys = tuple(form.key.shown for form in reading.forms)
        problem = next((p for p in reading.problems if p.code == fate.reason), None)
        if fate.disposition == "rejected":
            problem = problem or refused.get(reading.file)
        collection.fates.append(
            FileFate(
                reading.file,
                reading.sha256,
                fate.disposition,
                fate.reason,
                keys,
                problem,
                fate.other,
            )
        )
        if fate.disposition == "duplicate":
            collection.problems.append(note(fate.reason, Place(reading.file), twin=fate.other))
    collection.fates += [
        FileFate(f.file, "", f.disposition, f.reason) for f in found if f.disposition
    ]
    collection.fates.sort(key=lambda fate: fate.file)
    _report_absent(scheme, collection, due, decisions, as_of)
    collection.problems += _vain_decisions(collection, candidates, decisions)
    collection.problems = grouped(collection.problems)
    return collection


class Fate(NamedTuple):
    """What became of a file as far as one of its forms goes."""

    disposition: str
    reason: str = ""
    other: str = ""


def _refused(reading: FileReading, problem: Problem | None) -> Fate:
    """Return the fate of a file of which no form was taken."""
    known = problem.code if problem is not None else "file_nothing_ours"
    return Fate("rejected", reading.refused or known)


def _vain_decisions(
    collection: Collection, candidates: Mapping[CopyKey, list[Claim]], decisions: Sequence[Decision]
) -> list[Problem]:
    """Return an error for each decision that chooses a file that is not there, or counts as
    missing what has come back: both are slips of the pen that would cost somebody dearly."""
    problems = []
    for decision in decisions:
        if decision.act == "accept_file":
            claims = [c for key, cs in candidates.items() if _concerns(decision, key) for c in cs]
            if not any(_is_file(decision.to, claim[0].file) for claim in claims):
                files = [claim[0].file for claim in claims] or ["—"]
                place = decision.at.cell("to")
                facts = {"file": decision.to, "files": files}
                problems.append(
                    replace(error("decision_no_file", place, **facts), unit=decision.unit)
                )
        elif decision.act == "zero":
            for key, accepted in collection.accepted.items():
                if _concerns(decision, key) and key.unit == decision.unit:
                    facts = {"file": accepted.file, "form": key.form}
                    problem = error("decision_zero_received", decision.at.cell("object"), **facts)
                    problems.append(replace(problem, unit=decision.unit))
    return problems


def _is_file(wanted: str, file: str) -> bool:
    path = PurePosixPath(file)
    return wanted in {file, path.name, path.stem}


def _order(key: CopyKey) -> tuple[str, ...]:
    return (key.form, key.period, key.unit, key.rater, key.teller)


Claim = tuple[FileReading, FormReading]


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


def _from_whom(
    scheme: Scheme,
    collection: Collection,
    candidates: Mapping[CopyKey, list[Claim]],
    decisions: Sequence[Decision],
    refused: dict[str, Problem],
) -> dict[CopyKey, list[Claim]]:
    """Return the candidates without those that another unit sent, unless people decided for them;
    an address that nobody knows is only pointed out."""
    kept: dict[CopyKey, list[Claim]] = {}
    for key, claims in candidates.items():
        for claim in claims:
            file, form = claim
            place = Place(file.file, form.sheet)
            fault = sender_fault(scheme, key, [mail.sender for mail in file.mails], place)
            decided = any(claim is one for one in _named(key, claims, decisions))
            if fault is not None and not decided:
                problem = _of_copy(fault, key)
                collection.problems.append(problem)
                if fault.severity is Severity.ERROR:
                    refused.setdefault(file.file, problem)
                    continue
            kept.setdefault(key, []).append(claim)
    return kept


def _settle(
    scheme: Scheme,
    collection: Collection,
    copy: Copy,
    claims: list[Claim],
    decisions: Sequence[Decision],
    fates: dict[str, Fate],
) -> None:
    """Find the one form that counts among those that claim a copy."""
    key = copy.key
    # Of two alike the one counts of which less is to be said (its stamp is there), then the one
    # without a suffix: 表.xlsx before 表(1).xlsx.
    claims.sort(key=lambda claim: (len(claim[1].problems), len(claim[0].file), claim[0].file))
    newest = max(form.serial for _, form in claims)
    chosen = _chosen(collection, key, claims, decisions)
    rivals = [claim for claim in claims if claim[1].serial == newest]
    distinct = [chosen] if chosen is not None else _distinct(rivals)
    for claim in claims:
        twin = next((one for one in distinct if one[1].same_content(claim[1])), distinct[0])
        if claim is twin:
            _note_fate(fates, claim, Fate("accepted"))
        elif claim[1].serial == twin[1].serial and twin[1].same_content(claim[1]):
            same = claim[0].sha256 == twin[0].sha256
            reason = "file_duplicate" if same else "file_same_content"
            _note_fate(fates, claim, Fate("duplicate", reason, twin[0].file))
        else:
            reason = "decided" if chosen is not None else "newer_serial"
            _note_fate(fates, claim, Fate("superseded", reason, distinct[0][0].file))
            if claim[1].serial > twin[1].serial and not key.paper:
                newer = warning("decision_older_file", _place(claim), file=twin[0].file)
                collection.problems.append(_of_copy(newer, key))
    if len(distinct) > 1:
        _conflict(scheme, collection, copy, distinct, fates)
    else:
        _accept(collection, key, distinct[0])


def _distinct(claims: Sequence[Claim]) -> list[Claim]:
    """Return one claim for each content."""
    found: list[Claim] = []
    for claim in claims:
        if not any(claim[1].same_content(other[1]) for other in found):
            found.append(claim)
    return found


_STRENGTH = ("ignored", "superseded", "duplicate", "accepted", "conflict")
"""A file of several forms has the strongest disposition of its forms."""


def _note_fate(fates: dict[str, Fate], claim: Claim, fate: Fate) -> None:
    file = claim[0].file
    known = fates.get(file, Fate("ignored"))
    if _STRENGTH.index(fate.disposition) > _STRENGTH.index(known.disposition):
        fates[file] = fate


def _chosen(
    collection: Collection, key: CopyKey, claims: Sequence[Claim], decisions: Sequence[Decision]
) -> Claim | None:
    """Return the form that people chose; none, and an error, where it is not clear which."""
    hits = _named(key, claims, decisions)
    if len(_distinct(hits)) < 2:
        return hits[0] if hits else None
    decision = [d for d in decisions if d.act == "accept_file" and _concerns(d, key)][-1]
    facts = {"file": decision.to, "files": [str(_place(claim)) for claim in hits]}
    problem = error("decision_file_ambiguous", decision.at.cell("to"), **facts)
    collection.problems.append(replace(problem, unit=key.unit))
    return None


def _named(key: CopyKey, claims: Sequence[Claim], decisions: Sequence[Decision]) -> list[Claim]:
    """Return the claims that decisions name: by the whole path, else by the file's own name."""
    hits: list[Claim] = []
    for decision in decisions:
        if decision.act != "accept_file" or not _concerns(decision, key):
            continue
        exact = [claim for claim in claims if claim[0].file == decision.to]
        hits += exact or [claim for claim in claims if _is_file(decision.to, claim[0].file)]
    return hits


def _concerns(decision: Decision, key: CopyKey) -> bool:
    source = decision.source
    return (
        source.form == key.form
        and source.period in ("", key.period)
        and decision.unit in ("", key.unit)
    )


def _accept(collection: Collection, key: CopyKey, claim: Claim) -> None:
    file, form = claim
    collection.accepted[key] = Accepted(file.file, form)
    collection.sheets[key] = (collection.accepted[key],)
    collection.problems += [_of_copy(problem, key) for problem in form.problems]


def _of_copy(problem: Problem, key: CopyKey) -> Problem:
    """Return the problem with the unit that it concerns and the rater who can cure it."""
    row = problem.criterion.rpartition("/")[0] or problem.criterion
    return without_voter(replace(problem, unit=key.unit or row, rater=key.rater), key)


def without_voter(problem: Problem, key: CopyKey) -> Problem:
    """Return the problem of an anonymous paper by its number: a file may be named after who sent
    it, and what stands in it must not stand beside that name."""
    if not key.paper:
        return problem
    place = replace(problem.place, file=key.paper)
    return replace(problem, place=place, rater="", nobody=True)


def _conflict(
    scheme: Scheme,
    collection: Collection,
    copy: Copy,
    rivals: Sequence[Claim],
    fates: dict[str, Fate],
) -> None:
    """Two different forms for one copy: both are listed, nobody guesses."""
    key = copy.key
    collection.held.add(key)
    collection.sheets[key] = tuple(Accepted(file.file, form) for file, form in rivals)
    files = [claim[0].file for claim in rivals]
    first = rivals[0][1]
    for claim in rivals:
        other = next((file for file in files if file != claim[0].file), claim[0].file)
        _note_fate(fates, claim, Fate("conflict", "file_conflict", other))
    if key.paper:
        # The files must be named here, so neither the number nor a difference may be.
        problem = error("paper_conflict", Place(rivals[0][0].file), files=files, code=key.form)
        collection.problems.append(replace(problem, unit=key.unit, nobody=True))
        return
    secret = is_secret(scheme, scheme.form[key.form])
    policy = scheme.settings.duplicates
    for claim in rivals[1:]:
        found = differences(copy, first, claim[1], secret)
        facts = {
            "first": _label(rivals[0], claim),
            "second": _label(claim, rivals[0]),
            "code": f"{key.form}@{key.period}" if key.period else key.form,
            "differences": found[:MOST],
            "count": len(found),
        }
        code = "file_conflict_resend" if policy == "refuse" else "file_conflict"
        problem = error(code, _place(claim), **facts)
        collection.problems.append(_of_copy(problem, key))


def _place(claim: Claim) -> Place:
    return Place(claim[0].file, claim[1].sheet)


def _label(claim: Claim, other: Claim) -> str:
    """Return what one of two is called: its file, or its sheet too where both stand in one file."""
    return str(_place(claim)) if claim[0].file == other[0].file else claim[0].file


def _report_absent(
    scheme: Scheme,
    collection: Collection,
    due: Mapping[CopyKey, tuple[Packet, Copy]],
    decisions: Sequence[Decision],
    as_of: dt.date | None,
) -> None:
    for key, (packet, copy) in due.items():
        if key in collection.accepted or key in collection.held:
            continue
        status = absent_status(packet.period, as_of)
        if any(d.act == "zero" and _concerns(d, key) and d.unit == key.unit for d in decisions):
            status = Status.SCORED
        collection.absent[key] = (packet, copy, status)
        if status is Status.MISSING and copy.plan.layout != "vote":
            collection.problems.append(missing_problem(scheme, packet, copy))


def absent_status(period: Period, as_of: dt.date | None) -> Status:
    """Return what it means that a form of a period is not there.

    A visit in May that need not take place (0 returns asked for) is not due in April; from June
    on, or where no day is given, it was not held: what hangs on it does not apply.
    """
    if as_of is not None and period.due is not None and period.due > as_of:
        return Status.NOT_DUE
    return Status.MISSING if period.required else Status.NOT_APPLICABLE


def missing_problem(scheme: Scheme, packet: Packet, copy: Copy) -> Problem:
    """Return the problem of a form that did not come back, with whom to ask."""
    unit = scheme.unit.get(copy.key.unit)
    whose = unit.name if unit else (packet.rater.name if packet.rater else "")
    by = packet.rater.name if packet.rater else whose
    title = copy.plan.title
    if copy.key.teller:
        title += catalog(scheme.settings.language).text(f"form.teller_{copy.key.teller}")
    facts = {"form": title, "workbook": packet.workbook, "whose": whose, "by": by}
    facts |= {
        "code": copy.key.form,
        "due": packet.period.due.isoformat() if packet.period.due else "—",
    }
    rater = copy.key.rater
    if unit is None:
        return Problem("tally_missing", Severity.ERROR, Place(), facts, rater=rater)
    return Problem("return_missing", Severity.ERROR, Place(), facts, unit.code, rater=rater)


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
        problems.append(_of_copy(problem, key))
    return problems
