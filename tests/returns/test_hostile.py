"""Hostile and broken files among good ones: each refused with its reason or read rightly."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from assessor.i18n import catalog
from assessor.outputs.tables import files_csv
from assessor.returns.collection import FileFate
from assessor.rounds import Round as Result
from assessor.rounds import read_round
from tests import hostile
from tests.builders import small_workspace
from tests.filling import FULL, Round
from tests.hostile import LAUGHS, MB
from tests.returns.offices import by_gnumeric
from tests.sheets.workbooks import ods

POSIX = os.name == "posix"
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
OWN = FULL | {"1.10": "18.5"}
"""What stands in the form that is spoiled: no other file has it."""

WORKBOOKS: Mapping[str, tuple[Callable[[bytes], bytes], str]] = {
    # what is done to a good form of V01: how, and why it is refused (or nothing)
    "ratio": (lambda c: hostile.with_cells(c, " " * 20 * MB), "file_swells"),
    "parts": (lambda c: hostile.added(c, ((f"x/{n}", b"") for n in range(4000))), "file_parts"),
    "sheets": (lambda c: hostile.many_sheets(c, 1000), "file_sheets"),
    "strings": (lambda c: hostile.strings(c, 4_000_000_000), "file_strings"),
    "laughs": (lambda c: hostile.with_dtd(c, STRINGS, LAUGHS), "file_dtd"),
    "laughs in the sheet": (lambda c: hostile.with_dtd(c, SHEET, LAUGHS), "file_dtd"),
    "laughs in 16 bits": (lambda c: hostile.with_dtd(c, STRINGS, LAUGHS, "utf-16"), "file_dtd"),
    "reaching out": (
        lambda c: hostile.with_dtd(c, STRINGS, '<!ENTITY x SYSTEM "file:///etc/hostname">'),
        "file_dtd",
    ),
    "the same part twice": (lambda c: hostile.added(c, [(SHEET, b"<x/>")]), "file_part_twice"),
    "the same but for case": (
        lambda c: hostile.added(c, [(SHEET.upper(), b"<x/>")]),
        "file_part_twice",
    ),
    "overlapping": (hostile.overlapping, "file_parts_overlap"),
    "larger than said": (lambda c: hostile.lying(c, SHEET, 100), "file_sizes_differ"),
    "smaller than said": (lambda c: hostile.lying(c, SHEET, 1 << 31), "file_sizes_differ"),
    "encrypted parts": (hostile.locked, "file_password"),
    "far corner": (lambda c: hostile.far_cell(c, "XFD1048576"), ""),
    "far down": (lambda c: hostile.far_cell(c, "B1048576"), ""),
    "far right": (lambda c: hostile.far_cell(c, "XFD300"), ""),
    "far everywhere": (
        lambda c: hostile.with_cells(
            c, "".join(f'<row r="{n}"><c r="XFD{n}"/></row>' for n in range(9000, 1048576, 999))
        ),
        "",
    ),
    "parts upwards": (lambda c: hostile.added(c, [("../../../../x.xml", b"<x/>")]), ""),
    "a photo": (lambda c: hostile.added(c, [("xl/media/image1.jpeg", os.urandom(5 * MB))]), ""),
    "a flipped bit": (lambda c: c[:3000] + bytes([c[3000] ^ 4]) + c[3001:], "file_damaged"),
    "no directory": (lambda c: c[:-300], "file_damaged"),
}


@dataclass(frozen=True)
class Reception:
    round: Round
    result: Result

    def fate(self, file: str) -> FileFate:
        (one,) = [one for one in self.result.collection.fates if one.file == file]
        return one


@pytest.fixture(scope="module")
def reception(tmp_path_factory: pytest.TempPathFactory) -> Reception:
    """Return a round in which every hostile file lies among the good ones, read once."""
    tmp = tmp_path_factory.mktemp("hostile")
    round_ = Round(small_workspace(tmp / "workspace"))
    round_.return_all(self_V01=OWN)
    content = round_.filled("self", "V01", OWN)
    for name, (spoil, _) in WORKBOOKS.items():
        round_.put(f"坏/{name}.xlsx", spoil(content))
    put_archives(round_, content)
    if POSIX:
        put_special_files(round_, tmp)
    return Reception(round_, read_round(round_.workspace, round_.workspace.returns, workers=2))


def put_archives(round_: Round, content: bytes) -> None:
    put = round_.put
    names = [
        b"../../../etc/cron.d/a.xlsx",
        b"/root/b.xlsx",
        b"C:\\Users\\c.xlsx",
        b"..\\..\\d.xlsx",
    ]
    put("上路.zip", hostile.raw_zip((name, content) for name in names))
    put("同名.zip", hostile.raw_zip([(b"a.xlsx", content), (b"a.xlsx", content + b"\0")]))
    put("链接.zip", hostile.zip_with_link("/etc/passwd"))
    put("洋葱.zip", hostile.onion(content, 3, "表.xlsx"))
    put("洋葱五层.zip", hostile.onion(content, 5, "表.xlsx"))
    put("满天星.zip", hostile.zip_of_zips(55, 2))
    put("胀.zip", hostile.swollen(200 * MB))
    put("加密.zip", hostile.locked(hostile.raw_zip([(b"a.xlsx", content)])))
    put("坏掉.zip", hostile.raw_zip([(b"a.xlsx", content)])[:-30])
    put("空.zip", hostile.raw_zip([]))
    put("控制\x07字符\u202excod.xlsx", content)
    put("里面的名字.zip", hostile.raw_zip([("甲\u202exslx\x1b[31m.xlsx".encode(), content)]))
    put("无尽.ods", ods(hostile.endless_ods(1_000_000, 16_000)))


def put_special_files(round_: Round, tmp: Path) -> None:
    returns = round_.workspace.returns
    os.mkfifo(returns / "管道.xlsx")
    outside = tmp / "outside"
    outside.mkdir()
    (outside / "别人的.xlsx").write_bytes((returns / "self-V01.xlsx").read_bytes())
    (returns / "链接.xlsx").symlink_to(outside / "别人的.xlsx")
    (returns / "链接夹").symlink_to(outside)
    (returns / "断了.xlsx").symlink_to("nowhere")
    (returns / "设备.xlsx").symlink_to("/dev/zero")
    here = Path.cwd()
    with socket.socket(socket.AF_UNIX) as listening:
        os.chdir(returns)
        listening.bind("套接字.xlsx")
        os.chdir(here)


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_hostile_workbook_is_refused_or_read_rightly(reception: Reception, name: str) -> None:
    _, code = WORKBOOKS[name]
    fate = reception.fate(f"坏/{name}.xlsx")
    if code:
        assert (fate.disposition, fate.reason) == ("rejected", code)
        assert fate.problem is not None
        for language in ("zh", "en"):
            assert catalog(language).message(fate.problem)
            assert catalog(language).cure(fate.problem)
    else:  # the same entries as in the good file, so it says the same
        assert fate.disposition == "duplicate"


def test_the_good_files_are_all_read_and_scored(reception: Reception) -> None:
    result = reception.result
    for name in ("self-V01", "self-V02", "panel-V01", "panel-V02"):
        assert reception.fate(f"{name}.xlsx").disposition == "accepted"
    units = result.scheme.units
    scores = {units[mine.unit].code: mine.score for mine in result.standing.units}
    # own 98.5 at 40 %, panel 100 at 60 %
    assert scores == {"V01": Decimal("99.40"), "V02": Decimal("100.00")}


def test_cells_far_away_are_left_out_with_a_note(reception: Reception) -> None:
    told = {
        problem.place.file: (problem.severity.value, catalog("zh").message(problem))
        for problem in reception.result.problems
        if problem.code == "file_far"
    }
    assert told["坏/far corner.xlsx"] == (
        "note",
        "离表格很远的地方还有内容（XFD1048576），没有读。",
    )
    assert "坏/far everywhere.xlsx" in told


@pytest.mark.parametrize("shown", ["etc/cron.d/a.xlsx", "root/b.xlsx", "Users/c.xlsx", "d.xlsx"])
def test_no_name_in_an_archive_leads_out_of_it(reception: Reception, shown: str) -> None:
    fate = reception.fate(f"上路.zip!/{shown}")
    assert (fate.disposition, fate.container) == ("duplicate", "上路.zip")
    workspace = reception.round.workspace.root
    assert not list(workspace.parent.rglob("[abcd].xlsx"))


ARCHIVES = [
    # the file, its disposition, the code of its reason
    ("上路.zip", "enclosure", "archive_opened"),
    ("同名.zip!/a.xlsx", "duplicate", "file_duplicate"),
    ("同名.zip!/a#2.xlsx", "duplicate", "file_same_content"),
    ("链接.zip!/link.xlsx", "rejected", "file_not_regular"),
    ("洋葱.zip!/in.zip!/in.zip!/表.xlsx", "duplicate", "file_duplicate"),
    ("洋葱五层.zip!/in.zip!/in.zip!/in.zip", "rejected", "archive_deep"),
    ("胀.zip!/a.xlsx", "rejected", "file_too_large"),
    ("加密.zip", "rejected", "archive_password"),
    ("坏掉.zip", "rejected", "file_damaged"),
    ("空.zip", "enclosure", "archive_opened"),
    ("无尽.ods", "rejected", "file_cells"),
]


@pytest.mark.parametrize(("file", "disposition", "code"), ARCHIVES)
def test_what_becomes_of_archives(
    reception: Reception, file: str, disposition: str, code: str
) -> None:
    fate = reception.fate(file)
    assert (fate.disposition, fate.reason) == (disposition, code)


def test_zips_of_zips_end_at_a_number_of_files(reception: Reception) -> None:
    stars = [f for f in reception.result.collection.fates if f.file.startswith("满天星.zip")]
    assert len(stars) < 3200
    assert {f.reason for f in stars if f.disposition == "rejected"} == {
        "archive_many",
        "file_not_a_workbook",
    }


SPECIAL = ["管道.xlsx", "链接.xlsx", "链接夹", "断了.xlsx", "设备.xlsx", "套接字.xlsx"]


@pytest.mark.skipif(not POSIX, reason="there are no such files here")
@pytest.mark.parametrize("name", SPECIAL)
def test_links_pipes_and_devices_are_refused_without_blocking(
    reception: Reception, name: str
) -> None:
    fate = reception.fate(name)
    assert (fate.disposition, fate.reason) == ("rejected", "file_not_regular")
    assert fate.problem is not None
    assert catalog("zh").message(fate.problem) == "这不是普通文件（是链接、管道或设备），没有打开。"
    assert catalog("en").cure(fate.problem) == "Copy the file itself here."


def test_names_are_shown_escaped(reception: Reception) -> None:
    assert reception.fate("控制\\x07字符\\u202excod.xlsx").disposition == "duplicate"
    assert reception.fate("里面的名字.zip!/甲\\u202exslx\\x1b[31m.xlsx").disposition == "duplicate"
    shown = files_csv(reception.result.collection.fates, catalog("zh")).decode("utf-8-sig")
    assert all(char.isprintable() or char in "\r\n" for char in shown)


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes only there")
def test_a_name_that_is_no_utf_8_is_shown_escaped(tmp_path: Path) -> None:
    round_ = Round(small_workspace(tmp_path))
    content = round_.filled("self", "V01", FULL)
    returns = os.fsencode(round_.workspace.returns)
    for name in ("东村.xlsx".encode("gbk"), "东村.xlsx".encode()):
        with open(returns + b"/" + name, "wb") as file:  # noqa: PTH123 - a path of bytes
            file.write(content)
    result = read_round(round_.workspace, round_.workspace.returns, workers=1)
    fates = {fate.file: fate.disposition for fate in result.collection.fates}
    assert fates == {"东村.xlsx": "accepted", "\\udcb6\\udcab\\udcb4\\udce5.xlsx": "duplicate"}


def test_every_file_has_one_fate(reception: Reception) -> None:
    files = [fate.file for fate in reception.result.collection.fates]
    assert len(files) == len(set(files))
    assert all(fate.disposition for fate in reception.result.collection.fates)


def test_an_old_workbook_whose_chains_run_in_a_circle_is_damaged(
    reception: Reception, tmp_path: Path
) -> None:
    round_ = reception.round
    xls = by_gnumeric(tmp_path, round_.filled("self", "V01", FULL), "xls")
    assert round_.read(xls, "a.xls").refused == ""
    assert round_.read(hostile.in_circle(xls), "a.xls").refused == "file_damaged"


@pytest.mark.parametrize("part", [SHEET, STRINGS, "xl/styles.xml", "xl/workbook.xml"])
def test_deep_nesting_is_refused_or_does_no_harm(reception: Reception, part: str) -> None:
    round_ = reception.round
    content = hostile.nested(round_.filled("self", "V01", OWN), 100_000, part)
    reading = round_.read(content, "深.xlsx")
    if reading.refused:
        assert reading.refused == "file_damaged"
    else:
        good = round_.read(round_.filled("self", "V01", OWN))
        assert reading.forms[0].same_content(good.forms[0])
