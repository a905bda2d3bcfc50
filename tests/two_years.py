"""Two workspaces with results as tables, for tests that compare them."""

from __future__ import annotations

import csv
from pathlib import Path

from assessor.workspace import Workspace
from tests.builders import SMALL, Table, cells, edited, small_workspace

UNITS = """
    code | name   | class | former_codes
    V01  | 东村   | 村    |
    V02  | 西河村 | 村    |
    V30  | 南坪村 | 村    | V03
    V04  | 北山村 | 村    |
    """
LAST = """
    unit_code | unit   | class | score | grade  | confirmed_grade | rank | class_rank | status
    V01       | 东村   | 村    | 91.00 | 优秀   |                 | 1    | 1          | scored
    V02       | 西河村 | 村    | 88.50 | 合格   |                 | 2    | 2          | scored
    V03       | 南坪村 | 村    | 70.00 | 合格   |                 | 3    | 3          | scored
    V05       | 撤并村 | 村    | 59.00 | 不合格 | 合格            | 4    | 4          | scored
    """
THIS = """
    unit_code | unit   | class | score | grade  | confirmed_grade | rank | class_rank | status
    V01       | 东村   | 村    | 94.25 | 优秀   |                 | 1    | 1          | scored
    V02       | 西河村 | 村    | 84.00 | 合格   |                 | 3    | 3          | scored
    V30       | 南坪村 | 村    | 90.50 | 优秀   |                 | 2    | 2          | scored
    V04       | 北山村 | 村    | 58.00 | 不合格 |                 | 4    | 4          | scored
    """
SCORES = """
    unit_code | node    | title      | value | points | weight | status
    V01       | total   | 总分       | 94.25 | 100    |        | scored
    V02       | total   | 总分       | 84.00 | 100    |        | scored
    V30       | total   | 总分       | 90.50 | 100    |        | scored
    V04       | total   | 总分       | 58.00 | 100    |        | scored
    V04       | self    | 自评       | 70.00 | 100    | 40%    | scored
    V04       | self.1  | 组织       | 40.00 | 60     |        | scored
    V04       | self.2  | 作风       | 30.00 | 40     |        | scored
    V04       | panel   | 考核组评分 | 50.00 | 100    | 60%    | scored
    V04       | panel.1 | 组织       | 35.00 | 60     |        | scored
    V04       | panel.2 | 作风       | 15.00 | 40     |        | scored
    """
LAST_SCORES = """
    unit_code | node  | title | value | points | weight | status
    V01       | total | 总分  | 91.00 | 100    |        | scored
    V02       | total | 总分  | 88.50 | 100    |        | scored
    V03       | total | 总分  | 70.00 | 100    |        | scored
    V05       | total | 总分  | 59.00 | 100    |        | scored
    """


def last_year(
    folder: Path, standing: Table = LAST, scores: Table = LAST_SCORES, **changes: Table
) -> Workspace:
    """Return the workspace of 2025 with its results."""
    settings = changes.pop("settings", edited(SMALL["settings"], "2026", "2025"))
    return _finished(folder, standing, scores, settings=settings, **changes)


def this_year(
    folder: Path, standing: Table = THIS, scores: Table = SCORES, **changes: Table
) -> Workspace:
    """Return the workspace of 2026 with its results."""
    return _finished(folder, standing, scores, **{"units": UNITS, **changes})


def _finished(folder: Path, standing: Table, scores: Table, **changes: Table) -> Workspace:
    workspace = small_workspace(folder, **changes)
    put_table(workspace.results / "standing.csv", standing)
    put_table(workspace.results / "scores.csv", scores)
    return workspace


def put_table(path: Path, table: Table) -> None:
    """Write a table as a CSV file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(cells(table))
