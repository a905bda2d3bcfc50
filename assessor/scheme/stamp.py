"""The identity that travels with a workbook: rows of a very hidden sheet, signed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from assessor.scheme.copies import Copy, CopyKey, Numbering

STAMP_SHEET = "_assessor"
CHOICES_SHEET = "_choices"
"""Holds the drop-downs that are too long to stand in a cell's own validation."""
_FORMAT = "1"
_FIELDS = ("sheet", "number", "form", "period", "unit", "rater", "teller", "serial", "version")
REHEARSAL = "-rehearsal"
"""Ends the scheme code of a rehearsal: its forms are never taken for real ones."""


class Seal(StrEnum):
    """How far a stamp can be believed."""

    GENUINE = "genuine"
    """Signed by the workspace's own key."""
    FOREIGN = "foreign"
    """Says that another key signed it: another workspace's, or ours before it was lost."""
    ALTERED = "altered"
    """Says that our key signed it, or no key at all, and the signature does not fit."""


@dataclass(frozen=True, slots=True)
class StampedForm:
    """What a stamp says of one sheet."""

    sheet: str
    number: str
    key: CopyKey
    serial: int
    version: str
    digest: str = ""
    """Of the plan that it was issued by, texts included; empty where the stamp does not say."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a stamp says of a workbook, and how far it can be believed."""

    scheme: str
    round: str
    forms: tuple[StampedForm, ...]
    seal: Seal
    workspace: str = ""
    """The public name of the key that signed it."""

    @property
    def genuine(self) -> bool:
        """Whether the workspace's own key signed it."""
        return self.seal is Seal.GENUINE


def workspace_name(key: bytes) -> str:
    """Return the public name of a key: it tells workspaces apart and gives nothing away."""
    return hmac.new(key, b"assessor workspace", hashlib.sha256).hexdigest()[:16]


def stamp_rows(
    scheme: str, round_: str, copies: Sequence[tuple[str, Copy]], key: bytes
) -> list[list[str]]:
    """Return the rows of the stamp sheet for (sheet name, copy) pairs."""
    rows = [["assessor", _FORMAT], ["scheme", scheme], ["round", round_]]
    rows.append(["workspace", workspace_name(key)])
    for sheet, copy in copies:
        where = copy.key
        identity = (where.form, where.period, where.unit, where.rater, where.teller)
        edition = (str(copy.serial), copy.plan.version, copy.plan.digest)
        rows.append(["form", sheet, copy.number, *identity, *edition])
    return [*rows, ["signature", _signature(rows, key)]]


def read_stamp(rows: Sequence[Sequence[object]], key: bytes) -> Stamp | None:
    """Return what the rows of a stamp sheet say, None where they are no stamp."""
    texts = [row for row in (_trimmed([str(value) for value in row]) for row in rows) if row]
    if not texts or texts[0][0] != "assessor":
        return None
    facts = {row[0]: row[1] for row in texts if len(row) > 1 and row[0] in _FACTS}
    forms = [form for row in texts if row[0] == "form" and (form := _stamped(row[1:])) is not None]
    return Stamp(
        facts.get("scheme", ""),
        facts.get("round", ""),
        tuple(forms),
        _seal(texts, facts.get("workspace", ""), key),
        facts.get("workspace", ""),
    )


_FACTS = frozenset({"scheme", "round", "workspace"})


def _stamped(cells: Sequence[str]) -> StampedForm | None:
    if len(cells) < len(_FIELDS):
        return None
    sheet, number, form, period, unit, rater, teller, serial, version = cells[: len(_FIELDS)]
    if not (serial.isascii() and serial.isdigit()):
        return None
    where = CopyKey(form, period, unit, rater, teller)
    digest = cells[len(_FIELDS)] if len(cells) > len(_FIELDS) else ""
    return StampedForm(sheet, number, where, int(serial), version, digest)


def _seal(rows: Sequence[Sequence[str]], workspace: str, key: bytes) -> Seal:
    signed = [row for row in rows if row[0] != "signature"]
    signature = next((row[1] for row in rows if row[0] == "signature" and len(row) > 1), "")
    # A cell with a tab in it would read as two cells to the signature and as one to us.
    whole = not any(mark in cell for row in signed for cell in row for mark in "\t\n")
    own = _signature(signed, key).encode()
    if whole and hmac.compare_digest(own, signature.encode("utf-8", "replace")):
        return Seal.GENUINE
    return Seal.FOREIGN if workspace not in ("", workspace_name(key)) else Seal.ALTERED


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
