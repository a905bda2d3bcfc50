"""Faults of units, raters and periods, each found at its cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.problems import Place, Severity
from assessor.scheme.check_people import cycles
from tests.builders import codes
from tests.scheme.faults import facts, placed, problems_of, sentences


def test_the_small_scheme_has_no_fault(tmp_path: Path) -> None:
    assert problems_of(tmp_path) == []


def test_a_scheme_without_units_says_so_in_the_units_table(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, units="code | name | class")
    (problem,) = [problem for problem in problems if problem.code == "no_units"]
    assert problem.place.sheet == "units"


def test_a_unit_without_class_is_one_error_at_its_cell(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("units", "西河村 | 村 ", "西河村 |  "))
    assert [problem.place for problem in problems] == [Place("units.csv", "units", "C3")]
    assert problems[0].severity is Severity.ERROR


def test_a_class_of_units_and_persons_is_an_error(tmp_path: Path) -> None:
    units = """
        code | name   | class | kind
        V01  | 东村   | 村    | unit
        S01  | 王书记 | 村    | person
        """
    problems = problems_of(tmp_path, units=units)
    assert ("class_of_two_kinds", "units!D3") in placed(problems)


def test_a_ranked_class_without_a_score_tree_is_an_error(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        ("units", "V02  | 西河村 | 村 ", "V02  | 西河村 | 材 "),
        scores="""
            code  | title | parent | rule     | weight | points | source | classes | parameters
            total | 总分  |        | weighted |        | 100    |        | 村      |
            self  | 自评  | total  | rubric   | 40%    | 100    | self   |         | 不适用=满分
            panel | 评分  | total  | rubric   | 60%    | 100    | panel  |         | 不适用=满分
            """,
    )
    assert placed(problems) == [("class_without_tree", "units!C3")]
    assert facts(problems[0]) == {"unit_class": "材"}


def test_a_class_that_is_not_ranked_needs_no_score_tree(tmp_path: Path) -> None:
    units = """
        code | name   | class  | parent | ranked
        J01  | 党工委 | 党工委 |        | no
        V01  | 东村   | 村     | J01    | yes
        """
    assert problems_of(tmp_path, units=units) == []


def test_an_unknown_parent_is_reported_with_the_one_meant(tmp_path: Path) -> None:
    units = """
        code | name   | class  | parent
        TOWN | 某镇   | 村     |
        V01  | 东村   | 村     | TWON
        V02  | 西河村 | 村     | X9
        """
    problems = problems_of(tmp_path, units=units)
    assert placed(problems) == [("name_unknown", "units!D3"), ("name_unknown", "units!D4")]
    assert (facts(problems[0])["name"], facts(problems[0])["guess"]) == ("TWON", "TOWN")
    assert (facts(problems[1])["name"], facts(problems[1])["guess"]) == ("X9", "—")


def test_units_above_each_other_in_a_circle_are_reported_each(tmp_path: Path) -> None:
    units = """
        code | name   | class | parent
        V01  | 东村   | 村    | V02
        V02  | 西河村 | 村    | V03
        V03  | 南村   | 村    | V01
        V04  | 北村   | 村    | V01
        V05  | 中村   | 村    | V05
        """
    problems = problems_of(tmp_path, units=units)
    assert placed(problems) == [
        ("parent_cycle", "units!D2"),
        ("parent_cycle", "units!D3"),
        ("parent_cycle", "units!D4"),
        ("parent_cycle", "units!D6"),
    ]
    assert [problem.facts["name"] for problem in problems] == ["V01", "V02", "V03", "V05"]


@pytest.mark.parametrize(
    ("parents", "inside"),
    [
        ({"a": "", "b": "a", "c": "b"}, []),
        ({"a": "a"}, ["a"]),
        ({"a": "b", "b": "a", "c": "a"}, ["a", "b"]),
        ({"a": "gone"}, []),
    ],
)
def test_only_those_inside_a_circle_are_named(parents: dict[str, str], inside: list[str]) -> None:
    assert cycles(parents) == inside


@pytest.mark.parametrize("other", ["a@example.org", "A@Example.org"])
def test_a_shared_address_is_an_error_that_names_the_other_unit(tmp_path: Path, other: str) -> None:
    problems = problems_of(tmp_path, ("units", "b@example.org", other))
    assert placed(problems) == [("email_shared", "units!D3")]
    assert problems[0].severity is Severity.ERROR
    assert facts(problems[0]) == {"email": other, "other": "东村"}


def test_units_may_share_the_address_of_who_forwards(tmp_path: Path) -> None:
    units = """
        code | name   | class | email         | via
        V01  | 东村   | 村    | a@example.org | town@example.org
        V02  | 西河村 | 村    |               | town@example.org
        """
    assert problems_of(tmp_path, units=units) == []


@pytest.mark.parametrize("address", ["b@example", "b.example.org", "b@@example.org", "李四"])
def test_a_malformed_address_is_an_error(tmp_path: Path, address: str) -> None:
    problems = problems_of(tmp_path, ("units", "b@example.org", address))
    assert placed(problems) == [("table_bad_email", "units!D3")]
    assert facts(problems[0])["value"] == address


def test_two_units_of_one_name_are_a_warning(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("units", "西河村", "东村"))
    assert placed(problems) == [("unit_name_twice", "units!B3")]
    assert problems[0].severity is Severity.WARNING
    assert facts(problems[0]) == {"unit": "东村", "other": "V01"}


def test_a_part_that_does_not_apply_must_be_there(tmp_path: Path) -> None:
    units = """
        code | name   | class | not_applicable
        V01  | 东村   | 村    | 1.10;duty/2.3;2
        V02  | 西河村 | 村    | 1.10;duty/2.4
        """
    problems = problems_of(tmp_path, units=units)
    assert placed(problems) == [("name_unknown", "units!D3")]
    assert facts(problems[0])["name"] == "duty/2.4"
    assert str(facts(problems[0])["guess"]).startswith("duty/2")


def test_a_rater_covers_units_and_classes_that_are_there(tmp_path: Path) -> None:
    raters = """
        code | name   | group | covers
        P1   | 考核组 | panel | V01；V02
        P2   | 复核组 | panel | 村；V20
        """
    problems = problems_of(tmp_path, raters=raters)
    assert placed(problems) == [("name_unknown", "raters!D3")]
    assert (facts(problems[0])["name"], facts(problems[0])["guess"]) == ("V20", "V02")


def test_a_period_that_ends_before_it_begins_is_an_error(tmp_path: Path) -> None:
    periods = """
        code | title | opens      | due
        Y    | 年终  | 2026-12-20 | 2026-12-01
        """
    problems = problems_of(tmp_path, periods=periods)
    assert placed(problems) == [("period_backwards", "periods!D2")]


@pytest.mark.parametrize(
    ("table", "text", "cell"),
    [
        ("units", "code|name|class\nV01|东村|村\nV01|西河村|村", "A3"),
        ("periods", "code|title\nY|年中\nY|年终", "A3"),
        ("raters", "code|name|group\nP1|甲|panel\nP1|乙|panel", "A3"),
    ],
)
def test_a_code_that_stands_twice_is_an_error(
    tmp_path: Path, table: str, text: str, cell: str
) -> None:
    problems = problems_of(tmp_path, **{table: text})
    assert ("table_code_twice", f"{table}!{cell}") in placed(problems)
    assert set(codes(problems)) <= {"table_code_twice", "source_without_period"}


# -- classes -------------------------------------------------------------------------------------

CLASSES = """
    code | name   | class
    V01  | 东村   | 社区村
    V02  | 西河村 | 社区村
    V03  | 南村   | {name}
    """


def test_a_class_of_one_unit_that_reads_like_a_larger_one_is_a_warning(tmp_path: Path) -> None:
    """Nothing else asks: the nodes are for all classes, so the unit would be ranked alone."""
    problems = problems_of(
        tmp_path,
        ("awards", "| 村    |", "|       |"),
        units=CLASSES.format(name="社区材"),
    )
    (problem,) = [one for one in problems if one.code == "class_near"]
    assert (placed([problem]), problem.severity) == ([("class_near", "units!C4")], Severity.WARNING)
    assert sentences(problem, "zh") == (
        "类别“社区材”只有“南村”一个单位，方案里别处也没有提到它；它和“社区村”（2 个单位）很像。",
        "写错的，把类别改成“社区村”；确实另成一类的，不需要处理。",
    )
    assert sentences(problem, "en") == (
        "The class “社区材” has only one unit, “南村”, and nothing else in the scheme names it; it "
        "reads almost like “社区村” (2 units).",
        "If it is mistyped, change the class to “社区村”; if it is a class of its own, nothing "
        "needs to be done.",
    )


@pytest.mark.parametrize(
    ("name", "covers"), [("机关", "社区村"), ("社区村", "社区村"), ("社区材", "社区村;社区材")]
)
def test_a_class_that_is_named_elsewhere_or_unlike_the_others_is_no_slip(
    tmp_path: Path, name: str, covers: str
) -> None:
    raters = f"code | name | group | covers\nP1 | 考核组 | panel | {covers}"
    problems = problems_of(tmp_path, units=CLASSES.format(name=name), raters=raters)
    assert [one for one in problems if one.code == "class_near"] == []
