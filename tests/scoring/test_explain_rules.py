"""Explanations of conversions, votes, bonuses, and of what is measured by other units."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.explaining.wording import remark_text
from assessor.i18n import catalog
from assessor.scheme.model import Step
from assessor.scoring.column import Column, Status
from assessor.scoring.conversions import CONVERT, Scale
from assessor.scoring.evaluate import evaluate
from assessor.scoring.explain.conversions import convert
from assessor.scoring.explain.formula import Kept, number, value_of, written
from assessor.scoring.explain.frame import explain
from tests.scoring.builders import inputs_of, scheme_of, tree_of, villages
from tests.scoring.entries import claims, leaves, marks, papers, tally
from tests.scoring.explained import Reader, check_all, text_of
from tests.scoring.test_counts_ballot import PAPERS, polled
from tests.scoring.test_counts_ballot import counted as polled_votes
from tests.scoring.test_explain import explained, said


def steps_of(text: str) -> tuple[Step, ...]:
    """Return a ladder from ``from value, from value``, ``-`` for no lower bound."""
    pairs = [pair.split() for pair in text.split(",") if pair.strip()]
    return tuple(
        Step(None if low == "-" else Decimal(low), None, Decimal(value)) for low, value in pairs
    )


def scale_of(parameters: str, points: str, steps: str, target: str) -> Scale:
    pairs = (pair.split("=") for pair in parameters.split(";") if pair.strip())
    return Scale(
        Fraction(points) if points else None,
        {key.strip(): text.strip() for key, text in pairs},
        steps_of(steps),
        Fraction(target) if target else None,
    )


@pytest.mark.parametrize(
    ("rule", "value", "parameters", "points", "text", "result", "codes"),
    [
        ("each", "3", "each=-2", "10", "10 − 3×2", 4, []),
        ("each", "6", "each=-2", "10", "10 − 6×2", 0, []),
        ("each", "5", "each=0.5; above=3", "", "(5 − 3) × 0.5", 1, ["only_above"]),
        ("each", "2", "each=0.5; above=3", "", "0×0.5", 0, ["only_above"]),
        ("each", "3", "each=2; start=1", "", "1 + 3×2", 7, []),
        ("threshold", "4", "least=4", "3", "3", 3, ["least_met"]),
        ("threshold", "3", "least=4", "3", "0", 0, ["least_missed"]),
        ("threshold", "5.1", "least=3; most=5", "2", "0", 0, ["between_missed"]),
        ("threshold", "5", "most=5", "2", "2", 2, ["most_met"]),
        ("proportional", "45", "target=60", "100", "45 ÷ 60 × 100", 75, ["target"]),
        ("proportional", "66", "target=60", "100", "66 ÷ 60 × 100", 100, ["target"]),
        ("proportional", "8", "target=4; better=less", "10", "4 ÷ 8 × 10", 5, ["target"]),
        ("proportional", "0", "target=4; better=less", "10", "10", 10, ["none_is_best"]),
        ("ladder", "89.99", "", "", "190", 190, ["step_between"]),
        ("ladder", "90", "", "", "200", 200, ["step_from"]),
        ("ladder", "5", "", "", "0", 0, ["step_below"]),
        ("interpolate", "85", "", "", "190 + (85 − 80) ÷ (90 − 80) × (200 − 190)", 195,
         ["interpolated"]),
        ("interpolate", "95", "", "", "200", 200, ["beyond_last"]),
        ("interpolate", "70", "", "", "190", 190, ["before_first"]),
        ("steps", "10", "target=0; step=3; up=1; up_most=6", "", "0 + 3×1", 3, ["steps_above"]),
        ("steps", "-40", "target=0; step=3; down=1; down_most=6", "", "0 − 6", -6,
         ["steps_below", "steps_most"]),
        ("steps", "5.2", "target=5; step=1; up=1; tolerance=0.5", "80", "80", 80, ["steps_none"]),
        ("steps", "8", "target=5; step=1; up=-2; tolerance=1", "80", "80 − 2×2", 76,
         ["steps_above_edge"]),
    ],
)  # fmt: skip
def test_points_made_of_one_number(
    rule: str,
    value: str,
    parameters: str,
    points: str,
    text: str,
    result: int,
    codes: list[str],
) -> None:
    scale = scale_of(parameters, points, "- 0, 80 190, 90 200", "")
    made = convert(rule, number(Fraction(value)), scale)
    assert made is not None
    formula, remarks = made
    inner = formula.inner if isinstance(formula, Kept) else formula
    assert (written(inner), value_of(formula)) == (text, Fraction(result))
    assert [remark.code for remark in remarks] == codes


numbers = st.decimals(-50, 150, places=2).map(Fraction)
PARAMETERS = {
    "each": ["each=-2", "each=0.5; above=3", "each=1.5; start=2", "each=-1; above=10"],
    "threshold": ["least=10", "most=20", "least=10; most=20; otherwise=1"],
    "proportional": ["target=60", "target=60; limited=no", "target=7; better=less"],
    "ladder": [""],
    "interpolate": [""],
    "steps": [
        "target=10; step=3; up=1; up_most=6; down=2; down_most=5",
        "target=10; step=0.1; up=-1; down=-0.5; tolerance=0.3; part=counted; base=20",
    ],
}


@given(numbers, st.sampled_from([(r, p) for r, ps in PARAMETERS.items() for p in ps]),
       st.sampled_from(["", "10", "100"]))  # fmt: skip
def test_a_conversion_is_told_as_it_is_computed(
    value: Fraction, rule: tuple[str, str], points: str
) -> None:
    scale = scale_of(rule[1], points, "- 1, 10 5, 50 8", "")
    made = convert(rule[0], number(value), scale)
    assert made is not None
    assert value_of(made[0]) == CONVERT[rule[0]](value, scale)
    reader = Reader(written(made[0]))
    read = reader.result()
    assert read == value_of(made[0]) or (reader.cut and abs(read - value_of(made[0])) < 1)


def test_a_criterion_that_is_converted_is_told_beside_its_number() -> None:
    scheme = scheme_of(
        criteria="""
            rubric | code | title | points | entry | rule | parameters
            r      | 1    | 会议  | 10     | count | each | each=-2
            r      | 2    | 台账  | 5      | yes_no |     |
            r      | 3    | 事故  | 5      | veto  |      |
            """,
        forms="""
            code | title | workbook | layout | rubric | filled_by
            f    | 表    | 表       | rubric | r      | panel
            """,
        scores="code | parent | rule | points | source \n total | | rubric | 20 | f",
    )
    one = explained(scheme, marks("f", "P1", "unit | 1 | 2 | 3 \n V01 | 3 | 1 | 1"))
    (section,) = one.children
    told = [(text_of(part), said(part)) for part in section.children]
    assert told == [("10 − 3×2", []), ("5", ["yes_no_yes"]), ("0", ["veto_yes"])]
    assert text_of(section) == "4 + 5 + 0"


BALLOT = {
    "criteria": """
        rubric | code | title | points | entry
        b      | 1    | 德    | 100    | ballot
        b      | 2    | 能    | 100    | ballot
        """,
    "forms": """
        code | title | workbook | layout | rubric | options | filled_by | covers
        t    | 计票  | 计票     | tally  | b      | 四档    | tellers   | all
        """,
}
VOTES = """
    unit | aspect | 优秀 | 良好 | 一般 | 较差
    V01  | 1      | 30   | 15   | 5    | 0
    V01  | 2      | 20   | 20   | 0    | 0
    """
FEW_VOTES = """
    unit | aspect | 优秀 | 良好 | 一般 | 较差
    V01  | 1      | 3    | 1    | 0    | 0
    V01  | 2      | 3    | 1    | 0    | 0
    """
TURNOUT = "unit | present | returned | valid \n V01 | 60 | 55 | 50"


def ballot(rule: str, parameters: str) -> str:
    return f"""
        code  | parent | rule   | points | source | parameters
        total |        | {rule} | 100    | t      | {parameters}
        """


def test_an_aspect_is_votes_times_values_over_the_ticks() -> None:
    scheme = scheme_of(scores=ballot("ballot", "denominator=ticks"), **BALLOT)
    one = explained(scheme, tally("t", "T1", VOTES, TURNOUT))
    first, second = one.children
    assert text_of(first) == "(30×100 + 15×80 + 5×60 + 0×40) ÷ 50"
    assert text_of(second) == "(20×100 + 20×80 + 0×60 + 0×40) ÷ 40"
    assert text_of(one) == "(90.00 + 90.00) ÷ 2"
    assert [(leaf.title, leaf.value) for leaf in first.leaves] == [
        ("优秀", Fraction(30)),
        ("良好", Fraction(15)),
        ("一般", Fraction(5)),
        ("较差", Fraction(0)),
    ]


@pytest.mark.parametrize(
    ("rule", "parameters", "text", "codes"),
    [
        ("ballot", "denominator=ticks; over=votes", "(50×100 + 35×80 + 5×60 + 0×40) ÷ 90",
         ["denominator_ticks", "over_votes"]),
        ("ballot", "denominator=valid; turnout_min=50", "(90.00 + 72.00) ÷ 2",
         ["denominator_valid", "turnout_enough"]),
        ("ballot", "denominator=ticks; turnout_min=60", "(90.00 + 90.00) ÷ 2",
         ["denominator_ticks", "finding"]),
        ("share", "options=优秀、良好; denominator=ticks", "(50×100 + 35×100) ÷ 90",
         ["share_of", "denominator_ticks"]),
    ],
)  # fmt: skip
def test_ballots_and_shares(rule: str, parameters: str, text: str, codes: list[str]) -> None:
    scheme = scheme_of(scores=ballot(rule, parameters), **BALLOT)
    one = explained(scheme, tally("t", "T1", VOTES, TURNOUT))
    assert text_of(one) == text
    assert said(one) == codes


@pytest.mark.parametrize("rule", ["ballot", "share"])
def test_fewer_than_five_votes_are_not_broken_down(rule: str) -> None:
    more = "; options=优秀" if rule == "share" else ""
    scheme = scheme_of(scores=ballot(rule, f"denominator=ticks{more}"), **BALLOT)
    one = explained(scheme, tally("t", "T1", FEW_VOTES, TURNOUT))
    assert ("votes_few" if rule == "share" else "aspects_few") in said(one)
    assert (one.leaves, "×" in text_of(one), "+" in text_of(one)) == ((), False, False)
    # of one aspect and the whole the other could be worked out
    assert [(part.value, part.formula, said(part)) for part in one.children] == (
        [] if rule == "share" else [(None, None, ["aspect_few"])] * 2
    )


def test_papers_are_a_sum_and_a_number_never_one_of_them() -> None:
    scheme = scheme_of(
        criteria="rubric | code | title | points | entry \n r | R1 | 述职 | 100 | earned",
        forms="""
            code | title | workbook | layout | rubric | filled_by
            f    | 评议  | 评议     | review | r      | tellers
            """,
        scores="code | parent | rule | points | source \n total | | item | 100 | f/R1",
    )
    many = papers("f", "T1", "unit | R1 \n" + "\n".join(f"V01 | {80 + n}" for n in range(5)))
    one = explained(scheme, many)
    assert (text_of(one), said(one), one.leaves) == ("410 ÷ 5", ["papers"], ())
    few = explained(scheme, papers("f", "T1", "unit | R1 \n V01 | 80 \n V01 | 91"))
    assert (text_of(few), said(few), few.leaves) == ("85.5", ["papers_few"], ())


@pytest.mark.parametrize(("rule", "text"), [("bonus", "2×5 + 3"), ("deduction", "0 − (2×5 + 3)")])
def test_bonus_items_by_number_and_cap(rule: str, text: str) -> None:
    scheme = scheme_of(
        forms="""
            code | title | workbook | layout | bonus | filled_by
            c    | 加分  | 加分     | claims | h     | panel
            """,
        bonuses="""
            group | code | title | points | cap | above
            h     | B1   | 省级  | 5      |     |
            h     | B2   | 信息  | 1      | 3   | 2
            h     | B3   | 国家  | 10     |     |
            """,
        scores=f"code | parent | rule | points | source \n total | | {rule} | | c",
    )
    table = """
        unit | item | claimed | verified
        V01  | B1   | 3       | 2
        V01  | B2   | 9       | 8
        V01  | B3   | 1       | 0
        """
    sheet = claims("c", "P1", table)
    one = explained(scheme, sheet)
    assert text_of(one) == text
    told = {part.code: (text_of(part), said(part)) for part in one.children}
    assert told["B2"] == ("(8 − 2) × 1", ["only_above", "capped"])
    assert [leaf.title for leaf in one.children[0].leaves] == ["claimed", "verified"]


LADDERS = """
    ladder | from | to  | value
    段     | 0    | 30  | 100
    段     | 30   | 80  | 80
    段     | 80   | 100 | 60
    """


@pytest.mark.parametrize(
    ("rule", "points", "parameters", "text", "code"),
    [
        ("best", "3", "", "8.00 ÷ 12 × 3", "best_more"),
        ("best", "3", "better=less", "4 ÷ 8.00 × 3", "best_less"),
        ("rank_points", "60", "drop=3", "60 − (2 − 1) × 3", "place"),
        ("tiers", "100", "ladder=段; tier_rounding=up", "80", "tier"),
        ("standardised", "", "mean=50; spread=10", "50 + 10 × (8.00 − 8) ÷ 3.265986…",
         "deviation"),
    ],
)  # fmt: skip
def test_what_is_measured_by_other_units(
    rule: str, points: str, parameters: str, text: str, code: str
) -> None:
    scheme = tree_of(
        f"""
        code  | parent | rule   | points   | parameters
        total |        | {rule} | {points} | {parameters}
        x     | total  | rubric | 100      |
        """,
        units=villages(3),
        ladders=LADDERS,
    )
    one = explained(scheme, *leaves("unit | x \n V01 | 12 \n V02 | 8 \n V03 | 4"), unit=1)
    assert (text_of(one), said(one)) == (text, [code])


def test_the_factor_of_a_panel() -> None:
    scheme = tree_of(
        """
        code  | parent | rule      | points | parameters
        total |        | corrected | 100    | panels=x
        x     | total  | rubric    | 100    |
        """,
        units=villages(2),
        raters="code | name | group \n P1 | 甲 | panel \n P2 | 乙 | panel",
    )
    sheets = (*leaves("unit | x \n V01 | 76"), *leaves("unit | x \n V02 | 84", rater="P2"))
    one = explained(scheme, *sheets)
    assert (text_of(one), said(one)) == ("76.00×1.05", ["panel_factor"])
    assert [one.remarks[0].facts[key] for key in ("whole", "mean")] == [number(80), number(76)]


def test_means_that_are_rounded_before_they_are_divided() -> None:
    # Means 229 ÷ 3 = 76.333… → 76.3 and 84, overall 313 ÷ 4 = 78.25 → 78.3 (half up);
    # 78.3 ÷ 76.3 = 1.02621… → 1.026, while 78.25 ÷ 76.333… = 1.02510… would be 1.025
    scheme = tree_of(
        """
        code  | parent | rule      | points | parameters
        total |        | corrected | 100    | panels=x;mean_digits=1;factor_digits=3
        x     | total  | rubric    | 100    |
        """,
        units=villages(4),
        raters="code | name | group \n P1 | 甲 | panel \n P2 | 乙 | panel",
    )
    sheets = (
        *leaves("unit | x \n V01 | 76 \n V02 | 76 \n V03 | 77"),
        *leaves("unit | x \n V04 | 84", rater="P2"),
    )
    one = explained(scheme, *sheets)
    assert (text_of(one), said(one)) == ("76.00×1.026", ["panel_factor", "panel_means"])
    assert [remark_text(r, "V01", scheme, (), catalog("zh")) for r in one.remarks] == [
        "校正系数：总平均 78.3 ÷ 本组（3 个单位）平均 76.3 → 1.026",
        "按方案，两个平均分先四舍五入到 1 位小数再相除；取整前总平均 78.25，本组平均 76.333333…。",
    ]
    assert [remark_text(r, "V01", scheme, (), catalog("en")) for r in one.remarks] == [
        "Factor: overall mean 78.3 ÷ mean of the panel (3 units) 76.3 → 1.026",
        "As the scheme says, both means are rounded (decimals: 1) before they are divided; before "
        "rounding the overall mean is 78.25, that of the panel 76.333333….",
    ]


def test_the_units_that_a_mean_is_taken_from() -> None:
    scheme = tree_of(
        """
        code  | parent | rule    | points | source | classes | parameters
        body  |        | derived | 100    | x      | 镇      | of=below
        x     |        | rubric  | 100    |        | 村      |
        """,
        units="code | name | class | parent | ranked \n T | 某镇 | 镇 | | no \n"
        " V01 | 东村 | 村 | T | yes \n V02 | 西村 | 村 | T | yes",
    )
    sheets = leaves("unit | x \n V01 | 80 \n V02 | 91")
    one = explained(scheme, *sheets, node="body")
    assert (text_of(one), said(one)) == ("(80.00 + 91.00) ÷ 2", ["derived_below"])
    assert one.remarks[0].facts["units"] == ["东村 80.00", "西村 91.00"]


def test_what_is_inherited_names_the_unit_above() -> None:
    scheme = tree_of(
        """
        code   | parent | rule    | points | source | classes
        total  |        | rubric  | 100    |        | 村
        person |        | inherit | 100    | total  | 书记
        """,
        units="code | name | class | kind | parent \n V01 | 东村 | 村 | unit | \n"
        " S01 | 张三 | 书记 | person | V01",
    )
    one = explained(scheme, *leaves("unit | total \n V01 | 88"), node="person", unit=1)
    assert (text_of(one), said(one)) == ("88.00", ["inherited"])
    assert one.remarks[0].facts["unit_code"] == "V01"


def test_scores_from_elsewhere_and_coefficients() -> None:
    scheme = tree_of(
        """
        code  | parent | rule    | points | source
        total |        | product |        |
        f     | total  | factor  |        |
        i     | total  | input   | 100    | county
        """,
        units="code | name | class | factor \n V01 | 东村 | 村 | 1.05 \n V02 | 西村 | 村 |",
        inputs="code | title | file | key | value \n county | 县考核 | county.csv | 编号 | 得分",
    )
    column = Column(1, [805, 0], [Status.SCORED, Status.MISSING])
    inputs = replace(inputs_of(scheme), external={"county": column})
    scores = evaluate(scheme, inputs)
    check_all(scheme, inputs, scores)
    one, other = (explain(scheme, inputs, scores, unit, "total") for unit in (0, 1))
    assert text_of(one) == "1.05×80.50"
    assert [said(child) for child in one.children] == [["factor"], ["input"]]
    assert [said(child) for child in other.children] == [["factor_none"], ["input_none"]]


@pytest.mark.parametrize(
    ("denominator", "text", "zh", "en"),
    [
        (
            "ticks",
            "(30×100 + 10×80 + 0×60 + 0×40) ÷ 40",
            "每一方面除以这一方面计入的划票数：“不了解”不算票，没有划的算弃权。",
            "Each aspect is divided by its ticks that count: 不了解 is no vote, and no tick is an "
            "abstention.",
        ),
        (
            "valid",
            "(30×100 + 10×80 + 0×60 + 0×40) ÷ (50 − 5)",
            "除以计入票数，即有效票数减去“不了解”的票数。",
            "Divided by the votes that count: the valid papers less the votes for 不了解.",
        ),
        (
            "returned",
            "(30×100 + 10×80 + 0×60 + 0×40) ÷ (52 − 5)",
            "除以计入票数，即收回票数减去“不了解”的票数。",
            "Divided by the votes that count: the papers returned less the votes for 不了解.",
        ),
        (
            "present",
            "(30×100 + 10×80 + 0×60 + 0×40) ÷ (60 − 5)",
            "除以计入票数，即实到人数减去“不了解”的票数。",
            "Divided by the votes that count: those present less the votes for 不了解.",
        ),
    ],
)
def test_votes_that_do_not_count_are_taken_off_by_name(
    denominator: str, text: str, zh: str, en: str
) -> None:
    scheme = polled("ballot", f"denominator={denominator}")
    one = explained(scheme, polled_votes("V01 | 1 | 30 | 10 | 0 | 0 | 5", PAPERS))
    assert text_of(one.children[0]) == text
    (remark,) = one.remarks
    said_ = [remark_text(remark, "V01", scheme, (), catalog(words)) for words in ("zh", "en")]
    assert said_ == [zh, en]
