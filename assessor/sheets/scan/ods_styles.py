"""Cell styles of an .ods: which of them show a percentage or a date, whatever the cell says."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from xml.etree import ElementTree

from assessor.sheets.scan.formats import PLAIN, Shape

_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_NUMBER = "{urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_SHAPES = {
    f"{_NUMBER}percentage-style": Shape(percent=True),
    f"{_NUMBER}date-style": Shape(date=True),
    f"{_NUMBER}time-style": Shape(date=True),
}
_DEEPEST = 20


@dataclass(slots=True)
class Styles:
    """Data styles by name, and for each cell style its data style and the style it builds on."""

    shapes: dict[str, Shape] = field(default_factory=dict)
    cells: dict[str, tuple[str, str]] = field(default_factory=dict)

    def shape(self, name: str) -> Shape:
        """Return how cells of a style show numbers."""
        for _ in range(_DEEPEST):
            data, parent = self.cells.get(name, ("", ""))
            if data or not parent:
                return self.shapes.get(data, PLAIN)
            name = parent
        return PLAIN


def styles_of(*parts: bytes) -> Styles:
    """Return the styles of some parts, later ones before earlier ones; cells are not read."""
    styles = Styles()
    for part in filter(None, parts):
        for event, element in ElementTree.iterparse(io.BytesIO(part), ("start", "end")):
            if event == "start":
                if element.tag == f"{_OFFICE}body":
                    break
            elif element.tag in _SHAPES:
                styles.shapes[element.get(f"{_STYLE}name", "")] = _SHAPES[element.tag]
            elif element.tag == f"{_STYLE}style":
                names = (f"{_STYLE}data-style-name", f"{_STYLE}parent-style-name")
                data, parent = (element.get(name, "") for name in names)
                styles.cells[element.get(f"{_STYLE}name", "")] = (data, parent)
    return styles
