"""Pages: what is too wide to be read on A4 is printed on A3."""

from __future__ import annotations

import io

import openpyxl
import pytest

from assessor.outputs.style import Page, Sheets

A3, A4 = "8", "9"


@pytest.mark.parametrize(
    ("columns", "paper"),
    [
        # 744 points across A4 on its side, about 6 a character: 200 characters are 60 %
        (18, A4),
        (21, A3),
    ],
)
def test_a_table_that_would_be_too_small_to_read_gets_the_larger_paper(
    columns: int, paper: str
) -> None:
    sheets = Sheets("题", "2026", "某镇", None)
    Page(sheets.sheet("表"), [10.0] * columns, landscape=True)
    (sheet,) = openpyxl.load_workbook(io.BytesIO(sheets.content)).worksheets
    assert str(sheet.page_setup.paperSize) == paper
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
