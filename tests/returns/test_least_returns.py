"""So many returns as a period asks for are enough; fewer are not, and nobody is counted as zero."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from assessor.explaining.story import tell
from assessor.i18n import catalog
from assessor.outputs.form import write_packet
from assessor.result_set import result_files
from assessor.rounds import Round as Read
from assessor.rounds import read_round
from assessor.scheme.load import load_scheme
from assessor.workflow import outstanding
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


# -- what counts as returned ---------------------------------------------------------------------


def test_two_forms_that_differ_are_a_return_and_its_unit_waits_for_the_decision(
    tmp_path: Path,
) -> None:
    marks = {("P1", "V03"): 60}
    round_, _ = collected(tmp_path, marks, least="1")
    packet = next(
        p for p in round_.packets if (p.copies[0].key.unit, p.copies[0].key.rater) == ("V03", "P1")
    )
    (copy,) = packet.copies
    cells: dict[tuple[str, str, str], object] = {
        ("items", "1", "entry"): Decimal(61),
        ("foot", "checked", "value"): "√",
    }
    round_.put("again.xlsx", write_packet(round_.scheme, packet, round_.key, {copy.key: cells}))
    result = read_round(round_.workspace, round_.workspace.returns)
    assert totals(result)[2] == ("awaiting", None)
    assert "V03" not in {unit for _, unit, _ in missing(result)}


TELLERS = {
    "criteria": "rubric | code | title | points | entry\naspects | T1 | 作风 | | ballot",
    "options": "set | option | value\n四档 | 优 | 100\n四档 | 差 | 40",
    "scores": """
        code  | title | parent | rule   | points | source | parameters
        total | 测评  |        | ballot | 100    | panel  | denominator=valid
        """,
}


def counted(folder: Path, form: str, come: dict[str, tuple[int, int]]) -> tuple[Round, Read]:
    """Collect counts of votes for V01 to V03: by rater (and teller) how many said 优 and 差."""
    tables = {name: table.format(least="1", layout="", covers="", parameters="")
              for name, table in TABLES.items()}  # fmt: skip
    forms = "code|title|workbook|layout|rubric|options|filled_by|covers|copies\n" + form
    raters = "code | name | group\nP1 | 甲会场 | panel\nP2 | 乙会场 | panel"
    tables |= {**TELLERS, "forms": forms, "raters": raters}
    round_ = Round(small_workspace(folder, **tables))
    for packet in round_.packets:
        filled = {}
        for copy in packet.copies:
            votes = come.get(copy.key.rater + copy.key.teller)
            if votes is None:
                continue
            good, bad = votes
            cells: dict[tuple[str, str, str], object] = {("foot", "checked", "value"): "√"}
            for unit in copy.roster:
                if copy.plan.layout == "tally":
                    for column in ("expected", "present", "issued", "returned", "valid"):
                        cells["turnout", unit.code, column] = good + bad
                    cells["counts", f"{unit.code}/T1", "优"] = good
                    cells["counts", f"{unit.code}/T1", "差"] = bad
                else:
                    for number in range(1, good + bad + 1):
                        word = "优" if number <= good else "差"
                        cells["votes", f"P{number:03d}", f"{unit.code}/T1"] = word
            filled[copy.key] = cells
        if filled:
            kept = replace(packet, copies=tuple(c for c in packet.copies if c.key in filled))
            name = f"{packet.rater.code if packet.rater else ''}.xlsx"
            round_.put(name, write_packet(round_.scheme, kept, round_.key, filled))
    return round_, read_round(round_.workspace, round_.workspace.returns)


TALLY = "panel|计票表|计票|tally|aspects|四档|panel|all|2"
HEAP = "panel|票面录入|票|votes|aspects|四档|panel|all|10"


@pytest.mark.parametrize(
    ("come", "expected", "lacking"),
    [
        # Both tellers of one meeting: (3 × 100 + 1 × 40) ÷ 4 = 85; the other meeting is let off.
        ({"P11": (3, 1), "P12": (3, 1)}, ("scored", Fraction(85)), []),
        # One teller of two is no count: he is waited for though the other meeting is enough.
        (
            {"P11": (3, 1), "P12": (3, 1), "P21": (2, 2)},
            ("awaiting", None),
            [("tally_missing", "", "P2")],
        ),
        (
            {"P11": (3, 1)},
            ("awaiting", None),
            [("tally_missing", "", "P1"), *[("tally_missing", "", "P2")] * 2],
        ),
    ],
)
def test_two_tellers_return_one_count_together(
    tmp_path: Path,
    come: dict[str, tuple[int, int]],
    expected: tuple[str, Fraction | None],
    lacking: list[tuple[str, str, str]],
) -> None:
    _, result = counted(tmp_path, TALLY, come)
    assert totals(result) == [expected] * 3
    assert missing(result) == lacking


def test_a_heap_of_papers_that_is_not_waited_for_does_not_hold_up_the_others(
    tmp_path: Path,
) -> None:
    # 6 of 优 and 2 of 差: (600 + 80) ÷ 8 = 85.
    _, result = counted(tmp_path, HEAP, {"P1": (6, 2)})
    assert totals(result) == [("scored", Fraction(85))] * 3
    assert missing(result) == []


# -- what is said --------------------------------------------------------------------------------


def test_explain_says_whose_form_is_not_waited_for(tmp_path: Path) -> None:
    _, result = collected(tmp_path, least="2")
    (node,) = tell(result, "V01", "total", catalog("zh")).nodes
    assert (
        "王五的《评分表》（年终）没有交；这一期每个单位应交 2 份，已经交够，不等这一份，也不计入。"
        in node.remarks
    )


def test_a_missing_form_is_told_with_its_period_and_a_roster_by_its_name(tmp_path: Path) -> None:
    tables = {name: table.format(least="", layout="roster", covers="all", parameters="")
              for name, table in TABLES.items()}  # fmt: skip
    tables["periods"] = "code | title | due\nH | 年中 | 2026-06-30\nY | 年终 | 2026-12-20"
    tables["forms"] = """
        code  | title    | workbook | layout | rubric | filled_by | covers | periods
        panel | 名册     | 评分     | roster | duty   | panel     | all    | Y
        self  | 自评表   | 自评     | rubric | duty   | self      |        |
        """
    tables["scores"] = tables["scores"].replace("| panel ", "| panel@Y ")
    round_ = Round(small_workspace(tmp_path, **tables))
    problems = read_round(round_.workspace, round_.workspace.returns).problems
    of = {(p.code, p.unit, p.rater, str(p.facts["due"])): p for p in problems if "due" in p.facts}
    own = of["return_missing", "V01", "", "2026-06-30"]
    roster = of["roster_missing", "", "P3", "2026-12-20"]
    zh, en = catalog("zh"), catalog("en")
    assert zh.message(own) == (
        "没有收到东村的《自评表》（年中，工作簿“自评”，由东村填写，截止 2026-06-30）。"
    )
    assert "对象写 self@H；" in zh.cure(own)
    assert "object: self@H)" in en.cure(own)
    assert zh.message(roster) == (
        "没有收到王五的《名册》（年终，工作簿“评分”，一张表评 2 个单位，截止 2026-12-20）。"
    )
    assert en.message(roster) == (
        "The form “名册” of 王五 has not come back (年终, workbook “评分”, 2 units on one sheet, "
        "due 2026-12-20)."
    )
