"""One file to a FileReading: open, identify, read each form. Runs in a worker process."""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import replace
from io import BufferedReader
from pathlib import PurePosixPath

from assessor.i18n import Term
from assessor.problems import Place, Problem, Severity, error, note, warning
from assessor.returns.archives import MOST_BYTES
from assessor.returns.asides import read_asides
from assessor.returns.blocks import entry_positions, key_positions
from assessor.returns.carry import carry_over, doubt_points
from assessor.returns.entry_cells import Reader
from assessor.returns.identify import Context, Identified, Stranger, identify
from assessor.returns.intake import Found, says_enclosure, says_workbook
from assessor.returns.layout import Layout, lay_out
from assessor.returns.opening import opened, read_settled, unchanged
from assessor.returns.reading import Entry, FileReading, FormReading, RefusedForm
from assessor.returns.sheet import read_sheet
from assessor.sheets.book import TEXT, Book, open_book, open_text
from assessor.sheets.kinds import (
    CONTAINER_KINDS,
    DOCUMENT_KINDS,
    WORKBOOK_KINDS,
    Unreadable,
    kind_of,
    kind_of_zip,
)
from assessor.sheets.scan import scan

ENCLOSURE = "file_enclosure"
CONTAINER = "file_container"
"""Why a file gives no forms that is none: it is kept, or taken apart."""


def read_found(found: Found, context: Context) -> FileReading:
    """Read a file that was found; what cannot be read is refused with its reason."""
    try:
        with opened(found.folder, found.name) as stream:
            if says_enclosure(found.ending):
                reading = _read_enclosure(found, stream, context)
            else:
                reading = _read_any(found, stream, context)
    except Unreadable as fault:
        reading = _refused(found.file, "", fault)
    return replace(reading, container=found.container, mails=found.mails)


_HEAD = 1 << 16
_PIECE = 1 << 20
_MOST_HASHED = 4 << 30
"""A longer film is kept without a hash: making it would take longer than a file may."""


def _read_enclosure(found: Found, stream: BufferedReader, context: Context) -> FileReading:
    """Keep what is named like a scan or a document, unless it is a workbook or an archive."""
    head = stream.read(_HEAD)
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        with contextlib.suppress(Unreadable):
            reading = _read_any(found, stream, context)
            if reading.kind in WORKBOOK_KINDS | CONTAINER_KINDS:
                return reading
    stream.seek(0)
    digest = hashlib.sha256()
    size = 0
    with unchanged(stream):
        while size < _MOST_HASHED and (piece := stream.read(_PIECE)):
            size += len(piece)
            digest.update(piece)
    sha256 = digest.hexdigest() if size < _MOST_HASHED else ""
    kind = kind_of(head)
    problems: tuple[Problem, ...] = ()
    if kind in {"empty", "zeros"}:
        problems = (warning("enclosure_empty", Place(found.file)),)
    return FileReading(found.file, sha256, (), problems, ENCLOSURE, kind)


def _read_any(found: Found, stream: BufferedReader, context: Context) -> FileReading:
    stream.seek(0)
    if stream.read(4) != b"PK\x03\x04":
        return read_content(found.file, read_settled(stream, MOST_BYTES), context)
    archive = FileReading(found.file, "", (), (), CONTAINER, "zip")
    if os.fstat(stream.fileno()).st_size > MOST_BYTES and kind_of_zip(stream) in CONTAINER_KINDS:
        return archive  # which may be larger than a workbook
    content = read_settled(stream, MOST_BYTES)
    if kind_of(content) in CONTAINER_KINDS:
        return archive
    return read_content(found.file, content, context)


_KINDS = {"": "unknown", "text": "text", "zip": "zip", "XML": "xml", "OpenDocument": "opendocument"}
_KINDS |= {"mail": "mail", "video": "video", "old Excel": "old_excel", "CAB": "cab"}


def file_kind(kind: str) -> str:
    """Return what a file is, as a fact for a sentence: PDF is called so in every language."""
    return Term(f"filekind.{_KINDS[kind]}") if kind in _KINDS else kind


def read_content(file: str, content: bytes, context: Context) -> FileReading:
    """Read a workbook from its bytes: the bytes that are hashed are the bytes that are read."""
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        book = _open(file, content)
    except Unreadable as fault:
        ending = PurePosixPath(file.lower()).suffix
        kept = fault.kind in DOCUMENT_KINDS and not says_workbook(ending)
        if fault.code == "file_not_a_workbook" and kept:
            return FileReading(file, sha256, (), (), ENCLOSURE, fault.kind)
        return _refused(file, sha256, fault)
    try:
        return _read_book(book, sha256, context)
    except Unreadable as fault:
        return _refused(file, sha256, fault)


def _open(file: str, content: bytes) -> Book:
    kind = kind_of(content)
    text = open_text(file, content) if kind == "text" else None
    return text or open_book(file, content, kind)


def _read_book(book: Book, sha256: str, context: Context) -> FileReading:
    forms: list[FormReading] = []
    refusals: list[RefusedForm] = []
    problems: list[Problem] = list(_remarks(book))
    for found in identify(book, context):
        if isinstance(found, Stranger):
            problems.append(found.problem)
            if (known := found.form) is not None:
                refusals.append(RefusedForm(known.key, known.serial, found.problem))
            continue
        layout = lay_out(found.grid, found.plan, context.classes, context.policies)
        entries, faults = _read_form(book, found, layout, context)
        forms.append(
            FormReading(
                found.form.key,
                found.form.serial,
                found.form.version,
                found.grid.sheet,
                tuple(entries),
                (*found.problems, *faults),
                read_asides(found.grid, found.plan, layout.blocks),
            )
        )
    far = (*book.look.far, *book.cut.values())
    if far:
        problems.append(note("file_far", Place(book.file), cells=far))
    if not forms and any(problem.code == "file_not_ours" for problem in problems):
        _prove_empty(book)
    serious = [problem for problem in problems if problem.severity is Severity.ERROR]
    serious = serious or [p for p in problems if p.severity is not Severity.NOTE]
    refused = serious[0].code if serious and not forms else ""
    return FileReading(
        book.file,
        sha256,
        tuple(forms),
        tuple(problems),
        refused,
        book.kind,
        refusals=tuple(refusals),
    )


def _read_form(
    book: Book, found: Identified, layout: Layout, context: Context
) -> tuple[list[Entry], list[Problem]]:
    """Return the entries of a form as the present scheme asks for them, read by its own plan:
    values, and the second look beside them."""
    grid, policies = found.grid, context.policies
    marks = scan(book, grid, entry_positions(layout.blocks), key_positions(layout.blocks))
    reader = Reader(grid, found.plan, marks, classes=context.classes, policies=policies)
    reader.unnamed = bool(found.form.key.paper)
    if grid.sheet in book.hidden_sheets():
        place = Place(grid.file, grid.sheet)
        reader.problems.append(warning("sheet_hidden", place, sheet=grid.sheet))
    entries, faults = read_sheet(reader, layout)
    if not found.known:
        return doubt_points(entries, faults)
    if found.plan is found.present:
        return entries, faults
    place = Place(found.grid.file, found.grid.sheet)
    return carry_over(place, entries, faults, (found.plan, found.present), context.classes)


def _prove_empty(book: Book) -> None:
    """Refuse a workbook that holds no form of ours for what it is: text that is no table, or a
    variety of .xlsx whose cells the reader does not see."""
    if book.kind == TEXT:
        raise Unreadable("file_not_a_workbook", "text")
    if book.look.values and not any(any(book.grid(name).cells()) for name in book.sheet_names):
        raise Unreadable("file_strict" if book.look.strict else "file_seems_empty", book.kind)


_ENDINGS: dict[str, tuple[str, ...]] = {
    "xlsx": (".xlsx", ".xlsm", ".xltx", ".xltm"),
    "xls": (".xls", ".xlt", ".et", ".ett"),
    "xlsb": (".xlsb",),
    "ods": (".ods", ".ots"),
    TEXT: (".csv",),
}
_OWN_NAMES = {".et": "WPS", ".ett": "WPS", ".ods": "OpenDocument"}


def _remarks(book: Book) -> list[Problem]:
    """Return what is odd about a file that can be read all the same."""
    place = Place(book.file)
    ending = PurePosixPath(book.file.lower()).suffix
    problems: list[Problem] = []
    if book.kind == TEXT:
        problems.append(warning("file_csv", place))
    if ending not in _ENDINGS[book.kind]:
        kind = f".{book.kind}"
        problems.append(note("file_misnamed", place, ending=ending or "—", kind=kind))
    elif ending in _OWN_NAMES:
        problems.append(note("file_format", place, kind=ending))
    return problems


def _refused(file: str, sha256: str, fault: Unreadable) -> FileReading:
    problem = error(fault.code, Place(file), kind=file_kind(fault.kind), **fault.facts)
    return FileReading(file, sha256, (), (problem,), fault.code, fault.kind)
