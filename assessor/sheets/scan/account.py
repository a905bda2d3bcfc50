"""Two readers, one answer: every wanted cell must hold the same for both of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from assessor.sheets.grid import Grid, Raw
from assessor.sheets.scan.marks import SILENT, Mark, Seen, Spot, Unclear, Value

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def disputed(grid: Grid, seen: Seen, columns: Iterable[int]) -> Iterator[tuple[Spot, str]]:
    """Yield the cells in which the markup does not hold what the value reader gave, with what it
    holds; what the value reader cannot show is explained by its mark already."""
    found = seen.values
    wanted = sorted(set(columns))
    for column in wanted:
        for row, line in enumerate(grid.rows):
            raw = line[column] if column < len(line) else ""
            other = found.get((row, column), "")
            if raw == other and type(raw) is type(other):
                continue
            silent = seen.cells.get((row, column), Mark.NONE) & SILENT
            if not silent and not same(raw, other):
                yield (row, column), _shown(other)
    for spot, other in found.items():
        if spot[0] >= len(grid.rows) and other != "":  # rows of which the value reader saw nothing
            yield spot, _shown(other)


def same(raw: Raw, other: Value | Unclear) -> bool:
    """Say whether a value that was read is what the markup holds."""
    if isinstance(other, Unclear):
        return False
    if isinstance(raw, bool) or isinstance(other, bool):
        return raw is other
    if isinstance(raw, float | int):
        return isinstance(other, float | int) and float(raw) == float(other)
    if isinstance(raw, str):
        return isinstance(other, str) and _folded(raw) == _folded(other)
    return other != ""  # a date: refused as one wherever a number is due


def _folded(text: str) -> str:
    """Return a text without spaces and with the characters that Excel escapes."""
    return "".join(_ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text).split())


def _shown(value: Value | Unclear) -> str:
    if isinstance(value, Unclear):
        return "?"
    return f"{value:.15g}" if isinstance(value, float) else str(value)
