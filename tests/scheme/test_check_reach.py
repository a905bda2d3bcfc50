"""Scores that leave their full mark, and what is given to the wrong side, are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.problems import Problem, Severity
from tests.builders import SMALL
from tests.scheme.faults import placed, problems_of, sentences

CONVERTED = """
    rubric | code | section | title    | points | entry  | rule   | parameters
    duty   | 1    |         | 组织     | 100    | section |       |
    duty   | 2.3  | 1       | 病历     | 10     | number | {rule} | {parameters}
    duty   | 1.1  | 1       | 班子健全 | 90     | earned |        |
    """


def _steps(tmp_path: Path, parameters: str) -> list[Problem]:
    return problems_of(tmp_path, criteria=CONVERTED.format(rule="steps", parameters=parameters))


@pytest.mark.parametrize(
    ("parameters", "codes"),
    [
        # 10 points, one off for each below 90: at 70 it would be −10.
        ("target=90;step=1;down=1", ["steps_below_zero"]),
        ("target=90;step=1;down=1;down_most=10", []),
        ("target=90;step=1;down=1;down_most=11", ["steps_below_zero"]),
        # More is worse: what is off above the target goes below nothing too.
        ("target=90;step=1;up=-1", ["steps_below_zero"]),
        ("target=90;step=1;up=-1;up_most=10", []),
        # From 6 of 10 there are 4 to add.
        ("target=90;step=1;base=6;up=1", ["steps_above_points"]),
        ("target=90;step=1;base=6;up=1;up_most=4", []),
        ("target=90;step=1;base=6;up=1;up_most=5", ["steps_above_points"]),
        ("target=90;step=1;base=80;up=1;up_most=4", ["steps_base_above"]),
        # From nothing downwards: meant to be negative.
        ("target=90;step=1;base=0;down=1", []),
    ],
)
def test_steps_from_a_base_stay_within_the_points(
    tmp_path: Path, parameters: str, codes: list[str]
) -> None:
    problems = _steps(tmp_path, parameters)
    assert placed(problems) == [(code, "criteria!H3") for code in codes]


def test_steps_below_nothing_are_said_with_the_cure(tmp_path: Path) -> None:
    (problem,) = _steps(tmp_path, "target=90;step=1;down=1")
    assert problem.severity is Severity.WARNING
    assert sentences(problem) == (
        "“病历”从 10 分往下减没有限在 0 分以上，得分可能是负数，会抵掉别的项目的分。",
        "扣完为止的，在参数里写 最多减=10；确实可以是负分的，不需要处理。",
    )
    assert sentences(problem, "en") == (
        "Nothing keeps what is taken off the 10 points of “病历” above 0: a score may be"
        " negative and take points off other criteria.",
        "Where it ends at 0, write down_most=10 in the parameters. Nothing to do where scores"
        " may be negative.",
    )


def test_a_base_above_the_full_mark_is_an_error(tmp_path: Path) -> None:
    (problem,) = _steps(tmp_path, "target=90;step=1;base=80;up=1;up_most=4")
    assert problem.severity is Severity.ERROR
    assert sentences(problem) == (
        "“病历”满分 10，基础分却是 80，得分会超过满分。",
        "改正基础分或满分。",
    )


@pytest.mark.parametrize(("cap", "wrong"), [("-3", True), ("0", False), ("80", False)])
def test_a_cap_is_not_negative(tmp_path: Path, cap: str, wrong: bool) -> None:
    panel = "| panel  | not_applicable=full"
    problems = problems_of(tmp_path, ("scores", panel, f"{panel};cap={cap}"))
    found = [problem for problem in problems if problem.code == "cap_negative"]
    assert placed(found) == ([("cap_negative", "scores!H4")] if wrong else [])


def test_a_negative_cap_is_said_with_the_cure(tmp_path: Path) -> None:
    panel = "| panel  | not_applicable=full"
    problems = problems_of(tmp_path, ("scores", panel, f"{panel};cap=-3"))
    problem = next(problem for problem in problems if problem.code == "cap_negative")
    assert problem.severity is Severity.ERROR
    assert sentences(problem) == (
        "“考核组评分”的封顶写成 -3，是负数，谁的得分都不会高于它。",
        "封顶不加负号；不限的删去。",
    )


PLACES = """
    code  | title  | parent | rule        | points | source    | parameters
    total | 总分   |        | rubric      | 100    | panel     | not_applicable=full
    self  | 自评   | total  | rubric      | 100    | self      | not_applicable=full;informative=yes
    place | 名次分 | total  | {rule}      | 100    | panel/2.3 | ladder=段;informative=yes
    """


@pytest.mark.parametrize(
    ("rule", "ladder", "wrong"),
    [
        ("rank_points", "段|1||100\n段|2||90\n段|3|4|95", "ladders!D4"),
        ("rank_points", "段|1||100\n段|2||90\n段|3|4|90", ""),
        ("tiers", "段|0||60\n段|30||80\n段|80||100", "ladders!D3"),
        ("tiers", "段|0||100\n段|30||80\n段|80||60", ""),
    ],
)
def test_better_places_earn_more(tmp_path: Path, rule: str, ladder: str, wrong: str) -> None:
    tables = {
        "scores": PLACES.format(rule=rule),
        "ladders": f"ladder|from|to|value\n{ladder}",
    }
    problems = problems_of(tmp_path, ("settings", "tie_breakers | panel", "issued | "), **tables)
    problems = [problem for problem in problems if problem.code == "places_backwards"]
    assert placed(problems) == ([("places_backwards", wrong)] if wrong else [])
    assert [p.severity for p in problems] == [Severity.ERROR] * len(problems)


@pytest.mark.parametrize(
    ("ladder", "wrong"),
    [
        ("线|60||0\n线|80||10\n线|90||5", "ladders!D4"),
        ("线|60||0\n线|80||10\n线|90||10", ""),
        ("线|60||10\n线|80||5\n线|90||0", ""),
        ("线|60||5\n线|80||5\n线|90||10", ""),
    ],
)
def test_points_of_a_ladder_go_one_way(tmp_path: Path, ladder: str, wrong: str) -> None:
    problems = problems_of(
        tmp_path,
        criteria=CONVERTED.format(rule="interpolate", parameters="ladder=线"),
        ladders=f"ladder|from|to|value\n{ladder}",
    )
    assert placed(problems) == ([("ladder_turns", wrong)] if wrong else [])
    assert [p.severity for p in problems] == [Severity.WARNING] * len(problems)


FORMS = """
    code  | title        | workbook   | layout | rubric | bonus | filled_by
    self  | 自评表       | 自评       | rubric | duty   |       | self
    panel | 考核组评分表 | 考核组评分 | rubric | duty   |       | panel
    extra | 加分清单     | 加分       | {layout} |      | merit | {by}
    """
BONUSES = "group | code | title | points | cap\nmerit | M | 信息 | 1 |"
BONUS_SCORES = """
    code  | title      | parent | rule     | points | source | parameters
    total | 总分       |        | sum      | 200    |        |
    self  | 自评       | total  | rubric   | 100    | self   | not_applicable=full
    panel | 考核组评分 | total  | rubric   | 100    | panel  | not_applicable=full
    extra | 加分       | total  | bonus    |        | extra  | {parameters}
    """


@pytest.mark.parametrize("layout", ["claims", "claims_list"])
@pytest.mark.parametrize(
    ("by", "parameters", "wrong"),
    [("self", "", True), ("panel", "", False), ("self", "informative=yes", False)],
)
def test_who_claims_an_honour_does_not_verify_it(
    tmp_path: Path, layout: str, by: str, parameters: str, wrong: bool
) -> None:
    problems = problems_of(
        tmp_path,
        forms=FORMS.format(layout=layout, by=by),
        scores=BONUS_SCORES.format(parameters=parameters),
        bonuses=BONUSES,
    )
    assert placed(problems) == ([("claims_by_self", "forms!G4")] if wrong else [])
    if wrong:
        assert sentences(problems[0]) == (
            "《加分清单》由被考核单位自己填，“核实”也是它自己填，填几项就加几分。",
            "“填表人”改成核实的人的组别；确由考核组在收来的表上核实后再汇总的，不需要处理。",
        )


def test_a_unit_below_nobody_is_named(tmp_path: Path) -> None:
    units = """
        code | name   | class | parent
        V01  | 东村   | 村    | Z01
        V02  | 西河村 | 村    |
        Z01  | 大镇   | 镇    |
        """
    scores = """
        code  | title      | parent | rule    | points | source | classes | parameters
        total | 总分       |        | rubric  | 100    | panel  | 村      | not_applicable=full
        self  | 自评       | total  | rubric  | 100    | self   | 村      | {aside}
        town  | 村平均     |        | derived | 100    | total  | 镇      | of=below
        """
    problems = problems_of(
        tmp_path,
        ("settings", "tie_breakers | panel", "issued | "),
        units=units,
        scores=scores.format(aside="not_applicable=full;informative=yes"),
        forms=SMALL["forms"],
    )
    problems = [problem for problem in problems if problem.code == "unit_below_nobody"]
    assert placed(problems) == [("unit_below_nobody", "units!D3")]
    assert sentences(problems[0]) == (
        "“西河村”没有写上级编号，不计入任何单位的“村平均”。",
        "填上它的上级单位的编号；确实没有上级的，不需要处理。",
    )


@pytest.mark.parametrize(
    ("parameters", "ladder", "bound", "severity"),
    [
        # 95 % that became 0.95 in one row of several.
        ("ladder=率", "率|||0\n率|80||6\n率|0.95||10", "0.95", Severity.WARNING),
        ("ladder=率", "率|||0\n率|80||6\n率|95||10", "", None),
        ("target=0.9;step=1;down=2;down_most=10", "", "0.9", Severity.WARNING),
        ("target=90;step=1;down=2;down_most=10", "", "", None),
    ],
)
def test_one_per_cent_among_several_that_became_a_fraction(
    tmp_path: Path, parameters: str, ladder: str, bound: str, severity: Severity | None
) -> None:
    rule = "ladder" if ladder else "steps"
    criteria = CONVERTED.format(rule=rule, parameters=parameters).replace("number", "rate")
    problems = problems_of(tmp_path, criteria=criteria, ladders=f"ladder|from|to|value\n{ladder}")
    found = [problem for problem in problems if problem.code == "rate_as_fraction"]
    assert [(str(p.facts["bound"]), p.severity) for p in found] == (
        [(bound, severity)] if bound else []
    )


def test_a_parameter_that_never_bites_is_named_as_it_is_written(tmp_path: Path) -> None:
    panel = "| panel  | not_applicable=full"
    (problem,) = problems_of(tmp_path, ("scores", panel, f"{panel};trim_high=3"))
    assert sentences(problem)[0] == ("“考核组评分”的参数“去高=3”永远不起作用：评分人没有这么多。")
    assert sentences(problem, "en")[0].startswith("The parameter “trim_high=3” of “考核组评分”")


@pytest.mark.parametrize(
    ("covers", "one"), [(("V01", "V02"), False), (("", ""), True), (("V01;V02", ""), True)]
)
def test_who_are_corrected_are_scored_by_several_panels(
    tmp_path: Path, covers: tuple[str, str], one: bool
) -> None:
    raters = f"code|name|group|covers\nP1|一组|panel|{covers[0]}\nP2|二组|panel|{covers[1]}"
    scores = """
        code  | title    | parent | rule      | points | source | parameters
        total | 校正得分 |        | corrected | 100    |        | panels=panel
        panel | 基本得分 | total  | rubric    | 100    | panel  | not_applicable=full
        """
    problems = problems_of(tmp_path, raters=raters, scores=scores)
    found = [problem for problem in problems if problem.code == "panels_one"]
    assert placed(found) == ([("panels_one", "scores!G2")] if one else [])
    if one:
        assert sentences(found[0]) == (
            "“校正得分”要消除考核组之间的宽严，但《考核组评分表》的每个单位都由同样的人评，"
            "只有一组，校正不起作用。",
            "“分组表”改成各组分开评的那张表，或在“评分人”表的“负责范围”里写明各组评哪些单位。",
        )
