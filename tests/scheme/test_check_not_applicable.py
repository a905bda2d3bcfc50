"""Parts that need not apply: what adds them up says what they count then."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.problems import Severity
from tests.builders import SMALL
from tests.scheme.faults import facts, placed, problems_of, sentences

PLAIN = SMALL["criteria"].replace("earned   | yes ", "earned   |     ")
SILENT = SMALL["scores"].replace("not_applicable=full", "")
UNITS = """
    code | name   | class | not_applicable
    V01  | 东村   | 村    |
    V02  | 西河村 | 村    | {parts}
    """


def unruled(tmp_path: Path, parts: str, **tables: str) -> list[tuple[str, str]]:
    problems = problems_of(tmp_path, units=UNITS.format(parts=parts), **tables)
    return placed([one for one in problems if one.code != "form_unread_in"])


@pytest.mark.parametrize("parts", ["1.1", "duty/1.1", "2", "duty/2"])
def test_a_rubric_of_which_the_units_table_leaves_out_a_part_says_what_it_counts(
    tmp_path: Path, parts: str
) -> None:
    found = unruled(tmp_path, parts, criteria=PLAIN, scores=SILENT)
    both = [("not_applicable_unruled_unit", f"scores!H{row}") for row in (3, 4)]
    assert found == both
    ruled = SMALL["scores"]
    assert unruled(tmp_path / "ruled", parts, criteria=PLAIN, scores=ruled) == []


def test_the_error_names_part_unit_and_cure(tmp_path: Path) -> None:
    tables = {"criteria": PLAIN, "scores": SILENT, "units": UNITS.format(parts="1.1")}
    problem = problems_of(tmp_path, **tables)[0]
    assert problem.severity is Severity.ERROR
    assert sentences(problem, "zh") == (
        "单位表写明 1.1 不适用于“西河村”，“自评”却没有写明那时怎么算。",
        "给这个计分项加参数“不适用=满分”“不适用=折算”或“不适用=零分”。",
    )
    assert sentences(problem, "en") == (
        "The units table says that 1.1 does not apply to “西河村”, but “自评” does not say what "
        "that counts.",
        "Give this score the parameter not_applicable=full, not_applicable=rescale or "
        "not_applicable=zero.",
    )


def test_a_rubric_that_is_left_out_as_a_whole_does_not_apply_and_counts_nothing(
    tmp_path: Path,
) -> None:
    """Both parts of a weighted node: nothing is taken for 0, so there is nothing to say."""
    assert unruled(tmp_path, "1;2", criteria=PLAIN, scores=SILENT) == []


TREE = """
    code  | title  | parent | rule   | points | source  | parameters
    total | 总分   |        | sum    | 200    |         | {total}
    panel | 考核组 | total  | rubric | 100    | panel   | not_applicable=full
    self  | 自评   | total  | rubric | 100    | self    | not_applicable=full
    """


@pytest.mark.parametrize("said", [False, True])
def test_a_sum_says_what_a_part_counts_that_does_not_apply_as_a_whole(
    tmp_path: Path, said: bool
) -> None:
    scores = TREE.format(total="not_applicable=zero" if said else "")
    criteria = PLAIN + "    own | 1 | 全部 | | 100 | earned | |\n"
    criteria = criteria.replace("own | 1 | 全部 |", "own | 1 | | 全部").replace("| | 100", "| 100")
    forms = SMALL["forms"].replace("自评       | rubric | duty", "自评       | rubric | own ")
    tables = {"scores": scores, "criteria": criteria, "forms": forms}
    edits = ("awards", "优秀", "优秀")
    problems = problems_of(tmp_path, edits, units=UNITS.format(parts="own/1"), **tables)
    if said:
        assert problems == []
    else:
        assert placed(problems) == [("not_applicable_unruled_part", "scores!G2")]
        assert facts(problems[0]) == {"node": "总分", "part": "自评"}


def test_a_part_of_an_optional_period_may_not_apply(tmp_path: Path) -> None:
    periods = "code | title | due | least\nY | 年终 | 2026-12-20 |\nH | 年中 | 2026-06-20 | 0"
    scores = (
        TREE.format(total="").replace("panel   |", "panel@Y |").replace("self    |", "self@H  |")
    )
    assert unruled(tmp_path, "", scores=scores, periods=periods) == [
        ("not_applicable_unruled_part", "scores!G2")
    ]
