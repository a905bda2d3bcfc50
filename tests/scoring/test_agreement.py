"""The program against an independent evaluator, over random schemes and entries."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings

from assessor.scoring.column import Column, Status
from assessor.scoring.evaluate import evaluate
from tests.scoring.builders import Result, inputs_of, tree_of
from tests.scoring.entries import leaves
from tests.scoring.oracle import Oracle
from tests.scoring.strategies import ALL, Wanted
from tests.scoring.strategies_entries import Case, cases

PLAIN = Wanted(leaves=("rubric",), classes=False)
THOROUGH = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
CLOSE = Fraction(1, 10**30)
"""Standard deviations are roots: taken to so many digits, two of them are the same."""


def computed(case: Case, rounding: str) -> Result:
    inputs = inputs_of(case.scheme, *case.sheets, overrides=case.overrides, exempt=case.exempt)
    inputs = replace(inputs, external=_external(case))
    return Result(case.scheme, evaluate(case.scheme, inputs, rounding))


def _external(case: Case) -> dict[str, Column]:
    """Return the columns from elsewhere, to three digits."""
    columns = {}
    for name in {name for name, _ in case.external}:
        texts = [case.external.get((name, unit.code), "") for unit in case.scheme.units]
        ticks = [int(Decimal(text.rstrip("?") or 0).scaleb(3)) for text in texts]
        statuses = {"": Status.SCORED, "?": Status.PROVISIONAL}
        kinds = [statuses[text[-1:].strip("0123456789")] if text else Status.MISSING
                 for text in texts]  # fmt: skip
        columns[name] = Column(3, ticks, kinds)
    return columns


def oracle_of(case: Case, rounding: str = "") -> Oracle:
    return Oracle(case.scheme, case.sheets, rounding, case.overrides, case.exempt, case.external)


def differences(case: Case, rounding: str) -> list[str]:
    """Return every node and unit on which the two do not agree: shown, exact, or in status."""
    result, oracle = computed(case, rounding), oracle_of(case, rounding)
    assert set(result.scores.columns) == oracle.codes()
    rooted = any(node.rule == "standardised" for node in case.scheme.nodes)
    found = []
    for code, column in result.scores.columns.items():
        shown = result[code]
        for at, unit in enumerate(case.scheme.units):
            mine, theirs = shown[at], oracle.shown(unit.code, code)
            value = oracle.score(unit.code, code)
            same = column.status[at].word == oracle.status(unit.code, code)
            if same and isinstance(value, Fraction):
                exact = Fraction(column.ticks[at]) / 10**column.digits
                same = abs(exact - value) <= (CLOSE if rooted else 0)
                same = same and Fraction(mine) == Fraction(theirs)
            if not same:
                words = column.status[at].word, oracle.status(unit.code, code)
                found.append(f"{unit.code} {code}: {mine}, independently {theirs} {words}")
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
@given(case=cases(ALL))
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
