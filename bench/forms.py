"""How long a blank workbook of `forms` takes, against a plain xlsxwriter loop."""

from __future__ import annotations

import json
import re
import shutil
import statistics
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import shared

_SAMPLE = 20
"""Workbooks of each kind that the plain loop writes."""
_STAGES = {
    "scheme and forms": "load_sound_scheme make_plans make_packets packet_paths",
    "painting": "write_packet",
    "writing": "write_file",
}
_CELL = re.compile(rb'<c r="([A-Z]+[0-9]+)"')

Cell = tuple[int, int, str | float]
Plain = list[list[Cell]]
"""A workbook as a list of cells for each sheet."""


def cells_of(path: Path) -> Plain:
    """Return the cells of a workbook that we wrote, those without a value too."""
    from python_calamine import CalamineWorkbook
    from xlsxwriter.utility import xl_cell_to_rowcol

    book = CalamineWorkbook.from_path(str(path))
    sheets: Plain = []
    with zipfile.ZipFile(path) as archive:
        for number in range(1, len(book.sheet_names) + 1):
            grid = book.get_sheet_by_index(number - 1).to_python(skip_empty_area=False)
            markup = archive.read(f"xl/worksheets/sheet{number}.xml")
            places = [xl_cell_to_rowcol(name.decode()) for name in _CELL.findall(markup)]
            sheets.append([(row, column, _at(grid, row, column)) for row, column in places])
    return sheets


def _at(grid: Sequence[Sequence[object]], row: int, column: int) -> str | float:
    inside = row < len(grid) and column < len(grid[row])
    value = grid[row][column] if inside else ""
    return value if isinstance(value, str | float) else str(value)


def xlsxwriter_loop(books: Sequence[Plain], folder: Path) -> None:
    """Write workbooks with as many cells: two formats, no rules, no page."""
    import xlsxwriter

    for number, sheets in enumerate(books):
        book = xlsxwriter.Workbook(str(folder / f"{number}.xlsx"), {"in_memory": True})
        text = book.add_format({"border": 1, "text_wrap": True})
        entry = book.add_format({"border": 1, "bg_color": "#E8F1FA"})
        for cells in sheets:
            sheet = book.add_worksheet()
            for row, column, value in cells:
                if value == "":
                    sheet.write_blank(row, column, None, entry)
                elif isinstance(value, str):
                    sheet.write_string(row, column, value, text)
                else:
                    sheet.write_number(row, column, value, text)
        book.close()


def copy_loop(files: Sequence[Path], folder: Path) -> None:
    for number, path in enumerate(files):
        (folder / f"{number}.xlsx").write_bytes(path.read_bytes())


def forms(root: Path) -> shared.Took:
    shutil.rmtree(root / "forms", ignore_errors=True)
    return forms_again(root)


def forms_again(root: Path) -> shared.Took:
    return shared.assessor("forms", "--workspace", str(root))


def print_stages(root: Path) -> None:
    """Print how long each stage takes in this process; it starts as fresh as the command's."""
    start = shared.now()
    from assessor import issuing, printing  # noqa: F401 (imported as the command does)
    from assessor.workspace import Workspace

    imports = shared.now().plus(start, -1)
    shutil.rmtree(root / "forms", ignore_errors=True)
    clock = shared.Stages()
    clock.watch(issuing, _STAGES)
    clock.run(lambda: issuing.issue(Workspace(root)))
    json.dump({"imports": imports, **clock.took}, sys.stdout)


def main() -> None:
    options = shared.parser(__doc__ or "")
    options.add_argument("--stages", type=Path, help="only for the benchmark itself")
    given = options.parse_args()
    if given.stages is not None:
        print_stages(given.stages)
        return
    with shared.workspace_of(given) as root:
        _measure(root, given.repeat)


def _measure(root: Path, repeat: int) -> None:
    forms(root)
    kinds = shared.files_by_kind(root / "forms")
    files = [path for kind in kinds for path in kind]
    plain = {path: cells_of(path) for kind in kinds for path in shared.spread(kind, _SAMPLE)}
    loop, copies, first, second = "loop", "copies", "forms", "again"
    times: dict[str, list[shared.Took]] = {name: [] for name in (loop, copies, first, second)}
    stages: list[dict[str, shared.Took]] = []
    with tempfile.TemporaryDirectory() as scrap:
        goal = Path(scrap)
        for _ in range(repeat):
            times[loop].append(
                shared.scaled(kinds, _SAMPLE, lambda sample: _loop(plain, sample, goal))
            )
            times[first].append(forms(root))
            times[second].append(forms_again(root))
            times[copies].append(shared.took(lambda: copy_loop(files, goal)))
            stages.append(shared.in_its_own_process(__file__, root))
    _show_kinds(kinds, plain, repeat)
    rows = [
        shared.row(title, times[name], times[loop], len(files))
        for title, name in (
            ("xlsxwriter, as many cells (sample)", loop),
            ("assessor forms, whole process", first),
            ("assessor forms, nothing changed", second),
            ("a plain copy of each file", copies),
        )
    ]
    shared.show("median", shared.HEADS, rows)
    rows = shared.stage_rows(stages, times[loop], len(files))
    shared.show("stages of forms (without start and end)", shared.HEADS, rows)


def _loop(plain: Mapping[Path, Plain], sample: Sequence[Path], folder: Path) -> None:
    xlsxwriter_loop([plain[path] for path in sample], folder)


def _show_kinds(kinds: Sequence[Sequence[Path]], plain: Mapping[Path, Plain], repeat: int) -> None:
    print(f"{sum(map(len, kinds))} blank workbooks, {repeat} × interleaved")
    print(f"{shared.machine()}\n")
    rows = []
    for kind in kinds:
        books = [plain[path] for path in kind if path in plain]
        cells = sum(len(sheet) for book in books for sheet in book) / len(books)
        size = statistics.mean(path.stat().st_size for path in kind)
        name = "/".join(kind[0].parent.parts[-2:])
        rows.append((name, f"{len(kind)}", f"{cells:.0f}", f"{size / 1024:.1f}"))
    shared.show("kind", ("workbooks", "cells", "KB"), rows)


if __name__ == "__main__":
    main()
