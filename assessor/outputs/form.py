"""A packet to a blank workbook: form sheets, instructions, and the hidden stamp."""

from __future__ import annotations

from collections.abc import Mapping

from assessor.i18n import Catalog, catalog
from assessor.outputs.form_sheet import paint_form
from assessor.outputs.instructions import paint_instructions
from assessor.outputs.papers import paint_papers
from assessor.outputs.style import Sheets
from assessor.scheme.copies import Copy, CopyKey, Packet
from assessor.scheme.model import Scheme
from assessor.scheme.stamp import STAMP_SHEET, stamp_rows

Filling = Mapping[tuple[str, str, str], object]
"""Values to put in, by (table, row code, column); foot fields under the table ``foot``."""


def write_packet(
    scheme: Scheme, packet: Packet, key: bytes, filled: Mapping[CopyKey, Filling] | None = None
) -> bytes:
    """Return the bytes of a packet's workbook; the same for the same scheme and key.

    `filled` puts entries in, as a person would: that is how a rehearsal is made.
    """
    settings = scheme.settings
    words = catalog(settings.language)
    sheets = Sheets(
        title=packet_title(packet),
        subject=f"{settings.title} {settings.round}",
        author=settings.issuer,
        created=settings.date,
    )
    sheets_of: list[tuple[str, Copy]] = []
    for copy in packet.copies:
        sheet = sheets.sheet(_tab(copy, words))
        if copy.plan.layout in {"ballot_paper", "review_paper"}:
            paint_papers(sheets, sheet, scheme, copy, key)
        else:
            values = (filled or {}).get(copy.key, {})
            paint_form(sheets, sheet, scheme, copy, packet.period, values, len(sheets_of) + 1)
        sheets_of.append((sheet.name, copy))
    if not all(copy.plan.layout.endswith("_paper") for copy in packet.copies):
        paint_instructions(sheets, sheets.sheet(words.text("form.instructions")), scheme, packet)
    stamp = sheets.sheet(STAMP_SHEET)
    for number, row in enumerate(stamp_rows(settings.code, settings.round, sheets_of, key)):
        for column, text in enumerate(row):
            stamp.write_string(number, column, text, sheets.format({"num_format": "@"}))
    stamp.very_hidden()
    sheets.book.worksheets()[0].activate()
    return sheets.content


def packet_title(packet: Packet) -> str:
    """Return the title of a packet: workbook and unit."""
    return f"{packet.workbook} {packet.unit.name}" if packet.unit else packet.workbook


def _tab(copy: Copy, words: Catalog) -> str:
    teller = copy.key.teller
    return copy.plan.title[:26] + (words.text(f"form.teller_{teller}") if teller else "")
