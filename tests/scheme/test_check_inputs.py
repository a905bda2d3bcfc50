"""Checks of inputs, nominations and consequences: each fault at its cell, a sound scheme none."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from assessor.i18n import catalog
from assessor.problems import Severity
from assessor.scheme.check_inputs import condition_of, inner_path
from tests.builders import SMALL, edited
from tests.scheme.faults import facts, placed, problems_of

SCORES = """
    code   | title | parent | rule     | weight | points | source | parameters
    total  | 总分  |        | weighted |        | 100    |        |
    self   | 自评  | total  | rubric   | 40%    | 100    | self   | not_applicable=full
    panel  | 考核  | total  | rubric   | 30%    | 100    | panel  | not_applicable=full
    lower  | 外来  | total  | input    | 30%    | 100    | lower  |
    """
INPUTS = """
    code  | title | file         | sheet | key       | value | where      | map
    lower | 下级  | standing.csv |       | unit_code | score | node=total | codes.xlsx
    """
SOUND = {"scores": SCORES, "inputs": INPUTS}


def test_a_sound_input_has_no_problem(tmp_path: Path) -> None:
    assert problems_of(tmp_path, **SOUND) == []


FAULTS = [
    # what is replaced in the inputs table, by what; code and cell of the problem
    ("standing.csv", "../standing.csv", "input_outside", "C2"),
    ("standing.csv", "/etc/standing.csv", "input_outside", "C2"),
    ("standing.csv", r"C:\standing.csv", "input_outside", "C2"),
    ("codes.xlsx", r"a\..\..\codes.xlsx", "input_outside", "H2"),
    ("standing.csv", "standing.docx", "input_kind", "C2"),
    ("codes.xlsx", "codes", "input_kind", "H2"),
    ("node=total", "total", "input_condition", "G2"),
    ("node=total", "node=", "input_condition", "G2"),
    ("standing.csv", "", "table_cell_empty", "C2"),
    ("unit_code", "", "table_cell_empty", "E2"),
]


@pytest.mark.parametrize(("old", "new", "code", "cell"), FAULTS, ids=[f[1] or f[0] for f in FAULTS])
def test_a_fault_of_an_input_is_found_at_its_cell(
    tmp_path: Path, old: str, new: str, code: str, cell: str
) -> None:
    problems = problems_of(tmp_path, scores=SCORES, inputs=edited(INPUTS, old, new))
    assert (code, f"inputs!{cell}") in placed(problems)
    assert [p.severity for p in problems if p.code == code] == [Severity.ERROR]


def test_a_path_below_the_folder_may_be_written_either_way() -> None:
    assert inner_path("东镇/2026.xlsx") == inner_path("东镇\\2026.xlsx")
    assert inner_path(" a.csv ") == PurePosixPath("a.csv")
    assert inner_path("") is None


def test_a_condition_is_a_column_and_what_stands_in_it() -> None:
    assert condition_of("node = total") == ("node", "total")
    assert condition_of("类别＝村") == ("类别", "村")
    assert condition_of("备注=a=b") == ("备注", "a=b")


def test_an_input_that_no_score_uses_is_told(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, inputs=INPUTS)
    assert (problem.code, problem.severity) == ("input_unused", Severity.WARNING)
    assert facts(problem) == {"name": "下级", "code": "lower"}


# -- nominations ---------------------------------------------------------------------------------

UNITS = """
    code | name   | class
    V01  | 东村   | 村
    V02  | 西河村 | 村
    D1   | 农办   | 部门
    D2   | 民政所 | 部门
    """
DERIVED = """
    code   | title    | parent | rule     | weight | points | source | classes | parameters
    total  | 总分     |        | weighted |        | 100    |        | 村      |
    self   | 自评     | total  | rubric   | 40%    | 100    | self   |         | not_applicable=full
    panel  | 考核     | total  | rubric   | 60%    | 100    | panel  |         | not_applicable=full
    body   | 部门得分 |        | derived  |        | 100    | total  | 部门    |
    """
FORMS = """
    code  | title        | workbook   | layout | rubric | filled_by | classes
    self  | 自评表       | 自评       | rubric | duty   | self      | 村
    panel | 考核组评分表 | 考核组评分 | rubric | duty   | panel     | 村
    """
BODIES = {
    "units": UNITS,
    "scores": DERIVED,
    "forms": FORMS,
    "settings": edited(SMALL["settings"], "tie_breakers | panel", ""),
}
NOMINATED = """
    body | unit
    D1   | V01
    D1   | V02
    D2   | V02
    """


def test_every_body_has_somebody_who_stands_for_it(tmp_path: Path) -> None:
    assert problems_of(tmp_path, **BODIES, nominations=NOMINATED) == []
    (problem,) = problems_of(tmp_path, **BODIES, nominations=edited(NOMINATED, "D2   | V02", ""))
    assert placed([problem]) == [("nomination_missing", "units!A5")]
    assert (problem.severity, facts(problem)) == (
        Severity.ERROR,
        {"unit": "民政所", "node": "部门得分"},
    )


def test_bodies_whose_score_comes_from_those_below_need_no_nominations(tmp_path: Path) -> None:
    below = DERIVED.replace("total  | 部门    |", "total  | 部门    | of=below")
    assert "of=below" in below
    codes = [p.code for p in problems_of(tmp_path, **{**BODIES, "scores": below})]
    assert "nomination_missing" not in codes


NAMES = [
    # a further row; codes and cells of its problems
    ("D9 | V01", [("name_unknown", "nominations!A5")]),
    ("D1 | V09", [("name_unknown", "nominations!B5")]),
    ("V01 | V02", [("nomination_unused", "nominations!A5")]),
    ("D1 | D2", [("nomination_no_score", "nominations!B5")]),
    (
        "D1 | D1",
        [("nomination_itself", "nominations!B5"), ("nomination_no_score", "nominations!B5")],
    ),
    ("D1 | V01", [("table_code_twice", "nominations!B5")]),
]


@pytest.mark.parametrize(("row", "found"), NAMES, ids=[row[0] for row in NAMES])
def test_a_nomination_names_a_body_and_another_unit_that_has_the_score(
    tmp_path: Path, row: str, found: list[tuple[str, str]]
) -> None:
    problems = problems_of(tmp_path, **BODIES, nominations=f"{NOMINATED.rstrip()}\n{row}")
    assert placed(problems) == found


# -- consequences --------------------------------------------------------------------------------


def test_the_words_for_consequences_are_a_set_of_options(tmp_path: Path) -> None:
    measures = "measures | 措失"
    options = "set|option|value\n措施|提醒|0\n措施|通报|0"
    table = ("settings", "rounding     | each", f"rounding | each\n{measures}")
    (problem,) = problems_of(tmp_path, table, options=options)
    assert placed([problem]) == [("name_unknown", "settings!B8")]
    assert facts(problem) == {"what": "处理措施", "name": "措失", "guess": "措施"}


# -- who inherits --------------------------------------------------------------------------------

HEIRS = {
    "units": """
        code | name   | class | kind   | parent | ranked
        V01  | 东村   | 村    | unit   |        |
        T    | 镇机关 | 机关  | unit   |        | no
        S1   | 张书记 | 书记  | person | {one}  |
        S2   | 李书记 | 书记  | person | V01    |
        """,
    "scores": """
        code   | title    | parent | rule    | points | source | classes | parameters
        total  | 总分     |        | rubric  | 100    | panel  | 村      | not_applicable=full
        person | 书记得分 |        | inherit | 100    | total  | 书记    |
        """,
    "grades": "for | grade | from\nunit | 好 |\nperson | 好 |",
    "awards": "code | title | for | by",
    "forms": """
        code  | title  | workbook | layout | rubric | filled_by | classes
        panel | 评分表 | 评分     | rubric | duty   | panel     | 村
        """,
    "settings": edited(SMALL["settings"], "tie_breakers | panel", "annex | 附件"),
}


@pytest.mark.parametrize(
    ("parent", "found", "message"),
    [
        ("V01", [], ""),
        (
            "",
            [("inherit_nobody", "units!E4")],
            "“张书记”的“书记得分”沿用上级的得分，却没有写上级。",
        ),
        (
            "T",
            [("inherit_nothing", "units!E4")],
            "“张书记”的“书记得分”沿用上级的得分，上级“镇机关”却没有“总分”这一项得分。",
        ),
        ("V09", [("name_unknown", "units!E4")], ""),  # told once, where the name is
    ],
)
def test_who_inherits_has_somebody_to_inherit_from(
    tmp_path: Path, parent: str, found: list[tuple[str, str]], message: str
) -> None:
    tables = {name: table.replace("{one}", parent) for name, table in HEIRS.items()}
    problems = problems_of(tmp_path, **tables)
    assert placed(problems) == found
    assert not message or catalog("zh").message(problems[0]) == message
