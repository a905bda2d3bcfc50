"""The pages on the bulletin's template: every name there is, with an example that is true."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from assessor.i18n import catalog
from assessor.outputs.bulletin_facts import Told, bulletin_facts
from assessor.outputs.bulletin_language import LOOP, Language, slips_of
from assessor.outputs.bulletin_names import FACTS, Name, Record, Rows
from assessor.rounds import read_round
from assessor.workspace import BULLETINS, Workspace

ROOT = Path(__file__).parent.parent
PAGES = {"zh": ROOT / "docs" / "通报模板.md", "en": ROOT / "docs" / "bulletin.md"}
SAME = {"persons_ranking": "ranking", "sections": "parts", "losses": "criteria"}
"""Lists whose rows have the names of another list, and no table of their own on the pages."""


def sections(language: str) -> dict[str, list[list[str]]]:
    """Return the tables of names by the list they are of, the single values under nothing."""
    found: dict[str, list[list[str]]] = {"": []}
    text = PAGES[language].read_text(encoding="utf-8")
    of = ""
    for line in text[text.index("\n## ", text.index("samples/township")) :].splitlines():
        names = re.findall(r"`([^`]+)`", line)
        if line.startswith("### "):
            of = next(n.en for n in FACTS if n.en in names)
            found[of] = []
        elif line.startswith(("| `",)):
            found[of].append([cell.strip() for cell in line.strip("|").split(" | ")])
    return found


def told(names: Sequence[Name]) -> Iterator[Name]:
    """Yield the names of rows and of the lists in them, but for places, which are as in ranking."""
    for name in names:
        yield name
        yield from name.rows if name.en != "places" else ()


def both(cell: str) -> frozenset[str]:
    return frozenset(re.findall(r"`([^`]+)`", cell))


@pytest.mark.parametrize("language", PAGES)
def test_every_name_is_on_the_page_and_no_other(language: str) -> None:
    pages = sections(language)
    plain = [frozenset(name.both) for name in FACTS if not name.rows]
    assert [both(row[0]) for row in pages[""]] == plain
    lists = [name for name in FACTS if name.rows]
    assert set(pages) == {"", *(name.en for name in lists)}
    for name in lists:
        wanted = [] if name.en in SAME else [frozenset(one.both) for one in told(name.rows)]
        assert sorted(map(sorted, (both(row[0]) for row in pages[name.en]))) == sorted(
            map(sorted, wanted)
        )


@pytest.mark.parametrize(("one", "other"), SAME.items())
def test_lists_that_are_said_to_be_alike_are(one: str, other: str) -> None:
    names = {name.en: name.rows for name in FACTS}
    assert names[one] == names[other]


@pytest.fixture(scope="module")
def township(tmp_path_factory: pytest.TempPathFactory) -> Record:
    folder = tmp_path_factory.mktemp("docs") / "township"
    ignore = shutil.ignore_patterns("results", "forms", "lock")
    shutil.copytree(ROOT / "samples" / "township", folder, ignore=ignore)
    workspace = Workspace(folder)
    done = read_round(workspace, workspace.returns, workers=2)
    return bulletin_facts(
        Told(
            done.standing,
            done.collection,
            done.inputs,
            done.packets,
            done.problems,
            done.decisions,
            done.happened,
        )
    )


@pytest.mark.parametrize("language", PAGES)
def test_every_example_is_what_the_sample_gives(township: Record, language: str) -> None:
    pages = sections(language)
    checked = 0
    for of, rows in pages.items():
        record = township
        if of:
            found = township[of]
            assert isinstance(found, Rows)
            if not len(found):
                assert all(row[1] == "—" for row in rows if len(both(row[0])) == 2) or rows == []
                continue
            record = found.rows[0]
        for cell, example, _ in rows:
            name = next((one for one in both(cell) if one in record), None)
            value = record.get(name or "", None)
            if name is None or isinstance(value, bool | Rows) or example == "—":
                continue  # a name of a list within: its own test is the list of names
            inner = any(one in cell for one in ("share", "lost", "count"))
            if str(value) != example and inner:
                continue
            assert str(value) == example, (of, cell)
            checked += 1
    assert checked > 70


@pytest.mark.parametrize("language", PAGES)
def test_the_tags_of_the_page_are_tags(language: str) -> None:
    text = PAGES[language].read_text(encoding="utf-8")
    tags = [tag for tag in re.findall(r"`(\{.*?\})`", text) if "…" not in tag]
    whole = [tag for tag in tags if not tag.startswith(("{%p", "{%tr", "{% else"))]
    assert len(whole) >= 2
    for tag in whole:
        ended = tag if "endfor" in tag or not tag.startswith("{% for") else tag + "{% endfor %}"
        outer = ("类", "各类别") if language == "zh" else ("group", "classes")
        source = f"{{% for {outer[0]} in {outer[1]} %}}{ended}{{% endfor %}}"
        assert slips_of(source, Language()) == [], tag
    assert all(f"`loop.{name}`" in text for name in LOOP)
    assert BULLETINS["zh"] in text
    assert BULLETINS["en"] in text


@pytest.mark.parametrize("language", PAGES)
def test_the_message_on_the_page_is_the_one_that_is_said(language: str) -> None:
    text = PAGES[language].read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("    → ")).strip()
    cure = catalog(language).text(
        "problem.bulletin_name_near.cure",
        **(
            {"tag": "{{ 参平数 }}", "name": "参平数", "guess": "参评数"}
            if language == "zh"
            else {"tag": "{{ unts }}", "name": "unts", "guess": "units"}
        ),
    )
    assert line == f"→ {cure}"
