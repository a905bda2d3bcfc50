"""Receipts for what came by mail: what there is to tell now, as drafts in the outbox."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from assessor.correcting import correction_files, serials_issued
from assessor.disk import write_file
from assessor.i18n import catalog
from assessor.mail.compose import Frame, compose
from assessor.mail.inbox import known_senders
from assessor.mail.receipts import Known, Mended, ReceiptLetter, receipts_of
from assessor.mail.received import RETURNS, Received
from assessor.returns.mending import corrections_of
from assessor.returns.pool import Progress, silent
from assessor.rounds import Round, read_round
from assessor.scheme.issued import keep_serials
from assessor.scheme.paths import file_name
from assessor.workspace import Workspace

FOLDER = "outbox/receipts"


@dataclass(frozen=True, slots=True)
class Receipts:
    """The receipts that were made out, with their drafts."""

    folder: Path
    letters: Sequence[tuple[ReceiptLetter, Path]]


def make_receipts(
    workspace: Workspace, workers: int | None = None, progress: Progress = silent
) -> Receipts:
    """Write a receipt for each sender whose mails have had none yet."""
    ledger = Received(workspace.hidden)
    done = ledger.receipted()
    mails = [mail for mail in ledger.at(RETURNS) if mail.mark not in done]
    folder = workspace.root / FOLDER
    if not any(mail.attachments for mail in mails):
        return Receipts(folder, ())
    result = read_round(workspace, workspace.returns, workers=workers, progress=progress)
    letters = receipts_of(_known(workspace, result, workers), mails)
    # Noted before a copy for correction leaves: what comes back has its serial.
    again = serials_issued(result.scheme, result.packets, result.collection, result.problems)
    keep_serials(workspace.hidden, again)
    drafts = []
    for letter in letters:
        path = folder / f"{file_name(letter.message.name)}_{letter.mark}.eml"
        write_file(path, compose(letter.message, Frame(unsent=True)), lasting=True)
        marks = [mail.mark for mail in letter.mails]
        ledger.receipt(letter.message.to, _now().isoformat(), marks)
        drafts.append((letter, path))
    return Receipts(folder, drafts)


def _now() -> dt.datetime:
    """Return the time; a mail has one, results never do."""
    return dt.datetime.now().astimezone().replace(microsecond=0)


def _known(workspace: Workspace, result: Round, workers: int | None) -> Known:
    scheme = result.scheme
    facts = (scheme, result.packets, result.collection, result.problems)
    # Both go through the corrections in the order of the workbooks.
    contents = correction_files(*facts, workspace.key(), workers)
    corrections = []
    for one, (path, content) in zip(corrections_of(*facts), contents.items(), strict=True):
        packet = one.packet
        unit = packet.unit.code if packet.unit else ""
        owner = ("rater", packet.rater.code) if packet.rater else ("unit", unit)
        files = tuple(file for form in one.forms for file in form.files)
        corrections.append(Mended(owner, files, PurePosixPath(path).name, content))
    words = catalog(scheme.settings.language)
    senders = known_senders(scheme)
    return Known(scheme, senders, result.collection, result.problems, corrections, words)
