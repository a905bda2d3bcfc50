"""Who gets which form: copies, their numbers, rosters, tellers, and the rows on a sheet."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.problems import has_errors
from assessor.scheme.copies import (
    Copy,
    CopyKey,
    Packet,
    bound_rows,
    due_copies,
    make_packets,
    roster_code,
    split_roster_code,
    units_of,
)
from assessor.scheme.model import Scheme
from assessor.scheme.plan import FormPlan, PlanRow, PlanTable, Repeat
from assessor.scheme.plans import make_plans
from tests.builders import small_scheme

TOWN = {
    "periods": "code|title\nH1|年中\nY|年终",
    "units": """
        code | name   | class  | ranked
        J01  | 党工委 | 党工委 | no
        V01  | 东村   | 村     | yes
        V02  | 西河村 | 村     | yes
        V03  | 南村   | 村     | no
        O01  | 财政所 | 机关   | yes
        """,
    "raters": """
        code | name   | group   | covers
        P1   | 一组   | panel   | 村
        P2   | 二组   | panel   | V02;O01
        T1   | 计票组 | tellers |
        T2   | 村计票 | tellers | 村
        """,
    "criteria": """
        rubric  | code | title | points | entry
        duty    | 1    | 班子  | 60     | earned
        duty    | 2    | 服务  | 40     | earned
        aspects | T1   | 作风  |        | ballot
        aspects | T2   | 实绩  |        | ballot
        review  | R1   | 述职  | 100    | earned
        """,
    "options": "set|option|value\n四档|优|100\n四档|差|40",
    "bonuses": "group|code|title|points\n荣誉|B1|表彰|2",
    "forms": """
        code  |title |workbook|layout      |rubric |options|bonus|filled_by|covers|periods|copies
        self  |自评  |自评    |rubric      |duty   |       |     |self     |      |Y      |
        panel |评分  |评分    |rubric      |duty   |       |     |panel    |      |H1;Y   |
        claims|加分  |评分    |claims      |       |       |荣誉 |panel    |      |Y      |
        tally |计票  |计票    |tally       |aspects|四档   |     |tellers  |all   |Y      |2
        review|评议  |评议    |review      |review |       |     |tellers  |      |Y      |3
        paper |测评票|测评票  |ballot_paper|aspects|四档   |     |tellers  |      |Y      |40
        """,
    "scores": """
        code  | title | parent | rule   | points | source
        total | 总分  |        | mean   | 100    |
        panel | 评分  | total  | rubric | 100    | panel@Y
        """,
    "settings": """
        key|value
        code|town
        title|考核
        round|2026
        issuer|某镇
        digits|2
        rounding|each
        """,
    "awards": "code|title|for|slots|by",
}
"""Units that are ranked and not, raters that overlap, one form of every kind of filling."""


def _town(folder: Path) -> tuple[Scheme, list[Packet]]:
    scheme, problems = small_scheme(folder, **TOWN)
    assert not has_errors(problems)
    return scheme, make_packets(scheme, make_plans(scheme))


def _keys(packets: list[Packet], form: str) -> list[tuple[str, str, str, str]]:
    return [
        (copy.key.period, copy.key.unit, copy.key.rater, copy.key.teller)
        for packet in packets
        for copy in packet.copies
        if copy.key.form == form
    ]


def test_every_ranked_unit_gets_its_own_form(tmp_path: Path) -> None:
    _, packets = _town(tmp_path)
    assert _keys(packets, "self") == [
        ("Y", "V01", "", ""),
        ("Y", "V02", "", ""),
        ("Y", "O01", "", ""),
    ]


def test_every_rater_gets_a_form_for_each_unit_that_he_covers_in_each_period(
    tmp_path: Path,
) -> None:
    _, packets = _town(tmp_path)
    assert _keys(packets, "panel") == [
        ("H1", "V01", "P1", ""),
        ("H1", "V02", "P1", ""),
        ("H1", "V02", "P2", ""),
        ("H1", "O01", "P2", ""),
        ("Y", "V01", "P1", ""),
        ("Y", "V02", "P1", ""),
        ("Y", "V02", "P2", ""),
        ("Y", "O01", "P2", ""),
    ]


def test_two_tellers_count_each_roster_independently(tmp_path: Path) -> None:
    _, packets = _town(tmp_path)
    assert _keys(packets, "tally") == [
        ("Y", "", "T1", "1"),
        ("Y", "", "T1", "2"),
        ("Y", "", "T2", "1"),
        ("Y", "", "T2", "2"),
    ]


def test_a_roster_holds_the_ranked_units_that_its_rater_covers(tmp_path: Path) -> None:
    _, packets = _town(tmp_path)
    rosters = {
        copy.key.rater: [unit.code for unit in copy.roster]
        for packet in packets
        for copy in packet.copies
        if copy.key.form == "tally"
    }
    assert rosters == {"T1": ["V01", "V02", "O01"], "T2": ["V01", "V02"]}


def test_papers_are_printed_once_for_each_unit_whoever_counts_them(tmp_path: Path) -> None:
    _, packets = _town(tmp_path)
    assert _keys(packets, "paper") == [
        ("Y", "V01", "T1", ""),
        ("Y", "V02", "T1", ""),
        ("Y", "O01", "T1", ""),
    ]


def test_printed_papers_are_not_due_and_all_else_is(tmp_path: Path) -> None:
    _, packets = _town(tmp_path)
    due = [copy.key.form for _, copy in due_copies(packets)]
    counts = {form: due.count(form) for form in dict.fromkeys(due)}
    # 3 units; 4 raters' units in 2 periods and in 1; 2 rosters by 2 tellers; 3 + 2 units reviewed
    assert counts == {"self": 3, "panel": 8, "claims": 4, "tally": 4, "review": 5}


def test_forms_of_one_workbook_filler_unit_and_period_stand_in_one_file(tmp_path: Path) -> None:
    _, packets = _town(tmp_path)
    files = {
        (packet.period.code, packet.unit.code, packet.rater.code): [
            copy.key.form for copy in packet.copies
        ]
        for packet in packets
        if packet.workbook == "评分" and packet.unit and packet.rater
    }
    assert files == {
        ("H1", "V01", "P1"): ["panel"],
        ("H1", "V02", "P1"): ["panel"],
        ("H1", "V02", "P2"): ["panel"],
        ("H1", "O01", "P2"): ["panel"],
        ("Y", "V01", "P1"): ["panel", "claims"],
        ("Y", "V02", "P1"): ["panel", "claims"],
        ("Y", "V02", "P2"): ["panel", "claims"],
        ("Y", "O01", "P2"): ["panel", "claims"],
    }


def test_both_tellers_of_a_roster_stand_in_one_file(tmp_path: Path) -> None:
    _, packets = _town(tmp_path)
    tallies = [packet for packet in packets if packet.workbook == "计票"]
    assert [(p.unit, p.rater and p.rater.code, len(p.copies)) for p in tallies] == [
        (None, "T1", 2),
        (None, "T2", 2),
    ]


def test_a_form_that_names_a_class_is_also_for_those_who_are_not_ranked(tmp_path: Path) -> None:
    forms = """
        code  | title | workbook | layout | rubric | filled_by | classes | periods
        panel | 评分  | 评分     | rubric | duty   | panel     |         | Y
        self  | 自评  | 自评     | rubric | duty   | self      | 村      | Y
        """
    scheme, _ = small_scheme(tmp_path, **{**TOWN, "forms": forms})
    found = {form.code: [unit.code for unit in units_of(scheme, form)] for form in scheme.forms}
    assert found == {"panel": ["V01", "V02", "O01"], "self": ["V01", "V02", "V03"]}


# -- numbers -------------------------------------------------------------------------------------


def test_no_two_copies_have_the_same_number_or_key(tmp_path: Path) -> None:
    _, packets = _town(tmp_path)
    copies = [copy for packet in packets for copy in packet.copies]
    assert len(copies) == 3 + 8 + 4 + 4 + 5 + 3
    assert len({copy.number for copy in copies}) == len(copies)
    assert len({copy.key for copy in copies}) == len(copies)


PLAN = FormPlan("panel", "村", "rubric", "评分表", (), (), "单位", "", 2)


@pytest.mark.parametrize(
    ("key", "serial", "start"),
    [
        (CopyKey("panel", "Y", "V01", "P1"), 1, "panel-2026-Y-V01-P1-1-"),
        (CopyKey("self", "Y", "V01", ""), 2, "self-2026-Y-V01-2-"),
        (CopyKey("tally", "Y", "", "T1", "2"), 1, "tally-2026-Y-T1-2-1-"),
        (CopyKey("self", "", "V01", ""), 1, "self-2026-V01-1-"),
    ],
)
def test_a_number_names_form_round_period_unit_rater_serial_and_version(
    key: CopyKey, serial: int, start: str
) -> None:
    assert Copy(key, serial, PLAN, (), "2026").number == start + PLAN.version


def test_numbers_stay_different_where_codes_have_strokes() -> None:
    one = Copy(CopyKey("panel", "Y", "V", "1-P"), 1, PLAN, (), "2026")
    other = Copy(CopyKey("panel", "Y", "V-1", "P"), 1, PLAN, (), "2026")
    assert one.number != other.number


def test_a_correction_has_another_number_and_the_same_key() -> None:
    key = CopyKey("panel", "Y", "V01", "P1")
    first, second = (Copy(key, serial, PLAN, (), "2026") for serial in (1, 2))
    assert first.number != second.number
    assert first.key == second.key


# -- rows ----------------------------------------------------------------------------------------


def _copy(packets: list[Packet], form: str, rater: str = "") -> Copy:
    return next(
        copy
        for packet in packets
        for copy in packet.copies
        if copy.key.form == form and rater in ("", copy.key.rater)
    )


def test_rows_of_a_roster_stand_unit_by_unit(tmp_path: Path) -> None:
    _, packets = _town(tmp_path)
    copy = _copy(packets, "tally", "T2")
    turnout, counts = copy.plan.tables
    assert [row.code for row in bound_rows(turnout, copy)] == ["V01", "V02"]
    assert [(row.code, row.unit and row.unit.code) for row in bound_rows(counts, copy)] == [
        ("V01/T1", "V01"),
        ("V01/T2", "V01"),
        ("V02/T1", "V02"),
        ("V02/T2", "V02"),
    ]


def test_rows_of_papers_are_numbered_up_to_the_copies(tmp_path: Path) -> None:
    _, packets = _town(tmp_path)
    copy = _copy(packets, "review")
    (table,) = copy.plan.tables
    assert [row.code for row in bound_rows(table, copy)] == ["P001", "P002", "P003"]


def test_rows_of_a_single_unit_have_the_codes_of_the_criteria(tmp_path: Path) -> None:
    _, packets = _town(tmp_path)
    copy = _copy(packets, "self")
    (table,) = copy.plan.tables
    assert [row.code for row in bound_rows(table, copy) if row.row.rules] == ["1", "2"]


_CODE = st.text("ABV019.-_/村", min_size=1, max_size=6)


@given(_CODE, _CODE.filter(lambda code: "/" not in code))
def test_a_roster_code_is_taken_apart_into_what_it_was_made_of(unit: str, row: str) -> None:
    table = PlanTable("counts", "", (), (PlanRow(row, "item"),), Repeat.ROSTER)
    assert split_roster_code(roster_code(unit, row), table) == (unit, row)


@given(_CODE)
def test_a_roster_code_of_one_row_for_each_unit_is_the_units_own(unit: str) -> None:
    table = PlanTable("turnout", "", (), (PlanRow("", "item"),), Repeat.ROSTER)
    assert split_roster_code(roster_code(unit, ""), table) == (unit, "")
