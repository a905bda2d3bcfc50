"""The returns folder as a whole: archives, enclosures and their units, names, ways of opening."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from assessor.i18n import catalog
from assessor.problems import MachineError
from assessor.returns import archives, intake, opening, pool, receive
from assessor.returns.archives import entry_name, unpack_zip
from assessor.returns.collection import FileFate
from assessor.returns.identify import Context
from assessor.returns.names import member_name, shown_name, unlike
from assessor.returns.reading import FileReading
from assessor.rounds import Round as Result
from assessor.rounds import read_round
from assessor.sheets.kinds import Unreadable
from tests import hostile
from tests.builders import small_workspace
from tests.filling import FULL, Round
from tests.returns.deadly import live_or_die

PDF = b"%PDF-1.7\n"


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    return Round(small_workspace(tmp_path / "workspace"))


def collected(round_: Round) -> Result:
    return read_round(round_.workspace, round_.workspace.returns, workers=1)


def fates(round_: Round) -> dict[str, FileFate]:
    return {fate.file: fate for fate in collected(round_).collection.fates}


# -- names -----------------------------------------------------------------------------------------

NAMES = [
    # as bytes, what else is said of it, as it is shown
    ("东村.xlsx".encode("gbk"), None, "东村.xlsx"),
    ("东村.xlsx".encode(), None, "东村.xlsx"),
    ("联通.xlsx".encode("gbk"), None, "联通.xlsx"),
    ("𠮷村.xlsx".encode("gb18030"), None, "𠮷村.xlsx"),
    (b"a.xlsx", None, "a.xlsx"),
    (b"\xff\xff.xlsx", None, "\u00a0\u00a0.xlsx"),
    ("乱码".encode("gbk"), "东村.xlsx", "东村.xlsx"),
]


@pytest.mark.parametrize(("raw", "said", "shown"), NAMES)
def test_names_in_an_archive_are_read_in_any_code(
    tmp_path: Path, raw: bytes, said: str | None, shown: str
) -> None:
    import io
    import zipfile

    extra = hostile.unicode_path({raw: said}) if said else None
    content = hostile.raw_zip([(raw, b"x")], extra=extra)
    (entry,) = zipfile.ZipFile(io.BytesIO(content)).infolist()
    assert entry_name(entry) == shown


def test_a_name_marked_as_utf_8_is_taken_at_its_word(tmp_path: Path) -> None:
    content = hostile.raw_zip([("东村.xlsx".encode(), b"x")], flags=0x800)
    (tmp_path / "a.zip").write_bytes(content)
    with (tmp_path / "a.zip").open("rb") as stream:
        (member,) = unpack_zip(stream, tmp_path, "m")
    assert member.name == "东村.xlsx"
    assert (tmp_path / member.path).read_bytes() == b"x"


MEMBERS = [
    ("a/b.xlsx", "a/b.xlsx"),
    ("/etc/passwd", "etc/passwd"),
    ("../../a.xlsx", "a.xlsx"),
    ("a/../../b.xlsx", "a/b.xlsx"),
    ("C:\\表\\a.xlsx", "表/a.xlsx"),
    ("\\\\server\\share\\a.xlsx", "server/share/a.xlsx"),
    ("./a.xlsx", "a.xlsx"),
    ("..", ""),
    ("a\n.xlsx", "a\\n.xlsx"),
]


@pytest.mark.parametrize(("name", "shown"), MEMBERS)
def test_no_member_is_named_as_if_it_lay_elsewhere(name: str, shown: str) -> None:
    assert member_name(name) == shown


def test_two_names_never_look_the_same() -> None:
    assert shown_name("a\u202eb") == "a\\u202eb"
    assert shown_name("a\\u202eb") == "a\\\\u202eb"
    taken: set[str] = set()
    assert [unlike("a.xlsx", taken) for _ in range(3)] == ["a.xlsx", "a#2.xlsx", "a#3.xlsx"]
    assert [unlike("LIESMICH", taken) for _ in range(2)] == ["LIESMICH", "LIESMICH#2"]


def test_a_folder_named_like_an_archive_is_told_from_one(round_: Round) -> None:
    form = round_.filled("self", "V01", FULL)
    round_.put("a.zip", hostile.raw_zip([(b"b.xlsx", form)]))
    round_.put("a.zip!/b.xlsx", round_.filled("self", "V02", FULL))
    found = fates(round_)
    assert {f: fate.container for f, fate in found.items()} == {
        "a.zip": "",
        "a.zip!/b.xlsx": "",
        "a.zip!/b#2.xlsx": "a.zip",
    }
    assert found["a.zip!/b#2.xlsx"].disposition == "accepted"


# -- archives --------------------------------------------------------------------------------------


def test_everything_in_an_archive_has_a_fate(round_: Round) -> None:
    form = round_.filled("self", "V01", FULL)
    members = [
        ("东村/自评.xlsx".encode("gbk"), form),
        ("东村/盖章.pdf".encode("gbk"), PDF),
        ("东村/别的.xlsx".encode("gbk"), b"nonsense"),
        (b"__MACOSX/._a.xlsx", b"junk"),
        (b"Thumbs.db", b"junk"),
    ]
    round_.put("第一片区/报送.zip", hostile.raw_zip(members))
    found = fates(round_)
    prefix = "第一片区/报送.zip"
    assert {file: fate.disposition for file, fate in found.items()} == {
        prefix: "enclosure",
        f"{prefix}!/东村/自评.xlsx": "accepted",
        f"{prefix}!/东村/盖章.pdf": "enclosure",
        f"{prefix}!/东村/别的.xlsx": "rejected",
        f"{prefix}!/__MACOSX/._a.xlsx": "ignored",
        f"{prefix}!/Thumbs.db": "ignored",
    }
    assert found[f"{prefix}!/东村/盖章.pdf"].unit == "V01"
    assert found[f"{prefix}!/东村/自评.xlsx"].container == prefix


def test_an_archive_swells_up_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_UNPACKED", 3 * hostile.MB)
    path = tmp_path / "a.zip"
    path.write_bytes(hostile.raw_zip((b"%d.xlsx" % n, bytes(hostile.MB)) for n in range(4)))
    unpacked = receive.unpack(intake.Found("a.zip", folder=tmp_path, name="a.zip"), tmp_path, "m")
    assert unpacked.problem is not None
    assert catalog("zh").message(unpacked.problem) == "压缩包解开后超过 3 MB，没有读。"
    assert catalog("en").message(unpacked.problem) == (
        "Unpacked, the archive is larger than 3 MB. It was not read."
    )


def test_an_archive_of_too_many_files_is_refused(
    round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 10)
    round_.put("a.zip", hostile.raw_zip((b"%d.xlsx" % n, b"") for n in range(11)))
    problem = fates(round_)["a.zip"].problem
    assert problem is not None
    assert catalog("zh").message(problem) == "压缩包或邮件里的文件超过 10 个，没有读。"
    assert catalog("zh").cure(problem) == "请自己解开，把里面的文件放进来。"


def test_all_archives_together_swell_up_to_a_limit(
    round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive, "MOST_SPOOLED", hostile.MB)
    for name in ("a.zip", "b.zip"):
        round_.put(name, hostile.raw_zip([(b"a.xlsx", bytes(700_000))]))
    found = fates(round_)
    assert (found["a.zip"].disposition, found["b.zip"].disposition) == ("enclosure", "rejected")
    problem = found["b.zip"].problem
    assert problem is not None
    assert catalog("en").message(problem) == (
        "All files in archives and mails together are larger than 1 MB. This one was not read."
    )


def test_a_password_on_one_member_costs_that_one(round_: Round) -> None:
    form = round_.filled("self", "V01", FULL)
    content = hostile.raw_zip([(b"a.xlsx", b"secret"), (b"b.xlsx", form)])
    at = content.index(b"PK\x01\x02")
    content = content[: at + 8] + b"\1" + content[at + 9 :]
    round_.put("a.zip", content)
    found = fates(round_)
    assert found["a.zip!/a.xlsx"].reason == "file_password"
    assert found["a.zip!/b.xlsx"].disposition == "accepted"


def test_nothing_is_left_behind_or_changed(
    round_: Round, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = tmp_path / "temporary"
    spool.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(spool))
    round_.return_all()
    round_.put("a.zip", hostile.onion(round_.filled("self", "V01", FULL), 2))
    before = {p: p.read_bytes() for p in round_.workspace.returns.rglob("*") if p.is_file()}
    collected(round_)
    after = {p: p.read_bytes() for p in round_.workspace.returns.rglob("*") if p.is_file()}
    assert after == before
    assert list(spool.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_full_disk_is_a_fault_of_the_machine_and_not_of_the_file(
    round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.open

    def full(path: Path, mode: str = "r", *rest: int, **more: int) -> object:
        return real(Path("/dev/full"), "wb", **more) if mode == "xb" else real(path, mode, *rest)

    monkeypatch.setattr(Path, "open", full)
    round_.put("a.zip", hostile.raw_zip([(b"a.xlsx", b"x" * 100)]))
    with pytest.raises(MachineError) as caught:
        collected(round_)
    (problem,) = caught.value.problems
    assert (problem.code, problem.facts["reason"]) == ("disk", "No space left on device")


# -- enclosures ------------------------------------------------------------------------------------


def test_a_scan_belongs_to_a_unit_only_where_that_is_certain(round_: Round) -> None:
    forms = {unit: round_.filled("self", unit, FULL) for unit in ("V01", "V02")}
    round_.put("东村/自评.xlsx", forms["V01"])
    round_.put("东村/扫描/盖章.pdf", PDF)
    round_.put("东村/西河村盖章.pdf", PDF)
    round_.put("第二片区/自评.xlsx", forms["V02"])
    round_.put("第二片区/盖章.pdf", PDF)
    round_.put("第二片区/西河村盖章.pdf", PDF)
    round_.put("盖章.pdf", PDF)
    units = {file: fate.unit for file, fate in fates(round_).items() if file.endswith(".pdf")}
    assert units == {
        "东村/扫描/盖章.pdf": "V01",  # a folder with a unit's name and only its forms
        "东村/西河村盖章.pdf": "",  # named after another unit
        "第二片区/盖章.pdf": "",  # others may send theirs here too
        "第二片区/西河村盖章.pdf": "V02",
        "盖章.pdf": "",
    }


# -- opening ---------------------------------------------------------------------------------------


def test_a_link_anywhere_in_the_way_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a.xlsx").write_bytes(b"x")
    (tmp_path / "returns").mkdir()
    (tmp_path / "returns" / "in").symlink_to(tmp_path / "outside")
    (tmp_path / "returns" / "a.xlsx").symlink_to(tmp_path / "outside" / "a.xlsx")
    for name in ("a.xlsx", "in/a.xlsx"):
        with pytest.raises(Unreadable), opening.opened(tmp_path / "returns", name):
            pass


def test_where_a_system_opens_no_folders_links_are_refused_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "supports_dir_fd", set())
    (tmp_path / "b.xlsx").write_bytes(b"x")
    (tmp_path / "a.xlsx").symlink_to(tmp_path / "b.xlsx")
    with opening.opened(tmp_path, "b.xlsx") as stream:
        assert stream.read() == b"x"
    with pytest.raises(Unreadable, match="file_not_regular"), opening.opened(tmp_path, "a.xlsx"):
        pass


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "a.xlsx").open("wb") as file:
        file.truncate(archives.MOST_BYTES + 1)
    with opening.opened(tmp_path, "a.xlsx") as stream, pytest.raises(Unreadable) as caught:
        opening.read_settled(stream, archives.MOST_BYTES)
    assert (caught.value.code, caught.value.facts) == ("file_too_large", {"most": 96})


def test_a_file_that_is_gone_is_refused_with_what_the_system_says(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as caught, opening.opened(tmp_path, "a.xlsx"):
        pass
    assert caught.value.code == "file_cannot_open"
    assert caught.value.facts["reason"]


def test_a_folder_that_cannot_be_listed_is_a_refusal_and_not_the_end(
    round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_.return_all()
    round_.put("锁着/a.xlsx", b"x")
    real = os.scandir

    def scandir(path: str | Path) -> object:
        if str(path).endswith("锁着"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = fates(round_)
    problem = found["锁着/"].problem
    assert problem is not None
    assert catalog("zh").message(problem) == (
        "这个文件夹打不开（Permission denied），里面的文件没有读。"
    )
    assert [fate.disposition for fate in found.values()].count("accepted") == 4


# -- deaths ----------------------------------------------------------------------------------------

DEATHS = [
    # what a library does with the file, what the clerk is told
    (
        "sleep",
        "读这个文件超过 3 秒没有结果，已跳过。",
        "Reading this file did not finish within 3 seconds. It was skipped.",
    ),
    (
        "abort",
        "这个文件读到一半出错，已跳过。",
        "This file could not be read: the reading broke off. It was skipped.",
    ),
    (
        "panic",
        "这个文件读到一半出错，已跳过。",
        "This file could not be read: the reading broke off. It was skipped.",
    ),
    pytest.param(
        "memory",
        "读这个文件要用的内存超过 1 GB，已跳过。",
        "Reading this file takes more than 1 GB of memory. It was skipped.",
        marks=pytest.mark.skipif(sys.platform != "linux", reason="memory is not bounded"),
    ),
]


@pytest.mark.parametrize(("death", "zh", "en"), DEATHS)
def test_a_library_that_dies_of_a_file_costs_that_file(
    round_: Round, monkeypatch: pytest.MonkeyPatch, death: str, zh: str, en: str
) -> None:
    real = receive.read_found

    def deadly(found: intake.Found, context: Context) -> FileReading:
        if found.file.endswith("毒.xlsx"):
            live_or_die(death)
        return real(found, context)

    monkeypatch.setattr(receive, "read_found", deadly)
    monkeypatch.setattr(receive, "SECONDS_A_FILE", 3.0)
    round_.return_all()
    round_.put("毒.xlsx", b"poison")
    round_.put(
        "一包.zip", hostile.raw_zip([("毒.xlsx".encode(), b"x"), (b"b.pdf", PDF)], flags=0x800)
    )
    result = collected(round_)
    found = {fate.file: fate for fate in result.collection.fates}
    for name in ("毒.xlsx", "一包.zip!/毒.xlsx"):
        problem = found[name].problem
        assert found[name].disposition == "rejected"
        assert problem is not None
        assert (catalog("zh").message(problem), catalog("en").message(problem)) == (zh, en)
        assert catalog("zh").cure(problem) == "用 Excel 打开后另存为新的 .xlsx，再放进来。"
        assert len(found[name].sha256) == 64
    assert [fate.disposition for fate in found.values()].count("accepted") == 4
    assert {str(mine.score) for mine in result.standing.units} == {"100.00"}


# -- other systems ---------------------------------------------------------------------------------


def test_workers_that_are_started_afresh_read_the_same(
    round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows and macOS, where a process cannot be forked."""
    round_.return_all(self_V01=FULL | {"1.1": "200"})
    round_.put("a.zip", hostile.gbk_zip({"东村.xlsx": round_.filled("self", "V01", FULL)}))
    here = collected(round_)
    monkeypatch.setattr(pool, "_METHOD", "spawn")
    there = collected(round_)
    assert here.collection.fates == there.collection.fates
    assert here.problems == there.problems
    assert here.standing.units == there.standing.units
