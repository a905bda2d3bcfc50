"""Rehearsals of schemes with scores from elsewhere and nominations: what is made up fits."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from assessor.made_up_inputs import nominations_among, with_parents
from assessor.problems import has_errors
from assessor.rehearsal import rehearse
from assessor.scheme.load import load_scheme
from assessor.starting import rows_of, write_workspace
from assessor.workflow import collect
from assessor.workspace import Workspace
from tests.builders import SMALL, codes, write_tables

UNITS = """
    code | name   | class | parent | ranked
    V01  | 东村   | 村    | T1     |
    V02  | 西河村 | 村    | T1     |
    V03  | 南坡村 | 村    | T1     |
    D1   | 农办   | 部门  |        |
    D2   | 民政所 | 部门  |        |
    T1   | 东镇   | 镇    |        |
    """
SCORES = """
    code   | title    | parent | rule    | points | source | classes | parameters
    total  | 总分     |        | sum     | 100    |        | 村      |
    own    | 自评折算 | total  | scaled  | 40     |        |         |
    self   | 自评     | own    | rubric  | 100    | self   |         | not_applicable=full
    lower  | 下级     | total  | input   | 50     | lower  |         |
    county | 县考     | total  | input   | 10     | county |         |
    body   | 部门得分 |        | derived | 100    | total  | 部门    |
    town   | 镇得分   |        | derived | 100    | total  | 镇      | of=below
    """
FORMS = """
    code | title  | workbook | layout | rubric | filled_by | classes
    self | 自评表 | 自评     | rubric | duty   | self      | 村
    """
INPUTS = """
    code   | title | file         | sheet | key  | value | where      | map
    lower  | 下级  | 村里.xls;*.csv | 总分  | 编号 | 分数  |            | 对照.xlsx
    county | 县考  | *县/考核.xlsx | 结果  | code | score | node=total |
    """
NOMINATIONS = """
    body | unit
    D1   | V01
    D1   | V02
    D2   | V03
    """
TABLES = {
    **SMALL,
    "units": UNITS,
    "scores": SCORES,
    "forms": FORMS,
    "inputs": INPUTS,
    "nominations": NOMINATIONS,
    "awards": "code|title|for|by",
    "raters": "code|name|group",
    "settings": SMALL["settings"].replace("tie_breakers | panel", ""),
}


@pytest.fixture
def real(tmp_path: Path) -> Workspace:
    write_tables(tmp_path / "real" / "scheme", TABLES)
    return Workspace(tmp_path / "real")


@pytest.mark.parametrize("units", [None, 3, 13])
def test_a_rehearsal_walks_through_to_a_settled_result(
    real: Workspace, tmp_path: Path, units: int | None
) -> None:
    made = rehearse(real, tmp_path / "try", units, workers=1).workspace
    scheme, problems = load_scheme(made.scheme)
    assert not has_errors(problems)
    assert sorted(path.name for path in made.inputs.iterdir()) == [
        "对照_lower.csv",
        "村里_lower.csv",
        "考核_county.csv",
    ]
    result = collect(made, made.returns, workers=1).round
    assert [p for p in result.problems if p.code.startswith(("input", "cell"))] == []
    assert result.standing.settled
    column = result.standing.scores.columns["lower"]
    villages = [i for i, unit in enumerate(scheme.units) if unit.unit_class == "村"]
    assert villages
    values = [column.value(unit) for unit in villages]
    assert all(value is not None and 30 < value <= 50 for value in values)


def test_the_same_seed_makes_up_the_same(real: Workspace, tmp_path: Path) -> None:
    one, other = (rehearse(real, tmp_path / n, 9, seed=7, workers=1).workspace for n in "ab")
    for path in one.inputs.iterdir():
        assert path.read_bytes() == (other.inputs / path.name).read_bytes()
    assert load_scheme(one.scheme)[0].nominations == load_scheme(other.scheme)[0].nominations


def test_each_made_up_body_has_as_many_from_each_class_as_the_real_ones() -> None:
    before = [{"code": c, "class": c[0]} for c in ("D1", "D2", "A1", "A2", "B1")]
    real = [
        {"body": "D1", "unit": "A1"},
        {"body": "D1", "unit": "B1"},
        {"body": "D2", "unit": "A2"},
    ]
    units = [{"code": f"{name}{n}", "class": name} for n in range(1, 5) for name in "DAB"]
    made = nominations_among(real, before, units, random.Random(1))
    for body in ("D1", "D2", "D3", "D4"):
        mine = sorted(row["unit"][0] for row in made if row["body"] == body)
        assert mine == ["A", "B"]
    assert len({(row["body"], row["unit"]) for row in made}) == len(made) == 8


def test_nobody_made_up_stands_for_himself_or_twice() -> None:
    before = [{"code": c, "class": "A"} for c in ("A1", "A2", "A3")]
    real = [{"body": "A1", "unit": "A2"}, {"body": "A1", "unit": "A3"}]
    made = nominations_among(real, before, before[:2], random.Random(1))
    assert sorted((row["body"], row["unit"]) for row in made) == [("A1", "A2"), ("A2", "A1")]


def test_a_made_up_unit_has_a_parent_that_is_there() -> None:
    before = [{"code": "T", "class": "镇"}, {"code": "V", "class": "村", "parent": "T"}]
    made = [
        {"code": "U1", "class": "镇"},
        {"code": "U2", "class": "村", "parent": "T"},
        {"code": "U3", "class": "村", "parent": "X"},
    ]
    assert [row["parent"] for row in with_parents(made, before)] == [None, "U1", None]


@pytest.mark.parametrize(("inputs", "there"), [(INPUTS, True), ("code|title|file", False)])
def test_a_new_workspace_has_a_folder_for_inputs_only_if_there_are_any(
    tmp_path: Path, inputs: str, there: bool
) -> None:
    folder = write_tables(tmp_path / "scheme", {**TABLES, "inputs": inputs})
    made = write_workspace(rows_of(folder), tmp_path / "new")
    assert made.inputs.exists() == there
    if there:
        assert list(made.inputs.iterdir()) == []


def test_the_real_scheme_of_these_tests_is_sound(real: Workspace) -> None:
    assert codes(load_scheme(real.scheme)[1]) == []
