"""Hints in words: on their sheet of ranking.xlsx, in the summary, and as facts for programs."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from assessor.i18n import catalog
from assessor.outputs.ranking_hints import about_text, hint_text
from assessor.standing.hints import Hint
from assessor.workflow import collect
from tests.builders import Table, small_scheme, small_workspace
from tests.commands import Run
from tests.filling import FULL, Round

SIX: Table = "code | name | class \n" + "\n".join(f"V{n} | 村{n} | 村" for n in range(1, 7))
"""Six villages: enough for hints."""


@pytest.fixture
def six(tmp_path: Path) -> Round:
    """The panel takes 4 of 20 points off 1.1 for five of six, and 12 points more off V6."""
    round_ = Round(small_workspace(tmp_path, units=SIX))
    less = {f"panel_V{n}": {**FULL, "1.1": "16"} for n in range(1, 6)}
    round_.return_all(**less, panel_V6={**FULL, "2.1": "8"})
    return round_


def rows_of(path: Path, sheet: str) -> list[dict[str, object]]:
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    lines = list(book[sheet].iter_rows(min_row=3, values_only=True))
    return [dict(zip(map(str, lines[0]), line, strict=True)) for line in lines[1:]]


def test_the_sheets_of_hints_and_of_criteria(six: Round) -> None:
    """1.1: 5 × 16 + 20 = 100, ÷ 6 = 16.67, so 3.33 lost of 20; one of six has full marks."""
    collect(six.workspace, six.workspace.returns)
    ranking = six.workspace.results / "ranking.xlsx"
    hints = [(row["类型"], row["对象"], row["提示"]) for row in rows_of(ranking, "数据提示")]
    assert hints == [
        (
            "自评偏高",
            "各单位自评",
            "6 个单位中有 1 个的自评比“考核组评分”高 10 分以上，最多高 12 分：村6。"
            "全部单位平均相差 5.33 分。",
        ),
        *(
            ("分数相同", about, f"6 个单位得分都是 {value} 分（满分 {value} 分）。")
            for about, value in (
                ("1.2 制度落实", 20),
                ("1.10 活动正常", 20),
                ("2.2 廉洁自律", 10),
                ("2.3 完成任务", 10),
            )
        ),
        (
            "失分较多",
            "1.1 班子健全",
            "6 个单位平均失 3.33 分（满分 20 分），5 个单位没有得满分。",
        ),
        (
            "失分较多",
            "2.1 服务群众",
            "6 个单位平均失 2 分（满分 20 分），1 个单位没有得满分。",
        ),
        ("满分较少", "1.1 班子健全", "6 个单位中 1 个得满分（满分 20 分）。"),
    ]
    first = rows_of(ranking, "项目统计")[0]
    assert first == {
        "计分项": "考核组评分",
        "编号": "1.1",
        "考核项目": "班子健全",
        "满分": 20,
        "单位（个）": 6,
        "满分单位（个）": 1,
        "满分单位（%）": 16.7,
        "平均得分": 16.67,
        "平均失分": 3.33,
        "最低": 16,
        "最高": 20,
    }


def test_the_summary_has_at_most_five_lines_of_hints(six: Round, run: Run) -> None:
    _, out, _ = run("collect", str(six.workspace.returns), "--lang", "zh")
    lines = out.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("数据提示"))
    assert lines[at] == "数据提示 8 条（供参考，不影响得分，全部见“数据提示”一表），例如："
    shown = [line for line in lines[at + 1 :] if line.startswith("  ")]
    assert [line.split("：")[0] for line in shown] == [
        "  自评偏高",
        "  分数相同",
        "  失分较多",
        "  满分较少",
    ]


def test_json_has_all_hints(six: Round, run: Run) -> None:
    _, out, _ = run("collect", str(six.workspace.returns), "--json", "--lang", "en")
    hints = json.loads(out)["hints"]
    assert len(hints) == 8
    assert hints[0]["code"] == "self_high"
    assert hints[0]["units"] == ["V6"]
    assert hints[-1]["text"] == "1 of 6 units have full marks (full mark 20)."


def test_two_units_give_no_hint_and_say_so(tmp_path: Path, run: Run) -> None:
    round_ = Round(small_workspace(tmp_path))
    round_.return_all()
    _, out, _ = run("collect", str(round_.workspace.returns), "--lang", "zh")
    assert "数据提示" not in out
    (row,) = rows_of(round_.workspace.results / "ranking.xlsx", "数据提示")
    assert row["类型"] == "没有需要留意的地方（对象不足 5 个的不作提示）。"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "与其他评分人共同评了 12 个单位，平均高 6.3 分（满分 100 分）。"),
        (
            "en",
            "12 units scored together with others: 6.3 points higher in the mean (full mark 100).",
        ),
    ],
)
def test_a_rater_is_spoken_of_with_care(tmp_path: Path, language: str, text: str) -> None:
    scheme, _ = small_scheme(tmp_path)
    facts = {"count": 12, "difference": Decimal("6.3"), "points": Decimal(100)}
    hint = Hint("rater_high", "考核组评分", facts, rater="P1")
    words = catalog(language)
    assert hint_text(scheme, hint, words) == text
    assert about_text(scheme, hint, words) == "P1 考核组"
    care = {"zh": "不表示评错", "en": "does not mean that a score is wrong"}
    assert care[language] in words.text("hint.rater_high.look")


def test_of_many_units_five_are_named(tmp_path: Path) -> None:
    scheme, _ = small_scheme(tmp_path, units=SIX)
    facts = {"all": 6, "count": 6, "least": 10, "most": 12, "mean": 11, "panel": "考核组"}
    hint = Hint("self_high", "自评", facts, units=tuple(range(6)))
    text = hint_text(scheme, hint, catalog("zh"))
    assert "村1、村2、村3、村4、村5等。" in text
