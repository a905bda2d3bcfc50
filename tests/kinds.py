"""A small scheme that asks for every kind of entry, on every layout that scores."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.builders import SMALL, Table, small_workspace
from tests.filling import Round

KINDS: Mapping[str, Table] = {
    "settings": SMALL["settings"].replace("tie_breakers | panel", "annex | 附件1"),
    "periods": """
        code | title    | due        | least
        B    | 年初申报 | 2026-03-01 |
        M    | 年中抽查 | 2026-07-01 | 0
        Y    | 年终     | 2026-12-20 |
        """,
    "units": """
        code | name   | class
        V01  | 东村   | 村
        V02  | 西河村 | 村
        O01  | 财政所 | 机关
        """,
    "raters": """
        code | name     | group  | covers
        P1   | 考核组   | panel  |
        L1   | 王县长   | leader |
        L2   | 赵副县长 | leader | 村
        """,
    "options": """
        set  | option | value
        等级 | 优秀   | 10
        等级 | 良好   | 8
        等级 | 较差   | 0
        """,
    "criteria": """
        rubric|code|section|title|points|entry|content|may_not_apply|classes|rule|parameters
        duty|1||组织|30|section|||||
        duty|1.1|1|班子|20|earned|||||
        duty|1.2|1|制度|10|deducted|||||
        duty|2||发展|70|section|||||
        duty|2.1|2|党员数|10|count||||each|each=5
        duty|2.2|2|增收|10|number||||threshold|least=3.5
        duty|2.3|2|满意度|20|rate||yes||threshold|least=95
        duty|2.4|2|活动|10|level||yes|||options=等级
        duty|2.5|2|完成换届|10|yes_no|||||
        duty|2.6|2|违纪受处分|10|veto|||||
        duty|2.7|2|做法||text|||||
        own|1.1||目标一||text|||||
        own|1.9||目标二||text||yes|||
        gate|G1||班子健全|1|yes_no|||||
        gate|G2||一票否决|1|veto|||||
        qty|Q1||到位资金|50|number|万元|||proportional|target=1200.5
        qty|Q2||新增造林|30|number|亩|||proportional|
        qty|Q3||普及率|20|rate||||threshold|least=90
        lead|A1||政治表现|60|earned|||||
        lead|A2||服务群众|30|earned|||村||
        lead|A3||机关效能|30|earned|||机关||
        lead|A4||作风问题|10|deducted|||||
        view|B1||总体评价|10|level|||||options=等级
        view|B2||意见||text|||||
        """,
    "forms": """
        code|title|workbook|layout|rubric|filled_by|covers|periods|shows
        decl|自定目标申报表|申报|declaration|own|self||B|
        panel|考核组评分表|考核组|rubric|duty|panel||M;Y|decl
        gate|条件表|条件|gates|gate|panel||Y|
        qty|数量表|数量|quantities|qty|self||Y|
        lead|领导评分表|领导评分|roster|lead|leader|all|Y|
        view|领导评价表|领导评价|roster|view|leader|all|Y|
        """,
    "scores": """
        code  | title    | parent | rule   | points | source  | parameters
        total | 总分     |        | sum    | 300    |         |
        panel | 考核组   | total  | rubric | 100    | panel@Y | not_applicable=full
        qty   | 数量     | total  | rubric | 100    | qty@Y   | not_applicable=full
        lead  | 领导评分 | total  | rubric | 100    | lead@Y  | not_applicable=full
        mid   | 年中抽查 | total  | rubric | 100    | panel@M | informative=yes;not_applicable=full
        """,
    "grades": "for | grade | from\nunit | 优秀 | 270\nunit | 合格 |",
    "awards": "code | title | for | class | slots | by | least_grade",
}
"""Every kind of entry under the forms of panel, units and leaders."""

PANEL: Mapping[str, object] = {
    "1.1": "18.5",
    "2.1": 2,
    "2.2": "-1.5",
    "2.3": "96%",
    "2.4": "良好",
    "2.5": "是",
    "2.6": "否",
    "2.7": "抓两头",
}
"""A scoring sheet filled in without a fault; 1.2 takes nothing off."""


def kinds_round(folder: Path, **changes: Table) -> Round:
    """Return a workspace of the scheme with some tables replaced."""
    return Round(small_workspace(folder, **{**KINDS, **changes}))
