"""What a clerk is told of a score: the terminal, ``--json``, and who is found by what is typed."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import assessor
from assessor.cli import main
from assessor.i18n import LANGUAGES, catalog
from assessor.scoring.rules import RULES
from assessor.workspace import Workspace
from tests.builders import small_workspace
from tests.filling import FULL, Round
from tests.scoring.explained import Reader

Run = Callable[..., tuple[int, str, str]]
SAMPLES = Path(__file__).parent.parent / "samples"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("ASSESSOR_LANG", "zh")

    def call(workspace: Path, *arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main(["explain", *arguments, "--workspace", str(workspace)])
        shown = capsys.readouterr()
        return int(end.value.code or 0), shown.out, shown.err

    return call


@pytest.fixture(scope="module")
def township(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples") / "township"
    ignore = shutil.ignore_patterns("results", "forms", "lock")
    shutil.copytree(SAMPLES / "township", folder, ignore=ignore)
    return folder


def small(folder: Path, **entries: Mapping[str, object]) -> Workspace:
    """Return the small workspace with all forms returned."""
    round_ = Round(small_workspace(folder))
    round_.return_all(**entries)
    return round_.workspace


def tellings(story: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every node of a story as ``--json`` has it."""
    waiting = list(story["nodes"])
    while waiting:
        one = waiting.pop(0)
        yield one
        waiting += one["children"]


def lines(text: str) -> list[str]:
    """Return what is shown, each line without its margin, columns divided by one blank."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


# -- the small scheme ------------------------------------------------------------------------------


def test_the_whole_story_goes_from_the_total_to_the_sections(run: Run, tmp_path: Path) -> None:
    small(tmp_path, self_V01=FULL | {"1.2": "18.5"}, panel_V01=FULL | {"2.2": "4"})
    status, shown, _ = run(tmp_path, "V01")
    assert status == 0
    # own 98.5, panel 96: 40 % × 98.5 + 60 % × 96 = 39.4 + 57.6
    assert lines(shown)[:-1] == [
        "东村（V01） 村",
        "小考核 2026",
        "97.00 分，已计分",
        "优秀：97.00 分，达到 90 分",
        "总排名第 2 名",
        "在“村”中第 2 名",
        "总分 [total] 97.00 分 / 满分 100",
        "各部分按权重相加：40%×98.50 + 60%×96.00 = 97",
        "自评 [self] 98.50 分 / 满分 100 权重 40%×98.50 = 39.4",
        "细则各类别得分相加：58.50 + 40.00 = 98.5",
        "组织 [self.1] 58.50 分 / 满分 60",
        "作风 [self.2] 40.00 分 / 满分 40",
        "考核组评分 [panel] 96.00 分 / 满分 100 权重 60%×96.00 = 57.6",
        "细则各类别得分相加：60.00 + 36.00 = 96",
        "组织 [panel.1] 60.00 分 / 满分 60",
        "作风 [panel.2] 36.00 分 / 满分 40",
    ]
    assert lines(shown)[-1].startswith("看某一项的每个单元格：assessor explain V01 ")


def test_a_node_goes_down_to_the_cells(run: Run, tmp_path: Path) -> None:
    small(tmp_path, panel_V01=FULL | {"2.2": "4"})
    status, shown, _ = run(tmp_path, "V01", "panel.2")
    assert status == 0
    assert lines(shown)[3:] == [
        "总分 › 考核组评分 › 作风 [panel.2] 36.00 分 / 满分 40",
        "本类别各项目得分相加：20 + 6 + 10 = 36",
        "出处：panel-V01.xlsx › 考核组评分表（考核组）",
        "编号 项目 满分 得分 填写 单元格 怎么算",
        *[line for line in lines(shown) if line.startswith(("2.1 ", "2.2 ", "2.3 "))],
    ]
    (row,) = [line for line in lines(shown) if line.startswith("2.2 ")]
    assert row.startswith("2.2 廉洁自律 10 6.00 4 ")
    assert row.endswith(" 10 − 4 = 6")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("panel", ["panel"]),
        ("考核组评分", ["panel"]),
        ("作风", ["self.2", "panel.2"]),
        ("1.10", ["1.10", "1.10"]),
        ("2", ["self.2", "panel.2"]),
        ("考核组", ["panel"]),
        ("廉洁", ["2.2", "2.2"]),
    ],
)
def test_a_node_is_found_by_code_title_criterion_or_part_of_a_title(
    run: Run, tmp_path: Path, asked: str, found: list[str]
) -> None:
    small(tmp_path)
    status, shown, _ = run(tmp_path, "东村", asked, "--json")
    assert status == 0
    assert [one["code"] for one in json.loads(shown)["nodes"]] == found


def test_json_has_the_same_facts_with_file_sheet_and_cell(run: Run, tmp_path: Path) -> None:
    small(tmp_path, panel_V01=FULL | {"2.2": "4"})
    story = json.loads(run(tmp_path, "V01", "2.2", "--json")[1])
    assert (story["unit_code"], story["status"], story["score"]) == ("V01", "scored", "97.60")
    one = story["nodes"][1]
    assert one["path"] == ["总分", "考核组评分", "作风"]
    assert (one["value"], one["points"], one["formula"]) == ("6.00", "10", "10 − 4 = 6")
    (cell,) = one["cells"]
    assert (cell["file"], cell["sheet"], cell["raw"], cell["value"], cell["rater"]) == (
        "panel-V01.xlsx", "考核组评分表", "4", "4", "P1",
    )  # fmt: skip
    assert cell["cell"]


def test_an_entry_that_was_refused_is_shown_with_its_cure_and_status_1(
    run: Run, tmp_path: Path
) -> None:
    small(tmp_path, panel_V02=FULL | {"1.1": "99"})
    status, shown, _ = run(tmp_path, "V02")
    assert status == 1
    assert "没有总分：待更正" in shown
    assert "待更正，等这几部分：考核组评分" in shown
    assert "panel-V02.xlsx › 考核组评分表!" in shown
    assert "请填 0 到 20 之间的数字" in shown
    status, shown, _ = run(tmp_path, "V02", "1.1")
    assert status == 1
    assert "! 考核组评分表!" in shown
    assert run(tmp_path, "V01")[0] == 0


def test_a_form_that_is_missing_is_named_with_its_filler(run: Run, tmp_path: Path) -> None:
    workspace = small(tmp_path)
    (workspace.returns / "panel-V01.xlsx").unlink()
    (workspace.returns / "self-V01.xlsx").unlink()
    status, shown, _ = run(tmp_path, "V01")
    assert status == 1
    assert "未交：考核组的《考核组评分表》（年终，截止 2026-12-20）没有收到。" in shown
    assert "未交：本单位的《自评表》（年终，截止 2026-12-20）没有收到。" in shown
    assert "panel.1" not in shown
    status, shown, _ = run(tmp_path, "V01", "--as-of", "2026-12-01")
    assert "未到期：考核组的《考核组评分表》（年终）2026-12-20 才截止。" in shown


def test_a_decision_is_told_with_who_when_and_why(run: Run, tmp_path: Path) -> None:
    small(tmp_path)
    header = "date,authority,unit,object,act,from,to,reason"
    rows = [
        "2026-12-28,党委会议,V01,panel,inspection,100,88.5,复查扣分",
        "2026-12-29,党委会议,V01,,confirm_grade,优秀,合格,来信属实",
        "2026-12-29,党委会议,V02,duty/1.10,not_applicable,,,没有这项工作",
    ]
    text = "\n".join([header, *rows]) + "\n"
    (tmp_path / "decisions.csv").write_text(text, encoding="utf-8")
    shown = run(tmp_path, "V01")[1]
    assert "认定：100.00 → 88.5（党委会议，2026-12-28，检查得分）。理由：复查扣分" in shown
    assert "认定等次为合格（拟定优秀；党委会议，2026-12-29）。理由：来信属实" in shown
    shown = run(tmp_path, "V02", "1.10")[1]
    assert "不适用：由认定免除（党委会议，2026-12-29）。理由：没有这项工作" in shown


@pytest.mark.parametrize(
    ("unit", "node", "said"),
    [
        ("V011", "", "没有找到单位“V011”，最接近的是：V01。"),
        ("河西村", "", "最接近的是：西河村。"),
        ("村", "", "有 2 个单位的名称里有“村”：V01 东村、V02 西河村。"),
        ("V01", "考核组平分", "东村的计分里没有“考核组平分”，最接近的是：考核组评分。"),
    ],
)
def test_what_is_not_there_is_refused_with_the_nearest(
    run: Run, tmp_path: Path, unit: str, node: str, said: str
) -> None:
    small(tmp_path)
    arguments = (unit, node) if node else (unit,)
    status, shown, told = run(tmp_path, *arguments)
    assert (status, shown) == (2, "")
    assert said in told


def test_a_unit_that_is_only_above_others_is_refused(run: Run, tmp_path: Path) -> None:
    units = """
        code | name | class | parent | ranked
        T    | 某镇 | 镇    |        | no
        V01  | 东村 | 村    | T      | yes
        """
    Round(small_workspace(tmp_path, units=units)).return_all()
    status, _, told = run(tmp_path, "T")
    assert status == 2
    assert "只是上级单位" in told


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_explanation_speaks_both_languages(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    small(tmp_path)
    run(tmp_path)
    monkeypatch.setenv("ASSESSOR_LANG", language)
    shown = run(tmp_path, "V01", "panel")[1]
    assert ("the sections of the rubric added up" in shown) == (language == "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_and_every_remark_has_words(language: str) -> None:
    words = catalog(language)
    assert {rule for rule in RULES if f"explain.rule.{rule}" not in words} == set()
    folder = Path(assessor.__file__).parent / "scoring" / "explain"
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    codes = set(re.findall(r'Remark\(\s*"(\w+)"', source)) - {"finding"}
    assert len(codes) > 40
    assert {code for code in codes if f"explain.remark.{code}" not in words} == set()


# -- the sample township ---------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["V04", "V12", "O01", "S04"])
def test_every_node_of_the_sample_has_the_expected_value_and_a_formula_that_gives_it(
    run: Run, township: Path, unit: str
) -> None:
    story = json.loads(run(township, unit, "--json")[1])
    path = township / "expected" / "scores.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        expected = {row["node"]: row for row in csv.DictReader(file) if row["unit_code"] == unit}
    told = {one["code"]: one for one in tellings(story) if one["code"] in expected}
    open_ = {code for code, row in expected.items() if row["status"] != "scored"}
    assert set(expected) - open_ <= set(told)
    for code, one in told.items():
        assert (one["value"], one["status"]) == (expected[code]["value"], expected[code]["status"])
        text = one["formula"].split(" = ")[0]
        if text:
            reader = Reader(text.split(" → ")[0])
            assert abs(reader.result() - _number(one["value"])) <= _number("0.005")


def _number(text: str) -> Any:
    return Reader(text).result()


def test_the_ballot_of_the_sample_is_told_down_to_the_tellers_cells(
    run: Run, township: Path
) -> None:
    shown = lines(run(township, "V04", "ballot.1")[1])
    assert "（票数×选项分值）之和÷票数：(30×100 + 15×80 + 4×60 + 1×40) ÷ 50 = 89.6" in shown
    both = "民主测评计票表（甲乙两人）.xlsx › 民主测评计票表"
    assert [line for line in shown if line.startswith("出处：")] == [
        f"出处：{both}（甲）（计票组）",
        f"出处：{both}（乙）（计票组）",
    ]
    votes = [("优秀", 30, "D60"), ("良好", 15, "E60"), ("一般", 4, "F60"), ("较差", 1, "G60")]
    twice = [f"{option} {count}（{cell}） / {count}（{cell}）" for option, count, cell in votes]
    assert "、".join(twice) in shown


def test_anonymous_papers_of_the_sample_are_never_listed(run: Run, township: Path) -> None:
    story = json.loads(run(township, "V04", "review", "--json")[1])
    for one in tellings(story):
        assert one["cells"] == []
    shown = run(township, "V04", "review_group")[1]
    assert "4460 ÷ 50 = 89.2" in shown
    assert "共 50 张票；匿名，只显示合计。" in shown
    assert ".xls" not in shown


def test_of_several_raters_who_sent_nothing_the_names_are_said(run: Run, tmp_path: Path) -> None:
    raters = """
        code | name   | group | covers
        P1   | 一组   | panel | V01
        P2   | 二组   | panel | V02
        """
    periods = """
        code | title | due | least
        Y    | 年终  | 2026-12-20 |
        S    | 抽查  | 2026-12-20 | 0
        """
    forms = """
        code  | title        | workbook   | layout | rubric | filled_by | periods
        self  | 自评表       | 自评       | rubric | duty   | self      | Y
        panel | 考核组评分表 | 考核组评分 | rubric | duty   | panel     | Y
        spot  | 抽查表       | 抽查       | rubric | duty   | panel     | S
        """
    scores = """
        code  | title      | parent | rule     | weight | points | source | parameters
        total | 总分       |        | weighted |        | 100    |        |
        self  | 自评       | total  | rubric   | 40%    | 100    | self   | not_applicable=full
        panel | 考核组评分 | total  | rubric   | 40%    | 100    | panel  | not_applicable=full
        spot  | 抽查       | total  | rubric   | 20%    | 100    | spot   | not_applicable=full
        """
    tables = {"raters": raters, "periods": periods, "forms": forms, "scores": scores}
    Round(small_workspace(tmp_path, **tables))
    shown = run(tmp_path, "V02", "spot")[1]
    assert "不适用：二组的《抽查表》（抽查）没有交，这一期不要求必须交。" in shown


def test_a_score_that_rests_on_other_units_alone_has_no_cells_to_show(
    run: Run, tmp_path: Path
) -> None:
    units = """
        code | name | class | parent
        T    | 某镇 | 镇    |
        V01  | 东村 | 村    | T
        """
    scores = """
        code  | title  | parent | rule    | points | source | classes | parameters
        total | 总分   |        | rubric  | 100    | panel  | 村      | not_applicable=full
        town  | 村平均 |        | derived | 100    | total  | 镇      | of=below
        """
    forms = """
        code  | title        | workbook | layout | rubric | filled_by | classes
        panel | 考核组评分表 | 考核组   | rubric | duty   | panel     | 村
        """
    settings = """
        key      | value
        code     | small
        title    | 小考核
        round    | 2026
        issuer   | 某镇
        digits   | 2
        rounding | each
        """
    tables = {"units": units, "scores": scores, "forms": forms, "settings": settings}
    Round(small_workspace(tmp_path, awards="code|title|for|class|slots|by", **tables)).return_all()
    status, shown, _ = run(tmp_path, "T")
    assert status == 0
    assert "下属 1 个单位的“总分”" in shown
    assert "看某一项的每个单元格" not in shown
    assert "看某一项的每个单元格" in run(tmp_path, "V01")[1]


def test_what_was_computed_and_what_is_said_of_it_stand_apart(run: Run, tmp_path: Path) -> None:
    criteria = """
        rubric | code | title | points | entry  | rule  | parameters
        duty   | 1    | 班子  | 90     | earned |       |
        duty   | 2    | 产量  | 10     | number | steps | target=90;step=1;down=1;down_most=10
        """
    flow = Round(small_workspace(tmp_path, criteria=criteria))
    given = {"1": "80", "2": "87"}
    forms = ("self_V01", "self_V02", "panel_V01", "panel_V02")
    flow.return_all(**dict.fromkeys(forms, given))
    shown = run(tmp_path, "V01", "panel")[1]
    assert "10 − 3×1 = 7；87 比目标 90 低 3，每档 1，合 3 档" in " ".join(shown.split())
