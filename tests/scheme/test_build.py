"""Typed rows to a Scheme: settings that must be stated, bands that are half open."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from assessor.problems import Problem, Severity
from assessor.scheme.build import build_bands, parse_source
from assessor.scheme.columns import GRADES
from assessor.scheme.model import Band, Source
from assessor.scheme.tables import read_table
from assessor.sheets.grid import Grid
from tests.builders import SMALL, cells, codes, edited, small_scheme
from tests.scheme.faults import facts, sentences


def _at(problem: Problem) -> str:
    return f"{problem.place.sheet}!{problem.place.cell}"


# -- settings ------------------------------------------------------------------------------------


def test_the_settings_are_read_in_their_types(tmp_path: Path) -> None:
    text = """
        项目     | 内容
        方案代码 | small
        考核名称 | 小考核
        考核年度 | 2026
        发文单位 | 某镇
        小数位数 | 1
        取整方式 | 最后
        同分比较 | panel、self
        编制日期 | 2026-11-30
        语言     | 英文
        演练     | 是
        备注     | 第一条
        note     | 第二条
        """
    scheme, problems = small_scheme(tmp_path, settings=text)
    settings = scheme.settings
    assert problems == []
    assert (settings.digits, settings.rounding, settings.language) == (1, "last", "en")
    assert settings.tie_breakers == ("panel", "self")
    assert settings.date == dt.date(2026, 11, 30)
    assert settings.rehearsal
    assert settings.notes == ("第一条", "第二条")


@pytest.mark.parametrize(
    ("line", "key", "name"),
    [
        ("code         | small", "code", "方案代码"),
        ("title        | 小考核", "title", "考核名称"),
        ("round        | 2026", "round", "考核年度"),
        ("issuer       | 某镇", "issuer", "发文单位"),
        ("digits       | 2", "digits", "小数位数"),
        ("rounding     | each", "rounding", "取整方式"),
    ],
)
@pytest.mark.parametrize("blank", [False, True], ids=["no row", "no value"])
def test_a_setting_that_must_be_stated_is_asked_for(
    tmp_path: Path, line: str, key: str, name: str, blank: bool
) -> None:
    without = edited(SMALL["settings"], line, f"{key} |" if blank else "")
    _, (problem,) = small_scheme(tmp_path, settings=without)
    assert (problem.code, problem.severity) == ("setting_missing", Severity.ERROR)
    assert problem.place.sheet == "settings"
    assert facts(problem) == {"key": key, "name": name}


def test_a_setting_that_is_nearly_one_is_reported_with_the_one_meant(tmp_path: Path) -> None:
    text = edited(SMALL["settings"], "tie_breakers", "tie_braekers")
    _, (problem,) = small_scheme(tmp_path, settings=text)
    assert (problem.code, _at(problem)) == ("setting_unknown", "settings!A8")
    assert facts(problem) == {"name": "tie_braekers", "guess": "tie_breakers"}


@pytest.mark.parametrize(
    ("line", "new", "code", "cell"),
    [
        ("digits       | 2", "digits | 两位", "table_not_a_number", "B6"),
        ("digits       | 2", "digits | 1.5", "table_not_whole", "B6"),
        ("digits       | 2", "digits | 7", "setting_digits", "B6"),
        ("rounding     | each", "rounding | 随便", "table_not_a_choice", "B7"),
        ("rounding     | each", "rounding | each\ndate | 年底", "table_not_a_date", "B8"),
        ("rounding     | each", "rounding | each\nlanguage | fr", "table_not_a_choice", "B8"),
    ],
)
def test_a_setting_of_a_wrong_value_is_one_error_at_its_cell(
    tmp_path: Path, line: str, new: str, code: str, cell: str
) -> None:
    _, problems = small_scheme(tmp_path, settings=edited(SMALL["settings"], line, new))
    assert [(problem.code, _at(problem)) for problem in problems] == [(code, f"settings!{cell}")]


def test_a_setting_that_is_stated_twice_is_an_error(tmp_path: Path) -> None:
    text = edited(SMALL["settings"], "digits       | 2", "digits | 2\n小数位数 | 3")
    _, problems = small_scheme(tmp_path, settings=text)
    assert [(problem.severity, problem.place.cell[1:]) for problem in problems] == [
        (Severity.ERROR, "7")
    ]


# -- records -------------------------------------------------------------------------------------


def test_the_small_scheme_is_built_without_a_problem(tmp_path: Path) -> None:
    scheme, problems = small_scheme(tmp_path)
    assert problems == []
    assert [unit.code for unit in scheme.units] == ["V01", "V02"]
    assert [row.code for row in scheme.criteria] == "1 1.1 1.2 1.10 2 2.1 2.2 2.3".split()
    assert [node.weight for node in scheme.nodes] == [None, Fraction(2, 5), Fraction(3, 5)]
    assert scheme.nodes[1].parameters == {"not_applicable": "full"}
    assert [band.grade for band in scheme.bands["unit"]] == ["优秀", "合格", "不合格"]
    assert scheme.awards[0].slots == 1


def test_the_only_period_of_a_form_is_its_nodes_period(tmp_path: Path) -> None:
    scheme, _ = small_scheme(tmp_path)
    assert [node.source for node in scheme.nodes] == [
        None,
        Source("self", "", "Y"),
        Source("panel", "", "Y"),
    ]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("self", Source("self")),
        ("self@Y", Source("self", "", "Y")),
        ("review/R1", Source("review", "R1")),
        ("review/1.10@H1", Source("review", "1.10", "H1")),
        (" review / R1 @ Y ", Source("review", "R1", "Y")),
    ],
)
def test_a_source_is_form_criterion_and_period(text: str, source: Source) -> None:
    assert parse_source(text) == source


# -- bands ---------------------------------------------------------------------------------------


def _bands(text: str, digits: int = 2) -> tuple[tuple[Band, ...], list[Problem]]:
    rows, problems = read_table(Grid("grades.csv", "grades", cells(text)), GRADES)
    assert problems == []
    bands, problems = build_bands(rows, digits)
    return bands["unit"], problems


BANDS = (Band("优秀", Decimal(90)), Band("合格", Decimal(60)), Band("不合格", None))


@pytest.mark.parametrize(
    "text",
    [
        """
        for  | grade  | from | to
        unit | 优秀   | 90   |
        unit | 合格   | 60   |
        unit | 不合格 |      |
        """,
        """
        for  | grade  | from | to
        unit | 优秀   | 90   |
        unit | 合格   | 60   | 90
        unit | 不合格 |      | 60
        """,
        """
        for  | grade  | from | to
        unit | 优秀   | 90   |
        unit | 合格   | 60   | 89.99
        unit | 不合格 |      | 59.99
        """,
    ],
    ids=["lower bounds", "closed at the next", "closed by the last digit"],
)
def test_a_band_runs_from_its_lower_bound_to_the_next_better_one(text: str) -> None:
    assert _bands(text) == (BANDS, [])


def test_bands_of_whole_numbers_are_closed_up_with_a_note() -> None:
    bands, problems = _bands("""
        for  | grade  | from | to
        unit | 优秀   | 90   |
        unit | 合格   | 60   | 89
        unit | 不合格 |      | 59
        """)
    assert bands == BANDS
    assert [(problem.code, problem.severity, problem.place.cell) for problem in problems] == [
        ("bands_half_open", Severity.NOTE, "D3"),
        ("bands_half_open", Severity.NOTE, "D4"),
    ]
    assert facts(problems[0]) == {
        "better": "优秀",
        "worse": "合格",
        "low": Decimal(90),
        "top": Decimal(89),
    }


def test_whole_bands_need_no_note_where_scores_are_whole() -> None:
    _, problems = _bands(
        """
        for  | grade  | from | to
        unit | 优秀   | 90   |
        unit | 合格   |      | 89
        """,
        digits=0,
    )
    assert problems == []


FAULTY_BANDS = [
    # what is wrong, rows of for, grade, from, to; the code and the cell
    ("gap", "优秀|90|\n合格|60|85\n不合格||60", "bands_gap", "D3"),
    ("gap of a half", "优秀|90|\n合格|60|89.5\n不合格||60", "bands_gap", "D3"),
    ("gap of one, not whole", "优秀|90.5|\n合格|60|89.5\n不合格||60", "bands_gap", "D3"),
    ("overlap", "优秀|90|\n合格|60|92\n不合格||60", "bands_overlap", "D3"),
    ("one hundredth of overlap", "优秀|90|\n合格|60|90.01\n不合格||60", "bands_overlap", "D3"),
    ("the same bound", "优秀|90|\n合格|90|\n不合格||", "bands_overlap", "C2"),
    ("upside down", "优秀|90|\n合格|60|50\n不合格||60", "bands_overlap", "D3"),
    ("two without bound", "优秀||\n合格|60|\n不合格||", "bands_bound_missing", "C2"),
    ("the lowest first", "不合格||\n优秀|90|\n合格|60|", "bands_bound_missing", "C2"),
    ("the better one lower", "优秀|80|\n良好|90|\n合格|60|\n不合格||", "bands_order", "C3"),
    ("rising", "合格|60|\n优秀|90|", "bands_order", "C3"),
    ("no bottom", "优秀|90|\n合格|60|\n不合格|40|", "bands_no_bottom", "C4"),
]


@pytest.mark.parametrize(
    ("lines", "code", "cell"), [row[1:] for row in FAULTY_BANDS], ids=[r[0] for r in FAULTY_BANDS]
)
def test_bands_with_a_fault_are_an_error_at_its_cell(lines: str, code: str, cell: str) -> None:
    rows = "\n".join(f"unit|{line}" for line in lines.splitlines())
    _, problems = _bands(f"for|grade|from|to\n{rows}")
    assert [(problem.code, problem.severity, problem.place.cell) for problem in problems] == [
        (code, Severity.ERROR, cell)
    ]


def test_a_gap_says_between_which_bands_and_numbers() -> None:
    _, (problem,) = _bands("for|grade|from|to\nunit|优秀|90|\nunit|合格||85")
    assert facts(problem) == {
        "better": "优秀",
        "worse": "合格",
        "low": Decimal(90),
        "top": Decimal(85),
    }


def test_a_grade_out_of_order_says_which_two_rows_contradict_each_other() -> None:
    """优秀 from 80 above 良好 from 90: sorted by the bounds, 良好 would be the better grade."""
    bands, (problem,) = _bands("for|grade|from\nunit|优秀|80\nunit|良好|90\nunit|差|")
    assert [band.grade for band in bands] == ["良好", "优秀", "差"]  # the checks go on with these
    assert sentences(problem, "zh") == (
        "等次要从好到差排列，下限逐行降低：“良好”排在“优秀”下面，下限 90 却高于 80。",
        "核对两行的下限；下限没有错的，把两行的先后换过来。",
    )
    assert sentences(problem, "en") == (
        "Grades stand from the best to the lowest with falling bounds: “良好” stands below “优秀”, "
        "but its bound 90 is above 80.",
        "Check the bounds of both rows; if they are right, let the rows change places.",
    )


def test_a_bound_that_cannot_be_read_is_not_called_out_of_order() -> None:
    text = "for|grade|from\nunit|优秀|九十\nunit|合格|60\nunit|差|"
    rows, problems = read_table(Grid("grades.csv", "grades", cells(text)), GRADES)
    assert codes(problems) == ["table_not_a_number"]
    assert build_bands(rows, 2)[1] == []


def test_a_bottom_of_zero_is_enough() -> None:
    _, problems = _bands("for|grade|from|to\nunit|优秀|90|\nunit|合格|0|")
    assert problems == []


def test_an_upper_bound_of_the_best_band_is_noted() -> None:
    _, problems = _bands("for|grade|from|to\nunit|优秀|90|100\nunit|合格||")
    assert codes(problems) == ["bands_top"]
    assert problems[0].severity is Severity.NOTE


def test_units_and_persons_have_bands_of_their_own() -> None:
    text = """
        for    | grade | from
        unit   | 优秀  | 90
        person | 好    | 80
        unit   | 合格  |
        person | 差    |
        """
    rows, _ = read_table(Grid("grades.csv", "grades", cells(text)), GRADES)
    bands, problems = build_bands(rows, 2)
    assert bands == {
        "unit": (Band("优秀", Decimal(90)), Band("合格", None)),
        "person": (Band("好", Decimal(80)), Band("差", None)),
    }
    assert problems == []
