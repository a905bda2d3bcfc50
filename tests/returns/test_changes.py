"""Nothing is lost: every file has one disposition, and what changed since the last time is told."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from assessor.returns.changes import Changes
from assessor.workflow import Collected, collect
from tests.builders import Table, cells, codes, small_workspace
from tests.commands import Run
from tests.filling import FULL, Cells, Round


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    return Round(small_workspace(tmp_path))


def fill(round_: Round, table: Table) -> None:
    """Make returns/ as a table says: file, form, unit, and what 2.1 got (20 is full marks)."""
    for path in round_.workspace.returns.rglob("*"):
        if path.is_file():
            path.unlink()
    for file, form, unit, given in cells(table)[1:]:
        if form == "scan":
            round_.put(file, b"%PDF-1.4 " + given.encode())
        elif form == "lock":
            round_.put(file, given.encode())
        else:
            entries: Cells = FULL | {"2.1": given}
            round_.put(file, round_.filled(form, unit, entries))


def run_once(round_: Round) -> Collected:
    return collect(round_.workspace, round_.workspace.returns, workers=1)


BEFORE = """
    file            | form  | unit | 2.1
    self-V01.xlsx   | self  | V01  | 20
    self-V02.xlsx   | self  | V02  | 15
    panel-V01.xlsx  | panel | V01  | 18
    盖章.pdf        | scan  |      | 1
    ~$self-V01.xlsx | lock  |      | a
    """

AFTER: list[tuple[str, Table, Changes]] = [
    ("nothing", BEFORE, Changes()),
    (
        "one more, and its unit is complete",
        BEFORE + "panel-V02.xlsx | panel | V02 | 19",
        Changes(new=("panel-V02.xlsx",), completed=("V02",)),
    ),
    (
        "another content under the same name",
        BEFORE.replace("panel-V01.xlsx  | panel | V01  | 18", "panel-V01.xlsx|panel|V01|13"),
        # own 100 at 40 %; panel 98, then 93 at 60 %
        Changes(altered=("panel-V01.xlsx",), scores=(("V01", "98.80", "95.80"),)),
    ),
    (
        "one withdrawn, and its unit is open again",
        BEFORE.replace("self-V01.xlsx   | self  | V01  | 20\n", ""),
        Changes(withdrawn=("self-V01.xlsx",), reopened=("V01",)),
    ),
    (
        "another name is no change",
        BEFORE.replace("self-V02.xlsx   |", "西河村 自评.xlsx|"),
        Changes(renamed=(("self-V02.xlsx", "西河村 自评.xlsx"),)),
    ),
    (
        "lock files come and go",
        BEFORE.replace("~$self-V01.xlsx | lock  |      | a", "~$x.xlsx|lock||b"),
        Changes(),
    ),
    (
        "all at once",
        """
        file           | form  | unit | 2.1
        甲/自评.xlsx   | self  | V01  | 20
        self-V02.xlsx  | self  | V02  | 16
        panel-V02.xlsx | panel | V02  | 19
        盖章2.pdf      | scan  |      | 2
        """,
        Changes(
            new=("panel-V02.xlsx", "盖章2.pdf"),
            altered=("self-V02.xlsx",),
            withdrawn=("panel-V01.xlsx", "盖章.pdf"),
            renamed=(("self-V01.xlsx", "甲/自评.xlsx"),),
            completed=("V02",),
            reopened=("V01",),
        ),
    ),
]


@pytest.mark.parametrize("after", AFTER, ids=[row[0] for row in AFTER])
def test_what_changed_since_the_last_collect_is_told(
    round_: Round, after: tuple[str, Table, Changes]
) -> None:
    _, table, changes = after
    fill(round_, BEFORE)
    assert run_once(round_).since is None
    fill(round_, table)
    assert run_once(round_).since == changes
    assert run_once(round_).since == Changes()


def test_the_results_do_not_depend_on_what_stood_there_before(
    round_: Round, tmp_path: Path
) -> None:
    fill(round_, BEFORE)
    run_once(round_)
    fill(round_, AFTER[-1][1])
    second = run_once(round_).exchange.folder
    fresh = collect(round_.workspace, round_.workspace.returns, tmp_path / "fresh", workers=1)
    for path in (path for path in second.rglob("*") if path.is_file()):
        twin = fresh.exchange.folder / path.relative_to(second)
        assert path.read_bytes() == twin.read_bytes(), path.name


def test_a_folder_without_older_results_has_no_changes(round_: Round) -> None:
    fill(round_, BEFORE)
    done = run_once(round_)
    (done.exchange.folder / "files.csv").write_bytes(b"\xff\xfe\x00")
    assert run_once(round_).since is None


def test_the_changes_are_printed_and_in_json(round_: Round, run: Run) -> None:
    fill(round_, BEFORE)
    run("collect", round_.workspace.returns)
    fill(round_, AFTER[-1][1])
    _, shown, _ = run("collect", round_.workspace.returns)
    lines = [line for line in shown.splitlines() if line.startswith("  ") or "相比" in line]
    assert lines[:7] == [
        "与上次汇总相比：",
        "  新收到 2 个文件：panel-V02.xlsx、盖章2.pdf",
        "  内容改过 1 个文件：self-V02.xlsx",
        "  移走了 2 个文件：panel-V01.xlsx、盖章.pdf",
        "  只改了名称或位置 1 个文件：self-V01.xlsx → 甲/自评.xlsx",
        "  新计出得分 1 个：西河村(V02)",
        "  不再有得分 1 个：东村(V01)",
    ]
    fill(round_, BEFORE.replace("| V02  | 15", "| V02  | 17"))
    _, shown, _ = run("collect", round_.workspace.returns, "--json")
    since = json.loads(shown)["since"]
    assert since["withdrawn"] == ["panel-V02.xlsx", "盖章2.pdf"]
    assert since["altered"] == ["self-V02.xlsx"]
    _, shown, _ = run("collect", round_.workspace.returns, "--lang", "en")
    assert "Since the last collect" not in shown
    fill(round_, BEFORE.replace("| V01  | 18", "| V01  | 13"))
    _, shown, _ = run("collect", round_.workspace.returns, "--lang", "en")
    assert "Since the last collect:" in shown
    assert "  Scores that changed: 1 (东村 (V01) 98.80 → 95.80)" in shown.splitlines()


def test_every_file_has_one_disposition_and_the_counts_add_up(round_: Round, run: Run) -> None:
    round_.return_all(panel_V02=FULL | {"2.1": "19"})
    own = round_.filled("self", "V01", FULL)
    round_.put("self-V01(1).xlsx", own)
    round_.put("self-V02(2).xlsx", round_.filled("self", "V02", FULL | {"1.1": "3"}))
    round_.put("坏.xlsx", own[:500])
    round_.put("扫描.pdf", b"%PDF-1.4")
    round_.put("~$lock.xlsx", b"lock")
    _, shown, _ = run("collect", round_.workspace.returns, "--json")
    facts = json.loads(shown)
    assert facts["files"] == {
        "accepted": 3,
        "duplicate": 1,
        "conflict": 2,
        "rejected": 1,
        "enclosure": 1,
        "ignored": 1,
    }
    on_disk = {path.name for path in round_.workspace.returns.iterdir()}
    assert facts["files_total"] == len(on_disk) == sum(facts["files"].values())
    with (round_.workspace.results / "files.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert Counter(row["file"] for row in rows) == dict.fromkeys(on_disk, 1)
    assert all(row["reason"] for row in rows if row["disposition"] != "accepted")
    _, shown, _ = run("collect", round_.workspace.returns)
    (line,) = [line for line in shown.splitlines() if line.startswith("收到文件")]
    assert line.split() == [
        "收到文件",
        "9",
        "文件：采用",
        "3；文件：相互矛盾",
        "2；文件：重复",
        "1；文件：附件",
        "1；文件：忽略",
        "1；文件：不能采用",
        "1",
    ]


def test_a_form_that_nobody_was_issued_is_refused_with_that_reason(
    round_: Round, tmp_path: Path
) -> None:
    raters = "code | name | group\nP1 | 考核组 | panel\nP2 | 二组 | panel"
    larger = Round(small_workspace(tmp_path / "larger", raters=raters))
    larger.key = round_.key
    packet = next(p for p in larger.packets if p.rater and p.rater.code == "P2")
    larger.packets = [packet]
    round_.return_all(panel_V02=FULL | {"2.1": "19"})
    round_.put("二组.xlsx", larger.filled("panel", "V01", FULL))
    result = run_once(round_).round
    fate = next(fate for fate in result.collection.fates if fate.file == "二组.xlsx")
    assert (fate.disposition, fate.reason) == ("rejected", "copy_unknown")
    assert codes(result.problems) == ["copy_unknown"]
