"""Hints: each worked by hand, none from too few units, none that names a nameless rater."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from assessor.scheme.model import Scheme
from assessor.scoring.column import Column, Status
from assessor.scoring.sheet_points import CriterionPoints, RaterTotals
from assessor.scoring.tree import build_tree
from assessor.standing.criterion_figures import criterion_figures
from assessor.standing.hints import Hint, find_hints
from tests.builders import Table, cells
from tests.scoring.builders import scheme_of
from tests.standing.builders import scores_of

UNITS = "code | name | class \n" + "\n".join(f"V{n} | 村{n} | 村" for n in range(1, 11))
RATERS = """
    code | name   | group  | anonymous
    P1   | 张三   | panel  |
    P2   | 李四   | panel  |
    P3   | 王五   | panel  |
    """
TABLES: Mapping[str, Table] = {
    "units": UNITS,
    "raters": RATERS,
    "criteria": """
        rubric | code | title | points | entry
        duty   | 1    | 甲    | 60     | earned
        duty   | 2    | 乙    | 40     | earned
        """,
    "forms": """
        code  | title  | workbook | layout | rubric | filled_by
        self  | 自评表 | 自评     | rubric | duty   | self
        panel | 评分表 | 评分     | rubric | duty   | panel
        """,
    "scores": """
        code  | title  | parent | rule   | points | source | parameters
        total | 总分   |        | sum    | 100    |        |
        self  | 自评   | total  | rubric | 100    | self   | informative=yes
        panel | 考核组 | total  | rubric | 100    | panel  |
        """,
}


def scheme_with(**tables: Table) -> Scheme:
    return scheme_of(**{**TABLES, **tables})


def totals(scheme: Scheme, form: str, table: Table) -> RaterTotals:
    """Return totals from ``unit | rater …``; an empty cell is none."""
    header, *lines = cells(table)
    order = {unit.code: index for index, unit in enumerate(scheme.units)}
    node = next(node for node in build_tree(scheme) if node.code == form)
    assert node.declared.source is not None
    given = {
        rater.replace("own", ""): {
            order[line[0]]: Fraction(line[at]) for line in lines if len(line) > at and line[at]
        }
        for at, rater in enumerate(header[1:], 1)
    }
    return RaterTotals(node, node.declared.source, scheme.form[form], given)


def told(hints: tuple[Hint, ...]) -> list[tuple[str, str, dict[str, object]]]:
    return [(hint.code, hint.rater or hint.criterion, dict(hint.facts)) for hint in hints]


# -- raters --------------------------------------------------------------------------------------

HIGH = """
    unit | P1 | P2 | P3
    V1   | 90 | 82 | 84
    V2   | 88 | 80 | 82
    V3   | 86 | 80 | 80
    V4   | 84 | 76 | 78
    V5   | 82 | 72 | 78
    """


def test_a_rater_far_above_the_others_on_the_units_they_share() -> None:
    """P1 less the others' mean: 7, 7, 6, 7, 7: 34 ÷ 5 = 6.8, over 5 % of 100. P2: 82 − 87 = −5,
    −5, −3, −5, −8: −26 ÷ 5 = −5.2. P3: −2, −2, −3, −2, 1: −1.6, which is nothing."""
    scheme = scheme_with()
    assert told(find_hints(scheme, [totals(scheme, "panel", HIGH)], [])) == [
        (
            "rater_high",
            "P1",
            {"count": 5, "points": Decimal(100), "difference": Decimal("6.8")},
        ),
        ("rater_low", "P2", {"count": 5, "points": Decimal(100), "difference": Decimal("5.2")}),
    ]


def test_four_shared_units_say_nothing() -> None:
    scheme = scheme_with()
    four = HIGH.replace("V5   | 82 | 72 | 78", "V5   | 82 |    |")
    hints = find_hints(scheme, [totals(scheme, "panel", four)], [])
    assert hints == ()


def test_exactly_five_per_cent_is_far() -> None:
    scheme = scheme_with()
    rows = "unit | P1 | P2\n" + "\n".join(f"V{n} | {80 + n + 5} | {80 + n}" for n in range(1, 6))
    hints = find_hints(scheme, [totals(scheme, "panel", rows)], [])
    assert [hint.code for hint in hints] == ["rater_high", "rater_low"]
    below = rows.replace("V5 | 90", "V5 | 89.99")
    assert find_hints(scheme, [totals(scheme, "panel", below)], []) == ()


def test_nameless_raters_are_never_spoken_of() -> None:
    scheme = scheme_with(raters=RATERS.replace("王五   | panel  |", "王五   | panel  | 是"))
    assert find_hints(scheme, [totals(scheme, "panel", HIGH)], []) == ()


def test_a_rater_who_hardly_tells_units_apart_and_one_who_does_so_strongly() -> None:
    """Spans over the same five units: 2, 20 and 21. Of P1 2 against 20.5; of P2 20 against
    (2 + 21) ÷ 2 = 11.5, which is less than twice; of P3 21 against 11, less than twice too."""
    scheme = scheme_with()
    rows = """
        unit | P1 | P2 | P3
        V1   | 80 | 70 | 70
        V2   | 81 | 75 | 76
        V3   | 81 | 80 | 80
        V4   | 82 | 85 | 85
        V5   | 81 | 90 | 91
        """
    assert told(find_hints(scheme, [totals(scheme, "panel", rows)], [])) == [
        ("rater_flat", "P1", {"own": Decimal(2), "theirs": Decimal("20.5"), "count": 5})
    ]
    two = "\n".join(line.rpartition("|")[0] for line in rows.strip().splitlines())
    hints = find_hints(scheme, [totals(scheme, "panel", two)], [])
    assert [(hint.code, hint.rater) for hint in hints] == [
        ("rater_flat", "P1"),
        ("rater_wide", "P2"),
    ]


# -- self-scores ---------------------------------------------------------------------------------


def test_units_that_score_themselves_far_above_the_panel() -> None:
    """Own less panel: 10, 2, 0, 12, −11: two are 10 % of 100 or more above, one below; together
    13 ÷ 5 = 2.6."""
    scheme = scheme_with()
    own = "unit | own \n V1 | 90 \n V2 | 90 \n V3 | 90 \n V4 | 97 \n V5 | 70"
    panel = "unit | P1 \n V1 | 80 \n V2 | 88 \n V3 | 90 \n V4 | 85 \n V5 | 81"
    sheets = [totals(scheme, "self", own), totals(scheme, "panel", panel)]
    high, low = find_hints(scheme, sheets, [])
    known = {"all": 5, "least": Decimal(10), "mean": Decimal("2.6"), "panel": "考核组"}
    assert (high.code, high.units) == ("self_high", (3, 0))
    assert high.facts == {**known, "count": 2, "most": Decimal(12)}
    assert (low.code, low.units) == ("self_low", (4,))
    assert low.facts == {**known, "count": 1, "most": Decimal(11)}
    fewer = [totals(scheme, "self", own.rpartition("\n")[0]), sheets[1]]
    assert find_hints(scheme, fewer, []) == ()


# -- criteria ------------------------------------------------------------------------------------


def criterion(scheme: Scheme, form: str, code: str, *points: str) -> CriterionPoints:
    node = next(n for n in build_tree(scheme) if n.rule == "section" and n.declared.code == form)
    assert node.declared.source is not None
    row = next(row for row in node.criteria if row.code == code)
    ticks = [int(Decimal(point or "0") * 10) for point in points]
    status = [Status.SCORED if point else Status.MISSING for point in points]
    return CriterionPoints(
        node, node.declared.source, scheme.form[form], row, Column(1, ticks, status)
    )


def hints_on(scheme: Scheme, *points: CriterionPoints) -> list[tuple[str, str, dict[str, object]]]:
    scores = scores_of(scheme, "unit | total")
    return told(find_hints(scheme, [], criterion_figures(scheme, scores, points)))


def test_criteria_that_tell_nobody_apart() -> None:
    """Ten times 60; then nine of ten: 90 %; then eight of ten, which is no hint."""
    scheme = scheme_with()
    marks = {"count": 10, "points": Decimal(60)}
    same = criterion(scheme, "panel", "1", *["60"] * 10)
    assert hints_on(scheme, same) == [("criterion_same", "1", {**marks, "value": Decimal(60)})]
    nearly = criterion(scheme, "panel", "1", *["60"] * 9, "59.5")
    assert hints_on(scheme, nearly) == [("criterion_nearly", "1", {**marks, "same": 9})]
    assert hints_on(scheme, criterion(scheme, "panel", "1", *["60"] * 8, "59", "58")) == []


def test_where_most_is_lost_and_few_have_full_marks() -> None:
    """40, 30, 30, 35, 25 of 40: 160 ÷ 5 = 32, so 8 lost, 20 %; one of five has full marks: 20 %."""
    scheme = scheme_with()
    one = criterion(scheme, "panel", "2", "40", "30", "30", "35", "25", *[""] * 5)
    marks = {"count": 5, "points": Decimal(40)}
    assert hints_on(scheme, one) == [
        ("criterion_lost", "2", {**marks, "lost": Decimal(8), "some": 4}),
        ("criterion_few_full", "2", {**marks, "full": 1}),
    ]
    four = criterion(scheme, "panel", "2", "40", "30", "30", "35", *[""] * 6)
    assert hints_on(scheme, four) == []


def test_what_units_say_of_themselves_is_left_out_where_others_judge_it() -> None:
    scheme = scheme_with()
    own = criterion(scheme, "self", "1", *["60"] * 10)
    panel = criterion(scheme, "panel", "1", *["60"] * 8, "50", "40")
    figures = criterion_figures(scheme, scores_of(scheme, "unit | total"), [own, panel])
    assert [(one.points.form.code, one.full, one.count) for one in figures] == [("panel", 8, 10)]
    assert figures[0].mean == 57
    assert (figures[0].lowest, figures[0].highest, figures[0].commonest) == (40, 60, 8)
