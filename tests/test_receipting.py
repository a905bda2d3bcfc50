"""Receipts, the day that rounds are judged by, and what `status` tells of mail."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from assessor.fetching import Asked, fetch
from assessor.mail.received import Received
from assessor.receipting import make_receipts
from assessor.rounds import read_round
from assessor.workspace import Workspace
from tests.builders import SMALL, edited, small_workspace
from tests.commands import Run
from tests.filling import FULL, Round
from tests.mail.letters import letter

BAD = {**FULL, "1.1": "25"}
"""More than the 20 points that there are."""


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    settings = SMALL["settings"] + "contact | 王五\nphone | 0000-9\n"
    units = edited(SMALL["units"], "a@example.org |", "a@example.org |")
    return Round(small_workspace(tmp_path / "workspace", settings=settings, units=units))


def send_in(round_: Round, **mails: bytes) -> None:
    """Save mails and fetch them."""
    saved = round_.workspace.root.parent / "saved"
    saved.mkdir(exist_ok=True)
    for name, content in mails.items():
        (saved / f"{name}.eml").write_bytes(content)
    fetch(round_.workspace, Asked(source=saved))


def drafts(workspace: Workspace) -> dict[str, EmailMessage]:
    """Return the drafts in the outbox by whom they are for."""
    found = {}
    for path in sorted((workspace.root / "outbox" / "receipts").glob("*.eml")):
        message = message_from_bytes(path.read_bytes(), policy=default)
        assert isinstance(message, EmailMessage)
        found[message["To"].addresses[0].addr_spec] = message
    return found


def body(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def attached(message: EmailMessage) -> Mapping[str, bytes]:
    return {str(p.get_filename()): p.get_payload(decode=True) for p in message.iter_attachments()}  # type: ignore[misc]


def test_a_receipt_says_what_was_taken_and_what_is_to_be_mended(round_: Round) -> None:
    good = ("西河村自评.xlsx", round_.filled("self", "V02", FULL))
    bad = ("东村自评.xlsx", round_.filled("self", "V01", BAD))
    send_in(
        round_,
        a=letter("a@example.org", "2026-12-03", bad, ("照片.jpg", b"\xff\xd8")),
        b=letter("b@example.org", "2026-12-04", good, ("坏.xlsx", b"PK damaged")),
    )
    made = make_receipts(round_.workspace, 1)
    assert len(made.letters) == 2
    found = drafts(round_.workspace)
    to_a, to_b = found["a@example.org"], found["b@example.org"]
    assert to_a["Subject"] == "收到：小考核（2026）东村"
    assert to_a["X-Unsent"] == "1"
    assert "    东村自评.xlsx：已收，有要更正的地方：\n        自评表!" in body(to_a)
    assert "25" in body(to_a)
    assert "    照片.jpg：附件，已留存。" in body(to_a)
    assert "西河村" not in body(to_a)
    assert body(to_a).rstrip().endswith("请联系王五，电话 0000-9。\n\n某镇")
    ((name, content),) = attached(to_a).items()
    from assessor.workflow import collect

    collected = collect(round_.workspace, round_.workspace.returns, workers=1)
    (correction,) = collected.corrections
    assert name == Path(correction).name
    assert content == (round_.workspace.results / correction).read_bytes()
    assert "    西河村自评.xlsx：已收，没有要更正的。" in body(to_b)
    assert "    坏.xlsx：没有采用。" in body(to_b)
    assert attached(to_b) == {}


def test_a_receipt_is_written_once_and_again_for_what_is_new(round_: Round) -> None:
    first = letter("a@example.org", "2026-12-03", ("a.xlsx", round_.filled("self", "V01", BAD)))
    send_in(round_, a=first)
    assert len(make_receipts(round_.workspace, 1).letters) == 1
    assert make_receipts(round_.workspace, 1).letters == ()
    send_in(round_, b=letter("a@example.org", "2026-12-05", ("b.xlsx", b"PK")))
    ((again, _),) = make_receipts(round_.workspace, 1).letters
    assert [mail.day for mail in again.mails] == ["2026-12-05"]


def test_a_run_cut_off_before_its_note_writes_the_same_draft_again(round_: Round) -> None:
    first = letter("a@example.org", "2026-12-03", ("a.xlsx", round_.filled("self", "V01", BAD)))
    send_in(round_, a=first)
    ledger = round_.workspace.hidden / "fetched.jsonl"
    before = ledger.read_bytes()
    ((_, path),) = make_receipts(round_.workspace, 1).letters
    draft = path.read_bytes()
    ledger.write_bytes(before)
    ((_, again),) = make_receipts(round_.workspace, 1).letters
    assert (again, again.read_bytes()) == (path, draft)


def test_nobody_learns_what_is_not_his_own(round_: Round) -> None:
    other = round_.filled("self", "V02", BAD)
    send_in(round_, a=letter("a@example.org", "2026-12-03", ("西河村.xlsx", other)))
    make_receipts(round_.workspace, 1)
    message = drafts(round_.workspace)["a@example.org"]
    assert "    西河村.xlsx：已收到，正在核对。" in body(message)
    assert "25" not in body(message).replace("2026", "")
    assert "b@example.org" not in body(message)
    assert attached(message) == {}


def test_a_mail_without_attachments_gets_no_receipt(round_: Round) -> None:
    send_in(round_, a=letter("a@example.org", "2026-12-03", subject="自动回复"))
    assert make_receipts(round_.workspace, 1).letters == ()


def test_english_schemes_write_in_english(tmp_path: Path) -> None:
    settings = SMALL["settings"] + "language | en\n"
    round_ = Round(small_workspace(tmp_path / "w", settings=settings))
    bad = ("form.xlsx", round_.filled("self", "V01", BAD))
    send_in(round_, a=letter("a@example.org", "2026-12-03", bad))
    make_receipts(round_.workspace, 1)
    message = drafts(round_.workspace)["a@example.org"]
    assert message["Subject"] == "Received: 小考核 2026, 东村"
    assert "    form.xlsx: received, to be corrected:" in body(message)


def test_fetch_writes_receipts_when_asked(run: Run, round_: Round, tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    saved.mkdir()
    form = ("a.xlsx", round_.filled("self", "V01", FULL))
    (saved / "a.eml").write_bytes(letter("a@example.org", "2026-12-03", form))
    root = round_.workspace.root
    status, shown, _ = run("fetch", root, "--from", saved, "--receipt", "--json")
    facts = json.loads(shown)
    assert status == 0
    assert [one["address"] for one in facts["receipts"]] == ["a@example.org"]
    status, shown, _ = run("fetch", root, "--from", saved, "--receipt")
    assert (status, "没有要写的回执。" in shown) == (0, True)


# -- the day, and status -------------------------------------------------------------------------


def test_without_a_day_it_is_that_of_the_latest_return_by_mail(round_: Round) -> None:
    workspace = round_.workspace
    assert read_round(workspace, workspace.returns, workers=1).day_of_mail is None
    form = ("a.xlsx", round_.filled("self", "V01", FULL))
    send_in(
        round_,
        a=letter("a@example.org", "2026-12-18", form),
        b=letter("b@example.org", "2026-12-25"),  # brings nothing
        c=letter("c@example.org", "2026-12-26", ("c.xlsx", b"x")),  # in quarantine
    )
    early = read_round(workspace, workspace.returns, workers=1)
    assert early.day_of_mail == dt.date(2026, 12, 18)
    states = {status.name for _, _, status in early.collection.absent.values()}
    assert states == {"NOT_DUE"}
    asked = read_round(workspace, workspace.returns, dt.date(2026, 12, 21), workers=1)
    assert asked.day_of_mail is None
    assert {status.name for _, _, status in asked.collection.absent.values()} == {"MISSING"}


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ("", "2026-12-22"),
        ("Received: from x by y; Thu, 10 Dec 2026 08:00:00 +0800", "2026-12-10"),
        ("Received: from x by y; Mon, 21 Dec 2026 20:00:00 +0800", "2026-12-22"),
    ],
)
def test_a_clock_that_runs_ahead_is_not_believed(round_: Round, head: str, day: str) -> None:
    form = ("a.xlsx", round_.filled("self", "V01", FULL))
    send_in(round_, a=letter("a@example.org", "2026-12-22", form, head=head))
    assert Received(round_.workspace.hidden).latest_day() == dt.date.fromisoformat(day)


def test_status_tells_who_returned_by_mail_when(run: Run, round_: Round) -> None:
    send_in(
        round_,
        a=letter("a@example.org", "2026-12-18", ("a.xlsx", round_.filled("self", "V01", FULL))),
        b=letter("b@example.org", "2026-12-22", ("b.xlsx", round_.filled("self", "V02", FULL))),
    )
    make_receipts(round_.workspace, 1)
    _, shown, _ = run("status", round_.workspace.root)
    assert "没有写 --as-of，按最后一封来信的日期 2026-12-22 判断是否到期。" in shown
    lines = [line.split() for line in shown.splitlines()]
    today = dt.date.today().isoformat()
    assert ["单位", "邮件交来", "迟交", "回执"] in lines
    assert ["东村(V01)", "2026-12-18", today] in lines
    assert ["西河村(V02)", "2026-12-22", "2", "天", today] in lines
    _, shown, _ = run("collect", round_.workspace.root)
    assert "按最后一封来信的日期 2026-12-22 判断是否到期。" in shown
