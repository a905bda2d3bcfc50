"""Scores and standings from tables that stand in a test; no rule is evaluated for them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from assessor.scheme.model import Scheme
from assessor.scoring.column import Column, Status
from assessor.scoring.evaluate import Scores
from assessor.scoring.tree import build_tree
from tests.builders import Table, cells
from tests.scoring.builders import scheme_of

SCORES = """
    code   | title  | parent | rule     | weight | points | source | classes | parameters
    total  | 总分   |        | weighted |        | 100    |        | 村;机关 |
    target | 目标   | total  | rubric   | 70%    | 100    | panel  |         |
    ballot | 测评   | total  | ballot   | 30%    | 100    | tally  |         | denominator=ticks
    person | 书记   |        | inherit  |        | 100    | total  | 书记    |
    review | 述职   | person | inherit  |        | 100    | target |         | informative=yes
    """
TABLES: Mapping[str, Table] = {
    "criteria": """
        rubric  | code | title | points | entry
        duty    | 1    | 甲    | 100    | earned
        aspects | 1    | 乙    |        | ballot
        """,
    "forms": """
        code  | title  | workbook | layout | rubric  | options | filled_by | classes | covers
        panel | 评分表 | 评分     | rubric | duty    |         | panel     | 村;机关 |
        tally | 计票表 | 计票     | tally  | aspects | 四档    | tellers   | 村;机关 | all
        """,
    "scores": SCORES,
}
"""A target and a ballot under a total, and secretaries who inherit it."""
UNITS = """
    code | name   | class | kind   | parent | ranked
    V01  | 东村   | 村    | unit   |        | yes
    V02  | 西河村 | 村    | unit   |        | yes
    V03  | 南坪村 | 村    | unit   |        | yes
    V04  | 北山村 | 村    | unit   |        | yes
    O01  | 机关一 | 机关  | unit   |        | yes
    O02  | 机关二 | 机关  | unit   |        | no
    S01  | 张三   | 书记  | person | V01    | no
    """


def standing_scheme(units: Table = UNITS, **tables: Table) -> Scheme:
    """Return a sound scheme of villages, offices and secretaries."""
    return scheme_of(**{**TABLES, "units": units, **tables})


def column(digits: int, *words: str) -> Column:
    """Return a column of numbers and status words; what has more digits is a fraction of a tick."""
    ticks = [Fraction(word) * 10**digits if _number(word) else Fraction(0) for word in words]
    status = [Status.SCORED if _number(word) else Status[word.upper()] for word in words]
    return Column(digits, ticks, status)


def scores_of(scheme: Scheme, table: Table, digits: int = 2) -> Scores:
    """Return scores from ``unit | node …``; a unit or node that is not there does not apply."""
    header, *lines = cells(table)
    rows = {line[0]: dict(zip(header[1:], line[1:], strict=True)) for line in lines}
    tree = build_tree(scheme)
    columns = {
        node.code: column(
            digits,
            *(rows.get(u.code, {}).get(node.code) or "not_applicable" for u in scheme.units),
        )
        for node in tree
    }
    return Scores(tree, columns, ())


def _number(word: str) -> bool:
    return word[-1].isdigit()
