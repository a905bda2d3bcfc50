"""A small scheme of six criteria and two units, as tables that a test can change."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from assessor.problems import Problem
from assessor.scheme.load import load_scheme
from assessor.scheme.model import Scheme
from assessor.workspace import Workspace

Table = str
"""Lines of cells divided by |, the first one the header; spaces around cells do not count."""

SMALL: Mapping[str, Table] = {
    "settings": """
        key          | value
        code         | small
        title        | 小考核
        round        | 2026
        issuer       | 某镇
        digits       | 2
        rounding     | each
        tie_breakers | panel
        """,
    "periods": """
        code | title | due
        Y    | 年终  | 2026-12-20
        """,
    "units": """
        code | name   | class | email         | contact | phone
        V01  | 东村   | 村    | a@example.org | 张三    | 0000-1
        V02  | 西河村 | 村    | b@example.org | 李四    | 0000-2
        """,
    "raters": """
        code | name   | group
        P1   | 考核组 | panel
        """,
    "criteria": """
        rubric | code | section | title    | points | entry    | may_not_apply | step
        duty   | 1    |         | 组织     | 60     | section  |               |
        duty   | 1.1  | 1       | 班子健全 | 20     | earned   |               |
        duty   | 1.2  | 1       | 制度落实 | 20     | earned   |               | 0.5
        duty   | 1.10 | 1       | 活动正常 | 20     | earned   | yes           |
        duty   | 2    |         | 作风     | 40     | section  |               |
        duty   | 2.1  | 2       | 服务群众 | 20     | earned   |               |
        duty   | 2.2  | 2       | 廉洁自律 | 10     | deducted |               |
        duty   | 2.3  | 2       | 完成任务 | 10     | earned   |               |
        """,
    "forms": """
        code  | title        | workbook   | layout | rubric | filled_by
        self  | 自评表       | 自评       | rubric | duty   | self
        panel | 考核组评分表 | 考核组评分 | rubric | duty   | panel
        """,
    "scores": """
        code  | title      | parent | rule     | weight | points | source | parameters
        total | 总分       |        | weighted |        | 100    |        |
        self  | 自评       | total  | rubric   | 40%    | 100    | self   | not_applicable=full
        panel | 考核组评分 | total  | rubric   | 60%    | 100    | panel  | not_applicable=full
        """,
    "options": "set | option | value",
    "grades": """
        for  | grade | from
        unit | 优秀  | 90
        unit | 合格  | 60
        unit | 不合格 |
        """,
    "limits": "title | for | node | operator | value | effect | grade",
    "bonuses": "group | code | title | points | cap",
    "awards": """
        code | title    | for  | class | slots | by   | least_grade
        A    | 先进支部 | unit | 村    | 1     | rank | 优秀
        """,
}
"""Two raters of one rubric, weighted: enough for every stage."""


def cells(table: Table) -> list[list[str]]:
    """Return the cells of a table written as text."""
    lines = [line.strip() for line in table.strip().splitlines() if line.strip()]
    return [[cell.strip() for cell in line.split("|")] for line in lines]


def write_tables(folder: Path, tables: Mapping[str, Table]) -> Path:
    """Write tables as a folder of CSV files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(cells(table))
    return folder


def small_scheme(folder: Path, **changes: Table) -> tuple[Scheme, list[Problem]]:
    """Return the small scheme with some tables replaced, and its problems."""
    return load_scheme(write_tables(folder / "scheme", {**SMALL, **changes}))


def small_workspace(folder: Path, **changes: Table) -> Workspace:
    """Return a workspace of the small scheme with some tables replaced."""
    write_tables(folder / "scheme", {**SMALL, **changes})
    (folder / "returns").mkdir(exist_ok=True)
    return Workspace(folder)


def edited(table: Table, old: str, new: str) -> Table:
    """Return a table with one text replaced; it must be there exactly once."""
    if table.count(old) != 1:
        raise ValueError(f"{old!r} stands {table.count(old)} times in the table")
    return table.replace(old, new)


def codes(problems: Sequence[Problem]) -> list[str]:
    """Return the codes of problems."""
    return [problem.code for problem in problems]
