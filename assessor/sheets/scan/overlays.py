"""What lies over the cells of an .xlsx: pictures and drawings, comments old and new."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol
from xml.etree import ElementTree

from assessor.sheets.scan.marks import Spot
from assessor.sheets.scan.package import Package

Element = ElementTree.Element

_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_POINTS_A_UNIT = 1 / 12_700
_BY_THREAD = "[Threaded comment]"
_MOST_ANCHORS = 10_000


class HasSizes(Protocol):
    """Heights and widths in points."""

    row: float
    column: float
    rows: dict[int, float]
    columns: dict[int, float]


@dataclass(frozen=True, slots=True)
class Covered:
    """Areas of cells that something lies over: top, left, bottom, right, all 0-based."""

    areas: tuple[tuple[int, int, int, int], ...] = ()

    def spots(self, columns: Iterable[int], rows: int) -> Iterator[Spot]:
        """Yield the cells of some columns that are covered, in the first rows of the sheet."""
        for top, left, bottom, right in self.areas:
            for column in (c for c in columns if left <= c <= right):
                yield from ((row, column) for row in range(top, min(bottom + 1, rows)))


def lies_over(package: Package, part: str, sizes: HasSizes) -> Covered:
    """Return which cells of a sheet have a picture or a drawing over them."""
    areas: list[tuple[int, int, int, int]] = []
    for kind, target in package.relations(part):
        if kind.endswith("/drawing") and package.has(target):
            for anchor in _anchors(_children(package, target)):
                if len(areas) < _MOST_ANCHORS and (area := _area(anchor, sizes)):
                    areas.append(area)
    return Covered(tuple(areas))


def _anchors(elements: Iterable[Element]) -> Iterator[Element]:
    for element in elements:
        yield from (part for part in element.iter() if _local(part.tag).endswith("Anchor"))


def _area(anchor: Element, sizes: HasSizes) -> tuple[int, int, int, int] | None:
    parts = {_local(child.tag): child for child in anchor}
    begin = _corner(parts.get("from"))
    if begin is None:
        return None
    end = _corner(parts.get("to"))
    if end is not None:
        # A lower edge on the very border of a cell does not reach into it.
        bottom = end[0] - (1 if end[2] == 0 and end[0] > begin[0] else 0)
        right = end[1] - (1 if end[3] == 0 and end[1] > begin[1] else 0)
        return begin[0], begin[1], bottom, right
    extent = parts.get("ext")
    wide, high = (_points(extent, name) if extent is not None else 0.0 for name in ("cx", "cy"))
    bottom = _reach(begin[0], high, sizes.rows, sizes.row)
    return begin[0], begin[1], bottom, _reach(begin[1], wide, sizes.columns, sizes.column)


def _reach(first: int, points: float, sizes: dict[int, float], usual: float) -> int:
    last, left = first, points - sizes.get(first, usual)
    while left > 0 and last - first < _MOST_ANCHORS:
        last += 1
        left -= max(sizes.get(last, usual), 0.1)
    return last


def _points(extent: Element, name: str) -> float:
    text = extent.get(name, "0")
    return int(text) * _POINTS_A_UNIT if text.isdigit() else 0.0


def _corner(corner: Element | None) -> tuple[int, int, int, int] | None:
    """Return row, column and the offsets into them."""
    if corner is None:
        return None
    found = {_local(child.tag): (child.text or "").strip() for child in corner}
    if not (found.get("row", "").isdigit() and found.get("col", "").isdigit()):
        return None
    offsets = (int(found.get(k, "0")) if found.get(k, "0").isdigit() else 1 for k in _OFFSETS)
    return (int(found["row"]), int(found["col"]), *offsets)  # type: ignore[return-value]


_OFFSETS = ("rowOff", "colOff")


def comments_of(package: Package, part: str) -> dict[Spot, str]:
    """Return the text of every comment by its cell; of a thread, what was said last."""
    texts: dict[Spot, str] = {}
    for kind, target in sorted(package.relations(part)):
        if not package.has(target):
            continue
        if kind.endswith("/comments"):
            for item in _of_name(_children(package, target), "commentList"):
                _note_comments(item, texts)
        elif kind.endswith("/threadedComment"):
            for item in _of_name(_children(package, target), "threadedComment"):
                said = "".join(part.text or "" for part in item if _local(part.tag) == "text")
                _note(item, said, texts)
    return texts


def _note_comments(items: Element, texts: dict[Spot, str]) -> None:
    for item in items:
        said = "".join(part.text or "" for part in item.iter() if _local(part.tag) == "t")
        if not said.startswith(_BY_THREAD):
            _note(item, said, texts)


def _note(item: Element, said: str, texts: dict[Spot, str]) -> None:
    found = _ADDRESS.fullmatch(item.get("ref", ""))
    if found and said.strip():
        column = 0
        for letter in found.group(1):
            column = column * 26 + ord(letter) - 64
        texts[int(found.group(2)) - 1, column - 1] = said.strip()


def _children(package: Package, part: str) -> list[Element]:
    markup = package.part(part)
    if b"<!DOCTYPE" in markup or b"<!ENTITY" in markup:
        return []
    try:
        return list(ElementTree.fromstring(markup))
    except ElementTree.ParseError:
        return []


def _of_name(elements: Iterable[Element], name: str) -> Iterator[Element]:
    return (element for element in elements if _local(element.tag) == name)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
