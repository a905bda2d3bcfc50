"""feedback/: for each appraised unit one workbook with its own results and the class's figures."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Sequence

from pebble import ProcessPool

from assessor.outputs.feedback_front import paint_front
from assessor.outputs.feedback_round import FeedbackRound, Told
from assessor.outputs.feedback_tables import detail_tables
from assessor.outputs.results_table import paint_table
from assessor.outputs.style import Sheets
from assessor.scheme.paths import unit_files
from assessor.scheme.plans import marked
from assessor.scheme.stamp import STAMP_SHEET, result_rows
from assessor.standing.stand import UnitStanding

FOLDER = "feedback"
MANY = 24
"""From so many workbooks on several processes write them; for fewer starting them takes longer."""
_SHARES = 8
"""Into so many parts the units of each process are cut, so that none of them is left waiting."""


def feedback_files(told: FeedbackRound, key: bytes, workers: int | None = None) -> dict[str, bytes]:
    """Return the feedback workbooks of a round by their place in the results folder."""
    units = told.standing.units
    scheme = told.scheme
    title = told.words.text("feedback.file")
    names = unit_files([scheme.units[mine.unit] for mine in units], title)
    places = [f"{FOLDER}/{names[scheme.units[mine.unit].code]}" for mine in units]
    count = min(workers or os.cpu_count() or 1, len(units))
    contents = _written(told, key, count)
    return dict(zip(places, contents, strict=True))


def feedback_xlsx(told: FeedbackRound, mine: UnitStanding, key: bytes) -> bytes:
    """Return the feedback workbook of one unit; it says whose it is, and that it is a result."""
    scheme, words = told.scheme, told.words
    settings, unit = scheme.settings, scheme.units[mine.unit]
    title = marked(scheme, words.text("feedback.title", title=settings.title))
    whole = words.text("feedback.sheet_title", title=title, unit=unit.name)
    sheets = Sheets(whole, settings.round, settings.issuer, settings.date)
    front = sheets.sheet(words.text("feedback.front"))
    one = Told(told, mine)
    paint_front(sheets, front, one)
    facts = {"issuer": settings.issuer, "round": settings.round, "state": told.state}
    subtitle = words.text("ranking.subtitle", **facts)
    for table in detail_tables(one):
        facts = {"title": title, "unit": unit.name, "table": table.name}
        paint_table(sheets, table, words.text("feedback.table_title", **facts), subtitle, words)
    _stamp(sheets, result_rows(settings.code, settings.round, unit.code, key))
    front.activate()
    return sheets.content


def _stamp(sheets: Sheets, rows: Sequence[Sequence[str]]) -> None:
    """Write whose result it is to a sheet that nobody sees."""
    sheet = sheets.sheet(STAMP_SHEET)
    look = sheets.format({"num_format": "@"})
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            sheet.write_string(number, column, text, look)
    sheet.very_hidden()


# -- several processes ---------------------------------------------------------------------------

_round: FeedbackRound | None = None
_key = b""


def _start(told: FeedbackRound, key: bytes) -> None:
    global _round, _key
    _round, _key = told, key


def _write(units: range) -> list[bytes]:
    assert _round is not None
    return [feedback_xlsx(_round, _round.standing.units[at], _key) for at in units]


def _written(told: FeedbackRound, key: bytes, workers: int) -> list[bytes]:
    """Return all workbooks in the order of the units; both cores busy where there are many."""
    count = len(told.standing.units)
    if count < MANY or workers < 2:
        return [feedback_xlsx(told, mine, key) for mine in told.standing.units]
    size = max(1, -(-count // (workers * _SHARES)))
    parts = [range(at, min(at + size, count)) for at in range(0, count, size)]
    method = "fork" if sys.platform == "linux" else "spawn"
    context = multiprocessing.get_context(method)
    with ProcessPool(workers, initializer=_start, initargs=(told, key), context=context) as pool:
        futures = [pool.schedule(_write, args=(part,)) for part in parts]
        return [content for future in futures for content in future.result()]
