"""This year beside last year, whose tables stand in the folder last/ of the workspace."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import openpyxl
import pytest

from assessor.problems import AssessorError
from assessor.renewal import renew
from assessor.result_set import result_files
from assessor.rounds import read_round
from assessor.workspace import Workspace
from tests.builders import Table, small_workspace
from tests.filling import FULL, Round
from tests.two_years import last_year, put_table

LAST = """
    unit_code | unit   | class | score | grade | confirmed_grade | rank | class_rank | status
    V01       | 东村   | 村    | 95.50 | 优秀  |                 | 1    | 1          | scored
    V09       | 西河村 | 村    | 90.00 | 优秀  |                 | 3    | 3          | scored
    """
SCORES = """
    unit_code | node  | title | value | points | weight | status
    V01       | total | 总分  | 95.50 | 100    |        | scored
    V09       | total | 总分  | 90.00 | 100    |        | scored
    """


def places(workspace: Workspace) -> list[tuple[object, ...]]:
    """Return code, rank last year, places moved, change of score and note of the overall sheet."""
    files = result_files(read_round(workspace, workspace.returns, workers=1))
    sheet = openpyxl.load_workbook(io.BytesIO(files["ranking.xlsx"]))["总排名"]
    heads = [cell.value for cell in sheet[3]]
    if "上年名次" not in heads:
        return []
    columns = [
        heads.index(name) for name in ("编号", "上年名次", "名次升降", "得分增减", "与上年相比")
    ]
    return [
        tuple(row[at] for at in columns) for row in sheet.iter_rows(min_row=4, values_only=True)
    ]


def test_ranks_and_scores_are_set_beside_last_years(tmp_path: Path) -> None:
    round_ = Round(small_workspace(tmp_path))
    round_.return_all(self_V01=FULL | {"1.1": "0"})  # V02 100, V01 92
    workspace = round_.workspace
    assert places(workspace) == []
    put_table(workspace.last / "standing.csv", LAST)
    put_table(workspace.last / "scores.csv", SCORES)
    assert places(workspace) == [
        ("V02", 3, 2, 10, "原编号 V09；按名称对上"),
        ("V01", 1, -1, -3.5, None),
    ]
    put_table(workspace.last / "standing.csv", LAST.replace("西河村", "南河村"))
    assert places(workspace)[0] == ("V02", "—", None, None, "新参加")


def test_half_of_last_year_is_refused(tmp_path: Path) -> None:
    round_ = Round(small_workspace(tmp_path))
    round_.return_all()
    put_table(round_.workspace.last / "standing.csv", LAST)
    with pytest.raises(AssessorError) as refused:
        places(round_.workspace)
    assert [problem.code for problem in refused.value.problems] == ["results_missing"]


@pytest.mark.parametrize("table", ["standing.csv", "scores.csv"])
def test_a_new_year_keeps_the_last_ones_tables(tmp_path: Path, table: Table) -> None:
    last = last_year(tmp_path / "2025")
    made = renew(last.root, None, tmp_path / "2026")
    assert made.kept
    kept = (made.workspace.last / table).read_bytes()
    assert kept == (last.results / table).read_bytes()
    shutil.rmtree(last.results)
    assert not renew(last.root, None, tmp_path / "again").kept
    assert not (tmp_path / "again" / "last").exists()
