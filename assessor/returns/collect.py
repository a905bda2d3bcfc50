"""Readings brought together: one form a copy, every file one disposition, nothing lost."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from assessor.i18n import Either, catalog
from assessor.problems import Place, Problem, Severity, error, note, warning
from assessor.returns.intake import Found
from assessor.returns.reading import FileReading, FormReading
from assessor.scheme.copies import Copy, CopyKey, Packet, due_copies
from assessor.scheme.decisions import Decision
from assessor.scheme.model import Period, Scheme
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
    twin: str = ""
    """The other file that the reason speaks of."""


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
    place and did not or so many as are asked for are in, or SCORED where zero was decided."""
    unneeded: set[tuple[CopyKey, str]] = field(default_factory=set)
    """Copies that are not there, each with a unit of which so many as are asked for are in."""
    problems: list[Problem] = field(default_factory=list)
    polls: dict[tuple[str, str], dict[str, Status]] = field(default_factory=dict)
    """Votes counted from papers, by form and period: whether there are counts of each unit."""
    seconds: dict[CopyKey, Accepted] = field(default_factory=dict)
    """Of counts by two tellers the second one's form; the first one's stands among the accepted."""
    unanswered: dict[tuple[str, str], int] = field(default_factory=dict)
    """By form and period: how many voters have not sent back their file."""

    def absent_status(self, key: CopyKey, unit: str) -> Status | None:
        """Return why there is nothing of a copy for a unit; None where it came back."""
        if key not in self.absent:
            return None
        status = self.absent[key][2]
        enough = status is Status.MISSING and (key, unit) in self.unneeded
        return Status.NOT_APPLICABLE if enough else status


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
    candidates = _candidates(scheme, collection, readings, due)
    fates: dict[str, tuple[str, str, str]] = {}
    for key, claims in sorted(candidates.items(), key=lambda pair: _order(pair[0])):
        _settle(collection, key, claims, decisions, fates)
    for reading in readings:
        disposition, reason, twin = fates.get(
            reading.file, ("rejected", reading.refused or "file_nothing_ours", "")
        )
        keys = tuple(form.key.shown for form in reading.forms)
        refusal = next((p for p in reading.problems if p.code == reason), None)
        fate = FileFate(reading.file, reading.sha256, disposition, reason, keys, refusal, twin)
        collection.fates.append(fate)
        if disposition == "duplicate":
            collection.problems.append(note(reason, Place(reading.file), twin=twin))
    collection.fates += [
        FileFate(f.file, "", f.disposition, f.reason) for f in found if f.disposition
    ]
    collection.fates.sort(key=lambda fate: fate.file)
    _report_absent(scheme, collection, due, decisions, as_of)
    collection.problems += _vain_decisions(collection, candidates, decisions)
    return collection


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
) -> dict[CopyKey, list[Claim]]:
    """Return the forms that claim each copy; forms that no copy was made for are refused."""
    candidates: dict[CopyKey, list[Claim]] = {}
    for reading in readings:
        collection.problems += reading.problems
        for form in reading.forms:
            if form.key in due:
                candidates.setdefault(form.key, []).append((reading, form))
            elif form.key.form in scheme.form and scheme.form[form.key.form].is_paper:
                place = Place(reading.file, form.sheet)
                collection.problems.append(note("paper_returned", place))
            else:
                place = Place(reading.file, form.sheet)
                facts = {
                    "form": form.key.form,
                    "unit": form.key.unit or "—",
                    "rater": form.key.shown.rater or "—",
                }
                collection.problems.append(error("copy_unknown", place, **facts))
    return candidates


def _settle(
    collection: Collection,
    key: CopyKey,
    claims: list[Claim],
    decisions: Sequence[Decision],
    fates: dict[str, tuple[str, str, str]],
) -> None:
    """Find the one form that counts among those that claim a copy."""
    # Of two alike the one without a suffix counts: 表.xlsx before 表(1).xlsx.
    claims.sort(key=lambda claim: (len(claim[0].file), claim[0].file))
    chosen = _chosen(key, claims, decisions)
    if chosen is not None:
        passed_over = ("superseded", "decided", chosen[0].file)
        for claim in claims:
            _note_fate(fates, claim, *(_TAKEN if claim is chosen else passed_over))
        _accept(collection, key, chosen)
        return
    newest = max(form.serial for _, form in claims)
    rivals = [claim for claim in claims if claim[1].serial == newest]
    first = rivals[0]
    for claim in claims:
        if claim[1].serial < newest:
            _note_fate(fates, claim, "superseded", "newer_serial", first[0].file)
    differing = [claim for claim in rivals[1:] if not first[1].same_content(claim[1])]
    if differing:
        _conflict(collection, key, rivals, fates)
        return
    _note_fate(fates, first, *_TAKEN)
    for claim in rivals[1:]:
        _note_fate(fates, claim, "duplicate", _why_twin(first, claim), first[0].file)
    _accept(collection, key, first)


def _why_twin(one: Claim, other: Claim) -> str:
    """Return in which way two files that score alike are the same."""
    if one[0].sha256 == other[0].sha256:
        return "file_duplicate"
    return "file_same_content" if one[1].same_reasons(other[1]) else "file_same_scores"


_TAKEN = ("accepted", "", "")
_STRENGTH = ("ignored", "superseded", "duplicate", "accepted", "conflict")
"""A file of several forms has the strongest disposition of its forms."""


def _note_fate(
    fates: dict[str, tuple[str, str, str]],
    claim: Claim,
    disposition: str,
    reason: str,
    twin: str,
) -> None:
    file = claim[0].file
    known = fates.get(file, ("ignored", "", ""))
    if _STRENGTH.index(disposition) > _STRENGTH.index(known[0]):
        fates[file] = (disposition, reason, twin)


def _chosen(key: CopyKey, claims: Sequence[Claim], decisions: Sequence[Decision]) -> Claim | None:
    for decision in decisions:
        if decision.act != "accept_file" or not _concerns(decision, key):
            continue
        for claim in claims:
            if _is_file(decision.to, claim[0].file):
                return claim
    return None


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
    collection: Collection,
    key: CopyKey,
    rivals: Sequence[Claim],
    fates: dict[str, tuple[str, str, str]],
) -> None:
    """Two different forms for one copy: both are listed, nobody guesses."""
    collection.held.add(key)
    files = [claim[0].file for claim in rivals]
    first = rivals[0][1]
    for claim in rivals:
        other = next((one for one in rivals if not one[1].same_content(claim[1])), rivals[0])
        _note_fate(fates, claim, "conflict", "file_conflict", other[0].file)
    if key.paper:
        # The files must be named here, so neither the number nor a difference may be.
        problem = error("paper_conflict", Place(rivals[0][0].file), files=files, code=key.form)
        collection.problems.append(replace(problem, unit=key.unit, nobody=True))
        return
    for file, form in rivals[1:]:
        differences = _differences(first, form)
        facts = {
            "files": files,
            "code": key.form,
            "differences": differences[:6],
            "count": len(differences),
        }
        problem = error("file_conflict", Place(file.file, form.sheet), **facts)
        collection.problems.append(_of_copy(problem, key))


def _differences(one: FormReading, other: FormReading) -> list[str]:
    mine, theirs = one.contents(), other.contents()
    raw = [{(e.table, e.row, e.column): e.raw for e in form.entries} for form in (one, other)]
    return [
        f"{place[1]}: {raw[0].get(place, '')!s}≠{raw[1].get(place, '')!s}"
        for place in dict.fromkeys([*mine, *theirs])
        if mine.get(place) != theirs.get(place)
    ]


def _report_absent(
    scheme: Scheme,
    collection: Collection,
    due: Mapping[CopyKey, tuple[Packet, Copy]],
    decisions: Sequence[Decision],
    as_of: dt.date | None,
) -> None:
    collection.unneeded.update(_unneeded(collection, due))
    for key, (packet, copy) in due.items():
        if key in collection.accepted or key in collection.held:
            continue
        enough = all((key, unit.code) in collection.unneeded for unit in copy.roster)
        status = absent_status(packet.period, as_of, enough=bool(copy.roster) and enough)
        if any(d.act == "zero" and _concerns(d, key) and d.unit == key.unit for d in decisions):
            status = Status.SCORED
        collection.absent[key] = (packet, copy, status)
        if status is Status.MISSING and copy.plan.layout != "vote":
            collection.problems.append(missing_problem(scheme, packet, copy))


def _unneeded(
    collection: Collection, due: Mapping[CopyKey, tuple[Packet, Copy]]
) -> Iterator[tuple[CopyKey, str]]:
    """Yield the copies that are not there with each unit that has so many as are asked for.

    A form that differs from another one of its copy is here, whichever of them counts. Of two
    tellers both must be; where one is, the other is still waited for.
    """
    there = {key for key in due if key in collection.accepted or key in collection.held}
    begun = {_filler(key) for key in there}
    unfinished = {_filler(key) for key in due if key not in there}
    whole = begun - unfinished
    came = Counter(
        (key.form, key.period, unit)
        for key, units in {_filler(key): copy.roster for key, (_, copy) in due.items()}.items()
        if key in whole
        for unit in units
    )
    for key, (packet, copy) in due.items():
        least = packet.period.least
        if not least or key in there or _filler(key) in begun:
            continue
        for unit in copy.roster:
            if came[key.form, key.period, unit] >= least:
                yield key, unit.code


def _filler(key: CopyKey) -> CopyKey:
    """Return the key without the teller: two who count for one rater return one form together."""
    return key if key.paper else replace(key, teller="")


def absent_status(period: Period, as_of: dt.date | None, enough: bool = False) -> Status:
    """Return what it means that a form of a period is not there.

    On its due day a form is still in time. A visit in May that need not take place (0 returns asked
    for) is not due until the end of May; from June on, or where no day is given, it was not held:
    what hangs on it does not apply. So it is with a form of which `enough` others are in.
    """
    if as_of is not None and period.due is not None and period.due >= as_of:
        return Status.NOT_DUE
    return Status.MISSING if period.required and not enough else Status.NOT_APPLICABLE


def missing_problem(scheme: Scheme, packet: Packet, copy: Copy) -> Problem:
    """Return the problem of a form that did not come back, with whom to ask."""
    unit = scheme.unit.get(copy.key.unit)
    whose = unit.name if unit else (packet.rater.name if packet.rater else "")
    by = packet.rater.name if packet.rater else whose
    title = copy.plan.title
    if copy.key.teller:
        title += catalog(scheme.settings.language).text(f"form.teller_{copy.key.teller}")
    several = len(scheme.periods) > 1
    period = Either(f"{packet.period.title}，", f"{packet.period.title}, ") if several else ""
    facts: dict[str, object] = {"form": title, "workbook": packet.workbook, "whose": whose}
    facts |= {
        "by": by,
        "period": period,
        "code": object_of(scheme, copy.key),
        "due": packet.period.due.isoformat() if packet.period.due else "—",
        "count": len(copy.roster),
    }
    code = "return_missing" if unit else _MISSING_FOR_MANY.get(copy.plan.layout, "tally_missing")
    rater = copy.key.rater
    return Problem(code, Severity.ERROR, Place(), facts, unit.code if unit else "", rater=rater)


_MISSING_FOR_MANY = {"roster": "roster_missing"}
"""What is said of a form about many units, where it is no count of votes."""


def object_of(scheme: Scheme, key: CopyKey) -> str:
    """Return how a decision names a form: with its period where it has several."""
    form = scheme.form.get(key.form)
    several = form is not None and len(scheme.form_periods(form)) > 1
    return f"{key.form}@{key.period}" if several else key.form


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
