"""A cheap look at a workbook's container, before any library unpacks it.

What a container declares is not trusted: parts are unpacked here under a limit and counted. Size
alone is no crime: pictures are left alone, and cells far away from everything else are left out.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessor.sheets.far import MOST_CELLS, near_part, spread_of_ods
from assessor.sheets.kinds import ZIP_FAULTS, Unreadable, directory_of
from assessor.sheets.ole import BrokenChain, Ole

if TYPE_CHECKING:
    from collections.abc import Iterator

MB = 1 << 20
MOST_PARTS = 4000
"""An ordinary workbook has some ten parts and one for each sheet and picture."""
MOST_SHEETS = 1000
MOST_UNPACKED = 256 * MB
"""All markup together. A form of fifty thousand rows has a quarter of this."""
MOST_PART = 192 * MB
MOST_RATIO = 400
"""Markup shrinks ten to sixty times; what shrinks more and is large was made to be large."""
_RATIO_FROM = 8 * MB
_LEAST_STRING = 4
"""Bytes of the shortest shared string: <si/> without its closing bracket."""

_CENTRAL = b"PK\x01\x02"
_ENCRYPTED = 0x1
_LOCAL_HEAD = 30
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MARKUP = (".xml", ".rels", ".vml", ".bin")
_PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*", re.S)
"""What may stand before a document type or the first element."""
_WIDE = (
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_UNIQUE = re.compile(rb"""\buniqueCount=["'](\d+)["']""")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml\Z", re.I)


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at the container gives."""

    content: bytes
    """The bytes to read: the file's own, or without the cells that stand far away."""
    far: tuple[str, ...] = ()
    """Addresses of cells that were left out, the first of each sheet."""
    values: bool = False
    """Whether the markup of any sheet holds a value."""
    strict: bool = False
    """Whether it is of the strict variety of .xlsx, which not every reader understands."""


def look_into(content: bytes, kind: str) -> Look:
    """Look at the container of a workbook; raise Unreadable where it must not be opened."""
    if kind == "xls":
        try:
            Ole(content).check()
        except (BrokenChain, struct.error) as fault:
            raise Unreadable("file_damaged", kind) from fault
        return Look(content)
    if content.count(_CENTRAL) > MOST_PARTS:
        raise Unreadable("file_parts", kind, most=MOST_PARTS)
    try:
        entries = directory_of(content).infolist()
    except ZIP_FAULTS as fault:
        raise Unreadable("file_damaged", kind) from fault
    _check_directory(content, entries, kind)
    return _check_parts(content, entries, kind)


def _check_directory(content: bytes, entries: Sequence[zipfile.ZipInfo], kind: str) -> None:
    names: set[str] = set()
    for entry in entries:
        name = entry.filename.replace("\\", "/").casefold()
        if name in names:
            raise Unreadable("file_part_twice", kind, part=entry.filename)
        names.add(name)
        if entry.flag_bits & _ENCRYPTED:
            raise Unreadable("file_password", kind)
        if entry.compress_type not in _METHODS:
            raise Unreadable("file_method", kind)
    if sum(bool(_SHEET.match(entry.filename)) for entry in entries) > MOST_SHEETS:
        raise Unreadable("file_sheets", kind, most=MOST_SHEETS)
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        start = _start_of(content, entry, kind)
        if entry.header_offset < end or start + entry.compress_size > len(content):
            raise Unreadable("file_parts_overlap", kind, part=entry.filename)
        end = start + entry.compress_size


def _start_of(content: bytes, entry: zipfile.ZipInfo, kind: str) -> int:
    """Return where the bytes of a part begin, behind its own head."""
    head = content[entry.header_offset : entry.header_offset + _LOCAL_HEAD]
    if len(head) < _LOCAL_HEAD or not head.startswith(b"PK\x03\x04"):
        raise Unreadable("file_damaged", kind)
    name, extra = struct.unpack_from("<HH", head, 26)
    return int(entry.header_offset + _LOCAL_HEAD + name + extra)


def _check_parts(content: bytes, entries: Sequence[zipfile.ZipInfo], kind: str) -> Look:
    whole, values, strict = 0, False, False
    nearer: dict[str, bytes] = {}
    far: list[str] = []
    for entry in entries:
        if not entry.filename.lower().endswith(_MARKUP) or "/media/" in entry.filename:
            continue
        markup = _unpacked(content, entry, kind)
        whole += len(markup)
        if whole > MOST_UNPACKED:
            raise Unreadable("file_swells", kind, most=MOST_UNPACKED // MB)
        if entry.filename.lower().endswith(".bin"):
            continue
        _check_markup(entry.filename, markup, kind)
        if kind == "xlsx" and _SHEET.match(entry.filename):
            values = values or b"<v>" in markup or b":v>" in markup or b"<is>" in markup
            near = near_part(markup)
            if near is not None:
                nearer[entry.filename], address = near
                far.append(address)
        strict = strict or (b"purl.oclc.org/ooxml/spreadsheetml" in markup[:2000])
        if kind == "ods" and entry.filename == "content.xml" and spread_of_ods(markup) > MOST_CELLS:
            raise Unreadable("file_cells", kind, most=MOST_CELLS // 1_000_000)
    if nearer:
        content = _replaced(content, entries, nearer, kind)
    return Look(content, tuple(far), values, strict)


def _unpacked(content: bytes, entry: zipfile.ZipInfo, kind: str) -> bytes:
    """Return a part, counted while it is unpacked: what it declares may be a lie."""
    start = _start_of(content, entry, kind)
    packed = content[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        markup = packed
    else:
        unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            markup = unpacking.decompress(packed, MOST_PART + 1)
        except zlib.error as fault:
            raise Unreadable("file_damaged", kind) from fault
        if len(markup) > MOST_PART:
            raise Unreadable("file_swells", kind, most=MOST_UNPACKED // MB)
        if not unpacking.eof:
            raise Unreadable("file_damaged", kind)
    if len(markup) > _RATIO_FROM and len(markup) > MOST_RATIO * max(1, len(packed)):
        raise Unreadable("file_swells", kind, most=MOST_UNPACKED // MB)
    if zlib.crc32(markup) != entry.CRC:
        raise Unreadable("file_damaged", kind)
    if len(markup) != entry.file_size:
        raise Unreadable("file_sizes_differ", kind, part=entry.filename)
    return markup


def _check_markup(name: str, markup: bytes, kind: str) -> None:
    if _has_dtd(markup):
        raise Unreadable("file_dtd", kind, part=name)
    if name.lower().endswith("sharedstrings.xml"):
        count = _UNIQUE.search(markup[:2000])
        if count and int(count.group(1)[:12]) * _LEAST_STRING > len(markup):
            raise Unreadable("file_strings", kind, count=int(count.group(1)[:12]))


def _has_dtd(markup: bytes) -> bool:
    """Say whether a part defines a document type: with it come entities that swell or reach out."""
    for start, encoding in _WIDE:
        if markup.startswith(start):
            markup = markup.decode(encoding, "replace").lstrip("\ufeff").encode()
            break
    prolog = _PROLOG.match(markup)
    return prolog is not None and markup.startswith(b"<!", prolog.end())


def _replaced(
    content: bytes, entries: Sequence[zipfile.ZipInfo], nearer: dict[str, bytes], kind: str
) -> bytes:
    """Return the container with some parts put in place of its own; the others as they are."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        for name, part in _kept(source, entries, nearer, kind):
            target.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _kept(
    source: zipfile.ZipFile,
    entries: Sequence[zipfile.ZipInfo],
    nearer: dict[str, bytes],
    kind: str,
) -> Iterator[tuple[str, bytes]]:
    for entry in entries:
        if entry.filename in nearer:
            yield entry.filename, nearer[entry.filename]
        elif "/media/" not in entry.filename and not entry.is_dir():
            try:
                yield entry.filename, source.read(entry)
            except (*ZIP_FAULTS, zlib.error) as fault:
                raise Unreadable("file_damaged", kind) from fault
