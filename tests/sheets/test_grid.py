"""A grid knows the place of each cell, and texts are as a person would have typed them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.problems import Place
from assessor.sheets.grid import Grid, Raw, a1, as_text, column_letters

GRID = Grid("a.xlsx", "表", [["编号", "得分"], [], ["1.10", 3.0, ""]])


def test_a_cell_beyond_the_edge_is_empty() -> None:
    assert GRID.at(0, 1) == "得分"
    assert [GRID.at(1, 0), GRID.at(0, 9), GRID.at(9, 0), GRID.at(-1, 0), GRID.at(0, -1)] == [""] * 5


def test_a_cell_knows_its_place() -> None:
    assert GRID.place(2, 1) == Place("a.xlsx", "表", "B3")
    assert str(GRID.place(2, 1)) == "a.xlsx › 表!B3"


def test_cells_are_those_that_are_not_empty() -> None:
    filled = [(0, 0, "编号"), (0, 1, "得分"), (2, 0, "1.10"), (2, 1, 3.0)]
    assert list(GRID.cells()) == filled
    assert list(GRID.cells(last_row=2)) == filled[:2]


@pytest.mark.parametrize(
    ("row", "column", "address"),
    [
        (0, 0, "A1"),
        (4, 6, "G5"),
        (0, 25, "Z1"),
        (0, 26, "AA1"),
        (9, 51, "AZ10"),
        (9, 52, "BA10"),
        (0, 701, "ZZ1"),
        (0, 702, "AAA1"),
        (1048575, 16383, "XFD1048576"),
    ],
)
def test_addresses_are_those_of_excel(row: int, column: int, address: str) -> None:
    assert a1(row, column) == address


@given(st.integers(0, 16383))
def test_column_letters_count_with_twenty_six_letters_and_no_zero(column: int) -> None:
    number = 0
    for letter in column_letters(column):
        number = number * 26 + "ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(letter) + 1
    assert number == column + 1


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("  东村\u3000", "东村"),
        ("\ufeff编号", "编号"),
        (2026.0, "2026"),
        (3.6, "3.6"),
        (89.99999999999999, "90"),
        (13800000000.0, "13800000000"),
        (7, "7"),
        (True, "TRUE"),
        (False, "FALSE"),
        (dt.date(2026, 1, 2), "2026-01-02"),
        (dt.datetime(2026, 1, 2), "2026-01-02"),
        (dt.datetime(2026, 1, 2, 8, 30), "2026-01-02 08:30:00"),
        (dt.time(8, 30), "08:30:00"),
        (dt.time(8, 29, 59, 942_000), "08:30:00"),  # as LibreOffice stores it
        ("", ""),
    ],
)
def test_text_is_what_a_person_would_have_typed(raw: Raw, text: str) -> None:
    assert as_text(raw) == text
