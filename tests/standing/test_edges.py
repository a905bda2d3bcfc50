"""Why a grade that was reached was not given: who ties, at which score, what is left."""

from __future__ import annotations

import pytest

from assessor.i18n import catalog
from assessor.outputs.wording import edge_text
from assessor.standing.edges import edges_of
from assessor.standing.stand import stand
from tests.standing.builders import scores_of, standing_scheme
from tests.standing.test_remarks import GRADES, TIED

SHARES = """
    for    | grade  | from | share
    unit   | 优秀   |      | 50%
    unit   | 良好   |      | 50%
    person | 优秀   | 90   |
    person | 较差   |      |
    """
LONG = "unit | total \n V01 | 94 \n V02 | 94 \n V03 | 94 \n V04 | 92"


def told(grades: str, table: str, language: str = "zh", **confirmed: str) -> dict[str, list[str]]:
    """Return what is said of each village; `confirmed` holds grades by unit."""
    scheme = standing_scheme(grades=grades)
    order = {unit.code: index for index, unit in enumerate(scheme.units)}
    decided = {order[code]: (grade, "研究") for code, grade in confirmed.items()}
    standing = stand(scheme, scores_of(scheme, table), decided)
    said = {
        scheme.units[mine.unit].code: [
            edge_text(edge, catalog(language)) for edge in edges_of(standing, mine)
        ]
        for mine in standing.units
    }
    return {code: lines for code, lines in said.items() if lines}


def test_those_who_tie_are_named_with_their_score() -> None:
    # 50 % of 4 are 2 places: V01 has one, V02 and V03 tie for the other
    assert told(GRADES, TIED) == {
        "V02": [
            "达到“优秀”，本类有 2 个名额，前面已用 1 个；与南坪村同为 94.00 分、名次并列，"
            "剩下的 1 个不够分，都没有自动给，等待认定"
        ],
        "V03": [
            "达到“优秀”，本类有 2 个名额，前面已用 1 个；与西河村同为 94.00 分、名次并列，"
            "剩下的 1 个不够分，都没有自动给，等待认定"
        ],
    }
    assert told(GRADES, TIED, "en")["V02"] == [
        "reached 优秀: its class has 2 places, 1 taken by those before it. It has 94.00 as have "
        "南坪村, they share a rank, and the 1 left are too few for all of them: nobody got one, "
        "it waits for a decision"
    ]


def test_who_comes_after_a_tie_is_told_that_places_wait() -> None:
    # three tie for two places; V04 reached the grade behind them
    assert told(GRADES, LONG)["V04"] == [
        "达到“优秀”，但本类只有 2 个名额：已用 0 个，其余 2 个留给名次在前、同为 94.00 分的"
        "东村、西河村、南坪村，等待认定"
    ]


@pytest.mark.parametrize(
    ("confirmed", "expected"),
    [
        (
            {"V02": "优秀"},
            {
                "V02": "达到“优秀”，与南坪村同为 94.00 分、名次并列，名额不够分，由认定确定",
                "V03": "达到“优秀”，与西河村同为 94.00 分、名次并列；剩下的名额已认定给西河村",
            },
        ),
        (
            {"V02": "良好"},
            {
                "V02": "达到“优秀”，与南坪村同为 94.00 分、名次并列，名额不够分，由认定确定",
                "V03": "达到“优秀”，与西河村同为 94.00 分、名次并列；名额还剩 1 个，等待认定",
            },
        ),
    ],
)
def test_what_was_decided_waits_no_more(
    confirmed: dict[str, str], expected: dict[str, str]
) -> None:
    said = told(GRADES, TIED, **confirmed)
    assert {code: lines[0] for code, lines in said.items()} == expected


def test_places_that_are_gone_without_a_tie() -> None:
    table = "unit | total \n V01 | 95 \n V02 | 94 \n V03 | 93 \n V04 | 70"
    assert told(GRADES, table) == {"V03": ["达到“优秀”，但本类只有 2 个名额，已经用完"]}
    assert told(GRADES, table, "en") == {
        "V03": ["reached 优秀, but its class has only 2 places, and they are taken"]
    }


def test_a_fixed_share_gives_the_better_grade_to_all_who_tie() -> None:
    assert told(SHARES, TIED)["V02"] == [
        "“优秀”按比例只有 2 个名额；与南坪村同为 94.00 分、名次并列，分不出先后，"
        "都评为“优秀”，共 3 个"
    ]
