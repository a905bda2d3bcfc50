"""What may stand in the cells of a form, told to Excel: drop-downs, validation, colours."""

from __future__ import annotations

from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from assessor.outputs.form_canvas import Canvas, areas, boxes
from assessor.outputs.style import MISSING, WRONG
from assessor.scheme.plan import Blank, EntryRule, Kind

_ANSWERS = frozenset({Kind.CHOICE, Kind.YES_NO, Kind.VETO})
_LONGEST_LIST = 255
_LONGEST_HINT = 255
_LONGEST_ERROR = 225
"""Characters that Excel takes in a drop-down of its own, a hint and an error message."""


def paint_rules(canvas: Canvas) -> None:
    """Give every entry cell its validation, and its colour where it is missing or wrong."""
    by_rule: dict[EntryRule, list[tuple[int, int]]] = {}
    for cell, rule in canvas.rules.items():
        by_rule.setdefault(rule, []).append(cell)
    checked = canvas.checked_address
    for rule, cells in by_rule.items():
        first = xl_rowcol_to_cell(*boxes(cells)[0][:2])
        if rule.blank is Blank.MISSING and not canvas.copy.plan.papers:
            _mark(canvas, cells, f'=AND({first}="",{checked}<>"")', MISSING)
        condition = valid(rule, first)
        if condition:
            _mark(canvas, cells, f'=AND({first}<>"",NOT({condition}))', WRONG)
            _validate(canvas, rule, cells, condition)


def _mark(canvas: Canvas, cells: list[tuple[int, int]], criteria: str, colour: str) -> None:
    where = areas(cells)
    canvas.sheet.conditional_format(
        where[0].split(":")[0],
        {
            "type": "formula",
            "criteria": criteria,
            "format": canvas.sheets.book.add_format({"bg_color": colour}),
            "multi_range": " ".join(where),
        },
    )


def _validate(
    canvas: Canvas, rule: EntryRule, cells: list[tuple[int, int]], condition: str
) -> None:
    words = canvas.words
    phrase = rule.phrase(words)
    first, *others = boxes(cells)
    message = words.text("form.error_message", phrase=phrase)
    if len(message) > _LONGEST_ERROR:
        message = words.text("form.choose_one")
    canvas.sheet.data_validation(
        *first,
        {
            **_allowed(canvas, rule, condition),
            "ignore_blank": True,
            "input_title": words.text("form.input_title"),
            "input_message": phrase
            if len(phrase) <= _LONGEST_HINT
            else words.text("form.choose_one"),
            "error_title": words.text("form.error_title"),
            "error_message": message,
            "other_cells": [list(box) for box in others],
        },
    )


def _allowed(canvas: Canvas, rule: EntryRule, condition: str) -> dict[str, Any]:
    """Return what validation allows: a drop-down of words, or what a condition says."""
    if rule.kind not in _ANSWERS and rule.kind is not Kind.TICK:
        return {"validate": "custom", "value": f"={condition}"}
    words = answers(rule)
    if any("," in word or '"' in word for word in words) or len(",".join(words)) > _LONGEST_LIST:
        return {"validate": "list", "source": canvas.lists.area(words)}
    return {"validate": "list", "source": list(words)}


def answers(rule: EntryRule) -> tuple[str, ...]:
    """Return the words of a drop-down as people expect them: 是 before 否, at the end a stroke."""
    if rule.kind is Kind.TICK:
        return ("√",)
    words = rule.choices if rule.kind is Kind.CHOICE else rule.choices[::-1]
    return (*words, "/") if rule.may_not_apply else words


def valid(rule: EntryRule, cell: str) -> str:
    """Return the Excel condition under which an entry is right; nothing where all are."""
    if rule.kind is Kind.TEXT:
        return ""
    if rule.kind is Kind.TICK or rule.kind in _ANSWERS:
        # Excel compares texts without regard to case.
        equal = [f'{cell}="{_quoted(word)}"' for word in answers(rule)]
        return f"OR({','.join(equal)})" if len(equal) > 1 else equal[0]
    parts = [f"ISNUMBER({cell})"]
    if rule.kind not in {Kind.NUMBER, Kind.PERCENT}:
        parts.append(f"{cell}>=0")
    if rule.maximum is not None:
        parts.append(f"{cell}<={rule.maximum:f}")
    if rule.kind is Kind.COUNT:
        parts.append(f"{cell}=INT({cell})")
    if rule.step is not None:
        parts.append(f"ABS({cell}/{rule.step:f}-ROUND({cell}/{rule.step:f},0))<0.000001")
    # AND looks at every part, so a text must not reach the comparisons: N() makes it 0.
    number = f"AND({','.join([parts[0], *(p.replace(cell, f'N({cell})') for p in parts[1:])])})"
    return f'OR({cell}="/",{number})' if rule.may_not_apply else number


def _quoted(word: str) -> str:
    return word.replace('"', '""')
