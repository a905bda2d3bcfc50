"""The identity that travels with a workbook: rows of a very hidden sheet, signed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from assessor.scheme.copies import Copy, CopyKey, Numbering

STAMP_SHEET = "_assessor"
CHOICES_SHEET = "_choices"
"""Holds the drop-downs that are too long to stand in a cell's own validation."""
_FORMAT = "1"
_FIELDS = ("sheet", "number", "form", "period", "unit", "rater", "teller", "serial", "version")


@dataclass(frozen=True, slots=True)
class StampedForm:
    """What a stamp says of one sheet."""

    sheet: str
    number: str
    key: CopyKey
    serial: int
    version: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a stamp says of a workbook; `genuine` where the workspace's own key signed it."""

    scheme: str
    round: str
    forms: tuple[StampedForm, ...]
    genuine: bool


def stamp_rows(
    scheme: str, round_: str, copies: Sequence[tuple[str, Copy]], key: bytes
) -> list[list[str]]:
    """Return the rows of the stamp sheet for (sheet name, copy) pairs."""
    rows = [["assessor", _FORMAT], ["scheme", scheme], ["round", round_]]
    for sheet, copy in copies:
        where = copy.key
        identity = (where.form, where.period, where.unit, where.rater, where.teller)
        rows.append(["form", sheet, copy.number, *identity, str(copy.serial), copy.plan.version])
    return [*rows, ["signature", _signature(rows, key)]]


def read_stamp(rows: Sequence[Sequence[object]], key: bytes) -> Stamp | None:
    """Return what the rows of a stamp sheet say, None where they are no stamp."""
    texts = _texts(rows)
    if not texts or texts[0][0] != "assessor":
        return None
    forms = []
    facts = {row[0]: row[1] for row in texts if len(row) > 1 and row[0] in {"scheme", "round"}}
    for row in texts:
        if row[0] == "form" and len(row) > len(_FIELDS):
            sheet, number, form, period, unit, rater, teller, serial, version = row[1:10]
            if serial.isascii() and serial.isdigit():
                where = CopyKey(form, period, unit, rater, teller)
                forms.append(StampedForm(sheet, number, where, int(serial), version))
    genuine = _genuine(texts, key)
    return Stamp(facts.get("scheme", ""), facts.get("round", ""), tuple(forms), genuine)


@dataclass(frozen=True, slots=True)
class ResultStamp:
    """What the stamp of a result says: whose it is; `genuine` where our own key signed it."""

    scheme: str
    round: str
    unit: str
    genuine: bool


def result_rows(scheme: str, round_: str, unit: str, key: bytes) -> list[list[str]]:
    """Return the rows of the stamp sheet of a unit's feedback: it is a result, and no form."""
    rows = [["assessor", _FORMAT], ["scheme", scheme], ["round", round_], [_RESULT, unit]]
    return [*rows, ["signature", _signature(rows, key)]]


def read_result_stamp(rows: Sequence[Sequence[object]], key: bytes) -> ResultStamp | None:
    """Return whose feedback a workbook is, None where its stamp is not that of a result.

    Before it goes out, the unit in the file must be the unit it is sent to.
    """
    texts = _texts(rows)
    facts = {row[0]: row[1] for row in texts if len(row) > 1}
    if _RESULT not in facts or texts[0][0] != "assessor":
        return None
    return ResultStamp(
        facts.get("scheme", ""), facts.get("round", ""), facts[_RESULT], _genuine(texts, key)
    )


_RESULT = "feedback"


def _texts(rows: Sequence[Sequence[object]]) -> list[list[str]]:
    return [row for row in (_trimmed([str(value) for value in row]) for row in rows) if row]


def _genuine(texts: Sequence[Sequence[str]], key: bytes) -> bool:
    """Say whether the key signed these rows."""
    signed = [row for row in texts if row[0] != "signature"]
    signature = next((row[1] for row in texts if row[0] == "signature" and len(row) > 1), "")
    return hmac.compare_digest(
        _signature(signed, key).encode(), signature.encode("utf-8", "replace")
    )


def _trimmed(row: Sequence[str]) -> list[str]:
    """Return a row without the empty cells that a reader adds on the right."""
    cells = list(row)
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _signature(rows: Sequence[Sequence[str]], key: bytes) -> str:
    message = "\n".join("\t".join(_trimmed(row)) for row in rows)
    return hmac.new(key, message.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


_HALF = 1000
_ROUNDS = 6


def paper_number(number: str, index: int, key: bytes) -> str:
    """Return a paper's number: six digits that nothing joins to a person, the same every time.

    No two papers of one form have the same, and their order tells nothing of the order in which
    they were made: all numbers are shuffled as the key says. (A Feistel network over the two
    halves of the number; every round can be undone, so no two papers meet.)
    """
    left, right = divmod(index % _HALF**2, _HALF)
    for turn in range(_ROUNDS):
        digest = hmac.digest(key, f"{number}\t{turn}\t{right}".encode(), hashlib.sha256)
        left, right = right, (left + int.from_bytes(digest[:8], "big")) % _HALF
    return f"{left * _HALF + right:06d}"


def numbering(key: bytes) -> Numbering:
    """Return how a workspace numbers its anonymous papers."""
    return partial(_numbered, key)


def _numbered(key: bytes, whose: str, index: int) -> str:
    return paper_number(whose, index, key)
