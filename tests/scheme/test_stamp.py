"""The identity that travels with a workbook: signed, and seen when it was altered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assessor.scheme.copies import Copy, CopyKey
from assessor.scheme.plan import FormPlan
from assessor.scheme.stamp import (
    Seal,
    Stamp,
    StampedForm,
    paper_number,
    read_stamp,
    stamp_rows,
    workspace_name,
)

KEY, FOREIGN = b"k" * 32, b"f" * 32
PLAN = FormPlan("panel", "村", "rubric", "评分表", (), (), "单位", "", 2)


def _copy(unit: str, rater: str = "P1", teller: str = "", serial: int = 1) -> Copy:
    return Copy(CopyKey("panel", "Y", unit, rater, teller), serial, PLAN, (), "2026")


COPIES = [("评分表", _copy("V01")), ("加分表", _copy("", teller="2", serial=3))]


def _rows() -> list[list[str]]:
    return stamp_rows("small", "2026", COPIES, KEY)


def test_a_stamp_is_read_as_it_was_written() -> None:
    assert read_stamp(_rows(), KEY) == Stamp(
        "small",
        "2026",
        (
            StampedForm(
                "评分表",
                f"panel-2026-Y-V01-P1-1-{PLAN.version}",
                CopyKey("panel", "Y", "V01", "P1"),
                1,
                PLAN.version,
                PLAN.digest,
            ),
            StampedForm(
                "加分表",
                f"panel-2026-Y-P1-2-3-{PLAN.version}",
                CopyKey("panel", "Y", "", "P1", "2"),
                3,
                PLAN.version,
                PLAN.digest,
            ),
        ),
        Seal.GENUINE,
        workspace_name(KEY),
    )


def test_a_stamp_of_another_key_is_read_but_not_genuine() -> None:
    stamp = read_stamp(_rows(), FOREIGN)
    assert stamp is not None
    assert stamp.seal is Seal.FOREIGN
    assert stamp.workspace == workspace_name(KEY)
    assert stamp.forms == read_stamp(_rows(), KEY).forms  # type: ignore[union-attr]


def test_empty_cells_that_a_reader_adds_on_the_right_do_not_matter() -> None:
    width = max(len(row) for row in _rows())
    padded = [[*row, *[""] * (width - len(row) + 2)] for row in _rows()]
    assert read_stamp(padded, KEY) == read_stamp(_rows(), KEY)


def test_empty_rows_that_a_reader_adds_below_do_not_matter() -> None:
    assert read_stamp([*_rows(), ["", ""], []], KEY) == read_stamp(_rows(), KEY)


ALTERED: list[tuple[str, Callable[[list[list[str]]], object]]] = [
    ("another unit", lambda rows: rows[4].__setitem__(5, "V02")),
    ("another serial", lambda rows: rows[4].__setitem__(8, "2")),
    ("another sheet", lambda rows: rows[4].__setitem__(1, "别的表")),
    ("another round", lambda rows: rows[2].__setitem__(1, "2025")),
    ("another scheme", lambda rows: rows[1].__setitem__(1, "large")),
    ("a form less", lambda rows: rows.pop(4)),
    ("a form twice", lambda rows: rows.insert(4, rows[4])),
    ("two forms exchanged", lambda rows: rows.__setitem__(slice(4, 6), [rows[5], rows[4]])),
    ("two cells as one", lambda rows: rows[4].__setitem__(slice(1, 3), ["\t".join(rows[4][1:3])])),
    (
        "two rows as one",
        lambda rows: rows.__setitem__(slice(1, 3), [[*rows[1][:1], "small\nround\t2026"]]),
    ),
    ("our name taken off", lambda rows: rows.pop(3)),
    ("no signature", lambda rows: rows.pop()),
    ("an empty signature", lambda rows: rows[-1].__setitem__(1, "")),
    ("a signature cut off", lambda rows: rows[-1].__setitem__(1, rows[-1][1][:-1])),
    ("a signature in Chinese", lambda rows: rows[-1].__setitem__(1, "签名")),
]


@pytest.mark.parametrize("alter", [row[1] for row in ALTERED], ids=[row[0] for row in ALTERED])
def test_an_altered_stamp_is_not_genuine(alter: Callable[[list[list[str]]], object]) -> None:
    rows = _rows()
    alter(rows)
    stamp = read_stamp(rows, KEY)
    assert stamp is not None
    assert stamp.seal is Seal.ALTERED


def test_a_stamp_says_whose_key_signed_it_and_nothing_of_the_key() -> None:
    assert workspace_name(KEY) == workspace_name(KEY)
    assert workspace_name(KEY) != workspace_name(FOREIGN)
    assert KEY.hex() not in str(_rows())


@pytest.mark.parametrize("rows", [[], [[]], [["编号", "名称"]], [["", "assessor"]]])
def test_a_sheet_that_is_no_stamp_is_none(rows: list[list[str]]) -> None:
    assert read_stamp(rows, KEY) is None


def test_a_stamp_without_forms_has_none() -> None:
    stamp = read_stamp([["assessor", "1"], ["form", "表"], ["form"] + ["x"] * 9], KEY)
    assert stamp == Stamp("", "", (), Seal.ALTERED)


_CELLS = st.sampled_from(["assessor", "form", "scheme", "signature", "", "1", "²", "签名"])


@given(st.lists(st.lists(st.one_of(_CELLS, st.text(), st.floats(), st.booleans()), max_size=11)))
@example([["assessor", "1"], ["form", "a", "b", "c", "d", "e", "f", "", "²", "v"]])
@example([["assessor", "1"], []])
@example([["assessor"], ["signature", "签名"]])
def test_whatever_stands_on_the_stamp_sheet_is_no_crash_and_not_genuine(
    rows: list[list[object]],
) -> None:
    stamp = read_stamp([["assessor", "1"], *rows], KEY)
    assert stamp is not None
    assert not stamp.genuine


# -- paper numbers -------------------------------------------------------------------------------


def test_a_paper_number_is_six_digits_and_the_same_every_time() -> None:
    number = paper_number("ballot-2026-Y-V01", 7, KEY)
    assert number == paper_number("ballot-2026-Y-V01", 7, KEY)
    assert len(number) == 6
    assert number.isdecimal()


def test_paper_numbers_tell_neither_their_order_nor_their_form() -> None:
    numbers = [int(paper_number("ballot", index, KEY)) for index in range(50)]
    assert numbers != sorted(numbers)
    assert numbers != [int(paper_number("ballot", index, FOREIGN)) for index in range(50)]
    assert numbers != [int(paper_number("other", index, KEY)) for index in range(50)]


def test_paper_numbers_are_spread_evenly() -> None:
    firsts = Counter(paper_number("ballot", index, KEY)[0] for index in range(10_000))
    assert set(firsts) == set("0123456789")
    assert all(850 < count < 1150 for count in firsts.values())  # 1,000 ± 5 standard deviations


def test_no_two_papers_of_one_form_have_the_same_number() -> None:
    for form in range(500):
        numbers = [paper_number(f"review-2026-Y-V{form:03d}", index, KEY) for index in range(80)]
        assert len(set(numbers)) == 80, form
