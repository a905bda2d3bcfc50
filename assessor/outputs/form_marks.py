"""What is to be mended on a form, told in the cell: a colour, a thick border and a comment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from assessor.outputs.form_canvas import Canvas, Mark
from assessor.outputs.form_rules import valid
from assessor.outputs.style import BODY_FONT, GOOD, MISSING, WRONG, lines_of
from assessor.scheme.plan import Blank, EntryRule, Kind

_BORDER = "#A4262C"
_COMMENT_WIDTH = 42
"""Of a comment, in characters of its font."""
_PIXELS = 7.2
_LINE = 18


def marked_look(mark: Mark | None, value: object) -> dict[str, Any]:
    """Return how the look of an entry cell differs: where it is marked, and where a text would
    become a formula if somebody only opened the cell and left it again."""
    changes: dict[str, Any] = {}
    if mark is not None:
        changes = {"bg_color": WRONG if mark.must else MISSING, "border": 2}
        changes["border_color"] = _BORDER
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@"}:
        changes["quote_prefix"] = True
    return changes


def paint_marks(canvas: Canvas) -> None:
    """Write the comments, and let a cell turn green as soon as what stands in it is right."""
    places: Mapping[tuple[str, str, str], tuple[int, int]] = {
        **canvas.cells,
        ("foot", "checked", "value"): canvas.checked,
    }
    good = canvas.sheets.book.add_format({"bg_color": GOOD}) if canvas.marks else None
    for key, mark in canvas.marks.items():
        row, column = places[key]
        canvas.sheet.write_comment(row, column, mark.text, _size(mark.text))
        if mark.open:
            address = xl_rowcol_to_cell(row, column)
            rule = canvas.rules.get((row, column))
            condition = mended(rule, address, canvas.checked_address)
            canvas.sheet.conditional_format(
                row, column, row, column, {"type": "formula", "criteria": f"={condition}",
                                           "format": good, "stop_if_true": True},
            )  # fmt: skip


def _size(text: str) -> dict[str, Any]:
    return {
        "author": "assessor",
        "font_name": BODY_FONT,
        "font_size": 10,
        "color": "#FFFBEA",
        "width": round(_COMMENT_WIDTH * _PIXELS),
        "height": (lines_of(text, _COMMENT_WIDTH) + 1) * _LINE,
    }


def mended(rule: EntryRule | None, cell: str, checked: str) -> str:
    """Return the Excel condition under which a marked cell holds what it should; an empty one only
    where empty means something."""
    if rule is None or (rule.kind is Kind.TEXT and rule.blank is not Blank.ALLOWED):
        return f'{cell}<>""'
    right = f'AND({cell}<>"",{valid(rule, cell) or "TRUE"})'
    match rule.blank:
        case Blank.NONE:
            return f'OR({right},AND({cell}="",{checked}<>""))'
        case Blank.ALLOWED:
            return f'OR({right},{cell}="")'
    return right
