"""Amounts that contradict each other or mean nothing are named, with the cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.problems import Problem, Severity
from tests.builders import SMALL
from tests.scheme.faults import facts, placed, problems_of, sentences

_PANEL = "| panel  | not_applicable=full"


@pytest.mark.parametrize(
    ("parameters", "wrong"),
    [("floor=90;cap=80", True), ("floor=80;cap=80", True), ("floor=10;cap=80", False)],
)
def test_a_floor_lies_below_its_cap(tmp_path: Path, parameters: str, wrong: bool) -> None:
    edit = ("scores", _PANEL, f"{_PANEL};{parameters}")
    problems = problems_of(tmp_path, edit)
    assert placed(problems) == ([("floor_above_cap", "scores!H4")] if wrong else [])
    if wrong:
        assert problems[0].severity is Severity.ERROR
        assert sentences(problems[0])[1] == "改正保底或封顶，保底要比封顶低；不需要的删去。"
        assert sentences(problems[0], "en")[1] == (
            "Correct the floor or the cap: the floor must be lower. Remove what is not needed."
        )


CONVERTED = """
    rubric | code | section | title    | points | entry | rule | parameters
    duty   | 1    |         | 组织     | 100    | section | |
    duty   | 2.3  | 1       | 完成任务 | 10     | {entry} | {rule} | {parameters}
    duty   | 1.1  | 1       | 班子健全 | 90     | earned | |
    """


def _of_criterion(tmp_path: Path, entry: str, rule: str, parameters: str) -> list[Problem]:
    criteria = CONVERTED.format(entry=entry, rule=rule, parameters=parameters)
    return problems_of(tmp_path, criteria=criteria)


CONVERSIONS = [
    # entry, rule, parameters, code and cell of the problem
    ("count", "each", "each=2", []),
    ("count", "each", "each=0", [("amount_zero", "criteria!H3")]),
    ("count", "each", "each=2;start=10", [("pieces_without_room", "criteria!H3")]),
    ("count", "each", "each=2;start=4", []),
    ("count", "each", "each=-2;start=0", [("pieces_without_room", "criteria!H3")]),
    ("count", "each", "each=-2", []),
    ("count", "threshold", "least=4;most=3", [("least_above_most", "criteria!H3")]),
    ("count", "threshold", "least=4;most=4", []),
    ("count", "threshold", "least=4;otherwise=10", [("otherwise_not_below", "criteria!H3")]),
    ("count", "threshold", "least=4;otherwise=5", []),
    ("count", "steps", "target=1;step=1;up=0", [("amount_zero", "criteria!H3")]),
    ("count", "steps", "target=1;step=1;up=0;down=1;down_most=5", []),
    ("count", "proportional", "", [("target_nowhere", "criteria!H3")]),
    ("count", "proportional", "target=5", []),
    ("earned", "each", "each=2", [("points_converted", "criteria!G3")]),
    ("deducted", "threshold", "least=2", [("points_converted", "criteria!G3")]),
]


@pytest.mark.parametrize(("entry", "rule", "parameters", "found"), CONVERSIONS)
def test_a_conversion_can_give_this_and_that(
    tmp_path: Path, entry: str, rule: str, parameters: str, found: list[tuple[str, str]]
) -> None:
    problems = _of_criterion(tmp_path, entry, rule, parameters)
    assert placed(problems) == found
    assert {problem.severity for problem in problems} <= {Severity.ERROR}


@pytest.mark.parametrize(
    ("entry", "rule", "parameters", "cure"),
    [
        ("count", "each", "each=0", "把“每件”改成不是 0 的数。"),
        ("count", "threshold", "least=4;most=3", "把下限和上限对调，或删去其中一个。"),
        (
            "earned",
            "each",
            "each=2",
            "清空“换算”和“参数”；填的不是得分的，把“填写方式”改成数量、数值或比率。",
        ),
        (
            "count",
            "proportional",
            "",
            "在参数里补上 目标=…；各单位目标不同的，把表的“版式”改成“数量表”，目标填在表上。",
        ),
    ],
)
def test_the_cure_of_a_conversion_says_what_to_write(
    tmp_path: Path, entry: str, rule: str, parameters: str, cure: str
) -> None:
    (problem,) = _of_criterion(tmp_path, entry, rule, parameters)
    assert sentences(problem)[1] == cure


def test_a_form_of_quantities_asks_for_the_targets_itself(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        criteria=CONVERTED.format(entry="count", rule="proportional", parameters="").replace(
            "earned", "number"
        ),
        forms=SMALL["forms"].replace("| rubric | duty", "| quantities | duty"),
    )
    assert "target_nowhere" not in {problem.code for problem in problems}


PLACES = [
    ("drop=3", []),
    ("first=60;drop=3", []),
    ("ladder=名次", []),
    ("first=60;ladder=名次", [("places_twice", "scores!G2")]),
    ("drop=3;ladder=名次", [("places_twice", "scores!G2")]),
    ("drop=0", [("drop_not_positive", "scores!G2")]),
    ("drop=-3", [("drop_not_positive", "scores!G2")]),
]


@pytest.mark.parametrize(("parameters", "found"), PLACES)
def test_a_place_has_its_points_from_one_rule(
    tmp_path: Path, parameters: str, found: list[tuple[str, str]]
) -> None:
    problems = problems_of(
        tmp_path,
        scores=f"""
            code  | title | parent | rule        | points | source | parameters
            total | 总分  |        | rank_points | 100    |        | {parameters}
            panel | 评分  | total  | mean        | 100    |        |
            a     | 考核  | panel  | rubric      | 100    | panel  | not_applicable=full
            b     | 自评  | panel  | rubric      | 100    | self   | not_applicable=full
            """,
        ladders="ladder|from|to|value\n名次|1|1|100\n名次|2|2|90" if "ladder" in parameters else "",
    )
    assert placed(problems) == found


def test_factors_that_multiply_to_nothing(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        ("settings", "digits       | 2", "digits | 2\nexport_factor | 0"),
        units="code|name|class|factor\nV01|东村|村|-1\nV02|西河村|村|1.05",
    )
    assert placed(problems) == [
        ("factor_not_positive", "settings!B7"),
        ("factor_not_positive", "units!D2"),
    ]
    assert [facts(problem) for problem in problems] == [{"value": 0}, {"value": -1}]


@pytest.mark.parametrize(
    ("step", "code", "severity"),
    [
        ("0.5", "", None),
        ("20", "", None),
        ("30", "step_above_points", Severity.ERROR),
        ("3", "step_beside_points", Severity.WARNING),
    ],
)
def test_a_step_fits_into_the_points(
    tmp_path: Path, step: str, code: str, severity: Severity | None
) -> None:
    problems = problems_of(tmp_path, ("criteria", "| 0.5", f"| {step}"))
    assert placed(problems) == ([(code, "criteria!H4")] if code else [])
    assert [problem.severity for problem in problems] == ([severity] if severity else [])


def test_a_factor_of_nothing_is_an_error(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        scores="""
            code  | title | parent | rule   | points | source | parameters
            total | 总分  |        | scaled | 100    |        | factor=0
            panel | 评分  | total  | mean   | 100    |        |
            a     | 考核  | panel  | rubric | 100    | panel  | not_applicable=full
            b     | 自评  | panel  | rubric | 100    | self   | not_applicable=full
            """,
    )
    assert placed(problems) == [("amount_zero", "scores!G2")]
