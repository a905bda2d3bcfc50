"""Tables as a workbook that a clerk can edit: drop-downs, comments, frozen headers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from xlsxwriter.worksheet import Worksheet

from assessor.decimals import percent
from assessor.i18n import Catalog, catalog
from assessor.outputs.style import ENTRY, Page, Sheets, row_height
from assessor.scheme.columns import (
    SETTING_CHOICES,
    SETTING_KEYS,
    Column,
    Table,
    Type,
)
from assessor.scheme.rulebook import PARAMETER_KEYS, PARAMETER_WORDS

_SETTING_WORDS = {key: dict(choices) for key, choices in SETTING_CHOICES.items()}
Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""Typed values by table key: what reading the tables gives."""

_SPARE_ROWS = 300
"""Rows below the data that carry formats and drop-downs already."""
_FORMATS = {
    Type.NUMBER: "General",
    Type.INTEGER: "0",
    Type.PERCENT: "0.##%",
    Type.WEIGHTS: "0.##%",
    Type.DATE: "yyyy-mm-dd",
}


def tables_xlsx(tables: Sequence[Table], rows: Rows, language: str, title: str) -> bytes:
    """Return a workbook with one sheet a table, headers and words in the language."""
    words = catalog(language)
    sheets = Sheets(title, title, "assessor", None, exact=True)
    for table in tables:
        name = table.zh if language == "zh" else table.key
        _paint(sheets, sheets.sheet(name), table, rows.get(table.key, ()), words)
    return sheets.content


def _paint(
    sheets: Sheets,
    sheet: Worksheet,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    words: Catalog,
) -> None:
    zh = words.language == "zh"
    widths = [float(max(column.width, len(column.zh) * 2 + 2)) for column in table.columns]
    last = len(rows) + _SPARE_ROWS
    for index, column in enumerate(table.columns):
        look = sheets.look(
            "entry_text", bg_color="#FFFFFF", valign="top", num_format=_format(column)
        )
        sheet.set_column(index, index, widths[index], look)
        head = column.zh if zh else column.key
        mark = "*" if column.required else ""
        needed = {"bg_color": ENTRY} if column.required else {}
        sheet.write_string(0, index, head + mark, sheets.look("head", **needed))
        comment = words.text(f"column.{table.key}.{column.key}")
        sheet.write_comment(0, index, comment, {"x_scale": 2, "y_scale": 1.4, "author": "assessor"})
        _drop_down(sheet, column, index, last, words)
    sheet.set_row(0, 30)
    for number, row in enumerate(rows, 1):
        cells = []
        for index, column in enumerate(table.columns):
            value = shown(row.get(column.key), column, table, words.language)
            if table.key == "settings" and column.key == "value" and words.language == "zh":
                value = _SETTING_WORDS.get(str(row.get("key")), {}).get(str(value), value)
            look = sheets.look(
                "entry_text", bg_color="#FFFFFF", valign="top", num_format=_format(column)
            )
            _write(sheet, number, index, value, look)
            cells.append((str(value), widths[index]))
        sheet.set_row(number, row_height(cells, 18))
    sheet.freeze_panes(1, 2 if len(table.columns) > 6 else 1)
    sheet.autofilter(0, 0, max(1, len(rows)), len(table.columns) - 1)
    sheet.repeat_rows(0)
    Page(sheet, widths, landscape=True).footer(words.text("form.page"))


def _format(column: Column) -> str:
    return _FORMATS.get(column.type, "@")


def _drop_down(sheet: Worksheet, column: Column, index: int, last: int, words: Catalog) -> None:
    zh = words.language == "zh"
    choices = [word if zh else key for key, word in column.choices]
    if column.type is Type.YES_NO:
        choices = ["是", "否"] if zh else ["yes", "no"]
    if choices:
        sheet.data_validation(1, index, last, index, {"validate": "list", "source": choices})


def _write(sheet: Worksheet, row: int, column: int, value: object, look: Any) -> None:  # noqa: ANN401
    if isinstance(value, dt.date):
        sheet.write_datetime(row, column, dt.datetime(value.year, value.month, value.day), look)
    elif isinstance(value, Decimal | Fraction | int):
        sheet.write_number(row, column, float(value), look)
    elif value:
        sheet.write_string(row, column, str(value), look)
    else:
        sheet.write_blank(row, column, None, look)


def shown(value: Any, column: Column, table: Table, language: str) -> object:  # noqa: ANN401
    """Return a typed value as it stands in a cell of the workbook."""
    zh = language == "zh"
    if value is None:
        return ""
    if column.type is Type.CHOICE:
        return dict(column.choices)[value] if zh else value
    if column.type is Type.YES_NO:
        return ("是" if value else "否") if zh else ("yes" if value else "no")
    if column.type in {Type.LIST, Type.CODES}:
        return ";".join(value)
    if column.type is Type.WEIGHTS:
        if set(value) == {""}:
            return value[""]
        return ";".join(f"{name}={percent(share)}" for name, share in value.items())
    if column.type is Type.PARAMETERS:
        names = PARAMETER_KEYS if zh else {}
        terms = PARAMETER_WORDS if zh else {}
        return ";".join(f"{names.get(k, k)}={terms.get(v, v)}" for k, v in value.items())
    if table.key == "settings" and column.key == "key" and zh:
        return SETTING_KEYS.get(value, value)
    return value
