"""Lists of claims: through real workbooks to what each bonus item counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assessor.i18n import catalog
from tests.builders import codes
from tests.filling import Round, spoiled
from tests.voting import counts, filled, packets, read, scored, voting

WORDS = catalog("zh")
CITY, PROVINCE, NEW = "M2 典型（市级）", "M3 典型（省级）", "N1 创新获部门认可"


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    return voting(tmp_path, "claims", units="code | name | class \n V01 | 东村 | 村")


def claims(*rows: str) -> dict[tuple[str, str], object]:
    """Return a list of claims: item, subject, evidence, claimed and verified divided by |."""
    columns = ("item", "subject", "evidence", "claimed", "verified")
    return {
        (str(number), column): text or None
        for number, row in enumerate(rows, 1)
        for column, text in zip(columns, row.split("|"), strict=True)
    }


def put(round_: Round, *rows: str, checked: bool = True) -> None:
    (packet,) = packets(round_, "claims")
    round_.put("claims.xlsx", filled(round_, packet, claims(*rows), checked))


def test_verified_claims_count_and_the_same_thing_counts_once(round_: Round) -> None:
    put(
        round_,
        f"{CITY}|红色驿站|市表〔2026〕1号|√|√",
        f"{PROVINCE}| 红色 驿站|省表〔2026〕2号|√|√",
        f"{NEW}|网格议事|部函3号|√|√",
        f"{NEW}|夜校|部函4号|√|",
        f"{CITY}|银发课堂|市表5号||√",
    )
    result = read(round_)
    assert counts(result, "claims", "V01") == {
        "M2:verified": "1", "M3:verified": "1", "N1:verified": "1",
    }  # fmt: skip
    assert scored(result, "claims") == ["25.00"]  # 15 + 5 + 5
    assert result.complete
    once, unverified = sorted(result.problems, key=lambda problem: problem.code)
    assert WORDS.message(once) == (
        "“红色 驿站”在表里申报了几级，只按最高的计一次：计 M3 典型（省级），"
        "不再计 M2 典型（市级）。"
    )
    assert WORDS.message(unverified) == "有 1 项申报没有核实，没有计分：序号 4。"


def test_an_empty_list_that_was_looked_through_is_no_claims(round_: Round) -> None:
    put(round_)
    result = read(round_)
    assert scored(result, "claims") == ["0.00"]
    assert codes(result.problems) == []


def test_an_empty_list_that_nobody_looked_through_waits(round_: Round) -> None:
    put(round_, checked=False)
    result = read(round_)
    assert codes(result.problems) == ["claims_unchecked"]
    assert scored(result, "claims") == ["awaiting"]


def test_ticks_left_empty_on_a_list_that_nobody_looked_through_wait(round_: Round) -> None:
    put(round_, f"{NEW}|夜校|部函4号|√|", checked=False)
    result = read(round_)
    assert codes(result.problems) == ["entry_unchecked"]
    assert scored(result, "claims") == ["awaiting"]


FAULTS = [
    (f"{NEW}||部函4号|√|√", "text_missing"),
    (f"{NEW}|夜校||√|√", "text_missing"),
    ("|夜校|部函4号|√|√", "choice_missing"),
    ("N9 没有的|夜校|部函4号|√|√", "choice_unknown"),
    ("N1|夜校|部函4号|√|√", "choice_near"),
    (f"{NEW}|夜校|部函4号|√|○", "tick_unknown"),
    (f"{NEW}|夜校|部函4号|√|5", "tick_unknown"),
]


@pytest.mark.parametrize(("row", "code"), FAULTS)
def test_a_used_line_says_everything_or_waits(round_: Round, row: str, code: str) -> None:
    put(round_, f"{CITY}|银发课堂|市表5号|√|√", row)
    result = read(round_)
    assert codes(result.problems) == [code]
    assert scored(result, "claims") == ["awaiting"]


TICKS = [("√", 5), ("✓", 5), ("是", 5), ("1", 5), ("×", 0), ("否", 0), ("/", 0), (None, 0)]


@pytest.mark.parametrize(("tick", "points"), TICKS)
def test_ticks_are_read_however_they_were_made(
    round_: Round, tick: str | None, points: int
) -> None:
    (packet,) = packets(round_, "claims")
    cells = {**claims(f"{NEW}|夜校|部函4号|√|"), ("1", "verified"): tick}
    round_.put("claims.xlsx", filled(round_, packet, cells))
    assert scored(read(round_), "claims") == [f"{points}.00"]


def test_a_line_typed_below_an_inserted_row_counts_all_the_same(round_: Round) -> None:
    (packet,) = packets(round_, "claims")

    def change(sheet: Any) -> None:
        row = next(line[0].row for line in sheet.iter_rows() if line[0].value == "2")
        sheet.insert_rows(row)
        for column, text in enumerate((NEW, "议事会", "部函6号", "√", "√"), 2):
            sheet.cell(row, column).value = text

    content = filled(round_, packet, claims(f"{NEW}|夜校|部函4号|√|√"))
    round_.put("claims.xlsx", spoiled(content, change))
    assert scored(read(round_), "claims") == ["10.00"]


def test_the_lines_are_numbered_and_the_items_come_from_a_list(round_: Round) -> None:
    (packet,) = packets(round_, "claims")
    plan = packet.copies[0].plan
    assert plan.papers == 9
    (table,) = plan.tables
    (row,) = table.rows
    assert row.rules["item"].choices == (CITY, PROVINCE, NEW)
    titles = [column.title for column in table.columns]
    assert titles == [
        "序号",
        "加分项目",
        "事项(典型、成果名称)",
        "证书/文号",
        "申报",
        "核实",
        "备注",
    ]
