"""What there is to send: each built workbook read back, whose it is and what it says."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assessor.exchange import as_written
from assessor.i18n import Catalog, catalog
from assessor.mail.checking import Checker, sha256
from assessor.mail.headers import plain_name
from assessor.mail.readback import Seen, read_feedback, read_form
from assessor.mail.recipients import Item, Owner
from assessor.problems import AssessorError, MachineError, Place, Problem, error
from assessor.returns.identify import Context, context_of
from assessor.returns.pool import Progress
from assessor.scheme.copies import Packet, make_packets
from assessor.scheme.issued import load_issued
from assessor.scheme.model import Scheme
from assessor.scheme.paths import distinct, file_name, packet_paths
from assessor.scheme.plans import make_plans
from assessor.scheme.stamp import numbering
from assessor.workspace import Workspace

_SHOWN = 12
"""So many faults of one kind are told; the cure is the same for all."""


@dataclass(frozen=True)
class Source:
    """A workspace with what is needed to read its workbooks back."""

    workspace: Workspace
    scheme: Scheme
    packets: Sequence[Packet]
    context: Context
    key: bytes
    checker: Checker

    @property
    def words(self) -> Catalog:
        """The words that recipients read."""
        return catalog(self.scheme.settings.language)


def source_of(workspace: Workspace, scheme: Scheme, checker: Checker) -> Source:
    """Return what is needed to read the workbooks of a workspace."""
    key = workspace.key()
    plans = make_plans(scheme)
    packets = make_packets(scheme, plans, numbering(key))
    issued, _ = load_issued(workspace.hidden)
    context = context_of(scheme, packets, plans, key, issued)
    return Source(workspace, scheme, packets, context, key, checker)


def form_items(source: Source, progress: Progress) -> list[Item]:
    """Return the blank workbooks; AssessorError unless each is there and says whose it is."""
    forms = source.workspace.forms
    if not forms.is_dir():
        raise AssessorError(error("mail_nothing_forms", Place(str(forms))))
    items, faults = [], []
    places = packet_paths(source.scheme, source.packets)
    many = len(source.scheme.periods) > 1
    for number, (packet, where) in enumerate(zip(source.packets, places, strict=True), 1):
        path = forms / where
        try:
            if not path.is_file():
                raise AssessorError(error("mail_form_missing", Place(str(path))))
            seen = _read(source, path)
            if set(seen.copies) != {copy.key for copy in packet.copies}:
                raise AssessorError(error("mail_file_mixed", Place(str(path))))
        except MachineError:
            raise
        except AssessorError as fault:
            faults += fault.problems
            continue
        title = f"{packet.period.title}_" if many else ""
        name = f"{title}{where.parent.name}_{where.name}" if packet.paper else title + where.name
        due = packet.period.due
        line = source.words.text("mail.due", form=packet.workbook, due=due) if due else ""
        items.append(
            Item(
                f"forms/{where.as_posix()}",
                seen.owner,
                seen.units,
                seen.digest,
                path,
                name,
                (line,) if line else (),
            )
        )
        progress(number, len(source.packets))
    _raise(faults)
    return items


def correction_items(source: Source, progress: Progress) -> list[Item]:
    """Return the copies for correction that the last collect wrote."""
    folder = source.workspace.results / "corrections"
    files = _workbooks(folder)
    if not files:
        raise AssessorError(error("mail_nothing_corrections", Place(str(folder))))
    return _built(source, files, progress)


def result_items(source: Source, progress: Progress) -> list[Item]:
    """Return the workbooks of results for the units that the last collect wrote."""
    folder = _feedback(source.workspace)
    files = _workbooks(folder)
    if not files:
        raise AssessorError(error("mail_nothing_feedback", Place(str(folder))))
    return _built(source, files, progress)


def _feedback(workspace: Workspace) -> Path:
    return workspace.results / "feedback"


def _workbooks(folder: Path) -> list[Path]:
    files = sorted(folder.rglob("*.xlsx")) if folder.is_dir() else []
    return [path for path in files if not path.name.startswith(("~$", "."))]


def _built(source: Source, files: Sequence[Path], progress: Progress) -> list[Item]:
    """Return workbooks of a set of results: as they were written, each with its stamp."""
    root = source.workspace.results
    written = as_written(root)
    items, faults = [], []
    for number, path in enumerate(files, 1):
        where = path.relative_to(root).as_posix()
        try:
            seen = _read(source, path, written.get(where, ""))
        except MachineError:
            raise
        except AssessorError as fault:
            faults += fault.problems
            continue
        key = where if seen.copies else f"results/{seen.owner}"
        name = _readable(source, seen)
        items.append(Item(key, seen.owner, seen.units, seen.digest, path, name))
        progress(number, len(files))
    count = Counter(item.key for item in items)
    faults += [
        error("mail_two_results", Place(str(item.path))) for item in items if count[item.key] > 1
    ]
    _raise(faults)
    return items


def _readable(source: Source, seen: Seen) -> str:
    """Return the name of an attachment, from what is in it: who it is about, and what it is."""
    scheme, words = source.scheme, source.words
    about = [part for code in seen.units for part in (code, scheme.unit[code].name)]
    if seen.owner.kind == "rater":
        about.append(scheme.rater[seen.owner.code].name)
    if seen.copies:
        many = len(scheme.periods) > 1
        periods = dict.fromkeys(scheme.period[key.period].title for key in seen.copies)
        books = dict.fromkeys(scheme.form[key.form].workbook for key in seen.copies)
        what = [*(periods if many else ()), *books, words.text("mail.correction_file")]
    else:
        what = [words.text("mail.result_file")]
    return "_".join(file_name(part) for part in (*about, *what)) + ".xlsx"


def standing_of(workspace: Workspace) -> bytes:
    """Return the list of standings of the same set of results, as it was written."""
    path = workspace.results / "standing.csv"
    content = path.read_bytes() if path.is_file() else b""
    if as_written(workspace.results).get(path.name) != sha256(content):
        raise AssessorError(error("mail_file_changed", Place(str(path))))
    return content


def _read(source: Source, path: Path, written: str | None = None) -> Seen:
    """Return what a workbook says of itself, and note it for the last look before sending."""
    file = str(path)
    try:
        content = path.read_bytes()
    except OSError as fault:
        reason = fault.strerror or str(fault)
        raise MachineError(error("disk", Place(file), reason=reason)) from fault
    if written is not None and sha256(content) != written:
        raise AssessorError(error("mail_file_changed", Place(file)))
    if written is not None and path.is_relative_to(_feedback(source.workspace)):
        seen = read_feedback(file, content, source.scheme, source.key)
    else:
        seen = read_form(file, content, source.context)
    source.checker.note(content, seen)
    return seen


def _raise(faults: Sequence[Problem]) -> None:
    if faults:
        raise AssessorError(*faults[:_SHOWN])


def named(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return the items of one letter under names that differ."""
    found = list(items)
    names = distinct(
        {number: [item.name, _with_key(item)] for number, item in enumerate(found) if item.path}
    )
    return tuple(
        replace(item, name=names[number]) if item.path else item
        for number, item in enumerate(found)
    )


def _with_key(item: Item) -> str:
    stem, dot, suffix = item.name.rpartition(".")
    return f"{stem}_{hashlib.sha256(item.key.encode()).hexdigest()[:6]}{dot}{suffix}"


def plain_names(items: Sequence[Item]) -> list[str]:
    """Return the names of attachments for programs that know only ASCII: codes and a number."""
    return [
        plain_name("_".join([item.owner.code, *item.units[:1], f"{number}.xlsx"]))
        for number, item in enumerate(items, 1)
    ]


# -- reminders -----------------------------------------------------------------------------------


def reminder_items(
    workspace: Workspace, as_of: dt.date, workers: int | None, progress: Progress
) -> list[Item]:
    """Return who is missing something that was due before a day, with what."""
    from assessor.rounds import read_round
    from assessor.workflow import outstanding

    result = read_round(workspace, workspace.returns, as_of, workers, progress)
    words = catalog(result.scheme.settings.language)
    lines: dict[Owner, list[str]] = {}
    units: dict[Owner, list[str]] = {}
    for row in outstanding(result):
        packet = row.packet
        due = row.state == "conflict" or (packet.period.required and row.state == "missing")
        owner = Owner("rater", packet.rater.code) if packet.rater else Owner("unit", row.unit)
        if due:
            unit = result.scheme.unit.get(row.unit)
            about = unit.name if unit is not None and packet.rater else ""
            facts = {"form": row.title, "period": packet.period.title}
            state = words.text(f"cli.state.{row.state}")
            line = words.text("mail.missing", **facts, state=state)
            if packet.period.due:
                line += words.text("mail.missing_due", due=packet.period.due)
            if about:
                line += words.text("mail.missing_about", unit=about)
            lines.setdefault(owner, []).append(line)
            units.setdefault(owner, []).append(row.unit)
    return [_reminder(owner, mine, units[owner], as_of) for owner, mine in lines.items()]


def _reminder(owner: Owner, lines: Sequence[str], units: Sequence[str], as_of: dt.date) -> Item:
    digest = hashlib.sha256("\n".join([as_of.isoformat(), *lines]).encode()).hexdigest()
    about = tuple(dict.fromkeys(code for code in units if code))
    return Item(f"reminders/{owner}", owner, about, digest, words=tuple(lines))


def concerning(items: Iterable[Item], code: str) -> Iterator[Item]:
    """Yield what concerns one unit, or goes to one rater."""
    for item in items:
        if item.owner.code == code or code in item.units:
            yield item
