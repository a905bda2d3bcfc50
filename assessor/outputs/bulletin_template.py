"""A Word template made into a document: its slips found with their places, its tags filled in."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from lxml import etree

from assessor.i18n import Term
from assessor.outputs.bulletin_language import Language, Slip, slips_of
from assessor.outputs.bulletin_names import Overrun, Record
from assessor.problems import Place, Problem, warning

MOST_WRITTEN = 200_000_000
"""So many characters of markup are more than any bulletin has."""
MOST_UNPACKED = 100_000_000
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
_OPEN = re.compile(r"\{[{%#]")
_CLOSE = re.compile(r"[}%#]\}")
_WIDE = re.compile(r"[{｛][{%％#｛]|[}%％#｝][}｝]")
_PREFIX = re.compile(r"^(\{[{%#])(?:tr|tc|p|r)(?=\s)")


class TemplateFault(Exception):
    """A template cannot be used; carries the problems."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.code for problem in problems))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a template: its part, its number in it, and its text."""

    part: str
    number: int
    text: str

    def facts(self, tag: str) -> dict[str, object]:
        """Return the place of a tag in words: part, number, the text around it."""
        part = Term(f"bulletin.part_{self.part}")
        return {"part": part, "number": self.number, "text": _short(self.text), "tag": tag}


def _short(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


@dataclass(slots=True)
class _Part:
    """A part of the document: body, a header or a footer."""

    name: str
    source: str
    """Its markup, patched by docxtpl, one tag a line."""
    paragraphs: Sequence[Paragraph]
    tags: Sequence[str]
    rel: str = ""


def fill_in(content: bytes, facts: Record, file: str) -> Any:  # noqa: ANN401
    """Return the document (of python-docx) that a template and some facts make.

    Raises TemplateFault with every slip that was found.
    """
    document = _open_template(content, file)
    parts = list(_parts(document))
    language = Language()
    problems = [p for part in parts for p in _spelling(part, file)]
    problems = problems or [p for part in parts for p in _blocks(part, file)]
    if not problems:
        problems = [p for part in parts for p in _slips(part, language, file)]
    if problems:
        raise TemplateFault(*problems)
    body = [_rendered(part, language, facts, file) for part in parts]
    for part, markup in zip(parts, body, strict=True):
        _put(document, part, markup, file)
    return document.docx


def _open_template(content: bytes, file: str) -> Any:  # noqa: ANN401
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            size = sum(info.file_size for info in package.infolist())
        if size > MOST_UNPACKED:
            raise TemplateFault(warning("bulletin_unreadable", Place(file)))
        document = DocxTemplate(io.BytesIO(content))
        document.render_init()
    except TemplateFault:
        raise
    except Exception as fault:
        # Whatever a library cannot make of a file that somebody has edited is one fault of it.
        raise TemplateFault(warning("bulletin_unreadable", Place(file))) from fault
    return document


# -- parts, paragraphs, tags ---------------------------------------------------------------------


def _parts(document: Any) -> Iterator[_Part]:  # noqa: ANN401
    yield _part("body", document, document.get_xml())
    for name, uri in (("header", document.HEADER_URI), ("footer", document.FOOTER_URI)):
        for rel, part in document.get_headers_footers(uri):
            yield _part(name, document, document.get_part_xml(part), rel)


def _part(name: str, document: Any, markup: str, rel: str = "") -> _Part:  # noqa: ANN401
    texts = _texts(markup)
    paragraphs = [Paragraph(name, number, text) for number, text in enumerate(texts, 1)]
    tags: list[str] = []

    def one_a_line(found: re.Match[str]) -> str:
        inside = found.group(0)
        tags.append(inside)
        opening = inside[:3] if inside[2:3] in "+-" else inside[:2]
        return f"{opening}\n{inside[len(opening) :].replace(chr(10), ' ')}"

    patched = document.patch_xml(markup).replace("\n", " ")
    source = re.sub(_TAG, one_a_line, patched)
    return _Part(name, source, paragraphs, tags, rel)


def _parsed(markup: str) -> Any:  # noqa: ANN401
    parser = etree.XMLParser(huge_tree=True, resolve_entities=False)
    return etree.fromstring(markup.encode(), parser)


def _texts(markup: str) -> list[str]:
    """Return the text of every paragraph, as Word shows it."""
    tree = etree.fromstring(
        markup.encode(), etree.XMLParser(huge_tree=True, resolve_entities=False)
    )
    return [
        "".join(part.text or "" for part in paragraph.iter(qn("w:t")))
        for paragraph in tree.iter(qn("w:p"))
    ]


def _plain(tag: str) -> str:
    """Return a tag as it can be compared: without spaces, prefix and curly quotes."""
    text = re.sub(r"<[^>]+>", "", tag)
    text = _PREFIX.sub(r"\1", text).translate(str.maketrans("“”‘’", "\"\"''"))
    return re.sub(r"\s", "", text)


def _where(part: _Part, line: int) -> tuple[Paragraph, str]:
    """Return the paragraph and the tag that stand in a line of the patched markup."""
    at = min(max(line - 2, 0), len(part.tags) - 1)
    wanted = _plain(part.tags[at])
    before = sum(_plain(tag) == wanted for tag in part.tags[:at])
    found = [(paragraph, tag) for paragraph, tag in _tags_of(part) if _plain(tag) == wanted]
    if found:
        return found[min(before, len(found) - 1)]
    return Paragraph(part.name, 0, ""), part.tags[at]


# -- slips ---------------------------------------------------------------------------------------


def _spelling(part: _Part, file: str) -> Iterator[Problem]:
    """Yield what is wrong with brackets: not closed, not opened, or those of Chinese typing."""
    for paragraph in part.paragraphs:
        rest = _TAG.sub("", paragraph.text)
        wide = [m for m in _WIDE.finditer(paragraph.text) if not m.group().isascii()]
        if wide:
            start = max(0, wide[0].start() - 1)
            yield _told("bulletin_wide", file, paragraph, paragraph.text[start : start + 20])
        elif (found := _OPEN.search(rest)) is not None:
            yield _told("bulletin_not_closed", file, paragraph, rest[found.start() :][:20])
        elif (found := _CLOSE.search(rest)) is not None:
            tag = rest[max(0, found.end() - 20) : found.end()]
            yield _told("bulletin_not_opened", file, paragraph, tag)


_BLOCK = re.compile(r"\{%[-+]?(tr|tc|p|r)?\s*(end)?(for|if)\b")


def _blocks(part: _Part, file: str) -> Iterator[Problem]:
    """Yield every if and for that does not end, ends twice, or ends in another kind of tag."""
    begun: list[tuple[Paragraph, str, tuple[str, str]]] = []
    for paragraph, tag in _tags_of(part):
        found = _BLOCK.match(tag)
        if found is None:
            continue
        kind, word = found[1] or "", found[3]
        if not found[2]:
            begun.append((paragraph, tag, (kind, word)))
        elif not begun or begun[-1][2][1] != word:
            yield _told("bulletin_end_alone", file, paragraph, tag)
            return  # whatever follows is askew
        else:
            above, first, (opened, _) = begun.pop()
            if opened != kind:
                yield _told("bulletin_other_end", file, above, first, end=tag)
    for paragraph, tag, _ in begun:
        yield _told("bulletin_not_ended", file, paragraph, tag)


def _tags_of(part: _Part) -> Iterator[tuple[Paragraph, str]]:
    for paragraph in part.paragraphs:
        for tag in _TAG.findall(paragraph.text):
            yield paragraph, tag


def _told(code: str, file: str, paragraph: Paragraph, tag: str, **more: object) -> Problem:
    return warning(code, Place(file), **{**more, **paragraph.facts(tag)})


def _slips(part: _Part, language: Language, file: str) -> Iterator[Problem]:
    for slip in slips_of(part.source, language):
        yield _of_slip(part, slip, file)


def _of_slip(part: _Part, slip: Slip, file: str) -> Problem:
    paragraph, tag = _where(part, slip.line)
    return warning(slip.code, Place(file), **{**slip.facts, **paragraph.facts(tag)})


# -- filling in ----------------------------------------------------------------------------------


def _rendered(part: _Part, language: Language, facts: Record, file: str) -> str:
    """Return the markup of a part with its tags filled in; whatever goes wrong has a place."""
    pieces: list[str] = []
    size = 0
    try:
        for piece in language.from_string(part.source).generate(facts):
            size += len(piece)
            if size > MOST_WRITTEN:
                raise Overrun
            pieces.append(piece)
    except Overrun as fault:
        raise TemplateFault(warning("bulletin_endless", Place(file))) from fault
    except Exception as fault:
        # A comparison of a word with a number and the like: known only when it is computed.
        slip = Slip("bulletin_not_computed", _line_of(fault), {})
        raise TemplateFault(_of_slip(part, slip, file)) from fault
    return "".join(pieces)


def _line_of(fault: BaseException) -> int:
    """Return the line of the template in which something went wrong."""
    line, trace = 0, fault.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _put(document: Any, part: _Part, markup: str, file: str) -> None:  # noqa: ANN401
    """Put the filled-in markup of a part in place of its template."""
    try:
        # docxtpl mends what does not fit together by leaving some of it out: that is no cure.
        _parsed(markup)
        if part.rel:
            document.map_headers_footers_xml(part.rel, markup.encode())
            return
        tree = document.fix_tables(markup)
        document.fix_docpr_ids(tree)
        document.map_tree(tree)
    except (etree.XMLSyntaxError, AttributeError, ValueError, TypeError) as fault:
        raise TemplateFault(warning("bulletin_torn", Place(file))) from fault
