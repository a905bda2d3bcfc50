"""Faults of the score tree, its weights, points, sources and parameters."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from assessor.decimals import percent
from assessor.problems import Problem, Severity
from tests.scheme.faults import facts, placed, problems_of

AWARDS = "code | title | for | class | slots | by | least_grade\n"


def _first(problems: list[Problem], code: str) -> Problem:
    return next(problem for problem in problems if problem.code == code)


# -- weights -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("weight", "total"), [("50%", "90%"), ("60.5%", "100.5%"), ("61", "101%")])
def test_weights_that_are_not_whole_are_an_error_at_their_parent(
    tmp_path: Path, weight: str, total: str
) -> None:
    problems = problems_of(tmp_path, ("scores", "60% ", f"{weight} "))
    assert placed(problems) == [("weights_not_whole", "scores!A2")]
    assert problems[0].severity is Severity.ERROR
    assert (facts(problems[0])["node"], facts(problems[0])["total"]) == ("总分", total)
    assert "自评 40%" in facts(problems[0])["parts"]  # type: ignore[operator]


def test_weights_must_be_whole_for_every_class(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        units="code|name|class\nV01|东村|村\nO01|财政所|机关",
        awards=AWARDS,
        scores="""
            code  | title | parent | rule     | weight | points | source | classes | parameters
            total | 总分  |        | weighted |        | 100    |        |         |
            self  | 自评  | total  | rubric   | 40%    | 100    | self   | 村      | 不适用=满分
            panel | 评分  | total  | rubric   | 60%    | 100    | panel  |         | 不适用=满分
            """,
    )
    assert placed(problems) == [("weights_not_whole", "scores!A2")]
    assert facts(problems[0])["total"] == "60%"


def test_weights_that_are_scaled_up_for_a_class_are_no_fault(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        units="code|name|class\nV01|东村|村\nO01|财政所|机关",
        awards=AWARDS,
        scores="""
            code  | title | parent | rule     | weight | points | source | classes | parameters
            total | 总分  |        | weighted |        | 100    |        |         | 不适用=折算
            self  | 自评  | total  | rubric   | 40%    | 100    | self   | 村      | 不适用=满分
            panel | 评分  | total  | rubric   | 60%    | 100    | panel  |         | 不适用=满分
            """,
    )
    assert problems == []


def test_a_missing_weight_is_named(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("scores", "60% ", " "))
    assert placed(problems) == [
        ("weights_not_whole", "scores!A2"),
        ("weight_missing", "scores!E4"),
    ]


def test_a_negative_weight_is_an_error_even_where_the_sum_is_whole(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("scores", "40% ", "-40% "), ("scores", "60% ", "140% "))
    assert any(problem.place.cell == "E3" for problem in problems)


def test_a_weight_that_nothing_uses_is_an_error(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("scores", "weighted |        | 100", "mean | | 100"))
    assert placed(problems) == [("weight_unused", "scores!E3"), ("weight_unused", "scores!E4")]


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Fraction(3, 5), "60%"),
        (Fraction(1), "100%"),
        (Fraction(1, 8), "12.5%"),
        (Fraction(0), "0%"),
        (None, "—"),
    ],
)
def test_a_share_is_worded_as_people_write_it(share: Fraction | None, text: str) -> None:
    assert percent(share) == text


# -- points --------------------------------------------------------------------------------------


def test_a_node_whose_points_are_not_those_of_its_rubric_is_an_error(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("scores", "60%    | 100", "60%    | 90"))
    assert ("node_points", "scores!F4") in placed(problems)
    said = facts(_first(problems, "node_points"))
    assert (said["node"], said["declared"], said["total"]) == ("考核组评分", 90, 100)


def test_a_sum_whose_points_are_not_those_of_its_parts_is_an_error(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        scores="""
            code  | title | parent | rule   | points | source | parameters
            total | 总分  |        | sum    | 100    |        |
            self  | 自评  | total  | rubric | 100    | self   | not_applicable=full
            panel | 评分  | total  | rubric | 100    | panel  | not_applicable=full
            """,
    )
    assert placed(problems) == [("node_points", "scores!E2")]
    assert (facts(problems[0])["declared"], facts(problems[0])["total"]) == (100, 200)


def test_a_weighted_total_whose_points_are_not_those_of_its_parts_is_an_error(
    tmp_path: Path,
) -> None:
    problems = problems_of(tmp_path, ("scores", "weighted |        | 100", "weighted | | 120"))
    assert placed(problems) == [("node_points", "scores!F2")]
    assert (facts(problems[0])["declared"], facts(problems[0])["total"]) == (120, 100)


def test_a_mean_whose_points_are_not_those_of_its_parts_is_an_error(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        scores="""
            code  | title | parent | rule   | points | source | parameters
            total | 总分  |        | mean   | 50     |        |
            self  | 自评  | total  | rubric | 100    | self   | not_applicable=full
            panel | 评分  | total  | rubric | 100    | panel  | not_applicable=full
            """,
    )
    assert placed(problems) == [("node_points", "scores!E2")]


def test_a_node_without_points_is_an_error(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("scores", "60%    | 100", "60%    |    "))
    assert placed(problems) == [("node_without_points", "scores!F4")]


# -- the tree ------------------------------------------------------------------------------------


def test_an_unknown_parent_is_reported_with_the_one_meant(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("scores", "考核组评分 | total", "考核组评分 | totla"))
    assert ("name_unknown", "scores!C4") in placed(problems)
    assert facts(_first(problems, "name_unknown")) == {
        "what": "上级",
        "name": "totla",
        "guess": "total",
    }


def test_nodes_above_each_other_in_a_circle_are_reported_each(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        scores="""
            code  | title | parent | rule   | points | source | parameters
            total | 总分  |        | sum    | 100    |        |
            panel | 评分  | total  | rubric | 100    | panel  | not_applicable=full
            a     | 甲    | b      | mean   | 100    |        |
            b     | 乙    | a      | mean   | 100    |        |
            c     | 丙    | c      | mean   | 100    |        |
            """,
    )
    circles = [problem for problem in problems if problem.code == "parent_cycle"]
    assert placed(circles) == [
        ("parent_cycle", "scores!C4"),
        ("parent_cycle", "scores!C5"),
        ("parent_cycle", "scores!C6"),
    ]
    assert [problem.facts["name"] for problem in circles] == ["a", "b", "c"]


def test_a_tree_that_is_all_circle_is_reported(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("scores", "total | 总分       |  ", "total | 总分 | panel"))
    found = placed(problems)
    assert ("parent_cycle", "scores!C2") in found
    assert ("parent_cycle", "scores!C4") in found


def test_a_code_that_stands_twice_is_an_error(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("scores", "panel | 考核组评分", "self | 考核组评分"))
    assert ("table_code_twice", "scores!A4") in placed(problems)
    assert facts(_first(problems, "table_code_twice"))["other"] == "A3"


def test_a_second_top_is_an_error(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        ("scores", "self  | 自评       | total  | rubric   | 40%", "self | 自评 | | rubric |"),
    )
    assert ("two_tops", "scores!C3") in placed(problems)
    said = facts(_first(problems, "two_tops"))
    assert said == {"node": "自评", "unit_class": "村", "other": "总分"}


def test_an_unknown_rule_lists_the_rules(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("scores", "weighted", "wieghted"))
    assert ("table_not_a_choice", "scores!D2") in placed(problems)
    said = facts(_first(problems, "table_not_a_choice"))
    assert said["value"] == "wieghted"
    assert "加权" in said["choices"]  # type: ignore[operator]


@pytest.mark.parametrize(("rule", "guess"), [("wieghted", "weighted"), ("细则得份", "细则得分")])
def test_an_unknown_rule_is_reported_with_the_one_meant(
    tmp_path: Path, rule: str, guess: str
) -> None:
    problems = problems_of(tmp_path, ("scores", "weighted", rule))
    assert facts(_first(problems, "table_not_a_choice")).get("guess") == guess


def test_an_unknown_rule_does_not_accuse_the_rows_that_are_right(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("scores", "weighted", "wieghted"))
    assert placed(problems) == [("table_not_a_choice", "scores!D2")]


def test_a_node_that_adds_up_needs_parts(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        scores="""
            code  | title | parent | rule   | points | source | parameters
            total | 总分  |        | mean   | 100    |        |
            panel | 评分  | total  | rubric | 100    | panel  | not_applicable=full
            extra | 附加  | total  | mean   | 100    |        |
            """,
    )
    assert ("node_without_children", "scores!D4") in placed(problems)


def test_a_node_under_one_that_does_not_add_up_would_never_count(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        scores="""
            code  | title | parent | rule   | points | source | parameters
            total | 总分  |        | mean   | 100    |        |
            panel | 评分  | total  | rubric | 100    | panel  | not_applicable=full
            self  | 自评  | panel  | rubric | 100    | self   | not_applicable=full
            """,
    )
    assert placed(problems) == [("node_children_ignored", "scores!C4")]
    assert facts(problems[0]) == {"node": "自评", "parent": "评分"}


def test_an_informative_node_may_stand_anywhere(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        scores="""
            code  | title | parent | rule   | points | source | parameters
            total | 总分  |        | mean   | 100    |        |
            panel | 评分  | total  | rubric | 100    | panel  | 不适用=满分
            self  | 自评  | panel  | rubric | 100    | self   | 不适用=满分;仅供参考=是
            """,
    )
    assert problems == []


@pytest.mark.parametrize("code", ["self.1", "self.a"])
def test_a_node_does_not_take_the_code_of_a_section(tmp_path: Path, code: str) -> None:
    problems = problems_of(tmp_path, ("scores", "self  | 自评", f"{code} | 自评"))
    assert placed(problems) == [("node_code_taken", "scores!A3")]
    assert facts(problems[0]) == {"code": code}


# -- sources -------------------------------------------------------------------------------------


def test_an_unknown_form_is_reported_with_the_one_meant(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("scores", "100    | panel", "100    | panle"))
    assert placed(problems) == [("name_unknown", "scores!G4")]
    assert facts(problems[0]) == {"what": "来源", "name": "panle", "guess": "panel"}


def test_a_rule_with_a_source_states_it(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("scores", "100    | panel", "100    |      "))
    assert placed(problems) == [("node_without_source", "scores!G4")]


def test_a_rule_reads_only_forms_of_its_layout(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        ("scores", "rubric   | 60%", "bonus    | 60%"),
        ("scores", "60%    | 100", "60% | "),
    )
    assert placed(problems) == [("source_layout", "scores!G4"), ("parameter_unheard", "scores!H4")]
    assert facts(problems[0]) == {"node": "考核组评分", "form": "考核组评分表"}


def test_a_source_of_several_periods_says_which(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        ("scores", "| self  ", "| self@Y "),
        periods="code | title\nH1 | 年中\nY | 年终",
    )
    assert placed(problems) == [("source_without_period", "scores!G4")]
    assert facts(problems[0])["periods"] == ["H1", "Y"]


def test_an_unknown_period_is_reported_with_the_one_meant(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        ("scores", "| self  ", "| self@YEAR "),
        ("scores", "| panel  |", "| panel@YAER |"),
        periods="code | title\nHALF | 年中\nYEAR | 年终",
    )
    assert placed(problems) == [("name_unknown", "scores!G4")]
    assert (facts(problems[0])["name"], facts(problems[0])["guess"]) == ("YAER", "YEAR")


def test_a_node_reads_only_forms_that_its_class_fills_in(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        units="code|name|class\nV01|东村|村\nO01|财政所|机关",
        forms="""
            code  | title | workbook | layout | rubric | filled_by | classes
            self  | 自评  | 自评     | rubric | duty   | self      | 村
            panel | 评分  | 评分     | rubric | duty   | panel     |
            """,
    )
    assert placed(problems) == [("source_not_for_class", "scores!G3")]
    assert facts(problems[0]) == {"node": "自评", "form": "自评", "unit_class": "机关"}


@pytest.mark.parametrize(("source", "guess"), [("review/R01", "R10"), ("review", "—")])
def test_an_item_names_a_column_of_its_form(tmp_path: Path, source: str, guess: str) -> None:
    problems = problems_of(
        tmp_path,
        criteria="rubric|code|title|points|entry\nreview|R10|述职|100|earned",
        forms="code|title|workbook|layout|rubric|filled_by\nreview|评议|评议|review|review|panel",
        scores=f"""
            code  | title | parent | rule | points | source
            total | 总分  |        | mean | 100    |
            talk  | 述职  | total  | item | 100    | {source}
            """,
        settings="""
            key    | value
            code   | s
            title  | 考核
            round  | 2026
            issuer | 某镇
            digits | 2
            rounding | each
            """,
    )
    assert placed(problems) == [("name_unknown", "scores!F3")]
    assert facts(problems[0])["guess"] == guess


def test_a_score_has_at_most_six_digits(tmp_path: Path) -> None:
    (problem,) = problems_of(
        tmp_path,
        scores="""
            code  | title | parent | rule   | points | source | digits | parameters
            total | 总分  |        | mean   | 100    |        |        |
            self  | 自评  | total  | rubric | 100    | self   | 6      | not_applicable=full
            panel | 评分  | total  | rubric | 100    | panel  | 9      | not_applicable=full
            """,
    )
    assert placed([problem]) == [("setting_digits", "scores!G4")]
