"""Mutants of returned forms, and a strict reading of their markup to hold the program against.

The strict reading shares nothing with the package: it takes a cell only where the XML says one
thing of it, in its place under its row, and knows no leniency.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

from tests.markup import SHEET, packed, parts_of

AMBIGUOUS = object()
"""Stands for a cell of which the markup says more than one thing."""
Sheet = dict[str, object]

# -- the strict reading --------------------------------------------------------------------------

_MAIN = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
}


def strictly(content: bytes, sheet: str) -> Sheet | None:
    """Return what the cells of a sheet hold, None where the file is not well-formed."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            part = _part_of(archive, sheet)
            strings = (
                _strings(archive.read("xl/sharedStrings.xml"))
                if "xl/sharedStrings.xml" in archive.namelist()
                else []
            )
            root = ElementTree.fromstring(archive.read(part))
    except Exception:  # whatever is damaged
        return None
    return _cells(root, strings)


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    (found,) = [s for s in book.iter() if _name(s) == "sheet" and s.get("name") == sheet]
    key = next(value for name, value in found.items() if name.endswith("}id"))
    (target,) = [r.get("Target", "") for r in relations if r.get("Id") == key]
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _name(element: ElementTree.Element) -> str:
    space, _, name = element.tag.rpartition("}")
    return name if space[1:] in _MAIN else element.tag


def _strings(part: bytes) -> list[str]:
    items = []
    for item in ElementTree.fromstring(part):
        texts = [t.text or "" for t in item if _name(t) == "t"]
        for run in (r for r in item if _name(r) == "r"):
            texts += [t.text or "" for t in run if _name(t) == "t"]
        items.append("".join(texts))
    return items


def _cells(root: ElementTree.Element, strings: list[str]) -> Sheet:
    cells: Sheet = {}
    below = 0
    for row in (r for data in root if _name(data) == "sheetData" for r in data):
        if _name(row) != "row":
            continue
        number = int(row.get("r") or below + 1)
        below, beside = number, 0
        for cell in row:
            if _name(cell) != "c":
                continue
            address = cell.get("r")
            beside = _column(address) if address else beside + 1
            address = address or f"{_letters(beside)}{number}"
            value = _value(cell, strings)
            if not re.fullmatch(rf"[A-Z]+{number}", address) or address in cells:
                value = AMBIGUOUS
            cells[address] = value
    return cells


def _column(address: str) -> int:
    number = 0
    for letter in re.sub("[^A-Z]", "", address):
        number = number * 26 + ord(letter) - 64
    return number


def _letters(column: int) -> str:
    return chr(64 + column)


def _value(cell: ElementTree.Element, strings: list[str]) -> object:
    names = [_name(child) for child in cell]
    if set(names) - {"v", "f", "is"} or len(names) != len(set(names)):
        return AMBIGUOUS
    parts = dict(zip(names, cell, strict=True))
    kind = cell.get("t", "n")
    if any(len(parts[name]) for name in ("v", "f") if name in parts):
        return AMBIGUOUS
    text = parts["v"].text or "" if "v" in parts else ""
    if "is" in parts:
        if "v" in parts or kind != "inlineStr":
            return AMBIGUOUS
        return "".join(t.text or "" for t in parts["is"].iter() if _name(t) == "t")
    if not text:
        return AMBIGUOUS if "f" in parts else ""
    try:
        return {
            "n": lambda: float(text) if re.fullmatch(r"[-+0-9.eE]+", text) else text,
            "s": lambda: strings[int(text)] if text.isdigit() else AMBIGUOUS,
            "str": lambda: text,
            "inlineStr": lambda: text,
            "b": lambda: {"1": True, "0": False, "true": True, "false": False}[text],
        }.get(kind, lambda: AMBIGUOUS)()
    except (ValueError, IndexError, KeyError):
        return AMBIGUOUS


# -- the mutants ---------------------------------------------------------------------------------

_CELL = re.compile(rb"<c [^>]*?(?:/>|>.*?</c>)", re.S)
_ROW = re.compile(rb"<row [^>]*>.*?</row>", re.S)
_SIGNS = b"0123456789 <>\"'/=&;.-eEstrncvfABCDEFG\x00\xff\t"
_PARTS = (SHEET, SHEET, SHEET, SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml",
          "xl/_rels/workbook.xml.rels")  # fmt: skip


def mutants(content: bytes, count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield so many mutants of a workbook, each with the name of what was done to it."""
    chance = random.Random(seed)
    parts = parts_of(content)
    for _ in range(count):
        change = chance.choice((_flip, _flip, _structure, _structure, _structure, _zip_bytes))
        yield change(chance, parts, content)


Made = tuple[str, bytes]


def _flip(chance: random.Random, parts: dict[str, bytes], _content: bytes) -> Made:
    name = chance.choice([part for part in _PARTS if part in parts])
    part = bytearray(parts[name])
    start = part.find(b"<sheetData") if name == SHEET and chance.random() < 0.8 else 0
    end = part.find(b"</sheetData>") + 12 if start else len(part)
    position = chance.randrange(start, end)
    part[position] = chance.choice(_SIGNS) if chance.random() < 0.8 else part[position] ^ 1
    return f"flip {name}:{position}", packed({**parts, name: bytes(part)})


def _zip_bytes(chance: random.Random, _parts: dict[str, bytes], content: bytes) -> Made:
    spoiled = bytearray(content)
    for _ in range(chance.randrange(1, 4)):
        spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
    return "zip bytes", bytes(spoiled)


def _structure(chance: random.Random, parts: dict[str, bytes], _content: bytes) -> Made:
    sheet = parts[SHEET]
    start, end = sheet.find(b"<sheetData>"), sheet.find(b"</sheetData>")
    change = chance.choice(_CHANGES)
    data = change(chance, sheet[start:end])
    return change.__name__, packed({**parts, SHEET: sheet[:start] + data + sheet[end:]})


def _one_cell(chance: random.Random, data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    filled = [m for m in _CELL.finditer(data) if b"<v>" in m.group()]
    found = chance.choice(filled)
    return data[: found.start()] + change(found.group()) + data[found.end() :]


def swapped_values(chance: random.Random, data: bytes) -> bytes:
    one, other = sorted(chance.sample(list(_CELL.finditer(data)), 2), key=lambda m: m.start())
    return (data[: one.start()] + other.group() + data[one.end() : other.start()]
            + one.group() + data[other.end() :])  # fmt: skip


def dropped_attribute(chance: random.Random, data: bytes) -> bytes:
    name = chance.choice((b"r", b"s", b"t"))
    return _one_cell(chance, data, lambda c: re.sub(rb' %b="[^"]*"' % name, b"", c, count=1))


def other_type(chance: random.Random, data: bytes) -> bytes:
    kind = chance.choice((b"n", b"s", b"str", b"b", b"e", b"d", b"inlineStr", b"zz", b""))
    return _one_cell(
        chance,
        data,
        lambda c: re.sub(rb'( t="[^"]*")?>', b' t="%b">' % kind, c, count=1),
    )


def other_address(chance: random.Random, data: bytes) -> bytes:
    new = b"%c%d" % (65 + chance.randrange(8), 1 + chance.randrange(60))
    return _one_cell(chance, data, lambda c: re.sub(rb' r="[^"]*"', b' r="%b"' % new, c, count=1))


def doubled_cell(chance: random.Random, data: bytes) -> bytes:
    digit = b"%d" % chance.randrange(10)
    return _one_cell(chance, data, lambda c: c + re.sub(rb"<v>[^<]*", b"<v>" + digit, c))


def other_inside(chance: random.Random, data: bytes) -> bytes:
    inside = chance.choice((
        b"<v>1</v><v>2</v>", b"<v></v>", b"<v/>", b"<f>1+1</f>", b"<f>1+1</f><v>0</v>",
        b"<f>1+1</f><v>2</v>", b"<is><t>3</t></is>", b"<v>1<!-- x -->2</v>",
        b"<v><![CDATA[12]]></v>", b"<v>&#49;2</v>", b"<v> 7 </v>", b"<v>1_0</v>", b"<v>nan</v>",
        b"<v>1e1</v>", b"<v>+5</v>", b"<v>.5</v>", b"<v>5.</v>", b"<v>0x1F</v>", b"<v>inf</v>",
        b"<x><v>4</v></x>", b"<v><x>4</x></v>", b"<v>4</v><is><t>5</t></is>", b"<v>1,5</v>",
        b'<v xml:space="preserve">6</v>', b"<v>\xef\xbc\x93</v>", b"<f/><v>9</v>", b"<v>-0</v>",
    ))  # fmt: skip
    return _one_cell(chance, data, lambda c: re.sub(rb">.*</c>", b">" + inside + b"</c>", c))


def wrapped_cell(chance: random.Random, data: bytes) -> bytes:
    return _one_cell(chance, data, lambda c: b"<x>" + c + b"</x>")


def commented_cell(chance: random.Random, data: bytes) -> bytes:
    return _one_cell(chance, data, lambda c: b"<!--" + c + b"-->")


def prefixed_cell(chance: random.Random, data: bytes) -> bytes:
    main = b'xmlns:y="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return _one_cell(
        chance,
        data,
        lambda c: re.sub(rb"<(/?)(\w)", rb"<\1y:\2", c).replace(b"<y:c ", b"<y:c %b " % main),
    )


def spaced_cell(chance: random.Random, data: bytes) -> bytes:
    return _one_cell(chance, data, lambda c: c.replace(b"<c ", b"<c\n  ").replace(b'" ', b'"\t'))


def quoted_cell(chance: random.Random, data: bytes) -> bytes:
    return _one_cell(chance, data, lambda c: c.replace(b'"', b"'"))


def moved_row(chance: random.Random, data: bytes) -> bytes:
    rows = list(_ROW.finditer(data))
    one, other = sorted(chance.sample(rows, 2), key=lambda m: m.start())
    return (data[: one.start()] + other.group() + data[one.end() : other.start()]
            + one.group() + data[other.end() :])  # fmt: skip


def doubled_row(chance: random.Random, data: bytes) -> bytes:
    row = chance.choice(list(_ROW.finditer(data)))
    return data[: row.end()] + row.group() + data[row.end() :]


def renumbered_row(chance: random.Random, data: bytes) -> bytes:
    row = chance.choice(list(_ROW.finditer(data)))
    new = re.sub(rb'<row r="\d+"', b'<row r="%d"' % chance.randrange(60), row.group(), count=1)
    return data[: row.start()] + new + data[row.end() :]


def row_without_addresses(chance: random.Random, data: bytes) -> bytes:
    row = chance.choice(list(_ROW.finditer(data)))
    new = re.sub(rb'<c r="[A-Z]+\d+"', b"<c", row.group())
    return data[: row.start()] + new + data[row.end() :]


_CHANGES = (
    swapped_values, dropped_attribute, other_type, other_address, doubled_cell, other_inside,
    other_inside, wrapped_cell, commented_cell, prefixed_cell, spaced_cell, quoted_cell, moved_row,
    doubled_row, renumbered_row, row_without_addresses,
)  # fmt: skip
