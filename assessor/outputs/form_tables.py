"""The tables of a form: headers, printed texts, entry cells and live formulas."""

from __future__ import annotations

from decimal import Decimal

from assessor.i18n import visible
from assessor.outputs.form_canvas import Canvas, areas, decimal_of
from assessor.outputs.form_marks import marked_look
from assessor.outputs.style import row_height, span
from assessor.scheme.copies import BoundRow, bound_rows
from assessor.scheme.plan import Computed, EntryRule, Kind, PlanColumn, PlanTable, Repeat, Role

_LOOKS = {
    Role.CODE: "center",
    Role.NAME: "text",
    Role.LONG: "text",
    Role.NUMBER: "center",
    Role.COMPUTED: "total",
    Role.REMARK: "remark",
}


def paint_table(canvas: Canvas, table: PlanTable, row: int) -> int:
    """Paint a table from a row on; return the row after it."""
    if table.title:
        canvas.line(row, 24.0, keep=True)
        look = canvas.sheets.look("left", bold=True)
        span(canvas.sheet, row, 0, canvas.last, table.title, look)
        row += 1
    canvas.line(row, row_height([(c.title, c.width) for c in table.columns], 26), keep=True)
    for column, head in enumerate(table.columns):
        canvas.sheet.write_string(row, column, head.title, canvas.sheets.look("head"))
    bound = list(bound_rows(table, canvas.copy))
    for number, line in enumerate(bound, row + 1):
        # A section begins, and a sum ends, on the page of its criteria.
        sums = number - row < len(bound) and bound[number - row].row.kind in {"subtotal", "total"}
        _Row(canvas, table, line, number).paint(sums or line.row.kind == "section")
    canvas.line(row + len(bound) + 1, 10.0)
    return row + len(bound) + 2


class _Row:
    """Paints one row of a table."""

    def __init__(self, canvas: Canvas, table: PlanTable, line: BoundRow, number: int) -> None:
        self.canvas, self.table, self.line, self.number = canvas, table, line, number
        self.sheet, self.look = canvas.sheet, canvas.sheets.look

    def paint(self, keep: bool) -> None:
        line, columns = self.line, self.table.columns
        texts = self._texts()
        sizes = [(texts.get(head.key, ""), float(head.width)) for head in columns]
        sizes += [
            (value, float(head.width))
            for head in columns
            if isinstance(value := self._value(head), str)
            and (head.key in line.row.rules or head.role is Role.REMARK)
        ]
        least = 44.0 if self._asks_for_sentences() else 22.0
        self.canvas.line(self.number, row_height(sizes, least), keep)
        for column, head in enumerate(columns):
            if head.key in line.row.rules and self._is_exempt(head):
                text = self.canvas.words.text("status.not_applicable")
                self.sheet.write_string(self.number, column, text, self.look("center"))
            elif head.key in line.row.rules:
                self._entry(line.row.rules[head.key], head, column)
            elif head.key in line.row.computed:
                self._computed(line.row.computed[head.key], head, column)
            else:
                self._printed(texts, head, column)

    def _is_exempt(self, head: PlanColumn) -> bool:
        """Say whether the units table says that the row does not apply, and nobody wrote in it."""
        return self.line.row.key in self.canvas.copy.exempt and self._value(head) == ""

    def _asks_for_sentences(self) -> bool:
        return any(
            head.width >= 40 and head.key in self.line.row.rules for head in self.table.columns
        )

    def _texts(self) -> dict[str, str]:
        line = self.line
        texts = {key: _shown(value) for key, value in line.row.cells.items()}
        if line.unit is not None:
            texts |= {"code": line.code, "unit": line.unit.name}
        elif self.table.repeat is Repeat.PAPERS:
            texts["code"] = line.code
        if line.row.key in self.canvas.copy.plan.declared:
            texts |= self._declared(texts)
        return texts

    def _declared(self, texts: dict[str, str]) -> dict[str, str]:
        """Return what the unit declared for the criterion, below what the scheme itself says."""
        copy = self.canvas.copy
        text = copy.texts.get(self.line.row.key, "")
        lines = [visible(part) for part in text.splitlines() if part.strip()]
        if not lines:
            lines = [self.canvas.words.text("form.not_declared")]
        if any(column.key == "declared" for column in self.table.columns):
            return {"declared": "\n".join(lines)}
        return {"content": "\n".join(part for part in (texts.get("content", ""), *lines) if part)}

    def _printed(self, texts: dict[str, str], head: PlanColumn, column: int) -> None:
        line = self.line
        plain = line.row.kind == "item"
        value = line.row.cells.get(head.key)
        look = self.look(_look_of(head, line) if plain else _emphasis(head, line))
        if isinstance(value, Decimal):
            self.sheet.write_number(self.number, column, float(value), look)
            return
        remark = self.canvas.filled.get((self.table.key, line.code, head.key), "")
        text = texts.get(head.key, "") or str(remark)
        self.sheet.write_string(self.number, column, text, look)

    def _value(self, head: PlanColumn) -> object:
        return self.canvas.filled.get((self.table.key, self.line.code, head.key), "")

    def _entry(self, rule: EntryRule, head: PlanColumn, column: int) -> None:
        self.canvas.rules[self.number, column] = rule
        value = self._value(head)
        mark = self.canvas.marks.get((self.table.key, self.line.code, head.key))
        kind = "entry_text" if rule.kind is Kind.TEXT else "entry"
        look = self.look(kind, text_wrap=True, **marked_look(mark, value))
        if value == "":
            self.sheet.write_blank(self.number, column, None, look)
        elif isinstance(value, Decimal | int):
            self.sheet.write_number(self.number, column, float(value), look)
        else:
            self.sheet.write_string(self.number, column, str(value), look)

    def _computed(self, computed: Computed, head: PlanColumn, column: int) -> None:
        formula = _formula(self.canvas, self.table, self.line, head, computed)
        value = float(_computed_value(self.canvas, self.table, self.line, head, computed))
        self.sheet.write_formula(self.number, column, formula, self.look("total"), value)


def _look_of(head: PlanColumn, line: BoundRow) -> str:
    if head.role is Role.ENTRY and head.key in line.row.cells:
        return "center"
    return _LOOKS.get(head.role, "center")


def _emphasis(head: PlanColumn, line: BoundRow) -> str:
    if line.row.kind == "section":
        return "section" if head.role is Role.NAME else "section_center"
    return "total"


def _shown(value: str | Decimal) -> str:
    return value if isinstance(value, str) else f"{value:f}"


# -- formulas ------------------------------------------------------------------------------------


def _formula(
    canvas: Canvas, table: PlanTable, line: BoundRow, head: PlanColumn, computed: Computed
) -> str:
    digits = canvas.copy.plan.digits
    own = [canvas.address(table, line.code, key) for key in computed.columns]
    if computed.operation == "product":
        product = f"N({own[0]})*{own[1]}"
        capped = f"MIN({product},{computed.maximum})" if computed.maximum else product
        return f"=ROUND({capped},{digits})"
    if computed.operation == "difference":
        return f"=N({own[0]})-N({own[1]})"
    places = [canvas.cells[table.key, line.code, key] for key in computed.columns]
    if computed.operation == "sum_columns":
        return f"=SUM({','.join(areas(places))})"
    if computed.operation == "sum_marks":
        lost = [(canvas.address(table, line.code, key), f"{p:f}") for key, p in computed.lost]
    else:
        places = [
            canvas.cells[table.key, code, head.key] for code, less in computed.rows if not less
        ]
        lost = [
            (canvas.address(table, code, head.key), canvas.address(table, code, "points"))
            for code, less in computed.rows
            if less
        ]
    terms = [f"SUM({','.join(areas(places))})"] if places else []
    for cell, points in lost:
        # Nothing is added for a deduction before somebody has looked at it.
        terms.append(f'IF(AND({cell}="",{canvas.checked_address}=""),0,{points}-N({cell}))')
    return f"=ROUND({'+'.join(terms) or '0'},{digits})"


def _computed_value(
    canvas: Canvas, table: PlanTable, line: BoundRow, head: PlanColumn, computed: Computed
) -> Decimal:
    """Return what the formula gives for what is filled in (nothing, on a blank form)."""
    own = [_number(canvas, table, line, key) for key in computed.columns]
    if computed.operation == "product":
        product = own[0] * own[1]
        return min(product, computed.maximum) if computed.maximum else product
    if computed.operation == "difference":
        return own[0] - own[1]
    if computed.operation in {"sum_columns", "sum_marks"}:
        left = [
            points - _number(canvas, table, line, key)
            for key, points in computed.lost
            if canvas.is_checked or (table.key, line.code, key) in canvas.filled
        ]
        return sum([*own, *left], Decimal(0))
    total = Decimal(0)
    rows = {bound.code: bound for bound in bound_rows(table, canvas.copy)}
    for code, less in computed.rows:
        row = rows[code]
        if head.key in row.row.computed:
            total += _computed_value(canvas, table, row, head, row.row.computed[head.key])
        elif not less:
            total += _number(canvas, table, row, head.key)
        elif canvas.is_checked or (table.key, code, head.key) in canvas.filled:
            total += _number(canvas, table, row, "points")
            total -= _number(canvas, table, row, head.key)
    return total


def _number(canvas: Canvas, table: PlanTable, line: BoundRow, key: str) -> Decimal:
    value = canvas.filled.get((table.key, line.code, key), line.row.cells.get(key))
    return decimal_of(value)
