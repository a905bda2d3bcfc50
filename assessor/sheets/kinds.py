"""What bytes really are, whatever the name of their file says."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from functools import lru_cache
from typing import IO

from assessor.sheets.ole import OLE, streams


class Unreadable(Exception):
    """The bytes are not a workbook that can be read; `code` says why, `kind` what they are."""

    def __init__(self, code: str, kind: str = "", **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.kind = kind
        self.facts = facts
        """Values for the blanks in the wording, besides the kind."""


WORKBOOK_KINDS = frozenset({"xlsx", "xls", "ods", "xlsb"})
DOCUMENT_KINDS = frozenset(
    {"PDF", "JPEG", "PNG", "GIF", "BMP", "TIFF", "HEIC", "WebP", "OFD", "Word", "PowerPoint", "RTF"}
    | {"video", "OpenDocument"}
)
"""What comes along with a return: sealed scans, photos, explanations."""
CONTAINER_KINDS = frozenset({"zip", "mail"})
"""What is taken apart, and its members read."""

ZIP_FAULTS = (
    zipfile.BadZipFile,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    IndexError,
    OverflowError,
    struct.error,
)
"""What the zip module raises over damaged bytes."""

_SIGNATURES = (
    (b"%PDF", "PDF"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG", "PNG"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"MSCF", "CAB"),
    (b"GIF8", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"{\\rtf", "RTF"),
    (b"\x78\x9f\x3e\x22", "TNEF"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "shortcut"),
    (b"\x09\x00\x04\x00", "old Excel"),
    (b"\x09\x02\x06\x00", "old Excel"),
    (b"\x09\x04\x06\x00", "old Excel"),
)
_HTML = (b"<html", b"<!doctype html", b"<table", b"<meta", b"<!--[if", b"<style", b"<div")
_MAIL_HEADER = re.compile(
    rb"^(?:received|return-path|delivered-to|message-id|mime-version|date|from|subject|to"
    rb"|content-type|x-[\w-]+|dkim-signature|arc-[\w-]+|reply-to|authentication-results)[ \t]*:",
    re.I | re.M,
)
_HEAD = 4096


def kind_of(content: bytes) -> str:
    """Return what the bytes are by their content: xlsx, xls, ods, docx, zip, PDF, … or empty."""
    if not content:
        return "empty"
    if not content.strip(b"\x00"):
        return "zeros"
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        try:
            return _kind_of_archive(directory_of(content))
        except ZIP_FAULTS:
            return "broken zip"
    if content.startswith(OLE):
        return _kind_of_ole(content)
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            return kind
    return _kind_of_media(content) or _kind_of_text(content)


def _kind_of_media(content: bytes) -> str:
    if content.startswith(b"BM") and b"\x00" in content[:16]:
        return "BMP"
    if content[4:8] == b"ftyp":
        return "HEIC" if content[8:12] in {b"heic", b"heix", b"mif1", b"msf1"} else "video"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "WebP"
    return "tar" if content[257:262] == b"ustar" else ""


def _kind_of_text(content: bytes) -> str:
    head = content[:_HEAD].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith(_HTML):
        return "HTML"
    if head.startswith(b"<?xml"):
        return "HTML" if b"<html" in head else "XML"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    if b"\x00" in content[:_HEAD]:
        return ""
    return _kind_of_mail(head) or "text"


def _kind_of_mail(head: bytes) -> str:
    """Return ``mail`` for a saved message, ``HTML`` for a web page that a browser or Excel saved as
    one file: both begin with headers, but only a message says from whom, to whom or what about.
    A draft has no date, and a mail that was forwarded as a file may lack most of them."""
    if not _MAIL_HEADER.match(head):
        return ""
    head = head.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    names = {match.partition(b":")[0].strip() for match in _MAIL_HEADER.findall(head)}
    if b"multipart/related" in head and b"received" not in names and b"to" not in names:
        return "HTML"
    return "mail" if len(names & _OF_A_MESSAGE) > 1 else ""


_OF_A_MESSAGE = frozenset(
    {b"from", b"to", b"subject", b"date", b"received", b"message-id", b"mime-version"}
)
"""Headers of which a message has two at least."""


def kind_of_zip(stream: IO[bytes]) -> str:
    """Return what a zip is by the names of its parts; its sizes are not trusted."""
    try:
        with zipfile.ZipFile(stream) as archive:
            return _kind_of_archive(archive)
    except ZIP_FAULTS:
        return "broken zip"


@lru_cache(maxsize=1)
def directory_of(content: bytes) -> zipfile.ZipFile:
    """Return the directory of a zip, read once for all who look at the same file in turn."""
    return zipfile.ZipFile(io.BytesIO(content))


def _kind_of_archive(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    if "mimetype" in names:
        with archive.open("mimetype") as part:
            mime = part.read(80)
        return "ods" if b"opendocument.spreadsheet" in mime else "OpenDocument"
    if any(name.startswith("xl/") for name in names):
        return "xlsb" if "xl/workbook.bin" in names else "xlsx"
    if "OFD.xml" in names:
        return "OFD"
    if any(name.startswith("word/") for name in names):
        return "Word"
    if any(name.startswith("ppt/") for name in names):
        return "PowerPoint"
    if "META-INF/manifest.xml" in names and "content.xml" in names:
        return "ods"
    if "[Content_Types].xml" in names:
        return "xlsb" if any(name.endswith("workbook.bin") for name in names) else "xlsx"
    return "zip"


_STREAMS = (
    ("EncryptedPackage", "encrypted"),
    ("WordDocument", "Word"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "PowerPoint"),
    ("__properties_version1.0", "Outlook"),
)


def _kind_of_ole(content: bytes) -> str:
    names = streams(content)
    for name, kind in _STREAMS:
        if name in names or (not names and name.encode("utf-16-le") in content):
            return kind
    return "" if names else "broken OLE"
