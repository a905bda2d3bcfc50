"""Sum, weighted, mean and inherit, over leaves whose values stand in the test."""

from __future__ import annotations

import pytest

from tests.scoring.builders import scheme_of, score, tree_of, villages
from tests.scoring.entries import leaves


def sum_of_halves(policy: str = "") -> str:
    return f"""
        code  | parent | rule   | points | parameters
        total |        | sum    | 100    | {f"not_applicable={policy}" if policy else ""}
        a     | total  | rubric | 50     |
        b     | total  | rubric | 50     |
        """


def test_sum_adds_its_parts() -> None:
    result = score(tree_of(sum_of_halves()), *leaves("unit | a | b \n V01 | 40 | 37.5"))
    assert result["total"] == ["77.50"]


@pytest.mark.parametrize(
    ("policy", "total"),
    [
        ("", "40.00"),
        ("zero", "40.00"),
        ("full", "90.00"),  # 40 + 50
        ("rescale", "80.00"),  # 40 × 100 ÷ 50
    ],
)
def test_sum_with_a_part_that_does_not_apply(policy: str, total: str) -> None:
    result = score(tree_of(sum_of_halves(policy)), *leaves("unit | a | b \n V01 | 40 | /"))
    assert result.of("V01") == {
        "total": total,
        "a": "40.00",
        "a.-": "40.00",
        "b": "not_applicable",
        "b.-": "not_applicable",
    }


@pytest.mark.parametrize(
    ("policy", "total"),
    [("", "52.00"), ("zero", "52.00"), ("full", "92.00"), ("rescale", "86.67")],
)
def test_sum_rescales_by_the_points_of_the_parts_that_apply(policy: str, total: str) -> None:
    scheme = tree_of(
        f"""
        code  | parent | rule   | points | parameters
        total |        | sum    | 100    | {f"not_applicable={policy}" if policy else ""}
        a     | total  | rubric | 25     |
        b     | total  | rubric | 35     |
        c     | total  | rubric | 40     |
        """
    )
    # 25 + 27 = 52 of 60 that apply: 52 × 100 ÷ 60 = 86.666…
    result = score(scheme, *leaves("unit | a | b | c \n V01 | 25 | 27 | /"))
    assert result["total"] == [total]


@pytest.mark.parametrize("policy", ["", "zero", "full", "rescale"])
def test_sum_of_nothing_that_applies_does_not_apply(policy: str) -> None:
    result = score(tree_of(sum_of_halves(policy)), *leaves("unit | a | b \n V01 | / | /"))
    assert result["total"] == ["not_applicable"]


@pytest.mark.parametrize("policy", ["", "zero", "full", "rescale"])
def test_zero_points_are_a_score_whatever_holds_for_what_does_not_apply(policy: str) -> None:
    result = score(tree_of(sum_of_halves(policy)), *leaves("unit | a | b \n V01 | 0 | 0"))
    assert result["total"] == ["0.00"]


def test_sum_full_does_not_count_a_part_that_is_for_another_class() -> None:
    scheme = tree_of(
        """
        code    | parent | rule   | points | classes | parameters
        total   |        | sum    | 100    |         | not_applicable=full
        village | total  | rubric | 100    | 村      |
        office  | total  | rubric | 100    | 机关    |
        """,
        units="code | name | class \n V01 | 东村 | 村 \n O01 | 机关一 | 机关",
    )
    sheets = leaves("unit | village \n V01 | 80") + leaves("unit | office \n O01 | 70")
    assert score(scheme, *sheets)["total"] == ["80.00", "70.00"]


def test_sum_rescale_is_nothing_to_a_part_that_is_for_another_class() -> None:
    scheme = tree_of(
        """
        code    | parent | rule   | points | classes | parameters
        total   |        | sum    | 100    |         | not_applicable=rescale
        both    | total  | rubric | 60     |         |
        village | total  | rubric | 40     | 村      |
        office  | total  | rubric | 40     | 机关    |
        """,
        units="code | name | class \n V01 | 东村 | 村 \n O01 | 机关一 | 机关",
    )
    sheets = leaves("unit | both | village \n V01 | 50 | 30") + leaves("unit | office \n O01 | /")
    both = leaves("unit | both \n O01 | 45", rater="P2")
    # V01: 50 + 30 of 60 + 40. O01: 45 of the 60 that apply are 75.
    assert score(scheme, *sheets, *both)["total"] == ["80.00", "75.00"]


WEIGHTED = """
    code  | parent | rule     | weight | points
    total |        | weighted |        | 100
    a     | total  | rubric   | 60%    | 100
    b     | total  | rubric   | 30%    | 100
    c     | total  | rubric   | 10%    | 100
    """


@pytest.mark.parametrize("rounding", ["each", "last"])
def test_weighted_is_exact_where_binary_floats_are_not(rounding: str) -> None:
    # 54.06 + 27.03 + 8.91 = 90.00; with floats it is 89.99999999999999
    entered = leaves("unit | a | b | c \n V01 | 90.1 | 90.1 | 89.1")
    result = score(tree_of(WEIGHTED), *entered, rounding=rounding)
    assert result["total"] == ["90.00"]
    assert result.scores.columns["total"].ticks[0] == 9000


@pytest.mark.parametrize(
    ("a", "b", "c", "total"),
    [
        ("80", "95", "/", "85.00"),  # (60 × 80 + 30 × 95) ÷ 90
        ("80", "/", "90", "81.43"),  # (60 × 80 + 10 × 90) ÷ 70 = 81.428…
        ("/", "/", "77.7", "77.70"),
        ("/", "/", "/", "not_applicable"),
        ("0", "0", "0", "0.00"),
        ("100", "100", "100", "100.00"),
    ],
)
def test_weighted_shares_the_weight_of_what_does_not_apply(
    a: str, b: str, c: str, total: str
) -> None:
    result = score(tree_of(WEIGHTED), *leaves(f"unit | a | b | c \n V01 | {a} | {b} | {c}"))
    assert result["total"] == [total]


def test_weighted_rounds_a_half_up() -> None:
    scheme = tree_of(
        """
        code  | parent | rule     | weight | points
        total |        | weighted |        | 100
        a     | total  | rubric   | 50%    | 100
        b     | total  | rubric   | 50%    | 100
        """,
        units=villages(3),
    )
    # 1.005, 2.345 and 2.675: as floats all three lie below the half
    result = score(
        scheme,
        *leaves("""
            unit | a    | b
            V01  | 1.00 | 1.01
            V02  | 2.34 | 2.35
            V03  | 2.67 | 2.68
            """),
    )
    assert result["total"] == ["1.01", "2.35", "2.68"]


def test_a_weighted_contribution_is_never_rounded() -> None:
    scheme = tree_of(
        """
        code  | parent | rule     | weight | points | digits
        total |        | weighted |        | 100    | 0
        a     | total  | rubric   | 75%    | 100    | 0
        b     | total  | rubric   | 25%    | 100    | 0
        """
    )
    # 75 % of 1 and 25 % of 2 are 0.75 + 0.5 = 1.25; rounded one by one they would be 1 + 1
    assert score(scheme, *leaves("unit | a | b \n V01 | 1 | 2"))["total"] == ["1"]


MEAN = """
    code  | parent | rule   | points
    total |        | mean   | 100
    a     | total  | rubric | 100
    b     | total  | rubric | 100
    c     | total  | rubric | 100
    """


@pytest.mark.parametrize(
    ("a", "b", "c", "total"),
    [
        ("90", "100", "/", "95.00"),
        ("80", "85", "86", "83.67"),  # 251 ÷ 3
        ("0", "/", "/", "0.00"),
        ("0", "90", "0", "30.00"),
        ("/", "/", "/", "not_applicable"),
    ],
)
def test_mean_of_the_parts_that_apply(a: str, b: str, c: str, total: str) -> None:
    result = score(tree_of(MEAN), *leaves(f"unit | a | b | c \n V01 | {a} | {b} | {c}"))
    assert result["total"] == [total]


@pytest.mark.parametrize("tree", [WEIGHTED, MEAN], ids=["weighted", "mean"])
@pytest.mark.parametrize(
    ("a", "b", "c", "total"),
    [
        ("90", "missing", "80", "missing"),
        ("90", "missing", "/", "missing"),
        ("90", "awaiting", "80", "awaiting"),
        ("missing", "awaiting", "80", "awaiting"),
        ("not_due", "not_due", "not_due", "not_due"),
        ("not_due", "/", "not_due", "not_due"),  # something is still to come
        ("not_due", "/", "80", "80.00"),
    ],
)
def test_a_part_that_is_open_holds_the_whole_up(
    tree: str, a: str, b: str, c: str, total: str
) -> None:
    result = score(tree_of(tree), *leaves(f"unit | a | b | c \n V01 | {a} | {b} | {c}"))
    assert result["total"] == [total]


def test_what_is_informative_is_shown_and_never_counted() -> None:
    scheme = tree_of(
        """
        code  | parent | rule   | points | parameters
        total |        | sum    | 100    |
        panel | total  | rubric | 100    |
        self  | total  | rubric | 100    | informative=yes
        """,
        units=villages(2),
    )
    result = score(scheme, *leaves("unit | panel | self \n V01 | 80 | 99 \n V02 | 70 | /"))
    assert result["total"] == ["80.00", "70.00"]
    assert result["self"] == ["99.00", "not_applicable"]


PERSONS = """
    code | name   | class | kind   | parent | ranked
    S01  | 张三   | 书记  | person | V01    | no
    V01  | 东村   | 村    | unit   |        | yes
    V02  | 西河村 | 村    | unit   |        | yes
    S02  | 李四   | 书记  | person | V02    | no
    S03  | 王五   | 书记  | person |        | no
    """
SECRETARY = """
    code   | rule    | points | source | classes | digits
    person | inherit | 100    | total  | 书记    | 1
    total  | rubric  | 100    |        | 村      | 2
    """


def test_a_secretary_inherits_the_total_of_his_branch() -> None:
    scheme = tree_of(SECRETARY, units=PERSONS)
    result = score(scheme, *leaves("unit | total \n V01 | 86.45 \n V02 | 90"))
    assert result["total"] == [
        "not_applicable", "86.45", "90.00", "not_applicable", "not_applicable"
    ]  # fmt: skip
    assert result["person"] == [
        "86.5", "not_applicable", "not_applicable", "90.0", "not_applicable"
    ]  # fmt: skip


@pytest.mark.parametrize("why", ["missing", "awaiting", "not_due", "/"])
def test_a_secretary_waits_with_his_branch_and_for_the_same_reason(why: str) -> None:
    scheme = tree_of(SECRETARY, units=PERSONS)
    result = score(scheme, *leaves(f"unit | total \n V01 | {why} \n V02 | 90"))
    assert result.of("S01")["person"] == result.of("V01")["total"]
    assert result.of("V01")["total"] == {"/": "not_applicable"}.get(why, why)


def test_a_node_of_other_classes_does_not_apply_and_leaves_its_weight_to_the_rest() -> None:
    scheme = tree_of(
        """
        code   | parent | rule     | weight | points | classes | parameters
        total  |        | weighted |        | 100    |         | not_applicable=rescale
        target | total  | rubric   | 60%    | 100    |         |
        ballot | total  | rubric   | 30%    | 100    |         |
        review | total  | rubric   | 10%    | 100    | 村      |
        """,
        units="code | name | class \n V01 | 东村 | 村 \n O01 | 机关一 | 机关",
    )
    result = score(
        scheme,
        *leaves("unit | target | ballot \n V01 | 80 | 95 \n O01 | 80 | 95"),
        *leaves("unit | review \n V01 | 70 \n O01 | 70"),
    )
    assert result["review"] == ["70.00", "not_applicable"]
    # V01: 48 + 28.5 + 7 = 83.5. O01: (48 + 28.5) ÷ 0.9 = 85.
    assert result["total"] == ["83.50", "85.00"]


def test_parts_under_a_node_are_for_its_classes_without_saying_so() -> None:
    scheme = scheme_of(
        units="code | name | class \n V01 | 东村 | 村 \n O01 | 机关一 | 机关",
        criteria="rubric | code | title | points | entry \n duty | 1 | 甲 | 100 | earned",
        forms="""
            code  | title  | workbook | layout | rubric | filled_by
            panel | 评分表 | 评分     | rubric | duty   | panel
            """,
        scores="""
            code    | parent  | rule   | points | classes | source
            village |         | sum    | 100    | 村      |
            panel   | village | rubric | 100    |         | panel
            office  |         | sum    | 100    | 机关    |
            check   | office  | rubric | 100    |         | panel
            """,
    )
    result = score(scheme, *leaves("unit | panel \n V01 | 81 \n O01 | 72"))
    assert result.of("V01") == {
        "village": "81.00", "panel": "81.00", "panel.-": "81.00",
        "office": "not_applicable", "check": "not_applicable", "check.-": "not_applicable",
    }  # fmt: skip
    assert result.of("O01")["office"] == "72.00"
