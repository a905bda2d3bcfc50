"""On which parts a unit lost most points."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from assessor.standing.losses import Part, losses
from tests.builders import Table, cells


def _parts(table: Table) -> list[Part]:
    """Return parts from ``node | parent | value | points | weight | informative``."""
    return [
        Part(
            node,
            node,
            parent,
            Decimal(value) if value else None,
            Decimal(points) if points else None,
            Fraction(weight) / 100 if weight else None,
            informative == "yes",
        )
        for node, parent, value, points, weight, informative in cells(table)
    ]


def _found(table: Table, most: int = 3) -> list[tuple[str, str, str]]:
    """Return title, points lost, and what they take from the total."""
    return [
        (loss.title, str(loss.lost), str(loss.of_total)) for loss in losses(_parts(table), most)
    ]


def test_parts_of_parts_are_named_and_ordered_by_what_they_take_from_the_total() -> None:
    # 60 % of 100 points in two sections: a point is worth 0.6; 40 % of a ballot: worth 0.4.
    assert _found("""
        total  |       | 82   | 100 |    |
        duty   | total | 80   | 100 | 60 |
        1      | duty  | 48.5 | 60  |    |
        2      | duty  | 31.5 | 40  |    |
        ballot | total | 85   | 100 | 40 |
        """) == [
        ("duty·1", "11.5", "69/10"),
        ("ballot", "15", "6"),
        ("duty·2", "8.5", "51/10"),
    ]  # fmt: skip


def test_parts_of_a_mean_share_the_points_of_the_whole() -> None:
    # Two aspects of 100 points under a ballot of 100: a point of either is half a point.
    assert _found("""
        ballot | | 85 | 100 | |
        a | ballot | 80 | 100 | |
        b | ballot | 90 | 100 | |
        """) == [("a", "20", "10"), ("b", "10", "5")]


def test_the_weight_of_a_part_that_does_not_apply_goes_to_the_others() -> None:
    # 60 and 30 of the 90 % that are there: ten points lost take 20/3 and 10/3.
    assert _found("""
        total  |       | 90 | 100 |    |
        duty   | total | 90 | 100 | 60 |
        ballot | total | 90 | 100 | 30 |
        review | total |    | 100 | 10 |
        """) == [("duty", "10", "20/3"), ("ballot", "10", "10/3")]


def test_what_is_for_information_only_is_left_out_with_all_its_parts() -> None:
    assert _found("""
        total | | 97 | 100 | |
        panel | total | 97 | 100 | |
        check | total | 40 | 100 | | yes
        check.1 | check | 40 | 100 | |
        """) == [("panel", "3", "3")]


def test_a_bonus_without_full_marks_is_no_loss_and_hides_none() -> None:
    assert _found("""
        total | | 93 | 100 | |
        base  | total | 90 | 100 | |
        bonus | total | 3 | | |
        """) == [("base", "10", "10")]


def test_only_the_biggest_are_returned_and_full_marks_are_none() -> None:
    table = """
        total | | 34 | 40 | |
        a | total | 9 | 10 | |
        b | total | 7 | 10 | |
        c | total | 8 | 10 | |
        d | total | 10 | 10 | |
        """
    assert [title for title, *_ in _found(table, most=2)] == ["b", "c"]
    assert [title for title, *_ in _found(table, most=9)] == ["b", "c", "a"]


def test_room_for_a_bonus_makes_the_points_of_the_rest_worth_no_more() -> None:
    # 100 points and a bonus of up to 3: ten points lost are ten of the 103.
    assert _found("""
        total | | 92 | 103 | |
        panel | total | 90 | 100 | |
        bonus | total | 2 | | |
        """) == [("panel", "10", "10")]


def test_beside_a_bonus_what_does_not_apply_still_goes_to_the_others() -> None:
    # 50 of 100 points do not apply, the rest is scaled: a point lost is two.
    assert _found("""
        total | | 83 | 100 | |
        panel | total | 40 | 50 | |
        other | total | | 50 | |
        bonus | total | 3 | | |
        """) == [("panel", "10", "20")]
