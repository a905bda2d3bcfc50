"""Which forms a workbook carries: by its stamp, else by the form numbers that people see.

A stamp of our own key vouches for a form, and what can be read on the sheet must not contradict it.
Without one a sheet is taken only where number, unit and all codes agree, and a stamp that is there
all the same must not contradict them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from assessor.i18n import LANGUAGES, Term, catalog
from assessor.problems import Place, Problem, Severity, error, note, warning
from assessor.returns.blocks import find_blocks
from assessor.returns.context import Context, context_of
from assessor.returns.heads import Head, read_head
from assessor.returns.proof import unit_fault, unproved
from assessor.scheme.copies import CopyKey, FormNumber, split_number
from assessor.scheme.plan import FormPlan
from assessor.scheme.stamp import (
    CHOICES_SHEET,
    REHEARSAL,
    STAMP_SHEET,
    Seal,
    Stamp,
    StampedForm,
    read_stamp,
)
from assessor.sheets.book import Book
from assessor.sheets.grid import Grid

__all__ = ["Context", "Identified", "Stranger", "context_of", "identify"]


@dataclass(frozen=True, slots=True)
class Identified:
    """A sheet that is a form: its plan, its grid and what was odd about recognising it."""

    form: StampedForm
    plan: FormPlan
    """The plan that it was issued by."""
    grid: Grid
    problems: tuple[Problem, ...]
    present: FormPlan
    """The plan of now; the same object where nothing has changed."""
    known: bool = True
    """Whether the plan that it was issued by is kept; else it is read by the present one."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """A workbook, or a part of it, that cannot be taken as one of ours."""

    problem: Problem
    form: StampedForm | None = None
    """Which form it is all the same, where its stamp says so and the form is of this round."""


Found = Identified | Stranger


def identify(book: Book, context: Context) -> Iterator[Found]:
    """Yield the forms of a workbook; one stranger where the whole workbook is not ours."""
    stamp = None
    if STAMP_SHEET in book.sheet_names:
        stamp = read_stamp(book.grid(STAMP_SHEET).rows, context.key)
    sheets = _Sheets(book, context)
    place = sheets.place()
    if stamp is not None and stamp.forms and (fault := _other_round(stamp, context, place)):
        yield Stranger(fault)
    elif len(units := sheets.units()) > 1:
        named = [f"{context.names[unit][0]}({unit})" for unit in units]
        yield Stranger(error("file_two_units", place, units=named))
    elif stamp is not None and stamp.forms and stamp.genuine:
        yield from _by_stamp(sheets, stamp)
    else:
        yield from _by_number(sheets, stamp)


@dataclass
class _Sheets:
    """The sheets of a workbook that a person sees, each read once."""

    book: Book
    context: Context
    heads: dict[str, tuple[Grid, Head]] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The sheets in which a form may stand."""
        hidden = self.book.hidden_sheets()
        ours = ("form.instructions", "correction.sheet")
        own = {catalog(language).text(key) for language in LANGUAGES for key in ours}
        own |= {STAMP_SHEET, CHOICES_SHEET} | hidden
        return [name for name in self.book.sheet_names if name not in own]

    def look(self, name: str) -> tuple[Grid, Head]:
        """Return a sheet and what stands in its head."""
        if name not in self.heads:
            grid = self.book.grid(name)
            self.heads[name] = grid, read_head(grid)
        return self.heads[name]

    def numbers(self, name: str) -> list[FormNumber]:
        """Return the form numbers of this round that a sheet shows."""
        return [one for one in self.look(name)[1].numbers if one.stem in self.context.stems]

    def keys(self, name: str) -> list[CopyKey]:
        """Return the copies that a sheet shows the number of."""
        return [self.context.stems[one.stem] for one in self.numbers(name)]

    def units(self) -> list[str]:
        """Return the units whose forms stand in the workbook, as their numbers say."""
        found = [key.unit for name in self.names for key in self.keys(name) if key.unit]
        return list(dict.fromkeys(found))

    def place(self, name: str = "") -> Place:
        """Return where a sheet, or the whole file, is."""
        return Place(self.book.file, name)


def _other_round(stamp: Stamp, context: Context, place: Place) -> Problem | None:
    """Return why a stamp is not of this round: rehearsal, another scheme, another year."""
    facts = {"theirs": stamp.scheme, "ours": context.scheme}
    if stamp.scheme == context.scheme + REHEARSAL:
        return error("file_rehearsal", place, **facts)
    if stamp.scheme + REHEARSAL == context.scheme:
        return error("file_not_rehearsal", place, **facts)
    if stamp.scheme != context.scheme:
        return error("file_other_scheme", place, **facts)
    if stamp.round != context.round:
        return error("file_other_round", place, theirs=stamp.round, ours=context.round)
    return None


# -- a stamp of ours -----------------------------------------------------------------------------


def _by_stamp(sheets: _Sheets, stamp: Stamp) -> Iterator[Found]:
    """Yield the forms that our own stamp vouches for, then what else stands in the file."""
    found: set[str] = set()
    for form in stamp.forms:
        name, problems = _sheet_of(sheets, stamp, form, found)
        if not name:
            missing = error("form_sheet_missing", sheets.place(), sheet=form.sheet)
            yield Stranger(missing, form)
            continue
        found.add(name)
        yield _vouched(sheets, form, name, problems)
    extra = []
    for name in sheets.names:
        if name in found:
            continue
        if sheets.numbers(name):
            # A sheet of the same unit copied in beside: it may be the one that was filled in.
            yield _shown(sheets, name, stamp)
        else:
            extra.append(name)
    hidden = [n for n in sheets.book.sheet_names if n in sheets.book.hidden_sheets()]
    extra += [name for name in hidden if name not in found | {STAMP_SHEET, CHOICES_SHEET}]
    if extra and found:
        yield Stranger(note("sheets_extra", sheets.place(), sheets=extra))


def _sheet_of(
    sheets: _Sheets, stamp: Stamp, form: StampedForm, taken: set[str]
) -> tuple[str, list[Problem]]:
    """Return the sheet of a stamped form: the one of that name, else the one with its number."""
    if form.sheet in sheets.book.sheet_names:
        return form.sheet, []
    stamped = {other.sheet for other in stamp.forms} | taken
    for name in sheets.names:
        if name not in stamped and form.key in sheets.keys(name):
            return name, [note("sheet_renamed", sheets.place(name), sheet=form.sheet)]
    return "", []


def _vouched(sheets: _Sheets, form: StampedForm, name: str, problems: list[Problem]) -> Found:
    """Return a form of our own stamp, unless its sheet shows the number of another one."""
    context, place = sheets.context, sheets.place(name)
    present = context.plan(form.key)
    if present is None:
        unit = form.key.unit or "—"
        return Stranger(warning("form_unknown", place, form=form.key.form, unit=unit))
    others = [one for one in sheets.numbers(name) if context.stems[one.stem] != form.key]
    if others:
        facts = {"stamped": form.number, "visible": str(others[0])}
        return _refused(error("number_differs", place, **facts), form)
    number = split_number(form.number)
    if number not in sheets.look(name)[1].numbers:
        problems.append(warning("number_changed", place, number=form.number))
    if number is not None and not context.is_issued(number):
        facts = {"number": form.number, "serial": str(form.serial)}
        problems.append(warning("serial_unrecorded", place, **facts))
    return _taken(sheets, form, present, name, problems)


def _taken(
    sheets: _Sheets, form: StampedForm, present: FormPlan, name: str, problems: list[Problem]
) -> Found:
    """Return a form with the plan that it was issued by, unless its unit is another one."""
    context = sheets.context
    grid, head = sheets.look(name)
    fault = unit_fault(head, form.key, sheets.place(name), context)
    if fault is not None and fault.severity is Severity.ERROR:
        return _refused(fault, form)
    if fault is not None:
        problems.append(fault)
    own = _own_plan(grid, context.editions(form, present), form.digest)
    if form.version != present.version:
        code = "version_old" if own is not None else "version_unknown"
        problems.append(warning(code, sheets.place(name), number=form.number))
    return Identified(form, own or present, grid, tuple(problems), present, own is not None)


def _refused(problem: Problem, form: StampedForm) -> Stranger:
    """Return a form that is known and not taken; the file of an anonymous paper, which may be named
    after who sent it, must not stand beside the paper's number."""
    if form.key.paper:
        unnamed = {name: Term("proof.paper") for name in _NUMBERS & set(problem.facts)}
        problem = replace(problem, facts={**problem.facts, **unnamed})
        form = replace(form, number="", key=form.key.shown)
    return Stranger(problem, form)


_NUMBERS = frozenset({"number", "stamped", "visible"})
"""Facts that may hold a form number."""


def _own_plan(grid: Grid, editions: Sequence[FormPlan], digest: str) -> FormPlan | None:
    """Return the plan that a sheet was issued by: as its stamp says, else whose headers fit."""
    if len(editions) < 2 or editions[0].digest == digest:
        return editions[0] if editions else None
    for plan in editions:
        blocks = find_blocks(grid, plan)
        entries = (column.key in b.columns for b in blocks for column in b.table.entry_columns)
        if len(blocks) == len(plan.tables) and all(entries):
            return plan
    return editions[0]


# -- no stamp of ours ----------------------------------------------------------------------------


def _by_number(sheets: _Sheets, stamp: Stamp | None) -> Iterator[Found]:
    """Yield the forms whose numbers people see; one stranger where there is none."""
    shown = [name for name in sheets.names if sheets.numbers(name)]
    for name in shown:
        yield _shown(sheets, name, stamp)
    if shown:
        return
    yield Stranger(_why_not(sheets))


def _shown(sheets: _Sheets, name: str, stamp: Stamp | None) -> Found:
    """Return the form whose number a sheet shows, where all else agrees."""
    context, place = sheets.context, sheets.place(name)
    number, *others = sheets.numbers(name)
    key = context.stems[number.stem]
    # A serial that somebody made up may not push up the serial of the next correction.
    serial = number.serial if context.is_issued(number) else 1
    form = StampedForm(name, str(number), key, serial, number.version)
    present = context.plan(key)
    if present is None:
        return Stranger(warning("form_unknown", place, form=key.form, unit=key.unit or "—"))
    other = next((one for one in others if context.stems[one.stem] != key), None)
    if other is not None or not _admits(stamp, key):
        stamped = other or _stamped_number(stamp, name)
        facts = {"stamped": str(stamped), "visible": form.number}
        return _refused(error("number_differs", place, **facts), form)
    if context.stamped_only:
        return _refused(error("stamp_required", place, number=form.number), form)
    if not context.is_issued(number):
        facts = {"number": form.number, "serial": str(number.serial)}
        return _refused(error("serial_unknown", place, **facts), form)
    grid, head = sheets.look(name)
    plan = _own_plan(grid, context.editions(form, present), "") or present
    found = _taken(sheets, form, present, name, [_remark(stamp, place, form.number)])
    doubts = unproved(grid, head, key, plan, context)
    if isinstance(found, Identified) and doubts:
        return _refused(error("form_unproved", place, number=form.number, what=doubts), form)
    return found


def _admits(stamp: Stamp | None, key: CopyKey) -> bool:
    """Say whether a stamp, believed or not, does not contradict that a file holds a form."""
    return stamp is None or not stamp.forms or key in [form.key for form in stamp.forms]


def _stamped_number(stamp: Stamp | None, name: str) -> str:
    forms = stamp.forms if stamp is not None else ()
    return next((form.number for form in forms if form.sheet == name), forms[0].number)


def _remark(stamp: Stamp | None, place: Place, number: str) -> Problem:
    """Return the warning of a form that no stamp of ours vouches for."""
    if stamp is None:
        return warning("stamp_missing", place, number=number)
    if stamp.genuine:
        return warning("sheet_copied", place, number=number)
    if stamp.seal is Seal.FOREIGN:
        return warning("stamp_foreign", place, number=number, workspace=stamp.workspace)
    return warning("stamp_altered", place, number=number)


def _why_not(sheets: _Sheets) -> Problem:
    """Return why no sheet of a workbook is a form of this round."""
    context = sheets.context
    forms = {form for form, _ in context.plans}
    for name in sheets.names:
        for number in sheets.look(name)[1].numbers:
            form, round_, *_ = (*number.parts, "", "")
            if form in forms and round_ and round_ != context.round:
                facts = {"theirs": round_, "ours": context.round}
                return error("file_other_round", sheets.place(), **facts)
            if form in forms:
                return error("number_unknown", sheets.place(name), number=str(number))
    return error("file_not_ours", sheets.place())
