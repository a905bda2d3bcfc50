"""What `send` does: plan, a dry run into the outbox, sending, and what people decide of it."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from email.utils import format_datetime
from functools import partial
from importlib.resources import files
from pathlib import Path

from assessor.disk import write_file
from assessor.mail.changes import change_lines, facts_of, standing_facts
from assessor.mail.checking import Checker, tables_addresses
from assessor.mail.compose import Attachment, Frame, Message, compose
from assessor.mail.delivery import Delivered, Delivery, Ready, now
from assessor.mail.ledger import TRIAL, Attempt, Facts, Ledger
from assessor.mail.outbox import Outbox, zipped
from assessor.mail.recipients import Bundle, Item, Letter, Post, make_post, name_of, names_of
from assessor.mail.settings import FILE as SETTINGS
from assessor.mail.settings import MailSettings, missing_settings, read_settings
from assessor.mail.smtp import Carrier, check_certificates
from assessor.mail.texts import KINDS, Text, read_text
from assessor.posting_items import (
    Source,
    concerning,
    correction_items,
    form_items,
    named,
    plain_names,
    reminder_items,
    result_items,
    source_of,
    standing_of,
)
from assessor.problems import AssessorError, Place, Problem, error, has_errors, warning
from assessor.returns.pool import Progress, silent
from assessor.scheme.load import load_sound_scheme
from assessor.scheme.paths import distinct, file_name
from assessor.scheme.spelling import near
from assessor.workspace import Workspace

FOLDER = "mail"
"""Texts and settings of a workspace, for the clerk to edit."""
OUTBOX = "outbox"
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for on the command line."""

    kind: str
    unit: str = ""
    limit: int | None = None
    test_to: str = ""
    as_of: dt.date | None = None
    workers: int | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """One letter of a plan: new, changed, or too large to be sent."""

    letter: Letter
    state: str
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What is to be sent, what need not be, and what waits for a person."""

    source: Source
    asked: Asked
    settings: MailSettings
    text: Text
    ledger: Ledger
    facts: Facts
    letters: Sequence[Planned]
    unchanged: int
    """So many letters were sent before and have not changed."""
    left: int
    """So many would be sent, if ``--limit`` did not stop before them."""
    unknown: Sequence[Attempt]
    bundles: Sequence[Bundle]
    problems: Sequence[Problem]


@dataclass(frozen=True)
class Posted:
    """What `send` did: a dry run, or a delivery."""

    plan: Plan
    folder: Path
    drafts: Sequence[tuple[Planned, Path]] = ()
    bundles: Sequence[tuple[Bundle, Path | None]] = ()
    delivered: Delivered | None = None

    @property
    def open(self) -> bool:
        """Whether something is left that should have gone or must be decided."""
        done = self.delivered
        undone = done is not None and any(one.state != "sent" for one in done.outcomes)
        return undone or bool(self.plan.unknown) or has_errors(self.plan.problems)


def send(
    workspace: Workspace,
    asked: Asked,
    really: bool = False,
    password: Callable[[str], str] = lambda _: "",
    progress: Progress = silent,
) -> Posted:
    """Plan what there is to send; write it to the outbox, or `really` send it."""
    plan = make_plan(workspace, asked, progress)
    if not really:
        return _dry_run(plan)
    folder = workspace.root / OUTBOX / asked.kind
    bundles = _write_bundles(plan, folder)
    if not plan.letters:
        return Posted(plan, folder, bundles=bundles, delivered=Delivered(()))
    missing = missing_settings(plan.settings, Path(FOLDER) / SETTINGS)
    if missing:
        raise AssessorError(*missing)
    ready = _ready(plan)
    settings = check_certificates(plan.settings, workspace.root)
    delivery = Delivery(
        Carrier(settings, partial(password, settings.user)),
        plan.ledger,
        partial(_new_id, settings.sender),
        settings.pause,
        progress,
    )
    delivered = delivery.run(ready)
    unknown = [one for one in plan.ledger.unknown() if one.kind == asked.kind]
    return Posted(replace(plan, unknown=unknown), folder, (), bundles, delivered)


# -- planning ------------------------------------------------------------------------------------


def make_plan(workspace: Workspace, asked: Asked, progress: Progress = silent) -> Plan:
    """Return what is to be sent; AssessorError where anything makes it unsafe."""
    scheme, _ = load_sound_scheme(workspace.scheme)
    if scheme.settings.rehearsal:
        raise AssessorError(error("mail_rehearsal", Place(str(workspace.root))))
    if asked.unit and asked.unit not in {*scheme.unit, *scheme.rater}:
        guess = near(asked.unit, [*scheme.unit, *scheme.rater]) or "—"
        raise AssessorError(error("mail_unit_asked", value=asked.unit, guess=guess))
    settings, text = read_texts(workspace, asked.kind, scheme.settings.language)
    checker = Checker(scheme, trial=asked.test_to)
    source = source_of(workspace, scheme, checker)
    _check_trial(source, settings, asked)
    items = _items(source, asked, progress)
    problems: list[Problem] = []
    facts: Facts = {}
    if asked.kind == "results":
        facts, unsettled = standing_facts(standing_of(workspace))
        if unsettled:
            problems.append(warning("mail_unsettled", count=unsettled))
    if not (scheme.settings.contact and scheme.settings.phone):
        problems.append(warning("mail_no_contact"))
    if asked.unit:
        items = list(concerning(items, asked.unit))
    post = make_post(scheme, asked.kind, items, source.words.text("list.comma"))
    ledger = Ledger(workspace.hidden)
    letters, unchanged = _due(source, post, ledger, facts, bool(asked.test_to))
    letters, heavy = _by_size(letters, settings.most)
    problems += [_too_large(one, settings.most) for one in heavy]
    carried = [Bundle(one.letter.name, one.letter.owners, one.letter.items) for one in heavy]
    limit = asked.limit if asked.limit is not None else 1 if asked.test_to else None
    kept = letters[:limit]
    return Plan(
        source,
        asked,
        settings,
        text,
        ledger,
        facts,
        kept,
        unchanged,
        len(letters) - len(kept),
        [] if asked.test_to else [one for one in ledger.unknown() if one.kind == asked.kind],
        [*post.bundles, *carried],
        [*problems, *post.problems],
    )


def _items(source: Source, asked: Asked, progress: Progress) -> Sequence[Item]:
    if asked.kind == "forms":
        return form_items(source, progress)
    if asked.kind == "corrections":
        return correction_items(source, progress)
    if asked.kind == "results":
        return result_items(source, progress)
    as_of = asked.as_of or now().date()
    return reminder_items(source.workspace, as_of, asked.workers, progress)


def _due(
    source: Source, post: Post, ledger: Ledger, facts: Facts, trial: bool
) -> tuple[list[Planned], int]:
    """Return the letters with what has not been sent yet, and how many have been as they are;
    those that were refused the last time come last."""
    planned = []
    unchanged = 0
    for letter in post.letters:
        items = []
        state = "new"
        for item in letter.items:
            before = ledger.last_sent(item.key, letter.address)
            if before is not None and before.items[item.key] != item.digest:
                state = "changed"
            if trial or (
                (before is None or before.items[item.key] != item.digest)
                and not ledger.is_unknown(item)
            ):
                items.append(item)
        if not items:
            unchanged += not any(ledger.is_unknown(item) for item in letter.items)
            continue
        name = names_of(source.scheme, items, source.words.text("list.comma"))
        due = replace(letter, name=name, items=named(items))
        changes = tuple(change_lines(source.scheme, due, ledger, facts, source.words))
        planned.append(Planned(due, state, changes))
    planned.sort(key=lambda one: ledger.was_refused(one.letter))
    return planned, unchanged


def _by_size(letters: Sequence[Planned], most: int) -> tuple[list[Planned], list[Planned]]:
    """Return the letters that a mail may hold, and those that it may not."""
    light: list[Planned] = []
    heavy: list[Planned] = []
    for one in letters:
        (heavy if _size(one.letter) > most * _MEGABYTE else light).append(one)
    return light, heavy


def _size(letter: Letter) -> int:
    """Return about how many bytes a letter has: three of a file become four, and line ends."""
    files = sum(item.path.stat().st_size for item in letter.items if item.path is not None)
    return files * 137 // 100


def _too_large(planned: Planned, most: int) -> Problem:
    size = f"{_size(planned.letter) / _MEGABYTE:.1f}"
    return warning("mail_too_large", Place(planned.letter.address), size=size, most=most)


def _check_trial(source: Source, settings: MailSettings, asked: Asked) -> None:
    """A trial goes to the office itself, and to nobody who is in the tables."""
    goal = asked.test_to.lower()
    if not goal:
        return
    owner = tables_addresses(source.scheme).get(goal)
    if owner is not None:
        raise AssessorError(error("mail_trial_unit", value=asked.test_to, owner=owner))
    if goal not in settings.own:
        raise AssessorError(error("mail_trial_other", value=asked.test_to))


# -- texts and settings --------------------------------------------------------------------------


def read_texts(workspace: Workspace, kind: str, language: str) -> tuple[MailSettings, Text]:
    """Return settings and text, written for the clerk where they are not there yet."""
    write_texts(workspace, language)
    folder = workspace.root / FOLDER
    names = {"settings": f"{FOLDER}/{SETTINGS}", "text": f"{FOLDER}/{kind}.txt"}
    settings, faults = read_settings((folder / SETTINGS).read_bytes(), names["settings"])
    text, more = read_text((folder / f"{kind}.txt").read_bytes(), names["text"], kind)
    if faults or more:
        raise AssessorError(*faults, *more)
    return settings, text


def write_texts(workspace: Workspace, language: str) -> None:
    """Write the texts and settings that are not there yet."""
    shipped = files("assessor.templates").joinpath("mail", language)
    for name in (SETTINGS, *(f"{kind}.txt" for kind in KINDS)):
        path = workspace.root / FOLDER / name
        if not path.exists():
            # With a mark and Windows line ends: the editors of an old Windows show both rightly.
            lines = shipped.joinpath(name).read_text(encoding="utf-8").splitlines()
            write_file(path, "\r\n".join([*lines, ""]).encode("utf-8-sig"))


# -- one letter ----------------------------------------------------------------------------------


def _message(plan: Plan, planned: Planned) -> Message:
    letter, trial = planned.letter, plan.asked.test_to
    subject, body = plan.text.filled(_blanks(plan, letter.name, letter.items, planned.changes))
    if trial:
        subject = plan.source.words.text("mail.trial") + subject
    carried = [item for item in letter.items if item.path is not None]
    return Message(
        trial or letter.address,
        "" if trial else letter.name,
        subject,
        body,
        tuple(
            Attachment(item.name, plain, plan.source.checker.content_of(item))
            for item, plain in zip(carried, plain_names(carried), strict=True)
        ),
    )


def _blanks(
    plan: Plan,
    name: str,
    items: Sequence[Item],
    changes: Sequence[str],
) -> Mapping[str, str]:
    scheme = plan.source.scheme
    settings = scheme.settings
    codes = list(dict.fromkeys(code for item in items for code in item.units))
    units = [scheme.unit[code].name for code in codes if code in scheme.unit]
    comma = plan.source.words.text("list.comma")
    names = [item.name for item in items if item.path is not None]
    due = dict.fromkeys(line for item in items for line in item.words)
    return {
        "recipient": name,
        "title": settings.title,
        "round": settings.round,
        "issuer": settings.issuer,
        "contact": settings.contact or settings.issuer,
        "phone": settings.phone or "—",
        "units": comma.join(units) or name,
        "attachments": "\n".join(f"{n}. {name}" for n, name in enumerate(names, 1)),
        "due": "\n".join(due) if plan.asked.kind == "forms" else "",
        "changes": "\n".join(changes),
        "missing": "\n".join(f"{n}. {line}" for n, line in enumerate(due, 1)),
    }


def _made(plan: Plan, planned: Planned, frame: Frame) -> bytes:
    """Return the bytes of a letter, taken apart again and checked."""
    content = compose(_message(plan, planned), frame)
    plan.source.checker.check(planned.letter, content)
    return content


def _frame(plan: Plan, message_id: str = "", at: dt.datetime | None = None) -> Frame:
    settings = plan.settings
    name = settings.name or plan.source.scheme.settings.issuer
    date = format_datetime(at) if at is not None else ""
    return Frame(settings.sender, name, settings.reply_to, date, message_id)


def _ready(plan: Plan) -> list[Ready]:
    """Return the letters after each was made and checked once: one fault, and nothing is sent."""
    trial = plan.asked.test_to
    ready = []
    for planned in plan.letters:
        letter = planned.letter
        _made(plan, planned, _frame(plan, _new_id(plan.settings.sender), now()))
        if trial:
            letter = replace(letter, kind=f"{TRIAL}:{letter.kind}")
        said = facts_of(letter, plan.facts)
        ready.append(Ready(letter, said, _maker(plan, planned), trial or letter.address))
    return ready


def _maker(plan: Plan, planned: Planned) -> Callable[[str, dt.datetime], bytes]:
    def make(message_id: str, at: dt.datetime) -> bytes:
        return _made(plan, planned, _frame(plan, message_id, at))

    return make


def _new_id(sender: str) -> str:
    """Return a number that no other message in the world has."""
    return f"<{secrets.token_hex(16)}@{sender.partition('@')[2] or 'localhost'}>"


# -- the dry run ---------------------------------------------------------------------------------


def _dry_run(plan: Plan) -> Posted:
    """Write every letter as a draft that a mail program opens, every bundle as an archive."""
    folder = plan.source.workspace.root / OUTBOX / plan.asked.kind
    outbox = Outbox(folder, plan.source.workspace.hidden)
    outbox.clear()
    drafts = []
    frame = replace(_frame(plan), unsent=True)
    width = len(str(len(plan.letters)))
    for number, planned in enumerate(plan.letters, 1):
        whom = file_name(planned.letter.name)
        content = _made(plan, planned, frame)
        drafts.append((planned, outbox.write(f"{number:0{width}d}_{whom}.eml", content)))
    bundles = _bundle_files(plan, outbox)
    if drafts or bundles:
        outbox.write("list.csv", _list(plan, drafts, bundles))
    outbox.close()
    return Posted(plan, folder, drafts, bundles)


def _write_bundles(plan: Plan, folder: Path) -> list[tuple[Bundle, Path | None]]:
    outbox = Outbox(folder, plan.source.workspace.hidden)
    outbox.clear()
    bundles = _bundle_files(plan, outbox)
    outbox.close()
    return bundles


def _bundle_files(plan: Plan, outbox: Outbox) -> list[tuple[Bundle, Path | None]]:
    """Write an archive for each bundle that has files; a reminder is told by telephone."""
    words = plan.source.words
    wanted = {
        number: [words.text("mail.bundle_file", name=file_name(bundle.name)) + ".xlsx"]
        for number, bundle in enumerate(plan.bundles)
    }
    names = distinct(wanted)
    written: list[tuple[Bundle, Path | None]] = []
    for number, bundle in enumerate(plan.bundles):
        items = named(bundle.items)
        if not any(item.path for item in items):
            written.append((bundle, None))
            continue
        body = plan.text.filled(_blanks(plan, bundle.name, items, ()))[1]
        note = ("\ufeff" + body.replace("\n", "\r\n")).encode("utf-8", "replace")
        content = {words.text("mail.bundle_note") + ".txt": note}
        checker = plan.source.checker
        content |= {item.name: checker.content_of(item) for item in items if item.path}
        name = names[number].removesuffix(".xlsx") + ".zip"
        written.append((bundle, outbox.write(name, zipped(content))))
    return written


def _list(
    plan: Plan,
    drafts: Sequence[tuple[Planned, Path]],
    bundles: Sequence[tuple[Bundle, Path | None]],
) -> bytes:
    from assessor.outputs.tables import csv_bytes

    rows: list[list[str]] = []
    for planned, path in drafts:
        letter = planned.letter
        names = "; ".join(item.name for item in letter.items if item.path)
        rows.append([letter.name, letter.address, planned.state, path.name, names])
    for bundle, file in bundles:
        names = "; ".join(item.name for item in bundle.items if item.path)
        whose = ", ".join(name_of(plan.source.scheme, owner) for owner in bundle.owners)
        rows.append([whose, "", "no_address", file.name if file else "", names])
    return csv_bytes(("recipient", "address", "state", "file", "attachments"), rows)


# -- deciding ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a person decided of messages of which nobody knew whether they went."""

    attempts: Sequence[Attempt]
    decision: str


def resolve(workspace: Workspace, which: str, decision: str) -> Resolved:
    """Note what a person decided: that a message was sent, or that it goes out again."""
    ledger = Ledger(workspace.hidden)
    waiting = ledger.unknown()
    if decision not in {"sent", "again"}:
        raise AssessorError(error("mail_resolve_word", value=decision))
    chosen = [one for one in waiting if which == "all" or str(one.number) == which]
    if not chosen:
        numbers = [str(one.number) for one in waiting] or ["—"]
        raise AssessorError(error("mail_resolve_number", value=which, numbers=numbers))
    for attempt in chosen:
        ledger.end(attempt, decision, now().isoformat())
    return Resolved(chosen, decision)
