"""So many returns as a period asks for are enough; fewer are not, and nobody is counted as zero."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from assessor.i18n import catalog
from assessor.outputs.form import write_packet
from assessor.scheme.load import load_scheme
from assessor.workflow import Round as Read
from assessor.workflow import outstanding, read_round, result_files
from tests.builders import SMALL, codes, edited, small_workspace, write_tables
from tests.filling import Round

TABLES = {
    "settings": edited(SMALL["settings"], "tie_breakers | panel", "annex | 附件"),
    "periods": "code | title | due | least\nY | 年终 | 2026-12-20 | {least}",
    "units": "code | name | class\nV01 | 东村 | 村\nV02 | 西河村 | 村\nV03 | 南山村 | 村",
    "raters": """
        code | name | group | covers
        P1   | 张三 | panel |
        P2   | 李四 | panel |
        P3   | 王五 | panel | V01;V02
        """,
    "criteria": "rubric | code | title | points | entry\nduty | 1 | 班子 | 100 | earned",
    "forms": """
        code  | title  | workbook | layout   | rubric | filled_by | covers
        panel | 评分表 | 评分     | {layout} | duty   | panel     | {covers}
        """,
    "scores": """
        code  | title | parent | rule   | points | source | parameters
        total | 评分  |        | rubric | 100    | panel  | {parameters}
        """,
    "awards": "code | title | for | class | slots | by | least_grade",
}

Marks = dict[tuple[str, str], int]
"""What came back: by rater and unit."""

MARKS: Marks = {
    ("P1", "V01"): 90,
    ("P2", "V01"): 80,
    ("P1", "V02"): 70,
    ("P2", "V02"): 75,
    ("P3", "V02"): 80,
    ("P1", "V03"): 60,
}
"""Of V01 two of three came, of V02 all three, of V03 one of two."""


def collected(
    folder: Path,
    marks: Marks = MARKS,
    least: str = "2",
    layout: str = "rubric",
    as_of: dt.date | None = None,
    parameters: str = "",
) -> tuple[Round, Read]:
    covers = "all" if layout == "roster" else "one"
    facts = {"least": least, "layout": layout, "covers": covers, "parameters": parameters}
    tables = {name: table.format(**facts) for name, table in TABLES.items()}
    round_ = Round(small_workspace(folder, **tables))
    for packet in round_.packets:
        (copy,) = packet.copies
        mine = {
            unit.code: Decimal(marks[copy.key.rater, unit.code])
            for unit in copy.roster
            if (copy.key.rater, unit.code) in marks
        }
        if not mine:
            continue
        cells: dict[tuple[str, str, str], object] = {("foot", "checked", "value"): "√"}
        for unit, mark in mine.items():
            where = ("roster", unit, "1") if layout == "roster" else ("items", "1", "entry")
            cells[where] = mark
        name = f"{copy.key.rater}-{copy.key.unit}.xlsx"
        round_.put(name, write_packet(round_.scheme, packet, round_.key, {copy.key: cells}))
    return round_, read_round(round_.workspace, round_.workspace.returns, as_of)


def totals(result: Read) -> list[tuple[str, Fraction | None]]:
    column = result.standing.scores.columns["total"]
    return [
        (status.word, Fraction(ticks) / 10**column.digits if status.has_value else None)
        for ticks, status in zip(column.ticks, column.status, strict=True)
    ]


def missing(result: Read) -> list[tuple[str, str, str]]:
    return sorted(
        (problem.code, problem.unit, problem.rater)
        for problem in result.problems
        if problem.code.endswith("_missing")
    )


@pytest.mark.parametrize(
    ("least", "expected", "lacking"),
    [
        # V01: P1 90, P2 80, P3 nothing. V02: 70, 75, 80. V03: P1 60, P2 nothing, and P3 has it not.
        ("", ["missing", 75, "missing"], ["V01/P3", "V03/P2"]),
        ("3", ["missing", 75, "missing"], ["V01/P3", "V03/P2"]),
        ("2", [85, 75, "missing"], ["V03/P2"]),
        ("1", [85, 75, 60], []),
        ("0", [85, 75, 60], []),
    ],
)
def test_so_many_returns_are_enough_and_fewer_are_missing(
    tmp_path: Path, least: str, expected: list[int | str], lacking: list[str]
) -> None:
    _, result = collected(tmp_path, least=least)
    assert totals(result) == [
        (one, None) if isinstance(one, str) else ("scored", Fraction(one)) for one in expected
    ]
    assert [f"{unit}/{rater}" for _, unit, rater in missing(result)] == lacking


def test_a_unit_of_which_nothing_came_is_missing_whatever_is_asked_for(tmp_path: Path) -> None:
    marks = {where: mark for where, mark in MARKS.items() if where[1] != "V01"}
    _, result = collected(tmp_path, marks, least="1")
    assert totals(result)[0] == ("missing", None)
    assert [(unit, rater) for _, unit, rater in missing(result)] == [
        ("V01", "P1"),
        ("V01", "P2"),
        ("V01", "P3"),
    ]


def test_a_roster_is_waited_for_as_long_as_one_of_its_units_needs_it(tmp_path: Path) -> None:
    # P3 has V01 and V02, which P1 and P2 have scored both: his sheet is not needed any more.
    whole = {(r, u): 80 for r in ("P1", "P2") for u in ("V01", "V02", "V03")}
    _, result = collected(tmp_path / "a", whole, layout="roster")
    assert totals(result) == [("scored", Fraction(80))] * 3
    assert missing(result) == []
    # Without that of P2 there are two of V01 and V02, but only one of V03, which P3 does not have.
    part = {(r, u): 80 for r in ("P1", "P3") for u in ("V01", "V02", "V03")}
    _, result = collected(tmp_path / "b", part, layout="roster")
    assert totals(result) == [("scored", Fraction(80)), ("scored", Fraction(80)), ("missing", None)]
    assert missing(result) == [("roster_missing", "", "P2")]


def test_before_the_due_day_is_over_the_others_may_still_come(tmp_path: Path) -> None:
    for day in (20, 21):
        _, result = collected(tmp_path / str(day), least="1", as_of=dt.date(2026, 12, day))
        assert [word for word, _ in totals(result)] == ["scored"] * 3
        states = {row.state for row in outstanding(result)}
        assert states == ({"not_due"} if day == 20 else {"not_held"})


def test_who_is_not_waited_for_is_not_listed_as_missing(tmp_path: Path) -> None:
    _, result = collected(tmp_path, least="1")
    text = result_files(result)["problems.csv"].decode("utf-8-sig")
    assert "没有收到" not in text


def test_the_highest_and_lowest_go_of_those_who_are_in(tmp_path: Path) -> None:
    marks = {("P1", "V02"): 70, ("P2", "V02"): 75, ("P1", "V01"): 60, ("P2", "V01"): 70}
    marks |= {("P3", "V02"): 80, ("P1", "V03"): 50, ("P2", "V03"): 60}
    _, result = collected(tmp_path, marks, parameters="trim_high=1;trim_low=1;trim_from=3")
    # V02: 70 and 80 go, 75 stays; V01 has two of three, too few to trim: (60 + 70) ÷ 2.
    assert totals(result) == [
        ("scored", Fraction(65)),
        ("scored", Fraction(75)),
        ("scored", Fraction(55)),
    ]


# -- panels --------------------------------------------------------------------------------------


def test_a_panel_is_who_has_the_units_not_whose_form_happened_to_come(tmp_path: Path) -> None:
    # One panel of P1 and P2 for all three: each unit has two returns of three, by others each.
    tables = {name: table.format(least="2", layout="rubric", covers="one", parameters="")
              for name, table in TABLES.items()}  # fmt: skip
    tables["raters"] = (
        "code | name | group\nP1 | 张三 | panel\nP2 | 李四 | panel\nP3 | 王五 | panel"
    )
    tables["scores"] = """
        code  | title | parent | rule      | points | source | parameters
        total | 校正  |        | corrected | 100    |        | panels=panel
        base  | 评分  | total  | rubric    | 100    | panel  |
        """
    round_ = Round(small_workspace(tmp_path, **tables))
    marks = {
        ("P1", "V01"): 60, ("P2", "V01"): 60,
        ("P2", "V02"): 75, ("P3", "V02"): 75,
        ("P1", "V03"): 90, ("P3", "V03"): 90,
    }  # fmt: skip
    for packet in round_.packets:
        (copy,) = packet.copies
        if (copy.key.rater, copy.key.unit) in marks:
            mark = Decimal(marks[copy.key.rater, copy.key.unit])
            cells: dict[tuple[str, str, str], object] = {
                ("items", "1", "entry"): mark,
                ("foot", "checked", "value"): "√",
            }
            content = write_packet(round_.scheme, packet, round_.key, {copy.key: cells})
            round_.put(f"{copy.key.rater}-{copy.key.unit}.xlsx", content)
    result = read_round(round_.workspace, round_.workspace.returns)
    # The panel's mean is the mean of all, 75: its factor is 1. Three panels of one unit each would
    # have made 75 of every score.
    assert totals(result) == [
        ("scored", Fraction(60)),
        ("scored", Fraction(75)),
        ("scored", Fraction(90)),
    ]


# -- the check -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("least", "found"), [("2", []), ("3", ["period_least_idle"]), ("0", [])])
def test_a_least_number_that_lets_nobody_off_is_pointed_out(
    tmp_path: Path, least: str, found: list[str]
) -> None:
    facts = {"least": least, "layout": "rubric", "covers": "one", "parameters": ""}
    tables = {**SMALL, **{name: table.format(**facts) for name, table in TABLES.items()}}
    _, problems = load_scheme(write_tables(tmp_path / "scheme", tables))
    assert codes(problems) == found
    if problems:
        assert str(problems[0].place.cell) == "D2"
        assert catalog("zh").message(problems[0]) == (
            "期次“年终”应交份数写了 3，但这个期次一个单位每张表最多只有 3 个人评，写了也不起作用："
            "每一份都要交。"
        )
