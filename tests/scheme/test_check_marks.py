"""Grades, votes and per cent fit the marks that they are compared with."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.problems import Severity
from tests.scheme.faults import facts, placed, problems_of, sentences

GRADES = "for|grade|from\nunit|优秀|{0}\nunit|合格|{1}\nunit|不合格|"


@pytest.mark.parametrize(
    ("best", "fair", "found"),
    [
        ("100", "60", []),
        ("101", "60", [("grade_out_of_reach", "grades!C2")]),
        ("900", "600", [("grade_out_of_reach", "grades!C2"), ("grade_out_of_reach", "grades!C3")]),
        ("90", "0", [("grade_for_all", "grades!C3")]),
        ("90", "-60", [("grade_for_all", "grades!C3")]),
        ("0.9", "0.6", [("bound_as_fraction", "grades!C2"), ("bound_as_fraction", "grades!C3")]),
        ("1", "0.8", [("bound_as_fraction", "grades!C2"), ("bound_as_fraction", "grades!C3")]),
        ("90", "0.6", [("bound_as_fraction", "grades!C3")]),
        ("90", "1", []),
    ],
)
def test_a_grade_begins_where_some_scores_are(
    tmp_path: Path, best: str, fair: str, found: list[tuple[str, str]]
) -> None:
    problems = problems_of(tmp_path, grades=GRADES.format(best, fair))
    assert placed(problems) == found
    assert {problem.severity for problem in problems} <= {Severity.ERROR}


def test_a_grade_of_a_node_begins_within_its_full_mark(tmp_path: Path) -> None:
    (problem,) = problems_of(
        tmp_path,
        grades="""
            for  | grade  | from | node
            unit | 优秀   | 90   |
            unit | 合格   | 60   |
            unit | 不合格 |      |
            unit | 优秀   | 120  | panel
            unit | 合格   | 0    | panel
            """,
    )[:1]
    assert placed([problem]) == [("grade_out_of_reach", "grades!C5")]
    assert facts(problem) == {"grade": "优秀", "node": "考核组评分", "low": 120, "high": 100}
    assert sentences(problem) == (
        "等次“优秀”从 120 分起，而“考核组评分”最高只有 100 分，谁也得不到。",
        "把下限改到 100 以内，或改正“考核组评分”的满分。",
    )


def test_a_grade_above_the_full_mark_is_in_reach_where_a_bonus_comes_on_top(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        grades=GRADES.format("105", "60"),
        bonuses="group|code|title|points\n荣誉|B1|表彰|2",
        forms="""
            code   | title | workbook | layout | rubric | filled_by | bonus
            self   | 自评  | 自评     | rubric | duty   | self      |
            claims | 加分  | 评分     | claims |        | panel     | 荣誉
            """,
        settings="key|value\ncode|s\ntitle|考核\nround|2026\nissuer|镇\ndigits|2\nrounding|each",
        scores="""
            code  | title | parent | rule   | points | source | parameters
            total | 总分  |        | sum    | 100    |        |
            self  | 自评  | total  | rubric | 100    | self   | not_applicable=full
            bonus | 加分  | total  | bonus  |        | claims |
            """,
    )
    assert "grade_out_of_reach" not in {problem.code for problem in problems}


BALLOT = {
    "options": "set | option | value\n四档 | 优 | {best}\n四档 | 差 | {worst}",
    "criteria": "rubric | code | title | entry\naspects | T1 | 作风 | ballot",
    "forms": """
        code  | title | workbook | layout | rubric  | options | filled_by | covers | copies
        panel | 计票  | 计票     | tally  | aspects | 四档    | panel     | all    | 2
        """,
    "scores": """
        code  | title | parent | rule   | points | source | parameters
        total | 总分  |        | mean   | 100    |        |
        panel | 票决  | total  | ballot | 100    | panel  | denominator=ticks
        """,
}


@pytest.mark.parametrize(
    ("best", "worst", "found", "severity"),
    [
        ("100", "40", [], None),
        ("120", "40", [("vote_above_points", "options!C2")], Severity.ERROR),
        ("90", "40", [("vote_below_points", "scores!E3")], Severity.WARNING),
        ("100", "-10", [("vote_negative", "options!C3")], Severity.ERROR),
    ],
)
def test_a_vote_is_worth_the_points(
    tmp_path: Path,
    best: str,
    worst: str,
    found: list[tuple[str, str]],
    severity: Severity | None,
) -> None:
    tables = {**BALLOT, "options": BALLOT["options"].format(best=best, worst=worst)}
    problems = problems_of(tmp_path, **tables)
    assert placed(problems) == found
    assert [problem.severity for problem in problems] == ([severity] if severity else [])


RATES = [
    # rule, parameters, ladder, severity
    ("ladder", "ladder=率", "率|0.9||10\n率|0.8||5\n率|||0", Severity.ERROR),
    ("ladder", "ladder=率", "率|90||10\n率|80||5\n率|||0", None),
    ("interpolate", "ladder=率", "率|0.6||0\n率|0.9||10", Severity.ERROR),
    ("ladder", "ladder=率", "率|||10\n率|0.5||0", Severity.WARNING),
    ("threshold", "least=0.9", "", Severity.ERROR),
    ("threshold", "most=0.9", "", Severity.WARNING),
    ("threshold", "least=90", "", None),
    ("proportional", "target=0.9", "", Severity.ERROR),
    ("proportional", "target=90", "", None),
]


@pytest.mark.parametrize(("rule", "parameters", "ladder", "severity"), RATES)
def test_a_rate_is_compared_with_per_cent(
    tmp_path: Path, rule: str, parameters: str, ladder: str, severity: Severity | None
) -> None:
    problems = problems_of(
        tmp_path,
        criteria=f"""
            rubric | code | title  | points | entry  | rule   | parameters
            duty   | 2.3  | 创建率 | 10     | rate   | {rule} | {parameters}
            duty   | 1.1  | 班子   | 90     | earned |        |
            """,
        ladders=f"ladder|from|to|value\n{ladder}",
    )
    assert placed(problems) == ([("rate_as_fraction", "criteria!G2")] if severity else [])
    assert [problem.severity for problem in problems] == ([severity] if severity else [])


def test_the_cure_of_a_fraction_says_how_to_write_per_cent(tmp_path: Path) -> None:
    (problem,) = problems_of(
        tmp_path,
        criteria="""
            rubric | code | title  | points | entry  | rule      | parameters
            duty   | 2.3  | 创建率 | 10     | rate   | threshold | least=0.9
            duty   | 1.1  | 班子   | 90     | earned |           |
            """,
    )
    assert sentences(problem) == (
        "“创建率”填的是百分之几（90% 填 90），却和 0.9 相比，等于 0.9%。",
        "如果指的是 90%，改成 90（不要写百分号，Excel 会把 90% 变成 0.9）；"
        "确实是 0.9% 的，“填写方式”改用“数值”。",
    )
    assert sentences(problem, "en")[1].startswith("Where 90% is meant, write 90")


def test_a_share_of_votes_is_in_per_cent_too(tmp_path: Path) -> None:
    options = BALLOT["options"].format(best=100, worst=40)
    problems = problems_of(
        tmp_path,
        options=options,
        criteria=BALLOT["criteria"],
        forms=BALLOT["forms"],
        scores="""
            code  | title  | parent | rule   | points | source | parameters
            total | 总分   |        | ladder | 100    |        | ladder=率
            panel | 优秀率 | total  | share  | 100    | panel  | options=优;denominator=ticks
            """,
        ladders="ladder|from|to|value\n率|0.9||100\n率|||60",
    )
    assert placed(problems) == [("rate_as_fraction", "scores!G2")]


def test_a_limit_on_points_is_not_a_fraction(tmp_path: Path) -> None:
    limits = "title|for|node|operator|value|effect|grade\n过低|unit|panel|<|0.8|cap|合格"
    (problem,) = problems_of(tmp_path, limits=limits)
    assert placed([problem]) == [("bound_as_fraction", "limits!E2")]
    assert problem.severity is Severity.WARNING


ORDERS = [
    ("100;80;60;40", ""),
    ("0;1;2;3", ""),
    ("100;80;60;80", "options!C5"),
    ("100;80;80;40", "options!C4"),
    ("100;60;80;40", "options!C4"),
]


@pytest.mark.parametrize(("values", "cell"), ORDERS)
def test_answers_are_worth_less_from_one_to_the_next(
    tmp_path: Path, values: str, cell: str
) -> None:
    rows = [
        f"四档|{name}|{value}" for name, value in zip("优良中差", values.split(";"), strict=True)
    ]
    options = "\n".join(["set|option|value", *rows])
    points = max(int(value) for value in values.split(";"))
    problems = problems_of(
        tmp_path,
        **{**BALLOT, "options": options, "scores": BALLOT["scores"].replace("100", str(points))},
        grades="for|grade|from\nunit|合格|",
        awards="code|title|for|slots|by",
    )
    assert placed(problems) == ([("votes_out_of_order", cell)] if cell else [])
    assert {problem.severity for problem in problems} <= {Severity.WARNING}
