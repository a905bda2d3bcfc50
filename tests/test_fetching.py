"""Returns taken from a real mailbox and from saved mails: all of them, once, and only they."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assessor.fetching import Asked, Fetched, fetch, read_settings
from assessor.mail.imap import ImapSource
from assessor.mail.received import Received
from assessor.problems import AssessorError, MachineError
from assessor.workspace import Workspace
from tests.builders import SMALL, edited, small_workspace
from tests.commands import Run
from tests.mail.dovecot import (
    PASSWORD,
    USER,
    Mailbox,
    Stubborn,
    Wire,
    dovecot,
    free_port,
    needs_dovecot,
)
from tests.mail.letters import letter, noon

STRANGER = "spam@elsewhere.example"


@pytest.fixture(scope="module")
def server() -> Iterator[Mailbox]:
    with dovecot() as box:
        yield box


@pytest.fixture
def box(server: Mailbox) -> Mailbox:
    """Return the mailbox, empty."""
    for path in sorted((server.here / "mail").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    return server


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    units = edited(
        SMALL["units"], "0000-2", "0000-2\nV03  | 南山村 | 村    |               |         |"
    )
    return small_workspace(tmp_path / "workspace", units=units)


def settle(
    workspace: Workspace,
    box: Mailbox | Stubborn,
    port: int = 0,
    security: str = "tls",
    more: str = "",
) -> None:
    """Write the settings of a mailbox."""
    path = workspace.root / "mail" / "inbox.txt"
    path.parent.mkdir(exist_ok=True)
    (workspace.root / "ca.pem").write_bytes(box.authority.read_bytes())
    path.write_text(
        f"收信服务器 = localhost\n端口 = {port or box.port}\n加密 = {security}\n"
        f"用户名 = {USER}\n证书文件 = ca.pem\n{more}\n",
        encoding="utf-8",
    )


def take(workspace: Workspace, password: str = PASSWORD, **asked: object) -> Fetched:
    return fetch(workspace, Asked(**asked), lambda _: password)  # type: ignore[arg-type]


def kept(workspace: Workspace, folder: str = "returns/mail") -> dict[str, bytes]:
    """Return the mails that were kept, by their names."""
    place = workspace.root / folder
    files = sorted(place.iterdir()) if place.exists() else []
    return {path.name: path.read_bytes() for path in files if not path.name.startswith(".")}


def codes(fault: AssessorError) -> list[str]:
    return [problem.code for problem in fault.problems]


def at(day: str) -> float:
    return noon(day).timestamp()


# -- from a mailbox ------------------------------------------------------------------------------


@needs_dovecot
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_return_is_taken_as_it_is_and_the_mailbox_stays_as_it_was(
    workspace: Workspace, box: Mailbox, security: str
) -> None:
    mail = letter("东村 <a@example.org>", "2026-12-03", ("自评.xlsx", b"PK"), number="1")
    box.put(mail, at=at("2026-12-03"))
    before = box.files()
    settle(workspace, box, box.plain if security == "starttls" else 0, security)
    fetched = take(workspace)
    ((name, content),) = kept(workspace).items()
    assert name.startswith("2026-12-03_V01_东村_")
    assert content == mail
    (taken,) = fetched.taken
    assert (taken.sender, taken.message_id, taken.day, taken.attachments, taken.subject) == (
        "a@example.org",
        "<1@example.org>",
        "2026-12-03",
        1,
        "报送自评表",
    )
    assert box.files() == before  # still new: not even marked as read
    assert "name=assessor" in box.log()


@needs_dovecot
def test_a_server_that_nobody_vouches_for_gets_no_password(
    workspace: Workspace, box: Mailbox
) -> None:
    settle(workspace, box)
    path = workspace.root / "mail" / "inbox.txt"
    path.write_text(path.read_text("utf-8").replace("证书文件 = ca.pem", ""), encoding="utf-8")
    asked: list[str] = []
    fetched = fetch(workspace, Asked(), lambda user: asked.append(user) or PASSWORD)
    (problem,) = fetched.stopped
    assert problem.code == "fetch_certificate"
    assert "self-signed" in str(problem.facts["reason"]) or "unable to get" in str(problem.facts)
    assert asked == []


@needs_dovecot
def test_a_certificate_for_another_name_is_refused(workspace: Workspace, box: Mailbox) -> None:
    settle(workspace, box)
    path = workspace.root / "mail" / "inbox.txt"
    path.write_text(path.read_text("utf-8").replace("localhost", "127.0.0.1"), encoding="utf-8")
    (problem,) = take(workspace).stopped
    assert problem.code == "fetch_certificate"


@needs_dovecot
def test_a_wrong_password_is_said_plainly(
    run: Run, workspace: Workspace, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(workspace, box)
    monkeypatch.setenv("ASSESSOR_MAIL_PASSWORD", "wrong-word")
    status, _, said = run("fetch", workspace.root)
    assert status == 2
    assert f"邮箱 {USER} 登录不成功：" in said
    assert "wrong-word" not in said


@needs_dovecot
def test_a_folder_that_is_not_there_is_told_with_those_that_are(
    workspace: Workspace, box: Mailbox
) -> None:
    box.put(b"From: a@example.org\n\n", folder=".Archive")
    settle(workspace, box)
    with pytest.raises(AssessorError) as fault:
        take(workspace, folder="没有")
    assert codes(fault.value) == ["fetch_no_folder"]
    assert fault.value.problems[0].facts["known"] == ["Archive", "INBOX"]


@needs_dovecot
def test_another_folder_is_looked_into(workspace: Workspace, box: Mailbox) -> None:
    box.put(letter("a@example.org", "2026-12-03", ("a.xlsx", b"1")), at=at("2026-12-03"))
    box.put(
        letter("b@example.org", "2026-12-04", ("b.xlsx", b"2")), ".&gANoOIho-", at("2026-12-04")
    )
    settle(workspace, box)
    assert [mail.sender for mail in take(workspace, folder="考核表").taken] == ["b@example.org"]


@needs_dovecot
def test_200_mails_with_names_in_gbk_and_utf_8(workspace: Workspace, box: Mailbox) -> None:
    sent = []
    for number in range(200):
        coding = ("gbk", "utf-8")[number % 2]
        sender = ("a@example.org", "B@Example.org")[number % 3 % 2]
        files = (f"自评表{number}.xlsx", b"PK%d" % number)
        mail = letter(sender, "2026-12-03", files, number=str(number), coding=coding)
        box.put(mail, at=at("2026-12-03") + number)
        sent.append(mail)
    settle(workspace, box)
    assert len(take(workspace, limit=50).taken) == 50
    again = take(workspace)
    assert (len(again.taken), again.known, again.left) == (150, 50, 0)
    assert sorted(kept(workspace).values()) == sorted(sent)
    assert {mail.subject for mail in again.taken} == {"报送自评表"}


@needs_dovecot
def test_the_same_mail_is_taken_once(workspace: Workspace, box: Mailbox) -> None:
    mail = letter("a@example.org", "2026-12-03", ("自评.xlsx", b"PK"), number="1")
    box.put(mail, at=at("2026-12-03"))
    box.put(b"X-Forwarded: yes\r\n" + mail, at=at("2026-12-04"))
    settle(workspace, box)
    first = take(workspace)
    assert (len(first.taken), first.known) == (1, 1)
    assert (len(take(workspace).taken), take(workspace).known) == (0, 2)
    box.renumber()
    assert (len(take(workspace).taken), len(kept(workspace))) == (0, 1)
    (workspace.hidden / "fetched.jsonl").unlink()
    assert (len(take(workspace).taken), len(kept(workspace))) == (1, 1)


@needs_dovecot
def test_other_content_under_the_same_number_is_another_mail(
    workspace: Workspace, box: Mailbox
) -> None:
    for content in (b"PK1", b"PK2"):
        mail = letter("a@example.org", "2026-12-03", ("自评.xlsx", content), number="1")
        box.put(mail, at=at("2026-12-03"))
    settle(workspace, box)
    assert len(take(workspace).taken) == len(kept(workspace)) == 2


@needs_dovecot
def test_since_a_day(workspace: Workspace, box: Mailbox) -> None:
    for day in ("2026-11-30", "2026-12-01", "2026-12-02"):
        box.put(letter("a@example.org", day, ("自评.xlsx", day.encode())), at=at(day))
    settle(workspace, box)
    taken = take(workspace, since=dt.date(2026, 12, 1)).taken
    assert [mail.day for mail in taken] == ["2026-12-01", "2026-12-02"]


@needs_dovecot
def test_a_mail_that_is_too_large_is_told_and_the_others_are_taken(
    workspace: Workspace, box: Mailbox
) -> None:
    huge = letter("a@example.org", "2026-12-03", ("录像.mp4", bytes(1 << 20)))
    box.put(huge, at=at("2026-12-03"))
    box.put(letter("b@example.org", "2026-12-03", ("自评.xlsx", b"PK")), at=at("2026-12-03"))
    box.put(letter(STRANGER, "2026-12-03", ("a.mp4", bytes(1 << 20))), at=at("2026-12-03"))
    settle(workspace, box, more="最大兆字节 = 1")
    fetched = take(workspace)
    assert [mail.sender for mail in fetched.taken] == ["b@example.org"]
    ours, strange = fetched.problems
    assert (ours.code, ours.severity, ours.facts["sender"]) == (
        "fetch_too_large",
        "error",
        "a@example.org",
    )
    assert (strange.severity, strange.facts["sender"]) == ("warning", STRANGER)
    assert fetched.open


@needs_dovecot
@pytest.mark.parametrize("cut", [900, 4000, 20_000, 60_000])
def test_a_connection_that_is_cut_is_made_again(
    workspace: Workspace, box: Mailbox, cut: int
) -> None:
    for number in range(4):
        content = os.urandom(20_000)
        mail = letter("a@example.org", "2026-12-03", ("表.xlsx", content), number=str(number))
        box.put(mail, at=at("2026-12-03"))
    wire = Wire(box.port)
    settle(workspace, box, wire.port)
    wire.cuts = [cut]
    fetched = take(workspace)
    wire.close()
    assert wire.connections >= 1
    if fetched.stopped:  # cut before anybody was let in
        assert fetched.stopped[0].code in {"fetch_no_connection", "fetch_certificate"}
        settle(workspace, box)
        take(workspace)
    assert sorted(kept(workspace).values()) == sorted(box.files().values())


@needs_dovecot
def test_a_connection_that_stays_away_ends_the_run_and_nothing_is_lost(
    run: Run, workspace: Workspace, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        content = os.urandom(60_000)
        mail = letter("a@example.org", "2026-12-03", ("表.xlsx", content), number=str(number))
        box.put(mail, at=at("2026-12-03"))
    wire = Wire(box.port)
    wire.cuts = [200_000, *[40_000] * 40]
    settle(workspace, box, wire.port)
    monkeypatch.setenv("ASSESSOR_MAIL_PASSWORD", PASSWORD)
    status, shown, said = run("fetch", workspace.root)
    assert status == 3
    assert "新收到 2 封。" in shown
    assert "再运行一次，接着取，不会重复。" in said
    wire.cuts = []
    status, shown, _ = run("fetch", workspace.root)
    wire.close()
    assert (status, "新收到 2 封。" in shown) == (0, True)
    assert sorted(kept(workspace).values()) == sorted(box.files().values())


def test_a_server_that_wants_to_know_the_program_is_told(
    workspace: Workspace, tmp_path: Path
) -> None:
    stubborn = Stubborn(tmp_path)
    settle(workspace, stubborn)
    fetched = take(workspace)
    assert fetched.stopped == ()
    said = [line.split()[0] for line in stubborn.said]
    assert said.index("ID") < said.index("EXAMINE")
    assert "SELECT" not in said


def test_a_server_without_starttls_gets_no_password(workspace: Workspace, tmp_path: Path) -> None:
    plain = Stubborn(tmp_path, secure=False)
    settle(workspace, plain, security="starttls")
    with pytest.raises(AssessorError) as fault:
        take(workspace)
    assert codes(fault.value) == ["fetch_no_starttls"]
    assert not any("LOGIN" in line for line in plain.said)


def test_a_server_that_is_not_there_is_a_fault_of_the_network(
    run: Run, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSESSOR_MAIL_PASSWORD", PASSWORD)
    settle(workspace, Stubborn(tmp_path), free_port())
    status, shown, said = run("--lang", "en", "fetch", workspace.root)
    assert (status, "0 new mails." in shown) == (3, True)
    assert "The mail server cannot be reached: Connection refused" in said


@needs_dovecot
def test_a_mailbox_that_is_renumbered_meanwhile_gives_no_wrong_mail(
    workspace: Workspace, box: Mailbox
) -> None:
    for number in range(2):
        files = ("表.xlsx", b"%d" % number)
        mail = letter("a@example.org", "2026-12-03", files, number=str(number))
        box.put(mail, at=at("2026-12-03") + number)
    settle(workspace, box)
    settings = read_settings(workspace, "zh")
    path = str(workspace.root / settings.certificates)
    source = ImapSource(replace(settings, certificates=path), "", lambda: PASSWORD)
    first, _ = source.waiting(None)
    source.close()
    box.renumber()
    time.sleep(1.1)  # the number of a mailbox is the second in which it was made
    with pytest.raises(MachineError) as fault:
        source.read(first)
    assert codes(fault.value) == ["fetch_renumbered"]


# -- who may send --------------------------------------------------------------------------------


@needs_dovecot
def test_strangers_go_to_quarantine_until_they_are_allowed(
    run: Run, workspace: Workspace, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSESSOR_MAIL_PASSWORD", PASSWORD)
    box.put(letter(STRANGER, "2026-12-03", ("a.xlsx", b"1"), subject="发票"), at=at("2026-12-03"))
    box.put(letter("new@example.org", "2026-12-04", ("b.xlsx", b"2")), at=at("2026-12-04"))
    box.put(letter("news@example.org", "2026-12-04"), at=at("2026-12-04"))
    box.put(
        letter(f"a@example.org, {STRANGER}", "2026-12-05", ("c.xlsx", b"3")), at=at("2026-12-05")
    )
    box.put(letter(f'"a@example.org" <{STRANGER}>', "2026-12-05", ("d.xlsx", b"4")))
    settle(workspace, box)
    status, shown, _ = run("fetch", workspace.root)
    assert status == 0
    assert kept(workspace) == {}
    assert len(kept(workspace, "quarantine")) == 4
    assert "1 封是别人的来信，没有附件，没有取（还在邮箱里）。" in shown
    assert "4 封带附件，发件人不在单位表、评分人表里" in shown
    settle(workspace, box, more="允许的发件人 = New@example.org")
    status, shown, _ = run("fetch", workspace.root)
    assert "从隔离的邮件里放进来 1 封。" in shown
    assert [name[:26] for name in kept(workspace)] == ["2026-12-04_new@example.org"]
    assert len(kept(workspace, "quarantine")) == 3


def test_units_raters_and_who_forwards_may_send(tmp_path: Path) -> None:
    units = """
        code | name   | class | email             | via
        V01  | 东村   | 村    | A@example.org     | post@example.org
        V02  | 西河村 | 村    |                   | post@example.org
        """
    raters = "code | name | group | email\nP1 | 考核组 | panel | p@example.org"
    workspace = small_workspace(tmp_path / "w", units=units, raters=raters)
    saved = tmp_path / "saved"
    saved.mkdir()
    for number, sender in enumerate(["a", "post", "p", "x"]):
        mail = letter(f"{sender}@example.org", "2026-12-03", ("表.xlsx", sender.encode()))
        (saved / f"{number}.eml").write_bytes(mail)
    fetched = take(workspace, source=saved)
    assert [name.rpartition("_")[0] for name in kept(workspace)] == [
        "2026-12-03_P1_考核组",
        "2026-12-03_V01_东村",
        "2026-12-03_post@example.org",
    ]
    assert [mail.sender for mail in fetched.quarantined] == ["x@example.org"]


# -- from saved mails ----------------------------------------------------------------------------


def test_saved_mails_are_taken_once_whatever_their_names(
    run: Run, workspace: Workspace, tmp_path: Path
) -> None:
    saved = tmp_path / "saved"
    (saved / "in").mkdir(parents=True)
    mail = letter("a@example.org", "2026-12-03", ("自评.xlsx", b"PK"), number="1")
    (saved / "一.eml").write_bytes(mail)
    (saved / "in" / "two.eml").write_bytes(mail.replace(b"\r\n", b"\n"))
    (saved / "note.txt").write_text("x")
    (saved / "link.eml").symlink_to(saved / "一.eml")
    status, shown, _ = run("fetch", workspace.root, "--from", saved, "--json")
    facts = json.loads(shown)
    assert (len(facts["taken"]), facts["known"], len(kept(workspace))) == (1, 1, 1)
    assert facts["taken"][0]["sent"] == "2026-12-03T12:00:00+08:00"
    assert [problem["code"] for problem in facts["problems"]] == ["file_not_regular"]
    assert status == 1
    early = take(workspace, source=saved, since=dt.date(2026, 12, 4))
    assert (early.taken, early.known) == ([], 0)


def test_hostile_headers_make_no_path(workspace: Workspace, tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    saved.mkdir()
    heads = [
        b"From: ../../../etc@passwd\nMessage-ID: <../../x>\nDate: 9999\n\n",
        b"From: a@example.org\nDate: Fri, 31 Dec 9999 23:59:59 -2400\n\n",
        b"\xff\xfe\x00",
        b"From: =?utf-8?B?" + b"A" * 5000 + b"?= <b@example.org>\nSubject: a\r\n b\x00\n\n",
    ]
    for number, head in enumerate(heads):
        attachment = b"Content-Disposition: attachment; filename=a.xlsx\n"
        (saved / f"{number}.eml").write_bytes(attachment + head + b"x" * number)
    before = set(tmp_path.rglob("*"))
    take(workspace, source=saved)
    new = {path.relative_to(workspace.root).parts[0] for path in set(tmp_path.rglob("*")) - before}
    assert new <= {"returns", "quarantine", "mail", ".assessor"}
    names = {*kept(workspace), *kept(workspace, "quarantine")}
    assert len(names) == 4
    assert all(len(name.encode()) < 230 for name in names)


def test_what_is_wrong_is_said_before_anything_happens(
    run: Run, workspace: Workspace, tmp_path: Path
) -> None:
    status, _, said = run("fetch", workspace.root)
    assert status == 2
    assert "还不知道到哪个邮箱去收。" in said
    assert (workspace.root / "mail" / "inbox.txt").read_bytes().startswith(b"\xef\xbb\xbf#")
    status, _, said = run("fetch", workspace.root, "--from", workspace.returns)
    assert (status, "collect 直接读，不用再取" in said) == (2, True)
    status, _, said = run("fetch", workspace.root, "--from", tmp_path / "nowhere")
    assert status == 2
    status, _, said = run("--lang", "en", "fetch", workspace.root)
    assert "It is not known which mailbox to look into." in said


def test_a_rehearsal_takes_no_real_mail(tmp_path: Path) -> None:
    settings = SMALL["settings"] + "rehearsal | yes\n"
    workspace = small_workspace(tmp_path / "w", settings=settings)
    with pytest.raises(AssessorError) as fault:
        take(workspace, source=tmp_path)
    assert codes(fault.value) == ["fetch_rehearsal"]


# -- killed --------------------------------------------------------------------------------------

STEPS = ("open", "os.rename", "os.mkdir", "os.remove", "os.truncate")
WRITING = os.O_WRONLY | os.O_RDWR


def killed_at(step: int, act: Callable[[], object]) -> bool:
    """Do something in a child that dies at a step that writes to the disk; say if it died."""
    child = os.fork()
    if child == 0:
        seen = 0

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            nonlocal seen
            writes = event in STEPS and (event != "open" or bool(arguments[2] & WRITING))
            seen += writes
            if writes and seen > step:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            sys.addaudithook(hook)
            act()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.skipif(sys.platform != "linux", reason="forks, and kills what it forked")
@pytest.mark.parametrize("start", ["nothing", "a quarantine to be let in"])
def test_killed_at_each_step_nothing_is_lost_and_nothing_twice(tmp_path: Path, start: str) -> None:
    saved = tmp_path / "saved"
    saved.mkdir()
    mails = [
        letter("a@example.org", "2026-12-03", ("表.xlsx", b"1"), number="1"),
        letter("b@example.org", "2026-12-04", ("表.xlsx", b"2"), number="2"),
        letter("c@example.org", "2026-12-05", ("表.xlsx", b"3"), number="3"),
    ]
    for number, mail in enumerate(mails):
        (saved / f"{number}.eml").write_bytes(mail)
    step = 0
    while True:
        workspace = small_workspace(tmp_path / str(step))
        if start != "nothing":
            take(workspace, source=saved)
            path = workspace.root / "mail" / "inbox.txt"
            text = path.read_text("utf-8-sig").replace(
                "允许的发件人 =", "允许的发件人 = c@example.org"
            )
            path.write_text(text, "utf-8")
        died = killed_at(step, lambda here=workspace: take(here, source=saved))
        ledger = Received(workspace.hidden)
        for mail in ledger.mails.values():  # what the ledger says is there
            assert (workspace.root / mail.file).read_bytes() in mails
        take(workspace, source=saved)
        everything = [*kept(workspace).values(), *kept(workspace, "quarantine").values()]
        assert sorted(everything) == mails, step
        assert len(kept(workspace)) == (2 if start == "nothing" else 3)
        assert len(Received(workspace.hidden).mails) == 3
        if not died:
            break
        step += 1
    assert step > 4


def test_a_line_cut_off_and_a_damaged_one_cost_nothing(
    workspace: Workspace, tmp_path: Path
) -> None:
    saved = tmp_path / "saved"
    saved.mkdir()
    (saved / "1.eml").write_bytes(letter("a@example.org", "2026-12-03", ("表.xlsx", b"1")))
    take(workspace, source=saved)
    path = workspace.hidden / "fetched.jsonl"
    for spoiled in (path.read_bytes()[:-20], b"{}\n[1]\n\xff\n"):
        path.write_bytes(spoiled)
        assert len(take(workspace, source=saved).taken) == 1
        assert len(kept(workspace)) == 1
        assert len(Received(workspace.hidden).mails) == 1
