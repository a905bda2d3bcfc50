"""Charts that Excel draws itself: titles, axis labels, alternative text, the house's fonts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.worksheet import Worksheet

from assessor.outputs.style import BODY_FONT, HEAD_FONT, INK, LINE, Sheets

COLOURS = ("#2F5D8A", "#7FA3C4", "#C9A45C", "#A65A49", "#6B7F6E", "#B7B9BC")
"""Calm colours of one family, dark and light in turn, so that they differ without colour too."""

_HEIGHT = 300
_ROW = 20
"""Pixels of a row of ordinary height: a chart covers so many rows as its height needs."""

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column."""


@dataclass(frozen=True, slots=True)
class Series:
    """A row of numbers of a chart: the cell of its name, and those of its values."""

    name: tuple[int, int]
    values: Area


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of numbers that stand in cells of the same sheet."""

    kind: str
    """column (upright) or bar (lying)"""
    stacked: str
    """Empty: side by side; ``stacked`` or ``percent_stacked``."""
    title: str
    across: str
    """What the categories are."""
    along: str
    """What the numbers are, with their unit of measure."""
    categories: Area
    series: Sequence[Series]
    alt: str
    """What a reader who does not see the chart is told."""
    width: int = 760
    height: int = _HEIGHT
    digits: int = 0
    most: float | None = None
    """The end of the axis of numbers, where it is not left to the program."""

    @property
    def rows(self) -> int:
        """How many rows of ordinary height it covers."""
        return -(-self.height // _ROW)


def draw(sheets: Sheets, sheet: Worksheet, place: tuple[int, int], chart: Chart) -> None:
    """Draw a chart with its upper left corner in a cell."""
    kind = {"type": chart.kind}
    drawn: Any = sheets.book.add_chart(kind | ({"subtype": chart.stacked} if chart.stacked else {}))
    name = sheet.name
    for one, colour in zip(chart.series, _colours(len(chart.series)), strict=True):
        drawn.add_series(
            {
                "name": [name, *one.name],
                "categories": [name, *chart.categories],
                "values": [name, *one.values],
                "fill": {"color": colour},
                "border": {"color": "#FFFFFF", "width": 0.5},
                "gap": 60,
                "data_labels": _labels(chart, colour),
            }
        )
    drawn.set_title({"name": chart.title, "name_font": _font(HEAD_FONT, 12), "overlay": False})
    lying = chart.kind == "bar"
    # A bar chart counts its categories from below: turned over they stand as in the table.
    turned = {"reverse": True, "crossing": "max"} if lying else {}
    ends = {"min": 0} | ({"max": chart.most} if chart.most is not None else {})
    lines = {"visible": True, "line": {"color": "#DDE1E5", "width": 0.5}}
    categories = _axis(chart.across) | turned | {"major_gridlines": {"visible": False}}
    numbers = _axis(chart.along) | ends | {"major_gridlines": lines}
    drawn.set_x_axis(numbers if lying else categories)
    drawn.set_y_axis(categories if lying else numbers)
    if len(chart.series) > 1:
        drawn.set_legend({"position": "bottom", "font": _font(BODY_FONT, 10)})
    else:
        drawn.set_legend({"none": True})
    drawn.set_size({"width": chart.width, "height": chart.height})
    options = {"description": chart.alt, "object_position": 2, "x_offset": 4, "y_offset": 4}
    sheet.insert_chart(*place, drawn, options)


def _colours(count: int) -> list[str]:
    return [COLOURS[at % len(COLOURS)] for at in range(count)]


def _labels(chart: Chart, colour: str) -> dict[str, Any]:
    """Return how the numbers stand at the bars; a zero is not written."""
    plain = "0." + "0" * chart.digits if chart.digits else "0"
    inside = chart.stacked and colour in {COLOURS[0], COLOURS[3], COLOURS[4]}
    font = _font(BODY_FONT, 9) | ({"color": "#FFFFFF"} if inside else {})
    return {"value": True, "num_format": f"{plain};-{plain};", "font": font}


def _axis(title: str) -> dict[str, Any]:
    return {
        "name": title,
        "name_font": _font(BODY_FONT, 10),
        "num_font": _font(BODY_FONT, 9),
        "line": {"color": LINE, "width": 0.75},
    }


def _font(name: str, size: int) -> dict[str, Any]:
    return {"name": name, "size": size, "bold": False, "color": INK}
