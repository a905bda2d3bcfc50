"""What the terminal shows of mail that came in: what was taken, what waits, who returned when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from assessor.i18n import Catalog
from assessor.mail.received import Received, Taken
from assessor.printing import print_json, print_problems, print_table, print_text, problem_facts
from assessor.printing import short_path as short
from assessor.returns.names import INSIDE

if TYPE_CHECKING:
    from assessor.fetching import Fetched
    from assessor.receipting import Receipts
    from assessor.rounds import Round
    from assessor.workspace import Workspace

_FEW = 30


def print_fetched(
    workspace: Workspace,
    fetched: Fetched,
    receipts: Receipts | None,
    words: Catalog,
    as_json: bool,
) -> None:
    """Print what a fetch took, ending in what to do next."""
    if as_json:
        print_json(_facts(workspace, fetched, receipts, words))
        return
    taken = [*fetched.let_in, *fetched.taken]
    print_text(words.text("cli.fetch.taken", count=len(fetched.taken)))
    if fetched.let_in:
        print_text(words.text("cli.fetch.let_in", count=len(fetched.let_in)))
    _print_mails(taken, words)
    if fetched.known:
        print_text(words.text("cli.fetch.known", count=fetched.known))
    if fetched.passed:
        print_text(words.text("cli.fetch.passed", count=fetched.passed))
    if fetched.waiting:
        folder = short(workspace.root / "quarantine")
        print_text(words.text("cli.fetch.quarantine", count=len(fetched.waiting), folder=folder))
        _print_mails(fetched.waiting, words)
        print_text(words.text("cli.fetch.how_to_let_in"))
    if fetched.left:
        print_text(words.text("cli.fetch.left", count=fetched.left))
    print_problems(fetched.problems, words, stderr=False)
    if receipts is not None:
        folder = short(receipts.folder)
        key = "receipts" if receipts.letters else "no_receipts"
        print_text(words.text(f"cli.fetch.{key}", count=len(receipts.letters), folder=folder))
    if fetched.stopped:
        print_problems(fetched.stopped, words)
        print_text(words.text("cli.fetch.again"), stderr=True)
        return
    print_text(words.text("cli.fetch.next" if taken else "cli.fetch.nothing"))


def _print_mails(mails: Sequence[Taken], words: Catalog) -> None:
    if not mails:
        return
    heads = [words.text(f"cli.fetch.{key}") for key in ("day", "sender", "files", "subject")]
    rows = [
        (mail.day or "—", mail.sender or "—", str(mail.attachments), mail.subject)
        for mail in mails[:_FEW]
    ]
    print_table(rows, heads, indent=2)
    if len(mails) > _FEW:
        print_text(words.text("cli.fetch.more", count=len(mails) - _FEW))


def _facts(
    workspace: Workspace, fetched: Fetched, receipts: Receipts | None, words: Catalog
) -> dict[str, Any]:
    letters = receipts.letters if receipts is not None else ()
    return {
        "workspace": workspace.root,
        "taken": [asdict(mail) for mail in fetched.taken],
        "let_in": [asdict(mail) for mail in fetched.let_in],
        "quarantined": [asdict(mail) for mail in fetched.quarantined],
        "quarantine": [asdict(mail) for mail in fetched.waiting],
        "passed": fetched.passed,
        "known": fetched.known,
        "left": fetched.left,
        "receipts": [
            {
                "address": letter.message.to,
                "attachments": [one.name for one in letter.message.attachments],
                "file": path,
            }
            for letter, path in letters
        ],
        "problems": [problem_facts(p, words) for p in (*fetched.problems, *fetched.stopped)],
        "stopped": bool(fetched.stopped),
    }


# -- status --------------------------------------------------------------------------------------


def returned_rows(result: Round, ledger: Received, words: Catalog) -> list[tuple[str, ...]]:
    """Return for each unit when its returns came by mail, whether one was late, and when a receipt
    was made out; raters' forms and papers without names are nobody's unit here."""
    mails = ledger.by_file()
    receipts = {mark: one.at[:10] for one in ledger.receipts for mark in one.marks}
    found: dict[str, list[tuple[Taken, int]]] = {}
    for key, accepted in result.collection.accepted.items():
        mail = mails.get(f"returns/{accepted.file.partition(INSIDE)[0]}")
        if mail is None or not key.unit or key.rater or key.paper:
            continue
        due = result.scheme.period[key.period].due
        late = (mail.date - due).days if mail.date and due else 0
        found.setdefault(key.unit, []).append((mail, late))
    rows: list[tuple[str, ...]] = []
    for unit in result.scheme.units:
        mine = found.get(unit.code)
        if mine:
            name = words.text("form.unit_with_code", unit=unit.name, code=unit.code)
            days = sorted({mail.day for mail, _ in mine if mail.day})
            late = max(days_late for _, days_late in mine)
            said = words.text("cli.fetch.days_late", count=late) if late > 0 else ""
            told = _latest(receipts.get(mail.mark, "") for mail, _ in mine)
            rows.append((name, _latest(days), said, told))
    return rows


def _latest(days: Iterable[str]) -> str:
    return max(days, default="")


def print_returned(result: Round, ledger: Received, words: Catalog) -> None:
    """Print for each unit when it returned by mail, once anything came by mail at all."""
    rows = returned_rows(result, ledger, words)
    if not rows:
        return
    print_text("")
    keys = ("by_mail", "late", "receipt_made")
    heads = [words.text("cli.status.unit"), *(words.text(f"cli.fetch.{key}") for key in keys)]
    print_table(rows, heads)
