"""LibreOffice computes audit.xlsx anew, without its cached values, and finds the same."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from openpyxl import load_workbook

from assessor.outputs.audit import rules
from assessor.outputs.audit.workbook import audit_xlsx
from assessor.rounds import read_round
from assessor.scoring.column import Column
from assessor.scoring.evaluate import evaluate
from assessor.scoring.inputs import EntryKey, Inputs
from assessor.standing.stand import Standing, stand
from assessor.workspace import Workspace
from tests.outputs.audit.recalculating import differences, recalculated, without_values
from tests.scoring.builders import inputs_of
from tests.scoring.strategies import ALL
from tests.scoring.strategies_entries import Case, external_of, grow_case
from tests.test_office import SAMPLES, has_office

pytestmark = [
    pytest.mark.office,
    pytest.mark.slow,
    pytest.mark.skipif(not has_office(), reason="LibreOffice with python3-uno is not installed"),
]


def test_every_formula_of_every_shipped_scheme_gives_the_value_that_was_written(
    tmp_path: Path,
) -> None:
    names = sorted(path.parent.name for path in SAMPLES.glob("*/scheme"))
    assert len(names) == 10
    for name in names:
        workspace = Workspace(SAMPLES / name)
        found = read_round(workspace, workspace.returns)
        content = audit_xlsx(found.standing, found.inputs, found.problems)
        (tmp_path / f"{name}.xlsx").write_bytes(content)
    assert sum(_all_agree(tmp_path, names)) > 10_000


def test_every_formula_of_random_schemes_of_every_rule_gives_the_value_that_was_written(
    tmp_path: Path,
) -> None:
    names = []
    for seed in range(20):
        for rounding in ("each", "last"):
            case = grow_case(Random(seed), ALL)
            names.append(f"{seed}-{rounding}")
            standing, inputs = stood(case, rounding)
            (tmp_path / f"{names[-1]}.xlsx").write_bytes(audit_xlsx(standing, inputs, []))
    assert sum(_all_agree(tmp_path, names)) > 800


def stood(case: Case, rounding: str) -> tuple[Standing, Inputs]:
    scheme = replace(case.scheme, settings=replace(case.scheme.settings, rounding=rounding))
    inputs = inputs_of(scheme, *case.sheets, overrides=case.overrides, exempt=case.exempt)
    inputs = replace(inputs, external=external_of(case))
    return stand(scheme, evaluate(scheme, inputs)), inputs


def _all_agree(folder: Path, names: list[str]) -> list[int]:
    """Compare what LibreOffice computes; return the number of formulas of each workbook."""
    bare = folder / "bare"
    bare.mkdir()
    paths = [bare / f"{name}.xlsx" for name in names]
    counts = [without_values((folder / path.name).read_bytes(), path) for path in paths]
    found = recalculated(folder, *paths)
    for path in paths:
        assert differences(folder / path.name, found[path.name]) == [], path.name
    return counts


def test_a_planted_wrong_formula_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {**rules.FORMULAS, "weighted": lambda node, at: f"{rules.weigh(node, at)}+0.01"}
    monkeypatch.setattr(rules, "FORMULAS", wrong)
    workspace = Workspace(SAMPLES / "township")
    found = read_round(workspace, workspace.returns)
    written, bare = tmp_path / "audit.xlsx", tmp_path / "bare.xlsx"
    written.write_bytes(audit_xlsx(found.standing, found.inputs, found.problems))
    without_values(written.read_bytes(), bare)
    assert differences(written, recalculated(tmp_path, bare)["bare.xlsx"])


def test_one_entry_changed_and_recalculated_gives_the_ranks_of_a_fresh_collect(
    tmp_path: Path,
) -> None:
    workspace = Workspace(SAMPLES / "township")
    found = read_round(workspace, workspace.returns)
    scheme, before = found.standing.scheme, found.standing
    tenth = before.ranked("unit")[9]
    unit = scheme.units[tenth.unit]
    key = _entry(found.inputs, tenth.unit)
    path = tmp_path / "audit.xlsx"
    path.write_bytes(audit_xlsx(before, found.inputs, found.problems))
    book = load_workbook(path)
    titles = (scheme.form[key.form].title, scheme.period[key.period].title)
    sheet = next(s for s in book if all(title in s.title for title in titles))
    codes = [cell.value for cell in sheet[4]]
    column = codes.index(key.criterion) + 1
    row = next(r for r in range(6, sheet.max_row + 1) if sheet.cell(r, 1).value == unit.code)
    sheet.cell(row, column).value = 0
    changed = tmp_path / "changed.xlsx"
    book.save(changed)
    cells = recalculated(tmp_path, changed)["changed.xlsx"]
    after = stand(scheme, evaluate(scheme, _with(found.inputs, key, tenth.unit)))
    assert after.units[before.units.index(tenth)].rank != tenth.rank
    ranks = next(s for s in book if s.title == "等次和名次")
    heads = {ranks.cell(3, c).value: c for c in range(1, ranks.max_column + 1)}
    for line, mine in enumerate(after.units, 6):
        for title, rank in (("名次", mine.rank), ("类内名次", mine.class_rank)):
            cell = ranks.cell(line, heads[title]).coordinate
            assert cells[ranks.title, cell] == ("—" if rank is None else rank)
        assert cells[ranks.title, ranks.cell(line, heads["等次"]).coordinate] == mine.grade


def _entry(inputs: Inputs, unit: int) -> EntryKey:
    """Return the entry that gave a unit the most points at the year-end check of the panel."""
    there = [key for key in inputs.entries if (key.form, key.period) == ("panel", "Y")]
    return max(there, key=lambda key: inputs.entries[key].value(unit) or 0)


def _with(inputs: Inputs, key: EntryKey, unit: int) -> Inputs:
    """Return the inputs with one entry changed to 0."""
    column = inputs.entries[key]
    ticks = list(column.ticks)
    ticks[unit] = 0
    entries = {**inputs.entries, key: Column(column.digits, ticks, column.status)}
    return replace(inputs, entries=entries)


def test_libreoffice_rounds_halves_up_in_all_digits_that_scores_have(tmp_path: Path) -> None:
    """The pair of ROUNDs, against exact fractions: ties, and what lies beside them."""
    import xlsxwriter

    from assessor.decimals import half_up
    from assessor.outputs.audit.text import literal, rounded

    random = Random(1)
    cases = []
    for digits in (0, 1, 2, 3, 4):
        for _ in range(300):
            tie = Fraction(2 * random.randrange(10 ** (digits + 3)) + 1, 2 * 10**digits)
            off = tie + Fraction(random.choice((-1, 1)), random.choice((997, 10**6)) * 10**digits)
            cases += [(digits, tie), (digits, -tie), (digits, off)]
    path = tmp_path / "round.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row, (digits, value) in enumerate(cases):
            # Thirds and tenths that a float cannot hold, and that add up to the value.
            parts = f"{literal(value / 3)}+{literal(value / 10)}+{literal(value * 17 / 30)}"
            sheet.write_formula(row, 0, f"={rounded(parts, digits)}", value=0)
    bare = tmp_path / "bare.xlsx"
    assert without_values(path.read_bytes(), bare) == len(cases)
    found = recalculated(tmp_path, bare)["bare.xlsx"]
    wrong = [
        (digits, value)
        for row, (digits, value) in enumerate(cases, 1)
        if abs(found["Sheet1", f"A{row}"] - half_up(value * 10**digits) / 10**digits) > 1e-9
    ]
    assert wrong == []
