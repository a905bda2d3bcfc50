"""The sheets of entries: one for each form and period, a line for each unit and rater."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from assessor.i18n import Catalog
from assessor.outputs.audit.ground import Cell, Ground
from assessor.outputs.audit.sheets import TOP, AuditSheet, Head
from assessor.outputs.audit.text import Spot
from assessor.outputs.style import sheet_name
from assessor.scheme.model import Criterion
from assessor.scoring.column import Column
from assessor.scoring.inputs import EntryKey, Seat
from assessor.scoring.values import written_column

Field = tuple[str, str]
"""(criterion, column) of a form."""


def entry_sheets(ground: Ground, taken: list[str], words: Catalog) -> list[AuditSheet]:
    """Return a sheet for each form and period of which something may be shown, and enter where
    each number stands."""
    fields: dict[tuple[str, str], dict[Field, None]] = {}
    for key in ground.inputs.entries:
        if not ground.secret(key.form, key.rater):
            fields.setdefault((key.form, key.period), {})[key.criterion, key.column] = None
    order = {form.code: place for place, form in enumerate(ground.scheme.forms)}
    sheets = []
    for form, period in sorted(fields, key=lambda where: (order[where[0]], where[1])):
        mine = _in_order(ground, form, list(fields[form, period]))
        sheet = _sheet(ground, form, period, mine, taken, words)
        if sheet.rows:
            sheets.append(sheet)
            taken.append(sheet.name)
    return sheets


def _in_order(ground: Ground, form: str, fields: list[Field]) -> list[Field]:
    rows = ground.scheme.rubric(ground.scheme.form[form].rubric)
    items = ground.seen.bonus_of[form]
    codes = [*(row.code for row in rows), *(row.code for row in items)]
    places = {code: place for place, code in enumerate(codes)}
    return sorted(fields, key=lambda one: places.get(one[0], -1))


def _sheet(
    ground: Ground, form: str, period: str, fields: list[Field], taken: list[str], words: Catalog
) -> AuditSheet:
    declared = ground.scheme.form[form]
    title = declared.title
    if len(ground.scheme.form_periods(declared)) > 1:
        title = f"{title} {ground.scheme.period[period].title}"
    titles = {row.code: row.title for row in ground.scheme.rubric(declared.rubric)}
    titles |= {row.code: row.title for row in ground.seen.bonus_of[form]}
    heads = [
        Head(words.text("ranking.code"), width=10),
        Head(words.text("ranking.unit"), width=16),
        Head(words.text("audit.rater"), width=14),
        *(
            Head(titles.get(code, "") or _column_title(column, words), code, _rule(column, words))
            for code, column in fields
        ),
    ]
    name = sheet_name(words.text("audit.entries", form=title), taken)
    sheet = AuditSheet(name, title, heads, frozen=3)
    rubric = {row.code: row for row in ground.scheme.rubric(declared.rubric)}
    for unit, seat in _lines(ground, form, period):
        cells: list[Cell | str] = []
        for code, column in fields:
            key = EntryKey(form, period, seat.rater, code, column)
            cell = _cell(ground, key, rubric.get(code), seat, unit)
            if isinstance(cell, Cell):
                spot = Spot(name, TOP + len(sheet.rows), 3 + len(cells))
                ground.spots["entry", key, unit] = spot
            cells.append(cell)
        if any(cells):
            one = ground.scheme.units[unit]
            rater = ground.scheme.rater.get(seat.rater)
            by = rater.name if rater else words.text("audit.self")
            sheet.rows.append([one.code, one.name, by, *cells])
    return sheet


def _lines(ground: Ground, form: str, period: str) -> Iterator[tuple[int, Seat]]:
    seats = ground.inputs.seats.get((form, period), ())
    for unit in range(len(ground.scheme.units)):
        for seat in seats:
            if seat.status[unit].has_value and not ground.secret(form, seat.rater):
                yield unit, seat


def _cell(
    ground: Ground, key: EntryKey, row: Criterion | None, seat: Seat, unit: int
) -> Cell | str:
    found = _column(ground, key, row, seat)
    if found is None:
        return ""
    status = found.status[unit]
    if not status.has_value:
        return status.word
    if ground.hides(key, unit):
        return "withheld"
    return Cell(Fraction(found.ticks[unit]) / 10**found.digits, kind="entry")


def _column(ground: Ground, key: EntryKey, row: Criterion | None, seat: Seat) -> Column | None:
    """Return what was written; a level as the value of its option."""
    if row is None:
        return ground.inputs.entries.get(key)
    return written_column(row, key.form, key.period, seat, ground.seen, key.column)


def _column_title(column: str, words: Catalog) -> str:
    key = f"turnout.{column}"
    return words.text(key) if key in words else column


def _rule(column: str, words: Catalog) -> str:
    """Return what a column of a criterion is, where it is not its one entry."""
    if column == "entry":
        return ""
    key = f"audit.column_{column}"
    return words.text(key) if key in words else column
