"""Explanations of nodes put together: what is said, and that what is printed gives the value."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings

from assessor.scheme.model import Scheme
from assessor.scoring.evaluate import evaluate
from assessor.scoring.explain.explainers import EXPLAINERS
from assessor.scoring.explain.frame import explain
from assessor.scoring.explain.model import Explanation
from assessor.scoring.rules import RULES
from tests.scoring.builders import inputs_of, scheme_of, tree_of
from tests.scoring.entries import Sheet, leaves, marks
from tests.scoring.explained import check_all, everything, text_of
from tests.scoring.strategies import ALL
from tests.scoring.strategies_entries import Case, cases


def explained(
    scheme: Scheme, *sheets: Sheet, node: str = "total", unit: int = 0, **facts: object
) -> Explanation:
    """Return the explanation of a node, all of the round being checked beside it."""
    inputs = inputs_of(scheme, *sheets, **facts)  # type: ignore[arg-type]
    scores = evaluate(scheme, inputs)
    check_all(scheme, inputs, scores)
    return explain(scheme, inputs, scores, unit, node)


def said(one: Explanation) -> list[str]:
    """Return the codes of what is said of a node."""
    return [remark.code for remark in one.remarks]


def combined(rule: str, values: str, parameters: str = "") -> Explanation:
    """Return the explanation of a node over three leaves: of 50, 30 and 20 points in a sum, else of
    100 points each, with weights of 50, 30 and 20 per cent where there are any."""
    weights = ["50%", "30%", "20%"] if rule == "weighted" else [""] * 3
    points = [50, 30, 20] if rule == "sum" else [100] * 3
    rows = [
        f"{leaf} | total | rubric | {share} | {mark} |"
        for leaf, share, mark in zip("abc", weights, points, strict=True)
    ]
    full = "" if rule == "product" else "100"
    head = "code | parent | rule | weight | points | parameters"
    scheme = tree_of("\n".join([head, f"total | | {rule} | | {full} | {parameters}", *rows]))
    there = [(leaf, text) for leaf, text in zip("abc", values.split(), strict=True) if text != "-"]
    heads, texts = (" | ".join(column) for column in zip(*there, strict=True))
    sheets = leaves(f"unit | {heads}\nV01 | {texts}")
    absent = [Sheet(leaf, "Y", "P1", {"V01": "missing"}) for leaf in "abc" if leaf not in heads]
    return explained(scheme, *sheets, *absent)


def test_every_rule_has_its_explainer() -> None:
    assert set(EXPLAINERS) == set(RULES)


@pytest.mark.parametrize(
    ("rule", "values", "parameters", "text", "value"),
    [
        ("sum", "40 20 10", "", "40.00 + 20.00 + 10.00", "70.00"),
        ("sum", "40 / 10", "not_applicable=rescale", "(40.00 + 10.00) × 100 ÷ 70", "71.43"),
        ("sum", "40 / 10", "not_applicable=full", "40.00 + 30 + 10.00", "80.00"),
        ("sum", "40 / 10", "not_applicable=zero", "40.00 + 10.00", "50.00"),
        ("sum", "40 - 10", "missing=share", "(40.00 + 10.00) × 100 ÷ 70", "71.43"),
        ("sum", "40 - 10", "missing=zero", "40.00 + 0 + 10.00", "50.00"),
        ("weighted", "40 20 10", "", "50%×40.00 + 30%×20.00 + 20%×10.00", "28.00"),
        ("weighted", "40 20 /", "", "(50%×40.00 + 30%×20.00) ÷ 80%", "32.50"),
        ("weighted", "40 20 -", "missing=share", "(50%×40.00 + 30%×20.00) ÷ 80%", "32.50"),
        ("weighted", "40 20 -", "missing=zero", "50%×40.00 + 30%×20.00 + 20%×0", "26.00"),
        ("mean", "40 20 10", "", "(40.00 + 20.00 + 10.00) ÷ 3", "23.33"),
        ("mean", "40 / 10", "", "(40.00 + 10.00) ÷ 2", "25.00"),
        ("lowest", "40 20 10", "", "min(40.00, 20.00, 10.00)", "10.00"),
        ("highest", "40 / 10", "", "max(40.00, 10.00)", "40.00"),
        ("product", "4 2 1.5", "", "4.00×2.00×1.50", "12.00"),
    ],
)
def test_nodes_put_together(rule: str, values: str, parameters: str, text: str, value: str) -> None:
    one = combined(rule, values, parameters)
    assert (text_of(one), str(one.value)) == (text, value)


@pytest.mark.parametrize(
    ("rule", "values", "parameters", "codes"),
    [
        ("weighted", "40 20 /", "", ["shared_out"]),
        ("weighted", "40 20 -", "missing=share", ["shared_unfilled"]),
        ("weighted", "40 20 -", "missing=zero", ["unfilled_zero"]),
        ("weighted", "40 20 -", "", ["waits_missing"]),
        ("weighted", "40 20 awaiting", "", ["waits_awaiting"]),
        ("weighted", "/ / /", "", ["all_out"]),
        ("sum", "40 / 10", "not_applicable=full", ["counted_full"]),
        ("sum", "40 / 10", "not_applicable=zero", ["left_out"]),
        ("sum", "40 / 10", "not_applicable=rescale", ["left_out", "rescaled"]),
        ("mean", "40 - 10", "missing=share", ["unfilled_shared"]),
        ("sum", "40 20 10", "cap=60", ["capped"]),
        ("sum", "4 2 1", "floor=10", ["floored"]),
    ],
)
def test_what_is_left_out_or_waits_or_is_bounded_is_said(
    rule: str, values: str, parameters: str, codes: list[str]
) -> None:
    assert said(combined(rule, values, parameters)) == codes


def test_a_shared_weight_is_named_with_what_shares_it() -> None:
    (remark,) = combined("weighted", "40 20 /").remarks
    weight, rest = remark.facts["weight"], remark.facts["rest"]
    assert (remark.facts["part"], remark.facts["why"]) == ("c", "not_applicable")
    assert [getattr(share, "value", None) for share in (weight, rest)] == [
        Fraction(1, 5), Fraction(4, 5),
    ]  # fmt: skip


def test_a_part_is_told_with_its_weight_and_exact_contribution() -> None:
    parts = combined("weighted", "40 20 10").children
    assert [(p.weight, p.contribution) for p in parts] == [
        (Fraction(1, 2), Fraction(20)),
        (Fraction(3, 10), Fraction(6)),
        (Fraction(1, 5), Fraction(2)),
    ]  # fmt: skip
    # the weight of 20 % is shared: 5/8 of 40 and 3/8 of 20 make 32.5
    assert [(p.weight, p.contribution) for p in combined("weighted", "40 20 /").children] == [
        (Fraction(5, 8), Fraction(25)),
        (Fraction(3, 8), Fraction(15, 2)),
        (Fraction(0), None),
    ]  # fmt: skip


def test_the_value_before_rounding_is_kept() -> None:
    one = combined("mean", "40 20 10")
    assert (one.exact, str(one.value)) == (Fraction(70, 3), "23.33")


@pytest.mark.parametrize(
    ("rule", "parameters", "first", "second", "text", "value"),
    [
        ("difference", "", "110", "88", "110.00 − 88.00", "22.00"),
        ("difference", "in=percent", "110", "88", "(110.00 − 88.00) ÷ 88.00 × 100", "25.00"),
        ("difference", "in=percent", "66", "88", "(66.00 − 88.00) ÷ 88.00 × 100", "-25.00"),
    ],
)
def test_two_parts_compared(
    rule: str, parameters: str, first: str, second: str, text: str, value: str
) -> None:
    scheme = tree_of(
        f"""
        code  | parent | rule   | points | parameters
        total |        | {rule} |        | {parameters}
        a     | total  | rubric | 200    |
        b     | total  | rubric | 200    |
        """
    )
    one = explained(scheme, *leaves(f"unit | a | b\nV01 | {first} | {second}"))
    assert (text_of(one), str(one.value)) == (text, value)


@pytest.mark.parametrize(
    ("parameters", "text", "value"),
    [("", "153.00×20 ÷ 170", "18.00"), ("factor=0.1", "153.00×0.1", "15.30")],
)
def test_a_part_scaled(parameters: str, text: str, value: str) -> None:
    scheme = tree_of(
        f"""
        code  | parent | rule   | points | parameters
        total |        | scaled | 20     | {parameters}
        a     | total  | rubric | 170    |
        """
    )
    one = explained(scheme, *leaves("unit | a\nV01 | 153"))
    assert (text_of(one), str(one.value)) == (text, value)


ONE_LEAF = "code | parent | rule | points \n total | | sum | 50 \n a | total | rubric | 50"


def test_a_decision_is_said_with_what_was_before() -> None:
    scheme = tree_of(
        "code | parent | rule | points \n total | | sum | 50 \n a | total | rubric | 50"
    )
    sheets = leaves("unit | a\nV01 | 31")
    one = explained(scheme, *sheets, node="a", overrides={("a", "V01"): "28"})
    assert [(r.code, r.facts["before"], r.facts["after"]) for r in one.remarks] == [
        ("decided", Decimal("31.00"), Decimal(28))
    ]
    out = explained(scheme, *sheets, node="a", overrides={("a", "V01"): "/"})
    assert said(out) == ["decided_out"]
    assert out.status.word == "not_applicable"


def test_a_form_that_has_not_come_back_is_named_with_its_filler() -> None:
    scheme = tree_of(
        "code | parent | rule | points \n total | | sum | 50 \n a | total | rubric | 50"
    )
    sheet = Sheet("a", "Y", "P1", {"V01": "missing"})
    one = explained(scheme, sheet, node="a")
    (remark,) = one.remarks
    assert remark.code == "form_missing"
    assert remark.facts == {"form": "a", "period": "年终", "due": "2026-12-20", "by": "考核组"}
    assert one.children == ()


def test_what_is_for_other_classes_is_named_as_such() -> None:
    scheme = tree_of(
        """
        code  | parent | rule     | weight | points | classes | parameters
        total |        | weighted |        | 100    |         | not_applicable=rescale
        a     | total  | rubric   | 60%    | 100    |         |
        b     | total  | rubric   | 40%    | 100    | 机关    |
        """,
        units="code | name | class \n V01 | 东村 | 村 \n O01 | 办公室 | 机关",
    )
    sheets = leaves("unit | a | b\nV01 | 80 | 80\nO01 | 70 | 90")
    assert said(explained(scheme, *sheets, node="b")) == ["class_out"]
    total = explained(scheme, *sheets)
    assert (text_of(total), said(total)) == ("60%×80.00 ÷ 60%", ["shared_out"])


RUBRIC = {
    "criteria": """
        rubric | code | section | title | points | entry    | may_not_apply
        r      | 1    |         | 甲    | 20     | section  |
        r      | 1.1  | 1       | 子    | 10     | earned   | yes
        r      | 1.2  | 1       | 丑    | 10     | deducted |
        """,
    "forms": """
        code | title | workbook | layout | rubric | filled_by
        f    | 表    | 表       | rubric | r      | panel
        """,
    "raters": "code | name | group \n P1 | 甲组 | panel \n P2 | 乙组 | panel \n P3 | 丙组 | panel",
}


PLAIN = """
    code  | parent | rule   | points | source | parameters
    total |        | rubric | 20     | f      | not_applicable=zero
    """


def rubric(parameters: str = "not_applicable=zero", points: str = "20") -> Scheme:
    scores = f"""
        code  | parent | rule   | points   | source | parameters
        total |        | rubric | {points} | f      | {parameters}
        """
    return scheme_of(scores=scores, **RUBRIC)


def test_a_criterion_is_the_mean_of_its_raters_each_with_his_entry() -> None:
    sheets = [marks("f", f"P{n}", f"unit | 1.1 | 1.2 \n V01 | {n + 5} | {n}") for n in (1, 2)]
    one = explained(rubric(), *sheets)
    section = one.children[0]
    first, second = section.children
    assert text_of(first) == "(6 + 7) ÷ 2"
    assert text_of(second) == "((10 − 1) + (10 − 2)) ÷ 2"
    assert text_of(section) == "6.5 + 8.5"
    assert [(leaf.key.rater, leaf.key.criterion, leaf.value) for leaf in second.leaves] == [
        ("P1", "1.2", Fraction(1)), ("P2", "1.2", Fraction(2)),
    ]  # fmt: skip


def test_raters_who_are_trimmed_are_named() -> None:
    sheets = [marks("f", f"P{n}", f"unit | 1.1 | 1.2 \n V01 | {n + 5} | 0") for n in (1, 2, 3)]
    one = explained(rubric("not_applicable=zero; trim_high=1; trim_low=1"), *sheets)
    (remark,) = one.remarks
    assert (remark.code, remark.facts["raters"]) == ("trimmed", ["甲组", "丙组"])
    assert one.children[0].children[0].exact == 7


def test_who_said_that_a_criterion_does_not_apply() -> None:
    by_panel = explained(rubric(), marks("f", "P1", "unit | 1.1 | 1.2 \n V01 | / | 1"))
    section = by_panel.children[0]
    assert said(section) == ["left_out"]
    assert [(r.code, r.facts["by"]) for r in section.children[0].remarks] == [
        ("out_by_rater", "甲组")
    ]
    decided = explained(
        rubric(), marks("f", "P1", "unit | 1.1 | 1.2 \n V01 | 5 | 1"), exempt=[("r", "1.1", "V01")]
    )
    assert said(decided.children[0].children[0]) == ["exempt_decided"]
    scheme = scheme_of(
        scores=PLAIN,
        units="code | name | class | not_applicable \n V01 | 东村 | 村 | 1.1",
        **RUBRIC,
    )
    by_scheme = explained(
        scheme, marks("f", "P1", "unit | 1.1 | 1.2 \n V01 | 5 | 1"), exempt=[("r", "1.1", "V01")]
    )
    assert said(by_scheme.children[0].children[0]) == ["exempt_scheme"]


def test_what_does_not_apply_is_rescaled_over_criteria() -> None:
    one = explained(
        rubric("not_applicable=rescale"), marks("f", "P1", "unit | 1.1 | 1.2 \n V01 | / | 1")
    )
    assert (text_of(one), str(one.value), said(one)) == ("9.00×20 ÷ 10", "18.00", ["rescaled"])


def test_the_entry_that_waits_is_found() -> None:
    one = explained(rubric(), marks("f", "P1", "unit | 1.1 | 1.2 \n V01 | awaiting | 1"))
    leaves_ = [leaf for part in everything(one) for leaf in part.leaves]
    waiting = [leaf.key.criterion for leaf in leaves_ if leaf.status.word == "awaiting"]
    assert waiting == ["1.1"]
    assert said(one) == ["waits_awaiting"]


def test_raters_who_are_not_named_are_not_listed() -> None:
    raters = "code | name | group | anonymous \n" + "\n".join(
        f"P{n} | {n}号 | panel | yes" for n in range(1, 6)
    )
    tables = {**RUBRIC, "raters": raters}
    scores = PLAIN
    scheme = scheme_of(scores=scores, **tables)
    sheets = [marks("f", f"P{n}", f"unit | 1.1 | 1.2 \n V01 | {n + 3} | 0") for n in range(1, 6)]
    many = explained(scheme, *sheets).children[0].children[0]
    assert (text_of(many), many.leaves, said(many)) == ("30 ÷ 5", (), ["raters_secret"])
    few = explained(scheme, *sheets[:3]).children[0].children[0]
    assert (text_of(few), few.leaves, said(few)) == ("5", (), ["raters_few"])


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(case=cases(ALL))
def test_every_explanation_of_a_random_round_gives_the_value(case: Case) -> None:
    inputs = inputs_of(case.scheme, *case.sheets, overrides=case.overrides, exempt=case.exempt)
    for rounding in ("each", "last"):
        check_all(case.scheme, inputs, evaluate(case.scheme, inputs, rounding))
