"""The whole round as a clerk walks it, by the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest

from assessor.starting import rows_of, write_workspace
from tests.builders import SMALL, edited, small_workspace
from tests.commands import Run
from tests.filling import FULL, Round


def test_a_round_from_a_shipped_scheme_to_a_ranking(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "2026年考核"
    listed = [line.split()[0] for line in run("new", "--list")[1].splitlines()]
    assert "community-three-good" in listed
    assert run("new", "township-responsibility", folder)[0] == 0
    assert (folder / "scheme.xlsx").exists()
    assert openpyxl.load_workbook(folder / "decisions.xlsx").sheetnames == ["认定"]
    status, shown, _ = run("check", folder)
    assert status == 0
    assert "方案没有错误" in shown
    assert run("forms", folder)[0] == 0
    status, shown, _ = run("rehearse", folder, "--units", "6")
    assert (status, "演练" in shown) == (0, True)
    status, shown, _ = run("collect", folder / "rehearsal" / "returns")
    assert status == 0, shown
    assert "请打开" in shown
    results = folder / "rehearsal" / "results"
    assert sorted(path.name for path in results.iterdir() if not path.name.startswith(".")) == [
        "audit.xlsx",
        "entries.csv",
        "files.csv",
        "problems.csv",
        "problems.xlsx",
        "ranking.xlsx",
        "scores.csv",
        "standing.csv",
    ]
    front = openpyxl.load_workbook(results / "ranking.xlsx").worksheets[0]
    assert front["A1"].value == "【演练】乡镇党建工作责任制考核结果"
    assert run("status", folder / "rehearsal")[0] == 0


def test_a_faulty_scheme_writes_nothing(run: Run, tmp_path: Path) -> None:
    scores = edited(SMALL["scores"], "60%", "50%")
    workspace = small_workspace(tmp_path, scores=scores)
    before = sorted(tmp_path.rglob("*"))
    for command in ("check", "forms", "collect"):
        status, shown, said = run(command, tmp_path)
        assert status == 2
        assert "“总分”的下级权重合计 90%，不是 100%：自评 40%、考核组评分 50%。" in shown + said
    there = [path for path in sorted(tmp_path.rglob("*")) if ".assessor" not in path.parts]
    assert there == before
    assert not workspace.forms.exists()


def test_messy_rehearsals_leave_errors_and_exit_1(run: Run, tmp_path: Path) -> None:
    small_workspace(tmp_path)
    assert run("rehearse", tmp_path, "--units", "30", "--mess", "--missing", "2")[0] == 0
    status, shown, _ = run("collect", tmp_path / "rehearsal" / "returns")
    assert status == 1
    assert "中间结果" in shown
    status, shown, _ = run("status", tmp_path / "rehearsal")
    assert status == 1
    assert "0000-" in shown


def test_the_same_rehearsal_seed_gives_the_same_results(run: Run, tmp_path: Path) -> None:
    small_workspace(tmp_path)
    shown = []
    for name in ("one", "two"):
        run("rehearse", tmp_path, "--into", tmp_path / name, "--units", "8", "--seed", "5")
        assert run("collect", tmp_path / name / "returns")[0] in (0, 1)
        shown.append((tmp_path / name / "results" / "standing.csv").read_bytes())
    assert shown[0] == shown[1]


@pytest.mark.parametrize("scheme", ["tables", "workbook"])
def test_a_rehearsals_forms_are_never_taken_for_real_ones(
    run: Run, tmp_path: Path, scheme: str
) -> None:
    workspace = small_workspace(tmp_path)
    if scheme == "workbook":
        workspace = write_workspace(rows_of(workspace.scheme), tmp_path / "as workbook")
    run("rehearse", workspace.root)
    for path in (workspace.root / "rehearsal" / "returns").rglob("*.xlsx"):
        (workspace.returns / path.name).write_bytes(path.read_bytes())
    assert run("collect", workspace.returns)[0] == 1
    with (workspace.results / "files.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert {row["disposition"] for row in rows} == {"rejected"}
    assert all("这是演练用的表" in row["reason"] for row in rows)


def test_json_prints_the_same_facts(run: Run, tmp_path: Path) -> None:
    round_ = Round(small_workspace(tmp_path))
    round_.return_all(panel_V02=FULL | {"1.1": "99"})
    status, shown, _ = run("collect", round_.workspace.returns, "--json")
    facts = json.loads(shown)
    assert status == 1
    assert facts["files"] == {"accepted": 4}
    assert facts["units"] == {"provisional": 1, "awaiting": 1}
    assert [problem["code"] for problem in facts["problems"]] == ["entry_too_large"]
    (correction,) = facts["corrections"]
    assert correction.endswith("results/corrections/考核组评分/V02_西河村_考核组评分_更正.xlsx")
    assert Path(correction).is_file()
    status, shown, _ = run("check", tmp_path, "--json")
    assert json.loads(shown)["tree"][0] == {
        "title": "总分", "rule": "加权", "weight": "", "points": "100",
    }  # fmt: skip


def test_the_summary_says_how_many_corrections_there_are_and_what_to_do_with_them(
    run: Run, tmp_path: Path
) -> None:
    round_ = Round(small_workspace(tmp_path))
    round_.return_all(panel_V02=FULL | {"1.1": "99"}, self_V01=FULL | {"1.2": ""})
    folder = round_.workspace.results / "corrections"
    _, shown, _ = run("collect", round_.workspace.returns)
    said = f"更正表 2 份在 {folder}：发回给填表人，改好后放进 returns，自动代替原来的表。"
    assert said in shown.splitlines()
    _, shown, _ = run("collect", round_.workspace.returns, "--lang", "en")
    said = f"2 copies for correction are in {folder}: send them back to those who filled them in."
    assert any(line.startswith(said) for line in shown.splitlines())
    round_.return_all()
    _, shown, _ = run("collect", round_.workspace.returns)
    assert "更正表" not in shown
    assert not folder.exists()


def test_unchanged_inputs_leave_results_alone(run: Run, tmp_path: Path) -> None:
    round_ = Round(small_workspace(tmp_path))
    round_.return_all()
    run("collect", round_.workspace.returns)
    before = {p: p.stat().st_mtime_ns for p in round_.workspace.results.iterdir()}
    _, shown, _ = run("collect", round_.workspace.returns)
    assert "结果没有重写" in shown
    assert {p: p.stat().st_mtime_ns for p in round_.workspace.results.iterdir()} == before


def test_results_may_go_elsewhere_but_not_into_a_strange_folder(run: Run, tmp_path: Path) -> None:
    round_ = Round(small_workspace(tmp_path / "w"))
    round_.return_all()
    assert run("collect", round_.workspace.returns, "--out", tmp_path / "out")[0] in (0, 1)
    assert (tmp_path / "out" / "ranking.xlsx").exists()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    status, _, said = run("collect", round_.workspace.returns, "--out", tmp_path / "mine")
    assert (status, "没有写入" in said) == (2, True)


def test_a_locked_workspace_is_refused(run: Run, tmp_path: Path) -> None:
    round_ = Round(small_workspace(tmp_path))
    with round_.workspace.locked():
        status, _, said = run("collect", round_.workspace.returns)
    assert (status, "占用" in said) == (2, True)


def test_a_date_that_is_none_is_refused(run: Run, tmp_path: Path) -> None:
    small_workspace(tmp_path)
    status, _, said = run("status", tmp_path, "--as-of", "20.12.2026")
    assert (status, "写成例如 2026-12-20" in said) == (2, True)


def test_what_nobody_thought_of_is_a_plain_message_and_exit_3(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assessor import workflow

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr(workflow, "collect", broken)
    status, _, said = run("collect", small_workspace(tmp_path).returns)
    assert status == 3
    assert "nobody thought of this" in said
    assert "Traceback" not in said


def test_an_interruption_is_130(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from assessor import workflow

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(workflow, "collect", stopped)
    assert run("collect", small_workspace(tmp_path).returns)[0] == 130


def test_text_from_outside_is_text_in_every_csv(run: Run, tmp_path: Path) -> None:
    units = SMALL["units"].replace("东村  ", "=1+1")
    round_ = Round(small_workspace(tmp_path, units=units))
    round_.return_all(self_V01=FULL | {"1.1": "=cmd|x"})
    round_.put("@evil.xlsx", b"")
    run("collect", round_.workspace.returns)
    for name in ("standing", "scores", "entries", "files", "problems"):
        text = (round_.workspace.results / f"{name}.csv").read_text(encoding="utf-8-sig")
        for row in csv.reader(text.splitlines()):
            assert not any(cell.startswith(("=", "@")) for cell in row), (name, row)
    for name in ("ranking", "problems"):
        book = openpyxl.load_workbook(round_.workspace.results / f"{name}.xlsx")
        cells = [c for sheet in book for line in sheet.iter_rows() for c in line]
        assert not [c.value for c in cells if c.data_type == "f"]


def test_a_workspace_is_collected_from_its_returns_however_it_is_named(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = Round(small_workspace(tmp_path))
    round_.return_all(panel_V02=FULL | {"1.1": "15"})
    monkeypatch.chdir(tmp_path)
    for named in ((), (".",), (tmp_path,), ("returns",)):
        status, shown, _ = run("collect", *named, "--json")
        assert (status, json.loads(shown)["files"]) == (0, {"accepted": 4})


def test_before_the_due_date_nothing_is_called_complete(run: Run, tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path)
    status, shown, _ = run("collect", workspace.returns, "--as-of", "2026-11-01")
    assert status == 0
    assert "中间结果" in shown
    assert "全部到齐" not in shown
    _, shown, _ = run("status", tmp_path, "--as-of", "2026-11-01")
    assert "还有表未到截止日期" in shown
