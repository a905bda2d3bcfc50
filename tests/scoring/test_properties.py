"""What holds for every scheme: order, separate units, no punishment for a better mark, bounds."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessor.scheme.model import Scheme
from tests.scoring.builders import score
from tests.scoring.entries import Sheet
from tests.scoring.strategies import Wanted
from tests.scoring.strategies_entries import Case, cases, entered

LEAVES = ("rubric", "rubric", "rubric", "ballot", "item")
SETTLED = Wanted(leaves=LEAVES, classes=False, bounds=False, whole_points=True, open_parts=False)
THOROUGH = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def words(case: Case, rounding: str = "") -> dict[str, dict[str, str]]:
    """Return the word of every node by unit code."""
    result = score(
        case.scheme,
        *case.sheets,
        rounding=rounding,
        overrides=case.overrides,
        exempt=case.exempt,
    )
    return {unit.code: result.of(unit.code) for unit in case.scheme.units}


@THOROUGH
@given(case=cases(), data=st.data())
def test_the_order_of_the_units_changes_no_score(case: Case, data: st.DataObject) -> None:
    shuffled = tuple(data.draw(st.permutations(case.scheme.units)))
    other = replace(case, scheme=replace(case.scheme, units=shuffled))
    assert words(case) == words(other)


@THOROUGH
@given(case=cases(), data=st.data())
def test_what_one_unit_is_given_changes_no_other_unit(case: Case, data: st.DataObject) -> None:
    """No rule of these trees looks across units, but a secretary has what his branch has."""
    changed = data.draw(st.sampled_from(case.scheme.units)).code
    anew = data.draw(entered(case.scheme))
    mixed = tuple(_with_unit(old, new, changed) for old, new in zip(case.sheets, anew, strict=True))
    before, after = words(case), words(replace(case, sheets=mixed))
    for unit in case.scheme.units:
        if changed not in (unit.code, unit.parent):
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
@given(case=cases(Wanted(leaves=LEAVES)), data=st.data())
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
        if (sheet.form, key[1]) in points and text[0].isdigit()
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
    if node.source is not None and node.rule == "inherit":
        return _full_mark(scheme, node.source.criterion)
    children = [child for child in scheme.children(name) if not child.informative]
    marks = [_full_mark(scheme, child.code) for child in children]
    if node.rule == "sum":
        # A part that does not apply may count the points that it says it has.
        declared = [Fraction(child.points or 0) for child in children]
        return sum(map(max, marks, declared), Fraction(0))
    return max(marks, default=Fraction(100))
