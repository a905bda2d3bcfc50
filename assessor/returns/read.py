"""One file to a FileReading: open, identify, read each form. Runs in a worker process."""

from __future__ import annotations

import hashlib
from pathlib import Path

from assessor.i18n import Term
from assessor.problems import Place, Problem, Severity, error
from assessor.returns.asides import read_asides
from assessor.returns.blocks import Block
from assessor.returns.carry import carry_over, doubt_points
from assessor.returns.identify import Context, Identified, Stranger, identify
from assessor.returns.reading import Entry, FileReading, FormReading, RefusedForm
from assessor.returns.sheet import entry_positions, find_blocks, read_sheet
from assessor.sheets.book import Unreadable, open_book
from assessor.sheets.scan import Marks, scan


def read_path(root: Path, file: str, context: Context) -> FileReading:
    """Read a file below the returns folder; what cannot be read is refused with its reason."""
    try:
        content = (root / file).read_bytes()
    except OSError as fault:
        problem = error("file_cannot_open", Place(file), reason=fault.strerror or str(fault))
        return FileReading(file, "", problems=(problem,), refused=problem.code)
    return read_content(file, content, context)


_KINDS = {"": "unknown", "text": "text", "zip": "zip", "XML": "xml", "OpenDocument": "opendocument"}


def file_kind(kind: str) -> str:
    """Return what a file is, as a fact for a sentence: PDF is called so in every language."""
    return Term(f"filekind.{_KINDS[kind]}") if kind in _KINDS else kind


def read_content(file: str, content: bytes, context: Context) -> FileReading:
    """Read a workbook from its bytes: the bytes that are hashed are the bytes that are read."""
    sha256 = hashlib.sha256(content).hexdigest()
    forms: list[FormReading] = []
    problems: list[Problem] = []
    refusals: list[RefusedForm] = []
    kind = ""
    try:
        book = open_book(file, content)
        kind = book.kind
        for found in identify(book, context):
            if isinstance(found, Stranger):
                problems.append(found.problem)
                if (known := found.form) is not None:
                    refusals.append(RefusedForm(known.key, known.serial, found.problem))
                continue
            blocks = find_blocks(found.grid, found.plan)
            marks = scan(book, found.grid.sheet, entry_positions(blocks))
            entries, faults = _read_form(found, blocks, marks, context)
            forms.append(
                FormReading(
                    found.form.key,
                    found.form.serial,
                    found.form.version,
                    found.grid.sheet,
                    tuple(entries),
                    (*found.problems, *faults),
                    read_asides(found.grid, found.plan, blocks),
                )
            )
    except Unreadable as fault:
        problem = error(fault.code, Place(file), kind=file_kind(fault.kind))
        return FileReading(file, sha256, (), (problem,), fault.code, fault.kind)
    serious = [problem for problem in problems if problem.severity is not Severity.NOTE]
    refused = serious[0].code if serious and not forms else ""
    return FileReading(
        file,
        sha256,
        tuple(forms),
        tuple(problems),
        refused,
        kind,
        refusals=tuple(refusals),
    )


def _read_form(
    found: Identified, blocks: list[Block], marks: Marks, context: Context
) -> tuple[list[Entry], list[Problem]]:
    """Return the entries of a form as the present scheme asks for them, read by its own plan."""
    entries, faults = read_sheet(found.grid, found.plan, blocks, marks, context.classes)
    if not found.known:
        return doubt_points(entries, faults)
    if found.plan is found.present:
        return entries, faults
    place = Place(found.grid.file, found.grid.sheet)
    return carry_over(place, entries, faults, (found.plan, found.present), context.classes)
