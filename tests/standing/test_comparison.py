"""Two rounds side by side, from tables that stand in the test."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assessor.standing.comparison import Change, Comparison, Placing, Round, bottom_codes, compare
from assessor.standing.losses import Part
from assessor.standing.succession import Identity
from tests.builders import Table, cells

LAST = """
    V1 | 东村 | 村   | 95.00 | 优秀   | 1 | 1
    V2 | 西村 | 村   | 90.00 | 优秀   | 2 | 2
    V3 | 南村 | 村   | 80.00 | 合格   | 4 | 3
    V4 | 北村 | 村   | 55.50 | 不合格 | 6 | 4
    O1 | 甲办 | 机关 | 85.00 | 合格   | 3 | 1
    O2 | 乙办 | 机关 | 75.00 | 合格   | 5 | 2
    """
THIS = """
    V1 | 东村   | 村   | 93.50 | 优秀   | 2   | 2
    V2 | 西村   | 村   | 90.00 | 优秀   | 3   | 3
    V9 | 南村   | 村   | 96.00 | 优秀   | 1   | 1
    V4 | 北山村 | 村   | 59.90 | 不合格 | 5   | 4
    O1 | 甲办   | 机关 |       |        |     |
    O3 | 丙办   | 机关 | 70.00 | 合格   | 4   | 1
    """
IDENTITIES = (
    Identity("V1", "东村"),
    Identity("V2", "西村"),
    Identity("V9", "南村", former_codes=("V3",)),
    Identity("V4", "北山村"),
    Identity("O1", "甲办"),
    Identity("O3", "丙办"),
    Identity("X0", "组织者"),
)


def _round(table: Table, points: str = "100", kind: str = "unit") -> Round:
    """Return a round from ``code | name | class | score | grade | rank | class rank``."""
    placings = [
        Placing(
            code,
            name,
            unit_class,
            kind,
            "scored" if score else "missing",
            Decimal(score) if score else None,
            Decimal(points),
            grade,
            int(rank) if rank else None,
            int(class_rank) if class_rank else None,
        )
        for code, name, unit_class, score, grade, rank, class_rank in cells(table)
    ]
    return Round("2026", tuple(placings), {"unit": "不合格"})


def _compared(size: int = 2) -> Comparison:
    return compare(_round(LAST), _round(THIS), IDENTITIES, {}, size)


def _of(comparison: Comparison, code: str) -> Change:
    return next(change for change in comparison.changes if change.now.code == code)


@pytest.mark.parametrize(
    ("code", "score", "rank", "class_rank", "notes"),
    [
        ("V1", "-1.50", -1, -1, ()),
        ("V2", "0.00", -1, -1, ()),
        ("V9", "16.00", 3, 2, ("recoded",)),
        ("V4", "4.40", 1, 0, ("renamed",)),
        ("O1", None, None, None, ()),
        ("O3", None, None, None, ("new",)),
        ("O2", None, None, None, ("gone",)),
    ],
)
def test_every_unit_of_either_round_has_its_change(
    code: str, score: str | None, rank: int | None, class_rank: int | None, notes: tuple[str, ...]
) -> None:
    change = _of(_compared(), code)
    assert change.score_change == (None if score is None else Decimal(score))
    assert (change.rank_change, change.class_rank_change) == (rank, class_rank)
    assert change.notes == notes


def test_this_rounds_units_come_in_their_order_and_those_gone_after_them() -> None:
    shown = [change.now.code for change in _compared().changes]
    assert shown == ["V1", "V2", "V9", "V4", "O1", "O3", "O2"]


def test_a_unit_without_a_score_is_listed_and_is_never_zero() -> None:
    comparison = _compared()
    assert [change.now.code for change in comparison.unscored] == ["O1"]
    assert _of(comparison, "O1").now.score is None


def test_the_bottom_is_the_last_of_the_ranking_worst_first() -> None:
    comparison = _compared(size=2)
    assert [change.now.code for change in comparison.bottom] == ["V4", "O3"]
    assert [change.last_bottom for change in comparison.bottom] == [True, False]


def test_who_left_the_bottom_is_named_but_not_who_has_no_rank_or_is_gone() -> None:
    # Last round's last four are V4, O2, V3 and O1: V3 is V9 now and first, O2 is gone, O1 open.
    comparison = _compared(size=4)
    assert bottom_codes(comparison.last, 4) == {"V4", "O2", "V3", "O1"}
    assert [change.now.code for change in comparison.left_bottom] == ["V9"]


def test_two_bad_years_are_the_bottom_or_the_lowest_grade_in_both() -> None:
    # With a bottom of one, 乙办 was not last; 北村 was both years, and in the lowest grade.
    assert [change.now.code for change in _compared(size=1).two_bad] == ["V4"]
    last = _round("V4 | 北村 | 村 | 55 | 不合格 | 2 | 2\nV1 | 东村 | 村 | 50 | 不合格 | 3 | 3")
    this = _round("V4 | 北村 | 村 | 80 | 合格 | 3 | 3\nV1 | 东村 | 村 | 81 | 合格 | 2 | 2")
    units = [Identity("V4", "北村"), Identity("V1", "东村")]
    assert [c.now.code for c in compare(last, this, units, {}, 1).two_bad] == ["V4"]


@pytest.mark.parametrize(
    ("ranks", "size", "expected"),
    [
        ("1 2 3 4", 2, "3 4"),
        ("1 2 3 3", 1, "3 3"),
        ("1 2 2 4", 2, "2 2 4"),
        ("1 1 1 1", 2, ""),
        ("1 2", 5, "2"),
    ],
    ids=["plain", "tied at the end", "tied at the edge", "all first", "fewer than asked for"],
)
def test_ties_at_the_edge_are_at_the_bottom_and_the_first_never_is(
    ranks: str, size: int, expected: str
) -> None:
    lines = [f"U{i} | u | 村 | 1 | | {rank} |" for i, rank in enumerate(ranks.split())]
    round_ = _round("\n".join(lines))
    found = bottom_codes(round_, size)
    shown = [str(placing.rank) for placing in round_.placings if placing.code in found]
    assert " ".join(shown) == expected


def test_where_there_are_only_ranks_in_classes_every_class_has_a_bottom() -> None:
    round_ = _round("""
        V1 | 东村 | 村   | 90 | | | 1
        V2 | 西村 | 村   | 80 | | | 2
        O1 | 甲办 | 机关 | 70 | | | 1
        O2 | 乙办 | 机关 | 60 | | | 2
        """)
    assert bottom_codes(round_, 1) == {"V2", "O2"}


def test_other_full_marks_leave_the_change_of_rank_but_not_of_score() -> None:
    comparison = compare(_round(LAST, "100"), _round(THIS, "1000"), IDENTITIES, {})
    change = _of(comparison, "V1")
    assert (change.notes, change.score_change, change.rank_change) == (("other_points",), None, -1)


def test_a_unit_that_changed_its_class_has_no_change_of_rank_within_it() -> None:
    last = _round("V1 | 东村 | 村 | 90 | 优秀 | 2 | 2")
    this = _round("V1 | 东村 | 社区 | 91 | 优秀 | 1 | 1")
    (change,) = compare(last, this, [Identity("V1", "东村")], {}).changes
    assert (change.notes, change.rank_change, change.class_rank_change) == (("moved",), 1, None)


def test_merged_units_are_named_on_both_sides() -> None:
    last = _round("V1 | 东村 | 村 | 90 | 优秀 | 1 | 1\nV2 | 西村 | 村 | 80 | 优秀 | 2 | 2")
    this = _round("V9 | 联合村 | 村 | 85 | 优秀 | 1 | 1")
    changes = compare(last, this, [Identity("V9", "联合村", ("V1", "V2"))], {}).changes
    assert [(c.now.code, c.notes, c.relatives) for c in changes] == [
        ("V9", ("reorganised",), ("V1", "V2")),
        ("V1", ("absorbed",), ("V9",)),
        ("V2", ("absorbed",), ("V9",)),
    ]


def test_the_bottom_comes_with_what_it_lost() -> None:
    part = Part("total", "总分", "", Decimal("59.90"), Decimal(100))
    comparison = compare(_round(LAST), _round(THIS), IDENTITIES, {"V4": [part]}, 1)
    (loss,) = comparison.losses["V4"]
    assert (loss.title, loss.lost) == ("总分", Decimal("40.10"))
