"""What holds for every scheme: order, separate units, no punishment for a better mark, bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessor.scheme.model import Scheme, Unit
from assessor.scoring.column import Status
from tests.scoring.entries import Sheet
from tests.scoring.oracle_words import numbers
from tests.scoring.strategies import ALL, CALM, CLASSES, Wanted
from tests.scoring.strategies_entries import Case, cases, computed, entered

LEAVES = ("rubric", "rubric", "rubric", "ballot", "item")
RISING = ("sum", "weighted", "mean", "lowest", "highest")
"""Rules that never fall where one of their parts rises."""
WITHIN = ("weighted", "mean", "lowest", "highest")
"""Rules whose value lies between the least and the greatest of their parts."""
SETTLED = Wanted(leaves=LEAVES, classes=False, bounds=False, whole_points=True, open_parts=False)
THOROUGH = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
BRIEF = settings(THOROUGH, max_examples=25)
Key = TypeVar("Key")
Text = TypeVar("Text")


def words(case: Case, rounding: str = "") -> dict[str, dict[str, str]]:
    """Return the word of every node by unit code, marked where it is provisional."""
    result = computed(case, rounding)
    found: dict[str, dict[str, str]] = {unit.code: {} for unit in case.scheme.units}
    for code, column in result.scores.columns.items():
        for unit, word, status in zip(case.scheme.units, result[code], column.status, strict=True):
            found[unit.code][code] = f"{word}?" if status is Status.PROVISIONAL else word
    return found


def exact(case: Case) -> dict[str, list[Fraction | str]]:
    """Return by node the values of all units where only what is shown is rounded."""
    columns = computed(case, "last").scores.columns
    return {
        code: [
            Fraction(tick) / 10**column.digits if status.has_value else status.word
            for tick, status in zip(column.ticks, column.status, strict=True)
        ]
        for code, column in columns.items()
    }


@THOROUGH
@given(case=cases(ALL), data=st.data())
def test_the_order_of_the_units_changes_no_score(case: Case, data: st.DataObject) -> None:
    shuffled = tuple(data.draw(st.permutations(case.scheme.units)))
    other = replace(case, scheme=replace(case.scheme, units=shuffled))
    assert words(case) == words(other)


@THOROUGH
@given(case=cases(replace(ALL, new_ways=False)), data=st.data())
def test_the_order_of_the_raters_changes_no_score(case: Case, data: st.DataObject) -> None:
    """Of raters who are trimmed, see test_raters: of equal ones the later one goes."""
    other = replace(case, sheets=tuple(data.draw(st.permutations(case.sheets))))
    assert words(case) == words(other)


@THOROUGH
@given(case=cases(ALL), data=st.data())
def test_a_unit_that_is_not_ranked_moves_nobody_and_is_measured_like_its_twin(
    case: Case, data: st.DataObject
) -> None:
    twin = data.draw(st.sampled_from([u for u in case.scheme.units if u.unit_class in CLASSES]))
    before, after = words(case), words(_with_twin(case, twin))
    twins = after.pop("twin")
    assert before == after
    assert twins == before[twin.code]


def _with_twin(case: Case, unit: Unit) -> Case:
    """Return a case with one more unit, not ranked, that has all that another one has."""
    twin = replace(unit, code="twin", parent="", ranked=False)

    def his(key: tuple[str, ...]) -> bool:
        return key[0] == unit.code

    sheets = tuple(
        replace(
            sheet,
            state=_doubled(sheet.state, lambda key: key == unit.code, lambda _: "twin"),
            entries=_doubled(
                sheet.entries, lambda k: k[0] == unit.code, lambda k: ("twin", *k[1:])
            ),
            papers=_doubled(sheet.papers, lambda k: k[0] == unit.code, lambda k: ("twin", *k[1:])),
        )
        for sheet in case.sheets
    )
    return replace(
        case,
        scheme=replace(case.scheme, units=(*case.scheme.units, twin)),
        sheets=sheets,
        overrides=_doubled(case.overrides, lambda k: k[1] == unit.code, lambda k: (k[0], "twin")),
        external=_doubled(case.external, lambda k: k[1] == unit.code, lambda k: (k[0], "twin")),
        exempt=(*case.exempt, *((*one[:2], "twin") for one in case.exempt if one[2] == unit.code)),
    )


def _doubled(
    found: Mapping[Key, Text], his: Callable[[Key], bool], renamed: Callable[[Key], Key]
) -> dict[Key, Text]:
    return {**found, **{renamed(key): text for key, text in found.items() if his(key)}}


@pytest.mark.parametrize("rule", WITHIN)
@BRIEF
@given(data=st.data())
def test_a_value_lies_between_the_least_and_the_greatest_of_the_parts(
    rule: str, data: st.DataObject
) -> None:
    case = data.draw(cases(replace(CALM, inner=(rule,), bounds=False)))
    case = replace(case, overrides={})
    found = exact(case)
    for node in (one for one in case.scheme.nodes if one.rule == rule):
        parts = [found[c.code] for c in case.scheme.children(node.code) if not c.informative]
        for unit, value in enumerate(found[node.code]):
            there = numbers(part[unit] for part in parts)
            if isinstance(value, Fraction):
                assert min(there) <= value <= max(there)


@pytest.mark.parametrize("rule", [*RISING, "best", "scaled"])
@BRIEF
@given(data=st.data(), times=st.sampled_from([2, 3, 7, 10]))
def test_as_many_times_the_points_and_marks_are_as_many_times_the_score(
    rule: str, data: st.DataObject, times: int
) -> None:
    leaves = ("rubric", "rubric", "item", "bonus", "deduction")
    case = data.draw(cases(replace(CALM, inner=(rule,), leaves=leaves, bounds=False)))
    case = replace(case, overrides={})
    before, after = exact(case), exact(_multiplied(case, times))
    for code, values in before.items():
        expected = [value * times if isinstance(value, Fraction) else value for value in values]
        assert after[code] == expected, code


def _multiplied(case: Case, times: int) -> Case:
    """Return a case in which all points and all marks are so many times as much."""
    scheme = case.scheme

    def more(points: Decimal | None) -> Decimal | None:
        return None if points is None else points * times

    sheets = tuple(
        replace(
            sheet,
            entries={
                key: _more(text, times) if key[2] == "entry" else text
                for key, text in sheet.entries.items()
            },
            papers={k: tuple(_more(t, times) for t in texts) for k, texts in sheet.papers.items()},
        )
        for sheet in case.sheets
    )
    return replace(
        case,
        scheme=replace(
            scheme,
            nodes=tuple(replace(one, points=more(one.points)) for one in scheme.nodes),
            criteria=tuple(replace(row, points=more(row.points)) for row in scheme.criteria),
            bonuses=tuple(
                replace(row, points=row.points * times, cap=more(row.cap)) for row in scheme.bonuses
            ),
        ),
        sheets=sheets,
    )


def _more(text: str, times: int) -> str:
    return str(Decimal(text) * times) if text[0].isdigit() else text


@THOROUGH
@given(case=cases(), data=st.data())
def test_what_one_unit_is_given_changes_no_other_unit(case: Case, data: st.DataObject) -> None:
    """No rule of these trees looks across units, but secretary and district take values over."""
    changed = data.draw(st.sampled_from(case.scheme.units)).code
    anew = data.draw(entered(case.scheme))
    mixed = tuple(_with_unit(old, new, changed) for old, new in zip(case.sheets, anew, strict=True))
    before, after = words(case), words(replace(case, sheets=mixed))
    for unit in case.scheme.units:
        if changed not in (unit.code, unit.parent) and unit.unit_class != "区":
            assert before[unit.code] == after[unit.code]


def _with_unit(old: Sheet, new: Sheet, unit: str) -> Sheet:
    """Return a sheet with what another one says of one unit."""
    state = {code: word for code, word in old.state.items() if code != unit}
    entries = {key: text for key, text in old.entries.items() if key[0] != unit}
    papers = {key: texts for key, texts in old.papers.items() if key[0] != unit}
    state |= {code: word for code, word in new.state.items() if code == unit}
    entries |= {key: text for key, text in new.entries.items() if key[0] == unit}
    papers |= {key: texts for key, texts in new.papers.items() if key[0] == unit}
    return replace(old, state=state, entries=entries, papers=papers)


@pytest.mark.parametrize("rounding", ["each", "last"])
@THOROUGH
@given(case=cases(Wanted(leaves=LEAVES, inner=RISING)), data=st.data())
def test_a_better_mark_never_lowers_a_node(rounding: str, case: Case, data: st.DataObject) -> None:
    points = {
        (form.code, row.code): row.points
        for form in case.scheme.forms
        for row in case.scheme.rubric(form.rubric)
        if row.entry == "earned"
    }
    earned = [
        (at, key)
        for at, sheet in enumerate(case.sheets)
        for key, text in sheet.entries.items()
        if key[2] == "entry" and (sheet.form, key[1]) in points and text[0].isdigit()
    ]
    if not earned:
        return
    at, key = data.draw(st.sampled_from(earned))
    sheet = case.sheets[at]
    room = (points[sheet.form, key[1]] or Decimal(0)) - Decimal(sheet.entries[key])
    more = Decimal(data.draw(st.integers(0, int(room * 1000)))) / 1000
    better = replace(sheet, entries={**sheet.entries, key: str(Decimal(sheet.entries[key]) + more)})
    sheets = (*case.sheets[:at], better, *case.sheets[at + 1 :])
    before, after = words(case, rounding), words(replace(case, sheets=sheets), rounding)
    for unit, nodes in before.items():
        for node, word in nodes.items():
            if word[-1].isdigit():
                assert Fraction(after[unit][node]) >= Fraction(word), (unit, node)
            else:
                assert after[unit][node] == word, (unit, node)


@pytest.mark.parametrize("rounding", ["each", "last"])
@THOROUGH
@given(case=cases(SETTLED))
def test_no_score_is_below_zero_or_above_the_full_mark(rounding: str, case: Case) -> None:
    case = replace(case, overrides={})
    for unit, nodes in words(case, rounding).items():
        for code, word in nodes.items():
            if word[-1].isdigit():
                assert 0 <= Fraction(word) <= _full_mark(case.scheme, code), (unit, code)


def _full_mark(scheme: Scheme, code: str) -> Fraction:
    """Return the most that a node can give, from its criteria up."""
    name, _, part = code.partition(".")
    node = scheme.node[name]
    if node.source is not None and node.rule == "rubric":
        rows = scheme.rubric(scheme.form[node.source.form].rubric)
        if part:
            rows = tuple(row for row in rows if row.section == part.replace("-", ""))
        return sum((Fraction(row.points or 0) for row in rows), Fraction(0))
    if node.source is not None and node.rule in ("inherit", "derived"):
        return _full_mark(scheme, node.source.criterion)
    children = [child for child in scheme.children(name) if not child.informative]
    marks = [_full_mark(scheme, child.code) for child in children]
    if node.rule == "sum":
        # A part that does not apply may count the points that it says it has.
        declared = [Fraction(child.points or 0) for child in children]
        return sum(map(max, marks, declared), Fraction(0))
    return max(marks, default=Fraction(100))
