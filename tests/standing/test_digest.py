"""Means, best and worst, what points were lost on and who must mend it, worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from assessor.rounds import Round, read_round
from assessor.scoring.criteria import counted_criteria
from assessor.standing.digest import (
    criterion_digests,
    last_ranked,
    most_lost,
    must_mend,
    section_parts,
    spread_of,
    top_parts,
    unit_losses,
)
from tests.builders import SMALL, Table, edited, small_workspace
from tests.filling import Round as Filling

HALF = {"1.1": "10", "1.2": "10", "1.10": "10", "2.1": "10", "2.2": "0", "2.3": "10"}
GOOD = {"1.1": "20", "1.2": "20", "1.10": "20", "2.1": "18", "2.2": "1", "2.3": "10"}
POOR = {"1.1": "10", "1.2": "8.5", "1.10": "12", "2.1": "8", "2.2": "4", "2.3": "5"}
"""East: 100 by itself, 97 by the panel: 98.2. West: 60 and 49.5: 53.7."""


def round_of(
    folder: Path, entries: Mapping[str, Mapping[str, str]] = {}, **changes: Table
) -> Round:
    filling = Filling(small_workspace(folder, **changes))
    filling.return_all(**({"panel_V01": GOOD, "self_V02": HALF, "panel_V02": POOR} | dict(entries)))
    return read_round(filling.workspace, filling.workspace.returns, workers=1)


def test_a_spread_is_of_the_values_that_are_shown() -> None:
    spread = spread_of({0: Decimal("90.5"), 1: Decimal("80.5"), 2: Decimal("90.5")})
    assert spread is not None
    assert (spread.count, spread.mean) == (3, Fraction(523, 6))
    assert (spread.best, spread.best_units) == (Decimal("90.5"), (0, 2))
    assert (spread.worst, spread.worst_units) == (Decimal("80.5"), (1,))
    assert spread_of({}) is None


def test_parts_and_sections(tmp_path: Path) -> None:
    result = round_of(tmp_path)
    standing = result.standing
    parts = [(one.node.title, one.points, one.spread.mean) for one in top_parts(standing)]
    assert parts == [("自评", 100, 80), ("考核组评分", 100, Fraction(293, 4))]
    scored = counted_criteria(result.scheme, result.inputs, standing.scores)
    sections = [
        (one.node.title, one.points, one.spread.mean, one.spread.best, one.spread.worst)
        for one in section_parts(standing, scored)
    ]
    assert sections == [
        ("组织", 60, Fraction(181, 4), 60, Decimal("30.5")),
        ("作风", 40, 28, 37, 19),
    ]


def test_what_points_were_lost_on_and_how_many_have_full_marks(tmp_path: Path) -> None:
    result = round_of(tmp_path)
    scored = counted_criteria(result.scheme, result.inputs, result.standing.scores)
    digests = criterion_digests(result.standing, scored)
    rows = [(d.scored.row.code, d.mean, d.lost, d.full, d.count) for d in digests]
    assert rows == [
        ("1.1", 15, 5, 1, 2),
        ("1.2", Fraction(57, 4), Fraction(23, 4), 1, 2),
        ("1.10", 16, 4, 1, 2),
        ("2.1", 13, 7, 0, 2),
        ("2.2", Fraction(15, 2), Fraction(5, 2), 0, 2),
        ("2.3", Fraction(15, 2), Fraction(5, 2), 1, 2),
    ]
    assert [d.scored.row.code for d in most_lost(digests)] == [
        "2.1",
        "1.2",
        "1.1",
        "1.10",
        "2.2",
        "2.3",
    ]
    # A point of the panel's 60 % is 0.6 of a point of the total.
    assert {d.worth for d in digests} == {Fraction(3, 5)}
    west = result.standing.units[1]
    lost = [(one.row.code, points) for one, points in unit_losses(west, digests)]
    assert lost == [("2.1", 12), ("1.2", Fraction(23, 2)), ("1.1", 10)]


def test_a_loss_on_a_part_of_little_weight_comes_behind(tmp_path: Path) -> None:
    # The units' own scores over a rubric of their own: 5 points lost at 40 % are 2 of the total,
    # the panel's 7 at 60 % are 4.2, its 2.5 are 1.5.
    forms = edited(
        SMALL["forms"],
        "self  | 自评表       | 自评       | rubric | duty ",
        "self  | 自评表       | 自评       | rubric | own  ",
    )
    criteria = (
        SMALL["criteria"]
        + "\nown | 1 | | 自己 | 100 | section | |\nown | 1.1 | 1 | 自己的事 | 100 | earned | |"
    )
    own = {"1.1": "95"}
    result = round_of(tmp_path, {"self_V01": own, "self_V02": own}, forms=forms, criteria=criteria)
    scored = counted_criteria(result.scheme, result.inputs, result.standing.scores)
    worst = most_lost(criterion_digests(result.standing, scored))
    titles = [(d.scored.row.title, d.of_total) for d in worst]
    assert titles == [
        ("服务群众", Fraction(21, 5)),
        ("制度落实", Fraction(69, 20)),
        ("班子健全", 3),
        ("活动正常", Fraction(12, 5)),
        ("自己的事", 2),
        ("廉洁自律", Fraction(3, 2)),
        ("完成任务", Fraction(3, 2)),
    ]


def test_who_has_the_lowest_grade_must_mend(tmp_path: Path) -> None:
    result = round_of(tmp_path)
    assert [mine.unit for mine in must_mend(result.standing)] == [1]


def test_where_all_have_one_grade_the_last_must_mend(tmp_path: Path) -> None:
    awards = edited(SMALL["awards"], "| rank | 优秀", "| rank |")
    grades = "for | grade | from\nunit | 参评 |"
    result = round_of(tmp_path, grades=grades, awards=awards)
    assert [mine.unit for mine in must_mend(result.standing)] == [1]


def test_nobody_who_ranks_first_is_among_the_last(tmp_path: Path) -> None:
    result = round_of(tmp_path)
    assert [mine.unit for mine in last_ranked(result.standing)] == [1]
    alike = round_of(tmp_path / "b", {"self_V02": {**HALF}, "panel_V02": GOOD, "self_V01": HALF})
    assert last_ranked(alike.standing) == []


@pytest.mark.parametrize("most", [1, 3])
def test_so_many_losses_are_told_as_are_asked_for(tmp_path: Path, most: int) -> None:
    result = round_of(tmp_path)
    scored = counted_criteria(result.scheme, result.inputs, result.standing.scores)
    digests = criterion_digests(result.standing, scored)
    assert len(most_lost(digests, most)) == most
    assert len(unit_losses(result.standing.units[1], digests, most)) == most
