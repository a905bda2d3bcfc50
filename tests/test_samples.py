"""The samples as a clerk has them: saved by LibreOffice, collected, against figures from outside.

The expected figures come from ``samples/expected_scores.py`` and ``samples/oracles/``, which share
no code with the package; the expected problems are the faults that were planted, and what each
scheme wants to be told of.
"""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from assessor.standing.awards import sums
from assessor.workflow import Collected, collect
from assessor.workspace import Workspace

SAMPLES = Path(__file__).parent.parent / "samples"
TEMPLATES = SAMPLES.parent / "templates"
OF_TEMPLATE = {
    "law": "law-popularisation",
    "demonstration": "demonstration-points",
    "ideology": "ideology-responsibility",
    "branch": "branch-quantified",
    "united-front": "united-front-city",
    "flowing-cup": "flowing-cup",
    "district": "district-derived",
}
"""Samples that are made by ``samples/refill.py``, and the ready-made scheme of each."""
CLEAN = ("township", "community", *OF_TEMPLATE)
NAMES = (*CLEAN, "township-messy")


class Sample(NamedTuple):
    collected: Collected
    results: Path
    expected: Path


def rows(path: Path) -> list[dict[str, str]]:
    text = path.read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sample]:
    found = {}
    for name in NAMES:
        folder = tmp_path_factory.mktemp(name) / name
        ignore = shutil.ignore_patterns("results", "forms", "lock")
        shutil.copytree(SAMPLES / name, folder, ignore=ignore)
        done = collect(Workspace(folder), folder / "returns")
        found[name] = Sample(done, folder / "results", folder / "expected")
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_standing_is_what_was_worked_out_independently(
    samples: dict[str, Sample], name: str
) -> None:
    sample = samples[name]
    found, expected = (rows(place / "standing.csv") for place in (sample.results, sample.expected))
    assert [{key: row[key] for key in expected[0]} for row in found] == expected


@pytest.mark.parametrize("name", NAMES)
def test_every_node_of_every_unit_is_what_was_worked_out_independently(
    samples: dict[str, Sample], name: str
) -> None:
    sample = samples[name]
    found = {(row["unit_code"], row["node"]): row for row in rows(sample.results / "scores.csv")}
    expected = rows(sample.expected / "scores.csv")
    assert len(expected) >= 30
    assert name == "township-messy" or set(found) == {(r["unit_code"], r["node"]) for r in expected}
    for row in expected:
        mine = found[row["unit_code"], row["node"]]
        if name == "township-messy":
            assert mine["value"] == row["value"]
        else:
            assert mine == row


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_sample_is_complete(samples: dict[str, Sample], name: str) -> None:
    done = samples[name].collected
    assert done.round.complete
    assert done.round.standing.settled
    assert {fate.disposition for fate in done.round.collection.fates} == {"accepted"}


def test_a_total_of_exactly_90_is_the_best_grade(samples: dict[str, Sample]) -> None:
    """90.10, 90.10 and 89.10 at 60, 30 and 10 %: in binary floats 89.99999999999999."""
    (unit,) = [
        r for r in rows(samples["township"].results / "standing.csv") if r["unit_code"] == "V04"
    ]
    assert (unit["score"], unit["grade"]) == ("90.00", "优秀")


@pytest.mark.parametrize("name", NAMES)
def test_every_planted_fault_is_reported_and_nothing_else(
    samples: dict[str, Sample], name: str
) -> None:
    sample = samples[name]
    found = Counter(
        (row["severity"], row["code"], row["unit_code"])
        for row in rows(sample.results / "problems.csv")
    )
    expected = Counter(
        (row["severity"], row["code"], row["unit_code"])
        for row in rows(sample.expected / "problems.csv")
    )
    assert found == expected


def test_every_file_of_the_messy_sample_has_one_disposition(samples: dict[str, Sample]) -> None:
    sample = samples["township-messy"]
    returns = sample.results.parent / "returns"
    there = sorted(p.relative_to(returns).as_posix() for p in returns.rglob("*") if p.is_file())
    fates = rows(sample.results / "files.csv")
    assert sorted(row["file"] for row in fates) == there
    assert Counter(row["disposition"] for row in fates) == {
        "accepted": 62,
        "conflict": 2,
        "duplicate": 2,
        "enclosure": 1,
        "ignored": 1,
        "rejected": 3,
    }
    assert all(row["reason"] for row in fates if row["disposition"] != "accepted")


def test_the_same_inputs_give_the_same_bytes(samples: dict[str, Sample], tmp_path: Path) -> None:
    sample = samples["township-messy"]
    again = collect(
        Workspace(sample.results.parent), sample.results.parent / "returns", tmp_path / "out"
    )
    files = [path for path in sample.results.rglob("*") if path.is_file()]
    assert any(path.parent.name != "results" for path in files)
    for path in files:
        twin = again.exchange.folder / path.relative_to(sample.results)
        assert twin.read_bytes() == path.read_bytes(), path.name


def test_scores_in_the_ranking_workbook_are_those_of_the_csv(samples: dict[str, Sample]) -> None:
    import openpyxl

    sample = samples["township"]
    book = openpyxl.load_workbook(sample.results / "ranking.xlsx")
    sheet = book["总排名"]
    heads = [cell.value for cell in sheet[3]]
    shown = {
        line[heads.index("编号")].value: (line[heads.index("得分")].value, line[0].value)
        for line in sheet.iter_rows(min_row=4)
    }
    for row in rows(sample.results / "standing.csv"):
        if row["unit_code"] in shown:
            score, rank = shown[row["unit_code"]]
            assert (f"{score:.2f}", str(rank)) == (row["score"], row["rank"])
    assert len(shown) == 24


def test_the_live_total_as_libreoffice_computed_it_is_the_score(samples: dict[str, Sample]) -> None:
    """The cached value of 合计 on each returned .xlsx was recalculated by LibreOffice."""
    import openpyxl

    sample = samples["township"]
    scores = {
        (row["unit_code"], row["node"]): float(row["value"] or "nan")
        for row in rows(sample.results / "scores.csv")
    }
    filled = rows(SAMPLES / "township" / "filled" / "entries.csv")
    exempt = {(row["form"], row["unit"]) for row in filled if row["value"] == "/"}
    compared = 0
    for row in rows(SAMPLES / "township" / "filled" / "files.csv"):
        node = {"self": "self", "panel": "panel_base"}.get(row["form"], "")
        if not node or row["period"] != "Y" or not row["file"].endswith(".xlsx"):
            continue
        if (row["form"], row["unit"]) in exempt:
            continue
        returns = sample.results.parent / "returns"
        sheet = openpyxl.load_workbook(returns / row["file"], data_only=True).worksheets[0]
        lines = [line for line in sheet.iter_rows(values_only=True) if "合计" in line]
        total = next(v for v in reversed(lines[0]) if isinstance(v, int | float))
        assert round(total, 2) == scores[row["unit"], node], row["file"]
        compared += 1
    assert compared > 20


@pytest.mark.parametrize("name", OF_TEMPLATE)
def test_what_is_expected_is_what_the_oracle_works_out(name: str, tmp_path: Path) -> None:
    oracle = SAMPLES / "oracles" / f"{name.replace('-', '_')}.py"
    subprocess.run([sys.executable, oracle, tmp_path], check=True, capture_output=True)
    for path in tmp_path.iterdir():
        assert rows(path) == rows(SAMPLES / name / "expected" / path.name), path.name


@pytest.mark.parametrize("name", OF_TEMPLATE)
def test_the_scheme_of_a_sample_is_the_ready_made_one(name: str) -> None:
    """Units and issuer are the sample's own; else run ``python samples/refill.py NAME``."""
    for path in (TEMPLATES / OF_TEMPLATE[name]).glob("*.csv"):
        mine, ready = rows(SAMPLES / name / "scheme" / path.name), rows(path)
        if path.stem == "settings":
            mine, ready = ([r for r in table if r["key"] != "issuer"] for table in (mine, ready))
        assert path.stem == "units" or mine == ready, path.name


def test_nine_cups_and_ten_organisers_cost_30000_yuan(samples: dict[str, Sample]) -> None:
    """9 × 3,000 + 10 × 300."""
    standing = samples["flowing-cup"].collected.round.standing
    found = sums(standing.awards)
    assert (found.slots, found.given, found.left, found.money) == (19, 19, 0, Decimal(30000))


def test_what_a_unit_declared_stands_on_the_panels_form(samples: dict[str, Sample]) -> None:
    import openpyxl

    returns = samples["flowing-cup"].results.parent / "returns"
    declared: dict[str, set[str]] = {}
    for row in rows(SAMPLES / "flowing-cup" / "filled" / "entries.csv"):
        if (row["form"], row["column"]) == ("goals", "entry"):
            declared.setdefault(row["unit"], set()).add(row["value"])
    compared = 0
    for row in rows(SAMPLES / "flowing-cup" / "filled" / "files.csv"):
        if row["form"] == "innovation" and row["file"].endswith(".xlsx"):
            book = openpyxl.load_workbook(returns / row["file"], read_only=True)
            lines = (line for sheet in book for line in sheet.iter_rows(values_only=True))
            texts = {value for line in lines for value in line if isinstance(value, str)}
            assert declared[row["unit"]] <= texts, row["file"]
            compared += 1
    assert compared > 5


def test_a_collected_standing_is_what_the_next_level_up_reads(samples: dict[str, Sample]) -> None:
    """The districts' input is the flowing cup's own result, column by column."""
    (scheme_input,) = samples["district"].collected.round.external
    theirs = rows(samples["flowing-cup"].results / "standing.csv")
    read = rows(SAMPLES / "district" / "inputs" / "standing.csv")
    assert [{key: row[key] for key in read[0]} for row in theirs] == read
    (taken,) = scheme_input.files
    assert (taken.rows, taken.matched, taken.unmatched) == (27, 12, 15)
