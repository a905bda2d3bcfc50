"""The layers of the house: every import runs downwards, and each library has one room."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import assessor

LAYERS = (
    (
        "cli",
        "printing",
        "printing_years",
        "printing_explain",
        "printing_publish",
        "printing_what_if",
        "printing_changes",
        "printing_mail",
        "printing_fetch",
    ),
    (
        "workflow",
        "rounds",
        "result_set",
        "correcting",
        "issuing",
        "rehearsal",
        "made_up",
        "made_up_inputs",
        "made_up_units",
        "starting",
        "renewal",
        "comparing",
        "last_year",
        "publishing",
        "what_if",
        "explaining",
        "posting",
        "posting_items",
        "fetching",
        "receipting",
    ),
    ("mail",),
    ("outputs",),
    ("returns",),
    ("standing",),
    ("scoring",),
    ("scheme",),
    ("workspace", "exchange"),
    ("disk",),
    ("sheets",),
    ("problems", "decimals", "i18n", "locale"),
)
"""From the top down. A room imports from its own layer and from the layers below it."""
SHARED_BY_OUTPUTS = {
    f"assessor.outputs.{name}" for name in ("style", "charts", "wording", "results_table")
}
PARTS_OF = {
    "assessor.outputs.form": {
        f"assessor.outputs.{name}"
        for name in ("form_canvas", "form_sheet", "instructions", "papers")
    },
    "assessor.outputs.form_sheet": {
        f"assessor.outputs.{name}"
        for name in ("form_canvas", "form_marks", "form_rules", "form_tables")
    },
    "assessor.outputs.feedback": {
        f"assessor.outputs.{name}"
        for name in ("feedback_front", "feedback_round", "feedback_tables")
    },
    "assessor.outputs.feedback_chosen": {
        f"assessor.outputs.{name}" for name in ("feedback_round", "feedback_tables")
    },
    "assessor.outputs.feedback_front": {
        f"assessor.outputs.{name}"
        for name in ("feedback_chosen", "feedback_round", "feedback_tables")
    },
    "assessor.outputs.feedback_tables": {
        f"assessor.outputs.{name}" for name in ("feedback_round", "ranking_scores")
    },
    "assessor.outputs.feedback_round": {"assessor.outputs.ranking_ballots"},
    "assessor.outputs.form_rules": {"assessor.outputs.form_canvas"},
    "assessor.outputs.form_marks": {
        f"assessor.outputs.{name}" for name in ("form_canvas", "form_rules")
    },
    "assessor.outputs.form_tables": {
        f"assessor.outputs.{name}" for name in ("form_canvas", "form_marks")
    },
    "assessor.outputs.corrections": {
        f"assessor.outputs.{name}"
        for name in ("correction_list", "correction_state", "form", "form_canvas")
    },
    "assessor.outputs.correction_list": {"assessor.outputs.correction_state"},
    "assessor.outputs.correction_state": {"assessor.outputs.form_marks"},
    "assessor.outputs.ranking": {
        f"assessor.outputs.{name}"
        for name in (
            "overview",
            "ranking_awards",
            "ranking_ballots",
            "ranking_basis",
            "ranking_decisions",
            "ranking_limits",
            "ranking_means",
            "ranking_hints",
            "ranking_places",
            "ranking_scores",
        )
    },
    "assessor.outputs.overview": {
        f"assessor.outputs.{name}" for name in ("overview_counts", "ranking_basis", "ranking_means")
    },
    "assessor.outputs.notice": {
        f"assessor.outputs.{name}" for name in ("notice_tables", "ranking_awards", "ranking_places")
    },
    "assessor.outputs.notice_tables": {
        f"assessor.outputs.{name}" for name in ("ranking_places", "tables")
    },
    "assessor.outputs.ranking_places": {"assessor.outputs.ranking_scores"},
    "assessor.outputs.bulletin": {
        f"assessor.outputs.bulletin_{name}" for name in ("base", "facts", "template", "zip")
    },
    "assessor.outputs.bulletin_base": {"assessor.outputs.bulletin_zip"},
    "assessor.outputs.bulletin_facts": {"assessor.outputs.bulletin_names"},
    "assessor.outputs.bulletin_language": {"assessor.outputs.bulletin_names"},
    "assessor.outputs.bulletin_template": {
        f"assessor.outputs.bulletin_{name}" for name in ("language", "names")
    },
    "assessor.outputs.problems": {"assessor.outputs.proposals"},
    "assessor.outputs.comparison": {
        f"assessor.outputs.{name}" for name in ("comparison_front", "comparison_words", "tables")
    },
    "assessor.outputs.comparison_front": {"assessor.outputs.comparison_words"},
}

READING = {"openpyxl", "python_calamine", "xlrd"}
WRITING = {"xlsxwriter", "docxtpl", "docx", "jinja2"}
IMPURE = READING | WRITING | {"pandas", "assessor.i18n"}

ROOT = Path(assessor.__file__).parent.parent
LEVELS = {room: level for level, rooms in enumerate(LAYERS) for room in rooms}


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {_name(path): path for path in sorted((ROOT / "assessor").rglob("*.py"))}


def _imported(name: str, source: str) -> Iterator[str]:
    """Yield every module that a module imports, inside functions and type checks too."""
    package = name if FILES.get(name, ROOT).name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            dots = "." * node.level + (node.module or "")
            base = importlib.util.resolve_name(dots, package)
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield inner if inner in FILES else base


IMPORTS = {
    name: set(_imported(name, path.read_text(encoding="utf-8"))) for name, path in FILES.items()
}
OWN = {name: {other for other in found if other in FILES} for name, found in IMPORTS.items()}


def _room(name: str) -> str:
    """Return the part of the house: ``assessor.scheme.plan`` stands in ``scheme``."""
    return name.split(".")[1] if "." in name else ""


def _importers(libraries: set[str]) -> set[str]:
    """Return the rooms that import one of some libraries."""
    return {
        _room(name)
        for name, found in IMPORTS.items()
        if any(other.split(".")[0] in libraries or other in libraries for other in found)
    }


def test_imports_inside_functions_are_seen() -> None:
    source = """
        import os.path
        def late():
            from assessor.scheme import plan
            from . import stamp
        """
    found = set(_imported("assessor.scheme.copies", "if True:" + source))
    assert found == {"os.path", "assessor.scheme.plan", "assessor.scheme.stamp"}


def test_every_module_stands_in_a_layer() -> None:
    assert {_room(name) for name in FILES} - {""} == set(LEVELS)


@pytest.mark.parametrize("name", sorted(set(FILES) - {"assessor"}))
def test_imports_run_downwards(name: str) -> None:
    upwards = {
        other
        for other in OWN[name] - {"assessor"}
        if LEVELS[_room(other)] < LEVELS.get(_room(name), len(LAYERS))
    }
    assert not upwards


def test_the_package_itself_imports_nothing_of_its_own() -> None:
    assert not OWN["assessor"]


def test_imports_run_in_no_circle() -> None:
    try:
        order = list(TopologicalSorter(OWN).static_order())
    except CycleError as circle:
        pytest.fail(" → ".join(circle.args[1]))
    assert len(order) == len(FILES)


def _of_one_package(name: str, other: str) -> bool:
    """Say whether two modules stand in one package within a room."""
    package = name.split(".")[:3]
    return len(name.split(".")) > 3 and other.split(".")[:3] == package


def test_outputs_share_only_style_and_wording() -> None:
    for name, found in OWN.items():
        if _room(name) != "outputs":
            continue
        siblings = {other for other in found if _room(other) == "outputs"} - SHARED_BY_OUTPUTS
        siblings = {other for other in siblings if not _of_one_package(name, other)}
        allowed = PARTS_OF.get(name, set())
        assert siblings <= allowed, name


def test_no_room_is_for_odds_and_ends() -> None:
    last = {name.rpartition(".")[2] for name in FILES}
    assert last.isdisjoint({"utils", "util", "helpers", "helper", "common", "misc"})


def test_scoring_and_standing_know_no_workbook_no_pandas_and_no_wording() -> None:
    assert _importers(IMPURE).isdisjoint({"scoring", "standing"})


def test_only_sheets_imports_a_reading_library() -> None:
    assert _importers(READING) == {"sheets"}


def test_only_outputs_imports_a_writing_library() -> None:
    assert _importers(WRITING) == {"outputs"}
