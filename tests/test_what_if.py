"""What if: the same entries under other weights, bands and limits; nothing is written."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from assessor.problems import AssessorError
from assessor.rounds import read_round
from assessor.what_if import WhatIf, what_if
from assessor.workspace import Workspace
from tests.builders import SMALL, edited, small_workspace, write_tables
from tests.commands import Run
from tests.filling import FULL, Round

# V01: own 80, panel 100: 32 + 60 = 92. V02: own 100, panel 85: 40 + 51 = 91.
ENTRIES = {"self_V01": FULL | {"1.1": "0"}, "panel_V02": FULL | {"1.1": "5"}}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    round_ = Round(small_workspace(tmp_path))
    round_.return_all(**ENTRIES)
    return round_.workspace


def tried(workspace: Workspace, *wishes: str) -> WhatIf:
    result = read_round(workspace, workspace.returns, workers=1)
    return what_if(workspace, result, wishes)


def refusal(workspace: Workspace, *wishes: str) -> tuple[str, dict[str, object]]:
    with pytest.raises(AssessorError) as refused:
        tried(workspace, *wishes)
    problem = refused.value.problems[0]
    return problem.code, dict(problem.facts)


def after(trial: WhatIf) -> dict[str, tuple[Decimal | None, str, int | None, tuple[str, ...]]]:
    units = trial.standing.scheme.units
    return {
        units[one.unit].code: (one.score, one.grade, one.rank, one.awards)
        for one in trial.standing.units
    }


def test_other_weights_turn_the_ranks_round(workspace: Workspace) -> None:
    trial = tried(workspace, "weight:self=60%", "权重：考核组评分＝40%")
    # V01: 48 + 40 = 88. V02: 60 + 34 = 94.
    assert after(trial) == {
        "V01": (Decimal("88.00"), "合格", 2, ()),
        "V02": (Decimal("94.00"), "优秀", 1, ("先进支部",)),
    }
    moves = {trial.standing.scheme.units[one.unit].code: one.fields for one in trial.moves}
    assert moves == {
        "V02": {"score", "rank", "class_rank", "awards"},
        "V01": {"score", "grade", "rank", "class_rank", "awards"},
    }
    assert [f"{g.place.sheet}!{g.place.cell} {g.before} {g.after}" for g in trial.granted] == [
        "scores!E3 40% 60%",
        "scores!E4 60% 40%",
    ]


def test_another_band_moves_who_lies_between(workspace: Workspace) -> None:
    trial = tried(workspace, "grade:优秀=91.5")
    assert {code: one[1] for code, one in after(trial).items()} == {"V01": "优秀", "V02": "合格"}
    assert [sorted(move.fields) for move in trial.moves] == [["grade"]]


def test_a_bound_that_is_written_twice_is_changed_in_both_places(tmp_path: Path) -> None:
    grades = """
        for  | grade  | from | to
        unit | 优秀   | 90   | 100
        unit | 合格   | 60   | 89
        unit | 不合格 |      | 59
        """
    round_ = Round(small_workspace(tmp_path, grades=grades))
    round_.return_all(**ENTRIES)
    trial = tried(round_.workspace, "等次:优秀=91.5")
    assert [(g.place.cell, g.before, g.after) for g in trial.granted] == [
        ("C2", "90", "91.5"),
        ("D3", "89", ""),
    ]
    assert after(trial)["V02"][1] == "合格"


def test_a_changed_copy_of_the_scheme_may_be_tried(workspace: Workspace, tmp_path: Path) -> None:
    scores = edited(
        edited(SMALL["scores"], "40%", "60%"),
        "| 60%    | 100    | panel",
        "| 40%    | 100    | panel",
    )
    other = write_tables(tmp_path / "trial", {**SMALL, "scores": scores})
    assert after(tried(workspace, str(other)))["V02"][0] == Decimal("94.00")
    assert after(tried(workspace, str(other), "setting:round=2026"))["V02"][0] == Decimal("94.00")


def test_a_trial_is_what_collect_would_give(workspace: Workspace, tmp_path: Path) -> None:
    trial = tried(workspace, "权重:自评=70%", "权重:考核组评分=30%", "名额:A=2")
    scores = edited(edited(SMALL["scores"], "40%", "70%"), "60%    | 100", "30%    | 100")
    awards = edited(SMALL["awards"], "| 1  ", "| 2  ")
    tables = {**SMALL, "scores": scores, "awards": awards}
    shutil.rmtree(workspace.root / "scheme")
    write_tables(workspace.root / "scheme", tables)
    real = read_round(workspace, workspace.returns, workers=1).standing
    assert trial.standing.units == real.units


def test_what_cannot_be_tried_is_said(workspace: Workspace, tmp_path: Path) -> None:
    assert refusal(workspace, "weight:self=60%")[0] == "weights_not_whole"
    assert refusal(workspace, "weight:selv=60%") == (
        "what_if_name",
        {"name": "selv", "kind": "weight", "guess": "self"},
    )
    assert refusal(workspace, "heavy:self=60%")[0] == "what_if_pair"
    assert refusal(workspace, "quota:优秀=30%") == ("what_if_column", {"text": "quota:优秀=30%"})
    assert refusal(workspace, "nowhere.xlsx")[0] == "what_if_file"
    criteria = edited(SMALL["criteria"], "班子健全 | 20 ", "班子健全 | 20.0 ")
    units = edited(SMALL["units"], "V02  | 西河村", "V03  | 西河村")
    other = write_tables(tmp_path / "trial", {**SMALL, "criteria": criteria, "units": units})
    code, facts = refusal(workspace, str(other))
    assert code == "what_if_other_forms"
    assert [either.zh for either in facts["tables"]] == ["单位"]  # type: ignore[attr-defined]
    assert refusal(workspace, str(other), str(workspace.scheme))[0] == "what_if_files"


def test_the_command_shows_who_would_move_and_writes_nothing(
    workspace: Workspace, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace.root)
    before = {path: path.read_bytes() for path in workspace.root.rglob("*") if path.is_file()}
    wishes = ("--what-if", "weight:self=60%", "--what-if", "weight:panel=40%", "--workers", "1")
    status, out, _ = run("collect", *wishes)
    assert status == 0
    assert [line.rstrip() for line in out.splitlines()] == [
        "假如 scores!E3 “自评”的权重：40% → 60%",
        "假如 scores!E4 “考核组评分”的权重：60% → 40%",
        "单位         得分           等次         名次   类内名次  奖项",
        "西河村(V02)  91.00 → 94.00               2 → 1  2 → 1     — → 先进支部",
        "东村(V01)    92.00 → 88.00  优秀 → 合格  1 → 2  1 → 2     先进支部 → —",
        "2 个考核对象中：等次变 1 个（升 0、降 1），名次变 2 个，奖项变 2 个，得分变 2 个。",
        "只是试算，方案和结果都没有改动。要采用，就改 scheme，再运行 assessor collect。",
    ]
    assert {p: p.read_bytes() for p in workspace.root.rglob("*") if p.is_file()} == before
    _, out, _ = run("collect", *wishes, "--json")
    facts = json.loads(out)
    assert facts["moves"][0]["before"]["rank"] == 2
    assert facts["moves"][0]["after"]["awards"] == ["先进支部"]
    _, out, _ = run("collect", "--what-if", "limit:无=1", "--workers", "1")
    _, out, _ = run("collect", "--what-if", "grade:优秀=89", "--workers", "1")
    assert "2 个考核对象都不会变动。" in out
