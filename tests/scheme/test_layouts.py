"""What layouts are declared to do is what they can do: each combination is filled in and scored."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path

import pytest

from assessor.i18n import catalog
from assessor.outputs.form import write_packet
from assessor.rehearsal import fill_copy
from assessor.rounds import read_round
from assessor.scheme import load
from assessor.scheme.checks import check_scheme
from assessor.scheme.columns import COVERS
from assessor.scheme.layouts import LAYOUT, LAYOUT_SPECS
from assessor.scheme.rulebook import RULEBOOK
from assessor.scoring.column import Status
from tests.builders import SMALL, edited, small_scheme, small_workspace
from tests.filling import Round

RULE = {
    "rubric": "rubric | form",
    "gates": "rubric | form",
    "quantities": "rubric | form",
    "roster": "rubric | form",
    "review": "item | form/1",
    "claims": "bonus | form",
    "claims_list": "bonus | form",
    "tally": "ballot | form",
    "vote": "ballot | form",
    "votes": "ballot | form",
}
"""A rule that reads each layout, and its source."""
VOTES = {"tally", "vote", "votes", "ballot_paper"}
CRITERIA = """
    rubric  | code | title | points | entry
    duty    | 1    | 班子  | 100    | earned
    aspects | T1   | 作风  |        | ballot
    """
UNITS = "code | name | class\nV01 | 东村 | 村\nV02 | 西河村 | 村"


def tables(layout: str, covers: str, filled_by: str) -> dict[str, str]:
    rubric = {"claims": "", "claims_list": ""}.get(layout, "aspects" if layout in VOTES else "duty")
    options = "四档" if layout in VOTES else ""
    bonus = "荣誉" if layout.startswith("claims") else ""
    rule, _, source = RULE.get(layout, "rubric | other").partition(" | ")
    said = "denominator=valid" if rule == "ballot" else ""
    return {
        "settings": edited(SMALL["settings"], "tie_breakers | panel", "annex | 附件"),
        "units": UNITS,
        "raters": "code | name | group\nP1 | 考核组 | panel\nP2 | 计票组 | panel",
        "criteria": CRITERIA,
        "options": "set | option | value\n四档 | 优 | 100\n四档 | 差 | 40",
        "bonuses": "group | code | title | points\n荣誉 | B1 | 表彰 | 2",
        "forms": f"""
            code  | title | workbook | layout | rubric | options | bonus | filled_by | covers
            form  | 某表 | 某表 | {layout} | {rubric} | {options} | {bonus} | {filled_by} | {covers}
            other | 另表 | 另表 | rubric | duty | | | panel |
            """,
        "scores": f"""
            code  | title | parent | rule   | points | source   | parameters
            total | 总分  |        | {rule} | 100    | {source} | {said}
            """,
        "awards": "code | title | for | class | slots | by | least_grade",
    }


def scored(folder: Path, layout: str, covers: str, filled_by: str) -> bool:
    """Fill in every form as people would; say whether every unit has a score."""
    round_ = Round(small_workspace(folder, **tables(layout, covers, filled_by)))
    chance = random.Random(1)
    for number, packet in enumerate(round_.packets):
        cells = {copy.key: fill_copy(round_.scheme, copy, chance) for copy in packet.copies}
        if layout == "tally":  # both tellers, and all raters, say the same
            for filling in cells.values():
                filling.update(next(iter(cells.values())))
        round_.put(f"{number}.xlsx", write_packet(round_.scheme, packet, round_.key, cells))
    column = read_round(round_.workspace, round_.workspace.returns).standing.scores.columns["total"]
    return all(status is Status.SCORED for status in column.status)


COMBINATIONS = list(product(RULE, dict(COVERS), ("self", "panel")))


def declared(layout: str, covers: str, filled_by: str) -> bool:
    spec = LAYOUT[layout]
    return covers in spec.covers and (filled_by != "self" or spec.by_unit)


@pytest.mark.parametrize(("layout", "covers", "filled_by"), COMBINATIONS)
def test_a_combination_is_declared_just_where_it_can_be_scored(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    layout: str,
    covers: str,
    filled_by: str,
) -> None:
    monkeypatch.setattr(load, "check_scheme", lambda _: [])
    try:
        works = scored(tmp_path, layout, covers, filled_by)
    except Exception:  # a plan that cannot even be made or read
        works = False
    if (layout, covers, filled_by) in NOT_MEANT:
        assert works
        assert not declared(layout, covers, filled_by)
    else:
        assert works is declared(layout, covers, filled_by)


NOT_MEANT = {
    ("vote", "one", "self"),
    ("votes", "one", "self"),
    ("roster", "one", "self"),
    ("roster", "one", "panel"),
}
"""What could be scored, but is a slip: nobody votes on himself, and a roster has many units."""


def test_every_layout_that_a_rule_reads_is_tried() -> None:
    assert {layout for spec in RULEBOOK for layout in spec.layouts} == set(RULE)
    assert {spec.key for spec in LAYOUT_SPECS} - set(RULE) == {
        "declaration",
        "ballot_paper",
        "review_paper",
    }


@pytest.mark.parametrize(
    ("layout", "covers", "filled_by"),
    list(product([spec.key for spec in LAYOUT_SPECS], dict(COVERS), ("self", "panel"))),
)
def test_the_check_reports_just_what_is_not_declared(
    tmp_path: Path, layout: str, covers: str, filled_by: str
) -> None:
    scheme, _ = small_scheme(tmp_path, **tables(layout, covers, filled_by))
    found = {p.code for p in check_scheme(scheme) if p.code.startswith("layout_")}
    expected = set()
    if covers not in LAYOUT[layout].covers:
        expected.add(f"layout_covers_{covers}")
    if filled_by == "self" and not LAYOUT[layout].by_unit:
        expected.add("layout_by_unit")
    assert found == expected


def test_what_is_said_of_them(tmp_path: Path) -> None:
    zh, en = catalog("zh"), catalog("en")
    said = []
    for number, combination in enumerate(
        [("rubric", "all", "self"), ("tally", "one", "panel"), ("roster", "all", "self")]
    ):
        _, problems = small_scheme(tmp_path / str(number), **tables(*combination))
        (problem,) = [p for p in problems if p.code.startswith("layout_")]
        said.append((problem.place.cell, zh.message(problem), zh.cure(problem)))
        assert "self" not in problem.facts
        assert en.message(problem).startswith("“某表” has the layout " + combination[0])
    assert said == [
        (
            "I2",
            "《某表》的版式是评分表，这种表一份只写一个单位，现在却要包括全部单位，"
            "交回来的分数分不清是哪个单位的。",
            "在“一表范围”写“一个单位”，或者空着；确实要一份包括全部单位的，版式用“名册评分表”，"
            "投票用“计票表”。",
        ),
        (
            "I2",
            "《某表》的版式是计票表，这种表一份要包括全部单位，现在却是一个单位一份。",
            "在“一表范围”写“全部单位”（空着是一个单位一份）；确实要一个单位一份的，版式用“评分表”，"
            "投票用“票面录入表”。",
        ),
        (
            "H2",
            "《某表》的版式是名册评分表，这种表不能由被考核单位自己填写。",
            "在“填表人”一列写评分人的组别，不写 self。",
        ),
    ]
