"""What a built workbook says of itself: whose it is comes from inside the file, never its name."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from assessor.mail.recipients import Owner
from assessor.problems import AssessorError, Place, Problem, Severity, error
from assessor.returns.identify import Context, Identified, Stranger, identify
from assessor.scheme.copies import CopyKey
from assessor.scheme.model import Scheme
from assessor.scheme.stamp import STAMP_SHEET, read_result_stamp
from assessor.sheets.book import Book, Unreadable, open_book
from assessor.sheets.grid import as_text


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read back from a workbook."""

    owner: Owner
    units: tuple[str, ...]
    copies: tuple[CopyKey, ...]
    """The forms in it; none in a workbook of results."""
    digest: str
    """Of everything that a person sees, and whose it is; not of how it looks."""


def read_form(file: str, content: bytes, context: Context) -> Seen:
    """Return whose forms a workbook holds; AssessorError where anything about it is odd."""
    book = _open(file, content)
    copies = []
    for found in identify(book, context):
        odd = [problem for problem in _said(found) if problem.severity is not Severity.NOTE]
        if odd:
            raise AssessorError(error("mail_file_odd", Place(file)), *odd)
        if not isinstance(found, Stranger):
            if found.plan.digest != found.present.digest:
                raise AssessorError(error("mail_form_old", Place(file)))
            copies.append(found.form.key)
    fillers = {(key.unit, key.rater) for key in copies}
    if len(fillers) != 1:
        raise AssessorError(error("mail_file_mixed", Place(file)))
    ((unit, rater),) = fillers
    owner = Owner("rater", rater) if rater else Owner("unit", unit)
    return Seen(owner, (unit,) if unit else (), tuple(copies), _digest(book, owner))


def _said(found: Identified | Stranger) -> list[Problem]:
    """Return what is odd about a form; papers to print do not show their number in the head."""
    if isinstance(found, Stranger):
        return [found.problem]
    printed = found.plan.layout.endswith("_paper")
    return [one for one in found.problems if not (printed and one.code == "number_changed")]


def read_feedback(file: str, content: bytes, scheme: Scheme, key: bytes) -> Seen:
    """Return whose results a workbook holds; AssessorError where anything about it is odd."""
    book = _open(file, content)
    rows: Sequence[Sequence[object]] = []
    if STAMP_SHEET in book.sheet_names:
        rows = book.grid(STAMP_SHEET).rows
    stamp = read_result_stamp(rows, key)
    place = Place(file)
    if stamp is None:
        raise AssessorError(error("mail_no_stamp", place))
    if not stamp.genuine:
        raise AssessorError(error("mail_stamp_foreign", place))
    settings = scheme.settings
    if (stamp.scheme, stamp.round) != (settings.code, settings.round):
        raise AssessorError(error("mail_other_round", place, theirs=stamp.round))
    unit = scheme.unit.get(stamp.unit)
    if unit is None:
        raise AssessorError(error("mail_unit_unknown", place, value=stamp.unit))
    if not any(unit.name in text for text in _texts(book)):
        raise AssessorError(error("mail_unit_not_shown", place, unit=unit.name))
    owner = Owner("unit", unit.code)
    return Seen(owner, (unit.code,), (), _digest(book, owner))


def _open(file: str, content: bytes) -> Book:
    try:
        return open_book(file, content)
    except Unreadable as fault:
        raise AssessorError(error("mail_file_unreadable", Place(file))) from fault


def _texts(book: Book) -> list[str]:
    hidden = book.hidden_sheets()
    return [
        as_text(value)
        for name in book.sheet_names
        if name not in hidden
        for row in book.grid(name).rows
        for value in row
        if isinstance(value, str)
    ]


def _digest(book: Book, owner: Owner) -> str:
    """Return a hash of what a workbook says: so that new looks alone are not sent again."""
    digest = hashlib.sha256(str(owner).encode())
    for name in book.sheet_names:
        rows = book.grid(name).rows
        if name == STAMP_SHEET:
            rows = [row for row in rows if row and row[0] != "signature"]
        digest.update(repr((name, [[str(value) for value in row] for row in rows])).encode())
    return digest.hexdigest()
