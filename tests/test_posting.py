"""`send` as a clerk runs it: who gets what, never another's, never twice, to real servers."""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from assessor.issuing import issue
from assessor.mail import delivery
from assessor.starting import new_workspace, template_names
from assessor.workspace import Workspace
from tests.builders import edited
from tests.commands import Run
from tests.filling import FULL, Round
from tests.mail.rooms import (
    FIRST,
    SETTINGS,
    UNITS,
    feedback_xlsx,
    ledger_rows,
    mail_workspace,
    put_feedback,
    replace_result,
    settings_for,
)
from tests.mail.servers import PASSWORD, USER, Post, running

OWN = {"a@example.org": ["V01"], "up@example.org": ["V02", "V03"]}
"""The units whose results each address may see."""


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "WAITS", (0.0, 0.0))
    monkeypatch.setenv("ASSESSOR_MAIL_PASSWORD", PASSWORD)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    found = mail_workspace(tmp_path / "round")
    put_feedback(found)
    return found


@pytest.fixture
def post(tmp_path: Path, workspace: Workspace) -> Iterator[Post]:
    with running(tmp_path / "server") as found:
        settings_for(workspace, found, test="me@example.org")
        yield found


def _attached(message: EmailMessage) -> dict[str, bytes]:
    parts = {part.get_filename() or "": part for part in message.iter_attachments()}
    return {name: bytes(part.get_payload(decode=True)) for name, part in parts.items()}  # type: ignore[arg-type]


def _body(message: EmailMessage, subtype: str = "plain") -> str:
    part = message.get_body((subtype,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def _drafts(workspace: Workspace, kind: str) -> dict[str, EmailMessage]:
    found = {}
    for path in sorted((workspace.root / "outbox" / kind).glob("*.eml")):
        message = message_from_bytes(path.read_bytes(), policy=default)
        assert isinstance(message, EmailMessage)
        found[path.name] = message
    return found


# -- the dry run ---------------------------------------------------------------------------------


def test_a_dry_run_writes_drafts_and_sends_nothing(
    run: Run, workspace: Workspace, post: Post
) -> None:
    status, shown, _ = run("send", "results", workspace.root)
    assert status == 0
    assert "以上是草稿，还没有发。" in shown
    drafts = _drafts(workspace, "results")
    assert list(drafts) == ["1_东村.eml", "2_西河村、南山村.eml"]
    assert [draft["X-Unsent"] for draft in drafts.values()] == ["1", "1"]
    assert [draft["Message-ID"] for draft in drafts.values()] == [None, None]
    assert post.room.taken == []
    assert not (workspace.hidden / "mail.jsonl").exists()


def test_the_table_says_who_would_get_what(run: Run, workspace: Workspace) -> None:
    _, shown, _ = run("send", "forms", workspace.root)
    rows = [line.split() for line in shown.splitlines()[1:4]]
    assert rows == [
        ["1", "东村", "a@example.org", "V01_东村_自评.xlsx", "第一次发", "1_东村.eml"],
        [
            "2",
            "西河村、南山村",
            "up@example.org",
            "2",
            "个附件",
            "第一次发",
            "2_西河村、南山村.eml",
        ],
        ["3", "考核组", "panel@example.org", "4", "个附件", "第一次发", "3_考核组.eml"],
    ]
    listed = (workspace.root / "outbox" / "forms" / "list.csv").read_text("utf-8-sig")
    assert "西河村、南山村,up@example.org,new,2_西河村、南山村.eml," in listed


def test_drafts_of_an_earlier_run_go_and_what_people_put_there_stays(
    run: Run, workspace: Workspace
) -> None:
    run("send", "forms", workspace.root)
    run("send", "results", workspace.root)
    outbox = workspace.root / "outbox" / "results"
    (outbox / "note.txt").write_text("mine", "utf-8")
    (outbox / "1_东村.eml").write_text("edited", "utf-8")
    run("send", "results", workspace.root, "--unit", "V02")
    names = sorted(path.name for path in outbox.iterdir())
    assert names == ["1_东村.eml", "1_西河村.eml", "list.csv", "note.txt"]
    assert len(_drafts(workspace, "forms")) == 3


def test_who_has_no_address_gets_an_archive_to_hand_over(run: Run, workspace: Workspace) -> None:
    _, shown, _ = run("send", "results", workspace.root)
    path = workspace.root / "outbox" / "results" / "转交_北坡村.zip"
    assert "没有邮箱（或一封信装不下），要用微信、U 盘转交或打电话的（1 份）" in shown
    with zipfile.ZipFile(path) as archive:
        assert sorted(archive.namelist()) == ["V04_北坡村_考核结果.xlsx", "说明.txt"]
        built = workspace.results / "feedback" / "V04_北坡村.xlsx"
        assert archive.read("V04_北坡村_考核结果.xlsx") == built.read_bytes()
        assert "北坡村：" in archive.read("说明.txt").decode("utf-8-sig")


def test_one_archive_for_each_parent(run: Run, tmp_path: Path) -> None:
    units = """
        code | name | class | parent | ranked
        H    | 某镇 | 镇    |        | no
        V01  | 东村 | 村    | H      |
        V02  | 西村 | 村    | H      |
        V03  | 南村 | 村    |        |
        """
    workspace = mail_workspace(tmp_path, units=units)
    run("send", "forms", workspace.root, "--unit", "V01")
    run("send", "forms", workspace.root)
    found = {}
    for path in (workspace.root / "outbox" / "forms").glob("*.zip"):
        with zipfile.ZipFile(path) as archive:
            found[path.stem] = sorted(archive.namelist())
    assert found == {
        "转交_某镇": ["V01_东村_自评.xlsx", "V02_西村_自评.xlsx", "说明.txt"],
        "转交_南村": ["V03_南村_自评.xlsx", "说明.txt"],
    }


@pytest.mark.parametrize("name", template_names())
def test_the_forms_of_every_ready_made_scheme_can_be_sent(
    run: Run, tmp_path: Path, name: str
) -> None:
    workspace = new_workspace(name, tmp_path / "round")
    issued = issue(workspace)
    status, shown, said = run("send", "forms", workspace.root, "--json")
    assert status == 0, said
    letters = [set(_attached(draft)) for draft in _drafts(workspace, "forms").values()]
    facts = json.loads(shown)
    assert [set(one["attachments"]) for one in facts["letters"]] == letters
    archived = 0
    for bundle in facts["bundles"]:
        with zipfile.ZipFile(bundle["file"]) as archive:
            archived += len(archive.namelist()) - 1
    assert sum(map(len, letters)) + archived == len(issued.files)


# -- sending -------------------------------------------------------------------------------------


def test_each_gets_his_own_byte_by_byte_and_nobody_another_s(
    run: Run, workspace: Workspace, post: Post
) -> None:
    assert run("send", "results", workspace.root, "--yes")[0] == 0
    messages = post.room.messages()
    assert [to for to, _ in messages] == list(OWN)
    for to, message in messages:
        built = {
            f"{code}_{name}_考核结果.xlsx": workspace.results / "feedback" / f"{code}_{name}.xlsx"
            for code, name in _names(OWN[to])
        }
        assert _attached(message) == {name: path.read_bytes() for name, path in built.items()}
        assert [one.addr_spec for one in message["to"].addresses] == [to]
        assert message["X-Unsent"] is None


def _names(codes: list[str]) -> list[tuple[str, str]]:
    names = {"V01": "东村", "V02": "西河村", "V03": "南山村", "V04": "北坡村"}
    return [(code, names[code]) for code in codes]


def test_the_words_are_in_the_message_as_text_and_as_html(
    run: Run, workspace: Workspace, post: Post
) -> None:
    run("send", "results", workspace.root, "--yes")
    _, message = post.room.messages()[0]
    assert message["Subject"] == "小考核（2026）考核结果：东村"
    assert message["From"].addresses[0].display_name == "某镇"
    assert message["From"].addresses[0].addr_spec == USER
    assert message["Date"] is not None
    body = _body(message)
    assert body.startswith("东村：\n\n    现将小考核（2026）的考核结果发给您")
    assert "1. V01_东村_考核结果.xlsx" in body
    assert "请联系老陈，电话 0000-0。" in body
    html = _body(message, "html")
    assert html.startswith("<html><body><p>东村：</p>")
    raw = post.room.taken[0][1]
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b'filename="V01_V01_1.xlsx"' in raw


def test_forms_go_to_who_fills_them_in(run: Run, workspace: Workspace, post: Post) -> None:
    assert run("send", "forms", workspace.root, "--yes")[0] == 0
    got = {to: sorted(_attached(message)) for to, message in post.room.messages()}
    assert got == {
        "a@example.org": ["V01_东村_自评.xlsx"],
        "up@example.org": ["V02_西河村_自评.xlsx", "V03_南山村_自评.xlsx"],
        "panel@example.org": [
            f"{code}_{name}_考核组评分.xlsx" for code, name in _names(["V01", "V02", "V03", "V04"])
        ],
    }
    assert "请于 2026-12-20 以前交回：自评" in _body(post.room.messages()[0][1])


def test_nothing_is_sent_twice(run: Run, workspace: Workspace, post: Post) -> None:
    run("send", "results", workspace.root, "--yes")
    status, shown, _ = run("send", "results", workspace.root, "--yes")
    assert (status, len(post.room.taken)) == (0, 2)
    assert "2 个收件人已经发过，内容没有变化，不再发。" in shown
    assert "没有要发的。" in shown


def test_a_changed_result_is_sent_again_and_says_what_changed(
    run: Run, workspace: Workspace, post: Post
) -> None:
    run("send", "results", workspace.root, "--yes")
    put_feedback(workspace, {**FIRST, "V02": ("91.00", "优秀", "1"), "V01": ("90.00", "优秀", "2")})
    _, shown, _ = run("send", "results", workspace.root)
    assert "有变化，再发" in shown
    run("send", "results", workspace.root, "--yes")
    (to, message) = post.room.messages()[3]
    assert to == "up@example.org"
    assert list(_attached(message)) == ["V02_西河村_考核结果.xlsx"]
    assert message["Subject"] == "小考核（2026）考核结果：西河村"
    assert (
        "与上次发给您的结果相比，有以下变化，请以这一次的为准：\n"
        "西河村：得分 88.00 → 91.00；等次 合格 → 优秀；总名次 2 → 1；类别名次 2 → 1\n"
    ) in _body(message)
    assert "变化" not in _body(post.room.messages()[0][1])
    run("send", "results", workspace.root, "--yes")
    assert len(post.room.taken) == 4


def test_a_result_that_looks_different_only_is_not_sent_again(
    run: Run, workspace: Workspace, post: Post
) -> None:
    run("send", "results", workspace.root, "--yes")
    before = (workspace.results / "feedback" / "V01_东村.xlsx").read_bytes()
    content = feedback_xlsx(workspace, "V01", "东村", FIRST["V01"], bold=True)
    assert content != before
    replace_result(workspace, "feedback/V01_东村.xlsx", content)
    run("send", "results", workspace.root, "--yes")
    assert len(post.room.taken) == 2


def test_a_corrected_address_gets_what_went_to_the_wrong_one(
    run: Run, workspace: Workspace, post: Post
) -> None:
    run("send", "results", workspace.root, "--yes")
    units = workspace.root / "scheme" / "units.csv"
    units.write_text(units.read_text("utf-8-sig").replace("a@example", "new@example"), "utf-8-sig")
    run("send", "results", workspace.root, "--yes")
    assert [to for to, _ in post.room.taken[2:]] == ["new@example.org"]


def test_limit_and_unit_send_a_part(run: Run, workspace: Workspace, post: Post) -> None:
    status, shown, _ = run("send", "results", workspace.root, "--yes", "--limit", "1")
    assert (status, [to for to, _ in post.room.taken]) == (0, ["a@example.org"])
    assert "因为写了 --limit，还有 1 封没有发。" in shown
    run("send", "results", workspace.root, "--yes", "--unit", "V03")
    to, message = post.room.messages()[1]
    assert (to, list(_attached(message))) == ("up@example.org", ["V03_南山村_考核结果.xlsx"])
    run("send", "results", workspace.root, "--yes")
    to, message = post.room.messages()[2]
    assert (to, list(_attached(message))) == ("up@example.org", ["V02_西河村_考核结果.xlsx"])
    assert len(post.room.taken) == 3


def test_a_unit_that_is_not_there_is_refused_with_the_nearest(
    run: Run, workspace: Workspace
) -> None:
    status, _, said = run("send", "results", workspace.root, "--unit", "V1")
    assert status == 2
    assert "没有编号为“V1”的单位或评分人，最接近的是：V01。" in said


def test_a_trial_goes_to_the_office_only_and_counts_as_nothing(
    run: Run, workspace: Workspace, post: Post
) -> None:
    trial = ("send", "results", workspace.root, "--yes", "--test-to")
    status, shown, _ = run(*trial, "me@example.org")
    ((to, message),) = post.room.messages()
    assert (status, to) == (0, "me@example.org")
    assert message["Subject"] == "【试发】小考核（2026）考核结果：东村"
    assert [one.addr_spec for one in message["to"].addresses] == ["me@example.org"]
    assert "收件人都没有收到" in shown
    for address, reason in (("a@example.org", "是“东村”的邮箱"), ("x@example.org", "不能试发")):
        status, _, said = run(*trial, address)
        assert status == 2
        assert reason in said
    run("send", "results", workspace.root, "--yes")
    assert [to for to, _ in post.room.taken[1:]] == list(OWN)


def test_json_prints_the_same_facts(run: Run, workspace: Workspace, post: Post) -> None:
    post.room.at_recipient["up@example.org"] = ["550 no such user"]
    status, shown, _ = run("send", "results", workspace.root, "--yes", "--json")
    facts = json.loads(shown)
    assert status == 1
    assert [(one["address"], one["state"]) for one in facts["letters"]] == [
        ("a@example.org", "sent"),
        ("up@example.org", "refused"),
    ]
    assert facts["letters"][1]["owners"] == ["unit:V02", "unit:V03"]
    assert facts["letters"][1]["reason"] == "550 no such user"
    assert facts["bundles"][0]["owners"] == ["unit:V04"]


# -- never another's -----------------------------------------------------------------------------


def test_a_rehearsal_sends_nothing(run: Run, workspace: Workspace, post: Post) -> None:
    run("rehearse", workspace.root)
    folder = workspace.root / "rehearsal"
    for more in ((), ("--yes",)):
        status, _, said = run("send", "forms", folder, *more)
        assert status == 2
        assert "这是演练用的工作区，不能发邮件。" in said
    assert post.room.taken == []
    assert not (folder / "outbox").exists()
    assert not (folder / "mail").exists()


def _refused(run: Run, workspace: Workspace, post: Post, kind: str = "results") -> str:
    status, _, said = run("send", kind, workspace.root, "--yes")
    assert status == 2
    assert post.room.taken == []
    assert not (workspace.hidden / "mail.jsonl").exists()
    return said


def test_one_workbook_changed_by_hand_stops_everything(
    run: Run, workspace: Workspace, post: Post
) -> None:
    one, other = "V03_南山村.xlsx", "V01_东村.xlsx"
    folder = workspace.results / "feedback"
    (folder / one).write_bytes((folder / other).read_bytes())
    assert "写出以后被改动过，为防止发错，一封也没有发。" in _refused(run, workspace, post)


def test_a_list_of_standings_changed_by_hand_stops_everything(
    run: Run, workspace: Workspace, post: Post
) -> None:
    path = workspace.results / "standing.csv"
    path.write_bytes(path.read_bytes() + b"\r\n")
    assert "写出以后被改动过" in _refused(run, workspace, post)


def test_a_workbook_that_is_marked_with_another_unit_stops_everything(
    run: Run, workspace: Workspace, post: Post
) -> None:
    put_feedback(workspace, V03="V01")
    assert "工作簿里标记的单位是“东村”，表上却看不到这个名称" in _refused(run, workspace, post)


def test_two_results_of_one_unit_stop_everything(
    run: Run, workspace: Workspace, post: Post
) -> None:
    content = feedback_xlsx(workspace, "V01", "东村", FIRST["V01"])
    replace_result(workspace, "feedback/V09_又一份.xlsx", content)
    assert "同一个单位有两份结果" in _refused(run, workspace, post)


def test_the_name_of_a_file_does_not_say_whose_it_is(
    run: Run, workspace: Workspace, post: Post
) -> None:
    first = feedback_xlsx(workspace, "V01", "东村", FIRST["V01"])
    second = feedback_xlsx(workspace, "V02", "西河村", FIRST["V02"])
    replace_result(workspace, "feedback/V01_东村.xlsx", second)
    replace_result(workspace, "feedback/V02_西河村.xlsx", first)
    assert run("send", "results", workspace.root, "--yes")[0] == 0
    got = {to: _attached(message) for to, message in post.room.messages()}
    assert got["a@example.org"] == {"V01_东村_考核结果.xlsx": first}
    assert got["up@example.org"]["V02_西河村_考核结果.xlsx"] == second


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        ("missing", "缺少这个空白表。"),
        ("other", "这个工作簿里的表不是应有的那几张"),
        ("broken", "这个工作簿打不开"),
        ("stale", "这个工作簿与方案对不上"),
    ],
)
def test_a_form_that_is_not_the_one_it_should_be_stops_everything(
    run: Run, workspace: Workspace, post: Post, spoil: str, reason: str
) -> None:
    path = workspace.forms / "自评" / "V02_西河村_自评.xlsx"
    if spoil == "missing":
        path.unlink()
    elif spoil == "other":
        path.write_bytes(path.with_name("V01_东村_自评.xlsx").read_bytes())
    elif spoil == "broken":
        path.write_bytes(path.read_bytes()[:3000])
    else:
        table = workspace.root / "scheme" / "criteria.csv"
        table.write_text(table.read_text("utf-8-sig").replace(",0.5", ",0.25"), "utf-8-sig")
    assert reason in _refused(run, workspace, post, "forms")


def test_before_there_is_anything_to_send_it_says_so(run: Run, tmp_path: Path) -> None:
    workspace = mail_workspace(tmp_path, forms=False)
    for kind, said in (
        ("forms", "还没有空白表。"),
        ("corrections", "没有更正表。"),
        ("results", "没有发给各单位的结果。"),
    ):
        status, _, told = run("send", kind, workspace.root)
        assert status == 2
        assert said in told


def test_an_address_no_server_takes_is_told_and_the_others_go(
    run: Run, workspace: Workspace, post: Post
) -> None:
    units = workspace.root / "scheme" / "units.csv"
    units.write_text(units.read_text("utf-8-sig").replace("a@example", "东@example"), "utf-8-sig")
    status, shown, _ = run("send", "results", workspace.root, "--yes")
    assert status == 1
    assert "邮箱地址“东@example.org”不能用来发信" in shown
    assert "units.csv › units!" in shown
    assert [to for to, _ in post.room.taken] == ["up@example.org"]


def test_names_with_commas_quotes_and_markup_stay_names(run: Run, tmp_path: Path) -> None:
    units = edited(UNITS, "| 东村   |", '| 东村, "<b>甲</b>" |')
    workspace = mail_workspace(tmp_path / "round", units=units)
    with running(tmp_path / "server") as post:
        settings_for(workspace, post)
        assert run("send", "forms", workspace.root, "--yes")[0] == 0
        to, message = post.room.messages()[0]
        (address,) = message["to"].addresses
        assert (to, address.addr_spec) == ("a@example.org", "a@example.org")
        assert address.display_name == '东村, "<b>甲</b>"'
        assert "&lt;b&gt;甲&lt;/b&gt;" in _body(message, "html")
        assert list(_attached(message)) == ["V01_东村, __b_甲__b___自评.xlsx"]


@pytest.mark.parametrize("where", ["name", "issuer"])
def test_a_line_break_in_a_name_is_refused(run: Run, tmp_path: Path, where: str) -> None:
    workspace = mail_workspace(tmp_path / "round")
    with running(tmp_path / "server") as post:
        settings_for(workspace, post)
        table, old = ("units", "东村") if where == "name" else ("settings", "某镇")
        path = workspace.root / "scheme" / f"{table}.csv"
        text = path.read_text("utf-8-sig").replace(old, '"x\nBcc: evil@example.net"', 1)
        path.write_text(text, "utf-8-sig")
        run("forms", workspace.root)
        status, shown, said = run("send", "forms", workspace.root, "--yes")
        for _, content in post.room.taken:
            assert b"\nBcc" not in content.partition(b"\r\n\r\n")[0]
        assert status == 2, shown + said
        assert post.room.taken == []


# -- what servers say ----------------------------------------------------------------------------


def test_a_refused_recipient_does_not_hold_up_the_others(
    run: Run, workspace: Workspace, post: Post
) -> None:
    post.room.at_recipient["a@example.org"] = ["550 no such user"]
    status, shown, _ = run("send", "results", workspace.root, "--yes")
    assert status == 1
    assert [to for to, _ in post.room.taken] == ["up@example.org"]
    assert "已发 1 封。" in shown
    assert "被拒收 1 封。" in shown
    assert "550 no such user" in shown
    assert f"没有发完。等一会儿再运行 assessor send results {workspace.root} --yes" in shown
    assert run("send", "results", workspace.root, "--yes")[0] == 0
    assert [to for to, _ in post.room.taken] == ["up@example.org", "a@example.org"]


@pytest.mark.parametrize("said", ["421 closing", "450 greylisted", "451 later", "452 too many"])
def test_what_is_not_taken_for_now_is_tried_again_under_the_same_number(
    run: Run, workspace: Workspace, post: Post, said: str
) -> None:
    post.room.at_recipient["a@example.org"] = [said]
    assert run("send", "results", workspace.root, "--yes")[0] == 0
    assert sorted(to for to, _ in post.room.taken) == ["a@example.org", "up@example.org"]
    begun = [row for row in ledger_rows(workspace) if row["act"] == "sending"]
    assert [row["to"] for row in begun] == ["a@example.org", "up@example.org", "a@example.org"]
    assert begun[0]["id"] == begun[2]["id"] != begun[1]["id"]


def test_tries_are_bounded(run: Run, workspace: Workspace, post: Post) -> None:
    post.room.at_end["a@example.org"] = ["451 later"] * 9
    status, shown, _ = run("send", "results", workspace.root, "--yes")
    assert status == 1
    assert len(post.room.at_end["a@example.org"]) == 6
    assert "服务器暂时没有收下 1 封。" in shown


def test_a_server_that_refuses_the_sender_is_not_asked_again(
    run: Run, workspace: Workspace, post: Post
) -> None:
    post.room.at_sender = ["553 not your address"] * 2
    status, shown, _ = run("send", "results", workspace.root, "--yes")
    assert (status, post.room.at_sender) == (1, ["553 not your address"])
    assert "还没有发 1 封。" in shown
    assert run("send", "results", workspace.root, "--yes")[0] == 1
    assert run("send", "results", workspace.root, "--yes")[0] == 0


@pytest.mark.parametrize(("cut", "decision"), [("cut", "sent"), ("lost", "again")])
def test_a_connection_cut_after_the_dot_waits_for_a_person(
    run: Run, workspace: Workspace, post: Post, cut: str, decision: str
) -> None:
    post.room.at_end["a@example.org"] = [cut]
    status, shown, _ = run("send", "results", workspace.root, "--yes")
    assert status == 1
    assert "结果不明 1 封。" in shown
    assert f"收到了：assessor send results {workspace.root} --resolve 1 sent" in shown
    before = len(post.room.taken)
    assert run("send", "results", workspace.root, "--yes")[0] == 1
    assert len(post.room.taken) == before
    assert run("send", "results", workspace.root, "--resolve", "9", decision)[0] == 2
    assert run("send", "results", workspace.root, "--resolve", "1", "maybe")[0] == 2
    status, shown, _ = run("send", "results", workspace.root, "--resolve", "1", decision)
    assert status == 0
    assert "第 1 封（a@example.org）" in shown
    assert run("send", "results", workspace.root, "--yes")[0] == 0
    assert sorted(to for to, _ in post.room.taken) == ["a@example.org", "up@example.org"]
    begun = [row["id"] for row in ledger_rows(workspace) if row.get("to") == "a@example.org"]
    assert len(set(begun)) == 1


def test_no_server_is_a_fault_of_the_machine_and_nothing_is_noted(run: Run, tmp_path: Path) -> None:
    workspace = mail_workspace(tmp_path / "round")
    with running(tmp_path / "server") as gone:
        settings_for(workspace, gone)
    status, _, said = run("send", "forms", workspace.root, "--yes")
    assert status == 3
    assert "连不上邮件服务器" in said
    assert not (workspace.hidden / "mail.jsonl").exists()


# -- password and settings -----------------------------------------------------------------------


def test_the_password_comes_from_the_environment_and_goes_nowhere_else(
    run: Run, tmp_path: Path
) -> None:
    workspace = mail_workspace(tmp_path / "round")
    with running(tmp_path / "server", "starttls", login=True) as post:
        settings_for(workspace, post, "starttls", user=USER)
        status, shown, said = run("send", "forms", workspace.root, "--yes")
    assert (status, post.room.secured) == (0, [True, True, True])
    assert PASSWORD not in shown + said
    for path in workspace.root.rglob("*"):
        assert not path.is_file() or PASSWORD.encode() not in path.read_bytes()


def test_without_a_password_and_without_a_person_nothing_is_sent(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ASSESSOR_MAIL_PASSWORD")
    monkeypatch.setitem(sys.modules, "keyring", None)
    workspace = mail_workspace(tmp_path / "round")
    with running(tmp_path / "server", "tls", login=True) as post:
        settings_for(workspace, post, "tls", user=USER)
        status, _, said = run("send", "forms", workspace.root, "--yes")
    assert (status, post.room.taken) == (2, [])
    assert "没有邮箱 office@example.org 的密码" in said


def test_a_keyring_is_asked_where_there_is_one(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ring:
        @staticmethod
        def get_password(service: str, user: str) -> str | None:
            return PASSWORD if (service, user) == ("assessor", USER) else None

    monkeypatch.delenv("ASSESSOR_MAIL_PASSWORD")
    monkeypatch.setitem(sys.modules, "keyring", Ring)
    workspace = mail_workspace(tmp_path / "round")
    with running(tmp_path / "server", "tls", login=True) as post:
        settings_for(workspace, post, "tls", user=USER)
        assert run("send", "forms", workspace.root, "--yes")[0] == 0


def test_texts_and_settings_are_written_once_and_then_the_clerk_s(
    run: Run, workspace: Workspace
) -> None:
    status, _, said = run("send", "forms", workspace.root, "--yes")
    assert status == 2
    assert "还没有填：服务器、发件邮箱。" in said
    folder = workspace.root / "mail"
    written = ["corrections.txt", "forms.txt", "reminders.txt", "results.txt", "settings.txt"]
    assert sorted(path.name for path in folder.iterdir()) == written
    assert (folder / "forms.txt").read_bytes().startswith("\ufeff# 发空白表".encode())
    (folder / "forms.txt").write_text("主题：你好\n\n{收件入}", "gbk")
    status, _, said = run("send", "forms", workspace.root)
    assert status == 2
    assert "mail/forms.txt!3" in said
    assert "没有“收件入”这一项，最接近的是：收件人。" in said
    (folder / "forms.txt").write_text("主题：你好\n\n{收件人}", "gbk")
    assert run("send", "forms", workspace.root)[0] == 0
    draft = _drafts(workspace, "forms")["1_东村.eml"]
    assert (draft["Subject"], _body(draft)) == ("你好", "东村\n")


def test_an_english_scheme_is_written_to_in_english(run: Run, tmp_path: Path) -> None:
    settings = f"{SETTINGS.rstrip()}\n language | en\n"
    workspace = mail_workspace(tmp_path, settings=settings)
    assert run("send", "forms", workspace.root)[0] == 0
    draft = _drafts(workspace, "forms")["1_东村.eml"]
    assert draft["Subject"] == "小考核 2026, forms to fill in: 东村"


def test_what_a_mail_cannot_hold_is_handed_over(
    run: Run, workspace: Workspace, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = (workspace.results / "feedback" / "V01_东村.xlsx").stat().st_size
    monkeypatch.setattr("assessor.posting._MEGABYTE", size // 10)
    status, shown, _ = run("send", "results", workspace.root, "--yes")
    assert (status, [to for to, _ in post.room.taken]) == (0, ["a@example.org"])
    assert "超过最大的 20 兆字节，不能用邮件发。" in shown
    with zipfile.ZipFile(workspace.root / "outbox/results/转交_西河村、南山村.zip") as archive:
        assert len(archive.namelist()) == 3


def test_one_sender_at_a_time(run: Run, workspace: Workspace, post: Post) -> None:
    with workspace.locked():
        status, _, said = run("send", "results", workspace.root, "--yes")
    assert (status, post.room.taken) == (2, [])
    assert "这个工作区正被另一次运行占用。" in said


# -- corrections, reminders, status --------------------------------------------------------------


def test_copies_for_correction_go_to_who_filled_in_the_form(
    run: Run, workspace: Workspace, post: Post
) -> None:
    for name, form in (
        ("a.xlsx", "自评/V01_东村_自评.xlsx"),
        ("b.xlsx", "考核组评分/V01_东村_考核组评分.xlsx"),
    ):
        replace_result(workspace, f"corrections/{name}", (workspace.forms / form).read_bytes())
    assert run("send", "corrections", workspace.root, "--yes")[0] == 0
    got = {to: list(_attached(message)) for to, message in post.room.messages()}
    assert got == {
        "a@example.org": ["V01_东村_自评_更正.xlsx"],
        "panel@example.org": ["V01_东村_考核组_考核组评分_更正.xlsx"],
    }
    assert "几处要更正" in _body(post.room.messages()[0][1])


def test_what_collect_finds_to_correct_goes_out(run: Run, tmp_path: Path) -> None:
    workspace = mail_workspace(tmp_path / "round")
    round_ = Round(workspace)
    round_.return_all(panel_V02=FULL | {"1.1": "99"}, self_V03=FULL | {"1.1": "优"})
    assert run("collect", workspace.returns)[0] == 1
    built = {path.read_bytes() for path in workspace.results.glob("corrections/**/*.xlsx")}
    assert len(built) == 2
    with running(tmp_path / "server") as post:
        settings_for(workspace, post)
        assert run("send", "corrections", workspace.root, "--yes")[0] == 0
        got = {to: _attached(message) for to, message in post.room.messages()}
    assert {to: list(found) for to, found in got.items()} == {
        "panel@example.org": ["V02_西河村_考核组_考核组评分_更正.xlsx"],
        "up@example.org": ["V03_南山村_自评_更正.xlsx"],
    }
    assert {content for found in got.values() for content in found.values()} == built


def test_reminders_name_what_is_missing_on_that_day(
    run: Run, workspace: Workspace, post: Post
) -> None:
    status, shown, _ = run("send", "reminders", workspace.root, "--yes", "--as-of", "2026-12-20")
    assert (status, post.room.taken) == (0, [])
    assert "没有要发的。" in shown
    late = ("send", "reminders", workspace.root, "--yes", "--as-of", "2026-12-21")
    assert run(*late)[0] == 0
    said = {to: _body(message) for to, message in post.room.messages()}
    assert set(said) == {"a@example.org", "up@example.org", "panel@example.org"}
    assert "1. 自评表（年终）：未交，截止 2026-12-20\n" in said["a@example.org"]
    assert (
        "4. 考核组评分表（年终）：未交，截止 2026-12-20，被考核单位：北坡村\n"
        in said["panel@example.org"]
    )
    assert run(*late)[0] == 0
    assert len(post.room.taken) == 3
    run("send", "reminders", workspace.root, "--yes", "--as-of", "2026-12-28")
    assert len(post.room.taken) == 6


def test_status_says_what_was_sent_to_each_unit(run: Run, workspace: Workspace, post: Post) -> None:
    assert "表已发" not in run("status", workspace.root)[1]
    run("send", "forms", workspace.root, "--yes")
    run("send", "results", workspace.root, "--yes", "--unit", "V02")
    _, shown, _ = run("status", workspace.root)
    rows = [line.split() for line in shown.splitlines()]
    start = rows.index(["单位", "表已发", "已催交", "更正表已发", "结果已发"])
    assert [len(row) for row in rows[start + 1 : start + 5]] == [2, 3, 2, 1]
    missing = json.loads(run("status", workspace.root, "--json")[1])
    assert [bool(row["form_sent"]) for row in missing] == [True, True, True, False] + [True] * 4
    assert {row["reminded"] for row in missing} == {""}
