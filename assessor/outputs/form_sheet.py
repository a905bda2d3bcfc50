"""One form as a sheet: head, tables with entry cells and live formulas, foot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from assessor.i18n import Catalog, catalog
from assessor.outputs.style import MISSING, WRONG, Page, Sheets, row_height, span
from assessor.scheme.copies import BoundRow, Copy, bound_rows
from assessor.scheme.model import Period, Scheme
from assessor.scheme.plan import (
    Blank,
    Computed,
    EntryRule,
    Kind,
    PlanColumn,
    PlanTable,
    Repeat,
    Role,
)

_HEAD_ROWS = 6
"""Annex, title, subtitle, unit and due date, number and how many to go, an empty line."""
_LOOKS = {
    Role.CODE: "center",
    Role.NAME: "text",
    Role.LONG: "text",
    Role.NUMBER: "center",
    Role.COMPUTED: "total",
    Role.REMARK: "remark",
}
_FOOT_HEIGHTS = {"own_opinion": 64.0, "opinion": 64.0, "head": 40.0, "members": 40.0}

Values = Mapping[tuple[str, str, str], object]


@dataclass
class _Layout:
    """Where things have come to stand on the sheet while it is painted."""

    cells: dict[tuple[str, str, str], tuple[int, int]] = field(default_factory=dict)
    """Row and column by (table, row code, column)."""
    rules: dict[tuple[int, int], EntryRule] = field(default_factory=dict)
    heights: list[tuple[int, float, bool]] = field(default_factory=list)
    checked: tuple[int, int] = (0, 0)


def paint_form(
    sheets: Sheets,
    sheet: Worksheet,
    scheme: Scheme,
    copy: Copy,
    period: Period,
    filled: Values,
    position: int,
) -> None:
    """Paint a copy; `position` counts the forms of the workbook (for the defined names)."""
    painter = _Painter(sheets, sheet, scheme, copy, filled)
    painter.paint(period, position)


class _Painter:
    """Paints one copy onto one sheet, top to bottom."""

    def __init__(
        self, sheets: Sheets, sheet: Worksheet, scheme: Scheme, copy: Copy, filled: Values
    ) -> None:
        self.sheets, self.sheet, self.scheme, self.copy = sheets, sheet, scheme, copy
        self.filled = filled
        self.plan = copy.plan
        self.words: Catalog = catalog(scheme.settings.language)
        self.columns = self.plan.columns
        self.last = len(self.columns) - 1
        self.widths = [float(column.width) for column in self.columns]
        self.at = _Layout()

    def paint(self, period: Period, position: int) -> None:
        for column, width in enumerate(self.widths):
            self.sheet.set_column(column, column, width)
        self.sheet.hide_gridlines(2)
        # The foot's place is known before the tables are painted: their formulas point to 已核.
        foot = self._foot_row()
        self.at.checked = (foot, 2)
        row = _HEAD_ROWS
        header = row
        for table in self.plan.tables:
            header = row + bool(table.title)
            row = self._table(table, row)
        self._foot(foot)
        self._head(period)
        self._rules()
        self._names(position)
        if len(self.plan.tables) == 1:
            self.sheet.freeze_panes(header + 1, 0)
        self._page(header)
        self.sheet.protect("", {"format_cells": True, "format_columns": True, "format_rows": True})

    def _foot_row(self) -> int:
        row = _HEAD_ROWS
        for table in self.plan.tables:
            row += bool(table.title) + 1 + sum(1 for _ in bound_rows(table, self.copy)) + 1
        return row

    # -- head ---------------------------------------------------------------------------------

    def _head(self, period: Period) -> None:
        settings, words, look = self.scheme.settings, self.words, self.sheets.look
        half = self._half()
        self._line(0, 18.0)
        span(self.sheet, 0, 0, half, settings.annex, look("left"))
        self._line(1, row_height([(self.plan.title, sum(self.widths) / 2.1)], 20) * 1.6)
        span(self.sheet, 1, 0, self.last, self.plan.title, look("title"))
        subtitle = words.text(
            "form.subtitle", issuer=settings.issuer, title=settings.title, round=settings.round,
            period=period.title if period.code else "",
        )  # fmt: skip
        self._line(2, 22.0)
        span(self.sheet, 2, 0, self.last, subtitle.strip(" ·"), look("subtitle"))
        unit = self.copy.roster[0] if self.copy.key.unit else None
        who = self._rater()
        if unit:
            who = words.text("form.unit_with_code", unit=unit.name, code=unit.code)
        due = words.text("form.day", day=period.due) if period.due else words.text("form.no_day")
        self._line(3, 22.0)
        label = "form.unit_is" if unit else "form.rater_is"
        span(self.sheet, 3, 0, half, words.text(label, unit=who), look("left"))
        span(self.sheet, 3, half + 1, self.last, words.text("form.due_is", due=due), look("right"))
        self._line(4, 22.0)
        number = words.text("form.number_is", number=self.copy.number)
        span(self.sheet, 4, 0, half, number, look("left"))
        span(self.sheet, 4, half + 1, self.last, "", look("right", bold=True))
        formula, value = self._to_go()
        self.sheet.write_formula(4, half + 1, formula, look("right", bold=True), value)
        self._line(5, 6.0)

    def _rater(self) -> str:
        rater = self.scheme.rater.get(self.copy.key.rater)
        name = rater.name if rater else ""
        teller = self.copy.key.teller
        return name + (self.words.text(f"form.teller_{teller}") if teller else "")

    def _half(self) -> int:
        """Return the last column of the left half, by width."""
        whole, used = sum(self.widths), 0.0
        for column, width in enumerate(self.widths):
            used += width
            if used >= whole * 0.55:
                return min(column, self.last - 1)
        return self.last - 1

    def _to_go(self) -> tuple[str, str]:
        """Return the formula and value of what is still to be filled in."""
        if any(table.repeat is Repeat.PAPERS for table in self.plan.tables):
            (table,) = self.plan.tables
            first = table.entry_columns[0].key
            cells = [self.at.cells[table.key, code, first] for code in self._codes(table)]
            area = "+".join(f"COUNTA({area})" for area in _areas(cells))
            done = sum(1 for key in self.filled if key[2] == first)
            parts = self.words.text("form.papers_done", count="§").split("§")
            return f'="{parts[0]}"&({area})&"{parts[1]}"', f"{parts[0]}{done}{parts[1]}"
        cells = [cell for cell, rule in self.at.rules.items() if rule.blank is Blank.MISSING]
        areas = "+".join(f"COUNTBLANK({area})" for area in _areas(cells)) or "0"
        filled = {self.at.cells[key] for key in self.filled if key in self.at.cells}
        left = sum(1 for cell in cells if cell not in filled)
        parts = self.words.text("form.to_go", count="§").split("§")
        ready, look = self.words.text("form.all_done"), self.words.text("form.not_checked")
        checked = xl_rowcol_to_cell(*self.at.checked)
        formula = (
            f'=IF(({areas})>0,"{parts[0]}"&({areas})&"{parts[1]}",'
            f'IF({checked}="","{look}","{ready}"))'
        )
        state = ready if ("foot", "checked", "value") in self.filled else look
        return formula, f"{parts[0]}{left}{parts[1]}" if left else state

    def _codes(self, table: PlanTable) -> list[str]:
        return [bound.code for bound in bound_rows(table, self.copy)]

    def _line(self, row: int, height: float, keep: bool = False) -> None:
        self.sheet.set_row(row, height)
        self.at.heights.append((row, height, keep))

    # -- tables -------------------------------------------------------------------------------

    def _table(self, table: PlanTable, row: int) -> int:
        if table.title:
            self._line(row, 24.0, keep=True)
            span(self.sheet, row, 0, self.last, table.title, self.sheets.look("left", bold=True))
            row += 1
        self._line(row, row_height([(c.title, c.width) for c in table.columns], 26), keep=True)
        for column, head in enumerate(table.columns):
            self.sheet.write_string(row, column, head.title, self.sheets.look("head"))
        bound = list(bound_rows(table, self.copy))
        for number, line in enumerate(bound, row + 1):
            for column, head in enumerate(table.columns):
                self.at.cells[table.key, line.code or line.row.key, head.key] = (number, column)
        for number, line in enumerate(bound, row + 1):
            self._row(table, line, number)
        self._line(row + len(bound) + 1, 10.0)
        return row + len(bound) + 2

    def _row(self, table: PlanTable, line: BoundRow, number: int) -> None:
        plain = line.row.kind == "item"
        texts = {key: _shown(value) for key, value in line.row.cells.items()}
        if line.unit is not None:
            texts |= {"code": line.code, "unit": line.unit.name}
        elif table.repeat is Repeat.PAPERS:
            texts["code"] = line.code
        sizes = [(texts.get(head.key, ""), float(head.width)) for head in table.columns]
        self._line(number, row_height(sizes, 22), keep=line.row.kind == "section")
        for column, head in enumerate(table.columns):
            if head.key in line.row.rules:
                self._entry(table, line, head, number, column)
            elif head.key in line.row.computed:
                self._computed(table, line, head, number, column)
            else:
                value = line.row.cells.get(head.key)
                look = self._look(head, line) if plain else _emphasis(head, line)
                if isinstance(value, Decimal):
                    self.sheet.write_number(number, column, float(value), self.sheets.look(look))
                else:
                    remark = self.filled.get((table.key, line.code, head.key), "")
                    text = texts.get(head.key, "") or str(remark)
                    self.sheet.write_string(number, column, text, self.sheets.look(look))

    def _look(self, head: PlanColumn, line: BoundRow) -> str:
        return (
            "center"
            if head.role is Role.ENTRY and head.key in line.row.cells
            else _LOOKS.get(head.role, "center")
        )

    def _entry(
        self, table: PlanTable, line: BoundRow, head: PlanColumn, row: int, column: int
    ) -> None:
        rule = line.row.rules[head.key]
        self.at.rules[row, column] = rule
        look = self.sheets.look("entry_text" if rule.kind is Kind.TEXT else "entry")
        value = self.filled.get((table.key, line.code, head.key))
        if value is None:
            self.sheet.write_blank(row, column, None, look)
        elif isinstance(value, Decimal | int):
            self.sheet.write_number(row, column, float(value), look)
        else:
            self.sheet.write_string(row, column, str(value), look)

    def _computed(
        self, table: PlanTable, line: BoundRow, head: PlanColumn, row: int, column: int
    ) -> None:
        computed = line.row.computed[head.key]
        formula = self._formula(table, line, head, computed)
        value = self._value(table, line, head, computed)
        self.sheet.write_formula(row, column, formula, self.sheets.look("total"), float(value))

    def _cell(self, table: PlanTable, code: str, column: str) -> str:
        return str(xl_rowcol_to_cell(*self.at.cells[table.key, code, column]))

    def _formula(
        self, table: PlanTable, line: BoundRow, head: PlanColumn, computed: Computed
    ) -> str:
        own = {key: self._cell(table, line.code, key) for key in computed.columns}
        if computed.operation == "product":
            first, second = own.values()
            product = f"N({first})*{second}"
            capped = f"MIN({product},{computed.maximum})" if computed.maximum else product
            return f"=ROUND({capped},{self.plan.digits})"
        if computed.operation == "difference":
            first, second = own.values()
            return f"=N({first})-N({second})"
        if computed.operation == "sum_columns":
            keys = [self.at.cells[table.key, line.code, key] for key in computed.columns]
            return f"=SUM({','.join(_areas(keys))})"
        plain = [
            self.at.cells[table.key, code, head.key] for code, lost in computed.rows if not lost
        ]
        terms = [f"SUM({','.join(_areas(plain))})"] if plain else []
        checked = xl_rowcol_to_cell(*self.at.checked, row_abs=True, col_abs=True)
        for code in (code for code, lost in computed.rows if lost):
            points, cell = self._cell(table, code, "points"), self._cell(table, code, head.key)
            terms.append(f'IF(AND({cell}="",{checked}=""),0,{points}-N({cell}))')
        return f"=ROUND({'+'.join(terms) or '0'},{self.plan.digits})"

    def _value(
        self, table: PlanTable, line: BoundRow, head: PlanColumn, computed: Computed
    ) -> Decimal:
        """Return what the formula gives for what is filled in (nothing, on a blank form)."""
        own = [self._number(table, line, key) for key in computed.columns]
        if computed.operation == "product":
            product = own[0] * own[1]
            return min(product, computed.maximum) if computed.maximum else product
        if computed.operation == "difference":
            return own[0] - own[1]
        if computed.operation == "sum_columns":
            return sum(own, Decimal(0))
        checked = ("foot", "checked", "value") in self.filled
        total = Decimal(0)
        rows = {bound.code: bound for bound in bound_rows(table, self.copy)}
        for code, lost in computed.rows:
            if head.key in rows[code].row.computed:
                total += self._value(table, rows[code], head, rows[code].row.computed[head.key])
            elif not lost:
                total += self._number(table, rows[code], head.key)
            elif checked or (table.key, code, head.key) in self.filled:
                total += self._number(table, rows[code], "points")
                total -= self._number(table, rows[code], head.key)
        return total

    def _number(self, table: PlanTable, line: BoundRow, key: str) -> Decimal:
        value = self.filled.get((table.key, line.code, key), line.row.cells.get(key))
        return Decimal(value) if isinstance(value, Decimal | int) else Decimal(0)

    # -- foot ---------------------------------------------------------------------------------

    def _foot(self, row: int) -> None:
        for number, entry in enumerate(self.plan.foot, row):
            self._line(number, _FOOT_HEIGHTS.get(entry.key, 26.0), keep=number == row)
            span(self.sheet, number, 0, 1, entry.label, self.sheets.look("head"))
            tick = entry.kind is Kind.TICK
            look = self.sheets.look("entry" if tick else "entry_text")
            text = str(self.filled.get(("foot", entry.key, "value"), ""))
            if tick:
                self.sheet.write_string(number, 2, text, look) if text else self.sheet.write_blank(
                    number, 2, None, look
                )
                hint = self.words.text("form.checked_hint")
                span(self.sheet, number, 3, self.last, hint, self.sheets.look("text"))
                validation = {"validate": "list", "source": ["√"], "error_type": "stop"}
                self.sheet.data_validation(number, 2, number, 2, validation)
            else:
                span(self.sheet, number, 2, self.last, text, look)

    # -- rules and identity -------------------------------------------------------------------

    def _rules(self) -> None:
        by_rule: dict[EntryRule, list[tuple[int, int]]] = {}
        for cell, rule in self.at.rules.items():
            by_rule.setdefault(rule, []).append(cell)
        checked = xl_rowcol_to_cell(*self.at.checked, row_abs=True, col_abs=True)
        for rule, cells in by_rule.items():
            areas = _areas(cells)
            first = xl_rowcol_to_cell(*min(cells))
            if rule.blank is Blank.MISSING and not self.plan.papers:
                self._mark(areas, f'=AND({first}="",{checked}<>"")', MISSING)
            condition = _valid(rule, first)
            if condition:
                self._mark(areas, f'=AND({first}<>"",NOT({condition}))', WRONG)
                self._validate(rule, cells, condition)

    def _mark(self, areas: list[str], criteria: str, colour: str) -> None:
        self.sheet.conditional_format(
            areas[0].split(":")[0],
            {
                "type": "formula",
                "criteria": criteria,
                "format": self.sheets.book.add_format({"bg_color": colour}),
                "multi_range": " ".join(areas),
            },
        )

    def _validate(self, rule: EntryRule, cells: list[tuple[int, int]], condition: str) -> None:
        phrase = rule.phrase(self.words)
        areas = _boxes(cells)
        first, *others = areas
        self.sheet.data_validation(
            *first,
            {
                "validate": "custom",
                "value": f"={condition}",
                "ignore_blank": True,
                "input_title": self.words.text("form.input_title"),
                "input_message": phrase,
                "error_title": self.words.text("form.error_title"),
                "error_message": self.words.text("form.error_message", phrase=phrase),
                "other_cells": others,
            },
        )

    def _names(self, position: int) -> None:
        """Name what carries identity; Excel moves the names along when rows are inserted."""
        sheet = "'" + self.sheet.name.replace("'", "''") + "'"
        prefix = f"assessor_f{position}"
        define = self.sheets.book.define_name
        define(f"{prefix}_number", f"={sheet}!$A$5")
        checked = xl_range_abs(*self.at.checked, *self.at.checked)
        define(f"{prefix}_checked", f"={sheet}!{checked}")
        for index, table in enumerate(self.plan.tables, 1):
            for column in table.columns:
                if column.role in {Role.CODE, Role.ENTRY}:
                    cells = [
                        self.at.cells[table.key, code, column.key] for code in self._rows(table)
                    ]
                    area = xl_range_abs(*min(cells), *max(cells))
                    which = (
                        "codes" if column.role is Role.CODE else f"c{table.columns.index(column)}"
                    )
                    define(f"{prefix}_t{index}_{which}", f"={sheet}!{area}")

    def _rows(self, table: PlanTable) -> list[str]:
        return [line.code or line.row.key for line in bound_rows(table, self.copy)]

    def _page(self, header: int) -> None:
        """Lay out the pages; the header of the last (the long) table is repeated."""
        page = Page(self.sheet, self.widths, self.plan.landscape)
        page.footer(self.words.text("form.page"))
        repeated = next(height for row, height, _ in self.at.heights if row == header)
        self.sheet.repeat_rows(header)
        page.break_between(sorted(self.at.heights), repeated)


def _emphasis(head: PlanColumn, line: BoundRow) -> str:
    if line.row.kind == "section":
        return "section" if head.role is Role.NAME else "section_center"
    return "total"


def _shown(value: str | Decimal) -> str:
    return value if isinstance(value, str) else f"{value:f}"


def _valid(rule: EntryRule, cell: str) -> str:
    """Return the Excel condition under which an entry is right."""
    if rule.kind is Kind.TEXT:
        return ""
    if rule.kind is Kind.TICK:
        return f'{cell}="√"'
    parts = [f"ISNUMBER({cell})", f"{cell}>=0"]
    if rule.maximum is not None:
        parts.append(f"{cell}<={rule.maximum:f}")
    if rule.kind is Kind.COUNT:
        parts.append(f"{cell}=INT({cell})")
    if rule.step is not None:
        parts.append(f"ABS({cell}/{rule.step:f}-ROUND({cell}/{rule.step:f},0))<0.000001")
    # AND looks at every part, so a text must not reach the comparisons: N() makes it 0.
    number = f"AND({','.join([parts[0], *(p.replace(cell, f'N({cell})') for p in parts[1:])])})"
    return f'OR({cell}="/",{number})' if rule.may_not_apply else number


def _boxes(cells: list[tuple[int, int]]) -> list[list[int]]:
    """Return cells as boxes of columns: [first row, first column, last row, last column]."""
    boxes: list[list[int]] = []
    for column, group in groupby(sorted(cells, key=lambda cell: cell[::-1]), lambda cell: cell[1]):
        for row, _ in group:
            if boxes and boxes[-1][1] == column and boxes[-1][2] == row - 1:
                boxes[-1][2] = row
            else:
                boxes.append([row, column, row, column])
    return boxes


def _areas(cells: list[tuple[int, int]]) -> list[str]:
    """Return cells as addresses of areas: A1:A3, C1."""
    return [
        f"{xl_rowcol_to_cell(top, left)}:{xl_rowcol_to_cell(bottom, right)}"
        for top, left, bottom, right in _boxes(cells)
    ]
