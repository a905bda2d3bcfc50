"""Files that somebody made to do harm, or that only look like it: made here, byte by byte.

A generator returns bytes; what must come of them stands in the tests that use it.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence

MB = 1 << 20
OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


# -- zip archives ----------------------------------------------------------------------------------


def raw_zip(
    members: Iterable[tuple[bytes, bytes]],
    *,
    flags: int = 0,
    extra: Callable[[bytes], bytes] | None = None,
    mode: int = 0,
) -> bytes:
    """Return a zip with names as bytes: nothing is checked, the same name may stand twice."""
    body, directory, count = b"", b"", 0
    for name, content in members:
        packed = zlib.compress(content, 9)[2:-4]
        more = extra(name) if extra else b""
        head = struct.pack(
            "<HHHHHIIIHH",
            20,
            flags,
            8,
            0,
            0x5821,
            zlib.crc32(content),
            len(packed),
            len(content),
            len(name),
            len(more),
        )
        directory += b"PK\x01\x02" + struct.pack("<H", 0x0314) + head
        directory += struct.pack("<HHHII", 0, 0, 0, mode << 16, len(body)) + name + more
        body += b"PK\x03\x04" + head + name + more + packed
        count += 1
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def gbk_zip(members: Mapping[str, bytes]) -> bytes:
    """Return a zip as Windows writes it in China: names in GBK, and no word about it."""
    return raw_zip((name.encode("gbk"), content) for name, content in members.items())


def unicode_path(said: Mapping[bytes, str]) -> Callable[[bytes], bytes]:
    """Return what makes the extra field of Info-ZIP that says a name in UTF-8."""

    def field(name: bytes) -> bytes:
        data = b"\x01" + struct.pack("<I", zlib.crc32(name)) + said[name].encode()
        return struct.pack("<HH", 0x7075, len(data)) + data

    return field


def zip_with_link(target: str) -> bytes:
    """Return a zip whose member is a symbolic link, as Info-ZIP keeps one."""
    return raw_zip([(b"link.xlsx", target.encode())], mode=0o120777)


def locked(content: bytes) -> bytes:
    """Return a zip whose members say that they are encrypted."""
    content = re.sub(
        rb"(PK\x03\x04..)(.)", lambda m: m[1] + bytes([m[2][0] | 1]), content, flags=16
    )
    return re.sub(rb"(PK\x01\x02....)(.)", lambda m: m[1] + bytes([m[2][0] | 1]), content, flags=16)


def onion(core: bytes, layers: int, name: str = "in.zip") -> bytes:
    """Return a zip in a zip in a zip: so many layers around a file."""
    for _ in range(layers):
        core = raw_zip([(name.encode(), core)])
        name = "in.zip"
    return core


def zip_of_zips(width: int, depth: int) -> bytes:
    """Return a zip whose members are zips of zips: width to the power of depth files at the end."""
    made = raw_zip([(b"0.xlsx", b"nothing")])
    for _ in range(depth):
        made = raw_zip([(f"{number}.zip".encode(), made) for number in range(width)])
    return made


def swollen(size: int, name: str = "a.xlsx") -> bytes:
    """Return a zip whose one member is so many zeros."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open(name, "w", force_zip64=True) as member,
    ):
        for _ in range(size // MB):
            member.write(bytes(MB))
    return stream.getvalue()


# -- workbooks -------------------------------------------------------------------------------------


def rebuilt(content: bytes, parts: Mapping[str, Callable[[bytes], bytes]]) -> bytes:
    """Return a workbook with some parts changed."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            change = parts.get(name, bytes)
            target.writestr(name, change(source.read(name)))
    return stream.getvalue()


def added(content: bytes, members: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a zip with more members at its end, also under names that are there already."""
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members:
            archive.writestr(zipfile.ZipInfo(name), member, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def sheet_part(content: bytes, number: int = 1) -> str:
    """Return the name of a sheet's part."""
    return f"xl/worksheets/sheet{number}.xml"


def with_cells(content: bytes, cells: str, number: int = 1) -> bytes:
    """Return a workbook with more rows at the end of a sheet."""

    def change(markup: bytes) -> bytes:
        return markup.replace(b"</sheetData>", cells.encode() + b"</sheetData>", 1)

    return rebuilt(content, {sheet_part(content, number): change})


def far_cell(content: bytes, address: str, value: str = "7", number: int = 1) -> bytes:
    """Return a workbook with one more cell, far away."""
    row = re.sub(r"\D", "", address)
    cell = f'<row r="{row}"><c r="{address}"><v>{value}</v></c></row>'
    return with_cells(content, cell, number)


def with_dtd(content: bytes, part: str, definitions: str, encoding: str = "utf-8") -> bytes:
    """Return a workbook a part of which defines entities."""

    def change(markup: bytes) -> bytes:
        text = re.sub(r"\A<\?xml[^>]*\?>\s*", "", markup.decode())
        whole = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [{definitions}]>{text}'
        return whole.encode(encoding)

    return rebuilt(content, {part: change})


LAUGHS = '<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 12)
)
"""A billion laughs: ten of ten of ten …"""


def nested(content: bytes, depth: int, part: str) -> bytes:
    """Return a workbook a part of which has elements inside each other, so many deep."""

    def change(markup: bytes) -> bytes:
        end = markup.rindex(b"</")
        return markup[:end] + b"<x>" * depth + b"</x>" * depth + markup[end:]

    return rebuilt(content, {part: change})


def many_sheets(content: bytes, count: int) -> bytes:
    """Return a workbook with so many sheets more."""
    sheet = f"<worksheet {_MAIN}><sheetData/></worksheet>".encode()
    numbers = range(1000, 1000 + count)
    more = "".join(f'<sheet name="更多{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers).encode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="worksheets/more{n}.xml"/>'
        for n in numbers
    ).encode()
    changed = rebuilt(
        content,
        {
            "xl/workbook.xml": lambda m: m.replace(b"</sheets>", more + b"</sheets>"),
            "xl/_rels/workbook.xml.rels": lambda m: m.replace(
                b"</Relationships>", links + b"</Relationships>"
            ),
        },
    )
    return added(changed, [(f"xl/worksheets/more{n}.xml", sheet) for n in numbers])


def strings(content: bytes, unique: int) -> bytes:
    """Return a workbook whose table of texts declares so many."""

    def change(markup: bytes) -> bytes:
        return re.sub(rb'uniqueCount="\d+"', f'uniqueCount="{unique}"'.encode(), markup)

    return rebuilt(content, {"xl/sharedStrings.xml": change})


def lying(content: bytes, part: str, size: int) -> bytes:
    """Return a workbook whose directory says of a part that it is so large."""
    at = content.rindex(part.encode()) - 46
    assert content[at : at + 4] == b"PK\x01\x02"
    return content[: at + 24] + struct.pack("<I", size) + content[at + 28 :]


def overlapping(content: bytes) -> bytes:
    """Return a zip two of whose members share the same bytes."""
    places = [found.start() for found in re.finditer(rb"PK\x01\x02", content)]
    first, last = places[0], places[-1]
    return content[: last + 42] + content[first + 42 : first + 46] + content[last + 46 :]


def endless_ods(rows: int, columns: int) -> str:
    """Return a row of an .ods that repeats one value over so many rows and columns."""
    return (
        f'<table:table-row table:number-rows-repeated="{rows}"><table:table-cell'
        f' table:number-columns-repeated="{columns}" office:value-type="float" office:value="1">'
        "<text:p>1</text:p></table:table-cell></table:table-row>"
    )


def in_circle(content: bytes) -> bytes:
    """Return an old workbook whose chains of sectors run in a circle."""
    table = struct.unpack_from("<I", content, 76)[0]
    at = (table + 1) * 512
    broken = struct.pack("<128I", *range(128))
    return content[:at] + broken + content[at + 512 :]


def mail(parts: Sequence[tuple[str, bytes]], headers: str = "", mark: str = "=_b") -> bytes:
    """Return a mail with parts as (headers, body) behind each other."""
    lines = [
        b"From: =?gb2312?B?1cXI/Q==?= <A@Example.org>",
        b"Date: Fri, 18 Dec 2026 09:30:00 +0800",
        b"MIME-Version: 1.0",
        *([headers.encode()] if headers else []),
        f'Content-Type: multipart/mixed; boundary="{mark}"'.encode(),
        b"",
    ]
    for head, body in parts:
        raw = head.rstrip("\n").encode("utf-8", "surrogateescape")
        lines += [f"--{mark}".encode(), raw.replace(b"\n", b"\r\n"), b"", body]
    return b"\r\n".join([*lines, f"--{mark}--".encode(), b""])
