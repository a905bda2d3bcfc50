"""The pages on writing schemes: every example runs, every table, column and rule is explained."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from assessor.scheme.columns import ACTS, EFFECTS, ENTRIES, LAYOUTS, SETTING_KEYS, TABLES
from assessor.scheme.rulebook import PARAMETER_KEYS, PARAMETER_WORDS, RULEBOOK
from assessor.workflow import collect
from docs.reference import filled
from tests.builders import cells
from tests.examples import Example, examples, workspace_of

DOCS = Path(__file__).parent.parent / "docs"
PAGES = {"en": DOCS / "schemes.md", "zh": DOCS / "方案编写.md"}
EXAMPLES = [(name, example) for name, page in PAGES.items() for example in examples(page)]


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "example", [pytest.param(e, id=f"{name}-{e.line}-{e.heading}") for name, e in EXAMPLES]
)
def test_an_example_gives_what_the_page_says(tmp_path: Path, example: Example) -> None:
    workspace = workspace_of(example, tmp_path / "round")
    if not (example.gives or example.problems):
        return
    done = collect(workspace, workspace.returns)
    scores = {(r["unit_code"], r["node"]): r for r in _rows(workspace.results / "scores.csv")}
    standing = {row["unit_code"]: row for row in _rows(workspace.results / "standing.csv")}
    for wanted in (row for table in example.gives for row in table):
        row = {**standing.get(wanted["unit"], {})}
        if "node" in wanted:
            row = {**scores[wanted["unit"], wanted["node"]]}
            row["score"] = row["value"]
        for key in wanted.keys() - {"unit", "node"}:
            assert row[key] == wanted[key], (wanted, row)
    found = {problem.code for problem in done.round.problems}
    assert {row["code"] for row in example.problems} <= found
    if not example.problems:
        assert done.round.complete, [problem.code for problem in done.round.problems]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_names_every_table_column_rule_parameter_and_choice(name: str) -> None:
    text = PAGES[name].read_text(encoding="utf-8")
    pairs = [(table.key, table.zh) for table in TABLES]
    pairs += [(column.key, column.zh) for table in TABLES for column in table.columns]
    pairs += [(spec.key, spec.zh) for spec in RULEBOOK]
    pairs += list(PARAMETER_KEYS.items()) + list(PARAMETER_WORDS.items())
    pairs += list(SETTING_KEYS.items())
    pairs += [*ENTRIES, *LAYOUTS, *EFFECTS, *ACTS]
    wanted = {zh if name == "zh" else key for key, zh in pairs}
    said = {
        part for shown in re.findall(r"`([^`\n]+)`", text) for part in re.split(r"[=;；]", shown)
    }
    assert wanted - said == set()


@pytest.mark.parametrize("name", PAGES)
def test_every_rule_stands_in_an_example_that_runs(name: str) -> None:
    shown = {
        cell
        for page, example in EXAMPLES
        if page == name and (example.gives or example.problems)
        for table in example.tables.values()
        for row in cells(table)
        for cell in row
    }
    assert {spec.zh if name == "zh" else spec.key for spec in RULEBOOK} - shown == set()


def test_both_pages_have_the_same_examples() -> None:
    counts = {name: len(examples(page)) for name, page in PAGES.items()}
    assert counts["en"] == counts["zh"]


@pytest.mark.parametrize("name", PAGES)
def test_the_columns_of_a_page_are_those_that_are_declared(name: str) -> None:
    text = PAGES[name].read_text(encoding="utf-8")
    assert filled(text, name) == text, "run python docs/reference.py"
