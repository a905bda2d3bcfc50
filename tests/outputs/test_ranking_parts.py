"""ranking.xlsx of a whole round: charts, groups, panes, pages, and figures that agree with the
CSV files beside it."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import shutil
import zipfile
from collections import Counter
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest

from assessor.workflow import collect
from assessor.workspace import Workspace

SAMPLES = Path(__file__).parent.parent.parent / "samples"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the results of the sample township."""
    root = tmp_path_factory.mktemp("round") / "township"
    ignore = shutil.ignore_patterns("results", "forms", "lock")
    shutil.copytree(SAMPLES / "township", root, ignore=ignore)
    workspace = Workspace(root)
    return collect(workspace, workspace.returns, workers=1).exchange.folder


@pytest.fixture(scope="module")
def book(folder: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(folder / "ranking.xlsx")


def table(book: openpyxl.Workbook, sheet: str) -> list[dict[str, object]]:
    lines = list(book[sheet].iter_rows(min_row=3, values_only=True))
    filled = [line for line in lines[1:] if line[0] is not None]
    return [dict(zip(map(str, lines[0]), line, strict=True)) for line in filled]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def parts(folder: Path, pattern: str) -> dict[str, ElementTree.Element]:
    with zipfile.ZipFile(io.BytesIO((folder / "ranking.xlsx").read_bytes())) as box:
        names = [name for name in box.namelist() if re.fullmatch(pattern, name)]
        return {name: ElementTree.fromstring(box.read(name)) for name in names}


# -- how it looks --------------------------------------------------------------------------------


def test_every_chart_has_a_title_axis_labels_and_words_for_those_who_do_not_see_it(
    folder: Path,
) -> None:
    charts = parts(folder, r"xl/charts/chart\d+\.xml")
    titles = []
    for chart in charts.values():
        found = ["".join(t.text or "" for t in e.iter(TEXT)) for e in chart.iter(f"{CHART}title")]
        assert len(found) == 3
        assert all(found)
        titles.append(found[0])
    assert titles == [
        "单位等次分布", "个人等次分布", "各部分得分率", "各项得分率",
        "民主测评各项票数占比", "民主测评发出、收回、有效票",
    ]  # fmt: skip
    drawings = parts(folder, r"xl/drawings/drawing\d+\.xml").values()
    described = [one.get("descr") for d in drawings for one in d.iter() if "descr" in one.attrib]
    assert len(described) == len(charts)
    assert all(text and text.endswith("数字见上面的表。") for text in described)


def test_a_chart_draws_cells_that_hold_numbers(folder: Path, book: openpyxl.Workbook) -> None:
    for chart in parts(folder, r"xl/charts/chart\d+\.xml").values():
        for values in chart.iter(f"{CHART}val"):
            formula = next(values.iter(f"{CHART}f")).text or ""
            sheet, _, area = formula.rpartition("!")
            first, _, last = area.replace("$", "").partition(":")
            cells = [c for r in book[sheet.strip("'")][f"{first}:{last or first}"] for c in r]
            assert cells
            numbers = [cell.value for cell in cells if cell.value not in (None, "—")]
            assert [v for v in numbers if not isinstance(v, int | float)] == [], formula


def test_every_sheet_is_ready_to_print_and_its_header_stays(book: openpyxl.Workbook) -> None:
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize in {8, 9}  # A3 where A4 would be too small to read
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert "&P" in sheet.oddFooter.center.text
        assert "&N" in sheet.oddFooter.center.text
        assert sheet.freeze_panes
        if sheet.title != "总览":
            assert sheet.print_title_rows == "$3:$3"
            assert sheet.auto_filter.ref.startswith("A3:")
            heads = [cell.value for cell in sheet[3]]
            assert len(set(heads)) == len(heads)
            assert all(merged.max_row <= 2 or sheet.max_row == 4 for merged in sheet.merged_cells)


def test_sections_are_folded_under_what_they_add_up_to(book: openpyxl.Workbook) -> None:
    sheet = book["得分明细 总分"]
    assert sheet.sheet_properties.outlinePr.summaryRight is False
    columns = {
        cell.value: one
        for cell in sheet[3]
        for one in sheet.column_dimensions.values()
        if one.min <= cell.column <= one.max
    }
    found = {title: (one.outlineLevel, one.hidden) for title, one in columns.items()}
    assert found["总分"] == (0, False)
    assert found["自评"] == (1, False)
    assert found["自评·组织建设"] == (2, True)
    assert columns["自评"].collapsed
    assert not columns["自评·组织建设"].collapsed


def test_colours_of_size_lie_on_the_shares_of_the_means_only(book: openpyxl.Workbook) -> None:
    shaded = {sheet.title for sheet in book if len(list(sheet.conditional_formatting))}
    assert shaded == {"各项平均"}
    heads = {cell.column_letter: str(cell.value) for cell in book["各项平均"][3]}
    ranges = [str(one.sqref) for one in book["各项平均"].conditional_formatting]
    assert all(heads[area[0]].endswith("得分率（%）") for area in ranges)


# -- what it says --------------------------------------------------------------------------------


def test_rankings_agree_with_standing_csv(folder: Path, book: openpyxl.Workbook) -> None:
    standing = {row["unit_code"]: row for row in rows(folder / "standing.csv")}
    seen: Counter[str] = Counter()
    for sheet in (name for name in book.sheetnames if name.endswith("排名")):
        for row in table(book, sheet):
            one = standing[str(row["编号"])]
            place = "名次" if sheet == "总排名" else "类内名次"
            rank = one["rank" if sheet == "总排名" else "class_rank"]
            assert str(row[place]) == (rank or "—")
            assert f"{row['得分']:.2f}" == one["score"]
            assert row["等次"] == one["grade"]
            assert (row["认定等次"] or "") == one["confirmed_grade"]
            assert (row.get("奖项") or "").replace("、", ";") == one["awards"]
            seen[one["unit_code"]] += 1
    assert set(seen) == set(standing)


def test_score_tables_agree_with_scores_csv(folder: Path, book: openpyxl.Workbook) -> None:
    scores: dict[tuple[str, str], list[str]] = {}
    for row in rows(folder / "scores.csv"):
        scores.setdefault((row["unit_code"], row["title"]), []).append(row["value"])
    compared = 0
    for sheet in (name for name in book.sheetnames if name.startswith("得分明细")):
        for row in table(book, sheet):
            for head, value in list(row.items())[3:]:
                known = scores[str(row["编号"]), head.rpartition("·")[2]]
                if isinstance(value, int | float):
                    assert f"{value:.2f}" in known
                    compared += 1
    assert compared > 400


def test_the_first_sheet_adds_up(folder: Path, book: openpyxl.Workbook) -> None:
    lines = [[v for v in r if v is not None] for r in book["总览"].iter_rows(values_only=True)]
    for head, files in (("考核对象", "standing.csv"), ("收到文件", "files.csv")):
        at = next(i for i, line in enumerate(lines) if line and line[0] == head)
        whole, *counted = lines[at + 1]
        assert whole == sum(counted) == len(rows(folder / files))
    standing = rows(folder / "standing.csv")
    for name in dict.fromkeys(row["class"] for row in standing):
        line = next(line for line in lines if line and line[0] == name)
        *numbers, whole = line[1:]
        assert whole == sum(numbers) == sum(row["class"] == name for row in standing)
    text = "\n".join(str(v) for line in lines for v in line)
    assert "“末位”" in text
    assert "“弃权”" in text


def test_means_are_those_of_scores_csv(folder: Path, book: openpyxl.Workbook) -> None:
    values: dict[str, list[Decimal]] = {}
    for row in rows(folder / "scores.csv"):
        if row["value"] and row["node"] in {"total", "target", "ballot"}:
            values.setdefault(row["title"], []).append(Decimal(row["value"]))
    found = {row["计分项"]: row for row in table(book, "各项平均")}
    for title, numbers in values.items():
        mean = (sum(numbers) / len(numbers)).quantize(Decimal("0.01"), "ROUND_HALF_UP")
        assert found[title]["平均得分"] == float(mean)
        assert found[title]["有分的（个）"] == len(numbers)
        assert found[title]["最高"] == float(max(numbers))
        assert found[title]["最低"] == float(min(numbers))


def test_the_basis_lists_every_file_with_its_hash(folder: Path, book: openpyxl.Workbook) -> None:
    root = folder.parent
    listed = {str(row["文件"]): row for row in table(book, "依据")}
    back = [p.relative_to(root / "returns").as_posix() for p in (root / "returns").rglob("*.*")]
    assert {name for name, row in listed.items() if row["种类"] == "收到文件"} == set(back)
    for name, row in listed.items():
        path = root / "returns" / name if row["种类"] == "收到文件" else root / name
        assert row["SHA-256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    tables = [name for name, row in listed.items() if row["种类"] == "方案"]
    assert sorted(tables) == sorted(f"scheme/{p.name}" for p in (root / "scheme").glob("*.csv"))


def test_ballots_add_up(book: openpyxl.Workbook) -> None:
    options = ("优秀", "良好", "一般", "较差")
    single: Counter[tuple[str, str]] = Counter()
    for row in table(book, "民主测评"):
        for option in options:
            single[str(row["测评内容"]), option] += int(str(row[f"{option}（票）"]))
    together = table(book, "民主测评汇总")
    assert len(together) == 8
    for row in together:
        for option in options:
            assert row[f"{option}（票）"] == single[str(row["测评内容"]), option]
        shares = sum(Decimal(str(row[f"{option}（%）"])) for option in options)
        assert abs(shares - 100) <= Decimal("0.2")
