"""Rules that take what stands elsewhere: other units, a file, the units table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from assessor.decimals import to_ticks
from assessor.scheme.model import Scheme
from assessor.scoring.column import Column, Status
from assessor.scoring.evaluate import evaluate
from tests.scoring.builders import Result, inputs_of, score, tree_of, villages
from tests.scoring.entries import Sheet, leaves

DISTRICT = """
    code | name   | class  | ranked
    D1   | 东区   | 区     | no
    D2   | 西区   | 区     | no
    B1   | 机关   | 机关   | yes
    B2   | 非公   | 非公   | yes
    B3   | 街道   | 街道   | yes
    B4   | 社区   | 社区   | yes
    B5   | 农区   | 农区   | yes
    """
FIVE = "\n".join(["body | unit", *(f"D1 | B{number}" for number in range(1, 6)), "D2 | B1"])
DERIVED = """
    code  | parent | rule    | points | source | classes             | parameters
    body  |        | scaled  | 800    |        | 区                  | factor=0.8
    below | body   | derived | 1000   | cup    |                     |
    cup   |        | rubric  | 1000   |        | 机关;非公;街道;社区;农区 |
    """


def district(scores: str, nominations: str = FIVE, parameters: str = "") -> Result:
    """Return the scores of a district of which one unit in each of five classes stands for it."""
    tree = DERIVED.replace("| cup    |                     |", f"| cup | | {parameters}")
    scheme = tree_of(tree, units=DISTRICT, nominations=nominations)
    rows = [f"B{number} | {text}" for number, text in enumerate(scores.split(), start=1)]
    return score(scheme, *leaves("\n".join(["unit | cup", *rows])))


def test_the_mean_of_one_unit_in_each_of_five_classes_times_eight_tenths() -> None:
    result = district("900 850 800 750 700")
    # 4000 ÷ 5 = 800, × 0.8 = 640
    assert result.of("D1") == {
        "body": "640.00", "below": "800.00", "cup": "not_applicable", "cup.-": "not_applicable"
    }  # fmt: skip
    assert result.of("B1")["below"] == result.of("B1")["body"] == "not_applicable"


def test_a_body_that_nobody_stands_for_is_missing_and_reported() -> None:
    whole = district("900 850 800 750 700").scheme
    kept = tuple(row for row in whole.nominations if row.body != "D2")
    result = score(replace(whole, nominations=kept))
    assert result.of("D2")["body"] == "missing"
    assert result.findings == [("no_nomination", "below", "D2")]


@pytest.mark.parametrize(
    ("scores", "mean"),
    [
        ("900 850 800 750 /", "825.00"),  # what does not apply is left out
        ("900 850 800 750 not_due", "825.00"),
        ("900 850 800 750 0", "660.00"),  # zero is a score
        ("900 850 800 750 missing", "missing"),
        ("900 awaiting 800 750 missing", "awaiting"),
        ("/ / / / /", "not_applicable"),
        ("/ / not_due / /", "not_due"),
        ("100 100 100 100 101", "100.20"),
        ("800 / 801 / 801", "800.67"),  # 2402 ÷ 3 = 800.666…
    ],
)
def test_a_body_stands_as_those_that_stand_for_it(scores: str, mean: str) -> None:
    assert district(scores).of("D1")["below"] == mean


def test_the_order_of_the_nominations_is_nothing_to_the_mean() -> None:
    backwards = "\n".join(
        ["body | unit", "D2 | B1", *(f"D1 | B{number}" for number in range(5, 0, -1))]
    )
    assert district("900 1 2 3 4", backwards)["below"] == district("900 1 2 3 4")["below"]


TOWNSHIP = """
    code | name | class | kind   | parent | ranked
    T1   | 东镇 | 镇    | unit   |        | yes
    T2   | 西镇 | 镇    | unit   |        | yes
    V01  | 一村 | 村    | unit   | T1     | yes
    V02  | 二村 | 村    | unit   | T1     | yes
    S01  | 张三 | 书记  | person | T1     | no
    S02  | 李四 | 书记  | person | T2     | no
    """
BELOW = """
    code   | parent | rule    | points | source | classes | parameters
    town   |        | derived | 100    | total  | 镇      | of=below
    total  |        | rubric  | 100    |        | 村      |
    person |        | inherit | 100    | town   | 书记    |
    """


def test_the_mean_of_the_units_below_of_the_classes_that_have_the_node() -> None:
    result = score(
        tree_of(BELOW, units=TOWNSHIP), *leaves("unit | total \n V01 | 80 \n V02 | 85.5")
    )
    assert result["town"][:2] == ["82.75", "missing"]
    assert result.findings == [("no_units_below", "town", "T2")]


def test_what_is_derived_may_be_inherited_in_turn() -> None:
    result = score(tree_of(BELOW, units=TOWNSHIP), *leaves("unit | total \n V01 | 80 \n V02 | 85"))
    assert result["person"][4:] == ["82.50", "missing"]


def test_what_is_made_of_a_provisional_value_is_provisional() -> None:
    tree = """
        code   | parent | rule    | points | source | classes | parameters
        town   |        | derived | 100    | share  | 镇      | of=below
        share  |        | best    | 100    |        | 村      |
        total  | share  | rubric  | 100    |        |         |
        person |        | inherit | 100    | town   | 书记    |
        """
    units = TOWNSHIP + "V03 | 三村 | 村 | unit | T2 | yes \n"
    scheme = tree_of(tree, units=units)
    result = score(scheme, *leaves("unit | total \n V01 | 80 \n V02 | 40 \n V03 | missing"))
    status = result.scores.columns["person"].status
    assert result.of("S01")["person"] == "75.00"
    assert [status[4], status[5]] == [Status.PROVISIONAL, Status.MISSING]


# -- scores from elsewhere -------------------------------------------------------------------------

INPUT = """
    code   | parent | rule  | points | source | digits
    total  |        | sum   |        |        | 2
    county | total  | input |        | county | 2
    """
FILES = "code | title | file | key | value \n county | 县考核 | county.csv | 编号 | 得分"


def with_input(scheme: Scheme, given: Mapping[str, str | Status], *sheets: Sheet) -> Result:
    """Return the scores with a number or a status word of each unit that the file names."""
    numbers = {code: Decimal(text) for code, text in given.items() if isinstance(text, str)}
    ticks = [to_ticks(numbers.get(unit.code, Decimal(0)), 3) for unit in scheme.units]
    words = {code: text for code, text in given.items() if isinstance(text, Status)}
    status = [
        Status.SCORED if unit.code in numbers else words.get(unit.code, Status.MISSING)
        for unit in scheme.units
    ]
    inputs = replace(inputs_of(scheme, *sheets), external={"county": Column(3, ticks, status)})
    return Result(scheme, evaluate(scheme, inputs))


def test_a_score_from_elsewhere_is_rounded_once_and_a_unit_without_one_is_missing() -> None:
    scheme = tree_of(INPUT.replace("sum   |    ", "sum   | 100"), units=villages(4), inputs=FILES)
    given: dict[str, str | Status] = {"V01": "91.255", "V02": "0", "V04": Status.AWAITING}
    assert with_input(scheme, given)["total"] == ["91.26", "0.00", "missing", "awaiting"]


def test_without_its_file_every_unit_is_missing() -> None:
    scheme = tree_of(INPUT.replace("sum   |    ", "sum   | 100"), units=villages(2), inputs=FILES)
    assert score(scheme)["county"] == ["missing", "missing"]


def test_the_factor_of_the_units_table_is_one_where_it_says_nothing() -> None:
    scheme = tree_of(
        """
        code   | parent | rule    | points | digits
        total  |        | product | 100    | 2
        mark   | total  | rubric  | 100    | 2
        factor | total  | factor  |        | 2
        """,
        units="code | name | class | factor \n V01 | 一村 | 村 | 1.05 \n V02 | 二村 | 村 |",
    )
    result = score(scheme, *leaves("unit | mark \n V01 | 80 \n V02 | 80"))
    assert result["factor"] == ["1.05", "1.00"]
    assert result["total"] == ["84.00", "80.00"]
