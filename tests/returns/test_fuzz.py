"""Mutants of returned forms are refused, or read with exactly the values that they hold.

A few thousand run with the other tests; more by hand: ``ASSESSOR_MUTANTS=50000 pytest
tests/returns/test_fuzz.py``.
"""

from __future__ import annotations

import io
import os
import re
import unicodedata
from collections import Counter
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from assessor.returns.reading import Entry, FileReading
from tests.builders import small_workspace
from tests.filling import FULL, Round
from tests.kinds import PANEL, kinds_round
from tests.returns.mutants import AMBIGUOUS, Sheet, mutants, strictly

COUNT = int(os.environ.get("ASSESSOR_MUTANTS", "3000"))
SEED = int(os.environ.get("ASSESSOR_SEED", "4"))

pytestmark = pytest.mark.slow


def plain(folder: Path) -> tuple[Round, bytes]:
    round_ = Round(small_workspace(folder))
    cells = FULL | {"1.1": "17.25", "1.10": "/", "2.1": "3.5分", "2.2": "", "2.3": "9.75"}
    return round_, round_.filled("self", "V01", cells)


def kinds(folder: Path) -> tuple[Round, bytes]:
    round_ = kinds_round(folder)
    return round_, round_.filled("panel", "V01", PANEL)


def by_openpyxl(folder: Path) -> tuple[Round, bytes]:
    round_, content = plain(folder)
    stream = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(content)).save(stream)
    return round_, stream.getvalue()


@pytest.mark.parametrize("make", [plain, kinds, by_openpyxl])
def test_no_mutant_gives_another_value_in_silence(tmp_path: Path, make: object) -> None:
    round_, content = make(tmp_path)  # type: ignore[operator]
    (form,) = round_.read(content).forms
    original = {(e.row, e.column): e for e in form.entries}
    what: Counter[str] = Counter()
    wrong: list[str] = []
    for number, (name, mutant) in enumerate(mutants(content, COUNT // 3, SEED)):
        try:
            reading = round_.read(mutant)
        except BaseException as fault:  # calamine's panics are no Exception
            if type(fault).__name__ != "PanicException":
                raise
            what["refused"] += 1
            continue
        what["read" if reading.forms else "refused"] += 1
        wrong += [f"{number} {name}: {fault}" for fault in faults(reading, mutant, original)]
    assert wrong == []
    assert what["read"] > COUNT // 30, what
    assert what["refused"] > COUNT // 60, what


def faults(
    reading: FileReading, mutant: bytes, original: dict[tuple[str, str], Entry]
) -> list[str]:
    """Return every entry that counts for what its file does not hold."""
    found = []
    for form in reading.forms:
        sheet = strictly(mutant, form.sheet)
        for entry in form.entries:
            if entry.status == "refused":
                continue
            if sheet is None:  # not well-formed: then it must at least be what it was
                before = original.get((entry.row, entry.column))
                same = before is not None and (before.value, before.status) == entry[5:]
                found += [] if same else [f"{entry} in a damaged file"]
            elif not holds(sheet, entry):
                code = sheet.get("A" + re.sub("[A-Z]", "", entry.cell))
                found.append(f"{entry}, but there stands {sheet.get(entry.cell)!r} beside {code!r}")
    return found


def holds(sheet: Sheet, entry: Entry) -> bool:
    """Say whether the cell of an entry, and the code beside it, are what was read."""
    code = sheet.get("A" + re.sub("[A-Z]", "", entry.cell), "")
    if isinstance(code, float):
        code = next((c for c in (entry.row,) if Decimal(c) == Decimal(f"{code:.15g}")), "")
    value = sheet.get(entry.cell, "")
    if not isinstance(code, str) or code.strip() != entry.row or value is AMBIGUOUS:
        return False
    if entry.status in {"none", "blank"}:
        return isinstance(value, str) and not value.strip()
    shown = f"{value:.15g}" if isinstance(value, float) else str(value)
    if entry.status == "not_applicable" or entry.value is None:
        return entry.raw == shown.strip()
    narrow = unicodedata.normalize("NFKC", shown).strip().rstrip("分%")
    if re.fullmatch(r"[-+]?[0-9.]+", narrow):
        return Decimal(narrow) == entry.value
    return entry.raw == shown.strip()
