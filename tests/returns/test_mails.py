"""Saved mails: attachments under every spelling of their names, and who sent them when."""

from __future__ import annotations

import base64
import datetime as dt
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest

from assessor.i18n import catalog
from assessor.outputs.wording import reason_text
from assessor.returns.mails import unpack_mail, worded
from assessor.returns.receive import Received, receive
from assessor.rounds import Round as Result
from assessor.rounds import read_round
from tests import hostile
from tests.builders import small_workspace
from tests.filling import FULL, Round
from tests.hostile import mail

BODY = base64.encodebytes(b"the bytes of a workbook")
NAME = "东村自评.xlsx"
_GBK = NAME.encode("gbk")
_RAW = _GBK.decode("utf-8", "surrogateescape")


def _word(charset: str, raw: bytes) -> str:
    return f"=?{charset}?B?{base64.b64encode(raw).decode()}?="


def _type(rest: str) -> str:
    return f"Content-Type: application/octet-stream{rest}\nContent-Transfer-Encoding: base64\n"


def _disposition(rest: str) -> str:
    return _type("") + f"Content-Disposition: attachment; {rest}\n"


HALF = len("东村".encode("gbk"))
SPELLINGS = {
    "RFC 2231": _disposition(f"filename*=UTF-8''{quote(NAME)}"),
    "RFC 2231 in GBK": _disposition(f"filename*=GB2312''{quote(_GBK)}"),
    "RFC 2231 in pieces": _disposition(
        f"filename*0*=UTF-8''{quote('东村')};\n filename*1*={quote('自评')}; filename*2=.xlsx"
    ),
    "RFC 2047": _disposition(f'filename="{_word("UTF-8", NAME.encode())}"'),
    "RFC 2047 in GB2312": _disposition(f'filename="{_word("gb2312", _GBK)}"'),
    "RFC 2047, two words": _disposition(
        f'filename="{_word("gb18030", _GBK[:HALF])}\n {_word("gb18030", _GBK[HALF:])}"'
    ),
    "RFC 2047, words that touch": _disposition(
        f'filename="{_word("gb18030", _GBK[:HALF])}{_word("gb18030", _GBK[HALF:])}"'
    ),
    "RFC 2047, a character cut in two": _disposition(
        f'filename="{_word("gbk", _GBK[:3])} {_word("gbk", _GBK[3:])}"'
    ),
    "RFC 2047 quoted": _disposition(
        'filename="=?GBK?Q?' + _GBK.hex("=").upper().join(["=", ""]) + '?="'
    ),
    "raw GBK": _disposition(f'filename="{_RAW}"'),
    "raw UTF-8": _disposition(f'filename="{NAME}"'),
    "only the type has a name": _type(f'; name="{_word("gbk", _GBK)}"'),
    "an unknown charset": _disposition(f'filename="{_word("x-unknown", NAME.encode())}"'),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_name_is_read_however_it_is_written(tmp_path: Path, spelling: str) -> None:
    _, (member,) = unpack_mail(mail([(SPELLINGS[spelling], BODY)]), tmp_path, "m")
    assert member.name == NAME
    assert (tmp_path / member.path).read_bytes() == b"the bytes of a workbook"


def test_sender_and_date_are_kept(tmp_path: Path) -> None:
    envelope, _ = unpack_mail(mail([], "Subject: =?gb2312?B?19TGwA==?="), tmp_path, "m")
    east = dt.timezone(dt.timedelta(hours=8))
    assert envelope.sender == "a@example.org"
    assert envelope.sent == dt.datetime(2026, 12, 18, 9, 30, tzinfo=east)
    assert envelope.subject == "自评"


@pytest.mark.parametrize(
    ("head", "sender", "sent"),
    [
        (b"From: nobody\nDate: yesterday\n\n", "nobody", None),
        (b"Received: x\nMessage-ID: <1>\n\n", "", None),
        (b"From: <a@b.c>\nDate: Fri, 99 Dec 20260 99:99:99 +9999\n\n", "a@b.c", None),
    ],
)
def test_headers_that_make_no_sense_do_no_harm(
    tmp_path: Path, head: bytes, sender: str, sent: None
) -> None:
    envelope, members = unpack_mail(head, tmp_path, "m")
    assert (envelope.sender, envelope.sent, members) == (sender, sent, [])


def test_words_that_are_none_stay_as_they_are() -> None:
    assert worded("=?utf-8?B?!!!") == "=?utf-8?B?!!!"
    assert worded("  两  词 ") == "两 词"


# -- in a round ------------------------------------------------------------------------------------


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    return Round(small_workspace(tmp_path / "workspace"))


def written(*files: tuple[str, bytes], inner: EmailMessage | None = None) -> EmailMessage:
    """Return a mail as today's programs write it: a text, attachments, a picture in the text."""
    message = EmailMessage()
    message["From"] = "东村 <a@example.org>"
    message["Date"] = "Fri, 18 Dec 2026 09:30:00 +0800"
    message["Subject"] = "报送自评表"
    message.set_content("请查收。")
    message.add_alternative("<p>请查收。<img src='cid:1'></p>", subtype="html")
    picture = b"\x89PNG\r\n\x1a\n\0\0"
    html = message.get_payload(1)
    assert isinstance(html, EmailMessage)
    html.add_related(picture, "image", "png", cid="<1>")
    for name, content in files:
        message.add_attachment(content, "application", "octet-stream", filename=name)
    if inner is not None:
        message.add_attachment(inner)
    return message


def fates(result: Result) -> dict[str, tuple[str, str]]:
    words = catalog("zh")
    return {
        fate.file: (fate.disposition, reason_text(fate, words)) for fate in result.collection.fates
    }


def collected(round_: Round) -> Result:
    return read_round(round_.workspace, round_.workspace.returns, workers=1)


def received(round_: Round) -> Received:
    return receive(round_.workspace.returns, round_.context, workers=1)


SCAN = ("enclosure", "扫描件、照片或文档，作为附件保存")


def test_a_mail_gives_its_attachments(round_: Round) -> None:
    form = round_.filled("self", "V01", FULL)
    round_.put("邮件.eml", written(("自评.xlsx", form), ("盖章.pdf", b"%PDF-1.7")).as_bytes())
    result = collected(round_)
    assert fates(result) == {
        "邮件.eml": ("enclosure", "邮件，里面有 3 个附件"),
        "邮件.eml!/1.png": SCAN,
        "邮件.eml!/自评.xlsx": ("accepted", ""),
        "邮件.eml!/盖章.pdf": SCAN,
    }
    assert all(len(fate.sha256) == 64 for fate in result.collection.fates)
    units = {fate.file: fate.unit for fate in result.collection.fates}
    assert units["邮件.eml!/盖章.pdf"] == "V01"
    (reading,) = received(round_).readings
    assert [mail.sender for mail in reading.mails] == ["a@example.org"]
    assert reading.container == "邮件.eml"


def test_a_forwarded_mail_and_a_zip_inside_are_opened(round_: Round) -> None:
    form, other = round_.filled("self", "V01", FULL), round_.filled("self", "V02", FULL)
    archive = hostile.gbk_zip({"西河村.xlsx": other})
    inner = written(("自评.xlsx", form))
    inner.replace_header("From", "v01@example.org")
    inner.replace_header("Subject", "原件")
    round_.put("转发.eml", written(("打包.zip", archive), inner=inner).as_bytes())
    found = fates(collected(round_))
    assert found["转发.eml!/原件.eml!/自评.xlsx"] == ("accepted", "")
    assert found["转发.eml!/打包.zip!/西河村.xlsx"] == ("accepted", "")
    senders = {r.file: [m.sender for m in r.mails] for r in received(round_).readings}
    assert senders == {
        "转发.eml!/原件.eml!/自评.xlsx": ["a@example.org", "v01@example.org"],
        "转发.eml!/打包.zip!/西河村.xlsx": ["a@example.org"],
    }


def test_two_attachments_of_one_name_are_both_read(round_: Round) -> None:
    forms = [("表.xlsx", round_.filled("self", unit, FULL)) for unit in ("V01", "V02")]
    round_.put("邮件.eml", written(*forms).as_bytes())
    found = fates(collected(round_))
    assert found["邮件.eml!/表.xlsx"] == ("accepted", "")
    assert found["邮件.eml!/表#2.xlsx"] == ("accepted", "")


def test_a_mail_without_attachments_is_pointed_out(round_: Round) -> None:
    message = EmailMessage()
    message["From"], message["Date"] = "a@example.org", "Fri, 18 Dec 2026 09:30:00 +0800"
    message.set_content("见超大附件链接")
    round_.put("空.eml", message.as_bytes())
    (problem,) = [p for p in collected(round_).problems if p.place.file]
    assert (problem.severity.value, catalog("zh").message(problem)) == (
        "warning",
        "这封邮件没有附件。",
    )
    assert catalog("en").message(problem) == "Nothing is attached to this mail."
    assert catalog("en").cure(problem) == (
        "Look at its text. If the form was forgotten, or is only a link that expires, ask for it to"
        " be sent again."
    )


OUTLOOK = [
    # the attachment, what is said of it
    (
        ("winmail.dat", b"\x78\x9f\x3e\x22\1\0\0\0"),
        "这是 Outlook 专用的附件（winmail.dat），打不开。",
        "This is an attachment for Outlook alone (winmail.dat). It cannot be opened.",
    ),
    (
        (
            "报送.msg",
            hostile.OLE_START + b"\0" * 504 + "__properties_version1.0".encode("utf-16-le"),
        ),
        "这是 Outlook 的邮件文件（.msg），打不开。",
        "This is a mail of Outlook (.msg). It cannot be opened.",
    ),
]


@pytest.mark.parametrize(("file", "zh", "en"), OUTLOOK)
def test_what_only_outlook_reads_is_named(
    round_: Round, file: tuple[str, bytes], zh: str, en: str
) -> None:
    round_.put("邮件.eml", written(file).as_bytes())
    (problem,) = [p for p in collected(round_).problems if p.place.file]
    assert (problem.severity.value, problem.place.file) == ("error", f"邮件.eml!/{file[0]}")
    assert (catalog("zh").message(problem), catalog("en").message(problem)) == (zh, en)


def test_a_mail_under_another_name_is_a_mail(round_: Round) -> None:
    content = written(("自评.xlsx", round_.filled("self", "V01", FULL))).as_bytes()
    round_.put("报送自评表", content)
    assert fates(collected(round_))["报送自评表!/自评.xlsx"] == ("accepted", "")


def test_mails_nested_without_end_are_refused(round_: Round) -> None:
    deep = mail([])
    for depth in range(300):
        deep = mail([("Content-Type: message/rfc822\n", deep)], mark=f"=_{depth}_")
    round_.put("俄罗斯套娃.eml", deep)
    rejected = {
        fate.reason for fate in collected(round_).collection.fates if fate.disposition == "rejected"
    }
    assert rejected <= {"archive_deep", "file_damaged", "file_not_a_workbook"}
    assert rejected
