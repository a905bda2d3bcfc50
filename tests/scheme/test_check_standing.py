"""Faults of grades, ranks and awards, each found at its cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.problems import Severity
from tests.builders import codes
from tests.scheme.faults import facts, placed, problems_of

AWARDS = "code | title | for | class | slots | by | least_grade\n"

# -- grades --------------------------------------------------------------------------------------


def test_bands_with_a_gap_are_an_error(tmp_path: Path) -> None:
    grades = "for|grade|from|to\nunit|优秀|90|\nunit|合格|60|85\nunit|不合格||"
    problems = problems_of(tmp_path, grades=grades)
    assert placed(problems) == [("bands_gap", "grades!D3")]
    assert (facts(problems[0])["low"], facts(problems[0])["top"]) == (90, 85)


def test_bands_that_overlap_are_an_error(tmp_path: Path) -> None:
    grades = "for|grade|from|to\nunit|优秀|90|\nunit|合格|60|95\nunit|不合格||"
    problems = problems_of(tmp_path, grades=grades)
    assert placed(problems) == [("bands_overlap", "grades!D3")]
    assert (facts(problems[0])["better"], facts(problems[0])["worse"]) == ("优秀", "合格")


def test_those_that_are_appraised_have_grades(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, grades="for|grade|from", awards=AWARDS)
    assert codes(problems) == ["grades_missing"]
    assert problems[0].place.sheet == "grades"


def test_a_grade_that_stands_twice_is_an_error(tmp_path: Path) -> None:
    grades = "for|grade|from\nunit|优秀|90\nunit|优秀|80\nunit|合格|"
    assert ("table_code_twice", "grades!B3") in placed(problems_of(tmp_path, grades=grades))


# -- awards --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "code", "cell", "said"),
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
    tmp_path: Path, row: str, code: str, cell: str, said: dict[str, object]
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
    assert said.items() <= facts(problems[0]).items()


def test_an_award_by_decision_may_go_to_those_who_are_not_ranked(tmp_path: Path) -> None:
    units = """
        code | name   | class | ranked
        V01  | 东村   | 村    | yes
        V02  | 西河村 | 村    | no
        """
    awards = AWARDS + "A|先进|unit|村|2|decision|"
    assert problems_of(tmp_path, units=units, awards=awards) == []


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        ("A|先进|unit|村|||rank|", "award_without_slots", "E2"),
        ("A|先进|unit|村|1|50%|rank|", "award_slots_twice", "F2"),
        ("A|先进|unit|村||50%|rank|", "", ""),
        ("A|先进|unit|村||120%|rank|", "share_range", "F2"),
        ("A|先进|unit|村||0|rank|", "share_range", "F2"),
        ("A|先进|unit|村||40%|rank|", "award_share_none", "F2"),  # of two
    ],
)
def test_an_award_has_a_number_of_slots_or_a_share(
    tmp_path: Path, row: str, code: str, cell: str
) -> None:
    awards = "code | title | for | class | slots | share | by | least_grade\n"
    expected = [(code, f"awards!{cell}")] if code else []
    assert placed(problems_of(tmp_path, awards=awards + row)) == expected


# -- quotas and shares ---------------------------------------------------------------------------

GRADES = "for | grade | from | quota | share\n"


@pytest.mark.parametrize(
    ("rows", "code", "cell"),
    [
        ("unit|优秀|90|50%|\nunit|合格||", "", ""),
        ("unit|优秀|||20%\nunit|良好|||60%\nunit|合格|||20%", "", ""),
        ("unit|优秀|90|120%|\nunit|合格||", "share_range", "D2"),
        ("unit|优秀|90|50%|\nunit|合格||50%|", "quota_lowest", "D3"),
        ("unit|优秀|||30%\nunit|合格|||60%", "shares_sum", "E3"),
        ("unit|优秀|||30%\nunit|合格|60||70%", "bands_mixed", "E3"),
        ("unit|优秀|||30%\nunit|合格|60||", "bands_mixed", "E3"),
        ("unit|优秀||50%|30%\nunit|合格|||70%", "bands_mixed", "E2"),
    ],
)
def test_quotas_and_fixed_shares_are_whole(tmp_path: Path, rows: str, code: str, cell: str) -> None:
    problems = problems_of(tmp_path, grades=GRADES + rows)
    assert placed(problems) == ([(code, f"grades!{cell}")] if code else [])


def test_a_quota_that_gives_no_place_in_a_class_is_warned_of(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, grades=GRADES + "unit|优秀|90|20%|\nunit|合格||")
    assert (problem.code, problem.severity) == ("quota_none", Severity.WARNING)
    assert facts(problem) == {"unit_class": "村", "grade": "优秀", "units": 2, "share": "20%"}
    rounded = ("settings", "rounding     | each", "rounding | each \n quota_rounding | half_up")
    grades = GRADES + "unit|优秀|90|25%|\nunit|合格||"
    assert problems_of(tmp_path / "up", rounded, grades=grades) == []


@pytest.mark.parametrize(
    ("rows", "severity"),
    [
        ("unit|优秀|90|50%|\nunit|合格||", Severity.WARNING),
        ("unit|优秀|||50%\nunit|合格|||50%", Severity.ERROR),
    ],
)
def test_places_are_counted_from_those_who_are_ranked(
    tmp_path: Path, rows: str, severity: Severity
) -> None:
    units = """
        code | name   | class | ranked
        V01  | 东村   | 村    | yes
        V02  | 西河村 | 村    | yes
        O01  | 机关   | 机关  | no
        """
    scores = """
        code  | title | parent | rule   | points | source | classes | parameters
        total | 总分  |        | rubric | 100    | panel  | 村;机关 | not_applicable=full
        own   | 自评  | total  | item   | 20     | self/1.1 |       | informative=yes
        """
    forms = """
        code  | title        | workbook   | layout | rubric | filled_by | classes
        self  | 自评表       | 自评       | rubric | duty   | self      | 村;机关
        panel | 考核组评分表 | 考核组评分 | rubric | duty   | panel     | 村;机关
        """
    problems = problems_of(
        tmp_path,
        ("settings", "tie_breakers | panel", "tie_breakers | own"),
        units=units,
        scores=scores,
        forms=forms,
        grades=GRADES + rows,
    )
    assert {(p.code, p.severity) for p in problems} == {("quota_unranked", severity)}


# -- grades of nodes -----------------------------------------------------------------------------

NODES = "for | grade | from | node | quota\nunit|优秀|90||\nunit|合格|60||\nunit|不合格|||\n"


@pytest.mark.parametrize(
    ("rows", "code", "cell"),
    [
        ("unit|优秀|80|panel|\nunit|不合格||panel|", "", ""),
        ("unit|优秀|80|panle|\nunit|不合格||panle|", "name_unknown", "D5"),
        ("unit|优良|80|panel|\nunit|不合格||panel|", "name_unknown", "B5"),
        ("unit|优秀|80|panel|20%\nunit|不合格||panel|", "band_of_node", "E5"),
        ("unit|合格|80|panel|\nunit|优秀||panel|", "bands_order", "C5"),
    ],
)
def test_grades_of_a_node_are_those_of_the_total(
    tmp_path: Path, rows: str, code: str, cell: str
) -> None:
    problems = problems_of(tmp_path, grades=NODES + rows)
    assert placed(problems) == ([(code, f"grades!{cell}")] if code else [])


# -- edges ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "top", "edge", "found"),
    [
        ("90", "90", "upper", []),
        ("91", "90", "upper", ["bands_gap"]),
        ("90.01", "90", "upper", ["bands_gap"]),
        ("91", "90", "lower", ["bands_half_open"]),
        ("90.01", "90", "lower", []),
    ],
)
def test_with_the_upper_edge_bounds_must_meet(
    tmp_path: Path, low: str, top: str, edge: str, found: list[str]
) -> None:
    rows = f"unit|优秀|{low}||{edge}\nunit|合格||{top}|{edge}"
    assert codes(problems_of(tmp_path, grades="for|grade|from|to|edge\n" + rows)) == found


# -- ranks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stated", "names"),
    [
        ("ranking | none \n ties | 1223", ["ties"]),
        ("ranking | none \n tie_breakers | panel", ["tie_breakers"]),
        ("quota_rounding | down \n quota_left | passed", ["quota_rounding", "quota_left"]),
        ("export_title | 换算分", ["export_title"]),
        ("export_title | 换算分 \n export_factor | 0.3", []),
        ("ranking | class \n ties | 1223 \n tie_breakers | panel", []),
    ],
)
def test_a_setting_that_nothing_uses_is_warned_of(
    tmp_path: Path, stated: str, names: list[str]
) -> None:
    edit = ("settings", "tie_breakers | panel", stated)
    problems = problems_of(tmp_path, edit, awards=AWARDS)
    assert codes(problems) == ["setting_without_effect"] * len(names)
    assert {problem.severity for problem in problems} <= {Severity.WARNING}


@pytest.mark.parametrize(
    ("ranking", "row", "found"),
    [
        ("none", "A|先进|unit|村|1|rank|", ["award_without_ranking"]),
        ("none", "A|先进|unit|村|1|decision|", []),
        ("class", "A|先进|unit|村|1|rank|", []),
        ("class", "A|先进|unit||1|rank|", []),  # there is only one class
        ("overall", "A|先进|unit|村|1|rank|", []),
    ],
)
def test_an_award_by_rank_needs_its_ranks(
    tmp_path: Path, ranking: str, row: str, found: list[str]
) -> None:
    edit = ("settings", "tie_breakers | panel", f"ranking | {ranking}")
    assert codes(problems_of(tmp_path, edit, awards=AWARDS + row)) == found


# -- quotas, ties, grades and slots that do not fit ----------------------------------------------


def test_quotas_of_more_than_all_are_warned_of(tmp_path: Path) -> None:
    (problem,) = problems_of(
        tmp_path, grades=GRADES + "unit|优秀|90|60%|\nunit|良好|80|50%|\nunit|合格||"
    )
    assert placed([problem]) == [("quotas_sum", "grades!D3")]
    assert (problem.severity, facts(problem)) == (
        Severity.WARNING,
        {"sum": "110%", "kind": "kind.unit"},
    )


def test_a_grade_that_an_award_asks_for_is_a_grade(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, awards=f"{AWARDS}A|先进|unit|村|1|rank|优绣")
    assert placed([problem]) == [("name_unknown", "awards!G2")]
    assert facts(problem) == {"what": "最低等次", "name": "优绣", "guess": "优秀"}


TWO_CLASSES = {
    "units": "code|name|class\nV1|东村|村\nV2|西村|村\nO1|甲局|机关\nO2|乙局|机关",
    "awards": "code|title|for|slots|by",
    "scores": """
        code  | title | parent | rule   | points | source | classes | parameters
        vtop  | 村    |        | mean   | 100    |        | 村      |
        vself | 村自评 | vtop  | rubric | 100    | self   |         | not_applicable=full
        vpan  | 村考核 | vtop  | rubric | 100    | panel  |         | not_applicable=full
        otop  | 机关  |        | mean   | 100    |        | 机关    |
        oself | 局自评 | otop  | rubric | 100    | self   |         | not_applicable=full
        opan  | 局考核 | otop  | rubric | 100    | panel  |         | not_applicable=full
        """,
}


@pytest.mark.parametrize(
    ("ranking", "breakers", "lacking"),
    [
        ("both", "vpan", [["机关"]]),
        ("both", "vpan;opan", [["机关"], ["村"]]),
        ("class", "vpan;opan", []),
        ("class", "vpan", [["机关"]]),
    ],
)
def test_a_node_that_breaks_ties_is_scored_for_all_that_are_ranked_together(
    tmp_path: Path, ranking: str, breakers: str, lacking: list[list[str]]
) -> None:
    settings = ("settings", "tie_breakers | panel", f"tie_breakers | {breakers}\nranking|{ranking}")
    problems = problems_of(tmp_path, settings, **TWO_CLASSES)
    assert set(placed(problems)) <= {("tie_breaker_not_for", "settings!B8")}
    assert [facts(problem)["classes"] for problem in problems] == lacking
    assert {problem.severity for problem in problems} <= {Severity.WARNING}
