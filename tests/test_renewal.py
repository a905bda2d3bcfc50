"""`new --from`: next year's workspace from last year's."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from assessor.problems import AssessorError
from assessor.renewal import next_round, next_year, renew
from assessor.scheme.load import load_decision_rows, load_scheme
from assessor.scheme.model import Scheme
from assessor.starting import new_workspace, rows_of, template_names, write_workspace
from tests.builders import SMALL, edited, small_workspace
from tests.commands import Run


def _timeless(scheme: Scheme) -> Scheme:
    """Return a scheme without what a new year changes: round, dates, and where it stood."""
    periods = tuple(replace(period, opens=None, due=None) for period in scheme.periods)
    settings = replace(scheme.settings, round="", date=None)
    return replace(scheme, settings=settings, periods=periods)


@pytest.mark.parametrize(
    ("round_", "after"),
    [
        ("2026", "2027"),
        ("2026年度", "2027年度"),
        ("2026-2027", "2027-2028"),
        ("1999", "2000"),
        ("2026上半年", "2027上半年"),
        ("第三轮", "第三轮"),
        ("12026", "12026"),
    ],
)
def test_every_year_in_a_round_is_advanced_by_one(round_: str, after: str) -> None:
    assert next_round(round_) == after


@pytest.mark.parametrize(
    ("day", "after"),
    [
        ("2026-12-20", "2027-12-20"),
        ("2024-02-29", "2025-02-28"),
        ("2027-02-28", "2028-02-28"),
        ("2026-12-31", "2027-12-31"),
    ],
)
def test_a_date_moves_on_by_a_year(day: str, after: str) -> None:
    assert next_year(dt.date.fromisoformat(day)).isoformat() == after


@pytest.mark.parametrize("template", template_names())
@pytest.mark.parametrize("kind", ["workbook", "tables"])
def test_the_scheme_is_the_same_but_for_round_and_dates(
    template: str, kind: str, tmp_path: Path
) -> None:
    last = new_workspace(template, tmp_path / "last")
    if kind == "tables":
        source = Path(__file__).parent.parent / "templates" / template
        last = small_workspace(tmp_path / "tables")
        shutil.rmtree(last.scheme)
        shutil.copytree(source, last.root / "scheme")
    new = renew(last.root, str(tmp_path / "new"), None).workspace
    before, after = load_scheme(last.scheme)[0], load_scheme(new.scheme)[0]
    assert new.scheme.name == "scheme.xlsx"
    assert _timeless(after) == _timeless(before)
    assert int(after.settings.round) == int(before.settings.round) + 1
    for old, period in zip(before.periods, after.periods, strict=True):
        assert period.due == (old.due and next_year(old.due))
        assert period.opens == (old.opens and next_year(old.opens))
    assert after.settings.date == (before.settings.date and next_year(before.settings.date))


def test_rounds_former_names_and_codes_stay_and_pausing_criteria_are_told(tmp_path: Path) -> None:
    units = """
        code | name   | class | former_names | former_codes
        V01  | 东村   | 村    | 老东村;旧村  | A1;A2
        V02  | 西河村 | 村    |              |
        """
    sound = "班子健全 | 20     | earned   |               |"
    criteria = edited(SMALL["criteria"], "| step", "| step | rounds")
    criteria = edited(criteria, sound, f"{sound}      | 2026;2028")
    last = small_workspace(tmp_path / "2026", units=units, criteria=criteria)
    done = renew(last.root, str(tmp_path / "2027"), None)
    scheme, _ = load_scheme(done.workspace.scheme)
    assert scheme.unit["V01"].former_names == ("老东村", "旧村")
    assert scheme.unit["V01"].former_codes == ("A1", "A2")
    assert scheme.rubric("duty")[1].rounds == ("2026", "2028")
    assert list(done.pausing) == ["班子健全"]


def test_decisions_are_empty_the_key_is_new_and_nothing_else_is_taken_over(tmp_path: Path) -> None:
    last = small_workspace(tmp_path / "2026")
    for name in ("inputs", "returns", "forms", "results"):
        (last.root / name).mkdir(exist_ok=True)
        (last.root / name / "old.xlsx").write_bytes(b"old")
    key = last.key()
    new = renew(last.root, str(tmp_path / "2027"), None).workspace
    assert new.key() != key
    assert load_decision_rows(new.decisions) == ([], [])
    names = sorted(path.relative_to(new.root).as_posix() for path in new.root.rglob("*"))
    assert names == [
        ".assessor",
        ".assessor/key",
        "decisions.xlsx",
        "returns",
        "scheme.xlsx",
        "通报模板.docx",
    ]


def test_the_summary_says_what_was_moved_and_what_to_look_over(tmp_path: Path, run: Run) -> None:
    settings = edited(SMALL["settings"], "小考核", "2026年小考核") + "date | 2026-11-30\n"
    last = small_workspace(tmp_path / "2026", settings=settings)
    status, shown, said = run("new", "--from", last.root, tmp_path / "2027")
    assert (status, said) == (0, "")
    assert "考核年度：2026 → 2027" in shown
    assert "“年终”截止日期：2026-12-20 → 2027-12-20" in shown
    assert "编制日期：2026-11-30 → 2027-11-30" in shown
    assert "曾用编号" in shown
    assert "还有旧年份（2026），没有改：方案“2026年小考核”。" in shown
    assert shown.splitlines()[-1].startswith("下一步：")
    status, shown, _ = run("check", tmp_path / "2027")
    assert (status, "2026年小考核 2027" in shown) == (0, True)


def test_json_has_the_same_facts(tmp_path: Path, run: Run) -> None:
    last = small_workspace(tmp_path / "2026")
    _, shown, _ = run("new", "--from", last.root, tmp_path / "2027", "--json")
    facts = json.loads(shown)
    assert facts["round"] == {"before": "2026", "after": "2027"}
    assert facts["dates"] == [
        {"what": "due", "period": "年终", "before": "2026-12-20", "after": "2027-12-20"}
    ]
    assert facts["counts"] == {"units": 2, "raters": 1, "criteria": 8}


def test_a_round_without_a_year_is_left_and_said(tmp_path: Path, run: Run) -> None:
    last = small_workspace(tmp_path / "a", settings=edited(SMALL["settings"], "2026", "第三轮"))
    _, shown, _ = run("new", "--from", last.root, tmp_path / "b")
    assert "考核年度“第三轮”里没有年份，没有改" in shown


def test_a_ready_made_scheme_and_last_year_together_are_kindly_refused(
    tmp_path: Path, run: Run
) -> None:
    last = small_workspace(tmp_path / "2026")
    new, scheme = tmp_path / "2027", "township-responsibility"
    for given in ((scheme,), (scheme, new), (new, scheme)):
        status, _, said = run("new", "--from", last.root, *given)
        assert status == 2
        assert "不能再写“township-responsibility”" in said
        assert f"assessor new --from {last.root} " in said
        assert scheme not in said.partition("→")[2]
    assert not new.exists()


def test_a_new_folder_must_be_named(tmp_path: Path, run: Run) -> None:
    last = small_workspace(tmp_path / "2026考核")
    status, _, said = run("new", "--from", last.root)
    assert (status, "没有写新工作区的文件夹名" in said) == (2, True)
    assert said.split("→")[1].split("\n")[0].endswith(" 2027考核")


def test_a_folder_in_which_there_is_something_is_refused(tmp_path: Path) -> None:
    last = small_workspace(tmp_path / "2026")
    (tmp_path / "2027").mkdir()
    (tmp_path / "2027" / "letter.txt").write_text("dear")
    with pytest.raises(AssessorError) as fault:
        renew(last.root, str(tmp_path / "2027"), None)
    assert [problem.code for problem in fault.value.problems] == ["workspace_exists"]
    assert [path.name for path in (tmp_path / "2027").iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(("name", "code"), [("x", "path_missing"), ("", "workspace_missing")])
def test_last_year_must_be_a_workspace(tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(AssessorError) as fault:
        renew(tmp_path / name, str(tmp_path / "2027"), None)
    assert [problem.code for problem in fault.value.problems] == [code]


def test_a_cell_that_cannot_be_read_is_refused_and_not_lost(tmp_path: Path) -> None:
    last = small_workspace(tmp_path / "a", periods=edited(SMALL["periods"], "2026-12-20", "年底"))
    with pytest.raises(AssessorError) as fault:
        renew(last.root, str(tmp_path / "b"), None)
    assert [problem.code for problem in fault.value.problems] == ["table_not_a_date"]
    assert not (tmp_path / "b").exists()


def test_a_column_of_the_clerks_own_is_not_carried_over_and_this_is_said(
    tmp_path: Path, run: Run
) -> None:
    last = write_workspace(rows_of(small_workspace(tmp_path / "a").scheme), tmp_path / "b")
    book = openpyxl.load_workbook(last.scheme)
    book["单位"].cell(1, 30, "书记的车牌号")
    book.save(last.scheme)
    status, shown, _ = run("new", "--from", last.root, tmp_path / "c")
    assert (status, "书记的车牌号" in shown) == (0, True)
