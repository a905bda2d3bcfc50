"""One file to a FileReading: open, identify, read each form. Runs in a worker process."""

from __future__ import annotations

import hashlib
from pathlib import Path

from assessor.i18n import Term
from assessor.problems import Place, Problem, Severity, error, warning
from assessor.returns.blocks import entry_positions, key_positions
from assessor.returns.entry_cells import Reader
from assessor.returns.identify import Context, Identified, Stranger, identify
from assessor.returns.layout import lay_out
from assessor.returns.reading import Entry, FileReading, FormReading
from assessor.returns.sheet import read_sheet
from assessor.sheets.book import Book, Unreadable, open_book
from assessor.sheets.scan import scan


def read_path(root: Path, file: str, context: Context) -> FileReading:
    """Read a file below the returns folder; what cannot be read is refused with its reason."""
    try:
        content = (root / file).read_bytes()
    except OSError as fault:
        problem = error("file_cannot_open", Place(file), reason=fault.strerror or str(fault))
        return FileReading(file, "", problems=(problem,), refused=problem.code)
    return read_content(file, content, context)


def _read_form(
    book: Book, found: Identified, context: Context
) -> tuple[list[Entry], list[Problem]]:
    """Return the entries and problems of one form: values and the second look beside them."""
    grid, plan, policies = found.grid, found.plan, context.policies
    layout = lay_out(grid, plan, context.classes, policies)
    columns, keys = entry_positions(layout.blocks), key_positions(layout.blocks)
    marks = scan(book, grid, columns, keys)
    reader = Reader(grid, plan, marks, classes=context.classes, policies=policies)
    if grid.sheet in book.hidden_sheets():
        place = Place(grid.file, grid.sheet)
        reader.problems.append(warning("sheet_hidden", place, sheet=grid.sheet))
    return read_sheet(reader, layout)


_KINDS = {"": "unknown", "text": "text", "zip": "zip", "XML": "xml", "OpenDocument": "opendocument"}


def file_kind(kind: str) -> str:
    """Return what a file is, as a fact for a sentence: PDF is called so in every language."""
    return Term(f"filekind.{_KINDS[kind]}") if kind in _KINDS else kind


def read_content(file: str, content: bytes, context: Context) -> FileReading:
    """Read a workbook from its bytes: the bytes that are hashed are the bytes that are read."""
    sha256 = hashlib.sha256(content).hexdigest()
    forms: list[FormReading] = []
    problems: list[Problem] = []
    kind = ""
    try:
        book = open_book(file, content)
        kind = book.kind
        for found in identify(book, context):
            if isinstance(found, Stranger):
                problems.append(found.problem)
                continue
            entries, faults = _read_form(book, found, context)
            forms.append(
                FormReading(
                    found.form.key,
                    found.form.serial,
                    found.form.version,
                    found.grid.sheet,
                    tuple(entries),
                    (*found.problems, *faults),
                )
            )
    except Unreadable as fault:
        problem = error(fault.code, Place(file), kind=file_kind(fault.kind))
        return FileReading(file, sha256, (), (problem,), fault.code, fault.kind)
    serious = [problem for problem in problems if problem.severity is not Severity.NOTE]
    refused = serious[0].code if serious and not forms else ""
    return FileReading(file, sha256, tuple(forms), tuple(problems), refused, kind)
