"""The whole tree: rounding each node or only the last, digits, bounds and decisions."""

from __future__ import annotations

from fractions import Fraction

import pytest

from assessor.scoring.evaluate import evaluate
from tests.scoring.builders import inputs_of, scheme_of, score, settings, tree_of, villages
from tests.scoring.entries import leaves, marks

WEIGHTED = """
    code  | parent | rule     | weight | points
    total |        | weighted |        | 100
    a     | total  | rubric   | 60%    | 100
    b     | total  | rubric   | 40%    | 100
    """


@pytest.mark.parametrize(
    ("rounding", "a", "total"),
    [
        ("each", "80.00", "80.00"),  # 60 % of 80.00 and 40 % of 79.99 are 79.996
        ("last", "80.00", "79.99"),  # 60 % of 79.995 and 40 % of 79.99 are 79.993
    ],
)
def test_a_total_that_hangs_on_where_it_is_rounded(rounding: str, a: str, total: str) -> None:
    # a: the raters give 79.99 and 80.00, 79.995 in the mean, and b 79.99
    entered = [
        *leaves("unit | a | b \n V01 | 79.99 | 79.99"),
        *leaves("unit | a | b \n V01 | 80.00 | 79.99", rater="P2"),
    ]
    result = score(tree_of(WEIGHTED), *entered, rounding=rounding)
    assert result.of("V01") == {"total": total, "a": a, "a.-": a, "b": "79.99", "b.-": "79.99"}
    exact = {"each": Fraction(8000), "last": Fraction(79993, 10)}
    assert list(result.scores.columns["total"].ticks) == [exact[rounding]]


THREE_SECTIONS = """
    rubric | code | section | title | points | entry
    duty   | 1    |         | 一    | 10     | section
    duty   | 1.1  | 1       | 甲    | 10     | earned
    duty   | 2    |         | 二    | 10     | section
    duty   | 2.1  | 2       | 乙    | 10     | earned
    duty   | 3    |         | 三    | 10     | section
    duty   | 3.1  | 3       | 丙    | 10     | earned
    """


@pytest.mark.parametrize(
    ("marks_of_raters", "each", "last"),
    [
        (("10", "10", "9"), "29.01", "29.00"),  # thrice 9.666… : 3 × 9.67 or 29
        (("10", "9", "9"), "27.99", "28.00"),  # thrice 9.333… : 3 × 9.33 or 28
        (("8", "8", "8"), "24.00", "24.00"),
    ],
)
def test_sections_are_rounded_too_where_each_node_is(
    marks_of_raters: tuple[str, ...], each: str, last: str
) -> None:
    scheme = scheme_of(
        criteria=THREE_SECTIONS,
        forms="""
            code  | title  | workbook | layout | rubric | filled_by
            panel | 评分表 | 评分     | rubric | duty   | panel
            """,
        scores="code | rule | points | source \n total | rubric | 30 | panel",
    )
    entered = [
        marks("panel", f"P{number}", f"unit | 1.1 | 2.1 | 3.1 \n V01 | {m} | {m} | {m}")
        for number, m in enumerate(marks_of_raters, start=1)
    ]
    found = {way: score(scheme, *entered, rounding=way)["total"] for way in ("each", "last")}
    assert found == {"each": [each], "last": [last]}


@pytest.mark.parametrize("stated", ["each", "last"])
def test_the_scheme_states_the_way_unless_it_is_asked_for_the_other(stated: str) -> None:
    scheme = tree_of(WEIGHTED, settings=settings(rounding=stated))
    entered = [
        *leaves("unit | a | b \n V01 | 79.99 | 79.99"),
        *leaves("unit | a | b \n V01 | 80.00 | 79.99", rater="P2"),
    ]
    assert score(scheme, *entered)["total"] == score(scheme, *entered, rounding=stated)["total"]
    totals = {way: score(scheme, *entered, rounding=way)["total"][0] for way in ("each", "last")}
    assert totals == {"each": "80.00", "last": "79.99"}


def test_what_is_rounded_only_at_the_end_is_kept_as_an_exact_fraction() -> None:
    given = {"P1": "8", "P2": "8", "P3": "9"}
    entered = [
        sheet
        for rater, mark in given.items()
        for sheet in leaves(f"unit | a | b \n V01 | {mark} | 0", rater=rater)
    ]
    scores = evaluate(tree_of(WEIGHTED), inputs_of(tree_of(WEIGHTED), *entered), "last")
    # 25 ÷ 3 and 60 % of it, in hundredths
    assert list(scores.columns["a"].ticks) == [Fraction(2500, 3)]
    assert list(scores.columns["total"].ticks) == [Fraction(500)]


@pytest.mark.parametrize(
    ("child", "parent", "rounding", "shown"),
    [
        ("4", "1", "each", ("84.4450", "84.4")),
        ("2", "1", "each", ("84.45", "84.5")),  # rounded twice: 84.445, 84.45, 84.5
        ("2", "1", "last", ("84.45", "84.4")),
        ("0", "2", "each", ("84", "84.00")),
        ("0", "2", "last", ("84", "84.45")),
        ("3", "3", "each", ("84.445", "84.445")),
    ],
)
def test_every_node_has_its_own_digits(
    child: str, parent: str, rounding: str, shown: tuple[str, str]
) -> None:
    scheme = tree_of(
        f"""
        code  | parent | rule   | points | digits
        total |        | mean   | 100    | {parent}
        a     | total  | rubric | 100    | {child}
        """
    )
    result = score(scheme, *leaves("unit | a \n V01 | 84.445"), rounding=rounding)
    assert (result["a"][0], result["total"][0]) == shown


def test_entries_of_different_digits_stand_in_one_column() -> None:
    scheme = tree_of(WEIGHTED, units=villages(3))
    result = score(
        scheme,
        *leaves("""
            unit | a      | b
            V01  | 80     | 80
            V02  | 80.5   | 79.123
            V03  | 0.0049 | 0
            """),
    )
    # V02: 48.3 + 31.648 (79.12 × 40 %) = 79.948
    assert result["a"] == ["80.00", "80.50", "0.00"]
    assert result["total"] == ["80.00", "79.95", "0.00"]


@pytest.mark.parametrize(
    ("decided", "a", "total"),
    [
        ("70", "70.00", "74.00"),  # 42 + 32
        ("0", "0.00", "32.00"),
        ("88.125", "88.13", "84.88"),  # 52.878 + 32 = 84.878
        ("/", "not_applicable", "80.00"),
    ],
)
def test_a_decision_takes_the_place_of_what_was_computed(decided: str, a: str, total: str) -> None:
    entered = leaves("unit | a | b \n V01 | 90 | 80 \n V02 | 90 | 80")
    scheme = tree_of(WEIGHTED, units=villages(2))
    result = score(scheme, *entered, overrides={("a", "V01"): decided})
    assert result["a"] == [a, "90.00"]
    assert result["total"] == [total, "86.00"]


@pytest.mark.parametrize("why", ["missing", "awaiting"])
def test_a_decision_settles_what_was_open(why: str) -> None:
    entered = leaves(f"unit | a | b \n V01 | {why} | 80")
    result = score(tree_of(WEIGHTED), *entered, overrides={("a", "V01"): "70"})
    assert result["total"] == ["74.00"]


def test_a_decision_on_a_total_leaves_its_parts_as_they_are() -> None:
    entered = leaves("unit | a | b \n V01 | 90 | 80")
    result = score(tree_of(WEIGHTED), *entered, overrides={("total", "V01"): "59.5"})
    assert (result["total"], result["a"], result["b"]) == (["59.50"], ["90.00"], ["80.00"])


def test_a_decision_of_zero_is_a_score() -> None:
    entered = leaves("unit | a | b \n V01 | missing | 80")
    result = score(tree_of(WEIGHTED), *entered, overrides={("a", "V01"): "0"})
    assert result["total"] == ["32.00"]


def test_a_decision_on_a_node_of_another_class_is_not_counted() -> None:
    """``zero`` decides every node that reads a form, those of other classes among them."""
    scheme = tree_of(
        """
        code    | parent | rule   | points | classes
        total   |        | mean   | 100    |
        both    | total  | rubric | 100    |
        village | total  | rubric | 100    | 村
        office  | total  | rubric | 100    | 机关
        """,
        units="code | name | class \n V01 | 东村 | 村 \n O01 | 机关一 | 机关",
    )
    zero = {("village", "V01"): "0", ("office", "V01"): "0"}
    result = score(scheme, *leaves("unit | both | village \n V01 | 90 | 80"), overrides=zero)
    # (90 + 0) ÷ 2
    assert (result["total"][0], result["office"][0]) == ("45.00", "not_applicable")


@pytest.mark.parametrize(
    ("given", "shown"),
    [("0", "10.00"), ("9.99", "10.00"), ("10", "10.00"), ("55", "55.00"), ("100", "60.00")],
)
@pytest.mark.parametrize("rounding", ["each", "last"])
def test_cap_and_floor_bound_the_node_that_declares_them_alone(
    given: str, shown: str, rounding: str
) -> None:
    scheme = tree_of(
        """
        code  | parent | rule   | points | parameters
        total |        | mean   | 100    | cap=60; floor=10
        a     | total  | rubric | 100    |
        """
    )
    result = score(scheme, *leaves(f"unit | a \n V01 | {given}"), rounding=rounding)
    assert result["total"] == [shown]
    assert float(result["a"][0]) == float(result["a.-"][0]) == float(given)


def test_a_cap_on_a_rubric_does_not_cap_its_sections() -> None:
    scheme = tree_of("code | rule | points | parameters \n total | rubric | 100 | cap=50")
    result = score(scheme, *leaves("unit | total \n V01 | 70"))
    assert result.of("V01") == {"total": "50.00", "total.-": "70.00"}


def test_a_cap_may_have_decimals() -> None:
    scheme = tree_of("code | rule | points | parameters \n total | rubric | 100 | cap=99.5")
    result = score(scheme, *leaves("unit | total \n V01 | 99.75"))
    assert result["total"] == ["99.50"]


def test_units_in_no_class_of_a_tree_have_no_score() -> None:
    scheme = tree_of(
        "code | rule | points \n total | rubric | 100",
        units="""
            code | name   | class | ranked
            J01  | 东街道 | 街道  | no
            V01  | 东村   | 村    | yes
            """,
    )
    result = score(scheme, *leaves("unit | total \n V01 | 70 \n J01 | 80"))
    assert result["total"] == ["not_applicable", "70.00"]


def test_a_column_for_every_node_of_the_tree_over_every_unit() -> None:
    scheme = tree_of(WEIGHTED, units=villages(3))
    scores = score(scheme, *leaves("unit | a | b \n V02 | 1 | 2")).scores
    assert set(scores.columns) == {node.code for node in scores.tree}
    assert {len(column.ticks) for column in scores.columns.values()} == {3}
    assert {len(column.status) for column in scores.columns.values()} == {3}
