"""`compare` from two results folders to two files, by the command line."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assessor.comparing import compare_rounds, read_results
from assessor.problems import AssessorError
from tests.builders import SMALL, edited
from tests.commands import Run
from tests.two_years import LAST, SCORES, THIS, UNITS, last_year, put_table, this_year


@pytest.fixture
def years(tmp_path: Path) -> tuple[Path, Path]:
    return last_year(tmp_path / "2025").root, this_year(tmp_path / "2026").root


def _table(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["unit_code"]: row for row in csv.DictReader(file)}


def _codes(fault: pytest.ExceptionInfo[AssessorError]) -> list[str]:
    return [problem.code for problem in fault.value.problems]


def _facts(run: Run, *arguments: object) -> Any:
    status, shown, said = run("compare", *arguments, "--json")
    assert (status, said) == (0, "")
    return json.loads(shown)


def test_two_rounds_are_compared_into_two_files(years: tuple[Path, Path], run: Run) -> None:
    status, shown, said = run("compare", *years, "--last", 1)
    assert (status, said) == (0, "")
    assert "2025 与 2026 比较" in shown
    assert "末位 1 名" in shown
    assert "下一步" in shown.splitlines()[-1]
    assert sorted(path.name for path in (years[1] / "compare").iterdir()) == [
        "compare.csv",
        "compare.xlsx",
    ]
    rows = _table(years[1] / "compare" / "compare.csv")
    columns = ("last_score", "score", "change", "last_rank", "rank", "rank_change", "note_code")
    assert {code: [row[column] for column in columns] for code, row in rows.items()} == {
        "V01": ["91.00", "94.25", "3.25", "1", "1", "0", ""],
        "V02": ["88.50", "84.00", "-4.50", "2", "3", "-1", ""],
        "V30": ["70.00", "90.50", "20.50", "3", "2", "1", "recoded"],
        "V04": ["", "58.00", "", "", "4", "", "new"],
        "V05": ["59.00", "", "", "4", "", "", "gone"],
    }
    assert (rows["V30"]["last_unit_code"], rows["V30"]["note"]) == ("V03", "原编号 V03")
    assert (rows["V05"]["last_grade"], rows["V04"]["bottom"]) == ("合格", "yes")


def test_the_bottom_is_told_with_what_it_lost_most_on(years: tuple[Path, Path], run: Run) -> None:
    # The panel weighs 60 %: 25 points lost on either of its sections take 15 from the total;
    # 20 lost in the self-assessment of 40 % take 8.
    facts = _facts(run, *years, "--last", 1)
    (bottom,) = facts["bottom"]
    losses = [(loss["title"], loss["lost"], loss["of_total"]) for loss in bottom["losses"]]
    assert bottom["unit_code"] == "V04"
    assert losses == [
        ("考核组评分·组织", "25.00", "15"),
        ("考核组评分·作风", "25.00", "15"),
        ("自评·组织", "20.00", "8"),
    ]
    assert facts["problems"] == []


def test_results_folders_serve_as_well_as_workspaces(years: tuple[Path, Path], run: Run) -> None:
    whole = _facts(run, *years)
    assert _facts(run, years[0] / "results", years[1] / "results") == whole


def test_last_years_results_alone_are_enough_but_it_is_said(
    years: tuple[Path, Path], tmp_path: Path, run: Run
) -> None:
    (years[0] / "results").rename(tmp_path / "kept")
    facts = _facts(run, tmp_path / "kept", years[1])
    assert [problem["code"] for problem in facts["problems"]] == ["compare_scheme_unknown"]
    assert facts["counts"]["both"] == 3


def test_this_years_results_need_their_workspace(years: tuple[Path, Path], tmp_path: Path) -> None:
    (years[1] / "results").rename(tmp_path / "kept")
    with pytest.raises(AssessorError) as fault:
        compare_rounds(years[0], tmp_path / "kept")
    assert _codes(fault) == ["workspace_missing"]


def test_a_workspace_without_results_is_to_be_collected_first(
    years: tuple[Path, Path], run: Run
) -> None:
    (years[0] / "results" / "standing.csv").unlink()
    status, _, said = run("compare", *years)
    assert status == 2
    assert "先对这个工作区运行 assessor collect" in said
    assert not (years[1] / "compare").exists()


@pytest.mark.parametrize(
    ("text", "instead", "code"),
    [
        ("94.25", "很好", "results_not_a_number"),
        ("94.25", "NaN", "results_not_a_number"),
        ("| 1    | 1 ", "| 1.5  | 1 ", "results_not_a_number"),
        ("class_rank", "place", "results_column_missing"),
    ],
)
def test_results_that_somebody_changed_are_refused(
    years: tuple[Path, Path], text: str, instead: str, code: str
) -> None:
    put_table(years[1] / "results" / "standing.csv", edited(THIS, text, instead))
    with pytest.raises(AssessorError) as fault:
        compare_rounds(*years)
    assert _codes(fault) == [code]


def test_scores_are_exact_decimals_down_to_the_last_digit(tmp_path: Path) -> None:
    last = last_year(tmp_path / "a", edited(LAST, "91.00", "0.10"))
    this = this_year(tmp_path / "b", edited(THIS, "94.25", "0.30"))
    changes = compare_rounds(last.root, this.root).comparison.changes
    assert changes[0].score_change == Decimal("0.20")


@pytest.mark.parametrize(
    ("last", "this", "code"),
    [
        ({"settings": edited(SMALL["settings"], "small", "other")}, {}, "compare_other_scheme"),
        ({"settings": edited(SMALL["settings"], "2026", "2027")}, {}, "compare_order"),
        ({"standing": LAST.replace(".00", "").replace(".50", "")}, {}, "compare_other_digits"),
        ({}, {"standing": THIS.replace("scored", "provisional")}, "compare_interim"),
        ({}, {"units": edited(UNITS, "| V03", "|    ")}, "compare_by_name"),
    ],
    ids=["scheme", "order", "digits", "interim", "matched by name"],
)
def test_what_makes_years_hard_to_compare_is_a_warning_and_not_an_error(
    last: dict[str, str], this: dict[str, str], code: str, tmp_path: Path, run: Run
) -> None:
    folders = last_year(tmp_path / "a", **last).root, this_year(tmp_path / "b", **this).root
    facts = _facts(run, *folders)
    found = [(problem["code"], problem["severity"]) for problem in facts["problems"]]
    assert found == [(code, "warning")]


def test_other_full_marks_are_a_warning_and_leave_the_ranks(tmp_path: Path, run: Run) -> None:
    scores = SCORES.replace("94.25 | 100 ", "94.25 | 120 ")
    folders = last_year(tmp_path / "a").root, this_year(tmp_path / "b", scores=scores).root
    facts = _facts(run, *folders)
    assert [problem["code"] for problem in facts["problems"]] == ["compare_other_points"]
    east = facts["changes"][0]
    assert (east["notes"], east["change"], east["rank_change"]) == (["other_points"], None, 0)


def test_an_open_error_makes_a_round_interim(years: tuple[Path, Path], run: Run) -> None:
    put_table(years[0] / "results" / "problems.csv", "severity | code\nerror | file_empty")
    codes = [problem["code"] for problem in _facts(run, *years)["problems"]]
    assert codes == ["compare_interim"]


def test_a_quote_before_what_looks_like_a_formula_is_no_part_of_the_name(tmp_path: Path) -> None:
    workspace = last_year(tmp_path, edited(LAST, "东村  ", "'=东村"))
    assert read_results(workspace.root).standing[0]["unit"] == "=东村"


def test_a_round_is_not_compared_with_itself(years: tuple[Path, Path]) -> None:
    with pytest.raises(AssessorError) as fault:
        compare_rounds(years[1], years[1] / "results")
    assert _codes(fault) == ["compare_same"]


@pytest.mark.parametrize("out", ["mine", "mine/两年.xlsx", "两年.XLSX"])
def test_the_files_go_where_they_are_wanted(
    years: tuple[Path, Path], tmp_path: Path, out: str
) -> None:
    done = compare_rounds(*years, out=tmp_path / out)
    expected = tmp_path / out if out.lower().endswith("xlsx") else tmp_path / out / "compare.xlsx"
    assert (done.workbook, done.table) == (expected, expected.with_suffix(".csv"))
    assert done.workbook.is_file()
    assert done.table.is_file()
    assert not (years[1] / "compare").exists()


@pytest.mark.parametrize(
    "out", ["results", "results/compare.xlsx", "returns", "scheme", "scheme.xlsx", "decisions.xlsx"]
)
def test_the_files_never_go_among_those_of_the_program(years: tuple[Path, Path], out: str) -> None:
    before = sorted(years[1].rglob("*"))
    with pytest.raises(AssessorError) as fault:
        compare_rounds(*years, out=years[1] / out)
    assert _codes(fault) == ["compare_out_taken"]
    assert sorted(years[1].rglob("*")) == before


def test_english_speaks_english(years: tuple[Path, Path], run: Run) -> None:
    _, shown, _ = run("compare", *years, "--lang", "en")
    assert "2025 and 2026 compared" in shown
    assert "Open this:" in shown
