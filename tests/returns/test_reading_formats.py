"""One form in every format and by every program, read by both readers: the same entries exactly."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from assessor.returns import read as reading_module
from assessor.returns.reading import FileReading
from assessor.sheets import scan as scan_module
from tests.builders import codes, small_workspace
from tests.filling import FULL, Round
from tests.kinds import PANEL, kinds_round
from tests.markup import parts_of
from tests.office import by_gnumeric, has_gnumeric, has_office, typed
from tests.returns.messy import problems_of

FIGURES = FULL | {"1.1": "17.25", "1.10": "/", "2.1": "0.5分", "2.2": "3.3", "2.3": "9.9999"}
"""A small form of numbers, one of them as a text, and one that does not apply."""


def _saved_by_openpyxl(content: bytes) -> bytes:
    stream = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(content)).save(stream)
    return stream.getvalue()


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[Round, bytes]]:
    """Two forms: plain scores, and every kind of entry."""
    plain = Round(small_workspace(tmp_path_factory.mktemp("plain")))
    kinds = kinds_round(tmp_path_factory.mktemp("kinds"))
    return {
        "plain": (plain, plain.filled("self", "V01", FIGURES)),
        "kinds": (kinds, kinds.filled("panel", "V01", PANEL)),
    }


@pytest.fixture(scope="module")
def by_office(
    rounds: Mapping[str, tuple[Round, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Both forms, opened and saved by LibreOffice in its three formats."""
    if not has_office():
        pytest.skip("LibreOffice with python3-uno is not installed")
    folder = tmp_path_factory.mktemp("office")
    jobs = []
    for name, (_, content) in rounds.items():
        source = folder / f"{name}-blank.xlsx"
        source.write_bytes(content)
        jobs += [(source, folder / f"{name}.{kind}", ()) for kind in ("xlsx", "ods", "xls")]
    typed(jobs)
    return folder


def _entries(reading: FileReading) -> dict[tuple[str, str], tuple[Decimal | None, str, str]]:
    (form,) = reading.forms
    return {
        (found.row, found.column): (found.value, found.status, found.raw) for found in form.entries
    }


@pytest.fixture
def thorough(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Make the diagnosing reader look at everything."""

    def force() -> None:
        def look(*given: object, **named: object) -> scan_module.Marks:
            return scan_module.scan(*given, **named, thorough=True)  # type: ignore[arg-type]

        monkeypatch.setattr(reading_module, "scan", look)

    return force


@pytest.fixture
def quick_only(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Hold that the quick reader is enough."""

    def refuse(*_: object) -> None:
        raise AssertionError("the diagnosing reader was needed")

    return lambda: monkeypatch.setattr(scan_module, "read_thoroughly", refuse)


SMALL_VALUES = {"1.1": "17.25", "1.2": "20", "2.1": "0.5", "2.2": "3.3", "2.3": "9.9999"}
KINDS_VALUES = {"1.1": "18.5", "1.2": "0", "2.1": "2", "2.2": "-1.5", "2.3": "96", "2.4": "1",
                "2.5": "1", "2.6": "0"}  # fmt: skip


def check(round_: Round, content: bytes, file: str, expected: Mapping[str, str]) -> None:
    """Hold that a form reads as its entries, with no more than the notes it deserves."""
    reading = round_.read(content, file)
    values = {row: value for (row, _), (value, _, _) in _entries(reading).items()}
    assert {row: value for row, value in values.items() if value is not None} == {
        row: Decimal(value) for row, value in expected.items()
    }
    wanted = ["file_format"] if file.endswith(".ods") else []
    wanted += ["cell_unit_word"] if expected is SMALL_VALUES else []
    assert [code for code in codes(problems_of(reading)) if code != "sheets_extra"] == wanted


@pytest.mark.parametrize("name", ["plain", "kinds"])
@pytest.mark.parametrize("look", ["quick", "thorough"])
@pytest.mark.parametrize("writer", ["xlsxwriter", "openpyxl"])
def test_forms_that_python_wrote(
    rounds: Mapping[str, tuple[Round, bytes]],
    thorough: Callable[[], None],
    quick_only: Callable[[], None],
    name: str,
    look: str,
    writer: str,
) -> None:
    (thorough if look == "thorough" else quick_only)()
    round_, content = rounds[name]
    if writer == "openpyxl":
        content = _saved_by_openpyxl(content)
    check(round_, content, "表.xlsx", SMALL_VALUES if name == "plain" else KINDS_VALUES)


@pytest.mark.office
@pytest.mark.parametrize("name", ["plain", "kinds"])
@pytest.mark.parametrize("look", ["quick", "thorough"])
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_forms_that_libreoffice_saved(
    rounds: Mapping[str, tuple[Round, bytes]],
    by_office: Path,
    thorough: Callable[[], None],
    quick_only: Callable[[], None],
    name: str,
    look: str,
    kind: str,
) -> None:
    (thorough if look == "thorough" else quick_only)()
    content = (by_office / f"{name}.{kind}").read_bytes()
    check(rounds[name][0], content, f"表.{kind}", SMALL_VALUES if name == "plain" else KINDS_VALUES)


@pytest.mark.office
@pytest.mark.skipif(not has_gnumeric(), reason="gnumeric is not installed")
@pytest.mark.parametrize("name", ["plain", "kinds"])
@pytest.mark.parametrize("look", ["usual", "thorough"])
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_forms_that_gnumeric_saved(
    rounds: Mapping[str, tuple[Round, bytes]],
    tmp_path: Path,
    thorough: Callable[[], None],
    name: str,
    look: str,
    kind: str,
) -> None:
    if look == "thorough":
        thorough()
    round_, content = rounds[name]
    (tmp_path / "in.xlsx").write_bytes(content)
    by_gnumeric(tmp_path / "in.xlsx", tmp_path / f"out.{kind}")
    content = (tmp_path / f"out.{kind}").read_bytes()
    check(round_, content, f"表.{kind}", SMALL_VALUES if name == "plain" else KINDS_VALUES)


def test_the_files_of_libreoffice_are_written_as_it_is_said_of_them(by_office: Path) -> None:
    """The suite is worth something only while LibreOffice writes what a careless reader misses."""
    parts = parts_of((by_office / "plain.xlsx").read_bytes())
    assert b't="n"' in parts["xl/worksheets/sheet1.xml"]
    assert b"<r>" in parts["xl/sharedStrings.xml"]
