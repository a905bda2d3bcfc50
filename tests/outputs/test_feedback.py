"""feedback/: one workbook a unit; its figures are those of the other results, and nobody else's."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pandas as pd
import pytest

from assessor.i18n import catalog
from assessor.outputs.feedback import feedback_files
from assessor.outputs.feedback_round import (
    FeedbackRound,
    feedback_round,
    reasons_of,
)
from assessor.rounds import Round, read_round
from assessor.scheme.stamp import read_result_stamp
from assessor.standing.comparison import Change, Placing
from assessor.workflow import collect
from assessor.workspace import Workspace
from tests.builders import SMALL, edited, small_scheme, small_workspace
from tests.filling import FULL
from tests.filling import Round as Filled

SAMPLES = Path(__file__).parent.parent.parent / "samples"
KEY = b"k" * 32


class Sample(NamedTuple):
    round: Round
    told: FeedbackRound
    files: Mapping[str, bytes]
    standing: list[dict[str, str]]
    scores: dict[str, list[dict[str, str]]]


def told_of(result: Round, **more: Any) -> FeedbackRound:
    return feedback_round(
        result.standing,
        result.inputs,
        result.entries,
        result.problems,
        result.decisions,
        **more,
    )


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.fixture(scope="module")
def township(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    folder = tmp_path_factory.mktemp("township") / "township"
    shutil.copytree(SAMPLES / "township", folder, ignore=shutil.ignore_patterns("results", "forms"))
    done = collect(Workspace(folder), folder / "returns")
    results = folder / "results"
    scores: dict[str, list[dict[str, str]]] = {}
    for row in table((results / "scores.csv").read_bytes()):
        scores.setdefault(row["unit_code"], []).append(row)
    files = {path.name: path.read_bytes() for path in sorted((results / "feedback").iterdir())}
    standing = table((results / "standing.csv").read_bytes())
    return Sample(done.round, told_of(done.round), files, standing, scores)


def book_of(sample: Sample, unit: str) -> Any:
    (name,) = (name for name in sample.files if name.startswith(f"{unit}_"))
    return openpyxl.load_workbook(io.BytesIO(sample.files[name]))


def texts_of(book: Any) -> Iterator[str]:
    for sheet in book.worksheets:
        for line in sheet.iter_rows(values_only=True):
            yield from (value for value in line if isinstance(value, str))


def facts_of(sheet: Any) -> dict[str, str]:
    """Return the labels of the first page with the value that stands beside each."""
    found: dict[str, str] = {}
    for line in sheet.iter_rows(min_row=4, values_only=True):
        cells = [value for value in line if value is not None]
        if not cells:
            break
        found |= dict(zip(cells[::2], cells[1::2], strict=False))
    return found


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    lines = list(sheet.iter_rows(min_row=3, values_only=True))
    return [dict(zip(map(str, lines[0]), line, strict=True)) for line in lines[1:]]


# -- agreement -----------------------------------------------------------------------------------


def test_there_is_one_workbook_for_each_unit_of_the_standing(township: Sample) -> None:
    assert [name.split("_")[0] for name in township.files] == sorted(
        row["unit_code"] for row in township.standing
    )


def test_score_grade_and_rank_are_those_of_the_standing(township: Sample) -> None:
    ranked = [row for row in township.standing if row["class_rank"]]
    for row in township.standing:
        facts = facts_of(book_of(township, row["unit_code"]).worksheets[0])
        assert facts["得分"].split(" 分")[0] == row["score"]
        assert facts["建议等次"] == row["grade"]
        assert facts["认定等次"] == (row["confirmed_grade"] or "尚未认定")
        if row["class_rank"]:
            among = sum(other["class"] == row["class"] for other in ranked)
            assert facts["类内名次"] == f"第{row['class_rank']}名，共 {among} 个"
        else:
            assert "类内名次" not in facts


def test_every_part_is_that_of_the_scores_beside_the_mean_and_best_of_the_class(
    township: Sample,
) -> None:
    """The means are worked out here from scores.csv and standing.csv, by other means."""
    score = {row["unit_code"]: row["score"] for row in township.standing}
    scheme = township.round.scheme
    ranked = {unit.code for unit in scheme.units if unit.ranked}
    tree = township.round.standing.scores.tree
    classes = {node.code: scheme.node_classes(node.declared) for node in tree}
    checked = 0
    for row in township.standing:
        unit = row["unit_code"]
        mine = [
            one
            for one in township.scores[unit]
            if not one["node"].endswith(".-") and row["class"] in classes[one["node"]]
        ]
        lines = rows_of(book_of(township, unit)["各项得分"])
        assert len(lines) == len(mine)
        for at, (line, one) in enumerate(zip(lines, mine, strict=True)):
            assert line["项目"].strip("　").startswith(one["title"])
            value = score[unit] if at == 0 else one["value"]
            if value:
                assert line["得分"] == pytest.approx(float(value), abs=1e-12)
            others = [
                score[other["unit_code"]] if at == 0 else other["value"]
                for rows in township.scores.values()
                for other in rows
                if other["node"] == one["node"]
                and other["class"] == row["class"]
                and other["unit_code"] in ranked
            ]
            known = [Decimal(other) for other in others if other]
            if len(known) < 5:
                assert not line.get("本类平均")
                continue
            mean = Fraction(sum(known)) / len(known)
            shown = (Decimal(mean.numerator) / mean.denominator).quantize(
                Decimal("0.01"), ROUND_HALF_UP
            )
            assert line["本类平均"] == pytest.approx(float(shown), abs=1e-12)
            assert line["本类最高"] == pytest.approx(float(max(known)), abs=1e-12)
            if value:
                away = float(Decimal(value) - shown)
                assert line["与平均相差"] == pytest.approx(away, abs=1e-12)
            checked += 1
    assert checked > 300


def test_points_lost_are_what_the_panel_did_not_give(township: Sample) -> None:
    """V04 has one panel: full marks less its entries, section by section as scores.csv has them."""
    lines = rows_of(book_of(township, "V04")["扣分明细"])
    assert all(line["满分"] - line["得分"] == pytest.approx(line["失分"]) for line in lines)
    lost = sum(Decimal(str(line["失分"])) for line in lines if line["表"].startswith("年终"))
    (panel,) = (r for r in township.scores["V04"] if r["title"] == "考核组细则得分")
    assert Decimal(panel["points"]) - Decimal(panel["value"]) == lost
    assert {line["扣分原因"] for line in lines} >= {"记录不规范"}


# -- nobody else's -------------------------------------------------------------------------------


def test_no_other_unit_and_no_rater_is_named(township: Sample) -> None:
    scheme = township.round.scheme
    titles = "".join(form.title + form.workbook for form in scheme.forms)
    raters = {rater.name for rater in scheme.raters if rater.name not in titles}
    assert raters == {"乡党委考核组", "计票组"}
    for row in township.standing:
        unit = scheme.unit[row["unit_code"]]
        texts = "\n".join(texts_of(book_of(township, unit.code)))
        near = {unit.code, unit.parent, *(u.code for u in scheme.units if u.parent == unit.code)}
        others = [u for u in scheme.units if u.code not in near and u.name not in unit.name]
        assert [u.name for u in others if u.name in texts] == []
        assert [name for name in raters if name in texts and name not in unit.name] == []


def test_of_a_class_under_five_units_no_figure_is_told(tmp_path: Path) -> None:
    filled = Filled(small_workspace(tmp_path))
    filled.return_all()
    told = told_of(read_round(filled.workspace, filled.workspace.returns))
    content = next(iter(feedback_files(told, KEY).values()))
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert list(rows_of(book["各项得分"])[0]) == ["项目", "满分", "得分"]
    texts = list(texts_of(book))
    assert not [text for text in texts if text.startswith(("本类", "平均"))]
    note = "“村”中参加排名、已有得分的单位不足 5 个，不列平均和最高。"
    assert any(note in text for text in texts)


# -- reasons -------------------------------------------------------------------------------------


def with_reason(filled: Filled, unit: str, text: str) -> bytes:
    """Return a panel's form with 5 points taken off 1.1 for a reason."""
    content = filled.filled("panel", unit, {**FULL, "1.1": "15"})
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    head = next(c for line in sheet.iter_rows() for c in line if c.value == "扣分原因")
    row = next(line[0].row for line in sheet.iter_rows() if line[0].value == "1.1")
    sheet.cell(row, head.column, text)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def losses_of(result: Round, unit: str) -> list[dict[str, Any]]:
    files = feedback_files(told_of(result), KEY)
    content = next(files[name] for name in files if f"/{unit}_" in name)
    return rows_of(openpyxl.load_workbook(io.BytesIO(content))["扣分明细"])


def test_the_panel_s_reasons_stand_beside_the_points_it_took_off(tmp_path: Path) -> None:
    filled = Filled(small_workspace(tmp_path))
    filled.return_all()
    filled.put("panel-V01.xlsx", with_reason(filled, "V01", "缺两次会议记录"))
    result = read_round(filled.workspace, filled.workspace.returns)
    (line,) = losses_of(result, "V01")
    assert (line["编号"], line["满分"], line["得分"], line["失分"]) == ("1.1", 20, 15, 5)
    assert line["扣分原因"] == "缺两次会议记录"
    (none,) = losses_of(result, "V02")
    assert none["表"] == "没有扣分。"


def test_of_several_raters_neither_name_nor_order_is_left_in_the_reasons(tmp_path: Path) -> None:
    """A panel that scores as one may be named; what a nameless rater wrote is not told at all."""
    raters = """
        code | name   | group  | anonymous
        P1   | 赵一   | panel  |
        P2   | 钱二   | panel  |
        Q1   | 督查组 | checks |
        N1   | 孙三   | secret | 是
        """
    scheme, _ = small_scheme(tmp_path, raters=raters)
    rows = [
        ("panel", "Y", "V01", "1.1", "P2", "赵一认为缺记录", "given", "reason"),
        ("panel", "Y", "V01", "1.1", "P1", "督查组发现迟报", "given", "reason"),
        ("panel", "Y", "V01", "1.1", "N1", "无名氏的话", "given", "reason"),
        ("panel", "Y", "V01", "1.1", "P1", "15", "given", "entry"),
    ]
    names = ["form", "period", "unit_code", "row", "rater", "raw", "status", "column"]
    found = reasons_of(scheme, pd.DataFrame(rows, columns=names, dtype=object), catalog("zh"))
    said = ("督查组发现迟报", "（评分人）认为缺记录")
    assert found == {("panel", "Y", "V01", "1.1"): tuple(sorted(said))}


def test_files_that_differ_in_reasons_only_hold_nobody_up(tmp_path: Path) -> None:
    filled = Filled(small_workspace(tmp_path))
    filled.return_all()
    filled.put("panel-V01.xlsx", with_reason(filled, "V01", "缺记录"))
    filled.put("panel-V01(1).xlsx", with_reason(filled, "V01", "缺两次记录"))
    result = read_round(filled.workspace, filled.workspace.returns)
    assert result.complete
    fates = {fate.file: (fate.disposition, fate.reason) for fate in result.collection.fates}
    assert fates["panel-V01(1).xlsx"] == ("duplicate", "file_same_scores")
    assert losses_of(result, "V01")[0]["扣分原因"] == "缺记录"


# -- the file ------------------------------------------------------------------------------------


def test_it_says_whose_it_is_and_is_taken_for_no_form(tmp_path: Path) -> None:
    filled = Filled(small_workspace(tmp_path))
    filled.return_all()
    collect(filled.workspace, filled.workspace.returns)
    path = next((filled.workspace.results / "feedback").glob("V02_*"))
    sheet = openpyxl.load_workbook(path)["_assessor"]
    assert sheet.sheet_state == "veryHidden"
    rows = [[cell or "" for cell in line] for line in sheet.iter_rows(values_only=True)]
    stamp = read_result_stamp(rows, filled.workspace.key())
    assert stamp is not None
    assert (stamp.scheme, stamp.round, stamp.unit, stamp.genuine) == ("small", "2026", "V02", True)
    reading = filled.read(path.read_bytes())
    assert (reading.forms, reading.refused) == ((), "file_is_result")


def test_the_same_round_gives_the_same_bytes_however_many_write(township: Sample) -> None:
    one = feedback_files(township.told, KEY, 1)
    two = feedback_files(township.told, KEY, 2)
    assert list(one) == list(two)
    assert one == two


def test_a_rehearsal_is_marked_and_english_stays_english(tmp_path: Path) -> None:
    settings = edited(SMALL["settings"], "issuer       | 某镇", "issuer | 某镇 \n rehearsal | yes")
    filled = Filled(small_workspace(tmp_path / "zh", settings=settings))
    filled.return_all()
    told = told_of(read_round(filled.workspace, filled.workspace.returns))
    book = openpyxl.load_workbook(io.BytesIO(next(iter(feedback_files(told, KEY).values()))))
    assert all(sheet["A1"].value.startswith("【演练】") for sheet in book.worksheets[:-1])
    settings = edited(SMALL["settings"], "issuer       | 某镇", "issuer | Town \n language | en")
    filled = Filled(small_workspace(tmp_path / "en", settings=settings))
    filled.return_all()
    told = told_of(read_round(filled.workspace, filled.workspace.returns))
    files = feedback_files(told, KEY)
    assert next(iter(files)) == "feedback/V01_东村_feedback.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(next(iter(files.values()))))
    assert book.sheetnames == [
        "Feedback",
        "Every part",
        "Points lost",
        "Self and panel",
        "_assessor",
    ]


def test_last_year_stands_on_the_first_page_where_it_is_known(township: Sample) -> None:
    mine = next(row for row in township.standing if row["unit_code"] == "V04")
    last = Placing(
        *("V04", mine["unit"], mine["class"], "unit", "scored"),
        score=Decimal("88.50"),
        points=Decimal(100),
        grade="良好",
        class_rank=7,
    )
    this = Placing(
        *("V04", mine["unit"], mine["class"], "unit", "scored"),
        score=Decimal(mine["score"]),
        points=Decimal(100),
        class_rank=int(mine["class_rank"]),
    )
    told = told_of(township.round, changes={"V04": Change(last, this)})
    files = feedback_files(told, KEY, 1)
    book = openpyxl.load_workbook(io.BytesIO(next(v for k, v in files.items() if "/V04_" in k)))
    assert facts_of(book.worksheets[0])["上年情况"] == (
        "88.50 分、第7名、良好、今年得分 +1.50、名次升 2 位"
    )


def test_the_chart_has_a_title_axes_and_words_for_those_who_do_not_see_it(township: Sample) -> None:
    name = next(name for name in township.files if name.startswith("V04_"))
    with zipfile.ZipFile(io.BytesIO(township.files[name])) as archive:
        chart = archive.read("xl/charts/chart1.xml").decode()
        drawing = archive.read("xl/drawings/drawing1.xml").decode()
    for text in ("各部分得分率：本单位、本类平均、本类最高", "得分率（%）", "项目"):
        assert f">{text}<" in chart
    assert chart.count("<c:ser>") == 3
    assert 'descr="条形图：青石岭沿江移民安置新村联合党总支部委员会各部分得分率' in drawing


@pytest.mark.office
@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice")
def test_the_first_page_is_one_page(township: Sample, tmp_path: Path) -> None:
    """Of a name of 40 characters and of one of two, the longest first pages there are."""
    for unit in ("V03", "V04"):
        book = book_of(township, unit)
        for sheet in book.worksheets[1:]:
            sheet.sheet_state = "hidden"
        book.save(tmp_path / f"{unit}.xlsx")
        path, out = str(tmp_path / f"{unit}.xlsx"), str(tmp_path)
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        subprocess.run(
            ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", out, path],
            check=True,
            capture_output=True,
        )
        pdf = (tmp_path / f"{unit}.pdf").read_bytes()
        assert len(re.findall(rb"/Type\s*/Page[^s]", pdf)) == 1
