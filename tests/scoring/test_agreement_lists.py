"""What is counted before it is scored, ballot papers and claims, against a second count."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.scheme.model import BonusItem, Option
from assessor.scoring.claims import Claim, count_claims
from assessor.scoring.papers import Paper, count_papers

UNITS, ASPECTS = ("V1", "V2"), ("1", "2")
OPTIONS = (
    Option("优", Decimal(100), at_most=2),
    Option("良", Decimal(80)),
    Option("不了解", Decimal(0), counts=False),
)
TICKS = st.sampled_from([None, 0, 0, 1, 1, 2])
PAPERS = st.lists(st.dictionaries(st.tuples(*map(st.sampled_from, (UNITS, ASPECTS))), TICKS))

ITEMS = (
    BonusItem("g", "city", "", Decimal(5), once="model"),
    BonusItem("g", "province", "", Decimal(15), once="model"),
    BonusItem("g", "rival", "", Decimal(15), once="model"),
    BonusItem("g", "report", "", Decimal("0.5")),
)
CLAIMS = st.lists(
    st.builds(
        Claim,
        line=st.just(""),
        item=st.sampled_from([item.code for item in ITEMS]),
        subject=st.sampled_from(["Old Mill", "old mill ", "ＯＬＤ ＭＩＬＬ", "New Mill", ""]),
        verified=st.booleans(),
    )
)


def is_void(paper: Paper, alike: bool) -> bool:
    ticks = [tick for tick in paper.values() if tick is not None]
    too_many = any(
        option.at_most is not None and ticks.count(place) > option.at_most
        for place, option in enumerate(OPTIONS)
    )
    same = len(paper) > 1 and len(ticks) == len(paper) and len(set(ticks)) == 1
    return not ticks or too_many or (alike and same)


@pytest.mark.parametrize("alike", [False, True])
@given(papers=PAPERS)
def test_papers_are_counted_vote_by_vote(alike: bool, papers: list[Paper]) -> None:
    counts = count_papers(papers, OPTIONS, alike)
    valid = [paper for paper in papers if not is_void(paper, alike)]
    for unit, aspect in product(UNITS, ASPECTS):
        returned = [paper for paper in papers if any(line[0] == unit for line in paper)]
        assert (unit in counts) == bool(returned)
        if unit in counts:
            count = counts[unit]
            votes = [
                sum(paper.get((unit, aspect)) == place for paper in valid)
                for place in range(len(OPTIONS))
            ]
            assert count.votes.get(aspect, [0, 0, 0]) == votes
            assert count.returned == len(returned)
            assert count.valid == sum(not is_void(paper, alike) for paper in returned)


@given(claims=CLAIMS)
def test_of_claims_on_one_thing_the_highest_counts_and_once(claims: list[Claim]) -> None:
    points = {item.code: item.points for item in ITEMS}
    verified = [claim for claim in claims if claim.verified]
    plain = sum(points[claim.item] for claim in verified if claim.item == "report")
    models: dict[str, list[Decimal]] = {}
    names = {"ＯＬＤ ＭＩＬＬ": "oldmill", "Old Mill": "oldmill", "old mill ": "oldmill"}
    for claim in verified:
        if claim.item != "report":
            name = names.get(claim.subject, claim.subject)
            models.setdefault(name, []).append(points[claim.item])
    counted = count_claims(claims, ITEMS).verified
    earned = sum(points[code] * number for code, number in counted.items())
    assert earned == plain + sum(map(max, models.values()))
    assert sum(counted.values()) == len(models) + len([c for c in verified if c.item == "report"])
