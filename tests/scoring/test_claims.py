"""Bonus claims one by one: only what is verified counts, and one thing counts once."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.scheme.model import BonusItem
from assessor.scoring.claims import Claim, count_claims, folded

ITEMS = (
    BonusItem("honours", "N1", "创新获部门认可", Decimal(5)),
    BonusItem("honours", "M1", "典型(基层)", Decimal(3), once="典型"),
    BonusItem("honours", "M2", "典型(市)", Decimal(5), once="典型"),
    BonusItem("honours", "M4", "典型(省)", Decimal(15), once="典型"),
    BonusItem("honours", "A1", "文章一等奖", Decimal(10), once="文章"),
)


def claims(*rows: str) -> list[Claim]:
    """Return claims written as ``item subject``, with ``√`` behind where verified."""
    made = []
    for number, row in enumerate(rows, 1):
        item, subject, *tick = row.split("|")
        made.append(Claim(str(number), item, subject, tick == ["√"]))
    return made


def counts(*rows: str) -> dict[str, int]:
    found = count_claims(claims(*rows), ITEMS).verified
    assert list(found) == [item.code for item in ITEMS]
    return {code: count for code, count in found.items() if count}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), {}),
        (("N1|甲|√",), {"N1": 1}),
        (("N1|甲",), {}),
        # 典型 at 市 and 省: only 省
        (("M2|红色驿站|√", "M4|红色驿站|√"), {"M4": 1}),
        (("M4|红色驿站|√", "M2|红色驿站|√"), {"M4": 1}),
        # the province's is not verified, so the city's counts
        (("M2|红色驿站|√", "M4|红色驿站"), {"M2": 1}),
        # two models
        (("M2|红色驿站|√", "M4|银发课堂|√"), {"M2": 1, "M4": 1}),
        # the same level twice
        (("M2|红色驿站|√", "M2|红色驿站|√"), {"M2": 1}),
        # the same subject under another name of 同事只计一次 is another thing
        (("M2|红色驿站|√", "A1|红色驿站|√"), {"M2": 1, "A1": 1}),
        # items without such a name count each time
        (("N1|红色驿站|√", "N1|红色驿站|√"), {"N1": 2}),
    ],
)
def test_one_thing_counts_once_at_its_highest_level(
    rows: tuple[str, ...], expected: dict[str, int]
) -> None:
    assert counts(*rows) == expected


@pytest.mark.parametrize("other", ["ＡＢ 模式", " ab模式 ", "Ab\u3000模 式"])
def test_a_subject_is_the_same_however_it_is_spaced_and_spelt(other: str) -> None:
    assert folded(other) == folded("AB模式")
    assert counts("M2|AB模式|√", f"M4|{other}|√") == {"M4": 1}


def test_what_was_left_out_is_named_with_its_levels() -> None:
    found = count_claims(
        claims("M1|红色驿站|√", "M4|红色驿站|√", "M2|红色驿站|√", "N1|创新|√", "M1|别的"), ITEMS
    )
    (once,) = found.once
    assert (once.subject, once.counted.item) == ("红色驿站", "M4")
    assert [claim.item for claim in once.left_out] == ["M1", "M2"]
    assert [claim.line for claim in found.unverified] == ["5"]


made_claims = st.lists(
    st.builds(
        Claim,
        line=st.sampled_from("123456789"),
        item=st.sampled_from([item.code for item in ITEMS]),
        subject=st.sampled_from(["甲", "乙", "丙"]),
        verified=st.booleans(),
    ),
    max_size=12,
)
POINTS = {item.code: item.points for item in ITEMS}


def worth(found: list[Claim]) -> Decimal:
    counted = count_claims(found, ITEMS).verified
    return sum((POINTS[code] * count for code, count in counted.items()), Decimal(0))


@given(found=made_claims, data=st.data())
def test_the_order_of_the_lines_changes_no_points(found: list[Claim], data: st.DataObject) -> None:
    assert worth(found) == worth(data.draw(st.permutations(found)))


@given(found=made_claims, more=made_claims)
def test_more_claims_never_earn_less(found: list[Claim], more: list[Claim]) -> None:
    assert worth(found) <= worth(found + more)


@given(found=made_claims)
def test_every_verified_claim_counts_or_is_named_as_left_out(found: list[Claim]) -> None:
    result = count_claims(found, ITEMS)
    left_out = sum(len(once.left_out) for once in result.once)
    verified = sum(claim.verified for claim in found)
    assert sum(result.verified.values()) + left_out == verified
    assert len(result.unverified) == len(found) - verified
