"""The form plan: its version follows codes, points and kinds; its rules are put into words."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from assessor.i18n import catalog
from assessor.problems import has_errors
from assessor.scheme.plan import Blank, EntryRule, FormPlan, Kind, Repeat, Role
from assessor.scheme.plans import make_plans
from tests.builders import SMALL, edited, small_scheme

CLAIMS = {
    "bonuses": "group|code|title|points|cap\n荣誉|B1|省级表彰|5|\n荣誉|B2|市级表彰|3|6",
    "forms": SMALL["forms"].replace("| filled_by", "| filled_by | bonus").replace(
        "| duty   | panel", "| duty | panel |\nclaims | 加分表 | 加分 | claims | | panel | 荣誉"
    ),
}  # fmt: skip


def _plans(folder: Path, **changes: str) -> dict[tuple[str, str], FormPlan]:
    scheme, problems = small_scheme(folder, **changes)
    assert not has_errors(problems)
    return make_plans(scheme)


# -- version -------------------------------------------------------------------------------------

TEXTS = [
    # the table, a text of it, another one
    ("criteria", "班子健全", "班子健全有力"),
    ("criteria", "| 组织 ", "| 组织建设 "),
    ("forms", "考核组评分表", "考核组用表"),
    ("settings", "小考核", "大考核"),
    ("units", "a@example.org", "new@example.org"),
    ("units", "东村", "东村党支部"),
    ("periods", "2026-12-20", "2026-12-25"),
]


@pytest.mark.parametrize(("table", "old", "new"), TEXTS, ids=[row[1].strip("| ") for row in TEXTS])
def test_a_corrected_text_or_address_does_not_make_forms_old(
    tmp_path: Path, table: str, old: str, new: str
) -> None:
    before = _plans(tmp_path / "1")["panel", "村"]
    after = _plans(tmp_path / "2", **{table: edited(SMALL[table], old, new)})["panel", "村"]
    assert after.version == before.version


LAST = "duty   | 2.3  | 2       | 完成任务 | 10     | earned   |               |\n"
RULES = [
    # what is changed, edits of the criteria
    ("a code", [("| 2.3 ", "| 2.4 ")]),
    ("points", [("班子健全 | 20", "班子健全 | 25"), ("制度落实 | 20", "制度落实 | 15")]),
    ("a kind", [("| deducted", "| earned")]),
    ("a row less", [(LAST, ""), ("服务群众 | 20", "服务群众 | 30")]),
]


@pytest.mark.parametrize("edits", [row[1] for row in RULES], ids=[row[0] for row in RULES])
def test_a_change_of_codes_points_or_kinds_is_another_version(
    tmp_path: Path, edits: list[tuple[str, str]]
) -> None:
    criteria = SMALL["criteria"]
    for old, new in edits:
        criteria = edited(criteria, old, new)
    before = _plans(tmp_path / "1")
    after = _plans(tmp_path / "2", criteria=criteria)
    assert after["panel", "村"].version != before["panel", "村"].version
    assert after["self", "村"].version != before["self", "村"].version


def test_a_change_of_one_form_leaves_the_version_of_the_others(tmp_path: Path) -> None:
    before = _plans(tmp_path / "1", **CLAIMS)
    bonuses = edited(CLAIMS["bonuses"], "|B2|", "|B3|")
    after = _plans(tmp_path / "2", **{**CLAIMS, "bonuses": bonuses})
    assert after["claims", "村"].version != before["claims", "村"].version
    assert after["panel", "村"].version == before["panel", "村"].version


def test_other_points_of_a_bonus_are_another_version_of_its_claims(tmp_path: Path) -> None:
    before = _plans(tmp_path / "1", **CLAIMS)
    bonuses = edited(CLAIMS["bonuses"], "省级表彰|5", "省级表彰|4")
    after = _plans(tmp_path / "2", **{**CLAIMS, "bonuses": bonuses})
    assert after["claims", "村"].version != before["claims", "村"].version


def test_a_version_is_eight_hex_digits_and_the_same_every_time(tmp_path: Path) -> None:
    first = _plans(tmp_path / "1")["panel", "村"].version
    assert re.fullmatch("[0-9a-f]{8}", first)
    assert _plans(tmp_path / "2")["panel", "村"].version == first


# -- plans ---------------------------------------------------------------------------------------


def test_a_plan_asks_for_every_criterion_with_its_own_rule(tmp_path: Path) -> None:
    plan = _plans(tmp_path)["panel", "村"]
    (table,) = plan.tables
    rules = {row.key: row.rules["entry"] for row in table.rows if row.rules}
    twenty, ten = Decimal(20), Decimal(10)
    assert table.repeat is Repeat.ONCE
    assert rules == {
        "1.1": EntryRule(Kind.POINTS, twenty),
        "1.2": EntryRule(Kind.POINTS, twenty, Decimal("0.5")),
        "1.10": EntryRule(Kind.POINTS, twenty, may_not_apply=True),
        "2.1": EntryRule(Kind.POINTS, twenty),
        "2.2": EntryRule(Kind.DEDUCTION, ten, blank=Blank.NONE),
        "2.3": EntryRule(Kind.POINTS, ten),
    }
    assert [row.kind for row in table.rows] == (
        ["section", "item", "item", "item", "subtotal"] * 2 + ["total"]
    )
    assert [column.key for column in table.entry_columns] == ["entry"]


def test_subtotals_and_total_add_points_less_deductions(tmp_path: Path) -> None:
    (table,) = _plans(tmp_path)["panel", "村"].tables
    sums = {row.key: row for row in table.rows if row.computed}
    first = (("1.1", False), ("1.2", False), ("1.10", False))
    second = (("2.1", False), ("2.2", True), ("2.3", False))
    assert sums["1="].computed["entry"].rows == first
    assert sums["2="].computed["entry"].rows == second
    assert sums[""].computed["entry"].rows == first + second
    assert [sums[key].cells["points"] for key in ("1=", "2=", "")] == [60, 40, 100]


def test_a_code_stands_in_the_first_column_of_every_form(tmp_path: Path) -> None:
    for plan in _plans(tmp_path, **CLAIMS).values():
        for table in plan.tables:
            assert (table.columns[0].key, table.columns[0].role) == ("code", Role.CODE)


def test_a_criterion_of_another_round_is_shown_and_not_asked_for(tmp_path: Path) -> None:
    criteria = """
        rubric | code | title | points | entry  | rounds
        duty   | 1    | 班子  | 60     | earned | 2026
        duty   | 2    | 换届  | 40     | earned | 2025;2027
        """
    (table,) = _plans(tmp_path, criteria=criteria)["panel", "村"].tables
    rows = {row.key: row for row in table.rows}
    assert rows["1"].rules
    assert not rows["2"].rules
    assert rows["2"].cells["title"] == "换届"


def test_every_class_has_a_plan_with_its_own_criteria(tmp_path: Path) -> None:
    plans = _plans(
        tmp_path,
        units="code|name|class\nV01|东村|村\nO01|财政所|机关",
        criteria="""
            rubric | code | title    | points | entry  | classes
            duty   | 1    | 班子     | 60     | earned |
            duty   | 2    | 服务群众 | 40     | earned | 村
            duty   | 3    | 服务基层 | 40     | earned | 机关
            """,
    )
    asked = {
        unit_class: [row.key for _, row in plans["panel", unit_class].rows() if row.rules]
        for unit_class in ("村", "机关")
    }
    assert asked == {"村": ["1", "2"], "机关": ["1", "3"]}
    assert plans["panel", "村"].version != plans["panel", "机关"].version


def test_the_forms_of_a_rehearsal_are_marked(tmp_path: Path) -> None:
    settings = SMALL["settings"] + "rehearsal | yes"
    assert "演练" in _plans(tmp_path, settings=settings)["panel", "村"].title


# -- words ---------------------------------------------------------------------------------------

HAN = re.compile("[\u4e00-\u9fff]")
PHRASES = [
    # the rule, what its phrase must show, what it must not
    (EntryRule(Kind.POINTS, Decimal(20)), ["0", "20"], ["/"]),
    (EntryRule(Kind.POINTS, Decimal("7.5"), Decimal("0.5")), ["7.5", "0.5"], ["/"]),
    (EntryRule(Kind.POINTS, Decimal(20), may_not_apply=True), ["20", "/"], ["None"]),
    (EntryRule(Kind.DEDUCTION, Decimal(10), blank=Blank.NONE), ["0", "10"], ["/"]),
    (EntryRule(Kind.COUNT), ["0"], ["None", "{"]),
    (EntryRule(Kind.TICK), ["√"], ["None", "{"]),
    (EntryRule(Kind.TEXT), [], ["None", "{"]),
]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("rule", "shown", "hidden"), PHRASES, ids=[
    f"{number}-{row[0].kind}" for number, row in enumerate(PHRASES)
])  # fmt: skip
def test_a_rule_is_put_into_words_with_its_numbers(
    language: str, rule: EntryRule, shown: list[str], hidden: list[str]
) -> None:
    phrase = rule.phrase(catalog(language))
    assert phrase
    assert [part for part in shown if part not in phrase] == []
    assert [part for part in hidden if part in phrase] == []


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.TICK])
def test_a_rule_is_worded_in_the_language_asked_for(kind: Kind) -> None:
    rule = EntryRule(kind, Decimal(20), Decimal("0.5"), may_not_apply=True)
    assert HAN.search(rule.phrase(catalog("zh")))
    assert not HAN.search(rule.phrase(catalog("en")))
