"""The words of a mail: blanks filled, faults told with line and near miss."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.i18n import catalog
from assessor.mail.texts import BLANKS, KINDS, NEEDED, read_text
from tests.builders import codes

SHIPPED = Path(__file__).parent.parent.parent / "templates" / "mail"
GOOD = "# 说明 {随便}\n\n主题：{考核}：{收件人}\n\n{收件人}：\n\n{附件}\n\n{截止}\n\n再见\n"


def test_blanks_are_filled_and_what_is_empty_leaves_no_gap() -> None:
    text, problems = read_text(GOOD.encode(), "mail/forms.txt", "forms")
    assert problems == []
    facts = dict.fromkeys(BLANKS, "") | {
        "title": "小考核",
        "recipient": "东村",
        "attachments": "1. a",
    }
    assert text.filled(facts) == ("小考核：东村", "东村：\n\n1. a\n\n再见\n")


def test_what_is_filled_in_is_not_filled_in_again() -> None:
    text, _ = read_text(b"Subject: {recipient}\n\n{title}", "f", "forms")
    facts = dict.fromkeys(BLANKS, "x") | {"recipient": "{title}", "title": "{phone}"}
    assert text.filled(facts) == ("{title}", "{phone}\n")


def test_a_line_break_in_a_fact_does_not_break_the_subject() -> None:
    text, _ = read_text("主题：{收件人}\n\n正文".encode(), "f", "forms")
    facts = dict.fromkeys(BLANKS, "") | {"recipient": "a\r\nBcc: b@c.org"}
    assert text.filled(facts)[0] == "a Bcc: b@c.org"


FAULTS = [
    ("正文\n主题：a\n", "forms", [("mail_text_subject", "1")]),
    ("主题：\n正文\n", "forms", [("mail_text_subject", "1")]),
    ("# 只有说明\n", "forms", [("mail_text_subject", "")]),
    ("主题：a\n\n", "forms", [("mail_text_empty", "")]),
    ("主题：a\n{收件入}\n", "forms", [("mail_blank_unknown", "2")]),
    ("主题：{x}\n{y}\n", "forms", [("mail_blank_unknown", "1"), ("mail_blank_unknown", "2")]),
    ("主题：a\n{收件人\n", "forms", [("mail_brace", "2")]),
    ("主题：a\n收件人}\n", "forms", [("mail_brace", "2")]),
    ("主题：a\n{}\n", "forms", [("mail_blank_unknown", "2")]),
    ("主题：a\n正文\n", "results", [("mail_text_needs", "")]),
    ("主题：a\n正文\n", "reminders", [("mail_text_needs", "")]),
]


@pytest.mark.parametrize(("text", "kind", "found"), FAULTS, ids=range(len(FAULTS)))
def test_faults_are_reported_with_their_lines(
    text: str, kind: str, found: list[tuple[str, str]]
) -> None:
    _, problems = read_text(text.encode(), "mail/x.txt", kind)
    assert [(problem.code, problem.place.cell) for problem in problems] == found


def test_a_near_miss_is_suggested() -> None:
    (problem,) = read_text("主题：a\n{收件入}\n".encode(), "mail/forms.txt", "forms")[1]
    words = catalog("zh")
    assert str(problem.place) == "mail/forms.txt!2"
    assert words.message(problem) == "没有“收件入”这一项，最接近的是：收件人。"
    assert words.cure(problem).startswith("花括号里只能写：收件人、考核、年度")
    (problem,) = read_text(b"Subject: a\n{recipiant}\n", "f", "forms")[1]
    assert "The nearest one is: recipient." in catalog("en").message(problem)


def test_full_width_braces_and_other_codings_are_understood() -> None:
    for coding in ("gbk", "utf-8", "utf-16"):
        text, problems = read_text("主题：｛考核｝\n\n｛收件人｝".encode(coding), "f", "forms")
        assert problems == []
        assert text.filled(dict.fromkeys(BLANKS, "x")) == ("x", "x\n")
    assert codes(read_text(b"\xff\xff", "f", "forms")[1]) == ["mail_text_coding"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_shipped_texts_have_no_fault(kind: str, language: str) -> None:
    content = (SHIPPED / language / f"{kind}.txt").read_bytes()
    text, problems = read_text(content, f"mail/{kind}.txt", kind)
    assert problems == []
    subject, body = text.filled({key: f"<{key}>" for key in BLANKS})
    assert "<title>" in subject
    assert f"<{NEEDED.get(kind, 'attachments')}>" in body
