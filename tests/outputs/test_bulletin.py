"""The bulletin: its facts worked out by hand, its layout, its bytes; every scheme has one."""

from __future__ import annotations

import csv
import datetime as dt
import io
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Pt

from assessor.outputs.bulletin import bulletin_docx
from assessor.outputs.bulletin_base import base_template
from assessor.outputs.bulletin_facts import Told, bulletin_facts, form_counts
from assessor.outputs.bulletin_names import FACTS, Name, Rows
from assessor.rounds import Round
from assessor.standing.comparison import Placing, compare
from assessor.standing.comparison import Round as Year
from assessor.standing.succession import Identity
from assessor.workflow import collect
from assessor.workspace import Workspace
from tests.builders import SMALL, edited, small_workspace
from tests.filling import Round as Filling
from tests.standing.test_digest import round_of

SAMPLES = Path(__file__).parents[2] / "samples"


def told(result: Round, **more: Any) -> Told:
    return Told(
        standing=result.standing,
        collection=result.collection,
        inputs=result.inputs,
        packets=result.packets,
        problems=result.problems,
        decisions=result.decisions,
        happened=result.happened,
        **more,
    )


def shown(rows: object, *names: str) -> list[tuple[str, ...]]:
    """Return some facts of rows as they are printed."""
    assert isinstance(rows, Rows)
    return [tuple(str(row[name]) for name in names) for row in rows]


# -- facts -----------------------------------------------------------------------------------------


def test_the_facts_of_a_small_round(tmp_path: Path) -> None:
    facts = bulletin_facts(told(round_of(tmp_path)))
    plain = (
        "title round issuer state interim ranked graded "
        "units bodies persons scored awaiting missing"
    )
    assert [facts[name] for name in plain.split()] == [
        "小考核", "2026", "某镇", "全部到齐，等待审定", False, True, True, 2, 2, 0, 2, 0, 0,
    ]  # fmt: skip
    assert [facts[f"forms_{key}"] for key in ("due", "in", "missing", "open")] == [4, 4, 0, 0]
    spread = (
        "class",
        "count",
        "mean",
        "best",
        "best_units",
        "worst",
        "worst_units",
        "distribution",
    )
    assert shown(facts["classes"], *spread) == [
        ("村", "2", "75.95", "98.20", "东村", "53.70", "西河村", "优秀1个、合格0个、不合格1个")
    ]
    (village,) = facts["classes"]  # type: ignore[misc]
    assert shown(village["grades"], "grade", "count", "share") == [
        ("优秀", "1", "50.0%"), ("合格", "0", "0.0%"), ("不合格", "1", "50.0%"),
    ]  # fmt: skip
    ranking = ("rank", "class_rank", "unit", "score", "grade", "awards")
    assert shown(facts["ranking"], *ranking) == [
        ("第1名", "1", "东村", "98.20", "优秀", "先进支部"),
        ("第2名", "2", "西河村", "53.70", "不合格", ""),
    ]
    part = ("title", "points", "mean", "rate", "best", "worst")
    assert shown(facts["parts"], *part) == [
        ("自评", "100", "80.00", "80.0%", "100.00", "60.00"),
        ("考核组评分", "100", "73.25", "73.3%", "97.00", "49.50"),
    ]
    assert shown(facts["sections"], *part) == [
        ("组织", "60", "45.25", "75.4%", "60.00", "30.50"),
        ("作风", "40", "28.00", "70.0%", "37.00", "19.00"),
    ]
    lost = ("title", "section", "points", "mean", "lost", "rate", "full", "of", "share")
    assert shown(facts["losses"], *lost)[:2] == [
        ("服务群众", "作风", "20", "13.00", "7.00", "65.0%", "0", "2", "0.0%"),
        ("制度落实", "组织", "20", "14.25", "5.75", "71.3%", "1", "2", "50.0%"),
    ]
    assert shown(facts["awards"], "award", "class", "slots", "given", "left", "names", "money") == [
        ("先进支部", "村", "1", "1", "0", "东村", "")
    ]
    (west,) = facts["mending"]  # type: ignore[misc]
    assert (west["unit"], west["grade"]) == ("西河村", "不合格")
    assert shown(west["losses"], "title", "lost") == [
        ("服务群众", "12.00"), ("制度落实", "11.50"), ("班子健全", "10.00"),
    ]  # fmt: skip


def test_what_is_missing_is_told_and_the_round_is_interim(tmp_path: Path) -> None:
    filling = Filling(small_workspace(tmp_path))
    filling.return_all()
    (filling.workspace.returns / "panel-V02.xlsx").unlink()
    result = collect(filling.workspace, filling.workspace.returns, workers=1).round
    facts = bulletin_facts(told(result))
    assert facts["interim"] is True
    assert [facts[f"forms_{key}"] for key in ("due", "in", "missing", "open")] == [4, 3, 1, 0]
    assert [facts[key] for key in ("units", "scored", "awaiting", "missing", "left_out")] == [
        2,
        1,
        0,
        1,
        0,
    ]
    missing = [("西河村", "考核组评分表", "2026年12月20日")]
    assert shown(facts["not_in"], "unit", "form", "due") == missing
    assert shown(facts["open_units"], "unit", "class", "status") == [("西河村", "村", "未交")]
    assert "中间结果，不得印发" in text_of(tmp_path / "results" / "bulletin.docx")


def test_two_files_that_disagree_are_open(tmp_path: Path) -> None:
    filling = Filling(small_workspace(tmp_path))
    filling.return_all()
    filling.put("again.xlsx", filling.filled("panel", "V02", {"1.1": "1"}))
    result = collect(filling.workspace, filling.workspace.returns, workers=1).round
    assert form_counts(result.packets, result.collection) == {"in": 3, "missing": 0, "open": 1}


def test_the_change_against_the_year_before(tmp_path: Path) -> None:
    result = round_of(tmp_path)

    def place(code: str, name: str, rank: int) -> Placing:
        return Placing(
            code, name, "村", "unit", "scored", Decimal(90), Decimal(100), "优秀", rank, rank
        )

    last = Year("2025", (place("V01", "东村", 2), place("V02", "西河村", 1)), {})
    now = Year("2026", (place("V01", "东村", 1), place("V02", "西河村", 2)), {})
    units = [Identity("V01", "东村"), Identity("V02", "西河村")]
    found = compare(last, now, units, {}).changes
    changes = {change.now.code: change for change in found}
    facts = bulletin_facts(told(result, changes=changes))
    assert facts["last_known"] is True
    assert shown(facts["ranking"], "unit", "change", "last_rank") == [
        ("东村", "上升1位", "第2名"),
        ("西河村", "下降1位", "第1名"),
    ]


def test_by_when_to_mend_is_told_or_left_blank(tmp_path: Path) -> None:
    result = round_of(tmp_path)
    path = tmp_path / "b.docx"
    path.write_bytes(bulletin_docx(told(result), None, "")[0])
    assert "下列单位请于　　　　年　　月　　日前完成整改" in text_of(path)
    path.write_bytes(bulletin_docx(told(result, mend_by=dt.date(2027, 3, 1)), None, "")[0])
    assert "下列单位请于2027年3月1日前完成整改，并将整改情况报某镇：" in text_of(path)


DECISIONS = """
    act | unit | object | from | to | reason | authority | date
    confirm_grade | V01 | | 优秀 | 合格 | 查实虚报 | 镇党委 | 2026-12-28
    withdraw_award | V01 | 先进支部 | | | 提供虚假材料 | 镇党委 | 2026-12-28
    """


def test_what_people_decided_is_named(tmp_path: Path) -> None:
    from tests.builders import cells

    filling = Filling(small_workspace(tmp_path))
    filling.return_all()
    with (tmp_path / "decisions.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(cells(DECISIONS))
    result = collect(filling.workspace, filling.workspace.returns, workers=1).round
    facts = bulletin_facts(told(result))
    about = ("reason", "authority", "date")
    assert shown(facts["withdrawn"], "unit", "award", *about) == [
        ("东村", "先进支部", "提供虚假材料", "镇党委", "2026年12月28日")
    ]
    assert shown(facts["confirmed"], "unit", "proposed", "grade", *about) == [
        ("东村", "优秀", "合格", "查实虚报", "镇党委", "2026年12月28日")
    ]
    text = text_of(tmp_path / "results" / "bulletin.docx")
    assert "东村：撤销“先进支部”，提供虚假材料（镇党委2026年12月28日决定），予以通报。" in text


def test_every_name_is_given_under_both_its_names(tmp_path: Path) -> None:
    facts = bulletin_facts(told(round_of(tmp_path)))

    def same(names: object, record: Mapping[str, object]) -> None:
        for name in names:  # type: ignore[attr-defined]
            assert isinstance(name, Name)
            assert record[name.en] is record[name.zh]
            for row in record[name.en] if name.rows else ():  # type: ignore[attr-defined]
                same(name.rows, row)

    same(FACTS, facts)


# -- the document ----------------------------------------------------------------------------------


def blocks(document: Any) -> Iterator[Any]:
    for element in document.element.body.iterchildren():
        if element.tag == qn("w:p"):
            yield "".join(part.text or "" for part in element.iter(qn("w:t")))
        elif element.tag == qn("w:tbl"):
            yield [
                [
                    "".join(part.text or "" for part in cell.iter(qn("w:t")))
                    for cell in row.iter(qn("w:tc"))
                ]
                for row in element.iter(qn("w:tr"))
            ]


def text_of(path: Path) -> str:
    return "\n".join(block for block in blocks(Document(str(path))) if isinstance(block, str))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_shipped_template_is_laid_out_as_officials_do(language: str) -> None:
    document = Document(io.BytesIO(base_template(language)))
    (section,) = document.sections
    assert section.page_width is not None
    assert round(section.page_width.mm) == 210
    edges = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(edge.mm) for edge in edges if edge is not None] == [37, 35, 28, 26]
    fonts = {"Title": ("方正小标宋简体", 22), "Normal": ("仿宋", 16), "Heading 1": ("黑体", 16)}
    for name, (font, size) in fonts.items():
        style = document.styles[name]
        assert style.element.rPr.rFonts.get(qn("w:eastAsia")) == font
        assert style.font.size == Pt(size)
    form = document.styles["Normal"].paragraph_format
    assert (form.line_spacing_rule, form.line_spacing) == (WD_LINE_SPACING.EXACTLY, Pt(28))
    for table in document.tables:
        head = table.rows[0]._tr.trPr
        assert head.find(qn("w:tblHeader")) is not None  # repeated on every page
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    footers = [section.footer, section.even_page_footer]
    assert all(" PAGE " in footer._element.xml for footer in footers)
    assert document.settings.odd_and_even_pages_header_footer
    fonts_part = (
        zipfile.ZipFile(io.BytesIO(base_template(language))).read("word/fontTable.xml").decode()
    )
    assert '<w:font w:name="方正小标宋简体"><w:altName w:val="宋体"/>' in fonts_part


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_shipped_templates_are_made_of_their_sources_and_always_the_same(language: str) -> None:
    from assessor.outputs.bulletin_base import template_docx

    path = Path(__file__).parents[2] / "templates" / "bulletin" / f"{language}.txt"
    source = path.read_text(encoding="utf-8")
    assert base_template(language) == template_docx(source, language)


def test_the_same_facts_give_the_same_bytes_of_the_schemes_date(tmp_path: Path) -> None:
    settings = SMALL["settings"] + "\n        date | 2026-12-31"
    result = round_of(tmp_path, settings=settings)
    one, other = (bulletin_docx(told(result), None, "")[0] for _ in range(2))
    assert one == other
    about = Document(io.BytesIO(one)).core_properties
    assert (about.title, about.author) == ("小考核情况通报", "某镇")
    assert str(about.created) == str(about.modified)
    assert str(about.created).startswith("2026-12-31 00:00:00")
    with zipfile.ZipFile(io.BytesIO(one)) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_english_bulletin_speaks_english(tmp_path: Path) -> None:
    settings = SMALL["settings"] + "\n        language | en"
    content, faults = bulletin_docx(told(round_of(tmp_path, settings=settings)), None, "")
    path = tmp_path / "b.docx"
    path.write_bytes(content)
    text = text_of(path)
    assert faults == []
    assert "2 were appraised. Of 4 forms that were due 4 came back and 0 are missing." in text
    assert (
        "村: 2 appraised, 2 with a score; mean 75.95, best 98.20 (东村), worst 53.70 (西河村)"
        in text
    )
    assert "西河村 (不合格): above all “服务群众” (12.00 points lost)" in text


NAMES = ["<甲>&村", "{{ 考核名称 }}村", "丙" * 40]


def test_names_of_units_are_only_text(tmp_path: Path) -> None:
    units = SMALL["units"]
    for old, new in zip(("东村  ", "西河村"), NAMES, strict=False):
        units = edited(units, old, new)
    units += f"\n V03 | {NAMES[2]} | 村 | c@example.org | 王五 | 0000-3"
    result = round_of(tmp_path, units=units)
    path = tmp_path / "b.docx"
    path.write_bytes(bulletin_docx(told(result), None, "")[0])
    tables = [block for block in blocks(Document(str(path))) if isinstance(block, list)]
    ranking = next(table for table in tables if table[0][:2] == ["名次", "单位"])
    assert sorted(row[1] for row in ranking[1:]) == sorted(NAMES)


# -- figures agree ---------------------------------------------------------------------------------

ALL = (
    "branch community demonstration district flowing-cup ideology law township united-front".split()
)


def csv_rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


@pytest.fixture(scope="module", params=[*ALL, "township-messy"])
def results(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bulletin") / request.param
    ignore = shutil.ignore_patterns("results", "forms", "lock")
    shutil.copytree(SAMPLES / request.param, folder, ignore=ignore)
    collect(Workspace(folder), folder / "returns")
    return folder / "results"


def half_up(value: Fraction, digits: int) -> str:
    number = Decimal(value.numerator) / Decimal(value.denominator)
    return f"{number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):f}"


def digits(text: str) -> int:
    return len(text.partition(".")[2])


def tables_of(results: Path) -> list[list[list[str]]]:
    document = Document(str(results / "bulletin.docx"))
    return [block for block in blocks(document) if isinstance(block, list)]


def test_every_place_is_the_one_of_standing_csv(results: Path) -> None:
    standing = {row["unit"]: row for row in csv_rows(results / "standing.csv")}
    seen: set[str] = set()
    for table in tables_of(results):
        heads = table[0]
        if "得分" not in heads or "等次" not in heads:
            continue
        for line in table[1:]:
            row = dict(zip(heads, line, strict=True))
            mine = standing[row.get("单位") or row["姓名"]]
            seen.add(mine["unit"])
            assert row["得分"] == mine["score"]
            assert row["等次"] == (mine["confirmed_grade"] or mine["grade"])
            if "类内" in row:
                assert row["类内"] == mine["class_rank"]
            rank = mine["rank"] if "类内" in row or "姓名" in row else mine["class_rank"]
            if "名次" in row:
                assert row["名次"].removesuffix("（并列）") == (f"第{rank}名" if rank else "—")
                shared = sum(other["rank"] == rank != "" for other in standing.values()) > 1
                if "类内" in row:
                    assert row["名次"].endswith("（并列）") == shared
    assert seen == set(standing)


def test_every_mean_is_that_of_the_csv_files(results: Path) -> None:
    standing = csv_rows(results / "standing.csv")
    text = text_of(results / "bulletin.docx")
    for name in dict.fromkeys(row["class"] for row in standing):
        mine = [row for row in standing if row["class"] == name]
        scores = [row["score"] for row in mine if row["score"]]
        if not scores:
            assert f"{name}：参评{len(mine)}个，尚无得分。" in text
            continue
        mean = sum(map(Fraction, scores), Fraction(0)) / len(scores)
        best, worst = max(scores, key=Fraction), min(scores, key=Fraction)
        average = half_up(mean, max(2, digits(best)))
        line = f"{name}：参评{len(mine)}个，有得分的{len(scores)}个，平均{average}分，"
        assert line in text
        start = text.index(line)
        rest = text[start : text.index("\n", start)]
        assert f"，最高{best}分（" in rest
        assert f"，最低{worst}分（" in rest
        grades = [row["confirmed_grade"] or row["grade"] for row in mine]
        for grade in dict.fromkeys(filter(None, grades)):
            assert f"{grade}{grades.count(grade)}个" in rest


def test_every_part_is_that_of_scores_csv(results: Path) -> None:
    nodes: dict[tuple[str, str], list[tuple[str, str]]] = {}
    kinds: dict[str, set[str]] = {}
    rows = csv_rows(results / "scores.csv")
    titles = {row["node"]: row["title"] for row in rows}
    for row in (row for row in rows if row["value"]):
        above = titles.get(row["node"].rpartition(".")[0])
        for title in (row["title"], f"{above}·{row['title']}"):
            nodes.setdefault((title, row["class"]), []).append((row["points"], row["value"]))
            kinds.setdefault(title, set()).add(row["node"])
    checked = 0
    for table in tables_of(results):
        if table[0][0] not in {"部分", "指标类别"}:
            continue
        for title, classes, points, mean, rate, best, worst in table[1:]:
            if len(kinds[title]) > 1:
                continue  # two nodes of one title: the CSV file alone does not tell which
            found = [pair for name in classes.split("、") for pair in nodes[title, name]]
            values = [
                value for mark, value in found if not points or Fraction(mark) == Fraction(points)
            ]
            exact = sum(map(Fraction, values), Fraction(0)) / len(values)
            assert mean == half_up(exact, max(2, digits(values[0])))
            assert best.partition("（")[0] == max(values, key=Fraction)
            assert worst.partition("（")[0] == min(values, key=Fraction)
            if points:
                assert rate == half_up(exact / Fraction(points) * 100, 1) + "%"
            checked += 1
    assert checked or results.parent.name not in {"township", "community", "branch"}


def test_counts_add_up(results: Path) -> None:
    standing = csv_rows(results / "standing.csv")
    text = text_of(results / "bulletin.docx")
    assert f"本次考核参评{len(standing)}个" in text
    assert f"已有得分{sum(bool(row['score']) for row in standing)}个" in text
    for status, word in (("awaiting", "待更正"), ("missing", "未交")):
        assert f"，{word}{sum(row['status'] == status for row in standing)}个" in text
