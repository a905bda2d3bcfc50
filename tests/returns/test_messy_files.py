"""Files that go wrong as files: each row of the list of mess from 34 to 43, and 48 to 50.

Every test asserts what the clerk is told, in both languages.
"""

from __future__ import annotations

import io
import os
import threading
import time
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from assessor.i18n import catalog
from assessor.problems import Place, Problem
from assessor.returns.intake import Found
from assessor.returns.read import read_found
from assessor.returns.reading import FileReading
from assessor.rounds import Round as Result
from assessor.rounds import read_round
from tests.builders import small_workspace
from tests.filling import FULL, Round, entry
from tests.hostile import far_cell, gbk_zip
from tests.returns.offices import by_gnumeric, by_libreoffice, strict
from tests.sheets.workbooks import OLE_START, zipped

MESSY_ROWS = {34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 48, 49, 50}
"""The rows of the list of mess that this module covers."""
CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "odd-workbooks"
AGAIN = (
    "用 Excel 打开后另存为新的 .xlsx，再放进来。",
    "Open it in Excel, save it as a new .xlsx file, and put that file here.",
)


@pytest.fixture(scope="module")
def round_(tmp_path_factory: pytest.TempPathFactory) -> Round:
    return Round(small_workspace(tmp_path_factory.mktemp("messy")))


@pytest.fixture(scope="module")
def form(round_: Round) -> bytes:
    """Return the self-assessment of V01, filled in."""
    return round_.filled("self", "V01", FULL | {"1.10": "18.5"})


@pytest.fixture(scope="module")
def xls(form: bytes, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return by_libreoffice(tmp_path_factory.mktemp("xls"), form, "xls")


@pytest.fixture(scope="module")
def ods(form: bytes, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return by_libreoffice(tmp_path_factory.mktemp("ods"), form, "ods")


def said(problem: Problem) -> tuple[str, str, str]:
    """Return how serious a problem is and what it says in both languages."""
    return (
        problem.severity.value,
        catalog("zh").message(problem),
        catalog("en").message(problem),
    )


def cures(problem: Problem) -> tuple[str, str]:
    return catalog("zh").cure(problem), catalog("en").cure(problem)


def read_as_it_is(reading: FileReading) -> None:
    """Assert that the form was read, with the value that only it has."""
    assert reading.refused == ""
    assert entry(reading, "1.10").value == Decimal("18.5")
    assert len(reading.forms[0].entries) == 6


# -- 34: the name says another kind ------------------


def test_an_xls_named_xlsx_is_read_as_what_it_is(round_: Round, xls: bytes) -> None:
    reading = round_.read(xls, "自评.xlsx")
    read_as_it_is(reading)
    (problem,) = reading.problems
    assert said(problem) == (
        "note",
        "文件名的后缀是 .xlsx，内容其实是 .xls，已按内容读取。",
        "The file is named .xlsx, but it is .xls. It was read as what it is.",
    )
    assert cures(problem) == ("不需要处理。", "Nothing to do.")


def test_an_xlsx_named_xls_is_read_as_what_it_is(round_: Round, form: bytes) -> None:
    reading = round_.read(form, "自评.XLS")
    read_as_it_is(reading)
    assert [said(problem) for problem in reading.problems] == [
        (
            "note",
            "文件名的后缀是 .xls，内容其实是 .xlsx，已按内容读取。",
            "The file is named .xls, but it is .xlsx. It was read as what it is.",
        )
    ]


@pytest.mark.parametrize("name", ["自评", "自评.pdf", "自评.doc", "自评.tmp"])
def test_a_workbook_under_any_name_is_read(round_: Round, form: bytes, name: str) -> None:
    path = round_.put(name, form)
    found = Found(name, folder=path.parent, name=name)
    reading = read_found(found, round_.context)
    path.unlink()
    read_as_it_is(reading)
    assert [problem.code for problem in reading.problems] == ["file_misnamed"]


def test_the_right_name_is_no_remark(round_: Round, form: bytes, xls: bytes) -> None:
    for name, content in (("a.xlsx", form), ("a.XLSX", form), ("a.xlsm", form), ("a.xls", xls)):
        assert round_.read(content, name).problems == ()


def test_an_xls_with_a_cell_far_away_is_read(round_: Round, form: bytes, tmp_path: Path) -> None:
    far = by_gnumeric(tmp_path, far_cell(form, "IV20000"), "xls")
    reading = round_.read(far, "自评.xls")
    read_as_it_is(reading)
    assert [said(problem) for problem in reading.problems] == [
        (
            "note",
            "离表格很远的地方还有内容（IV20000），没有读。",
            "Something stands far away from the form (IV20000). It was not read.",
        )
    ]


# -- 35: HTML --------------------------------------------------------------------------------------

PAGES = [
    b"<html><table><tr><td>1</td></tr></table></html>",
    b'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table></table></html>',
    b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n",
]


@pytest.mark.parametrize("page", PAGES, ids=["table", "by Excel", "one file"])
@pytest.mark.parametrize("name", ["自评.xls", "自评.xlsx"])
def test_a_web_page_saved_as_a_workbook_is_refused(round_: Round, page: bytes, name: str) -> None:
    (problem,) = round_.read(page, name).problems
    assert said(problem) == (
        "error",
        "文件名是 Excel，内容却是网页。",
        "The file is named like an Excel file, but it is a web page.",
    )
    assert cures(problem) == (
        "用 Excel 打开后另存为“Excel 工作簿（.xlsx）”，再放进来。",
        "Open it in Excel, save it as “Excel Workbook (.xlsx)”, and put that file here.",
    )


# -- 36: CSV ---------------------------------------------------------------------------------------


def _csv(form: bytes, folder: Path) -> str:
    return by_gnumeric(folder, form, "csv").decode("utf-8")


CSV_SAID = (
    "warning",
    "这是 CSV 文本，不是工作簿；表号、单位和编号都对得上，已照常读取。",
    "This is CSV text, not a workbook. Form number, unit and codes agree, so it was read all the"
    " same.",
)


@pytest.mark.parametrize(
    ("encoding", "divider"),
    [("gb18030", ","), ("utf-8", ","), ("utf-8-sig", ","), ("utf-16", "\t"), ("gbk", "\t")],
)
@pytest.mark.parametrize("name", ["自评.csv", "自评.xlsx"])
def test_a_csv_is_read_where_form_number_unit_and_codes_agree(
    round_: Round, form: bytes, tmp_path: Path, encoding: str, divider: str, name: str
) -> None:
    text = _csv(form, tmp_path)
    if divider != ",":
        import csv

        buffer = io.StringIO()
        csv.writer(buffer, delimiter=divider).writerows(csv.reader(io.StringIO(text)))
        text = buffer.getvalue()
    reading = round_.read(text.encode(encoding), name)
    read_as_it_is(reading)
    first, *rest = reading.problems
    assert said(first) == CSV_SAID
    assert cures(first) == (
        "核对编号和数字有没有走样；下次请在下发的 Excel 表上填写。",
        "Check that codes and numbers have not changed on the way. Next time, please fill in the"
        " Excel form that was sent out.",
    )
    assert [problem.code for problem in rest] == ["file_misnamed"] * (name == "自评.xlsx")
    assert [p.code for p in reading.forms[0].problems] == ["stamp_missing"]


def test_a_csv_of_another_unit_is_refused(round_: Round, form: bytes, tmp_path: Path) -> None:
    text = _csv(form, tmp_path).replace("V01）", "V02）").replace("V01)", "V02)")
    reading = round_.read(text.encode(), "自评.csv")
    assert reading.forms == ()
    assert reading.refused == "unit_differs"


def test_a_csv_whose_codes_have_become_numbers_gives_no_wrong_score(
    round_: Round, form: bytes, tmp_path: Path
) -> None:
    """Excel writes 1.10 as 1.1 when a CSV was opened and saved there."""
    lines = _csv(form, tmp_path).replace("1.10,", "1.1,")
    reading = round_.read(lines.encode("gbk"), "自评.csv")
    assert (reading.forms, reading.refused) == ((), "form_unproved")


def test_a_csv_with_ragged_rows_is_read(round_: Round, form: bytes, tmp_path: Path) -> None:
    """Other programs leave out the empty cells at the end of a row."""
    lines = [line.rstrip(",") for line in _csv(form, tmp_path).splitlines()]
    read_as_it_is(round_.read("\r\n".join(lines).encode("gbk"), "自评.csv"))


@pytest.mark.parametrize("name", ["说明.csv", "说明.xlsx"])
def test_text_that_is_no_form_is_refused_as_text(round_: Round, name: str) -> None:
    (problem,) = round_.read("编号,得分\r\n1.1,20\r\n".encode("gbk"), name).problems
    assert said(problem) == (
        "error",
        "这不是 Excel 工作簿，内容是：文本。",
        "This is not an Excel workbook. What it is: plain text.",
    )


# -- 37: .et and .ods ------------------------------------------------------------------------------


def test_an_et_of_wps_is_read_with_a_note(round_: Round, xls: bytes) -> None:
    reading = round_.read(xls, "自评.et")
    read_as_it_is(reading)
    assert [said(problem) for problem in reading.problems] == [
        (
            "note",
            "这是 .et 格式，已照常读取。",
            "This is a file of the kind .et. It was read like any other.",
        )
    ]


def test_an_ods_is_read_with_a_note(round_: Round, ods: bytes) -> None:
    reading = round_.read(ods, "自评.ods")
    read_as_it_is(reading)
    assert [said(problem) for problem in reading.problems] == [
        (
            "note",
            "这是 .ods 格式，已照常读取。",
            "This is a file of the kind .ods. It was read like any other.",
        )
    ]


def test_an_et_that_does_not_read_is_refused(round_: Round, xls: bytes) -> None:
    (problem,) = round_.read(xls[:3000], "自评.et").problems
    assert said(problem) == (
        "error",
        "文件已损坏，读不出来。",
        "The file is damaged and cannot be read.",
    )


# -- 38: strict OOXML ------------------------------------------------------------------------------


def test_strict_ooxml_is_read(round_: Round, form: bytes) -> None:
    content = strict(form)
    assert b"purl.oclc.org" in zipfile.ZipFile(io.BytesIO(content)).read("xl/workbook.xml")
    read_as_it_is(round_.read(content, "自评.xlsx"))


@pytest.mark.parametrize(
    ("variety", "message", "cure"),
    [
        (
            strict,
            (
                "error",
                "这是“严格 Open XML”格式，里面的内容读不出来。",
                "This file is in the “Strict Open XML” format. What is in it cannot be read.",
            ),
            (
                "用 Excel 打开后另存为普通的“Excel 工作簿（.xlsx）”，再放进来。",
                "Open it in Excel, save it as an ordinary “Excel Workbook (.xlsx)”, and put that"
                " file here.",
            ),
        ),
        (
            bytes,
            (
                "error",
                "文件里有内容，却一格也读不出来。",
                "There is something in this file, but not one cell of it can be read.",
            ),
            AGAIN,
        ),
    ],
)
def test_a_reader_that_sees_no_cells_gives_no_empty_form(
    round_: Round,
    form: bytes,
    monkeypatch: pytest.MonkeyPatch,
    variety: type[bytes],
    message: tuple[str, str, str],
    cure: tuple[str, str],
) -> None:
    """A reader that does not know the names of a variety finds sheets without cells."""
    from assessor.sheets.book import Book
    from assessor.sheets.grid import Grid

    monkeypatch.setattr(Book, "grid", lambda _book, sheet, _last=None: Grid("", sheet, []))
    reading = round_.read(variety(form), "自评.xlsx")
    assert reading.forms == ()
    assert said(reading.problems[-1]) == message
    assert cures(reading.problems[-1]) == cure


# -- 39: passwords ---------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_a_password_is_named_as_what_it_is(round_: Round, ending: str) -> None:
    path = CORPUS / f"python-calamine--password.{ending}"
    if not path.exists():
        pytest.skip("the corpus of odd workbooks is not on this machine")
    (problem,) = round_.read(path.read_bytes(), f"自评.{ending}").problems
    assert said(problem) == (
        "error",
        "文件加了密码，打不开。",
        "The file has a password and cannot be opened.",
    )
    assert cures(problem) == (
        "请填表单位去掉密码后重新发送。",
        "Ask for the file to be sent again without a password.",
    )


# -- 40: something else under a workbook's name ----------------------------------------------------

OTHERS = [
    # what it is, in Chinese, in English
    (zipped({"word/document.xml": "<w/>"}), "Word", "Word"),
    (OLE_START + b"\0" * 504 + "WordDocument".encode("utf-16-le"), "Word", "Word"),
    (b"%PDF-1.7\n", "PDF", "PDF"),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF", "JPEG", "JPEG"),
    (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG", "PNG"),
    (b"\x00\x00\x00\x18ftypheic\x00\x00", "HEIC", "HEIC"),
    (b"\x00\x00\x00\x18ftypmp42\x00\x00", "视频", "a video"),
    (zipped({"OFD.xml": "<o/>"}), "OFD", "OFD"),
    (b"\x01\x02\x03\x00\x04", "无法识别", "something unknown"),
]


@pytest.mark.parametrize(("content", "zh", "en"), OTHERS)
@pytest.mark.parametrize("name", ["自评.xlsx", "自评.xls"])
def test_something_else_under_a_workbooks_name_is_named(
    round_: Round, content: bytes, zh: str, en: str, name: str
) -> None:
    (problem,) = round_.read(content, name).problems
    assert said(problem) == (
        "error",
        f"这不是 Excel 工作簿，内容是：{zh}。",
        f"This is not an Excel workbook. What it is: {en}.",
    )
    assert cures(problem) == (
        "请填表单位在下发的 Excel 表上填写后重新发送。",
        "Ask the sender to fill in the Excel form that was sent out, and to send that.",
    )


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_workbook_is_damaged(
    round_: Round, form: bytes, xls: bytes, ods: bytes, share: float
) -> None:
    for content, name in ((form, "a.xlsx"), (ods, "a.ods"), (xls, "a.xls")):
        reading = round_.read(content[: int(len(content) * share)], name)
        assert reading.forms == ()
        assert said(reading.problems[0]) == (
            "error",
            "文件已损坏，读不出来。",
            "The file is damaged and cannot be read.",
        )
        assert cures(reading.problems[0]) == (
            "请填表单位检查能否打开，然后重新发送。",
            "Ask the sender to check whether it opens, and to send it again.",
        )


def collected(round_: Round) -> Result:
    return read_round(round_.workspace, round_.workspace.returns, workers=1)


def fate(result: Result, file: str) -> tuple[str, str, str]:
    """Return disposition and reason of a file, in both languages."""
    from assessor.outputs.wording import reason_text

    (one,) = [one for one in result.collection.fates if one.file == file]
    return (
        one.disposition,
        reason_text(one, catalog("zh")),
        reason_text(one, catalog("en")),
    )


@pytest.fixture
def fresh(tmp_path: Path) -> Round:
    return Round(small_workspace(tmp_path))


def test_scans_and_photos_under_their_own_names_are_enclosures(fresh: Round) -> None:
    files = {
        "扫描.pdf": b"%PDF-1.7\n",
        "照片.JPG": b"\xff\xd8\xff\xe0",
        "说明.docx": zipped({"word/document.xml": "<w/>"}),
        "IMG_2024": b"\xff\xd8\xff\xe0\x00\x10JFIF",
        "加密说明.docx": OLE_START + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le"),
    }
    for name, content in files.items():
        fresh.put(name, content)
    result = collected(fresh)
    for name in files:
        assert fate(result, name) == (
            "enclosure",
            "扫描件、照片或文档，作为附件保存",
            "Scan, photo or document, kept as an enclosure",
        )
    assert all(len(one.sha256) == 64 for one in result.collection.fates)


def test_an_enclosure_without_content_is_pointed_out(fresh: Round) -> None:
    fresh.put("扫描.pdf", b"")
    result = collected(fresh)
    (problem,) = [p for p in result.problems if p.place.file == "扫描.pdf"]
    assert said(problem) == (
        "warning",
        "这个附件里没有内容，可能没有上传或同步完。",
        "There is nothing in this enclosure. Perhaps it was not uploaded or synced completely.",
    )
    assert fate(result, "扫描.pdf")[0] == "enclosure"


def test_an_empty_zip_under_a_workbooks_name_is_damaged(fresh: Round) -> None:
    fresh.put("自评.xlsx", zipped({}))
    assert fate(collected(fresh), "自评.xlsx") == (
        "rejected",
        "文件已损坏，读不出来。",
        "The file is damaged and cannot be read.",
    )


# -- 41: nothing in it -----------------------------------------------------------------------------


def test_an_empty_file_is_refused(round_: Round) -> None:
    (problem,) = round_.read(b"", "自评.xlsx").problems
    assert said(problem) == ("error", "文件是空的（0 字节）。", "The file is empty (0 bytes).")
    assert cures(problem) == (
        "请填表单位重新发送。",
        "Ask for the file to be sent again.",
    )


def test_a_placeholder_of_a_cloud_drive_is_refused(round_: Round) -> None:
    (problem,) = round_.read(b"\0" * 20_000, "自评.xlsx").problems
    assert said(problem) == (
        "error",
        "文件里没有内容，是网盘还没有下载完的占位文件。",
        "There is nothing but zeros in the file. It stands in for a file that the cloud drive has"
        " not downloaded yet.",
    )
    assert cures(problem) == (
        "等网盘下载完成后重新复制这个文件。",
        "Wait until the cloud drive has finished, then copy the file again.",
    )


# -- 42: junk --------------------------------------------------------------------------------------

JUNK = ["~$自评.xlsx", ".DS_Store", "Thumbs.db", "desktop.ini", ".~lock.自评.ods#", ".~自评.et"]


def test_locks_and_files_of_the_system_are_ignored_and_counted(fresh: Round) -> None:
    for name in JUNK:
        fresh.put(name, b"junk")
    result = collected(fresh)
    assert len(result.collection.fates) == len(JUNK)
    for name in JUNK:
        assert fate(result, name) == (
            "ignored",
            "系统或临时文件",
            "File of the system, or a temporary file",
        )
    assert not [problem for problem in result.problems if problem.place.file]


# -- 43: the same bytes twice ----------------------------------------------------------------------


def test_the_same_bytes_twice_count_once_and_the_twin_is_named(fresh: Round) -> None:
    content = fresh.filled("self", "V01", FULL)
    fresh.put("东村.xlsx", content)
    fresh.put("东村(1).xlsx", content)
    result = collected(fresh)
    told = (
        "与“东村.xlsx”完全相同，只算一次。",
        "Exactly the same as “东村.xlsx”. It counts once.",
    )
    assert fate(result, "东村.xlsx")[0] == "accepted"
    assert fate(result, "东村(1).xlsx") == ("duplicate", *told)
    (problem,) = [p for p in result.problems if p.code == "file_duplicate"]
    assert said(problem) == ("note", *told)


def test_the_same_entries_in_other_bytes_count_once(fresh: Round, tmp_path: Path) -> None:
    content = fresh.filled("self", "V01", FULL)
    fresh.put("东村.xlsx", content)
    fresh.put("东村 副本.xls", by_gnumeric(tmp_path, content, "xls"))
    assert fate(collected(fresh), "东村 副本.xls") == (
        "duplicate",
        "与“东村.xlsx”内容相同，只算一次。",
        "Same content as “东村.xlsx”. It counts once.",
    )


# -- 48, 49: archives ------------------------------------------------------------------------------


def test_a_zip_of_returns_with_names_in_gbk_is_read(fresh: Round) -> None:
    first, second = fresh.filled("self", "V01", FULL), fresh.filled("self", "V02", FULL)
    fresh.put("全镇.zip", gbk_zip({"东村.xlsx": first, "一组/西河村 自评.xlsx": second}))
    result = collected(fresh)
    assert fate(result, "全镇.zip") == (
        "enclosure",
        "压缩包，已解开，里面有 2 个文件",
        "Archive, unpacked: 2 files",
    )
    assert fate(result, "全镇.zip!/东村.xlsx")[0] == "accepted"
    assert fate(result, "全镇.zip!/一组/西河村 自评.xlsx")[0] == "accepted"


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"Rar!\x1a\x07\x01\x00", "RAR"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "7z"),
        (b"\x1f\x8b", "gzip"),
    ],
)
@pytest.mark.parametrize("name", ["全镇", "全镇.xlsx"])
def test_other_archives_are_refused(round_: Round, start: bytes, kind: str, name: str) -> None:
    (problem,) = round_.read(start + b"\1\2\3", name).problems
    assert said(problem) == (
        "error",
        f"这是 {kind} 压缩包，打不开。",
        f"This is an archive of the kind {kind}, which cannot be opened.",
    )
    assert cures(problem) == (
        "先解压，把里面的表格放进来；或请对方改发 zip 压缩包。",
        "Unpack it yourself and put the workbooks here, or ask for a zip.",
    )


# -- 50: being written while it is read ------------------------------------------------------------


def test_a_file_that_keeps_changing_is_refused(
    round_: Round, form: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = round_.put("下载中.xlsx", form)
    grown = iter(range(100))

    def grow(_seconds: float) -> None:
        with path.open("ab") as file:
            file.write(b"more")

    real = os.fstat

    def touched(descriptor: int) -> os.stat_result:
        os.utime(path, ns=(0, next(grown) + 1))
        return real(descriptor)

    monkeypatch.setattr(time, "sleep", grow)
    monkeypatch.setattr(os, "fstat", touched)
    reading = read_found(Found(path.name, folder=path.parent, name=path.name), round_.context)
    monkeypatch.undo()
    path.unlink()
    (problem,) = reading.problems
    assert said(problem) == (
        "error",
        "文件还在写入或下载，读的时候一直在变。",
        "The file is still being written or downloaded: it kept changing while it was read.",
    )
    assert cures(problem) == (
        "等它复制或同步完成后再收集一次。",
        "Wait until copying or syncing has finished, then collect again.",
    )
    assert problem.place == Place("下载中.xlsx")


def test_a_file_that_is_soon_written_is_waited_for(round_: Round, form: bytes) -> None:
    """Somebody copies it in pieces while it is read."""
    path = round_.workspace.returns / "慢慢来.xlsx"
    with path.open("wb", buffering=0) as file:
        file.write(form[:1000])
        started = threading.Event()

        def copy() -> None:
            for at in range(1000, len(form), 4096):
                file.write(form[at : at + 4096])
                started.set()
                time.sleep(0.03)

        copying = threading.Thread(target=copy)
        copying.start()
        started.wait()
        while True:
            found = Found(path.name, folder=path.parent, name=path.name)
            reading = read_found(found, round_.context)
            if not copying.is_alive():
                break
        copying.join()
    reading = read_found(found, round_.context)
    path.unlink()
    read_as_it_is(reading)
