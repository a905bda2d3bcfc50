"""Votes that are read paper by paper: judged, counted, and from then on like any other tally.

What is counted has no rater. The papers of an anonymous form end here: nothing after this knows
what one of them said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from assessor.problems import Place, Problem, Severity, error, note
from assessor.returns.collection import Accepted, Collection, without_voter
from assessor.returns.reading import COUNTED, Entry, EntryStatus, FormReading
from assessor.returns.tally import check_roster
from assessor.scheme.copies import Copy, CopyKey, Packet, due_copies
from assessor.scheme.model import Form, Option, Scheme
from assessor.scheme.plan import Repeat
from assessor.scheme.plans_votes import VOTE_LAYOUTS
from assessor.scoring.column import Status
from assessor.scoring.papers import (
    Line,
    Paper,
    UnitCount,
    Void,
    count_papers,
    judge_paper,
    may_turn,
)


@dataclass
class _Poll:
    """All papers of a form and period; of one unit, where a paper is about one."""

    form: Form
    key: CopyKey
    copies: list[tuple[Packet, Copy]] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)
    open: set[str] = field(default_factory=set)
    """Units whose votes nobody knows: a cell could not be read, or two files say different."""
    absent: dict[str, Status] = field(default_factory=dict)
    """Units of which a paper, or a whole heap of them, is not there."""
    came: int = 0
    """Files that came back."""


def settle_papers(
    scheme: Scheme, packets: Sequence[Packet], collection: Collection
) -> list[Problem]:
    """Put one tally in place of the papers of each vote; return problems.

    A voter who does not answer is no problem of his own: there is one warning a form.
    """
    problems: list[Problem] = []
    polls = list(_polls(scheme, packets))
    for poll in polls:
        for _, copy in poll.copies:
            problems += _take(poll, scheme, copy, collection)
        problems += _settle(poll, scheme, collection)
        if poll.form.layout == "vote":
            where = (poll.key.form, poll.key.period)
            left = collection.unanswered.get(where, 0) + len(poll.copies) - poll.came
            collection.unanswered[where] = left
    return [*problems, *_outstanding(polls)]


def _polls(scheme: Scheme, packets: Sequence[Packet]) -> Iterator[_Poll]:
    polls: dict[CopyKey, _Poll] = {}
    for packet, copy in due_copies(packets):
        if copy.plan.layout in VOTE_LAYOUTS:
            key = poll_key(copy.key)
            poll = polls.setdefault(key, _Poll(scheme.form[key.form], key))
            poll.copies.append((packet, copy))
    yield from polls.values()


def poll_key(key: CopyKey) -> CopyKey:
    """Return the key under which the counts of a vote stand: without rater and paper."""
    return CopyKey(key.form, key.period, key.unit, "")


# -- papers --------------------------------------------------------------------------------------


def _take(poll: _Poll, scheme: Scheme, copy: Copy, collection: Collection) -> list[Problem]:
    """Take what one file says into a poll; what it says of whom is forgotten if it is secret."""
    accepted = collection.accepted.get(copy.key)
    if accepted is None:
        _take_nothing(poll, copy, collection)
        return []
    poll.came += 1
    problems: list[Problem] = []
    if copy.plan.tables[0].repeat is Repeat.ROSTER:
        accepted, faults = check_roster(copy, accepted)
        problems = [without_voter(problem, copy.key) for problem in faults]
    options = scheme.options[poll.form.options]
    heap = _heap(copy, accepted.reading, len(options))
    if not heap:
        place = Place(accepted.file, accepted.reading.sheet)
        empty = error("votes_empty", place, form=copy.plan.title)
        problems.append(replace(empty, unit=copy.key.unit, rater=copy.key.rater))
    for paper, unread in heap:
        poll.papers.append(paper)
        poll.open |= {unit for unit, _ in unread}
        if may_turn(paper, len(unread), options, _alike(poll.form)):
            poll.open |= {unit for unit, _ in paper}
    if poll.form.layout == "votes" or copy.key.paper:
        del collection.accepted[copy.key]
    return problems


def _take_nothing(poll: _Poll, copy: Copy, collection: Collection) -> None:
    """Remember for the units of a copy why there is nothing: a conflict, or it is not there."""
    units = [unit.code for unit in copy.roster]
    if copy.key in collection.held:
        poll.came += 1
        poll.open |= set(units)
        return
    for unit in units:
        status = collection.absent_status(copy.key, unit)
        if status is None or status.has_value:
            status = Status.MISSING
        # What is still waited for holds a unit up, whatever else is not waited for any more.
        poll.absent[unit] = max(status, poll.absent.get(unit, Status.NOT_APPLICABLE))
    if poll.form.layout == "vote":
        del collection.absent[copy.key]


def _heap(copy: Copy, reading: FormReading, options: int) -> list[tuple[Paper, list[Line]]]:
    """Return the papers of a form, with the lines of each that could not be read."""
    known = {unit.code for unit in copy.roster}
    papers: dict[str, dict[Line, int | None]] = {}
    unread: dict[str, list[Line]] = {}
    for entry in reading.entries:
        paper, at = (entry.row, entry.column) if entry.table == "votes" else ("", entry.row)
        unit, aspect = copy.key.unit, at
        if not unit:
            unit, _, aspect = at.rpartition("/")
        if unit not in known:
            continue
        # The word behind the options is 弃权.
        ticked = entry.value is not None and entry.value < options
        position = int(entry.value) if ticked and entry.value is not None else None
        papers.setdefault(paper, {})[unit, aspect] = position
        if entry.status is EntryStatus.REFUSED:
            unread.setdefault(paper, []).append((unit, aspect))
    return [(lines, unread.get(paper, [])) for paper, lines in papers.items()]


def _alike(form: Form) -> bool:
    return form.parameters.get("alike") == "void"


# -- counts --------------------------------------------------------------------------------------


def _settle(poll: _Poll, scheme: Scheme, collection: Collection) -> list[Problem]:
    """Put the counts of a poll into the collection, and say of each unit why there are none."""
    options = scheme.options[poll.form.options]
    counts = count_papers(poll.papers, options, _alike(poll.form))
    issued = Counter(unit.code for _, copy in poll.copies for unit in copy.roster)
    statuses = {unit: _status(poll, unit, counts) for unit in issued}
    collection.polls.setdefault((poll.key.form, poll.key.period), {}).update(statuses)
    entries = [
        entry
        for unit, status in statuses.items()
        if status is Status.SCORED
        for entry in _entries(poll, unit, counts[unit], issued[unit], options)
    ]
    packet, copy = poll.copies[0]
    if entries:
        reading = FormReading(
            poll.key, copy.serial, copy.plan.version, copy.plan.title, tuple(entries)
        )
        collection.accepted[poll.key] = Accepted("", reading)
    elif poll.form.layout == "vote" and not poll.came:
        collection.absent[poll.key] = (packet, copy, next(iter(statuses.values())))
    return [*_none(poll, statuses, issued), *_void(poll, options)]


def _status(poll: _Poll, unit: str, counts: Mapping[str, UnitCount]) -> Status:
    if poll.form.layout == "votes":
        heap = poll.absent.get(unit, Status.NOT_APPLICABLE)
        if heap is not Status.NOT_APPLICABLE:
            return heap  # a heap that is not there is not counted without it
    if unit in counts:
        return Status.SCORED
    return Status.AWAITING if unit in poll.open else poll.absent.get(unit, Status.MISSING)


def _entries(
    poll: _Poll, unit: str, count: UnitCount, issued: int, options: Sequence[Option]
) -> Iterator[Entry]:
    """Yield the counts of a unit as entries, exactly those that a tally has."""
    most = issued if poll.form.layout == "vote" else count.returned
    turnout = {**dict.fromkeys(("expected", "present", "issued"), most)}
    turnout |= {"returned": count.returned, "valid": count.valid}
    unknown = unit in poll.open
    above = "" if poll.key.unit else f"{unit}/"
    for column, number in turnout.items():
        yield _counted(above, column, number, unknown and column == "valid")
    for aspect, votes in count.votes.items():
        for option, number in zip(options, votes, strict=True):
            yield _counted(f"{above}{aspect}", option.option, number, unknown)


def _counted(row: str, column: str, number: int, unknown: bool) -> Entry:
    if unknown:
        return Entry(COUNTED, row, column, "", "", None, EntryStatus.REFUSED)
    return Entry(COUNTED, row, column, "", str(number), Decimal(number), EntryStatus.GIVEN)


# -- what there is to say ------------------------------------------------------------------------


def _none(
    poll: _Poll, statuses: Mapping[str, Status], issued: Mapping[str, int]
) -> Iterator[Problem]:
    """Yield an error for a vote that nobody answered, or for the units that nobody voted on."""
    if poll.form.layout != "vote":
        return
    packet, copy = poll.copies[0]
    due = packet.period.due.isoformat() if packet.period.due else "—"
    missing = [unit for unit, status in statuses.items() if status is Status.MISSING]
    facts = {"form": copy.plan.title, "due": due}
    if len(missing) == len(statuses) and missing:
        problem = error("votes_none", issued=len(poll.copies), **facts)
        yield replace(problem, unit=poll.key.unit)
        return
    for unit in missing:
        yield replace(error("votes_none", issued=issued[unit], **facts), unit=unit)


def _void(poll: _Poll, options: Sequence[Option]) -> Iterator[Problem]:
    """Yield a note of how many papers do not count, and why."""
    void = Counter(judge_paper(paper, options, _alike(poll.form)) for paper in poll.papers)
    valid = void.pop(None, 0)
    if void:
        facts = {reason.value: void[reason] for reason in Void}
        facts |= {"returned": len(poll.papers), "void": len(poll.papers) - valid}
        problem = note("papers_void", form=poll.copies[0][1].plan.title, **facts)
        yield replace(problem, unit=poll.key.unit)


def _outstanding(polls: Sequence[_Poll]) -> Iterator[Problem]:
    """Yield for each form how many papers came back of how many, where some are not there."""
    forms: dict[tuple[str, str], list[_Poll]] = {}
    for poll in polls:
        if poll.form.layout == "vote":
            forms.setdefault((poll.key.form, poll.key.period), []).append(poll)
    for together in forms.values():
        issued = sum(len(poll.copies) for poll in together)
        returned = sum(poll.came for poll in together)
        if 0 < returned < issued:
            due = any(Status.MISSING in poll.absent.values() for poll in together)
            facts = {"form": together[0].copies[0][1].plan.title}
            yield Problem(
                "votes_outstanding",
                Severity.WARNING if due else Severity.NOTE,
                facts={**facts, "issued": issued, "returned": returned},
            )
