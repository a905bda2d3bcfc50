"""Returned files for tests: blank forms filled in as people would, then read or spoiled."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl

from assessor.outputs.form import write_packet
from assessor.returns.identify import Context, context_of
from assessor.returns.read import read_content
from assessor.returns.reading import Entry, FileReading
from assessor.scheme.copies import Packet, make_packets
from assessor.scheme.issued import load_issued
from assessor.scheme.load import load_sound_scheme
from assessor.scheme.model import Scheme
from assessor.scheme.plans import make_plans
from assessor.scheme.stamp import numbering
from assessor.workspace import Workspace

FULL = {"1.1": "20", "1.2": "20", "1.10": "20", "2.1": "20", "2.2": "0", "2.3": "10"}
"""Full marks on the small scheme's rubric."""

Cells = Mapping[str, object]


def number(value: object) -> object:
    """Return a text as the number it is, if it is one."""
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return value


class Round:
    """A workspace whose forms a test fills in."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.scheme: Scheme = load_sound_scheme(workspace.scheme)[0]
        self.plans = make_plans(self.scheme)
        self.key = workspace.key()
        self.packets = make_packets(self.scheme, self.plans, numbering(self.key))

    @property
    def context(self) -> Context:
        issued, _ = load_issued(self.workspace.hidden)
        return context_of(self.scheme, self.packets, self.plans, self.key, issued)

    def packet(self, form: str, unit: str = "") -> Packet:
        """Return the packet that holds a form of a unit."""
        return next(
            packet
            for packet in self.packets
            if any(c.key.form == form and c.key.unit in ("", unit) for c in packet.copies)
        )

    def filled(self, form: str, unit: str, cells: Cells, checked: bool = True) -> bytes:
        """Return the workbook of a scoring sheet with entries by criterion, numbers as numbers."""
        packet = self.packet(form, unit)
        values: dict[tuple[str, str, str], object] = {
            ("items", code, "entry"): number(value) for code, value in cells.items() if value != ""
        }
        if checked:
            values["foot", "checked", "value"] = "√"
        key = next(c.key for c in packet.copies if c.key.form == form)
        return write_packet(self.scheme, packet, self.key, {key: values})

    def put(self, name: str, content: bytes) -> Path:
        """Put a file into returns/."""
        path = self.workspace.returns / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def return_all(self, **entries: Cells) -> None:
        """Return every scoring sheet: full marks, but for ``form_UNIT=…`` given."""
        for packet in self.packets:
            for copy in packet.copies:
                cells = entries.get(f"{copy.key.form}_{copy.key.unit}", FULL)
                name = f"{copy.key.form}-{copy.key.unit}.xlsx"
                self.put(name, self.filled(copy.key.form, copy.key.unit, cells))

    def read(self, content: bytes, name: str = "表.xlsx") -> FileReading:
        """Return what reading a file gives."""
        return read_content(name, content, self.context)


def entry(reading: FileReading, row: str) -> Entry:
    """Return the entry of a row of the only form of a file."""
    (form,) = reading.forms
    return next(entry for entry in form.entries if entry.row == row)


def spoiled(content: bytes, change: Callable[[Any], None]) -> bytes:
    """Return a workbook after a change to its first sheet, saved by openpyxl."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book.worksheets[0])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def cell_of(sheet: Any, code: str, header: str = "得分") -> Any:
    """Return the entry cell of a row by its code, as a person would find it."""
    head = next(
        cell
        for line in sheet.iter_rows()
        for cell in line
        if isinstance(cell.value, str) and cell.value.endswith(header) and len(cell.value) < 10
    )
    row = next(line[0].row for line in sheet.iter_rows() if line[0].value == code)
    return sheet.cell(row, head.column)
