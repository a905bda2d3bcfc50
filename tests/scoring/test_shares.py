"""What each part gave to a weighted node: weights as they were used, contributions that add up."""

from __future__ import annotations

from fractions import Fraction

import pytest

from assessor.decimals import exact_text
from assessor.scoring.shares import shares_of
from tests.scoring.builders import Result, score, settings, tree_of
from tests.scoring.entries import leaves

TREE = """
    code  | parent | rule     | weight | points | parameters
    total |        | weighted |        | 100    | {}
    a     | total  | rubric   | 50%    | 100    |
    b     | total  | rubric   | 30%    | 100    |
    c     | total  | rubric   | 20%    | 100    |
    """


def shared(result: Result) -> dict[str, tuple[str, str]]:
    """Return weight and contribution of each part for the only unit, as they are printed."""
    tree, columns = result.scores.tree, result.scores.columns
    top = tree[0]
    parts = [node for node in tree if node.parent == "total"]
    decided = ("total", 0) in result.scores.decided
    found = shares_of(top, parts, columns, 0, "村", decided)
    return {
        code: (
            exact_text(one.weight * 100),
            "" if one.contribution is None else exact_text(one.contribution),
        )
        for code, one in found.items()
    }


@pytest.mark.parametrize(
    ("values", "parameters", "expected", "total"),
    [
        # 20 + 6 + 2
        ("40 | 20 | 10", "", {"a": ("50", "20"), "b": ("30", "6"), "c": ("20", "2")}, "28.00"),
        # 5/8 of 40 and 3/8 of 20
        ("40 | 20 | /", "", {"a": ("62.5", "25"), "b": ("37.5", "7.5"), "c": ("0", "")}, "32.50"),
        # without b 5/7 of 41 = 205/7 = 29 2/7 and 2/7 of 10 = 20/7 = 2 6/7: together 225/7
        (
            "41 | missing | 10",
            "missing=share",
            {"a": ("71 3/7", "29 2/7"), "b": ("0", ""), "c": ("28 4/7", "2 6/7")},
            "32.14",
        ),
        # what nobody filled in counts 0 and keeps its weight
        (
            "40 | 20 | missing",
            "missing=zero",
            {"a": ("50", "20"), "b": ("30", "6"), "c": ("20", "0")},
            "26.00",
        ),
        # it waits: nothing is shared out yet
        (
            "40 | 20 | missing",
            "",
            {"a": ("50", "20"), "b": ("30", "6"), "c": ("20", "")},
            "missing",
        ),
    ],
)
def test_weights_as_they_were_used(
    values: str, parameters: str, expected: dict[str, tuple[str, str]], total: str
) -> None:
    result = score(tree_of(TREE.format(parameters)), *leaves(f"unit | a | b | c\nV01 | {values}"))
    assert shared(result) == expected
    assert result["total"] == [total]


def test_contributions_are_of_values_before_rounding_where_the_scheme_rounds_last() -> None:
    # the mean of 1 and 2 and 2 is 5/3; half of it 5/6, not half of 1.67
    table = """
        code  | parent | rule     | weight | points
        total |        | weighted |        | 100
        m     | total  | mean     | 50%    | 100
        x     | m      | rubric   |        | 100
        y     | m      | rubric   |        | 100
        z     | m      | rubric   |        | 100
        b     | total  | rubric   | 50%    | 100
        """
    scheme = tree_of(table, settings=settings(rounding="last"))
    result = score(scheme, *leaves("unit | x | y | z | b \n V01 | 1 | 2 | 2 | 3"))
    assert shared(result) == {"m": ("50", "0 5/6"), "b": ("50", "1.5")}
    assert result["total"] == ["2.33"]


def test_what_people_decided_is_not_what_the_parts_give() -> None:
    result = score(tree_of(TREE.format("")), *leaves("unit | a | b | c \n V01 | 40 | 20 | 10"))
    columns = result.scores.columns
    parts = [node for node in result.scores.tree if node.parent == "total"]
    found = shares_of(result.scores.tree[0], parts, columns, 0, "村", decided=True)
    assert [one.contribution for one in found.values()] == [None, None, None]
    assert [one.weight for one in found.values()] == [
        Fraction(1, 2), Fraction(3, 10), Fraction(1, 5),
    ]  # fmt: skip
