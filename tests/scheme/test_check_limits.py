"""Faults of limits, each found at its cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.i18n import catalog
from assessor.problems import Severity
from tests.builders import SMALL
from tests.scheme.faults import facts, placed, problems_of, sentences

LIMITS = "title | for | node | operator | value | effect | grade\n"


@pytest.mark.parametrize(
    "row",
    [
        "过低 | unit | panel | < | 60 | cap | 合格",
        "过低 | unit | panel | <= | 0 | set | 不合格",
        "很高 | unit | total | >= | 100 | flag |",
    ],
)
def test_a_limit_that_can_apply_is_no_fault(tmp_path: Path, row: str) -> None:
    assert problems_of(tmp_path, limits=LIMITS + row) == []


NEVER = [
    # the limit that can never apply; its cell, the reason
    ("过低 | unit | panel | < | 0 | cap | 合格", "E2", "limit.out_of_reach"),
    ("过低 | unit | panel | < | -5 | cap | 合格", "E2", "limit.out_of_reach"),
    ("过低 | unit | panel | <= | -1 | flag |", "E2", "limit.out_of_reach"),
    ("过高 | unit | total | > | 100 | flag |", "E2", "limit.out_of_reach"),
    ("过高 | unit | total | >= | 101 | set | 优秀", "E2", "limit.out_of_reach"),
    ("封顶 | unit | panel | < | 60 | cap | 优秀", "G2", "limit.best_grade"),
    ("书记 | person | panel | < | 60 | flag |", "C2", "limit.wrong_kind"),
]


@pytest.mark.parametrize(("row", "cell", "reason"), NEVER, ids=[row[0] for row in NEVER])
def test_a_limit_that_can_never_apply_says_why(
    tmp_path: Path, row: str, cell: str, reason: str
) -> None:
    problems = problems_of(tmp_path, limits=LIMITS + row)
    assert placed(problems) == [("limit_never", f"limits!{cell}")]
    assert problems[0].severity is Severity.ERROR
    assert facts(problems[0])["reason"] == reason
    assert catalog("zh").text(reason)


@pytest.mark.parametrize(
    ("row", "code", "cell", "guess"),
    [
        ("过低 | unit | panle | < | 60 | cap | 合格", "name_unknown", "C2", "panel"),
        ("过低 | unit | panel | < | 60 | cap | 不合各", "name_unknown", "G2", "不合格"),
        ("过低 | unit | panel | < | 60 | cap |", "limit_without_grade", "G2", None),
        ("过低 | unit | panel | 小千 | 60 | cap | 合格", "table_not_a_choice", "D2", "—"),
        ("过低 | unit | panel | 不低 | 60 | cap | 合格", "table_not_a_choice", "D2", "不低于"),
    ],
)
def test_a_limit_names_what_exists(
    tmp_path: Path, row: str, code: str, cell: str, guess: str | None
) -> None:
    problems = problems_of(tmp_path, limits=LIMITS + row)
    assert placed(problems) == [(code, f"limits!{cell}")]
    assert facts(problems[0]).get("guess") == guess


# -- the effects that name no grade, the parts of a node -----------------------------------------


@pytest.mark.parametrize("effect", ["zero", "last", "unranked", "no_award"])
def test_an_effect_that_has_nothing_to_do_with_grades_names_none(
    tmp_path: Path, effect: str
) -> None:
    row = f"否决 | unit | panel | < | 60 | {effect} |"
    assert problems_of(tmp_path, limits=LIMITS + row) == []
    problems = problems_of(tmp_path, limits=LIMITS + row + "合格")
    assert placed(problems) == [("limit_with_grade", "limits!G2")]


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        ("线 | unit | panel | = | 60 | flag |", ""),
        ("线 | unit | panel | = | 60.25 | flag |", ""),
        ("线 | unit | panel | = | 60.255 | flag |", "E2"),  # two digits are shown
        ("线 | unit | panel | = | 101 | flag |", "E2"),
        ("线 | unit | panel | = | -1 | flag |", "E2"),
    ],
)
def test_what_is_asked_to_be_equal_must_be_a_value_that_is_shown(
    tmp_path: Path, row: str, cell: str
) -> None:
    expected = [("limit_never", f"limits!{cell}")] if cell else []
    assert placed(problems_of(tmp_path, limits=LIMITS + row)) == expected


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        ("各项 | unit | total.* | < | 60 | cap | 合格", "", ""),
        ("各类 | unit | panel.* | < | 30 | cap | 合格", "", ""),
        ("组织 | unit | panel.1 | < | 30 | cap | 合格", "", ""),
        ("组织 | unit | panel.1 | > | 60 | flag |", "limit_never", "E2"),  # worth 60
        ("各类 | unit | panel.* | > | 60 | flag |", "limit_never", "E2"),  # worth 60 and 40
        ("各类 | unit | panel.* | > | 50 | flag |", "", ""),
        ("各类 | unit | panle.* | < | 30 | flag |", "name_unknown", "C2"),
        ("组织 | unit | panel.9 | < | 30 | flag |", "name_unknown", "C2"),
    ],
)
def test_a_limit_may_look_at_the_parts_of_a_node(
    tmp_path: Path, row: str, code: str, cell: str
) -> None:
    expected = [(code, f"limits!{cell}")] if code else []
    assert placed(problems_of(tmp_path, limits=LIMITS + row)) == expected


def test_a_node_without_parts_has_none_to_look_at(tmp_path: Path) -> None:
    scores = """
        code  | title | parent | rule   | weight | points | source | parameters
        total | 总分  |        | rubric |        | 100    | panel  | not_applicable=full
        own   | 自评  | total  | item   |        | 20     | self/1.1 | informative=yes
        """
    rows = "线 | unit | own.* | < | 60 | flag |"
    problems = problems_of(tmp_path, ("settings", "tie_breakers | panel", "tie_breakers | total"),
                           scores=scores, limits=LIMITS + rows)  # fmt: skip
    assert ("limit_never", "limits!C2") in placed(problems)


def test_a_total_with_a_bonus_may_exceed_its_points_and_a_deduction_fall_below_zero(
    tmp_path: Path,
) -> None:
    tables = {
        "bonuses": "group | code | title | points | cap\n荣誉 | B1 | 表彰 | 5 |",
        "forms": """
            code  | title        | workbook   | layout | rubric | bonus | filled_by
            panel | 考核组评分表 | 考核组评分 | rubric | duty   |       | panel
            extra | 加分表       | 加分       | claims |        | 荣誉  | self
            """,
    }
    tree = """
        code  | title | parent | rule   | points | source | parameters
        total | 总分  |        | sum    | 100    |        |
        panel | 评分  | total  | rubric | 100    | panel  | not_applicable=full
        extra | 其他  | total  | {}     |        | extra  |
        """
    for rule, row in (
        ("bonus", "超满分 | unit | total | > | 100 | flag |"),
        ("deduction", "低于零 | unit | total | < | 0 | flag |"),
    ):
        limits = LIMITS + row
        problems = problems_of(tmp_path / rule, scores=tree.format(rule), limits=limits, **tables)
        assert "limit_never" not in [problem.code for problem in problems]


def test_nobody_is_left_out_of_a_ranking_that_there_is_not(tmp_path: Path) -> None:
    settings = ("settings", "tie_breakers | panel", "ranking | none")
    row = "新设 | unit | panel | < | 60 | unranked |"
    awards = "code | title | for | class | slots | by | least_grade"
    problems = problems_of(tmp_path, settings, limits=LIMITS + row, awards=awards)
    assert placed(problems) == [("limit_never", "limits!F2")]


# -- limits that always hold ---------------------------------------------------------------------

ALWAYS = [
    # the limit that every score meets
    "过低 | unit | panel | <= | 100 | cap | 合格",
    "过低 | unit | panel | < | 101 | cap | 合格",
    "很高 | unit | total | >= | 0 | flag |",
    "很高 | unit | total | > | -1 | zero |",
    "哪一类 | unit | panel.* | <= | 60 | cap | 合格",
]


@pytest.mark.parametrize("row", ALWAYS)
def test_a_limit_that_every_score_meets_is_an_error(tmp_path: Path, row: str) -> None:
    problems = problems_of(tmp_path, limits=LIMITS + row)
    assert placed(problems) == [("limit_always", "limits!E2")]
    assert problems[0].severity is Severity.ERROR
    assert sentences(problems[0])[1] == "核对“比较”和“数值”，例如“低于”是不是写成了“高于”。"


COUNTED = """
    code  | title | parent | rule   | points | source | parameters
    total | 总分  |        | mean   | 100    |        |
    self  | 自评  | total  | rubric | 100    | self   | not_applicable=full
    panel | 考核  | total  | rubric | 100    | panel  | not_applicable=full
    fact  | 件数  | total  | number |        | {source} | informative=yes
    """
FACTS = """
    rubric | code | title | points | entry
    duty   | 1    | 班子  | 100    | earned
    duty   | N    | 件数  |        | count
    duty   | Y    | 有无  |        | yes_no
    duty   | Z    | 增减  |        | number
    """


@pytest.mark.parametrize(
    ("source", "operator", "value", "code"),
    [
        ("panel/N", "<", "0", "limit_never"),
        ("panel/N", ">=", "0", "limit_always"),
        ("panel/N", ">=", "1", ""),
        ("panel/Y", ">", "1", "limit_never"),
        ("panel/Y", "<=", "1", "limit_always"),
        ("panel/Y", "=", "1", ""),
        ("panel/Z", "<", "0", ""),
    ],
)
def test_counts_are_never_negative_and_answers_yes_or_no(
    tmp_path: Path, source: str, operator: str, value: str, code: str
) -> None:
    problems = problems_of(
        tmp_path,
        criteria=FACTS,
        scores=COUNTED.format(source=source),
        limits=f"{LIMITS}限 | unit | fact | {operator} | {value} | flag |",
    )
    assert placed(problems) == ([(code, "limits!E2")] if code else [])


def test_what_steps_may_take_away_has_no_lower_bound(tmp_path: Path) -> None:
    criteria = """
        rubric | code | title | points | entry  | rule  | parameters
        duty   | 1    | 班子  | 90     | earned |       |
        duty   | 2    | 增长  | 10     | number | steps | target=5;step=1;down=2
        """
    limits = f"{LIMITS}过低 | unit | panel | < | 0 | cap | 合格"
    problems = problems_of(tmp_path, criteria=criteria, limits=limits)
    assert placed(problems) == [("steps_below_zero", "criteria!G3")]


def test_a_deduction_is_never_above_nothing(tmp_path: Path) -> None:
    tables = {
        "bonuses": "group | code | title | points | cap\nfault | F | 虚报 | 3 |",
        "forms": f"""{SMALL["forms"]}
        cut   | 扣分表 | 扣分 | claims | | panel
        """,
        "scores": f"""{SMALL["scores"]}
        cut | 扣分 | total | deduction | | | cut | informative=yes
        """,
    }
    rubric = "code  | title        | workbook   | layout | rubric | filled_by"
    tables["forms"] = tables["forms"].replace(rubric, f"{rubric} | bonus")
    tables["forms"] = tables["forms"].replace("| claims | | panel", "| claims | | panel | fault")
    for operator, found in ((">", [("limit_never", "limits!E2")]), ("<", [])):
        limits = f"{LIMITS}虚报 | unit | cut | {operator} | 0 | no_award |"
        assert placed(problems_of(tmp_path, limits=limits, **tables)) == found


def test_a_limit_that_stands_twice_is_a_warning(tmp_path: Path) -> None:
    row = "过低 | unit | panel | < | 60 | cap | 合格"
    other = row.replace("60", "50")
    problems = problems_of(tmp_path, limits=f"{LIMITS}{row}\n{other}\n{row}")
    assert placed(problems) == [("limit_twice", "limits!A4")]
    assert problems[0].severity is Severity.WARNING
