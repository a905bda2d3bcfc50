"""Rules that put nodes together, over leaves whose values stand in the test."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
        ("", "awaiting"),  # nobody has said what it counts
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
    [("", "awaiting"), ("zero", "52.00"), ("full", "92.00"), ("rescale", "86.67")],
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
    """
SECRETARY = """
    code   | rule    | points | source | classes | digits
    person | inherit | 100    | total  | 书记    | 1
    total  | rubric  | 100    |        | 村      | 2
    """


def test_a_secretary_inherits_the_total_of_his_branch() -> None:
    scheme = tree_of(SECRETARY, units=PERSONS)
    result = score(scheme, *leaves("unit | total \n V01 | 86.45 \n V02 | 90"))
    assert result["total"] == ["not_applicable", "86.45", "90.00", "not_applicable"]
    assert result["person"] == ["86.5", "not_applicable", "not_applicable", "90.0"]


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


# ---- what nobody filled in
def of_three(rule: str, parameters: str) -> str:
    """Return a tree of three parts, weighted 60, 30 and 10 % where the rule asks for it."""
    shares = ("60%", "30%", "10%") if rule == "weighted" else ("", "", "")
    return f"""
        code  | parent | rule   | weight      | points | parameters
        total |        | {rule} |             | 100    | {parameters}
        a     | total  | rubric | {shares[0]} | 100    |
        b     | total  | rubric | {shares[1]} | 100    |
        c     | total  | rubric | {shares[2]} | 100    |
        """


@pytest.mark.parametrize(
    ("rule", "unfilled", "given", "total"),
    [
        ("weighted", "wait", "80 | missing | 90", "missing"),
        ("weighted", "share", "80 | missing | 90", "81.43"),  # (60 × 80 + 10 × 90) ÷ 70
        ("weighted", "zero", "80 | missing | 90", "57.00"),  # 48 + 0 + 9
        ("weighted", "share", "80 | missing | /", "80.00"),
        ("weighted", "zero", "80 | missing | /", "53.33"),  # 48 ÷ 0.9
        ("mean", "wait", "80 | missing | 90", "missing"),
        ("mean", "share", "80 | missing | 90", "85.00"),
        ("mean", "zero", "80 | missing | 90", "56.67"),
        ("lowest", "wait", "80 | missing | 90", "missing"),
        ("lowest", "share", "80 | missing | 90", "80.00"),
        ("lowest", "zero", "80 | missing | 90", "0.00"),
        ("highest", "wait", "80 | missing | 90", "missing"),
        ("highest", "share", "80 | missing | 90", "90.00"),
        ("highest", "zero", "80 | missing | 90", "90.00"),
        # nobody is left to stand for it
        ("mean", "share", "missing | missing | missing", "missing"),
        ("mean", "share", "missing | / | /", "missing"),
        ("mean", "share", "missing | not_due | /", "not_due"),
        ("mean", "zero", "missing | missing | /", "0.00"),
        ("mean", "zero", "/ | / | /", "not_applicable"),
        # an open error is no empty form
        ("mean", "share", "awaiting | missing | 90", "awaiting"),
        ("mean", "zero", "awaiting | missing | 90", "awaiting"),
        ("weighted", "share", "80 | 90 | 70", "82.00"),
    ],
)
def test_a_part_that_nobody_filled_in_by_policy(
    rule: str, unfilled: str, given: str, total: str
) -> None:
    scheme = tree_of(of_three(rule, f"missing={unfilled}"))
    assert score(scheme, *leaves(f"unit | a | b | c \n V01 | {given}"))["total"] == [total]


def test_groups_of_which_one_did_not_vote_share_its_weight() -> None:
    """Six groups at .15 .15 .20 .10 .15 .25; the fifth handed nothing in."""
    weights = ["15%", "15%", "20%", "10%", "15%", "25%"]
    rows = [f"g{at} | total | rubric | {weight} | 100 |" for at, weight in enumerate(weights, 1)]
    header = "code | parent | rule | weight | points | parameters"
    top = "total | | weighted | | 100 | missing=share"
    scheme = tree_of("\n".join([header, top, *rows]))
    result = score(
        scheme, *leaves("unit | g1 | g2 | g3 | g4 | g5 | g6 \n V01 | 80|90|70|60|missing|100")
    )
    # 12 + 13.5 + 14 + 6 + 25 = 70.5 of 85 %
    assert result["total"] == ["82.94"]


@pytest.mark.parametrize(
    ("parameters", "given", "total"),
    [
        ("missing=share", "40 | missing", "80.00"),
        ("missing=zero", "40 | missing", "40.00"),
        ("missing=wait", "40 | missing", "missing"),
        ("missing=share; not_applicable=full", "40 | missing", "80.00"),
        ("missing=share; not_applicable=rescale", "40 | missing", "80.00"),
        ("missing=zero; not_applicable=rescale", "40 | missing", "40.00"),
        ("missing=share; not_applicable=full", "missing | /", "missing"),
    ],
)
def test_in_a_sum_the_others_stand_for_the_points_of_what_is_missing(
    parameters: str, given: str, total: str
) -> None:
    scheme = tree_of(sum_of_halves().replace("| 100    | \n", f"| 100 | {parameters} \n"))
    assert score(scheme, *leaves(f"unit | a | b \n V01 | {given}"))["total"] == [total]


# ---- lowest, highest, product, difference, scaled
@pytest.mark.parametrize(
    ("rule", "given", "total"),
    [
        ("lowest", "80 | 72.5 | 90", "72.50"),
        ("lowest", "80 | 0 | 90", "0.00"),
        ("lowest", "80 | 72.5 | /", "72.50"),
        ("highest", "80 | 72.5 | 90", "90.00"),
        ("highest", "80 | 72.5 | /", "80.00"),
        ("lowest", "/ | / | /", "not_applicable"),
        ("highest", "80 | awaiting | 90", "awaiting"),
    ],
)
def test_the_lowest_and_the_highest_of_what_applies(rule: str, given: str, total: str) -> None:
    scheme = tree_of(of_three(rule, ""))
    assert score(scheme, *leaves(f"unit | a | b | c \n V01 | {given}"))["total"] == [total]


PRODUCT = """
    code  | parent | rule    | points | digits
    total |        | product | 200    | 2
    a     | total  | rubric  | 100    | 1
    b     | total  | rubric  | 2      | 3
    """


@pytest.mark.parametrize(
    ("a", "b", "total"),
    [
        ("80", "1.05", "84.00"),
        ("80.5", "1.055", "84.93"),  # 84.9275
        ("80", "/", "80.00"),
        ("80", "0", "0.00"),
        ("/", "/", "not_applicable"),
        ("80", "missing", "missing"),
    ],
)
def test_a_product_of_score_and_coefficient(a: str, b: str, total: str) -> None:
    result = score(tree_of(PRODUCT), *leaves(f"unit | a | b \n V01 | {a} | {b}"))
    assert result["total"] == [total]


def difference(parameters: str = "") -> str:
    return f"""
        code  | parent | rule       | points | parameters
        total |        | difference |        | {parameters}
        this  | total  | rubric     | 200    |
        last  | total  | rubric     | 200    |
        """


@pytest.mark.parametrize(
    ("parameters", "this", "last", "total"),
    [
        ("", "110", "88", "22.00"),
        ("", "66", "88", "-22.00"),
        ("in=percent", "110", "88", "25.00"),
        ("in=percent", "66", "88", "-25.00"),
        ("in=percent", "100", "150", "-33.33"),
        ("", "110", "0", "110.00"),
        ("", "110", "/", "not_applicable"),
        ("", "/", "88", "not_applicable"),
        ("", "not_due", "88", "not_due"),
        ("in=percent", "missing", "0", "missing"),
    ],
)
def test_a_difference_between_two_parts(parameters: str, this: str, last: str, total: str) -> None:
    scheme = tree_of(difference(parameters))
    result = score(scheme, *leaves(f"unit | this | last \n V01 | {this} | {last}"))
    assert (result["total"], result.findings) == ([total], [])


def test_of_nothing_there_are_no_per_cent() -> None:
    scheme = tree_of(difference("in=percent"))
    result = score(scheme, *leaves("unit | this | last \n V01 | 110 | 0"))
    assert result["total"] == ["awaiting"]
    assert result.findings == [("difference_of_nothing", "total", "V01")]


@pytest.mark.parametrize(
    ("points", "parameters", "given", "total"),
    [
        ("20", "", "153", "18.00"),  # 153 × 20 ÷ 170
        ("20", "", "170", "20.00"),
        ("20", "", "100", "11.76"),
        ("1000", "factor=0.8", "100", "80.00"),
        ("1000", "factor=10", "0.3", "3.00"),
        ("20", "", "/", "not_applicable"),
        ("20", "", "missing", "missing"),
    ],
)
def test_a_part_scaled_to_the_points_of_the_whole(
    points: str, parameters: str, given: str, total: str
) -> None:
    scheme = tree_of(
        f"""
        code  | parent | rule   | points   | parameters
        total |        | scaled | {points} | {parameters}
        law   | total  | rubric | 170      |
        """
    )
    assert score(scheme, *leaves(f"unit | law \n V01 | {given}"))["total"] == [total]


# ---- bounds
@pytest.mark.parametrize(
    ("parameters", "this", "last", "total"),
    [
        ("floor=-10", "50", "88", "-10.00"),
        ("floor=-10", "80", "88", "-8.00"),
        ("floor=-10; cap=-2", "88", "88", "-2.00"),
        ("floor=0", "50", "88", "0.00"),
        ("cap=5", "110", "88", "5.00"),
        ("cap=5", "50", "88", "-38.00"),
    ],
)
def test_bounds_hold_for_negative_values_too(
    parameters: str, this: str, last: str, total: str
) -> None:
    scheme = tree_of(difference(parameters))
    result = score(scheme, *leaves(f"unit | this | last \n V01 | {this} | {last}"))
    assert result["total"] == [total]


@settings(deadline=None)
@given(
    values=st.lists(st.integers(0, 100), min_size=3, max_size=3),
    rule=st.sampled_from(["mean", "lowest", "highest", "weighted"]),
    more=st.integers(0, 50),
    at=st.integers(0, 2),
)
def test_a_whole_lies_between_its_parts_and_never_falls_with_a_better_one(
    values: list[int], rule: str, more: int, at: int
) -> None:
    scheme = tree_of(of_three(rule, ""))
    better = [min(100, value + more * (place == at)) for place, value in enumerate(values)]
    one, other = (
        Decimal(score(scheme, *leaves(f"unit | a | b | c \n V01 | {text}"))["total"][0])
        for text in (" | ".join(map(str, given)) for given in (values, better))
    )
    assert min(values) <= one <= max(values)
    assert one <= other
