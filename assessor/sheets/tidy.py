"""An .ods as the value reader wants it: gnumeric breaks lines between cells, which it refuses."""

from __future__ import annotations

import io
import re
import zipfile

_CONTENT = "content.xml"
_LARGEST = 64 << 20
_BETWEEN = re.compile(rb"(</?(?:table|office):[^<>]*>|</text:p>)\s+(?=<)")
"""White space between cells, rows and paragraphs says nothing; inside a paragraph it may."""


def tidied(content: bytes) -> bytes | None:
    """Return an .ods without line breaks between its cells; None where there are none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if archive.getinfo(_CONTENT).file_size > _LARGEST:
                return None
            markup = archive.read(_CONTENT)
            bare = _BETWEEN.sub(rb"\1", markup)
            if bare == markup:
                return None
            stream = io.BytesIO()
            with zipfile.ZipFile(stream, "w") as tidy:
                for member in archive.infolist():
                    whole = bare if member.filename == _CONTENT else archive.read(member)
                    tidy.writestr(member, whole)
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, NotImplementedError):
        return None
    return stream.getvalue()
