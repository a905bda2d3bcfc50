"""The parts of an .xlsx: which part holds a sheet, its styles, strings, comments and drawings."""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
import zlib
from functools import lru_cache
from html import unescape

from assessor.sheets.kinds import Unreadable, directory_of
from assessor.sheets.scan.formats import Shape, attributes, shapes_of
from assessor.sheets.scan.marks import Unusual

_LARGEST = 64 << 20
"""Bytes of a part that are looked at; no form comes near."""
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_RECOMPUTE = re.compile(rb"""<(?:\w+:)?calcPr\b[^>]*\bfullCalcOnLoad\s*=\s*["'](?:1|true)["']""")


class Package:
    """The parts of a workbook, its zip directory read once."""

    def __init__(self, content: bytes) -> None:
        try:
            self._names = directory_of(content).NameToInfo
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as fault:
            raise Unreadable("file_damaged", "xlsx") from fault
        self._content = content

    def has(self, name: str) -> bool:
        """Say whether there is a part of that name."""
        return name in self._names

    def part(self, name: str) -> bytes:
        """Return the bytes of a part; one that is damaged or far too large is refused."""
        info = self._names.get(name)
        if info is None:
            raise Unusual
        if info.file_size > _LARGEST:
            raise Unreadable("file_too_large", "xlsx")
        return inflated(self._content, info)

    def sheet(self, name: str) -> str:
        """Return the part that holds a sheet."""
        book = self.main
        return _sheet_part(book, self.part(book), self.part(_relations(book)), name)

    @property
    def main(self) -> str:
        """The part that lists the sheets."""
        if self.has("xl/workbook.xml"):
            return "xl/workbook.xml"
        return next(
            (
                target
                for kind, target in self.relations("")
                if kind.rpartition("/")[2] == "officeDocument"
            ),
            "",
        )

    def relations(self, part: str) -> list[tuple[str, str]]:
        """Return kind and target part of whatever a part refers to."""
        name = _relations(part)
        return _targets(part, self.part(name)) if self.has(name) else []

    def strings(self) -> bytes:
        """Return the part of the shared texts, nothing where there is none."""
        names = [name for name in self._names if name.lower().endswith("/sharedstrings.xml")]
        return in_a_known_language(self.part(names[0])) if names else b""

    def shapes(self) -> dict[int, Shape]:
        """Return the cell formats that show a number as something else."""
        return shapes_of(self.part("xl/styles.xml")) if self.has("xl/styles.xml") else {}

    def recomputes(self) -> bool:
        """Say whether the writer left all results to be computed: its 0 may be nobody's."""
        return bool(_RECOMPUTE.search(self.part(self.main)))


_LOCAL_HEADER = struct.Struct("<4s22xHH")
_SMALL = 8192


def inflated(content: bytes, member: zipfile.ZipInfo) -> bytes:
    """Return the bytes of a member; small ones that many files share are inflated once."""
    try:
        sign, name, extra = _LOCAL_HEADER.unpack_from(content, member.header_offset)
    except struct.error as fault:
        raise Unreadable("file_damaged", "xlsx") from fault
    start = member.header_offset + _LOCAL_HEADER.size + name + extra
    packed = content[start : start + member.compress_size]
    if sign != b"PK\3\4" or member.flag_bits & 1 or member.compress_type not in (0, 8):
        raise Unreadable("file_damaged", "xlsx")
    inflate = _inflate_small if len(packed) < _SMALL else _inflate
    return inflate(packed, member.compress_type, member.file_size, member.CRC)


def _inflate(packed: bytes, method: int, size: int, checksum: int) -> bytes:
    try:
        whole = zlib.decompressobj(-15).decompress(packed, size + 1) if method else packed
    except zlib.error as fault:
        raise Unreadable("file_damaged", "xlsx") from fault
    if len(whole) != size or zlib.crc32(whole) != checksum:
        raise Unreadable("file_damaged", "xlsx")
    return whole


_inflate_small = lru_cache(maxsize=128)(_inflate)


@lru_cache(maxsize=1)
def package_of(content: bytes) -> Package:
    """Return the parts of a workbook, whose directory is read once for all its sheets."""
    return Package(content)


_LANGUAGE = re.compile(
    rb"""=["']http://(?:schemas\.openxmlformats\.org/spreadsheetml/2006/main"""
    rb"""|purl\.oclc\.org/ooxml/spreadsheetml/main)["']"""
)
_HEAD = 4096


def in_a_known_language(markup: bytes) -> bytes:
    """Return a part whose root is in the language of spreadsheets, ordinary or strict."""
    if _LANGUAGE.search(markup, 0, _HEAD) is None:
        raise Unreadable("file_contradicts", "xlsx")
    return markup


def _relations(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _targets(part: str, relations: bytes) -> list[tuple[str, str]]:
    found = [attributes(tag) for tag in _RELATION.findall(relations)]
    return [
        (
            one.get(b"Type", b"").decode("utf-8", "replace"),
            _resolved(part, one.get(b"Target", b"").decode("utf-8", "replace")),
        )
        for one in found
        if one.get(b"TargetMode") != b"External"
    ]


def _resolved(part: str, target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))


@lru_cache(maxsize=256)
def _sheet_part(book: str, workbook: bytes, relations: bytes, sheet: str) -> str:
    targets = {
        one.get(b"Id", b""): one.get(b"Target", b"").decode("utf-8", "replace")
        for one in map(attributes, _RELATION.findall(relations))
    }
    for tag in _SHEET.findall(workbook):
        found = attributes(tag)
        if unescape(found.get(b"name", b"").decode("utf-8", "replace")) == sheet:
            key = next((v for k, v in found.items() if k == b"id" or k.endswith(b":id")), b"")
            if key in targets:
                return _resolved(book, targets[key])
    raise Unusual
