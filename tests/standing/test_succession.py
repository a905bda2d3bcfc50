"""Which unit of last year a unit of this year is."""

from __future__ import annotations

import pytest

from assessor.standing.succession import Identity, Origin, absorbed, origins
from tests.builders import Table, cells


def _units(table: Table) -> list[Identity]:
    """Return units from ``code | name | former codes | former names``."""
    return [
        Identity(code, name, tuple(codes.split()), tuple(names.split()))
        for code, name, codes, names in cells(table)
    ]


def _last(table: Table) -> dict[str, str]:
    return dict(cells(table))


@pytest.mark.parametrize(
    ("units", "last", "found"),
    [
        ("V1 | 东村 | |", "V1 | 东村", {"V1": Origin("V1", "code")}),
        ("V1 | 东新村 | |", "V1 | 东村", {"V1": Origin("V1", "code")}),
        ("V1 | 东新村 | | 东村", "V1 | 东村", {"V1": Origin("V1", "code")}),
        ("V9 | 东村 | V1 |", "V1 | 东村", {"V9": Origin("V1", "former_code")}),
        ("V9 | 东新村 | V0 V1 |", "V1 | 东村", {"V9": Origin("V1", "former_code")}),
        ("V9 | 东村 | |", "V1 | 东村", {"V9": Origin("V1", "name")}),
        ("V9 | 东新村 | | 东村", "V1 | 东村", {"V9": Origin("V1", "name")}),
        ("V9 | 新村 | V0 |", "V1 | 东村", {"V9": Origin()}),
    ],
    ids=[
        "the same", "renamed", "renamed and said so", "recoded", "recoded and renamed",
        "recoded and not said", "its former name", "new",
    ],
)  # fmt: skip
def test_a_unit_is_found_by_code_former_code_or_name(
    units: Table, last: Table, found: dict[str, Origin]
) -> None:
    assert origins(_units(units), _last(last)) == found


def test_a_code_given_to_another_unit_brings_no_strangers_together() -> None:
    units = _units("""
        V9 | 东村 | V1 |
        V1 | 新村 |    |
        """)
    found = origins(units, _last("V1 | 东村"))
    assert found == {"V9": Origin("V1", "former_code"), "V1": Origin()}


def test_a_former_code_of_long_ago_does_not_take_the_unit_that_has_it_now() -> None:
    units = _units("""
        V9 | 东村 | V1 |
        V1 | 新村 |    |
        """)
    found = origins(units, _last("V9 | 东村\nV1 | 新村"))
    assert found == {"V9": Origin("V9", "code"), "V1": Origin("V1", "code")}


def test_two_units_that_exchanged_their_codes_stay_themselves() -> None:
    units = _units("""
        V1 | 西村 | V2 |
        V2 | 东村 | V1 |
        """)
    found = origins(units, _last("V1 | 东村\nV2 | 西村"))
    assert {code: origin.code for code, origin in found.items()} == {"V1": "V2", "V2": "V1"}


def test_a_unit_merged_from_two_is_set_beside_neither() -> None:
    units = _units("V9 | 东西联合村 | V1 V2 |")
    found = origins(units, _last("V1 | 东村\nV2 | 西村"))
    assert found == {"V9": Origin(parts=("V1", "V2"))}
    assert absorbed(units, {"V1", "V2"}) == {"V1": ("V9",), "V2": ("V9",)}


def test_a_unit_that_took_another_in_stays_itself() -> None:
    units = _units("V1 | 东村 | V2 |")
    found = origins(units, _last("V1 | 东村\nV2 | 西村"))
    assert found == {"V1": Origin("V1", "code")}
    assert absorbed(units, {"V2"}) == {"V2": ("V1",)}


def test_a_unit_split_in_two_is_set_beside_neither_half() -> None:
    units = _units("""
        V8 | 东一村 | V1 |
        V9 | 东二村 | V1 |
        """)
    found = origins(units, _last("V1 | 东村"))
    assert found == {"V8": Origin(parts=("V1",)), "V9": Origin(parts=("V1",))}


def test_a_name_that_two_units_have_matches_nobody() -> None:
    units = _units("V9 | 东村 | |")
    assert origins(units, _last("V1 | 东村\nV2 | 东村")) == {"V9": Origin()}
