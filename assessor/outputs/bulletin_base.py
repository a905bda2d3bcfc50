"""The Word template that is shipped: the lines of templates/bulletin/ laid out as officials do.

Title 2号 (22 points) 小标宋, text 3号 (16 points) 仿宋, heads 黑体, lines of 28 points, margins of
37, 35, 28 and 26 mm, page numbers outside: GB/T 9704. One line of the source is one paragraph:

    = title      == under it    # head       ^ title of a table    - not indented
    > on the right              ! centred, bold                    anything else: text
    | head:width | head:width   the head of a table, then its rows
    |% for row in rows          a row of a table that only holds a tag
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from docx import Document
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu, Mm, Pt

from assessor.outputs.bulletin_zip import settled_zip
from assessor.outputs.style import BODY_FONT, HEAD_FONT, TITLE_FONT

_LATIN = "Times New Roman"
_KAI = "楷体"
_LINE = Pt(28)
_FALLBACKS = {
    TITLE_FONT: "宋体",
    BODY_FONT: "仿宋_GB2312",
    _KAI: "楷体_GB2312",
    HEAD_FONT: "SimHei",
}
"""Which font Word takes where one is not installed."""
_CREATED = dt.datetime(2026, 1, 1)

_CENTER, _RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
_LEFT = WD_ALIGN_PARAGRAPH.LEFT


@cache
def base_template(language: str) -> bytes:
    """Return the shipped template of a language as a .docx: always the same bytes."""
    source = files("assessor.templates").joinpath("bulletin", f"{language}.txt")
    return template_docx(source.read_text(encoding="utf-8"), language)


def template_docx(source: str, language: str) -> bytes:
    """Return a template laid out from its source."""
    document = Document()
    _lay_out(document)
    _name_styles(document)
    number = _numbering(document, language)
    lines = source.splitlines()
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("| "):
            end = next((n for n in range(at, len(lines)) if lines[n][:1] != "|"), len(lines))
            _table(document, lines[at:end])
            at = end
            continue
        if line.strip():
            _paragraph(document, line, number)
        at += 1
    _page_numbers(document)
    _fallback_fonts(document)
    about = document.core_properties
    about.author = about.last_modified_by = about.comments = about.keywords = ""
    about.title = about.subject = ""
    about.created = about.modified = about.last_printed = _CREATED
    buffer = io.BytesIO()
    document.save(buffer)
    return settled_zip(buffer.getvalue())


# -- page, fonts, numbers ------------------------------------------------------------------------


def _lay_out(document: Any) -> None:  # noqa: ANN401
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(25)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is not None:  # exact lines, not those of a grid
        section._sectPr.remove(grid)


def _name_styles(document: Any) -> None:  # noqa: ANN401
    styles = document.styles
    _font(styles["Normal"], BODY_FONT, 16)
    _spacing(styles["Normal"].paragraph_format)
    for name, font, size in (("Title", TITLE_FONT, 22), ("Heading 1", HEAD_FONT, 16)):
        style = styles[name]
        _font(style, font, size)
        _spacing(style.paragraph_format)
        borders = style.element.pPr.find(qn("w:pBdr"))
        if borders is not None:
            style.element.pPr.remove(borders)
    styles["Title"].paragraph_format.alignment = _CENTER
    styles["Title"].paragraph_format.line_spacing = Pt(34)
    _font(styles["Subtitle"], _KAI, 16)
    _spacing(styles["Subtitle"].paragraph_format)
    styles["Subtitle"].paragraph_format.alignment = _CENTER
    _font(styles["Caption"], HEAD_FONT, 14)
    _spacing(styles["Caption"].paragraph_format)
    styles["Caption"].paragraph_format.alignment = _CENTER
    styles["Caption"].paragraph_format.keep_with_next = True
    for found in styles.element.iter(qn("w:lang")):
        found.set(qn("w:val"), "en-GB")
        found.set(qn("w:eastAsia"), "zh-CN")


def _font(style: Any, name: str, size: float) -> None:  # noqa: ANN401
    """Give a style one font for Chinese and one for the rest; black, upright, not bold."""
    properties = style.element.get_or_add_rPr()
    for tag in ("w:rFonts", "w:color", "w:b", "w:bCs", "w:i", "w:iCs", "w:spacing", "w:kern"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
    fonts = OxmlElement("w:rFonts")
    for kind in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{kind}"), _LATIN)
    fonts.set(qn("w:eastAsia"), name)
    properties.insert(0, fonts)
    style.font.size = Pt(size)


def _spacing(form: Any) -> None:  # noqa: ANN401
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    form.line_spacing = _LINE
    form.space_before = form.space_after = Pt(0)
    form.widow_control = True


def _numbering(document: Any, language: str) -> int:  # noqa: ANN401
    """Add the numbers of heads, 一、 or 1., and return their number."""
    kind, text = ("chineseCountingThousand", "%1、") if language == "zh" else ("decimal", "%1. ")
    numbering = document.part.numbering_part.element
    abstract = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">'
        '<w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        f'<w:numFmt w:val="{kind}"/><w:suff w:val="nothing"/><w:lvlText w:val="{text}"/>'
        '<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="0" w:firstLine="640"/></w:pPr></w:lvl>'
        "</w:abstractNum>"
    )
    numbering.insert(0, abstract)
    number = parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>')
    numbering.append(number)
    return 90


def _page_numbers(document: Any) -> None:  # noqa: ANN401
    """Put — 1 — outside: on the right of odd pages, on the left of even ones."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for footer, side in ((section.footer, _RIGHT), (section.even_page_footer, _LEFT)):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.alignment = side
        form = paragraph.paragraph_format
        # One character in from the edge, as the standard has it.
        form.right_indent, form.left_indent = (Pt(14), None) if side == _RIGHT else (None, Pt(14))
        for piece in ("— ", "PAGE", " —"):
            run = paragraph.add_run("" if piece == "PAGE" else piece)
            run.font.size = Pt(14)
            _run_font(run, "宋体")
            if piece == "PAGE":
                for kind in ("begin", "PAGE", "end"):
                    run._r.append(_field(kind))


def _field(kind: str) -> Any:  # noqa: ANN401
    if kind == "PAGE":
        code = OxmlElement("w:instrText")
        code.set(qn("xml:space"), "preserve")
        code.text = " PAGE "
        return code
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    return mark


def _run_font(run: Any, name: str) -> None:  # noqa: ANN401
    run.font.name = _LATIN
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _fallback_fonts(document: Any) -> None:  # noqa: ANN401
    """Say in the table of fonts what stands in for each font that a machine may not have."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in _FALLBACKS.items()
    )
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            part._blob = (
                '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
                f"<w:fonts {nsdecls('w')}>{fonts}</w:fonts>"
            ).encode()


# -- paragraphs and tables -----------------------------------------------------------------------

_MARKS = (
    ("= ", "Title", None),
    ("== ", "Subtitle", None),
    ("# ", "Heading 1", None),
    ("^ ", "Caption", None),
    ("> ", "Normal", _RIGHT),
    ("! ", "Normal", _CENTER),
    ("- ", "Normal", _LEFT),
)


def _paragraph(document: Any, line: str, number: int) -> None:  # noqa: ANN401
    for mark, style, side in _MARKS:
        if line.startswith(mark):
            paragraph = document.add_paragraph(style=style)
            run = paragraph.add_run(line.removeprefix(mark))
            run.bold = True if mark == "! " else None
            if side is not None:
                paragraph.alignment = side
            if mark == "> ":
                paragraph.paragraph_format.right_indent = Pt(64)
            if mark == "# ":
                _number_it(paragraph, number)
            return
    paragraph = document.add_paragraph(line, style="Normal")
    if not line.startswith("{%p"):
        paragraph.paragraph_format.first_line_indent = Pt(32)
        paragraph.alignment = _LEFT


def _number_it(paragraph: Any, number: int) -> None:  # noqa: ANN401
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = number


def _table(document: Any, lines: Sequence[str]) -> None:  # noqa: ANN401
    heads = [cell.partition(":") for cell in _cells(lines[0])]
    widths = [float(width) for _, _, width in heads]
    whole = sum(widths)
    table = document.add_table(rows=0, cols=len(heads), style="Table Grid")
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table._tbl.tblPr.append(
        parse_xml(
            f'<w:tblCellMar {nsdecls("w")}><w:left w:w="45" w:type="dxa"/>'
            '<w:right w:w="45" w:type="dxa"/></w:tblCellMar>'
        )
    )
    sizes = [Emu(int(Mm(156) * width / whole)) for width in widths]
    for column, size in zip(table.columns, sizes, strict=True):
        column.width = size
    _row(table, [head for head, _, _ in heads], sizes, HEAD_FONT)
    for line in lines[1:]:
        if line.startswith("|%"):
            tag = line.removeprefix("|%").strip()
            _row(table, [f"{{%tr {tag} %}}", *[""] * (len(heads) - 1)], sizes, BODY_FONT)
        else:
            _row(table, list(_cells(line)), sizes, BODY_FONT)
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:tblHeader"))


def _cells(line: str) -> Iterator[str]:
    """Yield the cells of a row: a bar inside a tag divides nothing."""
    for cell in line.removeprefix("|").split(" | "):
        yield cell.strip()


def _row(table: Any, cells: Sequence[str], sizes: Sequence[Any], font: str) -> None:  # noqa: ANN401
    row = table.add_row()
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, text, size in zip(row.cells, cells, sizes, strict=True):
        cell.width = size
        cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
        paragraph = cell.paragraphs[0]
        paragraph.alignment = _CENTER
        form = paragraph.paragraph_format
        form.line_spacing_rule = WD_LINE_SPACING.SINGLE
        run = paragraph.add_run(text)
        run.font.size = Pt(10.5)
        _run_font(run, font)
