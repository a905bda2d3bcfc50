"""Which forms a workbook carries: by its stamp, else by the form numbers that people see."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assessor.i18n import catalog
from assessor.problems import Place, Problem, error, note, warning
from assessor.scheme.copies import CopyKey, Packet, due_copies
from assessor.scheme.model import Scheme
from assessor.scheme.plan import FormPlan
from assessor.scheme.stamp import (
    CHOICES_SHEET,
    STAMP_SHEET,
    Stamp,
    StampedForm,
    read_result_stamp,
    read_stamp,
)
from assessor.sheets.book import Book
from assessor.sheets.grid import Grid, as_text

_HEAD_DEPTH = 14
"""The form number stands in the head; a few rows more are allowed for insertions above it."""
_NUMBER = re.compile(r"[\w.]+(?:-+[\w.]+)+")
_UNIT_CODE = re.compile(r"[((]([^()()]+)[))]\s*\Z")


@dataclass(frozen=True)
class Context:
    """What a reader must know of the workspace; it travels to the worker processes once."""

    scheme: str
    round: str
    language: str
    key: bytes
    plans: Mapping[tuple[str, str], FormPlan]
    classes: Mapping[str, str]
    """Unit class by unit code."""
    numbers: Mapping[str, tuple[CopyKey, int]]
    """Copy and serial by visible form number."""

    def plan(self, key: CopyKey) -> FormPlan | None:
        """Return the plan of a copy; None where form or unit are not of this scheme."""
        return self.plans.get((key.form, self.classes.get(key.unit, "") if key.unit else ""))


def context_of(
    scheme: Scheme,
    packets: Sequence[Packet],
    plans: Mapping[tuple[str, str], FormPlan],
    key: bytes,
) -> Context:
    """Return what the readers of a round must know."""
    return Context(
        scheme=scheme.settings.code,
        round=scheme.settings.round,
        language=scheme.settings.language,
        key=key,
        plans=plans,
        classes={unit.code: unit.unit_class for unit in scheme.units},
        numbers={copy.number: (copy.key, copy.serial) for _, copy in due_copies(packets)},
    )


@dataclass(frozen=True, slots=True)
class Identified:
    """A sheet that is a form: its plan, its grid and what was odd about recognising it."""

    form: StampedForm
    plan: FormPlan
    grid: Grid
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Stranger:
    """A workbook, or a part of it, that cannot be taken as one of ours."""

    problem: Problem


def identify(book: Book, context: Context) -> Iterator[Identified | Stranger]:
    """Yield the forms of a workbook; one stranger where the whole workbook is not ours."""
    names = list(book.sheet_names)
    stamp = None
    if STAMP_SHEET in names:
        rows = book.grid(STAMP_SHEET).rows
        stamp = read_stamp(rows, context.key)
        if (result := read_result_stamp(rows, context.key)) is not None:
            yield Stranger(warning("file_is_result", Place(book.file), unit=result.unit))
            return
    if stamp is None or not stamp.forms:
        yield from _by_number(book, context)
        return
    place = Place(book.file)
    if stamp.scheme != context.scheme:
        yield Stranger(error("file_other_scheme", place, theirs=stamp.scheme, ours=context.scheme))
    elif stamp.round != context.round:
        yield Stranger(error("file_other_round", place, theirs=stamp.round, ours=context.round))
    else:
        yield from _by_stamp(book, stamp, context)


def _by_stamp(book: Book, stamp: Stamp, context: Context) -> Iterator[Identified | Stranger]:
    grids: dict[str, Grid] = {}
    stamped = {form.sheet for form in stamp.forms}
    known = {STAMP_SHEET, CHOICES_SHEET, catalog(context.language).text("form.instructions")}
    others = [name for name in book.sheet_names if name not in stamped | known]
    found: set[str] = set()
    for form in stamp.forms:
        problems: list[Problem] = []
        name = form.sheet
        if form.sheet not in book.sheet_names:
            name = next(
                (
                    o
                    for o in others
                    if o not in found and _shows(_head(book, o, grids), form.number)
                ),
                "",
            )
            if not name:
                yield Stranger(error("form_sheet_missing", Place(book.file), sheet=form.sheet))
                continue
            problems.append(note("sheet_renamed", Place(book.file, name), sheet=form.sheet))
        found.add(name)
        grid = _head(book, name, grids)
        if not stamp.genuine:
            problems.append(warning("stamp_not_ours", Place(book.file, name)))
        if not _shows(grid, form.number):
            problems.append(warning("number_changed", Place(book.file, name), number=form.number))
        yield _identified(form, grid, context, problems)
    extra = [name for name in others if name not in found]
    if extra and found:
        yield Stranger(note("sheets_extra", Place(book.file), sheets=extra))


def _by_number(book: Book, context: Context) -> Iterator[Identified | Stranger]:
    grids: dict[str, Grid] = {}
    hidden = book.hidden_sheets()
    found = False
    for name in book.sheet_names:
        if name in hidden:
            continue
        grid = _head(book, name, grids)
        number = next((n for n in _numbers(grid) if n in context.numbers), "")
        if not number:
            continue
        found = True
        key, serial = context.numbers[number]
        form = StampedForm(name, number, key, serial, number.rpartition("-")[2])
        problems = [warning("stamp_missing", Place(book.file, name), number=number)]
        yield _identified(form, grid, context, problems)
    if not found:
        yield Stranger(error("file_not_ours", Place(book.file)))


def _identified(
    form: StampedForm, grid: Grid, context: Context, problems: list[Problem]
) -> Identified | Stranger:
    plan = context.plan(form.key)
    place = Place(grid.file, grid.sheet)
    if plan is None:
        return Stranger(
            warning("form_unknown", place, form=form.key.form, unit=form.key.unit or "—")
        )
    visible = _visible_unit(grid, plan.unit_label)
    if form.key.unit and visible and visible != form.key.unit:
        return Stranger(error("unit_differs", place, stamped=form.key.unit, visible=visible))
    if form.version != plan.version:
        problems.append(warning("version_old", place, number=form.number))
    return Identified(form, plan, grid, tuple(problems))


def _head(book: Book, name: str, grids: dict[str, Grid]) -> Grid:
    if name not in grids:
        grids[name] = book.grid(name)
    return grids[name]


def _shows(grid: Grid, number: str) -> bool:
    return any(number in value for value in _head_texts(grid))


def _numbers(grid: Grid) -> Iterator[str]:
    for text in _head_texts(grid):
        yield from _NUMBER.findall(text)


def _head_texts(grid: Grid) -> Iterator[str]:
    for _, _, value in grid.cells(_HEAD_DEPTH):
        if isinstance(value, str):
            yield value


def _visible_unit(grid: Grid, label: str) -> str:
    for text in _head_texts(grid):
        if text.startswith(label) and (match := _UNIT_CODE.search(as_text(text))):
            return match.group(1)
    return ""
