"""What a result said when it was sent, and what has changed since."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from assessor.i18n import Catalog
from assessor.mail.ledger import Facts, Ledger
from assessor.mail.recipients import Letter
from assessor.scheme.model import Scheme

SHOWN = ("score", "grade", "rank", "class_rank", "awards")
"""What is compared, in the order in which it is told."""


def standing_facts(content: bytes) -> tuple[Facts, int]:
    """Return what the results say by unit, and how many units have no final result yet."""
    text = content.decode("utf-8-sig")
    facts = {}
    unsettled = 0
    for row in csv.DictReader(io.StringIO(text, newline="")):
        facts[row["unit_code"]] = {
            "score": row["score"],
            "grade": row["confirmed_grade"] or row["grade"],
            "rank": row["rank"],
            "class_rank": row["class_rank"],
            "awards": row["awards"],
        }
        unsettled += row["status"] not in {"scored", "not_applicable"}
    return facts, unsettled


def facts_of(letter: Letter, facts: Facts) -> dict[str, Mapping[str, str]]:
    """Return what the results in a letter say."""
    codes = [code for item in letter.items for code in item.units]
    return {code: facts[code] for code in codes if code in facts}


def change_lines(
    scheme: Scheme, letter: Letter, ledger: Ledger, facts: Facts, words: Catalog
) -> list[str]:
    """Return what is different from what was sent before, unit by unit; nothing the first time."""
    lines = []
    for item in letter.items:
        before = ledger.last_sent(item.key)
        if before is None or before.items[item.key] == item.digest:
            continue
        for code in item.units:
            changed = _changed(before.facts.get(code, {}), facts.get(code, {}), words)
            said = changed or [words.text("mail.change.details")]
            semicolon = words.text("list.semicolon")
            unit = scheme.unit[code].name
            lines.append(words.text("mail.change.unit", unit=unit, changes=semicolon.join(said)))
    return [words.text("mail.change.head"), *lines] if lines else []


def _changed(before: Mapping[str, str], now: Mapping[str, str], words: Catalog) -> Sequence[str]:
    none = words.text("mail.change.none")
    return [
        words.text(
            "mail.change.one",
            what=words.text(f"mail.change.{key}"),
            before=before.get(key) or none,
            now=now.get(key) or none,
        )
        for key in SHOWN
        if before.get(key, "") != now.get(key, "")
    ]
