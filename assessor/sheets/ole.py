"""The container of old Office files: its streams, and whether its chains end where they must.

A file whose chain of sectors runs in a circle makes readers run for ever or eat all memory.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator, Mapping

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR = 0xFFFFFFFA
"""Numbers from here on are no sectors but marks: end of chain, free, table."""
_HEAD = 512
_ENTRY = 128
_IN_HEAD = 109
"""So many sectors of the table are named in the head itself."""


class BrokenChain(Exception):
    """A chain of sectors runs in a circle, or out of the file."""


class Ole:
    """The sectors of an old Office file and the chains they form."""

    def __init__(self, content: bytes) -> None:
        if len(content) < _HEAD or not content.startswith(OLE):
            raise BrokenChain
        shift = struct.unpack_from("<H", content, 30)[0]
        if shift not in (9, 12):
            raise BrokenChain
        self._content = content
        self._size = 1 << shift
        self._sectors = -(-len(content) // self._size)
        self._next = self._table()
        self._directory = b"".join(self._chain(struct.unpack_from("<I", content, 48)[0]))

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        if number >= self._sectors or start >= len(self._content):
            raise BrokenChain
        return self._content[start : start + self._size]

    def _table(self) -> array[int]:
        """Return for each sector the one that follows it."""
        following: int = struct.unpack_from("<I", self._content, 68)[0]
        numbers = list(struct.unpack_from(f"<{_IN_HEAD}I", self._content, 76))
        left = self._sectors
        while following < _LAST_SECTOR:
            if not left:
                raise BrokenChain
            left -= 1
            more = array("I", self._sector(following).ljust(self._size, b"\xff"))
            following = more.pop()
            numbers += more
        numbers = [number for number in numbers if number < _LAST_SECTOR]
        if len(numbers) > self._sectors:
            raise BrokenChain
        table: array[int] = array("I")
        for number in numbers:
            table.frombytes(self._sector(number).ljust(self._size, b"\xff"))
        return table

    def _chain(self, start: int) -> Iterator[bytes]:
        left = self._sectors
        while start < _LAST_SECTOR:
            if start >= len(self._next) or not left:
                raise BrokenChain
            left -= 1
            yield self._sector(start)
            start = self._next[start]

    def streams(self) -> Mapping[str, tuple[int, int]]:
        """Return first sector and length of each stream, by name."""
        found = {}
        for at in range(0, len(self._directory) - _ENTRY + 1, _ENTRY):
            entry = self._directory[at : at + _ENTRY]
            length, kind = struct.unpack_from("<HB", entry, 64)
            if kind == 2 and 2 <= length <= 64:
                name = entry[: length - 2].decode("utf-16-le", "replace")
                first, size = struct.unpack_from("<II", entry, 116)
                found[name] = (first, size)
        return found

    def check(self) -> None:
        """Raise BrokenChain where a large stream runs in a circle or out of the file."""
        least = struct.unpack_from("<I", self._content, 56)[0]
        for first, size in self.streams().values():
            if size > len(self._content):
                raise BrokenChain
            if size >= least:
                for _ in self._chain(first):
                    pass


def streams(content: bytes) -> frozenset[str]:
    """Return the names of the streams of an old Office file; none where it is broken."""
    try:
        return frozenset(Ole(content).streams())
    except (BrokenChain, struct.error):
        return frozenset()
