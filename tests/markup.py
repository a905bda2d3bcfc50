"""Returned workbooks changed in their markup, as programs write it that no test can start."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping

SHEET = "xl/worksheets/sheet1.xml"


def parts_of(content: bytes) -> dict[str, bytes]:
    """Return the parts of a workbook in their order."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return the workbook of some parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return stream.getvalue()


def changed(content: bytes, change: Callable[[bytes], bytes], part: str = SHEET) -> bytes:
    """Return a workbook after a change to one part, which must change."""
    parts = parts_of(content)
    new = change(parts[part])
    assert new != parts[part], f"nothing was changed in {part}"
    return packed({**parts, part: new})


def with_cell(content: bytes, address: str, inner: str, attributes: str = "") -> bytes:
    """Return a workbook with one cell of its first sheet written anew; its style stays."""
    pattern = rb'<c r="%b"( s="\d+")?[^>]*?(?:/>|>.*?</c>)' % address.encode()
    cell = rb'<c r="%b"\1%b>%b</c>' % (
        address.encode(),
        f" {attributes}".encode() if attributes else b"",
        inner.encode().replace(b"\\", rb"\\"),
    )
    return changed(content, lambda sheet: re.sub(pattern, cell, sheet, count=1, flags=re.S))


def with_parts(content: bytes, related: Mapping[str, tuple[str, str]], tail: str = "") -> bytes:
    """Return a workbook whose first sheet refers to further parts: name to kind and content."""
    parts = parts_of(content)
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    lines = ""
    for number, (name, (kind, text)) in enumerate(related.items(), 1):
        parts[name] = text.encode()
        link = kind if kind.startswith("http") else f"{office}/{kind}"
        lines += f'<Relationship Id="rId{number}" Type="{link}" Target="/{name}"/>'
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{lines}</Relationships>"
    ).encode()
    parts[SHEET] = parts[SHEET].replace(b"</worksheet>", tail.encode() + b"</worksheet>")
    return packed(parts)
