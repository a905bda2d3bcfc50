"""The look at a container: limits with their words, far cells left out, photos left alone."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

import pytest

from assessor.i18n import catalog
from assessor.problems import error
from assessor.sheets import container
from assessor.sheets.book import Unreadable, open_book
from assessor.sheets.container import look_into
from assessor.sheets.far import near_part, spread_of_ods
from tests import hostile
from tests.hostile import MB
from tests.sheets.workbooks import by_hand, by_xlsxwriter, ods

AGAIN = "核对来源；确是填报的表，请用 Excel 打开后另存为新的 .xlsx，再放进来。"
SAVE = "请填表单位用 Excel 打开后另存为新的 .xlsx，重新发送。"


def _form(_: Any, sheet: Any) -> None:
    for row in range(20):
        sheet.write_string(row, 0, f"1.{row}")
        sheet.write_number(row, 1, row / 2)


FORM = by_xlsxwriter(_form)
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"

LIMITS: list[tuple[Callable[[], bytes], str, str, str]] = [
    # how it is made, what is said of it in both languages, the Chinese cure
    (
        lambda: hostile.added(FORM, ((f"x/{n}", b"") for n in range(4000))),
        "文件里的部件超过 4000 个，不像正常的工作簿，没有读。",
        "The file has more than 4000 parts, unlike any ordinary workbook. It was not read.",
        AGAIN,
    ),
    (
        lambda: hostile.many_sheets(FORM, 1000),
        "工作簿里的工作表超过 1000 张，没有读。",
        "The workbook has more than 1000 sheets. It was not read.",
        "请填表单位删掉多余的工作表后重新发送。",
    ),
    (
        lambda: hostile.with_cells(FORM, " " * 20 * MB),
        "文件解开后大得不正常（上限 256 MB），没有读。",
        "Unpacked, the file is larger than any ordinary workbook (limit: 256 MB). It was not read.",
        "核对来源；确是填报的表，请把内容填到下发的表上重新发送。",
    ),
    (
        lambda: hostile.added(FORM, [(SHEET, b"<x/>")]),
        f"文件里有两个同名的部件（{SHEET}），分不清以哪个为准，没有读。",
        f"The file has two parts of the same name ({SHEET}), so that nobody knows which one counts."
        " It was not read.",
        AGAIN,
    ),
    (
        lambda: hostile.lying(FORM, SHEET, 100),
        f"文件里的部件（{SHEET}）大小与登记的不符，文件已损坏或被改动过。",
        f"A part of the file ({SHEET}) is not as large as the file says: it is damaged or was"
        " tampered with.",
        SAVE,
    ),
    (
        lambda: hostile.with_dtd(FORM, STRINGS, hostile.LAUGHS),
        f"文件里（{STRINGS}）有正常工作簿没有的实体定义，可能有害，没有读。",
        f"The file ({STRINGS}) defines entities, which no ordinary workbook does and which may do"
        " harm. It was not read.",
        AGAIN,
    ),
    (
        lambda: hostile.strings(FORM, 4_000_000_000),
        "文件登记有 4000000000 条文字，实际装不下这么多，文件已损坏或被改动过。",
        "The file says that it holds 4000000000 texts, but there is no room for so many: it is"
        " damaged or was tampered with.",
        SAVE,
    ),
    (
        lambda: ods(hostile.endless_ods(1_000_000, 5)),
        "工作表铺得太大（超过 4 百万格），没有读。",
        "A sheet of this file spreads over more than 4 million cells. It was not read.",
        "删掉表格以外很远地方的内容，或另存为 .xlsx 后再放进来。",
    ),
]


@pytest.mark.parametrize(("made", "zh", "en", "cure"), LIMITS)
def test_a_limit_says_what_is_wrong_and_how_to_cure_it(
    made: Callable[[], bytes], zh: str, en: str, cure: str
) -> None:
    with pytest.raises(Unreadable) as caught:
        open_book("a.xlsx", made())
    problem = error(caught.value.code, **caught.value.facts)
    assert catalog("zh").message(problem) == zh
    assert catalog("en").message(problem) == en
    assert catalog("zh").cure(problem) == cure


def test_overlapping_parts_are_named() -> None:
    with pytest.raises(Unreadable) as caught:
        open_book("a.xlsx", hostile.overlapping(FORM))
    problem = error(caught.value.code, **caught.value.facts)
    assert re.fullmatch(
        r"文件里的部件（[\w/.\[\]]+）互相重叠，文件被改动过，没有读。",
        catalog("zh").message(problem),
    )


def test_all_markup_together_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "MOST_UNPACKED", 4 * MB)
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n * n}</v></c></row>' for n in range(30, 90_000))
    with pytest.raises(Unreadable, match="file_swells"):
        look_into(hostile.with_cells(FORM, rows), "xlsx")


def test_an_ordinary_form_is_left_as_it_is() -> None:
    look = look_into(FORM, "xlsx")
    assert look.content is FORM
    assert (look.far, look.values, look.strict) == ((), True, False)
    assert not look_into(by_hand("<sheetData/>"), "xlsx").values


def test_size_alone_is_no_crime() -> None:
    photo = hostile.added(FORM, [("xl/media/image1.jpeg", os.urandom(5 * MB))])
    assert look_into(photo, "xlsx").content is photo
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n * 7919 % 10007}</v></c></row>' for n in range(30, 100_000)
    )
    book = open_book("a.xlsx", hostile.with_cells(FORM, rows))
    assert book.grid("Sheet1").at(99_998, 0) == 99_999 * 7919 % 10007


# -- far cells -------------------------------------------------------------------------------------

FAR = [
    # addresses, which of them are left out
    (["B2", "D9"], None),
    (["AB400"], None),
    (["C90000"], None),
    (["XFD1"], None),
    (["XFD1048576"], ["XFD1048576"]),
    (["B2", "IV200000"], ["IV200000"]),
    (["B2", "XFD300", "A1048576"], ["XFD300", "A1048576"]),
]


@pytest.mark.parametrize(("addresses", "left"), FAR)
@pytest.mark.parametrize(
    "cell",
    [
        '<c r="{}"><v>1</v></c>',
        "<c s='1' r='{}'><v>1</v></c>",
        '<x:c r="{}" t="s"><x:v>1</x:v></x:c>',
    ],
)
def test_far_cells_are_left_out_and_only_they(
    addresses: list[str], left: list[str] | None, cell: str
) -> None:
    markup = "".join(cell.format(address) for address in addresses).encode()
    found = near_part(markup)
    if left is None:
        assert found is None
        return
    assert found is not None
    rest, first = found
    assert first == left[0]
    assert rest.decode() == "".join(cell.format(a) for a in addresses if a not in left)


SPREADS = [
    # rows of an .ods, how many cells it has up to its last value
    ("", 0),
    (hostile.endless_ods(3, 4), 12),
    (hostile.endless_ods(1_000_000, 16_000), 16_000_000_000),
    (
        hostile.endless_ods(2, 2)
        + '<table:table-row table:number-rows-repeated="1048000"><table:table-cell'
        ' table:number-columns-repeated="16384"/></table:table-row>',
        4,
    ),
    (
        '<table:table-row table:number-rows-repeated="99"><table:table-cell/></table:table-row>'
        '<table:table-row><table:table-cell table:number-columns-repeated="9"/>'
        '<table:table-cell office:value-type="float" office:value="1"/></table:table-row>',
        1000,
    ),
]


@pytest.mark.parametrize(("rows", "cells"), SPREADS)
def test_repetitions_in_an_ods_are_counted(rows: str, cells: int) -> None:
    assert spread_of_ods(rows.encode()) == cells


def test_a_document_type_is_seen_behind_comments_and_in_other_codes() -> None:
    text = '<?xml version="1.0"?> <!-- a --> <?pi?> <!DOCTYPE x><sst/>'
    for content in (text.encode(), b"\xef\xbb\xbf" + text.encode(), text.encode("utf-16")):
        assert container._has_dtd(content)
    for plain in (b"<a><!-- <!DOCTYPE --></a>", b"", b"<?xml version='1.0'?><a/>"):
        assert not container._has_dtd(plain)
