"""Faults of the score tree, grades, limits and awards, each found at its cell."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from assessor.i18n import catalog
from assessor.problems import Problem, Severity
from assessor.scheme.check_scores import percent
from tests.builders import codes
from tests.scheme.faults import placed, problems_of

LIMITS = "title | for | node | operator | value | effect | grade\n"
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
    assert (problems[0].facts["node"], problems[0].facts["total"]) == ("总分", total)
    assert "自评 40%" in problems[0].facts["parts"]  # type: ignore[operator]


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
    assert problems[0].facts["total"] == "60%"


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
    facts = _first(problems, "node_points").facts
    assert (facts["node"], facts["declared"], facts["total"]) == ("考核组评分", 90, 100)


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
    assert (problems[0].facts["declared"], problems[0].facts["total"]) == (100, 200)


def test_a_weighted_total_whose_points_are_not_those_of_its_parts_is_an_error(
    tmp_path: Path,
) -> None:
    problems = problems_of(tmp_path, ("scores", "weighted |        | 100", "weighted | | 120"))
    assert placed(problems) == [("node_points", "scores!F2")]
    assert (problems[0].facts["declared"], problems[0].facts["total"]) == (120, 100)


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
    assert _first(problems, "name_unknown").facts == {
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
    assert placed(problems) == [
        ("parent_cycle", "scores!C4"),
        ("parent_cycle", "scores!C5"),
        ("parent_cycle", "scores!C6"),
    ]
    assert [problem.facts["name"] for problem in problems] == ["a", "b", "c"]


def test_a_tree_that_is_all_circle_is_reported(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("scores", "total | 总分       |  ", "total | 总分 | panel"))
    found = placed(problems)
    assert ("parent_cycle", "scores!C2") in found
    assert ("parent_cycle", "scores!C4") in found


def test_a_code_that_stands_twice_is_an_error(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("scores", "panel | 考核组评分", "self | 考核组评分"))
    assert ("table_code_twice", "scores!A4") in placed(problems)
    assert _first(problems, "table_code_twice").facts["other"] == "A3"


def test_a_second_top_is_an_error(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path, ("scores", "self  | 自评       | total  | rubric   | 40%", "self | 自评 | | rubric |")
    )
    assert ("two_tops", "scores!C3") in placed(problems)
    facts = _first(problems, "two_tops").facts
    assert facts == {"node": "自评", "unit_class": "村", "other": "总分"}


def test_an_unknown_rule_lists_the_rules(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("scores", "weighted", "wieghted"))
    assert ("table_not_a_choice", "scores!D2") in placed(problems)
    facts = _first(problems, "table_not_a_choice").facts
    assert facts["value"] == "wieghted"
    assert "加权" in facts["choices"]  # type: ignore[operator]


@pytest.mark.parametrize(("rule", "guess"), [("wieghted", "weighted"), ("加全", "加权")])
def test_an_unknown_rule_is_reported_with_the_one_meant(
    tmp_path: Path, rule: str, guess: str
) -> None:
    problems = problems_of(tmp_path, ("scores", "weighted", rule))
    assert _first(problems, "table_not_a_choice").facts.get("guess") == guess


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
    assert placed(problems) == [("node_without_children", "scores!D4")]


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
    assert problems[0].facts == {"node": "自评", "parent": "评分"}


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


@pytest.mark.parametrize("code", ["self.1", "self/1", "self@1"])
def test_a_node_does_not_take_the_code_of_a_section(tmp_path: Path, code: str) -> None:
    problems = problems_of(tmp_path, ("scores", "self  | 自评", f"{code} | 自评"))
    assert placed(problems) == [("node_code_taken", "scores!A3")]
    assert problems[0].facts == {"code": code}


# -- sources -------------------------------------------------------------------------------------


def test_an_unknown_form_is_reported_with_the_one_meant(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("scores", "100    | panel", "100    | panle"))
    assert placed(problems) == [("name_unknown", "scores!G4")]
    assert problems[0].facts == {"what": "来源", "name": "panle", "guess": "panel"}


def test_a_rule_with_a_source_states_it(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("scores", "100    | panel", "100    |      "))
    assert placed(problems) == [("node_without_source", "scores!G4")]


def test_a_rule_reads_only_forms_of_its_layout(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path, ("scores", "rubric   | 60%", "bonus    | 60%"), ("scores", "60%    | 100", "60% | ")
    )
    assert placed(problems) == [("source_layout", "scores!G4")]
    assert problems[0].facts == {"node": "考核组评分", "form": "考核组评分表"}


def test_a_source_of_several_periods_says_which(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        ("scores", "| self  ", "| self@Y "),
        periods="code | title\nH1 | 年中\nY | 年终",
    )
    assert placed(problems) == [("source_without_period", "scores!G4")]
    assert problems[0].facts["periods"] == ["H1", "Y"]


def test_an_unknown_period_is_reported_with_the_one_meant(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        ("scores", "| self  ", "| self@YEAR "),
        ("scores", "| panel  |", "| panel@YAER |"),
        periods="code | title\nHALF | 年中\nYEAR | 年终",
    )
    assert placed(problems) == [("name_unknown", "scores!G4")]
    assert problems[0].facts == {"what": "期次", "name": "YAER", "guess": "YEAR"}


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
    assert problems[0].facts == {"node": "自评", "form": "自评", "unit_class": "机关"}


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
    assert problems[0].facts["guess"] == guess


# -- parameters ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "code", "facts"),
    [
        ("not_applicable=half", "parameter_word", {"value": "half"}),
        ("not_applicable=full;cap=许多", "parameter_number", {"key": "cap", "value": "许多"}),
        ("not_applicable=full;informative=也许", "parameter_word", {"value": "也许"}),
        ("not_applicabel=full", "table_bad_parameter", {"pair": "not_applicabel=full"}),
        ("not_applicable=full;cap=-5", "parameter_number", {"value": "-5"}),
        ("not_applicable=full;cap=²", "parameter_number", {"value": "²"}),
        ("not_applicable=full;cap=.", "parameter_number", {"value": "."}),
    ],
)
def test_a_parameter_that_makes_no_sense_is_an_error(
    tmp_path: Path, parameters: str, code: str, facts: dict[str, str]
) -> None:
    edit = ("scores", "| self   | not_applicable=full", f"| self | {parameters}")
    problems = problems_of(tmp_path, edit)
    assert (code, "scores!H3") in placed(problems)
    assert facts.items() <= _first(problems, code).facts.items()


def test_a_ballot_states_its_denominator(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        options="set|option|value\n四档|优|100\n四档|差|40",
        criteria="rubric|code|title|entry\naspects|T1|作风|ballot",
        forms="""
            code  | title | workbook | layout | rubric  | options | filled_by | covers
            panel | 计票  | 计票     | tally  | aspects | 四档    | panel     | all
            """,
        scores="""
            code  | title | parent | rule   | points | source | parameters
            total | 总分  |        | mean   | 100    |        |
            panel | 票决  | total  | ballot | 100    | panel  | turnout_min=5
            """,
    )
    assert placed(problems) == [("denominator_missing", "scores!G3")]


def test_what_becomes_of_a_criterion_that_does_not_apply_must_be_said(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("scores", "| self   | not_applicable=full", "| self |"))
    assert placed(problems) == [("not_applicable_unruled", "scores!H3")]
    assert problems[0].facts == {"node": "自评", "code": "1.10"}


def test_a_tie_breaker_must_be_a_node(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, ("settings", "| panel", "| panle"))
    assert placed(problems) == [("name_unknown", "settings!B8")]
    assert problems[0].facts == {"what": "同分比较", "name": "panle", "guess": "panel"}


# -- grades --------------------------------------------------------------------------------------


def test_bands_with_a_gap_are_an_error(tmp_path: Path) -> None:
    grades = "for|grade|from|to\nunit|优秀|90|\nunit|合格|60|85\nunit|不合格||"
    problems = problems_of(tmp_path, grades=grades)
    assert placed(problems) == [("bands_gap", "grades!D3")]
    assert (problems[0].facts["low"], problems[0].facts["top"]) == (90, 85)


def test_bands_that_overlap_are_an_error(tmp_path: Path) -> None:
    grades = "for|grade|from|to\nunit|优秀|90|\nunit|合格|60|95\nunit|不合格||"
    problems = problems_of(tmp_path, grades=grades)
    assert placed(problems) == [("bands_overlap", "grades!D3")]
    assert (problems[0].facts["better"], problems[0].facts["worse"]) == ("优秀", "合格")


def test_those_that_are_appraised_have_grades(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, grades="for|grade|from", awards=AWARDS)
    assert codes(problems) == ["grades_missing"]
    assert problems[0].place.sheet == "grades"


def test_a_grade_that_stands_twice_is_an_error(tmp_path: Path) -> None:
    grades = "for|grade|from\nunit|优秀|90\nunit|优秀|80\nunit|合格|"
    assert ("table_code_twice", "grades!B3") in placed(problems_of(tmp_path, grades=grades))


# -- limits --------------------------------------------------------------------------------------


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
    assert problems[0].facts["reason"] == reason
    assert catalog("zh").text(reason)


@pytest.mark.parametrize(
    ("row", "code", "cell", "guess"),
    [
        ("过低 | unit | panle | < | 60 | cap | 合格", "name_unknown", "C2", "panel"),
        ("过低 | unit | panel | < | 60 | cap | 不合各", "name_unknown", "G2", "不合格"),
        ("过低 | unit | panel | < | 60 | cap |", "limit_without_grade", "G2", None),
        ("过低 | unit | panel | ≤ | 60 | cap | 合格", "table_not_a_choice", "D2", None),
    ],
)
def test_a_limit_names_what_exists(
    tmp_path: Path, row: str, code: str, cell: str, guess: str | None
) -> None:
    problems = problems_of(tmp_path, limits=LIMITS + row)
    assert placed(problems) == [(code, f"limits!{cell}")]
    assert problems[0].facts.get("guess") == guess


# -- awards --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "code", "cell", "facts"),
    [
        ("A|先进|person||1|rank|", "award_never", "D2", {"title": "先进"}),
        ("A|先进|unit|党工委|1|rank|", "award_never", "D2", {"title": "先进"}),
        ("A|先进|unit|村|0|rank|", "award_without_slots", "E2", {"title": "先进"}),
        ("A|先进|unit|村|3|rank|", "award_slots", "E2", {"slots": 3, "units": 2}),
        ("A|先进|unit|村|1|rank|优良", "name_unknown", "G2", {"name": "优良"}),
        ("A|先进|unit|党公委|1|rank|", "name_unknown", "D2", {"guess": "党工委"}),
        ("A|先进|unit|村|1|抽签|", "table_not_a_choice", "F2", {"value": "抽签"}),
        ("A|先进|unit|村|1|rank|\nA|优胜|unit|村|1|rank|", "table_code_twice", "A3", {}),
    ],
)
def test_an_award_that_can_never_be_won_is_an_error(
    tmp_path: Path, row: str, code: str, cell: str, facts: dict[str, object]
) -> None:
    units = """
        code | name   | class  | ranked
        V01  | 东村   | 村     | yes
        V02  | 西河村 | 村     | yes
        J01  | 党工委 | 党工委 | no
        """
    problems = problems_of(tmp_path, units=units, awards=AWARDS + row)
    assert placed(problems) == [(code, f"awards!{cell}")]
    assert problems[0].severity is Severity.ERROR
    assert facts.items() <= problems[0].facts.items()


def test_an_award_by_decision_may_go_to_those_who_are_not_ranked(tmp_path: Path) -> None:
    units = """
        code | name   | class | ranked
        V01  | 东村   | 村    | yes
        V02  | 西河村 | 村    | no
        """
    awards = AWARDS + "A|先进|unit|村|2|decision|"
    assert problems_of(tmp_path, units=units, awards=awards) == []
