"""Public notices: frozen under a number, without internal columns, the next one lists revisions."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from assessor.problems import AssessorError
from assessor.publishing import Published, publish
from assessor.workflow import collect
from assessor.workspace import Workspace
from tests.builders import SMALL, edited, small_workspace
from tests.commands import Run
from tests.filling import FULL, Round

DAY = dt.date(2026, 12, 25)
# V01 has full marks, 100. V02: own 20 points less, 80 × 40 %, panel 100 × 60 %: 92.
BEHIND = FULL | {"1.1": "0"}
DECISIONS = (
    "date,authority,unit,object,act,from,to,reason\n"
    "2026-12-28,镇党委,V02,{object},{act},,{to},复核赵六的评分\n"
)


def decide(workspace: Workspace, object_: str, act: str, to: str) -> None:
    text = DECISIONS.format(object=object_, act=act, to=to)
    (workspace.root / "decisions.csv").write_text(text, encoding="utf-8-sig")


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    made = Round(small_workspace(tmp_path))
    made.return_all(self_V02=BEHIND)
    return made


def collected(round_: Round) -> Workspace:
    collect(round_.workspace, round_.workspace.returns, workers=1)
    return round_.workspace


def published(workspace: Workspace, **options: Any) -> Published:
    return publish(workspace, options.pop("begins", DAY), workers=1, **options)


def refusal(workspace: Workspace, **options: Any) -> tuple[str, dict[str, object]]:
    with pytest.raises(AssessorError) as refused:
        published(workspace, **options)
    (problem,) = refused.value.problems
    return problem.code, dict(problem.facts)


def texts(path: Path) -> str:
    book = openpyxl.load_workbook(path)
    return "\n".join(str(c) for s in book for r in s.iter_rows(values_only=True) for c in r if c)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def revisions(path: Path) -> list[list[object]]:
    lines = list(openpyxl.load_workbook(path)["修订"].iter_rows(min_row=4, values_only=True))
    return [list(line) for line in lines]


def test_a_notice_holds_what_may_be_public_and_nothing_else(round_: Round) -> None:
    workspace = collected(round_)
    done = published(workspace, days=5)
    folder = workspace.published / "1"
    assert (done.folder, done.changed, done.notice.number) == (folder, True, 1)
    assert {p.name for p in folder.iterdir() if not p.name.startswith(".")} == {
        "notice.xlsx", "standing.csv", "scores.csv", "publication.json",
    }  # fmt: skip
    everything = texts(folder / "notice.xlsx") + "".join(
        path.read_text(encoding="utf-8-sig") for path in folder.iterdir() if path.suffix != ".xlsx"
    )
    private = ("a@example.org", "张三", "0000-1", "self-V01.xlsx", "认定等次")
    assert [word for word in private if word in everything] == []
    book = openpyxl.load_workbook(folder / "notice.xlsx")
    assert book.sheetnames == ["公示", "总排名", "村排名", "获奖名单"]
    assert "2026-12-25 至 2026-12-29，共 5 天（含首尾两天）" in texts(folder / "notice.xlsx")
    assert [(r["unit_code"], r["score"], r["rank"]) for r in rows(folder / "standing.csv")] == [
        ("V01", "100.00", "1"),
        ("V02", "92.00", "2"),
    ]


def test_a_notice_tells_the_hashes_of_what_it_was_made_from(round_: Round) -> None:
    workspace = collected(round_)
    published(workspace)
    facts = json.loads((workspace.published / "1" / "publication.json").read_text("utf-8"))
    assert (facts["from"], facts["until"]) == ("2026-12-25", "2026-12-31")  # 7 days
    for name, sha256 in facts["made_from"].items():
        assert sha256 == hashlib.sha256((workspace.root / name).read_bytes()).hexdigest()
    assert {"scheme/units.csv", "results/files.csv", "results/standing.csv"} <= set(
        facts["made_from"]
    )
    for name, sha256 in facts["files"].items():
        content = (workspace.published / "1" / name).read_bytes()
        assert sha256 == hashlib.sha256(content).hexdigest()


def test_the_same_notice_has_the_same_bytes(round_: Round) -> None:
    workspace = collected(round_)
    published(workspace)
    first = {p.name: p.read_bytes() for p in (workspace.published / "1").iterdir()}
    (workspace.published / "1").rename(workspace.root / "aside")
    published(workspace)
    assert {p.name: p.read_bytes() for p in (workspace.published / "1").iterdir()} == first


def test_an_upheld_objection_is_listed_in_the_next_notice(round_: Round) -> None:
    workspace = collected(round_)
    published(workspace)
    before = {p.name: p.read_bytes() for p in (workspace.published / "1").iterdir()}
    # Own total 80 → 90: 90 × 40 % + 100 × 60 % = 96.
    decide(workspace, "self", "uphold", "90")
    collected(round_)
    done = published(workspace, begins=dt.date(2027, 1, 2))
    assert done.notice.number == 2
    why = "2026-12-28 镇党委：异议成立 自评 90"
    assert revisions(workspace.published / "2" / "notice.xlsx") == [
        ["V02", "西河村", "村", "得分", "92.00", "96.00", why],
        ["V02", "西河村", "村", "自评", "80.00", "90.00", why],
    ]
    assert "赵六" not in texts(workspace.published / "2" / "notice.xlsx")
    assert {p.name: p.read_bytes() for p in (workspace.published / "1").iterdir()} == before


def test_a_corrected_return_is_told_as_one(round_: Round) -> None:
    workspace = collected(round_)
    published(workspace)
    round_.put("self-V02.xlsx", round_.filled("self", "V02", FULL))
    collected(round_)
    done = published(workspace)
    found = {(r.unit.code, r.field): r.cause for r in done.notice.revisions}
    assert found["V02", "score"] == "sources"
    assert done.notice.sources == ["returns"]
    row = revisions(workspace.published / "2" / "notice.xlsx")
    told = {(line[0], line[3]): line[6] for line in row}
    assert told["V02", "得分"] == "没有针对它的认定；上次公示以后有变化的：收到的表"


def test_the_same_results_are_not_published_again(round_: Round) -> None:
    workspace = collected(round_)
    published(workspace)
    again = published(workspace, begins=dt.date(2027, 2, 1))
    assert (again.changed, again.folder) == (False, workspace.published / "1")
    assert [p.name for p in workspace.published.iterdir()] == ["1"]


def test_what_is_open_is_not_published_unless_asked_for(round_: Round) -> None:
    (round_.workspace.returns / "panel-V02.xlsx").unlink()
    workspace = collected(round_)
    assert refusal(workspace) == ("publish_open", {"errors": 1, "units": 1})
    assert not workspace.published.exists()
    done = published(workspace, interim=True)
    assert done.notice.state == "interim"
    assert "中间结果" in texts(done.folder / "notice.xlsx")
    assert rows(done.folder / "standing.csv")[1]["status"] == "missing"
    # The last form comes: the next notice is final and says what is new.
    round_.put("panel-V02.xlsx", round_.filled("panel", "V02", FULL))
    final = published(collected(round_))
    assert (final.notice.number, final.notice.state) == (2, "settled")
    assert {one.unit.code for one in final.notice.revisions if one.cause == "sources"} == {"V02"}
    assert ("V01", "status") not in {(r.unit.code, r.field) for r in final.notice.revisions}


def test_results_that_nobody_looked_at_are_not_published(round_: Round) -> None:
    workspace = round_.workspace
    assert refusal(workspace) == ("publish_no_results", {})
    collected(round_)
    decide(workspace, "self", "uphold", "90")
    stale = ["decisions.csv", "scores.csv", "standing.csv"]
    assert refusal(workspace) == ("publish_stale", {"files": stale})


def test_days_that_make_no_sense_are_refused(round_: Round) -> None:
    workspace = collected(round_)
    day = dt.date(2026, 12, 24)
    assert refusal(workspace, ends=day) == (
        "publish_dates",
        {"begins": "2026-12-25", "ends": "2026-12-24"},
    )
    assert refusal(workspace, ends=DAY, days=1) == ("publish_until_and_days", {})
    assert published(workspace, ends=DAY).notice.days == 1


def test_a_notice_that_was_changed_is_told_or_refused(round_: Round) -> None:
    workspace = collected(round_)
    folder = published(workspace).folder
    (folder / "notice.xlsx").write_bytes(b"edited")
    (remark,) = published(workspace).remarks
    assert (remark.code, remark.facts["files"]) == ("published_touched", ["notice.xlsx"])
    (folder / "standing.csv").write_text("edited", encoding="utf-8")
    assert refusal(workspace)[0] == "published_damaged"
    (folder / "standing.csv").unlink()
    assert refusal(workspace)[0] == "published_damaged"


def test_half_a_notice_of_a_run_that_was_killed_is_none(round_: Round) -> None:
    workspace = collected(round_)
    rest = workspace.published / ".1.new"
    rest.mkdir(parents=True)
    (rest / "notice.xlsx").write_bytes(b"half")
    assert published(workspace).notice.number == 1
    assert [p.name for p in workspace.published.iterdir()] == ["1"]


def test_a_confirmed_grade_is_the_one_that_is_published(tmp_path: Path) -> None:
    round_ = Round(small_workspace(tmp_path, grades=edited(SMALL["grades"], "90", "95")))
    round_.return_all(self_V02=BEHIND)
    decide(round_.workspace, "", "confirm_grade", "优秀")
    done = published(collected(round_))
    assert [row["grade"] for row in rows(done.folder / "standing.csv")] == ["优秀", "优秀"]


# -- the command ---------------------------------------------------------------------------------


def test_the_command_says_where_it_is_and_what_comes_next(
    round_: Round, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(round_.workspace.root)
    status, out, err = run("publish", "--from", "2026-12-25")
    assert (status, out) == (2, "")
    assert "还没有结果。\n    → 先运行 assessor collect，核对结果，再公示。" in err
    collected(round_)
    assert run("publish")[0] == 2
    status, out, _ = run("publish", "--from", "2026-12-25", "--workers", "1")
    lines = [line.rstrip() for line in out.splitlines()]
    assert status == 0
    assert lines[:4] == [
        "公示编号  1",
        "公示期    2026-12-25 至 2026-12-31（7 天）",
        "状态      全部到齐，等待审定",
        "请打开：published/1/notice.xlsx",
    ]
    assert lines[4].startswith("下一步：公布 published/1 里的 notice.xlsx")
    _, out, _ = run("publish", "--from", "2026-12-26", "--workers", "1")
    assert out == "结果与第 1 号公示相同，没有再公示。原公示在 published/1。\n"
    decide(round_.workspace, "self", "uphold", "90")
    collected(round_)
    status, out, _ = run("publish", "--from", "2027-01-02", "--workers", "1", "--json")
    facts = json.loads(out)
    assert (status, facts["number"], facts["before"]) == (0, 2, 1)
    assert facts["revisions"][0] == {
        "unit_code": "V02",
        "unit": "西河村",
        "field": "score",
        "title": "得分",
        "before": "92.00",
        "after": "96.00",
        "cause": "decision",
        "why": "2026-12-28 镇党委：异议成立 自评 90",
    }
