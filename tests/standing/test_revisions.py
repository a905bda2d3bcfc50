"""What a later notice changed and why, from tables that stand in the test."""

from __future__ import annotations

from assessor.standing.revisions import Act, Revision, Shown, find_revisions
from tests.builders import Table, cells

BEFORE = """
    code | name | class | score | grade | rank | awards | panel
    V1   | 东村 | 村    | 90.00 | 优秀  | 1    | 红旗   | 90.00
    V2   | 西村 | 村    | 85.00 | 良好  | 2    |        | 80.00
    V3   | 南村 | 村    | 80.00 | 良好  | 3    |        | 80.00
    S2   | 张三 | 书记  | 85.00 | 良好  |      |        |
    """
NOW = """
    code | name | class | score | grade | rank | awards | panel
    V1   | 东村 | 村    | 90.00 | 优秀  | 2    |        | 90.00
    V2   | 西村 | 村    | 91.00 | 优秀  | 1    | 红旗   | 90.00
    V3   | 南村 | 村    | 82.00 | 良好  | 3    |        | 82.00
    S2   | 张三 | 书记  | 91.00 | 优秀  |      |        |
    V4   | 北村 | 村    | 70.00 | 合格  | 4    |        | 70.00
    """
UPHELD = Act("uphold", "V2", 0)


def shown(table: Table) -> list[Shown]:
    header, *lines = cells(table)
    found = [dict(zip(header, line, strict=True)) for line in lines]
    return [Shown(one.pop("code"), one["name"], one["class"], one) for one in found]


def told(revisions: list[Revision]) -> list[str]:
    return [f"{one.unit.code} {one.field} {one.cause}".replace("  ", " ") for one in revisions]


def test_each_change_has_the_cause_that_bears_on_it() -> None:
    found = find_revisions(shown(BEFORE), shown(NOW), [UPHELD], [], {"S2": "V2"})
    assert told(found) == [
        "V1 rank follows",
        "V1 awards follows",
        "V2 score decision",
        "V2 grade decision",
        "V2 rank decision",
        "V2 awards decision",
        "V2 panel decision",
        "V3 score sources",
        "V3 panel sources",
        "S2 score decision",
        "S2 grade decision",
        "V4 added",
    ]
    assert {one.decisions for one in found if one.cause == "decision"} == {(0,)}


def test_a_decision_on_an_award_explains_no_score() -> None:
    award = Act("withdraw_award", "V1", 3)
    found = find_revisions(shown(BEFORE), shown(NOW), [award, Act("measure", "V3", 4)], [], {})
    causes = {f"{one.unit.code} {one.field}": one.cause for one in found}
    assert causes["V1 awards"] == "decision"
    assert causes["V1 rank"] == "follows"
    assert causes["V3 score"] == "sources"


def test_a_decision_that_was_taken_back_and_a_unit_that_is_gone_are_told() -> None:
    found = find_revisions(shown(NOW), shown(BEFORE), [], [UPHELD], {})
    assert "V2 score withdrawn" in told(found)
    assert told(found)[-1] == "V4 removed"


def test_what_was_decided_for_all_explains_only_scores_that_changed() -> None:
    left_out = Act("leave_out_rater", "", 5)
    found = find_revisions(shown(BEFORE), shown(NOW), [left_out], [], {})
    causes = {f"{one.unit.code} {one.field}": one.cause for one in found}
    assert (causes["V1 rank"], causes["V3 score"]) == ("follows", "decision")


def test_nothing_changed_nothing_revised() -> None:
    assert find_revisions(shown(NOW), shown(NOW), [UPHELD], [], {}) == []
