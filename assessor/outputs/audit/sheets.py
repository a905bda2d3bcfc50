"""A sheet of audit.xlsx before it is painted: heads, rows of cells, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from assessor.outputs.audit.ground import Cell

TOP = 5
"""Title, subtitle, and three lines of header stand above the first row."""


@dataclass(frozen=True, slots=True)
class Head:
    """A column: title, code, and how it comes about in words."""

    title: str
    code: str = ""
    rule: str = ""
    width: float = 11
    level: int = 0


@dataclass
class AuditSheet:
    """One sheet: rows of cells, or of texts where there is no number."""

    name: str
    title: str
    heads: Sequence[Head]
    frozen: int
    rows: list[list[Cell | str]] = field(default_factory=list)
    landscape: bool = True
