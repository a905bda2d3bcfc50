"""What the terminal shows of mail: who would get what, what went out, what waits for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from assessor.i18n import Catalog
from assessor.mail.delivery import Outcome
from assessor.mail.ledger import Attempt, Ledger
from assessor.mail.recipients import Bundle, name_of
from assessor.printing import print_json, print_problems, print_table, print_text, problem_facts
from assessor.printing import short_path as short

if TYPE_CHECKING:
    from assessor.posting import Posted, Resolved
    from assessor.rounds import Round

_FEW = 50
"""More rows than this stand in list.csv; the terminal shows the first ones."""


def print_posted(posted: Posted, words: Catalog, as_json: bool) -> None:
    """Print a dry run or a delivery, ending in what to do next."""
    if as_json:
        print_json(_facts(posted, words))
        return
    if posted.delivered is None:
        _print_drafts(posted, words)
    else:
        _print_outcomes(posted, words)
    plan = posted.plan
    if plan.unchanged:
        print_text(words.text("cli.send.unchanged", count=plan.unchanged))
    if plan.left:
        print_text(words.text("cli.send.left", count=plan.left))
    _print_bundles(posted, words)
    print_problems(plan.problems, words, stderr=False)
    if plan.unknown:
        print_unknown(plan.unknown, _what(posted), words)
    print_text(_next(posted, words))


def _what(posted: Posted) -> str:
    """Return what stands after ``assessor send``: the kind, and where the workspace is."""
    root = posted.plan.source.workspace.root
    where = short(root)
    kind = posted.plan.asked.kind
    if where == ".":
        return kind
    return f'{kind} "{where}"' if " " in where else f"{kind} {where}"


def _print_drafts(posted: Posted, words: Catalog) -> None:
    rows = []
    for number, (planned, path) in enumerate(posted.drafts[:_FEW], 1):
        letter = planned.letter
        names = [item.name for item in letter.items if item.path is not None]
        what = names[0] if len(names) == 1 else words.text("cli.send.files", count=len(names))
        if not names:
            what = words.text("cli.send.lines", count=sum(len(i.words) for i in letter.items))
        state = words.text(f"cli.send.state.{planned.state}")
        rows.append((str(number), letter.name, letter.address, what, state, path.name))
    if rows:
        keys = ("number", "recipient", "address", "what", "state_head", "file")
        print_table(rows, [words.text(f"cli.send.{key}") for key in keys])
    if len(posted.drafts) > _FEW:
        file = short(posted.folder / "list.csv")
        more = len(posted.drafts) - _FEW
        print_text(words.text("cli.send.more", count=more, file=file))


def _print_outcomes(posted: Posted, words: Catalog) -> None:
    done = posted.delivered
    assert done is not None
    count = Counter(outcome.state for outcome in done.outcomes)
    for state in ("sent", "refused", "later", "unknown", "waiting"):
        if count[state]:
            print_text(words.text(f"cli.send.count.{state}", count=count[state]))
    rest = [outcome for outcome in done.outcomes if outcome.state not in {"sent", "waiting"}]
    if rest:
        print_table(
            [_outcome_row(outcome, words) for outcome in rest[:_FEW]],
            [
                words.text(f"cli.send.{key}")
                for key in ("recipient", "address", "state_head", "reason")
            ],
        )
    print_problems(done.stopped, words, stderr=False)


def _outcome_row(outcome: Outcome, words: Catalog) -> tuple[str, ...]:
    letter = outcome.letter
    state = words.text(f"cli.send.state.{outcome.state}")
    return letter.name, letter.address, state, outcome.reason


def _print_bundles(posted: Posted, words: Catalog) -> None:
    if not posted.bundles:
        return
    print_text(words.text("cli.send.no_address", count=len(posted.bundles)))
    scheme = posted.plan.source.scheme
    print_table(
        [
            (
                bundle.name,
                words.text("list.comma").join(name_of(scheme, owner) for owner in bundle.owners),
                short(path) if path is not None else _phone(posted, bundle),
            )
            for bundle, path in posted.bundles[:_FEW]
        ],
        indent=2,
    )


def _phone(posted: Posted, bundle: Bundle) -> str:
    scheme = posted.plan.source.scheme
    owner = bundle.owners[0]
    found = (scheme.unit if owner.kind == "unit" else scheme.rater).get(owner.code)
    return found.phone if found is not None else ""


def print_unknown(unknown: Sequence[Attempt], kind: str, words: Catalog) -> None:
    """Print the messages of which nobody knows whether they went, and how to decide."""
    print_text(words.text("cli.send.unknown", count=len(unknown)))
    keys = ("number", "address", "at", "message_id")
    print_table(
        [(str(one.number), one.to, one.at, one.message_id) for one in unknown[:_FEW]],
        [words.text(f"cli.send.{key}") for key in keys],
        indent=2,
    )
    print_text(words.text("cli.send.decide", kind=kind, number=unknown[0].number))


def _next(posted: Posted, words: Catalog) -> str:
    plan = posted.plan
    kind = _what(posted)
    if posted.delivered is None:
        if not posted.drafts:
            return words.text("cli.send.nothing")
        key = "next" if plan.settings.server else "next_settings"
        return words.text(f"cli.send.{key}", kind=kind, folder=short(posted.folder))
    states = {one.state for one in posted.delivered.outcomes}
    if states - {"sent", "unknown"}:
        return words.text("cli.send.again", kind=kind)
    if "unknown" in states:
        return words.text("cli.send.undecided")
    if plan.asked.test_to:
        return words.text("cli.send.tried", address=plan.asked.test_to)
    if plan.left:
        return words.text("cli.send.left_next", kind=kind)
    return words.text("cli.send.done" if posted.delivered.outcomes else "cli.send.nothing")


def _facts(posted: Posted, words: Catalog) -> dict[str, Any]:
    plan = posted.plan
    done = posted.delivered
    states = [(planned.letter, planned.state, str(path), "") for planned, path in posted.drafts]
    if done is not None:
        states = [(one.letter, one.state, "", one.reason) for one in done.outcomes]
    problems = [*plan.problems, *(done.stopped if done is not None else ())]
    return {
        "kind": plan.asked.kind,
        "sent": done is not None,
        "letters": [
            {
                "recipient": letter.name,
                "address": letter.address,
                "owners": [str(owner) for owner in letter.owners],
                "attachments": [item.name for item in letter.items if item.path is not None],
                "state": state,
                "file": file,
                "reason": reason,
            }
            for letter, state, file, reason in states
        ],
        "unchanged": plan.unchanged,
        "left": plan.left,
        "bundles": [
            {
                "name": bundle.name,
                "owners": [str(owner) for owner in bundle.owners],
                "file": str(path or ""),
            }
            for bundle, path in posted.bundles
        ],
        "unknown": [_attempt_facts(one) for one in plan.unknown],
        "problems": [problem_facts(problem, words) for problem in problems],
    }


def _attempt_facts(attempt: Attempt) -> dict[str, object]:
    return {
        "number": attempt.number,
        "address": attempt.to,
        "at": attempt.at,
        "message_id": attempt.message_id,
        "owners": list(attempt.owners),
    }


def print_resolved(resolved: Resolved, words: Catalog, as_json: bool) -> None:
    """Print what was decided."""
    if as_json:
        numbers = [one.number for one in resolved.attempts]
        print_json({"decision": resolved.decision, "messages": numbers})
        return
    for one in resolved.attempts:
        print_text(
            words.text(f"cli.send.resolved.{resolved.decision}", number=one.number, to=one.to)
        )


# -- status --------------------------------------------------------------------------------------


def mail_rows(result: Round, ledger: Ledger, words: Catalog) -> list[tuple[str, ...]]:
    """Return for each unit when its form went out, when it was reminded, when its result went."""
    rows = []
    for unit in result.scheme.units:
        owner = f"unit:{unit.code}"
        sent = [_when(ledger.of_owner(kind, owner), words) for kind in STATUS_KINDS]
        if any(sent) or unit.ranked:
            name = words.text("form.unit_with_code", unit=unit.name, code=unit.code)
            rows.append((name, *sent))
    return rows


STATUS_KINDS = ("forms", "reminders", "corrections", "results")
"""What `status` tells of each unit, in the order of its columns."""


def _when(attempts: Sequence[Attempt], words: Catalog) -> str:
    """Return the day of the latest message, and how many there were where there were several."""
    if not attempts:
        return ""
    day = attempts[-1].at[:10]
    if len(attempts) == 1:
        return day
    return words.text("cli.send.times", day=day, count=len(attempts))


def print_mail_status(result: Round, ledger: Ledger, words: Catalog) -> None:
    """Print for each unit what was sent to it, once anything was sent at all."""
    if not ledger.attempts:
        return
    print_text("")
    heads = [words.text("cli.status.unit")]
    heads += [words.text(f"cli.send.column.{kind}") for kind in STATUS_KINDS]
    print_table(mail_rows(result, ledger, words), heads)
