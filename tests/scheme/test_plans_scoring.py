"""Plans of the layouts that score: what each criterion asks for, which totals are live."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from assessor.problems import has_errors
from assessor.scheme.plan import Blank, EntryRule, FormPlan, Kind, PlanTable, Repeat, Role
from assessor.scheme.plans import make_plans
from tests.builders import SMALL, edited, small_scheme
from tests.kinds import KINDS


def plans_of(folder: Path, **changes: str) -> dict[tuple[str, str], FormPlan]:
    scheme, problems = small_scheme(folder, **{**KINDS, **changes})
    assert not has_errors(problems)
    return make_plans(scheme)


def table_of(folder: Path, form: str, unit_class: str = "村", **changes: str) -> PlanTable:
    (table,) = plans_of(folder, **changes)[form, unit_class].tables
    return table


def test_every_kind_of_entry_has_its_rule(tmp_path: Path) -> None:
    rows = table_of(tmp_path, "panel").rows
    words = ("否", "是")
    assert {row.key: row.rules["entry"] for row in rows if row.rules} == {
        "1.1": EntryRule(Kind.POINTS, Decimal(20)),
        "1.2": EntryRule(Kind.DEDUCTION, Decimal(10), blank=Blank.NONE),
        "2.1": EntryRule(Kind.COUNT),
        "2.2": EntryRule(Kind.NUMBER),
        "2.3": EntryRule(Kind.PERCENT, may_not_apply=True),
        "2.4": EntryRule(Kind.CHOICE, may_not_apply=True, choices=("优秀", "良好", "较差")),
        "2.5": EntryRule(Kind.YES_NO, choices=words),
        "2.6": EntryRule(Kind.VETO, choices=words),
        "2.7": EntryRule(Kind.TEXT, blank=Blank.ALLOWED),
    }


def test_only_what_is_points_already_is_added_up_live(tmp_path: Path) -> None:
    rows = {row.key: row for row in table_of(tmp_path, "panel").rows}
    assert rows["1="].computed["entry"].rows == (("1.1", False), ("1.2", True))
    for mixed in ("2=", ""):
        assert not rows[mixed].computed
        assert rows[mixed].cells["entry"] == "汇总时计算"
    assert [rows[key].cells["points"] for key in ("1=", "2=", "")] == [30, 70, 100]


def test_points_that_are_converted_are_not_added_up_live(tmp_path: Path) -> None:
    before, after = "班子|20|earned|||||", "班子|20|count||||each|each=2"
    changed = edited(KINDS["criteria"], before, after)
    rows = {row.key: row for row in table_of(tmp_path, "panel", criteria=changed).rows}
    assert not rows["1="].computed


@pytest.mark.parametrize(
    ("filler", "pure", "title"),
    [
        ("panel", False, "考核组填写"),
        ("self", False, "自评填写"),
        ("panel", True, "考核组得分"),
        ("self", True, "自评得分"),
    ],
)
def test_the_entry_column_is_named_after_what_stands_in_it(
    tmp_path: Path, filler: str, pure: bool, title: str
) -> None:
    tables = SMALL if pure else KINDS
    forms = f"code|title|workbook|layout|rubric|filled_by\nF|表|簿|rubric|duty|{filler}"
    scheme, _ = small_scheme(tmp_path, **{**tables, "forms": forms, "scores": "code|title"})
    (table,) = make_plans(scheme)["F", "村"].tables
    assert [column.title for column in table.entry_columns] == [title]


def test_conditions_are_answered_yes_or_no_beside_their_evidence(tmp_path: Path) -> None:
    table = table_of(tmp_path, "gate")
    titles = [column.title for column in table.columns]
    assert titles == ["编号", "条件", "分值", "是/否", "佐证材料"]
    assert {row.key: row.rules["entry"].kind for row in table.rows} == {
        "G1": Kind.YES_NO,
        "G2": Kind.VETO,
    }


def test_quantities_print_the_target_or_ask_for_it(tmp_path: Path) -> None:
    rows = {row.key: row for row in table_of(tmp_path, "qty").rows}
    titles = [column.title for column in table_of(tmp_path / "2", "qty").columns]
    assert titles == ["编号", "指标", "计量单位", "分值", "目标", "实际", "备注"]
    assert rows["Q1"].cells["target"] == Decimal("1200.5")
    assert rows["Q1"].rules == {"entry": EntryRule(Kind.NUMBER, unit="万元")}
    assert rows["Q2"].rules["target"] == EntryRule(Kind.NUMBER, unit="亩")  # its points need it
    assert rows["Q3"].rules["target"] == EntryRule(Kind.PERCENT, blank=Blank.ALLOWED)
    assert rows["Q3"].cells["content"] == "%"


def test_a_declaration_asks_for_a_text_that_must_be_there(tmp_path: Path) -> None:
    rows = {row.key: row.rules["entry"] for row in table_of(tmp_path, "decl").rows}
    assert rows == {
        "1.1": EntryRule(Kind.TEXT),
        "1.9": EntryRule(Kind.TEXT, may_not_apply=True),
    }


def test_a_form_knows_beside_which_criteria_it_shows_a_declaration(tmp_path: Path) -> None:
    plans = plans_of(tmp_path)
    assert plans["panel", "村"].declared == {"1.1", "1.9"}
    assert "content" in [column.key for column in plans["panel", "村"].columns]
    assert plans["gate", "村"].declared == frozenset()


def test_a_roster_has_a_column_for_each_criterion_and_strikes_out_what_is_not_asked(
    tmp_path: Path,
) -> None:
    table = table_of(tmp_path, "lead", "")
    assert table.repeat is Repeat.ROSTER
    assert [column.title for column in table.entry_columns] == [
        "A1 政治表现(60)",
        "A2 服务群众(30)",
        "A3 机关效能(30)",
        "A4 作风问题(10)",
    ]
    village, office = table.rows
    assert (village.classes, office.classes) == (("村",), ("机关",))
    assert (list(village.rules), village.cells["A3"]) == (["A1", "A2", "A4"], "—")
    assert (list(office.rules), office.cells["A2"]) == (["A1", "A3", "A4"], "—")
    total = village.computed["total"]
    assert (total.columns, total.lost) == (("A1", "A2"), (("A4", Decimal(10)),))


def test_a_roster_of_other_kinds_has_no_live_total(tmp_path: Path) -> None:
    table = table_of(tmp_path, "view", "")
    assert [column.role for column in table.columns].count(Role.COMPUTED) == 0
    (row,) = table.rows
    assert (row.classes, row.computed) == ((), {})


TWO = "等级 | 优秀   | 10\n        等级 | 良好   | 8"
TURNED = "等级 | 良好 | 10\n        等级 | 优秀 | 8"
VERSIONS = [
    # form, table, old, new: whether that makes the issued form old
    ("panel", "options", TWO, TURNED, True),
    ("panel", "options", "| 较差   | 0", "| 很差   | 0", True),
    ("panel", "options", "| 良好   | 8", "| 良好   | 7", False),
    ("lead", "criteria", "|机关效能|", "|机关作风|", False),
    ("view", "criteria", "|总体评价|10|level", "|总体评价|20|level", True),
    ("qty", "criteria", "target=1200.5", "target=1300", False),
    ("qty", "criteria", "|普及率|20|rate|", "|普及率|20|count|", True),
]


@pytest.mark.parametrize(("form", "table", "old", "new", "is_new"), VERSIONS)
def test_what_changes_the_value_of_an_entry_is_another_version(
    tmp_path: Path, form: str, table: str, old: str, new: str, is_new: bool
) -> None:
    unit_class = "" if form in {"lead", "view"} else "村"
    before = plans_of(tmp_path / "1")[form, unit_class].version
    scheme, _ = small_scheme(tmp_path / "2", **{**KINDS, table: edited(KINDS[table], old, new)})
    assert (make_plans(scheme)[form, unit_class].version != before) is is_new
