"""A packet to a blank workbook: form sheets, instructions, and the hidden stamp."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from xlsxwriter.worksheet import Worksheet

from assessor.i18n import Catalog, catalog
from assessor.outputs.form_canvas import Canvas, Mark, WordLists
from assessor.outputs.form_sheet import paint_form
from assessor.outputs.instructions import paint_instructions
from assessor.outputs.papers import paint_papers
from assessor.outputs.style import Sheets
from assessor.scheme.copies import Copy, CopyKey, Packet
from assessor.scheme.model import Scheme
from assessor.scheme.stamp import CHOICES_SHEET, STAMP_SHEET, stamp_rows

Filling = Mapping[tuple[str, str, str], object]
"""Values to put in, by (table, row code, column); foot fields under the table ``foot``."""


@dataclass(frozen=True)
class Front:
    """What makes a packet a copy for correction: marked cells, and a first sheet of them."""

    sheet: str
    """The name of the first sheet."""
    marks: Mapping[CopyKey, Mapping[tuple[str, str, str], Mark]]
    paint: Callable[[Sheets, Worksheet], None]
    """Paints the first sheet."""


def write_packet(
    scheme: Scheme,
    packet: Packet,
    key: bytes,
    filled: Mapping[CopyKey, Filling] | None = None,
    front: Front | None = None,
) -> bytes:
    """Return the bytes of a packet's workbook; the same for the same scheme and key.

    `filled` puts entries in, as a person would: that is how a rehearsal is made, and what a sender
    wrote is carried into a copy for correction, which has a `front` besides.
    """
    settings = scheme.settings
    words = catalog(settings.language)
    sheets = Sheets(
        title=packet_title(packet),
        subject=f"{settings.title} {settings.round}",
        author=settings.issuer,
        created=settings.date,
        exact=True,
    )
    lists = WordLists(CHOICES_SHEET)
    sheets_of: list[tuple[str, Copy]] = []
    if front is not None:
        front.paint(sheets, sheets.sheet(front.sheet))
    for copy in packet.copies:
        sheet = sheets.sheet(tab_name(copy, words))
        if copy.plan.layout in {"ballot_paper", "review_paper"}:
            paint_papers(sheets, sheet, scheme, copy, key)
        else:
            values = (filled or {}).get(copy.key, {})
            canvas = Canvas(sheets, sheet, scheme, copy, values, lists)
            if front is not None:
                canvas.marks = front.marks.get(copy.key, {})
            paint_form(canvas, packet.period, len(sheets_of) + 1)
        sheets_of.append((sheet.name, copy))
    if not all(copy.plan.layout.endswith("_paper") for copy in packet.copies):
        paint_instructions(sheets, sheets.sheet(words.text("form.instructions")), scheme, packet)
    if lists.columns:
        _hide(sheets, CHOICES_SHEET, list(zip_longest(*lists.columns, fillvalue="")))
    _hide(sheets, STAMP_SHEET, stamp_rows(settings.code, settings.round, sheets_of, key))
    sheets.book.worksheets()[0].activate()
    return sheets.content


def _hide(sheets: Sheets, name: str, rows: Sequence[Sequence[str]]) -> None:
    """Write rows of texts to a sheet that nobody sees."""
    sheet = sheets.sheet(name)
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            sheet.write_string(number, column, text, sheets.format({"num_format": "@"}))
    sheet.very_hidden()


def packet_title(packet: Packet) -> str:
    """Return the title of a packet: workbook and unit."""
    return f"{packet.workbook} {packet.unit.name}" if packet.unit else packet.workbook


def tab_name(copy: Copy, words: Catalog) -> str:
    """Return what the sheet of a copy is called."""
    teller = copy.key.teller
    return copy.plan.title[:26] + (
        words.text(f"form.teller_{teller}") if teller and not copy.key.paper else ""
    )
