"""A template edited in Word: what is wrong with it is told with its place; names are only text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from docx import Document

from assessor.i18n import catalog
from assessor.outputs import bulletin_template
from assessor.outputs.bulletin_names import Fuel, Record, Rows
from assessor.outputs.bulletin_template import TemplateFault, fill_in

FILE = "通报模板.docx"


def facts(*units: str) -> Record:
    ranking = Rows(
        [
            {"单位": name, "unit": name, "得分": "90.00", "名次": n}
            for n, name in enumerate(units, 1)
        ],
        Fuel(),
    )
    return {
        "考核名称": "小考核",
        "title": "小考核",
        "发文单位": "某镇",
        "总排名": ranking,
        "日期": "2026年12月31日",
    }


def saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def docx(*lines: str) -> bytes:
    """Return a document of some paragraphs."""
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    return saved(document)


def texts(document: Any) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def filled(content: bytes, given: Record | None = None) -> Any:
    return fill_in(content, given or facts("东村", "西河村"), FILE)


def told(content: bytes) -> list[tuple[str, str, str]]:
    """Return what is said of a template that cannot be used: code, message, cure in Chinese."""
    words = catalog("zh")
    with pytest.raises(TemplateFault) as fault:
        filled(content)
    assert all(str(problem.place) == FILE for problem in fault.value.problems)
    return [(p.code, words.message(p), words.cure(p)) for p in fault.value.problems]


USED = "这次通报按程序自带的模板写成。"


def test_tags_are_filled_in() -> None:
    lines = (
        "{{ 考核名称 }}通报",
        "{%p for 行 in 总排名 %}",
        "{{ 行.名次 }} {{ 行.单位 }}",
        "{%p endfor %}",
    )
    assert texts(filled(docx(*lines))) == ["小考核通报", "1 东村", "2 西河村"]


def test_a_tag_that_word_has_split_into_runs_is_one_tag() -> None:
    document = Document()
    paragraph = document.add_paragraph()
    for piece in ("{", "{ 考核", "名称", " }", "}通报"):
        paragraph.add_run(piece).bold = piece == "名称"
    assert texts(filled(saved(document))) == ["小考核通报"]


def test_curly_quotes_that_word_puts_into_a_tag_do_no_harm() -> None:
    assert texts(filled(docx("{{ 总排名[0][“单位”] }}"))) == ["东村"]


def test_rows_of_a_table_are_repeated() -> None:
    document = Document()
    table = document.add_table(rows=4, cols=2)
    cells = [
        ["名次", "单位"],
        ["{%tr for 行 in 总排名 %}", ""],
        ["{{ 行.名次 }}", "{{ 行.单位 }}"],
        ["{%tr endfor %}", ""],
    ]
    for row, line in zip(table.rows, cells, strict=True):
        for cell, text in zip(row.cells, line, strict=True):
            cell.text = text
    made = filled(saved(document)).tables[0]
    assert [[cell.text for cell in row.cells] for row in made.rows] == [
        ["名次", "单位"],
        ["1", "东村"],
        ["2", "西河村"],
    ]


HOSTILE = [
    "<w:p>&amp;]]></w:p>",
    "{{ 考核名称 }}{% for x in y %}",
    "{_{ a }_}",
    "a\tb\nc\ad\fe",
    "\x00\x0b\ufffe",
    "\u202eabc",
    "=1+1",
    "</w:t></w:r>",
    "“引号”'\"",
]


@pytest.mark.parametrize("name", HOSTILE, ids=[ascii(name) for name in HOSTILE])
def test_a_name_is_only_text(name: str) -> None:
    lines = ("{%p for 行 in 总排名 %}", "[{{ 行.单位 }}]", "{%p endfor %}", "end")
    made = Document(io.BytesIO(saved(filled(docx(*lines), facts(name)))))
    shown = texts(made)
    assert len(shown) == 2
    assert shown[1] == "end"
    plain = name.isprintable() and not any(char in name for char in "\ufffe\u202e")
    if plain:
        assert shown[0] == f"[{name}]"


# -- what is wrong, where, and how to cure it ------------------------------------------------------


def test_a_name_that_does_not_exist_is_told_with_its_place_and_the_near_one() -> None:
    content = docx("关于考核情况的通报", "现将{{ 考核名 }}的有关情况通报如下。")
    assert told(content) == [
        (
            "bulletin_name_near",
            "通报模板正文第 2 段“现将{{ 考核名 }}的有关情况通报如下。”："
            "标签 {{ 考核名 }} 里的名称“考核名”没有，像是“考核名称”。" + USED,
            "在 Word 里查找“{{ 考核名 }}”，把“考核名”改成“考核名称”，保存后重新 collect。",
        )
    ]


def test_the_same_in_english() -> None:
    words = catalog("en")
    with pytest.raises(TemplateFault) as fault:
        filled(docx("Results of {{ titel }}"))
    (problem,) = fault.value.problems
    assert words.message(problem) == (
        "Bulletin template, text, paragraph 1 “Results of {{ titel }}”: in the tag {{ titel }} "
        "there is no “titel”; “title” may be meant. This time the bulletin was written by the "
        "shipped template."
    )
    assert (
        words.cure(problem)
        == "Find “{{ titel }}” in Word, change “titel” to “title”, save, and collect again."
    )


def test_all_names_are_told_at_once_each_with_its_own_place() -> None:
    content = docx(
        "{{ 考核名 }}",
        "{{ 考核名称 }}",
        "{{ 考核名 }}",
        "{%p for 行 in 总排名 %}",
        "{{ 行.单 }}",
        "{%p endfor %}",
    )
    assert [(code, message.partition("段")[0]) for code, message, _ in told(content)] == [
        ("bulletin_name_near", "通报模板正文第 1 "),
        ("bulletin_name_near", "通报模板正文第 3 "),
        ("bulletin_name_near", "通报模板正文第 5 "),
    ]


def test_headers_and_footers_are_looked_at_and_filled_in_too() -> None:
    document = Document()
    document.add_paragraph("x")
    document.sections[0].header.paragraphs[0].text = "{{ 发文单位 }}"
    document.sections[0].footer.paragraphs[0].text = "{{ 日期 }}"
    made = Document(io.BytesIO(saved(filled(saved(document)))))
    assert made.sections[0].header.paragraphs[0].text == "某镇"
    assert made.sections[0].footer.paragraphs[0].text == "2026年12月31日"
    document.sections[0].footer.paragraphs[0].text = "{{ 日 期 }}"
    assert [(code, message[:12]) for code, message, _ in told(saved(document))] == [
        ("bulletin_syntax", "通报模板页脚第 1 段“")
    ]


SPELLING = [
    ("{{ 考核名称 }", "bulletin_not_closed"),
    ("{{ 考核名称", "bulletin_not_closed"),
    ("{% if 总排名 }", "bulletin_not_closed"),
    ("考核名称 }}", "bulletin_not_opened"),
    ("{ 考核名称 }}", "bulletin_not_opened"),
    ("｛｛ 考核名称 ｝｝", "bulletin_wide"),
    ("{％ if 总排名 ％}", "bulletin_wide"),
    ("｛{ 考核名称 }｝", "bulletin_wide"),
    ("{% if 总排名 %}x", "bulletin_not_ended"),
    ("{%p for 行 in 总排名 %}", "bulletin_not_ended"),
    ("x{% endif %}", "bulletin_end_alone"),
    ("{% if 总排名 %}{% endfor %}", "bulletin_end_alone"),
    ("{%p if 总排名 %}{% endif %}", "bulletin_other_end"),
    ("{{ 考核名称 + 1 }}", "bulletin_not_allowed"),
    ("{{ 总排名 }}", "bulletin_not_a_value"),
    ("{{ 考核名称 > 1 }}", "bulletin_not_computed"),
    ("{{ 总排名[99].单位 }}", "bulletin_not_computed"),
]


@pytest.mark.parametrize(("line", "code"), SPELLING)
def test_every_slip_has_its_code_and_names_the_paragraph(line: str, code: str) -> None:
    ((found, message, cure),) = told(docx("通报", line))
    assert found == code
    assert f"正文第 2 段“{line}”" in message
    assert cure


def test_a_tag_in_a_cell_is_told_by_the_text_to_look_for() -> None:
    document = Document()
    document.add_table(rows=1, cols=2).rows[0].cells[1].text = "得分：{{ 得份 }}"
    ((code, message, _),) = told(saved(document))
    assert code == "bulletin_name"
    assert "“得分：{{ 得份 }}”" in message


def test_tags_that_tear_a_table_apart_are_told() -> None:
    document = Document()
    document.add_table(rows=1, cols=1).rows[0].cells[0].text = "{% for 行 in 总排名 %}"
    document.add_paragraph("{% endfor %}")
    assert [code for code, _, _ in told(saved(document))] == ["bulletin_torn"]


def test_loops_in_loops_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"{{% for r{n} in 总排名 %}}" for n in range(8)] + ["x"] + ["{% endfor %}"] * 8
    content = docx("".join(lines))
    with pytest.raises(TemplateFault) as fault:
        filled(content, facts(*map(str, range(100))))
    assert [problem.code for problem in fault.value.problems] == ["bulletin_endless"]
    monkeypatch.setattr(bulletin_template, "MOST_WRITTEN", 1000)
    assert [code for code, _, _ in told(docx("x" * 2000))] == ["bulletin_endless"]


def archive(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, content in members:
            package.writestr(name, content)
    return buffer.getvalue()


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b" " * (bulletin_template.MOST_UNPACKED + 1))
    return buffer.getvalue()


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"",
        lambda: b"not a document",
        lambda: docx("x")[:500],
        lambda: archive(("a.txt", b"x")),
        bomb,
    ],
    ids=["empty", "text", "cut off", "another archive", "bomb"],
)
def test_what_is_no_document_is_told(make: Callable[[], bytes]) -> None:
    assert [code for code, _, _ in told(make())] == ["bulletin_unreadable"]
