"""ranking.xlsx: the sheets and columns that a scheme asks for, and sums that add up."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest

from assessor.outputs.ranking import ranking_xlsx
from assessor.outputs.tables import STANDING_HEADER, standing_csv
from assessor.returns.collection import Collection
from assessor.scheme.model import Scheme
from assessor.scoring.inputs import Inputs
from assessor.standing.stand import Standing, stand
from tests.builders import Table
from tests.scoring.builders import settings as settings_table
from tests.standing.builders import scores_of, standing_scheme

TOTALS = """
    unit | total | target | ballot | person
    V01  | 95    | 95     | 95     |
    V02  | 91    | 90     | 92     |
    V03  | 91    | 91     | 91     |
    V04  | 70    | 40     | 99     |
    O01  | 85    | 85     | 85     |
    S01  |       |        |        | 95
    """
ENDING = ["得分明细 总分", "得分明细 书记", "测评", "未交情况"]


def standing_of(scheme: Scheme, table: Table = TOTALS) -> Standing:
    return stand(scheme, scores_of(scheme, table))


def book_of(standing: Standing) -> openpyxl.Workbook:
    content = ranking_xlsx(standing, Collection(), Inputs({}, {}, {}, {}), [])
    return openpyxl.load_workbook(io.BytesIO(content))


def rows_of(book: openpyxl.Workbook, sheet: str) -> list[dict[str, object]]:
    """Return the rows of a table by its headers, which stand in the third row."""
    lines = list(book[sheet].iter_rows(min_row=3, values_only=True))
    return [dict(zip(map(str, lines[0]), line, strict=True)) for line in lines[1:]]


@pytest.mark.parametrize(
    ("ranking", "sheets"),
    [
        ("both", ["总排名", "村排名", "机关排名", "书记排名"]),
        ("overall", ["总排名", "个人总排名"]),
        ("class", ["村排名", "机关排名", "书记排名"]),
        ("none", ["村得分", "机关得分", "书记得分"]),
    ],
)
def test_there_are_the_rankings_that_a_scheme_asks_for(ranking: str, sheets: list[str]) -> None:
    scheme = standing_scheme(settings=settings_table(ranking=ranking))
    assert book_of(standing_of(scheme)).sheetnames == ["总览", *sheets, *ENDING]


def test_without_ranking_there_is_no_column_of_ranks_and_ties() -> None:
    scheme = standing_scheme(settings=settings_table(ranking="none"))
    rows = rows_of(book_of(standing_of(scheme)), "村得分")
    assert list(rows[0]) == [
        "编号",
        "名称",
        "目标",
        "测评",
        "得分",
        "等次",
        "认定等次",
        "状态",
        "说明",
    ]
    assert [row["编号"] for row in rows] == ["V01", "V02", "V03", "V04"]


def test_ranks_of_a_class_say_how_a_tie_of_the_class_was_broken() -> None:
    """Overall 91 is a tie of three that nothing breaks: the office has no ballot."""
    table = TOTALS.replace("O01  | 85    | 85     | 85 ", "O01  | 91    | 85     | ")
    scheme = standing_scheme(settings=settings_table(tie_breakers="ballot"))
    book = book_of(standing_of(scheme, table))
    overall = {row["编号"]: (row["名次"], row["同分说明"]) for row in rows_of(book, "总排名")}
    within = {row["编号"]: (row["类内名次"], row["同分说明"]) for row in rows_of(book, "村排名")}
    assert (overall["V02"], overall["V03"]) == ((2, "并列"), (2, "并列"))
    assert (within["V02"], within["V03"]) == ((2, "测评较高"), (3, "测评较低"))


def test_ties_that_close_up_are_explained() -> None:
    for ties, text in (("1224", "1、2、2、4"), ("1223", "1、2、2、3")):
        scheme = standing_scheme(settings=settings_table(ties=ties))
        book = book_of(standing_of(scheme))
        said = [str(cell) for line in book["总览"].iter_rows(values_only=True) for cell in line]
        assert sum(text in cell for cell in said) == 1
        ranks = [row["名次"] for row in rows_of(book, "总排名")]
        assert ranks[3] == int(ties[-1])


def test_the_score_for_another_scheme_has_a_column_of_its_own() -> None:
    stated = settings_table(export_factor="0.3", export_title="换算计入目标分")
    table = TOTALS.replace("V01  | 95    ", "V01  | 95.15 ")
    standing = standing_of(standing_scheme(settings=stated), table)
    rows = {row["编号"]: row for row in rows_of(book_of(standing), "村排名")}
    assert rows["V01"]["换算计入目标分"] == 28.55  # 95.15 × 0.3 = 28.545
    assert rows["V04"]["换算计入目标分"] == 21
    header, first, *_ = standing_csv(standing).decode("utf-8-sig").splitlines()
    assert header.split(",") == STANDING_HEADER
    assert header.endswith(",status,limits,exported")
    assert first.endswith(",28.55")
    plain = standing_csv(standing_of(standing_scheme())).decode("utf-8-sig").splitlines()
    assert plain[1].endswith("scored,,")


def test_what_limits_and_quotas_did_is_in_the_notes() -> None:
    scheme = standing_scheme(
        grades="""
            for    | grade | from | quota | node
            unit   | 优秀  | 90   | 50%   |
            unit   | 良好  | 80   |       |
            unit   | 较差  |      |       |
            unit   | 优秀  | 95   |       | ballot
            unit   | 良好  |      |       | ballot
            person | 优秀  | 90   |       |
            person | 较差  |      |       |
            """,
        limits="""
            title    | for  | node   | operator | value | effect | grade
            弄虚作假 | unit | target | <        | 60    | zero   |
            """,
    )
    table = TOTALS.replace("V02  | 91    | 90     | 92 ", "V02  | 91    | 90     | 96 ")
    rows = rows_of(book_of(standing_of(scheme, table)), "村排名")
    notes = {row["编号"]: row["说明"] or "" for row in rows}
    assert notes == {
        "V01": "",
        "V02": "",
        "V03": "按总分为优秀，等次由“测评”决定",
        "V04": "弄虚作假（目标 40.00）：总分计零；原得分 70.00",
    }
    scores = {row["编号"]: row["得分"] for row in rows}
    assert scores["V04"] == 0


AWARDS = """
    code | title  | for    | class | slots | tie | money | by
    A    | 红旗   | unit   | 村    | 2     | {}  | 3000  | rank
    B    | 组织者 | unit   | 机关  | 2     |     | 300   | decision
    """


@pytest.mark.parametrize(
    ("tie", "flag", "total"),
    [
        # slots, beyond, given, left, each, in all
        ("decide", (2, None, 1, 1, 3000, 3000), (4, None, 2, 2, 3300)),
        ("none", (2, None, 1, 1, 3000, 3000), (4, None, 2, 2, 3300)),
        ("all", (2, 1, 3, 0, 3000, 9000), (4, 1, 4, 1, 9300)),
    ],
)
def test_awards_slots_and_money_add_up(
    tie: str, flag: tuple[int | None, ...], total: tuple[int | None, ...]
) -> None:
    scheme = standing_scheme(awards=AWARDS.format(tie))
    standing = stand(scheme, scores_of(scheme, TOTALS), granted=frozenset({("B", 4)}))
    book = book_of(standing)
    first, _, last = rows_of(book, "奖项")
    columns = ("名额", "增评", "已评", "未评", "奖金（元）", "奖金合计（元）")
    assert tuple(first.get(column) for column in columns) == flag
    sums = ("名额", "增评", "已评", "未评", "奖金合计（元）")
    assert (last["奖项"], *(last.get(column) for column in sums)) == ("合计", *total)
    *winners, paid = rows_of(book, "获奖名单")
    assert len(winners) == total[2]
    assert sum(Decimal(str(row["奖金（元）"])) for row in winners) == total[4]
    assert paid["奖金（元）"] == total[4]
    assert bool(first["说明"]) is (tie == "decide")


def test_without_awards_there_is_neither_sheet_nor_column() -> None:
    book = book_of(standing_of(standing_scheme()))
    assert not {"奖项", "获奖名单"} & set(book.sheetnames)
    assert "奖项" not in rows_of(book, "总排名")[0]
