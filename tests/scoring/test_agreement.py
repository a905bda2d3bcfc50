"""The program against an independent evaluator, over random schemes and entries."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings

from assessor.scheme.model import Criterion, Node
from assessor.scheme.rulebook import RULE_SPECS
from tests.scoring.builders import tree_of
from tests.scoring.entries import leaves
from tests.scoring.oracle import Oracle
from tests.scoring.oracle_words import half_up
from tests.scoring.strategies import ALL, Wanted
from tests.scoring.strategies_entries import Case, cases, computed, grow_case
from tests.scoring.strategies_large import large_case

PLAIN = Wanted(leaves=("rubric",), classes=False)
THOROUGH = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
CLOSE = Fraction(1, 10**30)
"""Standard deviations are roots: taken to so many digits, two of them are the same."""
CHECKED_ONLY = {"sections"}
"""Parameters that only `check` hears."""
LEFT_TO_NOTHING = {"weighted": {"not_applicable"}, "mean": {"not_applicable"}}
"""Parameters that say only what holds anyway."""


def oracle_of(case: Case, rounding: str = "") -> Oracle:
    return Oracle(case.scheme, case.sheets, rounding, case.overrides, case.exempt, case.external)


def differences(case: Case, rounding: str) -> list[str]:
    """Return every node and unit on which the two do not agree: shown, exact, or in status."""
    result, oracle = computed(case, rounding), oracle_of(case, rounding)
    assert set(result.scores.columns) == oracle.codes()
    close = CLOSE if any(node.rule == "standardised" for node in case.scheme.nodes) else 0
    found = []
    for code, column in result.scores.columns.items():
        for at, unit in enumerate(case.scheme.units):
            word, value = column.status[at].word, oracle.score(unit.code, code)
            same = word == oracle.status(unit.code, code)
            if same and isinstance(value, Fraction):
                ticks = value * 10**column.digits
                same = ticks == column.ticks[at] or abs(ticks - column.ticks[at]) <= close
                same = same and half_up(ticks, 0) == column.shown(at)
            if not same:
                theirs = f"{oracle.shown(unit.code, code)} {oracle.status(unit.code, code)}"
                found.append(f"{unit.code} {code}: {result[code][at]} {word}, not {theirs}")
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


@pytest.mark.slow
@pytest.mark.parametrize(("number", "rounding"), [(10_000, "each"), (500, "last")])
def test_a_large_round_of_every_rule_agrees(number: int, rounding: str) -> None:
    """Several classes and raters, holes, exemptions, decisions; the same round every time."""
    case = large_case(number, seed=2026)
    assert {node.rule for node in case.scheme.nodes} == set(RULE_SPECS)
    assert differences(case, rounding) == []


def test_the_random_schemes_leave_out_no_rule_and_no_parameter() -> None:
    """A rule or parameter that is new in the rulebook must be drawn too, or it is not compared."""
    heard: dict[str, set[str]] = {}
    for seed in range(400):
        scheme = grow_case(Random(seed), ALL).scheme
        records: tuple[Node | Criterion, ...] = (*scheme.nodes, *scheme.criteria)
        for record in records:
            heard.setdefault(record.rule, set()).update(record.parameters)
    for rule, spec in RULE_SPECS.items():
        changing = {parameter.key for parameter in spec.parameters} - CHECKED_ONLY
        assert changing - LEFT_TO_NOTHING.get(rule, set()) <= heard[rule], rule


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
