"""The program against an independent evaluator, over random schemes and entries."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings

from tests.scoring.builders import Result, score, tree_of
from tests.scoring.entries import leaves
from tests.scoring.oracle import Oracle
from tests.scoring.strategies import Case, Wanted, cases

PLAIN = Wanted(leaves=("rubric",), classes=False)
THOROUGH = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def computed(case: Case, rounding: str) -> Result:
    return score(
        case.scheme,
        *case.sheets,
        rounding=rounding,
        overrides=case.overrides,
        exempt=case.exempt,
    )


def differences(case: Case, rounding: str) -> list[str]:
    """Return every node and unit on which the two do not agree, shown or exact."""
    result = computed(case, rounding)
    oracle = Oracle(case.scheme, case.sheets, rounding, case.overrides, case.exempt)
    assert set(result.scores.columns) == oracle.codes()
    found = []
    for code, column in result.scores.columns.items():
        for at, unit in enumerate(case.scheme.units):
            mine, theirs = result[code][at], oracle.shown(unit.code, code)
            value = oracle.score(unit.code, code)
            if column.status[at].has_value and isinstance(value, Fraction):
                exact = Fraction(column.ticks[at]) / 10**column.digits
                same = exact == value and Fraction(mine) == Fraction(theirs)
            else:
                same = mine == theirs
            if not same:
                found.append(f"{unit.code} {code}: {mine}, independently {theirs}")
    return found


@pytest.mark.parametrize("rounding", ["each", "last"])
@THOROUGH
@given(case=cases(PLAIN))
def test_every_node_of_sums_weights_and_means_over_rubrics_agrees(
    rounding: str, case: Case
) -> None:
    assert differences(case, rounding) == []


@pytest.mark.parametrize("rounding", ["each", "last"])
@THOROUGH
@given(case=cases())
def test_every_node_of_trees_of_all_rules_and_classes_agrees(rounding: str, case: Case) -> None:
    assert differences(case, rounding) == []


def test_the_independent_evaluator_finds_what_was_worked_out_by_hand() -> None:
    """90.1, 90.1 and 89.1 at 60, 30 and 10 %, and 25 + 27 of 60 points that apply."""
    weighted = tree_of(
        """
        code  | parent | rule     | weight | points | parameters
        total |        | weighted |        | 100    |
        a     | total  | rubric   | 60%    | 100    |
        b     | total  | rubric   | 30%    | 100    |
        c     | total  | sum      | 10%    | 100    | not_applicable=rescale
        d     | c      | rubric   |        | 25     |
        e     | c      | rubric   |        | 35     |
        f     | c      | rubric   |        | 40     |
        """
    )
    sheets = leaves("unit | a | b | d | e | f \n V01 | 90.1 | 90.1 | 25 | 27 | /")
    oracle = Oracle(weighted, sheets)
    assert oracle.shown("V01", "c") == "86.67"
    assert oracle.score("V01", "total") == Fraction("89.76")  # 54.06 + 27.03 + 8.667 = 89.757
