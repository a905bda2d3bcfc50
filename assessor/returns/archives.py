"""Zip archives taken apart under limits; a name inside is only shown, never used as a path."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO

from assessor.returns.intake import is_junk, says_enclosure
from assessor.returns.names import member_name
from assessor.sheets.kinds import ZIP_FAULTS, Unreadable

MB = 1 << 20
MOST_BYTES = 96 * MB
"""One workbook. Mail gateways stop at 50 MB; a form with photos has five."""
MOST_MEMBERS = 3000
"""Files in one archive with all that are inside: the returns of a county."""
MOST_UNPACKED = 1024 * MB
"""All files of one archive together."""
MOST_DEEP = 4
"""An archive in a mail in an archive in a mail; deeper is no return."""

_CHUNK = 1 << 18
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
"""LZMA may ask for gigabytes before the first byte comes out."""
_UTF8 = 0x800
_UNICODE_PATH = 0x7075
_WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class NoRoom(Exception):
    """What came out of an archive could not be written down: the disk is full or not writable."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive or a mail."""

    name: str
    """As it is shown."""
    sha256: str = ""
    path: str = ""
    """The name of our own under which its bytes lie, where it is for reading."""
    size: int = 0
    disposition: str = ""
    reason: str = ""
    """Why it is not for reading, as a code."""
    facts: dict[str, object] = field(default_factory=dict)


def unpack_zip(stream: BinaryIO, spool: Path, prefix: str) -> list[Member]:
    """Return the files of an archive; those for reading are copied into the spool folder."""
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_MEMBERS:
                raise Unreadable("archive_many", most=MOST_MEMBERS)
            if entries and all(entry.flag_bits & _ENCRYPTED for entry in entries):
                raise Unreadable("archive_password")
            left = MOST_UNPACKED
            members = []
            for number, entry in enumerate(entries):
                member = _unpack(archive, entry, spool / f"{prefix}-{number}", left)
                left -= member.size
                members.append(member)
            return members
    except ZIP_FAULTS as fault:
        raise Unreadable("file_damaged", "zip") from fault


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, left: int) -> Member:
    name = member_name(entry_name(entry)) or "_"
    if is_junk(name):
        return Member(name, disposition="ignored", reason="file_junk")
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return Member(name, disposition="rejected", reason="file_not_regular")
    if entry.flag_bits & _ENCRYPTED:
        return Member(name, disposition="rejected", reason="file_password")
    if entry.compress_type not in _METHODS:
        return Member(name, disposition="rejected", reason="file_method")
    try:
        with archive.open(entry) as source:
            return keep(name, source, path, left)
    except (*ZIP_FAULTS, zlib.error):
        return Member(name, disposition="rejected", reason="file_damaged")


def keep(name: str, source: IO[bytes], path: Path, left: int = MOST_UNPACKED) -> Member:
    """Hash a member and keep its bytes for reading; those of scans and photos are only hashed.

    Unpacking stops at the limits, whatever the archive says of its sizes.
    """
    head = source.read(_CHUNK)
    enclosure = says_enclosure(Path(name.lower()).suffix) and not head.startswith(_WORKBOOK_STARTS)
    digest = hashlib.sha256()
    size = 0
    with path.open("xb", buffering=0) if not enclosure else _Nowhere() as target:
        while head:
            size += len(head)
            if size > left:
                raise Unreadable("archive_swells", most=MOST_UNPACKED // MB)
            digest.update(head)
            if enclosure or size <= MOST_BYTES:
                _write(target, head)
            head = source.read(_CHUNK)
    sha256 = digest.hexdigest()
    if enclosure:
        return Member(name, sha256, "", size, "enclosure", "file_enclosure")
    if size > MOST_BYTES:
        path.unlink()
        facts: dict[str, object] = {"most": MOST_BYTES // MB}
        return Member(name, sha256, "", size, "rejected", "file_too_large", facts)
    return Member(name, sha256, path.name, size)


def _write(target: IO[bytes] | _Nowhere, data: bytes) -> None:
    try:
        written = target.write(data)
    except OSError as fault:
        raise NoRoom(fault.strerror) from fault
    if written != len(data):  # the last of the room was taken
        raise NoRoom(os.strerror(errno.ENOSPC))


class _Nowhere:
    """Takes bytes that are not kept."""

    def write(self, data: bytes) -> int:
        """Take some bytes."""
        return len(data)

    def __enter__(self) -> _Nowhere:
        return self

    def __exit__(self, *_: object) -> None:
        return None


def entry_name(entry: zipfile.ZipInfo) -> str:
    """Return the name of an entry as its sender saw it.

    Programs that do not say that a name is UTF-8 write it in the code page of their system, in
    China GBK; the zip module takes it for that of the first PC.
    """
    name = entry.orig_filename
    if entry.flag_bits & _UTF8:
        return name
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    said = _unicode_path(entry.extra, raw)
    if said is not None:
        return said
    return decoded(raw)


def decoded(raw: bytes) -> str:
    """Return bytes as the text they most likely are: UTF-8, else GBK."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """Return the name in the extra field of Info-ZIP, where it belongs to the name before it."""
    while len(extra) >= 4:
        kind, size = int.from_bytes(extra[:2], "little"), int.from_bytes(extra[2:4], "little")
        field_ = extra[4 : 4 + size]
        if kind == _UNICODE_PATH and field_[:1] == b"\x01":
            if int.from_bytes(field_[1:5], "little") != zlib.crc32(raw):
                return None
            try:
                return field_[5:].decode("utf-8")
            except UnicodeDecodeError:
                return None
        extra = extra[4 + size :]
    return None
